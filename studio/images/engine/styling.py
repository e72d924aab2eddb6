"""From positions to styles: what a generator of two graphs is told for each layer of a picture.

The mapping graph makes one style, w, of a latent and its kinds. What a recipe's `Styling` asks for
is done to it here, in the order that is written there, with numpy on the CPU: a picture comes out
the same whoever is made beside it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.arrays import Latents, latent_from_bytes
from studio.contract.manifest import Model, StyleSpace
from studio.contract.recipe import Mixed, Recipe, Styling
from studio.images.engine.feeding import (
    Array,
    Feeder,
    class_rows,
    class_weights,
    moved_latents,
    truncates_itself,
    truncations,
)
from studio.runtime.cancel import CancelToken
from studio.runtime.runner import GraphRunner

MAPPING: Final = "mapping"
"""The role of the graph that leads from latents to styles, in the manifest."""

MOST_ROWS: Final = 256
"""Rows that go through the mapping at once: it is small, and a cancel waits for a run."""

_MOST_MEANS: Final = 1024
"""Blends of kinds whose mean is remembered."""

Styles = NDArray[np.float32]
"""(pictures, layers, dimension), or (rows, dimension) of w."""

_NOTHING: Final = Styling()


class Stylist:
    """Makes styles with the mapping graph of one model."""

    def __init__(self, model: Model, space: StyleSpace, runner: GraphRunner) -> None:
        """Raises `GraphInvalid` if nothing feeds one of the mapping's inputs."""
        self._manifest = model.manifest
        self._space = space
        self._runner = runner
        graph = model.manifest.graphs[MAPPING]
        self._feeder = Feeder(model, MAPPING)
        self._outputs: dict[str, str] = {tensor.role: tensor.name for tensor in graph.outputs}
        self._truncates = not truncates_itself(model.manifest)
        self._means: dict[bytes, Styles] = {}
        layers = range(len(space.layers))
        self._zones: Mapping[str, list[int]] = {
            zone: [layer for layer in layers if space.layers[layer] == zone]
            for zone in space.zones()
        } | {"": list(layers)}

    @property
    def runner(self) -> GraphRunner:
        """What runs the mapping."""
        return self._runner

    def styles(self, recipes: Sequence[Recipe], latents: Latents, token: CancelToken) -> Styles:
        """The style of every layer of each picture: (pictures, layers, dimension) float32.

        ``latents`` are those of the recipes as drawn. Raises what `GraphRunner.run` raises.
        """
        own, others = self._mapped(recipes, moved_latents(recipes, latents), token)
        styles = np.repeat(own[:, np.newaxis], len(self._space.layers), axis=1)
        psi = truncations(self._manifest, recipes)
        drawn = [row for row in range(len(recipes)) if self._is_drawn(recipes[row], psi[row])]
        means = dict(zip(drawn, self.means([recipes[row] for row in drawn], token), strict=True))
        for row, recipe in enumerate(recipes):
            self._dress(styles[row], recipe, others.get(row, ()), psi[row], means.get(row))
        return styles

    def mapped(
        self, recipes: Sequence[Recipe], latents: Latents, weights: Styles, token: CancelToken
    ) -> Styles:
        """w of each row: (rows, dimension), of (rows, latent) and (rows, classes).

        Each row belongs to the recipe at its place, which feeds whatever else the mapping takes.
        """
        inputs = self._feeder.inputs(recipes, {"latent": latents, "class_weights": weights})
        return self._run(inputs, "style", token)

    def means(self, recipes: Sequence[Recipe], token: CancelToken) -> Styles:
        """(recipes, dimension) the mean of w over the kinds of each picture.

        It is of whatever else the mapping takes too, which the recipes say.
        """
        if not recipes:
            return np.empty((0, self._space.dimension), np.float32)
        dimension = self._manifest.latent.dimension if self._manifest.latent is not None else 0
        nowhere = np.zeros((len(recipes), dimension), np.float32)
        given = {"latent": nowhere, "class_weights": class_rows(self._manifest, recipes)}
        inputs = self._feeder.inputs(recipes, given)
        keys = [
            b"".join(array[row].tobytes() for array in inputs.values())
            for row in range(len(recipes))
        ]
        known = {key: self._means[key] for key in keys if key in self._means}
        missing = {key: row for row, key in enumerate(keys) if key not in known}
        if missing:
            rows = list(missing.values())
            some = {name: array[rows] for name, array in inputs.items()}
            known |= zip(missing, self._run(some, "style_mean", token), strict=True)
            if len(self._means) + len(missing) > _MOST_MEANS:
                self._means.clear()
            self._means |= known
        return np.stack([known[key] for key in keys])

    def _is_drawn(self, recipe: Recipe, psi: np.float32) -> bool:
        """Whether the picture is drawn towards the mean here."""
        is_given = isinstance(recipe.styling, Styling) and recipe.styling.styles is not None
        return self._truncates and psi != 1.0 and not is_given

    def _run(self, inputs: Mapping[str, Array], role: str, token: CancelToken) -> Styles:
        """(rows, dimension) an output of the mapping."""
        count = len(next(iter(inputs.values())))
        made = np.empty((count, self._space.dimension), np.float32)
        for first in range(0, count, MOST_ROWS):
            part = slice(first, first + MOST_ROWS)
            some = {name: array[part] for name, array in inputs.items()}
            self._runner.run(some, self._outputs[role], made[part], token)
        return made

    def _mapped(
        self, recipes: Sequence[Recipe], latents: Latents, token: CancelToken
    ) -> tuple[Styles, dict[int, list[Styles]]]:
        """w of each picture, and by picture those of what is mixed in."""
        rows = [latents]
        weights = list(class_rows(self._manifest, recipes))
        owners = list(range(len(recipes)))
        for index, recipe in enumerate(recipes):
            for mixed in _mixings(recipe):
                rows.append(latent_from_bytes(mixed.latent, latents.shape[1])[np.newaxis])
                weights.append(class_weights(self._manifest, recipe, mixed.kinds))
                owners.append(index)
        made = self.mapped(
            [recipes[owner] for owner in owners], np.concatenate(rows), np.stack(weights), token
        )
        others: dict[int, list[Styles]] = {}
        for owner, style in zip(owners[len(recipes) :], made[len(recipes) :], strict=True):
            others.setdefault(owner, []).append(style)
        return made[: len(recipes)], others

    def _dress(
        self,
        layers: Styles,
        recipe: Recipe,
        others: Sequence[Styles],
        psi: np.float32,
        mean: Styles | None,
    ) -> None:
        """Do to one picture's (layers, dimension) what its recipe asks for, in place.

        ``mean`` is what it is drawn towards by the truncation ``psi``; None: nothing.
        """
        styling = recipe.styling if isinstance(recipe.styling, Styling) else _NOTHING
        if styling.styles is not None:
            layers[:] = np.frombuffer(styling.styles, "<f4").reshape(layers.shape)
            return
        for mixed, other in zip(styling.mixed, others, strict=True):
            zone = self._zones[mixed.zone]
            # All of it is the other to the bit, which adding the whole difference is not.
            part = np.float32(mixed.share) * (other - layers[zone])
            layers[zone] = other if mixed.share == 1.0 else layers[zone] + part
        if mean is not None:
            layers[:] = mean + psi * (layers - mean)
        for shift in styling.shifts:
            if shift.space == "style":
                direction = latent_from_bytes(shift.direction, layers.shape[1])
                layers[self._zones[shift.zone]] += np.float32(shift.amount) * direction


def _mixings(recipe: Recipe) -> Sequence[Mixed]:
    """What is mixed in; nothing where the final styles are given."""
    styling = recipe.styling
    if not isinstance(styling, Styling) or styling.styles is not None:
        return ()
    return styling.mixed
