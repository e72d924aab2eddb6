"""What differs between a version and today, in words and pictures."""

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.project.nodes import RELATIVE, Node, Work
from studio.project.versions import Difference, Differences
from studio.shell.gallery.thumbnails import Thumbnails, Wanted
from studio.shell.theme import GAP, RADIUS_PICTURE, Colours, scaled_font
from studio.shell.widgets.painting import fill_rounded

SIDE: Final = 64
MOST: Final = 24
"""Pictures of one group that are shown; the rest are a number."""
WALL: Final = "wall"


class DifferenceView(QWidget):
    """A group for each kind of difference; empty until `show_differences`."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self._rows: list[PictureRow] = []
        self._texts: list[str] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        thumbnails.arrived.connect(self._pictures_arrived)

    @property
    def texts(self) -> tuple[str, ...]:
        """What it says, from the top."""
        return tuple(self._texts)

    @property
    def rows(self) -> tuple["PictureRow", ...]:
        """The rows of pictures, from the top."""
        return tuple(self._rows)

    def clear(self) -> None:
        """Show nothing, because nobody knows yet."""
        self._rows, self._texts = [], []
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def show_waiting(self) -> None:
        """Say that it is being found out."""
        self.clear()
        self._say(self.tr("Looking…"), soft=True)
        self._layout.addStretch(1)

    def show_differences(self, found: Differences) -> None:
        """Say what has become of the version."""
        self.clear()
        for text, nodes in self._groups(found):
            self._say(text, soft=False)
            works = [node for node in nodes if isinstance(node, Work)]
            if works:
                row = PictureRow(works, self._thumbnails, text, self)
                self._rows.append(row)
                self._layout.addWidget(row)
            self._layout.addSpacing(GAP)
        if not found.count and not found.ended:
            self._say(self.tr("Nothing differs: everything is as it was."), soft=False)
        if found.ended:
            text = self.tr(
                "%n picture(s) of it were deleted for ever and cannot come back.", "", found.ended
            )
            self._say(text, soft=True)
        self._layout.addStretch(1)
        self.want()

    def _groups(self, found: Differences) -> Iterable[tuple[str, Sequence[Node]]]:
        if found.kept:
            yield self.tr("%n picture(s) kept since then", "", len(found.kept)), found.kept
        if found.removed:
            text = self.tr("%n picture(s) removed since then", "", len(found.removed))
            yield text, found.removed
        if found.altered:
            text = self.tr("%n picture(s) rated or named otherwise", "", len(found.altered))
            yield text, _today(found.altered)
        if any(other.type_name == WALL for other in found.others):
            yield self.tr("Another wall hangs in Images."), ()
        relatives = sum(other.type_name == RELATIVE.name for other in found.others)
        if relatives:
            text = self.tr("%n picture(s) came into the family tree or left it.", "", relatives)
            yield text, ()
        rest = sum(other.type_name not in (WALL, RELATIVE.name) for other in found.others)
        if rest:
            yield self.tr("%n other thing(s) have changed.", "", rest), ()

    def _say(self, text: str, *, soft: bool) -> None:
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setWordWrap(True)
        if soft:
            label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        else:
            label.setFont(scaled_font(self.font(), weight=QFont.Weight.Medium))
        self._texts.append(text)
        self._layout.addWidget(label)

    def want(self) -> None:
        """Have the pictures that fit decoded."""
        self._thumbnails.want([one for row in self._rows for one in row.wanted()])

    @Slot(object)
    def _pictures_arrived(self, _blobs: frozenset[str]) -> None:
        for row in self._rows:
            row.update()


class PictureRow(QWidget):
    """As many pictures as there is room for, and how many more there are."""

    def __init__(
        self, works: Sequence[Work], thumbnails: Thumbnails, name: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._works = works
        self._thumbnails = thumbnails
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def shown(self) -> int:
        """How many pictures fit."""
        fit = max((self.width() + GAP) // (SIDE + GAP), 1)
        if len(self._works) > min(fit, MOST):
            fit = max(fit - 1, 1)  # the last place is the number's
        return min(fit, MOST, len(self._works))

    def wanted(self) -> list[Wanted]:
        """The thumbnails that are painted."""
        ratio = self.devicePixelRatioF()
        side = round(SIDE * ratio)
        return [
            Wanted(blob=work.blob, side=side, ratio=ratio) for work in self._works[: self.shown]
        ]

    @override
    def sizeHint(self) -> QSize:
        return QSize(3 * (SIDE + GAP), SIDE)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        parent = self.parent()
        if isinstance(parent, DifferenceView):
            parent.want()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        for place, one in enumerate(self.wanted()):
            box = QRectF(place * (SIDE + GAP), 0, SIDE, SIDE)
            pixmap = self._thumbnails.get(one)
            if pixmap is None:
                fill_rounded(painter, box, RADIUS_PICTURE, colours.raised)
                if self._thumbnails.is_damaged(one):
                    painter.setPen(colours.soft)
                    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "?")
                continue
            size = pixmap.deviceIndependentSize()
            painter.drawPixmap(
                box.topLeft()
                + (box.bottomRight() - box.topLeft()) / 2
                - QRectF(0, 0, size.width(), size.height()).center(),
                pixmap,
            )
        more = len(self._works) - self.shown
        if more:
            box = QRectF(self.shown * (SIDE + GAP), 0, SIDE, SIDE)
            painter.setPen(colours.soft)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignCenter, self.tr("+ {count}").format(count=more)
            )
        painter.end()


def _today(altered: Iterable[Difference]) -> tuple[Node, ...]:
    return tuple(difference.now for difference in altered if difference.now is not None)
