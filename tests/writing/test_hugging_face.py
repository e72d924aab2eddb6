"""Our samplers against transformers' processors, over random scores.

The one module of the tests that imports transformers, which takes seconds; inside a fixture, so
that those who leave these tests out pay nothing.
"""

import warnings
from collections.abc import Callable
from typing import Any, Final

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given, settings

from studio.contract.writing import BANNED
from studio.writing.engine.candidates import Sampler
from studio.writing.engine.penalties import Bias, Penalties
from studio.writing.engine.samplers import MinP, Temperature, TopK, TopP, Typical
from tests.writing import references
from tests.writing.references import Row
from tests.writing.rows import MINUS, drawn_row, kept, rows

HuggingFace = Callable[..., Row]

EXAMPLES: Final = 60
shares = st.one_of(st.floats(0.001, 0.999), st.sampled_from([0.5, 0.9, 0.95, 0.99]))


@pytest.fixture(scope="module")
def theirs() -> HuggingFace:
    """Scores that a processor of transformers makes of a row and a history."""
    with warnings.catch_warnings():
        # What torch and its friends deprecate while they load is not ours.
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        torch = pytest.importorskip("torch")
        pytest.importorskip("transformers")
        from transformers.generation import logits_process

    def process(name: str, row: Row, history: list[int] | None = None, **settings: Any) -> Row:
        processor = getattr(logits_process, name)(**settings)
        tokens = torch.tensor([history or [0]], dtype=torch.long)
        scores: Row = processor(tokens, torch.from_numpy(row.copy())[None])[0].numpy()
        return scores

    return process


def _ours(sampler: Sampler, row: Row, history: list[int] | None = None) -> Row:
    before = row.copy()
    processed = sampler.process(row, history or [])
    assert np.array_equal(row, before, equal_nan=True)
    assert processed.dtype == np.float32
    return processed


@settings(max_examples=EXAMPLES)
@given(row=rows(), temperature=st.floats(0.01, 10.0))
def test_temperature_divides_as_theirs(theirs: HuggingFace, row: Row, temperature: float) -> None:
    expected = theirs("TemperatureLogitsWarper", row, temperature=temperature)
    np.testing.assert_allclose(_ours(Temperature(temperature), row), expected, rtol=1e-6)


@settings(max_examples=EXAMPLES)
@given(row=rows(), k=st.integers(1, 6000))
def test_top_k_keeps_what_theirs_keeps(theirs: HuggingFace, row: Row, k: int) -> None:
    expected = theirs("TopKLogitsWarper", row, top_k=k)
    assert np.array_equal(_ours(TopK(k), row), expected)


@settings(max_examples=EXAMPLES)
@given(row=rows(), p=st.one_of(shares, st.just(0.0)))
def test_top_p_keeps_what_theirs_keeps(theirs: HuggingFace, row: Row, p: float) -> None:
    expected, mine = theirs("TopPLogitsWarper", row, top_p=p), _ours(TopP(p), row)
    band = references.top_p(row, p) if len(row) <= 1500 else None
    if band is None:
        assert abs(int(kept(mine).sum()) - int(kept(expected).sum())) <= 2
        return
    assert np.array_equal(mine[band.decided], expected[band.decided])
    assert not (kept(mine) & ~band.may).any()


@settings(max_examples=EXAMPLES)
@given(row=rows(), share=shares)
def test_min_p_keeps_what_theirs_keeps(theirs: HuggingFace, row: Row, share: float) -> None:
    expected, mine = theirs("MinPLogitsWarper", row, min_p=share), _ours(MinP(share), row)
    decided = references.min_p(row, share).decided
    assert np.array_equal(mine[decided], expected[decided])


@settings(max_examples=EXAMPLES)
@given(row=rows(), mass=shares)
def test_typical_keeps_what_theirs_keeps(theirs: HuggingFace, row: Row, mass: float) -> None:
    row = row[:1500]
    assume(kept(row).any())
    expected, mine = theirs("TypicalLogitsWarper", row, mass=mass), _ours(Typical(mass), row)
    decided = references.typical(row, mass).decided
    assert np.array_equal(mine[decided], expected[decided])


@settings(max_examples=EXAMPLES)
@given(
    row=rows(),
    history=st.lists(st.integers(0, 5200), max_size=300),
    penalty=st.floats(0.1, 10.0),
)
def test_the_repetition_penalty_is_theirs(
    theirs: HuggingFace, row: Row, history: list[int], penalty: float
) -> None:
    history = history or [0]
    expected = theirs("RepetitionPenaltyLogitsProcessor", row, history, penalty=penalty)
    mine = _ours(Penalties(repetition=penalty), row, history)
    np.testing.assert_allclose(mine, expected, rtol=1e-6)


@settings(max_examples=EXAMPLES)
@given(row=rows(smallest=5), biases=st.dictionaries(st.integers(0, 4), st.floats(-99, 99)))
def test_the_bias_of_tokens_is_theirs(
    theirs: HuggingFace, row: Row, biases: dict[int, float]
) -> None:
    if not biases:
        return
    sequences = {(token,): float(np.float32(bias)) for token, bias in biases.items()}
    expected = theirs("SequenceBiasLogitsProcessor", row, sequence_bias=sequences)
    np.testing.assert_allclose(_ours(Bias(biases), row), expected, rtol=1e-6, atol=1e-6)


@settings(max_examples=EXAMPLES)
@given(row=rows(smallest=5), banned=st.sets(st.integers(0, 4), min_size=1))
def test_the_bias_that_bans_is_their_ban_of_words(
    theirs: HuggingFace, row: Row, banned: set[int]
) -> None:
    expected = theirs(
        "NoBadWordsLogitsProcessor", row, bad_words_ids=[[token] for token in sorted(banned)]
    )
    assert np.array_equal(_ours(Bias(dict.fromkeys(banned, BANNED)), row), expected)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [200, 50_000])
def test_at_usual_settings_not_one_token_differs(
    theirs: HuggingFace, seed: int, count: int
) -> None:
    row = drawn_row(seed, count, spread=4.0)
    for sampler, name, setting in (
        (TopK(50), "TopKLogitsWarper", {"top_k": 50}),
        (TopP(0.95), "TopPLogitsWarper", {"top_p": 0.95}),
        (TopP(0.5), "TopPLogitsWarper", {"top_p": 0.5}),
        (MinP(0.05), "MinPLogitsWarper", {"min_p": 0.05}),
        (Typical(0.9), "TypicalLogitsWarper", {"mass": 0.9}),
        (Typical(0.2), "TypicalLogitsWarper", {"mass": 0.2}),
    ):
        assert np.array_equal(_ours(sampler, row), theirs(name, row, **setting)), name


def test_a_whole_chain_in_their_order_leaves_what_theirs_leaves(theirs: HuggingFace) -> None:
    history = [3, 7, 7, 40]
    for seed in range(10):
        row = mine = drawn_row(seed, 3000, spread=4.0)
        steps: tuple[tuple[Sampler, str, dict[str, Any]], ...] = (
            (Penalties(1.3), "RepetitionPenaltyLogitsProcessor", {"penalty": 1.3}),
            (Temperature(0.7), "TemperatureLogitsWarper", {"temperature": 0.7}),
            (TopK(200), "TopKLogitsWarper", {"top_k": 200}),
            (TopP(0.9), "TopPLogitsWarper", {"top_p": 0.9}),
            (MinP(0.02), "MinPLogitsWarper", {"min_p": 0.02}),
            (Typical(0.8), "TypicalLogitsWarper", {"mass": 0.8}),
        )
        for sampler, name, setting in steps:
            mine = _ours(sampler, mine, history)
            row = theirs(name, row, history, **setting)
        np.testing.assert_allclose(mine, row, rtol=1e-6)
        assert 1 <= kept(row).sum() < 200


@pytest.mark.parametrize("count", [1, 2, 4, 8, 64])
@pytest.mark.parametrize("p", [0.25, 0.5, 0.75])
def test_where_all_tie_top_p_keeps_as_many_as_theirs(
    theirs: HuggingFace, count: int, p: float
) -> None:
    row = np.zeros(count, np.float32)
    mine = _ours(TopP(p), row)
    assert kept(mine).sum() == kept(theirs("TopPLogitsWarper", row, top_p=p)).sum()
    assert kept(mine)[: kept(mine).sum()].all()


def test_what_is_ruled_out_stays_so(theirs: HuggingFace) -> None:
    row = np.array([1.0, MINUS, 3.0, MINUS, 2.0], np.float32)
    assert np.array_equal(_ours(TopK(2), row), theirs("TopKLogitsWarper", row, top_k=2))
    assert kept(_ours(TopP(0.99), row)).tolist() == [True, False, True, False, True]
