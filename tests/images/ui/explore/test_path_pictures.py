"""The path's pictures: those in sight and a few more are held, all others are made again."""

import hashlib
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from studio.contract.manifest import Model, read_model
from studio.contract.recipe import Recipe
from studio.images.ui.explore.path_pictures import HELD_BYTES, PathPictures
from studio.images.ui.maker import MOST_AT_ONCE, MadePicture, PictureMaker, wish_key
from tests.images.ui.conftest import FakeHost
from tests.models import write_tiny_generator

STOPS = 2_000
IN_SIGHT = 20


def stops_of(model: Model, count: int) -> list[Recipe]:
    return [Recipe(model=model.manifest.id, seed=seed) for seed in range(count)]


def pixels_of(image: QImage | None) -> str:
    assert image is not None
    return hashlib.sha256(bytes(image.constBits())).hexdigest()


def held_of(pictures: PathPictures, recipes: list[Recipe]) -> int:
    return sum(pictures.image(recipe) is not None for recipe in recipes)


@pytest.fixture
def path(host: FakeHost, model: Model) -> PathPictures:
    maker = PictureMaker(host.as_bridge(), held_bytes=HELD_BYTES)
    return PathPictures(maker, {model.manifest.id: model})


def test_however_long_the_path_few_of_its_pictures_are_held(
    host: FakeHost, model: Model, path: PathPictures
) -> None:
    stops = stops_of(model, STOPS)
    for last in range(IN_SIGHT, STOPS + 1, IN_SIGHT):
        path.want(stops[last - IN_SIGHT : last])
        host.answer_all()
        assert held_of(path, stops[last - IN_SIGHT : last]) == IN_SIGHT
    assert held_of(path, stops) < STOPS / 4


def test_a_stop_far_back_shows_its_picture_again(
    host: FakeHost, model: Model, path: PathPictures
) -> None:
    stops = stops_of(model, STOPS)
    path.want(stops[:IN_SIGHT])
    host.answer_all()
    before = [pixels_of(path.image(stop)) for stop in stops[:IN_SIGHT]]
    for first in range(IN_SIGHT, STOPS, IN_SIGHT):
        path.want(stops[first : first + IN_SIGHT])
        host.answer_all()
    assert held_of(path, stops[:IN_SIGHT]) == 0
    path.want(stops[:IN_SIGHT])
    host.answer_all()
    assert [pixels_of(path.image(stop)) for stop in stops[:IN_SIGHT]] == before


def test_more_in_sight_than_may_be_held_is_made_once_and_stays(
    host: FakeHost, model: Model, tmp_path: Path
) -> None:
    other = read_model(write_tiny_generator(tmp_path / "other", model_id="other"))
    models = {one.manifest.id: one for one in (model, other)}
    path = PathPictures(PictureMaker(host.as_bridge(), held_bytes=1), models)
    count = 2 * MOST_AT_ONCE
    stops = [*stops_of(model, count), *stops_of(other, count)]
    path.want(stops)
    for _ in range(count):  # far more than it takes; those who remake what they let go never end
        if host.open:
            host.answer()
    assert not host.open
    assert held_of(path, stops) == len(stops)
    assert sum(len(request.recipes) for _, request in host.requests) == len(stops)
    path.stop()
    assert held_of(path, stops) <= MOST_AT_ONCE


def test_a_picture_that_is_brought_while_it_is_in_sight_is_not_made(
    host: FakeHost, model: Model, path: PathPictures
) -> None:
    (stop,) = stops_of(model, 1)
    path.want([stop])
    host.answer_all()
    made = path.picture(stop)
    assert made is not None
    brought = PathPictures(PictureMaker(host.as_bridge()), {model.manifest.id: model})
    asked = len(host.requests)
    brought.bring(MadePicture(key=wish_key(stop), recipe=made.recipe, image=made.image))
    brought.want([made.recipe])
    assert len(host.requests) == asked
    assert pixels_of(brought.image(made.recipe)) == pixels_of(made.image)
