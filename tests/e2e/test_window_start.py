"""What the window's process may hold at its first paint, and at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """A fresh interpreter starts the studio with the models that ship; what its probe saw."""
    basedir = tmp_path_factory.mktemp("base")
    command = [sys.executable, "-m", "tests.benchmarks.studio_probe", "--basedir", str(basedir)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=True
    )
    found = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found


def test_nothing_heavy_is_loaded_before_the_first_paint(seen: dict[str, object]) -> None:
    assert seen["loaded_at_first_paint"] == []


def test_the_window_never_loads_onnxruntime_or_numpy(seen: dict[str, object]) -> None:
    loaded = seen["loaded_at_the_end"]
    assert isinstance(loaded, list)
    assert not {"onnxruntime", "onnx", "torch", "numpy"} & set(loaded)


def test_the_window_stays_below_150_megabytes(seen: dict[str, object]) -> None:
    resident = seen["resident"]
    assert isinstance(resident, float)
    assert resident < 150


def test_the_wall_fills(seen: dict[str, object]) -> None:
    assert "wall_full" in seen
