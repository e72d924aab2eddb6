"""Files named by their content: ``blobs/3f/3f9a….png``.

A name once given always means the same bytes, so a file is never written twice, never changed,
and a damaged one is found by reading it. The suffix is for people and their other programs.
"""

import hashlib
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from studio.contract.errors import ProjectDamaged
from studio.project.files import file_error, write_whole
from studio.project.paths import ensure_folder
from studio.provenance.durable import sync_folder

INCOMING = "incoming"
"""Folder for files that are being written; after a crash, what is in it is worth nothing."""

SHOWN_DIGITS = 12
"""Of a name's 64, in sentences; the details hold them all."""

_SIGNATURES = ((b"\x89PNG\r\n\x1a\n", ".png"), (b"\xff\xd8\xff", ".jpg"), (b"RIFF", ".webp"))
_PLAIN = ".blob"
_SUFFIXES = (*(suffix for _, suffix in _SIGNATURES), _PLAIN)
_SHA256 = re.compile(r"[0-9a-f]{64}")


def sha256_of(data: bytes) -> str:
    """The name of a blob."""
    return hashlib.sha256(data).hexdigest()


class BlobFolder:
    """The blobs of one project. Reading is safe from any thread; one thread writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where a blob is, or would be if it were a PNG.

        Raises `ProjectDamaged` for what cannot be a blob's name: it never leads elsewhere.
        """
        if not _SHA256.fullmatch(sha256):
            raise ProjectDamaged(file=self.folder, fault=f"{sha256[:80]!r} names no file in it")
        stem = self.folder / sha256[:2] / sha256
        for suffix in _SUFFIXES:
            candidate = stem.with_suffix(suffix)
            if os.path.exists(candidate):  # noqa: PTH110 - a denied folder is for the reader to name
                return candidate
        return stem.with_suffix(_SUFFIXES[0])

    def holds(self, sha256: str) -> bool:
        """Whether a file of that name is there; its content is checked by `read`."""
        return os.path.exists(self.path(sha256))  # noqa: PTH110 - as above

    def read(self, sha256: str) -> bytes:
        """A blob's bytes, checked against its name. Raises `ProjectDamaged`, `StorageDenied`."""
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise self._damaged(path, "is missing") from error
        except OSError as error:
            raise file_error(error, self.folder.parent) from error
        if sha256_of(data) != sha256:
            raise self._damaged(path, "is not what was written")
        return data

    def _damaged(self, path: Path, fault: str) -> ProjectDamaged:
        """Names the project, and the file so shortly that a sentence holds it."""
        name = f"{path.stem[:SHOWN_DIGITS]}…{path.suffix}"
        return ProjectDamaged(file=self.folder.parent, fault=f"{name} {fault}", detail=str(path))

    def write(self, data: bytes) -> str:
        """Store a blob and return its name once it is safe on the disk.

        A file that is there already is compared, and replaced should it have been damaged.
        Raises `StorageFull`, `StorageDenied`; then nothing has changed.
        """
        sha256 = sha256_of(data)
        path = self.path(sha256)
        try:
            if path.exists() and path.read_bytes() == data:
                sync_folder(path.parent)
                return sha256
            suffix = next((s for head, s in _SIGNATURES if data.startswith(head)), _PLAIN)
            path = path.with_suffix(suffix)
            incoming = ensure_folder(self.folder / INCOMING)
            if not path.parent.is_dir():
                ensure_folder(path.parent)
                sync_folder(self.folder)
            write_whole(path, data, through=incoming)
        except OSError as error:
            raise file_error(error, self.folder.parent) from error
        return sha256

    def delete(self, sha256: str) -> None:
        """Remove a blob's file, if it is there. Raises `StorageDenied`."""
        path = self.path(sha256)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise file_error(error, self.folder.parent) from error

    def size(self, sha256: str) -> int:
        """Bytes that a blob takes; 0: no such file."""
        try:
            return self.path(sha256).stat().st_size
        except OSError:
            return 0

    def age(self, sha256: str) -> float | None:
        """Seconds since a blob was written, below 0 if the clock went back; None: no such file."""
        try:
            return time.time() - self.path(sha256).stat().st_mtime
        except OSError:
            return None

    def names(self) -> Iterator[str]:
        """The names of all blobs on the disk, in no order; whatever else lies there is passed."""
        for shelf in _names_in(self.folder):
            for name in _names_in(self.folder / shelf):
                stem, _, suffix = name.partition(".")
                if f".{suffix}" in _SUFFIXES and _SHA256.fullmatch(stem):
                    yield stem

    def sweep_incoming(self) -> int:
        """Remove what a killed process was still writing; returns how many files that were.

        Only for the one who holds the project: nobody else is writing then.
        """
        swept = 0
        for name in _names_in(self.folder / INCOMING):
            try:
                (self.folder / INCOMING / name).unlink()
            except OSError:
                continue
            swept += 1
        return swept


def _names_in(folder: Path) -> list[str]:
    """What lies in a folder; nothing if it is none, or may not be looked into."""
    try:
        return os.listdir(folder)  # noqa: PTH208 - ten thousand names, no paths wanted
    except OSError:
        return []
