"""Rows of scores as models make them, and as they do not."""

from typing import Final

import hypothesis.strategies as st
import numpy as np
import numpy.typing as npt

from tests.writing.references import Row

MINUS: Final = -float("inf")

finite = st.floats(-30.0, 30.0, width=32, allow_subnormal=False)


@st.composite
def rows(draw: st.DrawFn, *, smallest: int = 1, banned: bool = True) -> Row:
    """A few scores from anywhere, or thousands from a seed; with ties, and with tokens ruled out.

    At least one score is finite.
    """
    if draw(st.booleans()):
        few = draw(st.lists(finite, min_size=smallest, max_size=40))
        row = np.array(few, np.float32)
    else:
        row = drawn_row(
            draw(st.integers(0, 2**32 - 1)),
            draw(st.sampled_from([max(smallest, 5), 300, 1500, 5000])),
            spread=draw(st.sampled_from([0.01, 1.0, 3.0, 10.0])),
            grain=draw(st.sampled_from([0.0, 0.5, 4.0])),
        )
    if banned and len(row) > 1:
        share = draw(st.sampled_from([0.0, 0.0, 0.3, 0.95]))
        gone = np.random.default_rng(draw(st.integers(0, 999))).random(len(row)) < share
        gone[draw(st.integers(0, len(row) - 1))] = False
        row[gone] = MINUS
    return row


def drawn_row(seed: int, count: int, *, spread: float = 3.0, grain: float = 0.0) -> Row:
    """Normal scores; with a ``grain`` many tie."""
    row = np.random.default_rng(seed).normal(0.0, spread, count)
    if grain:
        row = np.round(row / grain) * grain
    return row.astype(np.float32)


def kept(row: npt.NDArray[np.floating]) -> npt.NDArray[np.bool_]:
    """Which tokens are not ruled out."""
    return np.asarray(row > MINUS)
