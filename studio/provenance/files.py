"""Writing a picture so that no half-written file is ever taken for a picture.

The bytes go to a hidden file beside the target, are forced to the disk, opened again and
checked, and only then get their name; whoever kills the process leaves at most a hidden
``.part`` file, which the next export into that folder sweeps away.
"""

import contextlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

from studio.contract.errors import (
    AtelierError,
    PictureError,
    PictureUnreadable,
    storage_error,
)
from studio.provenance.durable import sync_file, sync_folder
from studio.provenance.pictures import StoredPicture, read_picture

IfTaken = Literal["refuse", "replace", "number"]
"""What to do when a file of that name is there: say so, replace it, or take the next free name
("picture-2.png")."""

_PART_PREFIX = ".atelier-"
_PART_SUFFIX = ".part"
_LEFTOVER_SECONDS = 3600.0
_HIGHEST_NUMBER = 100_000


def write_picture(path: Path, data: bytes, *, if_taken: IfTaken = "refuse") -> Path:
    """Write a picture's file and return the path under which it now stands, checked.

    Before it gets its name it is read back: the same bytes, sound, and the pixels that its recipe
    names (or, of a lossy format, those that the codec made of them). Raises `StorageFull`,
    `StorageDenied` or `PictureError`; then nothing has changed under that name.
    """
    return _written(path, data, _check_picture, if_taken)


def write_file(path: Path, data: bytes, *, if_taken: IfTaken = "refuse") -> Path:
    """Write a file of any other kind in the same way: read back and compared, then named."""
    return _written(path, data, lambda _path, _data: None, if_taken)


def _written(
    path: Path, data: bytes, check: Callable[[Path, bytes], None], if_taken: IfTaken
) -> Path:
    part = part_beside(path)
    try:
        try:
            _write_through(part, data)
            if part.read_bytes() != data:
                fault = "the disk gave back other bytes than were written"
                raise PictureError(file=path, fault=fault)
            check(path, data)
            return give_name(part, path, if_taken)
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    except FileExistsError as error:
        fault = "a file of that name is there already; choose another name"
        raise PictureError(file=path, fault=fault) from error
    except FileNotFoundError as error:
        raise PictureError(file=path, fault="its folder is not there") from error
    except OSError as error:
        raise _translated(error, path) from error
    except ValueError as error:  # a NUL in the name
        raise PictureError(file=repr(path), fault="it cannot be a file's name") from error


def part_beside(path: Path) -> Path:
    """The hidden name under which what is to become ``path`` is written."""
    return path.with_name(f"{_PART_PREFIX}{uuid.uuid4().hex}{_PART_SUFFIX}")


def sweep_leftovers(folder: Path) -> int:
    """Remove hidden files, and folders of such, that killed exports left; return how many.

    Only those that nobody has written for an hour, so a running export is left alone.
    """
    removed = 0
    with contextlib.suppress(OSError):
        for part in folder.glob(f"{_PART_PREFIX}*{_PART_SUFFIX}"):
            with contextlib.suppress(OSError):
                if time.time() - part.stat().st_mtime > _LEFTOVER_SECONDS:
                    if part.is_dir() and not part.is_symlink():
                        shutil.rmtree(part)
                    else:
                        part.unlink()
                    removed += 1
    return removed


def _write_through(part: Path, data: bytes) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _binary(), 0o666)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        sync_file(stream.fileno())


def _check_picture(path: Path, data: bytes) -> None:
    picture = read_picture(data, name=path)
    if not _kept_its_pixels(picture):
        raise PictureUnreadable(file=path, fault="its pixels changed while it was written")


def _kept_its_pixels(picture: StoredPicture) -> bool:
    """Whether the file shows what its recipe names or, if it is lossy, what was encoded."""
    if picture.recipe is None or picture.recipe.pixels_sha256 is None:
        return True
    if not picture.lossless:
        return picture.is_untouched is not False
    return picture.reduced().is_as_made


def give_name(part: Path, path: Path, if_taken: IfTaken) -> Path:
    """Give a finished file its name, or the next free one; `FileExistsError` if it is taken."""
    if if_taken == "replace":
        part.replace(path)
        final = path
    else:
        final = _first_free(part, _names(path) if if_taken == "number" else iter((path,)))
    with contextlib.suppress(OSError):  # some drives of others' know no such thing
        sync_folder(final.parent)
    return final


def _first_free(part: Path, names: Iterator[Path]) -> Path:
    """Name the file as the first name that is free; raises `FileExistsError` if none is."""
    for name in names:
        try:
            _rename_unless_taken(part, name)
        except FileExistsError:
            continue
        return name
    raise FileExistsError(str(part))


def _names(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, _HIGHEST_NUMBER):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _rename_unless_taken(part: Path, name: Path) -> None:
    """Rename, but never over another file, even one that appears at the same moment."""
    if os.name == "nt":
        part.rename(name)  # which refuses there
        return
    try:
        os.link(part, name)
    except OSError as error:
        if not _lacks_hard_links(error):
            raise
        if name.exists():
            raise FileExistsError(str(name)) from error
        part.rename(name)  # a file system without hard links: the check above must do


def _lacks_hard_links(error: OSError) -> bool:
    import errno

    return error.errno in (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS)


def _translated(error: OSError, path: Path) -> AtelierError:
    known = storage_error(error, path)
    if known is not None:
        return known
    fault = (error.strerror or "it cannot be written").lower()
    return PictureError(file=path, fault=fault, detail=str(error))


def _binary() -> int:
    return getattr(os, "O_BINARY", 0)
