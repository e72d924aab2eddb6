"""What the user writes, names or opens goes through every door, and into no log."""

import os
import signal
import sys
import zipfile
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from studio.images.document import rename
from studio.project.database import DATABASE_NAME
from studio.project.nodes import WORK, Work
from studio.project.paths import places
from tests.e2e.conftest import (
    PATIENCE_MS,
    Starter,
    furniture_of,
    images_of,
    studio_of,
    wait_for_wall,
)
from tests.e2e.headless import studio
from tests.models import GRAPH_FILE, replace_graph, write_tiny_generator

SECRET = "Omas Geheimnis 秘密"
PARTS = ("omas", "geheimnis", "秘密", "\\u79d8")


def assert_silent(logs: Path) -> str:
    """No part of the secret stands in any log; what does, for a closer look."""
    files = sorted(path for path in logs.rglob("*") if path.is_file())
    assert files
    text = "\n".join(path.read_text("utf-8", errors="replace") for path in files)
    for part in PARTS:
        assert part not in text.lower(), next(
            line for line in text.splitlines() if part in line.lower()
        )
    return text


@pytest.fixture
def basedir(tmp_path: Path) -> Path:
    """Everything is written below a folder of the user's own naming."""
    return tmp_path / SECRET


def _broken_model(models: Path) -> None:
    """A model of the user's, whose folder, title and faults bear the secret."""
    folder = write_tiny_generator(models / SECRET, model_id="zz-own", title=SECRET)
    data = (folder / GRAPH_FILE).read_bytes()
    replace_graph(folder, data.replace(b"ConvTranspose", b"Geheimnis1234"))


def test_the_windows_logs_are_silent(
    qtbot: QtBot, start: Starter, basedir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _broken_model(basedir / "data" / "models")
    picture = tmp_path / f"{SECRET}.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + SECRET.encode())
    app = start(picture=picture)
    wait_for_wall(qtbot, app)
    room, whole = images_of(app), studio_of(app)
    assert whole.project is not None
    store = whole.project.store

    room.wall.choose(0)
    furniture_of(app).registry.action("images.keep").trigger()
    qtbot.waitUntil(lambda: store.nodes(WORK).total == 1, timeout=PATIENCE_MS)
    [work] = store.nodes(WORK).items
    assert isinstance(work, Work)
    store.submit(rename(work, SECRET)).result(PATIENCE_MS / 1000)

    try:
        raise ValueError(f"{SECRET!r} is not a number, in {picture}")
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)

    with qtbot.waitSignal(whole.host.failed, timeout=PATIENCE_MS):
        whole.host.replay_golden(basedir / "data" / "models" / SECRET)
    pid = _host()
    with qtbot.waitSignal(whole.host.lost, timeout=PATIENCE_MS):
        os.kill(pid, signal.SIGKILL)
    with qtbot.waitSignal(whole.host.ready, timeout=PATIENCE_MS):
        pass
    folder = store.folder
    app.close()

    (folder / DATABASE_NAME).write_bytes(b"not a database, but " + SECRET.encode() * 400)
    again = start()
    wait_for_wall(qtbot, again)
    again.close()
    capsys.readouterr()

    text = assert_silent(places(basedir).logs)
    for event in ("Uncaught", "ValueError", "host lost", "is set aside", "ready on"):
        assert event in text


def _host() -> int:
    [host] = [child for child in psutil.Process().children() if "--model-host" in child.cmdline()]
    return host.pid


def test_the_commands_logs_and_reports_are_silent(basedir: Path, tmp_path: Path) -> None:
    _broken_model(basedir / "data" / "models")
    write_tiny_generator(basedir / "data" / "models" / "tiny", title=SECRET)
    out, report = tmp_path / f"out {SECRET}", tmp_path / "report.zip"
    wrong = tmp_path / f"{SECRET}.jpg"
    wrong.write_text(SECRET, "utf-8")
    base = ("--basedir", basedir)
    assert studio("generate", "tiny", "--count", "2", "--out", out, *base).code == 0
    [first, _] = sorted(out.glob("*.png"))
    for arguments in (
        ("generate", SECRET, "--out", out),
        ("generate", "tiny", "--class", SECRET, "--out", out),
        ("generate", "zz-own", "--out", out),
        ("generate", "tiny", "--out", wrong),
        ("remake", wrong),
        ("remake", tmp_path / SECRET / "nowhere.png"),
        ("models", "--verify"),
    ):
        assert studio(*arguments, *base).code not in (0, 130), arguments
    assert studio("remake", first, *base).code == 0
    studio("doctor", "--pack", report, *base)

    text = assert_silent(places(basedir).logs)
    assert text.count("exit code") >= 9
    with zipfile.ZipFile(report) as archive:
        packed = tmp_path / "packed"
        archive.extractall(packed)
    assert "ready on" in assert_silent(packed)
