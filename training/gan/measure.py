"""Measures a generator class by class, over the same fixed seeds every time."""

import numpy as np
import torch

from training.data.dataset import PictureSet
from training.data.order import stream
from training.gan.average import one_hot
from training.gan.diversity import (
    PIXEL_SCALE,
    ClassDiversity,
    TrainedClassifier,
    share_right,
    spread,
)
from training.gan.model import PictureGenerator
from training.gan.sheets import draw, seeded_latents
from training.gan.style_model import StyleGenerator

DIVERSITY_METHOD = (
    "mean Euclidean distance of all pairs of samples of one class in the features of a small "
    "classifier trained on the data's labels; the reference is the same for the data"
)

NOISE_STRENGTHS = (3.0, 10.0, 30.0, 100.0, 300.0)
"""What the strongest noise of a model may be, as many times what it learnt with."""
_VISIBLE = 8.0
"""Mean difference in levels at which noise is plainly seen."""
_NOISE_SEED = 9


@torch.no_grad()
def noise_maximum(generator: StyleGenerator) -> float:
    """The first of `NOISE_STRENGTHS` at which noise plainly shows; the last if it never does.

    How much noise a model uses is learnt: where the data leave nothing to chance it is next to
    none, and a control that stopped at a few times that would do nothing that anybody could see.
    """
    count = 4 * generator.classes
    latents = seeded_latents(range(count), generator.config.latent_dim).to(generator.device)
    weights = one_hot(torch.arange(count) % generator.classes, generator.classes)
    weights = weights.to(generator.device)
    noise = generator.noise(count, stream(_NOISE_SEED))
    quiet = generator(latents, weights, torch.zeros_like(noise))
    for strength in NOISE_STRENGTHS:
        noisy = generator(latents, weights, noise * strength)
        if (noisy - quiet).abs().mean().item() * PIXEL_SCALE >= _VISIBLE:
            return strength
    return NOISE_STRENGTHS[-1]


def measure_diversity(
    generator: PictureGenerator,
    classifier: TrainedClassifier,
    data: PictureSet,
    spreads: tuple[float, ...],
    *,
    samples: int,
) -> list[ClassDiversity]:
    """Diversity of each class over the same fixed seeds every time."""
    latents = seeded_latents(range(1000, 1000 + samples), generator.config.latent_dim)
    result = []
    for label, name in enumerate(data.info.classes):
        pictures = draw(generator, latents, np.full(samples, label, dtype=np.int64))
        result.append(
            ClassDiversity(
                class_id=name.id,
                generated=spread(classifier.network, pictures),
                data=spreads[label],
                right=share_right(classifier.network, pictures, label),
            )
        )
    return result
