"""Whatever is typed where a file's name belongs, asking after it is no fault."""

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given

from studio.shell.typed_names import free_name, is_folder, is_there, typed_path


@given(st.text(max_size=3000))
def test_any_text_can_be_asked_after(text: str) -> None:
    path = typed_path(text)
    assert is_there(path) or not is_folder(path)


def test_a_home_is_filled_in_and_one_that_there_is_not_stays_as_it_was_typed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert typed_path(" ~/a.png ") == tmp_path / "a.png"
    assert typed_path("~nobody-of-that-name/a.png") == Path("~nobody-of-that-name/a.png")


def test_a_link_that_leads_nowhere_takes_its_name(tmp_path: Path) -> None:
    link = tmp_path / "film.mp4"
    link.symlink_to(tmp_path / "gone")
    assert is_there(link)
    assert free_name(link) == tmp_path / "film-2.mp4"


def test_the_first_name_that_is_free_is_found(tmp_path: Path) -> None:
    wanted = tmp_path / "a.png"
    assert free_name(wanted) == wanted
    for name in ("a.png", "a-2.png"):
        (tmp_path / name).touch()
    assert free_name(wanted) == tmp_path / "a-3.png"


def test_a_name_that_is_too_long_is_free_and_no_folder(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 5000)
    assert not is_there(path)
    assert not is_folder(path)
