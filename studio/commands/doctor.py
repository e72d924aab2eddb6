"""``doctor``: what this installation and this machine can do, what falls back, and why.

Everything stays on the machine; ``--pack`` makes a file that its owner may send to somebody,
with the home folder's name taken out and without anything that was written or made here.
"""

import argparse
import contextlib
import json
import os
import re
import time
import zipfile
from collections.abc import Iterator
from functools import partial
from importlib import metadata
from pathlib import Path

import msgspec

from studio.commands import checks, codes
from studio.commands.hosted import Conversation, host_settings
from studio.commands.lines import CheckLine, DoneLine, State
from studio.commands.output import Output
from studio.contract.errors import (
    AtelierError,
    HostUnavailable,
    RequestInvalid,
    StorageDenied,
    storage_error,
)
from studio.host.messages import ProbeReport
from studio.project.logs import LOG_NAMES, scrubbed
from studio.project.paths import Places, absolute_folder, places

MAXIMUM_LOGS = 20
MAXIMUM_LOG_BYTES = 1_000_000
"""Of each log file its end, which is where the trouble is."""

_KNOWN_FOLDERS = "|".join(
    map(
        re.escape,
        (
            ".local", ".config", ".cache", "share", "state", "log", "AppData", "Local", "Roaming",
            "Library", "Application Support", "Caches", "Logs", "Preferences", "atelier",
            "data", "cache", "logs", "config", "models", "projects", "default",
        ),
    )
)  # fmt: skip
"""Names of folders that are the system's or the studio's, and nobody's words."""

_MARKS = {"ok": "  ", "note": "? ", "fault": "! "}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--pack", type=Path, metavar="FILE.zip",
        help="write the report and the logs into a file that can be sent to somebody",
    )  # fmt: skip


def run(basedir: Path | None, output: Output, *, pack: Path | None) -> int:
    """Look at everything and say it; exit code 3 if something keeps the studio from working."""
    began = time.monotonic()
    if pack is not None and os.path.lexists(pack):
        raise RequestInvalid(fault=f"{pack} is there already; name another file")
    where = places(basedir)
    lines = []
    for line in examine(basedir, where, output):
        lines.append(line)
        output.result(line, text_of(line))
    faults = sum(line.state == "fault" for line in lines)
    if pack is not None:
        write_pack(pack, lines, where, basedir)
        output.written += 1
        output.note(f"The report is in {pack}; read it before you send it.")
    code = codes.SETUP if faults else codes.DONE
    output.note(f"{faults} faults" if faults else "Everything that is needed works.")
    done = DoneLine(exit_code=code, seconds=time.monotonic() - began, written=output.written)
    output.result(done)
    return code


def examine(basedir: Path | None, where: Places, output: Output) -> Iterator[CheckLine]:
    """Every check, the slow ones last."""
    yield from checks.version_checks()
    yield checks.telemetry_check(os.environ)
    yield from checks.folder_checks(where)
    yield from checks.model_checks(basedir, where)
    yield from checks.window_checks(os.environ)
    yield from device_checks(where, output)


def device_checks(where: Places, output: Output) -> Iterator[CheckLine]:
    """What runs the graphs, timed, found out by the host as in earnest."""
    try:
        with (
            output.progress("probing"),
            Conversation(host_settings("auto", where), output.note) as host,
        ):
            report = host.finish(host.client.probe()).payload
        if not isinstance(report, ProbeReport):
            raise HostUnavailable(fault="it answered the probe without a report")
    except AtelierError as error:
        yield checks.fault_of("model process", error)
        return
    yield from lines_of_probe(report)


def lines_of_probe(report: ProbeReport) -> Iterator[CheckLine]:
    """The host's findings as lines."""
    device = report.device
    value = f"{device.provider} on {device.device}, {device.threads} threads"
    advice = f"Nothing better is used: {device.reason}." if device.reason else ""
    yield CheckLine(name="device", state="ok", value=value, advice=advice)
    yield CheckLine(name="instruction sets", state="ok", value=device.cpu_flags or "not known")
    if report.card:
        yield CheckLine(name="graphics card", state="ok", value=report.card)
    if report.memory_limit is not None:
        value = f"{report.memory_limit / 1e9:.1f} GB at most for models"
        yield CheckLine(name="memory", state="ok", value=value)
    for probe in report.providers:
        name = f"probe {probe.provider}"
        if probe.usable:
            timed = f", {probe.milliseconds:.2f} ms a run" if probe.milliseconds is not None else ""
            yield CheckLine(name=name, state="ok", value=f"{probe.device}{timed}")
        else:
            # Only the processor must work; anything else is a gift.
            state: State = "fault" if probe.provider == "cpu" else "note"
            yield CheckLine(name=name, state=state, value="not usable", advice=probe.fault)


def text_of(line: CheckLine) -> str:
    """One check for people: a mark, the name, what was found, what to do."""
    text = f"{_MARKS[line.state]}{line.name}: {line.value}"
    return f"{text}\n    {line.advice}" if line.advice else text


def write_pack(pack: Path, lines: list[CheckLine], where: Places, basedir: Path | None) -> None:
    """Write the report as a zip, whole or not at all; raises `AtelierError`."""
    part = pack.with_name(f".{pack.name}.part")
    veil = _Veil(basedir)
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            told = [veil.over_line(line) for line in lines]
            archive.writestr("report.txt", "\n".join(map(text_of, told)) + "\n")
            objects = "\n".join(json.dumps(msgspec.to_builtins(line)) for line in told)
            archive.writestr("report.jsonl", objects + "\n")
            archive.writestr("packages.txt", "\n".join(_packages()) + "\n")
            for log in _logs(where.logs):
                archive.writestr(f"logs/{log.name}", scrubbed(_end_of(log)) + "\n")
        part.replace(pack)
    except (OSError, ValueError) as error:
        known = storage_error(error, pack) if isinstance(error, OSError) else None
        fault = (getattr(error, "strerror", None) or "it cannot be written").lower()
        raise known or StorageDenied(file=pack, fault=fault) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


class _Veil:
    """Takes out of a check what names its owner or what the owner named.

    The home folder and where --basedir lies are shown by their names; of any other path outside
    the program, and of anything in quotation marks, only its kind is left.
    """

    def __init__(self, basedir: Path | None) -> None:
        home = os.path.expanduser("~")  # noqa: PTH111 - "~" itself for a user without a home
        self._words = [(home, "HOME")] if len(home) > 1 else []
        if basedir is not None:
            self._words.insert(0, (str(absolute_folder(basedir)), "BASEDIR"))

    def over_line(self, line: CheckLine) -> CheckLine:
        return msgspec.structs.replace(
            line, value=self.over(line.value), advice=self.over(line.advice)
        )

    def over(self, text: str) -> str:
        """Also of the folders below the two, only those of the system's and the studio's own
        names are shown: ``HOME > .local > share``."""
        for word, instead in self._words:
            text = re.sub(
                rf"{re.escape(word)}((?:[\\/](?:{_KNOWN_FOLDERS})(?![^\\/\s,;:)]))*)(?![^\\/\s,;:)])",
                partial(_known_folders, instead),
                text,
            )
        return scrubbed(text)


def _known_folders(root: str, found: re.Match[str]) -> str:
    return root + re.sub(r"[\\/]", " > ", found[1])


def _packages() -> list[str]:
    """Every installed distribution with its version."""
    found = {
        f"{distribution.name} {distribution.version}" for distribution in metadata.distributions()
    }
    return sorted(found, key=str.casefold)


def _logs(folder: Path) -> list[Path]:
    """The newest of the studio's own logs, by themselves: links lead elsewhere."""
    try:
        files = [
            path
            for path in folder.iterdir()
            if LOG_NAMES.fullmatch(path.name) and path.is_file() and not path.is_symlink()
        ]
        files.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return []
    return files[:MAXIMUM_LOGS]


def _end_of(log: Path) -> str:
    try:
        with log.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - MAXIMUM_LOG_BYTES))
            return stream.read().decode("utf-8", errors="replace")
    except OSError as error:
        return f"It cannot be read: {error.strerror}"
