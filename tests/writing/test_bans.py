"""Banned phrases never stand in the text, and nothing that was shown is taken back."""

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given, settings

from studio.writing.engine.bans import PhraseBans, TakenBack
from tests.writing.vocabularies import BYTES, END, SIZE, encode, text_of, token_bytes

phrases = st.lists(
    st.sampled_from(
        ["the king", "Kingdom", "THE", "ss", "STRASSE", "月光", "é", "a", "\n\n", "tapestry"]
    ),
    min_size=1,
    max_size=4,
    unique=True,
)  # fmt: skip
lively = st.sampled_from(
    [*map(ord, "thekingTHEKINGsSa \n"), *range(BYTES, SIZE), *encode("月光é straße")]
)


def _has(text: bytes, phrase: str) -> bool:
    """Whether the phrase stands in a text, whatever its case."""
    return phrase.casefold() in text.decode("utf-8", "surrogateescape").casefold()


@settings(max_examples=150)
@given(
    banned=phrases, tokens=st.lists(lively, max_size=40), before=st.sampled_from([b"", b"the ki"])
)
def test_the_text_never_holds_a_phrase_and_what_is_safe_stays(
    banned: list[str], tokens: list[int], before: bytes
) -> None:
    assume(not any(_has(before, phrase) for phrase in banned))
    bans = PhraseBans(banned, token_bytes, before=before)
    written: list[int] = []
    shown: list[int] = []
    for token in tokens:
        if token in bans.banned:
            continue
        refused_before = bans.banned
        found = bans.append(token)
        written.append(token)
        if found is None:
            assert bans.attempt == 0
        else:
            assert found.phrase in banned
            assert _has(before + text_of(written), found.phrase)
            assert not _has(before + text_of(written[: found.length]), found.phrase)
            assert written[found.length] in bans.banned
            assert bans.attempt == len(bans.banned) >= 1
            if found.length == len(written) - 1:
                assert bans.banned == refused_before | {token}
            del written[found.length :]
        text = before + text_of(written)
        assert not any(_has(text, phrase) for phrase in banned)
        assert len(bans) == len(written)
        safe = bans.safe
        assert 0 <= safe <= len(written)
        assert written[: len(shown)] == shown, "what had been shown was taken back"
        shown = written[: max(safe, len(shown))]


@pytest.mark.parametrize(
    ("banned", "text", "length", "phrase"),
    [
        (["the king"], "so the king", 1, "the king"),
        (["KINGDOM"], "the kingdom", 1, "KINGDOM"),
        (["rest of", "t of a"], "the rest of a", None, "rest of"),
        (["straße"], "STRASSE", 0, "straße"),
        (["strasse"], "straße", 0, "strasse"),
        (["月光"], "x月光", 1, "月光"),
    ],
)
def test_a_phrase_is_taken_back_to_the_token_that_it_begins_in(
    banned: list[str], text: str, length: int | None, phrase: str
) -> None:
    bans = PhraseBans(banned, token_bytes)
    tokens = encode(text)
    found = None
    for token in tokens:
        found = found or bans.append(token)
    assert found is not None
    assert found.phrase == phrase
    begin = text.casefold().index(phrase.casefold())
    lengths = [len(text_of(tokens[:count]).decode(errors="ignore")) for count in range(99)]
    assert lengths[found.length] <= begin < lengths[found.length + 1]
    assert len(bans) == found.length
    assert bans.banned == {tokens[found.length]}


def test_of_two_phrases_the_one_that_begins_first_counts() -> None:
    bans = PhraseBans(["king", "the king"], token_bytes)
    assert bans.append(BYTES + 2) is None  # "the "
    assert bans.append(BYTES + 7) is None  # "kin"
    assert bans.append(ord("g")) == TakenBack(length=0, phrase="the king")


def test_a_phrase_that_begins_in_the_prompt_goes_back_to_the_first_token() -> None:
    bans = PhraseBans(["tapestry"], token_bytes, before=b"a rich tap")
    assert bans.append(END) is None  # stands for no text
    assert bans.append(ord("e")) is None
    assert bans.safe == 0
    found = [bans.append(token) for token in (ord("s"), BYTES + 25)]
    assert found == [None, TakenBack(length=1, phrase="tapestry")]
    assert bans.banned == {ord("e")}


def test_a_phrase_that_the_prompt_holds_already_is_left_alone() -> None:
    bans = PhraseBans(["tapestry"], token_bytes, before=b"a tapestry")
    assert bans.append(ord(" ")) is None
    assert bans.safe == 1


def test_every_refused_token_stays_refused_until_the_text_before_changes() -> None:
    bans = PhraseBans(["ab", "ac"], token_bytes)
    bans.append(ord("x"))
    bans.append(ord("a"))
    assert bans.append(ord("b")) == TakenBack(length=1, phrase="ab")
    assert bans.banned == {ord("a")}
    assert bans.attempt == 1
    bans.append(ord("y"))
    assert bans.banned == frozenset()
    bans.truncate(1)
    assert bans.banned == {ord("a")}
    bans.truncate(0)
    bans.append(ord("x"))
    assert bans.banned == frozenset()


def test_half_a_character_is_not_shown() -> None:
    bans = PhraseBans(["月光"], token_bytes)
    assert bans.append(ord("x")) is None
    assert bans.append(BYTES + 16) is None  # the first two bytes of 月
    assert bans.safe == 1
    assert bans.append(0x88) is None
    assert bans.safe == 1  # 月 may become 月光
    assert bans.append(ord("y")) is None
    assert bans.safe == 4


def test_bytes_that_are_no_text_do_not_hold_it_up_for_ever() -> None:
    bans = PhraseBans(["ab"], token_bytes)
    for _ in range(50):
        assert bans.append(0x88) is None
    assert bans.safe == 50


def test_without_phrases_all_is_safe_at_once() -> None:
    bans = PhraseBans([], token_bytes)
    assert bans.append(0xE6) is None
    assert bans.safe == 1
