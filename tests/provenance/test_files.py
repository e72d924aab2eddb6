"""A picture gets its name when it is whole, never before, and never over another in silence."""

import errno
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import pytest

from studio.contract.errors import PictureError, PictureUnreadable, StorageDenied, StorageFull
from studio.provenance import files
from studio.provenance.files import sweep_leftovers, write_picture
from studio.provenance.pictures import encode_picture, read_picture
from tests.provenance.samples import noise, png, recipe


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_written_picture_reads_back_and_leaves_nothing_else(tmp_path: Path) -> None:
    data = png()
    path = write_picture(tmp_path / "靴子 é.png", data)
    assert path == tmp_path / "靴子 é.png"
    assert read_picture(path).is_as_made
    assert names(tmp_path) == ["靴子 é.png"]
    if os.name == "posix":
        umask = os.umask(0)
        os.umask(umask)
        assert path.stat().st_mode & 0o777 == 0o666 & ~umask


def test_a_taken_name_is_refused_and_what_is_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    path.write_bytes(b"precious")
    with pytest.raises(PictureError, match=r"mine\.png: a file of that name is there already"):
        write_picture(path, png())
    assert path.read_bytes() == b"precious"
    assert names(tmp_path) == ["mine.png"]


def test_a_taken_name_gets_the_next_number(tmp_path: Path) -> None:
    written = [write_picture(tmp_path / "a.b.png", png(), if_taken="number") for _ in range(3)]
    assert [path.name for path in written] == ["a.b.png", "a.b-2.png", "a.b-3.png"]


def test_writers_at_the_same_moment_never_take_each_others_name(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        written = pool.map(
            lambda _: write_picture(tmp_path / "a.png", png(), if_taken="number"), range(24)
        )
        assert len({path.name for path in written}) == 24
    assert len(names(tmp_path)) == 24


def test_replacing_must_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "mine.png"
    path.write_bytes(b"old")
    assert write_picture(path, png(), if_taken="replace") == path
    assert path.read_bytes() == png()


@pytest.mark.skipif(os.name == "nt", reason="renaming refuses by itself there")
@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOTSUP])
def test_a_disk_without_hard_links_is_written_with_the_same_care(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def link(*_: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", link)
    write_picture(tmp_path / "a.png", png())
    with pytest.raises(PictureError, match="already"):
        write_picture(tmp_path / "a.png", png())
    assert write_picture(tmp_path / "a.png", png(), if_taken="number").name == "a-2.png"
    assert names(tmp_path) == ["a-2.png", "a.png"]


@pytest.mark.parametrize("step", ["fsync", "open", "rename" if os.name == "nt" else "link"])
@pytest.mark.parametrize(
    ("code", "kind"),
    [(errno.ENOSPC, StorageFull), (errno.EDQUOT, StorageFull), (errno.EACCES, StorageDenied),
     (errno.EROFS, StorageDenied), (errno.EIO, PictureError)],
)  # fmt: skip
def test_a_failing_disk_is_said_and_leaves_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int, kind: type[Exception]
) -> None:
    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, step, fail)
        with pytest.raises(kind, match=r"new\.png"):
            write_picture(tmp_path / "new.png", png())
    assert names(tmp_path) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="its folder is not there"):
        write_picture(tmp_path / "gone" / "a.png", png())


@pytest.mark.parametrize("name", ["x" * 300 + ".png", "nul\0.png"])
def test_a_name_that_no_disk_takes_is_a_sentence(tmp_path: Path, name: str) -> None:
    with pytest.raises(PictureError, match="name"):
        write_picture(tmp_path / name, png())
    assert names(tmp_path) == []


def test_what_is_no_sound_picture_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(PictureUnreadable, match=r"half\.png"):
        write_picture(tmp_path / "half.png", png()[:-20])
    assert names(tmp_path) == []


def test_a_disk_that_gives_back_other_bytes_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = files._write_through
    monkeypatch.setattr(files, "_write_through", lambda part, data: write(part, data[:-1] + b"!"))
    with pytest.raises(PictureError, match="other bytes"):
        write_picture(tmp_path / "a.png", png())
    assert names(tmp_path) == []


def test_a_lossless_file_that_lost_its_pixels_is_not_written(tmp_path: Path) -> None:
    whole = encode_picture(noise(4, 4, 3, seed=1), 4, 4, 3, recipe())
    other = encode_picture(noise(4, 4, 3, seed=2), 4, 4, 3, recipe())
    start, end = whole.index(b"IDAT") - 4, whole.index(b"IEND") - 4
    swapped = whole[:start] + other[other.index(b"IDAT") - 4 : other.index(b"IEND") - 4]
    with pytest.raises(PictureUnreadable, match="its pixels changed"):
        write_picture(tmp_path / "a.png", swapped + whole[end:])
    assert names(tmp_path) == []


WRITER = """
import os, signal, sys
from pathlib import Path
step = sys.argv[2]
name, _, moment = step.partition(" ")
real = getattr(os, name)
def killed(*a, **k):
    if moment == "after":
        real(*a, **k)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, name, killed)
from studio.provenance.files import write_picture
write_picture(Path(sys.argv[1]), Path(sys.argv[3]).read_bytes())
"""


@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL there")
@pytest.mark.parametrize("step", ["open after", "fsync before", "fsync after", "link before",
                                  "link after"])  # fmt: skip
def test_a_kill_at_any_step_leaves_a_whole_picture_or_none(tmp_path: Path, step: str) -> None:
    source, folder = tmp_path / "source.png", tmp_path / "out"
    source.write_bytes(png())
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", WRITER, str(folder / "a.png"), step, str(source)], check=False
    )
    assert done.returncode == -signal.SIGKILL
    shown = [path for path in folder.iterdir() if not path.name.startswith(".")]
    assert [path.name for path in shown] == (["a.png"] if step == "link after" else [])
    for path in shown:
        assert read_picture(path).is_as_made
    for hidden in folder.glob(".*"):
        os.utime(hidden, (0, 0))
    leftovers = len(list(folder.glob(".*")))
    assert leftovers == 1
    assert sweep_leftovers(folder) == leftovers
    assert list(folder.glob(".*")) == []


def test_sweeping_leaves_running_exports_and_other_files_alone(tmp_path: Path) -> None:
    running = tmp_path / ".atelier-0.part"
    running.write_bytes(b"")
    other = tmp_path / ".someone.part"
    other.write_bytes(b"")
    os.utime(other, (0, 0))
    assert sweep_leftovers(tmp_path) == 0
    assert sweep_leftovers(tmp_path / "gone") == 0
    assert running.exists()
    assert other.exists()
