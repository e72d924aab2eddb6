"""Room for pixels: granted, waited for, given back, whatever becomes of host and request."""

import pytest

from studio.contract.errors import (
    HostProtocol,
    StorageFull,
)
from studio.host.client import (
    Cancelled,
    Failed,
    Finished,
    HostClient,
    HostEvent,
    HostLost,
    HostReady,
    PictureReady,
    Progress,
)
from studio.host.messages import (
    CancelWork,
    SlotGranted,
    SlotRefused,
    SlotReturned,
    SlotWanted,
    Stopped,
)
from tests.host.conftest import Cramped
from tests.host.fake import (
    Events,
    FakeHosts,
    FakeProcess,
    request,
)


def _slots_in_use(client: HostClient) -> int:
    assert client._keeper is not None
    return client._keeper._pixels.shown


def _assert_given_up(lost: HostEvent) -> None:
    assert isinstance(lost, HostLost)
    assert isinstance(lost.error, HostProtocol)
    assert lost.retry_in is not None


def test_a_preview_shows_the_same_memory_and_counts_for_nothing(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.generate(request(2))
    host.next_work()
    lease = host.take_slot(number, 2)
    host.show(number, 0, 2, lease, preview=True)
    host.show(number, 0, 2, lease)
    host.done(number)
    received = [events.next() for _ in range(7)]
    pictures = [event for event in received if isinstance(event, PictureReady)]
    assert [event.preview for event in pictures] == [True, True, False, False]
    assert [event.done for event in received if isinstance(event, Progress)] == [0, 2]
    assert isinstance(received[-1], Finished)
    for event in pictures[:3]:
        event.picture.release()
    assert _slots_in_use(client) == 1
    pictures[3].picture.release()
    assert _slots_in_use(client) == 0


@pytest.mark.parametrize("end", ["crash", "finish", "cancel"])
def test_a_preview_whose_picture_never_comes_gives_its_slot_back(
    client: HostClient, host: FakeProcess, events: Events, end: str
) -> None:
    number = client.generate(request(1))
    host.next_work()
    host.show(number, 0, 1, host.take_slot(number, 1), preview=True)
    shown = events.next(PictureReady)
    assert isinstance(shown, PictureReady)
    shown.picture.release()
    if end == "cancel":
        client.cancel(number)
        assert isinstance(host.next_sent(), CancelWork)
        host.say(Stopped(request=number))
    elif end == "crash":
        host.die()
    else:
        host.done(number)
    events.next(Finished, Failed, Cancelled)
    assert _slots_in_use(client) == 0


def test_other_pictures_than_those_of_the_preview_end_the_host(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.generate(request(2))
    host.next_work()
    lease = host.take_slot(number, 2)
    host.show(number, 0, 2, lease, preview=True)
    host.show(number, 0, 1, lease)
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, HostProtocol)


def test_the_host_waits_for_room_until_a_picture_is_released(cramped: Cramped) -> None:
    ready = cramped.finish_one()
    cramped.want(4)
    cramped.events.next(Progress)
    assert cramped.host.sent.empty()
    ready.picture.release()
    assert isinstance(cramped.host.next_sent(), SlotGranted)


def test_a_wrong_wish_behind_one_that_waits_ends_the_host_and_not_its_keeper(
    cramped: Cramped, hosts: FakeHosts
) -> None:
    events = cramped.events
    ready = cramped.finish_one()
    events.next(Progress)
    cramped.want(4096, 0)
    cramped.advance()
    heard = events.next(Progress, HostLost)  # both wishes were looked at
    ready.picture.release()
    _assert_given_up(heard if isinstance(heard, HostLost) else events.next(HostLost))
    hosts.next().greet()
    events.next(HostReady)


def test_what_the_pixel_file_refuses_at_a_release_ends_the_host_and_not_its_keeper(
    cramped: Cramped, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object, number: int, length: int) -> None:
        raise HostProtocol(fault="that is no room")

    ready = cramped.finish_one()
    cramped.events.next(Progress)
    cramped.want(4096)
    cramped.advance()
    cramped.events.next(Progress)
    monkeypatch.setattr("studio.host.pixels.PixelFile.grant", refuse)
    ready.picture.release()
    _assert_given_up(cramped.events.next(HostLost))


def test_room_that_can_never_be_had_is_refused(cramped: Cramped) -> None:
    cramped.want(5000)
    refused = cramped.host.next_sent()
    assert isinstance(refused, SlotRefused)
    assert refused.error.code == "MemoryExhausted"
    cramped.want(4096)
    assert isinstance(cramped.host.next_sent(), SlotGranted)


def test_the_host_waits_for_room_that_it_holds_itself_and_may_return_it(cramped: Cramped) -> None:
    host, number = cramped.host, cramped.request
    cramped.want(4096)
    granted = host.next_sent()
    assert isinstance(granted, SlotGranted)
    cramped.want(8, 9)
    for lease, length in ((granted.lease, 8), (granted.lease + 1, 9)):
        host.say(SlotReturned(request=number, lease=lease))
        following = host.next_sent()
        assert isinstance(following, SlotGranted)
        assert (following.lease, following.length) == (lease + 1, length)
    host.say(SlotReturned(request=number, lease=granted.lease))
    lost = cramped.events.next(HostLost)
    assert isinstance(lost, HostLost)
    assert isinstance(lost.error, HostProtocol)


def test_a_full_disk_reaches_the_host(
    client: HostClient, host: FakeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: object, number: int, length: int) -> None:
        raise StorageFull(file="shared pictures")

    monkeypatch.setattr("studio.host.pixels.PixelFile.grant", full)
    number = client.generate(request())
    host.next_work()
    host.say(SlotWanted(request=number, length=4))
    refused = host.next_sent()
    assert isinstance(refused, SlotRefused)
    assert refused.error.code == "StorageFull"
