"""How soon a cancel is answered, and how soon the work really stops.

Answered: from `HostClient.cancel` to the `Cancelled` event; owed within 100 ms always. Stopped:
from the frame that asks to the frame that says so, spoken with the host directly; owed within
100 ms at the 99th percentile for shipped models. The cancel comes at a random moment of the
work::

    python -m tests.benchmarks.cancel [--count 200] [FOLDER ...]
"""

import argparse
import os
import queue
import random
import tempfile
import time
from pathlib import Path

from studio.contract.manifest import Model, find_models, read_model
from studio.contract.recipe import Recipe
from studio.host.child import Ended, Heard, HostProcess
from studio.host.client import (
    Cancelled,
    Finished,
    GenerateImages,
    HostClient,
    HostEvent,
    HostSettings,
    PictureReady,
    Progress,
)
from studio.host.messages import (
    Advanced,
    CancelWork,
    Done,
    HostSetup,
    PicturesMade,
    Ready,
    SlotGranted,
    SlotWanted,
    Stopped,
    Work,
)
from studio.host.pixels import PixelFile
from tests.benchmarks.report import line
from tests.models import write_endless_generator, write_slow_generator, write_tiny_generator

PICTURES = 100_000
LONGEST_LEAD = 0.25
SHIPPED = Path(__file__).resolve().parents[2] / "exported_models"


def _request(folder: Path, count: int) -> GenerateImages:
    name = read_model(folder).manifest.id
    recipes = tuple(Recipe(model=name, seed=seed) for seed in range(count))
    return GenerateImages(folder=str(folder), recipes=recipes)


def measure_answer(folder: Path, count: int) -> list[float]:
    """Milliseconds until `Cancelled`, through the client."""
    events: queue.SimpleQueue[tuple[float, HostEvent]] = queue.SimpleQueue()
    moments = random.Random(0)
    request = _request(folder, PICTURES // 100)
    taken: list[float] = []
    with HostClient(HostSettings(), lambda e: events.put((time.perf_counter(), e))) as client:
        while len(taken) < count:
            number = client.generate(request)
            _, event = events.get()
            while not (isinstance(event, Progress) and event.stage == "making"):
                _, event = events.get()
            time.sleep(moments.uniform(0.0, LONGEST_LEAD))
            began = time.perf_counter()
            client.cancel(number)
            while not isinstance(event, Cancelled | Finished):
                ended, event = events.get()
                if isinstance(event, PictureReady):
                    event.picture.release()
                if isinstance(event, Cancelled):
                    taken.append((ended - began) * 1000)
    return taken


def measure_stop(folder: Path, count: int) -> list[float]:
    """Milliseconds until the host says that the work has stopped."""
    heard: queue.SimpleQueue[Heard | Ended] = queue.SimpleQueue()
    pixels = PixelFile()
    setup = HostSetup(
        lane="images", provider="cpu", threads=None, memory_limit=None, idle_seconds=300.0,
        log_folder=None, parent=os.getpid(), pixel_file=pixels.share(),
    )  # fmt: skip
    moments = random.Random(1)
    work = _request(folder, PICTURES // 100)
    child = HostProcess.start(setup, heard.put, name="benchmark")
    taken: list[float] = []

    def listen(timeout: float | None, number: int) -> object:
        """The next message; slots are dealt out and pictures dropped on the way."""
        letter = heard.get(timeout=timeout)
        if isinstance(letter, Ended):
            raise RuntimeError("the host ended")
        message = letter.message
        if isinstance(message, SlotWanted):
            slot = pixels.grant(message.request, message.length)
            assert slot is not None
            granted = SlotGranted(
                request=number, lease=slot.lease, offset=slot.offset, length=slot.length,
                file_size=pixels.size,
            )  # fmt: skip
            child.send(granted)
        elif isinstance(message, PicturesMade):
            pixels.release(message.lease)
        return message

    try:
        while not isinstance(listen(None, 0), Ready):
            pass
        number = 0
        while len(taken) < count:
            number += 1
            child.send(Work(request=number, work=work))
            while not (isinstance(m := listen(None, number), Advanced) and m.stage == "making"):
                pass
            until = time.perf_counter() + moments.uniform(0.0, LONGEST_LEAD)
            message: object = None
            while (left := until - time.perf_counter()) > 0 and not isinstance(message, Done):
                try:
                    message = listen(left, number)
                except queue.Empty:
                    break
            began = time.perf_counter()
            child.send(CancelWork(request=number))
            while not isinstance(message, Done | Stopped):
                message = listen(None, number)
            if isinstance(message, Stopped):
                taken.append((time.perf_counter() - began) * 1000)
            pixels.reclaim(number)
    finally:
        child.end()
        pixels.close()
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=200)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        folders = chosen.folders or [
            *(
                found.folder
                for found in find_models((SHIPPED,))
                if isinstance(found, Model) and found.manifest.kind == "gan"
            ),
            write_tiny_generator(
                scratch / "random-64", size=64, width=64, dimension=128, classes=6,
                model_id="random-dcgan-64",
            ),
            write_slow_generator(scratch / "slow"),
            write_endless_generator(scratch / "endless"),
        ]  # fmt: skip
        for folder in folders:
            title = read_model(folder).manifest.id
            answers = measure_answer(folder, chosen.count)
            print(line(f"{title}: answered", answers, "ms"), f" most {max(answers):.3f}")
            stops = measure_stop(folder, chosen.count)
            print(line(f"{title}: stopped", stops, "ms"), f" most {max(stops):.3f}")


if __name__ == "__main__":
    main()
