"""Traits that a model of two graphs ships: zones, ends, and kinds that they do not suit."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.contract.manifest import Model
from studio.contract.recipe import Recipe, Styling
from studio.images.traits import TraitShelves
from studio.images.ui.genes.panel import GenesPanel
from studio.images.ui.genes.seeker import TraitSeeker
from studio.images.ui.maker import PictureMaker
from studio.project.paths import places
from studio.shell.jobs import JobQueue
from studio.shell.notices import NoticeCentre
from tests.images.ui.genes.conftest import GenesHost
from tests.models import CLASS_CONTROL
from tests.styled import write_styled_model


@pytest.fixture
def model(tmp_path: Path) -> Model:
    """Its second trait, tint, is for boots alone."""
    model = write_styled_model(tmp_path / "styled", traits=True)
    traits = model.manifest.traits
    assert traits is not None
    glow, tint = traits.traits
    tint = msgspec.structs.replace(tint, kinds=("boots",))
    traits = msgspec.structs.replace(traits, traits=(glow, tint))
    manifest = msgspec.structs.replace(model.manifest, traits=traits)
    return msgspec.structs.replace(model, manifest=manifest)


@pytest.fixture
def panel(
    qtbot: QtBot, genes_host: GenesHost, model: Model, tmp_path: Path
) -> Iterator[GenesPanel]:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(288, 700)
    bridge = genes_host.as_bridge()
    centre, jobs = NoticeCentre(window), JobQueue(bridge, window)
    shelves = TraitShelves(places(tmp_path / "base"))
    seeker = TraitSeeker(bridge, jobs, centre, shelves, window)
    panel = GenesPanel(seeker, PictureMaker(bridge, window), centre, "en", window)
    layout = QVBoxLayout(window)
    layout.addWidget(panel)
    layout.addStretch(1)
    window.show()
    qtbot.waitExposed(window)
    panel.show_model(model)
    yield panel
    panel.close_shelf()


def _picture(kind: str) -> Recipe:
    return Recipe(model="styled", seed=1, latent=bytes(range(48)), controls={CLASS_CONTROL: kind})


def test_they_stand_there_with_their_labels_and_ends(panel: GenesPanel) -> None:
    assert [row.title for row in panel.rows] == ["Glow", "Tint"]
    texts = {label.text() for label in panel.rows[0].findChildren(QLabel)}
    assert {"dark", "bright"} <= texts
    assert panel.rows[1].facts == "Colour"


def test_a_trait_for_other_kinds_is_left_out(panel: GenesPanel) -> None:
    panel.show_subject(_picture("boots"))
    assert [row.isHidden() for row in panel.rows] == [False, False]
    panel.show_subject(_picture("coats"))
    assert [row.isHidden() for row in panel.rows] == [False, True]
    panel.show_trait(panel.rows[1].trait.id)  # asked for by its name
    assert not panel.rows[1].isHidden()


def test_its_zone_can_be_chosen_and_strips_follow(
    qtbot: QtBot, panel: GenesPanel, genes_host: GenesHost
) -> None:
    panel.show_subject(_picture("boots"))
    actions = panel.rows[0].menu().actions()
    zones = {action.text(): action for action in actions if action.isCheckable()}
    assert list(zones) == ["Whole picture", "Form", "Texture", "Colour"]
    assert zones["Whole picture"].isChecked()
    zones["Form"].trigger()
    assert panel.rows[0].trait.zone == "form"
    assert panel.rows[0].facts == "Form"
    qtbot.waitUntil(lambda: bool(genes_host.requests))
    asked = [recipe.styling for recipe in genes_host.requests[-1][1].recipes]
    shifts = [s.shifts[0] for s in asked if isinstance(s, Styling) and s.shifts]
    assert {shift.zone for shift in shifts if shift.name == "Glow"} == {"form"}


def test_what_comes_with_the_model_can_be_renamed_and_not_deleted(panel: GenesPanel) -> None:
    actions = panel.rows[0].menu().actions()
    assert actions[-1].text().startswith("Comes with the model")
    assert not actions[-1].isEnabled()
    panel.rows[0].rename()
    editor = panel.rows[0].editor
    assert editor is not None
    editor.setText("Halo")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert panel.rows[0].title == "Halo"
