"""A model is found by id, by folder or by a recipe; what is not found is told what there is."""

from pathlib import Path

import pytest

from studio.commands.lookup import model_of_recipe, resolve_model
from studio.contract.errors import ManifestInvalid, ModelMissing, RequestInvalid
from studio.contract.manifest import read_model
from studio.contract.recipe import Recipe
from tests.models import write_tiny_generator


def test_an_id_is_found_in_the_first_root_that_has_it(tmp_path: Path) -> None:
    mine, shipped = tmp_path / "mine", tmp_path / "shipped"
    write_tiny_generator(shipped / "tiny", seed=1)
    assert resolve_model("tiny", (mine, shipped)).folder == shipped / "tiny"
    write_tiny_generator(mine / "tiny", seed=2)
    assert resolve_model("tiny", (mine, shipped)).folder == mine / "tiny"


def test_a_folder_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_tiny_generator(tmp_path / "elsewhere", model_id="other")
    assert resolve_model(str(folder), ()).manifest.id == "other"
    monkeypatch.chdir(tmp_path)
    assert resolve_model("elsewhere", ()).manifest.id == "other"
    with pytest.raises(ModelMissing, match="gone"):
        resolve_model("./gone", ())


def test_an_unknown_id_is_told_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(RequestInvalid, match=r"no models are in .*empty"):
        resolve_model("tiny", (tmp_path / "empty",))
    write_tiny_generator(tmp_path / "tiny")
    write_tiny_generator(tmp_path / "wide", model_id="wide")
    with pytest.raises(RequestInvalid, match=r"here \(did you mean 'tiny'\?\)\.$"):
        resolve_model("tinny", (tmp_path,))
    with pytest.raises(RequestInvalid, match="there are: tiny, wide"):
        resolve_model("xyzzy", (tmp_path,))
    with pytest.raises(RequestInvalid, match="there is no model"):
        resolve_model("nul\0", (tmp_path,))


def test_a_broken_model_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    folder = write_tiny_generator(tmp_path / "tiny")
    (folder / "manifest.json").write_text("{}", "utf-8")
    with pytest.raises(ManifestInvalid, match=r"manifest\.json"):
        resolve_model("tiny", (tmp_path,))


def test_a_recipe_finds_its_own_version_even_if_another_stands_before_it(tmp_path: Path) -> None:
    mine, shipped = tmp_path / "mine", tmp_path / "shipped"
    write_tiny_generator(mine / "tiny", seed=2)
    folder = write_tiny_generator(shipped / "tiny", seed=1)
    hashes = read_model(folder).graph_hashes()
    recipe = Recipe(model="tiny", graphs=hashes, seed=0)
    assert model_of_recipe(recipe, (mine, shipped)).folder == folder
    other = Recipe(model="tiny", graphs={"generator": "0" * 64}, seed=0)
    assert model_of_recipe(other, (mine, shipped)).folder == mine / "tiny"
    with pytest.raises(RequestInvalid, match="there is no model 'gone'"):
        model_of_recipe(Recipe(model="gone", seed=0), (mine, shipped))
    with pytest.raises(RequestInvalid, match="there is no model 'tinny' here; there are: tiny"):
        model_of_recipe(Recipe(model="tinny", seed=0), (mine, shipped))
