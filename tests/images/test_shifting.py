"""More or less of a trait in a picture's recipe."""

import struct
from pathlib import Path

import msgspec
import pytest

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import StyleSpace, read_model
from studio.contract.recipe import (
    MAXIMUM_AMOUNT,
    MAXIMUM_STEPS,
    PLAIN_SCHEMA,
    RECIPE_SCHEMA,
    Recipe,
    Styling,
    decode_recipe,
    encode_recipe,
)
from studio.images.shifting import amount_of, suits, with_amount
from studio.images.trait_file import ShelfTrait
from tests.models import CLASS_CONTROL, write_tiny_generator


def _row(*numbers: float) -> bytes:
    return struct.pack(f"<{len(numbers)}f", *numbers)


def _trait(*numbers: float, name: str = "wild") -> ShelfTrait:
    return ShelfTrait(id=name, source="found", space="style", direction=_row(*numbers), name=name)


WILD, TALL = _trait(1, 0), _trait(0, 2, name="tall")
RECIPE = Recipe(model="m", seed=7, latent=_row(1, 2, 3), pixels_sha256="0" * 64, width=8, height=8)


def test_an_amount_can_be_given_and_taken_away() -> None:
    given = with_amount(RECIPE, WILD, 1.5)
    assert amount_of(given, WILD) == 1.5
    assert given.schema == RECIPE_SCHEMA
    assert not given.is_made
    assert given.latent == RECIPE.latent
    assert decode_recipe(encode_recipe(given)) == given
    plain = with_amount(given, WILD, 0)
    assert amount_of(plain, WILD) == 0
    assert plain.schema == PLAIN_SCHEMA
    assert plain.styling is msgspec.UNSET


def test_a_second_amount_replaces_the_first_in_its_place() -> None:
    both = with_amount(with_amount(RECIPE, WILD, 1.0), TALL, 2.0)
    again = with_amount(both, WILD, -3.0)
    assert isinstance(again.styling, Styling)
    assert [(shift.name, shift.amount) for shift in again.styling.shifts] == [
        ("wild", -3.0),
        ("tall", 2.0),
    ]


def test_zones_have_amounts_of_their_own() -> None:
    form = with_amount(RECIPE, WILD, 1.0, zone="form")
    both = with_amount(form, WILD, 2.0)
    assert (amount_of(both, WILD, "form"), amount_of(both, WILD)) == (1.0, 2.0)


def test_amounts_stay_within_what_a_recipe_may_hold() -> None:
    assert amount_of(with_amount(RECIPE, WILD, 99.0), WILD) == MAXIMUM_AMOUNT


def test_more_traits_than_a_recipe_may_hold_are_refused() -> None:
    recipe = RECIPE
    for at in range(MAXIMUM_STEPS):
        recipe = with_amount(recipe, _trait(1, at + 1, name=f"t{at}"), 1.0)
    with pytest.raises(RequestInvalid, match="64 traits"):
        with_amount(recipe, WILD, 1.0)


def test_final_styles_are_moved_themselves_in_the_layers_of_the_zone() -> None:
    styles = StyleSpace(dimension=2, layers=("form", "colour"))
    final = msgspec.structs.replace(RECIPE, styling=Styling(styles=_row(1, 1, 5, 5)))
    moved = with_amount(final, WILD, 2.0, zone="colour", styles=styles)
    assert isinstance(moved.styling, Styling)
    assert moved.styling.styles == _row(1, 1, 7, 5)
    whole = with_amount(final, WILD, 2.0, styles=styles)
    assert isinstance(whole.styling, Styling)
    assert whole.styling.styles == _row(3, 1, 7, 5)


def test_a_trait_of_some_kinds_suits_pictures_of_them_alone(tmp_path: Path) -> None:
    manifest = read_model(write_tiny_generator(tmp_path / "tiny", classes=3)).manifest
    beard = msgspec.structs.replace(WILD, kinds=("coats",))
    coat = Recipe(model="tiny", seed=1, controls={CLASS_CONTROL: "coats"})
    boot = Recipe(model="tiny", seed=1, controls={CLASS_CONTROL: "boots"})
    blend = msgspec.structs.replace(boot, styling=Styling(kinds={"coats": 0.3, "bags": 0.7}))
    assert [suits(recipe, beard, manifest) for recipe in (coat, boot, blend)] == [True, False, True]
    assert suits(boot, WILD, manifest)
