"""How a picture was made, as a story: from its first ancestor to itself, and as a short film.

The steps come from the recipes: each names its parents, and holds what is needed to draw them
again where they are not in the project. No Qt, no numpy.
"""

from collections.abc import Callable, Iterable
from typing import Final, Literal

import msgspec

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Manifest
from studio.contract.recipe import (
    Bred,
    Crossed,
    Enlarged,
    Given,
    Near,
    Recipe,
    Styling,
    identity,
    needed_schema,
)
from studio.images.timeline import Film, Key, new_key

How = Literal["typical", "drawn", "varied", "crossed", "bred", "given", "partner"]
"""What the model has in the middle of its space; drawn from a number; varied from the step before;
a child of two, or of several; a position that nothing derived; and the other parent of a child,
which is shown before it."""

MOST_STEPS: Final = 8
"""Earlier ancestors are left out, so that four seconds tell something of each."""
SECONDS: Final = 4.0
FPS: Final = 20
"""A GIF counts in hundredths of a second: 20 pictures a second are exact."""
END: Final = 0.8
"""Seconds that the picture itself stays at the end."""
PAUSE: Final = 0.12
"""Seconds that every other step stays."""

Find = Callable[[Iterable[str]], dict[str, Recipe]]
"""Recipes by identity, of those that are there."""


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One picture of a story."""

    recipe: Recipe
    how: How
    strength: float = 0.0
    """How different from the step before, of a variation or a child; 0 to 1."""
    parents: int = 0
    """Of a child."""
    traits: int = 0
    """Directions that it was moved along."""
    enlarged: int = 0
    """Times it was enlarged; 0: it was not."""


def story_of(recipe: Recipe, find: Find, manifest: Manifest) -> tuple[Step, ...]:
    """The steps that led to a finished picture, itself the last.

    A picture without parents begins with what is typical of the model, where the model knows
    that.
    """
    chain: list[Step] = [_step(recipe)]
    seen = {identity(recipe)}
    current = recipe
    while len(chain) < MOST_STEPS:
        parents = [
            parent
            for parent in _parents(current, find)
            if parent.model == recipe.model and identity(parent) not in seen
        ]
        if not parents:
            break
        # Of two parents the one that has a story of its own tells on.
        earlier = next((parent for parent in parents if _has_parents(parent)), parents[0])
        others = [parent for parent in parents if parent is not earlier]
        room = MOST_STEPS - len(chain) - 1
        chain += [Step(recipe=other, how="partner") for other in reversed(others[:room])]
        chain.append(_step(earlier))
        seen.update(map(identity, parents))
        current = earlier
    if len(chain) < MOST_STEPS and not _has_parents(current):
        typical = _typical(current, manifest)
        if typical is not None:
            chain.append(Step(recipe=typical, how="typical"))
    return tuple(reversed(chain))


def story_film(steps: tuple[Step, ...], title: str) -> Film:
    """The film of a story; raises `RequestInvalid` where there is nothing to be told."""
    if len(steps) < 2:
        fault = "it was drawn from its number alone, and nothing came before it"
        raise RequestInvalid(fault=fault)
    last = SECONDS - END
    keys: list[Key] = []
    for index, step in enumerate(steps):
        key = new_key(step.recipe, last * index / (len(steps) - 1))
        hold = END if index == len(steps) - 1 else PAUSE
        keys.append(msgspec.structs.replace(key, hold=hold))
    return Film(
        id="story",
        title=title,
        model=steps[-1].recipe.model,
        keys=tuple(keys),
        seconds=SECONDS,
        fps=FPS,
        loop=False,
    )


def _step(recipe: Recipe) -> Step:
    origin = recipe.origin
    styling = recipe.styling
    traits = len(styling.shifts) if isinstance(styling, Styling) else 0
    enlarged = recipe.enlarged.factor if isinstance(recipe.enlarged, Enlarged) else 0
    how: How = "drawn"
    strength, parents = 0.0, 0
    if isinstance(origin, Near):
        how, strength = "varied", origin.strength
    elif isinstance(origin, Crossed):
        how, parents = "crossed", 2
    elif isinstance(origin, Bred):
        how, strength, parents = "bred", origin.mutation, len(origin.parents)
        if parents == 1:
            how = "varied"
    elif isinstance(origin, Given):
        how = "given"
    return Step(
        recipe=recipe,
        how=how,
        strength=strength,
        parents=parents,
        traits=traits,
        enlarged=enlarged,
    )


def _has_parents(recipe: Recipe) -> bool:
    return bool(_positions(recipe)) or bool(recipe.parents)


def _parents(recipe: Recipe, find: Find) -> list[Recipe]:
    """The parents as the project has them; of one that it has not, what the recipe holds."""
    found = find(recipe.parents) if recipe.parents else {}
    positions = _positions(recipe)
    parents = []
    for index, position in enumerate(positions):
        name = recipe.parents[index] if index < len(recipe.parents) else ""
        parent = found.get(name) or next(
            (one for one in found.values() if one.latent == position), None
        )
        parents.append(parent or _at(recipe, position))
    if not positions:
        parents = [found[name] for name in recipe.parents if name in found]
    return [parent for parent in parents if parent.latent is not None]


def _positions(recipe: Recipe) -> tuple[bytes, ...]:
    """The parents' latents that a recipe holds."""
    origin = recipe.origin
    if isinstance(origin, Near):
        return (origin.base,)
    if isinstance(origin, Crossed):
        return (origin.first, origin.second)
    if isinstance(origin, Bred):
        return origin.parents
    return ()


def _at(recipe: Recipe, position: bytes) -> Recipe:
    """A picture at another position, with all that was set alike."""
    other = msgspec.structs.replace(
        recipe,
        origin=Given(),
        latent=position,
        parents=(),
        width=0,
        height=0,
        pixels_sha256=None,
        enlarged=msgspec.UNSET,
    )
    return msgspec.structs.replace(other, schema=needed_schema(other))


def _typical(recipe: Recipe, manifest: Manifest) -> Recipe | None:
    """What the picture would be in the middle of the space; None: the model has no way there."""
    control = manifest.control("truncation")
    if control is None or control.minimum is None or recipe.latent is None:
        return None
    controls = {**recipe.controls, control.name: control.minimum}
    other = msgspec.structs.replace(
        recipe,
        controls=controls,
        width=0,
        height=0,
        pixels_sha256=None,
        enlarged=msgspec.UNSET,
    )
    return msgspec.structs.replace(other, schema=needed_schema(other))
