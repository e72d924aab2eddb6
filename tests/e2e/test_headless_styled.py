"""A picture of two graphs is made, remade and judged without a window as any other."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from studio.commands.lines import (
    DoneLine,
    ErrorLine,
    ModelLine,
    PictureLine,
    RemakeLine,
    VerifiedLine,
)
from studio.contract.arrays import draw_latent, latent_to_bytes
from studio.contract.manifest import Model
from studio.contract.recipe import RECIPE_SCHEMA, Bred, Styling
from studio.host.client import GenerateImages, HostSettings
from studio.provenance.pictures import encode_picture, read_picture, read_recipe
from tests.e2e.headless import shown, studio
from tests.models import class_values
from tests.styled import LATENT, write_styled_model
from tests.sync_host import SyncHost


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("base")


@pytest.fixture(scope="module")
def model(base: Path) -> Model:
    return write_styled_model(base / "data" / "models" / "styled", traits=True, specimen=True)


@pytest.fixture(scope="module")
def made(base: Path, model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a specimen of two positions."""
    out = tmp_path_factory.mktemp("made")
    ran = studio(
        "generate", model.manifest.id, "--basedir", base, "--specimen", "--count", "2",
        "--out", out, "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    *pictures, done = ran.lines
    assert isinstance(done, DoneLine)
    assert done.written == 6
    kinds = [(line.kind, line.seed) for line in pictures if isinstance(line, PictureLine)]
    assert kinds == [(kind, seed) for seed in (0, 1) for kind in class_values(3)]
    return out


def _remake(path: Path, base: Path) -> tuple[int, RemakeLine]:
    ran = studio("remake", path, "--basedir", base, "--json")
    line = ran.lines[0]
    assert isinstance(line, RemakeLine), ran.err
    return ran.code, line


def test_a_styled_picture_is_remade_to_the_byte(base: Path, made: Path, tmp_path: Path) -> None:
    first, second = made / "styled-boots-0.png", made / "styled-bags-1.png"
    ran = studio(
        "generate", "styled", "--basedir", base, "--out", tmp_path, "--seed", "3",
        "--blend", "Boots=0.4,Bags=0.6", "--trait", "glow=1.5", "--trait", "tint=-2@texture",
        "--mix", f"form={first}", "--mix", f"colour:0.5={second}", "--truncation", "0.8",
        "--noise", "0.5", "--noise-seed", "4",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    assert shown(tmp_path) == ["styled-bags-3.png"]
    path = tmp_path / "styled-bags-3.png"
    recipe = read_recipe(path)
    assert isinstance(recipe.styling, Styling)
    assert [mixed.zone for mixed in recipe.styling.mixed] == ["form", "colour"]
    assert [shift.zone for shift in recipe.styling.shifts] == ["", "texture"]
    assert (recipe.schema, recipe.noise_seed) == (RECIPE_SCHEMA, 4)
    assert read_picture(path).is_as_made
    code, line = _remake(path, base)
    assert (code, line.verdict, line.reasons) == (0, "identical", ())
    with SyncHost(HostSettings(threads=1)) as host:  # as the window asks for it, once more
        wish = msgspec.structs.replace(recipe, graphs={}, making=None, pixels_sha256=None)
        folder = str(base / "data" / "models" / "styled")
        [again] = host.generate(GenerateImages(folder=folder, recipes=(wish,)))
    assert again.recipe.pixels_sha256 == recipe.pixels_sha256


def test_a_bred_picture_is_remade_and_one_of_another_machine_is_measured(
    base: Path, model: Model, made: Path, tmp_path: Path
) -> None:
    parents = tuple(latent_to_bytes(draw_latent(seed, LATENT)) for seed in (1, 2, 3))
    source = read_recipe(made / "styled-boots-0.png")
    assert source.making is not None
    child = msgspec.structs.replace(
        source,
        schema=RECIPE_SCHEMA,
        origin=Bred(parents=parents, mutation=0.3),
        latent=None,
        styling=Styling(kinds={"coats": 1.0}),
        making=msgspec.structs.replace(source.making, provider="CUDAExecutionProvider"),
        pixels_sha256=None,
    )
    path = tmp_path / "child.png"
    path.write_bytes(encode_picture(bytes(32 * 32 * 3), 32, 32, 3, child))
    ran = studio("remake", path, "--basedir", base, "--out", tmp_path / "again.png")
    assert ran.code == 1
    assert "differs" in ran.out
    assert "of 1,024 pixels differ" in ran.out
    assert "on average" in ran.out
    assert "made on the provider CUDAExecutionProvider, now CPUExecutionProvider" in ran.out
    code, line = _remake(tmp_path / "again.png", base)
    assert (code, line.verdict) == (0, "identical")
    with Image.open(tmp_path / "again.png") as again:
        assert len(np.unique(np.asarray(again))) > 10


@pytest.mark.usefixtures("model")
def test_what_cannot_be_done_is_said_before_anything_is_made(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "new"
    for arguments, words in (
        (("--blend", "Boots=0.5,Bags=0.2"), "must sum to 1, they sum to 0.7"),
        (("--class", "dragons"), "there are: boots, coats, bags"),
        (("--trait", "glasses=1"), "there are: Glow, Tint"),
    ):
        ran = studio(
            "generate", "styled", "--basedir", base, "--out", out, "--json", *arguments
        )  # fmt: skip
        assert ran.code == 2
        line = ran.lines[-1]
        assert isinstance(line, ErrorLine)
        assert words in line.message
        assert not out.exists()


def test_a_pair_of_graphs_is_listed_with_its_zones_and_verified(base: Path, model: Model) -> None:
    del model
    ran = studio("models", "--verify", "--basedir", base, "--json")
    [listed] = [line for line in ran.lines if isinstance(line, ModelLine) and line.id == "styled"]
    assert (listed.zones, listed.specimen) == (("form", "texture", "colour"), True)
    lines = [line for line in ran.lines if isinstance(line, VerifiedLine) and line.id == "styled"]
    assert [(line.verified, line.largest) for line in lines] == [(True, 0)]
