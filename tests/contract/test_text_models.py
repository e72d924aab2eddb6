"""Text models are found wherever a user may have put them, without one being opened."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import ManifestInvalid, ManifestTooNew
from studio.contract.manifest import BrokenModel
from studio.contract.text_models import (
    RECORD_NAME,
    FoundTextModel,
    TextModelRecord,
    encode_record,
    find_text_models,
    id_of,
    read_text_model,
)
from studio.contract.texts import FormReport, TextModelReport
from tests.models import write_tiny_generator

RECORD = TextModelRecord(
    file="model.gguf",
    report=TextModelReport(
        model="imported",
        kind="gguf",
        vocabulary=10,
        context=20,
        chat=True,
        forms=(FormReport(name="exact"), FormReport(name="fast", divergence=0.1)),
    ),
)


def files(folder: Path, *names: str) -> Path:
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"x")
    return folder


def imported(folder: Path, record: bytes) -> Path:
    files(folder, "model.gguf")
    (folder / RECORD_NAME).write_bytes(record)
    return folder


def test_every_way_of_keeping_a_text_model_is_found(tmp_path: Path) -> None:
    root = tmp_path / "models"
    imported(root / "imported", encode_record(RECORD))
    files(root / "Some Model", "Q4.GGUF", "readme.txt")
    files(root / "genai", "genai_config.json", "model.onnx")
    files(root / "hub", "config.json", "onnx/model_q4.onnx")
    (root / "loose.gguf").write_bytes(b"x")
    write_tiny_generator(root / "pictures")
    files(root / "notes", "notes.txt")
    files(root / "two", "a.gguf", "b.gguf")
    found = {
        model.id: model for model in find_text_models((root,)) if isinstance(model, FoundTextModel)
    }
    assert set(found) == {"imported", "some-model", "genai", "hub", "loose"}
    assert found["imported"].path == root / "imported" / "model.gguf"
    assert found["imported"].record == RECORD
    assert found["some-model"].path == root / "Some Model" / "Q4.GGUF"
    assert found["hub"].path == root / "hub"
    assert found["loose"].path == root / "loose.gguf"


def test_the_first_root_wins(tmp_path: Path) -> None:
    for name in ("user", "shipped"):
        files(tmp_path / name / "same", "m.gguf")
    [model] = find_text_models((tmp_path / "user", tmp_path / "shipped", tmp_path / "missing"))
    assert isinstance(model, FoundTextModel)
    assert model.folder == tmp_path / "user" / "same"


@pytest.mark.parametrize(
    ("record", "kind", "words"),
    [
        (b"", ManifestInvalid, "ends in the middle"),
        (b"\xff\xfe", ManifestInvalid, RECORD_NAME),
        (b'{"schema": 99}', ManifestTooNew, "format 99"),
        (
            encode_record(RECORD).replace(b"model.gguf", b"../else.gguf"),
            ManifestInvalid,
            "leads out",
        ),
        (b" " * 2_000_000, ManifestInvalid, "larger than"),
    ],
)
def test_a_record_that_cannot_be_read_is_shown_as_broken(
    tmp_path: Path, record: bytes, kind: type[Exception], words: str
) -> None:
    imported(tmp_path / "models" / "odd", record)
    [broken] = find_text_models((tmp_path / "models",))
    assert isinstance(broken, BrokenModel)
    assert type(broken.error) is kind
    assert words in broken.error.message


def test_a_folder_of_pictures_is_no_text_model(tmp_path: Path) -> None:
    assert read_text_model(write_tiny_generator(tmp_path / "pictures")) is None
    assert read_text_model(tmp_path / "nowhere") is None


@given(name=st.text(max_size=200))
def test_any_name_gives_an_id_that_gives_itself(name: str) -> None:
    made = id_of(name)
    assert made
    assert id_of(made) == made
    assert len(made) <= 64
