"""Every command by its name, and much else: type a few letters, press Return."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QObject,
    QPointF,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.offers import Offer, OfferSource, rank
from studio.shell.theme import GAP, Colours
from studio.shell.widgets.list_rows import Index, ListRow, one_line
from studio.shell.widgets.painting import paint_panel

ITSELF: Final = "window.commands"
WIDTH: Final = 480
ROWS: Final = 9
TOP: Final = 72
SHADOW: Final = 16
LIST_EDGE: Final = 4
OFFER_ROLE: Final = Qt.ItemDataRole.UserRole
REMEMBERED: Final = 8
"""How many of the last choices come first."""
MARK: Final = 16


class CommandPalette(QWidget):
    """Floats over the window; closes by Escape, by choosing, and when the focus leaves it.

    What was chosen last comes first, then what the room in front can do. What cannot be done now
    is shown to those who look for it, with the reason.
    """

    def __init__(
        self,
        sources: Sequence[Callable[[], Iterable[Offer]]],
        parent: QWidget,
        *,
        finders: Sequence[OfferSource] = (),
        recent: Callable[[], Sequence[str]] = tuple,
        remember: Callable[[tuple[str, ...]], None] | None = None,
    ) -> None:
        """``sources`` are asked when it opens, while what a command is about still has the focus;
        ``finders`` whenever something is typed. ``recent`` gives the identities chosen last, the
        newest first; ``remember`` keeps them.
        """
        super().__init__(parent)
        self._sources = tuple(sources)
        self._finders = tuple(finders)
        self._offers: tuple[Offer, ...] = ()
        self._recent = recent
        self._remember = remember
        self._over = parent
        self._before: QWidget | None = None
        self.setAccessibleName(self.tr("Commands"))
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(self.tr("What would you like to do?"))
        self._field.setAccessibleName(self.tr("What would you like to do?"))
        self._field.installEventFilter(self)
        self._list = QListWidget(self)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setFrameShape(QListWidget.Shape.NoFrame)
        self._list.setItemDelegate(_Row(self._list))
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setAccessibleName(self.tr("Commands"))
        self._list.viewport().setAutoFillBackground(False)
        self._nothing = QLabel(self.tr("Nothing found"), self)
        self._nothing.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._nothing.setContentsMargins(10, 7, 10, 7)
        self._nothing.hide()
        layout = self._column = QVBoxLayout(self)
        edge = SHADOW + 8
        layout.setContentsMargins(edge, edge, edge, edge)
        layout.setSpacing(6)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        layout.addWidget(self._nothing)
        self._field.textChanged.connect(self._filter)
        self._field.returnPressed.connect(self.run_current)
        self._list.itemClicked.connect(lambda _item: self.run_current())
        parent.installEventFilter(self)
        self.hide()

    @property
    def texts(self) -> list[str]:
        """What is offered, best first."""
        return [self._list.item(row).text() for row in range(self._list.count())]

    def open(self) -> None:
        """Show all commands and take the keyboard; it goes back where it was afterwards."""
        if self.isVisible():
            return
        self._before = QApplication.focusWidget()
        self._offers = tuple(offer for source in self._sources for offer in source())
        self._field.clear()
        self._filter("")
        self.show()
        self.raise_()
        self._field.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close without doing anything."""
        if not self.isVisible():
            return
        before, self._before = self._before, None
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()

    def _filter(self, query: str) -> None:
        places = {identity: place for place, identity in enumerate(self._recent())}
        typed = bool(query.split())
        found: list[tuple[tuple[bool, int, int, bool], Offer]] = []
        searched = (offer for finder in self._finders for offer in finder(query))
        for offer in (*self._offers, *searched):
            fit = rank(query, offer)
            place = places.get(offer.identity, REMEMBERED)
            hidden = not typed and (
                not offer.is_possible or (offer.only_searched and place == REMEMBERED)
            )
            if fit is not None and not hidden:
                order = (not offer.is_possible, fit, place, offer.is_everywhere)
                found.append((order, offer))
        self._list.clear()
        for _order, offer in sorted(found, key=lambda entry: entry[0]):
            item = QListWidgetItem(offer.text)
            item.setData(OFFER_ROLE, offer)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(offer))
            if not offer.is_possible:
                item.setFlags(Qt.ItemFlag.ItemIsSelectable)
            self._list.addItem(item)
        self._list.setCurrentRow(0)
        self._list.setVisible(bool(found))
        self._nothing.setVisible(not found)
        self._place()

    def run_current(self) -> None:
        """Do what the current row offers; a row that cannot be done stays where it is."""
        item = self._list.currentItem()
        if item is None:
            return
        offer = item.data(OFFER_ROLE)
        if not isinstance(offer, Offer) or not offer.is_possible:
            return
        self.dismiss()
        if self._remember is not None:
            others = [identity for identity in self._recent() if identity != offer.identity]
            self._remember((offer.identity, *others)[:REMEMBERED])
        offer.run()

    def _place(self) -> None:
        """As many rows as the window has room for; higher up in a low window."""
        over = self._over.size()
        line = one_line(self._list)
        margins = self._column.contentsMargins()
        around = margins.top() + self._field.sizeHint().height() + self._column.spacing()
        around += margins.bottom() + LIST_EDGE
        top = min(TOP - SHADOW, max((over.height() - around - ROWS * line) // 2, GAP - SHADOW))
        room = max((over.height() - GAP + SHADOW - top - around) // line, 1)
        rows = min(max(self._list.count(), 1), ROWS, room)
        self._list.setFixedHeight(rows * line + LIST_EDGE)
        self.setFixedWidth(min(WIDTH + 2 * SHADOW, over.width()))
        self.adjustSize()
        self.move((over.width() - self.width()) // 2, top)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        if watched is self._field:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                return self._key(event)
            if (
                isinstance(event, QFocusEvent)
                and event.type() == QEvent.Type.FocusOut
                and event.reason() != Qt.FocusReason.ActiveWindowFocusReason
            ):
                self._before = None  # the focus has gone where the user wants it
                self.hide()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        """Arrows move in the list while the field keeps the keyboard."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if steps is not None and self._list.count():
            self._list.setCurrentRow((self._list.currentRow() + steps) % self._list.count())
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return True
        return False

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        paint_panel(self, SHADOW)


class _Row(ListRow):
    """A command's words to the left, its key to the right."""

    @override
    def paint_words(self, painter: QPainter, rect: QRectF, index: Index, colours: Colours) -> None:
        offer = index.data(OFFER_ROLE)
        if isinstance(offer, Offer):
            box = rect.toRect().adjusted(10, 0, -10, 0)
            _paint_offer(painter, box, offer, colours, self.owner)


def _paint_offer(
    painter: QPainter, rect: QRect, offer: Offer, colours: Colours, widget: QWidget
) -> None:
    """The words; to the right the key, the reason why not, or a mark where it is so already."""
    metrics = painter.fontMetrics()
    side = icon_side(MARK)
    if offer.holds:
        ratio = widget.devicePixelRatioF()
        pixmap = icon_pixmap("check", colours.good, size=side, ratio=ratio)
        painter.drawPixmap(QPointF(rect.right() - side, rect.center().y() - side / 2 + 0.5), pixmap)
    aside = offer.keys if offer.is_possible else offer.reason
    room = max(rect.width() - metrics.horizontalAdvance(offer.text) - 24, rect.width() // 3)
    aside = metrics.elidedText(aside, Qt.TextElideMode.ElideRight, room)
    painter.setPen(colours.soft)
    right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
    painter.drawText(rect, right, aside)
    taken = metrics.horizontalAdvance(aside) + 16 if aside else 0
    words = metrics.elidedText(
        offer.text, Qt.TextElideMode.ElideRight, rect.width() - max(taken, side + 8 * offer.holds)
    )
    painter.setPen(colours.text if offer.is_possible else colours.soft)
    painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, words)


def _spoken(offer: Offer) -> str:
    """What a screen reader says of an offer."""
    return ", ".join(part for part in (offer.text, offer.keys, offer.reason) if part)
