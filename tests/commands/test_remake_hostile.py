"""Whatever a recipe claims, ``remake`` makes the picture or says in one sentence why not."""

import random
from pathlib import Path

import msgspec
import pytest

from studio.commands import cli
from studio.contract.manifest import read_model
from studio.contract.recipe import Fingerprint, Given, Near, Recipe
from studio.provenance.pictures import encode_picture
from tests.models import write_tiny_generator
from tests.proof.mutants import of_bytes
from tests.provenance.test_hostile import mutant_with_right_checksums

PIXELS = bytes(8 * 8 * 3)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base")
    write_tiny_generator(folder / "data" / "models" / "tiny")
    return folder


@pytest.fixture(scope="module")
def sound(base: Path) -> Recipe:
    """A recipe that the tiny model can make, of a picture that it never made."""
    graphs = read_model(base / "data" / "models" / "tiny").graph_hashes()
    return Recipe(model="tiny", graphs=graphs, seed=3, latent=bytes(16), controls={"kind": "bags"})


def remake(base: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = cli.main(["remake", str(file), "--basedir", str(base)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_name_that_no_file_can_have_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = str(tmp_path / f"{'a' * 300}.png")
    for arguments in (["remake", name], ["remake", str(tmp_path / "x.png"), "--out", name]):
        assert cli.main(arguments) == 2
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("changes", "code", "fault"),
    [
        ({}, 1, "differs: 64 of 64 pixels differ"),
        ({"latent": bytes(12)}, 2, "a latent of 3 numbers was given, this model takes 4"),
        ({"latent": b"\xff" * 16}, 2, "not numbers"),
        ({"latent": None, "origin": Given()}, 2, "its latent is given, and gives none"),
        ({"latent": None, "origin": Near(base=bytes(8), strength=0.5)}, 2, "a latent of 2 numbers"),
        ({"latent": None, "origin": Near(base=bytes(16), strength=9.0)}, 2, "between 0 and 1"),
        ({"controls": {"kind": "hats"}}, 2, "there are: boots, coats, bags"),
        ({"controls": {"rm": "-rf"}}, 2, "there is no control 'rm'"),
        ({"controls": {"truncation": 1e300}}, 2, "truncation must lie between"),
        ({"controls": {"truncation": "1"}}, 2, "truncation must be a number"),
        ({"noise_seed": -1}, 2, "a seed must lie between"),
        ({"model": "../../etc"}, 2, "there is no model '../../etc'"),
        ({"model": ""}, 2, "there is no model ''"),
        ({"graphs": {"generator": "0" * 64}}, 1, "another version of the model 'tiny'"),
        ({"graphs": {"x" * 999: "y"}}, 1, "another version of the model 'tiny'"),
        ({"making": Fingerprint(onnxruntime="\x1b[2J", provider="p", device="d")}, 1, r"\x1b[2J"),
    ],
)
def test_a_recipe_that_claims_nonsense_is_answered_in_words(
    base: Path,
    sound: Recipe,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, object],
    code: int,
    fault: str,
) -> None:
    path = tmp_path / "gift.png"
    path.write_bytes(encode_picture(PIXELS, 8, 8, 3, msgspec.structs.replace(sound, **changes)))
    ended, out, err = remake(base, path, capsys)
    assert ended == code, err
    assert fault in out + err
    assert "\x1b" not in out + err
    if code == 2:
        assert err.count("\n") == 1


def test_mutants_never_break_the_command(
    base: Path, sound: Recipe, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = random.Random(8)
    data = encode_picture(PIXELS, 8, 8, 3, sound)
    path = tmp_path / "mutant.png"
    for index in range(30):
        make = of_bytes if index % 2 else mutant_with_right_checksums
        path.write_bytes(make(source, data))
        code, out, err = remake(base, path, capsys)
        if code == 2:
            assert (err.count("\n"), out) == (1, ""), err
        else:
            assert (code, out.partition(":")[0]) == (1, "differs"), err
