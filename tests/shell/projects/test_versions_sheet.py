"""The list of versions: what differs, and the ways to go back, to name, to delete and not to."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from threading import Event

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from studio.contract.errors import ProjectDamaged
from studio.images.document import (
    Wall,
    change_wall,
    codecs,
    complete_wall,
    first_wall,
    rate,
    unkeep,
)
from studio.images.lineage import new_relative
from studio.project.edits import Edit, put
from studio.project.nodes import RELATIVE, WORK
from studio.project.store import ProjectStore
from studio.project.versions import Differences, Version
from studio.shell.notices import Notice, NoticeCentre
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.versions_sheet import VersionsSheet
from tests.project.samples import recipe
from tests.shell.projects.conftest import keep_pictures

Opener = Callable[[], VersionsSheet]


@pytest.fixture
def gone_back() -> list[Version]:
    return []


@pytest.fixture
def notices(window: QWidget) -> NoticeCentre:
    return NoticeCentre(window)


@pytest.fixture
def open_sheet(
    qtbot: QtBot,
    project: ProjectBridge,
    notices: NoticeCentre,
    window: QWidget,
    gone_back: list[Version],
) -> Iterator[Opener]:
    sheets: list[VersionsSheet] = []

    def begin() -> VersionsSheet:
        sheet = VersionsSheet(project, notices, "en", gone_back.append, lambda: "a day", window)
        sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        sheets.append(sheet)
        sheet.show()
        sheet.activateWindow()
        qtbot.waitUntil(sheet.list.hasFocus)
        return sheet

    yield begin
    for sheet in sheets:
        if isValid(sheet):
            sheet.close()


def wait_for(qtbot: QtBot, sheet: VersionsSheet, *texts: str) -> None:
    qtbot.waitUntil(lambda: sheet.texts == texts)


def test_it_tells_what_differs_in_words_and_pictures(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    first, second = keep_pictures(project.store, 1, 2)
    project.take_version("Monday").result()
    project.store.submit(unkeep(first)).result()
    project.store.submit(rate(second, 4)).result()
    keep_pictures(project.store, 3, 4)
    sheet = open_sheet()
    assert sheet.list.titles == ["Monday", "The beginning"]
    wait_for(
        qtbot,
        sheet,
        "2 picture(s) kept since then",
        "1 picture(s) removed since then",
        "1 picture(s) rated or named otherwise",
    )
    view = sheet.list.version
    assert view is not None
    assert view.name == "Monday"
    assert sheet.back.isEnabled()
    assert sheet.title.text() == "Monday"


def test_another_wall_is_told_and_one_that_was_only_made_is_not(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    wished = tuple(msgspec.structs.replace(recipe(n), latent=None) for n in range(3))
    wall = Wall(model="tiny", first_seed=1, count=3, tiles=wished)
    project.store.submit(first_wall(wall)).result()
    project.take_version("Monday").result()
    project.store.submit(complete_wall(wall, tuple(recipe(n) for n in range(3)))).result()
    sheet = open_sheet()
    wait_for(qtbot, sheet, "Nothing differs: everything is as it was.")
    project.store.submit(change_wall(wall, label="images.roll", first_seed=7)).result()
    wait_for(qtbot, sheet, "Another wall hangs in Images.")
    assert sheet.back.isEnabled()


def test_the_growth_of_the_family_tree_is_told(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    project.store.take_version("named", "before").result()
    sheet = open_sheet()
    wait_for(qtbot, sheet, "Nothing differs: everything is as it was.")
    patches = tuple(put(RELATIVE, new_relative(recipe(number))) for number in range(2))
    project.store.submit(Edit(scope="breed", label="breed.next", patches=patches)).result()
    wait_for(qtbot, sheet, "2 picture(s) came into the family tree or left it.")


def test_pictures_that_are_gone_for_ever_are_counted(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    first, _ = keep_pictures(project.store, 1, 2)
    project.take_version("Monday").result()
    project.store.submit(unkeep(first)).result()
    project.store.empty_bin(WORK).result()
    sheet = open_sheet()
    wait_for(
        qtbot,
        sheet,
        "1 picture(s) of it were deleted for ever and cannot come back.",
    )
    assert not sheet.back.isEnabled()


def test_a_dialog_that_is_closed_waits_for_nothing(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_end = Event(), Event()
    differences = project.store.differences

    def slow(version: Version) -> Differences:
        begun.set()
        assert may_end.wait(20)
        return differences(version)

    monkeypatch.setattr(project.store, "differences", slow)
    sheet = open_sheet()
    assert begun.wait(20)
    sheet.close()
    assert sheet.isHidden()
    may_end.set()


def test_what_was_written_after_the_dialog_was_closed_troubles_nobody(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: Future[Version] = Future()
    monkeypatch.setattr(project, "take_version", lambda _name: written)
    sheet = open_sheet()
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    sheet.take.click()
    with qtbot.waitSignal(sheet.destroyed):
        sheet.close()
    heard: list[Version] = []
    project.when_done(written, heard.append)
    written.set_result(project.store.versions()[0])
    qtbot.waitUntil(lambda: bool(heard))


def test_where_nothing_differs_nothing_is_to_be_gone_back_to(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    sheet = open_sheet()
    wait_for(qtbot, sheet, "Nothing differs: everything is as it was.")
    assert not sheet.back.isEnabled()


def test_what_differs_follows_the_work(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    sheet = open_sheet()
    wait_for(qtbot, sheet, "Nothing differs: everything is as it was.")
    keep_pictures(project.store, 1)
    wait_for(qtbot, sheet, "1 picture(s) kept since then")
    assert sheet.back.isEnabled()


def test_pictures_are_painted_and_counted_where_there_is_no_room(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    sheet = open_sheet()
    wait_for(qtbot, sheet, "Nothing differs: everything is as it was.")
    blank = sheet.grab().toImage()
    keep_pictures(project.store, *range(12))
    wait_for(qtbot, sheet, "12 picture(s) kept since then")
    (row,) = sheet.view.rows
    assert 1 <= row.shown < 12
    qtbot.waitUntil(lambda: all(sheet.thumbnails.get(one) for one in row.wanted()))
    assert sheet.grab().toImage() != blank


def test_return_and_the_button_go_back(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener, gone_back: list[Version]
) -> None:
    keep_pictures(project.store, 1)
    sheet = open_sheet()
    qtbot.waitUntil(sheet.back.isEnabled)
    QTest.keyClick(sheet.list, Qt.Key.Key_Return)
    sheet.back.click()
    assert [version.kind for version in gone_back] == ["opened", "opened"]


def test_the_keyboard_returns_to_the_list_after_going_back(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    keep_pictures(project.store, 1)
    sheet = open_sheet()
    qtbot.waitUntil(sheet.back.isEnabled)
    sheet.back.setFocus()
    QTest.keyClick(sheet.back, Qt.Key.Key_Space)
    assert sheet.list.hasFocus()


def test_delete_does_not_get_the_keyboard_of_the_way_back_when_that_is_over(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    (work,) = keep_pictures(project.store, 1)
    sheet = open_sheet()
    qtbot.waitUntil(sheet.back.isEnabled)
    sheet.back.setFocus()
    project.store.submit(unkeep(work)).result()
    qtbot.waitUntil(lambda: not sheet.back.isEnabled())
    assert sheet.list.hasFocus()


def test_what_is_there_now_is_named_in_the_field_above(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    sheet = open_sheet()
    sheet.new_name.setFocus()
    QTest.keyClicks(sheet.new_name, "Sea side")
    QTest.keyClick(sheet.new_name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sheet.list.titles == ["Sea side", "The beginning"])
    chosen = sheet.list.version
    assert chosen is not None
    assert chosen.name == "Sea side"
    assert sheet.new_name.text() == ""
    sheet.take.click()
    qtbot.waitUntil(lambda: sheet.list.titles[0] == "a day")


def test_f2_names_a_version_that_made_itself(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    sheet = open_sheet()
    QTest.keyClick(sheet.list, Qt.Key.Key_F2)
    assert sheet.title.hasFocus()
    QTest.keyClicks(sheet.title, "First day")
    QTest.keyClick(sheet.title, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: sheet.list.titles == ["First day"])
    assert sheet.list.hasFocus()
    QTest.keyClick(sheet.list, Qt.Key.Key_F2)
    QTest.keyClicks(sheet.title, "   ")
    QTest.keyClick(sheet.title, Qt.Key.Key_Return)
    assert [v.name for v in project.store.versions()] == ["First day"]


def test_a_deleted_version_can_be_put_back(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    project.take_version("Monday").result()
    sheet = open_sheet()
    QTest.keyClick(sheet.list, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: sheet.list.titles == ["The beginning"])
    assert sheet.put_back.isVisible()
    sheet.put_back.click()
    qtbot.waitUntil(lambda: sheet.list.titles == ["Monday", "The beginning"])
    assert not sheet.put_back.isVisible()
    chosen = sheet.list.version
    assert chosen is not None
    assert chosen.name == "Monday"


def test_the_last_version_may_go_too(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    sheet = open_sheet()
    sheet.drop.click()
    qtbot.waitUntil(lambda: sheet.list.titles == [])
    assert sheet.list.version is None
    assert sheet.texts == ()
    assert not sheet.drop.isEnabled()
    assert not sheet.back.isEnabled()


def test_delete_in_a_field_deletes_letters(
    qtbot: QtBot, project: ProjectBridge, open_sheet: Opener
) -> None:
    project.take_version("Monday").result()
    sheet = open_sheet()
    sheet.title.setFocus()
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Delete, Qt.Key.Key_End, Qt.Key.Key_Backspace):
        QTest.keyClick(sheet.title, key)
    assert sheet.title.text() == "onda"
    for _ in range(8):
        QTest.keyClick(sheet.title, Qt.Key.Key_Backspace)
    assert sheet.list.titles == ["Monday", "The beginning"]


def test_a_version_that_cannot_be_read_is_said(
    qtbot: QtBot,
    project: ProjectBridge,
    notices: NoticeCentre,
    open_sheet: Opener,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Notice] = []
    notices.posted.connect(heard.append)

    def damaged(_version: Version) -> None:
        raise ProjectDamaged(file="project", fault="a row is damaged")

    monkeypatch.setattr(project.store, "differences", damaged)
    sheet = open_sheet()
    qtbot.waitUntil(lambda: bool(heard))
    assert "a row is damaged" in heard[0].text
    assert sheet.texts == ()
    assert not sheet.back.isEnabled()


def test_who_looks_only_may_look_only(
    qtbot: QtBot, project: ProjectBridge, notices: NoticeCentre, window: QWidget
) -> None:
    keep_pictures(project.store, 1)
    store = ProjectStore.open(project.folder, codecs(), read_only=True)
    visitor = ProjectBridge(store)
    sheet = VersionsSheet(visitor, notices, "en", lambda _v: None, str, window)
    sheet.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    sheet.show()
    wait_for(qtbot, sheet, "1 picture(s) kept since then")
    for widget in (sheet.back, sheet.drop, sheet.title, sheet.new_name, sheet.take):
        assert not widget.isEnabled()
    sheet.close()
    visitor.close()
