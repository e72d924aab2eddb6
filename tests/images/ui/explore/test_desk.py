"""The explorer's desk: what is wished for, what becomes a step, what undo and a restart bring."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.recipe import Crossed, FromSeed, Given, Near, Recipe, identity
from studio.images import wandering
from studio.images.exploration import EXPLORATION, EXPLORATION_ID, SCOPE, STOP
from studio.images.shifting import amount_of
from studio.images.ui.explore.desk import Explored
from studio.images.ui.explore.spots import ALONG, CENTRE, RIM, WAYS, rim_way
from studio.images.ui.maker import PictureArrived
from studio.project.store import ProjectStore
from studio.shell.project_bridge import ProjectBridge
from tests.images.ui.conftest import FakeHost
from tests.images.ui.explore.conftest import PATIENCE_MS, Explorer, essence, find_two_traits
from tests.styled import write_styled_model


def undone(explorer: Explorer) -> None:
    explorer.project.undo(SCOPE).result()
    QApplication.processEvents()
    explorer.host.answer_all()


def path(explorer: Explorer) -> list[Recipe]:
    stops, total = explorer.desk.stops(0, 100)
    assert len(stops) == total
    return [stop.recipe for stop in stops]


def test_a_new_project_begins_anywhere_with_one_stop(explorer: Explorer, model: Model) -> None:
    assert explorer.here.is_made
    assert isinstance(explorer.here.origin, FromSeed)
    assert path(explorer) == [explorer.here]
    assert not explorer.project.history(SCOPE).can_undo


def test_what_lies_at_the_rim_is_made_as_soon_as_the_middle_is_known(
    host: FakeHost, explorer: Explorer
) -> None:
    arrived: dict[int, PictureArrived] = {}
    explorer.desk.arrived.connect(lambda event: arrived.__setitem__(event.place, event))
    explorer.desk.refresh()
    host.answer_all()
    node = explorer.desk.node
    assert node is not None
    for index in range(WAYS):
        across, up = rim_way(index)
        wished = explorer.desk.moved(explorer.here, across * node.reach, up * node.reach)
        assert wished is not None
        made = arrived[RIM + index].picture.recipe
        assert essence(made) == essence(msgspec.structs.replace(wished, controls=made.controls))
        assert made.parents == (identity(explorer.here),)


def test_while_the_hand_moves_only_the_middle_is_asked_for_and_the_newest_wins(
    host: FakeHost, explorer: Explorer
) -> None:
    first = len(host.requests)
    for step in range(1, 6):
        explorer.desk.set_hand(step / 10, 0.0, final=False)
    assert len(host.requests) == first + 1
    host.answer()
    (newest,) = host.requests[-1][1].recipes
    assert newest.latent == explorer.here.latent
    assert len(host.requests) == first + 2
    assert explorer.desk.is_moving
    host.answer_all()
    assert all(len(request.recipes) == 1 for _, request in host.requests[first:])


def test_a_drag_is_one_step_however_long_it_was(explorer: Explorer) -> None:
    start = explorer.here
    for step in range(1, 20):
        explorer.desk.set_hand(step / 10, step / 20, final=False)
        explorer.host.answer_all()
    explorer.desk.set_hand(2.0, 1.0, final=True)
    explorer.settle()
    assert len(path(explorer)) == 2
    assert explorer.here.parents == (identity(start),)
    assert isinstance(explorer.here.origin, Given)
    assert explorer.here.is_made
    undone(explorer)
    assert explorer.here == start
    assert path(explorer) == [start]
    assert not explorer.project.history(SCOPE).can_undo


def test_a_hand_that_comes_back_has_done_nothing(explorer: Explorer) -> None:
    start = explorer.here
    explorer.desk.set_hand(1.0, 0.0, final=False)
    explorer.host.answer_all()
    explorer.desk.set_hand(0.0, 0.0, final=True)
    explorer.settle()
    assert explorer.here == start
    assert path(explorer) == [start]


def test_arrows_that_follow_each_other_are_one_step(explorer: Explorer) -> None:
    start = explorer.here
    for _ in range(5):
        explorer.desk.set_hand(0.1, 0.0, final=True, key="arrows")
        explorer.host.answer_all()
    explorer.settle()
    assert len(path(explorer)) == 2
    assert explorer.here.parents == (identity(start),)
    assert start.latent is not None
    assert explorer.here.latent != start.latent
    undone(explorer)
    assert explorer.here == start


def test_after_a_pause_the_next_arrow_is_a_step_of_its_own(
    qtbot: QtBot, explorer: Explorer
) -> None:
    explorer.desk.set_hand(0.1, 0.0, final=True, key="arrows")
    explorer.host.answer_all()
    qtbot.waitUntil(lambda: len(path(explorer)) == 2, timeout=PATIENCE_MS)
    explorer.desk.set_hand(0.1, 0.0, final=True, key="arrows")
    explorer.settle()
    assert len(path(explorer)) == 3


def test_a_click_at_the_rim_goes_there_without_making_it_anew(explorer: Explorer) -> None:
    before = len(explorer.host.requests)
    explorer.desk.walk(3)
    assert explorer.desk.picture() is not None
    wished = {r.latent for _, request in explorer.host.requests[before:] for r in request.recipes}
    assert explorer.here.latent not in wished
    explorer.settle()
    assert len(path(explorer)) == 2


def test_surprise_goes_elsewhere_and_leaves_everything_else(
    explorer: Explorer, model: Model
) -> None:
    one, _ = find_two_traits(explorer.shelves.of(model), model)
    trait = explorer.shelves.of(model).trait(one)
    assert trait is not None
    explorer.desk.set_control("truncation", 0.5, final=True)
    explorer.desk.set_trait(trait, 2.0, final=True)
    explorer.settle()
    before = explorer.here
    explorer.desk.surprise()
    explorer.settle()
    assert explorer.here.seed != before.seed
    assert explorer.here.controls == before.controls
    assert amount_of(explorer.here, trait) == 2.0
    assert explorer.here.parents == ()


def test_a_trait_is_moved_along_by_the_pad_and_by_its_slider(
    explorer: Explorer, model: Model
) -> None:
    one, two = find_two_traits(explorer.shelves.of(model), model)
    explorer.desk.set_axis("across", one)
    explorer.desk.set_axis("down", two)
    across, down = explorer.desk.axis("across"), explorer.desk.axis("down")
    assert across is not None
    assert down is not None
    latent = explorer.here.latent
    explorer.desk.set_hand(1.5, -0.5, final=True)
    explorer.settle()
    assert explorer.here.latent == latent
    assert (explorer.desk.amount(across), explorer.desk.amount(down)) == (1.5, -0.5)
    explorer.desk.set_trait(across, 0.0, final=True)
    explorer.settle()
    assert (explorer.desk.amount(across), explorer.desk.amount(down)) == (0.0, -0.5)


def test_traits_of_other_kinds_are_not_offered(
    host: FakeHost, project: ProjectBridge, tmp_path: Path
) -> None:
    model = write_styled_model(tmp_path / "styled", traits=True)
    traits = model.manifest.traits
    assert traits is not None
    glow, tint = traits.traits
    tint = msgspec.structs.replace(tint, kinds=("boots",))
    traits = msgspec.structs.replace(traits, traits=(glow, tint))
    manifest = msgspec.structs.replace(model.manifest, traits=traits)
    styled = msgspec.structs.replace(model, manifest=manifest)
    explorer = Explorer(host, project, [styled], tmp_path)
    explorer.desk.open(styled)
    explorer.settle()
    offered = {}
    for kind in ("hats", "boots"):
        explorer.desk.set_kinds({kind: 1.0}, final=True)
        explorer.settle()
        offered[kind] = [trait.title("en") for trait in explorer.desk.suited()]
    assert offered == {"hats": ["Glow"], "boots": ["Glow", "Tint"]}
    assert len(explorer.desk.traits()) == 2


def test_an_axis_whose_trait_was_deleted_is_free_again(explorer: Explorer, model: Model) -> None:
    one, _ = find_two_traits(explorer.shelves.of(model), model)
    explorer.desk.set_axis("across", one)
    assert explorer.desk.axis("across") is not None
    explorer.shelves.of(model).delete(one)
    assert explorer.desk.axis("across") is None
    explorer.desk.set_hand(1.0, 0.0, final=True)
    explorer.settle()
    assert isinstance(explorer.here.origin, Given)


def test_one_axis_may_be_free_and_the_other_a_trait(explorer: Explorer, model: Model) -> None:
    one, _ = find_two_traits(explorer.shelves.of(model), model)
    explorer.desk.set_axis("down", one)
    latent = explorer.here.latent
    explorer.desk.set_hand(1.0, 2.0, final=True)
    explorer.settle()
    trait = explorer.desk.axis("down")
    assert trait is not None
    assert explorer.desk.amount(trait) == 2.0
    assert explorer.here.latent != latent


def test_other_free_directions_lead_elsewhere_and_can_be_undone(explorer: Explorer) -> None:
    before = explorer.desk.moved(explorer.here, 1.0, 0.0)
    explorer.desk.roll_plane()
    after = explorer.desk.moved(explorer.here, 1.0, 0.0)
    assert before is not None
    assert after is not None
    assert before.latent != after.latent
    undone(explorer)
    assert explorer.desk.moved(explorer.here, 1.0, 0.0) == before


def test_the_reach_has_bounds(explorer: Explorer) -> None:
    node = explorer.desk.node
    assert node is not None
    for wanted in (0.0, 1e9):
        explorer.desk.set_reach(wanted, final=True)
        node = explorer.desk.node
        assert node is not None
        assert 0.1 <= node.reach <= 8.0


def test_controls_and_kinds_are_steps_and_nonsense_is_not(explorer: Explorer, model: Model) -> None:
    kinds = [choice.value for choice in model.manifest.classes()]
    explorer.desk.set_control("truncation", 99.0, final=True)
    explorer.desk.set_control("no_such", 1.0, final=True)
    explorer.settle()
    assert len(path(explorer)) == 1
    explorer.desk.set_kinds({kinds[0]: 1.0, kinds[2]: 3.0}, final=True)
    explorer.settle()
    assert explorer.desk.kinds() == {kinds[0]: 0.25, kinds[2]: 0.75}
    explorer.desk.set_kinds({kinds[1]: 1.0}, final=True)
    explorer.settle()
    assert explorer.desk.kinds() == {kinds[1]: 1.0}
    assert explorer.here.styling is msgspec.UNSET


def test_returning_to_a_stop_leaves_the_path_and_is_undone(explorer: Explorer) -> None:
    first = explorer.here
    explorer.desk.walk(0)
    explorer.settle()
    second = explorer.here
    stops, _ = explorer.desk.stops(0, 10)
    explorer.desk.return_to(stops[0])
    explorer.settle()
    assert explorer.here == first
    assert path(explorer) == [first, second]
    undone(explorer)
    assert explorer.here == second


def test_a_cleared_path_keeps_where_one_is(explorer: Explorer) -> None:
    for index in range(3):
        explorer.desk.walk(index)
        explorer.settle()
    explorer.desk.clear_path()
    explorer.settle()
    assert path(explorer) == [explorer.here]
    undone(explorer)
    assert len(path(explorer)) == 4


def test_a_step_waits_for_its_picture_so_that_the_path_holds_finished_recipes(
    host: FakeHost, explorer: Explorer
) -> None:
    explorer.desk.surprise()
    assert len(path(explorer)) == 1
    explorer.settle()
    assert path(explorer)[-1].is_made


def test_what_is_not_made_when_the_room_closes_is_written_as_a_wish(explorer: Explorer) -> None:
    explorer.desk.surprise()
    wished = explorer.here
    explorer.desk.flush()
    explorer.project.store.put_blob(b"written").result()
    node = explorer.project.store.node(EXPLORATION_ID, EXPLORATION)
    assert node is not None
    assert essence(node.here) == essence(wished)


def test_a_drag_that_nobody_ended_rests_where_it_was(explorer: Explorer) -> None:
    explorer.desk.set_hand(1.0, 0.0, final=False)
    explorer.host.answer_all()
    there = explorer.here
    explorer.desk.rest()
    explorer.project.store.put_blob(b"written").result()
    node = explorer.project.store.node(EXPLORATION_ID, EXPLORATION)
    assert node is not None
    assert node.here.latent == there.latent
    assert not explorer.desk.is_moving


def test_everything_is_as_it_was_left(
    host: FakeHost, explorer: Explorer, model: Model, tmp_path: object
) -> None:
    explorer.desk.walk(1)
    explorer.desk.set_reach(2.5, final=True)
    explorer.desk.choose_view("seeds")
    explorer.settle()
    again = Explorer(host, explorer.project, [model], tmp_path)
    again.desk.open(model)
    again.settle()
    assert again.here == explorer.here
    assert again.desk.node == explorer.desk.node


def test_a_picture_of_a_model_that_is_gone_gives_way_to_a_new_beginning(
    host: FakeHost, explorer: Explorer, model: Model, tmp_path: object
) -> None:
    other = msgspec.structs.replace(
        model, manifest=msgspec.structs.replace(model.manifest, id="other")
    )
    again = Explorer(host, explorer.project, [other], tmp_path)
    again.desk.open(other)
    assert again.here.model == "other"


def test_another_model_is_gone_to_and_back(
    host: FakeHost, project: object, explorer: Explorer, model: Model, tmp_path: object
) -> None:
    other = msgspec.structs.replace(
        model, manifest=msgspec.structs.replace(model.manifest, id="other")
    )
    both = Explorer(host, explorer.project, [model, other], tmp_path)
    both.desk.open(model)
    both.settle()
    both.desk.choose_model(other)
    both.settle()
    assert both.desk.model is other
    undone(both)
    assert both.desk.model is model


def test_a_finished_picture_is_gone_on_from(explorer: Explorer) -> None:
    start = explorer.here
    explorer.desk.surprise()
    explorer.settle()
    explorer.desk.open_picture(start)
    explorer.settle()
    assert identity(explorer.here) == identity(start)
    assert explorer.here.parents == start.parents


def test_nothing_is_made_while_nobody_looks(host: FakeHost, explorer: Explorer) -> None:
    explorer.desk.rest()
    before = len(host.requests)
    explorer.desk.refresh()
    assert len(host.requests) == before


# Between two


def two_pictures(explorer: Explorer) -> tuple[Recipe, Recipe]:
    first = explorer.here
    explorer.desk.surprise()
    explorer.settle()
    return first, explorer.here


def test_the_way_between_two_has_its_pictures_and_one_step_a_drag(explorer: Explorer) -> None:
    first, second = two_pictures(explorer)
    arrived: set[int] = set()
    explorer.desk.arrived.connect(lambda event: arrived.add(event.place))
    explorer.desk.choose_view("between")
    assert explorer.desk.along() == ()
    explorer.desk.set_pair(first, second)
    explorer.settle()
    assert {CENTRE, ALONG, ALONG + 6} <= arrived
    assert isinstance(explorer.here.origin, Crossed)
    before = len(path(explorer))
    for share in (0.6, 0.7, 0.8):
        explorer.desk.set_share(share, final=False)
        explorer.host.answer_all()
    explorer.desk.set_share(0.9, final=True)
    explorer.settle()
    assert len(path(explorer)) == before + 1
    assert isinstance(explorer.here.origin, Crossed)
    assert explorer.here.origin.share == pytest.approx(0.9)
    assert explorer.here.parents == (identity(first), identity(second))
    undone(explorer)
    node = explorer.desk.node
    assert node is not None
    assert node.share == pytest.approx(0.5)


def test_at_the_end_of_the_way_is_the_picture_itself(explorer: Explorer) -> None:
    first, second = two_pictures(explorer)
    explorer.desk.choose_view("between")
    explorer.desk.set_pair(first, second)
    explorer.desk.set_share(1.0, final=True)
    explorer.settle()
    assert identity(explorer.here) == identity(second)


def test_one_end_alone_waits_for_the_other(explorer: Explorer) -> None:
    first, _ = two_pictures(explorer)
    explorer.desk.choose_view("between")
    here = explorer.here
    explorer.desk.set_pair(first, None)
    assert explorer.desk.along() == ()
    explorer.desk.set_share(0.2, final=True)
    explorer.settle()
    assert explorer.here == here


def test_a_one_graph_model_goes_by_position_whatever_is_asked(explorer: Explorer) -> None:
    first, second = two_pictures(explorer)
    explorer.desk.set_pair(first, second)
    explorer.desk.set_way("style")
    explorer.settle()
    assert isinstance(explorer.here.origin, Crossed)


# What goes wrong


def test_a_project_to_look_at_is_explored_without_a_trace(
    qapp: QApplication, host: FakeHost, model: Model, tmp_path: object, project: object
) -> None:
    from pathlib import Path

    from studio.images.document import codecs
    from studio.shell.project_bridge import ProjectBridge

    assert isinstance(project, ProjectBridge)
    assert isinstance(tmp_path, Path)
    looking = ProjectBridge(ProjectStore.open(project.folder, codecs(), read_only=True))
    try:
        explorer = Explorer(host, looking, [model], tmp_path)
        explorer.desk.open(model)
        host.answer_all()
        explorer.desk.walk(0)
        host.answer_all()
        assert isinstance(explorer.here.origin, Given)
        assert looking.store.nodes(STOP).total == 0
        assert explorer.errors == []
    finally:
        looking.close()


def test_a_failure_of_the_host_is_told(host: FakeHost, explorer: Explorer) -> None:
    explorer.desk.surprise()
    host.fail(host.open[0], AtelierError(fault="no"))
    assert len(explorer.errors) == 1


def test_a_slider_that_nobody_let_go_of_is_the_step_that_it_was_going_to_be(
    explorer: Explorer,
) -> None:
    first, second = two_pictures(explorer)
    explorer.desk.set_pair(first, second)
    explorer.settle()
    explorer.desk.set_share(0.8, final=False)
    explorer.host.answer_all()
    explorer.settle()
    assert explorer.project.history(SCOPE).undo_label == "explore.between"
    node = explorer.project.store.node(EXPLORATION_ID, EXPLORATION)
    assert node is not None
    assert node.share == 0.8
    assert identity(node.here) == identity(explorer.here)


def test_live_and_resting_changes_are_told_apart(explorer: Explorer) -> None:
    told: list[Explored] = []
    explorer.desk.changed.connect(told.append)
    explorer.desk.set_hand(0.5, 0.0, final=False)
    assert told[-1].live
    explorer.desk.set_hand(0.5, 0.0, final=True)
    assert not told[-1].live


def test_pictures_that_came_from_elsewhere_can_be_walked_from(explorer: Explorer) -> None:
    near = msgspec.structs.replace(explorer.here, origin=Near(base=b"\0" * 8, strength=0.3))
    explorer.desk.open_picture(near)
    explorer.settle()
    found = wandering.at_position(explorer.here, b"\0" * 8)
    assert isinstance(found.origin, Given)
