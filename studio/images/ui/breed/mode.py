"""Breeding as a mode of the images room: puts its parts together and passes on what is done."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Final, Literal, cast

import msgspec
from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtGui import QImage

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Recipe, identity
from studio.images.brood import SCOPE
from studio.images.lineage import favour, unfavour
from studio.images.ui.breed.children_page import ChildrenPage
from studio.images.ui.breed.desk import BreedDesk, BroodHung
from studio.images.ui.breed.family_link import FamilyLink
from studio.images.ui.breed.inspector import BreedInspector
from studio.images.ui.breed.looking import Looking
from studio.images.ui.breed.menus import CHILD, PARENT, BreedMenus
from studio.images.ui.breed.newcomers import Newcomers
from studio.images.ui.breed.page import CHILDREN, TREE, BreedPage
from studio.images.ui.breed.parents_row import ParentEvent, ParentFace
from studio.images.ui.breed.source_matrix import SourceChange
from studio.images.ui.breed.tree_page import TreePage
from studio.images.ui.breed.tree_painter import USUAL_ZOOM
from studio.images.ui.breed.tree_pictures import TreePictures
from studio.images.ui.breed.tree_view import NodeEvent, NodeMenuEvent
from studio.images.ui.breed.words import breed_texts, why_no_parent_text
from studio.images.ui.maker import MakingFailed, MakingStarted, PictureArrived
from studio.images.ui.modes import BREED, EXPLORE, WALL, Mode, ModeContext
from studio.images.ui.picture_tools import KEYS
from studio.images.ui.subject import Subject
from studio.images.ui.wall_faces import MenuEvent, TileEvent
from studio.project.edits import Edit, Patch
from studio.shell.gallery.vocabulary import Vocabulary
from studio.shell.notices import Notice, NoticeKind
from studio.shell.services import Services
from studio.shell.widgets.choice_row import ChoiceChange
from studio.shell.widgets.control_row import ValueChange

VIEW_KEY: Final = "images.breed.view"
SHORT_SECONDS: Final = 8.0
MOST_OFFERED: Final = 12
"""Kept pictures in the menu of one more parent."""

Place = Literal["child", "parent", "tree"]


class BreedView(msgspec.Struct, frozen=True, kw_only=True):
    """How the mode was left; damaged state falls back to this."""

    page: str = CHILDREN
    zoom: int = USUAL_ZOOM


class BreedMode(Mode):
    """See `studio.images.ui.modes.Mode`."""

    def __init__(self, services: Services, context: ModeContext) -> None:
        super().__init__()
        self.name = BREED
        self.title = QCoreApplication.translate("Modes", "Breed")
        self._services = services
        self._context = context
        self._is_front = False
        self._sought = ""
        """Identity of the picture that is to be shown in the tree once that is there."""
        project = services.project
        self._maker = context.new_maker(self)
        self.desk = BreedDesk(project, self._maker, context.models, self)
        self.family = FamilyLink(project, context.background, self)
        self.pictures = TreePictures(
            project, context.new_maker(self), context.background, context.models, self
        )
        self._vocabulary = Vocabulary(services.models, services.language)
        self.children_page = ChildrenPage(
            self.desk, context.names.subject_spoken, context.keeper.is_kept
        )
        self.tree = TreePage(self.family, self.pictures, self._vocabulary)
        self.page = BreedPage(self.children_page, self.tree)
        self.widget = self.page
        self.inspector = self.controls = BreedInspector(services.language)
        self.looking = Looking(
            project,
            context,
            self.desk,
            self.children_page,
            self.family,
            self.tree,
            self.pictures,
            self._vocabulary,
            services.notices.report,
        )
        self.newcomers = Newcomers(self.desk, context, self.page)
        self._menus = BreedMenus(services.actions, self.family, self._find_children, self.page)
        self._view = self._read_view()
        self._connect()
        self._add_commands()
        reason = context.keeper.why_not()
        if reason:
            self.children_page.forbid_changes()
            self.controls.forbid_changes()
            self.page.nobody.setEnabled(False)
            self.page.parents.empty.setEnabled(False)

    def _connect(self) -> None:
        report = self._services.notices.report
        desk, page, view = self.desk, self.page, self.children_page.view
        desk.hung.connect(self._hung)
        desk.child_made.connect(self.children_page.show_arrival)
        desk.parent_made.connect(self._parent_arrived)
        desk.refused.connect(report)
        self._maker.failed.connect(self._making_failed)
        self._maker.started.connect(self._making_started)
        self.newcomers.begun.connect(self.breed_from)
        self.newcomers.came.connect(self.add_parent)
        self.newcomers.failed.connect(report)
        self.family.failed.connect(report)
        self.family.changed.connect(self._family_changed)
        self.pictures.arrived.connect(self._tree_picture_arrived)
        page.page_chosen.connect(self.show_page)
        page.nobody.chance_wanted.connect(self.begin_by_chance)
        page.nobody.kept_wanted.connect(self.newcomers.begin_with_kept)
        parents = page.parents
        parents.chosen.connect(self._parent_chosen)
        parents.removal_wanted.connect(lambda event: desk.remove_parent(event.place))
        parents.menu_wanted.connect(self._show_parent_menu)
        parents.more_wanted.connect(self.newcomers.offer)
        parents.dropped.connect(self.newcomers.take_file)
        self.children_page.choice_changed.connect(self._child_chosen)
        view.activated.connect(self._child_activated)
        view.menu_wanted.connect(self._show_child_menu)
        view.drag_started.connect(self._drag_child)
        bar = self.children_page.bar
        bar.favourite_wanted.connect(self.toggle_favourite)
        bar.breed_wanted.connect(self.breed_from_this)
        bar.parent_wanted.connect(self.toggle_parent)
        bar.keep_wanted.connect(self._keep)
        self.tree.looked.connect(self._node_looked_at)
        self.tree.view.activated.connect(lambda _event: self.breed_from_this())
        self.tree.view.menu_wanted.connect(self._show_node_menu)
        self.tree.view.drag_started.connect(self._drag_node)
        controls, card = self.controls, self.controls.card
        controls.mutation_changed.connect(self._mutation_changed)
        controls.source_changed.connect(self._source_changed)
        controls.kind_chosen.connect(self._kind_chosen)
        card.breed_wanted.connect(self.breed_from_this)
        card.parent_wanted.connect(self.toggle_parent)
        card.favourite_wanted.connect(self.toggle_favourite)
        card.keep_wanted.connect(self._keep)
        card.explore_wanted.connect(self._explore)
        card.tree_wanted.connect(self.show_in_tree)
        card.children_wanted.connect(self._find_children)
        card.gallery_wanted.connect(self._show_kept)
        card.relative_wanted.connect(self.show_in_tree)
        self._context.keeper.works_changed.connect(self._works_changed)

    def _add_commands(self) -> None:
        add, group = self._services.actions.add, self.tr("Breed")
        picture, change = self._why_no_picture, self._why_no_change
        tree = self._why_no_tree
        for name, text, run, keys, why in (
            ("favourite", self.tr("Favourite"), self.toggle_favourite, ("F",), change),
            ("next", self.tr("Next generation"), self.next_generation, ("N",), self._why_no_next),
            ("others", self.tr("Other children"), self.desk.others, ("R",), self._why_no_brood),
            ("from_this", self.tr("Breed from this"), self.breed_from_this, ("B",), change),
            ("parent", self.tr("Parent, or not any more"), self.toggle_parent, ("P",), change),
            ("tree", self.tr("Children or family tree"), self._turn, ("T",), str),
            ("in_tree", self.tr("In the family tree"), self.show_in_tree, ("Shift+T",), picture),
            ("keep", self.tr("Keep"), self._keep, ("K",), self._why_no_keep),
            ("explore", self.tr("Explore"), self._explore, ("E",), picture),
            ("wall", self.tr("More like this, on the wall"), self._more, ("M",), picture),
            ("copy", self.tr("Copy"), self._copy, ("Ctrl+C",), picture),
            ("export", self.tr("Export…"), self._export, ("Ctrl+E",), picture),
            ("number", self.tr("Copy the number"), self._copy_number, (), picture),
            (
                "more",
                self.tr("More children"),
                self.desk.extend,
                ("Ctrl+Down",),
                self._why_no_brood,
            ),
            ("search", self.tr("Search the family tree"), self._search, ("Ctrl+F", "/"), str),
            ("following", self.tr("The next one found"), partial(self._go_on, 1), ("F3",), tree),
            (
                "before",
                self.tr("The one found before"),
                partial(self._go_on, -1),
                ("Shift+F3",),
                tree,
            ),
            ("larger", self.tr("Larger"), partial(self.tree.zoom, 1), ("Ctrl++", "Ctrl+="), tree),
            ("smaller", self.tr("Smaller"), partial(self.tree.zoom, -1), ("Ctrl+-",), tree),
        ):
            add(
                f"breed.{name}",
                text,
                run,
                group=group,
                shortcuts=keys,
                owner=self.page,
                first=name in ("favourite", "next", "from_this", "tree", "keep"),
                when=why,
            )
        self._context.tools.offer(
            "breed", group, self.page, self._with_subject, picture, keys={"story": KEYS["story"]}
        )
        actions = self._services.actions
        foot, bar = self.children_page.foot, self.children_page.bar
        foot.following.follow_key(actions.action("breed.next"))
        foot.others.follow_key(actions.action("breed.others"))
        bar.favourite.follow_key(actions.action("breed.favourite"))
        bar.breed.follow_key(actions.action("breed.from_this"))
        bar.keep.follow_key(actions.action("breed.keep"))

    # What the room asks for

    @property
    @override
    def undo_scope(self) -> str:
        return SCOPE

    @property
    @override
    def model(self) -> Model | None:
        return self.desk.model

    @property
    @override
    def sentence(self) -> str:
        if self.page.front == TREE:
            return self.tr("Everybody from whom your pictures came. Return breeds from one.")
        parents = len(self.desk.parents)
        if not parents or self.desk.model is None:
            return self.tr("Pictures have children here.")
        return self.tr("Children of %n picture(s). Mark the ones you like.", "", parents)

    @override
    def choose_model(self, model: Model) -> None:
        if self.desk.model is None or model.manifest.id != self.desk.model.manifest.id:
            self.begin_by_chance(model)

    @override
    def edit_text(self, label: str, parameters: Mapping[str, str]) -> str:
        return breed_texts().get(label, "")

    @override
    def enter(self, subject: Recipe | None) -> None:
        self._is_front = True
        self.desk.wake()
        if not self.family.is_loaded:
            self.family.load()
        if subject is not None:
            self.breed_from([subject])
        else:
            self.show_page(self._view.page)

    @override
    def leave(self) -> None:
        self._is_front = False
        self.desk.rest()
        self.tree.close_up()
        self.newcomers.stop()

    @override
    def flush(self) -> None:
        self.desk.flush()
        self._write_view()

    # Which page, which picture

    @Slot(str)
    def show_page(self, name: str) -> None:
        """Show the children or the family tree."""
        has_children = self.desk.model is not None
        self.page.show_page(name, has_children=has_children)
        if name != self._view.page:
            self._view = msgspec.structs.replace(self._view, page=name)
            self._write_view()
        if name == TREE:
            self.tree.open()
            self.looking.place = "tree"
            self.page.parents.show_chosen(None)
        else:
            self.tree.close_up()
            if self.looking.place == "tree":
                self.looking.place = "child"
            self.children_page.see()
        self.controls.show_controls(name == CHILDREN and has_children)
        self._show_card()
        self.changed.emit()

    def _turn(self) -> None:
        self.show_page(CHILDREN if self.page.front == TREE else TREE)
        self.page.setFocus()

    # What is done

    def breed(self, parents: Iterable[Recipe]) -> bool:
        """Hang the children of these pictures, or say why they cannot have any."""
        wanted = list(parents)
        if self.desk.breed(wanted):
            return True
        for parent in wanted:
            why = why_no_parent_text(self.desk.why_no_parent(parent, alone=True))
            if why:
                self._say(why)
                return False
        return False

    @Slot(object)
    def breed_from(self, recipes: Iterable[Recipe]) -> None:
        """Finished pictures are to be the parents, and nobody else."""
        self.breed(recipes)
        self.show_page(CHILDREN)
        self.page.setFocus()

    def breed_from_this(self) -> None:
        """The picture that is looked at becomes the only parent."""
        recipe = self.looking.recipe
        if recipe is not None and not self._context.keeper.why_not() and self.breed([recipe]):
            self.looking.place = "child"
            self.show_page(CHILDREN)
            self.page.setFocus()

    def toggle_parent(self) -> None:
        """The picture that is looked at becomes a parent too, or is not one any more."""
        recipe = self.looking.recipe
        if recipe is None or self._context.keeper.why_not():
            return
        if self.desk.is_parent(recipe):
            names = [identity(parent) for parent in self.desk.parents]
            self.desk.remove_parent(names.index(identity(recipe)))
            return
        self.add_parent(recipe)

    @Slot(object)
    def add_parent(self, recipe: Recipe) -> None:
        """One parent more, or why not."""
        if not self.desk.add_parent(recipe):
            why = self.desk.why_no_parent(recipe)
            if why:
                self._say(why_no_parent_text(why))

    def next_generation(self) -> None:
        """The favourites become the parents."""
        if self.desk.next_generation():
            self.looking.place = "child"

    def toggle_favourite(self) -> None:
        """Mark the picture that is looked at, or not any more."""
        if self._context.keeper.why_not():
            return
        place = self.children_page.view.chosen
        if self.looking.place == "child" and place is not None:
            recipe = self.looking.recipe
            name = "" if recipe is None else identity(recipe)
            is_leaf = not self.family.lineage.children(name)
            self.desk.toggle_favourite(place, is_leaf=is_leaf)
            return
        recipe = self.looking.recipe
        if recipe is None:
            return
        store = self._services.project.store
        name = identity(recipe)
        member = self.family.lineage.get(name)
        patches: tuple[Patch, ...] = (favour(store, recipe, True),)
        if member is not None and member.favourite:
            patches = unfavour(store, recipe, is_leaf=False)
        self._services.project.submit(Edit(scope=SCOPE, label="breed.favourite", patches=patches))

    def begin_by_chance(self, model: Model | None = None) -> None:
        """Draw two pictures of one kind and breed from them."""
        model = model or self.desk.model or self._context.current_model()
        model = model or next(iter(self._context.models.values()), None)
        if model is not None:
            self.newcomers.begin_by_chance(model)

    def show_family(self, recipe: Recipe) -> None:
        """Somebody came here to see a finished picture among its family."""
        self._sought = identity(recipe)
        if self.family.is_loaded:
            self._seek()
        else:
            self.show_page(TREE)

    def _seek(self) -> None:
        """Go to whom somebody came to see, as soon as the tree has been read."""
        if self._sought and self.family.is_loaded:
            name, self._sought = self._sought, ""
            self.show_in_tree(name)

    @Slot(str)
    def show_in_tree(self, name: str = "") -> None:
        """Bring a picture into the middle of the tree: the one looked at, or the one named."""
        if not name:
            recipe = self.looking.recipe
            name = "" if recipe is None else identity(recipe)
        self.show_page(TREE)
        if name and not self.tree.look_at(name):
            self._say(self.tr("It is not in the family tree yet: breed from it, or mark it (F)."))
        self.tree.view.setFocus()

    def _find_children(self) -> None:
        self.tree.look_for_children(self.tree.view.current)

    def _search(self) -> None:
        if self.page.front != TREE:
            self.show_page(TREE)
        self.tree.field.setFocus()
        self.tree.field.selectAll()

    def _go_on(self, step: int) -> None:
        self.tree.go_on(step)

    def _keep(self) -> None:
        subject = self.looking.subject
        if subject is not None and not self._context.keeper.why_not():
            self._context.commands.keep(subject, scope=SCOPE)
            self._works_changed()

    def _with_subject(self, run: Callable[[Subject], object]) -> None:
        if (subject := self.looking.subject) is not None:
            run(subject)

    def _copy(self) -> None:
        if (subject := self.looking.subject) is not None:
            self._context.commands.copy(subject)

    def _copy_number(self) -> None:
        if (subject := self.looking.subject) is not None:
            self._context.commands.copy_number(subject)

    def _export(self) -> None:
        if (subject := self.looking.subject) is not None:
            self._context.commands.export(subject)

    def _explore(self) -> None:
        if (recipe := self.looking.recipe) is not None:
            self._context.open_in(EXPLORE, recipe)

    def _more(self) -> None:
        if (recipe := self.looking.recipe) is not None:
            self._context.open_in(WALL, recipe)

    def _show_kept(self) -> None:
        recipe = self.looking.recipe
        work = None if recipe is None else self._context.keeper.work_of(recipe)
        if work is not None:
            self._context.show_kept(work.id)

    # Why not

    def _why_no_picture(self) -> str:
        if self.looking.recipe is not None:
            return ""
        return self.tr("Choose a picture first.")

    def _why_no_change(self) -> str:
        return self._context.keeper.why_not() or self._why_no_picture()

    def _why_no_keep(self) -> str:
        subject = self.looking.subject
        if subject is None:
            return self._why_no_change() or self.tr("The picture is still being made.")
        if self._context.keeper.is_kept(subject.recipe):
            return self.tr("It is kept already.")
        return self._context.keeper.why_not()

    def _why_no_brood(self) -> str:
        reason = self._context.keeper.why_not()
        return reason or ("" if self.desk.model else self.tr("Nobody is bred yet."))

    def _why_no_next(self) -> str:
        brood = self.desk.brood
        if brood is None or brood.favourites:
            return self._why_no_brood()
        return self.tr("Mark a favourite first (F).")

    def _why_no_tree(self) -> str:
        return "" if self.page.front == TREE else self.tr("The family tree is not shown.")

    # Menus and drags

    @Slot(object)
    def _show_child_menu(self, event: MenuEvent) -> None:
        self.looking.place = "child"
        self._menus.of(*CHILD).popup(event.position)

    @Slot(object)
    def _show_node_menu(self, event: NodeMenuEvent) -> None:
        self.looking.place = "tree"
        self._menus.of_node(event.name).popup(event.position)

    @Slot(object)
    def _show_parent_menu(self, event: ParentEvent) -> None:
        self._parent_chosen(event)
        if event.position is not None:
            self._menus.of(*PARENT).popup(event.position)

    @Slot(object)
    def _drag_child(self, event: TileEvent) -> None:
        subject = self.children_page.subject(event.place)
        if subject is not None:
            self._context.commands.drag(subject)

    @Slot(object)
    def _drag_node(self, _event: NodeEvent) -> None:
        subject = self.looking.subject
        if subject is not None:
            self._context.commands.drag(subject)

    # Showing

    @Slot(object)
    def _hung(self, event: BroodHung) -> None:
        desk, brood = self.desk, self.desk.brood
        self.controls.show_model(desk.model, desk.zones)
        self.children_page.hang(event)
        if not event.live:
            self._show_parents()
        if brood is not None:
            self.controls.show_values(
                mutation=brood.mutation,
                sources=brood.sources,
                kind=brood.kind,
                parents=self._parents_shown(),
            )
        if event.reason in ("opened", "bred", "history"):
            if event.reason == "bred":
                self.looking.place = "child"
            has_children = desk.model is not None
            self.page.show_page(self.page.front, has_children=has_children)
            self.controls.show_controls(self.page.front == CHILDREN and has_children)
            if brood is not None and not has_children and self._is_front:
                self._context.say_missing(brood.model)
            self.changed.emit()
        if not event.live:
            self._show_card()

    def _parents_shown(self) -> list[tuple[str, str, QImage | None]]:
        found = []
        for place, parent in enumerate(self.desk.parents):
            made = self.desk.parent_picture(place)
            image = None if made is None else made.image
            found.append((identity(parent), self._context.names.name(parent), image))
        return found

    def _show_parents(self) -> None:
        shown = self._parents_shown()
        self.page.parents.show_parents(
            [ParentFace(name=name, image=image) for _, name, image in shown]
        )
        place = self.looking.parent if self.looking.place == "parent" else None
        self.page.parents.show_chosen(place)

    @Slot()
    def _family_changed(self) -> None:
        self._show_card()
        self._seek()

    @Slot(object)
    def _parent_arrived(self, event: PictureArrived) -> None:
        self.pictures.put(identity(event.picture.recipe), event.picture.image)
        self._show_parents()
        brood = self.desk.brood
        if brood is not None and self.controls.matrix is not None:
            shown = self._parents_shown()
            self.controls.matrix.show_parents(
                [name for name, _, _ in shown],
                [words for _, words, _ in shown],
                [image for _, _, image in shown],
            )
        self._show_card()

    @Slot(object)
    def _parent_chosen(self, event: ParentEvent) -> None:
        self.looking.place, self.looking.parent = "parent", event.place
        self.children_page.view.choose(None)
        self.looking.place = "parent"
        self.page.parents.show_chosen(event.place)
        self._show_card()

    @Slot()
    def _child_chosen(self) -> None:
        if self.children_page.view.chosen is not None:
            self.looking.place = "child"
            self.page.parents.show_chosen(None)
        self._show_card()

    @Slot(object)
    def _child_activated(self, _event: TileEvent) -> None:
        self.looking.place = "child"
        self.breed_from_this()

    @Slot(object)
    def _node_looked_at(self, _event: NodeEvent) -> None:
        if self.page.front == TREE:
            self.looking.place = "tree"
            self._show_card()

    @Slot(str)
    def _tree_picture_arrived(self, name: str) -> None:
        card = self.controls.card
        face = card.face
        card.show_relative(name, cast(QImage, self.pictures.get(name)))
        if self.looking.place == "tree" and face is not None and name == self.tree.view.current:
            self._show_card()

    @Slot()
    def _works_changed(self) -> None:
        self.children_page.refresh()
        self._show_card()

    @Slot()
    def _show_card(self) -> None:
        """Show what is looked at."""
        if not self._is_front:
            return
        in_tree = self.looking.place == "tree"
        self.controls.card.show_face(self.looking.face, in_tree=in_tree)

    # Controls

    @Slot(object)
    def _mutation_changed(self, change: ValueChange) -> None:
        self.desk.set_mutation(change.value, final=change.final)

    @Slot(object)
    def _source_changed(self, change: SourceChange) -> None:
        self.desk.set_source(change.zone, change.parent)

    @Slot(object)
    def _kind_chosen(self, change: ChoiceChange) -> None:
        self.desk.set_kind(change.value)

    # The rest

    @Slot(object)
    def _making_failed(self, event: MakingFailed) -> None:
        self._services.notices.report(event.error)

    @Slot(object)
    def _making_started(self, event: MakingStarted) -> None:
        label = self.tr("Breeding %n picture(s)", "", event.count)
        self._services.jobs.follow(event.request, label, total=event.count)

    def _say(self, text: str) -> None:
        self._services.notices.post(
            Notice(text=text, kind=NoticeKind.NEWS, key="breed.said", seconds=SHORT_SECONDS)
        )

    def _read_view(self) -> BreedView:
        try:
            data = self._services.project.store.state(VIEW_KEY)
            view = BreedView() if data is None else msgspec.json.decode(data, type=BreedView)
        except (AtelierError, msgspec.MsgspecError, UnicodeError, RecursionError):
            view = BreedView()  # how the view was left is a convenience
        if view.page not in (CHILDREN, TREE):
            view = msgspec.structs.replace(view, page=CHILDREN)
        self.tree.view.set_zoom(view.zoom)
        return view

    def _write_view(self) -> None:
        view = msgspec.structs.replace(self._view, zoom=self.tree.view.zoom)
        self._services.project.put_state(VIEW_KEY, msgspec.json.encode(view))
