"""An interpolated Kneser-Ney model of n tokens: what counting alone achieves.

The modified form with three discounts an order, after Chen and Goodman (1998, section 3). The
highest order counts occurrences, the others count before how many different tokens a sequence
was seen to stand behind; below the first order every token is equally likely.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_CLASSES = 3
"""Discounts are kept apart for sequences counted once, twice, and three times or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    """The sequences of one length, and the sums of each context (a sequence one shorter)."""

    codes: Integers
    """context's number * vocabulary + last token, ascending: a sequence's place is its number."""
    kept: Floats
    """Count less its discount, as a share of all counts of its context."""
    backed: Floats
    """By context: the share of its mass that the order below hands out."""


class KneserNey:
    """What was counted in a training text; `probabilities` judges others."""

    def __init__(
        self, tokens: npt.NDArray[np.integer[Any]], *, vocabulary: int, order: int = 5
    ) -> None:
        """tokens (count,), each from 0 to below `vocabulary`."""
        if len(tokens) < order:
            raise ValueError(f"{len(tokens)} tokens are too few for sequences of {order}")
        self._vocabulary = vocabulary
        text = tokens.astype(np.int64)
        codes: list[Integers] = []
        numbers: list[Integers] = []  # by length, of the sequence that ends at each place
        counts = np.empty(0, dtype=np.int64)
        context = np.zeros(len(text) + 1, dtype=np.int64)
        for _ in range(order):
            # The first `length - 1` places have no whole sequence; `context` is shorter by them.
            found, number, counts = np.unique(
                context[:-1] * vocabulary + text[-len(context) + 1 :],
                return_inverse=True,
                return_counts=True,
            )
            codes.append(found)
            numbers.append(number)
            context = number
        self._orders: list[_Order] = []
        for place, found in enumerate(codes):
            if place + 1 < order:
                _, first = np.unique(numbers[place + 1], return_index=True)
                ends = numbers[place][1:][first]
                seen = np.bincount(ends, minlength=len(found))
            else:
                seen = counts
            contexts = len(codes[place - 1]) if place else 1
            self._orders.append(_weigh(found, seen, contexts, vocabulary))

    def probabilities(self, tokens: npt.NDArray[np.integer[Any]]) -> Floats:
        """Of each token of a text after those before it: float64 (count,)."""
        text = tokens.astype(np.int64)
        chance = np.full(len(text), 1.0 / self._vocabulary)
        context = np.zeros(len(text), dtype=np.int64)  # -1: never seen
        for order in self._orders:
            code = context * self._vocabulary + text
            place = np.minimum(np.searchsorted(order.codes, code), len(order.codes) - 1)
            known = (order.codes[place] == code) & (context >= 0)
            backed = np.where(context >= 0, order.backed[context], 1.0)
            chance = np.where(known, order.kept[place], 0.0) + backed * chance
            ends = np.where(known, place, -1)
            context = np.concatenate([[-1], ends[:-1]])
        return chance


def _weigh(codes: Integers, counts: Integers, contexts: int, vocabulary: int) -> _Order:
    """Discounted shares of one order's sequences, and what each context leaves over."""
    discounts = _discounts(counts)
    group = np.minimum(counts, _CLASSES)
    context = codes // vocabulary
    totals = np.bincount(context, counts, minlength=contexts)
    taken = np.bincount(context, discounts[group], minlength=contexts)
    with np.errstate(invalid="ignore", divide="ignore"):
        backed = np.where(totals > 0, taken / totals, 1.0)
        kept = np.where(totals[context] > 0, (counts - discounts[group]) / totals[context], 0.0)
    return _Order(codes=codes, kept=kept, backed=backed)


def _discounts(counts: Integers) -> Floats:
    """By class, the first for sequences that do not count: Chen and Goodman's equation 26.

    Where a text is too small to have sequences counted one to four times, plain halves.
    """
    seen = [int((counts == number).sum()) for number in range(1, _CLASSES + 2)]
    if 0 in seen:
        return np.array([0.0, 0.5, 0.5, 0.5])
    ratio = seen[0] / (seen[0] + 2 * seen[1])
    found = [
        number - (number + 1) * ratio * seen[number] / seen[number - 1]
        for number in range(1, _CLASSES + 1)
    ]
    return np.array([0.0, *np.clip(found, 0.0, range(1, _CLASSES + 1))])
