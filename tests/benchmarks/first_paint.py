"""From process start to first paint, against a bare PySide6 window; then memory and pictures.

Pairs are interleaved; the figure is the median of the pairwise ratios. Both run on the platform
that QT_QPA_PLATFORM names, or on the display. Run it warm and on a quiet machine::

    python -m tests.benchmarks.first_paint [pairs]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.report import interleave, line, ratio

PAIRS = 25
STARTS = 9
ROOT = Path(__file__).resolve().parent.parent.parent


def seconds_to_bare_paint() -> float:
    """Seconds from starting the interpreter to the bare window's first paint."""
    begun = time.monotonic()
    out = _run([sys.executable, "-m", "tests.benchmarks.bare_window"])
    return float(out) - begun


def studio_start(home: Path) -> dict[str, float]:
    """Start the studio as a user does, and return what its probe saw, in seconds and MB."""
    begun = time.monotonic()
    out = _run([sys.executable, "-m", "tests.benchmarks.studio_probe"], home=home)
    seen = json.loads(out.splitlines()[-1])
    for name in ("painted", "first_picture", "wall_full"):
        seen[name] -= begun
    return dict(seen)


def _run(command: list[str], home: Path | None = None) -> str:
    """Run a script; with ``home``, the user's folders are looked up there."""
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
    if home is not None:
        environment = {k: v for k, v in environment.items() if not k.startswith("XDG_")}
        environment["HOME"] = str(home)
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout.strip()


def main() -> None:
    """Measure and print."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else PAIRS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        studio_start(home)  # makes the project, so that every measured start finds one
        studio, bare = interleave(
            lambda: studio_start(home)["painted"], seconds_to_bare_paint, pairs
        )
        print(line("start to first paint, bare window", [s * 1e3 for s in bare], "ms"))
        print(line("start to first paint, studio", [s * 1e3 for s in studio], "ms"))
        print(ratio("studio / bare (at most 1.25)", studio, bare))
        starts = [studio_start(home) for _ in range(STARTS)]
    for name, what, unit in (
        ("first_picture", "start to first picture on the wall", "s"),
        ("wall_full", "start to full wall (at most 1.5 s)", "s"),
        ("resident", "window's resident memory (under 150 MB)", "MB"),
    ):
        print(line(what, [start[name] for start in starts], unit))


if __name__ == "__main__":
    main()
