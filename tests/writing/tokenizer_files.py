"""Small tokenizers for tests, as a GGUF file and as a tokenizer.json have them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from studio.graphs.gguf import read_gguf
from studio.writing.engine.gguf_tokens import tokenizer_from_gguf
from studio.writing.engine.tokens import LETTER_OF_BYTE, TextTokenizer
from tests.graphs.gguf_files import Value, byte_tokenizer, gguf_bytes, piece_tokenizer

SPECIALS: Final = ("<|endoftext|>", "<|im_start|>", "<|im_end|>")


def from_metadata(folder: Path, metadata: Mapping[str, Value]) -> TextTokenizer:
    """The tokenizer of a GGUF file with these metadata alone."""
    path = folder / "tiny.gguf"
    path.write_bytes(gguf_bytes({"general.architecture": "llama", **metadata}, {}))
    with read_gguf(path) as gguf:
        return tokenizer_from_gguf(gguf)


def byte_level(folder: Path, pre: str = "smollm", merges: int = 60) -> TextTokenizer:
    return from_metadata(folder, byte_tokenizer(pre=pre, merges=merges))


def pieces(folder: Path) -> TextTokenizer:
    return from_metadata(folder, piece_tokenizer())


def byte_level_json() -> dict[str, Any]:
    """A tokenizer.json of 256 bytes, two merges and three special tokens."""
    vocabulary = {name: place for place, name in enumerate(SPECIALS)}
    for letter in LETTER_OF_BYTE:
        vocabulary[letter] = len(vocabulary)
    vocabulary |= {"th": len(vocabulary), "the": len(vocabulary) + 1}
    return {
        "version": "1.0",
        "truncation": {
            "direction": "Right", "max_length": 5, "strategy": "LongestFirst", "stride": 0,
        },
        "padding": None,
        "added_tokens": [added(place, name) for place, name in enumerate(SPECIALS)],
        "normalizer": None,
        "pre_tokenizer": {
            "type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True,
        },
        "post_processor": None,
        "decoder": {
            "type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True,
        },
        "model": {
            "type": "BPE",
            "dropout": 0.9,
            "unk_token": None,
            "continuing_subword_prefix": None,
            "end_of_word_suffix": None,
            "fuse_unk": False,
            "byte_fallback": False,
            "vocab": vocabulary,
            "merges": [["t", "h"], ["th", "e"]],
        },
    }  # fmt: skip


def characters_json(text: str, *, unknown: bool = False) -> dict[str, Any]:
    """A tokenizer.json in which each character of ``text`` is a token."""
    made = byte_level_json()
    names = [*(["<unk>"] if unknown else []), *SPECIALS, *sorted(set(text))]
    made["added_tokens"] = [added(names.index(name), name) for name in SPECIALS]
    made["pre_tokenizer"] = None
    made["decoder"] = {"type": "Fuse"}
    made["truncation"] = None
    made["model"] |= {
        "dropout": None,
        "unk_token": "<unk>" if unknown else None,
        "vocab": {name: place for place, name in enumerate(names)},
        "merges": [],
    }
    return made


def added(index: int, name: str, *, special: bool = True) -> dict[str, Any]:
    return {
        "id": index, "content": name, "single_word": False, "lstrip": False, "rstrip": False,
        "normalized": False, "special": special,
    }  # fmt: skip


def as_bytes(contents: object) -> bytes:
    return json.dumps(contents).encode("utf-8")


def from_contents(contents: object, file: Path = Path("tokenizer.json")) -> TextTokenizer:
    return TextTokenizer.from_json(as_bytes(contents), file=file)
