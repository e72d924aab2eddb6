"""Checkpoints that survive a kill, a full disk and a change of mind."""

import errno
import os
import pickle
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
    except OSError as error:
        temporary.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise TrainingError(
                f"{path}: the disk is full, so this file could not be written; earlier ones are "
                "untouched."
            ) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise TrainingError(f"{path}: no permission to write this file.") from error
        raise
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def list_checkpoints(folder: Path) -> list[Path]:
    """The run's checkpoints, oldest first."""
    if not folder.is_dir():
        return []
    return sorted(entry for entry in folder.iterdir() if _NAME.fullmatch(entry.name))


def save_checkpoint(folder: Path, *, images: int, state: Mapping[str, object], keep: int) -> Path:
    """Write `checkpoint-<images>.pt` and remove all but the `keep` newest."""
    path = folder / f"checkpoint-{images:010d}.pt"

    def write(file: BinaryIO) -> None:
        try:
            torch.save({"format": CHECKPOINT_FORMAT, **state}, file)
        except RuntimeError as error:
            # torch's archive writer reports a failed write without the system's error number.
            if "write" in str(error):
                raise OSError(errno.ENOSPC, str(error)) from error
            raise

    write_atomically(path, write)
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
    except (OSError, RuntimeError, ValueError, EOFError, pickle.UnpicklingError) as error:
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
