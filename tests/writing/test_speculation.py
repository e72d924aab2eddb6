"""Guesses from the text itself: found where the text repeats, and never to be seen in what is
written."""

from collections.abc import Callable

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from studio.contract.writing import SamplerSettings
from studio.writing.engine.chain import Chain
from studio.writing.engine.speculation import PromptLookup, earlier_match
from tests.writing.rows import drawn_row


def _checked(guess: list[int], draw: Callable[[int], int]) -> list[int]:
    """The tokens that come next: those of the guess that are drawn too, and one more."""
    drawn: list[int] = []
    for place in range(len(guess) + 1):
        drawn.append(draw(place))
        if place < len(guess) and drawn[-1] != guess[place]:
            break
    return drawn


texts = st.lists(st.integers(0, 3), max_size=40)


@given(tokens=texts, longest=st.integers(1, 6), shortest=st.integers(1, 6))
def test_the_guess_goes_on_after_the_latest_place_of_the_longest_match(
    tokens: list[int], longest: int, shortest: int
) -> None:
    expected = None
    for length in range(min(longest, len(tokens) - 1), shortest - 1, -1):
        places = [
            start + length
            for start in range(len(tokens) - length)
            if tokens[start : start + length] == tokens[-length:]
        ]
        if places:
            expected = max(places)
            break
    assert earlier_match(np.array(tokens, np.int64), longest, shortest) == expected


@given(tokens=texts)
def test_a_guess_stands_in_the_text_and_is_no_longer_than_allowed(tokens: list[int]) -> None:
    lookup = PromptLookup(shortest_match=1)
    guess = lookup.guess(tokens)
    assert len(guess) <= lookup.count
    if guess:
        starts = range(1, len(tokens))
        assert any(tokens[start : start + len(guess)] == guess for start in starts)


@given(steps=st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=60))
def test_more_is_guessed_the_better_it_agrees(steps: list[tuple[int, int]]) -> None:
    lookup = PromptLookup(most=10)
    for guessed, agreed in steps:
        before = lookup.count
        lookup.learn(guessed, min(guessed, agreed))
        assert 1 <= lookup.count <= 10
        if guessed and agreed >= guessed:
            assert lookup.count >= before
        elif guessed:
            assert lookup.count <= before
        else:
            assert lookup.count == before


@given(seed=st.integers(0, 999), vocabulary=st.sampled_from([2, 3, 30]), mirostat=st.booleans())
def test_with_guesses_the_same_text_is_written_as_without(
    seed: int, vocabulary: int, mirostat: bool
) -> None:
    settings = SamplerSettings(mirostat=2 if mirostat else 0, repetition=1.05)

    def scores(tokens: list[int]) -> np.ndarray:
        """A model that looks at the last token alone."""
        return drawn_row(tokens[-1], vocabulary, spread=4.0)

    prompt = [seed % vocabulary, 1]
    plain, chain = list(prompt), Chain(settings, vocabulary, seed=seed)
    for _ in range(30):
        draw = chain.draw(scores(plain), plain)
        chain.accept(draw)
        plain.append(draw.token)

    guessing, chain = list(prompt), Chain(settings, vocabulary, seed=seed)
    lookup = PromptLookup(shortest_match=1)

    def run() -> list[int]:
        """One run of the model, over the guess."""
        guess = lookup.guess(guessing)

        def draw_at(place: int) -> int:
            tokens = [*guessing, *guess[:place]]
            draw = chain.draw(scores(tokens), tokens)
            chain.accept(draw)
            return draw.token

        drawn = _checked(guess, draw_at)
        lookup.learn(len(guess), len(drawn) - 1)
        return drawn

    runs = 0
    while len(guessing) < len(plain):
        guessing += run()
        runs += 1
    assert guessing[: len(plain)] == plain
    assert runs <= 30


def test_a_text_that_repeats_needs_fewer_runs() -> None:
    text = [1, 2, 3, 4, 5] * 8
    lookup = PromptLookup()
    written, runs = text[:10], 0
    while len(written) < len(text):
        going_on = text[len(written) :] + text
        guess = lookup.guess(written)
        drawn = _checked(guess, going_on.__getitem__)
        lookup.learn(len(guess), len(drawn) - 1)
        written += drawn
        runs += 1
    assert written[: len(text)] == text
    assert runs <= 6
