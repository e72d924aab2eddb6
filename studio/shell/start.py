"""The window's first steps: as little as possible before its first paint, the rest right after."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from studio.project.paths import places
from studio.shell.main_window import MainWindow
from studio.shell.settings.storage import read_stored
from studio.shell.state import read_state
from studio.shell.tokens import DARK, LIGHT, ThemeChoice, Tokens

if TYPE_CHECKING:
    from studio.shell.collector import WindowCollector
    from studio.shell.composition import Studio
    from studio.shell.host_bridge import HostBridge
    from studio.shell.options import Options
    from studio.shell.signals import SignalsToClose


class App(QObject):
    """Owns the window, and the studio once the window was painted."""

    def __init__(self, app: QApplication, options: "Options | None" = None) -> None:
        super().__init__(app)
        self._app = app
        self._options = options
        self._places = places(None if options is None else options.basedir)
        self._stored = read_stored(self._places.config)
        state = read_state(self._places.config)
        stored = self._stored.values
        swapped = stored.get("swap_sides") is True
        self.window = MainWindow(state, _ground(stored.get("theme")), swapped=swapped)
        self.studio: Studio | None = None
        self._host: HostBridge | None = None
        self._signals: SignalsToClose | None = None
        self._collector: WindowCollector | None = None
        self.window.first_painted.connect(self.begin)

    @Slot()
    def begin(self) -> None:
        """Start the model process, and build everything else while it loads.

        What goes wrong meanwhile is logged and said in the window, never left as an empty one.
        """
        try:
            self._build()
        except Exception as error:  # whatever it is, the window has to say it
            self._end_parts()
            self._say_broken(error)

    def _build(self) -> None:
        from studio.shell.host_bridge import HostBridge
        from studio.shell.options import Options
        from studio.shell.settings.values import Settings

        options = self._options or Options()
        settings = Settings(
            self._places.config, self._stored, asked={"provider": options.provider}, parent=self
        )
        host = self._host = HostBridge.for_window(settings, self._places)
        host.start()
        from studio.shell.collector import WindowCollector
        from studio.shell.composition import Studio
        from studio.shell.signals import SignalsToClose

        self._signals = SignalsToClose(self.window)
        self._collector = WindowCollector(self)
        self._collector.start()
        self.studio = Studio(self._app, self.window, options, self._places, settings, host)
        self.studio.start()

    def close(self) -> None:
        """Close what was opened; safe to call twice."""
        self.window.close()
        self._end_parts()

    def _end_parts(self) -> None:
        if self.studio is not None:
            self.studio.close()
        elif self._host is not None:
            self._host.close()
        self._host = None
        if self._signals is not None:
            self._signals.end()
            self._signals = None
        if self._collector is not None:
            self._collector.stop()
            self._collector = None

    def _say_broken(self, error: Exception) -> None:
        """Log the error and show its sentence where the rooms would be."""
        from studio.contract.errors import AtelierError
        from studio.shell.crash import CrashLog, log
        from studio.shell.fault_page import FaultPage

        crash = CrashLog(self._places.logs)
        crash.start(lambda _error: None)
        log.error("The studio cannot be built", exc_info=error)
        crash.close()
        told = error
        if not isinstance(told, AtelierError):
            fault = f"{type(error).__name__}: {error}"
            told = AtelierError(fault=fault, detail=str(self._places.logs))
            told.__cause__ = error
        self.window.show_instead(FaultPage(told, self._begin_again))
        self.window.show()

    def _begin_again(self) -> None:
        if self.studio is not None:
            self.studio.deleteLater()
            self.studio = None
        self.window.show_instead(None)
        self.begin()


def _ground(theme: object) -> Tokens:
    """The colours of the first paint, from the setting as it is stored."""
    if theme == ThemeChoice.SYSTEM.value:
        from studio.shell.theme import resolve

        return resolve(ThemeChoice.SYSTEM)
    return LIGHT if theme == ThemeChoice.LIGHT.value else DARK


def run(argv: Sequence[str]) -> int:
    """Open the window and return when it was closed, with the exit code."""
    options = None
    if argv:
        from studio.shell.options import parse_options

        options = parse_options(argv)
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Atelier")
    app.setDesktopFileName("atelier")
    whole = App(app, options)
    whole.window.show()
    code = app.exec()
    whole.close()
    forget_clipboard()
    return code


def forget_clipboard() -> None:
    """Take back what was copied, where no system has it and it would outlive Python.

    Qt keeps the clipboard of the platforms without one in a global of its own, which is destroyed
    after Python has gone; a picture left there takes the process along with it.
    """
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.platformName() in ("offscreen", "minimal"):
        QGuiApplication.clipboard().clear()
