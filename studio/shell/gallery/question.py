"""What the gallery is asked: the words that were typed and the filters that are set."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from studio.project.search import KindOfModel, Query, Sorting, words_of
from studio.shell.gallery.vocabulary import Vocabulary

_DATE: Final = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")


class Age(Enum):
    """How long ago a work was kept."""

    ANY = "any"
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def since(self, now: datetime) -> float | None:
        """The earliest moment, in seconds since 1970; None: any."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        start = {
            Age.TODAY: midnight,
            Age.WEEK: midnight - timedelta(days=6),
            Age.MONTH: midnight - timedelta(days=29),
            Age.YEAR: midnight.replace(month=1, day=1),
        }.get(self)
        return None if start is None else start.timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """All that decides which works are listed and in which order."""

    text: str = ""
    models: tuple[str, ...] = ()
    kinds: tuple[KindOfModel, ...] = ()
    colours: tuple[str, ...] = ()
    genes: tuple[str, ...] = ()
    """Traits, each by the first of the names under which it stands in the index."""
    age: Age = Age.ANY
    rating: int = 0
    parent: str = ""
    """Identity of the picture that the works came from; empty: any."""
    in_bin: bool = False
    sorting: Sorting = "newest"

    @property
    def is_narrowed(self) -> bool:
        """Whether it may leave works out."""
        return self != self.widened()

    def widened(self) -> "Question":
        """The same place and order without anything that leaves works out."""
        return Question(in_bin=self.in_bin, sorting=self.sorting)

    @property
    def filters(self) -> int:
        """How many filters are set, the typed words aside."""
        many = len(self.models) + len(self.kinds) + len(self.colours) + len(self.genes)
        return many + (self.age is not Age.ANY) + bool(self.rating) + bool(self.parent)

    def query(self, vocabulary: Vocabulary, now: datetime) -> Query:
        """What the project is asked. A typed date, such as 2026-11, is a time and no word."""
        since, until = self.age.since(now), None
        days = days_of(self.text)
        if days is not None:
            since, until = max(days[0], since or days[0]), days[1]
        words = " ".join(word for word in words_of(self.text) if not _is_date(word))
        return Query(
            words=vocabulary.words(words),
            models=self.models,
            kinds=self.kinds,
            colours=self.colours,
            genes=tuple(name for gene in self.genes for name in vocabulary.same_gene(gene)),
            since=since,
            until=until,
            rating=self.rating,
            parent=self.parent,
            in_bin=self.in_bin,
            sorting=self.sorting,
        )


def days_of(text: str) -> tuple[float, float] | None:
    """The time that a date in ``text`` names, such as 2026-11 or 2026-11-22; None: it has none."""
    for word in words_of(text):
        found = _DATE.fullmatch(word)
        if found is None:
            continue
        year, month, day = (int(part) if part else None for part in found.groups())
        try:
            assert year is not None
            assert month is not None
            first = datetime(year, month, day or 1).astimezone()
            after = first + timedelta(days=1)
            if day is None:
                after = datetime(year + month // 12, month % 12 + 1, 1).astimezone()
            return first.timestamp(), after.timestamp()
        except (ValueError, OverflowError, OSError):
            continue
    return None


def _is_date(word: str) -> bool:
    return days_of(word) is not None


def age_labels() -> dict[Age, str]:
    """What the choices of time are called."""
    return {
        Age.ANY: QCoreApplication.translate("Gallery", "Any time"),
        Age.TODAY: QCoreApplication.translate("Gallery", "Today"),
        Age.WEEK: QCoreApplication.translate("Gallery", "Last 7 days"),
        Age.MONTH: QCoreApplication.translate("Gallery", "Last 30 days"),
        Age.YEAR: QCoreApplication.translate("Gallery", "This year"),
    }


def sorting_labels() -> dict[Sorting, str]:
    """What the orders are called."""
    return {
        "newest": QCoreApplication.translate("Gallery", "Newest first"),
        "oldest": QCoreApplication.translate("Gallery", "Oldest first"),
        "best": QCoreApplication.translate("Gallery", "Best first"),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """One thing that narrows the list, in words, and how to take it away."""

    text: str
    without: Mapping[str, Any]
    """Fields of the question and their values without it."""

    def removed_from(self, question: Question) -> Question:
        """The question without it."""
        return replace(question, **self.without)


def narrowings(question: Question, vocabulary: Vocabulary) -> tuple[Narrowing, ...]:
    """Everything that narrows the list but the typed words, which stand in their field."""
    found = []
    for model in question.models:
        rest = tuple(other for other in question.models if other != model)
        found.append(Narrowing(text=vocabulary.model(model), without={"models": rest}))
    for kind in question.kinds:
        kinds = tuple(other for other in question.kinds if other != kind)
        found.append(Narrowing(text=vocabulary.kind(kind), without={"kinds": kinds}))
    for colour in question.colours:
        rest = tuple(other for other in question.colours if other != colour)
        found.append(Narrowing(text=vocabulary.colour(colour), without={"colours": rest}))
    for gene in question.genes:
        rest = tuple(other for other in question.genes if other != gene)
        found.append(Narrowing(text=vocabulary.gene(gene), without={"genes": rest}))
    if question.rating:
        found.append(Narrowing(text=rating_text(question.rating), without={"rating": 0}))
    if question.age is not Age.ANY:
        found.append(Narrowing(text=age_labels()[question.age], without={"age": Age.ANY}))
    if question.parent:
        text = QCoreApplication.translate("Gallery", "Made from one picture")
        found.append(Narrowing(text=text, without={"parent": ""}))
    return tuple(found)


def rating_text(rating: int) -> str:
    """At least so many stars, in short."""
    stars = "★" * rating
    if rating == 5:
        return stars
    return QCoreApplication.translate("Gallery", "{stars} and more").format(stars=stars)
