"""What the explorer says of directions, amounts and steps."""

import math

from PySide6.QtCore import QCoreApplication, QLocale

from studio.images.shifting import amount_of
from studio.images.ui.explore.desk import ExploreDesk
from studio.images.ui.genes.words import trait_title


def missing_text() -> str:
    """Why a picture of the path cannot be shown."""
    return QCoreApplication.translate("Breed", "The model that made this picture is not here.")


def explore_texts() -> dict[str, str]:
    """What each step of the explorer's history did, in words, by its label."""
    return {
        "explore.begin": QCoreApplication.translate("ExploreEdits", "begin exploring"),
        "explore.move": QCoreApplication.translate("ExploreEdits", "move"),
        "explore.surprise": QCoreApplication.translate("ExploreEdits", "surprise"),
        "explore.trait": QCoreApplication.translate("ExploreEdits", "more or less of a trait"),
        "explore.control": QCoreApplication.translate("ExploreEdits", "a control"),
        "explore.kind": QCoreApplication.translate("ExploreEdits", "kind"),
        "explore.blend": QCoreApplication.translate("ExploreEdits", "blend of kinds"),
        "explore.zone": QCoreApplication.translate("ExploreEdits", "shape, texture or colour"),
        "explore.number": QCoreApplication.translate("ExploreEdits", "number of the grain"),
        "explore.between": QCoreApplication.translate("ExploreEdits", "between two"),
        "explore.seed": QCoreApplication.translate("ExploreEdits", "another number"),
        "explore.return": QCoreApplication.translate("ExploreEdits", "back along the path"),
        "explore.pad": QCoreApplication.translate("ExploreEdits", "set up the pad"),
        "explore.text": QCoreApplication.translate("ExploreEdits", "sample text"),
        "explore.clear": QCoreApplication.translate("ExploreEdits", "forget the path"),
        "explore.model": QCoreApplication.translate("ExploreEdits", "another model"),
        "explore.open": QCoreApplication.translate("ExploreEdits", "go on from a picture"),
    }


def end_words(desk: ExploreDesk, language: str) -> tuple[str, str, str, str]:
    """What is more at the right, the top, the left and the bottom of the pad; "": a free way."""
    found = []
    for axis in ("across", "down"):
        trait = desk.axis(axis)
        if trait is None:
            found.append(("", ""))
        elif trait.ends is not None:
            found.append((trait.ends[1].text(language), trait.ends[0].text(language)))
        else:
            title = trait_title(trait, language)
            more = QCoreApplication.translate("Explore", "more: {trait}").format(trait=title)
            less = QCoreApplication.translate("Explore", "less: {trait}").format(trait=title)
            found.append((more, less))
    (right, left), (top, bottom) = found
    return right, top, left, bottom


def amounts_text(desk: ExploreDesk, language: str) -> str:
    """Where the hand is: the amounts of the axes' traits, or how far a free way went."""
    here, start = desk.here, desk.start
    if here is None or start is None:
        return ""
    parts = []
    for axis in ("across", "down"):
        trait = desk.axis(axis)
        if trait is not None:
            parts.append(f"{trait_title(trait, language)} {signed(amount_of(here, trait))}")
    across, up = desk.hand
    free = math.hypot(
        0.0 if desk.axis("across") is not None else across,
        0.0 if desk.axis("down") is not None else up,
    )
    if free:
        words = QCoreApplication.translate("Explore", "{steps} steps away")
        parts.append(words.format(steps=QLocale().toString(free, "f", 1)))
    return "   ".join(parts)


def signed(value: float) -> str:
    """A number of sigmas with its sign, e.g. "+0.8"."""
    text = QLocale().toString(abs(value), "f", 1)
    return text if not round(value, 1) else f"+{text}" if value > 0 else f"−{text}"
