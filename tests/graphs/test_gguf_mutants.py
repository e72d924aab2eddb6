"""Whatever stands in a GGUF file: its contents within their bounds, or one sentence."""

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.graphs.gguf_mutants import mutant, sound_file, try_file
from tests.proof.mutants import of_bytes

MANY = 5_000


def test_the_file_that_mutants_are_made_of_is_sound(tmp_path: Path) -> None:
    assert try_file(tmp_path / "gift.gguf", sound_file()) == "read"


def test_mutants_come_to_all_ends(tmp_path: Path) -> None:
    """Half of them being read would be too tame, none too wild."""
    ends = Counter(
        try_file(tmp_path / "gift.gguf", mutant(random.Random(seed))) for seed in range(200)
    )
    assert ends["TextModelInvalid"] > 60
    assert ends["TextModelUnsupported"] > 4
    assert ends["read"] > 10


@settings(max_examples=300)
@given(seed=st.integers(0, 2**64))
def test_mutants_of_its_fields(tmp_path: Path, seed: int) -> None:
    try_file(tmp_path / "gift.gguf", mutant(random.Random(seed)))


@settings(max_examples=150)
@given(seed=st.integers(0, 2**64))
def test_mutants_of_its_bytes(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    try_file(tmp_path / "gift.gguf", of_bytes(chance, sound_file()))


@settings(max_examples=150)
@given(data=st.binary(max_size=200))
@example(data=b"")
@example(data=b"GGUF" * 10)
def test_noise_behind_the_first_bytes(tmp_path: Path, data: bytes) -> None:
    try_file(tmp_path / "gift.gguf", b"GGUF\3\0\0\0" + data)


@pytest.mark.slow
def test_thousands_of_mutants(tmp_path: Path) -> None:
    ends: Counter[str] = Counter()
    for seed in range(MANY):
        ends[try_file(tmp_path / "gift.gguf", mutant(random.Random(seed)))] += 1
    assert ends.total() == MANY
    assert min(ends.values()) > MANY // 100
