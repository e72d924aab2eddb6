"""Writes the CARD.md of a text model: what it is, what it was made from, what it cannot do."""

from collections.abc import Sequence

from studio.contract.manifest import Manifest
from training.card import MEASURED, credit_lines
from training.progress import spoken_time
from training.text.restore import RestoredText


def write_text_card(
    manifest: Manifest,
    run: RestoredText,
    *,
    parity: str,
    form: str,
    loss: str,
    samples: Sequence[tuple[str, str]],
    day: str,
) -> str:
    """The card's Markdown."""
    corpus, training, network = run.corpus, manifest.training, run.network
    config = network.config
    trained = corpus.part("training")
    size = sum(len(document.text.encode("utf-8")) for document in trained)
    parameters = sum(parameter.numel() for parameter in network.parameters())
    notes = "\n".join(f"- {note}" for note in corpus.notes)
    (bits,) = (measure.value for measure in manifest.quality)
    return f"""# {manifest.title.en} · {manifest.title.zh}

{manifest.description.en}

{manifest.description.zh}

## Use

- {manifest.licence.sentence.en}
- {manifest.licence.sentence.zh}
- Licence of the weights: {manifest.licence.spdx}.
- {manifest.limits.en}
- {manifest.limits.zh}

## Data

{corpus.name}: {len(trained):,} texts of {size / 1e6:.2f} MB to train on, \
{len(corpus.part("validation")):,} watched, {len(corpus.part("held_out")):,} held out.

{credit_lines(corpus.credits)}

{notes}

## Training

- A decoder-only Transformer (Vaswani et al. 2017) of {parameters:,} parameters: {config.layers} \
layers {config.width} wide, {config.heads} heads of queries and {config.kv_heads} of keys and \
values (Ainslie et al. 2023), rotary positions (Su et al. 2021), RMSNorm (Zhang and Sennrich \
2019), SwiGLU {config.feed_forward} wide (Shazeer 2020), {network.vocabulary:,} tokens, context \
{config.context}; averaged weights.
- {training.samples_seen:,} tokens seen in {spoken_time(training.seconds)}, \
{run.cpu_seconds:,.0f} seconds of a processor's time; seed {training.seed}; \
{", ".join(f"{k} {v}" for k, v in training.versions.items())}.
- Exported on {day} from the checkpoint with SHA-256 `{training.checkpoint_sha256}`.

```
{training.command}
```

## Export

{form[0].upper()}{form[1:]}. Parity: {parity}. {loss}

## Samples

Not picked: the first seeds, at temperature 0.8 and top-p 0.95. What was given stands in bold.

{_samples(samples)}

## {MEASURED}

{bits:.4f} bits a byte on the watched texts.
"""


def _samples(samples: Sequence[tuple[str, str]]) -> str:
    """Each sample as a quotation."""
    parts = []
    for prompt, text in samples:
        given = f"**{prompt.strip()}**" if prompt.strip() else ""
        quoted = (given + text).strip().replace("\n", "\n> ")
        parts.append("> " + quoted.replace("\n> \n", "\n>\n"))
    return "\n\n---\n\n".join(parts)
