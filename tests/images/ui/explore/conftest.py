"""An explorer's desk on a host of paper, with a project of its own."""

import msgspec
import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.contract.traits import FoundTrait, FoundTraits
from studio.images.traits import TraitShelf, TraitShelves
from studio.images.ui.explore.desk import ExploreDesk
from studio.images.ui.explore.mode import ExploreMode
from studio.images.ui.maker import PictureMaker
from studio.images.ui.room import ImagesRoom
from studio.images.wandering import to_bytes
from studio.project.paths import places
from studio.shell.project_bridge import ProjectBridge
from tests.images.ui.conftest import FakeHost
from tests.images.ui.staging import Stage, hung

PATIENCE_MS = 10_000


class Explorer:
    """A desk, and all that it was given."""

    def __init__(
        self, host: FakeHost, project: ProjectBridge, models: list[Model], base: object
    ) -> None:
        self.holder = QObject()
        self.host = host
        self.project = project
        self.maker = PictureMaker(host.as_bridge(), self.holder)
        self.shelves = TraitShelves(places(base))  # type: ignore[arg-type]  # a path of pytest's
        by_id = {model.manifest.id: model for model in models}
        self.desk = ExploreDesk(project, self.maker, by_id, self.shelves, self.holder)
        self.errors: list[object] = []
        self.desk.failed.connect(self.errors.append)

    @property
    def here(self) -> Recipe:
        assert self.desk.here is not None
        return self.desk.here

    def settle(self) -> None:
        """Answer what is asked, and let the project hear of what rests."""
        self.host.answer_all()
        self.desk.flush()
        self.project.store.put_blob(b"written").result()
        QApplication.processEvents()
        self.host.answer_all()


def find_two_traits(shelf: TraitShelf, model: Model) -> tuple[str, str]:
    """Put two traits on a model's shelf, as a search does; their ids."""
    latent = model.manifest.latent
    styles = model.manifest.styles
    assert latent is not None
    dimension = latent.dimension if styles is None else styles.dimension
    found = FoundTraits(
        space="latent" if styles is None else "style",
        dimension=dimension,
        traits=tuple(
            FoundTrait(
                direction=to_bytes([float(row == at) for at in range(dimension)]), explained=0.1
            )
            for row in range(2)
        ),
        method="pictures",
    )
    one, two = shelf.put_found(found)
    return one.id, two.id


@pytest.fixture
def explorer(host: FakeHost, project: ProjectBridge, model: Model, tmp_path: object) -> Explorer:
    found = Explorer(host, project, [model], tmp_path)
    found.desk.open(model)
    found.settle()
    return found


def entered(qtbot: object, stage: Stage) -> tuple[ImagesRoom, ExploreMode]:
    """The room with the explorer in front and its first pictures made."""
    room = hung(qtbot, stage)  # type: ignore[arg-type]  # a qtbot
    room.modes.show("explore")
    stage.host.answer_all()
    mode = room.modes.front
    assert isinstance(mode, ExploreMode)
    return room, mode


def essence(recipe: Recipe) -> Recipe:
    """What decides the picture, whatever it came from."""
    return msgspec.structs.replace(
        recipe, studio="", graphs={}, making=None, parents=(), width=0, height=0, pixels_sha256=None
    )
