"""Where the explorer is, and what leads on from there: wishes become pictures and steps.

The exploration in the project is the truth; the desk holds a copy, so that a hand need not wait
for the disk, and follows the project when undo or somebody else changes it. While something
moves only the picture in the middle is made, the newest wish first; what lies around it follows
when the hand rests. No widgets here.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.contract.errors import AtelierError
from studio.contract.manifest import Manifest, Model, control_fault
from studio.contract.recipe import ControlValue, FromSeed, Recipe
from studio.images import exploration, wandering
from studio.images.document import SEEDS, wish
from studio.images.exploration import (
    EXPLORATION,
    EXPLORATION_ID,
    FREE,
    LEAST_REACH,
    MOST_REACH,
    STOP,
    Exploration,
    ExplorationFields,
    Label,
    Stop,
    View,
    Way,
)
from studio.images.shifting import amount_of, suits, with_amount
from studio.images.trait_file import ShelfTrait
from studio.images.traits import TraitShelf, TraitShelves
from studio.images.ui.explore.spots import ALONG, CENTRE, LETTERS, RIM, WAYS, rim_way
from studio.images.ui.maker import MadePicture, MakingFailed, PictureArrived, PictureMaker, wish_key
from studio.project.edits import Change, Edit
from studio.shell.project_bridge import ProjectBridge

JOIN_MILLISECONDS: Final = 500
"""Steps of one key or one slider that follow each other so quickly are one."""
CLEARED: Final = 500
"""Stops that are read at once when all are forgotten."""
STEPS_BETWEEN: Final = 7
"""Pictures that are shown on the way between two."""

Previews = Callable[[Recipe], Iterable[tuple[int, Recipe]]]
"""What else is to be seen beside a picture, by the number of its spot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explored:
    """The explorer is elsewhere, or is set otherwise."""

    live: bool = False
    """Something moves: what is shown stays until the next picture arrives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A change of the picture that has come to rest, and that the project is still to be told."""

    label: Label
    key: str
    wished: Recipe
    begun: Recipe
    """The picture from which it leads."""
    fields: ExplorationFields


class ExploreDesk(QObject):
    """One for the mode; GUI thread only."""

    changed = Signal(object)
    """Payload: `Explored`."""
    arrived = Signal(object)
    """Payload: `PictureArrived`; its place is one of `spots`."""
    path_changed = Signal()
    """The path has other stops, or another of them is where the explorer is."""
    failed = Signal(object)
    """Payload: `AtelierError`."""

    def __init__(
        self,
        project: ProjectBridge,
        maker: PictureMaker,
        models: Mapping[str, Model],
        shelves: TraitShelves,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._maker = maker
        self._models = models
        self._shelves = shelves
        self._shelf: TraitShelf | None = None
        self._end_shelf: Callable[[], None] = lambda: None
        self._node: Exploration | None = None
        self._here: Recipe | None = None
        self._from: Recipe | None = None
        """The picture from which what moves began; None: nothing moves."""
        self._moves: tuple[Label, ExplorationFields] = ("explore.move", ExplorationFields())
        """The step that what moves is going to be."""
        self._step: _Step | None = None
        self._join = QTimer(self)
        self._join.setSingleShot(True)
        self._join.setInterval(JOIN_MILLISECONDS)
        self._join.timeout.connect(self._settle)
        self._plane: tuple[bytes, int, wandering.Plane] | None = None
        self._previews: list[Previews] = []
        self._awake = False
        self._hand = (0.0, 0.0)
        maker.made.connect(self._made)
        maker.failed.connect(self._making_failed)
        project.changed.connect(self._project_changed)

    # What there is

    @property
    def here(self) -> Recipe | None:
        """The picture in the middle, wished or made; None: nothing was opened yet."""
        return self._here

    @property
    def start(self) -> Recipe | None:
        """The picture from which what moves began, else the one in the middle."""
        return self._here if self._from is None else self._from

    @property
    def node(self) -> Exploration | None:
        """How the explorer is set."""
        return self._node

    @property
    def model(self) -> Model | None:
        """Whose pictures are explored."""
        return None if self._here is None else self._models.get(self._here.model)

    @property
    def hand(self) -> tuple[float, float]:
        """How far the hand is along the pad's axes, in steps; (0, 0) where it rests."""
        return self._hand if self.is_moving else (0.0, 0.0)

    @property
    def is_moving(self) -> bool:
        """Whether a hand is on something."""
        return self._from is not None

    @property
    def shelf(self) -> TraitShelf | None:
        """The traits of the model."""
        return self._shelf

    def traits(self) -> tuple[ShelfTrait, ...]:
        """The traits that the model can be given more or less of."""
        return () if self._shelf is None else self._shelf.traits()

    def suited(self) -> tuple[ShelfTrait, ...]:
        """Those of the traits that were found for a kind that the picture is of.

        The others are moved along only where somebody asks for them by name."""
        model, here = self.model, self._here
        if model is None or here is None:
            return ()
        return tuple(t for t in self.traits() if suits(here, t, model.manifest))

    def picture(self, spot: int = CENTRE) -> MadePicture | None:
        """The finished picture in the middle; of other spots see `arrived`."""
        if spot != CENTRE or self._here is None:
            return None
        return self._maker.get(wish_key(self._here))

    def held(self, recipe: Recipe) -> MadePicture | None:
        """A picture that was made here a moment ago."""
        return self._maker.get(wish_key(recipe))

    def axis(self, name: str) -> ShelfTrait | None:
        """The trait that an axis ("across" or "down") moves along; None: a free direction."""
        if self._node is None or self._shelf is None:
            return None
        chosen = self._node.across if name == "across" else self._node.down
        return None if chosen == FREE else self._shelf.trait(chosen)

    def amount(self, trait: ShelfTrait) -> float:
        """How much of a trait the picture has."""
        return 0.0 if self._here is None else amount_of(self._here, trait)

    def control(self, name: str) -> ControlValue | None:
        """The value of a control that holds."""
        model, here = self.model, self._here
        if model is None or here is None:
            return None
        found = next((c for c in model.manifest.controls if c.name == name), None)
        return None if found is None else here.controls.get(name, found.default)

    def kinds(self) -> dict[str, float]:
        """The shares of the kinds in the picture."""
        model, here = self.model, self._here
        return {} if model is None or here is None else wandering.kinds_of(here, model.manifest)

    def stops(self, offset: int, limit: int) -> tuple[tuple[Stop, ...], int]:
        """Part of the path, oldest first, and how long it is."""
        try:
            page = self._project.store.nodes(STOP, offset=offset, limit=limit)
        except AtelierError as error:
            self.failed.emit(error)
            return (), 0
        return page.items, page.total

    def add_previews(self, previews: Previews) -> None:
        """Make further pictures whenever the hand rests."""
        self._previews.append(previews)

    # Coming and going

    def open(self, fallback: Model) -> str:
        """Be where the project says, or at a first picture of ``fallback``.

        Returns the id of the model that it was left with if that is not here, else "".
        """
        self._awake = True
        if self._node is None:
            self._read()
        left = "" if self._node is None else self._node.here.model
        if left not in self._models:
            self._begin(fallback)
        self._show()
        return "" if left in self._models else left

    def rest(self) -> None:
        """Nobody looks: make nothing more."""
        self._rest()
        self._awake = False
        self._maker.stop()

    def settle(self) -> None:
        """What was done last is a step now."""
        self._rest()

    def flush(self) -> None:
        """Tell the project what it has not been told."""
        self._rest()
        self._end_shelf()

    def refresh(self) -> None:
        """Make what is seen now, because something else is seen."""
        self._want(live=False)

    def open_picture(self, recipe: Recipe) -> None:
        """Go on from a finished picture."""
        if recipe.model in self._models and recipe.latent is not None:
            self._go("explore.open", wish(recipe), keep_parents=True)

    def choose_model(self, model: Model) -> None:
        """Go to a picture of another model."""
        if self.model is not model:
            fields = ExplorationFields(across=FREE, down=FREE, first=None, second=None)
            self._go("explore.model", _fresh(model), keep_parents=True, fields=fields)

    # Moving

    def set_hand(self, across: float, up: float, *, final: bool, key: str = "") -> None:
        """Move along the pad's axes, counted from where the movement began, in steps.

        With a ``key`` it is counted from the picture in the middle, and joins the step before.
        """
        start = self.start
        if start is None:
            return
        found = self.moved(start, across, up)
        self._hand = (across, up)
        if found is not None:
            self._change("explore.move", found, final=final, key=key)

    def moved(self, start: Recipe, across: float, up: float) -> Recipe | None:
        """The wish for the picture so many steps from ``start``; None: it is not known where that
        is, because it has not been made."""
        node, model = self._node, self._models.get(start.model)
        if node is None or model is None:
            return None
        traits = (self.axis("across"), self.axis("down"))
        steps = (across, up)
        free = [
            0.0 if trait is not None else step for trait, step in zip(traits, steps, strict=True)
        ]
        recipe = start
        if any(free):
            if start.latent is None:
                return None
            plane = self._plane_of(start.latent, node.plane)
            recipe = wandering.at_position(recipe, plane.at(*free))
        for trait, step in zip(traits, steps, strict=True):
            if trait is not None and step:
                amount = round(amount_of(start, trait) + step, 6)
                recipe = with_amount(recipe, trait, amount, styles=model.manifest.styles)
        return recipe

    def _plane_of(self, latent: bytes, seed: int) -> wandering.Plane:
        held = self._plane
        if held is None or held[:2] != (latent, seed):
            held = (latent, seed, wandering.Plane(latent, seed))
            self._plane = held
        return held[2]

    def walk(self, index: int) -> None:
        """Go to a picture of the rim."""
        node = self._node
        if node is not None:
            across, up = rim_way(index)
            self.set_hand(across * node.reach, up * node.reach, final=True)

    def surprise(self) -> None:
        """Go anywhere, with everything else as it is set."""
        self.set_seed(secrets.randbelow(SEEDS), label="explore.surprise")

    def set_seed(self, seed: int, *, label: Label = "explore.seed") -> None:
        """Go to the position that a number draws."""
        if self._here is not None:
            self._go(label, self.at_seed(self._here, seed), keep_parents=True)

    def at_seed(self, recipe: Recipe, seed: int) -> Recipe:
        """The wish for the same picture at the position of another number."""
        styling = wandering.styling_of(recipe)
        bare = wandering.with_styling(recipe, msgspec.structs.replace(styling, styles=None))
        return msgspec.structs.replace(
            bare, seed=seed, origin=FromSeed(), latent=None, noise_seed=None, parents=()
        )

    def set_noise_seed(self, seed: int) -> None:
        """Another draw of the grain, at the same position."""
        if self._here is not None:
            self._go("explore.number", msgspec.structs.replace(self._here, noise_seed=seed))

    # Setting

    def set_trait(self, trait: ShelfTrait, amount: float, *, final: bool) -> None:
        """More or less of a trait."""
        start, model = self.start, self.model
        if start is None or model is None:
            return
        try:
            found = with_amount(start, trait, amount, styles=model.manifest.styles)
        except AtelierError as error:
            self.failed.emit(error)
            return
        self._change("explore.trait", found, final=final, key=f"trait {trait.id}")

    def set_control(self, name: str, value: ControlValue, *, final: bool) -> None:
        """Another value of a control of the model."""
        start, model = self.start, self.model
        if start is None or model is None:
            return
        control = next((c for c in model.manifest.controls if c.name == name), None)
        if control is None or control_fault(control, value) is not None:
            return
        found = msgspec.structs.replace(wish(start), controls={**start.controls, name: value})
        self._change("explore.control", found, final=final, key=f"control {name}")

    def set_kinds(self, shares: Mapping[str, float], *, final: bool) -> None:
        """A single kind, or a blend of several."""
        start, model = self.start, self.model
        if start is None or model is None:
            return
        found = wandering.with_kinds(start, model.manifest, dict(shares))
        label: Label = "explore.kind" if len(shares) == 1 else "explore.blend"
        self._change(label, found, final=final, key="kinds")

    def set_zone(self, zone: str, other: Recipe | None) -> None:
        """Take a zone from another finished picture; None: the picture's own again."""
        here, model = self._here, self.model
        if here is None or model is None or (other is not None and other.model != here.model):
            return
        self._go("explore.zone", wandering.with_zone(here, model.manifest, zone, other))

    def set_zone_share(self, zone: str, share: float, *, final: bool) -> None:
        """How far a zone goes to the other picture's."""
        start = self.start
        if start is not None:
            found = wandering.with_zone_share(start, zone, share)
            self._change("explore.zone", found, final=final, key=f"zone {zone}")

    def return_to(self, stop: Stop) -> None:
        """Be at a stop of the path again; the path stays as it is."""
        if stop.recipe.model not in self._models or self._node is None:
            return
        self._set_up("explore.return", ExplorationFields(here=stop.recipe, stop=stop.id))
        self._here = stop.recipe
        self.path_changed.emit()
        self._show()

    def clear_path(self) -> None:
        """Forget every stop but the one where the explorer is."""
        self._rest()
        at = "" if self._node is None else self._node.stop
        stops, total = self.stops(0, CLEARED)
        while len(stops) < total:
            more, total = self.stops(len(stops), CLEARED)
            if not more:
                break
            stops = (*stops, *more)
        forgotten = tuple(stop.id for stop in stops if stop.id != at)
        if forgotten:
            self._submit(exploration.clear_path(forgotten))

    def choose_view(self, view: View) -> None:
        """Show the pad, the grid of numbers, or the way between two."""
        if self._node is not None and self._node.view != view:
            self._set_up("explore.pad", ExplorationFields(view=view))
            self._show()

    def set_axis(self, name: str, trait: str) -> None:
        """Let an axis of the pad move along a trait, or freely."""
        if self._node is not None:
            across = name == "across"
            fields = ExplorationFields(across=trait) if across else ExplorationFields(down=trait)
            self._set_up("explore.pad", fields)
            self._show()

    def roll_plane(self) -> None:
        """Two other free directions."""
        if self._node is not None:
            self._set_up("explore.pad", ExplorationFields(plane=secrets.randbelow(SEEDS)))
            self._show()

    def set_reach(self, reach: float, *, final: bool) -> None:
        """How far the rim is."""
        if self._node is None:
            return
        reach = round(min(max(reach, LEAST_REACH), MOST_REACH), 3)
        self._node = msgspec.structs.replace(self._node, reach=reach)
        if final:
            self._submit(exploration.set_up("explore.pad", merge_key="explore.reach", reach=reach))
        self.changed.emit(Explored())
        self._want(live=False)

    def set_first_seed(self, seed: int) -> None:
        """The number at which the grid begins; that is no step worth undoing."""
        if self._node is not None and seed != self._node.first_seed:
            self._node = msgspec.structs.replace(self._node, first_seed=seed)
            edit = exploration.set_up("explore.pad", first_seed=seed)
            self._submit(msgspec.structs.replace(edit, is_step=False))

    def set_text(self, text: str) -> None:
        """What is set in the letters."""
        if self._node is not None and text != self._node.text:
            self._set_up("explore.text", ExplorationFields(text=text), merge_key="explore.text")
            self.changed.emit(Explored())
            self._want(live=False)

    # Between two

    def set_pair(self, first: Recipe | None, second: Recipe | None) -> None:
        """The two pictures between which the way leads; finished ones of one model."""
        if self._node is None:
            return
        fields = ExplorationFields(first=first, second=second)
        if first is not None and second is not None and wandering.can_lie_between(first, second):
            found = self._at_share(first, second, self._node.share, self._node.way)
            if found is not None:
                self._go("explore.between", found, keep_parents=True, fields=fields)
                return
        self._set_up("explore.between", fields)
        self._show()

    def set_share(self, share: float, *, final: bool) -> None:
        """How far along the way."""
        node = self._node
        if node is None or node.first is None or node.second is None:
            return
        found = self._at_share(node.first, node.second, share, node.way)
        if found is not None:
            self._node = msgspec.structs.replace(node, share=share)
            fields = ExplorationFields(share=share)
            self._change(
                "explore.between", found, final=final, key="share", keep_parents=True, fields=fields
            )

    def set_way(self, way: Way) -> None:
        """Through positions, or through styles."""
        node = self._node
        if node is None or way == node.way:
            return
        fields = ExplorationFields(way=way)
        found = None
        if node.first is not None and node.second is not None:
            found = self._at_share(node.first, node.second, node.share, way)
        if found is None:
            self._set_up("explore.between", fields)
            self._show()
        else:
            self._go("explore.between", found, keep_parents=True, fields=fields)

    def along(self) -> tuple[tuple[float, Recipe], ...]:
        """Pictures on the way, evenly, with how far each is; empty: there is no way."""
        node = self._node
        if node is None or node.first is None or node.second is None:
            return ()
        found = []
        for index in range(STEPS_BETWEEN):
            share = index / (STEPS_BETWEEN - 1)
            recipe = self._at_share(node.first, node.second, share, node.way)
            if recipe is not None:
                found.append((share, recipe))
        return tuple(found)

    def _at_share(self, first: Recipe, second: Recipe, share: float, way: Way) -> Recipe | None:
        model = self._models.get(first.model)
        if model is None or not wandering.can_lie_between(first, second):
            return None
        return wandering.between(first, second, share, model.manifest, by_style=way == "style")

    # How it is done

    def _read(self) -> None:
        try:
            self._node = self._project.store.node(EXPLORATION_ID, EXPLORATION)
        except AtelierError as error:
            self.failed.emit(error)
        if self._node is not None:
            self._here = self._node.here

    def _begin(self, model: Model) -> None:
        stop = exploration.new_stop(_fresh(model))
        way: Way = "style" if model.manifest.styles is not None else "position"
        self._node = Exploration(
            here=stop.recipe, stop=stop.id, plane=secrets.randbelow(SEEDS), way=way
        )
        self._here = stop.recipe
        self._submit(exploration.begin(self._node, stop))

    def _go(
        self,
        label: Label,
        recipe: Recipe,
        *,
        keep_parents: bool = False,
        fields: ExplorationFields | None = None,
    ) -> None:
        """A change of the picture that is not moved to, but is there at once."""
        self._rest()
        self._change(label, recipe, final=True, keep_parents=keep_parents, fields=fields)

    def _change(
        self,
        label: Label,
        recipe: Recipe,
        *,
        final: bool,
        key: str = "",
        keep_parents: bool = False,
        fields: ExplorationFields | None = None,
    ) -> None:
        """Show another picture; once it rests it is a step, and a stop of the path."""
        if self._node is None or self._here is None or recipe.model not in self._models:
            return
        if self._from is None:
            if key and self._step is not None and self._step.key == key:
                self._from, self._step = self._step.begun, None
            else:
                self._settle()
                self._from = self._here
        wished = recipe if keep_parents else wandering.derived(recipe, self._from)
        self._here = wished
        fields = fields or ExplorationFields()
        self._moves = (label, fields)
        if final:
            self._node = msgspec.structs.replace(self._node, **fields)
            if fields or not _is_same_wish(self._from, wished):
                self._step = _Step(
                    label=label, key=key, wished=wished, begun=self._from, fields=fields
                )
            else:
                self._here = self._from
            self._from = None
        self._show(live=not final)
        self._await()

    def _await(self) -> None:
        """A step that rests waits for its picture, and a while for others of its key."""
        step = self._step
        if step is None:
            return
        if step.key:
            self._join.start()
        elif self.picture() is not None:
            self._settle()

    def _rest(self) -> None:
        """What moves comes to rest where it is, though nobody let go of it."""
        begun, self._from = self._from, None
        if begun is not None and self._here is not None and not _is_same_wish(begun, self._here):
            label, fields = self._moves
            self._step = _Step(label=label, key="", wished=self._here, begun=begun, fields=fields)
        self._settle()

    @Slot()
    def _settle(self) -> None:
        """Tell the project of the step that rests: with the finished recipe, if it is there."""
        self._join.stop()
        step, self._step = self._step, None
        if step is None or self._node is None:
            return
        made = self._maker.get(wish_key(step.wished))
        recipe = step.wished if made is None else made.recipe
        if self._here == step.wished:
            self._here = recipe
        stop = exploration.new_stop(recipe)
        self._node = msgspec.structs.replace(self._node, here=recipe, stop=stop.id)
        self._submit(exploration.go_on(stop, step.label, **step.fields))

    def _set_up(
        self, label: Label, fields: ExplorationFields, *, merge_key: str | None = None
    ) -> None:
        """A step that leaves the picture, or brings one of the path back."""
        assert self._node is not None
        self._rest()
        self._node = msgspec.structs.replace(self._node, **fields)
        self._submit(exploration.set_up(label, merge_key=merge_key, **fields))

    def _submit(self, edit: Edit) -> None:
        if not self._project.is_read_only:
            self._project.submit(edit)

    def _show(self, *, live: bool = False) -> None:
        self._take_shelf()
        self.changed.emit(Explored(live=live))
        self._want(live=live)

    def _take_shelf(self) -> None:
        model = self.model
        shelf = None if model is None else self._shelves.of(model)
        if shelf is not self._shelf:
            self._end_shelf()
            self._shelf = shelf
            self._end_shelf = (lambda: None) if shelf is None else shelf.subscribe(self._shelf_told)

    def _shelf_told(self) -> None:
        self._show()

    def _want(self, *, live: bool) -> None:
        model, here = self.model, self._here
        if model is None or here is None or not self._awake:
            return
        wanted = [(CENTRE, here)]
        wanted += self._letters(model.manifest, here)
        if not live:
            wanted += self._around(here)
            for previews in self._previews:
                wanted += previews(here)
        self._maker.want(model.folder, [(spot, wish(recipe)) for spot, recipe in wanted], live=live)
        if not live:
            self._hand_out(wanted)

    def _hand_out(self, wanted: Iterable[tuple[int, Recipe]]) -> None:
        """What is held already need not be waited for."""
        for spot, recipe in wanted:
            held = self._maker.get(wish_key(recipe))
            if held is not None:
                self._made(PictureArrived(place=spot, picture=held, is_current=True))

    def _around(self, here: Recipe) -> list[tuple[int, Recipe]]:
        node = self._node
        if node is None:
            return []
        if node.view == "between":
            along = [(ALONG + at, recipe) for at, (_share, recipe) in enumerate(self.along())]
            ends = ((ALONG, node.first), (ALONG + STEPS_BETWEEN - 1, node.second))
            return along or [(spot, recipe) for spot, recipe in ends if recipe is not None]
        if node.view != "pad":
            return []
        found = []
        for index in range(WAYS):
            across, up = rim_way(index)
            recipe = self.moved(here, across * node.reach, up * node.reach)
            if recipe is not None:
                found.append((RIM + index, wandering.derived(recipe, here)))
        return found

    def _letters(self, manifest: Manifest, here: Recipe) -> list[tuple[int, Recipe]]:
        """All kinds at the position, where they belong together; those of the text first."""
        control = manifest.control("class")
        node = self._node
        if not manifest.specimen or control is None or node is None or node.view == "seeds":
            return []
        choices = list(enumerate(control.choices))
        text = node.text.casefold()
        choices.sort(key=lambda one: one[1].value.casefold() not in text)
        return [
            (LETTERS + index, wandering.with_kinds(here, manifest, {choice.value: 1.0}))
            for index, choice in choices
        ]

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        if not self._awake:
            return
        if event.place == CENTRE and event.is_current and not self.is_moving:
            self._centre_made(event.picture)
        self.arrived.emit(event)

    def _centre_made(self, picture: MadePicture) -> None:
        """The picture in the middle is finished: its position is known now."""
        here, node = self._here, self._node
        if here is None or node is None or here.is_made or wish_key(here) != picture.key:
            return
        self._here = picture.recipe
        step = self._step
        if step is not None:
            self._step = replace(step, wished=self._here)
            self._await()
        elif node.here == here:
            self._complete(node, here)
        self._want(live=False)  # what lies around it

    def _complete(self, node: Exploration, before: Recipe) -> None:
        """Put the finished recipe in the place of the wish, within the step that wished for it."""
        assert self._here is not None
        self._node = msgspec.structs.replace(node, here=self._here)
        self._submit(exploration.complete_stop(before, Stop(id=node.stop, recipe=self._here)))

    @Slot(object)
    def _making_failed(self, event: MakingFailed) -> None:
        if self._awake:
            self.failed.emit(event.error)

    @Slot(object)
    def _project_changed(self, change: Change) -> None:
        if STOP.name in change.types:
            self.path_changed.emit()
        if change.kind == "edit" or EXPLORATION_ID not in change.nodes:
            return
        self._join.stop()
        self._step, self._from = None, None
        before = self._node
        self._read()
        if self._node is not None and self._node != before:
            self.path_changed.emit()
            self._show()


def _fresh(model: Model) -> Recipe:
    """A first picture: any, with every control at its default."""
    return Recipe(model=model.manifest.id, seed=secrets.randbelow(SEEDS))


def _is_same_wish(one: Recipe, other: Recipe) -> bool:
    """Whether two recipes ask for one picture, whatever they came from."""
    if (one.model, one.seed, one.noise_seed) != (other.model, other.seed, other.noise_seed):
        return False
    if one.latent is None and one.origin != other.origin:
        return False
    same = one.latent == other.latent and one.controls == other.controls
    return same and wandering.styling_of(one) == wandering.styling_of(other)
