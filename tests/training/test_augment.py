"""Changes on pictures: of each its own, the same for equal numbers, passing gradients on."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from training.data.order import stream
from training.gan.augment import CHANGES, Change, augment


def _pictures(count: int = 4, channels: int = 3, side: int = 16) -> torch.Tensor:
    random = torch.Generator().manual_seed(1)
    return torch.rand(count, channels, side, side, generator=random) * 2 - 1


@given(changes=st.sets(st.sampled_from(CHANGES)), seed=st.integers(0, 100))
def test_equal_numbers_give_equal_pictures(changes: set[Change], seed: int) -> None:
    pictures = _pictures()
    first = augment(pictures, tuple(changes), stream(seed))
    assert first.shape == pictures.shape
    assert torch.equal(first, augment(pictures, tuple(changes), stream(seed)))
    assert torch.equal(first, pictures) == (not changes)


@pytest.mark.parametrize("change", CHANGES)
def test_every_picture_is_changed_in_its_own_way(change: Change) -> None:
    same = _pictures(1).expand(8, -1, -1, -1)
    made = augment(same, (change,), stream(3))
    assert len({row.numpy().tobytes() for row in made}) > 4


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("channels", [1, 3])
def test_gradients_pass_through(change: Change, channels: int) -> None:
    pictures = _pictures(channels=channels).requires_grad_(True)
    augment(pictures, (change,), stream(2)).square().sum().backward()  # type: ignore[no-untyped-call]  # torch leaves Tensor.backward untyped
    assert pictures.grad is not None
    assert pictures.grad.isfinite().all()
    assert pictures.grad.abs().sum() > 0


@given(seed=st.integers(0, 1000))
def test_a_moved_picture_is_the_same_elsewhere(seed: int) -> None:
    pictures = _pictures(6, side=16)
    for moved, picture in zip(
        augment(pictures, ("translation",), stream(seed)), pictures, strict=True
    ):
        padded = torch.nn.functional.pad(picture, (2, 2, 2, 2))
        windows = [
            padded[:, top : top + 16, left : left + 16] for top in range(5) for left in range(5)
        ]
        assert any(torch.equal(moved, window) for window in windows)


@given(seed=st.integers(0, 1000))
def test_at_most_a_quarter_is_cut_out_and_all_else_stays(seed: int) -> None:
    pictures = _pictures(6, side=16)
    cut = augment(pictures, ("cutout",), stream(seed))
    hole = (cut == 0).all(dim=1)
    assert torch.equal(cut.permute(0, 2, 3, 1)[~hole], pictures.permute(0, 2, 3, 1)[~hole])
    count = hole.sum(dim=(1, 2))
    assert (count <= 64).all()
    assert (count >= 16).all()


def test_grey_pictures_have_no_saturation_to_change() -> None:
    grey = _pictures(channels=1).expand(-1, 3, -1, -1)
    made = augment(grey, ("colour",), stream(4))
    assert torch.allclose(made[:, 0], made[:, 2], atol=1e-6)
