"""The least that a PySide6 program can show: one QWidget of the studio's size.

Ends at its first paint and prints the monotonic clock then, in seconds; `first_paint` compares
the studio with it.
"""

import time

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.contract.overriding import override


class BareWindow(QWidget):
    """Says when it was painted first, and leaves."""

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        print(time.monotonic(), flush=True)
        QApplication.exit()


def main() -> None:
    """Show the window until it was painted."""
    app = QApplication([])
    window = BareWindow()
    window.resize(1280, 720)
    window.show()
    app.exec()


if __name__ == "__main__":
    main()
