"""One command's keys as a row of the dialog: press to set, what is in the way, the way back."""

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.shell.actions import ActionRegistry, Command
from studio.shell.settings.keys import holders_of, native, portable, pressed_keys, refusal
from studio.shell.settings.rows import note_label, reset_button
from studio.shell.settings.values import MOST_KEYS, Settings
from studio.shell.theme import RADIUS_BUTTON, Colours
from studio.shell.touch import target
from studio.shell.widgets.buttons import IconButton, QuietButton, TextButton
from studio.shell.widgets.painting import fill_rounded, stroke_rounded


class KeyCap(TextButton):
    """A key as a button: pressed, it listens, and the next keys pressed are its new ones."""

    pressed_keys = Signal(QKeySequence)
    """What was pressed while it listened."""
    given_up = Signal()
    """Escape, or the focus went elsewhere."""

    def __init__(self, keys: str, parent: QWidget) -> None:
        super().__init__("", parent)
        self._keys = keys
        self._listens = False
        self._show()

    @property
    def listens(self) -> bool:
        """Whether the next keys pressed are taken."""
        return self._listens

    def listen(self, on: bool) -> None:
        """Take the next keys pressed, or no longer."""
        self._listens = on
        self._show()
        if on:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        text = native(self._keys)
        if self._listens:
            text = QCoreApplication.translate("KeyCap", "Press the keys")
        self.setText(text)
        self.updateGeometry()
        self.update()

    @override
    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        height = target(self.fontMetrics().height() + 10)
        return QSize(max(hint.width() - 10, height), height)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        ground = colours.hover if self.is_hovered else colours.raised
        fill_rounded(painter, rect, RADIUS_BUTTON - 2, ground)
        edge = colours.focus if self._listens else colours.line
        stroke_rounded(painter, rect, RADIUS_BUTTON - 2, edge, 2 if self._listens else 1)

    @override
    def event(self, event: QEvent) -> bool:
        """While it listens every key is taken, Tab and the window's own shortcuts too."""
        if self._listens and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def _take(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not event.modifiers():
            self.given_up.emit()
            return
        keys = pressed_keys(event.keyCombination())
        if keys is not None and not event.isAutoRepeat():
            self.pressed_keys.emit(keys)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self._listens and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.given_up.emit()


class ShortcutRow(QWidget):
    """A command, its keys, and below them whatever is to be said or decided."""

    def __init__(
        self, command: Command, registry: ActionRegistry, settings: Settings, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._command = command
        self._registry = registry
        self._settings = settings
        self._name = QLabel(command.text, self)
        self._name.setWordWrap(True)
        self._caps_line = QHBoxLayout()
        self._caps_line.setSpacing(6)
        self._caps: list[KeyCap] = []
        self._reset = reset_button(command.text, self)
        self._reset.clicked.connect(lambda _on: self._reset_keys())
        add = self.tr("{name}: another key").format(name=command.text)
        self._add = IconButton("plus", add, self, side=28)
        self._add.clicked.connect(lambda _on: self._begin(len(self._caps)))
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(6)
        top.addWidget(self._name, 1)
        top.addWidget(self._reset)
        top.addLayout(self._caps_line)
        top.addWidget(self._add)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 3, 0, 3)
        self._column.setSpacing(4)
        self._column.addLayout(top)
        self._decision: _Decision | None = None
        self._shown: tuple[str, ...] | None = None
        self._place = 0
        self._pending: tuple[str, ...] = ()
        """The keys that it gets if the user takes those of others."""
        self._given = ""
        self._taken: dict[str, tuple[Command, ...]] = {}
        """What is asked about: each wanted key, and who has it."""
        self.show_keys()

    @property
    def identity(self) -> str:
        """The command's name."""
        return self._command.identity

    @property
    def caps(self) -> tuple[KeyCap, ...]:
        """One for each key."""
        return tuple(self._caps)

    @property
    def said(self) -> str:
        """What is said below the keys; empty: nothing."""
        decision = self._decision
        return "" if decision is None or decision.isHidden() else decision.said.text()

    @property
    def search_text(self) -> str:
        """All words by which it is found, in lower case; its keys too."""
        keys = self._registry.keys_of(self._command)
        words = [self._command.text, self._command.group, self.identity.replace("_", " ")]
        return " ".join([*words, *keys, *(native(key) for key in keys)]).casefold()

    def refresh(self) -> None:
        """Show the keys that hold, where others are shown."""
        if self._registry.keys_of(self._command) != self._shown:
            self.show_keys()

    def show_keys(self) -> None:
        """Show the keys that hold, and nothing to decide."""
        focused = self._focused_place()
        for cap in self._caps:
            cap.blockSignals(True)
            self._caps_line.removeWidget(cap)
            cap.hide()
            cap.deleteLater()
        keys = self._shown = self._registry.keys_of(self._command)
        self._caps = [self._new_cap(place, key) for place, key in enumerate(keys)]
        self._add.setVisible(len(keys) < MOST_KEYS)
        self._reset.setVisible(keys != self._command.keys)
        self._taken = {}
        if self._decision is not None:
            self._decision.hide()
        if focused is not None:
            to: QWidget = self._caps[min(focused, len(keys) - 1)] if keys else self._add
            to.setFocus(Qt.FocusReason.OtherFocusReason)

    def _focused_place(self) -> int | None:
        """Which cap has the focus, also one that is about to go; None: something else has it."""
        focus = QApplication.focusWidget()
        if focus is None or not (focus in self._caps or focus.parentWidget() is self._decision):
            return None
        return self._place

    def _new_cap(self, place: int, keys: str) -> KeyCap:
        cap = KeyCap(keys, self)
        words = self.tr("{name}, key {keys}: press to change it")
        cap.setAccessibleName(words.format(name=self._command.text, keys=native(keys)))
        cap.setToolTip(self.tr("Press to change it"))
        cap.clicked.connect(lambda _on: self._begin(place))
        self._caps_line.addWidget(cap)
        cap.show()
        return cap

    def _begin(self, place: int) -> None:
        """Listen for the keys of the cap at ``place``; behind the last: a new one."""
        self.show_keys()
        self._place = place
        if place == len(self._caps):
            self._caps.append(self._new_cap(place, ""))
        cap = self._caps[place]
        cap.pressed_keys.connect(self._pressed)
        cap.given_up.connect(self.show_keys)
        cap.listen(True)
        question = self._ask(self.tr("Esc leaves it as it is."), soft=True)
        question.remove.setVisible(place < len(self._registry.keys_of(self._command)))

    def _ask(self, text: str, *, soft: bool = False) -> "_Decision":
        """Say something below the keys, with no button yet."""
        if self._decision is None:
            self._decision = _Decision(self)
            self._column.addWidget(self._decision)
            self._decision.swap.clicked.connect(lambda _on: self._settle(swap=True))
            self._decision.take.clicked.connect(lambda _on: self._settle(swap=False))
            self._decision.remove.clicked.connect(lambda _on: self._drop())
            self._decision.leave.clicked.connect(lambda _on: self.show_keys())
        self._decision.say(text, soft=soft)
        return self._decision

    def _pressed(self, keys: QKeySequence) -> None:
        reason = refusal(keys)
        if reason:
            self._ask(reason + " " + self.tr("Press others."))
            return
        wanted = portable(keys)
        own = self._registry.keys_of(self._command)
        if wanted in own:
            self.show_keys()
            return
        given = own[self._place] if self._place < len(own) else ""
        self._want((*own[: self._place], wanted, *own[self._place + 1 :]), given=given)

    def _reset_keys(self) -> None:
        """Back to the command's own keys, which others may have got meanwhile."""
        self.show_keys()
        self._want(self._command.keys)

    def _want(self, keys: tuple[str, ...], *, given: str = "") -> None:
        """Have these keys; where others have some of them, ask whether to take them.

        ``given`` is the key that is given up for the new one; the others may have it instead.
        """
        own = self._registry.keys_of(self._command)
        self._taken = {
            key: holders
            for key in keys
            if key not in own and (holders := holders_of(self._registry, self._command, key))
        }
        if not self._taken:
            self._write({self.identity: keys})
            return
        self._pending, self._given = keys, given
        for cap in self._caps:
            if cap.listens:
                cap.listen(
                    False
                )  # before the focus goes to the buttons: nothing is given up by that
                cap.setText(native(next(iter(self._taken))))
        text = self.tr("{keys} is “{name}” already.")
        question = self._ask(
            " ".join(
                text.format(keys=native(key), name=", ".join(other.text for other in holders))
                for key, holders in self._taken.items()
            )
        )
        can_swap = bool(given) and all(
            {self.identity}.issuperset(
                third.identity for third in holders_of(self._registry, other, given)
            )
            for other in self._others()
        )
        question.swap.setVisible(can_swap)
        question.take.show()
        question.leave.show()
        (question.swap if can_swap else question.take).setFocus(Qt.FocusReason.TabFocusReason)

    def _others(self) -> tuple[Command, ...]:
        """The commands that have a wanted key."""
        found = (other for holders in self._taken.values() for other in holders)
        return tuple({other.identity: other for other in found}.values())

    def _settle(self, *, swap: bool) -> None:
        """Take the keys from whoever has them; ``swap``: they get this one's instead."""
        if not self._taken:
            return
        changes: dict[str, tuple[str, ...] | None] = {}
        for other in self._others():
            theirs: list[str] = []
            for key in self._registry.keys_of(other):
                if key not in self._taken:
                    theirs.append(key)
                elif swap:
                    theirs.append(self._given)
            changes[other.identity] = tuple(theirs)
        self._write({**changes, self.identity: self._pending})

    def _drop(self) -> None:
        keys = list(self._registry.keys_of(self._command))
        del keys[self._place : self._place + 1]
        self._write({self.identity: tuple(keys)})

    def _write(self, changes: dict[str, tuple[str, ...] | None]) -> None:
        """Store the keys; a command that is back at its own ones is stored no longer."""
        own = {command.identity: command.keys for command in self._registry}
        self._settings.change_shortcuts(
            {name: None if keys == own.get(name) else keys for name, keys in changes.items()}
        )


class _Decision(QWidget):
    """What is said below a command's keys, and the ways on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.said = note_label("", self)
        self.swap = QuietButton(self.tr("Swap"), self)
        self.take = QuietButton(self.tr("Take it"), self)
        self.remove = QuietButton(self.tr("No key"), self)
        self.leave = QuietButton(self.tr("Leave it"), self)
        # Pressed while a cap listens: it must not take the focus from it before.
        self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._buttons = (self.remove, self.swap, self.take, self.leave)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.said, 1)
        for button in self._buttons:
            layout.addWidget(button)

    def say(self, text: str, *, soft: bool) -> None:
        """Show the words alone; whoever asks shows the buttons that fit."""
        role = QPalette.ColorRole.PlaceholderText if soft else QPalette.ColorRole.Link
        self.said.setText(text)
        self.said.setForegroundRole(role)
        for button in self._buttons:
            button.hide()
        self.show()
