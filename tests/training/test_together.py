"""One latent for several letters: who shares what, and a verdict on the set."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.tiny import TINY_NETWORK, tiny_config, write_typefaces
from training.data.dataset import PictureSet
from training.data.prepare import DataConfig, prepare_data
from training.engine import Engine, EngineConfig
from training.errors import TrainingError
from training.gan.config import GanConfig
from training.gan.style_model import StyleGenerator
from training.gan.together import (
    SetDiscriminator,
    SetOrder,
    as_sheets,
    from_sheets,
    shared_positions,
)
from training.gan.train import train_gan
from training.gan.trainer import GanTrainer

TABLE = np.arange(10 * 26).reshape(10, 26)


def _silent(text: str) -> None:
    del text


@pytest.fixture
def letters(tmp_path: Path) -> DataConfig:
    names = tuple(f"{initial}ileron" for initial in "ABCDEFGH")
    write_typefaces(tmp_path / "fonts", names=names)
    return DataConfig(
        source="typefaces",
        path=tmp_path / "fonts",
        drawings=2,
        held_out=0.25,
        cache=tmp_path / "cache",
    )


def _config(tmp_path: Path, letters: DataConfig) -> GanConfig:
    config = tiny_config(tmp_path / "run", tmp_path, max_images=64)
    return replace(config, recipe="style", batch=16, group=4, together=2, data=letters)


def test_a_batch_shows_several_letters_of_the_same_alphabets() -> None:
    order = SetOrder(TABLE, group=3, together=4, batch=24, seed=1)
    for number in range(20):
        blocks = order.batch(number).reshape(2, 4, 3)
        sets, letters = blocks // 26, blocks % 26
        assert (sets == sets[:, :1]).all()
        assert (letters == letters[:, :, :1]).all()
        for block in range(2):
            assert len(set(sets[block, 0])) == 3
            assert len(set(letters[block, :, 0])) == 4


def test_every_alphabet_is_shown_once_an_epoch_and_every_letter_in_time() -> None:
    order = SetOrder(TABLE, group=5, together=2, batch=10, seed=1)
    assert order.groups_per_epoch == 2
    for epoch in range(5):
        epochs_sets = [order.batch(2 * epoch + part) // 26 for part in range(2)]
        assert sorted(np.unique(np.concatenate(epochs_sets))) == list(range(10))
    seen = {int(index) % 26 for number in range(100) for index in order.batch(number)}
    assert seen == set(range(26))


def test_a_step_sees_the_same_pictures_whenever_it_is_asked_for() -> None:
    first, second = (SetOrder(TABLE, group=2, together=2, batch=8, seed=3) for _ in range(2))
    expected = [first.batch(number) for number in range(7)]
    for number in reversed(range(7)):
        assert np.array_equal(second.batch(number), expected[number])
    assert not np.array_equal(
        SetOrder(TABLE, group=2, together=2, batch=8, seed=4).batch(0), expected[0]
    )


def test_fewer_alphabets_than_a_group_repeat() -> None:
    order = SetOrder(TABLE[:2], group=4, together=2, batch=8, seed=0)
    assert np.bincount(order.batch(0) // 26).tolist() == [4, 4]


def test_a_batch_that_is_no_multiple_is_refused() -> None:
    with pytest.raises(ValueError, match="cut"):
        SetOrder(TABLE, group=3, together=4, batch=20, seed=0)
    with pytest.raises(ValueError, match="26 classes"):
        SetOrder(TABLE, group=1, together=27, batch=27, seed=0)


def test_members_of_a_set_share_the_position_of_its_first() -> None:
    shared = shared_positions(12, group=3, together=2)
    assert shared.tolist() == [0, 1, 2, 0, 1, 2, 6, 7, 8, 6, 7, 8]
    assert shared_positions(4, group=4, together=1).tolist() == [0, 1, 2, 3]


def test_sheets_hold_the_pictures_of_one_set_and_come_apart_again() -> None:
    pictures = torch.arange(12.0).reshape(12, 1, 1, 1).expand(-1, 2, 3, 3)
    sheets = as_sheets(pictures, group=3, together=2)
    assert sheets.shape == (6, 4, 3, 3)
    assert sheets[:, ::2, 0, 0].tolist() == [[0, 3], [1, 4], [2, 5], [6, 9], [7, 10], [8, 11]]
    assert torch.equal(from_sheets(sheets, group=3, together=2), pictures)


def _discriminator(*, group_deviation: bool = True) -> SetDiscriminator:
    torch.manual_seed(0)
    return SetDiscriminator(
        resolution=32,
        channels=1,
        classes=26,
        group=2,
        together=3,
        config=replace(TINY_NETWORK, group_deviation=group_deviation),
    )


def test_a_verdict_depends_on_the_own_picture_and_on_the_others_of_its_set() -> None:
    network = _discriminator(group_deviation=False)
    pictures = torch.randn(12, 1, 32, 32)
    labels = torch.arange(6).repeat_interleave(2)
    before = network(pictures, labels)
    assert before.shape == (12,)
    changed = pictures.clone()
    changed[0] += 1  # of the first set of the first block, to which 2 and 4 belong
    moved = (network(changed, labels) - before).abs() > 1e-6
    assert moved.tolist() == [True, False] * 3 + [False] * 6


def test_the_order_of_letters_in_a_set_does_not_matter_to_its_others() -> None:
    network = _discriminator()
    pictures, labels = torch.randn(6, 1, 32, 32), torch.tensor([3, 3, 7, 7, 9, 9])
    turned = torch.tensor([2, 3, 4, 5, 0, 1])
    first = network(pictures, labels)
    second = network(pictures[turned], labels[turned])
    assert torch.allclose(first[turned], second, atol=1e-5)


def test_pictures_of_one_set_are_made_with_one_latent_and_one_mixing() -> None:
    torch.manual_seed(0)
    generator = StyleGenerator(resolution=32, channels=1, classes=3, config=TINY_NETWORK).eval()
    shared = shared_positions(8, group=4, together=2)
    latent = torch.randn(8, TINY_NETWORK.latent_dim)[shared]
    weights = torch.eye(3)[torch.zeros(8, dtype=torch.long)]
    made = generator.draw_training(latent, weights, np.random.default_rng(1), shared=shared)
    # One class in both groups and noise of no strength: then sets are pairs of equal pictures.
    assert torch.allclose(made[:4], made[4:], atol=1e-5)
    assert not torch.allclose(made[0], made[1], atol=1e-2)


def test_a_run_with_sets_is_the_same_after_a_break(tmp_path: Path, letters: DataConfig) -> None:
    config = _config(tmp_path, letters)
    data = prepare_data(letters, resolution=32, say=_silent)
    whole = _trainer(config, data)
    losses = [whole.step() for _ in range(4)]
    first, second = _trainer(config, data), _trainer(config, data)
    assert [first.step() for _ in range(2)] == losses[:2]
    second.load(first.state())
    assert [second.step().generator for _ in range(2)] == [loss.generator for loss in losses[2:]]


def _trainer(config: GanConfig, data: PictureSet) -> GanTrainer:
    return GanTrainer(
        config, data, Engine(EngineConfig(accelerator="cpu", precision="32-true", threads=1))
    )


def test_training_sees_no_held_out_alphabet(tmp_path: Path, letters: DataConfig) -> None:
    data = prepare_data(letters, resolution=32, say=_silent)
    trainer = _trainer(_config(tmp_path, letters), data)
    for number in range(50):
        assert not data.held_out[trainer._order.batch(number)].any()


def test_letters_are_trained_together_with_changes(tmp_path: Path, letters: DataConfig) -> None:
    config = replace(_config(tmp_path, letters), augment=("translation", "cutout"))
    assert train_gan(config) == 0
    assert list((tmp_path / "run" / "sheets").glob("*-classes.png"))


def test_pictures_that_do_not_belong_together_are_refused(pictures: Path, tmp_path: Path) -> None:
    config = replace(tiny_config(tmp_path / "run", pictures), batch=8, together=2)
    with pytest.raises(TrainingError, match="do not belong together"):
        train_gan(config)
    assert not (tmp_path / "run").exists()


def test_impossible_numbers_of_letters_are_refused(tmp_path: Path, letters: DataConfig) -> None:
    config = _config(tmp_path, letters)
    with pytest.raises(TrainingError, match="--together 3"):
        train_gan(replace(config, together=3))
    with pytest.raises(TrainingError, match="26 classes"):
        train_gan(replace(config, together=32, batch=128))
    with pytest.raises(TrainingError, match="positive multiple"):
        train_gan(replace(config, together=0))
