"""The written graph computes what the papers say, in every variant of shape and packing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.graphs.decoder import DecoderShape, write_decoder
from studio.graphs.forms import EIGHT, EXACT, FAST, SWIFT, DecoderForm
from studio.graphs.packing import Packed, pack_eight, unpack
from studio.graphs.projections import Matrix
from tests.graphs.reference import random_weights, reference_logits
from tests.graphs.runs import PlainRun

SHAPE = DecoderShape(
    layers=2, width=64, heads=4, kv_heads=2, head_width=16, feed_forward=96, vocabulary=50,
    context=64,
)  # fmt: skip
IDS = [3, 49, 0, 7, 7, 21, 12, 30, 1]


@dataclass(frozen=True)
class Weights:
    """Weights out of a dictionary; those with a packed form are given so."""

    plain: Mapping[str, NDArray[np.float32]]
    packed: Mapping[str, Packed]

    def matrix(self, name: str) -> Matrix:
        return self.packed.get(name, self.plain[name])

    def vector(self, name: str) -> NDArray[np.float32]:
        if name.endswith("_scale"):
            return np.full(SHAPE.kv_heads * SHAPE.head_width, 6 / 127, np.float32)
        return self.plain[name]

    def computed(self) -> dict[str, NDArray[np.float32]]:
        """What the packed ones stand for."""
        return {**self.plain, **{name: unpack(value) for name, value in self.packed.items()}}


def four_bits(dims: tuple[int, int], seed: int, *, offsets: bool) -> Packed:
    """Any packed matrix of four bits."""
    random = np.random.default_rng(seed)
    rows, blocks = dims[0], dims[1] // 32
    size = 1 / np.sqrt(dims[1]) / 4
    return Packed(
        bits=4,
        block=32,
        weights=random.integers(0, 256, (rows, blocks, 16), dtype=np.uint8),
        scales=(random.uniform(0.5, 1, (rows, blocks)) * size).astype(np.float32),
        offsets=(random.standard_normal((rows, blocks)) * size).astype(np.float32)
        if offsets
        else None,
        loss=0.0,
    )


def weights_of(shape: DecoderShape, packing: str) -> Weights:
    """Random weights, packed as the name says."""
    plain = random_weights(shape)
    packed: dict[str, Packed] = {}
    for index, (name, values) in enumerate(plain.items()):
        if values.ndim < 2 or packing == "plain":
            continue
        eight = packing == "eight" or (
            packing == "mixed" and name.endswith((".value", "embedding"))
        )
        dims = (values.shape[0], values.shape[1])
        packed[name] = (
            pack_eight(values)
            if eight
            else four_bits(dims, index, offsets=packing != "four" and index % 3 != 0)
        )
    return Weights(plain, packed)


def largest_error(
    folder: Path, shape: DecoderShape, weights: Weights, form: DecoderForm = EXACT
) -> float:
    """Of the logits against the reference, as a share of the largest logit."""
    found = PlainRun(write_decoder(shape, weights, folder, form)).feed(IDS)
    wanted = reference_logits(shape, weights.computed(), IDS)
    return float(np.abs(found - wanted).max() / np.abs(wanted).max())


@pytest.mark.parametrize("packing", ["plain", "four", "offsets", "eight", "mixed"])
def test_exact_form_agrees_with_the_reference(tmp_path: Path, packing: str) -> None:
    assert largest_error(tmp_path, SHAPE, weights_of(SHAPE, packing)) < 2e-5


@pytest.mark.parametrize(
    "shape",
    [
        replace(SHAPE, tied=False),
        replace(SHAPE, qkv_bias=True),
        replace(SHAPE, kv_heads=4, head_width=32, rope_base=1e6, norm_epsilon=1e-3),
        replace(SHAPE, kv_heads=1, head_width=32, rope_width=16),
        replace(SHAPE, rope_scale=4.0, rope_factors=(1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)),
    ],
)
@pytest.mark.parametrize("packing", ["plain", "mixed"])
def test_variants_of_the_architecture_agree_too(
    tmp_path: Path, shape: DecoderShape, packing: str
) -> None:
    assert largest_error(tmp_path, shape, weights_of(shape, packing)) < 2e-5


@pytest.mark.parametrize("form", [FAST, SWIFT, EIGHT], ids=lambda form: form.name)
@pytest.mark.parametrize("packing", ["plain", "mixed"])
def test_other_forms_are_close(tmp_path: Path, form: DecoderForm, packing: str) -> None:
    shape = replace(SHAPE, qkv_bias=True)
    error = largest_error(tmp_path, shape, weights_of(shape, packing), form)
    if packing == "mixed" or form is not FAST:
        assert error > 1e-5
    assert error < 0.05


@pytest.mark.parametrize("form", [SWIFT, EIGHT], ids=lambda form: form.name)
def test_what_is_rounded_anew_is_told(tmp_path: Path, form: DecoderForm) -> None:
    losses: dict[str, float] = {}
    write_decoder(SHAPE, weights_of(SHAPE, "mixed"), tmp_path, form, losses.__setitem__)
    assert all(0 < loss < 0.02 for loss in losses.values())
    # Query and key fit together and value does not, so each stands alone: seven a layer.
    assert len(losses) == (1 if form is SWIFT else 1 + 2 * 6)


def test_rounding_of_a_token_depends_on_no_other(tmp_path: Path) -> None:
    graph = write_decoder(SHAPE, weights_of(SHAPE, "mixed"), tmp_path, EIGHT)
    whole, steps = PlainRun(graph).feed(IDS), PlainRun(graph, room=40)
    parts = [steps.feed(IDS[:4]), *(steps.feed([token]) for token in IDS[4:])]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=0, atol=2e-3)


def test_a_token_of_zeros_is_rounded_to_zeros(tmp_path: Path) -> None:
    weights = weights_of(SHAPE, "plain")
    weights.plain["embedding"][IDS[0]] = 0
    graph = write_decoder(SHAPE, weights, tmp_path, EIGHT)
    assert np.isfinite(PlainRun(graph).feed(IDS)).all()


@pytest.mark.parametrize("room", [0, 40], ids=["copied", "in place"])
def test_steps_give_what_one_run_gives(tmp_path: Path, room: int) -> None:
    graph = write_decoder(SHAPE, weights_of(SHAPE, "mixed"), tmp_path)
    whole = PlainRun(graph).feed(IDS)
    steps = PlainRun(graph, room=room)
    parts = [steps.feed(IDS[:4]), *(steps.feed([token]) for token in IDS[4:])]
    np.testing.assert_allclose(np.concatenate(parts), whole, rtol=0, atol=2e-5)


@pytest.mark.parametrize(("keep", "kept"), [(0, 9), (1, 1), (3, 3), (9, 9)])
def test_only_the_logits_asked_for_are_computed(tmp_path: Path, keep: int, kept: int) -> None:
    graph = write_decoder(SHAPE, weights_of(SHAPE, "four"), tmp_path)
    whole = PlainRun(graph).feed(IDS)
    found = PlainRun(graph).feed(IDS, keep=keep)
    np.testing.assert_allclose(found, whole[-kept:], rtol=0, atol=2e-5)


def test_equal_bytes_of_embedding_and_head_are_stored_once(tmp_path: Path) -> None:
    tied, parted = tmp_path / "tied", tmp_path / "parted"
    sizes = []
    for folder, shape in ((tied, SHAPE), (parted, replace(SHAPE, tied=False))):
        folder.mkdir()
        write_decoder(shape, weights_of(shape, "eight"), folder, FAST)
        sizes.append((folder / "model.onnx.data").stat().st_size)
    assert sizes[0] + SHAPE.vocabulary * SHAPE.width <= sizes[1]
