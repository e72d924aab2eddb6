"""The network in whose features models are measured.

A small residual network (He et al. 2016). The picture is folded to half its size first, where a
processor computes best, and the last features keep their place instead of being averaged over
the picture: eyes at the wrong height are a fault that a ruler must see.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional
from typing_extensions import override

FEATURES = 128
WIDTHS = (32, 64, 128, 128)
LAST_SIZE = 4


class _Block(nn.Module):
    """Two convolutions around a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.first_normalisation = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.second_normalisation = nn.BatchNorm2d(width)

    @override
    def forward(self, seen: Tensor) -> Tensor:
        """(batch, width, h, w) -> the same."""
        inner = functional.relu(self.first_normalisation(self.first(seen)))
        inner = self.second_normalisation(self.second(inner))
        return functional.relu(seen + inner)


class RulerNetwork(nn.Module):
    """A picture to features, and to the answers of all heads side by side."""

    def __init__(self, *, resolution: int, channels: int, answers: int) -> None:
        super().__init__()
        stages = int(math.log2(resolution // (2 * LAST_SIZE)))
        if 2 * LAST_SIZE << stages != resolution or not 1 <= stages < len(WIDTHS):
            raise ValueError(f"a ruler cannot be made for {resolution} pixels")
        widths = WIDTHS[len(WIDTHS) - 1 - stages :]
        layers: list[nn.Module] = [
            nn.PixelUnshuffle(2),
            nn.Conv2d(4 * channels, widths[0], 3, padding=1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(),
            _Block(widths[0]),
        ]
        for stage in range(stages):
            before, after = widths[stage], widths[stage + 1]
            layers += [
                nn.Conv2d(before, after, 3, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(after),
                nn.ReLU(),
            ]
            if stage < stages - 1:
                layers.append(_Block(after))
        self.seen = nn.Sequential(*layers)
        self.hidden = nn.Linear(widths[-1] * LAST_SIZE**2, FEATURES)
        self.answers = nn.Linear(FEATURES, answers)

    @override
    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """pictures (batch, c, h, w) in [-1, 1) -> features (batch, 128), logits (batch, answers).

        Features and logits are computed in 32 bits whatever the precision of the rest.
        """
        seen = self.seen(pictures).flatten(1)
        with torch.autocast(pictures.device.type, enabled=False):
            features = functional.leaky_relu(self.hidden(seen.float()), 0.2)
            logits: Tensor = self.answers(features)
        return features, logits
