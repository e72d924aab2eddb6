"""Small pictures of the gallery, decoded on threads of their own at the display's resolution.

Only what is in view, or about to be, is decoded: each time the view moves it says what it wants,
and whatever nobody has begun with and nobody wants any more is dropped. Held by bytes, the least
recently painted go first.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QBrush, QImage, QPainter, QPixmap

from studio.contract.errors import AtelierError
from studio.shell.decoding import decoded_png
from studio.shell.theme import RADIUS_PICTURE

THREADS: Final = 2
HELD_BYTES: Final = 96_000_000
SPARE: Final = 1 / 6
"""Of a tile's side that may stay empty for the sake of a whole enlargement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One thumbnail."""

    blob: str
    side: int
    """Device pixels of the square in which it has to fit."""
    ratio: float
    """Device pixels a logical pixel."""


class Thumbnails(QObject):
    """One for the gallery; `close` ends its threads."""

    arrived = Signal(object)
    """Payload: frozenset of the blobs that can be painted now."""

    _ready = Signal()

    def __init__(self, read: Callable[[str], bytes], parent: QObject | None = None) -> None:
        """``read`` gives a blob's bytes or raises `AtelierError`; called on other threads."""
        super().__init__(parent)
        self._read = read
        self._held: OrderedDict[Wanted, QPixmap | None] = OrderedDict()
        self._bytes = 0
        self._guard = threading.Condition()
        self._queues: dict[str, list[Wanted]] = {}
        """By who asks; the next one stands last."""
        self._under_way: set[Wanted] = set()
        self._done: list[tuple[Wanted, QImage | None]] = []
        self._closed = False
        self._threads: list[threading.Thread] = []
        self._ready.connect(self._take, Qt.ConnectionType.QueuedConnection)

    def get(self, wanted: Wanted) -> QPixmap | None:
        """The thumbnail, if it is here."""
        found = self._held.get(wanted)
        if found is not None:
            self._held.move_to_end(wanted)
        return found

    def is_damaged(self, wanted: Wanted) -> bool:
        """Whether the file was found to be no picture."""
        return wanted in self._held and self._held[wanted] is None

    def want(self, wanted: Sequence[Wanted], *, by: str = "grid") -> None:
        """Decode these, the first of them first, and nothing else that ``by`` wanted before."""
        missing = [one for one in dict.fromkeys(wanted) if one not in self._held]
        with self._guard:
            if self._closed:
                return
            self._queues[by] = [one for one in reversed(missing) if one not in self._under_way]
            if missing and not self._threads:
                self._start()
            self._guard.notify_all()

    def forget_damaged(self) -> None:
        """Try again what could not be read: the disk may be back."""
        for one in [one for one, pixmap in self._held.items() if pixmap is None]:
            del self._held[one]

    def close(self) -> None:
        """End the threads after what they have in hand. Safe to call twice."""
        with self._guard:
            self._closed = True
            self._queues = {}
            self._guard.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _start(self) -> None:
        for number in range(THREADS):
            thread = threading.Thread(
                target=self._work, name=f"gallery-thumbnails-{number}", daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            with self._guard:
                while (wanted := self._next()) is None and not self._closed:
                    self._guard.wait()
                if wanted is None or self._closed:
                    return
                self._under_way.add(wanted)
            try:
                image = thumbnail(self._read(wanted.blob), wanted.side, wanted.ratio)
            except AtelierError:
                image = None
            with self._guard:
                self._under_way.discard(wanted)
                if self._closed:
                    return
                is_first = not self._done
                self._done.append((wanted, image))
            if is_first:
                self._ready.emit()

    def _next(self) -> Wanted | None:
        """What is to be decoded next; under the guard."""
        for queue in self._queues.values():
            while queue:
                wanted = queue.pop()
                if wanted not in self._under_way:
                    return wanted
        return None

    @Slot()
    def _take(self) -> None:
        with self._guard:
            done, self._done = self._done, []
        if self._closed or not done:
            return
        for wanted, image in done:
            pixmap = None if image is None else QPixmap.fromImage(image)
            self._drop(wanted)
            self._held[wanted] = pixmap
            self._bytes += _size(pixmap)
        while self._bytes > HELD_BYTES and len(self._held) > 1:
            self._drop(next(iter(self._held)))
        self.arrived.emit(frozenset(wanted.blob for wanted, _ in done))

    def _drop(self, wanted: Wanted) -> None:
        if wanted in self._held:
            self._bytes -= _size(self._held.pop(wanted))


def thumbnail(data: bytes, side: int, ratio: float) -> QImage | None:
    """A picture in a square of ``side`` device pixels, with round corners; None: it is none.

    Enlarged by whole factors of device pixels where that nearly fills the square, else smoothly.
    """
    image = decoded_png(data)
    if image.isNull():
        return None
    longest = max(image.width(), image.height())
    factor = side // longest
    mode = Qt.TransformationMode.SmoothTransformation
    if factor >= 1 and side - factor * longest <= side * SPARE:
        side, mode = factor * longest, Qt.TransformationMode.FastTransformation
    scaled = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, mode)
    rounded = QImage(scaled.size(), QImage.Format.Format_ARGB32_Premultiplied)
    rounded.fill(Qt.GlobalColor.transparent)
    painter = QPainter(rounded)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(scaled))
    radius = RADIUS_PICTURE * ratio
    painter.drawRoundedRect(QRectF(rounded.rect()), radius, radius)
    painter.end()
    rounded.setDevicePixelRatio(ratio)
    return rounded


def _size(pixmap: QPixmap | None) -> int:
    return 0 if pixmap is None else pixmap.width() * pixmap.height() * 4
