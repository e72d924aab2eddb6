"""Garbage is found on the window's thread, and nowhere else."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from studio.shell import collector
from studio.shell.collector import WindowCollector


class Knot:
    """Garbage that only a collector finds, and that remembers where it was found."""

    def __init__(self, found_on: list[threading.Thread]) -> None:
        self.self = self
        weakref.finalize(self, lambda: found_on.append(threading.current_thread()))


@pytest.fixture
def window_collector(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[WindowCollector]:
    monkeypatch.setattr(collector, "INTERVAL_MS", 1)
    made = WindowCollector()
    gc.enable()  # as Python does; these tests have switched it off
    made.start()
    assert not gc.isenabled()
    yield made
    made.stop()
    assert gc.isenabled()
    gc.disable()


def _litter(found_on: list[threading.Thread], count: int) -> None:
    for _ in range(count):
        Knot(found_on)


@pytest.mark.usefixtures("window_collector")
def test_what_another_thread_leaves_is_collected_on_the_windows(qtbot: QtBot) -> None:
    found_on: list[threading.Thread] = []
    count = 3 * gc.get_threshold()[0]
    other = threading.Thread(target=_litter, args=(found_on, count))
    other.start()
    other.join()
    assert found_on == []
    qtbot.waitUntil(lambda: len(found_on) == count)
    assert set(found_on) == {threading.main_thread()}


def test_older_generations_come_due_too(window_collector: WindowCollector) -> None:
    generations: list[int] = []

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            generations.append(info["generation"])

    gc.callbacks.append(note)
    try:
        for _ in range(15 * gc.get_threshold()[1]):
            _litter([], gc.get_threshold()[0] + 1)
            window_collector.look()
    finally:
        gc.callbacks.remove(note)
    assert set(generations) == {0, 1, 2}
