"""Styles, traits and enlargings reach whoever asked, and nothing else is believed."""

import pytest

from studio.contract.enlarging import EnlargePicture, EnlargeReport
from studio.contract.errors import HostProtocol
from studio.contract.recipe import Enlarged, Recipe
from studio.contract.traits import FoundTrait, FoundTraits, TraitSearch
from studio.host.client import (
    Cancelled,
    Failed,
    FindTraits,
    Finished,
    HostClient,
    MapStyles,
    Progress,
    StylesMapped,
    TraitBetween,
    TraitsFound,
)
from studio.host.messages import Done, StylesMade, Work
from tests.host.fake import Events, FakeHosts, FakeProcess

FOUND = FoundTraits(
    space="latent", dimension=1, traits=(FoundTrait(direction=b"\0" * 4),), method="pictures"
)
REPORT = EnlargeReport(
    file="large.png", width=8, height=8, channels=3,
    enlarged=Enlarged(method="nearest", factor=2), has_recipe=False, has_profile=False,
    seconds=0.1,
)  # fmt: skip


@pytest.fixture
def mapping(client: HostClient, host: FakeProcess) -> int:
    """The number of a request for the styles of three recipes, which the host has begun."""
    recipes = tuple(Recipe(model="m", seed=seed) for seed in range(3))
    number = client.map_styles(MapStyles(folder="/models/m", recipes=recipes))
    assert host.next_work() == number
    return number


def _made(request: int, **changes: int) -> StylesMade:
    right = {"first": 0, "count": 2, "layers": 1, "dimension": 2}
    return StylesMade(request=request, **(right | changes))


def test_styles_come_in_parts_and_are_told_apart(
    mapping: int, host: FakeProcess, events: Events
) -> None:
    host.say(_made(mapping), body=b"firstfirsecondse")
    host.say(_made(mapping, first=2, count=1), body=b"thirdthi")
    host.done(mapping)
    told = [events.next(StylesMapped, Progress, Finished) for _ in range(5)]
    first, _, second, progress, finished = told
    assert isinstance(first, StylesMapped)
    assert isinstance(second, StylesMapped)
    assert [first.of(0), first.of(1), second.of(2)] == [b"firstfir", b"secondse", b"thirdthi"]
    for index in (-1, 2):
        with pytest.raises(IndexError):
            first.of(index)
    assert progress == Progress(request=mapping, done=3, total=3, stage="mapping")
    assert isinstance(finished, Finished)


@pytest.mark.parametrize(
    "changes",
    [
        {"first": 2}, {"first": -1}, {"count": 0}, {"count": 3}, {"layers": 0}, {"layers": 2},
        {"dimension": 3}, {"count": -2, "layers": -1},
    ],
)  # fmt: skip
def test_styles_that_were_not_asked_for_end_the_host(
    mapping: int, hosts: FakeHosts, host: FakeProcess, events: Events, changes: dict[str, int]
) -> None:
    host.say(_made(mapping, **changes), body=b"firstfirsecondse")
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, HostProtocol)
    assert host.killed
    assert hosts.next() is not host


def test_styles_for_whoever_asked_for_pictures_end_the_host(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.find_traits(FindTraits(folder="/models/m", search=TraitSearch()))
    assert host.next_work() == number
    host.say(_made(number, count=1), body=b"firstfir")
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, HostProtocol)


def test_styles_that_come_after_a_cancel_are_not_told(
    client: HostClient, mapping: int, host: FakeProcess, events: Events
) -> None:
    client.cancel(mapping)
    host.next_sent()
    host.say(_made(mapping), body=b"firstfirsecondse")
    host.done(mapping)
    told = events.next(StylesMapped, Finished, Cancelled)
    assert told == Cancelled(request=mapping)


@pytest.mark.parametrize("between", [False, True])
def test_what_a_search_found_is_told_before_its_end(
    client: HostClient, host: FakeProcess, events: Events, between: bool
) -> None:
    piles = ((Recipe(model="m", seed=1),), (Recipe(model="m", seed=2),))
    if between:
        request = TraitBetween(folder="/m", first=piles[0], second=piles[1])
        number = client.trait_between(request)
    else:
        number = client.find_traits(FindTraits(folder="/m", search=TraitSearch()))
    work = host.next_sent()
    assert isinstance(work, Work)
    host.say(Done(request=number, seconds=0.5, traits=FOUND))
    assert events.next(TraitsFound, Finished) == TraitsFound(request=number, found=FOUND)
    assert events.next(TraitsFound, Finished) == Finished(
        request=number, seconds=0.5, payload=FOUND
    )


def test_the_report_of_an_enlarging_comes_with_its_end(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    request = EnlargePicture(source="small.png", target="large.png", factor=2, method="nearest")
    number = client.enlarge(request)
    assert host.next_sent() == Work(request=number, work=request)
    host.say(Done(request=number, seconds=0.5, enlarged=REPORT))
    finished = events.next(Finished)
    assert isinstance(finished, Finished)
    assert finished.payload == REPORT
