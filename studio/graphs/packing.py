"""Weights in the blocks that ``MatMulNBits`` multiplies, made of a file's own without loss.

There a weight is scale * (q - 2^(bits - 1)) with q of 4 or 8 bits and one scale a block. What a
GGUF format adds as a minimum does not fit into that; it stands apart as one offset a block, whose
share of a product is the block sums of the input times the offsets.

==========================  ====  =====  ===========================
format                      bits  block  offsets
==========================  ====  =====  ===========================
Q4_0                        4     32     none
Q4_1, Q4_K                  4     32     minimum + 8 scale
Q5_0, Q8_0                  8     32     none
Q5_1, Q5_K                  8     32     minimum + 16 scale
Q3_K                        4     16     none
Q2_K                        4     16     minimum + 2 scale
Q6_K                        8     16     none
F32, F16, BF16              8     32     none; rounded, see `Packed.loss`
==========================  ====  =====  ===========================

Numbers that a format counts from zero are centred, so that what is lost where an input is rounded
to 8 bits (``accuracy_level`` 4) is multiplied with small numbers.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from studio.contract.errors import MemoryExhausted, TextModelInvalid
from studio.graphs import blocks
from studio.graphs.blocks import (
    BlockFormat,
    all_finite,
    chunks,
    dequantise,
    read_codes,
    whole_blocks,
)
from studio.graphs.gguf import GgufFile, shown

BLOCK: Final = 32
"""Weights of a row that share a scale where they are blocked anew; 16 where 32 do not fit."""
SMALLEST_SCALE: Final = float(np.finfo(np.float32).tiny)
NOT_FINITE: Final = "it holds weights that are not finite numbers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A matrix in blocks: weight = scale * (q - 2^(bits - 1)) + offset.

    ``weights`` has the layout of ``MatMulNBits``: of a byte that holds two, the lower four bits
    come first.
    """

    bits: Literal[4, 8]
    block: int
    weights: npt.NDArray[np.uint8]  # (rows, columns / block, block * bits / 8)
    scales: npt.NDArray[np.float32]  # (rows, columns / block)
    offsets: npt.NDArray[np.float32] | None  # (rows, columns / block)
    loss: float
    """Root mean square of what was lost, relative to that of the weights; 0 where they were
    repacked, which is exact but for the rounding of offsets to float32."""

    @property
    def rows(self) -> int:
        return int(self.weights.shape[0])

    @property
    def columns(self) -> int:
        return int(self.weights.shape[1]) * self.block


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """How a format's numbers become q: q = number - centre + 2^(bits - 1)."""

    bits: Literal[4, 8]
    block: int
    centre: int | None
    """None where the numbers are signed already and there is no minimum."""


_PLANS: Final[Mapping[int, _Plan]] = MappingProxyType(
    {
        blocks.Q4_0.type_id: _Plan(bits=4, block=32, centre=None),
        blocks.Q4_1.type_id: _Plan(bits=4, block=32, centre=8),
        blocks.Q5_0.type_id: _Plan(bits=8, block=32, centre=None),
        blocks.Q5_1.type_id: _Plan(bits=8, block=32, centre=16),
        blocks.Q8_0.type_id: _Plan(bits=8, block=32, centre=None),
        blocks.Q2_K.type_id: _Plan(bits=4, block=16, centre=2),
        blocks.Q3_K.type_id: _Plan(bits=4, block=16, centre=None),
        blocks.Q4_K.type_id: _Plan(bits=4, block=32, centre=8),
        blocks.Q5_K.type_id: _Plan(bits=8, block=32, centre=16),
        blocks.Q6_K.type_id: _Plan(bits=8, block=16, centre=None),
    }
)


def pack_tensor(file: GgufFile, name: str) -> Packed:
    """A matrix of an open file in blocks, as `pack` makes them.

    Raises `TextModelInvalid` if it is no matrix, of rows that are no whole blocks, or holds
    weights that are not finite, and `MemoryExhausted`.
    """
    tensor = file.tensor(name)
    try:
        return pack(tensor.form, file.raw(name), tensor.shape)
    except ValueError as error:
        fault = f"its tensor {shown(name)} cannot be used: {error}"
        raise TextModelInvalid(file=file.path, fault=fault) from error
    except MemoryError as error:
        fault = f"the blocks of the tensor {shown(name)} do not fit"
        raise MemoryExhausted(fault=fault) from error


def pack(form: BlockFormat, raw: npt.NDArray[np.uint8], shape: tuple[int, ...]) -> Packed:
    """A stored matrix (rows, columns) in blocks; only F32, F16 and BF16 lose anything.

    Beside the result it needs at most 20 times `blocks.CHUNK` bytes. Raises ``ValueError`` if
    ``raw`` is no matrix of that shape, if its columns are no whole blocks, or if a scale or a
    weight is not finite.
    """
    rows, columns = _matrix_shape(shape)
    stored = whole_blocks(form, raw)
    if columns % form.elements or len(stored) * form.elements != rows * columns:
        raise ValueError(f"{raw.size:,} bytes of {form.name} are no {rows:,} x {columns:,} matrix")
    lines = stored.reshape(rows, -1, form.size)
    plan = _PLANS.get(form.type_id)
    if plan is None:
        return _blocked_anew(
            lambda part: dequantise(form, lines[part]).reshape(-1, columns), rows, columns
        )
    packed = _empty(rows, columns, plan.bits, plan.block, has_offsets=plan.centre is not None)
    with np.errstate(invalid="ignore", over="ignore"):
        for part in chunks(rows, columns):
            _repack(form, plan, lines[part], packed, part)
    if not all_finite(packed.scales) or not (packed.offsets is None or all_finite(packed.offsets)):
        raise ValueError(NOT_FINITE)
    return packed


def pack_eight(values: npt.NDArray[np.float32], block: int | None = None) -> Packed:
    """A matrix (rows, columns) rounded to 8 bits, symmetrically, with what that loses.

    ``block`` is by default 32, or 16 where rows are no whole blocks of 32. Raises ``ValueError``
    as `pack` does.
    """
    rows, columns = _matrix_shape(values.shape)
    return _blocked_anew(lambda part: values[part], rows, columns, block)


def unpack(packed: Packed) -> npt.NDArray[np.float32]:
    """The weights (rows, columns) of the blocks."""
    weights = np.empty((packed.rows, packed.columns), np.float32)
    for part in chunks(packed.rows, packed.columns):
        numbers = packed.weights[part]
        if packed.bits == 4:
            numbers = np.stack((numbers & 15, numbers >> 4), axis=-1)
        grouped = numbers.reshape(len(numbers), -1, packed.block).astype(np.float32)
        grouped -= 2 ** (packed.bits - 1)
        grouped *= packed.scales[part][..., np.newaxis]
        if packed.offsets is not None:
            grouped += packed.offsets[part][..., np.newaxis]
        weights[part] = grouped.reshape(len(numbers), -1)
    return weights


def _matrix_shape(shape: tuple[int, ...]) -> tuple[int, int]:
    if len(shape) != 2 or 0 in shape:
        raise ValueError("it is no matrix")
    return shape[0], shape[1]


def _empty(
    rows: int, columns: int, bits: Literal[4, 8], block: int, *, has_offsets: bool
) -> Packed:
    """Room for a matrix, not filled."""
    blocks = columns // block
    return Packed(
        bits=bits,
        block=block,
        weights=np.empty((rows, blocks, block * bits // 8), np.uint8),
        scales=np.empty((rows, blocks), np.float32),
        offsets=np.empty((rows, blocks), np.float32) if has_offsets else None,
        loss=0.0,
    )


# -- without loss ---------------------------------------------------------------------------------


def _repack(
    form: BlockFormat,
    plan: _Plan,
    lines: npt.NDArray[np.uint8],
    packed: Packed,
    part: slice,
) -> None:
    """Write the rows ``part`` of a matrix, stored as ``lines`` (rows, blocks, bytes)."""
    codes = read_codes(form, lines.reshape(-1, form.size))
    place = packed.scales[part]
    scales = codes.scales.reshape(place.shape)
    place[...] = scales
    if packed.offsets is not None and codes.minima is not None and plan.centre is not None:
        np.multiply(scales, np.float32(plan.centre), out=packed.offsets[part])
        packed.offsets[part] += codes.minima.reshape(place.shape)
    shift = 2 ** (plan.bits - 1) - (plan.centre or 0)
    numbers = codes.numbers.view(np.uint8).reshape(len(lines), -1, plan.block)
    numbers += np.uint8(shift)
    packed.weights[part] = _joined(numbers) if plan.bits == 4 else numbers


def _joined(numbers: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Numbers below 16, two by two in a byte, the first in the lower half."""
    pairs = numbers.view("<u2")
    joined: npt.NDArray[np.uint8] = (pairs | pairs >> 4).astype(np.uint8)
    return joined


# -- blocked anew ---------------------------------------------------------------------------------


def _blocked_anew(
    values_of: Callable[[slice], npt.NDArray[np.float32]],
    rows: int,
    columns: int,
    block: int | None = None,
) -> Packed:
    """Round to 8 bits what ``values_of`` answers for some rows (rows, columns)."""
    block = block or (BLOCK if columns % BLOCK == 0 else BLOCK // 2)
    if columns % block:
        raise ValueError(f"rows of {columns:,} weights are no whole blocks of {block}")
    packed = _empty(rows, columns, 8, block, has_offsets=False)
    lost = whole = 0.0
    with np.errstate(over="ignore"):  # the largest weight that there is may round beyond it
        for part in chunks(rows, columns):
            values = values_of(part)
            if not all_finite(values):
                raise ValueError(NOT_FINITE)
            rounded = _round(values.reshape(len(values), -1, block), packed, part)
            rounded -= values.reshape(rounded.shape)
            lost += _energy(rounded)
            whole += _energy(values)
    return replace(packed, loss=math.sqrt(lost / whole) if whole else 0.0)


def _round(values: npt.NDArray[np.float32], packed: Packed, part: slice) -> npt.NDArray[np.float32]:
    """Write blocks (rows, blocks, weights) as the rows ``part``; answers what they became."""
    largest = np.abs(values).max(axis=-1)
    scales = largest / np.float32(127)
    scales[scales < SMALLEST_SCALE] = 0.0  # below, a quotient would overflow
    steps = np.divide(1.0, scales, out=np.zeros_like(scales), where=scales > 0)
    rounded: npt.NDArray[np.float32] = values * steps[..., np.newaxis]
    np.rint(rounded, out=rounded)
    packed.scales[part] = scales
    packed.weights[part] = rounded.astype(np.int16) + 128
    rounded *= scales[..., np.newaxis]
    return rounded


def _energy(values: npt.NDArray[np.float32]) -> float:
    return float(np.square(values, dtype=np.float64).sum())
