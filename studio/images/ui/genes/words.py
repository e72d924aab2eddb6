"""What traits are called and what is known of them, in the interface's language."""

from PySide6.QtCore import QCoreApplication, QLocale

from studio.contract.traits import Separation
from studio.images.trait_file import ShelfTrait, ZoneName


def trait_title(trait: ShelfTrait, language: str) -> str:
    """What the artist or the model calls it, else its place among what was found."""
    title = trait.title(language)
    if title:
        return title
    return QCoreApplication.translate("Genes", "Gene {number}").format(number=trait.rank)


def zone_text(zone: ZoneName) -> str:
    """The part of a picture that a trait is applied to."""
    return {
        "": QCoreApplication.translate("Genes", "Whole picture"),
        "form": QCoreApplication.translate("Genes", "Form"),
        "texture": QCoreApplication.translate("Genes", "Texture"),
        "colour": QCoreApplication.translate("Genes", "Colour"),
    }[zone]


def trait_facts(trait: ShelfTrait) -> str:
    """In few words: where it is applied, and how much it says."""
    facts = []
    if trait.zone:
        facts.append(zone_text(trait.zone))
    if trait.separation is not None:
        apart = trait.separation
        text = QCoreApplication.translate("Genes", "{right} of {all} told apart")
        right = apart.first_right + apart.second_right
        facts.append(text.format(right=right, all=apart.first + apart.second))
    elif trait.explained:
        facts.append(_percent(trait.explained))
    return " · ".join(facts)


def trait_tip(trait: ShelfTrait) -> str:
    """What the facts mean."""
    if trait.separation is not None:
        return separation_text(trait.separation)
    if trait.explained:
        text = QCoreApplication.translate(
            "Genes", "{share} of all that differs between this model's pictures lies in it."
        )
        return text.format(share=_percent(trait.explained))
    if trait.correlation is not None:
        text = QCoreApplication.translate(
            "Genes",
            "It came with the model. On pictures that it was not found from, its amount and the "
            "label go together by {correlation} (1 is always, 0 is by chance).",
        )
        return text.format(correlation=QLocale().toString(trait.correlation, "f", 2))
    return ""


def separation_text(apart: Separation) -> str:
    """How far the difference of two piles can be relied on, plainly."""
    right = apart.first_right + apart.second_right
    count = apart.first + apart.second
    text = QCoreApplication.translate(
        "Genes", "Of {all} pictures, each judged by the others alone, {right} were told apart."
    )
    sentence = text.format(all=count, right=right)
    if not apart.is_enough:
        more = QCoreApplication.translate(
            "Genes", "These are too few to rely on it: eight or more on each side are better."
        )
    elif apart.share >= 0.8:
        more = QCoreApplication.translate("Genes", "It can be relied on.")
    elif apart.share >= 0.65:
        more = QCoreApplication.translate("Genes", "It is a tendency more than a rule.")
    else:
        more = QCoreApplication.translate(
            "Genes", "That is hardly more than chance: the piles may not differ in one thing."
        )
    return f"{sentence} {more}"


def amount_text(amount: float) -> str:
    """An amount in sigmas, with its sign."""
    number = QLocale().toString(float(abs(amount)), "f", 0 if amount == round(amount) else 1)
    sign = "−" if amount < 0 else "+" if amount > 0 else ""
    return f"{sign}{number}"


def _percent(share: float) -> str:
    decimals = 0 if share >= 0.1 else 1
    text = QCoreApplication.translate("Genes", "{number} %")
    return text.format(number=QLocale().toString(100 * share, "f", decimals))
