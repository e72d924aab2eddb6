"""The host may die at any moment: what was asked for is answered, and the next host works."""

import random
import threading
from pathlib import Path

import pytest

from studio.contract.errors import HostCrashed
from studio.host.client import HostSettings
from tests.integration.hosts import children, kill_host, outcome, request
from tests.models import write_tiny_generator
from tests.sync_host import FinishedPicture, SyncHost

SEED = 20240611
LONGEST_LIFE = 0.7
"""Seconds; a host is up after 0.3 and has made the pictures after 0.4."""


def _kill_at_random_moments(folder: Path, count: int) -> None:
    moments = random.Random(SEED)
    before, threads = children(), set(threading.enumerate())
    answered = crashed = 0
    with SyncHost(HostSettings(provider="cpu")) as host:
        expected = host.generate(request(folder, 5))
        for _ in range(count):
            killer = threading.Timer(
                moments.uniform(0.0, LONGEST_LIFE), kill_host, args=(host.client,)
            )
            killer.start()
            result = outcome(host, request(folder, moments.choice([1, 50, 4000]), batch=4))
            killer.join()
            if isinstance(result, list):
                answered += 1
                assert result[:1] == expected[:1]
            else:
                crashed += 1
                assert isinstance(result, HostCrashed)
                assert "SIGKILL" in result.message
            following: list[FinishedPicture] | object = outcome(host, request(folder, 5))
            if isinstance(following, HostCrashed):  # it was killed between the two
                following = outcome(host, request(folder, 5))
            assert following == expected
    assert answered + crashed == count
    assert crashed > 0
    assert children() == before
    assert set(threading.enumerate()) <= threads


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_generator(tmp_path / "tiny", size=32, width=32)


def test_twenty_kills_at_random_moments(folder: Path) -> None:
    _kill_at_random_moments(folder, 20)
