"""Reads networks in the format of ncnn: a text of layers (.param) and their weights (.bin).

The text, line by line::

    7767517                                         magic number
    40 41                                           layers, and names of what flows between
    Convolution Conv_0 1 1 data 54 0=64 1=3 6=1728  type, name, counts of inputs and outputs,
                                                    their names, options

An option is ``number=value``; what a number means depends on the type (ncnn, docs/developer-guide/
operators.md). The weights stand one after the other in the order of the layers, without names or
lengths: those of a convolution begin with four bytes that tell how they are stored, 0x01306B47 for
float16 (padded to four bytes) and 0 for float32, then its biases, always float32; a PReLU has its
slopes in float32. All is little-endian, and nothing may be left over.

Files may be foreign: whatever does not fit is one `TrainingError` that says what and where.
"""

import struct
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from training.errors import TrainingError

Floats = npt.NDArray[np.float32] | npt.NDArray[np.float16]

MAGIC = 7767517
FLOAT16_TAG = 0x01306B47
MAXIMUM_BYTES = 400_000_000
"""What is read of a file at most."""
MAXIMUM_TEXT = 4_000_000
MAXIMUM_LAYERS = 20_000
LONGEST_WORD = 200
LARGEST_OPTION = 2**40
"""Either way; nothing that an option says is as large."""
MAXIMUM_WEIGHTS = 64_000_000
"""Numbers that one layer may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One operation, with its weights where it has some."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    options: dict[int, float | int] = field(default_factory=dict)
    weight: Floats | None = None
    """Convolution: (outputs, inputs, height, width), as stored; PReLU: (slopes,)."""
    bias: npt.NDArray[np.float32] | None = None

    def whole(self, option: int, default: int) -> int:
        """An option that is a whole number; raises `TrainingError` if it is another."""
        value = self.options.get(option, default)
        if not isinstance(value, int):
            raise TrainingError(f"{self.name}: its option {option} is {value}, not a whole number.")
        return value


def parse_network(text: bytes, weights: bytes, name: str) -> tuple[Layer, ...]:
    """The layers of a network in their order, from the bytes of its two files.

    ``name`` is that of the files without their endings. Raises `TrainingError`.
    """
    if len(text) > MAXIMUM_TEXT:
        raise TrainingError(f"{name}.param: it is larger than any list of layers.")
    try:
        lines = text.decode("ascii")
    except UnicodeDecodeError as error:
        fault = "it is no list of ncnn layers, it is no text"
        raise TrainingError(f"{name}.param: {fault}.") from error
    return parse_weights(parse_layers(lines, f"{name}.param"), weights, f"{name}.bin")


def parse_layers(text: str, file: object) -> tuple[Layer, ...]:
    """The layers of a ``.param`` text without their weights; ``file`` is named in errors."""
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if not lines or lines[0] != [str(MAGIC)]:
        raise TrainingError(f"{file}: it is no list of ncnn layers (they begin with {MAGIC}).")
    counts = [_natural(word) for word in lines[1]] if len(lines) > 1 else []
    if len(counts) != 2 or counts[0] != len(lines) - 2 or not 0 < len(lines) - 2 <= MAXIMUM_LAYERS:
        raise TrainingError(f"{file}: its second line does not count its {len(lines) - 2} layers.")
    known: set[str] = set()
    layers = []
    for number, words in enumerate(lines[2:], start=3):
        layer = _layer(words, f"{file}, line {number}")
        for name in layer.inputs:
            if name not in known:
                fault = f"{layer.name} takes {name!r}, which no layer before it gives"
                raise TrainingError(f"{file}, line {number}: {fault}.")
        twice = known.intersection(layer.outputs)
        if twice or len(set(layer.outputs)) != len(layer.outputs):
            raise TrainingError(f"{file}, line {number}: {layer.name} gives a name a second time.")
        known.update(layer.outputs)
        layers.append(layer)
    return tuple(layers)


def parse_weights(layers: tuple[Layer, ...], data: bytes, file: object) -> tuple[Layer, ...]:
    """``layers`` with their weights out of ``data``, all of which must be used."""
    reader = _Reader(data, file)
    filled = []
    for layer in layers:
        if layer.kind == "Convolution":
            filled.append(_filled_convolution(layer, reader))
        elif layer.kind == "PReLU":
            slopes = reader.take(layer.whole(0, 0), "<f4", layer.name)
            filled.append(_with(layer, slopes.astype(np.float32), None))
        else:
            filled.append(layer)
    if reader.left:
        raise TrainingError(
            f"{file}: {reader.left} bytes are left over; it belongs to another list."
        )
    return tuple(filled)


def _layer(words: list[str], place: str) -> Layer:
    if max(map(len, words)) > LONGEST_WORD:
        raise TrainingError(f"{place}: a name or an option is longer than any is.")
    counts = [_natural(word) for word in words[2:4]]
    if len(counts) != 2 or None in counts:
        raise TrainingError(f"{place}: this is no layer.")
    taken, given = (count or 0 for count in counts)
    names, options = words[4 : 4 + taken + given], words[4 + taken + given :]
    if len(names) != taken + given or any("=" in name for name in names):
        raise TrainingError(f"{place}: it does not name its {taken} inputs and {given} outputs.")
    return Layer(
        kind=words[0],
        name=words[1],
        inputs=tuple(names[:taken]),
        outputs=tuple(names[taken:]),
        options=dict(_option(word, place) for word in options),
    )


def _option(word: str, place: str) -> tuple[int, float | int]:
    key, equals, text = word.partition("=")
    number = _natural(key)
    if number is None or not equals:
        raise TrainingError(f"{place}: {word!r} is no option.")
    try:
        value: float | int = float(text) if set(text) & set(".eE") else int(text)
    except ValueError as error:
        raise TrainingError(f"{place}: {word!r} is no option with one number.") from error
    if not -LARGEST_OPTION <= value <= LARGEST_OPTION:  # nor is what is no number at all
        raise TrainingError(f"{place}: {word!r} is no number that an option has.")
    return number, value


def _natural(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 10 else None


class _Reader:
    """Takes numbers from the start of the weights to their end."""

    def __init__(self, data: bytes, file: object) -> None:
        self._data = data
        self._file = file
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int, dtype: str, name: str) -> npt.NDArray[np.generic]:
        """The next ``count`` numbers, (count,)."""
        size = count * np.dtype(dtype).itemsize
        if not 0 < count <= MAXIMUM_WEIGHTS or size > self.left:
            fault = f"{name} needs {size} bytes of weights and {self.left} are left"
            raise TrainingError(f"{self._file}: {fault}.")
        numbers = np.frombuffer(self._data, dtype, count, self._at)
        if not np.isfinite(numbers).all():
            raise TrainingError(f"{self._file}: the weights of {name} are not finite.")
        self._at += size + -size % 4
        return numbers

    def tag(self, name: str) -> int:
        if self.left < 4:
            raise TrainingError(f"{self._file}: it ends before the weights of {name}.")
        (tag,) = struct.unpack_from("<I", self._data, self._at)
        self._at += 4
        return int(tag)


def _filled_convolution(layer: Layer, reader: _Reader) -> Layer:
    outputs, across, count = layer.whole(0, 0), layer.whole(1, 0), layer.whole(6, 0)
    down = layer.whole(11, across)
    area = outputs * across * down
    if min(outputs, across, down) < 1 or count < 1 or count % area:
        fault = f"{count} weights make no {outputs} filters of {across}x{down}"
        raise TrainingError(f"{layer.name}: {fault}.")
    tag = reader.tag(layer.name)
    if tag not in (0, FLOAT16_TAG):
        fault = f"its weights are stored in a way ({tag:#x}) that is not read; float16 and 32 are"
        raise TrainingError(f"{layer.name}: {fault}.")
    stored = reader.take(count, "<f2" if tag else "<f4", layer.name)
    weight: Floats = stored.astype(np.float16) if tag else stored.astype(np.float32)
    bias = None
    if layer.whole(5, 0):
        bias = reader.take(outputs, "<f4", layer.name).astype(np.float32)
    shaped: Floats = weight.reshape(outputs, count // area, down, across)
    return _with(layer, shaped, bias)


def _with(layer: Layer, weight: Floats, bias: npt.NDArray[np.float32] | None) -> Layer:
    return Layer(
        kind=layer.kind,
        name=layer.name,
        inputs=layer.inputs,
        outputs=layer.outputs,
        options=layer.options,
        weight=weight,
        bias=bias,
    )
