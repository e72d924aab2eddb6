"""Enlarged pictures are kept or written, one after the other, and what came of it is said."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from studio.contract.enlarging import NOTES
from studio.contract.errors import PictureUnreadable, StorageFull
from studio.contract.manifest import Model
from studio.contract.recipe import Enlarged
from studio.images.ui.enlarge.run import EnlargeChoice, EnlargeDone, EnlargeRun
from studio.images.ui.enlarge.subjects import FOLDER
from studio.project.nodes import WORK
from studio.provenance.pictures import read_picture
from tests.images.ui.enlarge.conftest import Bench

PATIENCE_MS = 10_000


def _run(bench: Bench, choice: EnlargeChoice, count: int = 1) -> list[EnlargeDone]:
    run = EnlargeRun(bench.services, [bench.subject(seed=n) for n in range(count)], choice)
    done: list[EnlargeDone] = []
    run.ended.connect(done.append)
    run.start()
    return done


def _wait(qtbot: QtBot, bench: Bench) -> None:
    qtbot.waitUntil(lambda: bool(bench.host.waiting), timeout=PATIENCE_MS)


def test_what_is_kept_knows_how_it_was_enlarged(
    qtbot: QtBot, bench: Bench, enlarger: Model
) -> None:
    done = _run(bench, EnlargeChoice(factor=4, model=enlarger))
    _wait(qtbot, bench)
    assert bench.services.jobs.jobs[0].can_cancel
    bench.host.do()
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE_MS)
    (work,) = bench.services.project.store.nodes(WORK).items
    assert (work.recipe.width, work.recipe.height) == (96, 96)
    assert isinstance(work.recipe.enlarged, Enlarged)
    assert work.recipe.enlarged.model == "tiny-upscaler"
    picture = read_picture(bench.services.project.store.read_blob(work.blob))
    assert picture.is_as_made
    assert "96 × 96" in bench.texts()
    assert "kept" in bench.texts()
    assert bench.services.jobs.jobs == ()
    left = [path.name for path in (bench.services.places.cache / FOLDER).iterdir()]
    assert len(left) == 1, "the source, which another enlarging may want; not the result"


def test_many_are_written_one_after_the_other(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    choice = EnlargeChoice(factor=3, method="nearest", folder=tmp_path / "out", format="webp")
    done = _run(bench, choice, count=3)
    for _ in range(3):
        _wait(qtbot, bench)
        assert len(bench.host.waiting) == 1
        bench.host.do()
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE_MS)
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["Coat 0-x3.webp", "Coat 1-x3.webp", "Coat 2-x3.webp"]
    assert len(done[0].reports) == 3
    assert str(tmp_path / "out") in bench.texts()
    assert bench.services.project.store.nodes(WORK).total == 0


def test_one_that_cannot_be_enlarged_stops_no_other(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    done = _run(bench, EnlargeChoice(factor=2, method="nearest", folder=tmp_path), count=2)
    _wait(qtbot, bench)
    bench.host.refuse(PictureUnreadable(file="Coat 0", fault="its pixels are damaged"))
    _wait(qtbot, bench)
    bench.host.do()
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE_MS)
    assert (len(done[0].reports), len(done[0].failed)) == (1, 1)
    assert "its pixels are damaged" in bench.texts()


def test_a_full_disk_stops_all_and_is_said_once(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    done = _run(bench, EnlargeChoice(factor=2, method="nearest", folder=tmp_path), count=3)
    _wait(qtbot, bench)
    bench.host.refuse(StorageFull(file=tmp_path))
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE_MS)
    assert bench.host.waiting == []
    assert len(bench.host.asked) == 1
    assert bench.texts().count("There is no space left") == 1


def test_a_cancel_ends_it_and_nothing_is_kept(qtbot: QtBot, bench: Bench, enlarger: Model) -> None:
    done = _run(bench, EnlargeChoice(factor=4, model=enlarger), count=2)
    _wait(qtbot, bench)
    bench.services.jobs.cancel(bench.services.jobs.jobs[0].identity)
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE_MS)
    assert done[0].was_cancelled
    assert bench.services.project.store.nodes(WORK).total == 0
    assert bench.services.jobs.jobs == ()
    assert bench.texts() == ""


def test_every_note_has_its_sentence(bench: Bench) -> None:
    run = EnlargeRun(bench.services, [], EnlargeChoice(factor=2, method="nearest"))
    for note, sentence in NOTES.items():
        assert run.note_text(note) == sentence
    run.start()
