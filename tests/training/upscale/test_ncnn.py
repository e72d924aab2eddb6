"""Reading networks in ncnn's format: what is there is read, and nothing else is believed."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.training.upscale.networks import convolution_weights, param, small_network
from training.errors import TrainingError
from training.upscale.ncnn import parse_layers, parse_network
from training.upscale.network import check_network


@pytest.mark.parametrize("half", [True, False])
@pytest.mark.parametrize("outputs", [1, 2, 3])
def test_weights_are_read_as_they_were_stored(half: bool, outputs: int) -> None:
    weight = np.arange(outputs * 27, dtype=np.float32).reshape(outputs, 3, 3, 3) / 8
    bias = np.arange(outputs, dtype=np.float32) - 0.3
    lines = param(
        "Input in 0 1 data", f"Convolution c 1 1 data out 0={outputs} 1=3 4=1 5=1 6={27 * outputs}"
    )
    _, layer = parse_network(lines, convolution_weights(weight, bias, half=half), "net")
    assert layer.weight is not None
    assert layer.bias is not None
    assert layer.weight.dtype == (np.float16 if half else np.float32)
    np.testing.assert_array_equal(layer.weight, weight)
    np.testing.assert_array_equal(layer.bias, bias)


def test_the_flow_and_the_options_are_read() -> None:
    layers = parse_network(*small_network(factor=3), "net")
    assert [layer.kind for layer in layers][:3] == ["Input", "Split", "Convolution"]
    assert layers[-1].inputs == ("f", "g")
    assert layers[6].options == {0: 1, 1: 3.0, 2: 3.0}
    network = check_network(layers)
    assert (network.factor, network.reach) == (3, 2)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "begin with 7767517"),
        ("7767516\n1 1\nInput in 0 1 data\n", "begin with 7767517"),
        ("7767517\n2 1\nInput in 0 1 data\n", "does not count its 1 layers"),
        ("7767517\nx y\nInput in 0 1 data\n", "does not count its 1 layers"),
        ("7767517\n1 1\nInput in\n", "this is no layer"),
        ("7767517\n1 1\nInput in 0 2 data\n", "does not name its 0 inputs and 2 outputs"),
        ("7767517\n1 1\nInput in 0 1 data 0=x\n", "no option with one number"),
        ("7767517\n1 1\nInput in 0 1 data 0=1e999\n", "no number that an option has"),
        (f"7767517\n1 1\nInput in 0 1 data 0=1{'0' * 190}\n", "no number that an option has"),
        (f"7767517\n1 1\nInput {'n' * 999} 0 1 data\n", "longer than any is"),
        ("7767517\n1 1\nInput in 0 1 data x=1\n", "is no option"),
        ("7767517\n1 1\nPReLU p 1 1 other data 0=3\n", "which no layer before it gives"),
        ("7767517\n2 1\nInput a 0 1 data\nInput b 0 1 data\n", "gives a name a second time"),
    ],
)
def test_a_list_of_layers_that_is_none_is_refused_by_name(text: str, fault: str) -> None:
    with pytest.raises(TrainingError, match=r"net\.param") as refused:
        parse_layers(text, "net.param")
    assert fault in str(refused.value)


def test_weights_that_end_early_or_late_are_refused() -> None:
    lines, weights = small_network()
    for cut in (0, 3, 4, 50, len(weights) - 4):
        with pytest.raises(TrainingError):
            parse_network(lines, weights[:cut], "net")
    with pytest.raises(TrainingError, match="4 bytes are left over"):
        parse_network(lines, weights + bytes(4), "net")


def test_weights_that_are_no_numbers_are_refused() -> None:
    lines, weights = small_network(half=False)
    spoilt = weights[:8] + np.float32(np.nan).tobytes() + weights[12:]
    with pytest.raises(TrainingError, match="weights of first are not finite"):
        parse_network(lines, spoilt, "net")


def test_weights_stored_in_another_way_are_refused() -> None:
    lines, weights = small_network()
    with pytest.raises(TrainingError, match=r"0xd4b38.* that is not read"):
        parse_network(lines, (0x000D4B38).to_bytes(4, "little") + weights[4:], "net")


@settings(max_examples=400, deadline=None)
@given(
    edits=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6),
    cut=st.integers(0, 400),
    in_text=st.booleans(),
)
@example(edits=[], cut=0, in_text=True)
def test_damaged_files_are_read_or_refused_in_one_sentence(
    edits: list[tuple[int, int]], cut: int, in_text: bool
) -> None:
    lines, weights = small_network()
    spoilt = bytearray(lines if in_text else weights)
    for at, value in edits:
        spoilt[at % len(spoilt)] = value
    if cut:
        del spoilt[-(cut % len(spoilt)) :]
    try:
        network = check_network(
            parse_network(
                bytes(spoilt) if in_text else lines, weights if in_text else bytes(spoilt), "net"
            )
        )
    except TrainingError as error:
        assert str(error).endswith(".")
        assert "\n" not in str(error)
        assert len(str(error)) < 1_500
    else:
        assert network.factor >= 2


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(
        alphabet=st.sampled_from("0123456789=.e- \nConvolutionInputSplit"), max_size=300
    ).map(lambda text: "7767517\n" + text)
)
def test_any_text_is_a_list_of_layers_or_refused(text: str) -> None:
    try:
        layers = parse_layers(text, "net.param")
    except TrainingError as error:
        assert "net.param" in str(error)
    else:
        assert layers
