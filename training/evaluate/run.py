"""Measures an exported model against its data and writes the figures into its folder."""

import hashlib
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import torch

import studio
from studio.contract.errors import AtelierError
from studio.contract.manifest import (
    MANIFEST_NAME,
    Evaluation,
    Manifest,
    Model,
    decode_manifest,
    encode_manifest,
    read_model,
)
from training.card import MEASURED, replace_section
from training.checkpoints import write_atomically
from training.data.dataset import PictureSet, explain_write_errors, open_cache
from training.data.order import stream
from training.data.prepare import DataConfig, prepare_data
from training.errors import TrainingError
from training.evaluate.agreement import MOST_SETS, Agreement, agreement, told_styles
from training.evaluate.figures import (
    DENSITY_K,
    MEASURE_NAMES,
    ClassFigures,
    Figures,
    Overlap,
    Seen,
    card_section,
    measures_of,
    nearness,
)
from training.evaluate.measures import (
    Indices,
    Matrix,
    compare_manifolds,
    fingerprints,
    mean_distance,
    nearest_features,
    nearest_pixels,
)
from training.gan.frechet import frechet_distance
from training.gan.sheets import save_png, tile
from training.parity import STUDIO_LEVEL, GeneratorRunner, RulerRunner, runtime_version
from training.ruler.labels import CLASS_HEAD
from training.ruler.manifest import Ruler, RulerManifest, find_rulers, read_ruler
from training.ruler.train import answer_slices

_PACKAGED = Path(studio.__file__).parent / "exported_models"
_BESIDE = Path(studio.__file__).parents[1] / "exported_models"
RULERS = (_PACKAGED if _PACKAGED.is_dir() else _BESIDE) / "rulers"
"""With the shipped models, inside the package in a wheel and beside it in a checkout."""
SAMPLES_SHEET = "evaluation.png"
NEIGHBOURS_SHEET = "neighbours.png"
MINIMUM_SAMPLES = 50
_CHOOSE, _LATENT, _NOISE = 11, 12, 13
MADE_HERE = ("dicebear", "typefaces")
"""Sources that need no folder: avatars are rendered, and the shipped letters' fonts have a place
of their own."""
_BATCH = 64
_SHEET_COLUMNS = 16
_NEIGHBOURS = 8
_SHEET_SIDE = 64  # pixels that a picture has at least on a sheet
_REPLACED = MEASURE_NAMES | {"FD, own classifier"}
"""An export's own figures, and those of every earlier evaluation under whatever ruler."""
_REPLACED_START = "nearest training picture in the features of the ruler "
"""Earlier versions named the ruler in the name of the figure."""

Pictures = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateConfig:
    """Which model is measured, and with what."""

    model: Path
    """The model's folder, e.g. `exported_models/mine`."""
    ruler: Path | None = None
    """The ruler's folder. Unset: the one among Atelier's own, `exported_models/rulers`, that knows
    the model's classes and size."""
    data_path: Path | None = None
    """The folder of pictures or of IDX files on which the model was trained."""
    data_folder: Path | None = None
    """Its picture cache, instead of `data-path`."""
    cache: Path | None = None
    """Folder of the picture caches. Unset: the user's cache folder."""
    samples: int = 5000
    """Pictures in each comparison, at most as many as were held out."""
    neighbours: int = 3
    """The k of precision and recall."""
    seed: int = 0
    """Decides the latents and the pictures that are compared."""
    threads: int = 1
    """Threads of the processor. With another number the last digits may differ."""
    write: bool = True
    """Write the figures into the model's manifest and card, and the sheets beside them."""


class Evaluator:
    """One generator, one ruler and the data: everything that is measured is computed here."""

    def __init__(
        self,
        config: EvaluateConfig,
        model: Model,
        ruler: Ruler,
        data: PictureSet,
        ruler_data: PictureSet | None,
    ) -> None:
        self._config, self._model, self._ruler, self._data = config, model, ruler, data
        self._ruler_data = ruler_data
        graphs = {
            role: model.file(graph.file).read_bytes()
            for role, graph in model.manifest.graphs.items()
        }
        self._generator = GeneratorRunner(graphs, level=STUDIO_LEVEL, threads=config.threads)
        self._measuring = RulerRunner(ruler.graph, threads=config.threads)
        held_out, training = data.held_out_indices(), data.training_indices()
        self.count = min(config.samples, len(held_out), len(training))
        if self.count < MINIMUM_SAMPLES:
            raise TrainingError(
                f"{data.folder}: {self.count} pictures are held out, too few to measure with; at "
                f"least {MINIMUM_SAMPLES} are needed (train with a larger --data.held-out)."
            )
        random = stream(config.seed, _CHOOSE)
        self._training = training
        self._reference = np.sort(random.permutation(training)[: self.count])
        self._held_out = np.sort(random.permutation(held_out)[: self.count])

    def _draw(
        self, labels: npt.NDArray[np.int64], *, truncation: float, of_each: int = 1
    ) -> Pictures:
        """One picture for each label; the same latents and noise at every truncation.

        With `of_each` so many pictures in a row share a latent.
        """
        manifest = self._model.manifest
        assert manifest.latent is not None
        shape = (len(labels) // of_each, manifest.latent.dimension)
        latent = stream(self._config.seed, _LATENT).standard_normal(shape, dtype=np.float32)
        latent = np.repeat(latent, of_each, axis=0)
        weights = np.eye(len(self._data.info.classes), dtype=np.float32)[labels]
        random = stream(self._config.seed, _NOISE)
        parts = []
        for first in range(0, len(labels), _BATCH):
            rows = slice(first, min(first + _BATCH, len(labels)))
            shape = (rows.stop - rows.start, self._generator.noise_numbers)
            noise = random.standard_normal(shape, dtype=np.float32)
            parts.append(
                self._generator.run(latent[rows], weights[rows], noise, truncation=truncation)
            )
        return np.concatenate(parts)

    def _measure(self, pictures: Pictures) -> tuple[Matrix, npt.NDArray[np.float32]]:
        features, answers = self._measuring.run(pictures)
        return features.astype(np.float64), answers

    def _seen(self, training: list[bytes], held_out: list[bytes]) -> Seen | None:
        """How many of the pictures with these fingerprints the ruler was trained on."""
        theirs = self._ruler_data
        if theirs is None:
            return None
        known = set(fingerprints(theirs.images, theirs.training_indices()))
        return Seen(
            training=sum(print_ in known for print_ in training),
            of_training=len(training),
            held_out=sum(print_ in known for print_ in held_out),
        )

    def _overlap(self, reference: Matrix, features: Matrix) -> Overlap:
        return Overlap(
            frechet=frechet_distance(features, reference),
            manifolds=compare_manifolds(
                reference, features, k=self._config.neighbours, density_k=DENSITY_K
            ),
        )

    def evaluate(self, evaluation: Evaluation) -> tuple[Figures, Pictures, Pictures]:
        """All figures, the sheet of samples and the sheet of neighbours."""
        data, manifest = self._data, self._model.manifest
        control = manifest.control("truncation")
        truncation = float(control.default) if control is not None else 1.0
        labels = data.labels[self._reference]
        held_out_labels = data.labels[self._held_out]
        made = self._draw(labels, truncation=1.0)
        features, answers = self._measure(made)
        of_truncated, _ = self._measure(self._draw(labels, truncation=truncation))
        held_out_pictures = np.array(data.images[self._held_out])
        of_held_out, held_out_answers = self._measure(held_out_pictures)
        pool = np.concatenate(
            [
                self._measure(np.array(data.images[self._training[first : first + 4096]]))[0]
                for first in range(0, len(self._training), 4096)
            ]
        )
        _, reference_answers = self._measure(np.array(data.images[self._reference]))
        reference = pool[np.searchsorted(self._training, self._reference)]
        by_features, feature_distance = nearest_features(features, pool)
        _, held_out_distance = nearest_features(of_held_out, pool)
        by_pixels, pixel_distance = nearest_pixels(made, data.images, self._training)
        _, held_out_pixels = nearest_pixels(held_out_pictures, data.images, self._training)
        training_prints = fingerprints(data.images, self._training)
        held_out_prints = fingerprints(data.images, self._held_out)
        distinct = set(training_prints)
        trained_on = np.array([print_ in distinct for print_ in held_out_prints])
        figures = Figures(
            whole=self._overlap(reference, features),
            truncated=self._overlap(reference, of_truncated),
            truncation=truncation,
            held_out=self._overlap(reference, of_held_out),
            classes=tuple(
                self._class_figures(
                    label,
                    (features[labels == label], answers[labels == label]),
                    (
                        of_held_out[held_out_labels == label],
                        held_out_answers[held_out_labels == label],
                    ),
                    reference_answers[labels == label],
                )
                for label in range(len(data.info.classes))
            ),
            features=nearness(feature_distance, held_out_distance, trained_on),
            pixels=nearness(pixel_distance, held_out_pixels, trained_on),
            duplicates=int(trained_on.sum()),
            seen=self._seen(training_prints, held_out_prints),
            agreement=self._agreement(),
            ruler=self._ruler.manifest,
            evaluation=evaluation,
        )
        # Half of the columns are the samples nearest to a training picture, half are any.
        nearest = np.argsort(feature_distance, kind="stable")[:_NEIGHBOURS]
        shown = np.concatenate([nearest, np.arange(_NEIGHBOURS) * (self.count // _NEIGHBOURS)])
        neighbours = self._neighbour_sheet(made, shown, by_features, by_pixels)
        return figures, self._sample_sheet(), neighbours

    def _class_figures(
        self,
        label: int,
        made: tuple[Matrix, npt.NDArray[np.float32]],
        held_out: tuple[Matrix, npt.NDArray[np.float32]],
        reference_answers: npt.NDArray[np.float32],
    ) -> ClassFigures:
        """Figures of one class from the features and answers of its samples, its held-out
        pictures, and the training pictures that both are compared with."""
        class_id = self._data.info.classes[label].id
        ruler = self._ruler.manifest
        return ClassFigures(
            class_id=class_id,
            samples=len(made[0]),
            diversity=mean_distance(made[0]),
            data_diversity=mean_distance(held_out[0]),
            recognised=_recognised(ruler, made[1], class_id),
            data_recognised=_recognised(ruler, held_out[1], class_id),
            parts=_parts_shared(ruler, made[1], reference_answers, class_id),
            data_parts=_parts_shared(ruler, held_out[1], reference_answers, class_id),
        )

    def _agreement(self) -> Agreement | None:
        """How far pictures that belong together agree; None where none do."""
        data = self._data
        if not self._model.manifest.specimen or data.sets is None:
            return None
        table = data.set_table()
        held_out = table[data.held_out[table[:, 0]]][:MOST_SETS]
        sets, members = held_out.shape
        if sets < 2:
            return None
        labels = np.tile(np.arange(members), sets)
        made = self._draw(labels, truncation=1.0, of_each=members)
        told = [
            told_styles(self._ruler.manifest, self._measure(pictures)[1])
            for pictures in (made, np.array(data.images[held_out.reshape(-1)]))
        ]
        if not told[0].shape[1]:
            return None
        samples, of_data = (agreement(part.reshape(sets, members, -1)) for part in told)
        return Agreement(sets=sets, samples=samples, held_out=of_data)

    def _sample_sheet(self) -> Pictures:
        """The first samples of each class at truncation 1, none of them chosen.

        A row of each class; of what belongs together, a row of each of the first latents.
        """
        classes = len(self._data.info.classes)
        if self._model.manifest.specimen:
            labels = np.tile(np.arange(classes), _SHEET_COLUMNS)
            return tile(self._draw(labels, truncation=1.0, of_each=classes), classes)
        labels = np.repeat(np.arange(classes), _SHEET_COLUMNS)
        return tile(self._draw(labels, truncation=1.0), _SHEET_COLUMNS)

    def _neighbour_sheet(
        self, made: Pictures, shown: Indices, by_features: Indices, by_pixels: Indices
    ) -> Pictures:
        """Samples, the training pictures nearest in features, those nearest in pixels.

        A gap divides the samples that are nearest to a training picture from any others.
        """
        images = self._data.images
        gap = np.full((1, *made.shape[1:]), 255, dtype=np.uint8)
        rows = [
            made[shown],
            images[self._training[by_features[shown]]],
            images[self._training[by_pixels[shown]]],
        ]
        half = len(shown) // 2
        parted = [part for row in rows for part in (row[:half], gap, row[half:])]
        return tile(np.concatenate(parted), len(shown) + 1)


def measured_graph(manifest: Manifest) -> str:
    """What is measured, as one SHA-256: of the graph, or where there are several of their hashes in
    the order of their roles."""
    hashes = [manifest.graphs[role].sha256 for role in sorted(manifest.graphs)]
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("".join(hashes).encode("ascii")).hexdigest()


def _recognised(
    ruler: RulerManifest, answers: npt.NDArray[np.float32], class_id: str
) -> float | None:
    """Share of `answers` (count, answers) that name the class; None if the ruler knows none."""
    head, where = ruler.heads[0], answer_slices(ruler.heads)[0]
    if head.name != CLASS_HEAD or not len(answers):
        return None
    return float((answers[:, where].argmax(axis=1) == head.values.index(class_id)).mean())


def _parts_shared(
    ruler: RulerManifest,
    answers: npt.NDArray[np.float32],
    of_data: npt.NDArray[np.float32],
    class_id: str,
) -> float | None:
    """How far each part of the class occurs as often as in the data; None if it has no parts.

    For each question, the overlap of the two distributions of answers (the sum of the lesser
    shares: 1 where they are the same, 0 where they have nothing in common); the mean over all.
    """
    overlaps = []
    for head, where in zip(ruler.heads, answer_slices(ruler.heads), strict=True):
        if head.of == class_id and len(answers) and len(of_data):
            shares = [
                np.bincount(part[:, where].argmax(axis=1), minlength=len(head.values)) / len(part)
                for part in (answers, of_data)
            ]
            overlaps.append(float(np.minimum(*shares).sum()))
    return sum(overlaps) / len(overlaps) if overlaps else None


def read_generator(folder: Path) -> Model:
    """Read the folder of a model that makes pictures; TrainingError if it is none."""
    try:
        model = read_model(folder)
    except AtelierError as error:
        raise TrainingError(f"{folder}: this model cannot be measured. {error}") from error
    if model.manifest.kind != "gan":
        raise TrainingError(
            f"{folder}: this is a model of the kind {model.manifest.kind!r}; only generators of "
            "pictures can be measured."
        )
    return model


def _data_config(config: EvaluateConfig, manifest: Manifest) -> DataConfig:
    """The pictures that the model was trained on, as its manifest says."""
    wanted = _stored_config(manifest.training.config)
    wanted = replace(wanted, path=config.data_path, cache=config.cache)
    if wanted.source not in MADE_HERE and config.data_path is None:
        raise TrainingError(
            f"--data-path: name the folder of pictures on which {manifest.id} was trained."
        )
    return wanted


def _stored_config(stored: Mapping[str, object]) -> DataConfig:
    """The settings of the data as a manifest keeps them, without folders."""
    wanted = DataConfig()
    for name in (
        "source",
        "name",
        "per_style",
        "drawings",
        "channels",
        "held_out",
        "split_seed",
        "licence",
    ):
        value = stored.get(f"data.{name}")
        if value is not None:
            wanted = replace(wanted, **{name: value})  # type: ignore[arg-type]  # as it was written
    styles = stored.get("data.styles")
    if isinstance(styles, str):
        wanted = replace(wanted, styles=tuple(styles.split(",")))
    return replace(wanted, allow_any_licence=stored.get("data.allow_any_licence") is True)


def _open_data(config: EvaluateConfig, manifest: Manifest) -> PictureSet:
    """The model's own pictures, refusing others of which we can tell."""
    assert manifest.picture_size is not None
    if config.data_folder is not None:
        data = open_cache(config.data_folder)
    else:
        wanted = _data_config(config, manifest)
        data = prepare_data(wanted, resolution=manifest.picture_size[0], say=print)
    classes = tuple(choice.value for choice in manifest.classes())
    size = (data.info.width, data.info.height)
    if (
        tuple(entry.id for entry in data.info.classes) != classes
        or size != manifest.picture_size
        or data.info.channels != manifest.channels
    ):
        raise TrainingError(
            f"{data.folder}: these are not the pictures on which {manifest.id} was trained (other "
            "classes, size or colours)."
        )
    key = manifest.training.config.get("data.key")
    if key is not None and key != data.info.key:
        raise TrainingError(
            f"{data.folder}: these pictures are not, or no longer, those on which {manifest.id} "
            "was trained; figures measured with them would mean nothing."
        )
    return data


def _open_ruler_data(
    config: EvaluateConfig, ruler: RulerManifest, data: PictureSet
) -> PictureSet | None:
    """The pictures that the ruler was trained on; None where they are not here.

    They are looked for beside the model's; avatars are rendered, as the model's are.
    """
    if ruler.data_key == data.info.key:
        return data
    try:
        if ruler.config.get("data.source") in MADE_HERE:
            wanted = replace(_stored_config(ruler.config), cache=config.cache)
            found = prepare_data(wanted, resolution=ruler.width, say=print)
        else:
            found = open_cache(data.folder.parent / f"{ruler.data}-{ruler.data_key}")
    except (TrainingError, ImportError):  # the renderer of avatars is installed for them alone
        return None
    return found if found.info.key == ruler.data_key else None


def choose_ruler(named: Path | None, manifest: Manifest) -> Ruler:
    """The ruler that was named, or the only shipped one that fits a model."""
    assert manifest.picture_size is not None
    assert manifest.channels is not None
    return fitting_ruler(
        named,
        what=manifest.id,
        size=manifest.picture_size,
        channels=manifest.channels,
        classes=tuple(choice.value for choice in manifest.classes()),
    )


def fitting_ruler(
    named: Path | None,
    *,
    what: str,
    size: tuple[int, int],
    channels: int,
    classes: tuple[str, ...],
) -> Ruler:
    """The ruler that was named, or the only shipped one that fits pictures of this size (width,
    height) and these classes; `what` is what it is to measure, for people."""

    def fits(ruler: RulerManifest) -> bool:
        return (
            (ruler.width, ruler.height) == size
            and ruler.channels == channels
            and ruler.classes == classes
        )

    if named is not None:
        ruler = read_ruler(named)
        if not fits(ruler.manifest):
            raise TrainingError(
                f"{named}: this ruler is for other pictures than {what} makes (other classes, size "
                "or colours)."
            )
        return ruler
    fitting = [ruler for ruler in map(read_ruler, find_rulers(RULERS)) if fits(ruler.manifest)]
    if len(fitting) != 1:
        raise TrainingError(
            f"{RULERS}: {len(fitting)} rulers here fit {what}; name one with --ruler, or "
            "make one with `python -m training ruler` and `export-ruler`."
        )
    return fitting[0]


def _command(config: EvaluateConfig, manifest: Manifest) -> str:
    """The command that measures the same again, without folders of this machine."""
    words = ["python", "-m", "training", "evaluate", "--model", f"exported_models/{manifest.id}"]
    if config.ruler is not None:
        words += ["--ruler", config.ruler.name]
    source = manifest.training.config.get("data.source")
    if config.data_folder is not None and source not in MADE_HERE:
        words += ["--data-folder", config.data_folder.name]
    elif config.data_path is not None and source != "dicebear":
        shared = str(config.data_path).startswith("/usr/share/")
        words += ["--data-path", str(config.data_path) if shared else config.data_path.name]
    default = EvaluateConfig(model=config.model)
    for name in ("samples", "neighbours", "seed"):
        if getattr(config, name) != getattr(default, name):
            words += [f"--{name}", str(getattr(config, name))]
    return shlex.join(words)


def evaluate_model(config: EvaluateConfig) -> Figures:
    """Measure a model and, unless asked not to, write the figures into its folder."""
    if config.neighbours < 1 or config.samples < MINIMUM_SAMPLES:
        raise TrainingError(
            f"--neighbours must be at least 1 and --samples at least {MINIMUM_SAMPLES}."
        )
    model = read_generator(config.model)
    manifest = model.manifest
    ruler = choose_ruler(config.ruler, manifest)
    data = _open_data(config, manifest)
    torch.set_num_threads(config.threads)
    ruler_data = _open_ruler_data(config, ruler.manifest, data)
    evaluator = Evaluator(config, model, ruler, data, ruler_data)
    evaluation = Evaluation(
        command=_command(config, manifest),
        ruler=ruler.manifest.id,
        ruler_sha256=ruler.manifest.sha256,
        graph_sha256=measured_graph(manifest),
        data=data.info.name,
        data_key=data.info.key,
        samples=evaluator.count,
        seed=config.seed,
        neighbours=config.neighbours,
        versions={
            "onnxruntime": runtime_version(),
            **{name: version(name) for name in ("torch", "numpy")},
        },
    )
    figures, samples, neighbours = evaluator.evaluate(evaluation)
    if config.write:
        _write(config.model, figures, samples, neighbours)
    return figures


def _write(folder: Path, figures: Figures, samples: Pictures, neighbours: Pictures) -> None:
    """Sheets, card and, last, the manifest: each whole or as it was."""
    # Read again: measuring takes minutes, in which the folder may have been changed.
    current = read_generator(folder).manifest
    if measured_graph(current) != figures.evaluation.graph_sha256:
        raise TrainingError(
            f"{folder}: the model was replaced while it was measured; measure the new one."
        )
    kept = tuple(
        measure
        for measure in current.quality
        if measure.name not in _REPLACED and not measure.name.startswith(_REPLACED_START)
    )
    manifest = msgspec.structs.replace(
        current,
        quality=(*kept, *measures_of(figures)),
        evaluation=figures.evaluation,
    )
    body = encode_manifest(manifest)
    decode_manifest(body, folder / MANIFEST_NAME)  # what cannot be read again replaces nothing
    with explain_write_errors(folder, "the figures"):
        scale = max(_SHEET_SIDE // figures.ruler.height, 1)
        save_png(folder / SAMPLES_SHEET, samples, scale=scale)
        save_png(folder / NEIGHBOURS_SHEET, neighbours, scale=scale)
        path = folder / manifest.card
        text = path.read_text(encoding="utf-8")
        card = replace_section(text, MEASURED, card_section(figures, manifest))
        write_atomically(path, lambda file: file.write(card.encode("utf-8")))
        write_atomically(folder / MANIFEST_NAME, lambda file: file.write(body))
