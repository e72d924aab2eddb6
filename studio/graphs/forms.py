"""The named ways to compute a decoder's weights. Apart from what writes graphs, because whoever
opens a graph that is written already needs no more than their names.
"""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderForm:
    """One way to compute the same weights."""

    name: str
    accuracy_level: Literal[1, 4]
    """1: activations stay float32; 4: each block of them is rounded to eight bits."""


EXACT: Final = DecoderForm(name="exact", accuracy_level=1)
FAST: Final = DecoderForm(name="fast", accuracy_level=4)
FORMS: Final = (EXACT, FAST)
