"""Reads and writes IDX, the format of MNIST and its many successors.

An IDX file is two zero bytes, a type code, the number of dimensions, each dimension as a
big-endian 32-bit count, and then the values. Only unsigned bytes (type 8) are accepted: the
picture sets in this format use nothing else.
Source: "THE IDX FILE FORMAT" in LeCun, Cortes and Burges' description of MNIST.
"""

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from training.errors import TrainingError

UNSIGNED_BYTE = 8
MAXIMUM_VALUES = 1 << 32


def parse_idx(content: bytes, *, name: str, dimensions: int) -> npt.NDArray[np.uint8]:
    """Return the uint8 array in `content`, which must have `dimensions` dimensions.

    `name` is the file named in the sentence of a TrainingError.
    """
    if len(content) < 4:
        raise TrainingError(f"{name}: not an IDX file, it has only {len(content)} bytes.")
    zero, kind, rank = struct.unpack(">HBB", content[:4])
    if zero != 0 or kind != UNSIGNED_BYTE:
        raise TrainingError(
            f"{name}: not an IDX file of unsigned bytes (it starts with {content[:4].hex(' ')})."
        )
    if rank != dimensions:
        raise TrainingError(f"{name}: has {rank} dimensions where {dimensions} were expected.")
    header = 4 + 4 * rank
    if len(content) < header:
        raise TrainingError(f"{name}: the IDX header is cut off.")
    shape = struct.unpack(f">{rank}I", content[4:header])
    expected = math.prod(shape)
    # Of a set of no pictures too the sides must be such as an array can have.
    largest = math.prod(max(extent, 1) for extent in shape)
    if largest > MAXIMUM_VALUES or len(content) - header != expected:
        raise TrainingError(
            f"{name}: its header promises {'x'.join(map(str, shape))} values and "
            f"{len(content) - header} bytes follow."
        )
    return np.frombuffer(content, dtype=np.uint8, offset=header).reshape(shape)


def format_idx(values: npt.NDArray[np.uint8]) -> bytes:
    """The IDX file of a uint8 array."""
    header = struct.pack(f">HBB{values.ndim}I", 0, UNSIGNED_BYTE, values.ndim, *values.shape)
    return header + values.tobytes()


def read_idx(path: Path, *, dimensions: int) -> npt.NDArray[np.uint8]:
    """Read an IDX file, gzipped or not, whatever its name ends in."""
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise TrainingError(f"{path}: there is no such file.") from error
    except PermissionError as error:
        raise TrainingError(f"{path}: no permission to read this file.") from error
    if content[:2] == b"\x1f\x8b":
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise TrainingError(f"{path}: the gzip stream is broken ({error}).") from error
    return parse_idx(content, name=str(path), dimensions=dimensions)


def find_idx(folder: Path, stem: str) -> Path | None:
    """The file `stem` or `stem`.gz in `folder`, if either is there."""
    for candidate in (folder / stem, folder / f"{stem}.gz"):
        if candidate.exists():
            return candidate
    return None
