"""What holds for every test: no telemetry, no display, no folder of the user's own."""

import gc
import itertools
import os

import pytest
from hypothesis import HealthCheck, settings

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before anybody imports onnxruntime
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile(
    "studio",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("studio")

FULL_COLLECTION = 40
"""Tests between two collections of all generations."""
_finished = itertools.count(1)


def pytest_sessionstart() -> None:
    """Garbage is collected here and nowhere else.

    Python collects on whichever thread allocates, and an object of Qt's that an earlier test left
    behind takes the process along when it is destroyed on one of the threads of a later test. In
    the window `studio.shell.collector` sees to the same.
    """
    gc.disable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes a file stays in one of them, for the sake of what its tests share."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.as_posix()))


def pytest_runtest_logfinish() -> None:
    """Between two tests, on the thread that Qt's objects belong to."""
    gc.collect(2 if next(_finished) % FULL_COLLECTION == 0 else 1)


@pytest.fixture(autouse=True)
def _no_folder_of_the_user(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever forgets a folder writes into a temporary home."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
