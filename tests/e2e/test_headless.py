"""From a model to a picture and back to the same picture, as a user without a window does it."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import msgspec
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.commands.lines import (
    BrokenModelLine,
    CheckLine,
    DoneLine,
    ErrorLine,
    ModelLine,
    PictureLine,
    RemakeLine,
    VerifiedLine,
)
from studio.contract.recipe import Fingerprint, Recipe, encode_recipe
from studio.provenance.pictures import encode_picture, read_picture, read_recipe
from tests.e2e.headless import Ran, environment, shown, studio
from tests.models import class_values, replace_golden, replace_graph, write_tiny_generator


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for --basedir with one tiny model."""
    folder = tmp_path_factory.mktemp("base")
    write_tiny_generator(folder / "data" / "models" / "tiny", size=16)
    return folder


@pytest.fixture(scope="module")
def made(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One picture made by the command."""
    out = tmp_path_factory.mktemp("made")
    ran = studio("generate", "tiny", "--basedir", base, "--seed", "5", "--out", out)
    assert ran.code == 0, ran.err
    return out / "tiny-boots-5.png"


def rewrite(path: Path, to: Path, recipe: Recipe, pixels: dict[tuple[int, int], int]) -> Path:
    """The picture with another recipe and some pixels set to a grey, as a stranger would do it."""
    with Image.open(path) as image:
        changed = image.copy()
    for place, value in pixels.items():
        changed.putpixel(place, (value, value, value))
    texts = PngInfo()
    texts.add_text("atelier", encode_recipe(recipe).decode("ascii"))
    stream = io.BytesIO()
    changed.save(stream, "PNG", pnginfo=texts)
    to.write_bytes(stream.getvalue())
    return to


def remade(*arguments: str | Path) -> tuple[Ran, RemakeLine]:
    ran = studio("remake", *arguments, "--json")
    line = ran.lines[0]
    assert isinstance(line, RemakeLine), ran.err
    return ran, line


def test_generated_pictures_are_remade_to_the_byte(base: Path, tmp_path: Path) -> None:
    ran = studio(
        "generate", "tiny", "--basedir", base, "--count", "7", "--class", "mixed",
        "--truncation", "0.6", "--out", tmp_path / "a" / "b", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    *pictures, done = ran.lines
    assert isinstance(done, DoneLine)
    assert (done.written, done.provider) == (7, "CPUExecutionProvider")
    values = class_values(3)
    for index, line in enumerate(pictures):
        assert isinstance(line, PictureLine)
        assert (line.index, line.seed, line.kind) == (index, index, values[index % 3])
        assert Path(line.path).name == f"tiny-{line.kind}-{index}.png"
        picture = read_picture(Path(line.path))
        assert picture.is_as_made
        assert picture.recipe is not None
        assert picture.recipe.controls == {"kind": line.kind, "truncation": 0.6}
        assert picture.recipe.pixels_sha256 == line.pixels_sha256
    assert len({line.identity for line in pictures if isinstance(line, PictureLine)}) == 7
    for name in shown(tmp_path / "a" / "b")[:2]:
        again = studio("remake", tmp_path / "a" / "b" / name, "--basedir", base)
        assert (again.code, again.out) == (0, "identical\n"), again.err


def test_neither_qt_nor_onnxruntime_is_loaded_and_nothing_but_results_is_said(
    base: Path, made: Path, tmp_path: Path
) -> None:
    code = (
        "import sys\nfrom studio.__main__ import main\ncode = main(sys.argv[1:])\n"
        "bad = [n for n in ('PySide6', 'shiboken6', 'onnxruntime', 'torch') if n in sys.modules]\n"
        "sys.exit(f'loaded {bad}' if bad else code)"
    )
    for arguments in (
        ["models", "--verify"],
        ["generate", "tiny", "--out", str(tmp_path)],
        ["remake", str(made)],
        ["doctor"],
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, arguments[0], "--basedir", str(base), *arguments[1:]],
            capture_output=True, text=True, timeout=100, check=False, env=environment(),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout + done.stderr
        assert done.stdout


def test_making_the_same_twice_never_overwrites_in_silence(base: Path, tmp_path: Path) -> None:
    common = ("generate", "tiny", "--basedir", base, "--seed", "3", "--out", tmp_path)
    assert studio(*common).code == 0
    first = (tmp_path / "tiny-boots-3.png").read_bytes()
    assert studio(*common).code == 0
    assert shown(tmp_path) == ["tiny-boots-3-2.png", "tiny-boots-3.png"]
    refused = studio(*common, "--if-taken", "refuse")
    assert refused.code == 1
    assert "there already" in refused.err
    assert (tmp_path / "tiny-boots-3.png").read_bytes() == first
    assert studio(*common, "--if-taken", "replace", "--truncation", "0.1").code == 0
    assert (tmp_path / "tiny-boots-3.png").read_bytes() != first
    assert len(shown(tmp_path)) == 2


@pytest.mark.parametrize(
    ("arguments", "suffix", "lossless"),
    [(("--format", "jpeg"), "jpg", False), (("--format", "webp"), "webp", False),
     (("--format", "webp", "--lossless"), "webp", True)],
)  # fmt: skip
def test_other_formats_remember_too(
    base: Path, tmp_path: Path, arguments: tuple[str, ...], suffix: str, lossless: bool
) -> None:
    ran = studio("generate", "tiny", "--basedir", base, "--out", tmp_path, *arguments)
    assert ran.code == 0, ran.err
    path = tmp_path / f"tiny-boots-0.{suffix}"
    text = studio("remake", path, "--basedir", base)
    assert text.code == 0
    assert text.out.startswith("identical")
    assert ("lossy" in text.out) is not lossless
    _, line = remade(path, "--basedir", base)
    assert line.verdict == ("identical" if lossless else "identical_to_recipe")
    assert (line.pixels_differing > 0) is not lossless


@pytest.mark.parametrize("file_format", ["jpeg", "webp"])
def test_another_picture_in_a_lossy_file_is_found_out(
    base: Path, tmp_path: Path, file_format: str
) -> None:
    ran = studio(
        "generate", "tiny", "--basedir", base, "--out", tmp_path, "--format", file_format,
        "--quality", "30",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    (name,) = shown(tmp_path)
    with Image.open(tmp_path / name) as image:
        packet, other = image.info["xmp"], image.transpose(Image.Transpose.ROTATE_180)
    other.save(tmp_path / "other", file_format, quality=90, xmp=packet)
    ran, line = remade(tmp_path / "other", "--basedir", base)
    assert (ran.code, line.verdict) == (1, "file_changed")


def test_an_enlarged_picture_is_remade_and_every_pixel_of_it_counts(
    base: Path, tmp_path: Path
) -> None:
    ran = studio("generate", "tiny", "--basedir", base, "--enlarge", "3", "--out", tmp_path)
    assert ran.code == 0, ran.err
    path = tmp_path / "tiny-boots-0.png"
    assert read_picture(path).width == 48
    ran = studio("remake", path, "--basedir", base)
    assert (ran.code, ran.out) == (0, "identical (the file is enlarged 3 times)\n")
    recipe = read_recipe(path)
    corner = read_picture(path).pixels[0]
    changed = rewrite(path, tmp_path / "a.png", recipe, {(0, 0): (corner + 90) % 256})
    ran, line = remade(changed, "--basedir", base)
    assert ran.code == 1
    assert (line.pixels_differing, line.pixels) == (1, 48 * 48)


def test_like_keeps_the_position_and_can_be_remade(base: Path, made: Path, tmp_path: Path) -> None:
    ran = studio(
        "generate", "tiny", "--basedir", base, "--like", made, "--class", "mixed",
        "--count", "3", "--out", tmp_path / "kinds",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    latents = {read_recipe(path).latent for path in (tmp_path / "kinds").iterdir()}
    assert latents == {read_recipe(made).latent}
    near = studio(
        "generate", "tiny", "--basedir", base, "--like", made, "--strength", "0.3",
        "--count", "2", "--out", tmp_path / "near",
    )  # fmt: skip
    assert near.code == 0, near.err
    for path in (tmp_path / "near").iterdir():
        assert read_recipe(path).parents
        assert studio("remake", path, "--basedir", base).out == "identical\n"


def test_tampered_pixels_are_counted(base: Path, made: Path, tmp_path: Path) -> None:
    picture = read_picture(made)
    places = [(1, 2), (3, 4), (15, 15)]
    new = {place: (picture.pixels[3 * (16 * place[1] + place[0])] + 128) % 256 for place in places}
    assert picture.recipe is not None
    changed = rewrite(made, tmp_path / "changed.png", picture.recipe, new)
    ran, line = remade(changed, "--basedir", base)
    assert ran.code == 1
    assert line.verdict == "file_changed"
    assert (line.pixels_differing, line.pixels) == (3, 256)
    assert line.largest >= 128
    text = studio("remake", changed, "--basedir", base)
    assert text.code == 1
    assert "the file was changed after it was written, 3 of 256 pixels differ" in text.out


def test_a_changed_recipe_is_found_out(base: Path, made: Path, tmp_path: Path) -> None:
    recipe = read_recipe(made)
    assert recipe.latent is not None
    other = msgspec.structs.replace(recipe, latent=recipe.latent[4:] + recipe.latent[:4])
    ran, line = remade(rewrite(made, tmp_path / "a.png", other, {}), "--basedir", base)
    assert ran.code == 1
    assert (line.verdict, line.reasons) == ("differs", ())
    assert line.pixels_differing > 0
    text = studio("remake", tmp_path / "a.png", "--basedir", base)
    assert "nothing that is known to matter differs" in text.out


def test_another_making_is_given_as_the_reason(base: Path, made: Path, tmp_path: Path) -> None:
    recipe = read_recipe(made)
    making = Fingerprint(
        onnxruntime="1.0.0", provider="CUDAExecutionProvider", device="Old card", cpu_flags="mmx"
    )
    other = msgspec.structs.replace(recipe, making=making, pixels_sha256="0" * 64)
    path = rewrite(made, tmp_path / "a.png", other, {(0, 0): 0, (1, 1): 255})
    ran, line = remade(path, "--basedir", base)
    assert ran.code == 1
    assert line.verdict == "differs"
    reasons = " ".join(line.reasons)
    assert "onnxruntime 1.0.0" in reasons
    assert "CUDAExecutionProvider" in reasons
    assert "lacks mmx" in reasons


def test_another_version_of_the_model_is_said(base: Path, made: Path, tmp_path: Path) -> None:
    del base
    write_tiny_generator(tmp_path / "data" / "models" / "tiny", size=16, seed=9)
    ran, line = remade(made, "--basedir", tmp_path)
    assert ran.code == 1
    assert line.verdict == "differs"
    assert len(line.reasons) == 1
    assert "another version of the model 'tiny'" in line.reasons[0]
    write_tiny_generator(tmp_path / "data" / "models" / "tiny", size=32, seed=9)
    ran, line = remade(made, "--basedir", tmp_path)
    assert (ran.code, line.verdict, line.mean) == (1, "differs", -1.0)
    named = studio("remake", made, "--basedir", tmp_path, "--model", "nowhere/tiny")
    assert named.code == 2


def test_a_remake_can_be_written_in_another_format(base: Path, made: Path, tmp_path: Path) -> None:
    out = tmp_path / "again.webp"
    ran, line = remade(made, "--basedir", base, "--out", out)
    assert ran.code == 0
    assert line.out == str(out)
    assert read_recipe(out).seed == 5
    for wrong in (out, tmp_path / "again.gif", tmp_path / "gone" / "a.png"):
        refused = studio("remake", made, "--basedir", base, "--out", wrong)
        assert refused.code == 2
        assert refused.err.count("\n") == 1
    assert shown(tmp_path) == ["again.webp"]


def test_a_picture_whose_model_is_not_here_says_which(made: Path, tmp_path: Path) -> None:
    ran = studio("remake", made, "--basedir", tmp_path)
    assert ran.code == 2
    assert "there is no model 'tiny'" in ran.err


@pytest.mark.parametrize(
    ("content", "fault"),
    [(b"", "it is empty"), (b"GIF89a", "neither PNG nor JPEG nor WebP"),
     (b"\x89PNG\r\n\x1a\n\0\0", "it is cut off")],
)  # fmt: skip
def test_what_is_no_picture_is_one_sentence(
    base: Path, tmp_path: Path, content: bytes, fault: str
) -> None:
    path = tmp_path / "gift.png"
    path.write_bytes(content)
    ran = studio("remake", path, "--basedir", base, "--json")
    assert ran.code == 2
    (line,) = ran.lines
    assert isinstance(line, ErrorLine)
    assert line.code == "PictureUnreadable"
    assert "gift.png" in line.message
    assert fault in line.message
    assert ran.err == f"studio: {line.message}\n"


def test_a_picture_without_a_recipe_cannot_be_remade(base: Path, tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(encode_picture(bytes(300), 10, 10, 3, None, file_format="jpeg"))
    ran = studio("remake", path, "--basedir", base)
    assert ran.code == 2
    assert "holds no recipe" in ran.err


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("tinny",), "did you mean 'tiny'"),
        (("tiny", "--class", "hats"), "there are: boots, coats, bags"),
        (("tiny", "--count", "0"), "--count"),
        (("tiny", "--count", "1000000"), "--count"),
        (("tiny", "--truncation", "7"), "between 0 and 1.5"),
        (("no/such/folder",), "is not there"),
    ],
)
def test_bad_requests_are_refused_before_anything_is_made(
    base: Path, tmp_path: Path, arguments: tuple[str, ...], fault: str
) -> None:
    out = tmp_path / "out"
    ran = studio("generate", *arguments, "--basedir", base, "--out", out)
    assert ran.code == 2
    assert fault in ran.err
    assert ran.err.count("\n") == 1
    assert ran.out == ""
    assert not out.exists()


def test_a_broken_graph_is_named_and_the_rest_still_works(base: Path, tmp_path: Path) -> None:
    broken = write_tiny_generator(tmp_path / "models" / "broken", model_id="broken")
    replace_graph(broken, b"this is no graph")
    ran = studio("generate", broken, "--basedir", base, "--out", tmp_path / "out")
    assert ran.code == 2
    assert "cannot be loaded as a model graph" in ran.err
    assert "Traceback" not in ran.err
    assert shown(tmp_path / "out") == []


def test_models_lists_the_sound_and_the_broken(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "models"
    write_tiny_generator(folder / "tiny")
    (write_tiny_generator(folder / "torn") / "manifest.json").write_bytes(b'{"schema": 99}')
    ran = studio("models", "--basedir", tmp_path, "--json")
    assert ran.code == 0
    models = {line.id: line for line in ran.lines if isinstance(line, ModelLine)}
    tiny = models["tiny"]
    assert (tiny.width, tiny.height, tiny.channels, tiny.licence) == (8, 8, 3, "CC0-1.0")
    assert [(kind.value, kind.zh) for kind in tiny.classes][2] == ("bags", "包")
    assert tiny.folder == str(folder / "tiny")
    broken = {line.folder: line for line in ran.lines if isinstance(line, BrokenModelLine)}
    assert broken[str(folder / "torn")].code == "ManifestTooNew"
    text = studio("models", "--basedir", tmp_path)
    assert "Tiny shapes" in text.out
    assert "broken:" in text.out


def test_verify_replays_every_golden_sample(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "models"
    write_tiny_generator(folder / "tiny")
    other = write_tiny_generator(folder / "other", model_id="other")
    replace_golden(other, b"not a sample")
    ran = studio("models", "--verify", "--basedir", tmp_path, "--json")
    assert ran.code == 1
    verified = {line.id: line for line in ran.lines if isinstance(line, VerifiedLine)}
    assert verified["tiny"].verified
    assert verified["tiny"].largest == 0
    assert not verified["other"].verified
    assert "not verified" in verified["other"].message
    (folder / "other" / "manifest.json").unlink()
    ran = studio("models", "--verify", "--basedir", tmp_path)
    assert ran.code == 0
    assert "tiny: verified, identical." in ran.out


def test_doctor_looks_at_everything_and_packs_it_without_names(base: Path, tmp_path: Path) -> None:
    home = tmp_path / "home" / "anna.surname"
    home.mkdir(parents=True)
    pack = tmp_path / "report.zip"
    ran = studio(
        "doctor", "--basedir", base, "--pack", pack, "--json", HOME=str(home), USERPROFILE=str(home)
    )
    checks = {line.name: line for line in ran.lines if isinstance(line, CheckLine)}
    assert ran.code == 0, ran.err
    assert not [check for check in checks.values() if check.state == "fault"]
    assert {
        "atelier", "python", "onnxruntime", "PySide6-Essentials", "numpy", "telemetry",
        "data folder", "free space", "models", "display", "qt", "chinese font", "input method",
        "device", "probe cpu",
    } <= checks.keys()  # fmt: skip
    assert "ms a run" in checks["probe cpu"].value
    assert "onnxruntime" in checks["onnxruntime"].value
    assert checks["telemetry"].value.startswith("off")
    with zipfile.ZipFile(pack) as archive:
        names = archive.namelist()
        content = b"".join(archive.read(name) for name in names)
    assert {"report.txt", "report.jsonl", "packages.txt"} <= set(names)
    assert any(name.startswith("logs/") for name in names)
    assert b"anna.surname" not in content
    assert str(base).encode() not in content
    again = studio("doctor", "--basedir", base, "--pack", pack)
    assert again.code == 2
    assert "there already" in again.err


def test_a_reader_that_has_seen_enough_is_no_error(base: Path) -> None:
    done = subprocess.run(
        f"{sys.executable} -m studio models --basedir {base} | head -c 1",
        shell=True, capture_output=True, text=True, env=environment(), timeout=100, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_a_terminal_of_another_encoding_is_no_error(base: Path, tmp_path: Path) -> None:
    write_tiny_generator(tmp_path / "模型" / "tiny")
    plain = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ran = studio(
        "generate", tmp_path / "模型" / "tiny", "--basedir", base, "--out", tmp_path / "图",
        "--json", **plain,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    first = ran.lines[0]
    assert isinstance(first, PictureLine)
    assert Path(first.path).parent.name == "图"
    assert Path(first.path).is_file()
