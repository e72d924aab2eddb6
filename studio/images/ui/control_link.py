"""The inspector's link to the desk: what is set goes there, what holds comes back."""

from PySide6.QtCore import QObject, Slot

from studio.contract.recipe import Recipe
from studio.images.ui.desk import WallDesk
from studio.images.ui.inspector import STRENGTH, ImagesInspector, control_value
from studio.images.ui.wall import WallView
from studio.shell.widgets.choice_row import ChoiceChange
from studio.shell.widgets.control_row import ValueChange
from studio.shell.widgets.seed_row import LockChange, SeedChange


class ControlLink(QObject):
    """One for the room; silent where nothing is chosen."""

    def __init__(
        self, inspector: ImagesInspector, desk: WallDesk, view: WallView, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._inspector = inspector
        self._desk = desk
        self._view = view
        inspector.kind_chosen.connect(self._kind_chosen)
        inspector.value_changed.connect(self._value_changed)
        inspector.seed_changed.connect(self._seed_changed)
        inspector.lock_changed.connect(self._lock_changed)

    def show_values(self) -> None:
        """Show what holds for the wall."""
        wall, model = self._desk.wall, self._desk.model
        if wall is None or model is None:
            return
        values = {c.name: self._desk.control(c.name) for c in model.manifest.controls}
        self._inspector.show_values(
            kind=self._desk.kind(),
            controls={name: value for name, value in values.items() if value is not None},
            strength=wall.strength,
        )

    def show_picture(self, otherwise: Recipe | None, *, instead: Recipe | None = None) -> None:
        """Show the chosen picture of the wall, or what is chosen elsewhere.

        What is looked at ``instead`` of both does not hang on the wall.
        """
        if instead is not None:
            self._inspector.show_picture(instead, is_locked=False, can_change=False)
            return
        chosen, wall = self._view.chosen, self._desk.wall
        if chosen is None or wall is None or chosen >= len(wall.tiles):
            self._inspector.show_picture(otherwise, is_locked=False, can_change=False)
            return
        picture = self._desk.picture(chosen)
        recipe = picture.recipe if picture is not None else wall.tiles[chosen]
        self._inspector.show_picture(recipe, is_locked=chosen in wall.locked, can_change=True)

    @Slot(object)
    def _kind_chosen(self, change: ChoiceChange) -> None:
        model = self._desk.model
        control = None
        if model is not None:
            control = next((c for c in model.manifest.controls if c.name == change.name), None)
        if control is None:
            return
        if control.applies_to == "class":
            self._desk.set_kind(change.value)
        else:
            self._desk.set_control(control.name, control_value(control, change), final=True)

    @Slot(object)
    def _value_changed(self, change: ValueChange) -> None:
        if change.name == STRENGTH:
            self._desk.set_strength(change.value, final=change.final)
        else:
            self._desk.set_control(change.name, change.value, final=change.final)

    @Slot(object)
    def _seed_changed(self, change: SeedChange) -> None:
        if self._view.chosen is not None:
            self._desk.set_seed(self._view.chosen, change.seed)

    @Slot(object)
    def _lock_changed(self, _change: LockChange) -> None:
        if self._view.chosen is not None:
            self._desk.toggle_lock(self._view.chosen)
