"""Runs a graph whatever it takes: fewer at once, without recording, at last on the CPU.

The caller gives arrays for many pictures and gets them all made. Where memory runs out, the batch
is halved; where one picture does not fit, or the card fails in another way, the CPU does it, and
the report of the device says why. Each step back is remembered by the `SessionCache`, so that it
is taken once.
"""

from collections.abc import Mapping

from studio.contract.errors import AtelierError, GraphFailed, MemoryExhausted
from studio.contract.manifest import Model
from studio.runtime.buffers import Array, CaptureFailed
from studio.runtime.cancel import CancelToken
from studio.runtime.faults import FaultKind, fault_kind
from studio.runtime.sessions import (
    NO_ROOM_REASON,
    LoadedGraph,
    SessionCache,
    lost_reason,
    refused_reason,
)


class GraphRunner:
    """One graph of one model, loaded, and loaded again where that is what helps."""

    def __init__(self, model: Model, role: str, sessions: SessionCache, token: CancelToken) -> None:
        """Raises what `SessionCache.load` raises."""
        self._model = model
        self._role = role
        self._sessions = sessions
        self._loaded: LoadedGraph | None = sessions.load(model, role, token)

    @property
    def loaded(self) -> LoadedGraph:
        """What does the work now; another one after a fault.

        To be asked for each time, and kept by nobody: a session that failed gives its memory
        back only when nothing refers to it any more.
        """
        assert self._loaded is not None, "nothing is loaded once `run` has raised what `load` does"
        return self._loaded

    def run(
        self, inputs: Mapping[str, Array], output: str, into: Array, token: CancelToken
    ) -> None:
        """Run with ``inputs`` by name and write ``output`` into ``into``.

        The first axis of every array counts the pictures. Raises `Cancelled`, and `GraphFailed`
        or `MemoryExhausted` once nothing is left to be tried.
        """
        first, count = 0, len(into)
        while first < count:
            stop = first + self.loaded.affordable(count - first)
            part = {name: array[first:stop] for name, array in inputs.items()}
            try:
                self.loaded.bound.run(part, output, into[first:stop], token)
            except CaptureFailed:
                self._sessions.record_no_runs(self.loaded)
            except (GraphFailed, MemoryExhausted) as error:
                self._step_back(error, stop - first)
            else:
                first = stop
                continue
            before = self.loaded.report
            self._loaded = None  # the old one's memory is needed for the new one
            self._loaded = self._sessions.load(self._model, self._role, token)
            if self._loaded.report != before:
                first = 0  # what is made together is made in one way, as its recipes say

    def _step_back(self, error: AtelierError, batch: int) -> None:
        """Have the next load go another way, or raise ``error`` where there is none."""
        loaded = self.loaded
        kind = fault_kind(error)
        if kind is FaultKind.MEMORY and batch > 1:
            self._sessions.limit_batch(loaded, batch // 2)
            if not loaded.device.is_cpu:
                self._sessions.drop(loaded)  # an arena that was full once stays in pieces
        elif loaded.device.is_cpu:
            raise error
        elif kind is FaultKind.MEMORY:
            self._sessions.demote(loaded.graph, NO_ROOM_REASON)
        elif kind is FaultKind.LOST:
            self._sessions.lose_device(lost_reason(error))
        elif loaded.report.precision == "float16":
            self._sessions.refuse_half(self._model, self._role, refused_reason(error))
        else:
            self._sessions.demote(loaded.graph, refused_reason(error))
