"""What a client of the model host is told, and the pictures that it is given.

Without numpy and Qt: the window's bridge and the headless commands receive these.
"""

from collections.abc import Callable
from types import TracebackType

import msgspec

from studio.contract.errors import AtelierError, HostError
from studio.contract.recipe import Recipe
from studio.contract.texts import (
    MiddleReport,
    ReadingReport,
    ReadToken,
    TextCompletion,
    TextModelReport,
    TextRecipe,
    TextToken,
)
from studio.host.messages import (
    DeviceReport,
    EnlargeReport,
    FoundTraits,
    GoldenReport,
    ProbeReport,
)


class SlotShare:
    """Counts the pictures that stand in one slot; the last one released frees it.

    Without a lock: a picture may be collected, and so released, on a thread that holds any lock.
    """

    def __init__(self, release: Callable[[int], None], lease: int, count: int) -> None:
        self._release = release
        self._lease = lease
        self._open = [None] * count

    def drop(self) -> None:
        """One picture fewer. Two threads may both find none left: a second release is harmless."""
        self._open.pop()
        if not self._open:
            self._release(self._lease)


class Picture:
    """A finished picture in memory that is shared with the host.

    Its pixels are valid until `release`, which every receiver owes, after painting or copying;
    a picture that is forgotten is released when it is collected.
    """

    __slots__ = ("_share", "channels", "height", "pixels", "recipe", "width")

    def __init__(
        self,
        *,
        recipe: Recipe,
        width: int,
        height: int,
        channels: int,
        pixels: memoryview,
        share: SlotShare,
    ) -> None:
        self.recipe = recipe
        """Complete: with latent, graphs, making, pixels_sha256, width and height."""
        self.width = width
        self.height = height
        self.channels = channels
        self.pixels = pixels
        """uint8, row by row, channels interleaved; read-only, height * width * channels long."""
        self._share: SlotShare | None = share

    def copy(self) -> bytes:
        """The pixels as bytes of the receiver's own."""
        return self.pixels.tobytes()

    def release(self) -> None:
        """Let the memory be used for another picture; the pixels must not be read after it."""
        share, self._share = self._share, None
        if share is not None:
            self.pixels = memoryview(b"")
            share.drop()

    def __enter__(self) -> "Picture":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def __del__(self) -> None:
        self.release()


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    """What all events share; Structs, because dataclasses cost the window's start far more."""


class HostReady(_Event, frozen=True, kw_only=True):
    """The host is up; again where a graph that it loaded runs on another device than was said."""

    device: DeviceReport


class HostLost(_Event, frozen=True, kw_only=True):
    """The host has ended without being asked to."""

    error: HostError
    retry_in: float | None
    """Seconds until it is started again; None: not before there is a new request."""


class Notice(_Event, frozen=True, kw_only=True):
    """Something that the user should know and that ends nothing."""

    subject: AtelierError | DeviceReport
    """A device report stands for its reason: what was asked for is not what is used."""


class Progress(_Event, frozen=True, kw_only=True):
    """How far a request is."""

    request: int
    done: int
    total: int
    stage: str
    """"loading", "making", "mapping", "verifying", "probing"; of texts "converting", "reading",
    "writing" and "measuring"; of a search and of an enlarging whatever they say."""


class PictureReady(_Event, frozen=True, kw_only=True):
    """One picture of a request; the receiver owes its release."""

    request: int
    index: int
    """Index of its recipe in the request."""
    picture: Picture
    preview: bool = False


class StylesMapped(_Event, frozen=True, kw_only=True):
    """The final styles of some recipes of a request; more may follow."""

    request: int
    first: int
    """Index of the first of their recipes in the request."""
    count: int
    layers: int
    dimension: int
    styles: bytes
    """(count, layers, dimension) float32, little-endian."""

    def of(self, index: int) -> bytes:
        """(layers, dimension) of the recipe at ``index`` in the request, as `Styling` keeps it."""
        size = 4 * self.layers * self.dimension
        start = (index - self.first) * size
        if not 0 <= index - self.first < self.count:
            raise IndexError(index)
        return self.styles[start : start + size]


class TraitsFound(_Event, frozen=True, kw_only=True):
    """What a search has found; the request's `Finished` follows."""

    request: int
    found: FoundTraits


class WritingBegun(_Event, frozen=True, kw_only=True):
    """The prompt was read; the tokens of the request's texts follow."""

    request: int
    completion: TextCompletion
    """Makes recipes of the request, that of a text that is cancelled too."""


class TokensWritten(_Event, frozen=True, kw_only=True):
    """Some tokens of one text, which will not be taken back."""

    request: int
    index: int
    """Which of the request's texts."""
    tokens: tuple[TextToken, ...]


class TextWritten(_Event, frozen=True, kw_only=True):
    """One text is whole."""

    request: int
    index: int
    text: str
    recipe: TextRecipe
    stop: str = ""
    """The stop string that ended it."""


class TokensRead(_Event, frozen=True, kw_only=True):
    """Some tokens of a text that is read, in order."""

    request: int
    tokens: tuple[ReadToken, ...]


class Finished(_Event, frozen=True, kw_only=True):
    """A request is fulfilled."""

    request: int
    seconds: float
    payload: (
        GoldenReport
        | ProbeReport
        | FoundTraits
        | EnlargeReport
        | ReadingReport
        | MiddleReport
        | TextModelReport
        | None
    ) = None


class Failed(_Event, frozen=True, kw_only=True):
    """A request cannot be fulfilled."""

    request: int
    error: AtelierError


class Cancelled(_Event, frozen=True, kw_only=True):
    """A request was given up because that was asked for; nothing more of it will come."""

    request: int


HostEvent = (
    HostReady
    | HostLost
    | Notice
    | Progress
    | PictureReady
    | StylesMapped
    | TraitsFound
    | WritingBegun
    | TokensWritten
    | TextWritten
    | TokensRead
    | Finished
    | Failed
    | Cancelled
)
"""Each request ends with exactly one of `Finished`, `Failed` and `Cancelled`."""
