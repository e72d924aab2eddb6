"""Pinching magnifies in steps, and slow fingers lose nothing."""

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.shell.pictures.touch import PinchSteps


def test_fingers_that_part_slowly_make_the_same_steps(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    told: list[tuple[int, QPointF]] = []
    pinch = PinchSteps(widget, lambda steps, at: told.append((steps, at)))
    for _ in range(10):
        pinch.spread(1.05, QPointF(3, 4))
    assert sum(steps for steps, _ in told) == 2
    assert told[0][1] == QPointF(3, 4)
    for _ in range(10):
        pinch.spread(1 / 1.05, QPointF())
    assert 0 <= sum(steps for steps, _ in told) <= 1  # a step is not undone by a tremble
    pinch.spread(0.25, QPointF())
    assert told[-1][0] <= -6
