"""Headless work goes through the same host and client as the window's, so that there is one way
in which pictures are made. This is the conversation with it, as a loop over events.
"""

import queue
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Literal, NoReturn, Self

from studio.contract.errors import AtelierError, HostUnavailable
from studio.host.client import HostClient, HostSettings
from studio.host.events import (
    Cancelled,
    Failed,
    Finished,
    HostEvent,
    HostLost,
    HostReady,
    Notice,
    PictureReady,
    Progress,
    StylesMapped,
    TextWritten,
    TokensRead,
    TokensWritten,
    TraitsFound,
    WritingBegun,
)
from studio.project.paths import Places
from studio.runtime.reports import DeviceReport

PROVIDERS = ("auto", "cpu", "cuda", "tensorrt", "coreml")
"""What the host may be asked to run on."""

_LONGEST_WAIT = 0.5
"""Seconds; some systems deliver a signal only between two waits."""

_ENDS = (Finished, Failed, Cancelled)

RequestEvent = (
    Progress
    | PictureReady
    | StylesMapped
    | TraitsFound
    | WritingBegun
    | TokensWritten
    | TextWritten
    | TokensRead
    | Finished
)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Somebody pressed Ctrl-C: put among the events only to end the wait for one."""


class Conversation:
    """A host for the length of a ``with`` block.

    Ctrl-C tears nothing in the middle: what is being written is finished, the request is
    cancelled, and `events` raises `KeyboardInterrupt` once the host has answered. A second
    Ctrl-C interrupts at once. Requests may be made one ahead, their events are told apart.
    """

    def __init__(self, settings: HostSettings, on_note: Callable[[str], None]) -> None:
        self._events: queue.SimpleQueue[HostEvent | Interrupted] = queue.SimpleQueue()
        self._client = HostClient(settings, self._events.put)
        self._on_note = on_note
        self._early: dict[int, list[RequestEvent | Failed | Cancelled]] = {}
        self._interrupted = False
        self._previous: Callable[[int, FrameType | None], object] | int | None = None
        self.device: DeviceReport | None = None
        """What the host runs on; None until it said so."""

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._previous = signal.signal(signal.SIGINT, self._on_interrupt)
        self._client.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._client.close()
        finally:
            if self._previous is not None:
                signal.signal(signal.SIGINT, self._previous)

    @property
    def client(self) -> HostClient:
        """The client, to make requests with."""
        return self._client

    def events(self, request: int) -> Iterator[RequestEvent]:
        """The events of one request in their order; the last is its `Finished`.

        Raises the request's error if it failed, and `KeyboardInterrupt` if it was interrupted.
        """
        waiting = self._early.pop(request, [])
        while True:
            event = waiting.pop(0) if waiting else self._next(request)
            if isinstance(event, Failed):
                raise event.error
            if isinstance(event, Cancelled):
                raise KeyboardInterrupt
            yield event
            if isinstance(event, Finished):
                return

    def finish(self, request: int) -> Finished:
        """Wait for the end of a request that makes no pictures."""
        for event in self.events(request):
            if isinstance(event, Finished):
                return event
        raise HostUnavailable(fault="it ended without an answer")

    def _next(self, request: int) -> RequestEvent | Failed | Cancelled:
        """The next event of ``request``; others' are put by, the host's own are heeded."""
        while True:
            if self._interrupted:
                self._give_up(request)
            event = self._heard()
            if event is None:
                continue
            if event.request == request:
                return event
            self._early.setdefault(event.request, []).append(event)

    def _heard(self) -> RequestEvent | Failed | Cancelled | None:
        """The next event if it is a request's; the host's own are heeded here."""
        try:
            event = self._events.get(timeout=_LONGEST_WAIT)
        except queue.Empty:
            return None
        if isinstance(event, Interrupted | HostLost):
            return None  # a lost host is started again, or the request fails and says why
        if isinstance(event, HostReady):
            self.device = event.device
            return None
        if isinstance(event, Notice):
            self._heed(event.subject)
            return None
        return event

    def _give_up(self, request: int) -> NoReturn:
        """Cancel ``request``, wait until it has ended, and let go of its pictures."""
        self._client.cancel(request)
        while True:
            event = self._heard()
            if isinstance(event, PictureReady):
                event.picture.release()
            elif event is not None and event.request == request and isinstance(event, _ENDS):
                raise KeyboardInterrupt

    def _heed(self, subject: AtelierError | DeviceReport) -> None:
        """Pass on what the host remarked; that the best device there is was taken is no news."""
        if isinstance(subject, AtelierError):
            self._on_note(subject.message)
        elif subject.wanted != "auto":
            self._on_note(f"{subject.provider} is used instead of {subject.wanted}: "
                          f"{subject.reason}.")  # fmt: skip

    def _on_interrupt(self, signum: int, frame: FrameType | None) -> None:
        if self._interrupted:
            raise KeyboardInterrupt
        self._interrupted = True
        self._events.put(Interrupted())


def host_settings(
    provider: str,
    where: Places,
    *,
    lane: str = "images",
    precision: Literal["auto", "float32"] = "auto",
) -> HostSettings:
    """The settings of a host for headless work; it is alone, so all cores are its own."""
    return HostSettings(
        lane=lane,
        provider=provider,
        precision=precision,
        log_folder=where.logs,
        cache_folder=where.cache,
    )
