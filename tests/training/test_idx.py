"""IDX files: what is written is read, and damage becomes a sentence, never an exception."""

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from training.data.idx import format_idx, parse_idx, read_idx
from training.errors import TrainingError

ARRAYS = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=6))


@given(ARRAYS)
def test_what_is_written_is_read_back(
    values: np.ndarray[tuple[int, ...], np.dtype[np.uint8]],
) -> None:
    back = parse_idx(format_idx(values), name="file", dimensions=values.ndim)
    assert back.dtype == np.uint8
    assert np.array_equal(back, values)


@given(ARRAYS, st.integers(0, 40), st.integers(0, 255), st.integers(0, 60))
def test_damage_is_refused_by_name_or_harmless(
    values: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], position: int, byte: int, cut: int
) -> None:
    content = bytearray(format_idx(values))
    if position < len(content):
        content[position] = byte
    damaged = bytes(content[: max(len(content) - cut, 0)])
    try:
        back = parse_idx(damaged, name="the-file", dimensions=values.ndim)
    except TrainingError as error:
        assert str(error).startswith("the-file: ")
    else:
        assert back.ndim == values.ndim
        assert back.size == len(damaged) - 4 - 4 * values.ndim


@given(st.binary(max_size=64))
def test_foreign_bytes_are_refused_or_consistent(content: bytes) -> None:
    try:
        back = parse_idx(content, name="x", dimensions=1)
    except TrainingError as error:
        assert str(error).endswith(".")
    else:
        assert content[:4] == b"\0\0\x08\x01"
        assert len(back) == len(content) - 8


def test_gzip_is_recognised_by_its_bytes(tmp_path: Path) -> None:
    values = np.arange(6, dtype=np.uint8).reshape(1, 2, 3)
    file = tmp_path / "no-suffix"
    file.write_bytes(gzip.compress(format_idx(values)))
    assert np.array_equal(read_idx(file, dimensions=3), values)


def test_a_broken_gzip_stream_names_the_file(tmp_path: Path) -> None:
    file = tmp_path / "cut.gz"
    file.write_bytes(gzip.compress(format_idx(np.zeros((4, 4), np.uint8)))[:-6])
    with pytest.raises(TrainingError, match=r"cut\.gz: the gzip stream is broken"):
        read_idx(file, dimensions=2)


def test_a_header_that_promises_terabytes_allocates_nothing() -> None:
    content = b"\0\0\x08\x03" + b"\xff\xff\xff\xff" * 3 + b"1234"
    with pytest.raises(TrainingError, match="4 bytes follow"):
        parse_idx(content, name="bomb", dimensions=3)


def test_no_pictures_of_an_impossible_size_are_refused() -> None:
    content = b"\0\0\x08\x03" + b"\0\0\0\0" + b"\xff\xff\xff\xff" * 2
    with pytest.raises(TrainingError, match="0 bytes follow"):
        parse_idx(content, name="void", dimensions=3)


def test_wrong_rank_says_what_was_expected() -> None:
    with pytest.raises(TrainingError, match="has 1 dimensions where 3 were expected"):
        parse_idx(format_idx(np.zeros(3, np.uint8)), name="labels", dimensions=3)
