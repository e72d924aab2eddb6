"""Writes a decoder-only Transformer as an ONNX graph that onnxruntime runs quickly.

The architecture is Llama's: h += attention(norm(h)); h += feed_forward(norm(h)), with root mean
square norms, rotary positions, grouped queries and the gated feed-forward
down(silu(gate(x)) * up(x)). Its signature is the widespread one, so that graphs of ours and of
others go the same way:

==================================  =======  =======================================
inputs
``input_ids``                       int64    (batch, sequence)
``attention_mask``                  int64    (batch, total), all ones
``past_key_values.{i}.key|value``   float32  (batch, kv_heads, past, head_width); int8 where
                                             the form has a small cache
``num_logits_to_keep``              int64    scalar; of the last so many tokens, 0 = of all
outputs
``logits``                          float32  (batch, kept, vocabulary)
``present.{i}.key|value``                    as the past, (batch, kv_heads, total, head_width)
==================================  =======  =======================================

Past and present may be one buffer that is longer than the total: nothing is copied then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, ValueInfoProto, helper

from studio.graphs.forms import EXACT, DecoderForm
from studio.graphs.minima import Minima
from studio.graphs.packing import Packed
from studio.graphs.projections import Matrix, NoteLoss, Projections, fused
from studio.graphs.writer import CONTRIB, GraphWriter

LAST: Final = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderShape:
    """The sizes and constants of a decoder."""

    layers: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    feed_forward: int
    vocabulary: int
    context: int
    """Tokens that it was made for; positions beyond have no rotation in the graph."""
    rope_base: float = 10_000.0
    rope_width: int = 0
    """Numbers of a head that are rotated; 0 = all."""
    rope_scale: float = 1.0
    """Positions are divided by it (linear scaling)."""
    rope_factors: tuple[float, ...] = ()
    """Each frequency is divided by its own (Llama 3.1's scaling), or none."""
    norm_epsilon: float = 1e-5
    qkv_bias: bool = False
    tied: bool = True
    """The head multiplies by the embedding itself."""


def expected_tensors(shape: DecoderShape) -> dict[str, tuple[int, ...]]:
    """The names (ours) and shapes of all that a decoder of this shape is made of."""
    width, queries = shape.width, shape.heads * shape.head_width
    keys = shape.kv_heads * shape.head_width
    whole: dict[str, tuple[int, ...]] = {
        "embedding": (shape.vocabulary, width),
        "norm": (width,),
        **({} if shape.tied else {"head": (shape.vocabulary, width)}),
    }
    layer: dict[str, tuple[int, ...]] = {
        "query": (queries, width),
        "key": (keys, width),
        "value": (keys, width),
        "output": (width, queries),
        "gate": (shape.feed_forward, width),
        "up": (shape.feed_forward, width),
        "down": (width, shape.feed_forward),
        "attention_norm": (width,),
        "feed_forward_norm": (width,),
    }
    if shape.qkv_bias:
        layer |= {"query_bias": (queries,), "key_bias": (keys,), "value_bias": (keys,)}
    return whole | {
        f"layers.{index}.{part}": dims
        for index in range(shape.layers)
        for part, dims in layer.items()
    }


class DecoderWeights(Protocol):
    """Where the weights come from, one at a time; nothing is kept.

    Matrices, (outputs, inputs): ``embedding`` (vocabulary, width), ``head`` where it is not tied,
    and of each layer ``layers.{i}.query|key|value|output|gate|up|down``. Vectors: ``norm``,
    ``layers.{i}.attention_norm|feed_forward_norm`` and, with ``qkv_bias``,
    ``layers.{i}.query_bias|key_bias|value_bias``. Where the form has a small cache,
    ``layers.{i}.key_scale|value_scale`` (kv_heads * head_width): what one step of the eight bits
    is worth. Heads are rotated in halves (as transformers has them), not in pairs.
    """

    def matrix(self, name: str) -> Matrix: ...

    def vector(self, name: str) -> NDArray[np.float32]: ...


def write_decoder(
    shape: DecoderShape,
    weights: DecoderWeights,
    folder: Path,
    form: DecoderForm = EXACT,
    note_loss: NoteLoss | None = None,
    minima: Minima | None = None,
) -> Path:
    """Write ``model.onnx`` and ``model.onnx.data`` into an existing folder; returns the graph's.

    At most the largest matrix (or those fused into one) is in memory. ``note_loss`` is told of
    each matrix that the form rounds anew. With ``minima`` the graph lacks those that are put
    there, and says nothing sensible until they are folded in.
    """
    with GraphWriter(folder) as graph:
        note_loss = note_loss or (lambda name, loss: None)
        products = Projections(graph, form.accuracy_level, note_loss, minima)
        return _Decoder(shape, weights, graph, form, products).write()


PRODUCTS: Final = {
    "query": "query_key_value",
    "key": "query_key_value",
    "value": "query_key_value",
    "gate": "gate_up",
    "up": "gate_up",
    "embedding": "head",
}
"""The product, as forms have it, that a matrix belongs to where it goes by another name."""


class _Decoder:
    """One graph under way. Values between the parts are (batch * sequence, columns)."""

    def __init__(
        self,
        shape: DecoderShape,
        weights: DecoderWeights,
        graph: GraphWriter,
        form: DecoderForm,
        products: Projections,
    ) -> None:
        self._shape = shape
        self._weights = weights
        self._graph = graph
        self._form = form
        self._products = products

    def write(self) -> Path:
        graph, shape = self._graph, self._shape
        self._positions()
        stream = self._embedded()
        added = ""
        for layer in range(shape.layers):
            stream, value = self._normed(stream, added, f"layers.{layer}.attention_norm")
            added = self._attention(value, f"layers.{layer}", layer)
            stream, value = self._normed(stream, added, f"layers.{layer}.feed_forward_norm")
            added = self._feed_forward(value, f"layers.{layer}")
        self._logits(stream, added)
        cache = [
            (f"{layer}.{part}", [shape.kv_heads, length, shape.head_width])
            for length in ("past", "total")
            for layer in range(shape.layers)
            for part in ("key", "value")
        ]
        half = len(cache) // 2
        kept = TensorProto.INT8 if self._form.small_cache else TensorProto.FLOAT
        inputs = [
            _value("input_ids", TensorProto.INT64, ["batch", "sequence"]),
            _value("attention_mask", TensorProto.INT64, ["batch", "total"]),
            _value("num_logits_to_keep", TensorProto.INT64, []),
            *(
                _value(f"past_key_values.{name}", kept, ["batch", *dims])
                for name, dims in cache[:half]
            ),
        ]
        outputs = [
            _value("logits", TensorProto.FLOAT, ["batch", "kept", shape.vocabulary]),
            *(_value(f"present.{name}", kept, ["batch", *dims]) for name, dims in cache[half:]),
        ]
        return graph.finish(inputs, outputs, producer="atelier")

    def _positions(self) -> None:
        """What attention asks of positions: lengths, and the rotations of every position."""
        graph, shape = self._graph, self._shape
        graph.constant("axis.0", np.array([0], np.int64))
        graph.constant("axis.1", np.array([1], np.int64))
        graph.constant("one", np.array(1, np.int64))
        graph.constant("all", np.array([-1], np.int64))
        lengths = graph.node("ReduceSum", ["attention_mask", "axis.1"], "lengths", keepdims=0)
        last = graph.node("Sub", [lengths, "one"], "lengths.last")
        graph.node("Cast", [last], "positions.last", to=TensorProto.INT32)
        total = graph.node("Shape", ["attention_mask"], "total.dims", start=1, end=2)
        total = graph.node("Squeeze", [total, "axis.0"], "total.wide")
        graph.node("Cast", [total], "total", to=TensorProto.INT32)
        tokens = graph.node("Shape", ["input_ids"], "tokens")
        graph.node("Concat", [tokens, "all"], "tokens.wide", axis=0)
        cosines, sines = rotations(shape)
        graph.constant("rotations.cosine", cosines)
        graph.constant("rotations.sine", sines)

    def _embedded(self) -> str:
        """(rows, width): the tokens' embeddings, dequantised as they are gathered."""
        graph, shape = self._graph, self._shape
        matrix = self._weights.matrix("embedding")
        ids = graph.node("Reshape", ["input_ids", "all"], "tokens.flat")
        self._products.write(matrix, "embedding")
        if not isinstance(matrix, Packed):
            return graph.node("Gather", ["embedding.weights", ids], "embedded")
        graph.alias("embedding.gathered_scales", "embedding.scales", (*matrix.scales.shape, 1))
        blocked = graph.node(
            "GatherBlockQuantized",
            ["embedding.weights", ids, "embedding.gathered_scales"],
            "embedded.blocks",
            domain=CONTRIB,
            bits=matrix.bits,
            block_size=matrix.block,
            gather_axis=0,
            quantize_axis=2,
        )
        graph.constant("shape.embedded", np.array([-1, shape.width], np.int64))
        if matrix.offsets is None:
            return graph.node("Reshape", [blocked, "shape.embedded"], "embedded")
        graph.constant("embedding.row_offsets", matrix.offsets[..., np.newaxis])
        offsets = graph.node("Gather", ["embedding.row_offsets", ids], "embedded.offsets")
        moved = graph.node("Add", [blocked, offsets], "embedded.moved")
        return graph.node("Reshape", [moved, "shape.embedded"], "embedded")

    def _normed(self, stream: str, added: str, name: str) -> tuple[str, str]:
        """The stream with what the part before adds to it, and its norm."""
        graph, epsilon = self._graph, self._shape.norm_epsilon
        scale = graph.constant(name, self._weights.vector(name))
        if not added:
            value = graph.node(
                "SimplifiedLayerNormalization", [stream, scale], f"{name}.value",
                axis=-1, epsilon=epsilon, stash_type=1,
            )  # fmt: skip
            return stream, value
        value = graph.node(
            "SkipSimplifiedLayerNormalization",
            [stream, added, scale],
            [f"{name}.value", "", "", f"{name}.stream"],
            domain=CONTRIB,
            epsilon=epsilon,
        )
        return f"{name}.stream", value

    def _attention(self, value: str, name: str, layer: int) -> str:
        graph, shape = self._graph, self._shape
        parts = ("query", "key", "value")
        matrices = [self._weights.matrix(f"{name}.{part}") for part in parts]
        biased = parts if shape.qkv_bias else ()
        biases = {part: self._weights.vector(f"{name}.{part}_bias") for part in biased}
        whole = fused(matrices)
        if whole is not None:
            bias = ""
            if biases:
                bias = graph.constant(
                    f"{name}.query_key_value.bias", np.concatenate(list(biases.values()))
                )
            heads = [self._in_batches(self._project(value, whole, f"{name}.query_key_value", bias))]
            heads += ["", ""]
        else:
            heads = []
            for part, matrix in zip(parts, matrices, strict=True):
                bias = graph.constant(f"{name}.{part}.bias", biases[part]) if biases else ""
                made = self._project(value, matrix, f"{name}.{part}", bias)
                heads.append(self._in_batches(made))
        past = [f"past_key_values.{layer}.{part}" for part in ("key", "value")]
        present = [f"present.{layer}.{part}" for part in ("key", "value")]
        scales: list[str] = []
        kept: dict[str, str | int] = {}
        if self._form.small_cache:
            dims = (1, shape.kv_heads, 1, shape.head_width)
            scales = ["", "", ""]  # positions, bias of scores, sinks: none
            for part in ("key_scale", "value_scale"):
                values = self._weights.vector(f"{name}.{part}")
                scales.append(graph.constant(f"{name}.{part}", values.reshape(dims)))
            each = "PER_CHANNEL"
            kept = {"k_quant_type": each, "v_quant_type": each, "kv_cache_bit_width": 8}
        attended = graph.node(
            "GroupQueryAttention",
            [
                *heads, *past, "positions.last", "total", "rotations.cosine", "rotations.sine",
                *scales,
            ],
            [f"{name}.attended", *present],
            domain=CONTRIB,
            num_heads=shape.heads,
            kv_num_heads=shape.kv_heads,
            scale=shape.head_width**-0.5,
            do_rotary=1,
            rotary_interleaved=0,
            **kept,
        )  # fmt: skip
        rows = self._in_rows(attended, shape.heads * shape.head_width)
        return self._project(rows, self._weights.matrix(f"{name}.output"), f"{name}.output")

    def _feed_forward(self, value: str, name: str) -> str:
        graph = self._graph
        gate, up = (self._weights.matrix(f"{name}.{part}") for part in ("gate", "up"))
        whole = fused([gate, up])
        if whole is not None:
            both = self._project(value, whole, f"{name}.gate_up")
            graph.node("Split", [both], halves := [f"{name}.gate", f"{name}.up"], axis=-1,
                       num_outputs=2)  # fmt: skip
        else:
            halves = [
                self._project(value, matrix, f"{name}.{part}")
                for part, matrix in (("gate", gate), ("up", up))
            ]
        opened = graph.node("QuickGelu", [halves[0]], f"{name}.silu", domain=CONTRIB, alpha=1.0)
        gated = graph.node("Mul", [opened, halves[1]], f"{name}.gated")
        return self._project(gated, self._weights.matrix(f"{name}.down"), f"{name}.down")

    def _logits(self, stream: str, added: str) -> None:
        """Norm and head, of the last tokens only."""
        graph, shape = self._graph, self._shape
        _, value = self._normed(stream, added, "norm")
        value = self._in_batches(value)
        kept = graph.node("Neg", ["num_logits_to_keep"], "kept.negative")
        first = graph.node("Reshape", [kept, "all"], "kept.first")
        graph.constant("kept.end", np.array([LAST], np.int64))
        value = graph.node("Slice", [value, first, "kept.end", "axis.1"], "kept")
        rows = self._in_rows(value, shape.width)
        name = "embedding" if shape.tied else "head"
        logits = self._project(rows, self._weights.matrix(name), name)
        batch = graph.node("Shape", ["input_ids"], "batch", start=0, end=1)
        graph.constant("dims.logits", np.array([-1, shape.vocabulary], np.int64))
        dims = graph.node("Concat", [batch, "dims.logits"], "shape.logits", axis=0)
        graph.node("Reshape", [logits, dims], "logits")

    def _project(self, value: str, matrix: Matrix, name: str, bias: str = "") -> str:
        """A product in the way that the form has for it."""
        part = name.rpartition(".")[2]
        if PRODUCTS.get(part, part) in self._form.in_rows:
            return self._products.project_in_rows(value, matrix, name, bias)
        return self._products.project(value, matrix, name, bias)

    def _in_batches(self, value: str) -> str:
        """(batch, sequence, columns) of (rows, columns)."""
        return self._graph.node("Reshape", [value, "tokens.wide"], f"{value}.batches")

    def _in_rows(self, value: str, width: int) -> str:
        """(rows, width) of (batch, sequence, width)."""
        shape = f"shape.rows.{width}"
        if not self._graph.has(shape):
            self._graph.constant(shape, np.array([-1, width], np.int64))
        return self._graph.node("Reshape", [value, shape], f"{value}.rows")


def rotations(shape: DecoderShape) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Cosines and sines of every position's rotation, each (context, rope_width / 2).

    Angle of pair i at position p: p / scale * base ** (-2 i / width) / factor_i (Su et al. 2021,
    RoFormer, section 3.2.2).
    """
    width = shape.rope_width or shape.head_width
    frequencies = shape.rope_base ** (-np.arange(0, width, 2, dtype=np.float64) / width)
    if shape.rope_factors:
        frequencies = frequencies / np.array(shape.rope_factors, np.float64)
    angles = np.outer(np.arange(shape.context) / shape.rope_scale, frequencies)
    return np.cos(angles).astype(np.float32), np.sin(angles).astype(np.float32)


def _value(name: str, data_type: int, dims: Sequence[int | str]) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, data_type, dims)
