"""Where the pad leads, and the way between two: positions stay typical, recipes can be made."""

import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.arrays import draw_latent, latent_to_bytes
from studio.contract.manifest import Model, read_model
from studio.contract.recipe import (
    PLAIN_SCHEMA,
    RECIPE_SCHEMA,
    Crossed,
    Enlarged,
    Given,
    Mixed,
    Recipe,
    Shift,
    Styling,
    decode_recipe,
    encode_recipe,
    identity,
)
from studio.images.engine.requests import check_request
from studio.images.wandering import (
    STEP_ANGLE,
    Plane,
    at_position,
    between,
    can_lie_between,
    derived,
    floats,
    kinds_of,
    styling_of,
    to_bytes,
    with_kinds,
    with_zone,
    with_zone_share,
    zone_source,
)
from tests.models import write_tiny_generator
from tests.styled import write_styled_model

STEPS = st.floats(-8, 8, allow_nan=False)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("plain") / "tiny"
    write_tiny_generator(folder, classes=3)
    return read_model(folder)


@pytest.fixture(scope="module")
def styled(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_styled_model(tmp_path_factory.mktemp("styled") / "styled", classes=3)


def latent(model: Model, seed: int) -> bytes:
    assert model.manifest.latent is not None
    return latent_to_bytes(draw_latent(seed, model.manifest.latent.dimension))


def finished(model: Model, seed: int, **controls: float | str) -> Recipe:
    """A recipe as it comes back from the host."""
    return Recipe(
        model=model.manifest.id,
        graphs=model.graph_hashes(),
        seed=seed,
        latent=latent(model, seed),
        controls={c.name: c.default for c in model.manifest.controls} | controls,
        width=8,
        height=8,
        pixels_sha256="0" * 64,
    )


def length(data: bytes) -> float:
    return math.sqrt(math.fsum(x * x for x in floats(data)))


def angle(one: bytes, other: bytes) -> float:
    dot = math.fsum(x * y for x, y in zip(floats(one), floats(other), strict=True))
    return math.acos(max(-1.0, min(1.0, dot / (length(one) * length(other)))))


# The plane


@given(seed=st.integers(0, 2**31), plane=st.integers(0, 2**31))
def test_the_middle_of_the_pad_is_the_picture_itself_to_the_bit(seed: int, plane: int) -> None:
    base = latent_to_bytes(draw_latent(seed, 24))
    assert Plane(base, plane).at(0.0, 0.0) == base


@given(seed=st.integers(0, 2**31), across=STEPS, up=STEPS)
def test_a_free_way_never_leaves_the_sphere(seed: int, across: float, up: float) -> None:
    base = latent_to_bytes(draw_latent(seed, 24))
    assert length(Plane(base, 1).at(across, up)) == pytest.approx(length(base), rel=1e-5)


@given(seed=st.integers(0, 2**31), way=st.floats(0, 2 * math.pi), steps=st.floats(0.05, 4))
def test_as_many_steps_turn_as_far_in_every_direction(seed: int, way: float, steps: float) -> None:
    base = latent_to_bytes(draw_latent(seed, 24))
    there = Plane(base, 7).at(steps * math.cos(way), steps * math.sin(way))
    assert angle(base, there) == pytest.approx(steps * STEP_ANGLE, abs=2e-3)


@given(seed=st.integers(0, 2**31))
def test_the_two_ways_are_at_right_angles(seed: int) -> None:
    base = latent_to_bytes(draw_latent(seed, 24))
    quarter = math.pi / 2 / STEP_ANGLE  # there nothing of the base is left
    plane = Plane(base, seed)
    right, up = plane.at(quarter, 0.0), plane.at(0.0, quarter)
    assert angle(right, up) == pytest.approx(math.pi / 2, abs=1e-3)


def test_the_same_seed_leads_to_the_same_place_and_another_elsewhere() -> None:
    base = latent_to_bytes(draw_latent(3, 24))
    assert Plane(base, 5).at(1.0, 0.5) == Plane(base, 5).at(1.0, 0.5)
    assert Plane(base, 5).at(1.0, 0.5) != Plane(base, 6).at(1.0, 0.5)


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_few_dimensions_have_fewer_ways_and_no_fault(dimension: int) -> None:
    base = latent_to_bytes(draw_latent(3, dimension))
    there = Plane(base, 1).at(1.0, 1.0)
    assert all(map(math.isfinite, floats(there)))
    assert len(there) == len(base)


def test_from_the_origin_there_is_no_way() -> None:
    nowhere = to_bytes([0.0] * 8)
    assert Plane(nowhere, 1).at(2.0, 1.0) == nowhere


# Wishes


def test_a_moved_picture_says_where_it_is_and_from_where_it_came(plain: Model) -> None:
    start = finished(plain, 1)
    moved = derived(at_position(start, latent(plain, 9)), start)
    assert moved.origin == Given()
    assert moved.latent == latent(plain, 9)
    assert moved.parents == (identity(start),)
    assert not moved.is_made
    check_request(plain, [moved], 1)


def test_final_styles_are_given_up_for_another_position(styled: Model) -> None:
    start = msgspec.structs.replace(
        finished(styled, 1), schema=RECIPE_SCHEMA, styling=Styling(styles=b"\0" * 256)
    )
    moved = at_position(start, latent(styled, 2))
    assert styling_of(moved).styles is None


def test_an_enlarged_picture_leads_on_to_pictures_of_the_models_own_size(plain: Model) -> None:
    start = msgspec.structs.replace(
        finished(plain, 1), schema=RECIPE_SCHEMA, enlarged=Enlarged(method="nearest", factor=4)
    )
    assert derived(start, start).enlarged is msgspec.UNSET
    assert derived(start, start).schema == PLAIN_SCHEMA


# Kinds


@given(shares=st.lists(st.floats(0, 10), min_size=3, max_size=3).filter(lambda s: sum(s) > 1e-3))
def test_shares_of_kinds_always_sum_to_one(plain_module: Model, shares: list[float]) -> None:
    kinds = [choice.value for choice in plain_module.manifest.classes()]
    wanted = dict(zip(kinds, shares, strict=True))
    found = with_kinds(finished(plain_module, 1), plain_module.manifest, wanted)
    assert math.fsum(kinds_of(found, plain_module.manifest).values()) == pytest.approx(1.0)
    check_request(plain_module, [found], 1)
    assert decode_recipe(encode_recipe(found)) == found


@pytest.fixture(scope="module")
def plain_module(plain: Model) -> Model:
    return plain


def test_a_single_kind_is_what_the_control_says(plain: Model) -> None:
    kinds = [choice.value for choice in plain.manifest.classes()]
    blended = with_kinds(finished(plain, 1), plain.manifest, dict.fromkeys(kinds, 1.0))
    assert blended.schema == RECIPE_SCHEMA
    single = with_kinds(blended, plain.manifest, {kinds[2]: 1.0})
    assert single.styling is msgspec.UNSET
    assert single.schema == PLAIN_SCHEMA
    assert kinds_of(single, plain.manifest) == {kinds[2]: 1.0}


def test_no_share_at_all_changes_nothing(plain: Model) -> None:
    start = finished(plain, 1)
    assert with_kinds(start, plain.manifest, {}) is start


def test_a_model_without_kinds_has_none(tmp_path: Path) -> None:
    write_tiny_generator(tmp_path / "tiny", classes=0)
    model = read_model(tmp_path / "tiny")
    assert kinds_of(finished(model, 1), model.manifest) == {}


# Zones


def test_a_zone_is_taken_from_another_picture_and_given_back(styled: Model) -> None:
    start, other = finished(styled, 1), finished(styled, 2)
    lent = with_zone(start, styled.manifest, "colour", other)
    source = zone_source(lent, "colour")
    assert source is not None
    assert source.latent == other.latent
    assert source.kinds == kinds_of(other, styled.manifest)
    half = with_zone_share(lent, "colour", 0.5)
    found = zone_source(half, "colour")
    assert found is not None
    assert found.share == 0.5
    check_request(styled, [lent, half], 1)
    again = with_zone(half, styled.manifest, "colour", None)
    assert again.styling is msgspec.UNSET
    assert again.schema == PLAIN_SCHEMA


def test_each_zone_has_one_lender(styled: Model) -> None:
    start = finished(styled, 1)
    once = with_zone(start, styled.manifest, "form", finished(styled, 2))
    twice = with_zone(once, styled.manifest, "form", finished(styled, 3))
    assert [mixed.latent for mixed in styling_of(twice).mixed] == [latent(styled, 3)]


# Between


def test_a_way_needs_two_finished_pictures_of_one_model(plain: Model, styled: Model) -> None:
    one = finished(plain, 1)
    assert can_lie_between(one, finished(plain, 2))
    assert not can_lie_between(one, None)
    assert not can_lie_between(one, finished(styled, 2))
    assert not can_lie_between(one, Recipe(model=one.model, seed=2))


@pytest.mark.parametrize("by_style", [False, True])
def test_the_ends_of_a_way_are_the_pictures_themselves(styled: Model, by_style: bool) -> None:
    one, other = finished(styled, 1), finished(styled, 2)
    assert between(one, other, 0.0, styled.manifest, by_style=by_style) is one
    assert between(one, other, 1.0, styled.manifest, by_style=by_style) is other


@given(share=st.floats(0.001, 0.999))
def test_every_place_on_the_way_can_be_made(
    plain_module: Model, styled_module: Model, share: float
) -> None:
    for model, by_style in ((plain_module, False), (styled_module, False), (styled_module, True)):
        kinds = [choice.value for choice in model.manifest.classes()]
        control = model.manifest.control("class")
        assert control is not None
        one = finished(model, 1, **{control.name: kinds[0]})
        other = finished(model, 2, **{control.name: kinds[1]})
        found = between(one, other, share, model.manifest, by_style=by_style)
        check_request(model, [found], 1)
        assert decode_recipe(encode_recipe(found)) == found
        assert set(styling_of(found).kinds) == {kinds[0], kinds[1]}
        assert found.parents == (identity(one), identity(other))


@pytest.fixture(scope="module")
def styled_module(styled: Model) -> Model:
    return styled


def test_by_position_the_way_is_that_of_a_crossing(plain: Model) -> None:
    one, other = finished(plain, 1), finished(plain, 2)
    found = between(one, other, 0.25, plain.manifest, by_style=False)
    assert one.latent is not None
    assert other.latent is not None
    assert found.origin == Crossed(
        first=one.latent, second=other.latent, share=0.25, method="between"
    )


def test_by_style_every_zone_goes_as_far(styled: Model) -> None:
    one, other = finished(styled, 1), finished(styled, 2)
    found = between(one, other, 0.25, styled.manifest, by_style=True)
    assert styled.manifest.styles is not None
    zones = styled.manifest.styles.zones()
    assert [(m.zone, m.share) for m in styling_of(found).mixed] == [(z, 0.25) for z in zones]
    assert found.latent == one.latent


def test_numbers_of_controls_lie_between_and_choices_change_in_the_middle(plain: Model) -> None:
    truncation = plain.manifest.control("truncation")
    assert truncation is not None
    one = finished(plain, 1, **{truncation.name: 0.4})
    other = finished(plain, 2, **{truncation.name: 0.8})
    found = between(one, other, 0.25, plain.manifest, by_style=False)
    assert found.controls[truncation.name] == pytest.approx(0.5)


def test_traits_and_zones_of_both_come_and_go_along_the_way(styled: Model) -> None:
    assert styled.manifest.styles is not None
    step = to_bytes([0.1] * styled.manifest.styles.dimension)
    shift = Shift(direction=step, amount=2.0)
    lent = Mixed(zone="form", latent=latent(styled, 5), share=0.8)
    one = msgspec.structs.replace(
        finished(styled, 1), schema=RECIPE_SCHEMA, styling=Styling(shifts=(shift,))
    )
    other = msgspec.structs.replace(
        finished(styled, 2), schema=RECIPE_SCHEMA, styling=Styling(mixed=(lent,))
    )
    found = styling_of(between(one, other, 0.25, styled.manifest, by_style=False))
    assert [s.amount for s in found.shifts] == [1.5]
    assert [m.share for m in found.mixed] == [pytest.approx(0.2)]
