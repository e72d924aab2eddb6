"""Measures whether the samples of one class differ from each other as the data's do.

A grid of seeds hides a dead latent when its classes differ; a number within each class does
not. Distances are taken in the features of a small classifier that is trained once on the
data's own labels and kept beside the cache: a distance in pixels would call noise diverse.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from training.checkpoints import write_atomically
from training.data.dataset import PictureSet
from training.data.order import stream
from training.errors import TrainingError

FEATURES = 128
CLASSIFIER_VERSION = 1
DYING = 0.3
MAXIMUM_EPOCHS = 20
MINIMUM_SHOWN = 5_000
PIXEL_ZERO = 128
PIXEL_SCALE = 128.0


def to_signal(pictures: npt.NDArray[np.uint8]) -> Tensor:
    """uint8 (batch, h, w, c) -> float32 (batch, c, h, w) in [-1, 1): level = 128 + 128 * signal.

    The exported graph quantises with this scale and zero point, so a level survives the round
    trip exactly.
    """
    signal = torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2))).float()
    return (signal - PIXEL_ZERO) / PIXEL_SCALE


def to_levels(signal: Tensor) -> npt.NDArray[np.uint8]:
    """float (batch, c, h, w) -> uint8 (batch, h, w, c), rounded as QuantizeLinear rounds."""
    levels = (signal.float() * PIXEL_SCALE).round() + PIXEL_ZERO
    clamped = levels.clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).contiguous()
    array: npt.NDArray[np.uint8] = clamped.cpu().numpy()
    return array


class Classifier(nn.Module):
    """A small convolutional network; its last hidden layer is the space we measure in."""

    def __init__(self, *, resolution: int, channels: int, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before, after, size = channels, 24, resolution
        while size > 4:
            layers += [
                nn.Conv2d(before, after, 3, stride=2, padding=1),
                nn.BatchNorm2d(after),
                nn.ReLU(),
            ]
            before, after, size = after, min(after * 2, 96), size // 2
        self.down = nn.Sequential(*layers)
        self.hidden = nn.Linear(before * size * size, FEATURES)
        self.logits = nn.Linear(FEATURES, classes)

    def features(self, pictures: Tensor) -> Tensor:
        """pictures (batch, c, h, w) in [-1, 1] -> (batch, 128)."""
        hidden: Tensor = self.hidden(self.down(pictures).flatten(1))
        return functional.leaky_relu(hidden, 0.2)

    @override
    def forward(self, pictures: Tensor) -> Tensor:
        """pictures (batch, c, h, w) in [-1, 1] -> logits (batch, classes)."""
        verdict: Tensor = self.logits(self.features(pictures))
        return verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedClassifier:
    """The classifier of one data set and how often it was right on held-out pictures."""

    network: Classifier
    accuracy: float


def _train(network: Classifier, data: PictureSet, *, pictures: int, seed: int) -> float:
    """Train for about `pictures` pictures; return the share right on held-out ones."""
    batch = 128
    indices = data.training_indices()
    steps = max(pictures // batch, 1)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=steps + 1)
    random = stream(seed, 2)
    network.train()
    for _ in range(steps):
        chosen = random.choice(indices, size=min(batch, len(indices)), replace=False)
        verdict = network(to_signal(data.images[chosen]))
        loss = functional.cross_entropy(verdict, torch.from_numpy(data.labels[chosen]))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward untyped
        optimiser.step()
        schedule.step()
    network.eval()
    candidates = data.held_out_indices() if data.held_out.any() else indices
    held_out = np.sort(random.permutation(candidates)[:2000])
    with torch.no_grad():
        right = 0
        for first in range(0, len(held_out), 250):
            part = held_out[first : first + 250]
            verdict = network(to_signal(data.images[part])).argmax(1)
            right += int((verdict == torch.from_numpy(data.labels[part])).sum())
    return right / len(held_out)


def load_classifier(data: PictureSet, *, pictures: int = 60_000) -> TrainedClassifier:
    """The classifier of this data set, trained on the first call and then read from the cache.

    Its random numbers come from a fork of the global state, so that whether it was cached makes
    no difference to the run that asks. A small set is not shown more than so many times over.
    """
    enough = max(MAXIMUM_EPOCHS * len(data.training_indices()), MINIMUM_SHOWN)
    pictures = min(pictures, enough)
    path = data.folder / f"classifier-v{CLASSIFIER_VERSION}-{pictures}.pt"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = Classifier(
            resolution=data.info.height,
            channels=data.info.channels,
            classes=len(data.info.classes),
        )
        if path.exists():
            try:
                stored = torch.load(path, weights_only=True)
                network.load_state_dict(stored["network"])
                return TrainedClassifier(network=network.eval(), accuracy=float(stored["accuracy"]))
            except Exception as error:
                raise TrainingError(
                    f"{path}: this cached classifier is damaged ({error}); delete it and it is "
                    "trained again."
                ) from error
        accuracy = _train(network, data, pictures=pictures, seed=0)
    write_atomically(
        path,
        lambda file: torch.save({"network": network.state_dict(), "accuracy": accuracy}, file),
    )
    return TrainedClassifier(network=network, accuracy=accuracy)


@torch.no_grad()
def spread(network: Classifier, pictures: npt.NDArray[np.uint8]) -> float:
    """Mean distance of all pairs of `pictures` (batch, h, w, c) in the classifier's features."""
    features = torch.cat(
        [
            network.features(to_signal(pictures[first : first + 256]))
            for first in range(0, len(pictures), 256)
        ]
    )
    count = len(features)
    if count < 2:
        return math.nan
    return float(torch.pdist(features.double()).mean())


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassDiversity:
    """How much the samples of a class differ, as a share of how much the data's do."""

    class_id: str
    generated: float
    data: float
    right: float
    """Share of the samples that the classifier takes for this class."""

    @property
    def ratio(self) -> float:
        """1 is as varied as the data, 0 is one picture for all seeds."""
        return self.generated / self.data if self.data > 0 else math.nan

    @property
    def dying(self) -> bool:
        """Whether the latent has stopped to matter within this class."""
        return self.ratio < DYING


def data_spread(
    classifier: TrainedClassifier, data: PictureSet, *, count: int
) -> tuple[float, ...]:
    """Spread of up to `count` pictures of each class, held-out ones where there are enough."""
    result = []
    held_out, training = data.held_out_indices(), data.training_indices()
    for label in range(len(data.info.classes)):
        members = held_out[data.labels[held_out] == label]
        if len(members) < count:
            members = np.concatenate([members, training[data.labels[training] == label]])
        result.append(spread(classifier.network, data.images[members[:count]]))
    return tuple(result)


@torch.no_grad()
def share_right(network: Classifier, pictures: npt.NDArray[np.uint8], label: int) -> float:
    """Share of `pictures` that the classifier takes for class `label`."""
    verdict = network(to_signal(pictures)).argmax(1)
    return float((verdict == label).float().mean())
