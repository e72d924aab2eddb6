"""Two pictures held against each other: each way shows what it says, by mouse and by keys."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QThreadPool
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.shell.pictures import comparison
from studio.shell.pictures.comparison import ComparisonMode
from studio.shell.pictures.comparison_view import ComparisonView
from studio.shell.pictures.named import NamedPicture

RED, BLUE = QColor(200, 0, 0), QColor(0, 0, 200)


def _plain(colour: QColor, width: int = 8, height: int = 8) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB888)
    image.fill(colour)
    return image


def _pair(
    first: QImage | None = None, second: QImage | None = None
) -> tuple[NamedPicture, NamedPicture]:
    return (
        NamedPicture(name="red", image=first or _plain(RED)),
        NamedPicture(name="blue", image=second or _plain(BLUE)),
    )


@pytest.fixture
def view(qtbot: QtBot) -> ComparisonView:
    view = ComparisonView()
    qtbot.addWidget(view)
    view.resize(720, 480)
    view.show()
    qtbot.waitExposed(view)
    view.show_pair(*_pair())
    return view


def _colour_at(view: ComparisonView, across: float, *, index: int = 0) -> QColor:
    rect = view.canvas.picture_rect(index)
    place = QPointF(rect.left() + across * rect.width(), rect.top() + rect.height() / 4)
    return view.canvas.grab().toImage().pixelColor(place.toPoint())


def _drag(view: ComparisonView, start: float, end: float) -> None:
    rect = view.canvas.picture_rect(0)
    points = [
        QPoint(int(rect.left() + s * rect.width()), int(rect.top()) + 20) for s in (start, end)
    ]
    canvas = view.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    QTest.mouseMove(canvas, (points[0] + points[1]) / 2)
    QTest.mouseMove(canvas, points[1])
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[1])


def test_a_wipe_shows_the_one_before_the_line_and_the_other_behind_it(view: ComparisonView) -> None:
    assert view.mode is ComparisonMode.WIPE
    assert _colour_at(view, 0.4) == RED
    assert _colour_at(view, 0.6) == BLUE
    view.canvas.set_divider(0.8)
    assert _colour_at(view, 0.6) == RED
    assert _colour_at(view, 0.9) == BLUE


def test_small_pictures_are_enlarged_by_a_whole_factor(view: ComparisonView) -> None:
    assert view.magnification.step > 8
    assert view.canvas.picture_rect(0).width() == view.magnification.step * 8


def test_the_line_is_dragged_and_goes_back_by_a_double_click(view: ComparisonView) -> None:
    _drag(view, 0.5, 0.75)
    assert view.canvas.divider == pytest.approx(0.75, abs=0.01)
    rect = view.canvas.picture_rect(0)
    line = QPoint(int(view.canvas.divider_x()), int(rect.center().y()))
    QTest.mouseDClick(view.canvas, Qt.MouseButton.LeftButton, pos=line)
    assert view.canvas.divider == 0.5


def test_arrows_move_the_line_finely_and_with_shift_coarsely(view: ComparisonView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.canvas.divider == pytest.approx(0.51)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert view.canvas.divider == pytest.approx(0.41)
    QTest.keyClick(view, Qt.Key.Key_Home)
    assert view.canvas.divider == 0.0
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.canvas.divider == 0.0
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.canvas.divider == 1.0


def test_side_by_side_shows_both_whole_and_moves_them_together(view: ComparisonView) -> None:
    QTest.keyClick(view, Qt.Key.Key_S)
    assert view.mode is ComparisonMode.SIDE
    for index, colour in ((0, RED), (1, BLUE)):
        assert view.canvas.area(index).contains(view.canvas.picture_rect(index))
        assert _colour_at(view, 0.1, index=index) == colour
        assert _colour_at(view, 0.9, index=index) == colour
    for _ in range(8):
        QTest.keyClick(view, Qt.Key.Key_Plus)
    before = [view.canvas.picture_rect(index).topLeft() for index in (0, 1)]
    QTest.keyClick(view, Qt.Key.Key_Left)
    after = [view.canvas.picture_rect(index).topLeft() for index in (0, 1)]
    assert after[0] - before[0] == after[1] - before[1] != QPointF()


def test_its_letters_go_before_commands_that_have_the_same(view: ComparisonView) -> None:
    pressed: list[str] = []
    for key in ("B", "M"):
        action = QAction(view)
        action.setShortcut(key)
        action.triggered.connect(lambda _on=False, key=key: pressed.append(key))
        view.addAction(action)
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_B)
    QTest.keyClick(view, Qt.Key.Key_M)
    assert view.mode is ComparisonMode.BLINK
    assert pressed == ["M"]


def test_in_turns_the_other_one_comes_by_itself_and_by_space(
    view: ComparisonView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "motion_wanted", lambda: True)
    QTest.keyClick(view, Qt.Key.Key_B)
    assert _colour_at(view, 0.5) == RED
    assert view.canvas.is_blinking
    qtbot.waitUntil(lambda: view.canvas.front == 1, timeout=5_000)
    assert _colour_at(view, 0.5) == BLUE
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert not view.canvas.is_blinking
    assert _colour_at(view, 0.5) == RED
    view.set_mode(ComparisonMode.BLINK)
    view.hide()
    assert not view.canvas.is_blinking


def test_without_motion_pictures_take_turns_only_when_told(
    view: ComparisonView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "motion_wanted", lambda: False)
    view.set_mode(ComparisonMode.BLINK)
    assert not view.canvas.is_blinking
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert _colour_at(view, 0.5) == BLUE


def test_what_is_meant_stays_while_the_pictures_take_turns(view: ComparisonView) -> None:
    heard: list[int] = []
    view.active_changed.connect(lambda: heard.append(view.active))
    view.set_mode(ComparisonMode.BLINK)
    view.canvas.flip()
    assert _colour_at(view, 0.5) == BLUE
    assert view.active == 0
    view.set_mode(ComparisonMode.WIPE)
    assert (view.active, heard) == (0, [])
    view.set_mode(ComparisonMode.BLINK)
    assert _colour_at(view, 0.5) == RED


def test_a_press_means_the_picture_in_front_and_holds_it(
    view: ComparisonView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparison, "motion_wanted", lambda: True)
    view.set_mode(ComparisonMode.BLINK)
    view.canvas.flip()
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton)
    assert not view.canvas.is_blinking
    assert view.active == 1
    assert _colour_at(view, 0.5) == BLUE


def test_blinking_stays_below_three_changes_a_second() -> None:
    assert 1_000 / comparison.BLINK_MILLISECONDS < 3


def test_the_difference_is_painted_and_amplified_as_it_says(view: ComparisonView) -> None:
    almost = _plain(RED)
    almost.setPixelColor(7, 7, QColor(RED.red() + 3, 0, 0))
    view.show_pair(*_pair(_plain(RED), almost))
    QTest.keyClick(view, Qt.Key.Key_D)
    assert "1 of 64 pixels differ" in view.sentence
    assert "by at most 3 of 255" in view.sentence
    assert "64 times" in view.sentence
    assert _colour_at(view, 0.1) == QColor(0, 0, 0)
    rect = view.canvas.picture_rect(0)
    corner = view.canvas.grab().toImage().pixelColor((rect.bottomRight() - QPointF(4, 4)).toPoint())
    assert corner == QColor(3 * 64, 0, 0)


def test_equal_pictures_are_said_to_be_identical(view: ComparisonView) -> None:
    view.show_pair(*_pair(_plain(RED), _plain(RED)))
    assert view.sentence.startswith("Identical")
    assert "Identical" in view.accessibleDescription()


def test_unlike_sizes_are_said_and_still_compared_by_eye(view: ComparisonView) -> None:
    view.show_pair(*_pair(_plain(RED, 64, 64), _plain(BLUE, 28, 28)))
    assert "64 × 64" in view.sentence
    assert "28 × 28" in view.sentence
    first, second = view.canvas.picture_rect(0), view.canvas.picture_rect(1)
    assert 0.5 * first.width() < second.width() <= first.width()
    assert first.center() == second.center()


def test_large_pictures_are_counted_beside_the_window(view: ComparisonView, qtbot: QtBot) -> None:
    large = _plain(RED, 600, 400)
    view.show_pair(*_pair(large, _plain(BLUE, 600, 400)))
    assert view.canvas.is_counting
    assert view.sentence.startswith("Counting")
    qtbot.waitUntil(lambda: not view.canvas.is_counting, timeout=5_000)
    assert view.canvas.difference is not None
    assert view.canvas.difference.pixels_differing == 240_000


def test_a_figure_of_a_pair_that_is_gone_is_dropped(view: ComparisonView, qtbot: QtBot) -> None:
    view.show_pair(*_pair(_plain(RED, 600, 400), _plain(BLUE, 600, 400)))
    view.show_pair(*_pair(_plain(RED), _plain(RED)))
    QThreadPool.globalInstance().waitForDone()
    QApplication.processEvents()
    assert view.sentence.startswith("Identical")


def test_what_is_meant_follows_click_name_and_space(view: ComparisonView, qtbot: QtBot) -> None:
    rect = view.canvas.picture_rect(0)
    right = QPoint(int(rect.right()) - 10, int(rect.top()) + 10)
    with qtbot.waitSignal(view.active_changed):
        QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=right)
    assert view.active == 1
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.active == 0


def test_a_picture_that_fits_can_be_dragged_out(view: ComparisonView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.drag_started) as told:
        _drag(view, 0.9, 0.7)
    assert told.args == [1]


def test_the_menu_is_about_the_picture_under_the_pointer_or_the_one_meant(
    view: ComparisonView, qtbot: QtBot
) -> None:
    view.canvas.set_active(1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
    with qtbot.waitSignal(view.menu_wanted) as told:
        QApplication.sendEvent(view.canvas, event)
    assert told.args[0].index == 1


def test_a_newer_picture_takes_its_place_and_the_figure_follows(view: ComparisonView) -> None:
    view.replace_picture(1, NamedPicture(name="red too", image=_plain(RED)))
    assert view.sentence.startswith("Identical")
    assert view.pictures[1].name == "red too"


def test_one_key_goes_through_all_ways(view: ComparisonView) -> None:
    seen = []
    for _ in ComparisonMode:
        seen.append(view.mode)
        view.next_mode()
    assert seen == list(ComparisonMode)
    assert view.mode is ComparisonMode.WIPE
