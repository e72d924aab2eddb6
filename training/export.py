"""Writes a finished run as a model folder that the studio opens.

The folder is complete or absent: everything is written to a temporary folder beside the target,
compared with torch, and only then given its name.
"""

import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

from studio.contract.manifest import (
    MANIFEST_NAME,
    Choice,
    Control,
    DataSource,
    Golden,
    Graph,
    HalfPrecision,
    Label,
    LatentSpace,
    Licence,
    Manifest,
    Measure,
    Tensor,
    Training,
    encode_manifest,
    file_sha256,
    read_model,
)
from training.card import write_card
from training.checkpoints import write_atomically
from training.data.dataset import DatasetInfo
from training.data.order import stream
from training.errors import TrainingError
from training.folders import publish_folder
from training.gan.config import config_command
from training.gan.diversity import (
    ClassDiversity,
    TrainedClassifier,
    data_spread,
    load_classifier,
    to_levels,
)
from training.gan.frechet import FRECHET_METHOD, measure_frechet
from training.gan.graph import generator_graph
from training.gan.measure import DIVERSITY_METHOD, measure_diversity
from training.gan.model import Generator
from training.gan.restore import RestoredRun, restore_run
from training.gan.sheets import class_sheet, save_png
from training.half_precision import write_half
from training.parity import (
    STUDIO_LEVEL,
    GraphRunner,
    Level,
    require_agreement,
    require_batch_invariance,
)

TOLERANCE = 1
PARITY_BATCHES = (1, 16)
GRAPH_FILE = "generator.onnx"
GOLDEN_FILE = "golden.npz"
CARD_FILE = "CARD.md"
SAMPLES_FILE = "samples.png"
GOLDEN_SEED = 4
MAXIMUM_TRUNCATION = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportConfig:
    """What a run cannot know of the model that it becomes."""

    run: Path
    """The run's folder."""
    id: str
    """The model's name for commands and files, e.g. `fashion-dcgan`."""
    title_en: str
    """Its title in English."""
    title_zh: str = ""
    """Its title in Simplified Chinese. Unset: the English one."""
    description_en: str = ""
    """One sentence on what it makes. Unset: one made from the data's name."""
    description_zh: str = ""
    """The same in Simplified Chinese."""
    checkpoint: Path | None = None
    """The checkpoint to export. Unset: the newest of the run. A later one is not always better."""
    version: str = "1.0.0"
    """Version of the model."""
    out: Path = Path("exported_models")
    """The folder that receives the model's folder."""
    data_folder: Path | None = None
    """The picture cache, if it is no longer where the run found it."""
    pixel_art: bool = False
    """Enlarge its pictures without smoothing."""
    truncation: float = 1.0
    """Where the control from typical to strange stands at first; 1 is what was trained."""
    diversity_samples: int = 256
    """Samples of each class for the figure in the card."""
    frechet_samples: int = 5000
    """Pictures for the Frechet distance in the card."""
    half_samples: int = 5000
    """Pictures by which it is decided whether half precision, for graphics cards, is exact
    enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export found out, for the person who asked for it."""

    folder: Path
    difference: int
    invariant: dict[Level, bool]
    bytes: int
    diversity: tuple[ClassDiversity, ...]
    frechet: tuple[float, float]
    """Distance of the samples and of held-out pictures to training pictures."""


def _silent(text: str) -> None:
    """Nobody listens."""


def sample_inputs(
    count: int, *, latent_dim: int, classes: int, seed: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Latents (count, latent_dim) and class weights (count, classes): each class in turn.

    The last two rows blend two classes and three.
    """
    latent = stream(seed, 4).standard_normal((count, latent_dim), dtype=np.float32)
    weights = np.eye(classes, dtype=np.float32)[np.arange(count) % classes]
    if classes > 1 and count > 2:
        weights[-1] = 0
        weights[-1, :2] = 0.5
        weights[-2] = 0
        weights[-2, : min(3, classes)] = 1 / min(3, classes)
    return latent, weights


@torch.no_grad()
def _expected(
    run: RestoredRun, latent: npt.NDArray[np.float32], weights: npt.NDArray[np.float32]
) -> npt.NDArray[np.uint8]:
    return to_levels(run.generator(torch.from_numpy(latent), torch.from_numpy(weights)))


def licence_of(info: DatasetInfo) -> Licence:
    """What may be done with the pictures, as far as the data's licences say."""
    permissive = {"MIT", "CC0 1.0", "CC0-1.0"}
    licences = sorted({credit.licence for credit in info.credits})
    credit = "; ".join(
        dict.fromkeys(
            f"{c.name} by {c.creator} ({c.licence})" if c.creator else f"{c.name} ({c.licence})"
            for c in info.credits
        )
    )
    listed = ", ".join(licences)
    if set(licences) <= permissive:
        return Licence(
            spdx="Apache-2.0",
            credit=credit,
            sentence=Label(
                en="You may use and sell what you make with it. Its training data are under "
                f"{listed}; naming their makers is kind.",
                zh=f"您可以使用和出售用它制作的作品。训练数据的许可为 {listed}；建议注明数据作者。",
            ),
        )
    if licences == ["own"]:
        return Licence(
            spdx="LicenseRef-own",
            credit=credit,
            sentence=Label(
                en="It was trained on its maker's own pictures: the maker decides what may be done "
                "with what it makes.",
                zh="它由作者自己的图片训练而成：用它制作的作品可作何用途，由作者决定。",
            ),
        )
    return Licence(
        spdx="LicenseRef-training-data",
        credit=credit,
        sentence=Label(
            en=f"Its training data are under {listed}: check what that allows before you share "
            "or sell what you make with it.",
            zh=f"训练数据的许可为 {listed}：分享或出售作品之前，请先确认许可范围。",
        ),
    )


def _controls(info: DatasetInfo, *, truncation: float) -> tuple[Control, ...]:
    kind = Control(
        name="class",
        type="choice",
        applies_to="class",
        input="class_weights",
        order=0,
        label=Label(en="Kind", zh="类别"),
        help=Label(en="What the picture shows.", zh="图片的内容。"),
        default=info.classes[0].id,
        choices=tuple(Choice(value=c.id, label=Label(en=c.en, zh=c.zh_cn)) for c in info.classes),
    )
    strangeness = Control(
        name="truncation",
        type="number",
        applies_to="truncation",
        input="latent",
        order=1,
        label=Label(en="Typical to strange", zh="从典型到奇异"),
        help=Label(
            en="Low values stay near the model's average, high values go to its edges.",
            zh="低值接近模型的平均样子，高值走向边缘。",
        ),
        default=truncation,
        minimum=0.0,
        maximum=MAXIMUM_TRUNCATION,
        step=0.05,
        ends=(Label(en="typical", zh="典型"), Label(en="strange", zh="奇异")),
    )
    return (kind, strangeness)


def _graph_entry(run: RestoredRun, sha256: str, half: HalfPrecision | None) -> Graph:
    info = run.data.info
    return Graph(
        file=GRAPH_FILE,
        sha256=sha256,
        inputs=(
            Tensor(
                name="latent",
                role="latent",
                dtype="float32",
                shape=("batch", run.generator.config.latent_dim),
            ),
            Tensor(
                name="class_weights",
                role="class_weights",
                dtype="float32",
                shape=("batch", len(info.classes)),
                range=(0.0, 1.0),
            ),
        ),
        outputs=(
            Tensor(
                name="image",
                role="image",
                dtype="uint8",
                shape=("batch", info.height, info.width, info.channels),
                range=(0.0, 255.0),
                layout="NHWC",
            ),
        ),
        half=half,
    )


def _measures(
    diversity: tuple[ClassDiversity, ...],
    classifier: TrainedClassifier,
    frechet: tuple[float, float],
) -> tuple[Measure, ...]:
    reference = round(frechet[1], 3) if math.isfinite(frechet[1]) else None
    measures = [
        Measure(
            name="FD, own classifier",
            value=round(frechet[0], 3),
            reference=reference,
            method=FRECHET_METHOD,
        )
    ]
    for entry in diversity:
        measures.append(
            Measure(
                name="within-class diversity",
                value=round(entry.generated, 4),
                reference=round(entry.data, 4),
                of=entry.class_id,
                method=DIVERSITY_METHOD,
            )
        )
        measures.append(
            Measure(
                name="recognised",
                value=round(entry.right, 4),
                reference=round(classifier.accuracy, 4),
                of=entry.class_id,
                unit="share",
                method="share of samples that the same classifier takes for their class; the "
                "reference is its accuracy on held-out pictures of all classes",
            )
        )
    return tuple(measures)


def _scalar_config(
    config: dict[str, object], prefix: str = ""
) -> dict[str, str | int | float | bool | None]:
    """The configuration without folders of the machine that trained, one level deep."""
    flat: dict[str, str | int | float | bool | None] = {}
    for key, value in config.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _scalar_config(value, f"{name}.")
        elif isinstance(value, list):
            flat[name] = ",".join(map(str, value))
        elif name not in {"out", "data.path", "data.cache", "resume"} and (
            value is None or isinstance(value, str | int | float | bool)
        ):
            flat[name] = value
    return flat


def _manifest(
    config: ExportConfig,
    run: RestoredRun,
    *,
    graph_sha256: str,
    golden_sha256: str,
    half: HalfPrecision | None,
    measures: tuple[Measure, ...],
) -> Manifest:
    info = run.data.info
    size = f"{info.width}x{info.height}"
    classes_en = ", ".join(c.en for c in info.classes)
    channels: Literal[1, 3] = 1 if info.channels == 1 else 3
    training_count = info.count - info.held_out
    seed = run.config["seed"]
    assert isinstance(seed, int)
    return Manifest(
        id=config.id,
        kind="gan",
        version=config.version,
        title=Label(en=config.title_en, zh=config.title_zh or config.title_en),
        description=Label(
            en=config.description_en or f"Pictures of {size} pixels after {info.name}.",
            zh=config.description_zh or f"仿照 {info.name} 的 {size} 像素图片。",
        ),
        limits=Label(
            en=f"It makes {'greyscale' if channels == 1 else 'colour'} pictures of {size} pixels "
            f"and knows only: {classes_en}. It follows no text and knows nothing outside its "
            "training data; some samples are blurred or malformed.",
            zh=f"只能生成 {size} 像素的{'灰度' if channels == 1 else '彩色'}图片，且只会这些类别："
            f"{'、'.join(c.zh_cn for c in info.classes)}。它不理解文字，也不了解训练数据以外的"
            "内容；部分结果会模糊或变形。",
        ),
        licence=licence_of(info),
        graphs={"generator": _graph_entry(run, graph_sha256, half)},
        latent=LatentSpace(dimension=run.generator.config.latent_dim),
        controls=_controls(info, truncation=config.truncation),
        picture_size=(info.width, info.height),
        channels=channels,
        pixel_art=config.pixel_art,
        training=Training(
            recipe=str(run.config["recipe"]),
            command=config_command(run.config),
            data=tuple(
                DataSource(
                    name=credit.name,
                    licence=credit.licence,
                    credit=credit.creator,
                    samples=training_count // len(info.credits),
                )
                for credit in info.credits
            ),
            seed=seed,
            samples_seen=run.images,
            seconds=round(run.seconds, 1),
            config={**_scalar_config(run.config), "data.key": info.key},
            versions={**run.versions, "onnxruntime": GraphRunner.runtime_version()},
            checkpoint_sha256=file_sha256(run.checkpoint),
        ),
        quality=measures,
        golden=Golden(file=GOLDEN_FILE, sha256=golden_sha256, tolerance=TOLERANCE),
        card=CARD_FILE,
    )


def export_run(config: ExportConfig, *, say: Callable[[str], None] = _silent) -> Exported:
    """Export the newest checkpoint of a run; raises TrainingError and leaves no folder if torch
    and onnxruntime do not agree.

    It takes minutes on a busy machine: `say` hears what is being done.
    """
    if not 0 <= config.truncation <= MAXIMUM_TRUNCATION:
        raise TrainingError(
            f"--truncation {config.truncation}: must be from 0 to {MAXIMUM_TRUNCATION}."
        )
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", config.id) is None:
        raise TrainingError(
            f"--id {config.id!r}: must be small letters, digits, dots, dashes and underscores, and "
            "begin with a letter or a digit."
        )
    run = restore_run(config.run, checkpoint=config.checkpoint, data_folder=config.data_folder)
    info = run.data.info
    assert isinstance(run.generator, Generator)
    graph = generator_graph(run.generator)
    latent, weights = sample_inputs(
        32, latent_dim=run.generator.config.latent_dim, classes=len(info.classes), seed=0
    )
    say(f"Exporting {run.checkpoint.name}; comparing the graph with torch")
    difference = require_agreement(
        graph,
        _expected(run, latent, weights),
        latent,
        weights,
        batches=PARITY_BATCHES,
        tolerance=TOLERANCE,
    )
    invariant = require_batch_invariance(graph, latent, weights)
    say("Measuring samples of each class")
    classifier = load_classifier(run.data)
    diversity = tuple(
        measure_diversity(
            run.generator,
            classifier,
            run.data,
            data_spread(classifier, run.data, count=config.diversity_samples),
            samples=config.diversity_samples,
        )
    )
    frechet = measure_frechet(run.generator, classifier, run.data, samples=config.frechet_samples)
    say("Trying half precision, for graphics cards")
    target = config.out / config.id
    with publish_folder(target, marker=MANIFEST_NAME, purpose="the exported model") as temporary:
        (temporary / GRAPH_FILE).write_bytes(graph)
        _write_golden(temporary / GOLDEN_FILE, graph, run)
        save_png(
            temporary / SAMPLES_FILE,
            class_sheet(run.generator, columns=8, truncation=config.truncation),
        )
        manifest = _manifest(
            config,
            run,
            graph_sha256=hashlib.sha256(graph).hexdigest(),
            golden_sha256=file_sha256(temporary / GOLDEN_FILE),
            half=write_half(
                temporary,
                graph,
                latent_dim=run.generator.config.latent_dim,
                classes=len(info.classes),
                tolerance=TOLERANCE,
                samples=config.half_samples,
            ),
            measures=_measures(diversity, classifier, frechet),
        )
        (temporary / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
        card = write_card(
            manifest,
            info,
            diversity=diversity,
            classifier_accuracy=classifier.accuracy,
            frechet=frechet,
            truncation=config.truncation,
            parity=(
                f"torch and onnxruntime differ by at most {difference} of 255 levels over "
                f"{len(latent)} samples at batch {PARITY_BATCHES[0]} and {PARITY_BATCHES[1]}"
            ),
            invariant=tuple(level for level, same in invariant.items() if same),
            day=datetime.now(UTC).date().isoformat(),
        )
        (temporary / CARD_FILE).write_text(card, encoding="utf-8")
        read_model(temporary)
    return Exported(
        folder=target,
        difference=difference,
        invariant=invariant,
        bytes=len(graph),
        diversity=diversity,
        frechet=frechet,
    )


def _write_golden(path: Path, graph: bytes, run: RestoredRun) -> None:
    """Store a few samples with the bytes that onnxruntime made of them here."""
    latent, weights = sample_inputs(
        4,
        latent_dim=run.generator.config.latent_dim,
        classes=len(run.data.info.classes),
        seed=GOLDEN_SEED,
    )
    image = GraphRunner(graph, level=STUDIO_LEVEL).run(latent, weights)
    write_atomically(
        path,
        lambda file: np.savez(file, latent=latent, class_weights=weights, image=image),
    )


def describe(exported: Exported) -> str:
    """What an export has to say on the command line."""
    same = [level for level, holds in exported.invariant.items() if holds]
    ratios = ", ".join(f"{d.class_id} {d.ratio:.2f}" for d in exported.diversity)
    return (
        f"{exported.folder}: graph of {exported.bytes / 1e6:.1f} MB; differs from torch by at "
        f"most {exported.difference} level(s); same bytes at every batch size and on 1 or 2 "
        f"threads at optimisation level {', '.join(same)}.\n"
        f"Diversity within a class, as a share of the data's: {ratios}\n"
        f"FD, own classifier: {exported.frechet[0]:.2f} (held-out pictures: "
        f"{exported.frechet[1]:.2f})"
    )
