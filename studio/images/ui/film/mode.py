"""The film as a mode of the images room: puts its parts together and passes on what is done."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final, TypeVar

import msgspec
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.contract.errors import AtelierError, RecipeMissing
from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.film.tags import is_film_file, read_film
from studio.images import filming, timeline
from studio.images.timeline import Film, Key
from studio.images.ui.explore.path_pictures import PathPictures
from studio.images.ui.film.desk import VIEW_KEY, FilmDesk, FilmView
from studio.images.ui.film.inspector import FilmInspector
from studio.images.ui.film.jobs import FilmJobs
from studio.images.ui.film.making import MakingPanel
from studio.images.ui.film.menus import FilmMenus
from studio.images.ui.film.ordering import FilmOrdering
from studio.images.ui.film.page import FilmPage, Stock
from studio.images.ui.film.player import HELD_BYTES, FilmPlayer, Shown
from studio.images.ui.film.styles import KeyStyles
from studio.images.ui.film.timeline_view import DropWish, KeyWish, TimeWish
from studio.images.ui.film.words import film_name, film_texts, key_words
from studio.images.ui.kept_strip import WorkEvent
from studio.images.ui.maker import PictureMaker
from studio.images.ui.modes import FILM, Mode, ModeContext
from studio.images.ui.subject import Subject
from studio.shell.notices import Notice, NoticeKind, error_text
from studio.shell.pictures.named import NamedPicture
from studio.shell.services import Services

T = TypeVar("T")

SHORT_SECONDS: Final = 8.0
STRIP_BYTES: Final = 24_000_000
STRIP_DELAY_MS: Final = 120
"""The small pictures follow a change after so long, because the large one comes first."""
FIRST_KEYS: Final = 6
"""Of what is kept, so many begin a film together."""
TAP_PAUSE: Final = 2.0
"""Seconds without a tap after which counting begins anew."""


class FilmMode(Mode):
    """See `studio.images.ui.modes.Mode`."""

    def __init__(self, services: Services, context: ModeContext) -> None:
        super().__init__()
        self.name = FILM
        self.title = self.tr("Film")
        self._services = services
        self._context = context
        self._is_front = False
        self._left = self._read(VIEW_KEY, FilmView) or FilmView()
        self._taps: list[float] = []
        self._seen: Subject | None = None
        self._said = ""
        """The sentence of the title row."""
        self.desk = FilmDesk(services.project, context.models, self)
        self.player = FilmPlayer(
            PictureMaker(services.host, self, held_bytes=HELD_BYTES),
            KeyStyles(services.host, self),
            context.background,
            self,
        )
        self._small = PathPictures(
            PictureMaker(services.host, self, held_bytes=STRIP_BYTES), context.models, self
        )
        stock = Stock(context.keeper.page, context.works.thumbnails, context.names.work_spoken)
        self.page = FilmPage(stock, self._small.image, self._recipe_at, self._key_name)
        self.widget = self.page
        self.jobs = FilmJobs.of(services)
        self.making = MakingPanel(self.jobs)
        self.controls = FilmInspector(self.desk, self.making)
        self.inspector = self.controls
        self._wishing = QTimer(self)
        self._wishing.setSingleShot(True)
        self._wishing.setInterval(STRIP_DELAY_MS)
        self._wishing.timeout.connect(self._want_small)
        self._ordering = FilmOrdering(services, self.jobs, self.player, self.page, self)
        FilmMenus(
            services.actions,
            context,
            self.desk,
            self.player,
            self.page,
            seen=lambda: self._seen,
            go=self._sought,
            key_at=self._key_at,
            add=self._add,
            parent=self,
        )
        self._connect()
        self._add_commands()
        self.controls.set_folds(self._left.folds)

    def _connect(self) -> None:
        desk, player, page, line = self.desk, self.player, self.page, self.page.timeline
        desk.changed.connect(self._film_changed)
        desk.chosen_changed.connect(self._show_film)
        desk.failed.connect(self._services.notices.report)
        player.shown.connect(self._show_picture)
        player.moved.connect(self._show_time)
        player.changed.connect(self._show_playing)
        player.planned.connect(self._wishing.start)
        player.refused.connect(self._say_refusal)
        self._small.changed.connect(line.viewport().update)
        line.sought.connect(self._sought)
        line.chosen.connect(desk.choose)
        line.moved.connect(self._key_moved)
        line.held.connect(self._key_held)
        line.ended.connect(self._end_moved)
        line.nudged.connect(self._nudge)
        line.removal_wanted.connect(desk.take_out)
        line.key_wanted.connect(self._key_at)
        line.dropped.connect(self._dropped)
        line.seen.connect(self._wishing.start)
        page.export.clicked.connect(self._export)
        page.play.clicked.connect(self._play)
        page.start.clicked.connect(self._to_start)
        page.loop.clicked.connect(self._loop)
        page.key_here.clicked.connect(self._key_here)
        page.empty_button.clicked.connect(self._film_kept)
        page.stock.opened.connect(self._add_work)
        page.stock.drag_started.connect(
            lambda event: self._context.works.with_subject(event.work, self._drag_out)
        )
        self._context.keeper.works_changed.connect(self._works_changed)
        self.controls.tap_wanted.connect(self._tap)
        self.controls.folds_changed.connect(self._write_view)
        if desk.why_not():
            line.forbid_changes()

    def _add_commands(self) -> None:
        add, group = self._services.actions.add, self.tr("Film")
        keys, key = self._why_no_film, self._why_no_key
        beat, job = self._why_no_tempo, self._why_no_job
        cut, hold = self.controls.cut_to_beats, self._ordering.turn
        for name, text, run, shortcuts, why in (
            ("play", self.tr("Play or pause"), self._play, ("Space",), keys),
            ("key_here", self.tr("Key here"), self._key_here, ("K",), keys),
            ("tap", self.tr("Tap a beat"), self._tap, ("T",), keys),
            ("cut", self.tr("Cut to the beat"), cut, ("B",), beat),
            ("export", self.tr("Export the film…"), self._export, ("Ctrl+E",), keys),
            ("start", self.tr("To the start"), self._to_start, ("Shift+Home",), keys),
            ("back", self.tr("One picture back"), partial(self.player.step, -1), (",",), keys),
            ("on", self.tr("One picture on"), partial(self.player.step, 1), (".",), keys),
            ("loop", self.tr("Loop without a seam"), self._loop, ("L",), keys),
            ("take_out", self.tr("Take the key out"), self.desk.take_out, (), key),
            ("new", self.tr("A new film"), self._new_film, (), self.desk.why_not),
            ("open", self.tr("Open a film…"), self._open_file, (), self.desk.why_not),
            ("rename", self.tr("Rename the film"), self._rename, (), keys),
            ("delete", self.tr("Delete the film"), self._delete, (), keys),
            ("pause_making", self.tr("Pause or go on making films"), hold, (), job),
        ):  # fmt: skip
            add(
                f"film.{name}",
                text,
                run,
                group=group,
                shortcuts=shortcuts,
                owner=self.page,
                first=name in ("play", "key_here", "tap", "cut", "export"),
                when=why,
            )
        actions = self._services.actions
        self.page.export.follow_key(actions.action("film.export"))
        self.page.key_here.follow_key(
            actions.action("film.key_here"), tip=self.tr("What is seen now becomes a key")
        )

    # What the room asks for

    @property
    @override
    def undo_scope(self) -> str:
        return filming.SCOPE

    @property
    @override
    def work(self) -> QWidget:
        return self.page.stage

    @property
    @override
    def model(self) -> Model | None:
        return self.desk.model

    @property
    @override
    def sentence(self) -> str:
        film = self.desk.film
        if film is None or not film.keys:
            return self.tr("A film leads from picture to picture.")
        if self.player.is_playing:
            return self._rate_words(film.fps)
        if len(film.keys) == 1:
            return self.tr("Add another picture, and the film has somewhere to go.")
        return self.tr("Drag the keys. Space plays.")

    @override
    def choose_model(self, model: Model) -> None:
        """The model's newest film, or a new one."""
        if self.desk.model is model:
            return
        films = [film for film in self.desk.films() if film.model == model.manifest.id]
        if films:
            self.desk.show_film(films[0].id)
        else:
            self.desk.begin_new(model)

    @override
    def edit_text(self, label: str, parameters: Mapping[str, str]) -> str:
        return film_texts().get(label, "")

    @override
    def take_file(self, path: str) -> bool:
        self._dropped(DropWish(files=(Path(path),), time=None))
        return True

    @override
    def enter(self, subject: Recipe | None) -> None:
        self._is_front = True
        self.desk.open(self._left.film)
        self.page.stock.refresh()
        self._film_changed()
        if subject is not None:
            self._add((subject,), None)
        elif self._left.time and self.desk.film is not None:
            self.player.seek(self._left.time)
        if not self._left.seen:
            self._left = msgspec.structs.replace(self._left, seen=True)
            self._write_view()
            self._bring_controls()

    @override
    def leave(self) -> None:
        self._is_front = False
        self.player.rest()
        self._small.stop()
        self._write_view()

    @override
    def flush(self) -> None:
        self.player.rest()
        self._write_view()

    def _bring_controls(self) -> None:
        """The first time: most of what can be set stands beside the film."""
        if not self.inspector.isVisible():
            try:
                self._services.actions.action("window.inspector").trigger()
            except KeyError:
                return  # this window has no place for them

    # Showing

    @Slot()
    def _film_changed(self) -> None:
        if not self._is_front:
            return
        film, model = self.desk.film, self.desk.model
        self._show_film()
        if film is not None and film.keys and model is None:
            words = self.tr("The model of this film, “{model}”, is not here.")
            self.page.show_refusal(words.format(model=film.model))
        self.player.show_film(film, model)
        self._show_time()
        self._show_playing()
        self._wishing.start()
        self.changed.emit()

    @Slot()
    def _show_film(self) -> None:
        film = self.desk.film
        chosen = self.desk.chosen
        title = "" if film is None else film_name(film)
        self.page.show_film(film, "" if chosen is None else chosen.id, title)
        if film is None or not film.keys:
            self._show_empty()

    def _show_empty(self) -> None:
        total = len(self._stock_recipes())
        if self.desk.why_not():
            self.page.show_empty(self.desk.why_not(), button="")
        elif total > 1:
            words = self.tr(
                "A film goes from picture to picture through everything that lies between. Drag "
                "kept pictures onto the timeline, or begin with the newest of them."
            )
            self.page.show_empty(words, button=self.tr("Film what I kept"))
        else:
            words = self.tr(
                "A film goes from picture to picture through everything that lies between. Keep "
                "two pictures on the wall (K), and they wait here."
            )
            self.page.show_empty(words, button="")

    @Slot()
    def _works_changed(self) -> None:
        if self._is_front:
            self.page.stock.refresh()
            if not self.page.empty_button.isHidden() or self.page.empty_words:
                self._show_film()

    @Slot(object)
    def _show_picture(self, event: Shown) -> None:
        if not self._is_front:
            return
        self._seen = Subject(recipe=event.recipe, image=event.image)
        if self.player.is_playing:
            self.page.show_picture(event.image, None)
            name = self.page.hero.accessibleName()
        else:
            name = self._context.names.name(event.recipe)
            self.page.show_picture(event.image, name)
        self._services.output.show_picture(NamedPicture(name=name, image=event.image))

    @Slot()
    def _show_time(self) -> None:
        film = self.desk.film
        if film is not None:
            self.page.show_time(self.player.time, film.seconds)

    @Slot()
    def _show_playing(self) -> None:
        self.page.show_playing(is_playing=self.player.is_playing)
        if self._is_front and self.sentence != self._said:
            self._said = self.sentence
            self.changed.emit()

    def _rate_words(self, fps: int) -> str:
        """How many pictures a second are shown, and of how many where the machine is too slow."""
        number = self.page.locale().toString
        if self.player.rate >= fps * 0.95:
            return self.tr("{rate} pictures a second").format(rate=number(fps))
        return self.tr("{rate} of {wanted} pictures a second: the others were left out").format(
            rate=number(round(self.player.rate)), wanted=number(fps)
        )

    @Slot(object)
    def _say_refusal(self, error: AtelierError) -> None:
        if self._is_front:
            self.page.show_refusal(error_text(error))

    def _recipe_at(self, time: float) -> Recipe | None:
        """The recipe of the film at a time, for the small pictures."""
        film = self.desk.film
        if film is None or not self.player.is_planned:
            return None
        frame = min(timeline.frame_count(film) - 1, int(time * film.fps))
        return self.player.recipe(frame)

    @Slot()
    def _want_small(self) -> None:
        """The keys' pictures, then those of the strip."""
        film = self.desk.film
        if not self._is_front or film is None or self.player.is_playing:
            return
        recipes = [key.recipe for key in film.keys]
        for time in self.page.timeline.strip_times:
            recipe = self._recipe_at(time)
            if recipe is not None:
                recipes.append(recipe)
        self._small.want(recipes)

    def _key_name(self, key: Key) -> str:
        return key_words(key, self._context.names.name(key.recipe))

    # Time

    @Slot()
    def _play(self) -> None:
        if self.player.is_playing:
            self.player.pause()
            self._wishing.start()
        else:
            self.player.play()
        self._show_playing()

    @Slot()
    def _to_start(self) -> None:
        self.player.seek(0.0)

    @Slot(object)
    def _sought(self, wish: TimeWish) -> None:
        self.player.pause()
        self.player.seek(wish.time, live=not wish.final)

    # The keys

    @Slot(object)
    def _key_moved(self, wish: KeyWish) -> None:
        film = self.desk.film
        if film is not None:
            self.desk.choose(wish.key)
            self.desk.set_key("film.move", drag=wish.key, time=wish.seconds)
            self._drag_went(wish)

    @Slot(object)
    def _key_held(self, wish: KeyWish) -> None:
        self.desk.choose(wish.key)
        self.desk.set_key("film.hold", drag=wish.key, hold=wish.seconds)
        self._drag_went(wish)

    @Slot(object)
    def _end_moved(self, wish: KeyWish) -> None:
        """The film's end: keys stay where they are, and none comes behind it."""
        film = self.desk.film
        if film is not None and film.keys:
            last = film.keys[-1].time + (timeline.LEAST_GAP if film.loop else 0.0)
            seconds = min(timeline.MAXIMUM_SECONDS, max(last, 1 / film.fps, wish.seconds))
            after = timeline.changed(film, seconds=seconds)
            self.desk.change(after, "film.length", drag="end")
            self._drag_went(wish)

    def _drag_went(self, wish: KeyWish) -> None:
        if wish.final:
            self.desk.end_drag()

    @Slot(int)
    def _nudge(self, steps: int) -> None:
        """Move the chosen key by a beat, or by a tenth of a second."""
        film, key = self.desk.film, self.desk.chosen
        if film is None or key is None:
            return
        step = timeline.beat_seconds(film) if film.snap and film.bpm else 0.1
        time = min(film.seconds, max(0.0, key.time + steps * step))
        self.desk.set_key("film.move", drag=f"{key.id}/keys", time=round(time, 6))

    @Slot(object)
    def _key_at(self, wish: TimeWish) -> None:
        self._sought(wish)
        self._key_here()

    @Slot()
    def _key_here(self) -> None:
        """What is seen now becomes a key: the way stays as it is and can be bent there."""
        film = self.desk.film
        recipe = self.player.recipe(self.player.frame)
        if film is None or recipe is None:
            return
        time = min(self.player.time, film.seconds)
        near = next((key for key in film.keys if abs(key.time - time) < timeline.LEAST_GAP), None)
        if near is not None:
            self.desk.choose(near.id)
            self._hint(self.tr("There is a key here already."))
            return
        self.desk.add((recipe,), time)

    # Pictures in

    def _add(self, recipes: Sequence[Recipe], time: float | None) -> None:
        if self.desk.why_not():
            self._hint(self.desk.why_not())
        elif not self.desk.add(recipes, time):
            self._hint(
                self.tr(
                    "This film is made with another model. “A new film” begins one for these "
                    "pictures."
                )
            )

    @Slot(object)
    def _add_work(self, event: WorkEvent) -> None:
        self._add((event.work.recipe,), None)

    def _stock_recipes(self) -> list[Recipe]:
        """What is kept of one model, newest first: the model of the newest."""
        stock = self.page.stock
        recipes: list[Recipe] = []
        for index in range(min(stock.total, 64)):
            work = stock.work(index)
            if work is not None and work.recipe.latent is not None:
                if work.recipe.model not in self._context.models:
                    continue
                if not recipes or recipes[0].model == work.recipe.model:
                    recipes.append(work.recipe)
        return recipes

    @Slot()
    def _film_kept(self) -> None:
        recipes = self._stock_recipes()[:FIRST_KEYS]
        self._add(tuple(reversed(recipes)), None)

    @Slot(object)
    def _dropped(self, wish: DropWish) -> None:
        def read() -> list[Recipe | Film]:
            return [_read_dropped(file) for file in wish.files[: timeline.MAXIMUM_KEYS]]

        def take(found: list[Recipe | Film]) -> None:
            for film in found:
                if isinstance(film, Film):
                    self._open_film(film)
            recipes = [recipe for recipe in found if isinstance(recipe, Recipe)]
            if recipes:
                self._add(recipes, wish.time)

        self._context.background.run(read, take, self._services.notices.report)

    def _drag_out(self, subject: Subject) -> None:
        self._context.commands.drag(subject)

    # Tempo

    @Slot()
    def _tap(self) -> None:
        """Three taps and more make a tempo; each one after that makes it surer."""
        now = monotonic()
        if self._taps and now - self._taps[-1] > TAP_PAUSE:
            self._taps.clear()
        self._taps.append(now)
        bpm = timeline.tapped_bpm(self._taps[-12:])
        film = self.desk.film
        if film is None:
            return
        if bpm is None:
            self._hint(self.tr("Tap on in time with the music."))
            return
        self.desk.change(timeline.changed(film, bpm=bpm), "film.tempo", drag=f"{self._taps[0]}")
        number = self.page.locale().toString(bpm, "f", 1)
        words = self.tr("{bpm} beats a minute. “Cut to the beat” makes the loop eight beats long.")
        self._hint(words.format(bpm=number))

    @Slot()
    def _loop(self) -> None:
        film = self.desk.film
        if film is not None:
            self.desk.change(timeline.looped(film, not film.loop), "film.loop")

    # Films

    def _new_film(self) -> None:
        model = self.desk.model or self._context.current_model()
        if model is not None:
            self.desk.begin_new(model)

    def _rename(self) -> None:
        self._bring_controls()
        self.controls.take_name()

    def _delete(self) -> None:
        self.desk.delete()
        self._hint(self.tr("Deleted. Undo brings the film back."))

    def _open_file(self) -> None:
        words = self.tr("Films made here")
        name, _ = QFileDialog.getOpenFileName(
            self.page,
            self.tr("Open a film"),
            "",
            f"{words} (*.mp4 *.webm *.gif *.apng *.json)",
        )
        if name:
            self._dropped(DropWish(files=(Path(name),), time=None))

    def _open_film(self, film: Film) -> None:
        if self.desk.why_not():
            self._hint(self.desk.why_not())
        else:
            self.desk.open_film(film)

    # Out

    @Slot()
    def _export(self) -> None:
        film = self.desk.film
        if film is not None and film.keys:
            self._ordering.ask(film, self.desk.model)

    # Why not

    def _why_no_film(self) -> str:
        film = self.desk.film
        return (
            "" if film is not None and film.keys else self.tr("Put pictures into the film first.")
        )

    def _why_no_key(self) -> str:
        return self.desk.why_not() or (
            "" if self.desk.chosen is not None else self.tr("Choose a key first.")
        )

    def _why_no_tempo(self) -> str:
        film = self.desk.film
        has_tempo = film is not None and film.bpm > 0
        return self._why_no_film() or ("" if has_tempo else self.tr("Tap a beat first (T)."))

    def _why_no_job(self) -> str:
        return "" if self.jobs.states else self.tr("No film is being made.")

    def _hint(self, text: str) -> None:
        self._services.notices.post(
            Notice(text=text, kind=NoticeKind.NEWS, key="film.hint", seconds=SHORT_SECONDS)
        )

    # What is remembered beside the history

    def _read(self, key: str, kind: type[T]) -> T | None:
        try:
            data = self._services.project.store.state(key)
            return None if data is None else msgspec.json.decode(data, type=kind)
        except (AtelierError, msgspec.MsgspecError, UnicodeError, RecursionError):
            return None  # it is a convenience: damaged, it is forgotten

    @Slot()
    def _write_view(self) -> None:
        film = self.desk.film
        self._left = msgspec.structs.replace(
            self._left,
            film="" if film is None else film.id,
            time=self.player.time,
            folds=dict(self.controls.folds),
        )
        self._services.project.put_state(VIEW_KEY, msgspec.json.encode(self._left))


def _read_dropped(file: Path) -> Recipe | Film:
    """The recipe in a picture, or the film in a film. Raises `AtelierError`."""
    from studio.provenance.pictures import read_picture

    if is_film_file(file):
        return timeline.decode_film(read_film(file), file)
    recipe = read_picture(file).recipe
    if recipe is None or recipe.latent is None:
        raise RecipeMissing(file=file)
    return recipe
