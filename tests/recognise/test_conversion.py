"""A GGUF file is turned into a graph once; what is cut short leaves nothing behind."""

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest

from studio.contract.errors import Cancelled, ModelMissing, TextModelInvalid
from studio.graphs import blocks
from studio.graphs.forms import EIGHT, EXACT, FAST, SWIFT
from studio.graphs.gguf import GgufFile
from studio.recognise.conversion import converted, file_hash, read_profile
from studio.runtime.cancel import CancelToken
from tests.graphs.gguf_files import TinyModel, write_tiny_model
from tests.graphs.runs import PlainRun


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_tiny_model(tmp_path / "tiny.gguf")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def entries(cache: Path) -> list[str]:
    """What is in the cache but the remembered hashes."""
    return sorted(entry.name for entry in cache.iterdir() if entry.name != "hashes")


def test_a_converted_model_runs(model: Path, cache: Path) -> None:
    folder = converted(model, EXACT, cache, CancelToken())
    assert PlainRun(folder / "model.onnx").feed([1, 2, 3], keep=1).shape == (1, 319)


def test_the_second_time_nothing_is_written_or_hashed(
    model: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = converted(model, EXACT, cache, CancelToken())
    states = {path: path.stat().st_mtime_ns for path in first.iterdir()}

    def no_hashing() -> None:
        raise AssertionError("the file was hashed again")

    monkeypatch.setattr(hashlib, "sha256", no_hashing)
    assert converted(model, EXACT, cache, CancelToken()) == first
    assert {path: path.stat().st_mtime_ns for path in first.iterdir()} == states


def test_forms_and_files_have_folders_of_their_own(
    model: Path, cache: Path, tmp_path: Path
) -> None:
    other = write_tiny_model(tmp_path / "other.gguf", TinyModel(seed=1))
    folders = {
        converted(path, form, cache, CancelToken())
        for path in (model, other)
        for form in (EXACT, FAST)
    }
    assert len(folders) == 4


def test_an_equal_file_elsewhere_is_the_same_model(
    model: Path, cache: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(model.read_bytes())
    first = converted(model, EXACT, cache, CancelToken())
    assert converted(copy, EXACT, cache, CancelToken()) == first


def test_a_file_that_was_replaced_is_converted_anew(model: Path, cache: Path) -> None:
    first = converted(model, EXACT, cache, CancelToken())
    state = model.stat()
    write_tiny_model(model, TinyModel(seed=1))
    os.utime(model, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    assert converted(model, EXACT, cache, CancelToken()) != first


def test_progress_rises_to_the_end(model: Path, cache: Path) -> None:
    shares: list[float] = []
    converted(model, EXACT, cache, CancelToken(), shares.append)
    assert shares == sorted(shares)
    assert 0 <= shares[0] < 0.5 < shares[-1] <= 1


def test_a_cancel_leaves_nothing(model: Path, cache: Path) -> None:
    token = CancelToken()

    def advance(share: float) -> None:
        if share > 0.3:
            token.cancel()

    with pytest.raises(Cancelled):
        converted(model, EXACT, cache, token, advance)
    assert entries(cache) == []


def test_a_fault_in_the_file_leaves_nothing(cache: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(write_tiny_model(tmp_path / "whole.gguf").read_bytes()[:-5000])
    with pytest.raises(TextModelInvalid):
        converted(damaged, EXACT, cache, CancelToken())
    assert entries(cache) == []


def test_a_file_that_is_gone_is_named(cache: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"gone\.gguf"):
        converted(tmp_path / "gone.gguf", EXACT, cache, CancelToken())


def test_another_process_may_be_quicker(model: Path, cache: Path) -> None:
    def finish(gguf: GgufFile, folder: Path) -> None:
        assert gguf.architecture == "llama"
        (folder / "mine").touch()
        converted(model, EXACT, cache, CancelToken())

    folder = converted(model, EXACT, cache, CancelToken(), finish=finish)
    assert not (folder / "mine").exists()
    assert entries(cache) == [folder.name]


def test_what_goes_with_a_graph_is_added_before_it_is_whole(model: Path, cache: Path) -> None:
    def finish(_: GgufFile, folder: Path) -> None:
        assert entries(cache) == [folder.name]
        (folder / "tokenizer.json").write_text("{}")

    folder = converted(model, EXACT, cache, CancelToken(), finish=finish)
    assert (folder / "tokenizer.json").is_file()


def test_what_a_crash_left_is_taken_away_after_a_day(model: Path, cache: Path) -> None:
    old, young = cache / "old.partial", cache / "young.partial"
    for folder in (old, young):
        folder.mkdir(parents=True)
        (folder / "model.onnx").touch()
    os.utime(old, (0, 0))
    converted(model, EXACT, cache, CancelToken())
    assert not old.exists()
    assert young.exists()


def test_the_profile_says_what_was_lost(cache: Path, tmp_path: Path) -> None:
    kept = write_tiny_model(tmp_path / "kept.gguf", TinyModel(form=blocks.Q4_1))
    mixed = write_tiny_model(
        tmp_path / "mixed.gguf", TinyModel(form=blocks.Q4_1, embedding_form=blocks.F16)
    )
    assert read_profile(converted(kept, EXACT, cache, CancelToken())).losses == {}
    profile = read_profile(converted(mixed, FAST, cache, CancelToken()))
    assert list(profile.losses) == ["embedding"]
    assert 0 < profile.losses["embedding"] < 0.01
    assert (profile.source, profile.form, profile.architecture) == ("mixed.gguf", "fast", "llama")
    assert profile.sha256 == file_hash(mixed, cache, CancelToken())


def test_forms_that_round_anew_say_so(model: Path, cache: Path) -> None:
    profile = read_profile(converted(model, SWIFT, cache, CancelToken()))
    assert list(profile.losses) == ["embedding"]
    assert len(read_profile(converted(model, EIGHT, cache, CancelToken())).losses) == 1 + 2 * 4


def test_a_small_cache_is_measured_on_the_exact_form(model: Path, cache: Path) -> None:
    ids = [5, 77, 200, 9, 31, 250, 12, 8]
    exact, swift = (
        PlainRun(converted(model, form, cache, CancelToken()) / "model.onnx", room=16)
        for form in (EXACT, SWIFT)
    )
    for token in ids[:-1]:
        exact.feed([token])
        swift.feed([token])
    wanted, found = exact.feed(ids[-1:]), swift.feed(ids[-1:])
    assert np.abs(found - wanted).max() < 0.05 * np.abs(wanted).max()


def test_a_damaged_profile_is_a_missing_model(tmp_path: Path) -> None:
    (tmp_path / "text.json").write_text('{"version": "one"}')
    with pytest.raises(ModelMissing):
        read_profile(tmp_path)
