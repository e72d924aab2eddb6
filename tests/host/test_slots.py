"""The host's work seldom waits for room, and never after its end."""

import os
import queue
import threading

import pytest

from studio.contract.errors import Cancelled, StorageFull
from studio.host.messages import SlotGranted, SlotRefused, SlotReturned, SlotWanted
from studio.host.pixels import PixelFile, PixelWriter
from studio.host.slots import SlotSupply
from studio.runtime.cancel import CancelToken

PATIENCE = 20.0


class Parent:
    """Answers from the pixel file, at once or when told to."""

    def __init__(self) -> None:
        self.file = PixelFile()
        shared = self.file.share()
        assert isinstance(shared, int)
        self.writer = PixelWriter(os.dup(shared))
        self.wanted: queue.SimpleQueue[SlotWanted] = queue.SimpleQueue()
        self.supply = SlotSupply(self.writer, self.hear)
        self.at_once = True

    def hear(self, wanted: SlotWanted | SlotReturned) -> None:
        if isinstance(wanted, SlotReturned):
            self.file.take_back(wanted.lease, wanted.request)
            return
        self.wanted.put(wanted)
        if self.at_once:
            self.grant(wanted)

    def grant(self, wanted: SlotWanted) -> None:
        slot = self.file.grant(wanted.request, wanted.length)
        assert slot is not None
        self.supply.give(
            SlotGranted(
                request=wanted.request, lease=slot.lease, offset=slot.offset, length=slot.length,
                file_size=self.file.size,
            )
        )  # fmt: skip

    def close(self) -> None:
        self.writer.close()
        self.file.close()

    def asked(self) -> list[int]:
        lengths = []
        while not self.wanted.empty():
            lengths.append(self.wanted.get().length)
        return lengths


@pytest.fixture
def parent() -> Parent:
    return Parent()


def test_room_for_what_comes_next_is_asked_for_in_time(parent: Parent) -> None:
    token = CancelToken()
    with parent.supply.use(1, token):
        first = parent.supply.take(100, token, ahead=100)
        lease = parent.supply.last_lease
        assert parent.asked() == [100, 100]
        second = parent.supply.take(100, token)
        assert parent.asked() == []
        assert parent.supply.last_lease == lease + 1
        first[:] = b"a" * 100
        second[:] = b"b" * 100
    assert bytes(parent.file.accept(lease, 1, 100)) == b"a" * 100
    assert bytes(parent.file.accept(lease + 1, 1, 100)) == b"b" * 100
    parent.close()


def test_room_that_is_too_small_is_given_back(parent: Parent) -> None:
    token = CancelToken()
    with parent.supply.use(1, token):
        parent.supply.take(10, token, ahead=10)
        assert len(parent.supply.take(5000, token, ahead=5000)) == 5000
        assert parent.asked() == [10, 10, 5000, 5000]
        assert parent.file.granted == 3
        assert len(parent.supply.take(7, token)) == 7
        assert parent.asked() == []
        assert parent.file.granted == 3
    parent.close()


def test_waiting_for_room_ends_with_a_cancel(parent: Parent) -> None:
    parent.at_once = False
    token = CancelToken()
    timer = threading.Timer(0.02, token.cancel)
    timer.start()
    with parent.supply.use(1, token), pytest.raises(Cancelled):
        parent.supply.take(10, token)
    timer.join()
    parent.close()


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
    parent.close()


def test_room_of_a_request_that_ended_is_not_given_to_the_next(parent: Parent) -> None:
    token = CancelToken()
    with parent.supply.use(1, token):
        parent.supply.take(10, token, ahead=10)
    late = SlotGranted(request=1, lease=99, offset=0, length=10, file_size=parent.file.size)
    parent.supply.give(late)
    parent.asked()
    with parent.supply.use(2, token):
        parent.supply.give(late)
        parent.supply.take(10, token)
        assert parent.asked() == [10]
    parent.close()
