"""Rounds matrices to blocks of four bits, each block with the scale that loses least."""

import math

import numpy as np
import numpy.typing as npt

from studio.graphs.packing import BLOCK, Packed

_TRIED = np.linspace(0.7, 1.1, 17, dtype=np.float32)
"""Shares of the scale by which a block's largest weight would just be reached."""


def pack_four(values: npt.NDArray[np.float32]) -> Packed:
    """A matrix (rows, columns), columns a multiple of 32, in 4 bits: scale * (q - 8).

    The largest weight of a block is put at -8, which is reached, or a little beyond it, whichever
    of several scales has the least squares of errors.
    """
    rows, columns = values.shape
    if columns % BLOCK:
        raise ValueError(f"rows of {columns:,} weights are no whole blocks of {BLOCK}")
    blocks = values.reshape(rows, columns // BLOCK, BLOCK)
    largest = np.take_along_axis(blocks, np.abs(blocks).argmax(-1)[..., None], axis=-1)
    best = np.full(blocks.shape[:-1], np.inf, dtype=np.float32)
    scales = np.zeros_like(best)
    numbers = np.zeros(blocks.shape, dtype=np.uint8)
    for share in _TRIED:
        scale = largest * (share / -8)
        steps = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale != 0)
        rounded = np.clip(np.rint(blocks * steps), -8, 7)
        lost = np.square(rounded * scale - blocks).sum(-1)
        better = lost < best
        best[better], scales[better] = lost[better], scale[..., 0][better]
        numbers[better] = (rounded[better] + 8).astype(np.uint8)
    whole = float(np.square(blocks, dtype=np.float64).sum())
    return Packed(
        bits=4,
        block=BLOCK,
        weights=(numbers[..., 0::2] | numbers[..., 1::2] << 4).astype(np.uint8),
        scales=scales,
        offsets=None,
        loss=math.sqrt(float(best.sum(dtype=np.float64)) / whole) if whole else 0.0,
    )
