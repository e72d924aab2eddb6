"""Which finished picture the commands of breeding are about, and what the card says of it."""

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from studio.contract.errors import AtelierError
from studio.contract.recipe import Recipe, identity
from studio.images.lineage import Member
from studio.images.ui.breed.card import MOST_RELATIVES, CardFace, RelativeFace
from studio.images.ui.breed.children_page import ChildrenPage
from studio.images.ui.breed.desk import BreedDesk
from studio.images.ui.breed.family_link import FamilyLink
from studio.images.ui.breed.tree_page import TreePage
from studio.images.ui.breed.tree_pictures import TreePictures
from studio.images.ui.breed.words import why_no_parent_text
from studio.images.ui.modes import ModeContext
from studio.images.ui.subject import Subject
from studio.shell.gallery.vocabulary import Vocabulary
from studio.shell.project_bridge import ProjectBridge

Place = Literal["child", "parent", "tree"]


class Looking:
    """One for the mode: a child, a parent, or somebody of the tree is looked at."""

    def __init__(
        self,
        project: ProjectBridge,
        context: ModeContext,
        desk: BreedDesk,
        children: ChildrenPage,
        family: FamilyLink,
        tree: TreePage,
        pictures: TreePictures,
        vocabulary: Vocabulary,
        failed: Callable[[AtelierError], None],
    ) -> None:
        self._project = project
        self._context = context
        self._desk = desk
        self._children = children
        self._family = family
        self._tree = tree
        self._pictures = pictures
        self._vocabulary = vocabulary
        self._failed = failed
        self.place: Place = "child"
        self.parent = 0
        """Which of the parents, while one is looked at."""

    @property
    def recipe(self) -> Recipe | None:
        """The finished picture; None: none is looked at, or it is still being made."""
        if self.place == "tree":
            return self._of_tree(self._tree.view.current)
        if self.place == "parent":
            parents = self._desk.parents
            return parents[self.parent] if self.parent < len(parents) else None
        chosen = self._children.chosen
        return None if chosen is None else chosen.recipe

    @property
    def subject(self) -> Subject | None:
        """The same with its picture, if that is there."""
        if self.place == "child":
            return self._children.chosen
        recipe = self.recipe
        image = None if recipe is None else self._image_of(recipe)
        return None if recipe is None or image is None else Subject(recipe=recipe, image=image)

    @property
    def face(self) -> CardFace | None:
        """What the card says."""
        recipe = self.recipe
        return None if recipe is None else self._face(recipe)

    def _image_of(self, recipe: Recipe) -> QImage | None:
        if self.place == "parent":
            made = self._desk.parent_picture(self.parent)
            return None if made is None else made.image
        return self._pictures.get(identity(recipe))

    def _of_tree(self, name: str) -> Recipe | None:
        known = self._pictures.recipe(name)
        if known is not None or name not in self._family.lineage:
            return known
        try:
            return self._project.store.recipes_named((name,)).get(name)
        except AtelierError as error:
            self._failed(error)
            return None

    def _face(self, recipe: Recipe) -> CardFace:
        names, name, lineage = self._context.names, identity(recipe), self._family.lineage
        member = lineage.get(name)
        subject = self.subject
        why = self._desk.why_no_parent(recipe, alone=True)
        children = () if member is None else lineage.children(name)
        known = [p for p in recipe.parents if p in lineage or self._pictures.get(p) is not None]
        return CardFace(
            title=member.title if member is not None and member.title else names.name(recipe),
            spoken=names.name(recipe),
            facts=self._facts(member),
            image=None if subject is None else subject.image,
            parents=tuple(self._relative(parent) for parent in known[:MOST_RELATIVES]),
            parents_elsewhere=len(recipe.parents) - len(known),
            children=tuple(self._relative(child) for child in children[-MOST_RELATIVES:]),
            is_favourite=self._is_favourite(member),
            is_kept=self._context.keeper.is_kept(recipe),
            is_parent=self._desk.is_parent(recipe),
            can_breed=not why,
            can_change=not self._context.keeper.why_not(),
            why_not=why_no_parent_text(why),
        )

    def _is_favourite(self, member: Member | None) -> bool:
        place = self._children.view.chosen
        if self.place == "child" and place is not None:
            return self._desk.is_favourite(place)
        return member is not None and member.favourite

    def _facts(self, member: Member | None) -> str:
        if member is None:
            words = QCoreApplication.translate("BreedMode", "Not in the family tree yet")
            return words if self.place == "child" else ""
        number = QCoreApplication.translate("BreedMode", "Generation {number}")
        parts = [number.format(number=member.generation + 1)]
        children = len(self._family.lineage.children(member.identity))
        if children:
            parts.append(QCoreApplication.translate("BreedMode", "%n child(ren)", "", children))
        lines = [" · ".join(parts)]
        if member.genes:
            lines.append(", ".join(self._vocabulary.gene(gene) for gene in member.genes))
        return "\n".join(lines)

    def _relative(self, name: str) -> RelativeFace:
        member = self._family.lineage.get(name)
        parent = QCoreApplication.translate("BreedMode", "Parent")
        spoken = parent if member is None else self._tree.spoken(member)
        return RelativeFace(name=name, spoken=spoken, image=self._pictures.get(name))
