"""Sound GGUF files of models that make no sense, and what must hold for each.

Where `tests.graphs.gguf_mutants` damages the file, here the file is whole and what it says is
wrong: entries gone or of another kind, tokens twice, tensors of another shape, scales that are no
numbers.
"""

import random
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from studio.contract.errors import TextModelInvalid, TextModelUnsupported
from studio.graphs import blocks
from studio.graphs.forms import FORMS
from studio.graphs.gguf import read_gguf
from studio.recognise.conversion import converted
from studio.runtime.cancel import CancelToken
from studio.writing.engine.gguf_tokens import tokenizer_from_gguf
from tests.graphs.gguf_files import (
    Tensor,
    TinyModel,
    Value,
    byte_tokenizer,
    gguf_bytes,
    piece_tokenizer,
    random_tensor,
    tiny_metadata,
    tiny_tensors,
)

LONGEST_SENTENCE: Final = 1500
TEXT: Final = "It is a truth, 𝄞 中 \x00\n"
_ODD: Final[tuple[Value, ...]] = (
    0, 1, -1, 2, 3, 7, 2**31 - 1, 2**31, 2**32 - 1, 2**63, 2**64 - 1, -(2**63), 0.0, -1.0, 1e30,
    1e-30, float("nan"), float("inf"), True, "", "x", "llama", "gpt2", "\x00", "𝄞", "a" * 5000,
    [], ["a"], ["a b"], ["a", "a"], ["", "  "], [[]], np.array([1, 2], "<i4"), np.array([], "<f4"),
    np.array([np.nan] * 400, "<f4"), np.array([-5] * 400, "<i4"),
)  # fmt: skip
_ODD_TOKENS: Final = ("", " ", "a", "a b", "a b c", "Ġ", "<0x41>", "<0xZZ>", "x" * 300)
_ODD_SHAPES: Final = ((256,), (1, 256), (2, 2, 256), (64, 64), (1,))


@cache
def _sound() -> tuple[tuple[dict[str, Value], dict[str, Tensor]], ...]:
    models = [
        TinyModel(form=blocks.Q4_1, layers=1, tokenizer=tokenizer, architecture=architecture,
                  tied=architecture == "llama")
        for architecture in ("llama", "qwen2")
        for tokenizer in (byte_tokenizer(), piece_tokenizer())
    ]  # fmt: skip
    return tuple((tiny_metadata(model), tiny_tensors(model)) for model in models)


def mutant(chance: random.Random) -> bytes:
    """A tiny model with one or two things wrong."""
    sound_metadata, sound_tensors = chance.choice(_sound())
    metadata, tensors = dict(sound_metadata), dict(sound_tensors)
    for _ in range(chance.randint(1, 2)):
        if chance.random() < 0.7:
            _change_entry(chance, metadata)
        else:
            _change_tensor(chance, tensors)
    return gguf_bytes(metadata, tensors)


def _change_entry(chance: random.Random, metadata: dict[str, Value]) -> None:
    key = chance.choice(list(metadata))
    value = metadata[key]
    match chance.randrange(4):
        case 0:
            del metadata[key]
        case 1 if isinstance(value, np.ndarray) and value.size:
            changed = value.copy()
            changed[chance.randrange(len(changed))] = chance.choice((0, 1, 2, 3, 4, 5, 6, 7, 99))
            metadata[key] = changed[: chance.choice((len(changed), chance.randrange(len(changed))))]
        case 1 if isinstance(value, list) and value:
            texts = list(value)
            place = chance.randrange(len(texts))
            texts[place] = chance.choice((*_ODD_TOKENS, texts[0]))
            metadata[key] = texts[: chance.choice((len(texts), place))]
        case _:
            metadata[key] = chance.choice(_ODD)


def _change_tensor(chance: random.Random, tensors: dict[str, Tensor]) -> None:
    name = chance.choice(list(tensors))
    tensor = tensors[name]
    match chance.randrange(3):
        case 0:
            del tensors[name]
        case 1:
            form = chance.choice(list(blocks.FORMATS.values()))
            shape = chance.choice((tensor.shape, tensor.shape[::-1], *_ODD_SHAPES))
            if shape[-1] % form.elements == 0:
                seed = chance.getrandbits(32)
                tensors[name] = random_tensor(form, shape, np.random.default_rng(seed))
        case _:
            raw = chance.choice((b"\xff", b"\x00", b"\x7f")) * len(tensor.raw)
            tensors[name] = Tensor(shape=tensor.shape, form=tensor.form, raw=raw)


def try_model(folder: Path, data: bytes, chance: random.Random) -> str:
    """Convert a model to one of the forms and use its tokenizer; the name of what came of it.

    Raises ``AssertionError`` if it is answered with anything but a graph or one sentence that
    names the file, or if something is left in the cache of a model that was refused.
    """
    path, cache_folder = folder / "gift.gguf", folder / "cache"
    path.write_bytes(data)
    try:
        with read_gguf(path) as file:
            tokenizer = tokenizer_from_gguf(file)
        ids = tokenizer.encode(TEXT)
        tokenizer.decode(ids)
        for token in ids:
            tokenizer.token_bytes(token)
        graph = converted(path, chance.choice(FORMS), cache_folder, CancelToken())
    except (TextModelInvalid, TextModelUnsupported) as error:
        assert str(path) in error.message
        assert not set(error.message) & set(map(chr, range(32))), error.message
        assert len(error.message) < LONGEST_SENTENCE
        return type(error).__name__
    assert (graph / "model.onnx").is_file()
    return "converted"
