"""The folder that a command writes to."""

import tempfile
from pathlib import Path

from studio.contract.errors import StorageDenied, storage_error


def writable_folder(folder: Path) -> Path:
    """The whole path of ``folder``, made if need be, and proved writable.

    Raises `StorageDenied` or `StorageFull`, before any work has started.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileExistsError, NotADirectoryError) as error:
        fault = "a file stands where a folder is needed"
        raise StorageDenied(file=folder, fault=fault) from error
    except FileNotFoundError as error:  # what the system keeps for itself, such as /proc
        raise StorageDenied(file=folder, fault="no folder can be made there") from error
    except OSError as error:
        known = storage_error(error, folder)
        fault = (error.strerror or "it cannot be written").lower()
        raise known or StorageDenied(file=folder, fault=fault) from error
    except ValueError as error:  # a NUL in the name
        raise StorageDenied(file=repr(folder), fault="that is no name") from error
    return folder
