"""Replays a model's golden sample: does it make here what it made where it was trained?

The sample is a file of a folder that may be foreign: it is read without pickle, by the bytes
that its own header announces, and nothing larger than `MAXIMUM_SAMPLE_BYTES` is unpacked.
"""

import math
import zipfile
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from studio.contract.manifest import Model, Tensor, file_sha256
from studio.images.engine.reports import GoldenReport
from studio.images.engine.requests import check_kind
from studio.images.engine.styling import MAPPING
from studio.images.engine.upscaler import check_upscaler
from studio.runtime.cancel import CancelToken
from studio.runtime.runner import GraphRunner
from studio.runtime.sessions import SessionCache

MAXIMUM_SAMPLE_BYTES: Final = 64 * 2**20
MAXIMUM_SAMPLE_PICTURES: Final = 64

IMAGE: Final = "image"
"""Name of the golden pictures in the sample, whatever the graph calls its output."""

Array = NDArray[Any]


class _SampleFault(Exception):
    """The sample cannot be used; the message ends a sentence."""


def replay_golden(model: Model, sessions: SessionCache, token: CancelToken) -> GoldenReport:
    """Run the golden inputs and compare the pictures with the golden ones.

    A sample that cannot be used is reported as a fault. Raises what loading and running a graph
    raise, and `Cancelled`.
    """
    check_replayable(model)
    tolerance = model.manifest.golden.tolerance
    try:
        sample = read_sample(model)
    except _SampleFault as error:
        return GoldenReport(
            identical=False, largest=255, tolerance=tolerance, ok=False, fault=str(error)
        )
    golden = sample[IMAGE]
    made = _replayed(model, sample, sessions, token)
    largest = int(np.abs(made.astype(np.int16) - golden.astype(np.int16)).max())
    ok = largest <= tolerance
    fault = "" if ok else f"its sample differs by up to {largest} of 255, {tolerance} are allowed"
    return GoldenReport(
        identical=largest == 0, largest=largest, tolerance=tolerance, ok=ok, fault=fault
    )


def check_replayable(model: Model) -> None:
    """Raise `GraphInvalid` if ``model`` makes no pictures, be it of nothing or of others."""
    if model.manifest.kind == "upscaler":
        check_upscaler(model)
    else:
        check_kind(model)


def _replayed(
    model: Model, sample: dict[str, Array], sessions: SessionCache, token: CancelToken
) -> Array:
    """The pictures of the sample's inputs, one by one: untruncated, all layers of one style."""
    roles = model.manifest.drawing_graphs()
    runners = {role: GraphRunner(model, role, sessions, token) for role in roles}
    made = np.empty_like(sample[IMAGE])
    for index in range(made.shape[0]):
        styles = None
        for role in roles:
            graph = model.manifest.graphs[role]
            inputs = {
                tensor.name: styles
                if tensor.role == "styles" and styles is not None
                else np.ascontiguousarray(sample[tensor.name][index : index + 1])
                for tensor in graph.inputs
            }
            if role == MAPPING and model.manifest.styles is not None:
                space = model.manifest.styles
                style = np.empty((1, space.dimension), np.float32)
                output = next(tensor.name for tensor in graph.outputs if tensor.role == "style")
                runners[role].run(inputs, output, style, token)
                styles = np.repeat(style[:, np.newaxis], len(space.layers), axis=1)
            else:
                output = next(tensor.name for tensor in graph.outputs if tensor.role == "image")
                runners[role].run(inputs, output, made[index : index + 1], token)
    return made


def read_sample(model: Model) -> dict[str, Array]:
    """The golden arrays by name, of the shapes and types that the manifest states."""
    path = model.file(model.manifest.golden.file)
    graphs = [model.manifest.graphs[role] for role in model.manifest.drawing_graphs()]
    image = next(tensor for tensor in graphs[-1].outputs if tensor.role == "image")
    tensors = {
        tensor.name: tensor
        for graph in graphs
        for tensor in graph.inputs
        if tensor.role != "styles"  # the mapping makes them
    } | {IMAGE: image}
    try:
        if path.stat().st_size > MAXIMUM_SAMPLE_BYTES:
            raise _SampleFault(f"{path.name} is larger than any sample")
        if file_sha256(path) != model.manifest.golden.sha256:
            raise _SampleFault(f"{path.name} is not the file that the manifest describes")
        arrays = _read_arrays(path, list(tensors))
    except OSError as error:
        raise _SampleFault(f"{path.name} cannot be read: {error.strerror}") from error
    except _SampleFault:
        raise
    except Exception as error:  # zip, its compressors and numpy's header parser share no root
        raise _SampleFault(f"{path.name} is damaged") from error
    count = arrays[IMAGE].shape[0] if arrays[IMAGE].shape else 0
    if not 1 <= count <= MAXIMUM_SAMPLE_PICTURES:
        raise _SampleFault(f"{path.name} holds {count} pictures")
    for name, tensor in tensors.items():
        _check_array(path, tensor, arrays[name], count)
    return arrays


def _read_arrays(path: Path, names: list[str]) -> dict[str, Array]:
    """Read the named arrays of an npz (NEP 1) by hand, because numpy's reader allocates first."""
    arrays = {}
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.getinfo(f"{name}.npy") for name in names}
        if sum(entry.file_size for entry in entries.values()) > MAXIMUM_SAMPLE_BYTES:
            raise _SampleFault(f"{path.name} unpacks to more than any sample")
        for name, entry in entries.items():
            with archive.open(entry) as stream:
                arrays[name] = _read_array(stream, entry.file_size)
    return arrays


def _read_array(stream: IO[bytes], size: int) -> Array:
    version = npy.read_magic(stream)
    read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read_header(stream)
    if dtype.hasobject or fortran or any(side < 0 for side in shape):
        raise ValueError("not a plain array")
    length = math.prod(shape) * dtype.itemsize
    if length > size:
        raise ValueError("the header announces more than there is")
    data = stream.read(length)
    return np.frombuffer(data, dtype).reshape(shape)


def _check_array(path: Path, tensor: Tensor, array: Array, count: int) -> None:
    sizes = zip(array.shape[1:], tensor.shape[1:], strict=False)
    fits = len(array.shape) == len(tensor.shape) and array.shape[0] == count
    fits = fits and all(isinstance(wanted, str) or size == wanted for size, wanted in sizes)
    if not fits or array.dtype != tensor.dtype:
        fault = f"{array.dtype} {list(array.shape)}"
        raise _SampleFault(f"{path.name} holds {fault} for {tensor.name!r}, which does not fit")
