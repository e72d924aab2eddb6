"""Pictures that remember how they were made: encoding them, and reading them back.

PNG keeps the recipe twice, as the studio's JSON in a text chunk and within XMP; JPEG and WebP
keep it within XMP. Other programs find their line of settings in a text chunk or, where there is
none, in EXIF. The SHA-256 of the pixels in the recipe tells whether a remake is exact.
Reading is meant for foreign files: everything is checked, and whatever is wrong becomes one
`PictureError` that names the file.
"""

import hashlib
import io
import re
import stat
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from studio import __version__
from studio.contract.errors import (
    PictureError,
    PictureUnreadable,
    RecipeInvalid,
    RecipeMissing,
    storage_error,
)
from studio.contract.recipe import Recipe, decode_recipe, encode_recipe
from studio.provenance.containers import (
    MAXIMUM_FILE_BYTES,
    RECIPE_KEYWORD,
    XMP_KEYWORD,
    Container,
    ContainerFault,
    Format,
    png_without_extras,
    scan,
)
from studio.provenance.parameters import settings_line
from studio.provenance.xmp import FILE_PIXELS, RECIPE, Origin, XmpFault, read_xmp, write_xmp

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES: dict[Format, str] = {"png": ".png", "jpeg": ".jpg", "webp": ".webp"}
"""The file name's ending for each format."""

MAXIMUM_JPEG_XMP_BYTES = 65_533 - 29
"""A JPEG segment of 64 KB without its length and its name."""

SOMEWHERE = "the picture"
"""Stands for the file in sentences about bytes that have no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPicture:
    """A picture read from a file."""

    pixels: bytes
    """uint8 values in (height, width, channels) order, sRGB."""
    width: int
    height: int
    channels: int
    """1 or 3."""
    recipe: Recipe | None
    """None: a sound picture that was not made here."""
    format: Format
    lossless: bool
    """Whether the file keeps every pixel as it was made."""
    is_untouched: bool | None = None
    """Whether a lossy file still shows what was written into it; None: it does not tell."""

    @property
    def is_as_made(self) -> bool:
        """Whether the pixels are, to the byte, those that the recipe names."""
        return (
            self.recipe is not None
            and self.recipe.pixels_sha256 == hashlib.sha256(self.pixels).hexdigest()
        )

    @property
    def enlargement(self) -> int:
        """How many pixels a side stand for one that was made; 1: as it was made, or unknown."""
        recipe = self.recipe
        if recipe is None or not recipe.width or not recipe.height:
            return 1
        factor = self.width // recipe.width
        whole = (factor * recipe.width, factor * recipe.height) == (self.width, self.height)
        return max(factor, 1) if whole else 1

    def reduced(self) -> "StoredPicture":
        """The picture at the size in which it was made: one pixel of each square."""
        factor = self.enlargement
        if factor == 1:
            return self
        from PIL.Image import Resampling

        image = _image(self.pixels, self.width, self.height, self.channels)
        size = self.width // factor, self.height // factor
        pixels = image.resize(size, Resampling.NEAREST).tobytes()
        return replace(self, pixels=pixels, width=size[0], height=size[1])

    def in_channels(self, channels: int) -> "StoredPicture":
        """The same picture as grey (1) or RGB (3); WebP, for one, knows no grey."""
        if channels == self.channels:
            return self
        image = _image(self.pixels, self.width, self.height, self.channels)
        pixels = image.convert("L" if channels == 1 else "RGB").tobytes()
        return replace(self, pixels=pixels, channels=channels)


def encode_picture(
    pixels: bytes | memoryview,
    width: int,
    height: int,
    channels: int,
    recipe: Recipe | None,
    *,
    file_format: Format = "png",
    quality: int = 95,
    lossless: bool = False,
    enlargement: int = 1,
    model_title: str = "",
    credit: str = "",
    rights: str = "",
) -> bytes:
    """The file's bytes for uint8 ``pixels`` of (height, width, channels), 1 or 3 channels.

    With a recipe the file remembers it, completed by size and pixel hash, and says that a model
    made it; without one the file claims nothing. ``quality`` (1 to 100) is for JPEG and lossy
    WebP, ``lossless`` for WebP. With an ``enlargement`` each pixel becomes a square of so many
    pixels a side; the recipe stays that of the picture as it was made. ``credit`` and ``rights``
    come from the model's licence.

    Raises `PictureError` when the pixels are not those that the recipe names, or the recipe does
    not fit into a JPEG.
    """
    if len(pixels) != width * height * channels or channels not in (1, 3):
        fault = f"{len(pixels)} bytes are not {width}x{height} pixels of {channels} channels"
        raise PictureError(file=SOMEWHERE, fault=fault)
    image = _image(pixels, width, height, channels)
    if enlargement > 1:
        from PIL.Image import Resampling

        size = width * enlargement, height * enlargement
        image = image.resize(size, Resampling.NEAREST)
    if recipe is None:
        return (
            _png(image)
            if file_format == "png"
            else _compressed(image, file_format, quality, lossless)
        )
    recipe = _completed(recipe, pixels, width, height)
    description = f"Made with the model “{model_title or recipe.model}”"
    if enlargement > 1:
        description += f"; each pixel enlarged to {enlargement} × {enlargement}"
    origin = Origin(
        creator_tool=f"Atelier {recipe.studio or __version__}",
        model=recipe.model,
        description=description,
        credit=credit,
        rights=rights,
    )
    text, settings = _ascii_json(recipe), settings_line(recipe)
    if file_format == "png":
        return _png(image, text, settings, write_xmp(text, origin))
    if not lossless:
        # The codec decides what the file shows; written down, a later change can be noticed.
        shown = _compressed(image, file_format, quality, lossless)
        origin = replace(origin, file_pixels=_shown_sha256(shown, SOMEWHERE))
    packet = write_xmp(text, origin)
    if file_format == "jpeg" and len(packet) > MAXIMUM_JPEG_XMP_BYTES:
        fault = (
            f"its recipe of {len(packet):,} bytes does not fit into a JPEG, which holds "
            f"{MAXIMUM_JPEG_XMP_BYTES:,}; choose PNG or WebP"
        )
        raise PictureError(file=SOMEWHERE, fault=fault)
    return _compressed(image, file_format, quality, lossless, xmp=packet, exif=_exif(settings))


def _png(image: "Image", text: str = "", settings: str = "", packet: bytes = b"") -> bytes:
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add(b"sRGB", b"\0")
    if text:
        texts.add_text(RECIPE_KEYWORD, text)
        texts.add_text("parameters", settings)
        texts.add_itxt(XMP_KEYWORD, packet.decode())
    stream = io.BytesIO()
    image.save(stream, "PNG", pnginfo=texts)
    return stream.getvalue()


def _compressed(
    image: "Image",
    file_format: Format,
    quality: int,
    lossless: bool,
    *,
    xmp: bytes = b"",
    exif: bytes = b"",
) -> bytes:
    """JPEG, with every colour at full size, or WebP."""
    stream = io.BytesIO()
    if file_format == "jpeg":
        image.save(stream, "JPEG", quality=quality, subsampling="4:4:4", xmp=xmp, exif=exif)
    else:
        quality = 100 if lossless else quality
        image.save(
            stream, "WEBP", quality=quality, lossless=lossless, exact=True, xmp=xmp, exif=exif
        )
    return stream.getvalue()


def _shown_sha256(data: bytes, file: object) -> str:
    """SHA-256 in hex of the pixels that a file's bytes decode to."""
    return hashlib.sha256(_decode(data, scan_file(data, file), file).tobytes()).hexdigest()


def read_picture(source: Path | str | bytes, *, name: object = None) -> StoredPicture:
    """Read a picture of any of the three formats, with its recipe if it holds one.

    ``source`` is a path, or a file's bytes that errors call ``name``. Raises `PictureUnreadable`,
    `RecipeInvalid` (there is a recipe and it is damaged or too new) or `StorageDenied`.
    """
    data, file = bytes_of_file(source, name)
    container = scan_file(data, file)
    recipe, written_sha256 = memory_of(container, file)
    image = _decode(data, container, file)
    pixels = image.tobytes()
    untouched = None
    if written_sha256 and not container.lossless:
        untouched = written_sha256 == hashlib.sha256(pixels).hexdigest()
    picture = StoredPicture(
        pixels=pixels,
        width=image.width,
        height=image.height,
        channels=len(image.getbands()),
        recipe=recipe,
        format=container.format,
        lossless=container.lossless,
        is_untouched=untouched,
    )
    if recipe is not None and recipe.pixels_sha256 is not None and not picture.reduced().is_as_made:
        # Other programs turn grey into RGB and back without changing what is seen.
        other = picture.in_channels(4 - picture.channels)
        if (
            other.reduced().is_as_made
            and other.in_channels(picture.channels).pixels == picture.pixels
        ):
            return other
    return picture


def read_recipe(source: Path | str | bytes, *, name: object = None) -> Recipe:
    """The recipe in a picture file, without decoding its pixels.

    Raises `PictureUnreadable`, `RecipeMissing`, `RecipeInvalid` or `StorageDenied`.
    """
    data, file = bytes_of_file(source, name)
    recipe, _ = memory_of(scan_file(data, file), file)
    if recipe is None:
        raise RecipeMissing(file=file)
    return recipe


def _completed(recipe: Recipe, pixels: bytes | memoryview, width: int, height: int) -> Recipe:
    """The recipe with the size and the hash of its pixels, which must not contradict it."""
    digest = hashlib.sha256(pixels).hexdigest()
    if recipe.pixels_sha256 not in (None, digest):
        raise PictureError(file=SOMEWHERE, fault="its pixels are not those that its recipe names")
    return msgspec.structs.replace(recipe, pixels_sha256=digest, width=width, height=height)


def _ascii_json(recipe: Recipe) -> str:
    """The recipe's JSON in ASCII, so that it fits into every kind of text as it is."""
    return re.sub(r"[^\x00-\x7f]+", _escaped, encode_recipe(recipe).decode())


def _escaped(match: re.Match[str]) -> str:
    units = match.group().encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _exif(settings: str) -> bytes:
    """EXIF with the settings as the user's comment, where others put theirs in JPEG and WebP."""
    from PIL.ExifTags import IFD, Base
    from PIL.Image import Exif

    exif = Exif()
    exif[Base.Software] = "Atelier"
    exif.get_ifd(IFD.Exif)[Base.UserComment] = b"UNICODE\0" + settings.encode("utf-16-be")
    return exif.tobytes()


def _image(pixels: bytes | memoryview, width: int, height: int, channels: int) -> "Image":
    from PIL import Image

    return Image.frombytes("L" if channels == 1 else "RGB", (width, height), pixels)


def bytes_of_file(source: Path | str | bytes, name: object) -> tuple[bytes, object]:
    """The file's bytes and what to call it; only regular files of a sane size are opened."""
    if isinstance(source, bytes):
        return source, SOMEWHERE if name is None else name
    try:
        status = Path(source).stat()
        if not stat.S_ISREG(status.st_mode):
            fault = "it is a folder" if stat.S_ISDIR(status.st_mode) else "it is not a file"
            raise PictureUnreadable(file=source, fault=fault)
        if status.st_size > MAXIMUM_FILE_BYTES:
            raise PictureUnreadable(file=source, fault="it is larger than any picture")
        return Path(source).read_bytes(), source
    except FileNotFoundError as error:
        raise PictureUnreadable(file=source, fault="there is no such file") from error
    except OSError as error:
        known = storage_error(error, source)
        if known is not None:
            raise known from error
        fault = (error.strerror or "it cannot be read").lower()
        raise PictureUnreadable(file=source, fault=fault) from error
    except ValueError as error:  # a NUL in the name
        raise PictureUnreadable(file=repr(source), fault="there is no such file") from error


def scan_file(data: bytes, file: object) -> Container:
    try:
        return scan(data)
    except ContainerFault as error:
        raise PictureUnreadable(file=file, fault=error) from error


def memory_of(container: Container, file: object) -> tuple[Recipe | None, str]:
    """The recipe, from the studio's own text or else from XMP, or None; and the hash of the
    pixels that a lossy file was written with, or an empty text.

    Other programs' XMP may be damaged without harm to us, so a fault there counts only when the
    packet names our namespace.
    """
    if container.recipe is not None:
        return decode_recipe(container.recipe, file), ""
    if container.xmp is None or b"urn:atelier-studio:" not in container.xmp:
        return None, ""
    try:
        found = read_xmp(container.xmp)
    except XmpFault as error:
        raise RecipeInvalid(file=file, fault=error) from error
    text = found.get(RECIPE)
    return None if text is None else decode_recipe(text, file), found.get(FILE_PIXELS, "")


def _decode(data: bytes, container: Container, file: object) -> "Image":
    """The pixels as an image of mode L or RGB."""
    from PIL import Image

    try:
        if container.format == "png":
            data = png_without_extras(data)
        with Image.open(io.BytesIO(data), formats=(container.format.upper(),)) as image:
            if image.size != (container.width, container.height):
                raise PictureUnreadable(file=file, fault="its sizes contradict each other")
            image.load()
            return image.copy() if image.mode in ("L", "RGB") else image.convert("RGB")
    except PictureUnreadable:
        raise
    except Exception as error:  # decoders raise whatever a damaged file leads them to
        raise PictureUnreadable(file=file, fault="its pixels are damaged") from error
