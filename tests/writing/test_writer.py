"""Texts are written as they were asked for, told once, and can be written again to the letter."""

import contextlib
import re
import tracemalloc
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.errors import Cancelled, RequestInvalid
from studio.contract.texts import (
    TextCompletion,
    TextEnd,
    TextRecipe,
    TextSettings,
    TextToken,
    WriteText,
    text_sha256,
    to_make_again,
)
from studio.contract.writing import SETTINGS, SamplerSettings, TextConstraint
from studio.runtime.cancel import CancelToken
from studio.writing.engine.writer import Begun, Ended, Tokens, write
from tests.writing.tiny_text import END, TinyModel, by_chance, reciting, tiny_tokenizer

TOKENIZER = tiny_tokenizer()
PROMPT = "the sea ab"
AFTER = len(TOKENIZER.encode(PROMPT))
CHANCE = by_chance(TOKENIZER.size)


@dataclass
class Written:
    """What came of one request."""

    request: WriteText
    completion: TextCompletion
    tokens: list[list[TextToken]] = field(default_factory=list)
    ends: list[Ended] = field(default_factory=list)
    order: list[int] = field(default_factory=list)

    def text(self, index: int = 0) -> str:
        return "".join(token.text for token in self.tokens[index])

    def ended(self, index: int = 0) -> TextEnd:
        return self.ends[index].ended

    def recipe(self, index: int = 0) -> TextRecipe:
        return self.completion.recipe(
            self.request,
            index,
            text=self.text(index),
            tokens=self.ends[index].tokens,
            ended=self.ended(index),
            probabilities=[token.probability for token in self.tokens[index]],
        )


FEW = settings(max_examples=25)


def request(count: int = 1, alternatives: int = 0, **wanted: object) -> WriteText:
    given = {"prompt": PROMPT, "max_tokens": 40, **wanted}
    return WriteText(
        model="tiny",
        settings=msgspec.convert(given, TextSettings, from_attributes=True),
        count=count,
        alternatives=alternatives,
    )


def written(model: TinyModel, wanted: WriteText, token: CancelToken | None = None) -> Written:
    events = write(model, wanted, token or CancelToken(), lambda stage, done, total: None)
    first = next(events)
    assert isinstance(first, Begun)
    made = Written(wanted, first.completion, [[] for _ in range(wanted.count)])
    for event in events:
        if isinstance(event, Tokens):
            assert event.tokens
            made.tokens[event.index] += event.tokens
            made.order.append(event.index)
        elif isinstance(event, Ended):
            assert event.index == len(made.ends)
            made.ends.append(event)
    assert len(made.ends) == wanted.count
    return made


def model(**options: object) -> TinyModel:
    return TinyModel(**{"scores": CHANCE, "tokenizer": TOKENIZER, **options})  # type: ignore[arg-type]  # by name


@FEW
@given(seed=st.integers(0, 2**63 - 1))
def test_a_seed_replays_exactly(seed: int) -> None:
    wanted = request(seed=seed)
    assert written(model(), wanted).tokens == written(model(), wanted).tokens


def test_each_text_of_several_is_the_one_that_its_seed_makes_alone() -> None:
    several = written(model(), request(count=4, seed=7))
    assert several.order == sorted(several.order)
    assert len({several.text(index) for index in range(4)}) == 4
    for index in range(4):
        alone = written(model(), request(seed=7 + index))
        assert alone.tokens[0] == several.tokens[index]


def test_the_prompt_is_read_once_for_several_texts() -> None:
    tiny = model()
    made = written(tiny, request(count=5, max_tokens=3))
    assert made.completion.prompt_tokens == len(TOKENIZER.encode(PROMPT))
    assert tiny.decoder.read == made.completion.prompt_tokens + 5 * 2  # the last is never read


def test_what_was_read_before_is_told_and_nothing_of_it_where_it_is_to_be_exact() -> None:
    tiny = model()
    assert written(tiny, request(max_tokens=1)).completion.reused == 0
    again = written(tiny, request(max_tokens=1))
    assert again.completion.reused == again.completion.prompt_tokens - 1
    exact = msgspec.structs.replace(request(max_tokens=1), exact=True)
    assert written(tiny, exact).completion.reused == 0


@FEW
@given(
    seed=st.integers(0, 2**32), stop=st.text(st.sampled_from("abc the中é"), min_size=1, max_size=3)
)
def test_a_text_ends_before_its_stop_and_nothing_of_it_is_told(seed: int, stop: str) -> None:
    plain = written(model(), request(seed=seed, max_tokens=80)).text()
    made = written(model(), request(seed=seed, max_tokens=80, stops=[stop]))
    if made.ended() == "stop":
        assert made.ends[0].stop == stop
        assert stop not in made.text()
        assert plain.startswith(made.text())
        rest = plain[len(made.text()) :].lstrip("\ufffd")  # a character that became nothing whole
        assert rest.startswith(stop)
    else:
        assert made.ended() == "length"
        assert made.text() == plain


def test_a_stop_across_tokens_is_met() -> None:
    ids = TOKENIZER.encode("xyz. Then the abend")
    made = written(
        model(scores=reciting(ids, TOKENIZER.size, after=AFTER)), request(stops=["e ab"])
    )
    assert (made.text(), made.ended(), made.ends[0].stop) == ("xyz. Then th", "stop", "e ab")


@FEW
@given(
    seed=st.integers(0, 2**32),
    bans=st.lists(st.text(st.sampled_from("abcthe 中É"), min_size=1, max_size=3), max_size=4),
)
def test_a_banned_phrase_never_occurs(seed: int, bans: list[str]) -> None:
    made = written(model(), request(seed=seed, bans=bans, max_tokens=60))
    held = (PROMPT + made.text()).casefold()
    for phrase in bans:
        folded = phrase.casefold()
        assert folded not in held[held.find(folded, 0, len(PROMPT)) + len(PROMPT) :]
        assert made.text().casefold().count(folded) == 0


def test_a_phrase_is_taken_back_and_another_way_is_gone() -> None:
    ids = TOKENIZER.encode("a cold wind blew")
    tiny = model(scores=reciting(ids, TOKENIZER.size, after=AFTER))
    greedy = SETTINGS["greedy"]
    assert written(tiny, request(sampler=greedy, max_tokens=15)).text().startswith("a cold wind")
    made = written(
        model(scores=reciting(ids, TOKENIZER.size, after=AFTER)),
        request(sampler=greedy, bans=["cold wind"], max_tokens=15),
    )
    assert made.text().startswith("a ")
    assert "cold wind" not in made.text()
    assert made.ends[0].tokens == 15


@FEW
@given(
    seed=st.integers(0, 2**32), guesses=st.integers(1, 16), temperature=st.sampled_from([0.0, 1.0])
)
def test_guessing_ahead_changes_nothing(seed: int, guesses: int, temperature: float) -> None:
    scores = by_chance(TOKENIZER.size, spread=9.0, memory=1)  # such a text repeats itself
    sampler = SamplerSettings(temperature=temperature)
    plain = model(scores=scores)
    ahead = model(scores=scores)
    wanted = request(seed=seed, sampler=sampler, max_tokens=60, bans=["ab"])
    guessed = request(seed=seed, sampler=sampler, max_tokens=60, bans=["ab"], speculation=guesses)
    assert written(plain, wanted).tokens == written(ahead, guessed).tokens
    assert ahead.decoder.runs <= plain.decoder.runs


def test_guessing_ahead_saves_runs_where_a_text_repeats_itself() -> None:
    ids = TOKENIZER.encode("row, row, row your boat ")
    runs = []
    for guesses in (0, 8):
        tiny = model(scores=reciting(ids, TOKENIZER.size, after=AFTER))
        written(tiny, request(speculation=guesses, max_tokens=100))
        runs.append(tiny.decoder.runs)
    assert runs[1] < runs[0] / 2


def test_the_end_of_the_context_is_said() -> None:
    size = len(TOKENIZER.encode(PROMPT))
    made = written(model(context=size + 5), request(max_tokens=100))
    assert made.ended() == "context"
    assert made.ends[0].tokens == 6, "what follows the last token that can be read is drawn too"
    full = written(model(context=size), request(max_tokens=100, speculation=4))
    assert (full.ended(), full.ends[0].tokens) == ("context", 1)


def test_a_prompt_longer_than_the_context_is_refused_with_what_is_too_much() -> None:
    size = len(TOKENIZER.encode(PROMPT))
    with pytest.raises(RequestInvalid) as caught:
        written(model(context=size - 3), request())
    assert f"{size} tokens and the model reads at most {size - 3}" in caught.value.message
    assert "(3 tokens or more)" in caught.value.message


def test_the_model_may_end_a_text() -> None:
    end = TOKENIZER.token_id(END)
    assert end is not None
    ids = [*TOKENIZER.encode("so."), end]
    made = written(model(scores=reciting(ids, TOKENIZER.size, after=AFTER), ends=True), request())
    assert (made.text(), made.ended(), made.ends[0].tokens) == ("so.", "end", 3)


@FEW
@given(seed=st.integers(0, 2**32))
def test_no_half_character_is_told(seed: int) -> None:
    letters = [TOKENIZER.all_bytes.index(bytes([byte])) for byte in "é中🙂".encode()]
    tiny = model(scores=reciting(letters, TOKENIZER.size, after=AFTER))
    made = written(tiny, request(seed=seed, max_tokens=8))
    assert made.text() == "é中", "the last character is not whole"
    assert "\ufffd" not in made.text()


@FEW
@given(seed=st.integers(0, 2**32))
def test_a_text_has_the_form_that_was_asked_for(seed: int) -> None:
    form = TextConstraint(kind="regex", text="(yes|no), [0-9]{1,3}[.]")
    made = written(model(ends=True), request(seed=seed, constraint=form))
    assert made.ended() in ("constraint", "end")
    assert re.fullmatch(form.text, made.text())


@FEW
@given(seed=st.integers(0, 2**32), bans=st.lists(st.sampled_from(["1", "no", "22"]), max_size=2))
def test_a_form_and_banned_phrases_hold_together(seed: int, bans: list[str]) -> None:
    form = TextConstraint(kind="regex", text="(yes|no), [0-9]{3}[.]")
    made = written(model(ends=True), request(seed=seed, constraint=form, bans=bans))
    assert re.fullmatch(form.text, made.text())
    assert not [phrase for phrase in bans if phrase in made.text()]


@FEW
@given(seed=st.integers(0, 2**32))
def test_a_healed_prompt_is_continued_as_if_it_had_been_typed_on(seed: int) -> None:
    wanted = request(prompt="see th", healing=True, seed=seed)
    healed = model().prompt(wanted.settings).healed
    made = written(model(), wanted)
    drawn = b"".join(TOKENIZER.token_bytes(token.id) for token in made.tokens[0])
    assert healed
    assert drawn.startswith(healed)
    assert drawn[len(healed) :].decode("utf-8", "replace").startswith(made.text())


def test_healing_and_a_form_exclude_each_other() -> None:
    form = TextConstraint(kind="regex", text="a*")
    with pytest.raises(RequestInvalid, match="healed"):
        written(model(), request(healing=True, constraint=form))


def test_probabilities_are_those_of_the_model_and_of_the_draw() -> None:
    tiny = model()
    made = written(tiny, request(alternatives=5, max_tokens=10, sampler=SETTINGS["plain"]))
    ids = list(TOKENIZER.encode(PROMPT))
    scores = by_chance(TOKENIZER.size)
    for token in made.tokens[0]:
        row = scores(ids).astype(np.float64)
        logs = row - np.log(np.exp(row).sum())
        assert token.logprob == pytest.approx(logs[token.id], abs=1e-4)
        assert token.probability == pytest.approx(np.exp(logs[token.id]), rel=1e-3)
        best = [other.id for other in token.alternatives]
        assert best == np.argsort(-row)[:5].tolist()
        for other in token.alternatives:
            assert other.logprob == pytest.approx(logs[other.id], abs=1e-4)
        ids.append(token.id)


@FEW
@given(seed=st.integers(0, 2**40), index=st.integers(0, 3), bans=st.booleans())
def test_a_recipe_makes_its_text_again(seed: int, index: int, bans: bool) -> None:
    wanted = request(count=4, seed=seed, stops=["中"], bans=["ab"] if bans else [])
    recipe = written(model(), wanted).recipe(index)
    again = written(model(), to_make_again(recipe, "tiny"))
    assert again.recipe().text_sha256 == recipe.text_sha256
    assert again.recipe() == recipe


@FEW
@given(seed=st.integers(0, 2**40), told=st.integers(1, 30), speculation=st.integers(0, 4))
def test_a_text_that_was_cancelled_is_made_again_as_far_as_it_was_told(
    seed: int, told: int, speculation: int
) -> None:
    wanted = request(seed=seed, stops=["the"], bans=["中文", "abc"], speculation=speculation)
    token = CancelToken()
    events = write(model(), wanted, token, lambda stage, done, total: None)
    tokens: list[TextToken] = []
    completion: TextCompletion | None = None
    with contextlib.suppress(Cancelled):
        for event in events:
            if isinstance(event, Begun):
                completion = event.completion
            elif isinstance(event, Tokens):
                tokens += event.tokens
            if len(tokens) >= told:
                token.cancel()
    if completion is None or not tokens:
        return
    text = "".join(token.text for token in tokens)
    recipe = completion.recipe(
        wanted, 0, text=text, tokens=len(tokens), ended="cancelled", probabilities=()
    )
    again = written(model(), to_make_again(recipe, "tiny"))
    assert text_sha256(again.text()) == recipe.text_sha256


def test_the_rendering_of_a_conversation_can_be_cancelled_too() -> None:
    tiny, token = model(), CancelToken()
    written(tiny, request(max_tokens=1), token)
    assert tiny.prompted_with is token


def test_of_many_texts_one_takes_memory_at_a_time() -> None:
    wanted = request(count=200, max_tokens=1, prompt="the sea " * 10_000)
    row = np.zeros(TOKENIZER.size, np.float32)
    tracemalloc.start()
    try:
        written(model(scores=lambda ids: row), wanted)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20_000_000


@FEW
@given(seed=st.integers(0, 2**32), first=st.integers(1, 30))
def test_mirostat_goes_on_in_a_text_that_is_continued_as_if_it_had_never_stopped(
    seed: int, first: int
) -> None:
    scores = by_chance(TOKENIZER.size, memory=1)
    others = {  # capitals alone come, so that what was written is cut into the same tokens again
        place: -100.0
        for place, data in enumerate(TOKENIZER.all_bytes)
        if not (len(data) == 1 and data.isupper())
    }
    sampler = SamplerSettings(mirostat=2, mirostat_tau=2.0, mirostat_eta=0.5, logit_bias=others)

    def made(tokens: int, prompt: str, sampler: SamplerSettings) -> Written:
        wanted = request(seed=seed, prompt=prompt, sampler=sampler, max_tokens=tokens)
        return written(model(scores=scores), wanted)

    whole = made(40, "K", sampler)
    begun = made(first, "K", sampler)
    goes_on = msgspec.structs.replace(sampler, mirostat_aim=begun.recipe().aim)
    rest = made(40 - first, "K" + begun.text(), goes_on)
    assert begun.tokens[0] + rest.tokens[0] == whole.tokens[0]
    assert rest.recipe().aim == whole.recipe().aim


def test_a_recipe_has_no_aim_without_mirostat() -> None:
    assert written(model(), request(max_tokens=5)).recipe().aim == 0.0


def test_a_cancel_is_heard_within_a_token() -> None:
    tiny = model()
    token = CancelToken()
    seen: list[int] = []

    def on_run() -> None:
        seen.append(len(seen))
        if len(seen) == 5:
            token.cancel()

    tiny.decoder.on_run = on_run
    with pytest.raises(Cancelled):
        written(tiny, request(max_tokens=1000), token)
    assert len(seen) == 5
