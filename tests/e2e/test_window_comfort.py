"""Settings that change the whole window hold at once, and the rooms do not lose anything by it."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from studio.shell.motion import motion_wanted
from studio.shell.rail import Rail
from studio.shell.settings.declared import (
    LANGUAGE,
    MOTION,
    SINGLE_KEYS,
    SWAP_SIDES,
    THREADS,
    TOUCH,
)
from studio.shell.settings.dialog import KEYBOARD, SettingsDialog
from studio.shell.settings.storage import FILE_NAME, write_stored
from studio.shell.settings.values import Settings
from studio.shell.start import App
from studio.shell.tokens import RAIL_WIDTH
from studio.shell.touch import FINGERTIP
from tests.e2e.conftest import (
    PATIENCE_MS,
    Starter,
    furniture_of,
    images_of,
    studio_of,
    wait_for_wall,
)


def settings_of(app: App) -> Settings:
    """What the rooms are given."""
    return furniture_of(app).services.settings


def place(app: App, widget: QWidget) -> QRect:
    """Where a widget stands in the window."""
    return QRect(widget.mapTo(app.window, widget.rect().topLeft()), widget.size())


def type_into_palette(app: App, text: str) -> None:
    """Open the palette and search for ``text``."""
    furniture_of(app).registry.action("window.commands").trigger()
    field = furniture_of(app).command_palette.findChildren(QLineEdit)[0]
    QTest.keyClicks(field, text)


def test_rail_and_controls_swap_sides_and_come_back(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    furniture_of(app).registry.action("window.inspector").trigger()
    room, rail = images_of(app), furniture_of(app).findChildren(Rail)[0]
    qtbot.waitUntil(room.inspector.isVisible)
    assert place(app, rail).left() == 0
    assert place(app, room).right() < place(app, room.inspector).left()
    settings_of(app).change(SWAP_SIDES, True)
    qtbot.waitUntil(lambda: place(app, rail).right() == app.window.width() - 1)
    assert place(app, room.inspector).right() < place(app, room).left()
    assert images_of(app) is room, "the room is the same, and loses nothing"
    settings_of(app).change(SWAP_SIDES, False)
    qtbot.waitUntil(lambda: place(app, rail).left() == 0)


def test_the_first_paint_knows_the_side_of_the_rail(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    write_stored(basedir / "config", {"swap_sides": True})
    app = start()
    app.window.furnish(None)
    image = app.window.grab().toImage()
    ratio = image.devicePixelRatio()
    middle, right = image.height() // 2, round((app.window.width() - RAIL_WIDTH / 2) * ratio)
    assert image.pixelColor(right, middle) != image.pixelColor(round(10 * ratio), middle)


def test_touch_mode_makes_every_button_large_enough_for_a_finger(
    qtbot: QtBot, start: Starter
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    settings_of(app).change(TOUCH, True)
    wait_for_wall(qtbot, app)
    furniture_of(app).registry.action("window.inspector").trigger()
    images_of(app).wall.choose(2)
    for room in furniture_of(app).rooms:
        furniture_of(app).show_room(room)
        QApplication.processEvents()
        for button in furniture_of(app).findChildren(QAbstractButton):
            inside_a_field = isinstance(button.parentWidget(), QLineEdit)
            if button.isVisible() and not inside_a_field:
                smallest = min(button.width(), button.height())
                assert smallest >= FINGERTIP, (room, button, button.text(), button.size())
    settings_of(app).change(TOUCH, False)


def test_motion_is_left_out_at_once(qtbot: QtBot, start: Starter) -> None:
    app = start()
    settings_of(app).change(MOTION, "full")
    assert motion_wanted()
    settings_of(app).change(MOTION, "reduced")
    assert not motion_wanted()


def test_another_number_of_threads_holds_at_once_and_the_wall_fills(
    qtbot: QtBot, start: Starter
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    images_of(app).desk.roll()
    settings_of(app).change(THREADS, 1)
    wait_for_wall(qtbot, app)
    qtbot.waitUntil(
        lambda: furniture_of(app).status.device_text == "CPU, 1 thread", timeout=PATIENCE_MS
    )
    assert furniture_of(app).notices.texts == ()
    device = studio_of(app).host.device
    assert device is not None
    assert device.threads == 1


def test_a_device_that_was_asked_for_on_the_command_line_is_not_stored(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    app = start(provider="cpu")
    wait_for_wall(qtbot, app)
    assert studio_of(app).host.device is not None
    app.close()
    assert not (basedir / "config" / FILE_NAME).exists()


def test_keys_that_the_user_changed_work_after_a_restart(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    write_stored(basedir / "config", {"shortcuts": {"window.inspector": ["F6"]}})
    app = start()
    wait_for_wall(qtbot, app)
    QTest.keyClick(app.window, Qt.Key.Key_I)
    assert not images_of(app).inspector.isVisible()
    QTest.keyClick(app.window, Qt.Key.Key_F6)
    qtbot.waitUntil(images_of(app).inspector.isVisible)
    settings_of(app).change_shortcuts({"window.inspector": None})
    QTest.keyClick(app.window, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: not images_of(app).inspector.isVisible())
    settings_of(app).change(SINGLE_KEYS, False)
    QTest.keyClick(app.window, Qt.Key.Key_I)
    assert not images_of(app).inspector.isVisible()


def test_the_buttons_of_the_room_show_the_keys_that_hold(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    roll = images_of(app).title_bar.roll_button
    before = roll.sizeHint().width()
    settings_of(app).change_shortcuts({"images.roll": ("Ctrl+Shift+R",)})
    assert roll.sizeHint().width() > before


def test_a_damaged_setting_is_named_once(qtbot: QtBot, start: Starter, basedir: Path) -> None:
    (basedir / "config").mkdir(parents=True)
    file = basedir / "config" / FILE_NAME
    file.write_text(json.dumps({"theme": "plaid", "threads": -4}), encoding="utf-8")
    app = start()
    (text,) = furniture_of(app).notices.texts
    assert "Theme, Threads" in text
    app.close()
    file.write_text("{", encoding="utf-8")
    (text,) = furniture_of(start()).notices.texts
    assert "cannot be read" in text


def test_the_dialog_stays_open_and_in_place_through_a_change_of_language(
    qtbot: QtBot, start: Starter
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    QTest.keyClick(app.window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    (dialog,) = app.window.findChildren(SettingsDialog)
    assert dialog.isVisible()
    settings_of(app).change(LANGUAGE, "zh_CN")
    wait_for_wall(qtbot, app)
    assert app.window.findChildren(SettingsDialog) == [dialog]
    assert dialog.isVisible()
    assert dialog.windowTitle() != "Settings"
    dialog.show_page(KEYBOARD)
    dialog.content.finish()
    registered = {command.identity for command in furniture_of(app).registry}
    assert registered <= {row.identity for row in dialog.content.rows}
    dialog.close()


def test_the_palette_goes_to_rooms_and_looks_for_kept_pictures(
    qtbot: QtBot, start: Starter
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    palette = furniture_of(app).command_palette
    type_into_palette(app, "go to kept")
    assert palette.texts == ["Go to Kept", "Kept: look for “go to kept”"]
    palette.run_current()
    assert app.window.state.room == "kept"
    furniture_of(app).show_room("images")
    type_into_palette(app, "yellow cat")
    assert palette.texts == ["Kept: look for “yellow cat”"]
    palette.run_current()
    assert app.window.state.room == "kept"
    kept = furniture_of(app).room
    assert kept is not None
    fields = [field for field in kept.title_bar.findChildren(QLineEdit) if field.isVisible()]
    assert [field.text() for field in fields] == ["yellow cat"]
    assert app.window.state.recent == ("room.kept",)


@pytest.mark.parametrize("identity", ["images.more_like_this", "images.compare", "images.cross"])
def test_what_needs_a_picture_says_so_until_one_is_chosen(
    qtbot: QtBot, start: Starter, identity: str
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    app.window.setFocus()
    command = furniture_of(app).registry.command(identity)
    assert "Choose" in command.reason
    assert not command.is_possible
    images_of(app).wall.choose(1, second=2)
    assert command.reason == ""
