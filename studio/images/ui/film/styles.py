"""The final styles of keys, asked of the host once and remembered."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal, Slot

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.host.client import Cancelled, Failed, Finished, StylesMapped
from studio.host.messages import MapStyles
from studio.images.timeline import Film
from studio.images.ui.maker import wish_key
from studio.shell.host_bridge import HostBridge

MOST: int = 2_000
"""Pictures whose styles are remembered."""


class KeyStyles(QObject):
    """One request at a time; what was asked for meanwhile follows."""

    arrived = Signal()
    """Styles that were missing are there."""
    failed = Signal(object)
    """Payload: `AtelierError`."""

    def __init__(self, host: HostBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._host = host
        self._known: dict[tuple[str, bytes], bytes] = {}
        self._request: int | None = None
        self._asked: tuple[tuple[str, bytes], ...] = ()
        self._wanted: tuple[Model, tuple[Recipe, ...]] | None = None
        host.styles_mapped.connect(self._mapped)
        host.finished.connect(self._ended)
        host.failed.connect(self._failed)
        host.cancelled.connect(self._ended)

    def of(self, film: Film, model: Model) -> dict[str, bytes] | None:
        """The styles of all keys by their ids, or None: they are asked for."""
        names = [(str(model.folder), wish_key(key.recipe)) for key in film.keys]
        missing = [
            key.recipe
            for key, name in zip(film.keys, names, strict=True)
            if name not in self._known
        ]
        if missing:
            self._want(model, missing)
            return None
        return {key.id: self._known[name] for key, name in zip(film.keys, names, strict=True)}

    def _want(self, model: Model, recipes: Sequence[Recipe]) -> None:
        self._wanted = (model, tuple(recipes))
        if self._request is None:
            self._ask()

    def _ask(self) -> None:
        if self._wanted is None:
            return
        model, recipes = self._wanted
        self._wanted = None
        recipes = tuple(
            recipe for recipe in recipes if (str(model.folder), wish_key(recipe)) not in self._known
        )
        if not recipes:
            return
        self._asked = tuple((str(model.folder), wish_key(recipe)) for recipe in recipes)
        try:
            self._request = self._host.map_styles(
                MapStyles(folder=str(model.folder), recipes=recipes)
            )
        except AtelierError as error:  # the client has given up for good
            self.failed.emit(error)

    @Slot(object)
    def _mapped(self, event: StylesMapped) -> None:
        if event.request != self._request:
            return
        if len(self._known) > MOST:
            self._known.clear()
        for index in range(event.first, event.first + event.count):
            self._known[self._asked[index]] = event.of(index)

    @Slot(object)
    def _ended(self, event: Finished | Cancelled) -> None:
        if event.request == self._request:
            self._request = None
            self.arrived.emit()
            self._ask()

    @Slot(object)
    def _failed(self, event: Failed) -> None:
        if event.request == self._request:
            self._request = None
            self.failed.emit(event.error)
            self._ask()
