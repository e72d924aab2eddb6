"""Builders of tiny pictures and configurations, shared by the tests and the helper processes."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTFont
from PIL import Image, ImageFont

from training.data.idx import format_idx
from training.data.prepare import DataConfig
from training.engine import EngineConfig
from training.gan.config import GanConfig, ReportConfig
from training.gan.model import NetworkConfig

TINY_NETWORK = NetworkConfig(
    latent_dim=8,
    style_dim=8,
    class_dim=4,
    maximum_width=16,
    minimum_width=8,
    discriminator_width=8,
    discriminator_features=8,
)


def write_pictures(folder: Path, *, per_class: int) -> None:
    """Two sub-folders of coloured rectangles: reddish and bluish."""
    random = np.random.default_rng(7)
    for name, channel in (("red", 0), ("blue", 2)):
        (folder / name).mkdir(parents=True)
        for number in range(per_class):
            height, width = (int(extent) for extent in random.integers(32, 60, 2))
            picture = random.integers(0, 60, (height, width, 3)).astype(np.uint8)
            top = int(random.integers(0, 16))
            picture[top : top + 16, 8:24, channel] = int(random.integers(120, 255))
            Image.fromarray(picture).save(folder / name / f"{number:03d}.png")


def write_idx_set(folder: Path, *, count: int = 32, labels: int | None = None) -> None:
    """A training part in MNIST's layout, 28x28, ten classes in turn."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(3)
    images = random.integers(0, 255, (count, 28, 28)).astype(np.uint8)
    names = (np.arange(count if labels is None else labels) % 10).astype(np.uint8)
    (folder / "train-images-idx3-ubyte").write_bytes(format_idx(images))
    (folder / "train-labels-idx1-ubyte").write_bytes(format_idx(names))


TINY_STYLE = replace(TINY_NETWORK, mapping_layers=2, refined_sizes=(8,))


def tiny_style_config(out: Path, pictures: Path, *, max_images: int | None = 48) -> GanConfig:
    """As `tiny_config`, with the recipe of two graphs."""
    config = tiny_config(out, pictures, max_images=max_images)
    return replace(config, recipe="style", network=TINY_STYLE)


def tiny_config(out: Path, pictures: Path, *, max_images: int | None = 48) -> GanConfig:
    """A run of 8 pictures a step on a folder of pictures; everything is reported often."""
    return GanConfig(
        out=out,
        resolution=32,
        batch=8,
        group=4,
        r1_every=2,
        max_images=max_images,
        data=DataConfig(source="folder", path=pictures, cache=out.parent / "cache", held_out=0.2),
        network=TINY_NETWORK,
        engine=EngineConfig(accelerator="cpu", precision="32-true", threads=1),
        report=ReportConfig(
            log_images=16,
            sheet_images=0,
            diversity_images=0,
            diversity_samples=0,
            checkpoint_minutes=60,
            tensorboard=False,
        ),
    )


def with_report(config: GanConfig, **changes: int | float | bool) -> GanConfig:
    """The configuration with some of its reporting changed."""
    return replace(config, report=replace(config.report, **changes))  # type: ignore[arg-type]  # checked by replace


def write_typefaces(folder: Path, *, names: tuple[str, ...], differing: bool = False) -> None:
    """Pillow's own typeface under names of seven letters, each a family of its own.

    Where they are `differing`, each is wider and leans further than the one before.
    """
    font = ImageFont.load_default(20)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, BytesIO)
    whole = font.path.getvalue()
    folder.mkdir(parents=True, exist_ok=True)
    for number, name in enumerate(names):
        renamed = whole
        for coding in ("ascii", "utf-16-be"):
            renamed = renamed.replace("Aileron".encode(coding), name.encode(coding))
        path = folder / f"{name}.ttf"
        path.write_bytes(renamed)
        if differing:
            share = number / max(len(names) - 1, 1)
            _stretch(path, width=0.5 + share, slant=0.5 * share)


def _stretch(path: Path, *, width: float, slant: float) -> None:
    """Make the letters of a typeface `width` times as wide, and lean `slant` right for 1 up."""
    font = TTFont(BytesIO(path.read_bytes()))
    widths = font["hmtx"]
    for name, glyph in font["glyf"].items():
        if glyph.numberOfContours > 0:
            glyph.coordinates.transform(((width, 0), (slant, 1)))
            glyph.coordinates.toInt()
        advance, bearing = widths[name]
        widths[name] = (round(advance * width), round(bearing * width))
    font.save(path)
