"""Which model is on stage: choosing it, saying what it is, and what stands there when it fails."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from studio.contract.manifest import BrokenModel, Model
from studio.images.ui.desk import WallDesk, makes_pictures
from studio.images.ui.inspector import ImagesInspector
from studio.images.ui.maker import MakingDone, MakingFailed, MakingStarted, PictureMaker
from studio.images.ui.message_page import MessagePage
from studio.images.ui.model_care import ModelCare
from studio.images.ui.modes import ModeBoard
from studio.images.ui.names import model_titles
from studio.images.ui.title_bar import ImagesTitleBar
from studio.images.ui.wall_board import WallBoard
from studio.shell.notices import Notice, NoticeAction, NoticeKind, error_text
from studio.shell.services import Services


class ModelStage(QObject):
    """One for the room: title, inspector and wall show the same model, or the message page why
    they do not."""

    message_wanted = Signal()
    """Nothing can hang: the message page says why."""
    wall_wanted = Signal()
    """The wall can be shown again."""

    def __init__(
        self,
        services: Services,
        desk: WallDesk,
        maker: PictureMaker,
        board: WallBoard,
        title_bar: ImagesTitleBar,
        inspector: ImagesInspector,
        message: MessagePage,
        modes: ModeBoard,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._desk = desk
        self._maker = maker
        self._board = board
        self._title_bar = title_bar
        self._inspector = inspector
        self._message = message
        self._modes = modes
        self._care = ModelCare(services.host, self)
        self._shown: Model | None = None
        title_bar.models_wanted.connect(self.pick)
        message.models_wanted.connect(self.pick)
        message.retry_wanted.connect(self.retry)
        maker.started.connect(self._making_started)
        maker.failed.connect(self._making_failed)
        maker.all_made.connect(self._all_made)
        self._care.learnt.connect(self._learnt)
        self._care.chosen.connect(self.choose)

    def show(self, model: Model) -> None:
        """Put a model on stage; nothing happens if it is there already."""
        if model is self._shown:
            return
        manifest = model.manifest
        assert manifest.picture_size is not None
        if self._shown is not None:
            self._board.view.set_faces([], fade=False)
        self._board.view.set_pictures(manifest.picture_size, len(manifest.classes()))
        self._inspector.show_model(model)
        self._shown = model
        self.show_title()

    def show_none(self) -> None:
        """Say that there is no model, and where to put one."""
        self._message.say(
            self.tr(
                "There is no model here that makes pictures. Put a model's folder into "
                "{folder} and start Atelier again."
            ).format(folder=self._services.places.models),
            icon="image",
            can_retry=False,
            can_choose=bool(self._services.models),
        )
        self.message_wanted.emit()
        self._title_bar.say(self.tr("Everything here runs on your computer."), can_go_back=False)
        self._title_bar.model_button.show_model(self.tr("No model"), verified=False)

    def say_missing(self, identity: str) -> None:
        """Say that the model of a picture is not here."""
        self._services.notices.post(
            Notice(
                text=self.tr(
                    "This was made with the model “{model}”, which is not here. Choose another "
                    "model, or put its folder into {folder}."
                ).format(model=identity, folder=self._services.places.models),
                kind=NoticeKind.WARNING,
                key="images.missing",
            )
        )

    @Slot()
    def pick(self) -> None:
        """Let the user choose a model."""
        model = self._front_model()
        fitting = [
            m for m in self._services.models if isinstance(m, BrokenModel) or makes_pictures(m)
        ]
        self._care.pick(
            fitting,
            self._services.language,
            self._title_bar.model_button,
            None if model is None else model.folder,
        )

    @Slot()
    def retry(self) -> None:
        """Give the model that failed another try."""
        model = self._desk.model
        if model is not None:
            self._care.forget_fault(model.folder)
            self.wall_wanted.emit()
            self._maker.retry(model.folder)

    @Slot(object)
    def choose(self, folder: Path) -> None:
        """Put the model in ``folder`` on stage, or leave it to the mode in front."""
        model = next((m for m in self._desk.models.values() if m.folder == folder), None)
        if model is None:
            return
        if self._modes.front is not None:
            self._modes.front.choose_model(model)
            return
        if model is self._desk.model:
            if self._care.fault(folder):
                self.retry()
            return
        if self._care.fault(folder):
            self._care.forget_fault(folder)
            self._maker.retry(folder)
        self.show(model)
        self._desk.choose_model(model, self._board.first_count())

    def _front_model(self) -> Model | None:
        front = self._modes.front
        found = None if front is None else front.model
        return self._shown if found is None else found

    def show_title(self) -> None:
        """Name the model of the mode in front."""
        model = self._front_model()
        if model is None:
            return
        self._title_bar.model_button.show_model(
            model_titles(tuple(self._desk.models.values()), self._services.language)[model.folder],
            verified=model.folder in self._care.verified,
        )

    @Slot(object)
    def _learnt(self, folder: Path) -> None:
        self.show_title()
        model = self._shown
        if model is None or model.folder != folder:
            return
        fault = self._care.fault(folder)
        if fault and self._care.has_worked(folder):
            self._services.notices.post(
                Notice(text=fault, kind=NoticeKind.WARNING, key="images.model")
            )

    @Slot(object)
    def _making_started(self, event: MakingStarted) -> None:
        label = self.tr("Making {count} pictures").format(count=event.count)
        self._services.jobs.follow(event.request, label, total=event.count)

    @Slot(object)
    def _making_failed(self, event: MakingFailed) -> None:
        text = error_text(event.error)
        if not self._care.has_worked(event.folder):
            self._care.failed(event.folder, event.error)
            self._message.say(text, icon="error", can_retry=True, can_choose=True)
            self.message_wanted.emit()
            return
        self._services.notices.post(
            Notice(
                text=text,
                kind=NoticeKind.ERROR,
                key="images.model",
                action=NoticeAction(text=self.tr("Try again"), run=self.retry),
            )
        )

    @Slot(object)
    def _all_made(self, _event: MakingDone) -> None:
        if self._desk.model is not None:
            self._care.works(self._desk.model)
