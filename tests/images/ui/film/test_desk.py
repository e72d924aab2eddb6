"""Every change of a film is a step that undo takes back."""

import msgspec

from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images import timeline
from studio.images.ui.film.desk import FilmDesk
from studio.project.store import ProjectStore
from studio.shell.project_bridge import ProjectBridge
from tests.film.films import film_of
from tests.images.ui.film.conftest import Desk, made


def test_pictures_become_keys_evenly_apart(three: Desk) -> None:
    assert three.times == [0.0, 2.0, 4.0]
    assert three.film.seconds == 6.0
    assert three.desk.chosen == three.film.keys[0]
    assert three.desk.model is three.model


def test_the_film_is_there_when_the_project_is_opened_again(
    three: Desk, project: ProjectBridge, model: Model
) -> None:
    other = FilmDesk(project, {model.manifest.id: model})
    other.open()
    assert other.film == three.film


def test_a_step_is_taken_back_and_done_again(three: Desk) -> None:
    three.desk.choose(three.film.keys[1].id)
    three.desk.set_key("film.move", time=1.0)
    three.settle()
    assert three.times == [0.0, 1.0, 4.0]
    three.undo()
    assert three.times == [0.0, 2.0, 4.0]
    three.project.redo("images.film").result()
    three.settle()
    assert three.times == [0.0, 1.0, 4.0]


def test_the_first_film_is_taken_back_too(three: Desk) -> None:
    three.undo()
    assert three.desk.film is None
    three.project.redo("images.film").result()
    three.settle()
    assert three.times == [0.0, 2.0, 4.0]


def test_a_drag_is_one_step_and_the_next_is_another(three: Desk) -> None:
    three.desk.choose(three.film.keys[1].id)
    for time in (2.1, 2.3, 2.5):
        three.desk.set_key("film.move", drag="a", time=time)
    three.desk.end_drag()
    for time in (2.8, 3.0):
        three.desk.set_key("film.move", drag="a", time=time)
    three.desk.end_drag()
    three.settle()
    assert three.times[1] == 3.0
    three.undo()
    assert three.times[1] == 2.5
    three.undo()
    assert three.times[1] == 2.0


def test_a_key_that_is_taken_out_leaves_its_neighbour_chosen(three: Desk) -> None:
    three.desk.choose(three.film.keys[1].id)
    last = three.film.keys[2].id
    three.desk.take_out()
    assert three.times == [0.0, 4.0]
    assert three.desk.chosen is not None
    assert three.desk.chosen.id == last
    three.settle()
    three.undo()
    assert three.times == [0.0, 2.0, 4.0]


def test_a_picture_of_another_model_is_not_taken(three: Desk) -> None:
    foreign = msgspec.structs.replace(made(three.model, 9), model="other")
    assert not three.desk.add([foreign])
    assert len(three.film.keys) == 3


def test_a_picture_that_was_never_made_is_passed_over(three: Desk) -> None:
    assert not three.desk.add([Recipe(model=three.film.model, seed=1)])
    assert len(three.film.keys) == 3


def test_a_picture_can_come_at_a_time(three: Desk) -> None:
    three.desk.add([made(three.model, 7)], 1.0)
    assert three.times == [0.0, 1.0, 2.0, 4.0]
    assert three.desk.chosen is not None
    assert three.desk.chosen.recipe.seed == 7


def test_films_are_begun_chosen_and_deleted(three: Desk) -> None:
    first = three.film
    three.desk.begin_new(three.model)
    three.settle()
    assert three.film.keys == ()
    three.desk.add([made(three.model, 5)])
    three.settle()
    assert {film.id for film in three.desk.films()} == {first.id, three.film.id}
    three.desk.show_film(first.id)
    assert three.film == first
    three.desk.delete()
    three.settle()
    assert three.film.id != first.id
    three.undo()
    assert three.film.id == first.id


def test_a_film_from_a_file_gets_a_name_of_its_own(three: Desk) -> None:
    found = timeline.changed(film_of(three.model), title="Found")
    three.desk.open_film(found)
    assert three.film.id != found.id
    assert three.film.title == "Found"
    assert three.film.keys == found.keys


def test_in_a_project_to_look_at_nothing_changes(
    three: Desk, model: Model, project: ProjectBridge
) -> None:
    from studio.images.document import codecs

    three.settle()
    other = ProjectBridge(ProjectStore.open(project.folder, codecs(), read_only=True))
    desk = FilmDesk(other, {model.manifest.id: model})
    desk.open()
    assert desk.why_not()
    assert desk.film == three.film
    desk.add([made(model, 8)])
    desk.take_out()
    desk.delete()
    assert desk.film == three.film
    other.close()
