"""An ONNX graph run by PyTorch, one operator after the other, as eager code would be written.

For comparison only: the same weights and the same arithmetic, in torch's own kernels. What is
known when the graph is built (shapes, axes) is not worked out again at each run, so that torch is
charged for the work and not for the translation. Transposed convolutions that the export has put
into phases for onnxruntime's sake are put together again, as torch has them.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor
from torch.nn import functional

from training.phases import TAPS

Values = dict[str, Tensor]
Step = Callable[[Values], None]

_TYPES: Final = {
    onnx.TensorProto.FLOAT: torch.float32,
    onnx.TensorProto.FLOAT16: torch.float16,
    onnx.TensorProto.UINT8: torch.uint8,
    onnx.TensorProto.INT64: torch.int64,
    onnx.TensorProto.INT32: torch.int32,
}


class OperatorUnknown(Exception):
    """The graph has an operator, or a form of one, that eager code is not measured on."""


class EagerGraph:
    """One graph; raises `OperatorUnknown` for an operator that no shipped generator has."""

    def __init__(self, path: Path) -> None:
        model = onnx.load(path)
        join_phases(model)
        self._weights: Values = {}
        self._known: dict[str, NDArray[Any]] = {}
        for initializer in model.graph.initializer:
            self._know(initializer.name, numpy_helper.to_array(initializer))
        self._outputs = [value.name for value in model.graph.output]
        self._steps: list[Step] = []
        for node in model.graph.node:
            if node.op_type == "Constant":
                self._know(node.output[0], numpy_helper.to_array(_attributes(node)["value"]))
                continue
            self._steps.append(self._step(node))

    @torch.inference_mode()
    def run(self, inputs: Mapping[str, NDArray[Any]], output: str) -> NDArray[Any]:
        """The output of this name."""
        values = {**self._weights}
        for name, array in inputs.items():
            values[name] = torch.from_numpy(array)
        for step in self._steps:
            step(values)
        made: NDArray[Any] = values[output].numpy()
        return made

    def _know(self, name: str, array: NDArray[Any]) -> None:
        self._known[name] = array
        self._weights[name] = torch.from_numpy(np.array(array))

    def _step(self, node: onnx.NodeProto) -> Step:
        names, outputs = list(node.input), list(node.output)
        values = _attributes(node)
        if node.op_type == "Split":
            return self._split(names, outputs, values)
        operate = self._operation(node.op_type, names, values)
        variable = [name for name in names if name]
        target = outputs[0]

        def step(held: Values) -> None:
            held[target] = operate(*[held[name] for name in variable])

        return step

    def _split(self, names: Sequence[str], outputs: Sequence[str], values: dict[str, Any]) -> Step:
        sizes = self._whole(names, 1)
        axis = values.get("axis", 0)

        def step(held: Values) -> None:
            whole = held[names[0]]
            parts = sizes or [whole.shape[axis] // len(outputs)] * len(outputs)
            held.update(zip(outputs, torch.split(whole, parts, axis), strict=True))

        return step

    def _operation(
        self, kind: str, names: Sequence[str], values: dict[str, Any]
    ) -> Callable[..., Tensor]:
        simple = _SIMPLE.get(kind)
        if simple is not None:
            return simple
        match kind:
            case "Gemm":
                return self._gemm(names, values)
            case "Conv" | "ConvTranspose":
                return _convolution(kind, values)
            case "LeakyRelu":
                slope = values.get("alpha", 0.01)
                return lambda x: functional.leaky_relu(x, slope)
            case "Concat":
                axis = values["axis"]
                return lambda *parts: torch.cat(parts, axis)
            case "Transpose":
                order = values["perm"]
                return lambda x: x.permute(order).contiguous()
            case "Cast":
                dtype = _TYPES[values["to"]]
                return lambda x: x.to(dtype)
            case "DepthToSpace":
                if values.get("mode", b"DCR") != b"CRD":
                    raise OperatorUnknown("DepthToSpace in DCR order")
                size = values["blocksize"]
                return lambda x: functional.pixel_shuffle(x, size)
            case "Clip":
                low, high = (self._scalar(names, at) for at in (1, 2))
                return lambda x, *_: torch.clamp(x, low, high)
            case "QuantizeLinear":
                scale, zero = self._scalar(names, 1), self._scalar(names, 2)
                return lambda x, *_: (x / scale).round_().add_(zero).clamp_(0, 255).to(torch.uint8)
        return self._shaping(kind, names, values)

    def _shaping(
        self, kind: str, names: Sequence[str], values: dict[str, Any]
    ) -> Callable[..., Tensor]:
        """Operators whose second input says where: it is known when the graph is built."""
        where = self._whole(names, 1)
        match kind:
            case "Reshape":
                shape = list(where)
                return lambda x, *_: x.reshape(
                    [x.shape[at] if size == 0 else size for at, size in enumerate(shape)]
                )
            case "Unsqueeze":
                axes = sorted(where)

                def unsqueezed(x: Tensor, *_: Tensor) -> Tensor:
                    for axis in axes:
                        x = x.unsqueeze(axis)
                    return x

                return unsqueezed
            case "Squeeze":
                return lambda x, *_: x.squeeze(tuple(where))
            case "ReduceMean":
                kept = bool(values.get("keepdims", 1))
                axes = where or list(values.get("axes", ()))
                return lambda x, *_: x.mean(tuple(axes), keepdim=kept)
            case "Gather":
                axis = values.get("axis", 0)
                if self._known[names[1]].ndim:
                    index = torch.from_numpy(np.array(self._known[names[1]]))
                    return lambda x, *_: x.index_select(axis, index)
                return lambda x, *_: x.select(axis, where[0])
            case "Slice":
                stops = self._whole(names, 2)
                axes = self._whole(names, 3) or list(range(len(where)))
                if any(step != 1 for step in self._whole(names, 4)):
                    raise OperatorUnknown("Slice in steps")

                def sliced(x: Tensor, *_: Tensor) -> Tensor:
                    for axis, start, stop in zip(axes, where, stops, strict=True):
                        stop = min(stop, x.shape[axis])
                        x = x.narrow(axis, start, stop - start)
                    return x

                return sliced
        raise OperatorUnknown(kind)

    def _gemm(self, names: Sequence[str], values: dict[str, Any]) -> Callable[..., Tensor]:
        if values.get("transA") or values.get("alpha", 1.0) != 1 or values.get("beta", 1.0) != 1:
            raise OperatorUnknown("Gemm with factors")
        if not values.get("transB"):
            # As a linear layer keeps it, which is what eager code would run.
            self._weights[names[1]] = self._weights[names[1]].T.contiguous()
        return functional.linear

    def _whole(self, names: Sequence[str], at: int) -> list[int]:
        """The whole numbers of an input that is known; none where there is no such input."""
        if at >= len(names) or not names[at] or names[at] not in self._known:
            return []
        return [int(value) for value in np.atleast_1d(self._known[names[at]])]

    def _scalar(self, names: Sequence[str], at: int) -> float:
        return float(self._known[names[at]])


_SIMPLE: Final[dict[str, Callable[..., Tensor]]] = {
    "Add": torch.add,
    "Sub": torch.sub,
    "Mul": torch.mul,
    "Div": torch.div,
    "Pow": torch.pow,
    "MatMul": torch.matmul,
    "Relu": torch.relu,
    "Tanh": torch.tanh,
    "Sqrt": torch.sqrt,
    "Reciprocal": torch.reciprocal,
    "Round": torch.round,
    "Identity": lambda x: x,
}


def join_phases(model: onnx.ModelProto) -> int:
    """Undo, in place, what `training.phases` has done; how many convolutions that were."""
    makers = {node.output[0]: node for node in model.graph.node}
    weights = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    joined: dict[str, onnx.NodeProto] = {}
    gone: set[str] = set()
    for node in model.graph.node:
        parts = makers.get(node.input[0]) if node.op_type == "DepthToSpace" else None
        if parts is None or parts.op_type != "Concat" or len(parts.input) != 4:
            continue
        phases = [makers[name] for name in parts.input]
        first = weights[phases[0].input[1]]
        whole = np.zeros((first.shape[1], first.shape[0], 4, 4), first.dtype)
        for phase, (rows, columns) in zip(phases, itertools.product(TAPS, TAPS), strict=True):
            kernel = weights[phase.input[1]].transpose(1, 0, 2, 3)
            whole[np.ix_(range(whole.shape[0]), range(whole.shape[1]), rows, columns)] = kernel
        name = f"{node.output[0]}_weight"
        model.graph.initializer.append(numpy_helper.from_array(whole, name))
        joined[node.output[0]] = onnx.helper.make_node(
            "ConvTranspose",
            [phases[0].input[0], name, *phases[0].input[2:]],
            [node.output[0]],
            strides=[2, 2],
            pads=[1, 1, 1, 1],
        )
        gone |= {parts.output[0], *parts.input}
    kept = [
        joined.get(node.output[0], node) for node in model.graph.node if node.output[0] not in gone
    ]
    del model.graph.node[:]
    model.graph.node.extend(kept)
    return len(joined)


def _convolution(kind: str, values: dict[str, Any]) -> Callable[..., Tensor]:
    strides = list(values.get("strides", (1, 1)))
    pads = list(values.get("pads", (0, 0, 0, 0)))
    groups = values.get("group", 1)
    if pads[:2] != pads[2:] or any(step != 1 for step in values.get("dilations", (1, 1))):
        raise OperatorUnknown(f"{kind} with uneven pads or dilations")
    if kind == "Conv":
        return lambda x, w, b=None: functional.conv2d(x, w, b, strides, pads[:2], 1, groups)
    return lambda x, w, b=None: functional.conv_transpose2d(x, w, b, strides, pads[:2], 0, groups)


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
