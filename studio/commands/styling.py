"""What ``generate`` does to a position: blends of kinds, traits, zones of other pictures."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import msgspec

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Control, Manifest, Zone
from studio.contract.recipe import (
    MAXIMUM_AMOUNT,
    Mixed,
    Recipe,
    Styling,
    needed_schema,
)
from studio.images.shifting import with_amount
from studio.images.trait_file import ShelfTrait, ZoneName
from studio.images.traits import TraitShelf
from studio.provenance.pictures import read_recipe

ZONES: Final[tuple[Zone, ...]] = get_args(Zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraitWish:
    """``--trait NAME=AMOUNT[@ZONE]``."""

    name: str
    amount: float
    zone: ZoneName | None
    """None: where the trait is applied by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MixWish:
    """``--mix ZONE[:SHARE]=PICTURE``."""

    zone: str
    share: float
    file: Path


Blend = tuple[tuple[str, float], ...]
"""Names of kinds as they were typed, and their shares."""


def blend_wish(text: str) -> Blend:
    """Read ``--blend``; raises `RequestInvalid` for what is no list of shares."""
    shares = []
    for part in text.split(","):
        name, separator, share = part.rpartition("=")
        if not separator or not name.strip():
            raise RequestInvalid(fault=f"--blend wants NAME=SHARE,NAME=SHARE, not {text!r}")
        shares.append((name.strip(), _number(share, "--blend", "the share of a kind")))
    return tuple(shares)


def trait_wish(text: str) -> TraitWish:
    """Read ``--trait``; raises `RequestInvalid`."""
    name, separator, rest = text.rpartition("=")
    if not separator or not name.strip():
        raise RequestInvalid(fault=f"--trait wants NAME=AMOUNT or NAME=AMOUNT@ZONE, not {text!r}")
    amount, at, place = rest.partition("@")
    zone: ZoneName | None = None
    if at:
        zone = next((known for known in ZONES if known == place.strip()), None)
        if zone is None:
            fault = f"there is no zone {place.strip()!r}; there are: {', '.join(ZONES)}"
            raise RequestInvalid(fault=fault)
    number = _number(amount, "--trait", f"the amount of {name.strip()!r}")
    if abs(number) > MAXIMUM_AMOUNT:
        fault = (
            f"the amount of {name.strip()!r} must lie between {-MAXIMUM_AMOUNT:g} and "
            f"{MAXIMUM_AMOUNT:g}, in sigmas"
        )
        raise RequestInvalid(fault=fault)
    return TraitWish(name=name.strip(), amount=number, zone=zone)


def mix_wish(text: str) -> MixWish:
    """Read ``--mix``; raises `RequestInvalid`."""
    place, separator, file = text.partition("=")
    zone, colon, share = place.partition(":")
    if not separator or not file or not zone.strip():
        raise RequestInvalid(fault=f"--mix wants ZONE=PICTURE or ZONE:SHARE=PICTURE, not {text!r}")
    return MixWish(
        zone=zone.strip(),
        share=_number(share, "--mix", "the share of a picture") if colon else 1.0,
        file=Path(file),
    )


def blended(recipe: Recipe, blend: Blend, control: Control, values: Sequence[str]) -> Recipe:
    """The recipe with shares of kinds; ``values`` are the kinds that the blend names.

    The kind of the largest share is the one that the picture is filed under. Raises
    `RequestInvalid` if a kind is named twice.
    """
    kinds = dict(zip(values, (share for _, share in blend), strict=True))
    if len(kinds) < len(blend):
        raise RequestInvalid(fault="--blend names a kind twice")
    most = max(kinds, key=lambda kind: kinds[kind])
    styling = msgspec.structs.replace(_styling(recipe), kinds=kinds)
    controls = {**recipe.controls, control.name: most}
    return restyled(msgspec.structs.replace(recipe, controls=controls), styling)


def mixed(recipe: Recipe, wishes: Sequence[MixWish], manifest: Manifest) -> Recipe:
    """The recipe with zones of other pictures; raises what reading them raises."""
    steps = [_mixed(wish, manifest) for wish in wishes]
    styling = _styling(recipe)
    return restyled(recipe, msgspec.structs.replace(styling, mixed=(*styling.mixed, *steps)))


def with_traits(
    recipe: Recipe, wishes: Sequence[TraitWish], manifest: Manifest, shelf: TraitShelf
) -> Recipe:
    """The recipe with amounts of traits that the model ships or that were found here.

    Raises `RequestInvalid` with the names that there are.
    """
    for wish in wishes:
        trait = shelf.named(wish.name)
        if trait is None:
            raise RequestInvalid(fault=_unknown_trait(wish.name, shelf.traits()))
        recipe = with_amount(recipe, trait, wish.amount, zone=wish.zone, styles=manifest.styles)
    return recipe


def restyled(recipe: Recipe, styling: Styling) -> Recipe:
    """The recipe with another styling, or none where nothing is to be done."""
    plain = styling == Styling()
    changed = msgspec.structs.replace(recipe, styling=msgspec.UNSET if plain else styling)
    return msgspec.structs.replace(changed, schema=needed_schema(changed))


def _styling(recipe: Recipe) -> Styling:
    return recipe.styling if isinstance(recipe.styling, Styling) else Styling()


def _mixed(wish: MixWish, manifest: Manifest) -> Mixed:
    """The zone of another picture: its position, and what kind it is of."""
    other = read_recipe(wish.file)
    if other.model != manifest.id:
        fault = f"{wish.file} was made by {other.model!r}, so {manifest.id!r} cannot mix it in"
        raise RequestInvalid(fault=fault)
    if other.latent is None:
        raise RequestInvalid(fault=f"the recipe in {wish.file} gives no position")
    styling = _styling(other)
    if styling.styles is not None:
        fault = (
            f"{wish.file} holds its final styles, so its position does not say what its "
            f"{wish.zone} looks like; mix in a picture that was made from a position"
        )
        raise RequestInvalid(fault=fault)
    kinds = dict(styling.kinds)
    control = manifest.control("class")
    if not kinds and control is not None:
        kinds = {str(other.controls.get(control.name, control.default)): 1.0}
    return Mixed(zone=wish.zone, latent=other.latent, kinds=kinds, share=wish.share)


def _unknown_trait(name: str, traits: Sequence[ShelfTrait]) -> str:
    names = [trait.title("en") or f"gene {trait.rank}" for trait in traits]
    if not names:
        return (
            f"there is no trait {name!r}: this model ships none and none was found yet "
            "(python -m studio traits MODEL finds some)"
        )
    return f"there is no trait {name!r}; there are: {', '.join(names)}"


def _number(text: str, option: str, what: str) -> float:
    try:
        number = float(text)
    except ValueError as error:
        raise RequestInvalid(fault=f"{option}: {what} must be a number, not {text!r}") from error
    if not math.isfinite(number):
        raise RequestInvalid(fault=f"{option}: {what} must be a number, not {text!r}")
    return number
