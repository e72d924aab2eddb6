"""The small files in which the window keeps what it remembers, each replaced as a whole."""

import os
from pathlib import Path


def replace_whole(path: Path, data: bytes) -> None:
    """Write a file, so that whoever reads sees the old one or the new one.

    Several windows may write at one time, so each process has a draft of its own; the last one
    stands. The folder is made if it is not there. Raises `OSError`, and leaves no draft.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
