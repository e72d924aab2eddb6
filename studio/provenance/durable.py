"""Waiting until what was written is on the disk itself, as each system wants to be asked."""

import os
import sys
from pathlib import Path


def sync_file(descriptor: int) -> None:
    """Wait until a file's content is on the disk itself, not in some cache before it."""
    if sys.platform == "darwin":
        import fcntl

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
    else:
        os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
