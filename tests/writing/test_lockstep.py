"""A form, banned phrases, stops and the chain follow one text together, back and forth."""

import re
from typing import Final

import hypothesis.strategies as st
import numpy as np
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studio.contract.writing import SamplerSettings, TextConstraint
from studio.writing.engine.bans import PhraseBans
from studio.writing.engine.chain import Chain, Draw
from studio.writing.engine.constraints import Constraint, ConstraintVocabulary
from studio.writing.engine.stops import Stopped, StopStrings
from tests.writing.vocabularies import END, SIZE, constraint_vocabulary, text_of, token_bytes

FORM: Final = r"([a-zA-Zéß .\-\n]|月|光)*\."
LETTERS: Final = re.compile(r"[a-zA-Zéß .\-\n月光]*")
BANNED: Final = ("the king", "KINGDOM", "ss", "月光", "..")
STOPS: Final = ("\n\n", "of a", "--")

FAVOURED: Final = [*map(ord, "thekinga of.sS\n-"), *range(256, SIZE)]
"""Tokens that phrases and stops are made of."""

_vocabularies: list[ConstraintVocabulary] = []


def _vocabulary() -> ConstraintVocabulary:
    if not _vocabularies:
        _vocabularies.append(constraint_vocabulary())
    return _vocabularies[0]


class Writing(RuleBasedStateMachine):
    """What a writer does at each token; an edit of the user's goes back wherever it likes."""

    @initialize(seed=st.integers(0, 99))
    def begin(self, seed: int) -> None:
        self.constraint = Constraint(_vocabulary(), TextConstraint(kind="regex", text=FORM))
        self.bans = PhraseBans(BANNED, token_bytes)
        self.stops = StopStrings(STOPS)
        self.chain = Chain(SamplerSettings(mirostat=2), SIZE, seed=seed)
        self.row = np.full(SIZE, -4.0, np.float32)
        self.row[FAVOURED] = 1.0
        self.tokens: list[int] = []
        self.draws: list[Draw] = []
        self.shown = b""
        self.stopped: Stopped | None = None

    def _go_back(self, length: int) -> None:
        self.constraint.truncate(length)
        self.bans.truncate(length)
        self.stops.truncate(length)
        self.chain.truncate(length)
        del self.tokens[length:]
        del self.draws[length:]

    @precondition(lambda self: self.stopped is None and not self.constraint.is_finished)
    @rule()
    def write(self) -> None:
        """One token, as a writer writes it."""
        mask = self.constraint.mask()
        assert mask.any()
        draw = self.chain.draw(
            self.row,
            self.tokens,
            allowed=mask,
            banned=self.bans.banned,
            attempt=self.bans.attempt,
        )
        assert mask[draw.token]
        assert draw.token not in self.bans.banned
        self.constraint.append(draw.token)
        self.chain.accept(draw)
        self.tokens.append(draw.token)
        self.draws.append(draw)
        self.stopped = self.stops.append(token_bytes(draw.token))
        taken_back = self.bans.append(draw.token)
        if taken_back is not None:
            self.stopped = None
            self._go_back(taken_back.length)
        self._show()

    def _show(self) -> None:
        """What no phrase and no stop can take back."""
        safe = self.bans.safe
        text = text_of(self.tokens)[: self.stops.safe_at(safe)]
        if self.stopped is not None:
            text = text[: self.stopped.length]
        assert text.startswith(self.shown), "what had been shown was taken back"
        self.shown = text

    @precondition(lambda self: bool(self.tokens))
    @rule(data=st.data())
    def edit(self, data: st.DataObject) -> None:
        """The user goes back; what had been shown is the user's to take away."""
        length = data.draw(st.integers(0, len(self.tokens)))
        if length < len(self.tokens):
            self.stopped = None
        self._go_back(length)
        self.shown = b""
        self._show()

    @invariant()
    def all_follow_the_same_text(self) -> None:
        if not hasattr(self, "tokens"):
            return
        lengths = {len(self.constraint), len(self.bans), len(self.stops), len(self.chain)}
        assert lengths == {len(self.tokens)}

    @invariant()
    def the_text_has_its_form_and_no_banned_phrase(self) -> None:
        if not hasattr(self, "tokens"):
            return
        text = text_of(self.tokens).decode(errors="ignore")
        assert LETTERS.fullmatch(text)
        assert not any(phrase.casefold() in text.casefold() for phrase in BANNED)
        if self.tokens and self.tokens[-1] == END:
            assert text.endswith(".")

    @invariant()
    def what_was_shown_stands(self) -> None:
        if not hasattr(self, "tokens"):
            return
        assert text_of(self.tokens).startswith(self.shown)
        assert not any(stop.encode() in self.shown for stop in STOPS)

    @invariant()
    def a_stop_ends_the_text_and_nothing_else_does(self) -> None:
        if not hasattr(self, "tokens"):
            return
        text = text_of(self.tokens)
        starts = [start for stop in STOPS if (start := text.find(stop.encode())) >= 0]
        assert (self.stopped is None) == (not starts)
        if self.stopped is not None:
            assert self.stopped.length == min(starts)

    @invariant()
    def what_was_taken_back_left_no_trace(self) -> None:
        """Everything is as if the text had been written straight away."""
        if not hasattr(self, "tokens"):
            return
        fresh = Chain(SamplerSettings(mirostat=2), SIZE)
        constraint = Constraint(_vocabulary(), TextConstraint(kind="regex", text=FORM))
        for draw in self.draws:
            fresh.accept(draw)
            constraint.append(draw.token)
        assert fresh.aim == self.chain.aim
        assert np.array_equal(constraint.mask(), self.constraint.mask())


Writing.TestCase.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)
TestWriting = Writing.TestCase
