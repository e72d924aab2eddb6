"""The headless commands: ``python -m studio COMMAND ...``.

No Qt is imported, so they run where no display library is. They speak English only; only the
window is translated. Results go to standard output (``--json``: one object a line, as in
`studio.commands.lines`), progress and faults to standard error, each fault as one sentence.

Exit codes: 0 done; 1 the work failed, or a remake or a model differs; 2 wrong usage or bad
input; 3 this installation or machine cannot do it; 130 interrupted.
"""

import argparse
import contextlib
import importlib
import logging
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Final, NoReturn

from studio import __version__
from studio.commands import codes
from studio.commands.lines import ErrorLine
from studio.commands.output import Output, forgive_encodings
from studio.contract.errors import (
    AtelierError,
    Cancelled,
    GraphInvalid,
    HostUnavailable,
    ManifestInvalid,
    ManifestTooNew,
    ModelMissing,
    PictureUnreadable,
    RecipeInvalid,
    RecipeMissing,
    RequestInvalid,
    SetupFault,
    StorageDenied,
    TextModelInvalid,
    TextModelUnsupported,
)
from studio.contract.overriding import override
from studio.project.logs import Plain, ProcessLog
from studio.project.paths import places

_log = logging.getLogger(__name__)

_BAD_INPUT = (
    RequestInvalid,
    PictureUnreadable,
    RecipeMissing,
    RecipeInvalid,
    ModelMissing,
    ManifestInvalid,
    ManifestTooNew,
    GraphInvalid,
    TextModelInvalid,
    TextModelUnsupported,
    StorageDenied,
)

_COMMANDS: Final[Mapping[str, str]] = {
    "models": "list the models, and check that they work here; bring a text model in",
    "doctor": "look at this installation and this machine",
    "generate": "make pictures into a folder",
    "remake": "make a picture again from its own recipe, and compare",
    "film": "make a film of pictures, and of a film a file",
    "enlarge": "make pictures larger, by a model or by squares",
    "traits": "find what a model's pictures differ in, and name it",
    "write": "write texts by a text model",
    "score": "say how likely a text is to a text model, in bits a byte",
}
"""What each command is for."""

_WINDOW_HELP = """\
without a command the window opens:
  studio [PICTURE] [--basedir DIR] [--project DIR] [--provider NAME]

exit codes: 0 done; 1 failed, or it differs; 2 wrong usage or bad input;
            3 this installation or machine cannot do it; 130 interrupted
"""


def main(argv: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing is raised for what users can cause."""
    forgive_encodings()
    arguments = _parser(_COMMANDS.keys() & set(argv)).parse_args(argv)
    output = Output(as_json=arguments.as_json)
    with _logged(arguments):
        return _run_and_tell(arguments, output)


@contextlib.contextmanager
def _logged(arguments: argparse.Namespace) -> Iterator[None]:
    """A log of what was run and how it ended, for the commands that run models.

    The others only look, and leave no folder where there was none.
    """
    if arguments.command == "models" and not (arguments.verify or arguments.deed):
        yield
        return
    log = ProcessLog(places(arguments.basedir).logs, "commands")
    log.start()
    _log.info("command %s", Plain(arguments.command))
    try:
        yield
    finally:
        log.close()


def _run_and_tell(arguments: argparse.Namespace, output: Output) -> int:
    began = time.monotonic()
    try:
        code = _run(arguments, output)
        _log.info("exit code %d after %.1f s", code, time.monotonic() - began)
        return code
    except KeyboardInterrupt:
        return _fail(output, Cancelled(), codes.INTERRUPTED)
    except AtelierError as error:
        return _fail(output, error, exit_code(error))
    except BrokenPipeError:  # whoever read our output has seen enough
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return codes.FAILED


def exit_code(error: AtelierError) -> int:
    """The exit code that tells a script what sort of fault it was."""
    if isinstance(error, Cancelled):
        return codes.INTERRUPTED
    if isinstance(error, SetupFault | HostUnavailable):
        return codes.SETUP
    if isinstance(error, _BAD_INPUT):
        return codes.USAGE
    return codes.FAILED


def _fail(output: Output, error: AtelierError, code: int) -> int:
    _log.warning("exit code %d: %s", code, error)
    line = ErrorLine(
        code=error.code,
        message=error.message,
        exit_code=code,
        written=output.written,
        fields=error.fields,
    )
    with contextlib.suppress(OSError, AtelierError):  # what failed may be the output itself
        output.result(line)
    output.note(f"studio: {error.message}")
    return code


def _run(arguments: argparse.Namespace, output: Output) -> int:
    """Only the command that was asked for is imported: another's libraries take their time."""
    basedir: Path | None = arguments.basedir
    match arguments.command:
        case "models":
            from studio.commands import models

            return models.run(arguments, basedir, output)
        case "doctor":
            from studio.commands import doctor

            return doctor.run(basedir, output, pack=arguments.pack)
        case "generate":
            from studio.commands import generate

            return generate.run(generate.options_of(arguments), basedir, output)
        case "film":
            from studio.commands import film

            return film.run(arguments, basedir, output)
        case "enlarge":
            from studio.commands import enlarge

            return enlarge.run(enlarge.options_of(arguments), basedir, output)
        case "traits":
            from studio.commands import traits

            return traits.run(traits.options_of(arguments), basedir, output)
        case "write":
            from studio.commands import write

            return write.run(write.options_of(arguments), basedir, output)
        case "score":
            from studio.commands import score

            return score.run(arguments, basedir, output)
        case _:
            from studio.commands import remake

            return remake.run(remake.options_of(arguments), basedir, output)


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without repeating the whole usage."""

    @override
    def error(self, message: str) -> NoReturn:
        print(f"{self.prog}: {message} (see {self.prog} --help)", file=sys.stderr)
        raise SystemExit(codes.USAGE)


def _parser(asked: Set[str]) -> argparse.ArgumentParser:
    """A parser of all commands, and of the options of those that are ``asked`` for."""
    parser = _Parser(
        prog="studio",
        description="Atelier, an offline studio for pictures, without its window.",
        epilog=_WINDOW_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Atelier {__version__}")
    parser.add_argument(
        "--basedir", type=Path, metavar="DIR", help="keep all of Atelier's folders in this one"
    )
    shared = _Parser(add_help=False)
    shared.add_argument(
        "--basedir", type=Path, metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )
    shared.add_argument(
        "--json", dest="as_json", action="store_true", help="one JSON object a line"
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, purpose in _COMMANDS.items():
        command = commands.add_parser(name, parents=[shared], help=purpose, description=purpose)
        if name in asked:
            importlib.import_module(f"studio.commands.{name}").add_arguments(command)
    return parser
