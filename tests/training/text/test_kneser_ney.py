"""The counting model is what its definition says."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.text.kneser_ney import KneserNey


class SlowKneserNey:
    """The definition, word for word (Chen and Goodman 1998, section 3), one token at a time."""

    def __init__(self, text: list[int], *, vocabulary: int, order: int) -> None:
        self.vocabulary, self.order = vocabulary, order
        self.counts: list[Counter[tuple[int, ...]]] = []
        for length in range(1, order + 1):
            if length == order:
                ended = (tuple(text[i : i + length]) for i in range(len(text) - length + 1))
                self.counts.append(Counter(ended))
            else:
                longer = {tuple(text[i : i + length + 1]) for i in range(len(text) - length)}
                self.counts.append(Counter(sequence[1:] for sequence in longer))

    def discount(self, counts: Counter[tuple[int, ...]], count: int) -> float:
        seen = [sum(1 for c in counts.values() if c == n) for n in (1, 2, 3, 4)]
        if count == 0:
            return 0.0
        if 0 in seen:
            return 0.5
        n = min(count, 3)
        ratio = seen[0] / (seen[0] + 2 * seen[1])
        return min(max(n - (n + 1) * ratio * seen[n] / seen[n - 1], 0.0), n)

    def probability(self, context: tuple[int, ...], token: int) -> float:
        if len(context) >= self.order:
            context = context[len(context) - self.order + 1 :]
        counts = self.counts[len(context)]
        lower = self.probability(context[1:], token) if context else 1 / self.vocabulary
        following = {s: c for s, c in counts.items() if s[:-1] == context}
        total = sum(following.values())
        if total == 0:
            return lower
        count = following.get((*context, token), 0)
        left = sum(self.discount(counts, c) for c in following.values())
        return (count - self.discount(counts, count) + left * lower) / total


@settings(deadline=None)
@given(
    text=st.lists(st.integers(0, 4), min_size=6, max_size=120),
    judged=st.lists(st.integers(0, 5), min_size=1, max_size=20),
    order=st.integers(1, 5),
)
def test_it_agrees_with_the_definition(text: list[int], judged: list[int], order: int) -> None:
    quick = KneserNey(np.array(text), vocabulary=6, order=order).probabilities(np.array(judged))
    slow = SlowKneserNey(text, vocabulary=6, order=order)
    expected = [
        slow.probability(tuple(judged[:place]), token) for place, token in enumerate(judged)
    ]
    assert quick == pytest.approx(expected, abs=1e-12)


@settings(deadline=None)
@given(
    text=st.lists(st.integers(0, 4), min_size=6, max_size=200),
    context=st.lists(st.integers(0, 5), max_size=6),
)
def test_its_chances_add_up_to_one(text: list[int], context: list[int]) -> None:
    model = KneserNey(np.array(text), vocabulary=6)
    chances = [model.probabilities(np.array([*context, token]))[len(context)] for token in range(6)]
    assert sum(chances) == pytest.approx(1.0)


def test_a_text_shorter_than_its_sequences_is_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        KneserNey(np.array([1, 2]), vocabulary=4, order=3)
