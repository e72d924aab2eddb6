"""`python -m training`: what it answers to good and to bad commands."""

import os
import signal
from pathlib import Path

import pytest
from PIL import Image

from training.__main__ import main


def _gan(pictures: Path, out: Path, *more: str) -> list[str]:
    return [
        "gan", "--data.source", "folder", "--data.path", str(pictures), "--data.cache",
        str(out.parent / "cache"), "--out", str(out), "--resolution", "32", "--max-images", "8",
        "--batch", "8", "--group", "4", "--engine.accelerator", "cpu", "--engine.threads", "1",
        "--engine.precision", "32-true", "--network.maximum-width", "16",
        "--network.minimum-width", "8", "--network.discriminator-width", "8",
        "--report.diversity-samples", "0", "--report.no-tensorboard", *more,
    ]  # fmt: skip


def test_a_run_from_the_command_line(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(_gan(pictures, tmp_path / "run")) == 0
    assert "Done: 8 images" in capsys.readouterr().out
    assert (tmp_path / "run" / "checkpoint-0000000008.pt").exists()


@pytest.mark.parametrize("word", ["--learning-rat", "--data.pathh", "--network.depth"])
def test_an_unknown_setting_is_an_error(
    pictures: Path, tmp_path: Path, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(_gan(pictures, tmp_path / "run", word, "1"))
    assert ended.value.code == 2
    assert word in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("path", "more", "sentence"),
    [
        ("nowhere", (), "nowhere: there is no such folder"),
        ("empty", (), "empty: there are no pictures in this folder"),
        ("pictures", ("--resolution", "128"), "--resolution 128: the dcgan recipe is made for"),
        ("pictures", ("--resume",), "run: there is no checkpoint in this folder"),
        (
            "pictures",
            ("--data.source", "dicebear", "--data.styles", "mica"),
            "mica: there is no DiceBear style of this name",
        ),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_2(
    pictures: Path,
    tmp_path: Path,
    path: str,
    more: tuple[str, ...],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "empty").mkdir()
    assert pictures.exists()
    assert main(_gan(tmp_path / path, tmp_path / "run", *more)) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert sentence in error
    assert error.count("\n") == 1


def test_a_file_in_the_way_of_the_run_is_named(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run").write_text("a file")
    assert main(_gan(pictures, tmp_path / "run")) == 2
    assert "a file is in the way" in capsys.readouterr().err


def test_an_interrupt_while_the_data_are_prepared_is_quiet(
    pictures: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("training.data.prepare.read_picture", interrupt)
    assert main(_gan(pictures, tmp_path / "run")) == 130
    assert "interrupted" in capsys.readouterr().err
    assert list((tmp_path / "cache").iterdir()) == []


def test_an_interrupt_before_the_first_step_ends_at_once(
    pictures: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("training.gan.train.load_classifier", interrupt)
    words = _gan(pictures, tmp_path / "run", "--report.diversity-samples", "8")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may ignore it
    try:
        assert main(words) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert "interrupted" in capsys.readouterr().err


def test_an_export_of_nothing_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["export", "--run", str(tmp_path), "--id", "x", "--title-en", "X"]
    assert main(words) == 2
    assert "there is no checkpoint" in capsys.readouterr().err


def test_data_can_be_prepared_and_looked_at_alone(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["data", "--data.path", str(pictures), "--data.cache", str(tmp_path / "c")]
    sheet = tmp_path / "looks" / "sheet.png"
    assert main([*words, "--resolution", "32", "--sheet", str(sheet)]) == 0
    said = capsys.readouterr().out
    assert "48 pictures of 32x32 in 2 classes" in said
    assert "red: 24" in said
    assert "Fewer than 500 pictures in blue, red" in said
    assert (Path(said.splitlines()[-1]) / "images.npy").exists()
    with Image.open(sheet) as shown:
        assert shown.size == (12 * 34 + 2, 2 * 34 + 2)


def test_a_sheet_that_cannot_be_written_is_named(
    pictures: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    words = ["data", "--data.path", str(pictures), "--data.cache", str(tmp_path / "c")]
    assert main([*words, "--resolution", "32", "--sheet", str(tmp_path / "file" / "s.png")]) == 2
    assert "a file is in the way" in capsys.readouterr().err


def test_the_telemetry_of_onnxruntime_is_off() -> None:
    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
