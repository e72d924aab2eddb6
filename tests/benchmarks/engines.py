"""The studio's runtime against torch eager and OpenVINO on the shipped generators.

Same graphs, same weights, single precision, as many threads for each. Every engine has a process
of its own, so that no pool of threads waits in another's way, and they are measured in turn,
block by block: the machine drifts, and the ratios are those of neighbouring blocks. A block is
the median of its runs. Owed, of the time of one run: at batch 1 torch takes at least 2 times as
long and OpenVINO at least 1/1.3; at batch 16 torch takes no less. Needs the packages of
``benchmarks`` and ``training``::

    python -m tests.benchmarks.engines [--threads N] [--blocks 15] [--engines ...] [FOLDER ...]
"""

import argparse
import importlib
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.manifest import Model, find_models, read_model
from tests.benchmarks.report import line, ratio

SHIPPED: Final = Path(__file__).resolve().parents[2] / "exported_models"
ENGINES: Final = ("studio", "torch", "openvino")
BATCHES: Final = {1: 60, 16: 12}
"""Pictures at once, and runs in a block."""
WARM_UP: Final = 5
SETTLE_SECONDS: Final = 0.25
"""Between two blocks: until the threads of the one before have gone to sleep."""

Array = NDArray[Any]
Make = Callable[[], Array]


# In the processes that are measured.


def inputs_of(model: Model, batch: int) -> dict[str, Array]:
    """What the first graph takes, and the noise of the second: the same for each engine."""
    random = np.random.default_rng(7)
    made: dict[str, Array] = {}
    for role in model.manifest.drawing_graphs():
        for tensor in model.manifest.graphs[role].inputs:
            shape = (batch, *map(int, tensor.shape[1:]))
            if tensor.role == "class_weights":
                rows = np.eye(shape[1], dtype=np.float32)[np.arange(batch) % shape[1]]
                made[tensor.name] = np.ascontiguousarray(rows)
            elif tensor.role != "styles":
                made[tensor.name] = random.standard_normal(shape).astype(tensor.dtype)
    return made


def maker(engine: str, model: Model, batch: int, threads: int) -> Make:
    """A function that makes ``batch`` pictures from the latents to the pixels."""
    inputs = inputs_of(model, batch)
    roles = model.manifest.drawing_graphs()
    run = {"studio": _studio, "torch": _torch, "openvino": _openvino}[engine](model, threads, batch)
    graphs = [model.manifest.graphs[role] for role in roles]
    fed = [[t for t in graph.inputs if t.role != "styles"] for graph in graphs]
    styled = next((t.name for t in graphs[-1].inputs if t.role == "styles"), "")
    outputs = [
        next(t.name for t in graph.outputs if t.role in ("style", "image")) for graph in graphs
    ]
    space = model.manifest.styles

    def make() -> Array:
        first = {tensor.name: inputs[tensor.name] for tensor in fed[0]}
        made = run(roles[0], first, outputs[0])
        if space is None:
            return made
        styles = np.repeat(made[:, np.newaxis], len(space.layers), axis=1)
        second = {tensor.name: inputs[tensor.name] for tensor in fed[1]}
        return run(roles[1], {**second, styled: styles}, outputs[1])

    return make


Run = Callable[[str, Mapping[str, Array], str], Array]


def _studio(model: Model, threads: int, batch: int) -> Run:
    from studio.runtime.cancel import CancelToken
    from studio.runtime.devices import choose_device
    from studio.runtime.runner import GraphRunner
    from studio.runtime.sessions import SessionCache

    sessions, token = SessionCache(choose_device("cpu"), threads=threads), CancelToken()
    roles = model.manifest.drawing_graphs()
    runners = {role: GraphRunner(model, role, sessions, token) for role in roles}
    shapes = {
        tensor.name: ((batch, *map(int, tensor.shape[1:])), tensor.dtype)
        for role in roles
        for tensor in model.manifest.graphs[role].outputs
    }

    def run(role: str, inputs: Mapping[str, Array], output: str) -> Array:
        into = np.empty(*shapes[output])
        runners[role].run(inputs, output, into, token)
        return into

    return run


def _torch(model: Model, threads: int, batch: int) -> Run:
    del batch
    import torch

    from tests.benchmarks.eager import EagerGraph

    torch.set_num_threads(threads)
    graphs = {
        role: EagerGraph(model.file(model.manifest.graphs[role].file))
        for role in model.manifest.drawing_graphs()
    }
    return lambda role, inputs, output: graphs[role].run(inputs, output)


def _openvino(model: Model, threads: int, batch: int) -> Run:
    core = importlib.import_module("openvino").Core()
    compiled = {}
    for role in model.manifest.drawing_graphs():
        graph = core.read_model(model.file(model.manifest.graphs[role].file))
        graph.reshape(
            {
                tensor.name: [batch, *map(int, tensor.shape[1:])]
                for tensor in model.manifest.graphs[role].inputs
            }
        )
        settings = {
            "INFERENCE_NUM_THREADS": threads,
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
        }
        compiled[role] = core.compile_model(graph, "CPU", settings).create_infer_request()

    def run(role: str, inputs: Mapping[str, Array], output: str) -> Array:
        made: Array = compiled[role].infer(dict(inputs), share_inputs=True)[output]
        return made

    return run


def serve(pipe: Connection, engine: str, folder: Path, threads: int) -> None:
    """Send sixteen pictures, then answer each batch size with the median of a block, in ms."""
    model = read_model(folder)
    makers = {batch: maker(engine, model, batch, threads) for batch in BATCHES}
    for make in makers.values():
        for _ in range(WARM_UP):
            make()
    pipe.send(makers[16]())
    while (batch := pipe.recv()) is not None:
        make = makers[batch]
        make()
        times = []
        for _ in range(BATCHES[batch]):
            began = time.perf_counter()
            make()
            times.append(time.perf_counter() - began)
        pipe.send(statistics.median(times) * 1e3)


# In the process that asks them.


class Engine:
    """One engine in a process of its own."""

    def __init__(self, name: str, folder: Path, threads: int) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=serve, args=(theirs, name, folder, threads), daemon=True
        )
        self._process.start()
        theirs.close()
        self.made: Array = self._pipe.recv()

    def block(self, batch: int) -> float:
        """Milliseconds of a run, as the median of a block."""
        time.sleep(SETTLE_SECONDS)
        self._pipe.send(batch)
        answer: float = self._pipe.recv()
        return answer

    def close(self) -> None:
        self._pipe.send(None)
        self._process.join()


def measure(folder: Path, names: Sequence[str], threads: int, blocks: int) -> None:
    """Print the times of each engine, and the ratios to the studio's."""
    title = f"{read_model(folder).manifest.id}, {threads} threads"
    engines = {name: Engine(name, folder, threads) for name in names}
    ours = engines[names[0]].made.astype(int)
    for name in names[1:]:
        largest = np.abs(engines[name].made.astype(int) - ours).max()
        print(f"{title}: {name} differs from {names[0]} by up to {largest} of 255")
    for batch in BATCHES:
        times: dict[str, list[float]] = {name: [] for name in names}
        for block in range(blocks):
            for name in names if block % 2 else reversed(names):
                times[name].append(engines[name].block(batch))
        for name in names:
            print(line(f"{title}, batch {batch}: {name}", times[name], "ms"))
        for name in names[1:]:
            text = f"{title}, batch {batch}: {name} / {names[0]}"
            print(ratio(text, times[name], times[names[0]]), flush=True)
    for engine in engines.values():
        engine.close()


def main() -> None:
    """Measure the generators that are shipped, or those named."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--blocks", type=int, default=15)
    parser.add_argument("--engines", nargs="*", default=list(ENGINES), choices=ENGINES)
    chosen = parser.parse_args()
    folders = chosen.folders or [
        found.folder
        for found in find_models((SHIPPED,))
        if isinstance(found, Model) and found.manifest.kind == "gan"
    ]
    for folder in folders:
        measure(folder, chosen.engines, chosen.threads, chosen.blocks)


if __name__ == "__main__":
    main()
