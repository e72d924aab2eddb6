"""The window for a second display: the work alone, the last picture held, its place remembered."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.errors import StorageDenied
from studio.shell.output.display import OutputDisplay, choose_screen
from studio.shell.output.memory import (
    FILE_NAME,
    OutputPlace,
    read_place,
    write_place,
)
from studio.shell.output.window import TITLE, OutputWindow
from studio.shell.pictures.named import NamedPicture


def _picture(colour: str = "#c00000", name: str = "red") -> NamedPicture:
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(QColor(colour))
    return NamedPicture(name=name, image=image)


@pytest.fixture
def window(qtbot: QtBot) -> OutputWindow:
    window = OutputWindow()
    qtbot.addWidget(window)
    window.resize(300, 200)
    window.show()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def display(qtbot: QtBot, tmp_path: Path) -> OutputDisplay:
    studio = QWidget()
    qtbot.addWidget(studio)
    studio.show()
    return OutputDisplay(tmp_path, studio, studio)


def test_it_shows_the_work_alone_on_black_at_a_whole_factor(window: OutputWindow) -> None:
    window.show_picture(_picture())
    shot = window.grab().toImage()
    red = [
        (x, y)
        for x in range(shot.width())
        for y in range(shot.height())
        if shot.pixelColor(x, y) == QColor("#c00000")
    ]
    across = {x for x, _ in red}
    assert len(across) % 8 == 0
    assert len(red) == len(across) ** 2
    others = shot.width() * shot.height() - len(red)
    black = sum(
        shot.pixelColor(x, y) == QColor("#000000")
        for x in range(shot.width())
        for y in range(shot.height())
    )
    assert black == others


def test_its_title_is_the_same_in_every_language(window: OutputWindow) -> None:
    assert window.windowTitle() == TITLE == "Atelier output"


def test_escape_leaves_the_full_display_first_and_closes_then(
    window: OutputWindow, qtbot: QtBot
) -> None:
    QTest.keyClick(window, Qt.Key.Key_F)
    assert window.isFullScreen()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isFullScreen()
    assert window.isVisible()
    with qtbot.waitSignal(window.closed):
        QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()


def test_the_menu_names_every_display(window: OutputWindow) -> None:
    texts = [action.text() for action in window.build_menu().actions()]
    assert any(text.startswith("Display 1") for text in texts)
    assert any("Close" in text for text in texts)


def test_the_last_picture_stays_and_a_window_opened_later_shows_it(
    display: OutputDisplay, qtbot: QtBot
) -> None:
    display.show_picture(_picture())
    display.toggle()
    assert display.is_open
    assert display.window is not None
    assert display.window.picture is not None
    assert display.window.picture.name == "red"
    display.show_picture(_picture("#0000c0", "blue"))
    assert display.window.accessibleName() == "blue"
    display.toggle()
    assert not display.is_open


def test_the_studios_close_takes_it_along(display: OutputDisplay) -> None:
    display.open()
    display.close()
    assert not display.is_open
    display.close()


def test_place_and_size_are_remembered(
    display: OutputDisplay, tmp_path: Path, qtbot: QtBot
) -> None:
    display.open()
    assert display.window is not None
    display.window.resize(420, 310)
    QApplication.processEvents()
    display.close()
    place = read_place(tmp_path)
    assert place.size == (420, 310)
    display.open()
    assert (display.window.width(), display.window.height()) == (420, 310)
    display.close()


def test_a_folder_that_cannot_be_written_is_said_and_nothing_breaks(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = QWidget()
    qtbot.addWidget(studio)
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    display = OutputDisplay(in_the_way / "config", studio, studio)
    told: list[object] = []
    display.failed.connect(told.append)

    def denied(_folder: Path, _place: OutputPlace) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("studio.shell.output.display.write_place", denied)
    display.open()
    assert display.window is not None
    display.window.resize(333, 222)
    QApplication.processEvents()
    display.close()
    assert [type(error) for error in told] == [StorageDenied]


def test_the_display_that_was_used_is_preferred_then_one_without_the_studio() -> None:
    class Screen:
        def __init__(self, name: str) -> None:
            self._name = name

        def name(self) -> str:
            return self._name

    laptop, beamer, wall = (Screen(name) for name in ("laptop", "beamer", "wall"))
    screens = [laptop, beamer, wall]
    chosen = [choose_screen(screens, laptop, wanted) for wanted in ("wall", "", "gone", "laptop")]
    assert chosen == [wall, beamer, beamer, laptop]
    assert choose_screen([laptop], laptop, "") is laptop


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=120))
def test_damaged_memory_falls_back(tmp_path: Path, data: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(data)
    place = read_place(tmp_path)
    assert min(place.size) >= 160


def test_memory_comes_back_as_it_was(tmp_path: Path) -> None:
    place = OutputPlace(display="HDMI-1", size=(800, 600), place=(10, 20), full_screen=False)
    write_place(tmp_path / "new", place)
    assert read_place(tmp_path / "new") == place
    write_place(tmp_path / "new", OutputPlace(size=(5, 5), place=(1, 1)))
    assert read_place(tmp_path / "new").size == OutputPlace().size
