"""Reads a folder of pictures of any size: centre-cropped to a square, then resized.

Sub-folders are classes. A folder without sub-folders is one class.
"""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

from training.data.dataset import ClassName
from training.errors import TrainingError

PICTURE_SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
)
MINIMUM_SHARE = 0.5  # of the resolution: smaller pictures would be mostly invented by resizing


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderListing:
    """The pictures of a folder in a fixed order, with the class of each."""

    files: tuple[Path, ...]
    labels: npt.NDArray[np.int64]
    classes: tuple[ClassName, ...]


def _pictures_in(folder: Path) -> list[Path]:
    found: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=_refuse_unreadable):
        folders.sort()
        found.extend(
            Path(parent) / name
            for name in sorted(names)
            if Path(name).suffix.lower() in PICTURE_SUFFIXES and not name.startswith(".")
        )
    return found


def _refuse_unreadable(error: OSError) -> None:
    raise TrainingError(
        f"{error.filename}: no permission to read this folder ({error.strerror})."
    ) from error


def list_folder(folder: Path) -> FolderListing:
    """Find the pictures and classes of `folder`, refusing one that has nothing to learn from."""
    if not folder.exists():
        raise TrainingError(f"{folder}: there is no such folder.")
    if not folder.is_dir():
        raise TrainingError(f"{folder}: this is a file; name the folder that holds the pictures.")
    try:
        class_folders = sorted(
            entry for entry in folder.iterdir() if entry.is_dir() and not entry.name.startswith(".")
        )
    except PermissionError as error:
        raise TrainingError(f"{folder}: no permission to read this folder.") from error
    groups = [(entry.name, _pictures_in(entry)) for entry in class_folders]
    groups = [(name, pictures) for name, pictures in groups if pictures]
    if not groups:
        groups = [(folder.resolve().name or "pictures", _pictures_in(folder))]
    pictures = [path for _, members in groups for path in members]
    if not pictures:
        raise TrainingError(
            f"{folder}: there are no pictures in this folder "
            f"(looked for {', '.join(sorted(PICTURE_SUFFIXES))})."
        )
    labels = np.repeat(np.arange(len(groups)), [len(members) for _, members in groups])
    return FolderListing(
        files=tuple(pictures),
        labels=labels.astype(np.int64),
        classes=tuple(ClassName(id=name, en=name, zh_cn=name) for name, _ in groups),
    )


def _eight_bits(picture: Image.Image) -> Image.Image:
    """A picture with 16 bits a level brought down to 8; Pillow's own conversion would clip it."""
    if picture.mode not in ("I", "I;16", "I;16B", "I;16L"):
        return picture
    levels = np.asarray(picture).astype(np.int64).clip(0, 65535)
    return Image.fromarray(((levels + 128) // 257).astype(np.uint8))


def read_picture(path: Path, *, resolution: int, channels: int) -> npt.NDArray[np.uint8]:
    """One picture (resolution, resolution, channels): the middle square, resized, on white."""
    try:
        with Image.open(path) as opened:
            if min(opened.size) < resolution * MINIMUM_SHARE:
                raise TrainingError(
                    f"{path}: this picture is {opened.width}x{opened.height}, too small to train "
                    f"at {resolution} pixels."
                )
            picture = _eight_bits(ImageOps.exif_transpose(opened)).convert("RGBA")
    except TrainingError:
        raise
    except PermissionError as error:
        raise TrainingError(f"{path}: no permission to read this picture.") from error
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as error:
        raise TrainingError(f"{path}: this picture is broken ({error}).") from error
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    side = min(ground.size)
    left, top = (ground.width - side) // 2, (ground.height - side) // 2
    square = ground.crop((left, top, left + side, top + side)).convert(
        "L" if channels == 1 else "RGB"
    )
    resized = square.resize((resolution, resolution), Image.Resampling.LANCZOS)
    return np.asarray(resized, dtype=np.uint8).reshape(resolution, resolution, channels)
