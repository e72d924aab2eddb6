"""What may be asked of the writing of text: known before any model is opened.

Without numpy: the window asks and reckons with these before its first paint is even over.
"""

import math
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from studio.contract.errors import RequestInvalid

BANNED: Final = -100.0
"""The logit bias that means: never."""

LLAMA_CPP: Final = (
    "bias",
    "penalties",
    "dry",
    "top_n_sigma",
    "top_k",
    "typical",
    "top_p",
    "min_p",
    "xtc",
    "temperature",
)
"""The order of llama.cpp (`common_params_sampling`): what is unlikely is cut off first, the
temperature comes last."""

HUGGING_FACE: Final = (
    "bias",
    "penalties",
    "dry",
    "temperature",
    "top_k",
    "top_p",
    "min_p",
    "typical",
    "top_n_sigma",
    "xtc",
)
"""The order of transformers (`GenerationMixin._get_logits_processor`): the temperature before
what cuts off. DRY, top-n-sigma and XTC, which it does not have, stand where they disturb least."""

SAMPLERS: Final = frozenset(LLAMA_CPP)
"""Names that an order may hold, each at most once."""

ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "hugging-face": HUGGING_FACE,
    "llama.cpp": LLAMA_CPP,
}
"""The orders that have a name."""

LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "temperature": (0.0, 10.0),
    "dynamic_range": (0.0, 10.0),
    "dynamic_exponent": (0.01, 10.0),
    "top_k": (0, 1_000_000),
    "top_p": (0.0, 1.0),
    "min_p": (0.0, 1.0),
    "typical": (0.001, 1.0),
    "top_n_sigma": (0.0, 100.0),
    "xtc_probability": (0.0, 1.0),
    "xtc_threshold": (0.0, 1.0),
    "dry_multiplier": (0.0, 100.0),
    "dry_base": (1.0, 10.0),
    "dry_allowed_length": (1, 1000),
    "dry_range": (0, 1_000_000),
    "mirostat_tau": (0.0, 50.0),
    "mirostat_eta": (0.0, 1.0),
    "mirostat_aim": (0.0, 1e8),
    "repetition": (0.01, 100.0),
    "presence": (-100.0, 100.0),
    "frequency": (-100.0, 100.0),
    "penalty_range": (0, 1_000_000),
}
"""The least and the greatest value of every number in `SamplerSettings`."""

MAXIMUM_BIASES: Final = 10_000
MAXIMUM_BREAKERS: Final = 100
LONGEST_BREAKER: Final = 200
"""Characters."""


class SamplerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the next token is drawn from a model's scores. As it stands, from the model's own
    distribution: every sampler is at the value at which it does nothing.

    The limits of every number stand in `LIMITS`; `check_sampler` refuses what lies outside.
    """

    temperature: float = 1.0
    """Scores are divided by it, 0 to 10. Below 1 the likely becomes likelier; 0: always the
    likeliest token."""
    dynamic_range: float = 0.0
    """The temperature moves within temperature -+ this, 0 to 10: low where the model is certain,
    high where it is not. 0: it stays."""
    dynamic_exponent: float = 1.0
    """How the temperature follows the model's uncertainty, 0.01 to 10; 1: in proportion."""
    top_k: int = 0
    """Only the k likeliest tokens, and those that tie with the last of them; 0: all."""
    top_p: float = 1.0
    """Only the likeliest tokens that together have this probability, 0 to 1; 1: all."""
    min_p: float = 0.0
    """Only tokens with at least this share of the likeliest one's probability; 0: all."""
    typical: float = 1.0
    """Only the tokens whose surprise is nearest to the one to be expected, that together have
    this probability, 0.001 to 1; 1: all."""
    top_n_sigma: float = 0.0
    """Only tokens whose score is within so many standard deviations of the best; 0: all."""
    xtc_probability: float = 0.0
    """How often the likeliest tokens are left out, for the sake of surprise, 0 to 1."""
    xtc_threshold: float = 0.1
    """The probability from which on a token counts among the likeliest, of which the least likely
    alone is kept; above 0.5 nothing happens."""
    dry_multiplier: float = 0.0
    """How much a token loses that would go on with a repetition, 0 to 100; 0: nothing."""
    dry_base: float = 1.75
    """How the loss grows with each further repeated token, 1 to 10."""
    dry_allowed_length: int = 2
    """A repetition of fewer tokens costs nothing, and one of as many the multiplier alone."""
    dry_breakers: tuple[str, ...] = ("\n", ":", '"', "*")
    """No repetition reaches over these."""
    dry_range: int = 0
    """Repetitions are looked for in so many of the last tokens; 0: in all."""
    mirostat: Literal[0, 2] = 0
    """2: the surprise of the text is kept near `mirostat_tau`, by cutting off what is unlikely.
    All that cuts off otherwise (top-k, top-p, min-p, typical, top-n-sigma, XTC) is passed over,
    and the rest comes before it."""
    mirostat_tau: float = 5.0
    """The surprise that is aimed at, in bits a token, 0 to 50."""
    mirostat_eta: float = 0.1
    """How fast it is corrected, 0 to 1."""
    mirostat_aim: float = 0.0
    """The surprise in bits above which it cuts at first: where a text that was written with it is
    gone on with, what the recipe of that text has come to. 0: twice `mirostat_tau`."""
    repetition: float = 1.0
    """What tokens that are there already lose: a positive score is divided by it, a negative one
    multiplied, 0.01 to 100; 1: nothing."""
    presence: float = 0.0
    """What is taken from the score of a token that is there already, -100 to 100."""
    frequency: float = 0.0
    """What is taken from it each time that it is there, -100 to 100."""
    penalty_range: int = 0
    """The three look at so many of the last tokens; 0: at all, the prompt too."""
    logit_bias: dict[int, float] = {}
    """What is added to the scores of single tokens, -100 to 100; `BANNED` (-100): never."""
    order: tuple[str, ...] = LLAMA_CPP
    """In which order the samplers work; `ORDERS` has the two well-known ones."""


PLAIN: Final = SamplerSettings()
"""The model's own distribution."""

SETTINGS: Final[Mapping[str, SamplerSettings]] = {
    "plain": PLAIN,
    "greedy": SamplerSettings(temperature=0.0),
    "hugging-face": SamplerSettings(top_k=50, order=HUGGING_FACE),
    "llama.cpp": SamplerSettings(temperature=0.8, top_k=40, top_p=0.95, min_p=0.05),
}
"""Settings that have a name: those two with the values that transformers and llama.cpp begin
with."""

_WORKING: Final[Mapping[str, tuple[str, ...]]] = {
    "bias": ("logit_bias",),
    "penalties": ("repetition", "presence", "frequency"),
    "dry": ("dry_multiplier",),
    "top_n_sigma": ("top_n_sigma",),
    "top_k": ("top_k",),
    "typical": ("typical",),
    "top_p": ("top_p",),
    "min_p": ("min_p",),
    "xtc": ("xtc_probability",),
    "temperature": ("temperature", "dynamic_range"),
}
"""Of each sampler the settings that make it do anything."""

CUTTING: Final = frozenset(("top_n_sigma", "top_k", "typical", "top_p", "min_p", "xtc"))
"""Samplers that leave tokens out, and that mirostat stands in for."""

LEAST_PROBABILITY: Final = 2.0**-149
"""The least that float32 can say; what was drawn had at least that."""

LONGEST_CONSTRAINT: Final = 200_000
"""Characters of a constraint."""


class TextConstraint(msgspec.Struct, frozen=True, kw_only=True):
    """A form that the text must have, from its first token to its last."""

    kind: Literal["regex", "json_schema", "grammar"]
    """A regular expression (of Rust's kind: no look-around, no back-references), a JSON schema, or
    a Lark grammar as llguidance reads it, whose first rule is called ``start``."""
    text: str
    """1 to `LONGEST_CONSTRAINT` characters."""


def first_aim(settings: SamplerSettings) -> float:
    """The surprise in bits above which mirostat cuts at the first token."""
    return settings.mirostat_aim or 2.0 * settings.mirostat_tau


def next_aim(settings: SamplerSettings, aim: float, probability: float) -> float:
    """The aim after a token that was drawn with ``probability``: the less surprising it was than
    `mirostat_tau`, the more may come (Basu et al. 2021, algorithm 2)."""
    surprise = -math.log2(max(probability, LEAST_PROBABILITY))
    return aim - settings.mirostat_eta * (surprise - settings.mirostat_tau)


def working_samplers(settings: SamplerSettings) -> frozenset[str]:
    """Names of the samplers that are not at the value at which they do nothing."""
    return frozenset(
        sampler
        for sampler, names in _WORKING.items()
        if any(getattr(settings, name) != getattr(PLAIN, name) for name in names)
    )


def check_sampler(settings: SamplerSettings, *, vocabulary: int | None = None) -> None:
    """Refuse settings that make no sense; raises `RequestInvalid`, saying what is possible.

    ``vocabulary`` is the number of the model's tokens, where it is known.
    """
    for name, (least, greatest) in LIMITS.items():
        value = getattr(settings, name)
        if not least <= value <= greatest:
            fault = f"{spoken(name)} cannot be {value:g}; {least:g} to {greatest:g} is possible"
            raise RequestInvalid(fault=fault)
    if settings.mirostat not in (0, 2):
        fault = f"there is no mirostat {settings.mirostat}; 0 (none) and 2 are possible"
        raise RequestInvalid(fault=fault)
    _check_breakers(settings.dry_breakers)
    _check_bias(settings.logit_bias, vocabulary)
    _check_order(settings)


def spoken(name: str) -> str:
    """A setting's name as a sentence says it."""
    return f"“{name.replace('_', ' ')}”"


def is_utf_8(text: str) -> bool:
    """Whether UTF-8 can say it: it holds no half of a character (a surrogate)."""
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def _check_breakers(breakers: tuple[str, ...]) -> None:
    if len(breakers) > MAXIMUM_BREAKERS:
        fault = f"repetitions can be broken by {MAXIMUM_BREAKERS} texts, not by {len(breakers)}"
        raise RequestInvalid(fault=fault)
    for breaker in breakers:
        if not 1 <= len(breaker) <= LONGEST_BREAKER:
            fault = f"a text that breaks repetitions has 1 to {LONGEST_BREAKER} characters"
            raise RequestInvalid(fault=fault)
        if not is_utf_8(breaker):
            fault = "a text that breaks repetitions is not UTF-8; any text that is, can be"
            raise RequestInvalid(fault=fault)


def _check_bias(bias: Mapping[int, float], vocabulary: int | None) -> None:
    if len(bias) > MAXIMUM_BIASES:
        fault = f"{MAXIMUM_BIASES:,} tokens can have a bias of their own, not {len(bias):,}"
        raise RequestInvalid(fault=fault)
    for token, value in bias.items():
        if token < 0 or (vocabulary is not None and token >= vocabulary):
            known = "from 0 on" if vocabulary is None else f"0 to {vocabulary - 1:,}"
            fault = f"there is no token {token} to give a bias to; its tokens are {known}"
            raise RequestInvalid(fault=fault)
        if not BANNED <= value <= -BANNED:
            fault = (
                f"the bias of token {token} cannot be {value:g}; {BANNED:g} (never) to "
                f"{-BANNED:g} is possible"
            )
            raise RequestInvalid(fault=fault)


def _check_order(settings: SamplerSettings) -> None:
    order = settings.order
    for name in order:
        if name not in SAMPLERS:
            known = ", ".join(LLAMA_CPP)
            raise RequestInvalid(fault=f"there is no sampler “{name}”; there are: {known}")
        if order.count(name) > 1:
            raise RequestInvalid(fault=f"the order names {spoken(name)} twice; once is possible")
    working = working_samplers(settings)
    passed = CUTTING if settings.mirostat else frozenset[str]()
    missing = sorted(working - passed - set(order))
    if missing:
        fault = (
            f"the order leaves out {spoken(missing[0])}, which is set; name it in the order, or "
            f"leave it at its plain value"
        )
        raise RequestInvalid(fault=fault)
