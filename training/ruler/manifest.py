"""What a ruler's folder says of it.

A ruler is no model that draws, so its folder has a `ruler.json` of its own kind and no
`manifest.json`: the studio, which looks for the latter, passes it by.
"""

import hashlib
from pathlib import Path
from typing import Literal

import msgspec

from studio.contract.errors import parser_fault
from training.data.dataset import SourceCredit
from training.errors import TrainingError
from training.ruler.labels import Head
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
    """Read a ruler's folder, refusing a graph that is not the one it names."""
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
    return Ruler(folder=folder, manifest=manifest, graph=graph)


def find_rulers(root: Path) -> list[Path]:
    """The folders of all rulers below `root`, by name."""
    return sorted(path.parent for path in root.glob(f"*/{RULER_NAME}"))
