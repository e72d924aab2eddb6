"""Sample sheets: the pictures by which a run is judged."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from training.checkpoints import write_atomically
from training.data.dataset import PictureSet
from training.data.order import stream
from training.gan.average import one_hot
from training.gan.diversity import to_levels
from training.gan.model import PictureGenerator

GAP = 2
MAXIMUM_ROWS = 32
_NOISE = 7


def seeded_latents(seeds: range, latent_dim: int) -> Tensor:
    """Latents (len(seeds), latent_dim); each seed has its own generator."""
    rows = [stream(seed, 3).standard_normal(latent_dim, dtype=np.float32) for seed in seeds]
    return torch.from_numpy(np.stack(rows))


@torch.no_grad()
def draw(
    generator: PictureGenerator,
    latents: Tensor,
    labels: npt.NDArray[np.int64],
    *,
    truncation: float = 1.0,
    batch: int = 64,
) -> npt.NDArray[np.uint8]:
    """Pictures uint8 (len(labels), R, R, C), one for each latent and label."""
    device, random = generator.device, stream(0, _NOISE)
    weights = one_hot(torch.from_numpy(labels), generator.classes)
    return np.concatenate(
        [
            to_levels(
                generator.draw(
                    latents[first : first + batch].to(device),
                    weights[first : first + batch].to(device),
                    random,
                    truncation=truncation,
                )
            )
            for first in range(0, len(labels), batch)
        ]
    )


def tile(pictures: npt.NDArray[np.uint8], columns: int) -> npt.NDArray[np.uint8]:
    """Pictures (count, h, w, c) in rows of `columns` on white -> (height, width, c)."""
    count, height, width, channels = pictures.shape
    rows = -(-count // columns)
    sheet = np.full(
        (rows * (height + GAP) + GAP, columns * (width + GAP) + GAP, channels), 255, np.uint8
    )
    for position, picture in enumerate(pictures):
        top = GAP + position // columns * (height + GAP)
        left = GAP + position % columns * (width + GAP)
        sheet[top : top + height, left : left + width] = picture
    return sheet


def class_sheet(
    generator: PictureGenerator, *, columns: int = 12, truncation: float = 1.0
) -> npt.NDArray[np.uint8]:
    """A row for each class, up to 32; a column for each seed, shared by all rows.

    `truncation` is where the studio's control from typical to strange stands.
    """
    rows = min(generator.classes, MAXIMUM_ROWS)
    latents = seeded_latents(range(columns), generator.config.latent_dim)
    labels = np.repeat(np.arange(rows), columns).astype(np.int64)
    made = draw(generator, latents.repeat(rows, 1), labels, truncation=truncation)
    return tile(made, columns)


def set_sheet(
    generator: PictureGenerator, *, rows: int = 12, truncation: float = 1.0
) -> npt.NDArray[np.uint8]:
    """Of a generator whose classes belong together: a row for each seed, a column for each class.

    `truncation` is where the studio's control from typical to strange stands.
    """
    latents = seeded_latents(range(rows), generator.config.latent_dim)
    labels = np.tile(np.arange(generator.classes), rows).astype(np.int64)
    repeated = latents.repeat_interleave(generator.classes, dim=0)
    return tile(draw(generator, repeated, labels, truncation=truncation), generator.classes)


def data_sheet(data: PictureSet, *, columns: int = 12) -> npt.NDArray[np.uint8]:
    """A row of pictures of each class, up to 32 classes, evenly taken; white where there are few.

    uint8 (height, width, channels).
    """
    rows = min(len(data.info.classes), MAXIMUM_ROWS)
    blank = np.full(data.images.shape[1:], 255, dtype=np.uint8)
    pictures = []
    for label in range(rows):
        members = np.flatnonzero(data.labels == label)
        places = np.linspace(0, len(members) - 1, min(columns, len(members))).round().astype(int)
        row = [np.array(data.images[member]) for member in members[places]]
        pictures += row + [blank] * (columns - len(row))
    return tile(np.stack(pictures), columns)


def seed_sheet(
    generator: PictureGenerator, label: int, *, count: int = 64
) -> npt.NDArray[np.uint8]:
    """Many seeds of one class: where a dead latent cannot hide."""
    latents = seeded_latents(range(count), generator.config.latent_dim)
    return tile(draw(generator, latents, np.full(count, label, dtype=np.int64)), 8)


def save_png(path: Path, picture: npt.NDArray[np.uint8], *, scale: int = 1) -> None:
    """Write uint8 (h, w, 1 or 3) as PNG, each pixel `scale` times as large."""
    enlarged = picture.repeat(scale, axis=0).repeat(scale, axis=1)
    image = Image.fromarray(enlarged[:, :, 0] if enlarged.shape[2] == 1 else enlarged)
    write_atomically(path, lambda file: image.save(file, format="PNG", optimize=True))
