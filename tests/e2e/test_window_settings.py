"""What the user sets holds at once, and after the next start."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAccessible, QColor, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from studio.shell.dialogs import ShortcutsDialog, room_keys
from studio.shell.settings.keys import holders_of
from studio.shell.settings.storage import read_stored
from studio.shell.start import App
from studio.shell.theme import DARK, LIGHT, Colours
from tests.e2e.conftest import (
    PATIENCE_MS,
    Starter,
    furniture_of,
    images_of,
    studio_of,
    wait_for_wall,
)


def settings_menu(app: App) -> QMenu:
    """The menu at the foot of the rail."""
    return furniture_of(app).settings


def choose(app: App, menu: str, text: str) -> None:
    """Choose an entry of a submenu."""
    (submenu,) = [
        action.menu()
        for action in settings_menu(app).actions()
        if action.text() == menu and action.menu() is not None
    ]
    assert isinstance(submenu, QMenu)
    (action,) = [action for action in submenu.actions() if action.text() == text]
    action.trigger()


def shown_focusable(root: QWidget) -> list[QWidget]:
    """Widgets that the keyboard can reach."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]


def test_another_language_is_spoken_at_once_and_after_a_restart(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    choose(app, "Language", "中文")
    assert furniture_of(app).status.device_text.startswith("CPU，")
    assert furniture_of(app).registry.action("window.undo").text().startswith("撤销")
    wait_for_wall(qtbot, app)
    app.close()
    assert read_stored(basedir / "config").values == {"language": "zh_CN"}
    again = start()
    assert furniture_of(again).registry.action("window.close").text() == "关闭"
    choose(again, "语言", "English")
    assert furniture_of(again).registry.action("window.close").text() == "Close"


def test_a_change_of_language_keeps_the_pictures_and_leaves_nothing_behind(
    qtbot: QtBot, start: Starter
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    seeds = [tile.seed for tile in images_of(app).desk.tiles]
    old = furniture_of(app)
    gone: list[bool] = []
    old.destroyed.connect(lambda: gone.append(True))
    choose(app, "Language", "中文")
    wait_for_wall(qtbot, app)
    assert [tile.seed for tile in images_of(app).desk.tiles] == seeds
    qtbot.waitUntil(lambda: gone == [True], timeout=PATIENCE_MS)


def test_a_theme_changes_the_colours_at_once(qtbot: QtBot, start: Starter, basedir: Path) -> None:
    app = start()
    assert Colours.of(app.window.palette()).ground == QColor(DARK.ground)
    choose(app, "Theme", "Light")
    qtbot.waitUntil(lambda: Colours.of(app.window.palette()).ground == QColor(LIGHT.ground))
    image = app.window.grab().toImage()
    assert image.pixelColor(70, 8) == QColor(LIGHT.ground)
    assert read_stored(basedir / "config").values == {"theme": "light"}


def test_small_words_grow_with_the_text_at_once(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)

    def sizes() -> list[int]:
        return sorted(label.font().pixelSize() for label in furniture_of(app).findChildren(QLabel))

    before = sizes()
    choose(app, "Text size", "150\u00a0%")
    wait_for_wall(qtbot, app)
    assert min(sizes()) > max(before)


def test_larger_text_fits_at_720_lines(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    choose(app, "Text size", "150\u00a0%")
    qtbot.waitUntil(lambda: app.window.font().pixelSize() == 20)
    assert app.window.minimumSizeHint().width() <= 1280
    assert app.window.minimumSizeHint().height() <= 720


def test_the_inspector_is_remembered(qtbot: QtBot, start: Starter, basedir: Path) -> None:
    app = start()
    room = images_of(app)
    assert not room.inspector.isVisible()
    QTest.keyClick(app.window, Qt.Key.Key_I)
    qtbot.waitUntil(room.inspector.isVisible)
    app.close()
    again = start()
    assert images_of(again).inspector.isVisible()
    QTest.keyClick(again.window, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: not images_of(again).inspector.isVisible())


def test_the_size_is_remembered(qtbot: QtBot, start: Starter) -> None:
    app = start()
    app.window.resize(1000, 640)
    app.close()
    again = start()
    assert (again.window.width(), again.window.height()) == (1000, 640)


def test_full_screen_shows_the_work_alone_and_escape_leaves_it(
    qtbot: QtBot, start: Starter
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    QTest.keyClick(app.window, Qt.Key.Key_F11)
    qtbot.waitUntil(app.window.isFullScreen)
    assert not furniture_of(app).status.isVisible()
    assert not images_of(app).title_bar.isVisible()
    assert images_of(app).isVisible()
    QTest.keyClick(app.window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not app.window.isFullScreen())
    assert furniture_of(app).status.isVisible()


def test_the_question_mark_tells_five_keys_and_then_every_one(qtbot: QtBot, start: Starter) -> None:
    app = start()
    QTest.keyClick(app.window, Qt.Key.Key_Question)
    qtbot.waitUntil(lambda: bool(app.window.findChildren(QDialog)))
    (sheet,) = app.window.findChildren(QDialog)
    assert isinstance(sheet, ShortcutsDialog)
    assert len(room_keys(furniture_of(app).registry, "images")) == 5
    sheet.show_all()
    texts = {label.text() for label in sheet.findChildren(QLabel)}
    for command in furniture_of(app).registry:
        if command.action.shortcuts():
            assert command.text in texts
    QTest.keyClick(sheet, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not app.window.findChildren(QDialog))


def test_about_names_the_licences_and_the_models(qtbot: QtBot, start: Starter) -> None:
    app = start()
    furniture_of(app).registry.action("window.about").trigger()
    (browser,) = app.window.findChildren(QTextBrowser)
    text = browser.toPlainText()
    for words in ("Apache License 2.0", "LGPL", "Open Font License", "Tiny shapes"):
        assert words in text
    (sheet,) = app.window.findChildren(QDialog)
    sheet.close()


def test_ctrl_s_answers_honestly(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    QTest.keyClick(app.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    (text,) = furniture_of(app).notices.texts
    assert text.startswith("Saved ")


def test_no_two_commands_of_one_place_share_a_key(start: Starter) -> None:
    registry = furniture_of(start()).registry
    shared = {
        (command.identity, key)
        for command in registry
        for key in registry.keys_of(command)
        if holders_of(registry, command, key)
    }
    assert shared == set()


def test_every_command_has_words_and_a_tool_tip(start: Starter) -> None:
    for command in furniture_of(start()).registry:
        assert command.text.strip()
        assert command.action.toolTip().strip()
        assert command.group.strip()


def test_everything_that_takes_the_focus_has_a_name(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    QTest.keyClick(app.window, Qt.Key.Key_I)
    widgets = shown_focusable(app.window)
    assert any(isinstance(widget, QAbstractSlider) for widget in widgets)
    assert any(isinstance(widget, QLineEdit) for widget in widgets)
    for widget in widgets:
        interface = QAccessible.queryAccessibleInterface(widget)
        assert interface is not None
        assert interface.text(QAccessible.Text.Name), widget


def test_tab_reaches_everything(qtbot: QtBot, start: Starter) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    app.window.activateWindow()
    QTest.keyClick(app.window, Qt.Key.Key_I)
    wanted = {
        widget
        for widget in shown_focusable(app.window)
        if not (isinstance(widget, QAbstractButton) and widget.group() is not None)
    }
    reached: set[QWidget] = set()
    for _step in range(4 * len(wanted) + 8):
        QTest.keyClick(QApplication.focusWidget() or app.window, Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if focused is not None:
            reached.add(focused)
    assert wanted <= reached, wanted - reached


def test_a_file_dropped_on_the_window_reaches_the_room(
    qtbot: QtBot, start: Starter, tmp_path: Path
) -> None:
    app = start()
    wait_for_wall(qtbot, app)
    stranger = tmp_path / "stranger.png"
    stranger.write_bytes(b"no picture")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(stranger))])
    event = QDropEvent(
        QPointF(QPoint(300, 20)),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    furniture_of(app).dropEvent(event)
    qtbot.waitUntil(
        lambda: "stranger.png" in "".join(furniture_of(app).notices.texts), timeout=PATIENCE_MS
    )


def test_a_config_folder_that_cannot_be_written_is_said_once(
    qtbot: QtBot, start: Starter, basedir: Path
) -> None:
    basedir.mkdir(parents=True)
    (basedir / "config").write_text("in the way")
    app = start()
    choose(app, "Theme", "Light")
    choose(app, "Theme", "Dark")
    said = furniture_of(app).notices.texts
    assert len([text for text in said if "a file stands where a folder is needed" in text]) == 1
    assert studio_of(app).project is not None


@pytest.mark.parametrize("scale", ["100\u00a0%", "150\u00a0%"])
def test_menu_entries_show_what_holds(start: Starter, scale: str) -> None:
    app = start()
    choose(app, "Text size", scale)
    menus = [action.menu() for action in settings_menu(app).actions()]
    entries = [entry for menu in menus if isinstance(menu, QMenu) for entry in menu.actions()]
    checked = [entry.text() for entry in entries if entry.isChecked()]
    assert checked == ["As the system", "Dark", scale]
