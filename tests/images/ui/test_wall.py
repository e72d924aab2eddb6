"""The wall as a widget: mouse, keyboard, what is painted where, and what a reader hears."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.images.ui.action_bar import TileBar
from studio.images.ui.wall import WallView
from studio.images.ui.wall_faces import ChoiceEvent, MenuEvent, SeenEvent, TileEvent, TileFace


def _image(colour: str) -> QImage:
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(QColor(colour))
    return image


def _faces(count: int, colour: str = "#336699") -> list[TileFace]:
    return [TileFace(name=f"picture {i}", image=_image(colour)) for i in range(count)]


@pytest.fixture
def wall(qtbot: QtBot) -> WallView:
    wall = WallView()
    qtbot.addWidget(wall)
    wall.resize(900, 500)
    wall.set_pictures((8, 8), 3)
    wall.set_faces(_faces(60), fade=False)
    wall.show()
    qtbot.waitExposed(wall)
    return wall


def _heard(signal: object) -> list[object]:
    heard: list[object] = []
    signal.connect(heard.append)  # type: ignore[attr-defined]  # any signal
    return heard


def _centre(wall: WallView, place: int) -> QPoint:
    return wall.tile_rect(place).center().toPoint()


def _click(wall: WallView, place: int, *modifiers: Qt.KeyboardModifier) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        held |= modifier
    QTest.mouseClick(wall.viewport(), Qt.MouseButton.LeftButton, held, _centre(wall, place))


def test_a_click_chooses_and_a_click_beside_lets_go(wall: WallView) -> None:
    heard = _heard(wall.choice_changed)
    _click(wall, 2)
    assert wall.chosen == 2
    QTest.mouseClick(
        wall.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(1, 1),
    )
    assert wall.chosen is None
    assert heard == [ChoiceEvent(chosen=2, second=None), ChoiceEvent(chosen=None, second=None)]


@pytest.mark.parametrize(
    "modifier", [Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier]
)
def test_a_second_one_is_chosen_with_a_modifier(
    wall: WallView, modifier: Qt.KeyboardModifier
) -> None:
    _click(wall, 2)
    _click(wall, 4, modifier)
    assert (wall.chosen, wall.second) == (2, 4)
    _click(wall, 4, modifier)
    assert (wall.chosen, wall.second) == (2, None)


def test_arrows_move_and_space_and_return_choose_and_enlarge(wall: WallView) -> None:
    activated = _heard(wall.activated)
    moved = _heard(wall.current_changed)
    QTest.keyClick(wall, Qt.Key.Key_Right)
    QTest.keyClick(wall, Qt.Key.Key_Down)
    assert wall.current == 1 + wall.columns
    assert wall.chosen is None
    assert moved == [TileEvent(place=1), TileEvent(place=1 + wall.columns)]
    QTest.keyClick(wall, Qt.Key.Key_Space)
    assert wall.chosen == wall.current
    QTest.keyClick(wall, Qt.Key.Key_Return)
    assert activated == [TileEvent(place=wall.current)]
    QTest.keyClick(wall, Qt.Key.Key_Space)
    assert wall.chosen is None


def test_the_keyboard_reaches_every_tile_and_scrolls_to_it(wall: WallView) -> None:
    QTest.keyClick(wall, Qt.Key.Key_End)
    assert wall.current == 59
    rect = wall.tile_rect(59)
    assert rect.top() >= 0
    assert rect.bottom() <= wall.viewport().height()
    QTest.keyClick(wall, Qt.Key.Key_Home)
    assert wall.current == 0
    assert wall.tile_rect(0).top() >= 0


def test_a_reader_hears_the_name_of_the_tile(wall: WallView) -> None:
    QTest.keyClick(wall, Qt.Key.Key_Right)
    assert wall.accessibleDescription() == "picture 1"
    assert wall.accessibleName()


def test_the_keyboards_menu_opens_on_the_current_tile(wall: WallView) -> None:
    QTest.keyClick(wall, Qt.Key.Key_Right)
    heard = _heard(wall.menu_wanted)
    reason = QContextMenuEvent.Reason.Keyboard
    QApplication.sendEvent(wall, QContextMenuEvent(reason, QPoint(0, 0), QPoint(0, 0)))
    assert len(heard) == 1
    assert isinstance(heard[0], MenuEvent)
    assert heard[0].place == 1
    assert wall.chosen == 1


def test_pulling_a_tile_begins_a_drag_and_a_twitch_does_not(wall: WallView) -> None:
    heard = _heard(wall.drag_started)
    start = _centre(wall, 3)
    QTest.mousePress(
        wall.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start
    )
    _move(wall, start + QPoint(1, 1))
    assert heard == []
    _move(wall, start + QPoint(60, 10))
    assert heard == [TileEvent(place=3)]


def _move(wall: WallView, to: QPoint) -> None:
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(to),
        QPointF(wall.viewport().mapToGlobal(to)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(wall.viewport(), event)


def test_pictures_arrive_in_place_and_nothing_jumps(wall: WallView) -> None:
    wall.set_faces([TileFace(name=f"empty {i}") for i in range(60)], fade=False)
    before = [wall.tile_rect(place) for place in range(60)]
    for place in range(0, 60, 7):
        wall.set_face(place, _faces(1)[0], fade=False)
    assert [wall.tile_rect(place) for place in range(60)] == before


def test_each_tile_shows_its_own_picture(wall: WallView) -> None:
    colours = ["#ff0000", "#00ff00", "#0000ff", "#ffff00"]
    faces = [TileFace(name=str(i), image=_image(colours[i % 4])) for i in range(60)]
    wall.set_faces(faces, fade=False)
    shot = wall.viewport().grab().toImage()
    for place in range(wall.seen.first, wall.seen.last):
        centre = _centre(wall, place)
        if shot.rect().contains(centre):
            assert shot.pixelColor(centre).name() == colours[place % 4]


def test_a_stale_picture_is_told_apart_from_the_real_one(wall: WallView) -> None:
    faces = _faces(60, "#ffffff")
    wall.set_faces(faces, fade=False)
    clear = wall.viewport().grab().toImage().pixelColor(_centre(wall, 0))
    stale = TileFace(name="old", image=faces[0].image, is_stale=True)
    wall.set_face(0, stale, fade=False)
    dim = wall.viewport().grab().toImage().pixelColor(_centre(wall, 0))
    assert dim.lightness() < clear.lightness() - 60


def test_nothing_moves_where_motion_is_not_wanted(
    wall: WallView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.images.ui.wall.motion_wanted", lambda: False)
    wall.set_faces([TileFace(name="empty") for _ in range(60)], fade=False)
    wall.set_face(0, TileFace(name="new", image=_image("#ffffff")))
    assert not wall.is_moving
    assert wall.viewport().grab().toImage().pixelColor(_centre(wall, 0)).lightness() > 250


def test_a_new_picture_fades_in_and_ends_as_itself(wall: WallView, qtbot: QtBot) -> None:
    wall.set_faces([TileFace(name="empty") for _ in range(60)], fade=False)
    wall.set_face(0, TileFace(name="new", image=_image("#ffffff")))
    qtbot.waitUntil(
        lambda: wall.viewport().grab().toImage().pixelColor(_centre(wall, 0)).lightness() > 250
    )
    qtbot.waitUntil(lambda: not wall.is_moving)


def test_the_wall_says_what_can_be_seen(wall: WallView) -> None:
    heard = _heard(wall.seen_changed)
    wall.verticalScrollBar().setValue(wall.verticalScrollBar().maximum())
    assert heard
    last = heard[-1]
    assert isinstance(last, SeenEvent)
    assert last.last == 60
    assert last.first > 0


def test_fewer_tiles_let_go_of_what_is_gone(wall: WallView) -> None:
    wall.choose(50)
    wall.set_faces(_faces(10), fade=False)
    assert wall.chosen is None
    assert wall.current < 10


def test_the_bar_stands_beside_the_chosen_tile_and_inside_the_wall(wall: WallView) -> None:
    bar = TileBar(wall.viewport())
    wall.attach_bar(bar)
    for place in (0, wall.columns - 1, wall.columns + 1):
        wall.choose(place)
        assert bar.isVisible()
        assert not bar.geometry().isEmpty()
        assert wall.viewport().rect().contains(bar.more.mapTo(wall.viewport(), QPoint(0, 0)))
    wall.choose(None)
    assert not bar.isVisible()


def test_a_thousand_tiles_cost_no_more_than_those_in_view(
    wall: WallView, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    paint: Callable[..., None] = wall._paint_tile

    def count(painter: object, index: int, *rest: object) -> None:
        painted.append(index)
        paint(painter, index, *rest)

    wall.set_faces(_faces(1000), fade=False)
    monkeypatch.setattr(wall, "_paint_tile", count)
    wall.viewport().grab()
    assert 0 < len(set(painted)) < 120
