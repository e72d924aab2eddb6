"""A fault that stays is told of once; one that comes back is told of again."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import ManifestInvalid, ModelError, ModelMissing
from studio.shell.told import FILE_NAME, MOST, news

ONE: ModelError = ManifestInvalid(file="/models/one/manifest.json", fault="it is not JSON")
TWO: ModelError = ModelMissing(file="/models/two/generator.onnx")


def test_what_stays_is_told_of_once(tmp_path: Path) -> None:
    assert news(tmp_path, [ONE]) == [ONE]
    assert news(tmp_path, [ONE]) == []
    assert news(tmp_path, [ONE, TWO]) == [TWO]
    assert news(tmp_path, [ONE, TWO]) == []


def test_what_comes_back_is_news(tmp_path: Path) -> None:
    news(tmp_path, [ONE])
    assert news(tmp_path, []) == []
    assert news(tmp_path, [ONE]) == [ONE]


def test_the_same_model_with_another_fault_is_news(tmp_path: Path) -> None:
    news(tmp_path, [ONE])
    other = ManifestInvalid(file=ONE.fields["file"], fault="it has no format version")
    assert news(tmp_path, [other]) == [other]


def test_the_file_names_nobody(tmp_path: Path) -> None:
    news(tmp_path / "config", [ONE, TWO])
    (file,) = (tmp_path / "config").iterdir()
    assert file.name == FILE_NAME
    assert b"models" not in file.read_bytes()


@given(st.binary(max_size=100))
def test_a_damaged_file_makes_everything_news(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("config")
    (folder / FILE_NAME).write_bytes(data)
    assert news(folder, [ONE]) == [ONE]
    assert news(folder, [ONE]) == []


def test_a_file_of_any_depth_is_nothing(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("[" * 100_000)
    assert news(tmp_path, [ONE]) == [ONE]


def test_a_foreign_file_of_any_length_is_read_in_part(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("[" + ",".join(['"x"'] * (MOST + 5)) + "]")
    assert news(tmp_path, [ONE]) == [ONE]


def test_where_nothing_can_be_written_everything_stays_news(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way")
    for _start in range(2):
        assert news(tmp_path / "config", [ONE]) == [ONE]
