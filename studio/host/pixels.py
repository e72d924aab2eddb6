"""Pixels cross the process boundary without being copied: a mapped file that the parent owns.

The parent deals out parts of the file, "slots", under leases; the host writes pictures into a
slot and hands the lease back with a message; the parent shows them from the same memory and
frees the slot when the last picture in it was released. A lease's number is never used twice,
so whatever a dead or confused host still says of an old one is refused. Space is reserved before
it is mapped, because writing to a mapped hole on a full disk kills the process.

The file has no name where that can be had (memfd, or a file unlinked at once), so nothing is left
behind when the parent is killed. `multiprocessing.shared_memory` is avoided: its tracker unlinks
what others still use. Without numpy, because the window's process imports this before its first
paint.
"""

import errno
import itertools
import mmap
import os
import sys
from bisect import insort
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from studio.contract.errors import HostProtocol, MemoryExhausted, storage_error
from studio.host.settings import PIXEL_BUDGET

SLOT_ALIGNMENT: Final = 4096
"""Slots begin at pages, so that vector instructions and device copies find them aligned."""

_SMALLEST_GROWTH: Final = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A part of the file that was dealt out."""

    lease: int
    offset: int
    length: int
    """Bytes that were asked for."""
    request: int
    """The request that it was dealt out for."""


class PixelFile:
    """The parent's side: owns the file, deals out slots, frees them.

    One thread uses it; `release` alone may be called from any, even while memory is collected,
    so it only notes the lease, and ``on_release`` is called there.
    """

    def __init__(
        self, *, budget: int = PIXEL_BUDGET, on_release: Callable[[], None] | None = None
    ) -> None:
        self._budget = budget
        self._on_release = on_release
        self._file: int | None = None
        self._path: Path | None = None
        self._size = 0
        self._map: mmap.mmap | None = None
        self._free: list[tuple[int, int]] = []  # (offset, length), by offset, never touching
        self._held: dict[int, Slot] = {}
        self._filled: set[int] = set()
        self._released: deque[int] = deque()
        self._leases = itertools.count(1)

    @property
    def size(self) -> int:
        """Bytes reserved so far."""
        return self._size

    @property
    def granted(self) -> int:
        """Slots that the host may still fill."""
        self._collect()
        return len(self._held) - len(self._filled)

    @property
    def shown(self) -> int:
        """Slots that hold pictures which were not released yet."""
        self._collect()
        return len(self._filled)

    def share(self) -> int | str:
        """What a child needs to open the file: a descriptor to inherit, or a path.

        Raises `StorageFull` or `StorageDenied` if the file cannot be made.
        """
        file = self._open()
        return file if self._path is None else os.fspath(self._path)

    def grant(self, request: int, length: int) -> Slot | None:
        """A slot of ``length`` bytes, or None if it must wait until others are released.

        Raises `StorageFull` if the space cannot be reserved and `MemoryExhausted` if it would
        not fit even with all slots freed.
        """
        if length < 1:
            raise HostProtocol(fault=f"room for {length} bytes of pixels was asked for")
        if _whole_pages(length) > self._budget:
            fault = f"pictures of {length} bytes at once, {self._budget} are allowed"
            raise MemoryExhausted(fault=fault)
        self._collect()
        offset = self._take(_whole_pages(length))
        if offset is None:
            return None
        slot = Slot(lease=next(self._leases), offset=offset, length=length, request=request)
        self._held[slot.lease] = slot
        return slot

    def take_back(self, lease: int, request: int) -> None:
        """Free a slot that the host does not need; raises `HostProtocol` if it has none such."""
        self._unfilled(lease, request)
        self._free_lease(lease)

    def accept(self, lease: int, request: int, length: int) -> memoryview:
        """The content of a slot that the host says it has filled, once for each lease.

        Raises `HostProtocol` if the lease is not one that was granted to this request.
        """
        slot = self._unfilled(lease, request)
        if length > slot.length or self._map is None:
            raise HostProtocol(fault=f"{length} bytes in a slot of {slot.length}")
        self._filled.add(lease)
        return memoryview(self._map).toreadonly()[slot.offset : slot.offset + length]

    def release(self, lease: int) -> None:
        """Let a slot be used again; any thread, and again without harm."""
        self._released.append(lease)
        if self._on_release is not None:
            self._on_release()

    def reclaim(self, request: int | None = None) -> None:
        """Free what was dealt out and not filled: of one request that ended, or all.

        Only when nobody writes there any more: the request's work has ended, or its host is dead.
        """
        lost = [
            slot.lease
            for slot in self._held.values()
            if slot.lease not in self._filled and request in (None, slot.request)
        ]
        for lease in lost:
            self._free_lease(lease)

    def close(self) -> None:
        """Give the file up; pictures that are still shown keep their memory until released."""
        self._map = None
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None

    def _unfilled(self, lease: int, request: int) -> Slot:
        slot = self._held.get(lease)
        if slot is None or lease in self._filled or slot.request != request:
            raise HostProtocol(fault=f"the slot {lease} was not granted to the request")
        return slot

    def _collect(self) -> None:
        while self._released:
            self._free_lease(self._released.popleft())

    def _free_lease(self, lease: int) -> None:
        slot = self._held.pop(lease, None)
        if slot is not None:
            self._filled.discard(lease)
            self._give_back(slot.offset, _whole_pages(slot.length))

    def _open(self) -> int:
        if self._file is not None:
            return self._file
        try:
            if hasattr(os, "memfd_create"):
                self._file = os.memfd_create("atelier-pixels", os.MFD_CLOEXEC)
                return self._file
            import tempfile  # seldom needed

            self._file, name = tempfile.mkstemp(prefix="atelier-pixels-")
            if sys.platform == "win32":
                self._path = Path(name)
            else:
                Path(name).unlink()
        except OSError as error:
            raise storage_error(error, "shared pictures") or error from error
        return self._file

    def _take(self, length: int) -> int | None:
        """First fit: the lowest free part, so that as few pages as possible are ever touched."""
        offset = self._first_fit(length)
        if offset is None and self._grow(length):
            offset = self._first_fit(length)
        return offset

    def _first_fit(self, length: int) -> int | None:
        for index, (offset, free) in enumerate(self._free):
            if free >= length:
                if free == length:
                    del self._free[index]
                else:
                    self._free[index] = (offset + length, free - length)
                return offset
        return None

    def _grow(self, length: int) -> bool:
        """Reserve and map more; False if the budget does not allow it."""
        room = self._budget // SLOT_ALIGNMENT * SLOT_ALIGNMENT - self._size
        tail = self._free[-1] if self._free and sum(self._free[-1]) == self._size else None
        missing = length - (tail[1] if tail else 0)
        if missing > room:
            return False
        growth = _whole_pages(min(room, max(missing, _SMALLEST_GROWTH, self._size // 2)))
        file = self._open()
        size = self._size + growth
        try:
            _reserve(file, self._size, growth)
            self._map = mmap.mmap(file, size)
        except OSError as error:
            if error.errno == errno.ENOMEM:
                raise MemoryExhausted(fault="shared pictures", detail=str(error)) from error
            raise storage_error(error, "shared pictures") or error from error
        self._give_back(self._size, growth)
        self._size = size
        return True

    def _give_back(self, offset: int, length: int) -> None:
        insort(self._free, (offset, length))
        merged: list[tuple[int, int]] = []
        for start, size in self._free:
            if merged and sum(merged[-1]) == start:
                merged[-1] = (merged[-1][0], merged[-1][1] + size)
            else:
                merged.append((start, size))
        self._free = merged


class PixelWriter:
    """The host's side: maps the parent's file and gives writable parts of it."""

    def __init__(self, shared: int | str) -> None:
        self._file = shared if isinstance(shared, int) else os.open(shared, os.O_RDWR)
        self._map: mmap.mmap | None = None

    def part(self, offset: int, length: int, file_size: int) -> memoryview:
        """The slot's memory; mapped anew where the file has grown.

        Raises `HostProtocol` if the slot does not lie in the file.
        """
        if self._map is None or len(self._map) < file_size:
            if os.fstat(self._file).st_size < file_size:
                raise HostProtocol(fault="a slot beyond the end of the pixel file")
            self._map = mmap.mmap(self._file, file_size)
        if not 0 <= offset <= offset + length <= len(self._map):
            raise HostProtocol(fault="a slot beyond the end of the pixel file")
        return memoryview(self._map)[offset : offset + length]

    def close(self) -> None:
        """Give the file up; parts that were given stay valid."""
        self._map = None
        os.close(self._file)


def _whole_pages(length: int) -> int:
    return -(-length // SLOT_ALIGNMENT) * SLOT_ALIGNMENT


def _reserve(file: int, offset: int, length: int) -> None:
    """Make the file longer with space that is really there; raises ``OSError``."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, offset, length)
        return
    os.lseek(file, offset, os.SEEK_SET)
    zeros = bytes(2**20)
    while length:
        length -= os.write(file, zeros[: min(length, len(zeros))])
