"""The block formats in which GGUF files keep weights, and how their numbers are read.

A format keeps a fixed count of consecutive weights of one row as a block of bytes: small whole
numbers, and for each group of them a scale and in some formats a minimum, so that
weight = scale * number + minimum. Layouts: ``block_q4_0`` ... ``block_q6_K`` in llama.cpp's
``ggml-common.h``, read as ``dequantize_row_*`` in its ``ggml-quants.c`` does, in the same order of
float32 operations.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

CHUNK: Final = 2**18
"""Weights that are unpacked at once: what stands between blocks and result stays in the cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockFormat:
    """One way to store weights: ``elements`` of them in ``size`` bytes."""

    name: str
    type_id: int
    """Its number in GGUF files (``ggml_type``)."""
    elements: int
    size: int


F32: Final = BlockFormat(name="F32", type_id=0, elements=1, size=4)
F16: Final = BlockFormat(name="F16", type_id=1, elements=1, size=2)
Q4_0: Final = BlockFormat(name="Q4_0", type_id=2, elements=32, size=18)
Q4_1: Final = BlockFormat(name="Q4_1", type_id=3, elements=32, size=20)
Q5_0: Final = BlockFormat(name="Q5_0", type_id=6, elements=32, size=22)
Q5_1: Final = BlockFormat(name="Q5_1", type_id=7, elements=32, size=24)
Q8_0: Final = BlockFormat(name="Q8_0", type_id=8, elements=32, size=34)
Q2_K: Final = BlockFormat(name="Q2_K", type_id=10, elements=256, size=84)
Q3_K: Final = BlockFormat(name="Q3_K", type_id=11, elements=256, size=110)
Q4_K: Final = BlockFormat(name="Q4_K", type_id=12, elements=256, size=144)
Q5_K: Final = BlockFormat(name="Q5_K", type_id=13, elements=256, size=176)
Q6_K: Final = BlockFormat(name="Q6_K", type_id=14, elements=256, size=210)
BF16: Final = BlockFormat(name="BF16", type_id=30, elements=1, size=2)

FORMATS: Final[Mapping[int, BlockFormat]] = MappingProxyType(
    {
        form.type_id: form
        for form in (
            F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, BF16,
        )
    }
)  # fmt: skip
"""The formats that are read here, by their numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Blocks taken apart, group by group: weight = scale * number + minimum."""

    numbers: npt.NDArray[np.int8]  # (blocks, groups, weights of a group)
    scales: npt.NDArray[np.float32]  # (blocks, groups)
    minima: npt.NDArray[np.float32] | None  # (blocks, groups)


_Bytes = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float32]


def dequantise(form: BlockFormat, raw: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """The weights of whole blocks, flat; scales that are not finite give weights that are not.

    Beside the result it needs at most 12 times `CHUNK` bytes. Raises ``ValueError`` if ``raw``
    does not consist of whole blocks.
    """
    blocks = whole_blocks(form, raw)
    weights = np.empty((len(blocks), form.elements), np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        for part in chunks(len(blocks), form.elements):
            _write_weights(form, blocks[part], weights[part])
    return weights.reshape(-1)


def whole_blocks(form: BlockFormat, raw: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """``raw`` as (blocks, bytes of a block); raises ``ValueError`` if a part of one is left."""
    if raw.size % form.size:
        raise ValueError(f"{raw.size} bytes are no whole number of {form.name} blocks")
    return np.ascontiguousarray(raw).reshape(-1, form.size)


def chunks(rows: int, width: int) -> Iterator[slice]:
    """Slices over ``rows`` rows of ``width`` weights that hold about `CHUNK` weights each."""
    step = max(1, CHUNK // max(1, width))
    return (slice(start, start + step) for start in range(0, rows, step))


def read_codes(form: BlockFormat, blocks: npt.NDArray[np.uint8]) -> Codes:
    """Blocks (blocks, bytes of a block) taken apart; raises ``KeyError`` for F32, F16 and BF16."""
    return _READERS[form.type_id](blocks)


def all_finite(values: npt.NDArray[np.float32]) -> bool:
    """Whether no value is infinite or not a number; needs no array of the same size."""
    if values.size == 0:
        return True
    with np.errstate(invalid="ignore"):
        return bool(np.isfinite(values.min()) and np.isfinite(values.max()))


def _write_weights(form: BlockFormat, blocks: _Bytes, weights: _Floats) -> None:
    if form == F32:
        weights[...] = blocks.view("<f4")
    elif form == F16:
        weights[...] = blocks.view("<f2")
    elif form == BF16:
        bits = weights.view(np.uint32)
        bits[...] = blocks.view("<u2")
        bits <<= np.uint32(16)
    else:
        codes = read_codes(form, blocks)
        weights[...] = codes.numbers.reshape(weights.shape)
        groups = weights.reshape(codes.numbers.shape)
        groups *= codes.scales[..., np.newaxis]
        if codes.minima is not None:
            groups += codes.minima[..., np.newaxis]


# -- the parts of a block -------------------------------------------------------------------------


def _half(blocks: _Bytes, at: int) -> _Floats:  # (blocks, 1)
    return blocks[:, at : at + 2].view("<f2").astype(np.float32)


def _fields(packed: _Bytes, width: int, bits: int) -> _Bytes:
    """(blocks, bytes) to (blocks, bytes / width, 8 / bits, width): the lowest bits come first."""
    runs = packed.reshape(len(packed), -1, 1, width)
    shifts = np.arange(0, 8, bits, dtype=np.uint8).reshape(-1, 1)
    fields = runs >> shifts
    fields &= np.uint8((1 << bits) - 1)
    return fields


def _centred(numbers: _Bytes, centre: int, group: int) -> npt.NDArray[np.int8]:
    """As (blocks, groups, ``group``), less the number that stands for zero."""
    signed = numbers.reshape(len(numbers), -1, group).view(np.int8)
    return signed - np.int8(centre) if centre else signed


def _fifth_bits(packed: _Bytes) -> _Bytes:
    """(blocks, 4 bytes) to (blocks, 32): one bit for each weight, worth 16."""
    return np.unpackbits(packed, axis=1, bitorder="little") << np.uint8(4)


def _six_bit_pairs(packed: _Bytes) -> tuple[_Bytes, _Bytes]:
    """Twelve bytes to eight scales and eight minima, each of six bits (``get_scale_min_k4``)."""
    first, second, third = packed[:, :4], packed[:, 4:8], packed[:, 8:]
    scales = np.concatenate((first & 63, (third & 15) | (first >> 6 << 4)), axis=1)
    minima = np.concatenate((second & 63, (third >> 4) | (second >> 6 << 4)), axis=1)
    return scales, minima


# -- the formats ----------------------------------------------------------------------------------


def _read_q4_0(blocks: _Bytes) -> Codes:
    numbers = _centred(_fields(blocks[:, 2:], 16, 4), 8, 32)
    return Codes(numbers=numbers, scales=_half(blocks, 0), minima=None)


def _read_q4_1(blocks: _Bytes) -> Codes:
    numbers = _centred(_fields(blocks[:, 4:], 16, 4), 0, 32)
    return Codes(numbers=numbers, scales=_half(blocks, 0), minima=_half(blocks, 2))


def _read_q5_0(blocks: _Bytes) -> Codes:
    fields = _fields(blocks[:, 6:], 16, 4).reshape(-1, 32) | _fifth_bits(blocks[:, 2:6])
    return Codes(numbers=_centred(fields, 16, 32), scales=_half(blocks, 0), minima=None)


def _read_q5_1(blocks: _Bytes) -> Codes:
    fields = _fields(blocks[:, 8:], 16, 4).reshape(-1, 32) | _fifth_bits(blocks[:, 4:8])
    numbers = _centred(fields, 0, 32)
    return Codes(numbers=numbers, scales=_half(blocks, 0), minima=_half(blocks, 2))


def _read_q8_0(blocks: _Bytes) -> Codes:
    numbers = _centred(blocks[:, 2:].copy(), 0, 32)
    return Codes(numbers=numbers, scales=_half(blocks, 0), minima=None)


def _read_q2_k(blocks: _Bytes) -> Codes:
    packed = blocks[:, :16]
    return Codes(
        numbers=_centred(_fields(blocks[:, 16:80], 32, 2), 0, 16),
        scales=_half(blocks, 80) * (packed & 15),
        minima=-(_half(blocks, 82) * (packed >> 4)),
    )


def _read_q3_k(blocks: _Bytes) -> Codes:
    low = _fields(blocks[:, 32:96], 32, 2).reshape(-1, 256)
    high = _fields(blocks[:, :32], 32, 1).reshape(-1, 256) << np.uint8(2)
    low_scales = _fields(blocks[:, 96:104], 8, 4).reshape(-1, 16)
    high_scales = _fields(blocks[:, 104:108], 4, 2).reshape(-1, 16) << np.uint8(4)
    scales = _centred(low_scales | high_scales, 32, 16).reshape(-1, 16)
    return Codes(
        numbers=_centred(low | high, 4, 16), scales=_half(blocks, 108) * scales, minima=None
    )


def _read_q4_k(blocks: _Bytes) -> Codes:
    scales, minima = _six_bit_pairs(blocks[:, 4:16])
    return Codes(
        numbers=_centred(_fields(blocks[:, 16:], 32, 4), 0, 32),
        scales=_half(blocks, 0) * scales,
        minima=-(_half(blocks, 2) * minima),
    )


def _read_q5_k(blocks: _Bytes) -> Codes:
    scales, minima = _six_bit_pairs(blocks[:, 4:16])
    low = _fields(blocks[:, 48:], 32, 4).reshape(-1, 256)
    high = _fields(blocks[:, 16:48], 32, 1).reshape(-1, 256) << np.uint8(4)
    return Codes(
        numbers=_centred(low | high, 0, 32),
        scales=_half(blocks, 0) * scales,
        minima=-(_half(blocks, 2) * minima),
    )


def _read_q6_k(blocks: _Bytes) -> Codes:
    low = _fields(blocks[:, :128], 64, 4).reshape(-1, 256)
    high = _fields(blocks[:, 128:192], 32, 2).reshape(-1, 256) << np.uint8(4)
    return Codes(
        numbers=_centred(low | high, 32, 16),
        scales=_half(blocks, 208) * blocks[:, 192:208].view(np.int8),
        minima=None,
    )


_READERS: Final[Mapping[int, Callable[[_Bytes], Codes]]] = MappingProxyType(
    {
        Q4_0.type_id: _read_q4_0,
        Q4_1.type_id: _read_q4_1,
        Q5_0.type_id: _read_q5_0,
        Q5_1.type_id: _read_q5_1,
        Q8_0.type_id: _read_q8_0,
        Q2_K.type_id: _read_q2_k,
        Q3_K.type_id: _read_q3_k,
        Q4_K.type_id: _read_q4_k,
        Q5_K.type_id: _read_q5_k,
        Q6_K.type_id: _read_q6_k,
    }
)
