"""What can be done with projects and versions, by name, by key and from the menu."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from studio.project.edits import Change
from studio.project.versions import LONGEST_NAME, Version
from studio.shell.actions import ActionRegistry, shortcut_text
from studio.shell.notice_bar import NoticeBar
from studio.shell.notices import Notice, NoticeAction, NoticeKind, NoticeQuestion
from studio.shell.projects.known import KnownProject
from studio.shell.projects.words import date_text, version_title
from studio.shell.services import Services
from studio.shell.undo_offer import UndoOffers

if TYPE_CHECKING:
    from studio.shell.projects.crash_offer import CrashOffer

SAVED_KEY: Final = "saved"
BACK_KEY: Final = "project.back"
SAVED_SECONDS: Final = 8.0
LISTED: Final = 8
"""Projects in the menu; the rest are behind "Open another project…"."""


class ProjectCommands(QObject):
    """Built with the furniture, of which its dialogs are part; they are imported when needed."""

    def __init__(
        self,
        services: Services,
        registry: ActionRegistry,
        notices: NoticeBar,
        scope: Callable[[], str],
        parent: QWidget,
    ) -> None:
        """``scope`` is the history that going back is a step of."""
        super().__init__(parent)
        self._services = services
        self._offers = UndoOffers(services.project, services.notices, self)
        self._registry = registry
        self._bar = notices
        self._scope = scope
        self._window = parent
        self._crash: CrashOffer | None = None
        self._sheets: dict[str, QDialog] = {}
        self._add_commands()

    @property
    def crash_offer(self) -> "CrashOffer | None":
        """What is offered after a crash; None: nothing was looked for."""
        return self._crash

    @property
    def is_crash_open(self) -> bool:
        """Whether what a crash left is offered, or about to be, and nothing was decided."""
        return self._crash is not None and self._crash.is_open

    def join(self, menu: QMenu) -> None:
        """Stand in the menu of the whole, above what is only looked up."""
        before = self._registry.action("window.shortcuts")
        for identity in ("window.name_version", "window.versions"):
            menu.insertAction(before, self._registry.action(identity))
        projects = QMenu(self.tr("Project"), menu)
        projects.aboutToShow.connect(lambda: self._fill(projects))
        menu.aboutToShow.connect(self._services.projects.look)
        self._fill(projects)
        menu.insertMenu(before, projects)
        menu.insertSeparator(before)

    def look_for_crash(self) -> None:
        """Offer what there is to offer, if the project was not closed the last time."""
        if not self._services.project.store.recovered.unclean:
            return
        from studio.shell.projects.crash_offer import CrashOffer

        self._crash = CrashOffer(
            self._services.project,
            self._services.notices,
            self._services.language,
            self.go_back,
            self._window,
        )
        self._crash.look()

    def close(self) -> None:
        """End what the dialogs have under way."""
        if self._crash is not None:
            self._crash.close()
        for sheet in tuple(self._sheets.values()):
            sheet.close()

    def say_saved(self) -> None:
        """People press Ctrl+S: it was done already, and the second time they may name it."""
        project = self._services.project
        if self._bar.ask(SAVED_KEY):
            return
        question: NoticeQuestion | None = None
        if project.is_read_only:
            text = self.tr("This project is open to look only; nothing is changed.")
        else:
            text = self.tr("Everything is kept by itself.")
            if project.saved_at is not None:
                text = self.tr("Saved {time}.").format(time=f"{project.saved_at:%H:%M}")
            question = NoticeQuestion(
                text=self.tr("Name this version?"),
                suggestion=self._suggested_name(),
                button=self.tr("Name it"),
                key=shortcut_text(self._registry.action("window.saved")),
                answer=self._name_version,
                longest=LONGEST_NAME,
            )
        self._services.notices.post(
            Notice(
                text=text,
                kind=NoticeKind.GOOD,
                key=SAVED_KEY,
                question=question,
                seconds=SAVED_SECONDS,
            )
        )

    def name_version(self) -> None:
        """Whoever chose this by its words wants to type at once."""
        self.say_saved()
        self._bar.ask(SAVED_KEY)

    def show_versions(self) -> None:
        """Open the list of versions, or bring it to the front."""
        from studio.shell.projects.versions_sheet import VersionsSheet

        services = self._services
        self._show(
            "versions",
            lambda: VersionsSheet(
                services.project,
                services.notices,
                services.language,
                self.go_back,
                self._suggested_name,
                self._window,
            ),
        )

    def go_back(self, version: Version) -> None:
        """Make the project what it was, and say how to undo that."""
        project = self._services.project

        def gone_back(change: Change | None) -> None:
            if change is None:
                return
            text = self.tr("Everything is as it was in “{name}”.")
            self._offers.post(change, text.format(name=version_title(version)), key=BACK_KEY)

        project.when_done(project.go_back(version.number, self._scope()), gone_back)

    def new_project(self) -> None:
        """Ask what it is to be called, and make it."""
        from studio.shell.projects.name_sheet import NameSheet

        shelf = self._services.projects

        def explain(name: str) -> str:
            if not name:
                return self.tr("A project has its own wall, kept pictures and history.")
            return self.tr("It will lie in {folder}.").format(folder=shelf.folder_for(name))

        self._show(
            "new",
            lambda: NameSheet(
                self.tr("New project"),
                self.tr("Create"),
                "",
                explain,
                shelf.create,
                self._window,
            ),
        )

    def rename_project(self) -> None:
        """Ask what the open project is to be called."""
        from studio.shell.projects.name_sheet import NameSheet

        shelf = self._services.projects
        current = shelf.current
        if current is None or not shelf.can_change:
            return
        self._show(
            "rename",
            lambda: NameSheet(
                self.tr("Rename the project"),
                self.tr("Rename"),
                shelf.name_of(current),
                lambda _name: self.tr("It stays in {folder}.").format(folder=current.folder),
                shelf.rename,
                self._window,
            ),
        )

    def show_projects(self) -> None:
        """Open the list of projects."""
        from studio.shell.projects.projects_sheet import ProjectsSheet

        shelf = self._services.projects
        self._show("open", lambda: ProjectsSheet(shelf, self._window))

    def _add_commands(self) -> None:
        add, group = self._registry.add, self.tr("Project")
        shelf = self._services.projects
        add(
            "window.saved",
            self.tr("Saved?"),
            self.say_saved,
            group=group,
            shortcuts=("Ctrl+S",),
            tip=self.tr("Everything is saved by itself; press twice to name what is there now"),
        )
        add(
            "window.name_version",
            self.tr("Name this version…"),
            self.name_version,
            group=group,
            when=lambda: "" if shelf.can_change else self.tr("It is open to look only."),
        )
        add(
            "window.versions",
            self.tr("Versions…"),
            self.show_versions,
            group=group,
            shortcuts=("Ctrl+Shift+S",),
        )
        add("window.new_project", self.tr("New project…"), self.new_project, group=group)
        add(
            "window.open_project",
            self.tr("Open another project…"),
            self.show_projects,
            group=group,
            shortcuts=("Ctrl+Shift+O",),
        )
        add(
            "window.rename_project",
            self.tr("Rename the project…"),
            self.rename_project,
            group=group,
            when=lambda: "" if shelf.can_change else self.tr("It is open to look only."),
        )
        for number, other in enumerate(shelf.others[:LISTED], start=1):
            add(
                f"window.project_{number}",
                self.tr("Change to “{name}”").format(name=shelf.name_of(other)),
                partial(shelf.open, other.path),
                group=group,
                when=partial(self._why_not, other),
            )

    def _why_not(self, project: KnownProject) -> str:
        is_there = self._services.projects.is_there(project)
        return "" if is_there else self.tr("Its folder is not there.")

    def _fill(self, menu: QMenu) -> None:
        menu.clear()
        shelf = self._services.projects
        if shelf.is_shown:
            for project in shelf.known[:LISTED]:
                action = QAction(shelf.name_of(project).replace("&", "&&"), menu)
                action.setCheckable(True)
                action.setChecked(project == shelf.current)
                action.setEnabled(project == shelf.current or shelf.is_there(project))
                action.triggered.connect(lambda _on, path=project.path: shelf.open(path))
                menu.addAction(action)
            menu.addSeparator()
        for identity in ("window.new_project", "window.open_project"):
            menu.addAction(self._registry.action(identity))
        if shelf.is_shown:
            menu.addAction(self._registry.action("window.rename_project"))

    def _show(self, name: str, make: Callable[[], QDialog]) -> None:
        """Open a dialog, or bring it to the front where it is open."""
        sheet = self._sheets.get(name)
        if sheet is None:
            sheet = self._sheets[name] = make()
            sheet.finished.connect(lambda _result: self._sheets.pop(name, None))
            sheet.show()
        else:
            sheet.raise_()
            sheet.activateWindow()

    def _suggested_name(self) -> str:
        now = datetime.now().astimezone()
        return date_text(now, self._services.language)

    @Slot(str)
    def _name_version(self, name: str) -> None:
        project = self._services.project

        def named(version: Version) -> None:
            self._services.notices.post(
                Notice(
                    text=self.tr("“{name}” is a version now.").format(name=version_title(version)),
                    kind=NoticeKind.GOOD,
                    key=SAVED_KEY,
                    seconds=SAVED_SECONDS,
                    action=NoticeAction(text=self.tr("Versions…"), run=self.show_versions),
                )
            )

        project.when_done(project.take_version(name), named)
