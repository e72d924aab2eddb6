"""What the images room keeps in a project, and the edits it makes.

One wall hangs at a time: the request it came from and the recipes of its pictures. Their pixels
are not stored; pictures are remade from recipes faster than they could be read. What the user
keeps is stored as a PNG with its recipe inside, a `Work`.

A wall's recipes come in two steps. First the wishes, small, seeds without latents; once the
pictures are there, `complete_wall` puts the finished recipes, which hold the latents themselves,
into the same step of the history, so that a roll is undone as one and a wall that is opened
years later hangs as it did.
"""

import hashlib
import time
import uuid
from collections.abc import Sequence
from typing import Literal, TypedDict, Unpack

import msgspec

from studio.contract.manifest import Control, Manifest
from studio.contract.recipe import (
    CROSSED_SCHEMA,
    ControlValue,
    Crossed,
    FromSeed,
    Near,
    Recipe,
    identity,
)
from studio.images import brood, exploration, filming
from studio.project.blobs import sha256_of
from studio.project.edits import Edit, Patch, change, complete, put, remove
from studio.project.nodes import RELATIVE, WORK, Node, NodeCodecs, NodeType, Work

SCOPE = "images"
"""The history that undo follows while the room has the focus."""
WALL_ID = "wall"
TILES = 24
MAXIMUM_TILES = 1_000
SEEDS = 2**31
"""First seeds are drawn below this: short enough to be read aloud and typed."""


class Wall(Node, frozen=True, kw_only=True):
    """What hangs in the images room."""

    id: str = WALL_ID
    model: str
    """Id of the model that makes its pictures."""
    kind: str | None = None
    """Value of the control that chooses the class; None: all kinds in turn."""
    truncation: float | None = None
    """Typical to strange; None: the model's default."""
    first_seed: int
    """Picture i was wished for with the seed ``first_seed + i``."""
    count: int = TILES
    """How many pictures hang, 1 to `MAXIMUM_TILES`."""
    base: Recipe | None = None
    """The finished picture that the others are like; None: they are drawn freely."""
    partner: Recipe | None = None
    """The finished picture that ``base`` is crossed with; None: no crossing."""
    strength: float = 0.4
    """How different from the base, 0 to 1."""
    locked: tuple[int, ...] = ()
    """Places of the pictures that stay when the others are rolled."""
    controls: dict[str, ControlValue] = msgspec.field(default_factory=dict)
    """Values of the model's further controls, by name; absent: the default."""
    tiles: tuple[Recipe, ...] = ()
    """Recipes of the pictures, from left to right, row by row: wished or finished."""


class WallFields(TypedDict, total=False):
    """The fields of a `Wall` that an edit may set."""

    model: str
    kind: str | None
    truncation: float | None
    first_seed: int
    count: int
    base: Recipe | None
    partner: Recipe | None
    strength: float
    locked: tuple[int, ...]
    controls: dict[str, ControlValue]
    tiles: tuple[Recipe, ...]


def wall_meaning(wall: Wall) -> object:
    """What of a wall is seen: a wish and the finished recipe that took its place are the same."""
    tiles = [
        (t.model, t.seed, t.noise_seed or t.seed, type(t.origin), t.controls, t.styling)
        for t in wall.tiles
    ]
    return msgspec.structs.replace(wall, tiles=()), tiles


WALL: NodeType[Wall] = NodeType(name="wall", struct=Wall, meaning=wall_meaning)

Label = Literal[
    "images.keep",
    "images.unkeep",
    "images.rate",
    "images.rename",
    "images.roll",
    "images.more_like_this",
    "images.cross",
    "images.kind",
    "images.truncation",
    "images.strength",
    "images.lock",
    "images.more",
    "images.number",
    "images.gene",
    "images.control",
    "images.back",
    "images.model",
    "images.wall",
]
"""Names of the room's steps, for the translation of "Undo ..."."""

_MERGED: tuple[Label, ...] = ("images.truncation", "images.strength")
"""Steps that a drag makes many of."""


def register(codecs: NodeCodecs) -> None:
    """Add the node types of the images room."""
    codecs.register(WALL)
    exploration.register(codecs)
    filming.register(codecs)
    brood.register(codecs)


def codecs() -> NodeCodecs:
    """All that a project with images alone holds: works, their relatives and the wall."""
    known = NodeCodecs(WORK, RELATIVE)
    register(known)
    return known


# -- works ------------------------------------------------------------------------------------


def keep(
    picture_png: bytes,
    recipe: Recipe,
    *,
    title: str = "",
    source: Literal["made", "brought in"] = "made",
    scope: str = SCOPE,
    related: tuple[Patch, ...] = (),
) -> Edit:
    """Keep a picture: its PNG, as it will lie in the project, and its recipe.

    The new work's id is that of the edit's first patch; ``scope`` is the history that takes it
    back, ``related`` enters those that it came from into the family tree.
    """
    work = Work(
        id=uuid.uuid4().hex,
        recipe=recipe,
        blob=sha256_of(picture_png),
        title=title,
        created=time.time(),
        source=source,
    )
    return _step("images.keep", put(WORK, work), *related, blobs=(picture_png,), scope=scope)


def unkeep(*works: Work) -> Edit:
    """Put works into the bin."""
    return _step("images.unkeep", *(remove(WORK, work.id) for work in works))


def rate(work: Work, rating: int) -> Edit:
    """Give a work 1 to 5, or 0 to take its rating back."""
    return _step("images.rate", change(WORK, work.id, rating=rating))


def rename(work: Work, title: str) -> Edit:
    return _step("images.rename", change(WORK, work.id, title=title))


# -- the wall ---------------------------------------------------------------------------------


def first_wall(wall: Wall) -> Edit:
    """Hang the first wall of a project; there is nothing before it, so it cannot be undone."""
    return Edit(scope=SCOPE, label="images.wall", patches=(put(WALL, wall),), is_step=False)


def change_wall(
    before: Wall,
    *,
    label: Label = "images.wall",
    merge_key: str | None = None,
    related: Sequence[Patch] = (),
    **fields: Unpack[WallFields],
) -> Edit:
    """Set some fields of the wall as one step; ``related`` are patches of the family tree that
    belong to it.

    Changes labelled as of truncation or strength merge while they follow each other, as a drag
    of a slider makes them; others do if they are given a ``merge_key``.
    """
    if merge_key is None and label in _MERGED:
        merge_key = label
    patch = change(WALL, before.id, **fields)
    return Edit(scope=SCOPE, label=label, patches=(patch, *related), merge_key=merge_key)


def fill_wall(before: Wall, tiles: tuple[Recipe, ...]) -> Edit:
    """Hang so many more wishes that the last row is full, within the step that hung the wall.

    Nothing happens if the tiles of ``before`` do not hang there any more when its turn comes.
    """
    patch = complete(WALL, before.id, {"tiles": before.tiles}, tiles=tiles, count=len(tiles))
    return Edit(scope=SCOPE, label="images.wall", patches=(patch,), is_step=False)


def complete_wall(before: Wall, tiles: tuple[Recipe, ...]) -> Edit:
    """Put finished recipes in the place of wishes, within the step that wished for them.

    Nothing happens if the tiles of ``before`` do not hang there any more when its turn comes,
    because undo was faster.
    """
    patch = complete(WALL, before.id, {"tiles": before.tiles}, tiles=tiles)
    return Edit(scope=SCOPE, label="images.wall", patches=(patch,), is_step=False)


def wishes(wall: Wall, manifest: Manifest, *, columns: int) -> tuple[Recipe, ...]:
    """The recipes that a wall asks for, ready to be sent to the host.

    Locked places keep what hangs there; with a base, the base itself hangs first. ``columns`` is
    how many hang in a row, so that mixed kinds can stand in columns; see `kind_at`. A base that
    is not finished counts as none.

    With a partner too, the parents hang at the two ends of the first row and the way from the one
    to the other between them; below hang their children, from the left to the right ever more
    like the partner.
    """
    base, partner = parents_of(wall)
    recipes = []
    for place in range(wall.count):
        if place == 0 and base is not None:
            recipes.append(base)
        elif partner is not None and place == partner_place(columns):
            recipes.append(partner)
        elif place in wall.locked and place < len(wall.tiles):
            recipes.append(wall.tiles[place])
        elif base is not None and partner is not None:
            recipes.append(_child(wall, manifest, (base, partner), place, columns))
        else:
            recipes.append(_wish(wall, manifest, base, place, columns))
    return tuple(recipes)


def neighbours(
    base: Recipe, strength: float, first_seed: int, count: int, manifest: Manifest
) -> tuple[Recipe, ...]:
    """The first neighbours of a finished picture, as a wall of it with that seed hangs them."""
    wall = Wall(
        model=base.model, first_seed=first_seed, count=count + 1, base=base, strength=strength
    )
    return wishes(wall, manifest, columns=1)[1:]


def parents_of(wall: Wall) -> tuple[Recipe | None, Recipe | None]:
    """The base and the partner of a wall, as far as they are finished."""
    base = wall.base if wall.base is not None and wall.base.latent is not None else None
    partner = wall.partner
    if base is None or partner is None or partner.latent is None:
        return base, None
    return base, partner


def partner_place(columns: int) -> int:
    """Where the second parent of a crossing hangs: at the end of the first row."""
    return max(columns - 1, 1)


def _wish(wall: Wall, manifest: Manifest, base: Recipe | None, place: int, columns: int) -> Recipe:
    classes = manifest.classes()
    controls = dict(wall.controls if base is None else base.controls)
    for control in manifest.controls:
        if control.applies_to == "class" and classes:
            if wall.kind is not None:
                controls[control.name] = wall.kind
            elif base is None:
                controls[control.name] = classes[kind_at(place, columns, len(classes))].value
        elif control.applies_to == "truncation" and wall.truncation is not None:
            controls[control.name] = wall.truncation
    return Recipe(
        model=wall.model,
        seed=(wall.first_seed + place) % 2**63,
        origin=_origin(base, wall.strength),
        controls=controls,
        parents=(identity(base),) if base is not None else (),
    )


def _child(
    wall: Wall, manifest: Manifest, parents: tuple[Recipe, Recipe], place: int, columns: int
) -> Recipe:
    """The wish for a child: its position, kind and controls come from both parents."""
    first, second = parents
    assert first.latent is not None
    assert second.latent is not None
    seed = (wall.first_seed + place) % 2**63
    is_between = 0 < place < partner_place(columns)
    share = _share_at(place, columns)
    controls: dict[str, ControlValue] = {}
    for control in manifest.controls:
        values = [parent.controls.get(control.name, control.default) for parent in parents]
        coin = 0.5 if is_between else _coin(seed, control.name)
        controls[control.name] = _inherited(control, values[0], values[1], share, coin)
        if control.applies_to == "class" and wall.kind is not None:
            controls[control.name] = wall.kind
        elif control.applies_to == "truncation" and wall.truncation is not None:
            controls[control.name] = wall.truncation
        elif control.name in wall.controls:
            controls[control.name] = wall.controls[control.name]
    return Recipe(
        schema=CROSSED_SCHEMA,
        model=wall.model,
        seed=seed,
        origin=Crossed(
            first=first.latent,
            second=second.latent,
            share=share,
            method="between" if is_between else "mixed",
        ),
        controls=controls,
        parents=tuple(identity(parent) for parent in parents),
    )


def _share_at(place: int, columns: int) -> float:
    """How much of a child comes from the second parent: more, the further to the right.

    Between the parents it grows evenly from the one to the other; below them it never reaches
    either, so that none of the children is a parent once more.
    """
    if place < columns:
        return round(place / partner_place(columns), 4)
    return round((place % columns + 1) / (columns + 1), 4)


def _coin(seed: int, name: str) -> float:
    """A number in [0, 1) that belongs to a child and one of its controls.

    Not numpy's: the window wishes for children before numpy is there.
    """
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def _inherited(
    control: Control, first: ControlValue, second: ControlValue, share: float, coin: float
) -> ControlValue:
    """One parent's value where values cannot be mixed, else the one that lies at ``share``."""
    if control.type in ("choice", "toggle") or isinstance(first, str) or isinstance(second, str):
        return second if coin < share else first
    if first == second:
        return first
    value = float(first) + share * (float(second) - float(first))
    return round(value) if control.type == "integer" else round(value, 4)


def kind_at(place: int, columns: int, kinds: int) -> int:
    """Which of the mixed kinds hangs at ``place``: each column keeps its kind where it can.

    With more columns than kinds, neighbouring columns share one; with fewer, rows go on where the
    last one ended, so that every kind appears.
    """
    if columns >= kinds:
        return (place % columns) * kinds // columns
    return place % kinds


def with_control(recipe: Recipe, name: str, value: ControlValue) -> Recipe:
    """The wish for the same position under another value of a control.

    What making the picture added is gone; the latent stays, because controls come after it.
    """
    return msgspec.structs.replace(wish(recipe), controls={**recipe.controls, name: value})


def wish(recipe: Recipe) -> Recipe:
    """The request in a recipe: what decides the picture, without what making it added.

    A latent that is known stays, because numpy's streams may change between releases.
    """
    return msgspec.structs.replace(
        recipe, studio="", graphs={}, making=None, width=0, height=0, pixels_sha256=None
    )


def _origin(base: Recipe | None, strength: float) -> FromSeed | Near:
    if base is None or base.latent is None:
        return FromSeed()
    return Near(base=base.latent, strength=strength)


def _step(label: Label, *patches: Patch, blobs: tuple[bytes, ...] = (), scope: str = SCOPE) -> Edit:
    return Edit(scope=scope, label=label, patches=patches, blobs=blobs)
