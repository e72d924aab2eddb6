"""What the explorer keeps in a project: where it is, how its pad is set, and the path so far.

Each stop of the path is a node of its own, so that a step of the history is a few kilobytes
however long the path is, and undo takes back one stop at a time. Pictures are not stored: a
recipe is remade faster than a file is read.
"""

import uuid
from typing import Final, Literal, Protocol, TypedDict, Unpack

import msgspec

from studio.contract.recipe import Recipe, identity
from studio.project.edits import Edit, Patch, change, complete, put, remove
from studio.project.nodes import Node, NodeCodecs, NodeType

SCOPE: Final = "images.explore"
"""The history that undo follows while the explorer is in front."""
EXPLORATION_ID: Final = "explore"
FREE: Final = ""
"""An axis of the pad that no trait was chosen for."""
REACH: Final = 1.5
LEAST_REACH: Final = 0.1
MOST_REACH: Final = 8.0
LONGEST_LINE: Final = 64
"""Stops behind a picture that go into the family tree with it."""

View = Literal["pad", "seeds", "between"]
Way = Literal["position", "style"]


class Exploration(Node, frozen=True, kw_only=True):
    """Where the explorer is."""

    id: str = EXPLORATION_ID
    here: Recipe
    """The picture in the middle: finished, or still to be made."""
    stop: str = ""
    """Id of the stop of the path that is `here`."""
    view: View = "pad"
    across: str = FREE
    """Id of the trait that the pad moves along to the right, or `FREE`."""
    down: str = FREE
    """Id of the trait that the pad moves along upwards (more of it is up), or `FREE`."""
    plane: int = 0
    """The seed of the two free directions."""
    reach: float = REACH
    """How far the pad's rim is from its middle: sigmas of a trait, or steps of a free way."""
    first_seed: int = 0
    """The number at which the grid of numbers begins."""
    first: Recipe | None = None
    """The finished picture from which the way between two leads."""
    second: Recipe | None = None
    share: float = 0.5
    """How far along that way."""
    way: Way = "position"
    text: str = ""
    """What is set in the letters of an alphabet."""


class ExplorationFields(TypedDict, total=False):
    """The fields of an `Exploration` that an edit may set."""

    here: Recipe
    stop: str
    view: View
    across: str
    down: str
    plane: int
    reach: float
    first_seed: int
    first: Recipe | None
    second: Recipe | None
    share: float
    way: Way
    text: str


class Stop(Node, frozen=True, kw_only=True):
    """One picture of the path."""

    recipe: Recipe


def _recipe_meaning(recipe: Recipe | None) -> object:
    """A wish and the finished recipe that took its place are the same picture."""
    if recipe is None:
        return None
    return recipe.model, recipe.seed, type(recipe.origin), recipe.controls, recipe.styling


def exploration_meaning(exploration: Exploration) -> object:
    """What of an exploration is seen."""
    bare = msgspec.structs.replace(exploration, here=_NOWHERE, first=None, second=None)
    recipes = (exploration.here, exploration.first, exploration.second)
    return bare, [_recipe_meaning(recipe) for recipe in recipes]


_NOWHERE: Final = Recipe(model="", seed=0)

EXPLORATION: NodeType[Exploration] = NodeType(
    name="exploration", struct=Exploration, meaning=exploration_meaning
)
STOP: NodeType[Stop] = NodeType(name="stop", struct=Stop, key=lambda stop: identity(stop.recipe))

Label = Literal[
    "explore.begin",
    "explore.move",
    "explore.surprise",
    "explore.trait",
    "explore.control",
    "explore.kind",
    "explore.blend",
    "explore.zone",
    "explore.number",
    "explore.between",
    "explore.seed",
    "explore.return",
    "explore.pad",
    "explore.text",
    "explore.clear",
    "explore.model",
    "explore.open",
]
"""Names of the explorer's steps, for the translation of "Undo ..."."""


def register(codecs: NodeCodecs) -> None:
    """Add the node types of the explorer."""
    codecs.register(EXPLORATION)
    codecs.register(STOP)


def new_stop(recipe: Recipe) -> Stop:
    """A stop with an id of its own."""
    return Stop(id=uuid.uuid4().hex, recipe=recipe)


def begin(exploration: Exploration, stop: Stop) -> Edit:
    """Begin exploring in a project; there is nothing before it, so it cannot be undone."""
    patches = (put(STOP, stop), put(EXPLORATION, exploration))
    return Edit(scope=SCOPE, label="explore.begin", patches=patches, is_step=False)


def go_on(at: Stop, label: Label, **fields: Unpack[ExplorationFields]) -> Edit:
    """Go to another picture, which is the path's last stop."""
    patches = (
        put(STOP, at),
        change(EXPLORATION, EXPLORATION_ID, **{**fields, "here": at.recipe, "stop": at.id}),
    )
    return Edit(scope=SCOPE, label=label, patches=patches)


def set_up(
    label: Label, *, merge_key: str | None = None, **fields: Unpack[ExplorationFields]
) -> Edit:
    """Set something other than the picture, or go back to a stop: the path stays."""
    patches = (change(EXPLORATION, EXPLORATION_ID, **fields),)
    return Edit(scope=SCOPE, label=label, patches=patches, merge_key=merge_key)


def complete_stop(before: Recipe, at: Stop) -> Edit:
    """Put a finished recipe in the place of the wish, within the step that wished for it.

    Nothing happens if the explorer is elsewhere when its turn comes, because undo was faster.
    """
    patches = (
        complete(STOP, at.id, {"recipe": before}, recipe=at.recipe),
        complete(EXPLORATION, EXPLORATION_ID, {"here": before}, here=at.recipe),
    )
    return Edit(scope=SCOPE, label="explore.begin", patches=patches, is_step=False)


class StopStore(Protocol):
    """What is asked of a project's store."""

    def find(self, kind: NodeType[Stop], key: str, /) -> tuple[Stop, ...]: ...


def line_of(store: StopStore, recipe: Recipe) -> tuple[Recipe, ...]:
    """The stops of the path from which a picture came, the earliest first: `LONGEST_LINE` at most.

    Of those that were forgotten nothing is known, nor of what lies behind them.
    """
    found: dict[str, Recipe] = {}
    waiting = list(recipe.parents)
    while waiting and len(found) < LONGEST_LINE:
        name = waiting.pop(0)
        stops = () if name in found else store.find(STOP, name)
        if stops:
            found[name] = stops[0].recipe
            waiting += stops[0].recipe.parents
    return tuple(reversed(found.values()))


def clear_path(stops: tuple[str, ...]) -> Edit:
    """Forget stops of the path, by their ids."""
    patches: tuple[Patch, ...] = tuple(remove(STOP, stop) for stop in stops)
    return Edit(scope=SCOPE, label="explore.clear", patches=patches)
