"""Notices that offer to undo what they tell of, for as long as undo would do that."""

from functools import partial

from PySide6.QtCore import QObject, Slot

from studio.project.edits import Change
from studio.shell.notices import Notice, NoticeAction, NoticeCentre, NoticeKind
from studio.shell.project_bridge import ProjectBridge


class UndoOffers(QObject):
    """Undo takes back the last step of a history, so an offer goes as soon as that is another."""

    def __init__(self, project: ProjectBridge, notices: NoticeCentre, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._notices = notices
        self._offered: dict[str, Change] = {}
        """What each notice, by its key, offers to undo."""
        project.changed.connect(self._project_changed)

    def post(
        self,
        change: Change,
        text: str,
        *,
        key: str,
        kind: NoticeKind = NoticeKind.GOOD,
        seconds: float | None = None,
    ) -> None:
        """Say what ``change`` did; one that nothing can undo is said without the offer."""
        self._offered.pop(key, None)
        action = None
        if change.step is not None:
            self._offered[key] = change
            action = NoticeAction(text=self.tr("Undo"), run=partial(self._undo, key, change))
        self._notices.post(Notice(text=text, kind=kind, key=key, seconds=seconds, action=action))

    def _undo(self, key: str, change: Change) -> None:
        self._offered.pop(key, None)
        self._notices.withdraw(key)
        # The step is named too: another one may be on its way that was not told of yet.
        self._project.undo(change.scope, step=change.step)

    @Slot(object)
    def _project_changed(self, change: Change) -> None:
        for key, offered in tuple(self._offered.items()):
            if _is_over(offered, change):
                del self._offered[key]
                self._notices.withdraw(key)


def _is_over(offered: Change, change: Change) -> bool:
    """Whether undo would do something else than take ``offered`` back, after ``change``."""
    if change.kind == "purge":
        return not set(offered.nodes).isdisjoint(change.nodes)
    if change.scope != offered.scope or change.step is None:
        return False
    return (change.kind, change.step) != (offered.kind, offered.step)
