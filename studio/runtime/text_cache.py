"""What a text graph remembers between runs, in memory that is handed over and not copied.

Everything is bound by its address, so that a buffer may be larger than what it holds now. On the
processor the memory is an array; on a card it lives in the card's memory, and what is done to it
outside of a run goes through the host. What is done on a card was never run on one here.
"""

import mmap
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from studio.contract.errors import MemoryExhausted
from studio.runtime.buffers import CARD_MEMORY, Array
from studio.runtime.text_layout import CacheEntry

GROWTH: Final = 256
"""Tokens by which a cache grows at least; it grows by a quarter where that is more."""


MAPPED_BYTES: Final = 1 << 16
"""From which size on memory is asked of the system itself."""


class Memory:
    """Room for ``elements`` numbers where the graph runs."""

    def __init__(self, dtype: str, elements: int, *, on_card: bool) -> None:
        self.elements = max(1, elements)  # nobody binds an address of nothing
        self._array: NDArray[Any] | None = None
        self._value: onnxruntime.OrtValue | None = None
        kind = np.dtype(dtype)
        self.bytes = self.elements * kind.itemsize
        if on_card:
            self._value = onnxruntime.OrtValue.ortvalue_from_shape_and_type(
                [self.elements], kind.type, CARD_MEMORY, 0
            )
            self.address = self._value.data_ptr()
        else:
            self._array = _zeros(self.elements, kind)
            self.address = self._array.ctypes.data

    def read(self) -> Array:
        """What is there, flat: the memory itself, or a copy of the card's."""
        if self._array is not None:
            return self._array
        assert self._value is not None
        return self._value.numpy()

    @contextmanager
    def changed(self) -> Iterator[Array]:
        """What is there, flat, to be changed while inside."""
        array = self.read()
        yield array
        if self._value is not None:
            self._value.update_inplace(array)


def _zeros(elements: int, kind: np.dtype[Any]) -> Array:
    """Zeros that take memory only where they are touched.

    Straight from the system: numpy's own may come from memory that was used before, and are
    written out then, so that room for tokens that never come would be resident.
    """
    size = elements * kind.itemsize
    try:
        if size < MAPPED_BYTES:
            return np.zeros(elements, kind)
        return np.frombuffer(_room(size), kind)
    except (OSError, MemoryError, OverflowError) as error:
        fault = f"what the model keeps of a text takes {size / 1e6:.0f} MB more"
        raise MemoryExhausted(fault=fault, detail=str(error)) from error


def _room(size: int) -> mmap.mmap:
    """Private memory of the process; Windows knows no other kind without a name."""
    if sys.platform == "win32":
        return mmap.mmap(-1, size)
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


class Store:
    """One entry of the cache: the buffers behind a past and its present."""

    def __init__(self, entry: CacheEntry, *, on_card: bool) -> None:
        self.entry = entry
        self._on_card = on_card
        self.room = 0
        """Tokens for which there is room in both memories."""
        self._current = Memory(entry.dtype, entry.elements(0), on_card=on_card)
        self._next: Memory | None = None
        """What the next run writes, where it does not append in place."""
        self.length = 0
        self.moves = 0
        """How often a buffer that is bound once and for all was replaced."""
        self.clear()

    @property
    def bytes(self) -> int:
        """What the buffers may come to hold."""
        return self._current.bytes + (self._next.bytes if self._next is not None else 0)

    def reserve(self, length: int) -> None:
        """Make room for ``length`` tokens."""
        if not self.entry.in_place and self._next is None:
            self._next = self._memory(self.room)
        if self.entry.axis is None or length <= self.room:
            return
        room = max(length, self.room + max(GROWTH, self.room // 4))
        room = -(-room // GROWTH) * GROWTH
        kept = self.slice(0, self.length)
        self.room = room
        self._current = self._memory(room)
        if not self.entry.in_place:
            self._next = self._memory(room)
        self.moves += 1
        self.place(0, kept)

    def past(self) -> tuple[int, tuple[int, ...]]:
        """Address and shape of what the next run reads."""
        entry = self.entry
        return self._current.address, entry.sized(self.room if entry.in_place else self.length)

    def present(self, more: int) -> tuple[int, tuple[int, ...]]:
        """Address and shape of what the next run writes, ``more`` tokens being added."""
        if self.entry.in_place:
            return self.past()
        assert self._next is not None, "nothing is reserved"
        return self._next.address, self.entry.sized(self.length + more)

    def advance(self, more: int) -> None:
        """A run has added ``more`` tokens."""
        if not self.entry.in_place:
            assert self._next is not None, "nothing is reserved"
            self._current, self._next = self._next, self._current
        if self.entry.axis is not None:
            self.length += more

    def truncate(self, length: int) -> None:
        """Forget all but the first ``length`` tokens."""
        axis = self.entry.axis
        if axis is None or length >= self.length:
            return
        if not self.entry.in_place:
            kept = self.slice(0, length)
            self._lay(self._current, length, 0, kept)
        self.length = length

    def slice(self, start: int, stop: int) -> Array:
        """A copy of the tokens from ``start`` to ``stop``; of all, where no tokens are counted."""
        entry = self.entry
        whole = self._shaped(self._current.read(), self.length)
        if entry.axis is None:
            return whole.copy()
        return whole[(slice(None),) * entry.axis + (slice(start, stop),)].copy()

    def place(self, start: int, part: Array) -> None:
        """Put ``part`` after the first ``start`` tokens, in place of what follows them."""
        entry = self.entry
        if entry.axis is None:
            self._lay(self._current, 0, 0, part)
            return
        stop = start + part.shape[entry.axis]
        self.reserve(stop)
        if entry.in_place:
            self._lay(self._current, self.room, start, part)
        else:
            kept = self.slice(0, start)
            self._lay(self._current, stop, 0, kept)
            self._lay(self._current, stop, start, part)
        self.length = stop

    def clear(self) -> None:
        """Forget everything."""
        self.length = 0
        if self.entry.axis is None:
            with self._current.changed() as numbers:
                numbers[:] = 0

    def _memory(self, length: int) -> Memory:
        entry = self.entry
        return Memory(entry.dtype, entry.elements(length), on_card=self._on_card)

    def _shaped(self, numbers: Array, length: int) -> Array:
        """The numbers of a buffer that holds ``length`` tokens, in their shape."""
        entry = self.entry
        if entry.in_place:
            length = self.room
        return numbers[: entry.elements(length)].reshape(entry.sized(length))

    def _lay(self, memory: Memory, length: int, start: int, part: Array) -> None:
        axis = self.entry.axis
        with memory.changed() as numbers:
            whole = self._shaped(numbers, length)
            if axis is None:
                whole[...] = part
            else:
                stop = start + part.shape[axis]
                whole[(slice(None),) * axis + (slice(start, stop),)] = part
