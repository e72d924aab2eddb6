"""The model host as the window sees it: requests go out, events come back on the GUI thread."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.host.client import (
    Cancelled,
    Failed,
    Finished,
    HostClient,
    HostEvent,
    HostLost,
    HostReady,
    HostSettings,
    Notice,
    PictureReady,
    Progress,
)

if TYPE_CHECKING:
    from studio.host.messages import DeviceReport, GenerateImages


class HostBridge(QObject):
    """Owns the host's client.

    The client calls back on its reader thread; each event crosses to the GUI thread through a
    queued signal and is emitted again by kind, one payload each. The pixels of a picture are
    lent: they are valid while the slots of `picture_ready` run and are given back afterwards,
    so a slot copies what it keeps (into a QImage or a texture).
    """

    ready = Signal(object)
    """Payload: `HostReady`."""
    lost = Signal(object)
    """Payload: `HostLost`."""
    noticed = Signal(object)
    """Payload: the client's `Notice`."""
    progressed = Signal(object)
    """Payload: `Progress`."""
    picture_ready = Signal(object)
    """Payload: `PictureReady`."""
    finished = Signal(object)
    """Payload: `Finished`."""
    failed = Signal(object)
    """Payload: `Failed`."""
    cancelled = Signal(object)
    """Payload: `Cancelled`."""

    _arrived = Signal(object)

    def __init__(self, settings: HostSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._device: DeviceReport | None = None
        self._arrived.connect(self._dispatch, Qt.ConnectionType.QueuedConnection)
        self._client = HostClient(settings, self._receive)

    @property
    def device(self) -> "DeviceReport | None":
        """What the host really runs on; None until it is ready, and while it is away."""
        return self._device

    def start(self) -> None:
        """Spawn the host."""
        self._client.start()

    def generate(self, request: "GenerateImages") -> int:
        """Ask for pictures; returns the request's id at once. Works before the host is ready."""
        return self._client.generate(request)

    def replay_golden(self, folder: Path) -> int:
        """Ask whether a model works here as it did where it was made."""
        return self._client.replay_golden(folder)

    def cancel(self, request: int) -> None:
        """Give up a request; `cancelled` follows within 100 ms."""
        self._client.cancel(request)

    def forgive(self, folder: Path) -> None:
        """Let a model that was set aside be tried again."""
        self._client.forgive(folder)

    def close(self) -> None:
        """End the host; no signal follows."""
        self._closed = True
        self._client.close()

    def _receive(self, event: HostEvent) -> None:
        """Called on the client's reader thread."""
        if self._closed:
            if isinstance(event, PictureReady):
                event.picture.release()
            return
        self._arrived.emit(event)

    @Slot(object)
    def _dispatch(self, event: HostEvent) -> None:
        if isinstance(event, PictureReady):
            with event.picture:
                if not self._closed:
                    self.picture_ready.emit(event)
            return
        if self._closed:
            return
        if isinstance(event, HostReady):
            self._device = event.device
            self.ready.emit(event)
        elif isinstance(event, HostLost):
            self._device = None
            self.lost.emit(event)
        elif isinstance(event, Progress):
            self.progressed.emit(event)
        elif isinstance(event, Finished):
            self.finished.emit(event)
        elif isinstance(event, Failed):
            self.failed.emit(event)
        elif isinstance(event, Cancelled):
            self.cancelled.emit(event)
        elif isinstance(event, Notice):
            self.noticed.emit(event)
