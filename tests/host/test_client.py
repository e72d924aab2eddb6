"""Every request is answered exactly once, whatever becomes of the host."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from studio.contract.errors import (
    AtelierError,
    GraphFailed,
    GraphInvalid,
    HostCrashed,
    HostProtocol,
    HostUnavailable,
    MemoryExhausted,
    ModelSetAside,
    RequestInvalid,
    StorageFull,
)
from studio.host import keeper
from studio.host.client import (
    Cancelled,
    Failed,
    Finished,
    HostClient,
    HostLost,
    HostReady,
    HostSettings,
    Notice,
    PictureReady,
    Progress,
)
from studio.host.exits import EXIT_MEMORY, EXIT_SETUP
from studio.host.messages import (
    PROTOCOL_VERSION,
    Advanced,
    CancelWork,
    DeviceReport,
    Done,
    GoldenReport,
    Hello,
    Ready,
    ReplayGolden,
    SlotGranted,
    SlotRefused,
    SlotReturned,
    SlotWanted,
    Stopped,
    Work,
)
from tests.host.fake import (
    DEVICE,
    Events,
    FakeHosts,
    FakeProcess,
    pictures_made,
    request,
)


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> FakeHosts:
    made = FakeHosts()
    monkeypatch.setattr(keeper, "HostProcess", made)
    monkeypatch.setattr(keeper, "FIRST_RETRY_SECONDS", 0.001)
    monkeypatch.setattr(keeper, "LONGEST_RETRY_SECONDS", 0.004)
    return made


@pytest.fixture
def events() -> Events:
    return Events()


@pytest.fixture
def client(hosts: FakeHosts, events: Events) -> Iterator[HostClient]:
    threads = set(threading.enumerate())
    with HostClient(HostSettings(), events) as made:
        yield made
    assert set(threading.enumerate()) <= threads


@pytest.fixture
def host(client: HostClient, hosts: FakeHosts, events: Events) -> FakeProcess:
    process = hosts.next()
    process.greet()
    events.next(HostReady)
    return process


def test_a_request_is_fulfilled_from_first_progress_to_finish(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.generate(request(3))
    assert host.next_work() == number
    host.say(Advanced(request=number, done=0, total=3, stage="making"))
    host.make(number, 0, 1)
    host.make(number, 1, 2)
    host.done(number)
    received = [events.next() for _ in range(7)]
    progress = [event.done for event in received if isinstance(event, Progress)]
    assert progress == [0, 1, 3]
    pictures = [event for event in received if isinstance(event, PictureReady)]
    assert [event.index for event in pictures] == [0, 1, 2]
    assert [event.picture.recipe.latent for event in pictures] == [bytes([i] * 8) for i in range(3)]
    assert received[-1] == Finished(request=number, seconds=0.1, payload=None)


def test_a_fault_of_our_own_answers_whoever_waits(
    monkeypatch: pytest.MonkeyPatch, events: Events
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a mistake")

    monkeypatch.setattr(keeper, "HostKeeper", fail)
    client = HostClient(HostSettings(), events)
    number = client.generate(request())
    with client:
        lost = events.next(HostLost)
        assert isinstance(lost, HostLost)
        assert lost.retry_in is None
        assert "ValueError" in lost.error.message
        failed = events.next(Failed)
        assert isinstance(failed, Failed)
        assert failed.request == number
        with pytest.raises(HostUnavailable):
            client.generate(request())


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


def test_requests_made_before_the_start_wait_for_it(hosts: FakeHosts, events: Events) -> None:
    client = HostClient(HostSettings(), events)
    numbers = [client.generate(request()), client.probe(timed=False)]
    with client:
        host = hosts.next()
        host.greet()
        for number in numbers:
            assert host.next_work() == number
            host.done(number)
            finished = events.next(Finished)
            assert isinstance(finished, Finished)
            assert finished.request == number


def test_the_host_has_one_request_at_a_time_in_order(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    numbers = [client.generate(request()) for _ in range(3)]
    for number in numbers:
        assert host.next_work() == number
        assert host.sent.empty()
        host.done(number)
        assert events.next(Finished) == Finished(request=number, seconds=0.1)


def test_a_golden_report_comes_with_the_finish(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.replay_golden(Path("/models/m"))
    work = host.next_sent()
    assert work == Work(request=number, work=ReplayGolden(folder="/models/m"))
    report = GoldenReport(identical=True, largest=0, tolerance=1, ok=True)
    host.say(Done(request=number, seconds=1.0, golden=report))
    assert events.next() == Finished(request=number, seconds=1.0, payload=report)


def test_an_error_keeps_its_kind_and_words_across_the_process(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.generate(request())
    host.next_work()
    error = GraphFailed(file="g.onnx", fault="it divides by zero", detail="long")
    host.fail(number, error)
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, GraphFailed)
    assert (failed.error.message, failed.error.detail) == (error.message, "long")


def test_what_cannot_be_written_down_fails_and_the_next_goes_on(
    client: HostClient, host: FakeProcess, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(message: object) -> None:
        monkeypatch.undo()
        raise HostProtocol(fault="a surrogate")

    monkeypatch.setattr(host, "send", refuse)
    client.generate(request())
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, RequestInvalid)
    assert client.generate(request()) == host.next_work()


def test_a_fallback_is_noticed_only_where_something_else_was_asked_for(
    client: HostClient, hosts: FakeHosts, events: Events
) -> None:
    host = hosts.next()
    fallback = DeviceReport(
        provider=DEVICE.provider, device="fake", threads=1, wanted="cuda", reason="no driver",
        onnxruntime="0",
    )  # fmt: skip
    host.say(Hello(protocol=PROTOCOL_VERSION, studio="", pid=1), Ready(device=fallback))
    assert events.next() == HostReady(device=fallback)
    assert events.next() == Notice(subject=fallback)


# Cancelling.


def test_waiting_requests_are_cancelled_at_once(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    running, waiting = client.generate(request()), client.generate(request())
    host.next_work()
    client.cancel(waiting)
    assert events.next() == Cancelled(request=waiting)
    host.done(running)
    events.next(Finished)
    assert host.sent.empty()


def test_a_cancel_is_passed_on_and_answered_when_the_host_answers(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.generate(request())
    host.next_work()
    client.cancel(number)
    client.cancel(number)
    assert host.next_sent() == CancelWork(request=number)
    host.say(Stopped(request=number))
    assert events.next() == Cancelled(request=number)
    assert host.sent.empty()


def test_a_cancel_is_answered_in_time_by_a_host_that_does_not_answer(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number, following = client.generate(request()), client.generate(request())
    host.next_work()
    client.cancel(number)
    assert events.next() == Cancelled(request=number)
    assert keeper.CANCEL_ANSWER_SECONDS <= 0.1
    host.next_sent()
    host.say(Stopped(request=number))
    assert host.next_work() == following
    assert [e for e in events.rest() if isinstance(e, Cancelled)] == []


def test_pictures_that_come_after_a_cancel_are_dropped_and_their_memory_freed(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.generate(request(4))
    host.next_work()
    host.say(SlotWanted(request=number, length=16))
    granted = host.next_sent()
    assert isinstance(granted, SlotGranted)
    client.cancel(number)
    assert host.next_sent() == CancelWork(request=number)
    host.say(
        pictures_made(number, granted.lease, count=4),
        Done(request=number, seconds=1.0),
    )
    assert events.next() == Cancelled(request=number)
    assert events.rest() == []
    again = client.generate(request(4))
    host.next_work()
    host.say(SlotWanted(request=again, length=16))
    reused = host.next_sent()
    assert isinstance(reused, SlotGranted)
    assert reused.offset == granted.offset
    assert reused.lease > granted.lease


def test_a_cancel_overtakes_what_waits_to_be_delivered(
    hosts: FakeHosts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "CANCEL_ANSWER_SECONDS", 0.0)
    delivering, go_on = threading.Event(), threading.Event()
    received: list[object] = []

    def receive(event: object) -> None:
        received.append(event)
        if isinstance(event, Progress) and event.done == 1:
            delivering.set()
            go_on.wait(20)

    with HostClient(HostSettings(), receive) as client:
        host = hosts.next()
        host.greet()
        number = client.generate(request(2))
        host.next_work()
        making = Advanced(request=number, done=1, total=2, stage="making")
        host.say(making)
        assert delivering.wait(20)
        late = Advanced(request=number, done=2, total=2, stage="making")
        host.say(*[late] * 50)
        client.cancel(number)
        go_on.set()
        assert host.next_sent() == CancelWork(request=number)
    assert [e for e in received if isinstance(e, Progress) and e.done == 2] == []
    assert received[-1] == Cancelled(request=number)


def test_work_that_does_not_end_is_ended_with_its_host_and_not_held_against_the_model(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(keeper, "CANCEL_ANSWER_SECONDS", 0.0)
    monkeypatch.setattr(keeper, "CANCEL_KILL_SECONDS", 0.01)
    for _ in range(3):
        number = client.generate(request())
        assert host.next_work() == number
        host.say(Advanced(request=number, done=0, total=3, stage="making"))
        client.cancel(number)
        assert events.next(Cancelled) == Cancelled(request=number)
        lost = events.next(HostLost)
        assert isinstance(lost, HostLost)
        assert "did not end" in lost.error.message
        assert host.killed
        host = hosts.next()
        host.greet()
    assert client.generate(request()) == host.next_work()
    assert not any(isinstance(event, Cancelled | Failed) for event in events.rest())


def test_cancelling_what_does_not_exist_changes_nothing(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    client.cancel(12345)
    number = client.generate(request())
    assert host.next_work() == number
    host.done(number)
    events.next(Finished)
    client.cancel(number)
    assert client.generate(request()) == host.next_work()
    assert not any(isinstance(event, Cancelled) for event in events.rest())


# Losing the host.


def _begin(client: HostClient, host: FakeProcess, folder: str = "/models/m") -> int:
    number = client.generate(request(folder=folder))
    assert host.next_work() == number
    host.say(Advanced(request=number, done=0, total=3, stage="making"))
    return number


def test_a_crash_fails_what_was_running_and_nothing_else(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    running = _begin(client, host)
    waiting = client.generate(request(folder="/models/other"))
    host.die(-11)
    lost = events.next(HostLost)
    assert isinstance(lost, HostLost)
    assert isinstance(lost.error, HostCrashed)
    assert "SIGSEGV" in lost.error.message
    assert lost.retry_in is not None
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert (failed.request, type(failed.error)) == (running, HostCrashed)
    assert host.ended
    second = hosts.next()
    second.greet()
    assert second.next_work() == waiting


def test_what_no_host_had_begun_is_given_to_the_next(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    number = client.generate(request())
    assert host.next_work() == number
    host.die()
    second = hosts.next()
    second.greet()
    assert second.next_work() == number
    second.done(number)
    assert events.next(Finished, Failed) == Finished(request=number, seconds=0.1, payload=None)


def test_but_not_for_ever(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    number = client.generate(request())
    for _ in range(keeper.ATTEMPTS):
        assert host.next_work() == number
        host.die()
        host = hosts.next()
        host.greet()
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, HostCrashed)


def test_the_waits_double_up_to_a_limit_and_start_over_after_a_good_answer(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    def lose() -> float:
        nonlocal host
        host.die()
        lost = events.next(HostLost)
        assert isinstance(lost, HostLost)
        assert lost.retry_in is not None
        host = hosts.next()
        host.greet()
        events.next(HostReady)
        return lost.retry_in

    assert [lose() for _ in range(4)] == [0.001, 0.002, 0.004, 0.004]
    number = _begin(client, host)
    host.done(number)
    events.next(Finished)
    assert lose() == 0.001


def test_two_crashes_set_a_model_aside_until_it_is_forgiven(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    for _ in range(keeper.CRASHES_BEFORE_SETTING_ASIDE):
        _begin(client, host)
        host.die()
        events.next(Failed)
        host = hosts.next()
        host.greet()
    for replay in (False, True):
        folder = Path("/models/m")
        number = client.replay_golden(folder) if replay else client.generate(request())
        failed = events.next(Failed)
        assert isinstance(failed, Failed)
        assert (failed.request, type(failed.error)) == (number, ModelSetAside)
    other = _begin(client, host, folder="/models/other")
    host.done(other)
    client.forgive(Path("/models/m"))
    _begin(client, host)


def test_a_good_answer_between_two_crashes_clears_the_model(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    for _ in range(3):
        _begin(client, host)
        host.die()
        events.next(Failed)
        host = hosts.next()
        host.greet()
        host.done(_begin(client, host))
        events.next(Finished)


def test_memory_that_ran_out_is_said_and_not_held_against_the_model(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    for _ in range(3):
        _begin(client, host)
        host.die(EXIT_MEMORY)
        failed = events.next(Failed)
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, MemoryExhausted)
        host = hosts.next()
        host.greet()


def test_a_graph_that_loads_for_too_long_is_refused(hosts: FakeHosts, events: Events) -> None:
    with HostClient(HostSettings(load_seconds=0.01), events) as client:
        host = hosts.next()
        host.greet()
        number = client.generate(request())
        host.next_work()
        host.say(Advanced(request=number, done=0, total=3, stage="loading"))
        failed = events.next(Failed)
        assert isinstance(failed, Failed)
        assert isinstance(failed.error, GraphInvalid)
        assert "/models/m" in failed.error.message
        assert host.killed


def test_a_host_that_never_gets_ready_is_replaced(
    hosts: FakeHosts, events: Events, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "START_SECONDS", 0.01)
    with HostClient(HostSettings(), events):
        first = hosts.next()
        lost = events.next(HostLost)
        assert isinstance(lost, HostLost)
        assert "not ready" in lost.error.message
        assert first.killed
        assert hosts.next() is not first
        while lost.retry_in is not None:
            following = events.next(HostLost)
            assert isinstance(following, HostLost)
            lost = following
        assert isinstance(lost.error, HostUnavailable)
        assert "not ready" in lost.error.message


def test_a_host_that_cannot_start_is_given_up_until_there_is_a_new_request(
    client: HostClient, hosts: FakeHosts, events: Events
) -> None:
    number = client.generate(request())
    for _ in range(keeper.STARTS_BEFORE_GIVING_UP):
        hosts.next().die(1)
    lost = events.next(HostLost)
    while isinstance(lost, HostLost) and lost.retry_in is not None:
        lost = events.next(HostLost)
    assert isinstance(lost, HostLost)
    assert isinstance(lost.error, HostUnavailable)
    assert "last words" in lost.error.message
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert (failed.request, type(failed.error)) == (number, HostUnavailable)
    assert hosts.started.empty()
    again = client.generate(request())
    host = hosts.next()
    host.greet()
    assert host.next_work() == again


def test_a_host_that_says_that_it_can_never_work_is_not_tried_again(
    client: HostClient, hosts: FakeHosts, events: Events
) -> None:
    hosts.next().die(EXIT_SETUP)
    lost = events.next(HostLost)
    assert isinstance(lost, HostLost)
    assert isinstance(lost.error, HostUnavailable)
    assert lost.retry_in is None


def test_a_python_that_cannot_be_run_is_said(hosts: FakeHosts, events: Events) -> None:
    hosts.refusals.append(OSError(2, "No such file"))
    client = HostClient(HostSettings(), events)
    client.generate(request())
    with client:
        lost = events.next(HostLost)
        assert isinstance(lost, HostLost)
        assert isinstance(lost.error, HostUnavailable)
        assert lost.retry_in is None


def test_another_version_is_refused(client: HostClient, hosts: FakeHosts, events: Events) -> None:
    number = client.generate(request())
    host = hosts.next()
    host.say(Hello(protocol=PROTOCOL_VERSION + 1, studio="later", pid=1))
    lost = events.next()
    assert isinstance(lost, HostLost)
    assert isinstance(lost.error, HostUnavailable)
    assert f"version {PROTOCOL_VERSION + 1}" in lost.error.message
    failed = events.next()
    assert isinstance(failed, Failed)
    assert failed.request == number
    assert host.killed
    assert host.sent.empty()


@pytest.mark.parametrize("code", [-9, -11, 0, 1, 200, -64])
def test_every_end_has_words(
    client: HostClient, host: FakeProcess, events: Events, code: int
) -> None:
    host.die(code)
    lost = events.next(HostLost)
    assert isinstance(lost, HostLost)
    assert "(" in lost.error.message
    assert "None" not in lost.error.message


# A host that talks nonsense.


def test_frames_that_make_no_sense_are_a_protocol_error(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = _begin(client, host)
    host.die(-9, fault="something else than a message arrived")
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert (failed.request, type(failed.error)) == (number, HostProtocol)


@pytest.mark.parametrize(
    "changes",
    [
        {"lease": 99},
        {"first": 1},
        {"first": -1},
        {"count": 0},
        {"count": -3},
        {"width": 3},
        {"width": -2, "height": -2},
        {"width": 0},
        {"width": 2**40, "height": 2**40},
    ],
)
def test_pictures_that_were_not_asked_for_end_the_host(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events,
    changes: dict[str, int],
) -> None:  # fmt: skip
    number = _begin(client, host)
    host.say(SlotWanted(request=number, length=12))
    granted = host.next_sent()
    assert isinstance(granted, SlotGranted)
    right = {"first": 0, "count": 3, "lease": granted.lease, "width": 2, "height": 2}
    host.say(pictures_made(number, preview=False, **(right | changes)), body=b"12345678" * 3)
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, HostProtocol)
    assert host.killed
    assert hosts.next() is not host


def test_answers_to_nobody_end_the_host(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    host.done(777)
    lost = events.next(HostLost)
    assert isinstance(lost, HostLost)
    assert isinstance(lost.error, HostProtocol)
    assert host.killed


def test_what_a_lost_host_still_says_is_not_heard(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    number = _begin(client, host)
    host.die()
    events.next(Failed)
    second = hosts.next()
    second.greet()
    events.next(HostReady)
    host.done(number)
    host.die()
    assert client.generate(request()) == second.next_work()
    assert events.rest() == []


def test_a_device_that_is_lost_in_the_middle_of_work_is_told_of(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.generate(request())
    host.next_work()
    fallen = msgspec.structs.replace(DEVICE, wanted="cuda", reason="it fell to the CPU")
    host.say(Advanced(request=number, done=0, total=3, stage="loading"), Ready(device=fallen))
    assert events.next(HostReady, Notice) == HostReady(device=fallen)
    assert events.next(HostReady, Notice) == Notice(subject=fallen)
    host.done(number)
    assert isinstance(events.next(Finished), Finished)


# Room for pixels.


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


# The end.


def test_closing_answers_what_is_left_and_leaves_nothing_running(
    hosts: FakeHosts, events: Events
) -> None:
    client = HostClient(HostSettings(), events)
    client.start()
    client.start()
    host = hosts.next()
    host.greet()
    numbers = [client.generate(request()) for _ in range(3)]
    host.next_work()
    client.close()
    client.close()
    assert host.ended
    cancelled = [event for event in events.rest() if isinstance(event, Cancelled)]
    assert [event.request for event in cancelled] == numbers
    for call in (client.start, lambda: client.generate(request())):
        with pytest.raises(HostUnavailable, match="closed"):
            call()
    client.cancel(1)


def test_a_client_that_was_never_started_closes(events: Events) -> None:
    HostClient(HostSettings(), events).close()


def test_a_client_may_be_closed_by_its_own_event(hosts: FakeHosts) -> None:
    closed = threading.Event()

    def close(event: object) -> None:
        own.close()
        closed.set()

    own = HostClient(HostSettings(), close)
    own.start()
    hosts.next().greet()
    assert closed.wait(20)
    own.close()


def test_a_receiver_that_fails_does_not_stop_the_client(
    hosts: FakeHosts, caplog: pytest.LogCaptureFixture
) -> None:
    finished = threading.Event()

    def receive(event: object) -> None:
        if isinstance(event, Finished):
            finished.set()
        raise AtelierError(fault="the receiver's own")

    with HostClient(HostSettings(), receive) as client:
        host = hosts.next()
        host.greet()
        client.generate(request())
        host.done(host.next_work())
        assert finished.wait(20)
    assert "HostReady" in caplog.text


def test_nothing_blocks_the_caller(client: HostClient, hosts: FakeHosts) -> None:
    hosts.next()  # never greets
    began = time.monotonic()
    for number in [client.generate(request()) for _ in range(200)]:
        client.cancel(number)
    assert time.monotonic() - began < 5
