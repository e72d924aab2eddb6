"""One text model's training as state and steps; what is around it is in `train`."""

import copy
import math
from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn

from training.engine import Engine
from training.text.config import TextConfig
from training.text.lora import add_low_rank
from training.text.loss import next_token_loss
from training.text.model import TextNetwork
from training.text.packed import PackedWindows

_DROPOUT_SEED = 1_000_003
_BETAS = (0.9, 0.95)
_MOMENTUM = 0.95


class TextTrainer:
    """Weights, optimisers and the average; a step is a pure function of them and its number."""

    def __init__(
        self,
        config: TextConfig,
        windows: PackedWindows,
        engine: Engine,
        *,
        vocabulary: int,
        begin: Callable[[TextNetwork], None] | None = None,
    ) -> None:
        """`begin` gives the network weights to start from."""
        self._config, self._windows, self._engine = config, windows, engine
        self.step_number = 0
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            network = TextNetwork(config.network, vocabulary=vocabulary, dropout=config.dropout)
            if begin is not None:
                begin(network)
            if config.lora_rank:
                add_low_rank(network, rank=config.lora_rank, scale=config.lora_scale)
        self.network = network.to(engine.device)
        self.averaged = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.optimisers = make_optimisers(self.network, config)
        self._windows_a_step = config.batch * engine.world_size
        self.steps = max(math.ceil(config.passes * windows.windows / self._windows_a_step), 1)

    @property
    def windows_seen(self) -> int:
        """Windows seen so far by all processes."""
        return self.step_number * self._windows_a_step

    @property
    def tokens_seen(self) -> int:
        """Tokens seen so far by all processes."""
        return self.windows_seen * self._config.network.context

    def step_share(self) -> float:
        """The share of the greatest step size: a straight rise, then half a cosine."""
        config = self._config
        if self.step_number < config.warm_up:
            return (self.step_number + 1) / config.warm_up
        gone = (self.step_number - config.warm_up) / max(self.steps - config.warm_up, 1)
        wave = 0.5 * (1 + math.cos(math.pi * min(gone, 1.0)))
        return config.learning_rate_end + (1 - config.learning_rate_end) * wave

    def step(self) -> float:
        """One update; returns the mean loss of a token in nats."""
        config, engine, size = self._config, self._engine, self._config.batch
        rows = torch.from_numpy(
            self._windows.rows(self.windows_seen + engine.rank * size, size)
        ).to(engine.device)
        self.network.train()
        lower = engine.precision == "bf16-mixed"
        tokens = size * config.network.context
        total = torch.zeros((), device=engine.device)
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=True)
        for number, part in enumerate(torch.split(rows, config.micro_batch)):
            # What is dropped is decided by the place in the run alone, so that nothing of the
            # random state has to be kept for a resumed run to go on alike.
            place = (self.step_number * engine.world_size + engine.rank) * size + number
            torch.manual_seed((config.seed * _DROPOUT_SEED + place) % 2**63)
            with engine.autocast():
                hidden = self.network.hidden(part[:, :-1])
            loss = next_token_loss(hidden, self.network.head_weight, part[:, 1:], lower=lower)
            (loss / tokens).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            total += loss.detach()
        engine.average_gradients(self.network)
        nn.utils.clip_grad_norm_(self.network.parameters(), config.clip)
        share = self.step_share()
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = group["full_lr"] * share
            optimiser.step()
        self.step_number += 1
        self._move_average()
        return float(total) / tokens

    @torch.no_grad()
    def _move_average(self) -> None:
        """Move the average towards the weights; its half-life grows with the run."""
        half_life = min(self._config.average_steps, self.step_number * 0.1)
        keep = 0.5 ** (1 / half_life) if half_life > 0 else 0.0
        for averaged, current in zip(
            self.averaged.parameters(), self.network.parameters(), strict=True
        ):
            if current.requires_grad:
                averaged.lerp_(current, 1 - keep)

    def state(self) -> dict[str, object]:
        """All that the next step depends on."""
        return {
            "step": self.step_number,
            "network": self.network.state_dict(),
            "averaged": self.averaged.state_dict(),
            "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
        }

    def load(self, state: Mapping[str, object]) -> None:
        """Put back what `state()` gave."""
        step, optimisers = state["step"], state["optimisers"]
        network, averaged = state["network"], state["averaged"]
        assert isinstance(step, int)
        assert isinstance(optimisers, list)
        assert isinstance(network, dict)
        assert isinstance(averaged, dict)
        self.step_number = step
        self.network.load_state_dict(network)
        self.averaged.load_state_dict(averaged)
        for optimiser, stored in zip(self.optimisers, optimisers, strict=True):
            optimiser.load_state_dict(stored)


def make_optimisers(network: TextNetwork, config: TextConfig) -> list[torch.optim.Optimizer]:
    """AdamW, and Muon for the matrices of the blocks where it is asked for.

    Norms and biases are not pulled towards nothing; thin matrices of low-rank changes are AdamW's.
    """
    learnt = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    matrices = [(name, p) for name, p in learnt if p.ndim == 2]
    inner = [p for name, p in matrices if name.startswith("layers.") and ".lora_" not in name]
    outer = [p for name, p in matrices if not name.startswith("layers.") or ".lora_" in name]
    flat = [p for _, p in learnt if p.ndim != 2]
    optimisers: list[torch.optim.Optimizer] = []
    if config.optimiser == "muon" and inner:
        # "match_rms_adamw" scales its steps so that AdamW's step sizes and pulls fit (Liu et al.
        # 2025, section 2.2).
        optimisers.append(
            torch.optim.Muon(
                inner,
                lr=config.learning_rate,
                momentum=_MOMENTUM,
                weight_decay=config.weight_decay,
                adjust_lr_fn="match_rms_adamw",
            )
        )
        inner = []
    groups: list[dict[str, object]] = [
        {"params": [*inner, *outer], "weight_decay": config.weight_decay},
        {"params": flat, "weight_decay": 0.0},
    ]
    optimisers.append(
        torch.optim.AdamW(
            [group for group in groups if group["params"]],
            config.learning_rate,
            betas=_BETAS,
            fused=True,
        )
    )
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["full_lr"] = config.learning_rate
    return optimisers


@torch.no_grad()
def nats_of(
    network: TextNetwork, tokens: Tensor, *, stride: int, batch: int = 8, lower: bool = False
) -> Tensor:
    """The nats that each token of a text takes, float32 (tokens - 1,): the first is given.

    tokens int64 (count,). The text is read in windows of the network's context that advance by
    `stride`, so that every token but the first ones is judged with at least context - stride
    tokens before it.
    """
    context = network.config.context
    count = len(tokens) - 1
    starts = list(range(0, max(count - context, 0) + stride, stride))
    starts = [min(start, max(count - context, 0)) for start in starts]
    starts = list(dict.fromkeys(starts))
    length = min(context, count)
    network.eval()
    nats = torch.zeros(count)
    done = 0
    for first in range(0, len(starts), batch):
        chosen = starts[first : first + batch]
        rows = torch.stack([tokens[at : at + length + 1] for at in chosen])
        with torch.autocast(tokens.device.type, dtype=torch.bfloat16, enabled=lower):
            hidden = network.hidden(rows[:, :-1])
            for at, row, seen in zip(chosen, rows, hidden, strict=True):
                skipped = done - at
                scores = nn.functional.linear(seen[skipped:], network.head_weight).float()
                nats[done : at + length] = nn.functional.cross_entropy(
                    scores, row[1 + skipped :], reduction="none"
                ).cpu()
                done = at + length
    return nats
