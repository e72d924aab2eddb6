"""What the studio knows of a model: the manifest in its folder, read and checked.

The halves of the project meet here: training writes manifests, the studio reads them. A manifest
may be foreign, so reading one checks everything that later code relies on, and whatever is wrong
becomes one sentence that names the file and the fault. Without numpy: the window reads manifests
before its first paint.
"""

import hashlib
import math
import os
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from studio.contract.errors import (
    ManifestInvalid,
    ManifestTooNew,
    ModelError,
    ModelMissing,
    StorageDenied,
    parser_fault,
    storage_error,
)
from studio.contract.manifest_faults import control_faults, enlarging_faults, generator_faults
from studio.contract.recipe import ControlValue

MANIFEST_SCHEMA = 2
"""Newest version of the manifest format that this release knows: 2 brought generators of two
graphs, shipped traits, specimens and enlarging models."""

PLAIN_MANIFEST_SCHEMA = 1
"""The version of a manifest that needs nothing newer, so that older studios read it too."""

MANIFEST_NAME = "manifest.json"
MAXIMUM_MANIFEST_BYTES = 4_000_000
MAXIMUM_SIDE = 8192
"""Pixels a side that a picture model may make at most."""

ModelId = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Meta(min_length=1, max_length=200)]
Dimension = Annotated[int, Meta(ge=1, le=1_000_000)] | Annotated[str, Meta(min_length=1)]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all parts share: a field that nobody knows is a fault."""


class Label(_Part, frozen=True, kw_only=True):
    """A text of the model's own in both languages; Qt's translations cannot reach it."""

    en: str
    zh: str

    def text(self, language: str) -> str:
        """The text in ``language`` (a locale name such as "zh_CN"), else in English."""
        return self.zh if language.lower().startswith("zh") and self.zh else self.en


class Tensor(_Part, frozen=True, kw_only=True):
    """One input or output of a graph."""

    name: str
    role: Literal[
        "latent",
        "class_weights",
        "truncation",
        "noise",
        "style",
        "style_mean",
        "styles",
        "image",
        "other",
    ] = "other"
    """What it means to the engine, which never guesses from names. "style" is w of each picture,
    "style_mean" the mean of w over its kinds, "styles" one w for each layer."""
    dtype: Literal["float32", "float16", "uint8", "int64", "int32", "bool"]
    shape: tuple[Dimension, ...]
    """Sizes; a name where the size is free, e.g. ("batch", 128)."""
    range: tuple[float, float] | None = None
    """Smallest and largest value that occurs, where that is known."""
    layout: str = ""
    """Order of the axes of a picture, e.g. "NHWC"."""


class HalfPrecision(_Part, frozen=True, kw_only=True):
    """The same graph with its weights and most of its arithmetic in float16.

    It has the inputs and outputs of the graph that it stands in for, of the same element types.
    """

    file: FileName
    sha256: Sha256
    largest: Annotated[int, Meta(ge=0, le=255)]
    """Largest difference of a uint8 value from the graph in float32, as measured at export."""


class Graph(_Part, frozen=True, kw_only=True):
    """One ONNX file."""

    file: FileName
    sha256: Sha256
    inputs: Annotated[tuple[Tensor, ...], Meta(min_length=1)]
    outputs: Annotated[tuple[Tensor, ...], Meta(min_length=1)]
    half: HalfPrecision | None = None
    """What a card that is quicker in half precision may use instead."""


class Choice(_Part, frozen=True, kw_only=True):
    """One value of a control of type "choice", e.g. one class of a conditional model."""

    value: str
    label: Label


class Control(_Part, frozen=True, kw_only=True):
    """One thing that the user may set; the inspector is built from these."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    type: Literal["number", "integer", "choice", "toggle"]
    applies_to: Literal["truncation", "class", "noise", "graph_input", "engine"]
    """How the engine applies it: "truncation" scales the latent towards its mean, "class" picks
    the row of the class weights, "graph_input" feeds the input ``input``."""
    input: str = ""
    tier: Literal["first", "more", "lab"] = "first"
    group: str = ""
    order: int = 0
    unit: str = ""
    label: Label
    help: Label
    default: ControlValue
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    ends: tuple[Label, Label] | None = None
    """Words at the two ends of a slider, e.g. typical and strange."""
    choices: tuple[Choice, ...] = ()


class LatentSpace(_Part, frozen=True, kw_only=True):
    """The space a generator draws from."""

    dimension: Annotated[int, Meta(ge=1, le=65_536)]
    distribution: Literal["normal"] = "normal"


Zone = Literal["form", "texture", "colour"]


class StyleSpace(_Part, frozen=True, kw_only=True):
    """Where the mapping graph leads: w, of which every layer of the synthesis takes one."""

    dimension: Annotated[int, Meta(ge=1, le=65_536)]
    layers: Annotated[tuple[Zone, ...], Meta(min_length=1, max_length=64)]
    """The zone of each layer, from the coarsest to the finest."""

    def zones(self) -> tuple[Zone, ...]:
        """The zones that there are, from the coarsest."""
        return tuple(dict.fromkeys(self.layers))


class Trait(_Part, frozen=True, kw_only=True):
    """A named direction that ships with the model, found by the labels of its training data."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
    label: Label
    ends: tuple[Label, Label] | None = None
    """What less and more of it look like, e.g. without and with glasses."""
    kinds: tuple[str, ...] = ()
    """The kinds that it was found for; empty: all."""
    zone: Zone | None = None
    """The zone in which it works best alone; None: the whole picture."""
    correlation: float | None = None
    """Between the amount and the label on pictures that were not used to find it."""


class TraitSet(_Part, frozen=True, kw_only=True):
    """The traits of a model and the file of their directions."""

    file: FileName
    """Raw little-endian float32, (traits, dimension), each row the step of one sigma."""
    sha256: Sha256
    space: Literal["latent", "style"]
    traits: Annotated[tuple[Trait, ...], Meta(min_length=1, max_length=1000)]


class Enlarging(_Part, frozen=True, kw_only=True):
    """What an enlarging model (kind "upscaler") does; its one graph has the role "upscaler"."""

    factor: Annotated[int, Meta(ge=2, le=16)]
    reach: Annotated[int, Meta(ge=0, le=512)]
    """Pixels around one that decide what becomes of it: the overlap of tiles."""
    multiple: Annotated[int, Meta(ge=1, le=256)] = 1
    """Sides of what it takes must be multiples of this."""


class DataSource(_Part, frozen=True, kw_only=True):
    """Where the training pictures came from, and on what terms."""

    name: str
    licence: str
    credit: str
    samples: int = 0


class Training(_Part, frozen=True, kw_only=True):
    """How the model came to be."""

    recipe: str
    command: str
    data: tuple[DataSource, ...]
    seed: int
    samples_seen: int
    seconds: float
    config: dict[str, ControlValue | None] = {}
    versions: dict[str, str] = {}
    checkpoint_sha256: str = ""


class Measure(_Part, frozen=True, kw_only=True):
    """One measured figure about the model, with how it was measured."""

    name: str
    value: float
    of: str = ""
    """What it is about, e.g. a class; empty: the whole model."""
    unit: str = ""
    method: str
    reference: float | None = None
    """The same measured on the data, where that makes sense."""


class Evaluation(_Part, frozen=True, kw_only=True):
    """How the figures in ``quality`` were measured, so that they can be measured again."""

    command: str
    ruler: str
    """The network in whose features was measured."""
    ruler_sha256: Sha256
    """Of its graph; figures measured with another are not comparable."""
    graph_sha256: Sha256
    """Of the generator's graph that was measured."""
    data: str
    data_key: str
    """Of the picture cache; decides every picture and which of them are held out."""
    samples: int
    """Generated pictures, and as many of the data, in each comparison."""
    seed: int
    neighbours: int
    """The k of precision and recall."""
    versions: dict[str, str] = {}


class Golden(_Part, frozen=True, kw_only=True):
    """A sample that the studio replays to know that the model works here as it did there.

    The npz holds one array for each graph input by its name, and ``image`` (uint8). That of a text
    model holds ``input_ids`` int64 (1, tokens), the beginning of a text, and ``likeliest`` int64
    (1, tokens), the token that the graph finds likeliest after each.
    """

    file: FileName
    sha256: Sha256
    tolerance: Annotated[int, Meta(ge=0, le=255)] = 1
    """Largest difference of a uint8 value that still counts as the same; of a text model, how many
    of the likeliest tokens may be others."""


class Licence(_Part, frozen=True, kw_only=True):
    """May I sell what I make with it, and whom do I credit?"""

    spdx: str
    credit: str
    sentence: Label


class Manifest(_Part, frozen=True, kw_only=True):
    """All that the studio knows of one model."""

    schema: int = PLAIN_MANIFEST_SCHEMA
    """The oldest version of the format that can say this."""
    id: ModelId
    kind: Literal["gan", "vae", "text", "policy", "upscaler"]
    version: str
    title: Label
    description: Label
    limits: Label
    """What it cannot do, said plainly."""
    licence: Licence
    graphs: dict[str, Graph]
    """By role; a generator of one graph calls it "generator"."""
    latent: LatentSpace | None = None
    styles: StyleSpace | None = None
    """Of a generator of two graphs, "mapping" (latent and class weights to style and style_mean)
    and "synthesis" (styles, and noise of one row a picture, to the image)."""
    traits: TraitSet | None = None
    specimen: bool = False
    """Whether all kinds at one position belong together, as the letters of one alphabet do."""
    enlarging: Enlarging | None = None
    controls: tuple[Control, ...] = ()
    groups: dict[str, Label] = {}
    """Headings of the groups that controls name; a group without one has no heading."""
    picture_size: tuple[int, int] | None = None
    """Width and height in pixels of what it makes."""
    channels: Literal[1, 3] | None = None
    pixel_art: bool = False
    """Whether its pictures are enlarged by nearest neighbour rather than smoothly."""
    vocabulary: FileName | None = None
    """File of the vocabulary or tokenizer, for text models."""
    training: Training
    quality: tuple[Measure, ...] = ()
    evaluation: Evaluation | None = None
    golden: Golden
    card: FileName = "CARD.md"

    def control(self, applies_to: str) -> Control | None:
        """The first control that is applied in this way, or None."""
        return next((c for c in self.controls if c.applies_to == applies_to), None)

    def drawing_graphs(self) -> tuple[str, ...]:
        """Roles of the graphs that lead to the image, in that order."""
        if self.kind == "upscaler":
            return ("upscaler",)
        return ("generator",) if self.styles is None else ("mapping", "synthesis")

    def classes(self) -> tuple[Choice, ...]:
        """The kinds of a conditional model in the order of its class weights; else empty."""
        control = self.control("class")
        return control.choices if control is not None else ()


class Model(msgspec.Struct, frozen=True, kw_only=True):
    """A model folder that was read and found sound on the outside."""

    folder: Path
    manifest: Manifest

    def file(self, name: str) -> Path:
        """Path of a file of the folder (the name was checked when the manifest was read)."""
        return self.folder / name

    def graph_hashes(self) -> dict[str, str]:
        """SHA-256 of each graph by role, as recipes keep them."""
        return {role: graph.sha256 for role, graph in self.manifest.graphs.items()}


class BrokenModel(msgspec.Struct, frozen=True, kw_only=True):
    """A folder that should hold a model and does not; shown, never fatal."""

    folder: Path
    error: ModelError | StorageDenied


class _SchemaOnly(msgspec.Struct):
    schema: int = 0


_decoder = msgspec.json.Decoder(Manifest)
_schema_decoder = msgspec.json.Decoder(_SchemaOnly)


def read_model(folder: Path) -> Model:
    """Read and check a model folder, without loading its graphs.

    Raises `ModelMissing`, `ManifestInvalid`, `ManifestTooNew` or `StorageDenied`.
    """
    path = folder / MANIFEST_NAME
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # reading a pipe would wait for ever
            raise ManifestInvalid(file=path, fault="it is not a file")
        if status.st_size > MAXIMUM_MANIFEST_BYTES:
            raise ManifestInvalid(file=path, fault="it is larger than any manifest")
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelMissing(file=path) from error
    except OSError as error:
        denied = storage_error(error, path)
        if isinstance(denied, StorageDenied):
            raise denied from error
        raise ManifestInvalid(file=path, fault=error.strerror or "unreadable") from error
    except ValueError as error:  # a NUL in a name
        raise ModelMissing(file=repr(path)) from error
    manifest = decode_manifest(data, path)
    for name in _files_of(manifest):
        if not os.path.isfile(folder / name):  # noqa: PTH113 - a name may be too long to ask for
            raise ModelMissing(file=folder / name)
    return Model(folder=folder, manifest=manifest)


def decode_manifest(data: bytes, file: object) -> Manifest:
    """Read a manifest from bytes that may be foreign; ``file`` is named in the error."""
    try:
        found = _schema_decoder.decode(data).schema
        if found > MANIFEST_SCHEMA:
            raise ManifestTooNew(file=file, found=found, supported=MANIFEST_SCHEMA)
        if found < 1:
            raise ManifestInvalid(file=file, fault="it has no format version")
        manifest = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise ManifestInvalid(file=file, fault=parser_fault(error)) from error
    for fault in _faults(manifest):
        raise ManifestInvalid(file=file, fault=fault)
    return manifest


def encode_manifest(manifest: Manifest) -> bytes:
    """The manifest as JSON to be read by people too: indented, UTF-8.

    Raises `ManifestInvalid` for a number that is not finite: JSON has none, so it would be written
    as null and the file could not be read again.
    """
    if _has_endless(msgspec.to_builtins(manifest)):
        raise ManifestInvalid(file=manifest.id, fault="one of its numbers is not finite")
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def _has_endless(value: object) -> bool:
    """Whether an infinite number, or one that is none, stands anywhere in plain values."""
    if isinstance(value, dict):
        return any(map(_has_endless, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_endless, value))
    return isinstance(value, float) and not math.isfinite(value)


def manifest_json_schema() -> bytes:
    """The JSON Schema of the manifest, generated from these types."""
    schema = msgspec.json.schema(Manifest)
    return msgspec.json.format(msgspec.json.encode(schema, order="sorted"), indent=2) + b"\n"


def find_models(roots: tuple[Path, ...]) -> list[Model | BrokenModel]:
    """Every model folder below ``roots``, sound or not, by id; of equal ids the first root wins."""
    found: dict[str, Model | BrokenModel] = {}
    for root in roots:
        for folder in _folders(root):
            try:
                model: Model | BrokenModel = read_model(folder)
                key = model.manifest.id if isinstance(model, Model) else folder.name
            except (ModelError, StorageDenied) as error:
                model, key = BrokenModel(folder=folder, error=error), str(folder)
            found.setdefault(key, model)
    return [found[key] for key in sorted(found)]


def file_sha256(path: Path) -> str:
    """SHA-256 in hex of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _folders(root: Path) -> list[Path]:
    try:
        return sorted(entry for entry in root.iterdir() if _may_hold_model(entry))
    except OSError:
        return []


def _may_hold_model(folder: Path) -> bool:
    """Also of a folder that may not be looked into: reading it will say so."""
    try:
        return (folder / MANIFEST_NAME).is_file()
    except OSError:
        return True


def _files_of(manifest: Manifest) -> Iterator[str]:
    for graph in manifest.graphs.values():
        yield graph.file
        if graph.half is not None:
            yield graph.half.file
    yield manifest.golden.file
    yield manifest.card
    if manifest.vocabulary is not None:
        yield manifest.vocabulary
    if manifest.traits is not None:
        yield manifest.traits.file


def _faults(manifest: Manifest) -> Iterator[str]:
    """What a schema cannot say: names inside the folder, and parts that must fit together."""
    for name in _files_of(manifest):
        if not _is_plain(name):
            yield f"the file name {name!r} leads out of the model's folder"
    if not manifest.graphs:
        yield "it names no graph"
    yield from control_faults(manifest)
    if manifest.kind == "gan":
        size = manifest.picture_size
        if size is not None and not all(1 <= side <= MAXIMUM_SIDE for side in size):
            yield f"pictures of {size} pixels cannot be made"
        yield from generator_faults(manifest)
    elif manifest.kind == "upscaler":
        yield from enlarging_faults(manifest)
    if manifest.schema < needed_manifest_schema(manifest):
        yield f"it says what format {manifest.schema} cannot say"


def needed_manifest_schema(manifest: Manifest) -> int:
    """The oldest version of the format that can say all of ``manifest``."""
    newer = (manifest.styles, manifest.traits, manifest.enlarging)
    if manifest.specimen or any(part is not None for part in newer):
        return MANIFEST_SCHEMA
    return PLAIN_MANIFEST_SCHEMA


def _is_plain(name: str) -> bool:
    """Whether a name stays in the folder on every system: no separators, drives, dots, NUL."""
    return (
        re.fullmatch(r"[^\x00-\x1f/\\:]+", name) is not None
        and name not in {".", ".."}
        and PurePosixPath(name).name == name
    )


def control_fault(control: Control, value: ControlValue) -> str | None:
    """Why ``value`` cannot be given to ``control``, in words, or None if it can."""
    if control.type == "choice":
        if value not in [choice.value for choice in control.choices]:
            known = ", ".join(choice.value for choice in control.choices)
            return f"{control.name} {value!r} does not exist; there are: {known}"
    elif control.type == "toggle":
        if not isinstance(value, bool):
            return f"{control.name} is either true or false"
    elif isinstance(value, bool | str):
        return f"{control.name} must be a number"
    elif not (control.minimum or 0.0) <= value <= (control.maximum or 0.0):
        return f"{control.name} must lie between {control.minimum:g} and {control.maximum:g}"
    elif control.type == "integer" and value != int(value):
        return f"{control.name} must be a whole number"
    return None


if __name__ == "__main__":
    sys.stdout.buffer.write(manifest_json_schema())
