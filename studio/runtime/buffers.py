"""Reused input and output buffers: a run copies nothing that need not be copied.

On the CPU the inputs are bound where they lie, and the output is written straight into memory of
the caller's, which is the slot that the window will read. On a graphics card inputs and output
live in the card's memory for as long as the graph is loaded, for each size of batch; the inputs
are copied there, and the output is copied once into the caller's memory. Both ways are the same
call. What is done on a card was never run on one here.
"""

import itertools
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from studio.contract.errors import AtelierError, Cancelled
from studio.runtime.cancel import CancelToken
from studio.runtime.faults import FaultKind, fault_kind, run_error
from studio.runtime.provider_options import GRAPH_ID, PLAIN_RUN, RUNS_UNTIL_RECORDED

Array = NDArray[Any]

MOST_SHAPES: Final = 8
"""Sizes of batch for which a card keeps buffers, the longest unused going first."""

CARD_MEMORY: Final = "cuda"
"""onnxruntime's name of the memory of NVIDIA's cards."""

_log = logging.getLogger(__name__)


class CaptureFailed(Exception):
    """A run could not be recorded for replay; the session must not be used any more."""


class BoundRun(Protocol):
    """Runs one graph again and again with inputs of changing content."""

    def run(
        self, inputs: Mapping[str, Array], output: str, into: Array, token: CancelToken
    ) -> None:
        """Run with ``inputs`` by name and write the output ``output`` into ``into``.

        All arrays are C-contiguous and of the graph's element types; ``into`` has the shape that
        the output will have. Raises `Cancelled`, `GraphFailed` or `MemoryExhausted`.
        """

    @property
    def captures(self) -> bool:
        """Whether runs are recorded and replayed."""


class HostRun:
    """Runs a graph on inputs that stay where they are."""

    def __init__(self, session: onnxruntime.InferenceSession, path: Path) -> None:
        self._session = session
        self._path = path
        self._binding = session.io_binding()

    @property
    def captures(self) -> bool:
        return False

    def run(
        self, inputs: Mapping[str, Array], output: str, into: Array, token: CancelToken
    ) -> None:
        binding = self._binding
        try:
            for name, array in inputs.items():
                binding.bind_input(name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data)
            binding.bind_output(output, "cpu", 0, into.dtype.type, into.shape, into.ctypes.data)
        except Exception as error:
            raise run_error(error, self._path) from error
        try:
            run_binding(self._session, binding, self._path, token)
        finally:
            binding.clear_binding_inputs()
            binding.clear_binding_outputs()


@dataclass(slots=True, kw_only=True)
class _Shape:
    """The card's memory for one size of batch. Its addresses never change: a recorded run reads
    and writes where it read and wrote when it was recorded."""

    number: int
    binding: onnxruntime.IOBinding
    inputs: dict[str, onnxruntime.OrtValue]
    output: onnxruntime.OrtValue
    staging: onnxruntime.OrtValue | None
    """Pinned memory of the host, where onnxruntime offers such."""
    runs: int = 0


class CardRun:
    """Runs a graph on a card of NVIDIA's. Used by one thread: recordings belong to a thread."""

    def __init__(
        self, session: onnxruntime.InferenceSession, path: Path, provider: str, *, capture: bool
    ) -> None:
        self._session = session
        self._path = path
        self._provider = provider
        self._capture = capture
        self._shapes: OrderedDict[tuple[object, ...], _Shape] = OrderedDict()
        self._numbers = itertools.count(1)
        self._copies_by_value = False

    @property
    def captures(self) -> bool:
        return self._capture

    def run(
        self, inputs: Mapping[str, Array], output: str, into: Array, token: CancelToken
    ) -> None:
        token.check()
        recording = False
        try:
            shape = self._shape(inputs, output, into)
            recording = self._capture and shape.runs + 1 == RUNS_UNTIL_RECORDED
            for name, array in inputs.items():
                shape.inputs[name].update_inplace(array)
            # A copy from ordinary memory may still be under way when it returns, and the run is
            # on a stream that does not wait for it.
            shape.binding.synchronize_inputs()
            self._run_shape(shape, token, recording=recording)
            self._fetch(shape, into)
            if recording:
                self._check_recording(shape, into, token)
        except Cancelled:
            raise
        except Exception as error:
            kind = fault_kind(error)
            # Without a recording there is none to go without: it would be tried for ever.
            if self._capture and (
                kind is FaultKind.CAPTURE or (recording and kind is FaultKind.OTHER)
            ):
                raise CaptureFailed(str(error)) from error
            if isinstance(error, AtelierError):
                raise
            raise run_error(error, self._path) from error
        shape.runs += 1

    def _run_shape(self, shape: _Shape, token: CancelToken, *, recording: bool) -> None:
        number = str(shape.number) if self._capture else PLAIN_RUN
        if recording:
            # Ended in the middle of a recording, the card's stream would be left recording.
            run_binding(self._session, shape.binding, self._path, CancelToken(), number)
            token.check()
        else:
            run_binding(self._session, shape.binding, self._path, token, number)

    def _check_recording(self, shape: _Shape, into: Array, token: CancelToken) -> None:
        """Make the same once more without a recording: only what agrees is replayed from now on.

        An operator that copies from the host while it runs is recorded with an address that
        holds something else later, and nothing says so.
        """
        recorded = into.copy()
        run_binding(self._session, shape.binding, self._path, token, PLAIN_RUN)
        self._fetch(shape, into)
        if not np.array_equal(recorded, into):
            _log.warning("recorded runs make something else: they are not used")
            self._capture = False

    def _shape(self, inputs: Mapping[str, Array], output: str, into: Array) -> _Shape:
        key = (output, into.shape, *((name, array.shape) for name, array in inputs.items()))
        shape = self._shapes.get(key)
        if shape is None:
            while len(self._shapes) >= MOST_SHAPES:
                _, old = self._shapes.popitem(last=False)
                if self._capture:
                    self._session.release_captured_graph(old.number)
            shape = self._new_shape(inputs, output, into)
            self._shapes[key] = shape
        self._shapes.move_to_end(key)
        return shape

    def _new_shape(self, inputs: Mapping[str, Array], output: str, into: Array) -> _Shape:
        binding = self._session.io_binding()
        held = {}
        for name, array in inputs.items():
            held[name] = onnxruntime.OrtValue.ortvalue_from_shape_and_type(
                list(array.shape), array.dtype.type, CARD_MEMORY, 0
            )
            binding.bind_ortvalue_input(name, held[name])
        result = onnxruntime.OrtValue.ortvalue_from_shape_and_type(
            list(into.shape), into.dtype.type, CARD_MEMORY, 0
        )
        binding.bind_ortvalue_output(output, result)
        return _Shape(
            number=next(self._numbers),
            binding=binding,
            inputs=held,
            output=result,
            staging=_pinned(self._provider, into),
        )

    def _fetch(self, shape: _Shape, into: Array) -> None:
        """Copy the output into ``into``: straight, or through pinned memory where there is some,
        which the card fills several times as quickly."""
        if not self._copies_by_value:
            target = shape.staging or onnxruntime.OrtValue.ortvalue_from_numpy(into, "cpu", 0)
            try:
                target.update_inplace(shape.output)
            except (TypeError, NotImplementedError, RuntimeError) as error:
                if fault_kind(error) is not FaultKind.OTHER or "CUDA" in str(error):
                    raise
                # This onnxruntime copies between devices only in ways that it does not say.
                self._copies_by_value = True
            else:
                if shape.staging is not None:
                    np.copyto(into, shape.staging.numpy())
                return
        np.copyto(into, shape.output.numpy())


def run_binding(
    session: onnxruntime.InferenceSession,
    binding: onnxruntime.IOBinding,
    path: Path,
    token: CancelToken,
    graph_id: str = PLAIN_RUN,
) -> None:
    """Run with bound inputs and outputs; ``graph_id`` names the recording of the run, if any.

    It is always said: onnxruntime asks after it by way of an exception, which takes as long as a
    small graph.

    Raises `Cancelled` if the token ended it, else `GraphFailed` or `MemoryExhausted`.
    """
    token.check()
    options = onnxruntime.RunOptions()
    options.log_severity_level = 4
    options.add_run_config_entry(GRAPH_ID, graph_id)

    def terminate() -> None:
        options.terminate = True

    with token.stopping(terminate):
        try:
            session.run_with_iobinding(binding, options)
            binding.synchronize_outputs()
        except Exception as error:
            if token.cancelled:
                raise Cancelled from error
            raise run_error(error, path) from error


def _pinned(provider: str, like: Array) -> onnxruntime.OrtValue | None:
    """Memory of the host that the card reaches by itself, of the shape of ``like``.

    Only a provider that is built as a plug-in offers such; elsewhere there is none.
    """
    for device in onnxruntime.get_ep_devices():
        if device.ep_name == provider:
            memory = device.memory_info(onnxruntime.OrtDeviceMemoryType.HOST_ACCESSIBLE)
            if memory is not None:
                return onnxruntime.OrtValue.ortvalue_from_shape_and_type(
                    list(like.shape), like.dtype.type, memory_info=memory
                )
    return None
