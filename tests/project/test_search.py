"""Works are found by what is said of them, and the index always says what the nodes say."""

import struct
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.recipe import RECIPE_SCHEMA, Recipe, Shift, Styling, identity
from studio.project.blobs import sha256_of
from studio.project.database import DATABASE_NAME, connect
from studio.project.edits import change, put, remove
from studio.project.nodes import WORK, Work
from studio.project.search import Query, Word, words_of
from studio.project.store import ProjectStore
from studio.project.work_index import Seen, folded, kind_of, start_again
from studio.project.works import rate_works, remove_works, rename_work
from tests.project.samples import do, opened, png, step


def work(number: int, **more: Any) -> Work:
    fields: dict[str, Any] = {"model": "tiny", "controls": {}, "seed": number, "parents": ()}
    recipe = Recipe(
        model=more.pop("model", fields["model"]),
        seed=more.pop("seed", number),
        latent=struct.pack("<2f", number, 1),
        controls=more.pop("controls", {}),
        parents=more.pop("parents", ()),
        schema=RECIPE_SCHEMA if "genes" in more else 1,
        styling=styled(more.pop("genes")) if "genes" in more else msgspec.UNSET,
        width=64,
        height=48,
    )
    made = Work(id=f"w{number}", recipe=recipe, blob=sha256_of(png(number)), created=float(number))
    return msgspec.structs.replace(made, **more)


def styled(genes: tuple[str, ...]) -> Styling:
    direction = struct.pack("<2f", 1, 0)
    shifts = (Shift(direction=direction, amount=0.0 if g == "none" else 1.0, name=g) for g in genes)
    return Styling(shifts=tuple(shifts))


def keep(store: ProjectStore, *works: Work) -> None:
    blobs = tuple(png(int(one.id[1:])) for one in works)
    store.submit(step(*(put(WORK, one) for one in works), blobs=blobs)).result()


def ids(store: ProjectStore, **wanted: Any) -> list[str]:
    listing = store.search(Query(**wanted))
    return [row.id for row in store.rows(listing.places)]


def word(text: str, **may: Any) -> tuple[Word, ...]:
    return (Word(text=text, **may),)


def test_everything_is_found_newest_first_and_other_orders_are_the_users(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, work(1, rating=2), work(2), work(3, rating=5), work(4, rating=2))
        assert ids(store) == ["w4", "w3", "w2", "w1"]
        assert ids(store, sorting="oldest") == ["w1", "w2", "w3", "w4"]
        assert ids(store, sorting="best") == ["w3", "w4", "w1", "w2"]
        assert store.search(Query(sorting="best")).ratings == ((5, 1), (2, 2), (0, 1))


def test_words_are_found_in_titles_in_any_case_and_numbers_by_how_they_begin(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as store:
        keep(
            store,
            work(1, title="Blue Robot", seed=4711),
            work(2, title="ＲＯＢＯＴ", seed=815),
            work(3, title="红色小怪 100%_", seed=4712),
        )
        assert ids(store, words=word(folded("RoBot"))) == ["w2", "w1"]
        assert ids(store, words=word("471")) == ["w3", "w1"]
        assert ids(store, words=word("15")) == []
        assert ids(store, words=word("小怪")) == ["w3"]
        assert ids(store, words=word("%")) == ["w3"]
        assert ids(store, words=word("_")) == ["w3"]
        assert ids(store, words=(Word(text="robot"), Word(text="blue"))) == ["w1"]


def test_a_word_may_stand_for_models_kinds_and_colours(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(
            store,
            work(1, model="faces", controls={"class": "clay"}),
            work(2, model="faces", controls={"class": "moods"}),
            work(3, model="clothes", controls={"class": "clay"}),
        )
        store.note_seen({sha256_of(png(2)): Seen(colours=("red", "blue"), swatch=1)}).result()
        assert ids(store, words=word("x", models=("clothes",))) == ["w3"]
        assert ids(store, words=word("x", kinds=(("faces", "clay"),))) == ["w1"]
        assert ids(store, words=word("x", colours=("blue",))) == ["w2"]
        both = word("x", kinds=(("faces", "clay"),), colours=("red",), models=("clothes",))
        assert ids(store, words=both) == ["w3", "w2", "w1"]


def test_filters_leave_only_what_fits_all_of_them(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(
            store,
            work(1, model="faces", controls={"class": "clay"}, rating=3),
            work(2, model="faces", controls={"class": "moods"}, rating=5),
            work(3, model="clothes", controls={"class": "coat"}, rating=4),
        )
        store.note_seen(
            {
                sha256_of(png(1)): Seen(colours=("red",), swatch=1),
                sha256_of(png(2)): Seen(colours=("blue", "white"), swatch=1),
            }
        ).result()
        assert ids(store, models=("faces",)) == ["w2", "w1"]
        assert ids(store, kinds=(("faces", "clay"), ("clothes", "coat"))) == ["w3", "w1"]
        assert ids(store, colours=("white", "red")) == ["w2", "w1"]
        assert ids(store, rating=4) == ["w3", "w2"]
        assert ids(store, since=2.0) == ["w3", "w2"]
        assert ids(store, until=2.0) == ["w1"]
        assert ids(store, models=("faces",), rating=4, colours=("blue",)) == ["w2"]
        listing = store.search(Query(models=("faces",)))
        assert listing.total == 3
        assert listing.created == (2.0, 1.0)


def test_the_counts_are_those_of_what_is_kept_or_of_what_lies_in_the_bin(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(
            store,
            work(1, model="faces", controls={"class": "clay"}),
            work(2, model="faces", controls={"class": "clay"}, rating=5),
            work(3, model="clothes"),
        )
        store.note_seen({sha256_of(png(1)): Seen(colours=("red", "blue"), swatch=1)}).result()
        store.submit(remove_works(["w3"])).result()
        counts = store.count()
        assert counts.models == {"faces": 2}
        assert counts.kinds == {("faces", "clay"): 2}
        assert counts.colours == {"red": 1, "blue": 1}
        assert counts.ratings == {0: 1, 5: 1}
        assert store.count(in_bin=True).models == {"clothes": 1}


def test_the_bin_is_searched_by_itself_and_ordered_by_when_things_came_there(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as store:
        keep(store, work(1), work(2), work(3))
        store.submit(remove_works(["w3"])).result()
        store.submit(remove_works(["w1"])).result()
        assert ids(store) == ["w2"]
        assert ids(store, in_bin=True) == ["w1", "w3"]
        assert ids(store, in_bin=True, sorting="oldest") == ["w3", "w1"]
        assert all(row.in_bin for row in store.rows(store.search(Query(in_bin=True)).places))
        store.restore(WORK, ["w1"], scope="gallery").result()
        assert ids(store) == ["w2", "w1"]
        store.empty_bin(WORK).result()
        assert ids(store, in_bin=True) == []


def test_ratings_and_names_are_found_at_once_and_undone(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, work(1), work(2))
        store.submit(rate_works(["w1", "w2"], 4)).result()
        store.submit(rename_work("w1", "  Cat\n with   hat ")).result()
        assert ids(store, rating=4) == ["w2", "w1"]
        assert ids(store, words=word("cat")) == ["w1"]
        assert store.rows(store.search(Query(words=word("cat"))).places)[0].title == "Cat with hat"
        store.undo("gallery").result()
        store.undo("gallery").result()
        assert ids(store, rating=1) == []
        assert ids(store, words=word("cat")) == []


def test_a_rating_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="7"):
        rate_works(["w"], 7)


def test_a_family_is_known_as_far_as_it_is_kept(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        parent = work(1)
        keep(store, parent)
        child = work(2, parents=(identity(parent.recipe), "elsewhere"))
        keep(store, child, work(3, parents=(identity(parent.recipe),)))
        places = store.search(Query(sorting="oldest")).places
        of_child, of_parent = store.kin(places[1]), store.kin(places[0])
        assert of_child is not None
        assert of_parent is not None
        assert [row.id for row in of_child.parents] == ["w1"]
        assert of_child.parents_elsewhere == 1
        assert of_parent.children == 2
        assert ids(store, parent=of_parent.identity) == ["w3", "w2"]
        store.submit(remove_works(["w1", "w3"])).result()
        of_child, of_parent = store.kin(places[1]), store.kin(places[0])
        assert of_child is not None
        assert of_parent is not None
        assert of_child.parents == ()
        assert of_child.parents_elsewhere == 2
        assert of_parent.children == 1
        assert store.kin(10_000) is None


def test_what_would_be_freed_does_not_count_files_that_something_kept_needs(
    tmp_path: Path,
) -> None:
    with opened(tmp_path) as store:
        keep(store, work(1), work(2))
        twin = msgspec.structs.replace(work(1), id="w1-again")
        do(store, put(WORK, twin))
        store.submit(remove_works(["w1", "w2"])).result()
        places = store.search(Query(in_bin=True)).places
        assert store.freed_bytes(places) == len(png(2))
        store.submit(remove_works(["w1-again"])).result()
        places = store.search(Query(in_bin=True)).places
        assert store.freed_bytes(places) == len(png(1)) + len(png(2))


def test_colours_stay_while_a_work_changes_and_go_with_another_picture(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, work(1))
        store.note_seen({sha256_of(png(1)): Seen(colours=("red",), swatch=0xFF0000)}).result()
        store.submit(rate_works(["w1"], 3)).result()
        (row,) = store.rows(store.search(Query()).places)
        assert (row.colours, row.swatch, row.rating) == (("red",), 0xFF0000, 3)
        store.put_blob(png(2)).result()
        do(store, change(WORK, "w1", blob=sha256_of(png(2))))
        (row,) = store.rows(store.search(Query()).places)
        assert (row.colours, row.swatch) == ((), None)
        assert store.unseen(10) == ([sha256_of(png(2))], 1)


def forget_index(folder: Path) -> None:
    """What a project looks like that comes from the schema before."""
    connection = connect(folder / DATABASE_NAME, "rw")
    start_again(connection)
    connection.close()


def test_older_works_are_entered_in_portions_the_newest_first(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, *(work(number) for number in range(1, 8)))
        do(store, remove(WORK, "w3"))
    forget_index(tmp_path)
    with opened(tmp_path) as store:
        assert store.search(Query()).unindexed == 7
        assert store.index(3).result() == 4
        assert ids(store) == ["w7", "w6", "w5"]
        keep(store, work(8))
        assert ids(store) == ["w8", "w7", "w6", "w5"]
        assert store.index(100).result() == 0
        assert ids(store) == ["w8", "w7", "w6", "w5", "w4", "w2", "w1"]
        assert ids(store, in_bin=True) == ["w3"]
        assert store.search(Query()).unindexed == 0


def test_a_row_that_cannot_be_read_does_not_stop_the_index(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, work(1), work(2), work(3))
    connection = connect(tmp_path / DATABASE_NAME, "rw")
    connection.execute("UPDATE nodes SET body = '{' WHERE id = 'w2'")
    connection.close()
    forget_index(tmp_path)
    with opened(tmp_path) as store:
        assert store.index(1).result() == 2
        assert store.index(1).result() == 1
        assert store.index(1).result() == 0
        assert ids(store) == ["w3", "w1"]


def test_a_recipe_that_claims_impossible_numbers_is_found_all_the_same(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, work(1, seed=2**80, created=1e300))
        (row,) = store.rows(store.search(Query()).places)
        assert (row.seed, row.created) == (-1, 0.0)


def test_a_rebuilt_project_finds_everything_again(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, work(1, title="cat"), work(2))
    file = tmp_path / DATABASE_NAME
    file.write_bytes(b"not a database" + file.read_bytes()[14:])
    with opened(tmp_path) as store:
        assert store.recovered.is_rebuilt
        assert store.index(100).result() == 0
        assert sorted(row.blob for row in store.rows(store.search(Query()).places)) == sorted(
            sha256_of(png(number)) for number in (1, 2)
        )


@pytest.mark.parametrize(
    ("controls", "kind"),
    [
        ({"class": "clay", "a": "b"}, "clay"),
        ({"truncation": 0.8}, ""),
        ({"truncation": 0.8, "style": "ink", "zeal": "much"}, "ink"),
        ({"class": 3}, ""),
    ],
)
def test_the_kind_is_the_class_or_the_first_choice(controls: dict[str, Any], kind: str) -> None:
    assert kind_of(Recipe(model="m", seed=1, controls=controls)) == kind


def test_words_are_folded_and_bounded() -> None:
    assert words_of("  Rôbot\tＡＢＣ ") == ("rôbot", "abc")
    assert len(words_of("a " * 100)) == 12
    assert len(words_of("b" * 500)[0]) == 100


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(("keep", "rate", "name", "remove", "restore", "purge", "undo", "redo")),
        st.integers(1, 6),
        st.integers(0, 5),
    ),
    max_size=25,
)


@settings(max_examples=25, deadline=None)
@given(ACTIONS)
def test_whatever_happens_the_index_says_what_the_nodes_say(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("project")
    with opened(folder) as store:
        for name, number, rating in actions:
            node = f"w{number}"
            try:
                if name == "keep":
                    keep(store, work(number, rating=rating))
                elif name == "rate":
                    store.submit(rate_works([node], rating)).result()
                elif name == "name":
                    store.submit(rename_work(node, f"name {rating}")).result()
                elif name == "remove":
                    store.submit(remove_works([node])).result()
                elif name == "restore":
                    store.restore(WORK, [node], scope="gallery").result()
                elif name == "purge":
                    store.empty_bin(WORK).result()
                elif name == "undo":
                    store.undo("gallery" if rating < 3 else "a").result()
                else:
                    store.redo("gallery" if rating < 3 else "a").result()
            except Exception as error:
                assert "not there any more" in str(error)
        kept = {one.id: one for one in store.nodes(WORK, limit=100).items}
        binned = {one.id: one for one in store.bin(WORK, limit=100).items}
        found = {row.id: row for row in store.rows(store.search(Query()).places)}
        found_in_bin = {row.id: row for row in store.rows(store.search(Query(in_bin=True)).places)}
        assert {i: (w.rating, w.title, w.blob) for i, w in kept.items()} == {
            i: (r.rating, r.title, r.blob) for i, r in found.items()
        }
        assert {i: (w.rating, w.title, w.blob) for i, w in binned.items()} == {
            i: (r.rating, r.title, r.blob) for i, r in found_in_bin.items()
        }
        order = [one.id for one in store.nodes(WORK, limit=100, order="newest").items]
        assert list(found) == order
        assert list(found_in_bin) == [one.id for one in store.bin(WORK, limit=100).items]


def test_works_are_found_by_the_traits_they_were_given(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(
            store,
            work(1, genes=("Long Hair", "glasses")),
            work(2, genes=("Glasses", "none", "")),
            work(3, genes=("none",)),
            work(4),
        )
        assert ids(store, genes=("glasses",)) == ["w2", "w1"]
        assert ids(store, genes=("long hair", "hat")) == ["w1"]
        assert ids(store, words=word("hair")) == ["w1"]
        assert ids(store, words=(Word(text="眼镜", genes=("glasses",)),)) == ["w2", "w1"]
        assert store.count().genes == {"glasses": 2, "long hair": 1}
        store.submit(remove_works(["w2"])).result()
        assert ids(store, genes=("glasses",)) == ["w1"]
        assert store.count().genes == {"glasses": 1, "long hair": 1}
        assert store.count(in_bin=True).genes == {"glasses": 1}
        store.empty_bin(WORK).result()
        assert store.count(in_bin=True).genes == {}


def test_an_index_that_was_lost_knows_genes_and_parents_again(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        keep(store, work(1, genes=("glasses",), parents=("b" * 64, "a" * 64)))
        before = store.family()
    with closing(connect(tmp_path / DATABASE_NAME, "rw")) as connection:
        start_again(connection)
        connection.commit()
    with opened(tmp_path) as store:
        assert ids(store, genes=("glasses",)) == []
        while store.index(100).result():
            pass
        assert ids(store, genes=("glasses",)) == ["w1"]
        assert store.family() == before
        assert before[0].parents == ("b" * 64, "a" * 64)
