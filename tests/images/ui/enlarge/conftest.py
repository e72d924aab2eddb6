"""A studio without a window: a host of paper that enlarges by squares when it is told to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.contract.enlarging import EnlargePicture, EnlargeReport
from studio.contract.errors import AtelierError
from studio.contract.manifest import BrokenModel, Model
from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.host.client import Cancelled, Failed, Finished, Progress
from studio.images.engine.upscale import enlarge_picture
from studio.images.ui.background import BackgroundWork
from studio.images.ui.enlarge.subjects import ToEnlarge, finished_picture
from studio.images.ui.outgoing import Outgoing
from studio.project.paths import places
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.sessions import SessionCache
from studio.shell.actions import ActionRegistry
from studio.shell.jobs import JobQueue
from studio.shell.notices import Notice, NoticeCentre
from studio.shell.output.display import OutputDisplay
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.shelf import ProjectShelf
from studio.shell.services import Services
from studio.shell.settings.values import Settings
from tests.images.ui.conftest import FakeHost
from tests.upscalers import write_upscaler


class EnlargingHost(FakeHost):
    """Enlarges in this process, when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[int, EnlargePicture] = {}
        self.waiting: list[int] = []
        self.sessions = SessionCache(choose_device("cpu"), threads=1)

    def enlarge(self, request: EnlargePicture) -> int:
        number = 1000 + len(self.asked)
        self.asked[number] = request
        self.waiting.append(number)
        return number

    @override
    def cancel(self, request: int) -> None:
        super().cancel(request)
        if request in self.waiting:
            self.waiting.remove(request)
            self.cancelled.emit(Cancelled(request=request))

    @property
    def last(self) -> EnlargePicture:
        return self.asked[self.waiting[-1]]

    def do(self) -> EnlargeReport:
        """Carry out the oldest request."""
        number = self.waiting.pop(0)
        self.progressed.emit(Progress(request=number, done=1, total=2, stage="enlarging"))
        report = enlarge_picture(
            self.asked[number], self.sessions, CancelToken(), memory=10**12,
            advance=lambda stage, done, total: None,
        )  # fmt: skip
        self.finished.emit(Finished(request=number, seconds=0.1, payload=report))
        return report

    def refuse(self, error: AtelierError) -> None:
        number = self.waiting.pop(0)
        self.failed.emit(Failed(request=number, error=error))


@dataclass
class Bench:
    """What an enlarging needs of the studio."""

    services: Services
    host: EnlargingHost
    window: QWidget
    work: BackgroundWork
    notices: list[Notice] = field(default_factory=list)

    def texts(self) -> str:
        return "\n".join(notice.text for notice in self.notices)

    def subject(self, *, seed: int = 1, side: int = 24, pixel_art: bool = False) -> ToEnlarge:
        """A finished picture that hangs on a wall."""
        image = QImage(side, side, QImage.Format.Format_RGB888)
        image.fill(QColor("#336699"))
        image.setPixelColor(1, 2, QColor("#ff0000"))
        recipe = Recipe(model="tiny", seed=seed, latent=bytes(16))
        outgoing = Outgoing(recipe=recipe, image=image, stem=f"Coat {seed}", model_title="Tiny")
        found = finished_picture(outgoing, None, self.services.places.cache)
        return ToEnlarge(
            stem=found.stem, read=found.read, width=side, height=side, image=image,
            recipe=recipe, pixel_art=pixel_art, title="Tiny",
        )  # fmt: skip


Benches = Callable[..., Bench]


@pytest.fixture
def enlarger(tmp_path: Path) -> Model:
    return write_upscaler(tmp_path / "models" / "enlarger", factor=4)


@pytest.fixture
def work() -> Iterator[BackgroundWork]:
    work = BackgroundWork()
    yield work
    work.close()


@pytest.fixture
def open_bench(
    qtbot: QtBot, project: ProjectBridge, enlarger: Model, work: BackgroundWork, tmp_path: Path
) -> Benches:
    def begin(models: list[Model | BrokenModel] | None = None) -> Bench:
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(900, 700)
        host, centre = EnlargingHost(), NoticeCentre(window)
        services = Services(
            models=[enlarger] if models is None else models,
            host=host.as_bridge(),
            project=project,
            places=places(tmp_path / "base"),
            notices=centre,
            jobs=JobQueue(host.as_bridge(), window),
            actions=ActionRegistry(window),
            settings=Settings(tmp_path / "config", parent=window),
            projects=ProjectShelf(places(tmp_path / "base"), window),
            output=OutputDisplay(tmp_path / "config", window, window),
            language="en",
        )
        bench = Bench(services, host, window, work)
        centre.posted.connect(bench.notices.append)
        window.show()
        qtbot.waitExposed(window)
        return bench

    return begin


@pytest.fixture
def bench(open_bench: Benches) -> Bench:
    return open_bench()
