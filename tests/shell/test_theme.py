"""Colours that can be read, fonts that are shipped, icons that are drawn."""

import pytest
from PySide6.QtGui import QColor, QFontInfo, QRawFont
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from studio.shell.icons import icon, icon_pixmap
from studio.shell.theme import (
    DARK,
    LIGHT,
    Colours,
    ThemeChoice,
    Tokens,
    apply_theme,
    build_font,
    build_palette,
    load_fonts,
    resolve,
    resources,
    scaled_font,
)

THEMES = pytest.mark.parametrize("tokens", [DARK, LIGHT], ids=["dark", "light"])
ICONS = sorted(path.stem for path in (resources() / "icons").glob("*.svg"))


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    c = QColor(colour)
    return 0.2126 * linear(c.redF()) + 0.7152 * linear(c.greenF()) + 0.0722 * linear(c.blueF())


def contrast(first: str, second: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@THEMES
def test_text_has_the_contrast_of_aa_on_every_ground(tokens: Tokens) -> None:
    for ground in (tokens.ground, tokens.panel, tokens.raised):
        for text in (tokens.text, tokens.soft, tokens.good, tokens.warning, tokens.bad):
            assert contrast(text, ground) >= 4.5, (text, ground)
    assert contrast(tokens.text, tokens.hover) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent) >= 4.5
    assert contrast(tokens.on_accent, tokens.accent_hover) >= 4.5


@THEMES
def test_the_focus_ring_is_seen_on_every_ground(tokens: Tokens) -> None:
    for ground in (tokens.ground, tokens.panel, tokens.raised):
        assert contrast(tokens.focus, ground) >= 3.0


@THEMES
def test_grounds_are_neutral_so_that_colours_can_be_judged(tokens: Tokens) -> None:
    for ground in (tokens.ground, tokens.panel, tokens.raised):
        colour = QColor(ground)
        channels = (colour.red(), colour.green(), colour.blue())
        assert max(channels) - min(channels) <= 5


@THEMES
def test_a_widget_finds_every_token_in_its_palette(tokens: Tokens) -> None:
    colours = Colours.of(build_palette(tokens))
    for name in ("ground", "panel", "raised", "line", "text", "soft", "accent", "good", "bad"):
        assert getattr(colours, name) == QColor(getattr(tokens, name)), name


def test_a_chosen_theme_is_taken_as_chosen(qapp: QApplication) -> None:
    assert resolve(ThemeChoice.DARK) is DARK
    assert resolve(ThemeChoice.LIGHT) is LIGHT
    assert resolve(ThemeChoice.SYSTEM) in (DARK, LIGHT)


def test_the_interface_is_set_in_the_shipped_font(qapp: QApplication) -> None:
    load_fonts()
    font = build_font("en", 1.0)
    assert QFontInfo(font).family() == "Inter"
    assert font.pixelSize() == 13
    assert QRawFont.fromFont(scaled_font(font, weight=font.Weight.DemiBold)).weight() == 600


def test_chinese_is_a_pixel_larger_and_follows_the_text_size(qapp: QApplication) -> None:
    assert build_font("zh_CN", 1.0).pixelSize() == 14
    assert build_font("zh_CN", 1.5).pixelSize() == 21


def test_the_licence_of_the_font_is_shipped_with_it() -> None:
    text = (resources() / "fonts" / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    assert "Inter Project Authors" in text


@THEMES
def test_a_theme_reaches_widgets_that_are_shown(qtbot: QtBot, tokens: Tokens) -> None:
    label = QLabel("text")
    qtbot.addWidget(label)
    label.show()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    apply_theme(app, tokens, language="en", scale=1.25)
    assert Colours.of(label.palette()).text == QColor(tokens.text)
    qtbot.waitUntil(lambda: label.font().pixelSize() == 16)
    apply_theme(app, DARK, language="en", scale=1.0)


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_draws_in_its_colour_and_leaves_air_at_its_edge(
    qapp: QApplication, name: str
) -> None:
    image = icon_pixmap(name, QColor("#ff0000"), ratio=2.0).toImage()
    assert image.width() == 40
    inked = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() > 128
    ]
    assert inked
    assert all(1 < x < 38 and 1 < y < 38 for x, y in inked)
    x, y = max(inked, key=lambda point: image.pixelColor(*point).alpha())
    assert image.pixelColor(x, y).red() > 200
    assert image.pixelColor(x, y).green() < 40


def test_an_icon_that_does_not_exist_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(FileNotFoundError):
        icon("no such icon")
