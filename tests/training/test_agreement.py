"""Agreement within sets: chance is nothing, equal members are everything."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluate.agreement import agreement, told_styles
from training.ruler.labels import Head
from training.ruler.manifest import RulerManifest
from training.ruler.train import HeadScore


def _told(*, share: float, seed: int = 0) -> npt.NDArray[np.float64]:
    """Sets whose members share as much of their variance."""
    random = np.random.default_rng(seed)
    common = random.standard_normal((400, 1, 3))
    own = random.standard_normal((400, 8, 3))
    told: npt.NDArray[np.float64] = np.sqrt(share) * common + np.sqrt(1 - share) * own
    return told


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 1.0])
def test_agreement_is_the_share_of_the_variance_that_sets_have_in_common(share: float) -> None:
    assert agreement(_told(share=share)) == pytest.approx(share, abs=0.05)


def test_sets_that_are_all_the_same_do_not_agree_by_that() -> None:
    assert agreement(np.ones((5, 4, 2))) == 0


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 10), st.floats(-100, 100))
def test_neither_scale_nor_place_nor_order_matters(seed: int, scale: float, place: float) -> None:
    told = _told(share=0.5)[:20]
    shuffled = np.random.default_rng(seed).permutation(told * scale + place, axis=1)
    assert agreement(shuffled) == pytest.approx(agreement(told), abs=1e-6)


def _ruler(*heads: Head) -> RulerManifest:
    return RulerManifest(
        id="letters",
        sha256="0" * 64,
        width=64,
        height=64,
        channels=1,
        features=128,
        classes=("a", "b"),
        heads=heads,
        scores=tuple(
            HeadScore(name=head.name, of=head.of, right=1, guessing=0.5, pictures=1)
            for head in heads
        ),
        data="letters",
        data_key="0",
        credits=(),
        command="",
        images_seen=0,
        seconds=0,
        config={},
        checkpoint_sha256="0" * 64,
    )


def test_what_is_told_of_a_style_is_the_mean_step_of_each_question_but_the_class() -> None:
    ruler = _ruler(
        Head(name="class", values=("a", "b")),
        Head(name="weight", values=("1", "2", "3")),
        Head(name="part", of="a", values=("x", "y")),
    )
    answers = np.array(
        [[9, 0, 50, 0, 0, 1, 1], [0, 9, 0, 0, 0, 1, 1], [0, 0, 0, 0, 50, 0, 0]], "f4"
    )
    assert told_styles(ruler, answers)[:, 0] == pytest.approx([0, 1, 2])
    assert told_styles(ruler, answers).shape == (3, 1)
    assert told_styles(_ruler(Head(name="class", values=("a", "b"))), answers).shape == (3, 0)
