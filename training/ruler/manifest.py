"""What a ruler's folder says of it.

A ruler is no model that draws, so its folder has a `ruler.json` of its own kind and no
`manifest.json`: the studio, which looks for the latter, passes it by.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
import onnx

from studio.contract.errors import parser_fault
from training.data.dataset import SourceCredit
from training.errors import TrainingError
from training.ruler.labels import CLASS_HEAD, Head
from training.ruler.train import HeadScore

RULER_NAME = "ruler.json"
RULER_GRAPH = "ruler.onnx"
RULER_FORMAT = 1


class RulerManifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ruler: its graph, what it tells apart and how well, and how it came to be."""

    format: int = RULER_FORMAT
    kind: Literal["ruler"] = "ruler"
    id: str
    sha256: str
    """Of the graph. Figures that were measured with another are not comparable."""
    width: int
    height: int
    channels: int
    features: int
    classes: tuple[str, ...]
    heads: tuple[Head, ...]
    scores: tuple[HeadScore, ...]
    data: str
    data_key: str
    credits: tuple[SourceCredit, ...]
    command: str
    images_seen: int
    seconds: float
    config: dict[str, str | int | float | bool | None]
    checkpoint_sha256: str


class Ruler(msgspec.Struct, frozen=True, kw_only=True):
    """A ruler's folder that was read and found whole."""

    folder: Path
    manifest: RulerManifest
    graph: bytes


def encode_ruler(manifest: RulerManifest) -> bytes:
    """The manifest as JSON to be read by people too."""
    return msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n"


def read_ruler(folder: Path) -> Ruler:
    """Read a ruler's folder, refusing a graph that is not the one it names, or not as it says."""
    path = folder / RULER_NAME
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=RulerManifest)
        graph = (folder / RULER_GRAPH).read_bytes()
    except FileNotFoundError as error:
        raise TrainingError(f"{error.filename}: there is no such file; name a ruler.") from error
    except OSError as error:
        raise TrainingError(f"{error.filename}: cannot be read ({error.strerror}).") from error
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        fault = parser_fault(error)
        raise TrainingError(f"{path}: this is not a ruler of this program: {fault}.") from error
    if hashlib.sha256(graph).hexdigest() != manifest.sha256:
        raise TrainingError(
            f"{folder / RULER_GRAPH}: is not the graph that {RULER_NAME} names; copy the ruler's "
            "folder again."
        )
    for fault in _faults(manifest):
        raise TrainingError(f"{path}: this is not a ruler of this program: {fault}.")
    for fault in _graph_faults(manifest, graph):
        raise TrainingError(f"{folder / RULER_GRAPH}: this cannot be measured with: {fault}.")
    return Ruler(folder=folder, manifest=manifest, graph=graph)


def _faults(manifest: RulerManifest) -> Iterator[str]:
    """What the types cannot say: parts that must be there and fit together."""
    if manifest.format != RULER_FORMAT:
        yield f"its format is {manifest.format}, and {RULER_FORMAT} is known"
    if min(manifest.width, manifest.height, manifest.channels, manifest.features) < 1:
        yield "its pictures or its features have no size"
    if not manifest.heads:
        yield "it answers no question"
        return
    if not all(head.values for head in manifest.heads):
        yield "one of its questions has no answers"
    asked = [(head.of, head.name) for head in manifest.heads]
    if [(score.of, score.name) for score in manifest.scores] != asked:
        yield "its scores are not those of its questions"
    first = manifest.heads[0]
    if first.name == CLASS_HEAD and first.values != manifest.classes:
        yield "the classes that it tells apart are not those that it names"


def _graph_faults(manifest: RulerManifest, graph: bytes) -> Iterator[str]:
    """Where inputs and outputs of the graph are not as the manifest has them."""
    try:
        found = onnx.load_model_from_string(graph).graph
    except Exception:  # protobuf raises its own, which has no types
        yield "it is no graph"
        return
    answers = sum(len(head.values) for head in manifest.heads)
    pictures = (manifest.height, manifest.width, manifest.channels)
    for values, name, kind, size in (
        (found.input, "pictures", onnx.TensorProto.UINT8, pictures),
        (found.output, "features", onnx.TensorProto.FLOAT, (manifest.features,)),
        (found.output, "answers", onnx.TensorProto.FLOAT, (answers,)),
    ):
        types = [value.type.tensor_type for value in values if value.name == name]
        sizes = [tuple(axis.dim_value for axis in each.shape.dim)[1:] for each in types]
        if [each.elem_type for each in types] != [kind] or sizes != [size]:
            yield f"its {name} are not as {RULER_NAME} says"


def find_rulers(root: Path) -> list[Path]:
    """The folders of all rulers below `root`, by name."""
    return sorted(path.parent for path in root.glob(f"*/{RULER_NAME}"))
