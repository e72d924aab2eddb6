"""Plays a film while it is made: at full speed, and where the machine is too slow, honestly."""

import time as clock
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images import timeline
from studio.images.timeline import Film
from studio.images.ui.background import BackgroundWork
from studio.images.ui.film.styles import KeyStyles
from studio.images.ui.maker import MakingFailed, PictureArrived, PictureMaker, wish_key

HELD_BYTES: Final = 128_000_000
"""Pictures of the film that are held, so that a loop plays from memory when it comes round."""
AHEAD: Final = 48
"""Pictures that are asked for before they are due."""
AGAIN: Final = 12
"""After so many pictures the next are asked for."""
MOST_RECIPES: Final = 2_000
"""Recipes that are remembered: of an hour's film all of them would take a gigabyte."""
RATE_SECONDS: Final = 1.0
"""Over so long it is counted how many pictures a second are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One picture of the film is to be seen now."""

    frame: int
    recipe: Recipe
    image: QImage


class FilmPlayer(QObject):
    """GUI thread only. Numbers are worked out by `studio.film.plan`, which is loaded beside the
    window's thread when the first film is shown."""

    shown = Signal(object)
    """Payload: `Shown`."""
    moved = Signal()
    """The time is another."""
    changed = Signal()
    """It plays or it rests, or the rate at which it does is another."""
    planned = Signal()
    """Pictures of the film can be asked for; those of before are others now."""
    refused = Signal(object)
    """Payload: `AtelierError`: the film cannot be made as it is."""

    def __init__(
        self,
        maker: PictureMaker,
        styles: KeyStyles,
        background: BackgroundWork,
        parent: QObject | None = None,
        *,
        now: Callable[[], float] = clock.monotonic,
    ) -> None:
        super().__init__(parent)
        self._maker = maker
        self._styles = styles
        self._background = background
        self._now = now
        self._film: Film | None = None
        self._model: Model | None = None
        self._recipe_of: Callable[[int], Recipe] | None = None
        self._recipes: dict[int, tuple[Recipe, bytes]] = {}
        self._loading = False
        self._loaded = False
        self._time = 0.0
        self._began = 0.0
        self._from = 0.0
        self._shown = -1
        self._asked_from = -AGAIN
        self._seen: deque[float] = deque()
        self._rate = 0.0
        self._refusal: AtelierError | None = None
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        maker.made.connect(self._made)
        maker.failed.connect(self._making_failed)
        styles.arrived.connect(self._plan)
        styles.failed.connect(self.refused)

    # What there is

    @property
    def time(self) -> float:
        """Where the film is, in seconds."""
        return self._time

    @property
    def frame(self) -> int:
        """The picture that is due at that time."""
        film = self._film
        if film is None:
            return 0
        return min(timeline.frame_count(film) - 1, max(0, int(self._time * film.fps + 1e-6)))

    @property
    def is_playing(self) -> bool:
        """Whether time passes."""
        return self._timer.isActive()

    @property
    def rate(self) -> float:
        """Pictures a second that were shown lately; 0 while it rests."""
        return self._rate if self.is_playing else 0.0

    @property
    def refusal(self) -> AtelierError | None:
        """Why the film cannot be made as it is; None: it can, or nobody knows yet."""
        return self._refusal

    @property
    def is_planned(self) -> bool:
        """Whether pictures of the film can be asked for."""
        return self._recipe_of is not None

    def recipe(self, frame: int) -> Recipe | None:
        """The recipe of a picture of the film, once that is known."""
        found = self._known(frame)
        return None if found is None else found[0]

    # What is done

    def show_film(self, film: Film | None, model: Model | None) -> None:
        """Play another film, or this one as it is now; time stays, if there is so much of it."""
        self._film, self._model = film, model
        self._refusal = None
        if film is None or model is None or not film.keys:
            self.pause()
            self._recipe_of = None
            self._recipes.clear()
            self._maker.stop()
            return
        if self._time > film.seconds:
            self.seek(film.seconds)
        self._timer.setInterval(max(4, round(500 / film.fps)))
        self._plan()

    def play(self) -> None:
        """Let time pass, from the start if the film is over."""
        film = self._film
        if film is None or self.is_playing or self._recipe_of is None:
            return
        if not film.loop and self._time >= film.seconds - 0.5 / film.fps:
            self._time = 0.0
        self._begin_from(self._time)
        self._seen.clear()
        self._rate = float(film.fps)
        self._timer.start()
        self.changed.emit()

    def pause(self) -> None:
        """Let time stand."""
        if self.is_playing:
            self._timer.stop()
            self._want()
            self.changed.emit()

    def rest(self) -> None:
        """Nobody looks: let time stand, make nothing."""
        self.pause()
        self._maker.stop()

    def seek(self, time: float, *, live: bool = False) -> None:
        """Go to a time; ``live``: a hand is on it and the next one follows."""
        film = self._film
        if film is None:
            return
        self._time = min(film.seconds, max(0.0, time))
        self._begin_from(self._time)
        self._asked_from = -AGAIN
        self.moved.emit()
        self._show(live=live)

    def step(self, frames: int) -> None:
        """Go so many pictures further, round a loop."""
        film = self._film
        if film is None:
            return
        count = timeline.frame_count(film)
        frame = self.frame + frames
        frame = frame % count if film.loop else min(count - 1, max(0, frame))
        self.pause()
        self.seek(timeline.frame_time(film, frame))

    # Planning

    @Slot()
    def _plan(self) -> None:
        """Work out what its pictures are; the film of before stays until that is done."""
        film, model = self._film, self._model
        if film is None or model is None or not film.keys:
            return
        if not self._loaded:
            self._load()
            return
        from studio.film.plan import FilmPlan, check_model, needs_styles

        try:
            check_model(film, model.manifest)
            styles = self._styles.of(film, model) if needs_styles(film) else None
            if needs_styles(film) and styles is None:
                return
            plan = FilmPlan(film, model.manifest, styles)
        except AtelierError as error:
            self._refuse(error)
            return
        self._recipe_of = plan.recipe
        self._recipes.clear()
        self._shown = -1
        self._asked_from = -AGAIN
        self.planned.emit()
        self._show()

    def _refuse(self, error: AtelierError) -> None:
        self._refusal = error
        self._recipe_of = None
        self._recipes.clear()
        self.pause()
        self._maker.stop()
        self.refused.emit(error)

    def _load(self) -> None:
        """Load what works the numbers out, which takes longer than a window may wait."""
        if self._loading:
            return
        self._loading = True

        self._background.run(
            lambda: import_module("studio.film.plan"), lambda _plan: self._ready(), self._refuse
        )

    def _ready(self) -> None:
        self._loaded = True
        self._plan()

    # Playing

    def _begin_from(self, time: float) -> None:
        self._from, self._began = time, self._now()

    @Slot()
    def _tick(self) -> None:
        film = self._film
        if film is None:
            return
        now = self._now()
        time = self._from + now - self._began
        if film.loop:
            time %= film.seconds
        elif time >= film.seconds:
            self._time = film.seconds
            self.moved.emit()
            self._show()
            self.pause()
            return
        before = self.frame
        self._time = time
        if self.frame != before:
            self.moved.emit()
            self._show()
        self._count(now)

    def _count(self, now: float) -> None:
        """How many pictures a second are really shown."""
        while self._seen and self._seen[0] < now - RATE_SECONDS:
            self._seen.popleft()
        span = min(RATE_SECONDS, now - self._began)
        if span < RATE_SECONDS / 2:
            return
        rate = len(self._seen) / span
        if abs(rate - self._rate) >= 1.0:
            self._rate = rate
            self.changed.emit()

    def _known(self, frame: int) -> tuple[Recipe, bytes] | None:
        found = self._recipes.get(frame)
        if found is None and self._recipe_of is not None:
            try:
                recipe = self._recipe_of(frame)
            except AtelierError as error:
                self._refuse(error)
                return None
            found = (recipe, wish_key(recipe))
            while len(self._recipes) >= MOST_RECIPES:
                del self._recipes[next(iter(self._recipes))]
            self._recipes[frame] = found
        return found

    def _show(self, *, live: bool = False) -> None:
        """Show the picture that is due if it is there, and ask for what comes."""
        frame = self.frame
        known = self._known(frame)
        if known is None:
            return
        if frame != self._shown:
            picture = self._maker.get(known[1])
            if picture is not None:
                self._bring(frame, picture.recipe, picture.image)
        self._want(live=live)

    def _bring(self, frame: int, recipe: Recipe, image: QImage) -> None:
        self._shown = frame
        if self.is_playing:
            self._seen.append(self._now())
        self.shown.emit(Shown(frame=frame, recipe=recipe, image=image))

    def _want(self, *, live: bool = False) -> None:
        film, model = self._film, self._model
        if film is None or model is None or self._recipe_of is None:
            return
        frame = self.frame
        if not self.is_playing:
            known = self._known(frame)
            if known is not None:
                self._maker.want(model.folder, [(frame, known[0])], live=live)
            return
        count = timeline.frame_count(film)
        if 0 <= (frame - self._asked_from) % count < AGAIN:
            return
        self._asked_from = frame
        due = [frame + step for step in range(min(AHEAD, count))]
        due = [at % count for at in due] if film.loop else [at for at in due if at < count]
        wishes = [(at, known[0]) for at in due if (known := self._known(at)) is not None]
        self._maker.want(model.folder, wishes)

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        frame = self.frame
        known = self._recipes.get(frame)
        is_due = known is not None and known[1] == event.picture.key
        if is_due and frame != self._shown:
            self._bring(frame, event.picture.recipe, event.picture.image)
        elif not self.is_playing and not event.is_current and known is not None:
            image = event.picture.image  # a hand is on the time: late is better than none
            self.shown.emit(Shown(frame=event.place, recipe=event.picture.recipe, image=image))

    @Slot(object)
    def _making_failed(self, event: MakingFailed) -> None:
        self.pause()
        self.refused.emit(event.error)
