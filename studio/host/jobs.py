"""The request that a host is working on, as its keeper sees it through."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.contract.texts import TextCompletion, TextToken
from studio.host.events import SlotShare
from studio.host.letters import Submit
from studio.host.messages import GenerateImages, MapStyles, SlotWanted, WorkRequest, folder_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A slot that was handed on: its pictures, and who still looks at them."""

    pixels: memoryview
    count: int
    share: SlotShare

    def drop(self) -> None:
        """Nobody will look at one set of its pictures: it was cancelled, or never came."""
        for _ in range(self.count):
            self.share.drop()


@dataclass(slots=True)
class Writing:
    """What was told of a text so far; lists of it have one entry a token."""

    parts: list[str] = field(default_factory=list)
    """What each adds."""
    probabilities: list[float] = field(default_factory=list)
    """With which each was drawn."""

    def extend(self, tokens: Iterable[TextToken]) -> None:
        """Go on with ``tokens``."""
        for token in tokens:
            self.parts.append(token.text)
            self.probabilities.append(token.probability)

    @property
    def text(self) -> str:
        return "".join(self.parts)


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
    wanted: deque[SlotWanted] = field(default_factory=deque)
    """Room that the host waits for, in the order in which it asked."""
    previewed: dict[int, Lent] = field(default_factory=dict)
    """By lease: slots whose pictures were shown and are still to come with their names."""
    completion: TextCompletion | None = None
    """What the host said when it began to write."""
    written: dict[int, Writing] = field(default_factory=dict)
    """By their index: the texts that are being written."""

    def forget_previews(self) -> None:
        """What was to come after previews will not."""
        while self.previewed:
            self.previewed.popitem()[1].drop()

    @property
    def request(self) -> int:
        return self.submitted.request

    @property
    def work(self) -> WorkRequest:
        return self.submitted.work

    @property
    def total(self) -> int:
        return len(self.work.recipes) if isinstance(self.work, GenerateImages | MapStyles) else 1

    @property
    def folder(self) -> str | None:
        """The model that it runs."""
        return folder_of(self.work)
