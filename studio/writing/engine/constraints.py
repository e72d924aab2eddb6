"""A form that the text must have: which tokens may come next, kept true when tokens are taken back.

By llguidance, whose parser works on bytes and so knows nothing of how a text falls into tokens.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final

import llguidance
import msgspec
import numpy as np

from studio.contract.errors import RequestInvalid, parser_fault
from studio.contract.writing import TextConstraint
from studio.writing.engine.candidates import Mask

_QUIET: Final = 0
_KINDS: Final = {"regex": "regular expression", "json_schema": "JSON schema", "grammar": "grammar"}


class ConstraintVocabulary:
    """A model's tokens in the form that constraints need; made once a model, as it takes a while.

    ``tokens`` are the bytes of every token, empty for one that stands for no text; ``ends`` the
    tokens that may end a text, at least one; ``special`` those that are no text, as the marks of a
    chat, which a constraint never lets through unless it ends. ``encode`` is how the model's own
    tokenizer cuts a text.
    """

    def __init__(
        self,
        tokens: Sequence[bytes],
        *,
        ends: Sequence[int],
        special: Collection[int],
        encode: Callable[[str], list[int]],
    ) -> None:
        if not ends:
            fault = "this model has no token that ends a text, so no form can be asked for"
            raise RequestInvalid(fault=fault)
        self.size = len(tokens)
        self.ends = tuple(ends)
        wrapped = _Wrapped(tokens, ends[0], tuple(special), encode)
        self.tokenizer = llguidance.LLTokenizer(
            llguidance.TokenizerWrapper(wrapped), n_vocab=len(tokens), eos_token=list(ends)
        )


class Constraint:
    """Follows one text; raises `RequestInvalid` if the form makes no sense."""

    def __init__(self, vocabulary: ConstraintVocabulary, form: TextConstraint) -> None:
        self._vocabulary = vocabulary
        self._matcher = llguidance.LLMatcher(vocabulary.tokenizer, _grammar(form), log_level=_QUIET)
        self._length = 0
        self._beyond = 0
        """Ends that were appended to what was finished."""
        if self._matcher.is_error():
            error = self._matcher.get_error()
            fault = f"the {_KINDS[form.kind]} cannot be followed: {_reason(error)}"
            raise RequestInvalid(fault=fault, detail=error)
        self.mask()

    def __len__(self) -> int:
        """Tokens that were appended."""
        return self._length

    @property
    def is_finished(self) -> bool:
        """Whether the text can only end here."""
        return self._matcher.is_stopped()

    def mask(self) -> Mask:
        """Which tokens may come next, (vocabulary,); the ending ones where the text may end.

        Raises `RequestInvalid` where the form is too intricate to be followed further.
        """
        bits = np.frombuffer(self._matcher.compute_bitmask(), np.uint8)
        self._refuse_errors()
        unpacked = np.unpackbits(bits, bitorder="little", count=self._vocabulary.size)
        return unpacked.view(np.bool_)

    def forced(self) -> list[int]:
        """Tokens that must come next, whatever the model says: a guess that is always right."""
        return self._matcher.compute_ff_tokens()

    def append(self, token: int) -> None:
        """Go on with ``token``; raises `RequestInvalid` if it may not come here."""
        if self.is_finished and token in self._vocabulary.ends:
            self._beyond += 1  # the matcher takes it too, and forgets it
        elif self._matcher.validate_tokens([token]) == 1:
            self._matcher.consume_token(token)
            self._refuse_errors()
        else:
            fault = f"the form that was asked for does not let token {token} come here"
            raise RequestInvalid(fault=fault)
        self._length += 1

    def truncate(self, length: int) -> None:
        """Go back to the first ``length`` tokens."""
        count = self._length - max(length, 0)
        if count > 0:
            beyond = min(count, self._beyond)
            self._matcher.rollback(count - beyond)
            self._refuse_errors()
            self._beyond -= beyond
            self._length -= count

    def _refuse_errors(self) -> None:
        if self._matcher.is_error():
            error = self._matcher.get_error()
            fault = f"the form cannot be followed further: {_reason(error)}"
            raise RequestInvalid(fault=fault, detail=error)


class _Wrapped:
    """What llguidance asks a tokenizer for."""

    def __init__(
        self,
        tokens: Sequence[bytes],
        end: int,
        special: tuple[int, ...],
        encode: Callable[[str], list[int]],
    ) -> None:
        self.tokens = tokens
        self.eos_token_id = end
        self.bos_token_id: int | None = None
        self.special_token_ids = special
        self._encode = encode

    def __call__(self, text: str) -> list[int]:
        return self._encode(text)


def _grammar(form: TextConstraint) -> str:
    if form.kind == "regex":
        return llguidance.LLMatcher.grammar_from_regex(form.text)
    if form.kind == "grammar":
        return llguidance.LLMatcher.grammar_from_lark(form.text)
    try:
        msgspec.json.decode(form.text)
        return llguidance.LLMatcher.grammar_from_json_schema(form.text)
    except msgspec.DecodeError as error:
        fault = f"the JSON schema cannot be followed: {parser_fault(error)}"
        raise RequestInvalid(fault=fault) from error
    except (ValueError, RecursionError) as error:
        fault = f"the JSON schema cannot be followed: {_reason(str(error))}"
        raise RequestInvalid(fault=fault) from error


def _reason(text: str) -> str:
    """What llguidance says of a form, as the end of a sentence: the one line that says why."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines or lines[0].startswith("NoExtension"):
        return "no text has this form"
    why = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    return (why or lines)[0].rstrip(".")
