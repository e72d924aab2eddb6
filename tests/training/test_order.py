"""The order of the data: fixed by the seed, the same whether a run was interrupted or not."""

import numpy as np
import pytest

from training.data.order import GroupedOrder

LABELS = np.repeat([0, 1, 2], [16, 24, 3]).astype(np.int64)
INDICES = np.arange(len(LABELS), dtype=np.int64)


def _order(seed: int = 1) -> GroupedOrder:
    return GroupedOrder(LABELS, INDICES, group=4, batch=8, seed=seed)


def test_a_group_holds_one_class() -> None:
    order = _order()
    for number in range(20):
        classes = LABELS[order.batch(number)].reshape(-1, 4)
        assert (classes == classes[:, :1]).all()


def test_an_epoch_shows_each_picture_of_a_large_class_once() -> None:
    order = _order()
    assert order.groups_per_epoch == 4 + 6 + 1
    seen = np.concatenate([order.batch(number) for number in range(11)])  # two epochs
    counts = np.bincount(seen, minlength=len(LABELS))
    assert (counts[LABELS == 0] == 2).all()
    assert (counts[LABELS == 1] == 2).all()
    assert counts[LABELS == 2].sum() == 8


def test_a_batch_does_not_depend_on_the_ones_before() -> None:
    straight = [_order().batch(number) for number in range(12)]
    order = _order()
    for number in (11, 3, 7, 0):
        assert np.array_equal(order.batch(number), straight[number])


def test_another_seed_is_another_order() -> None:
    assert not np.array_equal(_order(1).batch(0), _order(2).batch(0))


def test_only_the_given_indices_appear() -> None:
    order = GroupedOrder(LABELS, INDICES[::2], group=4, batch=8, seed=0)
    seen = np.concatenate([order.batch(number) for number in range(10)])
    assert set(seen.tolist()) <= set(INDICES[::2].tolist())


def test_a_batch_that_is_no_multiple_of_the_group_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="cannot be cut into groups"):
        GroupedOrder(LABELS, INDICES, group=4, batch=6, seed=0)
