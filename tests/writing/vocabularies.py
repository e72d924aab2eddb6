"""A small vocabulary: every byte, some longer pieces, and tokens that are no text."""

from typing import Final

from studio.writing.engine.constraints import ConstraintVocabulary

PIECES: Final = (
    b"th", b"the", b"the ", b" of", b" a", b"ing", b" king", b"kin", b"dom", b"\n\n", b'."', b"--",
    "é".encode(), "ß".encode(), " 月".encode(), "月光".encode(), b"\xe6\x9c", b"\x88\xe5", b"true",
    b'{"', b'": ', b'",', b"00", b"12", b" tapes", b"try",
)  # fmt: skip

BYTES: Final = 256
END: Final = BYTES + len(PIECES)
MARK: Final = END + 1
"""A mark of a chat."""
NOTHING: Final = END + 2
"""A token that no text is made of."""
SIZE: Final = END + 3

TOKENS: Final = (
    *(bytes([value]) for value in range(BYTES)), *PIECES, b"<|end|>", b"<|mark|>", b"",
)  # fmt: skip


def token_bytes(token: int) -> bytes:
    """Those of its text: none for the tokens that are no text."""
    return TOKENS[token] if token < END else b""


def encode(text: str) -> list[int]:
    """Greedily, the longest piece first."""
    data = text.encode()
    by_length = sorted(range(END), key=lambda token: -len(TOKENS[token]))
    tokens: list[int] = []
    while data:
        token = next(token for token in by_length if data.startswith(TOKENS[token]))
        tokens.append(token)
        data = data[len(TOKENS[token]) :]
    return tokens


def text_of(tokens: list[int]) -> bytes:
    return b"".join(map(token_bytes, tokens))


def constraint_vocabulary() -> ConstraintVocabulary:
    return ConstraintVocabulary(TOKENS, ends=(END,), special=(END, MARK), encode=encode)
