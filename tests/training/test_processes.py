"""Real processes: two that train together over gloo, and one that is killed while it saves."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
import torch

from tests.training.two_processes import STEPS, full_batch
from training.checkpoints import list_checkpoints, load_checkpoint

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(700)]  # a busy machine starts torch slowly


def _command(pictures: Path, out: Path, *more: str) -> list[str]:
    return [
        sys.executable, "-m", "training", "gan", "--data.path", str(pictures), "--data.cache",
        str(out.parent / "cache"), "--out", str(out), "--resolution", "32",
        "--batch", "8", "--group", "4", "--engine.accelerator", "cpu", "--engine.threads", "1",
        "--engine.precision", "32-true", "--network.maximum-width", "16",
        "--network.minimum-width", "8", "--network.discriminator-width", "8",
        "--report.diversity-samples", "0", "--report.no-tensorboard", *more,
    ]  # fmt: skip


def _environment() -> dict[str, str]:
    return {**os.environ, "ORT_DISABLE_TELEMETRY": "1", "PYTHONPATH": str(ROOT)}


def test_two_processes_make_the_gradients_of_the_doubled_batch(
    pictures: Path, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.two_processes", str(pictures), str(tmp_path)],
        cwd=ROOT, env=_environment(), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, second = (torch.load(tmp_path / f"rank{rank}.pt", weights_only=True) for rank in (0, 1))

    layer, batch = full_batch()
    layer(batch).square().mean().backward()
    for parameter, *averaged in zip(
        layer.parameters(),
        first["gradients"],
        second["gradients"],
        strict=True,
    ):
        assert parameter.grad is not None
        assert torch.allclose(parameter.grad, averaged[0], atol=1e-6)
        assert torch.equal(averaged[0], averaged[1])

    assert first["state"]["images"] == 2 * 8 * STEPS
    assert first["real_logits"] != second["real_logits"]  # each saw pictures of its own
    for network in ("generator", "discriminator", "averaged"):
        one, other = first["state"][network], second["state"][network]
        parameters = [name for name in one if "running_" not in name]
        assert len(parameters) > 5
        assert all(torch.equal(one[name], other[name]) for name in parameters)


def test_the_command_trains_on_two_processes_and_resumes(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    words = ["--engine.devices", "2", "--report.checkpoint-minutes", "0"]
    for more in (["--max-images", "64"], ["--max-images", "128", "--resume"]):
        done = subprocess.run(
            _command(pictures, out, *words, *more),
            cwd=ROOT, env=_environment(), capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("Done:") == 1  # one process speaks
    state = load_checkpoint(list_checkpoints(out)[-1])
    assert (state["images"], state["step"]) == (128, 8)


def test_a_refusal_ends_both_processes(pictures: Path, tmp_path: Path) -> None:
    for path in (pictures / "red").iterdir():
        path.write_bytes(b"broken")
    done = subprocess.run(
        _command(pictures, tmp_path / "run", "--engine.devices", "2", "--max-images", "64"),
        cwd=ROOT, env=_environment(), capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "24 of 48 pictures cannot be used" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_saves_and_says_how_to_continue(
    pictures: Path, tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "run"
    with subprocess.Popen(
        _command(pictures, out, "--report.log-images", "8"),
        cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        while "8 images:" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(number)
        rest = process.stdout.read()
    assert process.returncode == 128 + number
    assert "repeat the command with --resume" in rest
    assert len(list_checkpoints(out)) == 1


def test_a_kill_while_saving_leaves_only_whole_checkpoints(pictures: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    resume: list[str] = []
    leftover = out / ".checkpoint-0000000001.pt.0123abcd"
    for kill_after in (3, 5, 8):
        with subprocess.Popen(
            _command(pictures, out, "--report.checkpoint-minutes", "0", *resume),
            cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            assert process.stdout is not None
            saved = 0
            while saved < kill_after:
                line = process.stdout.readline()
                assert line, "the run ended by itself"
                saved += "Saved" in line
            process.kill()
            process.stdout.read()
            assert not leftover.exists()
        assert process.returncode == -signal.SIGKILL
        checkpoints = list_checkpoints(out)
        assert checkpoints
        for path in checkpoints:
            assert load_checkpoint(path)["images"] == int(path.stem.partition("-")[2])
        leftover.write_bytes(b"half a checkpoint")
        resume = ["--resume"]


def test_rendering_processes_do_not_outlive_a_killed_parent(tmp_path: Path) -> None:
    words = ["data", "--data.source", "dicebear", "--data.per-style", "1000", "--data.cache"]
    with subprocess.Popen(
        [sys.executable, "-m", "training", *words, str(tmp_path)],
        cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert "Preparing" in process.stdout.readline()
        parent = psutil.Process(process.pid)
        images = next(tmp_path.glob(".dicebear-*")) / "images.npy"
        while not np.load(images, mmap_mode="r", allow_pickle=False)[0].any():
            assert process.poll() is None  # the first hundred pictures are still being rendered
        workers = [child for child in parent.children() if "spawn_main" in str(child.cmdline())]
        assert workers
        process.kill()
    _, alive = psutil.wait_procs(workers, timeout=30)
    assert not alive
