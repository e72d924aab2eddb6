"""Files that are there whole or not at all, whatever happens to the process or the power."""

import os
import secrets
from pathlib import Path

from studio.contract.errors import AtelierError, ProjectError, storage_error
from studio.provenance.durable import sync_file, sync_folder


def write_whole(path: Path, data: bytes, *, through: Path | None = None) -> None:
    """Write ``data`` under a temporary name, then give it its own; the folder must exist.

    ``through`` is the folder for the temporary file, on the same disk; without it, the file's
    own. Raises `OSError`; then the temporary file is gone, and an older file still stands.
    """
    temporary = (through or path.parent) / f"{secrets.token_hex(8)}.part"
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            sync_file(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 - one call, so that tests can count on it
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def file_error(error: OSError, file: Path) -> AtelierError:
    """The sentence for an ``OSError`` about a file of the project."""
    known = storage_error(error, file)
    if known is not None:
        return known
    fault = (error.strerror or type(error).__name__).lower()
    return ProjectError(file=file, fault=fault, detail=str(error))
