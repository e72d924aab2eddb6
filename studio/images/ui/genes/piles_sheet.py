"""Finds a gene from pictures with and without something: two piles, the outcome, and its name."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QFont, QImage, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from studio.contract.errors import AtelierError, RecipeMissing, RequestInvalid
from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import identity
from studio.contract.traits import RELIABLE_PILE, SMALLEST_PILE, FoundTraits
from studio.images.trait_file import LONGEST_NAME, ShelfTrait
from studio.images.ui.background import BackgroundWork
from studio.images.ui.genes.pile_list import PicturesMoved, PileList, PilePicture
from studio.images.ui.genes.previews import StripPicture, StripPreviews
from studio.images.ui.genes.seeker import NEWS_KEY, NEWS_SECONDS, SearchEnded, TraitSeeker
from studio.images.ui.genes.strip import TraitStrip
from studio.images.ui.genes.words import separation_text
from studio.images.ui.maker import PictureMaker
from studio.images.ui.raster import picture_image
from studio.images.ui.thumbnails import ThumbnailEvent, ThumbnailLoader
from studio.project.nodes import Work
from studio.provenance.pictures import StoredPicture, read_picture
from studio.shell.notices import Notice, NoticeCentre, NoticeKind, error_text
from studio.shell.projects.words import grown
from studio.shell.theme import GAP, SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import PrimaryButton, QuietButton

SIZE: Final = QSize(760, 600)
EDGE: Final = 20
MOST_OFFERED: Final = 600
"""Kept pictures of the model that are offered, the newest first."""
FOUND: Final = "new"
"""Id of the trait that was found and is on no shelf yet."""
STRIP_WIDTH: Final = 460


class PilesSheet(QDialog):
    """Stands beside the work, so that pictures can be dragged here from everywhere."""

    def __init__(
        self,
        model: Model,
        seeker: TraitSeeker,
        maker: PictureMaker,
        thumbnails: ThumbnailLoader,
        background: BackgroundWork,
        works: Callable[[], Sequence[Work]],
        name_of: Callable[[Work], str],
        notices: NoticeCentre,
        language: str,
        parent: QWidget,
    ) -> None:
        """``works`` reads the model's kept pictures, newest first, on another thread; ``maker``
        makes the strip and nothing else."""
        super().__init__(parent)
        self._model = model
        self._seeker = seeker
        self._shelf = seeker.shelves.of(model)
        self._thumbnails = thumbnails
        self._background = background
        self._name_of = name_of
        self._notices = notices
        self._language = language
        self._previews = StripPreviews(maker, self)
        self._found: FoundTraits | None = None
        self._is_mine = False
        """Whether the search under way is this sheet's."""
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("A gene from two piles"))
        self.resize(grown(SIZE, self))
        self._build()
        thumbnails.loaded.connect(self._thumbnail_loaded)
        seeker.changed.connect(self._show_state)
        seeker.ended.connect(self._search_ended)
        self._previews.arrived.connect(self._strip_arrived)
        self._background.run(works, self._offer, notices.report)
        self._show_state()

    def _build(self) -> None:
        explain = self._soft(
            self.tr(
                "Put pictures that have something on the left, and some that have not on the "
                "right: with glasses and without, say. Drag them there, or choose some and press "
                "1 or 2."
            )
        )
        self.first = PileList(self._look, self.tr("Pictures with it"), self)
        self.second = PileList(self._look, self.tr("Pictures without it"), self)
        self.source = PileList(
            self._look,
            "",
            self,
        )
        self.first.setAccessibleName(self.tr("Pictures with it"))
        self.second.setAccessibleName(self.tr("Pictures without it"))
        self.source.setAccessibleName(self.tr("Kept pictures"))
        self._first_head, self._second_head = self._heading(), self._heading()
        source_head = self._heading()
        title = self._model.manifest.title.text(self._language)
        source_head.setText(self.tr("Kept pictures of “{model}”").format(model=title))
        self.to_first = QuietButton(self.tr("With it"), self, key="1")
        self.to_second = QuietButton(self.tr("Without it"), self, key="2")
        self.back = QuietButton(self.tr("Put back"), self, key=self.tr("Del"))
        self._words = self._soft("")
        self._strip_box = QWidget(self)
        strip_row = QHBoxLayout(self._strip_box)
        strip_row.setContentsMargins(0, 0, 0, 0)
        self.strip = TraitStrip(_unshelved(None), self.tr("What was found"), self._strip_box)
        self.strip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.strip.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        if self._model.manifest.picture_size is not None:
            self.strip.set_aspect(*self._model.manifest.picture_size)
        self.strip.setFixedSize(STRIP_WIDTH, self.strip.heightForWidth(STRIP_WIDTH))
        strip_row.addWidget(self.strip)
        strip_row.addStretch(1)
        self._strip_box.hide()
        self.name_edit = QLineEdit(self)
        self.name_edit.setMaxLength(LONGEST_NAME)
        self.name_edit.setPlaceholderText(self.tr("What to call it, e.g. glasses"))
        self.name_edit.setAccessibleName(self.tr("Name of the gene"))
        self.go = PrimaryButton(self.tr("Find it"), self)
        self.stop = QuietButton(self.tr("Cancel"), self)

        piles = QHBoxLayout()
        piles.setSpacing(16)
        for head, pile in ((self._first_head, self.first), (self._second_head, self.second)):
            column = QVBoxLayout()
            column.setSpacing(6)
            column.addWidget(head)
            column.addWidget(pile, 1)
            piles.addLayout(column, 1)
        moves = QHBoxLayout()
        moves.setSpacing(GAP)
        moves.addWidget(source_head, 1)
        for button in (self.to_first, self.to_second, self.back):
            moves.addWidget(button)
        foot = QHBoxLayout()
        foot.setSpacing(GAP)
        foot.addWidget(self.name_edit, 1)
        foot.addWidget(self.stop)
        foot.addWidget(self.go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        layout.setSpacing(12)
        layout.addWidget(explain)
        layout.addLayout(piles, 4)
        layout.addLayout(moves)
        layout.addWidget(self.source, 3)
        layout.addWidget(self._strip_box)
        layout.addWidget(self._words)
        layout.addLayout(foot)

        for pile, place in ((self.first, 1), (self.second, 2), (self.source, 0)):
            pile.received.connect(partial(self.move_pictures, place))
            pile.files_received.connect(partial(self._read_files, place))
            pile.sent.connect(self.move_pictures)
            pile.itemSelectionChanged.connect(self._show_state)
        self.to_first.clicked.connect(lambda: self._move_chosen(1))
        self.to_second.clicked.connect(lambda: self._move_chosen(2))
        self.back.clicked.connect(lambda: self._move_chosen(0))
        self.name_edit.textChanged.connect(self._show_state)
        self.name_edit.returnPressed.connect(self._go)
        self.go.clicked.connect(self._go)
        self.stop.clicked.connect(self._cancel)
        self.source.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def words(self) -> str:
        """What it says below the pictures."""
        return self._words.text()

    def put(self, place: int, works: Sequence[Work]) -> None:
        """Lay kept pictures of the model on a pile: 1 with it, 2 without it, 0 neither."""
        pictures = [self._picture(work) for work in works if self._is_ours(work)]
        keys = [picture.key for picture in pictures]
        for pile in self._piles:
            pile.take(keys)
        self._piles[place].add(pictures)
        self._changed()

    @property
    def _piles(self) -> tuple[PileList, PileList, PileList]:
        return self.source, self.first, self.second

    @Slot(int, object)
    def move_pictures(self, place: int, moved: PicturesMoved) -> None:
        """Lay pictures that lie somewhere here elsewhere; see `put`."""
        taken = [
            picture
            for pile in self._piles
            if pile is not self._piles[place]
            for picture in pile.take(moved.keys)
        ]
        if taken:
            self._piles[place].add(taken)
            self._changed()

    def _move_chosen(self, place: int) -> None:
        keys = tuple(key for pile in self._piles for key in pile.chosen)
        self.move_pictures(place, PicturesMoved(keys=keys))

    # Where pictures come from

    def _offer(self, works: Sequence[Work]) -> None:
        if not isValid(self):
            return  # closed in the meantime
        known = {picture.key for pile in self._piles for picture in pile.pictures}
        offered = [self._picture(work) for work in works[:MOST_OFFERED] if self._is_ours(work)]
        self.source.add(picture for picture in offered if picture.key not in known)
        self._show_state()

    def _is_ours(self, work: Work) -> bool:
        recipe = work.recipe
        hashes = self._model.graph_hashes()
        return recipe.model == self._model.manifest.id and recipe.graphs in ({}, hashes)

    def _picture(self, work: Work) -> PilePicture:
        return PilePicture(
            key=identity(work.recipe),
            recipe=work.recipe,
            name=self._name_of(work),
            blob=work.blob,
        )

    def _read_files(self, place: int, files: tuple[Path, ...]) -> None:
        for file in files:
            self._background.run(
                partial(read_picture, file),
                partial(self._file_read, place, file),
                self._notices.report,
            )

    def _file_read(self, place: int, file: Path, stored: StoredPicture) -> None:
        if not isValid(self):
            return
        recipe = stored.recipe
        if recipe is None:
            self._notices.report(RecipeMissing(file=file))
            return
        key = identity(recipe)
        if any(pile.picture(key) is not None for pile in self._piles):
            self.move_pictures(place, PicturesMoved(keys=(key,)))
            return
        if recipe.model != self._model.manifest.id:
            fault = f"{file.name} was made by another model than {self._model.manifest.id!r}"
            self._notices.report(RequestInvalid(fault=fault))
            return
        image = picture_image(
            stored.pixels, width=stored.width, height=stored.height, channels=stored.channels
        )
        picture = PilePicture(key=key, recipe=recipe, name=file.name, image=image)
        self._piles[place].add((picture,))
        self._changed()

    def _look(self, picture: PilePicture, side: int) -> QImage | None:
        if picture.image is None:
            return self._thumbnails.get(picture.blob, side)
        keep = Qt.AspectRatioMode.KeepAspectRatio
        return picture.image.scaled(side, side, keep, Qt.TransformationMode.SmoothTransformation)

    @Slot(object)
    def _thumbnail_loaded(self, _event: ThumbnailEvent) -> None:
        for pile in self._piles:
            pile.viewport().update()

    # The search

    def _changed(self) -> None:
        """The piles are others now: what was found of the old ones does not hold."""
        self._found = None
        self._strip_box.hide()
        self._previews.stop()
        self._show_state()

    @Slot()
    def _go(self) -> None:
        if not self.go.isEnabled():
            return
        if self._found is not None:
            self._keep(self._found)
            return
        first, second = (
            tuple(picture.recipe for picture in pile.pictures) for pile in (self.first, self.second)
        )
        self._is_mine = True
        if not self._seeker.between(self._model, first, second):
            self._is_mine = False

    @Slot()
    def _cancel(self) -> None:
        if self._is_mine:
            self._seeker.cancel()
        else:
            self.reject()

    @Slot(object)
    def _search_ended(self, event: SearchEnded) -> None:
        if not self._is_mine:
            return
        self._is_mine = False
        self._found = event.found
        if event.found is not None:
            trait = _unshelved(event.found)
            self.strip.set_trait(trait, self.tr("What was found"))
            self.strip.clear()
            self.strip.set_amount(0.0)
            self._strip_box.show()
            subject = self.second.pictures[0].recipe
            self._previews.want(self._model, subject, (trait,))
            self.name_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_state()

    @Slot(object)
    def _strip_arrived(self, event: StripPicture) -> None:
        self.strip.show_picture(event.index, event.image)

    def _keep(self, found: FoundTraits) -> None:
        try:
            trait = self._shelf.put_between(found, self.name_edit.text())
        except AtelierError as error:
            self._words.setText(error_text(error))
            return
        self.accept()
        text = self.tr("“{name}” is among your genes now.").format(name=trait.name)
        self._notices.post(
            Notice(text=text, kind=NoticeKind.GOOD, key=NEWS_KEY, seconds=NEWS_SECONDS)
        )

    # What is said

    @Slot()
    def _show_state(self) -> None:
        locale = self.locale()
        counts = [len(pile.pictures) for pile in (self.first, self.second)]
        self._first_head.setText(f"{self.tr('With it')} · {locale.toString(counts[0])}")
        self._second_head.setText(f"{self.tr('Without it')} · {locale.toString(counts[1])}")
        self.source.set_empty(
            self.tr("All of them lie on a pile.")
            if any(counts)
            else self.tr("Keep some pictures of this model first, with and without it.")
        )
        chosen = any(pile.chosen for pile in self._piles)
        self.to_first.setEnabled(chosen)
        self.to_second.setEnabled(chosen)
        self.back.setEnabled(any(pile.chosen for pile in (self.first, self.second)))
        is_busy = self._seeker.model is not None
        named = bool(self.name_edit.text().strip())
        is_enough = min(counts) >= SMALLEST_PILE
        if self._found is not None:
            self.go.setText(self.tr("Keep this gene"))
            self.go.setEnabled(named)
        else:
            self.go.setText(self.tr("Find it"))
            self.go.setEnabled(is_enough and not is_busy)
        self._words.setText(self._sentence(counts, is_busy=is_busy))

    def _sentence(self, counts: Sequence[int], *, is_busy: bool) -> str:
        if self._is_mine:
            progress = self._seeker.progress
            if progress is None or progress.stage != "searching":
                return self.tr("Looking for what they differ in…")
            locale = self.locale()
            return self.tr("Looking: {done} of {total} positions").format(
                done=locale.toString(progress.done), total=locale.toString(progress.total)
            )
        if is_busy:
            return self.tr("Another search is under way.")
        if self._found is not None and self._found.separation is not None:
            return separation_text(self._found.separation)
        if min(counts) < SMALLEST_PILE:
            return self.tr("At least two pictures on each side; eight or more are better.")
        if min(counts) < RELIABLE_PILE:
            return self.tr("That can be tried; with eight or more on each side it is better.")
        return ""

    def _soft(self, text: str) -> QLabel:
        words = QLabel(text, self)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        return words

    def _heading(self) -> QLabel:
        heading = QLabel(self)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        heading.setFont(scaled_font(self.font(), SMALL_TEXT, weight=QFont.Weight.DemiBold))
        return heading

    @override
    def done(self, result: int) -> None:
        """Nothing goes on after it is closed."""
        if self._is_mine:
            self._seeker.cancel()
        self._is_mine = False
        self._previews.stop()
        super().done(result)


def _unshelved(found: FoundTraits | None) -> ShelfTrait:
    """What was found as a trait that can be looked at."""
    if found is None:
        return ShelfTrait(id=FOUND, source="piles", space="latent")
    return ShelfTrait(
        id=FOUND,
        source="piles",
        space=found.space,
        direction=found.traits[0].direction,
        separation=found.separation,
    )
