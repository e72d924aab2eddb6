"""What makes tokens less likely because they are in the text already, and what the user adds.

All of them look at the tokens before, prompt included, or at so many of the last ones.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.contract.overriding import override
from studio.contract.writing import BANNED
from studio.writing.engine.candidates import Candidates, Mask, Place, Sampler
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
    breakers: "Breakers | None" = None

    @override
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        window = recent(place.history, self.range)
        reach = len(window) if self.breakers is None else self.breakers.unbroken(window)
        if reach < self.allowed or len(window) <= self.allowed:
            return candidates
        tokens, lengths = repetitions(window, self.allowed, min(reach, self._longest()))
        if self.breakers is not None:
            bound = ~self.breakers.holds(tokens)
            tokens, lengths = tokens[bound], lengths[bound]
        places, which = candidates.places(tokens)
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


class Breakers:
    """Texts over which no repetition reaches, found in the bytes of tokens.

    What there is to know of a token is looked up once, so that a long text costs nothing.
    """

    _UNKNOWN: Final = 0
    _PLAIN: Final = 1
    _BEGINS: Final = 2
    """A breaker may begin in it that ends in a later one."""
    _HOLDS: Final = 3

    def __init__(self, texts: Sequence[bytes], token_bytes: TokenBytes) -> None:
        self._texts = tuple(texts)
        self._longest = max(map(len, texts), default=1)
        self._beginnings = tuple(
            {text[:length] for text in texts for length in range(1, len(text))}
        )
        self._token_bytes = token_bytes
        self._kinds = np.zeros(0, np.int8)

    def holds(self, tokens: Tokens) -> Mask:
        """Which of the tokens hold a breaker by themselves."""
        return np.equal(self._kinds_of(tokens), self._HOLDS)

    def unbroken(self, window: Tokens) -> int:
        """How many of the last tokens stand behind the last breaker."""
        kinds = self._kinds_of(window)
        places: list[int] = np.flatnonzero(kinds > self._PLAIN).tolist()
        for place in reversed(places):
            behind = self._behind(window[place:])
            if behind is not None:
                return len(window) - place - behind
        return len(window)

    def _behind(self, tokens: Tokens) -> int | None:
        """The first of ``tokens`` behind the breaker that begins in the first of them, if any."""
        text, begins, first = b"", [0], 0
        for token in tokens.tolist():
            text += self._token_bytes(token)
            begins.append(len(text))
            first = begins[1]
            if len(text) >= first + self._longest - 1:
                break
        ends = [
            start + len(breaker)
            for breaker in self._texts
            if (start := text.rfind(breaker, 0, first + len(breaker) - 1)) >= 0
        ]
        return bisect_left(begins, max(ends)) if ends else None

    def _kinds_of(self, tokens: Tokens) -> npt.NDArray[np.int8]:
        if len(tokens) and (greatest := int(tokens.max())) >= len(self._kinds):
            kinds = np.zeros(2 * greatest + 2, np.int8)
            kinds[: len(self._kinds)] = self._kinds
            self._kinds = kinds
        found = self._kinds[tokens]
        if not found.all():
            for token in set(tokens[found == self._UNKNOWN].tolist()):
                self._kinds[token] = self._kind(self._token_bytes(token))
            found = self._kinds[tokens]
        return found

    def _kind(self, data: bytes) -> int:
        if any(text in data for text in self._texts):
            return self._HOLDS
        return self._BEGINS if data.endswith(self._beginnings) else self._PLAIN


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
