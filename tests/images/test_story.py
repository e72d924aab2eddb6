"""A picture's story begins with its first ancestor and ends with itself."""

from collections.abc import Iterable

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Manifest, read_model
from studio.contract.recipe import (
    Bred,
    Crossed,
    Enlarged,
    FromSeed,
    Given,
    Near,
    Origin,
    Recipe,
    identity,
    needed_schema,
)
from studio.film.plan import FilmPlan
from studio.images.story import MOST_STEPS, SECONDS, Find, story_film, story_of
from studio.images.timeline import check_film, frame_count
from tests.models import write_tiny_generator


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    write_tiny_generator(folder, classes=3)
    return read_model(folder).manifest


def _latent(seed: int, manifest: Manifest) -> bytes:
    assert manifest.latent is not None
    return np.random.default_rng(seed).standard_normal(manifest.latent.dimension, "<f4").tobytes()


def _made(seed: int, manifest: Manifest, origin: Origin | None = None, *parents: Recipe) -> Recipe:
    recipe = Recipe(
        model="tiny",
        seed=seed,
        origin=FromSeed() if origin is None else origin,
        latent=_latent(seed, manifest),
        parents=tuple(map(identity, parents)),
        width=8,
        height=8,
        pixels_sha256=f"{seed:064x}",
    )
    return msgspec.structs.replace(recipe, schema=needed_schema(recipe))


def _finder(*recipes: Recipe) -> Find:
    known = {identity(recipe): recipe for recipe in recipes}

    def find(names: Iterable[str]) -> dict[str, Recipe]:
        return {name: known[name] for name in names if name in known}

    return find


def test_every_generation_is_told_in_its_order(manifest: Manifest) -> None:
    first = _made(1, manifest)
    second = _made(2, manifest, Near(base=first.latent or b"", strength=0.4), first)
    other = _made(3, manifest)
    child = _made(
        4, manifest, Crossed(first=second.latent or b"", second=other.latent or b""), second, other
    )
    steps = story_of(child, _finder(first, second, other), manifest)
    assert [step.how for step in steps] == ["typical", "drawn", "varied", "partner", "crossed"]
    assert [step.recipe.seed for step in steps] == [1, 1, 2, 3, 4]
    assert steps[2].strength == 0.4
    typical = steps[0].recipe
    assert typical.controls["truncation"] == 0


def test_what_is_not_in_the_project_is_drawn_from_what_the_recipe_holds(
    manifest: Manifest,
) -> None:
    parents = tuple(_latent(seed, manifest) for seed in (7, 8, 9))
    child = _made(4, manifest, Bred(parents=parents, mutation=0.2))
    steps = story_of(child, _finder(), manifest)
    assert [step.how for step in steps] == ["typical", "given", "partner", "partner", "bred"]
    assert {step.recipe.latent for step in steps[1:4]} == set(parents)
    assert all(isinstance(step.recipe.origin, Given) for step in steps[1:4])
    assert (steps[-1].parents, steps[-1].strength) == (3, 0.2)


def test_a_picture_of_its_number_alone_grows_out_of_what_is_typical(manifest: Manifest) -> None:
    steps = story_of(_made(5, manifest), _finder(), manifest)
    assert [step.how for step in steps] == ["typical", "drawn"]
    plain = msgspec.structs.replace(manifest, controls=())
    assert len(story_of(_made(5, manifest), _finder(), plain)) == 1
    with pytest.raises(RequestInvalid, match="nothing came before it"):
        story_film(story_of(_made(5, manifest), _finder(), plain), "Coat")


def test_what_was_enlarged_is_told_at_the_size_it_was_made_in(manifest: Manifest) -> None:
    made = msgspec.structs.replace(
        _made(5, manifest), enlarged=Enlarged(method="nearest", factor=4), schema=3
    )
    steps = story_of(made, _finder(), manifest)
    assert steps[-1].enlarged == 4
    assert steps[0].enlarged == 0
    for key in story_film(steps, "Coat").keys:
        assert key.recipe.enlarged is msgspec.UNSET


def test_a_family_that_runs_in_a_circle_ends(manifest: Manifest) -> None:
    first = _made(1, manifest)
    second = _made(2, manifest, Near(base=first.latent or b"", strength=0.4), first)
    turned = msgspec.structs.replace(
        first, origin=Near(base=second.latent or b"", strength=0.1), parents=(identity(second),)
    )
    assert identity(turned) == identity(first), "where it came from does not name a picture"
    steps = story_of(second, _finder(turned, second), manifest)
    assert 2 <= len(steps) <= MOST_STEPS


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None
)
@given(generations=st.integers(1, 30))
def test_long_stories_keep_their_end_and_fit_into_four_seconds(
    manifest: Manifest, generations: int
) -> None:
    line = [_made(0, manifest)]
    for seed in range(1, generations):
        origin = Near(base=line[-1].latent or b"", strength=0.3)
        line.append(_made(seed, manifest, origin, line[-1]))
    steps = story_of(line[-1], _finder(*line), manifest)
    assert len(steps) == min(generations + 1, MOST_STEPS)
    assert steps[-1].recipe == line[-1]
    film = story_film(steps, "Line")
    check_film(film)
    assert (film.seconds, frame_count(film)) == (SECONDS, 80)
    plan = FilmPlan(film, manifest)
    assert plan.recipe(79).latent == line[-1].latent
    assert plan.recipe(0).latent == steps[0].recipe.latent


def test_pictures_of_another_model_are_left_out(manifest: Manifest) -> None:
    stranger = msgspec.structs.replace(_made(1, manifest), model="other")
    child = msgspec.structs.replace(_made(2, manifest), parents=(identity(stranger),))
    steps = story_of(child, _finder(stranger), manifest)
    assert {step.recipe.model for step in steps} == {"tiny"}
