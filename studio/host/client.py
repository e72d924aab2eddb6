"""The way to the model host for the window, the headless commands and the tests.

There is one way in which pictures are made, and this is its near end: requests go in, events
come out. Nothing here needs Qt, numpy or onnxruntime. ::

    client = HostClient(HostSettings(), on_event=print)
    client.start()
    client.generate(GenerateImages(folder="exported_models/fashion-dcgan", recipes=(recipe,)))

`SyncHost` waits for the answers; `LatestWins` is for sliders.
"""

import contextlib
import itertools
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import msgspec

from studio.contract.errors import AtelierError, HostUnavailable
from studio.contract.errors import Cancelled as CancelledError
from studio.contract.recipe import Recipe
from studio.host.events import (
    Cancelled,
    Failed,
    Finished,
    HostEvent,
    HostLost,
    HostReady,
    Notice,
    Picture,
    PictureReady,
    Progress,
)
from studio.host.letters import Cancel, Close, Forgive, Inbox, Submit
from studio.host.messages import (
    DeviceReport,
    GenerateImages,
    GoldenReport,
    ProbeDevices,
    ProbeReport,
    ReplayGolden,
    WorkRequest,
)
from studio.host.settings import HostSettings

if TYPE_CHECKING:
    from studio.host.child import Ended, Heard
    from studio.host.keeper import HostKeeper

__all__ = [
    "Cancelled",
    "DeviceReport",
    "Failed",
    "Finished",
    "FinishedPicture",
    "GenerateImages",
    "GoldenReport",
    "HostClient",
    "HostEvent",
    "HostLost",
    "HostReady",
    "HostSettings",
    "LatestWins",
    "Notice",
    "Picture",
    "PictureReady",
    "ProbeReport",
    "Progress",
    "SyncHost",
]


class HostClient:
    """Runs one host and speaks with it; every method may be called from any thread.

    ``on_event`` is called on a thread of the client's and must not block: cancels are answered
    there too.
    """

    def __init__(self, settings: HostSettings, on_event: Callable[[HostEvent], None]) -> None:
        self._settings = settings
        self._on_event = on_event
        self._inbox: Inbox[Heard | Ended] = Inbox()
        self._keeper: HostKeeper | None = None
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self) -> None:
        """Start the host, once; it is started again after crashes until `close`."""
        with self._lock:
            if self._closed:
                raise HostUnavailable(fault="it was closed")
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name=f"host {self._settings.lane}", daemon=True
                )
                self._thread.start()

    def generate(self, request: GenerateImages) -> int:
        """Have pictures made; returns the request's number at once. Works before `start` too."""
        return self._submit(request)

    def replay_golden(self, folder: Path) -> int:
        """Have a model's golden sample replayed; `Finished` brings a `GoldenReport`."""
        return self._submit(ReplayGolden(folder=os.fspath(folder)))

    def probe(self, *, timed: bool = True, provider: str | None = None) -> int:
        """Have the machine's devices tried; `Finished` brings a `ProbeReport`."""
        return self._submit(ProbeDevices(timed=timed, provider=provider))

    def cancel(self, request: int) -> None:
        """Give a request up: `Cancelled` follows within 100 ms, unless it has ended before."""
        self._inbox.put(Cancel(request=request))

    def forgive(self, folder: Path) -> None:
        """Let a model that was set aside be tried again."""
        self._inbox.put(Forgive(folder=os.fspath(folder)))

    def close(self) -> None:
        """End the host; what is not answered yet is answered by `Cancelled`. No events follow."""
        with self._lock:
            first, self._closed = not self._closed, True
            thread = self._thread
        if thread is None:
            return
        if first:
            self._inbox.put(Close())
        if thread is not threading.current_thread():
            thread.join()

    def __enter__(self) -> "HostClient":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process that serves this client now; None while there is none."""
        return None if self._keeper is None else self._keeper.pid

    def _run(self) -> None:
        # Only here: the window imports this module before its first paint, and this is the larger
        # part of what there is to import.
        from studio.host import keeper

        self._keeper = keeper.HostKeeper(self._settings, self._inbox, self._on_event)
        self._keeper.run()

    def _submit(self, work: WorkRequest) -> int:
        if self._closed:
            raise HostUnavailable(fault="it was closed")
        number = next(self._numbers)
        self._inbox.put(Submit(request=number, work=work))
        return number


class FinishedPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture with pixels of its own."""

    recipe: Recipe
    width: int
    height: int
    channels: int
    pixels: bytes
    """uint8, row by row, channels interleaved."""


class SyncHost:
    """A host whose answers are waited for: for headless commands and tests. Use with ``with``.

    An interrupt (Ctrl-C) cancels the request and is raised again.
    """

    def __init__(self, settings: HostSettings | None = None) -> None:
        self._events: queue.SimpleQueue[HostEvent] = queue.SimpleQueue()
        self.client = HostClient(settings or HostSettings(), self._events.put)
        self.device: DeviceReport | None = None
        """What the host runs on, as soon as it has said so."""
        self._awaited: int | None = None

    def __enter__(self) -> "SyncHost":
        self.client.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def wait_ready(self) -> DeviceReport:
        """What the host runs on; raises `HostUnavailable` if it cannot be started."""
        while self.device is None:
            event = self._next()
            if isinstance(event, HostLost) and event.retry_in is None:
                raise event.error
        return self.device

    def generate(
        self,
        request: GenerateImages,
        on_progress: Callable[[Progress], None] | None = None,
        on_picture: Callable[[int, Picture], None] | None = None,
    ) -> list[FinishedPicture]:
        """Make the pictures and return them in the order of their recipes.

        With ``on_picture`` each is handed over when it is ready, valid during the call only, and
        the list stays empty. Raises the `AtelierError` with which the request failed.
        """
        made: dict[int, FinishedPicture] = {}

        def receive(ready: PictureReady) -> None:
            with ready.picture as picture:
                if ready.preview:
                    return
                if on_picture is not None:
                    on_picture(ready.index, picture)
                    return
                made[ready.index] = FinishedPicture(
                    recipe=picture.recipe,
                    width=picture.width,
                    height=picture.height,
                    channels=picture.channels,
                    pixels=picture.copy(),
                )

        self._await(self.client.generate(request), on_progress, receive)
        return [made[index] for index in sorted(made)]

    def replay_golden(self, folder: Path) -> GoldenReport:
        """Replay a model's golden sample."""
        payload = self._await(self.client.replay_golden(folder)).payload
        if not isinstance(payload, GoldenReport):
            raise AtelierError(fault="the sample was answered with something else")
        return payload

    def probe(self, *, timed: bool = True, provider: str | None = None) -> ProbeReport:
        """Try the machine's devices."""
        payload = self._await(self.client.probe(timed=timed, provider=provider)).payload
        if not isinstance(payload, ProbeReport):
            raise AtelierError(fault="the probe was answered with something else")
        return payload

    def cancel(self) -> None:
        """Give up what is waited for, from another thread: the waiting one raises `Cancelled`."""
        awaited = self._awaited
        if awaited is not None:
            self.client.cancel(awaited)

    def _next(self) -> HostEvent:
        event = self._events.get()
        if isinstance(event, HostReady):
            self.device = event.device
        return event

    def _await(
        self,
        request: int,
        on_progress: Callable[[Progress], None] | None = None,
        on_picture: Callable[[PictureReady], None] | None = None,
    ) -> Finished:
        """The end of ``request``; what is left over of others is dropped."""
        self._awaited = request
        try:
            while True:
                event = self._next()
                if isinstance(event, HostReady | HostLost | Notice) or event.request != request:
                    continue
                match event:
                    case Progress() if on_progress is not None:
                        on_progress(event)
                    case PictureReady() if on_picture is not None:
                        on_picture(event)
                    case Finished():
                        return event
                    case Failed(error=error):
                        raise error
                    case Cancelled():
                        raise CancelledError
        except BaseException:
            self.client.cancel(request)
            raise
        finally:
            self._awaited = None


class LatestWins:
    """For live controls: one request in flight and one waiting, and the newest wins.

    While a slider is dragged, what is in flight is finished and shown, so that something moves,
    and of all that was asked for meanwhile only the newest is made. After `drop` (another model,
    another wall) nothing of what was asked for before is shown any more. Every event of the
    client goes through `on_event`; those of requests submitted here and still wanted go on to
    ``forward`` with their stamp.
    """

    def __init__(self, client: HostClient, forward: Callable[[int, HostEvent], None]) -> None:
        self._client = client
        self._forward = forward
        self._lock = threading.Lock()
        self._stamps = itertools.count(1)
        self._flying: tuple[int, int] | None = None  # (request, stamp)
        self._waiting: tuple[GenerateImages, int] | None = None
        self._oldest_wanted = 0

    def submit(self, request: GenerateImages) -> int:
        """Ask for ``request`` as the newest; returns its stamp, higher than all before."""
        with self._lock:
            stamp = next(self._stamps)
            if self._flying is None:
                self._flying = (self._client.generate(request), stamp)
            else:
                self._waiting = (request, stamp)
            return stamp

    def drop(self) -> None:
        """Whatever was submitted so far is stale: it is cancelled and never shown."""
        with self._lock:
            self._waiting = None
            self._oldest_wanted = next(self._stamps)
            if self._flying is not None:
                self._client.cancel(self._flying[0])

    def on_event(self, event: HostEvent) -> bool:
        """Take an event of the client's; whether it belonged to a request submitted here."""
        if isinstance(event, HostReady | HostLost | Notice):
            return False
        with self._lock:
            if self._flying is None or event.request != self._flying[0]:
                return False
            stamp = self._flying[1]
            wanted = stamp > self._oldest_wanted
            if isinstance(event, Finished | Failed | Cancelled):
                self._flying = None
                if self._waiting is not None:
                    request, next_stamp = self._waiting
                    self._waiting = None
                    with contextlib.suppress(HostUnavailable):  # closed: nothing is wanted now
                        self._flying = (self._client.generate(request), next_stamp)
        if wanted:
            self._forward(stamp, event)
        elif isinstance(event, PictureReady):
            event.picture.release()
        return True
