"""An exported text model computes what was trained, says what it lost, and is measured."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from studio.contract.manifest import read_model
from studio.graphs.packing import unpack
from studio.recognise.text import recognise_text
from studio.writing.engine.tokens import TextTokenizer
from tests.training.text.stand_ins import tiny_config, write_texts
from training.errors import TrainingError
from training.parity import TextRunner
from training.text import export
from training.text.corpus import TextDataConfig
from training.text.evaluate import MODEL, TextEvaluateConfig, evaluate_text
from training.text.export import TextExportConfig, export_text, require_same_logits
from training.text.judging import bits_of, write_sample
from training.text.model import TextNetwork
from training.text.quantise import pack_four
from training.text.restore import restore_text
from training.text.train import train_text
from training.text.trainer import nats_of


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the texts and a run on them that has learnt a little."""
    folder = tmp_path_factory.mktemp("trained")
    write_texts(folder / "texts")
    config = tiny_config(folder / "run", folder / "texts", passes=4.0, learning_rate=5e-3)
    config = replace(config, data=replace(config.data, validation=0.1))
    assert train_text(config) == 0
    return folder


def _export(trained: Path, out: Path, **changes: Any) -> export.ExportedText:
    settings: dict[str, Any] = {
        "run": trained / "run",
        "id": "tiny",
        "title_en": "Tiny",
        "title_zh": "小",
        "out": out,
        "prompts": ("the old",),
    }
    return export_text(TextExportConfig(**{**settings, **changes}))


@pytest.fixture(scope="module")
def exported(trained: Path) -> export.ExportedText:
    return _export(trained, trained / "models")


def test_graph_and_network_agree_and_the_folder_is_whole(exported: export.ExportedText) -> None:
    assert exported.difference < 1e-4
    model = read_model(exported.folder)
    assert model.manifest.kind == "text"
    names = {path.name for path in exported.folder.iterdir()}
    assert names == {
        "CARD.md",
        "config.json",
        "golden.npz",
        "manifest.json",
        "model.onnx",
        "model.onnx.data",
        "tokenizer.json",
        "tokenizer_config.json",
    }


def test_the_studio_knows_where_its_texts_begin_and_end(exported: export.ExportedText) -> None:
    model = recognise_text(exported.folder)
    assert (model.source, model.context, model.bos, model.eos) == ("atelier", 32, (0,), (0,))
    assert model.tokenizer is not None
    tokenizer = TextTokenizer.from_file(model.tokenizer)
    assert tokenizer.before == (0,)
    assert tokenizer.decode(tokenizer.encode("the old house")) == "the old house"


def test_the_rounding_to_eight_bits_loses_little_and_says_how_much(
    exported: export.ExportedText,
) -> None:
    loss = exported.loss
    assert loss.bits_after == pytest.approx(loss.bits_before, rel=0.01)
    assert 0 < loss.divergence < 1e-2
    card = (exported.folder / "CARD.md").read_text(encoding="utf-8")
    assert f"{loss.bits_after:.4f} as exported" in card
    assert "> **the old**" in card
    assert "Not picked" in card


def test_the_golden_tokens_are_what_the_graph_makes(exported: export.ExportedText) -> None:
    golden = np.load(exported.folder / "golden.npz")
    runner = TextRunner(exported.folder / "model.onnx")
    logits, _ = runner.run(golden["input_ids"], runner.begin())
    assert np.array_equal(logits.argmax(-1), golden["likeliest"])


def test_four_bits_are_half_as_large_and_lose_more(
    trained: Path, exported: export.ExportedText, tmp_path: Path
) -> None:
    smaller = _export(trained, tmp_path, bits=4)
    assert smaller.difference < 1e-3
    assert exported.loss.divergence < smaller.loss.divergence < 1
    data, whole = ((made.folder / "model.onnx.data").stat().st_size for made in (smaller, exported))
    assert data < whole


def test_the_quick_form_is_near_the_exact_one(trained: Path, tmp_path: Path) -> None:
    quick = _export(trained, tmp_path, form="fast")
    assert quick.difference < 0.1


def test_bits_of_the_graph_are_those_of_the_network(
    trained: Path, exported: export.ExportedText
) -> None:
    run = restore_text(trained / "run")
    tokens = np.arange(100, dtype=np.int32) % 50
    runner = TextRunner(exported.folder / "model.onnx")
    ours = nats_of(run.network, torch.from_numpy(tokens).long(), stride=16) / math.log(2)
    theirs = bits_of(runner, tokens, context=32, stride=16)
    assert theirs == pytest.approx(ours.numpy(), abs=0.2)


def test_a_sample_is_the_same_for_a_seed_and_ends_where_the_text_does(
    exported: export.ExportedText,
) -> None:
    runner = TextRunner(exported.folder / "model.onnx")
    first = write_sample(runner, [0], length=20, seed=1, end_id=0)
    assert first == write_sample(runner, [0], length=20, seed=1, end_id=0)
    assert first != write_sample(runner, [0], length=20, seed=2, end_id=0)
    likely = write_sample(runner, [0], length=20, seed=1, end_id=first[3], temperature=0.8)
    assert likely == first[: first.index(first[3])]


def test_a_graph_that_differs_is_not_exported(trained: Path, tmp_path: Path) -> None:
    run = restore_text(trained / "run")
    exported = _export(trained, tmp_path)
    torch.manual_seed(5)
    other = TextNetwork(run.network.config, vocabulary=run.network.vocabulary).eval()
    runner = TextRunner(exported.folder / "model.onnx")
    with pytest.raises(TrainingError, match="differs from torch"):
        require_same_logits(runner, other, tolerance=1e-3)


def test_a_run_keeps_the_licence_that_it_was_told(trained: Path, tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "other", trained / "texts", passes=0.1)
    data = replace(
        config.data, cache=trained / "cache", validation=0.1, licence="own", credit="A writer"
    )
    assert train_text(replace(config, data=data)) == 0
    told, others = restore_text(tmp_path / "other").corpus, restore_text(trained / "run").corpus
    assert told.key == others.key
    assert [(c.creator, c.licence) for c in told.credits] == [("A writer", "own")]
    assert [(c.creator, c.licence) for c in others.credits] == [("", "unknown")]
    manifest = read_model(_export(tmp_path, tmp_path / "models", run=tmp_path / "other").folder)
    assert "maker decides" in manifest.manifest.licence.sentence.en


def test_an_id_that_is_no_name_is_refused(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"--id '\.\./x'"):
        _export(trained, tmp_path, id="../x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", [32, 96])
def test_four_bits_keep_what_is_on_their_grid(columns: int) -> None:
    random = np.random.default_rng(columns)
    numbers = random.integers(-7, 8, (5, columns)).astype(np.float32)
    numbers[:, ::32] = -8
    values = numbers * np.float32(0.25)
    packed = pack_four(values)
    assert packed.loss == 0
    assert np.array_equal(unpack(packed), values)


def test_four_bits_say_what_they_lose() -> None:
    values = np.random.default_rng(1).standard_normal((16, 64)).astype(np.float32)
    packed = pack_four(values)
    lost = np.square(unpack(packed) - values).sum() / np.square(values).sum()
    assert packed.loss == pytest.approx(math.sqrt(lost), rel=1e-4)
    assert packed.loss < 0.1


def _evaluate(trained: Path, model: Path, **changes: Any) -> TextEvaluateConfig:
    data = TextDataConfig(
        path=trained / "texts", cache=trained / "cache", held_out=("0.txt",), validation=0.1
    )
    return TextEvaluateConfig(model=model, data=replace(data, **changes), threads=1)


def test_a_model_is_measured_beside_the_others_on_the_same_bytes(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.text import evaluate
    from training.text.compressors import compressors

    monkeypatch.setattr(evaluate, "compressors", lambda: compressors(ppmd_memory=1 << 22))
    folder = _export(trained, tmp_path).folder
    (judged,) = evaluate_text(_evaluate(trained, folder))
    assert judged.size == (trained / "texts" / "0.txt").stat().st_size + 1
    assert set(judged.bits) == {
        MODEL,
        "Kneser-Ney, 5 tokens",
        "xz -9e",
        "zstd -19",
        "PPMd, order 8",
    }
    assert all(0 < bits < 8 for bits in judged.bits.values())
    assert judged.best_other[1] == min(v for k, v in judged.bits.items() if k != MODEL)
    manifest = read_model(folder).manifest
    measured = {
        measure.name: measure.value for measure in manifest.quality if measure.of == "0.txt"
    }
    assert measured["bits a byte"] == round(judged.bits[MODEL], 4)
    assert measured["bits a byte, PPMd, order 8"] == round(judged.bits["PPMd, order 8"], 4)
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert f"| 0.txt | {judged.size:,} | {judged.bits[MODEL]:.3f} |" in card
    assert card.count("## Measured") == 1


def test_a_model_is_not_measured_on_texts_that_it_was_trained_on(
    trained: Path, exported: export.ExportedText
) -> None:
    with pytest.raises(TrainingError, match="was trained on other texts"):
        evaluate_text(_evaluate(trained, exported.folder, held_out=("1.txt",)))


@pytest.mark.parametrize("stride", [-5, 1_000])
def test_a_window_cannot_advance_backwards_or_by_more_than_its_length(
    trained: Path, exported: export.ExportedText, stride: int
) -> None:
    with pytest.raises(TrainingError, match=f"--stride {stride}: must be from 0 to the context"):
        evaluate_text(replace(_evaluate(trained, exported.folder), stride=stride))


def test_a_model_of_another_kind_is_not_measured(
    trained: Path, exported: export.ExportedText, tmp_path: Path
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    for path in exported.folder.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    manifest = json.loads((folder / "manifest.json").read_bytes())
    (folder / "manifest.json").write_bytes(msgspec.json.encode({**manifest, "kind": "policy"}))
    with pytest.raises(TrainingError, match="not a text model"):
        evaluate_text(_evaluate(trained, folder))
