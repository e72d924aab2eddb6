"""The images room in the whole app: a real host, a tiny model, and what a person would do."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.contract.recipe import Near
from studio.images.ui.exporter import ExportChoice
from studio.images.ui.raster import image_pixels
from studio.images.ui.room import ImagesRoom
from studio.images.ui.subject import Subject
from studio.project.nodes import WORK
from studio.provenance.containers import Format
from studio.provenance.pictures import read_picture
from studio.shell.notices import Notice
from studio.shell.start import App
from tests.e2e.conftest import PATIENCE_MS, Starter, furniture_of, images_of, studio_of


def _is_filled(room: ImagesRoom) -> bool:
    seen = room.wall.seen
    faces = room.wall.faces[seen.first : seen.last]
    return bool(faces) and all(face.image is not None and not face.is_stale for face in faces)


def _hashes(room: ImagesRoom) -> list[str]:
    seen = room.wall.seen
    images = [face.image for face in room.wall.faces[seen.first : seen.last]]
    return [hashlib.sha256(image_pixels(i)).hexdigest() for i in images if i is not None]


def _filled(qtbot: QtBot, app: App) -> ImagesRoom:
    room = images_of(app)
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    return room


def _press(app: App, identity: str) -> None:
    furniture_of(app).registry.action(identity).trigger()


def _undo(app: App) -> None:
    furniture_of(app).registry.action("window.undo").trigger()


def _notices(app: App) -> list[Notice]:
    posted: list[Notice] = []
    studio_of(app).notices.posted.connect(posted.append)
    return posted


@pytest.fixture
def opened(qtbot: QtBot, start: Starter) -> tuple[App, ImagesRoom]:
    app = start()
    return app, _filled(qtbot, app)


def test_the_wall_fills_with_pictures_that_differ(opened: tuple[App, ImagesRoom]) -> None:
    _, room = opened
    hashes = _hashes(room)
    assert len(room.wall.faces) >= 24
    assert len(set(hashes)) > len(hashes) // 2
    kinds = {tile.controls["kind"] for tile in room.desk.tiles}
    assert kinds == {"boots", "coats", "bags"}


def test_the_wall_hangs_identically_after_reopening(qtbot: QtBot, start: Starter) -> None:
    app = start()
    room = _filled(qtbot, app)
    before = _hashes(room)
    room.wall.choose(5)
    app.window.close()
    app.close()
    again = start()
    room = _filled(qtbot, again)
    assert _hashes(room) == before
    assert room.wall.chosen == 5


def test_a_kept_picture_lies_in_the_strip_with_its_recipe_and_can_be_undone(
    qtbot: QtBot, opened: tuple[App, ImagesRoom]
) -> None:
    app, room = opened
    room.wall.choose(3)
    picture = room.desk.picture(3)
    assert picture is not None
    _press(app, "images.keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    project = studio_of(app).project
    assert project is not None
    work = project.store.nodes(WORK).items[0]
    assert work.recipe == picture.recipe
    stored = read_picture(project.store.read_blob(work.blob))
    assert stored.is_as_made
    assert stored.pixels == image_pixels(picture.image)
    assert room.wall.faces[3].is_kept
    _undo(app)
    qtbot.waitUntil(lambda: room.kept.strip.total == 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not room.wall.faces[3].is_kept, timeout=PATIENCE_MS)


def test_keeping_twice_keeps_once(qtbot: QtBot, opened: tuple[App, ImagesRoom]) -> None:
    app, room = opened
    room.wall.choose(1)
    _press(app, "images.keep")
    _press(app, "images.keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    room.wall.choose(2)
    _press(app, "images.keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 2, timeout=PATIENCE_MS)


def test_more_like_this_hangs_neighbours_around_the_parent_and_back_returns(
    qtbot: QtBot, opened: tuple[App, ImagesRoom]
) -> None:
    app, room = opened
    first_wall = _hashes(room)
    room.wall.choose(4)
    parent = room.desk.picture(4)
    assert parent is not None
    _press(app, "images.more_like_this")
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    assert _hashes(room)[0] == parent.recipe.pixels_sha256
    origins = [tile.origin for tile in room.desk.tiles[1:]]
    assert all(isinstance(o, Near) and o.base == parent.recipe.latent for o in origins)
    assert all(len(tile.parents) == 1 for tile in room.desk.tiles[1:])
    assert len(set(_hashes(room))) > 2
    room.wall.choose(None)
    QTest.keyClick(room.wall, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    assert _hashes(room) == first_wall


def test_every_change_of_the_wall_can_be_undone_and_redone(
    qtbot: QtBot, opened: tuple[App, ImagesRoom]
) -> None:
    app, room = opened
    walls = [_hashes(room)]

    def settled() -> list[str]:
        qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
        return _hashes(room)

    def wait_for(wall: list[str]) -> None:
        qtbot.waitUntil(lambda: _is_filled(room) and _hashes(room) == wall, timeout=PATIENCE_MS)

    _press(app, "images.roll")
    walls.append(settled())
    room.desk.set_kind("bags")
    walls.append(settled())
    room.desk.set_control("truncation", 0.3, final=True)
    walls.append(settled())
    assert len({tuple(wall) for wall in walls}) == 4
    room.desk.flush()
    for expected in reversed(walls[:-1]):
        _undo(app)
        wait_for(expected)
    for expected in walls[1:]:
        furniture_of(app).registry.action("window.redo").trigger()
        wait_for(expected)


def test_a_locked_picture_stays_when_the_others_are_rolled(
    qtbot: QtBot, opened: tuple[App, ImagesRoom]
) -> None:
    app, room = opened
    before = _hashes(room)
    room.wall.choose(2)
    _press(app, "images.lock")
    assert room.wall.faces[2].is_locked
    _press(app, "images.roll")
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    after = _hashes(room)
    assert after[2] == before[2]
    assert sum(a == b for a, b in zip(after, before, strict=True)) < len(before) // 2


def test_one_kind_hangs_everywhere_and_mixing_brings_all_back(
    qtbot: QtBot, opened: tuple[App, ImagesRoom]
) -> None:
    _, room = opened
    mixed = _hashes(room)
    room.desk.set_kind("coats")
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    assert {tile.controls["kind"] for tile in room.desk.tiles} == {"coats"}
    room.desk.set_kind(None)
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    assert _hashes(room) == mixed


@pytest.mark.parametrize(
    ("file_format", "factor"), [("png", 1), ("png", 4), ("jpeg", 1), ("webp", 2)]
)
def test_an_export_is_written_checked_and_remembers_its_recipe(
    qtbot: QtBot,
    opened: tuple[App, ImagesRoom],
    tmp_path: Path,
    file_format: Format,
    factor: int,
) -> None:
    _, room = opened
    picture = room.desk.picture(6)
    assert picture is not None
    file = tmp_path / f"out.{file_format}"
    with qtbot.waitSignal(room.exporter.done, timeout=PATIENCE_MS):
        room.commands.write(
            _subject(room, 6), ExportChoice(file=file, format=file_format, factor=factor)
        )
    stored = read_picture(file)
    assert stored.recipe is not None
    assert stored.recipe.pixels_sha256 == picture.recipe.pixels_sha256
    assert stored.width == picture.image.width() * factor
    if file_format == "png":
        assert stored.reduced().is_as_made


def _subject(room: ImagesRoom, place: int) -> Subject:
    subject = room.board.subject_at(place)
    assert subject is not None
    return subject


def test_an_exported_png_dropped_back_is_remade_to_the_byte_with_neighbours(
    qtbot: QtBot, opened: tuple[App, ImagesRoom], tmp_path: Path
) -> None:
    app, room = opened
    picture = room.desk.picture(7)
    assert picture is not None
    file = tmp_path / "mine.png"
    with qtbot.waitSignal(room.exporter.done, timeout=PATIENCE_MS):
        room.commands.write(_subject(room, 7), ExportChoice(file=file))
    _press(app, "images.roll")
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    with qtbot.waitSignal(room.restorer.restored, timeout=PATIENCE_MS) as restored:
        furniture_of(app).open_picture(str(file))
    assert restored.args[0].is_identical
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    assert _hashes(room)[0] == picture.recipe.pixels_sha256
    assert all(isinstance(tile.origin, Near) for tile in room.desk.tiles[1:])


def _truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _foreign(_data: bytes) -> bytes:
    from studio.provenance.pictures import encode_picture

    return encode_picture(bytes(8 * 8 * 3), 8, 8, 3, None)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_truncated, "cannot be opened"),
        (_foreign, "no recipe"),
        (lambda _data: b"no picture at all", "cannot be opened"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence_and_the_wall_stays(
    qtbot: QtBot,
    opened: tuple[App, ImagesRoom],
    tmp_path: Path,
    damage: Callable[[bytes], bytes],
    words: str,
) -> None:
    app, room = opened
    before = _hashes(room)
    good = tmp_path / "good.png"
    with qtbot.waitSignal(room.exporter.done, timeout=PATIENCE_MS):
        room.commands.write(_subject(room, 0), ExportChoice(file=good))
    bad = tmp_path / "bad.png"
    bad.write_bytes(damage(good.read_bytes()))
    posted = _notices(app)
    furniture_of(app).open_picture(str(bad))
    qtbot.waitUntil(lambda: bool(posted), timeout=PATIENCE_MS)
    assert words in posted[0].text
    assert str(bad) in posted[0].text
    assert _hashes(room) == before


def test_a_copied_picture_is_on_the_clipboard_as_pixels_and_as_a_file_with_its_recipe(
    qtbot: QtBot, opened: tuple[App, ImagesRoom]
) -> None:
    app, room = opened
    room.wall.choose(2)
    picture = room.desk.picture(2)
    assert picture is not None
    posted = _notices(app)
    _press(app, "images.copy")
    qtbot.waitUntil(lambda: any(n.key == "images.copied" for n in posted), timeout=PATIENCE_MS)
    data = QGuiApplication.clipboard().mimeData()
    assert data is not None
    file = Path(data.urls()[0].toLocalFile())
    assert file.suffix == ".png"
    assert str(picture.recipe.seed) in file.name
    assert read_picture(file).is_as_made
    assert read_picture(bytes(data.data("image/png").data())).is_as_made
    assert data.hasImage()


def test_a_second_model_can_be_chosen_and_undone(
    qtbot: QtBot, start: Starter, shipped: Path, basedir: Path
) -> None:
    from tests.models import write_tiny_generator

    write_tiny_generator(
        basedir / "data" / "models" / "other", classes=2, channels=1, seed=5, model_id="other"
    )
    app = start()
    room = _filled(qtbot, app)
    first = room.desk.model
    assert first is not None
    before = _hashes(room)
    other = next(m for m in room.desk.models.values() if m is not first)
    room.desk.choose_model(other, 24)
    qtbot.waitUntil(lambda: _is_filled(room), timeout=PATIENCE_MS)
    assert room.desk.model is other
    _undo(app)
    qtbot.waitUntil(lambda: room.desk.model is first, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: _is_filled(room) and _hashes(room) == before, timeout=PATIENCE_MS)
