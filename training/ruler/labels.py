"""What a ruler is trained to tell apart: parts of avatars, styles of letters, classes, the way up.

A classifier that knows only styles is content with a blurred face of the right style, and so
are distances in its features. DiceBear says of every avatar which eyes, mouth, hair and colours
it drew; a network that must name them has to look at all of them. Of a letter its alphabet says
how bold, wide, slanted, round it and its siblings are, so that a network must see in the one what
is common to all.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import msgspec
import numpy as np
import numpy.typing as npt

from training.data.dataset import PictureSet
from training.data.dicebear import avatar_seed, read_style
from training.errors import TrainingError
from training.letterforms import MEASURES, measure_alphabets

NOT_ASKED = -1
CLASS_HEAD = "class"
WAY_UP_HEAD = "way up"
ABSENT = "absent"
MAXIMUM_VALUES = 64
LETTERFORM_STEPS = 6
"""Answers to each question of an alphabet's style; about as many alphabets have each."""

_PART = re.compile(r"(?P<part>[a-zA-Z]+?)(?P<slot>\d+)?(?:Variant|Color)")


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """One question that a ruler answers of a picture, with the answers that there are."""

    name: str
    values: tuple[str, ...]
    of: str = ""
    """The class whose pictures have this part; empty: all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSet:
    """The questions, and the right answers of every picture.

    `targets` is int16 (count, heads): the position of the answer among the head's values, or -1
    where the question is not asked of the picture.
    """

    heads: tuple[Head, ...]
    targets: npt.NDArray[np.int16]

    @property
    def turns_pictures(self) -> bool:
        """Whether the answers are made by turning the pictures while training."""
        return self.heads[0].name == WAY_UP_HEAD


def label_pictures(data: PictureSet) -> LabelSet:
    """The finest labels that a picture set has.

    DiceBear avatars have parts, letters of typefaces have styles; other sets have classes. Where
    there is but one class, the network learns which way up a picture is, by being shown it in all
    four (Gidaris, Singh and Komodakis 2018, "Unsupervised Representation Learning by Predicting
    Image Rotations").
    """
    if data.info.source == "dicebear":
        return _label_parts(data)
    if data.info.source == "typefaces":
        return _label_letterforms(data)
    if len(data.info.classes) > 1:
        return LabelSet(heads=(_class_head(data),), targets=data.labels.astype(np.int16)[:, None])
    return LabelSet(
        heads=(Head(name=WAY_UP_HEAD, values=("0", "90", "180", "270")),),
        targets=np.zeros((data.info.count, 1), dtype=np.int16),
    )


def _class_head(data: PictureSet) -> Head:
    return Head(name=CLASS_HEAD, values=tuple(entry.id for entry in data.info.classes))


def _label_letterforms(data: PictureSet) -> LabelSet:
    """The class, and of what each letter's whole alphabet looks like.

    A measure by which so many alphabets are the same that they cannot be parted into steps of
    about one size is not asked for.
    """
    table = data.set_table()
    measured = np.concatenate(
        [measure_alphabets(data.images[rows][..., 0]) for rows in np.array_split(table, 32)]
    )
    training = ~data.held_out[table[:, 0]]
    heads = [_class_head(data)]
    columns = [data.labels.astype(np.int16)]
    for name, values in zip(MEASURES, measured.T, strict=True):
        limits = np.quantile(values[training], np.arange(1, LETTERFORM_STEPS) / LETTERFORM_STEPS)
        if len(np.unique(limits)) < len(limits):
            continue
        steps = np.searchsorted(limits, values, side="right")
        column = np.full(data.info.count, NOT_ASKED, dtype=np.int16)
        column[table] = steps[:, None]
        heads.append(Head(name=name, values=tuple(map(str, range(1, LETTERFORM_STEPS + 1)))))
        columns.append(column)
    return LabelSet(heads=tuple(heads), targets=np.stack(columns, axis=1))


def _label_parts(data: PictureSet) -> LabelSet:
    settings = data.info.settings
    for package, setting in (("dicebear-core", "core"), ("dicebear-styles", "definitions")):
        if settings[setting] != version(package):
            raise TrainingError(
                f"{data.folder}: these avatars were rendered with {package} {settings[setting]} "
                f"and {version(package)} is installed, which may have drawn others; install that "
                "version, or render them again into another --data.cache."
            )
    count, per_style = data.info.count, int(settings["per_style"])
    heads = [_class_head(data)]
    columns = [data.labels.astype(np.int16)]
    for position, style in enumerate(settings["styles"].split(",")):
        seeds = [avatar_seed(int(settings["split_seed"]), style, i) for i in range(per_style)]
        options = _choices_of(style, seeds)
        for name in _part_names(options):
            answers = [_spoken(choice.get(name)) for choice in options]
            values = tuple(sorted(set(answers)))
            if not 2 <= len(values) <= MAXIMUM_VALUES:
                continue
            number = {value: index for index, value in enumerate(values)}
            column = np.full(count, NOT_ASKED, dtype=np.int16)
            column[position * per_style : (position + 1) * per_style] = [
                number[answer] for answer in answers
            ]
            heads.append(Head(name=name, values=values, of=style))
            columns.append(column)
    return LabelSet(heads=tuple(heads), targets=np.stack(columns, axis=1))


def _choices_of(style: str, seeds: Sequence[str]) -> list[dict[str, object]]:
    """What DiceBear chose for each avatar; nothing is rendered."""
    from dicebear import Avatar, Style  # an optional extra, wanted for avatars alone

    definition = Style(read_style(style))
    return [Avatar(definition, {"seed": seed}).to_json()["options"] for seed in seeds]


def _part_names(options: Sequence[dict[str, object]]) -> list[str]:
    """The choices that can be seen, in a fixed order.

    Of parts that occur several times (`star`, `star02`, ...) nobody can say which is which, so
    they are left out.
    """
    matches = {
        name: match
        for name in sorted({name for choice in options for name in choice})
        if (match := _PART.fullmatch(name)) is not None
    }
    slots = Counter(match["part"] for match in matches.values() if match["slot"])
    return [name for name, match in matches.items() if match["part"] not in slots]


def _spoken(choice: object) -> str:
    """A choice as one word: a variant's name, a list of colours, or that there is none."""
    if isinstance(choice, list):
        return " ".join(map(str, choice)) or ABSENT
    return ABSENT if choice is None else str(choice)
