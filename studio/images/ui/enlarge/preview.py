"""A detail before and after, with a wipe between them: how it will look, before anything waits."""

import uuid
from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible, QImage, QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from shiboken6 import isValid

from studio.contract.enlarging import EnlargeReport
from studio.contract.errors import AtelierError
from studio.contract.overriding import override
from studio.host.client import Cancelled, Failed, Finished
from studio.images.ui.background import BackgroundWork
from studio.images.ui.enlarge.run import EnlargeChoice
from studio.images.ui.enlarge.subjects import FOLDER, ToEnlarge, foreign_picture, remove_quietly
from studio.project.paths import ensure_folder
from studio.shell.notices import error_text
from studio.shell.pictures.comparison import ComparisonCanvas
from studio.shell.pictures.named import NamedPicture
from studio.shell.services import Services
from studio.shell.spoken import speak_as
from studio.shell.theme import GAP, SMALL_TEXT, scaled_font
from studio.shell.widgets.buttons import FlatButton
from studio.shell.widgets.focus import FocusHalo

SIDE: Final = 256
"""Pixels a side that the enlarged detail has at most."""
CANVAS: Final = 288
"""Logical pixels a side of what it is shown on, which leaves some air around it."""
SOON_MS: Final = 120
"""After the last change of the choice; a row of chips is walked through quicker than that."""
KEY_STEP: Final = 0.05
"""Of the width, by which an arrow moves the line."""
_PLACES: Final = ((0.5, 0.5), (0.5, 0.2), (0.2, 0.5), (0.8, 0.5), (0.5, 0.8))
"""Shares of the way across and down at which details are looked at in turn."""


class _Canvas(ComparisonCanvas):
    """Takes the keyboard: left and right move the line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        speak_as(self, QAccessible.Role.Graphic)
        FocusHalo(self)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -KEY_STEP, Qt.Key.Key_Right: KEY_STEP}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.set_divider(self.divider + step)


class DetailPreview(QWidget):
    """Has the host enlarge a detail of one picture for each choice, the newest first."""

    measured = Signal(object)
    """Payload: (`EnlargeReport`, width and height of the detail)."""

    def __init__(
        self, services: Services, work: BackgroundWork, subject: ToEnlarge, parent: QWidget
    ) -> None:
        """``work`` outlives this, and may bring something when it is gone."""
        super().__init__(parent)
        self._services = services
        self._subject = subject
        self._work = work
        self._choice: EnlargeChoice | None = None
        self._place = 0
        self._request: int | None = None
        self._part = (0, 0, 1, 1)
        self._source: Path | None = None
        self.canvas = _Canvas(self)
        self.canvas.setFixedSize(QSize(CANVAS, CANVAS))
        self.canvas.setAccessibleName(self.tr("A detail before and after"))
        self._state = QLabel(self)
        self._another = FlatButton(self.tr("Another part"), self)
        self._another.clicked.connect(self._look_elsewhere)
        before, after = QLabel(self.tr("before"), self), QLabel(self.tr("after"), self)
        for words in (before, after, self._state):
            words.setFont(scaled_font(self.font(), SMALL_TEXT))
            words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._state.setWordWrap(True)
        self._state.setFixedWidth(CANVAS)
        sides = QHBoxLayout()
        sides.setSpacing(GAP)
        sides.addWidget(before)
        sides.addStretch(1)
        sides.addWidget(self._another)
        sides.addStretch(1)
        sides.addWidget(after)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GAP - 2)
        layout.addWidget(self.canvas)
        layout.addLayout(sides)
        layout.addWidget(self._state)
        layout.addStretch(1)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._begin)
        host = services.host
        host.finished.connect(self._finished)
        host.failed.connect(self._failed)
        host.cancelled.connect(self._cancelled)

    @property
    def state(self) -> str:
        """What is said below the pictures."""
        return self._state.text()

    def show_choice(self, choice: EnlargeChoice) -> None:
        """Show how the detail looks enlarged like this, as soon as it has been made."""
        self._choice = choice
        self._part = self._detail(choice.factor)
        self._another.setVisible(self._part[2:] != (self._subject.width, self._subject.height))
        self._show_before()
        self._state.setText(self.tr("Looking at a detail…"))
        self._soon.start()

    def stop(self) -> None:
        """Nobody looks any more."""
        self._soon.stop()
        self._choice = None
        if self._request is not None:
            self._services.host.cancel(self._request)

    def _detail(self, factor: int) -> tuple[int, int, int, int]:
        """Left, top, width and height of the part that is looked at."""
        subject, longest = self._subject, max(SIDE // factor, 1)
        width, height = min(subject.width, longest), min(subject.height, longest)
        across, down = _PLACES[self._place]
        left, top = round((subject.width - width) * across), round((subject.height - height) * down)
        return left, top, width, height

    @Slot()
    def _look_elsewhere(self) -> None:
        self._place = (self._place + 1) % len(_PLACES)
        if self._choice is not None:
            self.show_choice(self._choice)

    def _show_before(self) -> None:
        image, choice = self._subject.image, self._choice
        if image is None or choice is None:
            return
        before = _squares(image.copy(*self._part), choice.factor)
        picture = NamedPicture(name=self.tr("before"), image=before)
        self.canvas.show_pair(picture, NamedPicture(name=self.tr("after"), image=before))

    @Slot()
    def _begin(self) -> None:
        if self._request is not None:
            self._services.host.cancel(self._request)
            return  # once that is answered, the newest choice is begun
        subject, choice, part = self._subject, self._choice, self._part
        if choice is None:
            return
        folder = self._services.places.cache / FOLDER
        target = folder / f"detail-{uuid.uuid4().hex}.png"

        def read() -> Path:
            ensure_folder(folder)
            return self._source or subject.read()

        def ask(source: Path) -> None:
            if not isValid(self):
                return
            self._source = source
            if (choice, part) != (self._choice, self._part):
                self._soon.start()
                return
            request = choice.request(subject, source, target)
            request = msgspec.structs.replace(request, part=part)
            try:
                self._request = self._services.host.enlarge(request)
            except AtelierError as error:  # the client has given up for good
                self._say(error)

        self._work.run(read, ask, self._say)

    @Slot(object)
    def _finished(self, event: Finished) -> None:
        report = event.payload
        if event.request != self._request or not isinstance(report, EnlargeReport):
            return
        self._request = None
        choice, part, file = self._choice, self._part, Path(report.file)

        def read() -> QImage | None:
            found = foreign_picture(file).image
            remove_quietly(file)
            return found

        def show(image: QImage | None) -> None:
            if not isValid(self):
                return
            if choice is None or (choice, part) != (self._choice, self._part):
                self._again()
            elif image is not None:
                self._show_after(image)
                self._state.setText("")
                self.measured.emit((report, part[2], part[3]))

        self._work.run(read, show, self._say)

    def _show_after(self, image: QImage) -> None:
        picture = NamedPicture(name=self.tr("after"), image=image)
        if self.canvas.pictures is None:
            self.canvas.show_pair(picture, picture)
        else:
            self.canvas.replace_picture(1, picture)

    @Slot(object)
    def _failed(self, event: Failed) -> None:
        if event.request == self._request:
            self._request = None
            self._say(event.error)

    @Slot(object)
    def _cancelled(self, event: Cancelled) -> None:
        if event.request == self._request:
            self._request = None
            self._again()

    def _again(self) -> None:
        if self._choice is not None:
            self._soon.start()

    def _say(self, error: AtelierError) -> None:
        if not isValid(self):
            return
        self._state.setText(error_text(error))


def _squares(image: QImage, factor: int) -> QImage:
    """Each pixel a square."""
    keep, plain = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.FastTransformation
    return image.scaled(image.width() * factor, image.height() * factor, keep, plain)
