"""The random stream: the same number for the same place, whatever was drawn before."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from studio.contract.errors import RequestInvalid
from studio.writing.engine.streams import EXCLUSION, GREATEST_SEED, TOKEN, philox, uniform

words = st.integers(0, 2**64 - 1)


@given(counter=st.tuples(words, words, words, words), key=st.tuples(words, words))
def test_the_words_are_those_of_numpys_philox(
    counter: tuple[int, int, int, int], key: tuple[int, int]
) -> None:
    # numpy counts up before it computes.
    value = sum(word << (64 * place) for place, word in enumerate(counter))
    value = (value - 1) % 2**256
    before = [(value >> (64 * place)) & (2**64 - 1) for place in range(4)]
    generator = np.random.Philox(counter=np.array(before, np.uint64), key=np.array(key, np.uint64))
    assert philox(counter, key) == tuple(map(int, generator.random_raw(4)))


def test_the_words_are_those_of_the_papers_own_implementation() -> None:
    # Random123, kat_vectors: philox4x64 10.
    ones = 2**64 - 1
    assert philox((0, 0, 0, 0), (0, 0)) == (
        0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B,
    )  # fmt: skip
    assert philox((ones, ones, ones, ones), (ones, ones)) == (
        0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0,
    )  # fmt: skip


@given(seed=words, position=st.integers(0, 2**40), attempt=st.integers(0, 1000))
def test_a_place_has_one_number_in_each_stream(seed: int, position: int, attempt: int) -> None:
    number = uniform(seed, position, TOKEN, attempt)
    assert 0.0 <= number < 1.0
    assert number == uniform(seed, position, attempt=attempt)
    others = {
        uniform(seed, position, EXCLUSION, attempt),
        uniform(seed, position, TOKEN, attempt + 1),
        uniform(seed, position + 1, TOKEN, attempt),
        uniform(seed ^ 1, position, TOKEN, attempt),
    }
    assert number not in others
    assert len(others) == 4


def test_the_numbers_never_change_between_releases() -> None:
    assert [uniform(1, position) for position in range(3)] == [
        0.794901327418393, 0.3035680343067586, 0.9002684531124185,
    ]  # fmt: skip
    assert uniform(2**64 - 1, 10**6, EXCLUSION, 5) == 0.9582609956145304


def test_the_numbers_are_even_and_owe_nothing_to_their_neighbours() -> None:
    numbers = np.array([uniform(7, position) for position in range(4000)])
    counts = np.histogram(numbers, bins=20, range=(0.0, 1.0))[0]
    chi_squared = float(((counts - 200.0) ** 2 / 200.0).sum())
    assert chi_squared < 43.8  # 19 degrees of freedom, 1 in 1,000
    assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.06


@pytest.mark.parametrize("seed", [-1, GREATEST_SEED + 1])
def test_a_seed_that_cannot_be_is_refused(seed: int) -> None:
    with pytest.raises(RequestInvalid, match=r"0 to 18446744073709551615 is possible"):
        uniform(seed, 0)
