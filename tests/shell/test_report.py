"""A report is packed beside the window, holds nobody's words, and its end is said."""

import sys
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from studio.project.paths import Places, places
from studio.shell.notices import Notice, NoticeCentre, NoticeKind
from studio.shell.report import ReportPacker

SECRET = "Grandma's garden"
PATIENCE_MS = 60_000


class Packing:
    """A packer, and the notices that it left."""

    def __init__(self, qtbot: QtBot, where: Places) -> None:
        self._qtbot = qtbot
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.notices = NoticeCentre()
        self.said: list[Notice] = []
        self.notices.posted.connect(self.said.append)
        self.packer = ReportPacker(where, self.notices, self.window)

    def pack(self, target: Path) -> Path | None:
        with self._qtbot.waitSignal(self.packer.packed, timeout=PATIENCE_MS) as waited:
            self.packer.pack(target)
            assert self.packer.busy()
        assert not self.packer.busy()
        [packed] = waited.args or []
        assert packed is None or isinstance(packed, Path)
        return packed


@pytest.fixture
def packing(qtbot: QtBot, tmp_path: Path) -> Packing:
    return Packing(qtbot, places(tmp_path / SECRET))


def test_a_report_is_packed_and_shown(packing: Packing, tmp_path: Path) -> None:
    logs = places(tmp_path / SECRET).logs
    logs.mkdir(parents=True)
    (logs / "window.log").write_text(f"opened {tmp_path / SECRET}/a\n{SECRET!r}\n", "utf-8")
    target = tmp_path / "report"
    assert packing.pack(target) == tmp_path / "report.zip"
    with zipfile.ZipFile(tmp_path / "report.zip") as archive:
        content = {name: archive.read(name).decode("utf-8") for name in archive.namelist()}
    assert {"report.txt", "packages.txt", "logs/window.log"} <= content.keys()
    assert not [name for name, text in content.items() if "garden" in text]
    assert sorted(path.name for path in tmp_path.iterdir()) == [SECRET, "report.zip"]
    last = packing.said[-1]
    assert (last.kind, str(tmp_path / "report.zip") in last.text) == (NoticeKind.GOOD, True)
    assert last.action is not None


def test_where_nothing_can_be_written_the_reason_is_said(packing: Packing, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert packing.pack(tmp_path / "file" / "report.zip") is None
    assert packing.said[-1].kind is NoticeKind.ERROR
    assert "report" in packing.said[-1].text


def test_a_python_that_does_not_start_is_said(
    packing: Packing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no python"))
    assert packing.pack(tmp_path / "report.zip") is None
    assert packing.said[-1].kind is NoticeKind.ERROR


def test_a_report_that_is_given_up_leaves_nothing(packing: Packing, tmp_path: Path) -> None:
    packing.packer.pack(tmp_path / "report.zip")
    packing.packer.give_up()
    assert packing.packer.busy() == ""
    assert not list(tmp_path.glob("*.zip")) + list(tmp_path.glob(".*.zip"))


def test_a_report_that_is_given_up_replaces_nothing(packing: Packing, tmp_path: Path) -> None:
    earlier = tmp_path / "report.zip"
    earlier.write_bytes(b"an earlier report")
    packing.packer.pack(earlier)
    packing.packer._part().write_bytes(b"half a report")
    packing.packer.give_up()
    assert earlier.read_bytes() == b"an earlier report"
    assert [path for path in tmp_path.iterdir() if path.is_file()] == [earlier]


def test_the_report_is_offered_a_place_in_a_folder_that_is_there(
    packing: Packing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[Path] = []

    def ask(_window: QWidget, _title: str, place: str, _kinds: str) -> tuple[str, str]:
        offered.append(Path(place))
        return "", ""

    documents, home = tmp_path / "Documents", tmp_path / "home"
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _location: str(documents))
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    packing.packer.ask()
    documents.mkdir()
    packing.packer.ask()
    assert [place.parent for place in offered] == [home, documents]
    assert all(place.suffix == ".zip" for place in offered)


def test_who_changes_his_mind_gets_no_report(
    packing: Packing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: ("", ""))
    packing.packer.ask()
    assert packing.packer.busy() == ""
    assert packing.said == []
