"""From a data configuration to an opened cache, made on the first call."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from training.data.dataset import (
    CACHE_FORMAT,
    CacheWriter,
    ClassName,
    DatasetInfo,
    PictureSet,
    SourceCredit,
    cache_key,
    open_cache,
    seeded_split,
)
from training.data.dicebear import render_styles, style_class, style_credit
from training.data.folder import list_folder, read_picture
from training.data.idx import find_idx, read_idx
from training.data.known import KNOWN_IDX_SETS
from training.data.typefaces import (
    AENIGMA_CREDIT,
    LETTERS,
    draw_typefaces,
    hold_out_families,
    letter_classes,
    list_typefaces,
)
from training.errors import TrainingError

Say = Callable[[str], None]
_FAULTS_SHOWN = 5
_MOST_FAULTS = 0.1  # of all pictures: more is a wrong folder or a wrong resolution


def default_cache_root() -> Path:
    """The user's cache folder, as the XDG base directory specification names it."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "atelier" / "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """Where the pictures come from and how they are cut."""

    source: Literal["folder", "idx", "dicebear", "typefaces"] = "folder"
    """folder: pictures of any size, sub-folders are classes. idx: a folder of IDX files as
    MNIST has them. dicebear: avatar styles, rendered here. typefaces: the capitals of fonts,
    drawn here, in greyscale."""
    path: Path | None = None
    """The folder of pictures, of IDX files or of fonts; not used by dicebear. Unset for
    typefaces: the Ænigma ones of Debian's package fonts-aenigma."""
    name: str = ""
    """A name for the set. For IDX, `fashion-mnist` also brings its class names and licence."""
    styles: tuple[str, ...] = (
        "clay",
        "critters",
        "moods",
        "open-peeps",
        "pixel-art",
        "planets",
        "sprouts",
        "voxel-art",
    )
    """DiceBear styles, each a class."""
    per_style: int = 3000
    """Pictures to render of each DiceBear style."""
    drawings: int = 4
    """Alphabets to draw of each typeface: the first as it is, the others a little wider or
    narrower, slanted and bolder."""
    channels: Literal[1, 3] = 3
    """1 for greyscale, 3 for RGB. IDX files and typefaces are always greyscale."""
    held_out: float = 0.05
    """Share kept back for measuring, where the set has no test part of its own."""
    split_seed: int = 0
    """Seed of that split, of the DiceBear avatars and of the typefaces' further drawings."""
    licence: str = "unknown"
    """Licence of a folder's pictures or fonts, or of an IDX set that is not a known one; `own` for
    pictures that you made yourself."""
    credit: str = ""
    """Whom the model's card thanks for them."""
    allow_any_licence: bool = False
    """Use DiceBear styles that are not CC0. What they may be used for is then up to you."""
    cache: Path | None = None
    """Folder for the decoded pixels. Unset: the user's cache folder."""
    processes: int = 2
    """Processes that render DiceBear styles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataCommand:
    """Decode or render a picture set into its cache without training, and say where it is."""

    data: DataConfig = field(default_factory=DataConfig)
    """The pictures."""
    resolution: int = 64
    """Side of the pictures in pixels."""
    sheet: Path | None = None
    """Also write a PNG that shows some pictures of each class, as training will see them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What a source found out before any pixel is decoded."""

    name: str
    settings: dict[str, str]
    classes: tuple[ClassName, ...]
    credits: tuple[SourceCredit, ...]
    labels: npt.NDArray[np.int64]
    held_out: npt.NDArray[np.bool_]
    channels: int
    notes: tuple[str, ...]
    fill: Callable[[npt.NDArray[np.uint8]], dict[int, str]]
    """Writes the pixels; returns why some positions could not be filled."""
    sets: npt.NDArray[np.int64] | None = None
    """Which pictures belong together; see `PictureSet`."""


def _data_path(config: DataConfig) -> Path:
    if config.path is None:
        raise TrainingError(f"--data.path is needed when --data.source is {config.source}.")
    if not os.path.exists(config.path):  # noqa: PTH110 (False, not an error, where it is denied)
        raise TrainingError(f"{config.path}: there is no such folder.")
    return config.path


def _plan_folder(config: DataConfig, resolution: int) -> _Plan:
    path = _data_path(config)
    listing = list_folder(path)

    def fill(images: npt.NDArray[np.uint8]) -> dict[int, str]:
        faults = {}
        for position, file in enumerate(listing.files):
            try:
                images[position] = read_picture(
                    file, resolution=resolution, channels=config.channels
                )
            except TrainingError as error:
                faults[position] = str(error)
        return faults

    try:
        stamps = [
            f"{file.relative_to(path)}:{file.stat().st_size}:{file.stat().st_mtime_ns}"
            for file in listing.files
        ]
    except OSError as error:
        raise TrainingError(f"{error.filename}: cannot be read ({error.strerror}).") from error
    return _Plan(
        name=config.name or path.resolve().name or "folder",
        settings={"files": cache_key("listing", {"files": "\n".join(stamps)})},
        classes=listing.classes,
        credits=(
            SourceCredit(
                name=config.name or path.resolve().name,
                creator=config.credit,
                licence=config.licence,
            ),
        ),
        labels=listing.labels,
        held_out=seeded_split(len(listing.files), config.held_out, config.split_seed),
        channels=config.channels,
        notes=("Pictures are cropped to their middle square and resized (Lanczos).",),
        fill=fill,
    )


def _idx_part(path: Path, part: str) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]] | None:
    image_file = find_idx(path, f"{part}-images-idx3-ubyte")
    if image_file is None:
        return None
    label_file = find_idx(path, f"{part}-labels-idx1-ubyte")
    if label_file is None:
        raise TrainingError(f"{image_file}: there is no {part}-labels-idx1-ubyte beside it.")
    images = read_idx(image_file, dimensions=3)
    labels = read_idx(label_file, dimensions=1)
    if len(images) != len(labels):
        raise TrainingError(
            f"{label_file}: has {len(labels)} labels for the {len(images)} pictures in "
            f"{image_file.name}."
        )
    return images, labels


def _plan_idx(config: DataConfig, resolution: int) -> _Plan:
    path = _data_path(config)
    train = _idx_part(path, "train")
    if train is None or len(train[0]) == 0:
        raise TrainingError(
            f"{path}: there are no pictures here (looked for train-images-idx3-ubyte and "
            "train-images-idx3-ubyte.gz)."
        )
    test = _idx_part(path, "t10k")
    images, labels = train
    held_out = seeded_split(len(images), config.held_out, config.split_seed)
    if test is not None and len(test[0]):
        if test[0].shape[1:] != images.shape[1:]:
            raise TrainingError(
                f"{path}: the test pictures are {test[0].shape[1]}x{test[0].shape[2]} and the "
                f"training pictures {images.shape[1]}x{images.shape[2]}."
            )
        images, labels = np.concatenate([images, test[0]]), np.concatenate([labels, test[1]])
        held_out = np.arange(len(images)) >= len(train[0])
    height, width = images.shape[1:]
    if max(height, width) > resolution or min(height, width) < resolution * 0.75:
        raise TrainingError(
            f"{path}: the pictures are {height}x{width}; at {resolution} pixels only sizes from "
            f"{int(resolution * 0.75)} to {resolution} are padded."
        )
    known = KNOWN_IDX_SETS.get(config.name)
    class_count = int(labels.max()) + 1
    if known is not None and class_count != len(known.classes):
        raise TrainingError(
            f"{path}: has {class_count} classes and {config.name} has {len(known.classes)}."
        )
    numbered = tuple(ClassName(id=str(i), en=str(i), zh_cn=str(i)) for i in range(class_count))
    top, left = (resolution - height) // 2, (resolution - width) // 2

    def fill(target: npt.NDArray[np.uint8]) -> dict[int, str]:
        target[:] = 0
        target[:, top : top + height, left : left + width, 0] = images
        return {}

    digest = cache_key("idx", {"images": _digest(images), "labels": _digest(labels)})
    name = config.name or path.resolve().name
    return _Plan(
        name=name,
        settings={"content": digest},
        classes=known.classes if known else numbered,
        credits=(
            known.credit
            if known
            else SourceCredit(name=name, creator=config.credit, licence=config.licence),
        ),
        labels=labels.astype(np.int64),
        held_out=held_out,
        channels=1,
        notes=(
            f"Pictures of {height}x{width} are padded with black to {resolution}x{resolution}.",
        ),
        fill=fill,
    )


def _digest(values: npt.NDArray[np.uint8]) -> str:
    """SHA-256 of an array's bytes."""
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()


def _plan_dicebear(config: DataConfig, resolution: int) -> _Plan:
    if not config.styles or config.per_style < 1:
        raise TrainingError("--data.styles and --data.per-style must name at least one picture.")
    if len(set(config.styles)) != len(config.styles):
        raise TrainingError("--data.styles names a style twice.")
    thanks = tuple(
        style_credit(style, allow_any_licence=config.allow_any_licence) for style in config.styles
    )

    def fill(images: npt.NDArray[np.uint8]) -> dict[int, str]:
        render_styles(
            images,
            config.styles,
            per_style=config.per_style,
            seed=config.split_seed,
            processes=config.processes,
        )
        return {}

    count = len(config.styles) * config.per_style
    return _Plan(
        name=config.name or "dicebear",
        settings={
            "styles": ",".join(config.styles),
            "per_style": str(config.per_style),
            "core": version("dicebear-core"),
            "definitions": version("dicebear-styles"),
            "renderer": version("resvg-py"),
        },
        classes=tuple(style_class(style) for style in config.styles),
        credits=thanks,
        labels=np.repeat(np.arange(len(config.styles)), config.per_style).astype(np.int64),
        held_out=seeded_split(count, config.held_out, config.split_seed),
        channels=3,
        notes=(
            (
                f"Avatars rendered with dicebear-core {version('dicebear-core')} and resvg-py "
                f"{version('resvg-py')}, on white where a style is transparent."
            ),
        ),
        fill=fill,
    )


def _plan_typefaces(config: DataConfig, resolution: int) -> _Plan:
    if config.drawings < 1:
        raise TrainingError("--data.drawings must be at least 1.")
    listing = list_typefaces(config.path)
    faces, drawings = listing.faces, config.drawings

    def fill(images: npt.NDArray[np.uint8]) -> dict[int, str]:
        draw_typefaces(images, faces, variants=drawings, seed=config.split_seed)
        return {}

    alphabets = len(faces) * drawings
    held_out = hold_out_families(faces, config.held_out, config.split_seed)
    name = config.name or "letters"
    return _Plan(
        name=name,
        settings={
            "files": listing.digest,
            "drawings": str(drawings),
            "renderer": f"pillow {version('pillow')}",
        },
        classes=letter_classes(),
        credits=(
            AENIGMA_CREDIT
            if config.path is None
            else SourceCredit(name=name, creator=config.credit, licence=config.licence),
        ),
        labels=np.tile(np.arange(len(LETTERS)), alphabets).astype(np.int64),
        held_out=np.repeat(held_out, drawings * len(LETTERS)),
        channels=1,
        notes=(
            (
                f"The capitals of {len(faces)} typefaces, drawn {drawings} times each: as they "
                "are, and wider or narrower, slanted and bolder. All letters of an alphabet have "
                f"one scale; {int(held_out.sum())} typefaces are held out, whole families together."
            ),
            *(
                [f"{len(listing.left_out)} files are left out: symbols, or too fine."]
                if listing.left_out
                else []
            ),
        ),
        fill=fill,
        sets=np.repeat(np.arange(alphabets), len(LETTERS)).astype(np.int64),
    )


_PLANNERS: dict[str, Callable[[DataConfig, int], _Plan]] = {
    "folder": _plan_folder,
    "idx": _plan_idx,
    "dicebear": _plan_dicebear,
    "typefaces": _plan_typefaces,
}


def _report_faults(plan: _Plan, faults: dict[int, str], say: Say) -> None:
    """Say which pictures are left out; refuse when they are so many that something else is wrong.

    One broken file in thousands must not cost the person an hour's preparation.
    """
    first = list(faults.values())[:_FAULTS_SHOWN]
    if len(faults) > len(plan.labels) * _MOST_FAULTS:
        raise TrainingError(
            f"{len(faults)} of {len(plan.labels)} pictures cannot be used, which is too many to go "
            f"on without them. The first: {first[0]}"
        )
    left = np.delete(plan.labels, list(faults))
    for label in np.setdiff1d(plan.labels, left):
        raise TrainingError(
            f"{plan.classes[label].id}: no picture of this class can be used. The first fault: "
            f"{next(text for at, text in faults.items() if plan.labels[at] == label)}"
        )
    say(f"{len(faults)} of {len(plan.labels):,} pictures are left out:")
    for text in first:
        say(f"  {text}")
    if len(faults) > len(first):
        say(f"  and {len(faults) - len(first)} more")


def prepare_data(config: DataConfig, *, resolution: int, say: Say) -> PictureSet:
    """Open the cache of this configuration, making it first when it is not there.

    Raises TrainingError, before anything is kept, when the data cannot be used.
    """
    plan = _PLANNERS[config.source](config, resolution)
    settings = {
        **plan.settings,
        "resolution": str(resolution),
        "channels": str(plan.channels),
        "held_out": str(config.held_out),
        "split_seed": str(config.split_seed),
    }
    key = cache_key(config.source, settings)
    root = config.cache or default_cache_root()
    count = len(plan.labels)
    writer = CacheWriter(
        root, name=plan.name, key=key, shape=(count, resolution, resolution, plan.channels)
    )
    if not writer.target.exists():
        say(f"Preparing {count:,} pictures in {writer.target} (once)")
        try:
            faults = plan.fill(writer.open())
            labels, held_out, sets = plan.labels, plan.held_out, plan.sets
            if faults:
                _report_faults(plan, faults, say)
                writer.drop(faults)
                kept = np.setdiff1d(np.arange(count), list(faults))
                labels, held_out = labels[kept], held_out[kept]
                sets = sets[kept] if sets is not None else None
            writer.finish(
                labels,
                held_out,
                DatasetInfo(
                    format=CACHE_FORMAT,
                    key=key,
                    name=plan.name,
                    source=config.source,
                    height=resolution,
                    width=resolution,
                    channels=plan.channels,
                    count=len(labels),
                    held_out=int(held_out.sum()),
                    classes=plan.classes,
                    credits=plan.credits,
                    settings=settings,
                    notes=(
                        *plan.notes,
                        *([f"{len(faults)} of {count} files could not be used."] if faults else []),
                    ),
                ),
                sets,
            )
        except BaseException:
            writer.abandon()
            raise
    return open_cache(writer.target)
