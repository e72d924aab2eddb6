"""What the room has learnt of its models: which replay their golden sample, which do not work."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from studio.contract.errors import AtelierError, HostError, ModelError
from studio.contract.manifest import BrokenModel, Model
from studio.host.client import Cancelled, Failed, Finished
from studio.host.messages import GoldenReport
from studio.images.ui.model_picker import ModelPicker
from studio.shell.faults import fault_text
from studio.shell.host_bridge import HostBridge
from studio.shell.notices import error_text

VERIFY_MILLISECONDS: Final = 1200
"""The golden sample is replayed when the first pictures have been looked at for so long."""


class ModelCare(QObject):
    """One for the room; GUI thread only."""

    learnt = Signal(object)
    """Payload: the folder of the model of which something is known now."""
    chosen = Signal(object)
    """Payload: the folder of the model that the user chose."""

    def __init__(self, host: HostBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._verified: dict[Path, bool] = {}
        self._faults: dict[Path, str] = {}
        self._worked: set[Path] = set()
        self._next: Model | None = None
        self._running: tuple[int, Path] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(VERIFY_MILLISECONDS)
        self._timer.timeout.connect(self._replay)
        host.finished.connect(self._finished)
        host.failed.connect(self._ended)
        host.cancelled.connect(self._ended)

    @property
    def verified(self) -> frozenset[Path]:
        """Folders of models that make here what they made where they were trained."""
        return frozenset(folder for folder, ok in self._verified.items() if ok)

    def has_worked(self, folder: Path) -> bool:
        """Whether pictures of this model have come out since the start."""
        return folder in self._worked

    def fault(self, folder: Path) -> str:
        """What is wrong with a model that was read and did not work, in words, or ""."""
        return self._faults.get(folder, "")

    def pick(
        self,
        models: Sequence[Model | BrokenModel],
        language: str,
        button: QWidget,
        current: Path | None,
    ) -> None:
        """Let the user choose, below ``button``."""
        picker = ModelPicker(
            models,
            language,
            button.window(),
            current=current,
            verified=self.verified,
            unfit=self._faults,
        )
        picker.chosen.connect(lambda choice: self.chosen.emit(choice.folder))
        picker.drop_from(button)

    def works(self, model: Model) -> None:
        """Pictures came out: replay the golden sample soon, once."""
        self._faults.pop(model.folder, None)
        self._worked.add(model.folder)
        if model.folder not in self._verified and self._running is None:
            self._next = model
            self._timer.start()

    def failed(self, folder: Path, error: AtelierError) -> None:
        """Pictures did not come out."""
        if isinstance(error, ModelError):
            self._faults[folder] = error_text(error)
            self.learnt.emit(folder)

    def forget_fault(self, folder: Path) -> None:
        """The model gets another try."""
        self._faults.pop(folder, None)

    @Slot()
    def _replay(self) -> None:
        if self._next is not None and self._running is None:
            folder, self._next = self._next.folder, None
            with contextlib.suppress(HostError):  # without a host it stays unverified
                self._running = (self._host.replay_golden(folder), folder)

    @Slot(object)
    def _finished(self, event: Finished) -> None:
        if self._running is None or event.request != self._running[0]:
            return
        folder, self._running = self._running[1], None
        report = event.payload
        if isinstance(report, GoldenReport):
            self._verified[folder] = report.ok
            if not report.ok:
                self._faults[folder] = self.tr(
                    "It does not make here what it made where it was trained: {fault}."
                ).format(fault=fault_text(report.fault))
            self.learnt.emit(folder)

    @Slot(object)
    def _ended(self, event: Failed | Cancelled) -> None:
        if self._running is None or event.request != self._running[0]:
            return
        folder, self._running = self._running[1], None
        if isinstance(event, Failed):
            self.failed(folder, event.error)
