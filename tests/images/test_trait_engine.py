"""Traits are found in real graphs: calibrated, the same each time, and cancellable."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from studio.contract.arrays import draw_latent, latent_to_bytes
from studio.contract.errors import Cancelled, RequestInvalid
from studio.contract.manifest import Model, read_model
from studio.contract.recipe import Recipe
from studio.contract.traits import FoundTraits, TraitSearch
from studio.images.engine import traits as engine
from studio.images.engine.generator import Generator
from studio.images.engine.traits import find_traits, trait_between
from studio.images.shifting import with_amount
from studio.images.trait_file import ShelfTrait
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.sessions import SessionCache
from tests.models import CLASS_CONTROL, class_values, write_tiny_generator
from tests.styled import LATENT, write_styled_model

Doubles = NDArray[np.float64]


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_styled_model(tmp_path_factory.mktemp("models") / "styled")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    return read_model(write_tiny_generator(folder, dimension=6, size=16))


@pytest.fixture(scope="module", params=["styled", "plain"])
def model(request: pytest.FixtureRequest) -> Model:
    found: Model = request.getfixturevalue(request.param)
    return found


def _generator(model: Model) -> Generator:
    cache = SessionCache(choose_device("cpu"), threads=1)
    return Generator.load(model, cache, CancelToken())


def _find(model: Model, **asked: int | str) -> FoundTraits:
    search = msgspec.convert(asked, TraitSearch)
    return find_traits(model, search, _generator(model), CancelToken(), lambda done, total: None)


def _between(model: Model, first: list[Recipe], second: list[Recipe]) -> FoundTraits:
    token = CancelToken()
    return trait_between(model, first, second, _generator(model), token, lambda done, total: None)


def _rows(found: FoundTraits) -> Doubles:
    rows = [np.frombuffer(trait.direction, "<f4") for trait in found.traits]
    return np.stack(rows).astype(np.float64)


def _deviations(model: Model, recipes: list[Recipe]) -> Doubles:
    """Where pictures stand, apart from what their kind is on average."""
    generator = _generator(model)
    token = CancelToken()
    positions = generator.styles(recipes, token)[:, 0].astype(np.float64)
    if generator.stylist is None:
        return positions
    return positions - generator.stylist.means(recipes, token)


def _pictures(model: Model, count: int, first_seed: int = 0) -> list[Recipe]:
    values = class_values(3)
    return [
        Recipe(
            model=model.manifest.id,
            seed=first_seed + at,
            controls={CLASS_CONTROL: values[at % 3]},
        )
        for at in range(count)
    ]


def test_directions_are_orthogonal_and_the_most_important_is_first(model: Model) -> None:
    found = _find(model, count=4)
    rows = _rows(found)
    lengths = np.linalg.norm(rows, axis=1)
    unit = rows / lengths[:, np.newaxis]
    assert unit @ unit.T == pytest.approx(np.eye(len(rows)), abs=1e-5)
    shares = [trait.explained for trait in found.traits]
    assert shares == sorted(shares, reverse=True)
    assert all(0 < share <= 1 for share in shares)
    assert sum(shares) <= 1
    assert (found.seed, found.kind) == (0, "")


def test_each_is_one_sigma_of_pictures_that_were_not_looked_at(model: Model) -> None:
    found = _find(model, count=3)
    positions = _deviations(model, _pictures(model, 3000, first_seed=50_000))
    for row in _rows(found):
        length = float(np.linalg.norm(row))
        assert (positions @ (row / length)).std() == pytest.approx(length, rel=0.06)


def test_the_same_seed_finds_the_same_and_another_one_nearly(model: Model) -> None:
    once, again, other = _find(model, count=2), _find(model, count=2), _find(model, seed=9)
    assert once == again
    first, changed = _rows(once)[0], _rows(other)[0]
    assert not np.array_equal(first, changed)
    cosine = first @ changed / np.linalg.norm(first) / np.linalg.norm(changed)
    assert cosine > 0.9


def test_where_it_is_looked_depends_on_the_graphs(styled: Model, plain: Model) -> None:
    assert (_find(styled).space, _find(styled).method) == ("style", "styles")
    assert (_find(plain).space, _find(plain).method) == ("latent", "pictures")
    assert _find(styled).dimension == 16
    assert _find(plain).dimension == 6


def test_no_more_are_found_than_there_are(plain: Model) -> None:
    assert 1 <= len(_find(plain, count=64).traits) <= 6


def test_one_kind_can_be_looked_at_alone(styled: Model) -> None:
    alone = _find(styled, kind="coats", count=3)
    assert alone.kind == "coats"
    assert alone.traits != _find(styled, count=3).traits


def test_moving_along_a_direction_changes_the_picture_more_the_farther(model: Model) -> None:
    trait = _find(model, count=1).traits[0]
    shelved = ShelfTrait(
        id="x",
        source="found",
        space=_find(model, count=1).space,
        direction=trait.direction,
    )
    base = _pictures(model, 1)[0]
    recipes = [with_amount(base, shelved, amount) for amount in (0.0, 1.0, 3.0)]
    pixels: list[NDArray[np.int64]] = []
    for made in _generator(model).make(
        recipes, batch=4, memory=lambda size: memoryview(bytearray(size)), token=CancelToken()
    ):
        pixels.extend(picture.astype(np.int64) for picture in made.pixels)
    little, much = (np.abs(pixels[at] - pixels[0]).mean() for at in (1, 2))
    assert 0 < little < much


def test_progress_is_told_and_ends_with_all(model: Model) -> None:
    told: list[tuple[int, int]] = []
    find_traits(
        model,
        TraitSearch(probes=600),
        _generator(model),
        CancelToken(),
        lambda done, total: told.append((done, total)),
    )
    assert told == sorted(told)
    assert told[-1] == (600, 600)
    assert len(told) >= 2


def test_a_search_that_is_given_up_ends_between_two_parts(model: Model) -> None:
    token = CancelToken()
    told: list[int] = []

    def advance(done: int, total: int) -> None:
        told.append(done)
        if done:
            token.cancel()

    with pytest.raises(Cancelled):
        find_traits(model, TraitSearch(probes=20_000), _generator(model), token, advance)
    assert max(told) < 2_000


def test_how_the_positions_are_cut_up_changes_nothing_of_them(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = list(engine._draws(model, 3, 100, 512))
    parts = list(engine._draws(model, 3, 100, 7))
    assert np.array_equal(np.concatenate(whole), np.concatenate(parts))


def test_an_impossible_search_is_refused_before_it_starts(model: Model) -> None:
    with pytest.raises(RequestInvalid, match="there are: boots"):
        _find(model, kind="dragons")


def _split(model: Model, axis: Doubles, each: int) -> tuple[list[Recipe], list[Recipe]]:
    """Of 400 pictures those that have most and least of a direction."""
    pictures = _pictures(model, 400)
    order = np.argsort(_deviations(model, pictures) @ axis)
    low, high = order[:each], order[-each:]
    return [pictures[at] for at in high], [pictures[at] for at in low]


def test_what_one_pile_has_is_found_and_judged_honestly(model: Model) -> None:
    meant = _rows(_find(model, count=2))[0]
    first, second = _split(model, meant, 12)
    found = _between(model, first, second)
    row = _rows(found)[0]
    assert row @ meant / np.linalg.norm(row) / np.linalg.norm(meant) > 0.8
    assert found.method == "piles"
    assert found.separation is not None
    assert found.separation.share > 0.85
    assert found.separation.is_enough
    positions = _deviations(model, _pictures(model, 2000, first_seed=90_000))
    length = float(np.linalg.norm(row))
    assert (positions @ (row / length)).std() == pytest.approx(length, rel=0.2)


def test_the_other_way_round_it_points_the_other_way(model: Model) -> None:
    first, second = _split(model, _rows(_find(model, count=1))[0], 5)
    there, back = _rows(_between(model, first, second)), _rows(_between(model, second, first))
    assert there == pytest.approx(-back, abs=1e-6)


def test_piles_that_say_nothing_are_refused(model: Model) -> None:
    pictures = _pictures(model, 3)
    with pytest.raises(RequestInvalid, match="at least 2"):
        _between(model, pictures[:1], pictures[1:])
    same = [
        Recipe(
            model=model.manifest.id,
            seed=seed,
            latent=latent_to_bytes(draw_latent(1, _latent_size(model))),
            controls={CLASS_CONTROL: "boots"},
        )
        for seed in range(4)
    ]
    with pytest.raises(RequestInvalid, match="same positions"):
        _between(model, same[:2], same[2:])


def _latent_size(model: Model) -> int:
    assert model.manifest.latent is not None
    return model.manifest.latent.dimension


def test_two_piles_of_different_kinds_do_not_make_a_trait_of_the_kind(styled: Model) -> None:
    values = class_values(3)
    random = [
        Recipe(
            model=styled.manifest.id,
            seed=at,
            controls={CLASS_CONTROL: values[0] if at < 40 else values[1]},
        )
        for at in range(80)
    ]
    apart = _between(styled, random[:40], random[40:]).separation
    assert apart is not None
    assert 0.25 < apart.share < 0.75


def test_a_picture_that_cannot_be_made_is_refused(styled: Model) -> None:
    pictures = _pictures(styled, 4)
    broken = msgspec.structs.replace(pictures[0], latent=bytes(4 * (LATENT + 1)))
    with pytest.raises(RequestInvalid, match="latent of 13"):
        _between(styled, [broken, pictures[1]], pictures[2:])


def test_nothing_but_numbers_leaves_the_search(model: Model, tmp_path: Path) -> None:
    found = _find(model)
    assert msgspec.json.decode(msgspec.json.encode(found), type=FoundTraits) == found
