"""Picture sets: what is refused before training, and caches that are whole or absent."""

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training.tiny import write_idx_set
from training.data import dicebear
from training.data.dataset import open_cache, seeded_split
from training.data.folder import list_folder, read_picture
from training.data.prepare import DataConfig, prepare_data
from training.errors import TrainingError


def _silent(text: str) -> None:
    del text


def _config(pictures: Path, tmp_path: Path) -> DataConfig:
    return DataConfig(source="folder", path=pictures, cache=tmp_path / "cache")


def test_sub_folders_are_classes_and_sizes_become_one(pictures: Path, tmp_path: Path) -> None:
    data = prepare_data(_config(pictures, tmp_path), resolution=32, say=_silent)
    assert data.images.shape == (48, 32, 32, 3)
    assert [c.id for c in data.info.classes] == ["blue", "red"]
    assert data.labels.tolist() == [0] * 24 + [1] * 24
    blue, red = data.images[data.labels == 0], data.images[data.labels == 1]
    assert blue[..., 2].mean() > blue[..., 0].mean()
    assert red[..., 0].mean() > red[..., 2].mean()


def test_a_folder_without_sub_folders_is_one_class(pictures: Path) -> None:
    listing = list_folder(pictures / "red")
    assert [c.id for c in listing.classes] == ["red"]
    assert len(listing.files) == 24


def test_the_middle_square_is_kept(tmp_path: Path) -> None:
    wide = np.zeros((40, 120, 3), np.uint8)
    wide[:, 40:80] = 200
    Image.fromarray(wide).save(tmp_path / "wide.png")
    picture = read_picture(tmp_path / "wide.png", resolution=32, channels=3)
    assert picture.min() == picture.max() == 200


def test_a_photograph_is_turned_as_its_camera_says(tmp_path: Path) -> None:
    lying = np.zeros((40, 40, 3), np.uint8)
    lying[:, :20] = 250  # the left half; the camera was turned clockwise
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(lying).save(tmp_path / "photo.png", exif=exif)
    picture = read_picture(tmp_path / "photo.png", resolution=32, channels=1)
    assert picture[:12].min() > 200
    assert picture[20:].max() < 50


def test_transparency_becomes_white(tmp_path: Path) -> None:
    Image.new("RGBA", (32, 32), (10, 20, 30, 0)).save(tmp_path / "clear.png")
    picture = read_picture(tmp_path / "clear.png", resolution=32, channels=1)
    assert picture.shape == (32, 32, 1)
    assert picture.min() == 255


def test_the_cache_is_made_once(pictures: Path, tmp_path: Path) -> None:
    said: list[str] = []
    first = prepare_data(_config(pictures, tmp_path), resolution=32, say=said.append)
    second = prepare_data(_config(pictures, tmp_path), resolution=32, say=said.append)
    assert first.folder == second.folder
    assert len(said) == 1


def test_other_settings_or_files_make_another_cache(pictures: Path, tmp_path: Path) -> None:
    config = _config(pictures, tmp_path)
    folders = {prepare_data(config, resolution=32, say=_silent).folder}
    folders.add(prepare_data(replace(config, channels=1), resolution=32, say=_silent).folder)
    folders.add(prepare_data(replace(config, split_seed=1), resolution=32, say=_silent).folder)
    shutil.copy(pictures / "red" / "000.png", pictures / "red" / "more.png")
    folders.add(prepare_data(config, resolution=32, say=_silent).folder)
    assert len(folders) == 4


def test_the_split_is_fixed_by_its_seed() -> None:
    assert np.array_equal(seeded_split(100, 0.1, 5), seeded_split(100, 0.1, 5))
    assert not np.array_equal(seeded_split(100, 0.1, 5), seeded_split(100, 0.1, 6))
    assert seeded_split(100, 0.1, 5).sum() == 10
    assert seeded_split(1, 0.5, 0).sum() == 0


def _icon(folder: Path) -> Path:
    """A picture too small for any model, beside the folder."""
    path = folder.parent / "icon.png"
    Image.new("RGB", (9, 9)).save(path)
    return path


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (shutil.rmtree, "there is no such folder"),
        (lambda p: [f.unlink() for f in p.rglob("*.png")], "there are no pictures in this folder"),
        (
            lambda p: [f.write_bytes(b"no") for f in p.rglob("*.png")],
            r"48 of 48 pictures cannot be used.*000\.png: this picture is broken",
        ),
        (
            lambda p: [shutil.copy(_icon(p), p / f"red/00{n}.png") for n in range(6)],
            r"6 of 48 pictures cannot be used.*000\.png: this picture is 9x9, too small",
        ),
        (
            lambda p: (p / "few").mkdir() or (p / "few/one.png").write_bytes(b"no"),
            r"few: no picture of this class can be used.*one\.png: this picture is broken",
        ),
    ],
)
def test_bad_pictures_are_refused_and_leave_nothing(
    pictures: Path, tmp_path: Path, break_it: Callable[[Path], object], sentence: str
) -> None:
    break_it(pictures)
    with pytest.raises(TrainingError, match=sentence):
        prepare_data(_config(pictures, tmp_path), resolution=32, say=_silent)
    cache = tmp_path / "cache"
    assert not cache.exists() or list(cache.iterdir()) == []


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [
        (lambda p: p.write_bytes(b"no"), r"003.png: this picture is broken"),
        (lambda p: p.write_bytes(p.read_bytes()[:200]), r"003.png: this picture is broken"),
        (
            lambda p: Image.new("RGB", (9, 9)).save(p),
            r"003.png: this picture is 9x9, too small to train at 32 pixels",
        ),
    ],
)
def test_a_bad_picture_among_many_is_left_out_and_named(
    pictures: Path, tmp_path: Path, break_it: Callable[[Path], object], sentence: str
) -> None:
    whole = prepare_data(_config(pictures, tmp_path), resolution=32, say=_silent)
    position = list_folder(pictures).files.index(pictures / "red" / "003.png")
    break_it(pictures / "red" / "003.png")
    said: list[str] = []
    data = prepare_data(_config(pictures, tmp_path), resolution=32, say=said.append)
    assert any(sentence in line for line in said)
    assert data.info.count == len(data.images) == 47
    assert np.array_equal(data.images, np.delete(whole.images, position, axis=0))
    assert np.array_equal(data.labels, np.delete(whole.labels, position))
    assert np.array_equal(data.held_out, np.delete(whole.held_out, position))
    assert "1 of 48 files could not be used." in data.info.notes
    assert sorted(p.name for p in data.folder.iterdir()) == sorted(
        p.name for p in whole.folder.iterdir()
    )


def test_sixteen_bits_a_level_are_brought_down_to_eight(tmp_path: Path) -> None:
    levels = np.linspace(0, 65535, 32 * 32).reshape(32, 32).astype(np.uint16)
    Image.fromarray(levels).save(tmp_path / "scan.png")
    picture = read_picture(tmp_path / "scan.png", resolution=32, channels=1)[:, :, 0]
    assert np.abs(picture.astype(float) - levels / 257).max() <= 1


def test_a_picture_that_may_not_be_read_is_named(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr("PIL.Image.open", refuse)
    with pytest.raises(TrainingError, match=r"000\.png: no permission to read this picture"):
        prepare_data(_config(pictures, tmp_path), resolution=32, say=_silent)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_folder_that_may_not_be_read_is_named(pictures: Path, tmp_path: Path) -> None:
    (pictures / "red").chmod(0)
    try:
        with pytest.raises(TrainingError, match="red: no permission"):
            prepare_data(_config(pictures, tmp_path), resolution=32, say=_silent)
    finally:
        (pictures / "red").chmod(0o700)


def test_too_little_space_is_said_before_anything_is_written(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 7))
    with pytest.raises(TrainingError, match="the picture cache needs 17 MB and the disk has 0 MB"):
        prepare_data(_config(pictures, tmp_path), resolution=32, say=_silent)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_disk_that_fills_up_is_said_and_leaves_nothing(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("numpy.save", full)
    with pytest.raises(TrainingError, match="the disk is full"):
        prepare_data(_config(pictures, tmp_path), resolution=32, say=_silent)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.parametrize("name", ["images.npy", "labels.npy", "held_out.npy", "dataset.json"])
@pytest.mark.parametrize("damage", [b"", b"garbage"])
def test_a_damaged_cache_is_refused(
    pictures: Path, tmp_path: Path, name: str, damage: bytes
) -> None:
    data = prepare_data(_config(pictures, tmp_path), resolution=32, say=_silent)
    (data.folder / name).write_bytes(damage)
    with pytest.raises(TrainingError, match="this picture cache is damaged"):
        open_cache(data.folder)


def test_idx_pictures_are_padded_in_the_middle(tmp_path: Path) -> None:
    write_idx_set(tmp_path / "set")
    config = DataConfig(source="idx", path=tmp_path / "set", cache=tmp_path / "cache")
    data = prepare_data(config, resolution=32, say=_silent)
    assert data.images.shape == (32, 32, 32, 1)
    assert data.images[:, :2].max() == data.images[:, :, 30:].max() == 0
    assert data.images[:, 2:30, 2:30].mean() > 100
    assert len(data.info.classes) == 10


def test_a_known_set_brings_its_names_in_both_languages(tmp_path: Path) -> None:
    write_idx_set(tmp_path / "set")
    config = DataConfig(
        source="idx", name="fashion-mnist", path=tmp_path / "set", cache=tmp_path / "cache"
    )
    info = prepare_data(config, resolution=32, say=_silent).info
    assert (info.classes[8].en, info.classes[8].zh_cn) == ("Bag", "包")
    assert info.credits[0].licence == "MIT"


def test_labels_that_do_not_match_the_pictures_are_refused(tmp_path: Path) -> None:
    write_idx_set(tmp_path / "set", labels=31)
    config = DataConfig(source="idx", path=tmp_path / "set", cache=tmp_path / "cache")
    with pytest.raises(TrainingError, match="has 31 labels for the 32 pictures"):
        prepare_data(config, resolution=32, say=_silent)


def test_pictures_of_another_size_are_refused(tmp_path: Path) -> None:
    write_idx_set(tmp_path / "set")
    config = DataConfig(source="idx", path=tmp_path / "set", cache=tmp_path / "cache")
    with pytest.raises(TrainingError, match="28x28; at 64 pixels only sizes from 48 to 64"):
        prepare_data(config, resolution=64, say=_silent)


def test_avatars_depend_on_seed_style_and_number_alone(tmp_path: Path) -> None:
    config = DataConfig(
        source="dicebear", styles=("moods", "clay"), per_style=3, cache=tmp_path, processes=1
    )
    few = prepare_data(config, resolution=32, say=_silent)
    more = prepare_data(replace(config, styles=("clay",), per_style=5), resolution=32, say=_silent)
    assert np.array_equal(few.images[3:6], more.images[:3])
    assert not np.array_equal(few.images[0], few.images[1])
    assert few.info.classes[0].zh_cn == "表情"
    assert all(credit.licence == "CC0 1.0" for credit in few.info.credits)


def test_two_processes_render_what_one_does(tmp_path: Path) -> None:
    images = [np.zeros((8, 32, 32, 3), np.uint8) for _ in range(2)]
    for processes, target in zip((1, 2), images, strict=True):
        dicebear.render_styles(target, ("moods", "clay"), per_style=4, seed=1, processes=processes)
    assert np.array_equal(images[0], images[1])
    assert images[0].std() > 0


def test_a_style_that_is_not_cc0_needs_consent_and_is_recorded() -> None:
    with pytest.raises(TrainingError, match=r"micah: .*CC BY 4\.0.*--data\.allow-any-licence"):
        dicebear.style_credit("micah", allow_any_licence=False)
    assert dicebear.style_credit("micah", allow_any_licence=True).licence == "CC BY 4.0"


def test_an_unknown_style_lists_the_known_ones() -> None:
    with pytest.raises(TrainingError, match=r"nonesuch: there is no DiceBear style.*pixel-art"):
        dicebear.style_credit("nonesuch", allow_any_licence=False)


def test_every_default_style_is_cc0_and_has_a_chinese_name() -> None:
    for style in DataConfig().styles:
        assert dicebear.style_credit(style, allow_any_licence=False).licence == "CC0 1.0"
        name = dicebear.style_class(style)
        assert name.zh_cn != name.en
