"""What a graph takes and gives is read from its file as onnxruntime says it after loading."""

from pathlib import Path

import onnx
import onnxruntime
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from studio.contract.errors import GraphInvalid
from studio.runtime.signatures import read_signature, session_signature
from studio.runtime.text_layout import LayoutUnknown, TextLayout, plan_layout
from tests.recognise.text_graphs import LAYOUTS, gqa_graph, merged_graph, write_text_model

GRAPH = gqa_graph().SerializeToString()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_file_and_session_say_the_same(tmp_path: Path, layout: str) -> None:
    path = write_text_model(tmp_path, layout)
    read = read_signature(path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    inputs, outputs = session_signature(session)
    assert read.inputs == inputs
    # Having looked at the nodes, onnxruntime may know more sizes of outputs than the file says.
    assert [tensor.name for tensor in read.outputs] == [tensor.name for tensor in outputs]
    for stated, known in zip(read.outputs, outputs, strict=True):
        assert stated.dtype == known.dtype
        assert len(stated.shape) == len(known.shape)
        for size, found in zip(stated.shape, known.shape, strict=True):
            assert size == found or not isinstance(size, int)


def test_only_pasts_that_nothing_else_reads_are_in_place(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    onnx.save_model(gqa_graph(), path)
    assert read_signature(path).in_place == {
        (f"past_key_values.{layer}.{part}", f"present.{layer}.{part}")
        for layer in range(2)
        for part in ("key", "value")
    }
    model = gqa_graph()
    model.graph.node.append(helper.make_node("Shape", ["past_key_values.0.key"], ["past_shape"]))
    onnx.save_model(model, path)
    assert len(read_signature(path).in_place) == 3
    onnx.save_model(merged_graph(), path)
    assert read_signature(path).in_place == frozenset()


def test_inputs_with_a_value_of_their_own_need_not_be_given(tmp_path: Path) -> None:
    model = gqa_graph()
    before = {tensor.name for tensor in model.graph.input}
    weight = model.graph.initializer[0]
    model.graph.input.append(
        helper.make_tensor_value_info(weight.name, TensorProto.FLOAT, list(weight.dims))
    )
    path = tmp_path / "model.onnx"
    onnx.save_model(model, path)
    assert {tensor.name for tensor in read_signature(path).inputs} == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    st.lists(
        st.tuples(st.integers(0, len(GRAPH) - 1), st.integers(0, 255)), min_size=1, max_size=12
    ),
    st.integers(1, len(GRAPH)),
)
@example(changes=[(0, 0)], length=1)
def test_damaged_graphs_are_refused_or_understood(
    tmp_path: Path, changes: list[tuple[int, int]], length: int
) -> None:
    data = bytearray(GRAPH)
    for at, value in changes:
        data[at] = value
    path = tmp_path / "model.onnx"
    path.write_bytes(data[:length])
    try:
        assert isinstance(plan_layout(read_signature(path)), TextLayout)
    except (GraphInvalid, LayoutUnknown) as error:
        assert str(error)
