"""Products of activations and packed weights, as onnxruntime's quickest operators compute them.

A packed matrix is w = scale * (q - middle) + offset, block by block along the inputs. The first
term is one `MatMulNBits`; that operator knows zero points of whole steps only, so the offsets are
a second term: the sums of the input's blocks times the matrix of offsets, which is smaller by the
block's length. Projections of one input share its sums.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from studio.graphs.packing import Packed
from studio.graphs.writer import CONTRIB, GraphWriter

Matrix = Packed | NDArray[np.float32]
"""(outputs, inputs), packed or plain."""


def fused(matrices: Sequence[Matrix]) -> Matrix | None:
    """Matrices of the same input as one with all their outputs, or None where they do not fit."""
    packed = [matrix for matrix in matrices if isinstance(matrix, Packed)]
    if not packed:
        return np.concatenate([matrix for matrix in matrices if not isinstance(matrix, Packed)])
    first = packed[0]
    alike = all(matrix.bits == first.bits and matrix.block == first.block for matrix in packed)
    if len(packed) < len(matrices) or not alike:
        return None
    offsets = None
    if any(matrix.offsets is not None for matrix in packed):
        offsets = np.concatenate(
            [
                np.zeros_like(matrix.scales) if matrix.offsets is None else matrix.offsets
                for matrix in packed
            ]
        )
    return Packed(
        bits=first.bits,
        block=first.block,
        weights=np.concatenate([matrix.weights for matrix in packed]),
        scales=np.concatenate([matrix.scales for matrix in packed]),
        offsets=offsets,
        loss=max(matrix.loss for matrix in packed),
    )


class Projections:
    """Writes products into a graph. Values are (rows, columns): one row a token."""

    def __init__(self, graph: GraphWriter, accuracy_level: int) -> None:
        self._graph = graph
        self._accuracy_level = accuracy_level
        self._sums: dict[tuple[str, int], str] = {}

    def project(self, value: str, matrix: Matrix, name: str, bias: str = "") -> str:
        """The name of ``value`` times ``matrix`` [+ ``bias``]; ``name`` names what is written."""
        graph = self._graph
        if not isinstance(matrix, Packed):
            self.write(matrix, name)
            terms = [value, f"{name}.weights", bias] if bias else [value, f"{name}.weights"]
            return graph.node("Gemm", terms, f"{name}.product", transB=1)
        rows, blocks = matrix.scales.shape
        self.write(matrix, name)
        inputs = [value, f"{name}.weights", f"{name}.scales"]
        product = graph.node(
            "MatMulNBits",
            [*inputs, "", "", bias] if bias else inputs,
            f"{name}.product",
            domain=CONTRIB,
            K=blocks * matrix.block,
            N=rows,
            bits=matrix.bits,
            block_size=matrix.block,
            accuracy_level=self._accuracy_level,
        )
        if matrix.offsets is None:
            return product
        offsets = graph.constant(f"{name}.offsets", matrix.offsets.T)
        sums = self._block_sums(value, blocks, matrix.block)
        return graph.node("Gemm", [sums, offsets, product], f"{name}.whole")

    def write(self, matrix: Matrix, name: str) -> None:
        """Write the numbers of a matrix, or its blocks and scales, if that was not done before."""
        if self._graph.has(f"{name}.weights"):
            return
        if isinstance(matrix, Packed):
            self._graph.constant(f"{name}.weights", matrix.weights)
            self._graph.constant(f"{name}.scales", matrix.scales)
        else:
            self._graph.constant(f"{name}.weights", matrix)

    def _block_sums(self, value: str, blocks: int, block: int) -> str:
        """(rows, blocks): the sum of each block of a value, written once for each value."""
        key = (value, block)
        if key not in self._sums:
            shape = f"shape.blocks.{blocks}.{block}"
            if not self._graph.has(shape):
                self._graph.constant(shape, np.array([-1, blocks, block], np.int64))
            parted = self._graph.node("Reshape", [value, shape], f"{value}.parted.{block}")
            axes = "axes.last"
            if not self._graph.has(axes):
                self._graph.constant(axes, np.array([2], np.int64))
            self._sums[key] = self._graph.node(
                "ReduceSum", [parted, axes], f"{value}.sums.{block}", keepdims=0
            )
        return self._sums[key]
