"""What a screen says: every text that it shows or tells a screen reader, and whether it fits.

Texts that widgets paint themselves are heard at `QPainter.drawText`, the others are asked of
Qt's own widgets.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import pytest
from PySide6.QtCore import QAbstractListModel, QMargins, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QPaintDevice,
    QPainter,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QRadioButton,
    QTabBar,
    QTextEdit,
    QWidget,
)

from studio.shell.widgets.buttons import PaintedButton
from tests.access.tour import path_of, shown

SLACK: Final = 1.5
"""Logical pixels that rounding may take from a text."""
DOTS: Final = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One text that a widget painted itself."""

    text: str
    rect: QRectF
    """Where it was to stand, in the coordinates of the painted screen; of a text that was given
    a point only, from there."""
    needed: tuple[float, float]
    """Width and height that the text takes."""
    has_box: bool
    colour: QColor
    opacity: float
    painted_on: QPaintDevice

    @property
    def device(self) -> str:
        """Who painted it."""
        return type(self.painted_on).__name__

    @property
    def fits(self) -> bool:
        """Whether its box holds it."""
        if not self.has_box:
            return True
        return (
            self.needed[0] <= self.rect.width() + SLACK
            and self.needed[1] <= self.rect.height() + SLACK + 2
        )


class Ink:
    """Hears every `QPainter.drawText` while it listens."""

    def __init__(self) -> None:
        self.drawn: list[Drawn] = []

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Hear what is painted inside the ``with``."""
        real: Callable[..., Any] = QPainter.drawText

        def heard(painter: QPainter, *arguments: Any) -> Any:
            self._note(painter, arguments)
            return real(painter, *arguments)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(QPainter, "drawText", heard)
            yield

    def _note(self, painter: QPainter, arguments: tuple[Any, ...]) -> None:
        text = next((value for value in arguments if isinstance(value, str)), "")
        metrics = QFontMetricsF(painter.fontMetrics())
        flags = next(
            (int(getattr(f, "value", f)) for f in arguments[1:] if not isinstance(f, str | float)),
            0,
        )
        box = arguments[0]
        to_screen = painter.deviceTransform()  # with the place of the widget on the screen
        ratio = to_screen.m11() or 1.0
        if isinstance(box, QRect | QRectF):
            box = QRectF(box)
            if flags & Qt.TextFlag.TextWordWrap.value:
                bound = QRectF(0, 0, box.width(), 1e6)
                needed = metrics.boundingRect(bound, flags, text)
                size = needed.width(), needed.height()
            else:
                size = metrics.horizontalAdvance(text), metrics.height()
            place, has_box = to_screen.mapRect(box), True
        else:
            origin = to_screen.map(QPoint(0, 0))
            size = metrics.horizontalAdvance(text), metrics.height()
            place = QRectF(origin.x(), origin.y(), size[0] * ratio, size[1] * ratio)
            has_box = False
        place = QRectF(
            place.x() / ratio, place.y() / ratio, place.width() / ratio, place.height() / ratio
        )
        self.drawn.append(
            Drawn(
                text=text,
                rect=place,
                needed=size,
                has_box=has_box,
                colour=painter.pen().color(),
                opacity=painter.opacity(),
                painted_on=painter.device(),
            )
        )


def painted(widget: QWidget, *, ratio: float = 1.0) -> tuple[QImage, list[Drawn]]:
    """A screen at ``ratio`` device pixels a logical one, and the texts it painted itself."""
    size = widget.size() * ratio
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(Qt.GlobalColor.transparent)
    ink = Ink()
    with ink.listening():
        widget.render(image)
    return image, ink.drawn


def texts_of(widget: QWidget) -> list[str]:
    """Every text of one widget that eyes or ears meet, without those it paints itself."""
    texts = [
        widget.toolTip(),
        widget.accessibleName(),
        widget.accessibleDescription(),
        widget.statusTip(),
        widget.whatsThis(),
    ]
    if widget.isWindow():
        texts.append(widget.windowTitle())
    if isinstance(widget, QAbstractButton | QLabel):
        texts.append(widget.text())
    if isinstance(widget, QLineEdit):
        texts += [widget.displayText(), widget.placeholderText()]
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        texts += [widget.toPlainText(), widget.placeholderText()]
    if isinstance(widget, QComboBox):
        texts += [widget.itemText(row) for row in range(widget.count())]
    if isinstance(widget, QGroupBox):
        texts.append(widget.title())
    if isinstance(widget, QTabBar):
        texts += [widget.tabText(tab) for tab in range(widget.count())]
    if isinstance(widget, QMenu):
        texts += [widget.title(), *(action.text() for action in widget.actions())]
    if isinstance(widget, QAbstractItemView):
        texts += _item_texts(widget)
    texts += [text for action in widget.actions() for text in (action.text(), action.toolTip())]
    return [text for text in texts if text]


def _item_texts(view: QAbstractItemView) -> list[str]:
    model = view.model()
    if model is None:
        return []
    roles = (
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.AccessibleTextRole,
        Qt.ItemDataRole.AccessibleDescriptionRole,
    )
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount()
    return [
        text
        for row in range(min(model.rowCount(), 200))
        for column in range(columns)
        for role in roles
        if isinstance(text := model.index(row, column).data(role), str)
    ]


def cut_off(root: QWidget) -> list[str]:
    """Labels, buttons and fields in ``root`` that have less room than their text needs."""
    found = []
    for widget in shown(root):
        why = _lacks_room(widget)
        if why:
            found.append(f"{path_of(widget)}: {why}")
    _image, drawn = painted(root)
    for text in drawn:
        if not text.fits:
            found.append(
                f"{text.device} paints {text.text!r} of {text.needed} into "
                f"{text.rect.width():.0f}x{text.rect.height():.0f}"
            )
    return found


def _lacks_room(widget: QWidget) -> str:
    """Why a widget's text is cut off, or ""."""
    if isinstance(widget, QLabel) and widget.text():
        return _label_lacks_room(widget) or _hidden_by_parents(widget)
    if isinstance(widget, PaintedButton | QCheckBox | QRadioButton) and widget.text():
        wanted, has = widget.sizeHint(), widget.size()
        if has.width() + SLACK < wanted.width() or has.height() + SLACK < wanted.height():
            return f"{widget.text()!r} needs {wanted.toTuple()}, has {has.toTuple()}"
        return _hidden_by_parents(widget)
    if isinstance(widget, QComboBox):
        wanted = widget.minimumSizeHint()
        if widget.width() + SLACK < wanted.width():
            return f"{widget.currentText()!r} needs {wanted.width()}, has {widget.width()}"
        return _hidden_by_parents(widget)
    if isinstance(widget, QLineEdit):
        return _field_lacks_room(widget) or _hidden_by_parents(widget)
    return ""


def _label_lacks_room(label: QLabel) -> str:
    room = label.contentsRect().marginsRemoved(_all_around(label.margin()))
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height() + SLACK:
            return f"{label.text()!r} needs {needed} lines of pixels, has {label.height()}"
        return ""
    if type(label).paintEvent is not QLabel.paintEvent:
        return ""  # what it paints is heard where it is painted
    if label.textFormat() == Qt.TextFormat.RichText:
        document = QTextDocument()
        document.setDefaultFont(label.font())
        document.setHtml(label.text())
        width = document.idealWidth()
    else:
        lines = label.text().splitlines() or [""]
        width = max(QFontMetricsF(label.font()).horizontalAdvance(line) for line in lines)
    if width > room.width() + SLACK:
        return f"{label.text()!r} is {width:.0f} wide, has {room.width()}"
    height = label.fontMetrics().height()
    if height > room.height() + SLACK:
        return f"{label.text()!r} is {height} high, has {room.height()}"
    return ""


def _field_lacks_room(field: QLineEdit) -> str:
    """A field for short things shows all of its number or its hint; long texts scroll."""
    needed = QFontMetricsF(field.font()).horizontalAdvance(field.placeholderText())
    if field.property("plain"):
        needed = max(needed, QFontMetricsF(field.font()).horizontalAdvance(field.displayText()))
    room = field.contentsRect().width() - field.textMargins().left() - field.textMargins().right()
    if needed > room + SLACK:
        words = field.placeholderText() or field.displayText()
        return f"{words!r} is {needed:.0f} wide, has {room}"
    height = field.fontMetrics().height()
    if height > field.contentsRect().height() + SLACK:
        return f"{field.displayText()!r} is {height} high, has {field.contentsRect().height()}"
    return ""


def _hidden_by_parents(widget: QWidget) -> str:
    """Whether a part of a widget lies outside its parents; inside a scroll area it may."""
    place = QRect(QPoint(0, 0), widget.size())
    child = widget
    while not child.isWindow() and (parent := child.parentWidget()) is not None:
        if isinstance(parent.parentWidget(), QAbstractScrollArea) or isinstance(
            parent, QAbstractScrollArea
        ):
            return ""
        place.translate(child.pos())
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(place):
            return f"{place.getRect()} lies outside {path_of(parent)} {parent.rect().getRect()}"
        child = parent
    return ""


def _all_around(margin: int) -> QMargins:
    return QMargins(margin, margin, margin, margin)
