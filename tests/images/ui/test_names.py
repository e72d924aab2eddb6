"""Names for the screen, for readers and for files."""

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.manifest import Choice, Control, Label, Model
from studio.contract.recipe import Near, Recipe
from studio.images.ui.exporter import with_suffix
from studio.images.ui.names import file_stem, picture_name, spoken_name


def _recipe(**fields: object) -> Recipe:
    return Recipe(**{"model": "tiny", "seed": 123, "controls": {"kind": "coats"}, **fields})  # type: ignore[arg-type]  # by name


def test_a_picture_is_called_by_its_kind_and_number(model: Model) -> None:
    assert picture_name(model, _recipe(), "en").endswith(" 123")
    label = next(c.label for c in model.manifest.classes() if c.value == "coats")
    assert picture_name(model, _recipe(), "en").startswith(label.en)
    assert picture_name(model, _recipe(), "zh_CN").startswith(label.zh)


def test_a_reader_hears_kind_state_and_number(model: Model) -> None:
    heard = spoken_name(model, _recipe(), "en", is_kept=True, is_locked=True)
    assert heard.endswith("kept, locked, number 123")
    near = _recipe(origin=Near(base=b"\0\0\0\0", strength=0.5))
    assert "variation" in spoken_name(model, near, "en")
    assert "being made" in spoken_name(model, near, "en", is_waiting=True)


def test_a_reader_hears_the_traits_that_are_not_at_their_defaults(model: Model) -> None:
    def control(name: str, **parts: object) -> Control:
        label = Label(en=name.title(), zh=name)
        common = {"name": name, "applies_to": "engine", "label": label, "help": label, **parts}
        return Control(**common)  # type: ignore[arg-type]  # by name

    number = {"type": "number", "minimum": 0.0, "maximum": 1.0, "default": 0.5, "unit": "cm"}
    hats = (
        Choice(value="none", label=Label(en="None", zh="无")),
        Choice(value="top", label=Label(en="Top hat", zh="礼帽")),
    )
    manifest = msgspec.structs.replace(
        model.manifest,
        controls=(
            *model.manifest.controls,
            control("hair", **number),
            control("skin", **number),
            control("hat", type="choice", choices=hats, default="none"),
            control("glasses", type="toggle", default=False),
            control("frame", type="toggle", default=True),
        ),
    )
    traits = {"hair": 0.75, "hat": "top", "glasses": True, "frame": False, "truncation": 0.1}
    recipe = _recipe(controls={"kind": "coats", **traits})
    heard = spoken_name(Model(folder=model.folder, manifest=manifest), recipe, "en")
    assert ", Hair 0.75 cm, Hat Top hat, Glasses, without Frame, number 123" in heard
    assert "Skin" not in heard
    assert "strange" not in heard


def test_a_picture_of_an_absent_model_has_a_name_too() -> None:
    assert picture_name(None, _recipe(model="gone"), "en") == "gone 123"


@given(name=st.text(max_size=200), seed=st.integers(0, 2**63 - 1))
def test_a_files_name_is_one_that_every_file_system_takes(name: str, seed: int) -> None:
    stem = file_stem(None, _recipe(model=name, seed=seed), "en")
    assert stem
    assert not set(stem) & set('<>:"/\\|?*\0\n')
    assert stem == stem.strip(". ")
    assert len(stem) <= 80


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.png", "a.webp"),
        ("a.JPEG", "a.webp"),
        ("a", "a.webp"),
        ("a.b c", "a.b c.webp"),
        ("包 1.jpg", "包 1.webp"),
    ],
)
def test_the_ending_follows_the_format(name: str, expected: str) -> None:
    assert with_suffix(Path(name), "webp") == Path(expected)
