"""Folds the minima of four-bit blocks into the weights as onnxruntime has packed them.

onnxruntime can write what it packs for a processor beside a graph, and takes it from there when
the graph is opened again. Of each block it keeps the four-bit numbers, the scale, and a number by
which the sum of the input's block is multiplied: -8 scale, as the numbers are counted from eight.
With the block's minimum in its place the product is w = scale * q + minimum without another
operator. That number's place is no promise of onnxruntime's: it is used only where all of them
are found as they must be, and where a small product comes out right (``sqnbitgemm*.h`` in its
``core/mlas/lib``: ``PackedQuantBDataStruct``).
"""

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper

from studio.contract.errors import Cancelled
from studio.graphs.files import DATA_NAME, GRAPH_NAME, ROWS_KEY
from studio.graphs.minima import PANEL, Minima
from studio.graphs.packing import Packed, unpack
from studio.graphs.writer import CONTRIB, GraphWriter, looked_up
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.faults import load_error
from studio.runtime.sessions import session_options
from studio.runtime.text import open_text
from studio.runtime.text_packed import PROBE_KEY, PROBE_TOKEN, make_probe

SAVED: Final = "packed"
"""Name of the folder into which onnxruntime writes, beside the graph that it reads."""

PACKED_KEY: Final = "prepacked_"
"""How the entries of a tensor's external data begin that tell where its packed form lies."""

ALIGNMENT: Final = 64
"""Bytes at whose multiples packed weights begin in memory."""

_PLACE: Final = re.compile(r"(?P<kind>[^|;]+)\|(?P<start>\d+);(?P<size>\d+);(?P<rest>\d+)")

_TRIAL_ROWS: Final = (1, 3, 40)
"""Tokens at once of the product that is tried: one, few and many are computed in other ways."""
_TRIAL_ERROR: Final = 0.03

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


def can_fold(block: int = 32) -> bool:
    """Whether a small product with minima that were folded in comes out right on this machine."""
    random = np.random.default_rng(0)
    rows, blocks = 3 * PANEL, 4
    scales = random.uniform(0.5, 1.5, (rows, blocks)).astype(np.float32)
    matrix = Packed(
        bits=4,
        block=block,
        weights=random.integers(0, 256, (rows, blocks, block // 2), dtype=np.uint8),
        scales=scales,
        offsets=random.uniform(-4, 4, (rows, blocks)).astype(np.float32),
        loss=0.0,
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        minima = Minima(folder / "minima")
        graph = _write_product(folder, matrix, minima)
        try:
            _save_packed(graph, CancelToken())
            if not _fill(folder / SAVED, minima):
                return False
            session = onnxruntime.InferenceSession(
                os.fspath(folder / SAVED / GRAPH_NAME), session_options(1),
                providers=["CPUExecutionProvider"],
            )  # fmt: skip
            return all(_is_right(session, matrix, rows) for rows in _TRIAL_ROWS)
        except Exception:  # whatever it is, the graph is written in the ordinary way then
            return False


def fold(graph: Path, minima: Minima, token: CancelToken) -> bool:
    """Pack the weights of ``graph`` for this machine with their minima; the graph is replaced.

    False, and the graph is as it was, where onnxruntime packs in a way that is not known here.
    Raises what loading raises, `Cancelled` and `OSError`.
    """
    saved = graph.parent / SAVED
    try:
        _save_packed(graph, token)
        token.check()
        if not _fill(saved, minima):
            return False
        if not _add_probe(saved / GRAPH_NAME, token):
            return False
        for name in (GRAPH_NAME, DATA_NAME):
            (saved / name).replace(graph.parent / name)
        return True
    finally:
        shutil.rmtree(saved, ignore_errors=True)


def _save_packed(graph: Path, token: CancelToken) -> None:
    """Let onnxruntime write the graph and its packed weights into the folder `SAVED`."""
    saved = graph.parent / SAVED
    saved.mkdir()
    options = session_options(1)
    options.optimized_model_filepath = os.fspath(saved / GRAPH_NAME)
    for name, value in (
        ("session.optimized_model_external_initializers_file_name", DATA_NAME),
        ("session.optimized_model_external_initializers_min_size_in_bytes", "1024"),
        ("session.save_external_prepacked_constant_initializers", "1"),
    ):
        options.add_session_config_entry(name, value)
    with token.stopping(lambda: options.set_load_cancellation_flag(True)):
        try:
            onnxruntime.InferenceSession(
                os.fspath(graph), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            if token.cancelled:
                raise Cancelled from error
            raise load_error(error, graph) from error


def _fill(saved: Path, minima: Minima) -> bool:
    """Put the minima into the packed weights; False where any is not where it must be."""
    places = _aligned_places(saved)
    if not all(name in places for name in minima.names):
        return False
    data = np.memmap(saved / DATA_NAME, np.uint8, "r+")
    for name in minima.names:
        start, size, numbers = places[name]
        scales, wanted = minima.read(name)
        found = _sums_place(data[start : start + size], numbers, scales)
        if found is None:
            return False
        found[...] = _in_panels(wanted)
    data.flush()
    return True


def _aligned_places(saved: Path) -> dict[str, tuple[int, int, int]]:
    """By tensor: where its packed form begins in the data, its bytes, and those of its numbers.

    What lies at an odd place is copied to another first: onnxruntime takes it for aligned there
    as it was in memory. None at all where anything is said in a way that is not known here.
    """
    model = onnx.load(saved / GRAPH_NAME, load_external_data=False)
    places = {}
    with (saved / DATA_NAME).open("r+b") as data:
        for tensor in model.graph.initializer:
            length = next((int(e.value) for e in tensor.external_data if e.key == "length"), 0)
            for entry in tensor.external_data:
                if not entry.key.startswith(PACKED_KEY):
                    continue
                known = _PLACE.fullmatch(entry.value)
                if known is None:
                    return {}
                start, size = int(known["start"]), int(known["size"])
                if start % ALIGNMENT:
                    data.seek(start)
                    packed = data.read(size)
                    start = data.seek(0, os.SEEK_END)
                    start += -start % ALIGNMENT
                    data.seek(start)
                    data.write(packed)
                    entry.value = f"{known['kind']}|{start};{size};{known['rest']}"
                places[tensor.name] = (start, size, length)
    (saved / GRAPH_NAME).write_bytes(model.SerializeToString())
    return places


def _sums_place(packed: Bytes, numbers: int, scales: Floats) -> Floats | None:
    """What multiplies the block sums of a matrix, to be written; None where it is not found.

    It follows the ``numbers`` bytes of the four-bit numbers, but for alignment.
    """
    wanted = -8 * _in_panels(scales)
    for start in range(numbers, min(numbers + 64, len(packed) - wanted.nbytes) + 1, 4):
        found: Floats = packed[start : start + wanted.nbytes].view(np.float32)
        if np.array_equal(found, wanted):
            return found
    return None


def _in_panels(values: Floats) -> Floats:
    """(rows, blocks) as it lies packed: `PANEL` rows beside each other, block after block."""
    blocks = values.shape[1]
    return np.ascontiguousarray(values.reshape(-1, PANEL, blocks).transpose(0, 2, 1)).ravel()


def _add_probe(graph: Path, token: CancelToken) -> bool:
    """Let the graph carry some of the logits that it gives now; False where they are no numbers."""
    session = open_text(graph, device=choose_device("cpu"), threads=1, token=token)
    logits = session.run([PROBE_TOKEN % (session.vocabulary or 1)], keep=1, token=token)
    if not np.isfinite(logits).all():
        return False
    model = onnx.load(graph, load_external_data=False)
    probe = make_probe(logits, PROBE_TOKEN % logits.shape[1])
    helper.set_model_props(model, {PROBE_KEY: probe.decode(), ROWS_KEY: looked_up(model)})
    graph.write_bytes(model.SerializeToString())
    return True


# -- the small product ----------------------------------------------------------------------------


def _write_product(folder: Path, matrix: Packed, minima: Minima) -> Path:
    with GraphWriter(folder) as graph:
        graph.constant("weights", matrix.weights)
        graph.constant("scales", matrix.scales)
        minima.add("weights", matrix)
        graph.node(
            "MatMulNBits", ["input", "weights", "scales"], "product", domain=CONTRIB,
            K=matrix.columns, N=matrix.rows, bits=4, block_size=matrix.block, accuracy_level=4,
        )  # fmt: skip
        ends = [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", size])
            for name, size in (("input", matrix.columns), ("product", matrix.rows))
        ]
        return graph.finish(ends[:1], ends[1:], producer="atelier")


def _is_right(session: onnxruntime.InferenceSession, matrix: Packed, rows: int) -> bool:
    given = np.random.default_rng(1).standard_normal((rows, matrix.columns)).astype(np.float32)
    wanted = given @ unpack(matrix).T
    found = session.run(None, {"input": given})[0]
    return bool(np.abs(found - wanted).max() <= _TRIAL_ERROR * np.abs(wanted).max())
