"""What callers put into the inbox of a host's keeper, from whatever thread."""

import queue
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

from studio.host.messages import WorkRequest


class Submit(msgspec.Struct, frozen=True, kw_only=True):
    """A caller wants something done."""

    request: int
    work: WorkRequest
    attempts: int = 0
    """Hosts that were lost before they had begun it."""


class Cancel(msgspec.Struct, frozen=True, kw_only=True):
    """A caller gives a request up."""

    request: int


class Forgive(msgspec.Struct, frozen=True, kw_only=True):
    """A model that was set aside may be tried again."""

    folder: str


class SlotFreed(msgspec.Struct, frozen=True):
    """A picture was released while the host waited for room."""


class Close(msgspec.Struct, frozen=True):
    """The client is closed."""


Letter = Submit | Cancel | Forgive | SlotFreed | Close

FromHost = TypeVar("FromHost")


class Inbox(Generic[FromHost]):
    """What the keeper has to read, in order, but for cancels, which overtake all the rest.

    Thousands of pictures may be waiting to be delivered when the user cancels them.
    """

    def __init__(self) -> None:
        self._letters: queue.SimpleQueue[Letter | FromHost] = queue.SimpleQueue()
        self._cancels: deque[int] = deque()

    def put(self, letter: Letter | FromHost) -> None:
        """Any thread, and even while memory is collected."""
        if isinstance(letter, Cancel):
            self._cancels.append(letter.request)
        self._letters.put(letter)

    def get(self, timeout: float | None) -> Letter | FromHost:
        """The next letter; raises ``queue.Empty`` after ``timeout`` seconds.

        A cancel comes here too, in its place: what it cancels may stand between.
        """
        return self._letters.get(timeout=timeout)

    def cancels(self) -> Iterator[int]:
        """The requests that were cancelled since this was asked last."""
        while self._cancels:
            yield self._cancels.popleft()
