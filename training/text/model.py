"""A decoder-only Transformer of the widespread kind, so that its graph is that of foreign models.

Attention is softmax(Q K^T / sqrt(d)) V (Vaswani et al. 2017), causal, with grouped queries
(Ainslie et al. 2023) and rotary positions (Su et al. 2021); RMSNorm before each block (Zhang and
Sennrich 2019), SwiGLU (Shazeer 2020), and the embedding's matrix shared with the head (Press and
Wolf 2017). Names of parameters are those of Hugging Face's Llama, so that exports and imports
need no table.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from training.errors import TrainingError


@dataclass(frozen=True, slots=True, kw_only=True)
class TextNetworkConfig:
    """The shape of a Transformer."""

    layers: int = 8
    """Blocks of attention and feed-forward."""
    width: int = 384
    """Numbers that stand for a token between the blocks."""
    heads: int = 6
    """Heads of queries; they share the width."""
    kv_heads: int = 2
    """Heads of keys and values; each serves a group of query heads."""
    feed_forward: int = 1024
    """Width within a block's SwiGLU."""
    context: int = 512
    """Tokens that the model sees at most."""
    rope_base: float = 10_000.0
    """Base of the rotary positions' wave lengths."""
    norm_epsilon: float = 1e-5
    """Added to the mean square in RMSNorm."""
    qkv_bias: bool = False
    """Whether queries, keys and values have biases, as Qwen2's do."""
    tied: bool = True
    """Whether the head shares the embedding's matrix."""


def check_network(config: TextNetworkConfig) -> None:
    """Refuse a shape that cannot be."""
    for name in ("layers", "width", "heads", "kv_heads", "feed_forward", "context"):
        if getattr(config, name) < 1:
            raise TrainingError(f"--network.{name.replace('_', '-')}: must be at least 1.")
    if config.width % config.heads or config.width // config.heads % 2:
        raise TrainingError(
            f"--network.width {config.width}: must be an even multiple of --network.heads "
            f"{config.heads}."
        )
    if config.heads % config.kv_heads:
        raise TrainingError(
            f"--network.heads {config.heads}: must be a multiple of --network.kv-heads "
            f"{config.kv_heads}."
        )


def computing_type(x: Tensor) -> torch.dtype:
    """The element type in which products with `x` are computed here."""
    device = x.device.type
    return torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else x.dtype


class RMSNorm(nn.Module):
    """x / sqrt(mean(x^2) + epsilon), times a weight for each number."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    @override
    def forward(self, x: Tensor) -> Tensor:
        """(..., width) -> (..., width), in the precision in which what follows computes.

        Otherwise each projection of the same norm would round it for itself.
        """
        normed = functional.rms_norm(x, (x.shape[-1],), self.weight.to(x.dtype), self.epsilon)
        return normed.to(computing_type(x))


def rotary_table(head_width: int, positions: int, base: float) -> tuple[Tensor, Tensor]:
    """Cosine and sine (positions, head_width) of the angles position / base^(2i / head_width).

    Halves are turned against each other (not neighbours), as in Llama's published weights.
    """
    frequencies = base ** (-torch.arange(0, head_width, 2, dtype=torch.float64) / head_width)
    angles = torch.arange(positions, dtype=torch.float64)[:, None] * frequencies
    angles = torch.cat([angles, angles], dim=1)
    return angles.cos().float(), angles.sin().float()


def rotate(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """Turn (batch, heads, sequence, head_width) by each position's angles."""
    first, second = x.chunk(2, dim=-1)
    return x * cosine + torch.cat([-second, first], dim=-1) * sine


class Attention(nn.Module):
    """Causal attention of grouped queries."""

    def __init__(self, config: TextNetworkConfig) -> None:
        super().__init__()
        self.heads, self.kv_heads = config.heads, config.kv_heads
        self.head_width = config.width // config.heads
        shared = config.kv_heads * self.head_width
        self.q_proj = nn.Linear(config.width, config.width, bias=config.qkv_bias)
        self.k_proj = nn.Linear(config.width, shared, bias=config.qkv_bias)
        self.v_proj = nn.Linear(config.width, shared, bias=config.qkv_bias)
        self.o_proj = nn.Linear(config.width, config.width, bias=False)

    @override
    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """(batch, sequence, width) -> (batch, sequence, width)."""
        batch, sequence, _ = x.shape

        def split(projected: Tensor, heads: int) -> Tensor:
            return projected.view(batch, sequence, heads, self.head_width).transpose(1, 2)

        queries = rotate(split(self.q_proj(x), self.heads), cosine, sine)
        keys = rotate(split(self.k_proj(x), self.kv_heads), cosine, sine)
        values = split(self.v_proj(x), self.kv_heads)
        if self.kv_heads != self.heads:
            group = self.heads // self.kv_heads
            keys = keys.repeat_interleave(group, dim=1)
            values = values.repeat_interleave(group, dim=1)
        mixed = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        joined: Tensor = self.o_proj(mixed.transpose(1, 2).reshape(batch, sequence, -1))
        return joined


class FeedForward(nn.Module):
    """SwiGLU: down(silu(gate(x)) * up(x))."""

    def __init__(self, config: TextNetworkConfig) -> None:
        super().__init__()
        self.gate_proj = nn.Linear(config.width, config.feed_forward, bias=False)
        self.up_proj = nn.Linear(config.width, config.feed_forward, bias=False)
        self.down_proj = nn.Linear(config.feed_forward, config.width, bias=False)

    @override
    def forward(self, x: Tensor) -> Tensor:
        """(..., width) -> (..., width)."""
        made: Tensor = self.down_proj(functional.silu(self.gate_proj(x)) * self.up_proj(x))
        return made


class Block(nn.Module):
    """Attention, then the feed-forward network, each added to what came in."""

    def __init__(self, config: TextNetworkConfig, dropout: float) -> None:
        super().__init__()
        self.input_layernorm = RMSNorm(config.width, config.norm_epsilon)
        self.self_attn = Attention(config)
        self.post_attention_layernorm = RMSNorm(config.width, config.norm_epsilon)
        self.mlp = FeedForward(config)
        self.dropout = dropout

    @override
    def forward(self, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """(batch, sequence, width) -> (batch, sequence, width)."""
        x = x + self._drop(self.self_attn(self.input_layernorm(x), cosine, sine))
        return x + self._drop(self.mlp(self.post_attention_layernorm(x)))

    def _drop(self, x: Tensor) -> Tensor:
        return functional.dropout(x, self.dropout, self.training) if self.dropout else x


class TextNetwork(nn.Module):
    """Tokens to the logits of the next ones."""

    cosine: Tensor
    sine: Tensor

    def __init__(self, config: TextNetworkConfig, *, vocabulary: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.config, self.vocabulary = config, vocabulary
        self.dropout = dropout
        self.embed_tokens = nn.Embedding(vocabulary, config.width)
        self.layers = nn.ModuleList(Block(config, dropout) for _ in range(config.layers))
        self.norm = RMSNorm(config.width, config.norm_epsilon)
        self.lm_head = None if config.tied else nn.Linear(config.width, vocabulary, bias=False)
        cosine, sine = rotary_table(config.width // config.heads, config.context, config.rope_base)
        self.register_buffer("cosine", cosine, persistent=False)
        self.register_buffer("sine", sine, persistent=False)
        self.apply(self._initialise)
        for block in self.layers:
            assert isinstance(block, Block)
            for last in (block.self_attn.o_proj, block.mlp.down_proj):
                nn.init.normal_(last.weight, std=0.02 / math.sqrt(2 * config.layers))

    @staticmethod
    def _initialise(module: nn.Module) -> None:
        """Small normal numbers (Radford et al. 2019)."""
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, nn.Linear) and module.bias is not None:
            nn.init.zeros_(module.bias)

    @property
    def head_weight(self) -> Tensor:
        """The matrix (vocabulary, width) of the logits."""
        return self.embed_tokens.weight if self.lm_head is None else self.lm_head.weight

    def hidden(self, ids: Tensor) -> Tensor:
        """ids int64 (batch, sequence) -> what the head looks at, (batch, sequence, width)."""
        x = self.embed_tokens(ids)
        if self.dropout:
            x = functional.dropout(x, self.dropout, self.training)
        kind = computing_type(x)
        cosine = self.cosine[: ids.shape[1]].to(kind)
        sine = self.sine[: ids.shape[1]].to(kind)
        for block in self.layers:
            x = block(x, cosine, sine)
        normed: Tensor = self.norm(x)
        return normed

    @override
    def forward(self, ids: Tensor) -> Tensor:
        """ids int64 (batch, sequence) -> logits (batch, sequence, vocabulary)."""
        return functional.linear(self.hidden(ids), self.head_weight)


def parameter_count(module: nn.Module) -> int:
    """Numbers that are learnt; a shared matrix counts once."""
    return sum(parameter.numel() for parameter in module.parameters())
