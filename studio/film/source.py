"""The pictures of a film as they go into its file: thinned, checked, enlarged, of even sides."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import RequestInvalid
from studio.film.formats import FilmShape

Frame = NDArray[np.uint8]
"""(height, width, channels) uint8."""

Told = Callable[[int, int, str], None]
"""Told how many of how many pictures are done, and the stage: "writing" or "checking". It may
raise (`Cancelled`) to end the work, or wait."""


class FilmSource:
    """What the writers of the formats are given."""

    def __init__(
        self,
        frames: Sequence[Frame],
        shape: FilmShape,
        first: Frame,
        name: Path,
        *,
        smooth: bool,
        told: Told | None,
    ) -> None:
        self._frames = frames
        self._expected = first.shape
        self._told = told
        self.shape = shape
        self.name = name
        """What the film will be called, for sentences about it."""
        self.smooth = smooth and shape.enlargement > 1

    def __len__(self) -> int:
        return self.shape.frames_of(len(self._frames))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the pictures as they were given."""
        return self._expected[1], self._expected[0]

    def tell(self, done: int, stage: str) -> None:
        if self._told is not None:
            self._told(done, len(self), stage)

    def small(self, index: int) -> Frame:
        """A picture as it was given, but for an alpha that the format cannot hold."""
        frame = checked_frame(self._frames[index * self.shape.every], self._expected)
        if frame.shape[2] == 4 and self.shape.channels == 3:
            opacity = frame[:, :, 3:].astype(np.uint16)
            over_black = (frame[:, :, :3] * opacity + 127) // 255
            return over_black.astype(np.uint8)
        return frame

    def large(self, index: int) -> Frame:
        """The picture as the file should show it."""
        return self.enlarged(self.small(index))

    def enlarged(self, frame: Frame) -> Frame:
        shape = self.shape
        if self.smooth:
            frame = _smoothly(frame, shape.enlargement)
        elif shape.enlargement > 1:
            frame = frame.repeat(shape.enlargement, axis=0).repeat(shape.enlargement, axis=1)
        below, beside = shape.height - frame.shape[0], shape.width - frame.shape[1]
        if below or beside:
            frame = np.pad(frame, ((0, below), (0, beside), (0, 0)), mode="edge")
        return np.ascontiguousarray(frame)

    def __iter__(self) -> Iterator[Frame]:
        """Each picture as it was given, saying how far the writing is."""
        for index in range(len(self)):
            yield self.small(index)
            self.tell(index + 1, "writing")


def checked_frame(frame: Frame, expected: tuple[int, ...] | None) -> Frame:
    if frame.ndim != 3 or frame.dtype != np.uint8:
        raise RequestInvalid(fault="a film is made of pictures of uint8, row by row")
    if expected is not None and frame.shape != expected:
        raise RequestInvalid(fault="all pictures of a film must be of one size")
    return frame


def _smoothly(frame: Frame, times: int) -> Frame:
    """Enlarged by cubic convolution, alpha apart so that what cannot be seen colours nothing."""
    from PIL import Image

    size = (frame.shape[1] * times, frame.shape[0] * times)

    def resized(part: Frame) -> Frame:
        picture = Image.fromarray(part.squeeze() if part.shape[2] == 1 else part)
        large = np.asarray(picture.resize(size, Image.Resampling.BICUBIC))
        return large.reshape(size[1], size[0], part.shape[2])

    if frame.shape[2] != 4:
        return resized(np.ascontiguousarray(frame))
    # Premultiplied: Pillow does so by itself for RGBA resizing of mode "RGBa" only.
    picture = Image.fromarray(frame, "RGBA").convert("RGBa")
    large = picture.resize(size, Image.Resampling.BICUBIC).convert("RGBA")
    return np.asarray(large)


def distance(shown: Frame, given: Frame) -> float:
    """Levels by which two pictures differ on average; what cannot be seen does not count."""
    if given.shape[2] == 1:
        given = given.repeat(3, axis=2)
    if given.shape[2] == 4:
        seen = given[:, :, 3:].astype(np.float32) / 255
        colours = np.abs(shown[:, :, :3].astype(np.float32) - given[:, :, :3]) * seen
        alpha = np.abs(shown[:, :, 3].astype(np.float32) - given[:, :, 3])
        return float(colours.mean() + alpha.mean())
    return float(np.abs(shown[:, :, :3].astype(np.int16) - given.astype(np.int16)).mean())
