"""Versions and their times in words, whatever the clock said."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.project.versions import Version, VersionKind
from studio.shell.projects.words import date_text, moment, moment_text, version_title

NOW = datetime(2026, 11, 22, 14, 2).astimezone()


def version(kind: VersionKind, name: str = "") -> Version:
    return Version(number=1, at=0, kind=kind, name=name, created=0.0, works=0)


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(), "today, 14:02"),
        (timedelta(hours=14), "today, 00:02"),
        (timedelta(hours=15), "yesterday, 23:02"),
        (timedelta(days=2), "20 Nov 2026, 14:02"),
        (timedelta(days=-1), "23 Nov 2026, 14:02"),
    ],
)
def test_times_are_told_as_people_tell_them(ago: timedelta, text: str) -> None:
    assert moment_text((NOW - ago).timestamp(), "en", NOW) == text


@given(st.floats())
def test_a_time_that_is_none_is_left_out(seconds: float) -> None:
    if moment(seconds) is None:
        assert moment_text(seconds, "en") == ""
    else:
        assert moment_text(seconds, "en").endswith(f"{moment(seconds):%H:%M}")


def test_months_are_named_in_the_language() -> None:
    assert date_text(NOW, "en") == "22 Nov 2026, 14:02"
    assert "11月" in date_text(NOW, "zh_CN")


def test_a_version_is_called_by_its_name_or_its_reason() -> None:
    titles = [version_title(version(kind)) for kind in ("opened", "closed", "found", "before")]
    assert titles == [
        "The beginning",
        "When it was closed",
        "After a crash",
        "Before going back",
    ]
    assert version_title(version("named", "Monday")) == "Monday"
