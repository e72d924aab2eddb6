"""Runs the headless commands as their users do: in a process of their own, without a display."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from studio.commands.lines import AnyLine, DoneLine, ErrorLine

ROOT = Path(__file__).resolve().parents[2]
_decoder: msgspec.json.Decoder[AnyLine] = msgspec.json.Decoder(AnyLine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How one run ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[AnyLine]:
        """The JSON lines, which must be exactly what is documented."""
        lines = []
        for text in self.out.splitlines():
            line = _decoder.decode(text)
            assert msgspec.json.decode(msgspec.json.encode(line)) == msgspec.json.decode(text)
            lines.append(line)
        assert isinstance(lines[-1], DoneLine | ErrorLine), "a run ends with done or error"
        assert lines[-1].exit_code == self.code
        return lines


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "studio", *map(str, arguments)]


def environment() -> dict[str, str]:
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "ORT_DISABLE_TELEMETRY")
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}


def studio(*arguments: str | Path, **extra: str) -> Ran:
    """Run a command to its end; ``extra`` goes into its environment."""
    done = subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
        cwd=ROOT,
        env=environment() | extra,
        stdin=subprocess.DEVNULL,
    )
    return Ran(code=done.returncode, out=done.stdout, err=done.stderr)


def shown(folder: Path) -> list[str]:
    """The files that a person sees in a folder."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
