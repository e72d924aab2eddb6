"""Both tokenizers say any text and give it back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.errors import TrainingError
from training.text.corpus import Document
from training.text.vocabulary import (
    END_OF_TEXT,
    encode_documents,
    list_characters,
    open_tokenizer,
    train_bpe,
)

DOCUMENTS = (
    Document(name="a", part="training", text="the cat sat on the mat\n" * 20),
    Document(name="b", part="training", text="床前明月光，疑是地上霜。\n"),
)
TOKENIZERS = {
    "bpe": train_bpe(DOCUMENTS, size=280),
    "characters": list_characters(DOCUMENTS, size=280),
}


@pytest.mark.parametrize("kind", ["bpe", "characters"])
@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(kind: str, text: str) -> None:
    tokenizer = TOKENIZERS[kind]
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    assert tokenizer.decode(ids, skip_special_tokens=False) == text


@pytest.mark.parametrize("kind", ["bpe", "characters"])
def test_a_document_ends_with_the_token_that_is_number_0(kind: str) -> None:
    tokenizer = TOKENIZERS[kind]
    assert tokenizer.token_to_id(END_OF_TEXT) == 0
    assert [d[-1] for d in encode_documents(tokenizer, DOCUMENTS, end_id=0)] == [0, 0]


def test_characters_are_one_token_and_rare_ones_their_bytes() -> None:
    tokenizer = TOKENIZERS["characters"]
    assert tokenizer.encode("cat").tokens == ["c", "a", "t"]
    assert tokenizer.encode("é").tokens == ["<0xC3>", "<0xA9>"]


def test_the_commonest_words_become_tokens() -> None:
    assert TOKENIZERS["bpe"].encode("the cat", add_special_tokens=False).tokens == ["the", "Ġcat"]


def test_a_vocabulary_without_room_for_bytes_is_refused() -> None:
    with pytest.raises(TrainingError, match="at least 257"):
        train_bpe(DOCUMENTS, size=100)


def test_a_broken_tokenizer_is_named(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(TrainingError, match=r"tokenizer\.json: this tokenizer cannot be read"):
        open_tokenizer(tmp_path / "tokenizer.json")
