"""The box in the explorer finds kinds, controls and traits; genes stand below it."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.images.ui.explore.mode import ExploreMode
from tests.images.ui.explore.conftest import entered, find_two_traits
from tests.images.ui.staging import Opener, Stage
from tests.models import CLASS_CONTROL


def _open(qtbot: QtBot, stage: Stage) -> ExploreMode:
    _, mode = entered(qtbot, stage)
    model, shelf = mode.desk.model, mode.desk.shelf
    assert model is not None
    assert shelf is not None
    first, _ = find_two_traits(shelf, model)
    shelf.rename(first, "Sleepy")
    return mode


def _type(mode: ExploreMode, text: str) -> None:
    finder = mode.controls.finder
    assert finder is not None
    finder.edit.setText(text)
    QTest.keyClick(finder.edit, Qt.Key.Key_Return)


def test_a_gene_that_was_named_is_brought_into_sight(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    mode = _open(qtbot, stage)
    mode.controls.set_folds({"genes": False})
    _type(mode, "sleepy")
    assert mode.controls.folds["genes"]
    row = next(row for row in mode.genes.rows if row.title == "Sleepy")
    assert mode.inspector.window().focusWidget() is row.strip


def test_a_kind_that_was_found_is_taken(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    mode = _open(qtbot, stage)
    here = mode.desk.here
    assert here is not None
    other = "bags" if here.controls.get(CLASS_CONTROL) != "bags" else "coats"
    _type(mode, other)
    stage.host.answer_all()
    assert mode.desk.kinds() == {other: 1.0}


def test_a_control_that_was_found_gets_the_keyboard(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    mode = _open(qtbot, stage)
    _type(mode, "truncation")
    focused = mode.inspector.window().focusWidget()
    assert focused is not None
    assert mode.controls.rows["truncation"].isAncestorOf(focused)


def test_a_sentence_is_answered_plainly(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    mode = _open(qtbot, stage)
    finder = mode.controls.finder
    assert finder is not None
    finder.edit.setText("a castle by the sea at dawn")
    assert finder.found == ()
    assert "Nothing here is called" in finder.sentence
