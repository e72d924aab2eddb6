"""Generator of the `style` recipe: a mapping to a style, and a synthesis that takes one a layer.

After Karras, Laine and Aila, "A Style-Based Generator Architecture for Generative Adversarial
Networks" (2019): a mapping network turns latent and class into w, every layer of the synthesis
reads its scale and shift from a w of its own, and noise enters before each. Two things differ.
The layers are those of the `dcgan` recipe, strided transposed convolutions with batch
normalisation: in few minutes on a processor they learnt much faster than convolutions whose
weights are modulated and demodulated (Karras et al. 2020). And the last step makes four pixels of
each place at half the size at once, because whole feature maps at full size would cost more than
everything else together.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from training.gan.model import START_SIZE, NetworkConfig, PictureGenerator, StyleNormalisation

Zone = Literal["form", "texture", "colour"]
STYLE_MEAN_LATENTS = 4096
_STYLE_MEAN_SEED = 20190613
MIXING_PROBABILITY = 0.5
"""Share of the pictures in training whose later layers take the style of a second latent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer of the synthesis."""

    kind: Literal["start", "up", "refine"]
    before: int
    after: int
    """Channels that come in and go out."""
    size: int
    """Pixels a side of what goes out."""

    @property
    def zone(self) -> Zone:
        """What of the picture the layer's style decides most."""
        return "form" if self.size <= 8 else "texture" if self.size <= 16 else "colour"


def plan_layers(resolution: int, config: NetworkConfig) -> list[Layer]:
    """The layers from 4x4 to half of the picture's size.

    The width is `minimum_width` at half the picture's size and doubles with each halving of the
    size up to `maximum_width`.
    """
    stages = int(math.log2(resolution // START_SIZE))
    if START_SIZE << stages != resolution:
        raise ValueError(f"{resolution} is not 4 times a power of two")
    widths = [
        min(config.minimum_width << (stages - 1 - stage), config.maximum_width)
        for stage in range(stages)
    ]
    layers = []
    for stage, width in enumerate(widths):
        size = START_SIZE << stage
        kind: Literal["start", "up"] = "up" if stage else "start"
        layers.append(Layer(kind=kind, before=widths[max(stage - 1, 0)], after=width, size=size))
        if size in config.refined_sizes:
            layers.append(Layer(kind="refine", before=width, after=width, size=size))
    return layers


def _unit_mean_square(rows: Tensor) -> Tensor:
    """Each row scaled to a mean square of one."""
    return rows * (rows.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


class Mapping(nn.Module):
    """Latent and class weights to the style w."""

    def __init__(self, *, classes: int, config: NetworkConfig) -> None:
        super().__init__()
        self.class_table = nn.Parameter(torch.randn(classes, config.class_dim))
        layers: list[nn.Module] = []
        before = config.latent_dim + config.class_dim
        for _ in range(config.mapping_layers):
            linear = nn.Linear(before, config.style_dim)
            nn.init.normal_(linear.weight, std=math.sqrt(2 / before))
            nn.init.zeros_(linear.bias)
            layers += [linear, nn.LeakyReLU(0.2)]
            before = config.style_dim
        self.layers = nn.Sequential(*layers)

    @override
    def forward(self, latent: Tensor, class_weights: Tensor) -> Tensor:
        """latent (batch, latent_dim), class_weights (batch, classes) -> w (batch, style_dim).

        Both are normalised to unit mean square, so that a blend of classes has the strength of a
        class and no latent is weaker than another.
        """
        embedded = _unit_mean_square(class_weights @ self.class_table)
        style: Tensor = self.layers(torch.cat([_unit_mean_square(latent), embedded], dim=1))
        return style


class Synthesis(nn.Module):
    """One style for each layer, and noise, to a picture in [-1, 1]."""

    def __init__(self, *, resolution: int, channels: int, config: NetworkConfig) -> None:
        super().__init__()
        self.plan = plan_layers(resolution, config)
        first, last = self.plan[0].after, self.plan[-1].after
        self.start = nn.Linear(config.style_dim, first * START_SIZE**2)
        # No bias where a normalisation would take it away again.
        self.convolutions = nn.ModuleList(
            nn.ConvTranspose2d(layer.before, layer.after, 4, stride=2, padding=1, bias=False)
            if layer.kind == "up"
            else nn.Conv2d(layer.before, layer.after, 3, padding=1, bias=False)
            for layer in self.plan[1:]
        )
        self.normalisations = nn.ModuleList(
            StyleNormalisation(layer.after, config.style_dim) for layer in self.plan
        )
        self.noise_strengths = nn.ParameterList(
            nn.Parameter(torch.zeros(1, 1, 1, 1)) for _ in self.plan
        )
        self.to_picture = nn.Conv2d(last, channels * 4, 3, padding=1)
        self._begin_smooth()

    @torch.no_grad()
    def _begin_smooth(self) -> None:
        """Let no step up in size begin with a grid that training would have to take out again.

        The pixels that come of one place begin alike: where four are made at once as by Aitken et
        al. (2017), "Checkerboard artifact free sub-pixel convolution", in transposed convolutions
        with kernels that interpolate linearly, of the strength that they would have had.
        """
        for parameter in (self.to_picture.weight, self.to_picture.bias):
            assert parameter is not None
            parameter.copy_(parameter[::4].repeat_interleave(4, dim=0))
        line = torch.tensor([1.0, 3.0, 3.0, 1.0]) / math.sqrt(5.0)  # of mean square one
        kernel = line[:, None] * line[None]
        for convolution in self.convolutions:
            if isinstance(convolution, nn.ConvTranspose2d):
                convolution.weight.copy_(convolution.weight[:, :, 1:2, 1:2] * kernel)

    @property
    def noise_numbers(self) -> int:
        """How many numbers of noise one picture takes: one for each place of each layer."""
        return sum(layer.size**2 for layer in self.plan)

    @override
    def forward(self, styles: Tensor, noise: Tensor | None = None) -> Tensor:
        """styles (batch, layers, style_dim), noise (batch, noise_numbers) or none of it
        -> (batch, channels, resolution, resolution)."""
        sheets: Sequence[Tensor | None] = [None] * len(self.plan)
        if noise is not None:
            rows = torch.split(noise, [layer.size**2 for layer in self.plan], dim=1)
            sheets = [
                row.reshape(-1, 1, layer.size, layer.size)
                for row, layer in zip(rows, self.plan, strict=True)
            ]
        features: Tensor = self.start(styles[:, 0]).unflatten(1, (-1, START_SIZE, START_SIZE))
        features = features.contiguous(memory_format=torch.channels_last)
        for number, (normalise, strength, sheet) in enumerate(
            zip(self.normalisations, self.noise_strengths, sheets, strict=True)
        ):
            if number:
                features = self.convolutions[number - 1](features)
            if sheet is not None:
                features = features + (sheet * strength).to(features.dtype)
            features = functional.relu(normalise(features, styles[:, number]))
        return torch.tanh(functional.pixel_shuffle(self.to_picture(features), 2))


class StyleGenerator(PictureGenerator):
    """Latent and class weights to a picture, with a style that every layer may have of its own."""

    def __init__(
        self, *, resolution: int, channels: int, classes: int, config: NetworkConfig
    ) -> None:
        super().__init__(resolution=resolution, channels=channels, classes=classes, config=config)
        self.mapping = Mapping(classes=classes, config=config)
        self.synthesis = Synthesis(resolution=resolution, channels=channels, config=config)

    @property
    def layers(self) -> int:
        """How many layers take a style."""
        return len(self.synthesis.plan)

    @override
    def forward(self, latent: Tensor, class_weights: Tensor, noise: Tensor | None = None) -> Tensor:
        """latent (batch, latent_dim), class_weights (batch, classes) -> (batch, C, R, R).

        Without noise it is that of a picture whose noise is turned off.
        """
        style = self.mapping(latent, class_weights)
        picture: Tensor = self.synthesis(style[:, None].expand(-1, self.layers, -1), noise)
        return picture

    def noise(self, batch: int, random: np.random.Generator) -> Tensor:
        """Noise for as many pictures: (batch, noise_numbers)."""
        shape = (batch, self.synthesis.noise_numbers)
        return torch.from_numpy(random.standard_normal(shape, dtype=np.float32)).to(self.device)

    @override
    def draw(
        self,
        latent: Tensor,
        class_weights: Tensor,
        random: np.random.Generator,
        *,
        truncation: float = 1.0,
    ) -> Tensor:
        """As the base class says, with noise; truncated towards the mean of w of the classes."""
        noise = self.noise(len(latent), random)
        if truncation == 1:
            picture: Tensor = self(latent, class_weights, noise)
            return picture
        mean = class_weights @ self.style_means()
        style = mean + truncation * (self.mapping(latent, class_weights) - mean)
        truncated: Tensor = self.synthesis(style[:, None].expand(-1, self.layers, -1), noise)
        return truncated

    @override
    def draw_training(
        self,
        latent: Tensor,
        class_weights: Tensor,
        random: np.random.Generator,
        *,
        shared: npt.NDArray[np.int64] | None = None,
    ) -> Tensor:
        """As the base class says: with noise, and often with the styles of two latents.

        The second latent's style begins at a layer drawn for each picture (style mixing, Karras
        et al. 2019), which keeps neighbouring layers from relying on each other.
        """
        batch = len(latent)
        noise = self.noise(batch, random)
        second = torch.from_numpy(random.standard_normal(tuple(latent.shape), dtype=np.float32))
        mixed = random.random(batch) < MIXING_PROBABILITY
        begins = np.where(mixed, random.integers(1, self.layers, batch), self.layers)
        if shared is not None:
            second, begins = second[shared], begins[shared]
        both = self.mapping(torch.cat([latent, second.to(self.device)]), class_weights.repeat(2, 1))
        own, other = both.chunk(2)
        takes_other = np.arange(self.layers)[None] >= begins[:, None]
        styles = torch.where(
            torch.from_numpy(takes_other)[:, :, None].to(self.device), other[:, None], own[:, None]
        )
        picture: Tensor = self.synthesis(styles, noise)
        return picture

    @torch.no_grad()
    def style_means(self) -> Tensor:
        """Mean of w for each class over fixed latents: (classes, style_dim)."""
        random = torch.Generator().manual_seed(_STYLE_MEAN_SEED)
        latent = torch.randn(STYLE_MEAN_LATENTS, self.config.latent_dim, generator=random)
        latent = latent.to(self.device)
        eye = torch.eye(self.classes, device=self.device)
        return torch.stack(
            [self.mapping(latent, row[None].expand(len(latent), -1)).mean(dim=0) for row in eye]
        )
