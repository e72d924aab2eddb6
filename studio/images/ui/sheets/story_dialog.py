"""How was this made? The lineage of a picture as a film of four seconds, and as sentences."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLocale, QSize, QStandardPaths, Qt, Slot
from PySide6.QtGui import QFont, QImage, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from studio.contract.errors import AtelierError, Cancelled
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.film.estimate import distinct_frames
from studio.film.formats import FilmFormat, usual_enlargement
from studio.host.client import Cancelled as RequestCancelled
from studio.host.client import Failed, Finished, PictureReady
from studio.host.messages import GenerateImages
from studio.images.story import FPS, Step, story_film, story_of
from studio.images.timeline import Film, encode_film, frame_time, moment_at
from studio.images.ui.background import BackgroundWork
from studio.images.ui.names import picture_name
from studio.images.ui.raster import image_channels, image_pixels, picture_image
from studio.images.ui.sheets.story_player import StoryPlayer
from studio.shell.folders import folder_action, own_folder
from studio.shell.notices import Notice, NoticeKind, error_text
from studio.shell.projects.words import grown
from studio.shell.services import Services
from studio.shell.theme import GAP, SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import PrimaryButton, QuietButton

WIDTH: Final = 680
EDGE: Final = 24
SAID_SECONDS: Final = 8.0
_KINDS: Final[Mapping[str, FilmFormat]] = {".gif": "gif", ".mp4": "mp4", ".webm": "webm"}


class StoryDialog(QDialog):
    """Shown beside the work, not in its way; Escape closes it."""

    def __init__(
        self,
        services: Services,
        work: BackgroundWork,
        recipe: Recipe,
        model: Model,
        stem: str,
        parent: QWidget,
    ) -> None:
        """``work`` goes on when this is closed."""
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("How was this made?"))
        self._services = services
        self._work = work
        self._recipe = recipe
        self._model = model
        self._stem = stem
        self._film: Film | None = None
        self._steps: tuple[Step, ...] = ()
        self._places: list[int] = []
        self._made: dict[int, QImage] = {}
        self._request: int | None = None
        self.player = StoryPlayer(FPS, self)
        self._told = QLabel(self.tr("Looking for where it came from…"), self)
        self._told.setWordWrap(True)
        self._told.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._told.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        heading = QLabel(stem, self)
        heading.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
        heading.setWordWrap(True)
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(GAP)
        self._lines.setVerticalSpacing(10)
        self._lines.setColumnStretch(1, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []
        beside = QVBoxLayout()
        beside.setSpacing(14)
        beside.addWidget(heading)
        beside.addLayout(self._lines)
        beside.addStretch(1)
        beside.addWidget(self._told)
        top = QHBoxLayout()
        top.setSpacing(EDGE)
        top.addWidget(self.player, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(beside, 1)
        self.play = QuietButton(self.tr("Pause"), self)
        self.save = PrimaryButton(self.tr("Save as…"), self)
        close = QuietButton(self.tr("Close"), self)
        self.play.clicked.connect(self.player.toggle)
        self.save.clicked.connect(self._choose_file)
        close.clicked.connect(self.close)
        self.player.changed.connect(self._show_playing)
        self.player.moved.connect(self._show_step)
        buttons = QHBoxLayout()
        buttons.setSpacing(GAP)
        buttons.addWidget(self.play)
        buttons.addStretch(1)
        buttons.addWidget(close)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE - 4)
        layout.setSpacing(18)
        layout.addLayout(top)
        layout.addLayout(buttons)
        self.setFixedWidth(grown(QSize(WIDTH, 0), self).width())
        self.play.setEnabled(False)
        self.save.setEnabled(False)
        host = services.host
        host.picture_ready.connect(self._picture_ready)
        host.finished.connect(self._host_finished)
        host.failed.connect(self._host_failed)
        host.cancelled.connect(self._host_cancelled)
        self.finished.connect(self._stop)
        self._begin()

    @property
    def sentences(self) -> tuple[str, ...]:
        """The story in words, a line for each step."""
        return tuple(self._sentence(step) for step in self._steps)

    @property
    def told(self) -> str:
        """What is said below the story."""
        return self._told.text()

    # Finding the story, and having its pictures made

    def _begin(self) -> None:
        recipe, manifest, stem = self._recipe, self._model.manifest, self._stem
        store = self._services.project.store

        def read() -> tuple[tuple[Step, ...], Film | None, list[Recipe], list[int]]:
            from studio.film.plan import FilmPlan

            steps = story_of(recipe, store.recipes_named, manifest)
            if len(steps) < 2:
                return steps, None, [], []
            film = story_film(steps, stem)
            places = distinct_frames(film)
            plan = FilmPlan(film, manifest)
            firsts = [places.index(place) for place in range(places[-1] + 1)]
            return steps, film, [plan.recipe(frame) for frame in firsts], places

        def show(found: tuple[tuple[Step, ...], Film | None, list[Recipe], list[int]]) -> None:
            if not isValid(self):
                return
            self._steps, self._film, recipes, self._places = found
            self._show_lines()
            if self._film is None:
                self._told.setText(self.tr("It was drawn from its number; nothing came before it."))
                return
            self._told.setText(self.tr("The film is being made…"))
            request = GenerateImages(folder=str(self._model.folder), recipes=tuple(recipes))
            try:
                self._request = self._services.host.generate(request)
            except AtelierError as error:  # the client has given up for good
                self._fail(error)

        self._work.run(read, show, self._fail)

    def _fail(self, error: AtelierError) -> None:
        if isValid(self):
            self._told.setText(error_text(error))

    @Slot(object)
    def _picture_ready(self, event: PictureReady) -> None:
        if event.request == self._request and not event.preview:
            picture = event.picture
            self._made[event.index] = picture_image(
                picture.pixels,
                width=picture.width,
                height=picture.height,
                channels=picture.channels,
            )

    @Slot(object)
    def _host_finished(self, event: Finished) -> None:
        if event.request == self._request:
            self._request = None
            self._told.setText("")
            self.player.show_frames([self._made[place] for place in self._places])
            self.play.setEnabled(True)
            self.save.setEnabled(True)
            self._show_playing()

    @Slot(object)
    def _host_failed(self, event: Failed) -> None:
        if event.request == self._request:
            self._request = None
            self._fail(event.error)

    @Slot(object)
    def _host_cancelled(self, event: RequestCancelled) -> None:
        if event.request == self._request:
            self._request = None
            self._fail(Cancelled())

    @Slot()
    def _stop(self) -> None:
        if self._request is not None:
            self._services.host.cancel(self._request)

    # What is said

    @Slot()
    def _show_playing(self) -> None:
        self.play.setText(self.tr("Pause") if self.player.is_playing else self.tr("Play"))

    def _show_lines(self) -> None:
        top = Qt.AlignmentFlag.AlignTop
        for row, sentence in enumerate(self.sentences):
            number, line = QLabel(QLocale().toString(row + 1), self), QLabel(sentence, self)
            line.setWordWrap(True)
            number.setForegroundRole(QPalette.ColorRole.PlaceholderText)
            self._lines.addWidget(number, row, 0, top)
            self._lines.addWidget(line, row, 1, top)
            self._labels.append((number, line))
            for label in (number, line):
                label.show()
        self.adjustSize()

    @Slot(int)
    def _show_step(self, frame: int) -> None:
        """Have the step that the film is at stand out."""
        if self._film is None:
            return
        at = moment_at(self._film, frame_time(self._film, frame))
        current = at.first if at.share < 0.5 else at.second
        strong, soft = QPalette.ColorRole.WindowText, QPalette.ColorRole.PlaceholderText
        for index, (_, line) in enumerate(self._labels):
            line.setForegroundRole(strong if index == current else soft)

    def _sentence(self, step: Step) -> str:
        locale, recipe = QLocale(), step.recipe
        share = f"{locale.toString(step.strength * 100, 'f', 0)} %"
        name = picture_name(self._model, recipe, self._services.language)
        match step.how:
            case "typical":
                text = self.tr("It began with what is typical of this model.")
            case "drawn":
                text = self.tr("{name}: drawn from its number.").format(name=name)
            case "varied":
                text = self.tr("{name}: {share} different from that.").format(
                    name=name, share=share
                )
            case "partner":
                text = self.tr("{name} joined it.").format(name=name)
            case "crossed":
                text = self.tr("{name}: a child of the two.").format(name=name)
            case "bred":
                text = self.tr("{name}: a child of {count}, and {share} of its own.").format(
                    name=name, count=step.parents, share=share
                )
            case _:
                text = self.tr("{name}: found in the model's space.").format(name=name)
        parts = [text]
        if step.traits:
            parts.append(self.tr("Traits changed: {count}.").format(count=step.traits))
        if step.enlarged:
            parts.append(self.tr("Enlarged {factor} times.").format(factor=step.enlarged))
        return " ".join(parts)

    # Taking it out of the house

    @Slot()
    def _choose_file(self) -> None:
        folder = own_folder(QStandardPaths.StandardLocation.PicturesLocation)
        kinds = ("GIF (*.gif)", "MP4 (*.mp4)", "WebM (*.webm)")
        name, kind = QFileDialog.getSaveFileName(
            self,
            self.tr("Save as…"),
            str(folder / f"{self._stem}.gif"),
            ";;".join(kinds),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            ending = kind[kind.rfind(".") : -1] if kind in kinds else ".gif"
            file = Path(name)
            self.save_to(
                file if file.suffix.lower() in _KINDS else file.with_name(file.name + ending)
            )

    def save_to(self, file: Path) -> None:
        """Write the film, with its recipe inside; the file's ending decides how."""
        film, frames, model = self._film, self.player.frames, self._model
        if film is None or not frames:
            return
        services = self._services
        job = services.jobs.begin(self.tr("Writing {name}").format(name=file.name))

        def write() -> Path:
            return _write(film, frames, model, file)

        def say(written: Path) -> None:
            services.jobs.end(job)
            services.notices.post(
                Notice(
                    text=written_text.format(file=written),
                    kind=NoticeKind.GOOD,
                    key="images.story",
                    action=folder_action(written.parent),
                    seconds=SAID_SECONDS,
                )
            )

        def fail(error: AtelierError) -> None:
            services.jobs.end(job)
            services.notices.report(error)

        written_text = self.tr("Written to {file}, opened again and checked.")
        self._work.run(write, say, fail, owed=True)


def _write(film: Film, frames: tuple[QImage, ...], model: Model, file: Path) -> Path:
    import numpy as np

    from studio.film.encode import write_film
    from studio.film.tags import FilmFacts

    first = frames[0]
    shape = first.height(), first.width(), image_channels(first)
    arrays = [np.frombuffer(image_pixels(frame), np.uint8).reshape(shape) for frame in frames]
    manifest = model.manifest
    kind = _KINDS[file.suffix.lower()]
    written = write_film(
        arrays,
        file,
        kind,
        film.fps,
        enlargement=usual_enlargement(first.width(), first.height(), kind),
        smooth=not manifest.pixel_art,
        facts=FilmFacts(
            title=film.title,
            model=manifest.id,
            credit=manifest.licence.credit,
            rights=manifest.licence.sentence.en,
            film=encode_film(film).decode(),
        ),
    )
    return written.path
