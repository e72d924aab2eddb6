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
    HostLost,
    HostReady,
    HostSettings,
    PictureReady,
    Progress,
)
from studio.host.messages import (
    Advanced,
    CancelWork,
    SlotGranted,
    SlotRefused,
    SlotReturned,
    SlotWanted,
    Stopped,
)
from tests.host.fake import (
    Events,
    FakeHosts,
    FakeProcess,
    request,
)


def _slots_in_use(client: HostClient) -> int:
    assert client._keeper is not None
    return client._keeper._pixels.shown


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


def test_the_host_waits_for_room_until_a_picture_is_released(
    hosts: FakeHosts, events: Events
) -> None:
    with HostClient(HostSettings(pixel_budget=4096), events) as client:
        host = hosts.next()
        host.greet()
        number = client.generate(request(2))
        host.next_work()
        host.make(number, 0, 1)
        ready = events.next(PictureReady)
        host.say(SlotWanted(request=number, length=4))
        events.next(Progress)
        assert isinstance(ready, PictureReady)
        assert host.sent.empty()
        ready.picture.release()
        assert isinstance(host.next_sent(), SlotGranted)


def test_a_wrong_wish_behind_one_that_waits_ends_the_host_and_not_its_keeper(
    hosts: FakeHosts, events: Events
) -> None:
    with HostClient(HostSettings(pixel_budget=4096), events) as client:
        host = hosts.next()
        host.greet()
        number = client.generate(request(2))
        host.next_work()
        host.make(number, 0, 1)
        ready = events.next(PictureReady)
        assert isinstance(ready, PictureReady)
        events.next(Progress)
        host.say(SlotWanted(request=number, length=4096), SlotWanted(request=number, length=0))
        host.say(Advanced(request=number, done=1, total=2, stage="making"))
        heard = events.next(Progress, HostLost)  # both wishes were looked at
        ready.picture.release()
        lost = heard if isinstance(heard, HostLost) else events.next(HostLost)
        assert isinstance(lost, HostLost)
        assert isinstance(lost.error, HostProtocol)
        assert lost.retry_in is not None
        hosts.next().greet()
        events.next(HostReady)


def test_what_the_pixel_file_refuses_at_a_release_ends_the_host_and_not_its_keeper(
    hosts: FakeHosts, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object, number: int, length: int) -> None:
        raise HostProtocol(fault="that is no room")

    with HostClient(HostSettings(pixel_budget=4096), events) as client:
        host = hosts.next()
        host.greet()
        number = client.generate(request(2))
        host.next_work()
        host.make(number, 0, 1)
        ready = events.next(PictureReady)
        assert isinstance(ready, PictureReady)
        events.next(Progress)
        host.say(SlotWanted(request=number, length=4096))
        host.say(Advanced(request=number, done=1, total=2, stage="making"))
        events.next(Progress)
        monkeypatch.setattr("studio.host.pixels.PixelFile.grant", refuse)
        ready.picture.release()
        lost = events.next(HostLost)
        assert isinstance(lost, HostLost)
        assert isinstance(lost.error, HostProtocol)
        assert lost.retry_in is not None


def test_room_that_can_never_be_had_is_refused(hosts: FakeHosts, events: Events) -> None:
    with HostClient(HostSettings(pixel_budget=4096), events) as client:
        host = hosts.next()
        host.greet()
        number = client.generate(request(2))
        host.next_work()
        host.say(SlotWanted(request=number, length=5000))
        refused = host.next_sent()
        assert isinstance(refused, SlotRefused)
        assert refused.error.code == "MemoryExhausted"
        host.say(SlotWanted(request=number, length=4096))
        assert isinstance(host.next_sent(), SlotGranted)


def test_the_host_waits_for_room_that_it_holds_itself_and_may_return_it(
    hosts: FakeHosts, events: Events
) -> None:
    with HostClient(HostSettings(pixel_budget=4096), events) as client:
        host = hosts.next()
        host.greet()
        number = client.generate(request(2))
        host.next_work()
        host.say(SlotWanted(request=number, length=4096))
        granted = host.next_sent()
        assert isinstance(granted, SlotGranted)
        host.say(SlotWanted(request=number, length=8), SlotWanted(request=number, length=9))
        for lease, length in ((granted.lease, 8), (granted.lease + 1, 9)):
            host.say(SlotReturned(request=number, lease=lease))
            following = host.next_sent()
            assert isinstance(following, SlotGranted)
            assert (following.lease, following.length) == (lease + 1, length)
        host.say(SlotReturned(request=number, lease=granted.lease))
        lost = events.next(HostLost)
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
