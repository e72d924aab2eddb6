"""The explorer in the room: keys, keeping, undo, views, models, what a restart brings back."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Model, read_model
from studio.contract.recipe import Crossed, FromSeed, Given, identity
from studio.images.exploration import SCOPE
from studio.images.ui.explore.mode import ExploreMode
from studio.images.ui.explore.page import VIEWS
from studio.images.ui.explore.spots import WAYS
from studio.images.ui.explore.zones import ZoneWish
from studio.images.ui.maker import MOST_AT_ONCE
from studio.images.ui.room import ImagesRoom
from studio.project.nodes import RELATIVE, WORK
from tests.images.ui.explore.conftest import entered, find_two_traits
from tests.images.ui.staging import PATIENCE_MS, Opener, Stage
from tests.models import write_tiny_generator
from tests.styled import write_styled_model


def written(stage: Stage) -> None:
    """Let the project hear of everything, and the room of the project."""
    stage.project.store.put_blob(b"written").result()
    QApplication.processEvents()
    stage.host.answer_all()


def press(stage: Stage, name: str) -> None:
    stage.actions.action(f"explore.{name}").trigger()
    stage.host.answer_all()
    written(stage)


def keep(qtbot: QtBot, stage: Stage, room: ImagesRoom) -> None:
    before = room.kept.strip.total
    press(stage, "keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == before + 1, timeout=PATIENCE_MS)


def drag(mode: ExploreMode, by: QPoint) -> None:
    pad, left = mode.page.pad, Qt.MouseButton.LeftButton
    start = pad.middle_rect().center().toPoint()
    QTest.mousePress(pad, left, Qt.KeyboardModifier.NoModifier, start)
    for share in (0.3, 0.6, 1.0):
        QTest.mouseMove(pad, start + QPoint(round(by.x() * share), round(by.y() * share)))
    QTest.mouseRelease(pad, left, Qt.KeyboardModifier.NoModifier, start + by)


def test_entering_shows_a_picture_its_neighbours_and_a_path_of_one(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    assert mode.page.pad.middle[0] is not None
    assert None not in mode.page.pad.rim
    qtbot.waitUntil(lambda: mode.page.strip.total == 1, timeout=PATIENCE_MS)
    assert mode.page.pad.hasFocus()


def test_a_drag_moves_the_picture_and_leaves_a_stop(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    before = mode.page.pad.middle[0]
    drag(mode, QPoint(200, -40))
    stage.host.answer_all()
    written(stage)
    assert mode.page.pad.middle[0] is not before
    assert mode.page.strip.total == 2
    assert mode.desk.here is not None
    assert isinstance(mode.desk.here.origin, Given)


def test_while_a_hand_moves_its_place_is_said_and_the_rim_stays(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    pad, rim = mode.page.pad, mode.page.pad.rim
    start = pad.middle_rect().center().toPoint()
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    QTest.mouseMove(pad, start + QPoint(150, 0))
    stage.host.answer_all()
    assert "steps away" in pad.note
    assert all(one is other for one, other in zip(pad.rim, rim, strict=True))
    QTest.mouseRelease(
        pad, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start + QPoint(150, 0)
    )
    stage.host.answer_all()
    assert "rim" in pad.note
    assert not any(one is other for one, other in zip(pad.rim, rim, strict=True))


def test_undo_is_the_explorers_own_and_goes_back_along_the_path(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    assert room.undo_scope == SCOPE
    first = mode.desk.here
    seeds = [tile.seed for tile in room.desk.tiles]
    press(stage, "surprise")
    press(stage, "surprise")
    assert mode.page.strip.total == 3
    assert room.edit_text(stage.project.history(SCOPE).undo_label, {}) == "surprise"
    for _ in range(2):
        stage.project.undo(room.undo_scope).result()
        written(stage)
    assert mode.desk.here == first
    assert mode.page.strip.total == 1
    assert [tile.seed for tile in room.desk.tiles] == seeds


def test_keep_keeps_once_says_so_and_undo_takes_it_back(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    assert mode.page.keep.isEnabled()
    keep(qtbot, stage, room)
    assert mode.page.keep.text() == "Kept"
    assert not mode.page.keep.isEnabled()
    (work,) = stage.project.store.nodes(WORK).items
    assert mode.desk.here is not None
    assert identity(work.recipe) == identity(mode.desk.here)
    stage.project.undo(room.undo_scope).result()
    written(stage)
    assert stage.project.store.nodes(WORK).total == 0
    assert mode.page.keep.isEnabled()


def test_a_kept_picture_stands_in_the_family_tree_below_those_it_came_from(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    line = [mode.desk.here]
    for index in (0, 2):
        mode.desk.walk(index)
        stage.host.answer_all()
        written(stage)
        line.append(mode.desk.here)
    keep(qtbot, stage, room)
    relatives = [relative.recipe for relative in stage.project.store.nodes(RELATIVE).items]
    assert relatives == line[:-1]
    (work,) = stage.project.store.nodes(WORK).items
    assert work.recipe.parents == (identity(relatives[-1]),)
    stage.project.undo(room.undo_scope).result()
    written(stage)
    assert stage.project.store.nodes(RELATIVE).total == 0


def test_undo_takes_back_what_was_done_last_though_it_was_not_written_yet(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    press(stage, "surprise")
    before = mode.desk.here
    QTest.keyClick(mode.page.pad, Qt.Key.Key_Right)
    stage.host.answer_all()
    assert mode.desk.here != before
    room.settle()
    stage.project.undo(room.undo_scope).result()
    written(stage)
    assert mode.desk.here == before


def test_single_keys_are_the_explorers_while_it_is_in_front(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    before, seeds = mode.desk.here, [tile.seed for tile in room.desk.tiles]
    QTest.keyClick(stage.window, Qt.Key.Key_R)
    stage.host.answer_all()
    assert mode.desk.here != before
    assert [tile.seed for tile in room.desk.tiles] == seeds
    for key, view in zip(
        (Qt.Key.Key_N, Qt.Key.Key_B, Qt.Key.Key_P), ("seeds", "between", "pad"), strict=True
    ):
        QTest.keyClick(stage.window, key)
        stage.host.answer_all()
        assert mode.desk.node is not None
        assert mode.desk.node.view == view


def test_arrows_move_and_a_pause_makes_a_step(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    for _ in range(3):
        QTest.keyClick(mode.page.pad, Qt.Key.Key_Right)
        stage.host.answer_all()
    qtbot.waitUntil(lambda: mode.page.strip.total == 2, timeout=PATIENCE_MS)


def test_a_click_on_the_path_goes_back(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    first = mode.desk.here
    press(stage, "surprise")
    strip = mode.page.strip
    at = strip.rect_of(0).center().toPoint()
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=at)
    stage.host.answer_all()
    written(stage)
    assert mode.desk.here == first
    assert strip.total == 2
    stop = strip.stop(0)
    assert stop is not None
    assert strip.here == stop.id


def test_the_path_is_walked_by_keys_and_spoken(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    first = mode.desk.here
    press(stage, "surprise")
    strip = mode.page.strip
    strip.setFocus(Qt.FocusReason.TabFocusReason)
    assert strip.spoken_count() == 2
    assert strip.spoken_item(1).is_chosen
    QTest.keyClick(strip, Qt.Key.Key_Home)
    assert strip.spoken_item(0).is_current
    QTest.keyClick(strip, Qt.Key.Key_Return)
    stage.host.answer_all()
    written(stage)
    assert mode.desk.here == first


def test_forgetting_the_path_can_be_undone(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    press(stage, "surprise")
    press(stage, "clear")
    assert mode.page.strip.total == 1
    stage.project.undo(SCOPE).result()
    written(stage)
    assert mode.page.strip.total == 2


def test_every_number_is_a_picture_and_a_click_goes_there(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    press(stage, "seeds")
    grid = mode.page.grid
    assert grid.isVisible()
    stage.host.answer_all()
    seen = range(grid.wall.seen.first, grid.wall.seen.last)
    assert all(grid.wall.faces[place].image is not None for place in seen)
    grid.wall.choose(3)
    at = grid.wall.tile_rect(3).center().toPoint()
    QTest.mouseClick(grid.wall.viewport(), Qt.MouseButton.LeftButton, pos=at)
    stage.host.answer_all()
    assert mode.desk.here is not None
    assert mode.desk.here.seed == 3
    assert isinstance(mode.desk.here.origin, FromSeed)
    assert mode.desk.here.parents == ()


def test_other_numbers_are_typed_or_paged_to(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    press(stage, "seeds")
    grid = mode.page.grid
    grid.field.setFocus()
    grid.field.selectAll()
    QTest.keyClicks(grid.field, "4711")
    QTest.keyClick(grid.field, Qt.Key.Key_Return)
    assert grid.recipes[0].seed == 4711
    page = grid.wall.seen.last - grid.wall.seen.first
    grid.after.click()
    assert grid.recipes[0].seed == 4711 + page
    grid.before.click()
    grid.before.click()
    assert grid.recipes[0].seed == max(4711 - page, 0)
    assert stage.project.history(SCOPE).undo_label != "explore.seed"


def test_the_grid_follows_every_control(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    press(stage, "seeds")
    mode.desk.set_kinds({"bags": 1.0}, final=True)
    stage.host.answer_all()
    assert {recipe.controls["kind"] for recipe in mode.page.grid.recipes} == {"bags"}


def test_between_takes_the_two_kept_last(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    first = mode.desk.here
    keep(qtbot, stage, room)
    press(stage, "surprise")
    second = mode.desk.here
    keep(qtbot, stage, room)
    press(stage, "between")
    page = mode.page.between
    assert page.words.isVisible()
    page.last.click()
    stage.host.answer_all()
    written(stage)
    assert first is not None
    assert second is not None
    assert mode.desk.here is not None
    assert isinstance(mode.desk.here.origin, Crossed)
    assert mode.desk.here.parents == (identity(first), identity(second))
    assert all(step.image is not None for step in page.steps)
    assert page.ends[0].image is not None
    page.slider.setValue(1000)
    stage.host.answer_all()
    assert mode.desk.here is not None
    assert identity(mode.desk.here) == identity(second)
    page.swap.click()
    stage.host.answer_all()
    assert mode.desk.node is not None
    assert mode.desk.node.first is not None
    assert identity(mode.desk.node.first) == identity(second)


def test_another_model_is_explored_when_it_is_chosen(
    qtbot: QtBot, open_room: Opener, model: Model, tmp_path: Path
) -> None:
    write_tiny_generator(tmp_path / "models" / "other", classes=0, model_id="other")
    other = read_model(tmp_path / "models" / "other")
    stage = open_room([model, other])
    room, mode = entered(qtbot, stage)
    seeds = [tile.seed for tile in room.desk.tiles]
    room.stage.choose(other.folder)
    stage.host.answer_all()
    written(stage)
    assert mode.desk.model is not None
    assert mode.desk.model.manifest.id == "other"
    assert mode.controls.kinds is None
    assert [tile.seed for tile in room.desk.tiles] == seeds
    assert mode.page.strip.total == 2


def test_a_model_that_is_not_here_any_more_is_named_and_what_it_made_is_not_shown(
    qtbot: QtBot, open_room: Opener, model: Model, tmp_path: Path
) -> None:
    write_tiny_generator(tmp_path / "models" / "other", classes=0, model_id="other")
    other = read_model(tmp_path / "models" / "other")
    stage = open_room([model, other])
    room, mode = entered(qtbot, stage)
    mode.choose_model(other)
    stage.host.answer_all()
    written(stage)
    press(stage, "surprise")
    room.flush()
    stage.window.hide()
    stage = open_room([model])
    qtbot.waitUntil(lambda: stage.room.desk.wall is not None, timeout=PATIENCE_MS)
    room, mode = entered(qtbot, stage)
    stage.host.answer_all()
    written(stage)
    assert "“other”" in stage.texts()
    assert mode.desk.model is model
    assert all(image is not None for image in mode.page.pad.rim)
    stage.project.undo(room.undo_scope).result()
    written(stage)
    stops = mode.page.strip.total
    assert mode.desk.here is not None
    assert mode.desk.here.model == "other"
    assert mode.sentence == "The model that made this picture is not here."
    assert mode.page.pad.note == mode.sentence
    assert not any((*mode.page.pad.middle, *mode.page.pad.rim))
    assert not mode.page.keep.isEnabled()
    press(stage, "surprise")
    QTest.keyClick(mode.page.pad, Qt.Key.Key_Right)
    mode.desk.settle()
    written(stage)
    assert mode.page.strip.total == stops
    mode.choose_model(model)
    stage.host.answer_all()
    written(stage)
    assert mode.sentence.startswith("Drag the picture.")
    assert all(image is not None for image in mode.page.pad.rim)


def test_zones_are_lent_by_a_picture_of_the_path(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    styled = write_styled_model(tmp_path / "models" / "styled", size=8)
    stage = open_room([styled])
    _, mode = entered(qtbot, stage)
    first = mode.desk.here
    press(stage, "surprise")
    assert mode.controls.zones is not None
    zone = mode.controls.zones.rows[0].zone
    mode.controls.zone_choice_wanted.emit(ZoneWish(zone=zone, place=QPoint(0, 0)))
    (menu,) = mode.page.findChildren(QMenu)
    names = [action for action in menu.actions() if action.isEnabled() and action.text()]
    names[-1].trigger()
    menu.close()
    stage.host.answer_all()
    written(stage)
    assert first is not None
    assert mode.desk.here is not None
    assert isinstance(mode.desk.here.styling, msgspec.Struct)
    assert [m.latent for m in mode.desk.here.styling.mixed] == [first.latent]
    assert mode.page.strip.total == 3


def test_a_model_of_one_graph_has_no_zones_and_says_why(qtbot: QtBot, open_room: Opener) -> None:
    _, mode = entered(qtbot, open_room())
    assert mode.controls.zones is not None
    assert mode.controls.zones.rows == ()


def test_traits_are_sliders_with_pictures_at_their_ends(
    qtbot: QtBot, open_room: Opener, model: Model
) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    room.inspector.setGeometry(0, 0, 288, 2000)
    room.inspector.show()
    assert mode.desk.shelf is not None
    one, two = find_two_traits(mode.desk.shelf, model)
    stage.host.answer_all()
    assert list(mode.controls.trait_rows) == [one, two]
    row = mode.controls.trait_rows[two]
    row.set_value(1.0)
    row.reset()  # the user's wish, though the picture has none of it
    mode.controls.axes["across"].click()
    (menu,) = mode.controls.findChildren(QMenu)
    menu.actions()[2].trigger()
    menu.close()
    trait = mode.desk.axis("across")
    assert trait is not None
    assert trait.id == two
    drag(mode, QPoint(300, 0))
    stage.host.answer_all()
    assert mode.controls.trait_rows[two].value == pytest.approx(mode.desk.amount(trait), abs=0.01)
    assert mode.desk.amount(trait) > 0.5


def test_everything_is_there_again_after_closing(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    press(stage, "surprise")
    mode.desk.set_reach(3.0, final=True)
    mode.controls.set_folds({"lab": True})
    mode.controls.folds_changed.emit()
    here = mode.desk.here
    room.flush()
    qtbot.waitUntil(
        lambda: b'"lab":true' in (stage.project.store.state("images.explore.view") or b""),
        timeout=PATIENCE_MS,
    )
    stage.window.hide()
    again, back = entered(qtbot, open_room())
    assert again.modes.name == "explore"
    assert back.desk.here == here
    assert back.desk.node is not None
    assert back.desk.node.reach == 3.0
    assert back.page.strip.total == 2
    assert back.controls.folds["lab"]


def test_the_explorer_can_be_shown_whatever_was_remembered(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    stage.project.store.put_state("images.explore.view", b"{damaged").result()
    _, mode = entered(qtbot, stage)
    assert mode.desk.here is not None


def test_a_kept_file_that_is_dropped_is_gone_on_from(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    first = mode.desk.here
    keep(qtbot, stage, room)
    (work,) = stage.project.store.nodes(WORK).items
    file = tmp_path / "picture.png"
    file.write_bytes(stage.project.store.read_blob(work.blob))
    press(stage, "surprise")
    room.open_picture(str(file))
    assert first is not None
    qtbot.waitUntil(
        lambda: mode.desk.here is not None and mode.desk.here.latent == first.latent,
        timeout=PATIENCE_MS,
    )
    assert room.modes.name == "explore"


def test_a_file_without_a_recipe_is_refused_with_a_notice(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    stage = open_room()
    room, _ = entered(qtbot, stage)
    file = tmp_path / "nothing.png"
    file.write_bytes(b"no picture")
    room.open_picture(str(file))
    qtbot.waitUntil(lambda: bool(stage.notices), timeout=PATIENCE_MS)


def test_menus_keep_stops_and_lead_on(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    press(stage, "surprise")
    mode.page.pad.menu_wanted.emit(QPoint(0, 0))
    (menu,) = mode.page.findChildren(QMenu)
    texts = [action.text() for action in menu.actions() if action.text()]
    assert "Keep" in texts
    assert "Copy" in texts
    menu.close()
    stage.actions.action("explore.more_like_this").trigger()
    stage.host.answer_all()
    assert room.modes.front is None
    assert mode.desk.here is not None
    assert room.desk.tiles[0] == mode.desk.here


def test_the_output_window_follows_the_explorer(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = entered(qtbot, stage)
    stage.output.open()
    press(stage, "surprise")
    picture = mode.desk.picture()
    assert picture is not None
    assert stage.output.window is not None
    shown = stage.output.window.picture
    assert shown is not None
    assert shown.image.cacheKey() == picture.image.cacheKey()
    stage.output.close()


def test_leaving_stops_all_making(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    room.modes.show("wall")
    stage.host.answer_all()
    before = len(stage.host.requests)
    mode.desk.refresh()
    assert len(stage.host.requests) == before


def test_an_alphabet_is_a_sheet_and_its_letters_are_set_live(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    alphabet = write_styled_model(tmp_path / "models" / "alphabet", size=8, specimen=True)
    stage = open_room([alphabet])
    _, mode = entered(qtbot, stage)
    count = len(alphabet.manifest.classes())
    assert len(mode.page.pad.middle) == count
    assert None not in mode.page.pad.middle
    assert mode.page.specimen.isVisible()
    before = mode.page.pad.middle
    drag(mode, QPoint(200, 0))
    stage.host.answer_all()
    assert all(one is not other for one, other in zip(mode.page.pad.middle, before, strict=True))
    mode.page.pad.picked.emit(1)
    stage.host.answer_all()
    kinds = [choice.value for choice in alphabet.manifest.classes()]
    assert mode.desk.kinds() == {kinds[1]: 1.0}
    QTest.keyClicks(mode.page.specimen.field, "ab")
    assert mode.desk.node is not None
    assert mode.desk.node.text == "ab"


def test_the_chosen_picture_of_the_wall_is_explored_from(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    room.modes.show("wall")
    room.wall.choose(None)
    room.wall.clearFocus()
    stage.press("explore")
    assert room.modes.name == "wall"
    assert "Choose a picture first" in stage.texts()
    room.wall.choose(2)
    subject = room.board.subject_at(2)
    stage.press("explore")
    stage.host.answer_all()
    written(stage)
    assert subject is not None
    assert room.modes.name == "explore"
    assert mode.desk.here is not None
    assert identity(mode.desk.here) == identity(subject.recipe)
    assert mode.page.strip.total == 2


def test_every_view_and_the_rim_have_their_words(qtbot: QtBot, open_room: Opener) -> None:
    _, mode = entered(qtbot, open_room())
    assert set(mode.page.views) == set(VIEWS)
    assert all(mode.page.tip(view) for view in VIEWS)
    names = {mode.page.pad.spoken_item(index).name for index in range(1 + WAYS)}
    assert len(names) == 1 + WAYS
    assert "" not in names


def test_a_stop_far_back_that_is_held_no_more_shows_its_picture_again(
    qtbot: QtBot, open_room: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.images.ui.explore.mode.PATH_BYTES", 1)
    stage = open_room()
    _, mode = entered(qtbot, stage)
    for _ in range(3 * MOST_AT_ONCE):
        press(stage, "surprise")
    strip, path = mode.page.strip, mode.page.strip.pictures
    first = strip.stop(0)
    assert first is not None
    assert path.image(first.recipe) is None
    stops, total = mode.desk.stops(0, strip.total)
    assert total == 3 * MOST_AT_ONCE + 1
    assert sum(path.image(stop.recipe) is not None for stop in stops) < 2 * MOST_AT_ONCE
    strip.horizontalScrollBar().setValue(0)
    stage.host.answer_all()
    assert path.image(first.recipe) is not None
    mode.desk.return_to(first)
    stage.host.answer_all()
    subject = mode.subject()
    assert subject is not None
    assert subject.recipe == first.recipe
