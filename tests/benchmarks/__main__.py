"""Runs every benchmark in turn: ``python -m tests.benchmarks [name ...]``.

Each is a script of its own that prints its figures; none of them passes or fails.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
NOT_BENCHMARKS = {
    "__init__",
    "__main__",
    "bare_window",
    "eager",
    "llama_engine",
    "real_window",
    "report",
    "studio_probe",
    "text_engine",
    "timed_host",
}


def main() -> int:
    """Run those named, or all; the exit code says whether every script ran to its end."""
    known = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem not in NOT_BENCHMARKS)
    names = sys.argv[1:] or known
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no benchmark is called {unknown[0]!r}; there are: {', '.join(known)}")
        return 2
    failed = 0
    for name in names:
        print(f"\n== {name}", flush=True)
        failed += bool(subprocess.call([sys.executable, "-m", f"tests.benchmarks.{name}"]))
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
