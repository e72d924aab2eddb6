"""A tiny generator of two graphs for tests: real ONNX files whose zones visibly act.

The mapping is a small network of random weights; the synthesis grows 4x4 pixels to the picture,
each layer scaled and shifted by its own style, so that the coarse layers place shapes, the middle
one their texture and the last ones their colours. The numbers of the latent and of the style
differ on purpose: whoever takes the one for the other is refused.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from studio.contract.manifest import (
    MANIFEST_NAME,
    MANIFEST_SCHEMA,
    Control,
    DataSource,
    Golden,
    Graph,
    HalfPrecision,
    Label,
    LatentSpace,
    Licence,
    Manifest,
    Model,
    StyleSpace,
    Tensor,
    Training,
    Trait,
    TraitSet,
    Zone,
    encode_manifest,
    file_sha256,
    read_model,
)
from tests.models import sample_controls

MAPPING_FILE = "mapping.onnx"
SYNTHESIS_FILE = "synthesis.onnx"
TRAITS_FILE = "traits.f32"
NOISE_CONTROL = "noise"
LATENT = 12
"""Numbers of a latent, whatever the style has."""

_WIDTH = 8
"""Channels of every layer."""
_SMOOTH = np.outer((1, 3, 3, 1), (1, 3, 3, 1)) / 16
"""The transposed convolution's weights that double a side by linear interpolation."""
_IR_VERSION = 10
_OPSET = 21

Floats = NDArray[np.float32]
_Role = Literal["latent", "class_weights", "style", "style_mean", "styles", "noise"]


def write_styled_model(
    folder: Path,
    *,
    classes: int = 3,
    dim: int = 16,
    layers: int = 4,
    size: int = 32,
    traits: bool = False,
    specimen: bool = False,
    half: bool = False,
    model_id: str = "styled",
    title: str = "Styled shapes",
    seed: int = 0,
) -> Model:
    """Write the folder and read it; pictures are ``size`` square and in colour.

    ``dim`` is the length of a style, a latent has `LATENT` numbers. ``size`` is a power of two
    from 8 on, and ``layers`` at least as many as it takes to grow there from 4; those left over
    work at the full size. ``classes=0`` makes it unconditional. With ``half`` both graphs have a
    twin for cards, of the same arithmetic.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sides = _sides(size, layers)
    random = np.random.default_rng(seed)
    mapping = _Mapping.draw(random, classes, dim)
    (folder / MAPPING_FILE).write_bytes(mapping.graph_bytes())
    (folder / SYNTHESIS_FILE).write_bytes(_synthesis(random, dim, sides))
    (folder / "CARD.md").write_text(f"# {title}\n\nRandom weights, for tests.\n", encoding="utf-8")
    noise = sum(side * side for side in sides)
    np.savez(folder / "golden.npz", allow_pickle=False, **_golden(folder, classes, layers, noise))
    trait_set = _write_traits(folder, mapping, random) if traits else None
    manifest = Manifest(
        schema=MANIFEST_SCHEMA,
        id=model_id,
        kind="gan",
        version="1.0.0",
        title=Label(en=title, zh="风格图形"),
        description=Label(en="Random weights, for tests.", zh="随机权重,用于测试。"),
        limits=Label(en="It has learned nothing.", zh="它什么也没学过。"),
        licence=Licence(
            spdx="CC0-1.0",
            credit="Atelier's tests",
            sentence=Label(en="Yours without conditions.", zh="可任意使用。"),
        ),
        graphs={
            "mapping": _mapping_entry(folder, classes, dim, half=half),
            "synthesis": _synthesis_entry(folder, dim, layers, noise, size, half=half),
        },
        latent=LatentSpace(dimension=LATENT),
        styles=StyleSpace(dimension=dim, layers=tuple(map(_zone, sides))),
        traits=trait_set,
        specimen=specimen,
        controls=(*sample_controls(classes), _noise_control()),
        picture_size=(size, size),
        channels=3,
        training=Training(
            recipe="none",
            command="none",
            data=(DataSource(name="noise", licence="CC0-1.0", credit="nobody"),),
            seed=seed,
            samples_seen=0,
            seconds=0.0,
        ),
        golden=Golden(file="golden.npz", sha256=file_sha256(folder / "golden.npz")),
    )
    (folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
    return read_model(folder)


def trait_directions(model: Model) -> Floats:
    """The shipped directions, (traits, dimension), each one sigma long."""
    traits = model.manifest.traits
    assert traits is not None
    raw = np.fromfile(model.file(traits.file), "<f4").astype(np.float32)
    return raw.reshape(len(traits.traits), -1)


def _sides(size: int, layers: int) -> list[int]:
    """Pixels a side at which each layer works."""
    stages = [4 * 2**stage for stage in range(int(np.log2(size // 4)) + 1)]
    if size < 8 or stages[-1] != size or len(stages) > layers:
        raise ValueError("the size must be a power of two that so many layers grow to")
    return stages + [size] * (layers - len(stages))


def _zone(side: int) -> Zone:
    return "form" if side <= 8 else "texture" if side == 16 else "colour"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mapping:
    """Two layers from the latent and the class weights to one style, and its mean by class."""

    first: Floats
    second: Floats
    bias: Floats
    classes: int

    @classmethod
    def draw(cls, random: np.random.Generator, classes: int, dim: int) -> "_Mapping":
        hidden = 2 * dim
        first = random.standard_normal((LATENT + classes, hidden)) * 1.2 / np.sqrt(LATENT)
        first[LATENT:] *= 2.0
        second = random.standard_normal((hidden, dim)) * 1.4 / np.sqrt(hidden)
        return cls(
            first=first.astype(np.float32),
            second=second.astype(np.float32),
            bias=(random.standard_normal(dim) * 0.1).astype(np.float32),
            classes=classes,
        )

    def styles(self, latents: Floats, weights: Floats) -> Floats:
        """(count, dim) of (count, LATENT) and (count, classes)."""
        hidden = np.concatenate([latents, weights], axis=1) @ self.first
        made: Floats = np.where(hidden > 0, hidden, 0.2 * hidden) @ self.second + self.bias
        return made

    def means(self) -> Floats:
        """(classes, dim), or one row where there are no classes."""
        latents = np.random.default_rng(3).standard_normal((2000, LATENT)).astype(np.float32)
        rows = np.eye(self.classes, dtype=np.float32) if self.classes else np.zeros((1, 0), "f4")
        means = [self.styles(latents, np.tile(row, (len(latents), 1))).mean(axis=0) for row in rows]
        return np.stack(means).astype(np.float32)

    def graph_bytes(self) -> bytes:
        dim = self.second.shape[1]
        inputs = [_floats("latent", LATENT)]
        if self.classes:
            inputs.append(_floats("class_weights", self.classes))
            nodes = [helper.make_node("Concat", ["latent", "class_weights"], ["drawn"], axis=1)]
            mean = [helper.make_node("MatMul", ["class_weights", "means"], ["style_mean"])]
            weights = {"means": self.means()}
        else:
            nodes = [helper.make_node("Identity", ["latent"], ["drawn"])]
            mean = [helper.make_node("Gemm", ["latent", "nothing", "means"], ["style_mean"])]
            weights = {"means": self.means(), "nothing": np.zeros((LATENT, dim), np.float32)}
        nodes += [
            helper.make_node("MatMul", ["drawn", "first"], ["hidden"]),
            helper.make_node("LeakyRelu", ["hidden"], ["bent"], alpha=0.2),
            helper.make_node("Gemm", ["bent", "second", "bias"], ["style"]),
            *mean,
        ]
        weights |= {"first": self.first, "second": self.second, "bias": self.bias}
        outputs = [_floats("style", dim), _floats("style_mean", dim)]
        return _model_bytes("mapping", nodes, inputs, outputs, weights)


@dataclass(slots=True)
class _Nodes:
    """What a graph is put together from."""

    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: dict[str, NDArray[Any]] = field(default_factory=dict)

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def weight(self, name: str, values: NDArray[Any]) -> str:
        self.weights[name] = values
        return name


def _synthesis(random: np.random.Generator, dim: int, sides: list[int]) -> bytes:
    """Styles and noise to pixels."""
    parts = _Nodes()

    def normal(name: str, *shape: int, scale: float) -> str:
        return parts.weight(name, (random.standard_normal(shape) * scale).astype(np.float32))

    def number(name: str, *values: int) -> str:
        return parts.weight(name, np.array(values, np.int64))

    per_channel = number("per_channel", -1, _WIDTH, 1, 1)
    rows = number("rows", 1)
    state, start = "", 0
    for layer, side in enumerate(sides):
        at = parts.weight(f"at_{layer}", np.array(layer, np.int64))
        style = parts.add("Gather", ["styles", at], f"style_{layer}", axis=1)
        if layer == 0:
            grown = parts.add(
                "Gemm",
                [style, normal("first", dim, _WIDTH * 16, scale=1.0 / np.sqrt(dim))],
                "flat",
            )
            shape = number("first_shape", -1, _WIDTH, 4, 4)
            state = parts.add("Reshape", [grown, shape], "grown_0")
        elif side > sides[layer - 1]:
            mixing = random.standard_normal((_WIDTH, _WIDTH, 1, 1)) * 1.1 / np.sqrt(_WIDTH)
            kernel = parts.weight(f"kernel_{layer}", (mixing * _SMOOTH).astype(np.float32))
            state = parts.add(
                "ConvTranspose", [state, kernel], f"grown_{layer}",
                kernel_shape=[4, 4], strides=[2, 2], pads=[1, 1, 1, 1],
            )  # fmt: skip
        else:
            kernel = normal(f"kernel_{layer}", _WIDTH, _WIDTH, 1, 1, scale=1.2 / np.sqrt(_WIDTH))
            state = parts.add("Conv", [state, kernel], f"grown_{layer}", kernel_shape=[1, 1])
        stop = start + side * side
        bounds = [number(f"start_{layer}", start), number(f"stop_{layer}", stop), rows]
        row = parts.add("Slice", ["noise", *bounds], f"row_{layer}")
        field_shape = number(f"field_shape_{layer}", -1, 1, side, side)
        grain = parts.add("Reshape", [row, field_shape], f"grain_{layer}")
        strength = normal(f"strength_{layer}", 1, _WIDTH, 1, 1, scale=0.15)
        grained = parts.add("Mul", [grain, strength], f"grained_{layer}")
        state = parts.add("Add", [state, grained], f"noisy_{layer}")
        for name, base in (("scale", 1.0), ("shift", 0.0)):
            gain = normal(f"{name}_weight_{layer}", dim, _WIDTH, scale=0.8 / np.sqrt(dim))
            bias = parts.weight(f"{name}_bias_{layer}", np.full(_WIDTH, base, np.float32))
            made = parts.add("Gemm", [style, gain, bias], f"{name}_row_{layer}")
            parts.add("Reshape", [made, per_channel], f"{name}_{layer}")
        scaled = parts.add("Mul", [state, f"scale_{layer}"], f"scaled_{layer}")
        moved = parts.add("Add", [scaled, f"shift_{layer}"], f"moved_{layer}")
        state = parts.add("LeakyRelu", [moved], f"state_{layer}", alpha=0.2)
        start = stop
    kernel = normal("to_rgb", 3, _WIDTH, 1, 1, scale=0.5 / np.sqrt(_WIDTH))
    parts.add("Conv", [state, kernel], "flat_rgb", kernel_shape=[1, 1])
    parts.add("Tanh", ["flat_rgb"], "rgb")
    half_range = parts.weight("half_range", np.array(127.5, np.float32))
    parts.add("Mul", ["rgb", half_range], "stretched")
    parts.add("Add", ["stretched", half_range], "lifted")
    parts.add("Round", ["lifted"], "rounded")
    parts.add("Transpose", ["rounded"], "nhwc", perm=[0, 2, 3, 1])
    parts.add("Cast", ["nhwc"], "image", to=TensorProto.UINT8)
    size = sides[-1]
    image = helper.make_tensor_value_info("image", TensorProto.UINT8, ["batch", size, size, 3])
    inputs = [_floats("styles", len(sides), dim), _floats("noise", start)]
    return _model_bytes("synthesis", parts.nodes, inputs, [image], parts.weights)


def _floats(name: str, *shape: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", *shape])


def _model_bytes(
    name: str,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    outputs: list[onnx.ValueInfoProto],
    weights: Mapping[str, NDArray[Any]],
) -> bytes:
    initializers = [numpy_helper.from_array(values, key) for key, values in weights.items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    model = helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
        producer_name="atelier tests",
    )
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _golden(folder: Path, classes: int, layers: int, noise: int) -> dict[str, NDArray[Any]]:
    """Two pictures, by the graphs themselves: untruncated, one style for all layers."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    random = np.random.default_rng(7)
    count = 2
    inputs = {"latent": random.standard_normal((count, LATENT)).astype(np.float32)}
    if classes:
        inputs["class_weights"] = np.eye(classes, dtype=np.float32)[np.arange(count) % classes]
    grain = random.standard_normal((count, noise)).astype(np.float32)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    mapping, synthesis = (
        onnxruntime.InferenceSession(
            str(folder / name), options, providers=["CPUExecutionProvider"]
        )
        for name in (MAPPING_FILE, SYNTHESIS_FILE)
    )
    style = np.asarray(mapping.run(["style"], inputs)[0])
    styles = np.repeat(style[:, np.newaxis], layers, axis=1)
    image = np.asarray(synthesis.run(["image"], {"styles": styles, "noise": grain})[0], np.uint8)
    return {**inputs, "noise": grain, "image": image}


def _write_traits(folder: Path, mapping: _Mapping, random: np.random.Generator) -> TraitSet:
    """Two random directions of styles, each as long as styles spread along it."""
    count, dim = 1000, mapping.second.shape[1]
    latents = random.standard_normal((count, LATENT)).astype(np.float32)
    weights = np.zeros((count, mapping.classes), np.float32)
    if mapping.classes:
        weights[np.arange(count), random.integers(mapping.classes, size=count)] = 1
    styles = mapping.styles(latents, weights)
    rows = random.standard_normal((2, dim)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows *= (styles @ rows.T).std(axis=0)[:, np.newaxis]
    rows.astype("<f4").tofile(folder / TRAITS_FILE)
    return TraitSet(
        file=TRAITS_FILE,
        sha256=file_sha256(folder / TRAITS_FILE),
        space="style",
        traits=(
            Trait(
                name="glow",
                label=Label(en="Glow", zh="光亮"),
                ends=(Label(en="dark", zh="暗"), Label(en="bright", zh="亮")),
                correlation=0.7,
            ),
            Trait(name="tint", label=Label(en="Tint", zh="色调"), zone="colour", correlation=0.5),
        ),
    )


def _noise_control() -> Control:
    return Control(
        name=NOISE_CONTROL,
        type="number",
        applies_to="noise",
        tier="more",
        order=2,
        label=Label(en="Grain", zh="颗粒"),
        help=Label(en="How strong the fine detail by chance is.", zh="随机细节的强弱。"),
        default=1.0,
        minimum=0.0,
        maximum=2.0,
        step=0.05,
    )


def _mapping_entry(folder: Path, classes: int, dim: int, *, half: bool) -> Graph:
    inputs = [_tensor("latent", LATENT)]
    if classes:
        inputs.append(_tensor("class_weights", classes))
    outputs = (_tensor("style", dim), _tensor("style_mean", dim))
    return _entry(folder, MAPPING_FILE, tuple(inputs), outputs, half=half)


def _synthesis_entry(
    folder: Path, dim: int, layers: int, noise: int, size: int, *, half: bool
) -> Graph:
    image = Tensor(
        name="image",
        role="image",
        dtype="uint8",
        shape=("batch", size, size, 3),
        range=(0.0, 255.0),
        layout="NHWC",
    )
    inputs = (_tensor("styles", layers, dim), _tensor("noise", noise))
    return _entry(folder, SYNTHESIS_FILE, inputs, (image,), half=half)


def _entry(
    folder: Path,
    file: str,
    inputs: tuple[Tensor, ...],
    outputs: tuple[Tensor, ...],
    *,
    half: bool,
) -> Graph:
    twin = None
    if half:
        model = onnx.load(folder / file)
        model.doc_string = "The twin."  # other bytes, so that it is another graph
        name = file.replace(".onnx", "-half.onnx")
        (folder / name).write_bytes(model.SerializeToString())
        twin = HalfPrecision(file=name, sha256=file_sha256(folder / name), largest=0)
    return Graph(
        file=file, sha256=file_sha256(folder / file), inputs=inputs, outputs=outputs, half=twin
    )


def _tensor(role: _Role, *shape: int) -> Tensor:
    """A float tensor that is called what it means."""
    return Tensor(name=role, role=role, dtype="float32", shape=("batch", *shape))
