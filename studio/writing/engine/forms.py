"""What the named forms of a text model lose against the first, measured over a text that ships.

The first form keeps the weights of the file as they are wherever their blocks allow it; what a
quicker one changes is told as the mean divergence of its probabilities, and as how often both
find the same token the likeliest.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from studio.contract.manifest import MANIFEST_NAME, read_model
from studio.contract.texts import FormReport, InspectText, TextModelReport
from studio.runtime.cancel import CancelToken
from studio.writing.engine.golden import replay_text_golden
from studio.writing.engine.model import TextEngine, form_names
from studio.writing.engine.writer import Advance

SAMPLE: Final = Path(__file__).parents[2] / "resources" / "texts" / "persuasion.txt"
"""The beginning of Jane Austen's Persuasion (1817)."""

LONGEST_SAMPLE: Final = 2048
"""Tokens of it that are read at most."""

Logits = npt.NDArray[np.float32]


def inspect(
    request: InspectText,
    open_form: Callable[[str], TextEngine],
    token: CancelToken,
    advance: Advance,
) -> TextModelReport:
    """Open every form of a model and say what it is; with ``measure`` what each form loses.

    The golden sample of a model that was trained here is replayed.
    Raises what `TextEngine.open` raises.
    """
    names = form_names(Path(request.model))
    first = open_form(names[0])
    try:
        report = first.describe()
        if (Path(request.model) / MANIFEST_NAME).is_file():
            model = read_model(Path(request.model))
            golden = replay_text_golden(model, first.decoder, first.vocabulary, token)
            report = msgspec.structs.replace(
                report,
                title=model.manifest.title.en,
                licence=model.manifest.licence.spdx,
                golden=golden,
            )
        forms = [*report.forms]
        for name in names[1:]:
            other = open_form(name)
            try:
                form = other.describe().forms[0]
                forms.append(
                    compare(form, first, other, token, advance) if request.measure else form
                )
            finally:
                other.close()
        return msgspec.structs.replace(report, forms=tuple(forms))
    finally:
        first.close()


def compare(
    form: FormReport, first: TextEngine, other: TextEngine, token: CancelToken, advance: Advance
) -> FormReport:
    """The report of ``other``'s form with what it loses against ``first``."""
    text = SAMPLE.read_text(encoding="utf-8")
    longest = min(LONGEST_SAMPLE, first.context or LONGEST_SAMPLE)
    ids = [*first.tokenizer.before, *first.tokenizer.encode(text)][:longest]
    first.decoder.forget()
    divergence, agreed, done = 0.0, 0, 0
    pairs = zip(first.decoder.rows(ids, 0, token), other.decoder.rows(ids, 0, token), strict=True)
    for exact, quick in pairs:
        divergence += float(divergences(exact, quick).sum())
        agreed += int(np.count_nonzero(exact.argmax(axis=1) == quick.argmax(axis=1)))
        done += len(exact)
        advance("measuring", done, len(ids))
    return msgspec.structs.replace(
        form, divergence=divergence / done, agreement=agreed / done, tokens=done
    )


def divergences(exact: Logits, quick: Logits) -> npt.NDArray[np.float64]:
    """Kullback-Leibler divergence of each row of ``quick`` from that of ``exact``, in nats.

    Both (tokens, vocabulary); sum of p (ln p - ln q), p being that of ``exact``.
    """
    found = np.empty(len(exact), np.float64)
    for place, (one, two) in enumerate(zip(exact, quick, strict=True)):  # a row at a time: memory
        likely, other = _log_probabilities(one), _log_probabilities(two)
        found[place] = float((np.exp(likely) * (likely - other)).sum())
    return np.maximum(found, 0.0)


def _log_probabilities(row: Logits) -> npt.NDArray[np.float64]:
    shifted = row.astype(np.float64) - float(row.max())
    found: npt.NDArray[np.float64] = shifted - np.log(np.exp(shifted).sum())
    return found
