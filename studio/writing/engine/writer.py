"""Writes texts with a text model: from what is asked for to tokens that will not be taken back.

One loop holds together what each does alone: the decoder reads, the samplers draw, the constraint
says what may come, banned phrases send the text back, stop strings end it, guesses are checked by
drawing them. What is drawn depends on the request, the model and the bits of its scores alone, so
that an equal request on an equal machine is answered by an equal text.
"""

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from studio.contract.errors import RequestInvalid
from studio.contract.texts import (
    OtherToken,
    TextCompletion,
    TextEnd,
    TextSettings,
    TextToken,
    WriteText,
    check_write,
)
from studio.runtime.cancel import CancelToken
from studio.writing.engine.bans import PhraseBans
from studio.writing.engine.candidates import Mask
from studio.writing.engine.chain import Chain, Draw
from studio.writing.engine.decoder import Fork
from studio.writing.engine.history import TokenHistory
from studio.writing.engine.speculation import PromptLookup
from studio.writing.engine.stops import StopStrings
from studio.writing.engine.tokens import TextTokenizer

if TYPE_CHECKING:
    from studio.writing.engine.constraints import Constraint, ConstraintVocabulary

Advance = Callable[[str, int, int], None]
"""Is told the stage, what is done and of how much."""

Row = npt.NDArray[np.float32]
"""The model's scores of the next token, (vocabulary,)."""


class Decoder(Protocol):
    """Keeps what the model has read in step with the text; see `studio.writing.engine.decoder`."""

    context: int | None

    def feed(
        self,
        ids: Sequence[int],
        token: CancelToken,
        advance: Callable[[int, int], None] | None = None,
        *,
        keep: int = 1,
        exact: bool = False,
    ) -> npt.NDArray[np.float32]: ...

    def extend(
        self, ids: Sequence[int], token: CancelToken, *, keep: int = 1
    ) -> npt.NDArray[np.float32]: ...

    def cut(self, length: int, token: CancelToken) -> None: ...

    def fork(self) -> Fork: ...

    def rejoin(
        self, fork: Fork, token: CancelToken, advance: Callable[[int, int], None] | None = None
    ) -> npt.NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """What the model reads before it writes."""

    ids: tuple[int, ...]
    """At least one."""
    healed: bytes = b""
    """The end of the prompt that its tokens do not hold any more: the text begins with it."""


class Model(Protocol):
    """What writing needs of an open model; `studio.writing.engine.model.TextEngine` is one."""

    @property
    def tokenizer(self) -> TextTokenizer: ...

    @property
    def decoder(self) -> Decoder: ...

    @property
    def ends(self) -> frozenset[int]:
        """Tokens by which the model ends a text."""

    def prompt(self, settings: TextSettings, token: CancelToken | None = None) -> Prompt:
        """Raises `RequestInvalid` where there is nothing to continue, and `Cancelled`."""

    def healing_mask(self, rest: bytes) -> Mask:
        """Tokens that begin with ``rest`` or that ``rest`` begins with."""

    def constraint_vocabulary(self) -> "ConstraintVocabulary": ...

    def completion(self, prompt_tokens: int, reused: int) -> TextCompletion: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The prompt was read."""

    completion: TextCompletion


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Tokens of text ``index`` that will not be taken back."""

    index: int
    tokens: tuple[TextToken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Text ``index`` is whole."""

    index: int
    ended: TextEnd
    tokens: int
    """That were drawn for it, those of a stop string too."""
    stop: str = ""


TextEvent = Begun | Tokens | Ended


def write(
    model: Model, request: WriteText, token: CancelToken, advance: Advance
) -> Iterator[TextEvent]:
    """Write the texts of a request, one after the other, from one reading of the prompt.

    Raises `RequestInvalid`, saying what would be possible, and `Cancelled` within a token.
    """
    check_write(request)
    settings = request.settings
    if settings.healing and settings.constraint is not None:
        fault = "a text that must have a form begins anew, so the prompt cannot be healed too"
        raise RequestInvalid(fault=fault)
    prompt = model.prompt(settings, token)
    check_room(prompt.ids, model.decoder.context)
    text = _Text(model, request, 0, prompt, token)  # what cannot be followed is refused at once
    unread = [0]

    def read(done: int, total: int) -> None:
        unread[0] = total
        advance("reading", done, total)

    model.decoder.feed(prompt.ids, token, read, exact=request.exact)
    reused = 0 if request.exact else len(prompt.ids) - unread[0]
    fork = model.decoder.fork()
    yield Begun(completion=model.completion(len(prompt.ids), reused))
    yield from text.write(fork)
    for index in range(1, request.count):
        text = _Text(model, request, index, prompt, token)
        yield from text.write(fork)


def check_room(ids: Sequence[int], context: int | None) -> None:
    """Refuse a prompt after which nothing could be read; raises `RequestInvalid`."""
    if context is not None and len(ids) > context:
        fault = (
            f"the prompt has {len(ids):,} tokens and the model reads at most {context:,}; leave "
            f"out its beginning ({len(ids) - context:,} tokens or more), or choose a model that "
            f"reads more"
        )
        raise RequestInvalid(fault=fault)


@dataclass(slots=True)
class _Guesses:
    """Tokens that were read ahead, with the scores after each."""

    tokens: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    made: int = 0
    """How many were guessed."""

    def agree(self, token: int) -> Row | None:
        """The scores after ``token`` if it is the next guess; else the guesses are void."""
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return self.rows.pop(0)
        return None


class _Text:
    """One text under way. Lists of it have one entry a token that stands, in order."""

    def __init__(
        self, model: Model, request: WriteText, index: int, prompt: Prompt, token: CancelToken
    ) -> None:
        settings = request.settings
        tokenizer = model.tokenizer
        self._model = model
        self._decoder = model.decoder
        self._tokenizer = tokenizer
        self._settings = settings
        self._index = index
        self._alternatives = request.alternatives
        self._until = request.until
        self._prompt = prompt
        self._token = token
        self._chain = Chain(
            settings.sampler,
            tokenizer.size,
            seed=settings.seed + index,
            token_bytes=tokenizer.token_bytes,
        )
        before = b"".join(map(tokenizer.token_bytes, prompt.ids))
        self._bans = PhraseBans(settings.bans, tokenizer.token_bytes, before=before)
        self._stops = StopStrings(settings.stops)
        self._constraint = _constraint_of(model, settings)
        self._lookup = PromptLookup(most=max(1, settings.speculation))
        self._guesses = _Guesses()
        self._history = TokenHistory(prompt.ids)
        self._drawn: list[tuple[TextToken, bytes]] = []
        """The tokens without their texts, and what they add to the text."""
        self._rests = [prompt.healed]
        """Of the prompt's end, what the tokens up to here have not written yet; one entry more."""
        self._sizes = [0]
        """Bytes of the text up to here; one entry more."""
        self._told = 0
        """Tokens that were said."""
        self._characters = codecs.getincrementaldecoder("utf-8")("replace")

    def write(self, fork: Fork) -> Iterator[TextEvent]:
        """All of it, from the end of the prompt."""
        row: Row = self._decoder.rejoin(fork, self._token)[-1]
        while True:
            self._token.check()
            draw = self._draw(row)
            if draw.token in self._model.ends:
                yield from self._finish("end")
                return
            self._take(draw, row)
            back = self._bans.append(draw.token)
            if back is not None:
                same_place = back.length == len(self._drawn) - 1
                self._go_back(back.length)
                row = row if same_place else self._again(fork)
                continue
            stopped = self._stops.append(self._drawn[-1][1])
            if stopped is not None:
                yield from self._finish("stop", size=stopped.length, stop=stopped.stop)
                return
            ended = self._ended()
            if ended is not None:
                yield from self._finish(ended)
                return
            if self._is_enough(self._safe()):
                yield from self._finish("cancelled")
                return
            yield from self._tell(self._safe())
            row = self._next(draw.token)

    # Drawing.

    def _draw(self, row: Row) -> Draw:
        return self._chain.draw(
            row,
            self._history.tokens,
            allowed=self._allowed(len(row)),
            banned=self._bans.banned,
            attempt=self._bans.attempt,
        )

    def _allowed(self, rows: int) -> Mask | None:
        """What may come next; None: every token."""
        if self._constraint is not None:
            return self._constraint.mask()
        if self._rests[-1]:
            return self._model.healing_mask(self._rests[-1])
        if rows > self._tokenizer.size:  # sizes are rounded up: scores of no token
            return np.ones(self._tokenizer.size, np.bool_)
        return None

    def _take(self, draw: Draw, row: Row) -> None:
        """Let a token stand, for the time being."""
        self._drawn.append((self._described(draw, row), self._added(draw.token)))
        self._sizes.append(self._sizes[-1] + len(self._drawn[-1][1]))
        self._history.append(draw.token)
        self._chain.accept(draw)
        if self._constraint is not None:
            self._constraint.append(draw.token)

    def _added(self, token: int) -> bytes:
        """What a token adds to the text: what is left of it once the prompt's end is written."""
        data, rest = self._tokenizer.token_bytes(token), self._rests[-1]
        self._rests.append(rest[len(data) :])
        return data[len(rest) :]

    def _described(self, draw: Draw, row: Row) -> TextToken:
        best = float(row.max())
        total = best + float(np.log(np.exp(row - best).sum(dtype=np.float64)))
        return TextToken(
            id=draw.token,
            text="",
            logprob=float(row[draw.token]) - total,
            probability=draw.probability,
            alternatives=likeliest(row, total, self._alternatives, self._tokenizer),
        )

    def _ended(self) -> TextEnd | None:
        """Why no further token is to be drawn, if none is."""
        if self._constraint is not None and self._constraint.is_finished:
            return "constraint"
        if len(self._drawn) >= self._settings.max_tokens:
            return "length"
        context = self._decoder.context
        if context is not None and len(self._prompt.ids) + len(self._drawn) > context:
            return "context"
        return None

    # Reading on.

    def _next(self, token: int) -> Row:
        """The scores after the last token: known from a guess, or read now."""
        known = self._guesses.agree(token)
        if known is not None:
            return known
        self._settle_guesses()
        length = len(self._history)
        self._decoder.cut(length - 1, self._token)
        guess = self._guess(length)
        rows = self._decoder.extend([token, *guess], self._token, keep=1 + len(guess))
        self._guesses = _Guesses(guess, list(rows[1:]), len(guess))
        row: Row = rows[0]
        return row

    def _guess(self, length: int) -> list[int]:
        if not self._settings.speculation:
            return []
        forced = [] if self._constraint is None else self._constraint.forced()
        guess = forced[: self._settings.speculation] or self._lookup.guess(self._history.tokens)
        context = self._decoder.context
        return guess if context is None else guess[: max(0, context - length)]

    def _settle_guesses(self) -> None:
        made, left = self._guesses.made, len(self._guesses.tokens)
        self._lookup.learn(made, made - left)
        self._guesses = _Guesses()

    def _go_back(self, length: int) -> None:
        """Take back all but the first ``length`` tokens of the text."""
        self._settle_guesses()
        del self._drawn[length:]
        del self._rests[length + 1 :]
        del self._sizes[length + 1 :]
        self._history.truncate(len(self._prompt.ids) + length)
        self._chain.truncate(length)
        self._stops.truncate(length)
        if self._constraint is not None:
            self._constraint.truncate(length)

    def _again(self, fork: Fork) -> Row:
        """The scores after the tokens that stand, once more."""
        if self._drawn:
            self._decoder.cut(len(self._history) - 1, self._token)
            rows = self._decoder.extend([self._drawn[-1][0].id], self._token)
        else:
            rows = self._decoder.rejoin(fork, self._token)
        row: Row = rows[-1]
        return row

    # Saying it.

    def _safe(self) -> int:
        """Tokens that nothing can take back any more."""
        safe = min(self._bans.safe, len(self._drawn))
        size = self._stops.safe_at(safe)
        while safe > self._told and self._sizes[safe] > size:
            safe -= 1
        return safe

    def _tell(self, count: int, size: int | None = None) -> Iterator[Tokens]:
        """Say the tokens up to ``count``, of the text no more than ``size`` bytes."""
        told = []
        for place in range(self._told, count):
            token, data = self._drawn[place]
            if size is not None:
                data = data[: max(0, size - self._sizes[place])]
            told.append(_with_text(token, self._characters.decode(data)))
        self._told = max(self._told, count)
        if told:
            yield Tokens(index=self._index, tokens=tuple(told))

    def _finish(
        self, ended: TextEnd, *, size: int | None = None, stop: str = ""
    ) -> Iterator[TextEvent]:
        """Say what is left of it; of a character that is not whole nothing is said."""
        count = drawn = len(self._drawn)
        if size is not None:
            while count > self._told and self._sizes[count - 1] >= size:
                count -= 1
        if self._is_enough(count):
            count = drawn = self._until
            ended, stop = "cancelled", ""
        yield from self._tell(count, size)
        yield Ended(index=self._index, ended=ended, tokens=drawn, stop=stop)

    def _is_enough(self, count: int) -> bool:
        """Whether a text that was cancelled after ``count`` tokens is made again."""
        return 0 < self._until <= count


def _constraint_of(model: Model, settings: TextSettings) -> "Constraint | None":
    if settings.constraint is None:
        return None
    # Only here: its library takes long to import, and most texts need no form.
    from studio.writing.engine.constraints import Constraint

    return Constraint(model.constraint_vocabulary(), settings.constraint)


def likeliest(
    row: Row, total: float, count: int, tokenizer: TextTokenizer
) -> tuple[OtherToken, ...]:
    """The ``count`` likeliest tokens by their scores; ``total`` is ln sum exp of them all."""
    count = min(count, len(row), tokenizer.size)
    if not count:
        return ()
    row = row[: tokenizer.size]
    places = np.argpartition(row, -count)[-count:] if count < len(row) else np.arange(len(row))
    ranked = places[np.lexsort((places, -row[places]))]
    return tuple(
        OtherToken(
            id=int(place), text=shown(tokenizer, int(place)), logprob=float(row[place]) - total
        )
        for place in ranked
    )


def shown(tokenizer: TextTokenizer, token: int) -> str:
    """A token as a reader may see it alone: what it adds, or the name of one that adds nothing."""
    return tokenizer.token_bytes(token).decode("utf-8", "replace") or tokenizer.token_name(token)


def _with_text(token: TextToken, text: str) -> TextToken:
    return TextToken(
        id=token.id,
        text=text,
        logprob=token.logprob,
        probability=token.probability,
        alternatives=token.alternatives,
    )
