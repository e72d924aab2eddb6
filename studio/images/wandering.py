"""Where a hand on the explorer's pad leads, and the way between two pictures. No Qt, no numpy.

A generator knows positions near a sphere: N(0, I) in many dimensions. So a free way does not
leave it: it goes along a great circle, and a picture far away is as typical as the one it came
from. A trait is a straight direction, as it was found.
"""

import math
import random
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from studio.contract.manifest import Control, Manifest
from studio.contract.recipe import (
    PLAIN_SCHEMA,
    ControlValue,
    Crossed,
    Given,
    Mixed,
    Recipe,
    Shift,
    Styling,
    identity,
    needed_schema,
)
from studio.images.document import wish

STEP_ANGLE: Final = math.pi / 8
"""Radians that one step of a free way turns a position: what "how different" 0.38 would do."""
LEAST_SHARE: Final = 1e-3
"""A kind with less of a blend is none of it."""
_SMALL: Final = 1e-9


def floats(data: bytes) -> "array[float]":
    """Little-endian float32 as numbers."""
    numbers = array("f", data)
    if sys.byteorder != "little":
        numbers.byteswap()
    return numbers


def to_bytes(numbers: Iterable[float]) -> bytes:
    """Numbers as little-endian float32."""
    row = array("f", numbers)
    if sys.byteorder != "little":
        row.byteswap()
    return row.tobytes()


class Plane:
    """Two free directions through a position: at right angles to it and to each other.

    Drawn from a seed with Python's own generator, whose sequence of `random.gauss` does not
    change between releases of one major version; a recipe holds the position itself anyway.
    """

    def __init__(self, latent: bytes, seed: int) -> None:
        self._base = floats(latent)
        self._length = math.sqrt(math.fsum(x * x for x in self._base))
        draw = random.Random(seed)
        held: list[Sequence[float]] = []
        if self._length > _SMALL:
            held.append([x / self._length for x in self._base])
        self._ways: list[list[float]] = []
        for _ in range(2):
            way = _orthogonal([draw.gauss(0.0, 1.0) for _ in self._base], held)
            held.append(way)
            self._ways.append(way)

    def at(self, across: float, up: float) -> bytes:
        """The position so many steps along the two ways; (0, 0) is the base itself, to the bit.

        The exponential map of the sphere: the direction is kept, the distance becomes an angle.
        """
        distance = math.hypot(across, up)
        if distance == 0.0 or self._length <= _SMALL:
            return to_bytes(self._base)
        angle = distance * STEP_ANGLE
        kept = math.cos(angle)
        first = math.sin(angle) * self._length * across / distance
        second = math.sin(angle) * self._length * up / distance
        return to_bytes(
            kept * x + first * a + second * b
            for x, a, b in zip(self._base, *self._ways, strict=True)
        )


def _orthogonal(way: list[float], held: Sequence[Sequence[float]]) -> list[float]:
    """``way`` without its parts along ``held`` (all of length 1), of length 1 (Gram and Schmidt).

    Where nothing is left, in one or two dimensions, it stays no way at all.
    """
    for other in held:
        part = math.fsum(x * y for x, y in zip(way, other, strict=True))
        way = [x - part * y for x, y in zip(way, other, strict=True)]
    length = math.sqrt(math.fsum(x * x for x in way))
    return [x / length for x in way] if length > _SMALL else [0.0] * len(way)


def derived(recipe: Recipe, start: Recipe) -> Recipe:
    """The wish for ``recipe``, as a picture that came from ``start``, in the format it needs."""
    wished = wish(recipe)
    parents = (identity(start),) if start.is_made else start.parents
    wished = msgspec.structs.replace(
        wished, parents=parents, enlarged=msgspec.UNSET, schema=PLAIN_SCHEMA
    )
    return msgspec.structs.replace(wished, schema=needed_schema(wished))


def at_position(recipe: Recipe, latent: bytes) -> Recipe:
    """The wish for the same picture at another position, which stands in its recipe."""
    styling = recipe.styling
    if isinstance(styling, Styling) and styling.styles is not None:  # they came from the old one
        styling = msgspec.structs.replace(styling, styles=None)
    return msgspec.structs.replace(
        wish(recipe), origin=Given(), latent=latent, styling=_styling(styling)
    )


def styling_of(recipe: Recipe) -> Styling:
    """What is done to the recipe's position; nothing at all where it does not say."""
    return recipe.styling if isinstance(recipe.styling, Styling) else Styling()


def with_styling(recipe: Recipe, styling: Styling) -> Recipe:
    """The wish for the recipe with another styling, in the format that it needs."""
    changed = msgspec.structs.replace(
        wish(recipe), styling=_styling(styling), enlarged=msgspec.UNSET, schema=PLAIN_SCHEMA
    )
    return msgspec.structs.replace(changed, schema=needed_schema(changed))


def _styling(styling: Styling | msgspec.UnsetType) -> Styling | msgspec.UnsetType:
    return msgspec.UNSET if styling == Styling() else styling


# Kinds


def kinds_of(recipe: Recipe, manifest: Manifest) -> dict[str, float]:
    """The shares of the kinds that a picture is of; empty: the model has none."""
    control = manifest.control("class")
    if control is None:
        return {}
    blend = styling_of(recipe).kinds
    return dict(blend) or {str(recipe.controls.get(control.name, control.default)): 1.0}


def with_kinds(recipe: Recipe, manifest: Manifest, shares: dict[str, float]) -> Recipe:
    """The wish for the picture as a blend of kinds; shares are made to sum to 1.

    A single kind is no blend: it is what the control says, so that an older studio reads it too.
    """
    control = manifest.control("class")
    total = math.fsum(share for share in shares.values() if share > 0.0)
    if control is None or total <= 0.0:
        return recipe
    held = {kind: share for kind, share in shares.items() if share / total >= LEAST_SHARE}
    total = math.fsum(held.values())
    held = {kind: share / total for kind, share in held.items()}
    largest = max(held, key=lambda kind: held[kind])
    styling = styling_of(recipe)
    kinds = {} if len(held) == 1 else held
    changed = msgspec.structs.replace(
        wish(recipe), controls={**recipe.controls, control.name: largest}
    )
    return with_styling(changed, msgspec.structs.replace(styling, kinds=kinds))


# Zones


def zone_source(recipe: Recipe, zone: str) -> Mixed | None:
    """The other position from which a zone takes its style, if it does."""
    return next((m for m in styling_of(recipe).mixed if m.zone == zone), None)


def with_zone(
    recipe: Recipe,
    manifest: Manifest,
    zone: str,
    other: Recipe | None,
    share: float = 1.0,
) -> Recipe:
    """The wish for the picture with a zone of another finished one; None: its own again."""
    styling = styling_of(recipe)
    mixed = [m for m in styling.mixed if m.zone != zone]
    if other is not None and other.latent is not None:
        mixed.append(
            Mixed(
                zone=zone,
                latent=other.latent,
                kinds=kinds_of(other, manifest),
                share=share,
            )
        )
    return with_styling(recipe, msgspec.structs.replace(styling, mixed=tuple(mixed)))


def with_zone_share(recipe: Recipe, zone: str, share: float) -> Recipe:
    """The wish for the picture with a zone so far on its way to the other's."""
    styling = styling_of(recipe)
    mixed = tuple(
        msgspec.structs.replace(m, share=share) if m.zone == zone else m for m in styling.mixed
    )
    return with_styling(recipe, msgspec.structs.replace(styling, mixed=mixed))


# Between two pictures


def can_lie_between(first: Recipe | None, second: Recipe | None) -> bool:
    """Whether there is a way: both are finished and of one model."""
    return (
        first is not None
        and second is not None
        and first.model == second.model
        and first.latent is not None
        and second.latent is not None
    )


def between(
    first: Recipe, second: Recipe, share: float, manifest: Manifest, *, by_style: bool
) -> Recipe:
    """The wish for the picture at ``share`` of the way from the first finished one to the second.

    At 0 and 1 it is the picture itself. By position the latents are turned into one another on
    their sphere (`studio.contract.crossing.latent_between`); by style every zone goes straight
    from the one's w to the other's, which is what mixing all zones by ``share`` does. Kinds and
    numbers of the controls are blended on both ways, choices change in the middle.
    """
    if share <= 0.0 or share >= 1.0:
        return first if share <= 0.0 else second
    assert first.latent is not None
    assert second.latent is not None
    share = round(share, 4)
    controls = {
        control.name: _between_values(control, first, second, share)
        for control in manifest.controls
        if control.name in first.controls or control.name in second.controls
    }
    own, other = styling_of(first), styling_of(second)
    zones = manifest.styles.zones() if manifest.styles is not None and by_style else ()
    styling = Styling(
        kinds=_blended(kinds_of(first, manifest), kinds_of(second, manifest), share),
        mixed=(
            *_scaled_mixings(own.mixed, 1.0 if zones else 1.0 - share),
            *(
                Mixed(
                    zone=zone,
                    latent=second.latent,
                    kinds=kinds_of(second, manifest),
                    share=share,
                )
                for zone in zones
            ),
            *_scaled_mixings(other.mixed, share),
        ),
        shifts=(*_scaled_shifts(own.shifts, 1.0 - share), *_scaled_shifts(other.shifts, share)),
    )
    origin = (
        Given()
        if zones
        else Crossed(first=first.latent, second=second.latent, share=share, method="between")
    )
    found = Recipe(
        model=first.model,
        seed=first.seed,
        origin=origin,
        latent=first.latent if zones else None,
        noise_seed=first.noise_seed,
        controls=controls,
        parents=(identity(first), identity(second)),
        styling=_styling(styling),
    )
    return msgspec.structs.replace(found, schema=needed_schema(found))


def _between_values(control: Control, first: Recipe, second: Recipe, share: float) -> ControlValue:
    values = [recipe.controls.get(control.name, control.default) for recipe in (first, second)]
    one, two = values
    if control.type in ("choice", "toggle") or isinstance(one, str) or isinstance(two, str):
        return one if share < 0.5 else two
    value = float(one) + share * (float(two) - float(one))
    return round(value) if control.type == "integer" else round(value, 6)


def _blended(first: dict[str, float], second: dict[str, float], share: float) -> dict[str, float]:
    """Both blends, each by its share; empty where that is one kind alone."""
    kinds = dict.fromkeys((*first, *second))
    found = {
        kind: (1.0 - share) * first.get(kind, 0.0) + share * second.get(kind, 0.0) for kind in kinds
    }
    return {} if len(found) < 2 else found


def _scaled_mixings(mixed: Sequence[Mixed], share: float) -> tuple[Mixed, ...]:
    return tuple(msgspec.structs.replace(m, share=m.share * share) for m in mixed)


def _scaled_shifts(shifts: Sequence[Shift], share: float) -> tuple[Shift, ...]:
    return tuple(msgspec.structs.replace(s, amount=s.amount * share) for s in shifts)
