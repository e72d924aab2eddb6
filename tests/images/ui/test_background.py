"""Work beside the window's thread leaves nothing behind."""

import weakref
from collections.abc import Iterator
from threading import Event

import pytest
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError, PictureError
from studio.images.ui.background import BackgroundWork

PATIENCE_MS = 10_000


class Result:
    """What can be referred to weakly, unlike the bytes of a picture."""


@pytest.fixture
def work(qtbot: QtBot) -> Iterator[BackgroundWork]:
    background = BackgroundWork()
    yield background
    background.close()


@pytest.mark.parametrize("owed", [False, True])
def test_a_result_goes_with_its_future_and_waits_for_no_collector(
    qtbot: QtBot, work: BackgroundWork, owed: bool
) -> None:
    # No test collects while it runs, see `tests.conftest`: what stood in a ring would stay.
    told: list[weakref.ref[Result]] = []
    is_asked = Event()

    def make() -> Result:
        is_asked.wait(PATIENCE_MS / 1_000)
        return Result()

    future = work.run(
        make,
        lambda result: told.append(weakref.ref(result)),
        lambda error: pytest.fail(str(error)),
        owed=owed,
    )
    is_asked.set()
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert told[0]() is future.result()
    del future
    qtbot.waitUntil(lambda: told[0]() is None, timeout=PATIENCE_MS)


def test_a_failure_is_told_and_no_result(qtbot: QtBot, work: BackgroundWork) -> None:
    error = PictureError(file="picture", fault="its pixels are damaged")
    told: list[AtelierError] = []

    def fail() -> None:
        raise error

    work.run(fail, lambda _result: pytest.fail("there is none"), told.append)
    qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
    assert told == [error]
