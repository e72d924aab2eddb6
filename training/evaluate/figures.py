"""What an evaluation found out, and how manifest, card and command line say it."""

import math
from dataclasses import dataclass

import msgspec
import numpy as np
import numpy.typing as npt

from studio.contract.manifest import Evaluation, Manifest, Measure
from training.evaluate.agreement import Agreement
from training.evaluate.measures import Manifolds, Matrix
from training.ruler.manifest import RulerManifest

DENSITY_K = 5
_DIVERSITY, _RECOGNISED = "within-class diversity", "recognised"
_PARTS = "parts as often as in the data"
_AGREEMENT = "agreement within a set"
_OVERLAPS = ("Frechet distance", "precision", "recall", "density", "coverage")
_NEAREST = {
    "features": "nearest training picture in features",
    "pixels": "nearest training picture in pixels",
}
_NEARER = {
    "features": "nearer than held-out pictures, features",
    "pixels": "nearer than held-out pictures, levels",
}
MEASURE_NAMES = frozenset(
    (*_OVERLAPS, _DIVERSITY, _RECOGNISED, _PARTS, _AGREEMENT, *_NEAREST.values(), *_NEARER.values())
)
"""Every name that an evaluation may write, whatever its ruler can tell."""
LOW_QUANTILE = 0.01
_DIGITS = 4
_UNEQUAL = 0.1
"""By so much more of the training pictures than of the held-out ones a ruler must have seen before
that is said to draw them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How a set of pictures lies to training pictures in the ruler's features."""

    frechet: float
    manifolds: Manifolds


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassFigures:
    """One class: how varied its samples are, and whether they are recognised."""

    class_id: str
    samples: int
    diversity: float
    data_diversity: float
    recognised: float | None
    """Share taken for this class; None where the ruler knows no classes."""
    data_recognised: float | None
    parts: float | None
    """How far each part occurs as often as in the data, 0 to 1; None where there are no parts."""
    data_parts: float | None

    @property
    def ratio(self) -> float:
        """1 is as varied as the data, 0 is one picture for every latent; not a number where either
        has too few pictures to tell."""
        return self.diversity / self.data_diversity if self.data_diversity > 0 else math.nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """How near pictures come to their nearest training picture, next to held-out ones.

    A model that learnt pictures by heart comes nearer than pictures that nobody trained on.
    Held-out pictures that stand in the training set too are none of those and are left out; the
    figures that need others are not numbers where there are none.
    """

    median: float
    least: float
    held_out_median: float
    held_out_least: float
    suspicious: float
    """Share nearer than all but 1 % of the held-out pictures are; 0.01 is to be expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How many of the pictures, pixel for pixel, the ruler was trained on too."""

    training: int
    """Of the model's training pictures."""
    of_training: int
    """Those there are."""
    held_out: int
    """Of the held-out pictures that are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All figures of one evaluation."""

    whole: Overlap
    """Of samples as they were trained to be drawn, truncation 1."""
    truncated: Overlap
    """Of samples at the truncation at which the studio begins."""
    truncation: float
    held_out: Overlap
    classes: tuple[ClassFigures, ...]
    features: Nearness
    pixels: Nearness
    duplicates: int
    """Held-out pictures found pixel for pixel among the training pictures."""
    seen: Seen | None
    """None: the pictures that the ruler was trained on are not here, so nobody knows."""
    agreement: Agreement | None
    """Of pictures that belong together, as letters of an alphabet do; None where none do."""
    ruler: RulerManifest
    evaluation: Evaluation


def nearness(
    samples: Matrix, held_out: Matrix, trained_on: npt.NDArray[np.bool_] | None = None
) -> Nearness:
    """Summary of two sets of distances (count,) to the nearest training picture.

    `trained_on` marks the held-out pictures that were found in the training set.
    """
    if trained_on is not None:
        held_out = held_out[~trained_on]
    if not len(held_out):
        return Nearness(
            median=float(np.median(samples)),
            least=float(samples.min()),
            held_out_median=math.nan,
            held_out_least=math.nan,
            suspicious=math.nan,
        )
    threshold = np.quantile(held_out, LOW_QUANTILE)
    # Nothing comes nearer than 0: where the threshold is, reaching it is the suspicious thing.
    nearer = samples < threshold if threshold > 0 else samples <= threshold
    return Nearness(
        median=float(np.median(samples)),
        least=float(samples.min()),
        held_out_median=float(np.median(held_out)),
        held_out_least=float(held_out.min()),
        suspicious=float(nearer.mean()),
    )


def _round(value: float) -> float:
    return round(value, _DIGITS)


def measures_of(figures: Figures) -> tuple[Measure, ...]:
    """The manifest's record, every figure with its reference and its method."""
    where = f"in the features of the ruler {figures.ruler.id}"
    held_out = "the reference is the same for as many held-out pictures"
    precise = f"Kynkäänniemi et al. 2019, k={figures.evaluation.neighbours}"
    dense = f"Naeem et al. 2020, k={DENSITY_K}"
    methods = (
        f"Frechet distance to training pictures {where} (not FID); {held_out}",
        f"share of samples among training pictures {where} ({precise}); {held_out}",
        f"share of training pictures among the samples {where} ({precise}); {held_out}",
        f"samples in the neighbourhoods of training pictures {where} ({dense}); {held_out}",
        f"share of training pictures with a sample near by {where} ({dense}); {held_out}",
    )

    def values(overlap: Overlap) -> tuple[float, ...]:
        m = overlap.manifolds
        return (overlap.frechet, m.precision, m.recall, m.density, m.coverage)

    measures = [
        Measure(name=name, of=of, value=_round(value), reference=_round(reference), method=method)
        for of, overlap in (
            ("", figures.whole),
            (f"truncation {figures.truncation:g}", figures.truncated),
        )
        for name, method, value, reference in zip(
            _OVERLAPS, methods, values(overlap), values(figures.held_out), strict=True
        )
    ]
    for entry in figures.classes:
        measures.append(
            Measure(
                name=_DIVERSITY,
                of=entry.class_id,
                value=_round(entry.diversity),
                reference=_round(entry.data_diversity),
                method=f"mean distance of all pairs of samples of one class {where}; the "
                "reference is the same for held-out pictures",
            )
        )
        if entry.recognised is not None and entry.data_recognised is not None:
            measures.append(
                Measure(
                    name=_RECOGNISED,
                    of=entry.class_id,
                    value=_round(entry.recognised),
                    reference=_round(entry.data_recognised),
                    unit="share",
                    method="share of samples that the ruler takes for their class; the reference "
                    "is the same for held-out pictures",
                )
            )
        if entry.parts is not None and entry.data_parts is not None:
            measures.append(
                Measure(
                    name=_PARTS,
                    of=entry.class_id,
                    value=_round(entry.parts),
                    reference=_round(entry.data_parts),
                    unit="share",
                    method="overlap of the shares of each part, such as eyes or hats, as the ruler "
                    "finds them, with those among training pictures, mean over all kinds of parts; "
                    "the reference is the same for held-out pictures",
                )
            )
    if figures.agreement is not None:
        measures.append(
            Measure(
                name=_AGREEMENT,
                value=_round(figures.agreement.samples),
                reference=_round(figures.agreement.held_out),
                method=f"intraclass correlation of what the ruler {figures.ruler.id} says of the "
                f"style of each picture of one position, over {figures.agreement.sets} positions; "
                "the reference is the same for held-out sets, 0 is chance",
            )
        )
    for space, unit, place, found in (
        ("features", "", where, figures.features),
        ("pixels", "levels", "in pixels", figures.pixels),
    ):
        measures.append(
            Measure(
                name=_NEAREST[space],
                value=_round(found.median),
                reference=_round(found.held_out_median),
                unit=unit,
                method="median distance of a sample to the nearest of all training pictures "
                f"{place}; the reference is the same for held-out pictures that are no training "
                "pictures too",
            )
        )
        measures.append(
            Measure(
                name=_NEARER[space],
                value=_round(found.suspicious),
                reference=LOW_QUANTILE,
                unit="share",
                method=f"share of samples that come nearer to a training picture {place} than all "
                "but the nearest hundredth of held-out pictures, without those that are training "
                "pictures too; more than the reference is a sign of pictures learnt by heart",
            )
        )
    return tuple(_finite(measure) for measure in measures if math.isfinite(measure.value))


def _finite(measure: Measure) -> Measure:
    """Without a reference that could not be measured, of a class with one held-out picture, say."""
    if measure.reference is None or math.isfinite(measure.reference):
        return measure
    return msgspec.structs.replace(measure, reference=None)


def _spoken(value: float | None, form: str) -> str:
    """A figure as the card says it; a dash where it could not be measured."""
    return "–" if value is None or not math.isfinite(value) else format(value, form)


def _class_table(figures: Figures, manifest: Manifest) -> str:
    """One row a class, with the columns that its ruler can fill."""
    names = {choice.value: choice.label for choice in manifest.classes()}
    knows_classes = figures.classes[0].recognised is not None
    knows_parts = any(entry.parts is not None for entry in figures.classes)
    columns = ["class", "类别", "diversity", "samples", "data"]
    columns += ["recognised", "data"] * knows_classes + ["parts", "data"] * knows_parts
    lines = [columns, ["---"] * len(columns)]
    for entry in figures.classes:
        label = names.get(entry.class_id)
        line = [label.en, label.zh] if label else [entry.class_id, ""]
        values = (entry.ratio, entry.diversity, entry.data_diversity)
        line += [_spoken(value, ".2f") for value in values]
        shares: list[float | None] = []
        shares += [entry.recognised, entry.data_recognised] * knows_classes
        shares += [entry.parts, entry.data_parts] * knows_parts
        lines.append(line + [_spoken(share, ".0%") for share in shares])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _explanation(figures: Figures) -> str:
    """What the table's other columns mean, those that there are."""
    text = ""
    if figures.classes[0].recognised is not None:
        text += ' "Recognised" is the share that the ruler takes for their class.'
    if any(entry.parts is not None for entry in figures.classes):
        text += (
            ' "Parts" says how far each part, such as eyes or hats, occurs as often as among '
            "training pictures, as the ruler sees it: 1 is just as often, 0 is nothing in common."
        )
    return text


def _together(figures: Figures) -> str:
    """A paragraph on what belongs together, where something does."""
    found = figures.agreement
    if found is None:
        return ""
    return f"""
Do the letters of one latent belong together? The ruler says of each how bold, wide, slanted and \
round its alphabet is. Over {found.sets} alphabets its answers agree within an alphabet \
by {found.samples:.2f} (intraclass correlation; held-out typefaces {found.held_out:.2f}); letters \
put together by chance reach 0.
"""


def _ruler_sentence(figures: Figures) -> str:
    ruler, seen = figures.ruler, figures.seen
    whole, parts = ruler.scores[0], [score for score in ruler.scores if score.of]
    known = f"{whole.name} {whole.right:.1%} right"
    if parts:
        known += (
            f", {len(parts)} kinds of parts {np.mean([s.right for s in parts]):.0%} right where "
            f"guessing gives {np.mean([s.guessing for s in parts]):.0%}"
        )
    if seen is None:
        same = " Which of the pictures here it was trained on is not known."
    else:
        count = figures.evaluation.samples
        same = (
            f" Pixel for pixel it was trained on {seen.training:,} of the model's "
            f"{seen.of_training:,} training pictures and on {seen.held_out:,} of the "
            f"{count:,} held-out ones"
        )
        if seen.training / seen.of_training - seen.held_out / count > _UNEQUAL:
            same += ", so held-out ones lie a little farther from the others in its features"
        same += "."
    return (
        f"The ruler `{ruler.id}` is a small network of this project, trained on {ruler.data} "
        f"({known}, on held-out pictures); its graph has SHA-256 `{ruler.sha256}`. Figures compare "
        "with those of other models under the same ruler only; none of them is an FID." + same
    )


def _duplicates(figures: Figures) -> str:
    """What was left out, as a sentence."""
    if not figures.duplicates:
        return (
            f"None of the {figures.evaluation.samples:,} held-out pictures is, pixel for pixel, a "
            "training picture too."
        )
    return (
        f"Of the {figures.evaluation.samples:,} held-out pictures {figures.duplicates:,} "
        f"{'is' if figures.duplicates == 1 else 'are'}, pixel for pixel, among the training "
        "pictures too and left out of this comparison."
    )


def card_section(figures: Figures, manifest: Manifest) -> str:
    """The card's section "Measured", in Markdown."""
    e = figures.evaluation
    head = (
        f"| {e.samples:,} pictures each | Fréchet distance | precision | recall | density | "
        "coverage |\n|---|---|---|---|---|---|\n"
    )
    table = head + "\n".join(
        f"| {name} | {overlap.frechet:.2f} | {m.precision:.3f} | {m.recall:.3f} | {m.density:.3f} "
        f"| {m.coverage:.3f} |"
        for name, overlap in (
            ("samples", figures.whole),
            (f"samples at truncation {figures.truncation:g}", figures.truncated),
            ("held-out pictures", figures.held_out),
        )
        for m in (overlap.manifolds,)
    )
    ratios = sorted(c.ratio for c in figures.classes if math.isfinite(c.ratio)) or [math.nan]
    near, pixels = figures.features, figures.pixels
    return f"""{_ruler_sentence(figures)}

{table}

Each line compares with the same {e.samples:,} training pictures; the samples have their classes. \
Precision is the share of samples that lie among the data, recall the share of the data that lies \
among the samples (Kynkäänniemi et al. 2019, k = {e.neighbours}); density and coverage are after \
Naeem et al. (2020, k = {DENSITY_K}). The line of held-out pictures is what a perfect model would \
reach. In so many dimensions precision and recall are one-sided: samples that vary a little less \
than the data lose most of their recall and gain precision (Khayatkhoei and AbdAlmageed 2023), so \
neither should be read without coverage and the table below.

Diversity within a class is the mean distance of all pairs of samples in the ruler's features, as \
a share of the same for held-out pictures: 1 is as varied as the data, 0 is one picture for every \
latent. The lowest is {_spoken(ratios[0], ".2f")}, the median \
{_spoken(ratios[len(ratios) // 2], ".2f")}.\
{_explanation(figures)}

{_class_table(figures, manifest)}
{_together(figures)}
![{_sheet_caption(manifest)}](evaluation.png)

Learnt by heart? The nearest of all training pictures is {near.median:.2f} away from a sample in \
the ruler's features (median; held-out pictures {_spoken(near.held_out_median, ".2f")}) and \
{pixels.median:.1f} levels in pixels (held-out {_spoken(pixels.held_out_median, ".1f")}); the \
least distances are {near.least:.2f} (held-out {_spoken(near.held_out_least, ".2f")}) and \
{pixels.least:.1f} levels (held-out {_spoken(pixels.held_out_least, ".1f")}). Nearer than all but \
1 % of held-out pictures are {_spoken(near.suspicious, ".1%")} of the samples in features and \
{_spoken(pixels.suspicious, ".1%")} in pixels; by chance it would be 1 %. {_duplicates(figures)}

![Samples, below each the training picture nearest in features and the one nearest in pixels; on \
the left the most suspicious ones](neighbours.png)

Seed {e.seed}; data `{e.data}` of key `{e.data_key}`; \
{", ".join(f"{name} {version}" for name, version in e.versions.items())}. The same command gives \
the same figures:

```
{e.command}
```
"""


def _sheet_caption(manifest: Manifest) -> str:
    if manifest.specimen:
        return "Sixteen alphabets at truncation 1, a row for each latent, not chosen"
    return "Sixteen samples of each class at truncation 1, not chosen"


def describe_figures(figures: Figures) -> str:
    """What an evaluation has to say on the command line."""
    whole, held_out = figures.whole, figures.held_out
    ratios = ", ".join(f"{c.class_id} {_spoken(c.ratio, '.2f')}" for c in figures.classes)
    return (
        f"In the features of {figures.ruler.id}, over {figures.evaluation.samples:,} pictures "
        "(held-out pictures in brackets):\n"
        f"Frechet distance {whole.frechet:.2f} ({held_out.frechet:.2f}), precision "
        f"{whole.manifolds.precision:.3f} ({held_out.manifolds.precision:.3f}), recall "
        f"{whole.manifolds.recall:.3f} ({held_out.manifolds.recall:.3f}), coverage "
        f"{whole.manifolds.coverage:.3f} ({held_out.manifolds.coverage:.3f})\n"
        f"Diversity within a class, as a share of the data's: {ratios}\n"
        f"Nearer to a training picture than 99 % of held-out pictures: "
        f"{_spoken(figures.features.suspicious, '.1%')} in features, "
        f"{_spoken(figures.pixels.suspicious, '.1%')} in pixels (1 % by chance). "
        + _duplicates(figures)
    )
