"""Answers requests about how likely texts are to an open model."""

import math
from collections.abc import Callable
from typing import Protocol

from studio.contract.errors import RequestInvalid
from studio.contract.texts import (
    MiddleReport,
    OtherToken,
    RankMiddles,
    ReadingReport,
    ReadText,
    ReadToken,
    check_middles,
    check_reading,
)
from studio.runtime.cancel import CancelToken
from studio.writing.engine.healing import TokenPrefixes
from studio.writing.engine.reading import LogitSource, TokenReading, fit_of_middle, read_tokens
from studio.writing.engine.tokens import Decoding, TextTokenizer
from studio.writing.engine.writer import Advance, shown

Tell = Callable[[tuple[ReadToken, ...]], None]
"""Is told the tokens of a text in order, in portions."""


class Model(Protocol):
    """What reading needs of an open model; `studio.writing.engine.model.TextEngine` is one."""

    @property
    def tokenizer(self) -> TextTokenizer: ...

    @property
    def decoder(self) -> LogitSource: ...

    @property
    def vocabulary(self) -> int:
        """Scores that it gives at each position."""

    @property
    def name(self) -> str: ...

    @property
    def form(self) -> str: ...

    @property
    def files(self) -> dict[str, str]: ...


def read(
    model: Model, request: ReadText, token: CancelToken, advance: Advance, tell: Tell
) -> ReadingReport:
    """How likely a text is; its tokens are told if that is asked for.

    Raises `RequestInvalid` for a text of no token, and `Cancelled`.
    """
    check_reading(request)
    tokenizer = model.tokenizer
    ids = tokenizer.encode(request.text)
    if not ids:
        raise RequestInvalid(fault="there is no text to read")
    context = model.decoder.context
    decoding = Decoding(tokenizer, at_start=True)
    total, done = 0.0, 0
    portions = read_tokens(
        model.decoder,
        ids,
        vocabulary=model.vocabulary,
        token=token,
        before=tokenizer.before,
        alternatives=request.alternatives if request.tokens else 0,
    )
    for portion in portions:
        total += sum(reading.log_probability for reading in portion)
        done += len(portion)
        if request.tokens:
            tell(tuple(_told(reading, decoding, tokenizer) for reading in portion))
        advance("reading", done, len(ids))
    return ReadingReport(
        tokens=len(ids),
        bytes=len(request.text.encode("utf-8")),
        bits=-total / math.log(2),
        context=min(len(tokenizer.before) + len(ids) - 1, context or len(ids)),
        model=model.name,
        files=model.files,
        form=model.form,
    )


def rank_middles(
    model: Model, request: RankMiddles, token: CancelToken, advance: Advance
) -> MiddleReport:
    """How well what follows fits after each of the middles.

    Raises `RequestInvalid` where they do not fit into the context, and `Cancelled`.
    """
    check_middles(request)
    prefixes = TokenPrefixes(model.tokenizer)
    fits = []
    for done, middle in enumerate(request.middles, 1):
        fits.append(
            fit_of_middle(
                model.decoder,
                model.tokenizer,
                prefixes,
                before=request.before,
                middle=middle,
                after=request.after,
                token=token,
            )
        )
        advance("reading", done, len(request.middles))
    return MiddleReport(
        after=tuple(fit.after for fit in fits),
        middle=tuple(fit.middle for fit in fits),
        tokens=tuple(fit.tokens for fit in fits),
        unseen=tuple(fit.unseen for fit in fits),
    )


def _told(reading: TokenReading, decoding: Decoding, tokenizer: TextTokenizer) -> ReadToken:
    return ReadToken(
        id=reading.id,
        text=decoding.push(reading.id),
        logprob=reading.log_probability,
        rank=reading.rank,
        alternatives=tuple(
            OtherToken(id=other.id, text=shown(tokenizer, other.id), logprob=other.log_probability)
            for other in reading.alternatives
        ),
    )
