"""The samplers in their order, and the draw at the end: from a model's scores to the next token.

What is drawn depends on the settings, the seed, the tokens before and the scores alone. The one
thing that a chain remembers is mirostat's aim, and that can be wound back.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.contract.errors import RequestInvalid
from studio.contract.writing import (
    CUTTING,
    SamplerSettings,
    check_sampler,
    first_aim,
    next_aim,
    working_samplers,
)
from studio.writing.engine.candidates import Candidates, Mask, Place, Sampler, Scores, candidates_of
from studio.writing.engine.history import Tokens, as_tokens
from studio.writing.engine.penalties import (
    Bias,
    Breakers,
    DontRepeatYourself,
    Penalties,
    TokenBytes,
)
from studio.writing.engine.samplers import (
    ExcludeTopChoices,
    MinP,
    Surprise,
    Temperature,
    TopK,
    TopNSigma,
    TopP,
    Typical,
)
from studio.writing.engine.streams import check_seed, uniform

_BLOCK: Final = 512
"""Weights that are summed up before one of them is looked for."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One token that was drawn."""

    token: int
    probability: float
    """With which it was drawn: after all samplers, not the model's own."""
    choices: int
    """Tokens that could have been drawn."""


class Chain:
    """Draws the tokens of one text.

    ``token_bytes`` is needed by DRY alone, if it has breakers. Raises `RequestInvalid` for settings
    or seeds that cannot be.
    """

    def __init__(
        self,
        settings: SamplerSettings,
        vocabulary: int,
        *,
        seed: int = 0,
        token_bytes: TokenBytes | None = None,
    ) -> None:
        check_sampler(settings, vocabulary=vocabulary)
        check_seed(seed)
        self.settings = settings
        self._seed = seed
        self._samplers = samplers_of(settings, token_bytes)
        self._aims = [first_aim(settings)]

    def draw(
        self,
        scores: npt.NDArray[np.floating],
        history: Sequence[int] | Tokens,
        *,
        allowed: Mask | None = None,
        banned: Collection[int] = (),
        attempt: int = 0,
    ) -> Draw:
        """The token that comes after ``history``.

        ``scores`` are the model's, (vocabulary,). ``allowed`` are the tokens that a constraint
        leaves, as a mask; ``banned`` are left out here besides; ``attempt`` counts how often one
        was taken back here. Nothing is remembered: `accept` does that. Raises `RequestInvalid`
        where no token is left, or the scores are no numbers.
        """
        tokens = as_tokens(history)
        left = self._left(scores, tokens, allowed, banned, attempt)
        weights = left.weights()
        blocks = np.add.reduceat(weights, np.arange(0, len(weights), _BLOCK), dtype=np.float64)
        block, total, rest = _found(blocks, uniform(self._seed, len(tokens), attempt=attempt))
        first = block * _BLOCK
        within, _, _ = _found(weights[first : first + _BLOCK].astype(np.float64), rest)
        place = first + within
        probability = float(weights[place]) / total
        return Draw(token=left.token(place), probability=probability, choices=len(left))

    def probabilities(
        self,
        scores: npt.NDArray[np.floating],
        history: Sequence[int] | Tokens,
        *,
        allowed: Mask | None = None,
        banned: Collection[int] = (),
        attempt: int = 0,
    ) -> Scores:
        """With which every token would be drawn, (vocabulary,), adding up to 1."""
        left = self._left(scores, as_tokens(history), allowed, banned, attempt)
        weights = left.weights()
        return left.scored(weights / weights.sum()).spread(0.0)

    def accept(self, draw: Draw) -> None:
        """Go on with a token that was drawn."""
        self._aims.append(next_aim(self.settings, self._aims[-1], draw.probability))

    def truncate(self, length: int) -> None:
        """Go back to the first ``length`` accepted tokens."""
        del self._aims[max(length, 0) + 1 :]

    def __len__(self) -> int:
        """Tokens that were accepted."""
        return len(self._aims) - 1

    @property
    def aim(self) -> float:
        """The surprise in bits above which mirostat cuts, at this place."""
        return self._aims[-1]

    def _left(
        self,
        scores: npt.NDArray[np.floating],
        tokens: Tokens,
        allowed: Mask | None,
        banned: Collection[int],
        attempt: int,
    ) -> Candidates:
        left = candidates_of(scores, allowed)
        if banned and len(left):
            left = left.without(banned)
        place = Place(history=tokens, seed=self._seed, position=len(tokens), attempt=attempt)
        for sampler in self._samplers:
            if not len(left):
                break
            left = sampler.apply(left, place)
        if not len(left):
            fault = (
                "no token is left that may come next; with a wider constraint, or fewer banned "
                "phrases and tokens, it is possible"
            )
            raise RequestInvalid(fault=fault)
        if self.settings.mirostat:
            left = Surprise(self.aim).apply(left, place)
        return left


def _found(weights: npt.NDArray[np.float64], share: float) -> tuple[int, float, float]:
    """Where the sum of the weights first exceeds ``share``, in [0, 1), of the whole; the whole; and
    which share of that weight the point lies at.

    Never a place that has no weight, though rounding may lift the point to the whole sum.
    """
    sums = np.cumsum(weights)
    total = float(sums[-1])
    last = int(np.searchsorted(sums, total, side="left"))
    place = min(int(np.searchsorted(sums, share * total, side="right")), last)
    below = float(sums[place - 1]) if place else 0.0
    rest = (share * total - below) / float(weights[place])
    return place, total, min(max(rest, 0.0), 1.0)


def samplers_of(
    settings: SamplerSettings, token_bytes: TokenBytes | None = None
) -> tuple[Sampler, ...]:
    """The samplers that do anything under these settings, in their order; mirostat is the chain's.

    Raises `RequestInvalid` if breakers are set and nothing tells the bytes of a token.
    """
    makers: dict[str, Callable[[], Sampler]] = {
        "bias": lambda: Bias(settings.logit_bias),
        "penalties": lambda: Penalties(
            settings.repetition, settings.presence, settings.frequency, settings.penalty_range
        ),
        "dry": lambda: _dry(settings, token_bytes),
        "top_n_sigma": lambda: TopNSigma(settings.top_n_sigma),
        "top_k": lambda: TopK(settings.top_k),
        "typical": lambda: Typical(settings.typical),
        "top_p": lambda: TopP(settings.top_p),
        "min_p": lambda: MinP(settings.min_p),
        "xtc": lambda: ExcludeTopChoices(settings.xtc_probability, settings.xtc_threshold),
        "temperature": lambda: Temperature(
            settings.temperature, settings.dynamic_range, settings.dynamic_exponent
        ),
    }
    working = working_samplers(settings) - (CUTTING if settings.mirostat else frozenset())
    return tuple(makers[name]() for name in settings.order if name in working)


def _dry(settings: SamplerSettings, token_bytes: TokenBytes | None) -> Sampler:
    breakers: Breakers | None = None
    if settings.dry_breakers:
        if token_bytes is None:
            fault = "this model does not tell its tokens' texts; DRY without breakers is possible"
            raise RequestInvalid(fault=fault)
        breakers = Breakers([text.encode() for text in settings.dry_breakers], token_bytes)
    return DontRepeatYourself(
        multiplier=settings.dry_multiplier,
        base=settings.dry_base,
        allowed=settings.dry_allowed_length,
        range=settings.dry_range,
        breakers=breakers,
    )
