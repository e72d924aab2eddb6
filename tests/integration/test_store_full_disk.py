"""A disk that is really full: said, nothing lost, and all is well once there is space again."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.contract.errors import StorageDenied, StorageFull
from studio.project.edits import change
from studio.project.nodes import WORK
from tests.project.samples import do, new_work, opened, png
from tests.proof.small_disk import mount_namespace
from tests.proof.trials import NotHere


def namespace() -> tuple[str, ...]:
    """The command with which this user can mount a disk that nobody else sees."""
    try:
        return mount_namespace()
    except NotHere as error:
        pytest.skip(str(error))


def test_a_full_disk_is_said_and_nothing_kept_is_lost(tmp_path: Path) -> None:
    child = subprocess.run(
        [*namespace(), sys.executable, "-m", "tests.integration.store_full_child", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    report = json.loads(child.stdout)
    kept = report["kept"]
    assert len(kept) > 10
    assert report["keep"] == "StorageFull"
    assert report["keep_on_full"] == "StorageFull"
    assert "StorageFull" in report["edits_on_full"]
    assert set(report["edits_on_full"]) <= {"", "StorageFull"}
    assert report["new_on_full"] == "StorageFull"
    assert report["reads_on_full"] == len(kept)
    assert report["looking_on_full"].get("works") == kept
    assert report["opening_on_full"] == {"error": "StorageFull"} or (
        report["opening_on_full"]["works"] == kept
    )
    after = report["after"]
    assert after == {"works": kept, "sound": True, "rebuilt": False, "leftovers": 0}
    assert report["edit_after"] == ""
    assert report["undo_after"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, StorageFull), (errno.EROFS, StorageDenied), (errno.EACCES, StorageDenied)],
)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_whatever_the_system_refuses_nothing_is_lost_and_the_next_try_may_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, kind: type[Exception]
) -> None:
    with opened(tmp_path) as store:
        store.submit(new_work(1)).result()

        def refuse(*_: object) -> None:
            raise OSError(number, os.strerror(number))

        with monkeypatch.context() as patch:
            patch.setattr(os, call, refuse)
            with pytest.raises(kind):
                store.submit(new_work(2)).result()
            do(store, change(WORK, "work-1", title="still here"))
        assert [work.id for work in store.nodes(WORK).items] == ["work-1"]
        store.submit(new_work(2)).result()
        assert store.undo("a").result() is not None
    with opened(tmp_path) as store:
        (work,) = store.nodes(WORK).items
        assert (work.title, store.read_blob(work.blob)) == ("still here", png(1))


READ_ONLY_DISK = """
import subprocess, sys
from pathlib import Path
from studio.contract.errors import StorageDenied
from studio.project.nodes import WORK
from studio.project.store import ProjectStore
from tests.project.samples import known, new_work, png
disk = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk], check=True)
with ProjectStore.open(disk / "p", known()) as store:
    store.submit(new_work(1)).result()
subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
for folder in (disk / "p", disk / "new"):
    try:
        ProjectStore.open(folder, known())
    except StorageDenied as error:
        print(error.message)
with ProjectStore.open(disk / "p", known(), read_only=True) as store:
    (work,) = store.nodes(WORK).items
    print(store.read_blob(work.blob) == png(1))
"""


def test_a_disk_that_cannot_be_written_is_a_sentence_and_can_be_looked_at(tmp_path: Path) -> None:
    child = subprocess.run(
        [*namespace(), sys.executable, "-c", READ_ONLY_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert child.returncode == 0, child.stderr
    existing, new, looked = child.stdout.splitlines()
    for sentence, folder in ((existing, tmp_path / "p"), (new, tmp_path / "new")):
        assert sentence.startswith(f"There is no permission to use {folder}")
        assert "Choose another folder" in sentence
    assert looked == "True"
