"""llama.cpp in a process of its own, asked over lines of JSON: the other side of `text_decode`.

Needs llama-cpp-python alone, so that it runs under any Python that has it::

    python llama_engine.py FILE.gguf --threads 2 [--requantise Q4_0.gguf]

A line {"prefill": [ids]} is answered with the milliseconds to the first token, {"decode": n} with
the tokens a second of n further ones, greedily.
"""

import argparse
import ctypes
import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy

CONTEXT = 2048
BATCH = 512


class Engine:
    """One file, with llama.cpp's own defaults but for the threads."""

    def __init__(self, path: Path, threads: int, clock: Callable[[], float]) -> None:
        llama_cpp: Any = importlib.import_module("llama_cpp")
        self._api = llama_cpp
        self._clock = clock
        began = time.perf_counter()
        self._llama = llama_cpp.Llama(
            str(path), n_ctx=CONTEXT, n_batch=BATCH, n_ubatch=BATCH, n_threads=threads,
            n_threads_batch=threads, verbose=False,
        )  # fmt: skip
        self.load = time.perf_counter() - began
        self._context = self._llama.ctx
        self._size = self._llama.n_vocab()
        self._next = 0

    def prefill(self, ids: list[int]) -> float:
        """Milliseconds from an empty cache to the first token."""
        self._api.llama_memory_clear(self._api.llama_get_memory(self._context), True)
        began = self._clock()
        for start in range(0, len(ids), BATCH):
            self._feed(ids[start : start + BATCH])
        self._next = self._best()
        return (self._clock() - began) * 1e3

    def decode(self, count: int) -> float:
        """Tokens a second."""
        began = self._clock()
        for _ in range(count):
            self._feed([self._next])
            self._next = self._best()
        return count / (self._clock() - began)

    def _feed(self, ids: list[int]) -> None:
        array = (self._api.llama_token * len(ids))(*ids)
        if self._api.llama_decode(self._context, self._api.llama_batch_get_one(array, len(ids))):
            raise RuntimeError("llama_decode failed")

    def _best(self) -> int:
        logits = self._api.llama_get_logits_ith(self._context, -1)
        place = ctypes.cast(logits, ctypes.POINTER(ctypes.c_float))
        return int(numpy.ctypeslib.as_array(place, (self._size,)).argmax())


def requantise(source: Path, target: Path) -> None:
    """Write the file again in Q4_0, the format that llama.cpp repacks for the machine."""
    llama_cpp: Any = importlib.import_module("llama_cpp")
    parameters = llama_cpp.llama_model_quantize_default_params()
    parameters.ftype = llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0
    parameters.allow_requantize = True
    partial = target.with_suffix(".partial")
    failed = llama_cpp.llama_model_quantize(
        str(source).encode(), str(partial).encode(), ctypes.byref(parameters)
    )
    if failed:
        raise RuntimeError(f"{source} could not be written as Q4_0")
    partial.replace(target)


def main() -> None:
    parser = argparse.ArgumentParser(description="llama.cpp, asked over lines of JSON.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--processor-time", action="store_true")
    parser.add_argument("--requantise", type=Path)
    chosen = parser.parse_args()
    path: Path = chosen.file
    if chosen.requantise is not None:
        path = chosen.requantise
        if not path.exists():
            requantise(chosen.file, path)
    clock = time.process_time if chosen.processor_time else time.perf_counter
    engine = Engine(path, chosen.threads, clock)
    print(json.dumps({"load": engine.load}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        answer = (
            engine.prefill(asked["prefill"])
            if "prefill" in asked
            else engine.decode(asked["decode"])
        )
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
