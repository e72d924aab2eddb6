"""Pictures of the tree come from recipes, from files where the model is gone, or not at all."""

import hashlib
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.arrays import draw_latent, latent_to_bytes
from studio.contract.errors import HostError
from studio.contract.manifest import Model, read_model
from studio.contract.recipe import Recipe, identity
from studio.images.document import keep
from studio.images.lineage import Lineage, Member, relate
from studio.images.ui.background import BackgroundWork
from studio.images.ui.breed import tree_pictures
from studio.images.ui.breed.tree_pictures import TreePictures, seen_in
from studio.images.ui.maker import PictureMaker
from studio.project.edits import Edit
from studio.provenance.pictures import encode_picture
from studio.shell.project_bridge import ProjectBridge
from tests.images.ui.conftest import FakeHost
from tests.images.ui.staging import PATIENCE_MS
from tests.models import write_tiny_generator

PIXELS = bytes((200, 40, 40)) * 64


def recipe(number: int, *parents: Recipe, model: str = "tiny") -> Recipe:
    return Recipe(
        model=model,
        seed=number,
        latent=latent_to_bytes(draw_latent(number, 4)),
        parents=tuple(identity(parent) for parent in parents),
        pixels_sha256=hashlib.sha256(PIXELS).hexdigest(),
        width=8,
        height=8,
    )


class Album:
    """The pictures of a project's tree, and what they were given."""

    def __init__(
        self, qtbot: QtBot, host: FakeHost, project: ProjectBridge, models: list[Model]
    ) -> None:
        self.qtbot = qtbot
        self.host = host
        self.project = project
        self.holder = QObject()
        self.work = BackgroundWork(self.holder)
        self.maker = PictureMaker(host.as_bridge(), self.holder)
        by_id = {model.manifest.id: model for model in models}
        self.pictures = TreePictures(project, self.maker, self.work, by_id, self.holder)
        self.arrived: list[str] = []
        self.errors: list[object] = []
        self.coloured: list[object] = []
        self.pictures.arrived.connect(self.arrived.append)
        self.pictures.failed.connect(self.errors.append)
        self.pictures.coloured.connect(self.coloured.extend)

    def relate(self, *recipes: Recipe) -> list[Member]:
        patches = relate(self.project.store, recipes)
        self.project.store.submit(Edit(scope="b", label="b", patches=patches)).result()
        return self.members()

    def members(self) -> list[Member]:
        return list(Lineage(self.project.store.family()))

    def wait(self, count: int) -> None:
        def is_there() -> bool:
            self.host.answer_all()
            return len(self.arrived) >= count

        self.qtbot.waitUntil(is_there, timeout=PATIENCE_MS)


@pytest.fixture
def album(qtbot: QtBot, host: FakeHost, project: ProjectBridge, model: Model) -> Album:
    return Album(qtbot, host, project, [model])


def test_what_is_wanted_is_drawn_in_one_request_and_held(album: Album) -> None:
    members = album.relate(*(recipe(number) for number in range(5)))
    album.pictures.want(members)
    album.wait(5)
    assert len(album.host.requests) == 1
    assert all(album.pictures.get(member.identity) is not None for member in members)
    assert [album.pictures.recipe(m.identity) for m in members] == [recipe(n) for n in range(5)]
    album.pictures.want(members)
    QApplication.processEvents()
    assert len(album.host.requests) == 1


def test_pictures_of_two_models_are_drawn_one_model_after_the_other(
    qtbot: QtBot, host: FakeHost, project: ProjectBridge, model: Model, tmp_path: Path
) -> None:
    write_tiny_generator(tmp_path / "other", model_id="other")
    album = Album(qtbot, host, project, [model, read_model(tmp_path / "other")])
    members = album.relate(recipe(1), recipe(2, model="other"), recipe(3))
    album.pictures.want(members)
    album.wait(3)
    assert len(host.requests) == 2
    assert sorted(album.arrived) == sorted(member.identity for member in members)


def test_what_is_out_of_view_again_is_not_drawn(album: Album) -> None:
    members = album.relate(*(recipe(number) for number in range(4)))
    album.pictures.want(members[:2])
    album.pictures.want(members[2:])
    album.wait(2)
    assert set(album.arrived) == {member.identity for member in members[2:]}
    album.pictures.want(members[:1])
    album.pictures.stop()
    QApplication.processEvents()
    album.host.answer_all()
    assert album.pictures.get(members[0].identity) is None


def test_a_kept_picture_whose_model_is_gone_is_read_from_its_file(album: Album) -> None:
    parent, child = recipe(1, model="gone"), recipe(2, recipe(1, model="gone"), model="gone")
    album.relate(parent)
    png = encode_picture(PIXELS, 8, 8, 3, child)
    album.project.store.submit(keep(png, child)).result()
    members = {member.identity: member for member in album.members()}
    assert album.pictures.is_missing(members[identity(parent)])
    assert not album.pictures.is_missing(members[identity(child)])
    album.pictures.want(list(members.values()))
    album.wait(1)
    assert album.arrived == [identity(child)]
    image = album.pictures.get(identity(child))
    assert image is not None
    assert image.pixelColor(3, 3) == QColor(200, 40, 40)
    assert album.host.requests == []


def test_a_model_that_fails_is_said_and_leaves_the_others(
    qtbot: QtBot, host: FakeHost, project: ProjectBridge, model: Model, tmp_path: Path
) -> None:
    write_tiny_generator(tmp_path / "other", model_id="other")
    album = Album(qtbot, host, project, [model, read_model(tmp_path / "other")])
    members = album.relate(recipe(1), recipe(2, model="other"))
    album.pictures.want(members)
    qtbot.waitUntil(lambda: bool(host.open), timeout=PATIENCE_MS)
    host.fail(host.open[0], HostError(fault="no memory"))
    assert len(album.errors) == 1
    album.wait(1)
    assert len(album.arrived) == 1


def test_colours_are_noted_once_for_those_that_have_none(album: Album) -> None:
    members = album.relate(recipe(1), recipe(2))
    album.pictures.want(members)
    album.wait(2)
    album.qtbot.waitUntil(lambda: len(album.coloured) == 2, timeout=PATIENCE_MS)
    seen = album.members()
    assert all(member.colours and member.swatch is not None for member in seen)
    album.pictures.want(seen)
    QApplication.processEvents()
    assert len(album.coloured) == 2


def test_so_many_pictures_are_held_and_no_more(
    album: Album, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree_pictures, "HELD_BYTES", 10_000)
    image = QImage(8, 8, QImage.Format.Format_RGB888)
    image.fill(QColor("red"))
    for number in range(400):
        album.pictures.put(str(number), image)
    assert album.pictures.get("399") is not None
    assert album.pictures.get("0") is None


@pytest.mark.parametrize("format_name", ["Format_RGB888", "Format_Grayscale8", "Format_ARGB32"])
@pytest.mark.parametrize("side", [8, 200])
def test_colours_are_seen_whatever_the_picture_is_kept_as(format_name: str, side: int) -> None:
    image = QImage(side, side, QImage.Format[format_name])
    image.fill(QColor("#101010"))
    assert seen_in(image).colours == ("black",)


def test_a_wish_is_no_picture_of_the_tree(album: Album) -> None:
    wish = msgspec.structs.replace(recipe(9), pixels_sha256=None)
    assert relate(album.project.store, (wish,)) == ()
