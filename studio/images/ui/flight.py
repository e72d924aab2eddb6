"""A picture that flies from the wall to the strip, so that the eye knows where it went."""

from PySide6.QtCore import QEasingCurve, QPropertyAnimation, QRectF, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from studio.shell.motion import FLIGHT_MILLISECONDS, motion_wanted


def fly(parent: QWidget, picture: QPixmap, start: QRectF, end: QRectF) -> None:
    """Move a copy of ``picture`` over ``parent`` (whose coordinates count); then it is gone.

    Where motion is not wanted nothing flies: the mark on the tile says the same.
    """
    if not motion_wanted():
        return
    ghost = QLabel(parent)
    ghost.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    ghost.setScaledContents(True)
    ghost.setPixmap(picture)
    ghost.setGeometry(start.toAlignedRect())
    ghost.show()
    ghost.raise_()
    flight = QPropertyAnimation(ghost, b"geometry", ghost)
    flight.setDuration(FLIGHT_MILLISECONDS)
    flight.setStartValue(start.toAlignedRect())
    flight.setEndValue(end.toAlignedRect())
    flight.setEasingCurve(QEasingCurve.Type.InOutCubic)
    flight.finished.connect(ghost.deleteLater)
    flight.start()
