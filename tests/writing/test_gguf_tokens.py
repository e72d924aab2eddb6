"""The tokenizer of a GGUF file cuts texts as the model's makers did."""

import heapq
import importlib
import itertools
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.contract.errors import RequestInvalid, TextModelInvalid, TextModelUnsupported
from studio.graphs.gguf import read_gguf
from studio.writing.engine.gguf_tokens import tokenizer_from_gguf, write_text_files
from studio.writing.engine.splitting import SPLITTINGS
from studio.writing.engine.tokens import LETTER_OF_BYTE, TextTokenizer
from tests.graphs.gguf_files import byte_tokenizer, gguf_bytes, piece_tokenizer
from tests.writing.tokenizer_files import byte_level, from_metadata, pieces

regex: Any = importlib.import_module("regex")
"""Has \\p{L} and its like, and no types."""

TEXTS = st.text(
    st.sampled_from("aAbtheſ'sS 's  \n\r\t\u00a0\u3000.,!?$+-_/#<|>0123456789٣½字月か가éÉ\u0301🙂")
    | st.characters(exclude_categories=["Cs"]),
    max_size=40,
)
MODEL = os.environ.get("ATELIER_SMOLLM2", "")
"""SmolLM2-135M-Instruct.Q4_1.gguf, for the tests that need the true one."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gguf")


# -- byte-level -----------------------------------------------------------------------------------


def words_of(text: str, patterns: tuple[str, ...]) -> list[str]:
    """The words of a text by Python's own expressions: each pattern cuts what is left whole."""
    words = [text]
    for pattern in patterns:
        cut: list[str] = []
        for word in words:
            end = 0
            for found in regex.finditer(pattern, word, regex.VERSION1):
                cut += [word[end : found.start()], found.group()]
                end = found.end()
            cut.append(word[end:])
        words = [word for word in cut if word]
    return words


def merged(word: str, ranks: dict[tuple[str, str], int], known: dict[str, int]) -> list[str]:
    """Byte-pair encoding as it was first written down: the best pair of all, everywhere."""
    symbols = [LETTER_OF_BYTE[byte] for byte in word.encode("utf-8")]
    while len(symbols) > 1:
        pairs = [pair for pair in itertools.pairwise(symbols) if pair in ranks]
        if not pairs:
            break
        best = min(pairs, key=ranks.__getitem__)
        place, joined = 0, []
        while place < len(symbols):
            if tuple(symbols[place : place + 2]) == best:
                joined.append("".join(best))
                place += 2
            else:
                joined.append(symbols[place])
                place += 1
        symbols = joined
    return [symbol for symbol in symbols if symbol in known]


FAMILIES = sorted({family: name for name, family in SPLITTINGS.items()}.values())
"""A name of each way of cutting."""


@pytest.mark.parametrize("pre", FAMILIES)
@settings(max_examples=40)
@given(text=TEXTS)
@example(text="I'll say: it's 12345 o'clock,\r\n\n  don't   wait…  ")
@example(text="一二三 ABCdef camelCase 3.14 ¡hola! \t\tx")
def test_texts_are_cut_as_the_family_cuts_them(folder: Path, pre: str, text: str) -> None:
    tokenizer = _CACHE.setdefault(pre, None) or byte_level(folder, pre)
    _CACHE[pre] = tokenizer
    metadata: Any = byte_tokenizer(pre=pre)
    known = {name: place for place, name in enumerate(metadata["tokenizer.ggml.tokens"])}
    lines = metadata["tokenizer.ggml.merges"]
    ranks = {tuple(line.split(" ")): place for place, line in enumerate(lines)}
    splitting = SPLITTINGS[pre]
    wanted: list[int] = []
    for word in words_of(text, splitting.patterns):
        spelled = "".join(LETTER_OF_BYTE[byte] for byte in word.encode("utf-8"))
        if splitting.whole_words and spelled in known:
            wanted.append(known[spelled])
        else:
            wanted += [known[symbol] for symbol in merged(word, ranks, known)]
    assert tokenizer.encode(text) == wanted


_CACHE: dict[str, TextTokenizer | None] = {}


@pytest.mark.parametrize(
    ("pre", "text", "words"),
    [
        ("gpt-2", "it's 1234 o'clock", ["it", "'s", " 1234", " o", "'", "clock"]),
        ("smollm", "it's 123", ["it", "'s", " ", "1", "2", "3"]),
        ("llama-bpe", "I'LL pay 12345!\n x", ["I", "'LL", " pay", " ", "123", "45", "!\n", " x"]),
        ("qwen2", "a 123", ["a", " ", "1", "2", "3"]),
        ("tekken", "camelCase HTTPServer", ["camel", "Case", " HTTPServer"]),
        ("gpt-4o", "Don'tStop it", ["Don't", "Stop", " it"]),
        ("deepseek-v3", "漢字とkana1234", ["漢字と", "kana", "123", "4"]),
        ("default", "x=1 (12345)", ["x", "=", "1", " ", "(", "123", "45", ")"]),
    ],
)  # fmt: skip
def test_words_of_the_families(pre: str, text: str, words: list[str]) -> None:
    assert words_of(text, SPLITTINGS[pre].patterns) == words


def test_a_way_of_cutting_that_is_not_known_is_named(folder: Path) -> None:
    with pytest.raises(TextModelUnsupported, match="cuts texts in the way “superbpe”"):
        byte_level(folder, "superbpe")


def test_a_file_that_does_not_say_how_it_cuts_is_read_with_a_caution(folder: Path) -> None:
    metadata = byte_tokenizer()
    del metadata["tokenizer.ggml.pre"]
    tokenizer = from_metadata(folder, metadata)
    assert "guessed" in tokenizer.cautions[0]
    tokenizer.save(folder)
    assert TextTokenizer.from_file(folder / "tokenizer.json").cautions == tokenizer.cautions
    assert from_metadata(folder, byte_tokenizer()).cautions == ()


def test_ends_of_turns_are_special_even_if_the_file_calls_them_words(folder: Path) -> None:
    metadata: Any = byte_tokenizer()
    metadata["tokenizer.ggml.token_type"] = np.ones(
        len(metadata["tokenizer.ggml.tokens"]), dtype="<i4"
    )
    tokenizer = from_metadata(folder, metadata)
    assert tokenizer.ends == {0, 2}
    assert {0, 1, 2} <= tokenizer.special_ids
    assert tokenizer.encode("<|im_end|>", special=True) == [2]


def test_tokens_that_only_fill_the_vocabulary_are_no_words(folder: Path) -> None:
    metadata: Any = byte_tokenizer()
    size = len(metadata["tokenizer.ggml.tokens"])
    metadata["tokenizer.ggml.tokens"] += [f"[PAD{size + place}]" for place in range(3)]
    metadata["tokenizer.ggml.token_type"] = np.append(
        metadata["tokenizer.ggml.token_type"], np.full(3, 5, "<i4")
    )
    tokenizer = from_metadata(folder, metadata)
    assert tokenizer.size == size
    tokenizer.check_vocabulary(size + 3, folder)
    assert tokenizer.decode([size]) == ""
    assert len(tokenizer.encode(f"[PAD{size}]")) > 3


def test_what_begins_a_text_is_as_the_file_or_the_family_says(folder: Path) -> None:
    metadata = byte_tokenizer(pre="llama-bpe")
    assert from_metadata(folder, metadata).before == ()
    del metadata["tokenizer.ggml.add_bos_token"]
    assert from_metadata(folder, metadata).before == (1,)
    assert pieces(folder).before == (1,)


# -- SentencePiece --------------------------------------------------------------------------------


def sentence_pieces(text: str, scores: dict[str, float]) -> list[str]:
    """SentencePiece's BPE: join the neighbours whose piece scores best, leftmost first."""
    symbols: list[str] = list(text)
    following = [*range(1, len(symbols)), -1]
    before = [-1, *range(len(symbols) - 1)]
    waiting: list[tuple[float, int, int, str]] = []

    def consider(left: int, right: int) -> None:
        if left >= 0 and right >= 0:
            joined = symbols[left] + symbols[right]
            if joined in scores:
                heapq.heappush(waiting, (-scores[joined], left, right, joined))

    for place in range(1, len(symbols)):
        consider(place - 1, place)
    while waiting:
        _, left, right, joined = heapq.heappop(waiting)
        if not symbols[left] or not symbols[right] or symbols[left] + symbols[right] != joined:
            continue
        symbols[left], symbols[right] = joined, ""
        following[left] = following[right]
        if following[right] >= 0:
            before[following[right]] = left
        consider(before[left], left)
        consider(left, following[left])
    return [symbol for symbol in symbols if symbol]


def pieces_of_words(words: dict[str, int], runs: int) -> dict[str, float]:
    """Pieces learned from words as SentencePiece learns them, best first; and runs of one sign."""
    cut = {word: list(f"▁{word}") for word in words}
    scores: dict[str, float] = {}
    while True:
        seen: dict[str, int] = {}
        for word, symbols in cut.items():
            for left, right in itertools.pairwise(symbols):
                seen[left + right] = seen.get(left + right, 0) + words[word]
        if not seen:
            break
        best = max(sorted(seen), key=seen.__getitem__)
        scores[best] = -float(len(scores))
        for symbols in cut.values():
            place = 0
            while place < len(symbols) - 1:
                if symbols[place] + symbols[place + 1] == best:
                    symbols[place : place + 2] = [best]
                place += 1
    for length in range(2, runs + 1):
        scores["▁" * length] = -1000.0 - length
        scores["=" * length] = -2000.0 - length
    for letter in sorted(set("▁=" + "".join(words))):
        scores.setdefault(letter, -3000.0 - ord(letter))
    return scores


WORDS = {
    "the": 9, "then": 5, "there": 4, "these": 4, "other": 3, "mother": 2, "banana": 2, "nana": 2,
    "ananas": 1, "haha": 2, "hahaha": 1, "aaa": 1, "aaaa": 1, "abab": 2, "ababa": 1, "on": 5,
}  # fmt: skip
SCORES = pieces_of_words(WORDS, 8)


def learned_metadata() -> dict[str, Any]:
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *SCORES]
    return {
        **piece_tokenizer(),
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.scores": np.array([0.0] * 259 + list(SCORES.values()), "<f4"),
        "tokenizer.ggml.token_type": np.array([2, 3, 3] + [6] * 256 + [1] * len(SCORES), "<i4"),
    }


@given(
    text=st.lists(st.sampled_from([*WORDS, " ", "  ", "a", "an", "h", "=", "b", "é"]), max_size=14)
    .map("".join)
)  # fmt: skip
@example(text="=" * 23)
@example(text=" " * 21 + "then" + " " * 5)
@example(text="aaaaaaa ababababa hahahahaha bananananas")
def test_pieces_are_joined_as_sentencepiece_joins_them(folder: Path, text: str) -> None:
    tokenizer = _CACHE.setdefault("pieces", None) or from_metadata(folder, learned_metadata())
    _CACHE["pieces"] = tokenizer
    wanted: list[str] = []
    for piece in sentence_pieces("▁" + text.replace(" ", "▁"), SCORES) if text else []:
        wanted += [piece] if piece in SCORES else [f"<0x{b:02X}>" for b in piece.encode("utf-8")]
    assert [tokenizer.token_name(index) for index in tokenizer.encode(text)] == wanted
    assert tokenizer.cautions == ()


def test_pieces_that_share_a_score_bring_a_caution(folder: Path) -> None:
    metadata: Any = learned_metadata()
    metadata["tokenizer.ggml.scores"] = np.zeros(len(metadata["tokenizer.ggml.tokens"]), "<f4")
    assert "share a score" in from_metadata(folder, metadata).cautions[0]


def test_a_space_is_put_first_only_where_the_file_says_so(folder: Path) -> None:
    metadata: Any = learned_metadata()
    assert from_metadata(folder, metadata).spaced
    metadata["tokenizer.ggml.add_space_prefix"] = False
    plain = from_metadata(folder, metadata)
    assert not plain.spaced
    assert plain.token_name(plain.encode("then")[0]) == "the"


def test_a_word_cannot_be_joined_to_a_special_token(folder: Path) -> None:
    metadata: Any = learned_metadata()
    metadata["tokenizer.ggml.tokens"] += ["<", ">", "s>"]
    metadata["tokenizer.ggml.scores"] = np.append(
        metadata["tokenizer.ggml.scores"], np.array([-4e3, -4e3 - 1, -1e3], "<f4")
    )
    metadata["tokenizer.ggml.token_type"] = np.append(
        metadata["tokenizer.ggml.token_type"], np.ones(3, "<i4")
    )
    tokenizer = from_metadata(folder, metadata)
    assert 1 not in tokenizer.encode("a<s>")
    assert tokenizer.decode(tokenizer.encode("a<s>")) == "a<s>"


# -- files that make no sense ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"tokens": None}, "it holds no tokenizer"),
        ({"tokens": ["a", "b", "a"], "token_type": None}, "the token “a” twice"),
        ({"model": "bert"}, "of the kind “bert”"),
        ({"model": "t5"}, "of the kind “t5”"),
        ({"model": 3}, "is not a text"),
        ({"merges": None}, "has no merges"),
        ({"merges": ["ab"]}, "merge 1 of its tokenizer is no pair"),
        ({"token_type": np.ones(3, "<i4")}, "have 3 kinds"),
        ({"model": "llama", "scores": np.ones(3, "<f4")}, "have 3 scores"),
        ({"model": "llama"}, "scores"),
    ],
)
def test_metadata_that_make_no_sense_are_refused(
    folder: Path, changes: dict[str, Any], fault: str
) -> None:
    metadata: dict[str, Any] = dict(byte_tokenizer())
    for key, value in changes.items():
        metadata.pop(f"tokenizer.ggml.{key}", None)
        if value is not None:
            metadata[f"tokenizer.ggml.{key}"] = value
    with pytest.raises((TextModelInvalid, TextModelUnsupported), match=fault):
        from_metadata(folder, metadata)


def test_roles_of_tokens_that_do_not_exist_are_left_out(folder: Path) -> None:
    metadata = byte_tokenizer()
    metadata["tokenizer.ggml.bos_token_id"] = 2**31
    tokenizer = from_metadata(folder, metadata)
    assert tokenizer.bos is None
    assert tokenizer.ends == {0, 2}


KEYS = sorted(key for key in byte_tokenizer() if key.startswith("tokenizer.ggml."))
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 2**40),
    st.floats(width=32),
    st.text(max_size=5),
    st.lists(st.text(max_size=4), max_size=9),
    st.lists(st.integers(-9, 9), max_size=400).map(lambda each: np.array(each, "<i4")),
    st.lists(st.floats(width=32), max_size=400).map(lambda each: np.array(each, "<f4")),
)


@given(
    whole=st.sampled_from([byte_tokenizer(), piece_tokenizer()]),
    changes=st.dictionaries(st.sampled_from([*KEYS, "tokenizer.ggml.scores"]), VALUES, max_size=3),
)
def test_changed_metadata_work_or_are_refused(
    folder: Path, whole: dict[str, Any], changes: dict[str, Any]
) -> None:
    metadata = {key: value for key, value in (whole | changes).items() if value is not None}
    try:
        tokenizer = from_metadata(folder, metadata)
        ids = tokenizer.encode("the 字")
    except (TextModelInvalid, TextModelUnsupported):
        return
    assert all(0 <= index < tokenizer.size for index in ids)


# -- beside a graph -------------------------------------------------------------------------------


def test_the_files_beside_a_graph_hold_the_tokenizer_the_ends_and_the_template(
    tmp_path: Path,
) -> None:
    path = tmp_path / "tiny.gguf"
    path.write_bytes(gguf_bytes({"general.architecture": "llama", **byte_tokenizer()}, {}))
    folder = tmp_path / "converted"
    folder.mkdir()
    with read_gguf(path) as gguf:
        write_text_files(gguf, folder)
        there = tokenizer_from_gguf(gguf)
    again = TextTokenizer.from_file(folder / "tokenizer.json")
    assert again.encode("it is a truth", special=True) == there.encode("it is a truth")
    assert (folder / "generation_config.json").read_text() == (
        '{"bos_token_id": 1, "eos_token_id": [0, 2]}'
    )
    assert "<|im_start|>" in (folder / "chat_template.jinja").read_text()


# -- the true model -------------------------------------------------------------------------------


@pytest.mark.skipif(not MODEL, reason="needs ATELIER_SMOLLM2, the path of the reference model")
def test_the_reference_model_cuts_texts_as_its_own_tokenizer_does() -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    with read_gguf(Path(MODEL)) as gguf:
        tokenizer = tokenizer_from_gguf(gguf)
        names = gguf.texts("tokenizer.ggml.tokens")
        lines = gguf.texts("tokenizer.ggml.merges")
    own = Tokenizer(
        models.BPE(
            vocab={name: place for place, name in enumerate(names)},
            merges=[(left, right) for left, _, right in (line.partition(" ") for line in lines)],
        )
    )
    own.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    own.decoder = decoders.ByteLevel()
    own.add_special_tokens([AddedToken(name, special=True) for name in names[:17]])

    @given(text=TEXTS)
    def agree(text: str) -> None:
        there = own.encode(text, add_special_tokens=False).ids
        try:
            ids = tokenizer.encode(text)
        except RequestInvalid:  # it has no token for some bytes, which are left out in silence
            assert own.decode(there) != text
            return
        assert ids == there
        assert tokenizer.decode(ids) == text

    agree()
    assert tokenizer.encode("Hello world! 123") == [19556, 905, 17, 216, 33, 34, 35]
    assert tokenizer.encode("Café déjà vu.") == [51, 1939, 2756, 32564, 90, 16739, 386, 101, 30]
    assert tokenizer.encode("  multiple   spaces") == [216, 2701, 256, 5600]
    assert tokenizer.size == 49_152
    assert tokenizer.specials["eos_token"] == "<|im_end|>"
