"""The dialog shows what holds, changes it at once, finds everything, and works by keyboard."""

from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.actions import ActionRegistry
from studio.shell.settings.declared import LANGUAGE, PROVIDER, SETTINGS, THEME, THREADS, TOUCH
from studio.shell.settings.dialog import KEYBOARD, PAGES, SettingsDialog
from studio.shell.settings.shortcut_rows import KeyCap, ShortcutRow
from studio.shell.settings.values import Settings
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.stepper import Stepper
from studio.shell.widgets.switch import Switch

W = TypeVar("W", bound=QWidget)
NONE = Qt.KeyboardModifier.NoModifier
CTRL = Qt.KeyboardModifier.ControlModifier


class Scene:
    """The dialog over a window with commands of two rooms."""

    def __init__(self, folder: Path, *, asked: dict[str, object] | None = None) -> None:
        self.window = QWidget()
        self.settings = Settings(folder, asked=asked)
        self.registry = ActionRegistry(self.window, self.settings)
        self.runs: list[str] = []
        for identity, text, keys in (
            ("window.undo", "Undo", ("Ctrl+Z",)),
            ("window.redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
            ("images.keep", "Keep", ("K",)),
            ("images.roll", "New pictures", ("R",)),
            ("images.number", "Copy the number", ()),
            ("kept.search", "Search", ("R",)),
        ):
            group = identity.partition(".")[0].title()
            self.registry.add(
                identity,
                text,
                lambda identity=identity: self.runs.append(identity),  # type: ignore[misc]  # bound now
                group=group,
                shortcuts=keys,
            )
        self.dialog = SettingsDialog(self.settings, self.window)
        self.dialog.fill(self.registry)
        self.dialog.content.finish()
        self.dialog.show()

    def row(self, identity: str) -> ShortcutRow:
        """The row of a command."""
        (row,) = (
            row
            for row in self.dialog.content.rows
            if isinstance(row, ShortcutRow) and row.identity == identity
        )
        return row

    def named(self, kind: type[W], name: str) -> W:
        """The control of that name."""
        found = self.dialog.content.findChild(kind, name)
        assert found is not None
        return found

    def keys(self, identity: str) -> tuple[str, ...]:
        return self.registry.keys_of(self.registry.command(identity))

    def button(self, identity: str, text: str) -> QuietButton:
        """A button of a command's row that is shown."""
        (found,) = (
            button
            for button in self.row(identity).findChildren(QuietButton)
            if button.text() == text and not button.isHidden()
        )
        return found

    def listening(self, identity: str, place: int = 0) -> KeyCap:
        """Press the key at ``place``; behind the last: a new one."""
        row = self.row(identity)
        if place < len(row.caps):
            row.caps[place].click()
        else:
            (more,) = (
                button
                for button in row.findChildren(QAbstractButton)
                if button.accessibleName().endswith("another key")
            )
            more.click()
        cap = row.caps[place]
        assert cap.listens
        return cap


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> Scene:
    scene = Scene(tmp_path)
    qtbot.addWidget(scene.window)
    scene.dialog.show_page(KEYBOARD)
    return scene


def test_every_setting_and_every_command_has_its_row(scene: Scene) -> None:
    names = {row.identity for row in scene.dialog.content.rows}
    assert names == {s.key for s in SETTINGS} | {c.identity for c in scene.registry}


def test_a_page_shows_its_own_rows(scene: Scene) -> None:
    shown = set[str]()
    for page in PAGES:
        scene.dialog.show_page(page)
        here = set(scene.dialog.content.shown)
        assert here
        assert not here & shown
        shown |= here
    assert shown == {row.identity for row in scene.dialog.content.rows}


def test_chips_switches_and_numbers_change_what_holds_at_once(scene: Scene) -> None:
    scene.named(QAbstractButton, "theme:light").click()
    assert scene.settings.value(THEME) == "light"
    scene.named(Switch, "touch").click()
    assert scene.settings.value(TOUCH)
    stepper = scene.named(Stepper, "threads")
    field = stepper.findChildren(QLineEdit)[0]
    assert field.text() == "Automatic"
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert scene.settings.value(THREADS) == 2
    field.selectAll()
    QTest.keyClicks(field, "9999")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert scene.settings.value(THREADS) == THREADS.maximum
    field.selectAll()
    QTest.keyClicks(field, "many")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (scene.settings.value(THREADS), field.text()) == (THREADS.maximum, "256")
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert (scene.settings.value(THREADS), field.text()) == (0, "Automatic")


def test_what_others_change_is_shown_and_reset_by_its_own_button(scene: Scene) -> None:
    scene.settings.change(THEME, "light")
    assert scene.named(QAbstractButton, "theme:light").isChecked()
    (reset,) = (
        button
        for button in scene.dialog.findChildren(QAbstractButton)
        if button.accessibleName() == "Theme: back to the default" and not button.isHidden()
    )
    reset.click()
    assert scene.settings.value(THEME) == THEME.default
    assert scene.named(QAbstractButton, "theme:dark").isChecked()
    assert reset.isHidden()


def test_what_the_command_line_asked_for_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    scene = Scene(tmp_path, asked={"provider": "cpu"})
    qtbot.addWidget(scene.window)
    (row,) = (row for row in scene.dialog.content.rows if row.identity == PROVIDER.key)
    (note,) = (w for w in row.findChildren(QWidget) if "this start" in str(w.property("text")))
    assert not note.isHidden()
    scene.named(QAbstractButton, "provider:auto").click()
    assert note.isHidden()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("gpu", {"provider"}),
        ("left handed", {"swap_sides"}),
        ("ctrl+y", {"window.redo"}),
        ("new pictures", {"images.roll"}),
        ("nonsense", set()),
    ],
)
def test_the_search_finds_settings_and_keys_on_all_pages(
    scene: Scene, query: str, found: set[str]
) -> None:
    QTest.keyClicks(scene.dialog.content.field, query)
    assert set(scene.dialog.content.shown) == found
    QTest.keyClick(scene.dialog.content.field, Qt.Key.Key_Escape)
    assert scene.dialog.isVisible()
    assert scene.dialog.content.query == ""
    assert "images.keep" in scene.dialog.content.shown
    QTest.keyClick(scene.dialog.content.field, Qt.Key.Key_Escape)
    assert not scene.dialog.isVisible()


def test_the_keys_that_are_pressed_are_the_command_s_new_ones(scene: Scene) -> None:
    cap = scene.listening("images.keep")
    QTest.keyClick(cap, Qt.Key.Key_Control, CTRL)
    assert scene.keys("images.keep") == ("K",)
    QTest.keyClick(cap, Qt.Key.Key_B, CTRL)
    assert scene.keys("images.keep") == ("Ctrl+B",)
    assert scene.settings.shortcuts == {"images.keep": ("Ctrl+B",)}
    assert [c.text() for c in scene.row("images.keep").caps] == ["Ctrl+B"]
    assert scene.runs == []


def test_a_command_may_have_another_key_and_lose_one(scene: Scene) -> None:
    QTest.keyClick(scene.listening("images.number", 0), Qt.Key.Key_F7)
    assert scene.keys("images.number") == ("F7",)
    QTest.keyClick(scene.listening("window.redo", 2), Qt.Key.Key_F8)
    assert scene.keys("window.redo") == ("Ctrl+Shift+Z", "Ctrl+Y", "F8")
    scene.listening("window.redo", 1)
    scene.button("window.redo", "No key").click()
    assert scene.keys("window.redo") == ("Ctrl+Shift+Z", "F8")


def test_escape_and_leaving_change_nothing(qtbot: QtBot, scene: Scene) -> None:
    QTest.keyClick(scene.listening("images.keep"), Qt.Key.Key_Escape)
    assert scene.dialog.isVisible()
    assert not scene.row("images.keep").caps[0].listens
    scene.listening("images.keep")
    scene.dialog.content.field.setFocus(Qt.FocusReason.MouseFocusReason)
    qtbot.waitUntil(lambda: not scene.row("images.keep").caps[0].listens)
    QTest.keyClick(scene.listening("images.keep"), Qt.Key.Key_K)
    assert scene.settings.shortcuts == {}


def test_keys_that_belong_to_others_are_refused_with_the_reason(scene: Scene) -> None:
    cap = scene.listening("images.keep")
    QTest.keyClick(cap, Qt.Key.Key_Space, CTRL)
    assert "Chinese input" in scene.row("images.keep").said
    QTest.keyClick(cap, Qt.Key.Key_Tab)
    assert "moves" in scene.row("images.keep").said
    assert scene.keys("images.keep") == ("K",)
    QTest.keyClick(cap, Qt.Key.Key_J)
    assert scene.keys("images.keep") == ("J",)
    assert scene.row("images.keep").said == ""


def test_two_that_want_one_key_may_swap(scene: Scene) -> None:
    QTest.keyClick(scene.listening("images.keep"), Qt.Key.Key_R)
    assert "New pictures" in scene.row("images.keep").said
    assert scene.keys("images.keep") == ("K",)
    scene.button("images.keep", "Swap").click()
    assert scene.keys("images.keep") == ("R",)
    assert scene.keys("images.roll") == ("K",)
    assert scene.keys("kept.search") == ("R",), "another room's key is no conflict"


def test_one_may_take_the_other_s_key_or_leave_it(scene: Scene) -> None:
    QTest.keyClick(scene.listening("images.keep"), Qt.Key.Key_Z, CTRL)
    scene.button("images.keep", "Leave it").click()
    assert scene.settings.shortcuts == {}
    QTest.keyClick(scene.listening("images.keep"), Qt.Key.Key_Z, CTRL)
    scene.button("images.keep", "Take it").click()
    assert scene.keys("images.keep") == ("Ctrl+Z",)
    assert scene.keys("window.undo") == ()


def test_a_key_of_two_rooms_is_taken_from_both(scene: Scene) -> None:
    QTest.keyClick(scene.listening("window.undo"), Qt.Key.Key_R)
    assert "New pictures" in scene.row("window.undo").said
    assert "Search" in scene.row("window.undo").said
    scene.button("window.undo", "Take it").click()
    assert scene.keys("window.undo") == ("R",)
    assert scene.keys("images.roll") == ()
    assert scene.keys("kept.search") == ()


def test_a_swap_that_would_share_a_third_one_s_key_is_not_offered(scene: Scene) -> None:
    scene.settings.change_shortcuts({"kept.search": ("K",)})
    QTest.keyClick(scene.listening("images.keep"), Qt.Key.Key_Z, CTRL)
    shown = [b for b in scene.row("images.keep").findChildren(QuietButton) if not b.isHidden()]
    assert [button.text() for button in shown] == ["Take it", "Leave it"]


def test_going_back_to_keys_that_another_has_by_now_asks_first(scene: Scene) -> None:
    scene.settings.change_shortcuts({"images.keep": ("J",), "images.roll": ("K",)})

    def reset() -> None:
        (button,) = (
            button
            for button in scene.row("images.keep").findChildren(QAbstractButton)
            if button.accessibleName() == "Keep: back to the default"
        )
        button.click()

    reset()
    assert "New pictures" in scene.row("images.keep").said
    assert scene.keys("images.keep") == ("J",)
    scene.button("images.keep", "Leave it").click()
    assert scene.keys("images.roll") == ("K",)
    reset()
    scene.button("images.keep", "Take it").click()
    assert scene.keys("images.keep") == ("K",)
    assert scene.keys("images.roll") == ()
    assert scene.settings.shortcuts == {"images.roll": ()}


@pytest.mark.parametrize(("identity", "place"), [("images.keep", 0), ("images.number", 0)])
def test_while_a_key_is_in_the_way_another_may_be_pressed(
    scene: Scene, identity: str, place: int
) -> None:
    QTest.keyClick(scene.listening(identity, place), Qt.Key.Key_R)
    assert "New pictures" in scene.row(identity).said
    cap = scene.row(identity).caps[place]
    QTest.mouseClick(cap, Qt.MouseButton.LeftButton)
    again = scene.row(identity).caps[place]
    assert again.listens
    assert again.hasFocus()
    QTest.keyClick(again, Qt.Key.Key_J)
    assert scene.keys(identity) == ("J",)
    assert scene.row(identity).said == ""
    assert scene.keys("images.roll") == ("R",)


def test_a_command_that_comes_back_to_its_own_keys_is_stored_no_longer(scene: Scene) -> None:
    QTest.keyClick(scene.listening("images.keep"), Qt.Key.Key_J)
    QTest.keyClick(scene.listening("images.keep"), Qt.Key.Key_K)
    assert scene.settings.shortcuts == {}


def test_one_command_and_all_go_back_to_their_own_keys(scene: Scene) -> None:
    for identity, key in (("images.keep", Qt.Key.Key_J), ("images.roll", Qt.Key.Key_U)):
        QTest.keyClick(scene.listening(identity), key)
    (reset,) = (
        button
        for button in scene.row("images.keep").findChildren(QAbstractButton)
        if button.accessibleName() == "Keep: back to the default"
    )
    reset.click()
    assert scene.keys("images.keep") == ("K",)
    assert scene.keys("images.roll") == ("U",)
    (everything,) = (
        button
        for button in scene.dialog.findChildren(QuietButton)
        if button.text() == "All keys back to their defaults"
    )
    assert everything.isEnabled()
    everything.click()
    assert scene.settings.shortcuts == {}
    assert not everything.isEnabled()


def test_a_dialog_that_is_filled_anew_keeps_its_place(qtbot: QtBot, scene: Scene) -> None:
    scene.dialog.activateWindow()
    scene.dialog.show_page(PAGES[0])
    chip = scene.named(QAbstractButton, "language:en")
    chip.setFocus()
    qtbot.waitUntil(chip.hasFocus)
    scene.settings.change(LANGUAGE, "en")
    scene.dialog.fill(scene.registry)
    assert len(scene.dialog.content.rows) == len(SETTINGS), "the keys come a few at a time"
    qtbot.waitUntil(
        lambda: len(scene.dialog.content.rows) == len(SETTINGS) + len(tuple(scene.registry))
    )
    assert scene.dialog.content.page == PAGES[0]
    again = scene.named(QAbstractButton, "language:en")
    assert again is not chip
    qtbot.waitUntil(again.hasFocus)


def test_everything_is_reached_by_tab_and_has_a_name(qtbot: QtBot, scene: Scene) -> None:
    scene.dialog.activateWindow()
    for page in PAGES:
        scene.dialog.show_page(page)
        wanted = {
            widget
            for widget in scene.dialog.findChildren(QWidget)
            if widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.focusProxy() is None
            and not (isinstance(widget, QAbstractButton) and widget.group() is not None)
        }
        reached: set[QWidget] = set()
        for _step in range(2 * len(wanted) + 8):
            QTest.keyClick(QApplication.focusWidget() or scene.dialog, Qt.Key.Key_Tab)
            focused = QApplication.focusWidget()
            if focused is not None:
                reached.add(focused)
        assert wanted <= reached, (page, wanted - reached)
        for widget in wanted:
            interface = QAccessible.queryAccessibleInterface(widget)
            assert interface is not None
            assert interface.text(QAccessible.Text.Name), widget
