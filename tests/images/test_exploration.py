"""The explorer's edits: one stop a step, undone one at a time, there again after a restart."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from studio.contract.recipe import Recipe, identity
from studio.images.document import codecs
from studio.images.exploration import (
    EXPLORATION,
    EXPLORATION_ID,
    LONGEST_LINE,
    SCOPE,
    STOP,
    Exploration,
    Stop,
    begin,
    clear_path,
    complete_stop,
    go_on,
    line_of,
    new_stop,
    set_up,
)
from studio.project.store import ProjectStore
from tests.project.samples import recipe


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ProjectStore]:
    opened = ProjectStore.open(tmp_path / "project", codecs())
    yield opened
    opened.close()


def started(store: ProjectStore, first: Recipe | None = None) -> Stop:
    stop = new_stop(recipe(1) if first is None else first)
    store.submit(begin(Exploration(here=stop.recipe, stop=stop.id), stop)).result()
    return stop


def here(store: ProjectStore) -> Exploration:
    node = store.node(EXPLORATION_ID, EXPLORATION)
    assert node is not None
    return node


def path(store: ProjectStore) -> list[Recipe]:
    return [stop.recipe for stop in store.nodes(STOP).items]


def test_the_beginning_cannot_be_undone(store: ProjectStore) -> None:
    started(store)
    assert not store.history(SCOPE).can_undo
    assert path(store) == [recipe(1)]


def test_each_step_is_a_stop_and_undo_takes_back_one(store: ProjectStore) -> None:
    started(store)
    for seed in (2, 3):
        store.submit(go_on(new_stop(recipe(seed)), "explore.move")).result()
    assert path(store) == [recipe(1), recipe(2), recipe(3)]
    store.undo(SCOPE).result()
    assert path(store) == [recipe(1), recipe(2)]
    assert here(store).here == recipe(2)
    store.redo(SCOPE).result()
    assert here(store).here == recipe(3)
    assert path(store) == [recipe(1), recipe(2), recipe(3)]


def test_settings_that_follow_each_other_are_one_undo(store: ProjectStore) -> None:
    started(store)
    for reach in (2.0, 2.5, 3.0):
        store.submit(set_up("explore.pad", merge_key="reach", reach=reach))
    store.undo(SCOPE).result()
    assert here(store).reach == Exploration(here=recipe(1)).reach


def test_going_back_to_a_stop_leaves_the_path(store: ProjectStore) -> None:
    first = started(store)
    store.submit(go_on(new_stop(recipe(2)), "explore.move")).result()
    store.submit(set_up("explore.return", here=first.recipe, stop=first.id)).result()
    assert here(store).stop == first.id
    assert len(path(store)) == 2
    store.undo(SCOPE).result()
    assert here(store).here == recipe(2)


def test_a_finished_recipe_takes_the_place_of_its_wish_within_the_step(
    store: ProjectStore,
) -> None:
    wished, made = Recipe(model="m", seed=7), recipe(7)
    started(store)
    stop = new_stop(wished)
    store.submit(go_on(stop, "explore.surprise")).result()
    store.submit(complete_stop(wished, Stop(id=stop.id, recipe=made))).result()
    assert here(store).here == made
    assert path(store)[-1] == made
    store.undo(SCOPE).result()
    store.redo(SCOPE).result()
    assert here(store).here == made


def test_what_was_undone_meanwhile_is_not_completed(store: ProjectStore) -> None:
    wished, made = Recipe(model="m", seed=7), recipe(7)
    started(store)
    stop = new_stop(wished)
    store.submit(go_on(stop, "explore.surprise")).result()
    store.undo(SCOPE).result()
    store.submit(complete_stop(wished, Stop(id=stop.id, recipe=made))).result()
    assert here(store).here == recipe(1)
    assert path(store) == [recipe(1)]


def test_the_line_of_a_picture_is_that_part_of_the_path_it_came_from(
    store: ProjectStore,
) -> None:
    started(store)
    chain = [recipe(1)]
    for seed in (2, 3, 4):
        came = msgspec.structs.replace(recipe(seed), parents=(identity(chain[-1]),))
        store.submit(go_on(new_stop(came), "explore.move")).result()
        chain.append(came)
    store.submit(go_on(new_stop(recipe(9)), "explore.surprise")).result()
    assert line_of(store, chain[-1]) == tuple(chain[:-1])
    assert line_of(store, recipe(9)) == ()
    forgotten = store.nodes(STOP).items[1]
    store.submit(clear_path((forgotten.id,))).result()
    assert line_of(store, chain[-1]) == (chain[2],)


def test_the_line_is_no_longer_than_is_useful(store: ProjectStore) -> None:
    started(store)
    last = recipe(1)
    for seed in range(2, LONGEST_LINE + 10):
        last = msgspec.structs.replace(recipe(seed), parents=(identity(last),))
        store.submit(go_on(new_stop(last), "explore.move"))
    store.put_blob(b"written").result()
    assert len(line_of(store, last)) == LONGEST_LINE


def test_a_path_that_was_forgotten_comes_back_with_undo(store: ProjectStore) -> None:
    first = started(store)
    store.submit(go_on(new_stop(recipe(2)), "explore.move")).result()
    store.submit(clear_path((first.id,))).result()
    assert path(store) == [recipe(2)]
    store.undo(SCOPE).result()
    assert path(store) == [recipe(1), recipe(2)]


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    with ProjectStore.open(tmp_path / "project", codecs()) as store:
        started(store)
        edit = set_up(
            "explore.pad", across="found:1", reach=2.5, view="between", first=recipe(4), share=0.25
        )
        store.submit(edit).result()
        before = here(store)
    with ProjectStore.open(tmp_path / "project", codecs()) as store:
        assert here(store) == before
        assert (before.across, before.reach, before.view) == ("found:1", 2.5, "between")


def test_a_wish_and_its_finished_recipe_mean_the_same() -> None:
    wished = Recipe(model="m", seed=7)
    made = msgspec.structs.replace(
        wished, latent=b"\0" * 16, graphs={"generator": "0" * 64}, pixels_sha256="0" * 64
    )
    assert EXPLORATION.meaning is not None
    assert EXPLORATION.meaning(Exploration(here=wished)) == EXPLORATION.meaning(
        Exploration(here=made)
    )
    other = msgspec.structs.replace(made, seed=8)
    assert EXPLORATION.meaning(Exploration(here=other)) != EXPLORATION.meaning(
        Exploration(here=made)
    )


def test_a_step_of_a_long_path_costs_no_more_than_of_a_short_one(store: ProjectStore) -> None:
    started(store)
    stop = new_stop(recipe(2))
    edit = go_on(stop, "explore.move")
    for seed in range(3, 40):
        store.submit(go_on(new_stop(recipe(seed)), "explore.move")).result()
    later = go_on(stop, "explore.move")
    assert msgspec.json.encode(later.patches) == msgspec.json.encode(edit.patches)
    assert len(msgspec.json.encode(later.patches)) < 10_000
