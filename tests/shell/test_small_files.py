"""The small files that several windows may write at one time."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.contract.errors import AtelierError
from studio.shell.output.memory import OutputPlace, read_place, write_place
from studio.shell.projects.known import KnownProject, read_known, write_known
from studio.shell.settings.storage import read_stored, write_stored
from studio.shell.small_files import replace_whole
from studio.shell.state import WindowState, read_state, write_state
from studio.shell.told import news

Write = Callable[[Path, int], None]
Read = Callable[[Path], object]


def write_known_one(folder: Path, number: int) -> None:
    write_known(folder, [KnownProject(folder=str(folder / str(number)))])


def tell(folder: Path, number: int) -> None:
    news(folder, [AtelierError(fault=str(number))])


WRITERS: dict[str, tuple[Write, Read]] = {
    "settings": (lambda folder, n: write_stored(folder, {"n": n}), lambda f: read_stored(f).values),
    "window": (
        lambda folder, n: write_state(folder, WindowState(size=(600 + n, 600))),
        read_state,
    ),
    "output": (
        lambda folder, n: write_place(folder, OutputPlace(size=(600 + n, 600))),
        read_place,
    ),
    "projects": (write_known_one, read_known),
    "told": (tell, lambda folder: (folder / "told.json").read_bytes()),
}


@pytest.mark.parametrize("name", WRITERS)
def test_two_windows_that_write_at_one_time_leave_one_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    write, read = WRITERS[name]
    write(tmp_path / "alone", 1)
    (tmp_path / "both").mkdir()
    if name == "projects":  # what it says depends on where it lies
        write(tmp_path / "both", 1)
        expected = read(tmp_path / "both")
        (tmp_path / "both" / "projects.json").unlink()
    else:
        expected = read(tmp_path / "alone")
    real, own = Path.write_bytes, os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: own)

    def interrupted(path: Path, data: bytes) -> int:
        written = real(path, data)
        monkeypatch.setattr(Path, "write_bytes", real)
        with monkeypatch.context() as other_window:
            other_window.setattr(os, "getpid", lambda: own + 1)
            write(tmp_path / "both", 2)
        return written

    monkeypatch.setattr(Path, "write_bytes", interrupted)
    write(tmp_path / "both", 1)
    assert read(tmp_path / "both") == expected
    assert len(list((tmp_path / "both").iterdir())) == 1


def test_what_cannot_be_written_leaves_no_draft(tmp_path: Path) -> None:
    (tmp_path / "taken.json").mkdir()
    with pytest.raises(OSError, match="taken"):
        replace_whole(tmp_path / "taken.json", b"{}")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.json"]
