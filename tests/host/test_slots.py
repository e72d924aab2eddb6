"""The host's work seldom waits for room, and never after its end."""

import threading

import pytest

from studio.contract.errors import Cancelled, StorageFull
from studio.host.messages import SlotGranted, SlotRefused
from studio.runtime.cancel import CancelToken
from tests.host.parent import Parent

PATIENCE = 20.0


def test_room_for_what_comes_next_is_asked_for_in_time(parent: Parent) -> None:
    token = CancelToken()
    with parent.supply.use(1, token):
        first = parent.supply.take(100, token, remaining=100)
        lease = parent.supply.last_lease
        assert parent.asked() == [100, 100]
        second = parent.supply.take(100, token)
        assert parent.asked() == []
        assert parent.supply.last_lease == lease + 1
        first[:] = b"a" * 100
        second[:] = b"b" * 100
    assert bytes(parent.file.accept(lease, 1, 100)) == b"a" * 100
    assert bytes(parent.file.accept(lease + 1, 1, 100)) == b"b" * 100


def test_room_that_is_too_small_is_given_back(parent: Parent) -> None:
    token = CancelToken()
    with parent.supply.use(1, token):
        parent.supply.take(10, token, remaining=10)
        assert len(parent.supply.take(5000, token, remaining=5000)) == 5000
        assert parent.asked() == [10, 10, 5000, 5000]
        assert parent.file.granted == 3
        assert len(parent.supply.take(7, token)) == 7
        assert parent.asked() == []
        assert parent.file.granted == 3


def test_waiting_for_room_ends_with_a_cancel(parent: Parent) -> None:
    parent.at_once = False
    token = CancelToken()
    timer = threading.Timer(0.02, token.cancel)
    timer.start()
    with parent.supply.use(1, token), pytest.raises(Cancelled):
        parent.supply.take(10, token)
    timer.join()


def test_a_refusal_is_raised_as_what_it_was(parent: Parent) -> None:
    parent.at_once = False
    token = CancelToken()

    def refuse() -> None:
        wanted = parent.wanted.get(timeout=PATIENCE)
        error = StorageFull(file="shared pictures").to_wire()
        parent.supply.give(SlotRefused(request=wanted.request, error=error))

    thread = threading.Thread(target=refuse)
    thread.start()
    with parent.supply.use(1, token), pytest.raises(StorageFull):
        parent.supply.take(10, token)
    thread.join()


def test_room_of_a_request_that_ended_is_not_given_to_the_next(parent: Parent) -> None:
    token = CancelToken()
    with parent.supply.use(1, token):
        parent.supply.take(10, token, remaining=10)
    late = SlotGranted(request=1, lease=99, offset=0, length=10, file_size=parent.file.size)
    parent.supply.give(late)
    parent.asked()
    with parent.supply.use(2, token):
        parent.supply.give(late)
        parent.supply.take(10, token)
        assert parent.asked() == [10]
