"""Breeding: one generation of children, whom they come from, and what their recipes are.

One brood hangs at a time: its parents, how different the children are, which zone of the picture
comes from whom, and the children themselves, first as wishes and then as they were made, in one
step of the history (see `studio.images.document`, where a wall does the same).

How a child comes about:

* Of a model without zones its position is bred from all parents (`Bred`).
* Of a model with zones every zone comes from one parent, chosen or by lot: the coarsest zone's
  parent gives the child its own position, the others are mixed in (`Mixed`) with theirs. What
  parents have mixed in themselves is passed on, flattened, so that recipes do not grow from
  generation to generation.
* Traits are passed on with the zone that they act on; of a model without zones each by lot.
* Its kind and its other controls come by lot from one of the parents that it has something of.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypedDict, Unpack

import msgspec

from studio.contract.manifest import Manifest
from studio.contract.recipe import (
    MAXIMUM_AMOUNT,
    MAXIMUM_STEPS,
    Bred,
    ControlValue,
    Mixed,
    Recipe,
    Shift,
    Styling,
    identity,
    needed_schema,
)
from studio.project.edits import Edit, Patch, change, complete, put
from studio.project.nodes import Node, NodeCodecs, NodeType

SCOPE: Final = "breed"
"""The history that undo follows while pictures are bred."""
BROOD_ID: Final = "brood"
USUAL_CHILDREN: Final = 24
MOST_PARENTS: Final = 8
MOST_CHILDREN: Final = 1_000
USUAL_MUTATION: Final = 0.3


class Brood(Node, frozen=True, kw_only=True):
    """What hangs where pictures are bred."""

    id: str = BROOD_ID
    model: str
    """Id of the model of all of them."""
    parents: tuple[Recipe, ...]
    """Finished pictures, 1 to `MOST_PARENTS`; each once."""
    mutation: float = USUAL_MUTATION
    """How different from what the parents alone would give, 0 to 1."""
    sources: dict[str, str] = msgspec.field(default_factory=dict)
    """By zone the identity of the parent it comes from; absent: each child's own lot decides."""
    kind: str | None = None
    """Value of the control that chooses the class; None: a parent's."""
    first_seed: int
    """Child i is wished for with the seed ``first_seed + i``."""
    count: int = USUAL_CHILDREN
    favourites: tuple[int, ...] = ()
    """Places of the children that are to be the parents of the next generation."""
    children: tuple[Recipe, ...] = ()
    """Wished or finished, from left to right, row by row."""


class BroodFields(TypedDict, total=False):
    """The fields of a `Brood` that an edit may set."""

    model: str
    parents: tuple[Recipe, ...]
    mutation: float
    sources: dict[str, str]
    kind: str | None
    first_seed: int
    count: int
    favourites: tuple[int, ...]
    children: tuple[Recipe, ...]


def brood_meaning(brood: Brood) -> object:
    """What of a brood is seen: a wish and the finished recipe that took its place are the same."""
    children = [(child.seed, type(child.origin), child.controls) for child in brood.children]
    return msgspec.structs.replace(brood, children=()), children


BROOD: NodeType[Brood] = NodeType(name="brood", struct=Brood, meaning=brood_meaning)


def register(codecs: NodeCodecs) -> None:
    """Add the node type of breeding."""
    codecs.register(BROOD)


Label = Literal[
    "breed.start",
    "breed.parents",
    "breed.next",
    "breed.others",
    "breed.more",
    "breed.mutation",
    "breed.source",
    "breed.kind",
    "breed.favourite",
]
"""Names of the steps of breeding, for the translation of "Undo ..."."""


# -- edits ------------------------------------------------------------------------------------


def start_brood(brood: Brood, *, related: Sequence[Patch] = ()) -> Edit:
    """Hang the first brood; undone, there is none again."""
    return Edit(scope=SCOPE, label="breed.start", patches=(put(BROOD, brood), *related))


def change_brood(
    *,
    label: Label,
    related: Sequence[Patch] = (),
    **fields: Unpack[BroodFields],
) -> Edit:
    """Set some fields as one step; ``related`` are patches of the family tree that belong to it.

    Changes of the mutation merge while they follow each other, as a drag of a slider makes them.
    """
    return Edit(
        scope=SCOPE,
        label=label,
        patches=(change(BROOD, BROOD_ID, **fields), *related),
        merge_key=label if label == "breed.mutation" else None,
    )


def complete_brood(
    before: Brood, children: tuple[Recipe, ...], *, count: int | None = None
) -> Edit:
    """Put finished recipes in the place of wishes, within the step that wished for them; or, with
    a ``count``, as many more as the last row lacks.

    Nothing happens if the children of ``before`` do not hang there any more when its turn comes.
    """
    fields: dict[str, object] = {"children": children}
    if count is not None:
        fields["count"] = count
    patch = complete(BROOD, BROOD_ID, {"children": before.children}, **fields)
    return Edit(scope=SCOPE, label="breed.start", patches=(patch,), is_step=False)


# -- children ---------------------------------------------------------------------------------


def why_not_parent(recipe: Recipe, manifest: Manifest | None) -> Literal["", "model", "styles"]:
    """Why nothing can be bred from a finished picture: its model is not here, or its recipe holds
    the outcome of styles alone and not the positions they came from."""
    if manifest is None or recipe.latent is None or manifest.latent is None:
        return "model"
    styled = isinstance(recipe.styling, Styling) and recipe.styling.styles is not None
    return "styles" if styled else ""


def children_of(brood: Brood, manifest: Manifest) -> tuple[Recipe, ...]:
    """The recipes that a brood asks for, ready to be sent to the host."""
    return tuple(child_of(brood, manifest, place) for place in range(brood.count))


def child_of(brood: Brood, manifest: Manifest, place: int) -> Recipe:
    """The wish for one child; the same brood and place always give the same."""
    seed = (brood.first_seed + place) % 2**63
    zones = manifest.styles.zones() if manifest.styles is not None else ()
    if not zones:
        return _bred_whole(brood, manifest, seed)
    parents = {identity(parent): parent for parent in brood.parents}
    names = tuple(parents)
    chosen = {}
    for zone in zones:
        name = brood.sources.get(zone, "")
        chosen[zone] = name if name in parents else names[_lot(seed, f"zone {zone}", len(names))]
    return _bred_by_zones(brood, manifest, seed, {z: parents[n] for z, n in chosen.items()})


def _bred_whole(brood: Brood, manifest: Manifest, seed: int) -> Recipe:
    """A child of a model without zones: the position bred from all parents at once."""
    parents = brood.parents
    latents = tuple(parent.latent for parent in parents if parent.latent is not None)
    shifts: list[Shift] = []
    for direction in _directions(parents):
        giver = parents[_lot(seed, f"trait {hashlib.sha256(direction).hexdigest()}", len(parents))]
        shifts.extend(shift for shift in _shifts(giver) if shift.direction == direction)
    heir = parents[_lot(seed, "kind", len(parents))]
    kinds = {} if brood.kind is not None else _blend(heir)
    return _child(
        brood,
        manifest,
        seed,
        origin=Bred(parents=latents, mutation=brood.mutation),
        givers=parents,
        heir=heir,
        styling=Styling(kinds=kinds, shifts=tuple(shifts)),
    )


def _bred_by_zones(
    brood: Brood, manifest: Manifest, seed: int, sources: Mapping[str, Recipe]
) -> Recipe:
    """A child whose zones come from the parents in ``sources``, the coarsest zone first."""
    (coarsest, heir), *others = sources.items()
    is_one = all(source is heir for _, source in others)
    first, *rest = _made_of(heir, coarsest, manifest)
    mixed = [_mixed(coarsest, step, brood, seed) for step in rest]
    for zone, source in others:
        steps = _made_of(source, zone, manifest)
        if source is heir and steps[0] == first:
            steps = steps[1:]  # the child's own position already
        mixed.extend(_mixed(zone, step, brood, seed) for step in steps)
    shifts = [shift for shift in _shifts(heir) if shift.space == "latent"] if first.is_own else []
    if is_one:
        shifts.extend(shift for shift in _shifts(heir) if shift.space == "style")
    else:
        shifts.extend(
            msgspec.structs.replace(shift, zone=zone)
            for zone, source in sources.items()
            for shift in _shifts(source)
            if shift.space == "style" and shift.zone in ("", zone)
        )
    kinds = {} if brood.kind is not None or len(first.kinds) < 2 else first.kinds
    kind = next(iter(first.kinds), None) if len(first.kinds) == 1 else None
    return _child(
        brood,
        manifest,
        seed,
        origin=Bred(parents=(first.latent,), mutation=brood.mutation),
        givers=tuple(sources.values()),
        heir=heir,
        kind=kind,
        styling=Styling(kinds=kinds, mixed=tuple(mixed), shifts=tuple(shifts)),
    )


def _child(
    brood: Brood,
    manifest: Manifest,
    seed: int,
    *,
    origin: Bred,
    givers: Sequence[Recipe],
    heir: Recipe,
    styling: Styling,
    kind: str | None = None,
) -> Recipe:
    known = {control.name for control in manifest.controls}
    controls: dict[str, ControlValue] = {}
    for control in manifest.controls:
        giver = heir
        if control.applies_to not in ("class", "truncation"):
            giver = givers[_lot(seed, f"control {control.name}", len(givers))]
        controls[control.name] = giver.controls.get(control.name, control.default)
        if control.applies_to == "class":
            inherited = kind if kind is not None else controls[control.name]
            controls[control.name] = brood.kind if brood.kind is not None else inherited
    styling = msgspec.structs.replace(
        styling, mixed=styling.mixed[-MAXIMUM_STEPS:], shifts=_merged(styling.shifts)
    )
    recipe = Recipe(
        model=brood.model,
        seed=seed,
        origin=origin,
        controls={name: value for name, value in controls.items() if name in known},
        parents=tuple(dict.fromkeys(identity(giver) for giver in givers)),
        styling=styling if styling != Styling() else msgspec.UNSET,
    )
    return msgspec.structs.replace(recipe, schema=needed_schema(recipe))


class _Step(msgspec.Struct, frozen=True, kw_only=True):
    """A position that a zone is made of, and how far it takes the zone there."""

    latent: bytes
    kinds: dict[str, float]
    share: float = 1.0
    is_own: bool = False
    """The picture's own position, and not one that was mixed in."""


def _made_of(recipe: Recipe, zone: str, manifest: Manifest) -> list[_Step]:
    """The positions that decide a zone of a finished picture, in the order they are applied.

    One that takes the whole zone leaves nothing of those before it.
    """
    assert recipe.latent is not None
    kinds = _kinds(recipe, manifest)
    steps = [_Step(latent=recipe.latent, kinds=kinds, is_own=True)]
    if isinstance(recipe.styling, Styling):
        for mixed in recipe.styling.mixed:
            if mixed.zone != zone or mixed.share <= 0.0:
                continue
            step = _Step(latent=mixed.latent, kinds=mixed.kinds or kinds, share=mixed.share)
            steps = [step] if mixed.share >= 1.0 else [*steps, step]
    return steps


def _mixed(zone: str, step: _Step, brood: Brood, seed: int) -> Mixed:
    kinds = {} if brood.kind is not None else step.kinds
    latent = _mutated(step.latent, brood.mutation, seed)
    return Mixed(zone=zone, latent=latent, kinds=kinds, share=step.share)


def _mutated(latent: bytes, mutation: float, seed: int) -> bytes:
    """The latent as `Bred` of it alone would be, so that zones of one parent change together."""
    if mutation == 0.0:
        return latent
    from studio.contract.arrays import latent_from_bytes, latent_to_bytes
    from studio.contract.crossing import breed_latents

    parent = latent_from_bytes(latent, len(latent) // 4)
    return latent_to_bytes(breed_latents([parent], mutation, seed))


def _kinds(recipe: Recipe, manifest: Manifest) -> dict[str, float]:
    """Shares of the kinds of a finished picture; empty for a model without kinds."""
    blend = _blend(recipe)
    control = manifest.control("class")
    if blend or control is None:
        return blend
    return {str(recipe.controls.get(control.name, control.default)): 1.0}


def _blend(recipe: Recipe) -> dict[str, float]:
    return recipe.styling.kinds if isinstance(recipe.styling, Styling) else {}


def _shifts(recipe: Recipe) -> tuple[Shift, ...]:
    return recipe.styling.shifts if isinstance(recipe.styling, Styling) else ()


def _directions(parents: Sequence[Recipe]) -> Iterator[bytes]:
    yield from dict.fromkeys(shift.direction for parent in parents for shift in _shifts(parent))


def _merged(shifts: Sequence[Shift]) -> tuple[Shift, ...]:
    """Shifts of one direction in one zone as one; those that come to nothing are left out."""
    sums: dict[tuple[bytes, str, str], Shift] = {}
    for shift in shifts:
        key = (shift.direction, shift.space, shift.zone)
        before = sums.get(key)
        amount = shift.amount + (before.amount if before is not None else 0.0)
        amount = min(max(amount, -MAXIMUM_AMOUNT), MAXIMUM_AMOUNT)
        sums[key] = msgspec.structs.replace(before or shift, amount=amount)
    return tuple(shift for shift in sums.values() if shift.amount)[-MAXIMUM_STEPS:]


def _lot(seed: int, name: str, count: int) -> int:
    """Which of ``count`` a child draws; not numpy's, as for a wall's coins."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big") * count >> 64


# -- generations ------------------------------------------------------------------------------


def favourites_of(brood: Brood) -> tuple[Recipe, ...]:
    """The finished children that are to be parents, at most `MOST_PARENTS` of them."""
    found = (brood.children[place] for place in brood.favourites if place < len(brood.children))
    return tuple(child for child in found if child.is_made)[:MOST_PARENTS]


def with_parents(brood: Brood, parents: Sequence[Recipe], first_seed: int) -> Brood:
    """The brood of other parents; sources that name nobody any more are forgotten."""
    unique = {identity(parent): parent for parent in parents}
    return msgspec.structs.replace(
        brood,
        parents=tuple(unique.values())[:MOST_PARENTS],
        sources={zone: name for zone, name in brood.sources.items() if name in unique},
        first_seed=first_seed,
        favourites=(),
        children=(),
    )
