"""Buttons, chips, segments, seeds, layouts: by pointer, by keyboard, and by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.icons import icon_side
from studio.shell.theme import DARK, TEXT_SCALES, apply_theme, build_font
from studio.shell.widgets.buttons import (
    FlatButton,
    IconButton,
    PaintedButton,
    PrimaryButton,
    QuietButton,
    TextButton,
)
from studio.shell.widgets.choice_row import ChoiceChange, ChoiceOption, ChoiceRow
from studio.shell.widgets.flow_layout import FlowLayout
from studio.shell.widgets.popover import SHADOW, Popover
from studio.shell.widgets.seed_row import LockChange, SeedChange, SeedRow

KINDS = ("boots", "coats", "bags", "shirts", "dresses")


def colours_in(widget: QWidget) -> set[str]:
    """Names of the colours that a widget paints."""
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())
    }


@pytest.fixture
def window() -> QWidget:
    """Holds the buttons for as long as a test lasts."""
    return QWidget()


@pytest.fixture
def buttons(qtbot: QtBot, window: QWidget) -> tuple[PaintedButton, ...]:
    """One of each in a window."""
    layout = QHBoxLayout(window)
    made = (
        PrimaryButton("More like this"),
        QuietButton("Keep", key="K"),
        FlatButton("Export", icon="export"),
        IconButton("dice", "Another number"),
    )
    for button in made:
        layout.addWidget(button)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    return made


def test_space_and_click_press_a_button(qtbot: QtBot, buttons: tuple[PaintedButton, ...]) -> None:
    for button in buttons:
        presses: list[bool] = []
        button.clicked.connect(lambda on, seen=presses: seen.append(on))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        QTest.keyClick(button, Qt.Key.Key_Space)
        assert len(presses) == 2


def test_the_keyboard_shows_where_it_is(qtbot: QtBot, buttons: tuple[PaintedButton, ...]) -> None:
    for button in buttons:
        button.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(button.hasFocus)
        ring = button.grab().toImage().pixelColor(button.width() // 2, 0)
        assert ring == QColor(DARK.focus)
        button.clearFocus()
        button.setFocus(Qt.FocusReason.MouseFocusReason)
        assert not button.is_ringed


def test_buttons_say_their_names(buttons: tuple[PaintedButton, ...]) -> None:
    assert [button.accessibleName() or button.text() for button in buttons] == [
        "More like this",
        "Keep",
        "Export",
        "Another number",
    ]


def test_buttons_grow_with_the_text(qapp: QApplication, buttons: tuple[PaintedButton, ...]) -> None:
    before = [button.sizeHint() for button in buttons]
    apply_theme(qapp, DARK, language="en", scale=1.5)
    for button, size in zip(buttons, before, strict=True):
        assert button.sizeHint().height() > size.height() or isinstance(button, IconButton)
        if isinstance(button, TextButton):
            assert button.sizeHint().width() > size.width()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_icons_grow_with_the_text_and_only_with_what_was_chosen(
    qapp: QApplication, language: str
) -> None:
    font = qapp.font()
    sides = []
    for scale in TEXT_SCALES:
        qapp.setFont(build_font(language, scale))
        sides.append(icon_side(20))
    qapp.setFont(font)
    assert sides == [20, 25, 30]


def test_a_button_that_cannot_be_pressed_looks_so(buttons: tuple[PaintedButton, ...]) -> None:
    primary = buttons[0]
    assert DARK.accent in colours_in(primary)
    primary.setEnabled(False)
    assert DARK.accent not in colours_in(primary)


@pytest.fixture
def kinds(qtbot: QtBot) -> ChoiceRow:
    """Chips of five kinds and of all mixed."""
    mixed = ChoiceOption(value=None, text="All, mixed")
    chips = tuple(ChoiceOption(value=kind, text=kind.title()) for kind in KINDS)
    row = ChoiceRow("kind", "Kind", (mixed, *chips))
    qtbot.addWidget(row)
    row.resize(256, 160)
    row.show()
    return row


def chip(row: ChoiceRow, text: str) -> TextButton:
    return next(button for button in row.findChildren(TextButton) if button.text() == text)


def test_a_click_chooses_a_kind_and_tells_it(qtbot: QtBot, kinds: ChoiceRow) -> None:
    heard: list[ChoiceChange] = []
    kinds.chosen.connect(heard.append)
    QTest.mouseClick(chip(kinds, "Bags"), Qt.MouseButton.LeftButton)
    assert heard == [ChoiceChange(name="kind", value="bags")]
    assert kinds.value == "bags"
    QTest.mouseClick(chip(kinds, "All, mixed"), Qt.MouseButton.LeftButton)
    assert kinds.value is None


def test_return_chooses_the_focused_kind(qtbot: QtBot, kinds: ChoiceRow) -> None:
    QTest.keyClick(chip(kinds, "Coats"), Qt.Key.Key_Return)
    assert kinds.value == "coats"


def test_a_kind_set_by_the_program_is_not_told(kinds: ChoiceRow) -> None:
    heard: list[ChoiceChange] = []
    kinds.chosen.connect(heard.append)
    kinds.set_value("shirts")
    kinds.set_value("no such kind")
    assert kinds.value == "shirts"
    assert heard == []


@pytest.fixture
def seeds(qtbot: QtBot) -> SeedRow:
    """A seed row on the screen."""
    row = SeedRow("Number")
    qtbot.addWidget(row)
    row.set_seed(7)
    row.show()
    return row


def seed_edit(row: SeedRow) -> QLineEdit:
    return row.findChildren(QLineEdit)[0]


def seed_button(row: SeedRow, words: str) -> IconButton:
    return next(b for b in row.findChildren(IconButton) if b.accessibleName() == words)


def test_a_seed_can_be_typed_and_rolled(qtbot: QtBot, seeds: SeedRow) -> None:
    heard: list[SeedChange] = []
    seeds.seed_changed.connect(heard.append)
    edit = seed_edit(seeds)
    edit.selectAll()
    QTest.keyClicks(edit, "42")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert heard == [SeedChange(seed=42)]
    QTest.mouseClick(seed_button(seeds, "Another number"), Qt.MouseButton.LeftButton)
    assert len(heard) == 2
    assert 0 <= seeds.seed < 2**63


def test_a_seed_beyond_the_largest_gives_the_old_one_back(qtbot: QtBot, seeds: SeedRow) -> None:
    edit = seed_edit(seeds)
    edit.selectAll()
    QTest.keyClicks(edit, "9999999999999999999")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert seeds.seed == 7
    assert edit.text() == "7"


def test_letters_are_not_taken_into_a_seed(qtbot: QtBot, seeds: SeedRow) -> None:
    edit = seed_edit(seeds)
    edit.selectAll()
    QTest.keyClicks(edit, "1k2")
    assert edit.text() == "12"


def test_a_locked_seed_is_not_rolled(qtbot: QtBot, seeds: SeedRow) -> None:
    heard: list[LockChange] = []
    seeds.lock_changed.connect(heard.append)
    QTest.mouseClick(seed_button(seeds, "Keep this number"), Qt.MouseButton.LeftButton)
    assert heard == [LockChange(locked=True)]
    assert seeds.is_locked
    seeds.roll()
    assert seeds.seed == 7
    assert not seed_button(seeds, "Another number").isEnabled()
    seeds.set_locked(False)
    assert heard == [LockChange(locked=True)]


def test_a_seed_is_copied(qtbot: QtBot, seeds: SeedRow) -> None:
    QTest.mouseClick(seed_button(seeds, "Copy the number"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "7"


@given(widths=st.lists(st.integers(10, 120), min_size=1, max_size=20), room=st.integers(60, 400))
def test_a_flow_keeps_everything_inside_and_apart(widths: list[int], room: int) -> None:
    frame = QWidget()
    flow = FlowLayout(frame, gap=6)
    for width in widths:
        child = QWidget(frame)
        child.setFixedSize(width, 20)
        flow.addWidget(child)
    height = flow.heightForWidth(room)
    flow.setGeometry(QRect(0, 0, room, height))
    items = [flow.itemAt(index) for index in range(flow.count())]
    boxes = [item.geometry() for item in items if item is not None]
    for index, box in enumerate(boxes):
        assert box.left() >= 0
        assert box.bottom() < height
        assert box.right() < room or box.left() == 0
        assert all(not box.intersects(other) for other in boxes[:index])


@pytest.mark.parametrize(
    "anchor", [QRect(0, 0, 40, 40), QRect(350, 10, 40, 40), QRect(10, 250, 40, 40)]
)
def test_a_popover_stays_inside_its_parent(qtbot: QtBot, anchor: QRect) -> None:
    parent = QWidget()
    parent.resize(400, 300)
    qtbot.addWidget(parent)
    parent.show()
    popover = Popover(parent)
    popover.content.addWidget(QuietButton("Keep"))
    popover.show_beside(anchor)
    body = popover.geometry().adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
    assert parent.rect().contains(body)
    assert not body.intersects(anchor)


def test_arrows_stay_in_a_popover(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 300)
    elsewhere = QuietButton("Elsewhere", window)
    popover = Popover(window)
    first, off, hidden, last = (QuietButton(text, popover) for text in ("A", "B", "C", "D"))
    for button in (first, off, hidden, last):
        popover.content.addWidget(button)
    off.setEnabled(False)
    hidden.hide()
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    popover.show_beside(QRect(20, 20, 60, 40))
    first.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(first.hasFocus)
    for key, reached in (
        (Qt.Key.Key_Left, first),
        (Qt.Key.Key_Right, last),
        (Qt.Key.Key_Right, last),
        (Qt.Key.Key_Down, last),
        (Qt.Key.Key_Left, first),
    ):
        focused = window.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, key)
        assert window.focusWidget() is reached
    assert not elsewhere.hasFocus()


def test_escape_closes_a_popover(qtbot: QtBot) -> None:
    parent = QWidget()
    parent.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    parent.resize(400, 300)
    qtbot.addWidget(parent)
    parent.show()
    popover = Popover(parent)
    button = QuietButton("Keep")
    popover.content.addWidget(button)
    popover.show_beside(QRect(QPoint(10, 10), QPoint(40, 40)))
    QTest.keyClick(button, Qt.Key.Key_Escape)
    assert popover.isHidden()


def test_where_there_is_no_room_a_button_gives_up_its_key_and_then_cuts_its_words(
    qtbot: QtBot,
) -> None:
    row = QWidget()
    qtbot.addWidget(row)
    button = QuietButton("Between two", row, key="Ctrl+B")
    assert button.minimumSizeHint() == button.sizeHint()
    button.let_narrow()
    without = QuietButton("Between two", row).sizeHint()
    assert button.minimumSizeHint() == without
    button.resize(without)
    keyless = button.grab().toImage()
    button.set_key("")
    assert button.grab().toImage() == keyless
    button.resize(without.width() // 2, without.height())
    cut = button.grab().toImage()
    button.setText("Between three")
    assert button.grab().toImage() == cut  # as far as they can be seen, they are the same


def test_what_floats_is_never_wider_than_what_it_floats_over(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(260, 200)
    popover = Popover(parent)
    buttons = [QuietButton(text, popover) for text in ("Favourite", "Breed from this", "Keep")]
    for button in buttons:
        popover.content.addWidget(button)
    parent.show()
    popover.show_beside(QRect(10, 10, 40, 40))
    seen = popover.geometry().adjusted(SHADOW, 0, -SHADOW, 0)
    assert seen.left() >= parent.rect().left()
    assert seen.right() <= parent.rect().right()
    parent.resize(700, 200)
    qtbot.waitUntil(lambda: popover.width() == popover.sizeHint().width())
