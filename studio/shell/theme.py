"""How the studio looks: colours, fonts and the one stylesheet, from a handful of tokens.

Colours reach widgets through the palette, so that a widget that paints itself asks its own
palette (`Colours.of`) and follows a change of theme without knowing of one. The stylesheet only
shapes Qt's own widgets (menus, fields, scroll bars, tool tips).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from studio.shell.tokens import (
    DARK,
    FOCUS_WIDTH,
    GAP,
    ICON_SIZE,
    INSPECTOR_WIDTH,
    LIGHT,
    MARGIN,
    RADIUS_BUTTON,
    RADIUS_GROUP,
    RADIUS_PICTURE,
    RAIL_WIDTH,
    STATUS_HEIGHT,
    TEXT_SCALES,
    TITLE_HEIGHT,
    ThemeChoice,
    Tokens,
)
from studio.shell.touch import FINGERTIP, touch_wanted

__all__ = [
    "DARK",
    "FOCUS_WIDTH",
    "GAP",
    "ICON_SIZE",
    "INSPECTOR_WIDTH",
    "LIGHT",
    "MARGIN",
    "RADIUS_BUTTON",
    "RADIUS_GROUP",
    "RADIUS_PICTURE",
    "RAIL_WIDTH",
    "STATUS_HEIGHT",
    "TEXT_SCALES",
    "TITLE_HEIGHT",
    "Colours",
    "ThemeChoice",
    "Tokens",
    "apply_theme",
    "build_font",
    "build_palette",
    "build_stylesheet",
    "has_chinese_font",
    "is_chinese",
    "load_fonts",
    "resolve",
    "resources",
    "scaled_font",
    "text_scale",
]

TEXT_SIZE: Final = 13
TEXT_SIZE_CHINESE: Final = 14
SMALL_TEXT: Final = 12 / 13
"""Factor for secondary text such as the status line."""

LATIN_FAMILY: Final = "Inter"
CHINESE_FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei UI",
    "Microsoft YaHei",
    "WenQuanYi Micro Hei",
)


_ROLES: Final = {
    "ground": QPalette.ColorRole.Window,
    "panel": QPalette.ColorRole.Base,
    "raised": QPalette.ColorRole.Button,
    "hover": QPalette.ColorRole.Midlight,
    "line": QPalette.ColorRole.Mid,
    "text": QPalette.ColorRole.WindowText,
    "soft": QPalette.ColorRole.PlaceholderText,
    "accent": QPalette.ColorRole.Highlight,
    "accent_hover": QPalette.ColorRole.Light,
    "on_accent": QPalette.ColorRole.HighlightedText,
    "focus": QPalette.ColorRole.Accent,
    "good": QPalette.ColorRole.LinkVisited,
    "warning": QPalette.ColorRole.Link,
    "bad": QPalette.ColorRole.BrightText,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """The tokens as a widget finds them in its palette."""

    ground: QColor
    panel: QColor
    raised: QColor
    hover: QColor
    line: QColor
    text: QColor
    soft: QColor
    accent: QColor
    accent_hover: QColor
    on_accent: QColor
    focus: QColor
    good: QColor
    warning: QColor
    bad: QColor

    @classmethod
    def of(cls, palette: QPalette) -> "Colours":
        """Read the theme's colours back from ``palette``."""
        group = QPalette.ColorGroup.Active
        return cls(**{name: palette.color(group, role) for name, role in _ROLES.items()})


def build_palette(tokens: Tokens) -> QPalette:
    """The palette in which widgets find ``tokens``."""
    palette = QPalette()
    for name, role in _ROLES.items():
        palette.setColor(role, QColor(getattr(tokens, name)))
    text, soft = QColor(tokens.text), QColor(tokens.soft)
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(role, text)
    palette.setColor(QPalette.ColorRole.ToolTipBase, QColor(tokens.raised))
    palette.setColor(QPalette.ColorRole.ToolTipText, text)
    palette.setColor(QPalette.ColorRole.AlternateBase, QColor(tokens.raised))
    palette.setColor(QPalette.ColorRole.Dark, QColor(tokens.line))
    palette.setColor(QPalette.ColorRole.Shadow, QColor("#000000"))
    disabled = QPalette.ColorGroup.Disabled
    for role in (
        QPalette.ColorRole.WindowText,
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
    ):
        faded = QColor(soft)
        faded.setAlphaF(0.6)
        palette.setColor(disabled, role, faded)
    return palette


def build_stylesheet(tokens: Tokens, *, touch: bool = False) -> str:
    """The one stylesheet: shapes of Qt's own widgets; a few rules, so that it costs little."""
    t = tokens
    field = f"min-height: {FINGERTIP - 12}px;" if touch else ""
    item = 14 if touch else 6
    bar = 18 if touch else 10
    return f"""
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line};
  padding: 4px 8px; }}
QMenu {{ background: {t.panel}; color: {t.text}; border: 1px solid {t.line};
  border-radius: {RADIUS_BUTTON}px; padding: 6px; }}
QMenu::item {{ padding: {item}px 24px {item}px 12px; border-radius: 6px; }}
QMenu::item:selected {{ background: {t.hover}; }}
QMenu::item:disabled {{ color: {t.soft}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 6px 8px; }}
QMenu::indicator {{ width: 14px; height: 14px; left: 6px; }}
QTextBrowser {{ background: {t.ground}; color: {t.text}; border: {FOCUS_WIDTH}px solid {t.ground};
  border-radius: {RADIUS_BUTTON}px; padding: 4px 8px;
  selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
QTextBrowser:focus {{ border-color: {t.focus}; }}
QLineEdit, QPlainTextEdit {{ background: {t.raised}; color: {t.text};
  border: {FOCUS_WIDTH}px solid {t.raised}; border-radius: {RADIUS_BUTTON}px; padding: 4px 8px;
  selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
QLineEdit {{ {field} }}
QLineEdit {{ placeholder-text-color: {t.soft}; }}
QLineEdit:hover, QPlainTextEdit:hover {{ border-color: {t.hover}; }}
QLineEdit:focus, QPlainTextEdit:focus {{ border-color: {t.focus}; }}
QLineEdit[plain="true"] {{ background: transparent; border-color: transparent;
  padding-right: 2px;
  color: {t.soft}; }}
QLineEdit[plain="true"]:hover {{ background: {t.raised}; color: {t.text}; }}
QLineEdit[plain="true"]:focus {{ background: {t.raised}; color: {t.text};
  border-color: {t.focus}; }}
QLineEdit[heading="true"] {{ background: transparent; border-color: transparent;
  color: {t.text}; }}
QLineEdit[heading="true"]:hover {{ background: {t.raised}; }}
QLineEdit[heading="true"]:focus {{ background: {t.raised}; border-color: {t.focus}; }}
QListWidget {{ background: {t.panel}; border: none; outline: none; }}
QListWidget[plain="true"] {{ background: transparent; }}
QScrollArea {{ border: none; }}
QScrollBar:vertical {{ background: transparent; width: {bar}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {bar}px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 3px; margin: 2px; min-height: 32px;
  min-width: 32px; }}
QScrollBar::handle:disabled {{ background: transparent; }}
QScrollBar::handle:hover {{ background: {t.soft}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
"""


def resources() -> Path:
    """The folder of fonts, icons and translations that ships with the studio."""
    return Path(__file__).parent.parent / "resources"


def load_fonts() -> None:
    """Make the shipped interface font known to Qt; needs a QGuiApplication.

    Three faces of one family; a face that cannot be read is passed over, and Qt then takes the
    system's sans serif.
    """
    for face in ("Regular", "Medium", "SemiBold"):
        QFontDatabase.addApplicationFont(str(resources() / "fonts" / f"Inter-{face}.otf"))


def is_chinese(language: str) -> bool:
    """Whether ``language`` (a locale name) is read in Chinese."""
    return language.lower().startswith("zh")


def has_chinese_font() -> bool:
    """Whether a font that draws Chinese is installed; reading the list of fonts takes a while."""
    return QFontDatabase.WritingSystem.SimplifiedChinese in QFontDatabase.writingSystems()


def build_font(language: str, scale: float) -> QFont:
    """The interface font: 13 px Inter, in Chinese 14 px with the system's Chinese face behind."""
    size = TEXT_SIZE_CHINESE if is_chinese(language) else TEXT_SIZE
    font = QFont()
    font.setFamilies([LATIN_FAMILY, *CHINESE_FAMILIES, "sans-serif"])
    font.setPixelSize(round(size * scale))
    return font


def text_scale() -> float:
    """How large the user wants the text: one of `TEXT_SCALES`, read back from the font in use."""
    size = QGuiApplication.font().pixelSize() / ((TEXT_SIZE + TEXT_SIZE_CHINESE) / 2)
    return min(TEXT_SCALES, key=lambda scale: abs(scale - size))


def scaled_font(font: QFont, factor: float = 1.0, *, weight: QFont.Weight | None = None) -> QFont:
    """A relative of ``font``: its size times ``factor``, and another weight if one is given."""
    other = QFont(font)
    other.setPixelSize(max(round(font.pixelSize() * factor), 9))
    if weight is not None:
        other.setWeight(weight)
    return other


def resolve(choice: ThemeChoice) -> Tokens:
    """The tokens for what the user asked; dark where the system does not say."""
    if choice is ThemeChoice.SYSTEM:
        scheme = QGuiApplication.styleHints().colorScheme()
        return LIGHT if scheme is Qt.ColorScheme.Light else DARK
    return LIGHT if choice is ThemeChoice.LIGHT else DARK


def apply_theme(app: QApplication, tokens: Tokens, *, language: str, scale: float) -> None:
    """Give the whole application a theme; widgets that are shown repaint themselves."""
    app.setStyle("Fusion")
    app.setPalette(build_palette(tokens))
    app.setFont(build_font(language, scale))
    app.setStyleSheet(build_stylesheet(tokens, touch=touch_wanted()))
