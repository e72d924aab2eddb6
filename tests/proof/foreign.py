"""The whole window, started with foreign content in every small file and row that it reads."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from studio.project.database import DATABASE_NAME
from studio.shell.projects.known import FILE_NAME as PROJECTS
from studio.shell.projects.known import KnownProject, read_known, write_known
from studio.shell.settings.declared import SETTINGS, Setting
from studio.shell.settings.storage import FILE_NAME as SETTINGS_FILE
from studio.shell.settings.storage import write_stored
from studio.shell.settings.values import Settings
from tests.models import write_tiny_generator
from tests.proof import mutants
from tests.proof.robots import Robot
from tests.proof.trials import Proof, Trial

PROJECT = Path("data") / "projects" / "default"
MUTANTS_OF_A_START = 0.6
"""Share of the small files and rows that are foreign at one start."""
A_FAULT_OF_OURS = "Something went wrong"


def _changed(chance: random.Random, sound: bytes) -> bytes:
    if chance.random() < 0.3:
        return mutants.of_bytes(chance, sound)
    try:
        return mutants.of_json(chance, sound)
    except ValueError:  # it holds no JSON
        return mutants.of_bytes(chance, sound)


def settings(folder: Path, count: int) -> Iterator[Trial]:
    """``settings.json``: whatever it says, each setting has a value that it takes."""
    write_stored(folder, {setting.key: setting.default for setting in SETTINGS})
    sound = (folder / SETTINGS_FILE).read_bytes()

    def attempt(seed: int) -> None:
        (folder / SETTINGS_FILE).write_bytes(_changed(random.Random(seed), sound))
        found = Settings(folder)
        declared: list[Setting[Any]] = list(SETTINGS)
        for setting in declared:
            value = found.value(setting)
            assert setting.read(value) == value, setting.key
        found.reset(declared[seed % len(declared)])
        assert not Settings(folder).is_damaged

    for seed in range(count):
        yield Trial(name=f"settings.json, seed {seed}", run=partial(attempt, seed))


def known_projects(folder: Path, count: int) -> Iterator[Trial]:
    """``projects.json``: whatever it says, a list that can be shown and written again."""
    write_known(folder, [KnownProject(folder=f"/p/{n}", name=f"名 {n}") for n in range(3)])
    sound = (folder / PROJECTS).read_bytes()

    def attempt(seed: int) -> None:
        (folder / PROJECTS).write_bytes(_changed(random.Random(seed), sound))
        known = read_known(folder)
        for project in known:
            assert project.is_there in (False, True)
        write_known(folder, known)
        assert read_known(folder) == known

    for seed in range(count):
        yield Trial(name=f"projects.json, seed {seed}", run=partial(attempt, seed))


def windows(folder: Path, count: int) -> Iterator[Trial]:
    """Every file of the config folder, every view state and every node of the project."""
    models = folder / "models"
    write_tiny_generator(models / "tiny", classes=3)
    base = folder / "base"
    with Robot(base, models) as window:
        window.do("start")
        window.do("wall")
        for place in range(3):
            window.do("keep", place)
        window.do("tour")
        window.do("export", 0, str(base / "picture.png"))
        window.do("close")
    sound = _small_things(base)
    for seed in range(count):
        yield Trial(name=f"window, seed {seed}", run=partial(_start, base, models, sound, seed))


class _Small(msgspec.Struct, frozen=True, kw_only=True):
    """What a sound base holds: files of the config folder, and rows of the project."""

    files: dict[Path, bytes]
    states: dict[str, bytes]
    nodes: dict[str, bytes]


def _small_things(base: Path) -> _Small:
    with closing(sqlite3.connect(base / PROJECT / DATABASE_NAME)) as rows:
        states = dict(rows.execute("SELECT key, data FROM states").fetchall())
        nodes = dict(rows.execute("SELECT id, body FROM nodes").fetchall())
    files = {path: path.read_bytes() for path in (base / "config").iterdir() if path.is_file()}
    assert states
    assert nodes
    assert files
    return _Small(
        files=files,
        states={key: bytes(value) for key, value in states.items()},
        nodes={key: _bytes_of(body) for key, body in nodes.items()},
    )


def _bytes_of(body: str | bytes) -> bytes:
    return body.encode() if isinstance(body, str) else body


def _start(base: Path, models: Path, sound: _Small, seed: int) -> None:
    chance = random.Random(seed)

    def perhaps(data: bytes, share: float = MUTANTS_OF_A_START) -> bytes:
        return _changed(chance, data) if chance.random() < share else data

    for path, data in sound.files.items():
        path.write_bytes(perhaps(data))
    with closing(sqlite3.connect(base / PROJECT / DATABASE_NAME)) as rows:
        for key, data in sound.states.items():
            rows.execute("INSERT OR REPLACE INTO states VALUES (?, ?)", (key, perhaps(data)))
        for node, data in sound.nodes.items():
            text = perhaps(data, 0.2).decode("utf-8", "replace")
            rows.execute("UPDATE nodes SET body = ? WHERE id = ?", (text, node))
        rows.commit()
    with Robot(base, models) as window:
        said = list(window.do("start").notices)
        seen = window.do("wall")
        said += seen.notices
        if seen.message:  # a foreign recipe hangs there that no model can make
            seen = window.do("roll")
            said += seen.notices
        assert seen.pictures
        assert not seen.message
        said += window.do("tour").notices
        kept = window.do("try_to_keep", 7, may_fail=True)
        said += kept.notices
        assert set(seen.works) <= set(kept.works)
        window.do("close")
    assert not [text for text in said if A_FAULT_OF_OURS in text], said


PROOFS = (
    Proof(
        name="settings",
        tried="`settings.json`, damaged or hostile",
        holds="each setting has a value that it takes",
        trials=settings,
        full=5_000,
        quick=100,
    ),
    Proof(
        name="known-projects",
        tried="`projects.json`, damaged or hostile",
        holds="a list that can be shown",
        trials=known_projects,
        full=5_000,
        quick=100,
    ),
    Proof(
        name="foreign-windows",
        tried="the window with foreign content in its small files, view states and nodes",
        holds="it fills its wall, shows every room and closes; no fault of the program's",
        trials=windows,
        full=60,
        quick=3,
    ),
)
