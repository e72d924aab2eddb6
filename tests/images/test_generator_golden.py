"""The golden sample says whether a model makes here what it made there, whatever is in the file."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import Cancelled, GraphInvalid
from studio.contract.manifest import MANIFEST_NAME, Model, read_model
from studio.images.engine import golden
from studio.images.engine.golden import read_sample, replay_golden
from studio.images.engine.reports import GoldenReport
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.sessions import SessionCache
from tests.models import replace_golden, write_tiny_generator


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_tiny_generator(tmp_path / "tiny")


def _replay(folder: Path) -> GoldenReport:
    cache = SessionCache(choose_device("cpu"), threads=1)
    return replay_golden(read_model(folder), cache, CancelToken())


def _arrays(folder: Path) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]]:
    with np.load(folder / "golden.npz", allow_pickle=False) as sample:
        return {name: sample[name] for name in sample}


def _npz(**arrays: object) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]  # objects too, to be refused
    return stream.getvalue()


def test_the_same_machine_makes_the_same(folder: Path) -> None:
    report = _replay(folder)
    assert report == GoldenReport(identical=True, largest=0, tolerance=1, ok=True)


def test_the_tolerance_decides_what_is_the_same(folder: Path) -> None:
    arrays = _arrays(folder)
    image = arrays["image"].astype(np.int16)
    image[0, 0, 0, 0] += 1 if image[0, 0, 0, 0] < 255 else -1
    replace_golden(folder, _npz(**{**arrays, "image": image.astype(np.uint8)}))
    report = _replay(folder)
    assert (report.identical, report.largest, report.ok, report.fault) == (False, 1, True, "")
    image[0, 0, 0, 0] += 100 if image[0, 0, 0, 0] < 128 else -100
    replace_golden(folder, _npz(**{**arrays, "image": image.astype(np.uint8)}))
    report = _replay(folder)
    assert not report.ok
    assert report.largest > 90
    assert str(report.largest) in report.fault


def test_a_sample_that_was_changed_is_not_believed(folder: Path) -> None:
    path = folder / "golden.npz"
    path.write_bytes(path.read_bytes() + b"\0")
    report = _replay(folder)
    assert not report.ok
    assert "not the file that the manifest describes" in report.fault


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"latent": None}, "damaged"),
        ({"image": None}, "damaged"),
        ({"latent": np.zeros((2, 5), np.float32)}, "'latent', which does not fit"),
        ({"latent": np.zeros((2, 4), np.float64)}, "float64"),
        ({"latent": np.zeros((3, 4), np.float32)}, "does not fit"),
        ({"image": np.zeros((2, 8, 8, 3), np.int64)}, "'image', which does not fit"),
        ({"latent": np.array([["a"]], dtype=object)}, "damaged"),
        ({"image": np.zeros((), np.uint8)}, "0 pictures"),
        ({"latent": np.asfortranarray(np.zeros((2, 4), np.float32))}, "damaged"),
        (
            {
                "image": np.zeros((0, 8, 8, 3), np.uint8),
                "latent": np.zeros((0, 4), np.float32),
                "class_weights": np.zeros((0, 3), np.float32),
            },
            "0 pictures",
        ),
    ],
)
def test_arrays_that_do_not_fit_are_named(
    folder: Path, changes: dict[str, object], fault: str
) -> None:
    arrays = {**_arrays(folder), **changes}
    replace_golden(folder, _npz(**{k: v for k, v in arrays.items() if v is not None}))
    report = _replay(folder)
    assert not report.ok
    assert fault in report.fault


def test_a_sample_that_unpacks_to_too_much_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(golden, "MAXIMUM_SAMPLE_BYTES", 100_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("latent", "class_weights", "image"):
            archive.writestr(f"{name}.npy", b"\0" * 90_000)
    replace_golden(folder, stream.getvalue())
    assert "more than any sample" in _replay(folder).fault
    replace_golden(folder, b"\0" * 100_001)
    assert "larger than any sample" in _replay(folder).fault


def test_a_header_that_announces_more_than_there_is_allocates_nothing(folder: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (2**40, 4)}
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("latent.npy", header.getvalue())
    replace_golden(folder, stream.getvalue())
    assert "damaged" in _replay(folder).fault


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Model:
    return read_model(write_tiny_generator(tmp_path_factory.mktemp("golden") / "tiny"))


@given(changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6))
def test_mutated_samples_are_read_or_refused_in_a_sentence(
    shared: Model, changes: list[tuple[int, int]]
) -> None:
    path = shared.file("golden.npz")
    original = path.read_bytes()
    manifest = (shared.folder / MANIFEST_NAME).read_bytes()
    data = bytearray(original)
    for position, value in changes:
        data[position % len(data)] = value
    try:
        replace_golden(shared.folder, bytes(data))
        report = _replay(shared.folder)
        assert report.ok == (report.fault == "")
        assert report.ok or report.fault
    finally:
        path.write_bytes(original)
        (shared.folder / MANIFEST_NAME).write_bytes(manifest)


def test_a_broken_graph_is_an_error_and_not_a_verdict(folder: Path) -> None:
    (folder / "generator.onnx").write_bytes(b"junk")
    with pytest.raises(GraphInvalid):
        _replay(folder)


def test_a_replay_can_be_cancelled(folder: Path) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        replay_golden(read_model(folder), SessionCache(choose_device("cpu"), threads=1), token)


def test_the_sample_holds_what_the_manifest_names(folder: Path) -> None:
    sample = read_sample(read_model(folder))
    assert sorted(sample) == ["class_weights", "image", "latent"]
