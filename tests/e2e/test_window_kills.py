"""The whole app killed with SIGKILL while it keeps, edits and exports: it reopens sound.

A few kills each day; ``python -m tests.proof`` does two hundred, half of them at named points.
"""

import os
import random
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.project.nodes import WORK
from tests.e2e.conftest import PATIENCE_MS, Starter, furniture_of, studio_of, wait_for_wall
from tests.e2e.victims import LONGEST_LIFE, Victim, check_exports, check_project

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are sent as POSIX has them")

KILLS = 12
POINTS = ("before commit", "after rename", "before opening", "during closing")


@pytest.mark.timeout(300)
def test_a_killed_app_reopens_sound(
    qtbot: QtBot, start: Starter, basedir: Path, shipped: Path
) -> None:
    dice = random.Random(1)
    acknowledged: set[str] = set()
    named: set[int] = set()
    total = 0
    for number in range(KILLS):
        point = POINTS[number // 3] if number % 3 == 0 else None
        with Victim(basedir, shipped, number, point) as victim:
            if point is None:
                victim.kill_after(dice.uniform(0.0, LONGEST_LIFE))
            else:
                victim.wait_for_its_end()
        acknowledged |= set(victim.kept)
        named |= set(victim.named)
        total = check_project(basedir / "data" / "projects" / "default", acknowledged, named)
        check_exports(basedir / "out", victim.exported)
    assert total > 0, "the app was killed at work, not before it"
    begun = time.monotonic()
    app = start()
    wait_for_wall(qtbot, app)
    assert time.monotonic() - begun < PATIENCE_MS / 1000
    project = studio_of(app).project
    assert project is not None
    assert project.store.nodes(WORK).total == total
    for text in furniture_of(app).notices.texts:
        assert text.startswith("Atelier was not closed properly"), "nothing was lost"
