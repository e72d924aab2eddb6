"""Replays the golden sample of a text model: does it find likeliest here what it found there?

The sample is a file of a folder that may be foreign: it is read without pickle, and nothing is
believed of what its headers announce.
"""

import io
import zipfile
import zlib
from typing import Final

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from studio.contract.manifest import Model, file_sha256
from studio.contract.texts import TextGolden
from studio.runtime.cancel import CancelToken
from studio.writing.engine.writer import Decoder

MAXIMUM_BYTES: Final = 2**22
"""Of the sample, and of each array in it."""

_UNREADABLE: Final = (
    OSError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, EOFError, RuntimeError,
)  # fmt: skip
"""What opening a damaged archive raises, or one that is packed in an unknown way or locked."""

_Tokens = NDArray[np.int64]


class _SampleFault(Exception):
    """The sample cannot be used; the message ends a sentence."""


def replay_text_golden(
    model: Model, decoder: Decoder, vocabulary: int, token: CancelToken
) -> TextGolden:
    """Have the sample read and count the places where another token is the likeliest.

    A sample that cannot be used is reported as a fault. Raises what reading raises.
    """
    tolerance = model.manifest.golden.tolerance
    try:
        ids, likeliest = _read_sample(model, vocabulary)
    except _SampleFault as error:
        return TextGolden(tokens=0, differing=0, tolerance=tolerance, fault=str(error))
    rows = decoder.feed(ids.tolist(), token, keep=len(ids), exact=True)
    differing = int(np.count_nonzero(rows.argmax(axis=1) != likeliest))
    fault = ""
    if differing > tolerance:
        fault = f"after {differing} of {len(ids)} tokens of its sample it finds others likeliest"
    return TextGolden(tokens=len(ids), differing=differing, tolerance=tolerance, fault=fault)


def _read_sample(model: Model, vocabulary: int) -> tuple[_Tokens, _Tokens]:
    golden = model.manifest.golden
    path = model.file(golden.file)
    try:
        if path.stat().st_size > MAXIMUM_BYTES:
            raise _SampleFault("its sample is larger than any sample")
        if file_sha256(path) != golden.sha256:
            raise _SampleFault("its sample is not the one that the manifest names")
        with zipfile.ZipFile(path) as archive:
            ids, likeliest = (_read_array(archive, name) for name in ("input_ids", "likeliest"))
    except _UNREADABLE as error:
        raise _SampleFault("its sample cannot be read") from error
    if ids.shape != likeliest.shape or not len(ids):
        raise _SampleFault("its sample does not fit together")
    if min(ids.min(), likeliest.min()) < 0 or max(ids.max(), likeliest.max()) >= vocabulary:
        raise _SampleFault("its sample names tokens that the model does not have")
    return ids, likeliest


def _read_array(archive: zipfile.ZipFile, name: str) -> _Tokens:
    with archive.open(f"{name}.npy") as stream:
        data = stream.read(MAXIMUM_BYTES + 1)
    whole = io.BytesIO(data)
    if npy.read_magic(whole) != (1, 0):
        raise _SampleFault("its sample is written in a way that is not known")
    shape, _, dtype = npy.read_array_header_1_0(whole)
    body = data[whole.tell() :]
    if dtype != np.dtype("<i8") or len(shape) != 2 or shape[0] != 1 or len(body) != 8 * shape[1]:
        raise _SampleFault(f"its sample's {name} is not a row of tokens")
    return np.frombuffer(body, "<i8").astype(np.int64)
