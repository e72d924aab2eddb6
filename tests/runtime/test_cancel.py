"""A cancel reaches the work wherever it is."""

import threading

import pytest

from studio.contract.errors import Cancelled
from studio.runtime.cancel import CancelToken


def test_work_may_go_on_until_it_was_cancelled() -> None:
    token = CancelToken()
    token.check()
    assert not token.cancelled
    token.cancel()
    token.cancel()
    assert token.cancelled
    with pytest.raises(Cancelled):
        token.check()


def test_a_cancel_from_another_thread_stops_what_is_running() -> None:
    token = CancelToken()
    stopped = threading.Event()
    with token.stopping(stopped.set):
        thread = threading.Thread(target=token.cancel)
        thread.start()
        assert stopped.wait(10)
        thread.join()


def test_a_cancel_that_came_before_stops_at_once() -> None:
    token = CancelToken()
    token.cancel()
    calls: list[str] = []
    with token.stopping(lambda: calls.append("stop")):
        assert calls == ["stop"]


def test_what_has_ended_is_not_stopped_any_more() -> None:
    token = CancelToken()
    calls: list[str] = []
    with pytest.raises(RuntimeError), token.stopping(lambda: calls.append("stop")):
        raise RuntimeError
    token.cancel()
    assert calls == []
