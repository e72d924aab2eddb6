"""A manifest may name a graph in half precision, and is believed no more for it."""

from pathlib import Path

import msgspec
import pytest

from studio.contract.errors import ManifestInvalid, ModelMissing
from studio.contract.manifest import (
    MANIFEST_NAME,
    HalfPrecision,
    decode_manifest,
    encode_manifest,
    read_model,
)
from tests.models import GRAPH_FILE, write_tiny_generator


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_generator(tmp_path / "tiny")


def _name_half(folder: Path, file: str, largest: int = 1) -> None:
    path = folder / MANIFEST_NAME
    manifest = decode_manifest(path.read_bytes(), path)
    half = HalfPrecision(file=file, sha256="0" * 64, largest=largest)
    graph = msgspec.structs.replace(manifest.graphs["generator"], half=half)
    path.write_bytes(
        encode_manifest(msgspec.structs.replace(manifest, graphs={"generator": graph}))
    )


def test_a_manifest_from_before_has_none(folder: Path) -> None:
    path = folder / MANIFEST_NAME
    stored = msgspec.json.decode(path.read_bytes())
    del stored["graphs"]["generator"]["half"]
    path.write_bytes(msgspec.json.encode(stored))
    assert read_model(folder).manifest.graphs["generator"].half is None


def test_a_half_is_no_graph_of_its_own_to_recipes(folder: Path) -> None:
    before = read_model(folder).graph_hashes()
    (folder / "half.onnx").write_bytes((folder / GRAPH_FILE).read_bytes())
    _name_half(folder, "half.onnx")
    assert read_model(folder).graph_hashes() == before


@pytest.mark.parametrize("file", ["../half.onnx", "/half.onnx", "a/half.onnx", "C:half.onnx"])
def test_a_half_outside_the_folder_is_refused(file: str, folder: Path) -> None:
    _name_half(folder, file)
    with pytest.raises(ManifestInvalid, match="leads out of the model's folder"):
        read_model(folder)


def test_a_half_that_is_not_there_is_named(folder: Path) -> None:
    _name_half(folder, "half.onnx")
    with pytest.raises(ModelMissing, match=r"half\.onnx"):
        read_model(folder)


@pytest.mark.parametrize("largest", [-1, 256])
def test_a_difference_that_cannot_be_is_refused(largest: int, folder: Path) -> None:
    _name_half(folder, GRAPH_FILE, largest)
    with pytest.raises(ManifestInvalid):
        read_model(folder)
