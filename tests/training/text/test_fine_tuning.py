"""A run may begin with what another has learnt, or with a model of others."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from studio.graphs.blocks import Q8_0
from studio.graphs.decoder import DecoderWeights
from studio.graphs.gguf import read_gguf
from studio.graphs.llama import plan_decoder
from studio.graphs.packing import Packed, unpack
from tests.graphs.gguf_files import TinyModel, tiny_metadata, write_tiny_model
from tests.graphs.reference import reference_logits
from tests.training.text.stand_ins import tiny_config, write_texts
from training.checkpoints import list_checkpoints, load_checkpoint
from training.errors import TrainingError
from training.text.lora import LowRankLinear, add_low_rank, merge_low_rank
from training.text.model import TextNetwork
from training.text.restore import restore_text
from training.text.start import open_start
from training.text.train import train_text
from training.text.weights import parameter_names

Floats = npt.NDArray[np.float32]

Family = Literal["llama", "qwen2"]


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    write_texts(tmp_path / "texts")
    return tmp_path / "texts"


def _write_gguf(folder: Path, *, architecture: Family = "llama") -> tuple[Path, Path]:
    """A tiny model of others and its tokenizer."""
    model = TinyModel(architecture=architecture, form=Q8_0, heads=2, kv_heads=1)
    metadata = tiny_metadata(model)
    tokens, merges = metadata["tokenizer.ggml.tokens"], metadata["tokenizer.ggml.merges"]
    assert isinstance(tokens, list)
    assert isinstance(merges, list)
    tokenizer = Tokenizer(
        models.BPE(
            vocab={token: number for number, token in enumerate(tokens)},
            merges=[tuple(pair.split(" ")) for pair in merges],
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<|endoftext|>", "<|im_start|>", "<|im_end|>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    return write_tiny_model(folder / "tiny.gguf", model), folder / "tokenizer.json"


@pytest.mark.parametrize("architecture", ["llama", "qwen2"])
@torch.no_grad()
def test_a_gguf_becomes_a_network_that_computes_the_same(
    tmp_path: Path, texts: Path, architecture: Family
) -> None:
    file, tokenizer = _write_gguf(tmp_path, architecture=architecture)
    config = tiny_config(tmp_path / "run", texts, start=file, start_tokenizer=tokenizer)
    start = open_start(config)
    assert start.network.context == 32
    network = TextNetwork(start.network, vocabulary=start.vocabulary).eval()
    start.load(network)
    ids = np.random.default_rng(0).integers(0, start.vocabulary, 12)
    with read_gguf(file) as gguf:
        shape, weights = plan_decoder(gguf)
        plain = _plain_weights(network, weights)
    expected = reference_logits(shape, plain, ids.tolist())
    made = network(torch.from_numpy(ids)[None])[0].numpy()
    assert np.abs(made - expected).max() < 1e-3 * np.abs(expected).max()


def _plain_weights(network: TextNetwork, weights: DecoderWeights) -> dict[str, Floats]:
    """Every weight of a decoder by its name, unpacked."""
    plain = {}
    for name, place in parameter_names(network.config):
        if network.get_parameter(place).ndim == 1:
            plain[name] = weights.vector(name)
        else:
            matrix = weights.matrix(name)
            plain[name] = unpack(matrix) if isinstance(matrix, Packed) else matrix
    return plain


def test_a_model_of_others_learns_by_low_rank_changes_alone(tmp_path: Path, texts: Path) -> None:
    file, tokenizer = _write_gguf(tmp_path)
    config = tiny_config(
        tmp_path / "run",
        texts,
        start=file,
        start_tokenizer=tokenizer,
        end_token="<|im_end|>",
        lora_rank=4,
        passes=0.3,
        dropout=0.0,
    )
    assert train_text(config) == 0
    state = load_checkpoint(list_checkpoints(config.out)[-1])["network"]
    assert isinstance(state, dict)
    start = open_start(config)
    before = TextNetwork(start.network, vocabulary=start.vocabulary)
    start.load(before)
    for name, value in before.state_dict().items():
        assert torch.equal(state[name], value)
    assert float(state["layers.0.self_attn.q_proj.lora_b"].abs().max()) > 0
    restored = restore_text(config.out)
    assert restored.end_id == 2
    assert not any(isinstance(module, LowRankLinear) for module in restored.network.modules())


def test_a_run_goes_on_from_what_another_has_learnt(
    tmp_path: Path, texts: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = tiny_config(tmp_path / "first", texts, passes=4.0, learning_rate=5e-3)
    assert train_text(first) == 0
    losses = _losses(capsys.readouterr().out)
    second = replace(
        tiny_config(tmp_path / "second", texts, passes=0.5, learning_rate=1e-4),
        start=list_checkpoints(first.out)[-1],
    )
    assert train_text(second) == 0
    assert _losses(capsys.readouterr().out)[0] < losses[0] - 1
    assert (second.out / "tokenizer.json").read_bytes() == (
        first.out / "tokenizer.json"
    ).read_bytes()
    assert train_text(replace(second, resume=True)) == 0


def _losses(said: str) -> list[float]:
    return [
        float(line.partition("loss ")[2].partition(",")[0])
        for line in said.splitlines()
        if "tokens/s" in line
    ]


@torch.no_grad()
def test_merged_changes_have_the_same_effect() -> None:
    torch.manual_seed(0)
    network = TextNetwork(tiny_config(Path(), Path()).network, vocabulary=40).eval()
    ids = torch.randint(0, 40, (2, 9))
    before = network(ids)
    add_low_rank(network, rank=3, scale=2.0)
    assert torch.equal(network(ids), before)
    for module in network.modules():
        if isinstance(module, LowRankLinear):
            module.lora_b.normal_()
    adapted = network(ids)
    assert not torch.allclose(adapted, before, atol=1e-3)
    merge_low_rank(network)
    assert torch.allclose(network(ids), adapted, atol=1e-4)


def test_low_rank_changes_need_something_to_change(tmp_path: Path, texts: Path) -> None:
    with pytest.raises(TrainingError, match="--lora-rank: needs --start"):
        train_text(tiny_config(tmp_path / "run", texts, lora_rank=4))


def test_a_gguf_without_its_tokenizer_is_refused(tmp_path: Path, texts: Path) -> None:
    file, _ = _write_gguf(tmp_path)
    with pytest.raises(TrainingError, match="--start-tokenizer is needed"):
        train_text(tiny_config(tmp_path / "run", texts, start=file))


def test_a_tokenizer_without_the_end_token_is_refused(tmp_path: Path, texts: Path) -> None:
    file, tokenizer = _write_gguf(tmp_path)
    config = tiny_config(tmp_path / "run", texts, start=file, start_tokenizer=tokenizer)
    with pytest.raises(TrainingError, match="--end-token"):
        train_text(config)


def test_a_file_that_is_no_model_is_named(tmp_path: Path, texts: Path) -> None:
    (tmp_path / "bad.gguf").write_bytes(b"GGUF")
    _, tokenizer = _write_gguf(tmp_path)
    config = tiny_config(
        tmp_path / "run", texts, start=tmp_path / "bad.gguf", start_tokenizer=tokenizer
    )
    with pytest.raises(TrainingError, match=r"bad\.gguf"):
        train_text(config)
