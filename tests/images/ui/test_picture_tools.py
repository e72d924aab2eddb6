"""From the wall: larger pictures, palettes, stories and contact sheets; and the way back."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.recipe import Enlarged, needed_schema
from studio.images.ui.background import BackgroundWork
from studio.images.ui.enlarge import dialog
from studio.images.ui.enlarge.subjects import ToEnlarge
from studio.images.ui.raster import image_pixels
from studio.images.ui.sheets.contact_dialog import ContactDialog
from studio.images.ui.sheets.palette_dialog import PaletteDialog
from studio.images.ui.sheets.story_dialog import StoryDialog
from studio.provenance.pictures import encode_picture, read_picture
from studio.shell.services import Services
from tests.images.ui.staging import PATIENCE_MS, Opener, Stage, hung


class PaperDialog(QDialog):
    """Notes what it was asked about."""

    asked: tuple[ToEnlarge, ...] = ()

    def __init__(
        self,
        services: Services,
        work: BackgroundWork,
        subjects: Sequence[ToEnlarge],
        *,
        licence: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        PaperDialog.asked = tuple(subjects)


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialog, "EnlargeDialog", PaperDialog)
    monkeypatch.setattr(PaperDialog, "asked", ())


def _open_dialogs(stage: Stage, kind: type[QDialog]) -> list[QDialog]:
    return [sheet for sheet in stage.window.findChildren(kind) if sheet.isVisible()]


@pytest.mark.usefixtures("paper")
def test_the_chosen_picture_is_enlarged_from_a_file_of_its_own(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(2)
    stage.press("enlarge")
    (asked,) = PaperDialog.asked
    picture = room.desk.picture(2)
    assert picture is not None
    assert (asked.width, asked.height, asked.recipe) == (8, 8, picture.recipe)
    assert asked.can_be_kept
    stored = read_picture(asked.read())
    assert stored.pixels == image_pixels(picture.image)
    assert stored.is_as_made


@pytest.mark.usefixtures("paper")
def test_a_file_from_elsewhere_is_enlarged_and_what_is_none_is_said(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    (tmp_path / "photo.png").write_bytes(encode_picture(bytes(48), 4, 4, 3, None))
    room.tools.enlarge_file(tmp_path / "photo.png")
    qtbot.waitUntil(lambda: bool(PaperDialog.asked), timeout=PATIENCE_MS)
    assert PaperDialog.asked[0].stem == "photo"
    assert not PaperDialog.asked[0].can_be_kept
    (tmp_path / "notes.png").write_text("no picture")
    room.tools.enlarge_file(tmp_path / "notes.png")
    qtbot.waitUntil(lambda: "notes.png" in stage.texts(), timeout=PATIENCE_MS)


def test_palette_and_story_are_about_the_chosen_picture(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(1)
    for name, kind in (("palette", PaletteDialog), ("story", StoryDialog)):
        stage.press(name)
        (dialog,) = _open_dialogs(stage, kind)
        dialog.reject()


def test_a_contact_sheet_holds_all_that_hangs(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    stage.press("contact_sheet")
    (dialog,) = _open_dialogs(stage, ContactDialog)
    assert isinstance(dialog, ContactDialog)
    qtbot.waitUntil(lambda: not dialog.look.image.isNull(), timeout=PATIENCE_MS)
    assert dialog.count == len(room.desk.tiles)
    dialog.reject()


def test_an_enlarged_picture_that_comes_back_is_remade_as_it_was_before(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    picture = room.desk.picture(0)
    assert picture is not None
    pixels = bytes(16 * 16 * 3)
    enlarged = Enlarged(
        method="nearest", factor=2, source_sha256=picture.recipe.pixels_sha256 or ""
    )
    recipe = msgspec.structs.replace(
        picture.recipe,
        enlarged=enlarged,
        width=16,
        height=16,
        pixels_sha256=hashlib.sha256(pixels).hexdigest(),
    )
    recipe = msgspec.structs.replace(recipe, schema=needed_schema(recipe))
    file = tmp_path / "large.png"
    file.write_bytes(encode_picture(pixels, 16, 16, 3, recipe))
    with qtbot.waitSignal(room.restorer.restored, timeout=PATIENCE_MS):
        room.open_picture(str(file))
        qtbot.waitUntil(lambda: bool(stage.host.open), timeout=PATIENCE_MS)
        stage.host.answer_all()
    assert "remade to the byte" in stage.texts()
