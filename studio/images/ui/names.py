"""What pictures are called: on the screen, by a screen reader, and as files."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from studio.contract.manifest import Model
from studio.contract.recipe import Crossed, Near, Recipe, Styling

_FORBIDDEN: Final = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_LONGEST_STEM: Final = 80
_MOST_KINDS: Final = 3
"""Kinds of a blend that its name tells."""


def kind_label(model: Model | None, recipe: Recipe, language: str) -> str:
    """The picture's kind in words, or the model's title where there are no kinds."""
    if model is None:
        return recipe.model
    control = model.manifest.control("class")
    if control is not None:
        labels = {choice.value: choice.label.text(language) for choice in control.choices}
        blend = recipe.styling.kinds if isinstance(recipe.styling, Styling) else {}
        if blend:
            ordered = sorted(blend, key=lambda kind: -blend[kind])
            return " + ".join(labels.get(kind, kind) for kind in ordered[:_MOST_KINDS])
        value = recipe.controls.get(control.name, control.default)
        if value in labels:
            return labels[str(value)]
    return model.manifest.title.text(language)


def model_titles(models: Sequence[Model], language: str) -> dict[Path, str]:
    """What each model is called, by folder; those of one title are told apart by their ids."""
    titles = {model.folder: model.manifest.title.text(language) for model in models}
    twice = Counter(titles.values())
    return {
        model.folder: f"{titles[model.folder]} ({model.manifest.id})"
        if twice[titles[model.folder]] > 1
        else titles[model.folder]
        for model in models
    }


def picture_name(model: Model | None, recipe: Recipe, language: str) -> str:
    """What the picture is called on the screen, e.g. "Open Peeps 123"."""
    return QCoreApplication.translate("PictureNames", "{kind} {number}").format(
        kind=kind_label(model, recipe, language), number=recipe.seed
    )


def spoken_name(
    model: Model | None,
    recipe: Recipe,
    language: str,
    *,
    is_kept: bool = False,
    is_locked: bool = False,
    is_parent: bool = False,
    is_waiting: bool = False,
) -> str:
    """What a screen reader says, e.g. "Open Peeps, glasses 0.8, kept, number 123"."""
    parts = [kind_label(model, recipe, language), *_traits(model, recipe, language)]
    if is_kept:
        parts.append(QCoreApplication.translate("PictureNames", "kept"))
    if is_locked:
        parts.append(QCoreApplication.translate("PictureNames", "locked"))
    if is_parent:
        parts.append(QCoreApplication.translate("PictureNames", "the one that the others are like"))
    elif isinstance(recipe.origin, Near):
        parts.append(QCoreApplication.translate("PictureNames", "a variation"))
    elif isinstance(recipe.origin, Crossed):
        parts.append(QCoreApplication.translate("PictureNames", "a child of two"))
    parts.append(
        QCoreApplication.translate("PictureNames", "number {number}").format(number=recipe.seed)
    )
    if is_waiting:
        parts.append(QCoreApplication.translate("PictureNames", "being made"))
    return QCoreApplication.translate("PictureNames", ", ").join(parts)


def _traits(model: Model | None, recipe: Recipe, language: str) -> Iterator[str]:
    """What sets the picture apart beside its kind: the model's own controls where they are not
    at their defaults. How typical it is belongs to the wall and not to one picture."""
    for control in model.manifest.controls if model is not None else ():
        value = recipe.controls.get(control.name, control.default)
        if control.applies_to not in ("graph_input", "engine") or value == control.default:
            continue
        label = control.label.text(language)
        if control.type == "choice":
            named = (c.label.text(language) for c in control.choices if c.value == value)
            yield f"{label} {next(named, value)}"
        elif control.type == "toggle":
            off = QCoreApplication.translate("PictureNames", "without {trait}")
            yield label if value else off.format(trait=label)
        else:
            number = QLocale().toString(float(value), "g", 3)
            yield f"{label} {number} {control.unit}".rstrip()
    for shift in recipe.styling.shifts if isinstance(recipe.styling, Styling) else ():
        if shift.name:
            yield f"{shift.name} {QLocale().toString(shift.amount, 'f', 1)}"


def file_stem(model: Model | None, recipe: Recipe, language: str, *, title: str = "") -> str:
    """A file's name without its ending, which every file system takes; a ``title`` goes first."""
    name = _FORBIDDEN.sub(" ", title or picture_name(model, recipe, language))
    name = " ".join(name.split()).strip(". ")[:_LONGEST_STEM].strip(". ")
    return name or "picture"


def edit_texts() -> dict[str, str]:
    """What each step of the room's history did, in words, by its label."""
    return {
        "images.keep": QCoreApplication.translate("Edits", "keep a picture"),
        "images.unkeep": QCoreApplication.translate("Edits", "remove a kept picture"),
        "images.rate": QCoreApplication.translate("Edits", "rate a picture"),
        "images.rename": QCoreApplication.translate("Edits", "name a picture"),
        "images.roll": QCoreApplication.translate("Edits", "new pictures"),
        "images.more_like_this": QCoreApplication.translate("Edits", "more like this"),
        "images.cross": QCoreApplication.translate("Edits", "cross two pictures"),
        "images.kind": QCoreApplication.translate("Edits", "kind"),
        "images.truncation": QCoreApplication.translate("Edits", "typical to strange"),
        "images.strength": QCoreApplication.translate("Edits", "how different"),
        "images.lock": QCoreApplication.translate("Edits", "lock a picture"),
        "images.model": QCoreApplication.translate("Edits", "another model"),
        "images.more": QCoreApplication.translate("Edits", "more pictures"),
        "images.number": QCoreApplication.translate("Edits", "number of a picture"),
        "images.gene": QCoreApplication.translate("Edits", "a gene of a picture"),
        "images.control": QCoreApplication.translate("Edits", "a control"),
        "images.back": QCoreApplication.translate("Edits", "back to the wall before"),
        "images.wall": QCoreApplication.translate("Edits", "change the wall"),
        "project.restore": QCoreApplication.translate("Edits", "restore a picture"),
        "project.go_back": QCoreApplication.translate("Edits", "go back to a version"),
    }
