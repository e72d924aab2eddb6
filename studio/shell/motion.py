"""Motion explains and never decorates: one place that knows whether it is wanted at all."""

from typing import Final

from PySide6.QtWidgets import QStyle, QWidget

FADE_SECONDS: Final = 0.14
FLIGHT_MILLISECONDS: Final = 240


def motion_wanted(widget: QWidget) -> bool:
    """Whether the system allows animations; reduced motion is 0 ms in the widget's style."""
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
