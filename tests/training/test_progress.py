"""What a run says: a live line on a terminal, plain lines elsewhere, numbers in a file."""

import json
from pathlib import Path

import pytest

from training.progress import RunLog, spoken_time


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0m 00s"), (-3, "0m 00s"), (75, "1m 15s"), (3900, "1:05")]
)
def test_times_are_spoken_briefly(seconds: float, text: str) -> None:
    assert spoken_time(seconds) == text


def test_a_terminal_gets_a_live_line_with_losses_and_time_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with RunLog(tmp_path, silent=False, tensorboard=False) as log:
        log.live(at=1234, share=0.5, text="G 1.00 D 0.50 90 images/s, 2m 10s left")
        log.say("a line")
    shown = capsys.readouterr().out
    assert "1,234 images" in shown
    assert "2m 10s left" in shown
    assert "a line" in shown


def test_elsewhere_only_lines_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with RunLog(tmp_path, silent=False, tensorboard=False) as log:
        log.live(at=1, share=0.5, text="live")
        log.warn("the latent is dying")
    shown = capsys.readouterr().out
    assert "live" not in shown
    assert "WARNING: the latent is dying" in shown


def test_a_silent_log_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with RunLog(tmp_path, silent=True, tensorboard=True) as log:
        log.say("a line")
        log.record(at=1, seconds=1.0, values={"loss": 1.0})
    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == []


def test_numbers_are_kept_one_entry_a_line(tmp_path: Path) -> None:
    with RunLog(tmp_path, silent=False, tensorboard=False) as log:
        log.record(at=64, seconds=90.0, values={"loss/generator": 1.5})
        log.record(at=128, seconds=180.0, values={"loss/generator": 1.25})
    lines = (tmp_path / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [
        {"images": 64, "minutes": 1.5, "loss/generator": 1.5},
        {"images": 128, "minutes": 3.0, "loss/generator": 1.25},
    ]


def test_a_log_counts_in_the_units_of_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with RunLog(tmp_path, silent=False, tensorboard=False, unit="steps") as log:
        log.live(at=12, share=0.5, text="")
        log.record(at=12, seconds=60.0, values={})
    assert "12 steps" in capsys.readouterr().out
    assert json.loads((tmp_path / "metrics.jsonl").read_text("utf-8")) == {
        "steps": 12,
        "minutes": 1.0,
    }
