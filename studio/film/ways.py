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
Exact = NDArray[np.float64]
T = TypeVar("T", float, Values, Exact)

_FARTHEST: Final = 1.5
"""How far beyond both its ends a way is followed: a curve must not be thrown off by two keys that
are close in time and far apart in space."""
_SWING: Final = 1.25
"""How much longer or shorter than its two keys a latent on a curve may be."""
_SMALLEST: Final = 1e-6


def along_sphere(first: Values, second: Values, share: float) -> Values:
    """Along the sphere; see `studio.contract.crossing.latent_between`."""
    return latent_between(first, second, share)


def along_line(first: Values, second: Values, share: float) -> Values:
    """Along the straight line."""
    return (first + np.float32(share) * (second - first)).astype(np.float32)


def curve_of_lines(points: Sequence[Values], gaps: Sequence[float], share: float) -> Values:
    """The point at ``share`` of the way from the second to the third of four points.

    ``gaps`` are the three times between them, each above 0.
    """
    return _pyramid(points, gaps, share, along_line)


def curve_on_sphere(points: Sequence[Values], gaps: Sequence[float], share: float) -> Values:
    """The same for latents: their directions on the sphere, their lengths as numbers."""
    lengths = [_length(point) for point in points]
    if min(lengths) <= _SMALLEST:
        return curve_of_lines(points, gaps, share)
    directions = [
        point.astype(np.float64) / length for point, length in zip(points, lengths, strict=True)
    ]
    direction = _pyramid(directions, gaps, share, _between_directions)
    length = _pyramid(lengths, gaps, share, _between_numbers)
    length = min(max(lengths[1:3]) * _SWING, max(min(lengths[1:3]) / _SWING, length))
    # Directions that are nearly opposite meet on a line, and no line stays on the sphere.
    return (direction * (length / max(_SMALLEST, _length(direction)))).astype(np.float32)


def _between_directions(first: Exact, second: Exact, share: float) -> Exact:
    """Between two points of the unit sphere, along it."""
    angle = math.acos(min(1.0, max(-1.0, float(first @ second))))
    sine = math.sin(angle)
    if sine < _SMALLEST:
        return first + share * (second - first)
    weights = math.sin((1.0 - share) * angle) / sine, math.sin(share * angle) / sine
    return weights[0] * first + weights[1] * second


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


def _length(values: Values | Exact) -> float:
    exact = values.astype(np.float64)
    return math.sqrt(float(exact @ exact))
