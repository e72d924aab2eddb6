"""Writes a text model's run as a folder that the studio opens, straight in its quick layout.

The folder is complete or absent. The graph is compared with a network that has the graph's own
rounded weights, so that a fault of the graph cannot hide behind the rounding; what the rounding
loses is measured for itself, against the weights as they were trained.
"""

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

from studio.contract.manifest import MANIFEST_NAME, Label, encode_manifest, file_sha256, read_model
from studio.graphs.decoder import write_decoder
from studio.graphs.files import DATA_NAME, GRAPH_NAME
from studio.graphs.forms import FORMS
from training.checkpoints import write_atomically
from training.data.order import stream
from training.errors import TrainingError
from training.folders import publish_folder
from training.parity import TextRunner
from training.text.card import write_text_card
from training.text.judging import bits_of, log_softmax, write_sample
from training.text.manifest import CARD_FILE, GOLDEN_FILE, TextNaming, make_text_manifest
from training.text.model import TextNetwork
from training.text.restore import RestoredText, restore_text
from training.text.trainer import nats_of
from training.text.vocabulary import TOKENIZER_FILE
from training.text.weights import NetworkWeights, decoder_shape, rounded_network

TOLERANCES = {"exact": 1e-3, "fast": 0.2}
"""Largest difference of a logit from the network's that is allowed, as a share of the largest:
"fast" rounds what is multiplied to 8 bits on the way."""
CONFIG_FILE = "config.json"
TOKENIZER_CONFIG_FILE = "tokenizer_config.json"
PARITY_BATCHES = (1, 3)
SAMPLE_TOKENS = 160
SAMPLES = 3
GOLDEN_TOKENS = 64
_PARITY = 41


@dataclass(frozen=True, slots=True, kw_only=True)
class TextExportConfig:
    """What a run cannot know of the model that it becomes."""

    run: Path
    """The run's folder."""
    id: str
    """The model's name for commands and files, e.g. `prose`."""
    title_en: str
    """Its title in English."""
    title_zh: str = ""
    """Its title in Simplified Chinese. Unset: the English one."""
    description_en: str = ""
    """One sentence on what it writes. Unset: one made from the data's name."""
    description_zh: str = ""
    """The same in Simplified Chinese."""
    checkpoint: Path | None = None
    """The checkpoint to export. Unset: the newest of the run."""
    version: str = "1.0.0"
    """Version of the model."""
    out: Path = Path("exported_models")
    """The folder that receives the model's folder."""
    data_folder: Path | None = None
    """The text cache, if it is no longer where the run found it."""
    bits: Literal[4, 8] = 8
    """Bits of a weight: 4 makes a model half as large, and loses more."""
    form: Literal["exact", "fast"] = "exact"
    """exact: what is multiplied stays float32. fast: it is rounded to 8 bits on the way."""
    prompts: tuple[str, ...] = ("",)
    """Beginnings of the samples in the card; an empty one is the beginning of a text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLoss:
    """What an export lost against the weights as they were trained, on watched texts."""

    bits_before: float
    """Bits a byte of the network as it was trained, in 32 bits."""
    bits_after: float
    """Bits a byte of the graph."""
    divergence: float
    """Mean Kullback-Leibler divergence of the graph from the network, in nats a token."""
    largest: float
    """Largest loss of a matrix: root mean square of what was rounded off, relative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedText:
    """What an export found out, for the person who asked for it."""

    folder: Path
    bytes: int
    difference: float
    """Largest difference of a logit from the network of the same weights, relative."""
    loss: TextLoss


def _silent(text: str) -> None:
    """Nobody listens."""


def export_text(config: TextExportConfig, *, say: Callable[[str], None] = _silent) -> ExportedText:
    """Export a checkpoint of a run; raises TrainingError and leaves no folder if torch and
    onnxruntime do not agree."""
    if re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", config.id) is None:
        raise TrainingError(
            f"--id {config.id!r}: must be small letters, digits, dots, dashes and underscores, and "
            "begin with a letter or a digit."
        )
    run = restore_text(config.run, checkpoint=config.checkpoint, data_folder=config.data_folder)
    _check_blocks(run.network)
    target = config.out / config.id
    form = next(form for form in FORMS if form.name == config.form)
    with publish_folder(target, marker=MANIFEST_NAME, purpose="the exported model") as folder:
        say(f"Exporting {run.checkpoint.name} in {config.bits} bits")
        shape = decoder_shape(run.network.config, vocabulary=run.network.vocabulary)
        graph = write_decoder(shape, NetworkWeights(run.network, config.bits), folder, form)
        rounded, losses = rounded_network(run.network, bits=config.bits)
        runner = TextRunner(graph)
        say("Comparing the graph with torch")
        difference = require_same_logits(runner, rounded, tolerance=TOLERANCES[form.name])
        say("Measuring what the rounding loses")
        loss = measure_loss(runner, run, largest=max(losses.values()))
        say("Writing samples")
        samples = write_samples(runner, run, config.prompts)
        (folder / TOKENIZER_FILE).write_text(run.tokenizer.to_str(), encoding="utf-8")
        (folder / CONFIG_FILE).write_bytes(_network_config(run))
        (folder / TOKENIZER_CONFIG_FILE).write_bytes(_tokenizer_config(run))
        _write_golden(folder / GOLDEN_FILE, runner, run)
        naming = TextNaming(
            id=config.id,
            version=config.version,
            title=Label(en=config.title_en, zh=config.title_zh or config.title_en),
            description=Label(en=config.description_en, zh=config.description_zh),
        )
        manifest = make_text_manifest(
            naming,
            run,
            graph_sha256=file_sha256(graph),
            golden_sha256=file_sha256(folder / GOLDEN_FILE),
            bits_a_byte=loss.bits_after,
            data_sha256=file_sha256(folder / DATA_NAME),
        )
        (folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
        size = sum((folder / name).stat().st_size for name in (GRAPH_NAME, DATA_NAME))
        card = write_text_card(
            manifest,
            run,
            parity=f"logits of the graph and of torch with the same rounded weights differ by at "
            f"most {difference:.1e} of the largest, at batch {PARITY_BATCHES[0]} and "
            f"{PARITY_BATCHES[1]}, at once and token by token",
            form=f"{config.bits}-bit blocks of 32 weights, form “{form.name}”, {size / 1e6:.1f} MB",
            loss=f"On the watched texts {loss.bits_before:.4f} bits a byte as trained and "
            f"{loss.bits_after:.4f} as exported; mean divergence {loss.divergence:.1e} nats a "
            f"token; largest loss of a matrix {loss.largest:.2%}.",
            samples=samples,
            day=datetime.now(UTC).date().isoformat(),
        )
        (folder / CARD_FILE).write_text(card, encoding="utf-8")
        read_model(folder)
    return ExportedText(folder=target, bytes=size, difference=difference, loss=loss)


def _check_blocks(network: TextNetwork) -> None:
    """The matrices' rows must be whole blocks."""
    config = network.config
    for name, width in (("width", config.width), ("feed-forward", config.feed_forward)):
        if width % 32:
            raise TrainingError(f"--network.{name} {width}: only multiples of 32 can be exported.")


@torch.no_grad()
def require_same_logits(runner: TextRunner, network: TextNetwork, *, tolerance: float) -> float:
    """Fail unless graph and network agree on random tokens, read at once and one by one.

    Returns the largest difference, relative to the largest logit.
    """
    length = min(network.config.context, 48)
    worst = 0.0
    for batch in PARITY_BATCHES:
        ids = stream(_PARITY, batch).integers(0, network.vocabulary, (batch, length))
        expected = network(torch.from_numpy(ids)).numpy()
        at_once, _ = runner.run(ids, runner.begin(batch))
        half = length // 2
        first, cache = runner.run(ids[:, :half], runner.begin(batch))
        parts = [first]
        for place in range(half, length):
            logits, cache = runner.run(ids[:, place : place + 1], cache, keep=1)
            parts.append(logits)
        for made in (at_once, np.concatenate(parts, axis=1)):
            worst = max(worst, float(np.abs(made - expected).max() / np.abs(expected).max()))
    if not worst <= tolerance:
        raise TrainingError(
            f"The exported graph differs from torch by {worst:.1e} of the largest logit; at most "
            f"{tolerance:.0e} is allowed. Nothing was exported."
        )
    return worst


def _watched_tokens(run: RestoredText, *, most: int) -> tuple[npt.NDArray[np.int32], int]:
    """Tokens of the watched texts, at most about `most`, and the bytes that they stand for."""
    end_id, corpus = run.end_id, run.corpus
    documents = corpus.part("validation") or corpus.part("training")[:1]
    tokens, size = [end_id], 0
    for document in documents:
        text = document.text
        ids = run.tokenizer.encode(text, add_special_tokens=False).ids
        if len(tokens) + len(ids) > most:
            ids = ids[: most - len(tokens)]
            text = run.tokenizer.decode(ids)
        tokens += [*ids, end_id]
        size += len((text + corpus.separator).encode("utf-8"))
        if len(tokens) >= most:
            break
    return np.array(tokens, dtype=np.int32), size


@torch.no_grad()
def measure_loss(
    runner: TextRunner, run: RestoredText, *, largest: float, most: int = 20_000
) -> TextLoss:
    """Bits a byte before and after the rounding, and the divergence, on watched texts."""
    context = run.network.config.context
    tokens, size = _watched_tokens(run, most=most)
    stride = max(context // 2, 1)
    before = nats_of(run.network, torch.from_numpy(tokens).long(), stride=stride)
    after = bits_of(runner, tokens, context=context, stride=stride)
    divergences = []
    for start in range(0, min(len(tokens) - context, 8 * context) + 1, context):
        ids = tokens[None, start : start + context].astype(np.int64)
        theirs = log_softmax(runner.run(ids, runner.begin())[0].astype(np.float64))
        ours = run.network(torch.from_numpy(ids)).double().log_softmax(-1).numpy()
        divergences.append((np.exp(ours) * (ours - theirs)).sum(-1))
    return TextLoss(
        bits_before=float(before.double().sum()) / math.log(2) / size,
        bits_after=float(after.sum()) / size,
        divergence=float(np.concatenate(divergences, axis=1).mean()) if divergences else 0.0,
        largest=largest,
    )


def write_samples(
    runner: TextRunner, run: RestoredText, prompts: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Prompt and continuation, `SAMPLES` of each prompt, seeds 0 and up: none is picked."""
    end_id = run.end_id
    samples = []
    for prompt in prompts:
        ids = [end_id, *run.tokenizer.encode(prompt, add_special_tokens=False).ids]
        room = min(SAMPLE_TOKENS, run.network.config.context - len(ids))
        if room < 1:
            raise TrainingError(f"--prompts {prompt[:40]!r}: is longer than the model's context.")
        for seed in range(SAMPLES):
            made = write_sample(runner, ids, length=room, seed=seed, end_id=end_id)
            samples.append((prompt, run.tokenizer.decode(made)))
    return tuple(samples)


def _tokenizer_config(run: RestoredText) -> bytes:
    """By which token a text begins and ends, as the studio and other programs ask for it."""
    end = run.tokenizer.id_to_token(run.end_id)
    body = {"bos_token": end, "eos_token": end, "add_bos_token": True}
    return json.dumps(body, indent=2, ensure_ascii=False).encode("utf-8") + b"\n"


def _network_config(run: RestoredText) -> bytes:
    """The network's sizes in the words that programs which read models' folders ask for."""
    config, end_id = run.network.config, run.end_id
    family = ("qwen2", "Qwen2ForCausalLM") if config.qkv_bias else ("llama", "LlamaForCausalLM")
    body = {
        "model_type": family[0],
        "architectures": [family[1]],
        "vocab_size": run.network.vocabulary,
        "hidden_size": config.width,
        "intermediate_size": config.feed_forward,
        "num_hidden_layers": config.layers,
        "num_attention_heads": config.heads,
        "num_key_value_heads": config.kv_heads,
        "max_position_embeddings": config.context,
        "rms_norm_eps": config.norm_epsilon,
        "rope_theta": config.rope_base,
        "tie_word_embeddings": config.tied,
        "bos_token_id": end_id,
        "eos_token_id": end_id,
    }
    return json.dumps(body, indent=2).encode("utf-8") + b"\n"


def _write_golden(path: Path, runner: TextRunner, run: RestoredText) -> None:
    """Store the first watched tokens with the one that the graph thinks likeliest after each."""
    length = min(GOLDEN_TOKENS, run.network.config.context)
    ids = _watched_tokens(run, most=length)[0][None, :length].astype(np.int64)
    logits, _ = runner.run(ids, runner.begin())
    likeliest = logits.argmax(-1).astype(np.int64)
    write_atomically(
        path,
        lambda file: np.savez(file, allow_pickle=False, input_ids=ids, likeliest=likeliest),
    )


def describe_text(exported: ExportedText) -> str:
    """What an export has to say on the command line."""
    loss = exported.loss
    return (
        f"{exported.folder}: {exported.bytes / 1e6:.1f} MB; logits differ from torch with the same "
        f"weights by at most {exported.difference:.1e} of the largest.\n"
        f"On the watched texts {loss.bits_before:.4f} bits a byte as trained, "
        f"{loss.bits_after:.4f} as exported; divergence {loss.divergence:.1e} nats a token."
    )
