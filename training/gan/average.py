"""The averaged generator: what samples are drawn from and what is exported.

The weights are an exponential moving average. The normalisation statistics are not averaged
along, because those belong to other weights: before each use they are measured anew for the
averaged weights ("standing statistics", Brock, Donahue and Simonyan 2019, section 4.1).
"""

import copy

import torch
from torch import Tensor, nn

from training.data.order import stream
from training.gan.model import PictureGenerator

STATISTICS_BATCHES = 16
STATISTICS_BATCH = 64
STATISTICS_SEED = 20151119


class AveragedGenerator:
    """Holds the average and makes ready copies of it."""

    def __init__(self, generator: PictureGenerator, *, half_life_images: float) -> None:
        self.generator = copy.deepcopy(generator).eval().requires_grad_(False)
        self._half_life = half_life_images

    @torch.no_grad()
    def update(self, generator: PictureGenerator, *, images: int, batch: int) -> None:
        """Move towards `generator` after a step of `batch` pictures, `images` seen in all.

        The half-life grows with the run up to its setting, so that the first sheets are not
        pictures of the initial weights.
        """
        half_life = min(self._half_life, max(images * 0.05, 1.0))
        keep = 0.5 ** (batch / half_life)
        for averaged, current in zip(
            self.generator.parameters(), generator.parameters(), strict=True
        ):
            averaged.lerp_(current, 1 - keep)

    @torch.no_grad()
    def ready(self) -> PictureGenerator:
        """A copy in evaluation mode whose normalisation statistics fit the averaged weights."""
        ready = copy.deepcopy(self.generator)
        return measure_statistics(ready)


@torch.no_grad()
def measure_statistics(generator: PictureGenerator) -> PictureGenerator:
    """Replace the running statistics by plain means over fixed latents of evenly drawn classes."""
    device = generator.device
    noise = stream(STATISTICS_SEED, 6)
    random = torch.Generator().manual_seed(STATISTICS_SEED)
    normalisations = [m for m in generator.modules() if isinstance(m, nn.BatchNorm2d)]
    momenta = [normalisation.momentum for normalisation in normalisations]
    for normalisation in normalisations:
        normalisation.reset_running_stats()
        normalisation.momentum = None  # None means: the plain mean over all batches
    generator.train()
    for _ in range(STATISTICS_BATCHES):
        latent = torch.randn(STATISTICS_BATCH, generator.config.latent_dim, generator=random)
        labels = torch.arange(STATISTICS_BATCH) % generator.classes
        weights = one_hot(labels, generator.classes)
        generator.draw(latent.to(device), weights.to(device), noise)
    for normalisation, momentum in zip(normalisations, momenta, strict=True):
        normalisation.momentum = momentum
    return generator.eval()


def one_hot(labels: Tensor, classes: int) -> Tensor:
    """labels int64 (batch,) -> float32 (batch, classes), one 1 a row."""
    return nn.functional.one_hot(labels, classes).float()
