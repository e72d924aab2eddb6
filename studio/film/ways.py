"""The way from key to key through a model's space, as numbers.

Latents lie near a sphere and are led along it (spherical linear interpolation, Shoemake 1985;
White 2016, "Sampling Generative Networks", section 2); styles have no such shape and are led
along straight lines (Karras et al. 2019, section 4.1). A curve through all keys is the
non-uniform Catmull-Rom spline of either kind, by the pyramid of interpolations of Barry and
Goldman 1988, "A Recursive Evaluation Algorithm for a Class of Catmull-Rom Splines"; of spherical
ones as Schlag 1991 has it ("Using Geometric Constructions to Interpolate Orientation with
Quaternions", Graphics Gems II). Its speed is continuous at a key where the time runs evenly.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from studio.contract.crossing import latent_between

Values = NDArray[np.float32]
"""A latent, (dimension,), or styles, (layers, dimension)."""
Weights = tuple[float, float, float, float]
"""How much of each of four points there is in another."""
T = TypeVar("T", float, Weights)

_FARTHEST: Final = 1.5
"""How far beyond both its ends a way is followed: a curve must not be thrown off by two keys that
are close in time and far apart in space."""
_SWING: Final = 1.25
"""How much longer or shorter than its two keys a latent on a curve may be."""
_SMALLEST: Final = 1e-6
_CORNERS: Final[Sequence[Weights]] = (
    (1.0, 0.0, 0.0, 0.0),
    (0.0, 1.0, 0.0, 0.0),
    (0.0, 0.0, 1.0, 0.0),
    (0.0, 0.0, 0.0, 1.0),
)
"""The four points themselves, by their weights."""


def along_sphere(first: Values, second: Values, share: float) -> Values:
    """Along the sphere; see `studio.contract.crossing.latent_between`."""
    return latent_between(first, second, share)


def along_line(first: Values, second: Values, share: float) -> Values:
    """Along the straight line."""
    return (first + np.float32(share) * (second - first)).astype(np.float32)


class Curve:
    """The way from the second to the third of four points, of which each may lie anywhere.

    Whatever lies on it is the four points, each times a number, so a film asks for its pictures'
    numbers alone and touches the points once for each of them.
    """

    def __init__(self, points: Sequence[Values], gaps: Sequence[float], *, on_sphere: bool) -> None:
        """``gaps`` are the three times between the points, each above 0.

        ``on_sphere``: latents, whose directions go along the sphere and whose lengths are led as
        numbers; a latent of no length has no direction, and then all go along straight lines.
        """
        self._shape = points[0].shape
        self._gaps = gaps
        rows = np.stack([point.reshape(-1) for point in points]).astype(np.float64)
        self._lengths = [float(length) for length in np.linalg.norm(rows, axis=1)]
        self._on_sphere = on_sphere and min(self._lengths) > _SMALLEST
        if self._on_sphere:
            rows /= np.array(self._lengths)[:, np.newaxis]
        self._rows = rows
        products: list[list[float]] = (rows @ rows.T).tolist()
        self._cosines = [products[at][other] for at in range(4) for other in range(at + 1, 4)]

    def at(self, share: float) -> Values:
        """The point at ``share`` of the way, 0 to 1: of the points' shape, float32."""
        if not self._on_sphere:
            weights = _pyramid(_CORNERS, self._gaps, share, _between_weights)
            return self._sum(weights)
        weights = _pyramid(_CORNERS, self._gaps, share, self._between_directions)
        length = _pyramid(self._lengths, self._gaps, share, _between_numbers)
        ends = self._lengths[1:3]
        length = min(max(ends) * _SWING, max(min(ends) / _SWING, length))
        # Directions that are nearly opposite meet on a line, and no line stays on the sphere.
        reached = math.sqrt(max(0.0, self._product(weights, weights)))
        scale = length / max(_SMALLEST, reached)
        return self._sum(weights, scale)

    def _sum(self, weights: Weights, scale: float = 1.0) -> Values:
        summed = np.array(weights) @ self._rows
        return (scale * summed).astype(np.float32).reshape(self._shape)

    def _between_directions(self, first: Weights, second: Weights, share: float) -> Weights:
        """Between two points of the unit sphere, along it."""
        angle = math.acos(min(1.0, max(-1.0, self._product(first, second))))
        sine = math.sin(angle)
        if sine < _SMALLEST:
            return _between_weights(first, second, share)
        one, other = math.sin((1.0 - share) * angle) / sine, math.sin(share * angle) / sine
        return (
            one * first[0] + other * second[0],
            one * first[1] + other * second[1],
            one * first[2] + other * second[2],
            one * first[3] + other * second[3],
        )

    def _product(self, first: Weights, second: Weights) -> float:
        """The scalar product of two directions that are given by their weights."""
        a, b, c, d = first
        e, f, g, h = second
        ab, ac, ad, bc, bd, cd = self._cosines
        return (
            (a * e + b * f + c * g + d * h)
            + ab * (a * f + b * e)
            + ac * (a * g + c * e)
            + ad * (a * h + d * e)
            + bc * (b * g + c * f)
            + bd * (b * h + d * f)
            + cd * (c * h + d * g)
        )


def _between_weights(first: Weights, second: Weights, share: float) -> Weights:
    return (
        first[0] + share * (second[0] - first[0]),
        first[1] + share * (second[1] - first[1]),
        first[2] + share * (second[2] - first[2]),
        first[3] + share * (second[3] - first[3]),
    )


def _between_numbers(first: float, second: float, share: float) -> float:
    return first + share * (second - first)


def _pyramid(
    points: Sequence[T], gaps: Sequence[float], share: float, between: Callable[[T, T, float], T]
) -> T:
    """Interpolations of interpolations; ``between`` goes on beyond its ends."""
    before, first, second, after = points
    knots = (0.0, gaps[0], gaps[0] + gaps[1], sum(gaps))
    time = knots[1] + share * gaps[1]

    def led(a: T, b: T, start: float, end: float) -> T:
        part = (time - start) / (end - start)
        return between(a, b, min(1.0 + _FARTHEST, max(-_FARTHEST, part)))

    low = led(before, first, knots[0], knots[1])
    middle = led(first, second, knots[1], knots[2])
    high = led(second, after, knots[2], knots[3])
    left = led(low, middle, knots[0], knots[2])
    right = led(middle, high, knots[1], knots[3])
    return led(left, right, knots[1], knots[2])
