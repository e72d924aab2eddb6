"""The question how large and in which way: what it offers is possible, and a detail shows it."""

import itertools
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.errors import GraphFailed, HostUnavailable
from studio.contract.recipe import Enlarged, Recipe
from studio.images.ui.enlarge import dialog as dialog_module
from studio.images.ui.enlarge.dialog import EnlargeDialog
from studio.images.ui.enlarge.preview import SIDE
from studio.images.ui.enlarge.subjects import ToEnlarge, foreign_picture
from studio.project.nodes import WORK
from studio.provenance.sources import encode_source
from studio.shell.widgets.choice_row import ChoiceRow
from tests.images.ui.enlarge.conftest import Bench, Benches

PATIENCE_MS = 10_000


def _open(bench: Bench, *subjects: ToEnlarge) -> EnlargeDialog:
    dialog = EnlargeDialog(
        bench.services,
        bench.work,
        subjects or (bench.subject(),),
        licence="Yours.",
        parent=bench.window,
    )
    dialog.open()
    return dialog


def _chips(row: ChoiceRow) -> list[str]:
    return [chip.text() for chip in row.findChildren(QAbstractButton)]


def _choose(row: ChoiceRow, text: str) -> None:
    next(chip for chip in row.findChildren(QAbstractButton) if chip.text() == text).click()


def _look(qtbot: QtBot, bench: Bench, dialog: EnlargeDialog) -> None:
    qtbot.waitUntil(lambda: bool(bench.host.waiting), timeout=PATIENCE_MS)
    bench.host.do()
    qtbot.waitUntil(lambda: not dialog.preview.state, timeout=PATIENCE_MS)


def test_a_detail_is_seen_before_and_after(qtbot: QtBot, bench: Bench) -> None:
    dialog = _open(bench)
    assert dialog.preview.state == "Looking at a detail…"
    _look(qtbot, bench, dialog)
    pictures = dialog.preview.canvas.pictures
    assert pictures is not None
    before, after = (picture.image for picture in pictures)
    assert (before.width(), before.height()) == (after.width(), after.height()) == (96, 96)
    assert before != after
    assert "second" in dialog.cost_text
    QTest.keyClick(dialog.preview.canvas, Qt.Key.Key_Left)
    assert dialog.preview.canvas.divider == pytest.approx(0.45)
    dialog.reject()


def test_of_a_large_picture_parts_are_looked_at_in_turn(qtbot: QtBot, bench: Bench) -> None:
    dialog = _open(bench, bench.subject(side=400))
    _look(qtbot, bench, dialog)
    first = bench.host.asked[1000].part
    assert first == (168, 168, SIDE // 4, SIDE // 4)
    next(
        button
        for button in dialog.preview.findChildren(QAbstractButton)
        if button.text() == "Another part"
    ).click()
    _look(qtbot, bench, dialog)
    assert bench.host.asked[1001].part not in (first, None)
    dialog.reject()


def test_the_newest_choice_is_looked_at(qtbot: QtBot, bench: Bench) -> None:
    dialog = _open(bench)
    qtbot.waitUntil(lambda: bool(bench.host.waiting), timeout=PATIENCE_MS)
    _choose(dialog.factor_row, "48 × 48")
    qtbot.waitUntil(
        lambda: bool(bench.host.waiting) and bench.host.last.factor == 2, timeout=PATIENCE_MS
    )
    assert bench.host.given_up == [1000]
    _look(qtbot, bench, dialog)
    pictures = dialog.preview.canvas.pictures
    assert pictures is not None
    assert pictures[1].image.width() == 48
    dialog.reject()


def test_sizes_print_and_memory_are_said(qtbot: QtBot, bench: Bench) -> None:
    dialog = _open(bench)
    assert _chips(dialog.factor_row) == [
        "48 × 48", "72 × 72", "96 × 96", "192 × 192", "288 × 288", "384 × 384",
    ]  # fmt: skip
    assert dialog.size_text == "4 times as large; in print 0.8 × 0.8 cm at 300 dots an inch."
    assert "MB of memory" in dialog.cost_text
    _choose(dialog.method_row, "Every pixel a square")
    assert "144 × 144" in _chips(dialog.factor_row)
    assert dialog.choice.factor == 4
    assert dialog.choice.model is None
    dialog.reject()


def test_pixel_art_is_enlarged_by_squares_unless_asked_otherwise(bench: Bench) -> None:
    dialog = _open(bench, bench.subject(pixel_art=True))
    assert dialog.choice.method == "nearest"
    assert dialog.choice.model is None
    dialog.reject()


def test_without_an_enlarging_model_squares_alone_are_offered(open_bench: Benches) -> None:
    bench = open_bench([])
    dialog = _open(bench)
    assert _chips(dialog.method_row) == ["Every pixel a square"]
    assert dialog.choice.method == "nearest"
    dialog.reject()


def test_what_does_not_fit_into_memory_is_not_offered(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialog_module, "free_memory", lambda: 20 * 10**6)
    dialog = _open(bench, bench.subject(side=256))
    assert _chips(dialog.factor_row) == ["512 × 512", "768 × 768", "1,024 × 1,024"]
    dialog.reject()


def test_a_picture_that_is_too_large_says_so_and_what_is_free(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialog_module, "free_memory", lambda: 10**6)
    dialog = _open(bench, bench.subject(side=256))
    assert not dialog.is_possible
    assert dialog.cost_text.startswith("Too large: even twice the size would need")
    assert "1 MB are free" in dialog.cost_text
    dialog.accept()
    assert bench.services.jobs.jobs == ()
    dialog.reject()


def test_return_keeps_the_enlarged(qtbot: QtBot, bench: Bench) -> None:
    dialog = _open(bench)
    _look(qtbot, bench, dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(bench.host.waiting), timeout=PATIENCE_MS)
    assert bench.host.last.part is None
    bench.host.do()
    store = bench.services.project.store
    qtbot.waitUntil(lambda: store.nodes(WORK).total == 1, timeout=PATIENCE_MS)


def test_files_are_written_where_it_is_said(qtbot: QtBot, bench: Bench, tmp_path: Path) -> None:
    dialog = _open(bench, bench.subject(seed=1), bench.subject(seed=2))
    _look(qtbot, bench, dialog)
    assert "2 times" in _chips(dialog.factor_row)
    _choose(dialog.result_row, "Write files")
    assert dialog.place_edit.isVisible()
    dialog.place_edit.setText(str(tmp_path / "there"))
    assert dialog.choice.folder == tmp_path / "there"
    dialog.accept()
    for _ in range(2):
        qtbot.waitUntil(lambda: bool(bench.host.waiting), timeout=PATIENCE_MS)
        bench.host.do()
    qtbot.waitUntil(lambda: bool(bench.notices), timeout=PATIENCE_MS)
    assert len(list((tmp_path / "there").iterdir())) == 2


def test_what_was_never_made_here_can_be_written_and_not_kept(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(encode_source(bytes(48), 4, 3, 4))
    found = foreign_picture(tmp_path / "photo.png")
    dialog = _open(bench, found)
    assert _chips(dialog.result_row) == ["Write a file"]
    assert "colour profile" in dialog.note
    dialog.reject()


def test_what_was_enlarged_before_is_written_and_not_kept(bench: Bench) -> None:
    subject = bench.subject()
    assert isinstance(subject.recipe, Recipe)
    recipe = Recipe(model="tiny", seed=1, enlarged=Enlarged(method="nearest", factor=2))
    dialog = _open(bench, replace(subject, recipe=recipe))
    assert _chips(dialog.result_row) == ["Write a file"]
    dialog.reject()


def test_a_fault_of_the_detail_is_said_where_it_would_be_seen(qtbot: QtBot, bench: Bench) -> None:
    dialog = _open(bench)
    qtbot.waitUntil(lambda: bool(bench.host.waiting), timeout=PATIENCE_MS)
    bench.host.refuse(GraphFailed(file="upscaler.onnx", fault="it stopped"))
    assert "it stopped" in dialog.preview.state
    dialog.reject()


def test_nothing_overlaps_and_everything_has_a_name(qtbot: QtBot, bench: Bench) -> None:
    dialog = _open(bench)
    _look(qtbot, bench, dialog)
    _choose(dialog.result_row, "Write a file")
    _choose(dialog.format_row, "JPEG")
    rows = (dialog.method_row, dialog.factor_row, dialog.result_row, dialog.format_row)
    rects = [QRect(row.mapTo(dialog, QPoint(0, 0)), row.size()) for row in rows]
    for above, below in itertools.pairwise(rects):
        assert above.bottom() < below.top()
    for button in dialog.findChildren(QAbstractButton):
        assert button.accessibleName() or button.text() or not button.isVisible()
    named: tuple[QWidget, ...] = (dialog.preview.canvas, dialog.place_edit)
    assert all(widget.accessibleName() for widget in named)
    dialog.reject()


def test_a_host_that_takes_nothing_more_is_said_where_the_detail_would_be_seen(
    qtbot: QtBot, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def enlarge(request: object) -> int:
        raise HostUnavailable(fault="it was closed")

    monkeypatch.setattr(bench.host, "enlarge", enlarge)
    dialog = _open(bench)
    qtbot.waitUntil(lambda: "closed" in dialog.preview.state, timeout=PATIENCE_MS)


def test_what_is_read_when_the_dialog_is_gone_is_let_go(qtbot: QtBot, bench: Bench) -> None:
    may_go = threading.Event()
    subject = bench.subject()

    def read() -> Path:
        may_go.wait(10)
        return subject.read()

    dialog = _open(bench, replace(subject, read=read))
    qtbot.waitUntil(lambda: not dialog.preview._soon.isActive(), timeout=PATIENCE_MS)
    with qtbot.waitSignal(dialog.destroyed):
        dialog.reject()
    may_go.set()
    done: list[int] = []
    bench.work.run(lambda: 1, done.append, lambda _error: None)
    qtbot.waitUntil(lambda: bool(done), timeout=PATIENCE_MS)
    assert not bench.host.asked
