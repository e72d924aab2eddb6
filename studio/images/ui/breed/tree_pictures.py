"""Draws the pictures of the family tree again from their recipes, those in view alone."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from studio.contract.errors import AtelierError
from studio.contract.manifest import Model
from studio.contract.recipe import Recipe
from studio.images.document import wish
from studio.images.lineage import Member
from studio.images.ui.background import BackgroundWork
from studio.images.ui.maker import MakingDone, MakingFailed, PictureArrived, PictureMaker, wish_key
from studio.images.ui.raster import decoded_image, image_channels, image_pixels
from studio.shell.project_bridge import ProjectBridge

if TYPE_CHECKING:
    from studio.project.work_index import Seen

HELD_BYTES: Final = 64_000_000
HELD_RECIPES: Final = 4_000
LOOK_MILLISECONDS: Final = 400
"""So long after pictures have come their colours are looked at, together."""
LOOKED_AT: Final = 64


class TreePictures(QObject):
    """One for the tree; GUI thread only."""

    arrived = Signal(str)
    """Payload: the identity of a picture that can be drawn now."""
    coloured = Signal(object)
    """Payload: tuple of ids of nodes whose colours are known now."""
    failed = Signal(object)
    """Payload: `AtelierError`."""

    def __init__(
        self,
        project: ProjectBridge,
        maker: PictureMaker,
        work: BackgroundWork,
        models: Mapping[str, Model],
        parent: QObject | None = None,
    ) -> None:
        """``maker`` makes nothing else."""
        super().__init__(parent)
        self._project = project
        self._maker = maker
        self._work = work
        self._models = models
        self._images: OrderedDict[str, QImage] = OrderedDict()
        self._bytes = 0
        self._recipes: OrderedDict[str, Recipe] = OrderedDict()
        self._wanted: dict[str, Member] = {}
        self._reading: set[str] = set()
        self._numbers: dict[str, int] = {}
        """What the maker knows each picture by."""
        self._names: list[str] = []
        self._in_hand = ""
        """Id of the model that pictures are made by now."""
        self._unseen: dict[str, tuple[str, QImage]] = {}
        """Ids of the nodes whose colours nobody knows: identity and picture."""
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_MILLISECONDS)
        self._look.timeout.connect(self._look_at_some)
        maker.made.connect(self._made)
        maker.all_made.connect(self._all_made)
        maker.failed.connect(self._making_failed)

    def get(self, name: str) -> QImage | None:
        """A picture by its identity, if it is there."""
        return self._images.get(name)

    def recipe(self, name: str) -> Recipe | None:
        """The recipe of a picture that was in view."""
        return self._recipes.get(name)

    def is_missing(self, member: Member) -> bool:
        """Whether a picture cannot be drawn, because its model is not here and it is not kept."""
        return member.model not in self._models and not member.blob

    def put(self, name: str, image: QImage) -> None:
        """Hold a picture that was made elsewhere."""
        old = self._images.pop(name, None)
        if old is not None:
            self._bytes -= old.sizeInBytes()
        self._images[name] = image
        self._bytes += image.sizeInBytes()
        while self._bytes > HELD_BYTES and len(self._images) > LOOKED_AT:
            _, oldest = self._images.popitem(last=False)
            self._bytes -= oldest.sizeInBytes()

    def want(self, members: Sequence[Member]) -> None:
        """Draw these, and nothing that was wanted before."""
        self._wanted = {}
        for member in members:
            if member.identity in self._images:
                self._images.move_to_end(member.identity)
                self._remember_unseen(member, self._images[member.identity])
            elif not self.is_missing(member):
                self._wanted[member.identity] = member
        self._read_recipes()
        self._make()

    def stop(self) -> None:
        """Draw nothing more."""
        self._wanted = {}
        self._in_hand = ""
        self._maker.stop()

    def _read_recipes(self) -> None:
        unread = {
            member.place: name
            for name, member in self._wanted.items()
            if name not in self._recipes and name not in self._reading
        }
        if not unread:
            return
        self._reading.update(unread.values())
        store = self._project.store

        def arrived(found: dict[int, Recipe]) -> None:
            self._reading.difference_update(unread.values())
            for place, recipe in found.items():
                self._recipes[unread[place]] = recipe
            while len(self._recipes) > HELD_RECIPES:
                self._recipes.popitem(last=False)
            self._make()

        def lost(error: AtelierError) -> None:
            self._reading.difference_update(unread.values())
            self.failed.emit(error)

        self._work.run(lambda: store.recipes_at(tuple(unread)), arrived, lost)

    def _make(self) -> None:
        """Ask for those of one model; those of the next follow when they are there."""
        ready = {n: m for n, m in self._wanted.items() if n in self._recipes}
        for name, member in ready.items():
            if member.model not in self._models:
                self._read_file(name, member)
        models = [m.model for m in ready.values() if m.model in self._models]
        if not models:
            return
        model = self._in_hand if self._in_hand in models else models[0]
        self._in_hand = model
        wishes = []
        for name, member in ready.items():
            if member.model != model:
                continue
            asked = wish(self._recipes[name])
            held = self._maker.get(wish_key(asked))
            if held is not None:
                self._take(name, held.image)
            else:
                wishes.append((self._number(name), asked))
        if wishes:
            self._maker.want(self._models[model].folder, wishes)
        elif any(other != model for other in models):
            self._in_hand = ""
            self._make()

    def _number(self, name: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self._names)
            self._names.append(name)
        return self._numbers[name]

    def _read_file(self, name: str, member: Member) -> None:
        """A kept picture whose model is gone is still in its file."""
        if name in self._reading:
            return
        self._reading.add(name)
        store = self._project.store

        def arrived(image: QImage) -> None:
            self._reading.discard(name)
            self._take(name, image)

        def lost(_error: AtelierError) -> None:
            self._wanted.pop(name, None)  # stays among those being read: not tried again

        self._work.run(
            lambda: decoded_image(store.read_blob(member.blob), member.work), arrived, lost
        )

    def _take(self, name: str, image: QImage) -> None:
        member = self._wanted.pop(name, None)
        self.put(name, image)
        if member is not None:
            self._remember_unseen(member, image)
        self.arrived.emit(name)

    def _remember_unseen(self, member: Member, image: QImage) -> None:
        """Have the colours of a picture looked at, if nobody did; works have an index of theirs."""
        if member.relative and member.swatch is None:
            self._unseen[member.relative] = (member.identity, image)
            if not self._look.isActive():
                self._look.start()

    @Slot(object)
    def _made(self, event: PictureArrived) -> None:
        self._take(self._names[event.place], event.picture.image)

    @Slot(object)
    def _all_made(self, _event: MakingDone) -> None:
        self._in_hand = ""
        self._make()

    @Slot(object)
    def _making_failed(self, event: MakingFailed) -> None:
        """Whoever else makes pictures of that model says it; here squares of colour stay."""
        folder = {model.folder: name for name, model in self._models.items()}.get(event.folder)
        self._wanted = {n: m for n, m in self._wanted.items() if m.model != folder}
        self._in_hand = ""
        self.failed.emit(event.error)
        self._make()

    @Slot()
    def _look_at_some(self) -> None:
        """Note the colours of pictures that have none yet, so that they can be searched by."""
        if self._project.is_read_only or not self._unseen:
            self._unseen.clear()
            return
        portion = dict(list(self._unseen.items())[:LOOKED_AT])
        for node in portion:
            del self._unseen[node]
        store = self._project.store

        def look() -> None:
            seen = {name: seen_in(image) for name, image in portion.values()}
            store.note_seen(seen).result()

        def done(_nothing: None) -> None:
            self.coloured.emit(tuple(portion))
            if self._unseen:
                self._look.start()

        self._work.run(look, done, self.failed.emit)


def seen_in(image: QImage) -> "Seen":
    """The colours of a picture; beside the window's thread, because numpy is loaded for it."""
    import numpy as np

    from studio.project.colours import SIDE, colours_of_pixels

    if max(image.width(), image.height()) > SIDE:
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, smooth)
    if image.format() not in (QImage.Format.Format_RGB888, QImage.Format.Format_Grayscale8):
        image = image.convertToFormat(QImage.Format.Format_RGB888)
    channels = image_channels(image)
    pixels = np.frombuffer(image_pixels(image), np.uint8)
    pixels = pixels.reshape(image.height(), image.width(), channels)
    return colours_of_pixels(np.repeat(pixels, 3, axis=2) if channels == 1 else pixels)
