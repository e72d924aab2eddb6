"""Fills a small disk with a project: ``python -m tests.integration.store_full_child FOLDER``.

Runs as root of a mount namespace of its own, so that the disk is seen by nobody else and is gone
with the process. Prints what it met as JSON, one object.
"""

import json
import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from studio.contract.errors import AtelierError, StorageFull
from studio.project.blobs import sha256_of
from studio.project.edits import change, put
from studio.project.nodes import WORK, Work
from studio.project.store import ProjectStore
from tests.project.samples import known, recipe, step

SIZE = "4m"
PICTURE_BYTES = 100_000
FREED_LATER = 1_000_000
"""What the user deletes to have space again."""


def picture(number: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + random.Random(number).randbytes(PICTURE_BYTES)


def keep(store: ProjectStore, number: int) -> str:
    """Empty if it was kept, else the kind of the error."""
    work = Work(id=f"w{number}", recipe=recipe(number), blob=sha256_of(picture(number)))
    return attempt(store, step(put(WORK, work), blobs=(picture(number),)))


def attempt(store: ProjectStore, edit: object) -> str:
    try:
        store.submit(edit).result()  # type: ignore[arg-type]  # an Edit
    except AtelierError as error:
        return error.code
    return ""


def survey(folder: Path, read_only: bool) -> dict[str, object]:
    """What a fresh opening finds."""
    try:
        store = ProjectStore.open(folder, known(), read_only=read_only)
    except AtelierError as error:
        return {"error": error.code}
    with store:
        works = store.nodes(WORK, limit=1000).items
        sound = all(store.read_blob(w.blob) == picture(int(w.id[1:])) for w in works)
        return {
            "works": [work.id for work in works],
            "sound": sound,
            "rebuilt": store.recovered.is_rebuilt,
            "leftovers": len(list(folder.rglob("*.part"))),
        }


def fill_up(ballast: Path) -> None:
    """Leave not one byte."""
    with suppress(OSError), ballast.open("ab", buffering=0) as file:
        for size in (65_536, 4096, 1):
            with suppress(OSError):
                while file.write(bytes(size)):
                    pass


def main() -> None:
    disk = Path(sys.argv[1])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", disk], check=True)
    folder, ballast = disk / "p", disk / "ballast"
    ballast.write_bytes(bytes(FREED_LATER))
    report: dict[str, object] = {}
    store = ProjectStore.open(folder, known())
    kept = []
    for number in range(100):
        error = keep(store, number)
        if error:
            report["keep"] = error
            break
        kept.append(f"w{number}")
    report["kept"] = kept
    fill_up(ballast)
    report["keep_on_full"] = keep(store, 500)
    errors = {attempt(store, step(change(WORK, "w0", title="x" * 40_000 * i))) for i in (1, 2, 3)}
    report["edits_on_full"] = sorted(errors)
    try:
        ProjectStore.open(disk / "new", known()).close()
        report["new_on_full"] = ""
    except StorageFull as error:
        report["new_on_full"] = error.code
    report["reads_on_full"] = store.nodes(WORK, limit=1000).total
    store.close()
    report["looking_on_full"] = survey(folder, read_only=True)
    report["opening_on_full"] = survey(folder, read_only=False)
    ballast.unlink()
    report["after"] = survey(folder, read_only=False)
    with ProjectStore.open(folder, known()) as again:
        report["edit_after"] = attempt(again, step(change(WORK, "w0", title="fine")))
        undone = again.undo("a").result()
        report["undo_after"] = undone is not None
    print(json.dumps(report))


if __name__ == "__main__":
    main()
