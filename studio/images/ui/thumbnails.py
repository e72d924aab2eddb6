"""Small pictures of kept works, decoded beside the window's thread and held by the screenful."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from studio.contract.errors import AtelierError
from studio.contract.overriding import override

HELD: Final = 256
THREADS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ThumbnailEvent:
    """One thumbnail is there, or cannot be."""

    blob: str
    image: QImage | None
    """None: the file is damaged or gone."""


class ThumbnailLoader(QObject):
    """Reads and shrinks blobs on a thread of its own; newest wishes are not special, few wait."""

    loaded = Signal(object)
    """Payload: `ThumbnailEvent`."""

    _arrived = Signal(object)

    def __init__(self, read: Callable[[str], bytes], parent: QObject | None = None) -> None:
        """``read`` gives a blob's bytes or raises `AtelierError`; called on the other thread."""
        super().__init__(parent)
        self._read = read
        self._side = 0
        self._held: OrderedDict[tuple[str, int], QImage | None] = OrderedDict()
        self._waiting: set[tuple[str, int]] = set()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(THREADS)
        self._arrived.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def get(self, blob: str, side: int) -> QImage | None:
        """The thumbnail of at most ``side`` device pixels if it is there; else it is fetched."""
        key = (blob, side)
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        if key not in self._waiting:
            self._waiting.add(key)
            self._pool.start(_Load(self._read, key, self._arrived.emit))
        return None

    def is_damaged(self, blob: str, side: int) -> bool:
        """Whether the file was found to be no picture."""
        key = (blob, side)
        return key in self._held and self._held[key] is None

    def close(self) -> None:
        """Let what is being read end, and nothing more begin."""
        self._pool.clear()
        self._pool.waitForDone()

    @Slot(object)
    def _take(self, found: tuple[tuple[str, int], QImage | None]) -> None:
        key, image = found
        self._waiting.discard(key)
        self._held[key] = image
        while len(self._held) > HELD:
            self._held.popitem(last=False)
        self.loaded.emit(ThumbnailEvent(blob=key[0], image=image))


class _Load(QRunnable):
    def __init__(
        self,
        read: Callable[[str], bytes],
        key: tuple[str, int],
        done: Callable[[tuple[tuple[str, int], QImage | None]], None],
    ) -> None:
        super().__init__()
        self._read, self._key, self._done = read, key, done

    @override
    def run(self) -> None:
        blob, side = self._key
        try:
            image = QImage.fromData(self._read(blob))
        except AtelierError:
            image = QImage()
        self._done((self._key, None if image.isNull() else _fitted(image, side)))


def _fitted(image: QImage, side: int) -> QImage:
    """In a square of ``side``: enlarged by whole factors, shrunk smoothly."""
    longest = max(image.width(), image.height())
    factor = side // longest
    mode = Qt.TransformationMode.SmoothTransformation
    if factor >= 1 and side - factor * longest <= side // 6:
        side, mode = factor * longest, Qt.TransformationMode.FastTransformation
    return image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode)
