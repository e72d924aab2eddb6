"""The guide's commands are ones that work, in the order in which they stand."""

import re
import shlex
import tomllib
from pathlib import Path

import pytest

from training.__main__ import main

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "training" / "GUIDE.md").read_text(encoding="utf-8")


def _section(number: int) -> str:
    found = re.search(rf"^## {number}\. .*?(?=^## )", GUIDE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[0]


def test_a_machine_without_a_card_is_spared_the_libraries_of_cards() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = project["optional-dependencies"]["training"]
    (torch,) = (line.replace(" ", "") for line in extra if line.startswith("torch "))
    small = f"pip install --index-url https://download.pytorch.org/whl/cpu '{torch}'"
    commands = _section(2)
    assert 0 < commands.find(small) < commands.find("pip install -e '.[training]'")


def test_a_ruler_is_told_the_size_of_a_smaller_model() -> None:
    assert "--resolution 32" in _section(4)
    assert re.search(r"`--resolution 32`, give `ruler` the same", _section(6))


def test_its_commands_for_texts_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    for place in ("train.train_text", "export.export_text", "evaluate.evaluate_text"):

        def listen(command: object, **others: object) -> object:
            del others
            asked.append(command)
            raise KeyboardInterrupt  # nothing is done

        monkeypatch.setattr(f"training.text.{place}", listen)
    found = re.search(r"^## 8\. .*?(?=^## )", GUIDE, re.MULTILINE | re.DOTALL)
    assert found is not None
    lines = [line for line in found[0].splitlines() if line.startswith("python -m training ")]
    for line in lines:
        assert main(shlex.split(line)[3:]) == 130
    assert len(asked) == len(lines) == 4
