"""A host that exists in memory only and does what a test says."""

import queue
from collections.abc import Callable
from typing import cast

from studio.contract.errors import AtelierError
from studio.contract.recipe import Completion, Fingerprint, Recipe
from studio.host.child import Ended, Heard, HostProcess
from studio.host.client import HostClient, HostEvent
from studio.host.messages import (
    PROTOCOL_VERSION,
    Advanced,
    DeviceReport,
    Done,
    Failure,
    FromHost,
    GenerateImages,
    Hello,
    HostSetup,
    PicturesMade,
    Ready,
    SlotGranted,
    SlotWanted,
    ToHost,
    Work,
)

PATIENCE = 20.0
"""Seconds after which what did not come never will."""

DEVICE = DeviceReport(
    provider="CPUExecutionProvider", device="fake", threads=1, wanted="auto", onnxruntime="0"
)


class FakeProcess:
    """Stands in for `HostProcess`: the test reads what was sent and says what is answered."""

    def __init__(self, setup: HostSetup, tell: Callable[[Heard | Ended], None]) -> None:
        self.setup = setup
        self.sent: queue.SimpleQueue[ToHost] = queue.SimpleQueue()
        self.killed = False
        self.ended = False
        self._tell = tell

    def send(self, message: ToHost) -> None:
        self.sent.put(message)

    def kill(self) -> None:
        self.killed = True
        self.die(-9)

    def end(self) -> str:
        self.ended = True
        return "last words"

    def say(self, *messages: FromHost, body: bytes = b"") -> None:
        for message in messages:
            self._tell(Heard(child=cast(HostProcess, self), message=message, body=body))

    def die(self, code: int = -11, fault: str = "") -> None:
        self._tell(Ended(child=cast(HostProcess, self), code=code, fault=fault))

    def greet(self) -> None:
        self.say(Hello(protocol=PROTOCOL_VERSION, studio="test", pid=1), Ready(device=DEVICE))

    def next_sent(self) -> ToHost:
        return self.sent.get(timeout=PATIENCE)

    def next_work(self) -> int:
        """The number of the request that the host is given next."""
        message = self.next_sent()
        assert isinstance(message, Work), message
        return message.request

    def done(self, request: int) -> None:
        self.say(Done(request=request, seconds=0.1))

    def fail(self, request: int, error: AtelierError) -> None:
        self.say(Failure(request=request, error=error.to_wire()))

    def make(self, request: int, first: int, count: int) -> None:
        """Ask for a slot and say that ``count`` pictures of 2x2 stand in it."""
        self.show(request, first, count, self.take_slot(request, count))

    def take_slot(self, request: int, count: int) -> int:
        """Ask for a slot for ``count`` pictures of 2x2; its lease."""
        self.say(SlotWanted(request=request, length=4 * count))
        granted = self.next_sent()
        assert isinstance(granted, SlotGranted), granted
        return granted.lease

    def show(
        self, request: int, first: int, count: int, lease: int, *, preview: bool = False
    ) -> None:
        """Say that ``count`` pictures of 2x2 stand in the slot ``lease``."""
        self.say(
            pictures_made(request, lease, first=first, count=count, preview=preview),
            body=b"".join(bytes([first + i] * 8) for i in range(count)),
        )


def pictures_made(
    request: int, lease: int, *, count: int, first: int = 0, width: int = 2,
    height: int = 2, preview: bool = False,
) -> PicturesMade:  # fmt: skip
    """What a host says of ``count`` grey pictures that stand in the slot ``lease``."""
    making = Fingerprint(onnxruntime="1", provider="CPUExecutionProvider", device="a processor")
    completion = Completion(
        studio="0", graphs={}, controls={}, takes_noise=False, making=making,
        width=width, height=height,
    )  # fmt: skip
    return PicturesMade(
        request=request, first=first, count=count, lease=lease, channels=1,
        completion=completion,
        hashes=() if preview else tuple(f"{first + i:064x}" for i in range(count)),
    )  # fmt: skip


class FakeHosts:
    """Stands in for the class `HostProcess`, and keeps each host that was started."""

    def __init__(self) -> None:
        self.started: queue.SimpleQueue[FakeProcess] = queue.SimpleQueue()
        self.refusals: list[OSError] = []

    def start(
        self, setup: HostSetup, tell: Callable[[Heard | Ended], None], *, name: str
    ) -> FakeProcess:
        assert name
        if self.refusals:
            raise self.refusals.pop()
        process = FakeProcess(setup, tell)
        self.started.put(process)
        return process

    def next(self) -> FakeProcess:
        return self.started.get(timeout=PATIENCE)


class Events:
    """Receives events and gives them in order."""

    def __init__(self) -> None:
        self.queue: queue.SimpleQueue[HostEvent] = queue.SimpleQueue()

    def __call__(self, event: HostEvent) -> None:
        self.queue.put(event)

    def next(self, *kinds: type[HostEvent]) -> HostEvent:
        """The next event, or the next of ``kinds``."""
        while True:
            event = self.queue.get(timeout=PATIENCE)
            if not kinds or isinstance(event, kinds):
                return event

    def rest(self) -> list[HostEvent]:
        """What has come and was not read yet."""
        found = []
        while not self.queue.empty():
            found.append(self.queue.get())
        return found


def request(count: int = 3, folder: str = "/models/m") -> GenerateImages:
    return GenerateImages(
        folder=folder, recipes=tuple(Recipe(model="m", seed=seed) for seed in range(count))
    )


def begin(client: HostClient, host: FakeProcess, folder: str = "/models/m") -> int:
    """Make a request that the host has begun; its number."""
    number = client.generate(request(folder=folder))
    assert host.next_work() == number
    host.say(Advanced(request=number, done=0, total=3, stage="making"))
    return number
