"""Motion explains and never decorates: one place that knows whether it is wanted at all.

The answer belongs to the whole application, as its palette and font do, and is kept where Qt keeps
such things, as the effect `Qt.UIEffect.UI_General`.
"""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle

FADE_SECONDS: Final = 0.14
FLIGHT_MILLISECONDS: Final = 240


def motion_wanted() -> bool:
    """Whether things may fade and fly; else they are simply there."""
    return QApplication.isEffectEnabled(Qt.UIEffect.UI_General)


def apply_motion(app: QApplication, choice: str) -> None:
    """Take on the setting "motion": "full", "reduced", or "system".

    The system's wish is known to the style, for which animations then last 0 ms.
    """
    wanted = choice == "full"
    if choice == "system":
        wanted = app.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, wanted)
