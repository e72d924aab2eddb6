"""Tours of the window, each gone once for all tests that look at what it found."""

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication

from tests.access.findings import Findings, explore
from tests.access.tour import Look

Explorer = Callable[[Look], Findings]


@pytest.fixture(scope="session")
def explored(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Explorer:
    """What was found on the tour of a look."""
    gone: dict[Look, Findings] = {}

    def find(look: Look) -> Findings:
        if look not in gone:
            gone[look] = explore(qapp, look, tmp_path_factory.mktemp("tour"))
        return gone[look]

    return find
