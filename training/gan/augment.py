"""Changes that the discriminator sees on real and made pictures alike, for sets of few pictures.

Zhao, Liu, Lin, Zhu and Han, "Differentiable Augmentation for Data-Efficient GAN Training" (2020).
A discriminator that never sees the same picture twice cannot learn the set by heart; because made
pictures are changed too, and gradients pass through the changes, the generator learns none of
them.
"""

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

Change = Literal["colour", "translation", "cutout"]
CHANGES: tuple[Change, ...] = ("colour", "translation", "cutout")
_TRANSLATION = 1 / 8
"""Share of the side by which a picture is moved at most."""
_CUTOUT = 1 / 2
"""Side of the square that is painted over, as a share of the picture's."""


def augment(pictures: Tensor, changes: Sequence[Change], random: np.random.Generator) -> Tensor:
    """pictures (batch, channels, h, w) in [-1, 1] -> like pictures, each changed in its own way."""
    for change in CHANGES:
        if change in changes:
            pictures = _CHANGE[change](pictures, random)
    return pictures


def _numbers(values: npt.NDArray[np.float64], like: Tensor) -> Tensor:
    """One number for each picture, to be multiplied with pictures."""
    column = torch.from_numpy(values.astype(np.float32)).to(like.device, like.dtype)
    return column[:, None, None, None]


def _colour(pictures: Tensor, random: np.random.Generator) -> Tensor:
    """Another brightness, saturation and contrast."""
    brightness, saturation, contrast = random.random((3, len(pictures)))
    pictures = pictures + _numbers(brightness - 0.5, pictures)
    grey = pictures.mean(dim=1, keepdim=True)
    pictures = grey + (pictures - grey) * _numbers(saturation * 2, pictures)
    middle = pictures.mean(dim=(1, 2, 3), keepdim=True)
    return middle + (pictures - middle) * _numbers(contrast + 0.5, pictures)


def _translation(pictures: Tensor, random: np.random.Generator) -> Tensor:
    """Moved by up to an eighth of its side; what comes into sight is mid-grey."""
    batch, _, height, width = pictures.shape
    reach = [int(side * _TRANSLATION + 0.5) for side in (height, width)]
    down, right = (
        torch.from_numpy(random.integers(-limit, limit + 1, batch)).to(pictures.device)
        for limit in reach
    )
    rows = torch.arange(height, device=pictures.device)[None] + down[:, None]
    columns = torch.arange(width, device=pictures.device)[None] + right[:, None]
    padded = functional.pad(pictures, (1, 1, 1, 1))
    rows = (rows + 1).clamp(0, height + 1)
    columns = (columns + 1).clamp(0, width + 1)
    places = torch.arange(batch, device=pictures.device)[:, None, None]
    moved = padded.permute(0, 2, 3, 1)[places, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)


def _cutout(pictures: Tensor, random: np.random.Generator) -> Tensor:
    """A square of half the side, wherever its middle falls, without content."""
    batch, _, height, width = pictures.shape
    inside = []
    for side in (height, width):
        reach = int(side * _CUTOUT + 0.5)
        middle = torch.from_numpy(random.integers(0, side + (1 - reach % 2), batch))
        first = (middle - reach // 2).to(pictures.device)[:, None]
        places = torch.arange(side, device=pictures.device)[None]
        inside.append((places >= first) & (places < first + reach))
    hole = inside[0][:, None, :, None] & inside[1][:, None, None, :]
    return pictures.masked_fill(hole, 0.0)


_CHANGE = {"colour": _colour, "translation": _translation, "cutout": _cutout}
