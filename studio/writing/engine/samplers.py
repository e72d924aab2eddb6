"""What cuts off the unlikely, or the all too likely, and the temperature.

Where transformers has a sampler, the scores here are its scores; where llama.cpp differs, the
sampler says so. Nothing is sorted that need not be: a cut is found by parting the scores again and
again around a pivot, which costs about as much as looking at each of them twice.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from studio.contract.overriding import override
from studio.writing.engine.candidates import Candidates, Place, Sampler, Scores
from studio.writing.engine.streams import EXCLUSION, uniform

_SORTED_AT_ONCE: Final = 1024
_PIVOT_SAMPLE: Final = 33
_SMALLEST: Final = float(np.finfo(np.float32).tiny)


@dataclass(frozen=True, slots=True)
class Temperature(Sampler):
    """Makes the likely likelier, or the unlikely.

    Scores are divided by the temperature (Ackley, Hinton and Sejnowski 1985, "A learning algorithm
    for Boltzmann machines"; transformers `TemperatureLogitsWarper`); 0 keeps the likeliest token
    alone, the first of those that tie (llama.cpp `llama_sampler_temp`).

    With a ``spread`` above 0 the temperature follows the entropy H of the distribution, as
    llama.cpp's `llama_sampler_temp_ext` has it: ``low + (high - low) * (H / ln count)^exponent``
    between ``max(0, value - spread)`` and ``value + spread``, over the tokens that are left.
    """

    value: float
    spread: float = 0.0
    exponent: float = 1.0

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        value = self.value
        if self.spread > 0.0:
            if len(candidates) < 2:
                return candidates
            low, high = max(0.0, value - self.spread), value + self.spread
            share = candidates.entropy(candidates.weights()) / math.log(len(candidates))
            value = low + (high - low) * min(max(share, 0.0), 1.0) ** self.exponent
        if value <= 0.0:
            return candidates.only(int(candidates.scores.argmax()))
        if value == 1.0:
            return candidates
        divisor = np.float32(max(value, _SMALLEST))
        with np.errstate(over="ignore"):
            divided = candidates.scores / divisor
            if np.isfinite(divided.max()) and np.isfinite(divided.min()):
                return candidates.scored(divided)
            # So cold that the scores leave the range of float32: then those below the best do.
            divided = (candidates.scores - candidates.scores.max()) / divisor
        return candidates.scored(divided).kept(divided > -np.inf)


@dataclass(frozen=True, slots=True)
class TopK(Sampler):
    """Keeps the ``k`` likeliest tokens (Fan, Lewis and Dauphin 2018, "Hierarchical neural story
    generation", section 5).

    Tokens that tie with the last of them stay (transformers `TopKLogitsWarper`); llama.cpp keeps
    exactly ``k``, whichever of the tied its sort puts first.
    """

    k: int

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        count = len(candidates)
        if self.k >= count:
            return candidates
        least = np.partition(candidates.scores, count - self.k)[count - self.k]
        return candidates.kept(candidates.scores >= least)


@dataclass(frozen=True, slots=True)
class TopP(Sampler):
    """Keeps the likeliest tokens that together have the probability ``p``: the nucleus (Holtzman et
    al. 2020, "The curious case of neural text degeneration", section 3.1).

    Counted from the unlikely end: what has at most 1 - p together goes (transformers
    `TopPLogitsWarper`); llama.cpp counts from the likely end and stops once p is reached, which is
    the same but for rounding. Of tokens that tie at the cut, those with the smaller ids stay.
    """

    p: float

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        if self.p >= 1.0:
            return candidates
        weights = candidates.weights()
        limit = (1.0 - self.p) * float(weights.sum())
        # Tokens that would stay within the limit even if all were as likely: no need to sort them.
        unlikely = weights <= np.float32(min(limit / len(weights), 0.5))
        below = float((weights * unlikely).sum())
        likely = np.compress(~unlikely, weights)
        least, below = crossing(likely, likely, limit, before=below)
        kept = weights > least
        tied = np.flatnonzero(weights == least)
        gone = min(max(int((limit - below) / float(least)), 0), len(tied) - 1)
        kept[tied[: len(tied) - gone]] = True
        return candidates.kept(kept)


@dataclass(frozen=True, slots=True)
class MinP(Sampler):
    """Keeps tokens that have at least ``share`` of the likeliest one's probability (Nguyen et al.
    2024, "Turning up the heat: min-p sampling", section 3; transformers `MinPLogitsWarper`).

    As a difference of scores, so that no exponential is needed: score >= best + ln(share).
    """

    share: float

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        if self.share <= 0.0:
            return candidates
        least = candidates.scores.max() + np.float32(math.log(self.share))
        return candidates.kept(candidates.scores >= least)


@dataclass(frozen=True, slots=True)
class Typical(Sampler):
    """Keeps the tokens whose surprise, -ln p, is nearest to the entropy, until they have ``mass``
    together (Meister et al. 2023, "Locally typical sampling", section 4).

    Tokens as far from the entropy as the last of them stay (transformers `TypicalLogitsWarper`);
    llama.cpp keeps none of those that tie, and stops once the mass is passed, not reached.
    """

    mass: float

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        if self.mass >= 1.0:
            return candidates
        weights = candidates.weights()
        total = float(weights.sum())
        entropy = candidates.entropy(weights)
        expected = float(candidates.scores.max()) + math.log(total) - entropy
        distance = np.abs(candidates.scores - np.float32(expected))
        # Farther off are tokens so unlikely that all of their kind together do not count; or else
        # the likeliest of all, and then the mass is not near.
        near = distance <= math.log(len(distance) / (1.0 - self.mass)) - entropy
        keys, shares = np.compress(near, distance), np.compress(near, weights)
        if float(shares.sum()) < self.mass * total:
            keys, shares = distance, weights
        farthest, _ = crossing(keys, shares, self.mass * total, reached=True)
        return candidates.kept(distance <= farthest)


@dataclass(frozen=True, slots=True)
class TopNSigma(Sampler):
    """Keeps tokens whose score is within ``n`` standard deviations of the best (Tang et al. 2024,
    "Top-n-sigma: not all logits are you need", algorithm 1; llama.cpp
    `llama_sampler_top_n_sigma`).

    The deviation is that of the population of all scores that are left.
    """

    n: float

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        if self.n <= 0.0 or len(candidates) < 2:
            return candidates
        scores = candidates.scores
        return candidates.kept(scores >= scores.max() - np.float32(self.n) * scores.std())


@dataclass(frozen=True, slots=True)
class ExcludeTopChoices(Sampler):
    """XTC: with a ``probability``, leaves out every token that has at least the probability
    ``threshold`` but the least likely of them, so that one sensible choice stays (P. E. Weidmann
    2024, text-generation-webui pull request 6335; llama.cpp `llama_sampler_xtc`).

    Above a threshold of 0.5 no two tokens can be meant, and nothing happens. Of tokens that tie for
    the least likely, the one with the greatest id stays. Whether it works is drawn from a stream of
    its own.
    """

    probability: float
    threshold: float

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        if self.probability <= 0.0 or self.threshold > 0.5 or len(candidates) < 2:
            return candidates
        chance = uniform(place.seed, place.position, EXCLUSION, place.attempt)
        if chance >= self.probability:
            return candidates
        weights = candidates.weights()
        likely = np.flatnonzero(weights >= np.float32(self.threshold * float(weights.sum())))
        if len(likely) < 2:
            return candidates
        least = likely[np.flatnonzero(weights[likely] == weights[likely].min())[-1]]
        kept = np.ones(len(candidates), np.bool_)
        kept[likely] = False
        kept[least] = True
        return candidates.kept(kept)


@dataclass(frozen=True, slots=True)
class Surprise(Sampler):
    """Keeps tokens whose surprise, -log2 p, is at most ``bits``, or else the likeliest alone: the
    cut of mirostat 2 (Basu et al. 2021, "Mirostat: a neural text decoding algorithm that directly
    controls perplexity", algorithm 2; llama.cpp `llama_sampler_mirostat_v2`).

    How ``bits`` follows what was drawn is the chain's business.
    """

    bits: float

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        weights = candidates.weights()
        scores = candidates.scores
        best = float(scores.max())
        least = best + math.log(float(weights.sum())) - self.bits * math.log(2.0)
        if least > best:
            return candidates.only(int(scores.argmax()))
        return candidates.kept(scores >= np.float32(least))


def crossing(
    keys: Scores, weights: Scores, limit: float, *, before: float = 0.0, reached: bool = False
) -> tuple[np.float32, float]:
    """The smallest key at which the weights of all keys up to it pass ``limit``, and the weight of
    all keys below it, each with what was counted ``before``.

    With ``reached``, it suffices that they reach the limit. Where they never do, the greatest key.
    """

    def passes(weight: float) -> bool:
        return weight >= limit if reached else weight > limit

    below = before
    while len(keys) > _SORTED_AT_ONCE:
        sample = keys[:: len(keys) // _PIVOT_SAMPLE]
        pivot = np.partition(sample, len(sample) // 2)[len(sample) // 2]
        small = keys < pivot
        passed = below + float((weights * small).sum())
        if passes(passed) and small.any():
            keys, weights = np.compress(small, keys), np.compress(small, weights)
            continue
        large = keys > pivot
        beyond = passed + float((weights * (keys == pivot)).sum())
        if passes(beyond) or not large.any():
            return pivot, passed
        keys, weights, below = np.compress(large, keys), np.compress(large, weights), beyond
    order = np.argsort(keys)
    sums = below + np.cumsum(weights[order], dtype=np.float64)
    place = int(np.searchsorted(sums, limit, side="left" if reached else "right"))
    key = keys[order[min(place, len(order) - 1)]]
    first = int(np.searchsorted(keys, key, side="left", sorter=order))
    return key, float(sums[first - 1]) if first else below
