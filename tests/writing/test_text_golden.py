"""The golden sample of a text model is replayed, and read with distrust."""

import io
import zipfile
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.contract.manifest import (
    Golden,
    Graph,
    Label,
    Licence,
    Manifest,
    Model,
    Tensor,
    Training,
    file_sha256,
)
from studio.contract.texts import TextGolden
from studio.runtime.cancel import CancelToken
from studio.writing.engine.golden import MAXIMUM_BYTES, replay_text_golden
from tests.writing.tiny_text import TinyDecoder, by_chance

VOCABULARY = 50
SCORES = by_chance(VOCABULARY)
IDS = np.arange(12, dtype=np.int64)[None]
LIKELIEST = np.array([[SCORES(range(end + 1)).argmax() for end in range(12)]], np.int64)


def model(folder: Path, data: bytes, *, sha256: str = "", tolerance: int = 1) -> Model:
    path = folder / "golden.npz"
    path.write_bytes(data)
    label = Label(en="x", zh="x")
    tensor = Tensor(name="logits", dtype="float32", shape=("batch", VOCABULARY))
    manifest = Manifest(
        id="tiny", kind="text", version="1", title=label, description=label, limits=label,
        licence=Licence(spdx="MIT", credit="x", sentence=label),
        graphs={"decoder": Graph(file="g", sha256="0" * 64, inputs=(tensor,), outputs=(tensor,))},
        training=Training(recipe="text", command="", data=(), seed=0, samples_seen=0, seconds=0),
        golden=Golden(file="golden.npz", sha256=sha256 or file_sha256(path), tolerance=tolerance),
    )  # fmt: skip
    return Model(folder=folder, manifest=manifest)


def sample(**arrays: object) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **{"input_ids": IDS, "likeliest": LIKELIEST, **arrays})  # type: ignore[arg-type]  # by name
    return stream.getvalue()


def replayed(found: Model) -> TextGolden:
    return replay_text_golden(found, TinyDecoder(SCORES), VOCABULARY, CancelToken())


def test_a_model_that_finds_the_same_is_verified(tmp_path: Path) -> None:
    report = replayed(model(tmp_path, sample()))
    assert report == TextGolden(tokens=12, differing=0, tolerance=1)


@pytest.mark.parametrize(("changed", "ok"), [(1, True), (2, False)])
def test_as_many_as_the_manifest_allows_may_differ(tmp_path: Path, changed: int, ok: bool) -> None:
    other = LIKELIEST.copy()
    other[0, :changed] = (other[0, :changed] + 1) % VOCABULARY
    report = replayed(model(tmp_path, sample(likeliest=other)))
    assert report.differing == changed
    assert (not report.fault) is ok


def _lying() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("input_ids", "likeliest"):
            head = io.BytesIO()
            np.lib.format.write_array_header_1_0(
                head, {"descr": "<i8", "fortran_order": False, "shape": (1, 2**40)}
            )
            archive.writestr(f"{name}.npy", head.getvalue() + bytes(64))
    return stream.getvalue()


def _packed_wrongly() -> bytes:
    """An archive whose parts are deflated, and the first of them damaged."""
    stream = io.BytesIO()
    np.savez_compressed(stream, input_ids=IDS, likeliest=LIKELIEST)
    data = bytearray(stream.getvalue())
    begin = data.index(b"input_ids.npy") + len(b"input_ids.npy") + 20
    data[begin : begin + 40] = b"\xff" * 40
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cannot be read"),
        (_packed_wrongly(), "cannot be read"),
        (sample()[:-30], "cannot be read"),
        (sample(likeliest=LIKELIEST[:, :5]), "fit together"),
        (sample(input_ids=IDS + VOCABULARY), "does not have"),
        (sample(input_ids=-IDS), "does not have"),
        (sample(input_ids=IDS.astype(np.float32)), "row of tokens"),
        (sample(input_ids=IDS[0]), "row of tokens"),
        (sample(input_ids=IDS[:, :0], likeliest=IDS[:, :0]), "fit together"),
        (_lying(), "row of tokens"),
        (bytes(MAXIMUM_BYTES + 1), "larger than"),
    ],
)
def test_a_sample_that_cannot_be_used_is_said(tmp_path: Path, data: bytes, words: str) -> None:
    report = replayed(model(tmp_path, data))
    assert words in report.fault
    assert report.tokens == 0


def test_another_sample_than_the_manifests_is_said(tmp_path: Path) -> None:
    assert "manifest" in replayed(model(tmp_path, sample(), sha256="f" * 64)).fault


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(data=st.data())
def test_a_damaged_sample_is_a_report(tmp_path: Path, data: st.DataObject) -> None:
    damaged = bytearray(sample())
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    report = replayed(model(tmp_path, bytes(damaged)))
    assert msgspec.json.decode(msgspec.json.encode(report), type=TextGolden) == report
