"""The reasons inside errors and device reports, in the interface's language.

Reasons are written in English where they arise, far below Qt and often in another process, with
file names and numbers in them. They are recognised here by their templates ("it has no {0} {1}"),
which are collected from the sources into `FILE_NAME`, and translated in the context "Faults".
What a library or a driver says in its own words stays as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication

from studio.shell.theme import resources

CONTEXT: Final = "Faults"
FILE_NAME: Final = "faults.txt"
"""In the folder of the translations: one template a line."""
LONGEST: Final = 2_000
"""Characters of a reason that is still looked at; longer ones are a library's own."""
DEEPEST: Final = 3
"""Reasons within reasons."""
PAIR: Final = "{0}: {1}"
"""A place and what is wrong there; too short to be recognised as a template."""
_HOLE: Final = re.compile(r"\{\d+\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Template:
    text: str
    pattern: re.Pattern[str]
    literal: int
    """Characters outside the holes: of two templates that leave as much untranslated, the one with
    more is meant."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A reason in another language."""

    text: str
    unknown: int
    """Characters that stayed as they were."""


def fault_text(fault: str) -> str:
    """``fault`` in the interface's language, as far as it is known; English stays English."""
    return _translated(fault, DEEPEST).text


def _filled(text: str, parts: Sequence[str]) -> str:
    """``text`` with each numbered hole filled by its part."""
    return _HOLE.sub(lambda hole: parts[int(hole[0][1:-1])], text)


def _translated(fault: str, depth: int) -> _Said:
    """The translation that leaves least as it was: of a reason with another one in it, the template
    of the outer one may seem to fit only up to somewhere in the inner."""
    best = _Said(fault, len(fault))
    if not fault or len(fault) > LONGEST or not depth or not _speaks_other():
        return best
    for template in _templates():
        match = template.pattern.fullmatch(fault)
        if match is None:
            continue
        parts = [_translated(part, depth - 1) for part in match.groups()]
        unknown = sum(part.unknown for part in parts)
        if unknown < best.unknown:
            text = QCoreApplication.translate(CONTEXT, template.text)
            best = _Said(_filled(text, [part.text for part in parts]), unknown)
    place, colon, rest = fault.partition(": ")
    if colon and best.text == fault:
        known = _translated(rest, depth - 1)
        if known.text != rest:
            text = QCoreApplication.translate(CONTEXT, PAIR).format(place, known.text)
            return _Said(text, len(place) + known.unknown)
    return best


def _speaks_other() -> bool:
    """Whether a translation of the reasons is installed."""
    probe = _templates()[0].text
    return QCoreApplication.translate(CONTEXT, probe) != probe


@lru_cache(maxsize=1)
def _templates() -> tuple[_Template, ...]:
    lines = (resources() / "translations" / FILE_NAME).read_text(encoding="utf-8").splitlines()
    found = [_template(line) for line in lines if line not in ("", PAIR)]
    return tuple(sorted(found, key=lambda template: -template.literal))


def _template(text: str) -> _Template:
    literals = _HOLE.split(text)
    pattern = "(.+?)".join(re.escape(literal) for literal in literals)
    return _Template(
        text=text,
        # What the system says is written with a capital in some places and without in others.
        pattern=re.compile(pattern, re.DOTALL | re.IGNORECASE),
        literal=sum(len(literal) for literal in literals),
    )
