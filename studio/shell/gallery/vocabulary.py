"""What models, kinds, colours, traits and days are called, and so what a typed word may mean.

Both languages are searched whatever the interface speaks: someone who reads Chinese may still
type "red", and a label that a model ships is a name like any other.
"""

import re
from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from studio.contract.manifest import BrokenModel, Model
from studio.project.colours import NAMES
from studio.project.search import KindOfModel, Word, WorkRow, words_of
from studio.project.work_index import folded
from studio.shell.gallery.finder import Day, Found
from studio.shell.gallery.grid_layout import Section

SHORTEST: Final = 2
"""Letters that a word of an alphabet needs before it may stand for a label."""
ENGLISH_COLOURS: Final = dict(zip(NAMES, NAMES, strict=True))
SWATCHES: Final = dict(
    zip(
        NAMES,
        (
            "#d9403a",
            "#ec8f34",
            "#f2cf45",
            "#58a84f",
            "#2fa6a0",
            "#3f7fd6",
            "#8a55c4",
            "#ec7fb0",
            "#8a5a3b",
            "#1a1a1a",
            "#8c8c90",
            "#f7f7f7",
        ),
        strict=True,
    )
)
"""A colour for each name, for the filter."""


class Vocabulary:
    """For one set of models and one language."""

    def __init__(self, models: Iterable[Model | BrokenModel], language: str) -> None:
        self._language = language
        self._titles: dict[str, str] = {}
        self._kinds: dict[KindOfModel, str] = {}
        self._searched: list[tuple[str, str]] = []
        """Folded title in any language, and the model's id."""
        self._searched_kinds: list[tuple[str, KindOfModel]] = []
        self._searched_genes: list[tuple[str, tuple[str, ...]]] = []
        """Folded label of a shipped trait in any language, and all names it may stand under."""
        self._genes: dict[str, str] = {}
        for model in models:
            if isinstance(model, Model) and model.manifest.id not in self._titles:
                self._learn(model)
        self._colours = colour_labels()
        self._searched_colours = [
            (folded(label), name)
            for labels in (self._colours, ENGLISH_COLOURS)
            for name, label in labels.items()
        ]
        if "grey" in ENGLISH_COLOURS:
            self._searched_colours.append(("gray", "grey"))

    def _learn(self, model: Model) -> None:
        manifest = model.manifest
        self._titles[manifest.id] = manifest.title.text(self._language)
        for title in (manifest.title.en, manifest.title.zh):
            self._searched.append((folded(title), manifest.id))
        for choice in manifest.classes():
            key = (manifest.id, choice.value)
            self._kinds[key] = choice.label.text(self._language)
            for label in (choice.label.en, choice.label.zh, choice.value):
                self._searched_kinds.append((folded(label), key))

        for trait in manifest.traits.traits if manifest.traits is not None else ():
            labels = (trait.label.en, trait.label.zh, trait.name)
            names = tuple(dict.fromkeys(folded(label) for label in labels if label))
            self._searched_genes += [(name, names) for name in names]
            self._genes |= dict.fromkeys(names, trait.label.text(self._language))

    def gene(self, name: str) -> str:
        """What a trait is called that stands in the index as ``name``."""
        return self._genes.get(name, name)

    def same_gene(self, name: str) -> tuple[str, ...]:
        """All names under which a trait stands in the index, that of the other language too."""
        found = [names for label, names in self._searched_genes if label == name]
        return found[0] if found else (name,)

    def model(self, identity: str) -> str:
        """A model's title; its id where the model is not here."""
        return self._titles.get(identity, identity)

    def kind(self, key: KindOfModel) -> str:
        """What a kind is called; the model's title where it has none."""
        model, value = key
        return self._kinds.get(key) or value or self.model(model)

    def colour(self, name: str) -> str:
        """What a colour is called."""
        return self._colours.get(name, name)

    def caption(self, row: WorkRow) -> str:
        """What is written below a picture: its name, or what it shows."""
        return row.title or self.kind((row.model, row.kind))

    def spoken(self, row: WorkRow) -> str:
        """What a screen reader says of a picture, and its tool tip."""
        kind = self.kind((row.model, row.kind))
        parts = [row.title, kind] if row.title else [kind]
        if row.colours:
            parts.append(self.colour(row.colours[0]))
        stars = row.rating
        if stars:
            parts.append(QCoreApplication.translate("Gallery", "%n star(s)", "", stars))
        number = QCoreApplication.translate("Gallery", "number {number}").format(number=row.seed)
        return QCoreApplication.translate("Gallery", ", ").join([*parts, number])

    def words(self, text: str) -> tuple[Word, ...]:
        """What each word of ``text`` may mean."""
        return tuple(self._word(word) for word in words_of(text))

    def _word(self, word: str) -> Word:
        if len(word) < SHORTEST and word.isascii():
            return Word(text=word)
        kinds = [key for label, key in self._searched_kinds if _means(word, label)]
        return Word(
            text=word,
            models=_unique(key for label, key in self._searched if _means(word, label)),
            kinds=tuple(dict.fromkeys(kinds)),
            colours=_unique(key for label, key in self._searched_colours if word == label),
            genes=_unique(
                name
                for label, names in self._searched_genes
                if _means(word, label)
                for name in names
            ),
        )


def _means(word: str, label: str) -> bool:
    """Whether a word begins one of a label's words; Chinese has no spaces to begin them at."""
    if not word.isascii():
        return word in label
    return any(part.startswith(word) for part in re.split(r"[\s\-/]+", label))


def _unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def colour_labels() -> dict[str, str]:
    """What each colour is called, by its stored name, in the order of the swatches."""
    return {
        "red": QCoreApplication.translate("Gallery", "Red"),
        "orange": QCoreApplication.translate("Gallery", "Orange"),
        "yellow": QCoreApplication.translate("Gallery", "Yellow"),
        "green": QCoreApplication.translate("Gallery", "Green"),
        "teal": QCoreApplication.translate("Gallery", "Teal"),
        "blue": QCoreApplication.translate("Gallery", "Blue"),
        "purple": QCoreApplication.translate("Gallery", "Purple"),
        "pink": QCoreApplication.translate("Gallery", "Pink"),
        "brown": QCoreApplication.translate("Gallery", "Brown"),
        "black": QCoreApplication.translate("Gallery", "Black"),
        "grey": QCoreApplication.translate("Gallery", "Grey"),
        "white": QCoreApplication.translate("Gallery", "White"),
    }


def sections_of(found: Found, language: str, today: QDate) -> tuple[Section, ...]:
    """Headings for a listing: days, or stars where it is ordered by them; none in the bin."""
    total = len(found.listing.places)
    query = found.listing.query
    if not total:
        return ()
    if query.in_bin:
        return (Section(title="", first=0, count=total),)
    if query.sorting == "best":
        return _by_rating(found)
    sections, first = [], 0
    for run in found.runs:
        title = day_title(run.day, language, today)
        sections.append(Section(title=title, first=first, count=run.count))
        first += run.count
    return tuple(sections)


def _by_rating(found: Found) -> tuple[Section, ...]:
    sections: list[Section] = []
    first = 0
    for rating, count in found.listing.ratings:
        title = rating_title(rating)
        sections.append(Section(title=title, first=first, count=count))
        first += count
    return tuple(sections)


def rating_title(rating: int) -> str:
    """A heading for works of one rating."""
    return "★" * rating if rating else QCoreApplication.translate("Gallery", "No stars yet")


def day_title(day: Day, language: str, today: QDate) -> str:
    """A heading for works of one day, or of one month."""
    if not day:
        return QCoreApplication.translate("Gallery", "Some day")
    locale = QLocale(language)
    if len(day) == 2:
        form = QCoreApplication.translate("Gallery", "MMMM yyyy", "format of a month")
        return locale.toString(QDate(day[0], day[1], 1), form)
    date = QDate(day[0], day[1], day[2])
    distance = date.daysTo(today)
    if distance == 0:
        return QCoreApplication.translate("Gallery", "Today")
    if distance == 1:
        return QCoreApplication.translate("Gallery", "Yesterday")
    form = QCoreApplication.translate("Gallery", "dddd, d MMMM", "format of a day of this year")
    if date.year() != today.year():
        form = QCoreApplication.translate("Gallery", "d MMMM yyyy", "format of a day")
    return locale.toString(date, form)
