"""Whole runs on tiny networks: resuming, stopping, refusing, measuring."""

import errno
import json
import signal
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.training.tiny import tiny_config, with_report
from training.checkpoints import list_checkpoints, load_checkpoint
from training.data.prepare import prepare_data
from training.engine import Engine, EngineConfig, StopRequest, stop_on_signals
from training.errors import TrainingError
from training.gan.config import GanConfig, config_command, config_to_json
from training.gan.diversity import (
    ClassDiversity,
    data_spread,
    load_classifier,
    share_right,
    spread,
)
from training.gan.measure import measure_diversity
from training.gan.model import Generator
from training.gan.sheets import seed_sheet, tile
from training.gan.train import GanRun, train_gan
from training.gan.trainer import GanTrainer
from training.progress import RunLog


def _newest(out: Path) -> dict[str, object]:
    return load_checkpoint(list_checkpoints(out)[-1])


def _tensors(state: object) -> list[torch.Tensor]:
    if isinstance(state, torch.Tensor):
        return [state]
    if isinstance(state, dict):
        return [tensor for key in state for tensor in _tensors(state[key])]
    if isinstance(state, list):
        return [tensor for part in state for tensor in _tensors(part)]
    return []


def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(
    pictures: Path, tmp_path: Path
) -> None:
    whole = tiny_config(tmp_path / "whole", pictures, max_images=48)
    halves = replace(whole, out=tmp_path / "halves", max_images=24)
    assert train_gan(whole) == 0
    assert train_gan(halves) == 0
    half = _newest(halves.out)
    assert train_gan(replace(halves, max_images=48, resume=True)) == 0
    first, second = _newest(whole.out), _newest(halves.out)
    assert first["step"] == second["step"] == 6
    assert half["step"] == 3
    pairs = list(zip(_tensors(first), _tensors(second), strict=True))
    assert len(pairs) > 50
    assert all(torch.equal(one, other) for one, other in pairs)
    assert not all(
        torch.equal(one, other) for one, other in zip(_tensors(half), _tensors(second), strict=True)
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"seed": 5}, "seed was 0 and is now 5"),
        ({"learning_rate": 1e-3}, r"learning_rate was 0\.0002 and is now 0\.001"),
        ({"batch": 16}, "batch was 8 and is now 16"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(
    pictures: Path, tmp_path: Path, change: dict[str, float], sentence: str
) -> None:
    config = tiny_config(tmp_path / "run", pictures, max_images=8)
    train_gan(config)
    changed = replace(config, resume=True, max_images=16, **change)  # type: ignore[arg-type]  # numbers all
    with pytest.raises(TrainingError, match=f"checkpoint-.*of another run.*{sentence}"):
        train_gan(changed)
    assert [path.name for path in list_checkpoints(config.out)] == ["checkpoint-0000000008.pt"]


def test_other_pictures_are_another_run(pictures: Path, tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", pictures, max_images=8)
    train_gan(config)
    (pictures / "red" / "000.png").unlink()
    with pytest.raises(TrainingError, match=r"of another run .the pictures are others"):
        train_gan(replace(config, resume=True))


def test_a_folder_that_holds_a_run_is_not_overwritten(pictures: Path, tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", pictures, max_images=8)
    train_gan(config)
    with pytest.raises(TrainingError, match="already holds a run; pass --resume"):
        train_gan(config)


def test_a_run_writes_sheets_numbers_and_events(pictures: Path, tmp_path: Path) -> None:
    config = with_report(
        tiny_config(tmp_path / "run", pictures, max_images=32),
        sheet_images=16,
        diversity_images=16,
        diversity_samples=8,
        classifier_images=256,
        tensorboard=True,
    )
    assert train_gan(config) == 0
    names = {path.name for path in (config.out / "sheets").iterdir()}
    assert names == {
        "0000000016-classes.png",
        "0000000016-seeds-red.png",
        "0000000032-classes.png",
        "0000000032-seeds-blue.png",
    }
    with Image.open(config.out / "sheets/0000000016-classes.png") as sheet:
        assert sheet.size == (12 * 34 + 2, 70)
    lines = (config.out / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    entries = [json.loads(line) for line in lines]
    keys = {key for entry in entries for key in entry}
    assert {"loss/generator", "loss/penalty", "diversity/red", "recognised/blue"} <= keys
    assert list((config.out / "tensorboard").iterdir())
    saved = json.loads((config.out / "config.json").read_text())
    assert saved["network"]["latent_dim"] == 8


def test_a_disk_that_fills_up_while_training_is_said_and_loses_no_checkpoint(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny_config(tmp_path / "run", pictures, max_images=16)
    train_gan(config)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(RunLog, "record", full)
    with pytest.raises(TrainingError, match="run: the disk is full"):
        train_gan(replace(config, max_images=64, resume=True))
    monkeypatch.undo()
    assert _newest(config.out)["images"] == 16


def _run(config: GanConfig, stop: StopRequest) -> GanRun:
    engine = Engine(config.engine)
    engine.launch()
    data = prepare_data(config.data, resolution=config.resolution, say=lambda _: None)
    log = RunLog(config.out, silent=True, tensorboard=False)
    config.out.mkdir(parents=True, exist_ok=True)
    return GanRun(config, data, engine, log, stop)


def test_an_interrupt_saves_and_can_be_continued(pictures: Path, tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", pictures, max_images=48)
    with stop_on_signals(StopRequest()) as stop:
        run = _run(config, stop)
        run.trainer.step()
        signal.raise_signal(signal.SIGTERM)
        assert run.train() is False
    assert stop.signal_number == signal.SIGTERM
    assert _newest(config.out)["images"] == 8
    assert train_gan(replace(config, resume=True)) == 0
    assert _newest(config.out)["images"] == 48


def test_a_second_interrupt_ends_at_once() -> None:
    with stop_on_signals(StopRequest()) as stop:
        signal.raise_signal(signal.SIGINT)
        assert stop
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_training_moves_both_networks_and_leaves_the_caller_its_random_numbers(
    pictures: Path, tmp_path: Path
) -> None:
    config = tiny_config(tmp_path / "run", pictures)
    torch.manual_seed(11)
    expected = torch.rand(3)
    torch.manual_seed(11)
    trainer = _run(config, StopRequest()).trainer
    before = [p.detach().clone() for p in trainer.generator.parameters()]
    judged = [p.detach().clone() for p in trainer.discriminator.parameters()]
    losses = [trainer.step() for _ in range(2)]
    assert torch.equal(torch.rand(3), expected)
    assert any(
        not torch.equal(a, b) for a, b in zip(before, trainer.generator.parameters(), strict=True)
    )
    assert any(
        not torch.equal(a, b)
        for a, b in zip(judged, trainer.discriminator.parameters(), strict=True)
    )
    assert np.isfinite(losses[0].penalty)
    assert np.isnan(losses[1].penalty)


def test_the_log_names_the_penalty_only_where_there_was_one(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = with_report(tiny_config(tmp_path / "run", pictures, max_images=32), log_images=8)
    assert train_gan(config) == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "logits" in line]
    assert ["R1" in line for line in lines] == [True, False, True, False]
    assert not any("nan" in line for line in lines)


def test_a_run_says_once_how_long_it_will_take(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = with_report(tiny_config(tmp_path / "run", pictures, max_images=32), log_images=8)
    assert train_gan(config) == 0
    said = capsys.readouterr().out
    assert said.count("At this speed first shapes take") == 1


def test_a_run_takes_the_cores_that_it_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {1, 5, 6, 7}, raising=False)
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    quick = EngineConfig(accelerator="cpu", precision="32-true")
    assert Engine(quick).threads == 4
    assert Engine(replace(quick, threads=3)).threads == 3


def test_a_loss_that_is_not_a_number_stops_the_run(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tiny_config(tmp_path / "run", pictures)
    run = _run(config, StopRequest())
    with torch.no_grad():
        run.trainer.discriminator.judge.bias.fill_(float("nan"))
    with pytest.raises(TrainingError, match="the loss is no longer a number after 8 images"):
        run.train()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"resolution": 48}, "--resolution 48: the dcgan recipe is made for 32 and 64 pixels"),
        ({"r1_every": 0}, "--r1-every 0: must be at least 1"),
        ({"learning_rate": 0}, "--learning-rate 0: must be above 0"),
        ({"batch": 9}, "--batch 9: must be a positive multiple of --group 4"),
    ],
)
def test_impossible_settings_are_refused_before_anything_is_made(
    pictures: Path, tmp_path: Path, change: dict[str, int], sentence: str
) -> None:
    config = replace(tiny_config(tmp_path / "run", pictures), **change)  # type: ignore[arg-type]  # numbers all
    with pytest.raises(TrainingError, match=sentence):
        train_gan(config)
    assert not config.out.exists()


def test_too_few_pictures_are_refused(pictures: Path, tmp_path: Path) -> None:
    for path in sorted(pictures.rglob("*.png"))[3:]:
        path.unlink()
    with pytest.raises(TrainingError, match="2 pictures are too few to train on; at least 4"):
        train_gan(tiny_config(tmp_path / "run", pictures))


def test_a_dying_latent_is_seen_and_said(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = with_report(
        tiny_config(tmp_path / "run", pictures),
        diversity_samples=8,
        classifier_images=512,
        diversity_images=8,
    )
    data = prepare_data(config.data, resolution=32, say=lambda _: None)
    classifier = load_classifier(data, pictures=512)
    spreads = data_spread(classifier, data, count=8)
    engine = Engine(config.engine)
    trainer = GanTrainer(config, data, engine)
    with torch.no_grad():  # cut every way that the latent has into the picture
        assert isinstance(trainer.generator, Generator)
        trainer.generator.start.weight.zero_()
        first = trainer.generator.style[0]
        assert isinstance(first, torch.nn.Linear)
        first.weight[:, : config.network.latent_dim].zero_()
    trainer.averaged.generator.load_state_dict(trainer.generator.state_dict())
    measured = measure_diversity(trainer.averaged.ready(), classifier, data, spreads, samples=8)
    assert all(entry.ratio < 0.01 and entry.dying for entry in measured)
    assert not ClassDiversity(class_id="x", generated=0.9, data=1.0, right=1.0).dying

    config.out.mkdir(parents=True)
    log = RunLog(config.out, silent=False, tensorboard=False)
    run = GanRun(config, data, engine, log, StopRequest())
    run.prepare()
    run.trainer.load(trainer.state())
    run.report_diversity()
    assert "the latent is dying: samples hardly differ in blue, red" in capsys.readouterr().out


def test_the_measuring_classifier_tells_the_classes_apart_and_is_kept(
    pictures: Path, tmp_path: Path
) -> None:
    config = tiny_config(tmp_path / "run", pictures)
    data = prepare_data(config.data, resolution=32, say=lambda _: None)
    torch.manual_seed(1)
    first = load_classifier(data, pictures=2000)
    torch.manual_seed(2)
    again = load_classifier(data, pictures=2000)
    assert first.accuracy > 0.9
    red = data.images[data.labels == 1]
    assert share_right(first.network, red, 1) > 0.9
    assert spread(first.network, red) == spread(again.network, red)
    assert spread(first.network, red[:1].repeat(5, axis=0)) == 0
    (path,) = data.folder.glob("classifier-*.pt")
    path.write_bytes(b"broken")
    with pytest.raises(TrainingError, match="this cached classifier is damaged"):
        load_classifier(data, pictures=2000)


def test_a_seed_sheet_shows_one_class_with_many_seeds(pictures: Path, tmp_path: Path) -> None:
    run = _run(tiny_config(tmp_path / "run", pictures), StopRequest())
    sheet = seed_sheet(run.trainer.averaged.ready(), 1)
    assert sheet.shape == (8 * 34 + 2, 8 * 34 + 2, 3)
    cells = [sheet[2 + 34 * row : 34 + 34 * row, 2:34] for row in range(8)]
    assert not np.array_equal(cells[0], cells[1])


def test_tiles_keep_their_order() -> None:
    pictures = np.arange(3, dtype=np.uint8)[:, None, None, None] * np.ones((1, 2, 2, 1), np.uint8)
    sheet = tile(pictures, 2)
    assert sheet.shape == (10, 10, 1)
    assert (sheet[2, 2, 0], sheet[2, 6, 0], sheet[6, 2, 0], sheet[6, 6, 0]) == (0, 1, 2, 255)


def test_the_command_in_the_card_names_no_folder_of_this_machine(
    pictures: Path, tmp_path: Path
) -> None:
    config = replace(tiny_config(tmp_path / "run", pictures), seed=3)
    command = config_command(json.loads(config_to_json(config)))
    assert str(tmp_path) not in command
    assert command.startswith("python -m training gan --out runs/run ")
    assert "--seed 3" in command
    assert "--network.latent-dim 8" in command
