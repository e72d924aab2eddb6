"""Contrast as it is painted: each text against the ground that is really behind it."""

from collections import Counter
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QTextEdit, QWidget

from tests.access.ink import Drawn, painted
from tests.access.tour import path_of, shown

ENOUGH: Final = 4.5
"""WCAG 2.2, level AA, for text of any size."""
RATIO: Final = 2.0
"""Strokes are full of ink then."""
A_STROKE: Final = 6
"""So many pixels of one colour are ink, fewer may be a blend of ink and ground."""
A_CARET: Final = 2
"""Columns of pixels that a field's caret covers, which is seen whatever the text is."""
GROUND_SHARE: Final = 0.25
"""Of the pixels around a text; below it the text stands on a picture."""
LEAST_GROUND: Final = 0.1
"""The same where ink covers most; below it what there is besides ink is an edge or a blend."""

Pixels = NDArray[np.uint8]


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: tuple[int, int, int], second: tuple[int, int, int]) -> float:
    """Contrast ratio (WCAG 2.2), 1 to 21."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def faint(root: QWidget) -> list[str]:
    """Texts in ``root`` that are hard to read; what cannot be used may be."""
    image, drawn = painted(root, ratio=RATIO)
    pixels = _pixels(image)
    found = []
    for text in drawn:
        if text.text.strip() and _is_in_use(text) and _is_in_sight(text, root):
            area = _area(pixels, text.rect.toAlignedRect())
            ink = QColor(text.colour)
            ink.setAlphaF(ink.alphaF() * text.opacity)
            why = _faint_ink(area, _mixed(ink, area))
            if why:
                found.append(f"{text.device} paints {text.text!r} {why}")
    for widget in shown(root):
        if not widget.isEnabled() or widget.visibleRegion().boundingRect() != widget.rect():
            continue
        place = QRect(widget.mapTo(root, QPoint(0, 0)), widget.size())
        if not _is_on_top(widget, place, root):
            continue
        if isinstance(widget, QLabel) and type(widget).paintEvent is QLabel.paintEvent:
            if not widget.text().strip() or widget.textFormat() == Qt.TextFormat.RichText:
                continue
            area = _area(pixels, place)
            ink = widget.palette().color(widget.foregroundRole())
            why = _faint_ink(area, _mixed(ink, area))
        elif isinstance(widget, QLineEdit | QMenu | QTextEdit):
            why = _faint_widget(_area(pixels, place.adjusted(6, 6, -6, -6)), _says(widget))
        else:
            continue
        if why:
            found.append(f"{path_of(widget)} {widget.property('text')!r} {why}")
    return found


def _is_in_use(text: Drawn) -> bool:
    return not isinstance(text.painted_on, QWidget) or text.painted_on.isEnabled()


def _says(widget: QLineEdit | QMenu | QTextEdit) -> bool:
    """Whether there is anything to be read in ``widget``."""
    if isinstance(widget, QMenu):
        return any(action.isVisible() and action.text() for action in widget.actions())
    text = widget.displayText() if isinstance(widget, QLineEdit) else widget.toPlainText()
    return bool(text.strip() or widget.placeholderText().strip())


def _is_in_sight(text: Drawn, root: QWidget) -> bool:
    """Whether the whole of a painted text lies where its widget is seen."""
    widget = text.painted_on
    if not isinstance(widget, QWidget):
        return True
    seen = widget.visibleRegion().boundingRect().translated(widget.mapTo(root, QPoint(0, 0)))
    place = text.rect.toRect()
    return seen.contains(place) and _is_on_top(widget, place, root)


def _is_on_top(widget: QWidget, place: QRect, root: QWidget) -> bool:
    """Whether nothing floats over ``place``, which lies in ``widget``."""
    middle = place.center().y()
    for x in (place.left() + 1, place.center().x(), place.right() - 1):
        top = root.childAt(x, middle) or root
        if top is not widget and not widget.isAncestorOf(top) and not top.isAncestorOf(widget):
            return False
    return True


def _pixels(image: QImage) -> Pixels:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    own = rows[:, : image.width() * 3].copy()  # the image goes with this function
    return own.reshape(image.height(), image.width(), 3)


def _area(pixels: Pixels, rect: QRect) -> Pixels:
    left, top = max(round(rect.left() * RATIO), 0), max(round(rect.top() * RATIO), 0)
    right, bottom = round((rect.right() + 1) * RATIO), round((rect.bottom() + 1) * RATIO)
    return pixels[top : max(bottom, top), left : max(right, left)]


def _packed(area: Pixels) -> NDArray[np.unsignedinteger | np.signedinteger]:
    """Each colour as one number, (rows, columns)."""
    wide = area.astype(np.uint32)
    return (wide[..., 0] << 16) | (wide[..., 1] << 8) | wide[..., 2]


def _counted(area: Pixels) -> Counter[tuple[int, int, int]]:
    """How often each colour is there; as in any `Counter`, what is met first comes first."""
    codes, first, counts = np.unique(_packed(area), return_index=True, return_counts=True)
    order = np.argsort(first)
    return Counter(
        {
            (code >> 16, code >> 8 & 0xFF, code & 0xFF): count
            for code, count in zip(codes[order].tolist(), counts[order].tolist(), strict=True)
        }
    )


def _mixed(ink: QColor, area: Pixels) -> tuple[int, int, int]:
    """``ink`` as it looks on the commonest colour of ``area``."""
    common = _counted(area).most_common(1)
    ground = common[0][0] if common else (0, 0, 0)
    alpha = ink.alphaF()
    own = (ink.red(), ink.green(), ink.blue())
    red, green, blue = (
        round(a * alpha + b * (1 - alpha)) for a, b in zip(own, ground, strict=True)
    )
    return red, green, blue


def _faint_ink(area: Pixels, ink: tuple[int, int, int]) -> str:
    colours = _counted(area)
    if not colours:
        return ""
    (ground, count), *others = colours.most_common(2)
    if count < GROUND_SHARE * colours.total():
        return ""
    if ground == ink:  # so bold that it covers more than the ground, or not to be seen at all
        least = LEAST_GROUND * colours.total()
        ground = next((colour for colour, often in others if often >= least), ink)
    ratio = contrast(ground, ink)
    return "" if ratio >= ENOUGH else f"at {ratio:.2f}:1, {ink} on {ground}"


def _faint_widget(area: Pixels, says: bool) -> str:
    """Of what Qt paints itself: the strongest ink that there is."""
    colours = _counted(area)
    if not colours:
        return ""
    ground = colours.most_common(1)[0][0]
    inks = (c for c, count in colours.items() if count >= A_STROKE and c != ground)
    packed = _packed(area)
    for ratio, ink in sorted(((contrast(ground, ink), ink) for ink in inks), reverse=True):
        if _columns(packed, ink) > A_CARET:
            return "" if ratio >= ENOUGH else f"at {ratio:.2f}:1 on {ground}"
    return f"at 1.00:1 on {ground}" if says else ""


def _columns(
    packed: NDArray[np.unsignedinteger | np.signedinteger], colour: tuple[int, int, int]
) -> int:
    """In how many columns of pixels there is any of ``colour``."""
    red, green, blue = colour
    return int((packed == (red << 16 | green << 8 | blue)).any(axis=0).sum())
