"""Transposed convolutions in phases make what they made; what cannot be split stays whole."""

from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tests.benchmarks.eager import join_phases
from training.phases import split_into_phases

Floats = NDArray[np.float32]
DOUBLING: dict[str, Any] = {"strides": [2, 2], "pads": [1, 1, 1, 1]}


def _model(
    before: int, after: int, *, kernel: int = 4, biased: bool = True, **attributes: Any
) -> onnx.ModelProto:
    random = np.random.default_rng(3)
    weight = random.standard_normal((before, after, kernel, kernel)).astype(np.float32)
    weights = [numpy_helper.from_array(weight / np.sqrt(4 * before, dtype=np.float32), "weight")]
    inputs = ["picture", "weight"]
    if biased:
        bias = random.standard_normal(after).astype(np.float32)
        weights.append(numpy_helper.from_array(bias, "bias"))
        inputs.append("bias")
    node = helper.make_node("ConvTranspose", inputs, ["grown"], name="grow", **attributes)
    shape: list[str | int | None] = ["batch", before, "height", "width"]
    grown: list[str | int | None] = ["batch", None, None, None]
    graph = helper.make_graph(
        [node, helper.make_node("Relu", ["grown"], ["made"])],
        "grow",
        [helper.make_tensor_value_info("picture", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("made", TensorProto.FLOAT, grown)],
        weights,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def _run(model: onnx.ModelProto, picture: Floats) -> Floats:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return np.asarray(session.run(["made"], {"picture": picture})[0], np.float32)


@given(
    sides=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    before=st.sampled_from([16, 32]),
    after=st.sampled_from([16, 48]),
    biased=st.booleans(),
    seed=st.integers(0, 99),
)
def test_the_phases_together_are_the_transposed_convolution(
    sides: tuple[int, int], before: int, after: int, biased: bool, seed: int
) -> None:
    model = _model(before, after, biased=biased, **DOUBLING)
    picture = np.random.default_rng(seed).standard_normal((2, before, *sides)).astype(np.float32)
    expected = _run(model, picture)
    assert split_into_phases(model) == 1
    assert [node.op_type for node in model.graph.node] == [
        *["Conv"] * 4, "Concat", "DepthToSpace", "Relu",
    ]  # fmt: skip
    assert "weight" not in {each.name for each in model.graph.initializer}
    made = _run(model, picture)
    assert made.shape == (2, after, 2 * sides[0], 2 * sides[1])
    assert np.abs(made - expected).max() < 1e-5


def test_no_more_is_multiplied_than_before() -> None:
    model = _model(16, 32, **DOUBLING)
    [before] = [numpy_helper.to_array(each).size for each in model.graph.initializer[:1]]
    split_into_phases(model)
    kernels = [each for each in model.graph.initializer if ".phase_" in each.name]
    assert sum(numpy_helper.to_array(each).size for each in kernels) == before


@pytest.mark.parametrize(
    ("before", "after", "attributes"),
    [
        (16, 3, DOUBLING),
        (24, 16, DOUBLING),
        (16, 16, {"strides": [1, 1], "pads": [1, 1, 1, 1]}),
        (16, 16, {"strides": [2, 2], "pads": [0, 0, 0, 0]}),
        (16, 16, {**DOUBLING, "output_padding": [1, 1]}),
        (16, 16, {**DOUBLING, "dilations": [2, 2]}),
        (32, 16, {**DOUBLING, "group": 2}),
        (16, 16, {**DOUBLING, "kernel": 3}),
        (16, 16, {}),
    ],
)
def test_what_is_no_plain_doubling_stays_as_it_is(
    before: int, after: int, attributes: dict[str, Any]
) -> None:
    model = _model(before, after, **attributes)
    content = model.SerializeToString(deterministic=True)
    assert split_into_phases(model) == 0
    assert model.SerializeToString(deterministic=True) == content


def test_what_was_split_can_be_joined_again_for_comparisons() -> None:
    model = _model(16, 32, **DOUBLING)
    [weight] = [each for each in model.graph.initializer if each.name == "weight"]
    before = numpy_helper.to_array(weight)
    split_into_phases(model)
    assert join_phases(model) == 1
    assert [node.op_type for node in model.graph.node] == ["ConvTranspose", "Relu"]
    [joined] = [each for each in model.graph.initializer if each.name == "grown_weight"]
    assert np.array_equal(numpy_helper.to_array(joined), before)
