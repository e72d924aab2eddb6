"""The picture that is looked at: large, with its family, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QAccessible, QFont, QImage, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.contract.overriding import override
from studio.images.ui.explore.thumb import paint_picture
from studio.images.ui.raster import tile_pixmap
from studio.shell.spoken import speak_as
from studio.shell.theme import RADIUS_PICTURE, SMALL_TEXT, Colours, scaled_font
from studio.shell.touch import target
from studio.shell.widgets.buttons import PaintedButton, QuietButton
from studio.shell.widgets.flow_layout import FlowLayout
from studio.shell.widgets.painting import fill_rounded, stroke_rounded

SIDE: Final = 192
RELATIVE_SIDE: Final = 40
MOST_RELATIVES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeFace:
    """A parent or child of the picture that is looked at."""

    name: str
    """Its identity."""
    spoken: str
    image: QImage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFace:
    """All that the card shows."""

    title: str
    spoken: str
    facts: str
    """One or two lines below the title."""
    image: QImage | None
    parents: tuple[RelativeFace, ...] = ()
    children: tuple[RelativeFace, ...] = ()
    parents_elsewhere: int = 0
    """That are not in the project."""
    is_favourite: bool = False
    is_kept: bool = False
    is_parent: bool = False
    """It is a parent of the brood."""
    can_breed: bool = True
    can_change: bool = True
    why_not: str = ""
    """Why nothing can be bred from it."""


class _Portrait(QWidget):
    """The picture at the largest whole factor that fits."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self.setFixedHeight(SIDE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        speak_as(self, QAccessible.Role.Graphic)

    def show_image(self, image: QImage | None, spoken: str) -> None:
        self._image = image
        self.setAccessibleName(spoken)
        self.setFixedHeight(round(self._shown().height()))
        self.update()

    def _shown(self) -> QRectF:
        """Where the picture stands, in logical pixels."""
        image, ratio = self._image, self.devicePixelRatioF()
        if image is None:
            return QRectF(0, 0, SIDE, SIDE)
        room, longest = round(SIDE * ratio), max(image.width(), image.height(), 1)
        factor: float = room // longest or room / longest
        size = (max(round(side * factor), 1) for side in (image.width(), image.height()))
        width, height = size
        return QRectF(0, 0, width / ratio, height / ratio)

    @override
    def sizeHint(self) -> QSize:
        return QSize(SIDE, SIDE)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, image, ratio = Colours.of(self.palette()), self._image, self.devicePixelRatioF()
        shown = self._shown()
        if image is None:
            fill_rounded(painter, shown, RADIUS_PICTURE, colours.raised)
        else:
            width, height = round(shown.width() * ratio), round(shown.height() * ratio)
            pixmap = tile_pixmap(
                image,
                width=width,
                height=height,
                factor=width // image.width(),
                ratio=ratio,
                radius=RADIUS_PICTURE,
            )
            painter.drawPixmap(0, 0, pixmap)
            stroke_rounded(painter, shown, RADIUS_PICTURE, colours.line, 1)
        painter.end()


class _Relative(PaintedButton):
    """A parent or a child: a click looks at it."""

    def __init__(self, face: RelativeFace, parent: QWidget) -> None:
        super().__init__("", parent)
        self._image = face.image
        self.setAccessibleName(face.spoken)
        self.setToolTip(face.spoken)

    def show_image(self, image: QImage) -> None:
        self._image = image
        self.update()

    @override
    def sizeHint(self) -> QSize:
        side = target(RELATIVE_SIDE + 4)
        return QSize(side, side)

    @override
    def paint_body(self, painter: QPainter, rect: QRectF, colours: Colours) -> None:
        square = QRectF(0, 0, RELATIVE_SIDE, RELATIVE_SIDE)
        square.moveCenter(QRectF(self.rect()).center())
        if self._image is None:
            fill_rounded(painter, square, RADIUS_PICTURE - 1, colours.raised)
        else:
            paint_picture(painter, square, self._image, RADIUS_PICTURE - 1)
        ink = colours.text if self.is_hovered else colours.line
        stroke_rounded(painter, square, RADIUS_PICTURE - 1, ink, 1)


class PictureCard(QWidget):
    """Shows what it is given and tells what the user wants; holds no recipe."""

    breed_wanted = Signal()
    parent_wanted = Signal()
    """Add it to the parents, or take it away from them."""
    favourite_wanted = Signal()
    keep_wanted = Signal()
    explore_wanted = Signal()
    tree_wanted = Signal()
    children_wanted = Signal()
    gallery_wanted = Signal()
    relative_wanted = Signal(str)
    """Payload: the identity of a parent or child."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._face: CardFace | None = None
        self._relatives: dict[str, list[_Relative]] = {}
        self._portrait = _Portrait(self)
        self._title = QLabel(self)
        self._title.setWordWrap(True)
        self._title.setFont(scaled_font(self.font(), weight=QFont.Weight.DemiBold))
        self._facts = self._small()
        self._why = self._small()
        buttons = QWidget(self)
        flow = FlowLayout(buttons)
        self.breed = QuietButton(self.tr("Breed from this"), buttons)
        self.add = QuietButton("", buttons)
        self.favourite = QuietButton("", buttons)
        self.keep = QuietButton("", buttons)
        self.explore = QuietButton(self.tr("Explore"), buttons)
        self.tree = QuietButton(self.tr("In the family tree"), buttons)
        self.gallery = QuietButton(self.tr("Show in Kept"), buttons)
        for button, signal in (
            (self.breed, self.breed_wanted),
            (self.add, self.parent_wanted),
            (self.favourite, self.favourite_wanted),
            (self.keep, self.keep_wanted),
            (self.explore, self.explore_wanted),
            (self.tree, self.tree_wanted),
            (self.gallery, self.gallery_wanted),
        ):
            flow.addWidget(button)
            button.clicked.connect(signal)
        self._parents_head, self._parents = self._kin(self.tr("Parents"))
        self._children_head, self._children = self._kin(self.tr("Children"))
        self.find_children = QuietButton(self.tr("Find all its children"), self)
        self.find_children.clicked.connect(self.children_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self._portrait, self._title, self._facts, buttons, self._why):
            column.addWidget(widget)
        for head, place in (
            (self._parents_head, self._parents),
            (self._children_head, self._children),
        ):
            column.addWidget(head)
            column.addWidget(place)
        column.addWidget(self.find_children)
        self.hide()

    def _small(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setFont(scaled_font(self.font(), SMALL_TEXT))
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        return label

    def _kin(self, text: str) -> tuple[QLabel, QWidget]:
        head = self._small()
        head.setText(text)
        place = QWidget(self)
        FlowLayout(place, gap=2)
        return head, place

    @property
    def face(self) -> CardFace | None:
        """What it shows; None: nothing."""
        return self._face

    def show_face(self, face: CardFace | None, *, in_tree: bool = False) -> None:
        """Show another picture, or nothing; ``in_tree``: the tree stands beside it."""
        self._face = face
        self.setVisible(face is not None)
        if face is None:
            return
        self._portrait.show_image(face.image, face.spoken)
        self._title.setText(face.title)
        self._facts.setText(face.facts)
        self._facts.setVisible(bool(face.facts))
        self._why.setText(face.why_not)
        self._why.setVisible(bool(face.why_not))
        can_breed = face.can_breed and face.can_change
        self.breed.setEnabled(can_breed)
        self.add.setText(
            self.tr("Not a parent any more") if face.is_parent else self.tr("Add to the parents")
        )
        self.add.setEnabled(face.can_change and (face.is_parent or face.can_breed))
        self.favourite.setText(
            self.tr("Not a favourite") if face.is_favourite else self.tr("Favourite")
        )
        self.favourite.setEnabled(face.can_change)
        self.keep.setText(self.tr("Kept") if face.is_kept else self.tr("Keep"))
        self.keep.setEnabled(face.can_change and not face.is_kept and face.image is not None)
        self.explore.setEnabled(face.can_breed)
        self.tree.setVisible(not in_tree)
        self.gallery.setVisible(face.is_kept)
        self._fill(self._parents, face.parents)
        elsewhere = self.tr("%n parent(s) elsewhere", "", face.parents_elsewhere)
        words = self.tr("Parents")
        if face.parents_elsewhere:
            words = f"{words} · {elsewhere}" if face.parents else elsewhere
        self._parents_head.setText(words)
        self._parents_head.setVisible(bool(face.parents or face.parents_elsewhere))
        self._parents.setVisible(bool(face.parents))
        self._fill(self._children, face.children)
        self._children_head.setVisible(bool(face.children))
        self._children.setVisible(bool(face.children))
        self.find_children.setVisible(in_tree and bool(face.children))

    def show_relative(self, name: str, image: QImage) -> None:
        """A relative's picture has arrived."""
        for button in self._relatives.get(name, ()):
            button.show_image(image)

    def _fill(self, place: QWidget, faces: Sequence[RelativeFace]) -> None:
        flow = place.layout()
        assert isinstance(flow, FlowLayout)
        while (item := flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        if place is self._parents:
            self._relatives = {}
        for face in faces[:MOST_RELATIVES]:
            button = _Relative(face, place)
            button.clicked.connect(
                lambda _on=False, name=face.name: self.relative_wanted.emit(name)
            )
            flow.addWidget(button)
            button.show()
            self._relatives.setdefault(face.name, []).append(button)
