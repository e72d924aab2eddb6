"""The menu at the foot of the rail: language, theme, text size, shortcuts, folders, about."""

from typing import TypeVar

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from studio.shell.actions import ActionRegistry
from studio.shell.dialogs import AboutDialog, ShortcutsDialog
from studio.shell.folders import open_folder
from studio.shell.main_window import MainWindow
from studio.shell.report import ReportPacker
from studio.shell.services import Services
from studio.shell.settings.declared import LANGUAGE, TEXT_SIZE, THEME, ChoiceSetting
from studio.shell.settings.dialog import KEYBOARD, SettingsDialog
from studio.shell.settings.values import SettingChange
from studio.shell.settings.words import option_text, say

T = TypeVar("T")


class SettingsMenu(QMenu):
    """The settings that are changed most, and the way to all of them."""

    def __init__(
        self, window: MainWindow, services: Services, registry: ActionRegistry, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._services = services
        self._registry = registry
        self.addAction(
            registry.add(
                "window.settings",
                self.tr("Settings…"),
                self.show_settings,
                group=self.tr("Window"),
                shortcuts=("Ctrl+,",),
            )
        )
        self.addSeparator()
        self._entries: dict[str, list[tuple[object, QAction]]] = {}
        self._add_choice(LANGUAGE)
        self._add_choice(THEME)
        self._add_choice(TEXT_SIZE)
        services.settings.changed.connect(self._show_what_holds)
        self.addSeparator()
        for identity in (
            "window.commands",
            "window.undo",
            "window.redo",
            "window.inspector",
            "window.full_screen",
        ):
            self.addAction(registry.action(identity))
        self.addSeparator()
        self.addAction(
            registry.add(
                "window.shortcuts",
                self.tr("Keyboard shortcuts"),
                self._show_shortcuts,
                group=self.tr("Window"),
                shortcuts=("?", "F1"),
            )
        )
        self.addAction(
            registry.add(
                "window.open_folder",
                self.tr("Open the project's folder"),
                self._open_folder,
                group=self.tr("Window"),
            )
        )
        self._packer = ReportPacker(services.places, services.notices, window)
        self.addAction(
            registry.add(
                "window.report",
                self.tr("Pack a report…"),
                self._packer.ask,
                group=self.tr("Window"),
                when=self._packer.busy,
            )
        )
        self.addAction(
            registry.add(
                "window.about",
                self.tr("About Atelier and its licences"),
                self._show_about,
                group=self.tr("Window"),
            )
        )

    def _add_choice(self, setting: ChoiceSetting[T]) -> None:
        menu = self.addMenu(say(setting.label))
        group = QActionGroup(menu)
        entries = self._entries[setting.key] = []
        for option in setting.options:
            action = QAction(option_text(option), menu)
            action.setCheckable(True)
            action.setChecked(option.value == self._services.settings.value(setting))
            action.triggered.connect(
                lambda _on, value=option.value: self._services.settings.change(setting, value)
            )
            group.addAction(action)
            menu.addAction(action)
            entries.append((option.value, action))

    @Slot(object)
    def _show_what_holds(self, change: SettingChange) -> None:
        for value, action in self._entries.get(change.key, ()):
            action.setChecked(value == change.value)

    def show_settings(self, page: str = "") -> None:
        """Open the settings, on one of their pages."""
        dialog = self._window.findChild(SettingsDialog)
        if dialog is None:
            dialog = SettingsDialog(self._services.settings, self._window)
            dialog.fill(self._registry)
        if page:
            dialog.show_page(page)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def refill_settings(self) -> None:
        """Settings that are open take on the language, sizes and commands that hold now."""
        dialog = self._window.findChild(SettingsDialog)
        if dialog is not None:
            dialog.fill(self._registry)

    def _show_shortcuts(self) -> None:
        sheet = self._window.findChild(ShortcutsDialog)
        if sheet is not None:
            sheet.close()  # it may be another room's
        ShortcutsDialog(
            self._registry,
            self._window,
            change_keys=lambda: self.show_settings(KEYBOARD),
        ).show()

    def _show_about(self) -> None:
        AboutDialog(self._services.models, self._services.language, self._window).show()

    def _open_folder(self) -> None:
        open_folder(self._services.project.folder)
