"""Commands, notices, jobs and crashes: what the shell tells, and to whom."""

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError, Cancelled, HostCrashed, ProjectLocked, StorageFull
from studio.host.client import Cancelled as RequestCancelled
from studio.host.client import Failed, Finished, HostSettings, Progress
from studio.shell.actions import ActionRegistry
from studio.shell.crash import FAULT_NAME, LOG_NAME, CrashLog
from studio.shell.host_bridge import HostBridge
from studio.shell.jobs import JobQueue, JobState
from studio.shell.notice_bar import AT_ONCE, NoticeBar
from studio.shell.notices import (
    BREAK,
    Notice,
    NoticeAction,
    NoticeCentre,
    NoticeKind,
    breakable,
    details,
    error_text,
)
from studio.shell.options import Options, parse_options
from studio.shell.widgets.buttons import FlatButton, IconButton


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A window with a field and room for notices."""
    window = QWidget()
    window.resize(800, 600)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    return window


# Commands


def test_a_shortcut_runs_its_command(window: QWidget) -> None:
    registry = ActionRegistry(window)
    runs: list[str] = []
    registry.add("images.keep", "Keep", lambda: runs.append("keep"), shortcuts=("K",))
    QTest.keyClick(window, Qt.Key.Key_K)
    assert runs == ["keep"]


def test_a_text_field_keeps_single_keys_to_itself(qtbot: QtBot, window: QWidget) -> None:
    registry = ActionRegistry(window)
    runs: list[str] = []
    registry.add("images.keep", "Keep", lambda: runs.append("keep"), shortcuts=("K",))
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClick(field, Qt.Key.Key_K)
    assert field.text() == "k"
    assert runs == []


def test_commands_of_a_room_leave_with_it(qtbot: QtBot, window: QWidget) -> None:
    registry = ActionRegistry(window)
    room = QWidget(window)
    registry.add("images.keep", "Keep", lambda: None, owner=room)
    registry.add("window.close", "Close", lambda: None)
    assert [command.identity for command in registry] == ["images.keep", "window.close"]
    room.deleteLater()
    qtbot.waitUntil(lambda: [command.identity for command in registry] == ["window.close"])
    with pytest.raises(KeyError):
        registry.action("images.keep")


def test_a_tool_tip_names_the_shortcut(window: QWidget) -> None:
    registry = ActionRegistry(window)
    action = registry.add("images.keep", "Keep", lambda: None, shortcuts=("K",), tip="Keep it")
    assert action.toolTip() == "Keep it (K)"


# Notices


def test_an_error_becomes_its_sentence_with_its_causes_in_the_details() -> None:
    try:
        try:
            raise OSError(28, "No space left on device")
        except OSError as error:
            raise StorageFull(file="out.png", detail="wrote 12 of 90 bytes") from error
    except StorageFull as error:
        assert error_text(error).startswith("There is no space left for out.png.")
        assert "StorageFull" in details(error)
        assert "wrote 12 of 90 bytes" in details(error)
        assert "No space left on device" in details(error)


def test_being_cancelled_is_no_failure() -> None:
    centre = NoticeCentre()
    posted: list[Notice] = []
    centre.posted.connect(posted.append)
    centre.report(Cancelled())
    centre.report(StorageFull(file="out.png"))
    assert [notice.kind for notice in posted] == [NoticeKind.ERROR]


def test_a_notice_does_not_take_the_focus(qtbot: QtBot, window: QWidget) -> None:
    field = QLineEdit(window)
    field.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    bar = NoticeBar(window)
    bar.show_notice(Notice(text="The disk is full", kind=NoticeKind.ERROR, detail="x"))
    assert bar.isVisible()
    assert field.hasFocus()


def test_a_notice_moves_nothing(window: QWidget) -> None:
    work = QWidget()
    layout = QVBoxLayout(window)
    layout.addWidget(work)
    layout.activate()
    before = work.geometry()
    NoticeBar(window).show_notice(Notice(text="A sentence " * 30))
    layout.activate()
    assert work.geometry() == before


def test_notices_stand_at_the_foot_of_the_work(window: QWidget) -> None:
    window.resize(900, 600)
    work = QWidget(window)
    work.setGeometry(56, 48, 700, 400)
    work.show()
    bar = NoticeBar(window)
    bar.float_over(work)
    bar.show_notice(Notice(text="Kept with its recipe."))
    assert bar.geometry().bottom() == work.geometry().bottom()
    assert work.geometry().contains(bar.geometry())
    work.setGeometry(56, 48, 500, 300)
    assert work.geometry().contains(bar.geometry())


def test_a_long_path_is_broken_rather_than_cut(window: QWidget) -> None:
    window.resize(440, 600)
    bar = NoticeBar(window)
    path = f"/home/somebody/.local/share/atelier/blobs/3f/{'3f9a' * 16}.png"
    text = f"There is no space left for {path}. Free some space; nothing you kept was lost."
    bar.show_notice(Notice(text=text, kind=NoticeKind.ERROR, detail=path))
    (label,) = (found for found in bar.findChildren(QLabel) if found.text())
    assert bar.width() <= window.width()
    assert label.minimumSizeHint().width() <= label.width()
    assert label.heightForWidth(label.width()) <= label.height()
    assert bar.texts == (text,)


@given(st.text())
def test_breaking_a_text_adds_nothing_that_is_seen(text: str) -> None:
    assert breakable(text).replace(BREAK, "") == text.replace(BREAK, "")


def test_details_can_be_copied_and_a_notice_dismissed(window: QWidget) -> None:
    bar = NoticeBar(window)
    bar.show_notice(Notice(text="It failed", detail="all that is known"))
    copy, close = bar.findChildren(IconButton)
    QTest.mouseClick(copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "all that is known"
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    assert bar.texts == ()
    assert bar.isHidden()


def test_a_newer_notice_of_the_same_key_takes_the_place(window: QWidget) -> None:
    bar = NoticeBar(window)
    bar.show_notice(Notice(text="It is lost", key="host"))
    bar.show_notice(Notice(text="It is back", key="host"))
    assert list(bar.texts) == ["It is back"]
    bar.withdraw("host")
    assert list(bar.texts) == []


def test_notices_do_not_pile_up(window: QWidget) -> None:
    bar = NoticeBar(window)
    for number in range(AT_ONCE + 2):
        bar.show_notice(Notice(text=f"number {number}"))
    assert bar.texts == ("number 4", "number 3", "number 2")


def test_a_bar_that_is_built_anew_has_what_nobody_dismissed(qtbot: QtBot, window: QWidget) -> None:
    centre, bar = NoticeCentre(window), NoticeBar(window)
    centre.posted.connect(bar.show_notice)
    centre.withdrawn.connect(bar.withdraw)
    bar.gone.connect(centre.forget)
    of_the_room = NoticeAction(text="Undo", run=lambda: None)
    lasting = NoticeAction(text="Try again", run=lambda: None, lasts=True)
    centre.post(Notice(text="Left by itself", key="left", seconds=0.01))
    qtbot.waitUntil(lambda: bar.texts == ())
    centre.post(Notice(text="Dismissed"))
    (close,) = (button for button in bar.findChildren(IconButton) if button.isVisible())
    QTest.mouseClick(close, Qt.MouseButton.LeftButton)
    centre.post(Notice(text="Over", key="over"))
    centre.withdraw("over")
    centre.post(Notice(text="Removed", action=of_the_room))
    centre.post(Notice(text="It is lost", key="host"))
    centre.post(Notice(text="It cannot be opened", action=lasting))
    centre.post(Notice(text="It is lost still", key="host"))
    standing = [notice.text for notice in centre.standing]
    assert standing == ["It cannot be opened", "It is lost still"]
    assert centre.stands("host")
    centre.forget_all()
    assert centre.standing == ()


def test_news_leaves_by_itself(qtbot: QtBot, window: QWidget) -> None:
    bar = NoticeBar(window)
    bar.show_notice(Notice(text="Kept", seconds=0.01))
    qtbot.waitUntil(lambda: bar.texts == ())


def test_the_offered_action_runs_once_and_the_notice_leaves(window: QWidget) -> None:
    runs: list[bool] = []
    bar = NoticeBar(window)
    action = NoticeAction(text="Try again", run=lambda: runs.append(True))
    bar.show_notice(Notice(text="It failed", action=action))
    (button,) = bar.findChildren(FlatButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert runs == [True]
    assert bar.texts == ()


def test_a_sentence_is_shown_as_text_and_not_as_markup(window: QWidget) -> None:
    bar = NoticeBar(window)
    bar.show_notice(Notice(text="<b>bold.png</b> cannot be opened"))
    assert bar.texts == ("<b>bold.png</b> cannot be opened",)


# Jobs


class FakeHost(QObject):
    """Only the signals and the cancel of a host; no process."""

    progressed = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.given_up: list[int] = []

    def cancel(self, request: int) -> None:
        self.given_up.append(request)


@pytest.fixture
def host() -> FakeHost:
    """A host that does nothing by itself."""
    return FakeHost()


@pytest.fixture
def jobs(host: FakeHost) -> JobQueue:
    """A queue that listens to it."""
    return JobQueue(host)  # type: ignore[arg-type]  # the four signals and cancel are all it uses


@pytest.mark.parametrize(
    "end",
    [
        ("finished", Finished(request=7, seconds=0.1)),
        ("failed", Failed(request=7, error=AtelierError(fault="x"))),
        ("cancelled", RequestCancelled(request=7)),
    ],
)
def test_a_request_is_followed_to_its_end(
    host: FakeHost, jobs: JobQueue, end: tuple[str, object]
) -> None:
    seen: list[tuple[JobState, ...]] = []
    jobs.changed.connect(seen.append)
    jobs.follow(7, "Making 24 pictures", total=24)
    host.progressed.emit(Progress(request=7, done=8, total=24, stage="making"))
    host.progressed.emit(Progress(request=8, done=1, total=1, stage="making"))
    assert [(job.label, job.done, job.total) for job in jobs.jobs] == [
        ("Making 24 pictures", 8, 24)
    ]
    getattr(host, end[0]).emit(end[1])
    assert jobs.jobs == ()
    assert seen[-1] == ()


def test_cancel_asks_the_host_once(host: FakeHost, jobs: JobQueue) -> None:
    job = jobs.follow(7, "Making")
    jobs.cancel(job)
    jobs.cancel(job)
    assert host.given_up == [7]


def test_other_work_is_shown_and_can_be_cancelled(jobs: JobQueue) -> None:
    asked: list[bool] = []
    first = jobs.begin("Exporting", total=3, cancel=lambda: asked.append(True))
    jobs.begin("Verifying")
    jobs.progress(first, 2, 3)
    assert [(job.label, job.done, job.can_cancel) for job in jobs.jobs] == [
        ("Exporting", 2, True),
        ("Verifying", 0, False),
    ]
    jobs.cancel(first)
    assert asked == [True]
    jobs.end(first)
    jobs.progress(first, 3, 3)
    assert [job.label for job in jobs.jobs] == ["Verifying"]


# The bridge to the host


def test_events_cross_to_the_gui_thread(qtbot: QtBot) -> None:
    bridge = HostBridge(HostSettings())
    threads: list[threading.Thread] = []
    bridge.progressed.connect(lambda _event: threads.append(threading.current_thread()))
    event = Progress(request=1, done=1, total=2, stage="making")
    with qtbot.waitSignal(bridge.progressed):
        reader = threading.Thread(target=bridge._receive, args=(0, event))
        reader.start()
        reader.join()
    assert threads == [threading.main_thread()]
    bridge.close()


# When something goes wrong


@pytest.fixture
def crash(tmp_path: Path) -> Iterator[tuple[CrashLog, list[BaseException]]]:
    """A log in a folder of its own, and what it told."""
    told: list[BaseException] = []
    log = CrashLog(tmp_path / "logs")
    log.start(told.append)
    yield log, told
    log.close()


def test_an_uncaught_exception_is_logged_and_told(
    tmp_path: Path,
    crash: tuple[CrashLog, list[BaseException]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    try:
        raise ValueError("a fault of the program")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
        assert crash[1] == [error]
    written = (tmp_path / "logs" / LOG_NAME).read_text("utf-8")
    assert "ValueError" in written
    assert "test_an_uncaught_exception_is_logged_and_told" in written
    assert "a fault of the program" not in written, "the words may be the user's"
    assert "a fault of the program" in capsys.readouterr().err
    assert (tmp_path / "logs" / FAULT_NAME).exists()


def test_an_exception_in_a_thread_is_told_too(
    crash: tuple[CrashLog, list[BaseException]], capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise HostCrashed(fault="signal 9")

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert [type(error) for error in crash[1]] == [HostCrashed]
    assert "signal 9" in capsys.readouterr().err


def test_without_a_log_folder_there_is_still_a_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("in the way")
    log = CrashLog(tmp_path / "logs")
    log.start(lambda _error: None)
    assert "no log in" in capsys.readouterr().err
    log.close()
    assert logging.getLogger("studio").handlers == []


# The command line


def test_the_command_line_of_the_window() -> None:
    assert parse_options([]) == Options()
    options = parse_options(["--basedir", "/b", "--project", "/p", "--provider", "cuda", "a.png"])
    assert options == Options(
        basedir=Path("/b"), project=Path("/p"), provider="cuda", picture=Path("a.png")
    )


def test_a_sentence_of_every_error_can_be_formatted() -> None:
    locked = ProjectLocked(file="/p", holder="Atelier, process 7")
    assert error_text(locked) == locked.message
