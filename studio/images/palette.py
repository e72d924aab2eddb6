"""The colours that a picture is made of, as swatches for other programs.

Colours are grouped by k-means in OKLab (B. Ottosson, "A perceptual color space for image
processing", 2020), where distances are about as large as they look. The first centres are spread
as far from each other as the picture's colours are, the heaviest first, so that the same picture
always has the same palette. No Qt; numpy when it is asked.
"""

import struct
from typing import TYPE_CHECKING, Final

import msgspec

from studio.contract.errors import PictureUnreadable, RequestInvalid
from studio.project.colours import oklab

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FEWEST, MOST = 2, 16
USUAL: Final = 6
LARGEST_LOOKED_AT: Final = 256
"""Pixels a side; of what is larger every second, or third, is enough."""
OPAQUE: Final = 128
"""Alpha from which a pixel counts."""
_ROUNDS: Final = 60
_SETTLED: Final = 1e-4
"""In OKLab: centres that move less do not move any more."""
_ALIKE: Final = 0.02
"""In OKLab: closer centres are one colour to the eye."""
_STEPS: Final = 32
"""Levels a channel into which colours are counted before they are grouped."""


class Swatch(msgspec.Struct, frozen=True, kw_only=True):
    """One colour of a picture."""

    red: int
    green: int
    blue: int
    """sRGB, 0 to 255."""
    share: float
    """Of the picture's pixels, 0 to 1."""

    @property
    def hex(self) -> str:
        """As the web writes it, e.g. "#e8a33d"."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"


def palette_of(pixels: bytes, width: int, height: int, channels: int, count: int) -> list[Swatch]:
    """At most ``count`` colours of a picture, those that fill most of it first.

    ``pixels`` are uint8 (height, width, channels), 1 grey to 4 with alpha; what is transparent
    does not count. A picture of fewer colours has fewer swatches. Raises `RequestInvalid` for a
    count out of range, `PictureUnreadable` where there is nothing to be seen.
    """
    import numpy as np

    if not FEWEST <= count <= MOST:
        raise RequestInvalid(fault=f"a palette has from {FEWEST} to {MOST} colours")
    picture = np.frombuffer(pixels, np.uint8).reshape(height, width, channels)
    step = max(1, -(-max(width, height) // LARGEST_LOOKED_AT))
    values = picture[::step, ::step].reshape(-1, channels)
    if channels in (2, 4):
        values = values[values[:, -1] >= OPAQUE][:, :-1]
    if not len(values):
        raise PictureUnreadable(file="the picture", fault="all of it is transparent")
    colours = values if values.shape[1] == 3 else np.repeat(values, 3, axis=1)
    levels, weights = _counted(colours)
    lab = oklab(levels).astype(np.float64)
    centres = _grouped(lab, weights, count)
    nearest = _distances(lab, centres).argmin(axis=1)
    shares = np.bincount(nearest, weights=weights, minlength=len(centres)) / weights.sum()
    found = []
    for index in np.argsort(-shares, kind="stable"):
        if shares[index] > 0:
            # The mean in OKLab may be a colour that is not in the picture: the nearest that is.
            mine = nearest == index
            at = np.flatnonzero(mine)[_distances(lab[mine], centres[index : index + 1]).argmin()]
            red, green, blue = (int(value) for value in levels[at])
            share = round(float(shares[index]), 6)
            found.append(Swatch(red=red, green=green, blue=blue, share=share))
    return found


def _counted(colours: "NDArray[np.uint8]") -> "tuple[NDArray[np.uint8], Floats]":
    """The mean of the colours in each cell of a coarse grid, and how many there are."""
    import numpy as np

    coarse = colours.astype(np.int64) * _STEPS // 256
    cells = (coarse[:, 0] * _STEPS + coarse[:, 1]) * _STEPS + coarse[:, 2]
    _, at, counts = np.unique(cells, return_inverse=True, return_counts=True)
    sums = np.stack([np.bincount(at, weights=colours[:, channel]) for channel in range(3)], axis=1)
    levels = np.rint(sums / counts[:, np.newaxis]).astype(np.uint8)
    return levels, counts.astype(np.float64)


def _grouped(lab: "Floats", weights: "Floats", count: int) -> "Floats":
    """Centres, (n, 3), n <= count, of k-means over weighted colours."""
    import numpy as np

    centres = lab[[int(weights.argmax())]]
    while len(centres) < min(count, len(lab)):
        distance = _distances(lab, centres).min(axis=1)
        # Far colours that are hardly there, such as single specks, should not become swatches.
        pull = distance * np.sqrt(weights)
        if distance.max() < _ALIKE**2:
            break
        centres = np.concatenate((centres, lab[[int(pull.argmax())]]))
    for _ in range(_ROUNDS):
        nearest = _distances(lab, centres).argmin(axis=1)
        sums = np.stack(
            [
                np.bincount(nearest, weights=weights * lab[:, axis], minlength=len(centres))
                for axis in range(3)
            ],
            axis=1,
        )
        held = np.bincount(nearest, weights=weights, minlength=len(centres))
        moved = np.where(
            held[:, np.newaxis] > 0, sums / np.maximum(held, 1e-12)[:, np.newaxis], centres
        )
        step = np.abs(moved - centres).max()
        centres = moved
        if step < _SETTLED:
            break
    return centres


def _distances(lab: "Floats", centres: "Floats") -> "Floats":
    """Squared distances, (colours, centres)."""
    distances: Floats = ((lab[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
    return distances


# Files for other programs


def encode_ase(swatches: list[Swatch], name: str) -> bytes:
    """Adobe Swatch Exchange 1.0, big-endian: a group of RGB colours, each named by its hex.

    The format is not published; this follows what is known of it from files (Selapa, "ASE file
    format", 2009): a header, then blocks of a type, a length, a counted UTF-16 name and a body.
    """
    colours = [
        _block(
            0x0001,
            _counted_name(swatch.hex)
            + b"RGB "
            + struct.pack(">3f", swatch.red / 255, swatch.green / 255, swatch.blue / 255)
            + struct.pack(">H", 0),  # global, not spot
        )
        for swatch in swatches
    ]
    blocks = [_block(0xC001, _counted_name(name)), *colours, struct.pack(">HI", 0xC002, 0)]
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def _block(kind: int, body: bytes) -> bytes:
    return struct.pack(">HI", kind, len(body)) + body


def _counted_name(name: str) -> bytes:
    """A text of 16-bit units with their number before and a zero behind, which counts."""
    units = name.encode("utf-16-be", "surrogatepass")[: 2 * 0xFFF0] + b"\0\0"
    return struct.pack(">H", len(units) // 2) + units


def encode_gpl(swatches: list[Swatch], name: str) -> bytes:
    """A palette of GIMP's, which Krita, Inkscape and others read too."""
    title = " ".join(name.split()) or "Palette"
    rows = [
        f"{swatch.red:3d} {swatch.green:3d} {swatch.blue:3d}\t{swatch.hex}" for swatch in swatches
    ]
    header = ["GIMP Palette", f"Name: {title}", f"Columns: {len(swatches)}", "#"]
    return "\n".join([*header, *rows, ""]).encode()
