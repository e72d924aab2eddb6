"""Which traits are looked for, what they are called, and how a ruler's answers tell of them.

A rule reads one number from what a ruler says of a picture: how much more likely one group of
answers is than another, or how bright or warm the colour is that it sees. Letters are read from
their pixels instead (`training.letterforms`). Directions in which these numbers grow become the
model's traits.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from studio.contract.manifest import Label
from training.ruler.labels import ABSENT, Head

CERTAIN = 8.0
"""Log-odds are cut off here: beyond it a ruler is only more and more sure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where a rule looks in pictures of one kind."""

    kind: str
    head: str
    more: str = ""
    """Pattern of the answers that count as more of the trait; for colours not used."""
    less: str = ""
    """Pattern of those that count as less; empty: all others."""
    colour: Literal["", "brightness", "warmth"] = ""
    """What of a colour is read; its answers are lists of hexadecimal colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One trait that may be found."""

    name: str
    label: Label
    ends: tuple[Label, Label]
    readings: tuple[Reading, ...] = ()
    """Of a model measured by a ruler; letters have the measure of the rule's name."""


def _rule(name: str, label: tuple[str, str], ends: str, *readings: Reading) -> Rule:
    """A rule with ends written as "less/more · 少/多"."""
    english, chinese = (part.strip().split("/") for part in ends.split("·"))
    return Rule(
        name=name,
        label=Label(en=label[0], zh=label[1]),
        ends=(Label(en=english[0], zh=chinese[0]), Label(en=english[1], zh=chinese[1])),
        readings=readings,
    )


def _variants(head: str, more: str, less: str = "", *, kinds: str) -> tuple[Reading, ...]:
    return tuple(Reading(kind=kind, head=head, more=more, less=less) for kind in kinds.split())


def _colours(colour: Literal["brightness", "warmth"], **heads: str) -> tuple[Reading, ...]:
    """Readings of colours: `heads` maps a head's name to the kinds that have it."""
    return tuple(
        Reading(kind=kind, head=head, colour=colour)
        for head, kinds in heads.items()
        for kind in kinds.split()
    )


_WITH = "without/with · 没有/有"
_HAPPY = (
    r"grin|laugh|smile\w*|bigSmile|wideSmile|tinySmile|cat(Mouth)?|happy\d+|uu|lovingGrin\d|cheeky"
    r"|cute|eatingHappy"
)
_SAD = (
    r"frown|sad(\d+)?|pout|wavy|zigzag|slant|flat|line|angry\w*|rage|veryAngry|fear|concerned\w*"
    r"|tired|solemn|suspicious|contempt"
)
_CLOSED = r"calm|close|closed(Line)?|sleepy|monoSleepy|squint|down|happy|wink"
_FACES = "clay critters moods sprouts"

AVATAR_RULES: tuple[Rule, ...] = (
    _rule(
        "glasses",
        ("Glasses", "眼镜"),
        _WITH,
        *_variants("accessoriesVariant", r"(sun)?glasses\d?", kinds="open-peeps"),
        *_variants("glassesVariant", rf"(?!{ABSENT}).*", kinds="pixel-art voxel-art"),
    ),
    _rule(
        "long-hair",
        ("Long hair", "长发"),
        "short/long · 短/长",
        *_variants(
            "headVariant",
            r"long\w*|medium\w*|bun\w*|dreads\d|twists\d?|bangs\d?|hijab|grayMedium",
            kinds="open-peeps",
        ),
        *_variants("hairVariant", r"long\d+", kinds="pixel-art"),
        *_variants(
            "topVariant",
            r"long\w+|shoulderLength|ponytail|twinTails|braids|partedLong|curly|bob",
            kinds="voxel-art",
        ),
    ),
    _rule(
        "beard",
        ("Beard", "胡须"),
        _WITH,
        *_variants("facialHairVariant", rf"(?!{ABSENT}).*", kinds="open-peeps"),
        *_variants("beardVariant", rf"(?!{ABSENT}).*", kinds="pixel-art voxel-art"),
    ),
    _rule(
        "hat",
        ("Hat", "帽子"),
        _WITH,
        *_variants("headVariant", r"hat\w+|turban|hijab", kinds="open-peeps"),
        *_variants("hatVariant", rf"(?!{ABSENT}).*", kinds="pixel-art"),
        *_variants("topVariant", r"beanie|cap|\w+Ears", kinds="voxel-art"),
    ),
    _rule(
        "smile",
        ("Smile", "微笑"),
        "glum/cheerful · 沮丧/开心",
        *_variants("mouthVariant", _HAPPY, _SAD, kinds=f"{_FACES} pixel-art voxel-art"),
        *_variants("expressionVariant", _HAPPY, _SAD, kinds="open-peeps"),
    ),
    _rule(
        "closed-eyes",
        ("Closed eyes", "闭眼"),
        "open/closed · 睁开/闭上",
        *_variants("eyesVariant", _CLOSED, kinds=f"{_FACES} voxel-art"),
    ),
    _rule(
        "blush",
        ("Blush", "腮红"),
        _WITH,
        *_variants("cheeksVariant", r"blush\w*", kinds="critters moods sprouts voxel-art"),
    ),
    _rule(
        "pattern",
        ("Pattern", "花纹"),
        "plain/patterned · 素色/带花纹",
        *_variants("patternVariant", rf"(?!{ABSENT}).*", kinds="clay critters sprouts"),
        *_variants("surfaceVariant", rf"(?!{ABSENT}).*", kinds="planets"),
    ),
    _rule(
        "horns",
        ("Horns and ears", "角和耳朵"),
        _WITH,
        *_variants("topVariant", rf"(?!{ABSENT}).*", kinds="clay critters"),
    ),
    _rule(
        "ring",
        ("Ring", "光环"),
        _WITH,
        *_variants("ringVariant", rf"(?!{ABSENT}).*", kinds="planets"),
    ),
    _rule(
        "moons",
        ("Moons", "卫星"),
        _WITH,
        *_variants("moonsVariant", rf"(?!{ABSENT}).*", kinds="planets"),
    ),
    _rule(
        "flower",
        ("Flower", "花朵"),
        _WITH,
        *_variants("bloomColor", rf"(?!{ABSENT}).*", kinds="sprouts"),
    ),
    _rule(
        "tall-plant",
        ("Tall plant", "高植株"),
        "low/tall · 矮/高",
        *_variants("plantVariant", r"palm|tall|cactus|tulip|flower", kinds="sprouts"),
    ),
    _rule(
        "angular",
        ("Angular shape", "有棱角"),
        "round/angular · 圆润/有棱角",
        *_variants(
            "bodyVariant",
            r"block|chimney|steps|wedge\w*|tower|cube|column|stack|boulder",
            kinds="clay critters",
        ),
        *_variants("faceVariant", r"hexagon|softSquare|squircle", kinds="moods"),
    ),
    _rule(
        "light-ground",
        ("Light background", "浅色背景"),
        "dark/light · 深/浅",
        *_colours("brightness", backgroundColor=f"{_FACES} planets voxel-art"),
    ),
    _rule(
        "warm-ground",
        ("Warm background", "暖色背景"),
        "cool/warm · 冷/暖",
        *_colours("warmth", backgroundColor=f"{_FACES} planets voxel-art"),
    ),
    _rule(
        "warm-colour",
        ("Warm colour", "暖色调"),
        "cool/warm · 冷/暖",
        *_colours(
            "warmth",
            bodyColor="clay critters",
            faceColor="moods",
            potColor="sprouts",
            planetColor="planets",
            clothingColor="open-peeps pixel-art",
        ),
    ),
    _rule(
        "light-skin",
        ("Light skin", "浅肤色"),
        "dark/light · 深/浅",
        *_colours("brightness", skinColor="open-peeps pixel-art voxel-art"),
    ),
    _rule(
        "light-hair",
        ("Light hair", "浅发色"),
        "dark/light · 深/浅",
        *_colours("brightness", hairColor="pixel-art voxel-art", headContrastColor="open-peeps"),
    ),
)

LETTER_RULES: tuple[Rule, ...] = (
    _rule("weight", ("Weight", "字重"), "light/bold · 细/粗"),
    _rule("width", ("Width", "字宽"), "narrow/wide · 窄/宽"),
    _rule("slant", ("Slant", "倾斜"), "upright/slanted · 直立/倾斜"),
    _rule("roundness", ("Roundness", "圆润"), "square/round · 方/圆"),
    _rule("outline", ("Outline", "空心"), "solid/outlined · 实心/空心"),
    _rule("ornament", ("Ornament", "装饰"), "plain/ornate · 朴素/繁复"),
    _rule("serifs", ("Serifs", "衬线"), "without/with · 无/有"),
)


def _shares(logits: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Probabilities (count, values) of answers."""
    raised = np.exp(logits.astype(np.float64) - logits.max(axis=1, keepdims=True))
    shares: npt.NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return shares


def _tone(value: str, colour: str) -> float:
    """How bright or how warm a list of hexadecimal colours is, each in -1 to 1."""
    rows = [[int(word[i : i + 2], 16) / 255 for i in (1, 3, 5)] for word in value.split()]
    red, green, blue = np.mean(rows, axis=0)
    if colour == "warmth":
        return float(red - blue)
    return float(2 * (0.2126 * red + 0.7152 * green + 0.0722 * blue) - 1)


def read_answers(
    reading: Reading, head: Head, logits: npt.NDArray[np.float32]
) -> npt.NDArray[np.float64] | None:
    """How much of the trait each picture has, (count,); None where the head cannot tell.

    `logits` (count, values) are the ruler's answers to this head.
    """
    if reading.colour:
        coloured = np.array([value.startswith("#") for value in head.values])
        if coloured.sum() < 2:
            return None
        tones = np.array([_tone(v, reading.colour) for v in head.values if v.startswith("#")])
        tone: npt.NDArray[np.float64] = _shares(logits[:, coloured]) @ tones
        return tone
    more = np.array([re.fullmatch(reading.more, value) is not None for value in head.values])
    less = ~more
    if reading.less:
        less &= np.array([re.fullmatch(reading.less, value) is not None for value in head.values])
    if not more.any() or not less.any():
        return None
    shares = _shares(logits) + 1e-9
    odds = np.log(shares[:, more].sum(axis=1)) - np.log(shares[:, less].sum(axis=1))
    clipped: npt.NDArray[np.float64] = odds.clip(-CERTAIN, CERTAIN)
    return clipped


def rules_for(kinds: Sequence[str], *, letters: bool) -> tuple[Rule, ...]:
    """The rules that may hold for a model of these kinds, with their readings of them alone."""
    if letters:
        return LETTER_RULES
    found = []
    for rule in AVATAR_RULES:
        readings = tuple(reading for reading in rule.readings if reading.kind in kinds)
        if readings:
            found.append(Rule(name=rule.name, label=rule.label, ends=rule.ends, readings=readings))
    return tuple(found)
