"""The tokens of a text as a growing row of numbers, so that nobody copies a list at each token."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Tokens = npt.NDArray[np.int64]

_FIRST_ROOM = 256


class TokenHistory:
    """Prompt and text so far; what looks back at them gets a view."""

    def __init__(self, tokens: Iterable[int] = ()) -> None:
        given = np.fromiter(tokens, np.int64)
        self._length = len(given)
        self._room = np.empty(max(_FIRST_ROOM, 2 * self._length), np.int64)
        self._room[: self._length] = given

    def __len__(self) -> int:
        return self._length

    @property
    def tokens(self) -> Tokens:
        """All of them, read-only; good until the next change."""
        view = self._room[: self._length]
        view.flags.writeable = False
        return view

    def append(self, token: int) -> None:
        if self._length == len(self._room):
            room = np.empty(2 * self._length, np.int64)
            room[: self._length] = self._room
            self._room = room
        self._room[self._length] = token
        self._length += 1

    def truncate(self, length: int) -> None:
        """Go back to the first ``length`` tokens."""
        self._length = min(self._length, max(length, 0))


def as_tokens(history: Sequence[int] | Tokens) -> Tokens:
    """A history as a row of numbers; an array is taken as it is."""
    return np.asarray(history, np.int64)
