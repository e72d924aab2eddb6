"""Pictures on their way out: encoded with their recipe, on the clipboard, dragged, as files."""

import os
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from studio.contract.errors import AtelierError, file_error
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.ui.background import BackgroundWork
from studio.images.ui.raster import image_channels, image_pixels
from studio.project.paths import ensure_folder
from studio.provenance.containers import Format

HELD: Final = 32
DRAG_SIDE: Final = 96
HANDED_OUT_SECONDS: Final = 86_400.0
"""So long a file stays for whoever has it on the clipboard, in this window or another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A finished picture and what its file says of it."""

    recipe: Recipe
    image: QImage
    stem: str
    """The file's name without ending."""
    model_title: str = ""
    credit: str = ""
    rights: str = ""

    @classmethod
    def of(cls, recipe: Recipe, image: QImage, stem: str, model: Model | None) -> "Outgoing":
        """With title and licence from the model, if it is known here."""
        if model is None:
            return cls(recipe=recipe, image=image, stem=stem)
        manifest = model.manifest
        return cls(
            recipe=recipe,
            image=image,
            stem=stem,
            model_title=manifest.title.en,
            credit=manifest.licence.credit,
            rights=manifest.licence.sentence.en,
        )

    def png(self) -> bytes:
        """The PNG with the recipe inside. Raises `PictureError`."""
        return self.encoded("png")

    def encoded(
        self, form: Format, *, quality: int = 100, lossless: bool = False, factor: int = 1
    ) -> bytes:
        """A file with the recipe inside, each pixel a square of ``factor`` a side.

        ``quality`` (1 to 100) is for JPEG and lossy WebP, ``lossless`` for WebP. Raises
        `PictureError`.
        """
        from studio.provenance.pictures import encode_picture

        return encode_picture(
            image_pixels(self.image),
            self.image.width(),
            self.image.height(),
            image_channels(self.image),
            self.recipe,
            file_format=form,
            quality=quality,
            lossless=lossless,
            enlargement=factor,
            model_title=self.model_title,
            credit=self.credit,
            rights=self.rights,
        )


class OutgoingPictures:
    """Encodes pictures beside the window's thread as soon as they may be wanted."""

    def __init__(self, work: BackgroundWork, folder: Path) -> None:
        """``folder`` is for files that other programs take over; see `sweep_outgoing`."""
        self._work = work
        self._folder = folder
        self._pngs: OrderedDict[str, Future[bytes]] = OrderedDict()

    def prepare(self, picture: Outgoing) -> "Future[bytes]":
        """Begin encoding, if that has not happened yet."""
        key = f"{picture.recipe.pixels_sha256}/{picture.stem}"
        found = self._pngs.get(key)
        if found is None or found.cancelled():
            found = self._work.run(picture.png, lambda _data: None, lambda _error: None)
            self._pngs[key] = found
            while len(self._pngs) > HELD:
                self._pngs.popitem(last=False)
        return found

    def with_png(
        self,
        picture: Outgoing,
        then: Callable[[bytes], None],
        failed: Callable[[AtelierError], None],
    ) -> None:
        """Call ``then`` with the PNG as soon as it is there."""
        future = self.prepare(picture)
        self._work.run(future.result, then, failed)

    def mime(self, picture: Outgoing, png: bytes) -> QMimeData:
        """What other programs get: pixels, a PNG, and a file of a sensible name.

        Raises `StorageFull` or `StorageDenied` if the file cannot be written.
        """
        file = self._file(picture, png)
        data = QMimeData()
        data.setImageData(picture.image)
        data.setData("image/png", QByteArray(png))
        data.setUrls([QUrl.fromLocalFile(str(file))])
        return data

    def copy(self, picture: Outgoing, png: bytes) -> None:
        """Put the picture on the clipboard. Raises like `mime`."""
        QGuiApplication.clipboard().setMimeData(self.mime(picture, png))

    def drag(self, source: QWidget, picture: Outgoing, preview: QPixmap) -> Qt.DropAction:
        """Let the picture be dropped into another program; returns when it was, or was not.

        Raises like `mime`, and what encoding raises.
        """
        png = self.prepare(picture).result()
        drag = QDrag(source)
        drag.setMimeData(self.mime(picture, png))
        side = round(DRAG_SIDE * preview.devicePixelRatio())
        small = preview.scaled(
            side,
            side,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        drag.setPixmap(small)
        drag.setHotSpot(QPoint(DRAG_SIDE // 2, DRAG_SIDE // 2))
        return drag.exec(Qt.DropAction.CopyAction)

    def is_own(self, path: Path) -> bool:
        """Whether a file is one that was dragged out from here."""
        return path.is_relative_to(self._folder)

    def _file(self, picture: Outgoing, png: bytes) -> Path:
        digest = (picture.recipe.pixels_sha256 or "picture")[:16]
        return file_for_others(self._folder / digest, picture.stem, png)


def file_for_others(folder: Path, stem: str, png: bytes) -> Path:
    """A file that other programs may take over; one that stands there whole is left alone.

    Raises `StorageFull` or `StorageDenied` if it cannot be written.
    """
    file = ensure_folder(folder) / f"{stem}.png"
    try:
        if file.exists() and file.stat().st_size == len(png):
            with suppress(OSError):  # it is handed out again: not to be swept before its time
                os.utime(file)
        else:
            part = file.with_suffix(".part")
            part.write_bytes(png)
            part.replace(file)
    except OSError as error:
        raise file_error(error, file) from error
    return file


def sweep_outgoing(folder: Path) -> None:
    """Remove the files of `file_for_others` below ``folder`` that were handed out long ago.

    What cannot be removed stays. Nothing here is worth a word: it is a folder of copies.
    """
    oldest = time.time() - HANDED_OUT_SECONDS
    for place, _folders, names in os.walk(folder, topdown=False):
        with suppress(OSError):
            is_old = Path(place).stat().st_mtime < oldest  # else it may be about to be written to
            for name in names:
                file = Path(place, name)
                if file.lstat().st_mtime < oldest:
                    file.unlink()
            if is_old:
                Path(place).rmdir()  # raises where something is left in it
