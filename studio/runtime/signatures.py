"""What a graph takes and gives, read from its file before anybody loads it.

A folder may hold a dozen graphs of a gigabyte each, told apart by what they take and give, so the
file is walked and not loaded (onnx.proto, IR version 10). A loaded session describes itself in
the same words.
"""

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import onnxruntime

from studio.contract.errors import GraphInvalid
from studio.runtime.graph_files import opened_graph
from studio.runtime.protobuf import BYTES, VARINT, Damaged, fields, text, varint

ELEMENT_NAMES: Final = MappingProxyType(
    {
        1: "float32", 2: "uint8", 3: "int8", 4: "uint16", 5: "int16", 6: "int32", 7: "int64",
        8: "string", 9: "bool", 10: "float16", 11: "float64", 12: "uint32", 13: "uint64",
        16: "bfloat16",
    }
)  # fmt: skip
"""Names of the numbers of ``TensorProto.DataType``."""

_SESSION_NAMES: Final = MappingProxyType({"float": "float32", "double": "float64"})
"""onnxruntime's names of element types where they are others."""

MOST_TENSORS: Final = 10_000
"""Inputs or outputs that a graph may have at most; the largest known has some hundreds."""

_MAXIMUM_DEPTH: Final = 50
_IN_PLACE: Final = "GroupQueryAttention"
"""The operator that appends to its past where it lies, if past and present are one buffer."""
_PAST_KEY, _PAST_VALUE = 3, 4
_PRESENT_KEY, _PRESENT_VALUE = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorSignature:
    """One input or output of a graph."""

    name: str
    dtype: str
    """As numpy names it, "bfloat16" too; or what stands there, if that is no plain tensor."""
    shape: tuple[int | str | None, ...]
    """Sizes; a name, or None, where the size is free."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphSignature:
    """What a graph takes and gives, and which of it may be one buffer."""

    inputs: tuple[TensorSignature, ...]
    outputs: tuple[TensorSignature, ...]
    in_place: frozenset[tuple[str, str]] = frozenset()
    """Pairs of a past and a present that only `GroupQueryAttention` touches: bound to the same
    memory, the present is appended to the past."""


def session_signature(
    session: onnxruntime.InferenceSession,
) -> tuple[tuple[TensorSignature, ...], tuple[TensorSignature, ...]]:
    """The inputs and the outputs of a loaded graph."""
    return _arguments(session.get_inputs()), _arguments(session.get_outputs())


def _arguments(arguments: Sequence[onnxruntime.NodeArg]) -> tuple[TensorSignature, ...]:
    return tuple(
        TensorSignature(name=node.name, dtype=_session_dtype(node.type), shape=tuple(node.shape))
        for node in arguments
    )


def _session_dtype(words: str) -> str:
    inner = words.removeprefix("tensor(").removesuffix(")") if words.startswith("tensor(") else ""
    return _SESSION_NAMES.get(inner, inner) or words


def read_signature(path: Path) -> GraphSignature:
    """What the graph in ``path`` takes and gives.

    Raises `GraphInvalid` for a file that is not a graph, or `ModelMissing`.
    """
    with opened_graph(path) as data:
        walk = _Walk(data)
        for number, wire, begin, stop in fields(data, 0, len(data)):
            if number == 7 and wire == BYTES:
                walk.graph(begin, stop)
    if not walk.outputs:
        raise GraphInvalid(file=path, fault="it has no outputs")
    return GraphSignature(
        inputs=tuple(tensor for tensor in walk.inputs if tensor.name not in walk.initialised),
        outputs=tuple(walk.outputs),
        in_place=walk.in_place(),
    )


class _Walk:
    """Gathers the signature on one way through the file."""

    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self.inputs: list[TensorSignature] = []
        self.outputs: list[TensorSignature] = []
        self.initialised: set[str] = set()
        """Inputs with a value of their own, which need not be given."""
        self._appended: list[tuple[str, str]] = []
        self._uses: dict[str, int] = {}
        """How often each name is taken by any node, in inner graphs too."""

    def in_place(self) -> frozenset[tuple[str, str]]:
        given = {tensor.name for tensor in self.inputs}
        results = {tensor.name for tensor in self.outputs}
        return frozenset(
            (past, present)
            for past, present in self._appended
            if past in given and present in results and self._uses[past] == 1
            and self._uses.get(present, 0) == 0
        )  # fmt: skip

    def graph(self, start: int, end: int) -> None:
        data = self._data
        for number, wire, begin, stop in fields(data, start, end):
            if wire != BYTES:
                continue
            if number == 1:
                self._node(begin, stop, 0)
            elif number == 5:
                self.initialised.update(self._strings(begin, stop, 8))
            elif number in (11, 12):
                side = self.inputs if number == 11 else self.outputs
                if len(side) >= MOST_TENSORS:
                    raise Damaged("too many inputs or outputs")
                side.append(self._value(begin, stop))

    def _node(self, start: int, end: int, depth: int) -> None:
        if depth > _MAXIMUM_DEPTH:
            raise Damaged("nested too deeply")
        data = self._data
        taken: list[str] = []
        given: list[str] = []
        kind = ""
        for number, wire, begin, stop in fields(data, start, end):
            if wire != BYTES:
                continue
            if number == 1:
                taken.append(text(data, begin, stop))
            elif number == 2:
                given.append(text(data, begin, stop))
            elif number == 4:
                kind = text(data, begin, stop)
            elif number == 5:
                self._attribute(begin, stop, depth)
        for name in taken:
            self._uses[name] = self._uses.get(name, 0) + 1
        if kind == _IN_PLACE and depth == 0 and len(taken) > _PAST_VALUE:
            pairs = ((_PAST_KEY, _PRESENT_KEY), (_PAST_VALUE, _PRESENT_VALUE))
            self._appended.extend(
                (taken[past], given[present]) for past, present in pairs if present < len(given)
            )

    def _attribute(self, start: int, end: int, depth: int) -> None:
        data = self._data
        for number, wire, begin, stop in fields(data, start, end):
            if number not in (6, 11) or wire != BYTES:
                continue
            for inner, kind, first, last in fields(data, begin, stop):
                if kind != BYTES:
                    continue
                if inner == 1:
                    self._node(first, last, depth + 1)
                elif inner == 12:  # what an inner graph hands out may be a name from outside
                    for name in self._strings(first, last, 1):
                        self._uses[name] = self._uses.get(name, 0) + 1

    def _value(self, start: int, end: int) -> TensorSignature:
        data = self._data
        name, dtype = "", ""
        shape: tuple[int | str | None, ...] = ()
        for number, wire, begin, stop in fields(data, start, end):
            if wire != BYTES:
                continue
            if number == 1:
                name = text(data, begin, stop)
            elif number == 2:
                dtype, shape = self._type(begin, stop)
        return TensorSignature(name=name, dtype=dtype or "something else", shape=shape)

    def _type(self, start: int, end: int) -> tuple[str, tuple[int | str | None, ...]]:
        data = self._data
        dtype = ""
        shape: list[int | str | None] = []
        for number, wire, begin, stop in fields(data, start, end):
            if number != 1 or wire != BYTES:
                continue
            for inner, kind, first, last in fields(data, begin, stop):
                if inner == 1 and kind == VARINT:
                    element = varint(data, first, last)[0]
                    dtype = ELEMENT_NAMES.get(element, f"type {element}")
                elif inner == 2 and kind == BYTES:
                    shape = [
                        self._size(at, until)
                        for dim, form, at, until in fields(data, first, last)
                        if dim == 1 and form == BYTES
                    ]
        return dtype, tuple(shape)

    def _size(self, start: int, end: int) -> int | str | None:
        size: int | str | None = None
        for number, wire, begin, stop in fields(self._data, start, end):
            if number == 1 and wire == VARINT:
                size = varint(self._data, begin, stop)[0]
                if size >= 1 << 62:  # a negative number, by which some writers mean a free size
                    size = None
            elif number == 2 and wire == BYTES:
                size = text(self._data, begin, stop) or None
        return size

    def _strings(self, start: int, end: int, wanted: int) -> Iterator[str]:
        for number, wire, begin, stop in fields(self._data, start, end):
            if number == wanted and wire == BYTES:
                yield text(self._data, begin, stop)
