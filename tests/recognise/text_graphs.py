"""Tiny text graphs of every layout that is met, all of the same function of the tokens.

The function is a decoder of two layers without norms: ``x = E[id] + P[position]``, in each layer
``x += softmax(q k^T / sqrt(d)) v Wo`` over the tokens up to each one, at last ``x E^T``. Hybrid
graphs put a causal convolution of three taps over the embeddings before it. `reference_logits`
computes the same in numpy, in double precision.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

VOCABULARY: Final = 23
WIDTH: Final = 16
HEADS: Final = 2
HEAD_WIDTH: Final = 16
LAYERS: Final = 2
POSITIONS: Final = 2048
TAPS: Final = 3

LAYOUTS: Final = (
    "gqa", "gqa_half", "gqa_int32", "concatenated", "half", "merged", "two_files", "single_steps",
    "no_past", "zoo", "combined", "hybrid", "uncausal", "forgetful", "last_only", "renamed",
)  # fmt: skip
"""What `write_text_model` can write."""


def _random(seed: int, *shape: int, scale: float = 0.35) -> NDArray[np.float32]:
    return (np.random.default_rng(seed).normal(size=shape) * scale).astype(np.float32)


WEIGHTS: Final[dict[str, NDArray[np.float32]]] = {
    "embedding": _random(1, VOCABULARY, WIDTH, scale=0.8),
    "positions": _random(2, POSITIONS, WIDTH, scale=0.5),
    "taps": _random(3, WIDTH, 1, TAPS),
    **{f"query.{i}": _random(10 + i, WIDTH, HEADS * HEAD_WIDTH) for i in range(LAYERS)},
    **{f"key.{i}": _random(20 + i, WIDTH, HEAD_WIDTH) for i in range(LAYERS)},
    **{f"value.{i}": _random(30 + i, WIDTH, HEAD_WIDTH) for i in range(LAYERS)},
    **{f"output.{i}": _random(40 + i, HEADS * HEAD_WIDTH, WIDTH) for i in range(LAYERS)},
}


def reference_logits(ids: Sequence[int], *, hybrid: bool = False) -> NDArray[np.float64]:
    """The logits of each token, (tokens, vocabulary)."""
    weights = {name: array.astype(np.float64) for name, array in WEIGHTS.items()}
    count = len(ids)
    x = weights["embedding"][list(ids)]
    if hybrid:
        padded = np.concatenate([np.zeros((TAPS - 1, WIDTH)), x])
        taps = weights["taps"][:, 0, :]
        x = x + sum(padded[tap : tap + count] * taps[:, tap] for tap in range(TAPS))
    x = x + weights["positions"][:count]
    causal = np.tril(np.ones((count, count), bool))
    for layer in range(LAYERS):
        query = (x @ weights[f"query.{layer}"]).reshape(count, HEADS, HEAD_WIDTH)
        key, value = x @ weights[f"key.{layer}"], x @ weights[f"value.{layer}"]
        scores = np.einsum("thd,sd->hts", query, key) / np.sqrt(HEAD_WIDTH)
        scores = np.where(causal, scores, -np.inf)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = np.einsum("hts,sd->thd", scores, value).reshape(count, HEADS * HEAD_WIDTH)
        x = x + mixed @ weights[f"output.{layer}"]
    result: NDArray[np.float64] = x @ weights["embedding"].T
    return result


class _Graph:
    """Nodes and inputs as they are added."""

    def __init__(self, prefix: str = "") -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.outputs: list[onnx.ValueInfoProto] = []
        self._prefix = prefix
        self._number = 0

    def add(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        return self.several(kind, 1, *inputs, domain=domain, **attributes)[0]

    def several(
        self, kind: str, count: int, *inputs: str, domain: str = "", **attributes: Any
    ) -> list[str]:
        self._number += 1
        outputs = [f"{self._prefix}{kind}.{self._number}.{index}" for index in range(count)]
        self.nodes.append(
            helper.make_node(kind, list(inputs), outputs, domain=domain, **attributes)
        )
        return outputs

    def constant(self, *values: int, dtype: type[Any] = np.int64) -> str:
        array = np.array(values, dtype)
        return self.add("Constant", value=numpy_helper.from_array(array))

    def scalar(self, value: float, dtype: type[Any] = np.int64) -> str:
        return self.add("Constant", value=numpy_helper.from_array(np.array(value, dtype)))

    def size(self, tensor: str, axis: int) -> str:
        """One size of a tensor, a vector of one."""
        return self.add("Shape", tensor, start=axis, end=axis + 1)

    def takes(self, name: str, kind: int, *shape: int | str | None) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind, list(shape)))
        return name

    def gives(self, tensor: str, name: str, kind: int, *shape: int | str | None) -> None:
        self.nodes.append(helper.make_node("Identity", [tensor], [name]))
        self.outputs.append(helper.make_tensor_value_info(name, kind, list(shape)))


def _span(graph: _Graph, start: str, stop: str) -> str:
    """The whole numbers from ``start`` to ``stop``, both vectors of one."""
    axes = graph.constant(0)
    return graph.add(
        "Range", graph.add("Squeeze", start, axes), graph.add("Squeeze", stop, axes),
        graph.scalar(1),
    )  # fmt: skip


def _embedded(graph: _Graph, ids: str, positions: str, state: str | None = None) -> list[str]:
    """x before the first layer, (1, S, W); with ``state`` also the next one, (1, W, 2)."""
    words = graph.add("Gather", "embedding", ids)
    more = []
    if state is not None:
        turned = graph.add("Transpose", words, perm=[0, 2, 1])
        joined = graph.add("Concat", state, turned, axis=2)
        mixed = graph.add("Conv", joined, "taps", group=WIDTH)
        words = graph.add("Add", words, graph.add("Transpose", mixed, perm=[0, 2, 1]))
        more = [
            graph.add(
                "Slice", joined, graph.constant(1 - TAPS), graph.constant(1 << 40),
                graph.constant(2),
            )
        ]  # fmt: skip
    return [graph.add("Add", words, graph.add("Gather", "positions", positions)), *more]


def _heads(graph: _Graph, tensor: str, heads: int) -> str:
    """(1, S, heads * D) as (1, heads, S, D)."""
    shaped = graph.add("Reshape", tensor, graph.constant(1, -1, heads, HEAD_WIDTH))
    return graph.add("Transpose", shaped, perm=[0, 2, 1, 3])


def _decoder(
    graph: _Graph, x: str, past: Sequence[tuple[str, str]] | None, *, causal: bool = True
) -> tuple[str, list[tuple[str, str]]]:
    """Logits, and the keys and values of each layer, with a past that is joined by copying."""
    more = graph.size(x, 1)
    present = []
    for layer in range(LAYERS):
        query = _heads(graph, graph.add("MatMul", x, f"query.{layer}"), HEADS)
        key = _heads(graph, graph.add("MatMul", x, f"key.{layer}"), 1)
        value = _heads(graph, graph.add("MatMul", x, f"value.{layer}"), 1)
        if past is not None:
            key = graph.add("Concat", past[layer][0], key, axis=2)
            value = graph.add("Concat", past[layer][1], value, axis=2)
        present.append((key, value))
        scores = graph.add("MatMul", query, graph.add("Transpose", key, perm=[0, 1, 3, 2]))
        scores = graph.add("Mul", scores, graph.scalar(HEAD_WIDTH**-0.5, np.float32))
        if causal:
            total = graph.size(key, 2)
            columns = _span(graph, graph.constant(0), total)
            rows = _span(graph, graph.add("Sub", total, more), total)
            rows = graph.add("Unsqueeze", rows, graph.constant(1))
            allowed = graph.add("LessOrEqual", columns, rows)
            hidden = graph.scalar(-1e9, np.float32)
            scores = graph.add("Where", allowed, scores, hidden)
        mixed = graph.add("MatMul", graph.add("Softmax", scores, axis=-1), value)
        mixed = graph.add("Transpose", mixed, perm=[0, 2, 1, 3])
        mixed = graph.add("Reshape", mixed, graph.constant(1, -1, HEADS * HEAD_WIDTH))
        x = graph.add("Add", x, graph.add("MatMul", mixed, f"output.{layer}"))
    return _head(graph, x), present


def _head(graph: _Graph, x: str) -> str:
    return graph.add("MatMul", x, graph.add("Transpose", "embedding", perm=[1, 0]))


def _last(graph: _Graph, x: str, count: str) -> str:
    """The last ``count`` tokens of (1, S, W), all for 0; ``count`` is a vector of one."""
    start = graph.add("Neg", count)
    end = graph.constant(1 << 40)
    return graph.add("Slice", x, start, end, graph.constant(1))


def _names(template: str) -> list[tuple[str, str]]:
    return [
        (template.format(layer=layer, part="key"), template.format(layer=layer, part="value"))
        for layer in range(LAYERS)
    ]


def _take_past(
    graph: _Graph, template: str = "past_key_values.{layer}.{part}", kind: int = TensorProto.FLOAT
) -> list[tuple[str, str]]:
    shape = ("batch_size", 1, "past_sequence_length", HEAD_WIDTH)
    return [
        (graph.takes(key, kind, *shape), graph.takes(value, kind, *shape))
        for key, value in _names(template)
    ]


def _give_present(
    graph: _Graph,
    present: Sequence[tuple[str, str]],
    template: str = "present.{layer}.{part}",
    kind: int = TensorProto.FLOAT,
) -> None:
    shape = ("batch_size", 1, "total_sequence_length", HEAD_WIDTH)
    for pair, names in zip(present, _names(template), strict=True):
        for tensor, name in zip(pair, names, strict=True):
            graph.gives(tensor, name, kind, *shape)


def _model(graph: _Graph) -> onnx.ModelProto:
    used = {name for node in graph.nodes for name in _used(node)}
    weights = [
        numpy_helper.from_array(array, name) for name, array in WEIGHTS.items() if name in used
    ]
    proto = helper.make_graph(graph.nodes, "text", graph.inputs, graph.outputs, weights)
    imports = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(proto, opset_imports=imports, ir_version=10)


def _used(node: onnx.NodeProto) -> set[str]:
    names = set(node.input)
    for attribute in node.attribute:
        if attribute.type == onnx.AttributeProto.GRAPH:
            for inner in attribute.g.node:
                names |= _used(inner)
    return names


def gqa_graph(
    *, ids: int = TensorProto.INT64, mask: int = TensorProto.INT64,
    cache: int = TensorProto.FLOAT, keep: bool = True,
) -> onnx.ModelProto:  # fmt: skip
    """As our own converter and onnxruntime-genai's builder write them: the past is one buffer."""
    graph = _Graph()
    tokens = graph.takes("input_ids", ids, "batch_size", "sequence_length")
    seen = graph.takes("attention_mask", mask, "batch_size", "total_sequence_length")
    past = _take_past(graph, kind=cache)
    wanted = graph.takes("num_logits_to_keep", TensorProto.INT64) if keep else ""
    total = graph.size(seen, 1)
    more = graph.size(tokens, 1)
    summed = graph.add("ReduceSum", graph.add("Cast", seen, to=TensorProto.INT64),
                       graph.constant(1), keepdims=0)  # fmt: skip
    lengths = graph.add("Sub", summed, graph.constant(1))
    lengths = graph.add("Cast", lengths, to=TensorProto.INT32)
    whole = graph.add("Cast", graph.add("Squeeze", total, graph.constant(0)), to=TensorProto.INT32)
    x = _embedded(graph, tokens, _span(graph, graph.add("Sub", total, more), total))[0]
    half = cache == TensorProto.FLOAT16
    present = []
    for layer in range(LAYERS):
        parts = [graph.add("MatMul", x, f"{part}.{layer}") for part in ("query", "key", "value")]
        if half:
            parts = [graph.add("Cast", part, to=TensorProto.FLOAT16) for part in parts]
        mixed, *pair = graph.several(
            "GroupQueryAttention", 3, *parts, *past[layer], lengths, whole,
            domain="com.microsoft", num_heads=HEADS, kv_num_heads=1,
        )  # fmt: skip
        if half:
            mixed = graph.add("Cast", mixed, to=TensorProto.FLOAT)
        present.append((pair[0], pair[1]))
        x = graph.add("Add", x, graph.add("MatMul", mixed, f"output.{layer}"))
    if keep:
        x = _last(graph, x, graph.add("Reshape", wanted, graph.constant(1)))
    logits = _head(graph, x)
    kind = TensorProto.FLOAT16 if half else TensorProto.FLOAT
    if half:
        logits = graph.add("Cast", logits, to=kind)
    graph.gives(logits, "logits", kind, "batch_size", "kept", VOCABULARY)
    shape = ("batch_size", 1, "total_sequence_length", HEAD_WIDTH)
    for pairs, names in zip(present, _names("present.{layer}.{part}"), strict=True):
        for tensor, name in zip(pairs, names, strict=True):
            graph.nodes[:] = [_renamed(node, tensor, name) for node in graph.nodes]
            graph.outputs.append(helper.make_tensor_value_info(name, cache, list(shape)))
    return _model(graph)


def _renamed(node: onnx.NodeProto, old: str, new: str) -> onnx.NodeProto:
    for index, name in enumerate(node.output):
        if name == old:
            node.output[index] = new
    return node


def concatenated_graph(
    *, past: str = "past_key_values.{layer}.{part}", present: str = "present.{layer}.{part}",
    ids_name: str = "input_ids", logits_name: str = "logits", causal: bool = True,
    steps: int | str = "sequence_length", vocabulary: int | str = VOCABULARY,
    cache: int = TensorProto.FLOAT, last_only: bool = False, forgets: bool = False,
) -> onnx.ModelProto:  # fmt: skip
    """As Optimum writes them: the past is joined with what is new, by copying.

    Without ``causal`` a token sees those after it, if they are given together with it; what
    ``forgets`` makes of a past is that of other tokens.
    """
    graph = _Graph()
    tokens = graph.takes(ids_name, TensorProto.INT64, "batch_size", steps)
    graph.takes("attention_mask", TensorProto.INT64, "batch_size", "total_sequence_length")
    places = graph.takes("position_ids", TensorProto.INT64, "batch_size", steps)
    before = _take_past(graph, past, cache)
    known: list[tuple[str, str]] = before
    if cache != TensorProto.FLOAT:
        known = [
            (graph.add("Cast", key, to=TensorProto.FLOAT),
             graph.add("Cast", value, to=TensorProto.FLOAT))
            for key, value in before
        ]  # fmt: skip
    if forgets:
        minus = graph.scalar(-1.0, np.float32)
        known = [(graph.add("Mul", key, minus), value) for key, value in known]
    x = _embedded(graph, tokens, places)[0]
    logits, after = _decoder(graph, x, known, causal=causal)
    rows: int | str = steps
    if last_only:
        logits, rows = _last(graph, logits, graph.constant(1)), 1
    kind: int = TensorProto.FLOAT
    if cache != TensorProto.FLOAT:
        after = [
            (graph.add("Cast", key, to=cache), graph.add("Cast", value, to=cache))
            for key, value in after
        ]
        logits, kind = graph.add("Cast", logits, to=cache), cache
    graph.gives(logits, logits_name, kind, "batch_size", rows, vocabulary)
    _give_present(graph, after, present, cache)
    return _model(graph)


def beginning_graph() -> onnx.ModelProto:
    """Optimum's graph for the beginning of a text: no past goes in, and one comes out."""
    graph = _Graph()
    tokens = graph.takes("input_ids", TensorProto.INT64, "batch_size", "sequence_length")
    graph.takes("attention_mask", TensorProto.INT64, "batch_size", "sequence_length")
    places = _span(graph, graph.constant(0), graph.size(tokens, 1))
    logits, present = _decoder(graph, _embedded(graph, tokens, places)[0], None)
    graph.gives(logits, "logits", TensorProto.FLOAT, "batch_size", "sequence_length", VOCABULARY)
    _give_present(graph, present)
    return _model(graph)


def merged_graph() -> onnx.ModelProto:
    """Beginning and continuation in one graph, chosen by a flag; the continuation was traced for
    one token, so that it knows no causal mask."""
    graph = _Graph()
    tokens = graph.takes("input_ids", TensorProto.INT64, "batch_size", "sequence_length")
    mask = graph.takes("attention_mask", TensorProto.INT64, "batch_size", "total_sequence_length")
    past = _take_past(graph)
    flag = graph.takes("use_cache_branch", TensorProto.BOOL, 1)
    branches = []
    for cached in (True, False):
        inner = _Graph("then." if cached else "else.")
        more = inner.size(tokens, 1)
        total = inner.size(mask, 1) if cached else more
        places = _span(inner, inner.add("Sub", total, more), total)
        x = _embedded(inner, tokens, places)[0]
        logits, present = _decoder(inner, x, past if cached else None, causal=not cached)
        results = [logits, *(tensor for pair in present for tensor in pair)]
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in results]
        branches.append(helper.make_graph(inner.nodes, "branch", [], outputs))
    chosen = graph.several("If", 1 + 2 * LAYERS, flag, then_branch=branches[0],
                           else_branch=branches[1])  # fmt: skip
    graph.gives(chosen[0], "logits", TensorProto.FLOAT, "batch_size", "sequence_length", VOCABULARY)
    _give_present(graph, list(zip(chosen[1::2], chosen[2::2], strict=True)))
    return _model(graph)


def no_past_graph(*, zoo: bool = False, head: bool = True) -> onnx.ModelProto:
    """A graph that remembers nothing; that of the ONNX zoo has tokens of three axes."""
    graph = _Graph()
    if zoo:
        taken = graph.takes("input1", TensorProto.INT64, "input1_0", 1, "input1_2")
        tokens = graph.add("Reshape", taken, graph.constant(1, -1))
    else:
        tokens = graph.takes("input_ids", TensorProto.INT64, "batch_size", "sequence_length")
    places = _span(graph, graph.constant(0), graph.size(tokens, 1))
    x = _embedded(graph, tokens, places)[0]
    if not head:
        graph.gives(
            x, "last_hidden_state", TensorProto.FLOAT, "batch_size", "sequence_length", WIDTH
        )
        return _model(graph)
    logits, present = _decoder(graph, x, None)
    if zoo:
        logits = graph.add("Unsqueeze", logits, graph.constant(0))
        graph.gives(logits, "output1", TensorProto.FLOAT, "a", "b", "c", VOCABULARY)
        for number, (key, value) in enumerate(present, 2):
            both = graph.add("Concat", graph.add("Unsqueeze", key, graph.constant(0)),
                             graph.add("Unsqueeze", value, graph.constant(0)), axis=0)  # fmt: skip
            graph.gives(both, f"output{number}", TensorProto.FLOAT, 2, "d", 1, "e", HEAD_WIDTH)
    else:
        graph.gives(
            logits, "logits", TensorProto.FLOAT, "batch_size", "sequence_length", VOCABULARY
        )
    return _model(graph)


def combined_graph() -> onnx.ModelProto:
    """As onnxruntime writes GPT-2: keys and values of a layer in one tensor."""
    graph = _Graph()
    tokens = graph.takes("input_ids", TensorProto.INT32, "batch_size", "seq_len")
    places = graph.takes("position_ids", TensorProto.INT32, "batch_size", "seq_len")
    graph.takes("attention_mask", TensorProto.FLOAT, "batch_size", "total_seq_len")
    past = []
    for layer in range(LAYERS):
        name = graph.takes(
            f"past_{layer}", TensorProto.FLOAT, 2, "batch_size", 1, "past_seq_len", HEAD_WIDTH
        )
        parts = [graph.add("Gather", name, graph.scalar(index), axis=0) for index in range(2)]
        past.append((parts[0], parts[1]))
    logits, present = _decoder(graph, _embedded(graph, tokens, places)[0], past)
    graph.gives(logits, "logits", TensorProto.FLOAT, "batch_size", "seq_len", VOCABULARY)
    for layer, (key, value) in enumerate(present):
        both = graph.add("Concat", graph.add("Unsqueeze", key, graph.constant(0)),
                         graph.add("Unsqueeze", value, graph.constant(0)), axis=0)  # fmt: skip
        graph.gives(
            both, f"present_{layer}", TensorProto.FLOAT, 2, "batch_size", 1, "total_seq_len",
            HEAD_WIDTH,
        )  # fmt: skip
    return _model(graph)


def hybrid_graph() -> onnx.ModelProto:
    """A state of a fixed size beside the cache, as LFM2 and its like have."""
    graph = _Graph()
    tokens = graph.takes("input_ids", TensorProto.INT64, "batch_size", "sequence_length")
    mask = graph.takes("attention_mask", TensorProto.INT64, "batch_size", "total_sequence_length")
    state = graph.takes("past_conv.0", TensorProto.FLOAT, "batch_size", WIDTH, TAPS - 1)
    past = _take_past(graph)
    total, more = graph.size(mask, 1), graph.size(tokens, 1)
    places = _span(graph, graph.add("Sub", total, more), total)
    x, after = _embedded(graph, tokens, places, state)
    logits, present = _decoder(graph, x, past)
    graph.gives(logits, "logits", TensorProto.FLOAT, "batch_size", "sequence_length", VOCABULARY)
    graph.gives(after, "present_conv.0", TensorProto.FLOAT, "batch_size", WIDTH, TAPS - 1)
    _give_present(graph, present)
    return _model(graph)


def write_text_model(folder: Path, layout: str) -> Path:
    """The graph or graphs of one of `LAYOUTS`, without anything beside them; the main one."""
    folder.mkdir(parents=True, exist_ok=True)
    graphs: dict[str, Callable[[], onnx.ModelProto]] = {
        "gqa": gqa_graph,
        "gqa_half": lambda: gqa_graph(cache=TensorProto.FLOAT16),
        "gqa_int32": lambda: gqa_graph(
            ids=TensorProto.INT32, mask=TensorProto.INT32, keep=False
        ),
        "concatenated": concatenated_graph,
        "half": lambda: concatenated_graph(cache=TensorProto.FLOAT16),
        "merged": merged_graph,
        "two_files": lambda: concatenated_graph(steps=1),
        "single_steps": lambda: concatenated_graph(steps=1),
        "no_past": no_past_graph,
        "zoo": lambda: no_past_graph(zoo=True),
        "combined": combined_graph,
        "hybrid": hybrid_graph,
        "uncausal": lambda: concatenated_graph(causal=False),
        "forgetful": lambda: concatenated_graph(forgets=True),
        "last_only": lambda: concatenated_graph(last_only=True),
        "renamed": lambda: concatenated_graph(
            past="in_{layer}_{part}", present="out_{layer}_{part}", ids_name="tokens",
            logits_name="scores",
        ),
    }  # fmt: skip
    path = folder / "model.onnx"
    if layout in ("two_files", "uncausal"):
        onnx.save_model(beginning_graph(), folder / "decoder_model.onnx")
        path = folder / "decoder_with_past_model.onnx"
    onnx.save_model(graphs[layout](), path)
    return path


def write_tokenizer(folder: Path, tokens: int = VOCABULARY) -> Path:
    """A tokenizer.json of single letters, and its end of text as the last token."""
    words = {chr(ord("a") + index): index for index in range(tokens - 1)} | {"<end>": tokens - 1}
    content = {
        "version": "1.0",
        "added_tokens": [{"id": tokens - 1, "content": "<end>", "special": True}],
        "model": {"type": "WordLevel", "vocab": words, "unk_token": "a"},
    }
    path = folder / "tokenizer.json"
    path.write_text(json.dumps(content), "utf-8")
    return path
