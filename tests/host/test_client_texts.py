"""Texts and readings reach whoever asked, each with its recipe, and nothing else is believed."""

import pytest

from studio.contract.errors import HostProtocol
from studio.contract.recipe import Fingerprint
from studio.contract.texts import (
    InspectText,
    MiddleReport,
    RankMiddles,
    ReadingReport,
    ReadText,
    ReadToken,
    TextCompletion,
    TextModelReport,
    TextSettings,
    TextToken,
    WriteText,
    text_sha256,
)
from studio.host.client import (
    Cancelled,
    Failed,
    Finished,
    HostClient,
    HostSettings,
    TextWritten,
    TokensRead,
    TokensWritten,
    WritingBegun,
)
from studio.host.messages import (
    BACKGROUND,
    WRITING,
    Done,
    FromHost,
    TextAdvanced,
    TextBegun,
    TextMade,
    TextRead,
    Work,
    folder_of,
)
from studio.runtime.arbiter import lane_threads, usable_cores
from tests.host.fake import Events, FakeHosts, FakeProcess

COMPLETION = TextCompletion(
    studio="1",
    model="tiny",
    files={"gguf": "0" * 64},
    form="exact",
    prompt_tokens=3,
    reused=0,
    context=256,
    making=Fingerprint(onnxruntime="1", provider="CPUExecutionProvider", device="fake"),
)
REQUEST = WriteText(model="/models/m", settings=TextSettings(prompt="x", seed=5), count=2)


def _token(text: str) -> TextToken:
    return TextToken(id=1, text=text, logprob=-1.0, probability=0.5)


def _begun(number: int) -> TextBegun:
    return TextBegun(request=number, completion=COMPLETION)


def _advanced(number: int, index: int, *texts: str) -> TextAdvanced:
    return TextAdvanced(request=number, index=index, tokens=tuple(map(_token, texts)))


def _made(number: int, index: int) -> TextMade:
    return TextMade(request=number, index=index, ended="length", tokens=2)


@pytest.fixture
def writing(client: HostClient, host: FakeProcess) -> int:
    """The number of a request for two texts, which the host has taken."""
    number = client.write(REQUEST)
    assert host.next_work() == number
    return number


def test_texts_come_as_tokens_and_whole_with_their_recipes(
    writing: int, host: FakeProcess, events: Events
) -> None:
    host.say(
        _begun(writing),
        _advanced(writing, 0, "On", "ce"),
        _made(writing, 0),
        _advanced(writing, 1, "Twi"),
        _advanced(writing, 1, "ce"),
        _made(writing, 1),
    )
    host.done(writing)
    told = [events.next() for _ in range(7)]
    assert isinstance(told[0], WritingBegun)
    assert [e.index for e in told if isinstance(e, TokensWritten)] == [0, 1, 1]
    wholes = [event for event in told if isinstance(event, TextWritten)]
    assert [whole.text for whole in wholes] == ["Once", "Twice"]
    for index, whole in enumerate(wholes):
        assert whole.recipe.settings.seed == 5 + index
        assert whole.recipe.text_sha256 == text_sha256(whole.text)
        assert whole.recipe.model == "tiny"
    assert isinstance(told[-1], Finished)


def _too_early(number: int) -> list[FromHost]:
    return [_advanced(number, 0, "x")]


def _of_no_text(number: int) -> list[FromHost]:
    return [_begun(number), _advanced(number, 2, "x")]


def _twice(number: int) -> list[FromHost]:
    return [_begun(number), _made(number, 0), _made(number, 0)]


def _a_reading(number: int) -> list[FromHost]:
    return [TextRead(request=number, tokens=())]


@pytest.mark.parametrize("said", [_too_early, _of_no_text, _twice, _a_reading])
def test_texts_that_were_not_asked_for_end_the_host(
    said: object, writing: int, host: FakeProcess, events: Events
) -> None:
    assert callable(said)
    host.say(*said(writing))
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, HostProtocol)
    assert host.killed


def test_a_text_in_answer_to_a_reading_ends_the_host(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    number = client.read(ReadText(model="/models/m", text="x"))
    assert host.next_work() == number
    host.say(_begun(number))
    failed = events.next(Failed)
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, HostProtocol)


def test_nothing_of_a_text_comes_after_its_cancel(
    writing: int, client: HostClient, host: FakeProcess, events: Events
) -> None:
    host.say(_begun(writing), _advanced(writing, 0, "On"))
    assert isinstance(events.next(), WritingBegun)
    assert isinstance(events.next(), TokensWritten)
    client.cancel(writing)
    host.next_sent()
    host.say(_advanced(writing, 0, "ce"), _made(writing, 0))
    host.done(writing)
    assert isinstance(events.next(), Cancelled)
    assert events.rest() == []


def test_readings_and_reports_come_back(
    client: HostClient, host: FakeProcess, events: Events
) -> None:
    reading = ReadingReport(tokens=1, bytes=2, bits=3.0, context=4, model="tiny")
    assert reading.bits_per_byte == 1.5
    middles = MiddleReport(after=(-1.0,), middle=(0.0,), tokens=(1,), unseen=(0,))
    model = TextModelReport(model="tiny", kind="gguf", vocabulary=1, context=2, chat=False)
    number = client.read(ReadText(model="/models/m", text="x", tokens=True))
    assert host.next_work() == number
    token = ReadToken(id=1, text="x", logprob=-1.0, rank=0)
    host.say(
        TextRead(request=number, tokens=(token,)),
        Done(request=number, seconds=0.1, reading=reading),
    )
    read = events.next(TokensRead)
    assert isinstance(read, TokensRead)
    assert read.tokens == (token,)
    finished = events.next(Finished)
    assert isinstance(finished, Finished)
    assert finished.payload == reading
    ranking = RankMiddles(model="/m", before="", middles=("",), after="x")
    number = client.rank_middles(ranking)
    assert host.next_work() == number
    host.say(Done(request=number, seconds=0.1, middles=middles))
    finished = events.next(Finished)
    assert isinstance(finished, Finished)
    assert finished.payload == middles
    number = client.inspect_text(InspectText(model="/m"))
    assert host.next_work() == number
    host.say(Done(request=number, seconds=0.1, text_model=model))
    finished = events.next(Finished)
    assert isinstance(finished, Finished)
    assert finished.payload == model


def test_a_text_model_that_crashes_its_host_twice_is_set_aside(
    hosts: FakeHosts, events: Events
) -> None:
    with HostClient(HostSettings(lane=WRITING), events) as client:
        for _ in range(2):
            number = client.write(REQUEST)
            host = hosts.next()
            host.greet()
            host.next_work()
            host.say(_begun(number))
            host.die()
            assert isinstance(events.next(Failed), Failed)
        host = hosts.next()
        host.greet()
        client.write(REQUEST)
        failed = events.next(Failed)
        assert isinstance(failed, Failed)
        assert failed.error.code == "ModelSetAside"


def test_every_text_request_names_its_model() -> None:
    for work in (
        REQUEST,
        ReadText(model="/models/m", text=""),
        RankMiddles(model="/models/m", before="", middles=(), after=""),
        InspectText(model="/models/m"),
    ):
        assert folder_of(work) == "/models/m"
        assert folder_of(Work(request=1, work=work).work) == "/models/m"


def test_lanes_that_run_beside_each_other_are_told_so(hosts: FakeHosts, events: Events) -> None:
    both = ("images", WRITING)
    with HostClient(HostSettings(lane=WRITING, lanes=both), events):
        setup = hosts.next().setup
    assert (setup.lane, setup.lanes) == (WRITING, both)
    shares = [lane_threads(lane, both) for lane in both]
    assert sum(shares) == max(2, usable_cores())
    for alone in (WRITING, BACKGROUND):
        assert lane_threads(alone, (alone,)) == usable_cores()
