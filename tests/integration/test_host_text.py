"""Texts through a real host: written, read, measured, cancelled, and made again to the letter."""

import queue
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from studio.contract.errors import (
    AtelierError,
    ModelMissing,
    RequestInvalid,
    TextModelInvalid,
    TextModelUnsupported,
)
from studio.contract.texts import (
    ChatMessage,
    InspectText,
    MiddleReport,
    RankMiddles,
    ReadingReport,
    ReadText,
    TextModelReport,
    TextRecipe,
    TextSettings,
    TextToken,
    WriteText,
    making_differences,
    to_make_again,
)
from studio.contract.writing import SETTINGS, TextConstraint
from studio.graphs.forms import FORMS
from studio.host.client import HostClient, HostSettings
from studio.host.events import (
    Cancelled,
    Failed,
    Finished,
    HostEvent,
    Progress,
    TextWritten,
    TokensRead,
    TokensWritten,
    WritingBegun,
)
from studio.host.messages import WRITING
from tests.graphs.gguf_files import TinyModel, byte_tokenizer, gguf_bytes, write_tiny_model
from tests.integration.hosts import PATIENCE, kill_host

PROMPT = "It is a truth universally"


class Lane:
    """A host for texts whose answers are waited for."""

    def __init__(self, cache: Path) -> None:
        self.events: queue.SimpleQueue[HostEvent] = queue.SimpleQueue()
        settings = HostSettings(lane=WRITING, provider="cpu", threads=1, cache_folder=cache)
        self.client = HostClient(settings, self.events.put)

    def answer(self, number: int) -> list[HostEvent]:
        """All that is said of a request; the last ends it."""
        found: list[HostEvent] = []
        while True:
            event = self.events.get(timeout=PATIENCE)
            if getattr(event, "request", None) != number:
                continue
            found.append(event)
            if isinstance(event, Finished | Failed | Cancelled):
                return found

    def write(self, request: WriteText) -> list[HostEvent]:
        return self.answer(self.client.write(request))

    def texts(self, request: WriteText) -> list[TextWritten]:
        events = self.write(request)
        assert isinstance(events[-1], Finished), events[-1]
        return [event for event in events if isinstance(event, TextWritten)]

    def fault(self, number: int) -> AtelierError:
        last = self.answer(number)[-1]
        assert isinstance(last, Failed), last
        return last.error


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    made = Lane(tmp_path_factory.mktemp("cache"))
    with made.client:
        yield made


def request(gguf: Path, **settings: object) -> WriteText:
    given = {"prompt": PROMPT, "max_tokens": 20, **settings}
    return WriteText(
        model=str(gguf), settings=msgspec.convert(given, TextSettings, from_attributes=True)
    )


def recipe_of(lane: Lane, wanted: WriteText) -> TextRecipe:
    [written] = lane.texts(wanted)
    return written.recipe


def test_texts_come_as_tokens_and_then_whole(lane: Lane, gguf: Path) -> None:
    wanted = msgspec.structs.replace(request(gguf, seed=5), count=3, alternatives=2)
    events = lane.write(wanted)
    begun = [event for event in events if isinstance(event, WritingBegun)]
    assert len(begun) == 1
    assert begun[0].completion.form == "exact"
    assert begun[0].completion.files.keys() == {"gguf"}
    for index in range(3):
        tokens = [
            token
            for event in events
            if isinstance(event, TokensWritten) and event.index == index
            for token in event.tokens
        ]
        [whole] = [e for e in events if isinstance(e, TextWritten) and e.index == index]
        assert "".join(token.text for token in tokens) == whole.text
        assert whole.recipe.settings.seed == 5 + index
        assert whole.recipe.ended in ("length", "end")
        assert all(len(token.alternatives) == 2 for token in tokens)
    assert isinstance(events[-1], Finished)


def test_a_recipe_makes_the_same_text_in_another_process(
    lane: Lane, gguf: Path, tmp_path: Path
) -> None:
    wanted = request(gguf, seed=11, bans=["the"], stops=["zq"], speculation=3)
    recipe = recipe_of(lane, msgspec.structs.replace(wanted, exact=True))
    other = Lane(tmp_path)
    with other.client:
        events = other.write(to_make_again(recipe, str(gguf)))
    [again] = [event for event in events if isinstance(event, TextWritten)]
    [begun] = [event for event in events if isinstance(event, WritingBegun)]
    assert making_differences(recipe, begun.completion) == ()
    assert again.recipe.text_sha256 == recipe.text_sha256


def test_exact_replay_owes_nothing_to_what_was_read_before(lane: Lane, gguf: Path) -> None:
    recipe = recipe_of(lane, msgspec.structs.replace(request(gguf, seed=3), exact=True))
    recipe_of(lane, request(gguf, prompt=f"{PROMPT} acknowledged"))
    assert recipe_of(lane, to_make_again(recipe, str(gguf))) == recipe


def test_a_form_is_written_through_the_model(lane: Lane, gguf: Path) -> None:
    form = TextConstraint(kind="regex", text="(aye|no), [0-9]{2}")
    [written] = lane.texts(request(gguf, constraint=msgspec.structs.asdict(form)))
    assert re.fullmatch(form.text, written.text)


def test_a_conversation_goes_through_the_models_template(lane: Lane, gguf: Path) -> None:
    settings = TextSettings(
        chat=(ChatMessage(role="user", content="Hello"),), max_tokens=4, prompt="Well"
    )
    [written] = lane.texts(WriteText(model=str(gguf), settings=settings))
    plain = recipe_of(lane, request(gguf, prompt="Hello", max_tokens=4))
    assert written.recipe.prompt_tokens > plain.prompt_tokens


@pytest.mark.parametrize(
    ("template", "kind", "words"),
    [
        ("{{ raise_exception('no system') }}", RequestInvalid, "no system"),
        ("{{ messages[7].content }}", RequestInvalid, "template"),
        ("{% if %}", TextModelInvalid, "template"),
        ("{% for i in range(10**9) %}{% for j in range(10**9) %}{% endfor %}{% endfor %}",
         TextModelInvalid, "template"),
        ("", RequestInvalid, "no template for conversations"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_serve_is_said(
    lane: Lane, tmp_path: Path, template: str, kind: type[AtelierError], words: str
) -> None:
    tokenizer = byte_tokenizer(chat_template=template)
    path = write_tiny_model(tmp_path / "odd.gguf", TinyModel(tokenizer=tokenizer))
    settings = TextSettings(chat=(ChatMessage(role="user", content="Hello"),), max_tokens=2)
    error = lane.fault(lane.client.write(WriteText(model=str(path), settings=settings)))
    assert type(error) is kind
    assert words in error.message
    assert lane.texts(request(path, max_tokens=2)), "without a conversation it writes"


def test_reading_adds_up_to_what_is_reported(lane: Lane, gguf: Path) -> None:
    text = f"{PROMPT} acknowledged, é中."
    wanted = ReadText(model=str(gguf), text=text, tokens=True, alternatives=3)
    events = lane.answer(lane.client.read(wanted))
    tokens = [t for event in events if isinstance(event, TokensRead) for t in event.tokens]
    assert "".join(token.text for token in tokens) == text
    last = events[-1]
    assert isinstance(last, Finished)
    report = last.payload
    assert isinstance(report, ReadingReport)
    assert report.bytes == len(text.encode())
    assert report.bits * 0.6931471805599453 == pytest.approx(-sum(t.logprob for t in tokens))
    for token in tokens[1:]:
        if token.rank < 3:
            assert token.alternatives[token.rank].id == token.id
    alone = lane.answer(lane.client.read(ReadText(model=str(gguf), text=text)))
    assert not [event for event in alone if isinstance(event, TokensRead)]


def test_middles_are_ranked_by_what_follows(lane: Lane, gguf: Path) -> None:
    wanted = RankMiddles(
        model=str(gguf), before="It is a truth ", middles=("", "universally "), after="acknowledged"
    )
    last = lane.answer(lane.client.rank_middles(wanted))[-1]
    assert isinstance(last, Finished)
    assert isinstance(last.payload, MiddleReport)
    assert len(last.payload.after) == len(last.payload.middle) == 2
    assert last.payload.middle[0] == 0
    assert max(last.payload.after) < 0


def test_a_model_says_its_forms_and_what_they_lose(lane: Lane, gguf: Path) -> None:
    events = lane.answer(lane.client.inspect_text(InspectText(model=str(gguf))))
    last = events[-1]
    assert isinstance(last, Finished)
    report = last.payload
    assert isinstance(report, TextModelReport)
    assert (report.title, report.kind, report.architecture) == ("Tiny", "gguf", "llama")
    assert report.chat
    first, *others = report.forms
    assert (first.name, first.loss, first.divergence) == ("exact", 0.0, None)
    assert others
    for form in others:
        assert form.divergence is not None
        assert 0 <= form.divergence < 0.5
        assert form.agreement is not None
        assert form.agreement > 0.5
        assert form.tokens == report.context
    stages = {event.stage for event in events if isinstance(event, Progress)}
    assert {"loading", "measuring"} <= stages


def test_a_cancel_leaves_a_recipe_that_makes_what_was_told(lane: Lane, gguf: Path) -> None:
    wanted = request(
        gguf, max_tokens=200, seed=8, sampler=msgspec.structs.asdict(SETTINGS["plain"])
    )
    number = lane.client.write(wanted)
    told: list[TextToken] = []
    completion = None
    while True:
        event = lane.events.get(timeout=PATIENCE)
        if isinstance(event, WritingBegun):
            completion = event.completion
        elif isinstance(event, TokensWritten) and event.request == number:
            told += event.tokens
            if len(told) >= 5:
                lane.client.cancel(number)
        elif isinstance(event, Cancelled | Finished | Failed):
            break
    assert isinstance(event, Cancelled)
    assert completion is not None
    text = "".join(token.text for token in told)
    recipe = completion.recipe(
        wanted, 0, text=text, tokens=len(told), ended="cancelled", probabilities=()
    )
    assert recipe_of(lane, to_make_again(recipe, str(gguf))).text_sha256 == recipe.text_sha256


def test_a_killed_host_is_started_again_and_writes(lane: Lane, gguf: Path) -> None:
    before = recipe_of(lane, msgspec.structs.replace(request(gguf, seed=2), exact=True))
    assert kill_host(lane.client)
    again = recipe_of(lane, msgspec.structs.replace(request(gguf, seed=2), exact=True))
    assert again == before


def test_a_prompt_longer_than_the_context_is_refused(lane: Lane, gguf: Path) -> None:
    error = lane.fault(lane.client.write(request(gguf, prompt="word " * 400)))
    assert isinstance(error, RequestInvalid)
    assert "reads at most 256" in error.message


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"prompt": ""}, "empty"),
        ({"constraint": {"kind": "regex", "text": "(("}}, "regular expression"),
        ({"constraint": {"kind": "json_schema", "text": "[]"}}, "schema"),
        ({"sampler": {"logit_bias": {99_999: 1.0}}}, "99999"),
        ({"chat": [{"role": "user", "content": "\0"}], "now": "2026-01-31"}, ""),
    ],
)
def test_what_the_model_cannot_do_is_one_sentence(
    lane: Lane, gguf: Path, settings: dict[str, object], words: str
) -> None:
    last = lane.write(request(gguf, **settings))[-1]
    if words:
        assert isinstance(last, Failed)
        assert isinstance(last.error, RequestInvalid)
        assert words in last.error.message
    else:
        assert isinstance(last, Finished)


def test_the_end_of_the_context_is_said(lane: Lane, gguf: Path) -> None:
    bias = {"logit_bias": {0: -100.0, 1: -100.0, 2: -100.0}}
    [written] = lane.texts(request(gguf, max_tokens=1000, stops=["never met"], sampler=bias))
    assert written.recipe.ended == "context"


def _damaged(path: Path, kind: str) -> Path:
    whole = path.with_name("whole.gguf")
    write_tiny_model(whole)
    data = whole.read_bytes()
    if kind == "cut":
        path.write_bytes(data[: len(data) * 2 // 3])
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "noise":
        path.write_bytes(b"GGUF" + bytes(range(256)) * 4)
    elif kind == "lying":
        path.write_bytes(data[:8] + (2**60).to_bytes(8, "little") + data[16:])
    else:
        path.write_bytes(gguf_bytes({"general.architecture": "mamba"}, {}))
    return path


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("cut", TextModelInvalid),
        ("empty", TextModelInvalid),
        ("noise", TextModelInvalid),
        ("lying", TextModelInvalid),
        ("foreign", TextModelUnsupported),
    ],
)
def test_a_damaged_or_foreign_file_is_one_sentence_that_names_it(
    lane: Lane, tmp_path: Path, kind: str, error: type[AtelierError]
) -> None:
    path = _damaged(tmp_path / "odd.gguf", kind)
    found = lane.fault(lane.client.write(request(path)))
    if kind == "noise":
        assert isinstance(found, TextModelInvalid | TextModelUnsupported)
    else:
        assert type(found) is error
    assert str(path) in found.message


def test_a_file_that_is_not_there_is_said(lane: Lane, tmp_path: Path) -> None:
    found = lane.fault(lane.client.write(request(tmp_path / "no.gguf")))
    assert isinstance(found, ModelMissing)


def test_a_form_that_a_model_does_not_have_is_refused_with_those_that_it_has(
    lane: Lane, gguf: Path
) -> None:
    found = lane.fault(lane.client.write(msgspec.structs.replace(request(gguf), form="best")))
    assert isinstance(found, RequestInvalid)
    assert "exact" in found.message


def test_forms_can_be_asked_for_in_any_order(lane: Lane, tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path / "fresh.gguf", TinyModel(seed=3))
    for form in reversed(FORMS):
        [written] = lane.texts(msgspec.structs.replace(request(path), form=form.name))
        assert written.recipe.form == form.name


def test_a_changed_file_is_opened_anew(lane: Lane, tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path / "changing.gguf", TinyModel(seed=1))
    first = recipe_of(lane, request(path))
    write_tiny_model(path, TinyModel(seed=2))
    second = recipe_of(lane, request(path))
    assert first.files != second.files
