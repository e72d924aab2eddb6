"""Which files a graph would read besides its own, found without loading it.

An ONNX graph may keep its weights in other files and names them by a path of its own choosing.
A foreign graph could so point anywhere on the disk; this looks before onnxruntime does. Only the
parts of the protobuf that can hold a tensor are walked (onnx.proto, IR version 10); everything
else, the weights above all, is stepped over.
"""

import mmap
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import MappingProxyType
from typing import Final

from studio.contract.errors import GraphInvalid, ModelMissing
from studio.runtime.protobuf import BYTES, Damaged, fields, text

_MAXIMUM_DEPTH: Final = 200
_SHOWN: Final = 100
"""Characters of a location that cannot be read which stand in a sentence."""

_PARTS: Final = MappingProxyType(
    {
        "model": {7: "graph", 20: "training", 25: "function"},
        "training": {1: "graph", 2: "graph"},
        "graph": {1: "node", 5: "tensor", 15: "sparse"},
        "function": {7: "node", 11: "attribute"},
        "node": {5: "attribute"},
        "attribute": {
            5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse",
        },
        "sparse": {1: "tensor", 2: "tensor"},
        "tensor": {13: "entry"},
    }
)  # fmt: skip
"""Which fields of which message lead to a message that can name a file."""


def check_graph_files(path: Path) -> None:
    """Refuse a graph that is not a readable ONNX file or that reads files outside its folder.

    Raises `GraphInvalid` naming ``path``, or `ModelMissing` if a file is not there.
    """
    folder = path.parent.resolve()
    for location in sorted(external_files(path)):
        if not _stays_inside(location):
            fault = f"it wants to read {location!r}, which lies outside the model's folder"
            raise GraphInvalid(file=path, fault=fault)
        try:
            target = (path.parent / location).resolve()
            if not target.is_relative_to(folder):
                fault = f"its file {location!r} leads out of the model's folder"
                raise GraphInvalid(file=path, fault=fault)
            is_file = stat.S_ISREG(target.stat().st_mode)
        except FileNotFoundError as error:
            raise ModelMissing(file=path.parent / location) from error
        except (OSError, RuntimeError) as error:  # a name too long; before 3.13, a loop of links
            words = (getattr(error, "strerror", None) or str(error)).lower()
            fault = f"its file {location[:_SHOWN]!r} cannot be read: {words}"
            raise GraphInvalid(file=path, fault=fault) from error
        if not is_file:
            raise ModelMissing(file=path.parent / location)


def external_files(path: Path) -> set[str]:
    """The locations that the graph's tensors name, as they stand there.

    Raises `GraphInvalid` if the file cannot be read or is not a protobuf message.
    """
    with opened_graph(path) as data:
        return set(_locations(data, 0, len(data), "model", 0))


@contextmanager
def opened_graph(path: Path) -> Iterator[mmap.mmap]:
    """The mapped bytes of a graph for somebody who walks them.

    What goes wrong with the file, or inside with its bytes, becomes `GraphInvalid` or
    `ModelMissing`.
    """
    try:
        with path.open("rb") as stream:
            if stream.seek(0, 2) == 0:
                raise GraphInvalid(file=path, fault="the file is empty")
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                yield data
    except FileNotFoundError as error:
        raise ModelMissing(file=path) from error
    except OSError as error:
        raise GraphInvalid(file=path, fault=(error.strerror or "unreadable").lower()) from error
    except (Damaged, UnicodeDecodeError, RecursionError) as error:
        fault = "the file is damaged or is not an ONNX graph"
        raise GraphInvalid(file=path, fault=fault, detail=str(error)) from error


def _stays_inside(location: str) -> bool:
    if not location or "\x00" in location:
        return False
    windows = PureWindowsPath(location)
    return not (
        windows.drive
        or windows.root
        or PurePosixPath(location).is_absolute()
        or ".." in windows.parts
    )


def _locations(data: mmap.mmap, start: int, end: int, kind: str, depth: int) -> Iterator[str]:
    if depth > _MAXIMUM_DEPTH:
        raise Damaged("nested too deeply")
    parts = _PARTS[kind]
    for number, wire, begin, stop in fields(data, start, end):
        inner = parts.get(number)
        if inner is None or wire != BYTES:
            continue
        if inner == "entry":
            key, value = _entry(data, begin, stop)
            if key == "location":
                yield value
        else:
            yield from _locations(data, begin, stop, inner, depth + 1)


def _entry(data: mmap.mmap, start: int, end: int) -> tuple[str, str]:
    texts = {1: "", 2: ""}
    for number, wire, begin, stop in fields(data, start, end):
        if number in texts and wire == BYTES:
            texts[number] = text(data, begin, stop)
    return texts[1], texts[2]
