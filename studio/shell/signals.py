"""SIGINT and SIGTERM as a click on the window's cross."""

import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Slot

from studio.shell.main_window import MainWindow


class SignalsToClose(QObject):
    """Closes the window on SIGINT and SIGTERM as a click on its cross does.

    Python runs its handlers between bytecodes, which an idle event loop has none of; so the
    signal's number comes through a socket that the loop watches.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._read, self._write = socket.socketpair()
        self._read.setblocking(False)
        self._write.setblocking(False)
        self._notifier = QSocketNotifier(self._read.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._close)
        self._before = signal.set_wakeup_fd(self._write.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_arguments: None)

    @Slot()
    def _close(self) -> None:
        self._read.recv(64)
        self._window.close()

    def end(self) -> None:
        """Give Python back its own ways."""
        signal.set_wakeup_fd(self._before)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        self._notifier.setEnabled(False)
        self._read.close()
        self._write.close()
