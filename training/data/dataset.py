"""The one form in which every picture set reaches a training loop: a uint8 cache on disk.

A set is decoded or rendered once, in whatever way its source needs, and then only read through
a memory map. The folder's name contains a hash of everything that decides its contents, so
that a changed setting makes another cache and never mixes with an old one.
"""

import errno
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from studio.contract.errors import parser_fault
from training.errors import TrainingError

IMAGES_FILE = "images.npy"
LABELS_FILE = "labels.npy"
HELD_OUT_FILE = "held_out.npy"
SETS_FILE = "sets.npy"
INFO_FILE = "dataset.json"
CACHE_FORMAT = 1


class ClassName(msgspec.Struct, frozen=True, kw_only=True):
    """A class as people see it, in the two languages of the studio."""

    id: str
    en: str
    zh_cn: str


class SourceCredit(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to thank for a part of the data, and on what terms it may be used."""

    name: str
    creator: str
    licence: str
    url: str = ""
    text: str = ""


class DatasetInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a cache says of itself; stored beside the pixels as JSON."""

    format: int
    key: str
    name: str
    source: str
    height: int
    width: int
    channels: int
    count: int
    held_out: int
    classes: tuple[ClassName, ...]
    credits: tuple[SourceCredit, ...]
    settings: dict[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSet:
    """Pictures and labels of one cache, read through a memory map.

    `images` is uint8 (count, height, width, channels), `labels` int64 (count,), and `held_out`
    bool (count,): true for pictures that training never sees. `sets` is int64 (count,) where
    pictures of several classes belong together, as the letters of an alphabet do: equal numbers
    are one set, which has one picture of each class. None: every picture is for itself.
    """

    info: DatasetInfo
    images: npt.NDArray[np.uint8]
    labels: npt.NDArray[np.int64]
    held_out: npt.NDArray[np.bool_]
    folder: Path
    sets: npt.NDArray[np.int64] | None = None

    def training_indices(self) -> npt.NDArray[np.int64]:
        """Indices of the pictures that training may see, ascending."""
        return np.flatnonzero(~self.held_out).astype(np.int64)

    def held_out_indices(self) -> npt.NDArray[np.int64]:
        """Indices of the pictures kept back for measuring, ascending."""
        return np.flatnonzero(self.held_out).astype(np.int64)

    def set_table(self) -> npt.NDArray[np.int64]:
        """Index of each set's picture of each class: (sets, classes), sets by their numbers.

        Raises TrainingError where pictures do not belong together, or not whole sets of them.
        """
        classes = len(self.info.classes)
        if self.sets is None:
            raise TrainingError(
                f"{self.folder}: the pictures of this set do not belong together; only the letters "
                "of typefaces do."
            )
        order = np.lexsort((self.labels, self.sets)).astype(np.int64)
        table = np.resize(order, (-(-len(order) // classes), classes))
        whole = (
            table.size == len(order)
            and (self.labels[table] == np.arange(classes)).all()
            and (np.ptp(self.sets[table], axis=1) == 0).all()
            and len(np.unique(self.sets)) == len(table)
        )
        if not whole:
            raise TrainingError(
                f"{self.folder}: this picture cache is damaged (its sets are not whole); delete "
                "the folder and it is made again."
            )
        return table


def cache_key(source: str, settings: dict[str, str]) -> str:
    """Hash of all that decides a cache's contents (16 hexadecimal digits)."""
    body = json.dumps(
        {"format": CACHE_FORMAT, "source": source, "settings": settings}, sort_keys=True
    )
    return hashlib.sha256(body.encode("utf-8")).hexdigest()[:16]


def seeded_split(count: int, share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Mark `share` of `count` pictures as held out; the same seed gives the same marks."""
    held_out = np.zeros(count, dtype=np.bool_)
    kept_back = min(max(round(count * share), 1), count - 1) if count > 1 else 0
    order = np.random.Generator(np.random.PCG64([seed, 0x5EED])).permutation(count)
    held_out[order[:kept_back]] = True
    return held_out


def require_space(folder: Path, needed: int, purpose: str) -> None:
    """Refuse before the work begins when `folder`'s disk cannot take `needed` bytes more."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise TrainingError(
            f"{folder}: {purpose} needs {needed / 1e6:.0f} MB and the disk has "
            f"{free / 1e6:.0f} MB left; free some space or choose another folder."
        )


@contextmanager
def explain_write_errors(folder: Path, purpose: str) -> Iterator[None]:
    """Turn the system's refusals while writing into one sentence that names the folder."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TrainingError(
                f"{folder}: the disk is full, so {purpose} could not be written; what was "
                "there before is untouched."
            ) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise TrainingError(
                f"{error.filename or folder}: no permission to write {purpose} there."
            ) from error
        if isinstance(error, FileExistsError | NotADirectoryError):
            raise TrainingError(
                f"{error.filename or folder}: a file is in the way, so {purpose} cannot be written "
                "there."
            ) from error
        raise


class CacheWriter:
    """Fills a cache in a temporary folder and renames it when it is whole.

    A killed or failed run leaves at most a folder whose name starts with a dot, never a cache
    that looks complete.
    """

    def __init__(
        self, root: Path, *, name: str, key: str, shape: tuple[int, int, int, int]
    ) -> None:
        self.target = root / f"{name}-{key}"
        self._temporary = root / f".{name}-{key}.{uuid.uuid4().hex[:8]}"
        self._root = root
        self._shape = shape
        self._images: np.memmap[tuple[int, ...], np.dtype[np.uint8]] | None = None

    @property
    def images_path(self) -> Path:
        """Where worker processes find the pixel file while it is being filled."""
        return self._temporary / IMAGES_FILE

    def open(self) -> npt.NDArray[np.uint8]:
        """Create the pixel file and return it mapped for writing."""
        with explain_write_errors(self._root, "the picture cache"):
            self._root.mkdir(parents=True, exist_ok=True)
            needed = int(np.prod(self._shape)) + (16 << 20)
            require_space(self._root, needed, "the picture cache")
            self._temporary.mkdir()
            self._images = np.lib.format.open_memmap(
                self.images_path, mode="w+", dtype=np.uint8, shape=self._shape
            )
            # Blocks are reserved now: a full disk later would kill the process with SIGBUS
            # at the first write through the map, where no sentence can be said.
            with self.images_path.open("r+b") as file:
                if hasattr(os, "posix_fallocate"):
                    os.posix_fallocate(file.fileno(), 0, self.images_path.stat().st_size)
        return self._images

    def drop(self, positions: Collection[int]) -> None:
        """Leave out the pictures at `positions`; the others move up."""
        if self._images is None:
            raise RuntimeError("drop() before open()")
        kept = np.setdiff1d(np.arange(len(self._images)), list(positions))
        with explain_write_errors(self._root, "the picture cache"):
            shorter = self._temporary / f"shorter-{IMAGES_FILE}"
            images = np.lib.format.open_memmap(
                shorter, mode="w+", dtype=np.uint8, shape=(len(kept), *self._shape[1:])
            )
            for target, source in enumerate(kept):
                images[target] = self._images[source]
            images.flush()
            shorter.replace(self.images_path)
            self._images = images

    def finish(
        self,
        labels: npt.NDArray[np.int64],
        held_out: npt.NDArray[np.bool_],
        info: DatasetInfo,
        sets: npt.NDArray[np.int64] | None = None,
    ) -> Path:
        """Write the small files, flush, and give the cache its final name."""
        if self._images is None:
            raise RuntimeError("finish() before open()")
        with explain_write_errors(self._root, "the picture cache"):
            self._images.flush()
            self._images = None
            np.save(self._temporary / LABELS_FILE, labels)
            np.save(self._temporary / HELD_OUT_FILE, held_out)
            if sets is not None:
                np.save(self._temporary / SETS_FILE, sets)
            body = msgspec.json.format(msgspec.json.encode(info), indent=2)
            (self._temporary / INFO_FILE).write_bytes(body)
            if self.target.exists():
                shutil.rmtree(self._temporary)
            else:
                self._temporary.rename(self.target)
        return self.target

    def abandon(self) -> None:
        """Remove the unfinished folder."""
        self._images = None
        shutil.rmtree(self._temporary, ignore_errors=True)


def open_cache(folder: Path) -> PictureSet:
    """Map a finished cache, checking that its files belong together."""
    try:
        info = msgspec.json.decode((folder / INFO_FILE).read_bytes(), type=DatasetInfo)
        images = np.load(folder / IMAGES_FILE, mmap_mode="r", allow_pickle=False)
        labels = np.load(folder / LABELS_FILE, allow_pickle=False)
        held_out = np.load(folder / HELD_OUT_FILE, allow_pickle=False)
        sets = None
        if (folder / SETS_FILE).exists():
            sets = np.load(folder / SETS_FILE, allow_pickle=False)
        agree = (
            images.shape == (info.count, info.height, info.width, info.channels)
            and images.dtype == np.uint8
            and labels.shape == held_out.shape == (info.count,)
            and labels.dtype.kind in "iu"
            and held_out.dtype == np.bool_
            and (not info.count or 0 <= labels.min() <= labels.max() < len(info.classes))
            and (sets is None or (sets.shape == labels.shape and sets.dtype.kind in "iu"))
        )
    except PermissionError as error:
        raise TrainingError(f"{error.filename}: no permission to read this file.") from error
    except Exception as error:  # numpy reads a damaged head with a tokeniser, which raises its own
        raise TrainingError(
            f"{folder}: this picture cache is damaged ({parser_fault(error)}); delete the folder "
            "and it is made again."
        ) from error
    if not agree:
        raise TrainingError(
            f"{folder}: this picture cache is damaged (its files do not agree with "
            f"{INFO_FILE}); delete the folder and it is made again."
        )
    return PictureSet(
        info=info,
        images=images,
        labels=labels.astype(np.int64),
        held_out=held_out.astype(np.bool_),
        folder=folder,
        sets=sets.astype(np.int64) if sets is not None else None,
    )
