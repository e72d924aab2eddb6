"""Exported models: agreeing with torch, complete, readable by the studio, or not there at all."""

import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import onnx
import pytest
import torch

from studio.contract.manifest import file_sha256, read_model
from tests.training.tiny import tiny_config
from training import export, parity
from training.checkpoints import list_checkpoints
from training.errors import TrainingError
from training.export import ExportConfig, Exported, export_run, sample_inputs
from training.gan.diversity import load_classifier
from training.gan.graph import generator_graph
from training.gan.model import Generator, PictureGenerator
from training.gan.restore import restore_run
from training.gan.train import train_gan
from training.model_manifest import licence_of
from training.parity import Floats, GeneratorRunner, largest_difference


@pytest.fixture
def run(pictures: Path, tmp_path: Path) -> Path:
    """A run of a few steps."""
    config = tiny_config(tmp_path / "run", pictures, max_images=24)
    train_gan(config)
    return config.out


def _config(run: Path, **changes: object) -> ExportConfig:
    config = ExportConfig(
        run=run,
        id="tiny",
        title_en="Tiny",
        title_zh="小",
        out=run.parent / "models",
        diversity_samples=8,
        frechet_samples=40,
        half_samples=50,
    )
    return replace(config, **changes)  # type: ignore[arg-type]  # checked by replace


@pytest.fixture(autouse=True)
def quick_classifier(monkeypatch: pytest.MonkeyPatch) -> None:
    """Train the measuring classifier for a moment only."""
    monkeypatch.setattr(
        "training.export.load_classifier", lambda data: load_classifier(data, pictures=256)
    )


def test_an_exported_model_is_one_that_the_studio_reads(run: Path) -> None:
    exported = export_run(_config(run))
    model = read_model(exported.folder)
    manifest = model.manifest
    assert [choice.label.en for choice in manifest.classes()] == ["blue", "red"]
    assert manifest.picture_size == (32, 32)
    assert manifest.latent is not None
    assert manifest.latent.dimension == 8
    assert manifest.training.samples_seen == 24
    graph = manifest.graphs["generator"]
    assert file_sha256(model.file(graph.file)) == graph.sha256
    assert file_sha256(model.file(manifest.golden.file)) == manifest.golden.sha256
    files = {"manifest.json", "generator.onnx", "golden.npz", "CARD.md", "samples.png"}
    if graph.half is not None:
        files.add(graph.half.file)
    assert {path.name for path in exported.folder.iterdir()} == files
    assert [path.name for path in exported.folder.parent.iterdir()] == ["tiny"]


def test_the_golden_sample_replays(run: Path) -> None:
    folder = export_run(_config(run)).folder
    golden = np.load(folder / "golden.npz", allow_pickle=False)
    graph = (folder / "generator.onnx").read_bytes()
    runner = GeneratorRunner({"generator": graph}, level="all")
    made = runner.run(golden["latent"], golden["class_weights"])
    assert largest_difference(made, golden["image"]) <= 1
    assert golden["image"].shape == (4, 32, 32, 3)
    assert golden["image"].std() > 0


def test_the_graph_says_what_its_pixels_mean_and_nothing_of_this_machine(run: Path) -> None:
    folder = export_run(_config(run)).folder
    content = (folder / "generator.onnx").read_bytes()
    model = onnx.load_from_string(content)
    assert {p.key: p.value for p in model.metadata_props} == {
        "Image.BitmapPixelFormat": "Rgb8",
        "Image.ColorSpaceGamma": "SRGB",
        "Image.NominalPixelRange": "NominalRange_0_255",
    }
    assert not any(node.op_type == "BatchNormalization" for node in model.graph.node)
    batch = [value.type.tensor_type.shape.dim[0] for value in model.graph.input]
    assert [dim.dim_param for dim in batch] == ["batch", "batch"]
    assert str(Path.cwd()).encode() not in content
    assert b"site-packages" not in content
    for name in ("manifest.json", "CARD.md"):
        assert str(run.parent) not in (folder / name).read_text(encoding="utf-8")


def test_the_same_weights_make_the_same_graph(run: Path) -> None:
    generator = restore_run(run).generator
    assert isinstance(generator, Generator)
    assert generator_graph(generator) == generator_graph(generator)


def test_the_card_says_what_was_measured(run: Path) -> None:
    exported = export_run(_config(run))
    card = (exported.folder / "CARD.md").read_text(encoding="utf-8")
    assert f"(not FID): {exported.frechet[0]:.2f}; for held-out" in card
    assert "24 images seen" in card
    assert "| red | red |" in card
    assert "check what that allows" in card  # the pictures' licence is unknown


def test_an_export_that_disagrees_with_torch_leaves_nothing(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = export._expected

    def two_levels_off(
        generator: PictureGenerator, inputs: tuple[Floats, ...]
    ) -> npt.NDArray[np.uint8]:
        expected = made(generator, inputs)
        expected[3, 5, 5, 0] ^= 2
        return expected

    monkeypatch.setattr(export, "_expected", two_levels_off)
    with pytest.raises(TrainingError, match="differs from torch by 2 levels at batch 1"):
        export_run(_config(run))
    assert not (run.parent / "models").exists()


def test_a_graph_that_depends_on_its_company_is_refused(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_batch(runner: GeneratorRunner, latent: Floats, weights: Floats) -> npt.NDArray[np.uint8]:
        return np.full((len(latent), 2), len(latent), np.uint8)

    monkeypatch.setattr(GeneratorRunner, "run", by_batch)
    inputs = sample_inputs(8, latent_dim=8, classes=2, seed=0)
    generator = restore_run(run).generator
    assert isinstance(generator, Generator)
    graphs = {"generator": generator_graph(generator)}
    with pytest.raises(TrainingError, match="other bytes of a sample alone than in a batch"):
        parity.require_batch_invariance(graphs, inputs)


def test_exports_are_checked_at_the_level_at_which_the_studio_runs() -> None:
    from studio.runtime.sessions import OPTIMISATION

    assert parity.STUDIO_LEVEL == OPTIMISATION


def test_a_second_export_replaces_the_first_whole(run: Path) -> None:
    first = export_run(_config(run))
    (first.folder / "left-over").write_text("x")
    second = export_run(_config(run, title_en="New"))
    assert read_model(second.folder).manifest.title.en == "New"
    assert not (second.folder / "left-over").exists()
    assert [path.name for path in second.folder.parent.iterdir()] == ["tiny"]


def test_a_folder_that_is_no_model_is_not_replaced(run: Path) -> None:
    target = run.parent / "models" / "tiny"
    target.mkdir(parents=True)
    (target / "thesis.txt").write_text("years of work")
    with pytest.raises(TrainingError, match="is not one of ours"):
        export_run(_config(run))
    assert (target / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("name", ["My Model", "../mine", "", ".mine", "a" * 65])
def test_a_name_that_the_studio_would_refuse_is_refused_first(run: Path, name: str) -> None:
    with pytest.raises(TrainingError, match="must be small letters"):
        export_run(_config(run, id=name))


def test_the_control_from_typical_to_strange_stands_where_it_was_put(run: Path) -> None:
    control = read_model(export_run(_config(run, truncation=0.7)).folder).manifest.controls[1]
    assert (control.name, control.default) == ("truncation", 0.7)
    with pytest.raises(TrainingError, match=r"--truncation 1\.6: must be from 0 to 1\.5"):
        export_run(_config(run, truncation=1.6))


def test_an_earlier_checkpoint_can_be_exported(pictures: Path, run: Path, tmp_path: Path) -> None:
    earlier = tmp_path / "kept.pt"
    shutil.copy(list_checkpoints(run)[-1], earlier)
    train_gan(replace(tiny_config(run, pictures, max_images=48), resume=True))
    exported = export_run(_config(run, checkpoint=earlier))
    assert read_model(exported.folder).manifest.training.samples_seen == 24
    with pytest.raises(TrainingError, match=r"none\.pt: there is no such checkpoint"):
        export_run(_config(run, checkpoint=tmp_path / "none.pt"))


def test_a_run_without_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="there is no checkpoint in this folder"):
        export_run(_config(tmp_path))


def test_the_licence_follows_the_data(run: Path) -> None:
    info = restore_run(run).data.info
    assert licence_of(info).spdx == "LicenseRef-training-data"
    own = msgspec.structs.replace(info.credits[0], licence="own", creator="Me")
    licence = licence_of(msgspec.structs.replace(info, credits=(own,)))
    assert licence.spdx == "LicenseRef-own"
    assert "by Me" in licence.credit
    assert "its maker's own pictures" in licence.sentence.en


def test_sample_inputs_cover_classes_and_blends() -> None:
    latent, weights = sample_inputs(16, latent_dim=5, classes=4, seed=1)
    assert latent.shape == (16, 5)
    assert np.allclose(weights.sum(axis=1), 1)
    assert set(weights.argmax(axis=1)) == {0, 1, 2, 3}
    assert (weights[-1] == 0.5).sum() == 2


def test_onnxruntime_is_not_imported_while_it_may_report(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    with pytest.raises(RuntimeError, match="ORT_DISABLE_TELEMETRY=1 must be set"):
        GeneratorRunner({"generator": b""}, level="all")


def test_describe_names_the_levels(run: Path) -> None:
    exported = export_run(_config(run))
    assert isinstance(exported, Exported)
    assert exported.difference <= 1
    text = export.describe(exported)
    assert "same bytes at every batch size" in text
    assert "blue " in text


def test_restored_weights_are_the_averaged_ones(run: Path) -> None:
    restored = restore_run(run)
    state = torch.load(restored.checkpoint, weights_only=True)
    assert isinstance(restored.generator, Generator)
    assert torch.equal(restored.generator.class_table, state["averaged"]["class_table"])
