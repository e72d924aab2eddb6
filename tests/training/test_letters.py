"""From typefaces to a model of alphabets: trained, exported, measured and given its traits."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.contract.manifest import Manifest, read_model
from tests.training.tiny import tiny_style_config, with_report, write_typefaces
from training.data.prepare import DataConfig
from training.evaluate.run import EvaluateConfig, evaluate_model
from training.export import ExportConfig, export_run
from training.gan.diversity import load_classifier
from training.gan.restore import restore_run
from training.gan.sheets import set_sheet
from training.gan.train import train_gan
from training.letterforms import MEASURES
from training.ruler.export import RulerExportConfig, export_ruler
from training.ruler.train import RulerConfig, train_ruler
from training.traits import TraitsConfig, find_traits


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a few steps (`run`), a ruler (`ruler`), and what became of both (`letters`)."""
    folder = tmp_path_factory.mktemp("letters")
    names = tuple(f"{initial}ileron" for initial in "ABCDEFGH")
    write_typefaces(folder / "fonts", names=names, differing=True)
    config = tiny_style_config(folder / "run", folder, max_images=64)
    data = DataConfig(
        source="typefaces",
        path=folder / "fonts",
        drawings=2,
        held_out=0.25,
        licence="own",
        cache=folder / "cache",
    )
    config = replace(config, batch=16, group=4, together=2, data=data)
    config = with_report(config, diversity_samples=4, frechet_samples=50, classifier_images=256)
    assert train_gan(config) == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "training.export.load_classifier", lambda data: load_classifier(data, pictures=256)
        )
        export_run(
            ExportConfig(
                run=folder / "run",
                id="letters",
                title_en="Alphabets",
                out=folder,
                diversity_samples=4,
                frechet_samples=50,
                half_samples=50,
            )
        )
    ruler = RulerConfig(
        out=folder / "ruler-run", resolution=32, max_images=512, data=data, engine=config.engine
    )
    assert train_ruler(ruler) == 0
    export_ruler(RulerExportConfig(run=folder / "ruler-run", id="ruler", out=folder))
    return folder


def _manifest(folder: Path) -> Manifest:
    return read_model(folder / "letters").manifest


def _card(folder: Path) -> str:
    return (folder / "letters" / "CARD.md").read_text(encoding="utf-8")


def test_the_studio_is_told_that_all_letters_of_a_position_belong_together(folder: Path) -> None:
    manifest = _manifest(folder)
    assert manifest.specimen
    assert manifest.channels == 1
    assert [choice.label.en for choice in manifest.classes()] == list("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert "2 classes of one latent" in _card(folder)


def test_the_sheet_of_samples_has_an_alphabet_a_row(folder: Path) -> None:
    generator = restore_run(folder / "run").generator
    sheet = set_sheet(generator, rows=3)
    assert sheet.shape == (3 * 34 + 2, 26 * 34 + 2, 1)
    with Image.open(folder / "letters" / "samples.png") as shown:
        assert shown.width == sheet.shape[1]
    assert "one whole alphabet" in _card(folder)


def test_an_evaluation_says_how_far_letters_agree(folder: Path) -> None:
    config = EvaluateConfig(
        model=folder / "letters",
        ruler=folder / "ruler",
        data_path=folder / "fonts",
        cache=folder / "cache",
        samples=100,
    )
    figures = evaluate_model(config)
    assert figures.agreement is not None
    assert figures.agreement.sets == 4
    assert figures.agreement.held_out > figures.agreement.samples
    found = {measure.name: measure for measure in _manifest(folder).quality}
    assert found["agreement within a set"].value == pytest.approx(
        figures.agreement.samples, abs=1e-4
    )
    card = _card(folder)
    assert "belong together" in card
    assert "a row for each latent" in card
    with Image.open(folder / "letters" / "evaluation.png") as sheet:
        assert np.asarray(sheet).shape[1] == 2 * (26 * 34 + 2)
    assert evaluate_model(replace(config, write=False)) == figures


def test_traits_are_measured_on_whole_alphabets(folder: Path) -> None:
    before = _manifest(folder)
    find_traits(TraitsConfig(model=folder / "letters", positions=50, tests=20, least=-1))
    manifest = _manifest(folder)
    assert manifest.traits is not None
    names = {trait.name for trait in manifest.traits.traits}
    assert "weight" in names
    assert names <= set(MEASURES)
    assert all(trait.kinds == () for trait in manifest.traits.traits)
    assert manifest.quality == before.quality
    assert "## Traits" in _card(folder)
