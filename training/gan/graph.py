"""Turns a trained generator into ONNX graphs, the last of which ends in bytes for the screen."""

import copy

import onnx
import torch
from onnx import TensorProto, helper
from torch import Tensor, nn
from typing_extensions import override

from training.gan.diversity import PIXEL_SCALE, PIXEL_ZERO
from training.gan.model import START_SIZE, Generator, PictureGenerator, StyleNormalisation
from training.gan.style_model import StyleGenerator, Synthesis
from training.graphs import graph_bytes, trace_module
from training.phases import split_into_phases


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


class _MappingModule(nn.Module):
    """The mapping with the mean of w of each class beside it."""

    def __init__(self, generator: StyleGenerator) -> None:
        super().__init__()
        self.mapping = generator.mapping
        self.means = nn.Parameter(generator.style_means(), requires_grad=False)

    @override
    def forward(self, latent: Tensor, class_weights: Tensor) -> tuple[Tensor, Tensor]:
        """-> w and its mean over all latents of these classes, both (batch, style_dim)."""
        return self.mapping(latent, class_weights), class_weights @ self.means


class _SynthesisModule(nn.Module):
    """The synthesis with named inputs."""

    def __init__(self, synthesis: Synthesis) -> None:
        super().__init__()
        self.synthesis = synthesis

    @override
    def forward(self, styles: Tensor, noise: Tensor) -> Tensor:
        """As Synthesis.forward."""
        picture: Tensor = self.synthesis(styles, noise)
        return picture


@torch.no_grad()
def _scale_and_shift(normalisation: nn.Module) -> tuple[Tensor, Tensor]:
    """The statistics of a normalisation as a scale and a shift (channels,) in float64, after
    which it is the identity."""
    assert isinstance(normalisation, StyleNormalisation)
    statistics = normalisation.normalise
    mean, variance = statistics.running_mean, statistics.running_var
    assert mean is not None
    assert variance is not None
    scale = (variance.double() + statistics.eps).rsqrt()
    normalisation.normalise = nn.Identity()  # type: ignore[assignment]  # an identity stands in for it
    return scale, -mean.double() * scale


@torch.no_grad()
def _fold(layer: nn.Module, scale: Tensor, shift: Tensor) -> None:
    """Let a layer do the scaling and shifting of its output channels itself."""
    if isinstance(layer, nn.Linear):
        scale = scale.repeat_interleave(START_SIZE**2)
        shift = shift.repeat_interleave(START_SIZE**2)
        layer.weight.copy_(layer.weight.double() * scale[:, None])
        layer.bias.copy_(layer.bias.double() * scale + shift)
        return
    assert isinstance(layer, nn.ConvTranspose2d | nn.Conv2d)
    # A transposed convolution's weight has its outputs along the second axis.
    transposed = isinstance(layer, nn.ConvTranspose2d)
    factor = scale[None, :, None, None] if transposed else scale[:, None, None, None]
    layer.weight.copy_(layer.weight.double() * factor)
    layer.bias = nn.Parameter(shift.float(), requires_grad=False)


def fold_statistics(generator: Generator) -> Generator:
    """A copy whose normalisations are the identity: their statistics are in the weights before.

    (x - mean) / sqrt(variance + epsilon) is a scale and a shift of each channel, which a linear
    layer or a convolution in front of it can do itself. Scale and shift from the style stay.
    """
    folded = copy.deepcopy(generator).eval()
    for layer, normalisation in zip(
        [folded.start, *folded.convolutions], folded.normalisations, strict=True
    ):
        _fold(layer, *_scale_and_shift(normalisation))
    return folded


class _Styled(nn.Module):
    """Scale and shift from a style, as they are when a normalisation's statistics are in them."""

    def __init__(self, affine: nn.Linear) -> None:
        super().__init__()
        self.affine = affine

    @override
    def forward(self, features: Tensor, style: Tensor) -> Tensor:
        """As StyleNormalisation.forward."""
        scale, shift = self.affine(style)[:, :, None, None].chunk(2, dim=1)
        styled: Tensor = features * scale + shift
        return styled


@torch.no_grad()
def _statistics_in_style(normalisation: nn.Module) -> _Styled:
    """With x normalised to s x + t, and scale and shift linear in w: (s x + t)(1 + g) + b is
    x * s (1 + g) + t (1 + g) + b, both linear in w again."""
    scale, shift = _scale_and_shift(normalisation)
    assert isinstance(normalisation, StyleNormalisation)
    affine = normalisation.affine
    gain_weight, weight = affine.weight.double().chunk(2)
    gain_bias, bias = affine.bias.double().chunk(2)
    gain_bias = 1 + gain_bias
    affine.weight.copy_(
        torch.cat([scale[:, None] * gain_weight, shift[:, None] * gain_weight + weight])
    )
    affine.bias.copy_(torch.cat([scale * gain_bias, shift * gain_bias + bias]))
    return _Styled(affine)


def fold_synthesis(synthesis: Synthesis) -> Synthesis:
    """A copy whose normalisations are the identity: their statistics are in the styles' scales.

    Not in the weights before, as in `fold_statistics`: there the noise, one sheet for all
    channels, would have to be scaled for each channel, which takes longer than all of the folding
    saves.
    """
    folded = copy.deepcopy(synthesis).eval()
    for place, normalisation in enumerate(folded.normalisations):
        folded.normalisations[place] = _statistics_in_style(normalisation)
    return folded


def generator_graph(generator: Generator) -> bytes:
    """The ONNX file of a ready generator.

    Inputs `latent` float32 (batch, latent_dim) and `class_weights` float32 (batch, classes);
    output `image` uint8 (batch, height, width, channels). The batch is free.
    """
    model = trace_module(
        _PictureModule(fold_statistics(generator)),
        (torch.zeros(2, generator.config.latent_dim), torch.zeros(2, generator.classes)),
        input_names=["latent", "class_weights"],
        output_names=["picture"],
    )
    _end_in_bytes(model, generator)
    _say_what_pixels_mean(model, channels=generator.channels)
    split_into_phases(model)
    return graph_bytes(model, name="generator")


def mapping_graph(generator: StyleGenerator) -> bytes:
    """The ONNX file that leads from a latent to a style.

    Inputs `latent` float32 (batch, latent_dim) and `class_weights` float32 (batch, classes);
    outputs `style`, w of each row, and `style_mean`, the mean of w over all latents of the row's
    classes, both float32 (batch, style_dim). The batch is free.
    """
    model = trace_module(
        _MappingModule(generator),
        (torch.zeros(2, generator.config.latent_dim), torch.zeros(2, generator.classes)),
        input_names=["latent", "class_weights"],
        output_names=["style", "style_mean"],
    )
    return graph_bytes(model, name="mapping")


def synthesis_graph(generator: StyleGenerator) -> bytes:
    """The ONNX file that leads from a style for each layer to a picture.

    Inputs `styles` float32 (batch, layers, style_dim) and `noise` float32 (batch, noise_numbers);
    output `image` uint8 (batch, height, width, channels). The batch is free.
    """
    synthesis = generator.synthesis
    model = trace_module(
        _SynthesisModule(fold_synthesis(synthesis)),
        (
            torch.zeros(2, generator.layers, generator.config.style_dim),
            torch.zeros(2, synthesis.noise_numbers),
        ),
        input_names=["styles", "noise"],
        output_names=["picture"],
    )
    _end_in_bytes(model, generator)
    _say_what_pixels_mean(model, channels=generator.channels)
    split_into_phases(model)
    return graph_bytes(model, name="synthesis")


def _end_in_bytes(model: onnx.ModelProto, generator: PictureGenerator) -> None:
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
