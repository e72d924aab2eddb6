"""Walks the fields of a protobuf message where it lies, without building anything from it.

A foreign graph must be looked at before onnxruntime loads it, and may hold gigabytes of weights:
what is of no interest is stepped over and never read.
"""

import mmap
from collections.abc import Iterator
from typing import Final

VARINT: Final = 0
FIXED64: Final = 1
BYTES: Final = 2
FIXED32: Final = 5


class Damaged(ValueError):
    """The bytes are not a protobuf message."""


def fields(data: mmap.mmap, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Field number, wire type, first byte and end of each field of a message.

    Raises `Damaged` where the bytes between ``start`` and ``end`` are none.
    """
    position = start
    while position < end:
        tag, position = varint(data, position, end)
        number, wire = tag >> 3, tag & 7
        if number == 0:
            raise Damaged(f"field 0 at byte {position}")
        begin = position
        if wire == VARINT:
            _, position = varint(data, position, end)
        elif wire == FIXED64:
            position += 8
        elif wire == FIXED32:
            position += 4
        elif wire == BYTES:
            length, begin = varint(data, position, end)
            position = begin + length
        else:
            raise Damaged(f"wire type {wire} at byte {position}")
        if position > end:
            raise Damaged(f"a field runs past its end at byte {begin}")
        yield number, wire, begin, position


def varint(data: mmap.mmap, position: int, end: int) -> tuple[int, int]:
    """The number that begins at ``position``, and where it ends."""
    value = 0
    for shift in range(0, 70, 7):
        if position >= end:
            raise Damaged("a number is cut off")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise Damaged(f"a number is too long at byte {position}")


def text(data: mmap.mmap, begin: int, end: int) -> str:
    """A field of text. Raises `UnicodeDecodeError`."""
    return data[begin:end].decode("utf-8")
