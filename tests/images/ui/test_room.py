"""The room on a host of paper: what it shows when all is well, and when it is not."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.errors import (
    GraphFailed,
    GraphInvalid,
    HostCrashed,
    ManifestInvalid,
    ModelSetAside,
)
from studio.contract.manifest import BrokenModel, Model, read_model
from studio.host.client import Finished, GoldenReport
from studio.images.document import codecs
from studio.images.ui.action_bar import TileBar
from studio.images.ui.export_dialog import ExportDialog
from studio.images.ui.export_memory import ExportHabit, read_habit
from studio.images.ui.model_picker import ModelPicker
from studio.images.ui.room import ImagesRoom
from studio.images.ui.wall_faces import MenuEvent
from studio.images.ui.wall_side import PAIR_HINT
from studio.project.nodes import WORK
from studio.project.paths import places
from studio.project.store import ProjectStore
from studio.provenance.pictures import encode_picture
from studio.shell.project_bridge import ProjectBridge
from tests.images.ui.staging import PATIENCE_MS, Opener, hung
from tests.models import write_tiny_generator


def test_the_first_wall_says_what_to_do_and_names_its_tiles(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    assert "Click one you like" in room.title_bar.sentence
    seen = room.wall.faces[room.wall.seen.first : room.wall.seen.last]
    assert len(seen) >= 12
    assert all(face.image is not None for face in seen)
    assert all("number" in face.name and "being made" not in face.name for face in seen)


def test_labels_of_the_model_follow_the_language(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room(language="zh_CN")
    room = hung(qtbot, stage)
    assert any(face.name.startswith(("靴子", "外套", "包")) for face in room.wall.faces)


def test_a_model_that_fails_at_once_says_so_and_can_be_tried_again(
    qtbot: QtBot, open_room: Opener, model: Model
) -> None:
    stage = open_room()
    qtbot.waitUntil(lambda: bool(stage.host.open), timeout=PATIENCE_MS)
    stage.host.fail(1, ModelSetAside(file=model.folder))
    assert stage.room.message.isVisible()
    assert "set aside" in stage.room.message.text
    assert stage.room.message.retry.isVisible()
    stage.room.message.retry.click()
    assert stage.host.forgiven == [model.folder]
    stage.host.answer_all()
    assert not stage.room.message.isVisible()
    assert stage.room.wall.faces[0].image is not None


def test_a_failure_later_keeps_what_hangs_and_offers_another_try(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    images = [face.image for face in room.wall.faces]
    stage.press("roll")
    stage.host.fail(stage.host.open[0], GraphFailed(file="g.onnx", fault="it broke"))
    assert not room.message.isVisible()
    assert [face.image for face in room.wall.faces] == images
    assert stage.notices[-1].action is not None
    assert "it broke" in stage.notices[-1].text
    stage.notices[-1].action.run()
    stage.host.answer_all()
    assert not room.wall.faces[0].is_stale


def test_a_second_model_that_fails_gives_way_to_its_sentence_and_back_again(
    qtbot: QtBot, open_room: Opener, model: Model, tmp_path: Path
) -> None:
    folder = tmp_path / "models" / "weak"
    write_tiny_generator(folder, classes=2, model_id="weak")
    weak = read_model(folder)
    stage = open_room([model, weak])
    room = hung(qtbot, stage)
    room.desk.choose_model(weak, 24)
    stage.host.fail(stage.host.open[0], GraphInvalid(file="weak.onnx", fault="it is torn"))
    assert room.message.isVisible()
    assert "it is torn" in room.message.text
    assert all(face.image is None for face in room.wall.faces)
    room.desk.choose_model(model, 24)
    stage.host.answer_all()
    assert not room.message.isVisible()
    assert room.desk.model is model
    assert room.wall.faces[0].image is not None


def test_the_picker_is_walked_with_arrows_and_return(
    qtbot: QtBot, model: Model, tmp_path: Path
) -> None:
    folder = tmp_path / "models" / "weak"
    write_tiny_generator(folder, classes=2, model_id="weak")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    picker = ModelPicker(
        [model, read_model(folder)],
        "en",
        window,
        current=None,
        verified=frozenset(),
        unfit={model.folder: "it broke"},
    )
    qtbot.addWidget(picker)
    picker.show()
    first, second = picker.rows
    first.setFocus(Qt.FocusReason.TabFocusReason)
    assert "it broke" in first.accessibleName()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert second.hasFocus()
    with qtbot.waitSignal(picker.chosen) as chosen:
        QTest.keyClick(second, Qt.Key.Key_Return)
    assert chosen.args[0].folder == folder


def test_the_picker_opens_on_the_model_that_hangs_with_the_broken_last(
    qtbot: QtBot, model: Model, tmp_path: Path
) -> None:
    folder = tmp_path / "models" / "weak"
    write_tiny_generator(folder, classes=2, model_id="weak")
    fault = "torn " * 60 + "0123456789abcdef" * 8
    broken = BrokenModel(folder=Path("bad"), error=ManifestInvalid(file="bad", fault=fault))
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    picker = ModelPicker(
        [broken, model, read_model(folder)],
        "en",
        window,
        current=folder,
        verified=frozenset(),
        unfit={},
    )
    qtbot.addWidget(picker)
    picker.drop_from(window)
    first, second, last = picker.rows
    assert "cannot be used" in last.accessibleName()
    assert fault[:60] in last.accessibleName()
    assert last.sizeHint().height() > 6 * last.fontMetrics().height(), "nothing of it is cut"
    assert second.hasFocus()
    assert not first.hasFocus()


def test_a_broken_model_is_reached_by_the_keyboard_and_chooses_nothing(
    qtbot: QtBot, model: Model
) -> None:
    fault = ManifestInvalid(file="bad", fault="torn")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    picker = ModelPicker(
        [model, BrokenModel(folder=Path("bad"), error=fault)],
        "en",
        window,
        current=model.folder,
        verified=frozenset(),
        unfit={},
    )
    qtbot.addWidget(picker)
    picker.drop_from(window)
    sound, broken = picker.rows
    QTest.keyClick(sound, Qt.Key.Key_Down)
    assert broken.hasFocus()
    with qtbot.assertNotEmitted(picker.chosen):
        QTest.keyClick(broken, Qt.Key.Key_Return)
    assert picker.isVisible()


def test_two_models_of_one_title_are_told_apart(
    qtbot: QtBot, model: Model, tmp_path: Path, open_room: Opener
) -> None:
    folder = tmp_path / "models" / "other"
    write_tiny_generator(folder, classes=2, model_id="other")
    twin = read_model(folder)
    title = model.manifest.title.en
    assert twin.manifest.title.en == title
    stage = open_room([model, twin])
    room = hung(qtbot, stage)
    assert room.title_bar.model_button.text() == f"{title} ({model.manifest.id})"
    window = QWidget()
    qtbot.addWidget(window)
    picker = ModelPicker([model, twin], "en", window, current=None, verified=frozenset(), unfit={})
    qtbot.addWidget(picker)
    assert [row.text() for row in picker.rows] == [
        f"{title} ({model.manifest.id})",
        f"{title} (other)",
    ]
    alone = ModelPicker([twin], "en", window, current=None, verified=frozenset(), unfit={})
    qtbot.addWidget(alone)
    assert [row.text() for row in alone.rows] == [title]


def test_more_like_nothing_says_what_to_do(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.clearFocus()
    before = room.desk.tiles
    stage.press("more_like_this")
    assert "Choose a picture first" in stage.notices[-1].text
    assert room.desk.tiles == before
    room.wall.choose(0)
    said = len(stage.notices)
    stage.press("more_like_this")
    assert len(stage.notices) == said
    assert room.desk.tiles != before


def test_the_export_dialog_remembers_how_it_was_used_and_a_path_that_failed(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(0)

    def dialog() -> ExportDialog:
        stage.press("export")
        return next(d for d in stage.window.findChildren(ExportDialog) if d.isVisible())

    first = dialog()
    first.format_row.set_value("webp")
    missing = tmp_path / "file" / "mine.webp"
    missing.parent.write_text("a file stands where the folder would be")
    first.place_edit.setText(str(missing))
    with qtbot.waitSignal(room.exporter.failed, timeout=PATIENCE_MS):
        first.accept()
    second = dialog()
    assert second.choice.file == missing
    assert second.choice.format == "webp"
    good = tmp_path / "good.webp"
    second.place_edit.setText(str(good))
    with qtbot.waitSignal(room.exporter.done, timeout=PATIENCE_MS):
        second.accept()
    third = dialog()
    assert third.choice.file.parent == tmp_path
    assert third.choice.file != good
    assert third.choice.format == "webp"
    habit = ExportHabit(format="webp", folder=str(tmp_path))
    qtbot.waitUntil(lambda: read_habit(stage.project.store) == habit, timeout=PATIENCE_MS)
    third.reject()


def test_a_host_that_dies_leaves_the_wall_and_goes_on_when_it_is_back(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    stage.press("roll")
    stage.host.die(HostCrashed(fault="killed"), retry_in=0.1)
    assert all(face.image is not None for face in room.wall.faces[:12])
    assert room.wall.faces[0].is_stale
    stage.host.come_back()
    stage.host.answer_all()
    assert not room.wall.faces[0].is_stale


def test_without_a_model_the_room_says_where_to_put_one(qtbot: QtBot, open_room: Opener) -> None:
    broken = BrokenModel(
        folder=Path("bad"), error=ManifestInvalid(file="bad/manifest.json", fault="torn")
    )
    stage = open_room([broken])
    qtbot.waitUntil(stage.room.message.isVisible, timeout=PATIENCE_MS)
    assert "models" in stage.room.message.text
    assert not stage.room.message.retry.isVisible()


def test_the_picker_greys_what_is_broken_and_says_why(
    qtbot: QtBot, open_room: Opener, model: Model
) -> None:
    broken = BrokenModel(
        folder=Path("bad"), error=ManifestInvalid(file="bad/manifest.json", fault="torn")
    )
    window = QWidget()
    qtbot.addWidget(window)
    picker = ModelPicker(
        [model, broken],
        "en",
        window,
        current=model.folder,
        verified=frozenset({model.folder}),
        unfit={},
    )
    qtbot.addWidget(picker)
    sound, torn = picker.rows
    assert sound.isEnabled()
    assert "Verified" in sound.accessibleName()
    assert model.manifest.licence.sentence.en in sound.accessibleName()
    assert "torn" in torn.accessibleName()
    with qtbot.assertNotEmitted(picker.chosen):
        torn.click()
    assert "torn" in QGuiApplication.clipboard().text()
    assert torn.text() == "Copied what is wrong with bad"
    with qtbot.waitSignal(picker.chosen) as chosen:
        sound.click()
    assert chosen.args[0].folder == model.folder


@pytest.mark.parametrize("is_sound", [True, False])
def test_the_golden_sample_is_replayed_after_the_first_pictures(
    qtbot: QtBot, open_room: Opener, model: Model, is_sound: bool
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    assert stage.host.replayed == []
    before = room.title_bar.model_button.sizeHint()
    qtbot.waitUntil(lambda: stage.host.replayed == [model.folder], timeout=PATIENCE_MS)
    report = GoldenReport(
        identical=is_sound,
        largest=0 if is_sound else 90,
        tolerance=1,
        ok=is_sound,
        fault="" if is_sound else "values differ by up to 90",
    )
    stage.host.finished.emit(Finished(request=1_000_001, seconds=0.1, payload=report))
    verified = "verified" in room.title_bar.model_button.accessibleName()
    assert verified is is_sound
    assert room.title_bar.model_button.sizeHint() == before, "nothing moves when it is known"
    assert ("differ by up to 90" in stage.texts()) is not is_sound


def test_the_sentence_about_keeping_is_said_once(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    strip = room.kept.strip
    room.wall.choose(0)
    stage.press("keep")
    qtbot.waitUntil(lambda: strip.total == 1, timeout=PATIENCE_MS)
    room.wall.choose(1)
    stage.press("keep")
    qtbot.waitUntil(lambda: strip.total == 2, timeout=PATIENCE_MS)
    assert [n.key for n in stage.notices].count("images.told") == 1


def test_what_is_kept_at_the_last_moment_is_kept(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(2)
    stage.press("keep")
    room.flush()
    qtbot.waitUntil(lambda: stage.project.store.nodes(WORK).total == 1, timeout=PATIENCE_MS)
    work = stage.project.store.nodes(WORK).items[0]
    assert work.recipe.seed == room.desk.tiles[2].seed


def test_escape_steps_back_one_thing_at_a_time(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(2)
    stage.press("more_like_this")
    stage.host.answer_all()
    room.wall.choose(1, second=3)
    stage.press("compare")
    assert len(room.close_view.subjects) == 2
    steps: list[Callable[[], bool]] = [
        lambda: not room.close_view.subjects,
        lambda: room.wall.second is None,
        lambda: room.wall.chosen is None,
        lambda: room.desk.wall is not None and room.desk.wall.base is None,
    ]
    assert not any(step() for step in steps)
    for done in range(len(steps)):
        QTest.keyClick(room, Qt.Key.Key_Escape)
        assert [step() for step in steps] == [index <= done for index in range(len(steps))]


def test_keeping_while_two_are_compared_keeps_the_one_that_is_meant(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(1, second=3)
    stage.press("compare")
    room.close_view.comparison.canvas.set_active(1)
    stage.press("keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    work = room.kept.strip.work(0)
    assert work is not None
    assert work.recipe.seed == room.desk.tiles[3].seed


def test_arrows_go_to_the_next_picture_while_one_is_looked_at(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(2)
    stage.press("zoom")
    zoom = room.close_view.zoom
    QTest.keyClick(zoom, Qt.Key.Key_Right)
    stage.host.answer_all()
    assert [subject.place for subject in room.close_view.subjects] == [3]
    assert room.wall.chosen == 3
    QTest.keyClick(zoom, Qt.Key.Key_Left)
    QTest.keyClick(zoom, Qt.Key.Key_PageUp)
    QTest.keyClick(zoom, Qt.Key.Key_Left)
    QTest.keyClick(zoom, Qt.Key.Key_Left)
    assert [subject.place for subject in room.close_view.subjects] == [0]
    while zoom.pane.fits():
        zoom.step_by(1)
    QTest.keyClick(zoom, Qt.Key.Key_Right)
    assert [subject.place for subject in room.close_view.subjects] == [0]


def test_the_next_picture_is_shown_as_soon_as_it_has_been_made(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(2)
    stage.press("zoom")
    stage.host.answer_all()
    room.desk.set_seed(3, 4711)
    QTest.keyClick(room.close_view.zoom, Qt.Key.Key_Right)
    assert [subject.place for subject in room.close_view.subjects] == [2]
    stage.host.answer_all()
    assert [subject.place for subject in room.close_view.subjects] == [3]
    assert room.close_view.subjects[0].recipe.seed == 4711


def test_arrows_go_through_the_kept_pictures_too(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(1)
    stage.press("keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    room.wall.choose(5)
    stage.press("keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 2, timeout=PATIENCE_MS)
    strip = room.kept.strip
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(room.close_view.subjects), timeout=PATIENCE_MS)
    assert room.close_view.subjects[0].recipe.seed == room.desk.tiles[5].seed
    QTest.keyClick(room.close_view.zoom, Qt.Key.Key_Right)
    qtbot.waitUntil(
        lambda: room.close_view.subjects[0].recipe.seed == room.desk.tiles[1].seed,
        timeout=PATIENCE_MS,
    )


def test_two_chosen_are_kept_together(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(1, second=3)
    stage.press("keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 2, timeout=PATIENCE_MS)


def test_a_kept_picture_opens_close_by_and_returns_to_its_neighbours(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(4)
    stage.press("keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    stage.press("roll")
    stage.host.answer_all()
    strip = room.kept.strip
    strip.setFocus()
    QTest.keyClick(strip, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(room.close_view.subjects), timeout=PATIENCE_MS)
    work = strip.work(0)
    assert work is not None
    assert room.close_view.subjects[0].recipe == work.recipe
    stage.press("more_like_this")
    assert room.desk.tiles[0] == work.recipe


def test_removing_a_kept_picture_offers_to_undo_it(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(4)
    stage.press("keep")
    strip = room.kept.strip
    qtbot.waitUntil(lambda: strip.total == 1, timeout=PATIENCE_MS)
    QTest.keyClick(strip, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: strip.total == 0, timeout=PATIENCE_MS)
    action = stage.notices[-1].action
    assert action is not None
    action.run()
    qtbot.waitUntil(lambda: strip.total == 1, timeout=PATIENCE_MS)


def test_a_picture_of_an_absent_model_is_named_in_the_sentence(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    before = room.desk.tiles
    picture = room.desk.picture(0)
    assert picture is not None
    foreign = msgspec.structs.replace(picture.recipe, model="elsewhere", pixels_sha256=None)
    file = tmp_path / "from-afar.png"
    file.write_bytes(encode_picture(bytes(8 * 8 * 3), 8, 8, 3, foreign))
    room.open_picture(str(file))
    qtbot.waitUntil(lambda: "elsewhere" in stage.texts(), timeout=PATIENCE_MS)
    assert "from-afar.png" in stage.texts()
    assert room.desk.tiles == before


def test_a_remake_that_differs_is_said_to_differ(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    picture = room.desk.picture(0)
    assert picture is not None
    other = msgspec.structs.replace(
        picture.recipe, pixels_sha256=None, graphs={"generator": "1" * 64}
    )
    file = tmp_path / "older.png"
    file.write_bytes(encode_picture(bytes(8 * 8 * 3), 8, 8, 3, other))
    with qtbot.waitSignal(room.restorer.restored, timeout=PATIENCE_MS):
        room.open_picture(str(file))
        qtbot.waitUntil(lambda: bool(stage.host.open), timeout=PATIENCE_MS)
        stage.host.answer_all()
    assert "not identical" in stage.texts()
    assert "the model has changed" in stage.texts()
    assert other.making is not None
    assert other.making.precision == "float32"
    (alone,) = [request for _, request in stage.host.requests if request.single]
    assert [recipe.seed for recipe in alone.recipes] == [other.seed]


def test_opening_the_room_leaves_alone_what_was_handed_to_other_programs(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    copied = places(tmp_path / "base").cache / "outgoing" / "kept" / "x" / "y.png"
    copied.parent.mkdir(parents=True)
    copied.write_bytes(b"on the clipboard")
    hung(qtbot, open_room())
    assert copied.read_bytes() == b"on the clipboard"


def test_what_was_dragged_out_and_falls_back_here_changes_nothing(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    before = room.desk.tiles
    room.open_picture(str(places(tmp_path / "base").cache / "outgoing" / "x" / "y.png"))
    QTest.keyClick(room.wall, Qt.Key.Key_Right)
    assert room.desk.tiles == before
    assert stage.notices == []


def test_a_project_opened_to_look_only_can_be_looked_at(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    ProjectStore.open(folder, codecs()).close()
    bridge = ProjectBridge(ProjectStore.open(folder, codecs(), read_only=True))
    stage = open_room(bridge=bridge)
    room = hung(qtbot, stage)
    stage.press("roll")
    stage.host.answer_all()
    assert not room.wall.faces[0].is_stale
    assert stage.notices == []
    stage.room.flush()
    bridge.close()


def test_a_project_opened_to_look_only_says_why_nothing_can_be_kept(
    qtbot: QtBot, open_room: Opener, tmp_path: Path
) -> None:
    folder = tmp_path / "shared"
    ProjectStore.open(folder, codecs()).close()
    bridge = ProjectBridge(ProjectStore.open(folder, codecs(), read_only=True))
    failed: list[object] = []
    bridge.failed.connect(failed.append)
    stage = open_room(bridge=bridge)
    room = hung(qtbot, stage)
    reason = "This project is open to look only."
    room.wall.choose(0)
    bar = room.wall.viewport().findChild(TileBar)
    assert bar is not None
    assert not bar.keep.isEnabled()
    assert bar.keep.toolTip() == reason
    assert stage.actions.command("images.keep").reason == reason
    stage.press("keep")
    stage.press("keep")
    assert {notice.text for notice in stage.notices} == {reason}
    assert {notice.identity for notice in stage.notices} == {"images.keep"}
    stage.press("zoom")
    assert not room.close_view.keep_button.isEnabled()
    assert room.close_view.keep_button.toolTip() == reason
    assert not failed
    stage.room.flush()
    bridge.close()


def keep_in_menu(room: ImagesRoom) -> tuple[str, bool, str]:
    """What the menu of the chosen tile says of keeping: text, whether it can be done, and why."""
    place = room.wall.chosen
    assert place is not None
    room.wall.menu_wanted.emit(MenuEvent(place=place, position=QPoint(0, 0)))
    menu = next(one for one in room.findChildren(QMenu) if one.isVisible())
    found = next(one for one in menu.actions() if one.text() in ("Keep", "Kept"))
    said = found.text(), found.isEnabled(), found.toolTip()
    menu.close()
    return said


def test_the_menu_of_a_kept_picture_says_that_it_is_kept(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(0)
    assert keep_in_menu(room)[:2] == ("Keep", True)
    stage.press("keep")
    qtbot.waitUntil(lambda: stage.project.store.nodes(WORK).total == 1, timeout=PATIENCE_MS)
    assert keep_in_menu(room) == ("Kept", False, "It is kept already.")
    assert stage.actions.action("images.keep").isEnabled()
    room.wall.choose(1)
    assert keep_in_menu(room)[:2] == ("Keep", True)


def test_advice_to_choose_two_goes_once_two_are_chosen(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    room.wall.choose(0)
    stage.press("cross")
    assert "then a second one" in stage.texts()
    assert PAIR_HINT not in stage.withdrawn
    QTest.mouseClick(
        room.wall.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ControlModifier,
        room.wall.tile_rect(1).center().toPoint(),
    )
    assert room.wall.second == 1
    assert PAIR_HINT in stage.withdrawn


def test_the_view_is_left_and_found_again(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    for _ in range(3):
        stage.press("more")
    stage.host.answer_all()
    room.wall.choose(8)
    room.wall.verticalScrollBar().setValue(60)
    stage.press("zoom")
    room.close_view.zoom.step_by(-2)
    magnification = room.close_view.zoom.magnification
    room.flush()
    qtbot.waitUntil(
        lambda: b'"looking":[8]' in (stage.project.store.state("images.view") or b""),
        timeout=PATIENCE_MS,
    )
    stage.window.hide()
    for number in tuple(stage.host.open):
        stage.host.end_cancelled(number)
    other = open_room()
    again = hung(qtbot, other)
    assert again.wall.chosen == 8
    assert again.wall.verticalScrollBar().value() == 60
    assert [subject.place for subject in again.close_view.subjects] == [8]
    assert again.close_view.zoom.magnification == magnification


def test_every_command_has_words_and_no_two_share_a_key(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    keys = [key.toString() for command in stage.actions for key in command.action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert all(command.text and command.action.toolTip() for command in stage.actions)


def test_the_inspector_shows_the_chosen_pictures_recipe(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    assert room.controls.recipe_text == ""
    room.wall.choose(3)
    recipe = room.desk.tiles[3]
    assert str(recipe.seed) in room.controls.recipe_text
    assert "8 × 8" in room.controls.recipe_text
    assert room.controls.seed_row is not None
    assert room.controls.seed_row.seed == recipe.seed
    row = room.controls.kind_row
    assert row is not None
    assert row.value is None


def test_a_slider_of_the_inspector_moves_the_wall_at_once(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    name = "truncation"
    room.controls.rows[name].set_value(0.9)
    room.controls.rows[name].reset()
    stage.host.answer_all()
    default = room.desk.control(name)
    assert {tile.controls.get(name, default) for tile in room.desk.tiles} == {default}
