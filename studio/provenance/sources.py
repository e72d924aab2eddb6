"""Pictures from anywhere that are to be worked on: with their alpha and their colour profile.

What is made here is grey or RGB, opaque and sRGB, and `studio.provenance.pictures` deals with
nothing else. A picture that somebody brings may have transparency, a profile that says what its
numbers mean, a palette, or stand on its side; none of this may be lost on the way through.
"""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import msgspec

from studio.contract.enlarging import Note
from studio.contract.errors import PictureError, PictureUnreadable
from studio.contract.recipe import Enlarged, Recipe, needed_schema
from studio.provenance.containers import Container, Format, png_with_colours
from studio.provenance.pictures import StoredPicture, bytes_of_file, memory_of, scan_file

if TYPE_CHECKING:
    from PIL.Image import Image

Mode = Literal["L", "LA", "RGB", "RGBA"]

MODES: dict[int, Mode] = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA"}
"""Pillow's name of a picture by its channels."""

LARGEST_WEBP: Final = 16_383
"""Pixels a side; its header has fourteen bits for them."""

_OPAQUE = {"LA": "L", "RGBA": "RGB"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePicture:
    """A picture of a file, upright, eight bits a channel."""

    pixels: bytes
    """uint8 values in (height, width, channels) order."""
    width: int
    height: int
    channels: int
    """1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; alpha is straight, not premultiplied."""
    profile: bytes
    """Its ICC profile; empty: none, so sRGB."""
    recipe: Recipe | None
    """How exactly these pixels were made; None where they were not made here, or changed since."""
    notes: tuple[Note, ...] = ()
    """What could not be carried over."""


def read_source(path: Path) -> SourcePicture:
    """Read a PNG, JPEG or WebP file; raises `PictureUnreadable`, `RecipeInvalid`, `StorageDenied`.

    A recipe is given only where the pixels are, to the byte, those that it names.
    """
    data, file = bytes_of_file(path, None)
    container = scan_file(data, file)
    recipe, _ = memory_of(container, file)
    deep = container.format == "png" and data[24] == 16
    image = _opened(data, container.format, (container.width, container.height), file)
    notes: list[Note] = ["eight_bits"] if deep else []
    pixels = image.tobytes()
    if recipe is not None and recipe.pixels_sha256 != hashlib.sha256(pixels).hexdigest():
        recipe = _of_squares(recipe, image, container)
        notes += ["changed"] if recipe is None else []
    return SourcePicture(
        pixels=pixels,
        width=image.width,
        height=image.height,
        channels=len(image.getbands()),
        profile=_profile(image),
        recipe=recipe,
        notes=tuple(notes),
    )


def _of_squares(recipe: Recipe, image: "Image", container: Container) -> Recipe | None:
    """The recipe of a picture that was written with each of its pixels a square; else None."""
    picture = StoredPicture(
        pixels=image.tobytes(),
        width=image.width,
        height=image.height,
        channels=len(image.getbands()),
        recipe=recipe,
        format=container.format,
        lossless=container.lossless,
    )
    if image.mode not in ("L", "RGB") or not picture.reduced().is_as_made:
        return None
    enlarged = Enlarged(
        method="nearest",
        factor=picture.enlargement,
        source_sha256=recipe.pixels_sha256 or "",
    )
    whole = msgspec.structs.replace(
        recipe,
        enlarged=enlarged,
        width=image.width,
        height=image.height,
        pixels_sha256=hashlib.sha256(picture.pixels).hexdigest(),
    )
    return msgspec.structs.replace(whole, schema=needed_schema(whole))


def check_encodable(
    width: int, height: int, channels: int, file_format: Format, file: object
) -> None:
    """Raise `PictureError`, naming ``file``, where the format cannot hold such a picture."""
    if file_format == "jpeg" and channels in (2, 4):
        fault = "a JPEG cannot be transparent; choose PNG or WebP"
        raise PictureError(file=file, fault=fault)
    if file_format == "webp" and max(width, height) > LARGEST_WEBP:
        fault = f"a WebP has up to {LARGEST_WEBP:,} pixels a side; choose PNG"
        raise PictureError(file=file, fault=fault)


def encode_source(
    pixels: bytes | memoryview,
    width: int,
    height: int,
    channels: int,
    *,
    profile: bytes = b"",
    file_format: Format = "png",
    quality: int = 95,
    lossless: bool = True,
) -> bytes:
    """The file's bytes of a picture that was not made here, with its profile.

    Raises `PictureError` where the format cannot hold it.
    """
    from PIL import Image

    check_encodable(width, height, channels, file_format, "the picture")
    image = Image.frombytes(MODES[channels], (width, height), pixels)
    stream = io.BytesIO()
    if file_format == "png":
        image.save(stream, "PNG", icc_profile=profile)
    elif file_format == "webp":
        quality = 100 if lossless else quality
        image.save(
            stream, "WEBP", quality=quality, lossless=lossless, exact=True, icc_profile=profile
        )
    else:
        image.save(stream, "JPEG", quality=quality, subsampling="4:4:4", icc_profile=profile)
    return stream.getvalue()


def _opened(data: bytes, file_format: Format, size: tuple[int, int], file: object) -> "Image":
    """The picture, decoded and upright."""
    from PIL import Image, ImageOps

    try:
        if file_format == "png":
            data = png_with_colours(data)
        with Image.open(io.BytesIO(data), formats=(file_format.upper(),)) as image:
            if image.size != size:
                raise PictureUnreadable(file=file, fault="its sizes contradict each other")
            image.load()
            if image.mode in ("CMYK", "LAB", "HSV", "YCbCr"):
                fault = f"it is {image.mode}, not RGB; save it as RGB in the program it comes from"
                raise PictureUnreadable(file=file, fault=fault)
            profile = image.info.get("icc_profile")
            upright = ImageOps.exif_transpose(image)
            plain = _in_eight_bits(upright)
    except PictureUnreadable:
        raise
    except Exception as error:  # decoders raise whatever a damaged file leads them to
        raise PictureUnreadable(file=file, fault="its pixels are damaged") from error
    plain.info["icc_profile"] = profile
    return plain


def _in_eight_bits(image: "Image") -> "Image":
    """In one of `MODES`; without alpha where nothing is transparent."""
    if image.mode.startswith("I"):
        # Pillow would cut off what is above 255.
        image = image.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if image.has_transparency_data:
        image = image.convert("LA" if image.mode in ("L", "LA", "1") else "RGBA")
        lowest, _ = image.getchannel("A").getextrema()
        if lowest == 255:
            image = image.convert(_OPAQUE[image.mode])
    elif image.mode not in ("L", "RGB"):
        image = image.convert("L" if image.mode == "1" else "RGB")
    return image


def _profile(image: "Image") -> bytes:
    profile = image.info.get("icc_profile")
    return profile if isinstance(profile, bytes) else b""
