"""What the window is told of a project, above all when looking at it fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError, ProjectDamaged
from studio.images.document import codecs
from studio.project.store import Change, ProjectStore
from studio.shell import project_bridge
from studio.shell.project_bridge import ProjectBridge


@pytest.fixture
def visitor(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ProjectBridge]:
    """A project that was opened to look only, and is looked at often."""
    monkeypatch.setattr(project_bridge, "POLL_MS", 1)
    ProjectStore.open(tmp_path / "project", codecs()).close()
    bridge = ProjectBridge(ProjectStore.open(tmp_path / "project", codecs(), read_only=True))
    yield bridge
    bridge.close()


def test_a_project_that_can_no_longer_be_looked_at_is_said_once(
    qtbot: QtBot, visitor: ProjectBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    heard: list[AtelierError] = []

    def broken() -> Change | None:
        looks.append(1)
        raise ProjectDamaged(file="project", fault="gone")

    visitor.failed.connect(heard.append)
    with qtbot.waitSignal(visitor.failed, timeout=10_000):
        monkeypatch.setattr(visitor.store, "poll", broken)
    ticks: list[int] = []
    clock = QTimer()
    clock.timeout.connect(lambda: ticks.append(1))
    clock.start(project_bridge.POLL_MS)
    qtbot.waitUntil(lambda: len(ticks) >= 5)
    assert len(looks) == 1
    assert [error.code for error in heard] == ["ProjectDamaged"]
