"""What ``generate`` was asked for, turned into recipes: everything that needs no host.

All that cannot be made is refused here, before any work starts.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from studio import __version__
from studio.commands.styling import (
    Blend,
    MixWish,
    TraitWish,
    blended,
    mixed,
    restyled,
    with_traits,
)
from studio.contract.errors import RequestInvalid
from studio.contract.manifest import MAXIMUM_SIDE, Control, Manifest, Model, control_fault
from studio.contract.recipe import ControlValue, Given, Near, Recipe, Styling, identity
from studio.images.traits import TraitShelf
from studio.provenance.containers import Format
from studio.provenance.files import IfTaken
from studio.provenance.pictures import read_recipe

MIXED = "mixed"
"""Stands for every class in turn."""

MAXIMUM_COUNT = 100_000
"""Pictures in one run; more than that is a folder that no program opens gladly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asked for, checked for its form only."""

    model: str
    seed: int
    count: int
    kind: str | None
    blend: Blend | None
    specimen: bool
    truncation: float | None
    noise: float | None
    noise_seed: int | None
    traits: tuple[TraitWish, ...]
    mixes: tuple[MixWish, ...]
    controls: tuple[tuple[str, str], ...]
    like: Path | None
    strength: float | None
    format: Format
    quality: int
    lossless: bool
    enlarge: int
    out: Path
    if_taken: IfTaken
    batch: int
    provider: str


def plan(options: Options, model: Model, shelf: TraitShelf) -> list[Recipe]:
    """One recipe for each picture; raises `RequestInvalid` for whatever the model cannot do."""
    from studio.images.engine.requests import check_request  # numpy, and nobody needs it before

    recipes = _plan(options, model, shelf)
    check_request(model, recipes[:1], options.batch)  # they differ in seeds and kinds alone
    return recipes


def _plan(options: Options, model: Model, shelf: TraitShelf) -> list[Recipe]:
    manifest = model.manifest
    if manifest.kind != "gan":
        raise RequestInvalid(fault=f"{manifest.id} is a {manifest.kind} model, it draws nothing")
    largest = MAXIMUM_SIDE // max(manifest.picture_size or (1, 1))
    if options.enlarge > largest:
        fault = f"enlarged {options.enlarge} times a side would exceed {MAXIMUM_SIDE} pixels"
        fault += f"; {largest} times would be possible"
        raise RequestInvalid(fault=fault)
    base = None if options.like is None else _base(options.like, manifest)
    controls = chosen_controls(options, manifest, base)
    kinds = _kinds(options, manifest, controls)
    repeats = base is not None and options.strength is None
    if options.count * (len(kinds) if options.specimen else 1) > MAXIMUM_COUNT:
        fault = f"{options.count:,} specimens of {len(kinds)} kinds are more than "
        raise RequestInvalid(fault=fault + f"{MAXIMUM_COUNT:,} pictures")
    if repeats and options.count > (1 if options.specimen else len(kinds)):
        fault = (
            f"{options.count} pictures at one position would be the same; give --strength, "
            f"or --class {MIXED} for one of each kind"
        )
        raise RequestInvalid(fault=fault)
    class_control = manifest.control("class")
    recipes = []
    for index in range(options.count):
        position = _recipe(manifest, controls, options, base, index)
        for kind in kinds if options.specimen else (kinds[index % len(kinds)],):
            values = dict(controls)
            if class_control is not None:
                values[class_control.name] = kind
            recipes.append(msgspec.structs.replace(position, controls=values))
    if options.blend is None and not options.mixes and not options.traits:
        return recipes
    # The same is done to every position, so what files say is read once.
    pattern = _dressed(recipes[0], options, manifest, shelf)
    return [
        msgspec.structs.replace(
            recipe,
            schema=pattern.schema,
            styling=pattern.styling,
            controls=recipe.controls if options.blend is None else pattern.controls,
        )
        for recipe in recipes
    ]


def _dressed(recipe: Recipe, options: Options, manifest: Manifest, shelf: TraitShelf) -> Recipe:
    """The recipe with the blend, the zones and the traits that were asked for."""
    if options.blend is not None:
        control = manifest.control("class")
        if control is None:
            raise RequestInvalid(fault=f"{manifest.id} has no kinds to blend")
        values = [find_kind(control, name) for name, _ in options.blend]
        recipe = blended(recipe, options.blend, control, values)
    if options.mixes:
        recipe = mixed(recipe, options.mixes, manifest)
    return with_traits(recipe, options.traits, manifest, shelf)


def _recipe(
    manifest: Manifest,
    controls: dict[str, ControlValue],
    options: Options,
    base: Recipe | None,
    index: int,
) -> Recipe:
    drawn = Recipe(
        studio=__version__,
        model=manifest.id,
        seed=options.seed + index,
        noise_seed=options.noise_seed,
        controls=controls,
    )
    if base is None or base.latent is None:
        return drawn
    drawn = restyled(drawn, _inherited(base, options))
    parents = (identity(base),)
    if options.strength is not None:
        origin = Near(base=base.latent, strength=options.strength)
        return msgspec.structs.replace(drawn, origin=origin, parents=parents)
    return msgspec.structs.replace(
        drawn,
        seed=base.seed,
        noise_seed=base.noise_seed if options.noise_seed is None else options.noise_seed,
        origin=Given(),
        latent=base.latent,
        parents=parents,
    )


def _inherited(base: Recipe, options: Options) -> Styling:
    """What was done to the base, as far as nothing else was asked for."""
    styling = base.styling if isinstance(base.styling, Styling) else Styling()
    others = options.kind is not None or options.blend is not None or options.specimen
    if styling.styles is not None:
        asked = (options.strength, options.truncation)
        if others or options.mixes or any(value is not None for value in asked):
            fault = (
                f"{options.like} holds its final styles: only --trait and --noise change anything"
            )
            raise RequestInvalid(fault=fault)
        return styling
    return msgspec.structs.replace(styling, kinds={}) if others else styling


def _base(file: Path, manifest: Manifest) -> Recipe:
    """The recipe of the picture that the new ones are to be like."""
    recipe = read_recipe(file)
    if recipe.model != manifest.id:
        fault = f"{file} was made by {recipe.model!r}, so {manifest.id!r} cannot make its like"
        raise RequestInvalid(fault=fault)
    if recipe.latent is None:
        raise RequestInvalid(fault=f"the recipe in {file} gives no position")
    return recipe


def chosen_controls(
    options: Options, manifest: Manifest, base: Recipe | None
) -> dict[str, ControlValue]:
    """The value of every control: the default, the base's, or what was asked for."""
    known = {control.name: control for control in manifest.controls}
    values: dict[str, ControlValue] = {name: known[name].default for name in known}
    if base is not None:
        values |= {name: value for name, value in base.controls.items() if name in known}
    for name, text in options.controls:
        control = known.get(name)
        if control is None:
            there = ", ".join(known) or "none"
            raise RequestInvalid(fault=f"there is no control {name!r}; there are: {there}")
        values[name] = parse_control(control, text)
    if options.truncation is not None:
        control = manifest.control("truncation")
        if control is None:
            raise RequestInvalid(fault=f"{manifest.id} has no truncation")
        values[control.name] = options.truncation
    if options.noise is not None:
        control = manifest.control("noise")
        if control is None:
            raise RequestInvalid(fault=f"{manifest.id} has no noise that could be set")
        values[control.name] = options.noise
    if options.noise_seed is not None and not _takes_noise(manifest):
        raise RequestInvalid(fault=f"{manifest.id} draws no noise")
    for name, value in values.items():
        fault = control_fault(known[name], value)
        if fault is not None:
            raise RequestInvalid(fault=fault)
    return values


def parse_control(control: Control, text: str) -> ControlValue:
    """A control's value from the command line; raises `RequestInvalid`."""
    if control.type == "choice":
        return find_kind(control, text)
    if control.type == "toggle":
        answers = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        answer = answers.get(text.lower())
        if answer is None:
            raise RequestInvalid(fault=f"{control.name} is either true or false, not {text!r}")
        return answer
    try:
        return int(text) if control.type == "integer" else float(text)
    except ValueError as error:
        raise RequestInvalid(fault=f"{control.name} must be a number, not {text!r}") from error


def find_kind(control: Control, text: str) -> str:
    """The choice that ``text`` names by value or by label in either language, in any case."""
    wanted = text.strip().casefold()
    for choice in control.choices:
        names = (choice.value, choice.label.en, choice.label.zh)
        if wanted in {name.casefold() for name in names if name}:
            return choice.value
    there = ", ".join(choice.value for choice in control.choices)
    raise RequestInvalid(fault=f"there is no {control.name} {text!r}; there are: {there}")


def _takes_noise(manifest: Manifest) -> bool:
    graphs = [manifest.graphs[role] for role in manifest.drawing_graphs()]
    return any(tensor.role == "noise" for graph in graphs for tensor in graph.inputs)


def _kinds(
    options: Options, manifest: Manifest, controls: dict[str, ControlValue]
) -> tuple[str, ...]:
    """The classes to cycle through; one empty text for a model without classes."""
    control = manifest.control("class")
    if control is None:
        if options.kind is not None or options.specimen:
            raise RequestInvalid(fault=f"{manifest.id} has no classes to choose from")
        return ("",)
    if options.specimen:
        return tuple(choice.value for choice in control.choices)
    if options.kind is None:
        return (str(controls[control.name]),)
    if options.kind.strip().casefold() == MIXED:
        return tuple(choice.value for choice in control.choices)
    return (find_kind(control, options.kind),)
