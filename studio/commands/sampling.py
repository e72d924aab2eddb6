"""``--sampler`` of ``write``: a name of settings, then single settings, in the order given."""

import typing
from collections.abc import Sequence
from typing import Final

import msgspec

from studio.contract.errors import RequestInvalid
from studio.contract.writing import ORDERS, SETTINGS, SamplerSettings, check_sampler

DEFAULT: Final = "llama.cpp"
"""The settings that ``write`` begins with."""

_TYPES: Final = typing.get_type_hints(SamplerSettings)


def sampler_of(wishes: Sequence[str]) -> SamplerSettings:
    """The settings that ``wishes`` come to, each a name of `SETTINGS` or NAME=VALUE.

    Raises `RequestInvalid`, naming what there is.
    """
    settings = SETTINGS[DEFAULT]
    for wish in wishes:
        name, separator, value = wish.partition("=")
        name = name.strip().replace("-", "_")
        if not separator:
            settings = _named(wish)
        elif name not in _TYPES:
            known = ", ".join(_TYPES)
            raise RequestInvalid(
                fault=f"there is no setting {name!r} of samplers; there are: {known}"
            )
        else:
            settings = msgspec.structs.replace(settings, **{name: _value(name, value)})
    check_sampler(settings)
    return settings


def _named(name: str) -> SamplerSettings:
    try:
        return SETTINGS[name.strip()]
    except KeyError:
        fault = f"--sampler wants NAME=VALUE, or one of {', '.join(SETTINGS)}; not {name!r}"
        raise RequestInvalid(fault=fault) from None


def _value(name: str, text: str) -> object:
    kind = _TYPES[name]
    try:
        if name == "order":
            return ORDERS.get(text) or tuple(part.strip() for part in text.split(";"))
        if name == "dry_breakers":
            return msgspec.json.decode(text, type=tuple[str, ...])
        if name == "logit_bias":
            pairs = (pair.split(":") for pair in text.split(","))
            return {int(token): float(bias) for token, bias in pairs}
        if name == "mirostat":
            return {"0": 0, "2": 2}[text]
        return float(text) if kind is float else int(text)
    except (ValueError, KeyError, msgspec.MsgspecError) as error:
        wanted = {
            "mirostat": "0 (off) or 2",
            "dry_breakers": 'a list of texts as JSON, as in ["\\n", ":"]',
            "logit_bias": "tokens and what is added to each, as in 12:-5,40:2.5",
        }.get(name, "a number" if kind is float else "a whole number")
        raise RequestInvalid(fault=f"{name} wants {wanted}, not {text!r}") from error
