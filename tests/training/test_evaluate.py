"""Measuring an exported model: what is written, what is refused, and that it repeats."""

import functools
import math
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from studio.contract.errors import ManifestInvalid
from studio.contract.manifest import (
    MANIFEST_NAME,
    Evaluation,
    Manifest,
    Measure,
    encode_manifest,
    read_model,
)
from tests.training.tiny import tiny_config, write_pictures
from training import card
from training.__main__ import main
from training.data.dataset import IMAGES_FILE, open_cache
from training.errors import TrainingError
from training.evaluate import run as evaluate_run
from training.evaluate.figures import MEASURE_NAMES, Figures, Seen, describe_figures, measures_of
from training.evaluate.run import EvaluateConfig, evaluate_model
from training.export import ExportConfig, export_run
from training.gan.diversity import load_classifier
from training.gan.train import train_gan
from training.ruler.export import RulerExportConfig, export_ruler
from training.ruler.manifest import RULER_NAME, find_rulers, read_ruler
from training.ruler.train import RulerConfig, train_ruler


def _train(folder: Path, *, ruler_held_out: float = 0.3) -> None:
    """After the folder's `pictures`: a model (`model`) and a ruler (`ruler`)."""
    gan = tiny_config(folder / "run", folder / "pictures", max_images=8)
    gan = replace(gan, data=replace(gan.data, held_out=0.3))
    assert train_gan(gan) == 0
    with pytest.MonkeyPatch.context() as patch:
        quick = functools.partial(load_classifier, pictures=256)
        patch.setattr("training.export.load_classifier", quick)
        export_run(
            ExportConfig(
                run=folder / "run",
                id="model",
                title_en="Squares",
                out=folder,
                truncation=0.7,
                diversity_samples=8,
                frechet_samples=32,
            )
        )
    ruler = RulerConfig(
        out=folder / "ruler-run",
        resolution=32,
        max_images=256,
        batch=16,
        data=replace(gan.data, held_out=ruler_held_out),
        engine=gan.engine,
    )
    assert train_ruler(ruler) == 0
    export_ruler(RulerExportConfig(run=folder / "ruler-run", id="ruler", out=folder))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures, a model after them (`model`) and a ruler (`ruler`)."""
    folder = tmp_path_factory.mktemp("measured")
    write_pictures(folder / "pictures", per_class=100)
    _train(folder)
    return folder


@pytest.fixture
def folder(measured: Path, tmp_path: Path) -> Path:
    """A copy that a test may change."""
    copy = tmp_path / "measured"
    shutil.copytree(measured, copy, copy_function=shutil.copy2)
    return copy


def _config(folder: Path, **changes: object) -> EvaluateConfig:
    config = EvaluateConfig(
        model=folder / "model",
        ruler=folder / "ruler",
        data_path=folder / "pictures",
        cache=folder / "cache",
    )
    return replace(config, **changes)  # type: ignore[arg-type]  # checked by replace


def _manifest(folder: Path) -> Manifest:
    return read_model(folder / "model").manifest


def test_the_figures_stand_in_manifest_and_card(folder: Path) -> None:
    before = _manifest(folder)
    figures = evaluate_model(_config(folder))
    manifest = _manifest(folder)
    assert msgspec.structs.replace(
        manifest, quality=(), evaluation=None
    ) == msgspec.structs.replace(before, quality=(), evaluation=None)
    assert manifest.evaluation == figures.evaluation
    assert manifest.evaluation is not None
    assert manifest.evaluation.samples == 60
    assert manifest.evaluation.graph_sha256 == manifest.graphs["generator"].sha256
    by_name = {(m.name, m.of): m for m in manifest.quality}
    assert len(by_name) == len(manifest.quality)
    distance = by_name["Frechet distance", ""]
    assert distance.value == pytest.approx(figures.whole.frechet, abs=1e-4)
    assert distance.reference == pytest.approx(figures.held_out.frechet, abs=1e-4)
    assert distance.value > figures.held_out.frechet  # it hardly trained
    assert ("precision", "truncation 0.7") in by_name
    assert {m.of for m in manifest.quality if m.name == "within-class diversity"} == {"red", "blue"}
    assert not any(m.name == "FD, own classifier" for m in manifest.quality)
    text = (folder / "model" / manifest.card).read_text(encoding="utf-8")
    assert text.count("## Measured") == 1
    assert f"{figures.whole.frechet:.2f}" in text
    assert figures.ruler.sha256 in text
    assert "parts" not in text.partition("## Measured")[2]  # the ruler knows none
    assert str(folder) not in text + (folder / "model" / MANIFEST_NAME).read_text("utf-8")


def test_the_sheets_show_every_class_and_every_neighbour(folder: Path) -> None:
    evaluate_model(_config(folder))
    with Image.open(folder / "model" / "evaluation.png") as samples:
        assert samples.size == (2 * (16 * 34 + 2), 2 * (2 * 34 + 2))
    with Image.open(folder / "model" / "neighbours.png") as neighbours:
        assert neighbours.size == (2 * (17 * 34 + 2), 2 * (3 * 34 + 2))


def test_a_kind_of_three_pictures_leaves_the_model_readable(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pictures", per_class=200)
    for path in sorted((tmp_path / "pictures" / "blue").iterdir())[3:]:
        path.unlink()
    _train(tmp_path)
    figures = evaluate_model(_config(tmp_path))
    blue = next(entry for entry in figures.classes if entry.class_id == "blue")
    assert not math.isfinite(blue.diversity) or not math.isfinite(blue.data_diversity)
    manifest = _manifest(tmp_path)
    measured = {m.of: m for m in manifest.quality if m.name == "within-class diversity"}
    assert measured["red"].reference is not None
    assert "blue" not in measured or measured["blue"].reference is None
    text = (tmp_path / "model" / manifest.card).read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| blue |"))
    assert "–" in row
    assert "nan" not in text.partition("## Measured")[2]
    assert "nan" not in describe_figures(figures)


def test_a_manifest_that_could_not_be_read_again_replaces_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in (folder / "model").iterdir()}

    def broken(manifest: Manifest) -> bytes:
        return encode_manifest(manifest).replace(b'"value":', b'"worth":')

    monkeypatch.setattr(evaluate_run, "encode_manifest", broken)
    with pytest.raises(ManifestInvalid):
        evaluate_model(_config(folder))
    assert {path.name: path.read_bytes() for path in (folder / "model").iterdir()} == before


def test_measuring_again_changes_nothing(folder: Path) -> None:
    evaluate_model(_config(folder))
    files = {path.name: path.read_bytes() for path in (folder / "model").iterdir()}
    evaluate_model(_config(folder))
    assert {path.name: path.read_bytes() for path in (folder / "model").iterdir()} == files


def test_another_seed_measures_other_samples(folder: Path) -> None:
    first = evaluate_model(_config(folder, write=False))
    second = evaluate_model(_config(folder, write=False, seed=1))
    assert first.whole != second.whole
    assert "--seed 1" in second.evaluation.command


def test_what_changes_in_the_folder_while_it_is_measured_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = evaluate_run.Evaluator.evaluate

    def meanwhile(
        self: evaluate_run.Evaluator, evaluation: Evaluation
    ) -> tuple[Figures, npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        _change(folder, version="1.0.1")
        return measure(self, evaluation)

    monkeypatch.setattr(evaluate_run.Evaluator, "evaluate", meanwhile)
    evaluate_model(_config(folder))
    assert _manifest(folder).version == "1.0.1"


def test_a_model_that_is_replaced_while_it_is_measured_is_not_written_to(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measure = evaluate_run.Evaluator.evaluate

    def meanwhile(
        self: evaluate_run.Evaluator, evaluation: Evaluation
    ) -> tuple[Figures, npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
        graph = msgspec.structs.replace(_manifest(folder).graphs["generator"], sha256="0" * 64)
        _change(folder, graphs={"generator": graph})
        return measure(self, evaluation)

    monkeypatch.setattr(evaluate_run.Evaluator, "evaluate", meanwhile)
    with pytest.raises(TrainingError, match="was replaced while it was measured"):
        evaluate_model(_config(folder))
    assert _manifest(folder).evaluation is None


def test_without_writing_the_model_stays_as_it_was(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in (folder / "model").iterdir()}
    evaluate_model(_config(folder, write=False))
    assert {path.name: path.read_bytes() for path in (folder / "model").iterdir()} == before


def test_pictures_learnt_by_heart_are_noticed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cache,) = (folder / "cache").iterdir()
    data = open_cache(cache)

    def recite(self: object, latent: np.ndarray, *rest: object, **how: object) -> np.ndarray:
        chosen = data.training_indices()[np.argsort(latent[:, 0], kind="stable")]
        return np.array(data.images[chosen])

    monkeypatch.setattr("training.parity.GeneratorRunner.run", recite)
    figures = evaluate_model(_config(folder, write=False))
    assert figures.pixels.suspicious == figures.features.suspicious == 1.0
    assert figures.pixels.median == 0.0


def test_a_second_ruler_replaces_all_figures_of_the_first(folder: Path) -> None:
    evaluate_model(_config(folder))
    first = _manifest(folder).quality
    parts = Measure(name="parts as often as in the data", value=0.5, of="red", method="other ruler")
    old = Measure(
        name="nearest training picture in the features of the ruler ruler", value=1.0, method="old"
    )
    own = Measure(name="liked", value=0.5, method="asked ten people")
    _change(folder, quality=(*first, parts, old, own))
    shutil.copytree(folder / "ruler", folder / "other")
    path = folder / "other" / RULER_NAME
    path.write_text(path.read_text("utf-8").replace('"id": "ruler"', '"id": "other"'), "utf-8")
    figures = evaluate_model(_config(folder, ruler=folder / "other"))
    quality = _manifest(folder).quality
    assert own in quality
    assert set(quality) - {own} == set(measures_of(figures))
    assert {m.name for m in measures_of(figures)} < MEASURE_NAMES
    assert not any("the ruler ruler" in m.name + m.method for m in quality)


def test_the_shipped_rulers_are_found_from_every_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert {path.name for path in find_rulers(evaluate_run.RULERS)} >= {"fashion-classes"}


def test_the_command_that_is_written_down_can_be_typed(folder: Path) -> None:
    (cache,) = (folder / "cache").iterdir()
    odd = folder / "the family's pictures"
    shutil.move(cache, odd)
    shutil.move(folder / "ruler", folder / "my ruler")
    config = _config(folder, ruler=folder / "my ruler", data_folder=odd, data_path=None, seed=3)
    words = shlex.split(evaluate_model(replace(config, write=False)).evaluation.command)
    assert words == [
        *("python", "-m", "training", "evaluate", "--model", "exported_models/model"),
        *("--ruler", "my ruler", "--data-folder", odd.name, "--seed", "3"),
    ]


def test_training_pictures_among_the_held_out_ones_are_counted_and_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cache,) = (folder / "cache").iterdir()
    data = open_cache(cache)
    images = np.lib.format.open_memmap(cache / IMAGES_FILE, mode="r+")
    images[data.held_out_indices()[:12]] = images[data.training_indices()[:12]]
    images.flush()
    figures = evaluate_model(_config(folder))
    assert figures.duplicates == 12
    assert figures.pixels.held_out_least > 0
    text = (folder / "model" / "CARD.md").read_text(encoding="utf-8")
    assert "Of the 60 held-out pictures 12 are, pixel for pixel, among the training" in text

    def recite(self: object, latent: np.ndarray, *rest: object, **how: object) -> np.ndarray:
        return np.array(data.images[data.training_indices()[: len(latent)]])

    monkeypatch.setattr("training.parity.GeneratorRunner.run", recite)
    figures = evaluate_model(_config(folder, write=False))
    assert figures.pixels.suspicious == figures.features.suspicious == 1.0


def test_how_much_of_the_data_the_ruler_has_seen_is_said_as_it_is(tmp_path: Path) -> None:
    write_pictures(tmp_path / "pictures", per_class=100)
    _train(tmp_path, ruler_held_out=0.1)
    ruler = read_ruler(tmp_path / "ruler").manifest
    caches = {path.name: open_cache(path) for path in (tmp_path / "cache").iterdir()}
    theirs = caches.pop(f"{ruler.data}-{ruler.data_key}")
    (ours,) = caches.values()
    seen = evaluate_model(_config(tmp_path)).seen
    assert seen is not None
    assert seen.of_training == 140
    assert seen.training == (~ours.held_out & ~theirs.held_out).sum()
    assert seen.held_out == (ours.held_out & ~theirs.held_out).sum()

    card_file = tmp_path / "model" / "CARD.md"
    sentence = f"trained on {seen.training} of the model's 140 training pictures and on "
    sentence += f"{seen.held_out} of the 60 held-out ones"
    assert sentence in card_file.read_text(encoding="utf-8")

    shutil.rmtree(theirs.folder)
    assert evaluate_model(_config(tmp_path)).seen is None
    text = card_file.read_text(encoding="utf-8")
    assert "Which of the pictures here it was trained on is not known." in text
    assert sentence not in text


def test_a_ruler_of_the_same_pictures_has_seen_what_the_model_has(folder: Path) -> None:
    seen = evaluate_model(_config(folder)).seen
    assert seen == Seen(training=140, of_training=140, held_out=0)
    text = (folder / "model" / "CARD.md").read_text(encoding="utf-8")
    assert "held-out ones, so held-out ones lie a little farther from the others" in text


def test_the_command_line_measures(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--model", str(folder / "model"), "--ruler", str(folder / "ruler")]
    (cache,) = (folder / "cache").iterdir()
    assert main(["evaluate", *words, "--data-folder", str(cache), "--no-write"]) == 0
    said = capsys.readouterr().out
    assert "Frechet distance" in said
    assert "precision" in said


def test_the_one_ruler_that_fits_is_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate_run, "RULERS", folder)
    figures = evaluate_model(_config(folder, ruler=None, write=False))
    assert figures.ruler.id == "ruler"
    assert "--ruler" not in figures.evaluation.command
    shutil.copytree(folder / "ruler", folder / "second")
    with pytest.raises(TrainingError, match="2 rulers here fit model; name one with --ruler"):
        evaluate_model(_config(folder, ruler=None, write=False))


def _change(folder: Path, **changes: object) -> None:
    manifest = msgspec.structs.replace(_manifest(folder), **changes)
    (folder / "model" / MANIFEST_NAME).write_bytes(encode_manifest(manifest))


def test_pictures_that_changed_since_the_training_are_refused(folder: Path) -> None:
    next((folder / "pictures" / "red").iterdir()).unlink()
    with pytest.raises(TrainingError, match="not, or no longer, those on which model was trained"):
        evaluate_model(_config(folder))


def test_pictures_of_other_classes_are_refused(folder: Path) -> None:
    with pytest.raises(TrainingError, match="other classes, size or colours"):
        evaluate_model(_config(folder, data_path=folder / "pictures" / "red"))


def test_too_few_pictures_to_measure_with_are_refused(folder: Path) -> None:
    config = dict(_manifest(folder).training.config)
    config["data.held_out"] = 0.05
    del config["data.key"]
    training = msgspec.structs.replace(_manifest(folder).training, config=config)
    _change(folder, training=training)
    with pytest.raises(TrainingError, match="10 pictures are held out, too few"):
        evaluate_model(_config(folder))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model": Path("nowhere")}, "nowhere: this model cannot be measured"),
        ({"ruler": Path("nowhere")}, "there is no such file"),
        ({"data_path": None}, "--data-path: name the folder of pictures"),
        ({"samples": 10}, "--samples at least 50"),
        ({"neighbours": 0}, "--neighbours must be at least 1"),
    ],
)
def test_what_cannot_be_measured_is_said(
    folder: Path, changes: dict[str, object], sentence: str
) -> None:
    with pytest.raises(TrainingError, match=sentence):
        evaluate_model(_config(folder, **changes))


def test_a_ruler_for_other_pictures_is_refused(folder: Path) -> None:
    with pytest.raises(TrainingError, match="this ruler is for other pictures"):
        evaluate_model(_config(folder, ruler=evaluate_run.RULERS / "fashion-classes"))


def test_a_section_of_a_card_is_replaced_and_the_rest_stays() -> None:
    text = "# A\n\nfirst\n\n## Measured\n\nold\n\n## After\n\nlast\n"
    replaced = card.replace_section(text, "Measured", "new\n")
    assert replaced == "# A\n\nfirst\n\n## Measured\n\nnew\n\n## After\n\nlast\n"
    assert card.replace_section("# A\n", "Measured", "new") == "# A\n\n## Measured\n\nnew\n"
    assert card.replace_section(replaced, "Measured", "new") == replaced
