"""What a film file says of its origin, and the film itself, to be opened and made again.

MP4, GIF and animated PNG take XMP (ISO 16684-3) behind everything else, so that it can be added
to a finished file; WebM takes tags, which FFmpeg writes; a folder of PNG files has a file beside
them. Reading believes nothing of a file: every length is checked against the bytes that are
there, and no FFmpeg is needed, so the window can do it.

Sources: ISO/IEC 14496-12 (boxes), XMP Specification part 3 (where XMP stands in MP4, GIF and
PNG), RFC 8794 and RFC 9559 (EBML, Matroska), GIF89a specification.
"""

import os
import struct
import zlib
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from studio import __version__
from studio.contract.errors import PictureUnreadable, RecipeInvalid, RecipeMissing, storage_error
from studio.film.formats import FilmFormat
from studio.provenance.containers import PNG_SIGNATURE, XMP_KEYWORD
from studio.provenance.xmp import (
    FILM,
    MAXIMUM_XMP_BYTES,
    TRAINED_ALGORITHMIC_MEDIA,
    Origin,
    XmpFault,
    read_xmp,
    write_xmp,
)

SIDECAR: Final = "film.json"
"""The file in a folder of pictures that holds the film."""
FILM_SUFFIXES: Final = (".mp4", ".m4v", ".webm", ".gif", ".apng", ".json")
TAG: Final = "ATELIER_FILM"
"""The tag in a WebM file that holds the film."""

_XMP_BOX: Final = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_GIF_XMP: Final = b"\x21\xff\x0bXMP DataXMP"
_GIF_TRAILER: Final = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
"""Whatever byte of the packet is taken for the length of a block leads through this to its end."""
_MOST_PARTS: Final = 200_000
_EBML: Final = 0x1A45DFA3
_SEGMENT: Final = 0x18538067
_TAGS: Final = 0x1254C367
_TAG: Final = 0x7373
_SIMPLE_TAG: Final = 0x67C8
_TAG_NAME: Final = 0x45A3
_TAG_STRING: Final = 0x4487


class FilmFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a film says of itself."""

    title: str = ""
    model: str = ""
    """Id of the model that made its pictures."""
    credit: str = ""
    rights: str = ""
    """The licence in a sentence."""
    film: str = ""
    """The film as JSON, to be made again; empty: it says only where it comes from."""

    def packet(self) -> bytes:
        """The facts as XMP."""
        origin = Origin(
            creator_tool=f"Atelier {__version__}",
            model=self.model,
            description=self.title,
            credit=self.credit,
            rights=self.rights,
        )
        return write_xmp(self.film, origin, name=FILM)

    def tags(self) -> dict[str, str]:
        """The facts as the tags of a container."""
        texts = {
            "title": self.title,
            "artist": self.credit,
            "copyright": self.rights,
            "encoder_tool": f"Atelier {__version__}",
            "digital_source_type": TRAINED_ALGORITHMIC_MEDIA if self.model else "",
            TAG: self.film,
        }
        return {name: text for name, text in texts.items() if text}


def append_facts(file: Path, kind: FilmFormat, facts: FilmFacts) -> None:
    """Add the facts to a finished file of a format that takes XMP; nothing to another's."""
    packet = facts.packet()
    with file.open("r+b") as stream:
        if kind == "mp4":
            stream.seek(0, os.SEEK_END)
            stream.write(struct.pack(">I4s", 8 + len(_XMP_BOX) + len(packet), b"uuid"))
            stream.write(_XMP_BOX + packet)
        elif kind == "gif":
            stream.seek(-1, os.SEEK_END)
            if stream.read(1) != b"\x3b":
                raise PictureUnreadable(file=file, fault="it has no end")
            stream.seek(-1, os.SEEK_END)
            stream.write(_GIF_XMP + packet + _GIF_TRAILER + b"\x3b")
        elif kind == "apng":
            body = XMP_KEYWORD.encode() + b"\0\0\0\0\0" + packet
            stream.seek(-12, os.SEEK_END)
            end = stream.read(12)
            if end[4:8] != b"IEND":
                raise PictureUnreadable(file=file, fault="it has no end")
            stream.seek(-12, os.SEEK_END)
            stream.write(_chunk(b"iTXt", body) + end)


def _chunk(kind: bytes, body: bytes) -> bytes:
    checksum = zlib.crc32(body, zlib.crc32(kind))
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", checksum)


def is_film_file(file: Path) -> bool:
    """Whether a file is named as films are, or is the folder of one."""
    return file.suffix.lower() in FILM_SUFFIXES or (file / SIDECAR).is_file()


def read_film(path: Path) -> str:
    """The JSON of the film in a film file, a folder of one, or a file that is only that.

    Raises `PictureUnreadable`, `RecipeMissing`, `RecipeInvalid`, `StorageDenied`.
    """
    try:
        file = path / SIDECAR if path.is_dir() else path
        with file.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            text = _found(stream, size, path)
    except FileNotFoundError as error:
        if path.is_dir():
            raise RecipeMissing(file=path) from error
        raise PictureUnreadable(file=path, fault="it is not there") from error
    except OSError as error:
        fault = (error.strerror or "unreadable").lower()
        known = storage_error(error, path)
        raise known or PictureUnreadable(file=path, fault=fault) from error
    except ValueError as error:  # a NUL in the name
        raise PictureUnreadable(file=repr(path), fault="it cannot be a file's name") from error
    if text is None:
        raise RecipeMissing(file=path)
    return text


def _found(stream: BinaryIO, size: int, path: Path) -> str | None:
    head = stream.read(16)
    try:
        if head[4:8] == b"ftyp":
            return _of_xmp(_mp4_packet(stream, size))
        if head[:4] == b"GIF8":
            return _of_xmp(_gif_packet(stream, size))
        if head[:8] == PNG_SIGNATURE:
            return _of_xmp(_png_packet(stream, size))
        if head[:4] == _EBML.to_bytes(4, "big"):
            return _webm_tag(stream, size)
        if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            stream.seek(0)
            text = stream.read(MAXIMUM_XMP_BYTES + 1)
            if len(text) > MAXIMUM_XMP_BYTES:
                raise RecipeInvalid(file=path, fault="it is larger than any film")
            return text.decode("utf-8-sig")
    except (XmpFault, UnicodeError) as error:
        raise RecipeInvalid(file=path, fault=str(error)) from error
    except _CutOff as error:
        raise PictureUnreadable(file=path, fault="it is cut off or damaged") from error
    raise PictureUnreadable(file=path, fault="it is no film that Atelier writes")


class _CutOff(Exception):
    """A part of the file claims to be where the file is not."""


def _read(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) != length:
        raise _CutOff
    return data


def _of_xmp(packet: bytes | None) -> str | None:
    return None if packet is None else read_xmp(packet).get(FILM)


def _mp4_packet(stream: BinaryIO, size: int) -> bytes | None:
    position = 0
    for _ in range(_MOST_PARTS):
        if position == size:
            return None
        stream.seek(position)
        length, kind = struct.unpack(">I4s", _read(stream, 8))
        header = 8
        if length == 1:
            (length,) = struct.unpack(">Q", _read(stream, 8))
            header = 16
        elif length == 0:
            length = size - position
        if length < header or position + length > size:
            raise _CutOff
        if kind == b"uuid" and length >= header + 16 and _read(stream, 16) == _XMP_BOX:
            return _packet(stream, length - header - 16)
        position += length
    raise _CutOff


def _packet(stream: BinaryIO, length: int) -> bytes:
    if length > MAXIMUM_XMP_BYTES:
        raise XmpFault("its XMP is larger than any that is read")
    return _read(stream, length)


def _gif_packet(stream: BinaryIO, size: int) -> bytes | None:
    """What stands between our block's name and its trailer; we write it at the end of a file."""
    tail = min(size, MAXIMUM_XMP_BYTES)
    stream.seek(size - tail)
    data = _read(stream, tail)
    begin = data.rfind(_GIF_XMP)
    end = data.rfind(_GIF_TRAILER)
    if begin < 0:
        return None
    if end < begin:
        raise _CutOff
    return data[begin + len(_GIF_XMP) : end]


def _png_packet(stream: BinaryIO, size: int) -> bytes | None:
    position = len(PNG_SIGNATURE)
    for _ in range(_MOST_PARTS):
        stream.seek(position)
        length, kind = struct.unpack(">I4s", _read(stream, 8))
        if position + 12 + length > size:
            raise _CutOff
        if kind == b"IEND":
            return None
        if kind == b"iTXt" and length <= MAXIMUM_XMP_BYTES:
            body = _read(stream, length)
            (checksum,) = struct.unpack(">I", _read(stream, 4))
            if zlib.crc32(body, zlib.crc32(kind)) != checksum:
                raise _CutOff
            keyword, _, rest = body.partition(b"\0")
            texts = rest[2:].split(b"\0", 2)
            if keyword.decode("latin-1") == XMP_KEYWORD and rest[:1] == b"\0" and len(texts) == 3:
                return texts[2]
        position += 12 + length
    raise _CutOff


def _webm_tag(stream: BinaryIO, size: int) -> str | None:
    """The text of our tag, wherever in the segment the tags stand."""
    path: tuple[int, ...] = ()
    open_until = [size]
    name = ""
    stream.seek(0)
    for _ in range(_MOST_PARTS):
        while len(open_until) > 1 and stream.tell() >= open_until[-1]:
            open_until.pop()
            path = path[:-1]
        if stream.tell() >= size:
            return None
        element = _ebml_number(stream, keep_marker=True)
        length = _ebml_number(stream, keep_marker=False)
        start = stream.tell()
        end = open_until[-1] if length < 0 else start + length
        if end > open_until[-1]:
            raise _CutOff
        if (path, element) in _WEBM_WAY:
            path = (*path, element)
            open_until.append(end)
            continue
        if path == _WEBM_TEXTS and element in (_TAG_NAME, _TAG_STRING):
            text = _packet(stream, end - start).rstrip(b"\0").decode()
            if element == _TAG_NAME:
                name = text
            elif name == TAG:
                return text
        stream.seek(end)
    raise _CutOff


_WEBM_TEXTS: Final = (_SEGMENT, _TAGS, _TAG, _SIMPLE_TAG)
_WEBM_WAY: Final = frozenset(
    (_WEBM_TEXTS[:depth], element) for depth, element in enumerate(_WEBM_TEXTS)
)
"""The elements that are gone into, with those that they stand in."""


def _ebml_number(stream: BinaryIO, *, keep_marker: bool) -> int:
    """A number whose first byte says how long it is; -1: a length that is not known."""
    first = _read(stream, 1)[0]
    length = 9 - first.bit_length()
    if length > 8:
        raise _CutOff
    value = first if keep_marker else first & (0xFF >> length)
    rest = _read(stream, length - 1)
    number = int.from_bytes(bytes((value,)) + rest, "big")
    if not keep_marker and number == (1 << 7 * length) - 1:
        return -1
    return number
