"""The order in which a run sees its pictures, as a pure function of the seed and the step.

Because nothing is remembered between steps, a resumed run sees exactly the pictures that the
uninterrupted one would have seen, on any number of processes.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def stream(seed: int, *purpose: int) -> np.random.Generator:
    """A generator of its own for one purpose; the same arguments give the same numbers."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *purpose])))


class GroupedOrder:
    """Deals batches that consist of groups of one class each, epoch after epoch.

    Minibatch standard deviation compares the members of a group, so a group that held several
    classes would reward a generator for varying the class alone. Each epoch every class is
    shuffled and cut into groups, and all groups are shuffled; what is left of a class over a
    whole number of groups waits for another epoch's shuffle. A class smaller than one group
    repeats its pictures.
    """

    def __init__(
        self,
        labels: npt.NDArray[np.int64],
        indices: npt.NDArray[np.int64],
        *,
        group: int,
        batch: int,
        seed: int,
    ) -> None:
        if batch % group:
            raise ValueError(f"a batch of {batch} cannot be cut into groups of {group}")
        self._members: Sequence[npt.NDArray[np.int64]] = [
            indices[labels[indices] == label] for label in np.unique(labels[indices])
        ]
        self._group = group
        self._groups_per_batch = batch // group
        self._seed = seed
        self._epoch = -1
        self._dealt: npt.NDArray[np.int64] = np.empty((0, group), dtype=np.int64)
        self.groups_per_epoch = sum(max(len(m) // group, 1) for m in self._members)

    def _deal(self, epoch: int) -> npt.NDArray[np.int64]:
        """The shuffled groups (groups, group) of one epoch, kept until another is asked for."""
        if epoch != self._epoch:
            random = stream(self._seed, 1, epoch)
            groups = []
            for members in self._members:
                shuffled = random.permutation(members)
                if len(shuffled) < self._group:
                    shuffled = np.resize(shuffled, self._group)
                whole = len(shuffled) // self._group * self._group
                groups.append(shuffled[:whole].reshape(-1, self._group))
            self._dealt = random.permutation(np.concatenate(groups))
            self._epoch = epoch
        return self._dealt

    def batch(self, number: int) -> npt.NDArray[np.int64]:
        """Indices (batch,) of batch `number`, counted from 0 over the whole run and all ranks."""
        first = number * self._groups_per_batch
        rows = []
        for position in range(first, first + self._groups_per_batch):
            epoch, offset = divmod(position, self.groups_per_epoch)
            rows.append(self._deal(epoch)[offset])
        return np.concatenate(rows)
