"""Reused input and output buffers: a run copies nothing that need not be copied.

On the CPU the inputs are bound where they lie, and the output is written straight into memory of
the caller's, which is the slot that the window will read. On a GPU the inputs go to buffers on
the device that are kept from run to run, and onnxruntime copies the output into the caller's
memory; that way was never run on a GPU here.
"""

from collections.abc import Mapping
from typing import Any

import onnxruntime
from numpy.typing import NDArray

from studio.runtime.cancel import CancelToken
from studio.runtime.devices import CUDA, TENSORRT
from studio.runtime.sessions import LoadedGraph, run_error

Array = NDArray[Any]


class BoundRun:
    """Runs one graph again and again with inputs of changing content."""

    def __init__(self, loaded: LoadedGraph) -> None:
        self._loaded = loaded
        self._binding = loaded.session.io_binding()
        self._on_device = loaded.device.provider in (CUDA, TENSORRT)
        self._device_inputs: dict[str, onnxruntime.OrtValue] = {}

    def run(
        self, inputs: Mapping[str, Array], output: str, into: Array, token: CancelToken
    ) -> None:
        """Run with ``inputs`` by name and write the output ``output`` into ``into``.

        All arrays are C-contiguous and of the graph's element types; ``into`` has the shape that
        the output will have. Raises `Cancelled`, `GraphFailed` or `MemoryExhausted`.
        """
        binding = self._binding
        try:
            for name, array in inputs.items():
                self._bind_input(name, array)
            binding.bind_output(output, "cpu", 0, into.dtype.type, into.shape, into.ctypes.data)
        except Exception as error:
            raise run_error(error, self._loaded.path) from error
        try:
            self._loaded.run(binding, token)
        finally:
            binding.clear_binding_inputs()
            binding.clear_binding_outputs()

    def _bind_input(self, name: str, array: Array) -> None:
        if not self._on_device:
            self._binding.bind_input(
                name, "cpu", 0, array.dtype.type, array.shape, array.ctypes.data
            )
            return
        value = self._device_inputs.get(name)
        if value is None or tuple(value.shape()) != array.shape:
            value = onnxruntime.OrtValue.ortvalue_from_numpy(array, "cuda", 0)
            self._device_inputs[name] = value
        else:
            value.update_inplace(array)
        self._binding.bind_ortvalue_input(name, value)
