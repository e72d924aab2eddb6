"""Every pass deals each window once, the same ones at the same step of every run."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.text.packed import PackedWindows


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 60), min_size=1, max_size=5),
    context=st.integers(1, 12),
    seed=st.integers(0, 5),
)
def test_a_pass_reads_nearly_all_of_the_text_once(
    lengths: list[int], context: int, seed: int
) -> None:
    ends = np.cumsum(lengths)
    documents = tuple(
        np.arange(end - length, end, dtype=np.int32) + 1
        for end, length in zip(ends, lengths, strict=True)
    )
    total = int(ends[-1])
    if total // context < 2:
        with pytest.raises(ValueError, match="shorter than two windows"):
            PackedWindows(documents, context=context, end_id=0, seed=seed)
        return
    windows = PackedWindows(documents, context=context, end_id=0, seed=seed)
    for number in range(2):
        rows = windows.rows(number * windows.windows, windows.windows)
        assert (np.diff(rows, axis=1) == 1).all()
        read = np.sort(rows[:, 1:].ravel())
        assert (np.diff(read) == 1).all()
        assert total - len(read) < 2 * context


def test_a_resumed_run_is_dealt_what_the_whole_one_was() -> None:
    documents = (np.arange(1, 200, dtype=np.int32),)
    whole = PackedWindows(documents, context=8, end_id=0, seed=3).rows(0, 60)
    later = PackedWindows(documents, context=8, end_id=0, seed=3).rows(40, 20)
    assert np.array_equal(whole[40:], later)
