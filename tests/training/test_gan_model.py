"""The networks: shapes, the class's ways into them, and what keeps the latent alive."""

import numpy as np
import pytest
import torch

from tests.training.tiny import TINY_NETWORK
from training.gan.average import AveragedGenerator, measure_statistics, one_hot
from training.gan.diversity import to_levels, to_signal
from training.gan.graph import fold_statistics
from training.gan.model import Discriminator, Generator, NetworkConfig, group_deviation


def _generator(resolution: int = 32, channels: int = 3) -> Generator:
    torch.manual_seed(5)
    return Generator(resolution=resolution, channels=channels, classes=3, config=TINY_NETWORK)


@pytest.mark.parametrize("resolution", [32, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_have_the_size_asked_for(resolution: int, channels: int) -> None:
    generator = _generator(resolution, channels)
    picture = generator(torch.randn(4, 8), torch.eye(3)[[0, 1, 2, 0]])
    assert picture.shape == (4, channels, resolution, resolution)
    assert picture.abs().max() <= 1
    judge = Discriminator(
        resolution=resolution, channels=channels, classes=3, group=2, config=TINY_NETWORK
    )
    assert judge(picture, torch.tensor([0, 0, 1, 1])).shape == (4,)


def test_a_size_that_is_no_power_of_two_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="48 is not 4 times a power of two"):
        _generator(48)


def test_latent_and_class_both_reach_the_style() -> None:
    generator = _generator()
    latent = torch.randn(2, 8)
    weights = torch.eye(3)[[0, 0]]
    style = generator.style_vector(latent, weights)
    assert not torch.allclose(style[0], style[1])
    other = generator.style_vector(latent, torch.eye(3)[[1, 1]])
    assert not torch.allclose(style, other)


def test_a_blend_of_classes_is_as_strong_as_a_class() -> None:
    generator = _generator()
    latent = torch.zeros(1, 8)
    half = torch.tensor([[0.5, 0.5, 0.0]])
    assert torch.allclose(
        generator.style_vector(latent, half), generator.style_vector(latent, half * 20), atol=1e-5
    )


def test_group_deviation_is_that_of_each_group() -> None:
    features = torch.randn(6, 2, 4, 4)
    channel = group_deviation(features, 3)
    assert channel.shape == (6, 1, 4, 4)
    for first in (0, 3):
        group = features[first : first + 3].numpy().reshape(3, -1)
        expected = np.sqrt(group.var(axis=0) + 1e-8).mean()
        assert np.allclose(channel[first : first + 3].numpy(), expected, rtol=1e-5)


def test_identical_members_have_no_deviation() -> None:
    same = torch.randn(1, 2, 4, 4).expand(4, -1, -1, -1)
    assert group_deviation(same, 4).max() < 2e-4


def test_measured_statistics_do_not_depend_on_what_was_there() -> None:
    first, second = _generator(), _generator()
    second(torch.randn(16, 8) * 50, torch.eye(3)[torch.zeros(16, dtype=torch.long)])
    measured = [measure_statistics(generator).state_dict() for generator in (first, second)]
    assert all(torch.equal(measured[0][name], measured[1][name]) for name in measured[0])


def test_folding_the_statistics_changes_no_picture() -> None:
    generator = _generator()
    measure_statistics(generator)
    latent, weights = torch.randn(8, 8), one_hot(torch.arange(8) % 3, 3)
    with torch.no_grad():
        difference = generator(latent, weights) - fold_statistics(generator)(latent, weights)
    assert difference.abs().max() < 1e-5


def test_the_average_follows_and_lags() -> None:
    generator = _generator()
    averaged = AveragedGenerator(generator, half_life_images=8.0)
    start = generator.start.weight.detach().clone()
    with torch.no_grad():
        generator.start.weight += 1.0
    averaged.update(generator, images=10_000, batch=8)
    assert isinstance(averaged.generator, Generator)
    moved = averaged.generator.start.weight - start
    assert torch.allclose(moved, torch.full_like(moved, 0.5), atol=1e-5)


def test_every_level_survives_the_way_to_the_network_and_back() -> None:
    levels = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    signal = to_signal(levels)
    assert signal.min() == -1
    assert signal.max() < 1
    assert np.array_equal(to_levels(signal), levels)


def test_the_shipped_sizes_stay_small() -> None:
    generator = Generator(resolution=64, channels=3, classes=8, config=NetworkConfig())
    assert sum(p.numel() for p in generator.parameters()) < 2_000_000
