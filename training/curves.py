"""How runs came nearer to their data, for the card: settings side by side in one budget."""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import msgspec

from training.errors import TrainingError
from training.progress import METRICS_FILE
from training.run_folder import CONFIG_FILE

CURVE_FILE = "curve.json"
"""In a run's folder: its checkpoints as a ruler measured them."""

_SHOWN = (
    "recipe",
    "loss",
    "batch",
    "group",
    "learning_rate",
    "beta1",
    "r1_gamma",
    "r2_gamma",
    "r1_every",
    "augment",
    "together",
)
"""Settings by which runs on the same pictures are told apart, besides the network's."""


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured at one moment of a run."""

    images: int
    cpu_seconds: float
    by_clock: bool = False
    """Whether the run counted the clock's seconds alone: no fewer than one thread's."""
    frechet: float
    coverage: float | None = None
    """Share of the data with a sample near by, where that was measured."""
    diversity: tuple[float, ...]
    """Of each class, as a share of the data's."""
    recognised: tuple[float, ...]
    """Of each class, the share of samples that are taken for it; empty where nothing can tell."""


class MeasuredCurve(msgspec.Struct, frozen=True, kw_only=True):
    """What `python -m training curve` keeps of a run."""

    ruler: str
    ruler_sha256: str
    samples: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A run as its files tell it."""

    name: str
    settings: dict[str, object]
    """Those by which runs differ; empty where the run kept none."""
    ruler: str
    """What measured the marks; empty: the data's own small classifier, while the run went on."""
    marks: tuple[Mark, ...]


def read_curve(run: Path) -> Curve:
    """The measurements of the run in `run`: by a ruler, else those in its log, else none.

    A run that was resumed from an earlier checkpoint has written some marks of its log twice: the
    later ones count.
    """
    try:
        text = (run / CONFIG_FILE).read_text(encoding="utf-8")
        settings = json.loads(text)
        measured, log = run / CURVE_FILE, run / METRICS_FILE
        ruler = ""
        if measured.exists():
            curve = msgspec.json.decode(measured.read_bytes(), type=MeasuredCurve)
            ruler, marks = curve.ruler, curve.marks
        else:
            marks = _logged(log.read_text(encoding="utf-8")) if log.exists() else ()
        network = settings.get("network", {})
        shown = {name: settings[name] for name in _SHOWN if name in settings}
        shown |= {f"network.{name}": value for name, value in network.items()}
    except FileNotFoundError:
        return Curve(name=run.name, settings={}, ruler="", marks=())
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise TrainingError(f"{run}: the log of this run cannot be read ({error}).") from error
    return Curve(name=run.name, settings=shown, ruler=ruler, marks=marks)


def _logged(text: str) -> tuple[Mark, ...]:
    marks: dict[int, Mark] = {}
    for entry in map(json.loads, text.splitlines()):
        if {"frechet/own_classifier", "cpu_seconds"} <= entry.keys():
            mark = Mark(
                images=int(entry["images"]),
                cpu_seconds=float(entry["cpu_seconds"]),
                frechet=float(entry["frechet/own_classifier"]),
                diversity=tuple(v for k, v in entry.items() if k.startswith("diversity/")),
                recognised=tuple(v for k, v in entry.items() if k.startswith("recognised/")),
            )
            marks = {at: earlier for at, earlier in marks.items() if at < mark.images}
            marks[mark.images] = mark
    return tuple(marks.values())


def curve_section(curves: tuple[Curve, ...]) -> str:
    """The card's text on how the runs went; empty where none was measured on its way.

    The first curve is the model's own.
    """
    measured = [curve for curve in curves if curve.marks]
    if not measured:
        return ""
    method = (
        "How the run went, measured at truncation 1: the Fréchet distance (FD) to training "
        "pictures, the share of the data with a sample near by (coverage), the diversity within a "
        "class as a share of the data's, and the share of samples that are recognised as of their "
        "class. Processor seconds are those of all threads, measuring on the way included."
    )
    parts = [method]
    for curve in measured:
        rows = "\n".join(
            f"| {mark.cpu_seconds:,.0f}{' by the clock' * mark.by_clock} | {mark.images:,} | "
            f"{mark.frechet:.1f} | {_share(mark.coverage)} | "
            f"{min(mark.diversity, default=math.nan):.2f} | {_mean(mark.diversity):.2f} | "
            f"{_percent(mark.recognised)} |"
            for mark in _spread_out(curve.marks)
        )
        by = f"the ruler `{curve.ruler}`" if curve.ruler else "the data's own small classifier"
        parts.append(
            f"**{curve.name}**{_differences(curve, curves[0])}, by {by}:\n\n"
            "| processor s | images | FD | coverage | diversity, lowest | mean | recognised |\n"
            f"|---|---|---|---|---|---|---|\n{rows}"
        )
    return "\n\n".join(parts)


def _mean(values: tuple[float, ...]) -> float:
    return sum(values) / len(values) if values else math.nan


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _percent(values: tuple[float, ...]) -> str:
    return f"{_mean(values):.0%}" if values else "–"


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
    # A setting that one of them does not know was not there when it ran, and meant nothing to it.
    names = [
        name
        for name in own.settings
        if name in curve.settings and own.settings[name] != curve.settings[name]
    ]
    if not names:
        return ""
    said = ", ".join(f"{name} {_said(curve.settings[name])}" for name in names)
    return f" ({said})"


def _said(value: object) -> str:
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    return str(value)
