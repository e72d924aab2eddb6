"""Alphabets drawn from typefaces: one scale for all letters, families held out together."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.training.tiny import write_typefaces
from training.data.dataset import open_cache
from training.data.prepare import DataConfig, prepare_data
from training.data.typefaces import (
    LETTERS,
    Drawing,
    Typeface,
    draw_alphabet,
    hold_out_families,
    list_typefaces,
    vary,
)
from training.errors import TrainingError


def _silent(text: str) -> None:
    del text


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    write_typefaces(tmp_path / "fonts", names=("Aileron", "Bileron", "Cileron", "Dileron"))
    return tmp_path / "fonts"


def _letter(pictures: npt.NDArray[np.uint8], letter: str) -> npt.NDArray[np.float64]:
    """Ink of one letter, 0 to 1."""
    ink: npt.NDArray[np.float64] = 1 - pictures[LETTERS.index(letter)] / np.float64(255)
    return ink


def _extent(ink: npt.NDArray[np.float64], axis: int) -> tuple[int, int]:
    places = np.flatnonzero((ink > 0.5).any(axis=axis))
    return int(places[0]), int(places[-1])


def test_letters_share_one_scale_and_one_line(fonts: Path) -> None:
    face = list_typefaces(fonts).faces[0]
    pictures = draw_alphabet(face, Drawing(), 64)
    assert pictures.shape == (26, 64, 64)
    rows = [_extent(_letter(pictures, letter), axis=1) for letter in "EFHILTZ"]
    assert np.ptp([top for top, _ in rows]) <= 1
    assert np.ptp([bottom for _, bottom in rows]) <= 1
    widths = {c: np.subtract(*_extent(_letter(pictures, c), axis=0)[::-1]) for c in "IM"}
    assert widths["M"] > 3 * widths["I"]


@pytest.mark.parametrize(
    "drawing", [Drawing(), Drawing(width=1.3, slant=0.3, weight=1.5), Drawing(slant=-0.2)]
)
def test_no_letter_touches_the_edge(fonts: Path, drawing: Drawing) -> None:
    pictures = draw_alphabet(list_typefaces(fonts).faces[0], drawing, 64)
    edges = (pictures[:, 0], pictures[:, -1], pictures[:, :, 0], pictures[:, :, -1])
    assert all(edge.min() == 255 for edge in edges)


def test_a_drawing_is_wider_bolder_and_slanted_as_it_says(fonts: Path) -> None:
    face = list_typefaces(fonts).faces[0]
    plain, wide, bold, slanted = (
        _letter(draw_alphabet(face, drawing, 64), "H")
        for drawing in (Drawing(), Drawing(width=0.7), Drawing(weight=1.0), Drawing(slant=0.3))
    )
    left, right = _extent(plain, axis=0)
    assert np.subtract(*_extent(wide, axis=0)[::-1]) == pytest.approx(0.7 * (right - left), abs=2)
    assert bold.sum() > 1.2 * plain.sum()
    columns = np.arange(64)
    top, bottom = _extent(slanted, axis=1)
    centres = [(slanted[row] @ columns) / slanted[row].sum() for row in (top + 2, bottom - 2)]
    assert centres[0] - centres[1] == pytest.approx(0.3 * (bottom - top - 4), abs=1.5)


def test_the_first_drawing_is_the_typeface_itself_and_others_are_repeatable() -> None:
    assert vary("a", 0, seed=5) == Drawing()
    assert vary("a", 1, seed=5) == vary("a", 1, seed=5)
    drawings = {vary(name, number, seed=5) for name in "ab" for number in (1, 2)}
    assert len(drawings) == 4


def test_a_cache_holds_whole_alphabets(fonts: Path, tmp_path: Path) -> None:
    config = DataConfig(
        source="typefaces", path=fonts, drawings=2, held_out=0.25, cache=tmp_path / "cache"
    )
    data = prepare_data(config, resolution=32, say=_silent)
    assert data.images.shape == (4 * 2 * 26, 32, 32, 1)
    assert [entry.en for entry in data.info.classes] == list(LETTERS)
    assert data.sets is not None
    for number in np.unique(data.sets):
        members = data.sets == number
        assert sorted(data.labels[members]) == list(range(26))
        assert len(np.unique(data.held_out[members])) == 1
    assert data.held_out.sum() == 2 * 26
    again = open_cache(data.folder)
    assert again.sets is not None
    assert np.array_equal(again.sets, data.sets)


def test_a_damaged_list_of_sets_is_refused(fonts: Path, tmp_path: Path) -> None:
    config = DataConfig(source="typefaces", path=fonts, drawings=1, cache=tmp_path / "cache")
    folder = prepare_data(config, resolution=32, say=_silent).folder
    np.save(folder / "sets.npy", np.zeros(3))
    with pytest.raises(TrainingError, match="damaged"):
        open_cache(folder)


def test_relatives_are_held_out_together() -> None:
    faces = [
        Typeface(name=f"{family}{number}", family=family, file=Path("x.ttf"))
        for family in ("one", "two", "three", "four", "five")
        for number in range(4)
    ]
    for seed in range(5):
        held_out = hold_out_families(faces, 0.3, seed)
        families = {face.family for face, marked in zip(faces, held_out, strict=True) if marked}
        assert held_out.sum() == 4 * len(families)
        assert len(families) == 2
        assert np.array_equal(held_out, hold_out_families(faces, 0.3, seed))


def test_something_is_left_to_train_on() -> None:
    faces = [Typeface(name=name, family=name, file=Path("x.ttf")) for name in ("a", "b")]
    assert hold_out_families(faces, 0.99, 0).sum() == 1
    assert hold_out_families(faces[:1], 0.99, 0).sum() == 0
    assert hold_out_families(faces, 0.0, 0).sum() == 0


def test_files_that_are_no_typefaces_are_left_out_with_a_reason(fonts: Path) -> None:
    (fonts / "broken.ttf").write_bytes(b"not a font")
    (fonts / "notes.txt").write_text("not a font either")
    listing = list_typefaces(fonts)
    assert len(listing.faces) == 4
    assert list(listing.left_out) == ["broken"]


def test_a_typeface_without_all_capitals_is_left_out(fonts: Path) -> None:
    whole = (fonts / "Aileron.ttf").read_bytes()
    # The first segment of its character map, from the space to the tilde, is cut off after the Y.
    cut = whole.replace(b"\x00\x0e\x00\x7e\x00\xa9", b"\x00\x0e\x00\x59\x00\xa9")
    assert cut != whole
    (fonts / "Aileron.ttf").write_bytes(cut)
    for name in ("Bileron", "Cileron", "Dileron"):
        (fonts / f"{name}.ttf").unlink()
    with pytest.raises(TrainingError, match="capital"):
        list_typefaces(fonts)


def test_a_folder_without_typefaces_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(TrainingError, match="no typeface"):
        list_typefaces(tmp_path / "empty")
    with pytest.raises(TrainingError, match="name a folder of fonts"):
        list_typefaces(tmp_path / "absent")


def test_without_the_package_its_name_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.data.typefaces.AENIGMA_FOLDER", tmp_path / "absent")
    with pytest.raises(TrainingError, match="apt install fonts-aenigma"):
        list_typefaces(None)


def test_files_known_to_hold_symbols_are_left_out_of_the_package_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_typefaces(tmp_path, names=("Aileron",))
    (tmp_path / "Aileron.ttf").rename(tmp_path / "hearts.ttf")
    write_typefaces(tmp_path, names=("Bileron",))
    monkeypatch.setattr("training.data.typefaces.AENIGMA_FOLDER", tmp_path)
    assert [face.name for face in list_typefaces(None).faces] == ["Bileron"]
    assert [face.name for face in list_typefaces(tmp_path).faces] == ["Bileron", "hearts"]


def test_other_fonts_or_drawings_make_another_cache(fonts: Path, tmp_path: Path) -> None:
    config = DataConfig(source="typefaces", path=fonts, drawings=1, cache=tmp_path / "cache")
    first = prepare_data(config, resolution=32, say=_silent)
    (fonts / "Dileron.ttf").unlink()
    second = prepare_data(config, resolution=32, say=_silent)
    assert first.folder != second.folder
    assert len(second.images) == 3 * 26


def test_no_drawing_at_all_is_refused(fonts: Path, tmp_path: Path) -> None:
    config = DataConfig(source="typefaces", path=fonts, drawings=0, cache=tmp_path / "cache")
    with pytest.raises(TrainingError, match="at least 1"):
        prepare_data(config, resolution=32, say=_silent)
