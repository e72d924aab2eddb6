"""A network's weights under the names that graphs are written by, and back.

The names are those of `studio.graphs.decoder.DecoderWeights`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

from studio.graphs.decoder import DecoderShape, DecoderWeights
from studio.graphs.packing import Packed, pack_eight, unpack
from studio.graphs.projections import Matrix
from training.errors import TrainingError
from training.text.model import TextNetwork, TextNetworkConfig
from training.text.quantise import pack_four

Bits = Literal[4, 8]

_MATRICES = {
    "query": "self_attn.q_proj.weight",
    "key": "self_attn.k_proj.weight",
    "value": "self_attn.v_proj.weight",
    "output": "self_attn.o_proj.weight",
    "gate": "mlp.gate_proj.weight",
    "up": "mlp.up_proj.weight",
    "down": "mlp.down_proj.weight",
}
_VECTORS = {
    "attention_norm": "input_layernorm.weight",
    "feed_forward_norm": "post_attention_layernorm.weight",
}
_BIASES = {
    "query_bias": "self_attn.q_proj.bias",
    "key_bias": "self_attn.k_proj.bias",
    "value_bias": "self_attn.v_proj.bias",
}
_WHOLE = {"embedding": "embed_tokens.weight", "head": "lm_head.weight", "norm": "norm.weight"}


def decoder_shape(config: TextNetworkConfig, *, vocabulary: int) -> DecoderShape:
    """The shape as graphs are written by."""
    return DecoderShape(
        layers=config.layers,
        width=config.width,
        heads=config.heads,
        kv_heads=config.kv_heads,
        head_width=config.width // config.heads,
        feed_forward=config.feed_forward,
        vocabulary=vocabulary,
        context=config.context,
        rope_base=config.rope_base,
        norm_epsilon=config.norm_epsilon,
        qkv_bias=config.qkv_bias,
        tied=config.tied,
    )


def network_config(shape: DecoderShape, *, context: int, file: object) -> TextNetworkConfig:
    """The shape of a foreign decoder as our network has it, seeing `context` tokens."""
    if shape.head_width * shape.heads != shape.width:
        fault = f"its heads of {shape.head_width} numbers do not add up to its width {shape.width}"
        raise TrainingError(f"{file}: {fault}; such a model cannot be trained here.")
    if (
        shape.rope_scale != 1.0
        or shape.rope_factors
        or shape.rope_width
        not in (
            0,
            shape.head_width,
        )
    ):
        raise TrainingError(f"{file}: its positions are scaled; it cannot be trained here.")
    return TextNetworkConfig(
        layers=shape.layers,
        width=shape.width,
        heads=shape.heads,
        kv_heads=shape.kv_heads,
        feed_forward=shape.feed_forward,
        context=min(context, shape.context),
        rope_base=shape.rope_base,
        norm_epsilon=shape.norm_epsilon,
        qkv_bias=shape.qkv_bias,
        tied=shape.tied,
    )


def parameter_names(config: TextNetworkConfig) -> Iterator[tuple[str, str]]:
    """Each name of a graph's weights with the network's name of the same."""
    for name, place in _WHOLE.items():
        if name != "head" or not config.tied:
            yield name, place
    parts = _MATRICES | _VECTORS | (_BIASES if config.qkv_bias else {})
    for layer in range(config.layers):
        for name, place in parts.items():
            yield f"layers.{layer}.{name}", f"layers.{layer}.{place}"


@dataclass(frozen=True, slots=True)
class NetworkWeights:
    """`DecoderWeights` of a network, its matrices rounded to blocks of `bits`."""

    network: TextNetwork
    bits: Bits

    def matrix(self, name: str) -> Matrix:
        """(outputs, inputs) in blocks."""
        values = self._array(name)
        return pack_eight(values) if self.bits == 8 else pack_four(values)

    def vector(self, name: str) -> npt.NDArray[np.float32]:
        """A norm's weights or a projection's biases."""
        return self._array(name)

    def _array(self, name: str) -> npt.NDArray[np.float32]:
        places = dict(parameter_names(self.network.config))
        array: npt.NDArray[np.float32] = (
            self.network.get_parameter(places[name]).detach().float().cpu().numpy()
        )
        return array


@torch.no_grad()
def load_weights(network: TextNetwork, weights: DecoderWeights) -> None:
    """Give a network the weights of a decoder, unpacked."""
    for name, place in parameter_names(network.config):
        parameter = network.get_parameter(place)
        if parameter.ndim == 2:
            matrix = weights.matrix(name)
            values = unpack(matrix) if isinstance(matrix, Packed) else matrix
        else:
            values = weights.vector(name)
        parameter.copy_(torch.from_numpy(np.array(values)).view_as(parameter))


@torch.no_grad()
def rounded_network(network: TextNetwork, *, bits: Bits) -> tuple[TextNetwork, dict[str, float]]:
    """What a graph of `bits` computes, as a network, with the loss of each matrix.

    A loss is the root mean square of what was rounded off, relative to the weights'.
    """
    rounded = TextNetwork(network.config, vocabulary=network.vocabulary).eval()
    weights = NetworkWeights(network, bits)
    load_weights(rounded, weights)
    losses = {}
    for name, place in parameter_names(network.config):
        if network.get_parameter(place).ndim == 2:
            matrix = weights.matrix(name)
            assert isinstance(matrix, Packed)
            losses[name] = matrix.loss
    return rounded, losses
