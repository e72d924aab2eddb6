"""A project with pictures, as the dialogs about versions and projects see one."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.images.document import codecs, keep
from studio.project.nodes import WORK, Work
from studio.project.store import ProjectStore
from studio.shell.project_bridge import ProjectBridge
from tests.project.samples import recipe


def picture(number: int) -> bytes:
    """A PNG that is another for each number."""
    file = BytesIO()
    Image.new("RGB", (8, 8), (number % 256, 40, 90)).save(file, "PNG")
    return file.getvalue()


def keep_pictures(store: ProjectStore, *numbers: int) -> list[Work]:
    """Keep pictures and wait until they are there."""
    for number in numbers:
        store.submit(keep(picture(number), recipe(number))).result()
    return list(store.nodes(WORK, limit=1000).items)


@pytest.fixture
def project(qapp: QApplication, tmp_path: Path) -> Iterator[ProjectBridge]:
    """An open project without pictures."""
    bridge = ProjectBridge(ProjectStore.open(tmp_path / "project", codecs()))
    yield bridge
    bridge.close()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """What dialogs stand over."""
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.resize(900, 600)
    with qtbot.waitActive(widget):
        widget.show()
    return widget
