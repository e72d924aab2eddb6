"""Stops are found wherever tokens begin and end, and nothing of one is shown before."""

import hypothesis.strategies as st
from hypothesis import assume, given

from studio.writing.engine.stops import Stopped, StopStrings

texts = st.text(alphabet="ab\n月é", max_size=40)
stop_lists = st.lists(st.text(alphabet="ab\n月é", min_size=1, max_size=5), min_size=1, max_size=4)


def _pieces(data: st.DataObject, text: bytes) -> list[bytes]:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=12)))
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@given(data=st.data(), text=texts, stops=stop_lists)
def test_the_text_ends_before_the_first_stop_that_is_complete(
    data: st.DataObject, text: str, stops: list[str]
) -> None:
    watched = StopStrings(stops)
    so_far = b""
    for piece in _pieces(data, text.encode()):
        so_far += piece
        found = watched.append(piece)
        starts = {stop: so_far.find(stop.encode()) for stop in stops}
        there = {start for start in starts.values() if start >= 0}
        if not there:
            assert found is None
            continue
        assert found is not None
        assert found.length == min(there)
        assert starts[found.stop] == found.length
        return


@given(data=st.data(), text=texts, stops=stop_lists)
def test_what_is_safe_is_as_much_as_can_be(
    data: st.DataObject, text: str, stops: list[str]
) -> None:
    watched = StopStrings(stops)
    for piece in _pieces(data, text.encode()):
        if watched.append(piece) is not None:
            return
    whole = text.encode()
    held = [
        start
        for start in range(len(whole))
        if any(stop.encode().startswith(whole[start:]) for stop in stops)
    ]
    assert watched.safe == min(held, default=len(whole))


@given(data=st.data(), text=texts, stops=stop_lists, then=texts)
def test_what_is_taken_back_is_as_if_it_had_never_been(
    data: st.DataObject, text: str, stops: list[str], then: str
) -> None:
    assume(not any(stop in text for stop in stops))
    watched = StopStrings(stops)
    pieces = _pieces(data, text.encode())
    for piece in pieces:
        watched.append(piece)
    length = data.draw(st.integers(0, len(pieces)))
    watched.truncate(length)
    fresh = StopStrings(stops)
    for piece in pieces[:length]:
        fresh.append(piece)
    assert len(watched) == len(fresh) == length
    assert watched.safe == fresh.safe
    assert watched.append(then.encode()) == fresh.append(then.encode())


def test_the_longest_of_those_that_begin_together_is_named() -> None:
    assert StopStrings(["\n", "\n\n"]).append(b"so\n\nit") == Stopped(length=2, stop="\n\n")


def test_without_stops_nothing_stops_and_all_is_safe() -> None:
    watched = StopStrings([])
    assert watched.append(b"anything") is None
    assert watched.safe == 8
