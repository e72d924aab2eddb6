"""Writes a trained ruler as a folder with an ONNX graph."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import onnx
import torch
from torch import Tensor, nn
from typing_extensions import override

from studio.contract.manifest import file_sha256
from training.checkpoints import load_newest
from training.command_line import command_line
from training.data.dataset import PictureSet, open_cache
from training.errors import TrainingError
from training.folders import publish_folder
from training.gan.diversity import PIXEL_SCALE, PIXEL_ZERO
from training.graphs import graph_bytes, trace_module
from training.parity import RulerRunner
from training.ruler.card import CARD_NAME, write_ruler_card
from training.ruler.labels import Head
from training.ruler.manifest import RULER_GRAPH, RULER_NAME, RulerManifest, encode_ruler
from training.ruler.network import FEATURES, RulerNetwork
from training.ruler.train import HeadScore, RulerConfig, build_network, config_to_json

TOLERANCE = 1e-3
"""Largest difference from torch, as a share of the largest feature."""
_SAMPLES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class RulerExportConfig:
    """Write a finished ruler run as a folder that `evaluate` measures with."""

    run: Path
    """The run's folder."""
    id: str
    """The ruler's name, e.g. `avatar-parts`."""
    out: Path = Path("exported_models/rulers")
    """The folder that receives the ruler's folder."""


class _BytesModule(nn.Module):
    """The network with bytes for input, so that nobody scales pictures in another way."""

    def __init__(self, network: RulerNetwork) -> None:
        super().__init__()
        self.network = network

    @override
    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """uint8 (batch, h, w, c) -> features (batch, 128), logits (batch, answers)."""
        signal = (pictures.permute(0, 3, 1, 2).float() - PIXEL_ZERO) / PIXEL_SCALE
        features, answers = self.network(signal)
        return features, answers


def ruler_graph(network: RulerNetwork, data: PictureSet) -> bytes:
    """The ONNX file: input `pictures` uint8 NHWC; outputs `features` and `answers`."""
    info = data.info
    example = torch.zeros(2, info.height, info.width, info.channels, dtype=torch.uint8)
    model: onnx.ModelProto = trace_module(
        _BytesModule(network).eval(),
        (example,),
        input_names=["pictures"],
        output_names=["features", "answers"],
    )
    return graph_bytes(model, name="ruler")


def _require_agreement(
    graph: bytes, network: RulerNetwork, pictures: npt.NDArray[np.uint8]
) -> float:
    """Largest relative difference of onnxruntime's features from torch's; fails above the limit."""
    with torch.no_grad():
        expected, _ = _BytesModule(network).eval()(torch.from_numpy(pictures))
    features, _ = RulerRunner(graph).run(pictures)
    difference = np.abs(features - expected.numpy()).max() / np.abs(features).max()
    if not difference <= TOLERANCE:
        raise TrainingError(
            f"The exported ruler differs from torch by {difference:.1e} of its largest feature; at "
            f"most {TOLERANCE:.0e} is allowed. Nothing was exported."
        )
    return float(difference)


def _flat(tree: Mapping[str, object], prefix: str = "") -> dict[str, str | int | float | bool]:
    """The settings without folders of the machine that trained, one level deep."""
    flat: dict[str, str | int | float | bool] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _flat(value, f"{name}.")
        elif isinstance(value, list):
            flat[name] = ",".join(map(str, value))
        elif name not in {"out", "data.path", "data.cache", "resume"} and isinstance(
            value, str | int | float | bool
        ):
            flat[name] = value
    return flat


def export_ruler(config: RulerExportConfig) -> str:
    """Export the newest checkpoint of a finished run; returns what there is to say of it."""
    path, state = load_newest(config.run, print)
    texts = [state.get(key) for key in ("heads", "scores", "config", "data_folder", "identity")]
    heads_text, scores_text, config_text, data_folder, identity = texts
    weights, seconds = state.get("network"), state.get("seconds")
    step = state.get("step")
    if not (
        isinstance(heads_text, str)
        and isinstance(scores_text, str)
        and isinstance(config_text, str)
        and isinstance(data_folder, str)
        and isinstance(identity, dict)
        and isinstance(weights, dict)
        and isinstance(seconds, float)
        and isinstance(step, int)
    ):
        raise TrainingError(f"{path}: this is not a checkpoint of a ruler.")
    heads = msgspec.json.decode(heads_text, type=tuple[Head, ...])
    scores = msgspec.json.decode(scores_text, type=tuple[HeadScore, ...])
    if not scores:
        raise TrainingError(
            f"{path}: this ruler is not finished; repeat its training with --resume."
        )
    settings = json.loads(config_text)
    data = open_cache(Path(data_folder))
    network = build_network(data, heads)
    network.load_state_dict(weights)
    graph = ruler_graph(network, data)
    pictures = np.array(data.images[:: max(data.info.count // _SAMPLES, 1)])
    difference = _require_agreement(graph, network, pictures)
    info = data.info
    manifest = RulerManifest(
        id=config.id,
        sha256=hashlib.sha256(graph).hexdigest(),
        width=info.width,
        height=info.height,
        channels=info.channels,
        features=FEATURES,
        classes=tuple(entry.id for entry in info.classes),
        heads=heads,
        scores=scores,
        data=info.name,
        data_key=info.key,
        credits=info.credits,
        command=command_line(
            f"python -m training ruler --out runs/{config.id}",
            settings,
            json.loads(config_to_json(RulerConfig(out=Path("run")))),
            skipped={"out", "resume", "data.cache", "data.processes", "engine.threads"},
        ),
        images_seen=step * int(identity["batch"]) * int(identity["processes"]),
        seconds=round(seconds, 1),
        config=dict(_flat(settings)),
        checkpoint_sha256=file_sha256(path),
    )
    target = config.out / config.id
    with publish_folder(target, marker=RULER_NAME, purpose="the ruler") as temporary:
        (temporary / RULER_GRAPH).write_bytes(graph)
        (temporary / RULER_NAME).write_bytes(encode_ruler(manifest))
        card = write_ruler_card(manifest, info)
        (temporary / CARD_NAME).write_text(card, encoding="utf-8")
    parts = [score for score in scores if score.of]
    said = f"{scores[0].name} {scores[0].right:.1%} right on held-out pictures"
    if parts:
        said += f", parts {np.mean([score.right for score in parts]):.1%}"
        said += f" ({np.mean([score.guessing for score in parts]):.1%} by guessing)"
    return (
        f"{target}: graph of {len(graph) / 1e6:.1f} MB; differs from torch by {difference:.0e} of "
        f"its largest feature; {said}."
    )
