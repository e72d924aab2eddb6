"""Many seeds at once are what numpy makes of each."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.arrays import draw_latent, draw_latents
from studio.contract.seeding import ReadySeed, seed_words

SEEDS = st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 2**32 + 1), max_size=20)


@given(SEEDS)
def test_seeds_say_what_numpy_says_of_them(seeds: list[int]) -> None:
    expected = [np.random.SeedSequence(seed).generate_state(4, np.uint64) for seed in seeds]
    assert np.array_equal(seed_words(seeds), np.reshape(expected, (-1, 4)))


@given(SEEDS, st.integers(0, 300))
def test_latents_that_are_drawn_together_are_those_drawn_one_by_one(
    seeds: list[int], dimension: int
) -> None:
    drawn = draw_latents(seeds, dimension)
    assert drawn.shape == (len(seeds), dimension)
    for seed, latent in zip(seeds, drawn, strict=True):
        assert latent.tobytes() == draw_latent(seed, dimension).tobytes()


@pytest.mark.parametrize("seed", [-1, 2**64])
def test_a_seed_beyond_64_bits_is_refused(seed: int) -> None:
    with pytest.raises(OverflowError):
        seed_words([seed])


def test_words_for_another_generator_are_not_made_up() -> None:
    ready = ReadySeed(seed_words([7])[0])
    with pytest.raises(ValueError, match="8 words"):
        ready.generate_state(8, np.uint32)
