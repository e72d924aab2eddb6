"""``generate`` blends kinds, moves along traits and takes zones of others, or says why not."""

import argparse
from pathlib import Path

import msgspec
import pytest

from studio.commands import generate
from studio.commands.generate import options_of
from studio.commands.plan import Options
from studio.commands.plan import plan as plan_with_traits
from studio.contract.arrays import draw_latent, latent_to_bytes
from studio.contract.errors import RequestInvalid
from studio.contract.manifest import Model, read_model
from studio.contract.recipe import (
    RECIPE_SCHEMA,
    Mixed,
    Near,
    Recipe,
    Shift,
    Styling,
    decode_recipe,
    encode_recipe,
)
from studio.contract.traits import FoundTrait, FoundTraits
from studio.images.traits import TraitShelf, trait_key
from studio.project.paths import places
from studio.provenance.pictures import encode_picture
from tests.models import class_values, write_tiny_generator
from tests.styled import LATENT, trait_directions, write_styled_model

DIM, LAYERS = 16, 4


def options(*arguments: str) -> Options:
    parser = argparse.ArgumentParser(exit_on_error=False)
    generate.add_arguments(parser)
    return options_of(parser.parse_args(["styled", "--out", "out", *arguments]))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    folder = tmp_path_factory.mktemp("models") / "styled"
    return write_styled_model(folder, traits=True, specimen=True)


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return read_model(write_tiny_generator(tmp_path_factory.mktemp("models") / "tiny"))


@pytest.fixture
def shelf(tmp_path: Path, model: Model) -> TraitShelf:
    return TraitShelf(places(tmp_path / "base"), trait_key(model), model=model)


def plan(model: Model, *arguments: str) -> list[Recipe]:
    where = places(model.folder.parent / "base")
    shelf = TraitShelf(where, trait_key(model), model=model)
    return plan_with_traits(options(*arguments), model, shelf)


def styling(recipe: Recipe) -> Styling:
    assert isinstance(recipe.styling, Styling)
    assert decode_recipe(encode_recipe(recipe)) == recipe, "its format says all of it"
    return recipe.styling


@pytest.fixture
def picture(tmp_path: Path, model: Model) -> Path:
    """A picture of the model, of two kinds and with a trait."""
    return _write(tmp_path / "base.png", model, Styling(kinds={"bags": 0.6, "boots": 0.4}))


def _write(path: Path, model: Model, done: Styling | None = None, name: str = "styled") -> Path:
    recipe = Recipe(
        schema=RECIPE_SCHEMA,
        model=name,
        graphs=model.graph_hashes(),
        seed=41,
        latent=latent_to_bytes(draw_latent(41, LATENT)),
        controls={"kind": "bags", "truncation": 0.5},
        styling=msgspec.UNSET if done is None else done,
    )
    path.write_bytes(encode_picture(bytes(32 * 32 * 3), 32, 32, 3, recipe))
    return path


def test_a_blend_is_known_by_label_and_filed_under_its_largest_share(model: Model) -> None:
    [recipe] = plan(model, "--blend", "Boots=0.3, 包=0.7")
    assert styling(recipe) == Styling(kinds={"boots": 0.3, "bags": 0.7})
    assert recipe.controls["kind"] == "bags"
    assert recipe.schema == RECIPE_SCHEMA


def test_what_is_plain_needs_no_new_format(model: Model) -> None:
    [recipe] = plan(model, "--noise", "0.5", "--noise-seed", "9")
    assert recipe.schema == 1
    assert recipe.styling is msgspec.UNSET
    assert (recipe.controls["noise"], recipe.noise_seed) == (0.5, 9)


def test_a_specimen_is_every_kind_at_each_position(model: Model) -> None:
    recipes = plan(model, "--specimen", "--seed", "7", "--count", "2")
    assert [(recipe.seed, recipe.controls["kind"]) for recipe in recipes] == [
        (seed, kind) for seed in (7, 8) for kind in class_values(3)
    ]


def test_traits_are_those_of_the_model_and_those_that_were_found(
    model: Model, shelf: TraitShelf
) -> None:
    shelf.put_found(
        FoundTraits(
            space="style", dimension=DIM, method="styles",
            traits=(FoundTrait(direction=latent_to_bytes(draw_latent(1, DIM)), explained=0.4),),
        )
    )  # fmt: skip
    wanted = options("--trait", "Glow=2", "--trait", "色调=-1.5", "--trait", "gene 1=0.5@form")
    recipes = plan_with_traits(wanted, model, shelf)
    glow, tint = (latent_to_bytes(row) for row in trait_directions(model))
    assert styling(recipes[0]).shifts == (
        Shift(direction=glow, amount=2.0, name="Glow"),
        Shift(direction=tint, amount=-1.5, zone="colour", name="Tint"),
        Shift(direction=latent_to_bytes(draw_latent(1, DIM)), amount=0.5, zone="form"),
    )


def test_a_zone_comes_with_the_position_and_the_kinds_of_the_other_picture(
    model: Model, picture: Path, tmp_path: Path
) -> None:
    other = _write(tmp_path / "other.png", model)
    mixes = ("--mix", f"form={picture}", "--mix", f"colour:0.5={other}")
    recipes = plan(model, "--count", "2", *mixes)
    latent = latent_to_bytes(draw_latent(41, LATENT))
    wanted = (
        Mixed(zone="form", latent=latent, kinds={"bags": 0.6, "boots": 0.4}),
        Mixed(zone="colour", latent=latent, kinds={"bags": 1.0}, share=0.5),
    )
    assert all(styling(recipe).mixed == wanted for recipe in recipes)
    assert [recipe.seed for recipe in recipes] == [0, 1]


def test_what_was_done_to_the_base_is_kept_but_for_what_is_asked_for(
    model: Model, picture: Path
) -> None:
    like = ("--like", str(picture))
    [same] = plan(model, *like)
    assert styling(same).kinds == {"bags": 0.6, "boots": 0.4}
    near = plan(model, *like, "--strength", "0.2", "--count", "3")
    assert all(isinstance(recipe.origin, Near) for recipe in near)
    assert all(styling(recipe).kinds == {"bags": 0.6, "boots": 0.4} for recipe in near)
    [other] = plan(model, *like, "--class", "coats")
    assert other.styling is msgspec.UNSET
    assert other.controls["kind"] == "coats"
    specimen = plan(model, *like, "--specimen")
    assert [recipe.controls["kind"] for recipe in specimen] == list(class_values(3))
    [blended] = plan(model, *like, "--blend", "coats=1", "--trait", "glow=1")
    assert styling(blended).kinds == {"coats": 1.0}
    assert len(styling(blended).shifts) == 1


def test_final_styles_are_moved_by_traits_and_by_nothing_else(model: Model, tmp_path: Path) -> None:
    final = Styling(styles=latent_to_bytes(draw_latent(3, LAYERS * DIM)))
    like = ("--like", str(_write(tmp_path / "final.png", model, final)))
    [same] = plan(model, *like)
    assert styling(same) == final
    [moved] = plan(model, *like, "--trait", "glow=1")
    assert styling(moved).styles not in (None, final.styles)
    for other in (
        ("--strength", "0.5"), ("--class", "bags"), ("--truncation", "0.5"), ("--truncation", "0"),
        ("--mix", f"form={like[1]}"), ("--blend", "bags=1"), ("--specimen",),
    ):  # fmt: skip
        with pytest.raises(RequestInvalid, match="holds its final styles"):
            plan(model, *like, *other)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--blend", "bags"], "--blend wants NAME=SHARE"),
        (["--blend", "bags=much"], "the share of a kind must be a number, not 'much'"),
        (["--blend", "bags=nan"], "must be a number, not 'nan'"),
        (["--blend", "bags=0.5,bags=0.5"], "names a kind twice"),
        (["--blend", "bags=0.5,Bags=0.5"], "names a kind twice"),
        (["--blend", "bags=0.5"], "must sum to 1"),
        (["--blend", "hats=1"], "there is no kind 'hats'; there are: boots, coats, bags"),
        (["--blend", "bags=1", "--class", "bags"], "exclude each other"),
        (["--specimen", "--class", "bags"], "exclude each other"),
        (["--trait", "glow"], "--trait wants NAME=AMOUNT"),
        (["--trait", "=1"], "--trait wants NAME=AMOUNT"),
        (["--trait", "glow=lots"], "the amount of 'glow' must be a number"),
        (["--trait", "glow=1@hue"], "there is no zone 'hue'; there are: form, texture, colour"),
        (["--trait", "glow=50"], "must lie between -20 and 20"),
        (["--trait", "glasses=1"], "no trait 'glasses'; there are: Glow, Tint"),
        (["--mix", "form"], "--mix wants ZONE=PICTURE"),
        (["--mix", "form:much=x.png"], "the share of a picture must be a number"),
        (["--noise", "9"], "noise must lie between 0 and 2"),
        (["--noise-seed", "-1"], "--noise-seed must lie between"),
        (["--specimen", "--count", "40000"], "40,000 specimens of 3 kinds"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_with_what_can(
    model: Model, arguments: list[str], fault: str
) -> None:
    with pytest.raises(RequestInvalid, match=fault):
        plan(model, *arguments)


def test_a_zone_that_there_is_not_and_a_strangers_picture_are_refused(
    model: Model, picture: Path, tmp_path: Path
) -> None:
    with pytest.raises(RequestInvalid, match="no zone 'hair'; there are: form, texture, colour"):
        plan(model, "--mix", f"hair={picture}")
    with pytest.raises(RequestInvalid, match="between 0 and 1"):
        plan(model, "--mix", f"form:7={picture}")
    final = Styling(styles=latent_to_bytes(draw_latent(3, LAYERS * DIM)))
    with pytest.raises(RequestInvalid, match=r"final\.png holds its final styles"):
        plan(model, "--mix", f"form={_write(tmp_path / 'final.png', model, final)}")
    stranger = _write(tmp_path / "stranger.png", model, name="tiny")
    with pytest.raises(RequestInvalid, match="made by 'tiny', so 'styled' cannot mix it in"):
        plan(model, "--mix", f"form={stranger}")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["--noise", "1"], "tiny has no noise that could be set"),
        (["--noise-seed", "1"], "tiny draws no noise"),
        (["--trait", "glow=1"], "this model ships none and none was found yet"),
    ],
)
def test_a_plain_model_says_what_it_has_not(plain: Model, arguments: list[str], fault: str) -> None:
    with pytest.raises(RequestInvalid, match=fault):
        plan(plain, *arguments)
    [recipe] = plan(plain, "--blend", "boots=0.5,bags=0.5")
    assert styling(recipe).kinds == {"boots": 0.5, "bags": 0.5}
