"""Measures an exported text model on held-out texts, beside compressors and a counting model.

All judge the same bytes after the same training text. A compressor's figure is what a text adds
to the training text compressed before it; it goes on learning within the text, as the model, whose
weights stand still, does not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from studio.contract.manifest import (
    MANIFEST_NAME,
    Manifest,
    Measure,
    encode_manifest,
    read_model,
)
from training.card import MEASURED, replace_section
from training.checkpoints import write_atomically
from training.errors import TrainingError
from training.parity import TextRunner
from training.text.compressors import bits_after, compressors
from training.text.corpus import Corpus, Document, TextDataConfig
from training.text.judging import bits_of
from training.text.kneser_ney import KneserNey
from training.text.manifest import BITS_METHOD
from training.text.sources import prepare_texts
from training.text.vocabulary import encode_documents, end_id_of, open_tokenizer

MODEL = "model"
COUNTING = "Kneser-Ney, 5 tokens"
MOST_NAMED = 8
"""So many held-out texts are measured one by one; of more, all together as one."""
_METHODS = {
    MODEL: BITS_METHOD,
    COUNTING: "the same of an interpolated Kneser-Ney model of 5 of the model's tokens, counted in "
    "the training text",
}
_COMPRESSED = "bits that each byte adds to the training text compressed before it"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEvaluateConfig:
    """What is measured."""

    model: Path
    """The exported model's folder; its card and manifest receive the figures."""
    data: TextDataConfig = field(default_factory=TextDataConfig)
    """The texts that it was trained on, with those that were held out."""
    stride: int = 0
    """Tokens by which the window advances, at most the context; 0: half of it."""
    threads: int = 0
    """Threads for the model; 0: all cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One held-out text, or all of them together."""

    name: str
    size: int
    """Bytes."""
    bits: dict[str, float]
    """Bits a byte by judge: `MODEL`, `COUNTING` and the compressors."""

    @property
    def best_other(self) -> tuple[str, float]:
        """The judge that needs least but for the model, and what it needs."""
        others = {name: value for name, value in self.bits.items() if name != MODEL}
        name = min(others, key=others.__getitem__)
        return name, others[name]

    @property
    def share(self) -> float:
        """What the model needs as a share of what the best other judge needs."""
        return self.bits[MODEL] / self.best_other[1]


def evaluate_text(
    config: TextEvaluateConfig, *, say: Callable[[str], None] = lambda text: None
) -> tuple[Judged, ...]:
    """Measure, and write the figures into the model's manifest and card."""
    manifest = read_model(config.model).manifest
    if manifest.kind != "text" or manifest.vocabulary is None:
        raise TrainingError(f"{config.model}: this is not a text model.")
    context = manifest.training.config["network.context"]
    assert isinstance(context, int)
    if not 0 <= config.stride <= context:
        raise TrainingError(f"--stride {config.stride}: must be from 0 to the context, {context}.")
    _, corpus = prepare_texts(config.data, say)
    trained_on = manifest.training.config.get("data.key")
    if trained_on != corpus.key:
        raise TrainingError(
            f"{config.model}: was trained on other texts than these, or on other parts of them, so "
            "its figures would say nothing; name its own with --data."
        )
    groups = _groups(corpus)
    training = corpus.joined(corpus.part("training") + corpus.part("validation"))
    texts = tuple(corpus.joined(documents) for _, documents in groups)
    bits: dict[str, tuple[float, ...]] = {
        MODEL: _model_bits(config, manifest, groups, context, say),
        COUNTING: _counted_bits(config, manifest, corpus, groups, say),
    }
    for name, compress in compressors().items():
        say(f"Measuring {name}")
        bits[name] = bits_after(compress, training, texts)
    judged = [
        Judged(
            name=name,
            size=len(text),
            bits={judge: values[place] / len(text) for judge, values in bits.items()},
        )
        for place, ((name, _), text) in enumerate(zip(groups, texts, strict=True))
    ]
    if len(judged) > 1:
        judged.append(_together(judged))
    _record(config, manifest, tuple(judged), corpus)
    return tuple(judged)


def _groups(corpus: Corpus) -> list[tuple[str, tuple[Document, ...]]]:
    """What is measured for itself: few texts one by one, many as one."""
    held_out = corpus.part("held_out")
    if not held_out:
        raise TrainingError(f"{corpus.name}: no text was held out; name some with --data.held-out.")
    if len(held_out) <= MOST_NAMED:
        return [(document.name, (document,)) for document in held_out]
    return [(f"{len(held_out):,} texts", held_out)]


def _together(judged: list[Judged]) -> Judged:
    """All texts as one: bits and bytes added up."""
    size = sum(entry.size for entry in judged)
    return Judged(
        name="together",
        size=size,
        bits={
            judge: sum(entry.bits[judge] * entry.size for entry in judged) / size
            for judge in judged[0].bits
        },
    )


def _model_bits(
    config: TextEvaluateConfig,
    manifest: Manifest,
    groups: list[tuple[str, tuple[Document, ...]]],
    context: int,
    say: Callable[[str], None],
) -> tuple[float, ...]:
    assert manifest.vocabulary is not None
    tokenizer = open_tokenizer(config.model / manifest.vocabulary)
    end_id = end_id_of(tokenizer, str(manifest.training.config["end_token"]))
    runner = TextRunner(config.model / manifest.graphs["decoder"].file, threads=config.threads)
    stride = config.stride or max(context // 2, 1)
    totals = []
    for name, documents in groups:
        say(f"Measuring the model on {name}")
        total = 0.0
        for tokens in encode_documents(tokenizer, documents, end_id=end_id):
            whole = np.concatenate([[end_id], tokens]).astype(np.int32)
            total += float(bits_of(runner, whole, context=context, stride=stride).sum())
        totals.append(total)
    return tuple(totals)


def _counted_bits(
    config: TextEvaluateConfig,
    manifest: Manifest,
    corpus: Corpus,
    groups: list[tuple[str, tuple[Document, ...]]],
    say: Callable[[str], None],
) -> tuple[float, ...]:
    assert manifest.vocabulary is not None
    tokenizer = open_tokenizer(config.model / manifest.vocabulary)
    end_id = end_id_of(tokenizer, str(manifest.training.config["end_token"]))
    say("Counting sequences of 5 tokens")
    read = encode_documents(
        tokenizer, corpus.part("training") + corpus.part("validation"), end_id=end_id
    )
    counted = KneserNey(
        np.concatenate([[end_id], *read]), vocabulary=tokenizer.get_vocab_size(), order=5
    )
    totals = []
    for _, documents in groups:
        judged = encode_documents(tokenizer, documents, end_id=end_id)
        chances = counted.probabilities(np.concatenate([[end_id], *judged]))[1:]
        totals.append(float(-np.log2(chances).sum()))
    return tuple(totals)


def _record(
    config: TextEvaluateConfig, manifest: Manifest, judged: tuple[Judged, ...], corpus: Corpus
) -> None:
    """Write the figures into the manifest and the card."""
    measures = tuple(
        Measure(
            name="bits a byte" if judge == MODEL else f"bits a byte, {judge}",
            value=round(value, 4),
            of=entry.name,
            unit="bits",
            method=_METHODS.get(judge, _COMPRESSED),
        )
        for entry in judged
        for judge, value in entry.bits.items()
    )
    watched = tuple(measure for measure in manifest.quality if measure.of == "watched texts")
    changed = msgspec.structs.replace(manifest, quality=(*watched, *measures))
    body = encode_manifest(changed)
    card_file = config.model / manifest.card
    card = card_file.read_text(encoding="utf-8")
    section = replace_section(card, MEASURED, _section(judged, corpus)).encode("utf-8")
    write_atomically(card_file, lambda file: file.write(section))
    write_atomically(config.model / MANIFEST_NAME, lambda file: file.write(body))


def _section(judged: tuple[Judged, ...], corpus: Corpus) -> str:
    """The card's section of figures."""
    judges = list(judged[0].bits)
    heads = " | ".join([re.sub("^model$", "this model", judge) for judge in judges])
    rows = "\n".join(
        f"| {entry.name} | {entry.size:,} | "
        + " | ".join(f"{entry.bits[judge]:.3f}" for judge in judges)
        + f" | {entry.share:.3f} |"
        for entry in judged
    )
    names = ", ".join(document.name for document in corpus.part("held_out"))
    listed = f"\n\nHeld out: {names}." if len(corpus.part("held_out")) > MOST_NAMED else ""
    return f"""Bits a byte on texts that were held out whole, fewer being better. All have read \
the same training text before; the compressors and the counting model also what was watched in \
training. The last column is this model's figure as a share of the best other one's.

| text | bytes | {heads} | share |
|---|---|{"---|" * len(judges)}---|
{rows}

This model: {BITS_METHOD}. {COUNTING}: interpolated, with three discounts an order (Chen and \
Goodman 1998), over this model's tokens. The compressors: {_COMPRESSED}.{listed}"""


def describe_judged(judged: tuple[Judged, ...]) -> str:
    """The figures for the command line."""
    return "\n".join(
        f"{entry.name} ({entry.size:,} bytes): "
        + ", ".join(f"{judge} {value:.3f}" for judge, value in entry.bits.items())
        + f"; {entry.share:.3f} of {entry.best_other[0]}"
        for entry in judged
    )
