"""While a slider moves, the newest request wins and what is stale is never shown."""

import itertools
from typing import cast

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from studio.contract.recipe import Recipe
from studio.host.client import (
    Cancelled,
    Finished,
    GenerateImages,
    HostClient,
    HostEvent,
    HostReady,
    HostSettings,
    LatestWins,
    PictureReady,
)
from studio.host.events import Picture, SlotShare
from studio.host.pixels import PixelFile
from tests.host.fake import DEVICE, request


class FakeClient:
    """Notes what is asked of it."""

    def __init__(self) -> None:
        self.made: list[tuple[int, GenerateImages]] = []
        self.cancelled: list[int] = []
        self._numbers = itertools.count(1)

    def generate(self, wanted: GenerateImages) -> int:
        number = next(self._numbers)
        self.made.append((number, wanted))
        return number

    def cancel(self, number: int) -> None:
        self.cancelled.append(number)


def _latest() -> tuple[LatestWins, FakeClient, list[tuple[int, HostEvent]]]:
    client = FakeClient()
    shown: list[tuple[int, HostEvent]] = []
    latest = LatestWins(cast(HostClient, client), lambda stamp, event: shown.append((stamp, event)))
    return latest, client, shown


def test_between_the_one_in_flight_and_the_newest_nothing_is_made() -> None:
    latest, client, shown = _latest()
    stamps = [latest.submit(request(count)) for count in range(1, 6)]
    assert stamps == sorted(set(stamps))
    assert [len(wanted.recipes) for _, wanted in client.made] == [1]
    assert latest.on_event(Finished(request=1, seconds=0.0))
    assert [len(wanted.recipes) for _, wanted in client.made] == [1, 5]
    assert latest.on_event(Finished(request=2, seconds=0.0))
    assert [stamp for stamp, _ in shown] == [stamps[0], stamps[-1]]
    latest.submit(request(7))
    assert len(client.made) == 3


def test_what_was_dropped_is_cancelled_released_and_never_shown() -> None:
    latest, client, shown = _latest()
    file = PixelFile()
    slot = file.grant(1, 1)
    assert slot is not None
    view = file.accept(slot.lease, 1, 1)
    picture = Picture(
        recipe=Recipe(model="m", seed=0), width=1, height=1, channels=1, pixels=view,
        share=SlotShare(file.release, slot.lease, 1),
    )  # fmt: skip
    latest.submit(request(1))
    latest.submit(request(2))
    latest.drop()
    assert client.cancelled == [1]
    newest = latest.submit(request(3))
    assert latest.on_event(PictureReady(request=1, index=0, picture=picture))
    assert file.shown == 0
    assert latest.on_event(Cancelled(request=1))
    assert shown == []
    assert [len(wanted.recipes) for _, wanted in client.made] == [1, 3]
    latest.on_event(Finished(request=2, seconds=0.0))
    assert [stamp for stamp, _ in shown] == [newest]
    file.close()


def test_events_of_others_are_left_alone() -> None:
    latest, _, shown = _latest()
    latest.submit(request())
    assert not latest.on_event(HostReady(device=DEVICE))
    assert not latest.on_event(Finished(request=99, seconds=0.0))
    assert shown == []


def test_what_waits_when_the_client_closes_is_let_go() -> None:
    client = HostClient(HostSettings(), lambda event: None)
    latest = LatestWins(client, lambda stamp, event: None)
    latest.submit(request())
    latest.submit(request())
    client.close()
    assert latest.on_event(Cancelled(request=1))
    assert not latest.on_event(Cancelled(request=2))


class LatestWinsMachine(RuleBasedStateMachine):
    """Any order of submitting, dropping and answering."""

    def __init__(self) -> None:
        super().__init__()
        self.latest, self.client, self.shown = _latest()
        self.answered = 0
        self.newest = 0
        self.dropped = 0

    @rule(count=st.integers(1, 3))
    def submit(self, count: int) -> None:
        self.newest = self.latest.submit(request(count))

    @rule()
    def drop(self) -> None:
        self.latest.drop()
        self.dropped = self.newest

    @precondition(lambda self: len(self.client.made) > self.answered)
    @rule()
    def answer(self) -> None:
        self.answered += 1
        self.latest.on_event(Finished(request=self.answered, seconds=0.0))

    @invariant()
    def one_is_in_flight_at_most(self) -> None:
        assert len(self.client.made) - self.answered in (0, 1)

    @invariant()
    def nothing_stale_is_shown_and_the_newest_is_in_the_end(self) -> None:
        stamps = [stamp for stamp, _ in self.shown]
        assert stamps == sorted(stamps)
        idle = len(self.client.made) == self.answered
        if idle and self.newest > self.dropped:
            assert stamps[-1] == self.newest


TestLatestWins = LatestWinsMachine.TestCase
