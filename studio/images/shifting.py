"""Recipes with more or less of a trait: what a slider of a trait does to a picture's recipe."""

import sys
from array import array

import msgspec

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Manifest, StyleSpace
from studio.contract.recipe import (
    MAXIMUM_AMOUNT,
    MAXIMUM_STEPS,
    PLAIN_SCHEMA,
    Recipe,
    Shift,
    Styling,
    needed_schema,
)
from studio.images.trait_file import ShelfTrait, ZoneName


def amount_of(recipe: Recipe, trait: ShelfTrait, zone: ZoneName | None = None) -> float:
    """How much of ``trait`` the recipe has beside its position, in sigmas.

    ``zone``: where; None: where the trait is applied by itself.
    """
    wanted = trait.zone if zone is None else zone
    shifts = recipe.styling.shifts if isinstance(recipe.styling, Styling) else ()
    return sum((shift.amount for shift in shifts if _is_of(shift, trait, wanted)), 0.0)


def suits(recipe: Recipe, trait: ShelfTrait, manifest: Manifest) -> bool:
    """Whether ``trait`` was found for a kind that the picture is of."""
    if not trait.kinds:
        return True
    styling = recipe.styling
    if isinstance(styling, Styling) and styling.kinds:
        return not styling.kinds.keys().isdisjoint(trait.kinds)
    control = manifest.control("class")
    return control is None or recipe.controls.get(control.name, control.default) in trait.kinds


def with_amount(
    recipe: Recipe,
    trait: ShelfTrait,
    amount: float,
    *,
    zone: ZoneName | None = None,
    styles: StyleSpace | None = None,
) -> Recipe:
    """A recipe still to be made that has ``amount`` sigmas of ``trait``, and else what this has.

    An earlier amount of the same trait in the same zone is replaced; 0 takes it away. ``styles``
    is the model's, for a picture whose recipe holds its final styles (then the amount is added to
    what it has). Raises `RequestInvalid` beyond `MAXIMUM_STEPS` traits.
    """
    wanted = trait.zone if zone is None else zone
    amount = max(-MAXIMUM_AMOUNT, min(MAXIMUM_AMOUNT, amount))
    styling = recipe.styling if isinstance(recipe.styling, Styling) else Styling()
    if styling.styles is not None and styles is not None:
        moved = _moved(styling.styles, trait.direction, amount, wanted, styles)
        return _unmade(recipe, msgspec.structs.replace(styling, styles=moved))
    shift = Shift(
        direction=trait.direction,
        amount=amount,
        space=trait.space,
        zone=wanted if trait.space == "style" else "",
        name=trait.name or (trait.label.en if trait.label is not None else ""),
    )
    shifts = list(styling.shifts)
    places = [at for at, old in enumerate(shifts) if _is_of(old, trait, wanted)]
    for at in reversed(places):
        del shifts[at]
    if amount:
        shifts.insert(places[0] if places else len(shifts), shift)
    if len(shifts) > MAXIMUM_STEPS:
        raise RequestInvalid(fault=f"a picture can have {MAXIMUM_STEPS} traits changed at most")
    return _unmade(recipe, msgspec.structs.replace(styling, shifts=tuple(shifts)))


def _is_of(shift: Shift, trait: ShelfTrait, zone: str) -> bool:
    zone = zone if trait.space == "style" else ""
    return shift.direction == trait.direction and shift.space == trait.space and shift.zone == zone


def _unmade(recipe: Recipe, styling: Styling) -> Recipe:
    """The recipe with another styling; its position stays, the picture is still to be made."""
    plain = styling == Styling()
    changed = msgspec.structs.replace(
        recipe,
        schema=PLAIN_SCHEMA,
        styling=msgspec.UNSET if plain else styling,
        enlarged=msgspec.UNSET,
        making=None,
        pixels_sha256=None,
        width=0,
        height=0,
    )
    return msgspec.structs.replace(changed, schema=needed_schema(changed))


def _moved(
    data: bytes, direction: bytes, amount: float, zone: ZoneName, styles: StyleSpace
) -> bytes:
    """Final styles, (layers, dimension), with a direction added to the layers of a zone."""
    values, step = _floats(data), _floats(direction)
    if len(values) != len(styles.layers) * styles.dimension or len(step) != styles.dimension:
        return data  # of another model; the engine refuses it with a sentence
    for layer, its_zone in enumerate(styles.layers):
        if not zone or zone == its_zone:
            start = layer * styles.dimension
            for at, value in enumerate(step, start):
                values[at] += amount * value
    if sys.byteorder != "little":
        values.byteswap()
    return values.tobytes()


def _floats(data: bytes) -> "array[float]":
    numbers = array("f", data)
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers
