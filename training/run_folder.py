"""What every run keeps in its folder beside its weights: whose it is, with what, and how long."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from training.checkpoints import (
    list_checkpoints,
    load_newest,
    remove_leftovers,
    save_checkpoint,
    write_atomically,
)
from training.errors import TrainingError

CONFIG_FILE = "config.json"
"""In a run's folder: the whole configuration, for the record."""


@dataclass(slots=True, kw_only=True)
class RunRecord:
    """Goes into every checkpoint, and is compared and gone on with when a run is resumed."""

    folder: Path
    config: str
    """The whole configuration as JSON."""
    identity: Mapping[str, str]
    """The settings that a resumed run must share with the one that it continues."""
    versions: Mapping[str, str]
    data_folder: Path
    keep: int
    """Older checkpoints are removed."""
    seconds: float = 0.0
    """For which the run has trained."""
    cpu_seconds: float = 0.0
    """Of the processor, all threads together."""

    def resume(self, say: Callable[[str], None], *, data: str) -> tuple[Path, dict[str, object]]:
        """The newest readable checkpoint; its times are gone on with.

        `data`: what the run learns from, as a sentence names it. Raises TrainingError where the
        checkpoint is of another run.
        """
        path, state = load_newest(self.folder, say)
        refuse_other_run(path, state.get("identity"), self.identity, data=data)
        seconds, cpu_seconds = state["seconds"], state.get("cpu_seconds", 0.0)
        assert isinstance(seconds, float)
        assert isinstance(cpu_seconds, float)
        self.seconds, self.cpu_seconds = seconds, cpu_seconds
        if state.get("versions") != self.versions:
            say(
                f"{path.name} was written by {state.get('versions')}; with other versions the "
                "continuation is not the same to the bit."
            )
        return path, state

    def clock(self) -> Callable[[], float]:
        """Counts the time from here on each time that it is asked; says what time it is."""
        trained, computed = self.seconds, self.cpu_seconds
        begun, begun_computing = time.monotonic(), time.process_time()

        def tick() -> float:
            now = time.monotonic()
            self.seconds = trained + now - begun
            self.cpu_seconds = computed + time.process_time() - begun_computing
            return now

        return tick

    def save(self, at: int, state: Mapping[str, object]) -> Path:
        """Write a checkpoint of a trainer's state."""
        record = {
            "identity": self.identity,
            "seconds": self.seconds,
            "cpu_seconds": self.cpu_seconds,
            "versions": self.versions,
            "config": self.config,
            "data_folder": str(self.data_folder),
        }
        return save_checkpoint(self.folder, at=at, state={**state, **record}, keep=self.keep)


def versions_of(*names: str) -> dict[str, str]:
    """Versions of what the result depends on, for the record."""
    return {name: version(name) for name in names}


def open_run_folder(folder: Path, *, resume: bool) -> None:
    """Make a run's folder; raises TrainingError where it holds a run that is not to be resumed."""
    folder.mkdir(parents=True, exist_ok=True)
    if list_checkpoints(folder) and not resume:
        raise TrainingError(
            f"{folder}: this folder already holds a run; pass --resume to continue it, or "
            "another --out."
        )
    remove_leftovers(folder)


def write_config(folder: Path, config: str) -> None:
    """Keep the configuration beside the checkpoints."""
    body = config.encode("utf-8")
    write_atomically(folder / CONFIG_FILE, lambda file: file.write(body))


def refuse_other_run(path: Path, stored: object, current: Mapping[str, str], *, data: str) -> None:
    """Refuse to continue a checkpoint with settings that are not its own, naming what differs."""
    known = stored if isinstance(stored, dict) else {}
    differing = [
        f"{data} are others than they were"
        if name == "data"
        else f"{name} was {known.get(name, 'not set')} and is now {current.get(name, 'not set')}"
        for name in sorted({*known, *current})
        if known.get(name) != current.get(name)
    ]
    if differing:
        raise TrainingError(
            f"{path}: this checkpoint is of another run ({'; '.join(differing)}); use its "
            "settings or another --out."
        )
