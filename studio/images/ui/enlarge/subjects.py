"""Pictures that are to be enlarged: where each is read from, and what is known of it before."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtGui import QImage

from studio.contract.errors import file_error
from studio.contract.manifest import Model
from studio.contract.recipe import Enlarged, Recipe
from studio.images.ui.outgoing import Outgoing
from studio.project.paths import ensure_folder

FOLDER: Final = "outgoing/enlarge"
"""In the cache: files on their way to the enlarging and back; what is left there is swept by its
age, like all that is outgoing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToEnlarge:
    """One picture, from wherever it hangs."""

    stem: str
    """What its file is called, without ending."""
    read: Callable[[], Path]
    """The file that holds it, to be called beside the window's thread. Raises `AtelierError`."""
    width: int
    height: int
    channels: int = 3
    image: QImage | None = None
    """Its pixels, where they are at hand."""
    recipe: Recipe | None = None
    """How it was made; None: elsewhere."""
    pixel_art: bool = False
    title: str = ""
    """Of the model that made it."""
    credit: str = ""
    rights: str = ""

    @property
    def can_be_kept(self) -> bool:
        """Whether the enlarged picture will know how it was made, whatever way is chosen."""
        return self.recipe is not None and not isinstance(self.recipe.enlarged, Enlarged)


def finished_picture(picture: Outgoing, model: Model | None, cache: Path) -> ToEnlarge:
    """One that was made here and hangs on a wall: its file is written when it is wanted."""

    def read() -> Path:
        digest = hashlib.sha256((picture.recipe.pixels_sha256 or "").encode()).hexdigest()
        return write_whole(ensure_folder(cache / FOLDER) / f"{digest[:16]}.png", picture.png())

    return ToEnlarge(
        stem=picture.stem,
        read=read,
        width=picture.image.width(),
        height=picture.image.height(),
        image=picture.image,
        recipe=picture.recipe,
        pixel_art=model is not None and model.manifest.pixel_art,
        title=picture.model_title,
        credit=picture.credit,
        rights=picture.rights,
    )


def kept_picture(
    recipe: Recipe, stem: str, model: Model | None, read: Callable[[], Path]
) -> ToEnlarge:
    """One that is kept: its file is there already."""
    found = ToEnlarge(stem=stem, read=read, width=recipe.width, height=recipe.height, recipe=recipe)
    if model is None:
        return found
    manifest = model.manifest
    return replace(
        found,
        pixel_art=manifest.pixel_art,
        title=manifest.title.en,
        credit=manifest.licence.credit,
        rights=manifest.licence.sentence.en,
    )


def foreign_picture(path: Path) -> ToEnlarge:
    """One of a file from elsewhere, or made here and written; beside the window's thread.

    Raises `AtelierError` if it cannot be read.
    """
    from studio.provenance.sources import read_source

    source = read_source(path)
    layout = {
        1: QImage.Format.Format_Grayscale8,
        3: QImage.Format.Format_RGB888,
        4: QImage.Format.Format_RGBA8888,
    }.get(source.channels)
    image = None
    if layout is not None:
        stride = source.width * source.channels
        image = QImage(source.pixels, source.width, source.height, stride, layout).copy()
    return ToEnlarge(
        stem=path.stem,
        read=lambda: path,
        width=source.width,
        height=source.height,
        channels=source.channels,
        image=image,
        recipe=source.recipe,
    )


def write_whole(path: Path, data: bytes) -> Path:
    """Write a file of the cache so that nobody ever sees half of it; raises `AtelierError`."""
    part = path.with_suffix(".part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        raise file_error(error, path) from error
    return path


def remove_quietly(path: Path) -> None:
    """Take a file of the cache away; one that cannot be is of no consequence."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return
