"""Small pictures that change over time, to film."""

import numpy as np
from numpy.typing import NDArray

Frame = NDArray[np.uint8]


def moving(count: int, width: int = 16, height: int = 12, channels: int = 3) -> list[Frame]:
    """A bright square that travels over a slowly changing ground; alpha leaves the rim out."""
    frames = []
    for index in range(count):
        frame = np.empty((height, width, channels), np.uint8)
        frame[:] = [20 + 4 * index % 200, 90, 200 - 3 * index % 200, 255][:channels]
        left = index % max(1, width - 4)
        frame[2:6, left : left + 4] = [240, 220, 30, 255][:channels]
        if channels == 4:
            frame[0, :, 3] = frame[-1, :, 3] = 0
        frames.append(frame)
    return frames
