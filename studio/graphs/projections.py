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

from studio.graphs.minima import Minima
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


def halves(matrix: Packed) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The higher and the lower four bits of eight, as weights of the same columns.

    scale * (q - 128) = scale * (high - 8) * 16 + scale * (low - 0), and nothing is lost: the
    input of the first product is multiplied by a power of two.
    """
    return _pairs(matrix.weights >> np.uint8(4)), _pairs(matrix.weights & np.uint8(15))


def _pairs(numbers: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Numbers below 16, two by two in a byte along the last axis, the first in the lower half."""
    return numbers[..., ::2] | numbers[..., 1::2] << np.uint8(4)


class Projections:
    """Writes products into a graph. Values are (rows, columns): one row a token."""

    def __init__(
        self,
        graph: GraphWriter,
        accuracy_level: int,
        note_loss: NoteLoss,
        minima: Minima | None = None,
    ) -> None:
        """With ``minima`` these are left out of the graph where they can be folded in later."""
        self._graph = graph
        self._accuracy_level = accuracy_level
        self._note_loss = note_loss
        self._minima = minima
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
        if matrix.bits == 8 and self._accuracy_level < QUICK_EIGHT:
            product = self._in_halves(value, matrix, name, bias)
        else:
            self.write(matrix, name)
            inputs = [value, f"{name}.weights", f"{name}.scales"]
            product = self._by_blocks(inputs, matrix, f"{name}.product", bias=bias)
        folded = self._minima is not None and self._minima.add(f"{name}.weights", matrix)
        if matrix.offsets is None or folded:
            return product
        offsets = graph.constant(f"{name}.offsets", matrix.offsets.T)
        sums = self._block_sums(value, matrix.scales.shape[1], matrix.block)
        return graph.node("Gemm", [sums, offsets, product], f"{name}.whole")

    def _by_blocks(
        self, inputs: Sequence[str], matrix: Packed, name: str, *, bits: int = 0, bias: str = ""
    ) -> str:
        given = [*inputs, *[""] * (5 - len(inputs)), bias] if bias else [*inputs]
        return self._graph.node(
            "MatMulNBits",
            given,
            name,
            domain=CONTRIB,
            K=matrix.columns,
            N=matrix.rows,
            bits=bits or matrix.bits,
            block_size=matrix.block,
            accuracy_level=self._accuracy_level,
        )

    def _in_halves(self, value: str, matrix: Packed, name: str, bias: str) -> str:
        """Eight bits as two products of four, which have one array of scales."""
        graph = self._graph
        high, low = halves(matrix)
        scales = f"{name}.scales"
        if not graph.has(scales):
            graph.constant(scales, matrix.scales)
        rows, blocks = matrix.scales.shape
        zeros = graph.constant(f"{name}.zeros", np.zeros((rows, -(-blocks // 2)), np.uint8))
        above = [self._sixteen_times(value), graph.constant(f"{name}.high", high), scales]
        below = [value, graph.constant(f"{name}.low", low), scales, zeros]
        upper = self._by_blocks(above, matrix, f"{name}.upper", bits=4, bias=bias)
        lower = self._by_blocks(below, matrix, f"{name}.lower", bits=4)
        return graph.node("Add", [upper, lower], f"{name}.product")

    def _sixteen_times(self, value: str) -> str:
        """A value times sixteen, written once for each value."""
        name = f"{value}.sixteen"
        if not self._graph.has(name):
            if not self._graph.has("sixteen"):
                self._graph.constant("sixteen", np.array(16, np.float32))
            self._graph.node("Mul", [value, "sixteen"], name)
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
