"""One tour a look, and all that is found on it, so that many tests share the time it takes."""

import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QMenu

from studio.contract.manifest import Model, find_models
from studio.project.paths import model_roots
from studio.shell.composition import Studio
from studio.shell.notices import BREAK
from studio.shell.start import App
from tests.access.contrast import faint
from tests.access.ink import cut_off, painted, texts_of
from tests.access.keyboard import unreachable
from tests.access.speech import unspoken
from tests.access.tour import Look, Screen, Tour, opened, shown

OUTPUT_TITLE: Final = "Atelier output"
"""Projectors' programs look for it, so it is the same in every language."""
_NAMES_IN_A_ROW: Final = (
    "Atelier English PNG JPEG WebP CPU GPU CUDA TensorRT CoreML ONNX onnxruntime Runtime "
    "px kB MB GB GiB min "
    "Ctrl Shift Alt Meta Enter Esc Home End PgUp PgDown Del Ins Backspace Tab Space Return "
    "Qt PySide Inter NVIDIA cuda NumPy msgspec Pillow platformdirs filelock psutil Rich "
    "MP WebM GIF APNG PDF PyAV FFmpeg Real ESRGAN tokenizers Jinja llguidance "
    "doctor Apache License LGPL GPL MIT SIL Open Font BSD Clause CMU CC SHA Noto Sans CJK SC"
)
NAMES: Final = frozenset(_NAMES_IN_A_ROW.split())
"""Words that are the same in every language."""
_WORD = re.compile(r"[A-Za-z][A-Za-z']+")
_PLACE = re.compile(
    r"(?:~|\.{1,2})?(?:/[^\s/，。、“”]+)+/?|[\w-]+\.(?:png|jpe?g|webp|json|onnx|zip|mp4|webm|gif|apng|pdf)\b"
)
_KEY = re.compile(r"\bF\d{1,2}\b")
_COLOUR = re.compile(r"#[0-9a-f]{6}\b")
_SUM = re.compile(r"\b[0-9a-f]{8,64}\b")
ENOUGH_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")


def english_in(text: str, names: tuple[str, ...] = ()) -> list[str]:
    """Words of ``text`` that a reader of Chinese would have to look up."""
    text = text.replace(BREAK, "")
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, " ")
    for passed in (_PLACE, _KEY, _COLOUR, _SUM):
        text = passed.sub(" ", text)
    return [word for word in _WORD.findall(text) if word not in NAMES]


@dataclass(slots=True, kw_only=True)
class Findings:
    """What was found wrong, in words, on one tour."""

    screens: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    """Classes of the windows, dialogs and menus that were met."""
    english: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    faint: list[str] = field(default_factory=list)
    unspoken: list[str] = field(default_factory=list)
    unreachable: list[str] = field(default_factory=list)


def explore(app: QApplication, look: Look, base: Path) -> Findings:
    """Go through every screen in ``look``."""
    found = Findings()
    killed = base / "killed"
    with opened(app, look, base / "kept") as window:
        tour = Tour(window)
        tour.go(lambda screen: _inspect(found, look, screen, window, base / "kept"))
        # As a kill would leave it: nothing was told that it ends.
        shutil.copytree(base / "kept" / "data", killed / "data")
    with opened(app, look, killed) as window:
        Tour(window).look_around(lambda screen: _inspect(found, look, screen, window, killed))
    return found


def _inspect(found: Findings, look: Look, screen: Screen, window: App, base: Path) -> None:
    found.screens.append(screen.name)
    found.kinds.add(type(screen.widget).__name__)
    assert window.studio is not None
    names = _own_names(window.studio, base)
    cut = cut_off(screen.widget)
    for _again in range(4):
        if not cut:
            break
        Tour(window).settle()  # on a busy core a layout may come to rest twice
        cut = cut_off(screen.widget)
    _note(found.cut, screen, cut)
    if look.language == "zh_CN":
        _note(found.english, screen, _english_on(screen, names))
    _note(found.faint, screen, faint(screen.widget))
    _note(found.unspoken, screen, unspoken(screen.widget))
    if screen.is_in_front and not isinstance(screen.widget, QMenu):
        _note(found.unreachable, screen, unreachable(screen.widget))


def _note(findings: list[str], screen: Screen, new: list[str]) -> None:
    known = {finding.partition(": ")[2] for finding in findings}
    findings += [f"{screen.name}: {text}" for text in new if text not in known]


def _english_on(screen: Screen, names: tuple[str, ...]) -> list[str]:
    texts = [
        (type(widget).__name__, text)
        for widget in shown(screen.widget)
        for text in texts_of(widget)
    ]
    _image, drawn = painted(screen.widget)
    texts += [(text.device, text.text) for text in drawn]
    return [f"{where} says {text!r}" for where, text in texts if english_in(text, names)]


def _own_names(studio: Studio, base: Path) -> tuple[str, ...]:
    """Proper names that models and devices bring along."""
    names = [OUTPUT_TITLE]
    for model in find_models(model_roots(base)):
        if isinstance(model, Model):
            manifest = model.manifest
            names += [manifest.id, manifest.licence.credit, manifest.licence.spdx]
            for source in manifest.training.data:
                names += [source.name, source.credit]
    report = studio.host.device
    if report is not None:
        names.append(report.device)
    return tuple(name for name in names if name)
