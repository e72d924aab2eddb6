"""What the keyboard alone can do on a screen: reach everything, and see where it is."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLineEdit,
    QListView,
    QScrollBar,
    QWidget,
)
from shiboken6 import isValid

from tests.access.tour import focusable, path_of, shown

SEEN_PIXELS: Final = 24
"""So many pixels must change where the focus arrives."""
MOST_STEPS: Final = 160


def unreachable(root: QWidget) -> list[str]:
    """Things in ``root`` that are used by hand and that Tab does not reach, or reaches unseen."""
    root.activateWindow()
    QApplication.processEvents()
    root.setFocus(Qt.FocusReason.TabFocusReason)
    wanted = [widget for widget in focusable(root) if not _moves_by_arrows(widget)]
    found = [
        f"{path_of(widget)} {_words(widget)!r} can be used by hand only"
        for widget in shown(root)
        if _is_used_by_hand(widget) and not _takes_tab(widget) and not _moves_by_arrows(widget)
    ]
    reached, unseen = _walk(root)
    found += unseen
    found += [
        f"{path_of(widget)} {_words(widget)!r} is not reached by Tab"
        for widget in wanted
        if isValid(widget) and widget.isVisible() and widget not in reached
    ]
    return found


def _walk(root: QWidget) -> tuple[set[QWidget], list[str]]:
    """Everything that Tab reaches, and what does not show that it was reached."""
    reached: set[QWidget] = set()
    unseen = []
    start: QWidget | None = None
    for _step in range(MOST_STEPS):
        before = QApplication.focusWidget()
        QTest.keyClick(before if before is not None else root, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is None or not root.isVisible() or not root.isAncestorOf(focused):
            break
        if focused is start:
            break
        start = start or focused
        if focused not in reached:
            reached.add(focused)
            why = _unseen(focused)
            if why:
                unseen.append(f"{path_of(focused)} {_words(focused)!r} {why}")
    return reached, unseen


def _unseen(widget: QWidget) -> str:
    """Why nobody sees that ``widget`` has the focus, or ""."""
    if widget.isWindow():
        return ""  # it is all that there is
    if widget.visibleRegion().isEmpty():
        return "gets the focus out of sight"
    lit = _picture(widget)
    widget.clearFocus()
    dark = _picture(widget)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    if lit.size() != dark.size():
        return ""
    changed = _changed(lit, dark)
    return "" if changed >= SEEN_PIXELS else f"changes {changed} pixels with the focus"


def _picture(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def _changed(first: QImage, second: QImage) -> int:
    import numpy as np

    a, b = (
        np.frombuffer(image.constBits(), np.uint32).reshape(
            image.height(), image.bytesPerLine() // 4
        )
        for image in (first, second)
    )
    return int((a != b).sum())


def _is_used_by_hand(widget: QWidget) -> bool:
    kinds = (QAbstractButton, QAbstractSlider, QLineEdit, QComboBox, QAbstractItemView)
    return (
        isinstance(widget, kinds)
        and not isinstance(widget, QScrollBar)  # what scrolls follows the keyboard by itself
        and widget.isEnabled()
    )


def _takes_tab(widget: QWidget) -> bool:
    if isinstance(widget, QListView) and not widget.focusPolicy():
        # A list under a field that keeps the keyboard and passes the arrows on.
        parent = widget.parentWidget()
        return parent is not None and bool(parent.findChildren(QLineEdit))
    if isinstance(widget.parentWidget(), QLineEdit | QComboBox):
        return True  # the part of a field that its own keys do too
    return bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)


def _moves_by_arrows(widget: QWidget) -> bool:
    """Of buttons in a group Tab reaches one, and the arrows the others."""
    return isinstance(widget, QAbstractButton) and widget.group() is not None


def _words(widget: QWidget) -> str:
    return str(widget.property("text") or widget.accessibleName())
