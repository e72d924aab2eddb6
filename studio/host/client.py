"""The way to the model host for the window, the headless commands and the tests.

There is one way in which pictures are made, and this is its near end: requests go in, events
come out. Nothing here needs Qt, numpy or onnxruntime. ::

    client = HostClient(HostSettings(), on_event=print)
    client.start()
    client.generate(GenerateImages(folder="exported_models/fashion-dcgan", recipes=(recipe,)))
"""

import itertools
import logging
import os
import queue
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from studio.contract.errors import HostUnavailable
from studio.host.events import (
    Cancelled,
    Failed,
    Finished,
    HostEvent,
    HostLost,
    HostReady,
    Notice,
    Picture,
    PictureReady,
    Progress,
    StylesMapped,
    TextWritten,
    TokensRead,
    TokensWritten,
    TraitsFound,
    WritingBegun,
)
from studio.host.letters import Cancel, Close, Forgive, Inbox, Submit
from studio.host.messages import (
    DeviceReport,
    EnlargePicture,
    EnlargeReport,
    FindTraits,
    FoundTraits,
    GenerateImages,
    GoldenReport,
    InspectText,
    MapStyles,
    ProbeDevices,
    ProbeReport,
    RankMiddles,
    ReadText,
    ReplayGolden,
    TraitBetween,
    WorkRequest,
    WriteText,
)
from studio.host.settings import HostSettings

if TYPE_CHECKING:
    from studio.host.child import Ended, Heard
    from studio.host.keeper import HostKeeper

__all__ = [
    "Cancelled",
    "DeviceReport",
    "EnlargePicture",
    "EnlargeReport",
    "Failed",
    "FindTraits",
    "Finished",
    "FoundTraits",
    "GenerateImages",
    "GoldenReport",
    "HostClient",
    "HostEvent",
    "HostLost",
    "HostReady",
    "HostSettings",
    "InspectText",
    "MapStyles",
    "Notice",
    "Picture",
    "PictureReady",
    "ProbeReport",
    "Progress",
    "RankMiddles",
    "ReadText",
    "StylesMapped",
    "TextWritten",
    "TokensRead",
    "TokensWritten",
    "TraitBetween",
    "TraitsFound",
    "WriteText",
    "WritingBegun",
]


_log = logging.getLogger(__name__)


class HostClient:
    """Runs one host and speaks with it; every method may be called from any thread.

    ``on_event`` is called on a thread of the client's and must not block: cancels are answered
    there too.
    """

    def __init__(self, settings: HostSettings, on_event: Callable[[HostEvent], None]) -> None:
        self._settings = settings
        self._on_event = on_event
        self._inbox: Inbox[Heard | Ended] = Inbox()
        self._keeper: HostKeeper | None = None
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def start(self) -> None:
        """Start the host, once; it is started again after crashes until `close`."""
        with self._lock:
            if self._closed:
                raise HostUnavailable(fault="it was closed")
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name=f"host {self._settings.lane}", daemon=True
                )
                self._thread.start()

    def generate(self, request: GenerateImages) -> int:
        """Have pictures made; returns the request's number at once. Works before `start` too."""
        return self._submit(request)

    def replay_golden(self, folder: Path) -> int:
        """Have a model's golden sample replayed; `Finished` brings a `GoldenReport`."""
        return self._submit(ReplayGolden(folder=os.fspath(folder)))

    def probe(self, *, timed: bool = True, provider: str | None = None) -> int:
        """Have the machine's devices tried; `Finished` brings a `ProbeReport`."""
        return self._submit(ProbeDevices(timed=timed, provider=provider))

    def map_styles(self, request: MapStyles) -> int:
        """Ask for the final styles of recipes; `StylesMapped` brings them, in parts."""
        return self._submit(request)

    def find_traits(self, request: FindTraits) -> int:
        """Have a model's traits looked for; `TraitsFound` brings them, and so does `Finished`."""
        return self._submit(request)

    def trait_between(self, request: TraitBetween) -> int:
        """Have the direction between two piles of pictures found; answered as `find_traits`."""
        return self._submit(request)

    def enlarge(self, request: EnlargePicture) -> int:
        """Have a file enlarged into another; `Finished` brings an `EnlargeReport`."""
        return self._submit(request)

    def write(self, request: WriteText) -> int:
        """Have texts written; `TokensWritten` brings them as they are, `TextWritten` each whole."""
        return self._submit(request)

    def read(self, request: ReadText) -> int:
        """Ask how likely a text is; `TokensRead` for its tokens, `Finished` a `ReadingReport`."""
        return self._submit(request)

    def rank_middles(self, request: RankMiddles) -> int:
        """Ask how well a text goes on after several middles; `Finished` brings a `MiddleReport`."""
        return self._submit(request)

    def inspect_text(self, request: InspectText) -> int:
        """Have a text model opened and measured; `Finished` brings a `TextModelReport`."""
        return self._submit(request)

    def cancel(self, request: int) -> None:
        """Give a request up: `Cancelled` follows within 100 ms, unless it has ended before."""
        self._inbox.put(Cancel(request=request))

    def forgive(self, folder: Path) -> None:
        """Let a model that was set aside be tried again."""
        self._inbox.put(Forgive(folder=os.fspath(folder)))

    def close(self) -> None:
        """End the host; what is not answered yet is answered by `Cancelled`. No events follow."""
        with self._lock:
            first, self._closed = not self._closed, True
            thread = self._thread
        if thread is None:
            return
        if first:
            self._inbox.put(Close())
        if thread is not threading.current_thread():
            thread.join()

    def __enter__(self) -> "HostClient":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process that serves this client now; None while there is none."""
        return None if self._keeper is None else self._keeper.pid

    def _run(self) -> None:
        # Only here: the window imports this module before its first paint, and this is the larger
        # part of what there is to import.
        try:
            from studio.host import keeper

            self._keeper = keeper.HostKeeper(self._settings, self._inbox, self._on_event)
            self._keeper.run()
        except Exception as fault:  # a fault of ours: whoever waits must hear of it
            _log.exception("the keeper of a host failed")
            self._give_up(HostUnavailable(fault=f"its keeper failed ({type(fault).__name__})"))

    def _give_up(self, error: HostUnavailable) -> None:
        """Take no more requests, and answer those that nobody has taken yet."""
        with self._lock:
            self._closed = True
        self._on_event(HostLost(error=error, retry_in=None))
        while True:
            try:
                letter = self._inbox.get(timeout=0)
            except queue.Empty:
                return
            if isinstance(letter, Submit):
                self._on_event(Failed(request=letter.request, error=error))

    def _submit(self, work: WorkRequest) -> int:
        with self._lock:
            if self._closed:
                raise HostUnavailable(fault="it was closed")
            number = next(self._numbers)
            self._inbox.put(Submit(request=number, work=work))
        return number
