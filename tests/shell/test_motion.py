"""Motion is a wish: where it is not wanted, nothing moves anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStyle

from studio.shell.motion import apply_motion, motion_wanted
from studio.shell.theme import DARK, apply_theme

STUDIO = Path(__file__).resolve().parents[2] / "studio"
ANIMATORS = ("QPropertyAnimation", "QVariantAnimation", "QTimeLine", "FADE_SECONDS")
MOVERS = sorted(
    path.relative_to(STUDIO).as_posix()
    for path in STUDIO.rglob("*.py")
    if path.name != "motion.py" and any(name in path.read_text("utf-8") for name in ANIMATORS)
)


@pytest.fixture(autouse=True)
def _motion(qapp: QApplication) -> Iterator[None]:
    yield
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, False)


def test_the_user_s_word_counts_and_otherwise_the_system_s(qapp: QApplication) -> None:
    apply_motion(qapp, "full")
    assert motion_wanted()
    apply_motion(qapp, "reduced")
    assert not motion_wanted()
    apply_motion(qapp, "system")
    moves = qapp.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
    assert motion_wanted() == moves


def test_a_change_of_theme_does_not_bring_motion_back(qapp: QApplication) -> None:
    apply_motion(qapp, "reduced")
    apply_theme(qapp, DARK, language="en", scale=1.25)
    assert not motion_wanted()
    apply_theme(qapp, DARK, language="en", scale=1.0)


@pytest.mark.parametrize("module", MOVERS)
def test_whatever_moves_asks_whether_it_may(module: str) -> None:
    assert "motion_wanted()" in (STUDIO / module).read_text("utf-8")
