"""How far a generator's pictures are from the data's, as one number.

The Frechet distance between Gaussians fitted to features of both (Heusel et al. 2017, equation 6),
but in the features of our own small classifier: no network from elsewhere is needed, and the
number compares with nothing but itself. It is called "FD, own classifier", never FID.
"""

import numpy as np
import numpy.typing as npt
import torch

from training.data.dataset import PictureSet
from training.data.order import stream
from training.gan.diversity import Classifier, TrainedClassifier, to_signal
from training.gan.model import PictureGenerator
from training.gan.sheets import draw

FRECHET_METHOD = (
    "Frechet distance to training pictures in the features of a small classifier trained on the "
    "data's labels (FD, own classifier; not FID); the reference is the same for held-out pictures"
)
_PURPOSE = 5

Matrix = npt.NDArray[np.float64]


@torch.no_grad()
def classifier_features(network: Classifier, pictures: npt.NDArray[np.uint8]) -> Matrix:
    """uint8 (count, h, w, c) -> float64 (count, 128)."""
    parts = [
        network.features(to_signal(pictures[first : first + 256])).double().numpy()
        for first in range(0, len(pictures), 256)
    ]
    return np.concatenate(parts)


def frechet_distance(first: Matrix, second: Matrix) -> float:
    """Distance of two sets of features (count, dimensions).

    |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), the root taken as that of the symmetric
    C1^(1/2) C2 C1^(1/2), which has the same trace and no complex parts.
    """
    shift = first.mean(axis=0) - second.mean(axis=0)
    one, other = np.cov(first, rowvar=False), np.cov(second, rowvar=False)
    values, vectors = np.linalg.eigh(one)
    root = (vectors * np.sqrt(values.clip(min=0))) @ vectors.T
    shared = np.sqrt(np.linalg.eigvalsh(root @ other @ root).clip(min=0)).sum()
    distance = shift @ shift + np.trace(one) + np.trace(other) - 2 * shared
    return float(max(distance, 0.0))


class FrechetReference:
    """Training pictures of a set, with which samples of any generator are compared."""

    def __init__(self, classifier: TrainedClassifier, data: PictureSet, *, samples: int) -> None:
        random = stream(0, _PURPOSE)
        training = np.sort(random.permutation(data.training_indices())[:samples])
        held_out = np.sort(random.permutation(data.held_out_indices())[:samples])
        self._network = classifier.network
        self._features = classifier_features(self._network, data.images[training])
        self._held_out = data.images[held_out]
        self._labels = data.labels[training]
        self._samples = samples

    def held_out(self) -> float:
        """Distance of held-out pictures to training pictures; not a number for fewer than two."""
        if len(self._held_out) < 2:
            return float("nan")
        of_held_out = classifier_features(self._network, self._held_out)
        return frechet_distance(of_held_out, self._features)

    def distance(self, generator: PictureGenerator) -> float:
        """Distance of samples, their classes drawn as often as they occur in the data.

        The same latents and classes every time.
        """
        random = stream(0, _PURPOSE, 1)
        shape = (self._samples, generator.config.latent_dim)
        latent = random.standard_normal(shape, dtype=np.float32)
        labels = random.choice(self._labels, size=self._samples)
        made = draw(generator, torch.from_numpy(latent), labels)
        return frechet_distance(classifier_features(self._network, made), self._features)


def measure_frechet(
    generator: PictureGenerator, classifier: TrainedClassifier, data: PictureSet, *, samples: int
) -> tuple[float, float]:
    """Distance of `samples` generated pictures, and of held-out ones, to training pictures."""
    reference = FrechetReference(classifier, data, samples=samples)
    return reference.distance(generator), reference.held_out()
