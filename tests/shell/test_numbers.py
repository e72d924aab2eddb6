"""Numbers are written alike everywhere."""

import pytest

from studio.shell.numbers import percent_text


@pytest.mark.parametrize(
    ("share", "text"), [(6.0, "600"), (1.5, "150"), (0.07, "7"), (1 / 3, "33.3"), (0.0, "0")]
)
def test_a_percentage_keeps_its_sign_on_its_line(share: float, text: str) -> None:
    assert percent_text(share) == f"{text}\u00a0%"
