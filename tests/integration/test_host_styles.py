"""A real host draws by two graphs, and answers what else can be asked of a generator."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest
from PIL import Image

from studio.contract.arrays import draw_latent, latent_to_bytes
from studio.contract.errors import Cancelled as CancelledError
from studio.contract.errors import ModelMissing, RequestInvalid
from studio.contract.manifest import Model
from studio.contract.recipe import RECIPE_SCHEMA, Mixed, Recipe, Shift, Styling
from studio.contract.traits import TraitSearch
from studio.host.client import (
    EnlargePicture,
    FindTraits,
    GenerateImages,
    HostSettings,
    MapStyles,
    Progress,
    TraitBetween,
)
from studio.host.messages import BACKGROUND
from studio.host.worker import STYLES_AT_ONCE
from studio.runtime.arbiter import usable_cores
from tests.models import write_slow_generator, write_tiny_generator
from tests.styled import LATENT, trait_directions, write_styled_model
from tests.sync_host import FinishedPicture, SyncHost

DIM, LAYERS = 16, 4


@pytest.fixture(scope="module")
def host() -> Iterator[SyncHost]:
    with SyncHost(HostSettings(provider="cpu", threads=1)) as host:
        yield host


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_styled_model(tmp_path_factory.mktemp("models") / "styled", traits=True)


def _recipe(model: Model, seed: int = 1) -> Recipe:
    other = latent_to_bytes(draw_latent(99, LATENT))
    shift = Shift(direction=latent_to_bytes(trait_directions(model)[0]), amount=1.5, zone="form")
    styling = Styling(
        kinds={"boots": 0.5, "bags": 0.5},
        mixed=(Mixed(zone="colour", latent=other, share=0.5),),
        shifts=(shift,),
    )
    controls: dict[str, float | int | str | bool] = {"truncation": 0.7, "noise": 0.5}
    return Recipe(
        schema=RECIPE_SCHEMA, model="styled", seed=seed, controls=controls, styling=styling
    )


def _generate(host: SyncHost, model: Model, *recipes: Recipe) -> list[FinishedPicture]:
    return host.generate(GenerateImages(folder=str(model.folder), recipes=recipes))


def test_a_styled_picture_is_the_same_after_a_restart_and_in_any_company(
    host: SyncHost, model: Model
) -> None:
    recipes = [_recipe(model, seed) for seed in range(5)]
    together = _generate(host, model, *recipes)
    assert len({picture.recipe.pixels_sha256 for picture in together}) == 5
    with SyncHost(HostSettings(provider="cpu", threads=2)) as another:
        [alone] = _generate(another, model, together[3].recipe)
    assert alone == together[3]
    assert alone.recipe.styling == recipes[3].styling


def test_final_styles_are_told_and_make_the_same_picture(host: SyncHost, model: Model) -> None:
    recipe = _recipe(model)
    [styles] = host.map_styles(MapStyles(folder=str(model.folder), recipes=(recipe,)))
    assert len(styles) == 4 * LAYERS * DIM
    taken = msgspec.structs.replace(recipe, styling=Styling(styles=styles))
    first, second = _generate(host, model, recipe, taken)
    assert first.pixels == second.pixels


def test_many_styles_come_in_parts_with_their_progress(host: SyncHost, model: Model) -> None:
    count = 2 * STYLES_AT_ONCE + 10
    recipes = tuple(Recipe(model="styled", seed=seed) for seed in range(count))
    mapped = host.map_styles(MapStyles(folder=str(model.folder), recipes=recipes))
    assert len(mapped) == len(set(mapped)) == count
    last = MapStyles(folder=str(model.folder), recipes=recipes[-1:])
    assert host.map_styles(last) == mapped[-1:]


def test_a_generator_of_one_graph_tells_its_final_latent(host: SyncHost, tmp_path: Path) -> None:
    folder = write_tiny_generator(tmp_path / "tiny")
    recipe = Recipe(model="tiny", seed=3, controls={"truncation": 0.5})
    [styles] = host.map_styles(MapStyles(folder=str(folder), recipes=(recipe,)))
    assert styles == latent_to_bytes(draw_latent(3, 4) * np.float32(0.5))


def test_what_cannot_be_mapped_is_refused_before_anything_is_loaded(
    host: SyncHost, model: Model, tmp_path: Path
) -> None:
    folder = str(model.folder)
    with pytest.raises(RequestInvalid, match="no picture"):
        host.map_styles(MapStyles(folder=folder, recipes=()))
    wrong = Recipe(model="styled", seed=1, styling=Styling(kinds={"dragons": 1.0}))
    with pytest.raises(RequestInvalid, match="no kind 'dragons'"):
        host.map_styles(MapStyles(folder=folder, recipes=(wrong,)))
    with pytest.raises(ModelMissing):
        host.map_styles(MapStyles(folder=str(tmp_path / "none"), recipes=(_recipe(model),)))


def test_the_golden_sample_of_two_graphs_is_replayed(host: SyncHost, model: Model) -> None:
    assert host.replay_golden(model.folder).identical


def test_traits_are_found_with_progress(host: SyncHost, model: Model) -> None:
    told: list[Progress] = []
    search = FindTraits(folder=str(model.folder), search=TraitSearch(count=3, probes=2000))
    found = host.traits(search, told.append)
    assert (found.space, found.dimension, len(found.traits)) == ("style", DIM, 3)
    searching = [event for event in told if event.stage == "searching"]
    assert searching[-1].done == searching[-1].total == 2000
    assert len(searching) > 2
    with pytest.raises(RequestInvalid, match="between 1 and"):
        host.traits(FindTraits(folder=str(model.folder), search=TraitSearch(count=0)))


def test_a_search_that_cannot_be_made_is_refused_before_anything_is_loaded(
    host: SyncHost, tmp_path: Path
) -> None:
    folder = str(write_tiny_generator(tmp_path / "tiny"))
    told: list[Progress] = []
    with pytest.raises(RequestInvalid, match="there is no kind 'dragons'; there are: "):
        host.traits(FindTraits(folder=folder, search=TraitSearch(kind="dragons")), told.append)
    pile = tuple(Recipe(model="tiny", seed=seed) for seed in range(2))
    with pytest.raises(RequestInvalid, match="is in both piles"):
        host.traits(TraitBetween(folder=folder, first=pile, second=pile), told.append)
    wrong = (pile[0], msgspec.structs.replace(pile[0], seed=9, latent=bytes(12)))
    other = tuple(Recipe(model="tiny", seed=seed) for seed in (5, 6))
    with pytest.raises(RequestInvalid, match="3 numbers"):
        host.traits(TraitBetween(folder=folder, first=wrong, second=other), told.append)
    assert told == []


def test_a_trait_between_two_piles_is_found(host: SyncHost, model: Model) -> None:
    direction = latent_to_bytes(trait_directions(model)[0])

    def pile(amount: float, first: int) -> tuple[Recipe, ...]:
        styling = Styling(shifts=(Shift(direction=direction, amount=amount),))
        return tuple(
            Recipe(model="styled", schema=RECIPE_SCHEMA, seed=first + index, styling=styling)
            for index in range(8)
        )

    work = TraitBetween(folder=str(model.folder), first=pile(2.0, 0), second=pile(-2.0, 100))
    [trait] = host.traits(work).traits
    found = np.frombuffer(trait.direction, "<f4")
    wanted = np.frombuffer(direction, "<f4")
    cosine = float(found @ wanted / np.linalg.norm(found) / np.linalg.norm(wanted))
    assert cosine > 0.5


def test_a_search_is_cancelled_and_the_host_goes_on(model: Model, tmp_path: Path) -> None:
    folder = str(write_slow_generator(tmp_path / "slow", steps=50))
    with SyncHost(HostSettings(provider="cpu", threads=1)) as host:

        def stop(event: Progress) -> None:
            if event.stage == "searching":
                host.cancel()

        with pytest.raises(CancelledError):
            host.traits(FindTraits(folder=folder, search=TraitSearch(probes=5000)), stop)
        pid = host.client.pid
        assert _generate(host, model, Recipe(model="styled", seed=1))
        assert host.client.pid == pid


def test_a_file_is_enlarged_into_another(host: SyncHost, tmp_path: Path) -> None:
    source, target = tmp_path / "small.png", tmp_path / "large.png"
    pixels = np.arange(4 * 5 * 3, dtype=np.uint8).reshape(4, 5, 3)
    Image.fromarray(pixels).save(source)
    work = EnlargePicture(source=str(source), target=str(target), factor=3, method="nearest")
    report = host.enlarge(work)
    assert (report.width, report.height, report.file) == (15, 12, str(target))
    with Image.open(target) as made:
        assert np.array_equal(np.asarray(made), pixels.repeat(3, axis=0).repeat(3, axis=1))
    with pytest.raises(RequestInvalid):
        host.enlarge(msgspec.structs.replace(work, factor=1000))


def test_the_lane_for_long_work_has_all_cores_and_yields(model: Model) -> None:
    with SyncHost(HostSettings(provider="cpu", lane=BACKGROUND)) as host:
        assert host.wait_ready().threads == usable_cores()
        assert host.map_styles(MapStyles(folder=str(model.folder), recipes=(_recipe(model),)))
        its, ours = psutil.Process(host.client.pid).nice(), psutil.Process().nice()
        assert its is not None
        assert ours is not None
        assert its >= ours + 5
