"""The generator of two parts: where styles, noise and truncation reach, and what folding keeps."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.training.tiny import TINY_STYLE
from training.data.order import stream
from training.gan.average import measure_statistics
from training.gan.graph import fold_synthesis
from training.gan.measure import NOISE_STRENGTHS, noise_maximum
from training.gan.model import NetworkConfig, parameter_count
from training.gan.style_model import StyleGenerator, plan_layers


def _generator(resolution: int = 32, channels: int = 3) -> StyleGenerator:
    """With noise that shows, which untrained strengths of zero would hide."""
    torch.manual_seed(5)
    generator = StyleGenerator(
        resolution=resolution, channels=channels, classes=3, config=TINY_STYLE
    )
    with torch.no_grad():
        for strength in generator.synthesis.noise_strengths:
            strength.fill_(0.3)
    measure_statistics(generator)
    return generator


@pytest.fixture(scope="module")
def generator() -> StyleGenerator:
    return _generator()


def _latents(count: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(count, 8, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("resolution", [32, 64])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_have_the_size_asked_for(resolution: int, channels: int) -> None:
    generator = _generator(resolution, channels)
    picture = generator(_latents(4), torch.eye(3)[[0, 1, 2, 0]])
    assert picture.shape == (4, channels, resolution, resolution)
    assert picture.abs().max() <= 1


@given(
    stages=st.integers(1, 5),
    least=st.sampled_from([4, 16, 32, 64]),
    refined=st.sets(st.sampled_from([4, 8, 16, 32])),
)
def test_the_layers_grow_from_four_pixels_to_half_of_the_picture(
    stages: int, least: int, refined: set[int]
) -> None:
    config = NetworkConfig(minimum_width=least, refined_sizes=tuple(refined))
    plan = plan_layers(4 << stages, config)
    ups = [layer for layer in plan if layer.kind != "refine"]
    assert [layer.size for layer in ups] == [4 << stage for stage in range(stages)]
    assert {layer.size for layer in plan if layer.kind == "refine"} == {
        size for size in refined if size <= ups[-1].size
    }
    assert plan[-1].after == min(least, config.maximum_width)
    assert all(layer.after <= config.maximum_width for layer in plan)
    assert all(first.after == second.before for first, second in itertools.pairwise(plan))
    zones = [layer.zone for layer in plan]
    order = ("form", "texture", "colour")
    assert zones == sorted(zones, key=order.index)


def test_a_size_that_is_no_power_of_two_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="48 is not 4 times a power of two"):
        plan_layers(48, TINY_STYLE)


def test_the_length_of_a_latent_decides_nothing(generator: StyleGenerator) -> None:
    latent, weights = _latents(4), torch.eye(3)[[0, 1, 2, 0]]
    style = generator.mapping(latent, weights)
    assert torch.allclose(style, generator.mapping(latent * 3, weights), atol=1e-5)
    assert torch.allclose(style, generator.mapping(latent, weights * 0.5), atol=1e-5)
    assert not torch.allclose(style[0], style[3])


def test_each_layer_listens_to_its_own_style(generator: StyleGenerator) -> None:
    styles = generator.mapping(_latents(1), torch.eye(3)[[0]])
    styles = styles[:, None].repeat(1, generator.layers, 1)
    with torch.no_grad():
        before = generator.synthesis(styles)
        for layer in range(generator.layers):
            other = styles.clone()
            other[:, layer] += 1
            assert (generator.synthesis(other) - before).abs().max() > 1e-3


def test_noise_changes_details_of_the_same_picture(generator: StyleGenerator) -> None:
    latent, weights = _latents(2), torch.eye(3)[[0, 1]]
    with torch.no_grad():
        noises = [generator.noise(2, stream(seed)) for seed in (1, 1, 2)]
        first, same, other = (generator(latent, weights, noise) for noise in noises)
        quiet = generator(latent, weights)
    assert torch.equal(first, same)
    assert not torch.allclose(first, other, atol=1e-4)
    none = torch.zeros(2, generator.synthesis.noise_numbers)
    with torch.no_grad():
        assert torch.allclose(generator(latent, weights, none), quiet, atol=1e-6)


def test_the_strongest_noise_is_one_that_shows(generator: StyleGenerator) -> None:
    assert noise_maximum(generator) == 3.0  # the fixture's noise is strong
    faint = _generator()
    with torch.no_grad():
        for strength in faint.synthesis.noise_strengths:
            strength.mul_(0.01)
    assert 3.0 < noise_maximum(faint) < NOISE_STRENGTHS[-1]
    with torch.no_grad():
        for strength in faint.synthesis.noise_strengths:
            strength.zero_()
    assert noise_maximum(faint) == NOISE_STRENGTHS[-1]


def test_truncation_leads_to_the_mean_of_the_class(generator: StyleGenerator) -> None:
    latent, weights = _latents(6), torch.eye(3)[[0, 0, 1, 1, 2, 2]]
    with torch.no_grad():
        made = {
            amount: generator.draw(latent, weights, stream(3), truncation=amount)
            for amount in (0.0, 0.5, 1.0)
        }
        means = generator.style_means()[:, None].expand(-1, generator.layers, -1)
        noise = generator.noise(6, stream(3))
        typical = generator.synthesis(means.repeat_interleave(2, dim=0), noise)
        whole = generator(latent, weights, noise)
    assert torch.allclose(made[0.0], typical, atol=1e-5)
    assert torch.allclose(made[1.0], whole, atol=1e-5)
    assert (made[0.5] - made[0.0]).abs().mean() < (made[1.0] - made[0.0]).abs().mean()


def test_in_training_some_pictures_have_the_styles_of_two_latents() -> None:
    generator = _generator()
    latent, weights = _latents(1).expand(64, -1), torch.eye(3)[torch.zeros(64, dtype=torch.long)]
    with torch.no_grad():
        for strength in generator.synthesis.noise_strengths:
            strength.zero_()
        plain = generator(latent, weights)
        drawn = generator.draw_training(latent, weights, stream(1))
        again = generator.draw_training(latent, weights, stream(1))
    assert torch.equal(drawn, again)
    unmixed = (drawn - plain).abs().amax(dim=(1, 2, 3)) < 1e-4
    assert 16 < int(unmixed.sum()) < 48


def test_folding_the_statistics_changes_no_picture(generator: StyleGenerator) -> None:
    latent, weights = _latents(6), torch.eye(3)[[0, 1, 2, 0, 1, 2]]
    noise = generator.noise(6, stream(8))
    with torch.no_grad():
        styles = generator.mapping(latent, weights)[:, None].expand(-1, generator.layers, -1)
        folded = fold_synthesis(generator.synthesis)(styles, noise)
        assert (generator(latent, weights, noise) - folded).abs().max() < 1e-5


def test_measuring_the_statistics_twice_gives_the_same(generator: StyleGenerator) -> None:
    before = {name: value.clone() for name, value in generator.state_dict().items()}
    measure_statistics(generator)
    after = generator.state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())
    assert np.isfinite(generator.style_means().numpy()).all()


def test_an_untrained_picture_has_no_grid() -> None:
    torch.manual_seed(5)
    generator = StyleGenerator(resolution=32, channels=3, classes=3, config=TINY_STYLE)
    measure_statistics(generator)
    with torch.no_grad():
        picture = generator(_latents(8), torch.eye(3)[[0, 1, 2, 0, 1, 2, 0, 1]])
    even, odd = picture[..., 1::2, 1:-1], picture[..., ::2, 1:-1]
    within = (even - odd).abs().mean()
    across = (odd[..., 1:, :] - even[..., :-1, :]).abs().mean()
    assert within < 0.1 * across  # the two rows of one place begin alike


def test_the_sizes_that_are_shipped_stay_small() -> None:
    config = replace(NetworkConfig(), minimum_width=64, refined_sizes=(16, 32))
    generator = StyleGenerator(resolution=64, channels=3, classes=8, config=config)
    assert parameter_count(generator) < 3_000_000
