"""What the commands say to programs is documented, field by field; set-up and doctor agree."""

import argparse
import re
import typing
from pathlib import Path

import msgspec
import pytest

from studio import bootstrap
from studio.commands import codes, lines, score, write
from studio.commands.display import QT_LIBRARIES, X_LIBRARIES
from studio.commands.plan import Options
from studio.contract.texts import FormReport, OtherToken, TextRecipe
from studio.contract.writing import ORDERS, SETTINGS, SamplerSettings

TEXT = (Path(__file__).resolve().parents[2] / "studio" / "commands" / "HEADLESS.md").read_text(
    "utf-8"
)
ROWS = dict(re.findall(r"^\| `(\w+)` \| (.*)$", TEXT, re.MULTILINE))
KINDS: tuple[type[lines.Line], ...] = typing.get_args(lines.AnyLine)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_every_line_is_documented(kind: type[lines.Line]) -> None:
    tag = kind.__struct_config__.tag
    assert isinstance(tag, str)
    documented = set(re.findall(r"`(\w+)`", ROWS[tag]))
    inner = {
        "model": {*lines.Kind.__struct_fields__, *lines.Setting.__struct_fields__},
        "text_model": {*FormReport.__struct_fields__},
        "token": {*OtherToken.__struct_fields__},
        "surprisal": {*OtherToken.__struct_fields__},
        "text": {TextRecipe.__name__},
    }.get(tag, set())
    assert documented == {field.name for field in msgspec.structs.fields(kind)} | inner


def test_no_line_is_documented_that_does_not_exist() -> None:
    assert ROWS.keys() == {kind.__struct_config__.tag for kind in KINDS}


def test_every_exit_code_is_documented() -> None:
    said = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    assert said == {codes.DONE, codes.FAILED, codes.USAGE, codes.SETUP, codes.INTERRUPTED}


def test_every_option_of_generate_is_documented() -> None:
    names = {
        "kind": "class",
        "controls": "control",
        "if_taken": "if-taken",
        "noise_seed": "noise-seed",
        "traits": "trait",
        "mixes": "mix",
    }
    unsaid = {"model"}
    for field in set(Options.__dataclass_fields__) - unsaid:
        assert f"--{names.get(field, field)}" in TEXT


def test_set_up_and_doctor_name_the_same_packages() -> None:
    assert set(bootstrap.QT_LIBRARIES) <= set(QT_LIBRARIES.values())
    assert set(bootstrap.X11_LIBRARIES) - {"libxcb-xinerama0"} <= set(X_LIBRARIES.values())


def test_every_option_of_write_and_score_is_documented() -> None:
    for module in (write, score):
        parser = argparse.ArgumentParser()
        module.add_arguments(parser)
        unsaid = {"--help", "--provider", "--if-taken"}
        options = {option for action in parser._actions for option in action.option_strings}
        for option in options - unsaid - {"-h"}:
            assert f"`{option}" in TEXT, option


def test_every_setting_of_samplers_is_documented() -> None:
    for name in (*SamplerSettings.__struct_fields__, *SETTINGS, *ORDERS):
        assert f"`{name}`" in TEXT, name
