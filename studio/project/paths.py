"""Where Atelier keeps what is the user's, and where it finds models.

Nothing is created by looking: a folder comes into being when something is first written to it.
"""

import os
from dataclasses import dataclass
from pathlib import Path

APPLICATION = "atelier"
"""The name of the folders in the system's usual places."""

PACKAGE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The four folders that the application writes to, each absolute."""

    data: Path
    """What the user made, and models that the user added."""
    cache: Path
    """What can be made again."""
    logs: Path
    config: Path
    """What the user set."""
    basedir: Path | None = None
    """The folder that holds the four; None: the system's usual places."""

    @property
    def default_project(self) -> Path:
        """The project that opens when none is named."""
        return self.data / "projects" / "default"

    @property
    def models(self) -> Path:
        """The folder for models that the user brings."""
        return self.data / "models"


def places(basedir: Path | None = None) -> Places:
    """The system's usual folders, or four folders inside ``basedir``."""
    if basedir is not None:
        root = absolute_folder(basedir)
        return Places(
            data=root / "data",
            cache=root / "cache",
            logs=root / "logs",
            config=root / "config",
            basedir=root,
        )
    from platformdirs import PlatformDirs

    system = PlatformDirs(APPLICATION, appauthor=False)
    return Places(
        data=system.user_data_path,
        cache=system.user_cache_path,
        logs=system.user_log_path,
        config=system.user_config_path,
    )


def absolute_folder(folder: Path) -> Path:
    """``folder`` from the root, with ``~`` for the home folder; a ``~name`` that is nobody's
    stays a name like any other."""
    return Path(os.path.abspath(os.path.expanduser(folder)))  # noqa: PTH100, PTH111 - links stay


def model_roots(basedir: Path | None = None) -> tuple[Path, ...]:
    """Folders that hold model folders, the user's first, so that a model may be replaced.

    The wheel carries the shipped models inside the package; a checkout has them beside it.
    Folders that do not exist (yet) are named all the same.
    """
    packaged = PACKAGE / "exported_models"
    shipped = packaged if packaged.is_dir() else PACKAGE.parent / "exported_models"
    return places(basedir).models, shipped


def ensure_folder(folder: Path) -> Path:
    """Create ``folder`` and its parents if need be, readable by this user alone, and return it.

    Raises `StorageDenied` or `StorageFull`; a file that stands where the folder should be counts
    as denied, because only the user can decide what becomes of it.
    """
    # The window asks for its places before its first paint; the error tree can come later.
    from studio.contract.errors import StorageDenied, storage_error

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        fault = "a file stands where a folder is needed"
        raise StorageDenied(file=folder, fault=fault, detail=str(error)) from error
    except FileNotFoundError as error:  # what the system keeps for itself, such as /proc
        fault = "no folder can be made there"
        raise StorageDenied(file=folder, fault=fault, detail=str(error)) from error
    except OSError as error:
        known = storage_error(error, folder)
        if known is not None:
            raise known from error
        fault = (error.strerror or type(error).__name__).lower()
        raise StorageDenied(file=folder, fault=fault, detail=str(error)) from error
    return folder
