"""Names and sends finished pictures without holding up those that are made next.

Hashing takes a core, and sending wakes several threads of the client's, which come first on the
processor. Pictures of which that would be felt are hashed and sent beside the run that makes the
next ones. For small ones waking a thread here costs more than it saves: some batches are sent
together instead.
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

LARGE: Final = 2**16
"""Bytes of pixels from which a thread is woken to hash and send them."""

TOGETHER_SECONDS: Final = 0.016
"""How long smaller ones may lie until others are sent with them: a frame at 60 Hz."""


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
        self._gathered: list[Message] = []
        self._sent_at = 0.0

    def deliver(
        self, announced: Callable[[], Iterator[Message]], size: int, *, is_last: bool
    ) -> None:
        """Send what ``announced`` says of pictures of ``size`` bytes, each as soon as it says so.

        What is large is sent beside what the caller does next, unless it is the last. Raises what
        sending an earlier batch raised.
        """
        if size >= LARGE and not is_last:
            self.settle()
            self._under_way = self._executor.submit(self._send_each, announced)
            return
        if is_last or size >= LARGE:
            self.settle()
            self._send_each(announced)
            return
        self._wait()
        self._gathered += announced()
        if self._clock() - self._sent_at >= TOGETHER_SECONDS:
            self._flush()

    def settle(self) -> None:
        """Return once all is sent; raises what sending raised."""
        self._wait()
        self._flush()

    @contextmanager
    def until_all_is_sent(self) -> Iterator[None]:
        """Leave once nothing is under way any more; after an error what lies here is let go."""
        try:
            yield
            self.settle()
        finally:
            self._gathered.clear()
            under_way, self._under_way = self._under_way, None
            if under_way is not None:
                wait((under_way,))

    def _send_each(self, announced: Callable[[], Iterator[Message]]) -> None:
        for message in announced():
            self._send_all([message])

    def _wait(self) -> None:
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def _flush(self) -> None:
        if self._gathered:
            gathered, self._gathered = self._gathered, []
            self._send_all(gathered)
        self._sent_at = self._clock()
