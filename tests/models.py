"""Model folders for tests: tiny and complete, or hostile in one named way.

Every builder writes a folder that `studio.contract.manifest.read_model` accepts, with a graph of
random weights from a fixed seed; the hostile ones are sound on the outside and fault inside.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from studio.contract.manifest import (
    MANIFEST_NAME,
    Choice,
    Control,
    DataSource,
    Golden,
    Graph,
    Label,
    LatentSpace,
    Licence,
    Manifest,
    Measure,
    Tensor,
    Training,
    decode_manifest,
    encode_manifest,
    file_sha256,
)

GRAPH_FILE = "generator.onnx"
CLASS_CONTROL = "kind"
TRUNCATION_CONTROL = "truncation"

_IR_VERSION = 10
_OPSET = 21
_KINDS = (
    ("boots", "靴子"),
    ("coats", "外套"),
    ("bags", "包"),
    ("shirts", "衬衫"),
    ("dresses", "连衣裙"),
    ("sandals", "凉鞋"),
)

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphParts:
    """Nodes that lead from the graph's inputs to the float picture ``rgb`` in [-1, 1], NCHW."""

    nodes: list[onnx.NodeProto]
    initializers: list[onnx.TensorProto]


def class_values(classes: int) -> tuple[str, ...]:
    """The values of the class control of a tiny model with ``classes`` classes."""
    return tuple(
        _KINDS[index][0] if index < len(_KINDS) else f"kind-{index}" for index in range(classes)
    )


def write_tiny_generator(
    folder: Path,
    *,
    size: int = 8,
    classes: int = 3,
    dimension: int = 4,
    channels: Literal[1, 3] = 3,
    width: int = 8,
    seed: int = 0,
    model_id: str = "tiny",
    title: str = "Tiny shapes",
    pixel_art: bool = False,
) -> Path:
    """A complete generator: Gemm to 4x4, transposed convolutions to ``size`` (a power of two).

    ``width`` is the number of channels before the last layer; it doubles towards the 4x4 stage,
    so ``size=64, width=64`` has the weight of a DCGAN. ``classes=0`` makes it unconditional.
    """
    parts = _dcgan(size=size, inputs=dimension + classes, channels=channels, width=width, seed=seed)
    return _write(
        folder, parts, size=size, classes=classes, dimension=dimension, channels=channels,
        model_id=model_id, title=title, pixel_art=pixel_art, golden=True,
    )  # fmt: skip


def write_slow_generator(
    folder: Path, *, steps: int = 4000, side: int = 192, model_id: str = "slow"
) -> Path:
    """A generator of about ``steps`` multiplications of (side, side) a run, for cancelling."""
    loop = [
        helper.make_node("MatMul", ["state", "turn"], ["turned"]),
        helper.make_node("Tanh", ["turned"], ["state_out"]),
        helper.make_node("Identity", ["going"], ["going_out"]),
    ]
    return _write_loop(folder, loop, trips=steps, side=side, model_id=model_id)


def write_endless_generator(folder: Path, *, model_id: str = "endless") -> Path:
    """A generator whose Loop never ends by itself."""
    loop = [
        helper.make_node("Tanh", ["state"], ["state_out"]),
        helper.make_node("Identity", ["going"], ["going_out"]),
    ]
    return _write_loop(folder, loop, trips=2**62, side=32, model_id=model_id)


def write_hungry_generator(folder: Path, *, gigabytes: int = 512, model_id: str = "hungry") -> Path:
    """A generator that asks for ``gigabytes`` of memory while it runs."""
    rows = gigabytes * 2**30 // 4 // 2**20
    parts = _dcgan(size=8, inputs=4, channels=3, width=8, seed=0)
    # The size comes from the latent's own values, so that no optimiser can fold it at loading.
    nodes = [
        helper.make_node("ReduceMin", ["latent"], ["least"], keepdims=0),
        helper.make_node("Mul", ["least", "nought"], ["nothing"]),
        helper.make_node("Cast", ["nothing"], ["nothing_whole"], to=TensorProto.INT64),
        helper.make_node("Add", ["rows", "nothing_whole"], ["wanted"]),
        helper.make_node("ConstantOfShape", ["wanted"], ["filled"]),
        helper.make_node("ReduceMax", ["filled"], ["most"], keepdims=0),
        helper.make_node("Add", ["rgb_made", "most"], ["rgb"]),
    ]
    parts.nodes[-1].output[0] = "rgb_made"
    parts.nodes.extend(nodes)
    parts.initializers.extend(
        [
            numpy_helper.from_array(np.array([rows, 2**20], np.int64), "rows"),
            numpy_helper.from_array(np.zeros((), np.float32), "nought"),
        ]
    )
    return _write(folder, parts, size=8, classes=0, dimension=4, channels=3, model_id=model_id)


def write_wrong_shape_generator(folder: Path, *, model_id: str = "wrong-shape") -> Path:
    """A generator whose graph makes pictures of 16 pixels where the manifest says 8."""
    parts = _dcgan(size=16, inputs=4, channels=3, width=8, seed=0)
    return _write(folder, parts, size=8, classes=0, dimension=4, channels=3, model_id=model_id)


def write_external_generator(folder: Path, location: str, *, model_id: str = "external") -> Path:
    """A generator whose first weights are said to lie in the file ``location``."""
    parts = _dcgan(size=8, inputs=4, channels=3, width=8, seed=0)
    weights = parts.initializers[0]
    raw = weights.raw_data
    target = Path(os.path.normpath(folder / location))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(raw)
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    for key, value in (("location", location), ("offset", "0"), ("length", str(len(raw)))):
        entry = weights.external_data.add()
        entry.key, entry.value = key, value
    return _write(folder, parts, size=8, classes=0, dimension=4, channels=3, model_id=model_id)


def replace_graph(folder: Path, data: bytes) -> None:
    """Put other bytes in the graph's place and make the manifest's hash agree with them."""
    path = folder / GRAPH_FILE
    path.write_bytes(data)
    _rewrite_manifest(folder, sha256=file_sha256(path))


def replace_golden(folder: Path, data: bytes) -> None:
    """Put other bytes in the golden sample's place and make the manifest's hash agree."""
    path = folder / "golden.npz"
    path.write_bytes(data)
    manifest = decode_manifest((folder / MANIFEST_NAME).read_bytes(), folder)
    golden = msgspec.structs.replace(manifest.golden, sha256=file_sha256(path))
    manifest = msgspec.structs.replace(manifest, golden=golden)
    (folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))


def _rewrite_manifest(folder: Path, *, sha256: str) -> None:
    manifest = decode_manifest((folder / MANIFEST_NAME).read_bytes(), folder)
    graph = msgspec.structs.replace(manifest.graphs["generator"], sha256=sha256)
    manifest = msgspec.structs.replace(manifest, graphs={"generator": graph})
    (folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))


def _dcgan(*, size: int, inputs: int, channels: int, width: int, seed: int) -> GraphParts:
    stages = int(np.log2(size // 4))
    if size != 4 * 2**stages or stages < 1:
        raise ValueError("the size must be a power of two from 8 on")
    random = np.random.default_rng(seed)
    depth = width * 2 ** (stages - 1)

    def normal(*shape: int, scale: float) -> Floats:
        return (random.standard_normal(shape) * scale).astype(np.float32)

    weights = normal(inputs, depth * 16, scale=1.2 / np.sqrt(inputs))
    initializers = [
        numpy_helper.from_array(weights, "gemm_weight"),
        numpy_helper.from_array(normal(depth * 16, scale=0.1), "gemm_bias"),
        numpy_helper.from_array(np.array([-1, depth, 4, 4], np.int64), "first_shape"),
    ]
    nodes = [
        helper.make_node("Gemm", ["drawn", "gemm_weight", "gemm_bias"], ["flat"]),
        helper.make_node("Reshape", ["flat", "first_shape"], ["reshaped"]),
        helper.make_node("Relu", ["reshaped"], ["stage_0"]),
    ]
    for stage in range(stages):
        last = stage == stages - 1
        made = channels if last else depth // 2
        scale = 1.6 / np.sqrt(depth * 4)
        initializers.append(
            numpy_helper.from_array(normal(depth, made, 4, 4, scale=scale), f"weight_{stage}")
        )
        initializers.append(numpy_helper.from_array(normal(made, scale=0.1), f"bias_{stage}"))
        nodes.append(
            helper.make_node(
                "ConvTranspose",
                [f"stage_{stage}", f"weight_{stage}", f"bias_{stage}"],
                [f"grown_{stage}"],
                kernel_shape=[4, 4],
                strides=[2, 2],
                pads=[1, 1, 1, 1],
            )
        )
        name = "rgb" if last else f"stage_{stage + 1}"
        nodes.append(helper.make_node("Tanh" if last else "Relu", [f"grown_{stage}"], [name]))
        depth = made
    return GraphParts(nodes=nodes, initializers=initializers)


def _write_loop(
    folder: Path, body: Sequence[onnx.NodeProto], *, trips: int, side: int, model_id: str
) -> Path:
    """Put a Loop over a (side, side) state before the picture of a small generator."""
    inner = helper.make_graph(
        list(body),
        "body",
        [
            helper.make_tensor_value_info("trip", TensorProto.INT64, []),
            helper.make_tensor_value_info("going", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state", TensorProto.FLOAT, [side, side]),
        ],
        [
            helper.make_tensor_value_info("going_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info("state_out", TensorProto.FLOAT, [side, side]),
        ],
    )
    parts = _dcgan(size=8, inputs=4, channels=3, width=8, seed=0)
    parts.nodes[-1].output[0] = "rgb_made"
    parts.nodes.extend(
        [
            helper.make_node("ReduceMax", ["latent"], ["most"], keepdims=0),
            helper.make_node("Add", ["start", "most"], ["state_first"]),
            helper.make_node(
                "Loop", ["trips", "always", "state_first"], ["state_last"], body=inner
            ),
            helper.make_node("ReduceMean", ["state_last"], ["level"], keepdims=0),
            helper.make_node("Mul", ["level", "little"], ["tint"]),
            helper.make_node("Add", ["rgb_made", "tint"], ["rgb"]),
        ]
    )
    turn = np.random.default_rng(1).standard_normal((side, side)) / np.sqrt(side)
    parts.initializers.extend(
        [
            numpy_helper.from_array(np.array(trips, np.int64), "trips"),
            numpy_helper.from_array(np.array(True), "always"),
            numpy_helper.from_array(np.zeros((side, side), np.float32), "start"),
            numpy_helper.from_array(np.array(0.001, np.float32), "little"),
            numpy_helper.from_array(turn.astype(np.float32), "turn"),
        ]
    )
    return _write(folder, parts, size=8, classes=0, dimension=4, channels=3, model_id=model_id)


def _graph_bytes(
    parts: GraphParts, *, size: int, classes: int, dimension: int, channels: int
) -> bytes:
    inputs = [helper.make_tensor_value_info("latent", TensorProto.FLOAT, ["batch", dimension])]
    if classes:
        inputs.append(
            helper.make_tensor_value_info("class_weights", TensorProto.FLOAT, ["batch", classes])
        )
        head = helper.make_node("Concat", ["latent", "class_weights"], ["drawn"], axis=1)
    else:
        head = helper.make_node("Identity", ["latent"], ["drawn"])
    tail = [
        helper.make_node("Mul", ["rgb", "half_range"], ["scaled"]),
        helper.make_node("Add", ["scaled", "half_range"], ["shifted"]),
        helper.make_node("Round", ["shifted"], ["rounded"]),
        helper.make_node("Clip", ["rounded", "lowest", "highest"], ["clipped"]),
        helper.make_node("Transpose", ["clipped"], ["nhwc"], perm=[0, 2, 3, 1]),
        helper.make_node("Cast", ["nhwc"], ["image"], to=TensorProto.UINT8),
    ]
    constants = [
        numpy_helper.from_array(np.array(127.5, np.float32), "half_range"),
        numpy_helper.from_array(np.array(0.0, np.float32), "lowest"),
        numpy_helper.from_array(np.array(255.0, np.float32), "highest"),
    ]
    graph = helper.make_graph(
        [head, *parts.nodes, *tail],
        "generator",
        inputs,
        [
            helper.make_tensor_value_info(
                "image", TensorProto.UINT8, ["batch", size, size, channels]
            )
        ],
        [*parts.initializers, *constants],
    )
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="atelier tests",
    )
    return bytes(model.SerializeToString())


def _write(
    folder: Path,
    parts: GraphParts,
    *,
    size: int,
    classes: int,
    dimension: int,
    channels: Literal[1, 3],
    model_id: str,
    title: str = "Tiny shapes",
    pixel_art: bool = False,
    golden: bool = False,
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    graph = folder / GRAPH_FILE
    graph.write_bytes(
        _graph_bytes(parts, size=size, classes=classes, dimension=dimension, channels=channels)
    )
    (folder / "CARD.md").write_text(f"# {title}\n\nRandom weights, for tests.\n", encoding="utf-8")
    sample = _golden_arrays(
        graph if golden else None, size=size, classes=classes, dimension=dimension,
        channels=channels,
    )  # fmt: skip
    np.savez(folder / "golden.npz", allow_pickle=False, **sample)
    manifest = _manifest(
        folder, size=size, classes=classes, dimension=dimension, channels=channels,
        model_id=model_id, title=title, pixel_art=pixel_art,
    )  # fmt: skip
    (folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
    return folder


def _golden_arrays(
    graph: Path | None, *, size: int, classes: int, dimension: int, channels: int
) -> dict[str, NDArray[np.float32] | NDArray[np.uint8]]:
    random = np.random.default_rng(7)
    count = 2
    inputs: dict[str, NDArray[np.float32]] = {
        "latent": random.standard_normal((count, dimension)).astype(np.float32)
    }
    if classes:
        inputs["class_weights"] = np.eye(classes, dtype=np.float32)[np.arange(count) % classes]
    image = np.zeros((count, size, size, channels), np.uint8)
    if graph is not None:
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(
            str(graph), options, providers=["CPUExecutionProvider"]
        )
        image = np.asarray(session.run(["image"], inputs)[0], np.uint8)
    return {**inputs, "image": image}


def sample_controls(classes: int) -> tuple[Control, ...]:
    """A kind, where there are several, and how far from the usual."""
    truncation = Control(
        name=TRUNCATION_CONTROL,
        type="number",
        applies_to="truncation",
        order=1,
        label=Label(en="Typical to strange", zh="典型到奇特"),
        help=Label(en="How far it strays from the usual.", zh="偏离常见样子的程度。"),
        default=1.0,
        minimum=0.0,
        maximum=1.5,
        step=0.05,
        ends=(Label(en="typical", zh="典型"), Label(en="strange", zh="奇特")),
    )
    if not classes:
        return (truncation,)
    values = class_values(classes)
    kind = Control(
        name=CLASS_CONTROL,
        type="choice",
        applies_to="class",
        label=Label(en="Kind", zh="种类"),
        help=Label(en="What it shows.", zh="画的是什么。"),
        default=values[0],
        choices=tuple(
            Choice(
                value=value,
                label=Label(
                    en=value.capitalize(), zh=_KINDS[index][1] if index < len(_KINDS) else value
                ),
            )
            for index, value in enumerate(values)
        ),
    )
    return (kind, truncation)


def _manifest(
    folder: Path,
    *,
    size: int,
    classes: int,
    dimension: int,
    channels: Literal[1, 3],
    model_id: str,
    title: str,
    pixel_art: bool,
) -> Manifest:
    inputs = [Tensor(name="latent", role="latent", dtype="float32", shape=("batch", dimension))]
    if classes:
        weights = Tensor(
            name="class_weights",
            role="class_weights",
            dtype="float32",
            shape=("batch", classes),
            range=(0.0, 1.0),
        )
        inputs.append(weights)
    image = Tensor(
        name="image",
        role="image",
        dtype="uint8",
        shape=("batch", size, size, channels),
        range=(0.0, 255.0),
        layout="NHWC",
    )
    return Manifest(
        id=model_id,
        kind="gan",
        version="1.0.0",
        title=Label(en=title, zh="小图形"),
        description=Label(en="Random weights, for tests.", zh="随机权重,用于测试。"),
        limits=Label(en="It has learned nothing.", zh="它什么也没学过。"),
        licence=Licence(
            spdx="CC0-1.0",
            credit="Atelier's tests",
            sentence=Label(en="Yours without conditions.", zh="可任意使用。"),
        ),
        graphs={
            "generator": Graph(
                file=GRAPH_FILE,
                sha256=file_sha256(folder / GRAPH_FILE),
                inputs=tuple(inputs),
                outputs=(image,),
            )
        },
        latent=LatentSpace(dimension=dimension),
        controls=sample_controls(classes),
        picture_size=(size, size),
        channels=channels,
        pixel_art=pixel_art,
        training=Training(
            recipe="none",
            command="none",
            data=(DataSource(name="noise", licence="CC0-1.0", credit="nobody"),),
            seed=0,
            samples_seen=0,
            seconds=0.0,
        ),
        quality=(Measure(name="none", value=0.0, method="not measured"),),
        golden=Golden(file="golden.npz", sha256=file_sha256(folder / "golden.npz")),
    )
