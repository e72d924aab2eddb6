"""Turns of the wheel as whole steps, though touch pads and fine wheels send them in pieces."""

from typing import Final

from PySide6.QtGui import QWheelEvent

NOTCH: Final = 120
"""Qt's measure of one step of a common wheel, eighths of a degree."""


class WheelSteps:
    """Remembers what has not made a step yet; one for each thing that the wheel changes."""

    def __init__(self) -> None:
        self._left = 0

    def take(self, event: QWheelEvent) -> int:
        """How many steps away from the user (below 0: towards) the wheel has made; takes it."""
        self._left += event.angleDelta().y()
        steps = int(self._left / NOTCH)
        self._left -= steps * NOTCH
        event.accept()
        return steps
