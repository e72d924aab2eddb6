"""Penalties and DRY against their definitions, token after token."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from studio.contract.writing import BANNED
from studio.writing.engine.candidates import Candidates
from studio.writing.engine.history import TokenHistory
from studio.writing.engine.penalties import (
    GREATEST_LOSS,
    Bias,
    Breakers,
    DontRepeatYourself,
    Penalties,
    repetitions,
)
from studio.writing.engine.samplers import TopK
from tests.writing import references
from tests.writing.references import Row
from tests.writing.rows import MINUS, drawn_row, kept, rows

LETTERS = "abcdefgh:\n"
histories = st.lists(st.integers(0, len(LETTERS) - 1), max_size=60)
penalties = st.floats(-5.0, 5.0)


def letter(token: int) -> bytes:
    return LETTERS[token].encode()


@given(
    row=rows(),
    history=st.lists(st.integers(-2, 60), max_size=80),
    repetition=st.floats(0.1, 10.0),
    presence=penalties,
    frequency=penalties,
    count=st.integers(0, 100),
)
@settings(max_examples=80)
def test_penalties_are_taken_once_and_each_time(
    row: Row,
    history: list[int],
    repetition: float,
    presence: float,
    frequency: float,
    count: int,
) -> None:
    processed = Penalties(repetition, presence, frequency, count).process(row, history)
    looked_at = history[-count:] if count else history
    expected = references.penalised(row, looked_at, repetition, presence, frequency)
    np.testing.assert_allclose(processed, expected, rtol=1e-5, atol=1e-4)


@given(row=rows(), history=st.lists(st.integers(0, 60), max_size=40), k=st.integers(1, 50))
def test_what_is_left_of_a_cut_is_penalised_as_if_nothing_had_been_cut(
    row: Row, history: list[int], k: int
) -> None:
    first = Penalties(1.5, 0.25, 0.5).process(TopK(k).process(row), history)
    second = Penalties(1.5, 0.25, 0.5).process(row, history)
    assert np.array_equal(first[kept(first)], second[kept(first)])


@given(
    window=histories.filter(lambda tokens: len(tokens) > 1),
    shortest=st.integers(1, 5),
    longest=st.integers(1, 70),
)
def test_repetitions_are_those_that_looking_finds(
    window: list[int], shortest: int, longest: int
) -> None:
    tokens, lengths = repetitions(np.array(window), shortest, longest)
    expected = {
        token: min(length, longest)
        for token, length in references.dry_lengths(window, frozenset()).items()
        if min(length, longest) >= shortest
    }
    assert dict(zip(tokens.tolist(), lengths.tolist(), strict=True)) == expected


@given(
    history=histories,
    multiplier=st.floats(0.01, 5.0),
    base=st.floats(1.0, 4.0),
    allowed=st.integers(1, 6),
    count=st.integers(0, 70),
)
def test_dry_takes_more_the_longer_the_repetition(
    history: list[int], multiplier: float, base: float, allowed: int, count: int
) -> None:
    row = np.zeros(len(LETTERS), np.float32)
    sampler = DontRepeatYourself(multiplier, base, allowed, count, Breakers((b":", b"\n"), letter))
    processed = sampler.process(row, history)
    window = history[-count:] if count else history
    breakers = frozenset((LETTERS.index(":"), LETTERS.index("\n")))
    expected = row.astype(np.float64)
    for token, length in references.dry_lengths(window, breakers).items():
        if length >= allowed:
            loss = multiplier * base ** (length - allowed)
            expected[token] -= min(loss, GREATEST_LOSS)
    np.testing.assert_allclose(processed, expected, rtol=1e-5, atol=1e-6)


def test_a_breaker_may_lie_across_tokens() -> None:
    tokens = [b"to be", b" or", b" not", b"-", b"->", b" so"]
    history = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]
    whole = DontRepeatYourself(1.0, 2.0, 1)
    broken = DontRepeatYourself(1.0, 2.0, 1, 0, Breakers((b"--",), tokens.__getitem__))
    row = np.zeros(len(tokens), np.float32)
    assert whole.process(row, history)[2] == -(2.0 ** (7 - 1))
    assert broken.process(row, history)[2] == -(2.0 ** (2 - 1))


@settings(max_examples=80)
@given(
    pieces=st.lists(st.text("ab-", max_size=4), min_size=1, max_size=5),
    window=st.lists(st.integers(0, 4), max_size=25),
    breakers=st.lists(st.text("ab-", min_size=1, max_size=4), min_size=1, max_size=3),
)
def test_what_stands_behind_the_last_breaker_is_what_looking_finds(
    pieces: list[str], window: list[int], breakers: list[str]
) -> None:
    window = [token % len(pieces) for token in window]
    text = "".join(pieces[token] for token in window)
    last = [(start, end) for b in breakers for start, end in _places(text, b)]
    begins = [len("".join(pieces[token] for token in window[:n])) for n in range(len(window))]
    # The breakers that begin in the last token in which any begins; behind the end of all of them.
    expected = len(window)
    if last:
        latest = max(start for start, _ in last)
        token = max(n for n in range(len(window)) if begins[n] <= latest)
        end = max(end for start, end in last if start >= begins[token])
        expected = sum(begin >= end for begin in begins)
    found = Breakers([b.encode() for b in breakers], lambda token: pieces[token].encode())
    assert found.unbroken(np.array(window, np.int64)) == expected
    assert found.unbroken(np.array(window, np.int64)) == expected


def _places(text: str, breaker: str) -> list[tuple[int, int]]:
    starts = range(len(text))
    return [(n, n + len(breaker)) for n in starts if text.startswith(breaker, n)]


def test_a_token_that_holds_a_breaker_loses_nothing() -> None:
    tokens = [b"a", b"b", b'."\n']
    history = [0, 1, 2, 0, 1]
    row = np.zeros(3, np.float32)
    free = DontRepeatYourself(1.0, 2.0, 1, 0, Breakers((b"\n",), tokens.__getitem__))
    assert free.process(row, history).tolist() == [0.0, 0.0, 0.0]
    bound = DontRepeatYourself(1.0, 2.0, 1, 0, Breakers((b"?",), tokens.__getitem__))
    assert bound.process(row, history).tolist() == [0.0, 0.0, -2.0]


@pytest.mark.parametrize("base", [1.0, 1.0001, 1.75, 10.0])
def test_the_longest_repetition_costs_no_more_than_the_greatest_loss(base: float) -> None:
    row = np.zeros(4, np.float32)
    processed = DontRepeatYourself(0.8, base, 2).process(row, [1] * 4000)
    assert np.isfinite(processed).all()
    assert -GREATEST_LOSS <= processed[1] < 0.0
    assert processed[[0, 2, 3]].tolist() == [0.0, 0.0, 0.0]


def test_a_bias_is_added_and_the_least_of_all_bans() -> None:
    row = np.array([0.5, 1.0, 2.0, MINUS], np.float32)
    processed = Bias({0: 3.0, 1: BANNED, 3: 50.0}).process(row)
    assert processed.tolist() == [3.5, MINUS, 2.0, MINUS]


def test_a_bias_finds_its_token_behind_a_cut() -> None:
    row = drawn_row(3, 400)
    cut = TopK(20).process(row)
    there = int(np.flatnonzero(kept(cut))[7])
    gone = int(np.flatnonzero(~kept(cut))[7])
    processed = Bias({there: 1.0, gone: 1.0}).process(cut)
    assert processed[there] == np.float32(cut[there] + 1.0)
    assert processed[gone] == MINUS


def test_where_all_are_banned_nothing_is_left() -> None:
    processed = Bias(dict.fromkeys(range(3), BANNED)).process(np.zeros(3, np.float32))
    assert not kept(processed).any()


def test_of_no_candidates_no_place_is_known() -> None:
    nothing = Candidates(np.empty(0, np.float32), np.empty(0, np.int64), 9)
    assert not len(nothing.places(np.array([1, 2]))[0])
    assert not len(nothing.without([1, 2]))


@given(
    first=st.lists(st.integers(0, 2**40), max_size=600),
    length=st.integers(-5, 700),
    then=st.lists(st.integers(0, 9), max_size=600),
)
@settings(max_examples=40)
def test_a_history_is_a_list_that_needs_no_copying(
    first: list[int], length: int, then: list[int]
) -> None:
    history = TokenHistory(first)
    history.truncate(length)
    expected = first[: max(length, 0)]
    for token in then:
        history.append(token)
    assert history.tokens.tolist() == [*expected, *then]
    assert len(history) == len(expected) + len(then)
    assert not history.tokens.flags.writeable
