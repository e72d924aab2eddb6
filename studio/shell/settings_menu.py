"""The menu at the foot of the rail: language, theme, text size, shortcuts, folders, about."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QUrl
from PySide6.QtGui import QAction, QActionGroup, QDesktopServices
from PySide6.QtWidgets import QMenu, QWidget

from studio.shell.actions import ActionRegistry
from studio.shell.dialogs import AboutDialog, ShortcutsDialog
from studio.shell.main_window import MainWindow
from studio.shell.numbers import percent_text
from studio.shell.services import Services
from studio.shell.state import WindowState
from studio.shell.theme import TEXT_SCALES, ThemeChoice

T = TypeVar("T")


class SettingsMenu(QMenu):
    """Changes what the window remembers; whoever listens to that makes it so."""

    def __init__(
        self, window: MainWindow, services: Services, registry: ActionRegistry, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._window = window
        self._services = services
        self._registry = registry
        state = window.state
        # Languages are named in themselves, so that the way back is found from any of them.
        self._choices(
            self.tr("Language"),
            (("system", self.tr("As the system")), ("en", "English"), ("zh_CN", "中文")),
            state.language,
            lambda language: replace(window.state, language=language),
        )
        self._choices(
            self.tr("Theme"),
            (
                (ThemeChoice.DARK, self.tr("Dark")),
                (ThemeChoice.LIGHT, self.tr("Light")),
                (ThemeChoice.SYSTEM, self.tr("As the system")),
            ),
            state.theme,
            lambda theme: replace(window.state, theme=theme),
        )
        self._choices(
            self.tr("Text size"),
            tuple((scale, percent_text(scale)) for scale in TEXT_SCALES),
            state.text_scale,
            lambda scale: replace(window.state, text_scale=scale),
        )
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
        self.addAction(
            registry.add(
                "window.about",
                self.tr("About Atelier and its licences"),
                self._show_about,
                group=self.tr("Window"),
            )
        )

    def _choices(
        self,
        title: str,
        choices: tuple[tuple[T, str], ...],
        current: T,
        changed: Callable[[T], WindowState],
    ) -> None:
        menu = self.addMenu(title)
        group = QActionGroup(menu)
        for value, text in choices:
            action = QAction(text, menu)
            action.setCheckable(True)
            action.setChecked(value == current)
            action.triggered.connect(
                lambda _on, value=value: self._window.change_state(changed(value))
            )
            group.addAction(action)
            menu.addAction(action)

    def _show_shortcuts(self) -> None:
        ShortcutsDialog(self._registry, self._window).show()

    def _show_about(self) -> None:
        AboutDialog(self._services.models, self._services.language, self._window).show()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._services.project.folder)))
