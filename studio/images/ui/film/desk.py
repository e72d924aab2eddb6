"""The film that is worked on: what it is, which key is chosen, and the steps that change it."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images import filming, timeline
from studio.images.filming import FILM, Label
from studio.images.timeline import Film, Key
from studio.project.edits import Change, Edit
from studio.shell.project_bridge import ProjectBridge

VIEW_KEY: Final = "images.film.view"
MOST_FILMS: Final = 200


class FilmView(msgspec.Struct, frozen=True, kw_only=True):
    """How the film was left beside its history; damaged state falls back to this."""

    film: str = ""
    time: float = 0.0
    folds: dict[str, bool] = {}
    seen: bool = False


class FilmDesk(QObject):
    """Holds no truth: every change is an edit of the project, and undo is followed.

    What is changed here is shown at once; the project writes it behind.
    """

    changed = Signal()
    """The film, or which one it is."""
    chosen_changed = Signal()
    failed = Signal(object)
    """Payload: `AtelierError`."""

    def __init__(
        self, project: ProjectBridge, models: Mapping[str, Model], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._models = models
        self._film: Film | None = None
        self._chosen = ""
        self._drag = 0
        self._is_open = False
        project.changed.connect(self._project_changed)

    # What there is

    @property
    def film(self) -> Film | None:
        """The film; None: there is none yet, the first picture begins it."""
        return self._film

    @property
    def model(self) -> Model | None:
        """The model that makes its pictures, if it is here."""
        return None if self._film is None else self._models.get(self._film.model)

    @property
    def chosen(self) -> Key | None:
        """The key that is chosen."""
        keys = () if self._film is None else self._film.keys
        return next((key for key in keys if key.id == self._chosen), None)

    @property
    def chosen_index(self) -> int | None:
        """Its place among the keys."""
        keys = () if self._film is None else self._film.keys
        return next((at for at, key in enumerate(keys) if key.id == self._chosen), None)

    def films(self) -> tuple[Film, ...]:
        """The films of the project, newest first."""
        try:
            page = self._project.store.nodes(FILM, offset=0, limit=MOST_FILMS, order="newest")
        except AtelierError as error:
            self.failed.emit(error)
            return ()
        return page.items

    def why_not(self) -> str:
        """Why nothing can be changed; empty: it can."""
        if self._project.is_read_only:
            return self.tr("This project is open to look only.")
        return ""

    # Coming and going

    def open(self, wanted: str = "") -> None:
        """Show the film that was shown, else the newest."""
        if self._is_open:
            return
        self._is_open = True
        films = self.films()
        found = next((film for film in films if film.id == wanted), None)
        self._take(found or next(iter(films), None))

    def show_film(self, identity: str) -> None:
        """Work on another film."""
        found = next((film for film in self.films() if film.id == identity), None)
        if found is not None:
            self._take(found)

    def choose(self, identity: str) -> None:
        """Choose a key, or none with ""."""
        if identity != self._chosen:
            self._chosen = identity
            self.chosen_changed.emit()

    # Steps

    def add(self, recipes: Sequence[Recipe], time: float | None = None) -> bool:
        """Put pictures into the film, behind its last key or at a time; the first begins it.

        False: they are of another model than the film.
        """
        recipes = [recipe for recipe in recipes if recipe.latent is not None]
        if not recipes or self.why_not():
            return bool(recipes)
        film = self._film
        if film is None or not film.keys:
            self._begin(film, recipes)
            return True
        if any(recipe.model != film.model for recipe in recipes):
            return False
        if time is None:
            after = timeline.appended(film, recipes)
        else:
            after = film
            for index, recipe in enumerate(recipes):
                key = timeline.new_key(recipe, time + index * timeline.LEAST_GAP)
                after = timeline.added(after, key)
        known = {key.id for key in film.keys}
        self.change(after, "film.add")
        self.choose(next(key.id for key in after.keys if key.id not in known))
        return True

    def _begin(self, film: Film | None, recipes: Sequence[Recipe]) -> None:
        same = [recipe for recipe in recipes if recipe.model == recipes[0].model]
        if film is not None:
            empty = timeline.changed(film, model=same[0].model)
            self.change(timeline.appended(empty, same), "film.add")
        else:
            fresh = Film(id=uuid.uuid4().hex, model=same[0].model)
            self._put(timeline.appended(fresh, same), "film.new")
        assert self._film is not None
        self.choose(self._film.keys[0].id)

    def begin_new(self, model: Model) -> None:
        """A film without pictures, to put some in."""
        if not self.why_not():
            self._put(Film(id=uuid.uuid4().hex, model=model.manifest.id), "film.new")

    def open_film(self, film: Film) -> None:
        """Put a film that came from a file into the project."""
        if not self.why_not():
            self._put(msgspec.structs.replace(film, id=uuid.uuid4().hex), "film.open")

    def change(self, after: Film, label: Label, *, drag: str = "") -> None:
        """Make another film of this one; steps of one ``drag`` are one."""
        before = self._film
        if before is None or after == before or self.why_not():
            return
        self._film = after
        key = f"{label}/{drag}/{self._drag}" if drag else None
        self._submit(filming.change_film(before, after, label, merge_key=key))
        self.changed.emit()
        if self._chosen and self.chosen is None:
            self.choose("")

    def end_drag(self) -> None:
        """What follows is a step of its own."""
        self._drag += 1

    def take_out(self) -> None:
        """Take the chosen key out of the film; its neighbour is chosen."""
        film, index = self._film, self.chosen_index
        if film is None or index is None:
            return
        rest = [key.id for key in film.keys if key.id != self._chosen]
        self.change(timeline.without(film, [self._chosen]), "film.take_out")
        self.choose(rest[min(index, len(rest) - 1)] if rest else "")

    def set_key(self, label: Label, *, drag: str = "", **fields: object) -> None:
        """Change the chosen key."""
        film, key = self._film, self.chosen
        if film is not None and key is not None:
            self.change(timeline.with_key(film, key.id, **fields), label, drag=drag)

    def delete(self) -> None:
        """Put the film into the bin; the next one is shown."""
        film = self._film
        if film is not None and not self.why_not():
            self._submit(filming.delete_film(film))
            self._take(next((other for other in self.films() if other.id != film.id), None))

    def _put(self, film: Film, label: Label) -> None:
        self._submit(filming.new_film(film, label=label))
        self._take(film)

    def _submit(self, edit: Edit) -> None:
        self._project.submit(edit)

    def _take(self, film: Film | None) -> None:
        self._film = film
        keys = () if film is None else film.keys
        if all(key.id != self._chosen for key in keys):
            self._chosen = keys[0].id if keys else ""
        self.changed.emit()
        self.chosen_changed.emit()

    @Slot(object)
    def _project_changed(self, change: Change) -> None:
        if not self._is_open or FILM.name not in change.types or change.kind == "edit":
            return
        films = self.films()
        current = None if self._film is None else self._film.id
        touched = next((film for film in films if film.id in change.nodes), None)
        same = next((film for film in films if film.id == current), None)
        self._take(touched or same or next(iter(films), None))
