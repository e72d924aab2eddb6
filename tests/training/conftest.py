"""Tiny data and tiny networks, so that a whole run takes a second."""

import os
from pathlib import Path

# Before any test module can import onnxruntime.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import pytest

from tests.training.tiny import write_pictures


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """A folder of two classes with 24 pictures each, of several sizes."""
    folder = tmp_path / "pictures"
    write_pictures(folder, per_class=24)
    return folder
