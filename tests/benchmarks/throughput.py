"""Images a second through host and client against a bare onnxruntime loop, batch 16.

Same graph, same number of threads, interleaved; against onnxruntime's default and against a
loop that waits as the runtime does. Owed: at least 0.9. Both are started anew several times: two
sessions of one graph differ by up to 6 % by where their memory lies, for as long as they live. By
default the shipped models and a random generator of the size of a 64 pixel DCGAN are measured;
other model folders may be named::

    python -m tests.benchmarks.throughput [--starts 5] [--pairs 3] [--seconds 2] [FOLDER ...]
"""

import argparse
import os
import queue
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from studio.contract.manifest import Model, find_models, read_model
from studio.contract.recipe import Recipe
from studio.host.client import (
    Failed,
    Finished,
    GenerateImages,
    HostClient,
    HostEvent,
    HostReady,
    HostSettings,
    PictureReady,
)
from tests.benchmarks.report import interleave, line, ratio
from tests.models import write_tiny_generator

BATCH = 16
SHIPPED = Path(__file__).resolve().parents[2] / "exported_models"


WAYS = ((False, "bare, threads wait as ours"), (True, "bare, default"))
"""Whether the bare loop's threads wait as onnxruntime lets them, and the name of it."""


def measure_folder(folder: Path, starts: int, pairs: int, seconds: float) -> None:
    """Print images a second both ways, and their ratio."""
    model = read_model(folder)
    hosted: dict[bool, list[float]] = {default: [] for default, _ in WAYS}
    alone: dict[bool, list[float]] = {default: [] for default, _ in WAYS}
    threads = 0
    for _ in range(starts):
        threads = _measure_start(model, pairs, seconds, hosted, alone)
    name = f"{model.manifest.id}, {threads} threads"
    for default, title in WAYS:
        print(line(f"{name}: {title}", alone[default], "images/s"))
        print(line(f"{name}: host and client", hosted[default], "images/s"))
        print(ratio(f"{name}: host / {title}", hosted[default], alone[default]))


def _measure_start(
    model: Model,
    pairs: int,
    seconds: float,
    hosted: dict[bool, list[float]],
    alone: dict[bool, list[float]],
) -> int:
    """Add the speeds of one start of all, by the way in which the bare loop waits; the threads."""
    folder = str(model.folder)
    events: queue.SimpleQueue[HostEvent] = queue.SimpleQueue()
    with HostClient(HostSettings(), events.put) as client:
        while not isinstance(ready := events.get(), HostReady):
            pass
        for default, _ in WAYS:
            bare = _bare_loop(model, ready.device.threads, default)
            batches = max(4, int(seconds / bare(4) * 4))

            def through_host(batches: int = batches) -> float:
                count = batches * BATCH
                recipes = tuple(Recipe(model=model.manifest.id, seed=seed) for seed in range(count))
                request = GenerateImages(folder=folder, recipes=recipes, batch=BATCH)
                began = time.perf_counter()
                number = client.generate(request)
                while True:
                    event = events.get()
                    if isinstance(event, PictureReady):
                        event.picture.release()
                    elif isinstance(event, Failed):
                        raise event.error
                    elif isinstance(event, Finished) and event.request == number:
                        return count / (time.perf_counter() - began)

            def by_itself(run: Callable[[int], float] = bare, batches: int = batches) -> float:
                return batches * BATCH / run(batches)

            through, itself = interleave(through_host, by_itself, pairs)
            hosted[default] += through
            alone[default] += itself
    return ready.device.threads


def _bare_loop(model: Model, threads: int, spin: bool) -> Callable[[int], float]:
    """A function that runs so many batches and returns the seconds they took.

    Without ``spin`` its threads wait as those of the runtime do, with it as onnxruntime lets them.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import numpy as np
    import onnxruntime

    from studio.runtime.sessions import SPINNING

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    if not spin:
        options.add_session_config_entry(*SPINNING)
    graphs = [model.manifest.graphs[role] for role in model.manifest.drawing_graphs()]
    sessions = [
        onnxruntime.InferenceSession(
            str(model.file(graph.file)), options, providers=["CPUExecutionProvider"]
        )
        for graph in graphs
    ]
    random = np.random.default_rng(0)
    feeds = [
        {
            tensor.name: random.standard_normal((BATCH, *map(int, tensor.shape[1:]))).astype(
                np.float32
            )
            for tensor in graph.inputs
        }
        for graph in graphs
    ]

    def run(batches: int) -> float:
        began = time.perf_counter()
        for _ in range(batches):
            for session, feed in zip(sessions, feeds, strict=True):
                session.run(None, feed)
        return time.perf_counter() - began

    run(4)
    return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folders = chosen.folders or [
            *(
                found.folder
                for found in find_models((SHIPPED,))
                if isinstance(found, Model) and found.manifest.kind == "gan"
            ),
            write_tiny_generator(
                Path(scratch) / "random-64", size=64, width=64, dimension=128, classes=6,
                model_id="random-dcgan-64",
            ),
        ]  # fmt: skip
        for folder in folders:
            measure_folder(folder, chosen.starts, chosen.pairs, chosen.seconds)


if __name__ == "__main__":
    main()
