"""The model host as the window sees it: requests go out, events come back on the GUI thread."""

import time
from collections import deque
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

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
    from collections.abc import Callable

    from studio.host.messages import DeviceReport, GenerateImages
    from studio.project.paths import Places
    from studio.shell.settings.values import Settings

AT_ONCE_SECONDS: Final = 0.003
"""How long events are handed out in one go: a flood of pictures must not starve timers, paint
and keys, which Qt serves after all that was queued."""


class _Request:
    """What was asked for and is not answered."""

    __slots__ = ("is_cancelled", "number", "send")

    def __init__(self, number: int, send: "Callable[[HostClient], int]") -> None:
        self.number = number
        """The client's number for it."""
        self.send = send
        self.is_cancelled = False
        """Whoever asked has given it up, and waits for that to be said."""


class HostBridge(QObject):
    """Owns the host's client.

    The client calls back on its reader thread; events wait in a queue, a queued signal wakes the
    GUI thread, and there each is emitted again by kind, one payload each. A picture's pixels are
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
    """Payload: `Failed`. Whoever asked says so; the window does not."""
    cancelled = Signal(object)
    """Payload: `Cancelled`."""
    restarting = Signal()
    """Another process takes over, because it is to be run otherwise; `ready` follows."""

    _woken = Signal()

    def __init__(self, settings: HostSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._closed = False
        self._device: DeviceReport | None = None
        self._waiting: deque[HostEvent] = deque()
        self._lock = Lock()
        self._awake = False
        self._woken.connect(self._hand_out, Qt.ConnectionType.QueuedConnection)
        self._settings = settings
        self._requests: dict[int, _Request] = {}
        self._names: dict[int, int] = {}
        """Requests of the client's that have another number here, since it took over."""
        self._last = 0
        self._turn = 0
        self._client = self._new_client()

    @classmethod
    def for_window(cls, settings: "Settings", places: "Places") -> "HostBridge":
        """The bridge to the process that makes the window's pictures."""
        return cls(host_settings(settings, places))

    @property
    def device(self) -> "DeviceReport | None":
        """What the host really runs on; None until it is ready, and while it is away."""
        return self._device

    def start(self) -> None:
        """Spawn the host."""
        self._client.start()

    def generate(self, request: "GenerateImages") -> int:
        """Ask for pictures; returns the request's id at once. Works before the host is ready."""
        return self._ask(lambda client: client.generate(request))

    def replay_golden(self, folder: Path) -> int:
        """Ask whether a model works here as it did where it was made."""
        return self._ask(lambda client: client.replay_golden(folder))

    def cancel(self, request: int) -> None:
        """Give up a request; `cancelled` follows within 100 ms."""
        asked = self._requests.get(request)
        if asked is not None:
            asked.is_cancelled = True
            self._client.cancel(asked.number)

    def forgive(self, folder: Path) -> None:
        """Let a model that was set aside be tried again."""
        self._client.forgive(folder)

    def reconfigure(self, settings: HostSettings) -> None:
        """Run the host otherwise from now on.

        Another process takes over what is asked for and not answered; nobody else has to care.
        What was given up is not asked for again: `cancelled` follows at once.
        """
        if settings == self._settings or self._closed:
            return
        self._settings = settings
        old = self._client
        with self._lock:
            self._turn += 1
            waiting = tuple(self._waiting)
            self._waiting.clear()
        for event in waiting:
            _give_back(event)
        self._device = None
        self._names.clear()
        self._client = self._new_client()
        Thread(target=old.close, name="end-host").start()  # it may take seconds to let go
        self.restarting.emit()
        self._client.start()
        given_up = [name for name, asked in self._requests.items() if asked.is_cancelled]
        for identity in given_up:
            del self._requests[identity]
        for identity, asked in self._requests.items():
            asked.number = asked.send(self._client)
            self._names[asked.number] = identity
        for identity in given_up:
            self.cancelled.emit(Cancelled(request=identity))

    def close(self) -> None:
        """End the host; no signal follows."""
        self._closed = True
        self._client.close()
        with self._lock:
            waiting = tuple(self._waiting)
            self._waiting.clear()
        for event in waiting:
            _give_back(event)

    def _new_client(self) -> HostClient:
        return HostClient(self._settings, partial(self._receive, self._turn))

    def _ask(self, send: "Callable[[HostClient], int]") -> int:
        """Send a request, and remember it until it is answered."""
        number = send(self._client)
        self._last += 1
        if number != self._last:
            self._names[number] = self._last
        self._requests[self._last] = _Request(number, send)
        return self._last

    def _receive(self, turn: int, event: HostEvent) -> None:
        """Called on the client's reader thread."""
        with self._lock:
            wanted = not self._closed and turn == self._turn
            if wanted:
                self._waiting.append(event)
            wake = wanted and not self._awake
            self._awake = self._awake or wanted
        if wake:
            self._woken.emit()
        elif not wanted:
            _give_back(event)

    @Slot()
    def _hand_out(self) -> None:
        """Emit what waits, but no longer than is good for the rest of the window."""
        end = time.monotonic() + AT_ONCE_SECONDS
        while True:
            with self._lock:
                if not self._waiting:
                    self._awake = False
                    return
                event = self._waiting.popleft()
            self._emit(event)
            if time.monotonic() >= end:
                QTimer.singleShot(0, self._hand_out)
                return

    def _named(self, event: HostEvent) -> HostEvent:
        """The event under the number that whoever asked was told."""
        if isinstance(event, HostReady | HostLost | Notice):
            return event
        identity = self._names.get(event.request, event.request)
        if isinstance(event, Finished | Failed | Cancelled):
            self._names.pop(event.request, None)
            self._requests.pop(identity, None)
        if identity == event.request:
            return event
        from msgspec.structs import replace

        return replace(event, request=identity)

    def _emit(self, event: HostEvent) -> None:
        event = self._named(event)
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


def _give_back(event: HostEvent) -> None:
    """Return the pixels of a picture that nobody will look at."""
    if isinstance(event, PictureReady):
        event.picture.release()


def host_settings(settings: "Settings", places: "Places") -> HostSettings:
    """What the user decided, as the host of the pictures is told it."""
    from studio.shell.settings.declared import IDLE_MINUTES, MEMORY, PROVIDER, THREADS

    memory = settings.value(MEMORY)
    return HostSettings(
        lane="images",
        provider=settings.value(PROVIDER),
        threads=settings.value(THREADS) or None,
        memory_limit=memory * 2**30 if memory else None,
        idle_seconds=settings.value(IDLE_MINUTES) * 60.0,
        log_folder=places.logs,
        cache_folder=places.cache,
    )
