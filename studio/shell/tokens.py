"""Colours and measures of the interface, from which everything that is drawn is derived.

Without Qt: the window's ground is painted from here before anything else is imported.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

RADIUS_PICTURE: Final = 6
RADIUS_BUTTON: Final = 8
RADIUS_GROUP: Final = 10
RAIL_WIDTH: Final = 56
INSPECTOR_WIDTH: Final = 288
TITLE_HEIGHT: Final = 48
STATUS_HEIGHT: Final = 28
MARGIN: Final = 18
"""Space between the edge of a room and its work, in logical pixels."""
GAP: Final = 8
FOCUS_WIDTH: Final = 2
ICON_SIZE: Final = 20

TEXT_SCALES: Final = (1.0, 1.25, 1.5)
"""Text sizes that the user may choose from."""


class ThemeChoice(Enum):
    """What the user asked for."""

    DARK = "dark"
    LIGHT = "light"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The colours of one theme; everything else is derived from them."""

    ground: str
    """Behind pictures and pages; neutral, so that colours can be judged."""
    panel: str
    """Rail, inspector, status line, menus."""
    raised: str
    """Buttons and fields."""
    hover: str
    line: str
    text: str
    soft: str
    """Secondary text, still 4.5:1 on ground, panel and raised."""
    accent: str
    accent_hover: str
    on_accent: str
    focus: str
    """The focus ring, at least 3:1 on every ground."""
    good: str
    warning: str
    bad: str
    is_dark: bool


DARK: Final = Tokens(
    ground="#1b1b1d",
    panel="#232326",
    raised="#2c2c30",
    hover="#37373c",
    line="#38383d",
    text="#e8e8ea",
    soft="#a5a5ad",
    accent="#e8a33d",
    accent_hover="#f0b359",
    on_accent="#1b1b1d",
    focus="#e8a33d",
    good="#6fbf73",
    warning="#e8a33d",
    bad="#ef8a80",
    is_dark=True,
)

LIGHT: Final = Tokens(
    ground="#f4f4f5",
    panel="#ebebed",
    raised="#ffffff",
    hover="#dfdfe2",
    line="#d2d2d6",
    text="#1b1b1d",
    soft="#5b5b63",
    accent="#e8a33d",
    accent_hover="#dd9527",
    on_accent="#1b1b1d",
    focus="#a8660a",
    good="#28702f",
    warning="#8a5500",
    bad="#b3261e",
    is_dark=False,
)
