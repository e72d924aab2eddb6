"""The one place in the studio where onnxruntime sessions are built, kept and run.

Graphs may be foreign, so nothing is believed: the file must have the hash that its manifest
states, may read no file outside its folder, and must have the inputs and outputs that the
manifest describes. Whatever onnxruntime raises, `UnicodeDecodeError` included, becomes one
sentence that names the file. Custom operators are never registered.
"""

import logging
import os
import shutil
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

import msgspec
import onnxruntime

from studio.contract.errors import (
    AtelierError,
    Cancelled,
    GraphInvalid,
    ModelMissing,
)
from studio.contract.manifest import Graph, Model, Tensor, file_sha256
from studio.project.logs import Plain, scrubbed
from studio.runtime.buffers import BoundRun, CardRun, HostRun
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import CPU, CUDA, TENSORRT, Device, cpu_instead, device_in_use
from studio.runtime.faults import FaultKind, fault_kind, fault_words, load_error
from studio.runtime.graph_files import check_graph_files
from studio.runtime.provider_options import TENSORRT_BATCH, engine_folder, engine_options
from studio.runtime.reports import DeviceReport

_log = logging.getLogger(__name__)

Precision = Literal["auto", "float32"]
"""In what to compute: "auto" takes half precision where the card is quicker in it and the model
allows it."""

OPTIMISATION: Final = "all"
"""The frozen optimisation level, as fingerprints name it: another level gives other bits, while
on the CPU neither the batch size nor the number of threads does."""

SPINNING: Final = ("session.intra_op.spin_duration_us", "100")
"""Entry of the session options that says for how long a thread without work waits awake.

Between two operations of a run the next work comes sooner than that, and to wake a thread takes
longer than a small operation does. For ever, which is onnxruntime's default, they would take the
core from the window's own thread."""

RECORD_PLACEMENT: Final = "session.record_ep_graph_assignment_info"
"""Entry of the session options by which a session remembers which provider runs what."""

NO_ROOM_REASON: Final = "the graphics card has too little memory for this model"
"""Why a graph is given to the CPU that may be given to the card again."""

ELEMENT_TYPES: Final[Mapping[str, str]] = {
    "float32": "tensor(float)",
    "float16": "tensor(float16)",
    "uint8": "tensor(uint8)",
    "int64": "tensor(int64)",
    "int32": "tensor(int32)",
    "bool": "tensor(bool)",
}
"""The manifest's names of element types, and onnxruntime's."""


@dataclass(slots=True, kw_only=True)
class LoadedGraph:
    """A session with what must be known to run it and to let it go again."""

    session: onnxruntime.InferenceSession
    bound: BoundRun
    """How it is run, with the buffers that it keeps."""
    path: Path
    graph: Graph
    device: Device
    """What the session really runs on; see `device_in_use`."""
    report: DeviceReport
    """The same for those who ask, with the threads."""
    cost: int
    """Estimated bytes that it holds."""
    largest_batch: int | None = None
    """Pictures at once that memory is known to hold at most; None: not met yet."""
    used_at: float = 0.0
    seconds_per_item: dict[tuple[int, ...], float] = field(default_factory=dict)
    """Measured seconds for one picture by the shape of one picture; see `observe`."""

    def affordable(self, wanted: int) -> int:
        """How many of ``wanted`` pictures to make at once, as far as the device is concerned.

        On a card that is a power of two: buffers and recordings are kept for each size.
        """
        batch = wanted if self.largest_batch is None else min(wanted, self.largest_batch)
        return 1 << (batch.bit_length() - 1) if self.device.is_card and batch > 1 else batch

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How one graph is to be loaded, after all that went wrong with it before."""

    device: Device
    file: str
    sha256: str
    precision: Literal["float32", "float16"]
    capture: bool
    """Whether runs are to be recorded and replayed."""


class SessionCache:
    """Loads graphs once, keeps them within a budget of memory and lets idle ones go.

    Keyed by the graph's hash, the provider, its options and the threads. The costs are
    estimates: the file's size or the growth of the resident memory while loading, whichever is
    larger. Used by one thread at a time.

    It also remembers what did not work: a graph that a card cannot load or run is given to the
    CPU, with the reason in the report of its device, and so is everything once the card is lost.
    """

    def __init__(
        self,
        device: Device,
        *,
        threads: int,
        budget: int | None = None,
        precision: Precision = "auto",
        cache_folder: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.device = device
        self.threads = threads
        self._budget = budget
        self._precision: Precision = precision
        self.single = False
        """Whether to compute in single precision for now, also where half is allowed."""
        self._cache_folder = cache_folder
        self._clock = clock
        self._loaded: OrderedDict[tuple[object, ...], LoadedGraph] = OrderedDict()
        self._hashes: dict[Path, tuple[_Stamp, str]] = {}
        self._lost = ""
        """Why the card is not used any more; empty while it is."""
        self._demoted: dict[str, str] = {}
        """By hash: why a graph is given to the CPU."""
        self._plain: set[str] = set()
        """Hashes of graphs whose runs cannot be recorded."""
        self._largest: dict[str, int] = {}
        """By hash: pictures at once that memory is known to hold."""
        self._half_proven: set[str] = set()
        self._half_faults: dict[str, str] = {}
        """By the hash of the graph in single precision: why its half is not used."""
        self._abandoned: list[LoadedGraph] = []
        """Sessions of a lost card: to destroy one would end the process."""

    @property
    def cost(self) -> int:
        """Estimated bytes of all that is loaded."""
        return sum(loaded.cost for loaded in self._loaded.values())

    def __len__(self) -> int:
        return len(self._loaded)

    def load(self, model: Model, role: str, token: CancelToken) -> LoadedGraph:
        """The graph ``role`` of ``model``, ready to run.

        What a card cannot load is loaded on the CPU. Raises `ModelMissing`, `GraphInvalid`,
        `MemoryExhausted`, or `Cancelled` by the token.
        """
        graph = self._graph(model, role)
        while True:
            plan = self._plan(model, graph)
            path = model.file(plan.file)
            self._check_hash(path, plan.sha256)
            key = self._key(plan)
            loaded = self._loaded.get(key)
            if loaded is None:
                size = path.stat().st_size
                self._make_room(size)
                try:
                    loaded = self._build(path, graph, plan, size, token)
                except _LoadFailed as failure:
                    if not self._plan_anew(graph, plan, failure):
                        raise failure.error from failure.error.__cause__
                    continue
                self._loaded[key] = loaded
                self._make_room(0, keep=key)
            self._loaded.move_to_end(key)
            loaded.used_at = self._clock()
            return loaded

    def is_loaded(self, model: Model, role: str) -> bool:
        """Whether `load` would return at once."""
        graph = model.manifest.graphs.get(role)
        return graph is not None and self._key(self._plan(model, graph)) in self._loaded

    def evict_idle(self, seconds: float) -> int:
        """Let go what was not used for ``seconds``; how many sessions that were.

        Once nothing is left, it is also forgotten that memory ran out: other programs come and go.
        """
        limit = self._clock() - seconds
        idle = [key for key, loaded in self._loaded.items() if loaded.used_at <= limit]
        for key in idle:
            del self._loaded[key]
        if idle and not self._loaded:
            self._largest.clear()
            self._demoted = {
                sha256: reason
                for sha256, reason in self._demoted.items()
                if reason != NO_ROOM_REASON
            }
        return len(idle)

    def clear(self) -> None:
        """Let everything go, for instance after memory ran out."""
        self._loaded.clear()

    # What went wrong, and what is done about it.

    def drop(self, loaded: LoadedGraph) -> None:
        """Let one graph go, for instance because its arena is full; the next load is anew."""
        for key, held in list(self._loaded.items()):
            if held is loaded:
                del self._loaded[key]

    def limit_batch(self, loaded: LoadedGraph, batch: int) -> None:
        """Never run more than ``batch`` pictures of this graph at once."""
        self._largest[loaded.graph.sha256] = loaded.largest_batch = max(1, batch)
        _log.info("memory holds %d pictures at once", loaded.largest_batch)

    def record_no_runs(self, loaded: LoadedGraph) -> None:
        """Run this graph plainly from the next load on: its runs cannot be recorded."""
        self._plain.add(loaded.graph.sha256)
        self.drop(loaded)
        _log.info("runs are not recorded")

    def demote(self, graph: Graph, reason: str) -> None:
        """Give one graph to the CPU; ``reason`` ends a sentence."""
        self._demoted[graph.sha256] = reason
        for key, loaded in list(self._loaded.items()):
            if loaded.graph is graph or loaded.graph.sha256 == graph.sha256:
                del self._loaded[key]
        _log.warning("a graph is given to the CPU: %s", Plain(scrubbed(reason)))

    def lose_device(self, reason: str) -> None:
        """Give everything to the CPU: the card does not answer any more."""
        self._lost = reason
        self._abandoned.extend(
            loaded for loaded in self._loaded.values() if not loaded.device.is_cpu
        )
        self._loaded.clear()
        _log.error("the device is lost: %s", Plain(scrubbed(reason)))

    # Half precision, which is used where the golden sample has shown that it may be.

    def half_needs_proof(self, model: Model, role: str) -> bool:
        """Whether `load` would give a graph in half precision that nobody has tried here."""
        graph = self._graph(model, role)
        plan = self._plan(model, graph)
        return plan.precision == "float16" and graph.sha256 not in self._half_proven

    def accept_half(self, model: Model, role: str) -> None:
        """The graph in half precision makes the golden sample on this device."""
        self._half_proven.add(self._graph(model, role).sha256)

    def refuse_half(self, model: Model, role: str, reason: str) -> None:
        """It does not: the graph in single precision is used from now on."""
        self._half_faults[self._graph(model, role).sha256] = reason
        _log.warning("half precision is not used: %s", Plain(scrubbed(reason)))

    def _graph(self, model: Model, role: str) -> Graph:
        graph = model.manifest.graphs.get(role)
        if graph is None:
            raise GraphInvalid(file=model.folder, fault=f"the manifest names no graph {role!r}")
        return graph

    def _plan(self, model: Model, graph: Graph) -> _Plan:
        reason = self._lost or self._demoted.get(graph.sha256, "")
        device = cpu_instead(self.device, reason) if reason else self.device
        half = graph.half
        if (
            half is None
            or not device.takes_half
            or self._precision != "auto"
            or self.single
            or half.largest > model.manifest.golden.tolerance
            or graph.sha256 in self._half_faults
        ):
            file, sha256 = graph.file, graph.sha256
            precision: Literal["float32", "float16"] = "float32"
        else:
            file, sha256, precision = half.file, half.sha256, "float16"
        return _Plan(
            device=device,
            file=file,
            sha256=sha256,
            precision=precision,
            capture=device.provider == CUDA and graph.sha256 not in self._plain,
        )

    def _plan_anew(self, graph: Graph, plan: _Plan, failure: "_LoadFailed") -> bool:
        """Whether loading is worth another try, which then goes another way."""
        if plan.device.is_cpu:
            # Not the card's fault, then, that it could not be loaded there.
            self._demoted.pop(graph.sha256, None)
            return False
        kind = fault_kind(failure.error)
        if kind is FaultKind.MEMORY and self._loaded:
            self.clear()
        elif kind is FaultKind.MEMORY:
            self.demote(graph, NO_ROOM_REASON)
        elif kind is FaultKind.LOST:
            self.lose_device(lost_reason(failure.error))
        elif kind is FaultKind.CAPTURE and plan.capture:
            self._plain.add(graph.sha256)
        elif plan.precision == "float16":
            self._half_faults[graph.sha256] = failure.error.fields["fault"]
        elif not self._forget_engines(plan):
            self.demote(graph, refused_reason(failure.error))
        return True

    def _forget_engines(self, plan: _Plan) -> bool:
        """Remove TensorRT's engines for the graph: those of another TensorRT cannot be read."""
        if plan.device.provider != TENSORRT or self._cache_folder is None:
            return False
        folder = self._engines(self._cache_folder, plan)
        if not folder.is_dir():
            return False
        shutil.rmtree(folder, ignore_errors=True)
        return not folder.exists()

    def _engines(self, cache: Path, plan: _Plan) -> Path:
        return engine_folder(cache, graph_sha256=plan.sha256, release=onnxruntime.__version__)

    def _key(self, plan: _Plan) -> tuple[object, ...]:
        options = tuple(sorted(plan.device.options.items()))
        provider = plan.device.provider
        return (plan.sha256, provider, options, plan.capture, self.threads, OPTIMISATION)

    def _check_hash(self, path: Path, sha256: str) -> None:
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
        if found != sha256:
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

    def _build(
        self, path: Path, graph: Graph, plan: _Plan, size: int, token: CancelToken
    ) -> LoadedGraph:
        check_graph_files(path)
        token.check()
        draws = any(tensor.role == "image" for tensor in graph.outputs)
        # What draws nothing is small: its second thread would wait, awake, in another's way.
        options = session_options(self.threads if draws else 1)
        if not plan.device.is_cpu:
            options.add_session_config_entry(RECORD_PLACEMENT, "1")
        before = resident_bytes()
        with token.stopping(lambda: options.set_load_cancellation_flag(True)):
            try:
                session = onnxruntime.InferenceSession(
                    os.fspath(path), options, providers=self._providers(graph, plan),
                    enable_fallback=0,
                )  # fmt: skip
            except Exception as error:
                if token.cancelled:
                    raise Cancelled from error
                raise _LoadFailed(load_error(error, path), error) from error
        _check_tensors(path, "input", graph.inputs, session.get_inputs())
        _check_tensors(path, "output", graph.outputs, session.get_outputs())
        placed = _placement(session, plan.device)
        device = device_in_use(plan.device, _first_at_work(session, placed))
        bound: BoundRun = (
            CardRun(session, path, device.provider, capture=plan.capture)
            if device.is_card
            else HostRun(session, path)
        )
        report = msgspec.structs.replace(
            device.report(self.threads),
            precision=plan.precision,
            precision_reason=self._half_faults.get(graph.sha256, "") if device.is_card else "",
            elsewhere=_elsewhere_reason(placed, device),
        )
        largest = self._largest.get(graph.sha256)
        if device.provider == TENSORRT:
            largest = min(largest or TENSORRT_BATCH, TENSORRT_BATCH)
        return LoadedGraph(
            session=session,
            bound=bound,
            path=path,
            graph=graph,
            device=device,
            report=report,
            cost=max(size, resident_bytes() - before),
            largest_batch=largest,
        )

    def _providers(self, graph: Graph, plan: _Plan) -> list[tuple[str, dict[str, str]]]:
        more = {}
        if plan.device.provider == TENSORRT:
            if self._cache_folder is not None:
                self._engines(self._cache_folder, plan).mkdir(parents=True, exist_ok=True)
            more = engine_options(
                graph.inputs, cache=self._cache_folder, graph_sha256=plan.sha256,
                release=onnxruntime.__version__,
            )  # fmt: skip
        return plan.device.providers(more, capture=plan.capture)


class _LoadFailed(Exception):
    """onnxruntime did not build the session: the file itself may be sound."""

    def __init__(self, error: AtelierError, cause: Exception) -> None:
        """Together here: in a variable of whoever caught ``cause`` the two would keep what was
        half built, and its memory, until Python looks for cycles."""
        super().__init__(str(error))
        self.error = error
        self.error.__cause__ = cause


def session_options(threads: int) -> onnxruntime.SessionOptions:
    """How every session of the studio is built, pictures and texts alike."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.use_deterministic_compute = True
    options.log_severity_level = 4
    options.add_session_config_entry(*SPINNING)
    return options


def lost_reason(error: AtelierError) -> str:
    """Why a card that does not answer is not used, as the end of a sentence."""
    words = fault_words(error.__cause__ or error)
    return f"the graphics card stopped answering ({words}); start Atelier again to use it"


def refused_reason(error: AtelierError) -> str:
    """Why a model is not run on a card that is sound, as the end of a sentence."""
    return f"the graphics card cannot run this model ({fault_words(error.__cause__ or error)})"


def _placement(session: onnxruntime.InferenceSession, wanted: Device) -> dict[str, list[str]]:
    """By provider: the types of the operators that it runs; empty where nobody asks."""
    if wanted.is_cpu:
        return {}
    placed: dict[str, list[str]] = {}
    for part in session.get_provider_graph_assignment_info():
        placed.setdefault(part.ep_name, []).extend(node.op_type for node in part.get_nodes())
    return placed


def _first_at_work(
    session: onnxruntime.InferenceSession, placed: Mapping[str, Sequence[str]]
) -> str:
    """The first of the session's providers that has anything to do: a provider may be there and
    run nothing, because it knows none of the operators."""
    names = session.get_providers()
    return next((name for name in names if placed.get(name)), names[-1] if placed else names[0])


def _elsewhere_reason(placed: Mapping[str, Sequence[str]], device: Device) -> str:
    """Which operators run on the CPU although the graph runs on ``device``."""
    strays = [] if device.is_cpu else list(placed.get(CPU, ()))
    if not strays:
        return ""
    count = sum(map(len, placed.values()))
    return f"{len(strays)} of {count} operators run on the CPU ({', '.join(sorted(set(strays)))})"


def resident_bytes() -> int:
    """Resident memory of this process in bytes; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as stream:  # noqa: PTH123 (called often)
            return int(stream.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        import psutil

        return int(psutil.Process().memory_info().rss)


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
