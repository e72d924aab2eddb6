"""Turns a GGUF file into a graph once, and finds that graph again ever after.

A converted model is a folder in the cache, named by the SHA-256 of the file, the version of this
converter and the form: another file, release or form never meets a stale one. It is written beside
its place and renamed when it is whole, so that two processes may convert at once and a crash
leaves nothing that could be taken for a model. The hash of a file is remembered under its size,
its time and its place on the disk: a second start reads none of the weights.
"""

import contextlib
import hashlib
import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from studio.contract.errors import ModelMissing, file_error
from studio.graphs.files import GRAPH_NAME
from studio.graphs.forms import EXACT, DecoderForm
from studio.graphs.gguf import GgufFile, read_gguf
from studio.graphs.packing import SMALLEST_SCALE, Packed
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.text import open_text
from studio.runtime.text_packed import machine_key

if TYPE_CHECKING:
    from studio.graphs.decoder import DecoderShape, DecoderWeights
    from studio.graphs.projections import Matrix

CONVERTER_VERSION: Final = 2
"""Goes up whenever the same file would become another graph."""

PROFILE_NAME: Final = "text.json"
MINIMA_NAME: Final = "minima"
PARTIAL: Final = ".partial"
ABANDONED_SECONDS: Final = 24 * 3600
"""After so long a half-written folder is one that a crash has left."""

HASHED_AT_ONCE: Final = 2**22

MEASURED_TOKENS: Final = 512
"""Tokens over which the sizes of keys and values are measured."""
MEASURED_AT_ONCE: Final = 128
MOST_THREADS: Final = 8
ROOM: Final = 1.2
"""By which they may be larger in other texts."""

Advance = Callable[[float], None]
"""Is told which share of the work is done, 0 to 1."""

Finish = Callable[[GgufFile, Path], None]
"""Adds what goes with a graph (a tokenizer, a template) to its folder before it is whole."""


class ConvertedProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a converted model, beside its graph."""

    version: int = CONVERTER_VERSION
    source: str
    """Name of the file."""
    sha256: str
    """Of the file."""
    architecture: str
    form: str
    accuracy_level: int
    layers: int
    vocabulary: int
    context: int
    losses: dict[str, float] = {}
    """Of each matrix that could not keep its blocks: relative error, root mean square."""


_profiles = msgspec.json.Decoder(ConvertedProfile)


def converted(
    path: Path,
    form: DecoderForm,
    cache_folder: Path,
    token: CancelToken,
    advance: Advance | None = None,
    finish: Finish | None = None,
) -> Path:
    """The folder with the graph of a GGUF file in ``form``; it is written if it is not there yet.

    Raises what `read_gguf` and `plan_decoder` raise, `Cancelled`, and for a full or forbidden disk
    what `file_error` makes of it.
    """
    advance = advance or (lambda share: None)
    try:
        cache_folder.mkdir(parents=True, exist_ok=True)
        sha256 = file_hash(path, cache_folder, token)
        folder = cache_folder / _folder_name(sha256, form)
        if (folder / PROFILE_NAME).is_file():
            return folder
        # Only here: onnx takes longer to import than a converted model to be found.
        from studio.graphs.decoder import expected_tensors
        from studio.graphs.llama import plan_decoder

        with read_gguf(path) as gguf, _written(folder) as partial:
            shape, weights = plan_decoder(gguf)
            scales: Mapping[str, NDArray[np.float32]] = {}
            if form.small_cache:
                exact = converted(path, EXACT, cache_folder, token, finish=finish)
                scales = _cache_scales(exact, shape, token)
            watched = _Watched(weights, scales, expected_tensors(shape), token, advance)
            _write_graph(shape, watched, partial, form)
            if finish is not None:
                finish(gguf, partial)
            token.check()
            profile = ConvertedProfile(
                source=path.name,
                sha256=sha256,
                architecture=gguf.architecture,
                form=form.name,
                accuracy_level=form.accuracy_level,
                layers=shape.layers,
                vocabulary=shape.vocabulary,
                context=shape.context,
                losses=watched.losses,
            )
            data = msgspec.json.format(msgspec.json.encode(profile), indent=2)
            (partial / PROFILE_NAME).write_bytes(data + b"\n")
    except OSError as error:
        raise file_error(error, cache_folder) from error
    return folder


def _folder_name(sha256: str, form: DecoderForm) -> str:
    """Forms that may be packed for one machine have a folder for each."""
    name = f"{sha256[:32]}-{CONVERTER_VERSION}-{form.name}"
    return f"{name}-{machine_key()}" if form.folds else name


def _write_graph(
    shape: "DecoderShape", watched: "_Watched", folder: Path, form: DecoderForm
) -> None:
    """Write a form's graph, with the minima of its blocks folded in where that is possible."""
    from studio.graphs.decoder import write_decoder
    from studio.graphs.minima import Minima
    from studio.runtime.text_folding import can_fold, fold

    note_loss = watched.losses.__setitem__
    if form.folds and can_fold():
        place = folder / MINIMA_NAME
        minima = Minima(place)
        try:
            graph = write_decoder(shape, watched, folder, form, note_loss, minima)
            if not minima.names or fold(graph, minima, watched.token):
                return
        finally:
            place.unlink()
    write_decoder(shape, watched, folder, form, note_loss)


def read_profile(folder: Path) -> ConvertedProfile:
    """What `converted` wrote of a folder; raises `ModelMissing` where it is gone or damaged."""
    place = folder / PROFILE_NAME
    try:
        return _profiles.decode(place.read_bytes())
    except (OSError, msgspec.MsgspecError, UnicodeError) as error:
        raise ModelMissing(file=place) from error


def file_hash(path: Path, cache_folder: Path, token: CancelToken) -> str:
    """SHA-256 of a file in hex, remembered as long as it keeps its size, time and place."""
    try:
        state = path.stat()
    except FileNotFoundError as error:
        raise ModelMissing(file=path) from error
    mark = f"{state.st_dev:x}-{state.st_ino:x}-{state.st_size:x}-{state.st_mtime_ns:x}"
    known = cache_folder / "hashes" / mark
    with contextlib.suppress(OSError):
        text = known.read_text("ascii")
        if len(text) == 64:
            return text
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while part := stream.read(HASHED_AT_ONCE):
            token.check()
            digest.update(part)
    known.parent.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=known.parent, suffix=PARTIAL)
    with os.fdopen(handle, "w", encoding="ascii") as written:
        written.write(digest.hexdigest())
    Path(name).replace(known)
    return digest.hexdigest()


@contextmanager
def _written(folder: Path) -> Iterator[Path]:
    """A folder to write into, which becomes ``folder`` if nothing goes wrong."""
    _sweep(folder.parent)
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=folder.name, suffix=PARTIAL))
    try:
        yield partial
        partial.chmod(0o755)  # those who may read the cache may read what is in it
        try:
            partial.rename(folder)
        except OSError:
            if not (folder / PROFILE_NAME).is_file():  # nobody was quicker
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _sweep(cache_folder: Path) -> None:
    """Take away what crashes have left."""
    for entry in cache_folder.glob(f"*{PARTIAL}"):
        with contextlib.suppress(OSError):
            if time.time() - entry.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(entry)


def _cache_scales(
    folder: Path, shape: "DecoderShape", token: CancelToken
) -> dict[str, NDArray[np.float32]]:
    """What a step of each number of keys and values must be worth to be kept as eight bits.

    The exact form reads tokens drawn evenly, so that no text is preferred; the largest number that
    each place comes to, and some room, is 127 steps. Larger ones are cut off there. A pair of a
    key's numbers is turned by its position: further on either may become as long as the pair is.
    """
    session = open_text(
        folder / GRAPH_NAME,
        device=choose_device("cpu"),
        threads=min(os.cpu_count() or 1, MOST_THREADS),
        token=token,
    )
    count = min(MEASURED_TOKENS, shape.context)
    ids = np.random.default_rng(0).integers(0, shape.vocabulary, count).tolist()
    for start in range(0, count, MEASURED_AT_ONCE):
        session.run(ids[start : start + MEASURED_AT_ONCE], keep=1, token=token)
    scales: dict[str, NDArray[np.float32]] = {}
    for entry, values in zip(session.layout.cache, session.take().parts, strict=True):
        _, layer, part = entry.past.split(".")
        if part == "key":
            turned = shape.rope_width or shape.head_width
            first, second = values[..., : turned // 2], values[..., turned // 2 : turned]
            first[...] = second[...] = np.hypot(first, second)
        largest = np.abs(values).max(axis=(0, 2)).ravel()  # of (1, heads, tokens, width)
        steps = largest * np.float32(ROOM / 127)
        scales[f"layers.{layer}.{part}_scale"] = np.maximum(steps, SMALLEST_SCALE)
    return scales


class _Watched:
    """Weights that tell how far their reading is, that end at a cancel and note the losses."""

    def __init__(
        self,
        weights: "DecoderWeights",
        scales: Mapping[str, NDArray[np.float32]],
        shapes: Mapping[str, tuple[int, ...]],
        token: CancelToken,
        advance: Advance,
    ) -> None:
        """``scales`` join the weights; ``shapes``: of all their tensors, by their names."""
        self._weights = weights
        self._scales = scales
        self._sizes = {name: math.prod(dims) for name, dims in shapes.items()}
        self._whole = sum(self._sizes.values())
        self.token = token
        self._advance = advance
        self.losses: dict[str, float] = {}

    def matrix(self, name: str) -> "Matrix":
        self.token.check()
        matrix = self._weights.matrix(name)
        if isinstance(matrix, Packed) and matrix.loss:
            self.losses[name] = matrix.loss
        self._advance(1 - sum(self._sizes.values()) / self._whole)
        self._sizes.pop(name, None)
        return matrix

    def vector(self, name: str) -> NDArray[np.float32]:
        return self._scales[name] if name in self._scales else self._weights.vector(name)
