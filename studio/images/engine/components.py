"""The arithmetic behind traits: principal components, regressions, and what two piles differ in.

Everything is float64 and has one outcome for one input: signs are fixed, orders are stable. Rows
are samples throughout.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.contract.traits import Separation

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

LUMA_SIDE: Final = 16
CHROMA_SIDE: Final = 8
"""Pixels a side at which pictures are looked at: the eye sees brightness finer than colour."""

_BARE: Final = 1e-9
"""Share of the largest variance below which there is none."""
_LOOKED_AT: Final = 64
"""Components of pictures that are tried: many come from no direction of the latents."""
_LEAST: Final = 0.05
"""What a difference is taken to show, in shares of what chance shows, where it shows less."""
_SIGNIFICANT: Final = 4.0
"""Standard deviations by which a regression must stand out from what chance gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Components:
    """Directions in which samples vary, the largest first."""

    axes: Doubles
    """(count, dimension), orthonormal."""
    variances: Doubles
    """(count,) of the samples along each."""
    total: float
    """Variance of the samples in all directions together."""


def principal_components(samples: Floats, count: int) -> Components:
    """The ``count`` directions of (n, dimension) samples, already centred, that vary most.

    Of few samples in many dimensions the inner products are taken apart instead of the
    covariance: the outcome is the same and fits into memory.
    """
    number, dimension = samples.shape
    rows = samples.astype(np.float64)
    total = float(np.einsum("ij,ij->", rows, rows)) / number
    if dimension <= number:
        values, vectors = np.linalg.eigh(rows.T @ rows / number)
        axes = vectors.T
    else:
        values, vectors = np.linalg.eigh(rows @ rows.T / number)
        lengths = np.sqrt(np.maximum(values * number, 0.0))
        axes = (vectors / np.maximum(lengths, 1e-300)).T @ rows
    largest = max(float(values[-1]), 0.0)
    order = [at for at in range(len(values) - 1, -1, -1) if values[at] > _BARE * largest][:count]
    return Components(
        axes=np.stack([signed(axes[at]) for at in order]) if order else axes[:0],
        variances=values[order],
        total=total,
    )


def signed(axis: Doubles) -> Doubles:
    """The axis or its opposite: that whose largest number by size is positive."""
    return axis if axis[int(np.argmax(np.abs(axis)))] >= 0 else -axis


def regressed_directions(latents: Floats, features: Floats, count: int) -> tuple[Doubles, Doubles]:
    """Directions of the latents along which the components of their pictures change.

    Härkönen et al. 2020, "GANSpace", section 2.2: principal components of the pictures' (n, f)
    features, and for each the latents (n, d) regressed on the coordinate along it. Made
    orthonormal in that order; those that chance alone would give are left out. Both are centred.

    Returns (k, d) unit directions and (k,) the share of the features' variance that a linear
    model of the position along each explains, the largest first.
    """
    number, dimension = latents.shape
    found = principal_components(features, max(_LOOKED_AT, count))
    z = latents.astype(np.float64)
    chance = dimension / number + _SIGNIFICANT * np.sqrt(2.0 * dimension) / number
    directions: list[Doubles] = []
    for axis, variance in zip(found.axes, found.variances, strict=True):
        coordinates = (features @ axis) / np.sqrt(variance)
        step = coordinates @ z / number
        for other in directions:
            step = step - (step @ other) * other
        length = float(np.linalg.norm(step))
        if length * length > chance:
            directions.append(step / length)
        if len(directions) == count:
            break
    if not directions:
        return np.empty((0, dimension)), np.empty(0)
    stacked = np.stack([signed(direction) for direction in directions])
    shares = explained_shares(stacked, z, features, found.total)
    order = np.argsort(-shares, kind="stable")
    return stacked[order], shares[order]


def explained_shares(
    directions: Doubles, latents: Doubles, features: Floats, total: float
) -> Doubles:
    """(k,) share of the features' variance that the position along each unit direction explains.

    Without what as many samples would explain by chance.
    """
    number = len(latents)
    effects = (latents @ directions.T).T @ features.astype(np.float64) / number
    explained = np.einsum("kf,kf->k", effects, effects) - total / number
    shares: Doubles = np.clip(explained / max(total, 1e-300), 0.0, 1.0)
    return shares


def picture_features(pixels: NDArray[np.uint8]) -> Floats:
    """What is looked at of (n, height, width, channels) pictures: (n, f), as if seen from afar.

    Brightness at 16 pixels a side, of colours also their differences from it at 8 (the colour
    differences of ITU-R BT.601); each number weighs as the area that it stands for.
    """
    values = pixels.astype(np.float32) / np.float32(255.0)
    if values.shape[3] == 1:
        return _areas(values[..., 0], LUMA_SIDE)
    luma = values @ np.array([0.299, 0.587, 0.114], np.float32)
    blue, red = values[..., 2] - luma, values[..., 0] - luma
    coarser = np.float32(LUMA_SIDE / CHROMA_SIDE)
    chroma = (_areas(blue, CHROMA_SIDE) * coarser, _areas(red, CHROMA_SIDE) * coarser)
    return np.concatenate([_areas(luma, LUMA_SIDE), *chroma], axis=1)


def _areas(values: Floats, side: int) -> Floats:
    """(n, height, width) averaged over at most ``side`` x ``side`` areas, as (n, areas)."""
    for axis in (1, 2):
        length = values.shape[axis]
        parts = min(side, length)
        starts = np.arange(parts) * length // parts
        sizes = np.diff(np.append(starts, length)).astype(np.float32)
        shape = (1, parts, 1) if axis == 1 else (1, 1, parts)
        sums = np.add.reduceat(values, starts, axis=axis)
        values = (sums / sizes.reshape(shape)).astype(np.float32, copy=False)
    return values.reshape(len(values), -1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a space is like, as far as a few pictures can be judged by it.

    Positions become coordinates that vary by one in each direction; some directions change
    pictures more than others, and are more likely to be meant.
    """

    axes: Doubles
    """(k, dimension), orthonormal."""
    sigmas: Doubles
    """(k,) how far positions spread along each."""
    weights: Doubles
    """(k,) above 0, together k: how much pictures change along each."""

    def coordinates(self, positions: Doubles) -> Doubles:
        """(n, k) of (n, dimension) positions, counted from the mean."""
        return (positions @ self.axes.T) / self.sigmas

    def direction(self, coordinates: Doubles) -> Doubles:
        """(dimension,) the step that changes the coordinates by these (k,)."""
        step: Doubles = (coordinates * self.sigmas) @ self.axes
        return step


def ground_of_styles(deviations: Floats) -> Ground:
    """Of (n, dimension) styles without their mean: what varies much changes pictures much."""
    found = principal_components(deviations, deviations.shape[1])
    return Ground(
        axes=found.axes, sigmas=np.sqrt(found.variances), weights=_balanced(found.variances)
    )


def ground_of_latents(latents: Floats, features: Floats) -> Ground:
    """Of (n, d) latents that vary alike in all directions, and of their pictures' features.

    How much pictures change with a latent is what a linear model says, without what chance says.
    """
    number, dimension = latents.shape
    effects = latents.astype(np.float64).T @ features.astype(np.float64) / number
    values, vectors = np.linalg.eigh(effects @ effects.T)
    chance = float(np.einsum("nf,nf->", features, features, dtype=np.float64)) / number / number
    changes = np.maximum(values[::-1] - chance, 0.0)
    return Ground(
        axes=np.ascontiguousarray(vectors.T[::-1]),
        sigmas=np.ones(dimension),
        weights=_balanced(changes + 0.01 * max(float(changes.mean()), 1e-12)),
    )


def _balanced(values: Doubles) -> Doubles:
    balanced: Doubles = values / values.mean()
    return balanced


def difference(first: Doubles, second: Doubles, weights: Doubles) -> Doubles:
    """(k,) the unit direction from the second pile to the first, of (n, k) coordinates each.

    Linear discriminant analysis with the covariance that the whole space has, which is one in
    these coordinates: then it is the difference of the means. Of few pictures that is mostly
    chance, of variance ``1/n + 1/m`` in each coordinate; so it is shrunk towards the coordinates
    that are likely to be meant, as a prior of variance t * weight gives (the posterior mean of a
    Gaussian), t being what the difference shows beyond chance. All zero if the piles are alike.
    """
    step = first.mean(axis=0) - second.mean(axis=0)
    return _shrunk(step, 1.0 / len(first) + 1.0 / len(second), weights)


def separation(first: Doubles, second: Doubles, weights: Doubles) -> Separation:
    """How well the difference of two piles tells pictures apart that were not used to find it.

    ``first`` and ``second`` are (n, k) coordinates; each has at least two rows. See `Separation`.
    """
    mine = _scores_left_out(first, second, weights)
    theirs = _scores_left_out(second, first, weights)
    spread = float(np.sqrt((mine.var(ddof=1) + theirs.var(ddof=1)) / 2))
    apart = float(mine.mean() + theirs.mean())
    return Separation(
        first=len(first),
        second=len(second),
        first_right=int((mine > 0).sum()),
        second_right=int((theirs > 0).sum()),
        distance=round(apart / spread, 3) if spread > 0 else 0.0,
    )


def _scores_left_out(own: Doubles, other: Doubles, weights: Doubles) -> Doubles:
    """(n,) how far each picture lies on its own side, by what the others say."""
    whole, mean = own.sum(axis=0), other.mean(axis=0)
    noise = 1.0 / (len(own) - 1) + 1.0 / len(other)
    scores = np.empty(len(own))
    for at, picture in enumerate(own):
        rest = (whole - picture) / (len(own) - 1)
        axis = _shrunk(rest - mean, noise, weights)
        scores[at] = (picture - (rest + mean) / 2) @ axis
    return scores


def _shrunk(step: Doubles, noise: float, weights: Doubles) -> Doubles:
    """The unit direction of a difference that has so much variance by chance in each number."""
    beyond = float(step @ step) - len(step) * noise
    scale = max(beyond, _LEAST * len(step) * noise) / float(weights.sum())
    shrunk: Doubles = step * (scale * weights / (scale * weights + noise))
    length = float(np.linalg.norm(shrunk))
    return shrunk / length if length > 0 else shrunk
