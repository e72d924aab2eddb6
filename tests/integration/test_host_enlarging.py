"""A real host enlarges by the shipped model, tells how far it is, and stops when it is told to."""

import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from studio.contract.errors import Cancelled, PictureUnreadable
from studio.host.client import EnlargePicture, HostSettings, Progress
from tests.sync_host import SyncHost

SHIPPED = Path(__file__).parents[2] / "exported_models" / "realesrgan-anime-x4"
SOON = 2.0
"""Seconds; 0.1 are promised, on a machine that does nothing else."""


@pytest.fixture(scope="module")
def host() -> Iterator[SyncHost]:
    with SyncHost(HostSettings(provider="cpu", threads=1)) as host:
        yield host


def _picture(path: Path, side: int) -> Path:
    rows, columns = np.mgrid[0:side, 0:side]
    pixels = np.stack([rows % 256, columns % 256, (rows * columns) % 256], axis=2)
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    return path


def _asked(source: Path, target: Path) -> EnlargePicture:
    return EnlargePicture(
        source=str(source), target=str(target), factor=4, folder=str(SHIPPED), tile=32
    )


def test_how_far_it_is_is_told_part_by_part(host: SyncHost, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int]] = []
    report = host.enlarge(
        _asked(_picture(tmp_path / "small.png", 50), tmp_path / "large.png"),
        lambda event: steps.append((event.stage, event.done, event.total)),
    )
    assert (report.width, report.height) == (200, 200)
    assert report.enlarged.making is not None
    assert report.enlarged.making.provider == "CPUExecutionProvider"
    done = [step for step in steps if step[0] == "enlarging"]
    assert done == [("enlarging", number, 4) for number in range(1, 5)]
    assert steps[-1][0] == "writing"


def test_it_stops_soon_leaves_nothing_and_the_host_goes_on(host: SyncHost, tmp_path: Path) -> None:
    told: list[float] = []

    def stop(event: Progress) -> None:
        if event.stage == "enlarging" and not told:
            told.append(time.monotonic())
            host.cancel()

    work = _asked(_picture(tmp_path / "small.png", 600), tmp_path / "large.png")
    pid = host.client.pid
    with pytest.raises(Cancelled):
        host.enlarge(work, stop)
    assert time.monotonic() - told[0] < SOON
    assert [path.name for path in tmp_path.iterdir()] == ["small.png"]
    small = _picture(tmp_path / "tiny.png", 8)
    assert host.enlarge(msgspec.structs.replace(work, source=str(small))).width == 32
    assert host.client.pid == pid


def test_a_damaged_picture_is_named_and_the_host_goes_on(host: SyncHost, tmp_path: Path) -> None:
    source = _picture(tmp_path / "small.png", 20)
    source.write_bytes(source.read_bytes()[:-30])
    with pytest.raises(PictureUnreadable, match=r"small\.png"):
        host.enlarge(_asked(source, tmp_path / "large.png"))
