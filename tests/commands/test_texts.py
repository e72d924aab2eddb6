"""Texts from files are UTF-8 or refused with the place; models are found by id and by path."""

import io
import sys
from pathlib import Path

import pytest

from studio.commands.texts import STANDARD_INPUT, read_text, resolve_text_model
from studio.contract.errors import ModelMissing, RequestInvalid


def test_a_text_is_read_without_its_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfna\xc3\xafve\r\n")
    assert read_text(path) == "naïve\r\n"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"first\nsecond \xe9t\xe9", r"byte 14, line 2\)"),
        ("été".encode("utf-16"), "UTF-16"),
        (b"\xed\xa0\x80", "not UTF-8"),
    ],
)
def test_a_text_that_is_not_utf8_is_refused_with_the_way_on(
    tmp_path: Path, data: bytes, words: str
) -> None:
    path = tmp_path / "b.txt"
    path.write_bytes(data)
    with pytest.raises(RequestInvalid, match=words) as caught:
        read_text(path)
    assert str(path) in caught.value.message
    assert "save it as UTF-8" in caught.value.message


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "no.txt", tmp_path, Path("\0")):
        with pytest.raises(RequestInvalid):
            read_text(path)


def test_standard_input_is_read_as_utf8(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("海".encode())))
    assert read_text(STANDARD_INPUT) == "海"


def test_a_model_is_its_id_or_its_path(tmp_path: Path) -> None:
    root = tmp_path / "models"
    (root / "sea").mkdir(parents=True)
    (root / "sea" / "sea.gguf").write_bytes(b"x")
    assert resolve_text_model("sea", (root,)) == root / "sea" / "sea.gguf"
    assert resolve_text_model(str(root / "sea"), ()) == root / "sea"
    with pytest.raises(RequestInvalid, match="did you mean 'sea'"):
        resolve_text_model("see", (root,))
    with pytest.raises(RequestInvalid, match="there are: sea"):
        resolve_text_model("mountain", (root,))
    with pytest.raises(ModelMissing, match=r"gone\.gguf"):
        resolve_text_model("gone.gguf", (root,))


def test_where_there_is_no_text_model_the_way_to_one_is_said(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match="models import"):
        resolve_text_model("sea", (tmp_path,))
