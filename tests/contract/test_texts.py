"""Requests for texts say what is possible, and recipes of texts are read with distrust."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import RecipeInvalid, RequestInvalid
from studio.contract.recipe import Fingerprint
from studio.contract.texts import (
    LONGEST_STRING,
    MAXIMUM_MIDDLES,
    MAXIMUM_SPECULATION,
    MAXIMUM_TOKENS,
    ChatMessage,
    RankMiddles,
    TextCompletion,
    TextRecipe,
    TextSettings,
    WriteText,
    check_middles,
    check_write,
    decode_text_recipe,
    encode_text_recipe,
    making_differences,
    text_sha256,
    to_make_again,
)
from studio.contract.writing import LONGEST_CONSTRAINT, SamplerSettings, TextConstraint

COMPLETION = TextCompletion(
    studio="1",
    model="tiny",
    files={"gguf": "0" * 64},
    form="exact",
    prompt_tokens=3,
    reused=0,
    context=256,
    making=Fingerprint(onnxruntime="1", provider="CPUExecutionProvider", device="a processor"),
)
SETTINGS = TextSettings(
    prompt="Once",
    chat=(ChatMessage(role="user", content="hello"),),
    now="2026-01-31T12:00:00+00:00",
    seed=7,
    sampler=SamplerSettings(temperature=0.5, logit_bias={3: -2.0}),
    constraint=TextConstraint(kind="regex", text="a+"),
    stops=("\n",),
    bans=("very",),
    speculation=4,
)


def recipe(**changes: object) -> TextRecipe:
    request = WriteText(model="m", settings=SETTINGS, count=3)
    made = COMPLETION.recipe(request, 2, text="aaa", tokens=3, ended="length", probabilities=())
    return msgspec.structs.replace(made, **changes)


def test_a_recipe_has_the_seed_of_its_own_text_and_its_hash() -> None:
    made = recipe()
    assert made.settings == msgspec.structs.replace(SETTINGS, seed=9)
    assert made.text_sha256 == text_sha256("aaa")


def test_a_recipe_survives_its_file() -> None:
    assert decode_text_recipe(encode_text_recipe(recipe())) == recipe()


def test_a_recipe_asks_for_the_very_same_text() -> None:
    again = to_make_again(recipe(), "/models/tiny")
    assert (again.model, again.form, again.count, again.exact) == ("/models/tiny", "exact", 1, True)
    assert again.settings == recipe().settings
    assert again.until == 0
    assert to_make_again(recipe(ended="cancelled", tokens=12), "m").until == 12


def test_what_differs_between_two_makings_is_named() -> None:
    made = recipe()
    assert making_differences(made, COMPLETION) == ()
    other = msgspec.structs.replace(
        COMPLETION,
        files={"gguf": "1" * 64},
        form="fast",
        making=msgspec.structs.replace(COMPLETION.making, onnxruntime="2", cpu_flags="avx2"),
    )
    words = " ".join(making_differences(recipe(reused=2), other))
    for word in ("version of the model", "'fast'", "earlier request", "onnxruntime (2", "avx2"):
        assert word in words


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ends in the middle"),
        (b"{", "ends in the middle"),
        (b"[]", "Expected"),
        (b"{}", "its format is 0"),
        (b'{"schema": 2}', "reads up to 1"),
        (b'{"schema": 1}', "missing required field"),
        (b"\xff", "wrong|JSON|UTF"),
    ],
)
def test_what_is_no_recipe_is_said_with_its_file(data: bytes, words: str) -> None:
    with pytest.raises(RecipeInvalid, match=words) as caught:
        decode_text_recipe(data, "my.recipe.json")
    assert "my.recipe.json" in caught.value.message


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("seed", -1, "seed"),
        ("max_tokens", 0, "tokens"),
        ("speculation", 99, "guessed"),
        ("now", "yesterday", "no time"),
        ("stops", [""], "stop strings"),
    ],
)
def test_a_recipe_that_asks_for_what_cannot_be_is_refused(
    field: str, value: object, words: str
) -> None:
    plain = json.loads(encode_text_recipe(recipe()))
    plain["settings"][field] = value
    with pytest.raises(RecipeInvalid, match=words):
        decode_text_recipe(json.dumps(plain))


@given(data=st.binary(max_size=400))
def test_any_bytes_are_a_recipe_or_one_sentence(data: bytes) -> None:
    with pytest.raises(RecipeInvalid):
        decode_text_recipe(data)


@given(data=st.data())
def test_a_mutated_recipe_is_a_recipe_or_one_sentence(data: st.DataObject) -> None:
    whole = bytearray(encode_text_recipe(recipe()))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(whole) - 1))
        whole[place] = data.draw(st.integers(0, 255))
    try:
        decode_text_recipe(bytes(whole))
    except RecipeInvalid as error:
        assert error.message


def settings(**changes: object) -> TextSettings:
    return msgspec.structs.replace(TextSettings(prompt="x"), **changes)


def formed(text: str) -> TextSettings:
    return settings(constraint=TextConstraint(kind="regex", text=text))


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (WriteText(model="m", settings=settings(), count=0), "between 1 and"),
        (WriteText(model="m", settings=settings(), alternatives=-1), "alternatives"),
        (WriteText(model="m", settings=settings(), until=-1), "cancelled"),
        (WriteText(model="m", settings=settings(seed=2**63 - 1), count=2), "every text"),
        (WriteText(model="m", settings=settings(max_tokens=MAXIMUM_TOKENS + 1)), "tokens"),
        (WriteText(model="m", settings=settings(speculation=MAXIMUM_SPECULATION + 1)), "ahead"),
        (WriteText(model="m", settings=settings(stops=("x" * (LONGEST_STRING + 1),))), "stop"),
        (WriteText(model="m", settings=settings(bans=("",))), "banned"),
        (WriteText(model="m", settings=settings(bans=("x",) * 1000)), "at most"),
        (WriteText(model="m", settings=settings(prompt="\ud800")), "half of one"),
        (WriteText(model="m", settings=settings(stops=("a\udcff",))), "stop strings is not UTF-8"),
        (WriteText(model="m", settings=settings(bans=("\ud800",))), "phrases is not UTF-8"),
        (WriteText(model="m", settings=formed("")), "not in 0"),
        (WriteText(model="m", settings=formed("a" * (LONGEST_CONSTRAINT + 1))), "not in 200,001"),
        (WriteText(model="m", settings=formed("\udcff")), "form that the text must have is not"),
        (
            WriteText(model="m", settings=settings(sampler=SamplerSettings(top_p=2.0))),
            "top p",
        ),
    ],
)
def test_what_no_model_could_write_is_refused(request_: WriteText, words: str) -> None:
    with pytest.raises(RequestInvalid, match=words):
        check_write(request_)


def test_what_a_model_could_write_is_not_refused() -> None:
    check_write(WriteText(model="m", settings=SETTINGS, count=5, alternatives=10))


def test_middles_need_something_that_follows() -> None:
    check_middles(RankMiddles(model="m", before="", middles=("",), after="x"))
    for middles, after, words in (
        ((), "x", "between 1"),
        (("",) * (MAXIMUM_MIDDLES + 1), "x", "between 1"),
        (("",), "", "after the middles"),
    ):
        with pytest.raises(RequestInvalid, match=words):
            check_middles(RankMiddles(model="m", before="b", middles=middles, after=after))
