"""The one place where the studio's parts are built and handed to each other.

A new room is one more line in `room_entries`.
"""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal, Slot
from PySide6.QtWidgets import QApplication

from studio.contract.errors import AtelierError, file_error
from studio.contract.manifest import BrokenModel, Model, find_models
from studio.images.document import codecs
from studio.project.paths import Places, model_roots
from studio.shell.actions import ActionRegistry
from studio.shell.crash import CrashLog, log
from studio.shell.fault_page import FaultPage
from studio.shell.furniture import Furniture, RoomEntry
from studio.shell.host_bridge import HostBridge, host_settings
from studio.shell.icons import window_icon
from studio.shell.jobs import JobQueue
from studio.shell.language import Translations, resolve_language
from studio.shell.main_window import MainWindow
from studio.shell.motion import apply_motion
from studio.shell.notices import Notice, NoticeAction, NoticeCentre, NoticeKind
from studio.shell.options import Options
from studio.shell.output.display import OutputDisplay
from studio.shell.project_bridge import ProjectBridge
from studio.shell.projects.news import say_created, say_missing, say_refused, say_what_was_rebuilt
from studio.shell.projects.opening import (
    OpenedProject,
    OpeningFailure,
    OpeningWish,
    ProjectOpener,
)
from studio.shell.projects.shelf import ProjectShelf
from studio.shell.rail import RailEntry
from studio.shell.services import Room, Services
from studio.shell.settings.declared import (
    IDLE_MINUTES,
    LANGUAGE,
    MEMORY,
    MOTION,
    PROVIDER,
    SETTINGS,
    TEXT_SIZE,
    THEME,
    THREADS,
    TOUCH,
)
from studio.shell.settings.values import SHORTCUTS, SettingChange, Settings
from studio.shell.settings.words import say
from studio.shell.spoken import speak
from studio.shell.state import WindowState, write_state
from studio.shell.theme import (
    ThemeChoice,
    apply_theme,
    has_chinese_font,
    is_chinese,
    load_fonts,
    resolve,
)
from studio.shell.told import news
from studio.shell.touch import LongPress, apply_touch

if TYPE_CHECKING:
    from studio.images.ui.kept_export import KeptExporter


def room_entries(window: MainWindow, many: "Callable[[], KeptExporter]") -> tuple[RoomEntry, ...]:
    """The rooms that work, in the order of the rail; ``many`` writes many files at once."""
    images = QCoreApplication.translate("Rooms", "Images")
    kept = QCoreApplication.translate("Rooms", "Kept")
    return (
        RoomEntry(
            rail=RailEntry(identity="images", icon="image", text=images),
            build=lambda services: _build_images(services, window),
        ),
        RoomEntry(
            rail=RailEntry(identity="kept", icon="gallery", text=kept),
            build=lambda services: _build_gallery(services, window, many()),
            look_for=_look_in_gallery,
        ),
    )


def _look_in_gallery(room: Room, text: str) -> None:
    from studio.shell.gallery.question import Question
    from studio.shell.gallery.room import GalleryRoom

    if isinstance(room, GalleryRoom):
        room.ask(Question(text=text))


def _build_images(services: Services, window: MainWindow) -> Room:
    from studio.images.ui.room import ImagesRoom

    def show_kept(work: str) -> None:
        from studio.shell.gallery.room import GalleryRoom

        rows = services.project.store.family((work,))
        if not rows or window.furniture is None:
            return
        window.furniture.show_room("kept")
        gallery = window.furniture.room
        if isinstance(gallery, GalleryRoom):
            gallery.go_to(rows[0].place)

    room = ImagesRoom(services)
    room.kept_wanted.connect(show_kept)
    return room


def _prepare_rooms(places: Places) -> None:
    """Bring in what the gallery needs beside the opening of the project, which is waited for.

    And remove what was handed to other programs long ago.
    """
    for module in ("studio.images.ui.kept_doors", "studio.shell.gallery.room"):
        import_module(module)
    from studio.images.ui.outgoing import sweep_outgoing

    sweep_outgoing(places.cache / "outgoing")


def _build_gallery(services: Services, window: MainWindow, many: "KeptExporter") -> Room:
    from studio.images.ui.kept_doors import ImagesDoor, KeptDoors
    from studio.images.ui.room import ImagesRoom
    from studio.shell.gallery.room import GalleryRoom

    def images() -> ImagesDoor | None:
        if window.furniture is None:
            return None
        window.furniture.show_room("images")
        room = window.furniture.room
        return room if isinstance(room, ImagesRoom) else None

    room = GalleryRoom(services, lambda over: KeptDoors(services, over, images, many))
    room.start_indexing()
    return room


class Studio(QObject):
    """Everything that lives as long as the window, from its first paint to its close."""

    furnished = Signal()
    """The rooms are there, or the page that says why they are not."""

    _raised = Signal(object)

    def __init__(
        self,
        app: QApplication,
        window: MainWindow,
        options: Options,
        places: Places,
        settings: Settings,
        host: HostBridge,
    ) -> None:
        """``host`` is being started already: loading models is the longest way to a picture."""
        super().__init__(window)
        self._app = app
        self._window = window
        self._options = options
        self._places = places
        self._settings = settings
        self._settings_told = False
        self._crash = CrashLog(places.logs)
        self._notices = NoticeCentre(self)
        self._host = host
        host.setParent(self)
        self._jobs = JobQueue(self._host, self)
        self._output = OutputDisplay(places.config, window, self)
        self._output.failed.connect(self._notices.report)
        self._translations = Translations(app)
        self._long_press = LongPress(app, self)
        self._models: list[Model | BrokenModel] = []
        self._project: ProjectBridge | None = None
        self._language = ""
        self._closed = False
        self._unwritable = False
        self._many: KeptExporter | None = None
        self._picture = options.picture
        self._opener = ProjectOpener(
            places, codecs, lambda: find_models(model_roots(options.basedir)), self
        )
        self._shelf = ProjectShelf(places, self)
        self._opener.opened.connect(self._project_opened)
        self._opener.failed.connect(self._opening_failed)
        self._shelf.wanted.connect(self.open_project)
        self._shelf.changed.connect(self._name_window)
        self._shelf.failed.connect(self._say_unwritable)
        self._raised.connect(self._say_uncaught, Qt.ConnectionType.QueuedConnection)
        window.state_changed.connect(self._state_changed)
        window.closing.connect(self.close)
        settings.changed.connect(self._setting_changed)
        settings.failed.connect(self._say_unwritable)
        app.styleHints().colorSchemeChanged.connect(self._scheme_changed)

    @property
    def host(self) -> HostBridge:
        """The model process."""
        return self._host

    @property
    def project(self) -> ProjectBridge | None:
        """The open project; None until it is open."""
        return self._project

    @property
    def projects(self) -> ProjectShelf:
        """All projects that are known here."""
        return self._shelf

    @property
    def notices(self) -> NoticeCentre:
        """Where notices are left."""
        return self._notices

    @property
    def jobs(self) -> JobQueue:
        """What is under way."""
        return self._jobs

    @property
    def window(self) -> MainWindow:
        """The window that all this fills."""
        return self._window

    def start(self) -> None:
        """Open the project beside everything else, and take on language and look."""
        self._crash.start(self._raised.emit)
        self._open_first()
        Thread(
            target=_prepare_rooms, args=(self._places,), name="prepare-rooms", daemon=True
        ).start()
        load_fonts()
        speak(self._app)
        self._apply_language()
        self._apply_look()
        self._window.setWindowIcon(window_icon())

    @Slot()
    def close(self) -> None:
        """Write what waits, end the model process, close the project; safe to call twice."""
        if self._closed:
            return
        self._closed = True
        if self._window.furniture is not None:
            self._window.furniture.flush()
            self._window.furnish(None)
        self._stop_exporting()
        self._window.hide()
        self._output.close()
        self._host.close()
        if self._project is not None:
            self._project.close()
        self._opener.wait()
        self._write_state()
        self._translations.clear()
        self._long_press.set_on(False)
        self._crash.close()

    @Slot(object)
    def open_project(self, wish: OpeningWish) -> None:
        """Change to another project; until that one is open, this one stays.

        One that is open to look only may be opened again: it is changed to if that has ended.
        """
        if self._closed or (self._is_open(wish.folder) and self._shelf.can_change):
            return
        self._opener.open(wish)

    def _is_open(self, folder: Path | None) -> bool:
        current = self._shelf.current
        return current is not None and folder == current.path

    def _open_first(self) -> None:
        self._opener.open(OpeningWish(folder=self._options.project))

    @Slot(object)
    def _project_opened(self, opened: OpenedProject) -> None:
        if self._closed:
            opened.store.close()
            return
        if opened.refused is not None and self._is_open(opened.store.folder):
            self._opener.close_behind(opened.store)
            self._say_refused(opened.refused)
            return
        self._leave_project()
        self._models = opened.models
        self._project = ProjectBridge(opened.store, self)
        self._shelf.take(opened, self._project)
        self._furnish()
        self._window.show_instead(None)
        if opened.is_created:
            say_created(self._notices, opened.name)
        if opened.missing is not None:
            say_missing(self._notices, opened.missing)
        if opened.refused is not None:
            self._say_refused(opened.refused)
        say_what_was_rebuilt(self._notices, opened.store)
        if self._window.furniture is not None:
            self._window.furniture.projects.look_for_crash()
        self._say_what_is_broken()
        self._say_missing_font()
        self._say_damaged_settings()
        picture, self._picture = self._picture, None
        if picture is not None and self._window.furniture is not None:
            self._window.furniture.open_picture(str(picture.absolute()))
        self.furnished.emit()

    def _say_refused(self, error: AtelierError) -> None:
        current = self._shelf.current
        if current is not None:
            name = self._shelf.name_of(current)
            say_refused(self._notices, name, error, self._shelf.open_again)

    @Slot(object)
    def _opening_failed(self, failure: OpeningFailure) -> None:
        """Say it where a project is open already, else instead of one."""
        if self._closed:
            return
        log.error("The project cannot be opened: %s", failure.error.code)
        if self._window.furniture is not None:
            self._notices.report(
                failure.error,
                action=NoticeAction(
                    text=self.tr("Try again"),
                    run=lambda: self.open_project(failure.wish),
                    lasts=True,
                ),
            )
            return
        page = FaultPage(failure.error, self._retry, choose=self._choose_project)
        self._window.show_instead(page)
        self.furnished.emit()

    def _leave_project(self) -> None:
        """Take the furniture out and close the project, which may take a while, behind it."""
        if self._project is not None:
            self._notices.forget_all()
        if self._window.furniture is not None:
            self._window.furniture.flush()
            self._window.furnish(None)
        self._stop_exporting()
        if self._project is not None:
            self._project.end()
            # The bridge stays so long: what is still being written answers to it.
            self._opener.close_behind(self._project.store, self._project.deleteLater)
            self._project = None

    @Slot()
    def _name_window(self) -> None:
        self._window.setWindowTitle(self._shelf.title)

    def _choose_project(self) -> None:
        from studio.shell.projects.projects_sheet import ProjectsSheet

        self._shelf.load()
        ProjectsSheet(self._shelf, self._window).show()

    def _retry(self) -> None:
        self._window.show_instead(None)
        self._leave_project()  # it opened, and the rooms could not be built
        self._open_first()

    def _furnish(self) -> None:
        """Fill the window in the language that holds."""
        if self._project is None:
            return
        offers_crash = False
        if self._window.furniture is not None:
            offers_crash = self._window.furniture.projects.is_crash_open
            self._window.furniture.flush()
            self._window.furnish(None)
        registry = ActionRegistry(self._window, self._settings)
        services = Services(
            models=self._models,
            host=self._host,
            project=self._project,
            places=self._places,
            notices=self._notices,
            jobs=self._jobs,
            actions=registry,
            settings=self._settings,
            projects=self._shelf,
            output=self._output,
            language=self._language,
        )
        self._window.furnish(
            Furniture(self._window, services, registry, room_entries(self._window, self._exporter))
        )
        if offers_crash and self._window.furniture is not None:
            self._window.furniture.projects.look_for_crash()  # nothing was decided yet

    def _exporter(self) -> "KeptExporter":
        """What writes many files of this project; it outlives the rooms."""
        if self._many is None:
            from studio.images.ui.kept_export import KeptExporter

            self._many = KeptExporter(self._jobs, self._notices, self)
        return self._many

    def _stop_exporting(self) -> None:
        many, self._many = self._many, None
        if many is not None:
            many.stop()
            many.deleteLater()

    @Slot(object)
    def _state_changed(self, _state: WindowState) -> None:
        self._write_state()

    @Slot(object)
    def _setting_changed(self, change: SettingChange) -> None:
        if change.key == LANGUAGE.key:
            self._apply_language()
        if change.key in (LANGUAGE.key, THEME.key, TEXT_SIZE.key, MOTION.key, TOUCH.key):
            self._apply_look()
        if change.key in (LANGUAGE.key, TEXT_SIZE.key, TOUCH.key):
            self._furnish()  # widgets took their words and sizes when they were made
        if change.key == LANGUAGE.key:
            self._say_missing_font()
        if change.key in (PROVIDER.key, THREADS.key, MEMORY.key, IDLE_MINUTES.key):
            self._host.reconfigure(host_settings(self._settings, self._places))

    def _scheme_changed(self) -> None:
        if not self._closed:
            self._apply_look()

    def _apply_language(self) -> None:
        self._language = resolve_language(self._settings.value(LANGUAGE))
        self._translations.install(self._language)

    def _apply_look(self) -> None:
        tokens = resolve(ThemeChoice(self._settings.value(THEME)))
        scale = self._settings.value(TEXT_SIZE)
        apply_touch(self._app, self._settings.value(TOUCH))
        apply_theme(self._app, tokens, language=self._language, scale=scale)
        apply_motion(self._app, self._settings.value(MOTION))
        self._long_press.set_on(self._settings.value(TOUCH))
        self._window.set_tokens(tokens)

    def _write_state(self) -> None:
        try:
            write_state(self._places.config, self._window.state)
        except OSError as error:
            self._say_unwritable(file_error(error, self._places.config))

    @Slot(object)
    def _say_unwritable(self, error: AtelierError) -> None:
        """Once: window and settings lie in one folder, and both are written again and again."""
        if not self._unwritable:
            self._unwritable = True
            self._notices.report(error)

    def _say_what_is_broken(self) -> None:
        broken = [model.error for model in self._models if isinstance(model, BrokenModel)]
        for error in news(self._places.config, broken):
            self._notices.report(error)
        if not any(isinstance(model, Model) for model in self._models):
            self._notices.post(
                Notice(
                    text=self.tr(
                        "There is no model that can be used. Reinstall Atelier, or put a "
                        "model's folder into {folder}."
                    ).format(folder=self._places.models),
                    kind=NoticeKind.ERROR,
                )
            )

    def _say_damaged_settings(self) -> None:
        """What was decided and is at its default again, by name; once a start."""
        told, self._settings_told = self._settings_told, True
        if told:
            return
        if self._settings.is_damaged:
            text = self.tr("The settings cannot be read; all are at their defaults.")
        elif self._settings.damaged:
            names = {setting.key: say(setting.label) for setting in SETTINGS}
            names[SHORTCUTS] = self.tr("Keyboard")
            found = ", ".join(names[key] for key in self._settings.damaged)
            text = self.tr("These settings were damaged and are at their defaults: {names}.")
            text = text.format(names=found)
        else:
            return
        self._notices.post(Notice(text=text, kind=NoticeKind.WARNING, key="settings"))

    def _say_missing_font(self) -> None:
        if is_chinese(self._language) and not has_chinese_font():
            self._notices.post(
                Notice(
                    text="没有找到中文字体，文字可能无法显示。请安装 Noto Sans CJK SC。 "
                    "No Chinese font was found; install Noto Sans CJK SC.",
                    kind=NoticeKind.WARNING,
                    key="font",
                )
            )
        else:
            self._notices.withdraw("font")

    @Slot(object)
    def _say_uncaught(self, error: BaseException) -> None:
        if not isinstance(error, AtelierError):
            fault = f"{type(error).__name__}: {error}"
            error = AtelierError(fault=fault, detail=str(self._places.logs))
        if self._window.furniture is None and not self._closed:
            self._window.show_instead(FaultPage(error, self._retry))
        else:
            self._notices.report(error)
