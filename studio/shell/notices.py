"""Errors and news as sentences in the window's bar, translated where they are shown."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

from PySide6.QtCore import QCoreApplication, QObject, Signal, Slot

from studio.contract.errors import AtelierError, Cancelled
from studio.shell.faults import fault_text

REASONS: Final = frozenset({"fault", "holder"})
"""Fields of errors that hold words rather than names and numbers."""
BREAK: Final = "\u200b"
_LONG_RUN = re.compile(r"[!-~]{25,}")
_PIECE = re.compile(r"[^/\\_-]{0,11}[/\\_-]|.{1,12}")


class NoticeKind(Enum):
    """How a notice is marked: by an icon and a word, not by colour alone."""

    NEWS = "news"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAction:
    """The one thing that a notice offers to do."""

    text: str
    run: Callable[[], None]
    lasts: bool = False
    """Whether it works when the rooms are built anew; else its notice goes with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeQuestion:
    """What a notice asks for, answered in its own card; nobody has to."""

    text: str
    """Stands on the button that opens the field, e.g. "Name this version?"."""
    suggestion: str
    """Stands in the field, and is the answer where nothing is typed."""
    button: str
    """Gives the answer."""
    key: str = ""
    """What opens the field too, as the system writes it."""
    answer: Callable[[str], None]
    longest: int = 120
    """Characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One sentence for the bar."""

    text: str
    kind: NoticeKind = NoticeKind.NEWS
    detail: str = ""
    """For "copy details" only."""
    key: str = ""
    """Notices of one key replace each other; empty: the text is the key."""
    action: NoticeAction | None = None
    question: NoticeQuestion | None = None
    seconds: float | None = None
    """Leaves by itself after so long; None: stays until it is dismissed."""

    @property
    def identity(self) -> str:
        """What two notices share when the newer replaces the older."""
        return self.key or self.text


def error_text(error: AtelierError) -> str:
    """The error's sentence in the interface's language."""
    sentence = QCoreApplication.translate("Errors", error.sentence)
    fields = {**error.fields}
    for name in REASONS & fields.keys():
        fields[name] = fault_text(fields[name])
    try:
        return sentence.format(**fields)
    except (KeyError, IndexError, ValueError):  # a translation that names other fields
        return error.message


def breakable(text: str) -> str:
    """The text with marks of no width where labels may break what has no spaces, such as paths.

    It is for the eye only: who copies it copies the marks too.
    """
    return _LONG_RUN.sub(lambda run: BREAK.join(_PIECE.findall(run[0])), text)


def details(error: AtelierError) -> str:
    """What "copy details" copies: the English sentence, the kind of error and its causes."""
    parts = [error.message, error.code, error.detail]
    cause = error.__cause__
    while cause is not None:
        parts.append(f"{type(cause).__name__}: {cause}")
        cause = cause.__cause__
    return "\n".join(part for part in parts if part)


class NoticeCentre(QObject):
    """Where everybody leaves notices and the window's bar takes them up; GUI thread only."""

    posted = Signal(object)
    """Payload: `Notice`."""
    withdrawn = Signal(str)
    """Payload: the key of a notice that no longer holds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._standing: dict[str, Notice] = {}

    @property
    def standing(self) -> tuple[Notice, ...]:
        """What nobody has dismissed, oldest first, for a bar that is built anew.

        Without what offers or asks something that only the rooms of before could do.
        """
        return tuple(
            notice
            for notice in self._standing.values()
            if notice.question is None and (notice.action is None or notice.action.lasts)
        )

    def stands(self, key: str) -> bool:
        """Whether the notice of ``key`` is there still."""
        return key in self._standing

    def post(self, notice: Notice) -> None:
        """Show a notice."""
        self._standing.pop(notice.identity, None)
        self._standing[notice.identity] = notice
        self.posted.emit(notice)

    def report(self, error: AtelierError, *, action: NoticeAction | None = None) -> None:
        """Show an error as its sentence; being cancelled is no failure and is not shown."""
        if isinstance(error, Cancelled):
            return
        self.post(
            Notice(
                text=error_text(error),
                kind=NoticeKind.ERROR,
                detail=details(error),
                action=action,
            )
        )

    def withdraw(self, key: str) -> None:
        """Take back the notice of ``key``, because what it says is over."""
        self._standing.pop(key, None)
        self.withdrawn.emit(key)

    @Slot(str)
    def forget(self, key: str) -> None:
        """The notice of ``key`` was dismissed, answered, or has left by itself."""
        self._standing.pop(key, None)

    def forget_all(self) -> None:
        """What was said was about a project that is left."""
        self._standing.clear()
