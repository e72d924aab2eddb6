"""What is asked of a text model, and the recipe by which a text can be made again.

A recipe holds everything that decided the text: the files of the model by their hashes, the
named form that they were run in, the prompt or the conversation, the seed, every setting of the
samplers, the constraint, and what the making depended on. On an equal fingerprint the text is the
same to the byte. Without numpy: the window reads these.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Final, Literal

import msgspec

from studio.contract.errors import RecipeInvalid, RequestInvalid, parser_fault
from studio.contract.recipe import Fingerprint
from studio.contract.writing import (
    LONGEST_CONSTRAINT,
    PLAIN,
    SamplerSettings,
    TextConstraint,
    check_sampler,
    first_aim,
    is_utf_8,
    next_aim,
)

TEXT_RECIPE_SCHEMA: Final = 1
"""Newest version of the format of text recipes that this release knows."""

MAXIMUM_TEXT: Final = 4_000_000
"""Characters of a prompt or of a text to be read: it must pass through one frame, escaped."""
MAXIMUM_TOKENS: Final = 1_000_000
MAXIMUM_COUNT: Final = 1000
"""Texts of one request."""
MAXIMUM_STRINGS: Final = 100
"""Stop strings, or banned phrases, of one request."""
LONGEST_STRING: Final = 200
"""Characters of one of them."""
MAXIMUM_ALTERNATIVES: Final = 100
"""Tokens that are named beside the one that was drawn."""
MAXIMUM_SPECULATION: Final = 16
"""Tokens that are guessed ahead."""
MAXIMUM_MIDDLES: Final = 64
"""Candidates of one comparison."""
LONGEST_FORM: Final = 64
"""Characters of the name of a form."""

TextEnd = Literal["end", "stop", "length", "context", "constraint", "cancelled"]
"""Why a text ends. "end": the model ended it. "stop": a stop string was met. "length": as many
tokens as were asked for. "context": the model cannot read further. "constraint": what the
constraint describes is whole. "cancelled": that was asked for."""


class ChatMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One turn of a conversation."""

    role: str
    """As the model's template knows it: "system", "user" or "assistant" mostly."""
    content: str


class TextSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that decides a text besides the model."""

    prompt: str = ""
    """What is continued; with ``chat`` what the answer begins with."""
    chat: tuple[ChatMessage, ...] = ()
    """A conversation, put into words by the model's own template; empty: ``prompt`` alone."""
    now: str = ""
    """What time it is for a template that asks, in ISO format; empty: that of the clock."""
    seed: int = 0
    """Draws the tokens; text i of a request has ``seed`` + i. 0 <= seed < 2**63."""
    max_tokens: int = 256
    sampler: SamplerSettings = PLAIN
    constraint: TextConstraint | None = None
    stops: tuple[str, ...] = ()
    """The text ends before the first of these."""
    bans: tuple[str, ...] = ()
    """Phrases that do not occur in the text: the tokens before them are taken back."""
    healing: bool = False
    """Whether the last tokens of the prompt may be drawn anew, beginning with the same letters:
    a prompt that ends inside a word is continued as if it had been typed on."""
    speculation: int = 0
    """Tokens that are guessed ahead from what stands in the text already; 0: none."""


class WriteText(msgspec.Struct, frozen=True, kw_only=True, tag="write"):
    """Write texts; a request to the host."""

    model: str
    """A model's folder, or a GGUF file."""
    form: str = ""
    """One of the model's named forms; empty: its first."""
    settings: TextSettings = TextSettings()
    count: int = 1
    """Texts that continue the same prompt, which is read once."""
    alternatives: int = 0
    """The likeliest tokens that are named beside each one that was drawn."""
    exact: bool = False
    """Read the whole prompt anew, always in the same way: what was read for an earlier request
    and is used again can change the last bits of the probabilities."""
    until: int = 0
    """End as soon as so many tokens will not be taken back any more, as if it had been cancelled
    there; 0: never."""


class ReadText(msgspec.Struct, frozen=True, kw_only=True, tag="read"):
    """Say how likely a text is to a model; a request to the host."""

    model: str
    form: str = ""
    text: str
    tokens: bool = False
    """Whether each token is told; else only what they come to."""
    alternatives: int = 0
    """The likeliest tokens that are named at each position."""


class RankMiddles(msgspec.Struct, frozen=True, kw_only=True, tag="rank_middles"):
    """Say how well what follows fits after each of several middles; a request to the host."""

    model: str
    form: str = ""
    before: str
    middles: tuple[str, ...]
    after: str


class InspectText(msgspec.Struct, frozen=True, kw_only=True, tag="inspect_text"):
    """Open a text model, make its forms ready and say what it is; a request to the host."""

    model: str
    measure: bool = True
    """Whether each form is compared with the exact one over a text that ships."""


class OtherToken(msgspec.Struct, frozen=True, kw_only=True):
    """A token that could have stood there."""

    id: int
    text: str
    logprob: float
    """Natural logarithm of its probability as the model has it, before any sampler."""


class TextToken(msgspec.Struct, frozen=True, kw_only=True):
    """One token of a text that was written."""

    id: int
    text: str
    """What it adds; a character of several tokens comes with the last of them."""
    logprob: float
    """Natural logarithm of its probability as the model has it, before any sampler."""
    probability: float
    """With which it was drawn, after all samplers."""
    alternatives: tuple[OtherToken, ...] = ()
    """The likeliest tokens at its place, the likeliest first."""


class ReadToken(msgspec.Struct, frozen=True, kw_only=True):
    """One token of a text that was read."""

    id: int
    text: str
    logprob: float
    """Natural logarithm of its probability after all that stands before it."""
    rank: int
    """How many tokens were likelier."""
    alternatives: tuple[OtherToken, ...] = ()


class ReadingReport(msgspec.Struct, frozen=True, kw_only=True):
    """How likely a text is to a model."""

    tokens: int
    """Tokens that were predicted."""
    bytes: int
    """Length of the text as UTF-8."""
    bits: float
    """Minus the sum of the binary logarithms of their probabilities."""
    context: int
    """Tokens that the model saw before one at most."""
    model: str
    files: dict[str, str] = {}
    form: str = ""

    @property
    def bits_per_byte(self) -> float:
        return self.bits / self.bytes if self.bytes else 0.0


class MiddleReport(msgspec.Struct, frozen=True, kw_only=True):
    """How well what follows fits after each of the middles, in their order."""

    after: tuple[float, ...]
    """Logarithm of the probability of what follows, given what stands before and the middle."""
    middle: tuple[float, ...]
    """Logarithm of the probability of the middle itself."""
    tokens: tuple[int, ...]
    """Tokens that spell what follows, the one on the border included."""
    unseen: tuple[int, ...]
    """Tokens at the beginning of what stands before that the model could not see any more."""


class FormReport(msgspec.Struct, frozen=True, kw_only=True):
    """One way in which a text model can be run here."""

    name: str
    bytes: int = 0
    """Of its graph and weights."""
    loss: float | None = None
    """Largest relative error that a re-blocked matrix has (root mean square); 0: blocks are kept
    without loss. None: not known."""
    reblocked: int = 0
    """Matrices that could not keep their blocks."""
    divergence: float | None = None
    """Mean Kullback-Leibler divergence from the first form over a text, in nats a token; None: it
    is the first, or it was not measured."""
    agreement: float | None = None
    """Share of the tokens of that text at which both find the same token the likeliest."""
    tokens: int = 0
    """Tokens of that text."""


class TextGolden(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a model that was trained here finds likeliest what it found where it was trained."""

    tokens: int
    """Of its golden sample; 0: it could not be read."""
    differing: int
    """After how many of them another token is the likeliest."""
    tolerance: int
    """How many may differ."""
    fault: str = ""
    """Why it is not verified, as the end of a sentence; empty if it is."""


class TextModelReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a text model is and can do here."""

    model: str
    """Its name, as the file or the folder has it."""
    title: str = ""
    """As the model calls itself."""
    licence: str = ""
    """As the model states it."""
    kind: Literal["gguf", "onnx"]
    architecture: str = ""
    files: dict[str, str] = {}
    """SHA-256 in hex of what was opened, by role."""
    vocabulary: int
    context: int
    """Tokens that it reads at most; 0: it does not say."""
    chat: bool
    """Whether it has a template for conversations."""
    forms: tuple[FormReport, ...] = ()
    """The first is taken where none is named."""
    cannot: tuple[str, ...] = ()
    """What it cannot do, each the end of a sentence about it."""
    cautions: tuple[str, ...] = ()
    """What is not exactly as its makers had it, each the end of a sentence about it."""
    golden: TextGolden | None = None
    """Of a model that was trained here."""


class TextRecipe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that one text needs to be made again."""

    schema: int = TEXT_RECIPE_SCHEMA
    studio: str
    """Version of Atelier that made it."""
    model: str
    """The model's name."""
    files: dict[str, str]
    """SHA-256 in hex of the model's files, by role."""
    form: str
    """The named form that it was run in."""
    settings: TextSettings
    """With the seed of this very text."""
    prompt_tokens: int
    """Tokens that it continues."""
    reused: int
    """Of them those that had been read for an earlier request; 0: all were read for this one."""
    tokens: int
    """Tokens that were drawn for it, those of a stop string too."""
    ended: TextEnd
    text_sha256: str
    """SHA-256 in hex of the text as UTF-8, without the prompt."""
    aim: float = 0.0
    """Mirostat's aim behind the text, in bits: with it as `SamplerSettings.mirostat_aim` and the
    same seed a text that continues this one is what would have come without a break, where all is
    cut into the same tokens. 0: mirostat was off."""
    making: Fingerprint


class TextCompletion(msgspec.Struct, frozen=True, kw_only=True):
    """What the host adds to a request to make recipes of it, before the first token.

    It is said at once, so that a text that was cancelled has its recipe too.
    """

    studio: str
    model: str
    files: dict[str, str]
    form: str
    prompt_tokens: int
    reused: int
    context: int
    """Tokens that the model reads at most; 0: it does not say."""
    making: Fingerprint

    def recipe(
        self,
        request: WriteText,
        index: int,
        *,
        text: str,
        tokens: int,
        ended: TextEnd,
        probabilities: Iterable[float],
    ) -> TextRecipe:
        """The recipe of text ``index`` of ``request``, as it became.

        ``probabilities``: with which each of its tokens was drawn.
        """
        seed = request.settings.seed + index
        sampler = request.settings.sampler
        aim = first_aim(sampler) if sampler.mirostat else 0.0
        for probability in probabilities if sampler.mirostat else ():
            aim = next_aim(sampler, aim, probability)
        return TextRecipe(
            studio=self.studio,
            model=self.model,
            files=self.files,
            form=self.form,
            settings=msgspec.structs.replace(request.settings, seed=seed),
            prompt_tokens=self.prompt_tokens,
            reused=self.reused,
            tokens=tokens,
            ended=ended,
            text_sha256=text_sha256(text),
            aim=aim,
            making=self.making,
        )


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(TextRecipe)


class _SchemaOnly(msgspec.Struct):
    schema: int = 0


_schema_decoder = msgspec.json.Decoder(_SchemaOnly)


def text_sha256(text: str) -> str:
    """The hash by which a recipe knows its text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def encode_text_recipe(recipe: TextRecipe) -> bytes:
    """The recipe as JSON, UTF-8."""
    return _encoder.encode(recipe)


def decode_text_recipe(data: bytes | str, file: object = "the recipe") -> TextRecipe:
    """Read a recipe from bytes that may be foreign.

    Raises `RecipeInvalid`, naming ``file``, for whatever is not a recipe of a known schema.
    """
    try:
        schema = _schema_decoder.decode(data).schema
        if not 1 <= schema <= TEXT_RECIPE_SCHEMA:
            fault = f"its format is {schema}, this Atelier reads up to {TEXT_RECIPE_SCHEMA}"
            raise RecipeInvalid(file=file, fault=fault)
        recipe = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise RecipeInvalid(file=file, fault=parser_fault(error)) from error
    try:
        check_text_settings(recipe.settings)
    except RequestInvalid as error:
        raise RecipeInvalid(file=file, fault=error.fields["fault"]) from error
    if recipe.tokens < 0 or recipe.prompt_tokens < 0 or recipe.reused < 0:
        raise RecipeInvalid(file=file, fault="a number of tokens in it is negative")
    return recipe


def to_make_again(recipe: TextRecipe, model: str) -> WriteText:
    """The request that makes the text of ``recipe`` again by the model at ``model``.

    A text that was cancelled is made as far as it had come.
    """
    until = recipe.tokens if recipe.ended == "cancelled" else 0
    return WriteText(
        model=model, form=recipe.form, settings=recipe.settings, exact=True, until=until
    )


def making_differences(recipe: TextRecipe, completion: TextCompletion) -> tuple[str, ...]:
    """What is known to differ between a text's making and the one now, each a few words."""
    found = []
    if recipe.files != completion.files:
        found.append("another version of the model")
    if recipe.form != completion.form:
        found.append(f"the form {completion.form!r} instead of {recipe.form!r}")
    if recipe.reused:
        found.append("its prompt had partly been read for an earlier request")
    before, now = recipe.making, completion.making
    for name, what in (
        ("onnxruntime", "onnxruntime"),
        ("provider", "provider"),
        ("device", "device"),
        ("precision", "precision"),
        ("optimisation", "optimisation"),
        ("cpu_flags", "instruction sets"),
    ):
        if getattr(before, name) != getattr(now, name):
            found.append(f"{what} ({getattr(now, name)} instead of {getattr(before, name)})")
    return tuple(found)


def check_write(request: WriteText) -> None:
    """Refuse what no model could do; raises `RequestInvalid`, saying what is possible."""
    if not 1 <= request.count <= MAXIMUM_COUNT:
        fault = f"between 1 and {MAXIMUM_COUNT:,} texts can be written at once"
        raise RequestInvalid(fault=fault)
    _check_alternatives(request.alternatives)
    if not 0 <= request.until <= MAXIMUM_TOKENS:
        raise RequestInvalid(fault=f"a text cannot be cancelled after {request.until:,} tokens")
    check_form(request.form)
    check_text_settings(request.settings)
    if request.settings.seed > 2**63 - request.count:
        raise RequestInvalid(fault="a seed must lie between 0 and 2^63 - 1, for every text")


def check_text_settings(settings: TextSettings) -> None:
    """Refuse settings that no model could follow; raises `RequestInvalid`."""
    for text in (settings.prompt, *(message.content for message in settings.chat)):
        check_text(text)
    if settings.now:
        try:
            datetime.fromisoformat(settings.now)
        except ValueError as error:
            fault = f"{settings.now!r} is no time; one such as 2026-01-31T12:00:00 is wanted"
            raise RequestInvalid(fault=fault) from error
    if not 0 <= settings.seed < 2**63:
        raise RequestInvalid(fault="a seed must lie between 0 and 2^63 - 1")
    if not 1 <= settings.max_tokens <= MAXIMUM_TOKENS:
        fault = f"between 1 and {MAXIMUM_TOKENS:,} tokens can be asked for"
        raise RequestInvalid(fault=fault)
    if not 0 <= settings.speculation <= MAXIMUM_SPECULATION:
        raise RequestInvalid(fault=f"at most {MAXIMUM_SPECULATION} tokens can be guessed ahead")
    _check_strings(
        settings.stops,
        faults=(
            f"there can be at most {MAXIMUM_STRINGS} stop strings",
            f"stop strings have between 1 and {LONGEST_STRING} characters",
            "one of the stop strings is not UTF-8; any text that is, can be",
        ),
    )
    _check_strings(
        settings.bans,
        faults=(
            f"there can be at most {MAXIMUM_STRINGS} banned phrases",
            f"banned phrases have between 1 and {LONGEST_STRING} characters",
            "one of the banned phrases is not UTF-8; any text that is, can be",
        ),
    )
    if settings.constraint is not None:
        _check_constraint(settings.constraint.text)
    check_sampler(settings.sampler)


def _check_strings(strings: tuple[str, ...], *, faults: tuple[str, str, str]) -> None:
    """Refuse too many strings, and such as are too long, empty, or not to be said in UTF-8."""
    too_many, out_of_range, no_text = faults
    if len(strings) > MAXIMUM_STRINGS:
        raise RequestInvalid(fault=too_many)
    if not all(1 <= len(text) <= LONGEST_STRING for text in strings):
        raise RequestInvalid(fault=out_of_range)
    if not all(map(is_utf_8, strings)):
        raise RequestInvalid(fault=no_text)


def _check_constraint(text: str) -> None:
    """Refuse a form that the text must have which is too long, empty, or not to be said."""
    if not 1 <= len(text) <= LONGEST_CONSTRAINT:
        fault = (
            f"a form that a text must have is described in 1 to {LONGEST_CONSTRAINT:,} characters, "
            f"not in {len(text):,}"
        )
        raise RequestInvalid(fault=fault)
    if not is_utf_8(text):
        fault = "the form that the text must have is not UTF-8; any text that is, can be"
        raise RequestInvalid(fault=fault)


def check_text(text: str) -> None:
    """Refuse a text that cannot be sent as UTF-8 or is too long; raises `RequestInvalid`."""
    if len(text) > MAXIMUM_TEXT:
        fault = f"the text has {len(text):,} characters, and {MAXIMUM_TEXT:,} are possible"
        raise RequestInvalid(fault=fault)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        fault = f"character {error.start + 1:,} of the text is half of one, which UTF-8 cannot say"
        raise RequestInvalid(fault=fault) from error


def check_form(name: str) -> None:
    """Refuse what no form of any model is called; raises `RequestInvalid`."""
    if len(name) > LONGEST_FORM or not is_utf_8(name):
        raise RequestInvalid(fault=f"no form of a model is called {name!r}")


def check_reading(request: ReadText) -> None:
    """Refuse a text that cannot be read; raises `RequestInvalid`."""
    check_form(request.form)
    check_text(request.text)
    _check_alternatives(request.alternatives)


def _check_alternatives(count: int) -> None:
    if not 0 <= count <= MAXIMUM_ALTERNATIVES:
        raise RequestInvalid(fault=f"at most {MAXIMUM_ALTERNATIVES} alternatives can be named")


def check_middles(request: RankMiddles) -> None:
    """Refuse a comparison that cannot be made; raises `RequestInvalid`."""
    check_form(request.form)
    if not 1 <= len(request.middles) <= MAXIMUM_MIDDLES:
        raise RequestInvalid(fault=f"between 1 and {MAXIMUM_MIDDLES} middles can be compared")
    if not request.after:
        raise RequestInvalid(fault="there is no text after the middles to compare them by")
    for text in (request.before, request.after, *request.middles):
        check_text(text)
