"""Enlarging in parts makes what one run would make, whatever the size, the memory or the card."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.contract.errors import Cancelled, GraphInvalid, MemoryExhausted
from studio.contract.manifest import Model, read_model
from studio.images.engine.tiling import Pixels, averaged, grown, nearest, spans
from studio.images.engine.upscaler import UPSCALER, Upscaler, check_upscaler
from studio.runtime.buffers import HostRun
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.sessions import SessionCache
from tests.models import write_tiny_generator
from tests.runtime.simulated_card import LOST, MEMORY, NO_KERNEL, SimulatedCard
from tests.upscalers import write_upscaler

SHIPPED = Path(__file__).parents[2] / "exported_models" / "realesrgan-anime-x4"
WHOLE = 4096


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_upscaler(tmp_path_factory.mktemp("models") / "tiny", factor=2)


@pytest.fixture(scope="module")
def by_four(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return write_upscaler(tmp_path_factory.mktemp("models") / "by-four", factor=4)


@pytest.fixture(scope="module")
def sessions() -> SessionCache:
    return SessionCache(choose_device("cpu"), threads=1)


def _noise(height: int, width: int, channels: int = 3, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels)).astype(np.uint8)


def _enlarged(
    model: Model, sessions: SessionCache, pixels: Pixels, factor: int, tile: int = WHOLE
) -> Pixels:
    upscaler = Upscaler(model, sessions, CancelToken(), tile=tile)
    made = upscaler.enlarge(pixels, factor, CancelToken())
    assert upscaler.tile == tile
    assert upscaler.notes == []
    return made


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    height=st.integers(1, 90),
    width=st.integers(1, 90),
    channels=st.integers(1, 4),
    tile=st.integers(8, 64),
    factor=st.sampled_from((2, 3, 4, 8)),
    seed=st.integers(0, 9),
)
def test_parts_make_the_picture_that_one_run_makes(
    by_four: Model, sessions: SessionCache, height: int, width: int, channels: int, tile: int,
    factor: int, seed: int,
) -> None:  # fmt: skip
    height, width = (side // 2 + 1 if factor == 8 else side for side in (height, width))
    pixels = _noise(height, width, channels, seed)
    whole = _enlarged(by_four, sessions, pixels, factor)
    assert whole.shape == (height * factor, width * factor, channels)
    parts = _enlarged(by_four, sessions, pixels, factor, tile)
    np.testing.assert_array_equal(parts, whole)


def test_the_shipped_model_leaves_no_seam(sessions: SessionCache) -> None:
    shipped = read_model(SHIPPED)
    rows, columns = np.mgrid[0:75, 0:90]
    pixels = np.stack([rows * 3, columns * 2, (rows * columns) % 256], axis=2).astype(np.uint8)
    whole = _enlarged(shipped, sessions, pixels, 4)
    parts = _enlarged(shipped, sessions, pixels, 4, 32)
    assert np.abs(parts.astype(int) - whole).max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (9, 1), (2, 2), (5, 131)])
def test_strips_and_single_pixels_are_enlarged_exactly(
    by_four: Model, sessions: SessionCache, size: tuple[int, int]
) -> None:
    for factor in (2, 3, 4, 16):
        made = _enlarged(by_four, sessions, _noise(*size), factor, 32)
        assert made.shape == (size[0] * factor, size[1] * factor, 3)


@settings(max_examples=200, deadline=None)
@given(side=st.integers(1, 3000), tile=st.integers(8, 512))
def test_parts_cover_a_side_and_share_what_is_blended(side: int, tile: int) -> None:
    found = spans(side, tile)
    assert found[0].start == 0
    assert found[-1].start + found[-1].length == side
    assert {span.length for span in found} == {min(side, tile)}
    for before, after in itertools.pairwise(found):
        assert after.start > before.start
        assert after.shared == before.start + before.length - after.start > 0


def test_a_part_is_what_the_whole_shows_there(by_four: Model, sessions: SessionCache) -> None:
    pixels = _noise(60, 70)
    for factor in (2, 4, 16):
        whole = _enlarged(by_four, sessions, pixels, factor)
        for left, top, width, height in ((0, 0, 5, 5), (20, 30, 17, 9), (60, 50, 10, 10)):
            upscaler = Upscaler(by_four, sessions, CancelToken(), tile=32)
            part = upscaler.enlarge(pixels, factor, CancelToken(), part=(left, top, width, height))
            there = whole[
                top * factor : (top + height) * factor, left * factor : (left + width) * factor
            ]
            np.testing.assert_array_equal(part, there)


# Alpha.


def test_what_is_opaque_or_transparent_all_around_stays_so(
    by_four: Model, sessions: SessionCache
) -> None:
    pixels = _noise(20, 24, 4)
    pixels[:, :, 3] = 255
    pixels[:, 12:, 3] = 0
    alpha = _enlarged(by_four, sessions, pixels, 4)[:, :, 3]
    assert (alpha[:, : 11 * 4] == 255).all()
    assert (alpha[:, 13 * 4 :] == 0).all()
    flat = pixels.copy()
    flat[:, :, 3] = 77
    assert (_enlarged(by_four, sessions, flat, 4)[:, :, 3] == 77).all()


def test_colours_that_nobody_sees_decide_nothing(by_four: Model, sessions: SessionCache) -> None:
    pixels = _noise(20, 24, 4)
    pixels[:, :, 3] = np.where(np.arange(24) < 9, 255, 0)
    other = pixels.copy()
    other[:, 9:, :3] = _noise(20, 15, 3, seed=5)
    made, again = (_enlarged(by_four, sessions, each, 4) for each in (pixels, other))
    np.testing.assert_array_equal(made, again)


def test_hidden_colours_grow_in_from_the_edge() -> None:
    colours = np.zeros((5, 9, 3), np.uint8)
    colours[:, :3] = (200, 100, 50)
    colours[:, 3:] = (0, 255, 0)
    known = np.arange(9) < 3
    filled = grown(colours, np.broadcast_to(known, (5, 9)), 4)
    assert (filled[:, :7] == (200, 100, 50)).all()
    assert (filled[:, 7:] == 0).all()
    np.testing.assert_array_equal(grown(colours, np.ones((5, 9), np.bool_), 4), colours)
    assert (grown(colours, np.zeros((5, 9), np.bool_), 4) == 0).all()


@settings(deadline=None)
@given(factor=st.sampled_from((2, 3, 4)), value=st.integers(0, 255))
def test_averaging_by_area_keeps_what_is_flat_and_what_is_there(factor: int, value: int) -> None:
    flat = np.full((8, 12, 3), value, np.uint8)
    np.testing.assert_array_equal(averaged(flat, 4, factor), nearest(flat[::4, ::4], factor))
    cells = _noise(8, 12, 1)
    kept = averaged(cells, 4, factor).mean()
    assert kept == pytest.approx(cells.mean(), abs=1)


# When memory, or the card, gives out.


def _refusing(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    """Have the processor's runs fail for want of memory, in onnxruntime's words, where they take
    more than so many pixels a side."""
    run = HostRun.run

    def refuse(
        self: HostRun, inputs: dict[str, NDArray[np.uint8]], output: str, into: Pixels,
        token: CancelToken,
    ) -> None:  # fmt: skip
        if max(next(iter(inputs.values())).shape) > largest:
            raise MemoryExhausted(fault="it is full") from RuntimeError(MEMORY)
        run(self, inputs, output, into, token)

    monkeypatch.setattr(HostRun, "run", refuse)


def test_where_memory_runs_out_smaller_parts_make_the_same(
    model: Model, sessions: SessionCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = _noise(150, 130)
    expected = _enlarged(model, sessions, pixels, 2)
    _refusing(monkeypatch, 72)
    upscaler = Upscaler(model, sessions, CancelToken(), tile=256)
    np.testing.assert_array_equal(upscaler.enlarge(pixels, 2, CancelToken()), expected)
    assert (upscaler.tile, upscaler.notes) == (64, ["smaller"])


def test_where_not_even_the_smallest_part_fits_it_is_said(
    model: Model, sessions: SessionCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refusing(monkeypatch, 20)
    upscaler = Upscaler(model, sessions, CancelToken(), tile=256)
    with pytest.raises(MemoryExhausted):
        upscaler.enlarge(_noise(150, 130), 2, CancelToken())


@pytest.mark.parametrize(
    ("words", "times", "notes"),
    [
        (MEMORY, 1, ["smaller"]),
        (MEMORY, 4, ["smaller", "on_cpu"]),
        (LOST, 1, ["on_cpu"]),
        (NO_KERNEL, 1, ["on_cpu"]),
    ],
)
def test_what_a_card_cannot_do_is_halved_then_done_by_the_processor(
    model: Model, sessions: SessionCache, monkeypatch: pytest.MonkeyPatch, words: str, times: int,
    notes: list[str],
) -> None:  # fmt: skip
    pixels = _noise(300, 40)
    expected = _enlarged(model, sessions, pixels, 2)
    card = SimulatedCard()
    card.install(monkeypatch)
    for time in range(times):
        card.fail("run", words, at=1 + time)
    on_card = SessionCache(choose_device("auto"), threads=1)
    upscaler = Upscaler(model, on_card, CancelToken(), tile=256)
    np.testing.assert_array_equal(upscaler.enlarge(pixels, 2, CancelToken()), expected)
    assert upscaler.notes == notes
    assert upscaler.tile == {1: 128 if words == MEMORY else 256, 4: 32}[times]
    assert bool(upscaler.reason) == ("on_cpu" in notes)
    assert upscaler.fingerprint.provider.startswith("CPU") == ("on_cpu" in notes)


# Ends, and what is no enlarging model.


def test_a_cancel_ends_it_between_parts(model: Model, sessions: SessionCache) -> None:
    token = CancelToken()
    steps = []

    def advance(stage: str, done: int, total: int) -> None:
        steps.append((stage, done, total))
        if done == 3:
            token.cancel()

    upscaler = Upscaler(model, sessions, token, tile=32)
    with pytest.raises(Cancelled):
        upscaler.enlarge(_noise(200, 200), 2, token, advance)
    assert [done for _, done, _ in steps] == [1, 2, 3]
    assert {total for _, _, total in steps} == {64}


def test_a_generator_enlarges_nothing(tmp_path: Path) -> None:
    folder = write_tiny_generator(tmp_path / "tiny")
    with pytest.raises(GraphInvalid, match="enlarges nothing"):
        check_upscaler(read_model(folder))


def test_a_graph_that_does_not_enlarge_as_its_manifest_says_is_refused(
    tmp_path: Path, sessions: SessionCache
) -> None:
    model = write_upscaler(tmp_path / "wrong", factor=2)
    text = (tmp_path / "wrong" / "manifest.json").read_text()
    (tmp_path / "wrong" / "manifest.json").write_text(text.replace('"factor": 2', '"factor": 3'))
    upscaler = Upscaler(read_model(model.folder), sessions, CancelToken(), tile=32)
    assert UPSCALER in model.manifest.graphs
    with pytest.raises(Exception, match=r"upscaler\.onnx"):
        upscaler.enlarge(_noise(8, 8), 3, CancelToken())
