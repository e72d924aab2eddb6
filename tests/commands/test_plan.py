"""``generate`` turns what was asked for into recipes, and refuses what cannot be made."""

import argparse
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.commands import generate
from studio.commands.generate import file_name, options_of
from studio.commands.plan import MAXIMUM_COUNT, Options, find_kind, parse_control
from studio.commands.plan import plan as plan_with_traits
from studio.contract.errors import RequestInvalid, StorageDenied, StorageFull
from studio.contract.manifest import Choice, Control, Label, Model, read_model
from studio.contract.recipe import Given, Near, Recipe, encode_recipe, identity
from studio.images.traits import TraitShelf, trait_key
from studio.project.paths import places
from studio.provenance.pictures import encode_picture
from tests.models import class_values, write_tiny_generator


def options(*arguments: str) -> Options:
    parser = argparse.ArgumentParser(exit_on_error=False)
    generate.add_arguments(parser)
    return options_of(parser.parse_args(["tiny", "--out", "out", *arguments]))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    return read_model(write_tiny_generator(folder, classes=3))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("models") / "plain"
    return read_model(write_tiny_generator(folder, classes=0, model_id="plain"))


@pytest.fixture
def picture(tmp_path: Path, tiny: Model) -> Path:
    """A picture of the tiny model, with its latent."""
    path = tmp_path / "base.png"
    path.write_bytes(encode_picture(bytes(8 * 8 * 3), 8, 8, 3, made(tiny)))
    return path


def made(model: Model) -> Recipe:
    return Recipe(
        model=model.manifest.id, graphs=model.graph_hashes(), seed=41, latent=bytes(range(16)),
        controls={"kind": "bags", "truncation": 0.5},
    )  # fmt: skip


def plan(options: Options, model: Model) -> list[Recipe]:
    """The recipes, where no traits but the model's own are known."""
    where = places(model.folder.parent / "base")
    return plan_with_traits(options, model, TraitShelf(where, trait_key(model), model=model))


def kinds(recipes: list[Recipe]) -> list[object]:
    return [recipe.controls.get("kind") for recipe in recipes]


def test_each_picture_has_the_next_seed_and_every_control(tiny: Model) -> None:
    recipes = plan(options("--seed", "40", "--count", "3", "--truncation", "0.8"), tiny)
    assert [recipe.seed for recipe in recipes] == [40, 41, 42]
    assert all(recipe.controls == {"kind": "boots", "truncation": 0.8} for recipe in recipes)
    assert all(recipe.latent is None for recipe in recipes)


@pytest.mark.parametrize("name", ["bags", "Bags", " BAGS ", "包"])
def test_a_class_is_known_by_value_and_by_label_in_both_languages(tiny: Model, name: str) -> None:
    assert kinds(plan(options("--class", name), tiny)) == ["bags"]


def test_mixed_takes_each_class_in_turn(tiny: Model) -> None:
    values = list(class_values(3))
    assert kinds(plan(options("--class", "mixed", "--count", "5"), tiny)) == [
        *values, *values[:2]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--class", "hats"), "there is no kind 'hats'; there are: boots, coats, bags"),
        (("--truncation", "9"), "truncation must lie between 0 and 1.5"),
        (("--truncation", "nan"), "truncation must lie between"),
        (("--control", "colour=red"), "there is no control 'colour'; there are: kind, truncation"),
        (("--control", "truncation=much"), "truncation must be a number, not 'much'"),
        (("--control", "kind=hats"), "there is no kind 'hats'"),
    ],
)
def test_what_the_model_cannot_do_is_refused_naming_what_it_can(
    tiny: Model, arguments: tuple[str, ...], fault: str
) -> None:
    with pytest.raises(RequestInvalid, match=fault):
        plan(options(*arguments), tiny)


def test_an_enlargement_beyond_what_can_be_opened_is_refused(tmp_path: Path) -> None:
    large = read_model(write_tiny_generator(tmp_path, size=256, width=1, model_id="large"))
    assert plan(options("--enlarge", "32"), large)
    with pytest.raises(RequestInvalid, match=r"33 times .* exceed 8192 .*; 32 times would be"):
        plan(options("--enlarge", "33"), large)


def test_a_model_without_classes_refuses_one(plain: Model) -> None:
    assert kinds(plan(options(), plain)) == [None]
    with pytest.raises(RequestInvalid, match="plain has no classes"):
        plan(options("--class", "mixed"), plain)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--count", "0"), "--count"),
        (("--count", str(MAXIMUM_COUNT + 1)), "--count"),
        (("--seed", "-1"), "--seed"),
        (("--seed", str(2**63 - 1), "--count", "2"), "--seed"),
        (("--quality", "0"), "--quality"),
        (("--batch", "0"), "--batch"),
        (("--enlarge", "0"), "--enlarge"),
        (("--enlarge", "65"), "--enlarge"),
        (("--strength", "0.5"), "needs --like"),
        (("--like", "a.png", "--strength", "1.5"), "between 0 and 1"),
        (("--like", "a.png", "--strength", "nan"), "between 0 and 1"),
        (("--control", "truncation"), "NAME=VALUE"),
        (("--lossless",), "--format webp"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_model_is_read(
    arguments: tuple[str, ...], fault: str
) -> None:
    with pytest.raises(RequestInvalid, match=fault):
        options(*arguments)


def test_the_last_seed_there_is_can_be_used(tiny: Model) -> None:
    assert plan(options("--seed", str(2**63 - 1)), tiny)[0].seed == 2**63 - 1


def test_like_keeps_the_position_and_the_controls_of_a_picture(tiny: Model, picture: Path) -> None:
    (recipe,) = plan(options("--like", str(picture)), tiny)
    assert recipe.latent == bytes(range(16))
    assert recipe.origin == Given()
    assert recipe.seed == 41
    assert recipe.controls == {"kind": "bags", "truncation": 0.5}
    assert len(recipe.parents) == 1


def test_like_in_every_class_is_one_picture_of_each(tiny: Model, picture: Path) -> None:
    recipes = plan(options("--like", str(picture), "--class", "mixed", "--count", "3"), tiny)
    assert kinds(recipes) == list(class_values(3))
    assert len({identity(recipe) for recipe in recipes}) == 3
    with pytest.raises(RequestInvalid, match="would be the same"):
        plan(options("--like", str(picture), "--class", "mixed", "--count", "4"), tiny)
    with pytest.raises(RequestInvalid, match="would be the same"):
        plan(options("--like", str(picture), "--count", "2"), tiny)


def test_strength_asks_for_neighbours(tiny: Model, picture: Path) -> None:
    arguments = ("--like", str(picture), "--strength", "0.25", "--seed", "7", "--count", "2")
    recipes = plan(options(*arguments), tiny)
    assert [recipe.seed for recipe in recipes] == [7, 8]
    assert all(recipe.origin == Near(base=bytes(range(16)), strength=0.25) for recipe in recipes)


def test_a_picture_of_another_model_has_no_like_here(plain: Model, picture: Path) -> None:
    with pytest.raises(RequestInvalid, match="was made by 'tiny'"):
        plan(options("--like", str(picture)), plain)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("toggle", "Yes", True), ("toggle", "off", False), ("integer", "3", 3), ("number", "3", 3.0)],
)
def test_controls_are_read_as_what_they_are(kind: str, text: str, value: object) -> None:
    label = Label(en="x", zh="x")
    control = msgspec.convert(
        {"name": "x", "type": kind, "applies_to": "engine", "label": label, "help": label,
         "default": value, "minimum": 0, "maximum": 9},
        Control, from_attributes=True,
    )  # fmt: skip
    parsed = parse_control(control, text)
    assert parsed == value
    assert type(parsed) is type(value)


@given(st.text(), st.integers(0, 2**63 - 1))
def test_any_class_gives_a_name_that_a_file_can_have(kind: str, seed: int) -> None:
    name = file_name("tiny", kind, seed, "png")
    assert name.startswith("tiny-")
    assert name.endswith(f"{seed}.png")
    assert not set(name) & set('/\\:*?"<>|\0\n')
    assert len(name) < 120


def test_names_tell_model_class_and_seed() -> None:
    assert file_name("avatars", "Open Peeps/2", 7, "jpeg") == "avatars-Open_Peeps_2-7.jpg"
    assert file_name("avatars", "", 7, "webp") == "avatars-7.webp"
    assert file_name("avatars", "靴子", 7, "png") == "avatars-靴子-7.png"


def test_a_folder_that_cannot_hold_the_pictures_is_refused_before_work_starts(
    tmp_path: Path, tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = replace(options(), out=tmp_path / "new" / "out")
    assert generate.ready_folder(wanted, tiny.manifest, 1000).is_dir()
    little = SimpleNamespace(total=10**9, used=10**9 - 10**6, free=10**6)
    monkeypatch.setattr("shutil.disk_usage", lambda _: little)
    with pytest.raises(
        RequestInvalid, match=r"1,000 pictures may take .* has 1\.0 MB left; \d+ would fit"
    ):
        generate.ready_folder(wanted, tiny.manifest, 1000)


def test_a_place_that_is_no_folder_or_may_not_be_written_is_refused(
    tmp_path: Path, tiny: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    for out in (tmp_path / "file", tmp_path / "file" / "below", Path("nul\0")):
        with pytest.raises(StorageDenied):
            generate.ready_folder(replace(options(), out=out), tiny.manifest, 1)

    def nowhere(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", nowhere)  # as the system answers below /proc
        with pytest.raises(StorageDenied, match="no folder can be made there"):
            generate.ready_folder(replace(options(), out=tmp_path / "x"), tiny.manifest, 1)

    def denied(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", denied)
    with pytest.raises(StorageDenied, match="permission denied"):
        generate.ready_folder(replace(options(), out=tmp_path), tiny.manifest, 1)

    def full(**_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(StorageFull):
        generate.ready_folder(replace(options(), out=tmp_path), tiny.manifest, 1)


def test_the_room_asked_for_is_enough_for_any_picture(tiny: Model) -> None:
    pixels = np.random.default_rng(0).bytes(8 * 8 * 3)
    data = encode_picture(pixels, 8, 8, 3, made(tiny), rights="r" * 500, credit="c" * 500)
    assert len(data) < generate.bytes_per_picture(tiny.manifest)
    assert len(encode_recipe(made(tiny))) < len(data)


def test_labels_of_choices_may_be_missing_in_one_language(tiny: Model) -> None:
    control = tiny.manifest.control("class")
    assert control is not None
    bare = Choice(value="v", label=Label(en="V", zh=""))
    changed = msgspec.structs.replace(control, choices=(bare,))
    assert find_kind(changed, "v") == "v"
    with pytest.raises(RequestInvalid):
        find_kind(changed, "")
