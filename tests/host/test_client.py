"""Every request is answered exactly once, whatever becomes of the host."""

import threading
import time
from pathlib import Path

import pytest

from studio.contract.errors import (
    AtelierError,
    GraphFailed,
    HostProtocol,
    HostUnavailable,
    RequestInvalid,
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
