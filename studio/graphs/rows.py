"""Matrices rounded to eight bits with one scale a row, for the processor's products of integers.

Blocks are truer, but their products are many short ones. A matrix whose rows have one scale each
is multiplied as a whole by the instructions for bytes: a prompt is read about three times as
quickly, and the largest matrix, the head, needs half of its time for each token.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.graphs.blocks import chunks
from studio.graphs.packing import Packed, unpack

LARGEST: Final = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A matrix: weight = scale of its row * number."""

    numbers: NDArray[np.int8]  # (rows, columns)
    scales: NDArray[np.float32]  # (rows,)
    loss: float
    """Root mean square of what was lost, relative to that of the weights."""


def pack_rows(matrix: Packed | NDArray[np.float32]) -> Rows:
    """Round a matrix (rows, columns); needs a few times `blocks.CHUNK` numbers besides."""
    rows = len(matrix.scales) if isinstance(matrix, Packed) else len(matrix)
    columns = matrix.columns if isinstance(matrix, Packed) else matrix.shape[1]
    numbers = np.empty((rows, columns), np.int8)
    scales = np.empty(rows, np.float32)
    lost = whole = 0.0
    for part in chunks(rows, columns):
        values = _unpacked(matrix, part)
        scales[part] = np.abs(values).max(axis=1) / LARGEST
        steps = np.where(scales[part] > 0, scales[part], 1)[:, np.newaxis]
        rounded = np.rint(values / steps)
        numbers[part] = rounded
        lost += float(np.square(rounded * steps - values, dtype=np.float64).sum())
        whole += float(np.square(values, dtype=np.float64).sum())
    return Rows(numbers=numbers, scales=scales, loss=(lost / whole) ** 0.5 if whole else 0.0)


def _unpacked(matrix: Packed | NDArray[np.float32], part: slice) -> NDArray[np.float32]:
    if not isinstance(matrix, Packed):
        return matrix[part]
    return unpack(
        Packed(
            bits=matrix.bits,
            block=matrix.block,
            weights=matrix.weights[part],
            scales=matrix.scales[part],
            offsets=None if matrix.offsets is None else matrix.offsets[part],
            loss=matrix.loss,
        )
    )
