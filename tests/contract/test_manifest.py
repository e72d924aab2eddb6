"""A manifest is read, or refused with one sentence that names the file and the fault."""

import errno
import json
import os
import random
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import (
    AtelierError,
    ManifestInvalid,
    ManifestTooNew,
    ModelMissing,
    StorageDenied,
)
from studio.contract.manifest import (
    MANIFEST_SCHEMA,
    MAXIMUM_MANIFEST_BYTES,
    BrokenModel,
    Manifest,
    Measure,
    Model,
    control_fault,
    decode_manifest,
    encode_manifest,
    file_sha256,
    find_models,
    manifest_json_schema,
    read_model,
)

ROOT = Path(__file__).resolve().parents[2]


def label(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


def sample() -> dict[str, Any]:
    """A sound manifest of a small conditional generator."""
    kinds = [{"value": str(i), "label": label(f"kind {i}")} for i in range(3)]
    return {
        "schema": 1,
        "id": "tiny",
        "kind": "gan",
        "version": "1",
        "title": label("Tiny"),
        "description": label("Makes small pictures"),
        "limits": label("Cannot follow sentences"),
        "licence": {"spdx": "CC0-1.0", "credit": "", "sentence": label("Yes")},
        "graphs": {
            "generator": {
                "file": "generator.onnx",
                "sha256": "0" * 64,
                "inputs": [
                    {"name": "z", "role": "latent", "dtype": "float32", "shape": ["n", 4]},
                    {"name": "c", "role": "class_weights", "dtype": "float32", "shape": ["n", 3]},
                ],
                "outputs": [
                    {
                        "name": "image",
                        "role": "image",
                        "dtype": "uint8",
                        "shape": ["n", 8, 6, 3],
                        "layout": "NHWC",
                    }
                ],
            }
        },
        "latent": {"dimension": 4},
        "picture_size": [6, 8],
        "channels": 3,
        "controls": [
            {
                "name": "kind",
                "type": "choice",
                "applies_to": "class",
                "label": label("Kind"),
                "help": label(""),
                "default": "0",
                "choices": kinds,
            },
            {
                "name": "truncation",
                "type": "number",
                "applies_to": "truncation",
                "label": label("Typical to strange"),
                "help": label(""),
                "default": 1.0,
                "minimum": 0.0,
                "maximum": 1.5,
            },
        ],
        "training": {
            "recipe": "dcgan",
            "command": "",
            "data": [],
            "seed": 0,
            "samples_seen": 0,
            "seconds": 0.0,
        },
        "golden": {"file": "golden.npz", "sha256": "0" * 64},
    }


def write_folder(folder: Path, manifest: dict[str, Any]) -> Path:
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    for name in ("generator.onnx", "golden.npz", "CARD.md"):
        (folder / name).write_bytes(b"")
    return folder


def read(manifest: dict[str, Any]) -> Manifest:
    return decode_manifest(json.dumps(manifest).encode(), "manifest.json")


def test_a_sound_manifest_comes_back_as_it_was() -> None:
    manifest = read(sample())
    assert decode_manifest(encode_manifest(manifest), "again") == manifest
    assert [choice.value for choice in manifest.classes()] == ["0", "1", "2"]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_is_not_finite_is_not_written(number: float) -> None:
    manifest = read(sample())
    measured = Measure(name="distance", value=1.0, reference=number, method="by hand")
    with pytest.raises(ManifestInvalid, match="not finite"):
        encode_manifest(msgspec.structs.replace(manifest, quality=(measured,)))
    training = msgspec.structs.replace(manifest.training, config={"rate": number})
    with pytest.raises(ManifestInvalid, match="not finite"):
        encode_manifest(msgspec.structs.replace(manifest, training=training))


def test_labels_follow_the_language_and_fall_back_to_english() -> None:
    title = read(sample() | {"title": {"en": "Tiny", "zh": "小"}}).title
    assert [title.text(name) for name in ("en_GB", "zh_CN", "zh", "fr_FR")] == [
        "Tiny",
        "小",
        "小",
        "Tiny",
    ]
    assert read(sample() | {"title": {"en": "Tiny", "zh": ""}}).title.text("zh_CN") == "Tiny"


def _feeding(name: str) -> dict[str, Any]:
    """A control that feeds the input ``name`` of a graph."""
    changes = {"name": "shift", "applies_to": "graph_input", "input": name}
    return {**sample()["controls"][1], **changes}


def _generator(changes: dict[str, Any]) -> dict[str, Any]:
    return {"graphs": {"generator": sample()["graphs"]["generator"] | changes}}


FAULTS: list[tuple[dict[str, Any], str]] = [
    (_generator({"file": "../x.onnx"}), "leads out of the model's folder"),
    (_generator({"file": "/etc/passwd"}), "leads out of the model's folder"),
    (_generator({"file": "C:x.onnx"}), "leads out of the model's folder"),
    (_generator({"file": ".."}), "leads out of the model's folder"),
    (_generator({"file": "a\0b"}), "leads out of the model's folder"),
    (_generator({"sha256": "abc"}), "sha256"),
    (_generator({"inputs": []}), "inputs"),
    (_generator({"outputs": [sample()["graphs"]["generator"]["inputs"][0]]}), "image output"),
    ({"graphs": {}}, "names no graph"),
    ({"latent": None}, "latent space"),
    ({"latent": {"dimension": 5}}, "does not fit the latent space"),
    ({"latent": {"dimension": 10**9}}, "dimension"),
    ({"picture_size": [7, 8]}, "does not fit the size"),
    ({"picture_size": None}, "size and the channels"),
    ({"picture_size": [6, 100_000]}, "cannot be made"),
    ({"channels": 2}, "channels"),
    ({"controls": []}, "no control offers the classes"),
    ({"controls": sample()["controls"][:1] * 2}, "same name"),
    ({"controls": [sample()["controls"][0] | {"default": "9"}]}, "do not fit together"),
    ({"controls": [sample()["controls"][1] | {"default": 9.0}]}, "does not hold its default"),
    ({"controls": [sample()["controls"][0] | {"applies_to": "truncation"}]}, "cannot be applied"),
    ({"controls": [sample()["controls"][1] | {"applies_to": "class"}]}, "cannot be applied"),
    (
        {"controls": [*sample()["controls"], _feeding("nothing")]},
        "which no graph has",
    ),
    ({"id": "../evil"}, "id"),
    ({"id": ""}, "id"),
    ({"kind": "pickle"}, "kind"),
    ({"surprise": 1}, "surprise"),
    ({"golden": {"file": "a/b.npz", "sha256": "0" * 64}}, "leads out"),
]


@pytest.mark.parametrize(("change", "fault"), FAULTS)
def test_each_fault_is_named(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(ManifestInvalid, match=fault) as caught:
        read(sample() | change)
    assert "manifest.json" in caught.value.message


def test_a_later_format_is_refused_even_where_its_fields_are_unknown() -> None:
    with pytest.raises(ManifestTooNew, match="Update Atelier"):
        read({"schema": MANIFEST_SCHEMA + 1, "novelty": True})


@pytest.mark.parametrize("data", [b"", b"null", b"[]", b"{", b"\xff\xfe", b"[" * 50_000])
def test_what_is_not_a_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(ManifestInvalid):
        decode_manifest(data, "manifest.json")


def test_a_hundred_mutants_are_read_or_refused() -> None:
    generator = random.Random(2026)
    sound = encode_manifest(read(sample()))
    refused = 0
    for _ in range(100):
        mutant = bytearray(sound)
        for _ in range(generator.randint(1, 8)):
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
            assert "\n" not in error.message
    assert refused > 60


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_any_json_in_any_field_is_read_or_refused(value: object) -> None:
    for field in sample():
        try:
            read(sample() | {field: value})
        except AtelierError as error:
            assert "manifest.json" in error.message


def test_a_missing_file_of_the_folder_is_named(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "tiny", sample())
    (folder / "golden.npz").unlink()
    with pytest.raises(ModelMissing, match=r"golden\.npz"):
        read_model(folder)


def test_an_endless_manifest_is_not_read(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "tiny", sample())
    with (folder / "manifest.json").open("wb") as stream:
        stream.truncate(MAXIMUM_MANIFEST_BYTES + 1)
    with pytest.raises(ManifestInvalid, match="larger"):
        read_model(folder)


def test_a_file_name_that_no_system_takes_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "tiny", sample() | {"card": "字" * 200})
    with pytest.raises(ModelMissing, match="字"):
        read_model(folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_in_the_place_of_a_manifest_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "manifest.json")
    with pytest.raises(ManifestInvalid, match="not a file"):
        read_model(tmp_path)


def test_a_folder_that_may_not_be_read_hides_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path / "models" / "tiny", sample())
    locked = write_folder(tmp_path / "models" / "locked", sample())
    look = Path.stat

    def refuse(path: Path, **options: Any) -> os.stat_result:
        if path.parent == locked:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return look(path, **options)

    monkeypatch.setattr(Path, "stat", refuse)
    found = find_models((tmp_path / "models",))
    assert [entry.folder.name for entry in found if isinstance(entry, Model)] == ["tiny"]
    (broken,) = (entry for entry in found if isinstance(entry, BrokenModel))
    assert isinstance(broken.error, StorageDenied)


def test_broken_folders_stand_beside_sound_ones(tmp_path: Path) -> None:
    write_folder(tmp_path / "own" / "tiny", sample() | {"version": "mine"})
    write_folder(tmp_path / "shipped" / "tiny", sample())
    write_folder(tmp_path / "shipped" / "bad", {"schema": 1})
    (tmp_path / "shipped" / "not-a-model").mkdir()
    found = find_models((tmp_path / "own", tmp_path / "shipped", tmp_path / "absent"))
    models = [model for model in found if isinstance(model, Model)]
    broken = [model for model in found if isinstance(model, BrokenModel)]
    assert [model.manifest.version for model in models] == ["mine"]
    assert [model.folder.name for model in broken] == ["bad"]


def test_a_control_says_what_it_takes() -> None:
    manifest = read(sample())
    kind, truncation = manifest.controls
    assert control_fault(kind, "1") is None
    assert "there are: 0, 1, 2" in (control_fault(kind, "9") or "")
    assert control_fault(truncation, 0.5) is None
    assert "between 0 and 1.5" in (control_fault(truncation, 2) or "")
    assert "number" in (control_fault(truncation, "much") or "")
    whole = msgspec.structs.replace(truncation, type="integer")
    assert "whole" in (control_fault(whole, 0.5) or "")
    for control in (truncation, whole):
        assert "between" in (control_fault(control, float("nan")) or "")
        assert "between" in (control_fault(control, float("inf")) or "")


def test_the_published_json_schema_is_the_one_of_the_types() -> None:
    published = ROOT / "exported_models" / "manifest.schema.json"
    assert published.read_bytes() == manifest_json_schema(), (
        "run: python -m studio.contract.manifest > exported_models/manifest.schema.json"
    )


def test_every_shipped_model_is_sound_and_the_whole_fits_a_wheel() -> None:
    folder = ROOT / "exported_models"
    entries = find_models((folder,))
    assert [entry for entry in entries if isinstance(entry, BrokenModel)] == []
    models = [entry for entry in entries if isinstance(entry, Model)]
    assert {"fashion-dcgan", "avatars-dcgan"} <= {model.manifest.id for model in models}
    for model in models:
        for graph in model.manifest.graphs.values():
            assert file_sha256(model.file(graph.file)) == graph.sha256
        assert file_sha256(model.file(model.manifest.golden.file)) == model.manifest.golden.sha256
        assert model.manifest.limits.zh
        assert model.manifest.title.zh
    assert sum(path.stat().st_size for path in folder.rglob("*")) < 95_000_000
