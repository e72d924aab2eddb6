"""Where the explorer's pictures are wanted: numbers by which they are asked for and shown."""

import math
from typing import Final

CENTRE: Final = 0
"""The picture in the middle."""
RIM: Final = 1
"""The first of the pictures at the pad's rim."""
WAYS: Final = 8
"""Pictures at the rim, from the right counter-clockwise."""
ALONG: Final = 20
"""The first of the pictures on the way between two."""
LETTERS: Final = 100
"""The first of the kinds that are shown together, as the letters of an alphabet."""
ENDS: Final = 10_000
"""The first of the pictures at the ends of sliders."""


def rim_way(index: int) -> tuple[float, float]:
    """In which direction a picture of the rim lies: across (right is more), up."""
    angle = 2 * math.pi * index / WAYS
    return round(math.cos(angle), 12), round(math.sin(angle), 12)
