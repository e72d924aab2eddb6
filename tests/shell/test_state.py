"""What the window remembers comes back, and what is damaged becomes the default."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.shell.state import (
    FILE_NAME,
    WindowState,
    decode_state,
    encode_state,
    read_state,
    write_state,
)

sides = st.integers(480, 20_000)
places = st.integers(-20_000, 20_000)
states = st.builds(
    WindowState,
    place=st.none() | st.tuples(places, places),
    size=st.tuples(sides, sides),
    maximised=st.booleans(),
    inspector=st.booleans(),
    room=st.sampled_from(["images", "writing"]),
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
NAMES = ("place", "size", "maximised", "inspector", "room")


@given(states)
def test_what_is_written_is_read_again(state: WindowState) -> None:
    assert decode_state(encode_state(state)) == state


@given(st.binary(max_size=200))
def test_bytes_that_are_no_state_give_the_defaults(data: bytes) -> None:
    assert decode_state(data) == WindowState()


@given(st.dictionaries(st.sampled_from(NAMES), values))
def test_a_foreign_value_never_stops_the_window(content: dict[str, object]) -> None:
    state = decode_state(json.dumps(content).encode())
    assert all(480 <= side <= 20_000 for side in state.size)


def test_one_damaged_value_costs_only_itself() -> None:
    data = encode_state(WindowState(inspector=True, size=(900, 700)))
    content = {**json.loads(data), "room": 7, "size": [1, "x"]}
    state = decode_state(json.dumps(content).encode())
    assert state == WindowState(inspector=True)


def test_the_first_start_has_nothing_to_read(tmp_path: Path) -> None:
    assert read_state(tmp_path / "nowhere") == WindowState()


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b" " * 100_000)
    assert read_state(tmp_path) == WindowState()


def test_writing_makes_the_folder_and_leaves_no_draft(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "deep"
    state = WindowState(room="writing")
    write_state(folder, state)
    write_state(folder, state)
    assert read_state(folder) == state
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]


def test_a_folder_that_is_a_file_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("in the way")
    with pytest.raises(OSError, match="config"):
        write_state(tmp_path / "config", WindowState())
