"""GGUF files become decoders that compute what transformers computes with the same weights."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.contract.errors import TextModelInvalid, TextModelUnsupported
from studio.graphs import blocks
from studio.graphs.decoder import write_decoder
from studio.graphs.forms import EXACT, FAST
from studio.graphs.gguf import GgufFile, read_gguf
from studio.graphs.llama import plan_decoder
from tests.graphs.gguf_files import (
    Tensor,
    TinyModel,
    Value,
    float_tensor,
    gguf_bytes,
    tiny_metadata,
    tiny_tensors,
    write_tiny_model,
)
from tests.graphs.reference import reference_logits
from tests.graphs.runs import PlainRun

IDS = [1, 40, 200, 7, 7, 99, 12, 30, 3, 250, 41]

Floats = NDArray[np.float32]
Change = Callable[[dict[str, Value], dict[str, Tensor]], None]


def graph_logits(path: Path, folder: Path) -> Floats:
    with read_gguf(path) as gguf:
        shape, weights = plan_decoder(gguf)
        return PlainRun(write_decoder(shape, weights, folder, EXACT)).feed(IDS)


def transformers_logits(gguf: GgufFile) -> Floats:
    """The same file by transformers, its names and rows put as that library has them."""
    torch = pytest.importorskip("torch")
    transformers: Any = pytest.importorskip("transformers")
    family = gguf.architecture
    heads = gguf.integer(f"{family}.attention.head_count")
    kv_heads = gguf.integer(f"{family}.attention.head_count_kv")
    tied = "output.weight" not in gguf.tensors
    kinds = {
        "llama": ("LlamaConfig", "LlamaForCausalLM"),
        "qwen2": ("Qwen2Config", "Qwen2ForCausalLM"),
    }
    config_kind, model_kind = kinds[family]
    model = getattr(transformers, model_kind)(
        getattr(transformers, config_kind)(
            vocab_size=gguf.tensors["token_embd.weight"].shape[0],
            hidden_size=gguf.integer(f"{family}.embedding_length"),
            intermediate_size=gguf.integer(f"{family}.feed_forward_length"),
            num_hidden_layers=gguf.integer(f"{family}.block_count"),
            num_attention_heads=heads,
            num_key_value_heads=kv_heads,
            rms_norm_eps=gguf.number(f"{family}.attention.layer_norm_rms_epsilon"),
            rope_parameters={
                "rope_type": "default",
                "rope_theta": gguf.number(f"{family}.rope.freq_base"),
            },
            tie_word_embeddings=tied,
            attn_implementation="eager",
        )
    )
    names = {
        "attn_norm": "input_layernorm", "ffn_norm": "post_attention_layernorm",
        "attn_q": "self_attn.q_proj", "attn_k": "self_attn.k_proj", "attn_v": "self_attn.v_proj",
        "attn_output": "self_attn.o_proj", "ffn_gate": "mlp.gate_proj", "ffn_up": "mlp.up_proj",
        "ffn_down": "mlp.down_proj",
    }  # fmt: skip
    whole = {
        "token_embd.weight": "model.embed_tokens.weight",
        "output_norm.weight": "model.norm.weight",
        "output.weight": "lm_head.weight",
    }
    state = {}
    for name in gguf.tensors:
        values = gguf.array(name)
        if name in whole:
            state[whole[name]] = torch.from_numpy(values)
            continue
        _, layer, part, ending = name.split(".")
        if family == "llama" and part in ("attn_q", "attn_k"):
            count = heads if part == "attn_q" else kv_heads
            pairs = values.reshape(count, -1, 2, *values.shape[1:])
            values = pairs.swapaxes(1, 2).reshape(values.shape)
        state[f"model.layers.{layer}.{names[part]}.{ending}"] = torch.from_numpy(values)
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert set(missing) <= {"lm_head.weight"}
    assert not unexpected
    model.tie_weights()
    with torch.no_grad():
        logits: Floats = model.eval()(torch.tensor([IDS])).logits[0].numpy()
    return logits


@pytest.mark.parametrize(
    "model",
    [
        TinyModel(form=blocks.Q4_1, embedding_form=blocks.Q8_0),
        TinyModel(form=blocks.Q4_0, tied=False, heads=2, kv_heads=1, seed=3),
        TinyModel(architecture="qwen2", form=blocks.Q5_1, rope_base=1e6, epsilon=1e-6),
        TinyModel(architecture="qwen2", form=blocks.Q4_1, tied=False, kv_heads=4),
    ],
    ids=["llama", "llama-head", "qwen2", "qwen2-head"],
)
def test_logits_are_those_of_transformers(tmp_path: Path, model: TinyModel) -> None:
    path = write_tiny_model(tmp_path / "tiny.gguf", model)
    found = graph_logits(path, tmp_path)
    with read_gguf(path) as gguf:
        wanted = transformers_logits(gguf)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-5 * np.abs(wanted).max())
    assert (found.argmax(axis=1) == wanted.argmax(axis=1)).all()


@pytest.mark.parametrize(
    "form",
    [form for form in blocks.FORMATS.values() if form.elements > 1],
    ids=lambda form: form.name,
)
@pytest.mark.parametrize("named", [EXACT, FAST], ids=lambda form: form.name)
def test_every_block_format_is_computed_with(tmp_path: Path, form: Any, named: Any) -> None:
    path = write_tiny_model(tmp_path / "tiny.gguf", TinyModel(form=form, layers=1))
    with read_gguf(path) as gguf:
        shape, weights = plan_decoder(gguf)
        found = PlainRun(write_decoder(shape, weights, tmp_path, named)).feed(IDS)
        wanted = reference_logits(shape, plain_weights(gguf), IDS)
    error = np.abs(found - wanted).max() / np.abs(wanted).max()
    assert error < (2e-5 if named is EXACT else 0.1)


def plain_weights(gguf: GgufFile) -> dict[str, Floats]:
    """Dequantised by the reader, under our names, rows in halves."""
    shape, _ = plan_decoder(gguf)
    names = {"norm": "output_norm.weight", "embedding": "token_embd.weight"}
    parts = {
        "query": "attn_q", "key": "attn_k", "value": "attn_v", "output": "attn_output",
        "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
        "attention_norm": "attn_norm", "feed_forward_norm": "ffn_norm",
    }  # fmt: skip
    made = {name: gguf.array(place) for name, place in names.items()}
    for layer in range(shape.layers):
        for part, place in parts.items():
            values = gguf.array(f"blk.{layer}.{place}.weight")
            if part in ("query", "key"):
                width = shape.head_width
                halves = values.reshape(-1, width // 2, 2, values.shape[1]).swapaxes(1, 2)
                values = halves.reshape(values.shape)
            made[f"layers.{layer}.{part}"] = values
    return made


@pytest.mark.parametrize("form", [blocks.F16, blocks.BF16, blocks.F32], ids=lambda form: form.name)
def test_plain_formats_are_blocked_anew_with_little_loss(tmp_path: Path, form: Any) -> None:
    path = write_tiny_model(tmp_path / "tiny.gguf", TinyModel(form=form))
    with read_gguf(path) as gguf:
        shape, weights = plan_decoder(gguf)
        matrix = weights.matrix("layers.0.gate")
        assert not isinstance(matrix, np.ndarray)
        assert 0 < matrix.loss < 0.01
        found = PlainRun(write_decoder(shape, weights, tmp_path)).feed(IDS)
        wanted = reference_logits(shape, plain_weights(gguf), IDS)
    assert np.abs(found - wanted).max() < 0.05 * np.abs(wanted).max()


def changed(folder: Path, change: Change, model: TinyModel | None = None) -> Path:
    """A tiny model with something altered."""
    model = model or TinyModel()
    metadata, tensors = tiny_metadata(model), tiny_tensors(model)
    change(metadata, tensors)
    path = folder / "changed.gguf"
    path.write_bytes(gguf_bytes(metadata, tensors))
    return path


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("general.architecture", "gpt2", "gpt2"),
        ("llama.expert_count", 8, "mixture of experts"),
        ("llama.rope.scaling.type", "yarn", "yarn"),
        ("llama.rope.dimension_count", 8, "rotates 8 of 16"),
        ("llama.attention.value_length", 32, "width"),
    ],
)
def test_kinds_that_are_not_run_are_refused_by_name(
    tmp_path: Path, key: str, value: Value, words: str
) -> None:
    path = changed(tmp_path, lambda metadata, _: metadata.update({key: value}))
    with read_gguf(path) as gguf, pytest.raises(TextModelUnsupported, match=words):
        plan_decoder(gguf)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("llama.block_count", 0),
        ("llama.block_count", 3),
        ("llama.block_count", 2**24),
        ("llama.attention.head_count_kv", 1),
        ("llama.attention.head_count_kv", 3),
        ("llama.attention.head_count", 7),
        ("llama.feed_forward_length", 2**30),
        ("llama.context_length", 0),
        ("llama.rope.freq_base", -1.0),
        ("llama.attention.layer_norm_rms_epsilon", "small"),
    ],
)
def test_files_that_contradict_themselves_are_refused(
    tmp_path: Path, key: str, value: Value
) -> None:
    path = changed(tmp_path, lambda metadata, _: metadata.update({key: value}))
    with read_gguf(path) as gguf, pytest.raises(TextModelInvalid):
        plan_decoder(gguf)


def test_a_missing_tensor_is_named(tmp_path: Path) -> None:
    def change(_: dict[str, Value], tensors: dict[str, Tensor]) -> None:
        del tensors["blk.1.ffn_up.weight"]

    with (
        read_gguf(changed(tmp_path, change)) as gguf,
        pytest.raises(TextModelInvalid, match=r"blk\.1\.ffn_up\.weight"),
    ):
        plan_decoder(gguf)


def test_scaled_rotations_are_read(tmp_path: Path) -> None:
    factors = np.linspace(1, 8, 8).astype(np.float32)

    def change(metadata: dict[str, Value], tensors: dict[str, Tensor]) -> None:
        metadata |= {"llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": 4.0}
        tensors["rope_freqs.weight"] = float_tensor(factors)

    path = changed(tmp_path, change, replace(TinyModel(), form=blocks.Q8_0))
    with read_gguf(path) as gguf:
        shape, weights = plan_decoder(gguf)
        assert shape.rope_scale == 4
        assert shape.rope_factors == tuple(factors.tolist())
        found = PlainRun(write_decoder(shape, weights, tmp_path)).feed(IDS)
        wanted = reference_logits(shape, plain_weights(gguf), IDS)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-5 * np.abs(wanted).max())
