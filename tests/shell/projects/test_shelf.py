"""The projects of a user: opened, named, changed, missing; whatever happens nothing is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError, ProjectLocked, StorageDenied, StorageFull
from studio.images.document import codecs
from studio.project.paths import Places, places
from studio.project.store import ProjectStore
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects import shelf as shelf_module
from studio.shell.projects.known import KnownProject, read_known, stored_name, write_known
from studio.shell.projects.opening import (
    OpenedProject,
    OpeningFailure,
    OpeningWish,
    ProjectOpener,
)
from studio.shell.projects.shelf import ProjectShelf

Result = OpenedProject | OpeningFailure
Opening = Callable[[OpeningWish], Result]


@pytest.fixture
def here(tmp_path: Path) -> Places:
    return places(tmp_path / "base")


@pytest.fixture
def opener(qapp: QApplication, here: Places) -> ProjectOpener:
    return ProjectOpener(here, codecs, list)


@pytest.fixture
def opening(qtbot: QtBot, opener: ProjectOpener) -> Iterator[Opening]:
    stores: list[ProjectStore] = []

    def begin(wish: OpeningWish) -> Result:
        results: list[Result] = []
        opener.opened.connect(results.append)
        opener.failed.connect(results.append)
        opener.open(wish)
        qtbot.waitUntil(lambda: bool(results), timeout=20_000)
        opener.opened.disconnect(results.append)
        opener.failed.disconnect(results.append)
        (result,) = results
        if isinstance(result, OpenedProject):
            stores.append(result.store)
        return result

    yield begin
    opener.wait()
    for store in stores:
        store.close()


def opened(result: Result) -> OpenedProject:
    assert isinstance(result, OpenedProject), result
    return result


def failure(result: Result) -> AtelierError:
    assert isinstance(result, OpeningFailure)
    return result.error


def test_the_default_project_opens_where_none_is_known(opening: Opening, here: Places) -> None:
    found = opened(opening(OpeningWish()))
    assert found.store.folder == here.default_project
    assert found.known == ()
    assert found.refused is None
    assert found.missing is None


def test_the_project_that_was_open_last_opens_again(
    opening: Opening, here: Places, tmp_path: Path
) -> None:
    ProjectStore.open(tmp_path / "mine", codecs()).close()
    last = KnownProject(folder=str(tmp_path / "mine"), name="Mine")
    write_known(here.config, [last])
    found = opened(opening(OpeningWish()))
    assert found.store.folder == tmp_path / "mine"
    assert found.known == (last,)


def test_a_last_project_that_is_gone_is_told_and_another_opens(
    opening: Opening, here: Places, tmp_path: Path
) -> None:
    gone = KnownProject(folder=str(tmp_path / "gone"), name="Gone")
    write_known(here.config, [gone])
    found = opened(opening(OpeningWish()))
    assert found.missing == gone
    assert found.store.folder == here.default_project
    assert not (tmp_path / "gone").exists()


def test_no_project_is_made_where_one_was_to_be_found(opening: Opening, tmp_path: Path) -> None:
    error = failure(opening(OpeningWish(folder=tmp_path / "photos", must_exist=True)))
    assert "there is no project there" in error.message
    assert not (tmp_path / "photos").exists()


def test_a_new_project_remembers_its_name_itself(opening: Opening, tmp_path: Path) -> None:
    first = opened(opening(OpeningWish(folder=tmp_path / "new", name=" Mär\nchen ")))
    assert first.name == "Mär chen"
    first.store.close()
    with ProjectStore.open(tmp_path / "new", codecs()) as store:
        assert stored_name(store) == "Mär chen"
    again = opened(opening(OpeningWish(folder=tmp_path / "new", name="other")))
    assert again.name == "Mär chen"


def test_a_project_that_is_open_elsewhere_opens_to_look_only(
    opening: Opening, tmp_path: Path
) -> None:
    with ProjectStore.open(tmp_path / "p", codecs()):
        found = opened(opening(OpeningWish(folder=tmp_path / "p")))
        assert isinstance(found.refused, ProjectLocked)
        assert found.store.read_only


@pytest.mark.parametrize(
    "error", [StorageDenied(file="p", fault="read-only file system"), StorageFull(file="p")]
)
def test_a_project_that_cannot_be_written_opens_to_look_only(
    opening: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: AtelierError
) -> None:
    ProjectStore.open(tmp_path / "p", codecs()).close()

    def refuse(*_: object) -> ProjectStore:
        raise error

    monkeypatch.setattr(ProjectStore, "_own", refuse)
    found = opened(opening(OpeningWish(folder=tmp_path / "p")))
    assert found.refused is error
    assert found.store.read_only


def test_where_nothing_can_be_looked_at_the_first_reason_is_told(
    opening: Opening, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> ProjectStore:
        raise StorageFull(file="p")

    monkeypatch.setattr(ProjectStore, "_own", refuse)
    assert isinstance(failure(opening(OpeningWish(folder=tmp_path / "none"))), StorageFull)


def test_a_fault_of_the_program_is_told_and_another_may_be_opened(
    opening: Opening, opener: ProjectOpener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> ProjectStore:
        raise ZeroDivisionError("oh")

    with monkeypatch.context() as patch:
        patch.setattr(ProjectStore, "open", broken)
        assert (
            "ZeroDivisionError: oh" in failure(opening(OpeningWish(folder=tmp_path / "p"))).message
        )
    assert not opener.is_busy
    opened(opening(OpeningWish(folder=tmp_path / "p")))


def test_a_project_that_is_being_closed_opens_as_soon_as_it_is(
    opening: Opening, opener: ProjectOpener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = opened(opening(OpeningWish(folder=tmp_path / "p")))
    close = ProjectStore.close

    def slow(store: ProjectStore) -> None:
        QThread.msleep(50)  # longer than the opening of what is still locked would take
        close(store)

    monkeypatch.setattr(ProjectStore, "close", slow)
    opener.close_behind(first.store)
    again = opened(opening(OpeningWish(folder=tmp_path / "p")))
    assert again.refused is None
    assert not again.store.read_only


def shelf_with(here: Places, found: OpenedProject) -> ProjectShelf:
    shelf = ProjectShelf(here, QApplication.instance())
    shelf.take(found, ProjectBridge(found.store))
    return shelf


def test_projects_stay_out_of_sight_until_there_is_a_second(
    opening: Opening, here: Places, tmp_path: Path
) -> None:
    shelf = shelf_with(here, opened(opening(OpeningWish())))
    assert not shelf.is_shown
    assert shelf.title == "Atelier"
    second = opened(opening(OpeningWish(folder=tmp_path / "b", name="Märchen")))
    shelf.take(second, ProjectBridge(second.store))
    assert shelf.is_shown
    assert shelf.title == "Märchen — Atelier"
    assert [shelf.name_of(other) for other in shelf.others] == ["My first project"]
    assert read_known(here.config) == shelf.known


def test_a_project_without_a_name_is_called_by_its_folder(here: Places, tmp_path: Path) -> None:
    assert (
        ProjectShelf(here, QApplication.instance()).name_of(
            KnownProject(folder=str(tmp_path / "sea"))
        )
        == "sea"
    )


def test_a_new_name_stands_in_the_project_and_on_the_list(opening: Opening, here: Places) -> None:
    found = opened(opening(OpeningWish()))
    shelf = shelf_with(here, found)
    shelf.rename("  Sea  side ")
    assert shelf.current is not None
    assert shelf.name_of(shelf.current) == "Sea side"
    assert read_known(here.config)[0].name == "Sea side"
    found.store.close()
    with ProjectStore.open(found.store.folder, codecs()) as store:
        assert stored_name(store) == "Sea side"


def test_an_empty_name_renames_nothing(opening: Opening, here: Places) -> None:
    shelf = shelf_with(here, opened(opening(OpeningWish())))
    shelf.rename(" \n ")
    assert shelf.current is not None
    assert shelf.current.name == ""


def test_what_is_open_to_look_only_keeps_its_name(
    opening: Opening, here: Places, tmp_path: Path
) -> None:
    with ProjectStore.open(tmp_path / "p", codecs()):
        shelf = shelf_with(here, opened(opening(OpeningWish(folder=tmp_path / "p"))))
        assert not shelf.can_change
        shelf.rename("other")
        assert shelf.current is not None
        assert shelf.current.name == ""


def test_a_project_is_taken_off_the_list_and_not_off_the_disk(
    opening: Opening, here: Places, tmp_path: Path
) -> None:
    ProjectStore.open(tmp_path / "old", codecs()).close()
    write_known(here.config, [KnownProject(folder=str(tmp_path / "old"))])
    shelf = shelf_with(here, opened(opening(OpeningWish(folder=tmp_path / "new", name="new"))))
    (other,) = shelf.others
    assert shelf.current is not None
    shelf.forget(shelf.current)
    assert len(shelf.known) == 2
    shelf.forget(other)
    assert not shelf.is_shown
    assert (tmp_path / "old").exists()


def test_nobody_waits_for_a_drive_that_takes_its_time(
    qtbot: QtBot,
    opening: Opening,
    here: Places,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may_answer = Event()
    gone = KnownProject(folder=str(tmp_path / "gone"))
    write_known(here.config, [KnownProject(folder=str(here.default_project)), gone])
    ProjectStore.open(here.default_project, codecs()).close()
    found = opened(opening(OpeningWish()))

    def slow(_project: KnownProject) -> bool:
        assert may_answer.wait(20)
        return False

    monkeypatch.setattr(KnownProject, "is_there", property(slow))
    shelf = shelf_with(here, found)
    assert shelf.is_there(gone), "until it is known better"
    with qtbot.waitSignal(shelf.changed, timeout=20_000):
        may_answer.set()
    assert not shelf.is_there(gone)


def test_what_another_window_put_on_the_list_stays_there(
    opening: Opening, here: Places, tmp_path: Path
) -> None:
    shelf = shelf_with(here, opened(opening(OpeningWish())))
    other = KnownProject(folder=str(tmp_path / "theirs"), name="Theirs")
    write_known(here.config, [other, *shelf.known])
    shelf.rename("Mine")
    assert other in read_known(here.config)


@pytest.mark.parametrize(
    "error", [PermissionError(13, "no"), OSError(5, "broken"), StorageFull(file="x")]
)
def test_a_list_that_cannot_be_written_is_said(
    opening: Opening, here: Places, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    heard: list[AtelierError] = []

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(shelf_module, "write_known", refuse)
    found = opened(opening(OpeningWish()))
    shelf = ProjectShelf(here, QApplication.instance())
    shelf.failed.connect(heard.append)
    shelf.take(found, ProjectBridge(found.store))
    assert len(heard) == 1
    assert shelf.current is not None


def test_a_new_project_is_wished_for_beside_the_first(here: Places, qtbot: QtBot) -> None:
    shelf = ProjectShelf(here, QApplication.instance())
    heard: list[OpeningWish] = []
    shelf.wanted.connect(heard.append)
    shelf.create("  ")
    shelf.create("Sea/side")
    assert heard == [OpeningWish(folder=here.default_project.parent / "Sea side", name="Sea/side")]
