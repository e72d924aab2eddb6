"""Notices over the work: they float, so that nothing moves, and never take the focus."""

from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from studio.contract.overriding import override
from studio.shell.icons import icon_pixmap, icon_side
from studio.shell.notices import Notice, NoticeKind, NoticeQuestion, breakable
from studio.shell.theme import RADIUS_GROUP, Colours
from studio.shell.widgets.buttons import FlatButton, IconButton
from studio.shell.widgets.focus import release_focus
from studio.shell.widgets.painting import draw_shadow, fill_rounded, stroke_rounded

AT_ONCE = 3
"""Notices shown together; the oldest gives way."""
WIDEST = 720
SHADOW = 12


class NoticeBar(QWidget):
    """A stack of cards at the foot of the work, newest first: what was chosen stays in sight."""

    gone = Signal(str)
    """Payload: the key of a notice that was dismissed, answered, or has left by itself."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ground = parent
        self._over = parent
        self._cards: dict[str, _Card] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._over.installEventFilter(self)
        self.hide()

    def float_over(self, work: QWidget) -> None:
        """Stand over the foot of ``work``, which lies somewhere in the parent."""
        self._over.removeEventFilter(self)
        self._over = work
        self._over.installEventFilter(self)
        self._place()

    def show_notice(self, notice: Notice) -> None:
        """Show a notice; one of the same key is replaced."""
        self.withdraw(notice.identity)
        while len(self._cards) >= AT_ONCE:
            self._leave(next(iter(self._cards)))
        card = _Card(notice, self)
        card.closed.clicked.connect(partial(self._leave, notice.identity))
        if card.action is not None and notice.action is not None:
            card.action.clicked.connect(partial(self._act, notice))
        if card.question is not None:
            card.question.answered.connect(partial(self._answer, notice))
        self._cards[notice.identity] = card
        self._layout.insertWidget(0, card)
        card.show()  # a hidden card would have no height
        if notice.seconds is not None:
            leave = QTimer(card)
            leave.setSingleShot(True)
            leave.timeout.connect(partial(self._leave, notice.identity))
            leave.start(round(notice.seconds * 1000))
            if card.question is not None:
                card.question.opened.connect(leave.stop)
        self._place()
        self.show()
        self.raise_()

    def withdraw(self, identity: str) -> None:
        """Take a notice away; one that is not shown is passed over."""
        card = self._cards.pop(identity, None)
        if card is None:
            return
        release_focus(card, self._over)
        self._layout.removeWidget(card)
        card.hide()
        card.deleteLater()
        self.setVisible(bool(self._cards))
        self._place()

    def ask(self, identity: str) -> bool:
        """Open the field of a notice that asks something; False: it is not shown, or asks not."""
        card = self._cards.get(identity)
        if card is None or card.question is None:
            return False
        card.question.open()
        return True

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences that are shown, newest first."""
        return tuple(card.notice.text for card in reversed(self._cards.values()))

    def _leave(self, identity: str) -> None:
        self.withdraw(identity)
        self.gone.emit(identity)

    def _act(self, notice: Notice) -> None:
        self._leave(notice.identity)
        if notice.action is not None:
            notice.action.run()

    def _answer(self, notice: Notice, text: str) -> None:
        self._leave(notice.identity)
        if notice.question is not None:
            notice.question.answer(text)

    def _place(self) -> None:
        width = min(WIDEST, self._over.width() - 16)
        self.setFixedWidth(max(width, 0))
        self._layout.activate()
        height = self._layout.heightForWidth(width)
        self.resize(width, height if height > 0 else self.sizeHint().height())
        corner = self._over.mapTo(self._ground, QPoint(0, 0))
        free = self._over.size() - self.size()
        self.move(corner + QPoint(free.width() // 2, max(free.height(), 0)))

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self._cards:
            self._place()
        return super().eventFilter(watched, event)


class _Card(QWidget):
    """One notice: mark, sentence, what it offers, copy details, dismiss."""

    def __init__(self, notice: Notice, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        kind = {
            NoticeKind.NEWS: self.tr("News"),
            NoticeKind.GOOD: self.tr("Done"),
            NoticeKind.WARNING: self.tr("Note"),
            NoticeKind.ERROR: self.tr("Error"),
        }[notice.kind]
        self.setAccessibleName(f"{kind}: {notice.text}")
        mark = _Mark(notice.kind, self)
        mark.setAccessibleName(kind)
        words = breakable(notice.text)
        sentence = QLabel(words, self)
        sentence.setTextFormat(Qt.TextFormat.PlainText)
        sentence.setWordWrap(True)
        if words == notice.text:  # else "Copy details" has the path as it is
            sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        sentence.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(SHADOW + 14, SHADOW, SHADOW + 6, SHADOW)
        layout.setSpacing(10)
        layout.addWidget(mark)
        layout.addWidget(sentence, 1)
        self.action: FlatButton | None = None
        if notice.action is not None:
            self.action = FlatButton(notice.action.text, self)
            layout.addWidget(self.action)
        self.question: _Question | None = None
        if notice.question is not None:
            self.question = _Question(notice.question, self)
            layout.addWidget(self.question)
        if notice.detail:
            copy = IconButton("copy", self.tr("Copy details"), self)
            copy.clicked.connect(self._copy)
            layout.addWidget(copy)
        self.closed = IconButton("close", self.tr("Dismiss"), self)
        layout.addWidget(self.closed)
        sentence.setContentsMargins(0, 10, 0, 10)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.notice.detail)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        body = QRectF(self.rect()).adjusted(SHADOW, SHADOW - 6, -SHADOW, -SHADOW + 6)
        draw_shadow(painter, body, RADIUS_GROUP, SHADOW - 6, colours)
        fill_rounded(painter, body, RADIUS_GROUP, colours.raised)
        stroke_rounded(painter, body, RADIUS_GROUP, colours.line, 1)
        painter.end()


class _Question(QWidget):
    """A button that becomes a field; the keyboard goes there only when the user asks for it."""

    opened = Signal()
    answered = Signal(str)
    """Payload: what was typed, or what was suggested where nothing was."""

    def __init__(self, question: NoticeQuestion, parent: QWidget) -> None:
        super().__init__(parent)
        self._suggestion = question.suggestion
        self._before: QWidget | None = None
        self._opener = FlatButton(question.text, self, key=question.key)
        self._opener.clicked.connect(self.open)
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(question.suggestion)
        self._field.setAccessibleName(question.text)
        self._field.setMaxLength(question.longest)
        self._field.setMinimumWidth(self.fontMetrics().horizontalAdvance("n" * 24))
        self._field.returnPressed.connect(self._answer)
        self._button = FlatButton(question.button, self)
        self._button.clicked.connect(self._answer)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for widget in (self._opener, self._field, self._button):
            layout.addWidget(widget)
        self._field.hide()
        self._button.hide()

    @Slot()
    def open(self) -> None:
        """Let the user type."""
        if self._field.isHidden():
            self._before = QApplication.focusWidget()
            self._opener.hide()
            self._field.show()
            self._button.show()
            self.opened.emit()
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def give_back(self) -> None:
        """Return the keyboard to where it was."""
        before, self._before = self._before, None
        if before is not None and before is not self._opener and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _answer(self) -> None:
        text = self._field.text().strip() or self._suggestion
        self.give_back()
        self.answered.emit(text)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.give_back()
            card = self.parent()
            assert isinstance(card, _Card)
            card.closed.click()
        elif event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)


class _Mark(QWidget):
    """The icon that says what kind of notice it is, by its shape as well as by its colour."""

    def __init__(self, kind: NoticeKind, parent: QWidget) -> None:
        super().__init__(parent)
        self._kind = kind
        self._side = icon_side()
        self.setFixedSize(self._side, self._side)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        colours = Colours.of(self.palette())
        name, colour = {
            NoticeKind.NEWS: ("info", colours.soft),
            NoticeKind.GOOD: ("check", colours.good),
            NoticeKind.WARNING: ("warning", colours.warning),
            NoticeKind.ERROR: ("error", colours.bad),
        }[self._kind]
        painter = QPainter(self)
        mark = icon_pixmap(name, colour, size=self._side, ratio=self.devicePixelRatioF())
        painter.drawPixmap(QPointF(0, 0), mark)
        painter.end()
