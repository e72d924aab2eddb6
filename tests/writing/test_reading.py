"""A text is read token by token; likelihoods add up and windows are as they are said to be."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.errors import Cancelled, RequestInvalid
from studio.runtime.cancel import CancelToken
from studio.writing.engine import reading
from studio.writing.engine.healing import TokenPrefixes
from studio.writing.engine.reading import (
    Logits,
    TokenReading,
    alternatives_at,
    fit_of_middle,
    read_tokens,
)
from studio.writing.engine.tokens import TextTokenizer
from tests.writing.tokenizer_files import byte_level, byte_level_json, from_contents, pieces

SIZE = 23


class Stand:
    """In place of a model: scores that depend on the last three tokens and on how many came."""

    def __init__(self, vocabulary: int = SIZE, context: int | None = None, piece: int = 4) -> None:
        self.context = context
        self.vocabulary = vocabulary
        self.piece = piece
        self.longest = 0
        self.read = 0

    def row(self, ids: Sequence[int]) -> Logits:
        seed = [len(ids), *(index + 1 for index in ids[-3:])]
        chance = np.random.default_rng(seed)
        return chance.standard_normal(self.vocabulary).astype(np.float32) * 3

    def rows(self, ids: Sequence[int], start: int, token: CancelToken) -> Iterator[Logits]:
        assert 0 <= start < len(ids)
        assert self.context is None or len(ids) <= self.context
        self.longest = max(self.longest, len(ids))
        place = start
        while place < len(ids):
            token.check()
            stop = min(len(ids), (place // self.piece + 1) * self.piece)
            self.read += stop - place
            yield np.stack([self.row(ids[: end + 1]) for end in range(place, stop)])
            place = stop


def log_probabilities(row: Logits) -> list[float]:
    exact = [math.exp(float(score)) for score in row]
    return [math.log(one / math.fsum(exact)) for one in exact]


IDS = st.lists(st.integers(0, SIZE - 1), max_size=40)


def readings(
    source: Stand, ids: Sequence[int], before: Sequence[int] = (), alternatives: int = 0
) -> list[TokenReading]:
    portions = read_tokens(
        source,
        ids,
        vocabulary=SIZE,
        token=CancelToken(),
        before=before,
        alternatives=alternatives,
    )
    return [reading for portion in portions for reading in portion]


@given(ids=IDS, before=st.lists(st.integers(0, SIZE - 1), max_size=2), count=st.integers(0, 30))
def test_each_token_is_as_likely_as_the_model_says(
    ids: list[int], before: list[int], count: int
) -> None:
    source = Stand()
    found = readings(source, ids, before, count)
    assert [one.id for one in found] == ids
    for place, one in enumerate(found):
        seen = [*before, *ids[:place]]
        row = source.row(seen) if seen else np.zeros(SIZE, np.float32)
        wanted = log_probabilities(row)
        assert one.log_probability == pytest.approx(wanted[one.id], abs=1e-5)
        assert one.surprisal == pytest.approx(-wanted[one.id] / math.log(2), abs=1e-5)
        assert one.rank == sum(float(score) > float(row[one.id]) for score in row)
        ranked = sorted(range(SIZE), key=lambda index: (-float(row[index]), index))
        assert [each.id for each in one.alternatives] == ranked[: min(count, SIZE)]
        for each in one.alternatives:
            assert each.log_probability == pytest.approx(wanted[each.id], abs=1e-5)
    assert source.read <= max(0, len(before) + len(ids) - 1)


@given(ids=IDS, context=st.integers(3, 12), before=st.lists(st.integers(0, 5), max_size=1))
def test_a_text_beyond_the_context_is_read_through_a_window(
    ids: list[int], context: int, before: list[int]
) -> None:
    source = Stand(context=context)
    found = readings(source, ids, before)
    assert [one.id for one in found] == ids
    room = context - len(before)
    for place, one in enumerate(found):
        seen_from = max(0, -(-(place - room) // (room // 2)) * (room // 2))
        seen = [*before, *ids[seen_from:place]]
        assert len(seen) <= context
        assert place < room // 2 or place - seen_from >= room // 2
        row = source.row(seen) if seen else np.zeros(SIZE, np.float32)
        wanted = log_probabilities(row)[one.id]
        assert one.log_probability == pytest.approx(wanted, abs=1e-5)


def test_a_context_for_nothing_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="reads 2 tokens at once, too few"):
        readings(Stand(context=2), [1, 2, 3], before=[1])


def test_a_cancel_ends_the_reading_between_portions() -> None:
    token = CancelToken()
    portions = read_tokens(Stand(), list(range(20)), vocabulary=SIZE, token=token)
    next(portions)
    token.cancel()
    with pytest.raises(Cancelled):
        list(portions)


def test_few_rows_are_held_where_the_vocabulary_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SCORES_AT_ONCE", SIZE * 5)
    source = Stand(piece=64)
    ids = [place % SIZE for place in range(30)]
    portions = list(read_tokens(source, ids, vocabulary=SIZE, token=CancelToken()))
    assert max(map(len, portions)) == 4
    assert [one for portion in portions for one in portion] == readings(Stand(), ids)


@given(ids=IDS, context=st.none() | st.integers(3, 9), count=st.integers(1, 30))
def test_alternatives_at_any_place(ids: list[int], context: int | None, count: int) -> None:
    source = Stand(context=context)
    found = alternatives_at(source, ids, count, vocabulary=SIZE, token=CancelToken(), before=[3])
    seen = [3, *(ids if context is None else ids[max(0, len(ids) - context + 1) :])]
    wanted = log_probabilities(source.row(seen))
    assert [each.id for each in found] == sorted(
        range(SIZE), key=lambda index: (-float(source.row(seen)[index]), index)
    )[:count]
    assert [each.log_probability for each in found] == [
        pytest.approx(wanted[each.id], abs=1e-5) for each in found
    ]


# -- middles --------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["bytes", "pieces"])
def tokenizer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> TextTokenizer:
    folder = tmp_path_factory.mktemp("reading")
    return byte_level(folder) if request.param == "bytes" else pieces(folder)


@pytest.fixture(scope="module")
def prefixes(tokenizer: TextTokenizer) -> TokenPrefixes:
    return TokenPrefixes(tokenizer)


PARTS = st.text(st.sampled_from("the andfo,é "), max_size=5)


@settings(max_examples=40)
@given(before=PARTS, middle=PARTS, after=PARTS)
def test_the_likelihoods_of_a_middle_and_what_follows_add_up(
    tokenizer: TextTokenizer, prefixes: TokenPrefixes, before: str, middle: str, after: str
) -> None:
    source = Stand(tokenizer.size)
    fit = fit_of_middle(
        source, tokenizer, prefixes, before=before, middle=middle, after=after, token=CancelToken()
    )
    ids = tokenizer.encode(before + middle + after)
    lengths = [len(tokenizer.token_bytes(index)) for index in ids]
    added = tokenizer.spells(ids, before + middle + after) or 0
    first = added + len(before.encode()) if before else 0
    second = added + len((before + middle).encode()) if before or middle else 0
    joint = known = 0.0
    begun = 0
    tokens = 0
    for place, (index, length) in enumerate(zip(ids, lengths, strict=True)):
        seen = [*tokenizer.before, *ids[:place]]
        row = source.row(seen) if seen else np.zeros(tokenizer.size, np.float32)
        chances = log_probabilities(row)
        if begun + length > first:
            joint += chances[index]
            if begun < first:
                tail = tokenizer.token_bytes(index)[: first - begun]
                known = math.log(
                    math.fsum(
                        math.exp(chances[each])
                        for each, raw in enumerate(tokenizer.all_bytes)
                        if raw.startswith(tail)
                    )
                )
        tokens += begun + length > second
        begun += length
    assert fit.middle + fit.after == pytest.approx(joint - known, abs=1e-4)
    assert fit.tokens == tokens
    assert fit.middle <= 1e-6
    assert fit.after <= 1e-6
    assert after or fit.after == 0
    assert middle or fit.middle == 0
    assert fit.unseen == 0


def test_a_token_across_the_border_is_shared() -> None:
    tokenizer = from_contents(byte_level_json())
    source = Stand(tokenizer.size)
    prefixes = TokenPrefixes(tokenizer)
    fit = fit_of_middle(
        source, tokenizer, prefixes, before="a", middle="t", after="he", token=CancelToken()
    )
    row = log_probabilities(source.row(tokenizer.encode("a")))
    spelled = {tokenizer.token_bytes(index): chance for index, chance in enumerate(row)}
    beginning = math.log(sum(math.exp(spelled[raw]) for raw in (b"t", b"th", b"the")))
    assert fit.middle == pytest.approx(beginning, abs=1e-5)
    assert fit.after == pytest.approx(spelled[b"the"] - beginning, abs=1e-5)
    assert fit.tokens == 1


def test_middles_are_cut_alone_where_the_tokenizer_changes_texts() -> None:
    contents = byte_level_json()
    contents["normalizer"] = {"type": "Lowercase"}
    tokenizer = from_contents(contents)
    source = Stand(tokenizer.size)
    fit = fit_of_middle(
        source,
        tokenizer,
        TokenPrefixes(tokenizer),
        before="T",
        middle="HE",
        after="THE",
        token=CancelToken(),
    )
    ids = [*tokenizer.encode("t"), *tokenizer.encode("he"), *tokenizer.encode("the")]
    chances = [
        log_probabilities(source.row(ids[:place]))[ids[place]] for place in range(1, len(ids))
    ]
    assert fit.tokens == 1
    assert fit.middle == pytest.approx(math.fsum(chances[:2]), abs=1e-5)
    assert fit.after == pytest.approx(chances[2], abs=1e-5)


def test_what_is_before_is_cut_at_its_beginning_to_fit() -> None:
    tokenizer = from_contents(byte_level_json())
    source = Stand(tokenizer.size, context=10)
    prefixes = TokenPrefixes(tokenizer)
    fit = fit_of_middle(
        source,
        tokenizer,
        prefixes,
        before="x" * 20,
        middle="abc",
        after="defg",
        token=CancelToken(),
    )
    assert fit.unseen == 16
    assert source.longest == 10
    with pytest.raises(RequestInvalid, match="are 12 tokens long, and the model reads 10 at once"):
        fit_of_middle(
            source,
            tokenizer,
            prefixes,
            before="x",
            middle="abcdef",
            after="ghijkl",
            token=CancelToken(),
        )
