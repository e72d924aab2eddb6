"""What the gallery asks of the images room: hanging, copying, exporting and dragging works."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDrag, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.errors import StorageFull
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.document import keep
from studio.images.ui import kept_doors
from studio.images.ui.export_dialog import ExportDialog
from studio.images.ui.kept_doors import KeptDoors
from studio.images.ui.kept_export import (
    KeptExportChoice,
    KeptExportDialog,
    KeptExportDone,
    KeptExporter,
)
from studio.images.ui.raster import decoded_image
from studio.project.nodes import Work
from studio.project.paths import places
from studio.project.search import Query, WorkRow
from studio.project.works import remove_works, rename_work
from studio.provenance.pictures import encode_picture, read_picture
from studio.shell.actions import ActionRegistry
from studio.shell.jobs import JobQueue
from studio.shell.notices import Notice, NoticeCentre, NoticeKind
from studio.shell.output.display import OutputDisplay
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.shelf import ProjectShelf
from studio.shell.services import Services
from studio.shell.settings.values import Settings
from tests.images.ui.conftest import FakeHost

PATIENCE_MS = 10_000
SIDE = 8


@dataclass
class PaperRoom:
    """Notes what was hung and restored."""

    hung: list[Recipe] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    bred: list[list[int]] = field(default_factory=list)
    families: list[Recipe] = field(default_factory=list)
    piles: list[tuple[str, list[int]]] = field(default_factory=list)
    """Models, and the numbers of what was laid on the first pile."""

    def hang_around(self, recipe: Recipe) -> None:
        self.hung.append(recipe)

    def open_picture(self, path: str) -> None:
        self.restored.append(path)

    def breed(self, recipes: Sequence[Recipe]) -> None:
        self.bred.append([recipe.seed for recipe in recipes])

    def show_family(self, recipe: Recipe) -> None:
        self.families.append(recipe)

    def open_piles(self, model: Model, works: Sequence[Work]) -> None:
        self.piles.append((model.manifest.id, [work.recipe.seed for work in works]))


@dataclass
class Stage:
    doors: KeptDoors
    exporter: KeptExporter
    room: PaperRoom
    project: ProjectBridge
    window: QWidget
    jobs: JobQueue
    qtbot: QtBot
    notices: list[Notice] = field(default_factory=list)

    def wait(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def rows(self) -> tuple[WorkRow, ...]:
        """Everything that is kept, the newest first."""
        store = self.project.store
        return store.rows(store.search(Query()).places)

    def keep(self, number: int) -> None:
        pixels = bytes((number * 40 % 256, 20, 30)) * SIDE * SIDE
        recipe = Recipe(
            model="tiny",
            seed=number,
            latent=number.to_bytes(8, "little"),
            controls={"kind": "boots"},
            width=SIDE,
            height=SIDE,
            pixels_sha256=hashlib.sha256(pixels).hexdigest(),
        )
        png = encode_picture(pixels, SIDE, SIDE, 3, recipe)
        self.project.submit(keep(png, recipe)).result()

    def dialog(self, kind: type[QDialog]) -> QDialog:
        """The dialog of a kind that is open now."""

        def found() -> list[QDialog]:
            return [one for one in self.window.findChildren(kind) if one.isVisible()]

        self.wait(lambda: bool(found()))
        return found()[0]


@pytest.fixture
def stage(
    qtbot: QtBot, host: FakeHost, project: ProjectBridge, model: Model, tmp_path: Path
) -> Iterator[Stage]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    centre = NoticeCentre(window)
    jobs = JobQueue(host.as_bridge(), window)
    services = Services(
        models=[model],
        host=host.as_bridge(),
        project=project,
        places=places(tmp_path / "base"),
        notices=centre,
        jobs=jobs,
        actions=ActionRegistry(window),
        settings=Settings(tmp_path / "config", parent=window),
        projects=ProjectShelf(places(tmp_path / "base"), window),
        output=OutputDisplay(tmp_path / "config", window, window),
        language="en",
    )
    room = PaperRoom()
    many = KeptExporter(jobs, centre, window)
    doors = KeptDoors(services, window, lambda: room, many)
    made = Stage(doors, many, room, project, window, jobs, qtbot)
    centre.posted.connect(made.notices.append)
    for number in range(1, 4):
        made.keep(number)
    yield made
    doors.flush()
    many.stop()


def clipboard() -> QMimeData:
    return QGuiApplication.clipboard().mimeData()


def test_a_work_is_hung_with_the_recipe_that_it_was_kept_with(stage: Stage) -> None:
    stage.doors.hang_around(stage.rows()[1])
    stage.wait(lambda: [recipe.seed for recipe in stage.room.hung] == [2])


def test_a_work_that_is_gone_meanwhile_is_said(stage: Stage) -> None:
    row = stage.rows()[0]
    stage.project.submit(remove_works([row.id])).result()
    stage.doors.hang_around(row)
    stage.wait(lambda: any("not there any more" in notice.text for notice in stage.notices))
    assert stage.room.hung == []


def test_works_are_bred_from_and_sought_in_the_family_tree(stage: Stage) -> None:
    rows = stage.rows()
    stage.doors.breed(rows[:2])
    stage.wait(lambda: stage.room.bred == [[3, 2]])
    stage.doors.show_family(rows[2])
    stage.wait(lambda: [recipe.seed for recipe in stage.room.families] == [1])


def test_works_are_laid_on_a_pile_of_the_model_that_made_them(stage: Stage) -> None:
    from msgspec.structs import replace

    rows = stage.rows()
    stage.doors.find_gene(rows[:2])
    stage.wait(lambda: stage.room.piles == [(rows[0].model, [3, 2])])
    stage.doors.find_gene([replace(rows[0], model="elsewhere")])
    assert stage.notices[-1].text == "The model that made this picture is not here."


def test_only_models_that_are_here_can_hang(stage: Stage, model: Model) -> None:
    from msgspec.structs import replace

    row = stage.rows()[0]
    assert stage.doors.can_hang(replace(row, model=model.manifest.id))
    assert not stage.doors.can_hang(replace(row, model="elsewhere"))


def test_one_copied_is_pixels_a_png_and_a_file_with_its_recipe(stage: Stage) -> None:
    stage.doors.copy(stage.rows()[:1])
    stage.wait(lambda: any("copied" in notice.text for notice in stage.notices))
    data = clipboard()
    image = data.imageData()
    assert isinstance(image, QImage)
    assert image.width() == SIDE
    (url,) = data.urls()
    stored = read_picture(Path(url.toLocalFile()))
    assert stored.recipe is not None
    assert stored.recipe.seed == 3


def test_several_copied_are_files_with_names_of_their_own(stage: Stage) -> None:
    rows = stage.rows()
    for row in rows:
        stage.project.submit(rename_work(row.id, "Same / name")).result()
    stage.doors.copy(rows)
    stage.wait(lambda: any("3 picture" in notice.text for notice in stage.notices))
    files = [Path(url.toLocalFile()) for url in clipboard().urls()]
    assert len({file.name for file in files}) == 3
    assert all(file.name.startswith("Same name") for file in files)
    seeds = [recipe.seed for file in files if (recipe := read_picture(file).recipe) is not None]
    assert seeds == [3, 2, 1]


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_dragged_are_files_and_only_of_a_single_one_pixels_are_decoded(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    dropped: list[tuple[list[Path], bool]] = []
    decoded: list[object] = []

    def drop(drag: QDrag, _action: Qt.DropAction) -> Qt.DropAction:
        data = drag.mimeData()
        files = [Path(url.toLocalFile()) for url in data.urls()]
        dropped.append((files, data.hasImage()))
        return Qt.DropAction.CopyAction

    def decode(data: bytes, name: object) -> QImage:
        decoded.append(name)
        return decoded_image(data, name)

    monkeypatch.setattr(QDrag, "exec", drop)
    monkeypatch.setattr(kept_doors, "decoded_image", decode)
    rows = stage.rows()[:count]
    stage.doors.drag(rows, None, stage.window)
    ((files, has_image),) = dropped
    assert [file.read_bytes() for file in files] == [
        stage.project.store.read_blob(row.blob) for row in rows
    ]
    assert has_image == (count == 1)
    assert decoded == ([rows[0].id] if count == 1 else [])


def test_too_many_to_hand_over_are_said_to_be_better_exported(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_doors, "MOST_FILES", 2)
    stage.doors.copy(stage.rows())
    stage.doors.drag(stage.rows(), None, stage.window)
    assert [("export" in notice.text) for notice in stage.notices] == [True, True]


def test_what_was_dragged_out_and_falls_back_here_changes_nothing(stage: Stage) -> None:
    stage.doors.copy(stage.rows()[:1])
    stage.wait(lambda: bool(stage.notices))
    own = clipboard().urls()[0].toLocalFile()
    stage.doors.open_picture(own)
    stage.doors.open_picture("/elsewhere/picture.png")
    assert stage.room.restored == ["/elsewhere/picture.png"]


def test_one_is_exported_through_the_dialog_that_knows_every_choice(
    stage: Stage, tmp_path: Path
) -> None:
    stage.doors.export(stage.rows()[:1])
    dialog = stage.dialog(ExportDialog)
    assert isinstance(dialog, ExportDialog)
    target = tmp_path / "one.png"
    dialog.place_edit.setText(str(target))
    dialog.accept()
    stage.wait(target.exists)
    stage.wait(lambda: any("checked" in notice.text for notice in stage.notices))


def test_many_are_exported_into_a_folder_that_remembers_itself(
    stage: Stage, tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "folder"
    stage.doors.export(stage.rows())
    dialog = stage.dialog(KeptExportDialog)
    assert isinstance(dialog, KeptExportDialog)
    dialog.place_edit.setText(str(folder))
    with stage.qtbot.waitSignal(stage.exporter.done, timeout=PATIENCE_MS) as heard:
        QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert heard.args is not None
    (done,) = heard.args
    assert isinstance(done, KeptExportDone)
    assert (done.written, done.failed) == (3, ())
    files = sorted(folder.iterdir())
    assert len(files) == 3
    assert {r.seed for f in files if (r := read_picture(f).recipe) is not None} == {1, 2, 3}
    assert str(folder) in stage.notices[-1].text
    assert stage.jobs.jobs == ()
    stage.doors.export(stage.rows())
    again = stage.dialog(KeptExportDialog)
    assert isinstance(again, KeptExportDialog)
    assert again.choice.folder == folder
    again.reject()


def export(stage: Stage, choice: KeptExportChoice) -> KeptExportDone:
    """Export everything as the dialog would after Return."""
    stage.doors.export(stage.rows())
    dialog = stage.dialog(KeptExportDialog)
    assert isinstance(dialog, KeptExportDialog)
    dialog.place_edit.setText(str(choice.folder))
    dialog.format_row.set_value(choice.format)
    dialog.size_row.set_value(str(choice.factor))
    with stage.qtbot.waitSignal(stage.exporter.done, timeout=PATIENCE_MS) as heard:
        dialog.accept()
    assert heard.args is not None
    done = heard.args[0]
    assert isinstance(done, KeptExportDone)
    return done


def test_exported_twice_nothing_is_replaced(stage: Stage, tmp_path: Path) -> None:
    choice = KeptExportChoice(folder=tmp_path / "out")
    export(stage, choice)
    before = {file: file.read_bytes() for file in choice.folder.iterdir()}
    export(stage, choice)
    assert len(list(choice.folder.iterdir())) == 6
    assert all(file.read_bytes() == data for file, data in before.items())


@pytest.mark.parametrize(("format_", "suffix"), [("jpeg", ".jpg"), ("webp", ".webp")])
def test_other_formats_and_sizes_keep_their_recipes(
    stage: Stage, tmp_path: Path, format_: str, suffix: str
) -> None:
    choice = KeptExportChoice(folder=tmp_path / "out", format=format_, factor=4)  # type: ignore[arg-type]  # of the two
    assert export(stage, choice).written == 3
    for file in choice.folder.iterdir():
        assert file.suffix == suffix
        stored = read_picture(file)
        assert stored.width == 4 * SIDE
        assert stored.recipe is not None


def test_a_damaged_picture_is_left_out_and_said_while_the_others_are_written(
    stage: Stage, tmp_path: Path
) -> None:
    row = stage.rows()[1]
    stage.project.store.blob_path(row.blob).write_bytes(b"nothing")
    done = export(stage, KeptExportChoice(folder=tmp_path / "out"))
    assert done.written == 2
    assert len(done.failed) == 1
    assert "1 picture" in stage.notices[-1].text
    assert stage.notices[-1].detail


def test_a_folder_that_cannot_be_made_is_said_and_nothing_hangs_on(
    stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(b"")
    stage.doors.export(stage.rows())
    dialog = stage.dialog(KeptExportDialog)
    assert isinstance(dialog, KeptExportDialog)
    dialog.place_edit.setText(str(tmp_path / "file" / "below"))
    dialog.accept()
    stage.wait(lambda: bool(stage.notices))
    stage.wait(lambda: stage.jobs.jobs == ())


def test_cancelling_ends_the_export_and_says_how_far_it_came(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.images.ui import kept_export

    real = kept_export._write

    def write_then_cancel(picture: kept_export.KeptPicture, choice: KeptExportChoice) -> Path:
        written = real(picture, choice)
        stage.jobs.cancel(stage.jobs.jobs[0].identity)
        return written

    monkeypatch.setattr(kept_export, "_write", write_then_cancel)
    done = export(stage, KeptExportChoice(folder=tmp_path / "out"))
    assert done.written == 1
    assert len(list((tmp_path / "out").iterdir())) == 1
    assert stage.jobs.jobs == ()


def test_the_licence_of_each_model_stands_beside_the_export(stage: Stage, model: Model) -> None:
    stage.doors.export(stage.rows())
    dialog = stage.dialog(KeptExportDialog)
    from PySide6.QtWidgets import QLabel

    texts = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    assert model.manifest.licence.sentence.en in texts
    dialog.reject()


def test_an_export_goes_on_when_the_room_is_built_anew(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.images.ui import kept_export

    real, begun, room_is_gone = kept_export._write, Event(), Event()

    def write(picture: kept_export.KeptPicture, choice: KeptExportChoice) -> Path:
        begun.set()
        assert room_is_gone.wait(PATIENCE_MS / 1000)
        return real(picture, choice)

    monkeypatch.setattr(kept_export, "_write", write)
    stage.doors.export(stage.rows())
    dialog = stage.dialog(KeptExportDialog)
    assert isinstance(dialog, KeptExportDialog)
    dialog.place_edit.setText(str(tmp_path / "out"))
    with stage.qtbot.waitSignal(stage.exporter.done, timeout=PATIENCE_MS):
        dialog.accept()
        assert begun.wait(PATIENCE_MS / 1000)
        stage.doors.flush()
        with stage.qtbot.waitSignal(stage.doors.destroyed, timeout=PATIENCE_MS):
            stage.doors.deleteLater()
        room_is_gone.set()
    assert len(list((tmp_path / "out").iterdir())) == 3
    assert stage.jobs.jobs == ()


def test_an_export_that_is_stopped_ends_its_job_and_says_how_far_it_came(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.images.ui import kept_export

    real, written, is_unwanted = kept_export._write, Event(), Event()

    def write(picture: kept_export.KeptPicture, choice: KeptExportChoice) -> Path:
        file = real(picture, choice)
        written.set()
        assert is_unwanted.wait(PATIENCE_MS / 1000)
        return file

    close = stage.exporter._work.close

    def close_work() -> None:
        is_unwanted.set()  # whoever stops has cancelled by now
        close()

    monkeypatch.setattr(kept_export, "_write", write)
    monkeypatch.setattr(stage.exporter._work, "close", close_work)
    stage.doors.export(stage.rows())
    dialog = stage.dialog(KeptExportDialog)
    assert isinstance(dialog, KeptExportDialog)
    dialog.place_edit.setText(str(tmp_path / "out"))
    dialog.accept()
    assert written.wait(PATIENCE_MS / 1000)
    stage.exporter.stop()
    assert stage.jobs.jobs == ()
    assert stage.notices[-1].text.startswith("1 picture")


def test_a_disk_that_fills_up_half_way_leaves_word_of_what_was_written(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studio.images.ui import kept_export

    real = kept_export._write
    files: list[Path] = []

    def write(picture: kept_export.KeptPicture, choice: KeptExportChoice) -> Path:
        if len(files) == 2:
            raise StorageFull(file=choice.folder)
        files.append(real(picture, choice))
        return files[-1]

    monkeypatch.setattr(kept_export, "_write", write)
    done = export(stage, KeptExportChoice(folder=tmp_path / "out"))
    assert done.written == 2
    assert isinstance(done.stopped, StorageFull)
    said = stage.notices[-1]
    assert said.kind is NoticeKind.ERROR
    assert "no space" in said.text
    assert "2 picture" in said.text  # "(s)" where no translation is installed
