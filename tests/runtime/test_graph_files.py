"""What a graph would read is known before anything reads it."""

import os
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from studio.contract.errors import GraphInvalid, ModelMissing
from studio.runtime.graph_files import check_graph_files, external_files
from tests.models import GRAPH_FILE, write_external_generator, write_tiny_generator


def _external(name: str, location: str) -> onnx.TensorProto:
    tensor = onnx.TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    entry = tensor.external_data.add()
    entry.key, entry.value = "location", location
    return tensor


def _save(folder: Path, graph: onnx.GraphProto, **fields: object) -> Path:
    path = folder / "graph.onnx"
    model = helper.make_model(graph, **fields)
    path.write_bytes(model.SerializeToString())
    return path


def test_a_graph_that_holds_its_weights_names_no_file(tmp_path: Path) -> None:
    path = write_tiny_generator(tmp_path / "model") / GRAPH_FILE
    assert external_files(path) == set()
    check_graph_files(path)


def test_files_are_found_wherever_a_tensor_can_hide(tmp_path: Path) -> None:
    sparse = onnx.SparseTensorProto(values=_external("v", "values"), indices=_external("i", "rows"))
    inner = helper.make_graph([], "inner", [], [], [_external("a", "in-subgraph")])
    attribute = helper.make_node(
        "Constant", [], ["b"], value=_external("b", "in-attribute"), domain=""
    )
    loop = helper.make_node("If", ["c"], ["d"], then_branch=inner, else_branch=inner)
    listed = helper.make_node("Odd", [], ["e"], tensors=[_external("e", "in-list")], domain="x")
    function = helper.make_function(
        "x", "Odd", [], ["f"],
        [helper.make_node("Constant", [], ["f"], value=_external("f", "in-function"))],
        [helper.make_opsetid("", 21)],
    )  # fmt: skip
    graph = helper.make_graph(
        [attribute, loop, listed], "outer", [], [], [_external("g", "plain")],
        sparse_initializer=[sparse],
    )  # fmt: skip
    path = _save(tmp_path, graph, functions=[function])
    assert external_files(path) == {
        "values", "rows", "in-subgraph", "in-attribute", "in-list", "in-function", "plain",
    }  # fmt: skip


def test_a_file_inside_the_folder_is_allowed(tmp_path: Path) -> None:
    folder = write_external_generator(tmp_path / "model", "weights.bin")
    check_graph_files(folder / GRAPH_FILE)


@pytest.mark.parametrize(
    "location",
    ["../secret", "/etc/passwd", "a/../../secret", "C:\\secret", "\\\\server\\share", "", "a\x00b"],
)
def test_a_path_that_leads_out_is_refused_by_name(tmp_path: Path, location: str) -> None:
    path = _save(tmp_path, helper.make_graph([], "g", [], [], [_external("a", location)]))
    with pytest.raises(GraphInvalid) as caught:
        check_graph_files(path)
    assert str(path) in caught.value.message
    assert "outside the model's folder" in caught.value.message


@pytest.mark.skipif(os.name == "nt", reason="Windows says of such a path that nothing is there")
@pytest.mark.parametrize("location", ["a" * 5000, "a/" * 5000 + "a"])
def test_a_path_that_no_system_can_open_is_a_fault_of_the_graph(
    tmp_path: Path, location: str
) -> None:
    path = _save(tmp_path, helper.make_graph([], "g", [], [], [_external("a", location)]))
    with pytest.raises(GraphInvalid, match="cannot be read") as caught:
        check_graph_files(path)
    assert str(path) in caught.value.message
    assert len(caught.value.message) < len(str(path)) + 250


def test_a_loop_of_links_is_a_fault_of_the_graph(tmp_path: Path) -> None:
    path = _save(tmp_path, helper.make_graph([], "g", [], [], [_external("a", "loop")]))
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(GraphInvalid, match="cannot be read"):
        check_graph_files(path)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"\0" * 64)
    folder = write_external_generator(tmp_path / "model", "weights.bin")
    (folder / "weights.bin").unlink()
    (folder / "weights.bin").symlink_to(tmp_path / "secret")
    with pytest.raises(GraphInvalid, match="leads out"):
        check_graph_files(folder / GRAPH_FILE)


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    folder = write_external_generator(tmp_path / "model", "weights.bin")
    (folder / "weights.bin").unlink()
    with pytest.raises(ModelMissing, match=r"weights\.bin"):
        check_graph_files(folder / GRAPH_FILE)


def test_missing_empty_and_unreadable_graphs_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"gone\.onnx"):
        external_files(tmp_path / "gone.onnx")
    (tmp_path / "empty.onnx").touch()
    with pytest.raises(GraphInvalid, match="empty"):
        external_files(tmp_path / "empty.onnx")
    with pytest.raises(GraphInvalid):
        external_files(tmp_path)


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    data = b""
    for _ in range(400):  # model > graph > node > attribute > graph > node > ...
        for field in (6, 5, 1):
            data = bytes([field << 3 | 2]) + _varint(len(data)) + data
    path = tmp_path / "deep.onnx"
    path.write_bytes(bytes([7 << 3 | 2]) + _varint(len(data)) + data)
    with pytest.raises(GraphInvalid, match="damaged"):
        external_files(path)


@settings(max_examples=200, deadline=None)
@given(data=st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused_in_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.onnx"
    path.write_bytes(data)
    try:
        found = external_files(path)
    except GraphInvalid as error:
        assert str(path) in error.message
    else:
        assert isinstance(found, set)


@settings(max_examples=150, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8))
def test_a_mutated_graph_never_hides_a_file_behind_an_exception_of_another_kind(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    tensor = _external("a", "plain")
    weights = numpy_helper.from_array(np.ones((4, 4), np.float32), "b")
    model = helper.make_model(helper.make_graph([], "g", [], [], [tensor, weights]))
    data = bytearray(model.SerializeToString())
    for position, value in changes:
        data[position % len(data)] = value
    path = tmp_path_factory.getbasetemp() / "mutant.onnx"
    path.write_bytes(data)
    try:
        found = external_files(path)
    except GraphInvalid as error:
        assert str(path) in error.message
    else:
        assert all(isinstance(name, str) for name in found)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
