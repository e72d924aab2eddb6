"""What colours a picture is remembered by, so that works can be looked for by colour.

Each pixel gets the name that people would give it, from its hue, chroma and lightness in OKLCh
(B. Ottosson, "A perceptual color space for image processing", 2020). What stands on a plain ground
of black, grey or white names the picture, and the ground comes last.
"""

from typing import TYPE_CHECKING, Final

from studio.project.work_index import Seen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMES: Final = (
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "blue",
    "purple",
    "pink",
    "brown",
    "black",
    "grey",
    "white",
)
"""In the order of the filter's swatches; stored by name."""

SIDE: Final = 64
"""Pictures are looked at no larger than this, in pixels a side."""
LARGEST_PICTURE: Final = 100_000_000
"""Pixels; what claims more is not looked at."""

PROMINENT: Final = 0.12
"""The share of the subject from which a colour counts."""
MOST: Final = 3
"""Colours of one picture."""
SUBJECT: Final = 0.06
"""The share of a picture that has to stand before a plain ground for that to come last."""
_GROUND_DISTANCE: Final = 0.06
"""In OKLab: closer colours are the same ground."""
_GROUND_SHARE: Final = 0.6
"""Of the border's pixels that must look alike for a picture to have a plain ground."""

_HUES: Final = (
    (12.0, "pink"),
    (42.0, "red"),
    (80.0, "orange"),
    (116.0, "yellow"),
    (165.0, "green"),
    (215.0, "teal"),
    (285.0, "blue"),
    (325.0, "purple"),
    (361.0, "pink"),
)
"""Where each hue ends, in degrees of OKLCh."""


def colours_of(picture: bytes) -> Seen:
    """What is seen in an image file; nothing where it cannot be read."""
    import io

    import numpy as np
    from PIL import Image

    try:
        with Image.open(io.BytesIO(picture)) as image:
            if image.width * image.height > LARGEST_PICTURE:
                return Seen()
            image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
            pixels = np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return Seen()
    return colours_of_pixels(pixels)


def colours_of_pixels(pixels: "NDArray[np.uint8]") -> Seen:
    """What is seen in pixels, (height, width, 3), 0 to 255."""
    import numpy as np

    flat = pixels.reshape(-1, 3)
    lab = oklab(flat)
    names = _named(lab)
    ground = _ground(lab.reshape(pixels.shape)).reshape(-1)
    subject = ~ground
    paper = ""
    if ground.any() and subject.mean() >= SUBJECT:
        neutral = NAMES.index("black")
        # A coloured ground is part of what one remembers; a neutral one is paper: found by its
        # colour too, but no share of it makes the colours of the subject less prominent.
        looked = subject | (names < neutral)
        most = int(np.bincount(names[ground], minlength=len(NAMES)).argmax())
        paper = NAMES[most] if most >= neutral else ""
    else:
        looked = np.ones(len(flat), dtype=bool)
        subject = looked
    shares = np.bincount(names[looked], minlength=len(NAMES)) / looked.sum()
    order = [int(name) for name in np.argsort(-shares, kind="stable")]
    prominent = [name for name in order if shares[name] >= PROMINENT][:MOST] or order[:1]
    inner = np.bincount(names[subject], minlength=len(NAMES))
    # What stands in front names the picture, even before a larger coloured ground.
    first = max(prominent, key=lambda name: (inner[name], shares[name]))
    mean = flat[looked & (names == first)].mean(axis=0)
    red, green, blue = (int(value) for value in np.rint(mean))
    ordered = [NAMES[first], *(NAMES[name] for name in prominent if name != first)]
    if paper and paper not in ordered:
        ordered = [*ordered[: MOST - 1], paper]
    return Seen(
        colours=tuple(ordered),
        swatch=red << 16 | green << 8 | blue,
    )


def oklab(pixels: "NDArray[np.uint8]") -> "NDArray[np.float32]":
    """(n, 3) sRGB bytes to OKLab, with Ottosson's matrices."""
    import numpy as np

    levels = np.arange(256, dtype=np.float32) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    rgb = linear.astype(np.float32)[pixels]
    to_lms = np.array(
        [
            [0.4122214708, 0.5363325363, 0.0514459929],
            [0.2119034982, 0.6806995451, 0.1073969566],
            [0.0883024619, 0.2817188376, 0.6299787005],
        ],
        dtype=np.float32,
    )
    to_lab = np.array(
        [
            [0.2104542553, 0.7936177850, -0.0040720468],
            [1.9779984951, -2.4285922050, 0.4505937099],
            [0.0259040371, 0.7827717662, -0.8086757660],
        ],
        dtype=np.float32,
    )
    lab: NDArray[np.float32] = np.cbrt(rgb @ to_lms.T) @ to_lab.T
    return lab


def _named(lab: "NDArray[np.float32]") -> "NDArray[np.intp]":
    """The place in `NAMES` for each colour of (n, 3) OKLab."""
    import numpy as np

    lightness, chroma = lab[:, 0], np.hypot(lab[:, 1], lab[:, 2])
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360
    ends = np.array([end for end, _ in _HUES])
    hues = np.array([NAMES.index(name) for _, name in _HUES])
    names = hues[np.searchsorted(ends, hue, side="right")]

    def put(name: str, where: "NDArray[np.bool_]") -> None:
        names[where] = NAMES.index(name)

    warm = np.isin(names, [NAMES.index(name) for name in ("red", "orange", "yellow")])
    red = names == NAMES.index("red")
    put("brown", warm & ~red & (lightness < 0.62) & (chroma < 0.14))
    put("brown", red & (lightness < 0.55) & (chroma < 0.11))
    put("brown", warm & ~red & (lightness < 0.82) & (chroma < 0.08))
    put("pink", red & (lightness > 0.72))
    put("purple", (names == NAMES.index("pink")) & (hue > 300) & (lightness < 0.52))
    # The darker a colour is, the more of it there must be before anybody calls it one.
    neutral = chroma < np.where(lightness < 0.35, 0.055, 0.035)
    put("grey", neutral)
    put("white", neutral & (lightness > 0.90))
    put("black", (lightness < 0.24) | (neutral & (lightness < 0.33)))
    return names


def _ground(lab: "NDArray[np.float32]") -> "NDArray[np.bool_]":
    """Which pixels of (height, width, 3) are a plain ground; none where there is no such."""
    import numpy as np

    border = np.concatenate((lab[0], lab[-1], lab[:, 0], lab[:, -1]))
    middle = np.median(border, axis=0)
    alike = np.linalg.norm(border - middle, axis=1) < _GROUND_DISTANCE
    if alike.mean() < _GROUND_SHARE:
        return np.zeros(lab.shape[:2], dtype=bool)
    ground: NDArray[np.bool_] = np.linalg.norm(lab - middle, axis=2) < _GROUND_DISTANCE
    return ground
