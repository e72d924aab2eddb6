"""Runs exported graphs in onnxruntime, to compare them with what torch makes of the same latent.

This is the only file of the package that imports onnxruntime. The environment variable that
keeps it from reporting to its maker is set in `training.__main__` and in the tests, before the
first import.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from training.errors import TrainingError

if TYPE_CHECKING:
    import onnxruntime

Floats = npt.NDArray[np.float32]
Pictures = npt.NDArray[np.uint8]
Level = Literal["basic", "extended", "layout", "all"]
LEVELS: tuple[Level, ...] = ("basic", "extended", "layout", "all")
STUDIO_LEVEL: Level = "all"
"""The level at which the studio builds its sessions; recipes name it."""


def _session(graph: bytes | str, *, level: Level, threads: int) -> "onnxruntime.InferenceSession":
    """One graph, or the file of one, on the CPU at one optimisation level."""
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


def runtime_version() -> str:
    """The version of onnxruntime, for the record."""
    import onnxruntime

    return str(onnxruntime.__version__)


def drawing_role(graphs: Mapping[str, object]) -> str:
    """Which of a generator's graphs makes the picture; it takes nearly all of the time."""
    return "synthesis" if "synthesis" in graphs else "generator"


class GeneratorRunner:
    """A generator of one graph, "generator", or of two, "mapping" and "synthesis", as the studio
    runs it."""

    def __init__(self, graphs: Mapping[str, bytes], *, level: Level, threads: int = 1) -> None:
        self.noise_numbers = 0
        self._layers = 1
        self._drawing = _session(graphs[drawing_role(graphs)], level=level, threads=threads)
        self._mapping: onnxruntime.InferenceSession | None = None
        if "mapping" in graphs:
            self._mapping = _session(graphs["mapping"], level=level, threads=threads)
            shapes = {entry.name: entry.shape for entry in self._drawing.get_inputs()}
            layers, numbers = shapes["styles"][1], shapes["noise"][1]
            assert isinstance(layers, int)
            assert isinstance(numbers, int)
            self._layers, self.noise_numbers = layers, numbers

    def styles(self, latent: Floats, class_weights: Floats, *, truncation: float = 1.0) -> Floats:
        """The style of every layer, (batch, layers, style_dim), of a generator of two graphs."""
        assert self._mapping is not None
        style, mean = self._mapping.run(
            ["style", "style_mean"], {"latent": latent, "class_weights": class_weights}
        )
        drawn = style if truncation == 1 else mean + np.float32(truncation) * (style - mean)
        return np.repeat(drawn[:, None], self._layers, axis=1)

    def run(
        self,
        latent: Floats,
        class_weights: Floats,
        noise: Floats | None = None,
        *,
        truncation: float = 1.0,
    ) -> Pictures:
        """latent (batch, latent_dim), class_weights (batch, classes), noise (batch, noise_numbers)
        where the generator takes any -> uint8 (batch, h, w, c).

        Truncation draws the styles to their mean, or the latent to zero where there are no styles.
        """
        if self._mapping is None:
            latent = latent if truncation == 1 else latent * np.float32(truncation)
            inputs = {"latent": latent, "class_weights": class_weights}
        else:
            if noise is None:
                noise = np.zeros((len(latent), self.noise_numbers), dtype=np.float32)
            styles = self.styles(latent, class_weights, truncation=truncation)
            return self.draw(styles, noise)
        return self._draw(inputs)

    def draw(self, styles: Floats, noise: Floats) -> Pictures:
        """styles (batch, layers, style_dim), noise (batch, noise_numbers) -> uint8 (batch, h, w, c)
        of a generator of two graphs."""
        return self._draw({"styles": styles, "noise": noise})

    def _draw(self, inputs: dict[str, Floats]) -> Pictures:
        (image,) = self._drawing.run(["image"], inputs)
        made: Pictures = image
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


def _in_batches(runner: GeneratorRunner, inputs: tuple[Floats, ...], size: int) -> Pictures:
    """All samples, `size` at a time."""
    parts = [
        runner.run(*(rows[first : first + size] for rows in inputs))
        for first in range(0, len(inputs[0]), size)
    ]
    return np.concatenate(parts)


def require_agreement(
    graphs: Mapping[str, bytes],
    expected: Pictures,
    inputs: tuple[Floats, ...],
    *,
    batches: tuple[int, int],
    tolerance: int,
) -> int:
    """Fail unless onnxruntime makes `expected` within `tolerance` levels at both batch sizes.

    `inputs` are what `GeneratorRunner.run` takes. Returns the largest difference seen.
    """
    worst = 0
    for level in LEVELS:
        runner = GeneratorRunner(graphs, level=level)
        for batch in batches:
            made = _in_batches(runner, inputs, batch)
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
    graphs: Mapping[str, bytes], inputs: tuple[Floats, ...]
) -> dict[Level, bool]:
    """Whether each optimisation level makes the same bytes of a sample alone and in company, on
    one thread and on two.

    Fails unless the level at which the studio runs does, because a recipe promises to be remade
    to the byte.
    """
    result: dict[Level, bool] = {}
    count = len(inputs[0])
    for level in LEVELS:
        made = [
            _in_batches(GeneratorRunner(graphs, level=level, threads=threads), inputs, size)
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


class PictureRunner:
    """An enlarging model's graph: pictures to larger pictures."""

    def __init__(self, graph: bytes, *, level: Level = STUDIO_LEVEL, threads: int = 1) -> None:
        self._session = _session(graph, level=level, threads=threads)

    def run(self, pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """uint8 (count, h, w, 3) -> uint8 (count, h * factor, w * factor, 3), one by one."""
        made = [
            self._session.run(None, {self._session.get_inputs()[0].name: pictures[at : at + 1]})[0]
            for at in range(len(pictures))
        ]
        return np.concatenate(made)


class TextRunner:
    """A decoder's graph: tokens, and the keys and values of those before them, to logits."""

    def __init__(self, graph: Path, *, threads: int = 1) -> None:
        """`graph` is a file, because its weights lie in another beside it."""
        self._session = _session(str(graph), level=STUDIO_LEVEL, threads=threads)
        self._past = {
            entry.name: (_size(entry.shape[1]), _size(entry.shape[3]))
            for entry in self._session.get_inputs()
            if entry.name.startswith("past_key_values.")
        }
        self._names = [entry.name for entry in self._session.get_outputs()]

    def begin(self, batch: int = 1) -> dict[str, Floats]:
        """The cache before the first token: no keys and no values."""
        return {
            name: np.zeros((batch, heads, 0, width), dtype=np.float32)
            for name, (heads, width) in self._past.items()
        }

    def run(
        self, ids: npt.NDArray[np.int64], cache: dict[str, Floats], *, keep: int = 0
    ) -> tuple[Floats, dict[str, Floats]]:
        """ids (batch, sequence) -> logits (batch, kept, vocabulary) of the last `keep` tokens (0:
        of all), and the cache with these tokens in it."""
        seen = next(iter(cache.values())).shape[2]
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones((len(ids), seen + ids.shape[1]), dtype=np.int64),
            "num_logits_to_keep": np.array(keep, dtype=np.int64),
            **cache,
        }
        made = dict(zip(self._names, self._session.run(self._names, inputs), strict=True))
        logits: Floats = made.pop("logits")
        return logits, {
            name.replace("present.", "past_key_values."): value for name, value in made.items()
        }


def _size(dimension: int | str | None) -> int:
    """A dimension that a graph must have fixed."""
    if not isinstance(dimension, int):
        raise TrainingError(f"The graph's cache has a free size ({dimension}) where none may be.")
    return dimension
