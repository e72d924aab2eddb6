"""Genes from the wall: the chosen picture's strips, and what a click on them does."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.contract.recipe import Styling, identity
from studio.images.ui.genes.strip import AmountChosen
from studio.images.ui.room import ImagesRoom
from tests.images.ui.conftest import FakeHost
from tests.images.ui.genes.conftest import GenesHost, found
from tests.images.ui.staging import Opener, hung


@pytest.fixture
def host(qapp: Any) -> FakeHost:
    return GenesHost()


def _open(qtbot: QtBot, open_room: Opener) -> tuple[ImagesRoom, GenesHost]:
    stage = open_room()
    room = hung(qtbot, stage)
    host = stage.host
    assert isinstance(host, GenesHost)
    room.inspector.show()
    room.controls.set_folds({"genes": True})
    return room, host


def _find(qtbot: QtBot, room: ImagesRoom, host: GenesHost) -> None:
    genes = room.genes
    genes.find_button.click()
    host.find(found(2))
    qtbot.waitUntil(lambda: len(genes.rows) == 2)


def test_the_chosen_picture_is_what_genes_are_shown_for(qtbot: QtBot, open_room: Opener) -> None:
    room, host = _open(qtbot, open_room)
    _find(qtbot, room, host)
    assert room.genes.subject is None
    room.wall.choose(3)
    tile = room.desk.picture(3)
    assert tile is not None
    assert room.genes.subject == tile.recipe


def test_an_amount_changes_the_picture_in_its_place_and_can_be_undone(
    qtbot: QtBot, open_room: Opener
) -> None:
    room, host = _open(qtbot, open_room)
    _find(qtbot, room, host)
    room.wall.choose(3)
    before = room.desk.picture(3)
    assert before is not None
    trait = room.genes.rows[0].trait
    room.genes.amount_chosen.emit(AmountChosen(trait=trait, amount=2.0))
    tile = room.desk.tiles[3]
    assert isinstance(tile.styling, Styling)
    assert [shift.amount for shift in tile.styling.shifts] == [2.0]
    assert tile.latent == before.recipe.latent
    assert tile.parents == (identity(before.recipe),)
    wall = room.desk.wall
    assert wall is not None
    assert 3 in wall.locked
    host.answer_all()
    assert room.genes.subject is not None
    assert isinstance(room.genes.subject.styling, Styling)
    room.desk.roll()
    assert room.desk.tiles[3].styling == tile.styling
    others = room.desk.tiles[4]
    assert not isinstance(others.styling, Styling)


def test_the_box_leads_to_a_gene_that_was_named(qtbot: QtBot, open_room: Opener) -> None:
    room, host = _open(qtbot, open_room)
    _find(qtbot, room, host)
    shelf = room.genes.shelf
    assert shelf is not None
    shelf.rename(shelf.traits()[1].id, "Sleepy")
    room.controls.set_folds({"genes": False})
    finder = room.controls.finder
    assert finder is not None
    finder.edit.setText("sleepy")
    QTest.keyClick(finder.edit, Qt.Key.Key_Return)
    assert room.controls.folds["genes"]
    row = next(row for row in room.genes.rows if row.title == "Sleepy")
    assert room.window().focusWidget() is row.strip


def test_a_key_leads_to_the_genes_and_to_what_finds_them(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.inspector.show()
    stage.press("genes")
    assert room.controls.folds["genes"]
    assert room.window().focusWidget() is room.genes.find_button
    stage.press("find_genes")
    host = stage.host
    assert isinstance(host, GenesHost)
    host.find(found(2))
    qtbot.waitUntil(lambda: len(room.genes.rows) == 2)
    room.wall.setFocus()
    stage.press("genes")
    assert room.window().focusWidget() is room.genes.rows[0].strip
    stage.press("piles")
    assert room.piles.sheet is not None


def test_what_was_found_is_there_for_every_mode_and_the_next_time(
    qtbot: QtBot, open_room: Opener
) -> None:
    room, host = _open(qtbot, open_room)
    _find(qtbot, room, host)
    path = room.genes.shelf.path if room.genes.shelf is not None else None
    assert path is not None
    qtbot.waitUntil(path.exists)
    room.window().hide()
    again, _ = _open(qtbot, open_room)
    qtbot.waitUntil(lambda: bool(again.genes.rows))
    assert [row.title for row in again.genes.rows] == ["Gene 1", "Gene 2"]
