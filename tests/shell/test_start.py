"""What the window shows when the studio cannot be built."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from studio.contract.errors import SetupFault
from studio.shell.crash import LOG_NAME
from studio.shell.fault_page import FaultPage
from studio.shell.host_bridge import HostBridge
from studio.shell.options import Options
from studio.shell.start import App
from studio.shell.widgets.buttons import PrimaryButton


def _broken_host(error: Exception) -> Callable[[object, object], HostBridge]:
    def refuse(_options: object, _places: object) -> HostBridge:
        raise error

    return refuse


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (SetupFault(fault="a part is missing"), "cannot work as it is: a part is missing"),
        (RuntimeError("no luck"), "Something went wrong: RuntimeError: no luck"),
    ],
)
def test_a_studio_that_cannot_be_built_says_so_and_logs_it(
    qtbot: QtBot,
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    sentence: str,
) -> None:
    monkeypatch.setattr(HostBridge, "for_window", staticmethod(_broken_host(error)))
    whole = App(qapp, Options(basedir=tmp_path))
    qtbot.addWidget(whole.window)
    whole.begin()
    page = whole.window.page
    assert isinstance(page, FaultPage)
    assert any(sentence in label.text() for label in page.findChildren(QLabel))
    assert whole.window.isVisible()
    logs = list(tmp_path.rglob(LOG_NAME))
    assert len(logs) == 1
    assert "The studio cannot be built" in logs[0].read_text(encoding="utf-8")
    page.findChildren(PrimaryButton)[0].click()  # try again: it fails again, and says so again
    assert isinstance(whole.window.page, FaultPage)
    assert whole.window.page is not page
    whole.close()


def test_what_was_copied_does_not_take_the_process_along_at_its_end() -> None:
    script = """
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication
from studio.shell.start import forget_clipboard
app = QApplication([])
data = QMimeData()
data.setText("a picture")
app.clipboard().setMimeData(data)
forget_clipboard()
"""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=False, timeout=60)
    assert done.returncode == 0
