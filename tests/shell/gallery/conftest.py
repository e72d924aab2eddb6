"""A gallery in a window of its own, with kept works of two kinds and doors of paper."""

import hashlib
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.manifest import BrokenModel, Model, read_model
from studio.contract.recipe import RECIPE_SCHEMA, Recipe, Shift, Styling
from studio.images.document import codecs
from studio.project.blobs import sha256_of
from studio.project.edits import Edit, put
from studio.project.nodes import WORK, Work
from studio.project.paths import places
from studio.project.search import WorkRow
from studio.project.store import ProjectStore
from studio.provenance.pictures import encode_picture
from studio.shell.actions import ActionRegistry
from studio.shell.gallery.room import GalleryRoom
from studio.shell.jobs import JobQueue
from studio.shell.motion import apply_motion
from studio.shell.notices import Notice, NoticeCentre
from studio.shell.output.display import OutputDisplay
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.shelf import ProjectShelf
from studio.shell.services import Services
from studio.shell.settings.values import Settings
from studio.shell.theme import DARK, apply_theme, load_fonts
from tests.images.ui.conftest import FakeHost
from tests.models import write_tiny_generator

PATIENCE_MS = 10_000
SIDE = 8
COLOURS = ((220, 30, 30), (40, 60, 230), (40, 160, 60))
DAY = 1_795_000_000.0
"""A moment in November 2026."""


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    load_fonts()
    apply_theme(qapp, DARK, language="en", scale=1.0)
    apply_motion(qapp, "reduced")


def made(number: int, **more: Any) -> tuple[Work, bytes]:
    """A work whose colour goes round: red, blue, green."""
    pixels = bytes(COLOURS[number % 3]) * SIDE * SIDE
    recipe = Recipe(
        model=more.pop("model", "tiny"),
        schema=RECIPE_SCHEMA if "genes" in more else 1,
        seed=more.pop("seed", 100 + number),
        latent=struct.pack("<2f", number, 1),
        controls={"kind": more.pop("kind", ("boots", "coats", "bags")[number % 3])},
        parents=more.pop("parents", ()),
        styling=_given(more.pop("genes")) if "genes" in more else msgspec.UNSET,
        width=SIDE,
        height=SIDE,
        pixels_sha256=hashlib.sha256(pixels).hexdigest(),
    )
    png = encode_picture(pixels, SIDE, SIDE, 3, recipe)
    work = Work(id=f"w{number}", recipe=recipe, blob=sha256_of(png), created=DAY + number)
    return msgspec.structs.replace(work, **more), png


def _given(genes: Sequence[str]) -> Styling:
    """More of each of these traits."""
    direction = struct.pack("<2f", 1, 0)
    return Styling(shifts=tuple(Shift(direction=direction, amount=1.0, name=g) for g in genes))


class PaperDoors:
    """Notes who wanted to leave by them."""

    def __init__(self) -> None:
        self.hung: list[WorkRow] = []
        self.copied: list[tuple[WorkRow, ...]] = []
        self.exported: list[tuple[WorkRow, ...]] = []
        self.enlarged: list[tuple[WorkRow, ...]] = []
        self.bred: list[tuple[WorkRow, ...]] = []
        self.families: list[WorkRow] = []
        self.searched: list[tuple[WorkRow, ...]] = []
        self.laid_out: list[tuple[WorkRow, ...]] = []
        self.stories: list[WorkRow] = []
        self.palettes: list[WorkRow] = []
        self.dragged: list[tuple[WorkRow, ...]] = []
        self.dropped: list[str] = []
        self.visits = 0
        self.knows_model = True
        self.flushed = False

    def hang_around(self, row: WorkRow) -> None:
        self.hung.append(row)

    def breed(self, rows: Sequence[WorkRow]) -> None:
        self.bred.append(tuple(rows))

    def show_family(self, row: WorkRow) -> None:
        self.families.append(row)

    def find_gene(self, rows: Sequence[WorkRow]) -> None:
        self.searched.append(tuple(rows))

    def go_to_room(self) -> None:
        self.visits += 1

    def copy(self, rows: Sequence[WorkRow]) -> None:
        self.copied.append(tuple(rows))

    def export(self, rows: Sequence[WorkRow]) -> None:
        self.exported.append(tuple(rows))

    def enlarge(self, rows: Sequence[WorkRow]) -> None:
        self.enlarged.append(tuple(rows))

    def lay_out(self, rows: Sequence[WorkRow]) -> None:
        self.laid_out.append(tuple(rows))

    def tell_story(self, row: WorkRow) -> None:
        self.stories.append(row)

    def show_palette(self, row: WorkRow) -> None:
        self.palettes.append(row)

    def drag(self, rows: Sequence[WorkRow], preview: QPixmap | None, source: QWidget) -> None:
        self.dragged.append(tuple(rows))

    def decode(self, data: bytes, name: str) -> QImage:
        return QImage.fromData(data)

    def can_hang(self, row: WorkRow) -> bool:
        return self.knows_model

    def open_picture(self, path: str) -> None:
        self.dropped.append(path)

    def edit_text(self, label: str, parameters: dict[str, str]) -> str:
        return f"room's {label}"

    def flush(self) -> None:
        self.flushed = True


@dataclass
class Stage:
    """The gallery with all that it was given."""

    room: GalleryRoom
    doors: PaperDoors
    project: ProjectBridge
    window: QWidget
    actions: ActionRegistry
    qtbot: QtBot
    notices: list[Notice] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    """Keys of notices that were taken back."""

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def press(self, identity: str) -> None:
        self.actions.action(f"gallery.{identity}").trigger()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        QTest.keyClick(self.room.grid, key, modifier or Qt.KeyboardModifier.NoModifier)

    def listed(self) -> list[str]:
        """Ids of what the grid shows, as far as its rows are here."""
        store = self.project.store
        return [row.id for row in store.rows(self.room.grid.places)]

    def wait_for(self, ids: list[str]) -> None:
        """Wait until these are listed."""
        self.wait(lambda: self.listed() == ids)

    def chosen(self) -> list[str]:
        return [row.id for row in self.project.store.rows(self.room.chosen.places)]

    def choose(self, *ids: str) -> None:
        """Choose works by their ids, the first as the current one."""
        grid = self.room.grid
        by_id = {row.id: row.place for row in self.project.store.rows(grid.places)}
        for number, one in enumerate(ids):
            index = grid.selection.index_of(by_id[one])
            assert index is not None
            if number:
                grid.selection.toggle(index)
            else:
                grid.selection.choose(index)
        grid.selection_changed.emit()

    def texts(self) -> str:
        return "\n".join(notice.text for notice in self.notices)


@pytest.fixture
def store_folder(tmp_path: Path) -> Path:
    return tmp_path / "project"


@pytest.fixture
def model(tmp_path: Path) -> Model:
    folder = tmp_path / "models" / "tiny"
    write_tiny_generator(folder, classes=3)
    return read_model(folder)


def fill(folder: Path, works: Sequence[tuple[Work, bytes]]) -> None:
    with ProjectStore.open(folder, codecs()) as store:
        for start in range(0, len(works), 200):
            chunk = works[start : start + 200]
            store.submit(
                Edit(
                    scope="images",
                    label="images.keep",
                    patches=tuple(put(WORK, work) for work, _ in chunk),
                    blobs=tuple(dict.fromkeys(png for _, png in chunk)),
                )
            ).result()


Opener = Callable[..., Stage]


@pytest.fixture
def open_gallery(
    qtbot: QtBot, qapp: QApplication, store_folder: Path, model: Model, tmp_path: Path
) -> Iterator[Opener]:
    stages: list[Stage] = []

    def begin(
        works: Sequence[tuple[Work, bytes]] | None = None,
        *,
        read_only: bool = False,
        models: list[Model | BrokenModel] | None = None,
        language: str = "en",
    ) -> Stage:
        if works is None:
            works = [made(number) for number in range(7)]
        fill(store_folder, works)
        project = ProjectBridge(ProjectStore.open(store_folder, codecs(), read_only=read_only))
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(900, 600)
        centre = NoticeCentre(window)
        actions = ActionRegistry(window)
        host = FakeHost().as_bridge()
        services = Services(
            models=[model] if models is None else models,
            host=host,
            project=project,
            places=places(tmp_path / "base"),
            notices=centre,
            jobs=JobQueue(host, window),
            actions=actions,
            settings=Settings(tmp_path / "config", parent=window),
            projects=ProjectShelf(places(tmp_path / "base"), window),
            output=OutputDisplay(tmp_path / "config", window, window),
            language=language,
        )
        doors = PaperDoors()
        room = GalleryRoom(services, lambda _over: doors)
        actions.add("window.inspector", "Controls", room.inspector.show, owner=window)
        stage = Stage(room, doors, project, window, actions, qtbot)
        centre.posted.connect(stage.notices.append)
        centre.withdrawn.connect(stage.withdrawn.append)
        room.title_bar.setParent(window)
        room.title_bar.setGeometry(0, 0, 900, 48)
        room.inspector.setParent(window)
        room.inspector.setGeometry(620, 48, 280, 540)
        room.setParent(window)
        room.setGeometry(0, 48, 620, 540)
        stages.append(stage)
        with qtbot.waitSignal(room.listed, timeout=PATIENCE_MS):
            window.show()
            room.title_bar.show()
            room.inspector.show()
        qtbot.waitExposed(window)
        stage.wait(lambda: all(room.finder.row(p) is not None for p in room.grid.places[:20]))
        return stage

    yield begin
    for stage in stages:
        stage.room.flush()
        stage.project.close()
    qapp.processEvents()
