"""A tour of every screen of the window, found while the window runs rather than from a list.

A screen is whatever the user can bring up: each room, its controls, and whatever comes when one
of the registered commands is triggered or a context menu is asked for. A screen added later is
therefore visited without anybody naming it here; only what ends the window is left out.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QContextMenuEvent, QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMenu, QWidget
from shiboken6 import isValid

from studio.contract.errors import AtelierError
from studio.images.document import SCOPE, unkeep
from studio.images.ui.film.mode import FilmMode
from studio.images.ui.modes import WALL
from studio.images.ui.room import ImagesRoom
from studio.project.nodes import WORK
from studio.shell.fault_page import FaultPage
from studio.shell.furniture import Furniture
from studio.shell.notice_bar import NoticeBar
from studio.shell.options import Options
from studio.shell.settings.declared import LANGUAGE, TEXT_SIZE, THEME
from studio.shell.settings.storage import write_stored
from studio.shell.spoken import Spoken
from studio.shell.start import App
from studio.shell.state import WindowState, write_state
from studio.shell.tokens import ThemeChoice
from studio.shell.widgets.buttons import FlatButton

PATIENCE_MS: Final = 30_000
QUIET_MS: Final = 25
"""A screen that looks the same after so long has come to rest."""
ENDINGS: Final = frozenset({"window.close"})
"""Commands after which there is nothing left to visit."""
SIZE: Final = (1280, 720)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How the interface is set."""

    language: str = "en"
    scale: float = 1.0
    theme: ThemeChoice = ThemeChoice.DARK
    switched_on: tuple[str, ...] = ()
    """Keys of further settings that are on."""

    @property
    def name(self) -> str:
        """Short, for the names of tests."""
        name = f"{self.language}-{self.theme.value}-{round(self.scale * 100)}"
        return "-".join((name, *self.switched_on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Something that stands before the user."""

    name: str
    """What brought it up, e.g. "images.export"."""
    widget: QWidget
    """The window, dialog or menu."""
    is_in_front: bool
    """Nothing stands over it."""


class Tour:
    """Goes through one window that has been started."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._seen: set[tuple[str, ...]] = set()
        self._visit: Callable[[Screen], None] = lambda _screen: None
        self._front = WALL
        """The side of the images room that is visited."""

    def go(self, visit: Callable[[Screen], None]) -> None:
        """Show every screen once to ``visit``, which leaves it as it is."""
        self._visit = visit
        self._fill()
        self._look("first screen")
        self._keep_some()
        for room in self._rooms():
            self._room(room)
        self._errors()

    def look_around(self, visit: Callable[[Screen], None]) -> None:
        """Show what stands there without being asked for, and what its notices lead to."""
        self._visit = visit
        self._fill()
        self._look("start")
        for button in self._app.window.findChildren(FlatButton):
            if button.text() and button.isVisible() and _is_on_notice(button):
                words = button.text()
                button.click()
                self.settle()
                self._look(words)
                break

    @property
    def furniture(self) -> Furniture:
        """What fills the window."""
        assert self._app.window.furniture is not None
        return self._app.window.furniture

    def _rooms(self) -> list[str]:
        return list(self.furniture.rooms)

    def _room(self, room: str) -> None:
        self.furniture.show_room(room)
        self.settle()
        self._look(f"room {room}")
        self._choose_something()
        self._look(f"room {room}, chosen")
        is_first = room == self._rooms()[0]
        for identity in self._identities():
            if is_first or not identity.startswith("window."):
                self._run(room, identity)
        self._menus(room)
        if not is_first:
            for in_bin in (False, True):
                self._room_again(room, in_bin=in_bin)
        for mode in self._modes():
            self._mode(room, mode)

    def _modes(self) -> tuple[str, ...]:
        """The further sides of the room in front, if it has any."""
        room = self.furniture.room
        return room.modes.names[1:] if isinstance(room, ImagesRoom) else ()

    def _mode(self, room: str, mode: str) -> None:
        """Another side of a room, with the commands that came with it."""
        before = set(self._identities())
        self._images().modes.show(mode)
        self.settle()
        self._look(f"mode {mode}")
        front = self._images().modes.front
        if isinstance(front, FilmMode):
            front.page.empty_button.click()
            self.settle()
            self._look("mode film with a film")
        self._front = mode
        own = [name for name in self._identities() if name.startswith(f"{mode}.")]
        for identity in own or sorted(set(self._identities()) - before):
            self._run(room, identity)
        self._menus(room)
        self._front = WALL
        self._images().modes.show(WALL)
        self.settle()

    def _room_again(self, room: str, *, in_bin: bool) -> None:
        """The room's own commands with everything chosen, also where it shows its bin."""
        for identity in self._identities():
            if not identity.startswith(("window.", "images.")):
                kept, binned = self._fill_shelf_and_bin()
                for door in [name for name in self._identities() if name.endswith(".bin")]:
                    if self._listed() != (binned if in_bin else kept):
                        self.furniture.registry.action(door).trigger()
                        self.settle()
                self._choose_something(all_of_it=True)
                self._run(room, identity)

    def _listed(self) -> int:
        """How many pictures the room lists now."""
        room = self.furniture.room
        assert isinstance(room, QWidget)
        lists = [widget for widget in focusable(room) if isinstance(widget, Spoken)]
        return lists[0].spoken_count() if lists else 0

    def _identities(self) -> list[str]:
        found = [command.identity for command in self.furniture.registry]
        return [identity for identity in found if identity not in ENDINGS]

    def _errors(self) -> None:
        """What every kind of error says, in the bar and where the rooms would be."""
        assert self._app.studio is not None
        for error in sample_errors():
            self._app.studio.notices.report(error)
            QApplication.processEvents()
            self._look(f"error {error.code}")
        page = FaultPage(error, lambda: None, choose=lambda: None)
        self.furniture.hide()
        self._app.window.show_instead(page)
        self.settle()
        self._look("fault page")
        self._app.window.show_instead(None)
        self.furniture.show()

    def _run(self, room: str, identity: str) -> None:
        try:
            action = self.furniture.registry.action(identity)
        except KeyError:  # it went with the screen that it belonged to
            return
        if not action.isEnabled():
            return
        action.trigger()
        self.settle()
        self._look(identity)
        self._go_back(room)

    def _go_back(self, room: str) -> None:
        """To the room, by Escape and by closing what stands over it."""
        for _layer in range(6):
            top = _topmost(self._app.window)
            if top is None:
                break
            QTest.keyClick(_focused_in(top), Qt.Key.Key_Escape)
            QApplication.processEvents()
            if isValid(top) and top.isVisible():
                top.close()
            self.settle()
        if self._app.window.isFullScreen():
            self._app.window.toggle_full_screen()
        self._app.window.activateWindow()
        QApplication.processEvents()
        QTest.keyClick(_focused_in(self._app.window), Qt.Key.Key_Escape)
        self.furniture.show_room(room)
        if isinstance(self.furniture.room, ImagesRoom):
            self.furniture.room.modes.show(self._front)
        self.settle()
        self._choose_something()

    def _menus(self, room: str) -> None:
        """The menus of whatever takes the focus, and those that are always there."""
        for widget in focusable(self._app.window):
            if not isValid(widget):  # what the menu before did took it away
                continue
            centre = widget.rect().center()
            event = QContextMenuEvent(
                QContextMenuEvent.Reason.Keyboard, centre, widget.mapToGlobal(centre)
            )
            QApplication.sendEvent(widget, event)
            self.settle()
            self._look(f"menu of {type(widget).__name__}")
            for menu in _open_menus():
                menu.close()
        for menu in self.furniture.findChildren(QMenu):
            if not isValid(menu):
                continue
            menu.popup(QPoint(0, 0))
            self.settle()
            self._look(f"menu {menu.title()}".rstrip())
            menu.close()
        self.furniture.show_room(room)

    def _look(self, name: str) -> None:
        """Visit the window and all that floats over it, where something new is to be seen."""
        tops = [top for top in QApplication.topLevelWidgets() if top.isVisible()]
        for top in tops:
            content = tuple(sorted({signature(widget) for widget in shown(top)}))
            if content not in self._seen:
                self._seen.add(content)
                front = _topmost(self._app.window) or self._app.window
                self._visit(Screen(name=name, widget=top, is_in_front=top is front))

    def _fill(self) -> None:
        self.wait_until(self._is_full)
        self.settle()

    def _keep_some(self) -> None:
        """Keep a few pictures, so that rooms of kept works have something to show."""
        room = self._images()
        for place in (1, 2, 3, 4):
            room.wall.choose(place)
            self.settle()
            self.furniture.registry.action("images.keep").trigger()
            self.wait_until(lambda wanted=place: room.kept.strip.total >= wanted)  # type: ignore[misc]  # mypy: lambdas with defaults
        self.settle()

    def _fill_shelf_and_bin(self) -> tuple[int, int]:
        """See to it that two pictures are kept at least and one is binned; how many there are."""
        assert self._app.studio is not None
        project = self._app.studio.project
        assert project is not None
        binned = project.store.bin(WORK).items
        kept = project.store.nodes(WORK).items
        if len(kept) < 2:
            done = project.restore(WORK, [work.id for work in binned[1:]], SCOPE)
            done.result(PATIENCE_MS / 1000)
            self.settle()
        elif not binned:
            project.submit(unkeep(kept[0])).result(PATIENCE_MS / 1000)
            self.settle()
        return project.store.nodes(WORK).total, project.store.bin(WORK).total

    def _choose_something(self, *, all_of_it: bool = False) -> None:
        """Choose a picture, or all, so that commands can be used."""
        room = self.furniture.room
        if isinstance(room, ImagesRoom):
            room.wall.choose(1)
        else:
            assert isinstance(room, QWidget)
            for widget in focusable(room):
                if isinstance(widget, Spoken):
                    widget.setFocus(Qt.FocusReason.TabFocusReason)
                    QTest.keyClick(widget, Qt.Key.Key_Home)
                    if all_of_it:
                        self.furniture.registry.action("gallery.all").trigger()
                    break
        self.settle()

    def _images(self) -> ImagesRoom:
        self.furniture.show_room("images")
        room = self.furniture.room
        assert isinstance(room, ImagesRoom)
        return room

    def _is_full(self) -> bool:
        if self._app.window.furniture is None:
            return False
        desk, seen = self._images().desk, self._images().wall.seen
        places = range(seen.first, seen.last)
        return bool(places) and all(desk.picture(place) is not None for place in places)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Let the app run until ``condition`` holds; fails when it never does."""
        loop, poll = QEventLoop(), QTimer()
        poll.timeout.connect(lambda: loop.quit() if condition() else None)
        poll.start(10)
        QTimer.singleShot(PATIENCE_MS, loop, loop.quit)
        if not condition():
            loop.exec()
        assert condition()

    def settle(self) -> None:
        """Let the app run until what is shown has come to rest."""
        before: list[object] = []

        def rests() -> bool:
            now = _picture_of_all()
            same = bool(before) and before[-1] == now
            before.append(now)
            return same

        loop, poll = QEventLoop(), QTimer()
        poll.timeout.connect(lambda: loop.quit() if rests() else None)
        poll.start(QUIET_MS)
        QTimer.singleShot(2_000, loop, loop.quit)  # what never rests is looked at as it is
        loop.exec()


@contextmanager
def opened(app: QApplication, look: Look, base: Path) -> Iterator[App]:
    """A window with the models that ship, set as ``look`` says, that asks nobody anything."""
    with pytest.MonkeyPatch.context() as patch:
        _answer_for_the_user(patch)
        write_state(base / "config", WindowState(size=SIZE))
        write_stored(
            base / "config",
            {
                LANGUAGE.key: look.language,
                THEME.key: look.theme.value,
                TEXT_SIZE.key: look.scale,
                **dict.fromkeys(look.switched_on, True),
            },
        )
        whole = App(app, Options(basedir=base))
        whole.window.show()
        try:
            yield whole
        finally:
            whole.close()
            # The offscreen platform would free what was copied after Python itself has ended.
            app.clipboard().clear()
            whole.window.deleteLater()
            whole.deleteLater()
            app.processEvents()
            app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _answer_for_the_user(patch: pytest.MonkeyPatch) -> None:
    """What would wait for an answer is shown and passed over."""
    for name in ("getSaveFileName", "getOpenFileName"):
        patch.setattr(QFileDialog, name, staticmethod(lambda *_a, **_k: ("", "")))
    patch.setattr(QFileDialog, "getOpenFileNames", staticmethod(lambda *_a, **_k: ([], "")))
    patch.setattr(QFileDialog, "getExistingDirectory", staticmethod(lambda *_a, **_k: ""))
    patch.setattr(QDialog, "exec", _shown_instead)
    patch.setattr(QMenu, "exec", _popped_instead)
    patch.setattr(QDesktopServices, "openUrl", staticmethod(_opened_nowhere))


def _shown_instead(dialog: QDialog) -> int:
    dialog.open()
    return 0


def _popped_instead(menu: QMenu, place: QPoint | None = None, *_rest: object) -> None:
    menu.popup(place or QPoint(0, 0))


def _opened_nowhere(_url: QUrl) -> bool:
    return True


def shown(root: QWidget) -> list[QWidget]:
    """``root`` and every widget in it that can be seen, without windows of their own."""
    return [
        widget
        for widget in (root, *root.findChildren(QWidget))
        if widget.isVisible() and widget.window() is root.window()
    ]


def focusable(root: QWidget) -> list[QWidget]:
    """Widgets in ``root`` that the keyboard can reach."""
    return [
        widget
        for widget in shown(root)
        if widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]


def signature(widget: QWidget) -> str:
    """What tells one state of a widget from another, for a reader."""
    text = widget.property("text") or widget.accessibleName()
    if isinstance(widget, QMenu):
        text = " ".join(action.text() for action in widget.actions())
    return f"{type(widget).__name__}:{text}:{widget.isEnabled()}"


def path_of(widget: QObject) -> str:
    """Where a widget lies, for people who read a failed test."""
    names = []
    place: QObject | None = widget
    while place is not None:
        names.append(type(place).__name__)
        place = place.parent()
    return "/".join(reversed(names))


def _picture_of_all() -> tuple[object, ...]:
    return tuple(
        (signature(widget), widget.geometry().getRect())
        for top in QApplication.topLevelWidgets()
        if top.isVisible()
        for widget in shown(top)
    )


def _open_menus() -> list[QMenu]:
    return [
        top for top in QApplication.topLevelWidgets() if isinstance(top, QMenu) and top.isVisible()
    ]


def sample_errors() -> list[AtelierError]:
    """One of every kind, with fields such as they have."""
    fields = {
        "file": "/home/ada/Pictures/with-a-long-name-that-breaks-somewhere.png",
        "fault": "permission denied",
        "holder": "unknown",
        "found": "7",
        "supported": "2",
    }

    def tree(kind: type[AtelierError]) -> Iterator[type[AtelierError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from tree(child)

    return [
        kind(detail="details", **{name: fields[name] for name in kind.field_names()})
        for kind in tree(AtelierError)
    ]


def _is_on_notice(button: QWidget) -> bool:
    parent = button.parentWidget()
    return parent is not None and isinstance(parent.parentWidget(), NoticeBar)


def _focused_in(top: QWidget) -> QWidget:
    """Where a key goes that is pressed while ``top`` is in front."""
    focused: QWidget | None = top.focusWidget()
    return top if focused is None else focused


def _topmost(window: QWidget) -> QWidget | None:
    """What stands over the window, or None."""
    popup = QApplication.activePopupWidget() or QApplication.activeModalWidget()
    if popup is not None:
        return popup
    others = [
        top for top in QApplication.topLevelWidgets() if top.isVisible() and top is not window
    ]
    return others[-1] if others else None
