"""Killed at any instant: what was acknowledged is there, nothing else but the next task may be.

Twenty kills from a fixed seed each day, half of them at the named points, half at random moments;
``python -m tests.proof`` does two hundred.
"""

from pathlib import Path

import pytest

from tests.integration.store_kills import drag_until_killed, kill_and_look, plan


@pytest.mark.parametrize("values", [3, 60, 170])
def test_of_a_drag_at_most_the_last_second_is_lost(tmp_path: Path, values: int) -> None:
    drag_until_killed(tmp_path / "p", values)


@pytest.mark.parametrize(("seed", "point", "times"), list(plan(20)))
def test_a_killed_project_reopens_with_all_that_was_acknowledged(
    tmp_path: Path, seed: int, point: str, times: int
) -> None:
    kill_and_look(tmp_path / "p", seed, point, times)
