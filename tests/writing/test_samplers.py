"""Each sampler against its definition, and at the ends of what can be asked of it."""

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given, settings

from studio.contract.errors import RequestInvalid
from studio.writing.engine.candidates import Sampler, candidates_of
from studio.writing.engine.samplers import (
    ExcludeTopChoices,
    MinP,
    Surprise,
    Temperature,
    TopK,
    TopNSigma,
    TopP,
    Typical,
    crossing,
)
from studio.writing.engine.streams import EXCLUSION, uniform
from tests.writing import references
from tests.writing.references import Band, Row
from tests.writing.rows import MINUS, drawn_row, kept, rows

EXAMPLES = 60

CUTS: tuple[Sampler, ...] = (
    TopK(1), TopK(40), TopK(10**6), TopP(0.0), TopP(1e-12), TopP(0.9), TopP(1.0 - 1e-9), TopP(1.0),
    MinP(0.0), MinP(1e-30), MinP(0.1), MinP(1.0), Typical(0.001), Typical(0.9), Typical(1.0),
    TopNSigma(0.0), TopNSigma(1e-6), TopNSigma(1.0), TopNSigma(100.0), ExcludeTopChoices(1.0, 0.0),
    ExcludeTopChoices(1.0, 0.1), ExcludeTopChoices(1.0, 1.0), ExcludeTopChoices(0.0, 0.0),
    Surprise(-5.0), Surprise(0.0), Surprise(3.0), Surprise(1e9),
)  # fmt: skip

TEMPERATURES: tuple[Sampler, ...] = (
    Temperature(0.0), Temperature(1e-45), Temperature(1e-30), Temperature(1.0), Temperature(10.0),
    Temperature(1.0, 1.0, 0.01), Temperature(1.0, 10.0, 10.0), Temperature(0.0, 2.0),
)  # fmt: skip


def _within(processed: Row, row: Row, band: Band) -> None:
    assert not (band.must & ~kept(processed)).any()
    assert not (kept(processed) & ~band.may).any()
    assert np.array_equal(processed[kept(processed)], row[kept(processed)])


@settings(max_examples=EXAMPLES)
@given(row=rows(), sampler=st.sampled_from(CUTS))
def test_a_cut_leaves_at_least_one_token_and_changes_no_score(row: Row, sampler: Sampler) -> None:
    before = row.copy()
    processed = sampler.process(row, [1, 2, 3])
    assert np.array_equal(row, before)
    assert kept(processed).any()
    assert not (kept(processed) & ~kept(row)).any()
    assert np.array_equal(processed[kept(processed)], row[kept(processed)])


@settings(max_examples=EXAMPLES)
@given(row=rows(), k=st.integers(1, 6000))
def test_top_k_keeps_the_greatest_and_their_ties(row: Row, k: int) -> None:
    assert np.array_equal(kept(TopK(k).process(row)), references.top_k(row, k))


@settings(max_examples=EXAMPLES)
@given(row=rows(), p=st.floats(0.0, 1.0))
def test_top_p_keeps_the_nucleus(row: Row, p: float) -> None:
    row = row[:1500]
    assume(kept(row).any() and p < 1.0)
    _within(TopP(p).process(row), row, references.top_p(row, p))


@settings(max_examples=EXAMPLES)
@given(
    row=rows(banned=False), p=st.sampled_from([0.001, 0.1, 0.5, 0.9, 0.999]), seed=st.integers(0, 9)
)
def test_of_ties_at_the_nucleus_the_smaller_ids_stay(row: Row, p: float, seed: int) -> None:
    tied = np.round(row)
    processed = TopP(p).process(tied)
    least = processed[kept(processed)].min()
    ties = np.flatnonzero(tied == least)
    there = kept(processed)[ties]
    assert np.array_equal(there, np.arange(len(ties)) < there.sum())


@settings(max_examples=EXAMPLES)
@given(row=rows(), share=st.floats(1e-6, 1.0))
def test_min_p_keeps_a_share_of_the_best(row: Row, share: float) -> None:
    _within(MinP(share).process(row), row, references.min_p(row, share))


@settings(max_examples=EXAMPLES)
@given(row=rows(), mass=st.floats(0.001, 0.999))
def test_typical_keeps_what_is_as_surprising_as_expected(row: Row, mass: float) -> None:
    row = row[:1500]
    assume(kept(row).any())
    _within(Typical(mass).process(row), row, references.typical(row, mass))


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_where_nothing_ties_llama_cpps_rules_keep_the_same(seed: int, share: float) -> None:
    row = drawn_row(seed, 700)
    nucleus = np.flatnonzero(kept(TopP(share).process(row)))
    assert set(nucleus.tolist()) == references.llama_top_p(row, share)
    usual = np.flatnonzero(kept(Typical(share).process(row)))
    assert set(usual.tolist()) == references.llama_typical(row, share)
    assert kept(TopK(40).process(row)).sum() == 40


def test_where_scores_tie_top_k_keeps_more_than_llama_cpp_would() -> None:
    row = np.array([3.0, 1.0, 2.0, 2.0, 2.0], np.float32)
    assert np.flatnonzero(kept(TopK(2).process(row))).tolist() == [0, 2, 3, 4]


@settings(max_examples=EXAMPLES)
@given(row=rows(smallest=2), n=st.floats(0.01, 20.0))
def test_top_n_sigma_keeps_what_is_within_so_many_deviations(row: Row, n: float) -> None:
    assume(kept(row).sum() > 1)
    _within(TopNSigma(n).process(row), row, references.top_n_sigma(row, n))


@settings(max_examples=EXAMPLES)
@given(row=rows(), threshold=st.floats(0.0001, 1.0))
def test_xtc_leaves_out_all_top_choices_but_the_last(row: Row, threshold: float) -> None:
    share = references.probabilities(row)
    assume(not np.isclose(share, threshold, rtol=1e-4, atol=0.0).any())
    processed = ExcludeTopChoices(1.0, threshold).process(row)
    expected = references.exclude_top_choices(row, threshold)
    assert np.array_equal(kept(processed), expected)


@given(probability=st.floats(0.0, 1.0), seed=st.integers(0, 99), attempt=st.integers(0, 3))
def test_xtc_works_as_often_as_it_is_told(probability: float, seed: int, attempt: int) -> None:
    row = np.array([2.0, 1.9, -5.0], np.float32)
    sampler = ExcludeTopChoices(probability, 0.1)
    worked = not kept(sampler.process(row, [4, 4], seed=seed, attempt=attempt))[0]
    assert worked == (uniform(seed, 2, EXCLUSION, attempt) < probability)


@settings(max_examples=EXAMPLES)
@given(row=rows(), bits=st.floats(-10.0, 60.0))
def test_mirostats_cut_keeps_what_surprises_at_most_so_much(row: Row, bits: float) -> None:
    _within(Surprise(bits).process(row), row, references.mirostat(row, bits))


@settings(max_examples=EXAMPLES)
@given(row=rows(smallest=2), sampler=st.sampled_from(TEMPERATURES))
def test_a_temperature_keeps_the_best_best_and_every_score_finite(
    row: Row, sampler: Sampler
) -> None:
    processed = sampler.process(row)
    assert not np.isnan(processed).any()
    assert not (processed == np.inf).any()
    assert processed.argmax() == row.argmax()
    assert not (kept(processed) & ~kept(row)).any()


@settings(max_examples=EXAMPLES)
@given(row=rows(smallest=2))
def test_at_temperature_0_the_first_of_the_best_is_left(row: Row) -> None:
    assert np.flatnonzero(kept(Temperature(0.0).process(row))).tolist() == [int(row.argmax())]


@settings(max_examples=EXAMPLES)
@given(
    row=rows(smallest=2),
    value=st.floats(0.1, 5.0),
    spread=st.floats(0.01, 5.0),
    exponent=st.floats(0.1, 5.0),
)
def test_the_dynamic_temperature_follows_the_entropy(
    row: Row, value: float, spread: float, exponent: float
) -> None:
    assume(kept(row).sum() > 1)
    expected = references.dynamic_temperature(row, value, spread, exponent)
    assume(expected > 0.01)
    processed = Temperature(value, spread, exponent).process(row)
    there = kept(row)
    np.testing.assert_allclose(processed[there], row[there] / expected, rtol=2e-3, atol=1e-5)


def test_one_token_that_is_left_stays_whatever_is_asked() -> None:
    row = np.full(300, MINUS, np.float32)
    row[123] = -7.5
    for sampler in (*CUTS, *TEMPERATURES):
        assert np.flatnonzero(kept(sampler.process(row))).tolist() == [123]


@pytest.mark.parametrize("count", [1, 7, 3000])
def test_where_all_are_ruled_out_nothing_is_changed(count: int) -> None:
    row = np.full(count, MINUS, np.float32)
    for sampler in (*CUTS, *TEMPERATURES):
        assert np.array_equal(sampler.process(row), row)


@pytest.mark.parametrize("count", [2, 7, 3000])
def test_where_all_tie_each_cut_has_its_way(count: int) -> None:
    row = np.full(count, 4.25, np.float32)
    assert kept(TopK(1).process(row)).all()
    assert kept(MinP(1.0).process(row)).all()
    assert kept(Typical(0.01).process(row)).all()
    assert kept(TopNSigma(1.0).process(row)).all()
    assert kept(TopP(0.0).process(row)).sum() == 1
    assert kept(ExcludeTopChoices(1.0, 0.0).process(row)).sum() == 1


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
@pytest.mark.parametrize("count", [1, 2, 3000])
def test_scores_that_are_no_numbers_are_refused_by_name(wrong: float, count: int) -> None:
    row = np.zeros(count, np.float32)
    row[count // 2] = wrong
    for sampler in (*CUTS, *TEMPERATURES):
        with pytest.raises(RequestInvalid, match=f"of 1 of {count:,} tokens are no numbers"):
            sampler.process(row)


def test_a_number_missing_beyond_the_mask_does_not_matter() -> None:
    row = np.array([1.0, math.nan, 2.0], np.float32)
    left = candidates_of(row, np.array([True, False, True]))
    assert left.spread().tolist() == [1.0, MINUS, 2.0]


def test_a_mask_that_is_shorter_rules_out_the_rest() -> None:
    row = drawn_row(1, 50)
    left = candidates_of(row, np.ones(40, np.bool_))
    assert np.flatnonzero(kept(left.spread())).tolist() == list(range(40))


def test_half_precision_scores_are_taken_as_they_are() -> None:
    row = drawn_row(5, 500).astype(np.float16)
    assert np.array_equal(TopK(5).process(row), TopK(5).process(row.astype(np.float32)))


@settings(max_examples=EXAMPLES)
@given(
    seed=st.integers(0, 999),
    count=st.sampled_from([1, 2, 50, 1025, 5000]),
    grain=st.sampled_from([0.0, 1.0, 100.0]),
    share=st.floats(0.0, 1.2),
    reached=st.booleans(),
)
def test_where_a_sum_crosses_is_found_without_sorting_all(
    seed: int, count: int, grain: float, share: float, reached: bool
) -> None:
    random = np.random.default_rng(seed)
    keys = drawn_row(seed, count, grain=grain)
    # Weights of which sums are exact.
    weights = random.integers(0, 16, count).astype(np.float32)
    limit = float(np.floor(share * float(weights.sum())))
    key, below = crossing(keys, weights, limit, reached=reached)
    expected = float(keys.max())
    for candidate in sorted(set(keys.tolist())):
        total = float(weights[keys <= candidate].sum())
        if total >= limit if reached else total > limit:
            expected = candidate
            break
    assert float(key) == expected
    assert below == float(weights[keys < key].sum())
