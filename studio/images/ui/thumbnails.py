"""Small pictures of kept works, decoded beside the window's thread and held by the screenful."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from studio.contract.errors import AtelierError
from studio.images.ui.background import BackgroundWork
from studio.shell.decoding import decoded_png

HELD: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailEvent:
    """One thumbnail is there, or cannot be."""

    blob: str
    image: QImage | None
    """None: the file is damaged or gone."""


class ThumbnailLoader(QObject):
    """Reads and shrinks blobs, each once for as long as it is held."""

    loaded = Signal(object)
    """Payload: `ThumbnailEvent`."""

    def __init__(
        self, read: Callable[[str], bytes], work: BackgroundWork, parent: QObject | None = None
    ) -> None:
        """``read`` gives a blob's bytes or raises `AtelierError`; called on another thread."""
        super().__init__(parent)
        self._read = read
        self._work = work
        self._held: OrderedDict[tuple[str, int], QImage | None] = OrderedDict()
        self._waiting: set[tuple[str, int]] = set()

    def get(self, blob: str, side: int) -> QImage | None:
        """The thumbnail of at most ``side`` device pixels if it is there; else it is fetched."""
        key = (blob, side)
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        if key not in self._waiting:
            self._waiting.add(key)
            self._work.run(
                lambda: _small(self._read(blob), side),
                lambda image: self._take(key, image),
                lambda _error: self._take(key, None),
            )
        return None

    def is_damaged(self, blob: str, side: int) -> bool:
        """Whether the file was found to be no picture."""
        key = (blob, side)
        return key in self._held and self._held[key] is None

    def _take(self, key: tuple[str, int], image: QImage | None) -> None:
        self._waiting.discard(key)
        self._held[key] = image
        while len(self._held) > HELD:
            self._held.popitem(last=False)
        self.loaded.emit(ThumbnailEvent(blob=key[0], image=image))


def _small(data: bytes, side: int) -> QImage:
    """In a square of ``side``: enlarged by whole factors, shrunk smoothly."""
    image = decoded_png(data)
    if image.isNull():
        raise AtelierError(fault="a kept picture cannot be decoded")
    longest = max(image.width(), image.height())
    factor = side // longest
    mode = Qt.TransformationMode.SmoothTransformation
    if factor >= 1 and side - factor * longest <= side // 6:
        side, mode = factor * longest, Qt.TransformationMode.FastTransformation
    return image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode)
