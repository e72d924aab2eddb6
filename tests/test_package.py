"""What is built is whole, and works where nothing but it and what it asks for is installed."""

import email
import importlib.metadata
import os
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LARGEST_WHEEL = 95_000_000
NOT_SHIPPED = ("tests", "typings", "__pycache__", ".ci", ".git", ".venv")

pytestmark = pytest.mark.timeout(300)


def build(what: tuple[str, ...], source: Path, out: Path) -> None:
    command = [sys.executable, "-m", "build", *what, "--no-isolation", "-o", str(out), str(source)]
    done = subprocess.run(command, cwd=out, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, and the wheel made from it alone."""
    out = tmp_path_factory.mktemp("dist")
    build((), ROOT, out)
    return out


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (found,) = built.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of a new environment with the wheel and what it asks for, no more.

    What it asks for is linked rather than copied or fetched: half a gigabyte, and no network.
    """
    folder = tmp_path_factory.mktemp("fresh")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python*/site-packages")
    for distribution in runtime_of(wheel):
        for name in top_level_of(distribution):
            target = packages / name
            if not target.exists():
                target.symlink_to(Path(str(distribution.locate_file(name))))
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-index"]
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True)
    return python.parent


def metadata_of(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
        return email.message_from_bytes(archive.read(name))


def runtime_of(wheel: Path) -> list[importlib.metadata.Distribution]:
    """The distributions that the wheel asks for without extras, and what these ask for."""
    waiting = [Requirement(text) for text in metadata_of(wheel).get_all("Requires-Dist") or ()]
    found: dict[str, importlib.metadata.Distribution] = {}
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        found[name] = distribution = importlib.metadata.distribution(name)
        assert distribution.version in wanted.specifier
        waiting += [Requirement(text) for text in distribution.requires or ()]
    return list(found.values())


def top_level_of(distribution: importlib.metadata.Distribution) -> set[str]:
    names = {file.parts[0] for file in distribution.files or ()}
    return names - {"..", "__pycache__"}


def run(command: list[str | Path], place: Path, **extra: str) -> subprocess.CompletedProcess[str]:
    """Run from another folder, with nothing in the environment that leads back here."""
    home = {"HOME": str(place), "PATH": os.environ["PATH"], "QT_QPA_PLATFORM": "offscreen"}
    return subprocess.run(
        [str(word) for word in command],
        cwd=place, env=home | extra, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_wheel_carries_code_models_and_resources_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    shipped = [
        path.relative_to(ROOT).as_posix()
        for folder in ("studio", "training", "exported_models")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert len(shipped) > 100
    for name in shipped:
        moved = f"studio/{name}" if name.startswith("exported_models/") else name
        assert moved in names
    for part in NOT_SHIPPED:
        assert not [name for name in names if part in Path(name).parts]
    assert not [name for name in names if name.endswith((".pyc", ".part", ".log"))]
    assert {Path(name).parts[0].partition("-")[0] for name in names} == {
        "studio", "training", "atelier_studio",
    }  # fmt: skip
    assert wheel.stat().st_size < LARGEST_WHEEL


def test_the_metadata_says_what_it_is(wheel: Path) -> None:
    metadata = metadata_of(wheel)
    assert metadata["Name"] == "atelier-studio"
    assert f"atelier_studio-{metadata['Version']}-py3-none-any.whl" == wheel.name
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE", "THIRD_PARTY.md"]
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert str(metadata.get_payload()).startswith("# Atelier")
    assert set(metadata.get_all("Provides-Extra") or ()) == {"gpu", "training", "dev", "benchmarks"}
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (n for n in archive.namelist() if n.endswith("entry_points.txt"))
        entries = archive.read(name).decode()
    assert "atelier = studio.__main__:main" in entries


def test_the_source_holds_what_the_wheel_and_the_checks_need(built: Path) -> None:
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers()}
    assert {"pyproject.toml", "README.md", "LICENSE", "tests/conftest.py"} <= names
    assert "exported_models/manifest.schema.json" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith(".venv")]


def test_the_wheel_of_the_source_is_that_of_the_clone(wheel: Path, tmp_path: Path) -> None:
    build(("--wheel",), ROOT, tmp_path)
    (other,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as one, zipfile.ZipFile(other) as two:
        assert one.namelist() == two.namelist()
        for name in one.namelist():
            assert one.read(name) == two.read(name), name


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_the_commands_work_from_another_folder(installed: Path, tmp_path: Path) -> None:
    atelier, base = installed / "atelier", ("--basedir", tmp_path / "base")
    verified = run([atelier, "models", "--verify", *base], tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "fashion-dcgan" in verified.stdout
    made = run(
        [atelier, "generate", "avatars-dcgan", "--count", "2", "--out", "made", *base], tmp_path
    )
    assert made.returncode == 0, made.stderr
    pictures = sorted((tmp_path / "made").glob("*.png"))
    assert len(pictures) == 2
    remade = run([atelier, "remake", pictures[0], *base], tmp_path)
    assert remade.returncode == 0, remade.stderr
    assert "identical" in remade.stdout
    doctor = run([installed / "python", "-m", "studio", "doctor", *base], tmp_path)
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_training_without_its_packages_is_a_sentence(installed: Path, tmp_path: Path) -> None:
    done = run([installed / "atelier-training", "gan", "--data.path", tmp_path], tmp_path)
    assert done.returncode != 0
    assert "pip install" in done.stderr
    assert "Traceback" not in done.stderr


WINDOW = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
import studio
from studio.shell.options import Options
from studio.shell.start import App

app = QApplication([])
whole = App(app, Options(basedir=Path(sys.argv[1])))
deadline = time.monotonic() + 60

def look():
    furniture = whole.window.furniture
    if furniture is not None:
        desk = furniture.room.desk
        hung = [desk.picture(place) for place in range(len(desk.tiles))]
        if hung and None not in hung:
            print(len(hung), studio.__file__)
            app.quit()
    if time.monotonic() > deadline:
        app.exit(1)

timer = QTimer()
timer.timeout.connect(look)
timer.start(20)
whole.window.show()
code = app.exec()
whole.close()
sys.exit(code)
"""


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_the_window_fills_its_wall_with_the_models_that_ship(
    installed: Path, tmp_path: Path
) -> None:
    done = run([installed / "python", "-c", WINDOW, tmp_path / "base"], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    count, file = done.stdout.split()
    assert int(count) > 0
    assert Path(file).is_relative_to(installed.parent)
