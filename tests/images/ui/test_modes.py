"""The modes of the images room: which is in front, what belongs to it, and the switch itself."""

from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.images.ui import room as room_module
from studio.images.ui.mode_switch import ModeSwitch, Segment
from studio.images.ui.modes import BREED, FILM, WALL, Mode, ModeContext, ModeEntry
from studio.shell.services import Services, Turning
from tests.images.ui.staging import PATIENCE_MS, Opener, hung


class PaperMode(Mode):
    """Writes down what it is told."""

    def __init__(self, services: Services, context: ModeContext) -> None:
        super().__init__()
        self.name = BREED
        self.title = "Breed"
        self.context = context
        self.told: list[str] = []
        self.subjects: list[Recipe | None] = []
        self.chosen: list[Model] = []
        self.widget = QWidget()
        self.field = QLineEdit(self.widget)
        self.widget.setFocusProxy(self.field)
        self.inspector = QWidget()
        self.words = "the family"

    @property
    @override
    def sentence(self) -> str:
        return self.words

    @property
    @override
    def undo_scope(self) -> str:
        return "images.breed"

    @override
    def choose_model(self, model: Model) -> None:
        self.chosen.append(model)

    @override
    def edit_text(self, label: str, parameters: Mapping[str, str]) -> str:
        return "a step of paper" if label == "paper.step" else ""

    @override
    def enter(self, subject: Recipe | None) -> None:
        self.told.append("enter")
        self.subjects.append(subject)

    @override
    def leave(self) -> None:
        self.told.append("leave")

    @override
    def flush(self) -> None:
        self.told.append("flush")


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[PaperMode]:
    """The paper modes that were built; there is one entry for Breed, and none for the others."""
    found: list[PaperMode] = []

    def build(services: Services, context: ModeContext) -> Mode:
        found.append(PaperMode(services, context))
        return found[-1]

    entry = ModeEntry(name=BREED, title="Breed", tip="Children and parents", build=build)
    monkeypatch.setattr(room_module, "mode_entries", lambda: (entry,))
    return found


def test_without_other_modes_there_is_no_switch(
    monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, open_room: Opener
) -> None:
    monkeypatch.setattr(room_module, "mode_entries", lambda: ())
    room = hung(qtbot, open_room())
    assert not room.modes.switch.isVisibleTo(room.title_bar)
    assert room.modes.names == (WALL,)


def test_a_mode_is_built_when_it_is_first_entered(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    room = hung(qtbot, open_room())
    assert built == []
    assert room.modes.name == WALL
    room.modes.switch.press(BREED)
    assert len(built) == 1
    mode = built[0]
    assert room.modes.front is mode
    assert room.modes.stack.currentWidget() is mode.widget
    assert mode.inspector.isVisibleTo(room.inspector)
    assert not room.controls.isVisibleTo(room.inspector)
    assert not room.wall.isVisible()
    room.modes.show(WALL)
    room.modes.show(BREED)
    assert len(built) == 1
    assert mode.told == ["enter", "leave", "enter"]


def test_a_mode_that_does_not_exist_is_not_entered(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    room = hung(qtbot, open_room())
    assert not room.modes.show(FILM)
    assert room.modes.name == WALL


def test_the_title_row_and_undo_follow_the_mode_in_front(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    assert isinstance(room, Turning)
    on_wall = (room.title_bar.sentence, room.undo_scope, room.work)
    with qtbot.waitSignal(room.turned):
        room.modes.show(BREED)
    mode = built[0]
    assert room.title_bar.sentence == "the family"
    assert room.undo_scope == "images.breed"
    assert room.work is mode.widget
    assert not room.title_bar.roll_button.isVisibleTo(room.title_bar)
    mode.words = "three children"
    with qtbot.waitSignal(room.turned):
        mode.changed.emit()
    assert room.title_bar.sentence == "three children"
    with qtbot.waitSignal(room.turned):
        room.modes.show(WALL)
    assert (room.title_bar.sentence, room.undo_scope, room.work) == on_wall
    assert room.title_bar.roll_button.isVisibleTo(room.title_bar)


def test_what_happens_on_the_wall_says_nothing_while_another_mode_is_in_front(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.modes.show(BREED)
    room.desk.roll()
    stage.host.answer_all()
    assert room.title_bar.sentence == "the family"


def test_the_walls_keys_rest_while_another_mode_is_in_front(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    before = [tile.seed for tile in room.desk.tiles]
    room.modes.show(BREED)
    assert built[0].field.hasFocus()
    built[0].field.clearFocus()  # a field keeps single keys to itself
    QTest.keyClick(stage.window, Qt.Key.Key_R)
    assert [tile.seed for tile in room.desk.tiles] == before
    QTest.keyClick(stage.window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert room.modes.name == WALL
    QTest.keyClick(stage.window, Qt.Key.Key_R)
    assert [tile.seed for tile in room.desk.tiles] != before


def test_escape_in_another_mode_changes_nothing_on_the_wall(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(2)
    room.modes.show(BREED)
    QTest.keyClick(room, Qt.Key.Key_Escape)
    assert room.wall.chosen == 2


def test_a_picture_goes_along_into_a_mode(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    room = hung(qtbot, open_room())
    subject = room.board.subject_at(1)
    assert subject is not None
    room.modes.show(BREED)
    mode = built[0]
    assert mode.context.open_in(BREED, subject.recipe)
    assert mode.subjects == [None, subject.recipe]
    assert not mode.context.open_in(FILM, subject.recipe)
    mode.context.open_in(WALL, None)
    assert room.modes.front is None


def test_another_model_is_the_affair_of_the_mode_in_front(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode], model: Model
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.modes.show(BREED)
    room.stage.choose(model.folder)
    assert built[0].chosen == [model]


def test_pictures_like_one_are_shown_on_the_wall(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    room = hung(qtbot, open_room())
    subject = room.board.subject_at(0)
    assert subject is not None
    room.modes.show(BREED)
    room.hang_around(subject.recipe)
    assert room.modes.name == WALL
    assert room.desk.tiles[0] == subject.recipe


def test_a_step_of_a_mode_is_named_by_it(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    room = hung(qtbot, open_room())
    room.modes.show(BREED)
    assert room.edit_text("paper.step", {}) == "a step of paper"
    assert room.edit_text("images.roll", {}) == "new pictures"


def test_the_mode_in_front_is_in_front_at_the_next_start(
    qtbot: QtBot, open_room: Opener, built: list[PaperMode]
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.modes.show(BREED)
    room.flush()
    assert built[0].told == ["enter", "flush"]
    qtbot.waitUntil(
        lambda: b'"mode":"breed"' in (stage.project.store.state("images.view") or b""),
        timeout=PATIENCE_MS,
    )
    stage.window.hide()
    again = hung(qtbot, open_room())
    assert again.modes.name == BREED


def test_a_mode_that_is_gone_leaves_the_wall_in_front(
    qtbot: QtBot, open_room: Opener, monkeypatch: pytest.MonkeyPatch, built: list[PaperMode]
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.modes.show(BREED)
    room.flush()
    qtbot.waitUntil(
        lambda: b'"mode":"breed"' in (stage.project.store.state("images.view") or b""),
        timeout=PATIENCE_MS,
    )
    stage.window.hide()
    monkeypatch.setattr(room_module, "mode_entries", lambda: ())
    assert hung(qtbot, open_room()).modes.name == WALL


# The switch

SEGMENTS = tuple(
    Segment(name=name, text=text, tip="") for name, text in (("a", "Alpha"), ("b", "Beta"))
)


@pytest.fixture
def switch(qtbot: QtBot) -> ModeSwitch:
    found = ModeSwitch(SEGMENTS)
    qtbot.addWidget(found)
    found.resize(found.sizeHint())
    found.show()
    qtbot.waitExposed(found)
    return found


def _focus(switch: ModeSwitch) -> None:
    switch.activateWindow()
    child = switch.nextInFocusChain()
    assert child is not None
    child.setFocus(Qt.FocusReason.TabFocusReason)


def test_arrows_go_from_segment_to_segment(qtbot: QtBot, switch: ModeSwitch) -> None:
    _focus(switch)
    with qtbot.waitSignal(switch.chosen) as blocker:
        focused = switch.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Right)
    assert blocker.args == ["b"]


def test_the_mode_in_front_is_not_chosen_again(switch: ModeSwitch) -> None:
    told: list[str] = []
    switch.chosen.connect(told.append)
    switch.press("a")
    switch.set_current("b")
    assert told == []
    assert switch.current == "b"


def test_without_room_the_switch_is_a_menu(qtbot: QtBot, switch: ModeSwitch) -> None:
    whole = switch.sizeHint()
    switch.resize(switch.minimumSizeHint())
    assert switch.minimumSizeHint().width() < whole.width()
    with qtbot.waitSignal(switch.chosen) as blocker:
        QTest.mouseClick(switch, Qt.MouseButton.LeftButton)
        narrow = switch.childAt(switch.rect().center())
        assert narrow is not None
        QTest.mouseClick(narrow, Qt.MouseButton.LeftButton)
        (menu,) = switch.findChildren(QMenu)
        assert [action.isChecked() for action in menu.actions()] == [True, False]
        menu.actions()[1].trigger()
        menu.close()
    assert blocker.args == ["b"]
