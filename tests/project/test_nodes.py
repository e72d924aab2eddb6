"""Node types are registered once, by name, and read back as what they were."""

import msgspec
import pytest

from studio.contract.recipe import identity
from studio.project.nodes import WORK, NodeCodecs, NodeType, Work, work_key
from tests.project.samples import NOTE, Note, recipe

SHA = "0f" * 32


def test_a_registered_type_is_found_by_its_name() -> None:
    codecs = NodeCodecs(WORK)
    codecs.register(NOTE)
    assert "note" in codecs
    assert codecs.type("note") is NOTE
    assert "passage" not in codecs


def test_two_sets_of_codecs_know_nothing_of_each_other() -> None:
    NodeCodecs(NOTE)
    assert "note" not in NodeCodecs(WORK)


@pytest.mark.parametrize("name", ["", "Note", "a b", "9", "x" * 41, "note;"])
def test_a_type_needs_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        NodeCodecs(NodeType(name=name, struct=Note))


def test_a_name_is_taken_once() -> None:
    with pytest.raises(ValueError, match="registered already"):
        NodeCodecs(NOTE, NodeType(name="note", struct=Work))


def test_blobs_are_named_by_fields_that_exist() -> None:
    with pytest.raises(ValueError, match="no fields"):
        NodeCodecs(NodeType(name="note", struct=Note, blobs=("picture",)))


def test_a_work_is_read_as_it_was_written() -> None:
    codecs = NodeCodecs(WORK)
    work = Work(id="w", recipe=recipe(3), blob=SHA, title="猫", rating=5, created=1.5)
    assert codecs.decode("work", msgspec.json.encode(work)) == work


@pytest.mark.parametrize(
    "broken", [{"rating": 6}, {"rating": -1}, {"blob": "../x"}, {"source": "stolen"}]
)
def test_what_cannot_be_a_work_is_not_read_as_one(broken: dict[str, object]) -> None:
    work = {"id": "w", "recipe": msgspec.to_builtins(recipe(3)), "blob": SHA, **broken}
    with pytest.raises(msgspec.ValidationError):
        NodeCodecs(WORK).decode("work", msgspec.json.encode(work))


def test_a_field_that_a_later_version_added_does_not_hinder_this_one() -> None:
    note = NodeCodecs(NOTE).decode("note", b'{"id": "n", "text": "t", "colour": "red"}')
    assert note == Note(id="n", text="t")


def test_works_are_looked_up_by_what_decides_their_picture() -> None:
    made = recipe(3)
    retitled = msgspec.structs.replace(made, studio="9.9", width=32)
    work = Work(id="w", recipe=retitled, blob=SHA)
    assert work_key(work) == identity(made)
