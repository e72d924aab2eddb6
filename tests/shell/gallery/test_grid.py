"""The grid by itself: what scrolls, what grows, and what is said meanwhile."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.shell.gallery.grid import SIDES
from studio.shell.gallery.grid_painter import GridPainter
from studio.shell.gallery.rubber_band import RubberBand
from studio.shell.pictures.touch import PinchSteps
from tests.shell.gallery.conftest import DAY, Opener, Stage, made


def test_where_nothing_scrolls_no_handle_offers_to(open_gallery: Opener) -> None:
    grid = open_gallery([made(0)]).room.grid
    bar = grid.verticalScrollBar()
    assert bar.maximum() == 0
    assert not bar.isEnabled()
    grid.resize(grid.width(), grid.side)
    assert bar.maximum() > 0
    assert bar.isEnabled()


def test_dragging_the_handle_says_which_day_the_view_is_at(open_gallery: Opener) -> None:
    days = [made(number, created=DAY - 86_400 * (60 - number)) for number in range(60)]
    stage = open_gallery([*days, *(made(60 + number) for number in range(3))])
    grid = stage.room.grid
    bar = grid.verticalScrollBar()
    bar.setValue(40)
    assert not grid.hint.isVisible()
    bar.setSliderDown(True)
    bar.setValue(bar.maximum())
    assert grid.hint.isVisible()
    assert grid.hint.text == grid.grid_layout.sections[-1].title
    assert grid.hint.geometry().right() < grid.viewport().width()
    bar.setSliderDown(False)
    assert not grid.hint.isVisible()


def test_a_wheel_with_ctrl_and_a_pinch_change_the_size_and_stop_at_the_ends(
    open_gallery: Opener,
) -> None:
    stage = open_gallery()
    grid = stage.room.grid
    view = grid.viewport()

    def turn(notches: int) -> None:
        event = QWheelEvent(
            QPointF(50, 50),
            QPointF(view.mapToGlobal(QPoint(50, 50))),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(view, event)

    before = grid.side
    turn(1)
    assert grid.side == SIDES[SIDES.index(before) + 1]
    turn(-20)
    assert grid.side == SIDES[0]
    (pinch,) = view.findChildren(PinchSteps)
    pinch.spread(100.0, QPointF(10, 10))
    assert grid.side == SIDES[-1]


def test_the_current_picture_stays_in_view_while_the_size_changes(open_gallery: Opener) -> None:
    stage = open_gallery([made(number) for number in range(60)])
    grid = stage.room.grid
    grid.choose_place(grid.places[30])
    for steps in (1, 1, -1, -1, -1):
        grid.step_side(steps)
        index = grid.selection.current_index
        assert index is not None
        assert grid.rect_in_view(index) is not None


def test_a_rubber_band_beyond_the_edge_scrolls_on(
    open_gallery: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = open_gallery([made(number) for number in range(60)])
    grid = stage.room.grid
    view = grid.viewport()
    far = view.mapToGlobal(QPoint(300, view.height() + 200))
    monkeypatch.setattr("PySide6.QtGui.QCursor.pos", lambda *_args: far)
    start = QPoint(4, int(grid.rect_of(0).top()) + 4)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, QPoint(300, view.height() + 200))
    chosen = len(stage.chosen())
    assert chosen > 0
    stage.wait(lambda: grid.verticalScrollBar().value() > 200)
    assert len(stage.chosen()) > chosen
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(300, view.height() + 200))
    value = grid.verticalScrollBar().value()
    assert not grid.findChildren(RubberBand)[0].is_drawn
    QApplication.processEvents()
    assert grid.verticalScrollBar().value() == value


def test_scrolling_paints_the_same_as_painting_everything_anew(open_gallery: Opener) -> None:
    stage = open_gallery([made(number) for number in range(60)])
    grid = stage.room.grid
    for value in (40, 41, 200, 120, 700, 0, 333):
        grid.verticalScrollBar().setValue(value)
        stage.wait(
            lambda: all(
                (row := stage.room.finder.row(grid.places[index])) is not None
                and grid.picture(row) is not None
                for index in grid.in_view()
            )
        )
        stage.wait(lambda: on_screen(stage) == anew(stage))


def on_screen(stage: Stage) -> QImage:
    """The grid as the display has it: what was painted, and what was moved."""
    whole = stage.window.screen().grabWindow(stage.window.winId()).toImage()
    return of_grid(stage, whole)


def anew(stage: Stage) -> QImage:
    """The grid as it is when all of it is painted now."""
    return of_grid(stage, stage.window.grab().toImage())


def of_grid(stage: Stage, image: QImage) -> QImage:
    view = stage.room.grid.viewport()
    area = QRect(view.mapTo(stage.window, QPoint(0, 0)), view.size())
    return image.copy(area).convertToFormat(QImage.Format.Format_RGB32)


def test_scrolling_paints_only_what_comes_into_view(
    open_gallery: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = open_gallery([made(number) for number in range(60)])
    grid = stage.room.grid
    stage.wait(lambda: all(stage.room.finder.row(place) is not None for place in grid.places[:20]))
    QApplication.processEvents()
    grid.viewport().repaint()  # nothing that came meanwhile waits to be painted
    painted: list[QRectF] = []
    monkeypatch.setattr(GridPainter, "paint_tile", lambda _self, cell, *_: painted.append(cell))
    grid.verticalScrollBar().setValue(20)
    grid.viewport().repaint(0, 0, 1, 1)
    assert 0 < len(painted) <= 2 * grid.grid_layout.columns
