"""How was this made? is played, said in sentences, and written as a film."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.contract.errors import GraphFailed
from studio.contract.manifest import Model
from studio.contract.recipe import Near, Recipe
from studio.film.tags import read_film
from studio.images.timeline import decode_film
from studio.images.ui.background import BackgroundWork
from studio.images.ui.sheets import story_dialog
from studio.images.ui.sheets.story_dialog import StoryDialog
from studio.shell.motion import apply_motion
from tests.images.ui.enlarge.conftest import Bench

PATIENCE_MS = 20_000


def _recipe(model: Model, seed: int = 7) -> Recipe:
    assert model.manifest.latent is not None
    size = model.manifest.latent.dimension
    rows = np.random.default_rng(seed).standard_normal((2, size), "<f4")
    return Recipe(
        model="tiny",
        seed=seed,
        origin=Near(base=rows[0].tobytes(), strength=0.25),
        latent=rows[1].tobytes(),
        pixels_sha256="0" * 64,
        width=8,
        height=8,
    )


def _open(bench: Bench, model: Model, recipe: Recipe | None = None) -> StoryDialog:
    work = BackgroundWork(bench.window)
    dialog = StoryDialog(
        bench.services, work, recipe or _recipe(model), model, "Coat 7", bench.window
    )
    dialog.open()
    return dialog


def _played(qtbot: QtBot, bench: Bench, model: Model) -> StoryDialog:
    dialog = _open(bench, model)
    qtbot.waitUntil(lambda: bool(bench.host.open), timeout=PATIENCE_MS)
    bench.host.answer()
    assert len(dialog.player.frames) == 80
    return dialog


def test_the_story_is_played_and_said(qtbot: QtBot, bench: Bench, model: Model) -> None:
    dialog = _played(qtbot, bench, model)
    assert dialog.player.is_playing
    assert dialog.play.text() == "Pause"
    assert dialog.told == ""
    assert dialog.sentences[0] == "It began with what is typical of this model."
    assert "found in the model's space" in dialog.sentences[1]
    assert dialog.sentences[2].endswith("25 % different from that.")
    assert len(bench.host.request(1).recipes) < 80, "what stays is made once"
    QTest.keyClick(dialog.player, Qt.Key.Key_Space)
    assert not dialog.player.is_playing
    assert dialog.play.text() == "Play"
    dialog.player.go_to(79)
    QTest.keyClick(dialog.player, Qt.Key.Key_Right)
    assert dialog.player.at == 0
    dialog.reject()


def test_without_motion_the_picture_itself_is_shown_and_waits(
    qtbot: QtBot, qapp: QApplication, bench: Bench, model: Model
) -> None:
    apply_motion(qapp, "reduced")
    dialog = _played(qtbot, bench, model)
    assert not dialog.player.is_playing
    assert dialog.player.at == 79
    dialog.reject()


@pytest.mark.parametrize("ending", [".gif", ".mp4"])
def test_the_film_is_written_with_its_recipe(
    qtbot: QtBot,
    bench: Bench,
    model: Model,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
) -> None:
    monkeypatch.setattr(story_dialog, "usual_enlargement", lambda width, height, kind: 2)
    dialog = _played(qtbot, bench, model)
    file = tmp_path / f"story{ending}"
    dialog.save_to(file)
    qtbot.waitUntil(lambda: bool(bench.notices), timeout=PATIENCE_MS)
    assert str(file) in bench.texts()
    film = decode_film(read_film(file), file)
    assert film.keys[-1].recipe.latent == _recipe(model).latent
    assert bench.services.jobs.jobs == ()
    dialog.reject()


def test_a_picture_without_a_story_says_so(qtbot: QtBot, bench: Bench, model: Model) -> None:
    plain = Model(
        folder=model.folder, manifest=msgspec.structs.replace(model.manifest, controls=())
    )
    recipe = msgspec.structs.replace(_recipe(model), origin=Recipe(model="", seed=0).origin)
    dialog = _open(bench, plain, recipe)
    qtbot.waitUntil(lambda: "nothing came before it" in dialog.told, timeout=PATIENCE_MS)
    assert not dialog.save.isEnabled()
    assert bench.host.requests == []
    dialog.reject()


def test_a_fault_is_said_in_the_sheet(qtbot: QtBot, bench: Bench, model: Model) -> None:
    dialog = _open(bench, model)
    qtbot.waitUntil(lambda: bool(bench.host.open), timeout=PATIENCE_MS)
    bench.host.fail(bench.host.open[0], GraphFailed(file="generator.onnx", fault="it stopped"))
    assert "it stopped" in dialog.told
    dialog.reject()


def test_closing_gives_the_pictures_up(qtbot: QtBot, bench: Bench, model: Model) -> None:
    dialog = _open(bench, model)
    qtbot.waitUntil(lambda: bool(bench.host.open), timeout=PATIENCE_MS)
    dialog.reject()
    assert bench.host.given_up == [1]
