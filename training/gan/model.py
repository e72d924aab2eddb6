"""Generator of the `dcgan` recipe, and the discriminator of all.

The skeleton is Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep
Convolutional Generative Adversarial Networks" (2015): strided transposed convolutions up from
4x4, strided convolutions down, no pooling, no fully connected hidden layers in the image path.

Joined to the input alone, a class lets the generator ignore its latent: every sample of a class
becomes the same picture. Three changes keep the latent alive: the scale and shift of each batch
normalisation come from the latent and the class together (after de Vries et al. 2017), the
discriminator sees the standard deviation over groups of one class (Karras et al. 2018), and it
judges the class by projection (Miyato and Koyama 2018) instead of by an input.
"""

import itertools
import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

START_SIZE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkConfig:
    """Sizes of the two networks."""

    latent_dim: int = 128
    """Numbers in a latent, drawn from a standard normal distribution."""
    style_dim: int = 128
    """Width of the vector that scales and shifts every normalisation."""
    class_dim: int = 64
    """Width of a class embedding."""
    maximum_width: int = 256
    """Channels at 4x4, and never more. dcgan: halved at each doubling of the size."""
    minimum_width: int = 32
    """Channels are never fewer than this, except in the picture itself. style: those at half of
    the picture's size, doubled at each halving of it."""
    mapping_layers: int = 3
    """style: layers of the network from latent and class to a style."""
    refined_sizes: tuple[int, ...] = (16,)
    """style: sizes, in pixels a side, at which a second layer follows."""
    discriminator_width: int = 32
    """Channels after the discriminator's first convolution; doubled at each halving."""
    discriminator_features: int = 128
    """Width of the vector that is judged."""
    group_deviation: bool = True
    """Whether the discriminator sees how much the pictures of a group differ."""


def stage_widths(resolution: int, config: NetworkConfig) -> list[int]:
    """Channels of the generator at 4, 8, ... resolution / 2."""
    stages = int(math.log2(resolution // START_SIZE))
    if START_SIZE << stages != resolution:
        raise ValueError(f"{resolution} is not 4 times a power of two")
    return [max(config.maximum_width >> stage, config.minimum_width) for stage in range(stages)]


class StyleNormalisation(nn.Module):
    """Batch normalisation whose scale and shift are read from the style vector."""

    def __init__(self, channels: int, style_dim: int) -> None:
        super().__init__()
        self.normalise = nn.BatchNorm2d(channels, affine=False)
        self.affine = nn.Linear(style_dim, 2 * channels)
        nn.init.normal_(self.affine.weight, std=0.5 / math.sqrt(style_dim))
        nn.init.zeros_(self.affine.bias)

    @override
    def forward(self, features: Tensor, style: Tensor) -> Tensor:
        """features (batch, channels, h, w), style (batch, style_dim) -> like features."""
        scale, shift = self.affine(style)[:, :, None, None].chunk(2, dim=1)
        normalised: Tensor = self.normalise(features)
        styled: Tensor = normalised * (1 + scale) + shift
        return styled


class PictureGenerator(nn.Module):
    """What the generators of all recipes have in common: latent and class weights to a picture."""

    def __init__(
        self, *, resolution: int, channels: int, classes: int, config: NetworkConfig
    ) -> None:
        super().__init__()
        self.resolution = resolution
        self.channels = channels
        self.classes = classes
        self.config = config

    @property
    def device(self) -> torch.device:
        """Where its weights are."""
        return next(self.parameters()).device

    def draw(
        self,
        latent: Tensor,
        class_weights: Tensor,
        random: np.random.Generator,
        *,
        truncation: float = 1.0,
    ) -> Tensor:
        """Pictures as a trained model makes them; `random` gives what besides the latent is drawn.

        latent (batch, latent_dim), class_weights (batch, classes) -> (batch, C, R, R) in [-1, 1].
        `truncation` is 1 for what was trained and less for what is nearer to the average.
        """
        del random
        picture: Tensor = self(latent * truncation, class_weights)
        return picture

    def draw_training(
        self,
        latent: Tensor,
        class_weights: Tensor,
        random: np.random.Generator,
        *,
        shared: npt.NDArray[np.int64] | None = None,
    ) -> Tensor:
        """Pictures as the discriminator gets to see them in training.

        `shared` (batch,) names for each picture the one with which it has all in common that makes
        it look as it does, latent and styles, where several belong together.
        """
        del shared
        return self.draw(latent, class_weights, random)


class Generator(PictureGenerator):
    """Latent and class weights to a picture in [-1, 1]."""

    def __init__(
        self, *, resolution: int, channels: int, classes: int, config: NetworkConfig
    ) -> None:
        super().__init__(resolution=resolution, channels=channels, classes=classes, config=config)
        widths = stage_widths(resolution, config)
        self.class_table = nn.Parameter(torch.randn(classes, config.class_dim))
        self.style = nn.Sequential(
            nn.Linear(config.latent_dim + config.class_dim, config.style_dim),
            nn.LeakyReLU(0.2),
            nn.Linear(config.style_dim, config.style_dim),
            nn.LeakyReLU(0.2),
        )
        self.start = nn.Linear(config.latent_dim, widths[0] * START_SIZE**2)
        self.normalisations = nn.ModuleList(
            StyleNormalisation(width, config.style_dim) for width in widths
        )
        # No bias where a normalisation would take it away again.
        self.convolutions = nn.ModuleList(
            nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=False)
            for before, after in itertools.pairwise(widths)
        )
        self.to_picture = nn.ConvTranspose2d(widths[-1], channels, 4, stride=2, padding=1)

    def style_vector(self, latent: Tensor, class_weights: Tensor) -> Tensor:
        """latent (batch, latent_dim), class_weights (batch, classes) -> (batch, style_dim).

        The embedding is normalised to unit mean square, so that a blend of classes has the same
        strength as a class.
        """
        embedded = class_weights @ self.class_table
        strength = (embedded.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()
        style: Tensor = self.style(torch.cat([latent, embedded * strength], dim=1))
        return style

    @override
    def forward(self, latent: Tensor, class_weights: Tensor) -> Tensor:
        """latent (batch, latent_dim), class_weights (batch, classes) -> (batch, C, R, R)."""
        style = self.style_vector(latent, class_weights)
        features: Tensor = self.start(latent).unflatten(1, (-1, START_SIZE, START_SIZE))
        features = functional.relu(self.normalisations[0](features, style))
        for convolution, normalisation in zip(
            self.convolutions, list(self.normalisations)[1:], strict=True
        ):
            features = functional.relu(normalisation(convolution(features), style))
        return torch.tanh(self.to_picture(features))


def group_deviation(features: Tensor, group: int) -> Tensor:
    """Mean standard deviation over each group of neighbours in the batch, as one more channel.

    features (batch, channels, h, w) -> (batch, 1, h, w). After Karras et al. 2018, section 3.
    """
    batch, _, height, width = features.shape
    grouped = features.float().reshape(batch // group, group, -1)
    deviation = (grouped.var(dim=1, unbiased=False) + 1e-8).sqrt().mean(dim=1)
    return deviation.repeat_interleave(group).view(batch, 1, 1, 1).expand(-1, 1, height, width)


class Discriminator(nn.Module):
    """A picture and its class to one logit: how real it looks."""

    def __init__(
        self, *, resolution: int, channels: int, classes: int, group: int, config: NetworkConfig
    ) -> None:
        super().__init__()
        self.group = group
        self.sees_deviation = config.group_deviation
        layers: list[nn.Module] = []
        before, after, size = channels, config.discriminator_width, resolution
        while size > START_SIZE:
            layers += [nn.Conv2d(before, after, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
            before, after, size = after, min(after * 2, config.maximum_width), size // 2
        self.down = nn.Sequential(*layers)
        self.compare = nn.Conv2d(before + config.group_deviation, before, 3, padding=1)
        self.features = nn.Linear(before * START_SIZE**2, config.discriminator_features)
        self.judge = nn.Linear(config.discriminator_features, 1)
        self.class_table = nn.Embedding(classes, config.discriminator_features)
        nn.init.normal_(self.class_table.weight, std=1 / math.sqrt(config.discriminator_features))

    @override
    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """pictures (batch, C, R, R) in [-1, 1], labels int64 (batch,) -> logits (batch,).

        The batch consists of groups of `group` neighbours that share a class.
        """
        features = self.features_of(pictures)
        # The verdict in full precision: in bfloat16 neighbouring logits would be rounded alike.
        with torch.autocast(features.device.type, enabled=False):
            return self.verdict(features, labels)

    def features_of(self, pictures: Tensor) -> Tensor:
        """pictures (batch, C, R, R) in [-1, 1] -> what is judged of them: float32 (batch, F)."""
        seen: Tensor = self.down(pictures)
        if self.sees_deviation:
            seen = torch.cat([seen, group_deviation(seen, self.group).to(seen.dtype)], dim=1)
        compared = functional.leaky_relu(self.compare(seen), 0.2)
        return functional.leaky_relu(self.features(compared.flatten(1)), 0.2).float()

    def verdict(self, features: Tensor, labels: Tensor) -> Tensor:
        """features (batch, F), labels (batch,) -> logits (batch,)."""
        verdict: Tensor = self.judge(features).squeeze(1)
        projection: Tensor = (self.class_table(labels) * features).sum(dim=1)
        return verdict + projection


def parameter_count(module: nn.Module) -> int:
    """How many numbers a network learns."""
    return sum(parameter.numel() for parameter in module.parameters())
