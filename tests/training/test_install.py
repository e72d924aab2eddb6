"""The plain install has no torch, and says so when somebody wants to train."""

import subprocess
import sys

WITHOUT = """
import sys
sys.modules["torch"] = None
from training.__main__ import main
sys.exit(main(["gan", "--out", "x"]))
"""


def test_training_without_its_packages_says_what_to_install() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert "pip install -e '.[training]'" in done.stderr
    assert "Traceback" not in done.stderr
