"""Garbage is collected on the window's thread alone.

Python collects on whichever thread happens to allocate. The threads that read the model process
and write the project allocate too, and an object of Qt's that is destroyed on one of them takes
the whole process along.
"""

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MS = 500
"""How often it is looked whether there is enough to collect."""


class WindowCollector(QObject):
    """Does what the automatic collector would, but from a timer of the window's event loop.

    From `start` to `stop` the automatic one is off. A generation is collected when as much has
    been allocated as `gc.get_threshold` says, so work without garbage costs nothing.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = False
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Take over; what lives now will live on, and is not looked through again."""
        self._was_on = gc.isenabled()
        gc.disable()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        """Give back what was taken over."""
        self._timer.stop()
        gc.unfreeze()
        if self._was_on:
            gc.enable()

    @Slot()
    def look(self) -> None:
        """Collect the oldest generation that is due, and with it the younger ones."""
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation]:
                gc.collect(generation)
                return
