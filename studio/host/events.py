"""What a client of the model host is told, and the pictures that it is given.

Without numpy and Qt: the window's bridge and the headless commands receive these.
"""

from dataclasses import dataclass
from types import TracebackType

from studio.contract.errors import AtelierError, HostError
from studio.contract.recipe import Recipe
from studio.host.messages import DeviceReport, GoldenReport, ProbeReport
from studio.host.pixels import PixelFile


class SlotShare:
    """Counts the pictures that stand in one slot; the last one released frees it.

    Without a lock: a picture may be collected, and so released, on a thread that holds any lock.
    """

    def __init__(self, pixels: PixelFile, lease: int, count: int) -> None:
        self._pixels = pixels
        self._lease = lease
        self._open = [None] * count

    def drop(self) -> None:
        """One picture fewer. Two threads may both find none left: a second release is harmless."""
        self._open.pop()
        if not self._open:
            self._pixels.release(self._lease)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReady:
    """The host is up."""

    device: DeviceReport


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLost:
    """The host has ended without being asked to."""

    error: HostError
    retry_in: float | None
    """Seconds until it is started again; None: not before there is a new request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that the user should know and that ends nothing."""

    subject: AtelierError | DeviceReport
    """A device report stands for its reason: what was asked for is not what is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a request is."""

    request: int
    done: int
    total: int
    stage: str
    """"loading", "making", "verifying" or "probing"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReady:
    """One picture of a request; the receiver owes its release."""

    request: int
    index: int
    """Index of its recipe in the request."""
    picture: Picture
    preview: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """A request is fulfilled."""

    request: int
    seconds: float
    payload: GoldenReport | ProbeReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A request cannot be fulfilled."""

    request: int
    error: AtelierError


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled:
    """A request was given up because that was asked for; nothing more of it will come."""

    request: int


HostEvent = HostReady | HostLost | Notice | Progress | PictureReady | Finished | Failed | Cancelled
"""Each request ends with exactly one of `Finished`, `Failed` and `Cancelled`."""
