"""What is installed is whole: code, models and resources."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_wheel_carries_models_and_resources(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = [path for path in (ROOT / "exported_models").rglob("*") if path.is_file()]
    resources = [
        path
        for path in (ROOT / "studio" / "resources").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert shipped
    assert resources
    for path in shipped:
        assert f"studio/{path.relative_to(ROOT).as_posix()}" in names
    for path in resources:
        assert path.relative_to(ROOT).as_posix() in names
    assert "studio/shell/app.py" in names
    assert "training/__main__.py" in names
    assert not any(name.startswith("tests/") for name in names)
    assert wheel.stat().st_size < 95_000_000
