"""Every lane gets threads, and together they do not take more than there is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.runtime.arbiter import MAXIMUM_THREADS, lane_threads, share_threads, usable_cores

LANES = st.lists(st.sampled_from(["images", "writing", "games", "sound"]), min_size=1, unique=True)


@given(lanes=LANES, cores=st.integers(1, 256))
def test_the_shares_together_are_all_cores_or_one_thread_a_lane(
    lanes: list[str], cores: int
) -> None:
    shares = [share_threads(lane, lanes, cores) for lane in lanes]
    assert sum(shares) == max(cores, len(lanes))
    assert max(shares) - min(shares) <= 1
    assert shares == sorted(shares, reverse=True)


def test_what_the_user_set_wins_within_reason() -> None:
    assert lane_threads("images", ["images"], 3) == 3
    assert lane_threads("images", ["images"], 0) == 1
    assert lane_threads("images", ["images"], 10_000) == MAXIMUM_THREADS


def test_a_lane_alone_has_every_core_that_the_process_may_use() -> None:
    assert lane_threads("images", ["images"]) == usable_cores()


def test_a_lane_that_does_not_exist_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="paintings"):
        share_threads("paintings", ["images"], 4)
