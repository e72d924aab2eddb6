"""What a film shows in the room's centre: picture, transport, timeline, what is kept."""

import itertools
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFocusEvent, QFontMetrics, QImage
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.images.timeline import Film, Key
from studio.images.ui.explore.hero import HeroView
from studio.images.ui.film.ruler import clock_text
from studio.images.ui.film.timeline_view import TimelineView
from studio.images.ui.kept_strip import KeptStrip
from studio.shell.theme import GAP, MARGIN, SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import FlatButton, IconButton, PrimaryButton, QuietButton
from studio.shell.widgets.focus import release_focus
from studio.shell.widgets.mark import LargeMark

FOOT: Final = 12
MARK: Final = 32
WIDEST: Final = 460


class Stock(KeptStrip):
    """What is kept, to be put into the film."""

    @override
    def _sentence(self) -> str:
        return self.tr("Keep pictures on the wall; they wait here for the film.")


class FilmPage(QWidget):
    """Shows what the mode says; the mode hears what is done."""

    def __init__(
        self,
        stock: Stock,
        image: Callable[[Recipe], QImage | None],
        strip_recipe: Callable[[float], Recipe | None],
        name: Callable[[Key], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.stock = stock
        stock.setParent(self)
        self.title = FlatButton("", self, icon="film")
        self.title.setToolTip(self.tr("The films of this project"))
        self.export = PrimaryButton(self.tr("Export…"), self)
        self.hero = HeroView(self)
        self.play = IconButton("play", self.tr("Play"), self)
        self.play.set_icons("play", "pause")
        self.play.setCheckable(True)
        self.start = IconButton("to-start", self.tr("To the start"), self)
        self.loop = IconButton("loop", self.tr("Loop without a seam"), self)
        self.loop.setCheckable(True)
        self.key_here = QuietButton(self.tr("Key here"), self, icon="plus")
        self.key_here.setToolTip(self.tr("What is seen now becomes a key"))
        self._clock = QLabel(self)
        self.timeline = TimelineView(image, strip_recipe, name, self)
        self._mark = LargeMark("film", MARK, self)
        self._words = QLabel(self)
        self.empty_button = PrimaryButton(self.tr("Film what I kept"), self)
        self._build()
        order: tuple[QWidget, ...] = (
            self.empty_button,
            self.start,
            self.play,
            self.loop,
            self.title,
            self.key_here,
            self.export,
            self.timeline,
            self.stock,
        )
        for first, second in itertools.pairwise(order):
            QWidget.setTabOrder(first, second)

    def _build(self) -> None:
        self._stage = QStackedWidget(self)
        self._stage.addWidget(self.hero)
        self._empty = self._empty_page()
        self._stage.addWidget(self._empty)
        self._clock.setFont(scaled_font(self.font(), SMALL_TEXT))
        metrics = QFontMetrics(self._clock.font())
        self._clock.setMinimumWidth(metrics.horizontalAdvance("00:00.0 / 00:00.0") + 8)
        transport = QHBoxLayout()
        transport.setSpacing(4)
        for widget in (self.start, self.play, self.loop):
            transport.addWidget(widget)
        transport.addSpacing(GAP)
        transport.addWidget(self._clock)
        transport.addStretch(1)
        transport.addWidget(self.title)
        transport.addSpacing(4)
        transport.addWidget(self.key_here)
        transport.addSpacing(4)
        transport.addWidget(self.export)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, 0, MARGIN, FOOT)
        layout.setSpacing(GAP)
        layout.addWidget(self._stage, 1)
        layout.addLayout(transport)
        layout.addWidget(self.timeline)
        layout.addSpacing(GAP // 2)
        layout.addWidget(self.stock)

    def _empty_page(self) -> QWidget:
        page = QWidget(self)
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._words.setFixedWidth(WIDEST)
        column = QVBoxLayout(page)
        column.setSpacing(2 * GAP)
        column.addStretch(2)
        column.addWidget(self._mark)
        for widget in (self._words, self.empty_button):
            line = QHBoxLayout()
            line.addStretch(1)
            line.addWidget(widget)
            line.addStretch(1)
            column.addLayout(line)
        column.addStretch(3)
        return page

    @override
    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard belongs to the timeline; a focus proxy would take Tab past the rest."""
        self.timeline.setFocus(event.reason())

    # Showing

    def show_film(self, film: Film | None, chosen: str, title: str) -> None:
        """Show what the film is now."""
        has_keys = film is not None and bool(film.keys)
        self.title.setText(title)
        self.title.setVisible(film is not None)
        for widget in (self.play, self.start, self.loop, self.key_here, self.export):
            widget.setEnabled(has_keys)
        self.loop.setChecked(film is not None and film.loop)
        self._clock.setVisible(has_keys)
        self.timeline.show_film(film, chosen)
        if has_keys:
            self._show_stage(self.hero)

    def show_empty(self, words: str, *, button: str) -> None:
        """Say what a film is made of, and offer to begin one; "" offers nothing."""
        self._words.setText(words)
        if not button:
            release_focus(self.empty_button, self)
        self.empty_button.setText(button)
        self.empty_button.setVisible(bool(button))
        self._show_stage(self._empty)

    def show_refusal(self, words: str) -> None:
        """Say why the film cannot be seen."""
        self.show_empty(words, button="")

    def show_picture(self, image: QImage, name: str | None) -> None:
        """Show a picture of the film; it keeps its ``name`` if there is no new one."""
        self.hero.set_picture_size((image.width(), image.height()))
        self.hero.show_image(image)
        if name is not None:
            self.hero.setAccessibleName(name)
        self._show_stage(self.hero)

    def _show_stage(self, page: QWidget) -> None:
        if self._stage.currentWidget() is not page:
            self._stage.setCurrentWidget(page)

    @property
    def stage(self) -> QWidget:
        """Where the picture is, or what stands in its place."""
        return self._stage

    @property
    def empty_words(self) -> str:
        """What stands in the picture's place, or ""."""
        return "" if self._stage.currentWidget() is self.hero else self._words.text()

    def show_time(self, time: float, seconds: float) -> None:
        """Say where the film is."""
        self._clock.setText(f"{clock_text(time)} / {clock_text(seconds)}")
        self.timeline.show_time(time)

    def show_playing(self, *, is_playing: bool) -> None:
        """Say whether it plays."""
        self.play.setChecked(is_playing)
        self.play.set_words(self.tr("Pause") if is_playing else self.tr("Play"))
