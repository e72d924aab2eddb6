"""Names of files as people type them: asked after without a fault, whatever was typed."""

from pathlib import Path


def typed_path(text: str) -> Path:
    """The path that was typed; "~" is the user's home, and a home that there is not stays text."""
    path = Path(text.strip())
    try:
        return path.expanduser()
    except RuntimeError:  # nobody of that name has a home
        return path


def is_there(path: Path) -> bool:
    """Whether something has that name; of a name that nothing can have: no."""
    try:
        return path.is_symlink() or path.exists()
    except OSError:  # the name is too long, or its folder may not be looked into
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder has that name; of a name that no folder can have: no."""
    try:
        return path.is_dir()
    except OSError:
        return False


def free_name(path: Path) -> Path:
    """The first name like ``path`` that is not taken."""
    if not is_there(path):
        return path
    number = 2
    while is_there(other := path.with_name(f"{path.stem}-{number}{path.suffix}")):
        number += 1
    return other
