"""The film's controls: the chosen key, the film, its way through the model, its tempo."""

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QLocale, Qt, Signal, Slot
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.manifest import Model
from studio.images import timeline
from studio.images.filming import Label
from studio.images.timeline import BEATS, LEAST_BPM, RATES, Film, Key
from studio.images.ui.film.desk import FilmDesk
from studio.images.ui.film.words import course_words, easing_words, noise_words, way_words
from studio.images.ui.fold import SPACING, Fold
from studio.images.ui.inspector import MARGINS
from studio.shell.theme import SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import QuietButton
from studio.shell.widgets.choice_row import ChoiceChange, ChoiceOption, ChoiceRow
from studio.shell.widgets.control_row import ControlRow, NumberSpec, ValueChange
from studio.shell.widgets.flow_layout import FlowLayout
from studio.shell.widgets.switch import Switch

USUAL_BPM: Final = 120.0
FASTEST_BPM: Final = 240.0
LONGEST_HOLD: Final = 10.0
LONGEST_NAME: Final = 200
LENGTHS: Final = (60.0, 180.0, 600.0, 3600.0)
"""Where the slider of the length may end."""


class SwitchRow(QWidget):
    """Words and a switch."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.switch = Switch(text, self)
        label = QLabel(text, self)
        label.setBuddy(self.switch)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(label, 1)
        line.addWidget(self.switch)


class FilmInspector(QWidget):
    """Shows what the desk says, and makes steps of what the user sets."""

    folds_changed = Signal()
    tap_wanted = Signal()
    """A beat was tapped."""

    def __init__(self, desk: FilmDesk, making: QWidget, parent: QWidget | None = None) -> None:
        """``making`` stands above everything: the films that are being made."""
        super().__init__(parent)
        self._desk = desk
        self._open: dict[str, bool] = {"tempo": False}
        self._model: Model | None = None
        self.setAccessibleName(self.tr("Controls"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(MARGINS, MARGINS, MARGINS, MARGINS)
        self._column.setSpacing(SPACING)
        self._empty = self._words(self.tr("Put pictures into the film, and its controls are here."))
        making.setParent(self)
        self._column.addWidget(making)
        self._column.addWidget(self._empty)
        self._build_key()
        self._build_film()
        self._build_way()
        self._build_tempo()
        self._folds = {fold.name: fold for fold in (self._key, self._film, self._way, self._tempo)}
        for fold in self._folds.values():
            self._column.addWidget(fold)
            fold.toggled.connect(lambda _fold: self.folds_changed.emit())
        self._column.addStretch(1)
        desk.changed.connect(self.show_state)
        desk.chosen_changed.connect(self.show_state)
        self.show_state()

    # Its parts

    def _words(self, text: str) -> QLabel:
        words = QLabel(text, self)
        words.setWordWrap(True)
        words.setFont(scaled_font(self.font(), SMALL_TEXT))
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        return words

    def _fold(self, name: str, title: str) -> Fold:
        return Fold(name, title, self, is_open=self._open.get(name, True))

    def _build_key(self) -> None:
        self._key = self._fold("key", self.tr("Key"))
        self._time = self._time_row(8.0)
        self.hold_row = ControlRow(
            NumberSpec(
                name="hold",
                label=self.tr("Stays"),
                help=self.tr("How long the picture stays before the film moves on."),
                minimum=0.0,
                maximum=LONGEST_HOLD,
                default=0.0,
                step=0.05,
                unit="s",
            ),
            self,
        )
        self.easing_row = self._choices(
            "easing",
            self.tr("Pace to the next key"),
            easing_words(),
            tip=self.tr("How the time between this key and the next passes."),
        )
        self.take_out = QuietButton(self.tr("Take out"), self, icon="trash")
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        flow.addWidget(self.take_out)
        for row in (self._time, self.hold_row, self.easing_row, buttons):
            self._key.rows.addWidget(row)
        self.hold_row.value_changed.connect(self._hold_set)
        self.easing_row.chosen.connect(self._easing_set)
        self.take_out.clicked.connect(self._desk.take_out)

    def _time_row(self, seconds: float) -> ControlRow:
        row = ControlRow(
            NumberSpec(
                name="time",
                label=self.tr("Time"),
                help=self.tr("When the film reaches this picture."),
                minimum=0.0,
                maximum=max(0.1, round(seconds, 2)),
                default=0.0,
                step=0.05,
                unit="s",
            ),
            self,
        )
        row.value_changed.connect(self._time_set)
        self._time_most = seconds
        return row

    def _build_film(self) -> None:
        self._film = self._fold("film", self.tr("Film"))
        self.name_edit = QLineEdit(self)
        self.name_edit.setPlaceholderText(self.tr("Name of the film"))
        self.name_edit.setAccessibleName(self.tr("Name of the film"))
        self.name_edit.setMaxLength(LONGEST_NAME)
        self.name_edit.editingFinished.connect(self._named)
        self._length = self._length_row(LENGTHS[0])
        self.rate_row = self._choices(
            "rate", self.tr("Pictures a second"), {str(rate): str(rate) for rate in RATES}
        )
        self.loop_row = SwitchRow(self.tr("Loop without a seam"), self)
        self.space = QuietButton(self.tr("Space the keys evenly"), self)
        for row in (self.name_edit, self._length, self.rate_row, self.loop_row, self.space):
            self._film.rows.addWidget(row)
        self.rate_row.chosen.connect(self._rate_set)
        self.loop_row.switch.clicked.connect(self._loop_set)
        self.space.clicked.connect(self._space)

    def _length_row(self, most: float) -> ControlRow:
        row = ControlRow(
            NumberSpec(
                name="length",
                label=self.tr("Length"),
                help=self.tr("Makes all of it slower or faster."),
                minimum=0.5,
                maximum=most,
                default=8.0,
                step=0.1,
                unit="s",
            ),
            self,
        )
        row.value_changed.connect(self._length_set)
        self._length_most = most
        return row

    def _build_way(self) -> None:
        self._way = self._fold("way", self.tr("Way"))
        self.way_row = self._choices(
            "way",
            self.tr("Travel by"),
            way_words(),
            tip=self.tr(
                "Position goes along the sphere of positions; style mixes what the model makes "
                "of them; zone by zone lets form, texture and colour follow one another."
            ),
        )
        self._no_styles = self._words(
            self.tr("This model has no styles or zones, so films of it travel by position.")
        )
        self.lead_row = ControlRow(
            NumberSpec(
                name="lead",
                label=self.tr("Zones apart"),
                help=self.tr("To the right form goes first, to the left colour."),
                minimum=-1.0,
                maximum=1.0,
                default=0.5,
                step=0.05,
                ends=(self.tr("colour first"), self.tr("form first")),
            ),
            self,
        )
        self.course_row = self._choices(
            "course",
            self.tr("Course"),
            course_words(),
            tip=self.tr("From key to key directly, or along one curve through all of them."),
        )
        self.noise_row = self._choices(
            "noise",
            self.tr("Fine detail"),
            noise_words(),
            tip=self.tr("The grain stays as it is in the first key, or changes in each picture."),
        )
        rows = (self.way_row, self._no_styles, self.lead_row, self.course_row, self.noise_row)
        for row in rows:
            self._way.rows.addWidget(row)
        self.way_row.chosen.connect(lambda change: self._set("film.way", way=change.value))
        self.course_row.chosen.connect(lambda change: self._set("film.course", course=change.value))
        self.noise_row.chosen.connect(lambda change: self._set("film.noise", noise=change.value))
        self.lead_row.value_changed.connect(self._lead_set)

    def _build_tempo(self) -> None:
        self._tempo = self._fold("tempo", self.tr("Tempo"))
        self.tempo_row = SwitchRow(self.tr("Keys on a beat"), self)
        self.bpm_row = ControlRow(
            NumberSpec(
                name="bpm",
                label=self.tr("Beats a minute"),
                help=self.tr("The ruler shows beats, and keys are drawn to them."),
                minimum=LEAST_BPM,
                maximum=FASTEST_BPM,
                default=USUAL_BPM,
                step=0.5,
            ),
            self,
        )
        self.tap = QuietButton(self.tr("Tap a beat"), self)
        self.tap.setToolTip(self.tr("Tap three times or more in time with the music."))
        self.snap_row = SwitchRow(self.tr("Draw keys to the beat"), self)
        self.cut = QuietButton(self.tr("Cut to {count} beats").format(count=BEATS), self)
        self.cut.setToolTip(
            self.tr("The loop becomes so many beats long, each key on one, without a seam.")
        )
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        flow.addWidget(self.tap)
        flow.addWidget(self.cut)
        for row in (self.tempo_row, self.bpm_row, self.snap_row, buttons):
            self._tempo.rows.addWidget(row)
        self.tempo_row.switch.clicked.connect(self._tempo_set)
        self.bpm_row.value_changed.connect(self._bpm_set)
        self.snap_row.switch.clicked.connect(
            lambda: self._set("film.snap", snap=self.snap_row.switch.isChecked())
        )
        self.tap.clicked.connect(self.tap_wanted)
        self.cut.clicked.connect(self.cut_to_beats)

    def _choices(
        self, name: str, label: str, options: Mapping[str, str], *, tip: str = ""
    ) -> ChoiceRow:
        found = tuple(ChoiceOption(value=value, text=text) for value, text in options.items())
        return ChoiceRow(name, label, found, self, tip=tip)

    # What there is

    @property
    def folds(self) -> Mapping[str, bool]:
        """Which folds are open, by name."""
        return {name: fold.is_open for name, fold in self._folds.items()}

    def set_folds(self, folds: Mapping[str, bool]) -> None:
        """Open and close folds as they were left."""
        for name, fold in self._folds.items():
            fold.set_open(folds.get(name, fold.is_open))

    @property
    def time_row(self) -> ControlRow:
        """When the chosen key is reached."""
        return self._time

    @property
    def length_row(self) -> ControlRow:
        """How long the film is."""
        return self._length

    @property
    def says_no_styles(self) -> bool:
        """Whether it is said that the model has no styles to travel by."""
        return not self._no_styles.isHidden()

    # Showing

    @Slot()
    def show_state(self) -> None:
        """Show what holds at the desk."""
        film, model = self._desk.film, self._desk.model
        has_keys = film is not None and bool(film.keys)
        self._empty.setVisible(not has_keys)
        for fold in self._folds.values():
            fold.setVisible(has_keys)
        if film is None or not has_keys:
            return
        self._show_key(film, self._desk.chosen)
        self._show_film(film)
        self._show_way(film, model)
        has_tempo = film.bpm > 0
        self.tempo_row.switch.setChecked(has_tempo)
        self.bpm_row.setVisible(has_tempo)
        self.snap_row.setVisible(has_tempo)
        self.cut.setVisible(has_tempo)
        if has_tempo:
            self.bpm_row.set_value(film.bpm)
            self.snap_row.switch.setChecked(film.snap)
        self.setEnabled(not self._desk.why_not())
        self.setToolTip(self._desk.why_not())

    def _show_key(self, film: Film, key: Key | None) -> None:
        self._key.setVisible(key is not None)
        index = self._desk.chosen_index
        if key is None or index is None:
            return
        number = QLocale().toString
        title = self.tr("Key {number} of {count}").format(
            number=number(index + 1), count=number(len(film.keys))
        )
        self._key.head.setText(title)
        self._key.head.show_open(self._key.is_open)
        if abs(self._time_most - film.seconds) > 0.005 and not _is_held(self._time):
            self._time = _swapped(self._key, self._time, self._time_row(film.seconds))
        self._time.set_value(key.time)
        self.hold_row.set_value(key.hold)
        self.easing_row.set_value(key.easing)
        self.easing_row.setVisible(film.loop or index < len(film.keys) - 1)

    def take_name(self) -> None:
        """Put the keyboard on the film's name."""
        self._film.set_open(True)
        self.name_edit.setFocus(Qt.FocusReason.TabFocusReason)
        self.name_edit.selectAll()

    @Slot()
    def _named(self) -> None:
        self._set("film.rename", title=self.name_edit.text().strip())

    def _show_film(self, film: Film) -> None:
        if not self.name_edit.hasFocus():
            self.name_edit.setText(film.title)
        most = next((most for most in LENGTHS if film.seconds < most), LENGTHS[-1])
        if most != self._length_most and not _is_held(self._length):
            self._length = _swapped(self._film, self._length, self._length_row(most))
        self._length.set_value(film.seconds)
        self.rate_row.set_value(str(film.fps))
        self.loop_row.switch.setChecked(film.loop)
        self.space.setVisible(len(film.keys) > 2 - int(film.loop))

    def _show_way(self, film: Film, model: Model | None) -> None:
        has_styles = model is not None and model.manifest.styles is not None
        travels = film.way != "position"
        self.way_row.setVisible(has_styles or travels)
        self._no_styles.setVisible(model is not None and not has_styles)
        zones = (
            ()
            if model is None or model.manifest.styles is None
            else (model.manifest.styles.zones())
        )
        self.way_row.set_value(film.way)
        self.lead_row.setVisible(film.way == "zones" and len(zones) > 1)
        self.lead_row.set_value(film.lead)
        self.course_row.set_value(film.course)
        self.noise_row.setVisible(model is not None and _takes_noise(model))
        self.noise_row.set_value(film.noise)

    # Setting

    def _set(self, label: Label, **fields: object) -> None:
        film = self._desk.film
        if film is not None:
            self._desk.change(timeline.changed(film, **fields), label)

    def _dragged(self, final: bool) -> None:
        if final:
            self._desk.end_drag()

    @Slot(object)
    def _time_set(self, change: ValueChange) -> None:
        film = self._desk.film
        if film is not None:
            time = min(film.seconds, change.value)
            self._desk.set_key("film.move", drag="time", time=time)
            self._dragged(change.final)

    @Slot(object)
    def _hold_set(self, change: ValueChange) -> None:
        self._desk.set_key("film.hold", drag="hold", hold=change.value)
        self._dragged(change.final)

    @Slot(object)
    def _easing_set(self, change: ChoiceChange) -> None:
        self._desk.set_key("film.easing", easing=change.value)

    @Slot(object)
    def _length_set(self, change: ValueChange) -> None:
        film = self._desk.film
        if film is not None:
            after = timeline.stretched(film, change.value)
            self._desk.change(after, "film.length", drag="length")
            self._dragged(change.final)

    @Slot(object)
    def _rate_set(self, change: ChoiceChange) -> None:
        self._set("film.rate", fps=int(change.value or 30))

    @Slot()
    def _loop_set(self) -> None:
        film = self._desk.film
        if film is not None:
            after = timeline.looped(film, self.loop_row.switch.isChecked())
            self._desk.change(after, "film.loop")

    @Slot()
    def _space(self) -> None:
        film = self._desk.film
        if film is not None:
            self._desk.change(timeline.spaced(film), "film.space")

    @Slot(object)
    def _lead_set(self, change: ValueChange) -> None:
        film = self._desk.film
        if film is not None:
            after = timeline.changed(film, lead=change.value)
            self._desk.change(after, "film.lead", drag="lead")
            self._dragged(change.final)

    @Slot()
    def _tempo_set(self) -> None:
        is_on = self.tempo_row.switch.isChecked()
        self._set("film.tempo", bpm=USUAL_BPM if is_on else 0.0)

    @Slot(object)
    def _bpm_set(self, change: ValueChange) -> None:
        film = self._desk.film
        if film is not None:
            after = timeline.changed(film, bpm=change.value)
            self._desk.change(after, "film.tempo", drag="bpm")
            self._dragged(change.final)

    @Slot()
    def cut_to_beats(self) -> None:
        """Let the loop be eight beats long."""
        film = self._desk.film
        if film is not None:
            self._desk.change(timeline.cut_to_beats(film), "film.cut")


def _takes_noise(model: Model) -> bool:
    """Whether its pictures have grain that a number draws."""
    graphs = model.manifest.graphs.values()
    return any(tensor.role == "noise" for graph in graphs for tensor in graph.inputs)


def _is_held(row: ControlRow) -> bool:
    """Whether a hand is on it, so that it must not be taken away."""
    return any(child.hasFocus() for child in row.findChildren(QWidget))


def _swapped(fold: Fold, old: ControlRow, new: ControlRow) -> ControlRow:
    """Put a row with another range in the place of one."""
    fold.rows.replaceWidget(old, new)
    old.hide()
    old.deleteLater()
    return new
