"""Small networks in ncnn's format, written down here byte by byte."""

import struct

import numpy as np
import numpy.typing as npt

FLOAT16 = 0x01306B47


def param(*layers: str) -> bytes:
    """A list of layers, one line each."""
    names = {name for layer in layers for name in layer.split()[4:] if "=" not in name}
    return "\n".join(["7767517", f"{len(layers)} {len(names)}", *layers, ""]).encode()


def convolution_weights(
    weight: npt.NDArray[np.floating], bias: npt.NDArray[np.floating], *, half: bool = True
) -> bytes:
    """The bytes of one convolution: how it is stored, its weights padded to four bytes, biases."""
    stored = weight.astype("<f2" if half else "<f4").tobytes()
    tag = struct.pack("<I", FLOAT16 if half else 0)
    return tag + stored + bytes(-len(stored) % 4) + bias.astype("<f4").tobytes()


def small_network(
    *, factor: int = 2, width: int = 4, half: bool = True, seed: int = 0
) -> tuple[bytes, bytes]:
    """The two files of a network of two convolutions that enlarges ``factor`` times."""
    random = np.random.default_rng(seed)
    out = 3 * factor**2
    lines = param(
        "Input in 0 1 data",
        "Split split 1 2 data a b",
        f"Convolution first 1 1 a c 0={width} 1=3 4=1 5=1 6={27 * width}",
        f"PReLU bend 1 1 c d 0={width}",
        f"Convolution second 1 1 d e 0={out} 1=3 4=1 5=1 6={9 * width * out}",
        f"PixelShuffle shuffle 1 1 e f 0={factor}",
        f"Interp larger 1 1 b g 0=1 1={factor:.6e} 2={factor:.6e}",
        "BinaryOp sum 2 1 f g output",
    )

    def numbers(*shape: int) -> npt.NDArray[np.float32]:
        return random.normal(0, 0.2, shape).astype(np.float32)

    weights = (
        convolution_weights(numbers(width, 3, 3, 3), numbers(width), half=half)
        + numbers(width).tobytes()
        + convolution_weights(numbers(out, width, 3, 3) / 4, numbers(out) / 4, half=half)
    )
    return lines, weights
