"""The models that Atelier ships do what README promises: made, and remade to the byte."""

from pathlib import Path

import pytest

from studio.commands.lines import ModelLine, PictureLine, VerifiedLine
from studio.contract.manifest import read_model
from studio.provenance.pictures import read_picture
from tests.e2e.headless import ROOT, studio

SHIPPED = sorted(path.parent.name for path in ROOT.glob("exported_models/*/manifest.json"))
GENERATORS = [
    name for name in SHIPPED if read_model(ROOT / "exported_models" / name).manifest.kind == "gan"
]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModelLine]:
    """What ``models --verify`` says, once everything is verified."""
    ran = studio("models", "--verify", "--json", "--basedir", tmp_path_factory.mktemp("base"))
    assert ran.code == 0, ran.err
    verified = [line for line in ran.lines if isinstance(line, VerifiedLine)]
    assert [line.id for line in verified] == SHIPPED
    assert all(line.verified for line in verified)
    return {line.id: line for line in ran.lines if isinstance(line, ModelLine)}


def test_the_models_that_readme_names_are_shipped() -> None:
    assert {"avatars", "avatars-dcgan", "fashion-dcgan", "realesrgan-anime-x4"} <= set(SHIPPED)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_picture_of_each_class_is_made_and_remade(
    name: str, models: dict[str, ModelLine], tmp_path: Path
) -> None:
    classes = models[name].classes
    ran = studio(
        "generate", name, "--class", "mixed", "--count", str(len(classes)), "--seed", "11",
        "--out", tmp_path, "--basedir", tmp_path / "base", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    pictures = [line for line in ran.lines if isinstance(line, PictureLine)]
    assert [line.kind for line in pictures] == [kind.value for kind in classes]
    assert len({line.pixels_sha256 for line in pictures}) == len(classes)
    for line in pictures:
        assert read_picture(Path(line.path)).is_as_made
    for line in (pictures[0], pictures[-1]):
        again = studio("remake", line.path, "--basedir", tmp_path / "base")
        assert (again.code, again.out) == (0, "identical\n"), again.err


@pytest.mark.parametrize("name", GENERATORS)
def test_a_class_may_be_named_in_chinese(
    name: str, models: dict[str, ModelLine], tmp_path: Path
) -> None:
    kind = models[name].classes[1]
    ran = studio(
        "generate", name, "--class", kind.zh, "--out", tmp_path / "out",
        "--basedir", tmp_path / "base", "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    line = ran.lines[0]
    assert isinstance(line, PictureLine)
    assert line.kind == kind.value
