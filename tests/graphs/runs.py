"""Runs a decoder's graph as plainly as can be: for tests, with onnxruntime alone."""

import importlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
onnxruntime: Any = importlib.import_module("onnxruntime")


class PlainRun:
    """Feeds tokens and keeps the cache; with ``room`` the cache is one buffer, never copied."""

    def __init__(self, graph: Path, *, room: int = 0, threads: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )
        self._room = room
        self.length = 0
        self._cache = {
            tensor.name: np.zeros(
                (1, tensor.shape[1], room, tensor.shape[3]),
                np.int8 if tensor.type == "tensor(int8)" else np.float32,
            )
            for tensor in self._session.get_inputs()
            if tensor.name.startswith("past_key_values.")
        }

    @property
    def outputs(self) -> list[str]:
        return [tensor.name for tensor in self._session.get_outputs()]

    def feed(self, ids: Sequence[int], keep: int = 0) -> NDArray[np.float32]:
        """Logits (kept, vocabulary) of the tokens that are new."""
        self.length += len(ids)
        inputs: dict[str, NDArray[Any]] = {
            "input_ids": np.array([ids], np.int64),
            "attention_mask": np.ones((1, self.length), np.int64),
            "num_logits_to_keep": np.array(keep, np.int64),
        }
        if self._room:
            return self._in_place(inputs)
        made = self._session.run(None, {**inputs, **self._cache})
        for name, value in zip(self.outputs[1:], made[1:], strict=True):
            self._cache[name.replace("present", "past_key_values")] = value
        logits: NDArray[np.float32] = made[0][0]
        return logits

    def _in_place(self, inputs: dict[str, NDArray[Any]]) -> NDArray[np.float32]:
        binding = self._session.io_binding()
        for name, value in inputs.items():
            binding.bind_cpu_input(name, value)
        binding.bind_output("logits")
        for name, buffer in self._cache.items():
            value = onnxruntime.OrtValue.ortvalue_from_numpy(buffer)
            binding.bind_ortvalue_input(name, value)
            binding.bind_ortvalue_output(name.replace("past_key_values", "present"), value)
        self._session.run_with_iobinding(binding)
        logits: NDArray[np.float32] = binding.copy_outputs_to_cpu()[0][0]
        return logits
