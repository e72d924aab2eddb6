"""A palette is copied with a click, follows the number of colours, and is written for others."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.contract.recipe import Recipe
from studio.images.ui.background import BackgroundWork
from studio.images.ui.outgoing import Outgoing
from studio.images.ui.sheets.palette_dialog import PaletteDialog
from tests.images.ui.enlarge.conftest import Bench

PATIENCE_MS = 10_000


def _picture() -> Outgoing:
    image = QImage(12, 12, QImage.Format.Format_RGB888)
    image.fill(QColor("#203080"))
    for x in range(4):
        for y in range(12):
            image.setPixelColor(x, y, QColor("#e0c040"))
    return Outgoing(recipe=Recipe(model="tiny", seed=5), image=image, stem="Coat 5")


def _open(qtbot: QtBot, bench: Bench, work: BackgroundWork) -> PaletteDialog:
    dialog = PaletteDialog(bench.services, work, _picture(), bench.window)
    dialog.open()
    qtbot.waitUntil(lambda: bool(dialog.swatches), timeout=PATIENCE_MS)
    return dialog


def test_swatches_are_copied_one_or_all(qtbot: QtBot, bench: Bench) -> None:
    work = BackgroundWork(bench.window)
    dialog = _open(qtbot, bench, work)
    assert [swatch.hex for swatch in dialog.swatches] == ["#203080", "#e0c040"]
    first, second = dialog.buttons
    second.click()
    assert QGuiApplication.clipboard().text() == "#e0c040"
    assert first.accessibleName() == "Copy #203080, 67 % of the picture"
    first.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text() == "#203080"
    dialog.copy_all.click()
    assert QGuiApplication.clipboard().text() == "#203080\n#e0c040"
    work.close()


def test_another_number_of_colours_is_another_palette(qtbot: QtBot, bench: Bench) -> None:
    work = BackgroundWork(bench.window)
    image = QImage(64, 1, QImage.Format.Format_Grayscale8)
    for x in range(64):
        image.setPixelColor(x, 0, QColor(4 * x, 4 * x, 4 * x))
    picture = Outgoing(recipe=Recipe(model="tiny", seed=5), image=image, stem="Ramp")
    dialog = PaletteDialog(bench.services, work, picture, bench.window)
    dialog.open()
    qtbot.waitUntil(lambda: len(dialog.swatches) == 6, timeout=PATIENCE_MS)
    dialog.count_row.set_value(3)
    dialog.count_row.value_changed.emit(None)
    qtbot.waitUntil(lambda: len(dialog.swatches) == 3, timeout=PATIENCE_MS)
    assert len(dialog.buttons) == 3
    work.close()


@pytest.mark.parametrize(("ending", "begins"), [(".ase", b"ASEF"), (".gpl", b"GIMP Palette")])
def test_the_palette_is_written_for_other_programs(
    qtbot: QtBot, bench: Bench, tmp_path: Path, ending: str, begins: bytes
) -> None:
    work = BackgroundWork(bench.window)
    dialog = _open(qtbot, bench, work)
    file = tmp_path / f"palette{ending}"
    dialog.save_to(file)
    qtbot.waitUntil(lambda: bool(bench.notices), timeout=PATIENCE_MS)
    assert file.read_bytes().startswith(begins)
    dialog.save_to(file)
    qtbot.waitUntil(lambda: len(bench.notices) == 2, timeout=PATIENCE_MS)
    assert (tmp_path / f"palette-2{ending}").exists()
    work.close()


def test_closing_while_it_looks_harms_nothing(qtbot: QtBot, bench: Bench) -> None:
    work = BackgroundWork(bench.window)
    dialog = PaletteDialog(bench.services, work, _picture(), bench.window)
    dialog.open()
    gone: list[bool] = []
    dialog.destroyed.connect(lambda: gone.append(True))
    dialog.close()
    qtbot.waitUntil(lambda: bool(gone), timeout=PATIENCE_MS)
    work.close()
