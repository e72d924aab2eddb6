"""What arrives in the inbox of a host's keeper, and the request that it is seeing through."""

from dataclasses import dataclass

from studio.host.child import Ended, Heard
from studio.host.messages import GenerateImages, ReplayGolden, SlotWanted, WorkRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """A caller wants something done."""

    request: int
    work: WorkRequest
    attempts: int = 0
    """Hosts that were lost before they had begun it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgive:
    folder: str


@dataclass(frozen=True, slots=True)
class SlotFreed:
    """A picture was released while the host waited for room."""


@dataclass(frozen=True, slots=True)
class Close:
    pass


Letter = Submit | Cancel | Forgive | SlotFreed | Close | Heard | Ended


@dataclass(slots=True, kw_only=True)
class Job:
    """The request that the host is working on."""

    submitted: Submit
    begun: bool = False
    """Whether the host has said anything of it."""
    done: int = 0
    cancelled_at: float | None = None
    answered: bool = False
    """Whether the caller was told that it is cancelled."""
    loading_since: float | None = None
    wanted: SlotWanted | None = None
    """Room that the host waits for."""

    @property
    def request(self) -> int:
        return self.submitted.request

    @property
    def work(self) -> WorkRequest:
        return self.submitted.work

    @property
    def total(self) -> int:
        return len(self.work.recipes) if isinstance(self.work, GenerateImages) else 1

    @property
    def folder(self) -> str | None:
        """The model that it runs."""
        return self.work.folder if isinstance(self.work, GenerateImages | ReplayGolden) else None
