"""Versions, projects and what a crash leaves, in the whole app."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit
from pytestqt.qtbot import QtBot

from studio.contract.errors import ProjectDamaged
from studio.images.document import codecs, unkeep
from studio.project.nodes import WORK
from studio.project.store import HistoryState, ProjectStore
from studio.shell.notices import Notice
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.crash_offer import CrashSheet
from studio.shell.projects.difference_reader import DifferenceReader
from studio.shell.projects.known import KnownProject, read_known, write_known
from studio.shell.projects.name_sheet import NameSheet
from studio.shell.projects.opening import OpeningWish
from studio.shell.projects.projects_sheet import ProjectsSheet
from studio.shell.projects.versions_sheet import VersionsSheet
from studio.shell.start import App
from studio.shell.widgets.buttons import FlatButton, QuietButton
from tests.e2e.conftest import (
    PATIENCE_MS,
    Starter,
    furniture_of,
    images_of,
    keep,
    kept,
    project_of,
    studio_of,
    wait_for_wall,
)


def run(app: App, command: str) -> None:
    furniture_of(app).registry.action(command).trigger()


def sheet_of(app: App, kind: type[QDialog]) -> QDialog:
    (sheet,) = [s for s in app.window.findChildren(kind) if s.isVisible()]
    return sheet


def texts(app: App) -> tuple[str, ...]:
    return furniture_of(app).notices.texts


def press(app: App, text: str) -> None:
    """Press the button of a notice."""
    buttons = furniture_of(app).notices.findChildren(FlatButton)
    (button,) = [b for b in buttons if b.text() == text and b.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for_project(qtbot: QtBot, app: App, folder: Path) -> None:
    def is_there() -> bool:
        project = studio_of(app).project
        return project is not None and project.folder == folder and bool(app.window.furniture)

    qtbot.waitUntil(is_there, timeout=PATIENCE_MS)
    wait_for_wall(qtbot, app)


def test_ctrl_s_answers_and_the_second_time_takes_a_name(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    keep(qtbot, app, 0)
    wall = images_of(app).wall
    wall.setFocus()
    QTest.keyClick(app.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: bool(texts(app)) and texts(app)[0].startswith("Saved "))
    assert wall.hasFocus(), "the keyboard stays where the work is"
    QTest.keyClick(app.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "Monday K")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "“Monday K” is a version now." in texts(app))
    assert wall.hasFocus()
    newest = project_of(app).store.versions()[0]
    assert (newest.name, newest.works) == ("Monday K", 1)
    press(app, "Versions…")
    assert isinstance(sheet_of(app, VersionsSheet), VersionsSheet)


def test_who_asks_to_name_a_version_types_at_once(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    run(app, "window.name_version")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "Tuesday")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: project_of(app).store.versions()[0].name == "Tuesday")


def test_escape_leaves_the_field_and_names_nothing(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    images_of(app).wall.setFocus()
    run(app, "window.saved")
    run(app, "window.saved")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "no")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert texts(app) == ()
    assert images_of(app).wall.hasFocus()
    assert not any(v.is_named for v in project_of(app).store.versions())


def test_a_name_that_is_left_empty_is_the_time(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    run(app, "window.saved")
    run(app, "window.saved")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    suggested = field.placeholderText()
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: project_of(app).store.versions()[0].name == suggested)


def test_going_back_hangs_the_wall_of_then_and_can_be_undone(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    keep(qtbot, app, 0)
    desk = images_of(app).desk
    then = [tile.seed for tile in desk.tiles]
    project_of(app).take_version("Monday").result()
    run(app, "images.roll")
    wait_for_wall(qtbot, app)
    keep(qtbot, app, 1)
    now = [tile.seed for tile in desk.tiles]
    assert now != then
    run(app, "window.versions")
    sheet = sheet_of(app, VersionsSheet)
    assert isinstance(sheet, VersionsSheet)
    qtbot.waitUntil(sheet.back.isEnabled, timeout=PATIENCE_MS)
    sheet.back.click()
    qtbot.waitUntil(lambda: [tile.seed for tile in desk.tiles] == then, timeout=PATIENCE_MS)
    assert kept(app) == 1
    undo = furniture_of(app).registry.action("window.undo")
    qtbot.waitUntil(lambda: undo.text() == "Undo: go back to a version")
    qtbot.waitUntil(lambda: any("“Monday”" in text for text in texts(app)))
    sheet.close()
    press(app, "Undo")
    qtbot.waitUntil(lambda: [tile.seed for tile in desk.tiles] == now, timeout=PATIENCE_MS)
    assert kept(app) == 2


def killed(app: App, base: Path) -> Path:
    """A second home as a kill at this moment would leave it."""
    folder = project_of(app).folder
    there = base / "data" / "projects" / "default"
    shutil.copytree(folder, there)
    return base


def test_after_a_kill_the_window_offers_what_differs_and_goes_back_if_asked(
    qtbot: QtBot, start: Starter, tmp_path: Path
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    keep(qtbot, app, 0)
    app.close()
    app = start()
    wait_for_wall(qtbot, app)
    keep(qtbot, app, 1)
    first, second = project_of(app).store.nodes(WORK).items
    project_of(app).submit(unkeep(first)).result()
    base = killed(app, tmp_path / "killed")
    app.close()

    app = start(basedir=base)
    qtbot.waitUntil(lambda: any("closed properly" in text for text in texts(app)))
    (text,) = [text for text in texts(app) if "closed properly" in text]
    assert text.startswith("Atelier was not closed properly (today, ")
    assert "Everything up to then is here." in text
    wait_for_wall(qtbot, app)
    press(app, "What differs")
    sheet = sheet_of(app, CrashSheet)
    assert isinstance(sheet, CrashSheet)
    assert [text[0] for text in sheet.view.texts] == ["1", "1"]
    assert sheet.back.text() == "Go back to the last close"
    assert len(sheet.view.rows) == 2
    sheet.back.click()
    qtbot.waitUntil(
        lambda: [work.id for work in project_of(app).store.nodes(WORK).items] == [first.id],
        timeout=PATIENCE_MS,
    )
    undo = furniture_of(app).registry.action("window.undo")
    qtbot.waitUntil(lambda: undo.text() == "Undo: go back to a version")
    undo.trigger()
    qtbot.waitUntil(
        lambda: [work.id for work in project_of(app).store.nodes(WORK).items] == [second.id],
        timeout=PATIENCE_MS,
    )


def test_the_offer_after_a_kill_outlives_other_words_and_sizes_until_it_is_dismissed(
    qtbot: QtBot, start: Starter, tmp_path: Path
) -> None:
    from studio.shell.settings.declared import LANGUAGE, TEXT_SIZE

    app = start()
    wait_for_wall(qtbot, app)
    keep(qtbot, app, 0)
    base = killed(app, tmp_path / "killed")
    app.close()
    app = start(basedir=base)
    qtbot.waitUntil(lambda: any("closed properly" in text for text in texts(app)))
    studio_of(app).notices.post(Notice(text="A fault that stays"))
    settings = furniture_of(app).services.settings
    settings.change(TEXT_SIZE, 1.5)
    assert "A fault that stays" in texts(app)
    qtbot.waitUntil(lambda: any("closed properly" in text for text in texts(app)))
    press(app, "What differs")
    sheet_of(app, CrashSheet).close()
    qtbot.waitUntil(lambda: not furniture_of(app).projects.is_crash_open)
    settings.change(LANGUAGE, "zh_CN")
    assert not furniture_of(app).projects.is_crash_open
    wait_for_wall(qtbot, app)


def test_what_was_accepted_after_a_kill_is_not_offered_again(
    qtbot: QtBot, start: Starter, tmp_path: Path
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    keep(qtbot, app, 0)
    base = killed(app, tmp_path / "killed")
    app.close()
    app = start(basedir=base)
    qtbot.waitUntil(lambda: any("closed properly" in text for text in texts(app)))
    press(app, "What differs")
    sheet = sheet_of(app, CrashSheet)
    assert isinstance(sheet, CrashSheet)
    assert sheet.back.text() == "Go back to the beginning", "it was never closed"
    sheet.keep.click()
    qtbot.waitUntil(lambda: project_of(app).store.versions()[0].kind == "found")
    again = killed(app, tmp_path / "again")
    app.close()
    with ProjectStore.open(again / "data" / "projects" / "default", codecs()) as store:
        assert store.recovered.unclean
        version = store.last_base()
        assert version is not None
        assert store.differences(version).count == 0


def test_a_kill_without_a_difference_is_not_mentioned(
    qtbot: QtBot, start: Starter, tmp_path: Path
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    keep(qtbot, app, 0)
    app.close()
    app = start()
    wait_for_wall(qtbot, app)
    base = killed(app, tmp_path / "killed")
    app.close()
    app = start(basedir=base)
    offer = furniture_of(app).projects.crash_offer
    assert offer is not None
    wait_for_wall(qtbot, app)
    assert project_of(app).store.recovered.unclean
    version = project_of(app).store.last_base()
    assert version is not None
    assert project_of(app).store.differences(version).count == 0
    assert not any("closed properly" in text for text in texts(app))


def test_a_clock_that_ran_backwards_is_not_believed(
    qtbot: QtBot, start: Starter, tmp_path: Path
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    keep(qtbot, app, 0)
    base = killed(app, tmp_path / "killed")
    app.close()
    for path in (base / "data" / "projects" / "default").glob("project.sqlite3*"):
        os.utime(path, (4e9, 4e9))
    app = start(basedir=base)
    qtbot.waitUntil(lambda: any("closed properly" in text for text in texts(app)))
    assert "Atelier was not closed properly. Everything up to then is here." in texts(app)


def test_a_second_project_is_made_and_both_keep_what_is_theirs(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    assert app.window.windowTitle() == "Atelier"
    assert furniture_of(app).status.project_text == ""
    keep(qtbot, app, 0)
    first = project_of(app).folder
    run(app, "window.new_project")
    sheet = sheet_of(app, NameSheet)
    assert isinstance(sheet, NameSheet)
    assert not sheet.go.isEnabled()
    QTest.keyClicks(sheet.field, "Sea side")
    second = basedir / "data" / "projects" / "Sea side"
    assert str(second) in sheet.text_below
    QTest.keyClick(sheet.field, Qt.Key.Key_Return)
    wait_for_project(qtbot, app, second)
    assert app.window.windowTitle() == "Sea side — Atelier"
    assert furniture_of(app).status.project_text == "Sea side"
    qtbot.waitUntil(lambda: "“Sea side” is created and open." in furniture_of(app).notices.texts)
    assert kept(app) == 0
    keep(qtbot, app, 1)
    keep(qtbot, app, 2)

    furniture_of(app).registry.action("window.project_1").trigger()
    wait_for_project(qtbot, app, first)
    assert app.window.windowTitle() == "My first project — Atelier"
    assert furniture_of(app).status.project_text == "My first project"
    assert kept(app) == 1
    app.close()
    with ProjectStore.open(second, codecs()) as store:
        assert not store.recovered.unclean
        assert store.nodes(WORK).total == 2
    again = start()
    assert project_of(again).folder == first, "the project that was open last"


def test_a_project_that_is_left_leaves_nothing_of_it_in_the_window(
    qtbot: QtBot, start: Starter, tmp_path: Path
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    left = project_of(app)
    for _ in range(3):
        run(app, "window.versions")
        sheet_of(app, VersionsSheet).close()
    qtbot.waitUntil(lambda: not left.findChildren(DifferenceReader), timeout=PATIENCE_MS)
    with qtbot.waitSignal(left.destroyed, timeout=PATIENCE_MS):
        studio_of(app).open_project(OpeningWish(folder=tmp_path / "next"))
    wait_for_project(qtbot, app, tmp_path / "next")


def test_a_history_that_cannot_be_read_is_said_and_the_rooms_are_there(
    qtbot: QtBot, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_project: ProjectBridge, _scope: str) -> HistoryState:
        raise ProjectDamaged(file="project", fault="the history is damaged")

    monkeypatch.setattr(ProjectBridge, "history", broken)
    app = start()
    wait_for_wall(qtbot, app)
    assert len([text for text in texts(app) if "the history is damaged" in text]) == 1
    furniture_of(app).show_room("kept")
    assert not furniture_of(app).registry.action("window.undo").isEnabled()
    assert not furniture_of(app).registry.action("window.redo").isEnabled()


def test_a_project_that_cannot_be_opened_leaves_the_window_as_it_is(
    qtbot: QtBot, start: Starter, tmp_path: Path
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    before = project_of(app)
    studio_of(app).projects.open(tmp_path / "photos")
    qtbot.waitUntil(lambda: any("there is no project there" in text for text in texts(app)))
    assert project_of(app) is before
    keep(qtbot, app, 0)
    assert not (tmp_path / "photos").exists()


def test_projects_are_renamed_forgotten_and_chosen_from_the_list(
    qtbot: QtBot, start: Starter, basedir: Path, tmp_path: Path
) -> None:
    ProjectStore.open(tmp_path / "other", codecs()).close()
    first = basedir / "data" / "projects" / "default"
    write_known(
        basedir / "config",
        [
            KnownProject(folder=str(first)),
            KnownProject(folder=str(tmp_path / "gone"), name="Gone"),
            KnownProject(folder=str(tmp_path / "other"), name="Other"),
        ],
    )
    ProjectStore.open(first, codecs()).close()
    app = start()
    wait_for_wall(qtbot, app)
    run(app, "window.rename_project")
    sheet = sheet_of(app, NameSheet)
    assert isinstance(sheet, NameSheet)
    assert sheet.field.text() == "My first project"
    QTest.keyClicks(sheet.field, "Mine")
    sheet.go.click()
    assert app.window.windowTitle() == "Mine — Atelier"
    run(app, "window.open_project")
    listing = sheet_of(app, ProjectsSheet)
    assert isinstance(listing, ProjectsSheet)
    names = [listing.list.item(row).text() for row in range(listing.list.count())]
    assert names == ["Mine", "Gone", "Other"]
    assert not listing.opener.isEnabled(), "it is open"
    listing.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: not listing.opener.isEnabled(), timeout=PATIENCE_MS)
    assert "Not there" in str(listing.list.item(1).data(Qt.ItemDataRole.AccessibleTextRole))
    QTest.keyClick(listing.list, Qt.Key.Key_Delete)
    assert [known.name for known in read_known(basedir / "config")] == ["Mine", "Other"]
    assert listing.chosen is not None
    assert listing.chosen.name == "Other"
    listing.opener.click()
    wait_for_project(qtbot, app, tmp_path / "other")
    assert app.window.windowTitle() == "other — Atelier", "nobody has named it in itself"


def test_a_last_project_that_is_gone_is_said(
    qtbot: QtBot, start: Starter, basedir: Path, tmp_path: Path
) -> None:
    write_known(basedir / "config", [KnownProject(folder=str(tmp_path / "gone"), name="Gone")])
    app = start()
    assert any(str(tmp_path / "gone") in text for text in texts(app))
    assert project_of(app).folder == basedir / "data" / "projects" / "default"


def test_from_a_project_that_cannot_be_opened_another_can_be(
    qtbot: QtBot, start: Starter, basedir: Path, tmp_path: Path
) -> None:
    from studio.project.database import DATABASE_NAME

    foreign = basedir / "data" / "projects" / "default"
    foreign.mkdir(parents=True)
    with closing(sqlite3.connect(foreign / DATABASE_NAME)) as other:
        other.execute("CREATE TABLE photos (x)")
    ProjectStore.open(tmp_path / "other", codecs()).close()
    write_known(
        basedir / "config",
        [KnownProject(folder=str(foreign)), KnownProject(folder=str(tmp_path / "other"))],
    )
    app = start()
    assert app.window.page is not None
    buttons = app.window.page.findChildren(QuietButton)
    (choose,) = [b for b in buttons if b.text() == "Open another project…"]
    choose.click()
    sheet = sheet_of(app, ProjectsSheet)
    assert isinstance(sheet, ProjectsSheet)
    sheet.list.setCurrentRow(1)
    sheet.opener.click()
    wait_for_project(qtbot, app, tmp_path / "other")
    assert app.window.page is None


def test_two_windows_on_one_project_one_works_the_other_looks(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    project_of(app).take_version("Monday").result()
    other = start()
    assert project_of(other).is_read_only
    assert any("open here to look only" in text for text in texts(other))
    keep(qtbot, app, 0)
    qtbot.waitUntil(lambda: kept(other) == 1)
    run(other, "window.versions")
    sheet = sheet_of(other, VersionsSheet)
    assert isinstance(sheet, VersionsSheet)
    assert sheet.list.titles[0] == "Monday"
    qtbot.waitUntil(lambda: len(sheet.view.rows) == 1, timeout=PATIENCE_MS)
    assert not sheet.back.isEnabled()
    run(other, "window.saved")
    assert any("nothing is changed" in text for text in texts(other))
    assert furniture_of(other).registry.command("window.rename_project").reason


def test_a_project_to_look_at_is_opened_again_when_nobody_holds_it(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    folder = basedir / "data" / "projects" / "default"
    owner = ProjectStore.open(folder, codecs(), holder="another window")
    app = start()
    first = project_of(app)
    assert first.is_read_only
    first.submit(unkeep())
    qtbot.waitUntil(lambda: "nothing was changed" in texts(app)[0])
    assert len(texts(app)) == 1, "the one sentence takes the place of the other"
    press(app, "Open it again")
    qtbot.waitUntil(lambda: any("(another window, " in text for text in texts(app)))
    assert project_of(app) is first, "it is held still, and what is shown stays"
    owner.close()
    press(app, "Open it again")
    qtbot.waitUntil(lambda: not project_of(app).is_read_only, timeout=PATIENCE_MS)
    wait_for_wall(qtbot, app)
    assert not any("look only" in text for text in texts(app))
    keep(qtbot, app, 0)


@pytest.mark.parametrize("language", ["zh_CN"])
def test_a_change_of_language_closes_dialogs_and_keeps_the_project(
    qtbot: QtBot, start: Starter, language: str
) -> None:
    from studio.shell.settings.declared import LANGUAGE

    app = start()
    wait_for_wall(qtbot, app)
    run(app, "window.versions")
    settings = furniture_of(app).services.settings
    settings.change(LANGUAGE, language)
    wait_for_wall(qtbot, app)
    assert not [s for s in app.window.findChildren(VersionsSheet) if s.isVisible()]
    keep(qtbot, app, 0)
