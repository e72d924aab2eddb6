"""Folders of enlarging models for tests: tiny networks that visibly act."""

import hashlib
from pathlib import Path

import msgspec
import numpy as np

from studio.contract.manifest import (
    MANIFEST_NAME,
    Enlarging,
    Golden,
    Graph,
    Label,
    Licence,
    Manifest,
    Model,
    Tensor,
    Training,
    encode_manifest,
    file_sha256,
    needed_manifest_schema,
    read_model,
)
from tests.training.upscale.networks import small_network
from training.graphs import graph_bytes
from training.parity import PictureRunner
from training.upscale.ncnn import parse_network
from training.upscale.network import ENLARGED, PICTURE, check_network, onnx_graph


def write_upscaler(folder: Path, *, factor: int = 2, model_id: str = "tiny-upscaler") -> Model:
    """A network of two convolutions, so that it sees two pixels around each."""
    folder.mkdir(parents=True, exist_ok=True)
    network = check_network(parse_network(*small_network(factor=factor), "tiny"))
    graph = graph_bytes(onnx_graph(network), name="upscaler")
    picture = np.random.default_rng(0).integers(0, 256, (1, 9, 7, 3)).astype(np.uint8)
    (folder / "upscaler.onnx").write_bytes(graph)
    np.savez(folder / "golden.npz", picture=picture, image=PictureRunner(graph).run(picture))
    (folder / "CARD.md").write_text("A test's network.", encoding="utf-8")
    manifest = Manifest(
        id=model_id,
        kind="upscaler",
        version="1.0.0",
        title=Label(en="Tiny", zh="小"),
        description=Label(en="Enlarges.", zh="放大。"),
        limits=Label(en="It is tiny.", zh="很小。"),
        licence=Licence(spdx="Apache-2.0", credit="", sentence=Label(en="Yours.", zh="归您。")),
        graphs={
            "upscaler": Graph(
                file="upscaler.onnx",
                sha256=hashlib.sha256(graph).hexdigest(),
                inputs=(_tensor(PICTURE, "height", "width"),),
                outputs=(_tensor(ENLARGED, "high", "wide"),),
            )
        },
        enlarging=Enlarging(factor=factor, reach=network.reach),
        training=Training(recipe="test", command="", data=(), seed=0, samples_seen=0, seconds=0.0),
        golden=Golden(file="golden.npz", sha256=file_sha256(folder / "golden.npz")),
    )
    manifest = msgspec.structs.replace(manifest, schema=needed_manifest_schema(manifest))
    (folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
    return read_model(folder)


def _tensor(name: str, height: str, width: str) -> Tensor:
    return Tensor(
        name=name, role="image", dtype="uint8", shape=("batch", height, width, 3), layout="NHWC"
    )
