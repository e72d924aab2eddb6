"""Measures the checkpoints of a run with a ruler, for the curve in its model's card."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import torch

from training.checkpoints import list_checkpoints, write_atomically
from training.curves import CURVE_FILE, Mark, MeasuredCurve
from training.data.dataset import PictureSet, explain_write_errors
from training.data.order import stream
from training.errors import TrainingError
from training.evaluate.figures import DENSITY_K
from training.evaluate.measures import Matrix, compare_manifolds, mean_distance
from training.evaluate.run import MINIMUM_SAMPLES, fitting_ruler
from training.gan.frechet import frechet_distance
from training.gan.restore import RestoredRun, restore_run
from training.gan.sheets import draw
from training.parity import RulerRunner
from training.ruler.labels import CLASS_HEAD
from training.ruler.manifest import Ruler
from training.ruler.train import answer_slices

_CHOOSE, _LATENT = 21, 22


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveConfig:
    """Which run's checkpoints are measured, and with what."""

    run: Path
    """The run's folder; the curve is kept there, for `export` to put it into the card."""
    checkpoints: tuple[Path, ...] = ()
    """Checkpoints that were kept elsewhere, besides those in the folder."""
    ruler: Path | None = None
    """The ruler's folder. Unset: the one among Atelier's own that knows the classes and size."""
    data_folder: Path | None = None
    """The picture cache, if it is no longer where the run found it."""
    samples: int = 2400
    """Pictures in each comparison, at most as many as were held out."""
    threads: int = 1
    """Threads of the processor."""


class _Measuring:
    """A ruler and what the data look like to it; the same samples are drawn of each checkpoint."""

    def __init__(self, ruler: Ruler, data: PictureSet, config: CurveConfig) -> None:
        self._ruler = ruler.manifest
        self._runner = RulerRunner(ruler.graph, threads=config.threads)
        training, held_out = data.training_indices(), data.held_out_indices()
        self.count = min(config.samples, len(training), len(held_out))
        if self.count < MINIMUM_SAMPLES:
            raise TrainingError(
                f"{data.folder}: {self.count} pictures are held out, too few to measure with; at "
                f"least {MINIMUM_SAMPLES} are needed."
            )
        random = stream(0, _CHOOSE)
        chosen = np.sort(random.permutation(training)[: self.count])
        kept = np.sort(random.permutation(held_out)[: self.count])
        self._labels = data.labels[chosen]
        self._classes = tuple(entry.id for entry in data.info.classes)
        self._reference = self._features(np.array(data.images[chosen]))
        of_held_out, labels = self._features(np.array(data.images[kept])), data.labels[kept]
        self._spread = [
            mean_distance(of_held_out[labels == label]) for label in range(len(self._classes))
        ]

    def _features(self, pictures: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> Matrix:
        return self._runner.run(pictures)[0].astype(np.float64)

    def mark(self, run: RestoredRun) -> Mark:
        """The figures of one checkpoint."""
        shape = (self.count, run.generator.config.latent_dim)
        latent = stream(0, _LATENT).standard_normal(shape, dtype=np.float32)
        made = draw(run.generator, torch.from_numpy(latent), self._labels)
        raw, answers = self._runner.run(made)
        features = raw.astype(np.float64)
        overlap = compare_manifolds(self._reference, features, k=3, density_k=DENSITY_K)
        head, where = self._ruler.heads[0], answer_slices(self._ruler.heads)[0]
        recognised = []
        if head.name == CLASS_HEAD:
            named = answers[:, where].argmax(axis=1)
            wanted = np.array([head.values.index(name) for name in self._classes])[self._labels]
            recognised = [
                float((named == wanted)[self._labels == label].mean())
                for label in range(len(self._classes))
            ]
        return Mark(
            images=run.images,
            cpu_seconds=run.seconds if run.cpu_seconds is None else run.cpu_seconds,
            by_clock=run.cpu_seconds is None,
            frechet=frechet_distance(features, self._reference),
            coverage=overlap.coverage,
            diversity=tuple(
                mean_distance(features[self._labels == label]) / spread
                for label, spread in enumerate(self._spread)
            ),
            recognised=tuple(recognised),
        )


def measure_curve(config: CurveConfig, *, say: Callable[[str], None] = print) -> str:
    """Measure every checkpoint that is not in the run's curve yet; return what was done."""
    paths = {path.name: path for path in (*config.checkpoints, *list_checkpoints(config.run))}
    if not paths:
        raise TrainingError(f"{config.run}: there is no checkpoint in this folder to measure.")
    torch.set_num_threads(config.threads)
    first = next(iter(paths.values()))
    data = restore_run(first.parent, checkpoint=first, data_folder=config.data_folder).data
    info = data.info
    ruler = fitting_ruler(
        config.ruler,
        what=config.run.name,
        size=(info.width, info.height),
        channels=info.channels,
        classes=tuple(entry.id for entry in info.classes),
    )
    target = config.run / CURVE_FILE
    marks = _known(target, ruler)
    measuring: _Measuring | None = None
    for name in sorted(paths):
        images = int(name.partition("-")[2].partition(".")[0])
        if images in marks:
            continue
        measuring = measuring or _Measuring(ruler, data, config)
        path = paths[name]
        restored = restore_run(path.parent, checkpoint=path, data_folder=config.data_folder)
        mark = measuring.mark(restored)
        say(
            f"{mark.images:,} images: FD {mark.frechet:.1f}, coverage {mark.coverage:.3f}, "
            f"diversity at least {min(mark.diversity):.2f}"
        )
        marks[images] = mark
        curve = MeasuredCurve(
            ruler=ruler.manifest.id,
            ruler_sha256=ruler.manifest.sha256,
            samples=measuring.count,
            marks=tuple(marks[images] for images in sorted(marks)),
        )
        body = msgspec.json.format(msgspec.json.encode(curve), indent=1)
        with explain_write_errors(config.run, "the curve"):
            write_atomically(target, lambda file, body=body: file.write(body))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    return f"{target}: {len(marks)} checkpoints measured with {ruler.manifest.id}."


def _known(path: Path, ruler: Ruler) -> dict[int, Mark]:
    """What was measured earlier with this very ruler."""
    try:
        curve = msgspec.json.decode(path.read_bytes(), type=MeasuredCurve)
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as error:
        raise TrainingError(f"{path}: this curve cannot be read ({error}); delete it.") from error
    if curve.ruler_sha256 != ruler.manifest.sha256:
        return {}
    return {mark.images: mark for mark in curve.marks}
