"""The graph of an enlarging network agrees with its layers in numpy, whatever the network."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training.upscale.networks import param, small_network
from training.errors import TrainingError
from training.graphs import graph_bytes
from training.parity import PictureRunner
from training.upscale.importer import require_agreement
from training.upscale.ncnn import parse_network
from training.upscale.network import check_network, enlarge_reference, onnx_graph


@settings(max_examples=12, deadline=None)
@given(
    factor=st.integers(2, 4),
    width=st.integers(1, 6),
    half=st.booleans(),
    seed=st.integers(0, 99),
    sides=st.tuples(st.integers(1, 9), st.integers(1, 9)),
)
def test_the_graph_makes_what_the_layers_say(
    factor: int, width: int, half: bool, seed: int, sides: tuple[int, int]
) -> None:
    network = check_network(
        parse_network(*small_network(factor=factor, width=width, half=half, seed=seed), "net")
    )
    graph = graph_bytes(onnx_graph(network), name="upscaler")
    pictures = np.random.default_rng(seed).integers(0, 256, (2, *sides, 3)).astype(np.uint8)
    assert require_agreement(network, graph, pictures) < 0.01
    made = PictureRunner(graph).run(pictures)
    assert made.shape == (2, sides[0] * factor, sides[1] * factor, 3)


def test_a_graph_of_other_weights_is_refused() -> None:
    network = check_network(parse_network(*small_network(seed=1), "net"))
    other = check_network(parse_network(*small_network(seed=2), "net"))
    graph = graph_bytes(onnx_graph(other), name="upscaler")
    picture = np.full((1, 5, 5, 3), 128, np.uint8)
    with pytest.raises(TrainingError, match="differs from its layers in numpy"):
        require_agreement(network, graph, picture)


def test_the_reference_shuffles_and_adds_as_the_format_means_it() -> None:
    """Without convolutions that do anything the picture itself is enlarged by squares."""
    lines, weights = small_network(factor=2)
    network = check_network(parse_network(lines, weights, "net"))
    for layer in network.layers:
        for array in (layer.weight, layer.bias):
            if array is not None:
                array.flags.writeable = True
                array[...] = 0
    picture = np.random.default_rng(0).integers(0, 256, (1, 3, 4, 3)).astype(np.uint8)
    made = enlarge_reference(network, picture)
    np.testing.assert_allclose(made, picture.repeat(2, axis=1).repeat(2, axis=2), atol=1e-4)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (b"PReLU bend 1 1 c d 0=4", b"PReLU bend 1 1 c d 0=3", "that is not read"),
        (
            b"PixelShuffle shuffle 1 1 e f 0=2",
            b"PixelShuffle shuffle 1 1 e f 0=5",
            "cannot shuffle",
        ),
        (b"0=1 1=2.0", b"0=2 1=2.0", "only nearest neighbour"),
        (b"BinaryOp sum 2 1 f g output", b"BinaryOp sum 2 1 f g output 0=2", "only a sum"),
        (b"BinaryOp sum", b"Softmax sum", "Softmax of 2 inputs"),
        (b"Split split", b"Pooling split", "type Pooling are not known"),
        (b"1=3 4=1 5=1 6=108", b"1=3 3=2 4=1 5=1 6=108", "plain convolutions"),
        (b"1=3 4=1 5=1 6=108", b"1=3 4=1 5=1 6=109", "make no 4 filters"),
    ],
)
def test_what_is_not_known_is_refused_by_name(old: bytes, new: bytes, fault: str) -> None:
    lines, weights = small_network()
    assert old in lines
    with pytest.raises(TrainingError, match=fault):
        check_network(parse_network(lines.replace(old, new), weights, "net"))


def test_a_network_that_enlarges_nothing_is_refused() -> None:
    with pytest.raises(TrainingError, match="does not end in an enlarged RGB picture"):
        check_network(parse_network(param("Input in 0 1 data"), b"", "net"))
