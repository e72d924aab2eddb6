"""A worker without a process: it is given work, and what it says is kept."""

from collections.abc import Sequence

from studio.host.delivery import Message
from studio.host.messages import FromHost, HostSetup, Work, WorkRequest
from studio.host.worker import Worker
from studio.runtime.cancel import CancelToken
from tests.host.parent import Parent


class Heard:
    """A worker that is given work, and what it said."""

    def __init__(self, provider: str, parent: Parent) -> None:
        self.messages: list[FromHost] = []
        setup = HostSetup(
            lane="images", provider=provider, threads=1, memory_limit=None, idle_seconds=60.0,
            log_folder=None, parent=1, pixel_file=0,
        )  # fmt: skip
        self.worker = Worker(setup, 2**30, self._send_all, parent.supply)

    def _send_all(self, messages: Sequence[Message]) -> None:
        self.messages += [message for message, _ in messages]

    def do(self, work: WorkRequest) -> list[FromHost]:
        """What was said while ``work`` was done."""
        self.messages.clear()
        self.worker.do(Work(request=1, work=work), CancelToken())
        return list(self.messages)
