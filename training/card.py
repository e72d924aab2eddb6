"""Writes CARD.md: what a model is, what it was made from, and what it cannot do."""

from studio.contract.manifest import Manifest, Training
from training.data.dataset import DatasetInfo, SourceCredit
from training.gan.diversity import ClassDiversity
from training.progress import spoken_time

MEASURED = "Measured"
"""The section that an evaluation writes anew."""


def write_card(
    manifest: Manifest,
    info: DatasetInfo,
    *,
    diversity: tuple[ClassDiversity, ...],
    classifier_accuracy: float,
    frechet: tuple[float, float],
    truncation: float,
    parity: str,
    invariant: tuple[str, ...],
    run_config: dict[str, object],
    curves: str,
    day: str,
) -> str:
    """The card's Markdown; `curves` says how the run went, empty where nothing was measured."""
    training = manifest.training
    names = {entry.id: entry for entry in info.classes}
    rows = "\n".join(
        f"| {names[d.class_id].en} | {names[d.class_id].zh_cn} | {d.ratio:.2f} | "
        f"{d.generated:.2f} | {d.data:.2f} | {d.right:.0%} |"
        for d in diversity
    )
    thanks = credit_lines(info.credits)
    notes = "\n".join(f"- {note}" for note in info.notes)
    ratios = sorted(d.ratio for d in diversity)
    lowest, middle = ratios[0], ratios[len(ratios) // 2]
    return f"""# {manifest.title.en} · {manifest.title.zh}

{manifest.description.en}

{manifest.description.zh}

![Samples: {_rows(manifest)}](samples.png)

The samples stand at {truncation:g} between typical and strange, as the studio begins; the figures \
below are measured at 1.

## Use

- {manifest.licence.sentence.en}
- {manifest.licence.sentence.zh}
- Licence of the weights: {manifest.licence.spdx}.
- {manifest.limits.en}
- {manifest.limits.zh}

## Data

{info.name}: {info.count - info.held_out:,} pictures to train on, {info.held_out:,} held out, \
{info.width}x{info.height}, {"greyscale" if info.channels == 1 else "RGB"}.

{thanks}

{notes}

## Training

- Recipe `{training.recipe}`: {_recipe(run_config)}
- {training.samples_seen:,} images seen in {spoken_time(training.seconds)}{_computed(training)}; \
seed {training.seed}; {", ".join(f"{k} {v}" for k, v in training.versions.items())}.
- Exported on {day} from the checkpoint with SHA-256 `{training.checkpoint_sha256}`.

```
{training.command}
```
{_paragraph(curves)}
## Export

Parity: {parity}. On the processor a sample has the same bytes at every batch size and on one \
or two threads at these optimisation levels of onnxruntime: {", ".join(invariant)}.

## {MEASURED}

Diversity within a class is the mean distance of all pairs of samples of one class in the features \
of a small classifier trained on the data's own labels (right on {classifier_accuracy:.1%} of \
held-out pictures), as a share of the same for the data: 1 is as varied as the data, 0 is one \
picture for every latent. The lowest is {lowest:.2f}, the median {middle:.2f}. "Recognised" is the \
share of samples that this classifier takes for their class.

| class | 类别 | diversity | samples | data | recognised |
|---|---|---|---|---|---|
{rows}

Fréchet distance to training pictures in the same classifier's features (not FID): \
{frechet[0]:.2f}; for held-out pictures it is {frechet[1]:.2f}. It compares with other models of \
the same data only.
"""


def _rows(manifest: Manifest) -> str:
    """What the sheet of samples shows."""
    if manifest.specimen:
        return "a row for each seed, which is one whole alphabet"
    return "a row for each class, a column for each seed"


def _recipe(config: dict[str, object]) -> str:
    """What the run's networks and its loss are, with where they are from."""
    network = config.get("network")
    compared = not isinstance(network, dict) or network.get("group_deviation", True)
    if config.get("recipe") == "style":
        generator = (
            "a mapping network and a style for each layer (Karras et al. 2019) by which batch "
            "normalisations scale and shift what strided transposed convolutions make, with noise, "
            "style mixing in training"
        )
    else:
        generator = (
            "strided transposed convolutions after Radford et al. (2015) with class-conditional "
            "batch normalisation"
        )
    if config.get("loss", "non_saturating") == "relativistic":
        loss = "relativistic pairing loss (Jolicoeur-Martineau 2018; Huang et al. 2024)"
    else:
        loss = "non-saturating loss (Goodfellow et al. 2014)"
    penalties = "R1 and R2" if config.get("r2_gamma") else "R1"
    parts = [generator, "a projection discriminator (Miyato and Koyama 2018)"]
    if compared:
        parts.append("minibatch standard deviation within a class (Karras et al. 2018)")
    parts += [loss, f"lazy {penalties} (Mescheder et al. 2018)"]
    together = config.get("together", 1)
    if together != 1:
        parts.append(
            f"{together} classes of one latent at a time, judged each and as a set (after Zaheer "
            "et al. 2017)"
        )
    changes = config.get("augment")
    if isinstance(changes, list) and changes:
        parts.append(f"pictures changed by {', '.join(map(str, changes))} (Zhao et al. 2020)")
    return f"{', '.join(parts)}, averaged weights."


def _computed(training: Training) -> str:
    """On what, and how much of its time, where that was counted."""
    seconds = training.config.get("cpu_seconds")
    if isinstance(seconds, float):
        return f", {seconds:,.0f} seconds of a processor's time"
    return " on a processor"


def _paragraph(text: str) -> str:
    """Text between two empty lines; an empty line for none."""
    return f"\n{text}\n" if text else ""


def credit_lines(credited: tuple[SourceCredit, ...]) -> str:
    """Whom the data come from and on what terms, a line each."""
    return "\n".join(
        f"- {c.name}"
        + (f" by {c.creator}" if c.creator else "")
        + f", {c.licence}"
        + (f", {c.url}" if c.url else "")
        + (f"\n  {_first_line(c.text)}" if c.text else "")
        for c in credited
    )


def _first_line(text: str) -> str:
    """The first line of a licence text; the full one is at the address beside it."""
    return text.strip().splitlines()[0] if text.strip() else ""


def replace_section(card: str, title: str, body: str) -> str:
    """The card with the contents of its section `title` replaced, or with that section added."""
    heading = f"## {title}\n"
    before, found, rest = card.partition(f"\n{heading}")
    if not found:
        return f"{card.rstrip()}\n\n{heading}\n{body.strip()}\n"
    following = rest.partition("\n## ")[2]
    after = f"\n\n## {following}" if following else "\n"
    return f"{before}\n{heading}\n{body.strip()}{after}"
