"""The output window follows what is chosen and looked at, and holds its last picture."""

from pytestqt.qtbot import QtBot

from studio.contract.errors import HostCrashed
from tests.images.ui.staging import PATIENCE_MS, Opener, Stage, hung


def _shown(stage: Stage) -> str:
    window = stage.output.window
    assert window is not None
    return "" if window.picture is None else window.picture.name


def test_it_follows_the_choice_the_close_view_and_the_kept(qtbot: QtBot, open_room: Opener) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    stage.output.open()
    assert _shown(stage) == ""
    seeds = [str(tile.seed) for tile in room.desk.tiles]
    room.wall.choose(2)
    assert _shown(stage).endswith(seeds[2])
    room.wall.choose(3, second=5)
    stage.press("compare")
    room.close_view.comparison.canvas.set_active(1)
    assert _shown(stage).endswith(seeds[5])
    room.close_view.closed.emit()
    room.wall.choose(4)
    stage.press("keep")
    qtbot.waitUntil(lambda: room.kept.strip.total == 1, timeout=PATIENCE_MS)
    room.wall.choose(0)
    room.kept.strip.choose(room.kept.strip.work(0))
    qtbot.waitUntil(lambda: _shown(stage).endswith(seeds[4]), timeout=PATIENCE_MS)
    stage.output.close()


def test_it_holds_its_last_picture_when_nothing_is_chosen_and_when_the_host_dies(
    qtbot: QtBot, open_room: Opener
) -> None:
    stage = open_room()
    room = hung(qtbot, stage)
    stage.output.open()
    room.wall.choose(2)
    held = stage.output.window.picture if stage.output.window is not None else None
    room.wall.choose(None)
    stage.press("roll")
    stage.host.die(HostCrashed(fault="signal 9"), None)
    assert held is not None
    assert stage.output.window is not None
    assert stage.output.window.picture is held
    assert not stage.output.window.grab().toImage().isNull()
    stage.output.close()
