"""General compressors as a yardstick: the bytes that a text adds to what they have already read."""

import lzma
from collections.abc import Callable
from functools import partial

import pyppmd
import zstandard

_ZSTD_LEVEL = 19
_PPMD_ORDER = 8
_PPMD_MEMORY = 1 << 30


def _xz(data: bytes) -> int:
    size = max(len(data), 1 << 16)
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": size}]
    return len(lzma.compress(data, format=lzma.FORMAT_XZ, filters=filters))


def _zstd(data: bytes) -> int:
    settings = zstandard.ZstdCompressionParameters.from_level(
        _ZSTD_LEVEL,
        source_size=len(data),
        window_log=max(len(data) - 1, 1 << 10).bit_length(),
    )
    return len(zstandard.ZstdCompressor(compression_params=settings).compress(data))


def _ppmd(data: bytes, *, memory: int) -> int:
    return len(pyppmd.compress(data, max_order=_PPMD_ORDER, mem_size=memory, variant="H"))


def compressors(*, ppmd_memory: int = _PPMD_MEMORY) -> dict[str, Callable[[bytes], int]]:
    """The size to which each compresses; all look back over the whole of what they are given."""
    return {
        "xz -9e": _xz,
        f"zstd -{_ZSTD_LEVEL}": _zstd,
        f"PPMd, order {_PPMD_ORDER}": partial(_ppmd, memory=ppmd_memory),
    }


def bits_after(
    compress: Callable[[bytes], int], training: bytes, texts: tuple[bytes, ...]
) -> tuple[float, ...]:
    """Bits that each text adds, on its own, behind the training text."""
    before = compress(training)
    return tuple(8.0 * (compress(training + text) - before) for text in texts)
