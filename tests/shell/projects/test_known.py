"""The list of projects: whatever stands in the file, what can be read of it is offered."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.images.document import codecs
from studio.project.store import ProjectStore
from studio.shell.projects.known import (
    FILE_NAME,
    LONGEST_LIST,
    LONGEST_NAME,
    NAME_KEY,
    KnownProject,
    folder_name,
    free_folder,
    is_project,
    read_known,
    stored_name,
    tidy_name,
    with_opened,
    without,
    write_known,
)


def project(folder: Path | str, name: str = "") -> KnownProject:
    return KnownProject(folder=str(folder), name=name)


def test_what_was_written_is_read_again(tmp_path: Path) -> None:
    known = (project(tmp_path / "一", "猫"), project(tmp_path / "b"))
    write_known(tmp_path / "config", known)
    assert read_known(tmp_path / "config") == known
    assert [path.name for path in (tmp_path / "config").iterdir()] == [FILE_NAME]


def test_no_file_is_an_empty_list(tmp_path: Path) -> None:
    assert read_known(tmp_path) == ()


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_a_damaged_list_is_an_empty_one(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    config = tmp_path_factory.mktemp("config")
    (config / FILE_NAME).write_bytes(data)
    read_known(config)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers()
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(st.lists(JSON | st.fixed_dictionaries({"folder": JSON, "name": JSON}), max_size=6))
def test_entries_that_are_none_are_left_out(
    tmp_path_factory: pytest.TempPathFactory, rows: list[object]
) -> None:
    config = tmp_path_factory.mktemp("config")
    sound = {"folder": "/somewhere/sound", "name": "sound"}
    (config / FILE_NAME).write_text(json.dumps([*rows, sound]), encoding="utf-8")
    assert project("/somewhere/sound", "sound") in read_known(config)


def test_a_list_too_long_to_be_ours_is_not_read(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text("[" + " " * 300_000 + "]", encoding="utf-8")
    assert read_known(tmp_path) == ()


def test_the_list_has_an_end(tmp_path: Path) -> None:
    known = tuple(project(f"/p/{number}") for number in range(LONGEST_LIST + 5))
    write_known(tmp_path, known)
    assert read_known(tmp_path) == known[:LONGEST_LIST]


def test_what_is_opened_stands_first_and_once() -> None:
    known = (project("/a", "A"), project("/b", "B"))
    assert with_opened(known, project("/b", "New")) == (project("/b", "New"), project("/a", "A"))
    assert without(known, "/a") == (project("/b", "B"),)


def test_a_list_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_known(tmp_path, [project("/a")])

    def refuse(*_: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="no"):
        write_known(tmp_path, [])
    assert read_known(tmp_path) == (project("/a"),)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_a_folder_is_a_project_once_a_project_was_made_in_it(tmp_path: Path) -> None:
    assert not is_project(tmp_path)
    assert not is_project(tmp_path / "nothing")
    with ProjectStore.open(tmp_path / "p", codecs()) as store:
        assert is_project(tmp_path / "p")
        assert stored_name(store) == ""
        store.put_state(NAME_KEY, "Märchen".encode()).result()
        assert stored_name(store) == "Märchen"
        store.put_state(NAME_KEY, b"\xff").result()
        assert stored_name(store) == ""


@given(st.text(max_size=200))
def test_any_name_makes_a_folder_that_every_system_takes(name: str) -> None:
    made = folder_name(name)
    assert 1 <= len(made) <= 61
    assert not set(made) & set('<>:"/\\|?*\x00\n\r\t')
    assert made == made.strip(". ")
    assert made.casefold().split(".")[0] not in ("con", "prn", "aux", "nul", "com1", "lpt9")


@given(st.text(max_size=300))
def test_a_name_is_one_line(name: str) -> None:
    tidy = tidy_name(name)
    assert len(tidy) <= LONGEST_NAME
    assert "\n" not in tidy
    assert tidy_name(tidy) == tidy


def test_a_second_project_of_a_name_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    assert free_folder(tmp_path, "A/B").name == "A B"
    (tmp_path / "A B").mkdir()
    (tmp_path / "A B 2").symlink_to(tmp_path / "nowhere")
    assert free_folder(tmp_path, "A/B").name == "A B 3"
