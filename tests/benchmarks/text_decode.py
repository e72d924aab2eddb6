"""Our graphs of a GGUF file against llama.cpp on the same file and on its quickest form of it.

Greedy, as many threads for each, every engine in a process of its own, asked in turn: a round asks
each engine for the first token after a short and a long prompt and for the speed after it; the
ratios are those of one round. Owed at a 100-token context: blocks without loss at least 1.1 times
llama.cpp on the same file, the best form at least 1.1 times llama.cpp's best (Q4_0, repacked for
the machine); at 1,000 tokens at least 1.05 times; the first token after 1,000 tokens in at most
0.8 of its time. README says how llama-cpp-python is had; without it only ours is measured::

    python -m tests.benchmarks.text_decode [--rounds 15] [--threads 2] [--forms exact fast ...]
        [--llama-python PYTHON] [--cache FOLDER] [--minutes 60] [--processor-time] FILE.gguf

On a busy machine ``--processor-time --threads 1`` counts the work and not the waiting.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from studio.graphs.forms import FORMS
from tests.benchmarks.report import line, ratio

LENGTHS: Final = (100, 1000)
DECODED: Final = 48
"""Tokens over which a speed is measured."""
SETTLE_SECONDS: Final = 0.3
"""Between two engines: until the threads of the one before have gone to sleep."""


class Engine:
    """One engine in a process of its own, asked over lines of JSON."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.load: float = self._answer()["load"]
        self.first: dict[int, list[float]] = {length: [] for length in LENGTHS}
        self.speed: dict[int, list[float]] = {length: [] for length in LENGTHS}

    def measure(self, length: int, ids: Sequence[int]) -> None:
        """Add one figure of each kind for one length."""
        time.sleep(SETTLE_SECONDS)
        self.first[length].append(self._ask({"prefill": list(ids[:length])}))
        self.speed[length].append(self._ask({"decode": DECODED}))

    def forget(self) -> None:
        """Drop what was measured so far."""
        for figures in (*self.first.values(), *self.speed.values()):
            figures.clear()

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _ask(self, question: dict[str, Any]) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return float(self._answer())

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        text = self._process.stdout.readline()
        if not text:
            raise RuntimeError(f"{self.name} ended with {self._process.wait()}")
        return json.loads(text)


def has_llama(python: str) -> bool:
    """Whether a Python can import llama-cpp-python."""
    asked = subprocess.run([python, "-c", "import llama_cpp"], capture_output=True, check=False)
    return asked.returncode == 0


def open_engines(chosen: argparse.Namespace, cache: Path) -> tuple[list[Engine], list[Engine]]:
    """Ours in the forms wanted, and llama.cpp's two if it is there."""
    how = ["--threads", str(chosen.threads)] + ["--processor-time"] * chosen.processor_time
    ours = [
        Engine(
            form,
            [
                sys.executable, "-m", "tests.benchmarks.text_engine", str(chosen.file),
                "--form", form, "--cache", str(cache), *how,
            ],
        )
        for form in chosen.forms
    ]  # fmt: skip
    if not has_llama(chosen.llama_python):
        print(f"llama-cpp-python is not in {chosen.llama_python}: only our own speed is measured")
        return ours, []
    script = str(Path(__file__).with_name("llama_engine.py"))
    command = [chosen.llama_python, script, str(chosen.file), *how]
    quickest = cache / f"{chosen.file.stem}.to-Q4_0.gguf"
    theirs = [
        Engine("llama.cpp, same file", command),
        Engine("llama.cpp, Q4_0", [*command, "--requantise", str(quickest)]),
    ]
    return ours, theirs


def report(ours: Sequence[Engine], theirs: Sequence[Engine]) -> None:
    """Print medians of every engine, and the ratios of ours to theirs."""
    for length in LENGTHS:
        for engine in (*ours, *theirs):
            print(line(f"decode at {length}: {engine.name}", engine.speed[length], "tokens/s"))
        for engine in (*ours, *theirs):
            print(line(f"first token after {length}: {engine.name}", engine.first[length], "ms"))
    for other in theirs:
        for engine in ours:
            for length in LENGTHS:
                title = f"decode at {length}: {engine.name} / {other.name}"
                print(ratio(title, engine.speed[length], other.speed[length]))
                title = f"first after {length}: {engine.name} / {other.name}"
                print(ratio(title, engine.first[length], other.first[length]))


def main() -> None:
    """Measure a file's forms beside llama.cpp."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--forms", nargs="*", default=[form.name for form in FORMS])
    parser.add_argument("--llama-python", default=sys.executable)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--processor-time", action="store_true")
    parser.add_argument("--minutes", type=float, default=60.0)
    chosen = parser.parse_args()
    if chosen.file is None:
        print("no model was named: python -m tests.benchmarks.text_decode FILE.gguf")
        return
    with tempfile.TemporaryDirectory() as scratch:
        cache = chosen.cache or Path(scratch)
        ids = np.random.default_rng(7).integers(100, 10_000, max(LENGTHS)).tolist()
        ours, theirs = open_engines(chosen, cache)
        for engine in (*ours, *theirs):
            print(f"{engine.name}: loaded in {engine.load:.2f} s")
        began = time.monotonic()
        for turn in range(chosen.rounds + 1):
            if time.monotonic() - began > chosen.minutes * 60:
                print(f"stopped after {chosen.minutes:g} minutes")
                break
            engines = [*ours, *theirs]
            for engine in engines if turn % 2 else reversed(engines):
                for length in LENGTHS:
                    engine.measure(length, ids)
            if turn == 0:  # warm-up
                for engine in engines:
                    engine.forget()
        report(ours, theirs)
        for engine in (*ours, *theirs):
            engine.close()


if __name__ == "__main__":
    main()
