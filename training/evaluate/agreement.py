"""Whether the pictures that belong together look as if they did.

A ruler that knows letters says of each how bold, wide or slanted its alphabet is. Within a real
alphabet these answers agree, up to the ruler's mistakes; letters put together by chance do not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.evaluate.measures import Matrix
from training.ruler.labels import CLASS_HEAD
from training.ruler.manifest import RulerManifest
from training.ruler.train import answer_slices

MOST_SETS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """How far the members of a set agree, 0 to 1, in generated sets and in held-out ones."""

    sets: int
    samples: float
    held_out: float


def told_styles(ruler: RulerManifest, answers: npt.NDArray[np.float32]) -> Matrix:
    """What a ruler says of the style of each picture, in steps: (count, questions).

    `answers` is (count, answers). The answers to these questions are steps in ascending order, so
    that the mean over their probabilities is a number.
    """
    columns = []
    for head, where in zip(ruler.heads, answer_slices(ruler.heads), strict=True):
        if head.name != CLASS_HEAD and not head.of:
            logits = answers[:, where].astype(np.float64)
            shares = np.exp(logits - logits.max(axis=1, keepdims=True))
            shares /= shares.sum(axis=1, keepdims=True)
            columns.append(shares @ np.arange(len(head.values)))
    return np.stack(columns, axis=1) if columns else np.empty((len(answers), 0))


def agreement(told: npt.NDArray[np.float64]) -> float:
    """Intraclass correlation of one member (Shrout and Fleiss 1979, ICC(1,1)), mean over questions.

    `told` is (sets, members, questions). 1 where the members of each set say the same and sets
    differ; 0 where members of a set agree no more than any others do, or nothing differs at all.
    """
    sets, members, _ = told.shape
    means = told.mean(axis=1)
    between = members * means.var(axis=0, ddof=1)
    within = ((told - means[:, None]) ** 2).sum(axis=(0, 1)) / (sets * (members - 1))
    total = between + (members - 1) * within
    shares = np.divide(between - within, total, out=np.zeros_like(total), where=total > 0)
    return float(shares.mean())
