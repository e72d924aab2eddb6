"""The one door of the studio: the window, a headless command, or the process that runs models.

Almost nothing is imported here, because the time until the window's first paint starts here.
What each way needs is imported once it is known which way is taken.
"""

import os
import sys
from collections.abc import Sequence

from studio.commands import codes

COMMANDS = (
    "models", "doctor", "generate", "remake", "enlarge", "film", "traits", "write", "score",
)  # fmt: skip
"""Words that stand for a headless command; whatever else is a file to open in the window."""


def main(argv: Sequence[str] | None = None) -> int:
    """Take the way that the arguments name and return the exit code.

    ``--model-host ...`` runs models for a parent process; a command's name, ``--help`` or
    ``--version`` stays without a window; nothing, or the path of a file, opens the window.
    """
    # onnxruntime reads this at its first import, in this process or in a child of it.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _take_way(arguments)
    except KeyboardInterrupt:
        return codes.INTERRUPTED


def _take_way(arguments: list[str]) -> int:
    if arguments[:1] == ["--model-host"]:
        from studio.host.server import main as serve

        return serve(arguments[1:])
    word = _first_word(arguments)
    if word in COMMANDS or word in ("-h", "--help", "--version"):
        from studio.commands.cli import main as run_command

        return run_command(arguments)
    if word and not word.startswith("-") and not os.path.exists(word):  # noqa: PTH110 (start-up)
        _say(f"There is no command and no file “{word}”. Commands: {', '.join(COMMANDS)}.")
        return codes.USAGE
    return _open_window(arguments)


def _first_word(arguments: list[str]) -> str:
    """The first argument besides ``--basedir FOLDER``, or an empty text."""
    position = 0
    while position < len(arguments):
        if arguments[position] == "--basedir":
            position += 2
        elif arguments[position].startswith("--basedir="):
            position += 1
        else:
            return arguments[position]
    return ""


def _open_window(arguments: list[str]) -> int:
    """Open the window, or say in one sentence why this machine cannot show one."""
    from studio.commands.display import library_fault, window_fault

    fault = window_fault()
    if fault:
        _say(fault)
        return codes.SETUP
    try:
        from studio.shell.app import main as open_window

        return open_window(arguments)
    except ImportError as error:
        fault = library_fault(error)
        if not fault:
            raise
        _say(fault)
        return codes.SETUP


def _say(sentence: str) -> None:
    print(f"studio: {sentence}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
