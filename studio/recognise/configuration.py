"""Reads the small JSON files that lie beside a text graph and say what the graph cannot.

They may be foreign, so each is bounded in size and every value is asked for its type; what is not
of the type expected counts as not said.
"""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from studio.contract.errors import TextModelInvalid, parser_fault

MAXIMUM_BYTES: Final = 8_000_000
MAXIMUM_TOKENIZER_BYTES: Final = 200_000_000

_CONTEXT_NAMES: Final = (
    "context_length", "max_position_embeddings", "n_positions", "n_ctx", "max_sequence_length",
    "max_seq_len", "seq_length", "model_max_length", "context",
)  # fmt: skip
"""Under these names configurations say how many tokens a model reads, the surest first."""

_LONGEST_CONTEXT: Final = 1 << 30
"""What is larger is a way of saying that there is no limit."""

Json = Mapping[str, object]


def read_json(path: Path) -> Json | None:
    """The object in a JSON file; None where there is no such file.

    Raises `TextModelInvalid` for a file that cannot be read or holds something else.
    """
    data = read_bytes(path, MAXIMUM_BYTES)
    if data is None:
        return None
    try:
        value = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise TextModelInvalid(file=path, fault=parser_fault(error)) from error
    if not isinstance(value, dict):
        raise TextModelInvalid(file=path, fault="it holds no JSON object")
    return value


def read_bytes(path: Path, most: int) -> bytes | None:
    """The bytes of a file of at most ``most``; None where there is none."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # reading a pipe would wait for ever
            return None
        if status.st_size > most:
            raise TextModelInvalid(file=path, fault="it is larger than any such file")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        fault = (error.strerror or "unreadable").lower()
        raise TextModelInvalid(file=path, fault=fault) from error


def inner(value: Json | None, *names: str) -> Json:
    """The object under ``names``, one in another; empty where there is none."""
    found: object = value
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def text(value: Json, name: str) -> str | None:
    found = value.get(name)
    return found if isinstance(found, str) else None


def number(value: Json, name: str) -> int | None:
    found = value.get(name)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def token_ids(value: Json, name: str) -> tuple[int, ...]:
    """One id, or several, of a kind of token."""
    found = value.get(name)
    listed = found if isinstance(found, list) else [found]
    return tuple(
        entry for entry in listed
        if isinstance(entry, int) and not isinstance(entry, bool) and entry >= 0
    )  # fmt: skip


def context_length(configurations: Iterator[Json]) -> int | None:
    """How many tokens a model reads, as the first that says it says it."""
    for configuration in configurations:
        for part in (configuration, inner(configuration, "text_config")):
            for name in _CONTEXT_NAMES:
                length = number(part, name)
                if length is not None and 0 < length < _LONGEST_CONTEXT:
                    return length
    return None


def chat_template(tokenizer: Json) -> str | None:
    """The template of a tokenizer's configuration; of several the one called "default"."""
    found = tokenizer.get("chat_template")
    if isinstance(found, str):
        return found
    if isinstance(found, list):
        named = {
            entry["name"]: entry["template"]
            for entry in found
            if isinstance(entry, dict)
            and isinstance(entry.get("name"), str)
            and isinstance(entry.get("template"), str)
        }
        return named.get("default") or next(iter(named.values()), None)
    return None


class _Added(msgspec.Struct):
    id: int
    content: str


class _Vocabulary(msgspec.Struct):
    vocab: dict[str, int] | list[tuple[str, float]] = {}


class _Tokenizer(msgspec.Struct):
    model: _Vocabulary
    added_tokens: list[_Added] = []


class TokenizerFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What must fit between a tokenizer and a graph."""

    highest: int
    """The highest id that it can give."""
    added: dict[str, int]
    """Ids of its special tokens by their text."""


_tokenizers = msgspec.json.Decoder(_Tokenizer)


def read_tokenizer(path: Path) -> TokenizerFacts:
    """What ids a tokenizer.json gives, without building the tokenizer.

    Raises `TextModelInvalid` for a file that is not one.
    """
    data = read_bytes(path, MAXIMUM_TOKENIZER_BYTES)
    if data is None:
        raise TextModelInvalid(file=path, fault="it is not there")
    try:
        tokenizer = _tokenizers.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError) as error:
        raise TextModelInvalid(file=path, fault=parser_fault(error)) from error
    vocabulary = tokenizer.model.vocab
    highest = (
        max(vocabulary.values(), default=-1)
        if isinstance(vocabulary, dict)
        else len(vocabulary) - 1
    )
    added = {entry.content: entry.id for entry in tokenizer.added_tokens}
    highest = max(highest, max(added.values(), default=-1))
    if highest < 0:
        raise TextModelInvalid(file=path, fault="it knows no tokens")
    return TokenizerFacts(highest=highest, added=added)
