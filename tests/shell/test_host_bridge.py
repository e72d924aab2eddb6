"""Events cross to the GUI thread in portions, and what was lent is given back."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from studio.contract.errors import HostCrashed, HostUnavailable
from studio.contract.recipe import Recipe
from studio.contract.traits import FoundTrait, FoundTraits, TraitSearch
from studio.host.client import (
    Cancelled,
    EnlargePicture,
    FindTraits,
    Finished,
    HostEvent,
    HostLost,
    HostSettings,
    MapStyles,
    PictureReady,
    Progress,
    StylesMapped,
    TraitsFound,
)
from studio.host.events import Picture
from studio.host.messages import BACKGROUND, GenerateImages
from studio.project.paths import places
from studio.shell.host_bridge import AT_ONCE_SECONDS, HostBridge, host_settings
from studio.shell.settings.declared import IDLE_MINUTES, MEMORY, THREADS
from studio.shell.settings.values import Settings


class Share:
    """Counts what is given back, in place of a slot of shared memory."""

    def __init__(self) -> None:
        self.given_back = 0

    def drop(self) -> None:
        self.given_back += 1


def picture(share: Share) -> PictureReady:
    lent = Picture(
        recipe=Recipe(model="tiny", seed=1),
        width=1,
        height=1,
        channels=3,
        pixels=memoryview(b"abc"),
        share=share,  # type: ignore[arg-type]  # only `drop` is used
    )
    return PictureReady(request=1, index=0, picture=lent)


def tell(bridge: HostBridge, *events: HostEvent) -> None:
    """Have events arrive as they do, on another thread."""

    def arrive() -> None:
        for event in events:
            bridge._receive(0, event)

    reader = threading.Thread(target=arrive)
    reader.start()
    reader.join()


@pytest.fixture
def bridge() -> Iterator[HostBridge]:
    """A bridge whose host was never started."""
    bridge = HostBridge(HostSettings())
    yield bridge
    bridge.close()


def test_events_cross_to_the_gui_thread_in_their_order(qtbot: QtBot, bridge: HostBridge) -> None:
    seen: list[tuple[int, threading.Thread]] = []
    bridge.progressed.connect(lambda e: seen.append((e.done, threading.current_thread())))
    tell(bridge, *(Progress(request=1, done=n, total=9, stage="making") for n in range(9)))
    qtbot.waitUntil(lambda: len(seen) == 9)
    assert seen == [(n, threading.main_thread()) for n in range(9)]


def test_a_flood_of_events_does_not_starve_a_timer(qtbot: QtBot, bridge: HostBridge) -> None:
    order: list[str] = []

    def work(_event: Progress) -> None:
        order.append("event")
        end = time.monotonic() + AT_ONCE_SECONDS
        while time.monotonic() < end:
            pass

    bridge.progressed.connect(work)
    timer = QTimer()
    timer.timeout.connect(lambda: order.append("timer"))
    timer.start(1)
    tell(bridge, *(Progress(request=1, done=n, total=20, stage="making") for n in range(20)))
    qtbot.waitUntil(lambda: order.count("event") == 20)
    timer.stop()
    longest = max(len(run) for run in " ".join(order).split("timer"))
    assert longest <= len(" event event event "), "the timer has its turn between portions"


def test_pixels_are_there_while_a_slot_runs_and_given_back_after(
    qtbot: QtBot, bridge: HostBridge
) -> None:
    share = Share()
    copied: list[tuple[bytes, int]] = []
    bridge.picture_ready.connect(lambda e: copied.append((e.picture.copy(), share.given_back)))
    tell(bridge, picture(share))
    qtbot.waitUntil(lambda: share.given_back == 1)
    assert copied == [(b"abc", 0)]


def test_what_waits_when_the_window_closes_is_given_back_unseen(
    qtbot: QtBot, bridge: HostBridge
) -> None:
    share = Share()
    seen: list[PictureReady] = []
    bridge.picture_ready.connect(seen.append)
    tell(bridge, picture(share), picture(share))
    bridge.close()
    tell(bridge, picture(share))
    assert share.given_back == 3
    qtbot.wait(1)
    assert seen == []


class PaperClient:
    """Stands for the client of a host: notes what it is asked, and answers when told to."""

    def __init__(self, settings: HostSettings, on_event: Callable[[HostEvent], None]) -> None:
        self.settings = settings
        self.tell = on_event
        self.asked: dict[int, object] = {}
        self.cancelled: list[int] = []
        self.started = False
        self.closed = threading.Event()

    def start(self) -> None:
        self.started = True

    def generate(self, request: GenerateImages) -> int:
        self.asked[len(self.asked) + 1] = request
        return len(self.asked)

    def replay_golden(self, folder: Path) -> int:
        self.asked[len(self.asked) + 1] = folder
        return len(self.asked)

    def map_styles(self, request: MapStyles) -> int:
        self.asked[len(self.asked) + 1] = request
        return len(self.asked)

    def find_traits(self, request: FindTraits) -> int:
        self.asked[len(self.asked) + 1] = request
        return len(self.asked)

    def enlarge(self, request: EnlargePicture) -> int:
        self.asked[len(self.asked) + 1] = request
        return len(self.asked)

    def cancel(self, request: int) -> None:
        self.cancelled.append(request)

    def forgive(self, folder: Path) -> None:
        self.asked[len(self.asked) + 1] = folder

    def close(self) -> None:
        self.closed.set()


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[PaperClient]:
    """The clients that bridges make, in their order."""
    made: list[PaperClient] = []

    def make(settings: HostSettings, on_event: Callable[[HostEvent], None]) -> PaperClient:
        made.append(PaperClient(settings, on_event))
        return made[-1]

    monkeypatch.setattr("studio.shell.host_bridge.HostClient", make)
    return made


def wish(seed: int) -> GenerateImages:
    return GenerateImages(folder="tiny", recipes=(Recipe(model="tiny", seed=seed),))


def test_another_process_takes_over_what_is_not_answered(
    qtbot: QtBot, clients: list[PaperClient]
) -> None:
    bridge = HostBridge(HostSettings())
    ended: list[int] = []
    bridge.finished.connect(lambda event: ended.append(event.request))
    first, second, third = (bridge.generate(wish(seed)) for seed in (1, 2, 3))
    clients[0].tell(Finished(request=first, seconds=0.1, payload=None))
    qtbot.waitUntil(lambda: ended == [first])
    with qtbot.waitSignal(bridge.restarting):
        bridge.reconfigure(HostSettings(threads=1))
    old, new = clients
    assert old.closed.wait(5)
    assert new.started
    assert new.settings.threads == 1
    assert list(new.asked.values()) == [wish(2), wish(3)]
    fourth = bridge.generate(wish(4))
    assert len({first, second, third, fourth}) == 4
    bridge.cancel(third)
    assert new.cancelled == [2]
    for number in (1, 2, 3):
        new.tell(Finished(request=number, seconds=0.1, payload=None))
    qtbot.waitUntil(lambda: ended == [first, second, third, fourth])
    bridge.close()


def test_what_was_given_up_is_not_asked_of_another_process(
    qtbot: QtBot, clients: list[PaperClient]
) -> None:
    bridge = HostBridge(HostSettings())
    ended: list[tuple[str, int]] = []
    bridge.cancelled.connect(lambda event: ended.append(("cancelled", event.request)))
    bridge.finished.connect(lambda event: ended.append(("finished", event.request)))
    given_up = bridge.replay_golden(Path("given up"))
    wanted = bridge.replay_golden(Path("wanted"))
    bridge.cancel(given_up)
    bridge.reconfigure(HostSettings(threads=1))
    assert list(clients[1].asked.values()) == [Path("wanted")]
    assert ended == [("cancelled", given_up)]
    clients[1].tell(Finished(request=1, seconds=0.0))
    qtbot.waitUntil(lambda: len(ended) == 2)
    assert ended[1] == ("finished", wanted)
    bridge.close()


def test_what_the_old_process_still_says_is_given_back_and_not_told(
    qtbot: QtBot, clients: list[PaperClient]
) -> None:
    bridge = HostBridge(HostSettings())
    told: list[object] = []
    bridge.picture_ready.connect(told.append)
    bridge.progressed.connect(told.append)
    bridge.generate(wish(1))
    before, after = Share(), Share()
    clients[0].tell(picture(before))
    bridge.reconfigure(HostSettings(provider="cpu"))
    clients[0].tell(picture(after))
    assert (before.given_back, after.given_back) == (1, 1)
    clients[1].tell(Progress(request=1, done=1, total=1, stage="making"))
    qtbot.waitUntil(lambda: bool(told))
    assert [type(event) for event in told] == [Progress]
    bridge.close()


def test_the_same_settings_disturb_nobody(clients: list[PaperClient]) -> None:
    bridge = HostBridge(HostSettings(threads=2))
    bridge.reconfigure(HostSettings(threads=2))
    assert len(clients) == 1
    bridge.close()
    bridge.reconfigure(HostSettings(threads=3))
    assert len(clients) == 1


SEARCH = FindTraits(folder="tiny", search=TraitSearch())
FOUND = FoundTraits(
    space="latent", dimension=1, traits=(FoundTrait(direction=b"\0" * 4),), method="pictures"
)


def test_long_work_has_a_process_of_its_own_and_numbers_do_not_collide(
    qtbot: QtBot, clients: list[PaperClient]
) -> None:
    bridge = HostBridge(HostSettings(threads=2))
    told: list[object] = []
    for signal in (
        bridge.progressed, bridge.traits_found, bridge.styles_mapped, bridge.finished, bridge.lost,
    ):  # fmt: skip
        signal.connect(told.append)
    first, search, second = (
        bridge.generate(wish(1)), bridge.find_traits(SEARCH), bridge.generate(wish(2)),
    )  # fmt: skip
    mapped = bridge.map_styles(MapStyles(folder="tiny", recipes=wish(3).recipes))
    assert len({first, search, second, mapped}) == 4
    hand, long = clients
    assert long.started
    assert (hand.settings.lane, long.settings.lane) == ("images", BACKGROUND)
    assert long.settings.threads == 2
    assert list(hand.asked) == [1, 2, 3]
    assert list(long.asked.values()) == [SEARCH]
    long.tell(HostLost(error=HostCrashed(fault="SIGSEGV"), retry_in=0.1))
    long.tell(Progress(request=1, done=1, total=2, stage="searching"))
    long.tell(TraitsFound(request=1, found=FOUND))
    long.tell(Finished(request=1, seconds=1.0, payload=FOUND))
    hand.tell(Finished(request=2, seconds=0.1))
    styles = StylesMapped(request=3, first=0, count=1, layers=1, dimension=1, styles=b"\0" * 4)
    hand.tell(styles)
    qtbot.waitUntil(lambda: len(told) == 5)
    assert told == [
        Progress(request=search, done=1, total=2, stage="searching"),
        TraitsFound(request=search, found=FOUND),
        Finished(request=search, seconds=1.0, payload=FOUND),
        Finished(request=second, seconds=0.1),
        StylesMapped(request=mapped, first=0, count=1, layers=1, dimension=1, styles=b"\0" * 4),
    ]
    bridge.close()
    assert hand.closed.wait(5)
    assert long.closed.wait(5)


def test_long_work_is_cancelled_where_it_is_done(qtbot: QtBot, clients: list[PaperClient]) -> None:
    bridge = HostBridge(HostSettings())
    ended: list[int] = []
    bridge.cancelled.connect(lambda event: ended.append(event.request))
    bridge.generate(wish(1))
    request = EnlargePicture(source="a.png", target="b.png", factor=2, method="nearest")
    enlarging = bridge.enlarge(request)
    bridge.cancel(enlarging)
    assert [client.cancelled for client in clients] == [[], [1]]
    clients[1].tell(Cancelled(request=1))
    qtbot.waitUntil(lambda: ended == [enlarging])
    bridge.forgive(Path("a model"))
    assert all(Path("a model") in client.asked.values() for client in clients)
    bridge.close()


def test_the_process_for_long_work_goes_when_it_rests_and_comes_again(
    qtbot: QtBot, clients: list[PaperClient]
) -> None:
    bridge = HostBridge(HostSettings())
    ended: list[int] = []
    bridge.finished.connect(lambda event: ended.append(event.request))
    first = bridge.find_traits(SEARCH)
    bridge._rest.setInterval(1)
    clients[1].tell(Finished(request=1, seconds=1.0, payload=FOUND))
    qtbot.waitUntil(lambda: ended == [first])
    qtbot.waitUntil(clients[1].closed.is_set)
    assert not clients[0].closed.is_set()
    second = bridge.find_traits(SEARCH)
    clients[1].tell(Finished(request=1, seconds=1.0))
    clients[2].tell(Finished(request=1, seconds=1.0, payload=FOUND))
    qtbot.waitUntil(lambda: ended == [first, second])
    bridge.close()


def test_the_hand_does_not_keep_the_process_for_long_work_from_going(
    qtbot: QtBot, clients: list[PaperClient]
) -> None:
    bridge = HostBridge(HostSettings())
    ended: list[int] = []
    bridge.finished.connect(lambda event: ended.append(event.request))
    search = bridge.find_traits(SEARCH)
    bridge._rest.setInterval(50)
    clients[1].tell(Finished(request=1, seconds=1.0, payload=FOUND))
    qtbot.waitUntil(lambda: ended == [search])
    bridge.generate(wish(1))
    qtbot.waitUntil(clients[1].closed.is_set)
    bridge.close()


def test_no_process_starts_once_the_window_is_closed(clients: list[PaperClient]) -> None:
    bridge = HostBridge(HostSettings())
    bridge.close()
    with pytest.raises(HostUnavailable):
        bridge.find_traits(SEARCH)
    assert len(clients) == 1


def test_another_device_takes_over_long_work_too(qtbot: QtBot, clients: list[PaperClient]) -> None:
    bridge = HostBridge(HostSettings())
    ended: list[int] = []
    bridge.finished.connect(lambda event: ended.append(event.request))
    search = bridge.find_traits(SEARCH)
    picture = bridge.generate(wish(1))
    bridge.reconfigure(HostSettings(provider="cpu"))
    assert all(client.closed.wait(5) for client in clients[:2])
    hand, long = clients[2:]
    assert (hand.settings.provider, long.settings.provider) == ("cpu", "cpu")
    assert (list(hand.asked.values()), list(long.asked.values())) == ([wish(1)], [SEARCH])
    clients[1].tell(Finished(request=1, seconds=1.0))
    long.tell(Finished(request=1, seconds=1.0, payload=FOUND))
    hand.tell(Finished(request=1, seconds=0.1))
    qtbot.waitUntil(lambda: ended == [search, picture])
    bridge.close()


def test_the_settings_reach_the_host(tmp_path: Path) -> None:
    settings = Settings(tmp_path, asked={"provider": "cuda"})
    settings.change(THREADS, 3)
    settings.change(MEMORY, 2)
    settings.change(IDLE_MINUTES, 7)
    found = host_settings(settings, places(tmp_path))
    assert (found.provider, found.threads, found.memory_limit) == ("cuda", 3, 2 * 2**30)
    assert found.idle_seconds == 420.0
    plain = host_settings(Settings(tmp_path / "other"), places(tmp_path))
    assert (plain.provider, plain.threads, plain.memory_limit) == ("auto", None, None)
