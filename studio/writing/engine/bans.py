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

from studio.writing.engine.penalties import TokenBytes

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
    taken back as far as the prompt.
    """

    def __init__(
        self, phrases: Sequence[str], token_bytes: TokenBytes, *, before: bytes = b""
    ) -> None:
        self._phrases = {phrase.casefold(): phrase for phrase in phrases}
        self._beginnings = {
            phrase[:length] for phrase in self._phrases for length in range(1, len(phrase))
        }
        self._sizes = sorted(set(map(len, self._phrases)))
        self._longest = max(self._sizes, default=0)
        self._token_bytes = token_bytes
        self._text = _Folded(before, self._longest)
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
        new = self._text.append(self._token_bytes(token))
        self._lengths.append(len(self._text))
        self._tokens.append(token)
        self._banned.append(set())
        self._safe.append(self._safe[-1])
        found = self._completed(new)
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
        self._text.truncate(self._lengths[-1])

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
        if not self._text.is_complete:
            return True  # a character that is cut in two may become any
        end = self._text.since(self._text.count - self._longest + 1)
        return any(end[start:] in self._beginnings for start in range(len(end)))

    def _completed(self, new: int) -> tuple[int, str] | None:
        """The first byte and the name of the phrase that begins first, of those that end in the
        folded character ``new`` or behind it."""
        first = max(new - self._longest + 1, 0)
        text = self._text.since(first)
        ends = range(new - first + 1, len(text) + 1)
        found = [
            (end - length, -length)
            for end in ends
            for length in self._sizes
            if length <= end and text[end - length : end] in self._phrases
        ]
        if not found:
            return None
        start, size = min(found)
        return self._text.begin(first + start), self._phrases[text[start : start - size]]

    def _token_at(self, byte: int) -> int:
        """The token that the byte is in; for a byte of the prompt the first one that is text."""
        byte = max(byte, self._lengths[0])
        return bisect_right(self._lengths, byte) - 1


class _Folded:
    """A growing text with its case folded, character by character, and where in its bytes each of
    them stands. What is no UTF-8 counts as characters that no phrase has."""

    def __init__(self, before: bytes, longest: int) -> None:
        start = max(len(before) - longest * _BYTES_A_CHARACTER, 0)
        for byte in before[start : start + _BYTES_A_CHARACTER - 1]:
            if byte & 0xC0 != 0x80:
                break
            start += 1  # the rest of a character that was cut in two
        self._bytes = bytearray()
        self._characters: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self.append(before[start:])

    def __len__(self) -> int:
        """Bytes."""
        return len(self._bytes)

    @property
    def count(self) -> int:
        """Folded characters that are complete."""
        return len(self._characters)

    @property
    def is_complete(self) -> bool:
        """Whether no character is cut in two by the end."""
        return self._end == len(self._bytes)

    def since(self, first: int) -> str:
        """The folded characters from one on."""
        return "".join(self._characters[max(first, 0) :])

    def begin(self, place: int) -> int:
        """The byte that a folded character begins at."""
        return self._spans[place][0]

    def append(self, data: bytes) -> int:
        """Go on; says which is the first folded character that is complete only now."""
        self._bytes += data
        new, end = len(self._characters), self._end
        decoder = getincrementaldecoder("utf-8")("surrogateescape")
        for character in decoder.decode(bytes(self._bytes[end:])):
            begin, end = end, end + len(character.encode("utf-8", "surrogateescape"))
            for part in character.casefold():
                self._characters.append(part)
                self._spans.append((begin, end))
        return new

    def truncate(self, length: int) -> None:
        """Go back to the first ``length`` bytes."""
        del self._bytes[length:]
        # What was no character before what followed it is read again: it may begin one.
        while self._spans and (self._end > length or "\udc80" <= self._characters[-1] <= "\udcff"):
            del self._spans[-1], self._characters[-1]

    @property
    def _end(self) -> int:
        return self._spans[-1][1] if self._spans else 0
