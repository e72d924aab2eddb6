"""Phrases that the text must not hold: where one has come about, the writing goes back and takes
another way.

A phrase cannot be forbidden token by token, as its words may begin harmless ones, and may fall into
tokens in many ways. So it is let come, and once it stands there, what is written goes back to the
token in which it began; that token is left out there, and another is drawn (the "anti-slop" of
S. Paech 2024; koboldcpp issue 1141). Until then nothing of it may be shown: `PhraseBans.safe` says
what can.
"""

from bisect import bisect_right
from codecs import getincrementaldecoder
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from studio.contract.errors import RequestInvalid
from studio.writing.engine.penalties import TokenBytes
from studio.writing.engine.stops import encoded

MAXIMUM_PHRASES: Final = 1000
LONGEST_PHRASE: Final = 200
"""Characters."""

_BYTES_A_CHARACTER: Final = 4


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A phrase came about."""

    length: int
    """Tokens that stay; the one after them was left out, and another is to be drawn."""
    phrase: str
    """Which it was."""


class PhraseBans:
    """Follows one text, from the end of its prompt.

    Upper and lower case are the same (Unicode's case folding); a phrase is found within words too.
    ``before`` are the bytes that the prompt ends with: a phrase that begins there counts, and is
    taken back as far as the prompt. Raises `RequestInvalid` for phrases that cannot be.
    """

    def __init__(
        self, phrases: Sequence[str], token_bytes: TokenBytes, *, before: bytes = b""
    ) -> None:
        if len(phrases) > MAXIMUM_PHRASES:
            fault = f"{MAXIMUM_PHRASES:,} banned phrases are possible, not {len(phrases):,}"
            raise RequestInvalid(fault=fault)
        for phrase in phrases:
            encoded(phrase, "banned phrase", LONGEST_PHRASE)
        self._phrases = {phrase.casefold(): phrase for phrase in phrases}
        self._beginnings = {
            phrase[:length] for phrase in self._phrases for length in range(1, len(phrase))
        }
        self._reach = max(map(len, self._phrases), default=0) * _BYTES_A_CHARACTER
        self._token_bytes = token_bytes
        self._text = bytearray(before[max(len(before) - self._reach, 0) :])
        self._lengths = [len(self._text)]
        self._tokens: list[int] = []
        self._banned: list[set[int]] = [set()]
        self._safe = [0]

    def __len__(self) -> int:
        """Tokens that stand."""
        return len(self._tokens)

    @property
    def banned(self) -> frozenset[int]:
        """Tokens that are left out at this place."""
        return frozenset(self._banned[-1])

    @property
    def attempt(self) -> int:
        """How often a token was taken back at this place."""
        return len(self._banned[-1])

    def append(self, token: int) -> TakenBack | None:
        """Go on with ``token``; where that completes a phrase, says how far this has gone back.

        Of several phrases it is the one that begins first. It has gone back already: what else
        follows the text has to be truncated to the same length.
        """
        before = len(self._text)
        self._text += self._token_bytes(token)
        self._lengths.append(len(self._text))
        self._tokens.append(token)
        self._banned.append(set())
        self._safe.append(self._safe[-1])
        found = self._completed(before)
        if found is None:
            if not self._has_begun():
                self._safe[-1] = len(self._tokens)
            return None
        begin, phrase = found
        length = self._token_at(begin)
        refused = self._tokens[length]
        self.truncate(length)
        self._banned[-1].add(refused)
        return TakenBack(length=length, phrase=phrase)

    def truncate(self, length: int) -> None:
        """Go back to the first ``length`` tokens; what was left out there stays left out."""
        length = min(max(length, 0), len(self._tokens))
        del self._tokens[length:]
        del self._lengths[length + 1 :]
        del self._banned[length + 1 :]
        del self._safe[length + 1 :]
        del self._text[self._lengths[-1] :]

    @property
    def safe(self) -> int:
        """Tokens that no phrase can take back any more, whatever comes: what may be shown.

        All up to the last place at which no phrase had begun. What such a place was followed by may
        go again, and something else come in which a phrase begins; so nothing later counts.
        """
        return self._safe[-1]

    def _has_begun(self) -> bool:
        """Whether the text ends with what a phrase may begin with."""
        if not self._phrases:
            return False
        folded, spans = self._folded(len(self._text) - self._reach - _BYTES_A_CHARACTER)
        if not spans or spans[-1][1] < len(self._text):
            return True  # a character that is cut in two may become any
        return any(folded[start:] in self._beginnings for start in range(len(folded)))

    def _completed(self, before: int) -> tuple[int, str] | None:
        """The first byte and the name of a phrase that ends beyond the byte ``before``."""
        folded, spans = self._folded(before - self._reach)
        found: tuple[int, str] | None = None
        for phrase, name in self._phrases.items():
            start = folded.find(phrase)
            while start >= 0 and spans[start + len(phrase) - 1][1] <= before:
                start = folded.find(phrase, start + 1)
            if start >= 0 and (found is None or spans[start][0] < found[0]):
                found = spans[start][0], name
        return found

    def _token_at(self, byte: int) -> int:
        """The token that the byte is in; for a byte of the prompt the first one that is text."""
        byte = max(byte, self._lengths[0])
        return bisect_right(self._lengths, byte) - 1

    def _folded(self, start: int) -> tuple[str, list[tuple[int, int]]]:
        """The complete characters of the text from about the byte ``start``, with their case
        folded, and of each the bytes that it begins and ends at."""
        start = max(start, 0)
        for byte in self._text[start : start + _BYTES_A_CHARACTER - 1]:
            if byte & 0xC0 != 0x80:
                break
            start += 1
        decoder = getincrementaldecoder("utf-8")("surrogateescape")
        folded: list[str] = []
        spans: list[tuple[int, int]] = []
        for character in decoder.decode(bytes(self._text[start:])):
            end = start + len(character.encode("utf-8", "surrogateescape"))
            parts = character.casefold()
            folded.append(parts)
            spans += [(start, end)] * len(parts)
            start = end
        return "".join(folded), spans
