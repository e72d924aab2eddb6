"""How a picture is magnified and moved: whole factors, shared by the pictures compared. No Qt."""

from dataclasses import dataclass, replace
from typing import Final

STEPS: Final = (-16, -8, -4, -3, -2, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64)
"""Device pixels a picture pixel; -n stands for a picture shrunk to 1/n."""


def scale_of(step: int) -> float:
    """Device pixels a picture pixel at ``step``."""
    return float(step) if step > 0 else 1.0 / -step


def fitting_step(
    picture: tuple[int, int], view: tuple[float, float], *, share: float = 0.94
) -> int:
    """The largest step at which the whole picture fits into ``share`` of the view."""
    fitting = [
        step
        for step in STEPS
        if picture[0] * scale_of(step) <= view[0] * share
        and picture[1] * scale_of(step) <= view[1] * share
    ]
    return max(fitting, key=scale_of, default=STEPS[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Magnification:
    """A step and the point in the middle of the view, as a share of the picture's sides.

    Shares, not pixels, so that two pictures of different sizes show the same part.
    """

    step: int = 1
    x: float = 0.5
    y: float = 0.5

    @property
    def scale(self) -> float:
        """Device pixels a picture pixel."""
        return scale_of(self.step)

    def left_top(self, picture: tuple[int, int], view: tuple[float, float]) -> tuple[int, int]:
        """Where the picture's corner lies in the view, in whole device pixels."""
        return (
            round(view[0] / 2 - self.x * picture[0] * self.scale),
            round(view[1] / 2 - self.y * picture[1] * self.scale),
        )

    def stepped(self, steps: int) -> "Magnification":
        """So many steps larger (or smaller) around the middle."""
        index = STEPS.index(self.step) + steps
        return replace(self, step=STEPS[min(max(index, 0), len(STEPS) - 1)])

    def stepped_at(
        self,
        steps: int,
        point: tuple[float, float],
        picture: tuple[int, int],
        view: tuple[float, float],
    ) -> "Magnification":
        """So many steps larger, with what is under ``point`` (device pixels) staying there."""
        larger = self.stepped(steps)
        across, down = point[0] - view[0] / 2, point[1] - view[1] / 2
        change = 1.0 / self.scale - 1.0 / larger.scale
        return replace(
            larger,
            x=self.x + across * change / picture[0],
            y=self.y + down * change / picture[1],
        ).inside(picture, view)

    def moved(
        self, across: float, down: float, picture: tuple[int, int], view: tuple[float, float]
    ) -> "Magnification":
        """The picture pushed by so many device pixels, its edges not beyond the view's."""
        return replace(
            self,
            x=self.x - across / (picture[0] * self.scale),
            y=self.y - down / (picture[1] * self.scale),
        ).inside(picture, view)

    def inside(self, picture: tuple[int, int], view: tuple[float, float]) -> "Magnification":
        """The same, but never beyond the edge; what is smaller than the view is centred."""
        return replace(
            self,
            x=_held(self.x, picture[0] * self.scale, view[0]),
            y=_held(self.y, picture[1] * self.scale, view[1]),
        )


def _held(centre: float, size: float, view: float) -> float:
    if size <= view:
        return 0.5
    margin = view / 2 / size
    return min(max(centre, margin), 1.0 - margin)
