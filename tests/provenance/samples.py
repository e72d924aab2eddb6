"""Pictures with recipes for the tests of what files remember."""

import struct
import zlib

import msgspec
import numpy as np

from studio.contract.recipe import ControlValue, Fingerprint, Recipe
from studio.provenance.pictures import encode_picture

GRAPHS = {"generator": "5e" * 32}
MAKING = Fingerprint(
    onnxruntime="1.31.1",
    provider="CPUExecutionProvider",
    device="Processor™ 7 处理器 🎨",  # outside Latin-1, and outside the first 65,536 characters
    cpu_flags="avx avx2",
)


def noise(width: int, height: int, channels: int, seed: int = 0) -> bytes:
    """Pixels without structure, so that nothing about them is kept by luck."""
    return np.random.default_rng(seed).bytes(width * height * channels)


def soft(width: int, height: int, channels: int) -> bytes:
    """A smooth picture, whose values a lossy format nearly keeps."""
    rows, columns = np.mgrid[0:height, 0:width]
    planes = [
        120 + 80 * np.sin((rows + 3 * plane) / 9.0) * np.cos(columns / (7.0 + plane))
        for plane in range(channels)
    ]
    return np.stack(planes, axis=-1).astype(np.uint8).tobytes()


def recipe(**changes: object) -> Recipe:
    """A recipe as the host gives it, except for what the pixels decide."""
    controls: dict[str, ControlValue] = {"kind": "bags", "truncation": 0.7}
    made = Recipe(
        studio="0.1.0",
        model="tiny",
        graphs=GRAPHS,
        seed=7,
        latent=np.arange(8, dtype="<f4").tobytes(),
        controls=controls,
        making=MAKING,
    )
    return msgspec.structs.replace(made, **changes)


def png(width: int = 12, height: int = 10, channels: int = 3) -> bytes:
    return encode_picture(noise(width, height, channels), width, height, channels, recipe())


def chunk(kind: bytes, body: bytes) -> bytes:
    """One PNG chunk with a right checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_of(*chunks: bytes) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """Type and body of each chunk of a sound PNG."""
    position, chunks = 8, []
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        chunks.append((kind, data[position + 8 : position + 8 + length]))
        position += 12 + length
    return chunks
