"""Checkpoints: whole or absent, the newest readable one wins, nothing is executed."""

import errno
import os
import pickle
from pathlib import Path
from typing import BinaryIO

import pytest
import torch
from typing_extensions import override

from training.checkpoints import (
    list_checkpoints,
    load_checkpoint,
    load_newest,
    save_checkpoint,
    write_atomically,
)
from training.errors import TrainingError


def _save(folder: Path, images: int, keep: int = 3) -> Path:
    return save_checkpoint(folder, at=images, state={"weight": torch.ones(3)}, keep=keep)


def test_only_the_newest_are_kept(tmp_path: Path) -> None:
    for images in (10, 200, 3000, 40000):
        _save(tmp_path, images, keep=2)
    assert [path.name for path in list_checkpoints(tmp_path)] == [
        "checkpoint-0000003000.pt",
        "checkpoint-0000040000.pt",
    ]


def test_a_failed_write_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def fail(file: BinaryIO) -> None:
        file.write(b"half of the new")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(TrainingError, match="file: the disk is full"):
        write_atomically(path, fail)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("size", [3, 1_000_000])
def test_a_full_disk_is_recognised_behind_torchs_own_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    _save(tmp_path, 1)
    opened = Path.open

    def open_full(path: Path, mode: str = "r") -> object:
        return opened(Path("/dev/full") if mode == "wb" else path, mode)

    monkeypatch.setattr(Path, "open", open_full)
    with pytest.raises(TrainingError, match=r"checkpoint-0000000002\.pt: the disk is full"):
        save_checkpoint(tmp_path, at=2, state={"weight": torch.ones(size)}, keep=3)
    monkeypatch.undo()
    assert [path.name for path in list_checkpoints(tmp_path)] == ["checkpoint-0000000001.pt"]
    load_checkpoint(tmp_path / "checkpoint-0000000001.pt")


def test_a_damaged_newest_falls_back_to_the_one_before(tmp_path: Path) -> None:
    _save(tmp_path, 1)
    newest = _save(tmp_path, 2)
    newest.write_bytes(newest.read_bytes()[:100])
    said: list[str] = []
    path, state = load_newest(tmp_path, said.append)
    assert path.name == "checkpoint-0000000001.pt"
    assert isinstance(state["weight"], torch.Tensor)
    assert "checkpoint-0000000002.pt: this checkpoint is damaged" in said[0]


def test_an_empty_folder_has_nothing_to_resume(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="there is no checkpoint in this folder"):
        load_newest(tmp_path, print)


class _Harmful:
    @override
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (os.system, ("touch harm",))


@pytest.mark.parametrize("content", [b"", b"text", pickle.dumps(_Harmful()), b"PK\x03\x04"])
def test_foreign_files_are_refused_and_not_executed(
    tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "checkpoint-0000000001.pt"
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"damaged|not a checkpoint"):
        load_checkpoint(path)
    assert not (tmp_path / "harm").exists()


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "checkpoint-0000000001.pt"
    torch.save({"format": 99}, path)
    with pytest.raises(TrainingError, match="has format 99 and this program reads up to 1"):
        load_checkpoint(path)
