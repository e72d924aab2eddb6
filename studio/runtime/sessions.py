"""The one place in the studio where onnxruntime sessions are built, kept and run.

Graphs may be foreign, so nothing is believed: the file must have the hash that its manifest
states, may read no file outside its folder, and must have the inputs and outputs that the
manifest describes. Whatever onnxruntime raises, `UnicodeDecodeError` included, becomes one
sentence that names the file. Custom operators are never registered.
"""

import os
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import onnxruntime

from studio.contract.errors import (
    AtelierError,
    Cancelled,
    GraphFailed,
    GraphInvalid,
    MemoryExhausted,
    ModelMissing,
)
from studio.contract.manifest import Graph, Model, Tensor, file_sha256
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import Device, device_in_use, first_line
from studio.runtime.graph_files import check_graph_files
from studio.runtime.reports import DeviceReport

OPTIMISATION: Final = "all"
"""The frozen optimisation level, as fingerprints name it: another level gives other bits, while
on the CPU neither the batch size nor the number of threads does."""

ELEMENT_TYPES: Final[Mapping[str, str]] = {
    "float32": "tensor(float)",
    "float16": "tensor(float16)",
    "uint8": "tensor(uint8)",
    "int64": "tensor(int64)",
    "int32": "tensor(int32)",
    "bool": "tensor(bool)",
}
"""The manifest's names of element types, and onnxruntime's."""

_MEMORY_SIGNS: Final = (
    "bad_alloc",
    "bad allocation",
    "failed to allocate memory",
    "out of memory",
    "available memory",
    "cannot allocate memory",
    "integer overflow",
    "size overflow",
)


@dataclass(slots=True, kw_only=True)
class LoadedGraph:
    """A session with what must be known to run it and to let it go again."""

    session: onnxruntime.InferenceSession
    path: Path
    graph: Graph
    device: Device
    """What the session really runs on; see `device_in_use`."""
    report: DeviceReport
    """The same for those who ask, with the threads."""
    cost: int
    """Estimated bytes that it holds."""
    used_at: float = 0.0
    seconds_per_item: dict[tuple[int, ...], float] = field(default_factory=dict)
    """Measured seconds for one picture by the shape of one picture; see `observe`."""

    def run(self, binding: onnxruntime.IOBinding, token: CancelToken) -> None:
        """Run with bound inputs and outputs.

        Raises `Cancelled` if the token ended it, else `GraphFailed` or `MemoryExhausted`.
        """
        token.check()
        options = onnxruntime.RunOptions()
        options.log_severity_level = 4

        def terminate() -> None:
            options.terminate = True

        with token.stopping(terminate):
            try:
                self.session.run_with_iobinding(binding, options)
                binding.synchronize_outputs()
            except Exception as error:
                if token.cancelled:
                    raise Cancelled from error
                raise run_error(error, self.path) from error

    def observe(self, shape: tuple[int, ...], seconds: float) -> None:
        """Remember how long one picture of ``shape`` took; the quickest so far counts most.

        A first run is slow for reasons of its own, so a shorter time replaces a longer one at
        once and a longer one moves the estimate by a quarter.
        """
        known = self.seconds_per_item.get(shape)
        if known is None or seconds < known:
            self.seconds_per_item[shape] = seconds
        else:
            self.seconds_per_item[shape] = known + (seconds - known) / 4


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What tells that a file is still the one that was hashed."""

    modified: int
    size: int
    inode: int


class SessionCache:
    """Loads graphs once, keeps them within a budget of memory and lets idle ones go.

    Keyed by the graph's hash, the provider, its options and the threads. The costs are
    estimates: the file's size or the growth of the resident memory while loading, whichever is
    larger. Used by one thread at a time.
    """

    def __init__(
        self,
        device: Device,
        *,
        threads: int,
        budget: int | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = device
        self.threads = threads
        self._budget = budget
        self._clock = clock
        self._loaded: OrderedDict[tuple[object, ...], LoadedGraph] = OrderedDict()
        self._hashes: dict[Path, tuple[_Stamp, str]] = {}

    @property
    def cost(self) -> int:
        """Estimated bytes of all that is loaded."""
        return sum(loaded.cost for loaded in self._loaded.values())

    def __len__(self) -> int:
        return len(self._loaded)

    def load(self, model: Model, role: str, token: CancelToken) -> LoadedGraph:
        """The graph ``role`` of ``model``, ready to run.

        Raises `ModelMissing`, `GraphInvalid`, `MemoryExhausted`, or `Cancelled` by the token.
        """
        graph = model.manifest.graphs.get(role)
        if graph is None:
            raise GraphInvalid(file=model.folder, fault=f"the manifest names no graph {role!r}")
        path = model.file(graph.file)
        self._check_hash(path, graph)
        key = self._key(graph)
        loaded = self._loaded.get(key)
        if loaded is None:
            size = path.stat().st_size
            self._make_room(size)
            loaded = self._build(path, graph, size, token)
            self._loaded[key] = loaded
            self._make_room(0, keep=key)
        self._loaded.move_to_end(key)
        loaded.used_at = self._clock()
        return loaded

    def is_loaded(self, model: Model, role: str) -> bool:
        """Whether `load` would return at once."""
        graph = model.manifest.graphs.get(role)
        return graph is not None and self._key(graph) in self._loaded

    def evict_idle(self, seconds: float) -> int:
        """Let go what was not used for ``seconds``; how many sessions that were."""
        limit = self._clock() - seconds
        idle = [key for key, loaded in self._loaded.items() if loaded.used_at <= limit]
        for key in idle:
            del self._loaded[key]
        return len(idle)

    def clear(self) -> None:
        """Let everything go, for instance after memory ran out."""
        self._loaded.clear()

    def _key(self, graph: Graph) -> tuple[object, ...]:
        options = tuple(sorted(self.device.options.items()))
        return (graph.sha256, self.device.provider, options, self.threads, OPTIMISATION)

    def _check_hash(self, path: Path, graph: Graph) -> None:
        try:
            status = path.stat()
            stamp = _Stamp(status.st_mtime_ns, status.st_size, status.st_ino)
            known = self._hashes.get(path)
            found = known[1] if known is not None and known[0] == stamp else file_sha256(path)
        except FileNotFoundError as error:
            raise ModelMissing(file=path) from error
        except OSError as error:
            fault = (error.strerror or "unreadable").lower()
            raise GraphInvalid(file=path, fault=fault) from error
        self._hashes[path] = (stamp, found)
        if found != graph.sha256:
            fault = "it is not the file that the manifest describes (its SHA-256 differs)"
            raise GraphInvalid(file=path, fault=fault)

    def _make_room(self, size: int, keep: tuple[object, ...] | None = None) -> None:
        """Let the longest unused go until ``size`` more bytes fit into the budget."""
        if self._budget is None:
            return
        for key in list(self._loaded):
            if self.cost + size <= self._budget:
                return
            if key != keep:
                del self._loaded[key]

    def _build(self, path: Path, graph: Graph, size: int, token: CancelToken) -> LoadedGraph:
        check_graph_files(path)
        token.check()
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.use_deterministic_compute = True
        options.log_severity_level = 4
        # Threads that wait by spinning take the core from the window's own thread, and on two
        # hyperthreads of one core they halve the speed of the thread that works.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        before = resident_bytes()
        with token.stopping(lambda: options.set_load_cancellation_flag(True)):
            try:
                session = onnxruntime.InferenceSession(
                    os.fspath(path), options, providers=self.device.providers(), enable_fallback=0
                )
            except Exception as error:
                if token.cancelled:
                    raise Cancelled from error
                raise load_error(error, path) from error
        _check_tensors(path, "input", graph.inputs, session.get_inputs())
        _check_tensors(path, "output", graph.outputs, session.get_outputs())
        device = device_in_use(self.device, session.get_providers()[0])
        return LoadedGraph(
            session=session,
            path=path,
            graph=graph,
            device=device,
            report=device.report(self.threads),
            cost=max(size, resident_bytes() - before),
        )


def load_error(error: Exception, path: Path) -> AtelierError:
    """What an exception of onnxruntime's while loading means."""
    if isinstance(error, AtelierError):
        return error
    if _is_memory(error):
        return MemoryExhausted(fault=f"loading {path} ran out of it", detail=first_line(error))
    return GraphInvalid(file=path, fault=_fault(error), detail=str(error)[:4000])


def run_error(error: Exception, path: Path) -> AtelierError:
    """What an exception of onnxruntime's while running means."""
    if isinstance(error, AtelierError):
        return error
    if _is_memory(error):
        return MemoryExhausted(fault=f"running {path} ran out of it", detail=first_line(error))
    return GraphFailed(file=path, fault=_fault(error), detail=str(error)[:4000])


def resident_bytes() -> int:
    """Resident memory of this process in bytes; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123 (called often)
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import psutil

        return int(psutil.Process().memory_info().rss)


def _is_memory(error: Exception) -> bool:
    text = str(error).lower()
    return isinstance(error, MemoryError) or any(sign in text for sign in _MEMORY_SIGNS)


def _fault(error: Exception) -> str:
    """onnxruntime's own words on one line, short enough for a sentence."""
    if isinstance(error, UnicodeDecodeError):
        return "it holds text that is not text"
    if not str(error).strip():  # which some Pythons make of words that are not text
        return f"onnxruntime refuses it and says no more than {type(error).__name__}"
    words = first_line(error)
    prefix = "[ONNXRuntimeError]"
    if words.startswith(prefix):  # "[ONNXRuntimeError] : 7 : INVALID_PROTOBUF : Load model ..."
        words = words.split(" : ", 3)[-1].strip()
    return words[:300]


def _check_tensors(
    path: Path, side: str, stated: tuple[Tensor, ...], found: list[onnxruntime.NodeArg]
) -> None:
    """Refuse a graph whose inputs or outputs are not those of the manifest."""
    by_name = {argument.name: argument for argument in found}
    for tensor in stated:
        argument = by_name.get(tensor.name)
        if argument is None:
            raise GraphInvalid(file=path, fault=f"it has no {side} {tensor.name!r}")
        if argument.type != ELEMENT_TYPES[tensor.dtype]:
            fault = f"its {side} {tensor.name!r} is a {argument.type}, not {tensor.dtype}"
            raise GraphInvalid(file=path, fault=fault)
        if not _shapes_agree(tensor.shape, argument.shape):
            fault = (
                f"its {side} {tensor.name!r} has the shape {list(argument.shape)}, "
                f"the manifest says {list(tensor.shape)}"
            )
            raise GraphInvalid(file=path, fault=fault)
    if side == "input":
        extra = sorted(by_name.keys() - {tensor.name for tensor in stated})
        if extra:
            fault = f"it needs the input {extra[0]!r}, which the manifest does not describe"
            raise GraphInvalid(file=path, fault=fault)


def _shapes_agree(stated: tuple[int | str, ...], found: list[int | str | None]) -> bool:
    """Whether the ranks are equal and no two known sizes differ; a free size fits any."""
    if len(stated) != len(found):
        return False
    return all(
        not isinstance(wanted, int) or not isinstance(actual, int) or wanted == actual
        for wanted, actual in zip(stated, found, strict=True)
    )
