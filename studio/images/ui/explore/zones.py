"""Shape, texture and colour from other pictures: a place for each zone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint, Signal
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.contract.manifest import Zone
from studio.images.ui.explore.thumb import SlotButton
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.control_row import ControlRow, NumberSpec, ValueChange

SPACING = 12


def zone_title(zone: Zone) -> str:
    """What a zone is called where a picture lends it."""
    return {
        "form": QCoreApplication.translate("Zones", "Shape from"),
        "texture": QCoreApplication.translate("Zones", "Texture from"),
        "colour": QCoreApplication.translate("Zones", "Colour from"),
    }[zone]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneWish:
    """Something is wanted of a zone."""

    zone: Zone
    place: QPoint | None = None
    """On the screen, where a choice of pictures belongs."""
    path: str = ""
    """A file that was dropped there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneShare:
    """How far a zone is to go to the other picture's."""

    zone: Zone
    share: float
    final: bool


class ZoneRow(QWidget):
    """One zone: whose it is, and how much."""

    choice_wanted = Signal(object)
    """Payload: `ZoneWish` with a place on the screen."""
    dropped = Signal(object)
    """Payload: `ZoneWish` with a path."""
    freed = Signal(object)
    """Payload: `ZoneWish`: the zone is to be the picture's own again."""
    share_changed = Signal(object)
    """Payload: `ZoneShare`."""

    def __init__(self, zone: Zone, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        title = zone_title(zone)
        self.slot = SlotButton(self.tr("{zone}: choose a picture").format(zone=title), self)
        self._words = QLabel(title, self)
        self._state = QLabel(self)
        self._state.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._state.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.free = IconButton(
            "close", self.tr("{zone}: its own again").format(zone=title), self, side=24
        )
        self.share = ControlRow(
            NumberSpec(
                name=zone,
                label=self.tr("How much"),
                help=self.tr("0 % is the picture's own, 100 % the other one's (style mixing)."),
                minimum=0.0,
                maximum=100.0,
                default=100.0,
                step=1.0,
                unit="%",
            ),
            self,
        )
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self._words)
        words.addWidget(self._state)
        words.addStretch(1)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(self.slot)
        line.addLayout(words, 1)
        line.addWidget(self.free)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self.share)
        self.slot.clicked.connect(self._ask)
        self.slot.dropped.connect(
            lambda path: self.dropped.emit(ZoneWish(zone=self._zone, path=path))
        )
        self.free.clicked.connect(lambda: self.freed.emit(ZoneWish(zone=self._zone)))
        self.share.value_changed.connect(self._share_moved)
        self.show_source(None, None)

    @property
    def zone(self) -> Zone:
        """Which zone it is about."""
        return self._zone

    def show_source(self, share: float | None, image: QImage | None) -> None:
        """Show whose the zone is; a ``share`` of None: the picture's own."""
        is_lent = share is not None
        self.slot.show_image(image if is_lent else None)
        self.free.setVisible(is_lent)
        self.share.setVisible(is_lent)
        self._state.setText(self.tr("another picture") if is_lent else self.tr("its own"))
        if share is not None:
            self.share.set_value(100.0 * share)

    def show_image(self, image: QImage) -> None:
        """The other picture has been made."""
        self.slot.show_image(image)

    def _ask(self) -> None:
        place = self.slot.mapToGlobal(self.slot.rect().bottomLeft())
        self.choice_wanted.emit(ZoneWish(zone=self._zone, place=place))

    def _share_moved(self, change: ValueChange) -> None:
        wanted = ZoneShare(zone=self._zone, share=change.value / 100.0, final=change.final)
        self.share_changed.emit(wanted)


class ZonePanel(QWidget):
    """All zones of a model, or why it has none."""

    def __init__(self, zones: tuple[Zone, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = tuple(ZoneRow(zone, self) for zone in zones)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACING)
        for row in self.rows:
            column.addWidget(row)
        if not zones:
            why = QLabel(
                self.tr(
                    "This model draws a picture as a whole: shape, texture and colour cannot come "
                    "from different pictures."
                ),
                self,
            )
            why.setWordWrap(True)
            why.setFont(scaled_font(self.font(), SMALL_TEXT))
            why.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            column.addWidget(why)

    def connect_rows(
        self,
        choose: Callable[[ZoneWish], None],
        drop: Callable[[ZoneWish], None],
        free: Callable[[ZoneWish], None],
        share: Callable[[ZoneShare], None],
    ) -> None:
        """Have the wishes of every row heard."""
        for row in self.rows:
            for signal, hear in (
                (row.choice_wanted, choose),
                (row.dropped, drop),
                (row.freed, free),
                (row.share_changed, share),
            ):
                signal.connect(partial(hear))
