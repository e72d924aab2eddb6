"""The door to the window; imports nothing by itself, so that it decides how Qt is imported."""

import gc
from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    """Open the window and return when it was closed, with the exit code.

    Until the first paint nothing is made that could be garbage, and looking for it in all that
    Qt's modules bring takes 6 ms; `studio.shell.start.App.begin` sees to the collecting then.
    """
    gc.disable()
    from studio.shell.start import run

    return run(argv)
