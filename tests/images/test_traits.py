"""What was found in a model and called something is kept, and nothing of it is lost."""

import hashlib
import os
import struct
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import (
    AtelierError,
    ManifestInvalid,
    ProjectDamaged,
    ProjectReadOnly,
    ProjectTooNew,
    RequestInvalid,
)
from studio.contract.manifest import Label, Model, Trait, TraitSet, read_model
from studio.contract.traits import FoundTrait, FoundTraits, Separation
from studio.images.traits import ShelfTrait, TraitShelf, TraitShelves, trait_key
from studio.project.paths import Places, places
from tests.models import write_tiny_generator


def _row(*numbers: float) -> bytes:
    return struct.pack(f"<{len(numbers)}f", *numbers)


def _found(*rows: bytes, explained: float = 0.25) -> FoundTraits:
    return FoundTraits(
        space="latent",
        dimension=4,
        traits=tuple(FoundTrait(direction=row, explained=explained) for row in rows),
        method="pictures",
        probes=64,
    )


FIRST, SECOND = _row(1, 0, 0, 0), _row(0, 1, 0, 0)


@pytest.fixture
def home(tmp_path: Path) -> Places:
    return places(tmp_path / "home")


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return read_model(write_tiny_generator(tmp_path / "tiny", dimension=4))


@pytest.fixture
def shipping(model: Model) -> Model:
    """The model with two traits of its own."""
    data = _row(0, 0, 1, 0) + _row(0, 0, 0, 1)
    (model.folder / "traits.bin").write_bytes(data)
    traits = TraitSet(
        file="traits.bin",
        sha256=hashlib.sha256(data).hexdigest(),
        space="latent",
        traits=(
            Trait(
                name="glasses",
                label=Label(en="Glasses", zh="眼镜"),
                ends=(Label(en="without", zh="没有"), Label(en="with glasses", zh="戴眼镜")),
                correlation=0.8,
            ),
            Trait(name="hair", label=Label(en="Long hair", zh="长发")),
        ),
    )
    manifest = msgspec.structs.replace(model.manifest, schema=2, traits=traits)
    return msgspec.structs.replace(model, manifest=manifest)


@pytest.fixture
def shelf(home: Places, model: Model) -> TraitShelf:
    return TraitShelf(home, trait_key(model), model=model)


def _again(shelf: TraitShelf, home: Places, model: Model) -> TraitShelf:
    del shelf
    return TraitShelf(home, trait_key(model), model=model)


def test_an_untouched_model_has_no_traits_and_no_file(shelf: TraitShelf) -> None:
    assert shelf.traits() == ()
    assert shelf.fault is None
    assert not shelf.path.parent.exists()


def test_what_was_found_stays(shelf: TraitShelf, home: Places, model: Model) -> None:
    new = shelf.put_found(_found(FIRST, SECOND))
    again = _again(shelf, home, model).traits()
    assert again == new == shelf.traits()
    assert [(trait.rank, trait.direction) for trait in again] == [(1, FIRST), (2, SECOND)]


def test_a_new_search_replaces_what_nobody_has_named(shelf: TraitShelf) -> None:
    kept, _ = shelf.put_found(_found(FIRST, SECOND))
    shelf.rename(kept.id, "wild")
    (new,) = shelf.put_found(_found(_row(0, 0, 1, 0)))
    assert [trait.id for trait in shelf.traits()] == [kept.id, new.id]


def test_names_are_kept_and_found_again(shelf: TraitShelf, home: Places, model: Model) -> None:
    first, _ = shelf.put_found(_found(FIRST, SECOND))
    shelf.rename(first.id, "  Sleepy   eyes ")
    again = _again(shelf, home, model)
    assert [trait.name for trait in again.search("sleepy", "en")] == ["Sleepy eyes"]
    named = again.named("sleepy EYES")
    assert named is not None
    assert named.id == first.id


def test_an_unnamed_trait_goes_by_its_rank(shelf: TraitShelf) -> None:
    _, second = shelf.put_found(_found(FIRST, SECOND))
    assert shelf.named("Gene 2") == second
    shelf.rename(second.id, "tall")
    assert shelf.named("Gene 2") is None


def test_two_traits_cannot_have_one_name(shelf: TraitShelf) -> None:
    first, second = shelf.put_found(_found(FIRST, SECOND))
    shelf.rename(first.id, "wild")
    with pytest.raises(RequestInvalid, match="another trait is called 'Wild' already"):
        shelf.rename(second.id, "Wild")
    shelf.rename(first.id, "WILD")  # its own name may be written otherwise


def test_a_name_that_is_too_long_is_refused(shelf: TraitShelf) -> None:
    (trait,) = shelf.put_found(_found(FIRST))
    with pytest.raises(RequestInvalid, match="at most 60"):
        shelf.rename(trait.id, "x" * 61)


def test_each_step_can_be_undone_and_done_again(
    shelf: TraitShelf, home: Places, model: Model
) -> None:
    states = [shelf.traits()]
    first, second = shelf.put_found(_found(FIRST, SECOND))
    steps: list[Callable[[], object]] = [
        lambda: shelf.rename(first.id, "wild"),
        lambda: shelf.delete(second.id),
        lambda: shelf.put_found(_found(_row(0, 0, 0, 1))),
        lambda: shelf.rename(first.id, ""),
    ]
    states.append(shelf.traits())
    for step in steps:
        step()
        states.append(shelf.traits())
    for state in reversed(states[:-1]):
        assert shelf.undo() is not None
        assert shelf.traits() == state == _again(shelf, home, model).traits()
    assert shelf.undo() is None
    for state in states[1:]:
        assert shelf.redo() is not None
        assert shelf.traits() == state == _again(shelf, home, model).traits()
    assert shelf.redo() is None


def test_a_new_step_ends_what_could_be_done_again(shelf: TraitShelf) -> None:
    first, second = shelf.put_found(_found(FIRST, SECOND))
    shelf.delete(first.id)
    shelf.undo()
    shelf.delete(second.id)
    assert shelf.redo() is None
    assert shelf.undoable is not None
    assert shelf.undoable.deed == "delete"


def test_what_is_gone_cannot_be_changed(shelf: TraitShelf) -> None:
    (trait,) = shelf.put_found(_found(FIRST))
    shelf.delete(trait.id)
    with pytest.raises(RequestInvalid, match="not there any more"):
        shelf.rename(trait.id, "wild")


def test_whoever_listens_hears_of_each_change_until_he_is_tired_of_it(shelf: TraitShelf) -> None:
    heard: list[int] = []
    tired = shelf.subscribe(lambda: heard.append(len(shelf.traits())))
    (trait,) = shelf.put_found(_found(FIRST))
    shelf.delete(trait.id)
    shelf.undo()
    tired()
    shelf.redo()
    assert heard == [1, 0, 1]


def test_two_piles_make_a_trait_with_a_name(shelf: TraitShelf, home: Places, model: Model) -> None:
    apart = Separation(first=3, second=4, first_right=3, second_right=3, distance=2.5)
    found = msgspec.structs.replace(_found(FIRST), method="piles", separation=apart)
    trait = shelf.put_between(found, "with hats")
    assert _again(shelf, home, model).traits() == (trait,)
    assert trait.separation == apart
    with pytest.raises(RequestInvalid, match="already"):
        shelf.put_between(found, "With Hats")


def test_shipped_traits_stand_first_and_answer_to_both_languages(
    home: Places, shipping: Model
) -> None:
    shelf = TraitShelf(home, trait_key(shipping), model=shipping)
    shelf.put_found(_found(FIRST))
    assert [trait.source for trait in shelf.traits()] == ["shipped", "shipped", "found"]
    for wanted in ("glasses", "眼镜", "somebody with glasses", "shipped:glasses"):
        trait = shelf.named(wanted) or shelf.search(wanted, "zh_CN")[0]
        assert trait.direction == _row(0, 0, 1, 0)
        assert trait.title("zh_CN") == "眼镜"
    assert shelf.search("dragon", "en") == ()


def test_a_shipped_trait_takes_an_own_name_and_cannot_be_deleted(
    home: Places, shipping: Model
) -> None:
    shelf = TraitShelf(home, trait_key(shipping), model=shipping)
    shelf.rename("shipped:hair", "Rapunzel")
    again = TraitShelf(home, trait_key(shipping), model=shipping)
    (hair,) = again.search("rapunzel", "en")
    assert (hair.id, hair.direction) == ("shipped:hair", _row(0, 0, 0, 1))
    assert again.search("long hair", "en") == (hair,)
    with pytest.raises(RequestInvalid, match="comes with the model"):
        again.delete("shipped:hair")
    again.rename("shipped:hair", "")
    renamed = again.trait("shipped:hair")
    assert renamed is not None
    assert renamed.title("en") == "Long hair"


def test_shipped_directions_that_were_changed_are_not_used(home: Places, shipping: Model) -> None:
    (shipping.folder / "traits.bin").write_bytes(_row(9, 9, 9, 9) * 2)
    shelf = TraitShelf(home, trait_key(shipping), model=shipping)
    assert shelf.traits() == ()
    assert isinstance(shelf.fault, ManifestInvalid)
    shelf.put_found(_found(FIRST))  # the rest works
    assert len(shelf.traits()) == 1


def test_a_damaged_file_is_said_and_kept_beside_the_new_one(
    shelf: TraitShelf, home: Places, model: Model
) -> None:
    shelf.put_found(_found(FIRST))
    damaged = shelf.path.read_bytes()[:-40]
    shelf.path.write_bytes(damaged)
    again = _again(shelf, home, model)
    assert isinstance(again.fault, ProjectDamaged)
    assert again.traits() == ()
    again.put_found(_found(SECOND))
    assert again.fault is None
    assert [path.read_bytes() for path in shelf.path.parent.glob("*.damaged-1.json")] == [damaged]


def test_one_damaged_trait_does_not_cost_the_others(
    shelf: TraitShelf, home: Places, model: Model
) -> None:
    first, second = shelf.put_found(_found(FIRST, SECOND))
    text = shelf.path.read_text("utf-8").replace(f'"{first.id}"', "17")
    shelf.path.write_text(text, "utf-8")
    again = _again(shelf, home, model)
    assert again.traits() == (second,)
    assert again.fault is not None
    assert "1 of 2 traits" in again.fault.message


def test_a_file_of_a_later_studio_is_left_alone(
    shelf: TraitShelf, home: Places, model: Model
) -> None:
    shelf.put_found(_found(FIRST))
    newer = shelf.path.read_bytes().replace(b'"schema": 1', b'"schema": 9')
    shelf.path.write_bytes(newer)
    again = _again(shelf, home, model)
    assert isinstance(again.fault, ProjectTooNew)
    with pytest.raises(ProjectReadOnly):
        again.put_found(_found(SECOND))
    assert shelf.path.read_bytes() == newer


def test_directions_of_another_model_are_not_offered(home: Places, model: Model) -> None:
    other = TraitShelf(home, trait_key(model))
    other.put_found(msgspec.structs.replace(_found(_row(1, 2)), dimension=2))
    shelf = TraitShelf(home, trait_key(model), model=model)
    assert shelf.traits() == ()
    assert shelf.fault is not None
    with pytest.raises(RequestInvalid, match="another model"):
        shelf.put_found(msgspec.structs.replace(_found(_row(1, 2)), dimension=2))


@pytest.mark.parametrize("row", [b"", b"123", _row(0, 0, 0, 0), _row(float("nan"), 0, 0, 1)])
def test_what_is_no_direction_is_refused(shelf: TraitShelf, row: bytes) -> None:
    with pytest.raises(RequestInvalid):
        shelf.put_found(_found(row))


def test_what_another_window_wrote_is_seen_and_not_lost(
    shelf: TraitShelf, home: Places, model: Model
) -> None:
    first, second = shelf.put_found(_found(FIRST, SECOND))
    other = _again(shelf, home, model)
    other.rename(first.id, "wild")
    shelf.rename(second.id, "tall")
    assert {trait.name for trait in other.traits()} == {"wild", "tall"}


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else False, reason="root may all")
def test_a_folder_that_cannot_be_written_leaves_everything_as_it_was(shelf: TraitShelf) -> None:
    shelf.path.parent.mkdir(parents=True)
    shelf.path.parent.chmod(0o500)
    with pytest.raises(AtelierError):
        shelf.put_found(_found(FIRST))
    assert shelf.traits() == ()


def test_a_failed_write_leaves_everything_as_it_was(shelf: TraitShelf) -> None:
    shelf.path.parent.parent.mkdir(parents=True)
    shelf.path.parent.write_bytes(b"a file stands where the folder should be")
    with pytest.raises(AtelierError):
        shelf.put_found(_found(FIRST))
    assert shelf.traits() == ()
    assert shelf.undoable is None


def test_writing_elsewhere_ends_with_the_newest(home: Places, model: Model) -> None:
    waiting: list[Callable[[], None]] = []
    shelf = TraitShelf(home, trait_key(model), model=model, run=waiting.append)
    (trait,) = shelf.put_found(_found(FIRST))
    shelf.rename(trait.id, "wild")
    assert not shelf.path.exists()
    for write in reversed(waiting):
        write()
    assert [t.name for t in TraitShelf(home, trait_key(model), model=model).traits()] == ["wild"]
    assert [t.name for t in shelf.traits()] == ["wild"]


def test_what_cannot_be_written_elsewhere_is_told(home: Places, model: Model) -> None:
    faults: list[AtelierError] = []
    shelves = TraitShelves(home, run=lambda write: write(), failed=faults.append)
    shelf = shelves.of(model)
    assert shelves.of(model) is shelf
    shelf.path.parent.parent.mkdir(parents=True)
    shelf.path.parent.write_bytes(b"")
    shelf.put_found(_found(FIRST))
    assert len(faults) == 1


def test_models_of_several_graphs_have_a_key_of_all_of_them(model: Model) -> None:
    graph = model.manifest.graphs["generator"]
    keys = set()
    for other in ("0" * 64, "1" * 64):
        graphs = {"mapping": graph, "synthesis": msgspec.structs.replace(graph, sha256=other)}
        manifest = msgspec.structs.replace(model.manifest, graphs=graphs)
        keys.add(trait_key(msgspec.structs.replace(model, manifest=manifest)))
    assert len(keys) == 2
    assert trait_key(model) == graph.sha256


@given(data=st.binary(max_size=300))
def test_no_file_makes_the_shelf_raise(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = places(tmp_path_factory.getbasetemp() / "fuzzed")
    shelf = TraitShelf(home, "f" * 64)
    shelf.path.parent.mkdir(parents=True, exist_ok=True)
    shelf.path.write_bytes(data)
    assert shelf.traits() == ()


@given(at=st.integers(0, 2000), byte=st.integers(0, 255))
def test_a_changed_byte_never_gives_what_is_no_direction(
    at: int, byte: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = places(tmp_path_factory.getbasetemp() / "flipped")
    shelf = TraitShelf(home, "a" * 64)
    if not shelf.path.exists():
        shelf.put_found(_found(FIRST, SECOND))
        shelf.path.with_suffix(".sound").write_bytes(shelf.path.read_bytes())
    data = bytearray(shelf.path.with_suffix(".sound").read_bytes())
    data[at % len(data)] = byte
    shelf.path.write_bytes(data)
    for trait in TraitShelf(home, "a" * 64).traits():
        assert isinstance(trait, ShelfTrait)
        assert trait.direction
        assert len(trait.direction) % 4 == 0
