"""A number can be dragged, typed, scrubbed, stepped and reset, and tells of nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Control, Label
from studio.shell.widgets.control_row import ControlRow, NumberSpec, ValueChange
from studio.shell.widgets.slider import Slider

SPEC = NumberSpec(
    name="truncation",
    label="Typical to strange",
    help="How far from the middle",
    minimum=0.0,
    maximum=1.5,
    default=0.7,
    step=0.05,
    ends=("typical", "strange"),
)


class Heard:
    """Collects what a row tells."""

    def __init__(self, row: ControlRow) -> None:
        self.changes: list[ValueChange] = []
        row.value_changed.connect(self.changes.append)

    @property
    def last(self) -> ValueChange:
        return self.changes[-1]


@pytest.fixture
def row(qtbot: QtBot) -> ControlRow:
    """A row on the screen."""
    row = ControlRow(SPEC)
    qtbot.addWidget(row)
    row.resize(256, 80)
    row.show()
    qtbot.waitExposed(row)
    return row


def slider_of(row: ControlRow) -> Slider:
    return row.findChildren(Slider)[0]


def edit_of(row: ControlRow) -> QLineEdit:
    return row.findChildren(QLineEdit)[0]


def label_of(row: ControlRow) -> QLabel:
    return next(label for label in row.findChildren(QLabel) if label.text() == SPEC.label)


def at_share(slider: Slider, share: float) -> QPoint:
    track = slider.track()
    return QPoint(round(track.left() + share * track.width()), slider.height() // 2)


def test_a_row_begins_at_its_default(row: ControlRow) -> None:
    assert row.value == 0.7
    assert edit_of(row).text() == "0.70"


def test_a_press_on_the_line_takes_the_handle_there(qtbot: QtBot, row: ControlRow) -> None:
    heard = Heard(row)
    slider = slider_of(row)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=at_share(slider, 1.0))
    assert heard.last == ValueChange(name="truncation", value=1.5, final=False)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at_share(slider, 1.0))
    assert heard.last == ValueChange(name="truncation", value=1.5, final=True)


def test_a_drag_tells_live_values_and_comes_to_rest_once(qtbot: QtBot, row: ControlRow) -> None:
    heard = Heard(row)
    slider = slider_of(row)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=at_share(slider, 0.2))
    for share in (0.4, 0.6, 0.8):
        QTest.mouseMove(slider, at_share(slider, share))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=at_share(slider, 0.8))
    assert [change.final for change in heard.changes].count(True) == 1
    assert heard.last.final
    assert heard.last.value == pytest.approx(1.2, abs=0.05)


def test_what_the_program_sets_is_not_told(row: ControlRow) -> None:
    heard = Heard(row)
    row.set_value(1.1)
    assert row.value == 1.1
    assert edit_of(row).text() == "1.10"
    assert heard.changes == []


@pytest.mark.parametrize("typed", ["1.25", " 1.25 ", "1.250"])
def test_a_number_can_be_typed(qtbot: QtBot, row: ControlRow, typed: str) -> None:
    heard = Heard(row)
    edit = edit_of(row)
    edit.selectAll()
    QTest.keyClicks(edit, typed)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert heard.changes == [ValueChange(name="truncation", value=1.25, final=True)]
    assert slider_of(row).value() == 25


def test_a_typed_number_out_of_range_becomes_the_nearest(qtbot: QtBot, row: ControlRow) -> None:
    edit = edit_of(row)
    edit.selectAll()
    QTest.keyClicks(edit, "99")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert row.value == 1.5
    assert edit.text() == "1.50"


@pytest.mark.parametrize("typed", ["lots", "nan", "inf", "--"])
def test_what_is_no_number_gives_the_old_one_back(
    qtbot: QtBot, row: ControlRow, typed: str
) -> None:
    heard = Heard(row)
    edit = edit_of(row)
    edit.selectAll()
    QTest.keyClicks(edit, typed)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert heard.changes == []
    assert edit.text() == "0.70"


def test_escape_gives_up_what_was_typed(qtbot: QtBot, row: ControlRow) -> None:
    edit = edit_of(row)
    edit.selectAll()
    QTest.keyClicks(edit, "1.2")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == "0.70"
    assert row.value == 0.7


def test_arrows_step_in_the_field_and_on_the_slider(qtbot: QtBot, row: ControlRow) -> None:
    QTest.keyClick(edit_of(row), Qt.Key.Key_Up)
    assert row.value == pytest.approx(0.75)
    QTest.keyClick(slider_of(row), Qt.Key.Key_Left)
    assert row.value == pytest.approx(0.70)
    QTest.keyClick(slider_of(row), Qt.Key.Key_PageUp)
    assert row.value == pytest.approx(1.2)
    QTest.keyClick(slider_of(row), Qt.Key.Key_Home)
    assert row.value == 0.0


def test_the_label_is_scrubbed_without_moving_the_cursor(qtbot: QtBot, row: ControlRow) -> None:
    heard = Heard(row)
    label = label_of(row)
    QTest.mousePress(label, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    width = slider_of(row).track().width()
    QTest.mouseMove(label, QPoint(5 + round(width / 3), 5))
    assert heard.last.value == pytest.approx(1.2, abs=0.05)
    assert not heard.last.final
    QTest.mouseMove(label, QPoint(5, 5))
    assert heard.last.value == pytest.approx(0.7), "back where it was pressed is the old value"
    QTest.mouseMove(label, QPoint(5 - round(width / 3), 5))
    QTest.mouseRelease(label, Qt.MouseButton.LeftButton, pos=QPoint(5 - round(width / 3), 5))
    assert heard.last.final
    assert heard.last.value == pytest.approx(0.2, abs=0.05)


def test_a_double_click_resets(qtbot: QtBot, row: ControlRow) -> None:
    heard = Heard(row)
    row.set_value(0.1)
    QTest.mouseDClick(label_of(row), Qt.MouseButton.LeftButton)
    assert heard.last == ValueChange(name="truncation", value=0.7, final=True)
    row.set_value(0.1)
    QTest.mouseDClick(slider_of(row), Qt.MouseButton.LeftButton)
    assert row.value == 0.7


@pytest.mark.parametrize("focused", [False, True])
def test_the_wheel_needs_the_focus(qtbot: QtBot, row: ControlRow, focused: bool) -> None:
    row.activateWindow()
    slider = slider_of(row)
    if focused:
        slider.setFocus()
        qtbot.waitUntil(slider.hasFocus)
    else:
        edit_of(row).setFocus()
    middle = QPointF(slider.rect().center())
    event = QWheelEvent(
        middle,
        slider.mapToGlobal(middle),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, event)
    assert (row.value > 0.7) is focused


def test_screen_readers_hear_name_and_value(row: ControlRow) -> None:
    assert slider_of(row).accessibleName() == "Typical to strange"
    assert slider_of(row).accessibleDescription() == "0.70"
    assert edit_of(row).accessibleName() == "Typical to strange"
    row.set_value(0.25)
    assert slider_of(row).accessibleDescription() == "0.25"


def test_the_unit_is_shown_and_may_be_typed(qtbot: QtBot) -> None:
    spec = NumberSpec(
        name="size", label="Size", help="", minimum=1, maximum=64, default=8, step=1, unit="px"
    )
    row = ControlRow(spec)
    qtbot.addWidget(row)
    edit = edit_of(row)
    assert edit.text() == "8 px"
    edit.selectAll()
    QTest.keyClicks(edit, "12.6 px")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert row.value == 13
    assert edit.text() == "13 px"


def test_a_control_of_a_manifest_becomes_a_row_in_the_interface_language() -> None:
    control = Control(
        name="truncation",
        type="number",
        applies_to="truncation",
        label=Label(en="Typical to strange", zh="典型 / 奇异"),
        help=Label(en="help", zh="说明"),
        default=0.7,
        minimum=0.0,
        maximum=1.5,
        ends=(Label(en="typical", zh="典型"), Label(en="strange", zh="奇异")),
    )
    spec = NumberSpec.of_control(control, "zh_CN")
    assert spec.label == "典型 / 奇异"
    assert spec.ends == ("典型", "奇异")
    assert spec.steps == 100


@given(
    low=st.floats(-1000, 1000),
    span=st.floats(0.1, 1000),
    share=st.floats(0, 1),
    steps=st.integers(1, 500),
)
def test_steps_and_values_agree(low: float, span: float, share: float, steps: int) -> None:
    spec = NumberSpec(
        name="x",
        label="",
        help="",
        minimum=low,
        maximum=low + span,
        default=low,
        step=span / steps,
    )
    value = low + share * span
    step = spec.to_step(value)
    assert 0 <= step <= spec.steps
    assert abs(spec.from_step(step) - value) <= spec.step
    assert spec.minimum <= spec.from_step(0) + spec.step
    assert spec.clamp(spec.from_step(step)) == pytest.approx(spec.from_step(step), abs=1e-3)
