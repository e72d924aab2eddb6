"""The host is lost or talks nonsense: whoever waits is answered, and the next host goes on."""

from pathlib import Path

import msgspec
import pytest

from studio.contract.errors import (
    GraphInvalid,
    HostCrashed,
    HostProtocol,
    HostUnavailable,
    MemoryExhausted,
    ModelSetAside,
)
from studio.host import keeper
from studio.host.client import (
    Failed,
    Finished,
    HostClient,
    HostLost,
    HostReady,
    HostSettings,
    Notice,
)
from studio.host.exits import EXIT_MEMORY, EXIT_SETUP
from studio.host.messages import (
    PROTOCOL_VERSION,
    Advanced,
    Hello,
    Ready,
    SlotGranted,
    SlotWanted,
)
from tests.host.fake import (
    DEVICE,
    Events,
    FakeHosts,
    FakeProcess,
    begin,
    pictures_made,
    request,
)


def test_a_crash_fails_what_was_running_and_nothing_else(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    running = begin(client, host)
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
    number = begin(client, host)
    host.done(number)
    events.next(Finished)
    assert lose() == 0.001


def test_two_crashes_set_a_model_aside_until_it_is_forgiven(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    for _ in range(keeper.CRASHES_BEFORE_SETTING_ASIDE):
        begin(client, host)
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
    other = begin(client, host, folder="/models/other")
    host.done(other)
    client.forgive(Path("/models/m"))
    begin(client, host)


def test_a_good_answer_between_two_crashes_clears_the_model(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    for _ in range(3):
        begin(client, host)
        host.die()
        events.next(Failed)
        host = hosts.next()
        host.greet()
        host.done(begin(client, host))
        events.next(Finished)


def test_memory_that_ran_out_is_said_and_not_held_against_the_model(
    client: HostClient, host: FakeProcess, hosts: FakeHosts, events: Events
) -> None:
    for _ in range(3):
        begin(client, host)
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
    number = begin(client, host)
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
    number = begin(client, host)
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
    number = begin(client, host)
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
