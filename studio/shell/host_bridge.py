"""The model host as the window sees it: requests go out, events come back on the GUI thread."""

import dataclasses
import time
from collections import deque
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from studio.host.client import (
    Cancelled,
    EnlargePicture,
    Failed,
    FindTraits,
    Finished,
    HostClient,
    HostEvent,
    HostLost,
    HostReady,
    HostSettings,
    MapStyles,
    Notice,
    PictureReady,
    Progress,
    StylesMapped,
    TraitBetween,
    TraitsFound,
)
from studio.host.messages import BACKGROUND

if TYPE_CHECKING:
    from collections.abc import Callable

    from studio.host.messages import DeviceReport, GenerateImages
    from studio.project.paths import Places
    from studio.shell.settings.values import Settings

AT_ONCE_SECONDS: Final = 0.003
"""How long events are handed out in one go: a flood of pictures must not starve timers, paint
and keys, which Qt serves after all that was queued."""

BACKGROUND_REST_MS: Final = 30_000
"""How long the process for long work is kept once it has nothing to do."""


class _Lane:
    """One process behind the bridge, or none while it is not needed."""

    __slots__ = ("client", "names", "turn")

    def __init__(self) -> None:
        self.client: HostClient | None = None
        self.turn = -1
        """Tells its client from those before it, and from the other lane's."""
        self.names: dict[int, int] = {}
        """Requests of the client's that have another number here."""


class _Request:
    """What was asked for and is not answered."""

    __slots__ = ("is_cancelled", "lane", "number", "send")

    def __init__(self, lane: _Lane, number: int, send: "Callable[[HostClient], int]") -> None:
        self.lane = lane
        self.number = number
        """The client's number for it."""
        self.send = send
        self.is_cancelled = False
        """Whoever asked has given it up, and waits for that to be said."""


class HostBridge(QObject):
    """Owns the clients of two hosts: one for what the hand waits for, one for long work.

    Searches and enlargings take minutes, and the first host does one thing after the other; so
    the second, which yields to it, is started when there is such work, and ended when it rests.
    Of the second nothing is told but what it answers.

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
    styles_mapped = Signal(object)
    """Payload: `StylesMapped`."""
    traits_found = Signal(object)
    """Payload: `TraitsFound`."""
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
        self._waiting: deque[tuple[int, HostEvent]] = deque()
        """Each with the turn of the client that told it."""
        self._lock = Lock()
        self._awake = False
        self._woken.connect(self._hand_out, Qt.ConnectionType.QueuedConnection)
        self._settings = settings
        self._requests: dict[int, _Request] = {}
        self._last = 0
        self._turns = 0
        self._main, self._long = _Lane(), _Lane()
        self._client = self._new_client(self._main)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(BACKGROUND_REST_MS)
        self._rest.timeout.connect(self._end_long)

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
        return self._ask(self._main, lambda client: client.generate(request))

    def replay_golden(self, folder: Path) -> int:
        """Ask whether a model works here as it did where it was made."""
        return self._ask(self._main, lambda client: client.replay_golden(folder))

    def map_styles(self, request: MapStyles) -> int:
        """Ask for the final styles of recipes; `styles_mapped` brings them, in parts."""
        return self._ask(self._main, lambda client: client.map_styles(request))

    def find_traits(self, request: FindTraits) -> int:
        """Have a model's traits looked for, beside everything else; see `traits_found`."""
        return self._ask(self._long, lambda client: client.find_traits(request))

    def trait_between(self, request: TraitBetween) -> int:
        """Have the direction between two piles found, beside everything else."""
        return self._ask(self._long, lambda client: client.trait_between(request))

    def enlarge(self, request: EnlargePicture) -> int:
        """Have a file enlarged, beside everything else; `finished` brings an `EnlargeReport`."""
        return self._ask(self._long, lambda client: client.enlarge(request))

    def cancel(self, request: int) -> None:
        """Give up a request; `cancelled` follows within 100 ms."""
        asked = self._requests.get(request)
        if asked is not None:
            asked.is_cancelled = True
            if asked.lane.client is not None:
                asked.lane.client.cancel(asked.number)

    def forgive(self, folder: Path) -> None:
        """Let a model that was set aside be tried again."""
        for lane in (self._main, self._long):
            if lane.client is not None:
                lane.client.forgive(folder)

    def reconfigure(self, settings: HostSettings) -> None:
        """Run the host otherwise from now on.

        Another process takes over what is asked for and not answered; nobody else has to care.
        What was given up is not asked for again: `cancelled` follows at once.
        """
        if settings == self._settings or self._closed:
            return
        self._settings = settings
        lanes = [lane for lane in (self._main, self._long) if lane.client is not None]
        with self._lock:
            for lane in lanes:
                lane.turn = -1
            waiting = tuple(event for _, event in self._waiting)
            self._waiting.clear()
        for event in waiting:
            _give_back(event)
        self._device = None
        given_up = [name for name, asked in self._requests.items() if asked.is_cancelled]
        for identity in given_up:
            del self._requests[identity]
        for lane in lanes:
            old = lane.client
            assert old is not None, "lanes without a client were passed over"
            Thread(target=old.close, name="end-host").start()  # it may take seconds to let go
            lane.client = None
            lane.names.clear()
        self._client = self._new_client(self._main)
        self.restarting.emit()
        self._client.start()
        for identity, asked in self._requests.items():
            asked.number = asked.send(self._client_of(asked.lane))
            asked.lane.names[asked.number] = identity
        for identity in given_up:
            self.cancelled.emit(Cancelled(request=identity))

    def close(self) -> None:
        """End the hosts; no signal follows."""
        self._closed = True
        self._rest.stop()
        beside = None
        if self._long.client is not None:
            beside = Thread(target=self._long.client.close, name="end-host")
            beside.start()
        self._client.close()
        if beside is not None:
            beside.join()
        with self._lock:
            waiting = tuple(event for _, event in self._waiting)
            self._waiting.clear()
        for event in waiting:
            _give_back(event)

    def _new_client(self, lane: _Lane) -> HostClient:
        settings = self._settings
        if lane is self._long:
            settings = dataclasses.replace(settings, lane=BACKGROUND)
        with self._lock:
            lane.turn, self._turns = self._turns, self._turns + 1
        lane.client = HostClient(settings, partial(self._receive, lane.turn))
        return lane.client

    def _client_of(self, lane: _Lane) -> HostClient:
        """The client of a lane, which is started if there was none.

        Raises `HostUnavailable` once the bridge is closed: nobody would end what starts then.
        """
        if lane.client is None:
            if self._closed:
                from studio.contract.errors import HostUnavailable

                raise HostUnavailable(fault="it was closed")
            self._new_client(lane).start()
        assert lane.client is not None, "it was just made"
        return lane.client

    def _ask(self, lane: _Lane, send: "Callable[[HostClient], int]") -> int:
        """Send a request, and remember it until it is answered."""
        if lane is self._long:
            self._rest.stop()
        number = send(self._client_of(lane))
        self._last += 1
        if number != self._last:
            lane.names[number] = self._last
        self._requests[self._last] = _Request(lane, number, send)
        return self._last

    @Slot()
    def _end_long(self) -> None:
        """Let the process for long work go, if it still rests."""
        client = self._long.client
        if client is not None and not any(r.lane is self._long for r in self._requests.values()):
            with self._lock:
                self._long.turn = -1
            self._long.client = None
            self._long.names.clear()
            Thread(target=client.close, name="end-host").start()

    def _receive(self, turn: int, event: HostEvent) -> None:
        """Called on the client's reader thread."""
        with self._lock:
            wanted = not self._closed and turn in (self._main.turn, self._long.turn)
            if wanted:
                self._waiting.append((turn, event))
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
                turn, event = self._waiting.popleft()
            self._emit(event, self._main if turn == self._main.turn else self._long)
            if time.monotonic() >= end:
                QTimer.singleShot(0, self._hand_out)
                return

    def _named(self, event: HostEvent, lane: _Lane) -> HostEvent:
        """The event under the number that whoever asked was told."""
        if isinstance(event, HostReady | HostLost | Notice):
            return event
        identity = lane.names.get(event.request, event.request)
        if isinstance(event, Finished | Failed | Cancelled):
            lane.names.pop(event.request, None)
            self._requests.pop(identity, None)
            if lane is self._long:
                self._rest.start()
        if identity == event.request:
            return event
        from msgspec.structs import replace

        return replace(event, request=identity)

    def _emit(self, event: HostEvent, lane: _Lane) -> None:
        if lane is self._long and isinstance(event, HostReady | HostLost | Notice):
            return  # whoever waits is answered; the window is not about this process
        event = self._named(event, lane)
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
        elif isinstance(event, StylesMapped):
            self.styles_mapped.emit(event)
        elif isinstance(event, TraitsFound):
            self.traits_found.emit(event)
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
