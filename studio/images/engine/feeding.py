"""What the inputs of a generator's graphs are fed: arrays made of recipes, a row for each picture.

Everything is drawn and computed on the CPU with numpy, one picture independent of the others, so
that neither order nor batch changes a bit.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.arrays import Latents, draw_latents, latent_from_bytes, latent_of
from studio.contract.errors import GraphInvalid
from studio.contract.manifest import Control, Manifest, Model, Tensor
from studio.contract.recipe import ControlValue, FromSeed, Recipe, Styling
from studio.images.engine.requests import control_value

_FED: Final = ("latent", "class_weights", "noise", "truncation", "styles")
"""Roles that are fed whatever the controls are."""

Array = NDArray[Any]
Floats = NDArray[np.float32]


class Feeder:
    """Feeds one graph of a generator."""

    def __init__(self, model: Model, role: str) -> None:
        """Raises `GraphInvalid` if an input has no known size, or nothing feeds it."""
        self._manifest = model.manifest
        self._tensors = model.manifest.graphs[role].inputs
        path = model.file(model.manifest.graphs[role].file)
        for tensor in self._tensors:
            if not all(isinstance(size, int) for size in tensor.shape[1:]) or not tensor.shape:
                fault = f"the size of its input {tensor.name!r} is not known"
                raise GraphInvalid(file=path, fault=fault)
            if tensor.role not in _FED and _feeding(model.manifest, tensor) is None:
                raise GraphInvalid(file=path, fault=f"nothing feeds its input {tensor.name!r}")

    def takes(self, role: str) -> bool:
        """Whether an input of the graph has this role."""
        return any(tensor.role == role for tensor in self._tensors)

    def inputs(self, recipes: Sequence[Recipe], given: Mapping[str, Floats]) -> dict[str, Array]:
        """One array for each input by its name; those of the roles in ``given`` are made of it.

        All arrays in ``given`` have as many rows as there are recipes. Styles that are not given
        are left out: another graph makes them.
        """
        return {
            tensor.name: self._input(tensor, recipes, given)
            for tensor in self._tensors
            if tensor.role != "styles" or "styles" in given
        }

    def _input(
        self, tensor: Tensor, recipes: Sequence[Recipe], given: Mapping[str, Floats]
    ) -> Array:
        """What the pictures feed to one input, of the shape and type that the manifest states."""
        dtype = np.dtype(tensor.dtype)
        shape = tuple(int(size) for size in tensor.shape[1:])
        if tensor.role in given:
            return np.ascontiguousarray(given[tensor.role], dtype)
        if tensor.role == "truncation":
            return _filled(truncations(self._manifest, recipes), shape, dtype)
        if tensor.role == "noise":
            return _noise(self._manifest, recipes, shape).astype(dtype, copy=False)
        control = _feeding(self._manifest, tensor)
        assert control is not None, tensor.name  # the constructor has refused it
        numbers = [_number(control, control_value(control, recipe)) for recipe in recipes]
        return _filled(numbers, shape, dtype)


def drawn_latents(manifest: Manifest, recipes: Sequence[Recipe]) -> Latents:
    """(pictures, dimension) as the recipes say, before anything is done to them."""
    dimension = manifest.latent.dimension if manifest.latent is not None else 0
    if all(recipe.latent is None and isinstance(recipe.origin, FromSeed) for recipe in recipes):
        return draw_latents([recipe.seed for recipe in recipes], dimension)
    return np.stack([latent_of(recipe, dimension) for recipe in recipes])


def moved_latents(recipes: Sequence[Recipe], latents: Latents) -> Latents:
    """The latents with the shifts in their space added; the same array where there are none."""
    moved = latents
    for row, recipe in enumerate(recipes):
        styling = recipe.styling
        if not isinstance(styling, Styling):
            continue
        for shift in styling.shifts:
            if shift.space == "latent":
                if moved is latents:
                    moved = latents.copy()
                direction = latent_from_bytes(shift.direction, latents.shape[1])
                moved[row] += np.float32(shift.amount) * direction
    return moved


def truncations(manifest: Manifest, recipes: Sequence[Recipe]) -> Floats:
    """How far each picture keeps from the mean: 1 leaves it as it was drawn, 0 is the mean."""
    control = manifest.control("truncation")
    if control is None:
        return np.ones(len(recipes), np.float32)
    return np.array([control_value(control, recipe) for recipe in recipes], np.float32)


def truncates_itself(manifest: Manifest) -> bool:
    """Whether a graph is told the truncation, so that nobody else may apply it."""
    graphs = [manifest.graphs[role] for role in manifest.drawing_graphs()]
    return any(tensor.role == "truncation" for graph in graphs for tensor in graph.inputs)


def class_weights(
    manifest: Manifest, recipe: Recipe, kinds: Mapping[str, float] | None = None
) -> Floats:
    """(classes,) shares of the kinds: those of ``kinds``, else of the picture itself."""
    weights = np.zeros(len(manifest.classes()), np.float32)
    control = manifest.control("class")
    if control is None:
        return weights
    if not kinds and isinstance(recipe.styling, Styling):
        kinds = recipe.styling.kinds
    shares = kinds or {str(control_value(control, recipe)): 1.0}
    for index, choice in enumerate(control.choices):
        weights[index] = shares.get(choice.value, 0.0)
    return weights


def class_rows(manifest: Manifest, recipes: Sequence[Recipe]) -> Floats:
    """(pictures, classes) the shares of the kinds of each picture itself, as `class_weights`."""
    control = manifest.control("class")
    pure: dict[ControlValue, Floats] = {}  # of the pictures that are of one kind alone
    rows = []
    for recipe in recipes:
        if control is None or isinstance(recipe.styling, Styling):
            rows.append(class_weights(manifest, recipe))
            continue
        kind = control_value(control, recipe)
        if kind not in pure:
            pure[kind] = class_weights(manifest, recipe)
        rows.append(pure[kind])
    return np.stack(rows)


def _noise(manifest: Manifest, recipes: Sequence[Recipe], shape: tuple[int, ...]) -> Floats:
    """(pictures, *shape)"""
    seeds = [r.seed if r.noise_seed is None else r.noise_seed for r in recipes]
    noise = draw_latents(seeds, math.prod(shape)).reshape(-1, *shape)
    control = manifest.control("noise")
    if control is not None:
        strengths = [float(control_value(control, recipe)) for recipe in recipes]
        noise *= _filled(strengths, shape, noise.dtype)
    return noise


def _feeding(manifest: Manifest, tensor: Tensor) -> Control | None:
    return next(
        (
            control
            for control in manifest.controls
            if control.applies_to == "graph_input" and control.input == tensor.name
        ),
        None,
    )


def _filled(
    numbers: Sequence[float] | Floats, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> Array:
    """(pictures, *shape), each picture's part full of its number."""
    column = np.array(numbers, dtype).reshape(-1, *(1 for _ in shape))
    return np.ascontiguousarray(np.broadcast_to(column, (len(column), *shape)))


def _number(control: Control, value: ControlValue) -> float:
    """A control's value as a graph takes it: a choice is its index, a toggle 0 or 1."""
    if control.type == "choice":
        return [choice.value for choice in control.choices].index(str(value))
    return float(value)
