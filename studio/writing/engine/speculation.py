"""Guesses what comes next from what came before, so that several tokens are computed in one run.

Prompt lookup (A. Saxena 2023, "Prompt lookup decoding"; transformers
`PromptLookupCandidateGenerator`): what followed the last words the last time that they stood in the
text is guessed to follow again. Each guess is checked by drawing, at its own place in the random
stream, from the scores that the model gives there; so the text is the one that would have been
written without guessing.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from studio.writing.engine.history import Tokens, as_tokens

LONGEST_MATCH: Final = 4
SHORTEST_MATCH: Final = 2
MOST_GUESSED: Final = 16
FIRST_GUESSED: Final = 4


class PromptLookup:
    """Guesses the tokens of one text, more of them the better they agree.

    As many as agreed and two more after a guess that was right to its end, one fewer after one
    that was not (transformers' schedule "heuristic").
    """

    def __init__(
        self,
        *,
        longest_match: int = LONGEST_MATCH,
        shortest_match: int = SHORTEST_MATCH,
        most: int = MOST_GUESSED,
    ) -> None:
        self._longest = longest_match
        self._shortest = shortest_match
        self._most = most
        self.count = min(FIRST_GUESSED, most)

    def guess(self, history: Sequence[int] | Tokens) -> list[int]:
        """What may follow ``history``: up to `count` tokens, or none."""
        tokens = as_tokens(history)
        start = earlier_match(tokens, self._longest, self._shortest)
        return [] if start is None else tokens[start : start + self.count].tolist()

    def learn(self, guessed: int, agreed: int) -> None:
        """So many were guessed, and so many of them agreed."""
        if guessed and agreed == guessed:
            self.count = min(self.count + 2, self._most)
        elif guessed:
            self.count = max(self.count - 1, 1)


def earlier_match(tokens: Tokens, longest: int, shortest: int) -> int | None:
    """Where the text goes on after the latest earlier place of its last tokens.

    Of its last ``longest`` tokens if they stand earlier, or else of fewer, down to ``shortest``.
    """
    last = len(tokens) - 1
    if last < 1:
        return None
    ends = np.flatnonzero(tokens[:last] == tokens[last])
    length = 1
    while length < longest and len(ends):
        more = ends[ends >= length]
        more = more[tokens[more - length] == tokens[last - length]]
        if not len(more):
            break
        ends, length = more, length + 1
    return int(ends[-1]) + 1 if len(ends) and length >= shortest else None
