"""Documents laid end to end and cut into windows, in an order that is a function of the step.

No window is padded and no text is left out for being short. Each pass begins the cutting at
another place, so that a token does not always stand at the same distance from a window's start.
"""

import numpy as np
import numpy.typing as npt

from training.data.order import stream
from training.text.vocabulary import Tokens

_OFFSET, _ORDER = 21, 22


class PackedWindows:
    """Deals windows of `context` tokens and the one after each, pass after pass."""

    def __init__(self, documents: tuple[Tokens, ...], *, context: int, end_id: int, seed: int):
        self._stream = np.concatenate([np.array([end_id], dtype=np.int32), *documents])
        self._context = context
        self._seed = seed
        self.windows = (len(self._stream) - 1) // context - 1
        """Windows in one pass; up to one window's tokens go unseen in each, others each time."""
        if self.windows < 1:
            raise ValueError("the texts are shorter than two windows")
        self._pass = -1
        self._starts = np.empty(0, dtype=np.int64)

    @property
    def tokens(self) -> int:
        """Tokens of one pass."""
        return self.windows * self._context

    def _deal(self, number: int) -> npt.NDArray[np.int64]:
        """First token of each window of a pass, shuffled."""
        if number != self._pass:
            slack = len(self._stream) - 1 - self.tokens
            offset = int(stream(self._seed, _OFFSET, number).integers(0, slack + 1))
            order = stream(self._seed, _ORDER, number).permutation(self.windows)
            self._starts = offset + order * self._context
            self._pass = number
        return self._starts

    def rows(self, first: int, count: int) -> npt.NDArray[np.int64]:
        """Windows `first` to `first + count` of the whole run: int64 (count, context + 1)."""
        rows = np.empty((count, self._context + 1), dtype=np.int64)
        for position in range(count):
            number, place = divmod(first + position, self.windows)
            start = self._deal(number)[place]
            rows[position] = self._stream[start : start + self._context + 1]
        return rows
