"""Runs of the style recipe: both losses, budgets of the processor's time, falling step sizes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.training.tiny import TINY_STYLE, tiny_style_config, with_report
from training.checkpoints import list_checkpoints, load_checkpoint
from training.data.prepare import prepare_data
from training.engine import Engine
from training.errors import TrainingError
from training.gan.config import (
    GanConfig,
    check_config,
    config_command,
    config_to_json,
    default_config,
    recipe_of,
)
from training.gan.recipes import Loss
from training.gan.restore import restore_run
from training.gan.style_model import StyleGenerator
from training.gan.train import train_gan
from training.gan.trainer import GanTrainer


def _newest(out: Path) -> dict[str, object]:
    return load_checkpoint(list_checkpoints(out)[-1])


def _weights(state: dict[str, object], part: str) -> list[torch.Tensor]:
    weights = state[part]
    assert isinstance(weights, dict)
    return list(weights.values())


@pytest.mark.parametrize("loss", ["non_saturating", "relativistic"])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(
    pictures: Path, tmp_path: Path, loss: Loss
) -> None:
    whole = replace(
        tiny_style_config(tmp_path / "whole", pictures, max_images=32),
        loss=loss,
        r2_gamma=0.05,
        augment=("colour", "translation", "cutout"),
        network=replace(TINY_STYLE, group_deviation=loss == "non_saturating"),
    )
    halves = replace(whole, out=tmp_path / "halves", max_images=16)
    assert train_gan(whole) == train_gan(halves) == 0
    assert train_gan(replace(halves, max_images=32, resume=True)) == 0
    first, second = _newest(whole.out), _newest(halves.out)
    for part in ("generator", "discriminator", "averaged"):
        pairs = zip(_weights(first, part), _weights(second, part), strict=True)
        assert all(torch.equal(one, other) for one, other in pairs)


def test_both_losses_and_both_penalties_move_the_weights_each_in_its_way(
    pictures: Path, tmp_path: Path
) -> None:
    base = tiny_style_config(tmp_path / "run", pictures)
    data = prepare_data(base.data, resolution=32, say=lambda _: None)
    engine = Engine(base.engine)
    made = []
    for change in (
        {},
        {"loss": "relativistic"},
        {"r2_gamma": 5.0},
        {"r1_gamma": 5.0},
        {"augment": ("cutout",)},
    ):
        trainer = GanTrainer(replace(base, **change), data, engine)
        for _ in range(2):
            trainer.step()
        weights = torch.cat([p.flatten() for p in trainer.discriminator.parameters()])
        assert weights.isfinite().all()
        made.append(weights)
    assert all(not torch.equal(made[0], other) for other in made[1:])


def test_a_budget_of_processor_time_ends_a_run_and_is_counted(
    pictures: Path, tmp_path: Path
) -> None:
    config = replace(
        tiny_style_config(tmp_path / "run", pictures, max_images=None), max_cpu_minutes=0.5 / 60
    )
    assert train_gan(config) == 0
    spent = _newest(config.out)["cpu_seconds"]
    assert isinstance(spent, float)
    assert spent >= 0.5
    assert restore_run(config.out).cpu_seconds == spent
    assert train_gan(replace(config, max_cpu_minutes=1 / 60, resume=True)) == 0
    later = _newest(config.out)["cpu_seconds"]
    assert isinstance(later, float)
    assert later >= 1.0


def test_the_log_says_how_near_the_samples_are_and_what_that_took(
    pictures: Path, tmp_path: Path
) -> None:
    config = with_report(
        tiny_style_config(tmp_path / "run", pictures, max_images=16),
        diversity_images=8,
        diversity_samples=8,
        frechet_samples=16,
        classifier_images=256,
    )
    assert train_gan(config) == 0
    lines = (config.out / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    measured = [entry for entry in map(json.loads, lines) if "frechet/own_classifier" in entry]
    assert [entry["images"] for entry in measured] == [8, 16]
    assert all(entry["frechet/own_classifier"] > 0 for entry in measured)
    assert measured[0]["cpu_seconds"] <= measured[1]["cpu_seconds"]
    assert measured[1]["cpu_seconds"] > 0


def test_the_step_size_falls_at_the_end_of_the_budget(pictures: Path, tmp_path: Path) -> None:
    config = replace(tiny_style_config(tmp_path / "run", pictures), learning_rate_end=0.5)
    data = prepare_data(config.data, resolution=32, say=lambda _: None)
    trainer = GanTrainer(config, data, Engine(config.engine))

    def rate(share: float) -> float:
        trainer.pace(share)
        groups = [
            optimiser.param_groups[0]["lr"]
            for optimiser in (trainer.generator_optimiser, trainer.discriminator_optimiser)
        ]
        assert groups[0] == groups[1]
        return float(groups[0])

    assert rate(0) == rate(0.5) == config.learning_rate
    assert rate(0.75) == pytest.approx(config.learning_rate / 2)
    assert rate(1) == pytest.approx(config.learning_rate / 20)


def test_the_restored_generator_is_the_averaged_one(pictures: Path, tmp_path: Path) -> None:
    config = tiny_style_config(tmp_path / "run", pictures, max_images=16)
    train_gan(config)
    restored = restore_run(config.out)
    assert isinstance(restored.generator, StyleGenerator)
    averaged = _newest(config.out)["averaged"]
    assert isinstance(averaged, dict)
    table = averaged["mapping.class_table"]
    assert torch.equal(restored.generator.mapping.class_table, table)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"network": replace(TINY_STYLE, refined_sizes=(12,))}, "--network.refined-sizes 12"),
        ({"network": replace(TINY_STYLE, refined_sizes=(32,))}, "below --resolution"),
        ({"network": replace(TINY_STYLE, mapping_layers=0)}, "--network.mapping-layers 0"),
        ({"learning_rate_end": 1.5}, "--learning-rate-end"),
        ({"augment": ("blur",)}, "--augment blur: there are colour, translation, cutout"),
    ],
)
def test_impossible_settings_are_refused(
    tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    config: GanConfig = replace(tiny_style_config(tmp_path, tmp_path), **change)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(TrainingError, match=sentence):
        check_config(config)


def test_each_recipe_has_its_own_defaults_and_says_only_what_differs() -> None:
    for recipe, words in (("dcgan", ["gan"]), ("style", ["gan", "--recipe", "style"])):
        assert recipe_of(words) == (recipe if recipe == "style" else "")
        config = default_config(recipe)
        assert config.recipe == recipe
        check_config(config)
        stored = json.loads(config_to_json(config))
        assert config_command(stored) == f"python -m training {' '.join(words)} --out runs/run"
        stored["batch"] = 16
        stored["network"]["refined_sizes"] = [8, 16]
        command = config_command(stored)
        assert "--batch 16" in command
        assert "--network.refined-sizes 8 16" in command


@given(st.lists(st.text(max_size=20)))
def test_a_recipe_is_read_off_any_words(words: list[str]) -> None:
    assert recipe_of([*words, "--recipe", "style"]) == "style"
    assert recipe_of([*words, "--recipe=style"]) == "style"
    assert recipe_of([word for word in words if not word.startswith("--recipe")]) == ""
