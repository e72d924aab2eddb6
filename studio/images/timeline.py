"""A film: pictures on a timeline, and how one becomes the next.

A film of the studio's is not a row of pictures but of recipes: the keys. What lies between two of
them is travelled through the model's space, so every moment of it is a picture that the model
makes. This is the film as it is kept, sent and edited: times, easing, loop, tempo. The way
through the space itself is `studio.film.ways`. Without numpy: the window reads it early.
"""

import itertools
import math
import statistics
import uuid
from collections.abc import Sequence
from typing import Final, Literal, get_args

import msgspec

from studio import __version__
from studio.contract.errors import RecipeInvalid, RequestInvalid, parser_fault
from studio.contract.recipe import Recipe, Styling, decode_recipe, encode_recipe
from studio.project.nodes import Node

FILM_SCHEMA: Final = 1
MAXIMUM_FILM_BYTES: Final = 4_000_000

Easing = Literal["smooth", "linear", "start", "end", "cut"]
"""How the time between two keys passes: slow at both ends, evenly, slow at the start, slow at the
end, or not at all until the next key is there."""
EASINGS: Final[tuple[Easing, ...]] = get_args(Easing)

Way = Literal["position", "style", "zones"]
"""What is interpolated: the latent along the sphere; the styles of all layers; the styles, zone
after zone."""
WAYS: Final[tuple[Way, ...]] = get_args(Way)

Course = Literal["straight", "curve"]
"""From key to key directly, or along one curve through all of them (Catmull-Rom)."""
COURSES: Final[tuple[Course, ...]] = get_args(Course)

Noise = Literal["still", "living"]
"""The noise of the fine detail: that of the first key throughout, or another in each picture."""
NOISES: Final[tuple[Noise, ...]] = get_args(Noise)

MAXIMUM_SECONDS: Final = 3600.0
MAXIMUM_KEYS: Final = 200
MAXIMUM_FRAMES: Final = 216_000
"""An hour at 60 pictures a second."""
SLOWEST, FASTEST = 1, 120
"""Pictures a second."""
RATES: Final = (24, 30, 60)
"""Those that are offered."""
LEAST_BPM, MOST_BPM = 20.0, 300.0
LEAST_GAP: Final = 0.02
"""Seconds that two keys are apart at least."""
BEATS: Final = 8
"""What a loop is cut to by its beat."""

_SMALLEST: Final = 1e-9


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One picture that the film comes through, and when."""

    id: str
    recipe: Recipe
    """Finished: it holds its latent."""
    time: float
    """Seconds from the film's start at which it is reached."""
    hold: float = 0.0
    """Seconds that it stays before the film moves on."""
    easing: Easing = "smooth"
    """Of the way to the next key."""


class Film(Node, frozen=True, kw_only=True):
    """One film, as it stands in a project, in a file of its own and inside the film's file."""

    title: str = ""
    model: str
    """Id of the model that makes its pictures."""
    keys: tuple[Key, ...] = ()
    """In the order of time."""
    seconds: float = 8.0
    """How long it is; a loop is back at its first key then."""
    fps: int = 30
    loop: bool = True
    """Whether it leads from the last key back to the first, without a seam."""
    way: Way = "position"
    course: Course = "straight"
    lead: float = 0.5
    """How far the zones are apart on the way by zones: 0 not at all, 1 one after the other; below
    0 the finest goes first."""
    noise: Noise = "still"
    bpm: float = 0.0
    """Beats a minute; 0: no tempo."""
    snap: bool = True
    """Whether keys are drawn to the beat, where there is a tempo."""


class FilmFile(msgspec.Struct, frozen=True, kw_only=True):
    """The film as JSON."""

    schema: int
    studio: str = ""
    film: Film


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Where the film is at one time: between two keys, or at one."""

    first: int
    """Index of the key that was passed."""
    second: int
    """Index of the next; the same at the end of a film that is no loop."""
    share: float
    """How far the time between them has passed, 0 to 1, evenly."""

    @property
    def is_key(self) -> bool:
        """Whether the picture is that of the first key itself."""
        return self.share <= _SMALLEST or self.first == self.second


# Time


def frame_count(film: Film) -> int:
    """How many pictures the film has; at least one."""
    return max(1, round(film.seconds * film.fps))


def frame_time(film: Film, frame: int) -> float:
    """When a picture is shown, in seconds.

    The last of a loop comes one picture before the first does again; the last of any other film
    is its end, so that the last key is seen.
    """
    if not film.loop and frame >= frame_count(film) - 1:
        return film.seconds
    return frame / film.fps


def gap_after(film: Film, index: int) -> float:
    """Seconds from key ``index`` to the next one; to the film's end after the last."""
    keys = film.keys
    if index + 1 < len(keys):
        return keys[index + 1].time - keys[index].time
    if film.loop:
        return film.seconds - keys[index].time + keys[0].time
    return max(0.0, film.seconds - keys[index].time)


def hold_of(film: Film, index: int) -> float:
    """Seconds that a key really stays: never longer than until the next one."""
    return min(film.keys[index].hold, max(0.0, gap_after(film, index)))


def moment_at(film: Film, time: float) -> Moment:
    """Where the film is after ``time`` seconds; a loop goes round. There must be a key."""
    keys = film.keys
    if film.loop and film.seconds > 0:
        time %= film.seconds
    index = max((at for at, key in enumerate(keys) if key.time <= time + _SMALLEST), default=-1)
    if index < 0:
        if not film.loop:
            return Moment(first=0, second=0, share=0.0)
        index, time = len(keys) - 1, time + film.seconds
    is_last = index == len(keys) - 1
    if is_last and not film.loop:
        return Moment(first=index, second=index, share=0.0)
    following = 0 if is_last else index + 1
    hold = hold_of(film, index)
    gap = gap_after(film, index)
    passed = time - keys[index].time - hold
    if passed <= _SMALLEST or gap - hold <= _SMALLEST:
        return Moment(first=index, second=following, share=0.0)
    return Moment(first=index, second=following, share=min(1.0, passed / (gap - hold)))


def eased(share: float, easing: Easing) -> float:
    """How far the way is at ``share`` of its time; both in [0, 1].

    "smooth" is a half wave of the cosine; "start" and "end" are its halves.
    """
    if easing == "linear":
        return share
    if easing == "cut":
        return 1.0 if share >= 1.0 else 0.0
    if easing == "start":
        return 1.0 - math.cos(share * math.pi / 2)
    if easing == "end":
        return math.sin(share * math.pi / 2)
    return (1.0 - math.cos(share * math.pi)) / 2


def zone_share(share: float, zone: int, zones: int, lead: float) -> float:
    """How far the time of one zone has passed, where the zones follow one another.

    ``zone`` counts from the coarsest. Each zone has a window of the way's time; with a ``lead`` of
    0 all windows are the whole, at 1 they do not touch. Below 0 the finest goes first.
    """
    if zones < 2 or lead == 0.0:
        return share
    if lead < 0:
        zone, lead = zones - 1 - zone, -lead
    length = 1.0 - lead * (zones - 1) / zones
    start = zone * (1.0 - length) / (zones - 1)
    return min(1.0, max(0.0, (share - start) / length))


# Tempo


def beat_seconds(film: Film) -> float:
    """The length of a beat; 0 where there is no tempo."""
    return 60.0 / film.bpm if film.bpm > 0 else 0.0


def snapped(film: Film, time: float) -> float:
    """``time`` drawn to the nearest beat, if the film wants that."""
    beat = beat_seconds(film)
    if not beat or not film.snap:
        return time
    return round(time / beat) * beat


def tapped_bpm(taps: Sequence[float]) -> float | None:
    """Beats a minute of the times at which somebody tapped, in seconds; None: too few.

    The median of the gaps, so that one late tap does not count.
    """
    gaps = [later - earlier for earlier, later in itertools.pairwise(taps)]
    gaps = [gap for gap in gaps if gap > 0]
    if len(gaps) < 2:
        return None
    return round(min(MOST_BPM, max(LEAST_BPM, 60.0 / statistics.median(gaps))), 1)


# Editing: each gives another film


def changed(film: Film, **fields: object) -> Film:
    """The film with other fields, its keys in order."""
    film = msgspec.structs.replace(film, **fields)
    keys = sorted(film.keys, key=lambda key: key.time)
    return msgspec.structs.replace(film, keys=tuple(keys))


def new_key(recipe: Recipe, time: float, *, easing: Easing = "smooth") -> Key:
    """A key for a finished picture; one that was enlarged comes as it was before."""
    if isinstance(recipe.enlarged, msgspec.Struct):
        recipe = msgspec.structs.replace(
            recipe, enlarged=msgspec.UNSET, width=0, height=0, pixels_sha256=None
        )
    return Key(id=uuid.uuid4().hex[:12], recipe=recipe, time=time, easing=easing)


def added(film: Film, key: Key) -> Film:
    """The film with one more key; longer if the key comes later than its end."""
    time = _free_time(film, key.time, None)
    longest = film.seconds
    if time > longest - (LEAST_GAP if film.loop and film.keys else 0.0):
        longest = time + (_usual_gap(film) if film.loop else 0.0)
    return changed(
        film, keys=(*film.keys, msgspec.structs.replace(key, time=time)), seconds=longest
    )


def appended(film: Film, recipes: Sequence[Recipe]) -> Film:
    """The film with pictures behind its last key, as far apart as its keys usually are.

    A film without keys becomes as long as they make it.
    """
    for recipe in recipes:
        gap = _usual_gap(film)
        if not film.keys:
            film = changed(film, keys=(new_key(recipe, 0.0),), seconds=gap)
            continue
        time = film.keys[-1].time + film.keys[-1].hold + gap
        end = time + gap if film.loop else time
        film = changed(
            film, keys=(*film.keys, new_key(recipe, time)), seconds=max(film.seconds, end)
        )
    return film


def looped(film: Film, loop: bool) -> Film:
    """The film as a loop or not; one that ends with a key gets time for the way back to the first,
    for without it the two would meet in a seam."""
    if loop and film.keys and film.seconds - film.keys[-1].time + film.keys[0].time < LEAST_GAP:
        film = changed(film, seconds=min(MAXIMUM_SECONDS, film.seconds + _usual_gap(film)))
    return changed(film, loop=loop)


def without(film: Film, ids: Sequence[str]) -> Film:
    """The film without some keys; its length stays."""
    return changed(film, keys=tuple(key for key in film.keys if key.id not in ids))


def with_key(film: Film, identity: str, **fields: object) -> Film:
    """The film with one key changed; a time that another has, or that lies behind the film's end,
    becomes the nearest one that is free."""
    if "time" in fields:
        # A loop's first key comes once more at its end.
        last = max(0.0, film.seconds - (LEAST_GAP if film.loop else 0.0))
        fields["time"] = _free_time(film, float(str(fields["time"])), identity, last=last)
    keys = tuple(
        msgspec.structs.replace(key, **fields) if key.id == identity else key for key in film.keys
    )
    return changed(film, keys=keys)


def stretched(film: Film, seconds: float) -> Film:
    """The film in another length, all of it slower or faster."""
    seconds = min(MAXIMUM_SECONDS, max(1.0 / film.fps, seconds))
    factor = seconds / film.seconds if film.seconds > 0 else 1.0
    keys = tuple(
        msgspec.structs.replace(key, time=key.time * factor, hold=key.hold * factor)
        for key in film.keys
    )
    return changed(film, keys=keys, seconds=seconds)


def spaced(film: Film) -> Film:
    """The film with its keys evenly apart, the first at its start."""
    count = len(film.keys)
    if not count:
        return film
    gap = film.seconds / (count if film.loop else max(1, count - 1))
    keys = tuple(
        msgspec.structs.replace(key, time=at * gap, hold=min(key.hold, gap))
        for at, key in enumerate(film.keys)
    )
    return changed(film, keys=keys)


def cut_to_beats(film: Film, beats: int = BEATS) -> Film:
    """The film so many beats long, its keys on the beat: a loop closes on it without a seam."""
    beat = beat_seconds(film)
    if not beat or not film.keys:
        return film
    film = stretched(changed(film, loop=True), beat * beats)
    first = film.keys[0].time
    steps = sorted(round((key.time - first) / beat) for key in film.keys)
    if len(set(steps)) < len(steps) or steps[-1] >= beats:
        return film if len(film.keys) > beats else _on_beats(film, _spread(len(steps), beats))
    return _on_beats(film, steps)


def _on_beats(film: Film, steps: Sequence[int]) -> Film:
    beat = beat_seconds(film)
    keys = tuple(
        msgspec.structs.replace(key, time=step * beat, hold=min(key.hold, beat))
        for key, step in zip(film.keys, steps, strict=True)
    )
    return changed(film, keys=keys)


def _spread(count: int, beats: int) -> list[int]:
    return [at * beats // count for at in range(count)]


def _usual_gap(film: Film) -> float:
    """How far apart keys are here: a beat's bar, or what the last two show."""
    if len(film.keys) > 1:
        return max(LEAST_GAP, film.keys[-1].time - film.keys[-2].time)
    beat = beat_seconds(film)
    return 4 * beat if beat else 2.0


def _free_time(
    film: Film, wanted: float, besides: str | None, *, last: float = MAXIMUM_SECONDS
) -> float:
    """The time nearest after ``wanted`` at which no other key is; before it, where all that
    follows up to ``last`` is taken."""
    times = [key.time for key in film.keys if key.id != besides]
    time = min(last, max(0.0, wanted))
    for taken in times:
        if abs(taken - time) < LEAST_GAP - _SMALLEST:
            time = taken + LEAST_GAP
    if time > last:
        time = last
        for taken in reversed(times):
            if abs(taken - time) < LEAST_GAP - _SMALLEST:
                time = max(0.0, taken - LEAST_GAP)
    return time


# Checks, and the film as JSON


def check_film(film: Film) -> None:
    """Raise `RequestInvalid` for a film that cannot be made, with what would be possible."""
    if not film.keys:
        raise RequestInvalid(fault="the film has no pictures; add one at least")
    if len(film.keys) > MAXIMUM_KEYS:
        raise RequestInvalid(fault=f"a film holds up to {MAXIMUM_KEYS} keys")
    if not SLOWEST <= film.fps <= FASTEST:
        fault = f"a film shows {SLOWEST} to {FASTEST} pictures a second, not {film.fps}"
        raise RequestInvalid(fault=fault)
    if not math.isfinite(film.seconds) or film.seconds <= 0:
        raise RequestInvalid(fault="a film of no length cannot be made; give it some seconds")
    if film.seconds > MAXIMUM_SECONDS or film.seconds * film.fps > MAXIMUM_FRAMES:
        longest = min(MAXIMUM_SECONDS, MAXIMUM_FRAMES / film.fps)
        fault = (
            f"{film.seconds:,.0f} seconds at {film.fps} pictures a second are "
            f"{film.seconds * film.fps:,.0f} pictures; up to {longest:,.0f} seconds are possible"
        )
        raise RequestInvalid(fault=fault)
    if film.bpm and not LEAST_BPM <= film.bpm <= MOST_BPM:
        fault = f"a tempo has {LEAST_BPM:g} to {MOST_BPM:g} beats a minute"
        raise RequestInvalid(fault=fault)
    if not -1.0 <= film.lead <= 1.0:
        raise RequestInvalid(fault="how far zones are apart lies between -1 and 1")
    times = [key.time for key in film.keys]
    if not all(math.isfinite(key.time) and math.isfinite(key.hold) for key in film.keys):
        raise RequestInvalid(fault="the time of a key is not a number")
    if times != sorted(times) or times[0] < 0 or times[-1] > film.seconds + _SMALLEST:
        fault = f"its keys must follow one another between 0 and {film.seconds:g} seconds"
        raise RequestInvalid(fault=fault)
    if any(key.hold < 0 for key in film.keys):
        raise RequestInvalid(fault="a key cannot stay for less than no time")
    if len({key.id for key in film.keys}) < len(film.keys):
        raise RequestInvalid(fault="two of its keys have the same name")
    for number, key in enumerate(film.keys, start=1):
        _check_key(film, number, key)


def _check_key(film: Film, number: int, key: Key) -> None:
    if key.recipe.model != film.model:
        fault = f"key {number} was made by {key.recipe.model!r}, and the film is by {film.model!r}"
        raise RequestInvalid(fault=fault)
    if key.recipe.latent is None:
        raise RequestInvalid(fault=f"the recipe of key {number} gives no position")
    styling = key.recipe.styling
    if film.way == "position" and isinstance(styling, Styling) and styling.styles is not None:
        raise RequestInvalid(
            fault=f"key {number} is made of styles that no position has; travel by style instead"
        )


def encode_film(film: Film) -> bytes:
    """The film as JSON, UTF-8."""
    return msgspec.json.encode(FilmFile(schema=FILM_SCHEMA, studio=__version__, film=film))


def decode_film(data: bytes | str, file: object = "the film") -> Film:
    """Read a film from bytes that may be foreign.

    Raises `RecipeInvalid`, naming ``file``, for what is no film of a known schema, and
    `RequestInvalid` for a film that cannot be made.
    """
    if len(data) > MAXIMUM_FILM_BYTES:
        raise RecipeInvalid(file=file, fault="it is larger than any film")
    try:
        schema = msgspec.json.decode(data, type=_SchemaOnly).schema
        if not 1 <= schema <= FILM_SCHEMA:
            fault = f"its format is {schema}, this Atelier reads up to {FILM_SCHEMA}"
            raise RecipeInvalid(file=file, fault=fault)
        film = msgspec.json.decode(data, type=FilmFile).film
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise RecipeInvalid(file=file, fault=parser_fault(error)) from error
    for key in film.keys:
        decode_recipe(encode_recipe(key.recipe), file)
    check_film(film)
    return film


class _SchemaOnly(msgspec.Struct):
    schema: int = 0
