"""What makes tokens less likely because they are in the text already, and what the user adds.

All of them look at the tokens before, prompt included, or at so many of the last ones.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.contract.overriding import override
from studio.contract.writing import BANNED
from studio.writing.engine.candidates import Candidates, Place, Sampler
from studio.writing.engine.history import Tokens

GREATEST_LOSS: Final = 10_000.0
"""More than this DRY takes from no score: the token is out of reach, and squares stay finite."""

TokenBytes = Callable[[int], bytes]
"""The bytes that a token stands for; empty for one that stands for none."""


def recent(history: Tokens, count: int) -> Tokens:
    """The last ``count`` tokens; all of them for 0."""
    return history[-count:] if count else history


class Bias(Sampler):
    """Adds to the scores of single tokens (transformers `SequenceBiasLogitsProcessor` with
    sequences of one token; llama.cpp `llama_sampler_logit_bias`); `BANNED` leaves one out. The only
    sampler that may leave nothing.
    """

    def __init__(self, biases: Mapping[int, float]) -> None:
        added = {token: bias for token, bias in biases.items() if bias > BANNED}
        self._tokens = np.fromiter(added.keys(), np.int64, len(added))
        self._biases = np.fromiter(added.values(), np.float32, len(added))
        self._banned = frozenset(biases) - added.keys()

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        if self._banned:
            candidates = candidates.without(self._banned)
        places, which = candidates.places(self._tokens)
        if not len(places):
            return candidates
        scores = candidates.scores.copy()
        scores[places] += self._biases[which]
        return candidates.scored(scores)


@dataclass(frozen=True, slots=True)
class Penalties(Sampler):
    """Takes from the scores of tokens that are in the text already.

    ``repetition``, once a token: a negative score is multiplied by it, any other divided (Keskar et
    al. 2019, "CTRL", section 4.1, with the sign minded as transformers
    `RepetitionPenaltyLogitsProcessor` does); then ``presence`` once and ``frequency`` for each time
    that it is there are taken away (OpenAI's API; llama.cpp `llama_sampler_penalties`).

    transformers looks at the whole text, llama.cpp at the last 64 tokens: ``range``, 0 for all.
    """

    repetition: float = 1.0
    presence: float = 0.0
    frequency: float = 0.0
    range: int = 0

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        tokens, counts = np.unique(recent(place.history, self.range), return_counts=True)
        places, which = candidates.places(tokens)
        if not len(places):
            return candidates
        scores = candidates.scores.copy()
        there = scores[places]
        if self.repetition != 1.0:
            factor = np.float32(self.repetition)
            there = np.where(there < 0.0, there * factor, there / factor)
        if self.presence or self.frequency:
            taken = self.presence + self.frequency * counts[which]
            there = there - taken.astype(np.float32)
        scores[places] = there
        return candidates.scored(scores)


@dataclass(frozen=True, slots=True)
class DontRepeatYourself(Sampler):
    """DRY: takes from the score of every token that would go on with a repetition (P. E. Weidmann
    2024, text-generation-webui pull request 5677; llama.cpp `llama_sampler_dry`).

    Where the last n tokens stand earlier in the text too, the token that followed there loses
    ``multiplier * base^(n - allowed)``, for the longest such n, if n is at least ``allowed``. No
    repetition reaches over a breaker, and a token that holds one loses nothing. A breaker is looked
    for in the text's bytes, so that it may lie across tokens.
    """

    multiplier: float
    base: float
    allowed: int
    range: int = 0
    breakers: tuple[bytes, ...] = ()
    token_bytes: TokenBytes = field(default=lambda token: b"")

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        window = recent(place.history, self.range)
        reach = self._unbroken(window)
        if reach < self.allowed or len(window) <= self.allowed:
            return candidates
        tokens, lengths = repetitions(window, self.allowed, min(reach, self._longest()))
        places, which = candidates.places(tokens)
        free = [not self._breaks(int(tokens[index])) for index in which]
        places, which = places[free], which[free]
        if not len(places):
            return candidates
        exponents = (lengths[which] - self.allowed).astype(np.float64)
        losses = np.minimum(self.multiplier * self.base**exponents, GREATEST_LOSS)
        scores = candidates.scores.copy()
        scores[places] -= losses.astype(np.float32)
        return candidates.scored(scores)

    def _longest(self) -> int:
        """The repetition from which on the loss grows no more."""
        if self.base <= 1.0:
            return self.allowed
        growth = math.log(GREATEST_LOSS / self.multiplier) / math.log(self.base)
        return self.allowed + max(math.ceil(growth), 0)

    def _breaks(self, token: int) -> bool:
        data = self.token_bytes(token)
        return any(breaker in data for breaker in self.breakers)

    def _unbroken(self, window: Tokens) -> int:
        """How many of the last tokens stand behind the last breaker."""
        if not self.breakers:
            return len(window)
        longest = max(map(len, self.breakers))
        text = b""
        for count, token in enumerate(reversed(window.tolist())):
            data = self.token_bytes(token)
            text = data + text[: longest - 1]
            # A breaker that is found only now begins in this token; it ends here or later.
            ends = [
                start + len(breaker)
                for breaker in self.breakers
                if (start := text.rfind(breaker)) >= 0
            ]
            if ends:
                return self._behind(window, count, max(ends))
        return len(window)

    def _behind(self, window: Tokens, count: int, end: int) -> int:
        """Of the last ``count + 1`` tokens those that begin at or after the byte ``end``."""
        begun = 0
        for behind in range(count, -1, -1):
            if begun >= end:
                return behind + 1
            begun += len(self.token_bytes(int(window[len(window) - 1 - behind])))
        return 0


def repetitions(
    window: Tokens, shortest: int, longest: int
) -> tuple[Tokens, npt.NDArray[np.int64]]:
    """Tokens that would go on with a repetition of what ends the window, and how long it is.

    For each token the greatest n <= ``longest`` such that the last n tokens stand before it
    somewhere earlier, where that is at least ``shortest`` (1 or more).
    """
    last = len(window) - 1
    ends = np.flatnonzero(window[:last] == window[last])
    lengths = np.zeros(last + 1, np.int64)
    length = 1
    while len(ends):
        lengths[ends] = length
        if length >= longest:
            break
        ends = ends[ends >= length]
        ends = ends[window[ends - length] == window[last - length]]
        length += 1
    found = np.flatnonzero(lengths >= shortest)
    followers, reached = window[found + 1], lengths[found]
    tokens, inverse = np.unique(followers, return_inverse=True)
    greatest = np.zeros(len(tokens), np.int64)
    np.maximum.at(greatest, inverse, reached)
    return tokens, greatest
