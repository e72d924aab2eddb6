"""By how much two pictures differ: what a remake reports when it is not identical."""

from dataclasses import dataclass
from typing import Protocol

from studio.contract.errors import RequestInvalid


class HasPixels(Protocol):
    """A picture of whatever origin: uint8 in (height, width, channels) order."""

    @property
    def pixels(self) -> bytes | memoryview: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    @property
    def channels(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How two pictures of one size differ."""

    pixels_differing: int
    """Pixels of which at least one channel differs."""
    total: int
    """Pixels in all."""
    largest: int
    """Largest absolute difference of a value, 0 to 255."""
    mean: float
    """Mean absolute difference over all values, 0 to 255."""

    @property
    def is_identical(self) -> bool:
        return self.pixels_differing == 0

    @property
    def share(self) -> float:
        """Share of the pixels that differ, 0 to 1."""
        return self.pixels_differing / self.total


def compare(a: HasPixels, b: HasPixels) -> Difference:
    """Compare two pictures value by value; raises `RequestInvalid` if their sizes differ."""
    import numpy as np

    if (a.width, a.height, a.channels) != (b.width, b.height, b.channels):
        sizes = " and ".join(f"{p.width}x{p.height} of {p.channels} channels" for p in (a, b))
        raise RequestInvalid(fault=f"pictures of {sizes} cannot be compared")
    total = a.width * a.height
    left, right = (np.frombuffer(picture.pixels, np.uint8) for picture in (a, b))
    distance = np.where(left > right, left - right, right - left).reshape(total, a.channels)
    return Difference(
        pixels_differing=int(distance.any(axis=1).sum()),
        total=total,
        largest=int(distance.max()),
        mean=float(distance.mean(dtype=np.float64)),
    )
