"""Curves in the card: what a log says, also one that was resumed, damaged or is not there."""

import json
from pathlib import Path

import msgspec
import pytest

from training.curves import (
    CURVE_FILE,
    Curve,
    Mark,
    MeasuredCurve,
    curve_section,
    read_curve,
)
from training.errors import TrainingError


def _run(folder: Path, entries: list[dict[str, float]], **settings: object) -> Path:
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(settings))
    (folder / "metrics.jsonl").write_text("".join(json.dumps(e) + "\n" for e in entries))
    return folder


def _entry(images: int, frechet: float) -> dict[str, float]:
    return {
        "images": images,
        "minutes": 1.0,
        "cpu_seconds": images / 100,
        "frechet/own_classifier": frechet,
        "diversity/a": 0.9,
        "diversity/b": 0.7,
        "recognised/a": 1.0,
        "recognised/b": 0.5,
    }


def test_a_curve_is_what_was_measured_and_says_in_what_it_differs(tmp_path: Path) -> None:
    losses: dict[str, float] = {"images": 500, "minutes": 1.0, "loss/generator": 1.0}
    own = _run(
        tmp_path / "own",
        [losses, _entry(1000, 80.5), _entry(2000, 60)],
        loss="a",
        batch=64,
        network={"style_dim": 16},
    )
    other = _run(
        tmp_path / "other",
        [_entry(1500, 99)],
        loss="b",
        batch=64,
        together=2,
        network={"style_dim": 8},
    )
    text = curve_section((read_curve(own), read_curve(other)))
    assert "**own** (this model)" in text
    assert "| 10 | 1,000 | 80.5 | – | 0.70 | 0.80 | 75% |" in text
    assert "**other** (loss b, network.style_dim 8), by the data's own small classifier" in text


def test_what_a_ruler_measured_counts_before_what_the_log_says(tmp_path: Path) -> None:
    folder = _run(tmp_path / "run", [_entry(1000, 80)], loss="a")
    mark = Mark(
        images=500,
        cpu_seconds=7,
        by_clock=True,
        frechet=321.5,
        coverage=0.25,
        diversity=(0.5,),
        recognised=(),
    )
    curve = MeasuredCurve(ruler="parts", ruler_sha256="0" * 64, samples=60, marks=(mark,))
    (folder / CURVE_FILE).write_bytes(msgspec.json.encode(curve))
    text = curve_section((read_curve(folder),))
    assert "by the ruler `parts`" in text
    assert "| 7 by the clock | 500 | 321.5 | 0.25 | 0.50 | 0.50 | – |" in text
    assert "80.0" not in text


def test_what_a_resumed_run_measured_again_counts_once(tmp_path: Path) -> None:
    entries = [_entry(1000, 80), _entry(2000, 70), _entry(1500, 65), _entry(2000, 60)]
    curve = read_curve(_run(tmp_path / "run", entries))
    assert [(mark.images, mark.frechet) for mark in curve.marks] == [
        (1000, 80),
        (1500, 65),
        (2000, 60),
    ]


def test_long_curves_are_thinned_out_and_keep_their_end(tmp_path: Path) -> None:
    curve = read_curve(_run(tmp_path / "run", [_entry(n * 1000, n) for n in range(1, 100)]))
    rows = [line for line in curve_section((curve,)).splitlines() if "%" in line]
    assert len(rows) == 12
    assert "| 99,000 |" in rows[-1]


def test_a_run_without_a_log_has_no_curve(tmp_path: Path) -> None:
    curve = read_curve(tmp_path)
    assert curve == Curve(name=tmp_path.name, settings={}, ruler="", marks=())
    assert curve_section((curve,)) == ""


@pytest.mark.parametrize(
    "line", ["{", "[]", "3", '{"frechet/own_classifier": 1, "cpu_seconds": 2}']
)
def test_a_damaged_log_is_named(tmp_path: Path, line: str) -> None:
    folder = _run(tmp_path / "run", [])
    (folder / "metrics.jsonl").write_text(line)
    with pytest.raises(TrainingError, match="run: the log of this run cannot be read"):
        read_curve(folder)
