"""The shell's look, so that sizes and colours in these tests are the real ones."""

import pytest
from PySide6.QtWidgets import QApplication

from studio.shell.theme import DARK, apply_theme, load_fonts


@pytest.fixture(autouse=True)
def _look(qapp: QApplication) -> None:
    load_fonts()
    apply_theme(qapp, DARK, language="en", scale=1.0)
