"""What may be asked of the enlarging of pictures, and what it needs: known before any work starts.

A request names files: the host reads the one, enlarges it and writes the other, so that pictures
of any size cross no process boundary, and what is told to be done was read back from the disk.
Without numpy: the window asks and reckons with these before its first paint is even over.
"""

from typing import Final, Literal

import msgspec

from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Enlarging
from studio.contract.recipe import Enlarged

Method = Literal["model", "nearest"]
"""By an enlarging model; or each pixel a square, as pixel art wants it."""

IfTaken = Literal["refuse", "replace", "number"]
"""What to do when the file to be written is there already."""

Note = Literal["eight_bits", "changed", "enlarged_before", "smaller", "on_cpu"]
"""What went another way than one would think; `NOTES` says it."""

NOTES: Final[dict[Note, str]] = {
    "eight_bits": "Its 16 bits a channel became 8.",
    "changed": "It was changed after it had been made, so its recipe is not its own any more.",
    "enlarged_before": "It was enlarged in another way before, which a recipe cannot say.",
    "smaller": "Memory ran out, so it was done in smaller parts.",
    "on_cpu": "The graphics card could not do it, so the processor did.",
}
"""The sentence of each, in English."""

MAXIMUM_FACTOR: Final = 16
"""Pixels a side that one pixel may become."""

MAXIMUM_SIDE: Final = 16_384
MAXIMUM_PIXELS: Final = 8192 * 8192
"""A file of more could not be opened here again (`studio.provenance.containers`)."""

TILE: Final = 256
"""Pixels a side of the parts that a picture is enlarged in, where memory allows it: large enough
that little is computed twice, small enough that a cancel is heard soon."""

SMALLEST_TILE: Final = 32

FEATHER: Final = 8
"""Pixels over which neighbouring parts are blended, beyond those that are cut off."""

WORK_PER_PIXEL: Final = 1300
"""Bytes that a network of 64 channels holds for a pixel while it enlarges: 990 were measured."""


class EnlargePicture(msgspec.Struct, frozen=True, kw_only=True, tag="enlarge"):
    """Enlarge the picture of one file into another; a request to the host."""

    source: str
    """A PNG, JPEG or WebP file, made here or not."""
    target: str
    """The file to be written; its ending decides the format: .png, .jpg or .webp."""
    factor: int
    """One of `factors`."""
    method: Method = "model"
    folder: str = ""
    """The enlarging model's folder; empty where no model is asked for."""
    part: tuple[int, int, int, int] | None = None
    """Left, top, width and height of the part that alone is wanted, as a look at a detail: it is
    enlarged with all that lies around it in view. None: all of it."""
    tile: int = 0
    """Pixels a side of the parts that it is enlarged in, as a recipe says; 0: what memory
    allows."""
    if_taken: IfTaken = "number"
    quality: int = 95
    """Of JPEG and lossy WebP, 1 to 100."""
    lossless: bool = True
    """Of WebP."""
    title: str = ""
    """The title of the model that made the picture, for its description."""
    credit: str = ""
    rights: str = ""


class EnlargeReport(msgspec.Struct, frozen=True, kw_only=True):
    """What became of it."""

    file: str
    """Where the enlarged picture stands, read back and checked."""
    width: int
    height: int
    channels: int
    """1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha."""
    enlarged: Enlarged
    has_recipe: bool
    """Whether the file remembers how its picture was made, so that it can be made again."""
    has_profile: bool
    """Whether a colour profile was carried over."""
    seconds: float
    """Spent enlarging, without reading and writing."""
    notes: tuple[Note, ...] = ()
    """What the user should know."""
    reason: str = ""
    """Why the CPU did it where a better device was to: the end of a sentence."""


def factors(model: Enlarging | None) -> tuple[int, ...]:
    """The factors that can be asked for: of a model, or (None) of nearest neighbour.

    What a model enlarges too far is averaged down again, and a second run follows where one does
    not suffice.
    """
    if model is None:
        return tuple(range(2, MAXIMUM_FACTOR + 1))
    once = range(2, model.factor + 1)
    twice = (model.factor * factor for factor in once)
    return tuple(sorted({*once, *(factor for factor in twice if factor <= MAXIMUM_FACTOR)}))


def passes(factor: int, model: Enlarging) -> tuple[int, ...]:
    """The runs that reach ``factor``: of each, what it enlarges by in the end."""
    return (factor,) if factor <= model.factor else (model.factor, factor // model.factor)


def work_pixels(width: int, height: int, factor: int, model: Enlarging, *, tile: int) -> int:
    """Pixels that go through the network, those that parts share counted each time: what the
    time is in proportion to."""
    found = 0
    for run in passes(factor, model):
        sides = []
        for side in (width, height):
            parts = 1 if side <= tile else 1 + -(-(side - tile) // max(tile - FEATHER, 1))
            sides.append(parts * (min(side, tile) + 2 * model.reach))
        found += sides[0] * sides[1]
        width, height = width * run, height * run
    return found


def memory_needed(
    width: int, height: int, channels: int, factor: int, model: Enlarging | None, *, tile: int
) -> int:
    """Bytes that enlarging takes at its peak, in pieces of ``tile`` pixels a side, written too.

    The enlarged picture counts for four and a half: beside it stand Pillow's copy, of four bytes
    a pixel, and the file; then it is read back.
    """
    source = width * height * channels
    made = source * factor * factor
    needed = 3 * source + made * 9 // 2
    if model is None:
        return needed
    if len(passes(factor, model)) > 1:
        needed += source * model.factor**2
    sides = (min(side, tile) + 2 * model.reach for side in (width, height))
    across, down = sides
    return needed + across * down * (WORK_PER_PIXEL + 6 * model.factor**2)


def affordable_tile(
    width: int, height: int, channels: int, factor: int, model: Enlarging | None, memory: int
) -> int | None:
    """The largest tile that ``memory`` bytes allow, or None if not even the smallest does."""
    tile = TILE
    while memory_needed(width, height, channels, factor, model, tile=tile) > memory:
        if tile <= SMALLEST_TILE:
            return None
        tile //= 2
    return tile


def check_enlarging(
    width: int, height: int, channels: int, factor: int, model: Enlarging | None, memory: int
) -> int:
    """The tile to work with; raises `RequestInvalid`, saying what would be possible instead."""
    offered = factors(model)
    if factor not in offered:
        listed = ", ".join(map(str, offered))
        raise RequestInvalid(fault=f"it cannot be enlarged {factor} times; possible are: {listed}")
    instead = _end_of_refusal(width, height, channels, model, memory)
    if not _can_be_opened(width * factor, height * factor):
        fault = (
            f"enlarged {factor} times it would have {width * factor:,}x{height * factor:,} pixels, "
            f"and pictures of up to {MAXIMUM_SIDE:,} a side and {MAXIMUM_PIXELS:,} in all can be "
            f"opened again; {instead}"
        )
        raise RequestInvalid(fault=fault)
    tile = affordable_tile(width, height, channels, factor, model, memory)
    if tile is None:
        needed = memory_needed(width, height, channels, factor, model, tile=SMALLEST_TILE)
        fault = (
            f"enlarged {factor} times it would need about {_megabytes(needed)} of memory, and "
            f"there are {_megabytes(memory)}; {instead}"
        )
        raise RequestInvalid(fault=fault)
    return tile


def possible_factors(
    width: int, height: int, channels: int, model: Enlarging | None, memory: int
) -> tuple[int, ...]:
    """Those by which a picture of this size can be enlarged here."""
    return tuple(
        factor
        for factor in factors(model)
        if _can_be_opened(width * factor, height * factor)
        and affordable_tile(width, height, channels, factor, model, memory) is not None
    )


def _end_of_refusal(
    width: int, height: int, channels: int, model: Enlarging | None, memory: int
) -> str:
    """What would be possible instead."""
    fitting = possible_factors(width, height, channels, model, memory)
    if fitting:
        return f"{max(fitting)} times would be possible"
    if model is not None and possible_factors(width, height, channels, None, memory):
        return "by nearest neighbour it would be possible"
    return "enlarge a part of it, or a smaller copy"


def _can_be_opened(width: int, height: int) -> bool:
    return max(width, height) <= MAXIMUM_SIDE and width * height <= MAXIMUM_PIXELS


def _megabytes(size: int) -> str:
    return f"{max(size, 0) / 1e6:,.0f} MB"
