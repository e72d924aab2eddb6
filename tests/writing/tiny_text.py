"""A text model that exists in memory only: letters for tokens, and scores made of the text."""

import functools
import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from studio.contract.errors import RequestInvalid
from studio.contract.recipe import Fingerprint
from studio.contract.texts import TextCompletion, TextSettings
from studio.runtime.cancel import CancelToken
from studio.runtime.text import PastPart
from studio.writing.engine.candidates import Mask
from studio.writing.engine.constraints import ConstraintVocabulary
from studio.writing.engine.decoder import Fork
from studio.writing.engine.tokens import TextTokenizer
from studio.writing.engine.writer import Prompt

END = "<end>"
WORDS = ("ab", "abc", "the", " the", "ing", " a", "é", "中", "中文")
"""Tokens of more than one byte."""

Rows = npt.NDArray[np.float32]
Scores = Callable[[Sequence[int]], Rows]
"""The scores after some tokens, (vocabulary,)."""


def tiny_tokenizer() -> TextTokenizer:
    """All 256 bytes, `WORDS`, and a token that ends a text."""
    letters = pre_tokenizers.ByteLevel.alphabet()
    vocabulary = {letter: place for place, letter in enumerate(sorted(letters))}
    merges: list[tuple[str, str]] = []
    for word in WORDS:
        spelled = "".join(_letters(word))
        for size in range(2, len(spelled) + 1):
            if spelled[:size] not in vocabulary:
                vocabulary[spelled[:size]] = len(vocabulary)
                merges.append((spelled[: size - 1], spelled[size - 1]))
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(END, special=True)])
    return TextTokenizer(tokenizer, file=Path("tokenizer.json"), specials={"eos_token": END})


def _letters(word: str) -> list[str]:
    pieces = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    return [letter for piece, _ in pieces.pre_tokenize_str(word) for letter in piece]


def by_chance(vocabulary: int, *, spread: float = 3.0, memory: int = 3) -> Scores:
    """Scores that look random and depend on the last ``memory`` tokens alone."""

    @functools.cache
    def row(ids: tuple[int, ...]) -> Rows:
        seed = hashlib.sha256(repr(ids).encode()).digest()
        generator = np.random.default_rng(int.from_bytes(seed[:8], "little"))
        return (spread * generator.standard_normal(vocabulary)).astype(np.float32)

    return lambda ids: row(tuple(ids[-memory:]))


def reciting(ids: Sequence[int], vocabulary: int, *, after: int, certainty: float = 30.0) -> Scores:
    """Scores by which ``ids`` come, again and again, after the first ``after`` tokens."""

    def scores(history: Sequence[int]) -> Rows:
        row = np.zeros(vocabulary, np.float32)
        row[ids[(len(history) - after) % len(ids)]] = certainty
        return row

    return scores


class TinyDecoder:
    """Reads without a session; counts what it has read."""

    def __init__(self, scores: Scores, context: int | None = None) -> None:
        self.context = context
        self.ids: list[int] = []
        self.read = 0
        """Tokens that were read, those that were read again too."""
        self.runs = 0
        self.on_run: Callable[[], None] = lambda: None
        self._scores = scores

    def feed(
        self,
        ids: Sequence[int],
        token: CancelToken,
        advance: Callable[[int, int], None] | None = None,
        *,
        keep: int = 1,
        exact: bool = False,
    ) -> Rows:
        common = 0
        while (
            not exact and common < min(len(ids), len(self.ids)) and ids[common] == self.ids[common]
        ):
            common += 1
        begin = min(common, len(ids) - keep)
        self.ids = list(ids[:begin])
        rows = self.extend(ids[begin:], token, keep=keep)
        if advance is not None:
            advance(len(ids) - begin, len(ids) - begin)
        return rows

    def extend(self, ids: Sequence[int], token: CancelToken, *, keep: int = 1) -> Rows:
        token.check()
        self.on_run()
        assert self.context is None or len(self.ids) + len(ids) <= self.context
        rows = []
        for number in ids:
            self.ids.append(number)
            rows.append(self._scores(self.ids))
        self.read += len(ids)
        self.runs += 1
        return np.stack(rows[-keep:])

    def cut(self, length: int, token: CancelToken) -> None:
        token.check()
        assert length <= len(self.ids)
        del self.ids[length:]

    def fork(self) -> Fork:
        length = len(self.ids)
        part = PastPart(start=length, stop=length, parts=(), states={})
        logits = self._scores(self.ids)[None]
        return Fork(ids=tuple(self.ids), logits=logits, part=part, exact=True)

    def rejoin(
        self, fork: Fork, token: CancelToken, advance: Callable[[int, int], None] | None = None
    ) -> Rows:
        token.check()
        self.ids = list(fork.ids)
        return fork.logits


class TinyModel:
    """A model for the loop of writing."""

    def __init__(
        self,
        scores: Scores | None = None,
        *,
        tokenizer: TextTokenizer | None = None,
        context: int | None = None,
        ends: bool = False,
    ) -> None:
        """``ends``: whether the model may end a text; else it goes on for ever."""
        self.tokenizer = tokenizer or tiny_tokenizer()
        self.decoder = TinyDecoder(scores or by_chance(self.tokenizer.size), context)
        self.ends = self.tokenizer.ends if ends else frozenset[int]()
        self.prompted_with: CancelToken | None = None
        """What could have cancelled the making of the last prompt."""

    def prompt(self, settings: TextSettings, token: CancelToken | None = None) -> Prompt:
        self.prompted_with = token
        ids = self.tokenizer.encode(settings.prompt)
        if not ids:
            raise RequestInvalid(fault="there is nothing to continue")
        if not settings.healing:
            return Prompt(ids=tuple(ids))
        return Prompt(ids=tuple(ids[:-1]), healed=self.tokenizer.token_bytes(ids[-1]))

    def healing_mask(self, rest: bytes) -> Mask:
        tokens = self.tokenizer.all_bytes
        return np.array(
            [bool(token) and (token.startswith(rest) or rest.startswith(token)) for token in tokens]
        )

    def constraint_vocabulary(self) -> ConstraintVocabulary:
        tokenizer = self.tokenizer
        return ConstraintVocabulary(
            tokenizer.all_bytes,
            ends=sorted(tokenizer.ends),
            special=tokenizer.special_ids,
            encode=tokenizer.encode,
        )

    def completion(self, prompt_tokens: int, reused: int) -> TextCompletion:
        return TextCompletion(
            studio="0",
            model="tiny",
            files={"graph": "0" * 64},
            form="exact",
            prompt_tokens=prompt_tokens,
            reused=reused,
            context=self.decoder.context or 0,
            making=Fingerprint(onnxruntime="1", provider="CPUExecutionProvider", device="none"),
        )
