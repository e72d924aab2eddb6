"""A client whose hosts exist in memory only."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.host import keeper
from studio.host.client import (
    HostClient,
    HostReady,
    HostSettings,
    PictureReady,
)
from studio.host.messages import Advanced, SlotWanted
from tests.host.fake import (
    Events,
    FakeHosts,
    FakeProcess,
    request,
)
from tests.host.parent import Parent
from tests.models import write_tiny_generator


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


@pytest.fixture
def parent() -> Iterator[Parent]:
    made = Parent()
    yield made
    made.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_generator(tmp_path / "tiny")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cramped:
    """A client that has shared room for a single page, and its host at work on two pictures."""

    host: FakeProcess
    events: Events
    request: int

    def want(self, *lengths: int) -> None:
        """Let the host ask for room."""
        self.host.say(*(SlotWanted(request=self.request, length=length) for length in lengths))

    def finish_one(self) -> PictureReady:
        """Let the host make the first picture, which holds the room until it is released."""
        self.host.make(self.request, 0, 1)
        ready = self.events.next(PictureReady)
        assert isinstance(ready, PictureReady)
        return ready

    def advance(self) -> None:
        """Let the host tell how far it is; what it asked for before was looked at by then."""
        self.host.say(Advanced(request=self.request, done=1, total=2, stage="making"))


@pytest.fixture
def cramped(hosts: FakeHosts, events: Events) -> Iterator[Cramped]:
    with HostClient(HostSettings(pixel_budget=4096), events) as client:
        host = hosts.next()
        host.greet()
        number = client.generate(request(2))
        host.next_work()
        yield Cramped(host=host, events=events, request=number)
