"""Runs an exported graph in onnxruntime, to compare it with what torch makes of the same latent.

This is the only file of the package that imports onnxruntime. The environment variable that
keeps it from reporting to its maker is set in `training.__main__` and in the tests, before the
first import.
"""

import os
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from training.errors import TrainingError

if TYPE_CHECKING:
    import onnxruntime

Level = Literal["basic", "extended", "layout", "all"]
LEVELS: tuple[Level, ...] = ("basic", "extended", "layout", "all")
STUDIO_LEVEL: Level = "all"
"""The level at which the studio builds its sessions; recipes name it."""


def _session(graph: bytes, *, level: Level, threads: int) -> "onnxruntime.InferenceSession":
    """One graph on the CPU at one optimisation level."""
    if os.environ.get("ORT_DISABLE_TELEMETRY") != "1":
        raise RuntimeError("ORT_DISABLE_TELEMETRY=1 must be set before onnxruntime is imported")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = {
        "basic": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC,
        "extended": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
        "layout": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_LAYOUT,
        "all": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
    }[level]
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


class GraphRunner:
    """A generator's graph."""

    def __init__(self, graph: bytes, *, level: Level, threads: int = 1) -> None:
        self._session = _session(graph, level=level, threads=threads)

    @staticmethod
    def runtime_version() -> str:
        """The version of onnxruntime, for the record."""
        import onnxruntime

        return str(onnxruntime.__version__)

    def run(
        self, latent: npt.NDArray[np.float32], class_weights: npt.NDArray[np.float32]
    ) -> npt.NDArray[np.uint8]:
        """latent (batch, latent_dim), class_weights (batch, classes) -> uint8 (batch, h, w, c)."""
        (image,) = self._session.run(["image"], {"latent": latent, "class_weights": class_weights})
        made: npt.NDArray[np.uint8] = image
        return made


class RulerRunner:
    """A ruler's graph: pictures to features, and to its answers."""

    def __init__(self, graph: bytes, *, threads: int = 1) -> None:
        self._session = _session(graph, level=STUDIO_LEVEL, threads=threads)

    def run(
        self, pictures: npt.NDArray[np.uint8], *, batch: int = 100
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """uint8 (count, h, w, c) -> features (count, features), logits (count, answers)."""
        parts = [
            self._session.run(
                ["features", "answers"],
                {"pictures": np.ascontiguousarray(pictures[first : first + batch])},
            )
            for first in range(0, len(pictures), batch)
        ]
        features, answers = (np.concatenate(column) for column in zip(*parts, strict=True))
        return features, answers


def largest_difference(first: npt.NDArray[np.uint8], second: npt.NDArray[np.uint8]) -> int:
    """Greatest distance of two levels at the same place."""
    return int(np.abs(first.astype(np.int16) - second.astype(np.int16)).max(initial=0))


def _in_batches(
    runner: GraphRunner,
    latent: npt.NDArray[np.float32],
    class_weights: npt.NDArray[np.float32],
    size: int,
) -> npt.NDArray[np.uint8]:
    """All samples, `size` at a time."""
    parts = [
        runner.run(latent[first : first + size], class_weights[first : first + size])
        for first in range(0, len(latent), size)
    ]
    return np.concatenate(parts)


def require_agreement(
    graph: bytes,
    expected: npt.NDArray[np.uint8],
    latent: npt.NDArray[np.float32],
    class_weights: npt.NDArray[np.float32],
    *,
    batches: tuple[int, int],
    tolerance: int,
) -> int:
    """Fail unless onnxruntime makes `expected` within `tolerance` levels at both batch sizes.

    Returns the largest difference seen.
    """
    worst = 0
    for level in LEVELS:
        runner = GraphRunner(graph, level=level)
        for batch in batches:
            made = _in_batches(runner, latent, class_weights, batch)
            difference = largest_difference(made, expected)
            if difference > tolerance:
                raise TrainingError(
                    f"The exported graph differs from torch by {difference} levels at batch "
                    f"{batch} and optimisation level {level}; at most {tolerance} is allowed. "
                    "Nothing was exported."
                )
            worst = max(worst, difference)
    return worst


def require_batch_invariance(
    graph: bytes, latent: npt.NDArray[np.float32], class_weights: npt.NDArray[np.float32]
) -> dict[Level, bool]:
    """Whether each optimisation level makes the same bytes of a sample alone and in company, on
    one thread and on two.

    Fails unless the level at which the studio runs does, because a recipe promises to be remade
    to the byte.
    """
    result: dict[Level, bool] = {}
    count = len(latent)
    for level in LEVELS:
        made = [
            _in_batches(
                GraphRunner(graph, level=level, threads=threads), latent, class_weights, size
            )
            for threads in (1, 2)
            for size in (1, 3, count)
        ]
        result[level] = all(np.array_equal(made[0], other) for other in made[1:])
    if not result[STUDIO_LEVEL]:
        raise TrainingError(
            "The exported graph makes other bytes of a sample alone than in a batch, at the "
            f"studio's optimisation level {STUDIO_LEVEL!r} of onnxruntime. Nothing was exported."
        )
    return result
