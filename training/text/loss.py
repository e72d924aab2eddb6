"""Cross-entropy of the next token, without ever holding the logits of a whole batch.

A vocabulary of thousands makes logits far larger than everything else in a small model. Rows are
therefore taken a few at a time, and since each row's gradient needs nothing but its own logits,
it is computed in the same visit.
"""

from typing import Any

import torch
from torch import Tensor
from typing_extensions import override

ROWS_AT_ONCE = 512


class _HeadLoss(torch.autograd.Function):
    """Sum of -log softmax(hidden @ weight^T)[target] over the rows."""

    @staticmethod
    @override
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, targets: Tensor, lower: bool) -> Tensor:
        """hidden (rows, width), weight (vocabulary, width), targets int64 (rows,) -> scalar."""
        kind = torch.bfloat16 if lower else torch.float32
        total = hidden.new_zeros((), dtype=torch.float32)
        matrix = weight.to(kind)
        hidden_gradient = torch.empty_like(hidden)
        learns_weight = ctx.needs_input_grad[1]
        weight_gradient = torch.zeros_like(weight, dtype=torch.float32) if learns_weight else None
        for first in range(0, len(hidden), ROWS_AT_ONCE):
            part = slice(first, first + ROWS_AT_ONCE)
            chunk = hidden[part].to(kind)
            # By hand, because softmax and log_softmax of torch take five times as long here.
            scores = (chunk @ matrix.T).float()
            scores -= scores.amax(dim=-1, keepdim=True)
            wanted = targets[part, None]
            total -= scores.gather(1, wanted).sum()
            scores.exp_()
            mass = scores.sum(dim=-1, keepdim=True)
            total += mass.log().sum()
            scores /= mass
            scores.scatter_add_(1, wanted, scores.new_full(wanted.shape, -1.0))
            gradient = scores.to(kind)
            hidden_gradient[part] = (gradient @ matrix).to(hidden.dtype)
            if weight_gradient is not None:
                weight_gradient += (gradient.T @ chunk).float()
        ctx.save_for_backward(hidden_gradient, weight_gradient)
        return total

    @staticmethod
    @override
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        """The gradients, which forward has made, times that of the sum."""
        hidden_gradient, weight_gradient = ctx.saved_tensors
        (scale,) = gradients
        return (
            hidden_gradient * scale.to(hidden_gradient.dtype),
            None if weight_gradient is None else weight_gradient * scale,
            None,
            None,
        )


def next_token_loss(hidden: Tensor, weight: Tensor, targets: Tensor, *, lower: bool) -> Tensor:
    """Sum over all tokens of the bits, in nats, that the next one takes.

    hidden (batch, sequence, width), targets int64 (batch, sequence); `lower` computes the
    products in bfloat16.
    """
    summed: Tensor = _HeadLoss.apply(  # type: ignore[no-untyped-call]  # torch leaves it untyped
        hidden.reshape(-1, hidden.shape[-1]), weight, targets.reshape(-1), lower
    )
    return summed
