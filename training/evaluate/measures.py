"""Distances between sets of features: how near, how good, how varied, how much by heart.

All sets are float64 (count, dimensions). Distances are Euclidean.
"""

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

Matrix = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_ROWS = 2048


def distances(first: Matrix, second: Matrix) -> Matrix:
    """All distances (len(first), len(second))."""
    table: Matrix = torch.cdist(torch.from_numpy(first), torch.from_numpy(second)).numpy()
    return table


def _strips(count: int) -> Iterator[slice]:
    """Ranges that cover `count` rows, so that no table of all distances is ever held."""
    for first in range(0, count, _ROWS):
        yield slice(first, min(first + _ROWS, count))


def neighbour_radii(points: Matrix, k: int) -> Matrix:
    """Distance (count,) of each point to its k-th nearest other point."""
    if not 1 <= k < len(points):
        raise ValueError(f"{len(points)} points have no {k}-th neighbour")
    radii = np.empty(len(points))
    for rows in _strips(len(points)):
        table = distances(points[rows], points)
        # Not by sorting a zero to the front: of two equal points each is the other's neighbour.
        table[np.arange(rows.stop - rows.start), np.arange(rows.start, rows.stop)] = -1.0
        radii[rows] = np.partition(table, k, axis=1)[:, k]
    return radii


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifolds:
    """How two sets of pictures overlap; each between 0 and 1, density alone may be more."""

    precision: float
    """Share of the samples that lie within the data."""
    recall: float
    """Share of the data that lies within the samples."""
    density: float
    """How many balls of the data hold a sample, as a share of what is expected."""
    coverage: float
    """Share of the data that has a sample near by."""


def compare_manifolds(data: Matrix, samples: Matrix, *, k: int, density_k: int) -> Manifolds:
    """Improved precision and recall, density and coverage.

    Precision and recall: Kynkäänniemi et al. 2019, "Improved Precision and Recall Metric for
    Assessing Generative Models", equations 1 and 2. A set is taken for the union of the balls
    around its points that reach to their `k`-th neighbour; a point of the other set counts when
    it lies in one of them. Density and coverage: Naeem et al. 2020, "Reliable Fidelity and
    Diversity Metrics for Generative Models", equations 3 and 4, with `density_k`.
    """
    data_radii, sample_radii = neighbour_radii(data, k), neighbour_radii(samples, k)
    density_radii = neighbour_radii(data, density_k)
    within_data = np.zeros(len(samples), dtype=np.bool_)
    within_samples = np.zeros(len(data), dtype=np.bool_)
    covered = np.zeros(len(data), dtype=np.bool_)
    balls = 0
    for rows in _strips(len(data)):
        table = distances(data[rows], samples)
        within_data |= (table <= data_radii[rows, None]).any(axis=0)
        within_samples[rows] = (table <= sample_radii[None]).any(axis=1)
        inside = table <= density_radii[rows, None]
        covered[rows] = inside.any(axis=1)
        balls += int(inside.sum())
    return Manifolds(
        precision=float(within_data.mean()),
        recall=float(within_samples.mean()),
        density=balls / (density_k * len(samples)),
        coverage=float(covered.mean()),
    )


def mean_distance(points: Matrix) -> float:
    """Mean distance of all pairs; not a number for fewer than two points."""
    if len(points) < 2:
        return math.nan
    return float(torch.pdist(torch.from_numpy(points)).mean())


def fingerprints(images: npt.NDArray[np.uint8], members: Indices) -> list[bytes]:
    """For each of the pictures `images[members]` a value that only the very same pixels share."""
    return [hashlib.sha256(images[member].tobytes()).digest() for member in members]


def nearest_features(queries: Matrix, pool: Matrix) -> tuple[Indices, Matrix]:
    """Position in `pool` and distance (count,) of the point nearest to each query."""
    places = np.empty(len(queries), dtype=np.int64)
    for rows in _strips(len(queries)):
        places[rows] = distances(queries[rows], pool).argmin(axis=1)
    return places, np.linalg.norm(queries - pool[places], axis=1)


def nearest_pixels(
    queries: npt.NDArray[np.uint8], pool: npt.NDArray[np.uint8], members: Indices
) -> tuple[Indices, Matrix]:
    """Position in `members` and distance of the picture nearest to each query.

    The pictures are uint8 (count, h, w, c), those of `pool[members]` are compared; the distance
    is the root of the mean squared difference in levels. The search runs in 32-bit products; the
    distances of what it finds are exact.
    """
    flat = torch.from_numpy(queries.reshape(len(queries), -1)).float() - 128
    best = torch.full((len(queries),), math.inf)
    places = torch.zeros(len(queries), dtype=torch.int64)
    for rows in _strips(len(members)):
        part = torch.from_numpy(pool[members[rows]].reshape(rows.stop - rows.start, -1))
        shown = part.float() - 128
        # The queries' own lengths change no comparison, so they are left out.
        table = shown.square().sum(dim=1)[None] - 2 * flat @ shown.T
        least, where = table.min(dim=1)
        closer = least < best
        best = torch.where(closer, least, best)
        places = torch.where(closer, where + rows.start, places)
    chosen = places.numpy()
    exact = np.empty(len(queries))
    for rows in _strips(len(queries)):
        found = pool[members[chosen[rows]]].astype(np.int64)
        squares = (queries[rows].astype(np.int64) - found) ** 2
        exact[rows] = np.sqrt(squares.reshape(len(found), -1).mean(axis=1))
    return chosen, exact
