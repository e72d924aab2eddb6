"""Folders that are complete or absent: filled under another name, then renamed."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.data.dataset import explain_write_errors
from training.errors import TrainingError


@contextmanager
def publish_folder(target: Path, *, marker: str, purpose: str) -> Iterator[Path]:
    """Yield an empty folder that gets the name `target` when the block ends without an error.

    A folder of that name makes room only if it holds a file `marker`, which says that it is an
    older one of ours. What an earlier attempt left behind when it was killed is cleared away
    first. `purpose` is what a refusal of the system says could not be written.
    """
    out = target.parent
    with explain_write_errors(out, purpose):
        _sweep(target, marker)
        if target.exists() and not (target / marker).is_file():
            raise TrainingError(
                f"{target}: this folder is not one of ours ({marker} is not in it), so it is not "
                "replaced; choose another --id or --out."
            )
        temporary = out / f".{target.name}.new-{uuid.uuid4().hex[:8]}"
        try:
            temporary.mkdir(parents=True)
            yield temporary
            _give_name(temporary, target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)


def _give_name(source: Path, target: Path) -> None:
    """Rename `source` to `target`; an older folder of that name steps aside and is then removed."""
    if not target.exists():
        source.rename(target)
        return
    old = target.with_name(f".{target.name}.old-{uuid.uuid4().hex[:8]}")
    target.rename(old)
    try:
        source.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old)


def _sweep(target: Path, marker: str) -> None:
    """Clear away what a killed attempt left; an older folder that had stepped aside comes back."""
    for old in sorted(target.parent.glob(f".{target.name}.old-*")):
        if not target.exists() and (old / marker).is_file():
            old.rename(target)
        else:
            shutil.rmtree(old)
    for unfinished in sorted(target.parent.glob(f".{target.name}.new-*")):
        shutil.rmtree(unfinished)
