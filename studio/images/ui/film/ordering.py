"""Has a film made: asks how, remembers the answers, and hands it to those who make films."""

import re
from functools import partial

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, Slot
from PySide6.QtWidgets import QWidget

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.images.timeline import Film
from studio.images.ui.film.jobs import FilmJobs
from studio.images.ui.film.player import FilmPlayer
from studio.images.ui.film.sheet import FilmHabit, FilmSheet
from studio.shell.notices import Notice, NoticeKind
from studio.shell.services import Services
from studio.shell.settings.declared import PROVIDER

HABIT_KEY = "images.film.habit"


class FilmOrdering(QObject):
    """Lives with the mode; the films that it has made outlive both."""

    def __init__(
        self, services: Services, jobs: FilmJobs, player: FilmPlayer, page: QWidget, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._jobs = jobs
        self._player = player
        self._page = page

    def ask(self, film: Film, model: Model | None) -> None:
        """Ask how ``film`` is to be made, unless it cannot be, which is said."""
        if model is None:
            words = QCoreApplication.translate(
                "FilmMode", "The model of this film, “{model}”, is not here."
            )
            text = words.format(model=film.model)
            self._services.notices.post(Notice(text=text, kind=NoticeKind.ERROR, key="film.model"))
            return
        if self._player.refusal is not None:
            self._services.notices.report(self._player.refusal)
            return
        self._player.pause()
        licence = model.manifest.licence
        sentence = licence.sentence.text(self._services.language)
        stem = re.sub(r"[^\w.+-]+", "-", film.title or f"{film.model}-film").strip("-.")
        sheet = FilmSheet(
            film,
            model,
            self._habit(),
            self._services.places.cache,
            stem=stem or "film",
            licence=" ".join(part for part in (sentence, licence.credit) if part),
            parent=self._page.window(),
        )
        sheet.accepted.connect(partial(self._order, sheet, film, model))
        sheet.open()

    @Slot()
    def turn(self) -> None:
        """Hold the films that are being made, or let those that are held go on."""
        for state in self._jobs.states:
            if state.is_paused:
                self._jobs.go_on(state.order.id)
            else:
                self._jobs.pause(state.order.id)

    def _order(self, sheet: FilmSheet, film: Film, model: Model) -> None:
        choice = sheet.choice
        if choice is None:
            return
        self._services.project.put_state(HABIT_KEY, msgspec.json.encode(sheet.habit))
        try:
            self._jobs.order(
                film,
                model.folder.resolve(),
                choice.path,
                film_format=choice.format,
                enlargement=choice.enlargement,
                smooth=choice.smooth,
                quality=choice.quality,
                replace=choice.replace,
                provider=self._services.settings.value(PROVIDER),
            )
        except AtelierError as error:
            self._services.notices.report(error)

    def _habit(self) -> FilmHabit:
        try:
            data = self._services.project.store.state(HABIT_KEY)
            return FilmHabit() if data is None else msgspec.json.decode(data, type=FilmHabit)
        except (AtelierError, msgspec.MsgspecError, UnicodeError, RecursionError):
            return FilmHabit()  # it is a convenience: damaged, it is forgotten
