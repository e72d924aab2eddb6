"""What an enlarging network of plain layers does: as an ONNX graph, and once more in numpy.

Both are made from the same layers and share nothing else, so that each is a check of the other.
Known are the layers of Real-ESRGAN's compact networks (Wang et al. 2021, "Real-ESRGAN", section
4.1; class SRVGGNetCompact): convolutions of stride one that keep the size, PReLU, a pixel shuffle
(Shi et al. 2016), nearest neighbour and a sum. Anything else is refused by name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.errors import TrainingError
from training.upscale.ncnn import Floats, Layer

OPSET = 20
PICTURE, ENLARGED = "picture", "enlarged"
"""Names of the graph's input and output."""

Float = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The layers of one enlarging network, found to be such."""

    layers: tuple[Layer, ...]
    factor: int
    """Pixels a side that one pixel becomes."""
    reach: int
    """Pixels around one that decide what becomes of it."""


def check_network(layers: Sequence[Layer]) -> Network:
    """The network that ``layers`` make; raises `TrainingError` for one that enlarges nothing."""
    scale: dict[str, int] = {}
    channels: dict[str, int] = {}
    reach = 0
    for layer in layers:
        if len(layer.inputs) != {"Input": 0, "BinaryOp": 2}.get(layer.kind, 1):
            raise TrainingError(f"{layer.name}: a {layer.kind} of {len(layer.inputs)} inputs.")
        given = [scale[name] for name in layer.inputs]
        width = [channels[name] for name in layer.inputs]
        made, count = (given[0], width[0]) if given else (1, 3)
        match layer.kind:
            case "Input" | "Split" | "PReLU":
                if layer.kind == "PReLU" and layer.whole(0, 0) not in (1, count):
                    raise TrainingError(f"{layer.name}: its slopes are not one for each channel.")
            case "Convolution":
                count = _check_convolution(layer, count)
                assert layer.weight is not None, layer.name
                if made == 1:
                    reach += layer.weight.shape[3] // 2
            case "PixelShuffle":
                step = layer.whole(0, 1)
                if step < 2 or count % step**2 or layer.whole(1, 0):
                    raise TrainingError(f"{layer.name}: it cannot shuffle {count} channels.")
                made, count = made * step, count // step**2
            case "Interp":
                step = round(float(layer.options.get(1, 0)))
                if (
                    layer.whole(0, 0) != 1
                    or step < 2
                    or {1: step, 2: step} != {key: layer.options.get(key) for key in (1, 2)}
                ):
                    raise TrainingError(f"{layer.name}: only nearest neighbour is known.")
                made *= step
            case "BinaryOp":
                if layer.whole(0, 0) or len(set(given)) != 1 or len(set(width)) != 1:
                    raise TrainingError(f"{layer.name}: only a sum of two alike is known.")
            case _:
                raise TrainingError(f"{layer.name}: layers of the type {layer.kind} are not known.")
        for name in layer.outputs:
            scale[name], channels[name] = made, count
    last = layers[-1]
    if len(last.outputs) != 1 or channels[last.outputs[0]] != 3 or scale[last.outputs[0]] < 2:
        raise TrainingError(f"{last.name}: the network does not end in an enlarged RGB picture.")
    return Network(layers=tuple(layers), factor=scale[last.outputs[0]], reach=reach)


def _check_convolution(layer: Layer, channels: int) -> int:
    """How many channels it gives, if it keeps the size and fits ``channels``."""
    weight = layer.weight
    side = layer.whole(1, 0)
    plain = (
        side % 2 == 1
        and layer.whole(11, side) == side
        and layer.whole(2, 1) == layer.whole(3, 1) == 1
        and layer.whole(4, 0) == side // 2
        and layer.whole(14, side // 2) == side // 2
        and layer.whole(9, 0) == 0
    )
    if not plain or weight is None or weight.shape[1] != channels:
        raise TrainingError(f"{layer.name}: only plain convolutions that keep the size are known.")
    return int(weight.shape[0])


def onnx_graph(network: Network) -> onnx.ModelProto:
    """uint8 (1, height, width, 3) -> uint8 (1, height * factor, width * factor, 3).

    Weights that were stored in float16 stay so in the file and become float32, exactly, when it
    is loaded: it is half as large.
    """
    nodes: list[onnx.NodeProto] = []
    constants: list[onnx.TensorProto] = []

    def constant(name: str, values: npt.NDArray[np.generic]) -> str:
        if values.dtype == np.float16:
            constants.append(numpy_helper.from_array(values, f"{name}_stored"))
            nodes.append(helper.make_node("Cast", [f"{name}_stored"], [name], to=TensorProto.FLOAT))
        else:
            constants.append(numpy_helper.from_array(values, name))
        return name

    def node(operator: str, inputs: list[str], output: str, **options: Any) -> None:
        nodes.append(helper.make_node(operator, inputs, [output], **options))

    first = network.layers[0].outputs[0]
    node("Cast", [PICTURE], "levels", to=TensorProto.FLOAT)
    node("Div", ["levels", constant("white", np.array(255, np.float32))], "light")
    node("Transpose", ["light"], first, perm=[0, 3, 1, 2])
    for layer in network.layers[1:]:
        name, output = layer.name, layer.outputs[0]
        match layer.kind:
            case "Split":
                for copy in layer.outputs:
                    node("Identity", [layer.inputs[0]], copy)
            case "Convolution":
                assert layer.weight is not None, name
                taken = [layer.inputs[0], constant(f"{name}_weight", layer.weight)]
                if layer.bias is not None:
                    taken.append(constant(f"{name}_bias", layer.bias))
                side = layer.weight.shape[3]
                node("Conv", taken, output, kernel_shape=[side, side], pads=[side // 2] * 4)
            case "PReLU":
                assert layer.weight is not None, name
                slopes = constant(f"{name}_slopes", layer.weight.reshape(-1, 1, 1))
                node("PRelu", [layer.inputs[0], slopes], output)
            case "PixelShuffle":
                step = layer.whole(0, 1)
                node("DepthToSpace", [layer.inputs[0]], output, blocksize=step, mode="CRD")
            case "Interp":
                scale = np.array([1, 1, layer.options[1], layer.options[2]], np.float32)
                scales = constant(f"{name}_scales", scale)
                node(
                    "Resize", [layer.inputs[0], "", scales], output, mode="nearest",
                    coordinate_transformation_mode="asymmetric", nearest_mode="floor",
                )  # fmt: skip
            case "BinaryOp":
                node("Add", list(layer.inputs), output)
    node("Transpose", [network.layers[-1].outputs[0]], "bright", perm=[0, 2, 3, 1])
    node("Mul", ["bright", "white"], "bright_levels")
    node("Round", ["bright_levels"], "whole_levels")
    node("Clip", ["whole_levels", constant("black", np.array(0, np.float32)), "white"], "clipped")
    node("Cast", ["clipped"], ENLARGED, to=TensorProto.UINT8)
    graph = helper.make_graph(
        nodes,
        "upscaler",
        [
            helper.make_tensor_value_info(
                PICTURE, TensorProto.UINT8, ["batch", "height", "width", 3]
            )
        ],
        [helper.make_tensor_value_info(ENLARGED, TensorProto.UINT8, ["batch", "high", "wide", 3])],
        constants,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])


def enlarge_reference(network: Network, pictures: npt.NDArray[np.uint8]) -> Float:
    """What the network makes of uint8 (batch, height, width, 3), before rounding, in levels.

    float32 (batch, height * factor, width * factor, 3). Every layer is written out in numpy:
    nothing of ONNX or its runtime is used.
    """
    flowing: dict[str, Float] = {}
    for layer in network.layers:
        taken = [flowing[name] for name in layer.inputs]
        match layer.kind:
            case "Input":
                light = pictures.astype(np.float32) / np.float32(255)
                made: Float = np.ascontiguousarray(light.transpose(0, 3, 1, 2))
            case "Convolution":
                assert layer.weight is not None, layer.name
                made = _convolved(taken[0], layer.weight.astype(np.float32))
                if layer.bias is not None:
                    made += layer.bias[:, np.newaxis, np.newaxis]
            case "PReLU":
                assert layer.weight is not None, layer.name
                slopes = layer.weight.reshape(-1, 1, 1).astype(np.float32)
                made = np.where(taken[0] > 0, taken[0], taken[0] * slopes)
            case "PixelShuffle":
                made = _shuffled(taken[0], layer.whole(0, 1))
            case "Interp":
                step = round(float(layer.options[1]))
                made = taken[0].repeat(step, axis=2).repeat(step, axis=3)
            case "BinaryOp":
                made = taken[0] + taken[1]
            case _:
                made = taken[0]
        for name in layer.outputs:
            flowing[name] = made
    last: Float = flowing[network.layers[-1].outputs[0]].transpose(0, 2, 3, 1) * np.float32(255)
    return last


def _convolved(taken: Float, weight: Float) -> Float:
    """A convolution with zeros around, as the sum of one product of matrices for each tap."""
    side = weight.shape[3]
    edge = side // 2
    batch, _, height, width = taken.shape
    padded = np.pad(taken, ((0, 0), (0, 0), (edge, edge), (edge, edge)))
    made = np.zeros((batch, weight.shape[0], height, width), np.float32)
    for row in range(side):
        for column in range(side):
            moved = padded[:, :, row : row + height, column : column + width]
            made += np.einsum("oi,bihw->bohw", weight[:, :, row, column], moved, optimize=True)
    return made


def _shuffled(taken: Float, step: int) -> Float:
    batch, channels, height, width = taken.shape
    made = taken.reshape(batch, channels // step**2, step, step, height, width)
    return made.transpose(0, 1, 4, 2, 5, 3).reshape(batch, -1, height * step, width * step)


def weights_of(network: Network) -> int:
    """How many numbers were learnt."""
    held: list[Floats] = [layer.weight for layer in network.layers if layer.weight is not None]
    biases = sum(layer.bias.size for layer in network.layers if layer.bias is not None)
    return sum(weight.size for weight in held) + biases
