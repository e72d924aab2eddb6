"""Runs text graphs of every layout behind one interface: tokens in, logits out, a past kept.

A session reads on from what it has read. It can be cut back to an earlier length, and parts of
its past can be taken out and put in again; what a layout cannot do is done another way, by
reading afresh, and said in `TextSession.limits`. One thread uses a session at a time.

On a graphics card the past stays in the card's memory. That path was never run on a card here.
"""

import logging
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import (
    GraphFailed,
    GraphInvalid,
    RequestInvalid,
)
from studio.project.logs import Plain
from studio.runtime.buffers import CARD_MEMORY, Array, run_binding
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import Device
from studio.runtime.faults import run_error
from studio.runtime.reports import DeviceReport
from studio.runtime.signatures import (
    TensorSignature,
    read_signature,
    session_signature,
)
from studio.runtime.text_cache import Store
from studio.runtime.text_layout import NamedTensors, TextLayout
from studio.runtime.text_loading import LoadedText, load_text, text_layout
from studio.runtime.text_packed import check_probe

_log = logging.getLogger(__name__)

Logits = NDArray[np.float32]
"""Logits of some tokens, (tokens, vocabulary)."""

NO_PAST: Final = "it remembers nothing of the text, so each token takes as long as all before it"
COPIES: Final = "it copies its past with each token, so that long texts become slow"
ONE_BY_ONE: Final = "it continues a text by one token at a time only, so that additions are slow"
FIXED_STATE: Final = (
    "its past cannot be cut at any place, so that after an edit it reads on from the last place "
    "that it remembers"
)
PAST_DIFFERS: Final = (
    "what it says with a past differs from what it says without, so each text is read afresh"
)

MARKS: Final = 64
"""States of a fixed size that are remembered at most, each for one length of the text."""
MARK_DISTANCE: Final = 32
"""Tokens between two marks at least, unless many tokens came at once."""

_TRIAL: Final = (1, 4, 2, 7, 5, 3)
"""Tokens by which a graph shows whether it goes on from a past as it would have from the start."""
_TRIAL_PAST: Final = 3
_SAME: Final = 0.05
"""Relative difference of logits that is the noise of numbers in eight bits, and no other cause."""
_CLOSE: Final = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class TextGraphs:
    """The graph or graphs of one model."""

    graph: Path
    first: Path | None = None
    """Reads the beginning, where ``graph`` only continues."""
    named: NamedTensors = field(default_factory=NamedTensors)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastPart:
    """A part of a past, taken out of a session; good for any text that begins with the same."""

    start: int
    stop: int
    parts: tuple[Array, ...]
    """What is kept of each token from ``start`` to ``stop``, an array for each entry."""
    states: Mapping[int, tuple[Array, ...]]
    """By length of the text: the states of a fixed size, where there are such."""

    @property
    def bytes(self) -> int:
        held = [*self.parts, *(array for state in self.states.values() for array in state)]
        return sum(array.nbytes for array in held)


def open_text(
    graphs: TextGraphs | Path, *, device: Device, threads: int, token: CancelToken,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> "TextSession":  # fmt: skip
    """Load the graph or graphs of one model.

    ``settings`` are entries of the session options over our own. Raises `GraphInvalid`,
    `ModelMissing`, `TextModelUnsupported`, `MemoryExhausted`, or `Cancelled` by the token.
    """
    if isinstance(graphs, Path):
        graphs = TextGraphs(graph=graphs)
    signature = read_signature(graphs.graph)
    layout = text_layout(graphs.graph, signature, graphs.named)  # refused before gigabytes load
    if graphs.first is not None:
        text_layout(graphs.first, read_signature(graphs.first), graphs.named)
    main = load_text(graphs.graph, graphs.named, signature, device, threads, settings, token)
    first = None
    if graphs.first is not None:
        first = load_text(
            graphs.first, graphs.named, read_signature(graphs.first), main.device, threads,
            settings, token,
        )  # fmt: skip
        missing = {entry.present for entry in layout.cache} - first.layout.presents
        if missing:
            fault = f"it does not give {min(missing)!r}, which {graphs.graph.name} wants"
            raise GraphInvalid(file=graphs.first, fault=fault)
    session = TextSession(main, first, threads)
    check_probe(main.session, main.path, lambda number: session.try_token(number, token))
    session.try_past(token)
    return session


class TextSession:
    """One loaded model and its past. Made by `open_text`."""

    def __init__(self, main: LoadedText, first: LoadedText | None, threads: int) -> None:
        self._main = main
        self._first = first
        self._threads = threads
        self._stores = [Store(entry, on_card=main.device.is_card) for entry in main.layout.cache]
        self._length = 0
        self._history: list[int] = []
        """What was read, where nothing else is remembered."""
        self._marks: dict[int, tuple[Array, ...]] = {}
        """States of a fixed size by length of the text, ascending."""
        self._past_differs = False
        self._one_by_one = main.layout.one_at_a_time
        self._vocabulary = main.layout.vocabulary
        self._ones: dict[str, Array] = {}

    # What it is.

    @property
    def inputs(self) -> tuple[TensorSignature, ...]:
        """What the graph takes, as the loaded session says it."""
        return session_signature(self._main.session)[0]

    @property
    def outputs(self) -> tuple[TensorSignature, ...]:
        return session_signature(self._main.session)[1]

    @property
    def layout(self) -> TextLayout:
        return self._main.layout

    @property
    def report(self) -> DeviceReport:
        """What it runs on, and why not on something better."""
        return self._main.device.report(self._threads)

    @property
    def vocabulary(self) -> int | None:
        """Logits of each token; None until something was read, where the graph does not say it."""
        return self._vocabulary

    @property
    def recomputes(self) -> bool:
        """Whether all of a text is read again for each token."""
        return not self._stores or self._past_differs

    @property
    def one_by_one(self) -> bool:
        """Whether a text that has begun is continued by one token at a time only."""
        return self._one_by_one

    @property
    def begins_whole(self) -> bool:
        """Whether nothing but the beginning of a text can be read many tokens at once."""
        beginning = (self._first or self._main).layout
        return self._one_by_one and not beginning.one_at_a_time

    @property
    def cuts_anywhere(self) -> bool:
        """Whether `truncate` reaches every length."""
        return self.recomputes or not self.layout.fixed

    @property
    def limits(self) -> tuple[str, ...]:
        """What it cannot do, each the end of a sentence about the model."""
        if not self._stores:
            return (NO_PAST,)
        if self._past_differs:
            return (PAST_DIFFERS,)
        found = {
            COPIES: self.layout.copies,
            ONE_BY_ONE: self._one_by_one,
            FIXED_STATE: self.layout.fixed,
        }
        return tuple(words for words, holds in found.items() if holds)

    @property
    def length(self) -> int:
        """Tokens that have been read."""
        return self._length

    @property
    def kept_bytes(self) -> int:
        """What is kept of the tokens that were read."""
        return sum(
            store.entry.elements(store.length) * np.dtype(store.entry.dtype).itemsize
            for store in self._stores
        )

    @property
    def bytes(self) -> int:
        """What the buffers of its past may come to hold."""
        states = (array.nbytes for state in self._marks.values() for array in state)
        return sum(store.bytes for store in self._stores) + sum(states)

    # Reading on.

    def run(self, ids: Sequence[int], *, keep: int = 1, token: CancelToken) -> Logits:
        """Read ``ids`` after what was read before; the logits of the last ``keep`` of them.

        A run that fails or is cancelled has read nothing, or, where one token at a time is read,
        some of the first tokens: `length` says it. Raises `RequestInvalid` for tokens that do
        not exist, `Cancelled`, `GraphFailed` or `MemoryExhausted`.
        """
        self._check(ids, keep)
        if self.recomputes:
            logits = self._run_afresh(ids, keep, token)
        elif self._must_step(keep):
            logits = self._run_singly(ids, keep, token)
        else:
            logits = self._run(ids, keep, token)
        self._vocabulary = logits.shape[1]
        return logits

    def truncate(self, length: int) -> int:
        """Forget what was read after the first ``length`` tokens, or after fewer; how many remain.

        Fewer remain where `cuts_anywhere` is false: the rest must be read again.
        """
        length = max(0, length)
        if length >= self._length:
            return self._length
        if self.recomputes:
            del self._history[length:]
        elif self.layout.fixed:
            length = self._back_to_mark(length)
        elif length > 0:
            for store in self._stores:
                store.truncate(length)
        else:
            for store in self._stores:
                store.clear()
        self._length = length
        return self._length

    def clear(self) -> None:
        """Forget everything that was read."""
        self.truncate(0)

    def take(self, start: int = 0, stop: int | None = None) -> PastPart:
        """A copy of what is remembered of the tokens from ``start`` to ``stop``.

        Empty where nothing is remembered. With ``start`` equal to ``stop`` it holds no more than
        the state of a fixed size at that length, if there is one.
        """
        stop = self._length if stop is None else min(stop, self._length)
        if self.recomputes:
            return PastPart(start=start, stop=start, parts=(), states={})
        if self.layout.fixed and stop == self._length:
            self._mark()
        return PastPart(
            start=start,
            stop=stop,
            parts=tuple(store.slice(start, stop) for store in self._growing()),
            states={
                length: state
                for length, state in self._marks.items()
                if start < length <= stop or length == start == stop
            },
        )

    def reachable(self, length: int) -> int:
        """How many tokens remain if `truncate` is asked for ``length``."""
        length = min(length, self._length)
        if self.cuts_anywhere:
            return length
        if length == self._length:
            return length
        return max((at for at in self._marks if at <= length), default=0)

    def put(self, part: PastPart, stop: int, common: int) -> int | None:
        """Go on from what ``part`` remembers, up to ``stop`` tokens; how many are read then.

        ``common`` says how many of the tokens read so far the text begins with for which the
        part is good. None, and nothing has changed, where the part does not reach so far back,
        or has no state of a fixed size where one is needed.
        """
        stop = min(stop, part.stop)
        common = min(common, self._length)
        if self.recomputes or part.start > common:
            return None
        if self.layout.fixed:
            stop = max((length for length in part.states if length <= stop), default=0)
        if stop < part.start or stop == 0:
            return None
        begin = min(common, stop)
        for loaded in (self._main, self._first):
            if loaded is not None:
                loaded.bound_for = 0
        for store, array in zip(self._growing(), part.parts, strict=True):
            axis = store.entry.axis
            assert axis is not None, "states of a fixed size do not grow"
            inner = (slice(None),) * axis + (slice(begin - part.start, stop - part.start),)
            store.place(begin, array[inner])
        if self.layout.fixed:
            self._marks = {at: state for at, state in self._marks.items() if at <= begin}
            for length, state in part.states.items():
                if begin <= length <= stop:
                    self._marks.setdefault(length, state)
            self._set_states(part.states[stop])
            self._sort_marks()
        self._length = stop
        return stop

    # How.

    def _must_step(self, keep: int) -> bool:
        """Whether what comes next can be read by single tokens only."""
        layout = self._graph.layout
        continues_singly = self._one_by_one and self._length > 0
        return continues_singly or layout.one_at_a_time or (keep > 1 and layout.last_only)

    @property
    def _graph(self) -> LoadedText:
        """The graph that reads next."""
        return self._first if self._first is not None and self._length == 0 else self._main

    def _growing(self) -> Iterator[Store]:
        return (store for store in self._stores if store.entry.axis is not None)

    def _fixed(self) -> Iterator[Store]:
        return (store for store in self._stores if store.entry.axis is None)

    def _check(self, ids: Sequence[int], keep: int) -> None:
        if not ids:
            raise RequestInvalid(fault="there is no text to read")
        if not 1 <= keep <= len(ids):
            raise RequestInvalid(fault=f"{keep} results of {len(ids)} tokens were asked for")
        lowest, highest = min(ids), max(ids)
        limit = self._vocabulary
        if lowest < 0 or (limit is not None and highest >= limit):
            wrong = lowest if lowest < 0 else highest
            known = f"; it knows {limit}" if limit is not None else ""
            raise RequestInvalid(fault=f"the model has no token {wrong}{known}")

    def _run_afresh(self, ids: Sequence[int], keep: int, token: CancelToken) -> Logits:
        whole = [*self._history, *ids]
        graph = self._first or self._main
        if graph.layout.last_only:
            stops = range(len(whole) - keep + 1, len(whole) + 1)
            kept = [self._run_graph(graph, whole[:stop], 1, 0, token) for stop in stops]
            logits = np.concatenate(kept)
        else:
            logits = self._run_graph(graph, whole, keep, 0, token)
        self._history = whole
        self._length = len(whole)
        return logits

    def _run_singly(self, ids: Sequence[int], keep: int, token: CancelToken) -> Logits:
        kept = []
        for index, number in enumerate(ids):
            logits = self._run([number], 1, token)
            if index >= len(ids) - keep:
                kept.append(logits)
        return np.concatenate(kept)

    def _run(self, ids: Sequence[int], keep: int, token: CancelToken) -> Logits:
        more = len(ids)
        logits = self._run_graph(self._graph, ids, keep, self._length, token)
        for store in self._stores:
            store.advance(more)
        self._length += more
        if self.layout.fixed and self._marking(more):
            self._mark()
        return logits

    def _run_graph(
        self, graph: LoadedText, ids: Sequence[int], keep: int, past: int, token: CancelToken
    ) -> Logits:
        """Run once; nothing of the session's changes but the buffers that are written next."""
        token.check()
        layout = graph.layout
        more = len(ids)
        held: list[Array] = []
        """What is bound by its address must live until the run ends."""
        try:
            into = self._bind(graph, ids, keep, past, held)
        except Exception as error:
            raise run_error(error, graph.path) from error
        run_binding(graph.session, graph.binding, graph.path, token)
        graph.pages.read(more)
        if into is None:
            into = graph.binding.get_outputs()[0].numpy()
        rows = into.reshape(-1, into.shape[-1]) if into.ndim else into.reshape(1, 1)
        if len(rows) < keep or (layout.vocabulary or rows.shape[1]) != rows.shape[1]:
            fault = f"its logits have the shape {list(into.shape)} for {more} tokens"
            raise GraphFailed(file=graph.path, fault=fault)
        return np.array(rows[-keep:], np.float32)

    def _bind(
        self, graph: LoadedText, ids: Sequence[int], keep: int, past: int, held: list[Array]
    ) -> Array | None:
        """Bind everything for one run; the logits' array, or None where onnxruntime makes it."""
        layout, binding = graph.layout, graph.binding
        more, total = len(ids), past + len(ids)
        into = self._bind_logits(graph, more, keep)

        def give(tensor: TensorSignature, array: Array) -> None:
            held.append(array)
            binding.bind_input(
                tensor.name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data
            )

        give(layout.ids, _shaped(np.array(ids, layout.ids.dtype), layout.ids))
        if layout.mask is not None:
            give(layout.mask, self._mask(layout.mask.dtype, total)[:, :total])
        if layout.positions is not None:
            numbers = np.arange(past, total, dtype=layout.positions.dtype)
            give(layout.positions, _shaped(numbers, layout.positions))
        if layout.keep is not None:
            give(layout.keep, _shaped(np.array([keep], layout.keep.dtype), layout.keep))
        if layout.branch is not None:
            give(layout.branch, _shaped(np.array([past > 0]), layout.branch))
        amounts = {"past": past, "total": total, "total_less_one": total - 1, "new": more}
        for count in layout.counts:
            number = np.array([amounts[count.what]], count.tensor.dtype)
            give(count.tensor, _shaped(number, count.tensor))
        self._bind_past(graph, more)
        return into

    def _bind_logits(self, graph: LoadedText, more: int, keep: int) -> Array | None:
        """Bound first, and so the first of the outputs."""
        layout = graph.layout
        rows = keep if layout.keep is not None else 1 if layout.last_only else more
        tensor = layout.logits
        if layout.vocabulary is None or (rows > 1 and layout.keep is None):
            graph.binding.bind_output(tensor.name, "cpu", 0)
            return None
        shape = (1,) * (len(tensor.shape) - 2) + (rows, layout.vocabulary)
        into = np.empty(shape, tensor.dtype)
        graph.binding.bind_output(
            tensor.name, "cpu", 0, into.dtype.type, into.shape, into.ctypes.data
        )
        return into

    def _bind_past(self, graph: LoadedText, more: int) -> None:
        """Bind what is remembered; what is appended in place is bound only when it has moved."""
        binding, place = graph.binding, CARD_MEMORY if graph.device.is_card else "cpu"
        remembers = not self.recomputes
        if graph.bound_for >= self._length + more:
            return
        if remembers:
            for store in self._stores:
                store.reserve(store.length + more)
        generation = sum(store.moves for store in self._stores)
        for store in self._stores:
            entry = store.entry
            kind = np.dtype(entry.dtype).type
            if entry.in_place and remembers and graph.generation == generation:
                continue
            if graph is self._main:
                address, shape = store.past()
                binding.bind_input(entry.past, place, 0, kind, shape, address)
            if remembers:
                address, shape = store.present(more)
                binding.bind_output(entry.present, place, 0, kind, shape, address)
        graph.generation = generation
        if remembers and all(store.entry.in_place for store in self._stores):
            graph.bound_for = min(store.room for store in self._stores)

    def _mask(self, dtype: str, total: int) -> Array:
        """Ones for at least ``total`` tokens, (1, tokens)."""
        ones = self._ones.get(dtype)
        if ones is None or ones.shape[1] < total:
            ones = self._ones[dtype] = np.ones((1, max(1024, 2 * total)), dtype)
        return ones

    # States of a fixed size: where they were, one can go back to.

    def _marking(self, more: int) -> bool:
        last = max(self._marks, default=0)
        return more >= MARK_DISTANCE or self._length - last >= MARK_DISTANCE

    def _mark(self) -> None:
        if self._length == 0 or self._length in self._marks:
            return
        self._marks[self._length] = tuple(store.slice(0, 0) for store in self._fixed())
        self._sort_marks()

    def _sort_marks(self) -> None:
        """In order, and no more of them than `MARKS`: the one whose neighbours are closest goes."""
        self._marks = dict(sorted(self._marks.items()))
        while len(self._marks) > MARKS:
            lengths = [0, *self._marks]
            gaps = {
                lengths[at]: lengths[at + 1] - lengths[at - 1] for at in range(1, len(lengths) - 1)
            }
            del self._marks[min(gaps, key=lambda length: (gaps[length], length))]

    def _back_to_mark(self, length: int) -> int:
        lengths = list(self._marks)
        index = bisect_right(lengths, length)
        length = lengths[index - 1] if index else 0
        self._marks = {at: state for at, state in self._marks.items() if at <= length}
        for store in self._growing():
            store.truncate(length)
        if length:
            self._set_states(self._marks[length])
        else:
            for store in self._stores:
                store.clear()
        return length

    def _set_states(self, state: tuple[Array, ...]) -> None:
        for store, array in zip(self._fixed(), state, strict=True):
            store.place(0, array)

    # Whether a graph does as it should.

    def try_token(self, number: int, token: CancelToken) -> Logits:
        """The logits of one token alone; nothing is read then. Raises what `run` raises."""
        try:
            return self.run([number], keep=1, token=token)
        finally:
            self.clear()

    def try_past(self, token: CancelToken) -> None:
        """Read a few tokens whole, in parts and singly, and settle how this graph is to be read.

        Some exports forget the causal mask where a text goes on, or take a state of a fixed size
        for that of a beginning: continued by several tokens at once they say something else.
        Graphs that append in place by their own operator need no trial.
        """
        layout = self.layout
        beginning = self._graph.layout
        if self.recomputes or beginning.one_at_a_time:
            return
        if self._first is None and not layout.copies and not layout.fixed:
            return
        limit = self._vocabulary or max(_TRIAL) + 1
        ids = [number % limit for number in _TRIAL]
        try:
            whole = self._trial_whole(ids, token)
            together = self._trial(ids, whole, token, singly=self._one_by_one)
            singly = self._trial(ids, whole, token, singly=True)
        finally:
            self.clear()
            self._marks.clear()
        if together <= max(_SAME, 2 * singly) and together <= _CLOSE:
            return
        if singly <= _CLOSE:
            self._one_by_one = True
        else:
            self._past_differs = True
            for loaded in (self._main, self._first):
                if loaded is not None:  # nothing that is remembered is to be bound any more
                    loaded.binding = loaded.session.io_binding()
        words = f"{together:.3f} together, {singly:.3f} singly"
        _log.info("a text graph does not continue as it begins: %s", Plain(words))

    def _trial_whole(self, ids: list[int], token: CancelToken) -> Logits:
        """The truth, for the tokens after the first `_TRIAL_PAST`: read with all before them."""
        rows = len(ids) - _TRIAL_PAST
        if not self._graph.layout.last_only:
            return self._run_graph(self._graph, ids, rows, 0, token)
        stops = range(_TRIAL_PAST + 1, len(ids) + 1)
        return np.concatenate(
            [self._run_graph(self._graph, ids[:stop], 1, 0, token) for stop in stops]
        )

    def _trial(self, ids: list[int], whole: Logits, token: CancelToken, *, singly: bool) -> float:
        """How far the logits are off, relatively, when the text is read in parts."""
        self.clear()
        rest = ids[_TRIAL_PAST:]
        try:
            self._run(ids[:_TRIAL_PAST], 1, token)
            if singly:
                found = self._run_singly(rest, len(rest), token)
            else:
                found = self._run(rest, 1 if self.layout.last_only else len(rest), token)
        except GraphFailed:
            return float("inf")
        whole = whole[-len(found) :]
        centred = whole - whole.mean(axis=1, keepdims=True)
        off = found - found.mean(axis=1, keepdims=True) - centred
        scale = float(np.sqrt((centred**2).mean()))
        error = float(np.sqrt((off**2).mean()))
        return error / scale if scale > 0 else float(error > 0)


def _shaped(array: Array, tensor: TensorSignature) -> Array:
    """``array`` with as many axes as ``tensor`` has; those before the last are of size 1."""
    rank = len(tensor.shape)
    return array.reshape((1,) * (rank - 1) + (-1,)) if rank else array.reshape(())
