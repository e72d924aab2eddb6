"""Reads a GGUF file as a decoder: its sizes, and its tensors under the names that we use.

Two families share one architecture: llama (Llama, SmolLM2, Mistral, ...) and qwen2. A GGUF of the
first keeps the rows of queries and keys in pairs that rotate together, as llama.cpp wants them; the
graph rotates halves, so their rows are put back (``LlamaModel.permute`` of llama.cpp's converter,
undone). Rows carry whole blocks: nothing is lost by moving them.
"""

from dataclasses import dataclass, replace
from typing import Final, TypedDict

import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import TextModelInvalid, TextModelUnsupported
from studio.graphs.decoder import DecoderShape, DecoderWeights, expected_tensors
from studio.graphs.gguf import GgufFile
from studio.graphs.packing import Packed, pack_tensor

ARCHITECTURES: Final = ("llama", "qwen2")
PARTS: Final = {
    "query": "attn_q.weight",
    "key": "attn_k.weight",
    "value": "attn_v.weight",
    "output": "attn_output.weight",
    "gate": "ffn_gate.weight",
    "up": "ffn_up.weight",
    "down": "ffn_down.weight",
    "attention_norm": "attn_norm.weight",
    "feed_forward_norm": "ffn_norm.weight",
    "query_bias": "attn_q.bias",
    "key_bias": "attn_k.bias",
    "value_bias": "attn_v.bias",
}
"""Our names of a layer's tensors, and those in a file."""

WHOLE: Final = {
    "embedding": "token_embd.weight",
    "head": "output.weight",
    "norm": "output_norm.weight",
}
FREQUENCIES: Final = "rope_freqs.weight"
ROTATED_STEP: Final = 16
"""`GroupQueryAttention` rotates heads by so many numbers."""

LARGEST_SIZE: Final = 2**24
"""No width, count or length of a sound model is larger."""

LARGEST_EPSILON: Final = 0.1
"""Of a norm; models have a millionth or a hundred times that."""

LONGEST_CONTEXT: Final = 2**17
"""Tokens for which positions are written, whatever the file says that it was made for."""


def plan_decoder(gguf: GgufFile) -> tuple[DecoderShape, DecoderWeights]:
    """The shape and the weights of a file; raises `TextModelUnsupported` for other kinds."""
    family = gguf.architecture
    if family not in ARCHITECTURES:
        known = " and ".join(ARCHITECTURES)
        raise TextModelUnsupported(
            file=gguf.path, fault=f"its architecture is {family!r}, and only {known} are run"
        )
    if gguf.integer(f"{family}.expert_count", 0):
        raise TextModelUnsupported(file=gguf.path, fault="it is a mixture of experts")
    shape = _read_shape(gguf, family)
    weights = _GgufWeights(gguf=gguf, shape=shape, paired=family == "llama")
    weights.check()
    return shape, weights


def _read_shape(gguf: GgufFile, family: str) -> DecoderShape:
    def size(key: str, default: int | None = None) -> int:
        return gguf.integer(f"{family}.{key}", default, least=1, most=LARGEST_SIZE)

    width, heads = size("embedding_length"), size("attention.head_count")
    head_width = size("attention.key_length", width // heads if width % heads == 0 else None)
    if size("attention.value_length", head_width) != head_width:
        raise TextModelUnsupported(file=gguf.path, fault="its keys and values differ in width")
    kv_heads = size("attention.head_count_kv", heads)
    if heads % kv_heads:
        raise TextModelInvalid(file=gguf.path, fault=f"{kv_heads} heads do not divide {heads}")
    layers = size("block_count")
    if layers > len(gguf.tensors):
        raise TextModelInvalid(file=gguf.path, fault=f"it has no tensors for {layers:,} layers")
    return DecoderShape(
        layers=layers,
        width=width,
        heads=heads,
        kv_heads=kv_heads,
        head_width=head_width,
        feed_forward=size("feed_forward_length"),
        vocabulary=gguf.tensor(WHOLE["embedding"]).shape[0],
        context=min(size("context_length"), LONGEST_CONTEXT),
        norm_epsilon=gguf.number(
            f"{family}.attention.layer_norm_rms_epsilon", least=0.0, most=LARGEST_EPSILON
        ),
        qkv_bias="blk.0.attn_q.bias" in gguf.tensors,
        tied=WHOLE["head"] not in gguf.tensors,
        **_read_rope(gguf, family, head_width),
    )


class _Rope(TypedDict):
    rope_base: float
    rope_width: int
    rope_scale: float
    rope_factors: tuple[float, ...]


def _read_rope(gguf: GgufFile, family: str, head_width: int) -> _Rope:
    width = gguf.integer(f"{family}.rope.dimension_count", head_width)
    partly = width != head_width
    if not 0 < width <= head_width or width % ROTATED_STEP or (partly and family == "llama"):
        raise TextModelUnsupported(file=gguf.path, fault=f"it rotates {width} of {head_width}")
    kind = gguf.text(f"{family}.rope.scaling.type", "none")
    if kind not in ("none", "linear"):
        raise TextModelUnsupported(file=gguf.path, fault=f"its positions are scaled by {kind}")
    scale = gguf.number(f"{family}.rope.scaling.factor", 1.0) if kind == "linear" else 1.0
    base = gguf.number(f"{family}.rope.freq_base", 10_000.0)
    factors: tuple[float, ...] = ()
    if FREQUENCIES in gguf.tensors:
        factors = tuple(gguf.array(FREQUENCIES).ravel().tolist())
    if min(base, scale, *factors) <= 0:
        raise TextModelInvalid(
            file=gguf.path, fault="its rotations have a scale that is not positive"
        )
    if factors and len(factors) != width // 2:
        raise TextModelInvalid(file=gguf.path, fault=f"{FREQUENCIES} is not of {width // 2}")
    return _Rope(rope_base=base, rope_width=width, rope_scale=scale, rope_factors=factors)


@dataclass(frozen=True, slots=True, kw_only=True)
class _GgufWeights:
    """`DecoderWeights` of a file."""

    gguf: GgufFile
    shape: DecoderShape
    paired: bool
    """Rows of queries and keys rotate in pairs in the file."""

    def check(self) -> None:
        """Raise `TextModelInvalid` unless every tensor is there in its shape."""
        for name, dims in expected_tensors(self.shape).items():
            place = self._place(name)
            found = self.gguf.tensor(place).shape
            if found != dims:
                fault = f"its tensor “{place}” has the shape {found} and not {dims}"
                raise TextModelInvalid(file=self.gguf.path, fault=fault)

    def matrix(self, name: str) -> Packed:
        packed = pack_tensor(self.gguf, self._place(name))
        rows = self._rows(name)
        if rows is None:
            return packed
        return replace(
            packed,
            weights=packed.weights[rows],
            scales=packed.scales[rows],
            offsets=None if packed.offsets is None else packed.offsets[rows],
        )

    def vector(self, name: str) -> NDArray[np.float32]:
        values = self.gguf.array(self._place(name))
        rows = self._rows(name)
        return values if rows is None else values[rows]

    def _rows(self, name: str) -> NDArray[np.intp] | None:
        """Where each row of halves is in the file, if that keeps pairs."""
        part = name.rpartition(".")[2].removesuffix("_bias")
        if not self.paired or part not in ("query", "key"):
            return None
        heads = self.shape.heads if part == "query" else self.shape.kv_heads
        rows = np.arange(heads * self.shape.head_width)
        return rows.reshape(heads, -1, 2).swapaxes(1, 2).reshape(-1)

    @staticmethod
    def _place(name: str) -> str:
        """The name of a tensor in the file."""
        if name in WHOLE:
            return WHOLE[name]
        _, layer, part = name.split(".")
        return f"blk.{layer}.{PARTS[part]}"
