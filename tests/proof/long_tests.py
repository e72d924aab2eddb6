"""The tests that are too long for each day, each a trial of its own."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.e2e.victims import ROOT
from tests.proof.trials import Proof, Trial

PYTEST = (sys.executable, "-m", "pytest", "-q", "-m", "slow", "-p", "no:cacheprovider")


def long_tests(folder: Path, count: int) -> Iterator[Trial]:
    """At most ``count`` of them."""
    found = subprocess.run(
        [*PYTEST, "--collect-only"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    names = [line for line in found.stdout.splitlines() if "::" in line]
    assert names
    for name in itertools.islice(names, count):
        yield Trial(name=name, run=partial(_run, name, folder))


def _run(name: str, folder: Path) -> None:
    command = [*PYTEST, "--timeout", "3600", "--basetemp", str(folder / "tests"), name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


PROOFS = (
    Proof(
        name="long-tests",
        tried="long histories of edits against a model of the store; training stopped and resumed",
        holds="the store agrees with the model; training goes on bit for bit",
        trials=long_tests,
        full=100,
        quick=0,
    ),
)
