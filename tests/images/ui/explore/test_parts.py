"""The explorer's smaller parts: kinds and their shares, zones, the line of letters, the way."""

import math

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Choice, Label, Model
from studio.images.ui.explore.between_page import BetweenPage, EndWish, ShareChange
from studio.images.ui.explore.hero import HeroView
from studio.images.ui.explore.kinds import KindPanel, KindsChange
from studio.images.ui.explore.specimen import SAMPLE, SpecimenLine, ink_columns
from studio.images.ui.explore.thumb import EndThumb, SlotButton
from studio.images.ui.explore.zones import ZonePanel, ZoneShare, ZoneWish
from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.control_row import ControlRow, NumberSpec, ValueChange


def shown(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.addWidget(widget)
    widget.resize(320, 480)
    widget.show()
    qtbot.waitExposed(widget)


def picture(colour: str = "#ff0000") -> QImage:
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(colour)
    return image


# Kinds


@pytest.fixture
def kinds(qtbot: QtBot, model: Model) -> KindPanel:
    control = model.manifest.control("class")
    assert control is not None
    panel = KindPanel(control, "en")
    shown(qtbot, panel)
    panel.set_shares({"boots": 1.0})
    return panel


def told_by(panel: KindPanel) -> list[KindsChange]:
    told: list[KindsChange] = []
    panel.changed.connect(told.append)
    return told


def test_one_kind_has_no_sliders(kinds: KindPanel) -> None:
    assert kinds.rows == {}
    told = told_by(kinds)
    kinds.set_shares({"coats": 1.0})
    assert told == []
    assert kinds.chips.value == "coats"


def test_a_second_kind_comes_in_with_an_even_share(kinds: KindPanel) -> None:
    told = told_by(kinds)
    kinds.blend.click()
    (menu,) = kinds.findChildren(QMenu)
    assert [action.text() for action in menu.actions()] == ["Coats", "Bags"]
    menu.actions()[0].trigger()
    menu.close()
    assert told == [KindsChange(shares={"boots": 0.5, "coats": 0.5}, final=True)]


def test_a_share_that_moves_takes_from_the_others_in_proportion(kinds: KindPanel) -> None:
    kinds.set_shares({"boots": 0.5, "coats": 0.3, "bags": 0.2})
    assert set(kinds.rows) == {"boots", "coats", "bags"}
    told = told_by(kinds)
    row = kinds.rows["boots"]
    row.set_value(50.0)
    row.value_changed.emit(_change("boots", 0.0))
    assert told[-1].shares["boots"] == 0.0
    assert told[-1].shares["coats"] == pytest.approx(0.6)
    assert math.fsum(told[-1].shares.values()) == pytest.approx(1.0)


def _change(name: str, value: float, *, final: bool = True) -> ValueChange:
    return ValueChange(name=name, value=value, final=final)


def test_the_last_share_of_all_is_split_evenly(kinds: KindPanel) -> None:
    kinds.set_shares({"boots": 1.0, "coats": 0.0, "bags": 0.0})
    told = told_by(kinds)
    kinds.rows["boots"].value_changed.emit(_change("boots", 40.0))
    assert told[-1].shares == pytest.approx({"boots": 0.4, "coats": 0.3, "bags": 0.3})


def test_a_kind_is_taken_out_and_the_others_fill_its_place(kinds: KindPanel) -> None:
    kinds.set_shares({"boots": 0.5, "coats": 0.25, "bags": 0.25})
    told = told_by(kinds)
    away = [b for b in kinds.findChildren(IconButton) if "Boots" in b.accessibleName()]
    buttons = [b for b in away if b.accessibleName().startswith("Take")]
    buttons[0].click()
    assert told[-1].shares == {"coats": 0.25, "bags": 0.25}


def test_a_click_on_a_kind_ends_the_blend(kinds: KindPanel) -> None:
    kinds.set_shares({"boots": 0.5, "coats": 0.5})
    told = told_by(kinds)
    chip = next(c for c in kinds.chips.findChildren(QWidget) if c.accessibleName().endswith("Bags"))
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert told == [KindsChange(shares={"bags": 1.0}, final=True)]
    kinds.set_shares({"bags": 1.0})
    assert kinds.rows == {}


def test_there_is_nothing_to_blend_with_where_all_kinds_are_in(kinds: KindPanel) -> None:
    kinds.set_shares({"boots": 0.4, "coats": 0.3, "bags": 0.3})
    assert not kinds.blend.isEnabled()


# Zones


def test_a_model_without_zones_says_why(qtbot: QtBot) -> None:
    panel = ZonePanel(())
    shown(qtbot, panel)
    assert panel.rows == ()
    assert "as a whole" in panel.findChildren(QLabel)[0].text()


def test_a_zone_asks_for_a_picture_says_whose_it_is_and_is_freed(qtbot: QtBot) -> None:
    panel = ZonePanel(("form", "colour"))
    shown(qtbot, panel)
    heard: list[ZoneWish | ZoneShare] = []
    panel.connect_rows(heard.append, heard.append, heard.append, heard.append)
    row = panel.rows[1]
    row.slot.click()
    assert isinstance(heard[-1], ZoneWish)
    assert heard[-1].zone == "colour"
    assert heard[-1].place is not None
    assert not row.free.isVisible()
    row.show_source(0.75, picture())
    assert row.free.isVisible()
    assert row.share.value == 75.0
    assert row.slot.image is not None
    row.share.reset()
    row.free.click()
    assert heard[-2:] == [
        ZoneShare(zone="colour", share=1.0, final=True),
        ZoneWish(zone="colour"),
    ]
    row.show_source(None, None)
    assert row.slot.image is None


def test_a_file_can_be_dropped_on_a_slot(qtbot: QtBot) -> None:
    slot = SlotButton("Colour from")
    shown(qtbot, slot)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/somewhere/picture.png")])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(4, 4), copy, data, left, none)
    QApplication.sendEvent(slot, enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(slot.dropped) as blocker:
        QApplication.sendEvent(slot, QDropEvent(QPointF(4, 4), copy, data, left, none))
    assert blocker.args == ["/somewhere/picture.png"]


def test_words_cannot_be_dropped_on_a_slot(qtbot: QtBot) -> None:
    slot = SlotButton("Colour from")
    shown(qtbot, slot)
    data = QMimeData()
    data.setText("a face with glasses")
    enter = QDragEnterEvent(
        QPoint(4, 4),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    enter.ignore()
    QApplication.sendEvent(slot, enter)
    assert not enter.isAccepted()


# Letters


@pytest.fixture
def line(qtbot: QtBot) -> SpecimenLine:
    found = SpecimenLine()
    shown(qtbot, found)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    found.set_letters(tuple(Choice(value=c, label=Label(en=c, zh=c)) for c in letters))
    return found


def test_without_words_the_founders_sample_is_set(line: SpecimenLine) -> None:
    line.show_text("")
    assert line.line.accessibleName() == SAMPLE


def test_small_letters_are_set_in_the_capitals_that_there_are(line: SpecimenLine) -> None:
    line.show_text("Hi, you 7")
    assert line.line.accessibleName() == "HI, YOU 7"


def letter(first: int, last: int) -> QImage:
    """White, 64 pixels a side, with ink from one column to before another."""
    image = QImage(64, 64, QImage.Format.Format_Grayscale8)
    image.fill(255)
    for x in range(first, last):
        for y in range(10, 54):
            image.setPixelColor(x, y, "#000000")
    return image


def test_letters_are_painted_as_they_are_made(line: SpecimenLine) -> None:
    line.show_text("A")
    before = line.line.grab().toImage()
    line.line.set_letter("A", letter(10, 50))
    after = line.line.grab().toImage()
    assert after != before
    middle = line.line.height() // 2
    assert after.pixelColor(20, middle).name() == "#000000"
    line.set_letters(())
    assert line.line.grab().toImage().pixelColor(20, middle).name() != "#000000"


def test_each_letter_is_as_wide_as_its_ink(line: SpecimenLine) -> None:
    assert ink_columns(letter(10, 50)) == (10, 50)
    assert ink_columns(letter(0, 0)) == (0, 64)
    line.line.resize(400, line.line.height())
    ends = []
    for wide in (8, 40):
        line.line.set_letter("I", letter(12, 12 + wide))
        line.show_text("II")
        shot, y = line.line.grab().toImage(), line.line.height() // 2
        ends.append(max(x for x in range(400) if shot.pixelColor(x, y).name() == "#000000"))
    assert ends[0] < ends[1] / 2


def test_what_is_typed_is_told(qtbot: QtBot, line: SpecimenLine) -> None:
    with qtbot.waitSignal(line.text_changed) as blocker:
        QTest.keyClicks(line.field, "x")
    assert blocker.args == ["x"]


# The way between


@pytest.fixture
def between(qtbot: QtBot) -> BetweenPage:
    page = BetweenPage()
    shown(qtbot, page)
    page.resize(800, 500)
    page.name_steps()
    return page


def test_an_empty_way_teaches_and_offers_the_last_two(between: BetweenPage) -> None:
    between.show_way(is_there=False, share=0.5, way="position", has_styles=True)
    assert between.words.isVisible()
    assert not between.slider.isVisible()
    assert not between.last.isVisible()
    between.offer_last(True)
    assert between.last.isVisible()
    between.show_way(is_there=True, share=0.5, way="position", has_styles=True)
    assert not between.words.isVisible()
    assert not between.last.isVisible()
    assert between.slider.isVisible()


def test_the_way_by_style_is_offered_only_where_there_are_styles(between: BetweenPage) -> None:
    between.show_way(is_there=True, share=0.5, way="position", has_styles=False)
    assert not any(button.isVisible() for button in between.ways.values())
    between.show_way(is_there=True, share=0.5, way="style", has_styles=True)
    assert between.ways["style"].isChecked()


def test_the_slider_tells_how_far_and_shows_it_silently(between: BetweenPage) -> None:
    told: list[ShareChange] = []
    between.share_changed.connect(told.append)
    between.show_way(is_there=True, share=0.25, way="position", has_styles=False)
    assert told == []
    assert between.share.text() == "25\u00a0%"
    between.slider.setValue(750)
    assert told == [ShareChange(share=0.75, final=True)]
    between.steps[0].click()
    assert told[-1] == ShareChange(share=0.0, final=True)


def test_an_end_asks_for_its_picture(between: BetweenPage) -> None:
    told: list[EndWish] = []
    between.choice_wanted.connect(told.append)
    between.ends[1].click()
    assert told[0].end == 1
    between.dropped.connect(told.append)
    between.ends[0].dropped.emit("/a.png")
    assert told[-1] == EndWish(end=0, path="/a.png")


def test_the_picture_on_the_way_keeps_whole_pixels(qtbot: QtBot) -> None:
    hero = HeroView()
    shown(qtbot, hero)
    hero.set_picture_size((64, 64))
    hero.resize(300, 250)
    assert hero.picture_rect().width() == 192
    hero.set_picture_size((640, 640))
    assert hero.picture_rect().height() == pytest.approx(250)


# A row with pictures at its ends


def test_a_row_with_pictures_beside_its_slider_is_a_row_like_any_other(qtbot: QtBot) -> None:
    thumbs = (EndThumb(), EndThumb())
    spec = NumberSpec(
        name="x", label="X", help="", minimum=-4.0, maximum=4.0, default=0.0, step=0.1
    )
    row = ControlRow(spec, flanks=thumbs)
    shown(qtbot, row)
    thumbs[1].show_image(picture("#0000ff"))
    assert thumbs[1].grab().toImage().pixelColor(16, 16).name() == "#0000ff"
    assert thumbs[0].geometry().right() < thumbs[1].geometry().left()
    row.take_focus()
    told: list[object] = []
    row.value_changed.connect(told.append)
    focused = row.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, Qt.Key.Key_Right)
    assert len(told) == 1
    assert row.value == pytest.approx(0.1)
