"""Traits without a window: found, named, from two piles, as strips, and refused before any work."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.commands.cli import main
from studio.images.traits import TraitShelf, trait_key
from studio.project.paths import places
from studio.provenance.pictures import read_picture
from tests.models import class_values
from tests.styled import write_styled_model

Run = Callable[..., tuple[int, list[dict[str, Any]], str]]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    write_styled_model(tmp_path / "data" / "models" / "styled", traits=True)
    return tmp_path


@pytest.fixture
def run(base: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_command(*words: str) -> tuple[int, list[dict[str, Any]], str]:
        code = main(["--basedir", str(base), *words, "--json"])
        heard = capsys.readouterr()
        return code, [json.loads(line) for line in heard.out.splitlines()], heard.err

    return run_command


def test_traits_are_found_kept_and_listed_after_those_that_ship(run: Run, base: Path) -> None:
    code, lines, _ = run("traits", "styled", "--count", "3")
    assert code == 0
    assert [line["name"] for line in lines[:-1]] == ["Glow", "Tint", "gene 1", "gene 2", "gene 3"]
    assert [line["source"] for line in lines[:-1]] == ["shipped"] * 2 + ["found"] * 3
    shares = [line["explained"] for line in lines[2:5]]
    assert shares == sorted(shares, reverse=True)
    assert lines[-1]["event"] == "done"
    code, again, _ = run("traits", "styled", "--list")
    assert again[:-1] == lines[:-1]
    assert (base / "data" / "traits").is_dir()


def test_a_trait_can_be_named_used_and_deleted(run: Run, base: Path) -> None:
    run("traits", "styled", "--count", "2")
    code, lines, _ = run("traits", "styled", "--rename", "gene 2=Sleepy", "--delete", "gene 1")
    assert code == 0
    assert [line["name"] for line in lines[:-1]] == ["Glow", "Tint", "Sleepy"]
    code, made, _ = run(
        "generate", "styled", "--trait", "sleepy=2", "--out", str(base / "out"), "--provider", "cpu"
    )
    assert code == 0
    assert made[0]["event"] == "picture"


def test_strips_are_written_as_pictures_side_by_side(run: Run, base: Path) -> None:
    code, lines, _ = run(
        "traits", "styled", "--list", "--out", str(base / "strips"), "--seed", "4",
    )  # fmt: skip
    assert code == 0
    for line in lines[:-1]:
        stored = read_picture(Path(line["path"]))
        assert (stored.width, stored.height) == (7 * 32, 32)
        assert stored.recipe is None
    assert lines[-1]["written"] == 2
    assert re.search(r"styled-Glow\.png$", lines[0]["path"])


def test_two_piles_of_files_make_a_trait(run: Run, base: Path) -> None:
    kinds = class_values(3)
    for name, seed in (("with", 0), ("without", 50)):
        run("generate", "styled", "--seed", str(seed), "--count", "3", "--class", kinds[0],
            "--out", str(base / name))  # fmt: skip
    piles = [sorted(map(str, (base / name).glob("*.png"))) for name in ("with", "without")]
    code, lines, _ = run(
        "traits", "styled", "--with", *piles[0], "--without", *piles[1], "--name", "Hats"
    )
    assert code == 0
    (hats,) = [line for line in lines if line.get("name") == "Hats"]
    assert (hats["source"], hats["pictures"]) == ("piles", 6)
    assert 0 <= hats["told_apart"] <= 6
    shelf_model = write_styled_model(base / "data" / "models" / "styled", traits=True)
    shelf = TraitShelf(places(base), trait_key(shelf_model), model=shelf_model)
    assert shelf.named("hats") is not None


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--count", "0"), "between 1 and 64"),
        (("--probes", "5"), "between 64 and 100,000"),
        (("--class", "dragons"), "there are: boots, coats, bags"),
        (("--with", "a.png"), "need each other"),
        (("--with", "a.png", "--without", "b.png"), "need --name"),
        (("--with", "a.png", "--without", "b.png", "--name", "x"), "a.png"),
        (("--rename", "glow"), "OLD=NEW"),
        (("--rename", "gene 9=x"), "there is no trait 'gene 9'; there are: Glow, Tint"),
        (("--delete", "Glow"), "comes with the model"),
        (("--picture", "a.png"), "--picture needs --out"),
        (("--list", "--seed", "-1"), "--seed must lie"),
    ],
)
def test_what_cannot_be_done_is_refused_with_one_sentence(
    run: Run, words: tuple[str, ...], fault: str
) -> None:
    code, lines, said = run("traits", "styled", *words)
    assert code in (1, 2)
    assert fault in said
    assert lines[-1]["event"] == "error"
