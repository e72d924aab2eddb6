"""Gives the pages of a graph's file back to the system that nothing will read again soon.

A graph's weights are mapped from their file, and a page counts as the process's once it was
touched: what onnxruntime has read to pack it, and the embeddings of every token of a prompt with
their neighbours. The system keeps such pages in its own cache, from where they come back within
microseconds; given back they are nobody's. Linux alone tells where they are; elsewhere nothing
is given back.
"""

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import onnxruntime

from studio.graphs.files import DATA_NAME, ROWS_KEY

_MAPS: Final = Path("/proc/self/maps")
_DONT_NEED: Final = 4
"""``MADV_DONTNEED`` of Linux: what was written into a mapping of one's own is lost, and all else
comes back from the file. onnxruntime maps tensors so that it could write, and writes none: they
are constants."""

RELEASE_EVERY: Final = 32
"""Tokens after which rows are given back; each brings 64 KiB of them at most."""


class RowPages:
    """The rows of a loaded graph from which single ones are looked up, as they are mapped."""

    def __init__(self, session: onnxruntime.InferenceSession, path: Path) -> None:
        """Gives back what was mapped while ``session`` was loaded from the graph at ``path``."""
        self._rows: list[tuple[int, int]] = []
        self._tokens = 0
        self._trim: Any = None
        places = _places(session.get_modelmeta().custom_metadata_map.get(ROWS_KEY, ""))
        if not places or sys.platform != "linux":
            return
        system = ctypes.CDLL(None)
        self._advise: Any = system.madvise
        self._advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
        self._trim = getattr(system, "malloc_trim", None)  # glibc alone has it
        self._trim_heap()
        for start, size, offset in _mapped(path.parent / DATA_NAME):
            self._advise(start, size, _DONT_NEED)
            if any(offset < end and begin < offset + size for begin, end in places):
                self._rows.append((start, size))

    def read(self, tokens: int) -> None:
        """So many tokens were read: their rows are given back once they are a few."""
        self._tokens += tokens
        if self._tokens >= RELEASE_EVERY:
            self._tokens = 0
            for start, size in self._rows:
                self._advise(start, size, _DONT_NEED)
            self._trim_heap()

    def _trim_heap(self) -> None:
        """Give back what was freed and is kept for later."""
        if self._trim is not None:
            self._trim(0)


def _places(text: str) -> list[tuple[int, int]]:
    """Begin and end of each range of bytes; none at all where the text says something else."""
    try:
        pairs = [tuple(map(int, part.split("-"))) for part in text.split()]
        return [(begin, end) for begin, end in pairs]
    except ValueError:
        return []


def _mapped(file: Path) -> Iterator[tuple[int, int, int]]:
    """Address, bytes and place in the file of each of its mappings."""
    name = str(file.resolve())
    try:
        lines = _MAPS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return
    for entry in lines:
        fields = entry.split(maxsplit=5)
        if len(fields) == 6 and fields[5] == name:
            start, end = (int(part, 16) for part in fields[0].split("-"))
            yield start, end - start, int(fields[2], 16)
