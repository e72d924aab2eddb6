"""Our engine in a process of its own, asked over lines of JSON: one side of `text_decode`.

``python -m tests.benchmarks.text_engine FILE.gguf --form fast --cache FOLDER``; the questions are
those of `tests.benchmarks.llama_engine`.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from studio.graphs.forms import FORMS
from studio.recognise.conversion import converted
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.text import TextSession, open_text

CHUNK: Final = 256
"""Tokens of a prompt that are read at once."""


class Engine:
    """One form of one file."""

    def __init__(self, session: TextSession, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._session = session
        self._token = CancelToken()
        self._next = 0

    def prefill(self, ids: list[int]) -> float:
        """Milliseconds from an empty cache to the first token."""
        self._session.clear()
        began = self._clock()
        for start in range(0, len(ids), CHUNK):
            self._feed(ids[start : start + CHUNK])
        return (self._clock() - began) * 1e3

    def decode(self, count: int) -> float:
        """Tokens a second."""
        began = self._clock()
        for _ in range(count):
            self._feed([self._next])
        return count / (self._clock() - began)

    def _feed(self, ids: list[int]) -> None:
        self._next = int(self._session.run(ids, keep=1, token=self._token)[0].argmax())


def main() -> None:
    parser = argparse.ArgumentParser(description="Our engine, asked over lines of JSON.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--form", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--processor-time", action="store_true")
    parser.add_argument("--cache", type=Path, required=True)
    chosen = parser.parse_args()
    token = CancelToken()
    form = next(form for form in FORMS if form.name == chosen.form)
    folder = converted(chosen.file, form, chosen.cache, token)
    began = time.perf_counter()
    session = open_text(
        folder / "model.onnx", device=choose_device("cpu"), threads=chosen.threads, token=token
    )
    print(json.dumps({"load": time.perf_counter() - began}), flush=True)
    clock = time.process_time if chosen.processor_time else time.perf_counter
    engine = Engine(session, clock)
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
