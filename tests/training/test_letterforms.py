"""Measures of alphabets: each follows what it is named for, and little else."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.training.tiny import write_typefaces
from training.data.prepare import DataConfig, prepare_data
from training.data.typefaces import LETTERS, Drawing, draw_alphabet, list_typefaces
from training.letterforms import MEASURES, measure_alphabets
from training.ruler.labels import LETTERFORM_STEPS, label_pictures


@pytest.fixture(scope="module")
def fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fonts")
    write_typefaces(folder, names=tuple(f"{initial}ileron" for initial in "ABCDEF"))
    return folder


def _measured(*alphabets: npt.NDArray[np.uint8]) -> dict[str, npt.NDArray[np.float64]]:
    return dict(zip(MEASURES, measure_alphabets(np.stack(alphabets)).T, strict=True))


def _drawn(fonts: Path, drawing: Drawing) -> npt.NDArray[np.uint8]:
    return draw_alphabet(list_typefaces(fonts).faces[0], drawing, 64)


def test_a_bolder_alphabet_weighs_more(fonts: Path) -> None:
    weights = _measured(*(_drawn(fonts, Drawing(weight=weight)) for weight in (0, 0.5, 1)))[
        "weight"
    ]
    assert np.diff(weights).min() > 0.5


def test_a_narrower_alphabet_is_narrower(fonts: Path) -> None:
    widths = _measured(*(_drawn(fonts, Drawing(width=width)) for width in (0.6, 0.8, 1)))["width"]
    assert widths / widths[-1] == pytest.approx([0.6, 0.8, 1], abs=0.08)


@pytest.mark.parametrize("slant", [-0.2, 0.0, 0.1, 0.3])
def test_the_slant_is_what_was_drawn(fonts: Path, slant: float) -> None:
    assert _measured(_drawn(fonts, Drawing(slant=slant)))["slant"] == pytest.approx(slant, abs=0.03)


def test_curves_are_rounder_than_corners(fonts: Path) -> None:
    round_letters = _drawn(fonts, Drawing())
    square = np.full_like(round_letters, 255)
    square[:, 10:54, 14:50] = 0
    square[:, 18:46, 22:42] = 255
    roundness = _measured(round_letters, square)["roundness"]
    assert roundness[0] > roundness[1] + 0.15
    assert roundness[1] < 0.02


def test_outlined_stems_are_told_from_solid_ones(fonts: Path) -> None:
    solid = _drawn(fonts, Drawing(weight=2))
    ink = solid < 128
    inside = ink.copy()
    for axis in (1, 2):
        for step in (-1, 1):
            inside &= np.roll(ink, step, axis)
    outlined = np.where(ink & ~inside, 0, 255).astype(np.uint8)
    outline, ornament = (_measured(solid, outlined)[name] for name in ("outline", "ornament"))
    assert outline[0] < 1.2
    assert outline[1] > 1.6
    assert ornament[1] > 1.4 * ornament[0]


def test_feet_under_stems_are_serifs(fonts: Path) -> None:
    plain = _drawn(fonts, Drawing())
    footed = plain.copy()
    for letter in "FPTY":
        picture = footed[LETTERS.index(letter)]
        rows = np.flatnonzero((picture < 128).any(axis=1))
        columns = np.flatnonzero(picture[rows[-1] - 8] < 128)
        picture[rows[-1] - 4 : rows[-1] + 1, columns[0] - 5 : columns[-1] + 6] = 0
    serifs = _measured(plain, footed)["serifs"]
    assert serifs[0] < 1.3
    assert serifs[1] > 2


@pytest.mark.parametrize("name", MEASURES)
def test_a_moved_alphabet_measures_the_same(fonts: Path, name: str) -> None:
    alphabet = _drawn(fonts, Drawing(width=0.8))
    values = _measured(alphabet, np.roll(alphabet, (1, -2), (1, 2)))[name]
    assert values[0] == pytest.approx(values[1], rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_pictures_without_letters_have_numbers_too(level: int) -> None:
    assert np.isfinite(measure_alphabets(np.full((2, 26, 64, 64), level, np.uint8))).all()


def test_no_alphabet_is_no_row() -> None:
    assert measure_alphabets(np.empty((0, 26, 64, 64), np.uint8)).shape == (0, len(MEASURES))


def test_a_ruler_is_asked_for_the_letter_and_for_the_style_of_its_alphabet(
    fonts: Path, tmp_path: Path
) -> None:
    config = DataConfig(source="typefaces", path=fonts, drawings=8, cache=tmp_path, held_out=0.2)
    data = prepare_data(config, resolution=64, say=lambda _: None)
    labels = label_pictures(data)
    # Drawings of one typeface hardly differ in their serifs, so that nothing is asked of them.
    asked = [name for name in MEASURES if name in {head.name for head in labels.heads}]
    assert [head.name for head in labels.heads] == ["class", *asked]
    assert {"weight", "width", "slant"} <= set(asked)
    assert "serifs" not in asked
    assert np.array_equal(labels.targets[:, 0], data.labels)
    styles = labels.targets[data.set_table()][:, :, 1:]
    assert (styles == styles[:, :1]).all()
    assert styles.min() >= 0
    assert styles.max() < LETTERFORM_STEPS
    weight = styles[:, 0, asked.index("weight")]
    assert len(set(weight)) == LETTERFORM_STEPS
