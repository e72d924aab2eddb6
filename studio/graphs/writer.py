"""Writes an ONNX graph node by node, its tensors streamed into one file beside it.

A model's weights are larger than what one wants to hold twice: each tensor goes to the data file
as it comes and is forgotten, so that the peak is one tensor's size. Small tensors stay in the
graph. Equal bytes may be named twice in two shapes (an embedding that is gathered from and
multiplied by): the file holds them once.
"""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from studio.graphs.files import DATA_NAME, GRAPH_NAME, ROWS_KEY

OPSET: Final = 21
CONTRIB: Final = "com.microsoft"
"""The domain of onnxruntime's own operators."""

IR_VERSION: Final = 10
SMALLEST_OUTSIDE: Final = 1024
"""Bytes from which a tensor goes into the data file."""

ALIGNMENT: Final = 4096
"""Tensors begin at pages, so that a mapped one shares none with its neighbours."""

_LOOK_UPS: Final = ("Gather", "GatherBlockQuantized")

Array = NDArray[Any]


class GraphWriter:
    """A graph under way: ``with GraphWriter(folder) as graph: ...; graph.finish(...)``.

    Names of values are the caller's; each name is written once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._nodes: list[onnx.NodeProto] = []
        self._tensors: list[TensorProto] = []
        self._places: dict[str, tuple[int, int]] = {}
        self._names: set[str] = set()
        self._written = 0
        self._data = (folder / DATA_NAME).open("wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._data.close()

    def constant(self, name: str, values: Array) -> str:
        """A tensor known when the graph is written; returns its name."""
        values = np.ascontiguousarray(values)
        tensor = self._tensor(name, values.shape, helper.np_dtype_to_tensor_dtype(values.dtype))
        if values.nbytes < SMALLEST_OUTSIDE:
            tensor.raw_data = values.tobytes()
            return name
        padding = -self._written % ALIGNMENT
        self._data.write(b"\0" * padding)
        self._data.write(values.data)
        self._places[name] = (self._written + padding, values.nbytes)
        self._written += padding + values.nbytes
        self._point(tensor, name)
        return name

    def has(self, name: str) -> bool:
        """Whether a value or tensor of this name was written."""
        return name in self._names

    def alias(self, name: str, of: str, shape: Sequence[int]) -> str:
        """The bytes of the tensor ``of`` once more, in another shape; returns its name.

        One size of the shape may be -1: whatever is left.
        """
        original = next(tensor for tensor in self._tensors if tensor.name == of)
        size, given = math.prod(original.dims), math.prod(shape)
        dims = [size // -given if length < 0 else length for length in shape]
        if math.prod(dims) != size:
            raise ValueError(f"{of} has no shape {tuple(shape)}")
        tensor = self._tensor(name, dims, original.data_type)
        if of in self._places:
            self._point(tensor, of)
        else:
            tensor.raw_data = original.raw_data
        return name

    def node(
        self,
        operator: str,
        inputs: Sequence[str],
        outputs: str | Sequence[str],
        *,
        domain: str = "",
        **attributes: Any,
    ) -> str:
        """One operator; returns the name of its first output. Empty names are left out."""
        names = [outputs] if isinstance(outputs, str) else list(outputs)
        for name in names:
            self._claim(name)
        self._nodes.append(
            helper.make_node(
                operator, inputs, names, name=f"{names[0]}:{operator}", domain=domain, **attributes
            )
        )
        return names[0]

    def finish(
        self,
        inputs: Iterable[onnx.ValueInfoProto],
        outputs: Iterable[onnx.ValueInfoProto],
        *,
        producer: str,
    ) -> Path:
        """Write the graph; returns its path."""
        graph = helper.make_graph(
            self._nodes, "decoder", list(inputs), list(outputs), initializer=self._tensors
        )
        model = helper.make_model(
            graph,
            producer_name=producer,
            ir_version=IR_VERSION,
            opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIB, 1)],
        )
        self._data.flush()
        helper.set_model_props(model, {ROWS_KEY: looked_up(model)})
        path = self._folder / GRAPH_NAME
        path.write_bytes(model.SerializeToString())
        return path

    def _claim(self, name: str) -> None:
        if name and name in self._names:
            raise ValueError(f"the name {name!r} is taken")
        self._names.add(name)

    def _tensor(self, name: str, shape: Sequence[int], data_type: int) -> TensorProto:
        self._claim(name)
        tensor = TensorProto(name=name, dims=shape, data_type=data_type)
        self._tensors.append(tensor)
        return tensor

    def _point(self, tensor: TensorProto, place: str) -> None:
        offset, length = self._places[place]
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", DATA_NAME), ("offset", offset), ("length", length)):
            tensor.external_data.add(key=key, value=str(value))


def looked_up(model: onnx.ModelProto) -> str:
    """Where the rows lie in the data file that ``model`` looks up, for `ROWS_KEY`."""
    names = {
        name
        for node in model.graph.node
        if node.op_type in _LOOK_UPS
        for name in (node.input[0], *node.input[2:])
    }
    places = set()
    for tensor in model.graph.initializer:
        if tensor.name in names and tensor.data_location == TensorProto.EXTERNAL:
            entries = {entry.key: entry.value for entry in tensor.external_data}
            begin = int(entries["offset"])
            places.add((begin, begin + int(entries["length"])))
    return " ".join(f"{begin}-{end}" for begin, end in sorted(places))
