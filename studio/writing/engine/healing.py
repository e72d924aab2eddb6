"""Token healing: a prompt that ends inside a word is continued as if it had been typed on.

A text is cut into tokens greedily, so its last tokens may be ones that the model has never seen
there: after ``http:`` as three tokens it expects nothing like ``//``, because ``://`` is one token.
The cure: take back the last tokens, as many as could be the beginning of another token, and let the
model draw again among the tokens that spell the same bytes.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.writing.engine.tokens import TextTokenizer

MOST_TOKENS: Final = 8
"""Tokens that are taken back at most; longer beginnings are those of tokens for rows of signs."""


class TokenPrefixes:
    """Which tokens begin with some bytes, and which are the beginning of them."""

    def __init__(self, tokenizer: TextTokenizer) -> None:
        spelled = sorted((raw, index) for index, raw in enumerate(tokenizer.all_bytes) if raw)
        self._spelled = [raw for raw, _ in spelled]
        self._ids = np.array([index for _, index in spelled], dtype=np.int64)
        self.longest = max(map(len, self._spelled), default=0)
        """Bytes of the longest token."""

    def beginning_with(self, prefix: bytes) -> NDArray[np.int64]:
        """Ids of the tokens that begin with ``prefix``, itself included."""
        begin = bisect_left(self._spelled, prefix)
        after = _after(prefix)
        end = len(self._spelled) if after is None else bisect_left(self._spelled, after, begin)
        return self._ids[begin:end]

    def beginnings_of(self, text: bytes) -> NDArray[np.int64]:
        """Ids of the tokens that ``text`` begins with, shorter than it."""
        found = []
        for length in range(1, min(len(text), self.longest + 1)):
            prefix = text[:length]
            begin = bisect_left(self._spelled, prefix)
            end = bisect_left(self._spelled, prefix + b"\0", begin)
            found.append(self._ids[begin:end])
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def mask(self, rest: bytes, vocabulary: int) -> NDArray[np.bool_]:
        """Tokens that may come where ``rest`` is still to be spelled. (vocabulary,)

        Those that begin with it, or that it begins with; all where nothing is left to be spelled.
        """
        if not rest:
            return np.ones(vocabulary, dtype=np.bool_)
        mask = np.zeros(vocabulary, dtype=np.bool_)
        for ids in (self.beginning_with(rest), self.beginnings_of(rest)):
            mask[ids[ids < vocabulary]] = True
        return mask

    def extends(self, prefix: bytes) -> bool:
        """Whether some token begins with ``prefix`` and goes on."""
        place = bisect_left(self._spelled, prefix + b"\0")
        return place < len(self._spelled) and self._spelled[place].startswith(prefix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Healed:
    """A prompt without its last tokens, and what the next tokens must spell first."""

    ids: list[int]
    prefix: bytes


def heal(
    tokenizer: TextTokenizer,
    ids: Sequence[int],
    prefixes: TokenPrefixes,
    *,
    most: int = MOST_TOKENS,
) -> Healed:
    """Take back the last tokens that together could be the beginning of a longer one.

    As many as possible, up to ``most``; never a special token and never the only token. The
    prompt comes back whole, with an empty prefix, where nothing could be otherwise.
    """
    taken, prefix, spelled = 0, b"", b""
    for count in range(1, min(most, len(ids) - 1) + 1):
        raw = tokenizer.token_bytes(ids[-count])
        spelled = raw + spelled
        if not raw or len(spelled) >= prefixes.longest:
            break
        if prefixes.extends(spelled):
            taken, prefix = count, spelled
    return Healed(ids=list(ids[: len(ids) - taken]), prefix=prefix)


def _after(prefix: bytes) -> bytes | None:
    """The least bytes after all that begin with ``prefix``; None: there are none."""
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else None
