"""What can be made of finished pictures: larger ones, palettes, contact sheets."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStandardPaths, Slot
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.contract.manifest import Model
from studio.images.ui.background import BackgroundWork
from studio.images.ui.enlarge.subjects import ToEnlarge, finished_picture, foreign_picture
from studio.images.ui.names import file_stem
from studio.images.ui.outgoing import Outgoing
from studio.images.ui.subject import Subject
from studio.shell.folders import own_folder
from studio.shell.notices import Notice
from studio.shell.services import Services

KEYS: Final = {"enlarge": ("E",), "story": ("H",)}
"""Of the commands about one picture, where nothing else has them."""

WithSubject = Callable[[Callable[[Subject], object]], None]
"""Calls what it is given with the picture that the user means, once that has been read."""


class PictureTools(QObject):
    """One for the room; registers its commands, and loads a sheet when the first is wanted."""

    def __init__(
        self,
        services: Services,
        models: Mapping[str, Model],
        background: BackgroundWork,
        with_subject: WithSubject,
        why_no_picture: Callable[[], str],
        hanging: Callable[[], Sequence[Subject]],
        room: QWidget,
        owner: QWidget,
    ) -> None:
        """``hanging`` gives the finished pictures of the wall; ``owner`` has to be seen for the
        keys to work."""
        super().__init__(room)
        self._services = services
        self._models = models
        self._background = background
        self._with_subject = with_subject
        self._hanging = hanging
        self._room = room
        group = self.tr("Images")
        self.offer("images", group, owner, with_subject, why_no_picture, keys=KEYS)
        for name, text, run, place in (
            ("contact_sheet", self.tr("Contact sheet of this wall…"), self.lay_out_wall, owner),
            ("enlarge_file", self.tr("Enlarge a picture file…"), self.choose_file, room),
        ):
            services.actions.add(
                f"images.{name}", text, run, group=group, shortcuts=(), owner=place
            )

    def offer(
        self,
        scope: str,
        group: str,
        owner: QWidget,
        with_subject: WithSubject,
        why_not: Callable[[], str],
        *,
        keys: Mapping[str, tuple[str, ...]],
    ) -> None:
        """Register what can be done with one picture, for another part of the room.

        The commands are called ``scope``.enlarge, .palette and .story; ``owner`` has to be seen
        for their ``keys`` to work.
        """
        for name, text, run in (
            ("enlarge", self.tr("Enlarge…"), self.enlarge_subject),
            ("palette", self.tr("Palette…"), self.show_palette),
            ("story", self.tr("How was this made?"), self.tell_story),
        ):
            self._services.actions.add(
                f"{scope}.{name}",
                text,
                partial(with_subject, run),
                group=group,
                shortcuts=keys.get(name, ()),
                owner=owner,
                when=why_not,
            )

    @Slot()
    def enlarge(self) -> None:
        """Ask how large and in which way, and enlarge the picture that is meant."""
        self._with_subject(self.enlarge_subject)

    def enlarge_subject(self, subject: Subject) -> None:
        """Ask about this one."""
        model = self._models.get(subject.recipe.model)
        outgoing = self._outgoing(subject)
        self._ask(finished_picture(outgoing, model, self._services.places.cache), model)

    def show_palette(self, subject: Subject) -> None:
        """Show its colours."""
        from studio.images.ui.sheets.palette_dialog import PaletteDialog

        outgoing, window = self._outgoing(subject), self._room.window()
        PaletteDialog(self._services, self._background, outgoing, window).open()

    def tell_story(self, subject: Subject) -> None:
        """Show how it came to be."""
        from studio.images.ui.sheets.story_dialog import StoryDialog

        recipe = subject.recipe
        model = self._models.get(recipe.model)
        if model is None:
            text = self.tr("The model {model} is not here, so its pictures cannot be made again.")
            self._services.notices.post(
                Notice(text=text.format(model=recipe.model), key="images.story", seconds=8.0)
            )
            return
        stem = file_stem(model, recipe, self._services.language)
        window = self._room.window()
        StoryDialog(self._services, self._background, recipe, model, stem, window).open()

    @Slot()
    def lay_out_wall(self) -> None:
        """Make a contact sheet of what hangs."""
        from studio.images.ui.sheets.contact_dialog import ContactDialog
        from studio.images.ui.sheets.contact_painter import SheetEntry

        found = [self._outgoing(subject) for subject in self._hanging()]
        entries = [SheetEntry(read=partial(_image_of, one), words=one.stem) for one in found]
        if entries:
            window = self._room.window()
            ContactDialog(self._services, self._background, entries, window).open()

    def _outgoing(self, subject: Subject) -> Outgoing:
        model = self._models.get(subject.recipe.model)
        stem = file_stem(model, subject.recipe, self._services.language)
        return Outgoing.of(subject.recipe, subject.image, stem, model)

    @Slot()
    def choose_file(self) -> None:
        """Enlarge a picture that was never in the studio."""
        folder = own_folder(QStandardPaths.StandardLocation.PicturesLocation)
        name, _ = QFileDialog.getOpenFileName(
            self._room.window(),
            self.tr("Enlarge a picture file"),
            str(folder),
            self.tr("Pictures") + " (*.png *.jpg *.jpeg *.webp)",
        )
        if name:
            self.enlarge_file(Path(name))

    def enlarge_file(self, path: Path) -> None:
        """Ask about the picture of a file, as soon as it has been read."""
        self._background.run(
            lambda: foreign_picture(path),
            lambda found: self._ask(found, None),
            self._services.notices.report,
        )

    def _ask(self, subject: ToEnlarge, model: Model | None) -> None:
        from studio.images.ui.enlarge.dialog import EnlargeDialog

        licence = ""
        if model is not None:
            terms = model.manifest.licence
            sentence = terms.sentence.text(self._services.language)
            licence = " ".join(part for part in (sentence, terms.credit) if part)
        EnlargeDialog(
            self._services,
            self._background,
            (subject,),
            licence=licence,
            parent=self._room.window(),
        ).open()


def _image_of(picture: Outgoing) -> QImage:
    return picture.image
