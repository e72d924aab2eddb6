"""Every screen speaks the language that was chosen, and nothing that it says is cut off."""

import ast

import pytest

from tests.access.conftest import CHINESE, LOOKS, TOUR_OF_CHINESE, Explorer
from tests.access.findings import english_in
from tests.access.tour import Look
from tests.translations import source_files

pytestmark = pytest.mark.timeout(900)  # a whole tour, also on a busy core


@TOUR_OF_CHINESE
def test_the_tour_meets_dialogs_menus_and_floating_panels(explored: Explorer) -> None:
    screens = set(explored(CHINESE).screens)
    assert {"first screen", "window.commands", "window.about", "images.export"} <= screens
    assert any(name.startswith("menu") for name in screens)


@TOUR_OF_CHINESE
def test_the_tour_meets_every_dialog_that_there_is(explored: Explorer) -> None:
    """Whoever adds a dialog adds a way to it, or this tour does not see it."""
    assert dialog_names() - explored(CHINESE).kinds == set()


def dialog_names() -> set[str]:
    """Classes in the sources that are dialogs and not the base of one."""
    bases = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for path in source_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    }
    found = {"QDialog"}
    while more := {name for name, own in bases.items() if own & found} - found:
        found |= more
    return found - {"QDialog"} - set().union(*bases.values())


@TOUR_OF_CHINESE
def test_no_screen_says_anything_in_english_when_it_is_chinese(explored: Explorer) -> None:
    assert explored(CHINESE).english == []


@LOOKS
def test_nothing_is_cut_off_at_150_percent_text(explored: Explorer, look: Look) -> None:
    assert explored(look).cut == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("保留 Keep", ["Keep"]),
        ("Export…", ["Export"]),
        ("已导出 my picture.png", ["my"]),
        ("已导出 /home/ada/kitten.png", []),
        ("按 Ctrl+K 或 F11", []),
        ("CPU，2 线程", []),
    ],
)
def test_english_words_are_told_from_names_keys_and_places(text: str, words: list[str]) -> None:
    assert english_in(text) == words
