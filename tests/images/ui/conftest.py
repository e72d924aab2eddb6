"""A host that makes pictures out of recipes on command, and a project of its own."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import msgspec
import pytest
from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.arrays import draw_latent, latent_to_bytes
from studio.contract.errors import AtelierError, HostError
from studio.contract.manifest import BrokenModel, Model, read_model
from studio.contract.recipe import Fingerprint, Recipe, encode_recipe
from studio.host.client import (
    Cancelled,
    Failed,
    Finished,
    HostLost,
    HostReady,
    Picture,
    PictureReady,
)
from studio.host.messages import DeviceReport, GenerateImages
from studio.images.document import codecs
from studio.images.ui.room import ImagesRoom
from studio.project.paths import places
from studio.project.store import ProjectStore
from studio.shell.actions import ActionRegistry
from studio.shell.host_bridge import HostBridge
from studio.shell.jobs import JobQueue
from studio.shell.language import ENGLISH, Translations
from studio.shell.motion import apply_motion
from studio.shell.notices import NoticeCentre
from studio.shell.output.display import OutputDisplay
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.shelf import ProjectShelf
from studio.shell.services import Services
from studio.shell.settings.values import Settings
from studio.shell.theme import DARK, apply_theme, load_fonts
from tests.images.ui.staging import Opener, Stage
from tests.models import write_tiny_generator

MAKING = Fingerprint(onnxruntime="0", provider="CPUExecutionProvider", device="paper")
DEVICE = DeviceReport(
    provider="cpu",
    device="paper",
    threads=1,
    wanted="auto",
    reason="",
    onnxruntime="0",
    cpu_flags="",
)


@pytest.fixture(autouse=True)
def english(qapp: QApplication) -> Iterator[None]:
    """The language that users read, plurals and numbers too, whatever other tests left behind."""
    before = QLocale()
    translations = Translations(qapp)
    translations.install(ENGLISH)
    yield
    translations.clear()
    QLocale.setDefault(before)


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    load_fonts()
    apply_theme(qapp, DARK, language="en", scale=1.0)
    apply_motion(qapp, "full")


@dataclass
class FakePicture:
    """What the real `Picture` is to a receiver."""

    recipe: Recipe
    width: int
    height: int
    channels: int
    pixels: memoryview


def paper_pixels(recipe: Recipe, size: int = 8, channels: int = 3) -> bytes:
    """Pixels that any change of what decides the picture changes."""
    essence = msgspec.structs.replace(recipe, latent=None, parents=())
    digest = hashlib.sha256(encode_recipe(essence)).digest()
    wanted = size * size * channels
    return (digest * (wanted // len(digest) + 1))[:wanted]


class FakeHost(QObject):
    """Signals and methods of `HostBridge`; answers when told to."""

    ready = Signal(object)
    lost = Signal(object)
    noticed = Signal(object)
    progressed = Signal(object)
    picture_ready = Signal(object)
    styles_mapped = Signal(object)
    traits_found = Signal(object)
    finished = Signal(object)
    failed = Signal(object)
    cancelled = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.device = DEVICE
        self.requests: list[tuple[int, GenerateImages]] = []
        self.open: list[int] = []
        self.given_up: list[int] = []
        self.replayed: list[Path] = []
        self.forgiven: list[Path] = []

    def generate(self, request: GenerateImages) -> int:
        number = len(self.requests) + 1
        self.requests.append((number, request))
        self.open.append(number)
        return number

    def replay_golden(self, folder: Path) -> int:
        self.replayed.append(folder)
        return 1_000_000 + len(self.replayed)

    def cancel(self, request: int) -> None:
        self.given_up.append(request)

    def forgive(self, folder: Path) -> None:
        self.forgiven.append(folder)

    def request(self, number: int) -> GenerateImages:
        return self.requests[number - 1][1]

    def send_picture(self, number: int, index: int) -> None:
        """Hand over one picture of a request."""
        recipe = self.request(number).recipes[index]
        pixels = paper_pixels(recipe)
        made = msgspec.structs.replace(
            recipe,
            latent=recipe.latent or latent_to_bytes(draw_latent(recipe.seed, 4)),
            graphs={"generator": "0" * 64},
            making=MAKING,
            width=8,
            height=8,
            pixels_sha256=hashlib.sha256(pixels).hexdigest(),
        )
        picture = FakePicture(made, 8, 8, 3, memoryview(pixels))
        self.picture_ready.emit(
            PictureReady(request=number, index=index, picture=cast(Picture, picture))
        )

    def answer(self, number: int | None = None) -> int:
        """Fulfil a request, the oldest open one unless one is named; returns its number."""
        number = self.open[0] if number is None else number
        self.open.remove(number)
        for index in range(len(self.request(number).recipes)):
            self.send_picture(number, index)
        self.finished.emit(Finished(request=number, seconds=0.01))
        return number

    def answer_all(self) -> None:
        """Fulfil requests until nobody asks any more."""
        while self.open:
            self.answer()

    def fail(self, number: int, error: AtelierError) -> None:
        self.open.remove(number)
        self.failed.emit(Failed(request=number, error=error))

    def end_cancelled(self, number: int) -> None:
        self.open.remove(number)
        self.cancelled.emit(Cancelled(request=number))

    def die(self, error: HostError, retry_in: float | None) -> None:
        self.open.clear()
        self.lost.emit(HostLost(error=error, retry_in=retry_in))

    def come_back(self) -> None:
        self.ready.emit(HostReady(device=DEVICE))

    def as_bridge(self) -> HostBridge:
        """The same, for those who ask for a `HostBridge`."""
        return cast(HostBridge, self)


@pytest.fixture
def host(qapp: QApplication) -> FakeHost:
    return FakeHost()


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """Three kinds, 8 x 8 pixels, in colour."""
    folder = tmp_path / "models" / "tiny"
    write_tiny_generator(folder, classes=3)
    return read_model(folder)


@pytest.fixture
def project(qapp: QApplication, tmp_path: Path) -> Iterator[ProjectBridge]:
    bridge = ProjectBridge(ProjectStore.open(tmp_path / "project", codecs()))
    yield bridge
    bridge.close()
    qapp.processEvents()


@pytest.fixture
def open_room(
    qtbot: QtBot, host: FakeHost, project: ProjectBridge, model: Model, tmp_path: Path
) -> Iterator[Opener]:
    stages: list[Stage] = []

    def begin(
        models: list[Model | BrokenModel] | None = None,
        *,
        bridge: ProjectBridge | None = None,
        language: str = "en",
    ) -> Stage:
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(1000, 640)
        centre = NoticeCentre(window)
        actions = ActionRegistry(window)
        services = Services(
            models=[model] if models is None else models,
            host=host.as_bridge(),
            project=bridge or project,
            places=places(tmp_path / "base"),
            notices=centre,
            jobs=JobQueue(host.as_bridge(), window),
            actions=actions,
            settings=Settings(tmp_path / "config", parent=window),
            projects=ProjectShelf(places(tmp_path / "base"), window),
            output=OutputDisplay(tmp_path / "config", window, window),
            language=language,
        )
        room = ImagesRoom(services)
        stage = Stage(room, host, bridge or project, window, actions, services.output)
        centre.posted.connect(stage.notices.append)
        centre.withdrawn.connect(stage.withdrawn.append)
        room.title_bar.setParent(window)
        room.inspector.setParent(window)
        room.setParent(window)
        room.setGeometry(0, 48, 1000, 592)
        stages.append(stage)
        window.show()
        qtbot.waitExposed(window)
        return stage

    yield begin
    for stage in stages:
        stage.room.flush()
