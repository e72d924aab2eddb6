"""Reads GGUF, the one file in which llama.cpp and its kin keep a text model.

Layout: ``docs/gguf.md`` of ggml, versions 2 and 3, little-endian. A file from anywhere is met with
distrust: each size that it states is compared with what is left of it before anything is made of
that size, so that reading takes at most `BASE_MEMORY` and `MEMORY_FACTOR` bytes for each byte of
the header, and the header is at most `HEADER_LIMIT` long. Weights stay in the file, mapped; a file
that another program shortens meanwhile ends the process, as with any mapped file.
"""

import math
import mmap
import stat
import struct
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self, TypeAlias, TypeGuard

import numpy as np
import numpy.typing as npt

from studio.contract.errors import (
    MemoryExhausted,
    ModelMissing,
    TextModelInvalid,
    TextModelUnsupported,
    storage_error,
)
from studio.graphs.blocks import FORMATS, BlockFormat, all_finite, dequantise

HEADER_LIMIT: Final = 64 * 2**20
"""Bytes of metadata and descriptions of tensors; the largest vocabularies need a fifth of it."""
BASE_MEMORY: Final = 2**20
MEMORY_FACTOR: Final = 16
"""Bytes of memory for each byte of the header, at most: many short texts are the worst."""
DEEPEST_ARRAY: Final = 4
MOST_DIMENSIONS: Final = 4
DEFAULT_ALIGNMENT: Final = 32
LARGEST_INTEGER: Final = 2**31 - 1
"""Of the getters, unless they are told another: counts and sizes of models stay far below."""

GgufValue: TypeAlias = "bool | int | float | str | npt.NDArray[np.generic] | tuple[GgufValue, ...]"
"""Numbers in an array are a read-only numpy array of the file's type, texts a tuple."""

_MAGIC: Final = b"GGUF"
_OLDER: Final = (b"lmgg", b"fmgg", b"tjgg", b"algg")
_LFS_POINTER: Final = b"vers"
_VERSIONS: Final = (2, 3)
_BIG_ENDIAN_VERSIONS: Final = tuple(version << 24 for version in (1, 2, 3))
_FOUR: Final = struct.Struct("<I")
_EIGHT: Final = struct.Struct("<Q")
_BOOL, _TEXT, _ARRAY = 7, 8, 9
_NUMBERS: Final[Mapping[int, np.dtype[np.generic]]] = MappingProxyType(
    {
        0: np.dtype("u1"), 1: np.dtype("i1"), 2: np.dtype("<u2"), 3: np.dtype("<i2"),
        4: np.dtype("<u4"), 5: np.dtype("<i4"), 6: np.dtype("<f4"), _BOOL: np.dtype("u1"),
        10: np.dtype("<u8"), 11: np.dtype("<i8"), 12: np.dtype("<f8"),
    }
)  # fmt: skip
_LEAST_ENTRY: Final = 8 + 4 + 1
_LEAST_TENSOR: Final = 8 + 4 + 8 + 4 + 8
_UNREAD_TYPES: Final[Mapping[int, str]] = MappingProxyType(
    {
        4: "Q4_2", 5: "Q4_3", 9: "Q8_1", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS",
        19: "IQ1_S", 20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16",
        26: "I32", 27: "I64", 28: "F64", 29: "IQ1_M", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
        40: "NVFP4", 41: "Q1_0",
    }
)  # fmt: skip
"""``ggml_type`` of what exists and is not read here, to be refused by its name."""
_SHOWN: Final = 60
"""Characters of a name out of the file that stand in a sentence."""
_FOR_PEOPLE: Final = "general."
"""Keys whose texts only people read: there a byte that is no UTF-8 does no harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GgufTensor:
    """Where a tensor lies and how it is stored."""

    name: str
    shape: tuple[int, ...]
    """As numpy has it: the last dimension is the one whose weights lie side by side."""
    form: BlockFormat
    offset: int
    """Bytes from the beginning of the file."""
    size: int


class GgufFile:
    """An open GGUF file: what it says of itself, and its tensors.

    The getters answer with what stands under a key, or with the default if it is not there, and
    raise `TextModelInvalid` if it is of another kind, out of range, or missing without a default.
    """

    def __init__(self, path: Path, data: mmap.mmap, contents: "_Contents") -> None:
        self.path = path
        self.version = contents.version
        self.metadata: Mapping[str, GgufValue] = MappingProxyType(contents.metadata)
        self.tensors: Mapping[str, GgufTensor] = MappingProxyType(contents.tensors)
        self._data: mmap.mmap | None = data

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go; where views of it are still held, when the last of them goes."""
        data, self._data = self._data, None
        if data is not None:
            with suppress(BufferError):
                data.close()

    # -- tensors ----------------------------------------------------------------------------------

    def tensor(self, name: str) -> GgufTensor:
        """Raises `TextModelInvalid` if there is none of that name."""
        found = self.tensors.get(name)
        if found is None:
            raise TextModelInvalid(file=self.path, fault=f"its tensor {shown(name)} is missing")
        return found

    def raw(self, name: str) -> npt.NDArray[np.uint8]:
        """The bytes of a tensor as they lie in the file, not copied and not writeable.

        Raises `TextModelInvalid` if there is none of that name, ``ValueError`` after `close`.
        """
        found = self.tensor(name)
        if self._data is None:
            raise ValueError(f"{self.path} was closed")
        return np.frombuffer(self._data, np.uint8, found.size, found.offset)

    def array(self, name: str) -> npt.NDArray[np.float32]:
        """The weights of a tensor in its shape.

        Raises `TextModelInvalid` if one of them is not a finite number, and `MemoryExhausted`.
        """
        found = self.tensor(name)
        try:
            weights = dequantise(found.form, self.raw(name))
            sound = all_finite(weights)
        except MemoryError as error:
            fault = f"{math.prod(found.shape):,} weights of the tensor {shown(name)} do not fit"
            raise MemoryExhausted(fault=fault) from error
        if not sound:
            fault = f"its tensor {shown(name)} holds weights that are not finite numbers"
            raise TextModelInvalid(file=self.path, fault=fault)
        return weights.reshape(found.shape)

    # -- metadata ---------------------------------------------------------------------------------

    @property
    def architecture(self) -> str:
        """The family of the model, and the first word of its own keys: "llama"."""
        return self.text("general.architecture")

    def text(self, key: str, default: str | None = None) -> str:
        value = self._value(key, default)
        if isinstance(value, str):
            return value
        raise TextModelInvalid(file=self.path, fault=f"its entry {shown(key)} is not a text")

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self._value(key, default)
        if isinstance(value, bool):
            return value
        raise TextModelInvalid(
            file=self.path, fault=f"its entry {shown(key)} is neither true nor false"
        )

    def integer(
        self,
        key: str,
        default: int | None = None,
        *,
        least: int = 0,
        most: int = LARGEST_INTEGER,
    ) -> int:
        """A whole number from ``least`` to ``most``."""
        value = self._value(key, default)
        if not isinstance(value, int) or isinstance(value, bool):
            raise TextModelInvalid(
                file=self.path, fault=f"its entry {shown(key)} is no whole number"
            )
        if not least <= value <= most:
            fault = f"its entry {shown(key)} is {value:,}, not from {least:,} to {most:,}"
            raise TextModelInvalid(file=self.path, fault=fault)
        return value

    def number(
        self,
        key: str,
        default: float | None = None,
        *,
        least: float = -sys.float_info.max,
        most: float = sys.float_info.max,
    ) -> float:
        """A finite number from ``least`` to ``most``."""
        value = self._value(key, default)
        if not isinstance(value, int | float) or isinstance(value, bool) or not _is_finite(value):
            raise TextModelInvalid(
                file=self.path, fault=f"its entry {shown(key)} is not a finite number"
            )
        if not least <= value <= most:
            fault = f"its entry {shown(key)} is {value:g}, not from {least:g} to {most:g}"
            raise TextModelInvalid(file=self.path, fault=fault)
        return float(value)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self._value(key, default)
        if _is_texts(value):
            return value
        raise TextModelInvalid(file=self.path, fault=f"its entry {shown(key)} is no list of texts")

    def integers(
        self, key: str, default: npt.NDArray[np.int64] | None = None
    ) -> npt.NDArray[np.int64]:
        """A list of whole numbers, each within 64 bits and their sign."""
        value = self._value(key, default)
        if isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.integer):
            numbers = value.astype(np.int64)
            if value.dtype.kind == "i" or bool((numbers >= 0).all()):
                return numbers
        raise TextModelInvalid(
            file=self.path, fault=f"its entry {shown(key)} is no list of numbers"
        )

    def numbers(
        self, key: str, default: npt.NDArray[np.float32] | None = None
    ) -> npt.NDArray[np.float32]:
        """A list of finite numbers."""
        value = self._value(key, default)
        if isinstance(value, np.ndarray) and value.dtype.kind in "iuf":
            with np.errstate(over="ignore"):
                numbers = value.astype(np.float32)
            if all_finite(numbers):
                return numbers
        raise TextModelInvalid(
            file=self.path, fault=f"its entry {shown(key)} is no list of numbers"
        )

    def _value(self, key: str, default: "GgufValue | None") -> "GgufValue":
        value = self.metadata.get(key, default)
        if value is None:
            raise TextModelInvalid(file=self.path, fault=f"its entry {shown(key)} is missing")
        return value


def read_gguf(path: Path) -> GgufFile:
    """Open a GGUF file and read all but its weights.

    Raises `ModelMissing`, `StorageDenied`, `TextModelInvalid` for a file that is damaged or lies
    about its sizes, and `TextModelUnsupported` for one that is sound, as far as was read, and of a
    version, byte order or block format that is not read here, or only a part of a split model.
    """
    data = _mapped(path)
    try:
        return GgufFile(path, data, _Header(data).read())
    except _Damaged as error:
        data.close()
        raise TextModelInvalid(file=path, fault=str(error)) from error
    except _Foreign as error:
        data.close()
        raise TextModelUnsupported(file=path, fault=str(error)) from error


def shown(name: str) -> str:
    """A name out of the file, fit for a sentence."""
    line = "".join(letter if letter.isprintable() else "�" for letter in name[: _SHOWN + 1])
    return f"“{line[:_SHOWN]}…”" if len(line) > _SHOWN else f"“{line}”"


def _mapped(path: Path) -> mmap.mmap:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            raise TextModelInvalid(file=path, fault="it is not a file")
        with path.open("rb") as stream:
            if stream.seek(0, 2) == 0:
                raise TextModelInvalid(file=path, fault="it is empty")
            return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError as error:
        raise ModelMissing(file=path) from error
    except OSError as error:
        fault = f"it cannot be read: {(error.strerror or type(error).__name__).lower()}"
        raise storage_error(error, path) or TextModelInvalid(file=path, fault=fault) from error


def _is_finite(value: float) -> bool:
    return abs(value) < math.inf  # also for whole numbers of any size


def _is_texts(value: object) -> TypeGuard[tuple[str, ...]]:
    return isinstance(value, tuple) and all(isinstance(text, str) for text in value)


# -- the header -----------------------------------------------------------------------------------


class _Damaged(ValueError):
    """The file contradicts the format or itself."""


class _Foreign(ValueError):
    """The file is of a kind that is not read here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    version: int
    metadata: dict[str, GgufValue]
    tensors: dict[str, GgufTensor]


class _Header:
    """Walks once over all that stands before the weights."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self._end = min(len(data), HEADER_LIMIT)
        self._at = 0

    def read(self) -> _Contents:
        version = self._read_version()
        tensor_count, entry_count = self._eight(), self._eight()
        self._expect(tensor_count, _LEAST_TENSOR)
        self._expect(entry_count, _LEAST_ENTRY)
        metadata = self._read_metadata(entry_count)
        parts = metadata.get("split.count", 1)
        if isinstance(parts, int) and parts > 1:
            raise _Foreign(f"it is one of {parts:,} parts of a model; join them to one file first")
        described = [self._read_tensor() for _ in range(tensor_count)]
        alignment = _alignment(metadata)
        start = -(-self._at // alignment) * alignment
        return _Contents(
            version=version, metadata=metadata, tensors=self._placed(described, start, alignment)
        )

    def _read_version(self) -> int:
        magic = self._data[:4]
        if magic in _OLDER:
            raise _Foreign("its format is older than GGUF; look for the same model as GGUF")
        if magic == _LFS_POINTER:
            raise _Damaged("it only says where the model lies (Git LFS); fetch the model itself")
        if magic != _MAGIC:
            raise _Damaged("it does not begin as GGUF files do")
        self._at = 4
        version = self._four()
        if version in _BIG_ENDIAN_VERSIONS:
            raise _Foreign("its numbers are big-endian; look for the same model in little-endian")
        if version not in _VERSIONS:
            raise _Foreign(f"it is GGUF of version {version:,}; versions 2 and 3 are read")
        return version

    # -- metadata ---------------------------------------------------------------------------------

    def _read_metadata(self, count: int) -> dict[str, GgufValue]:
        metadata: dict[str, GgufValue] = {}
        for _ in range(count):
            key = self._text()
            if key in metadata:
                raise _Damaged(f"its metadata has {shown(key)} twice")
            metadata[key] = self._value(key, self._four(), 0)
        return metadata

    def _value(self, key: str, kind: int, depth: int) -> GgufValue:
        if kind == _TEXT:
            return self._text(key)
        if kind == _ARRAY:
            return self._array(key, depth + 1)
        dtype = _NUMBERS.get(kind)
        if dtype is None:
            raise _Damaged(f"its entry {shown(key)} is of the unknown kind {kind:,}")
        at = self._take(dtype.itemsize)
        value = np.frombuffer(self._data, dtype, 1, at)[0]
        return bool(value) if kind == _BOOL else value.item()

    def _array(self, key: str, depth: int) -> GgufValue:
        if depth > DEEPEST_ARRAY:
            raise _Damaged(f"its entry {shown(key)} is a list in too many lists")
        kind, count = self._four(), self._eight()
        dtype = _NUMBERS.get(kind)
        if dtype is None:
            self._expect(count, 8 if kind == _TEXT else 12)
            return tuple(self._value(key, kind, depth) for _ in range(count))
        self._expect(count, dtype.itemsize)
        at = self._take(count * dtype.itemsize)
        numbers = np.frombuffer(self._data, dtype, count, at)
        copied = numbers != 0 if kind == _BOOL else numbers.copy()
        copied.setflags(write=False)
        return copied

    # -- tensors ----------------------------------------------------------------------------------

    def _read_tensor(self) -> GgufTensor:
        """One description; its offset counts from the first tensor yet."""
        name = self._text()
        rank = self._four()
        if not 1 <= rank <= MOST_DIMENSIONS:
            raise _Damaged(f"its tensor {shown(name)} has {rank:,} dimensions")
        shape = tuple(self._eight() for _ in range(rank))[::-1]
        form = _form(name, self._four())
        elements = math.prod(shape)
        if elements == 0:
            raise _Damaged(f"its tensor {shown(name)} is empty")
        if shape[-1] % form.elements:
            raise _Damaged(
                f"its tensor {shown(name)} has rows of {shape[-1]:,} weights, which are no whole "
                f"{form.name} blocks"
            )
        size = elements // form.elements * form.size
        return GgufTensor(name=name, shape=shape, form=form, offset=self._eight(), size=size)

    def _placed(
        self, described: list[GgufTensor], start: int, alignment: int
    ) -> dict[str, GgufTensor]:
        """The tensors with their places in the file, each within it and apart from the others."""
        tensors: dict[str, GgufTensor] = {}
        for tensor in described:
            if tensor.name in tensors:
                raise _Damaged(f"it has two tensors named {shown(tensor.name)}")
            if tensor.offset % alignment:
                raise _Damaged(f"its tensor {shown(tensor.name)} does not lie where one may begin")
            end = start + tensor.offset + tensor.size
            if end > len(self._data):
                raise _Damaged(
                    f"it has {len(self._data):,} bytes, and its tensor {shown(tensor.name)} would "
                    f"end at {end:,}; it is damaged or was not fetched whole"
                )
            tensors[tensor.name] = GgufTensor(
                name=tensor.name,
                shape=tensor.shape,
                form=tensor.form,
                offset=start + tensor.offset,
                size=tensor.size,
            )
        free = start
        for tensor in sorted(tensors.values(), key=lambda tensor: tensor.offset):
            if tensor.offset < free:
                raise _Damaged(f"its tensor {shown(tensor.name)} lies over another")
            free = tensor.offset + tensor.size
        return tensors

    # -- what they are made of --------------------------------------------------------------------

    def _take(self, size: int) -> int:
        """Step over ``size`` bytes; answers where they begin."""
        self._expect(size, 1)
        begin = self._at
        self._at += size
        return begin

    def _expect(self, count: int, size: int) -> None:
        """Refuse ``count`` things of at least ``size`` bytes if they cannot all follow."""
        if count * size <= self._end - self._at:
            return
        left = len(self._data) - self._at
        if count * size <= left:
            raise _Damaged(f"its header is longer than {HEADER_LIMIT // 2**20} MB")
        raise _Damaged(
            f"it announces {count * size:,} bytes where {left:,} are left; it is damaged or was "
            "not fetched whole"
        )

    def _four(self) -> int:
        value: int = _FOUR.unpack_from(self._data, self._take(4))[0]
        return value

    def _eight(self) -> int:
        value: int = _EIGHT.unpack_from(self._data, self._take(8))[0]
        return value

    def _text(self, of: str = "") -> str:
        """A text of the entry ``of``, or a name."""
        size = self._eight()
        begin = self._take(size)
        text = self._data[begin : begin + size]
        try:
            return text.decode("utf-8", "replace" if of.startswith(_FOR_PEOPLE) else "strict")
        except UnicodeDecodeError as error:
            fault = f"its entry {shown(of)} is not UTF-8" if of else "a name in it is not UTF-8"
            raise _Damaged(fault) from error


def _alignment(metadata: Mapping[str, GgufValue]) -> int:
    value = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1 or value & (value - 1):
        raise _Damaged("its alignment is not a power of two")
    return value


def _form(name: str, type_id: int) -> BlockFormat:
    form = FORMATS.get(type_id)
    if form is not None:
        return form
    if type_id in _UNREAD_TYPES:
        raise _Foreign(
            f"its tensor {shown(name)} is stored as {_UNREAD_TYPES[type_id]}, which is not read; "
            f"{', '.join(form.name for form in FORMATS.values())} are"
        )
    raise _Foreign(f"its tensor {shown(name)} is stored in the unknown form {type_id:,}")
