"""How the commands speak: results on standard output, everything else on standard error."""

import contextlib
import io
import json
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, TextIO

import msgspec

from studio.commands.lines import Line
from studio.contract.errors import storage_error

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class Progress(Protocol):
    """Somewhere to say how far the work is."""

    def update(self, done: int, total: int, stage: str) -> None: ...


_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal instead of showing: controls, and marks of direction."""


def visible(text: str) -> str:
    """The text with each steering character as its escape: files and manifests may be foreign."""
    return _UNSEEN.sub(lambda match: match.group().encode("unicode_escape").decode(), text)


def forgive_encodings() -> None:
    """Let a terminal of another encoding show an escape where it would crash the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class Output:
    """One run's voice: text for people, or one JSON object a line for programs.

    Progress is drawn only where somebody watches: on a standard error that is a terminal.
    """

    def __init__(
        self, *, as_json: bool, stdout: TextIO | None = None, stderr: TextIO | None = None
    ) -> None:
        self.as_json = as_json
        self.written = 0
        """Files written in this run, for its last line."""
        self._stdout = stdout or sys.stdout
        self._stderr = stderr or sys.stderr
        self._console: Console | None = None

    def result(self, line: Line, text: str = "") -> None:
        """Say one result, as JSON or as ``text`` (nothing if it is empty)."""
        if self.as_json:
            self._print(json.dumps(msgspec.to_builtins(line)))
        elif text:
            self._print(visible(text))

    def flow(self, text: str) -> None:
        """Say a part of a text as it comes, for people; programs are told by lines."""
        if not self.as_json:
            self._print(visible(text), end="")

    def note(self, sentence: str) -> None:
        """Say something that is not a result."""
        sentence = visible(sentence)
        if self._console is not None:
            self._console.print(sentence, markup=False, highlight=False, soft_wrap=True)
        else:
            print(sentence, file=self._stderr, flush=True)

    @contextlib.contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """Show how far the work is while the context lasts; silent unless somebody watches."""
        if not self._stderr.isatty():
            yield _Silence()
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bars

        self._console = Console(file=self._stderr)
        bars = Bars(
            TextColumn("{task.description}", markup=False),  # a title may hold brackets
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            redirect_stdout=False,  # results stay on standard output
            redirect_stderr=False,
        )
        try:
            with bars:
                yield _Bar(bars, bars.add_task(label, total=None), label)
        finally:
            self._console = None

    def _print(self, text: str, end: str = "\n") -> None:
        if self._console is not None and self._stdout.isatty():
            self.note(text)  # both are one screen: let the bar stay below
        else:
            try:
                print(text, file=self._stdout, end=end, flush=True)
            except BrokenPipeError:
                raise
            except OSError as error:
                known = storage_error(error, "standard output")
                if known is None:
                    raise
                raise known from error


class _Silence:
    """Nobody watches."""

    def update(self, done: int, total: int, stage: str) -> None:
        del done, total, stage


class _Bar:
    """One bar of rich's."""

    def __init__(self, bars: "Bars", task: "TaskID", label: str) -> None:
        self._bars = bars
        self._task = task
        self._label = label

    def update(self, done: int, total: int, stage: str) -> None:
        text = visible(f"{self._label}: {stage}")
        self._bars.update(self._task, completed=done, total=total, description=text)
