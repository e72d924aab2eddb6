"""Blocks for ``MatMulNBits`` hold the weights of the file; what is blocked anew says its loss."""

import tracemalloc
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from onnx import TensorProto, helper, numpy_helper

from studio.contract.errors import TextModelInvalid
from studio.graphs import blocks
from studio.graphs.blocks import CHUNK, FORMATS, BlockFormat, dequantise
from studio.graphs.gguf import read_gguf
from studio.graphs.packing import Packed, pack, pack_eight, pack_tensor, unpack
from tests.graphs.gguf_files import Tensor, gguf_bytes, random_blocks

PLAIN = (blocks.F32, blocks.F16, blocks.BF16)
QUANTISED = tuple(form for form in FORMATS.values() if form not in PLAIN)
PLANS = {
    "Q4_0": (4, 32, False), "Q4_1": (4, 32, True), "Q5_0": (8, 32, False), "Q5_1": (8, 32, True),
    "Q8_0": (8, 32, False), "Q2_K": (4, 16, True), "Q3_K": (4, 16, False), "Q4_K": (4, 32, True),
    "Q5_K": (8, 32, True), "Q6_K": (8, 16, False),
}  # fmt: skip
EPSILON = float(np.finfo(np.float32).eps)

each_quantised = pytest.mark.parametrize("form", QUANTISED, ids=lambda form: form.name)
each_plain = pytest.mark.parametrize("form", PLAIN, ids=lambda form: form.name)


def stored(form: BlockFormat, rows: int, per_row: int, seed: int) -> npt.NDArray[np.uint8]:
    """Whole rows of blocks: half of the seeds of any finite scales, half as models have them."""
    chance = np.random.default_rng(seed)
    made = random_blocks(form, rows * per_row, chance)
    if seed % 2:
        wild = chance.integers(0, 256, made.shape, np.uint8)
        sound = np.isfinite(dequantise(form, wild).reshape(len(wild), -1)).all(axis=1)
        made[sound] = wild[sound]
    return made.reshape(-1)


def by_hand(packed: Packed, row: int, column: int) -> float:
    """One weight as the operator's definition has it."""
    block, place = divmod(column, packed.block)
    if packed.bits == 8:
        number = int(packed.weights[row, block, place])
    else:
        number = int(packed.weights[row, block, place // 2]) >> (4 * (place % 2)) & 15
    offset = 0.0 if packed.offsets is None else float(packed.offsets[row, block])
    zero: int = 2 ** (packed.bits - 1)
    return float(packed.scales[row, block]) * (number - zero) + offset


@each_quantised
@settings(max_examples=40)
@given(rows=st.integers(1, 5), per_row=st.integers(1, 4), seed=st.integers(0, 2**32))
def test_repacking_loses_nothing(form: BlockFormat, rows: int, per_row: int, seed: int) -> None:
    raw = stored(form, rows, per_row, seed)
    before = raw.copy()
    packed = pack(form, raw, (rows, per_row * form.elements))
    weights = dequantise(form, raw).reshape(rows, -1)
    bits, block, has_offsets = PLANS[form.name]
    assert (packed.bits, packed.block, packed.offsets is not None) == (bits, block, has_offsets)
    assert (packed.rows, packed.columns, packed.loss) == (*weights.shape, 0.0)
    if packed.offsets is None:
        np.testing.assert_array_equal(unpack(packed), weights)
    else:
        largest = np.abs(packed.offsets) + 2**packed.bits * np.abs(packed.scales)
        allowed = 2 * EPSILON * np.repeat(largest, block, axis=1) + np.finfo(np.float32).tiny
        assert (np.abs(unpack(packed).astype(np.float64) - weights) <= allowed).all()
    np.testing.assert_array_equal(raw, before)


@each_quantised
def test_the_layout_is_the_operators(form: BlockFormat) -> None:
    rows, columns = 3, 2 * form.elements
    raw = stored(form, rows, 2, seed=4)
    packed = pack(form, raw, (rows, columns))
    per_row = columns // packed.block
    assert packed.weights.shape == (rows, per_row, packed.block * packed.bits // 8)
    assert packed.scales.shape == (rows, per_row)
    assert packed.weights.flags.c_contiguous
    weights = dequantise(form, raw).reshape(rows, columns)
    for row, column in np.ndindex(rows, columns):
        assert by_hand(packed, row, column) == pytest.approx(weights[row, column], abs=1e-6)


@each_quantised
def test_large_matrices_are_packed_in_parts_as_they_are_at_once(form: BlockFormat) -> None:
    rows, columns = 700, 1024
    raw = random_blocks(form, rows * columns // form.elements, np.random.default_rng(3)).reshape(-1)
    packed = pack(form, raw, (rows, columns))
    weights = dequantise(form, raw).reshape(rows, columns)
    np.testing.assert_allclose(unpack(packed), weights, rtol=0, atol=1e-6)


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_memory_is_bounded_by_the_result_and_a_chunk(form: BlockFormat) -> None:
    rows, columns = 512, 4096
    raw = random_blocks(form, rows * columns // form.elements, np.random.default_rng(7)).reshape(-1)
    tracemalloc.start()
    try:
        packed = pack(form, raw, (rows, columns))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    kept = packed.weights.nbytes + packed.scales.nbytes
    if packed.offsets is not None:
        kept += packed.offsets.nbytes
    assert peak < kept + 20 * CHUNK


@each_plain
def test_what_is_blocked_anew_says_how_much_it_loses(form: BlockFormat) -> None:
    raw = random_blocks(form, 600 * 960, np.random.default_rng(5)).reshape(-1)
    weights = dequantise(form, raw).reshape(600, 960).astype(np.float64)
    packed = pack(form, raw, (600, 960))
    assert (packed.bits, packed.block, packed.offsets) == (8, 32, None)
    error = unpack(packed) - weights
    assert packed.loss == pytest.approx(np.sqrt((error**2).sum() / (weights**2).sum()), rel=1e-4)
    assert 0.001 < packed.loss < 0.01
    np.testing.assert_array_equal(packed.weights, pack_eight(weights.astype(np.float32)).weights)


@settings(max_examples=100)
@given(
    values=arrays.arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(1, 3).map(lambda count: 32 * count)),
        elements=st.floats(-(2.0**100), 2.0**100, width=32),
        fill=st.floats(-2, 2, width=32),
    )
)
def test_rounding_is_to_the_nearest_of_255_steps(values: npt.NDArray[np.float32]) -> None:
    packed = pack_eight(values)
    largest = np.abs(values.reshape(len(values), -1, 32)).max(axis=-1)
    step = np.repeat(largest / 127, 32, axis=1).astype(np.float64)
    error = np.abs(unpack(packed).astype(np.float64) - values)
    assert (error <= 0.5001 * step + 256 * np.finfo(np.float32).tiny).all()
    assert 0 <= packed.loss <= 1


def test_nothing_is_lost_of_nothing() -> None:
    packed = pack_eight(np.zeros((2, 64), np.float32))
    assert packed.loss == 0.0
    assert not unpack(packed).any()


def test_rows_of_half_blocks_are_blocked_by_16_and_others_are_refused() -> None:
    values = np.ones((2, 48), np.float32)
    assert pack_eight(values).block == 16
    assert pack_eight(np.ones((2, 64), np.float32), 64).block == 64
    with pytest.raises(ValueError, match="no whole blocks of 16"):
        pack_eight(np.ones((2, 40), np.float32))


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_weights_that_are_no_numbers_are_refused(form: BlockFormat) -> None:
    columns = max(32, form.elements)
    raw = random_blocks(form, 2 * columns // form.elements, np.random.default_rng(6))
    at = {"Q2_K": 80, "Q3_K": 108, "Q6_K": 208, "F32": 2}.get(form.name, 0)
    for bad in (0x7C00, 0x7FFF, 0xFC00):
        if form in (blocks.F32, blocks.BF16):
            bad |= 0x7F80
        raw[1, at : at + 2] = np.array([bad], "<u2").view(np.uint8)
        with pytest.raises(ValueError, match="not finite"):
            pack(form, raw.reshape(-1), (2, columns))


@pytest.mark.parametrize("shape", [(4, 32), (2, 96), (64,), (1, 2, 32), (0, 32)])
def test_bytes_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="matrix"):
        pack(blocks.Q4_0, np.zeros(2 * 18, np.uint8), shape)


@pytest.mark.parametrize(
    ("tensor", "fault"),
    [
        (Tensor(shape=(1, 32), form=blocks.Q4_0, raw=b"\xff" * 18), "not finite"),
        (Tensor(shape=(32,), form=blocks.Q4_0, raw=bytes(18)), "no matrix"),
        (Tensor(shape=(2, 8), form=blocks.F32, raw=bytes(64)), "no whole blocks"),
    ],
)
def test_a_tensor_that_cannot_be_packed_is_named_with_its_file(
    tmp_path: Path, tensor: Tensor, fault: str
) -> None:
    path = tmp_path / "gift.gguf"
    path.write_bytes(gguf_bytes({}, {"odd": tensor}))
    with read_gguf(path) as file, pytest.raises(TextModelInvalid, match=fault) as caught:
        pack_tensor(file, "odd")
    assert "“odd”" in caught.value.message
    assert str(path) in caught.value.message


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_the_operator_multiplies_with_the_weights_of_the_file(form: BlockFormat) -> None:
    """Block sums of the input times the offsets give the share of what a format adds."""
    rows, columns = 48, max(64, form.elements)
    raw = random_blocks(form, rows * columns // form.elements, np.random.default_rng(8)).reshape(-1)
    packed = pack(form, raw, (rows, columns))
    inputs = np.random.default_rng(9).standard_normal((3, columns)).astype(np.float32)
    product = multiplied(packed, inputs).astype(np.float64)
    if packed.offsets is not None:
        sums = inputs.reshape(3, -1, packed.block).sum(axis=-1, dtype=np.float64)
        product += sums @ packed.offsets.T
    expected = inputs.astype(np.float64) @ unpack(packed).T
    np.testing.assert_allclose(product, expected, rtol=0, atol=1e-5 * np.abs(expected).max())


def multiplied(packed: Packed, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """What ``MatMulNBits`` of onnxruntime makes of the blocks without their offsets."""
    node = helper.make_node(
        "MatMulNBits", ["inputs", "weights", "scales"], ["product"], domain="com.microsoft",
        K=packed.columns, N=packed.rows, bits=packed.bits, block_size=packed.block,
        accuracy_level=1,
    )  # fmt: skip
    graph = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("inputs", TensorProto.FLOAT, inputs.shape)],
        [helper.make_tensor_value_info("product", TensorProto.FLOAT, None)],
        [
            numpy_helper.from_array(packed.weights, "weights"),
            numpy_helper.from_array(packed.scales, "scales"),
        ],
    )
    model = helper.make_model(
        graph,
        ir_version=10,
        opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)],
    )
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (product,) = session.run(None, {"inputs": inputs})
    made: npt.NDArray[np.float32] = product
    return made
