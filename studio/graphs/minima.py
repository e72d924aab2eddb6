"""What is kept aside of matrices whose blocks have a minimum, until it is folded into them.

A block of four bits is w = scale * q + minimum. `MatMulNBits` knows no minimum; while it computes
with bytes it multiplies the sums of the input's blocks by -8 scale, though, and that number may be
any. Writing a graph for this leaves the minima out and puts them here, beside the scales by which
the place is known again; they lie in a file, as a model's are too many to be held.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.graphs.packing import Packed

PANEL: Final = 16
"""Rows that lie beside each other where onnxruntime multiplies block sums."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Place:
    offset: int
    rows: int
    blocks: int


class Minima:
    """Minima and scales of matrices by the names of their tensors, in the file at ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: dict[str, _Place] = {}
        path.write_bytes(b"")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._places)

    def add(self, name: str, matrix: Packed) -> bool:
        """Keep what ``matrix`` has of minima; False where it has none or they cannot be folded."""
        rows, blocks = matrix.scales.shape
        if matrix.offsets is None or matrix.bits != 4 or rows % PANEL:
            return False
        with self._path.open("ab") as stream:
            self._places[name] = _Place(stream.tell(), rows, blocks)
            stream.write(matrix.scales.tobytes())
            stream.write((matrix.offsets - np.float32(8) * matrix.scales).tobytes())
        return True

    def read(self, name: str) -> tuple[Floats, Floats]:
        """Scales and minima of a matrix, (rows, blocks) each."""
        place = self._places[name]
        count = place.rows * place.blocks
        values = np.fromfile(self._path, np.float32, 2 * count, offset=place.offset)
        scales, minima = values.reshape(2, place.rows, place.blocks)
        return scales, minima
