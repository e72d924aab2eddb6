"""Training on pictures that belong together: one latent is a whole alphabet.

Shown one letter at a time, a discriminator has no reason to ask that the letters of one latent
look alike. So a latent is drawn for several letters at once, and the discriminator judges each of
them and, besides, what they have in common: its verdict on a set sees the mean and the spread of
what each letter says of its style, however many letters there are (a sum over a set, Zaheer et
al. 2017, "Deep Sets").

A batch is laid out as (blocks, classes, group), flattened: the members of a group share a class,
as minibatch standard deviation wants it, and member i of every group of a block is of one set.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from training.data.order import stream
from training.gan.model import Discriminator, NetworkConfig

_STYLE = 64
_LETTERS = 6


class SetOrder:
    """Deals batches of several classes of the same sets, as a pure function of seed and step.

    Every epoch all sets are shuffled and cut into groups; each group shows `together` classes,
    drawn anew each time.
    """

    def __init__(
        self,
        table: npt.NDArray[np.int64],
        *,
        group: int,
        together: int,
        batch: int,
        seed: int,
    ) -> None:
        """`table` is (sets, classes): the index of each set's picture of each class."""
        if batch % (group * together):
            raise ValueError(f"a batch of {batch} cannot be cut into {together} times {group}")
        if together > table.shape[1]:
            raise ValueError(f"there are {table.shape[1]} classes and not {together}")
        self._table = table
        self._group, self._together = group, together
        self._blocks = batch // (group * together)
        self._seed = seed
        self.groups_per_epoch = max(len(table) // group, 1)

    def batch(self, number: int) -> npt.NDArray[np.int64]:
        """Indices (batch,) of batch `number`, counted from 0 over the whole run and all ranks."""
        rows = []
        for position in range(number * self._blocks, (number + 1) * self._blocks):
            epoch, offset = divmod(position, self.groups_per_epoch)
            shuffled = stream(self._seed, 1, epoch).permutation(len(self._table))
            if len(shuffled) < self._group:
                shuffled = np.resize(shuffled, self._group)
            sets = shuffled[offset * self._group : (offset + 1) * self._group]
            classes = stream(self._seed, _LETTERS, position).choice(
                self._table.shape[1], self._together, replace=False
            )
            rows.append(self._table[sets][:, classes].T.reshape(-1))
        return np.concatenate(rows)


def shared_positions(batch: int, *, group: int, together: int) -> npt.NDArray[np.int64]:
    """For each picture of a batch the first one of its set, whose latent it shares: (batch,)."""
    places = np.arange(batch).reshape(-1, together, group)
    return np.broadcast_to(places[:, :1], places.shape).reshape(-1)


def as_sheets(pictures: Tensor, *, group: int, together: int) -> Tensor:
    """The pictures of a set as channels of one, so that all are changed in the same way.

    (batch, c, h, w) -> (batch / together, together * c, h, w).
    """
    batch, channels, height, width = pictures.shape
    blocks = pictures.reshape(-1, together, group, channels, height, width).transpose(1, 2)
    return blocks.reshape(batch // together, together * channels, height, width)


def from_sheets(sheets: Tensor, *, group: int, together: int) -> Tensor:
    """What `as_sheets` joined, apart again."""
    count, joined, height, width = sheets.shape
    channels = joined // together
    blocks = sheets.reshape(-1, group, together, channels, height, width).transpose(1, 2)
    return blocks.reshape(count * together, channels, height, width)


class SetDiscriminator(Discriminator):
    """Pictures and their classes to one logit each: how real it is, and its set as a whole."""

    def __init__(
        self,
        *,
        resolution: int,
        channels: int,
        classes: int,
        group: int,
        together: int,
        config: NetworkConfig,
    ) -> None:
        super().__init__(
            resolution=resolution, channels=channels, classes=classes, group=group, config=config
        )
        self.together = together
        width = config.discriminator_features
        self.styles = nn.Linear(width, width)
        # What a letter says of its style depends on which letter it is.
        self.letters = nn.Embedding(classes, width)
        nn.init.normal_(self.letters.weight, std=0.5)
        self.style = nn.Linear(width, _STYLE)
        self.common = nn.Linear(2 * _STYLE, width)
        self.judge_set = nn.Linear(width, 1)

    @override
    def forward(self, pictures: Tensor, labels: Tensor) -> Tensor:
        """As the base class; the batch is laid out as (blocks, together, group)."""
        features = self.features_of(pictures)
        with torch.autocast(features.device.type, enabled=False):
            own = self.verdict(features, labels)
            told = functional.leaky_relu(self.styles(features) + self.letters(labels), 0.2)
            style = self.style(told).reshape(-1, self.together, self.group, _STYLE)
            mean = style.mean(dim=1)
            deviation = (style.var(dim=1, unbiased=False) + 1e-8).sqrt()
            common = functional.leaky_relu(self.common(torch.cat([mean, deviation], dim=-1)), 0.2)
            verdict: Tensor = self.judge_set(common).squeeze(-1)
            shared = verdict[:, None].expand(-1, self.together, -1).reshape(-1)
            return own + shared
