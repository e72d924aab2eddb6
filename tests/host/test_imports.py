"""What a process must not load, it does not load."""

import json
import subprocess
import sys

import pytest


def _loaded_by(module: str) -> set[str]:
    code = f"import sys, json, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names: list[str] = json.loads(done.stdout)
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("module", ["studio.host.client", "studio.host.server"])
def test_the_ends_of_the_pipe_load_nothing_heavy(module: str) -> None:
    heavy = {"numpy", "onnxruntime", "PIL", "PySide6", "psutil", "onnx", "torch"}
    assert not heavy & _loaded_by(module)


def test_the_host_at_work_loads_no_window_and_no_training() -> None:
    loaded = _loaded_by("studio.host.server, studio.host.worker")
    assert {"numpy", "onnxruntime"} <= loaded
    assert not {"PySide6", "shiboken6", "PIL", "torch", "onnx", "sqlite3"} & loaded
