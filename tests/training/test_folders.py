"""Folders that are complete or absent, whenever the process ends."""

from pathlib import Path

import pytest

from training.errors import TrainingError
from training.folders import publish_folder

MARKER = "manifest.json"


def _publish(target: Path, content: str) -> None:
    with publish_folder(target, marker=MARKER, purpose="the model") as folder:
        (folder / MARKER).write_text(content)


def _content(target: Path) -> str:
    return (target / MARKER).read_text()


def test_a_folder_appears_whole_and_replaces_an_older_one(tmp_path: Path) -> None:
    _publish(tmp_path / "out" / "model", "first")
    (tmp_path / "out" / "model" / "extra").touch()
    _publish(tmp_path / "out" / "model", "second")
    assert _content(tmp_path / "out" / "model") == "second"
    assert [p.name for p in (tmp_path / "out" / "model").iterdir()] == [MARKER]
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["model"]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    _publish(tmp_path / "model", "first")
    with pytest.raises(UnicodeEncodeError):
        _publish(tmp_path / "model", "half\ud800")  # a text that cannot be written
    assert _content(tmp_path / "model") == "first"
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_what_a_kill_left_behind_is_cleared_away(tmp_path: Path) -> None:
    unfinished = tmp_path / ".model.new-0123abcd"
    unfinished.mkdir()
    (unfinished / "generator.onnx").touch()
    others = tmp_path / ".model-two.new-0123abcd"
    others.mkdir()
    _publish(tmp_path / "model", "new")
    assert {p.name for p in tmp_path.iterdir()} == {"model", others.name}


def test_an_older_folder_that_a_kill_caught_aside_comes_back(tmp_path: Path) -> None:
    _publish(tmp_path / "model", "older")
    (tmp_path / "model").rename(tmp_path / ".model.old-0123abcd")
    with pytest.raises(UnicodeEncodeError):
        _publish(tmp_path / "model", "half\ud800")
    assert _content(tmp_path / "model") == "older"
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_a_folder_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "diary.txt").write_text("dear")
    with pytest.raises(TrainingError, match="is not one of ours"):
        _publish(tmp_path / "model", "new")
    assert [p.name for p in (tmp_path / "model").iterdir()] == ["diary.txt"]


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(TrainingError, match="a file is in the way"):
        _publish(tmp_path / "out" / "model", "new")
