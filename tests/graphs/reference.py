"""A decoder in plain numpy, written from the papers: what the graphs must agree with."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.graphs.decoder import DecoderShape, expected_tensors

Floats = NDArray[np.floating[Any]]


def random_weights(shape: DecoderShape, seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Weights of a size that keeps activations near one."""
    random = np.random.default_rng(seed)
    made = {}
    for name, dims in expected_tensors(shape).items():
        values = random.standard_normal(dims)
        if name.endswith("norm"):
            values = 1 + 0.1 * values
        elif len(dims) == 2 and name != "embedding":
            values = values / np.sqrt(dims[1])
        made[name] = values.astype(np.float32)
    return made


def reference_logits(
    shape: DecoderShape,
    weights: Mapping[str, NDArray[np.float32]],
    ids: Sequence[int],
    precision: type[np.floating[Any]] = np.float64,
) -> Any:
    """(tokens, vocabulary), all positions at once."""
    wide: dict[str, Floats] = {name: values.astype(precision) for name, values in weights.items()}
    stream = wide["embedding"][list(ids)]
    for layer in range(shape.layers):
        own = {
            name.removeprefix(f"layers.{layer}."): values
            for name, values in wide.items()
            if name.startswith(f"layers.{layer}.")
        }
        stream = stream + _attention(shape, own, _norm(shape, stream, own["attention_norm"]))
        value = _norm(shape, stream, own["feed_forward_norm"])
        gate = value @ own["gate"].T
        opened = gate / (1 + np.exp(-gate)) * (value @ own["up"].T)
        stream = stream + opened @ own["down"].T
    head = wide["embedding" if shape.tied else "head"]
    return _norm(shape, stream, wide["norm"]) @ head.T


def _norm(shape: DecoderShape, value: Floats, scale: Floats) -> Floats:
    mean = np.square(value).mean(axis=-1, keepdims=True)
    normed: Floats = value / np.sqrt(mean + shape.norm_epsilon) * scale
    return normed


def _attention(shape: DecoderShape, own: Mapping[str, Floats], value: Floats) -> Floats:
    def heads(part: str, count: int) -> Floats:
        made = value @ own[part].T + own.get(f"{part}_bias", 0.0)
        return made.reshape(len(value), count, shape.head_width).swapaxes(0, 1)

    query = _rotated(shape, heads("query", shape.heads))
    key = _rotated(shape, heads("key", shape.kv_heads))
    group = shape.heads // shape.kv_heads
    key, content = (
        np.repeat(part, group, axis=0) for part in (key, heads("value", shape.kv_heads))
    )
    scores = query @ key.swapaxes(1, 2) * shape.head_width**-0.5
    scores[:, np.triu(np.ones(scores.shape[1:], bool), 1)] = -np.inf
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    mixed = (shares @ content).swapaxes(0, 1).reshape(len(value), -1)
    added: Floats = mixed @ own["output"].T
    return added


def _rotated(shape: DecoderShape, value: Floats) -> Floats:
    """Each pair (i, i + width / 2) of a head as a complex number, turned by its angle."""
    width = shape.rope_width or shape.head_width
    turned = value.copy()
    for pair in range(width // 2):
        frequency = shape.rope_base ** (-2 * pair / width) / shape.rope_scale
        if shape.rope_factors:
            frequency /= shape.rope_factors[pair]
        turn = np.exp(1j * frequency * np.arange(value.shape[1]))
        numbers = (value[..., pair] + 1j * value[..., pair + width // 2]) * turn
        turned[..., pair], turned[..., pair + width // 2] = numbers.real, numbers.imag
    return turned
