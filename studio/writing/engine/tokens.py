"""Texts as the numbers that a model reads, and back: one tokenizer, whatever file it came from.

The ``tokenizers`` library cuts texts; putting them together is done here from the bytes of each
token, because a text that is being written must be shown as it grows, never with half a character
and never decoded anew from its beginning. Nothing here reaches for the network: a tokenizer is
read from a file that is there, or not at all.
"""

import codecs
import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal, Self

import msgspec
from tokenizers import Tokenizer
from tokenizers.decoders import Decoder

from studio.contract.errors import (
    AtelierError,
    ModelMissing,
    RequestInvalid,
    TextModelInvalid,
    TextModelUnsupported,
    file_error,
    parser_fault,
)

LARGEST_FILE: Final = 128 * 2**20
"""Bytes of a tokenizer.json; the largest in use (262,144 tokens) has 33 MB."""
LARGEST_CONFIG: Final = 16 * 2**20
LARGEST_VOCABULARY: Final = 2_000_000

Spelling = Literal["bytes", "pieces", "plain"]
"""How the tokens of a file are written: "bytes": each character stands for a byte (GPT-2's
alphabet); "pieces": as SentencePiece writes them, ▁ for a space and <0x0A> for a byte; "plain":
as they stand in the text."""

SPECIAL_NAMES: Final = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token")
"""Tokens with a role, by the names that chat templates know."""

SPACE_PIECE: Final = "▁"
_SLACK: Final = 1024
"""Rows by which a graph may be larger than its tokenizer: sizes are rounded up for speed."""
_CAUTIONS: Final = "cautions"
"""Ours among the names of a tokenizer_config.json."""
_PROBE: Final = "a"
_UTF_8: Final = (*range(0xC0), *range(0xC2, 0xF5))
"""The bytes that occur in UTF-8."""


class TextTokenizer:
    """What cuts a text into the tokens of one model and puts it together again."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        *,
        file: Path,
        specials: Mapping[str, str] = MappingProxyType({}),
        begins: bool | None = None,
        ends: Iterable[int] = (),
        cautions: tuple[str, ...] = (),
    ) -> None:
        """``file`` is named in sentences. See the properties for the rest.

        ``begins``: whether the beginning token is put before a text; None: as the tokenizer says.
        Raises `TextModelUnsupported` if its tokens are written in a way that is not known here.
        """
        self._tokenizer = tokenizer
        self._lock = threading.Lock()
        self.file = file
        tokenizer.no_truncation()
        tokenizer.no_padding()
        if getattr(tokenizer.model, "dropout", None) is not None:
            tokenizer.model.dropout = None  # a way of training; a text must be cut one way
        self.spelling, self.spaced = _spelling(tokenizer, file)
        added = tokenizer.get_added_tokens_decoder()
        self._added = {index: token.content for index, token in added.items()}
        self.size: int = _size(tokenizer)
        """Ids run from 0 to ``size`` - 1; not each of them need be a token."""
        if not 0 < self.size <= LARGEST_VOCABULARY:
            raise TextModelInvalid(file=file, fault=f"its tokenizer counts {self.size:,} tokens")
        self.specials: Mapping[str, str] = MappingProxyType(
            {name: text for name, text in specials.items() if self.token_id(text) is not None}
        )
        """The tokens with a role, as they are spelled, by the names that chat templates know."""
        roles = {index for name in self.specials for index in self._ids_of(name)}
        self.special_ids: frozenset[int] = frozenset(
            roles | {index for index, token in added.items() if token.special}
        )
        """Tokens that stand for no text: beginnings, ends, turns of a conversation."""
        self._known: dict[int, bytes] = {}
        self._all: tuple[bytes, ...] | None = None
        self.ends: frozenset[int] = frozenset(ends) | self._ids_of("eos_token")
        """Tokens that end a text."""
        self.before: tuple[int, ...] = self._beginning(begins)
        """What the model expects to stand before any text; `encode` does not put it there."""
        self.cautions = cautions
        """What is not exactly as the model's makers had it, each the end of a sentence."""
        self._spells_all = self._has_all_bytes()
        self._spellable: dict[str, bool] = {}

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Open a tokenizer.json; roles of tokens are taken from the files beside it.

        Raises `ModelMissing`, `TextModelInvalid` or `TextModelUnsupported`.
        """
        raw = _read(path, LARGEST_FILE)
        config: dict[str, object] = {}
        for name in ("special_tokens_map.json", "tokenizer_config.json"):
            beside = path.with_name(name)
            if beside.is_file():
                config.update(_parsed(beside))
        begins, known = config.get("add_bos_token"), config.get(_CAUTIONS)
        known = known if isinstance(known, list) else []
        return cls.from_json(
            raw,
            file=path,
            specials=special_tokens(config),
            begins=begins if isinstance(begins, bool) else None,
            cautions=tuple(each for each in known if isinstance(each, str)),
        )

    @classmethod
    def from_json(
        cls,
        raw: bytes,
        *,
        file: Path,
        specials: Mapping[str, str] = MappingProxyType({}),
        begins: bool | None = None,
        ends: Iterable[int] = (),
        cautions: tuple[str, ...] = (),
    ) -> Self:
        """Build it from the contents of a tokenizer.json."""
        with guarded(file):
            tokenizer = Tokenizer.from_buffer(raw)
            return cls(
                tokenizer, file=file, specials=specials, begins=begins, ends=ends, cautions=cautions
            )

    def encode(self, text: str, *, special: bool = False) -> list[int]:
        """The tokens of a text, without what the model expects before it.

        ``special``: whether special tokens that are spelled out in the text are read as such, as
        a rendered conversation needs it; else they are words like any others, so that nobody's
        prose ends a turn. Raises `RequestInvalid` for what the model cannot read.
        """
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            fault = f"character {error.start + 1:,} of the text is half of a pair (a surrogate)"
            raise RequestInvalid(fault=fault) from error
        if not self._spells_all:
            self._check_spellable(text)
        return self._encode(text, special=special)

    def decode(self, ids: Iterable[int], *, special: bool = False, at_start: bool = True) -> str:
        """The text of some tokens; bytes that are no UTF-8 become U+FFFD.

        ``special``: whether special tokens are spelled out; else they add nothing. ``at_start``:
        whether the text begins here, so that the space which SentencePiece puts before it goes.
        """
        decoding = Decoding(self, special=special, at_start=at_start)
        return "".join(decoding.push(index) for index in ids) + decoding.finish()

    def token_bytes(self, index: int) -> bytes:
        """What a token adds to a text: part of a character perhaps; nothing if it is special."""
        known = self._known.get(index)
        if known is None:
            known = self._known[index] = self._spell(index)
        return known

    def token_name(self, index: int) -> str:
        """A token as its vocabulary writes it; empty if there is no such token."""
        return (self._tokenizer.id_to_token(index) or "") if 0 <= index < self.size else ""

    def token_id(self, name: str) -> int | None:
        """The token that the vocabulary writes as ``name``."""
        return self._tokenizer.token_to_id(name)

    @property
    def all_bytes(self) -> Sequence[bytes]:
        """`token_bytes` of every index, in order; built when it is first asked for."""
        if self._all is None:
            self._all = tuple(self._spell(index) for index in range(self.size))
            self._known.clear()
            self._known.update(enumerate(self._all))
        return self._all

    @property
    def bos(self) -> int | None:
        """The token that begins a text."""
        return next(iter(self._ids_of("bos_token")), None)

    @property
    def unknown(self) -> int | None:
        """The token for what cannot be spelled, if there is one."""
        return next(iter(self._ids_of("unk_token")), None)

    def spells(self, ids: Sequence[int], text: str) -> int | None:
        """Bytes by which the tokens of ``text`` begin before it; None if they do not spell it.

        0, or 1 for the space that SentencePiece puts first. A tokenizer may also change a text
        (Unicode normal forms) or not know a character; what is measured in bytes then stands
        elsewhere.
        """
        spelled = b"".join(self.token_bytes(index) for index in ids)
        wanted = text.encode("utf-8", "replace")
        if spelled == wanted:
            return 0
        return 1 if self.spaced and spelled == b" " + wanted else None

    def to_json(self) -> bytes:
        """The contents of a tokenizer.json."""
        return self._tokenizer.to_str().encode("utf-8")

    def save(self, folder: Path) -> None:
        """Write tokenizer.json and tokenizer_config.json, as `from_file` reads them."""
        config = {
            **self.specials,
            "add_bos_token": bool(self.before),
            _CAUTIONS: self.cautions,
        }
        try:
            (folder / "tokenizer.json").write_bytes(self.to_json())
            (folder / "tokenizer_config.json").write_bytes(
                json.dumps(config, ensure_ascii=False, indent=1).encode("utf-8")
            )
        except OSError as error:
            raise file_error(error, folder) from error

    def check_vocabulary(self, rows: int, file: Path) -> None:
        """Refuse a graph whose scores are not for these tokens.

        ``rows``: scores that the graph of ``file`` gives at each position. More than there are
        tokens is usual, up to what sizes are rounded to. Raises `TextModelInvalid`.
        """
        if self.size <= rows <= self.size + max(_SLACK, self.size // 20):
            return
        fault = (
            f"its tokenizer has {self.size:,} tokens and its graph {rows:,}, so they are not of "
            "one model; put the tokenizer that belongs to it beside it"
        )
        raise TextModelInvalid(file=file, fault=fault)

    def _encode(self, text: str, *, special: bool) -> list[int]:
        with self._lock, guarded(self.file):
            self._tokenizer.encode_special_tokens = not special
            return list(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _ids_of(self, role: str) -> frozenset[int]:
        index = self._tokenizer.token_to_id(self.specials[role]) if role in self.specials else None
        return frozenset(() if index is None else (index,))

    def _beginning(self, begins: bool | None) -> tuple[int, ...]:
        """What the tokenizer's own template puts before a text."""
        bare = self._tokenizer.encode(_PROBE, add_special_tokens=False).ids
        framed = self._tokenizer.encode(_PROBE, add_special_tokens=True).ids
        extra = len(framed) - len(bare)
        own = next((n for n in range(extra + 1) if framed[n : n + len(bare)] == bare), 0)
        found = tuple(framed[:own]) if bare else ()
        bos = self.bos
        if begins is None or bos is None:
            return found
        if begins:
            return found if bos in found else (bos, *found)
        return tuple(index for index in found if index != bos)

    def _has_all_bytes(self) -> bool:
        """Whether any text at all can be spelled."""
        if self.spelling == "plain":
            return False
        if self.spelling == "pieces":
            return all(self.token_id(f"<0x{byte:02X}>") is not None for byte in _UTF_8)
        return all(self.token_id(LETTER_OF_BYTE[byte]) is not None for byte in _UTF_8)

    def _spell(self, index: int) -> bytes:
        """The bytes of a token; an added one stands in the text as it is written."""
        if index in self.special_ids:
            return b""
        if index in self._added:
            return self._added[index].encode("utf-8")
        name = self.token_name(index)
        if self.spelling == "bytes":
            return _from_alphabet(name)
        return _from_piece(name) if self.spelling == "pieces" else name.encode("utf-8")

    def _check_spellable(self, text: str) -> None:
        """Raise `RequestInvalid` for characters that the library would leave out in silence."""
        known = self._spellable
        for character in set(text) - known.keys():
            known[character] = self._is_spellable(character)
        missing = sorted(character for character in set(text) if not known[character])
        if missing:
            named = [each if each.isprintable() else f"U+{ord(each):04X}" for each in missing[:8]]
            shown = " ".join(named) + (" …" if len(missing) > 8 else "")
            raise RequestInvalid(fault=f"the model has no tokens for these characters: {shown}")

    def _is_spellable(self, character: str) -> bool:
        if self.spelling != "bytes":
            return bool(self._encode(character, special=False))
        spelled = character.encode("utf-8")
        return all(self.token_id(LETTER_OF_BYTE[byte]) is not None for byte in spelled)


class Decoding:
    """A text that grows by tokens, never by half a character."""

    def __init__(
        self,
        tokenizer: TextTokenizer,
        *,
        special: bool = False,
        at_start: bool = False,
    ) -> None:
        """``special`` and ``at_start`` as in `TextTokenizer.decode`."""
        self._tokenizer = tokenizer
        self._special = special
        self._strip = at_start and tokenizer.spaced
        self.pending = b""
        """Bytes of a character that is not whole yet."""

    def push(self, index: int) -> str:
        """What becomes readable with one more token; empty while a character is not whole."""
        raw = self._tokenizer.token_bytes(index)
        if self._special and index in self._tokenizer.special_ids:
            raw = self._tokenizer.token_name(index).encode("utf-8")
        elif self._strip and raw:
            raw = raw.removeprefix(b" ")
            self._strip = False
        text, used = codecs.utf_8_decode(self.pending + raw, "replace", False)
        self.pending = (self.pending + raw)[used:]
        return text

    def finish(self) -> str:
        """What is left at the end: U+FFFD for a character that never became whole."""
        text = self.pending.decode("utf-8", "replace")
        self.pending = b""
        return text


def special_tokens(config: Mapping[str, object]) -> dict[str, str]:
    """The tokens with a role that a tokenizer_config.json names, each as text or with options."""
    found = {}
    for name in SPECIAL_NAMES:
        value = config.get(name)
        if isinstance(value, Mapping):
            value = value.get("content")
        if isinstance(value, str) and value:
            found[name] = value
    return found


@contextmanager
def guarded(file: Path) -> Iterator[None]:
    """Turn whatever the library does with a hostile file into a sentence.

    It is written in Rust: besides exceptions it raises panics, which are no `Exception` in Python.
    """
    try:
        yield
    except (AtelierError, MemoryError):
        raise
    except BaseException as error:
        panicked = type(error).__name__ == "PanicException"
        if not panicked and not isinstance(error, Exception):
            raise
        fault = "its tokenizer cannot be used"
        if not panicked:
            fault = f"its tokenizer cannot be used ({parser_fault(error)})"
        raise TextModelInvalid(file=file, fault=fault, detail=repr(error)) from error


def _read(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            raw = b"" if size > limit else stream.read(limit + 1)
    except FileNotFoundError as error:
        raise ModelMissing(file=path) from error
    except OSError as error:
        raise file_error(error, path) from error
    if max(size, len(raw)) > limit:
        raise TextModelInvalid(file=path, fault=f"it is larger than {limit // 2**20} MB")
    return raw


def _parsed(path: Path) -> dict[str, object]:
    raw = _read(path, LARGEST_CONFIG)
    try:
        return msgspec.json.decode(raw, type=dict[str, object])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise TextModelInvalid(file=path, fault=parser_fault(error)) from error


def _size(tokenizer: Tokenizer) -> int:
    """One more than the greatest id."""
    count = tokenizer.get_vocab_size(with_added_tokens=True)
    if all(tokenizer.id_to_token(index) is not None for index in range(count)):
        return count  # without gaps, as nearly all are: in a fraction of the time
    return max(tokenizer.get_vocab(with_added_tokens=True).values(), default=-1) + 1


def _spelling(tokenizer: Tokenizer, file: Path) -> tuple[Spelling, bool]:
    """How tokens are written, by the decoder; and whether a text begins with an added space."""
    parts = _parts(tokenizer.decoder)
    names = [str(part.get("type")) for part in parts]
    if "ByteLevel" in names:
        return "bytes", False
    if not set(names) <= {"Replace", "ByteFallback", "Fuse", "Strip", "Metaspace"}:
        strange = sorted(set(names) - {"Replace", "ByteFallback", "Fuse", "Strip", "Metaspace"})
        fault = f"its tokenizer puts texts together by {strange[0]}, which is not known here"
        raise TextModelUnsupported(file=file, fault=fault)
    if "Metaspace" in names:
        scheme = next(part for part in parts if part.get("type") == "Metaspace")
        never = scheme.get("prepend_scheme") == "never" or scheme.get("add_prefix_space") is False
        return "pieces", not never
    if "ByteFallback" in names or any(map(_replaces_space, parts)):
        return "pieces", any(
            part.get("type") == "Strip" and part.get("content") == " " and part.get("start") == 1
            for part in parts
        )
    if names == ["Fuse"]:
        return "plain", False
    fault = "its tokenizer does not say how tokens are put together to a text"
    raise TextModelUnsupported(file=file, fault=fault)


def _replaces_space(step: Mapping[str, object]) -> bool:
    """Whether a step of a decoder turns ▁ into a space."""
    pattern = step.get("pattern")
    return isinstance(pattern, Mapping) and SPACE_PIECE in pattern.values()


def _parts(decoder: Decoder | None) -> list[dict[str, object]]:
    """The steps of a decoder, as its file writes them."""
    if decoder is None:
        return []
    state: object = json.loads(decoder.__getstate__())  # JSON: what pickling would keep
    steps: list[dict[str, object]] = []
    waiting = [state]
    while waiting:
        step = waiting.pop(0)
        if isinstance(step, dict):
            inner = step.get("decoders")
            if isinstance(inner, list):
                waiting[:0] = inner
            else:
                steps.append(step)
    return steps


def _from_alphabet(name: str) -> bytes:
    try:
        return name.translate(_TO_LATIN_1).encode("latin-1")
    except UnicodeEncodeError:
        return name.encode("utf-8")


def _from_piece(name: str) -> bytes:
    if name in _BYTE_PIECES:
        return bytes([int(name[3:5], 16)])
    return name.replace(SPACE_PIECE, " ").encode("utf-8")


def _alphabet() -> tuple[str, ...]:
    """GPT-2's alphabet: a printable character for each byte (``bytes_to_unicode``)."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return tuple(chr(byte if byte in printable else next(others)) for byte in range(256))


LETTER_OF_BYTE: Final = _alphabet()
"""The character by which byte-level tokens write each byte."""
_TO_LATIN_1: Final = MappingProxyType(
    {ord(letter): byte for byte, letter in enumerate(LETTER_OF_BYTE)}
)
_BYTE_PIECES: Final = frozenset(f"<0x{byte:02X}>" for byte in range(256))
