"""Low-rank adaptation (Hu et al. 2022): of a matrix only a product of two thin ones is learnt.

W + scale B A, with A (rank, inputs) small random numbers and B (outputs, rank) nothing at first.
A fine-tuning then holds gradients and momenta for a small part of the weights, and changes too
little to forget what the model knew. The product is added to W before anything is exported.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

from training.text.model import TextNetwork


class LowRankLinear(nn.Linear):
    """A projection whose own weights stand still."""

    def __init__(self, inputs: int, outputs: int, *, bias: bool, rank: int, scale: float) -> None:
        super().__init__(inputs, outputs, bias=bias)
        self.requires_grad_(False)
        self.lora_a = nn.Parameter(torch.empty(rank, inputs))
        self.lora_b = nn.Parameter(torch.zeros(outputs, rank))
        self.scale = scale
        nn.init.kaiming_uniform_(self.lora_a, a=math.sqrt(5))

    @override
    def forward(self, input: Tensor) -> Tensor:
        """(..., inputs) -> (..., outputs)."""
        thin = functional.linear(functional.linear(input, self.lora_a), self.lora_b)
        return super().forward(input) + self.scale * thin

    def merged(self) -> nn.Linear:
        """A plain projection of the same effect."""
        plain = nn.Linear(self.in_features, self.out_features, bias=self.bias is not None)
        with torch.no_grad():
            plain.weight.copy_(self.weight + self.scale * self.lora_b @ self.lora_a)
            if self.bias is not None:
                plain.bias.copy_(self.bias)
        return plain


def add_low_rank(network: TextNetwork, *, rank: int, scale: float) -> None:
    """Let only low-rank changes of the blocks' projections be learnt, nothing else."""
    network.requires_grad_(False)
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear) and child is not network.lm_head:
                adapted = LowRankLinear(
                    child.in_features,
                    child.out_features,
                    bias=child.bias is not None,
                    rank=rank,
                    scale=scale,
                )
                adapted.load_state_dict(child.state_dict(), strict=False)
                setattr(parent, name, adapted)


def merge_low_rank(network: TextNetwork) -> None:
    """Put plain projections of the same effect in place of adapted ones."""
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, LowRankLinear):
                setattr(parent, name, child.merged())
