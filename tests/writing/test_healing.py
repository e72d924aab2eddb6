"""Tokens at the end of a prompt are taken back where the model may want others."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.writing.engine.healing import MOST_TOKENS, TokenPrefixes, heal
from studio.writing.engine.tokens import TextTokenizer
from tests.writing.tokenizer_files import byte_level, byte_level_json, from_contents, pieces


@pytest.fixture(scope="module", params=["bytes", "pieces"])
def tokenizer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> TextTokenizer:
    folder = tmp_path_factory.mktemp("healing")
    return byte_level(folder) if request.param == "bytes" else pieces(folder)


@pytest.fixture(scope="module")
def prefixes(tokenizer: TextTokenizer) -> TokenPrefixes:
    return TokenPrefixes(tokenizer)


PROMPTS = st.text(st.sampled_from("thea nisfor wmx,é"), max_size=12)
BEGINNINGS = st.text(st.sampled_from("the andfo x"), min_size=1, max_size=5).map(str.encode)


@given(prefix=BEGINNINGS)
def test_tokens_are_found_by_their_beginnings(
    tokenizer: TextTokenizer, prefixes: TokenPrefixes, prefix: bytes
) -> None:
    spelled = list(enumerate(tokenizer.all_bytes))
    longer = {index for index, raw in spelled if raw.startswith(prefix)}
    shorter = {index for index, raw in spelled if raw and raw != prefix and prefix.startswith(raw)}
    assert set(prefixes.beginning_with(prefix).tolist()) == longer
    assert set(prefixes.beginnings_of(prefix).tolist()) == shorter
    assert prefixes.extends(prefix) == any(
        raw.startswith(prefix) and raw != prefix for _, raw in spelled
    )
    mask = prefixes.mask(prefix, tokenizer.size + 5)
    assert set(np.flatnonzero(mask).tolist()) == longer | shorter
    assert not mask[list(tokenizer.special_ids)].any()


def test_all_may_come_where_nothing_is_left_to_spell(prefixes: TokenPrefixes) -> None:
    assert prefixes.mask(b"", 7).all()
    assert prefixes.mask(b"the", 3).sum() == 0


@given(text=PROMPTS)
def test_a_healed_prompt_spells_the_same(
    tokenizer: TextTokenizer, prefixes: TokenPrefixes, text: str
) -> None:
    ids = tokenizer.encode(text)
    healed = heal(tokenizer, ids, prefixes)
    kept = len(healed.ids)
    assert healed.ids == ids[:kept]
    assert len(ids) - kept <= MOST_TOKENS
    assert kept >= min(1, len(ids))
    spelled = b"".join(tokenizer.token_bytes(index) for index in ids[kept:])
    assert healed.prefix == spelled
    assert not spelled or prefixes.extends(spelled)
    further = ids[max(1, len(ids) - MOST_TOKENS) : kept]
    for count in range(1, len(further) + 1):  # no more tokens could have been taken back
        more = b"".join(tokenizer.token_bytes(index) for index in further[-count:])
        assert not prefixes.extends(more + spelled)


@given(text=PROMPTS, choice=st.randoms(use_true_random=False))
def test_whatever_is_drawn_spells_what_was_taken_back(
    tokenizer: TextTokenizer,
    prefixes: TokenPrefixes,
    text: str,
    choice: "st.Random",  # type: ignore[name-defined]  # hypothesis has no name for it
) -> None:
    healed = heal(tokenizer, tokenizer.encode(text), prefixes)
    rest, drawn = healed.prefix, b""
    while rest:
        allowed = np.flatnonzero(prefixes.mask(rest, tokenizer.size))
        assert allowed.size
        raw = tokenizer.token_bytes(int(choice.choice(allowed.tolist())))
        drawn += raw
        rest = rest[len(raw) :]
    assert drawn.startswith(healed.prefix)


def test_several_tokens_are_taken_back_where_one_begins_with_all_of_them() -> None:
    contents = byte_level_json()
    vocabulary = contents["model"]["vocab"]
    for joined, parts in (("//", "/ /"), ("://", ": //"), ("e:", "e :")):
        vocabulary[joined] = len(vocabulary)
        contents["model"]["merges"].append(parts.split(" "))
    tokenizer = from_contents(contents)
    prefixes = TokenPrefixes(tokenizer)
    ids = [*tokenizer.encode("http"), vocabulary[":"], vocabulary["/"]]
    healed = heal(tokenizer, ids, prefixes)
    assert healed.prefix == b":/"
    assert tokenizer.decode(healed.ids) == "http"
    again = np.flatnonzero(prefixes.mask(b":/", tokenizer.size))
    assert {tokenizer.token_bytes(index) for index in again.tolist()} == {b":", b"://"}


def test_a_special_token_is_never_taken_back(tokenizer: TextTokenizer) -> None:
    prefixes = TokenPrefixes(tokenizer)
    ids = [*tokenizer.encode("th"), 2]
    assert heal(tokenizer, ids, prefixes).ids == ids
    ids = [2, *tokenizer.encode(" th")]
    assert heal(tokenizer, ids, prefixes).ids[0] == 2


def test_the_last_letter_of_the_alphabet_of_bytes_ends_nothing() -> None:
    prefixes = TokenPrefixes(from_contents(byte_level_json()))
    assert len(prefixes.beginning_with(b"\xff")) == 1
    assert len(prefixes.beginning_with(b"\xff\xff")) == 0
    spelled = [bytes([byte]) for byte in range(256)]
    assert all(not prefixes.extends(raw) for raw in spelled if raw != b"t")
    assert all(left < right for left, right in pairwise(spelled))


def test_a_prompt_of_one_token_stays(tmp_path: Path) -> None:
    tokenizer = byte_level(tmp_path)
    prefixes = TokenPrefixes(tokenizer)
    ids = tokenizer.encode("t")
    assert heal(tokenizer, ids, prefixes).ids == ids
    assert heal(tokenizer, [], prefixes).ids == []
