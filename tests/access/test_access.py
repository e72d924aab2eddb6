"""Every screen can be used by the keyboard alone, read aloud, and read by eyes that see less."""

import pytest

from studio.shell.settings.declared import SWAP_SIDES, TOUCH
from studio.shell.tokens import ThemeChoice
from tests.access.conftest import LOOKS, Explorer
from tests.access.contrast import contrast
from tests.access.tour import Look

pytestmark = pytest.mark.timeout(900)  # a whole tour, also on a busy core


@LOOKS
def test_tab_reaches_everything_and_shows_where_it_is(explored: Explorer, look: Look) -> None:
    assert explored(look).unreachable == []


@LOOKS
def test_everything_that_takes_the_focus_has_name_role_and_state(
    explored: Explorer, look: Look
) -> None:
    assert explored(look).unspoken == []


@LOOKS
def test_every_painted_text_has_the_contrast_of_aa(explored: Explorer, look: Look) -> None:
    assert explored(look).faint == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "look",
    [
        Look(language="zh_CN", theme=ThemeChoice.LIGHT, switched_on=(TOUCH.key,)),
        Look(language="en", scale=1.25, switched_on=(SWAP_SIDES.key,)),
    ],
    ids=lambda look: look.name,
)
def test_touch_mode_and_swapped_sides_are_as_good(explored: Explorer, look: Look) -> None:
    found = explored(look)
    assert found.unreachable == []
    assert found.unspoken == []
    assert found.faint == []
    assert found.cut == []
    assert found.english == []


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21.0)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
