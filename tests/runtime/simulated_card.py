"""A graphics card that exists in memory only: onnxruntime's Python surface, with CUDA's manners.

What is computed is computed by onnxruntime on the CPU. What is simulated is what makes a card
different, as onnxruntime 1.31's sources and its users' reports describe it:

- values live in the card's memory, of which there is so much and no more;
- a copy to the card has arrived only once the binding was synchronised;
- with ``enable_cuda_graph`` the third run under one ``gpu_graph_id`` is recorded, and every later
  one reads and writes where the recorded one did, whatever is bound by then;
- an arena keeps what it took, and stays unusable once it ran out, until its session is gone;
- a lost card fails every later call, and destroying a session on it would end the process.

Any step can be made to fail, at its n-th time.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray

from studio.contract.manifest import (
    MANIFEST_NAME,
    HalfPrecision,
    Model,
    encode_manifest,
    file_sha256,
    read_model,
)
from studio.runtime import devices, probe
from studio.runtime.devices import CPU, CUDA, TENSORRT
from studio.runtime.nvidia import Card
from tests.models import GRAPH_FILE

Array = NDArray[Any]

MEMORY = (
    "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Non-zero status code returned while running "
    "ConvTranspose node. Name:'up' Status Message: /onnxruntime_src/onnxruntime/core/framework/"
    "bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool) Failed to "
    "allocate memory for requested buffer of size 8388608"
)
LOST = (
    "[ONNXRuntimeError] : 1 : FAIL : /onnxruntime_src/onnxruntime/core/providers/cuda/"
    "cuda_call.cc:121 CUDA failure 719: unspecified launch failure ; GPU=0 ; hostname=secret-host "
    "; file=/onnxruntime_src/cuda_execution_provider.cc ; line=1 ; expr=cudaStreamSynchronize(s);"
)
CAPTURE_REFUSED = (
    "[ONNXRuntimeError] : 1 : FAIL : This session cannot use the graph capture feature as "
    "requested by the user as the model has control flow nodes which can't be supported by "
    "CUDAExecutionProvider"
)
CAPTURE_BROKEN = (
    "[ONNXRuntimeError] : 1 : FAIL : CUDA failure 900: operation not permitted when stream is "
    "capturing ; GPU=0 ; hostname=secret-host ; file=x ; line=1 ; expr=cudaMalloc;"
)
NO_KERNEL = (
    "[ONNXRuntimeError] : 1 : FAIL : CUDA failure 209: no kernel image is available for execution "
    "on the device ; GPU=0 ; hostname=secret-host ; file=x ; line=1 ; expr=kernel;"
)

STEPS = ("load", "allocate", "update", "synchronise", "run", "record", "replay", "fetch")

CUDA_KEYS = frozenset(
    {
        "device_id", "cudnn_conv_algo_search", "use_tf32", "arena_extend_strategy",
        "do_copy_in_default_stream", "gpu_mem_limit", "enable_cuda_graph",
    }
)  # fmt: skip


class SimulatedCard:
    """The card, and what is said to have happened on it."""

    def __init__(self, *, memory: int = 2**30, per_picture: int = 0) -> None:
        self.memory = memory
        self.per_picture = per_picture
        """Bytes that one picture takes while it is made."""
        self.held = 0
        self.lost = False
        self.destroyed_after_loss = 0
        self.records_badly = False
        """A recording makes something else than the run that was recorded."""
        self.spoils = ""
        """Part of the names of files whose graphs make something else on this card."""
        self.unknown = ""
        """The type of an operator that CUDA does not know; "*" for all."""
        self.copies_between_values = True
        self.pinned = False
        self.capability = (8, 6)
        self.counts: Counter[str] = Counter()
        self.batches: list[int] = []
        self.sessions: list[dict[str, str]] = []
        """The options of each session that was built on it."""
        self._failures: dict[tuple[str, int], str] = {}

    def fail(self, step: str, words: str, *, at: int = 1) -> None:
        """Have ``step`` raise ``words`` when it is done for the ``at``-th time from now."""
        assert step in STEPS
        self._failures[step, self.counts[step] + at] = words

    def step(self, step: str) -> None:
        self.counts[step] += 1
        if self.lost:
            raise RuntimeError(LOST)
        words = self._failures.pop((step, self.counts[step]), "")
        if words:
            self.lost = words == LOST
            raise RuntimeError(words)

    def take(self, size: int) -> None:
        if self.held + size > self.memory:
            raise RuntimeError(MEMORY)
        self.held += size

    def install(self, monkeypatch: pytest.MonkeyPatch, *, tensorrt: bool = False) -> None:
        """Put it into this machine, with a driver and onnxruntime's CUDA provider."""
        build = onnxruntime.InferenceSession
        card = self

        def session(
            path: str, options: onnxruntime.SessionOptions, *, providers: Any, **_: Any
        ) -> Any:
            inner = build(path, options, providers=[CPU])
            if CPU in (providers[0], providers[0][0]):
                return inner
            return SimulatedSession(card, inner, Path(path), providers)

        class Values:
            @staticmethod
            def ortvalue_from_shape_and_type(
                shape: Sequence[int],
                element_type: type[Any],
                device: str = "cpu",
                device_id: int = 0,
                memory_info: object = None,
            ) -> SimulatedValue:
                made = np.zeros(shape, element_type)
                return SimulatedValue(card, made, on_card=device == "cuda")

            @staticmethod
            def ortvalue_from_numpy(
                array: Array, device: str = "cpu", device_id: int = 0
            ) -> SimulatedValue:
                return SimulatedValue(card, array, on_card=device == "cuda")

        class HostMemory:
            ep_name = CUDA

            @staticmethod
            def memory_info(memory_type: object) -> object:
                return memory_type if card.pinned else None

        names = [TENSORRT, CUDA, CPU] if tensorrt else [CUDA, CPU]
        monkeypatch.setattr(onnxruntime, "InferenceSession", session)
        monkeypatch.setattr(onnxruntime, "OrtValue", Values)
        monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: names)
        monkeypatch.setattr(onnxruntime, "get_ep_devices", lambda: [HostMemory])
        monkeypatch.setattr(devices, "_library_fault", lambda library: "")
        monkeypatch.setattr(devices, "_preload_cuda", lambda: None)
        for module in (devices, probe):
            monkeypatch.setattr(module, "find_card", self.describe)

    def describe(self) -> Card:
        return Card(name="Card", memory=self.memory, capability=self.capability, driver="13.0")


class SimulatedValue:
    """An array on the card or on the host."""

    def __init__(self, card: SimulatedCard, array: Array, *, on_card: bool) -> None:
        self._card = card
        self._size = 0
        if on_card:
            card.step("allocate")
            card.take(array.nbytes)
            self._size = array.nbytes
        self.on_card = on_card
        self.array = array
        self.on_its_way: Array | None = None

    def __del__(self) -> None:
        self._card.held -= self._size

    def shape(self) -> Sequence[int]:
        return self.array.shape

    def update_inplace(self, data: "Array | SimulatedValue") -> None:
        if isinstance(data, SimulatedValue):
            if not self._card.copies_between_values:
                raise RuntimeError("Unsupported device: Cannot update the OrtValue on this device")
            self._card.step("fetch")
            np.copyto(self.array, data.array)
            return
        self._card.step("update")
        assert data.shape == self.array.shape
        assert data.dtype == self.array.dtype
        self.on_its_way = data.copy()

    def arrive(self) -> None:
        if self.on_its_way is not None:
            np.copyto(self.array, self.on_its_way)
            self.on_its_way = None

    def numpy(self) -> Array:
        if self.on_card:
            self._card.step("fetch")
            return self.array.copy()
        return self.array


class SimulatedBinding:
    """What is bound to the inputs and outputs of a session."""

    def __init__(self, card: SimulatedCard) -> None:
        self._card = card
        self.inputs: dict[str, SimulatedValue] = {}
        self.outputs: dict[str, SimulatedValue] = {}

    def bind_ortvalue_input(self, name: str, value: SimulatedValue) -> None:
        self.inputs[name] = value

    def bind_ortvalue_output(self, name: str, value: SimulatedValue) -> None:
        self.outputs[name] = value

    def synchronize_inputs(self) -> None:
        self._card.step("synchronise")
        for value in self.inputs.values():
            value.arrive()

    def synchronize_outputs(self) -> None:
        self._card.step("synchronise")


class SimulatedSession:
    """A session whose graph is on the card."""

    def __init__(
        self,
        card: SimulatedCard,
        inner: onnxruntime.InferenceSession,
        path: Path,
        providers: Sequence[tuple[str, Mapping[str, str]]],
    ) -> None:
        self._card = card
        self._inner = inner
        self._size = self._arena = 0
        card.step("load")
        name, options = providers[0]
        assert all(isinstance(value, str) for value in options.values())
        assert name != CUDA or options.keys() <= CUDA_KEYS
        card.sessions.append(dict(options))
        self._chain = [provider for provider, _ in providers]
        self._records = options.get("enable_cuda_graph") == "1"
        card.take(path.stat().st_size)
        self._size = path.stat().st_size
        self._spoilt = bool(card.spoils) and card.spoils in path.name
        self._broken = False
        self._runs: Counter[str] = Counter()
        self._recordings: dict[str, SimulatedBinding] = {}

    def __del__(self) -> None:
        self._card.held -= self._size + self._arena
        self._card.destroyed_after_loss += self._card.lost and self._size > 0

    def get_inputs(self) -> list[onnxruntime.NodeArg]:
        return self._inner.get_inputs()

    def get_outputs(self) -> list[onnxruntime.NodeArg]:
        return self._inner.get_outputs()

    def get_providers(self) -> list[str]:
        return self._chain

    def get_provider_graph_assignment_info(self) -> list[Any]:
        """All operators on the first provider, but for those that it does not know."""
        placed = []
        for part in self._inner.get_provider_graph_assignment_info():
            for node in part.get_nodes():
                stray = self._card.unknown == "*" or node.op_type == self._card.unknown
                name = CPU if stray else self._chain[0]
                placed.append(SimpleNamespace(ep_name=name, get_nodes=lambda node=node: [node]))
        return placed

    def io_binding(self) -> Any:
        if self._card.unknown == "*":
            return self._inner.io_binding()
        return SimulatedBinding(self._card)

    def release_captured_graph(self, number: int) -> None:
        self._recordings.pop(str(number), None)

    def run(self, names: object, feed: Mapping[str, Array]) -> list[Array]:
        self._card.step("run")
        return self._inner.run(None, feed)

    def run_with_iobinding(self, binding: Any, options: Any) -> None:
        if not isinstance(binding, SimulatedBinding):
            self._inner.run_with_iobinding(binding, options)
            return
        number = _entry(options)
        recorded = self._recordings.get(number) if self._records else None
        self._card.batches.append(_batch(recorded or binding))
        if recorded is not None:
            self._card.step("replay")
            self._compute(recorded)
            return
        plain = not self._records or number == "-1"
        self._runs[number] += not plain
        recording = not plain and self._runs[number] == 3
        self._card.step("record" if recording else "run")
        if self._broken:
            raise RuntimeError(MEMORY)
        self._grow(self._card.batches[-1] * self._card.per_picture)
        self._compute(binding)
        if recording:
            self._recordings[number] = binding
            if self._card.records_badly:
                for value in binding.outputs.values():
                    value.array += 1

    def _grow(self, needed: int) -> None:
        """Have the arena hold ``needed`` bytes, or all that there are, and be of no use then."""
        missing = max(needed - self._arena, 0)
        free = max(self._card.memory - self._card.held, 0)
        self._broken = missing > free
        taken = min(missing, free)
        self._card.take(taken)
        self._arena += taken
        if self._broken:
            raise RuntimeError(MEMORY)

    def _compute(self, binding: SimulatedBinding) -> None:
        feed = {name: value.array for name, value in binding.inputs.items()}
        for name, value in binding.outputs.items():
            value.array[...] = self._inner.run([name], feed)[0]
            if self._spoilt:
                value.array += 9


def _batch(binding: SimulatedBinding) -> int:
    return len(next(iter(binding.outputs.values())).array)


def _entry(options: Any) -> str:
    try:
        return str(options.get_run_config_entry("gpu_graph_id"))
    except RuntimeError:
        return "0"


def with_half(model: Model, *, largest: int = 1) -> Model:
    """The model with its own graph, one byte longer, as the one in half precision."""
    path = model.folder / "generator.half.onnx"
    data = model.file(GRAPH_FILE).read_bytes()
    path.write_bytes(data + b"\xb2\x06\x00")
    graph = model.manifest.graphs["generator"]
    half = HalfPrecision(file=path.name, sha256=file_sha256(path), largest=largest)
    graph = msgspec.structs.replace(graph, half=half)
    manifest = msgspec.structs.replace(model.manifest, graphs={"generator": graph})
    (model.folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
    return read_model(model.folder)
