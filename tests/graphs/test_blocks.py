"""Every block format gives the weights that llama.cpp's own reader gives, bit for bit."""

import tracemalloc

import numpy as np
import numpy.typing as npt
import pytest
from gguf import GGMLQuantizationType
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.graphs import blocks
from studio.graphs.blocks import CHUNK, FORMATS, BlockFormat, dequantise
from tests.graphs.gguf_files import random_blocks

EVERY = sorted(FORMATS.values(), key=lambda form: form.type_id)
named = pytest.mark.parametrize("form", EVERY, ids=lambda form: form.name)


def reference(form: BlockFormat, raw: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    with np.errstate(all="ignore"):
        read: npt.NDArray[np.float32] = dequantize(raw, GGMLQuantizationType(form.type_id))
    return read.reshape(-1)


@named
def test_the_sizes_are_those_of_the_format(form: BlockFormat) -> None:
    kind = GGMLQuantizationType(form.type_id)
    assert kind.name == form.name
    assert GGML_QUANT_SIZES[kind] == (form.elements, form.size)


@named
@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 9))
def test_any_bytes_give_the_weights_that_the_reference_reads(
    form: BlockFormat, seed: int, count: int
) -> None:
    """Scales that are infinite or no numbers too: what is wrong with them is said by others."""
    raw = np.random.default_rng(seed).integers(0, 256, (count, form.size), np.uint8)
    np.testing.assert_array_equal(dequantise(form, raw), reference(form, raw))


@named
def test_many_chunks_give_the_same_as_one(form: BlockFormat) -> None:
    count = 2 * CHUNK // form.elements + 3
    raw = random_blocks(form, count, np.random.default_rng(form.type_id))
    np.testing.assert_array_equal(dequantise(form, raw), reference(form, raw))


@named
def test_memory_is_bounded_by_the_result_and_a_chunk(form: BlockFormat) -> None:
    raw = random_blocks(form, 2**22 // form.elements, np.random.default_rng(1)).reshape(-1)
    tracemalloc.start()
    try:
        weights = dequantise(form, raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert weights.nbytes == 4 * 2**22
    assert peak < weights.nbytes + 12 * CHUNK


@named
def test_a_part_of_a_block_is_refused(form: BlockFormat) -> None:
    with pytest.raises(ValueError, match=f"whole number of {form.name} blocks"):
        dequantise(form, np.zeros(3 * form.size - 1, np.uint8))


@named
def test_no_blocks_are_no_weights(form: BlockFormat) -> None:
    assert dequantise(form, np.empty(0, np.uint8)).shape == (0,)


@named
def test_bytes_that_may_not_be_written_and_lie_anywhere_are_read(form: BlockFormat) -> None:
    """As they come out of a mapped file: read-only, at an odd address, and unchanged after it."""
    sound = random_blocks(form, 1, np.random.default_rng(2)).tobytes()
    raw = np.frombuffer(b"\0" + sound, np.uint8)[1:]
    np.testing.assert_array_equal(dequantise(form, raw), reference(form, raw.copy()))
    assert raw.tobytes() == sound


def test_a_weight_can_be_computed_by_hand() -> None:
    """0.5 as a half is 0x3800; 8 stands for zero; the lower half of a byte comes 16 weights ago."""
    raw = np.array([0x00, 0x38, 0x9F, *[0x88] * 15], np.uint8)
    weights = dequantise(blocks.Q4_0, raw)
    assert weights[0] == 0.5 * (15 - 8)
    assert weights[16] == 0.5 * (9 - 8)
    assert np.count_nonzero(weights) == 2
