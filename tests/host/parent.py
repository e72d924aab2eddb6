"""The client's side of the pixel file, for what the host's side is tested with."""

import os
import queue
from collections.abc import Sequence

from studio.host.delivery import Message
from studio.host.messages import SlotGranted, SlotReturned, SlotWanted
from studio.host.pixels import PixelFile, PixelWriter
from studio.host.slots import SlotSupply


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

    def hear(self, messages: Sequence[Message]) -> None:
        for message, _ in messages:
            if isinstance(message, SlotReturned):
                self.file.take_back(message.lease, message.request)
                continue
            assert isinstance(message, SlotWanted)
            self.wanted.put(message)
            if self.at_once:
                self.grant(message)

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
