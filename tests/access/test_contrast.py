"""The look for faint texts sees those that nobody can see."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.overriding import override
from tests.access.contrast import faint


class Painted(QWidget):
    """A text that it paints itself, black on white, as far as ``opacity`` lets it."""

    def __init__(self, opacity: float) -> None:
        super().__init__()
        self._opacity = opacity

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        painter.setOpacity(self._opacity)
        painter.setPen(QColor("black"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Hello there")
        painter.end()


def _on_white(qtbot: QtBot, *children: QWidget) -> QWidget:
    root = QWidget()
    root.setStyleSheet("background: #ffffff; border: 0")
    layout = QVBoxLayout(root)
    for child in children:
        layout.addWidget(child)
    root.resize(300, 80)
    qtbot.addWidget(root)
    with qtbot.waitExposed(root):
        root.show()
    return root


@pytest.mark.parametrize(
    ("ink", "ratio"),
    [("#ffffff", "1.00"), ("#fefefe", "1.01"), ("#dddddd", "1.36"), ("#000000", "")],
)
@pytest.mark.parametrize("kind", [QLabel, QLineEdit], ids=lambda kind: kind.__name__)
def test_a_text_is_found_that_has_nearly_or_quite_the_colour_of_its_ground(
    qtbot: QtBot, kind: type[QLabel | QLineEdit], ink: str, ratio: str
) -> None:
    text = kind("Hello there")
    text.setStyleSheet(f"color: {ink}")
    found = faint(_on_white(qtbot, text))
    assert len(found) == bool(ratio)
    assert all("Hello there" in why and f"at {ratio}:1" in why for why in found)


def test_an_empty_field_has_nothing_to_be_read(qtbot: QtBot) -> None:
    field = QLineEdit()
    field.setStyleSheet("color: #ffffff")
    assert faint(_on_white(qtbot, field)) == []


@pytest.mark.parametrize(("opacity", "ratio"), [(1.0, ""), (0.4, "2.8"), (0.0, "1.00")])
def test_what_is_painted_with_little_opacity_is_as_faint_as_it_looks(
    qtbot: QtBot, opacity: float, ratio: str
) -> None:
    text = Painted(opacity)
    root = _on_white(qtbot, text)
    found = faint(root)
    assert len(found) == bool(ratio)
    assert all("paints 'Hello there'" in why and f"at {ratio}" in why for why in found)
    text.setEnabled(False)
    assert faint(root) == []


def test_a_text_so_bold_that_it_covers_more_than_its_ground_is_measured_against_it(
    qtbot: QtBot,
) -> None:
    block = QLabel("\u2588" * 12)
    block.setStyleSheet("color: #dddddd; padding: 0; margin: 0")
    block.setAlignment(Qt.AlignmentFlag.AlignCenter)
    (why,) = faint(_on_white(qtbot, block))
    assert "(221, 221, 221) on (255, 255, 255)" in why
