"""What a generator can be asked for: everything that cannot be made is refused before work starts.

Each refusal says what would be possible. Nothing here runs a graph.
"""

import math
from collections.abc import Mapping, Sequence

from studio.contract.arrays import latent_from_bytes, latent_of
from studio.contract.errors import GraphInvalid, RequestInvalid
from studio.contract.manifest import Control, Manifest, Model, control_fault
from studio.contract.recipe import (
    MAXIMUM_AMOUNT,
    MAXIMUM_STEPS,
    Bred,
    ControlValue,
    Crossed,
    Given,
    Mixed,
    Near,
    Recipe,
    Shift,
    Styling,
)

SHARES_TOLERANCE = 1e-3
"""How far from 1 the shares of a blend may sum to: they are typed and rounded by people."""


def check_kind(model: Model) -> None:
    """Raise `GraphInvalid` if ``model`` is no generator of pictures."""
    if model.manifest.kind != "gan":
        fault = f"it is a model of the kind {model.manifest.kind!r}, not a generator"
        raise GraphInvalid(file=model.folder, fault=fault)


def check_request(model: Model, recipes: Sequence[Recipe], batch: int) -> None:
    """Refuse, before any work starts, what cannot be made.

    Raises `RequestInvalid` with the first fault and, where there are some, the possible values;
    `GraphInvalid` if the model is no generator.
    """
    check_kind(model)
    if batch < 1:
        raise RequestInvalid(fault="at least one picture must be made at once")
    if not recipes:
        raise RequestInvalid(fault="no picture was asked for")
    manifest, hashes = model.manifest, model.graph_hashes()
    for recipe in recipes:
        _check_recipe(manifest, hashes, recipe)


def control_value(control: Control, recipe: Recipe) -> ControlValue:
    """The control's value in the recipe, else its default."""
    return recipe.controls.get(control.name, control.default)


def _check_recipe(manifest: Manifest, hashes: Mapping[str, str], recipe: Recipe) -> None:
    if recipe.model != manifest.id:
        fault = f"the recipe is for the model {recipe.model!r}, this is {manifest.id!r}"
        raise RequestInvalid(fault=fault)
    if recipe.graphs and recipe.graphs != hashes:
        raise RequestInvalid(
            fault=f"the recipe was made with another version of the model {manifest.id!r}"
        )
    for seed in (recipe.seed, recipe.noise_seed):
        if seed is not None and not 0 <= seed < 2**63:
            raise RequestInvalid(fault="a seed must lie between 0 and 2^63 - 1")
    dimension = manifest.latent.dimension if manifest.latent is not None else 0
    _check_latent(recipe, dimension)
    controls = {control.name: control for control in manifest.controls}
    for name, value in recipe.controls.items():
        control = controls.get(name)
        if control is None:
            known = ", ".join(controls) or "none"
            raise RequestInvalid(fault=f"there is no control {name!r}; there are: {known}")
        wrong = control_fault(control, value)
        if wrong is not None:
            raise RequestInvalid(fault=wrong)
    if isinstance(recipe.styling, Styling):
        _check_styling(manifest, recipe.styling, dimension)


def _check_latent(recipe: Recipe, dimension: int) -> None:
    """What `latent_of` would refuse, without drawing what need not be drawn."""
    if recipe.latent is not None:
        latent_from_bytes(recipe.latent, dimension)
    elif isinstance(recipe.origin, Near):
        latent_from_bytes(recipe.origin.base, dimension)
        if not 0.0 <= recipe.origin.strength <= 1.0:
            raise RequestInvalid(fault="how different must lie between 0 and 1")
    elif isinstance(recipe.origin, Crossed | Bred):
        latent_of(recipe, dimension)
    elif isinstance(recipe.origin, Given):
        raise RequestInvalid(fault="the recipe says that its latent is given, and gives none")


def _check_styling(manifest: Manifest, styling: Styling, dimension: int) -> None:
    if max(len(styling.mixed), len(styling.shifts)) > MAXIMUM_STEPS:
        fault = f"one picture takes up to {MAXIMUM_STEPS} mixings and as many shifts"
        raise RequestInvalid(fault=fault)
    _check_blend(manifest, styling.kinds)
    for mixed in styling.mixed:
        _check_mixed(manifest, mixed, dimension)
    for shift in styling.shifts:
        _check_shift(manifest, shift, dimension)
    if styling.styles is not None:
        _check_styles(manifest, styling.styles)


def _check_blend(manifest: Manifest, kinds: Mapping[str, float]) -> None:
    if not kinds:
        return
    known = [choice.value for choice in manifest.classes()]
    if not known:
        raise RequestInvalid(fault=f"{manifest.id!r} has no kinds to blend")
    for kind, share in kinds.items():
        if kind not in known:
            fault = f"there is no kind {kind!r} to blend; there are: {', '.join(known)}"
            raise RequestInvalid(fault=fault)
        if not 0.0 < share <= 1.0:
            fault = f"the share of {kind!r} must lie above 0 and at most at 1, it is {share:g}"
            raise RequestInvalid(fault=fault)
    total = math.fsum(kinds.values())
    if abs(total - 1.0) > SHARES_TOLERANCE:
        fault = f"the shares of the kinds must sum to 1, they sum to {total:.4g}"
        raise RequestInvalid(fault=fault)


def _check_mixed(manifest: Manifest, mixed: Mixed, dimension: int) -> None:
    _check_zone(manifest, mixed.zone)
    latent_from_bytes(mixed.latent, dimension)
    _check_blend(manifest, mixed.kinds)
    if not 0.0 <= mixed.share <= 1.0:
        fault = f"the share of another picture's {mixed.zone} must lie between 0 and 1"
        raise RequestInvalid(fault=fault)


def _check_zone(manifest: Manifest, zone: str) -> None:
    if manifest.styles is None:
        raise RequestInvalid(fault=f"{manifest.id!r} has no zones: it is drawn as a whole")
    zones = manifest.styles.zones()
    if zone not in zones:
        fault = f"there is no zone {zone!r}; there are: {', '.join(zones)}"
        raise RequestInvalid(fault=fault)


def _check_shift(manifest: Manifest, shift: Shift, dimension: int) -> None:
    name = f"the shift {shift.name!r}" if shift.name else "a shift"
    if not abs(shift.amount) <= MAXIMUM_AMOUNT:
        fault = f"the amount of {name} must lie between {-MAXIMUM_AMOUNT:g} and {MAXIMUM_AMOUNT:g}"
        raise RequestInvalid(fault=fault)
    if shift.space == "style":
        if manifest.styles is None:
            fault = f"{manifest.id!r} has no styles: it is moved along directions of its latent"
            raise RequestInvalid(fault=fault)
        dimension = manifest.styles.dimension
        if shift.zone:
            _check_zone(manifest, shift.zone)
    elif shift.zone:
        fault = f"{name} moves the latent, from which the whole picture comes, not one zone"
        raise RequestInvalid(fault=fault)
    if len(shift.direction) != 4 * dimension:
        fault = (
            f"the direction of {name} has {len(shift.direction) / 4:g} numbers, this model's "
            f"{shift.space} has {dimension}"
        )
        raise RequestInvalid(fault=fault)
    _check_finite(shift.direction, f"the direction of {name}")


def _check_styles(manifest: Manifest, styles: bytes) -> None:
    space = manifest.styles
    if space is None:
        raise RequestInvalid(fault=f"{manifest.id!r} has no styles that could be given")
    wanted = len(space.layers) * space.dimension
    if len(styles) != 4 * wanted:
        fault = (
            f"styles of {len(styles) / 4:g} numbers were given, this model takes {wanted} "
            f"({len(space.layers)} layers of {space.dimension})"
        )
        raise RequestInvalid(fault=fault)
    _check_finite(styles, "the styles given")


def _check_finite(data: bytes, what: str) -> None:
    try:
        latent_from_bytes(data, len(data) // 4)
    except RequestInvalid as error:
        raise RequestInvalid(fault=f"{what} holds values that are not numbers") from error
