"""Runs an enlarging network over pictures of any size, without seams, in the memory there is.

A network sees `Enlarging.reach` pixels around each one, so a part is cut out with so many more on
every side (mirrored at the picture's edges), and what they spoil is cut off again: the parts
together are the picture that one run over all of it would make. Over a few pixels more neighbours
are blended, which changes nothing where they agree, and hides it where a foreign network's reach
is not all that it sees.

Alpha goes through the network apart from the colours, and the colours below full transparency,
which nobody chose, are first grown in from the edge so that they do not bleed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

import numpy as np

from studio.contract.enlarging import SMALLEST_TILE, Note, passes
from studio.contract.errors import AtelierError, GraphFailed, GraphInvalid, MemoryExhausted
from studio.contract.manifest import Enlarging, Model, Tensor
from studio.contract.recipe import Fingerprint
from studio.images.engine.tiling import (
    Pixels,
    Span,
    apart,
    averaged,
    cut_out,
    grid,
    is_flat,
    lay,
    mirrored,
    nearest,
    surroundings,
    whole,
)
from studio.runtime.buffers import CaptureFailed
from studio.runtime.cancel import CancelToken
from studio.runtime.faults import FaultKind, fault_kind
from studio.runtime.sessions import (
    NO_ROOM_REASON,
    OPTIMISATION,
    LoadedGraph,
    SessionCache,
    lost_reason,
    refused_reason,
)

UPSCALER: Final = "upscaler"
"""The role of the one graph of an enlarging model, in the manifest."""

Advance = Callable[[str, int, int], None]
"""Told the stage ("reading", "loading", "enlarging" or "writing"), and how far of how much."""


def check_upscaler(model: Model) -> Enlarging:
    """How ``model`` enlarges; raises `GraphInvalid` if it does not, or takes something unknown."""
    manifest = model.manifest
    graph = manifest.graphs.get(UPSCALER)
    if manifest.kind != "upscaler" or manifest.enlarging is None or graph is None:
        fault = f"it is a model of the kind {manifest.kind!r}, it enlarges nothing"
        raise GraphInvalid(file=model.folder, fault=fault)
    for side, tensors in (("input", graph.inputs), ("output", graph.outputs)):
        if len(tensors) != 1 or not _is_picture(tensors[0]):
            fault = f"its {side} is not one picture of uint8 in NHWC order, three channels"
            raise GraphInvalid(file=model.file(graph.file), fault=fault)
    return manifest.enlarging


def _is_picture(tensor: Tensor) -> bool:
    return tensor.dtype == "uint8" and tensor.layout == "NHWC" and tensor.shape[3:] == (3,)


class Upscaler:
    """Runs one enlarging model over pictures of any size."""

    def __init__(
        self, model: Model, sessions: SessionCache, token: CancelToken, *, tile: int
    ) -> None:
        """Raises what `SessionCache.load` raises."""
        self._model = model
        self._sessions = sessions
        self._enlarging = check_upscaler(model)
        graph = model.manifest.graphs[UPSCALER]
        self._input, self._output = graph.inputs[0].name, graph.outputs[0].name
        self.tile = tile
        """Pixels a side of the parts; smaller once memory ran out."""
        self.notes: list[Note] = []
        self._loaded: LoadedGraph | None = sessions.load(model, UPSCALER, token)
        self._wanted_cpu = self._loaded.device.is_cpu

    @property
    def reason(self) -> str:
        """Why the CPU does it although a card was to; empty otherwise."""
        return self._graph.report.reason if "on_cpu" in self.notes else ""

    @property
    def fingerprint(self) -> Fingerprint:
        """What the enlarged pixels depend on besides the picture and the model."""
        report = self._graph.report
        return Fingerprint(
            onnxruntime=report.onnxruntime,
            provider=report.provider,
            device=report.device,
            precision=report.precision,
            optimisation=OPTIMISATION,
            cpu_flags=report.cpu_flags,
        )

    @property
    def _graph(self) -> LoadedGraph:
        assert self._loaded is not None, "nothing is loaded once loading has failed"
        return self._loaded

    def enlarge(
        self,
        pixels: Pixels,
        factor: int,
        token: CancelToken,
        advance: Advance = lambda stage, done, total: None,
        part: tuple[int, int, int, int] | None = None,
    ) -> Pixels:
        """``pixels`` of 1 to 4 channels, or the ``part`` (left, top, width, height) of them,
        enlarged ``factor`` times."""
        runs = passes(factor, self._enlarging)
        if part is not None and part != (0, 0, pixels.shape[1], pixels.shape[0]):
            # Where a second run follows, the first one's result is seen around the part too.
            margin = self._enlarging.reach * (2 if len(runs) > 1 else 1)
            pixels, part = cut_out(pixels, part, margin)
        while True:
            try:
                made = self._enlarge(pixels, runs, token, advance)
                break
            except _Again:
                continue  # in smaller parts, or elsewhere: all of it is made in one way
        if part is None:
            return made
        left, top, width, height = (side * factor for side in part)
        return np.ascontiguousarray(made[top : top + height, left : left + width])

    def _enlarge(
        self, pixels: Pixels, runs: tuple[int, ...], token: CancelToken, advance: Advance
    ) -> Pixels:
        colours, alpha = apart(pixels, self._enlarging.reach * len(runs))
        count = _Count(advance)
        planes = [colours] if alpha is None or is_flat(alpha) else [colours, alpha]
        for plane in planes:
            height, width = plane.shape[:2]
            for run in runs:
                count.total += sum(1 for _ in grid(width, height, self.tile))
                width, height = width * run, height * run
        for run in runs:
            colours = self._run(colours, run, token, count)
            if alpha is not None:
                alpha = self._run_alpha(alpha, run, token, count)
        return colours if alpha is None else np.concatenate((colours, alpha), axis=2)

    def _run_alpha(self, alpha: Pixels, factor: int, token: CancelToken, count: "_Count") -> Pixels:
        """Alpha as a grey picture, kept between what surrounds each pixel: what was opaque all
        around stays wholly so."""
        if is_flat(alpha):
            return nearest(alpha, factor)
        made = self._run(alpha, factor, token, count)
        lowest, highest = surroundings(alpha)
        for row in range(len(alpha)):
            rows = slice(row * factor, (row + 1) * factor)
            low, high = (nearest(side[row : row + 1], factor) for side in (lowest, highest))
            np.clip(made[rows], low, high, out=made[rows])
        return made

    def _run(self, pixels: Pixels, factor: int, token: CancelToken, count: "_Count") -> Pixels:
        """One run over a picture of 1 or 3 channels."""
        height, width, channels = pixels.shape
        made = np.empty((height * factor, width * factor, channels), np.uint8)
        for across, down in grid(width, height, self.tile):
            token.check()
            part = self._run_part(pixels, across, down, token)
            part = averaged(part, self._enlarging.factor, factor)
            if channels == 1:
                part = np.rint(part.mean(axis=2, keepdims=True, dtype=np.float32)).astype(np.uint8)
            lay(made, part, across, down, factor)
            count.step()
        return made

    def _run_part(self, pixels: Pixels, across: "Span", down: "Span", token: CancelToken) -> Pixels:
        """The part, with all that it sees around it, through the network, and cut to size."""
        reach, multiple, factor = (
            self._enlarging.reach, self._enlarging.multiple, self._enlarging.factor,
        )  # fmt: skip
        rows = mirrored(down.start - reach, whole(down.length + 2 * reach, multiple), len(pixels))
        columns = mirrored(
            across.start - reach, whole(across.length + 2 * reach, multiple), pixels.shape[1]
        )
        window = pixels[rows[:, np.newaxis], columns]
        if window.shape[2] == 1:
            window = np.repeat(window, 3, axis=2)
        taken = np.ascontiguousarray(window)[np.newaxis]
        try:
            made = np.empty((1, len(rows) * factor, len(columns) * factor, 3), np.uint8)
            self._graph.bound.run({self._input: taken}, self._output, made, token)
        except CaptureFailed:
            self._sessions.record_no_runs(self._graph)
            self._load_again(token)
        except MemoryError as error:
            exhausted = MemoryExhausted(fault="enlarging ran out of it", detail=str(error))
            exhausted.__cause__ = error
            self._step_back(exhausted)
            self._load_again(token)
        except (GraphFailed, MemoryExhausted) as error:
            self._step_back(error)
            self._load_again(token)
        margin = reach * factor
        return made[
            0, margin : margin + down.length * factor, margin : margin + across.length * factor
        ]

    def _step_back(self, error: AtelierError) -> None:
        """Halve the parts where memory ran out, then give the work to the CPU; raise ``error``
        where nothing is left to be tried."""
        loaded, kind = self._graph, fault_kind(error)
        if kind is FaultKind.MEMORY and self.tile > SMALLEST_TILE:
            self.tile = max(self.tile // 2, SMALLEST_TILE)
            self._note("smaller")
            if not loaded.device.is_cpu:
                self._sessions.drop(loaded)  # an arena that was full once stays in pieces
            return
        if loaded.device.is_cpu:
            raise error
        if kind is FaultKind.MEMORY:
            self._sessions.demote(loaded.graph, NO_ROOM_REASON)
        elif kind is FaultKind.LOST:
            self._sessions.lose_device(lost_reason(error))
        elif loaded.report.precision == "float16":
            self._sessions.refuse_half(self._model, UPSCALER, refused_reason(error))
        else:
            self._sessions.demote(loaded.graph, refused_reason(error))

    def _load_again(self, token: CancelToken) -> NoReturn:
        self._loaded = None  # the old one's memory is needed for the new one
        self._loaded = self._sessions.load(self._model, UPSCALER, token)
        if self._loaded.device.is_cpu and not self._wanted_cpu:
            self._note("on_cpu")
        raise _Again

    def _note(self, note: Note) -> None:
        if note not in self.notes:
            self.notes.append(note)


class _Again(Exception):
    """The picture is begun anew: what is made is made in one way."""


@dataclass(slots=True)
class _Count:
    """How far the work is."""

    advance: Advance
    done: int = 0
    total: int = 0

    def step(self) -> None:
        self.done += 1
        self.advance("enlarging", self.done, self.total)
