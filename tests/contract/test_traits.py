"""Searches for traits that cannot be made are refused with what would be possible."""

from pathlib import Path

import msgspec
import pytest

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Model, read_model
from studio.contract.recipe import Recipe
from studio.contract.traits import (
    LARGEST_PILE,
    MAXIMUM_TRAITS,
    Separation,
    TraitSearch,
    check_piles,
    check_search,
    trait_space,
    trait_zones,
)
from tests.models import write_tiny_generator


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return read_model(write_tiny_generator(tmp_path / "tiny", dimension=4, classes=3))


def _pile(count: int, first_seed: int) -> tuple[Recipe, ...]:
    return tuple(Recipe(model="tiny", seed=first_seed + at) for at in range(count))


def test_a_model_of_one_graph_has_its_traits_among_the_latents(model: Model) -> None:
    assert trait_space(model) == ("latent", 4)
    assert trait_zones(model) == ()


def test_what_is_no_generator_has_no_traits(model: Model) -> None:
    manifest = msgspec.structs.replace(model.manifest, latent=None, styles=None)
    with pytest.raises(RequestInvalid, match="no generator"):
        trait_space(msgspec.structs.replace(model, manifest=manifest))


@pytest.mark.parametrize(
    ("search", "words"),
    [
        (TraitSearch(count=0), f"between 1 and {MAXIMUM_TRAITS}"),
        (TraitSearch(count=MAXIMUM_TRAITS + 1), f"between 1 and {MAXIMUM_TRAITS}"),
        (TraitSearch(probes=7), "between 64 and 100,000"),
        (TraitSearch(probes=100_001), "between 64 and 100,000"),
        (TraitSearch(seed=-1), "seed"),
        (TraitSearch(kind="ships"), "there are: boots, coats, bags"),
    ],
)
def test_a_search_that_cannot_be_made_is_refused(
    model: Model, search: TraitSearch, words: str
) -> None:
    with pytest.raises(RequestInvalid, match=words):
        check_search(model, search)


def test_a_sound_search_passes(model: Model) -> None:
    check_search(model, TraitSearch(count=3, probes=64, seed=5, kind="coats"))


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (_pile(1, 0), _pile(4, 100), "a pile has 1 of at least 2"),
        (_pile(2, 0), (), "a pile has 0 of at least 2"),
        (_pile(LARGEST_PILE + 1, 0), _pile(2, 9000), "more than"),
        (_pile(3, 0), _pile(3, 2), "in both piles"),
        (_pile(2, 0), (*_pile(2, 9), Recipe(model="other", seed=1)), "another model than 'tiny'"),
    ],
)
def test_piles_that_no_trait_can_be_found_from_are_refused(
    model: Model, first: tuple[Recipe, ...], second: tuple[Recipe, ...], words: str
) -> None:
    with pytest.raises(RequestInvalid, match=words):
        check_piles(model, first, second)


def test_pictures_of_another_version_of_the_model_are_refused(model: Model) -> None:
    old = tuple(msgspec.structs.replace(r, graphs={"generator": "0" * 64}) for r in _pile(2, 0))
    with pytest.raises(RequestInvalid, match="another model"):
        check_piles(model, old, _pile(2, 100))


def test_both_piles_count_alike_however_many_are_in_them() -> None:
    found = Separation(first=90, second=10, first_right=90, second_right=0, distance=0.1)
    assert found.share == 0.5
    assert found.is_enough
    assert not Separation(first=90, second=2, first_right=90, second_right=2, distance=4).is_enough
