"""Finding things by what they are called, in either language, also in a whole sentence."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOST_FOUND: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[T]):
    """What was found."""

    things: tuple[T, ...]
    """The best first, `MOST_FOUND` at most."""
    is_whole: bool
    """Whether each of them answers all that was asked; else they are only named in it."""


def look_up(things: Sequence[T], words: Callable[[T], tuple[str, ...]], wanted: str) -> Answer[T]:
    """Those with all the words of ``wanted`` in their names, the best first.

    ``words`` gives what a thing is found by, in lower case. Of a whole sentence whatever is named
    in it: "somebody with wild hair" finds wild and hair, also where words are not set apart, as
    in Chinese.
    """
    whole = wanted.strip().casefold()
    parts = re.findall(r"\w+", whole)
    if not parts:
        return Answer(things=(), is_whole=True)
    named = [(thing, words(thing)) for thing in things]
    found = [(thing, names) for thing, names in named if all(_is_in(p, names) for p in parts)]
    is_whole = bool(found)
    if not found:
        found = [(thing, names) for thing, names in named if _is_named(names, whole, parts)]
    found.sort(key=lambda pair: not any(name.startswith(whole) for name in pair[1]))
    return Answer(things=tuple(thing for thing, _ in found[:MOST_FOUND]), is_whole=is_whole)


def find_named(
    things: Sequence[T], words: Callable[[T], tuple[str, ...]], wanted: str
) -> tuple[T, ...]:
    """What `look_up` finds."""
    return look_up(things, words, wanted).things


def _is_in(part: str, names: tuple[str, ...]) -> bool:
    """Also when a plural was typed: "sprouts" and "sprout" mean the same."""
    singular = part[:-1] if len(part) > 3 and part.endswith("s") else part
    return any(singular in name for name in names)


def _is_named(names: tuple[str, ...], sentence: str, parts: list[str]) -> bool:
    if any(len(part) > 2 and _is_in(part, names) for part in parts):
        return True
    return any(len(name) > 1 and not name.isascii() and name in sentence for name in names)
