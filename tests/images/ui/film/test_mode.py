"""The film's mode in its room: pictures in, keys moved by hand and keys, a film out."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Model
from studio.film.formats import FilmFormat
from studio.images.timeline import Film, changed, encode_film
from studio.images.ui.film.mode import FilmMode
from studio.images.ui.film.sheet import FilmSheet
from studio.provenance.pictures import encode_picture
from tests.film.films import film_of
from tests.images.ui.conftest import paper_pixels
from tests.images.ui.film.conftest import made
from tests.images.ui.staging import Stage

PATIENCE_MS = 10_000
Begin = Callable[[], tuple[Stage, FilmMode]]


def _settle(stage: Stage) -> None:
    """Answer what is asked, and let the project hear of it."""
    stage.host.answer_all()
    stage.project.store.put_blob(b"written").result()
    QApplication.processEvents()
    stage.host.answer_all()


def _film(mode: FilmMode) -> Film:
    assert mode.desk.film is not None
    return mode.desk.film


def _with_three(qtbot: QtBot, begin: Begin, model: Model) -> tuple[Stage, FilmMode]:
    stage, mode = begin()
    mode.desk.add([made(model, seed) for seed in range(3)])
    qtbot.waitUntil(lambda: mode.player.is_planned, timeout=PATIENCE_MS)
    _settle(stage)
    return stage, mode


def test_an_empty_film_says_what_to_do(open_film: Begin) -> None:
    _, mode = open_film()
    assert "Keep two pictures" in mode.page.empty_words
    assert not mode.page.export.isEnabled()
    assert mode.sentence == "A film leads from picture to picture."
    assert mode.undo_scope == "images.film"


def test_what_was_kept_becomes_a_film(qtbot: QtBot, open_film: Begin) -> None:
    stage, mode = open_film()
    stage.press("mode_wall")
    for place in (1, 2, 3):
        stage.room.wall.choose(place)
        stage.press("keep")
    qtbot.waitUntil(lambda: stage.room.kept.strip.total == 3, timeout=PATIENCE_MS)
    stage.press("mode_film")
    assert mode.page.stock.total == 3
    mode.page.empty_button.click()
    qtbot.waitUntil(lambda: mode.player.is_planned, timeout=PATIENCE_MS)
    _settle(stage)
    newest = mode.page.stock.work(0)
    assert newest is not None
    assert [key.time for key in _film(mode).keys] == [0.0, 2.0, 4.0]
    assert _film(mode).keys[-1].recipe == newest.recipe
    assert mode.page.empty_words == ""
    assert mode.page.hero.image is not None


def test_a_picture_that_is_sent_here_goes_into_the_film(
    qtbot: QtBot, open_film: Begin, model: Model
) -> None:
    stage, mode = _with_three(qtbot, open_film, model)
    stage.room.modes.show("film", made(model, 9))
    assert len(_film(mode).keys) == 4
    assert mode.model is model


def test_keys_are_dragged_and_undo_brings_them_back(
    qtbot: QtBot, open_film: Begin, model: Model
) -> None:
    stage, mode = _with_three(qtbot, open_film, model)
    line = mode.page.timeline
    key = _film(mode).keys[1]
    start = line.key_rect(key).center().toPoint()
    far = round(line.scale.pixels)
    target = line.viewport()
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 11):
        QTest.mouseMove(target, start + QPoint(far * step // 10, 0))
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=start + QPoint(far, 0))
    assert _film(mode).keys[1].id == key.id
    assert _film(mode).keys[1].time == pytest.approx(3.0, abs=0.05)
    assert mode.desk.chosen is not None
    assert mode.desk.chosen.id == key.id
    _settle(stage)
    stage.project.undo("images.film").result()
    _settle(stage)
    assert _film(mode).keys[1].time == 2.0


def test_with_a_tempo_a_drag_lands_on_a_beat(qtbot: QtBot, open_film: Begin, model: Model) -> None:
    _, mode = _with_three(qtbot, open_film, model)
    mode.controls.tempo_row.switch.click()
    line, key = mode.page.timeline, _film(mode).keys[1]
    start = line.key_rect(key).center().toPoint()
    far = round(line.scale.pixels * 0.7)
    QTest.mousePress(line.viewport(), Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(line.viewport(), start + QPoint(far, 0))
    QTest.mouseRelease(line.viewport(), Qt.MouseButton.LeftButton, pos=start + QPoint(far, 0))
    assert _film(mode).keys[1].time == pytest.approx(2.5)


def test_the_keyboard_alone_does_it_all(qtbot: QtBot, open_film: Begin, model: Model) -> None:
    stage, mode = _with_three(qtbot, open_film, model)
    line = mode.page.timeline
    line.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(line, Qt.Key.Key_Right)
    assert mode.desk.chosen_index == 1
    QTest.keyClick(line, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert _film(mode).keys[1].time == pytest.approx(2.1)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert mode.player.time == pytest.approx(2.1)
    QTest.keyClick(line, Qt.Key.Key_End)
    assert mode.desk.chosen_index == 2
    QTest.keyClick(line, Qt.Key.Key_Delete)
    assert len(_film(mode).keys) == 2
    QTest.keyClick(line, Qt.Key.Key_Plus)
    assert line.zoom > 1
    stage.actions.action("film.play").trigger()
    assert mode.player.is_playing
    stage.actions.action("film.play").trigger()
    assert not mode.player.is_playing
    stage.actions.action("film.on").trigger()
    stage.actions.action("film.loop").trigger()
    assert not _film(mode).loop


def test_what_is_seen_becomes_a_key_where_it_is(
    qtbot: QtBot, open_film: Begin, model: Model
) -> None:
    stage, mode = _with_three(qtbot, open_film, model)
    mode.player.seek(1.0)
    before = mode.player.recipe(30)
    stage.actions.action("film.key_here").trigger()
    assert [key.time for key in _film(mode).keys] == [0.0, 1.0, 2.0, 4.0]
    assert _film(mode).keys[1].recipe == before
    stage.actions.action("film.key_here").trigger()
    assert len(_film(mode).keys) == 4
    assert "key here already" in stage.texts()


def test_a_beat_is_tapped_and_the_loop_is_cut_to_it(
    qtbot: QtBot, open_film: Begin, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, mode = _with_three(qtbot, open_film, model)
    times = iter((10.0, 10.5, 11.0, 11.5))
    monkeypatch.setattr("studio.images.ui.film.mode.monotonic", lambda: next(times))
    for _ in range(4):
        stage.actions.action("film.tap").trigger()
    assert _film(mode).bpm == 120.0
    stage.actions.action("film.cut").trigger()
    assert _film(mode).seconds == 4.0
    assert all(key.time % 0.5 == 0 for key in _film(mode).keys)


def _png(model: Model, seed: int, folder: Path) -> Path:
    import hashlib

    import msgspec

    recipe = made(model, seed)
    pixels = paper_pixels(recipe)
    recipe = msgspec.structs.replace(recipe, pixels_sha256=hashlib.sha256(pixels).hexdigest())
    path = folder / f"{seed}.png"
    path.write_bytes(encode_picture(pixels, 8, 8, 3, recipe))
    return path


def _drop(mode: FilmMode, files: list[Path], x: float) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    event = QDropEvent(
        QPointF(x, 60),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    mode.page.timeline.dropEvent(event)


def test_pictures_and_films_are_dropped_on_the_timeline(
    qtbot: QtBot, open_film: Begin, model: Model, tmp_path: Path
) -> None:
    stage, mode = _with_three(qtbot, open_film, model)
    line = mode.page.timeline
    _drop(mode, [_png(model, 7, tmp_path)], line.scale.x(1.0))
    qtbot.waitUntil(lambda: len(_film(mode).keys) == 4, timeout=PATIENCE_MS)
    assert _film(mode).keys[1].time == pytest.approx(1.0, abs=0.02)
    other = tmp_path / "other.json"
    other.write_bytes(encode_film(film_of(model, title="Found")))
    _drop(mode, [other], 100.0)
    qtbot.waitUntil(lambda: _film(mode).title == "Found", timeout=PATIENCE_MS)
    (tmp_path / "none.png").write_bytes(b"nothing")
    _drop(mode, [tmp_path / "none.png"], 100.0)
    qtbot.waitUntil(lambda: "none.png" in stage.texts(), timeout=PATIENCE_MS)


def test_a_film_of_another_model_refuses_a_picture_in_words(
    qtbot: QtBot, open_film: Begin, model: Model
) -> None:
    import msgspec

    stage, mode = _with_three(qtbot, open_film, model)
    mode.enter(msgspec.structs.replace(made(model, 3), model="other"))
    assert "another model" in stage.texts()
    assert len(_film(mode).keys) == 3


def test_how_it_was_left_is_remembered(qtbot: QtBot, open_film: Begin, model: Model) -> None:
    stage, mode = _with_three(qtbot, open_film, model)
    mode.player.seek(1.5)
    stage.press("mode_wall")
    _settle(stage)
    qtbot.waitUntil(
        lambda: b"1.5" in (stage.project.store.state("images.film.view") or b""),
        timeout=PATIENCE_MS,
    )
    other = FilmMode(mode._services, mode._context)
    other.enter(None)
    assert other.desk.film == _film(mode)
    assert other._left.time == pytest.approx(1.5)
    other.flush()


@pytest.mark.parametrize("kind", ["mp4", "gif", "png"])
def test_the_sheet_says_what_a_film_will_take(
    qtbot: QtBot, open_film: Begin, model: Model, kind: FilmFormat, tmp_path: Path
) -> None:
    stage, _ = _with_three(qtbot, open_film, model)
    stage.actions.action("film.export").trigger()
    (sheet,) = stage.window.findChildren(FilmSheet)
    chips = sheet.format_row
    chips.set_value(kind)
    chips._clicked(kind)
    sheet.place_edit.setText(str(tmp_path / f"film{'.' + kind if kind != 'png' else ''}"))
    assert "6.0 s" in sheet.note
    assert not sheet.warning
    assert sheet.export.isEnabled()
    sheet.place_edit.setText(str(tmp_path / "none" / "a.mp4"))
    sheet.place_edit.setText("")
    assert "Give the film a name" in sheet.warning
    assert not sheet.export.isEnabled()
    sheet.reject()


def test_controls_follow_the_film_and_change_it(
    qtbot: QtBot, open_film: Begin, model: Model
) -> None:
    _, mode = _with_three(qtbot, open_film, model)
    controls = mode.controls
    assert controls.says_no_styles
    assert controls.way_row.isHidden()
    controls.easing_row._clicked("linear")
    assert _film(mode).keys[0].easing == "linear"
    controls.course_row._clicked("curve")
    assert _film(mode).course == "curve"
    controls.rate_row._clicked("60")
    assert _film(mode).fps == 60
    controls.loop_row.switch.click()
    assert not _film(mode).loop
    mode.desk.choose(_film(mode).keys[2].id)
    assert controls.easing_row.isHidden()
    controls.space.click()
    assert [key.time for key in _film(mode).keys] == [0.0, 3.0, 6.0]
    controls.take_out.click()
    assert len(_film(mode).keys) == 2


def test_what_cannot_be_done_says_why(open_film: Begin) -> None:
    stage, _ = open_film()
    for name in ("play", "export", "key_here", "cut", "take_out", "pause_making"):
        assert stage.actions.command(f"film.{name}").when()
    assert not stage.actions.command("film.new").when()


def test_a_film_that_is_dropped_on_the_room_opens_here(
    qtbot: QtBot, open_film: Begin, model: Model, tmp_path: Path
) -> None:
    stage, mode = open_film()
    stage.press("mode_wall")
    film = tmp_path / "found.json"
    film.write_bytes(encode_film(film_of(model, title="Found")))
    stage.room.open_picture(str(film))
    assert stage.room.modes.front is mode
    qtbot.waitUntil(lambda: mode.desk.film is not None, timeout=PATIENCE_MS)
    assert _film(mode).title == "Found"


def test_a_film_is_named_in_the_controls(qtbot: QtBot, open_film: Begin, model: Model) -> None:
    stage, mode = _with_three(qtbot, open_film, model)
    stage.actions.action("film.rename").trigger()
    QTest.keyClicks(mode.controls.name_edit, "Walk")
    QTest.keyClick(mode.controls.name_edit, Qt.Key.Key_Return)
    assert _film(mode).title == "Walk"
    assert mode.page.title.text() == "Walk"


def test_a_film_whose_model_is_gone_says_so_when_it_is_exported(
    qtbot: QtBot, open_film: Begin, model: Model
) -> None:
    stage, mode = _with_three(qtbot, open_film, model)
    gone = film_of(model, title="Found")
    keys = tuple(
        msgspec.structs.replace(key, recipe=msgspec.structs.replace(key.recipe, model="gone"))
        for key in gone.keys
    )
    mode.desk.open_film(changed(gone, model="gone", keys=keys))
    stage.actions.action("film.export").trigger()
    assert "“gone”, is not here" in stage.texts()
