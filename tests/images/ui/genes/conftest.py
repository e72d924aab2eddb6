"""A panel of genes, with a host that looks for traits when it is told to."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.contract.traits import FoundTrait, FoundTraits, Separation
from studio.host.client import Cancelled, Failed, Finished, Progress
from studio.host.messages import FindTraits, TraitBetween
from studio.images.traits import TraitShelf, TraitShelves
from studio.images.ui.genes.panel import GenesPanel
from studio.images.ui.genes.seeker import TraitSeeker
from studio.images.ui.maker import PictureMaker
from studio.project.paths import places
from studio.shell.jobs import JobQueue
from studio.shell.notices import Notice, NoticeCentre
from tests.images.ui.conftest import FakeHost

SEARCH = 2_000_000
"""Numbers of searches start after this."""


class GenesHost(FakeHost):
    """Answers searches too."""

    def __init__(self) -> None:
        super().__init__()
        self.searches: list[FindTraits | TraitBetween] = []
        self.refusal: AtelierError | None = None

    def find_traits(self, request: FindTraits) -> int:
        return self._search(request)

    def trait_between(self, request: TraitBetween) -> int:
        return self._search(request)

    def _search(self, request: FindTraits | TraitBetween) -> int:
        if self.refusal is not None:
            raise self.refusal
        self.searches.append(request)
        return SEARCH + len(self.searches)

    def advance(self, done: int, total: int) -> None:
        number = SEARCH + len(self.searches)
        self.progressed.emit(Progress(request=number, done=done, total=total, stage="searching"))

    def find(self, found: FoundTraits) -> None:
        """Answer the newest search."""
        self.finished.emit(
            Finished(request=SEARCH + len(self.searches), seconds=0.1, payload=found)
        )

    def fail_search(self, error: AtelierError) -> None:
        self.failed.emit(Failed(request=SEARCH + len(self.searches), error=error))

    def stop_search(self) -> None:
        self.cancelled.emit(Cancelled(request=SEARCH + len(self.searches)))


def row(*numbers: float) -> bytes:
    return struct.pack(f"<{len(numbers)}f", *numbers)


def found(count: int) -> FoundTraits:
    """What a search in the tiny model gives; at most four."""
    return FoundTraits(
        space="latent",
        dimension=4,
        traits=tuple(
            FoundTrait(
                direction=row(*(1.0 if at == one else 0.0 for at in range(4))),
                explained=0.5 / (one + 1),
            )
            for one in range(count)
        ),
        method="pictures",
    )


def between(first: int, second: int, right: int) -> FoundTraits:
    """What two piles differ in, of so many pictures, ``right`` of each put right."""
    apart = Separation(
        first=first, second=second, first_right=right, second_right=right, distance=2.0
    )
    return FoundTraits(
        space="latent",
        dimension=4,
        traits=(FoundTrait(direction=row(0, 0, 0, 1)),),
        method="piles",
        separation=apart,
    )


@dataclass
class Bench:
    """A panel in a window, and what is around it."""

    panel: GenesPanel
    host: GenesHost
    shelf: TraitShelf
    shelves: TraitShelves
    seeker: TraitSeeker
    jobs: JobQueue
    model: Model
    window: QWidget
    centre: NoticeCentre
    notices: list[Notice] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)

    def subject(self, seed: int = 1) -> Recipe:
        return Recipe(model=self.model.manifest.id, seed=seed, latent=row(1, 2, 3, 4))


@pytest.fixture
def genes_host() -> GenesHost:
    return GenesHost()


@pytest.fixture
def bench(qtbot: QtBot, genes_host: GenesHost, model: Model, tmp_path: Path) -> Iterator[Bench]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(288, 700)
    bridge = genes_host.as_bridge()
    jobs = JobQueue(bridge, window)
    centre = NoticeCentre(window)
    shelves = TraitShelves(places(tmp_path / "base"))
    seeker = TraitSeeker(bridge, jobs, centre, shelves, window)
    panel = GenesPanel(seeker, PictureMaker(bridge, window), centre, "en", window)
    layout = QVBoxLayout(window)
    layout.addWidget(panel)
    layout.addStretch(1)
    made = Bench(panel, genes_host, shelves.of(model), shelves, seeker, jobs, model, window, centre)
    centre.posted.connect(made.notices.append)
    centre.withdrawn.connect(made.withdrawn.append)
    window.show()
    qtbot.waitExposed(window)
    panel.show_model(model)
    yield made
    panel.close_shelf()
