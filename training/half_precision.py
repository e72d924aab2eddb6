"""Turns an exported graph into one that computes in half precision, for cards that are quick in it.

Weights and the operators that take the time become float16; inputs and outputs stay as they are,
so that the studio may use either graph. What needs the range of float32, and the step from the
network's output to bytes, keeps it. Whether such a graph may stand in for the other is measured:
see `half_of`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper, shape_inference

from studio.contract.errors import AtelierError
from studio.contract.manifest import (
    MANIFEST_NAME,
    HalfPrecision,
    encode_manifest,
    file_sha256,
    read_model,
)
from training.checkpoints import write_atomically
from training.data.dataset import explain_write_errors
from training.data.order import stream
from training.errors import TrainingError
from training.parity import STUDIO_LEVEL, GeneratorRunner, drawing_role

SAMPLES: Final = 5000
"""Pictures that decide: a difference of two levels may be in one value of a million."""
_SEED: Final = 16
_BATCH: Final = 50

_ELEMENTWISE: Final = frozenset(
    {"Add", "Sub", "Mul", "Relu", "LeakyRelu", "Tanh", "Sigmoid", "Clip"}
)
_MOVING: Final = frozenset(
    {"Reshape", "Unsqueeze", "Squeeze", "Split", "Transpose", "Flatten", "Concat", "DepthToSpace"}
)
_CONVOLUTIONS: Final = frozenset({"Conv", "ConvTranspose"})
_MATRICES: Final = frozenset({"Gemm", "MatMul"})

PLANS: Final = (
    _CONVOLUTIONS | _MATRICES | _ELEMENTWISE | _MOVING,
    _CONVOLUTIONS | _ELEMENTWISE | _MOVING,
    _CONVOLUTIONS,
)
"""Operators that are computed in half precision: the first plan that is exact enough is taken.
Convolutions alone keep nine tenths of the gain, as they are nine tenths of the arithmetic."""

_LARGEST_HALF: Final = 65504.0

Runner = Callable[[bytes], npt.NDArray[np.uint8]]
"""Runs a graph on the samples that decide, and gives what it made."""


def half_of(graph: bytes, run: Runner, *, tolerance: int) -> tuple[bytes, int] | None:
    """The graph in half precision and its largest difference in levels from ``graph``.

    None where every plan differs by more than ``tolerance`` somewhere among the samples.
    """
    expected = run(graph).astype(np.int16)
    for operators in PLANS:
        half = halve(graph, operators)
        if half is None:
            continue
        largest = int(np.abs(run(half).astype(np.int16) - expected).max(initial=0))
        if largest <= tolerance:
            return half, largest
    return None


def halve(graph: bytes, operators: frozenset[str]) -> bytes | None:
    """The graph with ``operators`` in float16; None where it has none of them.

    Raises `TrainingError` if a weight is beyond float16's range.
    """
    model = onnx.load_from_string(graph)
    return _Halving(model, operators).result()


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfConfig:
    """A model that is to have its graph in half precision too, for graphics cards."""

    model: Path
    """The model's folder, e.g. `exported_models/fashion-dcgan`."""
    samples: int = SAMPLES
    """Pictures by which it is decided whether half precision is exact enough."""


def add_half(config: HalfConfig) -> str:
    """Put the graph in half precision beside the other, if the model's tolerance allows it."""
    try:
        model = read_model(config.model)
    except AtelierError as error:
        raise TrainingError(error.message) from error
    entries, latent = model.manifest.graphs, model.manifest.latent
    if model.manifest.kind != "gan" or latent is None:
        raise TrainingError(f"{config.model} is no generator of pictures.")
    role = drawing_role(entries)
    with explain_write_errors(config.model, "the graph in half precision"):
        half = write_half(
            config.model,
            {name: model.file(graph.file).read_bytes() for name, graph in entries.items()},
            latent_dim=latent.dimension,
            classes=len(model.manifest.classes()),
            tolerance=model.manifest.golden.tolerance,
            samples=config.samples,
        )
        graph = msgspec.structs.replace(entries[role], half=half)
        manifest = msgspec.structs.replace(model.manifest, graphs={**entries, role: graph})
        write_atomically(
            config.model / MANIFEST_NAME, lambda file: file.write(encode_manifest(manifest))
        )
        if half is None:
            (config.model / half_file(role)).unlink(missing_ok=True)
            return (
                f"{model.manifest.id} differs by more than {model.manifest.golden.tolerance} of "
                f"255 levels in half precision, whatever stays in single: it has none."
            )
    return (
        f"{half.file}: differs by at most {half.largest} of 255 levels over {config.samples} "
        "pictures."
    )


def half_file(role: str) -> str:
    """Name of the file of the graph with this role in half precision."""
    return f"{role}.half.onnx"


def write_half(
    folder: Path,
    graphs: Mapping[str, bytes],
    *,
    latent_dim: int,
    classes: int,
    tolerance: int,
    samples: int = SAMPLES,
) -> HalfPrecision | None:
    """Write the graph that makes the picture in half precision into ``folder`` and describe it.

    None where it would differ by more than ``tolerance`` levels from the one in single. A mapping
    stays as it is: its time does not count, and its styles are kept in recipes.
    """
    role = drawing_role(graphs)
    latent = stream(_SEED, 1).standard_normal((samples, latent_dim), dtype=np.float32)
    weights = np.eye(max(1, classes), dtype=np.float32)[np.arange(samples) % max(1, classes)]

    def run(content: bytes) -> npt.NDArray[np.uint8]:
        runner = GeneratorRunner({**graphs, role: content}, level=STUDIO_LEVEL)
        noise = stream(_SEED, 2)
        parts = []
        for first in range(0, samples, _BATCH):
            rows = slice(first, min(first + _BATCH, samples))
            shape = (rows.stop - rows.start, runner.noise_numbers)
            drawn = noise.standard_normal(shape, dtype=np.float32)
            parts.append(runner.run(latent[rows], weights[rows], drawn))
        return np.concatenate(parts)

    found = half_of(graphs[role], run, tolerance=tolerance)
    if found is None:
        return None
    content, largest = found
    path = folder / half_file(role)
    write_atomically(path, lambda file: file.write(content))
    return HalfPrecision(file=path.name, sha256=file_sha256(path), largest=largest)


class _Halving:
    """Rewrites one graph; every float32 tensor has a float16 twin where somebody needs it."""

    def __init__(self, model: onnx.ModelProto, operators: frozenset[str]) -> None:
        self._model = model
        self._operators = operators
        self._weights = {weight.name: weight for weight in model.graph.initializer}
        self._floats = _float_tensors(model)
        self._nodes: list[onnx.NodeProto] = []
        self._halves: set[str] = set()
        """Tensors whose float16 twin exists."""
        self._wholes = {value.name for value in model.graph.input} | set(self._weights)
        """Tensors that exist in float32, or are of another type."""
        self._changed = False

    def result(self) -> bytes | None:
        for node in self._model.graph.node:
            if node.op_type in self._operators and self._is_float(node):
                self._take_half(node)
            else:
                self._take_whole(node)
        for output in self._model.graph.output:
            self._need_whole(output.name)
        if not self._changed:
            return None
        graph = self._model.graph
        del graph.node[:]
        graph.node.extend(self._nodes)
        del graph.value_info[:]
        used = {name for node in self._nodes for name in node.input}
        kept = [weight for weight in graph.initializer if weight.name in used]
        del graph.initializer[:]
        graph.initializer.extend(kept)
        graph.name = f"{graph.name} in half precision"
        onnx.checker.check_model(self._model, full_check=True)
        content: bytes = self._model.SerializeToString(deterministic=True)
        return content

    def _is_float(self, node: onnx.NodeProto) -> bool:
        return any(name in self._floats for name in (*node.input, *node.output))

    def _take_half(self, node: onnx.NodeProto) -> None:
        self._changed = True
        half = onnx.NodeProto()
        half.CopyFrom(node)
        for index, name in enumerate(node.input):
            if name in self._floats:
                self._need_half(name)
                half.input[index] = _twin(name)
        for index, name in enumerate(node.output):
            if name in self._floats:
                half.output[index] = _twin(name)
                self._halves.add(name)
        self._nodes.append(half)

    def _take_whole(self, node: onnx.NodeProto) -> None:
        for name in node.input:
            self._need_whole(name)
        self._nodes.append(node)
        self._wholes.update(node.output)

    def _need_half(self, name: str) -> None:
        if name in self._halves:
            return
        self._halves.add(name)
        weight = self._weights.get(name)
        if weight is None:
            self._cast(name, _twin(name), TensorProto.FLOAT16)
            return
        values = numpy_helper.to_array(weight)
        if np.abs(values).max(initial=0.0) > _LARGEST_HALF:
            raise TrainingError(f"The weight {name!r} is too large for half precision.")
        twin = numpy_helper.from_array(values.astype(np.float16), _twin(name))
        self._model.graph.initializer.append(twin)

    def _need_whole(self, name: str) -> None:
        if name in self._halves and name not in self._wholes:
            self._cast(_twin(name), name, TensorProto.FLOAT)
            self._wholes.add(name)

    def _cast(self, source: str, target: str, to: int) -> None:
        self._nodes.append(
            helper.make_node("Cast", [source], [target], name=f"{target}.cast", to=to)
        )


def _twin(name: str) -> str:
    return f"{name}.half"


def _float_tensors(model: onnx.ModelProto) -> set[str]:
    """Names of all tensors of float32."""
    inferred = shape_inference.infer_shapes(model, strict_mode=True).graph
    values = [*inferred.value_info, *inferred.input, *inferred.output]
    names = {v.name for v in values if v.type.tensor_type.elem_type == TensorProto.FLOAT}
    return names | {
        weight.name for weight in inferred.initializer if weight.data_type == TensorProto.FLOAT
    }
