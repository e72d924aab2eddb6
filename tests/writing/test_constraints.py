"""Forms that the text must have: what they let through, and what of them makes no sense."""

import json
import re
from typing import Literal

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from studio.contract.errors import RequestInvalid
from studio.contract.writing import TextConstraint
from studio.writing.engine.constraints import Constraint, ConstraintVocabulary
from tests.writing.vocabularies import (
    END,
    MARK,
    NOTHING,
    SIZE,
    TOKENS,
    constraint_vocabulary,
    encode,
    text_of,
    token_bytes,
)

words = st.sampled_from(
    [
        "the king",
        "the kin",
        "kingdom",
        "of the king",
        "a\n\nb",
        "é",
        "ß12",
        "月光",
        " 月",
        "tapestry",
    ]
)
languages = st.lists(words, min_size=1, max_size=4, unique=True)

Kind = Literal["regex", "json_schema", "grammar"]

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 6},
        "age": {"type": "integer", "minimum": 0, "maximum": 120},
        "alive": {"type": "boolean"},
    },
    "required": ["name", "age", "alive"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def vocabulary() -> ConstraintVocabulary:
    return constraint_vocabulary()


def _regex(text: str) -> TextConstraint:
    return TextConstraint(kind="regex", text=text)


def _alternatives(language: list[str]) -> TextConstraint:
    return _regex("|".join(map(re.escape, language)).replace("\\\n", "\\n"))


def _expected(language: list[str], text: bytes) -> set[int]:
    """By looking at every token: whether some word of the language goes on like that."""
    encoded = [word.encode() for word in language]
    going_on = {
        token
        for token in range(SIZE)
        if token_bytes(token) and any(w.startswith(text + token_bytes(token)) for w in encoded)
    }
    return going_on | ({END} if text in encoded else set())


@settings(max_examples=60)
@given(data=st.data(), language=languages)
def test_what_may_come_next_is_what_some_word_goes_on_with_however_often_it_is_taken_back(
    vocabulary: ConstraintVocabulary, data: st.DataObject, language: list[str]
) -> None:
    constraint = Constraint(vocabulary, _alternatives(language))
    tokens: list[int] = []
    for _ in range(data.draw(st.integers(1, 12))):
        mask = constraint.mask()
        assert mask.shape == (SIZE,)
        possible = _expected(language, text_of(tokens))
        forced = constraint.forced()
        expected = set(forced[:1]) or possible
        assert expected <= possible
        assert set(np.flatnonzero(mask).tolist()) == expected
        assert forced or mask[END] == (END in possible)
        assert constraint.is_finished == (possible == {END})
        step = data.draw(st.sampled_from(sorted(expected - {END}) or [-1]))
        if step < 0 or data.draw(st.integers(0, 3)) == 0:
            length = data.draw(st.integers(0, len(tokens)))
            constraint.truncate(length)
            del tokens[length:]
        else:
            constraint.append(step)
            tokens.append(step)
        assert len(constraint) == len(tokens)


@pytest.mark.parametrize("form", ["ab", "a+b?", "ab+", "a(b|c)?"])
def test_an_end_can_be_taken_back_too(vocabulary: ConstraintVocabulary, form: str) -> None:
    constraint = Constraint(vocabulary, _regex(form))
    constraint.append(ord("a"))
    first = constraint.mask()
    constraint.append(ord("b"))
    second = constraint.mask()
    for _ in range(3):
        constraint.append(END)
        assert constraint.is_finished
    constraint.truncate(3)
    constraint.truncate(2)
    assert np.array_equal(constraint.mask(), second)
    constraint.append(END)
    constraint.truncate(1)
    assert np.array_equal(constraint.mask(), first)
    assert len(constraint) == 1
    assert second[END]
    assert not second[MARK]
    assert not second[NOTHING]


def test_a_token_that_may_not_come_is_refused_and_changes_nothing(
    vocabulary: ConstraintVocabulary,
) -> None:
    constraint = Constraint(vocabulary, _regex("the king"))
    constraint.append(ord("t"))
    for wrong in (ord("x"), END, MARK, NOTHING):
        with pytest.raises(RequestInvalid, match=f"does not let token {wrong} come here"):
            constraint.append(wrong)
    assert len(constraint) == 1
    assert text_of(np.flatnonzero(constraint.mask()).tolist()).startswith(b"h")


def test_what_must_come_is_known_without_a_draw(vocabulary: ConstraintVocabulary) -> None:
    constraint = Constraint(vocabulary, _regex("(x|y)the king of a kingdom"))
    constraint.append(ord("x"))
    forced = constraint.forced()
    assert forced
    assert b"the king of a kingdom".startswith(text_of(forced))


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_drawn_under_a_schema_is_json_of_that_schema(
    vocabulary: ConstraintVocabulary, seed: int
) -> None:
    form = TextConstraint(kind="json_schema", text=json.dumps(SCHEMA))
    constraint = Constraint(vocabulary, form)
    random = np.random.default_rng(seed)
    tokens: list[int] = []
    while not constraint.is_finished:
        allowed = np.flatnonzero(constraint.mask())
        printable = [
            token for token in allowed if token == END or token_bytes(int(token)).strip()
        ] or allowed
        token = int(random.choice(printable))
        constraint.append(token)
        tokens.append(token)
        assert len(tokens) < 500
    value = json.loads(text_of(tokens))
    assert set(value) == {"name", "age", "alive"}
    assert isinstance(value["alive"], bool)
    assert 0 <= value["age"] <= 120
    assert len(value["name"]) <= 6


def test_a_grammar_is_followed(vocabulary: ConstraintVocabulary) -> None:
    text = 'start: "the " noun\nnoun: "king" | "kingdom"\n'
    constraint = Constraint(vocabulary, TextConstraint(kind="grammar", text=text))
    for token in encode("the king"):
        constraint.append(token)
    assert constraint.mask()[[END, ord("d")]].all()


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("regex", "(", "the regular expression cannot be followed: unclosed group"),
        (
            "regex",
            r"(a)\1",
            "regular expression cannot be followed: backreferences are not supported",
        ),
        (
            "regex",
            "(?=a)b",
            "regular expression cannot be followed: look-around, .* is not supported",
        ),
        ("json_schema", "{", "the JSON schema cannot be followed: it is empty or ends in"),
        ("json_schema", "[" * 5000, "the JSON schema cannot be followed"),
        ("json_schema", '{"pattern": "(?=x)"}', "look-around, .* is not supported"),
        ("json_schema", '{"minimum": 5, "maximum": 3, "type": "integer"}', "greater than maximum"),
        ("json_schema", '{"$ref": "#"}', "no text has this form"),
        ("json_schema", '{"$ref": "http://example.org/a"}', "cannot be followed"),
        ("grammar", "start: more\nmore: more\n", "no text has this form"),
        ("json_schema", '{"type": "sonnet"}', "the JSON schema cannot be followed"),
        ("json_schema", "[1, 2]", "the JSON schema cannot be followed"),
        ("grammar", "start: nobody\n", "the grammar cannot be followed"),
        ("grammar", "begin: /a/\n", "the grammar cannot be followed"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_in_one_sentence(
    vocabulary: ConstraintVocabulary, kind: Kind, text: str, words: str
) -> None:
    form = TextConstraint(kind=kind, text=text)
    with pytest.raises(RequestInvalid, match=words) as refused:
        Constraint(vocabulary, form)
    assert "\n" not in refused.value.message


def test_a_model_without_an_end_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="no token that ends a text"):
        ConstraintVocabulary(TOKENS, ends=(), special=(), encode=encode)


@settings(max_examples=60)
@given(text=st.text(max_size=60), kind=st.sampled_from(["regex", "json_schema", "grammar"]))
def test_any_text_is_a_form_or_is_refused(
    vocabulary: ConstraintVocabulary, text: str, kind: Kind
) -> None:
    try:
        constraint = Constraint(vocabulary, TextConstraint(kind=kind, text=text))
        assert constraint.mask().shape == (SIZE,)
    except RequestInvalid as refused:
        assert refused.message
