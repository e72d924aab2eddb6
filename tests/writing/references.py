"""Samplers written down as their definitions are: slow, in float64, one token after the other.

A cut by probabilities may fall either way for a token that lies on it within rounding. So where one
is asked for, each reference says which tokens must stay and which may: between the two lie only
those that are tied, or so near the cut that float32 decides.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Row = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

NEAR = 2e-5
"""Of probabilities and of scores: nearer is not told apart."""


class Band(NamedTuple):
    """What a cut leaves."""

    must: Mask
    may: Mask

    @property
    def decided(self) -> Mask:
        return np.equal(self.must, self.may)


def probabilities(scores: Row) -> npt.NDArray[np.float64]:
    """Softmax, of which minus infinity is 0."""
    wide = scores.astype(np.float64)
    weights = np.exp(wide - wide.max())
    shares: npt.NDArray[np.float64] = weights / weights.sum()
    return shares


def entropy(scores: Row) -> float:
    return -math.fsum(p * math.log(p) for p in probabilities(scores).tolist() if p > 0.0)


def top_k(scores: Row, k: int) -> Mask:
    """The k greatest, and what ties with the last of them."""
    ordered = sorted(scores.tolist(), reverse=True)
    least = ordered[min(k, len(ordered)) - 1]
    return np.array([score >= least and score > -math.inf for score in scores.tolist()])


def top_p(scores: Row, p: float) -> Band:
    """What lies above the part that has at most 1 - p, counted from the unlikely end."""
    share = probabilities(scores)
    must, may = [], []
    for own, score in zip(share, scores, strict=True):
        surely_less = share[scores < score - NEAR].sum()
        perhaps_less = share[scores <= score + NEAR].sum()
        best = score >= scores.max() - NEAR
        there = score > -np.inf
        must.append(there and (surely_less + own > 1.0 - p + NEAR))
        may.append(there and (perhaps_less > 1.0 - p - NEAR or best))
    return Band(np.array(must), np.array(may))


def llama_top_p(scores: Row, p: float) -> set[int]:
    """As llama.cpp has it: the likeliest first, until p is reached."""
    share = probabilities(scores)
    kept, mass = set(), 0.0
    for token in sorted(range(len(scores)), key=lambda token: -share[token]):
        kept.add(token)
        mass += float(share[token])
        if mass >= p:
            break
    return kept


def llama_typical(scores: Row, mass: float) -> set[int]:
    """As llama.cpp has it: the nearest to the entropy first, until the mass is passed."""
    share = probabilities(scores)
    expected = entropy(scores)
    kept, passed = set(), 0.0
    for token in sorted(
        range(len(scores)), key=lambda token: abs(-math.log(share[token]) - expected)
    ):
        kept.add(token)
        passed += float(share[token])
        if passed > mass:
            break
    return kept


def min_p(scores: Row, share: float) -> Band:
    distance = scores.astype(np.float64) - scores.max() - math.log(share)
    there = scores > -np.inf
    return Band(there & (distance > NEAR), there & (distance > -NEAR))


def typical(scores: Row, mass: float) -> Band:
    """Nearest to the entropy first, until the mass is there; what ties with the last stays."""
    share = probabilities(scores)
    expected = entropy(scores)
    with np.errstate(divide="ignore"):
        distance = np.abs(-np.log(share) - expected)
    must, may = [], []
    for own, score in zip(distance, scores, strict=True):
        there = score > -np.inf
        must.append(there and share[distance < own + NEAR].sum() < mass - NEAR)
        may.append(there and share[distance < own - NEAR].sum() < mass + NEAR)
    nearest = distance <= distance.min()
    return Band(np.array(must), np.array(may) | nearest)


def top_n_sigma(scores: Row, n: float) -> Band:
    there = scores > -np.inf
    finite = scores[there].astype(np.float64)
    mean = sum(finite) / len(finite)
    sigma = math.sqrt(sum((score - mean) ** 2 for score in finite) / len(finite))
    distance = scores.astype(np.float64) - (finite.max() - n * sigma)
    return Band(there & (distance > NEAR), there & (distance > -NEAR))


def exclude_top_choices(scores: Row, threshold: float) -> Mask:
    """Where it works: all that have the threshold go but the last of them, likeliest first."""
    share = probabilities(scores)
    order = sorted(range(len(scores)), key=lambda token: (-float(scores[token]), token))
    likely = [token for token in order if share[token] >= threshold]
    kept = scores > -np.inf
    if threshold <= 0.5:
        kept[likely[:-1]] = False
    return kept


def mirostat(scores: Row, bits: float) -> Band:
    share = probabilities(scores)
    with np.errstate(divide="ignore"):
        surprise = -np.log2(share)
    there = scores > -np.inf
    must, may = there & (surprise < bits - NEAR), there & (surprise < bits + NEAR)
    if not may.any():
        must[int(np.argmax(scores))] = may[int(np.argmax(scores))] = True
    elif not must.any():
        may |= scores >= scores.max() - NEAR
    return Band(must, may)


def dynamic_temperature(scores: Row, value: float, spread: float, exponent: float) -> float:
    count = int((scores > -np.inf).sum())
    low, high = max(0.0, value - spread), value + spread
    return float(low + (high - low) * (entropy(scores) / math.log(count)) ** exponent)


def penalised(
    scores: Row, history: Sequence[int], repetition: float, presence: float, frequency: float
) -> npt.NDArray[np.float64]:
    """As llama.cpp has it, token after token."""
    result = scores.astype(np.float64)
    for token in set(history):
        if not 0 <= token < len(scores) or result[token] == -np.inf:
            continue
        count = list(history).count(token)
        result[token] *= repetition if result[token] <= 0 else 1.0 / repetition
        result[token] -= count * frequency + presence
    return result


def dry_lengths(history: Sequence[int], breakers: frozenset[int]) -> dict[int, int]:
    """Of every token that would go on with a repetition, the longest such, by looking."""
    longest: dict[int, int] = {}
    for end in range(len(history) - 1):
        length = 0
        while (
            length <= end
            and history[end - length] == history[len(history) - 1 - length]
            and history[end - length] not in breakers
        ):
            length += 1
        token = history[end + 1]
        longest[token] = max(longest.get(token, 0), length)
    return {token: length for token, length in longest.items() if token not in breakers}
