"""Children of two latents: how the numbers of two parents become those of a third.

A generator was trained on latents of one kind, points of N(0, I), which in many dimensions all
lie near a sphere. A child must lie there too, or it looks like nothing that the model learnt:
the plain mean of two unrelated parents is too short by a factor of about 0.7.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_STREAM: Final = 2
"""Spawn key of the coins; a latent is drawn from the seed itself, a neighbour from key 1."""
_PARALLEL: Final = 1e-6
"""Sine of the angle below which two latents have one direction, or opposite ones."""


def mix_latents(
    first: NDArray[np.float32], second: NDArray[np.float32], share: float, seed: int
) -> NDArray[np.float32]:
    """Every number from one of the parents: from the second with probability ``share``.

    All are (dimension,). Uniform crossover (Syswerda 1989, "Uniform Crossover in Genetic
    Algorithms"), by which Bontrager et al. 2018 ("Deep Interactive Evolution", section 3) breed
    the latents of a GAN. Of two points of N(0, I) it makes another one. A child that comes out
    shorter or longer than both its parents is scaled to the nearer of them.
    """
    stream = np.random.SeedSequence(seed, spawn_key=(_STREAM,))
    coins = np.random.Generator(np.random.PCG64(stream)).random(first.shape[0])
    child = np.where(coins < share, second, first).astype(np.float64)
    lengths = sorted((_length(first), _length(second)))
    length = _length(child)
    if length > 0.0 and not lengths[0] <= length <= lengths[1]:
        child *= (lengths[0] if length < lengths[0] else lengths[1]) / length
    return child.astype(np.float32)


def latent_between(
    first: NDArray[np.float32], second: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    """The point at ``share`` of the way from the first to the second, along the sphere.

    All are (dimension,). Spherical interpolation (Shoemake 1985; for latents White 2016,
    "Sampling Generative Networks", section 2) of the directions, and linear interpolation of the
    lengths. Parents of one direction, of opposite ones (between which no way is shorter than
    another) or of no length are interpolated linearly.
    """
    lengths = _length(first), _length(second)
    a, b = first.astype(np.float64), second.astype(np.float64)
    if share in (0.0, 1.0) or 0.0 in lengths:
        return (a + share * (b - a)).astype(np.float32)
    cosine = float(np.clip(np.dot(a, b) / (lengths[0] * lengths[1]), -1.0, 1.0))
    angle = float(np.arccos(cosine))
    sine = float(np.sin(angle))
    if sine < _PARALLEL:
        return (a + share * (b - a)).astype(np.float32)
    direction: NDArray[np.float64] = (
        np.sin((1.0 - share) * angle) * (a / lengths[0]) + np.sin(share * angle) * (b / lengths[1])
    ) / sine
    length = lengths[0] + share * (lengths[1] - lengths[0])
    child: NDArray[np.float32] = (length * direction).astype(np.float32)
    return child


def _length(latent: NDArray[np.float32] | NDArray[np.float64]) -> float:
    return float(np.linalg.norm(latent.astype(np.float64)))
