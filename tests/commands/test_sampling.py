"""``--sampler`` says every setting there is, and what is wrong with one."""

import typing

import pytest

from studio.commands.sampling import DEFAULT, sampler_of
from studio.contract.errors import RequestInvalid
from studio.contract.writing import HUGGING_FACE, SETTINGS, SamplerSettings


def test_nothing_asked_for_is_the_default() -> None:
    assert sampler_of([]) == SETTINGS[DEFAULT]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_name_is_known(name: str) -> None:
    assert sampler_of([name]) == SETTINGS[name]


def test_single_settings_change_the_named_ones_in_order() -> None:
    found = sampler_of(["greedy", "plain", "temperature=0.5", "top-k=7", "order=hugging-face"])
    assert (found.temperature, found.top_k, found.order) == (0.5, 7, HUGGING_FACE)


@pytest.mark.parametrize("name", typing.get_type_hints(SamplerSettings))
def test_every_setting_can_be_said(name: str) -> None:
    value = {
        "order": "top_k;top_p;min_p;temperature;penalties;dry;bias;typical;top_n_sigma;xtc",
        "dry_breakers": '["\\n", ":"]',
        "logit_bias": "12:-5,40:2.5",
        "mirostat": "2",
    }.get(name, "1")
    found = sampler_of([f"{name}={value}"])
    assert getattr(found, name) is not None


def test_lists_are_read() -> None:
    found = sampler_of(
        [
            "logit_bias=12:-5,40:2.5",
            'dry_breakers=["x"]',
            "order=bias; top_k; top_p;min_p;temperature",
        ]
    )
    assert found.logit_bias == {12: -5.0, 40: 2.5}
    assert found.dry_breakers == ("x",)
    assert found.order == ("bias", "top_k", "top_p", "min_p", "temperature")


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ("hot", "one of plain"),
        ("heat=2", "there are: temperature"),
        ("temperature=warm", "wants a number"),
        ("temperature=nan", "temperature"),
        ("top_k=1.5", "wants a whole number"),
        ("temperature=99", "0 to 10"),
        ("logit_bias=5", "tokens and what"),
        ("dry_breakers=x", "as JSON"),
        ("order=top_k;nonsense", "nonsense"),
        ("mirostat=1", "mirostat"),
    ],
)
def test_what_is_wrong_is_said(wish: str, words: str) -> None:
    with pytest.raises(RequestInvalid, match=words):
        sampler_of([wish])
