"""How runs came nearer to their data, for the card: settings side by side in one budget."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

from training.errors import TrainingError
from training.gan.config import CONFIG_FILE
from training.progress import METRICS_FILE

_SHOWN = (
    "recipe",
    "loss",
    "batch",
    "learning_rate",
    "beta1",
    "r1_gamma",
    "r2_gamma",
    "learning_rate_end",
    "augment",
    "network",
)
"""Settings by which runs on the same pictures are told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What was measured at one moment of a run."""

    images: int
    cpu_seconds: float
    frechet: float
    diversity: tuple[float, ...]
    recognised: tuple[float, ...]
    """Of each class, as a share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A run as its log tells it."""

    name: str
    settings: dict[str, object]
    """Those of `_SHOWN`, the network's one by one; empty where the run kept none."""
    marks: tuple[Mark, ...]


def read_curve(run: Path) -> Curve:
    """The measurements in the log of the run in `run`; none where the log has none.

    A run that was resumed from an earlier checkpoint has written some marks twice: the later ones
    count.
    """
    try:
        settings = json.loads((run / CONFIG_FILE).read_text(encoding="utf-8"))
        lines = (run / METRICS_FILE).read_text(encoding="utf-8").splitlines()
        marks: dict[int, Mark] = {}
        for entry in map(json.loads, lines):
            if {"frechet/own_classifier", "cpu_seconds"} <= entry.keys():
                mark = _mark(entry)
                marks = {at: earlier for at, earlier in marks.items() if at < mark.images}
                marks[mark.images] = mark
    except FileNotFoundError:
        return Curve(name=run.name, settings={}, marks=())
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise TrainingError(f"{run}: the log of this run cannot be read ({error}).") from error
    shown = {name: settings[name] for name in _SHOWN if name in settings and name != "network"}
    network = settings.get("network")
    if isinstance(network, dict):
        shown |= {f"network.{name}": value for name, value in network.items()}
    return Curve(name=run.name, settings=shown, marks=tuple(marks.values()))


def _mark(entry: dict[str, float]) -> Mark:
    return Mark(
        images=int(entry["images"]),
        cpu_seconds=float(entry["cpu_seconds"]),
        frechet=float(entry["frechet/own_classifier"]),
        diversity=tuple(v for k, v in entry.items() if k.startswith("diversity/")),
        recognised=tuple(v for k, v in entry.items() if k.startswith("recognised/")),
    )


def curve_section(curves: tuple[Curve, ...]) -> str:
    """The card's text on how the runs went; empty where none was measured on its way.

    The first curve is the model's own.
    """
    measured = [curve for curve in curves if curve.marks]
    if not measured:
        return ""
    method = (
        "Measured on the way, at truncation 1: the Fréchet distance (FD) to training pictures in "
        "the features of the data's own small classifier, the diversity within a class as a share "
        "of the data's (lowest and mean of the classes), and the share of samples that the "
        "classifier takes for their class. Processor seconds are those of all threads."
    )
    parts = [method]
    for curve in measured:
        rows = "\n".join(
            f"| {mark.cpu_seconds:,.0f} | {mark.images:,} | {mark.frechet:.1f} | "
            f"{min(mark.diversity, default=math.nan):.2f} | {_mean(mark.diversity):.2f} | "
            f"{_mean(mark.recognised):.0%} |"
            for mark in _spread_out(curve.marks)
        )
        parts.append(
            f"**{curve.name}**{_differences(curve, curves[0])}\n\n"
            "| processor s | images | FD | diversity, lowest | mean | recognised |\n"
            f"|---|---|---|---|---|---|\n{rows}"
        )
    return "\n\n".join(parts)


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values) if values else math.nan


def _spread_out(marks: tuple[Mark, ...], most: int = 12) -> list[Mark]:
    """At most `most` of the marks, evenly, the last one among them."""
    if len(marks) <= most:
        return list(marks)
    places = [round((index + 1) * len(marks) / most) - 1 for index in range(most)]
    return [marks[place] for place in places]


def _differences(curve: Curve, own: Curve) -> str:
    """What this run had set otherwise than the model's, in parentheses."""
    if curve is own:
        return " (this model)"
    names = [
        name
        for name in {**own.settings, **curve.settings}
        if own.settings.get(name) != curve.settings.get(name)
    ]
    if not names:
        return ""
    said = ", ".join(f"{name} {_said(curve.settings.get(name))}" for name in names)
    return f" ({said})"


def _said(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    return str(value)
