"""How likely a text is to a model: each token of it, what could have stood there, what would fit.

Every likelihood here is the model's own, before any sampler. Whoever gives the scores may have read
the beginning of a text before; it is asked for growing texts with a common beginning, so that each
token is run once.

A token's surprisal is minus the binary logarithm of its probability (Shannon 1948); their sum over
the bytes of a text is its bits a byte, by which models with different tokens can be compared.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import RequestInvalid
from studio.runtime.cancel import CancelToken
from studio.writing.engine.healing import TokenPrefixes
from studio.writing.engine.tokens import TextTokenizer

Logits = NDArray[np.float32]

SCORES_AT_ONCE: Final = 2**24
"""Scores that are held at once at most: a row has one for each token of the vocabulary."""
MOST_ROWS: Final = 256


class LogitSource(Protocol):
    """What gives a model's scores; `studio.writing.engine.decoder.Decoder` is one."""

    @property
    def context(self) -> int | None:
        """Tokens that the model reads at most; None if nobody knows."""
        ...

    def rows(self, ids: Sequence[int], start: int, token: CancelToken) -> Iterator[Logits]:
        """Scores after each of the tokens of ``ids`` from ``start`` on, in portions.

        ``ids`` are a text from its beginning; what was read of it before is used again. Each
        portion is (some, vocabulary).
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """A token that could stand somewhere."""

    id: int
    log_probability: float
    """Natural logarithm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenReading:
    """How likely one token of a text is after all that stands before it."""

    id: int
    log_probability: float
    """Natural logarithm."""
    rank: int
    """How many tokens were likelier."""
    alternatives: tuple[Alternative, ...] = ()
    """The likeliest, the likeliest first."""

    @property
    def surprisal(self) -> float:
        """In bits."""
        return -self.log_probability / math.log(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class MiddleFit:
    """How well a candidate middle stands between what is before and what follows."""

    middle: float
    """Logarithm of the probability of the middle after what is before."""
    after: float
    """Logarithm of the probability of what follows, given what is before and the middle."""
    tokens: int
    """Tokens that spell what follows, the one on the border included."""
    unseen: int
    """Tokens at the beginning of what is before that did not fit into the model's context."""


def read_tokens(
    source: LogitSource,
    ids: Sequence[int],
    *,
    vocabulary: int,
    token: CancelToken,
    before: Sequence[int] = (),
    alternatives: int = 0,
) -> Iterator[list[TokenReading]]:
    """Each token of a text in order, in portions, so that progress can be told between them.

    ``vocabulary``: number of tokens. ``before``: what the model expects before any text; it stays
    in sight. In a text longer than the model's context each token is seen after at least half as
    many, the window moving by halves. ``alternatives``: how many of the likeliest are named. The
    first token of a text with nothing before it counts as drawn from all evenly.

    Raises `RequestInvalid` if the context is too short for anything, and `Cancelled`.
    """
    room = _room(source, before)
    half = len(ids) if room is None else room // 2
    done, window = 0, 0
    while done < len(ids):
        if done:
            window += half
        seen = [*before, *ids[window : None if room is None else window + room + 1]]
        first = len(before) + done - window
        for rows in _predictions(source, seen, first, vocabulary, token):
            yield _readings(rows, ids[done : done + len(rows)], alternatives)
            done += len(rows)


def alternatives_at(
    source: LogitSource,
    ids: Sequence[int],
    count: int,
    *,
    vocabulary: int,
    token: CancelToken,
    before: Sequence[int] = (),
) -> list[Alternative]:
    """The likeliest ``count`` tokens after ``ids``, the likeliest first.

    Of a text longer than the context its end is read, after ``before``.
    """
    room = _room(source, before)
    seen = [*before, *(ids if room is None else ids[max(0, len(ids) - room) :])]
    # One token more, whichever, for there is a row before each.
    row = next(_predictions(source, [*seen, 0], len(seen), vocabulary, token))[0]
    return _likeliest(row, float(_log_total(row[None])[0]), count)


def fit_of_middle(
    source: LogitSource,
    tokenizer: TextTokenizer,
    prefixes: TokenPrefixes,
    *,
    before: str,
    middle: str,
    after: str,
    token: CancelToken,
) -> MiddleFit:
    """How likely ``middle`` is after ``before``, and ``after`` is after both.

    The whole is cut into tokens as one text, so that no border between texts shows in it. A token
    that lies across a border is shared: its beginning counts as the probability of all tokens that
    begin so, its end as that of the token among them. The two logarithms so add up to that of
    middle and after together. Where a tokenizer changes texts (Unicode normal forms) each part is
    cut by itself.

    Raises `RequestInvalid` if middle and after do not fit into the context, and `Cancelled`.
    """
    ids, spans, borders = _cut(tokenizer, before, middle, after)
    start = next((place for place, (_, end) in enumerate(spans) if end > borders[0]), len(ids))
    room = _room(source, tokenizer.before)
    unseen = 0 if room is None else max(0, len(ids) - 1 - room)
    if unseen and unseen >= start:
        fault = (
            f"the middle and what follows are {len(ids) - start:,} tokens long, and the model "
            f"reads {source.context:,} at once"
        )
        raise RequestInvalid(fault=fault)
    shares = _Shares(prefixes, borders)
    seen = [*tokenizer.before, *ids[unseen:]]
    first = len(tokenizer.before) + start - unseen
    place = start
    for rows in _predictions(source, seen, first, tokenizer.size, token):
        for row, total in zip(rows, _log_total(rows), strict=True):
            raw = tokenizer.token_bytes(ids[place])
            shares.add(row, float(total), ids[place], spans[place], raw)
            place += 1
    return MiddleFit(middle=shares.middle, after=shares.after, tokens=shares.tokens, unseen=unseen)


class _Shares:
    """Adds up the likelihoods of tokens on both sides of the border after the middle."""

    def __init__(self, prefixes: TokenPrefixes, borders: tuple[int, int]) -> None:
        self._prefixes = prefixes
        self._first, self._second = borders
        self.middle = 0.0
        self.after = 0.0
        self.tokens = 0

    def add(self, row: Logits, total: float, index: int, span: tuple[int, int], raw: bytes) -> None:
        begin, end = span
        whole = float(row[index]) - total
        known = self._beginning(row, total, raw[: max(0, self._first - begin)])
        to_border = whole
        if end > self._second:
            self.tokens += 1
            to_border = self._beginning(row, total, raw[: max(0, self._second - begin)])
        if begin < self._second:
            self.middle += to_border - known
            self.after += whole - to_border
        else:
            self.after += whole

    def _beginning(self, row: Logits, total: float, prefix: bytes) -> float:
        """Logarithm of the probability that a token begins with ``prefix``."""
        if not prefix:
            return 0.0
        ids = self._prefixes.beginning_with(prefix)
        return float(_log_total(row[None, ids[ids < row.size]])[0]) - total


def _cut(
    tokenizer: TextTokenizer, before: str, middle: str, after: str
) -> tuple[list[int], list[tuple[int, int]], tuple[int, int]]:
    """The tokens of all three, where each stands in bytes, and the borders of the middle."""
    whole = before + middle + after
    ids = tokenizer.encode(whole)
    added = tokenizer.spells(ids, whole)
    if added is not None:
        lengths = [len(tokenizer.token_bytes(index)) for index in ids]
        first = added + len(before.encode("utf-8")) if before else 0
        second = added + len((before + middle).encode("utf-8")) if before or middle else 0
        return ids, _spans(lengths), (first, second)
    parts = [tokenizer.encode(part) if part else [] for part in (before, middle, after)]
    ids = [index for part in parts for index in part]
    first, second = len(parts[0]), len(parts[0]) + len(parts[1])
    return ids, _spans([1] * len(ids)), (first, second)


def _spans(lengths: Sequence[int]) -> list[tuple[int, int]]:
    spans, place = [], 0
    for length in lengths:
        spans.append((place, place + length))
        place += length
    return spans


def _room(source: LogitSource, before: Sequence[int]) -> int | None:
    """Tokens of a text that the model can read at once besides what stands before any."""
    if source.context is None:
        return None
    room = source.context - len(before)
    if room < 2:
        fault = f"the model reads {source.context} tokens at once, too few for a text"
        raise RequestInvalid(fault=fault)
    return room


def _predictions(
    source: LogitSource, ids: Sequence[int], first: int, vocabulary: int, token: CancelToken
) -> Iterator[Logits]:
    """Scores for each of ``ids`` from ``first`` on, after all that stands before it, in portions.

    The last of ``ids`` is not read. Portions end where the source's own pieces do.
    """
    if first == 0 and ids:
        yield np.zeros((1, vocabulary), dtype=np.float32)
        first = 1
    step = 1 << max(0, min(MOST_ROWS, SCORES_AT_ONCE // vocabulary).bit_length() - 1)
    read = first - 1
    while read < len(ids) - 1:
        stop = min(len(ids) - 1, (read // step + 1) * step)
        yield from source.rows(ids[:stop], read, token)
        read = stop


def _readings(rows: Logits, ids: Sequence[int], alternatives: int) -> list[TokenReading]:
    totals = _log_total(rows)
    own = rows[np.arange(len(ids)), np.asarray(ids)]
    ranks = (rows > own[:, None]).sum(axis=1)
    return [
        TokenReading(
            id=int(index),
            log_probability=float(own[place]) - float(totals[place]),
            rank=int(ranks[place]),
            alternatives=tuple(_likeliest(rows[place], float(totals[place]), alternatives)),
        )
        for place, index in enumerate(ids)
    ]


def _likeliest(row: Logits, total: float, count: int) -> list[Alternative]:
    """The likeliest, ties by their ids."""
    count = min(count, row.size)
    if count <= 0:
        return []
    least = np.partition(row, row.size - count)[row.size - count]
    candidates = np.flatnonzero(row >= least)
    best = candidates[np.argsort(-row[candidates], kind="stable")][:count]
    return [
        Alternative(id=int(index), log_probability=float(row[index]) - float(total))
        for index in best
    ]


def _log_total(rows: Logits) -> NDArray[np.float64]:
    """Logarithm of the sum of exponentials of each row, summed in double precision. (rows,)"""
    if rows.shape[1] == 0:
        return np.full(len(rows), -np.inf)
    top = rows.max(axis=1, keepdims=True)
    total = np.exp(rows - top).sum(axis=1, dtype=np.float64)
    result: NDArray[np.float64] = np.log(total) + top[:, 0]
    return result
