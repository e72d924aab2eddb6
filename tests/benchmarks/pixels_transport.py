"""What it costs to bring 3 MB of finished pixels from the host's process to the window's.

From the host's frame about a filled slot to the picture's memory in the client, with every page
of it read once; beside it the same through a pipe. Owed: at most 0.5 ms. The clock is the
system's monotonic one, which both processes share::

    python -m tests.benchmarks.pixels_transport [--count 300]
"""

import argparse
import os
import subprocess
import sys
import time

from studio.host.frames import FrameReader, encode_frame
from studio.host.pixels import PixelFile, PixelWriter
from tests.benchmarks.report import interleave, line, ratio

SIZE = 1024 * 1024 * 3
PAGE = 4096


def serve(shared: int) -> None:
    """The other process: for each line, fill 3 MB and send them in the way that was asked for."""
    import numpy as np

    writer = PixelWriter(shared)
    source = np.random.default_rng(0).integers(0, 256, SIZE, np.uint8)
    for text in sys.stdin.buffer:
        way, offset, size = text.split()
        if way == b"slot":
            into = np.frombuffer(writer.part(int(offset), SIZE, int(size)), np.uint8)
            np.copyto(into, source)
            answer = encode_frame(str(time.monotonic_ns()).encode())
        else:
            data = source.tobytes()
            answer = encode_frame(str(time.monotonic_ns()).encode(), data)
        view = memoryview(answer)
        while view:
            view = view[os.write(1, view) :]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve is not None:
        serve(chosen.serve)
        return
    pixels = PixelFile()
    shared = pixels.share()
    assert isinstance(shared, int)
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.pixels_transport", "--serve", str(shared)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(shared,), bufsize=0,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    source, sink = child.stdout.fileno(), child.stdin
    reader = FrameReader()

    def receive(order: bytes) -> tuple[int, bytes]:
        sink.write(order)
        while True:
            for frame in reader.feed(os.read(source, 2**18)):
                return int(frame.head), frame.body

    def through_slot() -> float:
        slot = pixels.grant(1, SIZE)
        assert slot is not None
        sent, _ = receive(f"slot {slot.offset} {pixels.size}\n".encode())
        view = pixels.accept(slot.lease, 1, SIZE)
        touched = view[::PAGE].tobytes()
        took = (time.monotonic_ns() - sent) / 1e6
        assert len(touched) == SIZE // PAGE
        pixels.release(slot.lease)
        return took

    def through_pipe() -> float:
        sent, body = receive(b"pipe 0 0\n")
        took = (time.monotonic_ns() - sent) / 1e6
        assert len(body) == SIZE
        return took

    slots, pipes = interleave(through_slot, through_pipe, chosen.count, warm_up=5)
    child.stdin.close()
    child.wait()
    child.stdout.close()
    pixels.close()
    print(line("3 MB through a shared slot", slots, "ms"))
    print(line("3 MB through a pipe", pipes, "ms"))
    print(ratio("slot / pipe", slots, pipes))


if __name__ == "__main__":
    main()
