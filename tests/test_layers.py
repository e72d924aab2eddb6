"""The house has the rooms that its plan says, and the guard at their doors bites."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
CONTRACTS = CONFIG["tool"]["importlinter"]["contracts"]


def _modules(package: str) -> list[str]:
    paths = sorted((ROOT / package).rglob("*.py"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]


def _layers() -> list[str]:
    layers = next(contract for contract in CONTRACTS if contract["id"] == "layers")["layers"]
    return [name.strip() for layer in layers for name in layer.split(":")]


def _is_within(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


@pytest.mark.parametrize("module", _modules("studio"))
def test_every_module_belongs_to_a_layer(module: str) -> None:
    if module.endswith("__init__"):
        path = ROOT / Path(*module.split(".")).with_suffix(".py")
        lines = path.read_text("utf-8").splitlines()
        assert not any(line.startswith(("import ", "from ")) for line in lines)
    else:
        assert any(_is_within(module, layer) for layer in _layers())


@pytest.mark.parametrize(
    ("identifier", "allowed"),
    [
        ("qt", ("studio.shell", "studio.images.ui", "studio.__main__", "studio.bootstrap")),
        ("onnxruntime", ("studio.runtime", "studio.bootstrap", "training.parity")),
    ],
)
def test_each_ban_covers_every_module_that_is_not_allowed(
    identifier: str, allowed: tuple[str, ...]
) -> None:
    contract = next(contract for contract in CONTRACTS if contract["id"] == identifier)
    for module in _modules("studio") + _modules("training"):
        if module.endswith("__init__") or any(_is_within(module, name) for name in allowed):
            continue
        assert any(_is_within(module, name) for name in contract["source_modules"]), module


@pytest.mark.parametrize(
    ("module", "line"),
    [
        ("studio/contract/recipe.py", "import studio.project"),
        ("studio/contract/recipe.py", "import PySide6.QtCore"),
        ("studio/host/client.py", "import onnxruntime"),
        ("studio/images/document.py", "import studio.images.ui"),
        ("training/parity.py", "import studio.host.client"),
    ],
)
def test_a_planted_violation_is_found(tmp_path: Path, module: str, line: str) -> None:
    for package in ("studio", "training"):
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("__pycache__", "resources"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as stream:
        stream.write(f"\n{line}\n")
    check = (
        "import sys; sys.path.insert(0, '.');"
        "from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout
