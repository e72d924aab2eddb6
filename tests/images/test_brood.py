"""Children take every zone, trait and kind from a parent, and always the same ones."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.arrays import draw_latent, latent_of, latent_to_bytes
from studio.contract.manifest import Manifest, read_model
from studio.contract.recipe import (
    MAXIMUM_AMOUNT,
    RECIPE_SCHEMA,
    Bred,
    Mixed,
    Recipe,
    Shift,
    Styling,
    decode_recipe,
    encode_recipe,
    identity,
)
from studio.images.brood import (
    BROOD,
    MOST_PARENTS,
    Brood,
    brood_meaning,
    change_brood,
    child_of,
    children_of,
    complete_brood,
    favourites_of,
    start_brood,
    why_not_parent,
    with_parents,
)
from studio.images.document import codecs
from studio.images.lineage import relate
from studio.project.nodes import RELATIVE
from studio.project.store import ProjectStore
from tests.models import write_tiny_generator
from tests.styled import LATENT, write_styled_model

ZONES = ("form", "texture", "colour")


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return write_styled_model(tmp_path_factory.mktemp("styled")).manifest


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    return read_model(write_tiny_generator(tmp_path_factory.mktemp("plain"))).manifest


def latent(seed: int, dimension: int = LATENT) -> bytes:
    return latent_to_bytes(draw_latent(seed, dimension))


def parent(manifest: Manifest, seed: int, styling: Styling | None = None, kind: int = 0) -> Recipe:
    assert manifest.latent is not None
    control = manifest.control("class")
    controls = {} if control is None else {control.name: control.choices[kind].value}
    return Recipe(
        schema=RECIPE_SCHEMA,
        model=manifest.id,
        seed=seed,
        latent=latent(seed, manifest.latent.dimension),
        controls=dict(controls),
        styling=msgspec.UNSET if styling is None else styling,
        pixels_sha256=f"{seed:064x}",
    )


def brood(*parents: Recipe, **fields: object) -> Brood:
    wanted = {"mutation": 0.0, "first_seed": 100, "count": 24, **fields}
    return Brood(model=parents[0].model, parents=parents, **wanted)  # type: ignore[arg-type]


def styling_of(child: Recipe) -> Styling:
    return child.styling if isinstance(child.styling, Styling) else Styling()


def own_latent(child: Recipe) -> bytes:
    assert isinstance(child.origin, Bred)
    (found,) = child.origin.parents
    return found


def test_without_zones_a_child_is_bred_from_all_parents_and_takes_the_kind_of_one(
    plain: Manifest,
) -> None:
    first, second = parent(plain, 1, kind=0), parent(plain, 2, kind=1)
    children = children_of(brood(first, second, mutation=0.2), plain)
    kinds = {child.controls["kind"] for child in children}
    assert kinds == {first.controls["kind"], second.controls["kind"]}
    for child in children:
        assert child.origin == Bred(parents=(first.latent, second.latent), mutation=0.2)  # type: ignore[arg-type]
        assert child.parents == (identity(first), identity(second))
        assert child.styling is msgspec.UNSET
    assert len({child.seed for child in children}) == 24


def test_a_chosen_source_gives_its_zone_to_every_child_and_lots_share_out_the_others(
    styled: Manifest,
) -> None:
    first, second = parent(styled, 1, kind=0), parent(styled, 2, kind=1)
    family = brood(first, second, sources={"texture": identity(second)})
    forms = set()
    for child in children_of(family, styled):
        forms.add(own_latent(child))
        mixed = {step.zone: step for step in styling_of(child).mixed}
        if own_latent(child) == first.latent:
            assert mixed["texture"].latent == second.latent
            assert mixed["texture"].kinds == {second.controls["kind"]: 1.0}
        else:
            assert "texture" not in mixed  # the child's own position already
    assert forms == {first.latent, second.latent}


def test_all_zones_of_one_parent_are_that_parent(styled: Manifest) -> None:
    one = parent(styled, 1, Styling(mixed=(Mixed(zone="colour", latent=latent(9)),)))
    for child in children_of(brood(one), styled):
        assert own_latent(child) == one.latent
        (mixed,) = styling_of(child).mixed
        assert (mixed.zone, mixed.latent) == ("colour", latent(9))
        assert child.parents == (identity(one),)


def test_a_child_names_only_the_parents_it_has_something_of(styled: Manifest) -> None:
    family = [parent(styled, seed) for seed in range(1, 6)]
    for child in children_of(brood(*family), styled):
        givers = {own_latent(child), *(step.latent for step in styling_of(child).mixed)}
        assert {identity(one) for one in family if one.latent in givers} == set(child.parents)


def test_what_a_parent_mixed_in_is_passed_on_and_recipes_do_not_grow(styled: Manifest) -> None:
    line = [parent(styled, 1), parent(styled, 2)]
    for generation in range(12):
        family = brood(*line, first_seed=generation * 50, mutation=0.3)
        children = children_of(family, styled)[:2]
        line = [
            msgspec.structs.replace(
                child,
                latent=latent_to_bytes(latent_of(child, LATENT)),
                pixels_sha256="0" * 64,
            )
            for child in children
        ]
        assert all(len(styling_of(child).mixed) <= 2 for child in children)
        assert all(len(encode_recipe(child)) < 3_000 for child in children)


def test_a_zone_that_was_mixed_in_by_half_stays_a_mixture(styled: Manifest) -> None:
    half = Mixed(zone="form", latent=latent(9), share=0.5)
    first = parent(styled, 1, Styling(mixed=(half,)))
    second = parent(styled, 2)
    family = brood(first, second, sources=dict.fromkeys(("form",), identity(first)))
    for child in children_of(family, styled):
        (form,) = [step for step in styling_of(child).mixed if step.zone == "form"]
        assert own_latent(child) == first.latent
        assert (form.latent, form.share) == (latent(9), 0.5)


def test_mutation_moves_what_is_mixed_in_too_and_zones_of_one_parent_alike(
    styled: Manifest,
) -> None:
    first, second = parent(styled, 1), parent(styled, 2)
    sources = {
        "form": identity(first),
        "texture": identity(second),
        "colour": identity(second),
    }
    still = child_of(brood(first, second, sources=sources), styled, 0)
    moved = child_of(brood(first, second, sources=sources, mutation=0.5), styled, 0)
    assert {step.latent for step in styling_of(still).mixed} == {second.latent}
    (latents,) = {step.latent for step in styling_of(moved).mixed}
    assert latents != second.latent
    assert not np.array_equal(latent_of(moved, LATENT), latent_of(still, LATENT))


def test_traits_are_passed_on_with_their_zone(styled: Manifest) -> None:
    glasses = Shift(direction=latent(7, 16), amount=2.0, name="glasses")
    hair = Shift(direction=latent(8, 16), amount=-1.0, zone="texture", name="long hair")
    first, second = parent(styled, 1, Styling(shifts=(glasses, hair))), parent(styled, 2)
    names = {"form": identity(first), "texture": identity(second), "colour": identity(first)}
    child = child_of(brood(first, second, sources=names), styled, 0)
    assert [(s.name, s.zone, s.amount) for s in styling_of(child).shifts] == [
        ("glasses", "form", 2.0),
        ("glasses", "colour", 2.0),
    ]
    alone = child_of(brood(first), styled, 0)
    assert styling_of(alone).shifts == (glasses, hair)


def test_without_zones_each_trait_comes_by_lot(plain: Manifest) -> None:
    shift = Shift(direction=latent(7, 16), amount=2.0, space="latent", name="wide")
    first, second = parent(plain, 1, Styling(shifts=(shift,))), parent(plain, 2)
    counts = [len(styling_of(c).shifts) for c in children_of(brood(first, second), plain)]
    assert set(counts) == {0, 1}


def test_amounts_stay_within_what_a_recipe_may_say(styled: Manifest) -> None:
    twice = tuple(
        Shift(direction=latent(7, 16), amount=MAXIMUM_AMOUNT - 1, name="wide") for _ in range(3)
    )
    child = child_of(brood(parent(styled, 1, Styling(shifts=twice))), styled, 0)
    (shift,) = styling_of(child).shifts
    assert shift.amount == MAXIMUM_AMOUNT


def test_a_chosen_kind_holds_for_the_whole_child(styled: Manifest) -> None:
    control = styled.control("class")
    assert control is not None
    kind = control.choices[2].value
    blended = Styling(kinds={control.choices[0].value: 0.5, control.choices[1].value: 0.5})
    first, second = parent(styled, 1, blended), parent(styled, 2, kind=1)
    for child in children_of(brood(first, second, kind=kind), styled):
        assert child.controls["kind"] == kind
        assert styling_of(child).kinds == {}
        assert all(not step.kinds for step in styling_of(child).mixed)
    alone = child_of(brood(first), styled, 0)
    assert styling_of(alone).kinds == blended.kinds


@settings(max_examples=40, deadline=None)
@given(
    seeds=st.lists(st.integers(0, 50), min_size=1, max_size=MOST_PARENTS, unique=True),
    mutation=st.floats(0, 1),
    first_seed=st.integers(0, 2**63 - 1),
    place=st.integers(0, 30),
)
def test_every_child_is_a_sound_recipe_and_always_the_same(
    styled: Manifest, seeds: list[int], mutation: float, first_seed: int, place: int
) -> None:
    family = brood(
        *(parent(styled, seed) for seed in seeds), mutation=mutation, first_seed=first_seed
    )
    child = child_of(family, styled, place)
    assert child == child_of(family, styled, place)
    assert decode_recipe(encode_recipe(child)) == child
    assert latent_of(child, LATENT).shape == (LATENT,)
    assert set(child.parents) <= {identity(one) for one in family.parents}


def test_what_cannot_be_a_parent_says_why(styled: Manifest) -> None:
    sound = parent(styled, 1)
    assert why_not_parent(sound, styled) == ""
    assert why_not_parent(sound, None) == "model"
    assert why_not_parent(msgspec.structs.replace(sound, latent=None), styled) == "model"
    outcome = msgspec.structs.replace(sound, styling=Styling(styles=latent(1, 64)))
    assert why_not_parent(outcome, styled) == "styles"


def test_favourites_carry_on_as_parents(styled: Manifest) -> None:
    first, second = parent(styled, 1), parent(styled, 2)
    family = brood(first, sources={"form": identity(first)}, count=3)
    made = tuple(parent(styled, seed) for seed in (11, 12))
    family = msgspec.structs.replace(
        family, children=(*made, child_of(family, styled, 2)), favourites=(0, 2, 9)
    )
    assert favourites_of(family) == (made[0],)  # a wish is no picture yet
    following = with_parents(family, [*favourites_of(family), second, second], 7)
    assert following.parents == (made[0], second)
    assert (following.sources, following.favourites, following.children) == ({}, (), ())


def test_a_brood_is_undone_with_the_relatives_it_entered(tmp_path: Path, styled: Manifest) -> None:
    first = parent(styled, 1)
    family = brood(first)
    family = msgspec.structs.replace(family, children=children_of(family, styled))
    with ProjectStore.open(tmp_path / "p", codecs()) as store:
        store.submit(start_brood(family, related=relate(store, family.parents))).result()
        assert relate(store, family.parents) == ()
        (known,) = store.nodes(RELATIVE).items
        assert known.recipe == first
        store.submit(change_brood(label="breed.mutation", mutation=0.5)).result()
        store.submit(change_brood(label="breed.mutation", mutation=0.6)).result()
        finished = tuple(parent(styled, 60 + place) for place in range(family.count))
        store.submit(complete_brood(family, finished)).result()
        store.undo("breed").result()
        found = store.node("brood", BROOD)
        assert found is not None
        assert found.mutation == family.mutation
        assert found.children == finished
        assert brood_meaning(found)[0] == brood_meaning(family)[0]  # type: ignore[index]
        store.undo("breed").result()
        assert store.node("brood", BROOD) is None
        assert store.nodes(RELATIVE).items == ()
        store.redo("breed").result()
        assert store.node("brood", BROOD) == found
        assert len(store.nodes(RELATIVE).items) == 1
