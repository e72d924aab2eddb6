"""The host's synchronous twin for tests: each request is waited for, each error raised."""

import queue
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import msgspec

from studio.contract.errors import AtelierError
from studio.contract.errors import Cancelled as CancelledError
from studio.contract.recipe import Recipe
from studio.host.client import (
    Cancelled,
    DeviceReport,
    EnlargePicture,
    EnlargeReport,
    Failed,
    FindTraits,
    Finished,
    FoundTraits,
    GenerateImages,
    GoldenReport,
    HostClient,
    HostEvent,
    HostLost,
    HostReady,
    HostSettings,
    MapStyles,
    Notice,
    Picture,
    PictureReady,
    ProbeReport,
    Progress,
    StylesMapped,
    TraitBetween,
)


class FinishedPicture(msgspec.Struct, frozen=True, kw_only=True):
    """A picture with pixels of its own."""

    recipe: Recipe
    width: int
    height: int
    channels: int
    pixels: bytes
    """uint8, row by row, channels interleaved."""


class SyncHost:
    """A host whose answers are waited for. Use with ``with``.

    An interrupt (Ctrl-C) cancels the request and is raised again.
    """

    def __init__(self, settings: HostSettings | None = None) -> None:
        self._events: queue.SimpleQueue[HostEvent] = queue.SimpleQueue()
        self.client = HostClient(settings or HostSettings(), self._events.put)
        self.device: DeviceReport | None = None
        """What the host runs on, as soon as it has said so."""
        self._awaited: int | None = None

    def __enter__(self) -> "SyncHost":
        self.client.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.close()

    def wait_ready(self) -> DeviceReport:
        """What the host runs on; raises `HostUnavailable` if it cannot be started."""
        while self.device is None:
            event = self._next()
            if isinstance(event, HostLost) and event.retry_in is None:
                raise event.error
        return self.device

    def generate(
        self,
        request: GenerateImages,
        on_progress: Callable[[Progress], None] | None = None,
        on_picture: Callable[[int, Picture], None] | None = None,
    ) -> list[FinishedPicture]:
        """Make the pictures and return them in the order of their recipes.

        With ``on_picture`` each is handed over when it is ready, valid during the call only, and
        the list stays empty. Raises the `AtelierError` with which the request failed.
        """
        made: dict[int, FinishedPicture] = {}

        def receive(ready: PictureReady) -> None:
            with ready.picture as picture:
                if ready.preview:
                    return
                if on_picture is not None:
                    on_picture(ready.index, picture)
                    return
                made[ready.index] = FinishedPicture(
                    recipe=picture.recipe,
                    width=picture.width,
                    height=picture.height,
                    channels=picture.channels,
                    pixels=picture.copy(),
                )

        self._await(self.client.generate(request), on_progress, receive)
        return [made[index] for index in sorted(made)]

    def replay_golden(self, folder: Path) -> GoldenReport:
        """Replay a model's golden sample."""
        payload = self._await(self.client.replay_golden(folder)).payload
        if not isinstance(payload, GoldenReport):
            raise AtelierError(fault="the sample was answered with something else")
        return payload

    def probe(self, *, timed: bool = True, provider: str | None = None) -> ProbeReport:
        """Try the machine's devices."""
        payload = self._await(self.client.probe(timed=timed, provider=provider)).payload
        if not isinstance(payload, ProbeReport):
            raise AtelierError(fault="the probe was answered with something else")
        return payload

    def map_styles(self, request: MapStyles) -> list[bytes]:
        """The final styles of each recipe, in their order."""
        mapped: list[bytes] = []

        def receive(part: StylesMapped) -> None:
            assert part.first == len(mapped)
            mapped.extend(part.of(part.first + index) for index in range(part.count))

        self._await(self.client.map_styles(request), on_styles=receive)
        return mapped

    def traits(
        self,
        request: FindTraits | TraitBetween,
        on_progress: Callable[[Progress], None] | None = None,
    ) -> FoundTraits:
        """The traits of a model, or the one between two piles."""
        client = self.client
        number = (
            client.find_traits(request)
            if isinstance(request, FindTraits)
            else client.trait_between(request)
        )
        payload = self._await(number, on_progress).payload
        if not isinstance(payload, FoundTraits):
            raise AtelierError(fault="the search was answered with something else")
        return payload

    def enlarge(
        self, request: EnlargePicture, on_progress: Callable[[Progress], None] | None = None
    ) -> EnlargeReport:
        """Enlarge a file into another."""
        payload = self._await(self.client.enlarge(request), on_progress).payload
        if not isinstance(payload, EnlargeReport):
            raise AtelierError(fault="the enlarging was answered with something else")
        return payload

    def cancel(self) -> None:
        """Give up what is waited for, from another thread: the waiting one raises `Cancelled`."""
        awaited = self._awaited
        if awaited is not None:
            self.client.cancel(awaited)

    def _next(self) -> HostEvent:
        event = self._events.get()
        if isinstance(event, HostReady):
            self.device = event.device
        return event

    def _await(
        self,
        request: int,
        on_progress: Callable[[Progress], None] | None = None,
        on_picture: Callable[[PictureReady], None] | None = None,
        on_styles: Callable[[StylesMapped], None] | None = None,
    ) -> Finished:
        """The end of ``request``; what is left over of others is dropped."""
        self._awaited = request
        try:
            while True:
                event = self._next()
                if isinstance(event, HostReady | HostLost | Notice) or event.request != request:
                    continue
                match event:
                    case Progress() if on_progress is not None:
                        on_progress(event)
                    case PictureReady() if on_picture is not None:
                        on_picture(event)
                    case StylesMapped() if on_styles is not None:
                        on_styles(event)
                    case Finished():
                        return event
                    case Failed(error=error):
                        raise error
                    case Cancelled():
                        raise CancelledError
        except BaseException:
            self.client.cancel(request)
            raise
        finally:
            self._awaited = None
