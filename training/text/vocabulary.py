"""Tokenizers of our own models: byte-level BPE, or characters with bytes for rare ones.

Both can say any text, so that a bits-a-byte figure has no holes, and both are one
`tokenizer.json` that the `tokenizers` library, and with it the studio, reads.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from training.errors import TrainingError
from training.text.corpus import Document

TOKENIZER_FILE = "tokenizer.json"
END_OF_TEXT = "<|end|>"
"""The token after each document, and before the first; its number is 0."""
_BYTES = tuple(f"<0x{value:02X}>" for value in range(256))
_SMALLEST_BPE = 257

Tokens = npt.NDArray[np.int32]


def train_bpe(documents: Sequence[Document], *, size: int) -> Tokenizer:
    """Byte-level byte-pair encoding (Sennrich et al. 2016; Radford et al. 2019)."""
    if size < _SMALLEST_BPE:
        raise TrainingError(f"--vocabulary {size}: must be at least {_SMALLEST_BPE}.")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[END_OF_TEXT],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    # In pieces: the library splits each text it is given on one thread.
    tokenizer.train_from_iterator(
        (line for document in documents for line in document.text.splitlines(keepends=True)),
        trainer,
    )
    return tokenizer


def list_characters(documents: Sequence[Document], *, size: int) -> Tokenizer:
    """A token for each of the commonest characters; of others, one for each byte of UTF-8."""
    if size < _SMALLEST_BPE + 1:
        raise TrainingError(f"--vocabulary {size}: must be at least {_SMALLEST_BPE + 1}.")
    counts: Counter[str] = Counter()
    for document in documents:
        counts.update(document.text)
    commonest = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    characters = [character for character, _ in commonest[: size - _SMALLEST_BPE]]
    words = [END_OF_TEXT, *_BYTES, *characters]
    tokenizer = Tokenizer(
        models.BPE(
            vocab={word: number for number, word in enumerate(words)},
            merges=[],
            byte_fallback=True,
        )
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([END_OF_TEXT])
    return tokenizer


def open_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer from its file."""
    try:
        return Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise TrainingError(f"{path}: there is no such tokenizer.") from error
    except Exception as error:  # the library raises a bare Exception for what it cannot parse
        raise TrainingError(f"{path}: this tokenizer cannot be read ({error}).") from error


def end_id_of(tokenizer: Tokenizer, end_token: str = END_OF_TEXT) -> int:
    """The number of the token that stands after each text."""
    number = tokenizer.token_to_id(end_token)
    if number is None:
        raise TrainingError(
            f"The tokenizer has no token {end_token}; name the one that ends its texts with "
            "--end-token."
        )
    return int(number)


def encode_documents(
    tokenizer: Tokenizer, documents: Sequence[Document], *, end_id: int
) -> tuple[Tokens, ...]:
    """The tokens of each document, an end of text after each."""
    return tuple(
        np.array(
            [*tokenizer.encode(document.text, add_special_tokens=False).ids, end_id],
            dtype=np.int32,
        )
        for document in documents
    )
