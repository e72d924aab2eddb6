"""The pictures of a film on their way into it, on the disk, so that a crash loses seconds.

Pictures are made once and kept, as the model made them, in small packed files; each stands under
its name only when it is whole and is checked when it is read. A film that is rendered again after
a crash goes on behind the last of them.
"""

import contextlib
import hashlib
import math
import shutil
import struct
import time
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Final, overload

import msgspec
import numpy as np

from studio.contract.errors import PictureError, file_error
from studio.contract.manifest import Model
from studio.contract.overriding import override
from studio.contract.recipe import Fingerprint
from studio.film.source import Frame
from studio.images.timeline import Film, encode_film
from studio.project.paths import ensure_folder

PACK_BYTES: Final = 8 * 2**20
"""Bytes of pictures in one file, before they are packed."""
MOST_IN_PACK: Final = 64
KEPT_DAYS: Final = 14.0
"""What nobody went on with for so long is removed."""

RAW_BYTES: Final = 512 * 2**20
"""Films whose pictures take no more than this are kept as they are: packing them would take a
tenth of the time that small pictures take to be made."""

LOCK_SUFFIX: Final = ".lock"
"""What the name of a store ends in, for the file by which a process holds it."""

_META: Final = "film.json"
_LEVEL: Final = 1
_HEADER: Final = struct.Struct("<8sQIIIII")
_MAGIC: Final = b"atframes"
_OPEN_PACKS: Final = 3


class _Meta(msgspec.Struct, frozen=True, kw_only=True):
    schema: int = 1
    height: int
    width: int
    channels: int
    count: int
    """Pictures that the film needs; equal ones that follow one another count once."""
    making: Fingerprint | None = None
    """What those that are there depended on."""


def store_name(film: Film, model: Model) -> str:
    """The name of a film's pictures: SHA-256 in hex of all that decides them."""
    bare = msgspec.structs.replace(film, id="", title="", bpm=0.0, snap=True)
    graphs = msgspec.json.encode(model.graph_hashes(), order="deterministic")
    return hashlib.sha256(graphs + encode_film(bare)).hexdigest()


class FrameStore:
    """The pictures of one film in a folder of their own; one process at a time."""

    def __init__(self, folder: Path, height: int, width: int, channels: int, count: int) -> None:
        """Open the store or begin one; what does not fit to it, or is damaged, is removed.

        Raises `StorageFull`, `StorageDenied`.
        """
        self.folder = ensure_folder(folder)
        self.shape = height, width, channels
        self._meta = _Meta(height=height, width=width, channels=channels, count=count)
        known = self._read_meta()
        if known is not None and msgspec.structs.replace(known, making=None) == self._meta:
            self._meta = known
        else:
            self.clear()
        size = max(1, height * width * channels)
        self.per_pack = max(1, min(MOST_IN_PACK, PACK_BYTES // size))
        self._packs: OrderedDict[int, Frame] = OrderedDict()
        self._done = self._whole_packs()

    @property
    def count(self) -> int:
        """Pictures that the film needs."""
        return self._meta.count

    @property
    def done(self) -> int:
        """Pictures that are there, from the first on, without a gap."""
        return min(self._done * self.per_pack, self.count)

    @property
    def making(self) -> Fingerprint | None:
        """What those that are there depended on; None: there are none."""
        return self._meta.making

    def begin(self, making: Fingerprint) -> bool:
        """Say what pictures will depend on from now on; False: those that were there did on
        something else, and are gone."""
        fits = self._meta.making in (None, making)
        if not fits:
            self.clear()
            self._done = 0
        if self._meta.making != making:
            self._meta = msgspec.structs.replace(self._meta, making=making)
            self._write(self.folder / _META, msgspec.json.encode(self._meta))
        return fits

    def put_pack(self, frames: Sequence[Frame]) -> None:
        """Keep the next pictures: `per_pack` of them, or the last ones."""
        wanted = min(self.per_pack, self.count - self.done)
        assert len(frames) == wanted, (len(frames), wanted)
        data = b"".join(np.ascontiguousarray(frame).data for frame in frames)
        is_packed = len(data) // len(frames) * self.count > RAW_BYTES
        if is_packed:
            data = zlib.compress(data, _LEVEL)
        head = _HEADER.pack(_MAGIC, len(data), *self.shape, len(frames), is_packed)
        self._write(self._pack(self._done), head + struct.pack("<I", zlib.crc32(data)) + data)
        self._done += 1

    def frame(self, index: int) -> Frame:
        """One picture that is there. Raises `PictureError` if its file was damaged since."""
        if not 0 <= index < self.done:
            raise IndexError(index)
        number, place = divmod(index, self.per_pack)
        pack = self._packs.get(number)
        if pack is None:
            pack = self._read(number)
            if pack is None:
                raise PictureError(file=self._pack(number), fault="the disk gave back other bytes")
            self._packs[number] = pack
            if len(self._packs) > _OPEN_PACKS:
                self._packs.popitem(last=False)
        else:
            self._packs.move_to_end(number)
        frame: Frame = pack[place]
        return frame

    def clear(self) -> None:
        """Remove all pictures."""
        with contextlib.suppress(OSError):
            for file in self.folder.iterdir():
                file.unlink()
        self._packs = OrderedDict()
        self._meta = msgspec.structs.replace(self._meta, making=None)

    def remove(self) -> None:
        """Remove the store: the film is done."""
        remove_store(self.folder)

    def _pack(self, number: int) -> Path:
        return self.folder / f"{number:06}.frames"

    def _whole_packs(self) -> int:
        """How many files from the first on are whole; the first that is not goes, with the rest."""
        number = 0
        needed = -(-self.count // self.per_pack)
        while number < needed and self._meta.making is not None and self._is_whole(number):
            number += 1
        with contextlib.suppress(OSError):
            for file in self.folder.glob("*.frames"):
                if not file.stem.isdecimal() or int(file.stem) >= number:
                    file.unlink()
        return number

    def _is_whole(self, number: int) -> bool:
        return self._content(number) is not None

    def _content(self, number: int) -> tuple[bytes, bool] | None:
        """What a file that is what it should be holds, and whether it is packed; else None."""
        try:
            data = self._pack(number).read_bytes()
        except OSError:
            return None
        if len(data) < _HEADER.size + 4:
            return None
        magic, length, *shape, count, is_packed = _HEADER.unpack_from(data)
        (checksum,) = struct.unpack_from("<I", data, _HEADER.size)
        body = data[_HEADER.size + 4 :]
        wanted = min(self.per_pack, self.count - number * self.per_pack)
        if magic != _MAGIC or tuple(shape) != self.shape or count != wanted:
            return None
        if len(body) != length or zlib.crc32(body) != checksum:
            return None
        if not is_packed and length != count * math.prod(self.shape):
            return None
        return body, bool(is_packed)

    def _read(self, number: int) -> Frame | None:
        found = self._content(number)
        if found is None:
            return None
        body, is_packed = found
        count = min(self.per_pack, self.count - number * self.per_pack)
        pixels = np.frombuffer(zlib.decompress(body) if is_packed else body, np.uint8)
        return pixels.reshape(count, *self.shape)

    def _read_meta(self) -> _Meta | None:
        try:
            data = (self.folder / _META).read_bytes()
            return msgspec.json.decode(data, type=_Meta)
        except (OSError, msgspec.MsgspecError, UnicodeError):
            return None

    def _write(self, path: Path, data: bytes) -> None:
        part = path.with_suffix(".part")
        try:
            part.write_bytes(data)
            part.replace(path)
        except OSError as error:
            raise file_error(error, path) from error


class FilmFrames(Sequence[Frame]):
    """Every picture of a film in order, out of the store: equal neighbours are one there."""

    def __init__(self, store: FrameStore, places: Sequence[int]) -> None:
        """``places`` says for each picture of the film which one of the store it is."""
        self._store = store
        self._places = places

    @override
    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> Frame: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Frame]: ...

    @override
    def __getitem__(self, index: int | slice) -> Frame | Sequence[Frame]:
        if isinstance(index, slice):
            return FilmFrames(self._store, self._places[index])
        return self._store.frame(self._places[index])


def remove_store(folder: Path) -> None:
    """Remove a film's pictures, if they are there."""
    shutil.rmtree(folder, ignore_errors=True)


def sweep_stores(folder: Path) -> int:
    """Remove the pictures of films that nobody went on with for `KEPT_DAYS`; return how many."""
    removed = 0
    with contextlib.suppress(OSError):
        for store in folder.iterdir():
            with contextlib.suppress(OSError):
                if store.suffix == LOCK_SUFFIX:
                    _sweep_lock(store)
                    continue
                newest = max(file.stat().st_mtime for file in (store, *store.iterdir()))
                if time.time() - newest > KEPT_DAYS * 86_400:
                    remove_store(store)
                    removed += 1
    return removed


def _sweep_lock(lock: Path) -> None:
    """Remove the file by which a process held a store, if none has for `KEPT_DAYS`."""
    if time.time() - lock.stat().st_mtime > KEPT_DAYS * 86_400:
        lock.unlink()


def bytes_free(folder: Path) -> int:
    """Bytes that are free where ``folder`` is, or will be."""
    return shutil.disk_usage(_nearest(folder)).free


def on_one_disk(first: Path, second: Path) -> bool:
    """Whether two folders, or the nearest that exist above them, share their space."""
    return _nearest(first).stat().st_dev == _nearest(second).stat().st_dev


def _nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
