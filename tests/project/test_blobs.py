"""Files named by their content: never written twice, never read damaged, never led astray."""

import errno
import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import AtelierError, ProjectDamaged, StorageDenied, StorageFull
from studio.project.blobs import INCOMING, SHOWN_DIGITS, BlobFolder, sha256_of
from tests.project.samples import png


@pytest.fixture
def blobs(tmp_path: Path) -> BlobFolder:
    return BlobFolder(tmp_path / "blobs")


@pytest.mark.parametrize(
    ("data", "suffix"),
    [
        (png(1), ".png"),
        (b"\xff\xd8\xff\xe0 jpeg", ".jpg"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", ".webp"),
        (b"anything", ".blob"),
        (b"", ".blob"),
    ],
)
def test_a_file_can_be_read_without_the_studio(blobs: BlobFolder, data: bytes, suffix: str) -> None:
    sha = blobs.write(data)
    assert sha == sha256_of(data)
    path = blobs.path(sha)
    assert path == blobs.folder / sha[:2] / f"{sha}{suffix}"
    assert path.read_bytes() == data
    assert blobs.read(sha) == data
    assert list(blobs.names()) == [sha]


def test_equal_files_are_one(blobs: BlobFolder) -> None:
    first = blobs.path(blobs.write(png(1))).stat()
    again = blobs.path(blobs.write(png(1))).stat()
    assert (first.st_ino, first.st_mtime_ns) == (again.st_ino, again.st_mtime_ns)


def test_a_damaged_file_is_named_and_mended_by_writing_it_again(blobs: BlobFolder) -> None:
    sha = blobs.write(png(1))
    blobs.path(sha).write_bytes(png(1)[:-1])
    with pytest.raises(ProjectDamaged, match=sha[:SHOWN_DIGITS]):
        blobs.read(sha)
    blobs.write(png(1))
    assert blobs.read(sha) == png(1)


def test_a_missing_file_is_named(blobs: BlobFolder) -> None:
    with pytest.raises(ProjectDamaged, match="missing"):
        blobs.read("0a" * 32)
    assert not blobs.holds("0a" * 32)
    assert blobs.age("0a" * 32) is None


@given(st.text() | st.sampled_from(["../../etc/passwd", "0A" * 32, "0a" * 31, "0a" * 33, "."]))
def test_only_a_hash_is_a_name(name: str) -> None:
    with pytest.raises(ProjectDamaged):
        BlobFolder(Path("/nowhere")).path(name)


def test_what_lies_around_is_no_blob(blobs: BlobFolder) -> None:
    sha = blobs.write(png(1))
    shelf = blobs.path(sha).parent
    (shelf / "notes.txt").write_text("mine")
    (shelf / f"{sha}.txt").write_text("mine")
    (blobs.folder / "loose.png").write_bytes(png(2))
    assert list(blobs.names()) == [sha]


def test_half_written_files_are_swept_and_nothing_else(blobs: BlobFolder) -> None:
    sha = blobs.write(png(1))
    (blobs.folder / INCOMING / "ab.part").write_bytes(b"half")
    assert blobs.sweep_incoming() == 1
    assert blobs.sweep_incoming() == 0
    assert blobs.read(sha) == png(1)


def test_a_folder_that_is_not_there_holds_nothing(blobs: BlobFolder) -> None:
    assert list(blobs.names()) == []
    assert blobs.sweep_incoming() == 0
    blobs.delete("0a" * 32)


@pytest.mark.parametrize(
    ("number", "kind"), [(errno.ENOSPC, StorageFull), (errno.EROFS, StorageDenied)]
)
def test_a_failed_write_leaves_no_file(
    blobs: BlobFolder, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[AtelierError]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(kind) as raised:
            blobs.write(png(1))
    assert raised.value.fields["file"] == str(blobs.folder.parent)  # no name of 64 digits
    assert list(blobs.names()) == []
    assert list((blobs.folder / INCOMING).iterdir()) == []
    blobs.write(png(1))


def test_a_shelf_that_may_not_be_entered_is_a_sentence(
    blobs: BlobFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = blobs.write(png(1))
    shelf = blobs.path(sha).parent
    with monkeypatch.context() as patch:
        for owner, name in ((os, "stat"), (Path, "stat"), (io, "open"), (os, "unlink")):
            patch.setattr(owner, name, _denied_inside(shelf, getattr(owner, name)))
        with pytest.raises(StorageDenied, match="permission"):
            blobs.read(sha)
        assert not blobs.holds(sha)
        assert blobs.age(sha) is None
    assert blobs.read(sha) == png(1)


def _denied_inside(folder: Path, call: Callable[..., Any]) -> Callable[..., Any]:
    """``call``, denied for whatever stands in ``folder``."""

    def guarded(path: Any, *arguments: Any, **options: Any) -> Any:
        if not isinstance(path, int) and Path(path).parent == folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return call(path, *arguments, **options)

    return guarded


def test_a_clock_that_was_set_back_makes_a_file_younger_than_nothing(blobs: BlobFolder) -> None:
    sha = blobs.write(png(1))
    later = time.time() + 1e6
    os.utime(blobs.path(sha), (later, later))
    age = blobs.age(sha)
    assert age is not None
    assert age < 0
