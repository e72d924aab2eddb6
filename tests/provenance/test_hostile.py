"""A damaged or hostile picture is one sentence that names the file, and costs little."""

import io
import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from studio.contract.errors import PictureError, PictureUnreadable, RecipeInvalid
from studio.provenance.containers import MAXIMUM_CHUNKS, MAXIMUM_TEXT_BYTES
from studio.provenance.pictures import encode_picture, read_picture, read_recipe
from studio.provenance.xmp import XmpFault, read_xmp
from tests.proof.mutants import of_bytes
from tests.provenance.samples import chunk, noise, png, png_chunks, png_of, recipe

NAME = "gift.png"
HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0))
PIXELS = chunk(b"IDAT", zlib.compress(bytes(4 * (1 + 4 * 3))))
END = chunk(b"IEND", b"")
NAMESPACE = "urn:atelier-studio:recipe/1.0/"


def samples() -> list[bytes]:
    pixels = noise(12, 10, 3)
    return [
        png(),
        png(channels=1),
        encode_picture(pixels, 12, 10, 3, recipe(), file_format="jpeg"),
        encode_picture(pixels, 12, 10, 3, recipe(), file_format="webp"),
        encode_picture(pixels, 12, 10, 3, recipe(), file_format="webp", lossless=True),
    ]


def read_all(data: bytes) -> None:
    """Read everything; whatever goes wrong must be a sentence about the file."""
    for read in (read_recipe, read_picture):
        try:
            read(data, name=NAME)
        except PictureError as error:
            assert NAME in error.message
            assert "\n" not in error.message
            assert len(error.message) < 400


def with_chunk(kind: bytes, body: bytes, *more: bytes) -> bytes:
    return png_of(HEADER, chunk(kind, body), *more, PIXELS, END)


def mutant_with_right_checksums(source: random.Random, sound: bytes) -> bytes:
    """A PNG whose chunks are damaged inside, moved, doubled or gone, and whose sums agree."""
    chunks = png_chunks(sound)
    match source.randrange(4):
        case 0:
            chunks.insert(source.randrange(len(chunks)), source.choice(chunks))
        case 1:
            del chunks[source.randrange(len(chunks))]
        case 2:
            source.shuffle(chunks)
        case _:
            index = source.randrange(len(chunks))
            kind, body = chunks[index]
            chunks[index] = (kind, of_bytes(source, body) if body else b"\0")
    return png_of(*(chunk(kind, body) for kind, body in chunks))


def test_100_mutants_are_read_or_named() -> None:
    source = random.Random(20)
    sound = samples()
    for index in range(100):
        if index % 3:
            read_all(of_bytes(source, source.choice(sound)))
        else:
            read_all(mutant_with_right_checksums(source, source.choice(sound[:2])))


@given(st.binary(max_size=300), st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8"]))
@example(b"", b"")
@example(b"RIFF\x08\0\0\0WEBP", b"")
@example(b"\xff\xff\xff\xff", b"\xff\xd8")
def test_any_bytes_are_read_or_named(data: bytes, start: bytes) -> None:
    read_all(start + data)


@given(st.integers(0, 4), st.floats(0, 1, exclude_max=True))
def test_a_cut_file_is_said_to_be_unreadable(index: int, share: float) -> None:
    data = samples()[index]
    cut = data[: int(len(data) * share)]
    with pytest.raises(PictureUnreadable, match=NAME):
        read_picture(cut, name=NAME)


@given(st.integers(0, 10**6))
def test_any_flipped_bit_of_a_png_is_noticed(place: int) -> None:
    data = bytearray(png())
    data[place // 8 % len(data)] ^= 1 << place % 8
    with pytest.raises(PictureError, match=NAME):
        read_picture(bytes(data), name=NAME)


@pytest.mark.parametrize(
    ("width", "height"),
    [(0, 4), (4, 0), (2**31, 2**31), (2**32 - 1, 1), (16_385, 1), (16_384, 16_384)],
)
def test_absurd_sizes_are_refused_before_anything_is_unpacked(width: int, height: int) -> None:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    with pytest.raises(PictureUnreadable, match=f"{width}x{height}"):
        read_picture(png_of(header, PIXELS, END), name=NAME)


@cache
def bomb() -> bytes:
    """A quarter of a gigabyte of zeros, packed into a quarter of a megabyte."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(256)) + packer.flush()


def peak_of(action: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("kind", "head"),
    [(b"zTXt", b"atelier\0\0"), (b"iTXt", b"atelier\0\1\0\0\0"),
     (b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0")],
)  # fmt: skip
def test_a_text_that_unpacks_to_far_too_much_is_refused_in_little_memory(
    kind: bytes, head: bytes
) -> None:
    data = with_chunk(kind, head + bomb())

    def read() -> None:
        with pytest.raises(PictureUnreadable, match="damaged"):
            read_recipe(data, name=NAME)

    assert peak_of(read) < 4 * MAXIMUM_TEXT_BYTES


def test_pixels_that_unpack_to_far_more_than_the_picture_do_no_harm() -> None:
    data = png_of(HEADER, chunk(b"IDAT", bomb()), END)
    assert peak_of(lambda: read_all(data)) < 20_000_000


def test_others_texts_of_any_size_are_none_of_our_business() -> None:
    data = with_chunk(b"tEXt", b"workflow\0" + b"x" * 3_000_000, chunk(b"zTXt", b"junk\0\0junk"))
    assert read_picture(data).recipe is None


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"null", b'"text"', b"{}", b'{"model":1,"seed":0}', b'{"model":"a","seed":-1}',
     b'{"model":"a","seed":1e999}', b"[" * 100_000, b'{"schema":0,"model":"a","seed":0}',
     b'{"model":"a","seed":0,"latent":"AAA="}', b'{"model":"a","seed":0,"latent":"***"}',
     b'{"model":"a","seed":0,"unknown":1}', b'{"model":"\xff\xfe"', b" " * 1_500_000],
)  # fmt: skip
def test_a_recipe_of_wrong_types_is_named_invalid(text: bytes) -> None:
    data = with_chunk(b"tEXt", b"atelier\0" + text)
    for read in (read_recipe, read_picture):
        with pytest.raises(RecipeInvalid, match=NAME):
            read(data, name=NAME)


@pytest.mark.parametrize("keyword", [b"atelier", b"XML:com.adobe.xmp"])
def test_two_recipes_are_one_too_many(keyword: bytes) -> None:
    text = chunk(b"iTXt", keyword + b"\0\0\0\0\0{}")
    with pytest.raises(PictureUnreadable, match="twice"):
        read_recipe(png_of(HEADER, text, text, PIXELS, END), name=NAME)


@pytest.mark.parametrize(
    "body",
    [b"atelier\0", b"atelier\0\0", b"atelier\0\0\0", b"atelier\0\0\0\0\0\xff\xfe",
     b"atelier\0\1\0\0\0junk", b"atelier\0\1\0\0\0" + zlib.compress(b"{}" * 99)[:-8]],
)  # fmt: skip
def test_a_malformed_text_of_ours_is_named(body: bytes) -> None:
    with pytest.raises(PictureUnreadable, match="its text “atelier” is damaged"):
        read_recipe(with_chunk(b"iTXt", body), name=NAME)


@pytest.mark.parametrize(
    "chunks",
    [(PIXELS, HEADER, END), (HEADER, HEADER, PIXELS, END), (HEADER, END), (END,), (HEADER, PIXELS),
     (chunk(b"IHDR", b"\0\0\0\4"), PIXELS, END)],
)  # fmt: skip
def test_parts_in_disorder_are_named(chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(PictureUnreadable, match=NAME):
        read_picture(png_of(*chunks), name=NAME)


@pytest.mark.parametrize(
    ("start", "part"),
    [
        (b"\x89PNG\r\n\x1a\n" + HEADER, chunk(b"juNk", b"")),
        (b"\xff\xd8", b"\xff\xd0"),
        (b"RIFF" + struct.pack("<I", 2**21) + b"WEBP", b"JUNK\0\0\0\0"),
    ],
)
def test_a_file_of_countless_parts_is_not_read_to_its_end(start: bytes, part: bytes) -> None:
    with pytest.raises(PictureUnreadable, match="more parts than any picture"):
        read_picture(start + part * (MAXIMUM_CHUNKS + 2**16), name=NAME)


def test_a_jpeg_may_fill_the_room_before_its_parts() -> None:
    sound = samples()[2]
    filled = sound[:2] + b"\xff" * 1000 + sound[2:]
    assert read_recipe(filled) == read_recipe(sound)


def test_a_picture_of_another_kind_is_refused() -> None:
    for kind in ("GIF", "BMP", "TIFF"):
        stream = io.BytesIO()
        Image.new("RGB", (4, 4)).save(stream, kind)
        with pytest.raises(PictureUnreadable, match="neither PNG nor JPEG nor WebP"):
            read_picture(stream.getvalue(), name=NAME)


def test_an_animation_is_refused() -> None:
    stream = io.BytesIO()
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:])
    with pytest.raises(PictureUnreadable, match="animation"):
        read_picture(stream.getvalue(), name=NAME)


def packet(inside: str, start: str = "") -> bytes:
    return (
        f'{start}<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:a="{NAMESPACE}"><r:Description>{inside}</r:Description></r:RDF>'
    ).encode()


@pytest.mark.parametrize(
    ("xmp", "fault"),
    [
        (packet("<a:recipe>&x;</a:recipe>", '<!DOCTYPE r [<!ENTITY x "y">]>'), "document type"),
        (packet("", '<!DOCTYPE r SYSTEM "file:///etc/passwd">'), "document type"),
        (packet("<a:recipe>1</a:recipe><a:recipe>2</a:recipe>"), "more than one"),
        (packet("<b>" * 100 + "</b>" * 100), "nested"),
        (packet("<a:recipe>"), "damaged"),
        (packet("&undefined;"), "damaged"),
        (b"\xff\xfe\0\0", "damaged"),
        (b"", "damaged"),
        (b" " * 5_000_000, "larger"),
    ],
)
def test_hostile_xmp_is_refused(xmp: bytes, fault: str) -> None:
    with pytest.raises(XmpFault, match=fault):
        read_xmp(xmp)


def test_billion_laughs_is_refused_at_its_first_line() -> None:
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    laughs = packet("<a:recipe>&l9;</a:recipe>", f'<!DOCTYPE r [<!ENTITY l0 "ha">{entities}]>')
    data = with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + laughs)
    with pytest.raises(RecipeInvalid, match=r"gift\.png.*document type"):
        read_recipe(data, name=NAME)


def test_damaged_xmp_of_others_does_not_spoil_a_sound_picture() -> None:
    data = with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<x:xmpmeta>")
    assert read_picture(data).recipe is None


@given(st.binary(max_size=200))
def test_any_packet_is_read_or_refused(junk: bytes) -> None:
    try:
        found = read_xmp(junk)
    except XmpFault as fault:
        assert str(fault)
    else:
        assert found == {}
