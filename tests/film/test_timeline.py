"""Time in a film: what is shown when, and what editing does to it."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import RecipeInvalid, RequestInvalid
from studio.contract.recipe import Enlarged, Recipe, Styling
from studio.images.timeline import (
    EASINGS,
    LEAST_GAP,
    Film,
    Key,
    added,
    appended,
    beat_seconds,
    changed,
    check_film,
    cut_to_beats,
    decode_film,
    eased,
    encode_film,
    frame_count,
    frame_time,
    gap_after,
    hold_of,
    looped,
    moment_at,
    new_key,
    snapped,
    spaced,
    stretched,
    tapped_bpm,
    with_key,
    without,
    zone_share,
)

RECIPE = Recipe(model="m", seed=1, latent=b"\0" * 8)


def _film(*times: float, **fields: object) -> Film:
    keys = tuple(Key(id=f"k{at}", recipe=RECIPE, time=time) for at, time in enumerate(times))
    values: dict[str, object] = {"id": "f", "model": "m", "keys": keys, "seconds": 4.0, **fields}
    return Film(**values)  # type: ignore[arg-type]  # fields by name


films = st.builds(
    lambda times, seconds, loop, fps, hold: changed(
        _film(*sorted(times), seconds=max(times) + seconds, loop=loop, fps=fps),
        keys=tuple(
            Key(id=f"k{at}", recipe=RECIPE, time=time, hold=hold)
            for at, time in enumerate(sorted(times))
        ),
    ),
    st.lists(st.floats(0, 50), min_size=1, max_size=6, unique_by=lambda time: round(time, 1)),
    st.floats(0.1, 20),
    st.booleans(),
    st.sampled_from([12, 24, 30, 60]),
    st.floats(0, 3),
)


@given(films)
def test_each_moment_lies_between_two_neighbours_and_time_never_goes_back(film: Film) -> None:
    before = (-1, 0.0)
    for frame in range(min(frame_count(film), 400)):
        moment = moment_at(film, frame_time(film, frame))
        assert 0.0 <= moment.share <= 1.0
        assert moment.second in (moment.first, (moment.first + 1) % len(film.keys))
        now = (moment.first, moment.share)
        if film.keys[0].time == 0.0:
            assert now >= before
        before = now


@given(films)
def test_a_loop_is_where_it_began_when_it_is_over(film: Film) -> None:
    film = changed(film, loop=True)
    start, end = moment_at(film, 0.0), moment_at(film, film.seconds)
    assert (start.first, start.second) == (end.first, end.second)
    assert start.share == pytest.approx(end.share, abs=1e-6)


@given(films)
def test_a_film_that_is_no_loop_ends_at_its_last_key(film: Film) -> None:
    film = changed(film, loop=False)
    last = moment_at(film, frame_time(film, frame_count(film) - 1))
    assert last.first == last.second == len(film.keys) - 1


def test_a_key_is_reached_at_its_time_and_stays_for_its_hold() -> None:
    film = with_key(_film(0.0, 1.0, 2.0), "k1", hold=0.5)
    assert moment_at(film, 1.0).is_key
    assert moment_at(film, 1.5).is_key
    middle = moment_at(film, 1.75)
    assert (middle.first, middle.second) == (1, 2)
    assert middle.share == pytest.approx(0.5)
    back = moment_at(film, 3.0)
    assert (back.first, back.second) == (2, 0)
    assert back.share == pytest.approx(0.5)


def test_a_hold_ends_where_the_next_key_is() -> None:
    film = with_key(_film(0.0, 1.0), "k0", hold=9.0)
    assert hold_of(film, 0) == 1.0
    assert moment_at(film, 0.99).is_key


def test_before_its_first_key_a_loop_comes_from_its_last() -> None:
    film = _film(1.0, 3.0, seconds=4.0)
    moment = moment_at(film, 0.0)
    assert (moment.first, moment.second) == (1, 0)
    assert moment.share == pytest.approx(0.5)
    assert moment_at(changed(film, loop=False), 0.0).first == 0


@pytest.mark.parametrize("easing", EASINGS)
def test_each_easing_begins_at_the_one_key_and_ends_at_the_other(easing: str) -> None:
    assert eased(0.0, easing) == pytest.approx(0.0)  # type: ignore[arg-type]  # of EASINGS
    assert eased(1.0, easing) == pytest.approx(1.0)  # type: ignore[arg-type]  # of EASINGS
    shares = [eased(at / 50, easing) for at in range(51)]  # type: ignore[arg-type]  # of EASINGS
    assert shares == sorted(shares)


@given(st.floats(0, 1), st.integers(2, 5), st.floats(-1, 1))
def test_zones_follow_one_another_and_all_arrive(share: float, zones: int, lead: float) -> None:
    shares = [zone_share(share, zone, zones, lead) for zone in range(zones)]
    assert all(0.0 <= part <= 1.0 for part in shares)
    assert shares == sorted(shares, reverse=lead >= 0)
    assert all(zone_share(1.0, zone, zones, lead) == pytest.approx(1.0) for zone in range(zones))
    assert all(zone_share(0.0, zone, zones, lead) == 0.0 for zone in range(zones))


def test_with_the_greatest_lead_one_zone_waits_for_the_other() -> None:
    assert zone_share(0.5, 0, 2, 1.0) == 1.0
    assert zone_share(0.5, 1, 2, 1.0) == 0.0
    assert zone_share(0.5, 0, 2, -1.0) == 0.0
    assert zone_share(0.3, 1, 3, 0.0) == 0.3


def test_keys_are_drawn_to_the_beat() -> None:
    film = _film(0.0, bpm=120.0)
    assert beat_seconds(film) == 0.5
    assert snapped(film, 1.2) == 1.0
    assert snapped(changed(film, snap=False), 1.2) == 1.2
    assert snapped(changed(film, bpm=0.0), 1.2) == 1.2


def test_a_tempo_is_tapped_and_one_late_tap_does_not_count() -> None:
    assert tapped_bpm([0.0, 0.5]) is None
    assert tapped_bpm([0.0, 0.5, 1.0, 1.5, 2.3]) == 120.0
    assert tapped_bpm([0.0, 0.01, 0.02]) == 300.0


@given(st.integers(1, 8), st.floats(40, 240))
def test_a_loop_is_cut_to_eight_beats_without_a_seam(count: int, bpm: float) -> None:
    times = sorted({round(at * 0.7 + 0.1 * (at % 3), 3) for at in range(count)})
    film = cut_to_beats(_film(*times, seconds=times[-1] + 1.0, bpm=bpm), 8)
    beat = 60.0 / bpm
    assert film.loop
    assert film.seconds == pytest.approx(8 * beat)
    steps = [key.time / beat for key in film.keys]
    assert all(step == pytest.approx(round(step), abs=1e-6) for step in steps)
    assert len({round(step) for step in steps}) == len(steps)
    check_film(film)


def test_new_keys_come_as_far_apart_as_the_others_are() -> None:
    film = appended(Film(id="f", model="m"), [RECIPE, RECIPE, RECIPE])
    assert [key.time for key in film.keys] == [0.0, 2.0, 4.0]
    assert film.seconds == 6.0
    longer = appended(film, [RECIPE, RECIPE])
    assert [key.time for key in longer.keys] == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert longer.seconds == 10.0
    once = appended(Film(id="f", model="m", loop=False), [RECIPE, RECIPE])
    assert once.seconds == 2.0
    assert [key.time for key in appended(_film(bpm=60.0), [RECIPE] * 2).keys] == [0.0, 4.0]


def test_a_key_at_a_taken_time_comes_just_after_it() -> None:
    film = added(_film(0.0, 1.0), new_key(RECIPE, 1.0))
    times = [key.time for key in film.keys]
    assert times == [0.0, 1.0, 1.0 + LEAST_GAP]
    moved = with_key(film, "k0", time=1.0)
    assert moved.keys[0].id == "k1"
    assert len({round(key.time, 6) for key in moved.keys}) == 3


@pytest.mark.parametrize("loop", [True, False])
def test_a_key_that_is_moved_stays_inside_the_film(loop: bool) -> None:
    film = changed(_film(0.0, 1.0, 2.0, seconds=2.0), loop=loop)
    for wanted in (2.0, 1.99, 99.0):
        moved = with_key(film, "k0", time=wanted)
        check_film(moved)
        assert min(gap_after(moved, index) for index in range(2)) > LEAST_GAP / 2
        assert moved.keys[-2:] != film.keys[-2:]
    check_film(with_key(film, "k2", time=9.0))


def test_a_film_that_ends_with_a_key_gets_a_way_back_when_it_becomes_a_loop() -> None:
    film = changed(_film(0.0, 1.0, 3.0, seconds=3.0), loop=False)
    loop = looped(film, True)
    assert (loop.loop, loop.seconds, gap_after(loop, 2)) == (True, 5.0, 2.0)
    assert looped(loop, False) == changed(loop, loop=False)
    roomy = changed(film, seconds=4.0)
    assert looped(roomy, True) == changed(roomy, loop=True)


def test_a_key_behind_the_end_makes_the_film_longer() -> None:
    film = added(_film(0.0, 1.0, seconds=2.0), new_key(RECIPE, 6.0))
    assert film.seconds > 6.0
    check_film(film)


@given(films, st.floats(0.2, 100))
def test_a_film_that_is_stretched_keeps_its_proportions(film: Film, seconds: float) -> None:
    longer = stretched(film, seconds)
    assert longer.seconds == pytest.approx(max(seconds, 1 / film.fps))
    for before, after in zip(film.keys, longer.keys, strict=True):
        assert after.time / longer.seconds == pytest.approx(before.time / film.seconds)


def test_keys_are_spaced_evenly_and_taken_out() -> None:
    film = spaced(_film(0.0, 0.3, 3.9))
    assert [key.time for key in film.keys] == pytest.approx([0.0, 4 / 3, 8 / 3])
    assert [key.time for key in spaced(changed(film, loop=False)).keys] == [0.0, 2.0, 4.0]
    assert [key.id for key in without(film, ["k1"]).keys] == ["k0", "k2"]
    assert gap_after(without(film, ["k1", "k2"]), 0) == 4.0


def test_an_enlarged_picture_comes_as_it_was_made() -> None:
    enlarged = msgspec.structs.replace(
        RECIPE, enlarged=Enlarged(method="nearest", factor=4), width=256, height=256
    )
    assert new_key(enlarged, 0.0).recipe == RECIPE


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"keys": ()}, "no pictures"),
        ({"seconds": 0.0}, "no length"),
        ({"seconds": math.nan}, "no length"),
        ({"seconds": 1e9}, "up to 3,600 seconds are possible"),
        ({"seconds": 3000.0, "fps": 120}, "up to 1,800 seconds are possible"),
        ({"fps": 0}, "1 to 120"),
        ({"fps": 121}, "1 to 120"),
        ({"bpm": 5.0}, "20 to 300 beats"),
        ({"lead": 2.0}, "between -1 and 1"),
        ({"model": "other"}, "made by 'm'"),
        ({"keys": (Key(id="a", recipe=RECIPE, time=9.0),)}, "between 0 and 4"),
        ({"keys": (Key(id="a", recipe=RECIPE, time=-1.0),)}, "between 0 and 4"),
        ({"keys": (Key(id="a", recipe=RECIPE, time=math.inf),)}, "not a number"),
        ({"keys": (Key(id="a", recipe=RECIPE, time=0.0, hold=-1.0),)}, "less than no time"),
        ({"keys": (Key(id="a", recipe=Recipe(model="m", seed=1), time=0.0),)}, "no position"),
        ({"keys": (Key(id="a", recipe=RECIPE, time=0.0),) * 2}, "same name"),
        (
            {"keys": (Key(id="a", recipe=msgspec.structs.replace(
                RECIPE, schema=3, styling=Styling(styles=b"\0" * 8)), time=0.0),)},
            "travel by style",
        ),
        (
            {"keys": tuple(Key(id=f"{at}", recipe=RECIPE, time=at / 100) for at in range(201))},
            "up to 200 keys",
        ),
    ],
)  # fmt: skip
def test_a_film_that_cannot_be_is_refused_with_what_could(
    fields: dict[str, object], fault: str
) -> None:
    with pytest.raises(RequestInvalid, match=fault):
        check_film(_film(0.0, 1.0) if not fields else changed(_film(0.0), **fields))


@given(films)
def test_a_film_survives_its_file(film: Film) -> None:
    assert decode_film(encode_film(film)) == film


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: ("{" + text).encode()))
def test_what_is_no_film_is_one_sentence(data: bytes) -> None:
    with pytest.raises(RecipeInvalid, match="thing"):
        decode_film(data, "thing")


def test_a_film_of_a_later_release_is_refused() -> None:
    data = encode_film(_film(0.0)).replace(b'"schema":1', b'"schema":9', 1)
    with pytest.raises(RecipeInvalid, match="reads up to 1"):
        decode_film(data)
    with pytest.raises(RecipeInvalid, match="larger than any"):
        decode_film(b" " * 4_000_001)
