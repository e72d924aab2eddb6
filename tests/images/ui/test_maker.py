"""One request in flight, the newest wishes next, late answers only where they are better."""

from pathlib import Path
from typing import Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from studio.contract.errors import GraphFailed, HostCrashed, HostUnavailable
from studio.contract.recipe import Fingerprint, Recipe
from studio.images.ui.maker import (
    MOST_AT_ONCE,
    MakingDone,
    MakingFailed,
    PictureArrived,
    PictureMaker,
    wish_key,
)
from tests.images.ui.conftest import FakeHost

FOLDER = Path("model")


def _wishes(first: int, count: int, truncation: float = 1.0) -> list[tuple[int, Recipe]]:
    return [
        (place, Recipe(model="m", seed=first + place, controls={"truncation": truncation}))
        for place in range(count)
    ]


class Listener:
    def __init__(self, maker: PictureMaker) -> None:
        self.arrived: list[PictureArrived] = []
        self.failed: list[MakingFailed] = []
        self.done: list[MakingDone] = []
        maker.made.connect(self.arrived.append)
        maker.failed.connect(self.failed.append)
        maker.all_made.connect(self.done.append)


@pytest.fixture
def maker(host: FakeHost) -> PictureMaker:
    return PictureMaker(host.as_bridge())


def test_everything_wanted_is_made_once_and_then_held(host: FakeHost, maker: PictureMaker) -> None:
    heard = Listener(maker)
    wishes = _wishes(0, 50)
    maker.want(FOLDER, wishes)
    assert len(host.open) == 1
    host.answer_all()
    assert [event.place for event in heard.arrived] == list(range(50))
    assert len(heard.done) == 1
    asked = len(host.requests)
    maker.want(FOLDER, wishes)
    assert len(host.requests) == asked
    assert all(maker.get(wish_key(recipe)) is not None for _, recipe in wishes)


def test_a_made_recipe_finds_the_picture_that_its_wish_asked_for(
    host: FakeHost, maker: PictureMaker
) -> None:
    wishes = _wishes(0, 1)
    maker.want(FOLDER, wishes)
    host.answer_all()
    made = maker.get(wish_key(wishes[0][1]))
    assert made is not None
    assert made.recipe.latent is not None
    again = maker.get(wish_key(made.recipe))
    assert again is not None
    assert again.recipe == made.recipe


@pytest.mark.parametrize(("precision", "single"), [("float32", True), ("float16", False)])
def test_a_picture_is_remade_in_the_precision_it_was_made_in_and_others_as_ever(
    host: FakeHost, maker: PictureMaker, precision: Literal["float32", "float16"], single: bool
) -> None:
    wishes = _wishes(0, 1)
    maker.want(FOLDER, wishes)
    host.answer_all()
    made = maker.get(wish_key(wishes[0][1]))
    assert made is not None
    making = Fingerprint(
        onnxruntime="1",
        provider="CUDAExecutionProvider",
        device="Card",
        precision=precision,
        optimisation="all",
    )
    kept = msgspec.structs.replace(made.recipe, making=making)
    asked = len(host.requests)
    maker.remake(kept)
    maker.want(FOLDER, [(0, kept), *((place + 1, wish) for place, wish in _wishes(7, 3))])
    host.answer_all()
    sent = [(len(request.recipes), request.single) for _, request in host.requests[asked:]]
    assert sent == ([(1, True), (3, False)] if single else [(4, False)])


def test_another_wall_gives_up_what_is_in_flight(host: FakeHost, maker: PictureMaker) -> None:
    heard = Listener(maker)
    maker.want(FOLDER, _wishes(0, 8))
    maker.want(FOLDER, _wishes(100, 8))
    assert host.given_up == [1]
    host.send_picture(1, 0)
    assert heard.arrived == []
    host.end_cancelled(1)
    host.answer_all()
    assert [event.picture.recipe.seed for event in heard.arrived] == list(range(100, 108))


def test_what_is_still_wanted_is_not_given_up(host: FakeHost, maker: PictureMaker) -> None:
    maker.want(FOLDER, _wishes(0, 8))
    maker.want(FOLDER, _wishes(0, 16))
    assert host.given_up == []
    host.answer_all()
    assert len(host.requests) == 2
    assert len(host.request(2).recipes) == 8


@settings(max_examples=30, deadline=None)
@given(moves=st.lists(st.tuples(st.floats(0.1, 1.5), st.booleans()), min_size=1, max_size=30))
def test_while_a_slider_moves_one_request_flies_and_pictures_never_go_back(
    qapp: QApplication, moves: list[tuple[float, bool]]
) -> None:
    host = FakeHost()
    maker = PictureMaker(host.as_bridge())
    last = moves[-1][0]
    shown: dict[int, object] = {}
    maker.made.connect(
        lambda event: shown.update({event.place: event.picture.recipe.controls["truncation"]})
    )

    def want(value: float, *, live: bool) -> None:
        wishes = _wishes(0, 12, value)
        maker.want(FOLDER, wishes, live=live)
        for place, recipe in wishes:  # a wall shows at once what is held
            if maker.get(wish_key(recipe)) is not None:
                shown[place] = value

    for value, answered in moves:
        want(value, live=True)
        if host.open and answered:
            host.answer()
        assert len(host.open) <= 1
        held = [p for p, r in _wishes(0, 12, value) if maker.get(wish_key(r)) is not None]
        assert all(shown[place] == value for place in held)
    want(last, live=False)
    host.answer_all()
    assert shown == dict.fromkeys(range(12), last)


def test_a_late_picture_is_shown_while_the_slider_moves_and_marked_as_late(
    host: FakeHost, maker: PictureMaker
) -> None:
    heard = Listener(maker)
    maker.want(FOLDER, _wishes(0, 4, 0.5), live=True)
    maker.want(FOLDER, _wishes(0, 4, 0.6), live=True)
    host.send_picture(1, 0)
    assert [event.is_current for event in heard.arrived] == [False]
    assert heard.arrived[0].picture.recipe.controls["truncation"] == 0.5


def test_late_pictures_of_an_earlier_drag_are_dropped(host: FakeHost, maker: PictureMaker) -> None:
    heard = Listener(maker)
    maker.want(FOLDER, _wishes(0, 4, 0.5), live=True)
    maker.want(FOLDER, _wishes(50, 4, 0.5))
    maker.want(FOLDER, _wishes(50, 4, 0.7), live=True)
    host.send_picture(1, 0)
    assert heard.arrived == []


def test_requests_are_short_while_something_moves(host: FakeHost, maker: PictureMaker) -> None:
    maker.want(FOLDER, _wishes(0, 100), live=True)
    assert len(host.request(1).recipes) < MOST_AT_ONCE
    assert host.request(1).recipes[0].seed == 0


def test_a_failure_is_told_once_and_stops_until_retried(
    host: FakeHost, maker: PictureMaker
) -> None:
    heard = Listener(maker)
    maker.want(FOLDER, _wishes(0, 4))
    host.fail(1, GraphFailed(file="g", fault="it broke"))
    assert len(heard.failed) == 1
    assert heard.failed[0].folder == FOLDER
    assert host.open == []
    maker.retry(FOLDER)
    assert host.forgiven == [FOLDER]
    host.answer_all()
    assert len(heard.arrived) == 4


@pytest.mark.parametrize("told_first", ["failure", "loss"])
def test_a_host_that_dies_and_returns_is_asked_again(
    host: FakeHost, maker: PictureMaker, told_first: str
) -> None:
    heard = Listener(maker)
    maker.want(FOLDER, _wishes(0, 4))
    error = HostCrashed(fault="killed")
    if told_first == "failure":
        host.fail(1, error)
    host.die(error, retry_in=0.1)
    assert host.open == []
    assert heard.failed == []
    host.come_back()
    host.answer_all()
    assert len(heard.arrived) == 4


def test_a_host_that_is_gone_for_good_is_told(host: FakeHost, maker: PictureMaker) -> None:
    heard = Listener(maker)
    maker.want(FOLDER, _wishes(0, 4))
    host.die(HostUnavailable(fault="no"), retry_in=None)
    assert len(heard.failed) == 1
    maker.want(FOLDER, _wishes(4, 4))
    assert len(host.open) == 1


def test_a_client_that_was_closed_is_told_like_any_failure(
    host: FakeHost, maker: PictureMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Listener(maker)

    def refuse(_request: object) -> int:
        raise HostUnavailable(fault="it was closed")

    monkeypatch.setattr(host, "generate", refuse)
    maker.want(FOLDER, _wishes(0, 4))
    assert [type(event.error) for event in heard.failed] == [HostUnavailable]
    assert not maker.is_making


def test_the_users_own_cancel_is_final_until_something_else_is_wanted(
    host: FakeHost, maker: PictureMaker
) -> None:
    heard = Listener(maker)
    maker.want(FOLDER, _wishes(0, 4))
    host.end_cancelled(1)
    assert host.open == []
    assert heard.failed == []
    maker.want(FOLDER, _wishes(0, 5))
    assert len(host.open) == 1


def test_a_forgotten_picture_is_made_anew(host: FakeHost, maker: PictureMaker) -> None:
    wishes = _wishes(0, 2)
    maker.want(FOLDER, wishes)
    host.answer_all()
    maker.forget(wish_key(wishes[1][1]))
    maker.want(FOLDER, wishes)
    assert [recipe.seed for recipe in host.request(2).recipes] == [1]


def held_of(maker: PictureMaker, wishes: list[tuple[int, Recipe]]) -> int:
    return sum(maker.get(wish_key(recipe)) is not None for _, recipe in wishes)


def test_of_small_pictures_no_more_is_held_than_their_recipes_leave_room_for(
    host: FakeHost,
) -> None:
    # 8 x 8 pixels are 192 bytes: by these alone all of them would have room.
    maker = PictureMaker(host.as_bridge(), held_bytes=1_000_000)
    wishes = _wishes(0, 2_000)
    for first in range(0, len(wishes), 50):
        maker.want(FOLDER, wishes[first : first + 50])
        host.answer_all()
    assert MOST_AT_ONCE < held_of(maker, wishes) < len(wishes) / 4
    assert held_of(maker, wishes[-50:]) == 50


def test_more_than_may_be_held_is_made_once_and_held_while_it_is_wanted(host: FakeHost) -> None:
    maker = PictureMaker(host.as_bridge(), held_bytes=1)
    heard = Listener(maker)
    wishes = _wishes(0, 5 * MOST_AT_ONCE)
    maker.want(FOLDER, wishes)
    for _ in range(20):  # five answers do; those who remake what they let go never end
        if host.open:
            host.answer()
    assert len(heard.arrived) == len(wishes)
    assert len(heard.done) == 1
    assert held_of(maker, wishes) == len(wishes)
    maker.want(FOLDER, wishes[:1])
    assert held_of(maker, wishes) <= MOST_AT_ONCE


def test_what_nobody_wants_any_more_is_let_go_down_to_what_may_be_held(host: FakeHost) -> None:
    maker = PictureMaker(host.as_bridge(), held_bytes=1)
    wishes = _wishes(0, 3 * MOST_AT_ONCE)
    maker.want(FOLDER, wishes)
    host.answer_all()
    maker.stop()
    assert held_of(maker, wishes) <= MOST_AT_ONCE
