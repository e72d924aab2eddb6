"""Events cross to the GUI thread in portions, and what was lent is given back."""

import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from studio.contract.recipe import Recipe
from studio.host.client import HostEvent, HostSettings, PictureReady, Progress
from studio.host.events import Picture
from studio.shell.host_bridge import AT_ONCE_SECONDS, HostBridge


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
            bridge._receive(event)

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
