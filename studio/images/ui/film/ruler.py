"""Where times are on a timeline, and the marks that its ruler shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from studio.images.timeline import Film, beat_seconds

STEPS: Final = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0)
BEATS_IN_BAR: Final = 4
NEAREST: Final = 56.0
"""Pixels that two labels are apart at least."""
NEAREST_MARK: Final = 7.0
"""And two marks without one."""
MOST_ZOOM: Final = 400.0
"""Pixels a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Seconds to pixels and back."""

    pad: float
    """Pixels before the film's start, and behind its end."""
    pixels: float
    """Of a second."""

    def x(self, time: float) -> float:
        """Where a time is, from the left of the whole content."""
        return self.pad + time * self.pixels

    def time(self, x: float) -> float:
        """The time at a place."""
        return (x - self.pad) / self.pixels

    def width(self, seconds: float) -> float:
        """Of the whole content."""
        return 2 * self.pad + seconds * self.pixels


def fitted(seconds: float, width: float, pad: float, zoom: float) -> Scale:
    """The whole film in ``width``, or ``zoom`` times as large."""
    room = max(1.0, width - 2 * pad)
    seconds = max(seconds, 1e-3)
    most = max(MOST_ZOOM, room / seconds)
    return Scale(pad=pad, pixels=min(most, room / seconds * max(1.0, zoom)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """One mark of the ruler."""

    time: float
    text: str
    """Empty: a mark alone."""
    is_strong: bool


def marks(film: Film, scale: Scale, first: float, last: float) -> Iterator[Mark]:
    """The marks between two times: seconds, or beats where the film has a tempo."""
    beat = beat_seconds(film)
    yield from (
        _beats(film, beat, scale, first, last) if beat else _seconds(film, scale, first, last)
    )


def _seconds(film: Film, scale: Scale, first: float, last: float) -> Iterator[Mark]:
    step = next((s for s in STEPS if s * scale.pixels >= NEAREST), STEPS[-1])
    parts = next((p for p in (10, 5, 2) if step / p * scale.pixels >= NEAREST_MARK), 1)
    fine = step / parts
    number = max(0, int(first / fine))
    while number * fine <= min(last, film.seconds) + 1e-9:
        time = number * fine
        is_strong = number % parts == 0
        yield Mark(time=time, text=time_text(time, step) if is_strong else "", is_strong=is_strong)
        number += 1


def _beats(film: Film, beat: float, scale: Scale, first: float, last: float) -> Iterator[Mark]:
    every = 1
    while every * beat * scale.pixels < NEAREST / 2:
        every *= 2
    fine = 1 if beat * scale.pixels >= NEAREST_MARK else every
    number = max(0, int(first / beat) // fine * fine)
    while number * beat <= min(last, film.seconds) + 1e-9:
        is_strong = number % BEATS_IN_BAR == 0
        is_end = number * beat > film.seconds - beat / 2  # where a loop is at its first beat
        text = str(number + 1) if number % every == 0 and not is_end else ""
        yield Mark(time=number * beat, text=text, is_strong=is_strong)
        number += fine


def time_text(time: float, step: float = 0.1) -> str:
    """A time for people: 4, 4.5, 1:05."""
    decimals = 0 if step >= 1 else 1
    if time < 60:
        return f"{time:.{decimals}f}"
    minutes, seconds = divmod(round(time, decimals), 60)
    return f"{int(minutes)}:{seconds:0{3 + decimals if decimals else 2}.{decimals}f}"


def clock_text(time: float) -> str:
    """A time as a clock shows it, to the tenth: 0:04.5."""
    tenths = int(time * 10 + 1e-6)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"
