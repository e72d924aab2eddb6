"""Sessions are built from what the manifest describes and from nothing else."""

import os
import threading
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from studio.contract.errors import (
    Cancelled,
    GraphFailed,
    GraphInvalid,
    MemoryExhausted,
    ModelMissing,
)
from studio.contract.manifest import Model, read_model
from studio.runtime import sessions
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.faults import load_error, run_error
from studio.runtime.sessions import LoadedGraph, SessionCache
from tests.models import (
    GRAPH_FILE,
    replace_graph,
    write_endless_generator,
    write_external_generator,
    write_tiny_generator,
    write_wrong_shape_generator,
)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def _cache(budget: int | None = None, clock: Clock | None = None, threads: int = 1) -> SessionCache:
    return SessionCache(
        choose_device("cpu"), threads=threads, budget=budget, clock=clock or Clock()
    )


def _load(cache: SessionCache, model: Model) -> LoadedGraph:
    return cache.load(model, "generator", CancelToken())


def _model(folder: Path, *, seed: int = 0) -> Model:
    return read_model(write_tiny_generator(folder, seed=seed))


def test_a_graph_is_loaded_once_and_known_by_its_hash(tmp_path: Path) -> None:
    cache = _cache()
    model = _model(tmp_path / "a")
    assert not cache.is_loaded(model, "generator")
    first = _load(cache, model)
    twin = _model(tmp_path / "b")
    assert cache.is_loaded(twin, "generator")
    assert _load(cache, twin) is first
    assert len(cache) == 1
    assert first.session.get_providers() == ["CPUExecutionProvider"]


def test_other_threads_are_another_session(tmp_path: Path) -> None:
    model = _model(tmp_path / "a")
    cache = _cache()
    first = _load(cache, model)
    cache.threads = 2
    assert _load(cache, model) is not first


def test_the_longest_unused_goes_when_the_budget_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "resident_bytes", lambda: 0)
    models = [_model(tmp_path / str(seed), seed=seed) for seed in range(3)]
    size = models[0].file(GRAPH_FILE).stat().st_size
    cache = _cache(budget=size * 2 + size // 2)
    for model in (models[0], models[1], models[0], models[2]):
        _load(cache, model)
    kept = [cache.is_loaded(model, "generator") for model in models]
    assert kept == [True, False, True]
    assert cache.cost <= size * 2 + size // 2


def test_a_graph_larger_than_the_budget_still_runs_alone(tmp_path: Path) -> None:
    cache = _cache(budget=1)
    _load(cache, _model(tmp_path / "a"))
    _load(cache, _model(tmp_path / "b", seed=1))
    assert len(cache) == 1


def test_idle_sessions_are_let_go(tmp_path: Path) -> None:
    clock = Clock()
    cache = _cache(clock=clock)
    old, new = _model(tmp_path / "a"), _model(tmp_path / "b", seed=1)
    _load(cache, old)
    clock.now += 200
    _load(cache, new)
    clock.now += 150
    assert cache.evict_idle(300) == 1
    assert (cache.is_loaded(old, "generator"), cache.is_loaded(new, "generator")) == (False, True)
    cache.clear()
    assert len(cache) == 0


def test_a_file_that_is_not_the_described_one_is_refused(tmp_path: Path) -> None:
    model = _model(tmp_path / "a")
    path = model.file(GRAPH_FILE)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(GraphInvalid, match="SHA-256 differs") as caught:
        _load(_cache(), model)
    assert str(path) in caught.value.message


def test_a_file_that_changes_after_loading_is_noticed(tmp_path: Path) -> None:
    model = _model(tmp_path / "a")
    cache = _cache()
    _load(cache, model)
    path = model.file(GRAPH_FILE)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(1, 1))
    with pytest.raises(GraphInvalid, match="SHA-256"):
        _load(cache, model)


def test_the_hash_of_an_unchanged_file_is_computed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = _model(tmp_path / "a")
    cache = _cache()
    _load(cache, model)
    monkeypatch.setattr(sessions, "file_sha256", lambda path: pytest.fail("hashed again"))
    _load(cache, model)


def test_a_missing_file_and_a_missing_role_are_named(tmp_path: Path) -> None:
    model = _model(tmp_path / "a")
    with pytest.raises(GraphInvalid, match="encoder"):
        _cache().load(model, "encoder", CancelToken())
    model.file(GRAPH_FILE).unlink()
    with pytest.raises(ModelMissing, match=GRAPH_FILE):
        _load(_cache(), model)


def test_weights_outside_the_folder_are_refused_before_they_are_read(tmp_path: Path) -> None:
    model = read_model(write_external_generator(tmp_path / "a", "../weights.bin"))
    with pytest.raises(GraphInvalid, match="outside the model's folder"):
        _load(_cache(), model)


def test_outputs_that_are_not_the_manifests_are_refused(tmp_path: Path) -> None:
    with pytest.raises(GraphInvalid, match=r"'image' has the shape .*16, 16"):
        _load(_cache(), read_model(write_wrong_shape_generator(tmp_path / "a")))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda graph: setattr(graph.input[0], "name", "other"), "latent"),
        (lambda graph: setattr(graph.output[0], "name", "picture"), "has no output 'image'"),
        (
            lambda graph: graph.input.append(helper.make_tensor_value_info("extra", 1, [1])),
            "'extra', which the manifest does not describe",
        ),
        (
            lambda graph: setattr(graph.input[0].type.tensor_type, "elem_type", 11),
            "tensor",
        ),
    ],
)
def test_inputs_and_outputs_must_be_those_described(
    tmp_path: Path, change: object, fault: str
) -> None:
    folder = write_tiny_generator(tmp_path / "a")
    proto = onnx.load(folder / GRAPH_FILE)
    assert callable(change)
    change(proto.graph)
    if proto.graph.input[0].name == "other":
        proto.graph.node[0].input[0] = "other"
    if proto.graph.output[0].name == "picture":
        proto.graph.node[-1].output[0] = "picture"
    replace_graph(folder, proto.SerializeToString())
    with pytest.raises(GraphInvalid, match=fault):
        _load(_cache(), read_model(folder))


def test_custom_operators_are_refused(tmp_path: Path) -> None:
    folder = write_tiny_generator(tmp_path / "a")
    proto = onnx.load(folder / GRAPH_FILE)
    proto.graph.node[0].domain = "evil.ops"
    proto.opset_import.append(helper.make_opsetid("evil.ops", 1))
    replace_graph(folder, proto.SerializeToString())
    with pytest.raises(GraphInvalid, match=r"evil\.ops"):
        _load(_cache(), read_model(folder))


def test_text_that_is_not_text_becomes_a_sentence(tmp_path: Path) -> None:
    folder = write_tiny_generator(tmp_path / "a")
    data = (folder / GRAPH_FILE).read_bytes().replace(b"ConvTranspose", b"ConvTr\xff\xfespose")
    replace_graph(folder, data)
    # Which of the two depends on the release of Python, for the same onnxruntime.
    with pytest.raises(GraphInvalid, match=r"text that is not text|says no more than \w+"):
        _load(_cache(), read_model(folder))


def test_a_cancelled_token_ends_before_loading(tmp_path: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        _cache().load(_model(tmp_path / "a"), "generator", token)


def test_a_cancel_ends_the_loading_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, token = _model(tmp_path / "a"), CancelToken()

    def cancel_before_building() -> int:
        token.cancel()
        return 0

    monkeypatch.setattr(sessions, "resident_bytes", cancel_before_building)
    cache = _cache()
    with pytest.raises(Cancelled) as caught:
        cache.load(model, "generator", token)
    assert "cancel" in str(caught.value.__cause__).lower()
    assert len(cache) == 0


def test_a_run_that_never_ends_is_ended_by_its_token(tmp_path: Path) -> None:
    model = read_model(write_endless_generator(tmp_path / "a"))
    loaded = _load(_cache(), model)
    token = CancelToken()
    timer = threading.Timer(0.05, token.cancel)
    timer.start()
    out = np.empty((1, 8, 8, 3), np.uint8)
    with pytest.raises(Cancelled):
        loaded.bound.run({"latent": np.zeros((1, 4), np.float32)}, "image", out, token)
    timer.join()


def test_a_run_with_bound_memory_gives_what_a_plain_run_gives(tmp_path: Path) -> None:
    loaded = _load(_cache(), _model(tmp_path / "a"))
    run = loaded.bound
    random = np.random.default_rng(3)
    for count in (1, 3, 2, 3):
        feed = {
            "latent": random.standard_normal((count, 4)).astype(np.float32),
            "class_weights": np.eye(3, dtype=np.float32)[[0] * count],
        }
        out = np.empty((count, 8, 8, 3), np.uint8)
        run.run(feed, "image", out, CancelToken())
        assert np.array_equal(out, loaded.session.run(["image"], feed)[0])


def test_memory_of_another_shape_is_refused_and_not_overrun(tmp_path: Path) -> None:
    loaded = _load(_cache(), _model(tmp_path / "a"))
    guarded = np.full(2 * 8 * 8 * 3, 7, np.uint8)
    feed = {
        "latent": np.zeros((2, 4), np.float32),
        "class_weights": np.zeros((2, 3), np.float32),
    }
    out = guarded[: 8 * 8 * 3].reshape(1, 8, 8, 3)
    with pytest.raises(GraphFailed) as caught:
        loaded.bound.run(feed, "image", out, CancelToken())
    assert GRAPH_FILE in caught.value.message
    assert (guarded[8 * 8 * 3 :] == 7).all()


def test_bits_depend_on_neither_batch_nor_threads(tmp_path: Path) -> None:
    """The frozen optimisation level keeps this promise of the fingerprint."""
    folder = write_tiny_generator(tmp_path / "a", size=32, classes=10, dimension=32, width=16)
    model = read_model(folder)
    random = np.random.default_rng(0)
    latent = random.standard_normal((16, 32)).astype(np.float32)
    weights = np.eye(10, dtype=np.float32)[np.arange(16) % 10]
    made = []
    for threads in (1, 2):
        loaded = _load(_cache(threads=threads), model)
        for batch in (1, 3, 16):
            parts = [
                loaded.session.run(
                    ["image"],
                    {"latent": latent[i : i + batch], "class_weights": weights[i : i + batch]},
                )[0]
                for i in range(0, 16, batch)
            ]
            made.append(np.concatenate(parts))
    assert made[0].std() > 10
    assert all(np.array_equal(made[0], other) for other in made[1:])


def test_the_quickest_run_counts_and_slow_ones_only_move_the_estimate(tmp_path: Path) -> None:
    loaded = _load(_cache(), _model(tmp_path / "a"))
    shape = (8, 8, 3)
    for seconds, expected in ((1.0, 1.0), (0.2, 0.2), (0.6, 0.3), (0.1, 0.1)):
        loaded.observe(shape, seconds)
        assert loaded.seconds_per_item[shape] == pytest.approx(expected)


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("std::bad_alloc"),
        RuntimeError("[ONNXRuntimeError] : 6 : Failed to allocate memory for requested buffer"),
        RuntimeError("CUDA failure 2: out of memory"),
    ],
)
def test_memory_that_ran_out_is_told_apart(error: Exception) -> None:
    assert isinstance(load_error(error, Path("g.onnx")), MemoryExhausted)
    assert isinstance(run_error(error, Path("g.onnx")), MemoryExhausted)


def test_other_faults_keep_onnxruntimes_words_on_one_line() -> None:
    raised = RuntimeError("[ONNXRuntimeError] : 7 : INVALID_PROTOBUF : Load failed.\nmore")
    error = load_error(raised, Path("g.onnx"))
    assert error.message == "g.onnx cannot be loaded as a model graph: Load failed."
    assert error.detail == str(raised)
    assert isinstance(run_error(raised, Path("g.onnx")), GraphFailed)


def test_resident_memory_is_told_in_bytes() -> None:
    assert sessions.resident_bytes() > 10 * 2**20
