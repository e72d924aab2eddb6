"""What the user decided holds, comes back, and what is damaged costs only itself."""

import json
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from studio.contract.errors import AtelierError, RequestInvalid
from studio.shell.options import PROVIDERS
from studio.shell.settings.declared import (
    LANGUAGE,
    MEMORY,
    PROVIDER,
    SETTINGS,
    SINGLE_KEYS,
    TEXT_SIZE,
    THEME,
    THREADS,
    ChoiceSetting,
    NumberSetting,
    Setting,
)
from studio.shell.settings.page import PAGE, page
from studio.shell.settings.storage import (
    DAMAGED_NAME,
    FILE_NAME,
    LARGEST_FILE,
    decode_stored,
    read_stored,
    write_stored,
)
from studio.shell.settings.values import MOST_KEYS, SettingChange, Settings, ShortcutsChange
from studio.shell.tokens import TEXT_SCALES, ThemeChoice

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
ALL = cast("tuple[Setting[object], ...]", SETTINGS)
KEYS = tuple(setting.key for setting in ALL)


def sound_values(setting: Setting[object]) -> st.SearchStrategy[object]:
    """Every value that a setting takes."""
    if isinstance(setting, ChoiceSetting):
        return st.sampled_from([option.value for option in setting.options])
    if isinstance(setting, NumberSetting):
        numbers: st.SearchStrategy[object] = st.integers(setting.minimum, setting.maximum)
        return numbers | st.just(0) if setting.automatic else numbers
    return st.booleans()


sound = st.fixed_dictionaries({}, optional={s.key: sound_values(s) for s in ALL})


@pytest.mark.parametrize("setting", ALL, ids=KEYS)
def test_a_declaration_is_whole(setting: Setting[object]) -> None:
    assert setting.label
    assert setting.help.endswith(".")
    assert setting.read(setting.default) == setting.default
    assert setting.key.isidentifier()


def test_keys_are_unique_and_the_choices_are_those_of_the_house() -> None:
    assert len(set(KEYS)) == len(KEYS)
    assert tuple(option.value for option in PROVIDER.options) == PROVIDERS
    assert {option.value for option in THEME.options} == {choice.value for choice in ThemeChoice}
    assert tuple(option.value for option in TEXT_SIZE.options) == TEXT_SCALES


@given(sound)
def test_what_is_decided_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, decided: dict[str, object]
) -> None:
    folder = tmp_path_factory.mktemp("settings")
    settings = Settings(folder)
    for setting in ALL:
        if setting.key in decided:
            settings.change(setting, decided[setting.key])
    again = Settings(folder)
    assert again.damaged == ()
    for setting in ALL:
        assert again.value(setting) == decided.get(setting.key, setting.default)


@given(st.dictionaries(st.sampled_from([*KEYS, "shortcuts", "later"]), values))
def test_a_foreign_value_becomes_the_default_and_is_named(
    tmp_path_factory: pytest.TempPathFactory, content: dict[str, object]
) -> None:
    folder = tmp_path_factory.mktemp("settings")
    (folder / FILE_NAME).write_text(json.dumps(content), encoding="utf-8")
    settings = Settings(folder)
    for setting in ALL:
        assert setting.read(settings.value(setting)) is not None
        if setting.key in settings.damaged:
            assert settings.value(setting) == setting.default
    for keys in settings.shortcuts.values():
        assert len(keys) <= MOST_KEYS
        assert all(isinstance(key, str) for key in keys)


@given(st.binary(max_size=300))
def test_bytes_that_are_no_settings_stop_nobody(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("settings")
    (folder / FILE_NAME).write_bytes(data)
    settings = Settings(folder)
    settings.change(THEME, "light")
    assert Settings(folder).value(THEME) == "light"


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        (THEME, "plaid"),
        (THEME, True),
        (TEXT_SIZE, 9.0),
        (TEXT_SIZE, True),
        (SINGLE_KEYS, 1),
        (THREADS, -1),
        (THREADS, 1.5),
        (THREADS, True),
        (THREADS, float("nan")),
        (THREADS, 10**12),
        (MEMORY, "8"),
    ],
)
def test_what_a_setting_does_not_take_is_refused(
    tmp_path: Path, setting: Setting[object], value: object
) -> None:
    settings = Settings(tmp_path)
    with pytest.raises(RequestInvalid, match=setting.key):
        settings.change(setting, value)
    assert settings.is_default(setting)
    assert not (tmp_path / FILE_NAME).exists()


def test_one_damaged_value_costs_only_itself(tmp_path: Path) -> None:
    write_stored(tmp_path, {"theme": "plaid", "threads": 3})
    settings = Settings(tmp_path)
    assert settings.value(THEME) == THEME.default
    assert settings.value(THREADS) == 3
    assert list(settings.damaged) == ["theme"]
    settings.change(THEME, "light")
    assert list(settings.damaged) == []


def test_a_change_is_told_once_and_only_where_something_changes(
    qtbot: QtBot, tmp_path: Path
) -> None:
    settings = Settings(tmp_path)
    told: list[SettingChange] = []
    settings.changed.connect(told.append)
    settings.change(THREADS, 2)
    settings.change(THREADS, 2)
    settings.reset(THREADS)
    assert [(change.key, change.value) for change in told] == [("threads", 2), ("threads", 0)]


def test_only_what_differs_is_stored(tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    settings.change(THEME, "light")
    settings.change(THREADS, 2)
    assert read_stored(tmp_path).values == {"theme": "light", "threads": 2}
    settings.reset(THEME)
    assert read_stored(tmp_path).values == {"threads": 2}


def test_what_a_later_version_stored_stays(tmp_path: Path) -> None:
    write_stored(tmp_path, {"sound": "loud"})
    Settings(tmp_path).change(THEME, "light")
    assert read_stored(tmp_path).values == {"sound": "loud", "theme": "light"}


def test_two_windows_do_not_undo_each_other(tmp_path: Path) -> None:
    one, other = Settings(tmp_path), Settings(tmp_path)
    one.change(THEME, "light")
    other.change(THREADS, 2)
    assert read_stored(tmp_path).values == {"theme": "light", "threads": 2}


def test_the_command_line_counts_for_one_start_until_the_user_decides(tmp_path: Path) -> None:
    settings = Settings(tmp_path, asked={"provider": "cuda"})
    assert settings.value(PROVIDER) == "cuda"
    assert settings.is_asked(PROVIDER)
    assert Settings(tmp_path).value(PROVIDER) == "auto"
    settings.change(PROVIDER, "cpu")
    assert not settings.is_asked(PROVIDER)
    assert Settings(tmp_path).value(PROVIDER) == "cpu"
    assert not Settings(tmp_path, asked={"provider": None}).is_asked(PROVIDER)


def test_language_theme_and_text_size_come_over_from_the_window_s_older_file(
    tmp_path: Path,
) -> None:
    older = {"language": "zh_CN", "theme": "light", "text_scale": 1.5, "inspector": True}
    (tmp_path / "window.json").write_text(json.dumps(older), encoding="utf-8")
    settings = Settings(tmp_path)
    assert settings.value(LANGUAGE) == "zh_CN"
    assert settings.value(THEME) == "light"
    assert settings.value(TEXT_SIZE) == 1.5
    settings.change(THEME, "dark")
    again = Settings(tmp_path)
    assert (again.value(LANGUAGE), again.value(THEME)) == ("zh_CN", "dark")


def test_a_file_that_cannot_be_read_is_set_aside_before_it_is_replaced(tmp_path: Path) -> None:
    damaged = b'{"theme": "light", '
    (tmp_path / FILE_NAME).write_bytes(damaged)
    settings = Settings(tmp_path)
    assert settings.is_damaged
    assert (tmp_path / FILE_NAME).read_bytes() == damaged
    settings.change(THREADS, 2)
    assert (tmp_path / DAMAGED_NAME).read_bytes() == damaged
    assert read_stored(tmp_path).values == {"threads": 2}


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b'{"theme": "light"}' + b" " * LARGEST_FILE)
    assert read_stored(tmp_path).is_damaged
    assert decode_stored(b"[]").is_damaged
    assert not read_stored(tmp_path / "nowhere").is_damaged


def test_a_folder_that_cannot_be_written_is_told_and_the_value_holds(
    qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("in the way")
    settings = Settings(tmp_path / "config")
    failed: list[AtelierError] = []
    settings.failed.connect(failed.append)
    settings.change(THEME, "light")
    assert settings.value(THEME) == "light"
    assert len(failed) == 1


def test_keys_of_commands_are_stored_and_given_back(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    told: list[ShortcutsChange] = []
    settings.shortcuts_changed.connect(told.append)
    settings.change_shortcuts({"images.keep": ("Ctrl+B",), "images.roll": ()})
    again = Settings(tmp_path)
    assert dict(again.shortcuts) == {"images.keep": ("Ctrl+B",), "images.roll": ()}
    settings.change_shortcuts({"images.keep": None, "images.roll": None})
    assert read_stored(tmp_path).values == {}
    assert [change.commands for change in told] == [("images.keep", "images.roll")] * 2


@pytest.mark.parametrize("keys", [7, ["K"] * (MOST_KEYS + 1), [""], ["x" * 41], [3]])
def test_keys_that_are_none_cost_only_themselves(tmp_path: Path, keys: object) -> None:
    write_stored(tmp_path, {"shortcuts": {"images.keep": ["B"], "images.roll": keys}})
    settings = Settings(tmp_path)
    assert dict(settings.shortcuts) == {"images.keep": ("B",)}
    assert settings.damaged == ("shortcuts",)


def test_the_page_of_documentation_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m studio.shell.settings.page"


def test_what_was_read_from_a_large_foreign_file_can_be_read_again(tmp_path: Path) -> None:
    strange = {"theirs": [0] * 50_000, "text_size": 1.5}
    (tmp_path / FILE_NAME).write_text(json.dumps(strange))
    write_stored(tmp_path, read_stored(tmp_path).values)
    again = read_stored(tmp_path)
    assert not again.is_damaged
    assert again.values["theirs"] == [0] * 50_000


def test_two_windows_give_keys_to_different_commands_and_both_are_kept(
    tmp_path: Path,
) -> None:
    first, second = Settings(tmp_path), Settings(tmp_path)
    first.change_shortcuts({"images.keep": ("Q",), "images.more": ("W",)})
    second.change_shortcuts({"images.cross": ()})
    first.change_shortcuts({"images.more": None})
    assert Settings(tmp_path).shortcuts == {"images.keep": ("Q",), "images.cross": ()}
    second.change_shortcuts({"images.keep": None, "images.cross": None})
    assert read_stored(tmp_path).values == {}
