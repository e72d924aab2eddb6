"""Turns a trained generator into an ONNX graph that ends in bytes ready for the screen."""

import copy

import onnx
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn
from typing_extensions import override

from training.gan.diversity import PIXEL_SCALE, PIXEL_ZERO
from training.gan.model import START_SIZE, Generator, StyleNormalisation
from training.graphs import graph_bytes, trace_module


class _PictureModule(nn.Module):
    """The generator with named inputs; the exporter reads the names from here."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    @override
    def forward(self, latent: Tensor, class_weights: Tensor) -> Tensor:
        """As Generator.forward."""
        picture: Tensor = self.generator(latent, class_weights)
        return picture


@torch.no_grad()
def fold_statistics(generator: Generator) -> Generator:
    """A copy whose normalisations are the identity: their statistics are in the weights before.

    (x - mean) / sqrt(variance + epsilon) is a scale and a shift of each channel, which a linear
    layer or a convolution in front of it can do itself. Scale and shift from the style stay.
    """
    folded = copy.deepcopy(generator).eval()
    layers: list[nn.Linear | nn.ConvTranspose2d] = [folded.start]
    for convolution in folded.convolutions:
        assert isinstance(convolution, nn.ConvTranspose2d)
        layers.append(convolution)
    for layer, normalisation in zip(layers, folded.normalisations, strict=True):
        assert isinstance(normalisation, StyleNormalisation)
        statistics = normalisation.normalise
        mean, variance = statistics.running_mean, statistics.running_var
        assert mean is not None
        assert variance is not None
        scale = (variance.double() + statistics.eps).rsqrt()
        shift = -mean.double() * scale
        if isinstance(layer, nn.Linear):
            scale = scale.repeat_interleave(START_SIZE**2)
            shift = shift.repeat_interleave(START_SIZE**2)
            layer.weight.copy_(layer.weight.double() * scale[:, None])
            layer.bias.copy_(layer.bias.double() * scale + shift)
        else:
            layer.weight.copy_(layer.weight.double() * scale[None, :, None, None])
            layer.bias = nn.Parameter(shift.float())
        normalisation.normalise = nn.Identity()  # type: ignore[assignment]  # an identity stands in for it
    return folded


def generator_graph(generator: Generator) -> bytes:
    """The ONNX file of a ready generator.

    Inputs `latent` float32 (batch, latent_dim) and `class_weights` float32 (batch, classes);
    output `image` uint8 (batch, height, width, channels). The batch is free.
    """
    module = _PictureModule(fold_statistics(generator))
    example = (
        torch.zeros(2, generator.config.latent_dim),
        torch.zeros(2, generator.classes),
    )
    model = trace_module(
        module, example, input_names=["latent", "class_weights"], output_names=["picture"]
    )
    _end_in_bytes(model, generator)
    _say_what_pixels_mean(model, channels=generator.channels)
    return graph_bytes(model, name="generator")


def _end_in_bytes(model: onnx.ModelProto, generator: Generator) -> None:
    """Replace the float output in [-1, 1], NCHW, by uint8 in NHWC: level = 128 + 128 * signal."""
    graph = model.graph
    graph.initializer.extend(
        [
            helper.make_tensor("pixel_scale", TensorProto.FLOAT, [], [1 / PIXEL_SCALE]),
            helper.make_tensor("pixel_zero", TensorProto.UINT8, [], [PIXEL_ZERO]),
        ]
    )
    graph.node.extend(
        [
            helper.make_node(
                "QuantizeLinear",
                ["picture", "pixel_scale", "pixel_zero"],
                ["levels"],
                name="to_levels",
            ),
            helper.make_node("Transpose", ["levels"], ["image"], name="to_rows", perm=[0, 2, 3, 1]),
        ]
    )
    del graph.output[:]
    side = generator.resolution
    graph.output.append(
        helper.make_tensor_value_info(
            "image", TensorProto.UINT8, ["batch", side, side, generator.channels]
        )
    )


def _say_what_pixels_mean(model: onnx.ModelProto, *, channels: int) -> None:
    """Add the metadata that ONNX defines for images (ONNX, docs/MetadataProps.md)."""
    del model.metadata_props[:]
    properties = {
        "Image.BitmapPixelFormat": "Gray8" if channels == 1 else "Rgb8",
        "Image.ColorSpaceGamma": "SRGB",
        "Image.NominalPixelRange": "NominalRange_0_255",
    }
    for key, value in properties.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
