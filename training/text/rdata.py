"""Reads R's lazy-load databases as far as packages of texts need them: vectors of strings.

A package's data lie in `Rdata.rdb`; `Rdata.rdx` says where. The index and every object are in R's
serialisation in its XDR form (R Internals, section 1.8), versions 2 and 3.
"""

import gzip
import struct
import zlib
from typing import TypeAlias

from training.errors import TrainingError

RValue: TypeAlias = "str | int | float | list[RValue] | dict[str, RValue] | None"

_NIL, _SYMBOL, _PAIRLIST, _STRING = 254, 1, 2, 9
_LOGICAL, _INTEGER, _REAL, _STRINGS, _LIST, _REFERENCE = 10, 13, 14, 16, 19, 255
_HAS_ATTRIBUTES, _HAS_TAG = 0x200, 0x400
_DEEPEST = 50
_LARGEST_OBJECT = 64_000_000
_MISSING = -1  # the length of a string that is NA


class _Reader:
    """One serialised object; raises ValueError where it makes no sense."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._symbols: list[RValue] = []

    def _take(self, size: int) -> bytes:
        if size < 0 or self._at + size > len(self._data):
            raise ValueError("it ends too early")
        self._at += size
        return self._data[self._at - size : self._at]

    def _integer(self) -> int:
        (value,) = struct.unpack(">i", self._take(4))
        assert isinstance(value, int)
        return value

    def _count(self, size: int) -> int:
        """A number of elements of at least `size` bytes each, which must fit into what is left."""
        count = self._integer()
        if count < 0 or count * size > len(self._data) - self._at:
            raise ValueError(f"it announces {count} elements")
        return count

    def read(self) -> RValue:
        """The object, names of lists as dictionaries; every other attribute is passed over."""
        if self._take(2) != b"X\n":
            raise ValueError("it is not in R's XDR form")
        version = self._integer()
        self._take(8)
        if version == 3:
            self._take(self._integer())  # the encoding in which it was written
        elif version != 2:
            raise ValueError(f"its format has version {version}")
        return self._item(0)

    def _item(self, depth: int) -> RValue:
        if depth > _DEEPEST:
            raise ValueError("it is nested too deeply")
        flags = self._integer()
        kind = flags & 0xFF
        value: RValue
        if kind == _NIL:
            return None
        if kind == _SYMBOL:
            self._symbols.append(self._item(depth + 1))
            return self._symbols[-1]
        if kind == _REFERENCE:
            number = flags >> 8
            if not 1 <= number <= len(self._symbols):
                raise ValueError("it refers to what it does not hold")
            return self._symbols[number - 1]
        if kind == _PAIRLIST:
            return self._pairs(flags, depth)
        if kind == _STRING:
            length = self._integer()
            return None if length == _MISSING else self._take(length).decode("utf-8")
        if kind in (_LOGICAL, _INTEGER):
            value = list(struct.unpack(f">{(n := self._count(4))}i", self._take(4 * n)))
        elif kind == _REAL:
            value = list(struct.unpack(f">{(n := self._count(8))}d", self._take(8 * n)))
        elif kind in (_STRINGS, _LIST):
            value = [self._item(depth + 1) for _ in range(self._count(4))]
        else:
            raise ValueError(f"it holds an object of type {kind}, which no text is")
        if flags & _HAS_ATTRIBUTES:
            attributes = self._item(depth + 1)
            names = attributes.get("names") if isinstance(attributes, dict) else None
            if isinstance(names, list) and len(names) == len(value):
                return dict(zip(map(str, names), value, strict=True))
        return value

    def _pairs(self, flags: int, depth: int) -> dict[str, RValue]:
        pairs: dict[str, RValue] = {}
        while flags & 0xFF == _PAIRLIST:
            if flags & _HAS_ATTRIBUTES:
                self._item(depth + 1)
            tag = self._item(depth + 1) if flags & _HAS_TAG else ""
            pairs[str(tag)] = self._item(depth + 1)
            flags = self._integer()
        if flags & 0xFF != _NIL:
            raise ValueError("a list of it does not end")
        return pairs


def read_lazy_texts(index: bytes, database: bytes, *, file: str) -> dict[str, list[str]]:
    """The vectors of strings in a lazy-load database, by name, in the index's order.

    `file` names the package in a refusal.
    """
    try:
        entries = _Reader(gzip.decompress(index)).read()
        variables = entries.get("variables") if isinstance(entries, dict) else None
        if not isinstance(variables, dict):
            raise ValueError("its index names no variables")
        texts = {}
        for name, place in variables.items():
            match place:
                case [int(offset), int(length)] if 0 <= offset <= offset + length <= len(database):
                    lines = _Reader(_inflated(database[offset : offset + length])).read()
                case _:
                    raise ValueError(f"its index has no place for {name}")
            if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
                texts[name] = [str(line) for line in lines]
        return texts
    except (ValueError, struct.error, zlib.error, gzip.BadGzipFile, EOFError) as error:
        raise TrainingError(f"{file}: its data cannot be read ({error}).") from error


def _inflated(entry: bytes) -> bytes:
    """An entry of the database: its length unpacked (4 bytes, big-endian), then a zlib stream."""
    (size,) = struct.unpack(">I", entry[:4])
    if size > _LARGEST_OBJECT:
        raise ValueError(f"an object of it has {size:,} bytes")
    return zlib.decompressobj().decompress(entry[4:], size)
