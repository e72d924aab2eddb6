"""A graph in half precision is the same graph but for rounding, or there is none."""

from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from studio.contract.manifest import (
    MANIFEST_NAME,
    Model,
    decode_manifest,
    encode_manifest,
    read_model,
)
from tests.models import GRAPH_FILE, write_tiny_generator
from training.errors import TrainingError
from training.half_precision import PLANS, HalfConfig, add_half, half_file, half_of, halve
from training.parity import GeneratorRunner


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_generator(tmp_path / "tiny", size=32, dimension=16, width=16)


def _graph(folder: Path) -> bytes:
    return (folder / GRAPH_FILE).read_bytes()


def _run(content: bytes, count: int = 24) -> npt.NDArray[np.uint8]:
    random = np.random.default_rng(1)
    latent = random.standard_normal((count, 16), dtype=np.float32)
    weights = np.eye(3, dtype=np.float32)[np.arange(count) % 3]
    return GeneratorRunner({"generator": content}, level="all").run(latent, weights)


def _difference(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> int:
    return int(np.abs(first.astype(int) - second.astype(int)).max())


@pytest.mark.parametrize("operators", PLANS, ids=len)
def test_half_precision_has_the_same_door_and_nearly_the_same_pictures(
    folder: Path, operators: frozenset[str]
) -> None:
    graph = _graph(folder)
    half = halve(graph, operators)
    assert half is not None
    before, after = onnx.load_from_string(graph).graph, onnx.load_from_string(half).graph
    assert (before.input, before.output) == (after.input, after.output)
    assert _difference(_run(graph), _run(half)) <= 3
    types = {weight.data_type for weight in after.initializer}
    assert TensorProto.FLOAT16 in types
    assert halve(half, frozenset({"Einsum"})) is None


def test_all_but_a_few_numbers_are_half_as_large(folder: Path) -> None:
    half = halve(_graph(folder), PLANS[0])
    assert half is not None
    assert len(half) < 0.62 * len(_graph(folder))


def test_the_same_graph_gives_the_same_bytes(folder: Path) -> None:
    assert halve(_graph(folder), PLANS[0]) == halve(_graph(folder), PLANS[0])


def test_a_weight_beyond_the_range_is_refused_by_name(folder: Path) -> None:
    model = onnx.load_from_string(_graph(folder))
    [weight, *_] = [w for w in model.graph.initializer if w.data_type == TensorProto.FLOAT]
    values = numpy_helper.to_array(weight).copy()
    values.flat[0] = 1e6
    weight.CopyFrom(numpy_helper.from_array(values, weight.name))
    with pytest.raises(TrainingError, match=weight.name):
        halve(model.SerializeToString(), PLANS[0])


@given(
    largest=st.lists(st.integers(0, 3), min_size=len(PLANS), max_size=len(PLANS)),
    tolerance=st.integers(0, 3),
)
def test_the_first_plan_that_is_exact_enough_is_taken(largest: list[int], tolerance: int) -> None:
    graph = _small_graph()
    made = iter([0, *largest])

    def run(_: bytes) -> npt.NDArray[np.uint8]:
        return np.full((1, 2, 2, 3), 100 + next(made), np.uint8)

    found = half_of(graph, run, tolerance=tolerance)
    fitting = [difference for difference in largest if difference <= tolerance]
    assert (found is None) == (not fitting)
    assert found is None or found[1] == fitting[0]


def _small_graph() -> bytes:
    """A convolution between two floats, which every plan can halve."""
    kernel = numpy_helper.from_array(np.ones((1, 1, 1, 1), np.float32), "kernel")
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "kernel"], ["y"])],
        "small",
        [value("x", TensorProto.FLOAT, [1, 1, 2, 2])],
        [value("y", TensorProto.FLOAT, [1, 1, 2, 2])],
        [kernel],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    content: bytes = model.SerializeToString()
    return content


def test_a_model_is_given_its_half_and_stays_what_it_was(folder: Path) -> None:
    before = read_model(folder)
    model = _with_tolerance(folder, 3)
    assert "differs by at most" in add_half(HalfConfig(model=folder, samples=60))
    after = read_model(folder)
    half = after.manifest.graphs["generator"].half
    assert half is not None
    assert half.file == half_file("generator")
    assert half.largest <= 3
    assert after.graph_hashes() == before.graph_hashes(), "recipes know it by the same hash"
    assert model.manifest.quality == after.manifest.quality


def test_a_model_that_allows_no_difference_has_no_half(folder: Path) -> None:
    _with_tolerance(folder, 3)
    add_half(HalfConfig(model=folder, samples=60))
    _with_tolerance(folder, 0)
    assert "it has none" in add_half(HalfConfig(model=folder, samples=60))
    assert read_model(folder).manifest.graphs["generator"].half is None
    assert not (folder / half_file("generator")).exists()


def test_what_is_no_model_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="is not there"):
        add_half(HalfConfig(model=tmp_path))


def _with_tolerance(folder: Path, tolerance: int) -> Model:
    path = folder / MANIFEST_NAME
    manifest = decode_manifest(path.read_bytes(), path)
    golden = msgspec.structs.replace(manifest.golden, tolerance=tolerance)
    path.write_bytes(encode_manifest(msgspec.structs.replace(manifest, golden=golden)))
    return read_model(folder)
