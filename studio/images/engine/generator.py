"""Makes pictures with a generator: recipes in, pixels and completed recipes out.

Each recipe is one picture. The latent is drawn on the CPU with numpy, controls are applied, and
micro-batches go through the graph, or through the mapping and the synthesis; neither the order
nor the batch a picture is made in changes its bits on the CPU.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from studio import __version__
from studio.contract.arrays import Latents, pixels_sha256
from studio.contract.manifest import Model
from studio.contract.recipe import Completion, Fingerprint, Recipe
from studio.images.engine.feeding import (
    Feeder,
    class_rows,
    drawn_latents,
    moved_latents,
    truncates_itself,
    truncations,
)
from studio.images.engine.requests import check_kind
from studio.images.engine.styling import MAPPING, Styles, Stylist
from studio.runtime.cancel import CancelToken
from studio.runtime.reports import DeviceReport
from studio.runtime.runner import GraphRunner
from studio.runtime.sessions import OPTIMISATION, SessionCache

LONGEST_RUN: Final = 0.08
"""Seconds that one run of the graph should last at most: a cancel waits no longer than a run."""

LARGEST_BATCH: Final = 64 * 2**20
"""Bytes of pixels that one run may make, if that is more than one picture."""

AHEAD_BYTES: Final = 2**17
"""Latents and noise that are drawn at once for the runs to come: waking a thread for each run of a
small graph takes as long as drawing what the run takes."""

MOST_AHEAD: Final = 128
"""Pictures for which that is done at most, if they are more than one run's."""

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

    def hashes(self) -> tuple[str, ...]:
        """SHA-256 in hex of each picture's pixels; 3 MB take 2 ms."""
        return tuple(map(pixels_sha256, self.pixels))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What one run takes, or some in a row."""

    first: int
    """Index of its first picture among the recipes."""
    recipes: Sequence[Recipe]
    latents: Latents
    """As drawn, before anything is done to them."""
    inputs: Mapping[str, NDArray[Any]]
    """For the graph that ends in the picture; without the styles, which another graph makes."""

    @property
    def bytes(self) -> int:
        """What it takes in memory; at least 1."""
        arrays = (self.latents, *self.inputs.values())
        return max(1, sum(array.nbytes for array in arrays))

    def part(self, which: slice) -> "_Prepared":
        """Some of its pictures, the first of them at ``which.start``."""
        return _Prepared(
            first=self.first + (which.start or 0),
            recipes=self.recipes[which],
            latents=self.latents[which],
            inputs={name: array[which] for name, array in self.inputs.items()},
        )


class Generator:
    """Runs the generator of one model: one graph, or a mapping and a synthesis."""

    def __init__(self, model: Model, drawing: GraphRunner, stylist: Stylist | None) -> None:
        """``drawing`` runs the graph that ends in the picture, ``stylist`` the one before it.

        Raises `GraphInvalid` if nothing feeds one of the graphs' inputs.
        """
        self._model = model
        self._runner = drawing
        self._stylist = stylist
        self._report = self._current_report()
        role = picture_role(model)
        self._feeder = Feeder(model, role)
        self._scales = stylist is None and not truncates_itself(model.manifest)
        graph = model.manifest.graphs[role]
        self._output = next(tensor.name for tensor in graph.outputs if tensor.role == "image")
        self._styles_input = next((t.name for t in graph.inputs if t.role == "styles"), "")
        width, height = model.manifest.picture_size or (0, 0)
        self._shape = (height, width, model.manifest.channels or 0)
        self._completion = Completion(
            studio=__version__,
            graphs=model.graph_hashes(),
            controls={control.name: control.default for control in model.manifest.controls},
            takes_noise=self._feeder.takes("noise"),
            making=fingerprint(model, self._report),
            width=width,
            height=height,
        )

    @classmethod
    def load(cls, model: Model, sessions: SessionCache, token: CancelToken) -> "Generator":
        """Load the graphs of ``model``; raises what `SessionCache.load` raises."""
        check_kind(model)
        for role in model.manifest.drawing_graphs():
            Feeder(model, role)  # what cannot be fed need not be loaded
        stylist = None
        space = model.manifest.styles
        if space is not None:
            stylist = Stylist(model, space, GraphRunner(model, MAPPING, sessions, token))
        return cls(model, GraphRunner(model, picture_role(model), sessions, token), stylist)

    @property
    def device(self) -> DeviceReport:
        """What its graphs really run on; of two, what makes the picture."""
        return self._report

    @property
    def stylist(self) -> Stylist | None:
        """What leads from latents to styles; None in a generator of one graph."""
        return self._stylist

    def styles(self, recipes: Sequence[Recipe], token: CancelToken) -> Styles:
        """The final styles of each picture, before any noise: (pictures, layers, dimension).

        A generator of one graph has the final latent instead, as one layer. The recipes must have
        passed `check_request`. Raises `Cancelled`, `GraphFailed` or `MemoryExhausted`.
        """
        latents = drawn_latents(self._model.manifest, recipes)
        if self._stylist is not None:
            return self._stylist.styles(recipes, latents, token)
        return self._final_latents(recipes, latents)[:, np.newaxis]

    def make(
        self,
        recipes: Sequence[Recipe],
        *,
        batch: int,
        memory: Memory,
        token: CancelToken,
        beside: Executor | None = None,
    ) -> Iterator[MadeBatch]:
        """Make one picture of each recipe, at most ``batch`` at once, in order.

        ``beside`` draws the latents of the next batch while one is made; by default a thread that
        is there as long as this is. The recipes must have passed `check_request`. Raises
        `Cancelled`, `GraphFailed` or `MemoryExhausted`.
        """
        with ExitStack() as stack:
            stock = self._prepare(recipes[: self._affordable(batch)], 0)
            while True:
                following: Future[_Prepared] | None = None
                end = stock.first + len(stock.recipes)
                if end < len(recipes):
                    beside = beside or stack.enter_context(ThreadPoolExecutor(1, "latents"))
                    part = recipes[end : end + self._ahead(stock, batch)]
                    following = beside.submit(self._prepare, part, end)
                while stock.recipes:
                    token.check()
                    count = self._affordable(batch)
                    yield self._made(stock.part(slice(None, count)), memory, token)
                    stock = stock.part(slice(count, None))
                if following is None:
                    return
                stock = following.result()

    def _ahead(self, stock: _Prepared, batch: int) -> int:
        """For how many pictures to draw at once: whole runs of what is no more than ``stock``'s."""
        run = self._affordable(batch)
        by_size = AHEAD_BYTES * len(stock.recipes) // stock.bytes
        return run * max(1, min(by_size, MOST_AHEAD) // run)

    def _prepare(self, recipes: Sequence[Recipe], first: int) -> _Prepared:
        """Draw and arrange what some runs take; from the second on beside those before them."""
        latents = drawn_latents(self._model.manifest, recipes)
        given: dict[str, NDArray[np.float32]] = {}
        if self._stylist is None:
            given["latent"] = self._final_latents(recipes, latents)
            given["class_weights"] = class_rows(self._model.manifest, recipes)
        inputs = self._feeder.inputs(recipes, given)
        return _Prepared(first=first, recipes=recipes, latents=latents, inputs=inputs)

    def _made(self, run: _Prepared, memory: Memory, token: CancelToken) -> MadeBatch:
        count = len(run.latents)
        pixels = self._pixels(memory, count)
        began = time.perf_counter()
        inputs = run.inputs
        if self._stylist is not None:
            styles = self._stylist.styles(run.recipes, run.latents, token)
            inputs = {**inputs, self._styles_input: styles}
        self._runner.run(inputs, self._output, pixels, token)
        report = self._current_report()
        if report != self._report:
            self._go_on_with(report)
        self._runner.loaded.observe(self._shape, (time.perf_counter() - began) / count)
        return MadeBatch(
            first=run.first, completion=self._completion, latents=run.latents, pixels=pixels
        )

    def _final_latents(self, recipes: Sequence[Recipe], latents: Latents) -> Latents:
        """What a generator of one graph is fed: shifted, and drawn towards the mean, which is zero.

        The truncation trick in its simplest form (Brock et al. 2019 resample, Karras et al. 2019
        scale towards the mean as here).
        """
        moved = moved_latents(recipes, latents)
        if not self._scales:
            return moved
        return moved * truncations(self._model.manifest, recipes)[:, np.newaxis]

    def _current_report(self) -> DeviceReport:
        """What the work is done on; half precision in either graph is half precision."""
        report = self._runner.loaded.report
        if self._stylist is not None:
            mapping = self._stylist.runner.loaded.report
            if mapping.precision == "float16":
                report = msgspec.structs.replace(report, precision="float16")
        return report

    def _go_on_with(self, report: DeviceReport) -> None:
        """The work is done in another way from now on: what is made is that way's."""
        self._report = report
        making = fingerprint(self._model, report)
        self._completion = msgspec.structs.replace(self._completion, making=making)

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


def picture_role(model: Model) -> str:
    """The role of the graph that ends in the picture, in the manifest."""
    return model.manifest.drawing_graphs()[-1]


def fingerprint(model: Model, device: DeviceReport) -> Fingerprint:
    """What a picture of ``model`` made on ``device`` depends on besides its recipe."""
    graphs = [model.manifest.graphs[role] for role in model.manifest.drawing_graphs()]
    dtypes = {tensor.dtype for graph in graphs for tensor in graph.inputs}
    return Fingerprint(
        onnxruntime=device.onnxruntime,
        provider=device.provider,
        device=device.device,
        precision="float16" if "float16" in dtypes else device.precision,
        optimisation=OPTIMISATION,
        cpu_flags=device.cpu_flags,
    )
