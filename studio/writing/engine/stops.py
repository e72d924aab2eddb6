"""Texts at which the writing stops, wherever the tokens happen to begin and end.

In bytes, as tokens are: a character may be cut in two by tokens, and a stop's bytes stand in a
text's bytes exactly where its characters stand in the text's.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stopped:
    """Where the text ends."""

    length: int
    """Bytes of the text that stay: those before the stop."""
    stop: str
    """Which it was."""


class StopStrings:
    """Follows one text's bytes."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = {stop.encode(): stop for stop in stops}
        self._longest = max(map(len, self._stops), default=0)
        self._beginnings = {stop[:length] for stop in self._stops for length in range(1, len(stop))}
        self._text = bytearray()
        self._lengths = [0]

    def append(self, data: bytes) -> Stopped | None:
        """Go on with the bytes of one token; says whether, and where, the text ends.

        Where a token brings several stops, the text ends before the first of them, and where those
        begin together the longest is named.
        """
        before = len(self._text)
        self._text += data
        self._lengths.append(len(self._text))
        window = max(before - self._longest + 1, 0)
        found: tuple[int, int] | None = None
        name = ""
        for stop, text in self._stops.items():
            start = self._text.find(stop, window)
            while start >= 0 and start + len(stop) <= before:
                start = self._text.find(stop, start + 1)
            if start >= 0 and (found is None or (start, -len(stop)) < found):
                found, name = (start, -len(stop)), text
        return None if found is None else Stopped(length=found[0], stop=name)

    def truncate(self, length: int) -> None:
        """Go back to the first ``length`` tokens."""
        del self._lengths[max(length, 0) + 1 :]
        del self._text[self._lengths[-1] :]

    def __len__(self) -> int:
        """Tokens that were appended."""
        return len(self._lengths) - 1

    @property
    def safe(self) -> int:
        """Bytes of the text that no stop can take back any more, whatever comes: what may be
        shown."""
        return self.safe_at(len(self))

    def safe_at(self, length: int) -> int:
        """The same of the first ``length`` tokens alone, where those after them may go again."""
        text = self._text[: self._lengths[length]]
        for start in range(max(len(text) - self._longest + 1, 0), len(text)):
            if bytes(text[start:]) in self._beginnings:
                return start
        return len(text)
