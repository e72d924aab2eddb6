"""The film's menus: of the picture in sight, of the timeline, of what is kept, of the films."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, QObject, QPoint, Qt, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from studio.contract.recipe import Recipe
from studio.images import filming
from studio.images.ui.film.desk import FilmDesk
from studio.images.ui.film.page import FilmPage
from studio.images.ui.film.player import FilmPlayer
from studio.images.ui.film.timeline_view import MenuWish, TimeWish
from studio.images.ui.film.words import easing_words, film_name
from studio.images.ui.kept_strip import WorkEvent
from studio.images.ui.modes import BREED, EXPLORE, ModeContext
from studio.images.ui.subject import Subject
from studio.shell.actions import ActionRegistry

Add = Callable[[Sequence[Recipe], float | None], None]
"""Puts pictures into the film, at a time or (None) behind its last key."""


class FilmMenus(QObject):
    """Opens them; what they do is done by those who can."""

    def __init__(
        self,
        actions: ActionRegistry,
        context: ModeContext,
        desk: FilmDesk,
        player: FilmPlayer,
        page: FilmPage,
        *,
        seen: Callable[[], Subject | None],
        go: Callable[[TimeWish], None],
        key_at: Callable[[TimeWish], None],
        add: Add,
        parent: QObject,
    ) -> None:
        """``seen`` is the picture in sight; ``go`` leads to a time, ``key_at`` puts a key there."""
        super().__init__(parent)
        self._actions = actions
        self._context = context
        self._desk = desk
        self._player = player
        self._page = page
        self._seen = seen
        self._go = go
        self._key_at = key_at
        self._add = add
        page.title.clicked.connect(self._show_films)
        page.hero.menu_wanted.connect(self._show_picture_menu)
        page.timeline.menu_wanted.connect(self._show_menu)
        page.stock.menu_wanted.connect(self._show_work_menu)

    def _menu(self) -> QMenu:
        menu = QMenu(self._page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        return menu

    @Slot()
    def _show_films(self) -> None:
        menu = self._menu()
        group = QActionGroup(menu)
        current = self._desk.film
        films = self._desk.films()
        for number, film in enumerate(films):
            untitled = None if film.title else len(films) - number
            action: QAction = menu.addAction(
                film_name(film, untitled), partial(self._desk.show_film, film.id)
            )
            action.setCheckable(True)
            action.setActionGroup(group)
            action.setChecked(current is not None and film.id == current.id)
        menu.addSeparator()
        for name in ("new", "open", "rename", "delete"):
            menu.addAction(self._actions.action(f"film.{name}"))
        title = self._page.title
        menu.popup(title.mapToGlobal(QPoint(0, title.height())))

    @Slot(QPoint)
    def _show_picture_menu(self, place: QPoint) -> None:
        """What can be done with the picture that is seen: it is one like any other."""
        subject = self._seen()
        film = self._desk.film
        if subject is None or film is None or not film.keys:
            return
        menu = self._menu()
        menu.addAction(self._actions.action("film.key_here"))
        keep = menu.addAction(
            QCoreApplication.translate("FilmMode", "Keep this picture"),
            partial(self._context.commands.keep, subject, scope=filming.SCOPE),
        )
        reason = self._context.keeper.why_not()
        keep.setEnabled(not reason and not self._context.keeper.is_kept(subject.recipe))
        keep.setToolTip(reason)
        copy = QCoreApplication.translate("FilmMode", "Copy")
        menu.addAction(copy, partial(self._context.commands.copy, subject))
        menu.addSeparator()
        for mode, text in (
            (EXPLORE, QCoreApplication.translate("FilmMode", "Explore from here")),
            (BREED, QCoreApplication.translate("FilmMode", "Breed from it")),
        ):
            if self._context.has_mode(mode):
                menu.addAction(text, partial(self._context.open_in, mode, subject.recipe))
        menu.popup(place)

    @Slot(object)
    def _show_menu(self, wish: MenuWish) -> None:
        film = self._desk.film
        if film is None or not film.keys:
            return
        menu = self._menu()
        key = next((key for key in film.keys if key.id == wish.key), None)
        if key is None:
            text = QCoreApplication.translate("FilmMode", "Key here")
            menu.addAction(text, partial(self._key_at, TimeWish(time=wish.time, final=True)))
        else:
            go = TimeWish(time=key.time, final=True)
            text = QCoreApplication.translate("FilmMode", "Go there")
            menu.addAction(text, partial(self._go, go))
            pace = menu.addMenu(QCoreApplication.translate("FilmMode", "Pace to the next key"))
            group = QActionGroup(pace)
            for easing, words in easing_words().items():
                action = pace.addAction(
                    words, partial(self._desk.set_key, "film.easing", easing=easing)
                )
                action.setCheckable(True)
                action.setActionGroup(group)
                action.setChecked(key.easing == easing)
            menu.addAction(self._actions.action("film.take_out"))
        menu.addSeparator()
        for name in ("play", "loop", "export"):
            menu.addAction(self._actions.action(f"film.{name}"))
        menu.popup(wish.place)

    @Slot(object)
    def _show_work_menu(self, event: WorkEvent) -> None:
        if event.position is None:
            return
        menu = self._menu()
        recipes = (event.work.recipe,)
        into = QCoreApplication.translate("FilmMode", "Into the film")
        menu.addAction(into, partial(self._add, recipes, None))
        there = QCoreApplication.translate("FilmMode", "Into the film at the playhead")
        menu.addAction(there, lambda: self._add(recipes, self._player.time))
        menu.popup(event.position)
