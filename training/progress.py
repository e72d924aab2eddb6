"""What a run says of itself: a live line, a log of numbers, TensorBoard."""

import json
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

METRICS_FILE = "metrics.jsonl"


def spoken_time(seconds: float) -> str:
    """Hours and minutes as `1:05`, or minutes and seconds as `4m 30s`."""
    whole = max(int(seconds), 0)
    if whole >= 3600:
        return f"{whole // 3600}:{whole % 3600 // 60:02d}"
    return f"{whole // 60}m {whole % 60:02d}s"


class RunLog:
    """Shows progress on a terminal, as plain lines elsewhere, and keeps every number.

    Entries go to `metrics.jsonl` (one JSON object a line: how far it is, in units such as images,
    minutes, the values) and to TensorBoard's event files in the same folder. A silent log does
    nothing: that is what all processes but the first get.
    """

    def __init__(
        self, folder: Path, *, silent: bool, tensorboard: bool, unit: str = "images"
    ) -> None:
        self._unit = unit
        self._folder = folder
        self._silent = silent
        self._tensorboard = tensorboard and not silent
        self._console = Console(quiet=silent, highlight=False)
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        self._writer: _Events | None = None

    def __enter__(self) -> Self:
        if self._tensorboard:
            self._writer = _Events(self._folder)
        if not self._silent and self._console.is_terminal:
            self._progress = Progress(
                TextColumn("{task.fields[at]}"),
                BarColumn(),
                TextColumn("{task.fields[text]}"),
                TimeElapsedColumn(),
                console=self._console,
            )
            self._task = self._progress.add_task("training", total=1.0, at="", text="")
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._progress is not None:
            self._progress.stop()
        if self._writer is not None:
            self._writer.close()

    def say(self, text: str) -> None:
        """One line for the person."""
        self._console.print(time.strftime("%H:%M:%S"), text, markup=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """One line that must not be overlooked."""
        self._console.print(
            time.strftime("%H:%M:%S"), f"WARNING: {text}", style="bold red", soft_wrap=True
        )

    def live(self, *, at: int, share: float, text: str) -> None:
        """Move the bar; on anything but a terminal this does nothing."""
        if self._progress is not None and self._task is not None:
            self._progress.update(
                self._task, completed=min(share, 1.0), at=f"{at:,} {self._unit}", text=text
            )

    def record(self, *, at: int, seconds: float, values: dict[str, float]) -> None:
        """Keep numbers under the place `at`."""
        if self._silent:
            return
        entry = {self._unit: at, "minutes": round(seconds / 60, 3), **values}
        with (self._folder / METRICS_FILE).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        if self._writer is not None:
            self._writer.scalars(values, at)

    def picture(self, name: str, sheet: npt.NDArray[np.uint8], *, at: int) -> None:
        """Keep a sheet uint8 (height, width, channels) in TensorBoard."""
        if self._writer is not None:
            self._writer.picture(name, sheet, at)


class _Events:
    """TensorBoard's event writer; imported only when a run wants it."""

    def __init__(self, folder: Path) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder / "tensorboard"))

    def scalars(self, values: dict[str, float], at: int) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, at)

    def picture(self, name: str, sheet: npt.NDArray[np.uint8], at: int) -> None:
        self._writer.add_image(name, sheet, at, dataformats="HWC")

    def close(self) -> None:
        self._writer.close()
