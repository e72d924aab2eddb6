"""Models of two graphs: what stands in the manifest, agrees with torch, and can be measured."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from studio.contract.manifest import MANIFEST_SCHEMA, Manifest, file_sha256, read_model
from tests.training.tiny import tiny_style_config, with_report
from training.curves import CURVE_FILE, read_curve
from training.errors import TrainingError
from training.evaluate.curve import CurveConfig, measure_curve
from training.evaluate.run import EvaluateConfig, evaluate_model, measured_graph
from training.export import ExportConfig, export_run
from training.gan.diversity import load_classifier, to_levels
from training.gan.restore import restore_run
from training.gan.style_model import StyleGenerator
from training.gan.train import train_gan
from training.half_precision import HalfConfig, add_half
from training.parity import GeneratorRunner, largest_difference
from training.ruler.export import RulerExportConfig, export_ruler
from training.ruler.train import RulerConfig, train_ruler


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of a few steps (`run`) and what became of it (`model`)."""
    from tests.training.tiny import write_pictures

    folder = tmp_path_factory.mktemp("styled")
    write_pictures(folder / "pictures", per_class=60)
    config = tiny_style_config(folder / "run", folder / "pictures", max_images=24)
    config = replace(config, data=replace(config.data, held_out=0.5))
    config = with_report(
        config, diversity_images=16, diversity_samples=8, frechet_samples=16, classifier_images=256
    )
    assert train_gan(config) == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "training.export.load_classifier", lambda data: load_classifier(data, pictures=256)
        )
        export_run(
            ExportConfig(
                run=folder / "run",
                id="model",
                title_en="Squares",
                out=folder,
                truncation=0.7,
                diversity_samples=8,
                frechet_samples=32,
                half_samples=50,
            )
        )
    return folder


def _manifest(folder: Path) -> Manifest:
    return read_model(folder / "model").manifest


def _graphs(folder: Path) -> dict[str, bytes]:
    entries = _manifest(folder).graphs.items()
    return {role: (folder / "model" / graph.file).read_bytes() for role, graph in entries}


def _restored(folder: Path) -> StyleGenerator:
    generator = restore_run(folder / "run").generator
    assert isinstance(generator, StyleGenerator)
    return generator


def test_the_manifest_says_what_the_studio_must_know(folder: Path) -> None:
    manifest = _manifest(folder)
    assert manifest.schema == MANIFEST_SCHEMA
    assert set(manifest.graphs) == {"mapping", "synthesis"}
    assert manifest.styles is not None
    assert manifest.styles.dimension == 8
    assert manifest.styles.layers == ("form", "form", "form", "texture")
    names = [control.name for control in manifest.controls]
    assert names == ["class", "truncation", "noise"]
    noise = manifest.control("noise")
    assert noise is not None
    assert (noise.tier, noise.default, noise.minimum) == ("more", 1.0, 0.0)
    for graph in manifest.graphs.values():
        assert file_sha256(folder / "model" / graph.file) == graph.sha256
    assert isinstance(manifest.training.config["cpu_seconds"], float)
    assert "--recipe style" in manifest.training.command
    assert "--network.refined-sizes 8" in manifest.training.command


def test_the_graphs_make_what_torch_makes(folder: Path) -> None:
    generator, runner = _restored(folder), GeneratorRunner(_graphs(folder), level="all")
    random = np.random.default_rng(5)
    latent = random.standard_normal((6, 8), dtype=np.float32)
    weights = np.eye(2, dtype=np.float32)[np.arange(6) % 2]
    noise = random.standard_normal((6, runner.noise_numbers), dtype=np.float32)
    rows = tuple(map(torch.from_numpy, (latent, weights, noise)))
    with torch.no_grad():
        assert (
            largest_difference(runner.run(latent, weights, noise), to_levels(generator(*rows))) <= 1
        )
        mean = rows[1] @ generator.style_means()
        style = mean + 0.5 * (generator.mapping(*rows[:2]) - mean)
        styles = style[:, None].expand(-1, generator.layers, -1)
        truncated = to_levels(generator.synthesis(styles, rows[2]))
    made = runner.run(latent, weights, noise, truncation=0.5)
    assert largest_difference(made, truncated) <= 1
    assert np.allclose(runner.styles(latent, weights, truncation=0.5), styles, atol=1e-5)


def test_without_noise_the_graph_takes_zeros(folder: Path) -> None:
    runner = GeneratorRunner(_graphs(folder), level="all")
    latent, weights = np.ones((1, 8), np.float32), np.eye(2, dtype=np.float32)[:1]
    zeros = np.zeros((1, runner.noise_numbers), np.float32)
    assert np.array_equal(runner.run(latent, weights), runner.run(latent, weights, zeros))


def test_the_golden_sample_replays(folder: Path) -> None:
    golden = np.load(folder / "model" / "golden.npz", allow_pickle=False)
    assert set(golden) == {"latent", "class_weights", "noise", "image"}
    runner = GeneratorRunner(_graphs(folder), level="all")
    made = runner.run(golden["latent"], golden["class_weights"], golden["noise"])
    assert np.array_equal(made, golden["image"])
    assert golden["image"].shape == (4, 32, 32, 3)


def test_no_normalisation_and_no_trace_of_this_machine_is_left(folder: Path) -> None:
    for content in _graphs(folder).values():
        graph = onnx.load_from_string(content).graph
        assert not any(node.op_type == "BatchNormalization" for node in graph.node)
        assert [value.type.tensor_type.shape.dim[0].dim_param for value in graph.input] == [
            "batch",
            "batch",
        ]
        assert b"site-packages" not in content
    for name in ("manifest.json", "CARD.md"):
        assert str(folder) not in (folder / "model" / name).read_text(encoding="utf-8")


def test_the_card_names_recipe_and_curve(folder: Path) -> None:
    card = (folder / "model" / "CARD.md").read_text(encoding="utf-8")
    assert "Karras et al. 2019" in card
    assert "non-saturating loss" in card
    assert "**run** (this model)" in card
    assert "seconds of a processor's time" in card
    assert "\n## Export\n" in card


def test_half_precision_stands_beside_the_synthesis_or_nowhere(folder: Path) -> None:
    said = add_half(HalfConfig(model=folder / "model", samples=60))
    manifest = _manifest(folder)
    assert manifest.graphs["mapping"].half is None
    half = manifest.graphs["synthesis"].half
    if half is None:
        assert "it has none" in said
    else:
        assert half.file == "synthesis.half.onnx"
        assert (folder / "model" / half.file).is_file()


def test_a_model_of_two_graphs_is_measured_by_both(folder: Path) -> None:
    config = tiny_style_config(folder / "run", folder / "pictures")
    ruler = RulerConfig(
        out=folder / "ruler-run",
        resolution=32,
        max_images=256,
        batch=16,
        data=replace(config.data, held_out=0.5),
        engine=config.engine,
    )
    assert train_ruler(ruler) == 0
    export_ruler(RulerExportConfig(run=folder / "ruler-run", id="ruler", out=folder))
    figures = evaluate_model(
        EvaluateConfig(
            model=folder / "model",
            ruler=folder / "ruler",
            data_path=folder / "pictures",
            cache=folder / "cache",
        )
    )
    said: list[str] = []
    curve = CurveConfig(run=folder / "run", ruler=folder / "ruler", samples=60)
    assert "1 checkpoints measured with ruler" in measure_curve(curve, say=said.append)
    assert len(said) == 1
    assert measure_curve(curve, say=said.append)
    assert len(said) == 1, "what was measured is not measured again"
    (mark,) = read_curve(folder / "run").marks
    assert mark.images == 24
    assert mark.frechet > 0
    assert len(mark.diversity) == len(mark.recognised) == 2
    assert mark.cpu_seconds == restore_run(folder / "run").cpu_seconds

    (folder / "run" / CURVE_FILE).write_bytes(b"{}")
    with pytest.raises(TrainingError, match=r"curve\.json: this curve cannot be read"):
        measure_curve(curve)
    with pytest.raises(TrainingError, match="there is no checkpoint in this folder to measure"):
        measure_curve(CurveConfig(run=folder))
    with pytest.raises(TrainingError, match="rulers here fit run; name one with --ruler"):
        measure_curve(replace(curve, ruler=None))

    manifest = _manifest(folder)
    assert figures.evaluation.graph_sha256 == measured_graph(manifest)
    assert measured_graph(manifest) not in {g.sha256 for g in manifest.graphs.values()}
    assert figures.whole.frechet != figures.truncated.frechet
    assert manifest.evaluation == figures.evaluation
