"""Who came from whom, however families marry, and whatever foreign recipes claim."""

import struct
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.recipe import RECIPE_SCHEMA, Recipe, Shift, Styling, identity
from studio.images.document import codecs, keep, unkeep
from studio.images.lineage import Lineage, ancestor_recipes, favour, new_relative, relate
from studio.project.edits import Edit, Patch, put, remove
from studio.project.family import FamilyRow
from studio.project.nodes import RELATIVE, WORK
from studio.project.search import Query, Word
from studio.project.store import ProjectStore
from studio.project.work_index import Seen
from tests.project.samples import png


def row(name: str, *parents: str, place: int | None = None, **more: Any) -> FamilyRow:
    fields: dict[str, Any] = {
        "node": f"n-{name}",
        "place": int(name.lstrip("abcdefghijklmnopqrstuvwxyz") or 0) if place is None else place,
        "identity": name,
        "model": "tiny",
        "kind": "",
        "seed": 7,
        "created": 0.0,
        "colours": (),
        "swatch": None,
        "parents": parents,
        "genes": (),
        "is_work": False,
        **more,
    }
    return FamilyRow(**fields)


def names(members: Any) -> list[str]:
    return [member.identity for member in members]


FAMILY = (
    row("1"),
    row("2"),
    row("3", "1", "2"),
    row("4", "3"),
    row("5", "4", "2"),
    row("6"),
)


def test_generations_count_from_the_latest_parent_and_each_hangs_from_that_one() -> None:
    tree = Lineage(FAMILY)
    assert {member.identity: member.generation for member in tree} == {
        "1": 0,
        "2": 0,
        "3": 1,
        "4": 2,
        "5": 3,
        "6": 0,
    }
    assert list(tree.founders) == ["1", "2", "6"]
    assert (tree.nearest("3"), tree.nearest("5"), tree.nearest("1")) == ("1", "4", None)
    assert list(tree.children("2")) == ["3", "5"]
    assert not tree.hanging("2")
    assert tree.line("5") == ("1", "3", "4", "5")


def test_ancestors_and_descendants_are_everybodys_and_in_order() -> None:
    tree = Lineage(FAMILY)
    assert names(tree.ancestors("5")) == ["1", "2", "3", "4"]
    assert names(tree.descendants("2")) == ["3", "4", "5"]
    assert tree.ancestors("6") == tree.ancestors("nobody") == ()


def test_parents_that_are_nowhere_are_counted_and_not_drawn() -> None:
    tree = Lineage([row("1", "lost", "2"), row("2")])
    assert tree["1"].parents == ("2",)
    assert tree["1"].parents_elsewhere == 1


def test_kept_works_stand_in_the_tree_only_with_their_kin() -> None:
    tree = Lineage(
        [
            row("1", is_work=True),
            row("2", is_work=True),
            row("3", "2", is_work=True),
            row("4", "lost", is_work=True),
        ]
    )
    assert names(tree) == ["2", "3"]


def test_a_kept_picture_of_the_tree_is_one_member_that_is_both() -> None:
    tree = Lineage(
        [
            row("1", place=1, favourite=True, node="own"),
            row("1", place=9, is_work=True, node="work", blob="b", title="Cat", words="cat"),
        ]
    )
    (member,) = tree
    assert (member.relative, member.work, member.blob, member.title) == ("own", "work", "b", "Cat")
    assert member.favourite
    assert member.is_kept
    assert member.place == 1


def test_recipes_that_claim_to_be_each_others_parents_still_make_a_tree() -> None:
    tree = Lineage([row("1", "2"), row("2", "1"), row("3", "3")])
    assert len(tree) == 3
    assert names(tree.ancestors("1")) == ["2"]
    assert tree.line("1") in (("1",), ("2", "1"))
    assert tree["3"].parents == ()


@st.composite
def families(draw: st.DrawFn) -> tuple[FamilyRow, ...]:
    """Up to 25 pictures, each of which claims up to three of them for parents."""
    count = draw(st.integers(1, 25))
    parents = st.lists(st.integers(1, count), max_size=3, unique=True)
    return tuple(
        row(str(number), *map(str, draw(parents)), is_work=draw(st.booleans()))
        for number in range(1, count + 1)
    )


@given(families())
def test_everybody_hangs_once_and_below_their_parent(found: tuple[FamilyRow, ...]) -> None:
    tree = Lineage(found)
    hung = list(tree.founders)
    for name in hung:
        hung.extend(tree.hanging(name))
    assert sorted(hung) == sorted(one.identity for one in tree)
    for member in tree:
        above = tree.nearest(member.identity)
        assert (above is None) == (member.generation == 0)
        if above is not None:
            assert tree[above].generation == member.generation - 1
            assert member.generation >= 1
        assert len(tree.line(member.identity)) == member.generation + 1


@given(families(), st.integers(1, 4))
def test_births_and_keeps_one_after_another_come_to_the_same_tree(
    found: tuple[FamilyRow, ...], portion: int
) -> None:
    tree = Lineage()
    for start in range(0, len(found), portion):
        tree.update(found[start : start + portion])
    fresh = Lineage(found)
    assert list(tree) == list(fresh)
    assert list(tree.founders) == list(fresh.founders)
    for member in fresh:
        assert list(tree.children(member.identity)) == list(fresh.children(member.identity))
        assert list(tree.hanging(member.identity)) == list(fresh.hanging(member.identity))


@given(families(), st.data())
def test_taking_in_changes_comes_to_the_same_as_reading_everything(
    found: tuple[FamilyRow, ...], data: st.DataObject
) -> None:
    tree = Lineage(found[: len(found) // 2])
    tree.update(found[len(found) // 2 :])
    gone = data.draw(st.sets(st.sampled_from([one.node for one in found])))
    tree.update((), gone)
    fresh = Lineage(one for one in found if one.node not in gone)
    assert list(tree) == list(fresh)
    assert tree.founders == fresh.founders
    for member in fresh:
        assert tree.children(member.identity) == fresh.children(member.identity)
        assert tree.hanging(member.identity) == fresh.hanging(member.identity)


def test_what_is_said_of_a_member_changes_without_a_new_tree() -> None:
    tree = Lineage(FAMILY)
    assert not tree.update([row("3", "1", "2", favourite=True)])
    assert tree["3"].favourite
    assert tree["3"].generation == 1
    assert tree.is_quick([row("7", "5")])
    assert tree.update([row("7", "5")])
    assert tree["7"].generation == 4
    lone = row("8", "elsewhere", is_work=True)
    assert tree.is_quick([lone])
    tree.update([lone])
    assert "8" not in tree
    assert not tree.is_quick([row("9", "8")])  # now the lone one has kin
    tree.update([row("9", "8")])
    assert tree["9"].parents == ("8",)
    assert not tree.is_quick([], ["n-9"])


# -- searching --------------------------------------------------------------------------------


def word(text: str, **may: Any) -> Query:
    return Query(words=(Word(text=text, **may),))


def test_members_are_found_by_all_that_is_said_of_them() -> None:
    tree = Lineage(
        [
            row("1", kind="Clay", colours=("red", "white"), genes=("glasses",), seed=41),
            row("2", "1", model="other", kind="Moods", favourite=True, seed=42),
            row("3", "1", is_work=True, title="Old cat", words="old cat", seed=5),
        ]
    )
    assert tree.search(Query()) == ("1", "2", "3")
    assert tree.search(Query(), favourites=True) == ("2",)
    assert tree.search(Query(models=("other",))) == ("2",)
    assert tree.search(Query(kinds=(("tiny", "Clay"),))) == ("1",)
    assert tree.search(Query(colours=("white", "blue"))) == ("1",)
    assert tree.search(Query(genes=("glasses",))) == ("1",)
    assert tree.search(Query(parent="1")) == ("2", "3")
    assert tree.search(word("cat")) == ("3",)
    assert tree.search(word("4")) == ("1", "2")
    assert tree.search(word("glass")) == ("1",)
    assert tree.search(word("眼镜", genes=("glasses",))) == ("1",)
    assert tree.search(word("mood", kinds=(("other", "Moods"),))) == ("2",)
    assert tree.search(word("red", colours=("red",))) == ("1",)
    assert tree.search(word("no such thing")) == ()


# -- with a project ---------------------------------------------------------------------------


def recipe(number: int, *parents: Recipe, gene: str = "") -> Recipe:
    shift = Shift(direction=struct.pack("<4f", 1, 0, 0, 0), amount=1.0, name=gene)
    return Recipe(
        schema=RECIPE_SCHEMA,
        model="tiny",
        seed=number,
        latent=struct.pack("<4f", number, 1, 2, 3),
        parents=tuple(identity(parent) for parent in parents),
        styling=Styling(shifts=(shift,)) if gene else msgspec.UNSET,
        pixels_sha256=f"{number:064x}",
    )


def opened(folder: Path) -> ProjectStore:
    return ProjectStore.open(folder / "p", codecs())


def do(store: ProjectStore, *patches: Patch) -> None:
    store.submit(Edit(scope="images", label="breed.next", patches=patches)).result()


def test_the_tree_of_a_project_is_its_relatives_and_the_works_that_came_from_them(
    tmp_path: Path,
) -> None:
    first, second = recipe(1), recipe(2, gene="Long Hair")
    child = recipe(3, first, second)
    lone = recipe(4)
    with opened(tmp_path) as store:
        do(store, *relate(store, (first, second)))
        store.submit(keep(png(3), child)).result()
        store.submit(keep(png(4), lone)).result()
        tree = Lineage(store.family())
        assert names(tree) == [identity(one) for one in (first, second, child)]
        assert tree[identity(child)].parents == (identity(first), identity(second))
        assert tree[identity(child)].is_kept
        assert tree.search(Query(genes=("long hair",))) == (identity(second),)
        assert store.recipes_at([member.place for member in tree]) == {
            member.place: one for member, one in zip(tree, (first, second, child), strict=True)
        }


def test_a_work_that_was_bred_from_stays_in_the_tree_when_it_is_removed(tmp_path: Path) -> None:
    parent = recipe(1)
    child = recipe(2, parent)
    with opened(tmp_path) as store:
        store.submit(keep(png(1), parent)).result()
        do(store, *relate(store, (parent,)))
        store.submit(keep(png(2), child)).result()
        work = store.find(WORK, identity(parent))[0]
        store.submit(unkeep(work)).result()
        tree = Lineage(store.family())
        assert names(tree) == [identity(parent), identity(child)]
        assert not tree[identity(parent)].is_kept


def test_changes_of_the_project_are_taken_in_by_their_nodes(tmp_path: Path) -> None:
    first = recipe(1)
    child = recipe(2, first)
    with opened(tmp_path) as store:
        do(store, *relate(store, (first,)))
        tree = Lineage(store.family())
        do(store, favour(store, first, True), favour(store, child, True))
        nodes = [node.id for node in store.nodes(RELATIVE).items]
        assert tree.update(store.family(nodes))
        assert names(tree) == [identity(first), identity(child)]
        assert all(member.favourite for member in tree)
        (own,) = [n.id for n in store.nodes(RELATIVE).items if n.recipe == child]
        do(store, favour(store, child, False))
        assert not tree.update(store.family([own]))
        assert not tree[identity(child)].favourite
        do(store, remove(RELATIVE, own))
        assert store.family([own]) == ()
        assert tree.update((), [own])
        assert names(tree) == [identity(first)]


def test_colours_of_a_relative_are_noted_by_its_identity_and_forgotten_with_it(
    tmp_path: Path,
) -> None:
    one = recipe(1)
    with opened(tmp_path) as store:
        do(store, *relate(store, (one,)))
        seen = Seen(colours=("red", "white"), swatch=0xFF0000)
        store.note_seen({identity(one): seen}).result()
        (found,) = store.family()
        assert (found.colours, found.swatch) == (("red", "white"), 0xFF0000)
        (node,) = store.nodes(RELATIVE).items
        do(store, put(RELATIVE, msgspec.structs.replace(node, recipe=recipe(2))))
        (found,) = store.family()
        assert (found.identity, found.colours) == (identity(recipe(2)), ())


def test_how_a_picture_came_about_is_read_generation_by_generation(tmp_path: Path) -> None:
    first, second = recipe(1), recipe(2)
    third = recipe(3, first, second)
    fourth = recipe(4, third, first)
    lost = recipe(8)
    last = recipe(5, fourth, lost)
    with opened(tmp_path) as store:
        do(store, *relate(store, (first, second, third, fourth)))
        found = ancestor_recipes(store, last)
        assert found[-1] == fourth
        assert set(map(identity, found)) == set(map(identity, (first, second, third, fourth)))
        assert found.index(second) < found.index(third) < found.index(fourth)
        assert ancestor_recipes(store, first) == ()
        assert len(ancestor_recipes(store, last, most=2)) == 2


def test_wishes_and_pictures_that_are_there_are_not_entered_again(tmp_path: Path) -> None:
    wish = Recipe(model="tiny", seed=1)
    made = recipe(2)
    with opened(tmp_path) as store:
        assert relate(store, (wish,)) == ()
        patches = relate(store, (made, made))
        assert len(patches) == 1
        do(store, *patches)
        assert relate(store, (made,)) == ()
        assert new_relative(made).id != new_relative(made).id
