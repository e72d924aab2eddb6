"""Enlarging without a window, as its users do it: files in, files out, remade to the byte."""

from pathlib import Path

import msgspec
import pytest

from studio.commands.lines import DoneLine, EnlargedLine, RemakeLine
from studio.provenance.pictures import encode_picture, read_picture
from studio.provenance.sources import encode_source, read_source
from tests.e2e.headless import Ran, shown, studio
from tests.models import write_tiny_generator
from tests.provenance.samples import noise
from tests.provenance.test_sources import PROFILE
from tests.upscalers import write_upscaler


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for all of Atelier's, with a tiny generator and a tiny enlarging model."""
    folder = tmp_path_factory.mktemp("base")
    write_tiny_generator(folder / "data" / "models" / "tiny", classes=3)
    write_upscaler(folder / "data" / "models" / "a-tiny-upscaler", model_id="a-tiny-upscaler",
                   factor=4)  # fmt: skip
    return folder


@pytest.fixture
def made(base: Path, tmp_path: Path) -> Path:
    ran = studio("generate", "tiny", "--basedir", base, "--out", tmp_path)
    assert ran.code == 0, ran.err
    return tmp_path / shown(tmp_path)[0]


def _enlarged(*arguments: str | Path) -> tuple[Ran, list[EnlargedLine]]:
    ran = studio("enlarge", *arguments, "--json")
    return ran, [line for line in ran.lines if isinstance(line, EnlargedLine)]


def test_what_was_made_here_is_enlarged_and_remade_to_the_byte(base: Path, made: Path) -> None:
    ran, (line,) = _enlarged(made, "--basedir", base, "--factor", "4", "--method", "model")
    assert ran.code == 0, ran.err
    assert Path(line.path).name == f"{made.stem}-x4.png"
    assert (line.method, line.model, line.has_recipe) == ("model", "a-tiny-upscaler", True)
    small, large = read_picture(made), read_picture(Path(line.path))
    assert (large.width, large.height) == (4 * small.width, 4 * small.height)
    again = studio("remake", line.path, "--basedir", base)
    assert (again.code, again.out) == (0, "identical\n"), again.err


def test_a_changed_enlarged_picture_is_told_from_its_remake(base: Path, made: Path) -> None:
    _, (line,) = _enlarged(made, "--basedir", base, "--factor", "2", "--method", "nearest")
    path = Path(line.path)
    picture = read_picture(path)
    pixels = bytearray(picture.pixels)
    recipe = picture.recipe
    assert recipe is not None
    pixels[0] ^= 0xFF
    lying = msgspec.structs.replace(recipe, pixels_sha256=None)
    path.write_bytes(
        encode_picture(bytes(pixels), picture.width, picture.height, picture.channels, lying)
    )
    ran = studio("remake", path, "--basedir", base, "--json")
    assert ran.code == 1
    (remade,) = (found for found in ran.lines if isinstance(found, RemakeLine))
    assert (remade.verdict, remade.pixels_differing) == ("differs", 1)


def test_alpha_and_profile_of_a_foreign_picture_are_kept(base: Path, tmp_path: Path) -> None:
    source = tmp_path / "photo.png"
    source.write_bytes(encode_source(noise(9, 7, 4), 9, 7, 4, profile=PROFILE))
    out = tmp_path / "out"
    out.mkdir()
    ran, (line,) = _enlarged(
        source, "--basedir", base, "--factor", "3", "--out", out, "--format", "webp", "--lossless"
    )
    assert ran.code == 0, ran.err
    assert (line.has_profile, line.has_recipe) == (True, False)
    found = read_source(out / "photo-x3.webp")
    assert (found.width, found.height, found.channels, found.profile) == (27, 21, 4, PROFILE)


def test_one_that_cannot_be_enlarged_stops_no_other(base: Path, made: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("no picture")
    ran, lines = _enlarged(tmp_path / "notes.png", made, "--basedir", base)
    assert ran.code == 1
    assert [bool(line.fault) for line in lines] == [True, False]
    assert (lines[0].code, lines[0].path) == ("PictureUnreadable", "")
    done = ran.lines[-1]
    assert isinstance(done, DoneLine)
    assert done.written == 1
    assert "notes.png" in ran.err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--factor", "1"), "between 2 and 16"),
        (("--factor", "17"), "between 2 and 16"),
        (("--quality", "0"), "between 1 and 100"),
        (("--out", "/proc/nowhere"), "no folder can be made there"),
        (("--model", "unheard-of"), "there is no model"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_done(
    base: Path, made: Path, arguments: tuple[str, ...], fault: str
) -> None:
    ran = studio("enlarge", made, "--basedir", base, *arguments)
    assert ran.code == 2
    assert fault in ran.err
    assert len(shown(made.parent)) == 1


def test_a_factor_that_the_model_cannot_do_says_which_it_can(base: Path, made: Path) -> None:
    ran, (line,) = _enlarged(made, "--basedir", base, "--factor", "5", "--method", "model")
    assert ran.code == 1
    assert "possible are: 2, 3, 4, 8, 12, 16" in line.fault


def test_a_generator_enlarges_nothing(base: Path, made: Path) -> None:
    ran, (line,) = _enlarged(made, "--basedir", base, "--model", "tiny", "--method", "model")
    assert ran.code == 1
    assert "it enlarges nothing" in line.fault
