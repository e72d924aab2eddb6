"""What this repository ships: models whole, replayable, alive and measured, and their rulers."""

import re
from pathlib import Path

import numpy as np
import pytest

from studio.contract.manifest import Manifest, Model, file_sha256, find_models, read_model
from training.data.typefaces import AENIGMA_CREDIT
from training.evaluate.run import measured_graph
from training.gan.diversity import DYING
from training.parity import GeneratorRunner, largest_difference
from training.ruler.manifest import find_rulers, read_ruler

MODELS = Path(__file__).parents[2] / "exported_models"
SHIPPED = ("fashion-dcgan", "avatars-dcgan", "avatars", "letters")
UPSCALERS = ("realesrgan-anime-x4",)
RULERS = {"avatars-parts": 0.93, "fashion-classes": 0.93, "letters-styles": 0.8}
"""With the share of held-out pictures whose class each must tell; unseen display typefaces are
hard to read."""
FREE = {"MIT", "CC0 1.0", AENIGMA_CREDIT.licence}


def _manifest(name: str) -> Manifest:
    return read_model(MODELS / name).manifest


def _runner(name: str) -> GeneratorRunner:
    entries = _manifest(name).graphs.items()
    graphs = {role: (MODELS / name / graph.file).read_bytes() for role, graph in entries}
    return GeneratorRunner(graphs, level="extended")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_file_is_the_one_that_the_manifest_names(name: str) -> None:
    manifest = _manifest(name)
    assert manifest.id == name
    assert file_sha256(MODELS / name / manifest.golden.file) == manifest.golden.sha256
    for graph in manifest.graphs.values():
        assert file_sha256(MODELS / name / graph.file) == graph.sha256
    assert sum(path.stat().st_size for path in (MODELS / name).iterdir()) < 20_000_000


@pytest.mark.parametrize("name", SHIPPED)
def test_the_golden_sample_replays(name: str) -> None:
    manifest = _manifest(name)
    golden = np.load(MODELS / name / manifest.golden.file, allow_pickle=False)
    noise = golden.get("noise", None)
    made = _runner(name).run(golden["latent"], golden["class_weights"], noise)
    assert largest_difference(made, golden["image"]) <= manifest.golden.tolerance


@pytest.mark.parametrize("name", SHIPPED)
def test_the_samples_of_each_class_visibly_differ(name: str) -> None:
    manifest = _manifest(name)
    measured = {m.of: m for m in manifest.quality if m.name == "within-class diversity"}
    assert set(measured) == {choice.value for choice in manifest.classes()}
    for measure in measured.values():
        assert measure.reference is not None
        assert measure.value / measure.reference > 2 * DYING

    runner = _runner(name)
    assert manifest.latent is not None
    latent = np.random.default_rng(1).standard_normal((8, manifest.latent.dimension))
    for row in np.eye(len(measured), dtype=np.float32):
        made = runner.run(latent.astype(np.float32), np.tile(row, (8, 1))).astype(np.float64)
        differences = np.abs(made[:, None] - made[None]).mean(axis=(2, 3, 4))
        assert differences[~np.eye(8, dtype=np.bool_)].min() > 1.0


@pytest.mark.parametrize("name", SHIPPED)
def test_its_figures_are_of_this_graph_and_of_a_ruler_that_is_here(name: str) -> None:
    manifest = _manifest(name)
    evaluation = manifest.evaluation
    assert evaluation is not None
    assert evaluation.graph_sha256 == measured_graph(manifest)
    ruler = read_ruler(MODELS / "rulers" / evaluation.ruler).manifest
    assert ruler.sha256 == evaluation.ruler_sha256
    assert ruler.classes == tuple(choice.value for choice in manifest.classes())
    found = {(m.name, m.of): m for m in manifest.quality}
    for measure in ("Frechet distance", "precision", "recall", "density", "coverage"):
        assert found[measure, ""].reference is not None
    heart = [m for m in manifest.quality if m.name.startswith("nearer than held-out pictures")]
    assert len(heart) == 2
    assert all(m.reference is not None and m.value <= 2 * m.reference for m in heart)
    card = (MODELS / name / manifest.card).read_text(encoding="utf-8")
    assert f"{found['Frechet distance', ''].value:.2f}" in card
    assert ruler.sha256 in card
    for sheet in re.findall(r"!\[[^]]*\]\(([^)]+)\)", card):
        assert (MODELS / name / sheet).is_file()


@pytest.mark.parametrize("name", RULERS)
def test_a_ruler_is_whole_small_and_knows_its_pictures(name: str) -> None:
    ruler = read_ruler(MODELS / "rulers" / name).manifest
    assert ruler.id == name
    assert sum(path.stat().st_size for path in (MODELS / "rulers" / name).iterdir()) < 5_000_000
    assert {credit.licence for credit in ruler.credits} <= FREE
    assert ruler.scores[0].right > RULERS[name]
    assert all(score.right >= score.guessing for score in ruler.scores)
    card = (MODELS / "rulers" / name / "CARD.md").read_text(encoding="utf-8")
    assert ruler.sha256 in card
    assert all(credit.name in card for credit in ruler.credits)


def test_the_studio_takes_no_ruler_for_a_model() -> None:
    assert {path.name for path in find_rulers(MODELS / "rulers")} == set(RULERS)
    found = find_models((MODELS,))
    assert {model.folder.name for model in found} == {*SHIPPED, *UPSCALERS}
    assert all(isinstance(model, Model) for model in found)


@pytest.mark.parametrize("name", SHIPPED)
def test_only_free_data_went_into_it(name: str) -> None:
    manifest = _manifest(name)
    assert {source.licence for source in manifest.training.data} <= FREE
    assert manifest.licence.spdx == "Apache-2.0"
    card = (MODELS / name / manifest.card).read_text(encoding="utf-8")
    assert all(source.name in card for source in manifest.training.data)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_text_is_there_in_both_languages(name: str) -> None:
    manifest = _manifest(name)
    labels = [manifest.title, manifest.description, manifest.limits, manifest.licence.sentence]
    labels += [c.label for c in manifest.classes() if len(c.label.en) > 1]  # an A is an A
    assert all(label.en and label.zh and label.en != label.zh for label in labels)
