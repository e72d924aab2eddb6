"""Files of text models from elsewhere, damaged and hostile."""

import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.graphs.gguf_mutants import mutant, sound_file, try_file
from tests.proof.fuzzing import NAME, each
from tests.proof.mutants import of_bytes
from tests.proof.trials import Proof, Trial
from tests.recognise.model_mutants import mutant as contradicting
from tests.recognise.model_mutants import try_model


def gguf_files(folder: Path, count: int) -> Iterator[Trial]:
    """Files with fields that lie, a fifth of them with single bytes changed instead."""
    path = folder / f"{NAME}.gguf"

    def attempt(chance: random.Random) -> None:
        tame = chance.random() < 0.2
        try_file(path, of_bytes(chance, sound_file()) if tame else mutant(chance))

    return each("gguf", attempt, count)


def models(folder: Path, count: int) -> Iterator[Trial]:
    """Whole files whose entries and tensors contradict each other, converted to all forms."""

    def attempt(chance: random.Random) -> None:
        place = Path(tempfile.mkdtemp(dir=folder))
        try_model(place, contradicting(chance), chance)
        shutil.rmtree(place)

    return each("model", attempt, count)


PROOFS = (
    Proof(
        name="gguf",
        tried="GGUF files: lying lengths and counts, unknown kinds, tensors over each other, cuts",
        holds="weights within the file, or one sentence that names it; memory within the budget",
        trials=gguf_files,
        full=20_000,
        quick=150,
    ),
    Proof(
        name="text-models",
        tried="sound GGUF files of models that contradict themselves, converted and tokenized",
        holds="a graph and a tokenizer, or one sentence that names the file",
        trials=models,
        full=1_000,
        quick=20,
    ),
)
