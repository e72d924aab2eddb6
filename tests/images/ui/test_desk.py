"""What hangs and why: edits, requests, undo, and a wall that comes back as it was."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Model
from studio.contract.recipe import FromSeed, Near, Recipe, identity
from studio.images.document import SCOPE, WALL, WALL_ID, Wall, wishes
from studio.images.ui.desk import TRAIL_KEY, WallDesk, WallHung
from studio.images.ui.maker import PictureMaker
from studio.project.store import ProjectStore
from studio.shell.project_bridge import ProjectBridge
from tests.images.ui.conftest import FakeHost

PATIENCE_MS = 10_000
COLUMNS = 6


@pytest.fixture
def desk(qtbot: QtBot, host: FakeHost, project: ProjectBridge, model: Model) -> Iterator[WallDesk]:
    desk = _desk(host, project, model)
    yield desk
    desk.flush()


def _desk(host: FakeHost, project: ProjectBridge, model: Model) -> WallDesk:
    maker = PictureMaker(host.as_bridge())
    desk = WallDesk(project, maker, [model], maker)
    maker.setParent(project)
    found = desk.load()
    assert found is not None
    desk.open(found, COLUMNS, 24)
    desk.see(range(24), COLUMNS)
    host.answer_all()
    return desk


def _stored(project: ProjectBridge) -> Wall:
    wall = project.store.node(WALL_ID, WALL)
    assert wall is not None
    return wall


def _base(desk: WallDesk, place: int = 3) -> Recipe:
    picture = desk.picture(place)
    assert picture is not None
    return picture.recipe


def test_a_new_project_hangs_a_fresh_wall_of_all_kinds(desk: WallDesk) -> None:
    wall = desk.wall
    assert wall is not None
    assert len(wall.tiles) == 24
    assert {tile.controls["kind"] for tile in wall.tiles} == {"boots", "coats", "bags"}
    assert len({tile.seed for tile in wall.tiles}) == 24


def test_each_column_keeps_its_kind(desk: WallDesk) -> None:
    for column in range(COLUMNS):
        kinds = {desk.tiles[place].controls["kind"] for place in range(column, 24, COLUMNS)}
        assert len(kinds) == 1


def test_the_wall_is_written_with_finished_recipes(
    qtbot: QtBot, desk: WallDesk, project: ProjectBridge
) -> None:
    desk.flush()
    qtbot.waitUntil(lambda: all(t.is_made for t in _stored(project).tiles), timeout=PATIENCE_MS)
    assert _stored(project).tiles == desk.tiles


def test_rolling_draws_others_and_locked_ones_stay(host: FakeHost, desk: WallDesk) -> None:
    before = desk.tiles
    desk.toggle_lock(5)
    desk.roll()
    assert desk.tiles[5] == before[5]
    changed = [a.seed != b.seed for a, b in zip(desk.tiles, before, strict=True)]
    assert sum(changed) == 23


def test_neighbours_hang_around_their_parent_and_remember_it(
    host: FakeHost, desk: WallDesk
) -> None:
    base = _base(desk)
    desk.more_like(base)
    assert desk.tiles[0] == base
    for tile in desk.tiles[1:]:
        assert isinstance(tile.origin, Near)
        assert tile.origin.base == base.latent
        assert tile.parents == (identity(base),)
        assert tile.controls["kind"] == base.controls["kind"]
    assert desk.kind() == base.controls["kind"]
    assert desk.can_go_back


def test_going_back_hangs_what_hung_before(host: FakeHost, desk: WallDesk) -> None:
    before = desk.tiles
    desk.more_like(_base(desk))
    host.answer_all()
    desk.more_like(_base(desk, 2))
    host.answer_all()
    assert desk.back()
    assert desk.back()
    assert [tile.seed for tile in desk.tiles] == [tile.seed for tile in before]
    assert not desk.back()


def test_strength_changes_the_neighbours_and_not_the_parent(host: FakeHost, desk: WallDesk) -> None:
    base = _base(desk)
    desk.more_like(base)
    host.answer_all()
    desk.flush()
    desk.set_strength(0.9, final=True)
    assert desk.tiles[0] == base
    for tile in desk.tiles[1:]:
        assert isinstance(tile.origin, Near)
        assert tile.origin.strength == 0.9
        assert tile.latent is None


def test_truncation_keeps_the_positions(host: FakeHost, desk: WallDesk) -> None:
    desk.flush()
    latents = [tile.latent for tile in desk.tiles]
    desk.set_control("truncation", 0.4, final=True)
    assert [tile.latent for tile in desk.tiles] == latents
    assert {tile.controls["truncation"] for tile in desk.tiles} == {0.4}
    assert desk.control("truncation") == 0.4


def test_a_value_that_the_model_does_not_take_changes_nothing(desk: WallDesk) -> None:
    before = desk.wall
    desk.set_control("truncation", 99.0, final=True)
    desk.set_control("no such", 1.0, final=True)
    assert desk.wall == before


def test_a_drag_is_one_step_of_the_history(
    qtbot: QtBot, host: FakeHost, desk: WallDesk, project: ProjectBridge
) -> None:
    desk.flush()
    before = [tile.controls.get("truncation") for tile in desk.tiles]
    for value in (0.9, 0.8, 0.7, 0.6):
        desk.set_control("truncation", value, final=False)
    desk.set_control("truncation", 0.5, final=True)
    host.answer_all()
    desk.flush()
    project.undo(SCOPE).result(timeout=10)
    qtbot.waitUntil(
        lambda: [tile.controls.get("truncation") for tile in desk.tiles] == before,
        timeout=PATIENCE_MS,
    )


def test_one_number_changes_one_picture(host: FakeHost, desk: WallDesk) -> None:
    desk.flush()
    before = desk.tiles
    desk.set_seed(7, 12345)
    assert desk.tiles[7].seed == 12345
    assert desk.tiles[7].latent is None
    assert [t for i, t in enumerate(desk.tiles) if i != 7] == [
        t for i, t in enumerate(before) if i != 7
    ]


def test_more_rows_are_added_behind_the_last(host: FakeHost, desk: WallDesk) -> None:
    before = desk.tiles
    desk.extend()
    assert desk.tiles[: len(before)] == before
    assert len(desk.tiles) == 36
    assert len({tile.seed for tile in desk.tiles}) == 36
    assert all(isinstance(tile.origin, FromSeed) for tile in desk.tiles)


def test_a_wall_of_another_width_is_filled_to_its_last_row(
    qtbot: QtBot, host: FakeHost, project: ProjectBridge, desk: WallDesk
) -> None:
    before = [tile.seed for tile in desk.tiles]
    desk.see(range(24), 7)
    qtbot.waitUntil(lambda: len(desk.tiles) == 28, timeout=PATIENCE_MS)
    assert [tile.seed for tile in desk.tiles[:24]] == before
    assert len({tile.seed for tile in desk.tiles}) == 28
    qtbot.waitUntil(lambda: _stored(project).count == 28, timeout=PATIENCE_MS)
    assert len(_stored(project).tiles) == 28
    assert not project.history(SCOPE).can_undo, "it was no step of the user's"


def test_only_what_is_seen_is_made(host: FakeHost, desk: WallDesk) -> None:
    for _ in range(20):
        desk.extend()
    host.answer_all()
    asked = sum(len(request.recipes) for _, request in host.requests)
    desk.see(range(100, 112), COLUMNS)
    host.answer_all()
    assert sum(len(request.recipes) for _, request in host.requests) == asked + 12
    assert desk.picture(105) is not None
    assert desk.picture(200) is None


def test_undo_and_redo_hang_what_was_written(
    qtbot: QtBot, host: FakeHost, desk: WallDesk, project: ProjectBridge
) -> None:
    heard: list[WallHung] = []
    desk.hung.connect(heard.append)
    first = [tile.seed for tile in desk.tiles]
    desk.roll()
    second = [tile.seed for tile in desk.tiles]
    project.undo(SCOPE).result(timeout=10)
    qtbot.waitUntil(lambda: [t.seed for t in desk.tiles] == first, timeout=PATIENCE_MS)
    assert heard[-1].reason == "history"
    project.redo(SCOPE).result(timeout=10)
    qtbot.waitUntil(lambda: [t.seed for t in desk.tiles] == second, timeout=PATIENCE_MS)


def test_a_reopened_project_hangs_the_same_wall_with_its_trail(
    qtbot: QtBot, host: FakeHost, model: Model, tmp_path: Path
) -> None:
    from studio.images.document import codecs

    first = ProjectBridge(ProjectStore.open(tmp_path / "again", codecs()))
    desk = _desk(host, first, model)
    desk.more_like(_base(desk))
    host.answer_all()
    desk.flush()
    before = desk.tiles
    first.close()
    second = ProjectBridge(ProjectStore.open(tmp_path / "again", codecs()))
    other = _desk(FakeHost(), second, model)
    assert other.tiles == before
    assert other.can_go_back
    other.flush()
    second.close()


def test_a_damaged_trail_is_forgotten(host: FakeHost, project: ProjectBridge, model: Model) -> None:
    project.store.put_state(TRAIL_KEY, b"[{broken").result(timeout=10)
    desk = _desk(host, project, model)
    assert not desk.can_go_back
    desk.flush()


def test_wishes_name_every_kind_even_with_few_columns(model: Model) -> None:
    wall = Wall(model=model.manifest.id, first_seed=1, count=12)
    kinds = [recipe.controls["kind"] for recipe in wishes(wall, model.manifest, columns=2)]
    assert set(kinds) == {"boots", "coats", "bags"}
    nine = wishes(msgspec.structs.replace(wall, count=18), model.manifest, columns=9)
    assert [r.controls["kind"] for r in nine[:9]] == ["boots"] * 3 + ["coats"] * 3 + ["bags"] * 3
