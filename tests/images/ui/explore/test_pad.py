"""The pad under the hand: drags, clicks, keys, the wheel, and what a screen reader finds."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.images.ui.explore.pad import FARTHEST, HandEvent, PadView, StepEvent
from studio.images.ui.explore.spots import WAYS, rim_way


@pytest.fixture
def pad(qtbot: QtBot) -> PadView:
    view = PadView()
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.set_pictures((64, 64))
    view.show()
    qtbot.waitExposed(view)
    return view


def image(colour: str, side: int = 64) -> QImage:
    made = QImage(side, side, QImage.Format.Format_RGB888)
    made.fill(colour)
    return made


def hands(pad: PadView) -> list[HandEvent]:
    told: list[HandEvent] = []
    pad.handed.connect(told.append)
    return told


def press(pad: PadView, at: QPoint) -> None:
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def release(pad: PadView, at: QPoint) -> None:
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)


def drag(pad: PadView, by: QPoint) -> None:
    start = pad.middle_rect().center().toPoint()
    press(pad, start)
    for share in (0.25, 0.5, 0.75, 1.0):
        QTest.mouseMove(pad, start + QPoint(round(by.x() * share), round(by.y() * share)))
    release(pad, start + by)


def test_dragging_to_a_picture_of_the_rim_is_going_all_the_way(pad: PadView) -> None:
    for index in range(WAYS):
        told = hands(pad)
        target = pad.rim_rect(index).center() - pad.middle_rect().center()
        drag(pad, target.toPoint())
        across, up = rim_way(index)
        assert told[-1].final
        assert told[-1].across == pytest.approx(across, abs=0.02)
        assert told[-1].up == pytest.approx(up, abs=0.02)
        assert all(not event.final for event in told[:-1])


def test_the_picture_follows_while_the_hand_moves(pad: PadView) -> None:
    told = hands(pad)
    drag(pad, QPoint(200, 0))
    assert len(told) >= 4
    assert [event.across for event in told] == sorted(event.across for event in told)


def test_a_hand_cannot_go_farther_than_the_pad_means(pad: PadView) -> None:
    told = hands(pad)
    drag(pad, QPoint(20_000, 0))
    assert told[-1].across == pytest.approx(FARTHEST)


def test_a_click_in_the_middle_moves_nothing(pad: PadView) -> None:
    told = hands(pad)
    walked: list[int] = []
    pad.walked.connect(walked.append)
    centre = pad.middle_rect().center().toPoint()
    QTest.mouseClick(pad, Qt.MouseButton.LeftButton, pos=centre)
    assert told == []
    assert walked == []


def test_a_click_at_the_rim_goes_there(qtbot: QtBot, pad: PadView) -> None:
    for index in range(WAYS):
        with qtbot.waitSignal(pad.walked) as blocker:
            at = pad.rim_rect(index).center().toPoint()
            QTest.mouseClick(pad, Qt.MouseButton.LeftButton, pos=at)
        assert blocker.args == [index]


def test_escape_gives_a_drag_up(pad: PadView) -> None:
    told = hands(pad)
    start = pad.middle_rect().center().toPoint()
    press(pad, start)
    QTest.mouseMove(pad, start + QPoint(150, 0))
    QTest.keyClick(pad, Qt.Key.Key_Escape)
    assert told[-1] == HandEvent(across=0.0, up=0.0, final=True)
    release(pad, start + QPoint(150, 0))
    assert told[-1] == HandEvent(across=0.0, up=0.0, final=True)


@pytest.mark.parametrize(
    ("key", "way"),
    [
        (Qt.Key.Key_Left, (-1, 0)),
        (Qt.Key.Key_Right, (1, 0)),
        (Qt.Key.Key_Up, (0, 1)),
        (Qt.Key.Key_Down, (0, -1)),
    ],
)
def test_arrows_move_by_a_tenth_and_with_shift_by_one(
    pad: PadView, key: Qt.Key, way: tuple[int, int]
) -> None:
    told: list[StepEvent] = []
    pad.stepped.connect(told.append)
    QTest.keyClick(pad, key)
    QTest.keyClick(pad, key, Qt.KeyboardModifier.ShiftModifier)
    assert told == [
        StepEvent(across=0.1 * way[0], up=0.1 * way[1]),
        StepEvent(across=1.0 * way[0], up=1.0 * way[1]),
    ]


def test_wheel_and_keys_change_the_reach(pad: PadView) -> None:
    told: list[float] = []
    pad.reach_changed.connect(told.append)
    for turn in (120, -120):
        event = QWheelEvent(
            QPointF(10, 10),
            QPointF(10, 10),
            QPoint(),
            QPoint(0, turn),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(pad, event)
    QTest.keyClick(pad, Qt.Key.Key_Plus)
    QTest.keyClick(pad, Qt.Key.Key_Minus)
    assert [factor > 1 for factor in told] == [False, True, True, False]
    assert told[0] * told[1] == pytest.approx(1.0)


def test_the_menu_can_be_asked_for_by_key(qtbot: QtBot, pad: PadView) -> None:
    with qtbot.waitSignal(pad.menu_wanted) as blocker:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(1, 1), QPoint(1, 1))
        QApplication.sendEvent(pad, event)
    middle = pad.mapToGlobal(pad.middle_rect().center().toPoint())
    assert blocker.args == [middle]


def test_what_is_shown_is_painted(pad: PadView) -> None:
    pad.show_middle(image("#ff0000"))
    pad.show_rim(0, image("#00ff00"))
    shot = pad.grab().toImage()
    assert shot.pixelColor(pad.middle_rect().center().toPoint()).name() == "#ff0000"
    assert shot.pixelColor(pad.rim_rect(0).center().toPoint()).name() == "#00ff00"


def test_a_pixel_of_the_picture_is_a_square_of_pixels(pad: PadView) -> None:
    picture = image("#000000")
    picture.setPixelColor(32, 32, "#ffffff")
    pad.show_middle(picture)
    layout = pad.pad_layout
    assert layout is not None
    shot, rect = pad.grab().toImage(), pad.middle_rect()
    factor = layout.factor
    corner = rect.topLeft().toPoint() + QPoint(32 * factor, 32 * factor)
    white = [
        shot.pixelColor(corner + QPoint(x, y)).name() == "#ffffff"
        for x in (0, factor - 1)
        for y in (0, factor - 1)
    ]
    assert all(white)
    assert shot.pixelColor(corner - QPoint(1, 1)).name() == "#000000"


def test_the_rim_fades_while_its_own_pictures_are_on_their_way(pad: PadView) -> None:
    pad.show_rim(0, image("#00ff00"))
    at = pad.rim_rect(0).center().toPoint()
    pad.fade_rim()
    assert pad.grab().toImage().pixelColor(at).name() != "#00ff00"
    pad.show_rim(0, image("#00ff00"))
    assert pad.grab().toImage().pixelColor(at).name() == "#00ff00"


def test_a_sheet_lies_in_the_middle_and_its_letters_can_be_chosen(
    qtbot: QtBot, pad: PadView
) -> None:
    pad.set_pictures((16, 16), sheet=26)
    layout = pad.pad_layout
    assert layout is not None
    assert len(pad.middle) == 26
    pad.show_middle(image("#123456", 16), 25)
    assert pad.middle[25] is not None
    box = layout.cells[7]
    with qtbot.waitSignal(pad.picked) as blocker:
        at = QPoint(box.x + box.width // 2, box.y + box.height // 2)
        QTest.mouseClick(pad, Qt.MouseButton.LeftButton, pos=at)
    assert blocker.args == [7]


def test_a_screen_reader_finds_the_picture_and_eight_ways(pad: PadView) -> None:
    pad.say("Open Peeps, number 7")
    pad.set_ends(("more: Hair", "", "less: Hair", ""))
    assert pad.spoken_count() == 9
    assert pad.spoken_item(0).name == "Open Peeps, number 7"
    assert pad.spoken_item(1).name == "right, more: Hair"
    assert pad.spoken_item(5).name == "left, less: Hair"
    assert pad.spoken_item(3).name == "up"
    names = [pad.spoken_item(index).name for index in range(9)]
    assert len(set(names)) == 9


def test_other_pictures_clear_what_was_there(pad: PadView) -> None:
    pad.show_middle(image("#ff0000"))
    pad.set_pictures((32, 32))
    assert pad.middle == (None,)
    assert pad.rim == (None,) * WAYS
