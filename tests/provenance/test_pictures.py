"""A picture's file remembers how it was made, in every format, for us and for others."""

import hashlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from studio.contract.errors import (
    PictureError,
    PictureUnreadable,
    RecipeInvalid,
    RecipeMissing,
    StorageDenied,
)
from studio.contract.recipe import RECIPE_SCHEMA, Recipe, decode_recipe
from studio.provenance.compare import compare
from studio.provenance.containers import Format
from studio.provenance.pictures import encode_picture, read_picture, read_recipe
from tests.provenance.samples import GRAPHS, noise, png, png_chunks, recipe, soft

FORMATS: tuple[Format, ...] = ("png", "jpeg", "webp")
CHANNELS: tuple[Literal[1, 3], ...] = (1, 3)


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize(("file_format", "lossless"), [("png", False), ("webp", True)])
def test_a_lossless_file_gives_back_every_pixel_and_the_recipe(
    file_format: Format, lossless: bool, channels: int
) -> None:
    pixels = noise(13, 7, channels)
    data = encode_picture(
        pixels, 13, 7, channels, recipe(), file_format=file_format, lossless=lossless
    )
    picture = read_picture(data)
    assert (picture.width, picture.height, picture.channels) == (13, 7, channels)
    assert picture.pixels == pixels
    assert picture.lossless
    assert picture.is_as_made
    assert picture.recipe == read_recipe(data)
    assert picture.recipe == recipe(
        width=13, height=7, pixels_sha256=hashlib.sha256(pixels).hexdigest()
    )


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("file_format", ["jpeg", "webp"])
def test_a_lossy_file_keeps_the_recipe_and_nearly_the_pixels(
    file_format: Format, channels: int
) -> None:
    pixels = soft(64, 48, channels)
    picture = read_picture(
        encode_picture(pixels, 64, 48, channels, recipe(), file_format=file_format)
    )
    assert not picture.lossless
    assert picture.recipe is not None
    assert picture.recipe.pixels_sha256 == hashlib.sha256(pixels).hexdigest()
    original = read_picture(encode_picture(pixels, 64, 48, channels, None))
    difference = compare(picture.in_channels(channels), original)
    assert difference.mean < 4
    assert difference.largest < 40


@pytest.mark.parametrize("channels", CHANNELS)
@pytest.mark.parametrize("file_format", ["jpeg", "webp"])
def test_a_lossy_file_knows_whether_it_was_touched(file_format: Format, channels: int) -> None:
    data = encode_picture(
        soft(20, 10, channels), 20, 10, channels, recipe(), file_format=file_format, quality=60
    )
    assert read_picture(data).is_untouched is True
    with Image.open(io.BytesIO(data)) as image:
        packet, changed = image.info["xmp"], image.copy()
    changed.paste(255 if changed.mode == "L" else (255, 0, 0), (0, 0, 8, 8))
    stream = io.BytesIO()
    changed.save(stream, file_format, quality=95, xmp=packet)
    assert read_picture(stream.getvalue()).is_untouched is False
    assert read_picture(png()).is_untouched is None
    bare = encode_picture(soft(20, 10, 1), 20, 10, 1, None, file_format=file_format)
    assert read_picture(bare).is_untouched is None


def test_each_format_carries_the_same_recipe() -> None:
    pixels = noise(8, 8, 3)
    recipes = {
        read_recipe(
            encode_picture(pixels, 8, 8, 3, recipe(), file_format=file_format)
        ).pixels_sha256
        for file_format in FORMATS
    }
    assert recipes == {hashlib.sha256(pixels).hexdigest()}


def test_a_png_tells_our_json_their_settings_and_its_origin_in_text() -> None:
    with Image.open(io.BytesIO(png())) as image:
        texts = dict(image.info)
    made = decode_recipe(texts["atelier"])
    assert made.seed == 7
    assert texts["parameters"] == (
        f"Steps: 1, Sampler: GAN, CFG scale: 0, Seed: 7, Size: 12x10, Model hash: "
        f"{GRAPHS['generator'][:10]}, Model: tiny, Kind: bags, Truncation: 0.7, "
        "Version: Atelier 0.1.0"
    )
    kinds = dict(png_chunks(png()))
    assert kinds[b"sRGB"] == b"\0"
    assert b"tEXt" in kinds
    assert b"iTXt" in kinds


@pytest.mark.parametrize("file_format", ["jpeg", "webp"])
def test_other_programs_find_the_settings_of_a_jpeg_or_webp_in_exif(file_format: Format) -> None:
    data = encode_picture(noise(8, 8, 3), 8, 8, 3, recipe(), file_format=file_format)
    with Image.open(io.BytesIO(data)) as image:
        comment = image.getexif().get_ifd(0x8769)[0x9286]
    assert comment.startswith(b"UNICODE\0")
    assert comment[8:].decode("utf-16-be").startswith("Steps: 1, Sampler: GAN, CFG scale: 0, Seed")


def test_the_recipe_in_xmp_is_the_one_in_the_text_chunk() -> None:
    with Image.open(io.BytesIO(png())) as image:
        root = ElementTree.fromstring(image.info["XML:com.adobe.xmp"])
        ours = image.info["atelier"]
    inside = root.find(".//{urn:atelier-studio:recipe/1.0/}recipe")
    assert inside is not None
    assert inside.text == ours
    json.loads(ours.encode("ascii"))


@pytest.mark.parametrize("file_format", FORMATS)
def test_others_learn_that_a_model_made_it_and_whom_to_credit(file_format: Format) -> None:
    data = encode_picture(
        noise(8, 8, 3), 8, 8, 3, recipe(), file_format=file_format,
        model_title="Ankle <boots> & 靴子", credit="Zalando & co", rights="Yours \0to keep.",
    )  # fmt: skip
    with Image.open(io.BytesIO(data)) as image:
        packet = image.info.get("xmp") or image.info["XML:com.adobe.xmp"].encode()
    description = ElementTree.fromstring(packet).find(
        ".//{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"
    )
    assert description is not None
    source = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"
    assert description.get(source) == (
        "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    )
    assert description.get("{http://ns.adobe.com/xap/1.0/}CreatorTool") == "Atelier 0.1.0"
    assert description.get("{http://ns.adobe.com/photoshop/1.0/}Credit") == "Zalando & co"
    texts = ["".join(part.itertext()) for part in description]
    assert "Yours to keep." in texts
    assert any("Ankle <boots> & 靴子" in text for text in texts)


def test_a_picture_without_recipe_claims_nothing() -> None:
    for file_format in FORMATS:
        data = encode_picture(noise(8, 8, 3), 8, 8, 3, None, file_format=file_format)
        assert b"trainedAlgorithmicMedia" not in data
        assert b"atelier" not in data.lower()
        assert read_picture(data).recipe is None
        with pytest.raises(RecipeMissing, match=r"holiday\.png"):
            read_recipe(data, name="holiday.png")


def test_pixels_that_contradict_the_recipe_are_refused() -> None:
    other = recipe(pixels_sha256=hashlib.sha256(b"another picture").hexdigest())
    with pytest.raises(PictureError, match="not those that its recipe names"):
        encode_picture(noise(8, 8, 3), 8, 8, 3, other)


@pytest.mark.parametrize(("width", "channels"), [(7, 3), (8, 2), (8, 4)])
def test_pixels_of_another_size_are_refused(width: int, channels: int) -> None:
    with pytest.raises(PictureError, match="are not"):
        encode_picture(noise(8, 8, 3), width, 8, channels, None)


def test_a_recipe_too_long_for_a_jpeg_is_refused_with_the_way_out() -> None:
    long = recipe(latent=bytes(4 * 20_000))
    pixels = noise(8, 8, 3)
    with pytest.raises(PictureError, match=r"does not fit into a JPEG.*choose PNG or WebP"):
        encode_picture(pixels, 8, 8, 3, long, file_format="jpeg")
    for file_format in ("png", "webp"):
        data = encode_picture(pixels, 8, 8, 3, long, file_format=file_format)
        assert read_recipe(data).latent == long.latent


def test_what_another_program_repacked_without_loss_is_still_as_made() -> None:
    """Optimisers store grey as RGB, or few colours as a palette, and keep the texts."""
    grey = noise(9, 9, 1)
    with Image.open(io.BytesIO(encode_picture(grey, 9, 9, 1, recipe()))) as image:
        text = image.info["atelier"]
        repacked = image.convert("RGB")
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("atelier", text, zip=True)
    stream = io.BytesIO()
    repacked.save(stream, "PNG", pnginfo=texts)
    picture = read_picture(stream.getvalue())
    assert picture.is_as_made
    assert picture.pixels == grey


def test_a_changed_pixel_is_noticed() -> None:
    with Image.open(io.BytesIO(png())) as image:
        text, changed = image.info["atelier"], image.copy()
    changed.putpixel((3, 4), (1, 2, 3))
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("atelier", text)
    stream = io.BytesIO()
    changed.save(stream, "PNG", pnginfo=texts)
    picture = read_picture(stream.getvalue())
    assert picture.recipe is not None
    assert not picture.is_as_made


def test_xmp_alone_is_enough_even_rewritten_as_an_attribute() -> None:
    with Image.open(io.BytesIO(png())) as image:
        packet, bare = image.info["XML:com.adobe.xmp"], image.copy()
    from xml.sax.saxutils import quoteattr, unescape

    from PIL.PngImagePlugin import PngInfo

    inside = re.search(r"<atelier:recipe>(.*)</atelier:recipe>", packet)
    assert inside is not None
    attribute = f"atelier:recipe={quoteattr(unescape(inside.group(1)))}"
    rewritten = packet.replace(inside.group(), "").replace("xmlns:dc=", f"{attribute} xmlns:dc=", 1)
    for text in (packet, rewritten):
        texts = PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", text, zip=True)
        stream = io.BytesIO()
        bare.save(stream, "PNG", pnginfo=texts)
        assert read_recipe(stream.getvalue()).seed == 7


def test_a_recipe_of_a_later_atelier_is_refused_with_its_format(tmp_path: Path) -> None:
    path = tmp_path / "future.png"
    path.write_bytes(encode_picture(noise(8, 8, 3), 8, 8, 3, recipe(schema=RECIPE_SCHEMA + 1)))
    with pytest.raises(RecipeInvalid, match=rf"future\.png.*{RECIPE_SCHEMA + 1}"):
        read_recipe(path)


@given(
    st.builds(
        Recipe,
        model=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True),
        seed=st.integers(0, 2**63 - 1),
        latent=st.binary(min_size=1, max_size=16).map(lambda data: data * 4),
        studio=st.text(max_size=10),
        controls=st.dictionaries(
            st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True),
            st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-9, 9) | st.text(max_size=10),
            max_size=4,
        ),
        parents=st.lists(st.text(max_size=8), max_size=3).map(tuple),
    ),
    st.sampled_from(FORMATS),
)
def test_any_recipe_survives_any_format(made: Recipe, file_format: Format) -> None:
    pixels = noise(4, 4, 3)
    again = read_recipe(encode_picture(pixels, 4, 4, 3, made, file_format=file_format))
    assert again == msgspec.structs.replace(
        made, width=4, height=4, pixels_sha256=hashlib.sha256(pixels).hexdigest()
    )


@given(st.integers(1, 20), st.integers(1, 20), st.sampled_from(CHANNELS), st.data())
def test_any_pixels_survive_a_png(
    width: int, height: int, channels: int, data: st.DataObject
) -> None:
    size = width * height * channels
    pixels = data.draw(st.binary(min_size=size, max_size=size))
    picture = read_picture(encode_picture(pixels, width, height, channels, recipe()))
    assert (picture.pixels, picture.is_as_made) == (pixels, True)


def test_what_is_no_file_is_named_in_a_sentence(tmp_path: Path) -> None:
    for path, fault in (
        (tmp_path / "gone.png", "there is no such file"),
        (tmp_path, "it is a folder"),
        (Path("/dev/zero"), "it is not a file"),
        (tmp_path / "a" / "b.png", "there is no such file"),
        (tmp_path / "nul\0.png", "there is no such file"),
    ):
        with pytest.raises(PictureUnreadable, match=fault):
            read_recipe(path)


def test_a_file_that_may_not_be_read_is_storage_denied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "locked.png"
    path.write_bytes(png())

    def denied(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", denied)
    with pytest.raises(StorageDenied, match=r"locked\.png"):
        read_picture(path)


def test_importing_brings_neither_pillow_nor_numpy_nor_qt_nor_ssl() -> None:
    code = (
        "import sys, studio.provenance.pictures, studio.provenance.files, "
        "studio.provenance.compare;"
        "print([name for name in ('PIL', 'numpy', 'PySide6', 'ssl') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
