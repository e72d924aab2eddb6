"""How the gallery of kept works copies, exports, drags and opens pictures of this room."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from studio.contract.errors import AtelierError, ProjectError
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.contract.traits import LARGEST_PILE
from studio.images.ui.background import BackgroundWork
from studio.images.ui.enlarge.dialog import EnlargeDialog
from studio.images.ui.enlarge.subjects import ToEnlarge, kept_picture
from studio.images.ui.export_dialog import ExportDialog
from studio.images.ui.export_memory import ExportHabit, read_habit, write_habit
from studio.images.ui.exporter import ExportChoice, Exporter
from studio.images.ui.kept_export import (
    KeptExportChoice,
    KeptExportDialog,
    KeptExporter,
    KeptPicture,
)
from studio.images.ui.names import edit_texts, file_stem
from studio.images.ui.outgoing import DRAG_SIDE, Outgoing, file_for_others
from studio.images.ui.raster import decoded_image
from studio.images.ui.sheets.contact_dialog import ContactDialog
from studio.images.ui.sheets.contact_painter import SheetEntry
from studio.images.ui.sheets.palette_dialog import PaletteDialog
from studio.images.ui.sheets.story_dialog import StoryDialog
from studio.project.nodes import WORK, Work
from studio.project.search import WorkRow
from studio.shell.notices import Notice, NoticeKind
from studio.shell.services import Services

SHORT_SECONDS: Final = 8.0
MOST_FILES: Final = 200
"""Pictures that are dragged or copied at once; more are better exported."""


class ImagesDoor(Protocol):
    """What is asked of the images room itself."""

    def hang_around(self, recipe: Recipe) -> None:
        """Hang pictures like this one around it."""

    def open_picture(self, path: str) -> None:
        """Restore a picture from its file."""

    def breed(self, recipes: Sequence[Recipe]) -> None:
        """Go to where pictures have children, with these as the parents."""

    def show_family(self, recipe: Recipe) -> None:
        """Go to a picture in the family tree."""

    def open_piles(self, model: Model, works: Sequence[Work]) -> None:
        """Find what these kept pictures have and others have not."""


class KeptDoors(QObject):
    """See `studio.shell.gallery.doors.WorkDoors`."""

    def __init__(
        self,
        services: Services,
        over: QWidget,
        images: Callable[[], ImagesDoor | None],
        many: KeptExporter,
    ) -> None:
        """``images`` brings the images room to the front; None: there is none.

        ``many`` writes many files, and goes on when this is gone.
        """
        super().__init__(over)
        self._services = services
        self._over = over
        self._images = images
        self._work = BackgroundWork(self)
        self._exporter = Exporter(self._work, services.jobs, services.notices, self)
        self._many = many
        self._folder = services.places.cache / "outgoing" / "kept"
        self._habit = read_habit(services.project.store)
        self._reader = _KeptReader(services)
        self._models = self._reader.models

    def can_hang(self, row: WorkRow) -> bool:
        """Whether the model that made it is here."""
        return row.model in self._models

    def hang_around(self, row: WorkRow) -> None:
        """Bring the room to the front, with pictures like this one around it."""

        def hang(work: Work) -> None:
            room = self._images()
            if room is not None:
                room.hang_around(work.recipe)

        self._work.run(lambda: self._reader.work(row), hang, self._services.notices.report)

    def breed(self, rows: Sequence[WorkRow]) -> None:
        """Bring the room to the front, with children of these pictures."""

        def read() -> list[Recipe]:
            return [self._reader.work(row).recipe for row in rows]

        def breed(recipes: list[Recipe]) -> None:
            room = self._images()
            if room is not None:
                room.breed(recipes)

        self._work.run(read, breed, self._services.notices.report)

    def show_family(self, row: WorkRow) -> None:
        """Bring the room to the front, with a picture in the family tree."""

        def show(work: Work) -> None:
            room = self._images()
            if room is not None:
                room.show_family(work.recipe)

        self._work.run(lambda: self._reader.work(row), show, self._services.notices.report)

    def find_gene(self, rows: Sequence[WorkRow]) -> None:
        """Bring the room to the front, with the pictures on the first of two piles.

        A gene is one model's: of several models' pictures those of the first one's are taken.
        """
        model = self._models.get(rows[0].model) if rows else None
        if model is None:
            text = self.tr("The model that made this picture is not here.")
            self._services.notices.post(Notice(text=text, seconds=SHORT_SECONDS))
            return

        def read() -> list[Work]:
            return [self._reader.work(row) for row in rows[:LARGEST_PILE]]

        def find(works: list[Work]) -> None:
            room = self._images()
            if room is not None:
                room.open_piles(model, works)

        self._work.run(read, find, self._services.notices.report)

    def go_to_room(self) -> None:
        """Bring the room to the front."""
        self._images()

    def open_picture(self, path: str) -> None:
        """A file was dropped: it is restored in the room, unless it was dragged out of here."""
        if not Path(path).is_relative_to(self._folder):
            room = self._images()
            if room is not None:
                room.open_picture(path)

    def edit_text(self, label: str, parameters: dict[str, str]) -> str:
        """A step that the room made, in words."""
        return edit_texts().get(label, label).format(**parameters)

    def decode(self, data: bytes, name: str) -> QImage:
        """A kept file's pixels; from any thread. Raises `PictureUnreadable`."""
        return decoded_image(data, name)

    def copy(self, rows: Sequence[WorkRow]) -> None:
        """Put pictures on the clipboard, with their recipes."""
        if not self._is_few(rows):
            return

        def copy(data: QMimeData) -> None:
            QGuiApplication.clipboard().setMimeData(data)
            text = self.tr("%n picture(s) copied, with their recipes.", "", len(rows))
            self._say(text, key="gallery.copied")

        self._work.run(
            lambda: self._gather(rows),
            lambda data: copy(data()),
            self._services.notices.report,
        )

    def drag(self, rows: Sequence[WorkRow], preview: QPixmap | None, source: QWidget) -> None:
        """Let pictures be dropped into another program; returns when that is over."""
        if not self._is_few(rows):
            return
        try:
            data = self._gather(rows)()  # a drag that has begun cannot wait
        except AtelierError as error:
            self._services.notices.report(error)
            return
        drag = QDrag(source)
        drag.setMimeData(data)
        if preview is not None:
            side = round(DRAG_SIDE * preview.devicePixelRatio())
            keep, smooth = (
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            drag.setPixmap(preview.scaled(side, side, keep, smooth))
            drag.setHotSpot(QPoint(DRAG_SIDE // 2, DRAG_SIDE // 2))
        drag.exec(Qt.DropAction.CopyAction)

    def export(self, rows: Sequence[WorkRow]) -> None:
        """Ask how and where, and write the pictures there."""
        if len(rows) == 1:
            self._work.run(
                lambda: self._reader.picture(rows[0]),
                lambda picture: self._export_one(picture.outgoing),
                self._services.notices.report,
            )
        elif rows:
            dialog = KeptExportDialog(
                len(rows), self._habit, self._licences(rows), self._over.window()
            )
            dialog.accepted.connect(lambda: self._export_many(rows, dialog.choice))
            dialog.open()

    def enlarge(self, rows: Sequence[WorkRow]) -> None:
        """Ask how large and in which way, and enlarge the pictures."""
        if not rows:
            return

        def read() -> tuple[ToEnlarge, ...]:
            first = self._reader.to_enlarge(rows[0], is_seen=True)
            return first, *(self._reader.to_enlarge(row) for row in rows[1:])

        def ask(subjects: tuple[ToEnlarge, ...]) -> None:
            licence = "\n".join(self._licences(rows))
            EnlargeDialog(
                self._services,
                self._work,
                subjects,
                licence=licence,
                parent=self._over.window(),
            ).open()

        self._work.run(read, ask, self._services.notices.report)

    def lay_out(self, rows: Sequence[WorkRow]) -> None:
        """Make a contact sheet of the pictures, in this order."""

        def read() -> tuple[SheetEntry, ...]:
            return tuple(self._reader.entry(row) for row in rows)

        def ask(entries: tuple[SheetEntry, ...]) -> None:
            ContactDialog(self._services, self._work, entries, self._over.window()).open()

        if rows:
            self._work.run(read, ask, self._services.notices.report)

    def tell_story(self, row: WorkRow) -> None:
        """Show how a picture came to be; without its model it cannot be made again."""
        model = self._models.get(row.model)
        if model is None:
            text = self.tr("The model {model} is not here, so its pictures cannot be made again.")
            self._services.notices.post(
                Notice(text=text.format(model=row.model), key="images.story", seconds=SHORT_SECONDS)
            )
            return

        def tell(work: Work) -> None:
            stem = self._reader.stem(work)
            StoryDialog(
                self._services, self._work, work.recipe, model, stem, self._over.window()
            ).open()

        self._work.run(lambda: self._reader.work(row), tell, self._services.notices.report)

    def show_palette(self, row: WorkRow) -> None:
        """Show the colours of a picture."""
        self._work.run(
            lambda: self._reader.picture(row),
            lambda picture: PaletteDialog(
                self._services, self._work, picture.outgoing, self._over.window()
            ).open(),
            self._services.notices.report,
        )

    def flush(self) -> None:
        """Finish what is in hand and end the threads."""
        self._work.close()

    def _export_one(self, picture: Outgoing) -> None:
        model = self._models.get(picture.recipe.model)
        licence = None if model is None else model.manifest.licence
        dialog = ExportDialog(
            picture,
            self._exporter,
            licence="" if licence is None else licence.sentence.text(self._services.language),
            credit="" if licence is None else licence.credit,
            habit=self._habit,
            parent=self._over.window(),
        )
        dialog.accepted.connect(lambda: self._remember_one(dialog.choice))
        dialog.open()

    def _remember_one(self, choice: ExportChoice) -> None:
        folder = str(choice.file.absolute().parent)
        self._remember(ExportHabit(format=choice.format, factor=choice.factor, folder=folder))

    def _remember(self, habit: ExportHabit) -> None:
        self._habit = habit
        write_habit(self._services.project, habit)

    def _export_many(self, rows: Sequence[WorkRow], choice: KeptExportChoice) -> None:
        folder = str(choice.folder)
        self._remember(ExportHabit(format=choice.format, factor=choice.factor, folder=folder))
        self._many.export([partial(self._reader.picture, row) for row in rows], choice)

    def _licences(self, rows: Sequence[WorkRow]) -> tuple[str, ...]:
        found = []
        for identity in dict.fromkeys(row.model for row in rows):
            model = self._models.get(identity)
            if model is not None:
                licence = model.manifest.licence
                sentence = licence.sentence.text(self._services.language)
                found.append(" ".join(part for part in (sentence, licence.credit) if part))
        return tuple(dict.fromkeys(found))

    def _gather(self, rows: Sequence[WorkRow]) -> Callable[[], QMimeData]:
        """What other programs get: files with sensible names, and of a single one its pixels.

        From any thread; what is returned is called on the window's. Of several no pixels are
        decoded, because a drag of them waits for this.
        """
        taken: set[str] = set()
        files = []
        single: tuple[bytes, QImage] | None = None
        for row in rows:
            work = self._reader.work(row)
            stem = self._reader.stem(work)
            name = stem if stem not in taken else f"{stem} {row.place}"
            taken.add(name)
            png = self._reader.png(work)
            files.append(file_for_others(self._folder / row.blob[:16], name, png))
            if len(rows) == 1:
                single = png, decoded_image(png, work.id)
        return partial(_mime, files, single)

    def _is_few(self, rows: Sequence[WorkRow]) -> bool:
        if len(rows) > MOST_FILES:
            text = self.tr("These are too many to hand over at once; export them instead.")
            self._services.notices.post(
                Notice(text=text, key="gallery.copied", seconds=SHORT_SECONDS)
            )
        return 0 < len(rows) <= MOST_FILES

    def _say(self, text: str, *, key: str) -> None:
        self._services.notices.post(
            Notice(text=text, kind=NoticeKind.GOOD, key=key, seconds=SHORT_SECONDS)
        )


class _KeptReader:
    """Reads kept pictures, on any thread, also when the room that asked for them is gone."""

    def __init__(self, services: Services) -> None:
        self._store = services.project.store
        self._language = services.language
        self.models = {
            model.manifest.id: model
            for model in reversed(services.models)
            if isinstance(model, Model)
        }
        """Those that are here, by name."""

    def work(self, row: WorkRow) -> Work:
        """Raises `ProjectError` for one that is gone."""
        work = self._store.node(row.id, WORK)
        if work is None:
            raise ProjectError(file=self._store.folder, fault="the picture is not there any more")
        return work

    def picture(self, row: WorkRow) -> KeptPicture:
        """Raises `AtelierError` where it cannot be read."""
        work = self.work(row)
        png = self.png(work)
        model = self.models.get(work.recipe.model)
        image = decoded_image(png, work.id)
        outgoing = Outgoing.of(work.recipe, image, self.stem(work), model)
        return KeptPicture(outgoing=outgoing, png=png)

    def to_enlarge(self, row: WorkRow, *, is_seen: bool = False) -> ToEnlarge:
        """Its file as it lies in the project; ``is_seen``: with its pixels, to be looked at.

        Raises `AtelierError` where it cannot be read.
        """
        work = self.work(row)
        model = self.models.get(work.recipe.model)

        def read() -> Path:
            self.png(work)  # checked
            return self._store.blob_path(work.blob)

        found = kept_picture(work.recipe, self.stem(work), model, read)
        if is_seen:
            found = replace(found, image=decoded_image(self.png(work), work.id))
        return found

    def entry(self, row: WorkRow) -> SheetEntry:
        """Its place on a contact sheet; its pixels are read when it is painted."""
        work = self.work(row)
        return SheetEntry(
            read=lambda: decoded_image(self.png(work), work.id), words=self.stem(work)
        )

    def png(self, work: Work) -> bytes:
        """Its file, checked. Raises `AtelierError` where it cannot be read."""
        return self._store.read_blob(work.blob)

    def stem(self, work: Work) -> str:
        """What its file is called, without ending."""
        model = self.models.get(work.recipe.model)
        return file_stem(model, work.recipe, self._language, title=work.title)


def _mime(files: Sequence[Path], single: tuple[bytes, QImage] | None) -> QMimeData:
    """Files, and of a single picture its PNG and its pixels too."""
    data = QMimeData()
    if single is not None:
        png, image = single
        data.setData("image/png", png)
        data.setImageData(image)
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    return data
