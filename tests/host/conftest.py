"""A client whose hosts exist in memory only."""

import threading
from collections.abc import Iterator

import pytest

from studio.host import keeper
from studio.host.client import (
    HostClient,
    HostReady,
    HostSettings,
)
from tests.host.fake import (
    Events,
    FakeHosts,
    FakeProcess,
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
