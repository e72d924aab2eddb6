"""Pictures are sent in order, beside the work or together, and none is left lying."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from studio.host.delivery import TOGETHER_BYTES, TOGETHER_SECONDS, Delivery, Message
from studio.host.messages import Advanced

PATIENCE = 20.0


class Line:
    """What was written, and together with what."""

    def __init__(self) -> None:
        self.sent: list[list[int]] = []
        self.threads: set[str] = set()

    def send_all(self, messages: Sequence[Message]) -> None:
        self.threads.add(threading.current_thread().name)
        self.sent.append([_number(message) for message in messages])


def _number(message: Message) -> int:
    assert isinstance(message[0], Advanced)
    return message[0].done


def _saying(*numbers: int) -> Callable[[], Iterator[Message]]:
    return lambda: ((Advanced(request=1, done=n, total=9, stage="making"), b"") for n in numbers)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def clock() -> list[float]:
    return [100.0]


@pytest.fixture
def delivery(line: Line, clock: list[float]) -> Iterator[Delivery]:
    with ThreadPoolExecutor(1, "beside") as executor:
        yield Delivery(executor, line.send_all, lambda: clock[0])


def test_small_pictures_lie_until_others_go_with_them(
    delivery: Delivery, line: Line, clock: list[float]
) -> None:
    delivery.settle()
    for number in range(3):
        delivery.deliver(_saying(number), 10, is_last=False)
    assert line.sent == []
    clock[0] += 2 * TOGETHER_SECONDS
    delivery.deliver(_saying(3), 10, is_last=False)
    delivery.deliver(_saying(4), 10, is_last=False)
    delivery.deliver(_saying(5), 10, is_last=True)
    assert line.sent == [[0, 1, 2, 3], [4, 5]]


def test_large_pictures_are_shown_before_they_are_named_and_sent_beside(
    delivery: Delivery, line: Line
) -> None:
    delivery.deliver(_saying(0, 1), TOGETHER_BYTES, is_last=False)
    delivery.settle()
    assert line.sent == [[0], [1]]
    assert line.threads == {"beside_0"}


def test_what_is_small_does_not_overtake_what_is_large(delivery: Delivery, line: Line) -> None:
    may_go = threading.Event()

    def slow() -> Iterator[Message]:
        assert may_go.wait(PATIENCE)
        yield from _saying(0)()

    delivery.deliver(slow, TOGETHER_BYTES, is_last=False)
    threading.Timer(0.01, may_go.set).start()
    delivery.deliver(_saying(1), 10, is_last=False)
    delivery.settle()
    assert [number for together in line.sent for number in together] == [0, 1]


def test_all_is_sent_when_the_work_is_done(delivery: Delivery, line: Line) -> None:
    with delivery.until_all_is_sent():
        for number in range(5):
            delivery.deliver(_saying(number), 10 if number % 2 else TOGETHER_BYTES, is_last=False)
    assert [number for together in line.sent for number in together] == list(range(5))


def test_after_an_error_what_lies_here_is_let_go_and_nothing_is_under_way(
    delivery: Delivery, line: Line
) -> None:
    def work() -> None:
        with delivery.until_all_is_sent():
            delivery.settle()
            delivery.deliver(_saying(0), 10, is_last=False)
            raise LookupError("the work")

    with pytest.raises(LookupError, match="the work"):
        work()
    delivery.settle()
    assert line.sent == []


def test_a_fault_in_sending_reaches_the_work(delivery: Delivery) -> None:
    def broken() -> Iterator[Message]:
        raise LookupError("the pixels")
        yield

    delivery.deliver(broken, TOGETHER_BYTES, is_last=False)
    with pytest.raises(LookupError, match="the pixels"):
        delivery.deliver(_saying(1), TOGETHER_BYTES, is_last=False)
