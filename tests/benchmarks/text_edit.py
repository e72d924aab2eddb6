"""How much sooner the next token comes after an edit near the end than after reading everything.

A text of 2,000 tokens is read; then one token 50 before its end is changed and the next token is
asked for, in turn with reading all of it anew. Owed: ten times sooner. Also what a branch that was
left costs to come back to, and a reading in the exact way. MODEL is a folder or an ONNX graph::

    python -m tests.benchmarks.text_edit [--tokens 2000] [--back 50] [--pairs 15] MODEL
"""

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from studio.recognise.text import recognise_text
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.text import open_text
from studio.writing.engine.decoder import Decoder
from tests.benchmarks.report import interleave, line, ratio


class Editing:
    """One text, read and edited."""

    def __init__(self, decoder: Decoder, tokens: int, back: int, vocabulary: int) -> None:
        self._decoder = decoder
        self._draw = np.random.default_rng(11)
        self._vocabulary = vocabulary
        self._back = back
        self._text = self._draw.integers(0, vocabulary, tokens)

    def afresh(self) -> float:
        """Read all of it as if nothing had been read."""
        self._decoder.forget()
        return self._timed(exact=False)

    def edited(self) -> float:
        """Change one token and read what follows."""
        self._change()
        return self._timed(exact=False)

    def exactly(self) -> float:
        """Change one token and read it in the way that gives the same bits each time."""
        self._change()
        return self._timed(exact=True)

    def returned(self) -> float:
        """Go back to the text as it was before the last edit."""
        before = self._text.copy()
        self._change()
        self._timed(exact=False)
        self._text = before
        return self._timed(exact=False)

    def _change(self) -> None:
        at = len(self._text) - self._back
        self._text = self._text.copy()
        self._text[at] = (self._text[at] + 1 + self._draw.integers(20)) % self._vocabulary

    def _timed(self, *, exact: bool) -> float:
        ids = self._text.tolist()
        started = time.perf_counter()
        self._decoder.feed(ids, CancelToken(), exact=exact)
        return (time.perf_counter() - started) * 1000


def main() -> None:
    """Measure one model."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path)
    parser.add_argument("--tokens", type=int, default=2000)
    parser.add_argument("--back", type=int, default=50)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args()
    if chosen.model is None:
        print("no model was named: python -m tests.benchmarks.text_edit MODEL")
        return
    found = recognise_text(chosen.model)
    assert found.graphs is not None, "a GGUF file is converted first"
    session = open_text(
        found.graphs, device=choose_device("cpu"), threads=chosen.threads, token=CancelToken()
    )
    for limit in session.limits:
        print(f"this model: {limit}")
    editing = Editing(
        Decoder(session, context=found.context), chosen.tokens, chosen.back,
        found.vocabulary or 100,
    )  # fmt: skip
    ways: list[tuple[str, Callable[[], float]]] = [
        (f"edit {chosen.back} before the end", editing.edited),
        ("the same, read exactly", editing.exactly),
        ("back to a text that was left", editing.returned),
    ]
    for name, way in ways:
        whole, part = interleave(editing.afresh, way, chosen.pairs)
        print(line(f"all {chosen.tokens} tokens", whole, "ms"))
        print(line(name, part, "ms"))
        print(ratio("times sooner", whole, part))


if __name__ == "__main__":
    main()
