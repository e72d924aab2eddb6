"""What a film is to be made as, how the making is steered, and what came of it. Without numpy."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from studio.contract.errors import Cancelled
from studio.film.formats import FilmFormat, FilmNote, Quality
from studio.host.messages import DeviceReport
from studio.images.timeline import Film
from studio.provenance.files import IfTaken

Stage = Literal["preparing", "making", "writing", "checking"]
Told = Callable[[int, int, Stage], None]
"""Told how many of how many pictures are done."""


class FilmOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be made: a film, by a model, into a file."""

    film: Film
    path: Path
    format: FilmFormat = "mp4"
    enlargement: int = 1
    smooth: bool = False
    quality: Quality = "good"
    if_taken: IfTaken = "number"


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A film that was made, written, opened again and found sound."""

    path: Path
    width: int
    height: int
    frames: int
    fps: float
    seconds: float
    bytes: int
    notes: tuple[FilmNote, ...]
    made: int
    """Pictures that were made for it now."""
    found: int
    """Pictures that were there from an earlier run."""
    making_seconds: float
    writing_seconds: float
    """Writing and checking the file."""
    device: DeviceReport | None


class Steering:
    """How others hold, let go on and end a work; every method from any thread."""

    def __init__(self) -> None:
        self._may_go = threading.Event()
        self._may_go.set()
        self._is_over = False

    @property
    def is_paused(self) -> bool:
        """Whether it is held."""
        return not self._may_go.is_set()

    @property
    def is_over(self) -> bool:
        """Whether it was ended."""
        return self._is_over

    def pause(self) -> None:
        """Hold the work at the next picture."""
        if not self._is_over:
            self._may_go.clear()

    def go_on(self) -> None:
        """Let it go on."""
        self._may_go.set()

    def end(self) -> None:
        """End it: `check` raises from now on."""
        self._is_over = True
        self._may_go.set()

    def check(self) -> None:
        """Wait while it is held; raises `Cancelled` once it was ended."""
        self._may_go.wait()
        if self._is_over:
            raise Cancelled
