"""What hangs and why: turns wishes of the user's into edits of the wall and requests for pictures.

The wall in the project is the truth; the desk holds a copy so that a slider need not wait for the
disk, and follows the project when undo, redo or somebody else changes it. No widgets here.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.contract.errors import AtelierError
from studio.contract.manifest import BrokenModel, Model, control_fault
from studio.contract.recipe import ControlValue, Near, Recipe, identity
from studio.images import document
from studio.images.document import (
    MAXIMUM_TILES,
    SEEDS,
    TILES,
    WALL,
    WALL_ID,
    Label,
    Wall,
    WallFields,
)
from studio.images.lineage import relate
from studio.images.ui.maker import (
    MadePicture,
    MakingDone,
    PictureArrived,
    PictureMaker,
    wish_key,
)
from studio.project.edits import Change, Edit, Patch
from studio.shell.project_bridge import ProjectBridge

TRAIL_KEY: Final = "images.trail"
LONGEST_TRAIL: Final = 12
SETTLE_MILLISECONDS: Final = 200
"""A drag is sent to the project this often; pictures do not wait for it."""
COMPLETE_MILLISECONDS: Final = 250
FILL_MILLISECONDS: Final = 250
"""The last row is filled when the wall has had its width for so long."""

_trail_codec = msgspec.json.Decoder(tuple[Wall, ...])

HangReason = Literal["opened", "rolled", "near", "adjusted", "extended", "history", "back"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WallHung:
    """The wall is another now."""

    reason: HangReason
    live: bool = False
    """Something moves: what hangs is shown until the new pictures arrive, without a fade."""
    is_filled: bool = False
    """The last row was filled; nothing else has changed."""


class WallDesk(QObject):
    """One for the room; GUI thread only."""

    hung = Signal(object)
    """Payload: `WallHung`."""
    tile_made = Signal(object)
    """Payload: `PictureArrived`: the picture of one place."""
    refused = Signal(object)
    """Payload: `AtelierError`: the project's wall cannot be read."""

    def __init__(
        self,
        project: ProjectBridge,
        maker: PictureMaker,
        models: Sequence[Model | BrokenModel],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._maker = maker
        self._models: dict[str, Model] = {}
        for model in models:
            if isinstance(model, Model) and makes_pictures(model):
                self._models.setdefault(model.manifest.id, model)
        self._wall: Wall | None = None
        self._stored: Wall | None = None
        self._trail: tuple[Wall, ...] = ()
        self._columns = 6
        self._seen: tuple[int, ...] = ()
        self._later: tuple[int, ...] = ()
        self._live = False
        self._hanging = False
        self._unsent: tuple[Label, WallFields] | None = None
        self._settle = self._timer(SETTLE_MILLISECONDS, self._send)
        self._complete = self._timer(COMPLETE_MILLISECONDS, self._complete_tiles)
        self._fill = self._timer(FILL_MILLISECONDS, self._fill_row)
        maker.made.connect(self._made)
        maker.all_made.connect(self._all_made)
        project.changed.connect(self._project_changed)

    def _timer(self, milliseconds: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    # What there is

    @property
    def wall(self) -> Wall | None:
        """What hangs; None before `open`, and without a model."""
        return self._wall

    @property
    def tiles(self) -> tuple[Recipe, ...]:
        """The recipes that hang, wished or made."""
        return () if self._wall is None else self._wall.tiles

    @property
    def model(self) -> Model | None:
        """The model of the wall."""
        return None if self._wall is None else self._models.get(self._wall.model)

    @property
    def models(self) -> Mapping[str, Model]:
        """The models that can hang, by id."""
        return self._models

    @property
    def is_moving(self) -> bool:
        """Whether a slider moves, so that what hangs is gone in a moment."""
        return self._live

    @property
    def can_go_back(self) -> bool:
        """Whether there was a wall before this one to go back to."""
        return bool(self._trail)

    def picture(self, place: int) -> MadePicture | None:
        """The picture of a place, if it has been made and is held."""
        return self._maker.get(wish_key(self.tiles[place]))

    def control(self, name: str) -> ControlValue | None:
        """The value of a control that holds for the wall."""
        wall, model = self._wall, self.model
        if wall is None or model is None:
            return None
        for control in model.manifest.controls:
            if control.name == name:
                if control.applies_to == "truncation" and wall.truncation is not None:
                    return wall.truncation
                return wall.controls.get(name, control.default)
        return None

    def kind(self) -> str | None:
        """The kind of the whole wall; None: mixed."""
        wall, model = self._wall, self.model
        if wall is None or model is None:
            return None
        control = model.manifest.control("class")
        base, partner = document.parents_of(wall)
        if wall.kind is None and base is not None and control is not None:
            value = base.controls.get(control.name)
            if partner is not None and partner.controls.get(control.name) != value:
                return None
            return str(value) if value is not None else None
        return wall.kind

    # What is done

    def load(self) -> Model | None:
        """Read what was left and say whose pictures will hang; None: there is no model."""
        try:
            self._stored = self._project.store.node(WALL_ID, WALL)
            self._trail = self._read_trail()
        except AtelierError as error:
            self.refused.emit(error)
        stored = self._stored
        if stored is not None and stored.model in self._models:
            return self._models[stored.model]
        return next(iter(self._models.values()), None)

    def open(self, model: Model, columns: int, count: int) -> None:
        """Hang the wall as `load` found it, or the first one of a new project."""
        self._columns = max(columns, 1)
        stored = self._stored
        if stored is not None and stored.model == model.manifest.id and stored.tiles:
            self._hang(stored, "opened")
            return
        fresh = self._fresh(model, count)
        if stored is None:
            self._submit(document.first_wall(fresh))
        else:
            self._submit(document.change_wall(stored, label="images.model", **_fields(fresh)))
        self._hang(fresh, "opened")

    def choose_model(self, model: Model, count: int) -> None:
        """Hang a fresh wall of another model."""
        if self._wall is None:
            self.open(model, self._columns, count)
        elif model.manifest.id != self._wall.model:
            self._leave_trail()
            self._change("images.model", "rolled", **_fields(self._fresh(model, count)))

    def roll(self) -> None:
        """Other pictures; those that are locked stay."""
        if self._wall is not None:
            seed = secrets.randbelow(SEEDS)
            self._rewish("images.roll", "rolled", first_seed=seed)

    def more_like(self, base: Recipe, *, first_seed: int | None = None) -> None:
        """Hang the neighbours of a finished picture around it.

        With a ``first_seed`` they are those that were shown already.
        """
        self._hang_family("images.more_like_this", base, None, first_seed)

    def cross(self, first: Recipe, second: Recipe) -> bool:
        """Hang the children of two finished pictures; False: they cannot have any."""
        if first.model != second.model or second.latent is None:
            return False
        return self._hang_family("images.cross", first, second, None)

    def _hang_family(
        self, label: Label, base: Recipe, partner: Recipe | None, first_seed: int | None
    ) -> bool:
        wall, model = self._wall, self._models.get(base.model)
        if wall is None or model is None or base.latent is None:
            return False
        self._leave_trail()
        common = dict(base.controls)
        if partner is not None:  # what they do not share is each child's own affair
            common = {k: v for k, v in common.items() if partner.controls.get(k) == v}
        truncation = model.manifest.control("truncation")
        held = common.get(truncation.name) if truncation is not None else None
        self._rewish(
            label,
            "near",
            model=base.model,
            base=base,
            partner=partner,
            kind=None,
            truncation=float(held) if isinstance(held, int | float) else None,
            controls={
                control.name: common[control.name]
                for control in model.manifest.controls
                if control.applies_to not in ("class", "truncation") and control.name in common
            },
            first_seed=secrets.randbelow(SEEDS) if first_seed is None else first_seed,
            count=max(TILES, self._columns * 4),
            locked=(),
            related=self._related(base, partner),
        )
        return True

    def _related(self, *parents: Recipe | None) -> tuple[Patch, ...]:
        """What enters pictures that others come from into the family tree."""
        if self._project.is_read_only:
            return ()
        try:
            return relate(self._project.store, (p for p in parents if p is not None))
        except AtelierError as error:
            self.refused.emit(error)
            return ()

    def back(self) -> bool:
        """Hang the wall from which this one came; False: there is none."""
        if not self._trail or self._wall is None:
            return False
        before, self._trail = self._trail[-1], self._trail[:-1]
        self._write_trail()
        self._change("images.back", "back", **_fields(before))
        return True

    def extend(self) -> None:
        """Hang more pictures behind the last, in whole rows."""
        wall, model = self._wall, self.model
        if wall is None or model is None or wall.count >= MAXIMUM_TILES:
            return
        rows = -(-wall.count // self._columns) + 2
        larger = msgspec.structs.replace(wall, count=min(rows * self._columns, MAXIMUM_TILES))
        tiles = document.wishes(larger, model.manifest, columns=self._columns)
        self._change(
            "images.more",
            "extended",
            count=larger.count,
            tiles=(*wall.tiles, *tiles[len(wall.tiles) :]),
        )

    def set_kind(self, kind: str | None) -> None:
        """The same positions as another kind; None: kinds mixed by columns."""
        wall, model = self._wall, self.model
        control = None if model is None else model.manifest.control("class")
        if wall is None or model is None or control is None:
            return
        wished = document.wishes(
            msgspec.structs.replace(wall, kind=kind), model.manifest, columns=self._columns
        )
        tiles = [
            tile
            if place in wall.locked
            else document.with_control(
                tile,
                control.name,
                kind or wished[place].controls.get(control.name, control.default),
            )
            for place, tile in enumerate(wall.tiles)
        ]
        self._change("images.kind", "adjusted", kind=kind, tiles=tuple(tiles))

    def set_control(self, name: str, value: ControlValue, *, final: bool) -> None:
        """Another value of a control for every picture that is not locked; live while it moves."""
        wall, model = self._wall, self.model
        if wall is None or model is None:
            return
        control = next((c for c in model.manifest.controls if c.name == name), None)
        if control is None or control_fault(control, value) is not None:
            return
        tiles = tuple(
            tile if place in wall.locked else document.with_control(tile, name, value)
            for place, tile in enumerate(wall.tiles)
        )
        if control.applies_to == "truncation":
            self._move("images.truncation", final, truncation=float(value), tiles=tiles)
        else:
            controls = {**wall.controls, name: value}
            self._move("images.control", final, controls=controls, tiles=tiles)

    def set_strength(self, strength: float, *, final: bool) -> None:
        """How different the neighbours are from their base; live while it moves."""
        wall = self._wall
        if wall is None:
            return
        tiles = tuple(
            tile
            if place in wall.locked or not isinstance(tile.origin, Near) or wall.base is None
            else _forgetting_latent(tile, Near(base=tile.origin.base, strength=strength))
            if tile.origin.base == wall.base.latent
            else tile
            for place, tile in enumerate(wall.tiles)
        )
        self._move("images.strength", final, strength=strength, tiles=tiles)

    def set_seed(self, place: int, seed: int) -> None:
        """Another number for one picture."""
        wall = self._wall
        if wall is None or not 0 <= place < len(wall.tiles):
            return
        tile = wall.tiles[place]
        wished = msgspec.structs.replace(_forgetting_latent(tile, tile.origin), seed=seed)
        tiles = (*wall.tiles[:place], wished, *wall.tiles[place + 1 :])
        self._change("images.number", "adjusted", tiles=tiles)

    def put(self, place: int, recipe: Recipe, *, of: Recipe) -> None:
        """Hang what became ``of`` a picture in its place, where it stays when others are rolled."""
        wall = self._wall
        if wall is None or not 0 <= place < len(wall.tiles):
            return
        if of.is_made:
            recipe = msgspec.structs.replace(recipe, parents=(identity(of),))
        tiles = (*wall.tiles[:place], recipe, *wall.tiles[place + 1 :])
        locked = tuple(sorted({*wall.locked, place}))
        self._change("images.gene", "adjusted", tiles=tiles, locked=locked)

    def toggle_lock(self, place: int) -> None:
        """Whether the picture stays when the others are rolled."""
        wall = self._wall
        if wall is not None and 0 <= place < len(wall.tiles):
            locked = tuple(sorted(set(wall.locked) ^ {place}))
            self._change("images.lock", "adjusted", locked=locked)

    def see(self, places: Sequence[int], columns: int, *, later: Sequence[int] = ()) -> None:
        """Say what is looked at, the most important first: only that is made.

        What may be looked at ``later`` is made too, except while something moves.
        """
        self._seen, self._later = tuple(places), tuple(later)
        self._columns = max(columns, 1)
        if len(self.tiles) % self._columns:
            self._fill.start()
        if not self._hanging:
            self._want()

    def settle(self) -> None:
        """Send a drag that waits for its timer."""
        if self._settle.isActive():
            self._settle.stop()
            self._send()

    def flush(self) -> None:
        """Send what waits for a timer."""
        self._fill.stop()
        self.settle()
        if self._complete.isActive():
            self._complete.stop()
            self._complete_tiles()

    # How it is done

    def _fresh(self, model: Model, count: int) -> Wall:
        wall = Wall(
            model=model.manifest.id, first_seed=secrets.randbelow(SEEDS), count=max(count, TILES)
        )
        tiles = document.wishes(wall, model.manifest, columns=self._columns)
        return msgspec.structs.replace(wall, tiles=tiles)

    def _rewish(
        self, label: Label, reason: HangReason, *, related: Sequence[Patch] = (), **fields: object
    ) -> None:
        assert self._wall is not None
        wall = msgspec.structs.replace(self._wall, **fields)
        model = self._models[wall.model]
        tiles = document.wishes(wall, model.manifest, columns=self._columns)
        fresh = _fields(msgspec.structs.replace(wall, tiles=tiles))
        self._change(label, reason, related=related, **fresh)

    def _change(
        self, label: Label, reason: HangReason, *, related: Sequence[Patch] = (), **fields: object
    ) -> None:
        """One step of the history, hung at once."""
        assert self._wall is not None
        self._settle.stop()
        self._send()
        before = self._wall
        self._hang(msgspec.structs.replace(before, **fields), reason)
        self._submit(document.change_wall(before, label=label, related=related, **_typed(fields)))

    def _move(self, label: Label, final: bool, **fields: object) -> None:
        """Part of a drag: hung at once, written now and then and at its end."""
        assert self._wall is not None
        if self._unsent is not None and self._unsent[0] != label:
            self._send()
        self._unsent = (label, _typed(fields))
        self._hang(msgspec.structs.replace(self._wall, **fields), "adjusted", live=not final)
        if final:
            self._settle.stop()
            self._send()
        elif not self._settle.isActive():
            self._settle.start()

    @Slot()
    def _send(self) -> None:
        if self._unsent is not None and self._wall is not None:
            (label, fields), self._unsent = self._unsent, None
            self._submit(document.change_wall(self._wall, label=label, merge_key=label, **fields))

    def _submit(self, edit: Edit) -> None:
        if not self._project.is_read_only:
            self._project.submit(edit)

    def _hang(
        self, wall: Wall, reason: HangReason, *, live: bool = False, is_filled: bool = False
    ) -> None:
        self._wall = wall
        self._live = live
        self._complete.stop()
        self._hanging = True
        self.hung.emit(WallHung(reason=reason, live=live, is_filled=is_filled))
        self._hanging = False
        self._want()

    def _want(self) -> None:
        model = self.model
        if model is None:
            return
        tiles = self.tiles
        wished = [
            (place, document.wish(tiles[place]))
            for place in (*self._seen, *(() if self._live else self._later))
            if place < len(tiles)
        ]
        self._maker.want(model.folder, wished, live=self._live)
        if not self._maker.is_making and wished and not self._live:
            self._complete.start()

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        if event.place < len(self.tiles):
            self.tile_made.emit(event)

    @Slot(object)
    def _all_made(self, _event: MakingDone) -> None:
        self._live = False
        self._complete.start()

    @Slot()
    def _complete_tiles(self) -> None:
        """Put what was made in the place of what was wished, within the same step."""
        if self._wall is None or self._unsent is not None:
            return
        tiles = []
        for tile in self._wall.tiles:
            made = None if tile.is_made else self._maker.get(wish_key(tile))
            tiles.append(tile if made is None else made.recipe)
        if tuple(tiles) != self._wall.tiles:
            before, self._wall = self._wall, msgspec.structs.replace(self._wall, tiles=tuple(tiles))
            self._submit(document.complete_wall(before, self._wall.tiles))

    @Slot()
    def _fill_row(self) -> None:
        """Hang what the last row lacks, because the wall got wider or narrower.

        That is no step of the user's; what hangs there stays.
        """
        wall, model, lacks = self._wall, self.model, -len(self.tiles) % self._columns
        if wall is None or model is None or not lacks or self._live or self._unsent is not None:
            return
        count = len(wall.tiles) + lacks
        if count > MAXIMUM_TILES:
            return
        larger = msgspec.structs.replace(wall, count=count)
        tiles = document.wishes(larger, model.manifest, columns=self._columns)
        tiles = (*wall.tiles, *tiles[len(wall.tiles) :])
        self._submit(document.fill_wall(wall, tiles))
        self._hang(msgspec.structs.replace(larger, tiles=tiles), "extended", is_filled=True)

    @Slot(object)
    def _project_changed(self, change: Change) -> None:
        """Undo, redo and other windows change the wall in the project; what we sent is there."""
        if change.kind == "edit" or WALL_ID not in change.nodes:
            return
        try:
            wall = self._project.store.node(WALL_ID, WALL)
        except AtelierError as error:
            self.refused.emit(error)
            return
        if wall is not None and wall != self._wall:
            self._unsent = None
            self._settle.stop()
            self._hang(wall, "history")

    def _leave_trail(self) -> None:
        if self._wall is not None:
            self._trail = (*self._trail, self._wall)[-LONGEST_TRAIL:]
            self._write_trail()

    def _write_trail(self) -> None:
        if not self._project.is_read_only:
            self._project.put_state(TRAIL_KEY, msgspec.json.encode(self._trail))

    def _read_trail(self) -> tuple[Wall, ...]:
        data = self._project.store.state(TRAIL_KEY)
        if data is None:
            return ()
        try:
            walls = _trail_codec.decode(data)
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            return ()  # the trail is a convenience: a damaged one is forgotten
        return tuple(wall for wall in walls if wall.model in self._models)


def makes_pictures(model: Model) -> bool:
    """Whether the room can hang what the model makes."""
    return model.manifest.kind == "gan" and model.manifest.latent is not None


def _forgetting_latent(tile: Recipe, origin: object) -> Recipe:
    """The wish for a new draw: another seed or strength gives another latent."""
    return msgspec.structs.replace(document.wish(tile), origin=origin, latent=None)


def _fields(wall: Wall) -> WallFields:
    return WallFields(
        model=wall.model,
        kind=wall.kind,
        truncation=wall.truncation,
        first_seed=wall.first_seed,
        count=wall.count,
        base=wall.base,
        partner=wall.partner,
        strength=wall.strength,
        locked=wall.locked,
        controls=wall.controls,
        tiles=wall.tiles,
    )


def _typed(fields: Mapping[str, object]) -> WallFields:
    unknown = fields.keys() - WallFields.__annotations__.keys()
    assert not unknown, unknown
    return cast(WallFields, dict(fields))
