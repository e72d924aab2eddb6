"""Makes pictures with a generator graph: recipes in, pixels and completed recipes out.

Each recipe is one picture. The latent is drawn on the CPU with numpy, controls are applied, and
micro-batches go through the graph; neither the order nor the batch a picture is made in changes
its bits on the CPU.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from studio import __version__
from studio.contract.arrays import (
    Latents,
    draw_latent,
    latent_from_bytes,
    latent_of,
    pixels_sha256,
)
from studio.contract.errors import GraphInvalid, RequestInvalid
from studio.contract.manifest import Control, Manifest, Model, Tensor, control_fault
from studio.contract.recipe import (
    Bred,
    Completion,
    ControlValue,
    Crossed,
    Fingerprint,
    Given,
    Near,
    Recipe,
)
from studio.runtime.cancel import CancelToken
from studio.runtime.reports import DeviceReport
from studio.runtime.runner import GraphRunner
from studio.runtime.sessions import OPTIMISATION, SessionCache

GENERATOR: Final = "generator"
"""The role of the one graph of a generator, in the manifest."""

LONGEST_RUN: Final = 0.08
"""Seconds that one run of the graph should last at most: a cancel waits no longer than a run."""

LARGEST_BATCH: Final = 64 * 2**20
"""Bytes of pixels that one run may make, if that is more than one picture."""

HASHING_IS_FELT: Final = 2**20
"""Bytes of pixels from which pictures are shown before they are hashed: 3 MB take 2 ms."""

Memory = Callable[[int], memoryview]
"""Gives at least so many bytes of writable memory, aligned to 64 bytes; may wait for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBatch:
    """Pictures that went through the graph together."""

    first: int
    """Index of the first of them among the recipes."""
    completion: Completion
    """What making them added to their recipes."""
    latents: Latents
    """(batch, dimension) float32, as drawn, before any control."""
    pixels: NDArray[np.uint8]
    """(batch, height, width, channels), in the memory that was given for it."""
    hashes: tuple[str, ...] = ()
    """SHA-256 in hex of each picture's pixels; empty in a preview, which the same pictures
    follow at once, named by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What one run takes."""

    first: int
    """Index of its first picture among the recipes."""
    latents: Latents
    inputs: Mapping[str, NDArray[Any]]


class Generator:
    """Runs the generator of one model."""

    def __init__(self, model: Model, runner: GraphRunner) -> None:
        self._model = model
        self._runner = runner
        self._graph = model.manifest.graphs[GENERATOR]
        self._report = runner.loaded.report
        image = next(tensor for tensor in self._graph.outputs if tensor.role == "image")
        self._output = image.name
        width, height = model.manifest.picture_size or (0, 0)
        self._shape = (height, width, model.manifest.channels or 0)
        roles = {tensor.role for tensor in self._graph.inputs}
        self._truncates_itself = "truncation" in roles
        self._truncation = model.manifest.control("truncation")
        self._class = model.manifest.control("class")
        self._classes = {choice.value: at for at, choice in enumerate(model.manifest.classes())}
        self._completion = Completion(
            studio=__version__,
            graphs=model.graph_hashes(),
            controls={control.name: control.default for control in model.manifest.controls},
            takes_noise="noise" in roles,
            making=fingerprint(model, self._report),
            width=width,
            height=height,
        )

    @classmethod
    def load(cls, model: Model, sessions: SessionCache, token: CancelToken) -> "Generator":
        """Load the graph of ``model``; raises what `SessionCache.load` raises."""
        check_kind(model)
        for tensor in model.manifest.graphs[GENERATOR].inputs:
            _check_input(model, tensor)
        return cls(model, GraphRunner(model, GENERATOR, sessions, token))

    @property
    def device(self) -> DeviceReport:
        """What its graph really runs on."""
        return self._report

    def make(
        self, recipes: Sequence[Recipe], *, batch: int, memory: Memory, token: CancelToken
    ) -> Iterator[MadeBatch]:
        """Make one picture of each recipe, at most ``batch`` at once, in order.

        The recipes must have passed `check_request`. Raises `Cancelled`, `GraphFailed` or
        `MemoryExhausted`.
        """
        with ExitStack() as stack:
            beside: Executor | None = None
            run = self._prepare(recipes[: self._affordable(batch)], 0)
            while True:
                token.check()
                following: Future[_Prepared] | None = None
                end = run.first + len(run.latents)
                if end < len(recipes):
                    beside = beside or stack.enter_context(ThreadPoolExecutor(1, "latents"))
                    part = recipes[end : end + self._affordable(batch)]
                    following = beside.submit(self._prepare, part, end)
                yield from self._made(run, memory, token)
                if following is None:
                    return
                run = following.result()

    def _prepare(self, recipes: Sequence[Recipe], first: int) -> _Prepared:
        """Draw and arrange what one run takes; from the second on beside the run before it."""
        latents = np.stack([latent_of(recipe, self._dimension) for recipe in recipes])
        return _Prepared(first=first, latents=latents, inputs=self._inputs(recipes, latents))

    def _made(self, run: _Prepared, memory: Memory, token: CancelToken) -> Iterator[MadeBatch]:
        count = len(run.latents)
        pixels = self._pixels(memory, count)
        began = time.perf_counter()
        self._runner.run(run.inputs, self._output, pixels, token)
        loaded = self._runner.loaded
        if loaded.report != self._report:
            self._go_on_with(loaded.report)
        loaded.observe(self._shape, (time.perf_counter() - began) / count)
        made = MadeBatch(
            first=run.first, completion=self._completion, latents=run.latents, pixels=pixels
        )
        if pixels.nbytes >= HASHING_IS_FELT:
            yield made
        yield replace(made, hashes=tuple(map(pixels_sha256, pixels)))

    def _go_on_with(self, report: DeviceReport) -> None:
        """The work is done in another way from now on: what is made is that way's."""
        self._report = report
        making = fingerprint(self._model, report)
        self._completion = msgspec.structs.replace(self._completion, making=making)

    @property
    def _dimension(self) -> int:
        latent = self._model.manifest.latent
        return latent.dimension if latent is not None else 0

    def _affordable(self, batch: int) -> int:
        """How many pictures fit into one run by time and by size; one until that was measured."""
        seconds = self._runner.loaded.seconds_per_item.get(self._shape)
        if seconds is None:
            return 1
        by_time = int(LONGEST_RUN / max(seconds, 1e-9))
        by_size = LARGEST_BATCH // math.prod(self._shape)
        return self._runner.loaded.affordable(max(1, min(batch, by_time, by_size)))

    def _pixels(self, memory: Memory, count: int) -> NDArray[np.uint8]:
        shape = (count, *self._shape)
        size = math.prod(shape)
        return np.frombuffer(memory(size), np.uint8, size).reshape(shape)

    def _inputs(self, recipes: Sequence[Recipe], latents: Latents) -> dict[str, NDArray[Any]]:
        """One array for each input of the graph, its first axis the pictures."""
        return {tensor.name: self._input(tensor, recipes, latents) for tensor in self._graph.inputs}

    def _input(self, tensor: Tensor, recipes: Sequence[Recipe], latents: Latents) -> NDArray[Any]:
        """What the pictures feed to one input, of the shape and type that the manifest states."""
        dtype = np.dtype(tensor.dtype)
        shape = tuple(int(size) for size in tensor.shape[1:])
        if tensor.role == "latent":
            if not self._truncates_itself:
                latents = latents * self._truncations(recipes)[:, np.newaxis]
            return np.ascontiguousarray(latents, dtype)
        if tensor.role == "class_weights":
            return self._class_weights(recipes, dtype)
        if tensor.role == "truncation":
            return _filled(self._truncations(recipes), shape, dtype)
        if tensor.role == "noise":
            return np.stack([self._noise(recipe, shape) for recipe in recipes]).astype(dtype)
        control = _feeding(self._model.manifest, tensor)
        assert control is not None, tensor.name  # `_check_input` has refused it
        numbers = [_number(control, control_value(control, recipe)) for recipe in recipes]
        return _filled(numbers, shape, dtype)

    def _truncations(self, recipes: Sequence[Recipe]) -> NDArray[np.float32]:
        """How far each latent keeps from the mean, which is zero: 1 leaves it as it was drawn.

        The truncation trick in its simplest form (Brock et al. 2019 resample, Karras et al. 2019
        scale towards the mean as here).
        """
        control = self._truncation
        if control is None:
            return np.ones(len(recipes), np.float32)
        return np.array([control_value(control, recipe) for recipe in recipes], np.float32)

    def _class_weights(self, recipes: Sequence[Recipe], dtype: np.dtype[Any]) -> NDArray[Any]:
        """(pictures, classes), one for the picture's class and zero elsewhere."""
        weights = np.zeros((len(recipes), len(self._classes)), dtype)
        if self._class is not None:
            for row, recipe in zip(weights, recipes, strict=True):
                row[self._classes[str(control_value(self._class, recipe))]] = 1
        return weights

    def _noise(self, recipe: Recipe, shape: tuple[int, ...]) -> NDArray[np.float32]:
        control = self._model.manifest.control("noise")
        strength = 1.0 if control is None else float(control_value(control, recipe))
        seed = recipe.seed if recipe.noise_seed is None else recipe.noise_seed
        return draw_latent(seed, math.prod(shape)).reshape(shape) * np.float32(strength)


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
    manifest = model.manifest
    if batch < 1:
        raise RequestInvalid(fault="at least one picture must be made at once")
    if not recipes:
        raise RequestInvalid(fault="no picture was asked for")
    hashes = model.graph_hashes()
    controls = {control.name: control for control in manifest.controls}
    dimension = manifest.latent.dimension if manifest.latent is not None else 0
    for recipe in recipes:
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
        _check_latent(recipe, dimension)
        for name, value in recipe.controls.items():
            control = controls.get(name)
            if control is None:
                known = ", ".join(controls) or "none"
                fault = f"there is no control {name!r}; there are: {known}"
                raise RequestInvalid(fault=fault)
            wrong = control_fault(control, value)
            if wrong is not None:
                raise RequestInvalid(fault=wrong)


def fingerprint(model: Model, device: DeviceReport) -> Fingerprint:
    """What a picture of ``model`` made on ``device`` depends on besides its recipe."""
    dtypes = {tensor.dtype for tensor in model.manifest.graphs[GENERATOR].inputs}
    return Fingerprint(
        onnxruntime=device.onnxruntime,
        provider=device.provider,
        device=device.device,
        precision="float16" if "float16" in dtypes else device.precision,
        optimisation=OPTIMISATION,
        cpu_flags=device.cpu_flags,
    )


def control_value(control: Control, recipe: Recipe) -> ControlValue:
    """The control's value in the recipe, else its default."""
    return recipe.controls.get(control.name, control.default)


def _check_latent(recipe: Recipe, dimension: int) -> None:
    """What `latent_of` would refuse, without drawing what need not be drawn."""
    if recipe.latent is not None:
        latent_from_bytes(recipe.latent, dimension)
    elif isinstance(recipe.origin, Near):
        latent_from_bytes(recipe.origin.base, dimension)
        if not 0.0 <= recipe.origin.strength <= 1.0:
            raise RequestInvalid(fault="how different must lie between 0 and 1")
    elif isinstance(recipe.origin, Bred | Crossed):
        latent_of(recipe, dimension)
    elif isinstance(recipe.origin, Given):
        raise RequestInvalid(fault="the recipe says that its latent is given, and gives none")


def _check_input(model: Model, tensor: Tensor) -> None:
    """Refuse an input that nothing feeds, or whose size for one picture is not known."""
    path = model.file(model.manifest.graphs[GENERATOR].file)
    if not all(isinstance(size, int) for size in tensor.shape[1:]) or not tensor.shape:
        fault = f"the size of its input {tensor.name!r} is not known"
        raise GraphInvalid(file=path, fault=fault)
    fed = tensor.role in ("latent", "class_weights", "noise", "truncation")
    if not fed and _feeding(model.manifest, tensor) is None:
        raise GraphInvalid(file=path, fault=f"nothing feeds its input {tensor.name!r}")


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
    numbers: Sequence[float] | NDArray[np.float32], shape: tuple[int, ...], dtype: np.dtype[Any]
) -> NDArray[Any]:
    """(pictures, *shape), each picture's part full of its number."""
    column = np.array(numbers, dtype).reshape(-1, *(1 for _ in shape))
    return np.ascontiguousarray(np.broadcast_to(column, (len(column), *shape)))


def _number(control: Control, value: ControlValue) -> float:
    """A control's value as a graph takes it: a choice is its index, a toggle 0 or 1."""
    if control.type == "choice":
        return [choice.value for choice in control.choices].index(str(value))
    return float(value)
