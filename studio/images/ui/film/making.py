"""The films that are being made: how far each is, and how to hold or end it."""

from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.images.ui.film.jobs import FilmJobs, FilmState
from studio.images.ui.fold import SPACING
from studio.shell.theme import SMALL_TEXT, Colours, scaled_font
from studio.shell.widgets.buttons import IconButton
from studio.shell.widgets.painting import fill_rounded

BAR: Final = 4
SIDE: Final = 28


class _Bar(QWidget):
    """A line that fills."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._share = 0.0
        self.setFixedHeight(BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        self._share = min(1.0, max(0.0, share))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        whole = QRectF(self.rect())
        fill_rounded(painter, whole, BAR / 2, colours.line)
        if self._share > 0:
            whole.setWidth(max(BAR, whole.width() * self._share))
            fill_rounded(painter, whole, BAR / 2, colours.accent)
        painter.end()


class _Row(QWidget):
    """One film."""

    def __init__(self, jobs: FilmJobs, state: FilmState, parent: QWidget) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._state = state
        self._name = QLabel(self)
        self._words = QLabel(self)
        self._words.setFont(scaled_font(self.font(), SMALL_TEXT))
        self._words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._bar = _Bar(self)
        self.hold = IconButton("pause", self.tr("Pause"), self, side=SIDE)
        self.end = IconButton("close", self.tr("End it"), self, side=SIDE)
        self.hold.clicked.connect(self._turn)
        self.end.clicked.connect(partial(jobs.cancel, state.order.id))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._words)
        line = QHBoxLayout()
        line.setSpacing(2)
        line.addLayout(words, 1)
        line.addWidget(self.hold, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.end, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(line)
        column.addWidget(self._bar)
        self.show_state(state)

    def show_state(self, state: FilmState) -> None:
        """Say how far it is."""
        self._state = state
        name = Path(state.order.path).name
        room = max(80, self.width() - 2 * SIDE - 8)
        metrics = QFontMetrics(self._name.font())
        self._name.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room))
        self._name.setToolTip(state.order.path)
        number = self.locale().toString
        of = self.tr("{done} of {total}").format(done=number(state.done), total=number(state.total))
        stages = {
            "preparing": self.tr("preparing"),
            "making": self.tr("pictures: {of}").format(of=of),
            "writing": self.tr("writing: {of}").format(of=of),
            "checking": self.tr("checking: {of}").format(of=of),
            "waiting": self.tr("waits for the one before"),
        }
        text = stages.get(state.stage, "")
        if state.is_paused:
            text = self.tr("paused, {of}").format(of=of)
        self._words.setText(text)
        self.setAccessibleName(f"{name}, {text}")
        self._bar.show_share(_share(state))
        self.hold.set_icons(*(("play", "play") if state.is_paused else ("pause", "pause")))
        self.hold.set_words(self.tr("Go on") if state.is_paused else self.tr("Pause"))
        self.hold.setEnabled(state.stage != "waiting")

    @Slot()
    def _turn(self) -> None:
        if self._state.is_paused:
            self._jobs.go_on(self._state.order.id)
        else:
            self._jobs.pause(self._state.order.id)


class MakingPanel(QWidget):
    """Not seen while nothing is made."""

    def __init__(self, jobs: FilmJobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._jobs = jobs
        self._rows: dict[str, _Row] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(SPACING // 2)
        jobs.changed.connect(self._show)
        self._show()

    @property
    def rows(self) -> tuple[_Row, ...]:
        """One for each film, oldest first."""
        return tuple(self._rows.values())

    @Slot()
    def _show(self) -> None:
        states = {state.order.id: state for state in self._jobs.states}
        for identity in [known for known in self._rows if known not in states]:
            row = self._rows.pop(identity)
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        for identity, state in states.items():
            if identity in self._rows:
                self._rows[identity].show_state(state)
            else:
                row = _Row(self._jobs, state, self)
                self._rows[identity] = row
                self._column.addWidget(row)
        self.setVisible(bool(states))


_SHARES: Final = {"preparing": (0.0, 0.0), "making": (0.0, 0.6), "writing": (0.6, 0.95)}


def _share(state: FilmState) -> float:
    """Of all the work: making the pictures is a little more than half of it."""
    start, end = _SHARES.get(state.stage, (0.95, 1.0) if state.stage == "checking" else (0.0, 0.0))
    return start + (end - start) * state.done / max(1, state.total)
