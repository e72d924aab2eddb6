"""The arrays that cross layers: how latents are drawn, and how pixels are named.

Latents are float32 rows; pixels are uint8 in (height, width, channels) order, 1 or 3 channels,
sRGB. Of the contract only this module and `seeding` need numpy.
"""

import hashlib
from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from studio.contract.crossing import breed_latents, latent_between, mix_latents
from studio.contract.errors import RequestInvalid
from studio.contract.recipe import (
    MAXIMUM_PARENTS,
    Bred,
    Crossed,
    FromSeed,
    Near,
    Recipe,
)
from studio.contract.seeding import ReadySeed, seed_words

Latent = NDArray[np.float32]
"""One latent: (dimension,) float32."""
Latents = NDArray[np.float32]
"""Several of them: (count, dimension) float32."""
Pixels = NDArray[np.uint8]
"""One picture: (height, width, channels) uint8."""


def draw_latent(seed: int, dimension: int) -> Latent:
    """Draw N(0, I) of ``dimension`` from ``seed``: one generator a picture, PCG64, float32."""
    generator = np.random.Generator(np.random.PCG64(seed))
    return generator.standard_normal(dimension, dtype=np.float32)


def draw_latents(seeds: Sequence[int], dimension: int) -> Latents:
    """(seeds, dimension): `draw_latent` of each seed in [0, 2**64), in less time."""
    latents = np.empty((len(seeds), dimension), np.float32)
    for words, latent in zip(seed_words(seeds), latents, strict=True):
        # PCG64 takes any ISeedSequence, which its stubs do not say.
        seed = cast(np.random.SeedSequence, ReadySeed(words))
        generator = np.random.Generator(np.random.PCG64(seed))
        generator.standard_normal(dtype=np.float32, out=latent)
    return latents


def vary_latent(base: Latent, strength: float, seed: int) -> Latent:
    """A neighbour of ``base`` with unit variance kept; ``strength`` in [0, 1].

    The step comes from a stream of its own: from the plain seed it would equal the parent that
    was drawn from the same seed, and only stretch it.
    """
    stream = np.random.SeedSequence(seed, spawn_key=(1,))
    generator = np.random.Generator(np.random.PCG64(stream))
    step = generator.standard_normal(base.shape[0], dtype=np.float32)
    kept = np.float32((1.0 - strength * strength) ** 0.5)
    return (kept * base + np.float32(strength) * step).astype(np.float32)


def latent_of(recipe: Recipe, dimension: int) -> Latent:
    """The recipe's latent, (dimension,) float32: as it stands there, else drawn as it says.

    Raises `RequestInvalid` if a stored latent has another length or holds what is not a number.
    """
    if recipe.latent is not None:
        return latent_from_bytes(recipe.latent, dimension)
    if isinstance(recipe.origin, Near):
        if not 0.0 <= recipe.origin.strength <= 1.0:
            raise RequestInvalid(fault="how different must lie between 0 and 1")
        base = latent_from_bytes(recipe.origin.base, dimension)
        return vary_latent(base, recipe.origin.strength, recipe.seed)
    if isinstance(recipe.origin, Crossed):
        return _child(recipe.origin, recipe.seed, dimension)
    if isinstance(recipe.origin, Bred):
        return _bred(recipe.origin, recipe.seed, dimension)
    if isinstance(recipe.origin, FromSeed):
        return draw_latent(recipe.seed, dimension)
    raise RequestInvalid(fault="the recipe says that its latent is given, and gives none")


def _child(origin: Crossed, seed: int, dimension: int) -> Latent:
    if not 0.0 <= origin.share <= 1.0:
        raise RequestInvalid(fault="the share of the second parent must lie between 0 and 1")
    first = latent_from_bytes(origin.first, dimension)
    second = latent_from_bytes(origin.second, dimension)
    if origin.method == "between":
        return latent_between(first, second, origin.share)
    return mix_latents(first, second, origin.share, seed)


def _bred(origin: Bred, seed: int, dimension: int) -> Latent:
    if not 1 <= len(origin.parents) <= MAXIMUM_PARENTS:
        raise RequestInvalid(fault=f"a picture has 1 to {MAXIMUM_PARENTS} parents")
    if not 0.0 <= origin.mutation <= 1.0:
        raise RequestInvalid(fault="how different must lie between 0 and 1")
    parents = [latent_from_bytes(parent, dimension) for parent in origin.parents]
    return breed_latents(parents, origin.mutation, seed)


def latent_from_bytes(data: bytes, dimension: int) -> Latent:
    """Read little-endian float32; raises `RequestInvalid` on another length or on NaN, infinity."""
    if len(data) != 4 * dimension:
        fault = f"a latent of {len(data) / 4:g} numbers was given, this model takes {dimension}"
        raise RequestInvalid(fault=fault)
    latent = np.frombuffer(data, dtype="<f4").astype(np.float32)
    if not np.isfinite(latent).all():
        raise RequestInvalid(fault="the latent holds values that are not numbers")
    return latent


def latent_to_bytes(latent: Latent) -> bytes:
    """Little-endian float32, the form in which recipes keep a latent."""
    return latent.astype("<f4").tobytes()


def latents_to_bytes(latents: Latents) -> bytes:
    """Little-endian float32, row after row."""
    return latents.astype("<f4", copy=False).tobytes()


def pixels_sha256(pixels: Pixels | memoryview | bytes) -> str:
    """The name of a picture's content: SHA-256 in hex of its uint8 values, row by row."""
    if isinstance(pixels, np.ndarray):
        pixels = np.ascontiguousarray(pixels).data
    return hashlib.sha256(pixels).hexdigest()
