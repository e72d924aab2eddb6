"""The host's supply of slots: asks for room ahead of need, so that work seldom waits for it."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from studio.contract.errors import ErrorWire, from_wire
from studio.host.delivery import SendAll
from studio.host.messages import SlotGranted, SlotRefused, SlotReturned, SlotWanted
from studio.host.pixels import PixelWriter
from studio.runtime.cancel import CancelToken

AHEAD_BYTES: Final = 2**19
"""Room that is asked for at once where batches are small: asking wakes four threads, and a small
batch takes not much longer than that."""

MOST_AHEAD: Final = 16
"""Slots that are asked for at once at most."""


class SlotSupply:
    """Filled by the thread that reads frames, emptied by the one that works.

    One request at a time uses it; the client frees what a request was granted and did not fill.
    """

    def __init__(self, writer: PixelWriter, send_all: SendAll) -> None:
        self._writer = writer
        self._send_all = send_all
        self._changed = threading.Condition()
        self._request: int | None = None
        self._granted: deque[SlotGranted] = deque()
        self._refusal: ErrorWire | None = None
        self._asked = 0
        self._last_lease = 0

    @property
    def last_lease(self) -> int:
        """The lease of the memory that `take` gave last."""
        return self._last_lease

    @property
    def has_room(self) -> bool:
        """Whether `take` will find a slot that was granted already."""
        with self._changed:
            return bool(self._granted)

    def give(self, answer: SlotGranted | SlotRefused) -> None:
        """An answer came; one to a request that has ended is of no use to anybody."""
        with self._changed:
            if answer.request != self._request:
                return
            self._asked -= 1
            if isinstance(answer, SlotGranted):
                self._granted.append(answer)
            else:
                self._refusal = answer.error
            self._changed.notify_all()

    @contextmanager
    def use(self, request: int, token: CancelToken) -> Iterator[None]:
        """While inside, slots are for ``request``; waiting for one ends with its token."""
        with self._changed:
            self._request = request
        try:
            with token.stopping(self._wake):
                yield
        finally:
            with self._changed:
                self._request = None
                self._granted.clear()
                self._refusal = None
                self._asked = 0

    def take(self, length: int, token: CancelToken, *, remaining: int = 0) -> memoryview:
        """Memory of at least ``length`` bytes; room for the ``remaining`` is asked for ahead.

        Raises `Cancelled`, or the error with which the client refused.
        """
        token.check()
        slot = self._next(length, token)
        while slot.length < length:
            # It was asked for when smaller batches were made. The client must have it back
            # before it can be sure that room which it does not have will come.
            self._send_all([(SlotReturned(request=slot.request, lease=slot.lease), b"")])
            slot = self._next(length, token)
        with self._changed:
            enough = self._asked or self._granted
        if remaining and not enough:
            following = min(length, remaining)
            count = min(MOST_AHEAD, max(1, AHEAD_BYTES // following), -(-remaining // following))
            self._ask(following, count)
        self._last_lease = slot.lease
        return self._writer.part(slot.offset, slot.length, slot.file_size)[:length]

    def _next(self, length: int, token: CancelToken) -> SlotGranted:
        """The next slot that is granted; asks for ``length`` bytes if none is on its way."""
        with self._changed:
            enough = self._asked or self._granted
        if not enough:
            self._ask(length)
        with self._changed:
            while not self._granted:
                token.check()
                if self._refusal is not None:
                    raise from_wire(self._refusal)
                self._changed.wait()
            return self._granted.popleft()

    def _ask(self, length: int, count: int = 1) -> None:
        with self._changed:
            request = self._request
            self._asked += count
        if request is None:
            raise RuntimeError("slots are taken inside use() only")
        self._send_all([(SlotWanted(request=request, length=length), b"")] * count)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
