"""Two piles of pictures: filled by mouse, keys and files, searched, judged, named."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.contract.errors import RequestInvalid
from studio.contract.recipe import Recipe
from studio.host.messages import TraitBetween
from studio.images.ui.background import BackgroundWork
from studio.images.ui.genes.piles_sheet import PilesSheet
from studio.images.ui.maker import PictureMaker
from studio.images.ui.raster import image_pixels
from studio.images.ui.thumbnails import ThumbnailLoader
from studio.project.nodes import Work
from studio.provenance.pictures import encode_picture
from tests.images.ui.genes.conftest import Bench, between, row
from tests.images.ui.staging import Opener, hung

PNG = encode_picture(bytes(8 * 8 * 3), 8, 8, 3, None)


def _work(number: int, model: str = "tiny") -> Work:
    recipe = Recipe(
        model=model, seed=number, latent=row(number, 2, 3, 4), pixels_sha256="0" * 64,
        width=8, height=8,
    )  # fmt: skip
    return Work(id=f"w{number}", recipe=recipe, blob=f"{number:064x}", title=f"Picture {number}")


@pytest.fixture
def works() -> list[Work]:
    return [_work(number) for number in range(8)]


@pytest.fixture
def sheet(qtbot: QtBot, bench: Bench, works: list[Work]) -> Iterator[PilesSheet]:
    background = BackgroundWork(bench.window)
    made = PilesSheet(
        bench.model,
        bench.seeker,
        PictureMaker(bench.host.as_bridge(), bench.window),
        ThumbnailLoader(lambda _blob: PNG, background, bench.window),
        background,
        lambda: [*works, _work(99, model="other")],
        lambda work: work.title,
        bench.centre,
        "en",
        bench.window,
    )
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made.source.count() == len(works))
    yield made
    made.reject()
    background.close()


def _names(sheet: PilesSheet) -> tuple[list[str], list[str], list[str]]:
    first, second, source = (
        [picture.name.removeprefix("Picture ") for picture in pile.pictures]
        for pile in (sheet.first, sheet.second, sheet.source)
    )
    return first, second, source


def _fill(sheet: PilesSheet, works: list[Work], each: int = 2) -> None:
    sheet.put(1, works[:each])
    sheet.put(2, works[each : 2 * each])


def test_the_models_own_kept_pictures_are_offered(sheet: PilesSheet) -> None:
    assert _names(sheet) == ([], [], [str(number) for number in range(8)])
    assert sheet.source.item(0).data(Qt.ItemDataRole.AccessibleTextRole) == "Picture 0"
    assert "At least two" in sheet.words
    assert not sheet.go.isEnabled()


def test_the_keys_send_what_is_chosen_to_a_pile_and_back(sheet: PilesSheet) -> None:
    sheet.source.item(1).setSelected(True)
    sheet.source.item(2).setSelected(True)
    QTest.keyClick(sheet.source, Qt.Key.Key_1)
    sheet.source.clearSelection()
    sheet.source.item(0).setSelected(True)
    QTest.keyClick(sheet.source, Qt.Key.Key_2)
    assert _names(sheet) == (["1", "2"], ["0"], ["3", "4", "5", "6", "7"])
    sheet.first.item(0).setSelected(True)
    QTest.keyClick(sheet.first, Qt.Key.Key_2)
    sheet.first.item(0).setSelected(True)
    QTest.keyClick(sheet.first, Qt.Key.Key_Delete)
    assert _names(sheet) == ([], ["0", "1"], ["3", "4", "5", "6", "7", "2"])


def test_the_buttons_do_the_same_and_say_when_they_can(sheet: PilesSheet) -> None:
    sheet.source.clearSelection()
    assert not sheet.to_first.isEnabled()
    sheet.source.item(3).setSelected(True)
    assert sheet.to_first.isEnabled()
    assert not sheet.back.isEnabled()
    sheet.to_first.click()
    sheet.source.clearSelection()
    sheet.first.item(0).setSelected(True)
    assert sheet.back.isEnabled()
    sheet.back.click()
    assert _names(sheet)[0] == []


def test_a_file_that_was_made_here_can_be_dropped(
    qtbot: QtBot, sheet: PilesSheet, tmp_path: Path
) -> None:
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(0x336699)
    pixels = image_pixels(image)
    recipe = Recipe(model="tiny", seed=77, latent=row(1, 1, 1, 1))
    file = tmp_path / "dropped.png"
    file.write_bytes(encode_picture(pixels, 8, 8, 3, recipe))
    _drop(sheet.second, file)
    qtbot.waitUntil(lambda: bool(sheet.second.pictures))
    (picture,) = sheet.second.pictures
    assert (picture.name, picture.recipe.seed) == ("dropped.png", 77)


def test_a_file_that_cannot_lie_there_is_refused_with_a_sentence(
    qtbot: QtBot, sheet: PilesSheet, bench: Bench, tmp_path: Path
) -> None:
    foreign = tmp_path / "foreign.png"
    foreign.write_bytes(PNG)
    other = tmp_path / "other.png"
    other.write_bytes(encode_picture(bytes(192), 8, 8, 3, Recipe(model="other", seed=1)))
    for file in (foreign, other):
        _drop(sheet.first, file)
    qtbot.waitUntil(lambda: len(bench.notices) == 2)
    assert {"foreign.png" in n.text or "other.png" in n.text for n in bench.notices} == {True}
    assert sheet.first.pictures == ()


def _drop(pile: QWidget, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(
        QPoint(10, 10).toPointF(),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    pile.dropEvent(event)


def test_what_was_found_is_shown_judged_and_kept_under_its_name(
    qtbot: QtBot, sheet: PilesSheet, bench: Bench, works: list[Work]
) -> None:
    _fill(sheet, works)
    assert "eight or more" in sheet.words
    sheet.go.click()
    request = bench.host.searches[-1]
    assert isinstance(request, TraitBetween)
    assert [recipe.seed for recipe in request.first] == [0, 1]
    assert [recipe.seed for recipe in request.second] == [2, 3]
    assert not sheet.go.isEnabled()
    bench.host.advance(100, 1024)
    assert "100 of 1,024" in sheet.words
    bench.host.find(between(2, 2, 1))
    assert "2 were told apart" in sheet.words
    assert "too few" in sheet.words
    qtbot.waitUntil(lambda: bool(bench.host.open))
    bench.host.answer_all()
    assert sheet.strip.is_complete
    assert not sheet.go.isEnabled()  # it has no name yet
    QTest.keyClicks(sheet.name_edit, "Hats")
    QTest.keyClick(sheet.name_edit, Qt.Key.Key_Return)
    assert [trait.name for trait in bench.shelf.traits()] == ["Hats"]
    assert not sheet.isVisible()
    assert bench.notices[-1].text == "“Hats” is among your genes now."


@pytest.mark.parametrize(
    ("right", "words"), [(9, "can be relied on"), (7, "tendency"), (5, "hardly more than chance")]
)
def test_how_far_it_can_be_relied_on_is_said_plainly(
    sheet: PilesSheet, bench: Bench, works: list[Work], right: int, words: str
) -> None:
    _fill(sheet, works)
    sheet.go.click()
    bench.host.find(between(10, 10, right))
    assert words in sheet.words


def test_a_name_that_is_taken_can_be_typed_anew(
    sheet: PilesSheet, bench: Bench, works: list[Work]
) -> None:
    bench.shelf.put_between(between(2, 2, 2), "Hats")
    _fill(sheet, works)
    sheet.go.click()
    bench.host.find(between(2, 2, 2))
    sheet.name_edit.setText("hats")
    sheet.go.click()
    assert "already" in sheet.words
    assert sheet.isVisible()
    sheet.name_edit.setText("caps")
    sheet.go.click()
    assert len(bench.shelf.traits()) == 2


def test_other_piles_are_searched_anew(sheet: PilesSheet, bench: Bench, works: list[Work]) -> None:
    _fill(sheet, works)
    sheet.go.click()
    bench.host.find(between(2, 2, 2))
    assert sheet.go.text() == "Keep this gene"
    sheet.put(1, works[4:5])
    assert sheet.go.text() == "Find it"
    assert not sheet.strip.isVisible()


def test_a_search_that_fails_or_is_given_up_leaves_the_piles(
    sheet: PilesSheet, bench: Bench, works: list[Work]
) -> None:
    _fill(sheet, works)
    sheet.go.click()
    bench.host.fail_search(RequestInvalid(fault="the pictures come from the same positions"))
    assert sheet.go.isEnabled()
    sheet.go.click()
    sheet.stop.click()
    assert len(bench.host.given_up) == 1
    bench.host.stop_search()
    assert sheet.isVisible()
    assert _names(sheet)[0] == ["0", "1"]


def test_closing_gives_the_search_up(sheet: PilesSheet, bench: Bench, works: list[Work]) -> None:
    _fill(sheet, works)
    sheet.go.click()
    sheet.reject()
    assert len(bench.host.given_up) == 1


def test_pictures_of_another_version_of_the_model_are_not_offered(
    sheet: PilesSheet, works: list[Work]
) -> None:
    recipe = msgspec.structs.replace(works[0].recipe, graphs={"generator": "f" * 64}, seed=50)
    sheet.put(1, [msgspec.structs.replace(works[0], recipe=recipe)])
    assert sheet.first.pictures == ()


def test_the_room_opens_one_sheet_and_lays_kept_works_on_it(
    qtbot: QtBot, open_room: Opener
) -> None:
    room = hung(qtbot, open_room())
    model = room.desk.model
    assert model is not None
    room.genes.piles_button.click()
    sheet = room.piles.sheet
    assert sheet is not None
    room.open_piles(model, [_work(4)])
    assert room.piles.sheet is sheet
    assert [picture.name for picture in sheet.first.pictures] == ["Boots, kept, number 4"]
    sheet.reject()
    assert room.piles.sheet is None
    room.open_piles(model, [])
    assert room.piles.sheet is not None
    room.flush()
    assert room.piles.sheet is None
