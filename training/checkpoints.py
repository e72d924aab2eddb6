"""Checkpoints that survive a kill, a full disk and a change of mind."""

import contextlib
import errno
import os
import re
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import BinaryIO

import torch

from training.errors import TrainingError

CHECKPOINT_FORMAT = 1
_NAME = re.compile(r"checkpoint-(\d{10})\.pt")


def write_atomically(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Let `write` fill a temporary file, flush it to the disk, and only then give it its name.

    Whatever happens in between, `path` holds either its old contents or all of the new ones.
    """
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        with temporary.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        fault = _system_error(error)
        if fault is not None and fault.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TrainingError(
                f"{path}: the disk is full, so this file could not be written; earlier ones are "
                "untouched."
            ) from error
        if fault is not None and fault.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise TrainingError(f"{path}: no permission to write this file.") from error
        raise


def _system_error(error: BaseException) -> OSError | None:
    """The system's refusal behind `error`: torch's archive writer hides it in a RuntimeError."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None


def list_checkpoints(folder: Path) -> list[Path]:
    """The run's checkpoints, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if _NAME.fullmatch(entry.name))


def remove_leftovers(folder: Path) -> None:
    """Remove the unfinished files of a run that was killed while it saved."""
    for leftover in folder.glob(".checkpoint-*.pt.*"):
        leftover.unlink(missing_ok=True)


def save_checkpoint(folder: Path, *, at: int, state: Mapping[str, object], keep: int) -> Path:
    """Write `checkpoint-<at>.pt` and remove all but the `keep` newest."""
    path = folder / f"checkpoint-{at:010d}.pt"
    write_atomically(path, lambda file: torch.save({"format": CHECKPOINT_FORMAT, **state}, file))
    for old in list_checkpoints(folder)[:-keep]:
        old.unlink()
    return path


def load_checkpoint(path: Path) -> dict[str, object]:
    """Read a checkpoint; only tensors and plain values are unpickled."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise TrainingError(f"{path}: there is no such checkpoint.") from error
    except PermissionError as error:
        raise TrainingError(f"{path}: no permission to read this checkpoint.") from error
    except Exception as error:  # torch's reader meets damage with whatever it trips over
        first_line = (str(error).splitlines() or [type(error).__name__])[0]
        raise TrainingError(f"{path}: this checkpoint is damaged ({first_line}).") from error
    if not isinstance(state, dict) or not isinstance(state.get("format"), int):
        raise TrainingError(f"{path}: this is not a checkpoint of this program.")
    if state["format"] > CHECKPOINT_FORMAT:
        raise TrainingError(
            f"{path}: this checkpoint has format {state['format']} and this program reads up to "
            f"{CHECKPOINT_FORMAT}; use the newer program that wrote it."
        )
    return state


def load_newest(folder: Path, say: Callable[[str], None]) -> tuple[Path, dict[str, object]]:
    """The newest checkpoint that can be read, saying which newer ones are damaged."""
    checkpoints = list_checkpoints(folder)
    if not checkpoints:
        raise TrainingError(f"{folder}: there is no checkpoint in this folder to go on from.")
    fault: TrainingError | None = None
    for path in reversed(checkpoints):
        try:
            return path, load_checkpoint(path)
        except TrainingError as error:
            say(f"{error} Trying the one before.")
            fault = error
    assert fault is not None
    raise fault
