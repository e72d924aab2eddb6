"""Names and sends finished pictures without holding up those that are made next.

Hashing takes a core, and sending wakes several threads of the client's, which come first on the
processor. Both are done beside the run that makes the next pictures. Small ones go together,
because waking all those threads for each batch would cost more than the batch's pictures.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager
from typing import Final

from studio.host.messages import FromHost

Message = tuple[FromHost, bytes]
"""A message and the body of its frame."""
SendAll = Callable[[Sequence[Message]], None]
"""Writes frames that belong together."""
Announced = Callable[[], Iterator[Message]]
"""What says that pictures are there; asked once, on any thread."""

TOGETHER_BYTES: Final = 2**16
"""Bytes of pixels that do not wait for others to be sent with them."""

TOGETHER_SECONDS: Final = 0.016
"""How long fewer may wait: a frame at 60 Hz."""


class Delivery:
    """Sends one batch after the other, in order; used by one thread."""

    def __init__(
        self, executor: Executor, send_all: SendAll, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """``executor`` has a thread to spare while a graph runs; ``send_all`` is for any thread."""
        self._clock = clock
        self._executor = executor
        self._send_all = send_all
        self._under_way: Future[None] | None = None
        self._gathered: list[Announced] = []
        self._gathered_bytes = 0
        self._sent_at = 0.0

    def deliver(self, announced: Announced, size: int, *, is_last: bool) -> None:
        """Send what ``announced`` says of pictures of ``size`` bytes, soon.

        The last are sent at once, for nothing is made meanwhile. Raises what sending earlier ones
        raised.
        """
        self._gathered.append(announced)
        self._gathered_bytes += size
        if is_last:
            self.settle()
        elif (
            self._gathered_bytes >= TOGETHER_BYTES
            or self._clock() - self._sent_at >= TOGETHER_SECONDS
        ):
            self._wait()
            self._under_way = self._executor.submit(self._send, self._taken())

    def settle(self) -> None:
        """Return once all is sent; raises what sending raised."""
        self._wait()
        self._send(self._taken())

    @contextmanager
    def until_all_is_sent(self) -> Iterator[None]:
        """Leave once nothing is under way any more; after an error what lies here is let go."""
        try:
            yield
            self.settle()
        finally:
            self._taken()
            under_way, self._under_way = self._under_way, None
            if under_way is not None:
                wait((under_way,))

    def _taken(self) -> list[Announced]:
        gathered, self._gathered = self._gathered, []
        self._gathered_bytes = 0
        self._sent_at = self._clock()
        return gathered

    def _send(self, gathered: list[Announced]) -> None:
        if len(gathered) == 1:  # what it says first need not wait for what it says next
            for message in gathered[0]():
                self._send_all([message])
        elif gathered:
            self._send_all([message for announced in gathered for message in announced()])

    def _wait(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()
