"""Measures a generator class by class, over the same fixed seeds every time."""

import numpy as np

from training.data.dataset import PictureSet
from training.gan.diversity import ClassDiversity, TrainedClassifier, share_right, spread
from training.gan.model import PictureGenerator
from training.gan.sheets import draw, seeded_latents

DIVERSITY_METHOD = (
    "mean Euclidean distance of all pairs of samples of one class in the features of a small "
    "classifier trained on the data's labels; the reference is the same for the data"
)


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
