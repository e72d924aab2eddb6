"""Tours of the window, each gone once for all tests that look at what it found."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from studio.shell.tokens import ThemeChoice
from tests.access.findings import Findings, explore
from tests.access.tour import Look

Explorer = Callable[[Look], Findings]

CHINESE = Look(language="zh_CN", scale=1.5)
ENGLISH = Look(language="en", scale=1.5, theme=ThemeChoice.LIGHT)
TOUR_OF_CHINESE, TOUR_OF_ENGLISH = (
    pytest.mark.xdist_group(look.name) for look in (CHINESE, ENGLISH)
)
"""With several processes a tour is gone in one of them, for all tests that need it."""
LOOKS = pytest.mark.parametrize(
    "look",
    [
        pytest.param(CHINESE, marks=TOUR_OF_CHINESE, id=CHINESE.name),
        pytest.param(ENGLISH, marks=TOUR_OF_ENGLISH, id=ENGLISH.name),
    ],
)


@pytest.fixture(scope="session")
def explored(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """What was found on the tour of a look."""
    gone: dict[Look, Findings] = {}

    def find(look: Look) -> Findings:
        if look not in gone:
            gone[look] = explore(qapp, look, tmp_path_factory.mktemp("tour"))
        return gone[look]

    return find
