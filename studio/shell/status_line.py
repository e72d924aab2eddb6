"""The one line at the foot: device and save state at rest; job, progress and Cancel at work."""

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from studio.contract.overriding import override
from studio.host.messages import DeviceReport
from studio.shell.faults import fault_text
from studio.shell.jobs import JobState
from studio.shell.numbers import percent_text
from studio.shell.theme import SMALL_TEXT, STATUS_HEIGHT, Colours, scaled_font, text_scale
from studio.shell.touch import target
from studio.shell.widgets.buttons import FlatButton
from studio.shell.widgets.painting import fill_rounded

MEMORY_SHOWN_ABOVE = 80.0
"""Percent of the machine's memory."""
PROJECT_CHARACTERS = 28
"""So much of a project's name has room beside the rest."""
MEMORY_INTERVAL_MS = 5_000
DOT = 8
SHOW_WORK_AFTER_MS = 150
"""Work that ends sooner does not flicker in the line."""


class StatusLine(QWidget):
    """Says little, and nothing that is not so."""

    cancel_wanted = Signal(int)
    """Payload: the id of the job to cancel."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Status"))
        self._dot = _Dot(self)
        self._device = _soft_label(self)
        self._project = _soft_label(self)
        self._saved = _soft_label(self)
        self._memory = _soft_label(self)
        self._job = _soft_label(self)
        self._bar = _ProgressBar(self)
        self._cancel = _SmallButton(self.tr("Cancel"), self)
        self._cancel.setAccessibleName(self.tr("Cancel the work under way"))
        self._cancel.clicked.connect(self._cancel_clicked)
        self._current: JobState | None = None
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 0, 14, 0)
        layout.setSpacing(8)
        layout.addWidget(self._dot)
        layout.addWidget(self._device)
        layout.addSpacing(8)
        layout.addWidget(self._project)
        layout.addWidget(self._saved)
        self._project.hide()
        layout.addStretch(1)
        for widget in (self._job, self._bar, self._cancel, self._memory):
            layout.addWidget(widget)
            widget.hide()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(SHOW_WORK_AFTER_MS)
        self._patience.timeout.connect(self._show_job)
        self._memory_timer = QTimer(self)
        self._memory_timer.setInterval(MEMORY_INTERVAL_MS)
        self._memory_timer.timeout.connect(self._look_at_memory)
        self._memory_timer.start()
        self.set_starting()
        self._fit()

    @property
    def device_text(self) -> str:
        """What it says of the device."""
        return self._device.text()

    @property
    def saved_text(self) -> str:
        """What it says of saving."""
        return self._saved.text()

    @property
    def project_text(self) -> str:
        """Which project is open; empty while there is only one."""
        return "" if self._project.isHidden() else self._project.toolTip()

    def set_project(self, name: str) -> None:
        """Name the open project; an empty name hides that there are projects."""
        metrics = self._project.fontMetrics()
        widest = PROJECT_CHARACTERS * metrics.averageCharWidth()
        self._project.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, widest))
        self._project.setToolTip(name)
        self._project.setAccessibleName(self.tr("Project: {name}").format(name=name))
        self._project.setVisible(bool(name))

    def set_starting(self) -> None:
        """The model process is being started."""
        self._dot.set_role(QPalette.ColorRole.PlaceholderText, hollow=True)
        self._device.setText(self.tr("Starting"))
        self._device.setToolTip("")

    def set_lost(self, reason: str, *, for_good: bool) -> None:
        """The model process is away; ``reason`` in words."""
        self._dot.set_role(QPalette.ColorRole.BrightText, hollow=True)
        self._device.setText(self.tr("Stopped") if for_good else self.tr("Restarting"))
        self._device.setToolTip(reason)

    def set_device(self, report: DeviceReport) -> None:
        """Name the device that does the work, really."""
        fallen = bool(report.reason) and report.wanted != "auto"
        role = QPalette.ColorRole.Link if fallen else QPalette.ColorRole.LinkVisited
        self._dot.set_role(role, hollow=fallen)
        name = device_name(report.provider)
        if name == "CPU":
            text = self.tr("CPU, %n thread(s)", "", report.threads)
        else:
            text = name if not report.device else f"{name}, {report.device}"
        self._device.setText(text)
        half = self.tr("Computes in half precision") if report.precision == "float16" else ""
        reasons = (report.reason, report.precision_reason, report.elsewhere)
        told = (report.device, half, *map(fault_text, reasons))
        self._device.setToolTip("\n".join(part for part in told if part))

    def set_saved(self, when: datetime | None, *, read_only: bool = False) -> None:
        """Say when the last change was written; None: nothing was changed yet."""
        if read_only:
            self._saved.setText(self.tr("To look only"))
            return
        if when is None:
            self._saved.setText(self.tr("Saves by itself"))
            return
        self._saved.setText(self.tr("Saved {time}").format(time=f"{when:%H:%M}"))

    def set_jobs(self, jobs: tuple[JobState, ...]) -> None:
        """Show the oldest of the jobs, and how many wait behind it."""
        self._current = jobs[0] if jobs else None
        self._waiting = len(jobs) - 1
        if self._current is None:
            self._patience.stop()
            for widget in (self._job, self._bar, self._cancel):
                widget.hide()
        elif self._job.isVisible():
            self._show_job()
        elif not self._patience.isActive():
            self._patience.start()

    def _show_job(self) -> None:
        job = self._current
        if job is None:
            return
        text = job.label
        if job.total > 1:
            progress = self.tr("{done} of {total}").format(done=job.done, total=job.total)
            text = f"{text}, {progress}"
        if self._waiting:
            text = f"{text} (+{self._waiting})"
        self._job.setText(text)
        self._bar.set_share(job.done / job.total if job.total else None)
        self._job.show()
        self._bar.show()
        self._cancel.setVisible(job.can_cancel)

    def _cancel_clicked(self) -> None:
        if self._current is not None:
            self.cancel_wanted.emit(self._current.identity)

    def _look_at_memory(self) -> None:
        import psutil

        share = psutil.virtual_memory().percent
        self._memory.setVisible(share > MEMORY_SHOWN_ABOVE)
        if share > MEMORY_SHOWN_ABOVE:
            self._memory.setText(
                self.tr("Memory {percent}").format(percent=percent_text(round(share) / 100))
            )

    def _fit(self) -> None:
        small = scaled_font(self.font(), SMALL_TEXT)
        for label in (self._device, self._project, self._saved, self._memory, self._job):
            label.setFont(small)
        self._cancel.setFont(small)
        self.setFixedHeight(target(max(STATUS_HEIGHT, self.fontMetrics().height() + 12)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_status(painter, QRectF(self.rect()), Colours.of(self.palette()))
        painter.end()


def device_name(provider: str) -> str:
    """A provider as people call it: "CPU", "CUDA", "TensorRT", "CoreML"."""
    short = provider.removesuffix("ExecutionProvider")
    return {"Tensorrt": "TensorRT"}.get(short, short)


def paint_status(painter: QPainter, rect: QRectF, colours: Colours) -> None:
    """The line's ground; also painted before the line is there."""
    painter.fillRect(rect, colours.panel)
    painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), colours.line)


def _soft_label(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return label


class _SmallButton(FlatButton):
    @override
    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width() - 8, target(self.fontMetrics().height() + 6))


class _Dot(QWidget):
    """Filled: the device works as asked. Hollow: it does not, or not yet; not by colour alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        side = round(DOT * text_scale())
        self.setFixedSize(side, side)
        self._role = QPalette.ColorRole.PlaceholderText
        self._hollow = True

    def set_role(self, role: QPalette.ColorRole, *, hollow: bool) -> None:
        self._role, self._hollow = role, hollow
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.palette().color(QPalette.ColorGroup.Active, self._role)
        painter.setPen(colour if self._hollow else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if self._hollow else colour)
        edge = 1.0 if self._hollow else 0.0
        painter.drawEllipse(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge))
        painter.end()


class _ProgressBar(QWidget):
    """A thin bar; where nobody knows how much there is, it stays empty rather than pretend."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedSize(120, 4)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._share: float | None = None

    def set_share(self, share: float | None) -> None:
        self._share = share
        percent = "" if share is None else percent_text(round(share, 2))
        self.setAccessibleName(self.tr("Progress"))
        self.setAccessibleDescription(percent)
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = Colours.of(self.palette())
        whole = QRectF(self.rect())
        fill_rounded(painter, whole, 2, colours.line)
        if self._share:
            whole.setWidth(whole.width() * min(self._share, 1.0))
            fill_rounded(painter, whole, 2, colours.accent)
        painter.end()
