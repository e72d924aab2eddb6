"""Draws the capitals of typefaces into pixels: whole alphabets, each at one scale.

The letters of a typeface belong together, so all of an alphabet share one scale and one line:
letters that were each blown up to fill their picture would lose what makes them a family. A
typeface is drawn as it is, and further times a little wider or narrower, slanted and bolder, as
the styles of a large family are: few typefaces exist, and the same letters seen in a few weights
and slopes teach what weight and slope are.
"""

import hashlib
import string
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from training.data.dataset import ClassName, SourceCredit
from training.data.order import stream
from training.errors import TrainingError

LETTERS = string.ascii_uppercase
AENIGMA_FOLDER = Path("/usr/share/fonts/truetype/aenigma")
AENIGMA_CREDIT = SourceCredit(
    name="Ænigma typefaces (Debian package fonts-aenigma)",
    creator="Brian Kent",
    licence="Ænigma licence (free with credit and changes noted)",
    url="https://www.aenigmafonts.com",
    text="Copyright 1995-2008 Brian Kent. Free to use, change, pass on and make new typefaces of, "
    "if changes are noted and the typefaces stay attributed to him.",
)

# fmt: off
NO_CAPITALS = frozenset({
    "1015sn", "1015snr", "18holes", "3dlet", "90stars", "bandwdth", "bin01st", "binaryt", "binaryx",
    "binchrt", "binx01s", "binxchr", "bitbttf", "circulat", "codelife", "dblayer1", "dblayer2",
    "dblayer3", "dblayer4", "dblbogey", "encapsul", "entlayra", "entlayrb", "fauxsnow", "graze",
    "hdmaker", "hearts", "ilits", "lineding", "mima4x4o", "nucleus", "numskull", "powdwrk5",
    "qbicle1", "qbicle2", "qbicle3", "qbicle4", "sequence", "skullcap", "snailets", "spheroid",
    "symmetry", "tearful", "unrespon", "vertigo", "vertigo2", "vertigup", "vertiup2", "xmaslght",
    "zoidal", "zurklezo", "zurklezs",
})
# fmt: on
"""Ænigma files whose capitals are symbols, framed, turned, cut to discs or small letters."""

# fmt: off
TOO_FINE = frozenset({
    "Swirled2", "candystr", "dashdot", "edundot", "edunline", "entangle", "gaposiso", "hbevel",
    "irritate", "jagged", "katainac", "kataacti", "knot", "konecto1", "konecto2", "lynx", "pindown",
    "pindownp", "pindwnx", "pindwnxp", "pixlkrud", "raydiat2", "scalines", "sclnmaze", "tonik",
    "united", "volatil1", "volatil2", "waver", "weatherd", "xeroxmal", "xtrusion", "zerovelo",
})
# fmt: on
"""Ænigma files whose dots, stripes and crumbs are finer than 64 pixels can show."""

_SUFFIXES = frozenset({".ttf", ".otf"})
_BASE = 200.0  # font size at which an alphabet is measured
_OVERSAMPLING = 4
_CAPITALS = 0.69  # height of the capitals, as a share of the picture
_MARGIN = 2.0  # pixels that stay empty on each side
_MISSING = "\uffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """One font file that has all capitals."""

    name: str
    family: str
    """What it shares with its outlined, bold or slanted relatives."""
    file: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """How an alphabet departs from its typeface."""

    width: float = 1.0
    """Factor on all widths."""
    slant: float = 0.0
    """Pixels to the right for each pixel up."""
    weight: float = 0.0
    """Pixels by which every edge moves outwards, 0 or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The typefaces of a folder, by name, and why others are not among them."""

    faces: tuple[Typeface, ...]
    left_out: dict[str, str]
    digest: str
    """Of the files' names and contents."""


def letter_classes() -> tuple[ClassName, ...]:
    """A class for each capital."""
    return tuple(ClassName(id=letter.lower(), en=letter, zh_cn=letter) for letter in LETTERS)


def list_typefaces(folder: Path | None) -> Listing:
    """All usable typefaces of `folder`; None is where Debian keeps the Ænigma ones.

    Raises TrainingError where there are none.
    """
    ours = folder is None
    place = AENIGMA_FOLDER if folder is None else folder
    try:
        files = sorted(
            file for file in place.iterdir() if file.suffix.lower() in _SUFFIXES and file.is_file()
        )
    except FileNotFoundError as error:
        hint = "install them with: apt install fonts-aenigma" if ours else "name a folder of fonts"
        raise TrainingError(f"{place}: there are no typefaces here; {hint}.") from error
    except OSError as error:
        raise TrainingError(f"{place}: cannot be read ({error.strerror}).") from error
    faces: list[Typeface] = []
    left_out: dict[str, str] = {}
    digest = hashlib.sha256()
    for file in files:
        name = file.stem
        if ours and name in NO_CAPITALS:
            left_out[name] = "its capitals are no plain letters"
        elif ours and name in TOO_FINE:
            left_out[name] = "it is finer than the pictures"
        else:
            try:
                family = _family(file)
            except (OSError, ValueError) as error:  # FreeType says both of damaged files
                left_out[name] = str(error) or "it cannot be read"
                continue
            faces.append(Typeface(name=name, family=family, file=file))
            digest.update(f"{name}:{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    if not faces:
        reason = next(iter(left_out.values()), "there is no .ttf or .otf file")
        raise TrainingError(f"{place}: no typeface here has all capitals A to Z ({reason}).")
    return Listing(faces=tuple(faces), left_out=left_out, digest=digest.hexdigest())


def _family(file: Path) -> str:
    """The first word of the typeface's own name; ValueError where capitals are missing."""
    font = _font(file, _BASE / 4)
    blank = bytes(font.getmask(_MISSING))
    drawn = [bytes(font.getmask(letter)) for letter in LETTERS]
    if any(not any(mask) or mask == blank for mask in drawn):
        raise ValueError("some of its capitals are missing")
    if len(set(drawn)) < len(LETTERS) - 2:  # two pairs that look alike are a style
        raise ValueError("its capitals look the same")
    name = font.getname()[0] or file.stem
    return name.split()[0].lower() if name.split() else file.stem.lower()


def _font(file: Path, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


def vary(name: str, number: int, seed: int) -> Drawing:
    """Drawing `number` of a typeface: the first is the typeface itself."""
    if number == 0:
        return Drawing()
    own = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4])
    random = stream(seed, 4, own, number)
    return Drawing(
        width=float(np.exp(random.uniform(-0.25, 0.2))),
        slant=float(random.uniform(-0.1, 0.3)),
        weight=float(random.uniform(0.0, 1.0)),
    )


def draw_alphabet(face: Typeface, drawing: Drawing, resolution: int) -> npt.NDArray[np.uint8]:
    """The capitals A to Z, black on white: uint8 (26, resolution, resolution)."""
    boxes = np.array([_font(face.file, _BASE).getbbox(c, anchor="ls") for c in LETTERS])
    left, top, right, bottom = boxes.T
    middle = (np.median(top) + np.median(bottom)) / 2
    room = resolution - 2 * (_MARGIN + drawing.weight)
    heights = bottom - top
    widths = drawing.width * (right - left) + abs(drawing.slant) * heights
    reach = 2 * max((middle - top).max(), (bottom - middle).max())
    scale = min(
        _CAPITALS * resolution / np.median(heights), room / widths.max(), room / reach.max()
    )
    large = _OVERSAMPLING * resolution
    canvas = 2 * large
    font = _font(face.file, _BASE * scale * _OVERSAMPLING)
    # Pixel (x, y) of the slanted picture comes from (a x + b y + c, y + f) of the upright one.
    upright = 1 / drawing.width
    lean = drawing.slant / drawing.width
    shift = canvas / 2 - upright * large / 2 - lean * large / 2
    inverse = (upright, lean, shift, 0.0, 1.0, canvas / 2 - large / 2)
    pictures = np.empty((len(LETTERS), resolution, resolution), dtype=np.uint8)
    for position, letter in enumerate(LETTERS):
        picture = Image.new("L", (canvas, canvas), 0)
        centre = (left[position] + right[position]) / 2
        ImageDraw.Draw(picture).text(
            (
                canvas / 2 - centre * scale * _OVERSAMPLING,
                canvas / 2 - middle * scale * _OVERSAMPLING,
            ),
            letter,
            font=font,
            fill=255,
            anchor="ls",
            stroke_width=drawing.weight * _OVERSAMPLING,
        )
        slanted = picture.transform(
            (large, large), Image.Transform.AFFINE, inverse, Image.Resampling.BILINEAR
        )
        pictures[position] = 255 - np.asarray(slanted.reduce(_OVERSAMPLING))
    return pictures


def draw_typefaces(
    images: npt.NDArray[np.uint8], faces: Sequence[Typeface], *, variants: int, seed: int
) -> None:
    """Fill `images` (len(faces) * variants * 26, R, R, 1), alphabet after alphabet."""
    resolution = images.shape[1]
    alphabets = images.reshape(len(faces), variants, len(LETTERS), resolution, resolution)
    for number, face in enumerate(faces):
        for variant in range(variants):
            drawing = vary(face.name, variant, seed)
            alphabets[number, variant] = draw_alphabet(face, drawing, resolution)


def hold_out_families(faces: Sequence[Typeface], share: float, seed: int) -> npt.NDArray[np.bool_]:
    """Mark about `share` of the typefaces, bool (len(faces),), whole families together.

    A slanted relative of a typeface in training is no unseen typeface.
    """
    families = sorted({face.family for face in faces})
    held_out = np.zeros(len(faces), dtype=np.bool_)
    wanted = round(len(faces) * share)
    for position in stream(seed, 5).permutation(len(families))[: max(len(families) - 1, 0)]:
        if held_out.sum() >= wanted:
            break
        held_out |= np.array([face.family == families[position] for face in faces])
    return held_out
