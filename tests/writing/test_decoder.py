"""Whatever is read, cut, left and come back to: the logits are those of a fresh reading."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from studio.contract.errors import Cancelled, RequestInvalid
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.text import TextGraphs, TextSession, open_text
from studio.writing.engine.decoder import PIECE, Decoder, Fork
from tests.recognise.text_graphs import VOCABULARY, reference_logits, write_text_model

TEXT = tuple(int(number) for number in np.random.default_rng(6).integers(0, VOCABULARY, 1200))
CONTEXT = 90

_sessions: dict[str, TextSession] = {}


def _open(folder: Path, layout: str) -> TextSession:
    path = write_text_model(folder, layout)
    beginning = folder / "decoder_model.onnx"
    graphs = TextGraphs(graph=path, first=beginning if beginning.exists() else None)
    return open_text(graphs, device=choose_device("cpu"), threads=1, token=CancelToken())


@pytest.fixture(scope="module", autouse=True)
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One session of each layout, opened once for all examples."""
    for layout in ("gqa", "concatenated", "two_files", "hybrid", "no_past"):
        _sessions[layout] = _open(tmp_path_factory.mktemp(layout), layout)
    yield
    _sessions.clear()


def _decoder(layout: str, **options: int) -> Decoder:
    session = _sessions[layout]
    session.clear()
    return Decoder(session, context=options.pop("context", 2000), **options)


def _agree(logits: object, ids: Sequence[int], *, layout: str) -> None:
    found = np.asarray(logits)
    wanted = reference_logits(ids, hybrid=layout == "hybrid")[-len(found) :]
    np.testing.assert_allclose(found, wanted, rtol=3e-4, atol=3e-4)


class _Decoding(RuleBasedStateMachine):
    """Any sequence of readings, edits, cuts, forks and returns, against the reference."""

    layout = ""

    def __init__(self) -> None:
        super().__init__()
        self.decoder = _decoder(self.layout, context=CONTEXT, budget=20_000)
        self.text: tuple[int, ...] = ()
        self.past_texts: list[tuple[int, ...]] = []
        self.forks: list[Fork] = []
        self.token = CancelToken()

    def _feed(self, text: tuple[int, ...], keep: int, *, exact: bool) -> None:
        self.past_texts.append(text)
        self.text = text
        logits = self.decoder.feed(text, self.token, keep=min(keep, len(text)), exact=exact)
        assert len(logits) == min(keep, len(text))
        _agree(logits, text, layout=self.layout)

    @rule(
        at=st.integers(0, 60), ids=st.lists(st.integers(0, VOCABULARY - 1), min_size=1,
        max_size=30), keep=st.integers(1, 4), exact=st.booleans(),
    )  # fmt: skip
    def edit(self, at: int, ids: list[int], keep: int, exact: bool) -> None:
        self._feed((*self.text[:at], *ids), keep, exact=exact)

    @precondition(lambda self: bool(self.past_texts))
    @rule(index=st.integers(0, 50), keep=st.integers(1, 3), more=st.booleans())
    def come_back(self, index: int, keep: int, more: bool) -> None:
        text = self.past_texts[index % len(self.past_texts)]
        self._feed((*text, 3) if more and len(text) < CONTEXT else text, keep, exact=False)

    @precondition(lambda self: 0 < len(self.text) <= CONTEXT - 4)
    @rule(
        ids=st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=4),
        keep=st.integers(1, 4),
    )
    def go_on(self, ids: list[int], keep: int) -> None:
        self.text = (*self.text, *ids)
        keep = min(keep, len(ids))
        logits = self.decoder.extend(ids, self.token, keep=keep)
        assert len(logits) == keep
        _agree(logits, self.text, layout=self.layout)
        self.past_texts.append(self.text)

    @precondition(lambda self: len(self.text) > 1)
    @rule(back=st.integers(1, 8))
    def take_back(self, back: int) -> None:
        self.text = self.text[: max(1, len(self.text) - back)]
        self.decoder.cut(len(self.text), self.token)

    @precondition(lambda self: bool(self.text))
    @rule()
    def remember(self) -> None:
        self.decoder.feed(self.text, self.token)
        self.forks.append(self.decoder.fork())

    @precondition(lambda self: bool(self.forks))
    @rule(index=st.integers(0, 50))
    def rejoin(self, index: int) -> None:
        fork = self.forks[index % len(self.forks)]
        logits = self.decoder.rejoin(fork, self.token)
        self.text = fork.ids
        np.testing.assert_array_equal(logits, fork.logits)
        _agree(logits, fork.ids, layout=self.layout)

    @invariant()
    def what_was_read_is_the_text(self) -> None:
        assert self.decoder.ids == self.text
        assert self.decoder.session.length == len(self.text)
        assert self.decoder.room == CONTEXT - len(self.text)
        assert self.decoder.branch_bytes <= 20_000


_SETTINGS = settings(max_examples=25, stateful_step_count=20, deadline=None)


class _InPlace(_Decoding):
    layout = "gqa"


class _Copying(_Decoding):
    layout = "concatenated"


class _TwoFiles(_Decoding):
    layout = "two_files"


class _Hybrid(_Decoding):
    layout = "hybrid"


class _NoPast(_Decoding):
    layout = "no_past"


TestInPlace = _InPlace.TestCase
TestCopying = _Copying.TestCase
TestTwoFiles = _TwoFiles.TestCase
TestHybrid = _Hybrid.TestCase
TestNoPast = _NoPast.TestCase
for _case in (TestInPlace, TestCopying, TestTwoFiles, TestHybrid, TestNoPast):
    _case.settings = _SETTINGS
del _case


class _Counted:
    """Counts the tokens that a session is given to read."""

    def __init__(self, session: TextSession, monkeypatch: pytest.MonkeyPatch) -> None:
        self.runs: list[int] = []
        plain = session.run

        def run(ids: Sequence[int], *, keep: int = 1, token: CancelToken) -> object:
            self.runs.append(len(ids))
            return plain(ids, keep=keep, token=token)

        monkeypatch.setattr(session, "run", run)

    def take(self) -> list[int]:
        runs, self.runs = self.runs, []
        return runs


def test_a_long_text_is_read_in_pieces_that_tell_how_far_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoder = _decoder("gqa")
    counted = _Counted(decoder.session, monkeypatch)
    told: list[tuple[int, int]] = []
    logits = decoder.feed(TEXT[:700], CancelToken(), lambda *step: told.append(step))
    assert counted.take() == [PIECE, PIECE, 700 - 2 * PIECE]
    assert told == [(256, 700), (512, 700), (700, 700)]
    _agree(logits, TEXT[:700], layout="gqa")


def test_after_an_edit_only_what_differs_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = _decoder("gqa")
    decoder.feed(TEXT[:700], CancelToken())
    counted = _Counted(decoder.session, monkeypatch)
    edited = (*TEXT[:650], (TEXT[650] + 1) % VOCABULARY, *TEXT[651:700])
    _agree(decoder.feed(edited, CancelToken()), edited, layout="gqa")
    assert counted.take() == [50]
    assert len(decoder.feed(edited, CancelToken())) == 1
    assert counted.take() == []


@pytest.mark.parametrize("layout", ["gqa", "concatenated"])
def test_a_branch_that_was_left_is_put_back(layout: str, monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = _decoder(layout)
    one, other = TEXT[:340], TEXT[:300] + TEXT[600:640]
    decoder.feed(one, CancelToken())
    decoder.feed(other, CancelToken())
    counted = _Counted(decoder.session, monkeypatch)
    _agree(decoder.feed(one, CancelToken()), one, layout=layout)
    _agree(decoder.feed((*other, 5), CancelToken()), (*other, 5), layout=layout)
    assert counted.take() == [1, 1]


def test_branches_stay_within_their_budget_the_longest_unused_going_first() -> None:
    decoder = _decoder("gqa", budget=40 * 2 * 2 * 16 * 4)
    for seed in range(6):
        decoder.feed(TEXT[:50] + (seed,) * 30, CancelToken())
        assert decoder.branch_bytes <= 40 * 2 * 2 * 16 * 4
    assert decoder.branch_bytes == 30 * 2 * 2 * 16 * 4
    decoder.forget()
    assert decoder.branch_bytes == 0
    assert decoder.ids == ()


def test_a_branch_larger_than_the_budget_is_not_kept() -> None:
    decoder = _decoder("gqa", budget=100)
    decoder.feed(TEXT[:80], CancelToken())
    decoder.feed(TEXT[100:180], CancelToken())
    assert decoder.branch_bytes == 0


@pytest.mark.parametrize("layout", ["gqa", "concatenated", "two_files", "hybrid", "no_past"])
def test_many_ways_on_begin_with_the_same_logits_from_one_reading(
    layout: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = _decoder(layout)
    first = decoder.feed(TEXT[:61], CancelToken())
    fork = decoder.fork()
    counted = _Counted(decoder.session, monkeypatch)
    for way in range(3):
        np.testing.assert_array_equal(decoder.rejoin(fork, CancelToken()), first)
        added = TEXT[100 + way : 110 + way]
        for at, number in enumerate(added, 1):
            logits = decoder.extend([number], CancelToken())
            _agree(logits, TEXT[:61] + added[:at], layout=layout)
    assert counted.take() == [1] * 30


def test_a_fork_survives_a_reading_of_something_else() -> None:
    decoder = _decoder("hybrid")
    decoder.feed(TEXT[:61], CancelToken())
    fork = decoder.fork()
    decoder.feed(TEXT[500:520], CancelToken())
    np.testing.assert_array_equal(decoder.rejoin(fork, CancelToken()), fork.logits)
    longer = (*fork.ids, 7)
    _agree(decoder.extend([7], CancelToken()), longer, layout="hybrid")


def test_the_caller_may_change_what_it_was_given() -> None:
    decoder = _decoder("gqa")
    for _ in range(3):
        logits = decoder.feed(TEXT[:20], CancelToken())
        _agree(logits, TEXT[:20], layout="gqa")
        logits[:] = 0
    fork = decoder.fork()
    decoder.rejoin(fork, CancelToken())[:] = 0
    _agree(decoder.rejoin(fork, CancelToken()), TEXT[:20], layout="gqa")


@pytest.mark.parametrize("layout", ["gqa", "concatenated", "two_files", "hybrid", "no_past"])
def test_an_exact_reading_is_the_same_to_the_bit_whatever_was_read_before(layout: str) -> None:
    text = TEXT[:600]
    decoder = _decoder(layout)
    fresh = decoder.feed(text, CancelToken(), exact=True)
    for before in (
        TEXT[:580] + TEXT[700:720],
        TEXT[:300],
        TEXT[:599],
        text,
        (*text, 4),
        TEXT[9:90],
    ):
        decoder.feed(before, CancelToken())
        decoder.extend([1], CancelToken())
        decoder.cut(len(before), CancelToken())
        np.testing.assert_array_equal(decoder.feed(text, CancelToken(), exact=True), fresh)


def test_an_exact_reading_reuses_whole_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = _decoder("gqa")
    decoder.feed(TEXT[:600], CancelToken(), exact=True)
    counted = _Counted(decoder.session, monkeypatch)
    edited = (*TEXT[:590], *TEXT[700:710])
    decoder.feed(edited, CancelToken(), exact=True)
    assert counted.take() == [600 - 2 * PIECE]
    decoder.feed(edited, CancelToken(), exact=True)
    assert counted.take() == []


def test_an_exact_reading_reuses_nothing_that_was_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoder = _decoder("gqa")
    one, other = TEXT[:600], TEXT[:100] + TEXT[700:1120]
    decoder.feed(one[:50], CancelToken())
    decoder.feed(one, CancelToken())
    decoder.feed(other, CancelToken(), exact=True)
    counted = _Counted(decoder.session, monkeypatch)
    decoder.feed(one, CancelToken())
    assert counted.take() == [1]
    decoder.feed(one, CancelToken(), exact=True)
    assert counted.take() == [PIECE, PIECE, 600 - 2 * PIECE]


def test_text_beyond_the_context_is_refused_and_nothing_is_lost() -> None:
    decoder = _decoder("gqa", context=50)
    decoder.feed(TEXT[:49], CancelToken())
    assert decoder.room == 1
    with pytest.raises(RequestInvalid) as caught:
        decoder.feed(TEXT[:51], CancelToken())
    assert "the text is 51 tokens long and the model can read 50" in caught.value.message
    assert decoder.ids == TEXT[:49]
    decoder.extend(TEXT[49:50], CancelToken())
    assert decoder.room == 0
    with pytest.raises(RequestInvalid):
        decoder.extend([1], CancelToken())
    assert decoder.ids == TEXT[:50]


def test_nothing_to_read_is_said() -> None:
    decoder = _decoder("gqa")
    with pytest.raises(RequestInvalid, match="no text"):
        decoder.feed((), CancelToken())
    with pytest.raises(RequestInvalid, match="3 results of 2 tokens"):
        decoder.feed((1, 2), CancelToken(), keep=3)
    with pytest.raises(RequestInvalid, match="no text to go on from"):
        decoder.fork()


def test_a_reading_that_is_cancelled_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    decoder = _decoder("gqa")
    token = CancelToken()
    with pytest.raises(Cancelled):
        decoder.feed(TEXT[:700], token, lambda done, total: token.cancel())
    assert decoder.ids == TEXT[:PIECE]
    counted = _Counted(decoder.session, monkeypatch)
    _agree(decoder.feed(TEXT[:700], CancelToken()), TEXT[:700], layout="gqa")
    assert counted.take() == [PIECE, 700 - 2 * PIECE]


@pytest.mark.parametrize("layout", ["gqa", "concatenated", "two_files", "hybrid", "no_past"])
def test_the_logits_of_a_whole_text_come_piece_by_piece(layout: str) -> None:
    decoder = _decoder(layout)
    text = TEXT[:300]
    rows = list(decoder.rows(text, 0, CancelToken()))
    _agree(np.concatenate(rows), text, layout=layout)
    again = list(decoder.rows((*text[:280], *TEXT[400:420]), 270, CancelToken()))
    _agree(np.concatenate(again), (*text[:280], *TEXT[400:420]), layout=layout)
    assert sum(map(len, again)) == 30


def test_a_model_that_continues_singly_begins_again_where_that_is_quicker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    decoder = _decoder("two_files")
    decoder.feed(TEXT[:200], CancelToken())
    counted = _Counted(decoder.session, monkeypatch)
    decoder.feed(TEXT[:190] + TEXT[300:310], CancelToken())
    assert counted.take() == [10]
    decoder.feed(TEXT[:50] + TEXT[400:500], CancelToken())
    assert counted.take() == [150]
