"""Which text models are there: those with a manifest, and what the user brought.

A text model of others has no manifest. It is a GGUF file, or a folder with ONNX graphs; where it
was imported a record stands beside it that says what it is and what its forms lose. Nothing is
opened here but small JSON files: the model host alone opens models.
"""

import re
from pathlib import Path
from typing import Final

import msgspec

from studio.contract.errors import (
    ManifestInvalid,
    ManifestTooNew,
    ModelError,
    StorageDenied,
    parser_fault,
)
from studio.contract.manifest import MANIFEST_NAME, BrokenModel, Manifest, Model, read_model
from studio.contract.texts import TextModelReport

RECORD_NAME: Final = "text-model.json"
RECORD_SCHEMA: Final = 1
MAXIMUM_RECORD_BYTES: Final = 1_000_000

_LONGEST_ID: Final = 64


class TextModelRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an import found out about a model."""

    schema: int = RECORD_SCHEMA
    file: str
    """The model's file in the folder."""
    report: TextModelReport


class FoundTextModel(msgspec.Struct, frozen=True, kw_only=True):
    """A text model that can be asked for."""

    id: str
    path: Path
    """What is opened: a GGUF file, or a folder."""
    folder: Path
    """Where all of it stands."""
    manifest: Manifest | None = None
    """Of one that was trained here."""
    record: TextModelRecord | None = None
    """Of one that was imported."""


class _SchemaOnly(msgspec.Struct):
    schema: int = 0


_schema_decoder = msgspec.json.Decoder(_SchemaOnly)
_decoder = msgspec.json.Decoder(TextModelRecord)


def find_text_models(roots: tuple[Path, ...]) -> list[FoundTextModel | BrokenModel]:
    """Every text model below ``roots``, by id; of equal ids the first root wins.

    Folders with a manifest that cannot be read are left to `studio.contract.manifest`.
    """
    found: dict[str, FoundTextModel | BrokenModel] = {}
    for root in roots:
        for entry in _entries(root):
            try:
                model: FoundTextModel | BrokenModel | None = read_text_model(entry)
            except (ModelError, StorageDenied) as error:
                model = BrokenModel(folder=entry, error=error)
            if model is not None:
                found.setdefault(
                    model.id if isinstance(model, FoundTextModel) else str(entry), model
                )
    return [found[key] for key in sorted(found)]


def read_text_model(entry: Path) -> FoundTextModel | None:
    """The text model that ``entry``, a folder or a file among models, holds; None: it is none.

    Raises `ModelError` for a record that cannot be read.
    """
    if _is_file(entry):
        if entry.suffix.lower() != ".gguf":
            return None
        return FoundTextModel(id=id_of(entry.stem), path=entry, folder=entry.parent)
    if _is_file(entry / MANIFEST_NAME):
        return _of_manifest(entry)
    if _is_file(entry / RECORD_NAME):
        record = _read_record(entry / RECORD_NAME)
        return FoundTextModel(id=entry.name, path=entry / record.file, folder=entry, record=record)
    files = [name for name in _entries(entry) if name.suffix.lower() == ".gguf"]
    if len(files) == 1:
        return FoundTextModel(id=id_of(entry.name), path=files[0], folder=entry)
    if _has_graphs(entry):
        return FoundTextModel(id=id_of(entry.name), path=entry, folder=entry)
    return None


def id_of(name: str) -> str:
    """A model's id made of any name: small letters, digits, dots, dashes and underscores."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:_LONGEST_ID]
    return plain.rstrip("-._") or "model"


def encode_record(record: TextModelRecord) -> bytes:
    """The record as JSON to be read by people too."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def _of_manifest(folder: Path) -> FoundTextModel | None:
    try:
        model: Model = read_model(folder)
    except (ModelError, StorageDenied):
        return None  # it is listed as broken among the models with a manifest
    if model.manifest.kind != "text":
        return None
    return FoundTextModel(id=model.manifest.id, path=folder, folder=folder, manifest=model.manifest)


def _read_record(path: Path) -> TextModelRecord:
    try:
        if path.stat().st_size > MAXIMUM_RECORD_BYTES:
            raise ManifestInvalid(file=path, fault="it is larger than any record of a text model")
        data = path.read_bytes()
        schema = _schema_decoder.decode(data).schema
        if schema > RECORD_SCHEMA:
            raise ManifestTooNew(file=path, found=schema, supported=RECORD_SCHEMA)
        record = _decoder.decode(data)
    except OSError as error:
        raise ManifestInvalid(file=path, fault=error.strerror or "unreadable") from error
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise ManifestInvalid(file=path, fault=parser_fault(error)) from error
    if Path(record.file).name != record.file or record.file in ("", ".", ".."):
        fault = f"the file name {record.file!r} leads out of the model's folder"
        raise ManifestInvalid(file=path, fault=fault)
    return record


def _has_graphs(folder: Path) -> bool:
    """Whether a folder looks like an exported text model: graphs, and files that describe them."""
    names = {entry.name for entry in _entries(folder)}
    if "genai_config.json" in names:
        return True
    graphs = [*_entries(folder), *_entries(folder / "onnx")]
    return "config.json" in names and any(entry.suffix == ".onnx" for entry in graphs)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (OSError, ValueError):
        return []


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
