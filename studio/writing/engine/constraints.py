"""A form that the text must have: which tokens may come next, kept true when tokens are taken back.

By llguidance, whose parser works on bytes and so knows nothing of how a text falls into tokens.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Final

import llguidance
import numpy as np

from studio.contract.errors import RequestInvalid
from studio.contract.writing import LONGEST_CONSTRAINT, TextConstraint
from studio.writing.engine.candidates import Mask

_QUIET: Final = 0


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
        self._check(form)

    def fork(self) -> "Constraint":
        """Another that follows another way on from here."""
        other = object.__new__(Constraint)
        other._vocabulary = self._vocabulary
        other._matcher = self._matcher.deep_copy()
        other._length = self._length
        return other

    def __len__(self) -> int:
        """Tokens that were appended."""
        return self._length

    @property
    def is_accepting(self) -> bool:
        """Whether the text may end here."""
        return self._matcher.is_accepting()

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
        """Tokens that must come next, whatever the model says: they need not be drawn."""
        return self._matcher.compute_ff_tokens()

    def append(self, token: int) -> None:
        """Go on with ``token``; raises `RequestInvalid` if it may not come here."""
        if self._matcher.validate_tokens([token]) != 1:
            fault = f"the form that was asked for does not let token {token} come here"
            raise RequestInvalid(fault=fault)
        self._matcher.consume_token(token)
        self._refuse_errors()
        self._length += 1

    def truncate(self, length: int) -> None:
        """Go back to the first ``length`` tokens."""
        count = self._length - max(length, 0)
        if count > 0:
            self._matcher.rollback(count)
            self._refuse_errors()
            self._length -= count

    def agreed(self, tokens: Sequence[int]) -> int:
        """How many of ``tokens``, from the first, may come next; nothing is appended."""
        return self._matcher.validate_tokens(list(tokens))

    def _check(self, form: TextConstraint) -> None:
        if self._matcher.is_error():
            kind = form.kind.replace("_", " ").replace("json", "JSON")
            fault = f"the {kind} cannot be followed: {_first_line(self._matcher.get_error())}"
            raise RequestInvalid(fault=fault, detail=self._matcher.get_error())

    def _refuse_errors(self) -> None:
        if self._matcher.is_error():
            fault = (
                f"the form that was asked for cannot be followed further: "
                f"{_first_line(self._matcher.get_error())}"
            )
            raise RequestInvalid(fault=fault, detail=self._matcher.get_error())


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
    if not 1 <= len(form.text) <= LONGEST_CONSTRAINT:
        fault = f"a form has 1 to {LONGEST_CONSTRAINT:,} characters, not {len(form.text):,}"
        raise RequestInvalid(fault=fault)
    if form.kind == "regex":
        return llguidance.LLMatcher.grammar_from_regex(form.text)
    if form.kind == "grammar":
        return llguidance.LLMatcher.grammar_from_lark(form.text)
    try:
        return llguidance.LLMatcher.grammar_from_json_schema(form.text)
    except ValueError as error:
        fault = f"the JSON schema cannot be followed: {_first_line(str(error))}"
        raise RequestInvalid(fault=fault) from error


def _first_line(text: str) -> str:
    return (text.strip().splitlines() or ["it makes no sense"])[0].rstrip(".")
