"""The explorer as a mode of the images room: puts its parts together and passes on what is done."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

import msgspec
from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Recipe
from studio.images import exploration
from studio.images.exploration import Stop, View
from studio.images.lineage import relate
from studio.images.ui.explore.between_page import EndWish, ShareChange
from studio.images.ui.explore.chooser import PictureChooser
from studio.images.ui.explore.desk import Explored, ExploreDesk
from studio.images.ui.explore.inspector import ExploreInspector
from studio.images.ui.explore.pad import HandEvent, StepEvent
from studio.images.ui.explore.page import ExplorePage
from studio.images.ui.explore.path_pictures import HELD_BYTES as PATH_BYTES
from studio.images.ui.explore.path_pictures import PathPictures
from studio.images.ui.explore.path_strip import StopEvent
from studio.images.ui.explore.spots import ALONG, CENTRE, ENDS, LETTERS, RIM, WAYS
from studio.images.ui.explore.words import amounts_text, end_words, explore_texts, missing_text
from studio.images.ui.explore.zones import ZoneWish
from studio.images.ui.genes.panel import GenesPanel
from studio.images.ui.genes.strip import AmountChosen
from studio.images.ui.maker import MadePicture, PictureArrived, PictureMaker
from studio.images.ui.modes import BREED, EXPLORE, FILM, WALL, Mode, ModeContext
from studio.images.ui.picture_tools import KEYS
from studio.images.ui.subject import Subject
from studio.shell.notices import Notice
from studio.shell.pictures.named import NamedPicture
from studio.shell.services import Services

SHORT_SECONDS: Final = 8.0
VIEW_KEY: Final = "images.explore.view"
LAST_STOPS: Final = 48
HELD_BYTES: Final = 4_000_000
"""Of pictures that each of the explorer's makers holds: what lies around one picture, and more.
While a hand moves every picture is another one, so what is held is soon full."""


class ExploreView(msgspec.Struct, frozen=True, kw_only=True):
    """How the explorer was left beside its history; damaged state falls back to this."""

    folds: dict[str, bool] = {}
    seen: bool = False
    """Whether somebody was here before: the controls are brought in once."""


class ExploreMode(Mode):
    """See `studio.images.ui.modes.Mode`."""

    def __init__(self, services: Services, context: ModeContext) -> None:
        super().__init__()
        self.name = EXPLORE
        self.title = self.tr("Explore")
        self._services = services
        self._context = context
        self._is_front = False
        self._left = ExploreView()
        maker = PictureMaker(services.host, self, held_bytes=HELD_BYTES)
        self.desk = ExploreDesk(
            services.project, maker, context.models, context.genes.shelves, self
        )
        self._path = PathPictures(
            PictureMaker(services.host, self, held_bytes=PATH_BYTES), context.models, self
        )
        self.page = ExplorePage(
            self.desk,
            PictureMaker(services.host, self, held_bytes=HELD_BYTES),
            self._path,
            context.names.name,
        )
        self.widget = self.page
        self.genes = GenesPanel(
            context.genes,
            PictureMaker(services.host, self, held_bytes=HELD_BYTES),
            services.notices,
            services.language,
        )
        self.inspector = ExploreInspector(self.desk, self.genes, services.language)
        self.controls: ExploreInspector = self.inspector
        self._chooser = PictureChooser(
            context.works,
            self._path,
            self._last_stops,
            context.names,
            context.background,
            services.notices.report,
            self.page,
        )
        self._connect()
        self._add_commands()
        self._read_view()

    def _connect(self) -> None:
        desk, page, pad = self.desk, self.page, self.page.pad
        desk.changed.connect(self._explored)
        desk.arrived.connect(self._arrived)
        desk.path_changed.connect(self._show_path)
        desk.failed.connect(self._services.notices.report)
        pad.handed.connect(self._handed)
        pad.stepped.connect(self._stepped)
        pad.walked.connect(desk.walk)
        pad.picked.connect(self._letter_picked)
        pad.reach_changed.connect(self._reach_changed)
        pad.menu_wanted.connect(self._show_menu)
        page.between.hero.menu_wanted.connect(self._show_menu)
        page.view_chosen.connect(self._view_chosen)
        page.keep.clicked.connect(self._keep)
        page.surprise.clicked.connect(desk.surprise)
        page.strip.chosen.connect(self._stop_chosen)
        page.strip.menu_wanted.connect(self._show_stop_menu)
        page.strip.drag_started.connect(self._drag_stop)
        page.grid.opened.connect(partial(self._view_chosen, "pad"))
        page.specimen.text_changed.connect(desk.set_text)
        page.between.choice_wanted.connect(self._choose_end)
        page.between.dropped.connect(self._drop_end)
        page.between.swap_wanted.connect(self._swap_ends)
        page.between.last_wanted.connect(self._take_last_two)
        page.between.share_changed.connect(self._share_changed)
        page.between.way_chosen.connect(self._way_chosen)
        self.controls.zone_choice_wanted.connect(self._choose_zone)
        self.controls.zone_dropped.connect(self._drop_zone)
        self.controls.folds_changed.connect(self._write_view)
        self.genes.amount_chosen.connect(self._amount_chosen)
        self.genes.piles_wanted.connect(self._open_piles)
        self._context.keeper.works_changed.connect(self._show_kept)

    def _add_commands(self) -> None:
        add, group = self._services.actions.add, self.tr("Explore")
        picture, keep = self._why_no_picture, self._why_no_keep
        for name, text, run, keys, why in (
            ("keep", self.tr("Keep"), self._keep, ("K",), keep),
            ("surprise", self.tr("Surprise me"), self.desk.surprise, ("R",), str),
            ("pad", self.tr("The pad"), partial(self._view_chosen, "pad"), ("P",), str),
            ("seeds", self.tr("The numbers"), partial(self._view_chosen, "seeds"), ("N",), str),
            ("between", self.tr("Between two"), partial(self._view_chosen, "between"), ("B",), str),
            ("plane", self.tr("Other free directions"), self.desk.roll_plane, ("D",), str),
            ("more_like_this", self.tr("More like this, on the wall"), self._more, ("M",), picture),
            ("copy", self.tr("Copy"), self._copy, ("Ctrl+C",), picture),
            ("export", self.tr("Export…"), self._export, ("Ctrl+E",), picture),
            ("number", self.tr("Copy the number"), self._copy_number, (), picture),
            ("clear", self.tr("Forget the path"), self.desk.clear_path, (), str),
        ):
            add(
                f"explore.{name}",
                text,
                run,
                group=group,
                shortcuts=keys,
                owner=self.page,
                first=name in ("keep", "surprise", "pad", "seeds", "between"),
                when=why,
            )
        self._context.tools.offer(
            "explore", group, self.page, self._with_subject, picture, keys=KEYS
        )
        actions = self._services.actions
        self.page.keep.follow_key(actions.action("explore.keep"))
        self.page.surprise.follow_key(actions.action("explore.surprise"))
        for name, button in self.page.views.items():
            button.follow_key(actions.action(f"explore.{name}"), tip=self.page.tip(name))
        reason = self._context.keeper.why_not()
        if reason:
            self.page.keep.setEnabled(False)
            self.page.keep.setToolTip(reason)

    # What the room asks for

    @property
    @override
    def undo_scope(self) -> str:
        return exploration.SCOPE

    @property
    @override
    def model(self) -> Model | None:
        return self.desk.model

    @property
    @override
    def sentence(self) -> str:
        view = self._view
        if self.desk.node is not None and self.desk.model is None:
            return missing_text()
        if view == "seeds":
            return self.tr("Every number is a picture. Click one to go there.")
        if view == "between":
            return self.tr("Choose two pictures and go from one to the other.")
        return self.tr("Drag the picture. The neighbours show where you are going.")

    @override
    def choose_model(self, model: Model) -> None:
        self.desk.choose_model(model)

    @override
    def edit_text(self, label: str, parameters: Mapping[str, str]) -> str:
        return explore_texts().get(label, "")

    @override
    def take_file(self, path: str) -> bool:
        self._chooser.read(path, None, self._go_on_from)
        return True

    def _go_on_from(self, recipe: Recipe) -> None:
        if recipe.model in self._context.models:
            self.desk.open_picture(recipe)
        else:
            self._context.say_missing(recipe.model)

    @override
    def enter(self, subject: Recipe | None) -> None:
        self._is_front = True
        fallback = self._fallback()
        if fallback is None:
            return
        was_missing = self.desk.open(fallback)
        if was_missing:
            self._context.say_missing(was_missing)
        if subject is not None:
            self.desk.open_picture(subject)
        self.controls.show_state(live=False)
        self._show_path()
        if not self._left.seen:
            self._left = msgspec.structs.replace(self._left, seen=True)
            self._write_view()
            self._bring_controls()

    @override
    def take_focus(self) -> None:
        self.page.take_focus()

    @override
    def leave(self) -> None:
        self._is_front = False
        self.desk.rest()
        self._path.stop()
        self.page.grid.rest()
        self.genes.show_subject(None)

    @override
    def settle(self) -> None:
        self.desk.settle()

    @override
    def flush(self) -> None:
        self.desk.flush()
        self.genes.close_shelf()
        self._write_view()

    def _fallback(self) -> Model | None:
        """The model of the wall, as the room left it, else the first that there is."""
        wanted = self._context.current_model()
        return wanted or next(iter(self._context.models.values()), None)

    def _bring_controls(self) -> None:
        """The first time: most of what can be done here stands beside the pad."""
        if not self.inspector.isVisible():
            try:
                self._services.actions.action("window.inspector").trigger()
            except KeyError:
                return  # this window has no place for them

    # Showing

    @property
    def _view(self) -> View:
        return "pad" if self.desk.node is None else self.desk.node.view

    @Slot(object)
    def _explored(self, event: Explored) -> None:
        model, node, here = self.desk.model, self.desk.node, self.desk.here
        if node is None or here is None:
            return
        if model is None:
            self.page.show_nothing(missing_text())
            self.genes.show_subject(None)
            self._show_kept()
            self.changed.emit()
            return
        self.page.show_state(live=event.live)
        self.controls.show_state(live=event.live)
        self.genes.show_model(model)
        if not event.live:
            self.genes.show_subject(here if here.is_made else None)
            self.page.pad.set_ends(end_words(self.desk, self._services.language))
            self._show_kept()
            self.changed.emit()
        self.page.pad.set_note(self._note())

    def _note(self) -> str:
        node = self.desk.node
        if node is None:
            return ""
        if self.desk.is_moving:
            return amounts_text(self.desk, self._services.language)
        reach = self._services_number(node.reach)
        return self.tr("The rim is {reach} away (wheel)").format(reach=reach)

    def _services_number(self, value: float) -> str:
        return self.page.locale().toString(value, "f", 1)

    @Slot(object)
    def _arrived(self, event: PictureArrived) -> None:
        if not self._is_front:
            return
        spot, image = event.place, event.picture.image
        if spot == CENTRE:
            self._centre_arrived(event.picture)
        elif RIM <= spot < RIM + WAYS:
            if event.is_current:
                self.page.pad.show_rim(spot - RIM, image)
        elif ALONG <= spot < LETTERS:
            self.page.show_along(spot - ALONG, image)
        elif LETTERS <= spot < ENDS:
            self.page.show_letter(spot - LETTERS, image)
        else:
            self.controls.show_end(spot, image)

    def _centre_arrived(self, picture: MadePicture) -> None:
        name = self._context.names.name(picture.recipe)
        self.page.show_centre(picture.image)
        if not self.desk.is_moving:  # what is on its way is neither looked up nor spoken
            subject = Subject(recipe=picture.recipe, image=picture.image)
            self.page.say(self._context.names.subject_spoken(subject))
            self._path.bring(picture)
            self.page.strip.viewport().update()
            self.genes.show_subject(picture.recipe)
            self._context.commands.prepare(subject)
            self._show_kept()
        self._services.output.show_picture(NamedPicture(name=name, image=picture.image))

    @Slot()
    def _show_path(self) -> None:
        if self._is_front:
            self.page.strip.refresh("" if self.desk.node is None else self.desk.node.stop)

    @Slot()
    def _show_kept(self) -> None:
        here = self.desk.here
        is_kept = here is not None and self._context.keeper.is_kept(here)
        self.page.show_kept(is_kept, can_keep=not self._why_no_keep())
        model = self.desk.model
        kept = () if model is None else self._chooser.kept(model.manifest.id)
        self.page.between.offer_last(len(kept) > 1)

    # The hand

    @Slot(object)
    def _handed(self, event: HandEvent) -> None:
        node = self.desk.node
        if node is not None:
            self.desk.set_hand(event.across * node.reach, event.up * node.reach, final=event.final)

    @Slot(object)
    def _stepped(self, event: StepEvent) -> None:
        self.desk.set_hand(event.across, event.up, final=True, key="arrows")

    @Slot(float)
    def _reach_changed(self, factor: float) -> None:
        if self.desk.node is not None:
            self.desk.set_reach(self.desk.node.reach * factor, final=True)

    @Slot(int)
    def _letter_picked(self, index: int) -> None:
        model = self.desk.model
        if model is not None and index < len(model.manifest.classes()):
            self.desk.set_kinds({model.manifest.classes()[index].value: 1.0}, final=True)

    @Slot(str)
    def _view_chosen(self, view: View) -> None:
        self.desk.choose_view(view)

    @Slot(object)
    def _amount_chosen(self, event: AmountChosen) -> None:
        self.desk.set_trait(event.trait, event.amount, final=True)

    @Slot()
    def _open_piles(self) -> None:
        if self.desk.model is not None:
            self._context.open_piles(self.desk.model)

    # Zones and ends

    def _last_stops(self) -> Sequence[Stop]:
        total = self.page.strip.total
        stops, _ = self.desk.stops(max(total - LAST_STOPS, 0), LAST_STOPS)
        return tuple(reversed(stops))

    @Slot(object)
    def _choose_zone(self, event: ZoneWish) -> None:
        model = self.desk.model
        if model is not None and event.place is not None:
            self._chooser.ask(model.manifest.id, event.place, partial(self._lend_zone, event.zone))

    @Slot(object)
    def _drop_zone(self, event: ZoneWish) -> None:
        model = self.desk.model
        if model is not None:
            self._chooser.read(event.path, model.manifest.id, partial(self._lend_zone, event.zone))

    def _lend_zone(self, zone: str, other: Recipe) -> None:
        self.desk.set_zone(zone, other)

    @Slot(object)
    def _choose_end(self, event: EndWish) -> None:
        model = self.desk.model
        if model is not None and event.place is not None:
            self._chooser.ask(model.manifest.id, event.place, partial(self._put_end, event.end))

    @Slot(object)
    def _drop_end(self, event: EndWish) -> None:
        model = self.desk.model
        if model is not None:
            self._chooser.read(event.path, model.manifest.id, partial(self._put_end, event.end))

    def _put_end(self, end: int, recipe: Recipe) -> None:
        node = self.desk.node
        if node is not None:
            pair = (recipe, node.second) if end == 0 else (node.first, recipe)
            self.desk.set_pair(*pair)

    @Slot()
    def _take_last_two(self) -> None:
        """The two pictures of this model that were kept last are the ends."""
        model = self.desk.model
        kept = [] if model is None else self._chooser.kept(model.manifest.id)
        if len(kept) > 1:
            self.desk.set_pair(kept[1], kept[0])

    @Slot()
    def _swap_ends(self) -> None:
        node = self.desk.node
        if node is not None:
            self.desk.set_pair(node.second, node.first)

    @Slot(object)
    def _share_changed(self, event: ShareChange) -> None:
        self.desk.set_share(event.share, final=event.final)

    @Slot(str)
    def _way_chosen(self, way: str) -> None:
        self.desk.set_way("style" if way == "style" else "position")

    # Commands

    def subject(self) -> Subject | None:
        """The finished picture in the middle."""
        picture = self.desk.picture()
        if picture is None:
            return None
        return Subject(recipe=picture.recipe, image=picture.image)

    def _why_no_picture(self) -> str:
        if self.subject() is not None:
            return ""
        if self.desk.node is not None and self.desk.model is None:
            return missing_text()
        return self.tr("The picture is still being made.")

    def _why_no_keep(self) -> str:
        reason = self._context.keeper.why_not() or self._why_no_picture()
        subject = self.subject()
        if not reason and subject is not None and self._context.keeper.is_kept(subject.recipe):
            return self.tr("It is kept already.")
        return reason

    @Slot()
    def _keep(self) -> None:
        subject = self.subject()
        reason = self._context.keeper.why_not()
        if reason:
            self._hint(reason)
        elif subject is not None:
            self._keep_subject(subject)
            self._show_kept()

    def _keep_subject(self, subject: Subject) -> None:
        """With the stops that it came from, so that it stands in the family tree below them."""
        store = self._services.project.store
        try:
            related = relate(store, exploration.line_of(store, subject.recipe))
        except AtelierError as error:
            self._services.notices.report(error)
            related = ()
        self._context.commands.keep(subject, scope=exploration.SCOPE, related=related)

    def _hint(self, text: str) -> None:
        self._services.notices.post(Notice(text=text, key="explore.keep", seconds=SHORT_SECONDS))

    def _more(self) -> None:
        self._open_in(WALL)

    def _open_in(self, mode: str) -> None:
        subject = self.subject()
        if subject is not None:
            self._context.open_in(mode, subject.recipe)

    def _with_subject(self, run: Callable[[Subject], object]) -> None:
        subject = self.subject()
        if subject is not None:
            run(subject)

    def _copy(self) -> None:
        subject = self.subject()
        if subject is not None:
            self._context.commands.copy(subject)

    def _copy_number(self) -> None:
        subject = self.subject()
        if subject is not None:
            self._context.commands.copy_number(subject)

    def _export(self) -> None:
        subject = self.subject()
        if subject is not None:
            self._context.commands.export(subject)

    @Slot(QPoint)
    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        actions = self._services.actions
        for group in (
            ("keep", "surprise", "more_like_this"),
            ("enlarge", "palette", "story"),
            ("copy", "export", "number"),
        ):
            for name in group:
                menu.addAction(actions.action(f"explore.{name}"))
            menu.addSeparator()
        for mode, text in ((BREED, self.tr("Breed from it")), (FILM, self.tr("Into the film"))):
            if self._context.has_mode(mode):
                menu.addAction(text, partial(self._open_in, mode))
        menu.addSeparator()
        menu.addAction(actions.action("explore.plane"))
        menu.popup(place)

    # The path

    @Slot(object)
    def _stop_chosen(self, event: StopEvent) -> None:
        self.desk.return_to(event.stop)

    @Slot(object)
    def _drag_stop(self, event: StopEvent) -> None:
        picture = self._path.picture(event.stop.recipe)
        if picture is not None:
            self._context.commands.drag(Subject(recipe=picture.recipe, image=picture.image))

    @Slot(object)
    def _show_stop_menu(self, event: StopEvent) -> None:
        if event.position is None:
            return
        menu = QMenu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(self.tr("Go back here"), partial(self.desk.return_to, event.stop))
        keep: QAction = menu.addAction(self.tr("Keep"), partial(self._keep_stop, event.stop))
        picture = self._path.picture(event.stop.recipe)
        keep.setEnabled(
            picture is not None
            and not self._context.keeper.why_not()
            and not self._context.keeper.is_kept(picture.recipe)
        )
        menu.addSeparator()
        menu.addAction(self._services.actions.action("explore.clear"))
        menu.popup(event.position)

    def _keep_stop(self, stop: Stop) -> None:
        picture = self._path.picture(stop.recipe)
        if picture is not None:
            self._keep_subject(Subject(recipe=picture.recipe, image=picture.image))

    # What is remembered beside the history

    def _read_view(self) -> None:
        try:
            data = self._services.project.store.state(VIEW_KEY)
            if data is not None:
                self._left = msgspec.json.decode(data, type=ExploreView)
        except (AtelierError, msgspec.MsgspecError, UnicodeError, RecursionError):
            pass  # it is a convenience: damaged, it is forgotten
        self.controls.set_folds(self._left.folds)

    @Slot()
    def _write_view(self) -> None:
        self._left = msgspec.structs.replace(self._left, folds=dict(self.controls.folds))
        self._services.project.put_state(VIEW_KEY, msgspec.json.encode(self._left))
