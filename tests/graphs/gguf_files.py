"""Small GGUF files for tests: any metadata, any block format, whole tiny models with a tokenizer.

`write_tiny_model` is what most tests want; `gguf_bytes` builds any file, sound or not.
"""

import itertools
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from studio.graphs import blocks
from studio.graphs.blocks import BlockFormat

Value: TypeAlias = "bool | int | float | str | npt.NDArray[np.generic] | Sequence[Value] | Typed"

UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, BOOL, TEXT, ARRAY, UINT64, INT64, FLOAT64 = (
    range(13)
)
_PACKED: Final = {
    UINT8: "<B", INT8: "<b", UINT16: "<H", INT16: "<h", UINT32: "<I", INT32: "<i",
    FLOAT32: "<f", BOOL: "<?", UINT64: "<Q", INT64: "<q", FLOAT64: "<d",
}  # fmt: skip
_KINDS: Final = {
    "u1": UINT8, "i1": INT8, "u2": UINT16, "i2": INT16, "u4": UINT32, "i4": INT32,
    "f4": FLOAT32, "b1": BOOL, "u8": UINT64, "i8": INT64, "f8": FLOAT64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """A number that is to be written as this kind."""

    kind: int
    value: bool | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """A tensor to be written; ``shape`` is numpy's, the file has it the other way round."""

    shape: tuple[int, ...]
    form: BlockFormat
    raw: bytes


# -- the file -------------------------------------------------------------------------------------


def text_bytes(text: str | bytes) -> bytes:
    data = text.encode() if isinstance(text, str) else text
    return struct.pack("<Q", len(data)) + data


def value_bytes(value: Value) -> bytes:
    """The kind of a value and the value; whole numbers become UINT32 or INT32 where they fit."""
    kind = _kind(value)
    return struct.pack("<I", kind) + _body(kind, value)


def _kind(value: Value) -> int:
    if isinstance(value, Typed):
        return value.kind
    if isinstance(value, str):
        return TEXT
    if isinstance(value, bool):
        return BOOL
    if isinstance(value, int):
        if value < 0:
            return INT32 if value >= -(2**31) else INT64
        return UINT32 if value < 2**32 else UINT64
    return FLOAT32 if isinstance(value, float) else ARRAY


def _body(kind: int, value: Value) -> bytes:
    if isinstance(value, Typed):
        return struct.pack(_PACKED[kind], value.value)
    if isinstance(value, str):
        return text_bytes(value)
    if isinstance(value, np.ndarray):
        head = struct.pack("<IQ", _KINDS[value.dtype.str[1:]], value.size)
        return head + value.tobytes()
    if isinstance(value, Sequence):
        kinds = {_kind(each) for each in value}
        inner = max(kinds, default=UINT32)  # of INT32 and FLOAT32 and their like the wider
        head = struct.pack("<IQ", inner, len(value))
        return head + b"".join(_body(inner, each) for each in value)
    return struct.pack(_PACKED[kind], value)


def tensor_info(name: str | bytes, tensor: Tensor, offset: int) -> bytes:
    shape = tensor.shape[::-1]
    return (
        text_bytes(name)
        + struct.pack(f"<I{len(shape)}Q", len(shape), *shape)
        + struct.pack("<IQ", tensor.form.type_id, offset)
    )


def gguf_bytes(
    metadata: Mapping[str, Value],
    tensors: Mapping[str, Tensor],
    *,
    version: int = 3,
    alignment: int = 32,
) -> bytes:
    """A whole file; ``general.alignment`` is added if ``alignment`` is not the usual one."""
    entries = dict(metadata)
    if alignment != 32:
        entries.setdefault("general.alignment", alignment)
    head = b"GGUF" + struct.pack("<IQQ", version, len(tensors), len(entries))
    for key, value in entries.items():
        head += text_bytes(key) + value_bytes(value)
    body = b""
    for name, tensor in tensors.items():
        body += bytes(-len(body) % alignment)
        head += tensor_info(name, tensor, len(body))
        body += tensor.raw
    return head + bytes(-len(head) % alignment) + body


# -- weights --------------------------------------------------------------------------------------


def random_blocks(
    form: BlockFormat, count: int, chance: np.random.Generator, *, deviation: float = 0.05
) -> npt.NDArray[np.uint8]:
    """(count, bytes of a block): every bit of a code random, the weights about ``deviation`` wide.

    All weights are finite and their mean is about zero, so that a model of them can be run.
    """
    if form in (blocks.F32, blocks.F16, blocks.BF16):
        weights = (chance.standard_normal((count, 1)) * deviation).astype(np.float32)
        if form == blocks.BF16:
            return np.ascontiguousarray(weights.view(np.uint8)[:, 2:])
        return weights.astype("<f2" if form == blocks.F16 else "<f4").view(np.uint8)
    made = chance.integers(0, 256, (count, form.size), np.uint8)
    scale = deviation * chance.uniform(0.5, 1.5, count)
    match form.name:
        case "Q4_0":
            _put_half(made, 0, scale / 4.6)
        case "Q5_0":
            _put_half(made, 0, scale / 9.2)
        case "Q8_0":
            _put_half(made, 0, scale / 74)
        case "Q4_1":
            _put_half(made, 0, scale / 4.6)
            _put_half(made, 2, scale / 4.6 * -7.5)
        case "Q5_1":
            _put_half(made, 0, scale / 9.2)
            _put_half(made, 2, scale / 9.2 * -15.5)
        case "Q2_K":
            made[:, :16] = (made[:, :16] & 15) * 17  # each minimum goes with its scale
            _put_half(made, 80, scale / (8.8 * 1.1))
            _put_half(made, 82, scale / (8.8 * 1.1) * 1.5)
        case "Q3_K":
            _put_half(made, 108, scale / (18 * 2.3))
        case "Q4_K" | "Q5_K":
            made[:, 8:12] = made[:, 4:8]
            made[:, 12:16] = (made[:, 12:16] & 15) * 17
            width, middle = (4.6, 7.5) if form == blocks.Q4_K else (9.2, 15.5)
            _put_half(made, 0, scale / (36 * width))
            _put_half(made, 2, scale / (36 * width) * middle)
        case "Q6_K":
            _put_half(made, 208, scale / (74 * 18.5))
        case _:
            raise ValueError(form.name)
    return made


def _put_half(made: npt.NDArray[np.uint8], at: int, values: npt.NDArray[np.float64]) -> None:
    made[:, at : at + 2] = values.astype("<f2").reshape(-1, 1).view(np.uint8)


def random_tensor(
    form: BlockFormat,
    shape: tuple[int, ...],
    chance: np.random.Generator,
    *,
    deviation: float = 0.05,
) -> Tensor:
    """Raises ``ValueError`` if the rows are no whole blocks."""
    if shape[-1] % form.elements:
        raise ValueError(f"rows of {shape[-1]} weights are no whole {form.name} blocks")
    count = int(np.prod(shape)) // form.elements
    made = random_blocks(form, count, chance, deviation=deviation)
    return Tensor(shape=shape, form=form, raw=made.tobytes())


def float_tensor(values: npt.NDArray[np.float32]) -> Tensor:
    return Tensor(shape=values.shape, form=blocks.F32, raw=values.astype("<f4").tobytes())


# -- tokenizers -----------------------------------------------------------------------------------

PROSE: Final = (
    "It is a truth universally acknowledged, that a single man in possession of a good fortune, "
    "must be in want of a wife. However little known the feelings or views of such a man may be "
    "on his first entering a neighbourhood, this truth is so well fixed in the minds of the "
    "surrounding families, that he is considered the rightful property of some one or other of "
    "their daughters."
)
CHATML: Final = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + "
    "message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)
NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6


def byte_letters() -> tuple[str, ...]:
    """The letter that stands for each byte in a byte-level vocabulary (GPT-2's table)."""
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    rest = [byte for byte in range(256) if byte not in plain]
    letters = {byte: chr(byte) for byte in plain}
    letters |= {byte: chr(0x100 + place) for place, byte in enumerate(rest)}
    return tuple(letters[byte] for byte in range(256))


def learned_merges(text: str, count: int) -> list[tuple[str, str]]:
    """The first ``count`` pairs that byte pair encoding joins in ``text``, in order."""
    letters = byte_letters()
    words = [
        ["".join(letters[byte] for byte in letter.encode()) for letter in f" {word}"]
        for word in text.split()
    ]
    merges: list[tuple[str, str]] = []
    while len(merges) < count:
        seen: dict[tuple[str, str], int] = {}
        for word in words:
            for pair in itertools.pairwise(word):
                seen[pair] = seen.get(pair, 0) + 1
        if not seen:
            break
        best = max(sorted(seen), key=lambda pair: seen[pair])
        merges.append(best)
        for word in words:
            place = 0
            while place < len(word) - 1:
                if (word[place], word[place + 1]) == best:
                    word[place : place + 2] = ["".join(best)]
                place += 1
    return merges


def byte_tokenizer(
    *, pre: str = "smollm", merges: int = 60, chat_template: str = CHATML
) -> dict[str, Value]:
    """Metadata of a byte-level BPE: three control tokens as ChatML has them, 256 bytes, merges."""
    pairs = learned_merges(PROSE, merges)
    control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
    tokens = [*control, *byte_letters(), *("".join(pair) for pair in pairs)]
    kinds = [CONTROL] * len(control) + [NORMAL] * (len(tokens) - len(control))
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": np.array(kinds, "<i4"),
        "tokenizer.ggml.merges": [" ".join(pair) for pair in pairs],
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.padding_token_id": 2,
        "tokenizer.ggml.add_bos_token": False,
        "tokenizer.ggml.add_space_prefix": False,
        "tokenizer.chat_template": chat_template,
    }


def piece_tokenizer() -> dict[str, Value]:
    """Metadata of a SentencePiece-like vocabulary: pieces with scores, and all bytes."""
    words = sorted({f"▁{word}" for word in PROSE.split()})
    pieces = sorted({word[:end] for word in words for end in range(1, len(word) + 1)}
                    | set("".join(words)), key=lambda piece: (len(piece), piece))  # fmt: skip
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]
    kinds = [UNKNOWN, CONTROL, CONTROL] + [BYTE] * 256 + [NORMAL] * len(pieces)
    scores = [0.0] * 259 + [-float(place) for place in range(len(pieces))]
    return {
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.pre": "default",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": np.array(scores, "<f4"),
        "tokenizer.ggml.token_type": np.array(kinds, "<i4"),
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.unknown_token_id": 0,
        "tokenizer.ggml.add_bos_token": True,
    }


# -- models ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class TinyModel:
    """What a tiny model is like; the defaults run in a millisecond and have grouped queries.

    ``width`` and ``feed_forward`` of 0 are chosen so that rows are whole blocks of ``form``.
    """

    architecture: Literal["llama", "qwen2"] = "llama"
    form: BlockFormat = blocks.Q4_0
    embedding_form: BlockFormat | None = None
    """Of the embedding, and of the head where it is not tied; by default as all matrices."""
    layers: int = 2
    width: int = 0
    heads: int = 4
    kv_heads: int = 2
    feed_forward: int = 0
    context: int = 256
    rope_base: float = 10_000.0
    epsilon: float = 1e-5
    tied: bool = True
    tokenizer: Mapping[str, Value] = field(default_factory=byte_tokenizer)
    seed: int = 0

    @property
    def unit(self) -> int:
        forms = (self.form, self.embedding_form or self.form)
        return max(32, *(form.elements for form in forms))


def tiny_metadata(model: TinyModel) -> dict[str, Value]:
    name, width = model.architecture, model.width or max(64, model.unit)
    return {
        "general.architecture": name,
        "general.name": "Tiny",
        "general.file_type": 2,
        f"{name}.block_count": model.layers,
        f"{name}.context_length": model.context,
        f"{name}.embedding_length": width,
        f"{name}.feed_forward_length": model.feed_forward or max(96, model.unit),
        f"{name}.attention.head_count": model.heads,
        f"{name}.attention.head_count_kv": model.kv_heads,
        f"{name}.attention.layer_norm_rms_epsilon": model.epsilon,
        f"{name}.rope.freq_base": model.rope_base,
        f"{name}.rope.dimension_count": width // model.heads,
        f"{name}.vocab_size": _vocabulary(model),
        **model.tokenizer,
    }


def tiny_tensors(model: TinyModel) -> dict[str, Tensor]:
    """All tensors of the model, wide enough that its logits differ."""
    chance = np.random.default_rng(model.seed)
    width = model.width or max(64, model.unit)
    feed_forward = model.feed_forward or max(96, model.unit)
    kv_width = width // model.heads * model.kv_heads
    embedding_form = model.embedding_form or model.form

    def matrix(rows: int, columns: int) -> Tensor:
        return random_tensor(model.form, (rows, columns), chance, deviation=columns**-0.5)

    def vector(middle: float, size: int) -> Tensor:
        values = middle + 0.1 * chance.standard_normal(size)
        return float_tensor(values.astype(np.float32))

    tensors = {
        "token_embd.weight": random_tensor(
            embedding_form, (_vocabulary(model), width), chance, deviation=0.3
        )
    }
    for layer in range(model.layers):
        tensors |= {
            f"blk.{layer}.{name}": tensor
            for name, tensor in (
                ("attn_norm.weight", vector(1, width)),
                ("attn_q.weight", matrix(width, width)),
                ("attn_k.weight", matrix(kv_width, width)),
                ("attn_v.weight", matrix(kv_width, width)),
                ("attn_output.weight", matrix(width, width)),
                ("ffn_norm.weight", vector(1, width)),
                ("ffn_gate.weight", matrix(feed_forward, width)),
                ("ffn_up.weight", matrix(feed_forward, width)),
                ("ffn_down.weight", matrix(width, feed_forward)),
            )
        }
        if model.architecture == "qwen2":
            tensors |= {
                f"blk.{layer}.attn_q.bias": vector(0, width),
                f"blk.{layer}.attn_k.bias": vector(0, kv_width),
                f"blk.{layer}.attn_v.bias": vector(0, kv_width),
            }
    tensors["output_norm.weight"] = vector(1, width)
    if not model.tied:
        tensors["output.weight"] = random_tensor(
            embedding_form, (_vocabulary(model), width), chance, deviation=0.3
        )
    return tensors


def write_tiny_model(path: Path, model: TinyModel | None = None) -> Path:
    """Write a tiny model of random weights, whole and sound; answers with ``path``."""
    model = model or TinyModel()
    path.write_bytes(gguf_bytes(tiny_metadata(model), tiny_tensors(model)))
    return path


def _vocabulary(model: TinyModel) -> int:
    tokens = model.tokenizer["tokenizer.ggml.tokens"]
    assert isinstance(tokens, Sequence)
    return len(tokens)
