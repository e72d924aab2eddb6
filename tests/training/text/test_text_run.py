"""A run learns, stops when asked to, and goes on as if it had not stopped."""

import json
import math
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
import torch

from tests.training.text.stand_ins import tiny_config, write_tang_packages, write_texts
from training.checkpoints import list_checkpoints, load_checkpoint
from training.errors import TrainingError
from training.run_folder import CONFIG_FILE
from training.text import train
from training.text.config import TextConfig, TextReportConfig, config_command
from training.text.corpus import TextDataConfig
from training.text.model import TextNetwork
from training.text.restore import restore_text
from training.text.train import train_text
from training.text.trainer import TextTrainer, nats_of


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    write_texts(tmp_path / "texts")
    return tmp_path / "texts"


def _stop_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Have the system ask the process to end once so many steps are done."""
    step = TextTrainer.step

    def counting(trainer: TextTrainer) -> float:
        loss = step(trainer)
        if trainer.step_number == steps:
            os.kill(os.getpid(), signal.SIGTERM)
        return loss

    monkeypatch.setattr(TextTrainer, "step", counting)


def _weights(folder: Path) -> dict[str, object]:
    newest = list_checkpoints(folder)[-1]
    state = load_checkpoint(newest)
    return {name: state[name] for name in ("step", "network", "averaged", "optimisers")}


def _same(first: object, second: object) -> bool:
    if isinstance(first, torch.Tensor):
        return isinstance(second, torch.Tensor) and torch.equal(first, second)
    if isinstance(first, dict):
        return isinstance(second, dict) and all(
            _same(first[key], second[key]) for key in first.keys() | second.keys()
        )
    if isinstance(first, list | tuple):
        return isinstance(second, list | tuple) and all(
            _same(one, other) for one, other in zip(first, second, strict=True)
        )
    return first == second


@pytest.mark.parametrize("precision", ["32-true", "bf16-mixed"])
def test_a_resumed_run_is_the_uninterrupted_one_to_the_bit(
    tmp_path: Path,
    texts: Path,
    monkeypatch: pytest.MonkeyPatch,
    precision: Literal["bf16-mixed", "32-true"],
) -> None:
    assert threading.current_thread() is threading.main_thread()
    config = tiny_config(tmp_path / "whole", texts)
    config = replace(config, engine=replace(config.engine, precision=precision))
    assert train_text(config) == 0
    parts = replace(config, out=tmp_path / "parts")
    with monkeypatch.context() as patched:
        _stop_after(patched, 3)
        assert train_text(parts) == 128 + signal.SIGTERM
    assert load_checkpoint(list_checkpoints(parts.out)[-1])["step"] == 3
    assert train_text(replace(parts, resume=True)) == 0
    assert _same(_weights(config.out), _weights(parts.out))


def test_it_learns_what_the_texts_have_in_common(
    tmp_path: Path, texts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tiny_config(tmp_path / "run", texts, passes=6.0, learning_rate=5e-3)
    config = replace(config, data=replace(config.data, validation=0.1))
    assert train_text(config) == 0
    said = capsys.readouterr().out
    (bits,) = (float(line.split()[2]) for line in said.splitlines() if "Validation:" in line)
    assert bits < 1.5
    assert "Done" in said


def test_poems_are_learnt_by_their_characters(tmp_path: Path) -> None:
    write_tang_packages(tmp_path / "packages")
    config = tiny_config(tmp_path / "run", tmp_path / "packages", tokenizer="characters")
    data = TextDataConfig(source="tang", path=tmp_path / "packages", cache=tmp_path / "cache")
    assert train_text(replace(config, data=data)) == 0
    run = restore_text(config.out)
    assert run.tokenizer.encode("明月").tokens == ["明", "月"]
    assert [credit.licence for credit in run.corpus.credits] == ["public domain", "Apache-2.0"]


def test_gradients_of_micro_batches_add_up_to_those_of_the_whole(
    tmp_path: Path, texts: Path
) -> None:
    ends = []
    for size in (1, 4):
        config = tiny_config(
            tmp_path / str(size), texts, micro_batch=size, dropout=0.0, passes=0.2,
            optimiser="adamw",
        )  # fmt: skip
        assert train_text(config) == 0
        network = _weights(config.out)["network"]
        assert isinstance(network, dict)
        ends.append(network)
    for name in ends[0]:
        assert torch.allclose(ends[0][name], ends[1][name], atol=2e-3)


def test_the_step_size_rises_and_falls_to_its_end(tmp_path: Path, texts: Path) -> None:
    shares = []
    step = TextTrainer.step

    def watching(trainer: TextTrainer) -> float:
        shares.append(trainer.step_share())
        return step(trainer)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TextTrainer, "step", watching)
        train_text(tiny_config(tmp_path / "run", texts, learning_rate_end=0.1))
    assert shares[:2] == [0.5, 1.0]
    assert shares == sorted(shares[:2]) + sorted(shares[2:], reverse=True)
    assert 0.1 < shares[-1] < 0.2


@torch.no_grad()
def test_the_bits_of_a_text_do_not_depend_on_the_windows_where_the_context_suffices() -> None:
    torch.manual_seed(0)
    config = tiny_config(Path(), Path()).network
    network = TextNetwork(config, vocabulary=60).eval()
    tokens = torch.randint(0, 60, (config.context + 1,))
    whole = torch.nn.functional.cross_entropy(
        network(tokens[None, :-1])[0], tokens[1:], reduction="none"
    )
    assert torch.allclose(nats_of(network, tokens, stride=8), whole, atol=1e-5)
    longer = torch.randint(0, 60, (3 * config.context,))
    nats = nats_of(network, longer, stride=1, batch=5)
    at = 2 * config.context
    window = longer[at - config.context : at]
    last = network(window[None])[0, -1].log_softmax(-1)[longer[at]]
    assert float(nats[at - 1]) == pytest.approx(-float(last), abs=1e-4)
    assert bool((nats > 0).all())


def test_a_run_with_other_settings_is_not_continued(tmp_path: Path, texts: Path) -> None:
    config = tiny_config(tmp_path / "run", texts, passes=0.2)
    assert train_text(config) == 0
    with pytest.raises(TrainingError, match="already holds a run"):
        train_text(config)
    with pytest.raises(TrainingError, match=r"dropout was 0.1 and is now 0.2"):
        train_text(replace(config, resume=True, dropout=0.2))


def test_texts_shorter_than_two_windows_are_refused(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "0.txt").write_text("few", encoding="utf-8")
    (tmp_path / "texts" / "1.txt").write_text("words", encoding="utf-8")
    with pytest.raises(TrainingError, match="shorter than two windows"):
        train_text(tiny_config(tmp_path / "run", tmp_path / "texts"))


def test_a_loss_that_is_no_number_ends_the_run(
    tmp_path: Path, texts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TextTrainer, "step", lambda trainer: float(np.nan))
    with pytest.raises(TrainingError, match="no longer a number"):
        train_text(tiny_config(tmp_path / "run", texts))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"batch": 5}, "--batch 5: must be a multiple of --micro-batch 2"),
        ({"dropout": 1.0}, "--dropout 1.0: must be from 0 to below 1"),
        ({"passes": 0.0}, "--passes: must be more than 0"),
        ({"passes": math.inf}, "--passes: must be more than 0, and finite"),
        ({"lora_scale": 0.0}, "--lora-scale: must be more than 0"),
        ({"report": TextReportConfig(log_steps=0)}, "--report.log-steps: must be at least 1"),
        ({"report": TextReportConfig(keep_checkpoints=0)}, "--report.keep-checkpoints: must be"),
        ({"start_tokenizer": Path("tokenizer.json")}, "--start-tokenizer: needs --start"),
        ({"vocabulary": 100}, "--vocabulary 100: must be at least 257"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    tmp_path: Path, texts: Path, changes: dict[str, object], fault: str
) -> None:
    with pytest.raises(TrainingError, match=fault):
        train_text(tiny_config(tmp_path / "run", texts, **changes))


def test_the_command_of_a_run_says_what_is_not_the_default(tmp_path: Path, texts: Path) -> None:
    config = tiny_config(tmp_path / "run", texts, passes=0.2)
    train_text(config)
    command = config_command(json.loads((config.out / CONFIG_FILE).read_bytes()))
    assert command.startswith("python -m training text --average-steps 4.0 --batch 4 ")
    assert "--data.path texts" in command
    assert "--network.layers 2" in command
    assert str(tmp_path) not in command


def test_versions_are_kept(tmp_path: Path, texts: Path) -> None:
    config: TextConfig = tiny_config(tmp_path / "run", texts, passes=0.2)
    train_text(config)
    state = load_checkpoint(list_checkpoints(config.out)[-1])
    assert state["versions"] == train.versions()
