"""Keeps what a text model has read in step with a text that is edited, branched and taken back.

A writer changes a word, tries three ways on, returns to the second: the model must not read all
of it again each time. The decoder compares the text with what was read, keeps the beginning that
they share, and reads the rest in pieces, between which it tells how far it is and can be ended.
What an edit throws away is kept for a while, within a budget of memory, and put back when the
text comes back to it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.contract.errors import RequestInvalid
from studio.runtime.cancel import CancelToken
from studio.runtime.text import Logits, PastPart, TextSession

PIECE: Final = 256
"""Tokens that are read at once: larger pieces are no quicker, and say less often how far it is."""

BUDGET: Final = 256 << 20
"""Bytes that left branches may take together, unless told otherwise."""

SMALLEST_BRANCH: Final = 4
"""Tokens of a branch that are worth keeping: fewer are read again as quickly."""

_SINGLE_STEPS: Final = 4
"""How much longer a token takes that is read alone, where a model continues in no other way."""

Advance = Callable[[int, int], None]
"""Told how many tokens were read, and of how many that are to be read."""

Ids = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Fork:
    """A place in a text from which several ways on are tried, with what the model said there."""

    ids: tuple[int, ...]
    logits: Logits
    """(1, vocabulary), to the bit what the first way on began with."""
    part: PastPart
    exact: bool


@dataclass(slots=True, eq=False)
class _Branch:
    """What is remembered of a text that was left; its part begins where it was left."""

    ids: Ids
    part: PastPart


class Decoder:
    """Reads a text that changes, with one session. Used by one thread at a time."""

    def __init__(self, session: TextSession, *, context: int | None, budget: int = BUDGET) -> None:
        """``context`` is the most tokens that the model can read; None if nobody knows.

        ``budget`` bounds the bytes of the branches that were left.
        """
        self.session = session
        self.context = context
        self._budget = budget
        self._ids = np.zeros(0, np.int64)
        self._logits: Logits | None = None
        """Of the last token that was read, where they were asked for."""
        self._branches: list[_Branch] = []
        """The longest unused first."""
        self._exact = 0
        """Tokens from the first that were read in whole pieces from the start; see `feed`."""
        self._tail_exact = True
        """Whether those after them, fewer than a piece, were read at once too."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The text as the session has read it."""
        return tuple(self._ids.tolist())

    @property
    def room(self) -> int | None:
        """Tokens that can still be read after those that were; None if nobody knows."""
        return None if self.context is None else max(0, self.context - len(self._ids))

    @property
    def branch_bytes(self) -> int:
        """What the branches take that were left."""
        return sum(branch.part.bytes for branch in self._branches)

    # Reading.

    def feed(
        self,
        ids: Sequence[int],
        token: CancelToken,
        advance: Advance | None = None,
        *,
        keep: int = 1,
        exact: bool = False,
    ) -> Logits:
        """Have read exactly ``ids``; the logits of the last ``keep`` of them.

        Whatever was read before, only what differs from it is read. With ``exact`` it is read in
        the way in which a session reads it that has read nothing: nothing is reused but whole
        pieces that were read like that, so that the same text gives the same logits to the bit.
        After a cancel what was read so far stays. Raises `RequestInvalid` for a text longer than
        the context, and what `TextSession.run` raises.
        """
        rows = list(self.rows(ids, len(ids) - keep, token, advance, exact=exact))
        return rows[0] if len(rows) == 1 else np.concatenate(rows)

    def rows(
        self,
        ids: Sequence[int],
        start: int,
        token: CancelToken,
        advance: Advance | None = None,
        *,
        exact: bool = False,
    ) -> Iterator[Logits]:
        """As `feed`, giving the logits of the tokens from ``start`` on, piece by piece.

        A whole text's logits would take hundreds of megabytes at once.
        """
        text = np.asarray(ids, np.int64)
        self._check(text, start)
        self._prepare(text, start, exact=exact)
        begin = done = len(self._ids)
        if begin == len(text):
            assert self._logits is not None, "a text is prepared to its last token only with them"
            yield self._logits.copy()
            return
        for stop in self._stops(begin, len(text)):
            kept = min(stop - start, stop - done) if stop > start else 0
            logits = self._run(text[done:stop], max(1, kept), token)
            done = stop
            if advance is not None:
                advance(done - begin, len(text) - begin)
            if kept > 0:
                yield logits

    def extend(self, ids: Sequence[int], token: CancelToken, *, keep: int = 1) -> Logits:
        """Read ``ids`` after the text, in one run; the logits of the last ``keep`` of them.

        Raises `RequestInvalid` where the context has no room for them.
        """
        more = np.asarray(ids, np.int64)
        self._check_length(len(self._ids) + len(more))
        return self._run(more, keep, token)

    def cut(self, length: int, token: CancelToken) -> None:
        """Take back all but the first ``length`` tokens, for instance guesses that were wrong.

        What cannot be cut at that place is read again from an earlier one.
        """
        text = self._ids[:length]
        if len(text) == len(self._ids):
            return
        self._truncate(len(text))
        for stop in self._stops(len(self._ids), len(text)):
            self._run(text[len(self._ids) : stop], 1, token)

    # Several ways on.

    def fork(self) -> Fork:
        """Remember this place. Raises `RequestInvalid` where nothing was read."""
        if self._logits is None:
            raise RequestInvalid(fault="there is no text to go on from")
        length = len(self._ids)
        return Fork(
            ids=self.ids,
            logits=self._logits,
            part=self.session.take(length, length),
            exact=self._is_exact,
        )

    def rejoin(self, fork: Fork, token: CancelToken, advance: Advance | None = None) -> Logits:
        """Go back to ``fork``; the logits there, the same to the bit as the first time.

        The way that is left can be gone on with later by `feed`. If the text has changed before
        the fork since, the beginning is read again.
        """
        text = np.asarray(fork.ids, np.int64)
        common = _common(self._ids, text)
        if common == len(text):
            self._leave(common)
            if self.session.put(fork.part, common, common) is None:
                self.session.truncate(common)
            self._hold(self._ids[: self.session.length])
            self._tail_exact = fork.exact
        if len(self._ids) != len(text) or common != len(text):
            self.feed(fork.ids, token, advance, exact=fork.exact)
        self._logits = fork.logits
        return fork.logits.copy()

    def forget(self) -> None:
        """Let go everything that was read and every branch."""
        self._branches.clear()
        self._truncate(0)

    # How.

    def _check(self, text: Ids, start: int) -> None:
        if len(text) == 0:
            raise RequestInvalid(fault="there is no text to read")
        if not 0 <= start < len(text):
            wanted = len(text) - start
            raise RequestInvalid(fault=f"{wanted} results of {len(text)} tokens were asked for")
        self._check_length(len(text))

    def _check_length(self, length: int) -> None:
        if self.context is not None and length > self.context:
            raise RequestInvalid(
                fault=f"the text is {length} tokens long and the model can read {self.context}; "
                "leave out its beginning or choose a model that reads more"
            )

    def _prepare(self, text: Ids, start: int, *, exact: bool) -> None:
        """Have the session hold as much of the beginning of ``text`` as is known."""
        common = _common(self._ids, text)
        most = min(start, len(text) - 1)
        """The token before the first whose logits are wanted is the last that may be known."""
        is_read = common == len(text) == len(self._ids) and self._logits is not None
        if is_read and start == len(text) - 1 and (self._is_exact or not exact):
            return
        if exact:
            length = min(common, most, self._exact) // PIECE * PIECE
            self._leave(common)
            self._truncate(length)
            if len(self._ids) != length:
                self._truncate(0)
            return
        if min(common, most) < len(self._ids):
            self._leave(common)
        self._put_back(text, min(common, most), most)
        self._truncate(min(_common(self._ids, text), most))
        rest = len(text) - len(self._ids)
        if self.session.begins_whole and rest * _SINGLE_STEPS > len(text):
            self._truncate(0)

    def _put_back(self, text: Ids, reach: int, most: int) -> None:
        """Use the branches that go on from what the session has read as ``text`` does."""
        tried: set[int] = set()
        while True:
            known = self.session.reachable(reach)
            found = [
                (min(_common(branch.ids, text), most), branch)
                for branch in self._branches
                if id(branch) not in tried and branch.part.start <= reach
            ]
            found = [(stop, branch) for stop, branch in found if stop > known]
            if not found:
                return
            stop, branch = max(found, key=lambda pair: pair[0])
            tried.add(id(branch))
            if self._best_state(branch, stop) <= known:
                continue
            reached = self.session.put(branch.part, stop, reach)
            if reached is None:
                continue
            self._branches.remove(branch)
            self._branches.append(branch)
            self._exact = min(self._exact, known // PIECE * PIECE)
            self._hold(text[:reached].copy())
            self._tail_exact = False
            reach = reached

    def _best_state(self, branch: _Branch, stop: int) -> int:
        """How far ``branch`` leads on the way to ``stop``."""
        if self.session.cuts_anywhere:
            return stop
        return max((length for length in branch.part.states if length <= stop), default=0)

    def _leave(self, length: int) -> None:
        """Keep what the session knows beyond ``length``, before it is cut."""
        if len(self._ids) - length < SMALLEST_BRANCH or self.session.recomputes:
            return
        for branch in self._branches:
            if branch.part.start <= length and _begins(branch.ids, self._ids):
                self._branches.remove(branch)
                self._branches.append(branch)
                return
        length = self.session.reachable(length)
        part = self.session.take(length)
        if part.bytes > self._budget:
            return
        covered = [
            branch
            for branch in self._branches
            if branch.part.start >= length and _begins(self._ids, branch.ids)
        ]
        for branch in covered:
            self._branches.remove(branch)
        self._branches.append(_Branch(self._ids.copy(), part))
        while self.branch_bytes > self._budget:
            del self._branches[0]

    def _truncate(self, length: int) -> None:
        if length < len(self._ids):
            self._hold(self._ids[: self.session.truncate(length)])

    def _hold(self, ids: Ids) -> None:
        """The session has read ``ids`` now, the last of them without their logits."""
        length = len(ids)
        if length < len(self._ids) or length <= self._exact:
            self._exact = min(self._exact, length // PIECE * PIECE)
            self._tail_exact = self._exact == length
        self._ids, self._logits = ids, None

    @property
    def _is_exact(self) -> bool:
        return self._tail_exact and self._exact == len(self._ids) // PIECE * PIECE

    def _stops(self, begin: int, end: int) -> list[int]:
        """Where the pieces end: at multiples of `PIECE`, so that equal texts have equal pieces."""
        if begin == end:
            return []
        if self.session.recomputes or (self.session.begins_whole and begin == 0):
            return [end]  # in pieces it would take longer
        return [*range(begin // PIECE * PIECE + PIECE, end, PIECE), end]

    def _run(self, ids: Ids, keep: int, token: CancelToken) -> Logits:
        begin = len(self._ids)
        held = self._ids
        try:
            logits = self.session.run(ids.tolist(), keep=keep, token=token)
        finally:
            read = self.session.length - begin
            if read > 0:
                self._ids, self._logits = np.concatenate([held, ids[:read]]), None
                self._tail_exact = begin == self._exact and read == len(ids) <= PIECE
                if self._tail_exact and read == PIECE and not self.session.begins_whole:
                    self._exact += PIECE
        self._logits = logits[-1:].copy()
        return logits


def _common(one: Ids, other: Ids) -> int:
    """How many tokens two texts begin with alike."""
    length = min(len(one), len(other))
    different = np.flatnonzero(one[:length] != other[:length])
    return int(different[0]) if len(different) else length


def _begins(text: Ids, beginning: Ids) -> bool:
    return len(beginning) <= len(text) and _common(text, beginning) == len(beginning)
