"""What ncnn itself, for which the weights were published, makes of a network: where it is there."""

import importlib
import importlib.metadata
import importlib.util
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.upscale.network import Network, enlarge_reference


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerReport:
    """How far ncnn is from the same layers in numpy."""

    version: str
    largest: float
    """Largest difference before rounding, in levels."""


def compare_with_ncnn(
    text: bytes, weights: bytes, network: Network, pictures: npt.NDArray[np.uint8]
) -> PeerReport | None:
    """Run ncnn in float32 over uint8 ``pictures`` (batch, height, width, 3); None without it.

    Install it with ``pip install --no-deps ncnn``: the rest that it asks for is not used here.
    """
    if importlib.util.find_spec("ncnn") is None:
        return None
    ncnn: Any = importlib.import_module("ncnn")
    net = ncnn.Net()
    for option in ("fp16_arithmetic", "fp16_storage", "fp16_packed", "bf16_storage"):
        setattr(net.opt, f"use_{option}", False)
    net.opt.use_vulkan_compute = False
    net.opt.num_threads = 1
    with tempfile.TemporaryDirectory() as folder:
        param, binary = Path(folder) / "network.param", Path(folder) / "network.bin"
        param.write_bytes(text)
        binary.write_bytes(weights)
        if net.load_param(str(param)) or net.load_model(str(binary)):
            return None
    first, last = network.layers[0].outputs[0], network.layers[-1].outputs[0]
    expected = enlarge_reference(network, pictures)
    largest = 0.0
    for picture, wanted in zip(pictures, expected, strict=True):
        light = np.ascontiguousarray(
            picture.astype(np.float32).transpose(2, 0, 1) / np.float32(255)
        )
        extractor = net.create_extractor()
        extractor.input(first, ncnn.Mat(light).clone())
        _, made = extractor.extract(last)
        levels = np.array(made, np.float32).transpose(1, 2, 0) * np.float32(255)
        largest = max(largest, float(np.abs(levels - wanted).max()))
    return PeerReport(version=importlib.metadata.version("ncnn"), largest=largest)
