"""The window opens the project before its first paint, so that costs no numpy and no pictures."""

import subprocess
import sys
from pathlib import Path

OPEN = """
import sys
from pathlib import Path
from studio.images.document import Wall, codecs, first_wall
from studio.project.store import ProjectStore
import studio.project.paths
with ProjectStore.open(Path(sys.argv[1]), codecs()) as store:
    store.submit(first_wall(Wall(model="m", first_seed=1))).result()
    store.node("wall")
print(sorted({name.partition(".")[0] for name in sys.modules}))
"""
HEAVY = {"numpy", "PIL", "PySide6", "onnxruntime", "onnx", "asyncio"}


def test_opening_a_project_brings_nothing_heavy_along(tmp_path: Path) -> None:
    child = subprocess.run(
        [sys.executable, "-c", OPEN, str(tmp_path / "p")],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = set(child.stdout.strip("[]\n").replace("'", "").split(", "))
    assert "msgspec" in loaded
    assert loaded & HEAVY == set()
