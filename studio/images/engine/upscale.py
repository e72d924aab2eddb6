"""Enlarges pictures of any size, in parts that overlap: without seams, in the memory there is.

An enlarging network sees `Enlarging.reach` pixels around each one, so a part is cut out with so
many more on every side (mirrored at the picture's edges), and what they spoil is cut off again:
the parts together are the picture that one run over all of it would make. Over a few pixels more
neighbours are blended, which changes nothing where they agree, and hides it where a foreign
network's reach is not all that it sees.

Alpha goes through the network apart from the colours, and the colours below full transparency,
which nobody chose, are first grown in from the edge so that they do not bleed.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import msgspec
import numpy as np
from numpy.typing import NDArray

from studio.contract.arrays import pixels_sha256
from studio.contract.enlarging import (
    SMALLEST_TILE,
    EnlargePicture,
    EnlargeReport,
    Note,
    check_enlarging,
    passes,
)
from studio.contract.errors import (
    AtelierError,
    GraphFailed,
    GraphInvalid,
    MemoryExhausted,
    RequestInvalid,
)
from studio.contract.manifest import Enlarging, Model, Tensor, read_model
from studio.contract.recipe import Enlarged, Fingerprint, Recipe, needed_schema
from studio.provenance.containers import Format
from studio.provenance.files import write_picture
from studio.provenance.pictures import SUFFIXES, encode_picture
from studio.provenance.sources import SourcePicture, encode_source, read_source
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

FEATHER: Final = 8
"""Pixels over which neighbouring parts are blended, beyond those that are cut off."""

Pixels = NDArray[np.uint8]
"""(height, width, channels) uint8."""

Advance = Callable[[str, int, int], None]
"""Told the stage ("reading", "loading", "enlarging" or "writing"), and how far of how much."""


def enlarge_picture(
    request: EnlargePicture,
    sessions: SessionCache,
    token: CancelToken,
    *,
    memory: int,
    advance: Advance,
) -> EnlargeReport:
    """Enlarge one file into another, which is checked before it gets its name.

    ``memory`` is what there is to work in, in bytes; what does not fit is refused before the
    work begins. Raises `RequestInvalid`, `PictureError`, `ModelError`, `MemoryExhausted`,
    `StorageFull` or `StorageDenied`, and `Cancelled` by the token.
    """
    target = Path(request.target)
    file_format = format_of(target)
    advance("reading", 0, 1)
    model = read_model(Path(request.folder)) if request.method == "model" else None
    enlarging = None if model is None else check_upscaler(model)
    source = read_source(Path(request.source))
    token.check()
    left, top, width, height = _part(request, source)
    tile = check_enlarging(width, height, source.channels, request.factor, enlarging, memory)
    if request.tile:
        tile = min(tile, max(request.tile, SMALLEST_TILE))
    shape = (source.height, source.width, source.channels)
    pixels = np.frombuffer(source.pixels, np.uint8).reshape(shape)
    began = time.perf_counter()
    notes = list(source.notes)
    making, reason = None, ""
    if model is None or enlarging is None:
        advance("enlarging", 0, 1)
        made = nearest(pixels[top : top + height, left : left + width], request.factor)
    else:
        if not sessions.is_loaded(model, UPSCALER):
            advance("loading", 0, 1)
        upscaler = Upscaler(model, sessions, token, tile=tile)
        made = upscaler.enlarge(pixels, request.factor, token, advance, (left, top, width, height))
        tile, making = upscaler.tile, upscaler.fingerprint
        notes += upscaler.notes
        reason = upscaler.reason
    seconds = time.perf_counter() - began
    enlarged = Enlarged(
        method=request.method,
        factor=request.factor,
        model="" if model is None else model.manifest.id,
        graphs={} if model is None else model.graph_hashes(),
        tile=0 if model is None else tile,
        source_sha256=pixels_sha256(pixels),
        making=making,
    )
    recipe = None
    if source.recipe is not None and request.part is None:
        recipe = enlarged_recipe(source.recipe, enlarged, made)
        if recipe is None:
            notes.append("enlarged_before")
    profile, channels = source.profile, source.channels
    del pixels, source  # what is written is twice read and copied: make room
    token.check()
    advance("writing", 0, 1)
    data = _encoded(request, made, recipe, profile, file_format)
    size = made.shape[1], made.shape[0]
    del made
    token.check()
    file = write_picture(target, data, if_taken=request.if_taken)
    return EnlargeReport(
        file=str(file),
        width=size[0],
        height=size[1],
        channels=channels,
        enlarged=recipe.enlarged if recipe is not None and recipe.enlarged else enlarged,
        has_recipe=recipe is not None,
        has_profile=bool(profile),
        seconds=seconds,
        notes=tuple(notes),
        reason=reason,
    )


def format_of(target: Path) -> Format:
    """The format that a file's ending asks for; raises `RequestInvalid`."""
    endings = {suffix: name for name, suffix in SUFFIXES.items()} | {".jpeg": "jpeg"}
    known: Format | None = endings.get(target.suffix.lower())
    if known is None:
        listed = ", ".join(sorted(endings))
        raise RequestInvalid(fault=f"{target.name!r} ends in none of {listed}")
    return known


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
            pixels, part = _cut_out(pixels, part, margin)
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
        colours, alpha = _apart(pixels, self._enlarging.reach * len(runs))
        count = _Count(advance)
        planes = [colours] if alpha is None or _is_flat(alpha) else [colours, alpha]
        for plane in planes:
            height, width = plane.shape[:2]
            for run in runs:
                count.total += sum(1 for _ in _grid(width, height, self.tile))
                width, height = width * run, height * run
        for run in runs:
            colours = self._run(colours, run, token, count)
            if alpha is not None:
                alpha = self._run_alpha(alpha, run, token, count)
        return colours if alpha is None else np.concatenate((colours, alpha), axis=2)

    def _run_alpha(self, alpha: Pixels, factor: int, token: CancelToken, count: "_Count") -> Pixels:
        """Alpha as a grey picture, kept between what surrounds each pixel: what was opaque all
        around stays wholly so."""
        if _is_flat(alpha):
            return nearest(alpha, factor)
        made = self._run(alpha, factor, token, count)
        lowest, highest = _surroundings(alpha)
        for row in range(len(alpha)):
            rows = slice(row * factor, (row + 1) * factor)
            low, high = (nearest(side[row : row + 1], factor) for side in (lowest, highest))
            np.clip(made[rows], low, high, out=made[rows])
        return made

    def _run(self, pixels: Pixels, factor: int, token: CancelToken, count: "_Count") -> Pixels:
        """One run over a picture of 1 or 3 channels."""
        height, width, channels = pixels.shape
        made = np.empty((height * factor, width * factor, channels), np.uint8)
        for across, down in _grid(width, height, self.tile):
            token.check()
            part = self._run_part(pixels, across, down, token)
            part = _averaged(part, self._enlarging.factor, factor)
            if channels == 1:
                part = np.rint(part.mean(axis=2, keepdims=True, dtype=np.float32)).astype(np.uint8)
            _lay(made, part, across, down, factor)
            count.step()
        return made

    def _run_part(
        self, pixels: Pixels, across: "_Span", down: "_Span", token: CancelToken
    ) -> Pixels:
        """The part, with all that it sees around it, through the network, and cut to size."""
        reach, multiple, factor = (
            self._enlarging.reach, self._enlarging.multiple, self._enlarging.factor,
        )  # fmt: skip
        rows = _mirrored(down.start - reach, _whole(down.length + 2 * reach, multiple), len(pixels))
        columns = _mirrored(
            across.start - reach, _whole(across.length + 2 * reach, multiple), pixels.shape[1]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """One part along one side."""

    start: int
    length: int
    shared: int
    """Pixels at its start that the part before it holds too."""


def spans(side: int, tile: int) -> list[_Span]:
    """Parts of equal length that cover ``side`` pixels, neighbours sharing `FEATHER` or more."""
    if side <= tile:
        return [_Span(start=0, length=side, shared=0)]
    found = [_Span(start=0, length=tile, shared=0)]
    while (end := found[-1].start + tile) < side:
        start = min(end - min(FEATHER, tile // 4), side - tile)
        found.append(_Span(start=start, length=tile, shared=end - start))
    return found


def _grid(width: int, height: int, tile: int) -> Iterator[tuple[_Span, _Span]]:
    """The parts of a picture, row by row."""
    across = spans(width, tile)
    for down in spans(height, tile):
        for span in across:
            yield span, down


def _lay(made: Pixels, part: Pixels, across: _Span, down: _Span, factor: int) -> None:
    """Lay a part into the picture; what its neighbours have laid there before is blended in.

    In whole numbers, so that equal values stay what they are.
    """
    top, left = down.start * factor, across.start * factor
    height, width = part.shape[:2]
    into = made[top : top + height, left : left + width]
    for axis, shared in ((0, down.shared * factor), (1, across.shared * factor)):
        if shared:
            weights = np.arange(1, shared + 1, dtype=np.uint32)
            weights = weights[:, np.newaxis, np.newaxis] if axis == 0 else weights[:, np.newaxis]
            whole = np.uint32(shared + 1)
            edge = (slice(shared),) if axis == 0 else (slice(None), slice(shared))
            blended = into[edge] * (whole - weights) + part[edge] * weights + whole // 2
            part[edge] = blended // whole
    into[...] = part


def nearest(pixels: Pixels, factor: int) -> Pixels:
    """Each pixel a square of ``factor`` a side."""
    return np.repeat(np.repeat(pixels, factor, axis=1), factor, axis=0)


def _averaged(pixels: Pixels, factor: int, wanted: int) -> Pixels:
    """What was enlarged ``factor`` times, averaged by area down to ``wanted`` times.

    Both are whole numbers, so the area of every source pixel is dealt with by itself, and parts
    need not know of each other.
    """
    if wanted == factor:
        return np.ascontiguousarray(pixels)
    shares = np.zeros((wanted, factor), np.float32)
    for row in range(wanted):
        for column in range(factor):
            start, end = row / wanted, (row + 1) / wanted
            overlap = min(end, (column + 1) / factor) - max(start, column / factor)
            shares[row, column] = max(overlap, 0.0) * wanted
    height, width, channels = pixels.shape
    cells = pixels.reshape(height // factor, factor, width // factor, factor, channels)
    averaged = np.einsum("yaxbc,ia,jb->yixjc", cells, shares, shares, optimize=True)
    rounded: Pixels = np.clip(np.rint(averaged), 0, 255).astype(np.uint8)
    return rounded.reshape(height // factor * wanted, width // factor * wanted, channels)


def _mirrored(start: int, length: int, side: int) -> NDArray[np.intp]:
    """The pixels from ``start`` on along a side, mirrored at its ends: abcd -> dcb|abcd|cba."""
    if side == 1:
        return np.zeros(length, np.intp)
    period = 2 * (side - 1)
    at = np.arange(start, start + length) % period
    mirrored: NDArray[np.intp] = np.where(at < side, at, period - at)
    return mirrored


def _whole(length: int, multiple: int) -> int:
    return -(-length // multiple) * multiple


def _part(request: EnlargePicture, source: SourcePicture) -> tuple[int, int, int, int]:
    """The part that is wanted; raises `RequestInvalid` if it does not lie in the picture."""
    if request.part is None:
        return 0, 0, source.width, source.height
    left, top, width, height = request.part
    inside = 0 <= left < left + width <= source.width and 0 <= top < top + height <= source.height
    if not inside or width < 1 or height < 1:
        fault = f"the part {request.part} does not lie in {source.width}x{source.height} pixels"
        raise RequestInvalid(fault=fault)
    return left, top, width, height


def _cut_out(
    pixels: Pixels, part: tuple[int, int, int, int], margin: int
) -> tuple[Pixels, tuple[int, int, int, int]]:
    """The part with ``margin`` pixels around it where there are so many, and where it lies then."""
    left, top, width, height = part
    first_row, first_column = max(top - margin, 0), max(left - margin, 0)
    cut = pixels[first_row : top + height + margin, first_column : left + width + margin]
    return np.ascontiguousarray(cut), (left - first_column, top - first_row, width, height)


def _is_flat(plane: Pixels) -> bool:
    return bool(plane.min() == plane.max())


def _apart(pixels: Pixels, reach: int) -> tuple[Pixels, Pixels | None]:
    """Colours (1 or 3 channels) and alpha (1) of a picture; alpha is None without one."""
    channels = pixels.shape[2]
    if channels in (1, 3):
        return pixels, None
    alpha = np.ascontiguousarray(pixels[:, :, -1:])
    return grown(np.ascontiguousarray(pixels[:, :, :-1]), alpha[:, :, 0] > 0, reach), alpha


def grown(colours: Pixels, known: NDArray[np.bool_], reach: int) -> Pixels:
    """Colours with those that are not ``known`` grown in from their neighbours, ring by ring.

    What lies further than ``reach`` pixels from any that is known has no influence on what will
    be seen, and becomes black, whatever stood there.
    """
    if known.all():
        return colours
    filled = np.where(known[:, :, np.newaxis], colours, np.uint8(0))
    for _ in range(reach):
        if known.all() or not known.any():
            break
        sums = np.zeros(colours.shape, np.uint16)
        counts = np.zeros(known.shape, np.uint16)
        for rows_to, rows_from in _SHIFTS:
            for columns_to, columns_from in _SHIFTS:
                sums[rows_to, columns_to] += filled[rows_from, columns_from]
                counts[rows_to, columns_to] += known[rows_from, columns_from]
        ring = ~known & (counts > 0)
        filled[ring] = (sums[ring] + counts[ring][:, np.newaxis] // 2) // counts[ring][
            :, np.newaxis
        ]
        known = known | ring
    return filled


_SHIFTS: Final = (
    (slice(None), slice(None)),
    (slice(1, None), slice(None, -1)),
    (slice(None, -1), slice(1, None)),
)
"""One step back, none and one on along an axis: where to, where from."""


def _surroundings(plane: Pixels) -> tuple[Pixels, Pixels]:
    """The smallest and the largest value of the 3x3 pixels around each."""
    lowest, highest = plane.copy(), plane.copy()
    for rows_to, rows_from in _SHIFTS:
        for columns_to, columns_from in _SHIFTS:
            for found, choose in ((lowest, np.minimum), (highest, np.maximum)):
                into = found[rows_to, columns_to]
                choose(into, plane[rows_from, columns_from], out=into)
    return lowest, highest


def enlarged_recipe(recipe: Recipe, enlarged: Enlarged, made: Pixels) -> Recipe | None:
    """The recipe of the enlarged picture; None where no recipe can say what was done.

    Enlarging what was enlarged before is one enlarging by both factors, where it was done in the
    same way and both runs are those that the larger factor takes too.
    """
    before = recipe.enlarged
    if isinstance(before, Enlarged):
        same = (before.method, before.model, before.graphs) == (
            enlarged.method, enlarged.model, enlarged.graphs,
        )  # fmt: skip
        if not same or enlarged.method != "nearest":
            return None
        enlarged = msgspec.structs.replace(
            enlarged, factor=before.factor * enlarged.factor, source_sha256=before.source_sha256
        )
    height, width = made.shape[:2]
    whole = msgspec.structs.replace(
        recipe, enlarged=enlarged, width=width, height=height, pixels_sha256=pixels_sha256(made)
    )
    return msgspec.structs.replace(whole, schema=needed_schema(whole))


def _encoded(
    request: EnlargePicture,
    made: Pixels,
    recipe: Recipe | None,
    profile: bytes,
    file_format: Format,
) -> bytes:
    height, width, channels = made.shape
    if recipe is None or channels in (2, 4) or profile:
        return encode_source(
            made.data, width, height, channels, profile=profile, format=file_format,
            quality=request.quality, lossless=request.lossless,
        )  # fmt: skip
    return encode_picture(
        made.data, width, height, channels, recipe, format=file_format, quality=request.quality,
        lossless=request.lossless, model_title=request.title, credit=request.credit,
        rights=request.rights,
    )  # fmt: skip
