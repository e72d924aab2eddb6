"""Two pictures crossed, from wherever two can be chosen, and what their children are."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.contract.recipe import Crossed
from studio.images.document import SCOPE
from studio.images.ui.room import ImagesRoom
from studio.shell.pictures.comparison import ComparisonMode
from tests.images.ui.staging import PATIENCE_MS, Opener, Stage, hung


def _wait_for(qtbot: QtBot, room: ImagesRoom, kept: int) -> None:
    qtbot.waitUntil(lambda: room.kept.strip.total == kept, timeout=PATIENCE_MS)


def _keep(qtbot: QtBot, stage: Stage, room: ImagesRoom, *places: int) -> None:
    before = room.kept.strip.total
    for done, place in enumerate(places, start=1):
        room.wall.choose(place)
        stage.press("keep")
        _wait_for(qtbot, room, before + done)
    room.wall.choose(None)


def test_two_kept_pictures_offer_to_be_crossed_and_their_children_hang(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _keep(qtbot, stage, room, 1)
    assert not room.kept.between.isVisible()
    _keep(qtbot, stage, room, 5)
    assert room.kept.between.isVisible()
    works = room.kept.strip.work(0), room.kept.strip.work(1)
    room.kept.between.click()
    stage.host.answer_all()
    wall = room.desk.wall
    assert wall is not None
    assert works[0] is not None
    assert works[1] is not None
    assert (wall.base, wall.partner) == (works[0].recipe, works[1].recipe)
    children = [tile for tile in wall.tiles if isinstance(tile.origin, Crossed)]
    assert len(children) == len(wall.tiles) - 2
    assert room.title_bar.sentence.startswith("Children of")
    parents = [index for index, face in enumerate(room.wall.faces) if face.is_parent]
    assert parents == [0, room.wall.columns - 1]
    assert "a child of two" in room.wall.faces[1].name
    QTest.keyClick(room, Qt.Key.Key_Escape)
    QTest.keyClick(room, Qt.Key.Key_Escape)
    assert room.desk.wall is not None
    assert room.desk.wall.partner is None


def test_a_crossing_is_one_step_and_is_undone_as_one(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    before = room.desk.tiles
    room.wall.choose(1, second=4)
    assert room.board.bar.cross.isVisible()
    stage.press("cross")
    stage.host.answer_all()
    room.desk.flush()
    qtbot.waitUntil(
        lambda: stage.project.history(SCOPE).undo_label == "images.cross", timeout=PATIENCE_MS
    )
    stage.project.undo(SCOPE)
    qtbot.waitUntil(
        lambda: [tile.seed for tile in room.desk.tiles] == [tile.seed for tile in before],
        timeout=PATIENCE_MS,
    )
    assert room.desk.wall is not None
    assert room.desk.wall.partner is None


def test_children_can_be_rolled_varied_and_given_one_kind(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(0, second=2)
    stage.press("cross")
    stage.host.answer_all()
    first = [tile.seed for tile in room.desk.tiles]
    stage.press("roll")
    stage.host.answer_all()
    assert room.desk.wall is not None
    assert room.desk.wall.partner is not None
    assert [tile.seed for tile in room.desk.tiles] != first
    assert room.desk.model is not None
    control = room.desk.model.manifest.control("class")
    assert control is not None
    mixed = [tile.controls[control.name] for tile in room.desk.tiles]
    room.desk.set_kind(control.choices[1].value)
    assert {tile.controls[control.name] for tile in room.desk.tiles} == {control.choices[1].value}
    room.desk.set_kind(None)
    assert [tile.controls[control.name] for tile in room.desk.tiles] == mixed
    room.wall.choose(9)
    stage.press("more_like_this")
    assert room.desk.wall.partner is None


def test_crossing_says_what_it_waits_for(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    stage.press("cross")
    assert "Choose one picture, then a second" in stage.texts()
    assert room.desk.wall is not None
    assert room.desk.wall.partner is None


def test_two_kept_pictures_are_compared_and_crossed_from_there(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    _keep(qtbot, stage, room, 1, 5, 7)
    strip = room.kept.strip
    strip.choose(strip.work(0), second=strip.work(2))
    assert room.kept.bar.cross.isVisible()
    stage.press("compare")
    qtbot.waitUntil(lambda: len(room.close_view.subjects) == 2, timeout=PATIENCE_MS)
    modes = [room.close_view.mode]
    stage.press("compare")
    modes.append(room.close_view.mode)
    assert modes == [ComparisonMode.WIPE, ComparisonMode.SIDE]
    stage.press("cross")
    assert room.desk.wall is not None
    assert room.desk.wall.partner is not None
    assert not room.close_view.subjects
