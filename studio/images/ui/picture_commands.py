"""What can be done with one finished picture, wherever it is shown."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QGuiApplication, QPixmap
from PySide6.QtWidgets import QWidget

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.images.document import SCOPE
from studio.images.ui.export_dialog import ExportDialog
from studio.images.ui.export_memory import ExportHabit, read_habit, write_habit
from studio.images.ui.exporter import ExportChoice, ExportDone, Exporter
from studio.images.ui.keeper import WorkKeeper
from studio.images.ui.names import file_stem
from studio.images.ui.outgoing import Outgoing, OutgoingPictures
from studio.images.ui.subject import Subject
from studio.project.edits import Patch
from studio.shell.notices import Notice, NoticeKind
from studio.shell.services import Services

SHORT_SECONDS: Final = 8.0
TOLD_KEY: Final = "images.told"
"""Where the project remembers that the one sentence about keeping was said."""


class PictureCommands(QObject):
    """One for the room; each command takes the picture that it is about."""

    def __init__(
        self,
        services: Services,
        pictures: OutgoingPictures,
        keeper: WorkKeeper,
        exporter: Exporter,
        models: Mapping[str, Model],
        room: QWidget,
    ) -> None:
        super().__init__(room)
        self._services = services
        self._pictures = pictures
        self._keeper = keeper
        self._exporter = exporter
        self._room = room
        self._models = models
        self._habit = read_habit(services.project.store)
        self._unwritten: tuple[str, Path] | None = None
        """The name of a picture and the path that it was to have, until it stands there."""
        exporter.done.connect(self._written)
        keeper.kept.connect(self._tell_of_keeping)

    def prepare(self, subject: Subject) -> None:
        """The picture may be kept, copied or dragged next."""
        self._pictures.prepare(self._outgoing(subject))

    def keep(
        self, subject: Subject, *, scope: str = SCOPE, related: tuple[Patch, ...] = ()
    ) -> bool:
        """Keep the picture; False: it is kept already. See `WorkKeeper.keep`."""
        return self._keeper.keep(self._outgoing(subject), scope=scope, related=related)

    def copy(self, subject: Subject) -> None:
        """Put the picture on the clipboard, with its recipe."""
        picture = self._outgoing(subject)

        def copy(png: bytes) -> None:
            try:
                self._pictures.copy(picture, png)
            except AtelierError as error:
                self._services.notices.report(error)
            else:
                self._say(self.tr("Copied, with its recipe."), key="images.copied")

        self._pictures.with_png(picture, copy, self._services.notices.report)

    def copy_number(self, subject: Subject) -> None:
        """Put the picture's number on the clipboard."""
        QGuiApplication.clipboard().setText(str(subject.recipe.seed))
        text = self.tr("Copied number {number}.").format(number=subject.recipe.seed)
        self._say(text, key="images.copied")

    def export(self, subject: Subject) -> None:
        """Ask how and where, and write the picture there."""
        model = self._models.get(subject.recipe.model)
        language = self._services.language
        picture = self._outgoing(subject)
        stem, unwritten = self._unwritten or ("", None)
        dialog = ExportDialog(
            picture,
            self._exporter,
            licence="" if model is None else model.manifest.licence.sentence.text(language),
            credit="" if model is None else model.manifest.licence.credit,
            habit=self._habit,
            file=unwritten if stem == picture.stem else None,
            parent=self._room.window(),
        )
        dialog.accepted.connect(lambda: self._remember(picture.stem, dialog.choice))
        dialog.open()

    def _remember(self, stem: str, choice: ExportChoice) -> None:
        """Open the dialog like this next time, and with the same path if it is not written."""
        self._unwritten = stem, choice.file
        folder = str(choice.file.absolute().parent)
        self._habit = ExportHabit(format=choice.format, factor=choice.factor, folder=folder)
        write_habit(self._services.project, self._habit)

    @Slot(object)
    def _written(self, event: ExportDone) -> None:
        if self._unwritten is not None and self._unwritten[1] == event.file:
            self._unwritten = None

    def write(self, subject: Subject, choice: ExportChoice) -> None:
        """Write the picture without asking."""
        self._exporter.export(self._outgoing(subject), choice)

    def drag(self, subject: Subject) -> None:
        """Let the picture be dropped into another program."""
        try:
            self._pictures.drag(
                self._room,
                self._outgoing(subject),
                QPixmap.fromImage(subject.image),
            )
        except AtelierError as error:
            self._services.notices.report(error)

    def _outgoing(self, subject: Subject) -> Outgoing:
        recipe = subject.recipe
        model = self._models.get(recipe.model)
        stem = file_stem(model, recipe, self._services.language)
        return Outgoing.of(recipe, subject.image, stem, model)

    def _say(self, text: str, *, key: str) -> None:
        self._services.notices.post(
            Notice(text=text, kind=NoticeKind.GOOD, key=key, seconds=SHORT_SECONDS)
        )

    @Slot()
    def _tell_of_keeping(self) -> None:
        """Once in a project's life."""
        project = self._services.project
        if project.is_read_only or project.store.state(TOLD_KEY) is not None:
            return
        project.put_state(TOLD_KEY, b"1")
        self._say(
            self.tr("Kept with its recipe. Drag the file back to return here."), key="images.told"
        )
