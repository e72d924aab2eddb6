"""The box finds traits by labels and by the artist's own names, and says what it cannot do."""

import hashlib
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Label, Model, Trait, TraitSet
from studio.images.traits import ShelfTrait, TraitShelf, trait_key
from studio.images.ui.genes.words import trait_title
from studio.images.ui.trait_finder import TraitFinder
from studio.project.paths import places
from tests.images.ui.genes.conftest import found, row


@pytest.fixture
def shelf(model: Model, tmp_path: Path) -> TraitShelf:
    """A model that ships glasses, and of whose genes one was called sleepy."""
    data = row(0, 0, 1, 0)
    (model.folder / "traits.bin").write_bytes(data)
    label = Label(en="Glasses", zh="眼镜")
    traits = TraitSet(
        file="traits.bin",
        sha256=hashlib.sha256(data).hexdigest(),
        space="latent",
        traits=(Trait(name="glasses", label=label),),
    )
    manifest = msgspec.structs.replace(model.manifest, schema=2, traits=traits)
    shipping = msgspec.structs.replace(model, manifest=manifest)
    shelf = TraitShelf(places(tmp_path / "base"), trait_key(shipping), model=shipping)
    first, _ = shelf.put_found(found(2))
    shelf.rename(first.id, "Sleepy eyes")
    return shelf


@pytest.fixture
def finder(qtbot: QtBot, model: Model, shelf: TraitShelf) -> TraitFinder:
    made = TraitFinder(model.manifest, "en")
    qtbot.addWidget(made)
    made.set_shelf(shelf)
    made.show()
    qtbot.waitExposed(made)
    return made


def _titles(finder: TraitFinder) -> list[str]:
    return [trait_title(t, "en") if isinstance(t, ShelfTrait) else t.text for t in finder.found]


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("glasses", ["Glasses"]),
        ("眼镜", ["Glasses"]),
        ("SLEEPY", ["Sleepy eyes"]),
        ("boots", ["Boots"]),
        ("gene", ["Gene 2"]),
        ("gene 2", ["Gene 2"]),
    ],
)
def test_labels_and_own_names_are_found_beside_kinds(
    finder: TraitFinder, text: str, titles: list[str]
) -> None:
    finder.edit.setText(text)
    assert [title.casefold() for title in _titles(finder)] == [t.casefold() for t in titles]


def test_return_asks_for_the_trait(qtbot: QtBot, finder: TraitFinder) -> None:
    finder.edit.setText("sleepy")
    with qtbot.waitSignal(finder.trait_wanted) as told:
        QTest.keyClick(finder.edit, Qt.Key.Key_Return)
    assert told.args[0].name == "Sleepy eyes"


def test_a_sentence_is_answered_plainly_with_what_it_names(finder: TraitFinder) -> None:
    finder.edit.setText("a portrait of somebody sleepy with glasses, oil on canvas")
    assert set(_titles(finder)) == {"Glasses", "Sleepy eyes"}
    assert finder.sentence.startswith("This model cannot follow sentences.")
    assert finder.findChild(type(finder.edit)) is finder.edit
    finder.edit.setText("glasses")
    assert not finder.sentence.startswith("This model cannot")


def test_names_that_were_given_since_are_found(finder: TraitFinder, shelf: TraitShelf) -> None:
    second = shelf.traits()[-1]
    shelf.rename(second.id, "Moody")
    finder.edit.setText("moody")
    assert _titles(finder) == ["Moody"]


def test_without_a_shelf_the_box_finds_kinds_as_before(finder: TraitFinder) -> None:
    assert finder.edit.placeholderText() == "Find a trait or a control"
    finder.set_shelf(None)
    finder.edit.setText("glasses")
    assert finder.found == ()
    assert finder.edit.placeholderText() == "Find a kind or a control"
