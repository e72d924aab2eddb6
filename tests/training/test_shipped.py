"""The two models that this repository ships: whole, small, replayable, and alive in each class."""

from pathlib import Path

import numpy as np
import pytest

from studio.contract.manifest import Manifest, file_sha256, read_model
from training.gan.diversity import DYING
from training.parity import GraphRunner, largest_difference

MODELS = Path(__file__).parents[2] / "exported_models"
SHIPPED = ("fashion-dcgan", "avatars-dcgan")


def _manifest(name: str) -> Manifest:
    return read_model(MODELS / name).manifest


@pytest.mark.parametrize("name", SHIPPED)
def test_every_file_is_the_one_that_the_manifest_names(name: str) -> None:
    manifest = _manifest(name)
    assert manifest.id == name
    assert file_sha256(MODELS / name / manifest.golden.file) == manifest.golden.sha256
    for graph in manifest.graphs.values():
        assert file_sha256(MODELS / name / graph.file) == graph.sha256
    assert sum(path.stat().st_size for path in (MODELS / name).iterdir()) < 8_000_000


@pytest.mark.parametrize("name", SHIPPED)
def test_the_golden_sample_replays(name: str) -> None:
    manifest = _manifest(name)
    golden = np.load(MODELS / name / manifest.golden.file, allow_pickle=False)
    graph = (MODELS / name / manifest.graphs["generator"].file).read_bytes()
    made = GraphRunner(graph, level="extended").run(golden["latent"], golden["class_weights"])
    assert largest_difference(made, golden["image"]) <= manifest.golden.tolerance


@pytest.mark.parametrize("name", SHIPPED)
def test_the_samples_of_each_class_visibly_differ(name: str) -> None:
    manifest = _manifest(name)
    measured = {m.of: m for m in manifest.quality if m.name == "within-class diversity"}
    assert set(measured) == {choice.value for choice in manifest.classes()}
    for measure in measured.values():
        assert measure.reference is not None
        assert measure.value / measure.reference > 2 * DYING

    graph = (MODELS / name / manifest.graphs["generator"].file).read_bytes()
    runner = GraphRunner(graph, level="extended")
    assert manifest.latent is not None
    latent = np.random.default_rng(1).standard_normal((8, manifest.latent.dimension))
    for row in np.eye(len(measured), dtype=np.float32):
        made = runner.run(latent.astype(np.float32), np.tile(row, (8, 1))).astype(np.float64)
        differences = np.abs(made[:, None] - made[None]).mean(axis=(2, 3, 4))
        assert differences[~np.eye(8, dtype=np.bool_)].min() > 1.0


@pytest.mark.parametrize("name", SHIPPED)
def test_only_free_data_went_into_it(name: str) -> None:
    manifest = _manifest(name)
    assert {source.licence for source in manifest.training.data} <= {"MIT", "CC0 1.0"}
    assert manifest.licence.spdx == "Apache-2.0"
    card = (MODELS / name / manifest.card).read_text(encoding="utf-8")
    assert all(source.name in card for source in manifest.training.data)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_text_is_there_in_both_languages(name: str) -> None:
    manifest = _manifest(name)
    labels = [manifest.title, manifest.description, manifest.limits, manifest.licence.sentence]
    labels += [choice.label for choice in manifest.classes()]
    assert all(label.en and label.zh and label.en != label.zh for label in labels)
