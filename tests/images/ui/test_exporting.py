"""Pictures leave the house whole, honest and with their recipe, or not at all."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError, Cancelled, PictureError
from studio.contract.recipe import Recipe
from studio.images.ui.background import BackgroundWork
from studio.images.ui.export_dialog import ExportDialog
from studio.images.ui.export_memory import ExportHabit
from studio.images.ui.exporter import DEFAULT_QUALITY, ExportChoice, ExportDone, Exporter
from studio.images.ui.outgoing import (
    HANDED_OUT_SECONDS,
    Outgoing,
    OutgoingPictures,
    file_for_others,
    sweep_outgoing,
)
from studio.images.ui.raster import image_pixels
from studio.provenance.containers import Format
from studio.provenance.pictures import read_picture
from studio.shell.jobs import JobQueue, JobState
from studio.shell.notices import Notice, NoticeCentre
from studio.shell.theme import build_font
from studio.shell.widgets.buttons import TextButton
from tests.images.ui.conftest import FakeHost

PATIENCE_MS = 10_000


def _picture(side: int = 8) -> Outgoing:
    image = QImage(side, side, QImage.Format.Format_RGB888)
    image.fill(QColor("#336699"))
    image.setPixelColor(1, 2, QColor("#ff0000"))
    recipe = Recipe(model="tiny", seed=5, latent=bytes(16), controls={"kind": "coats"})
    return Outgoing(recipe=recipe, image=image, stem="Coat 5", model_title="Tiny")


@dataclass
class Desk:
    exporter: Exporter
    work: BackgroundWork
    queue: JobQueue
    done: list[ExportDone] = field(default_factory=list)
    failed: list[AtelierError] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    jobs: list[tuple[JobState, ...]] = field(default_factory=list)


@pytest.fixture
def desk(qtbot: QtBot, host: FakeHost) -> Iterator[Desk]:
    work, centre = BackgroundWork(), NoticeCentre()
    jobs = JobQueue(host.as_bridge())
    desk = Desk(Exporter(work, jobs, centre), work, jobs)
    desk.exporter.done.connect(desk.done.append)
    desk.exporter.failed.connect(desk.failed.append)
    centre.posted.connect(desk.notices.append)
    jobs.changed.connect(desk.jobs.append)
    yield desk
    work.close()


@pytest.mark.parametrize("factor", [1, 3])
@pytest.mark.parametrize("file_format", ["png", "jpeg", "webp"])
def test_done_is_said_of_a_file_that_can_be_read_back(
    qtbot: QtBot,
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file_format: Format,
    factor: int,
) -> None:
    picture = _picture()
    file = tmp_path / f"a.{file_format}"
    desk.exporter.export(picture, ExportChoice(file=file, format=file_format, factor=factor))
    assert desk.jobs[0][0].can_cancel
    qtbot.waitUntil(lambda: bool(desk.done), timeout=PATIENCE_MS)
    assert desk.done[0].file == file
    notice = desk.notices[0]
    assert str(file) in notice.text
    opened: list[Path] = []
    monkeypatch.setattr("studio.shell.folders.open_folder", opened.append)
    assert notice.action is not None
    notice.action.run()
    assert opened == [tmp_path]
    assert desk.jobs[-1] == ()
    stored = read_picture(file)
    assert stored.recipe is not None
    assert stored.recipe.seed == 5
    assert stored.enlargement == factor
    if file_format == "png":
        assert stored.reduced().pixels == image_pixels(picture.image)


def test_lossless_webp_keeps_every_pixel(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    picture = _picture()
    file = tmp_path / "a.webp"
    desk.exporter.export(picture, ExportChoice(file=file, format="webp", lossless=True))
    qtbot.waitUntil(lambda: bool(desk.done), timeout=PATIENCE_MS)
    assert read_picture(file).is_as_made


def test_a_taken_name_is_refused_unless_it_may_be_replaced(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(b"somebody's")
    desk.exporter.export(_picture(), ExportChoice(file=file))
    qtbot.waitUntil(lambda: bool(desk.failed), timeout=PATIENCE_MS)
    assert isinstance(desk.failed[0], PictureError)
    assert file.read_bytes() == b"somebody's"
    desk.exporter.export(_picture(), ExportChoice(file=file, replace=True))
    qtbot.waitUntil(lambda: bool(desk.done), timeout=PATIENCE_MS)
    assert read_picture(file).is_as_made


def test_a_missing_folder_is_named_and_leaves_nothing(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "nowhere" / "a.png"
    desk.exporter.export(_picture(), ExportChoice(file=file))
    qtbot.waitUntil(lambda: bool(desk.notices), timeout=PATIENCE_MS)
    assert str(file) in desk.notices[0].text
    assert list(tmp_path.iterdir()) == []
    assert desk.done == []


def test_a_cancelled_export_leaves_no_file_and_no_complaint(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    desk.exporter.export(_picture(), ExportChoice(file=tmp_path / "a.png"))
    desk.queue.cancel(desk.jobs[0][0].identity)
    qtbot.waitUntil(lambda: bool(desk.failed or desk.done), timeout=PATIENCE_MS)
    if desk.failed:
        assert isinstance(desk.failed[0], Cancelled)
        assert list(tmp_path.iterdir()) == []
        assert desk.notices == []
    else:
        assert read_picture(tmp_path / "a.png").is_as_made


def test_pixels_that_are_not_the_recipes_are_refused(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    picture = _picture()
    lying = Outgoing(
        recipe=msgspec.structs.replace(picture.recipe, pixels_sha256="0" * 64),
        image=picture.image,
        stem="lie",
    )
    desk.exporter.export(lying, ExportChoice(file=tmp_path / "a.png"))
    qtbot.waitUntil(lambda: bool(desk.failed), timeout=PATIENCE_MS)
    assert list(tmp_path.iterdir()) == []


def test_what_is_dragged_or_copied_is_pixels_a_png_and_a_file_with_a_sensible_name(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    pictures = OutgoingPictures(desk.work, tmp_path / "outgoing")
    picture = _picture()
    png = pictures.prepare(picture).result(timeout=10)
    assert pictures.prepare(picture).result(timeout=10) is png
    data = pictures.mime(picture, png)
    file = Path(data.urls()[0].toLocalFile())
    assert file.name == "Coat 5.png"
    assert file.read_bytes() == png == bytes(data.data("image/png").data())
    assert read_picture(file).is_as_made
    assert data.hasImage()
    assert pictures.is_own(file)
    assert not pictures.is_own(tmp_path / "Coat 5.png")


def test_what_was_handed_out_long_ago_is_swept_away_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "outgoing"
    old = file_for_others(folder / "kept" / "1", "old", b"png")
    again = file_for_others(folder / "2", "again", b"png")
    new = file_for_others(folder / "kept" / "3", "new", b"png")
    long_ago = time.time() - HANDED_OUT_SECONDS - 60
    for file in (old, again, old.parent):
        os.utime(file, (long_ago, long_ago))
    assert file_for_others(folder / "2", "again", b"png") == again
    sweep_outgoing(folder)
    assert not old.parent.exists()
    assert again.read_bytes() == new.read_bytes() == b"png"
    sweep_outgoing(tmp_path / "nowhere")


def test_a_place_for_drags_that_cannot_be_written_is_said(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "outgoing").write_text("a file stands here")
    pictures = OutgoingPictures(desk.work, tmp_path / "outgoing")
    picture = _picture()
    with pytest.raises(AtelierError, match="outgoing"):
        pictures.mime(picture, picture.png())


@pytest.fixture
def dialog(qtbot: QtBot, desk: Desk, tmp_path: Path) -> Iterator[ExportDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ExportDialog(
        _picture(),
        desk.exporter,
        licence="You may sell it.",
        credit="By us.",
        habit=ExportHabit(folder=str(tmp_path)),
        parent=parent,
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    dialog.open()
    yield dialog
    parent.close()


def test_return_exports_what_stands_there(
    qtbot: QtBot, desk: Desk, dialog: ExportDialog, tmp_path: Path
) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.done), timeout=PATIENCE_MS)
    assert desk.done[0].file == tmp_path / "Coat 5.png"
    assert not dialog.isVisible()


def test_a_room_that_closes_ends_the_job_and_says_what_was_written(
    desk: Desk, tmp_path: Path
) -> None:
    file = tmp_path / "a.png"
    desk.exporter.export(_picture(), ExportChoice(file=file))
    desk.work.close()
    assert desk.jobs[-1] == ()
    assert [done.file for done in desk.done] == [file]
    assert str(file) in desk.notices[0].text


@pytest.mark.parametrize("scale", [1.0, 1.5, 3.0])
def test_however_large_the_text_the_dialog_fits_the_screen_and_its_buttons_stay_in_view(
    qapp: QApplication, qtbot: QtBot, desk: Desk, tmp_path: Path, scale: float
) -> None:
    font = qapp.font()
    qapp.setFont(build_font("zh_CN", scale))
    try:
        parent = QWidget()
        qtbot.addWidget(parent)
        habit = ExportHabit(folder=str(tmp_path), format="jpeg")
        sold = "You may sell what you make, and say who made it. " * 8
        dialog = ExportDialog(
            _picture(), desk.exporter, licence=sold, credit="By us.", habit=habit, parent=parent
        )
        dialog.open()
        assert dialog.height() < dialog.screen().availableGeometry().height()
        inside = dialog.rect()
        for name in (dialog.tr("Cancel"), dialog.tr("Export")):
            (button,) = (b for b in dialog.findChildren(TextButton) if b.text() == name)
            assert inside.contains(QRect(button.mapTo(dialog, QPoint()), button.size()))
        (licence,) = (one for one in dialog.findChildren(QLabel) if one.text() == dialog.licence)
        assert licence.width() > 0.8 * dialog.width()
        assert licence.height() >= licence.heightForWidth(licence.width())
        dialog.reject()
    finally:
        qapp.setFont(font)


def test_escape_exports_nothing(desk: Desk, dialog: ExportDialog, tmp_path: Path) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert list(tmp_path.iterdir()) == []


def _press(dialog: ExportDialog, text: str) -> None:
    chips = dialog.findChildren(QAbstractButton)
    next(chip for chip in chips if chip.text() == text).click()


def test_return_exports_after_a_chip_was_pressed(
    qtbot: QtBot, desk: Desk, dialog: ExportDialog, tmp_path: Path
) -> None:
    chip = next(c for c in dialog.findChildren(QAbstractButton) if c.text() == "WebP")
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    QTest.keyClick(chip, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(desk.done), timeout=PATIENCE_MS)
    assert desk.done[0].file == tmp_path / "Coat 5.webp"
    assert not dialog.isVisible()


def test_the_dialog_opens_as_it_was_used_last(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    habit = ExportHabit(format="webp", factor=4, folder=str(tmp_path))
    file = tmp_path / "gone" / "mine.webp"
    fresh = ExportDialog(
        _picture(), desk.exporter, licence="", credit="", habit=habit, parent=parent
    )
    assert fresh.choice == ExportChoice(
        file=tmp_path / "Coat 5.webp", format="webp", factor=4, quality=DEFAULT_QUALITY
    )
    after_a_failure = ExportDialog(
        _picture(), desk.exporter, licence="", credit="", habit=habit, file=file, parent=parent
    )
    assert after_a_failure.choice.file == file


@pytest.mark.parametrize("folder", ["", "/nowhere/at/all", "x" * 5_000, "a\0b"])
def test_a_folder_that_is_gone_is_no_place(folder: str) -> None:
    assert ExportHabit(folder=folder).place() is None


def test_the_dialog_is_honest_about_what_the_file_keeps(dialog: ExportDialog) -> None:
    assert "every pixel" in dialog.note
    _press(dialog, "32 × 32")
    assert "4 × 4" in dialog.note
    _press(dialog, "JPEG")
    assert dialog.choice.file.suffix == ".jpg"
    assert "not exact" in dialog.note
    assert "You may sell it." in dialog.licence


def test_a_taken_name_is_passed_over_and_a_typed_one_is_warned_of(
    qtbot: QtBot, desk: Desk, tmp_path: Path
) -> None:
    (tmp_path / "Coat 5.png").write_bytes(b"there")
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ExportDialog(
        _picture(),
        desk.exporter,
        licence="",
        credit="",
        habit=ExportHabit(folder=str(tmp_path)),
        parent=parent,
    )
    assert dialog.choice.file == tmp_path / "Coat 5-2.png"
    assert dialog.warning == ""
    dialog.place_edit.setText(str(tmp_path / "Coat 5.png"))
    assert "replaced" in dialog.warning
    assert dialog.choice.replace
    dialog.place_edit.setText(str(tmp_path))
    assert "name" in dialog.warning
    dialog.accept()
    assert desk.jobs == []


def test_a_file_that_came_after_the_last_word_is_not_replaced_unsaid(
    qtbot: QtBot, desk: Desk, dialog: ExportDialog, tmp_path: Path
) -> None:
    file = tmp_path / "Coat 5.png"
    assert dialog.warning == ""
    file.write_bytes(b"somebody's")
    assert not dialog.choice.replace, "nothing was said of replacing"
    dialog.accept()
    assert dialog.isVisible()
    assert "replaced" in dialog.warning
    assert desk.jobs == []
    assert file.read_bytes() == b"somebody's"
    dialog.accept()
    qtbot.waitUntil(lambda: bool(desk.done), timeout=PATIENCE_MS)
    assert read_picture(file).is_as_made


@pytest.mark.parametrize("name", ["x" * 5_000, "y/" * 5_000 + "z", "~/" + "x" * 300])
def test_a_name_that_no_file_can_have_is_a_word_in_a_notice(
    qtbot: QtBot, desk: Desk, dialog: ExportDialog, name: str
) -> None:
    dialog.place_edit.setText(name)
    _press(dialog, "WebP")
    assert dialog.warning == ""
    dialog.accept()
    qtbot.waitUntil(lambda: bool(desk.failed), timeout=PATIENCE_MS)
    assert len(desk.notices) == 1
    assert desk.jobs[-1] == ()
