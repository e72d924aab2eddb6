"""An offer to undo takes back what its notice tells of, or it is not there any more."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.images.document import codecs, keep
from studio.project.edits import Change
from studio.project.nodes import WORK
from studio.project.store import ProjectStore
from studio.project.works import SCOPE, rate_works, remove_works
from studio.shell.notice_bar import NoticeBar
from studio.shell.notices import Notice, NoticeCentre
from studio.shell.project_bridge import ProjectBridge
from studio.shell.undo_offer import UndoOffers
from tests.project.samples import recipe
from tests.shell.projects.conftest import keep_pictures, picture


class Stage:
    """Offers over a project with three kept pictures, shown in a bar."""

    def __init__(self, qtbot: QtBot, project: ProjectBridge, window: QWidget) -> None:
        self.qtbot = qtbot
        self.project = project
        self.ids = [work.id for work in keep_pictures(project.store, 1, 2, 3)]
        centre = NoticeCentre(window)
        self.bar = NoticeBar(window)
        self.notices: list[Notice] = []
        centre.posted.connect(self.bar.show_notice)
        centre.posted.connect(self.notices.append)
        centre.withdrawn.connect(self.bar.withdraw)
        self.offers = UndoOffers(project, centre, window)

    def remove(self) -> Notice:
        """Put the first picture into the bin and offer to undo that."""
        self.do(self.project.submit(remove_works(self.ids[:1])))
        return self.notices[-1]

    def do(self, future: "Future[Change]") -> None:
        """Offer to undo what comes of an edit, as the rooms do."""
        before = len(self.notices)
        self.project.when_done(
            future, lambda change: self.offers.post(change, "Removed.", key="removed")
        )
        self.qtbot.waitUntil(lambda: len(self.notices) > before)

    def kept(self) -> set[str]:
        return {work.id for work in self.project.store.nodes(WORK).items}

    def rating(self, one: str) -> int:
        return next(w.rating for w in self.project.store.nodes(WORK).items if w.id == one)

    def click(self, notice: Notice) -> None:
        assert notice.action is not None
        notice.action.run()


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    bridge = ProjectBridge(ProjectStore.open(tmp_path / "project", codecs()))
    window = QWidget()
    qtbot.addWidget(window)
    yield Stage(qtbot, bridge, window)
    bridge.close()


def test_it_takes_back_what_it_tells_of(stage: Stage) -> None:
    notice = stage.remove()
    assert stage.bar.texts == ("Removed.",)
    stage.click(notice)
    stage.qtbot.waitUntil(lambda: stage.kept() == set(stage.ids))
    stage.qtbot.waitUntil(lambda: stage.bar.texts == ())


def test_it_goes_as_soon_as_something_else_was_done(stage: Stage) -> None:
    stage.remove()
    stage.project.submit(rate_works(stage.ids[1:2], 5))
    stage.qtbot.waitUntil(lambda: stage.bar.texts == ())


def test_it_stays_while_another_history_moves_on(stage: Stage) -> None:
    stage.remove()
    with stage.qtbot.waitSignal(stage.project.changed):
        stage.project.submit(keep(picture(9), recipe(9)))
    assert stage.bar.texts == ("Removed.",)


def test_it_takes_back_nothing_else_where_the_click_was_faster_than_the_news(stage: Stage) -> None:
    notice = stage.remove()
    stage.project.store.submit(rate_works(stage.ids[1:2], 5)).result()
    stage.click(notice)
    stage.project.store.put_blob(b"behind the click").result()
    assert stage.rating(stage.ids[1]) == 5
    assert stage.ids[0] not in stage.kept()
    assert stage.project.history(SCOPE).undo_label == "gallery.rate"


def test_it_goes_when_undo_was_pressed_instead(stage: Stage) -> None:
    stage.remove()
    stage.project.undo(SCOPE)
    stage.qtbot.waitUntil(lambda: stage.bar.texts == ())


def test_it_goes_when_there_is_nothing_left_to_bring_back(stage: Stage) -> None:
    stage.remove()
    stage.project.empty_bin(WORK)
    stage.qtbot.waitUntil(lambda: stage.bar.texts == ())


def test_what_changed_nothing_is_said_without_an_offer(stage: Stage) -> None:
    stage.do(stage.project.submit(rate_works(stage.ids[:1], 0)))
    assert stage.notices[-1].action is None
