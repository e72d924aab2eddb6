"""The named ways to compute a decoder's weights. Apart from what writes graphs, because whoever
opens a graph that is written already needs no more than their names.
"""

from dataclasses import dataclass
from typing import Final, Literal

HEAD: Final = frozenset(("head",))
ALL_PRODUCTS: Final = frozenset(("query_key_value", "output", "gate_up", "down", "head"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderForm:
    """One way to compute the same weights."""

    name: str
    accuracy_level: Literal[1, 4]
    """1: activations stay float32; 4: each block of them is rounded to eight bits."""
    in_rows: frozenset[str] = frozenset()
    """Of `ALL_PRODUCTS` those whose matrix is rounded to eight bits, one scale a row."""
    small_cache: bool = False
    """Keys and values are kept as eight bits, by scales that were measured on the model."""

    @property
    def folds(self) -> bool:
        """Whether the minima of blocks may be folded into their product: that of bytes alone has
        a place for them."""
        return self.accuracy_level == 4 and self.in_rows != ALL_PRODUCTS


EXACT: Final = DecoderForm(name="exact", accuracy_level=1)
"""The file's own blocks, computed with in float32."""

FAST: Final = DecoderForm(name="fast", accuracy_level=4)
"""The file's own blocks; activations are rounded."""

BRISK: Final = DecoderForm(name="brisk", accuracy_level=4, in_rows=frozenset(("head", "down")))
"""As `fast`, reading a prompt in seven eighths of its time: two of five products are rounded
anew."""

SWIFT: Final = DecoderForm(name="swift", accuracy_level=4, in_rows=HEAD, small_cache=True)
"""Quickest for each token after a long text, and the slowest to read one: the head is rounded
anew, and the cache takes a quarter of the memory."""

EIGHT: Final = DecoderForm(name="eight", accuracy_level=4, in_rows=ALL_PRODUCTS)
"""Reads a prompt about three times as quickly as the others: every matrix is rounded anew."""

FORMS: Final = (EXACT, FAST, BRISK, SWIFT, EIGHT)
