"""Kept pictures are PNG files, and nothing else is made a picture of."""

from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from studio.shell.decoding import decoded_png
from tests.project.samples import png

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><circle r="4"/></svg>'


def test_a_png_is_decoded() -> None:
    assert decoded_png(png(1)).size().width() > 0


def test_no_plugin_of_other_formats_is_asked(qtbot: QtBot) -> None:
    assert not QImage.fromData(SVG).isNull(), "Qt has no plugin that could be asked"
    assert decoded_png(SVG).isNull()
    assert decoded_png(b"").isNull()
