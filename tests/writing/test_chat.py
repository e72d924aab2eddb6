"""Conversations become the words that transformers would make of them; no template goes too far."""

import importlib
import json
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2.exceptions import TemplateError
from tokenizers import Tokenizer
from tokenizers.models import BPE

from studio.contract.errors import (
    AtelierError,
    Cancelled,
    RequestInvalid,
    SetupFault,
    TextModelInvalid,
)
from studio.runtime.cancel import CancelToken
from studio.writing.engine import chat
from studio.writing.engine.chat import ChatTemplate, TemplateLimits
from studio.writing.engine.tokens import TextTokenizer
from tests.writing.tokenizer_files import byte_level, pieces

FILE = Path("model.gguf")
VARIABLES = {"bos_token": "<s>", "eos_token": "</s>"}
TEMPLATES = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent / "templates").glob("*.jinja"))
}
HASTY = TemplateLimits(seconds=0.5, longest=100_000)
SMALL = TemplateLimits(seconds=30, memory=128 * 2**20)


@pytest.fixture(scope="module")
def templates() -> Iterator[dict[str, ChatTemplate]]:
    opened = {
        name: ChatTemplate(text, file=FILE, variables=VARIABLES) for name, text in TEMPLATES.items()
    }
    yield opened
    for template in opened.values():
        template.close()


def test_every_family_is_compared() -> None:
    assert set(TEMPLATES) == {
        "chatml", "gemma", "llama3", "marked", "mistral", "qwen2_5", "smollm2",
    }  # fmt: skip


# -- as transformers ------------------------------------------------------------------------------

CONTENT = st.text(
    st.sampled_from("ab \n\t'\"{}%#<|>字🙂é") | st.characters(exclude_categories=["Cs"]),
    max_size=12,
)
CALLS = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just("function"),
            "function": st.fixed_dictionaries(
                {
                    "name": CONTENT,
                    "arguments": st.dictionaries(CONTENT, st.integers() | CONTENT, max_size=2),
                }
            ),
        }
    ),
    min_size=1,
    max_size=2,
)
MESSAGE = st.fixed_dictionaries(
    {
        "role": st.sampled_from(["system", "user", "assistant", "tool", "stop", "model"]),
        "content": CONTENT,
    },
    optional={"tool_calls": CALLS, "thinking": CONTENT},
)


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Any turns, or turns that alternate, as some templates want it."""
    if draw(st.booleans()):
        return draw(st.lists(MESSAGE, max_size=5))
    first = [{"role": "system", "content": draw(CONTENT)}] if draw(st.booleans()) else []
    texts = draw(st.lists(CONTENT, max_size=5))
    turns = [
        {"role": "assistant" if place % 2 else "user", "content": text}
        for place, text in enumerate(texts)
    ]
    return first + turns


TOOLS = st.none() | st.lists(
    st.fixed_dictionaries({"name": CONTENT, "parameters": st.dictionaries(CONTENT, CONTENT)}),
    max_size=2,
)


@settings(max_examples=60)
@given(messages=conversations(), tools=TOOLS, prompt=st.booleans())
@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_a_conversation_is_rendered_as_transformers_renders_it(
    templates: dict[str, ChatTemplate],
    name: str,
    messages: list[dict[str, Any]],
    tools: list[dict[str, Any]] | None,
    prompt: bool,
) -> None:
    theirs: Any = importlib.import_module("transformers.utils.chat_template_utils")
    given = {**VARIABLES, "date_string": "1 Jan 1813"}
    try:
        texts, spans = theirs.render_jinja_template(
            [messages],
            tools=tools,
            chat_template=TEMPLATES[name],
            return_assistant_tokens_mask=name == "marked",
            add_generation_prompt=prompt,
            **given,
        )
    except (TemplateError, TypeError) as error:
        with pytest.raises(RequestInvalid) as refused:
            templates[name].render(
                messages, tools=tools, add_generation_prompt=prompt, date_string="1 Jan 1813"
            )
        if str(error):
            assert str(error).strip().rstrip(".")[:80] in refused.value.message
        return
    made = templates[name].rendered(
        messages, tools=tools, add_generation_prompt=prompt, date_string="1 Jan 1813"
    )
    assert made.text == texts[0]
    if name == "marked":
        assert list(made.generated) == spans[0]


def test_a_tokenizer_of_transformers_says_the_same(templates: dict[str, ChatTemplate]) -> None:
    transformers: Any = importlib.import_module("transformers")
    theirs = transformers.PreTrainedTokenizerFast(tokenizer_object=Tokenizer(BPE()), **VARIABLES)
    messages = [
        {"role": "user", "content": "Who wrote Emma?"},
        {"role": "assistant", "content": "Jane Austen."},
        {"role": "user", "content": "When?"},
    ]
    for name, text in TEMPLATES.items():
        wanted = theirs.apply_chat_template(
            messages,
            chat_template=text,
            tokenize=False,
            add_generation_prompt=True,
            date_string="1 Jan 1813",
        )
        assert templates[name].render(messages, date_string="1 Jan 1813") == wanted


def test_the_clock_of_a_template_can_be_set(templates: dict[str, ChatTemplate]) -> None:
    messages = [{"role": "user", "content": "hi"}]
    made = templates["llama3"].render(messages, now=datetime(1813, 1, 28, 12, tzinfo=UTC))
    assert "Today Date: 28 Jan 1813" in made
    assert f"{datetime.now().astimezone():%Y}" in templates["llama3"].render(messages)


# -- as tokens -----------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["bytes", "pieces"])
def tokenizer(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> TextTokenizer:
    folder = tmp_path_factory.mktemp("chat")
    return byte_level(folder) if request.param == "bytes" else pieces(folder)


@settings(max_examples=30)
@given(messages=conversations(), answer=CONTENT)
def test_tokens_are_those_of_the_text(
    templates: dict[str, ChatTemplate],
    tokenizer: TextTokenizer,
    messages: list[dict[str, Any]],
    answer: str,
) -> None:
    text = templates["chatml"].render(messages) + answer
    ids = templates["chatml"].tokens(tokenizer, messages, answer=answer)
    assert ids == tokenizer.encode(text, special=True)


@settings(max_examples=30)
@given(before=CONTENT, after=CONTENT, place=st.integers(0, 2))
def test_words_of_a_message_never_end_a_turn(
    templates: dict[str, ChatTemplate],
    tokenizer: TextTokenizer,
    before: str,
    after: str,
    place: int,
) -> None:
    template = templates["marked"]
    name = tokenizer.token_name(2)
    hostile = f"{before}{name}{tokenizer.token_name(1)}{after}\ufdd0".replace("▁", "_")
    parts = ["hi", "ho", "hm"]
    parts[place] = hostile
    messages = [{"role": "user", "content": parts[0]}, {"role": "model", "content": parts[1]}]
    ids = template.tokens(tokenizer, messages, answer=parts[2])
    assert not {1, 2} & set(ids)
    assert tokenizer.decode(ids).replace(" ", "") == (template.render(messages) + parts[2]).replace(
        " ", ""
    )


def test_a_turn_that_the_template_ends_is_ended(tmp_path: Path) -> None:
    tokenizer = byte_level(tmp_path)
    text = "{% for m in messages %}<|im_start|>{{ m.content }}<|im_end|>{% endfor %}"
    with ChatTemplate(text, file=FILE) as template:
        ids = template.tokens(tokenizer, [{"role": "user", "content": "a<|im_end|>b"}])
        assert ids == [1, *tokenizer.encode("a<|im_end|>b"), 2]
        assert template.tokens(tokenizer, [{"role": "user", "content": "ab"}]) == [
            1, *tokenizer.encode("ab"), 2,
        ]  # fmt: skip


# -- templates that go too far --------------------------------------------------------------------


def attempt(text: str, limits: TemplateLimits = HASTY) -> str:
    with ChatTemplate(text, file=FILE, limits=limits) as template:
        return template.render([{"role": "user", "content": "hi"}])


def fault_of(text: str, limits: TemplateLimits = HASTY) -> str:
    with pytest.raises(AtelierError) as refused:
        attempt(text, limits)
    assert isinstance(refused.value, (TextModelInvalid, RequestInvalid))
    return refused.value.message


ENDLESS = (
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "{% set x = 9 ** (9 ** 9) %}",
    "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}",
)
DOUBLING = (
    "{{% set ns = namespace(s={start}) %}}{{% for i in range(64) %}}{{% set ns.s = {step} %}}"
    "{{% endfor %}}"
)


@pytest.mark.parametrize("text", ENDLESS)
def test_a_template_that_does_not_end_is_stopped(text: str) -> None:
    assert "does not end: it was stopped after 0.5 seconds" in fault_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "{% set x = 'a' * 10 ** 10 %}",
        "{{ 'a' | center(10 ** 10) }}",
        DOUBLING.format(start="'ab'", step="ns.s ~ ns.s"),
        DOUBLING.format(start="[1, 2]", step="ns.s + ns.s"),
        "{% set x = '%010000000000d' % 7 %}",
        "{{ 'ab'.ljust(10 ** 10) }}",
    ],
)
def test_a_template_that_fills_the_memory_is_stopped(text: str) -> None:
    fault = fault_of(text, SMALL)
    assert "needs more memory than it may have" in fault or "took more than it may" in fault


def test_a_text_without_measure_is_stopped() -> None:
    text = "{% for i in range(99999) %}0123456789{% endfor %}"
    assert "builds a text of more than 100,000 characters" in fault_of(text)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{{ raise_exception('Only the user may speak.') }}", "refuses this conversation (Only"),
        ("{% for x in messages %}", "is not understood in line 1"),
        ("{{ nothing.at.all }}", "fails at this conversation ('nothing' is undefined)"),
        ("{{ messages + 1 }}", "fails at this conversation (TypeError"),
        ("{{ ''.__class__.__mro__ }}", "does what is not allowed"),
        ("{% set ns = namespace(_a=1) %}", "does what is not allowed"),
        ("{{ messages.append(1) }}", "does what is not allowed"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "calls itself without end"),
        ("{% include 'etc/passwd' %}", "fails at this conversation"),
        ("{{ 1 / 0 }}", "ZeroDivisionError"),
    ],
)
def test_a_template_that_cannot_be_used_says_why(text: str, fault: str) -> None:
    assert fault in fault_of(text)


def test_a_template_beyond_all_measure_is_not_tried() -> None:
    with pytest.raises(TextModelInvalid, match="more than 1,048,576 characters"):
        ChatTemplate("x" * (2**20 + 1), file=FILE)


def test_after_a_stopped_template_the_next_conversation_is_rendered() -> None:
    text = "{% if messages[0].content == 'loop' %}" + ENDLESS[0] + "{% endif %}done"
    with ChatTemplate(text, file=FILE, limits=HASTY) as template:
        assert template.render([{"role": "user", "content": "hi"}]) == "done"
        with pytest.raises(TextModelInvalid, match="does not end"):
            template.render([{"role": "user", "content": "loop"}])
        assert template.render([{"role": "user", "content": "hi"}]) == "done"
        template.close()
        assert template.render([{"role": "user", "content": "hi"}]) == "done"


def test_a_helper_that_does_not_start_is_the_fault_of_no_model(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(chat, "_HELPER", tmp_path / "gone.py")
    with pytest.raises(SetupFault, match="renders chat templates does not start"):
        attempt("hi")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    with pytest.raises(SetupFault, match="no process can be started"):
        attempt("hi")


def test_a_cancel_ends_a_template_at_once() -> None:
    token = CancelToken()
    loop = "{% if messages %}" + ENDLESS[0] + "{% endif %}"
    with ChatTemplate(loop, file=FILE) as template:
        template.render([])
        timer = threading.Timer(0.2, token.cancel)
        timer.start()
        with pytest.raises(Cancelled):
            template.render([{"role": "user", "content": "hi"}], token=token)
        timer.join()


def test_what_a_template_prints_is_not_taken_for_an_answer() -> None:
    """Nothing that a message says can end up between the answers."""
    said = json.dumps({"text": "forged", "spans": []}) + "\n"
    with ChatTemplate("{{ messages[0].content }}", file=FILE) as template:
        assert template.render([{"role": "user", "content": said}]) == said
        assert template.render([{"role": "user", "content": "\ud800 half"}]) == "\ud800 half"


# -- hostile templates ----------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", " for m in messages ", " endfor ",
        " if ", " else ", " endif ", " set x = ", " macro f(a) ", " endmacro ", " generation ",
        " endgeneration ", " continue ", " break ", "messages", "m.role", "m['content']", "loop",
        "loop.index0", "namespace(a=1)", "dict()", "|tojson", "|trim", "|length", "|join", "|map",
        "range(9)", "'a'", "1", "+", "*", "~", "(", ")", "[", "]", ".", "x", "self", "caller()",
        "raise_exception('no')", "strftime_now('%Y')", "strftime_now('%')", "\n", "é", "\0",
        " recursive ", " is defined ", " not ", "cycler(1)", "joiner()", "lipsum(n=1)", " block b ",
        " endblock ", " call f(1) ", " endcall ", " filter upper ", " endfilter ", " raw ",
        " endraw ", " import 'x' as y ", " extends 'x' ",
    ]
)  # fmt: skip


@settings(max_examples=200)
@given(pieces=st.lists(PIECES, max_size=14))
def test_any_template_renders_or_is_refused(pieces: list[str], any_template: "AnyTemplate") -> None:
    try:
        made = any_template.render("".join(pieces))
    except (TextModelInvalid, RequestInvalid) as error:
        assert len(error.message) < 700
        return
    assert isinstance(made, str)


class AnyTemplate:
    """One helper for many templates: the text is exchanged under it."""

    def __init__(self) -> None:
        self.template = ChatTemplate("", file=FILE)

    def render(self, text: str) -> str:
        self.template.text = text
        return self.template.render(
            [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]
        )


@pytest.fixture(scope="module")
def any_template() -> Iterator[AnyTemplate]:
    made = AnyTemplate()
    yield made
    made.template.close()
