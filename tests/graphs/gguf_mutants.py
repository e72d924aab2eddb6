"""Damaged and hostile GGUF files that still look like some, and what must hold for each.

A mutant is a sound file taken apart into its fields, with a few of them changed in the way that
hurts at that place: lengths that lie, kinds that do not exist, entries doubled or gone, tensors
moved over each other. Every mutant is a function of its chance alone and can be made again.
"""

import random
import struct
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from studio.contract.errors import TextModelInvalid, TextModelUnsupported
from studio.graphs import blocks
from studio.graphs.gguf import BASE_MEMORY, MEMORY_FACTOR, GgufFile, read_gguf
from studio.graphs.packing import pack_tensor, unpack
from tests.graphs.gguf_files import (
    ARRAY,
    TEXT,
    Tensor,
    Typed,
    Value,
    float_tensor,
    random_tensor,
    text_bytes,
    value_bytes,
)
from tests.proof.mutants import of_bytes

LONGEST_READING: Final = 20.0
"""Seconds, on a busy machine; a sound file of this size takes a hundredth of one."""
LONGEST_SENTENCE: Final = 1500
_ODD: Final = (0, 1, 2, 3, 7, 31, 33, 2**16, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**62, 2**63 - 1,
               2**63, 2**64 - 33, 2**64 - 1)  # fmt: skip
_ODD_TEXTS: Final = (
    b"", b"\xff\xfe", b"general.alignment", b"general.architecture", b"split.count", b"a",
    "\u202e\n\x00".encode(), b"x" * 70_000,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry of the metadata as it is written; ``key`` with its length."""

    key: bytes
    value: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Info:
    """The description of a tensor as it is written."""

    name: bytes
    rank: int
    dims: tuple[int, ...]
    kind: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """A file in its fields, sound or not."""

    magic: bytes
    version: int
    tensor_count: int
    entry_count: int
    entries: tuple[_Entry, ...]
    infos: tuple[_Info, ...]
    padding: int
    data: bytes

    def joined(self) -> bytes:
        head = self.magic + struct.pack("<IQQ", self.version, self.tensor_count, self.entry_count)
        head += b"".join(entry.key + entry.value for entry in self.entries)
        for info in self.infos:
            head += info.name + struct.pack("<I", info.rank)
            head += b"".join(struct.pack("<Q", dim) for dim in info.dims)
            head += struct.pack("<IQ", info.kind, info.offset)
        return head + bytes(-len(head) % 32 + self.padding) + self.data


_ENTRIES: Final[dict[str, Value]] = {
    "general.architecture": "llama",
    "general.name": "Mutant",
    "general.alignment": 32,
    "llama.block_count": 1,
    "llama.rope.freq_base": 10000.0,
    "split.count": Typed(2, 1),
    "tokenizer.ggml.tokens": ["a", "bc", "中", ""],
    "tokenizer.ggml.scores": np.array([0.5, -1, 3, 9], "<f4"),
    "tokenizer.ggml.token_type": np.array([1, 1, 3, 6], "<i4"),
    "tokenizer.ggml.add_bos_token": True,
    "nested": [["a"], ["b", "c"]],
    "flags": np.array([1, 0, 1], bool),
    "wide": Typed(10, 2**63),
}


@cache
def _sound() -> _Parts:
    """One file with an entry of each kind and a tensor of each block format."""
    chance = np.random.default_rng(0)
    tensors: dict[str, Tensor] = {
        f"{form.name.lower()}.weight": random_tensor(form, (2, max(32, form.elements)), chance)
        for form in blocks.FORMATS.values()
    }
    tensors["output_norm.weight"] = float_tensor(np.ones(32, np.float32))
    infos, data = [], b""
    for name, tensor in tensors.items():
        data += bytes(-len(data) % 32)
        infos.append(
            _Info(
                name=text_bytes(name),
                rank=len(tensor.shape),
                dims=tensor.shape[::-1],
                kind=tensor.form.type_id,
                offset=len(data),
            )
        )
        data += tensor.raw
    entries = tuple(
        _Entry(key=text_bytes(key), value=value_bytes(value)) for key, value in _ENTRIES.items()
    )
    return _Parts(
        magic=b"GGUF",
        version=3,
        tensor_count=len(infos),
        entry_count=len(entries),
        entries=entries,
        infos=tuple(infos),
        padding=0,
        data=data,
    )


def sound_file() -> bytes:
    """The file that the mutants are made of."""
    return _sound().joined()


def mutant(chance: random.Random) -> bytes:
    """One to four fields changed; now and then single bytes of what comes of it as well."""
    parts = _sound()
    for _ in range(chance.randint(1, 4)):
        parts = chance.choice(_CHANGES)(chance, parts)
    data = parts.joined()
    if chance.random() < 0.2:
        head = len(data) - len(parts.data)
        data = of_bytes(chance, data[:head], most=3) + data[head:]
    if chance.random() < 0.1:
        data = data[: chance.randrange(len(data) + 1)]
    return data


def _odd(chance: random.Random, number: int, bits: int) -> int:
    near = (number + 1, number - 1, number * 2, number ^ (1 << chance.randrange(bits)))
    return chance.choice((*_ODD, *near)) % (1 << bits)


def _change_head(chance: random.Random, parts: _Parts) -> _Parts:
    match chance.randrange(8):
        case 0:
            return replace(parts, magic=chance.choice((b"GGUE", b"tjgg", b"vers", b"", b"FUGG")))
        case 1:
            return replace(parts, version=_odd(chance, parts.version, 32))
        case 2 | 3:
            return replace(parts, tensor_count=_odd(chance, parts.tensor_count, 64))
        case 4 | 5:
            return replace(parts, entry_count=_odd(chance, parts.entry_count, 64))
        case 6:
            return replace(parts, padding=chance.choice((1, 8, 31, 32, 64, 4096)))
        case _:
            return replace(parts, data=parts.data[: chance.randrange(len(parts.data))])


def _change_entries(chance: random.Random, parts: _Parts) -> _Parts:
    """An entry gone, doubled, moved, or new; the count follows, mostly."""
    entries = list(parts.entries)
    place = chance.randrange(len(entries) + 1)
    match chance.randrange(4):
        case 0 if entries:
            entries.pop(place - 1)
        case 1 if entries:
            entries.insert(place, chance.choice(entries))
        case 2:
            chance.shuffle(entries)
        case _:
            key = chance.choice(_ODD_TEXTS)
            value = chance.choice((_nest(chance), value_bytes(chance.choice(_ODD))))
            entries.insert(place, _Entry(key=text_bytes(key), value=value))
    count = len(entries) if chance.random() < 0.8 else parts.entry_count
    return replace(parts, entries=tuple(entries), entry_count=count)


def _nest(chance: random.Random) -> bytes:
    """Lists in lists, shallow or deep, true to their counts or not."""
    depth = chance.choice((1, 2, 3, 4, 5, 50, 3000))
    level = struct.pack("<IQ", ARRAY, 1) * depth
    count = chance.choice((0, 1, 2**60))
    inner = struct.pack("<IQ", chance.choice((0, TEXT, 12, 77)), count)
    return struct.pack("<I", ARRAY) + level + inner + bytes(chance.choice((0, 8, 40)))


def _change_entry(chance: random.Random, parts: _Parts) -> _Parts:
    """A length, a kind, a count or the content of one entry."""
    if not parts.entries:
        return parts
    place = chance.randrange(len(parts.entries))
    entry = parts.entries[place]
    value = bytearray(entry.value)
    match chance.randrange(7):
        case 0:  # the length of the key lies
            length = struct.pack("<Q", _odd(chance, len(entry.key) - 8, 64))
            entry = replace(entry, key=length + entry.key[8:])
        case 1:
            entry = replace(entry, key=text_bytes(chance.choice(_ODD_TEXTS)))
        case 2:  # another kind
            value[:4] = struct.pack("<I", chance.choice((*range(15), 2**31, 2**32 - 1)))
        case 3 if len(value) >= 16:  # a list of another kind
            value[4:8] = struct.pack("<I", chance.choice((*range(15), 2**31, 2**32 - 1)))
        case 4 if len(value) >= 16:  # a list of another length
            length = struct.unpack_from("<Q", value, 8)[0]
            value[8:16] = struct.pack("<Q", _odd(chance, length, 64))
        case 5 if len(value) >= 12:  # a text of another length
            length = struct.unpack_from("<Q", value, 4)[0]
            value[4:12] = struct.pack("<Q", _odd(chance, length, 64))
        case _:
            value[4:] = chance.randbytes(len(value) - 4)
    entry = replace(entry, value=bytes(value)) if value != entry.value else entry
    return replace(parts, entries=(*parts.entries[:place], entry, *parts.entries[place + 1 :]))


def _change_infos(chance: random.Random, parts: _Parts) -> _Parts:
    """A tensor gone, doubled or moved; the count follows, mostly."""
    infos = list(parts.infos)
    place = chance.randrange(len(infos) + 1)
    match chance.randrange(3):
        case 0 if infos:
            infos.pop(place - 1)
        case 1 if infos:
            info = chance.choice(infos)
            name = info.name if chance.random() < 0.5 else text_bytes(chance.choice(_ODD_TEXTS))
            infos.insert(place, replace(info, name=name))
        case _:
            chance.shuffle(infos)
    count = len(infos) if chance.random() < 0.8 else parts.tensor_count
    return replace(parts, infos=tuple(infos), tensor_count=count)


def _change_info(chance: random.Random, parts: _Parts) -> _Parts:
    if not parts.infos:
        return parts
    place = chance.randrange(len(parts.infos))
    info = parts.infos[place]
    dims = list(info.dims)
    match chance.randrange(8):
        case 0:
            info = replace(info, rank=_odd(chance, info.rank, 32))
        case 1:
            dims = [_odd(chance, dim, 64) for dim in dims]
            info = replace(info, dims=tuple(dims))
        case 2 if dims:
            dims[chance.randrange(len(dims))] = _odd(chance, dims[0], 64)
            info = replace(info, dims=tuple(dims))
        case 3:
            dims = chance.choice(([], dims[::-1], [1, *dims], [*dims, 1, 1], [*dims, 1, 1, 1]))
            info = replace(info, dims=tuple(dims), rank=len(dims))
        case 4:
            info = replace(info, kind=chance.choice((*range(45), 2**31, 2**32 - 1)))
        case 5:
            info = replace(info, offset=_odd(chance, info.offset, 64))
        case 6:
            info = replace(info, offset=chance.choice(parts.infos).offset)
        case _:
            length = struct.pack("<Q", _odd(chance, len(info.name) - 8, 64))
            info = replace(info, name=length + info.name[8:])
    return replace(parts, infos=(*parts.infos[:place], info, *parts.infos[place + 1 :]))


def _change_weights(chance: random.Random, parts: _Parts) -> _Parts:
    """Weights, scales among them, of any bits."""
    data = bytearray(parts.data)
    for _ in range(chance.randint(1, 20)):
        place = chance.randrange(len(data) or 1)
        data[place : place + 2] = chance.choice((b"\xff\xff", b"\x00\x7c", chance.randbytes(2)))
    return replace(parts, data=bytes(data))


_CHANGES: Final[tuple[Callable[[random.Random, _Parts], _Parts], ...]] = (
    _change_head, _change_entries, _change_entry, _change_entry, _change_infos, _change_info,
    _change_info, _change_weights,
)  # fmt: skip


# -- what must hold -------------------------------------------------------------------------------


def try_file(path: Path, data: bytes) -> str:
    """Read a file and all that is in it; the name of what came of it.

    Raises ``AssertionError`` if it is answered with anything but values within their bounds or
    sentences that name the file, if it takes more memory than declared, or does not end soon.
    """
    path.write_bytes(data)
    begun = time.monotonic()
    tracemalloc.start()
    try:
        file = read_gguf(path)
    except (TextModelInvalid, TextModelUnsupported) as error:
        _check_sentence(error, path)
        return type(error).__name__
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak <= BASE_MEMORY + MEMORY_FACTOR * len(data), f"{peak} of {len(data)}"
        assert time.monotonic() - begun < LONGEST_READING
    with file:
        _use(file, len(data))
    return "read"


def _check_sentence(error: TextModelInvalid | TextModelUnsupported, path: Path) -> None:
    text = error.message
    assert str(path) in text
    assert text.isprintable(), text
    assert len(text) < LONGEST_SENTENCE


def _use(file: GgufFile, size: int) -> None:
    """Every getter for every entry, every tensor in every way."""
    for key in file.metadata:
        for get in (file.text, file.flag, file.integer, file.number, file.texts, file.integers,
                    file.numbers):  # fmt: skip
            try:
                get(key)
            except TextModelInvalid as error:
                _check_sentence(error, file.path)
    taken = 0
    for name, tensor in file.tensors.items():
        assert 0 < tensor.offset < tensor.offset + tensor.size <= size
        taken += tensor.size
        raw = file.raw(name)
        assert raw.nbytes == tensor.size
        try:
            assert file.array(name).shape == tensor.shape
            packed = pack_tensor(file, name)
        except TextModelInvalid as error:
            _check_sentence(error, file.path)
        else:
            assert unpack(packed).shape == tensor.shape
    assert taken <= size
