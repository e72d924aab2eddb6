"""What there is to say when a project has been opened: why only to look, what was rebuilt."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication

from studio.contract.errors import AtelierError, ProjectDamaged, ProjectLocked, ProjectReadOnly
from studio.project.nodes import WORK
from studio.project.store import ProjectStore
from studio.shell.faults import fault_text
from studio.shell.notices import (
    Notice,
    NoticeAction,
    NoticeCentre,
    NoticeKind,
    details,
    error_text,
)
from studio.shell.projects.known import KnownProject

LOOK_ONLY_KEY: Final = "project.look_only"
CREATED_SECONDS: Final = 8.0


def say_refused(
    notices: NoticeCentre, name: str, error: AtelierError, open_again: Callable[[], None]
) -> None:
    """The window has opened the project called ``name`` to look only, or was asked to change it.

    Unlike the error's own sentence it names the project as the user does, and offers the way on.
    """
    if isinstance(error, ProjectLocked):
        text = QCoreApplication.translate(
            "Studio", "“{name}” is open in another window ({holder}). It is open here to look only."
        ).format(name=name, holder=fault_text(error.fields["holder"]))
    elif isinstance(error, ProjectReadOnly):
        text = QCoreApplication.translate(
            "Studio",
            "“{name}” is open here to look only, so nothing was changed. Open it again when no "
            "other window holds it and its disk can be written.",
        ).format(name=name)
    else:
        text = QCoreApplication.translate(
            "Studio", "“{name}” cannot be changed, so it is open here to look only. {reason}"
        ).format(name=name, reason=error_text(error))
    notices.post(
        Notice(
            text=text,
            kind=NoticeKind.WARNING,
            detail=details(error),
            key=LOOK_ONLY_KEY,
            action=NoticeAction(
                text=QCoreApplication.translate("Studio", "Open it again"),
                run=open_again,
                lasts=True,
            ),
        )
    )


def say_created(notices: NoticeCentre, name: str) -> None:
    """A new project was made and is open."""
    notices.post(
        Notice(
            text=QCoreApplication.translate("Studio", "“{name}” is created and open.").format(
                name=name
            ),
            kind=NoticeKind.GOOD,
            key="project.created",
            seconds=CREATED_SECONDS,
        )
    )


def say_missing(notices: NoticeCentre, project: KnownProject) -> None:
    """The project that was open last is gone, or its drive is."""
    notices.post(
        Notice(
            text=QCoreApplication.translate(
                "Studio",
                "The project that was open last is not there: {folder}. Another one is open; "
                "nothing was deleted.",
            ).format(folder=project.folder),
            kind=NoticeKind.WARNING,
            key="project.missing",
        )
    )


def say_what_was_rebuilt(notices: NoticeCentre, store: ProjectStore) -> None:
    """After a damage: what is there again, what is gone, and where the rest lies."""
    recovered = store.recovered
    if not recovered.is_rebuilt:
        return
    error = ProjectDamaged(file=store.folder, fault=recovered.fault, detail=repr(recovered))
    try:
        kept = store.nodes(WORK, limit=0).total
    except AtelierError as worse:
        notices.report(error)
        notices.report(worse)
        return
    sentences = [error_text(error)]
    if kept:
        sentences.append(
            QCoreApplication.translate("Studio", "%n kept picture(s) are safe.", "", kept)
        )
    else:
        sentences.append(QCoreApplication.translate("Studio", "No kept pictures were found in it."))
    rebuilt = recovered.works_rebuilt
    if rebuilt:
        sentences.append(
            QCoreApplication.translate(
                "Studio", "%n of them came back from their files.", "", rebuilt
            )
        )
    if recovered.nodes_lost:
        lost = len(recovered.nodes_lost)
        sentences.append(
            QCoreApplication.translate("Studio", "%n entries could not be saved.", "", lost)
        )
    if recovered.history_lost:
        sentences.append(
            QCoreApplication.translate("Studio", "What was done before cannot be undone any more.")
        )
    if recovered.set_aside is not None:
        sentences.append(
            QCoreApplication.translate("Studio", "What was damaged is in {folder}.").format(
                folder=recovered.set_aside
            )
        )
    notices.post(Notice(text=" ".join(sentences), kind=NoticeKind.ERROR, detail=details(error)))
