"""What a picture file is on the outside, read without decoding a pixel: format, size, texts.

Three small scanners for PNG, JPEG and WebP that believe nothing: every length is checked against
the bytes that are there, every PNG checksum is verified, compressed texts are unpacked up to a
limit. So a recipe can be read in under a millisecond, without Pillow, and whatever Pillow gets
to decode afterwards has sane dimensions.

Sources: PNG Specification 1.2 and W3C PNG third edition; ITU T.81 Annex B; RFC 9649 (WebP).
"""

import itertools
import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from studio.provenance.xmp import MAXIMUM_XMP_BYTES

Format = Literal["png", "jpeg", "webp"]

MAXIMUM_FILE_BYTES = 400_000_000
"""A picture of the largest size, stored raw, is half of this."""
MAXIMUM_SIDE = 16_384
MAXIMUM_PIXELS = 8192 * 8192
MAXIMUM_TEXT_BYTES = MAXIMUM_XMP_BYTES
"""What one text of a file may hold, unpacked."""
MAXIMUM_CHUNKS = 200_000
"""Parts of one file; reading so many takes a tenth of a second."""
TOO_MANY = "it consists of more parts than any picture"

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
RECIPE_KEYWORD = "atelier"
XMP_KEYWORD = "XML:com.adobe.xmp"
_JPEG_FILL = re.compile(rb"\xff+")
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_PNG_DECODED = (b"IHDR", b"PLTE", b"IDAT", b"IEND")
_PNG_COLOURS = (*_PNG_DECODED, b"tRNS", b"iCCP")
_PNG_TEXTS = (b"tEXt", b"zTXt", b"iTXt")


class ContainerFault(ValueError):
    """The file is not what it should be; the message says why, without naming the file.

    Internal to this package: whoever knows the file turns it into a `PictureError`.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One picture file as the scanners saw it."""

    format: Format
    width: int
    height: int
    lossless: bool
    """Whether the format keeps every pixel as it was."""
    xmp: bytes | None = None
    recipe: str | None = None
    """The JSON in the studio's own text chunk; only PNG has one."""


def scan(data: bytes) -> Container:
    """Look at the bytes of a picture file; raises `ContainerFault`."""
    if data.startswith(PNG_SIGNATURE):
        container = _scan_png(data)
    elif data.startswith(b"\xff\xd8"):
        container = _scan_jpeg(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        container = _scan_webp(data)
    elif not data:
        raise ContainerFault("it is empty")
    else:
        raise ContainerFault("it is neither PNG nor JPEG nor WebP")
    width, height = container.width, container.height
    if not (0 < width <= MAXIMUM_SIDE and 0 < height <= MAXIMUM_SIDE):
        raise ContainerFault(f"its size of {width}x{height} pixels is out of range")
    if width * height > MAXIMUM_PIXELS:
        raise ContainerFault(f"its {width}x{height} pixels are more than can be opened")
    return container


def png_without_extras(data: bytes) -> bytes:
    """The PNG with only the chunks that its pixels need, so that a decoder sees nothing else."""
    return _png_of(data, _PNG_DECODED)


def png_with_colours(data: bytes) -> bytes:
    """The same with transparency and the colour profile, for pictures that come from elsewhere."""
    return _png_of(data, _PNG_COLOURS)


def _png_of(data: bytes, kinds: tuple[bytes, ...]) -> bytes:
    kept = [
        bytes(data[start : start + 12 + length])
        for kind, start, length in _png_chunks(data)
        if kind in kinds
    ]
    return PNG_SIGNATURE + b"".join(kept)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Type, start and payload length of each chunk, in order, up to IEND; all inside the data."""
    position = len(PNG_SIGNATURE)
    while True:
        if position + 12 > len(data):
            raise ContainerFault("it is cut off")
        length, kind = struct.unpack_from(">I4s", data, position)
        if length > len(data) - position - 12:
            raise ContainerFault("it is cut off")
        yield kind, position, length
        position += 12 + length
        if kind == b"IEND":
            return


def _scan_png(data: bytes) -> Container:
    view = memoryview(data)
    size: tuple[int, int] | None = None
    has_pixels = False
    texts: dict[str, str] = {}
    for index, (kind, start, length) in enumerate(_png_chunks(data)):
        body = view[start + 8 : start + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, start + 8 + length)
        if zlib.crc32(view[start + 4 : start + 8 + length]) != checksum:
            raise ContainerFault(f"its part {_printable(kind)} is damaged (wrong checksum)")
        if index >= MAXIMUM_CHUNKS:
            raise ContainerFault(TOO_MANY)
        if (kind == b"IHDR") != (index == 0):
            raise ContainerFault("its parts are out of order")
        if kind == b"IHDR":
            if length != 13:
                raise ContainerFault("its header is damaged")
            size = struct.unpack_from(">II", body)
        has_pixels = has_pixels or kind == b"IDAT"
        if kind in _PNG_TEXTS:
            _add_our_text(texts, kind, body)
    if size is None or not has_pixels:
        raise ContainerFault("it holds no pixels")
    xmp = texts.get(XMP_KEYWORD)
    return Container(
        format="png",
        width=size[0],
        height=size[1],
        lossless=True,
        xmp=None if xmp is None else xmp.encode(),
        recipe=texts.get(RECIPE_KEYWORD),
    )


def _add_our_text(texts: dict[str, str], kind: bytes, body: memoryview) -> None:
    """Read a text chunk if it is one that we rely on; all others are nobody's business."""
    raw_keyword, separator, _ = bytes(body[:80]).partition(b"\0")
    keyword = raw_keyword.decode("latin-1")
    if not separator or keyword not in (RECIPE_KEYWORD, XMP_KEYWORD):
        return
    if keyword in texts:
        raise ContainerFault(f"it holds the text “{keyword}” twice")
    try:
        texts[keyword] = _text_of(kind, bytes(body[len(raw_keyword) + 1 :]))
    except (ContainerFault, UnicodeError, zlib.error) as error:
        raise ContainerFault(f"its text “{keyword}” is damaged") from error


def _text_of(kind: bytes, rest: bytes) -> str:
    if kind == b"tEXt":
        return _bounded(rest).decode("latin-1")
    if kind == b"zTXt":
        return _unpack(rest[1:]).decode("latin-1")
    if len(rest) < 2:
        raise ContainerFault("it is too short")
    compressed = rest[0] == 1
    parts = rest[2:].split(b"\0", 2)
    if len(parts) != 3:
        raise ContainerFault("it is too short")
    return (_unpack(parts[2]) if compressed else _bounded(parts[2])).decode("utf-8")


def _unpack(packed: bytes) -> bytes:
    """Unpack zlib data, but never more than one text may hold."""
    unpacker = zlib.decompressobj()
    text = unpacker.decompress(packed, MAXIMUM_TEXT_BYTES + 1)
    if not unpacker.eof and len(text) <= MAXIMUM_TEXT_BYTES:
        raise ContainerFault("it is cut off")
    return _bounded(text)


def _bounded(text: bytes) -> bytes:
    if len(text) > MAXIMUM_TEXT_BYTES:
        raise ContainerFault("it is larger than any that is read")
    return text


def _scan_jpeg(data: bytes) -> Container:
    size: tuple[int, int] | None = None
    xmp: bytes | None = None
    position = 2
    for count in itertools.count():
        if count >= MAXIMUM_CHUNKS:
            raise ContainerFault(TOO_MANY)
        marker, position = _jpeg_marker(data, position)
        if marker == 0xD9:
            raise ContainerFault("it holds no pixels")
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:  # stand alone, without a length
            continue
        if position + 2 > len(data):
            raise ContainerFault("it is cut off")
        (length,) = struct.unpack_from(">H", data, position)
        if length < 2 or position + length > len(data):
            raise ContainerFault("it is cut off")
        body = data[position + 2 : position + length]
        position += length
        if marker == 0xE1 and body.startswith(_JPEG_XMP):
            if xmp is not None:
                raise ContainerFault("it holds XMP twice")
            xmp = body[len(_JPEG_XMP) :]
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if len(body) < 6:
                raise ContainerFault("its header is damaged")
            height, width = struct.unpack_from(">HH", body, 1)
            size = (width, height)
        elif marker == 0xDA:
            break
    if size is None:
        raise ContainerFault("its header is damaged")
    if data.find(b"\xff\xd9", position) < 0:
        raise ContainerFault("it is cut off")
    return Container(format="jpeg", width=size[0], height=size[1], lossless=False, xmp=xmp)


def _jpeg_marker(data: bytes, position: int) -> tuple[int, int]:
    """The next marker's code, and where its segment begins."""
    if position >= len(data):
        raise ContainerFault("it is cut off")
    if data[position] != 0xFF:
        raise ContainerFault("its parts are out of order")
    fill = _JPEG_FILL.match(data, position)
    position = fill.end() if fill is not None else position
    if position >= len(data):
        raise ContainerFault("it is cut off")
    return data[position], position + 1


def _scan_webp(data: bytes) -> Container:
    (riff_length,) = struct.unpack_from("<I", data, 4)
    end = 8 + riff_length
    if end > len(data):
        raise ContainerFault("it is cut off")
    size: tuple[int, int] | None = None
    xmp: bytes | None = None
    lossless = False
    position = 12
    count = 0
    while position + 8 <= end:
        count += 1
        if count > MAXIMUM_CHUNKS:
            raise ContainerFault(TOO_MANY)
        kind, length = struct.unpack_from("<4sI", data, position)
        start = position + 8
        if start + length > end:
            raise ContainerFault("it is cut off")
        body = data[start : start + length]
        position = start + length + (length & 1)
        if kind == b"VP8X" and len(body) >= 10:
            size = (
                1 + int.from_bytes(body[4:7], "little"),
                1 + int.from_bytes(body[7:10], "little"),
            )
        elif kind == b"VP8L" and len(body) >= 5:
            lossless = True
            bits = int.from_bytes(body[1:5], "little")
            size = size or (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
        elif kind == b"VP8 " and len(body) >= 10:
            width, height = struct.unpack_from("<HH", body, 6)
            size = size or (width & 0x3FFF, height & 0x3FFF)
        elif kind == b"ANIM":
            raise ContainerFault("it is an animation")
        elif kind == b"XMP ":
            if xmp is not None:
                raise ContainerFault("it holds XMP twice")
            xmp = body
    if size is None:
        raise ContainerFault("it holds no pixels")
    return Container(format="webp", width=size[0], height=size[1], lossless=lossless, xmp=xmp)


def _printable(kind: bytes) -> str:
    return "".join(chr(code) if 32 < code < 127 else "?" for code in kind)
