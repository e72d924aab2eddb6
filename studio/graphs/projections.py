"""Products of activations and packed weights, as onnxruntime's quickest operators compute them.

A packed matrix is w = scale * (q - middle) + offset, block by block along the inputs. The first
term is one `MatMulNBits`; that operator knows zero points of whole steps only, so the offsets are
a second term: the sums of the input's blocks times the matrix of offsets, which is smaller by the
block's length. Projections of one input share its sums.
"""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from studio.graphs.packing import SMALLEST_SCALE, Packed
from studio.graphs.rows import pack_rows
from studio.graphs.writer import CONTRIB, GraphWriter

QUICK_EIGHT: Final = 4
"""The accuracy level from which eight bits are multiplied as they are; below, onnxruntime unpacks
the whole matrix for each token, and twice four bits are quicker by far."""

Matrix = Packed | NDArray[np.float32]
"""(outputs, inputs), packed or plain."""

NoteLoss = Callable[[str, float], None]
"""Is told which matrix was rounded anew, and its loss (see `Packed`)."""


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


def halves(
    matrix: Packed,
) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.uint8]]:
    """Eight bits as two times four: weights, scales and zero points of twice the columns.

    scale * (q - 128) = 16 scale * (high - 8) + scale * (low - 0), and nothing is lost: the scales
    are multiplied by a power of two. First all blocks of the high halves, then those of the low.
    """
    parts = (matrix.weights >> np.uint8(4), matrix.weights & np.uint8(15))
    weights = np.concatenate([_pairs(part) for part in parts], axis=1)
    scales = np.concatenate([matrix.scales * np.float32(16), matrix.scales], axis=1)
    zeros = np.zeros(scales.shape, np.uint8)
    zeros[:, : matrix.scales.shape[1]] = 8
    return weights, scales, _pairs(zeros)


def _pairs(numbers: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Numbers below 16, two by two in a byte along the last axis, the first in the lower half."""
    return numbers[..., ::2] | numbers[..., 1::2] << np.uint8(4)


class Projections:
    """Writes products into a graph. Values are (rows, columns): one row a token."""

    def __init__(self, graph: GraphWriter, accuracy_level: int, note_loss: NoteLoss) -> None:
        self._graph = graph
        self._accuracy_level = accuracy_level
        self._note_loss = note_loss
        self._sums: dict[tuple[str, int], str] = {}

    def project_in_rows(self, value: str, matrix: Matrix, name: str, bias: str = "") -> str:
        """As `project`, with the matrix rounded to eight bits, one scale a row.

        The operator has one scale for all of its input, so each token's numbers are divided by
        the largest of them first: what one token is like changes nothing for another, and a
        prompt gives the same however it is cut into parts.
        """
        graph = self._graph
        rows = pack_rows(matrix)
        self._note_loss(name, rows.loss)
        rounded, largest = self._rounded(value)
        numbers = graph.constant(f"{name}.numbers", rows.numbers.T)
        scales = graph.constant(f"{name}.row_scales", rows.scales)
        made = graph.node(
            "MatMulIntegerToFloat",
            [rounded, numbers, "rounding.step", scales, "rounding.zero"],
            f"{name}.product",
            domain=CONTRIB,
        )
        made = graph.node("Mul", [made, largest], f"{name}.whole")
        return graph.node("Add", [made, bias], f"{name}.biased") if bias else made

    def _rounded(self, value: str) -> tuple[str, str]:
        """A value as bytes, -127 to 127 around 128, and (rows, 1) what 127 stands for."""
        graph = self._graph
        rounded, largest = f"{value}.rounded", f"{value}.largest"
        if not graph.has(rounded):
            if not graph.has("rounding.step"):
                graph.constant("rounding.axis", np.array([1], np.int64))
                graph.constant("rounding.least", np.array(SMALLEST_SCALE, np.float32))
                graph.constant("rounding.step", np.array(1 / 127, np.float32))
                graph.constant("rounding.zero", np.array(128, np.uint8))
            sizes = graph.node("Abs", [value], f"{value}.sizes")
            most = graph.node("ReduceMax", [sizes, "rounding.axis"], f"{value}.most", keepdims=1)
            graph.node("Max", [most, "rounding.least"], largest)
            unit = graph.node("Div", [value, largest], f"{value}.unit")
            graph.node("QuantizeLinear", [unit, "rounding.step", "rounding.zero"], rounded)
        return rounded, largest

    def project(self, value: str, matrix: Matrix, name: str, bias: str = "") -> str:
        """The name of ``value`` times ``matrix`` [+ ``bias``]; ``name`` names what is written."""
        graph = self._graph
        if not isinstance(matrix, Packed):
            self.write(matrix, name)
            terms = [value, f"{name}.weights", bias] if bias else [value, f"{name}.weights"]
            return graph.node("Gemm", terms, f"{name}.product", transB=1)
        rows, blocks = matrix.scales.shape
        zeros = ""
        bits, columns, prefix, factor = matrix.bits, blocks * matrix.block, name, value
        if matrix.bits == 8 and self._accuracy_level < QUICK_EIGHT:
            bits, columns, prefix = 4, 2 * columns, f"{name}.halves"
            weights, scales, packed_zeros = halves(matrix)
            graph.constant(f"{prefix}.weights", weights)
            graph.constant(f"{prefix}.scales", scales)
            zeros = graph.constant(f"{prefix}.zeros", packed_zeros)
            factor = self._twice(value)
        else:
            self.write(matrix, name)
        inputs = [factor, f"{prefix}.weights", f"{prefix}.scales", zeros, "", bias]
        while not inputs[-1]:
            inputs.pop()
        product = graph.node(
            "MatMulNBits",
            inputs,
            f"{name}.product",
            domain=CONTRIB,
            K=columns,
            N=rows,
            bits=bits,
            block_size=matrix.block,
            accuracy_level=self._accuracy_level,
        )
        if matrix.offsets is None:
            return product
        offsets = graph.constant(f"{name}.offsets", matrix.offsets.T)
        sums = self._block_sums(value, blocks, matrix.block)
        return graph.node("Gemm", [sums, offsets, product], f"{name}.whole")

    def _twice(self, value: str) -> str:
        """A value beside itself, written once for each value."""
        name = f"{value}.twice"
        if not self._graph.has(name):
            self._graph.node("Concat", [value, value], name, axis=-1)
        return name

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
