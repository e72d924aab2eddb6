"""What callers put into the inbox of a host's keeper, from whatever thread."""

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
