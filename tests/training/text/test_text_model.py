"""The network is the one that its sources describe."""

import math

import pytest
import torch
from torch.nn import functional

from tests.training.text.stand_ins import TINY_NETWORK
from training.errors import TrainingError
from training.text.loss import next_token_loss
from training.text.model import (
    Attention,
    RMSNorm,
    TextNetwork,
    TextNetworkConfig,
    check_network,
    parameter_count,
    rotary_table,
    rotate,
)


def _network(**changes: float) -> TextNetwork:
    torch.manual_seed(0)
    return TextNetwork(TINY_NETWORK, vocabulary=50, **changes).eval()


@torch.no_grad()
def test_no_token_sees_what_follows_it() -> None:
    network = _network()
    ids = torch.randint(0, 50, (1, 20))
    changed = ids.clone()
    changed[0, 12:] = (changed[0, 12:] + 1) % 50
    before, after = network(ids), network(changed)
    assert torch.allclose(before[0, :12], after[0, :12], atol=1e-6)
    assert not torch.allclose(before[0, 12:], after[0, 12:], atol=1e-3)


@torch.no_grad()
def test_attention_is_the_softmax_of_scaled_products() -> None:
    network = _network()
    attention = network.layers[0].self_attn
    assert isinstance(attention, Attention)
    x = torch.randn(1, 7, 64)
    cosine, sine = rotary_table(32, 7, 10_000.0)
    queries = rotate(attention.q_proj(x).view(1, 7, 2, 32).transpose(1, 2), cosine, sine)
    keys = rotate(attention.k_proj(x).view(1, 7, 1, 32).transpose(1, 2), cosine, sine)
    values = attention.v_proj(x).view(1, 7, 1, 32).transpose(1, 2)
    scores = queries @ keys.transpose(-1, -2) / math.sqrt(32)
    scores = scores.masked_fill(torch.ones(7, 7).triu(1).bool(), -math.inf)
    mixed = (scores.softmax(-1) @ values).transpose(1, 2).reshape(1, 7, 64)
    assert torch.allclose(attention(x, cosine, sine), attention.o_proj(mixed), atol=1e-6)


def test_rotations_depend_on_the_distance_alone() -> None:
    cosine, sine = rotary_table(16, 30, 10_000.0)
    query, key = torch.randn(16), torch.randn(16)

    def product(first: int, second: int) -> float:
        turned = rotate(query[None], cosine[first], sine[first])
        return float((turned * rotate(key[None], cosine[second], sine[second])).sum())

    assert product(5, 2) == pytest.approx(product(25, 22), abs=1e-4)
    assert product(5, 2) != pytest.approx(product(5, 4), abs=1e-2)


def test_a_norm_leaves_a_mean_square_of_one() -> None:
    normed = RMSNorm(64, 1e-6)(torch.randn(3, 64) * 7)
    assert torch.allclose(normed.square().mean(-1), torch.ones(3), atol=1e-4)


@pytest.mark.parametrize("rows", [3, 1100])
def test_the_loss_and_its_gradients_are_those_of_cross_entropy(rows: int) -> None:
    hidden = torch.randn(1, rows, 16, requires_grad=True)
    weight = torch.randn(40, 16, requires_grad=True)
    targets = torch.randint(0, 40, (1, rows))
    ours = next_token_loss(hidden, weight, targets, lower=False)
    mine = torch.autograd.grad(ours / rows, [hidden, weight])
    logits = functional.linear(hidden[0], weight)
    theirs = functional.cross_entropy(logits, targets[0], reduction="sum")
    expected = torch.autograd.grad(theirs / rows, [hidden, weight])
    assert torch.allclose(ours, theirs, rtol=1e-5)
    for mine_part, expected_part in zip(mine, expected, strict=True):
        assert torch.allclose(mine_part, expected_part, atol=1e-5)


def test_a_shared_matrix_counts_once() -> None:
    tied = parameter_count(_network())
    torch.manual_seed(0)
    apart = TextNetwork(
        TextNetworkConfig(
            layers=2, width=64, heads=2, kv_heads=1, feed_forward=96, context=32, tied=False
        ),
        vocabulary=50,
    )
    assert parameter_count(apart) - tied == 50 * 64


@pytest.mark.parametrize(
    ("network", "fault"),
    [
        (TextNetworkConfig(width=100, heads=6), "even multiple of --network.heads"),
        (TextNetworkConfig(heads=6, kv_heads=4), "multiple of --network.kv-heads"),
        (TextNetworkConfig(layers=0), "--network.layers: must be at least 1"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(network: TextNetworkConfig, fault: str) -> None:
    with pytest.raises(TrainingError, match=fault):
        check_network(network)
