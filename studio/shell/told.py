"""What the window has told of before, so that a fault that stays is not told of at each start.

The file holds digests of sentences, no sentences: which models somebody has is nobody's business.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from studio.contract.errors import AtelierError
from studio.shell.small_files import replace_whole

FILE_NAME: Final = "told.json"
MOST: Final = 1000
"""Digests that are read at most; the file may be foreign."""

E = TypeVar("E", bound=AtelierError)


def news(folder: Path, errors: Sequence[E]) -> list[E]:
    """Those of ``errors`` that were not told of when they held last; all are noted as told.

    One that is gone in between is news again when it comes back. Where the file cannot be read or
    written, everything is news.
    """
    known = _read(folder / FILE_NAME)
    now = {_digest(error): error for error in errors}
    if known != now.keys():
        _write(folder / FILE_NAME, now)
    return [error for digest, error in now.items() if digest not in known]


def _digest(error: AtelierError) -> str:
    return hashlib.sha256(f"{error.code}\n{error.message}".encode(errors="replace")).hexdigest()


def _read(file: Path) -> set[str]:
    try:
        return set(msgspec.json.decode(file.read_bytes(), type=list[str])[:MOST])
    except (OSError, ValueError, RecursionError):  # damaged JSON is a ValueError too
        return set()


def _write(file: Path, digests: Iterable[str]) -> None:
    with suppress(OSError):  # that the folder cannot be written is said where it matters
        replace_whole(file, msgspec.json.encode(sorted(digests)))
