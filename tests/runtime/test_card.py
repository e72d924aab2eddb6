"""On a card everything is made as on the CPU, and whatever fails there, the pictures come.

The card is simulated: see `tests.runtime.simulated_card` for what is and what is not.
"""

import gc
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.contract.errors import Cancelled, GraphFailed, GraphInvalid, MemoryExhausted
from studio.contract.manifest import Model, read_model
from studio.runtime import buffers
from studio.runtime.buffers import MOST_SHAPES
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import CPU, CUDA, TENSORRT, choose_device
from studio.runtime.provider_options import TENSORRT_BATCH, engine_folder
from studio.runtime.runner import GraphRunner
from studio.runtime.sessions import SessionCache
from tests.models import GRAPH_FILE, write_tiny_generator
from tests.runtime.simulated_card import (
    CAPTURE_BROKEN,
    CAPTURE_REFUSED,
    LOST,
    MEMORY,
    NO_KERNEL,
    STEPS,
    SimulatedCard,
    with_half,
)

Feed = dict[str, NDArray[np.float32]]


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return read_model(write_tiny_generator(tmp_path / "tiny"))


@pytest.fixture
def card(monkeypatch: pytest.MonkeyPatch) -> SimulatedCard:
    made = SimulatedCard()
    made.install(monkeypatch)
    return made


def _feed(count: int, seed: int = 0) -> Feed:
    random = np.random.default_rng(seed)
    return {
        "latent": random.standard_normal((count, 4)).astype(np.float32),
        "class_weights": np.eye(3, dtype=np.float32)[np.arange(count) % 3],
    }


def _runner(
    model: Model, wanted: str = "cuda", sessions: SessionCache | None = None
) -> GraphRunner:
    if sessions is None:
        sessions = SessionCache(choose_device(wanted), threads=1)
    return GraphRunner(model, "generator", sessions, CancelToken())


def _make(runner: GraphRunner, feed: Feed) -> NDArray[np.uint8]:
    made = np.zeros((len(feed["latent"]), 8, 8, 3), np.uint8)
    runner.run(feed, "image", made, CancelToken())
    return made


def _expected(model: Model, feed: Feed) -> NDArray[np.uint8]:
    return _make(_runner(model, "cpu"), feed)


def test_a_card_makes_what_the_cpu_makes_and_is_named(model: Model, card: SimulatedCard) -> None:
    runner = _runner(model)
    for seed in range(6):
        feed = _feed(4, seed)
        assert np.array_equal(_make(runner, feed), _expected(model, feed))
    report = runner.loaded.report
    assert (report.provider, report.device, report.reason) == (CUDA, "Card", "")
    assert set(card.batches) == {4}


def test_the_same_run_is_recorded_once_and_replayed_with_new_content(
    model: Model, card: SimulatedCard
) -> None:
    runner = _runner(model)
    for seed in range(8):
        feed = _feed(2, seed)
        assert np.array_equal(_make(runner, feed), _expected(model, feed))
    assert card.counts["record"] == 1
    assert card.counts["replay"] == 5
    assert card.sessions[-1]["enable_cuda_graph"] == "1"


def test_each_size_of_batch_has_its_own_recording_and_memory(
    model: Model, card: SimulatedCard
) -> None:
    runner = _runner(model)
    for _ in range(4):
        for count in (1, 2, 8):
            feed = _feed(count, count)
            assert np.array_equal(_make(runner, feed), _expected(model, feed))
    assert card.counts["record"] == 3


def test_what_is_no_power_of_two_is_made_in_parts(model: Model, card: SimulatedCard) -> None:
    feed = _feed(13)
    assert np.array_equal(_make(_runner(model), feed), _expected(model, feed))
    assert card.batches == [8, 4, 1]


def test_the_memory_of_old_sizes_is_given_back(model: Model, card: SimulatedCard) -> None:
    runner = _runner(model)
    for power in range(MOST_SHAPES):
        _make(runner, _feed(1 << power))
    gc.collect()
    full = card.held
    one_more = _feed(1 << MOST_SHAPES)
    _make(runner, one_more)
    gc.collect()
    smallest = 4 * (4 + 3) + 8 * 8 * 3
    added = (1 << MOST_SHAPES) * smallest
    assert card.held == full + added - smallest


def test_a_recording_that_makes_something_else_is_never_replayed(
    model: Model, card: SimulatedCard
) -> None:
    card.records_badly = True
    runner = _runner(model)
    for seed in range(6):
        feed = _feed(2, seed)
        assert np.array_equal(_make(runner, feed), _expected(model, feed))
    assert card.counts["replay"] == 0
    assert runner.loaded.report.provider == CUDA


@pytest.mark.parametrize("words", [CAPTURE_REFUSED, CAPTURE_BROKEN])
@pytest.mark.parametrize("step", ["load", "record"])
def test_a_graph_that_cannot_be_recorded_is_run_plainly_on_the_card(
    step: str, words: str, model: Model, card: SimulatedCard
) -> None:
    device = choose_device("cuda")
    card.fail(step, words)
    runner = _runner(model, sessions=SessionCache(device, threads=1))
    for seed in range(6):
        feed = _feed(2, seed)
        assert np.array_equal(_make(runner, feed), _expected(model, feed))
    assert "enable_cuda_graph" not in card.sessions[-1]
    assert card.counts["replay"] == 0
    assert (runner.loaded.report.provider, runner.loaded.report.reason) == (CUDA, "")


@pytest.mark.parametrize("words", [CAPTURE_REFUSED, CAPTURE_BROKEN])
def test_a_card_that_speaks_of_recording_without_any_leaves_the_graph_to_the_cpu(
    words: str, model: Model, card: SimulatedCard
) -> None:
    runner = _runner(model)
    for at in range(1, 100):
        card.fail("run", words, at=at)
    feed = _feed(4)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    assert card.counts["run"] == 2
    report = runner.loaded.report
    assert (report.provider, report.wanted) == (CPU, "cuda")
    assert "cannot run this model" in report.reason


def test_memory_that_runs_out_halves_the_batch_and_that_is_remembered(
    model: Model, card: SimulatedCard
) -> None:
    card.per_picture = 2**20
    card.memory = 5 * 2**20
    sessions = SessionCache(choose_device("cuda"), threads=1)
    feed = _feed(16)
    assert np.array_equal(_make(_runner(model, sessions=sessions), feed), _expected(model, feed))
    assert card.batches[:2] == [16, 8]
    assert set(card.batches[2:]) == {4}
    card.batches.clear()
    again = _runner(model, sessions=sessions)
    _make(again, feed)
    assert max(card.batches) == 4
    assert again.loaded.report.provider == CUDA


def test_what_a_full_session_held_is_free_before_the_next_one_is_built(
    tmp_path: Path, model: Model, card: SimulatedCard
) -> None:
    sessions = SessionCache(choose_device("cuda"), threads=1)
    other = read_model(write_tiny_generator(tmp_path / "other", seed=5))
    _make(_runner(other, sessions=sessions), _feed(2))
    runner = _runner(model, sessions=sessions)
    card.per_picture = 2**20
    card.memory = card.held + 5 * 2**20
    card.fail("load", MEMORY)  # then the other model is in the way, and only it
    feed = _feed(16)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    assert len(card.sessions) == 5
    assert (runner.loaded.report.provider, len(sessions)) == (CUDA, 1)


def test_one_picture_that_does_not_fit_is_made_on_the_cpu_which_is_said(
    model: Model, card: SimulatedCard
) -> None:
    card.per_picture = 2**31
    runner = _runner(model, "auto" if _on_linux() else "cuda")
    feed = _feed(4)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    report = runner.loaded.report
    assert (report.provider, report.wanted) == (CPU, "cuda")
    assert "too little memory" in report.reason


def _on_linux() -> bool:
    import sys

    return sys.platform != "darwin"


def test_a_graph_that_does_not_fit_pushes_others_out_before_it_goes_to_the_cpu(
    tmp_path: Path, card: SimulatedCard
) -> None:
    models = [
        read_model(write_tiny_generator(tmp_path / str(seed), seed=seed)) for seed in range(2)
    ]
    size = max(each.file(GRAPH_FILE).stat().st_size for each in models)
    sessions = SessionCache(choose_device("cuda"), threads=1)
    gc.collect()
    card.memory = card.held + size + size // 2
    for each in models:
        assert _runner(each, sessions=sessions).loaded.report.provider == CUDA
    assert len(sessions) == 1
    sessions.clear()
    gc.collect()
    card.memory = size // 2
    report = _runner(models[0], sessions=sessions).loaded.report
    assert (report.provider, "too little memory" in report.reason) == (CPU, True)


def test_a_card_that_was_full_is_tried_again_after_a_rest(
    model: Model, card: SimulatedCard
) -> None:
    now = [0.0]
    sessions = SessionCache(choose_device("cuda"), threads=1, clock=lambda: now[0])
    card.per_picture = 2**31
    _make(_runner(model, sessions=sessions), _feed(2))
    assert _runner(model, sessions=sessions).loaded.report.provider == CPU
    card.per_picture = 0
    now[0] = 400.0
    assert sessions.evict_idle(300.0) == 1
    runner = _runner(model, sessions=sessions)
    assert runner.loaded.report.provider == CUDA
    assert runner.loaded.largest_batch is None


def test_a_lost_card_is_not_touched_again_and_its_name_of_this_computer_is_not_told(
    model: Model, card: SimulatedCard
) -> None:
    sessions = SessionCache(choose_device("cuda"), threads=1)
    runner = _runner(model, sessions=sessions)
    card.fail("run", LOST, at=2)
    for seed in range(3):
        feed = _feed(4, seed)
        assert np.array_equal(_make(runner, feed), _expected(model, feed))
    touched = sum(card.counts.values())
    other = _runner(model, sessions=sessions)
    _make(other, _feed(2))
    assert sum(card.counts.values()) == touched
    reason = other.loaded.report.reason
    assert "stopped answering (CUDA failure 719: unspecified launch failure)" in reason
    assert "secret-host" not in repr(other.loaded.report)
    gc.collect()
    assert card.destroyed_after_loss == 0


def test_a_card_without_kernels_for_the_model_leaves_it_to_the_cpu_alone(
    tmp_path: Path, model: Model, card: SimulatedCard
) -> None:
    sessions = SessionCache(choose_device("cuda"), threads=1)
    runner = _runner(model, sessions=sessions)
    card.fail("run", NO_KERNEL)
    feed = _feed(3)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    report = runner.loaded.report
    assert report.provider == CPU
    assert "cannot run this model (CUDA failure 209: no kernel image" in report.reason
    other = read_model(write_tiny_generator(tmp_path / "other", seed=5))
    assert _runner(other, sessions=sessions).loaded.report.provider == CUDA


def test_a_graph_that_is_broken_anywhere_is_not_blamed_on_the_card(
    model: Model, card: SimulatedCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.models import replace_graph

    replace_graph(model.folder, b"\x08\x0ajunk")
    broken = read_model(model.folder)
    sessions = SessionCache(choose_device("cuda"), threads=1)
    with pytest.raises(GraphInvalid) as caught:
        _runner(broken, sessions=sessions)
    assert "card" not in caught.value.message


def test_a_fault_on_the_cpu_is_the_graphs_and_is_raised(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = _runner(model, "cpu")
    feed = {"latent": np.zeros((2, 5), np.float32), "class_weights": _feed(2)["class_weights"]}
    with pytest.raises(GraphFailed):
        _make(runner, feed)


def test_on_the_cpu_memory_that_runs_out_halves_the_batch_too(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = _runner(model, "cpu")
    loaded = runner.loaded
    whole, batches = loaded.bound.run, []

    def run(inputs: Feed, output: str, into: NDArray[np.uint8], token: CancelToken) -> None:
        batches.append(len(into))
        if len(into) > limit:
            raise MemoryExhausted(fault="running it ran out of it") from MemoryError()
        whole(inputs, output, into, token)

    monkeypatch.setattr(loaded.bound, "run", run)
    limit, feed = 3, _feed(10)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    assert batches == [10, 5, 2, 2, 2, 2, 2]
    limit = 0
    with pytest.raises(MemoryExhausted):
        _make(runner, feed)


@pytest.mark.parametrize("pinned", [False, True])
@pytest.mark.parametrize("between", [False, True])
def test_the_picture_comes_back_whichever_way_this_onnxruntime_copies(
    pinned: bool, between: bool, model: Model, card: SimulatedCard
) -> None:
    card.pinned, card.copies_between_values = pinned, between
    runner = _runner(model)
    for seed in range(4):
        feed = _feed(2, seed)
        assert np.array_equal(_make(runner, feed), _expected(model, feed))
    assert runner.loaded.report.provider == CUDA


def test_a_cancel_ends_work_on_the_card(model: Model, card: SimulatedCard) -> None:
    token = CancelToken()
    token.cancel()
    runner = _runner(model)
    with pytest.raises(Cancelled):
        runner.run(_feed(2), "image", np.zeros((2, 8, 8, 3), np.uint8), token)
    assert runner.loaded.report.provider == CUDA


def test_operators_that_the_card_does_not_know_are_named(model: Model, card: SimulatedCard) -> None:
    card.unknown = "ConvTranspose"
    runner = _runner(model)
    feed = _feed(2)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    report = runner.loaded.report
    assert report.provider == CUDA
    assert re.fullmatch(r"\d+ of \d+ operators run on the CPU \(ConvTranspose\)", report.elsewhere)


def test_a_card_that_knows_none_of_the_operators_is_not_said_to_do_the_work(
    model: Model, card: SimulatedCard
) -> None:
    card.unknown = "*"
    runner = _runner(model)
    feed = _feed(2)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    report = runner.loaded.report
    assert (report.provider, report.wanted, report.elsewhere) == (CPU, "cuda", "")
    assert report.reason


def test_what_is_called_on_a_card_exists_in_the_installed_onnxruntime(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The card's way through the real library, with the processor's memory for the card's."""
    monkeypatch.setattr(buffers, "CARD_MEMORY", "cpu")
    session = _runner(model, "cpu").loaded.session
    bound = buffers.CardRun(session, model.file(GRAPH_FILE), CPU, capture=True)
    for power in (*range(buffers.MOST_SHAPES + 2), 0, 0, 0, 0):
        feed = _feed(1 << power, power)
        made = np.zeros((1 << power, 8, 8, 3), np.uint8)
        bound.run(feed, "image", made, CancelToken())
        assert np.array_equal(made, _expected(model, feed))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Model, GraphRunner]:
    """A model, and what makes its pictures on the CPU."""
    model = read_model(write_tiny_generator(tmp_path_factory.mktemp("shared") / "tiny"))
    return model, _runner(model, "cpu")


@settings(max_examples=60)
@given(
    failures=st.lists(
        st.tuples(
            st.sampled_from(STEPS),
            st.integers(1, 12),
            st.sampled_from([MEMORY, LOST, CAPTURE_REFUSED, CAPTURE_BROKEN, NO_KERNEL]),
        ),
        max_size=4,
    ),
    counts=st.lists(st.integers(1, 9), min_size=1, max_size=6),
    pinned=st.booleans(),
)
def test_whatever_fails_whenever_on_a_card_every_picture_is_made_and_the_report_is_true(
    shared: tuple[Model, GraphRunner],
    failures: list[tuple[str, int, str]],
    counts: list[int],
    pinned: bool,
) -> None:
    model, on_cpu = shared
    with pytest.MonkeyPatch.context() as monkeypatch:
        card = SimulatedCard()
        card.pinned = pinned
        card.install(monkeypatch)
        sessions = SessionCache(choose_device("cuda"), threads=1)
        for step, at, words in failures:
            card.fail(step, words, at=at)
        for seed, count in enumerate(counts):
            runner = _runner(model, sessions=sessions)
            feed = _feed(count, seed)
            assert np.array_equal(_make(runner, feed), _make(on_cpu, feed))
            report = runner.loaded.report
            assert (report.provider == CPU) == (report.reason != "")
            assert not card.lost or report.provider == CPU
        if card.lost:
            gc.collect()
        assert card.destroyed_after_loss == 0


# Half precision.


def test_half_precision_is_for_cards_that_are_quicker_in_it(
    model: Model, card: SimulatedCard
) -> None:
    both = with_half(model)
    assert _runner(both).loaded.report.precision == "float16"
    assert _runner(both, "cpu").loaded.report.precision == "float32"
    card.capability = (6, 1)
    assert _runner(both).loaded.report.precision == "float32"
    assert _runner(model).loaded.report.precision == "float32"


def test_half_precision_is_not_used_beyond_the_models_tolerance_or_against_the_users_will(
    model: Model, card: SimulatedCard
) -> None:
    assert model.manifest.golden.tolerance == 1
    assert _runner(with_half(model, largest=2)).loaded.report.precision == "float32"
    both = with_half(model)
    single = SessionCache(choose_device("cuda"), threads=1, precision="float32")
    assert _runner(both, sessions=single).loaded.report.precision == "float32"


def test_half_precision_must_be_proven_once_and_may_be_refused(
    model: Model, card: SimulatedCard
) -> None:
    both = with_half(model)
    sessions = SessionCache(choose_device("cuda"), threads=1)
    assert sessions.half_needs_proof(both, "generator")
    sessions.accept_half(both, "generator")
    assert not sessions.half_needs_proof(both, "generator")
    sessions.refuse_half(both, "generator", "its sample differs by up to 9 of 255")
    report = _runner(both, sessions=sessions).loaded.report
    assert (report.precision, report.provider) == ("float32", CUDA)
    assert report.precision_reason == "its sample differs by up to 9 of 255"


def test_a_half_that_does_not_load_leaves_the_whole_on_the_card(
    model: Model, card: SimulatedCard
) -> None:
    feed = _feed(2)
    sessions = SessionCache(choose_device("cuda"), threads=1)
    card.fail("load", NO_KERNEL)
    runner = _runner(with_half(model), sessions=sessions)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    report = runner.loaded.report
    assert (report.provider, report.precision) == (CUDA, "float32")
    assert "no kernel image" in report.precision_reason


def test_a_half_that_fails_while_it_runs_leaves_the_whole_on_the_card(
    model: Model, card: SimulatedCard
) -> None:
    sessions = SessionCache(choose_device("cuda"), threads=1)
    runner = _runner(with_half(model), sessions=sessions)
    card.fail("run", NO_KERNEL)
    feed = _feed(2)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    report = runner.loaded.report
    assert (report.provider, report.precision, report.reason) == (CUDA, "float32", "")
    assert "no kernel image" in report.precision_reason


# TensorRT.


def test_tensorrt_builds_one_engine_for_all_batches_and_keeps_it(
    model: Model, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    card = SimulatedCard()
    card.install(monkeypatch, tensorrt=True)
    sessions = SessionCache(choose_device("tensorrt"), threads=1, cache_folder=tmp_path)
    runner = _runner(model, sessions=sessions)
    feed = _feed(20)
    assert np.array_equal(_make(runner, feed), _expected(model, feed))
    assert runner.loaded.report.provider == TENSORRT
    assert max(card.batches) == TENSORRT_BATCH
    options = card.sessions[-1]
    assert options["trt_profile_min_shapes"] == "latent:1x4,class_weights:1x3"
    assert options["trt_profile_max_shapes"] == "latent:16x4,class_weights:16x3"
    assert options["trt_engine_cache_enable"] == "True"
    assert Path(options["trt_engine_cache_path"]).is_dir()


def test_engines_that_cannot_be_read_are_built_anew(
    model: Model, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import onnxruntime

    card = SimulatedCard()
    card.install(monkeypatch, tensorrt=True)
    sha256 = model.manifest.graphs["generator"].sha256
    folder = engine_folder(tmp_path, graph_sha256=sha256, release=onnxruntime.__version__)
    folder.mkdir(parents=True)
    stale = folder / "old.engine"
    stale.write_bytes(b"of another TensorRT")
    sessions = SessionCache(choose_device("tensorrt"), threads=1, cache_folder=tmp_path)
    card.fail("load", "TensorRT EP failed to deserialize engine from cache")
    runner = _runner(model, sessions=sessions)
    assert runner.loaded.report.provider == TENSORRT
    assert not stale.exists()
