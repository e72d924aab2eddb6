"""Time passes as it should, and where pictures are late that is said."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError, HostCrashed, HostUnavailable
from studio.contract.manifest import Model
from studio.host.client import Finished, HostLost, StylesMapped
from studio.host.messages import MapStyles
from studio.images.timeline import changed, with_key
from studio.images.ui.background import BackgroundWork
from studio.images.ui.film.player import MOST_RECIPES, FilmPlayer, Shown
from studio.images.ui.film.styles import KeyStyles
from studio.images.ui.maker import PictureMaker
from studio.shell.host_bridge import HostBridge
from tests.film.films import film_of
from tests.images.ui.conftest import FakeHost
from tests.styled import write_styled_model

PATIENCE_MS = 10_000


class Player:
    """A player on a host of paper, with a clock that is set by hand."""

    def __init__(self, host: FakeHost, background: BackgroundWork) -> None:
        self.holder = QObject()
        self.host = host
        self.now = 100.0
        self.maker = PictureMaker(host.as_bridge(), self.holder)
        self.styles = KeyStyles(cast(HostBridge, host), self.holder)
        self.player = FilmPlayer(
            self.maker, self.styles, background, self.holder, now=lambda: self.now
        )
        self.shown: list[int] = []
        self.errors: list[AtelierError] = []
        self.player.shown.connect(self._show)
        self.player.refused.connect(self.errors.append)

    def _show(self, event: Shown) -> None:
        self.shown.append(event.frame)

    def tick(self, seconds: float) -> None:
        """Let so much time pass and the timer ring."""
        self.now += seconds
        self.player._tick()


@pytest.fixture
def background() -> Iterator[BackgroundWork]:
    work = BackgroundWork()
    yield work
    work.close()


@pytest.fixture
def player(host: FakeHost, background: BackgroundWork) -> Player:
    return Player(host, background)


def _show(qtbot: QtBot, player: Player, model: Model, **fields: object) -> None:
    with qtbot.waitSignal(player.player.planned, timeout=PATIENCE_MS):
        player.player.show_film(film_of(model, **fields), model)  # type: ignore[arg-type]  # by name


def test_a_film_shows_its_first_picture_when_it_is_there(
    qtbot: QtBot, player: Player, model: Model
) -> None:
    _show(qtbot, player, model)
    assert player.player.is_planned
    assert player.shown == []
    player.host.answer_all()
    assert player.shown == [0]


def test_playing_shows_every_picture_in_its_turn(
    qtbot: QtBot, player: Player, model: Model
) -> None:
    _show(qtbot, player, model)
    player.player.play()
    player.host.answer_all()
    player.tick(0.05)
    for _ in range(31):
        player.tick(0.1)
        player.host.answer_all()
    assert player.shown[:31] == [*range(30), 0]
    assert player.player.rate == pytest.approx(10, abs=1)


def test_what_is_late_is_dropped_and_said(qtbot: QtBot, player: Player, model: Model) -> None:
    _show(qtbot, player, model, seconds=60.0)
    player.host.answer_all()
    player.player.play()
    for _ in range(40):
        player.tick(0.1)
    assert player.shown == [0]
    assert player.player.rate < 1
    player.host.answer_all()
    assert player.shown[-1] == player.player.frame


def test_a_film_that_is_no_loop_ends_at_its_last_key(
    qtbot: QtBot, player: Player, model: Model
) -> None:
    _show(qtbot, player, model, loop=False)
    player.player.play()
    player.tick(10.0)
    assert not player.player.is_playing
    assert player.player.time == 3.0
    player.host.answer_all()
    assert player.shown[-1] == 29
    player.player.play()
    assert player.player.time == 0.0


def test_steps_and_seeking_stay_inside_the_film(qtbot: QtBot, player: Player, model: Model) -> None:
    _show(qtbot, player, model)
    player.player.step(-1)
    assert player.player.frame == 29
    player.player.step(2)
    assert player.player.frame == 1
    player.player.seek(99.0)
    assert player.player.time == 3.0
    player.player.seek(-1.0)
    assert player.player.frame == 0


def test_a_hand_on_the_time_asks_for_the_newest_only(
    qtbot: QtBot, player: Player, model: Model
) -> None:
    _show(qtbot, player, model)
    player.host.answer_all()
    for time in (0.4, 0.9, 1.6):
        player.player.seek(time, live=True)
    player.host.answer_all()
    assert player.shown[-1] == 16
    assert len(player.host.requests) <= 4


def test_a_change_of_the_film_shows_another_picture(
    qtbot: QtBot, player: Player, model: Model
) -> None:
    film = film_of(model)
    _show(qtbot, player, model)
    player.player.seek(0.5)
    player.host.answer_all()
    before = len(player.shown)
    player.player.show_film(with_key(film, "k0", easing="linear", hold=0.3), model)
    player.host.answer_all()
    assert player.shown[before:] == [5]


def test_nothing_is_made_while_nobody_looks(qtbot: QtBot, player: Player, model: Model) -> None:
    _show(qtbot, player, model)
    player.player.play()
    player.player.rest()
    assert not player.player.is_playing
    player.host.answer_all()
    asked = len(player.host.requests)
    player.player.show_film(None, None)
    assert len(player.host.requests) == asked


def test_a_film_that_cannot_be_made_is_refused_in_words(
    qtbot: QtBot, player: Player, model: Model
) -> None:
    with qtbot.waitSignal(player.player.refused, timeout=PATIENCE_MS):
        player.player.show_film(film_of(model, way="zones"), model)
    assert "travel by position" in player.errors[0].message
    assert player.player.refusal is not None
    _show(qtbot, player, model)
    assert player.player.refusal is None


def test_styles_are_asked_for_once_and_remembered(
    qtbot: QtBot, player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    styled = write_styled_model(tmp_path / "styled")
    space = styled.manifest.styles
    assert space is not None
    asked: list[MapStyles] = []

    def map_styles(request: MapStyles) -> int:
        asked.append(request)
        return 4_000 + len(asked)

    monkeypatch.setattr(player.host, "map_styles", map_styles, raising=False)
    film = film_of(styled, way="style")
    player.player.show_film(film, styled)
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=PATIENCE_MS)
    assert not player.player.is_planned
    size = 4 * len(space.layers) * space.dimension
    player.host.styles_mapped.emit(
        StylesMapped(
            request=4_001,
            first=0,
            count=3,
            layers=len(space.layers),
            dimension=space.dimension,
            styles=bytes(3 * size),
        )
    )
    player.host.finished.emit(Finished(request=4_001, seconds=0.1))
    assert player.player.is_planned
    player.player.show_film(changed(film, way="zones"), styled)
    assert player.player.is_planned
    assert len(asked) == 1


def test_styles_arrive_though_the_host_was_lost_before_it_began(
    qtbot: QtBot, player: Player, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    styled = write_styled_model(tmp_path / "styled")
    space = styled.manifest.styles
    assert space is not None
    asked: list[MapStyles] = []

    def map_styles(request: MapStyles) -> int:
        asked.append(request)
        return 4_001

    monkeypatch.setattr(player.host, "map_styles", map_styles, raising=False)
    player.player.show_film(film_of(styled, way="style"), styled)
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=PATIENCE_MS)
    player.host.lost.emit(HostLost(error=HostCrashed(fault="x"), retry_in=0.1))
    size = 4 * len(space.layers) * space.dimension
    player.host.styles_mapped.emit(
        StylesMapped(
            request=4_001, first=0, count=3, layers=len(space.layers),
            dimension=space.dimension, styles=bytes(3 * size),
        )
    )  # fmt: skip
    player.host.finished.emit(Finished(request=4_001, seconds=0.1))
    assert player.player.is_planned


def test_of_a_long_film_not_every_recipe_is_remembered(
    qtbot: QtBot, player: Player, model: Model
) -> None:
    _show(qtbot, player, model, seconds=MOST_RECIPES / 5)
    for frame in range(MOST_RECIPES + 10):
        assert player.player.recipe(frame) is not None
    assert len(player.player._recipes) == MOST_RECIPES


def test_a_host_that_gives_up_is_said(qtbot: QtBot, player: Player, model: Model) -> None:
    _show(qtbot, player, model)
    player.player.play()
    player.host.fail(player.host.open[0], HostUnavailable(fault="x"))
    assert not player.player.is_playing
    assert player.errors
