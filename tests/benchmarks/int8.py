"""What whole numbers of eight bits would bring, and cost: time and difference of a quantised form.

The convolutions of each shipped generator are quantised by onnxruntime's own tool (static, per
channel, calibrated on 128 pictures), and both forms are run in turn. Not shipped: what the figures
say is in README. ::

    python -m tests.benchmarks.int8 [--threads N] [--pairs 40] [FOLDER ...]
"""

import argparse
import importlib
import logging
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray

from studio.contract.manifest import Model, find_models, read_model
from tests.benchmarks.report import interleave, line, ratio

SHIPPED: Final = Path(__file__).resolve().parents[2] / "exported_models"
CALIBRATION: Final = 8
"""Batches of 16 that the ranges of the activations are read from."""
COMPARED: Final = 128

Array = NDArray[Any]
Run = Callable[[dict[str, Array]], Array]


def session(path: Path, threads: int, output: str) -> Run:
    """Run one graph as the studio's runtime does."""
    import onnxruntime

    from studio.runtime.sessions import SPINNING

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 4
    options.add_session_config_entry(*SPINNING)
    made = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return lambda inputs: np.asarray(made.run([output], inputs)[0])


def feeds(model: Model, count: int, seed: int) -> dict[str, Array]:
    """What the last graph takes for so many pictures: of two graphs, styles by the mapping."""
    random = np.random.default_rng(seed)
    made: dict[str, Array] = {}
    for role in model.manifest.drawing_graphs():
        graph = model.manifest.graphs[role]
        inputs: dict[str, Array] = {}
        for tensor in graph.inputs:
            shape = (count, *map(int, tensor.shape[1:]))
            if tensor.role == "class_weights":
                inputs[tensor.name] = np.eye(shape[1], dtype=np.float32)[
                    np.arange(count) % shape[1]
                ]
            elif tensor.role == "styles":
                inputs[tensor.name] = np.repeat(made["style"][:, np.newaxis], shape[1], axis=1)
            else:
                inputs[tensor.name] = random.standard_normal(shape).astype(np.float32)
        style = next((tensor for tensor in graph.outputs if tensor.role == "style"), None)
        if style is None:
            return inputs
        made["style"] = session(model.file(graph.file), 1, style.name)(inputs)
    raise ValueError("no graph ends in a picture")


def quantise(model: Model, source: Path, target: Path) -> None:
    """Write the form in eight bits."""
    tool: Any = importlib.import_module("onnxruntime.quantization")

    class Reader(tool.CalibrationDataReader):  # type: ignore[misc]  # the package says no types
        def __init__(self) -> None:
            self._batches: Iterator[dict[str, Array]] = iter(
                [feeds(model, 16, seed) for seed in range(CALIBRATION)]
            )

        def get_next(self) -> dict[str, Array] | None:
            return next(self._batches, None)

    logging.disable(logging.WARNING)
    tool.quantize_static(
        str(source), str(target), Reader(), quant_format=tool.QuantFormat.QDQ, per_channel=True,
        op_types_to_quantize=["Conv"], activation_type=tool.QuantType.QUInt8,
        weight_type=tool.QuantType.QInt8,
    )  # fmt: skip


def measure(model: Model, threads: int, pairs: int, scratch: Path) -> None:
    """Print times and differences of one generator."""
    graph = model.manifest.graphs[model.manifest.drawing_graphs()[-1]]
    output = next(tensor.name for tensor in graph.outputs if tensor.role == "image")
    source, target = model.file(graph.file), scratch / f"{model.manifest.id}-int8.onnx"
    if all(node.op_type != "Conv" for node in onnx.load(source).graph.node):
        print(f"{model.manifest.id}: no convolution that could be in eight bits")
        return
    quantise(model, source, target)
    whole, eight = (session(path, threads, output) for path in (source, target))
    name = f"{model.manifest.id}, {threads} threads"
    compared = feeds(model, COMPARED, 99)
    difference = np.abs(whole(compared).astype(int) - eight(compared).astype(int))
    noise = 10 * np.log10(255**2 / np.square(difference).mean().clip(1e-9))
    print(
        f"{name}: int8 differs by {difference.mean():.2f} of 255 on average, by up to "
        f"{difference.max()}; {noise:.1f} dB"
    )
    for batch in (1, 16):
        inputs = feeds(model, batch, 5)

        def timed(run: Run, inputs: dict[str, Array] = inputs, batch: int = batch) -> float:
            times = []
            for _ in range(8 if batch == 1 else 2):
                began = time.perf_counter()
                run(inputs)
                times.append((time.perf_counter() - began) * 1e3)
            return sorted(times)[len(times) // 2]

        first, second = interleave(lambda: timed(whole), lambda: timed(eight), pairs)
        print(line(f"{name}, batch {batch}: float32", first, "ms"))
        print(line(f"{name}, batch {batch}: int8", second, "ms"))
        print(ratio(f"{name}, batch {batch}: float32 / int8", first, second), flush=True)


def main() -> None:
    """Measure the generators that are shipped, or those named."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--pairs", type=int, default=40)
    chosen = parser.parse_args()
    models = [read_model(folder) for folder in chosen.folders] or [
        found
        for found in find_models((SHIPPED,))
        if isinstance(found, Model) and found.manifest.kind == "gan"
    ]
    with tempfile.TemporaryDirectory() as scratch:
        for model in models:
            measure(model, chosen.threads, chosen.pairs, Path(scratch))


if __name__ == "__main__":
    main()
