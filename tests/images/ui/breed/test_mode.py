"""Breeding in the room: beginning, marking, the next generation, the tree, undo, a restart."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from studio.contract.errors import HostError
from studio.contract.manifest import Model, read_model
from studio.contract.recipe import Bred, Styling, identity
from studio.images.brood import BROOD, MOST_PARENTS, SCOPE, start_brood
from studio.images.document import codecs
from studio.images.lineage import relate
from studio.images.ui.breed.mode import VIEW_KEY, BreedMode
from studio.images.ui.breed.page import CHILDREN, TREE
from studio.images.ui.breed.parents_row import ParentEvent
from studio.images.ui.breed.source_matrix import SourceChange
from studio.images.ui.raster import image_pixels
from studio.images.ui.room import ImagesRoom
from studio.images.ui.wall_faces import MenuEvent
from studio.project.nodes import RELATIVE, WORK
from studio.project.store import ProjectStore
from studio.provenance.pictures import encode_picture
from studio.shell.project_bridge import ProjectBridge
from studio.shell.widgets.control_row import ValueChange
from tests.images.ui.staging import PATIENCE_MS, Opener, Stage, hung
from tests.models import write_tiny_generator
from tests.styled import write_styled_model


def entered(qtbot: QtBot, stage: Stage) -> tuple[ImagesRoom, BreedMode]:
    """The room with breeding in front."""
    if not stage.host.requests:
        hung(qtbot, stage)
    room = stage.room
    room.modes.show("breed")
    stage.host.answer_all()
    mode = room.modes.front
    assert isinstance(mode, BreedMode)
    qtbot.waitUntil(lambda: mode.family.is_loaded, timeout=PATIENCE_MS)
    return room, mode


def written(stage: Stage) -> None:
    """Let the project hear of everything, and the room of the project."""
    stage.project.store.put_blob(b"written").result()
    QApplication.processEvents()
    stage.host.answer_all()


def press(stage: Stage, name: str) -> None:
    stage.actions.action(f"breed.{name}").trigger()
    stage.host.answer_all()
    written(stage)


def begun(qtbot: QtBot, stage: Stage) -> tuple[ImagesRoom, BreedMode]:
    """The children of two pictures that chance gave."""
    room, mode = entered(qtbot, stage)
    mode.page.nobody.chance.click()
    stage.host.answer_all()
    written(stage)
    return room, mode


def mark(stage: Stage, mode: BreedMode, *places: int) -> None:
    for place in places:
        mode.children_page.view.choose(place)
        press(stage, "favourite")


def undo(stage: Stage, times: int = 1) -> None:
    for _ in range(times):
        stage.project.undo(SCOPE).result()
        written(stage)


def test_at_first_it_says_what_it_is_for_and_begins_with_two_by_chance(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room, mode = entered(qtbot, stage)
    assert mode.page.nobody.isVisible()
    assert not mode.controls.mutation.isVisible()
    mode.page.nobody.chance.click()
    stage.host.answer_all()
    written(stage)
    assert mode.children_page.isVisible()
    assert len(mode.desk.parents) == 2
    assert len(mode.page.parents.buttons) == 2
    kinds = {parent.controls["kind"] for parent in mode.desk.parents}
    assert len(kinds) == 1
    columns = mode.children_page.view.columns
    qtbot.waitUntil(lambda: len(mode.desk.children_recipes) % columns == 0, timeout=PATIENCE_MS)
    assert all(isinstance(child.origin, Bred) for child in mode.desk.children_recipes)
    assert mode.sentence == "Children of 2 pictures. Mark the ones you like."
    assert room.undo_scope == SCOPE


def test_favourites_become_the_parents_and_stand_in_the_tree(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    assert not mode.children_page.foot.following.isEnabled()
    mark(stage, mode, 2, 5)
    assert mode.children_page.view.faces[2].is_favourite
    liked = [mode.desk.children_recipes[place] for place in (2, 5)]
    assert all(one.is_made for one in liked)
    press(stage, "next")
    assert mode.desk.parents == tuple(liked)
    assert mode.desk.brood is not None
    assert mode.desk.brood.favourites == ()
    lineage = mode.family.lineage
    assert len(lineage) == 4
    assert [lineage[identity(one)].generation for one in liked] == [1, 1]
    assert all(lineage[identity(one)].favourite for one in liked)


def test_undo_takes_back_generation_mark_and_beginning_one_by_one(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    founders = mode.desk.parents
    children = mode.desk.children_recipes
    mark(stage, mode, 1)
    press(stage, "next")
    undo(stage)
    assert mode.desk.parents == founders
    assert mode.desk.is_favourite(1)
    undo(stage)
    assert not mode.desk.is_favourite(1)
    assert [child.seed for child in mode.desk.children_recipes] == [c.seed for c in children]
    assert len(stage.project.store.nodes(RELATIVE).items) == 2
    undo(stage)
    assert mode.desk.brood is None
    assert mode.page.nobody.isVisible()
    assert stage.project.store.nodes(RELATIVE).items == ()
    stage.project.redo(SCOPE).result()
    written(stage)
    assert mode.desk.parents == founders


def test_a_mark_that_is_taken_away_leaves_the_tree_unless_somebody_came_from_it(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    mark(stage, mode, 3, 3)
    assert len(mode.family.lineage) == 2
    mark(stage, mode, 3)
    press(stage, "next")
    press(stage, "tree")
    parent = identity(mode.desk.parents[0])
    assert mode.tree.look_at(parent)
    press(stage, "favourite")
    assert not mode.family.lineage[parent].favourite
    press(stage, "favourite")
    assert mode.family.lineage[parent].favourite


def test_return_on_a_child_breeds_from_it_alone(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    view = mode.children_page.view
    view.choose(4)
    chosen = mode.children_page.chosen
    assert chosen is not None
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Return)
    stage.host.answer_all()
    written(stage)
    assert mode.desk.parents == (chosen.recipe,)
    assert view.hasFocus()


def test_a_child_becomes_a_parent_too_and_a_parent_is_taken_away(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    mode.children_page.view.choose(0)
    press(stage, "parent")
    assert len(mode.desk.parents) == 3
    mode.page.parents.buttons[0].click()
    assert mode.controls.card.add.text() == "Not a parent any more"
    QTest.keyClick(mode.page.parents.buttons[0], Qt.Key.Key_Delete)
    written(stage)
    assert len(mode.desk.parents) == 2
    for _ in range(2):
        mode.page.parents.removal_wanted.emit(ParentEvent(place=0))
    written(stage)
    assert len(mode.desk.parents) == 1  # the last one stays


def test_more_than_eight_parents_are_refused_in_words(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    for _ in range(MOST_PARENTS - 2):
        mode.page.parents.empty.click()
        (menu,) = [m for m in mode.page.findChildren(QMenu) if m.isVisible()]
        menu.actions()[-1].trigger()
        menu.close()
        stage.host.answer_all()
        written(stage)
    assert len(mode.desk.parents) == MOST_PARENTS
    assert not mode.page.parents.empty.isVisible()
    mode.children_page.view.choose(0)
    press(stage, "parent")
    assert "Eight parents are the most." in stage.texts()


def test_how_different_moves_live_and_is_one_step(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    before = mode.desk.children_recipes
    for value, final in ((0.5, False), (0.7, False), (0.8, True)):
        mode.controls.mutation_changed.emit(ValueChange(name="mutation", value=value, final=final))
        stage.host.answer_all()
    written(stage)
    brood = stage.project.store.node("brood", BROOD)
    assert brood is not None
    assert brood.mutation == 0.8
    assert {
        c.origin.mutation for c in mode.desk.children_recipes if isinstance(c.origin, Bred)
    } == {0.8}
    undo(stage)
    assert [c.origin for c in mode.desk.children_recipes] == [c.origin for c in before]


def test_zones_come_from_whom_the_user_says(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    styled = write_styled_model(tmp_path / "styled")
    stage = open_room([styled])
    _, mode = begun(qtbot, stage)
    matrix = mode.controls.matrix
    assert matrix is not None
    assert matrix.zones == ("form", "texture", "colour")
    second = identity(mode.desk.parents[1])
    assert matrix.button("texture", "").isChecked()
    matrix.button("texture", second).click()
    stage.host.answer_all()
    written(stage)
    assert mode.desk.brood is not None
    assert mode.desk.brood.sources == {"texture": second}
    for child in mode.desk.children_recipes:
        assert second in child.parents
    undo(stage)
    assert matrix.button("texture", "").isChecked()
    mode.controls.source_changed.emit(SourceChange(zone="texture", parent=""))
    assert mode.desk.brood.sources == {}


def test_a_model_without_zones_says_so(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    assert mode.controls.matrix is None
    assert any("as a whole" in label.text() for label in mode.controls.findChildren(QLabel))


def test_a_kind_may_be_chosen_for_all_children(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    mode.desk.set_kind("boots")
    written(stage)
    assert {child.controls["kind"] for child in mode.desk.children_recipes} == {"boots"}
    undo(stage)
    assert mode.desk.brood is not None
    assert mode.desk.brood.kind is None


def test_keeping_goes_to_the_history_of_breeding_and_marks_the_child(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room, mode = begun(qtbot, stage)
    mode.children_page.view.choose(1)
    press(stage, "keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    assert mode.children_page.view.faces[1].is_kept
    work = stage.project.store.nodes(WORK).items[0]
    qtbot.waitUntil(lambda: identity(work.recipe) in mode.family.lineage, timeout=PATIENCE_MS)
    shown: list[str] = []
    room.kept_wanted.connect(shown.append)
    mode.controls.card.gallery.click()
    assert shown == [work.id]
    undo(stage)
    assert room.kept.strip.total == 0


def test_kept_pictures_are_offered_as_parents(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    for place in (0, 7):
        room.wall.choose(place)
        stage.press("keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 2, timeout=PATIENCE_MS)
    kept = {identity(work.recipe) for work in stage.project.store.nodes(WORK).items}
    _, mode = entered(qtbot, stage)
    mode.page.nobody.kept.click()
    written(stage)
    assert {identity(parent) for parent in mode.desk.parents} == kept
    mode.desk.remove_parent(0)
    written(stage)
    mode.page.parents.empty.click()
    (menu,) = [m for m in mode.page.findChildren(QMenu) if m.isVisible()]
    offered = [action for action in menu.actions() if not action.isSeparator()]
    assert [action.text() for action in offered][-1] == "One by chance"
    assert len(offered) == 2
    offered[0].trigger()
    menu.close()
    stage.host.answer_all()
    written(stage)
    assert len(mode.desk.parents) == 2


def test_a_dropped_picture_becomes_a_parent(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    made = mode.children_page.subject(3)
    assert made is not None
    file = tmp_path / "dropped.png"
    file.write_bytes(encode_picture(image_pixels(made.image), 8, 8, 3, made.recipe))
    mode.page.parents.dropped.emit(str(file))
    qtbot.waitUntil(lambda: len(mode.desk.parents) == 3, timeout=PATIENCE_MS)
    plain = tmp_path / "plain.png"
    made.image.save(str(plain))
    mode.page.parents.dropped.emit(str(plain))
    qtbot.waitUntil(lambda: "plain.png" in stage.texts(), timeout=PATIENCE_MS)
    assert len(mode.desk.parents) == 3


def test_what_cannot_be_bred_from_says_why(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    sound = mode.desk.parents[0]
    between = msgspec.structs.replace(sound, styling=Styling(styles=bytes(16)), schema=3)
    assert not mode.breed([between])
    assert "lies between two others" in stage.texts()
    stranger = msgspec.structs.replace(sound, model="gone")
    assert not mode.breed([stranger])
    mode.add_parent(stranger)
    assert "is not here" in stage.texts()


def test_pictures_of_another_model_are_no_parents_beside_these(
    qtbot: QtBot, open_room: Opener, model: Model, tmp_path: Path
) -> None:
    write_tiny_generator(tmp_path / "models" / "other", model_id="other")
    other = read_model(tmp_path / "models" / "other")
    stage = open_room([model, other])
    _, mode = begun(qtbot, stage)
    mode.add_parent(msgspec.structs.replace(mode.desk.parents[0], model="other"))
    assert "only pictures of one model" in stage.texts()
    mode.choose_model(other)
    stage.host.answer_all()
    written(stage)
    assert mode.model is other
    assert {parent.model for parent in mode.desk.parents} == {"other"}


def test_the_wall_feeds_the_tree_and_leads_here(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(2)
    stage.press("more_like_this")
    stage.host.answer_all()
    written(stage)
    base = room.desk.tiles[0]
    assert [node.recipe for node in stage.project.store.nodes(RELATIVE).items] == [base]
    room.wall.choose(3, second=4)
    stage.press("cross")
    stage.host.answer_all()
    written(stage)
    assert len(stage.project.store.nodes(RELATIVE).items) == 3
    stage.project.undo("images").result()
    written(stage)
    assert len(stage.project.store.nodes(RELATIVE).items) == 1
    room.wall.choose(0, second=5)
    stage.press("breed")
    stage.host.answer_all()
    written(stage)
    mode = room.modes.front
    assert isinstance(mode, BreedMode)
    assert len(mode.desk.parents) == 2
    assert identity(base) in {identity(parent) for parent in mode.desk.parents}


def test_the_tree_is_searched_walked_folded_and_bred_from(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    mark(stage, mode, 0, 1)
    press(stage, "next")
    mark(stage, mode, 2)
    press(stage, "tree")
    tree = mode.tree
    assert tree.view.isVisible()
    assert tree.sentence == "5 pictures in the tree"
    tree.field.setText("no such thing")
    tree.go_on(1)
    assert tree.sentence == "Nothing of that in the tree"
    tree.field.clear()
    tree.favourites.click()
    tree.go_on(1)
    tree.go_on(1)
    assert tree.sentence == "2 of 3"
    tree.go_on(-1)
    assert tree.sentence == "1 of 3"
    tree.favourites.click()
    founder = mode.family.lineage.founders[0]
    tree.look_at(founder)
    tree.look_for_children(founder)
    assert tree.found is not None
    assert set(tree.found) == set(mode.family.lineage.children(founder))
    assert tree.children_of.isVisible()
    tree.children_of.click()
    assert tree.found is None
    view = tree.view
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Minus)
    hidden = mode.family.layout.hidden(founder)
    assert hidden > 0
    QTest.keyClick(view, Qt.Key.Key_Plus)
    assert mode.family.layout.hidden(founder) == 0
    QTest.keyClick(view, Qt.Key.Key_Down)
    below = view.current
    assert below in mode.family.lineage.hanging(founder)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.current == founder
    QTest.keyClick(view, Qt.Key.Key_End)
    assert mode.family.lineage[view.current].generation > 0
    QTest.keyClick(view, Qt.Key.Key_Return)
    stage.host.answer_all()
    written(stage)
    assert mode.page.front == CHILDREN
    assert len(mode.desk.parents) == 1


def test_pictures_of_the_tree_are_drawn_from_recipes_and_their_colours_noted(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    mark(stage, mode, 0)
    press(stage, "tree")

    def is_drawn() -> bool:
        stage.host.answer_all()
        return all(mode.pictures.get(member.identity) for member in mode.family.lineage)

    qtbot.waitUntil(is_drawn, timeout=PATIENCE_MS)
    qtbot.waitUntil(
        lambda: all(member.swatch is not None for member in mode.family.lineage),
        timeout=PATIENCE_MS,
    )
    member = next(iter(mode.family.lineage))
    mode.tree.field.setText(member.colours[0])
    mode.tree.go_on(1)
    assert mode.tree.found is not None
    assert member.identity in mode.tree.found


def test_what_is_looked_at_shows_its_family_and_leads_to_it(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    mark(stage, mode, 6)
    face = mode.controls.card.face
    assert face is not None
    assert face.is_favourite
    assert len(face.parents) == 2
    assert face.facts == "Generation 2"
    mode.controls.card.relative_wanted.emit(face.parents[0].name)
    assert mode.page.front == TREE
    assert mode.tree.view.current == face.parents[0].name
    card = mode.controls.card.face
    assert card is not None
    assert len(card.children) == 1


def test_a_child_that_is_not_marked_is_not_in_the_tree_and_that_is_said(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    mode.children_page.view.choose(2)
    press(stage, "in_tree")
    assert "not in the family tree yet" in stage.texts()


def test_a_menu_names_what_can_be_done_with_a_child(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    mode.children_page.view.choose(0)
    view = mode.children_page.view
    spot = view.tile_rect(0).center().toPoint()
    view.menu_wanted.emit(MenuEvent(place=0, position=view.mapToGlobal(spot)))
    (menu,) = [m for m in mode.page.findChildren(QMenu) if m.isVisible()]
    texts = {action.text() for action in menu.actions()}
    assert {"Favourite", "Breed from this", "Keep", "Explore", "Copy", "Export…"} <= texts
    menu.close()


def test_the_room_comes_back_as_it_was_left(
    qtbot: QtBot, open_room: Opener, tmp_path: Path, project: ProjectBridge
) -> None:
    stage = open_room()
    room, mode = begun(qtbot, stage)
    mark(stage, mode, 0, 4)
    press(stage, "tree")
    founder = mode.family.lineage.founders[0]
    mode.family.fold(founder)
    mode.tree.zoom(-1)
    zoom = mode.tree.view.zoom
    room.flush()
    before = mode.desk.brood
    qtbot.waitUntil(
        lambda: f'"zoom":{zoom}'.encode() in (project.store.state(VIEW_KEY) or b""),
        timeout=PATIENCE_MS,
    )
    stage.host.requests.clear()
    again = open_room()
    _, mode = entered(qtbot, again)
    assert mode.page.front == TREE
    assert mode.tree.view.zoom == zoom
    assert mode.family.layout.hidden(founder) == 2
    after = mode.desk.brood
    assert before is not None
    assert after is not None
    assert (after.parents, after.favourites) == (before.parents, before.favourites) != ((), ())
    assert after.children[: len(before.children)] == before.children


def test_a_model_that_is_not_here_any_more_is_named_and_another_can_begin(
    qtbot: QtBot, open_room: Opener, model: Model, tmp_path: Path
) -> None:
    write_tiny_generator(tmp_path / "models" / "other", classes=0, model_id="other")
    stage = open_room([read_model(tmp_path / "models" / "other")])
    room, _ = begun(qtbot, stage)
    room.flush()
    stage.window.hide()
    stage = open_room([model])
    qtbot.waitUntil(lambda: stage.room.desk.wall is not None, timeout=PATIENCE_MS)
    _, mode = entered(qtbot, stage)
    assert "“other”" in stage.texts()
    assert mode.desk.brood is not None
    assert mode.page.nobody.isVisible()
    assert mode.sentence == "Pictures have children here."
    assert not mode.controls.mutation.isVisible()
    mode.page.nobody.chance.click()
    stage.host.answer_all()
    written(stage)
    assert mode.desk.model is model
    assert mode.children_page.isVisible()
    assert mode.controls.mutation.isVisibleTo(mode.controls)


def test_in_a_project_to_look_at_nothing_can_be_bred(
    qtbot: QtBot, open_room: Opener, tmp_path: Path, model: Model
) -> None:
    folder = tmp_path / "other"
    stage = open_room()
    room, mode = begun(qtbot, stage)
    room.flush()
    owner = ProjectStore.open(folder, codecs())
    brood = mode.desk.brood
    assert brood is not None
    owner.submit(start_brood(brood, related=relate(owner, brood.parents))).result()
    bridge = ProjectBridge(ProjectStore.open(folder, codecs(), read_only=True))
    looking = open_room(bridge=bridge)
    _, mode = entered(qtbot, looking)
    assert mode.desk.parents == brood.parents
    mode.children_page.view.choose(0)
    assert not mode.children_page.bar.favourite.isEnabled()
    press_only = looking.actions.command("breed.favourite")
    assert press_only.reason
    mode.toggle_favourite()
    assert not mode.desk.is_favourite(0)
    looking.room.flush()
    bridge.close()
    owner.close()


def test_a_failure_of_the_model_is_said_and_the_rest_goes_on(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    _, mode = begun(qtbot, stage)
    mode.desk.others()
    number = stage.host.open[0]
    stage.host.fail(number, HostError(fault="no more memory"))
    assert stage.notices
    mode.desk.retry()
    stage.host.answer_all()
    assert mode.desk.child(0) is not None


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_command_has_a_name_and_a_key_of_its_own(
    qtbot: QtBot, open_room: Opener, language: str
) -> None:
    stage = open_room(language=language)
    begun(qtbot, stage)
    commands = [command for command in stage.actions if command.scope == "breed"]
    keys = [key for command in commands for key in command.keys]
    assert len(keys) == len(set(keys))
    assert all(command.text for command in commands)
