"""Minima are folded into packed weights where that is sound, and a graph says where it is not."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import msgspec
import numpy as np
import onnx
import pytest

from studio.contract.errors import Cancelled, GraphInvalid
from studio.graphs import blocks
from studio.graphs.decoder import write_decoder
from studio.graphs.files import DATA_NAME, GRAPH_NAME, ROWS_KEY
from studio.graphs.forms import EXACT, FAST, DecoderForm
from studio.graphs.gguf import read_gguf
from studio.graphs.llama import plan_decoder
from studio.graphs.minima import Minima
from studio.runtime import text_folding
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.text import Logits, TextSession, open_text
from studio.runtime.text_folding import SAVED, can_fold, fold
from studio.runtime.text_packed import PROBE_KEY, Probe, machine_key, make_probe
from tests.graphs.gguf_files import TinyModel, write_tiny_model

IDS = [5, 77, 200, 9, 31, 250, 12, 8]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("model") / "tiny.gguf"
    return write_tiny_model(place, TinyModel(form=blocks.Q4_1))


def written(model: Path, folder: Path, form: DecoderForm, minima: Minima | None = None) -> Path:
    folder.mkdir()
    with read_gguf(model) as gguf:
        shape, weights = plan_decoder(gguf)
        return write_decoder(shape, weights, folder, form, minima=minima)


def opened(graph: Path) -> TextSession:
    return open_text(graph, device=choose_device("cpu"), threads=1, token=CancelToken())


def logits(graph: Path) -> Logits:
    return opened(graph).run(IDS, keep=len(IDS), token=CancelToken())


@pytest.fixture(scope="module")
def folds() -> bool:
    """Whether this processor packs in a way that minima are folded into."""
    return can_fold()


@pytest.fixture
def folded(model: Path, tmp_path: Path, folds: bool) -> Path:
    """The graph as it is run here: elsewhere than on a processor that is known, the plain one."""
    minima = Minima(tmp_path / "minima")
    graph = written(model, tmp_path / "folded", FAST, minima)
    assert fold(graph, minima, CancelToken()) is folds
    return graph if folds else written(model, tmp_path / "ordinary", FAST)


def refused(folds: bool, words: str) -> AbstractContextManager[object]:
    """What was not packed for a processor is opened on any."""
    return pytest.raises(GraphInvalid, match=words) if folds else nullcontext()


def test_a_folded_graph_says_what_the_exact_one_says(
    model: Path, tmp_path: Path, folded: Path
) -> None:
    wanted = logits(written(model, tmp_path / "exact", EXACT))
    plain = logits(written(model, tmp_path / "plain", FAST))
    largest = np.abs(wanted).max()
    found = np.abs(logits(folded) - wanted).max() / largest
    assert found < max(0.02, 3 * np.abs(plain - wanted).max() / largest)


def test_a_folded_graph_has_fewer_operators_and_leaves_nothing(
    model: Path, tmp_path: Path, folded: Path, folds: bool
) -> None:
    def count(graph: Path) -> int:
        loaded = onnx.load(graph, load_external_data=False)
        return sum(node.op_type in ("Gemm", "ReduceSum") for node in loaded.graph.node)

    # The head alone keeps its own: its rows are no whole panels.
    assert (count(folded) < count(written(model, tmp_path / "plain", FAST)) / 3) is folds
    assert {path.name for path in folded.parent.iterdir()} == {GRAPH_NAME, DATA_NAME}


def test_a_graph_whose_packed_weights_are_others_is_refused(folded: Path, folds: bool) -> None:
    """So it is where another processor packs: the minima are not found then."""
    model = onnx.load(folded, load_external_data=False)
    for tensor in model.graph.initializer:
        for entry in tensor.external_data:
            if entry.key.startswith("prepacked_"):
                entry.value = entry.value.replace("MatMulNBits+", "MatMulNBits+1")
    folded.write_bytes(model.SerializeToString())
    with refused(folds, "another processor"):
        opened(folded)


@pytest.mark.parametrize("damage", ["{", '{"token": 1}', '{"token":1,"places":[],"values":[]}'])
def test_a_damaged_probe_is_said(folded: Path, folds: bool, damage: str) -> None:
    model = onnx.load(folded, load_external_data=False)
    for entry in model.metadata_props:
        if entry.key == PROBE_KEY:
            entry.value = damage
    folded.write_bytes(model.SerializeToString())
    with refused(folds, "file is damaged"):
        opened(folded)


def test_a_packing_that_is_not_known_leaves_the_graph_as_it_was(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_folding, "_sums_place", lambda *_: None)
    minima = Minima(tmp_path / "minima")
    graph = written(model, tmp_path / "graph", FAST, minima)
    before = {path.name: path.read_bytes() for path in graph.parent.iterdir()}
    assert not fold(graph, minima, CancelToken())
    assert {path.name: path.read_bytes() for path in graph.parent.iterdir()} == before
    assert not can_fold()


def test_a_packing_that_computes_otherwise_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_folding, "_fill", lambda saved, minima: True)
    assert not can_fold()


def test_a_cancel_ends_it(model: Path, tmp_path: Path) -> None:
    minima, token = Minima(tmp_path / "minima"), CancelToken()
    graph = written(model, tmp_path / "graph", FAST, minima)
    token.cancel()
    with pytest.raises(Cancelled):
        fold(graph, minima, token)
    assert not (graph.parent / SAVED).exists()


def test_rows_are_named_in_the_folded_data(folded: Path) -> None:
    model = onnx.load(folded, load_external_data=False)
    named = {entry.key: entry.value for entry in model.metadata_props}
    begin, end = map(int, named[ROWS_KEY].split()[0].split("-"))
    assert 0 <= begin < end <= (folded.parent / DATA_NAME).stat().st_size


def test_a_probe_knows_its_own_logits_alone() -> None:
    random = np.random.default_rng(0)
    row = random.standard_normal((1, 300)).astype(np.float32)
    text = make_probe(row, 1)
    probe = msgspec.json.decode(text, type=Probe)
    assert probe.token == 1
    assert probe.agrees(row)
    assert probe.agrees(row * np.float32(1.001))
    assert not probe.agrees(random.standard_normal((1, 300)).astype(np.float32))
    assert not probe.agrees(row[:, :100])


def test_the_machine_has_one_name() -> None:
    assert machine_key() == machine_key()
    assert len(machine_key()) == 8
