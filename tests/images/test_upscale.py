"""Enlarging files: what is written is checked, remembers its recipe, and fits into memory."""

import hashlib
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.contract.enlarging import (
    MAXIMUM_PIXELS,
    NOTES,
    SMALLEST_TILE,
    TILE,
    EnlargePicture,
    EnlargeReport,
    affordable_tile,
    check_enlarging,
    factors,
    memory_needed,
    passes,
    possible_factors,
)
from studio.contract.errors import AtelierError, Cancelled, PictureError, RequestInvalid
from studio.contract.manifest import Enlarging, Model
from studio.contract.recipe import RECIPE_SCHEMA, Enlarged, Recipe
from studio.images.engine.tiling import nearest
from studio.images.engine.upscale import enlarge_picture
from studio.provenance.pictures import encode_picture, read_picture
from studio.provenance.sources import encode_source, read_source
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.sessions import SessionCache
from tests.provenance.samples import noise, recipe
from tests.provenance.test_sources import PROFILE
from tests.upscalers import write_upscaler

BY_FOUR = Enlarging(factor=4, reach=18)
PLENTY = 10**12


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_upscaler(tmp_path_factory.mktemp("models") / "by-four", factor=4)


@pytest.fixture(scope="module")
def sessions() -> SessionCache:
    return SessionCache(choose_device("cpu"), threads=1)


def _asked(source: Path, target: Path, model: Model | None, **more: object) -> EnlargePicture:
    request = EnlargePicture(
        source=str(source),
        target=str(target),
        factor=4,
        method="nearest" if model is None else "model",
        folder="" if model is None else str(model.folder),
    )
    return msgspec.structs.replace(request, **more)


def _done(request: EnlargePicture, sessions: SessionCache, memory: int = PLENTY) -> EnlargeReport:
    return enlarge_picture(
        request, sessions, CancelToken(), memory=memory, advance=lambda stage, done, total: None
    )


def _made_here(path: Path, width: int = 9, height: int = 7) -> bytes:
    pixels = noise(width, height, 3)
    path.write_bytes(encode_picture(pixels, width, height, 3, recipe()))
    return pixels


@pytest.mark.parametrize("by_model", [True, False])
def test_an_enlarged_picture_remembers_how_it_was_made(
    model: Model, sessions: SessionCache, tmp_path: Path, by_model: bool
) -> None:
    pixels = _made_here(tmp_path / "small.png")
    used = model if by_model else None
    report = _done(_asked(tmp_path / "small.png", tmp_path / "large.png", used), sessions)
    assert (report.width, report.height, report.channels) == (36, 28, 3)
    assert report.has_recipe
    picture = read_picture(Path(report.file))
    assert picture.is_as_made
    assert picture.recipe is not None
    enlarged = picture.recipe.enlarged
    assert isinstance(enlarged, Enlarged)
    assert picture.recipe.schema == RECIPE_SCHEMA
    assert enlarged.factor == 4
    assert enlarged.source_sha256 == hashlib.sha256(pixels).hexdigest()
    assert enlarged == report.enlarged
    if by_model:
        assert (enlarged.model, enlarged.graphs) == ("tiny-upscaler", model.graph_hashes())
        assert enlarged.making is not None
    again = _done(_asked(tmp_path / "small.png", tmp_path / "again.png", used), sessions)
    assert Path(again.file).read_bytes() == Path(report.file).read_bytes()


def test_squares_are_what_nearest_neighbour_makes(sessions: SessionCache, tmp_path: Path) -> None:
    pixels = np.frombuffer(_made_here(tmp_path / "small.png"), np.uint8).reshape(7, 9, 3)
    report = _done(_asked(tmp_path / "small.png", tmp_path / "large.png", None), sessions)
    assert read_picture(Path(report.file)).pixels == nearest(pixels, 4).tobytes()


def test_squares_of_squares_are_one_enlarging(sessions: SessionCache, tmp_path: Path) -> None:
    _made_here(tmp_path / "small.png")
    for source, target, factor in (("small", "double", 2), ("double", "six", 3), ("small", "6", 6)):
        request = _asked(tmp_path / f"{source}.png", tmp_path / f"{target}.png", None)
        _done(msgspec.structs.replace(request, factor=factor), sessions)
    once, twice = (read_picture(tmp_path / name).recipe for name in ("6.png", "six.png"))
    assert once == twice


def test_two_runs_of_a_model_are_the_one_enlarging_that_takes_two(
    model: Model, sessions: SessionCache, tmp_path: Path
) -> None:
    _made_here(tmp_path / "small.png")
    for source, target, factor in (("small", "4", 4), ("4", "twice", 3), ("small", "12", 12)):
        request = _asked(tmp_path / f"{source}.png", tmp_path / f"{target}.png", model)
        _done(msgspec.structs.replace(request, factor=factor), sessions)
    once, twice = (read_picture(tmp_path / name).recipe for name in ("12.png", "twice.png"))
    assert once == twice


def test_what_no_recipe_can_say_is_left_out_and_said(
    model: Model, sessions: SessionCache, tmp_path: Path
) -> None:
    _made_here(tmp_path / "small.png")
    _done(_asked(tmp_path / "small.png", tmp_path / "double.png", None, factor=2), sessions)
    report = _done(_asked(tmp_path / "double.png", tmp_path / "large.png", model), sessions)
    assert not report.has_recipe
    assert report.notes == ("enlarged_before",)
    assert read_picture(Path(report.file)).recipe is None
    assert set(NOTES) >= set(report.notes)


@pytest.mark.parametrize("ending", [".png", ".webp", ".jpg"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_profile_and_alpha_are_kept(
    model: Model, sessions: SessionCache, tmp_path: Path, ending: str, channels: int
) -> None:
    source = tmp_path / "photo.png"
    source.write_bytes(encode_source(noise(9, 7, channels), 9, 7, channels, profile=PROFILE))
    request = _asked(source, tmp_path / f"large{ending}", model)
    if ending == ".jpg" and channels in (2, 4):
        with pytest.raises(PictureError, match="cannot be transparent"):
            _done(request, sessions)
        assert not (tmp_path / "large.jpg").exists()
        return
    report = _done(request, sessions)
    found = read_source(Path(report.file))
    assert report.has_profile
    assert found.profile == PROFILE
    if ending != ".webp":
        assert found.channels == channels


def test_a_taken_name_is_numbered_or_refused(sessions: SessionCache, tmp_path: Path) -> None:
    _made_here(tmp_path / "small.png")
    request = _asked(tmp_path / "small.png", tmp_path / "large.png", None)
    assert [Path(_done(request, sessions).file).name for _ in range(2)] == [
        "large.png", "large-2.png",
    ]  # fmt: skip
    with pytest.raises(PictureError, match="there already"):
        _done(msgspec.structs.replace(request, if_taken="refuse"), sessions)


@pytest.mark.parametrize("at", [("enlarging", 2), ("writing", 0)])
def test_a_cancel_leaves_no_file(
    model: Model, sessions: SessionCache, tmp_path: Path, at: tuple[str, int]
) -> None:
    _made_here(tmp_path / "small.png", 90, 80)
    token = CancelToken()

    def advance(stage: str, done: int, total: int) -> None:
        if (stage, done) == at:
            token.cancel()

    request = _asked(tmp_path / "small.png", tmp_path / "large.png", model, tile=32)
    with pytest.raises(Cancelled):
        enlarge_picture(request, sessions, token, memory=PLENTY, advance=advance)
    assert [path.name for path in tmp_path.iterdir()] == ["small.png"]


def test_the_tile_of_a_recipe_is_used_again(
    model: Model, sessions: SessionCache, tmp_path: Path
) -> None:
    _made_here(tmp_path / "small.png", 90, 80)
    request = _asked(tmp_path / "small.png", tmp_path / "large.png", model, tile=48)
    assert _done(request, sessions).enlarged.tile == 48


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"factor": 5}, "possible are: 2, 3, 4, 8, 12, 16"),
        ({"factor": 0}, "possible are"),
        ({"target": "large.gif"}, "ends in none of"),
        ({"part": (0, 0, 10, 7)}, "does not lie in 9x7 pixels"),
        ({"part": (0, 0, 0, 7)}, "does not lie in"),
        ({"part": (-1, 0, 3, 3)}, "does not lie in"),
    ],
)
def test_what_cannot_be_done_is_refused_before_it_begins(
    model: Model, sessions: SessionCache, tmp_path: Path, change: dict[str, object], fault: str
) -> None:
    _made_here(tmp_path / "small.png")
    request = _asked(tmp_path / "small.png", tmp_path / "large.png", model)
    with pytest.raises(RequestInvalid, match=fault):
        _done(msgspec.structs.replace(request, **change), sessions)


def test_a_picture_or_a_folder_that_is_not_there_is_named(
    model: Model, sessions: SessionCache, tmp_path: Path
) -> None:
    _made_here(tmp_path / "small.png")
    request = _asked(tmp_path / "small.png", tmp_path / "large.png", model)
    for change in (
        {"source": str(tmp_path / "none.png")},
        {"target": str(tmp_path / "none" / "large.png")},
        {"folder": str(tmp_path / "no-model")},
    ):
        with pytest.raises(AtelierError, match=r"not there|no such file"):
            _done(msgspec.structs.replace(request, **change), sessions)


# What it needs, and what would be possible.


def test_a_picture_too_large_for_memory_is_refused_with_what_would_be_possible(
    model: Model, sessions: SessionCache, tmp_path: Path
) -> None:
    _made_here(tmp_path / "small.png", 400, 300)
    request = _asked(tmp_path / "small.png", tmp_path / "large.png", model, factor=16)
    with pytest.raises(RequestInvalid, match=r"of memory, and there are 40 MB; 4 times would be"):
        _done(request, sessions, memory=40 * 10**6)
    assert not (tmp_path / "large.png").exists()


def test_little_memory_means_small_parts(
    model: Model, sessions: SessionCache, tmp_path: Path
) -> None:
    _made_here(tmp_path / "small.png", 400, 300)
    request = _asked(tmp_path / "small.png", tmp_path / "large.png", model)
    assert _done(request, sessions, memory=30 * 10**6).enlarged.tile < TILE
    assert _done(request, sessions).enlarged.tile == TILE


def test_the_factors_are_those_that_one_run_or_two_can_reach() -> None:
    assert factors(BY_FOUR) == (2, 3, 4, 8, 12, 16)
    assert factors(Enlarging(factor=2, reach=1)) == (2, 4)
    assert factors(None) == tuple(range(2, 17))
    for factor in factors(BY_FOUR):
        assert np.prod(passes(factor, BY_FOUR)) == factor


@settings(deadline=None)
@given(
    width=st.integers(1, 20_000),
    height=st.integers(1, 20_000),
    channels=st.integers(1, 4),
    factor=st.integers(0, 20),
    memory=st.integers(0, 8 * 10**9),
    by_model=st.booleans(),
)
def test_what_is_allowed_fits_and_what_is_refused_says_what_would(
    width: int, height: int, channels: int, factor: int, memory: int, by_model: bool
) -> None:
    model = BY_FOUR if by_model else None
    try:
        tile = check_enlarging(width, height, channels, factor, model, memory)
    except RequestInvalid as error:
        assert "possible" in error.message or "a part of it" in error.message
        assert factor not in possible_factors(width, height, channels, model, memory)
    else:
        assert SMALLEST_TILE <= tile <= TILE
        assert memory_needed(width, height, channels, factor, model, tile=tile) <= memory
        assert width * height * factor**2 <= MAXIMUM_PIXELS
        assert factor in possible_factors(width, height, channels, model, memory)
        assert tile == affordable_tile(width, height, channels, factor, model, memory)


def test_a_note_of_each_kind_has_its_sentence() -> None:
    assert all(sentence.endswith(".") for sentence in NOTES.values())


def test_what_changed_since_it_was_made_has_no_recipe(
    sessions: SessionCache, tmp_path: Path
) -> None:
    pixels: NDArray[np.uint8] = np.frombuffer(noise(9, 7, 3), np.uint8)
    lossy = encode_picture(
        pixels.tobytes(), 9, 7, 3, Recipe(model="tiny", seed=1), file_format="jpeg"
    )
    (tmp_path / "lossy.jpg").write_bytes(lossy)
    report = _done(_asked(tmp_path / "lossy.jpg", tmp_path / "large.png", None), sessions)
    assert (report.has_recipe, report.notes) == (False, ("changed",))


def test_a_picture_that_was_given_a_profile_since_says_that_its_recipe_is_lost(
    sessions: SessionCache, tmp_path: Path
) -> None:
    _made_here(tmp_path / "small.png")
    with Image.open(tmp_path / "small.png") as image:
        texts = PngInfo()
        for key, text in image.info.items():
            texts.add_itxt(str(key), str(text))
        image.save(tmp_path / "proof.png", pnginfo=texts, icc_profile=PROFILE)
    assert read_source(tmp_path / "proof.png").recipe is not None
    report = _done(_asked(tmp_path / "proof.png", tmp_path / "large.png", None), sessions)
    assert (report.has_recipe, report.has_profile, report.notes) == (False, True, ("changed",))
    assert read_picture(Path(report.file)).recipe is None


@pytest.mark.parametrize(
    ("name", "size", "channels", "more", "fault"),
    [
        ("a.jpg", (8, 8), 4, {}, "a JPEG cannot be transparent"),
        ("a.webp", (4096, 1), 3, {}, "up to 16,383 pixels a side; choose PNG"),
        ("nowhere/a.png", (8, 8), 3, {}, "its folder is not there"),
        ("taken.png", (8, 8), 3, {"if_taken": "refuse"}, "choose another name"),
    ],
)
def test_what_could_not_be_written_is_refused_before_the_work(
    sessions: SessionCache, tmp_path: Path, name: str, size: tuple[int, int], channels: int,
    more: dict[str, object], fault: str,
) -> None:  # fmt: skip
    (tmp_path / "taken.png").write_bytes(b"mine")
    pixels = noise(*size, channels)
    (tmp_path / "small.png").write_bytes(encode_source(pixels, *size, channels))
    request = _asked(tmp_path / "small.png", tmp_path / name, None, **more)
    stages: list[str] = []
    with pytest.raises(PictureError, match=fault):
        enlarge_picture(
            request, sessions, CancelToken(), memory=PLENTY,
            advance=lambda stage, done, total: stages.append(stage),
        )  # fmt: skip
    assert "enlarging" not in stages
