"""Asks the host for the pictures that are wanted and holds those that were made.

What is wanted changes faster than pictures can be made: while a slider moves, every change wants
the whole wall anew. So there is one request in flight; when it ends, the next one asks for what
is wanted then, the most important first, and answers that nobody wants any more are dropped.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from studio.contract.errors import AtelierError, HostCrashed, HostProtocol
from studio.contract.recipe import Recipe, encode_recipe
from studio.host.client import Cancelled, Failed, Finished, HostLost, HostReady, PictureReady
from studio.host.messages import GenerateImages
from studio.images.document import wish
from studio.images.ui.raster import picture_image
from studio.shell.host_bridge import HostBridge

CACHE_BYTES: Final = 96_000_000
"""Pictures held so that scrolling and undo need not make them again."""
BESIDE_BYTES: Final = 1_800
"""What a held picture takes beside its pixels and twice its key: the recipe's strings and fields,
the image's own record, the place in the cache (measured with the recipes of `avatars`)."""
MOST_AT_ONCE: Final = 32
"""Pictures a request: a change of mind waits no longer than these take."""
MICRO_BATCH: Final = 16
LIVE_SECONDS: Final = 0.008
"""How long a request may take while something moves."""
FIRST_GUESS: Final = 0.004
"""Seconds a picture, until some were made."""


def wish_key(recipe: Recipe) -> bytes:
    """The name under which a picture is held.

    A made recipe has another than the wish it came from, because it holds the latent: pictures
    are held under both.
    """
    return encode_recipe(wish(recipe))


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePicture:
    """One picture that was wanted and is there."""

    key: bytes
    """`wish_key` of the wish that it answers."""
    recipe: Recipe
    """Complete."""
    image: QImage


def _held_size(picture: MadePicture) -> int:
    """Bytes that a held picture takes; of a small one the recipe is the larger part."""
    return picture.image.sizeInBytes() + 2 * len(picture.key) + BESIDE_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureArrived:
    """A picture came from the host."""

    place: int
    """As `PictureMaker.want` was told."""
    picture: MadePicture
    is_current: bool
    """False: something moves, and this is where it was a moment ago."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingStarted:
    """A request went out."""

    request: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingFailed:
    """Pictures of a model could not be made."""

    folder: Path
    error: AtelierError


@dataclass(frozen=True, slots=True, kw_only=True)
class MakingDone:
    """Everything that was wanted is there."""

    folder: Path


@dataclass(slots=True)
class _Flight:
    request: int
    keys: tuple[bytes, ...]
    places: tuple[int, ...]
    drag: int
    """Which drag it belongs to: while it goes on, late pictures are better than none."""
    arrived: int = 0
    is_given_up: bool = False
    """Cancelled because something else is wanted, not by the user."""


class PictureMaker(QObject):
    """One for the room; GUI thread only."""

    made = Signal(object)
    """Payload: `PictureArrived`."""
    failed = Signal(object)
    """Payload: `MakingFailed`; nothing more is asked for until something else is wanted, or
    `retry` is called."""
    all_made = Signal(object)
    """Payload: `MakingDone`."""
    started = Signal(object)
    """Payload: `MakingStarted`, for the status line; not while something moves."""

    def __init__(
        self, host: HostBridge, parent: QObject | None = None, *, held_bytes: int = CACHE_BYTES
    ) -> None:
        """``held_bytes``: so many bytes of pictures and their recipes are held at most, unless
        what is wanted now is more than that; and always the newest few."""
        super().__init__(parent)
        self._host = host
        self._held_bytes = held_bytes
        self._folder = Path()
        self._wanted: tuple[tuple[int, bytes, Recipe], ...] = ()
        self._wanted_keys: frozenset[bytes] = frozenset()
        self._live = False
        self._drag = 0
        self._flight: _Flight | None = None
        self._stopped = False
        self._waits_for_host = False
        self._cache: OrderedDict[bytes, MadePicture] = OrderedDict()
        self._cached_bytes = 0
        self._single: set[bytes] = set()
        """Keys of pictures that are made in single precision; see `remake`."""
        self._seconds_each = FIRST_GUESS
        host.picture_ready.connect(self._picture_ready)
        host.finished.connect(self._finished)
        host.failed.connect(self._failed)
        host.cancelled.connect(self._cancelled)
        host.lost.connect(self._lost)
        host.ready.connect(self._ready)

    @property
    def is_making(self) -> bool:
        """Whether a request is under way."""
        return self._flight is not None

    def want(
        self, folder: Path, wishes: Sequence[tuple[int, Recipe]], *, live: bool = False
    ) -> None:
        """Say which pictures are wanted now, by place, the most important first.

        Replaces what was wanted. ``live`` keeps requests short, because the next change is
        expected within milliseconds, and takes what comes late for what it is.
        """
        if not (live and self._live):
            self._drag += 1
        self._folder = folder
        self._live = live
        self._wanted = tuple((place, wish_key(recipe), recipe) for place, recipe in wishes)
        self._wanted_keys = frozenset(key for _, key, _ in self._wanted)
        self._stopped = False
        self._make_room()
        flight = None if live else self._flight
        if flight is not None and self._wanted_keys.isdisjoint(flight.keys[flight.arrived :]):
            self._give_up(flight)
        self._next()

    def get(self, key: bytes) -> MadePicture | None:
        """A picture that is held, or None."""
        found = self._cache.get(key)
        if found is not None:
            self._cache.move_to_end(key)
        return found

    def put(self, picture: MadePicture) -> None:
        """Hold a picture that came from elsewhere, e.g. from a kept file."""
        self.forget(picture.key)
        self._cache[picture.key] = picture
        self._cached_bytes += _held_size(picture)
        self._make_room()

    def _make_room(self) -> None:
        """Let the oldest go, but nothing that is wanted: it would only be made again, for ever."""
        spared = 0
        while self._cached_bytes > self._held_bytes:
            if len(self._cache) <= max(MOST_AT_ONCE, spared):
                return
            oldest = next(iter(self._cache))
            if oldest in self._wanted_keys:
                self._cache.move_to_end(oldest)
                spared += 1
            else:
                self.forget(oldest)

    def forget(self, key: bytes) -> None:
        """Make this picture anew when it is wanted next."""
        old = self._cache.pop(key, None)
        if old is not None:
            self._cached_bytes -= _held_size(old)

    def remake(self, recipe: Recipe) -> None:
        """Make the picture of a complete recipe anew when it is wanted next, as it was made:
        what was made in single precision is remade in it, also where half is quicker."""
        key = wish_key(recipe)
        self.forget(key)
        if recipe.making is not None and recipe.making.precision == "float32":
            self._single.add(key)

    def retry(self, folder: Path) -> None:
        """Try again after a failure, also with a model that was set aside."""
        self._host.forgive(folder)
        self._stopped = False
        self._next()

    def stop(self) -> None:
        """Want nothing any more."""
        self._wanted, self._wanted_keys = (), frozenset()
        self._make_room()
        if self._flight is not None:
            self._give_up(self._flight)

    def _give_up(self, flight: _Flight) -> None:
        if not flight.is_given_up:
            flight.is_given_up = True
            self._host.cancel(flight.request)

    def _next(self) -> None:
        if self._flight is not None or self._stopped or self._waits_for_host:
            return
        missing = [wanted for wanted in self._wanted if wanted[1] not in self._cache]
        if not missing:
            return
        most = MOST_AT_ONCE
        if self._live:
            most = min(max(int(LIVE_SECONDS / self._seconds_each), 1), MOST_AT_ONCE)
        single = missing[0][1] in self._single
        chunk = [wanted for wanted in missing if (wanted[1] in self._single) == single][:most]
        try:
            request = self._host.generate(
                GenerateImages(
                    folder=str(self._folder),
                    recipes=tuple(recipe for _, _, recipe in chunk),
                    batch=min(len(chunk), MICRO_BATCH),
                    single=single,
                )
            )
        except AtelierError as error:  # the client has given up for good
            self._stopped = True
            self.failed.emit(MakingFailed(folder=self._folder, error=error))
            return
        self._flight = _Flight(
            request=request,
            keys=tuple(key for _, key, _ in chunk),
            places=tuple(place for place, _, _ in chunk),
            drag=self._drag,
        )
        if not self._live:
            self.started.emit(MakingStarted(request=request, count=len(chunk)))

    @Slot(object)
    def _picture_ready(self, event: PictureReady) -> None:
        flight = self._flight
        if flight is None or event.request != flight.request:
            return
        key = flight.keys[event.index]
        if not event.preview:
            flight.arrived += 1
        places = [place for place, wanted, _ in self._wanted if wanted == key]
        is_current = bool(places)
        if not is_current and not self._is_welcome_late(flight, event.index):
            return
        picture = event.picture
        image = picture_image(
            picture.pixels, width=picture.width, height=picture.height, channels=picture.channels
        )
        made = MadePicture(key=key, recipe=picture.recipe, image=image)
        if is_current and not event.preview:
            self.put(made)
            self.put(MadePicture(key=wish_key(made.recipe), recipe=made.recipe, image=image))
        for place in places or (flight.places[event.index],):
            self.made.emit(PictureArrived(place=place, picture=made, is_current=is_current))

    def _is_welcome_late(self, flight: _Flight, index: int) -> bool:
        """Whether a picture of a moment ago is better than what its place shows."""
        if not self._live or flight.drag != self._drag:
            return False
        place = flight.places[index]
        return any(p == place and key not in self._cache for p, key, _ in self._wanted)

    @Slot(object)
    def _finished(self, event: Finished) -> None:
        flight = self._flight
        if flight is None or event.request != flight.request:
            return
        self._flight = None
        each = event.seconds / max(len(flight.keys), 1)
        self._seconds_each += (each - self._seconds_each) / 4
        self._next()
        if not self.is_making and self._wanted and not self._stopped:
            self.all_made.emit(MakingDone(folder=self._folder))

    @Slot(object)
    def _failed(self, event: Failed) -> None:
        flight = self._flight
        if flight is None or event.request != flight.request:
            return
        self._flight = None
        if isinstance(event.error, HostCrashed | HostProtocol):
            self._waits_for_host = True  # the loss itself is told; its return asks again
            return
        self._stopped = True
        self.failed.emit(MakingFailed(folder=self._folder, error=event.error))

    @Slot(object)
    def _cancelled(self, event: Cancelled) -> None:
        flight = self._flight
        if flight is None or event.request != flight.request:
            return
        self._flight = None
        if flight.is_given_up:
            self._next()
        else:
            self._stopped = True  # the user's own Cancel: what hangs stays as it is

    @Slot(object)
    def _lost(self, event: HostLost) -> None:
        self._flight = None
        self._waits_for_host = event.retry_in is not None
        if not self._waits_for_host:
            self._stopped = True
            self.failed.emit(MakingFailed(folder=self._folder, error=event.error))

    @Slot(object)
    def _ready(self, event: HostReady) -> None:
        self._waits_for_host = False
        self._next()
