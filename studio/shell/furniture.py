"""All that fills the window: rail, title row, rooms, inspector, notices, status line, commands."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from PySide6.QtCore import QUrl, Slot
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.contract.errors import AtelierError, ProjectReadOnly
from studio.contract.overriding import override
from studio.host.client import HostLost, HostReady
from studio.host.client import Notice as HostNotice
from studio.host.messages import DeviceReport
from studio.shell.actions import ActionRegistry, with_shortcut
from studio.shell.command_palette import ITSELF, CommandPalette
from studio.shell.faults import fault_text
from studio.shell.inspector_slot import InspectorSlot
from studio.shell.jobs import JobState
from studio.shell.main_window import MainWindow
from studio.shell.notice_bar import NoticeBar
from studio.shell.notices import Notice, NoticeKind, details, error_text
from studio.shell.offers import Offer, command_offers, setting_offers
from studio.shell.projects.commands import ProjectCommands
from studio.shell.projects.news import say_refused
from studio.shell.rail import Rail, RailEntry
from studio.shell.services import Room, Services, Turning
from studio.shell.settings.declared import SWAP_SIDES
from studio.shell.settings.values import SettingChange
from studio.shell.settings_menu import SettingsMenu
from studio.shell.status_line import StatusLine, device_name
from studio.shell.theme import TITLE_HEIGHT

HOST_KEY = "host"
DEVICE_KEY = "device"
SAID_SECONDS = 4.0
"""How long news stays that needs no answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomEntry:
    """A room that works: how it stands on the rail, and how it is built."""

    rail: RailEntry
    build: Callable[[Services], Room]
    look_for: Callable[[Room, str], None] | None = None
    """Shows what fits a few words in the room, where that means something."""


class Furniture(QWidget):
    """Built for one language; holds nothing that would be lost with it."""

    def __init__(
        self,
        window: MainWindow,
        services: Services,
        registry: ActionRegistry,
        entries: tuple[RoomEntry, ...],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._services = services
        self._registry = registry
        self._entries = entries
        registry.setParent(self)
        self.setAcceptDrops(True)
        self._rail = Rail(tuple(entry.rail for entry in entries), self)
        self._titles = QStackedWidget(self)
        self._titles.setMinimumHeight(TITLE_HEIGHT)
        self._body = QWidget(self)
        self._stack = QStackedWidget(self._body)
        self._inspectors = InspectorSlot(self._body)
        self._status = StatusLine(self)
        self._arrange()
        self._notices = NoticeBar(self._body)
        self._projects = ProjectCommands(
            services,
            registry,
            self._notices,
            lambda: self.room.undo_scope if self.room else "",
            self,
        )
        self._rooms: dict[str, Room] = {}
        self._add_commands()
        self._settings = SettingsMenu(window, services, registry, self._rail)
        self._projects.join(self._settings)
        self._rail.set_menu(self._settings)
        for entry in entries:
            self._add_room(entry)
        self._rail.chosen.connect(self.show_room)
        self.show_room(window.state.room if window.state.room in self._rooms else "")
        self._inspectors.setVisible(window.state.inspector)
        self._fit_sides()
        self._settings.refill_settings()
        self._connect()

    @property
    def room(self) -> Room | None:
        """The room in front."""
        return self._rooms.get(self._front)

    @property
    def rooms(self) -> tuple[str, ...]:
        """Names of the rooms that work, in the order of the rail."""
        return tuple(self._rooms)

    @property
    def notices(self) -> NoticeBar:
        """The bar that shows notices."""
        return self._notices

    @property
    def status(self) -> StatusLine:
        """The line at the foot."""
        return self._status

    @property
    def command_palette(self) -> CommandPalette:
        """Every command by its name."""
        return self._palette

    @property
    def settings(self) -> SettingsMenu:
        """The menu at the foot of the rail."""
        return self._settings

    @property
    def services(self) -> Services:
        """What the rooms were given."""
        return self._services

    @property
    def projects(self) -> ProjectCommands:
        """What can be done with projects and versions."""
        return self._projects

    @property
    def registry(self) -> ActionRegistry:
        """The commands of the window."""
        return self._registry

    @Slot(str)
    def show_room(self, identity: str) -> None:
        """Bring a room to the front; an unknown name brings the first."""
        self._front = identity if identity in self._rooms else next(iter(self._rooms), "")
        if not self._front:
            return
        place = list(self._rooms).index(self._front)
        for stack in (self._titles, self._stack):
            stack.setCurrentIndex(place)
        self._inspectors.stack.show_page(place)
        self._rail.set_room(self._front)
        self._notices.float_over(self._rooms[self._front].work)
        self._window.change_state(replace(self._window.state, room=self._front))
        self._update_history()

    def show_work_alone(self, alone: bool) -> None:
        """Hide everything but the room, or show it again."""
        for widget in (self._rail, self._titles, self._status):
            widget.setVisible(not alone)
        self._inspectors.setVisible(not alone and self._window.state.inspector)

    def toggle_inspector(self) -> None:
        """Hide or show the controls."""
        shown = self._inspectors.isHidden()
        self._inspectors.setVisible(shown)
        self._window.change_state(replace(self._window.state, inspector=shown))

    def flush(self) -> None:
        """Let every room write what it has not written."""
        for room in self._rooms.values():
            room.flush()
        self._projects.close()

    def open_picture(self, path: str) -> None:
        """Hand a picture file to the room in front."""
        if self.room is not None:
            self.room.open_picture(path)

    def _arrange(self) -> None:
        self._middle = QHBoxLayout(self._body)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(0)
        self._middle.addWidget(self._stack, 1)
        self._middle.addWidget(self._inspectors)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._titles)
        column.addWidget(self._body, 1)
        column.addWidget(self._status)
        self._whole = QHBoxLayout(self)
        self._whole.setContentsMargins(0, 0, 0, 0)
        self._whole.setSpacing(0)
        self._whole.addWidget(self._rail)
        self._whole.addLayout(column, 1)

    def _fit_sides(self) -> None:
        """Rail and inspector on the sides where the user wants them; nothing else is mirrored."""
        swapped = self._services.settings.value(SWAP_SIDES)
        direction = QBoxLayout.Direction
        for layout in (self._whole, self._middle):
            layout.setDirection(direction.RightToLeft if swapped else direction.LeftToRight)
        self._rail.set_swapped(swapped)
        self._inspectors.set_swapped(swapped)

    @Slot(object)
    def _setting_changed(self, change: SettingChange) -> None:
        if change.key == SWAP_SIDES.key:
            self._fit_sides()

    def _add_room(self, entry: RoomEntry) -> None:
        room = entry.build(self._services)
        if not isinstance(room, QWidget):
            raise TypeError(f"the room {entry.rail.identity} is not a widget")
        self._rooms[entry.rail.identity] = room
        self._titles.addWidget(room.title_bar)
        self._stack.addWidget(room)
        self._inspectors.add(room.inspector)
        if isinstance(room, Turning):
            room.turned.connect(partial(self._room_turned, room))

    def _room_turned(self, room: Room) -> None:
        """A room shows another side: its notices float over that, and Undo follows it."""
        if room is self.room:
            self._notices.float_over(room.work)
            self._update_history()

    def _add_commands(self) -> None:
        add, group = self._registry.add, self.tr("Window")
        self._undo = add(
            "window.undo", self.tr("Undo"), self._run_undo, group=group, shortcuts=("Ctrl+Z",)
        )
        self._redo = add(
            "window.redo",
            self.tr("Redo"),
            self._run_redo,
            group=group,
            shortcuts=("Ctrl+Shift+Z", "Ctrl+Y"),
        )
        add(
            "window.inspector",
            self.tr("Show or hide the controls"),
            self.toggle_inspector,
            group=group,
            shortcuts=("I",),
        )
        add(
            "window.full_screen",
            self.tr("The work alone"),
            self._window.toggle_full_screen,
            group=group,
            shortcuts=("F11",),
        )
        add(
            "window.output",
            self.tr("Output window for a second display"),
            self._services.output.toggle,
            group=group,
            shortcuts=("F9",),
        )
        self._palette = CommandPalette(
            (
                lambda: command_offers(self._registry, without=ITSELF),
                self._room_offers,
                lambda: setting_offers(self._services.settings),
            ),
            self,
            finders=(self._kept_offers,),
            recent=lambda: self._window.state.recent,
            remember=self._remember_chosen,
        )
        add(
            ITSELF,
            self.tr("All commands"),
            self._palette.open,
            group=group,
            shortcuts=("Ctrl+K",),
        )
        add("window.close", self.tr("Close"), self._close, group=group, shortcuts=("Ctrl+Q",))
        self._undo.setEnabled(False)
        self._redo.setEnabled(False)

    def _room_offers(self) -> Iterator[Offer]:
        """The other rooms."""
        for entry in self._entries:
            identity, name = entry.rail.identity, entry.rail.text
            if identity != self._front:
                yield Offer(
                    identity=f"room.{identity}",
                    text=self.tr("Go to {room}").format(room=name),
                    run=partial(self.show_room, identity),
                    words=f"room {identity}",
                )

    def _kept_offers(self, query: str) -> Iterator[Offer]:
        """Looking for what was typed in the rooms that can look for words."""
        text = query.strip()
        for entry in self._entries if text else ():
            if entry.look_for is not None:
                yield Offer(
                    identity=f"find.{entry.rail.identity}",
                    text=self.tr("{room}: look for “{words}”").format(
                        room=entry.rail.text, words=text
                    ),
                    run=partial(self._look_for, entry, text),
                    words=text,
                )

    def _look_for(self, entry: RoomEntry, text: str) -> None:
        self.show_room(entry.rail.identity)
        if entry.look_for is not None:
            entry.look_for(self._rooms[entry.rail.identity], text)

    def _remember_chosen(self, recent: tuple[str, ...]) -> None:
        kept = tuple(name for name in recent if not name.startswith("find."))
        self._window.change_state(replace(self._window.state, recent=kept))

    def _connect(self) -> None:
        services = self._services
        services.notices.posted.connect(self._notices.show_notice)
        services.notices.withdrawn.connect(self._notices.withdraw)
        self._notices.gone.connect(services.notices.forget)
        for notice in services.notices.standing:
            self._notices.show_notice(notice)
        services.jobs.changed.connect(self._jobs_changed)
        self._status.cancel_wanted.connect(services.jobs.cancel)
        services.host.ready.connect(self._host_ready)
        services.host.lost.connect(self._host_lost)
        services.host.noticed.connect(self._host_noticed)
        services.host.restarting.connect(self._host_restarting)
        services.settings.changed.connect(self._setting_changed)
        self._registry.keys_changed.connect(self._update_history)
        services.project.changed.connect(self._project_changed)
        services.project.saved.connect(self._project_saved)
        services.project.failed.connect(self._project_failed)
        self._saved_at: datetime | None = services.project.saved_at
        self._status.set_saved(self._saved_at, read_only=services.project.is_read_only)
        services.projects.changed.connect(self._name_project)
        self._name_project()
        self._was_lost = False
        if services.host.device is not None:
            self._status.set_device(services.host.device)
        self._jobs_changed(services.jobs.jobs)

    def _run_undo(self) -> None:
        if self.room is not None and self._undo.isEnabled():
            if isinstance(self.room, Turning):
                self.room.settle()
            self._services.project.undo(self.room.undo_scope)

    def _run_redo(self) -> None:
        if self.room is not None and self._redo.isEnabled():
            self._services.project.redo(self.room.undo_scope)

    def _close(self) -> None:
        self._window.close()

    @Slot(object)
    def _jobs_changed(self, jobs: tuple[JobState, ...]) -> None:
        self._status.set_jobs(jobs)

    @Slot(object)
    def _host_ready(self, event: HostReady) -> None:
        self._status.set_device(event.device)
        self._services.notices.withdraw(HOST_KEY)
        if self._was_lost:
            self._was_lost = False
            self._services.notices.post(
                Notice(
                    text=self.tr("The model process is back."),
                    kind=NoticeKind.GOOD,
                    key=HOST_KEY,
                    seconds=SAID_SECONDS,
                )
            )
        self._say_fallback(event.device)

    @Slot()
    def _host_restarting(self) -> None:
        self._status.set_starting()

    @Slot(object)
    def _host_lost(self, event: HostLost) -> None:
        self._was_lost = True
        text = error_text(event.error)
        self._status.set_lost(text, for_good=event.retry_in is None)
        self._services.notices.post(
            Notice(
                text=text,
                kind=NoticeKind.WARNING if event.retry_in is not None else NoticeKind.ERROR,
                detail=details(event.error),
                key=HOST_KEY,
            )
        )

    @Slot(object)
    def _host_noticed(self, event: HostNotice) -> None:
        content = event.subject
        if isinstance(content, AtelierError):
            self._services.notices.report(content)
        else:
            self._say_fallback(content)

    def _say_fallback(self, report: DeviceReport) -> None:
        """Honest hardware: the user asked for a device, and another one does the work."""
        if not report.reason or report.wanted in ("", "auto"):
            self._services.notices.withdraw(DEVICE_KEY)
            return
        text = self.tr("{wanted} was asked for, and {used} does the work: {reason}")
        self._services.notices.post(
            Notice(
                text=text.format(
                    wanted=device_name(report.wanted).upper(),
                    used=device_name(report.provider),
                    reason=fault_text(report.reason),
                ),
                kind=NoticeKind.WARNING,
                detail=repr(report),
                key=DEVICE_KEY,
            )
        )

    @Slot(object)
    def _project_changed(self, _change: object) -> None:
        self._update_history()

    @Slot(object)
    def _project_saved(self, when: datetime) -> None:
        self._saved_at = when
        self._status.set_saved(when)

    @Slot()
    def _name_project(self) -> None:
        self._status.set_project(self._services.projects.shown_name)

    @Slot(object)
    def _project_failed(self, error: AtelierError) -> None:
        services, shelf = self._services, self._services.projects
        if isinstance(error, ProjectReadOnly) and shelf.current is not None:
            name = shelf.name_of(shelf.current)
            say_refused(services.notices, name, error, shelf.open_again)
        else:
            services.notices.report(error)

    def _update_history(self) -> None:
        room = self.room
        if room is None:
            return
        try:
            history = self._services.project.history(room.undo_scope)
        except AtelierError as error:
            self._services.notices.report(error)
            self._undo.setEnabled(False)
            self._redo.setEnabled(False)
            return
        undo, redo = self.tr("Undo"), self.tr("Redo")
        if history.can_undo and history.undo_label:
            undo = f"{undo}: {room.edit_text(history.undo_label, history.undo_parameters)}"
        if history.can_redo and history.redo_label:
            redo = f"{redo}: {room.edit_text(history.redo_label, history.redo_parameters)}"
        for action, text, able in (
            (self._undo, undo, history.can_undo),
            (self._redo, redo, history.can_redo),
        ):
            action.setText(text)
            action.setToolTip(with_shortcut(text, action))
            action.setEnabled(able and not self._services.project.is_read_only)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._inspectors.fit_to(self.width())

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _first_file(event.mimeData().urls()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = _first_file(event.mimeData().urls())
        if path:
            event.acceptProposedAction()
            self.open_picture(path)


def _first_file(urls: list[QUrl]) -> str:
    return next((url.toLocalFile() for url in urls if url.isLocalFile()), "")
