"""What the command line may say to the window."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PROVIDERS = ("auto", "cpu", "cuda", "tensorrt", "coreml")
"""The values of the setting "provider", which a test compares."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The window's command line."""

    basedir: Path | None = None
    """Everything that is written goes below it; None: the user's own folders."""
    project: Path | None = None
    """The project's folder; None: the default project."""
    picture: Path | None = None
    """A picture to open, which restores its recipe."""
    provider: str | None = None
    """What the model process is asked to run on this time; None: what the settings say."""


def parse_options(arguments: Sequence[str]) -> Options:
    """Read the command line; faults end the process with a usage line, as argparse does."""
    parser = argparse.ArgumentParser(prog="studio", description="Open the studio's window.")
    parser.add_argument("picture", nargs="?", type=Path, help="a picture made here, to go on from")
    parser.add_argument("--basedir", type=Path, help="keep everything below this folder")
    parser.add_argument("--project", type=Path, help="open this project's folder")
    parser.add_argument("--provider", choices=PROVIDERS, help="device to ask for")
    found = parser.parse_args(arguments)
    return Options(
        basedir=found.basedir,
        project=found.project,
        picture=found.picture,
        provider=found.provider,
    )
