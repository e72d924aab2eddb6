"""What is bred and why: turns wishes of the user's into edits of the brood and requests.

The brood in the project is the truth; the desk holds a copy so that a slider need not wait for
the disk, and follows the project when undo, redo or somebody else changes it. No widgets here.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe, identity
from studio.images import brood as document
from studio.images.brood import (
    BROOD,
    BROOD_ID,
    MOST_CHILDREN,
    MOST_PARENTS,
    USUAL_CHILDREN,
    Brood,
    BroodFields,
    Label,
)
from studio.images.document import SEEDS, wish
from studio.images.lineage import favour, relate, unfavour
from studio.images.ui.maker import MadePicture, MakingDone, PictureArrived, PictureMaker, wish_key
from studio.project.edits import Change, Edit, Patch
from studio.shell.project_bridge import ProjectBridge

PARENT: Final = 1_000_000
"""Added to the place of a parent, where places of children and of parents must be told apart."""
SETTLE_MILLISECONDS: Final = 200
COMPLETE_MILLISECONDS: Final = 250
FILL_MILLISECONDS: Final = 250

HungReason = Literal["opened", "bred", "adjusted", "extended", "marked", "history"]
WhyNot = Literal["", "model", "styles", "other", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BroodHung:
    """The brood is another now."""

    reason: HungReason
    live: bool = False
    """Something moves: what hangs is shown until the new pictures arrive."""


class BreedDesk(QObject):
    """One for the mode; GUI thread only."""

    hung = Signal(object)
    """Payload: `BroodHung`."""
    child_made = Signal(object)
    """Payload: `PictureArrived`: the picture of one child."""
    parent_made = Signal(object)
    """Payload: `PictureArrived`, whose place is that among the parents."""
    refused = Signal(object)
    """Payload: `AtelierError`: the project's brood cannot be read."""

    def __init__(
        self,
        project: ProjectBridge,
        maker: PictureMaker,
        models: Mapping[str, Model],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._maker = maker
        self._models = models
        self._brood: Brood | None = None
        self._columns = 6
        self._seen: tuple[int, ...] = ()
        self._live = False
        self._is_awake = False
        self._unsent: BroodFields = {}
        """Fields that a slider has moved and the project has not been told."""
        self._settle = self._timer(SETTLE_MILLISECONDS, self._send)
        self._complete = self._timer(COMPLETE_MILLISECONDS, self._complete_children)
        self._fill = self._timer(FILL_MILLISECONDS, self._fill_row)
        maker.made.connect(self._made)
        maker.all_made.connect(self._all_made)
        project.changed.connect(self._project_changed)

    def _timer(self, milliseconds: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    # What there is

    @property
    def brood(self) -> Brood | None:
        """What hangs; None: nobody has any children yet."""
        return self._brood

    @property
    def children_recipes(self) -> tuple[Recipe, ...]:
        """The children, wished or made."""
        return () if self._brood is None else self._brood.children

    @property
    def parents(self) -> tuple[Recipe, ...]:
        """Their parents."""
        return () if self._brood is None else self._brood.parents

    @property
    def model(self) -> Model | None:
        """The model that makes them; None: it is not here, or there is no brood."""
        return None if self._brood is None else self._models.get(self._brood.model)

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones of the model's pictures, the coarsest first; empty: it has none."""
        model = self.model
        styles = None if model is None else model.manifest.styles
        return () if styles is None else styles.zones()

    @property
    def is_moving(self) -> bool:
        """Whether a slider moves."""
        return self._live

    def child(self, place: int) -> MadePicture | None:
        """The picture of a child, if it has been made and is held."""
        children = self.children_recipes
        return self._maker.get(wish_key(children[place])) if 0 <= place < len(children) else None

    def parent_picture(self, place: int) -> MadePicture | None:
        """The picture of a parent, if it is held."""
        return self._maker.get(wish_key(self.parents[place]))

    def why_no_parent(self, recipe: Recipe, *, alone: bool = False) -> WhyNot:
        """Why a finished picture cannot be a parent; ``alone``: in the place of all others."""
        model = self._models.get(recipe.model)
        why = document.why_not_parent(recipe, None if model is None else model.manifest)
        if why or alone or self._brood is None or not self._brood.parents:
            return why
        if recipe.model != self._brood.model:
            return "other"
        is_full = len(self._brood.parents) >= MOST_PARENTS
        return "full" if is_full and not self.is_parent(recipe) else ""

    def is_parent(self, recipe: Recipe) -> bool:
        """Whether a finished picture is among the parents."""
        name = identity(recipe)
        return any(identity(parent) == name for parent in self.parents)

    # What is done

    def wake(self) -> None:
        """Read what was left; from now on pictures are made."""
        self._is_awake = True
        try:
            found = self._project.store.node(BROOD_ID, BROOD)
        except AtelierError as error:
            self.refused.emit(error)
            found = None
        self._hang(found, "opened")

    def rest(self) -> None:
        """Make no more pictures until `wake`."""
        self.flush()
        self._is_awake = False
        self._maker.stop()

    def breed(self, parents: Sequence[Recipe], *, label: Label = "breed.next") -> bool:
        """Hang the children of these pictures; False: none of them can be a parent."""
        sound = [p for p in parents if not self.why_no_parent(p, alone=True)]
        sound = [p for p in sound if p.model == sound[0].model][:MOST_PARENTS]
        if not sound:
            return False
        before = self._brood
        fresh = Brood(
            model=sound[0].model,
            parents=(),
            first_seed=0,
            count=self._whole_rows(USUAL_CHILDREN),
        )
        is_akin = before is not None and before.model == fresh.model
        base = before if is_akin and before is not None else fresh
        following = document.with_parents(base, sound, secrets.randbelow(SEEDS))
        related = relate(self._project.store, following.parents)
        self._rewish(following, label, "bred", related)
        return True

    def add_parent(self, recipe: Recipe) -> bool:
        """One parent more; False: it cannot be one, or is one already."""
        if self.why_no_parent(recipe) or self.is_parent(recipe):
            return False
        return self.breed((*self.parents, recipe), label="breed.parents")

    def remove_parent(self, place: int) -> None:
        """One parent fewer; the last one stays."""
        parents = self.parents
        if len(parents) > 1 and 0 <= place < len(parents):
            self.breed((*parents[:place], *parents[place + 1 :]), label="breed.parents")

    def next_generation(self) -> bool:
        """The favourites become the parents; False: there are none."""
        brood = self._brood
        if brood is None:
            return False
        made = [self._finished(place) for place in brood.favourites]
        return self.breed([one for one in made if one is not None])

    def others(self) -> None:
        """Other children of the same parents."""
        if self._brood is not None:
            seed = secrets.randbelow(SEEDS)
            brood = msgspec.structs.replace(self._brood, first_seed=seed, favourites=())
            self._rewish(brood, "breed.others", "bred")

    def extend(self) -> None:
        """More children behind the last, in whole rows."""
        brood = self._brood
        if brood is not None and brood.count < MOST_CHILDREN:
            rows = -(-brood.count // self._columns) + 2
            self._extend_to(min(rows * self._columns, MOST_CHILDREN), is_step=True)

    def set_mutation(self, mutation: float, *, final: bool) -> None:
        """How different the children are; live while it moves."""
        brood = self._brood
        if brood is None:
            return
        brood = msgspec.structs.replace(brood, mutation=min(max(mutation, 0.0), 1.0))
        brood = self._wished(brood)
        if brood is None:
            return
        self._unsent = {"mutation": brood.mutation, "children": brood.children}
        if brood.favourites:  # those that were marked are gone with the pictures they were
            brood = msgspec.structs.replace(brood, favourites=())
            self._unsent["favourites"] = ()
        self._hang(brood, "adjusted", live=not final)
        if final:
            self._settle.stop()
            self._send()
        elif not self._settle.isActive():
            self._settle.start()

    def set_source(self, zone: str, parent: str) -> None:
        """Which parent a zone comes from, by identity; "": each child's lot decides."""
        brood = self._brood
        if brood is None or brood.sources.get(zone, "") == parent:
            return
        sources = {z: name for z, name in brood.sources.items() if z != zone}
        if parent:
            sources[zone] = parent
        self._rewish(
            msgspec.structs.replace(brood, sources=sources, favourites=()),
            "breed.source",
            "adjusted",
        )

    def set_kind(self, kind: str | None) -> None:
        """All children of one kind, or of their parents'."""
        if self._brood is not None and kind != self._brood.kind:
            brood = msgspec.structs.replace(self._brood, kind=kind, favourites=())
            self._rewish(brood, "breed.kind", "adjusted")

    def is_favourite(self, place: int) -> bool:
        """Whether a child is to be a parent of the next generation."""
        return self._brood is not None and place in self._brood.favourites

    def toggle_favourite(self, place: int, *, is_leaf: bool) -> bool:
        """Mark a child for the next generation, or not any more; False: it is not made yet.

        Its node in the family tree goes with the mark; ``is_leaf``: unless it has children.
        """
        brood, recipe = self._brood, self._finished(place)
        if brood is None or recipe is None:
            return False
        self._send()
        store = self._project.store
        if place in brood.favourites:
            favourites = tuple(other for other in brood.favourites if other != place)
            related = unfavour(store, recipe, is_leaf=is_leaf)
        else:
            favourites = (*brood.favourites, place)
            related = (favour(store, recipe, True),)
        children = (*brood.children[:place], recipe, *brood.children[place + 1 :])
        self._hang(
            msgspec.structs.replace(brood, favourites=favourites, children=children), "marked"
        )
        self._submit(
            document.change_brood(
                label="breed.favourite", related=related, favourites=favourites, children=children
            )
        )
        return True

    def see(self, places: Sequence[int], columns: int) -> None:
        """Say which children are looked at, the most important first: only those are made."""
        self._seen = tuple(places)
        self._columns = max(columns, 1)
        if len(self.children_recipes) % self._columns:
            self._fill.start()
        self._want()

    def retry(self) -> None:
        """Try again after a failure."""
        if self.model is not None:
            self._maker.retry(self.model.folder)

    def flush(self) -> None:
        """Send what waits for a timer."""
        self._fill.stop()
        self._settle.stop()
        self._send()
        if self._complete.isActive():
            self._complete.stop()
            self._complete_children()

    # How it is done

    def _whole_rows(self, count: int) -> int:
        return -(-count // self._columns) * self._columns

    def _finished(self, place: int) -> Recipe | None:
        """The made recipe of a child."""
        children = self.children_recipes
        if not 0 <= place < len(children):
            return None
        if children[place].is_made:
            return children[place]
        made = self.child(place)
        return None if made is None else made.recipe

    def _wished(self, brood: Brood) -> Brood | None:
        model = self._models.get(brood.model)
        if model is None:
            return None
        try:
            children = document.children_of(brood, model.manifest)
        except AtelierError as error:
            self.refused.emit(error)
            return None
        return msgspec.structs.replace(brood, children=children)

    def _rewish(
        self, brood: Brood, label: Label, reason: HungReason, related: Sequence[Patch] = ()
    ) -> None:
        """Hang other children, as one step of the history."""
        self._settle.stop()
        self._send()
        wished = self._wished(brood)
        if wished is None:
            return
        before = self._brood
        self._hang(wished, reason)
        if before is None:
            self._submit(document.start_brood(wished, related=related))
        else:
            self._submit(
                document.change_brood(
                    label=label,
                    related=related,
                    model=wished.model,
                    parents=wished.parents,
                    mutation=wished.mutation,
                    sources=wished.sources,
                    kind=wished.kind,
                    first_seed=wished.first_seed,
                    count=wished.count,
                    favourites=wished.favourites,
                    children=wished.children,
                )
            )

    def _extend_to(self, count: int, *, is_step: bool) -> None:
        before, model = self._brood, self.model
        if before is None or model is None or count <= len(before.children):
            return
        larger = msgspec.structs.replace(before, count=count)
        more = (
            document.child_of(larger, model.manifest, place)
            for place in range(len(before.children), count)
        )
        children = (*before.children, *more)
        self._hang(msgspec.structs.replace(larger, children=children), "extended")
        if is_step:
            edit = document.change_brood(label="breed.more", count=count, children=children)
        else:
            edit = document.complete_brood(before, children, count=count)
        self._submit(edit)

    @Slot()
    def _send(self) -> None:
        if self._unsent:
            edit = document.change_brood(label="breed.mutation", **self._unsent)
            self._unsent = {}
            self._submit(edit)

    def _submit(self, edit: Edit) -> None:
        if not self._project.is_read_only:
            self._project.submit(edit)

    def _hang(self, brood: Brood | None, reason: HungReason, *, live: bool = False) -> None:
        self._brood = brood
        self._live = live
        self._complete.stop()
        self.hung.emit(BroodHung(reason=reason, live=live))
        self._want()

    def _want(self) -> None:
        model, children = self.model, self.children_recipes
        if model is None or not self._is_awake:
            return
        wished = (
            []
            if self._live
            else [(PARENT + place, wish(parent)) for place, parent in enumerate(self.parents)]
        )
        wished += [(place, wish(children[place])) for place in self._seen if place < len(children)]
        self._maker.want(model.folder, wished, live=self._live)
        if not self._maker.is_making and wished and not self._live:
            self._complete.start()

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        if event.place >= PARENT:
            place = event.place - PARENT
            if place < len(self.parents):
                self.parent_made.emit(
                    PictureArrived(place=place, picture=event.picture, is_current=event.is_current)
                )
        elif event.place < len(self.children_recipes):
            self.child_made.emit(event)

    @Slot(object)
    def _all_made(self, _event: MakingDone) -> None:
        self._live = False
        self._complete.start()

    @Slot()
    def _complete_children(self) -> None:
        """Put what was made in the place of what was wished, within the same step."""
        before = self._brood
        if before is None or self._unsent:
            return
        children = []
        for child in before.children:
            made = None if child.is_made else self._maker.get(wish_key(child))
            children.append(child if made is None else made.recipe)
        if tuple(children) != before.children:
            self._brood = msgspec.structs.replace(before, children=tuple(children))
            self._submit(document.complete_brood(before, self._brood.children))

    @Slot()
    def _fill_row(self) -> None:
        """Hang what the last row lacks; that is no step of the user's."""
        if not self._live and not self._unsent:
            self._extend_to(self._whole_rows(len(self.children_recipes)), is_step=False)

    @Slot(object)
    def _project_changed(self, change: Change) -> None:
        """Undo, redo and other windows change the brood in the project; what we sent is there."""
        if change.kind == "edit" or BROOD_ID not in change.nodes or not self._is_awake:
            return
        try:
            found = self._project.store.node(BROOD_ID, BROOD)
        except AtelierError as error:
            self.refused.emit(error)
            return
        if found != self._brood:
            self._unsent = {}
            self._settle.stop()
            self._hang(found, "history")
