"""Writes a finished run as a model folder that the studio opens.

The folder is complete or absent: everything is written to a temporary folder beside the target,
compared with torch, and only then given its name.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from studio.contract.manifest import MANIFEST_NAME, Label, encode_manifest, file_sha256, read_model
from training.card import write_card
from training.checkpoints import write_atomically
from training.curves import curve_section, read_curve
from training.data.order import stream
from training.errors import TrainingError
from training.folders import publish_folder
from training.gan.diversity import ClassDiversity, data_spread, load_classifier, to_levels
from training.gan.frechet import measure_frechet
from training.gan.graph import generator_graph, mapping_graph, synthesis_graph
from training.gan.measure import measure_diversity
from training.gan.model import Generator, PictureGenerator
from training.gan.restore import restore_run
from training.gan.sheets import class_sheet, save_png, set_sheet
from training.gan.style_model import StyleGenerator
from training.half_precision import write_half
from training.model_manifest import (
    CARD_FILE,
    GOLDEN_FILE,
    MAXIMUM_TRUNCATION,
    TOLERANCE,
    Naming,
    graph_file,
    make_manifest,
    measures_of_export,
)
from training.parity import (
    STUDIO_LEVEL,
    Floats,
    GeneratorRunner,
    Level,
    Pictures,
    require_agreement,
    require_batch_invariance,
)

PARITY_BATCHES = (1, 16)
SAMPLES_FILE = "samples.png"
GOLDEN_SEED = 4


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
    compare: tuple[Path, ...] = ()
    """Other runs on the same pictures, whose curves stand beside this one's in the card."""
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


def sample_inputs(count: int, *, latent_dim: int, classes: int, seed: int) -> tuple[Floats, Floats]:
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


def _inputs(generator: PictureGenerator, count: int, *, seed: int) -> tuple[Floats, ...]:
    """What `GeneratorRunner.run` takes: latents, class weights and, where there is any, noise."""
    latent, weights = sample_inputs(
        count, latent_dim=generator.config.latent_dim, classes=generator.classes, seed=seed
    )
    if not isinstance(generator, StyleGenerator):
        return latent, weights
    shape = (count, generator.synthesis.noise_numbers)
    return latent, weights, stream(seed, 5).standard_normal(shape, dtype=np.float32)


@torch.no_grad()
def _expected(generator: PictureGenerator, inputs: tuple[Floats, ...]) -> Pictures:
    return to_levels(generator(*map(torch.from_numpy, inputs)))


def _graphs(generator: PictureGenerator) -> dict[str, bytes]:
    """The files of a ready generator by role."""
    if isinstance(generator, StyleGenerator):
        return {"mapping": mapping_graph(generator), "synthesis": synthesis_graph(generator)}
    assert isinstance(generator, Generator)
    return {"generator": generator_graph(generator)}


def _naming(config: ExportConfig) -> Naming:
    return Naming(
        id=config.id,
        version=config.version,
        title=Label(en=config.title_en, zh=config.title_zh or config.title_en),
        description=Label(en=config.description_en, zh=config.description_zh),
        pixel_art=config.pixel_art,
        truncation=config.truncation,
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
    curves = tuple(read_curve(folder) for folder in (config.run, *config.compare))
    info, generator = run.data.info, run.generator
    graphs = _graphs(generator)
    inputs = _inputs(generator, 32, seed=0)
    say(f"Exporting {run.checkpoint.name}; comparing the graph with torch")
    difference = require_agreement(
        graphs,
        _expected(generator, inputs),
        inputs,
        batches=PARITY_BATCHES,
        tolerance=TOLERANCE,
    )
    invariant = require_batch_invariance(graphs, inputs)
    say("Measuring samples of each class")
    classifier = load_classifier(run.data)
    diversity = tuple(
        measure_diversity(
            generator,
            classifier,
            run.data,
            data_spread(classifier, run.data, count=config.diversity_samples),
            samples=config.diversity_samples,
        )
    )
    frechet = measure_frechet(generator, classifier, run.data, samples=config.frechet_samples)
    say("Trying half precision, for graphics cards")
    target = config.out / config.id
    with publish_folder(target, marker=MANIFEST_NAME, purpose="the exported model") as temporary:
        for role, graph in graphs.items():
            (temporary / graph_file(role)).write_bytes(graph)
        _write_golden(temporary / GOLDEN_FILE, graphs, generator)
        save_png(
            temporary / SAMPLES_FILE,
            set_sheet(generator, truncation=config.truncation)
            if run.together
            else class_sheet(generator, columns=8, truncation=config.truncation),
        )
        manifest = make_manifest(
            _naming(config),
            run,
            hashes={role: hashlib.sha256(graph).hexdigest() for role, graph in graphs.items()},
            golden_sha256=file_sha256(temporary / GOLDEN_FILE),
            half=write_half(
                temporary,
                graphs,
                latent_dim=generator.config.latent_dim,
                classes=len(info.classes),
                tolerance=TOLERANCE,
                samples=config.half_samples,
            ),
            measures=measures_of_export(diversity, classifier, frechet),
        )
        (temporary / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
        card = write_card(
            manifest,
            info,
            run_config=run.config,
            diversity=diversity,
            classifier_accuracy=classifier.accuracy,
            frechet=frechet,
            truncation=config.truncation,
            parity=(
                f"torch and onnxruntime differ by at most {difference} of 255 levels over "
                f"{len(inputs[0])} samples at batch {PARITY_BATCHES[0]} and {PARITY_BATCHES[1]}"
            ),
            invariant=tuple(level for level, same in invariant.items() if same),
            curves=curve_section(curves),
            day=datetime.now(UTC).date().isoformat(),
        )
        (temporary / CARD_FILE).write_text(card, encoding="utf-8")
        read_model(temporary)
    return Exported(
        folder=target,
        difference=difference,
        invariant=invariant,
        bytes=sum(map(len, graphs.values())),
        diversity=diversity,
        frechet=frechet,
    )


def _write_golden(path: Path, graphs: dict[str, bytes], generator: PictureGenerator) -> None:
    """Store a few samples with the bytes that onnxruntime made of them here."""
    inputs = _inputs(generator, 4, seed=GOLDEN_SEED)
    image = GeneratorRunner(graphs, level=STUDIO_LEVEL).run(*inputs)
    names = ("latent", "class_weights", "noise")
    arrays: dict[str, npt.NDArray[Any]] = dict(zip(names, inputs, strict=False))
    arrays["image"] = image
    write_atomically(path, lambda file: np.savez(file, allow_pickle=False, **arrays))


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
