"""Lets a fuzzer that watches which lines run look for GGUF files that the reader cannot bear.

``pip install atheris``, then ``python -m tests.graphs.fuzz_gguf -atheris_runs=100000``: arguments
are libFuzzer's. It starts from sound and damaged files and ends at the first that is answered with
anything but contents within their bounds or a sentence; the file is left in the present folder.
atheris has wheels for few systems, so that it is no part of the development extra.
"""

import importlib
import os
import random
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["studio.graphs"]):
    for watched in ("blocks", "gguf", "packing"):
        importlib.import_module(f"studio.graphs.{watched}")

from tests.graphs.gguf_mutants import mutant, sound_file, try_file

SEEDS = 60
LONGEST = 8192
"""Bytes of a file; the sound one has half of it."""


def main() -> None:
    """Runs until a file is found, or as often as was asked for; libFuzzer ends the process."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-gguf-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    (corpus / "sound").write_bytes(sound_file())
    for seed in range(SEEDS):
        (corpus / str(seed)).write_bytes(mutant(random.Random(seed))[:LONGEST])
    path = folder / f"{os.getpid()}.gguf"

    def one(data: bytes) -> None:
        try_file(path, data)

    atheris.Setup([*sys.argv, f"-max_len={LONGEST}", "-timeout=30", str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
