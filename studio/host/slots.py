"""The host's supply of slots: asks for room ahead of need, so that work seldom waits for it."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from studio.contract.errors import ErrorWire, from_wire
from studio.host.messages import SlotGranted, SlotRefused, SlotReturned, SlotWanted
from studio.host.pixels import PixelWriter
from studio.runtime.cancel import CancelToken


class SlotSupply:
    """Filled by the thread that reads frames, emptied by the one that works.

    One request at a time uses it; the client frees what a request was granted and did not fill.
    """

    def __init__(
        self, writer: PixelWriter, send: Callable[[SlotWanted | SlotReturned], None]
    ) -> None:
        self._writer = writer
        self._send = send
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

    def take(self, length: int, token: CancelToken, *, ahead: int = 0) -> memoryview:
        """Memory of at least ``length`` bytes, and ``ahead`` more bytes are asked for to come.

        Raises `Cancelled`, or the error with which the client refused.
        """
        token.check()
        slot = self._next(length, token)
        while slot.length < length:
            # It was asked for when smaller batches were made. The client must have it back
            # before it can be sure that room which it does not have will come.
            self._send(SlotReturned(request=slot.request, lease=slot.lease))
            slot = self._next(length, token)
        with self._changed:
            enough = self._asked or self._granted
        if ahead and not enough:
            self._ask(ahead)
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

    def _ask(self, length: int) -> None:
        with self._changed:
            request = self._request
            self._asked += 1
        if request is None:
            raise RuntimeError("slots are taken inside use() only")
        self._send(SlotWanted(request=request, length=length))

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()
