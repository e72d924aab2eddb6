"""The tokens that may still come next, with their scores: what samplers hand from one to the next.

A vocabulary has up to a quarter of a million tokens, of which the first sampler that cuts leaves a
few dozen. So what is left out is dropped and not carried along as minus infinity: all that follows
costs next to nothing.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.contract.errors import RequestInvalid
from studio.writing.engine.history import Tokens, as_tokens

Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Tokens and their scores (logits), in the order of the tokens."""

    scores: Scores
    """(count,), all finite."""
    ids: Tokens | None
    """(count,), ascending; None: every token of the vocabulary, each at its own place."""
    vocabulary: int
    """Number of all tokens."""

    def __len__(self) -> int:
        return len(self.scores)

    def kept(self, mask: Mask) -> "Candidates":
        """Those alone at which ``mask``, (count,), is true."""
        places = np.flatnonzero(mask)
        if len(places) == len(self.scores):
            return self
        ids = places if self.ids is None else self.ids[places]
        return Candidates(self.scores[places], ids, self.vocabulary)

    def only(self, place: int) -> "Candidates":
        """One alone, by its place."""
        ids = np.array([self.token(place)], np.int64)
        return Candidates(self.scores[place : place + 1], ids, self.vocabulary)

    def scored(self, scores: Scores) -> "Candidates":
        """The same tokens with other scores."""
        return Candidates(scores, self.ids, self.vocabulary)

    def without(self, tokens: Collection[int]) -> "Candidates":
        """Those that are not among ``tokens``."""
        places, _ = self.places(np.fromiter(tokens, np.int64, len(tokens)))
        if not len(places):
            return self
        mask = np.ones(len(self.scores), np.bool_)
        mask[places] = False
        return self.kept(mask)

    def token(self, place: int) -> int:
        """The token at a place."""
        return place if self.ids is None else int(self.ids[place])

    def places(self, tokens: Tokens) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Where tokens stand here: the places, and which of ``tokens`` they belong to.

        Tokens that are not here, or of no vocabulary, are left out.
        """
        known = np.flatnonzero((tokens >= 0) & (tokens < self.vocabulary))
        if self.ids is None:
            return tokens[known].astype(np.intp, copy=False), known
        if not len(self.ids):
            return np.empty(0, np.intp), np.empty(0, np.intp)
        found = np.searchsorted(self.ids, tokens[known])
        found = np.minimum(found, len(self.ids) - 1)
        here = self.ids[found] == tokens[known]
        return found[here], known[here]

    def weights(self) -> Scores:
        """Probabilities times one constant, so that the greatest is 1: exp(score - best)."""
        weights: Scores = self.scores - self.scores.max()
        np.exp(weights, out=weights)
        return weights

    def entropy(self, weights: Scores) -> float:
        """Of the distribution, in nats, by its `weights`: ln sum exp(s) - the mean of s."""
        shifted = self.scores - self.scores.max()
        # In float64, as a small entropy is a small difference; and by no dot product of BLAS, as
        # how that adds up depends on the number of threads.
        total = float(weights.sum(dtype=np.float64))
        mean = float(np.multiply(weights, shifted, out=shifted).sum(dtype=np.float64)) / total
        return max(math.log(total) - mean, 0.0)

    def spread(self, missing: float = -np.inf) -> Scores:
        """Scores of the whole vocabulary, (vocabulary,), as a copy; ``missing`` for those that were
        left out."""
        if self.ids is None:
            return self.scores.copy()
        scores = np.full(self.vocabulary, missing, np.float32)
        scores[self.ids] = self.scores
        return scores


def candidates_of(scores: npt.NDArray[np.floating], allowed: Mask | None = None) -> Candidates:
    """All tokens of a model's scores, (vocabulary,), that are not ruled out by minus infinity.

    ``allowed`` may rule out more; tokens beyond its end are not allowed. May be empty. Raises
    `RequestInvalid` where scores are no numbers, as a model makes them that overflows.
    """
    given = np.asarray(scores, np.float32)
    vocabulary = len(given)
    ids: Tokens | None = None
    if allowed is not None:
        ids = np.flatnonzero(allowed[:vocabulary])
        if len(ids) == vocabulary:
            ids = None
        else:
            given = given[ids]
    if not len(given):
        return Candidates(given, ids, vocabulary)
    best = given.max()
    if np.isnan(best) or best == np.inf:
        wrong = len(given) - int(np.count_nonzero(given < np.inf))
        fault = (
            f"the model's scores of {wrong:,} of {len(given):,} tokens are no numbers, as happens "
            f"where half precision overflows; with its float32 form it may be possible"
        )
        raise RequestInvalid(fault=fault)
    if given.min() == -np.inf:
        places = np.flatnonzero(given > -np.inf)
        given = given[places]
        ids = places if ids is None else ids[places]
    return Candidates(given, ids, vocabulary)


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text the next token is to stand: all that a sampler may look at but the scores."""

    history: Tokens
    """The tokens before, prompt included."""
    seed: int = 0
    position: int = 0
    attempt: int = 0
    """How often a token was taken back here."""


class Sampler(ABC):
    """Changes the scores of the next token, or leaves tokens out."""

    @abstractmethod
    def apply(self, candidates: Candidates, place: Place) -> Candidates:
        """What becomes of ``candidates``, of which there is at least one."""

    def process(
        self,
        scores: npt.NDArray[np.floating],
        history: Sequence[int] | Tokens = (),
        *,
        seed: int = 0,
        attempt: int = 0,
    ) -> Scores:
        """The same for the scores of a whole vocabulary, (vocabulary,), as a copy.

        Where every token was ruled out before, nothing is changed.
        """
        candidates = candidates_of(scores)
        if not len(candidates):
            return candidates.spread()
        tokens = as_tokens(history)
        place = Place(history=tokens, seed=seed, position=len(tokens), attempt=attempt)
        return self.apply(candidates, place).spread()
