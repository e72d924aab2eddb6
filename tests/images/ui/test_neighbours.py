"""A click: the picture grows where it hangs, and its neighbours arrive around it."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.contract.recipe import Near
from studio.images.ui.neighbourhood import CENTRE
from studio.images.ui.room import ImagesRoom
from studio.images.ui.surroundings import NEIGHBOURS
from tests.images.ui.staging import PATIENCE_MS, Opener, hung


def _click(room: ImagesRoom, place: int) -> None:
    middle = room.wall.tile_rect(place).center().toPoint()
    QTest.mouseClick(room.wall.viewport(), Qt.MouseButton.LeftButton, pos=middle)


def _press_neighbour(room: ImagesRoom, index: int) -> None:
    view = room.neighbours.view
    at = view.picture_rect(index).center().toPoint()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=at)


def test_a_click_grows_the_picture_and_its_neighbours_arrive(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    tiles = [room.wall.tile_rect(place) for place in range(len(room.wall.faces))]
    _click(room, 2)
    view = room.neighbours.view
    assert view.isVisible()
    assert room.neighbours.subject is not None
    assert room.neighbours.subject.place == 2
    assert view.picture_rect(CENTRE).width() > room.wall.tile_rect(2).width()
    assert view.pictures[:NEIGHBOURS] == (None,) * NEIGHBOURS
    stage.host.answer_all()
    assert None not in view.pictures
    assert [room.wall.tile_rect(place) for place in range(len(tiles))] == tiles
    found = [room.neighbours.subject_of(index) for index in range(NEIGHBOURS)]
    origins = [subject.recipe.origin for subject in found if subject is not None]
    base = room.neighbours.subject.recipe.latent
    assert all(isinstance(origin, Near) and origin.base == base for origin in origins)


def test_the_panel_stays_inside_the_wall_wherever_the_tile_hangs(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    for place in range(room.wall.seen.first, room.wall.seen.last):
        rect = room.wall.tile_rect(place)
        if room.wall.viewport().rect().contains(rect.center().toPoint()):
            _click(room, place)
            assert room.wall.open_area.contains(room.neighbours.view.panel)
            room.neighbours.close()


def test_near_an_edge_the_picture_grows_where_it_hangs(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    view = room.neighbours.view
    for place in range(room.wall.columns):
        tile = room.wall.tile_rect(place)
        _click(room, place)
        grown = view.picture_rect(CENTRE).translated(view.pos())
        assert abs(grown.center().x() - tile.center().x()) <= tile.width()
        room.neighbours.close()


def test_a_neighbour_that_is_clicked_is_the_middle_and_has_neighbours_of_its_own(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _click(room, 2)
    stage.host.answer_all()
    wanted = room.neighbours.subject_of(3)
    _press_neighbour(room, 3)
    assert room.neighbours.subject is wanted
    stage.host.answer_all()
    assert wanted is not None
    neighbour = room.neighbours.subject_of(0)
    assert neighbour is not None
    assert isinstance(neighbour.recipe.origin, Near)
    assert neighbour.recipe.origin.base == wanted.recipe.latent
    stage.press("keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    work = room.kept.strip.work(0)
    assert work is not None
    assert work.recipe == wanted.recipe


def test_more_like_this_hangs_the_neighbours_that_were_shown(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _click(room, 2)
    stage.host.answer_all()
    shown = [room.neighbours.subject_of(index) for index in range(NEIGHBOURS)]
    stage.press("more_like_this")
    assert not room.neighbours.view.isVisible()
    for place, subject in enumerate(shown, start=1):
        assert subject is not None
        picture = room.desk.picture(place)
        assert picture is not None, "it was made already"
        assert picture.recipe == subject.recipe


def test_the_keyboard_walks_looks_and_comes_back(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.setFocus()
    for _ in range(room.wall.columns // 2):
        QTest.keyClick(room.wall, Qt.Key.Key_Right)
    QTest.keyClick(room.wall, Qt.Key.Key_Return)
    view = room.neighbours.view
    assert view.hasFocus()
    stage.host.answer_all()
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.current == 1
    assert view.accessibleDescription() == view.spoken_item(1).name
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.current == 3
    wanted = room.neighbours.subject_of(3)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert room.neighbours.subject is wanted
    assert view.current == CENTRE
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert view.current == 5
    QTest.keyClick(view, Qt.Key.Key_Left)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.current == CENTRE
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert [subject.recipe for subject in room.close_view.subjects] == [
        wanted.recipe if wanted is not None else None
    ]
    assert not view.isVisible()


def test_escape_puts_the_picture_back_and_keeps_the_choice(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _click(room, 2)
    QTest.keyClick(room.neighbours.view, Qt.Key.Key_Escape)
    assert not room.neighbours.view.isVisible()
    assert room.wall.chosen == 2
    assert room.wall.hasFocus()


def test_what_is_under_way_is_given_up_when_the_panel_goes(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _click(room, 2)
    number = stage.host.open[-1]
    room.neighbours.close()
    assert number in stage.host.given_up


def test_the_newest_middle_wins_over_pictures_of_an_older_one(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _click(room, 2)
    old = stage.host.open[-1]
    room.neighbours.close()
    _click(room, 0)
    for index in range(len(stage.host.request(old).recipes)):
        stage.host.send_picture(old, index)
    stage.host.end_cancelled(old)
    assert room.neighbours.view.pictures[:NEIGHBOURS] == (None,) * NEIGHBOURS
    stage.host.answer_all()
    assert None not in room.neighbours.view.pictures


def test_a_slider_takes_the_neighbours_along(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _click(room, 2)
    stage.host.answer_all()
    room.desk.set_strength(0.9, final=True)
    stage.host.answer_all()
    subject = room.neighbours.subject_of(0)
    assert subject is not None
    assert isinstance(subject.recipe.origin, Near)
    assert subject.recipe.origin.strength == 0.9
    room.desk.set_control("truncation", 0.25, final=True)
    stage.host.answer_all()
    assert room.neighbours.subject is not None
    assert room.neighbours.subject.recipe.controls["truncation"] == 0.25
    subject = room.neighbours.subject_of(0)
    assert subject is not None
    assert subject.recipe.controls["truncation"] == 0.25


def test_another_choice_another_wall_and_scrolling_end_it(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    view = room.neighbours.view
    _click(room, 2)
    room.wall.choose(2, second=4)
    assert not view.isVisible()
    _click(room, 2)
    stage.press("roll")
    assert not view.isVisible()
    stage.host.answer_all()
    for _ in range(4):
        stage.press("more")
    stage.host.answer_all()
    _click(room, 1)
    assert view.isVisible()
    room.wall.verticalScrollBar().setValue(40)
    assert not view.isVisible()


def test_it_stays_when_the_wall_gets_another_size(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _click(room, 2)
    stage.host.answer_all()
    view = room.neighbours.view
    shown = view.pictures
    room.resize(760, 592)
    assert view.isVisible()
    assert view.pictures == shown
    assert room.wall.viewport().rect().contains(view.panel)
    room.resize(200, 200)
    assert not view.isVisible()


def test_a_double_click_looks_at_the_picture(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _click(room, 2)
    QTest.mouseDClick(room.neighbours.view, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert [subject.place for subject in room.close_view.subjects] == [2]


def test_where_there_is_no_room_a_click_only_chooses(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.resize(260, 300)
    stage.host.answer_all()
    _click(room, 0)
    assert room.wall.chosen == 0
    assert not room.neighbours.view.isVisible()
