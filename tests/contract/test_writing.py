"""What may be asked of the drawing of tokens, and what is refused with which words."""

import math

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from studio.contract.errors import RequestInvalid
from studio.contract.writing import (
    CUTTING,
    HUGGING_FACE,
    LIMITS,
    LLAMA_CPP,
    MAXIMUM_BIASES,
    MAXIMUM_BREAKERS,
    PLAIN,
    SAMPLERS,
    SETTINGS,
    SamplerSettings,
    TextConstraint,
    check_sampler,
    working_samplers,
)

ends = [(name, end) for name, limits in LIMITS.items() for end in limits]


def test_every_number_has_limits_and_is_plain_within_them() -> None:
    numbers = {
        field.name
        for field in msgspec.structs.fields(SamplerSettings)
        if field.type in (int, float)
    }
    assert numbers == set(LIMITS)
    for name, (least, greatest) in LIMITS.items():
        assert least <= getattr(PLAIN, name) <= greatest


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_that_have_a_name_are_sound(name: str) -> None:
    check_sampler(SETTINGS[name])


@pytest.mark.parametrize(("name", "end"), ends)
def test_a_number_at_its_limit_is_possible(name: str, end: float) -> None:
    check_sampler(msgspec.structs.replace(PLAIN, **{name: end}))


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("beyond", [-1.0, 1.0, math.nan, math.inf])
def test_a_number_beyond_its_limit_is_refused_with_what_is_possible(
    name: str, beyond: float
) -> None:
    least, greatest = LIMITS[name]
    value = least - 1.0 if beyond == -1.0 else greatest + beyond
    with pytest.raises(RequestInvalid) as refused:
        check_sampler(msgspec.structs.replace(PLAIN, **{name: value}))
    assert f"{least:g} to {greatest:g} is possible" in refused.value.message
    assert name.replace("_", " ") in refused.value.message


@given(
    st.builds(
        SamplerSettings,
        temperature=st.floats(0, 10),
        top_k=st.integers(0, 100),
        mirostat=st.sampled_from([0, 2]),
        logit_bias=st.dictionaries(st.integers(0, 50_000), st.floats(-100, 100)),
        dry_breakers=st.lists(st.text(st.characters(codec="utf-8"), min_size=1)).map(tuple),
        order=st.permutations(sorted(SAMPLERS)).map(tuple),
    )
)
def test_settings_cross_a_boundary_as_they_are(settings: SamplerSettings) -> None:
    for codec in (msgspec.json, msgspec.msgpack):
        assert codec.decode(codec.encode(settings), type=SamplerSettings) == settings


def test_a_mirostat_that_is_not_there_is_refused() -> None:
    wrong = msgspec.structs.replace(PLAIN, mirostat=1)
    with pytest.raises(RequestInvalid, match=r"no mirostat 1; 0 \(none\) and 2 are possible"):
        check_sampler(wrong)


def test_an_order_of_unknown_names_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RequestInvalid, match=r"no sampler “tail_free”; there are: bias, .*xtc"):
        check_sampler(SamplerSettings(order=("tail_free",)))


def test_an_order_that_names_one_twice_is_refused() -> None:
    with pytest.raises(RequestInvalid, match="names “top k” twice"):
        check_sampler(SamplerSettings(order=("top_k", "temperature", "top_k")))


@pytest.mark.parametrize(
    "change",
    [
        {"temperature": 0.5}, {"dynamic_range": 0.5}, {"top_k": 5}, {"top_p": 0.5}, {"min_p": 0.5},
        {"typical": 0.5}, {"top_n_sigma": 1.0}, {"xtc_probability": 0.5}, {"dry_multiplier": 0.5},
        {"repetition": 1.1}, {"presence": 0.5}, {"frequency": 0.5}, {"logit_bias": {1: 0.5}},
    ],
)  # fmt: skip
def test_what_is_set_must_have_a_place_in_the_order(change: dict[str, object]) -> None:
    settings = msgspec.structs.replace(PLAIN, **change)
    (sampler,) = working_samplers(settings)
    check_sampler(settings)
    rest = tuple(name for name in LLAMA_CPP if name != sampler)
    without = msgspec.structs.replace(settings, order=rest)
    with pytest.raises(RequestInvalid, match=r"leaves out .* name it in the order"):
        check_sampler(without)
    mirostat = msgspec.structs.replace(without, mirostat=2)
    if sampler in CUTTING:
        check_sampler(mirostat)
    else:
        with pytest.raises(RequestInvalid):
            check_sampler(mirostat)


def test_an_order_may_be_empty_and_needs_nothing_that_does_nothing() -> None:
    check_sampler(SamplerSettings(order=()))
    check_sampler(SamplerSettings(top_k=3, order=("top_k",)))
    assert working_samplers(SamplerSettings(order=HUGGING_FACE)) == frozenset()


@pytest.mark.parametrize(
    ("bias", "words"),
    [
        ({-1: 1.0}, "no token -1"),
        ({100: 1.0}, r"no token 100 .* 0 to 99"),
        ({5: 101.0}, r"bias of token 5 cannot be 101; -100 \(never\) to 100"),
        ({5: -101.0}, "cannot be -101"),
        ({5: math.nan}, "cannot be nan"),
        (dict.fromkeys(range(MAXIMUM_BIASES + 1), 0.0), "10,000 tokens can have a bias"),
    ],
)
def test_a_bias_that_cannot_be_is_refused(bias: dict[int, float], words: str) -> None:
    with pytest.raises(RequestInvalid, match=words):
        check_sampler(SamplerSettings(logit_bias=bias), vocabulary=100)


@pytest.mark.parametrize("breakers", [("",), ("x" * 201,), ("\udc80",)])
def test_a_breaker_that_cannot_be_is_refused(breakers: tuple[str, ...]) -> None:
    with pytest.raises(RequestInvalid, match="a text that breaks repetitions"):
        check_sampler(SamplerSettings(dry_breakers=breakers))


def test_too_many_breakers_are_refused() -> None:
    with pytest.raises(RequestInvalid, match="by 100 texts, not by 101"):
        check_sampler(SamplerSettings(dry_breakers=("x",) * (MAXIMUM_BREAKERS + 1)))


def test_a_constraint_crosses_a_boundary_as_it_is() -> None:
    form = TextConstraint(kind="regex", text="[a-z]+")
    assert msgspec.json.decode(msgspec.json.encode(form), type=TextConstraint) == form
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"kind":"xml","text":"x"}', type=TextConstraint)
