"""Manifests of generators of two graphs, of shipped traits and of enlarging models."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from studio.contract.errors import ManifestInvalid, ManifestTooNew, ModelMissing
from studio.contract.manifest import (
    MANIFEST_NAME,
    MANIFEST_SCHEMA,
    PLAIN_MANIFEST_SCHEMA,
    Manifest,
    Model,
    decode_manifest,
    encode_manifest,
    needed_manifest_schema,
    read_model,
)
from tests.models import write_tiny_generator
from tests.styled import LATENT, write_styled_model

Stored = dict[str, Any]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_styled_model(tmp_path_factory.mktemp("models") / "styled", traits=True)


@pytest.fixture
def stored(model: Model) -> Stored:
    """The manifest as plain values, to be spoilt."""
    values: Stored = msgspec.json.decode(encode_manifest(model.manifest))
    return values


def _read(stored: Stored) -> Manifest:
    return decode_manifest(msgspec.json.encode(stored), MANIFEST_NAME)


def test_a_manifest_of_two_graphs_comes_back_as_it_was(model: Model) -> None:
    manifest = model.manifest
    assert decode_manifest(encode_manifest(manifest), "again") == manifest
    assert manifest.styles is not None
    assert manifest.styles.zones() == ("form", "texture", "colour")
    assert manifest.drawing_graphs() == ("mapping", "synthesis")
    assert set(model.graph_hashes()) == {"mapping", "synthesis"}


def test_one_graph_draws_alone_and_needs_the_first_format_only(tmp_path: Path) -> None:
    manifest = read_model(write_tiny_generator(tmp_path / "tiny")).manifest
    assert manifest.drawing_graphs() == ("generator",)
    assert needed_manifest_schema(manifest) == manifest.schema == PLAIN_MANIFEST_SCHEMA
    specimen = msgspec.structs.replace(manifest, specimen=True)
    assert needed_manifest_schema(specimen) == MANIFEST_SCHEMA


def _graph(graph: str, side: str, index: int, /, **changes: object) -> Callable[[Stored], None]:
    return lambda stored: stored["graphs"][graph][side][index].update(changes)


def _part(*path: str, **changes: object) -> Callable[[Stored], None]:
    def spoil(stored: Stored) -> None:
        for name in path:
            stored = stored[name]
        stored.update(changes)

    return spoil


def _trait(**changes: object) -> Callable[[Stored], None]:
    return lambda stored: stored["traits"]["traits"][0].update(changes)


def _without(role: str) -> Callable[[Stored], None]:
    return lambda stored: stored["graphs"].pop(role)


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (_without("mapping"), "both graphs “mapping” and “synthesis”"),
        (_without("synthesis"), "both graphs"),
        (_part(styles=None), "names no graph “generator”"),
        (_part(schema=1), "says what format 1 cannot say"),
        (_part("styles", dimension=17), "output 'style' does not fit the styles"),
        (_part("styles", layers=["form"]), "takes no styles of one for each layer"),
        (_part("styles", layers=[]), "layers"),
        (_part("styles", layers=["form", "shape", "texture", "colour"]), "shape"),
        (_graph("mapping", "inputs", 0, shape=["batch", 16]), "latent input does not fit"),
        (_graph("mapping", "inputs", 1, shape=["batch", 4]), "class weights do not fit"),
        (_graph("mapping", "outputs", 0, role="other"), "output 'style' does not fit"),
        (_graph("mapping", "outputs", 1, role="other"), "output 'style_mean' does not fit"),
        (_graph("mapping", "outputs", 0, dtype="float16"), "output 'style' is not float32"),
        (_graph("synthesis", "inputs", 0, role="other"), "takes no styles"),
        (_graph("synthesis", "inputs", 0, dtype="float16"), "styles that are not float32"),
        (_graph("synthesis", "outputs", 0, dtype="float32"), "not uint8 in NHWC order"),
        (_graph("synthesis", "outputs", 0, layout="NCHW"), "not uint8 in NHWC order"),
        (_graph("synthesis", "outputs", 0, shape=["batch", 16, 32, 3]), "image output does not"),
        (_part("graphs", "mapping", file="../mapping.onnx"), "leads out of the model's folder"),
        (_part("traits", file="/etc/passwd"), "leads out of the model's folder"),
        (_part("traits", space="latent"), "point in another space"),
        (_part("traits", traits=[]), "traits"),
        (_trait(name="tint"), "two traits have the same name"),
        (_trait(name="../evil"), "name"),
        (_trait(kinds=["dragons"]), "belongs to a kind that there is not"),
        (_trait(zone="hue"), "hue"),
    ],
)  # fmt: skip
def test_each_fault_of_a_styled_generator_is_named(
    stored: Stored, spoil: Callable[[Stored], None], fault: str
) -> None:
    spoil(stored)
    with pytest.raises(ManifestInvalid, match=fault) as caught:
        _read(stored)
    assert MANIFEST_NAME in caught.value.message


def test_a_trait_has_no_zone_where_there_are_none(tmp_path: Path) -> None:
    values: Stored = msgspec.json.decode(
        encode_manifest(read_model(write_tiny_generator(tmp_path / "tiny")).manifest)
    )
    trait: Stored = {"name": "glow", "label": {"en": "Glow", "zh": "光"}}
    values["schema"] = MANIFEST_SCHEMA
    values["traits"] = {
        "file": "traits.f32", "sha256": "0" * 64, "space": "latent", "traits": [trait],
    }  # fmt: skip
    assert _read(values).traits is not None
    trait["zone"] = "form"
    with pytest.raises(ManifestInvalid, match="works in a zone, and the model has none"):
        _read(values)


def test_the_files_of_both_graphs_and_of_the_traits_must_be_there(tmp_path: Path) -> None:
    for name in ("mapping.onnx", "synthesis.onnx", "traits.f32"):
        folder = tmp_path / name
        write_styled_model(folder, traits=True)
        (folder / name).unlink()
        with pytest.raises(ModelMissing, match=name):
            read_model(folder)


def test_an_enlarging_model_says_how_it_enlarges(stored: Stored) -> None:
    graph = stored["graphs"]["synthesis"]
    changes: Stored = {
        "kind": "upscaler", "graphs": {"upscaler": graph}, "styles": None, "traits": None,
        "latent": None, "controls": [], "enlarging": {"factor": 4, "reach": 19},
    }  # fmt: skip
    manifest = _read(stored | changes)
    assert manifest.enlarging is not None
    assert (manifest.enlarging.factor, manifest.enlarging.multiple) == (4, 1)
    for lacking in ({"enlarging": None}, {"graphs": {"generator": graph}}):
        with pytest.raises(ManifestInvalid, match="must say how it enlarges"):
            _read(stored | changes | lacking)
    for spoilt in ({"factor": 1, "reach": 0}, {"factor": 17, "reach": 0}, {"factor": 2}):
        with pytest.raises(ManifestInvalid):
            _read(stored | changes | {"enlarging": spoilt})


def test_mutants_of_a_styled_manifest_are_read_or_refused(model: Model) -> None:
    generator = random.Random(4)
    sound = encode_manifest(model.manifest)
    refused = 0
    for _ in range(300):
        mutant = bytearray(sound)
        for _ in range(generator.randint(1, 6)):
            place = generator.randrange(len(mutant))
            if generator.random() < 0.3:
                del mutant[place : place + generator.randint(1, 40)]
            else:
                mutant[place] = generator.randrange(256)
        try:
            decode_manifest(bytes(mutant), "mutant")
        except (ManifestInvalid, ManifestTooNew) as error:
            refused += 1
            assert "mutant" in error.message
    assert refused > 150


def test_a_latent_and_a_style_are_not_confused(model: Model) -> None:
    assert model.manifest.latent is not None
    assert model.manifest.styles is not None
    assert model.manifest.latent.dimension == LATENT != model.manifest.styles.dimension
