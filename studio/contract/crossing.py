"""Children of latents: how the numbers of two or more parents become those of another.

A generator was trained on latents of one kind, points of N(0, I), which in many dimensions all
lie near a sphere. A child must lie there too, or it looks like nothing that the model learnt:
the plain mean of two unrelated parents is too short by a factor of about 0.7.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_STREAM: Final = 2
"""Spawn key of the coins; a latent is drawn from the seed itself, a neighbour from key 1."""
_LOTS: Final = 3
"""Spawn key of the lots that say which of several parents a number comes from."""
_MUTATION: Final = 4
"""Spawn key of what no parent has."""
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
    coins = _stream(seed, _STREAM).random(first.shape[0])
    child = np.where(coins < share, second, first)
    return _within(child, (_length(first), _length(second)))


def breed_latents(
    parents: Sequence[NDArray[np.float32]], mutation: float, seed: int
) -> NDArray[np.float32]:
    """A child of any number of parents, all (dimension,), moved away from them by ``mutation``.

    Every number comes from one of the parents by lot, each as likely as the others: uniform
    crossover of several parents (Eiben et al. 1994, "Genetic algorithms with multi-parent
    recombination"). A child that comes out shorter than every parent, or longer, is scaled to the
    nearest. Then ``sqrt(1 - m^2) * child + m * e`` with e of N(0, I) mutates it, which of a point
    of N(0, I) makes another; ``mutation`` 0 leaves it, 1 leaves nothing of it. A single parent is
    mutated alone. Raises `ValueError` if there is no parent.
    """
    if not parents:
        raise ValueError("no child without a parent")
    child: NDArray[np.float32] = parents[0].astype(np.float32)
    if len(parents) > 1:
        lots = _stream(seed, _LOTS).integers(len(parents), size=child.shape[0])
        chosen = np.stack(parents)[lots, np.arange(child.shape[0])]
        child = _within(chosen, tuple(_length(parent) for parent in parents))
    if mutation == 0.0:
        return child
    step = _stream(seed, _MUTATION).standard_normal(child.shape[0], dtype=np.float32)
    kept = np.float32((1.0 - mutation * mutation) ** 0.5)
    mutant: NDArray[np.float32] = (kept * child + np.float32(mutation) * step).astype(np.float32)
    return mutant


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


def _stream(seed: int, key: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(key,))))


def _within(child: NDArray[np.float32], lengths: Sequence[float]) -> NDArray[np.float32]:
    """The child, scaled to the nearest of the parents' lengths if it lies beyond all of them."""
    scaled = child.astype(np.float64)
    length, low, high = _length(child), min(lengths), max(lengths)
    if length > 0.0 and not low <= length <= high:
        scaled *= (low if length < low else high) / length
    return scaled.astype(np.float32)


def _length(latent: NDArray[np.float32] | NDArray[np.float64]) -> float:
    return float(np.linalg.norm(latent.astype(np.float64)))
