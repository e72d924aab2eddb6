"""Texts become tokens and come back; what cannot be is said in a sentence."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.contract.errors import (
    ModelMissing,
    RequestInvalid,
    TextModelInvalid,
    TextModelUnsupported,
)
from studio.writing.engine.tokens import (
    LARGEST_FILE,
    LETTER_OF_BYTE,
    Decoding,
    TextTokenizer,
)
from tests.writing.tokenizer_files import (
    SPECIALS,
    added,
    as_bytes,
    byte_level,
    byte_level_json,
    characters_json,
    from_contents,
    pieces,
)

WHOLE_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
"""Any Unicode text; half a pair of surrogates is none."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tokens")


@pytest.fixture(scope="module", params=["bytes", "pieces", "json"])
def tokenizer(request: pytest.FixtureRequest, folder: Path) -> TextTokenizer:
    if request.param == "bytes":
        return byte_level(folder)
    return pieces(folder) if request.param == "pieces" else from_contents(byte_level_json())


@given(text=WHOLE_TEXTS)
def test_any_text_comes_back(tokenizer: TextTokenizer, text: str) -> None:
    if tokenizer.spelling == "pieces":
        text = text.replace("▁", "_")  # there it is the sign for a space
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert tokenizer.spells(ids, text) == (1 if tokenizer.spaced and text else 0)


@given(text=WHOLE_TEXTS, place=st.integers(0, 60))
def test_special_tokens_are_read_as_such_only_when_asked(
    tokenizer: TextTokenizer, text: str, place: int
) -> None:
    name = tokenizer.token_name(2)
    text = text.replace("▁", "_").replace("<", "(")
    marked = text[:place] + name + text[place:]
    plain = tokenizer.encode(marked)
    assert not tokenizer.special_ids & set(plain)
    assert tokenizer.decode(plain) == marked
    read = tokenizer.encode(marked, special=True)
    assert read.count(2) == 1
    assert name not in tokenizer.decode(read)


@given(ids=st.lists(st.integers(0, 320), max_size=40))
def test_streamed_text_is_the_text_at_once_and_never_half_a_character(
    tokenizer: TextTokenizer, ids: list[int]
) -> None:
    decoding = Decoding(tokenizer, at_start=True)
    shown = ""
    for index in ids:
        shown += decoding.push(index)
        assert len(decoding.pending) <= 3
        shown.encode("utf-8")
    raw = b"".join(tokenizer.token_bytes(index) for index in ids)
    if tokenizer.spaced:
        raw = raw.removeprefix(b" ")
    assert shown + decoding.finish() == tokenizer.decode(ids) == raw.decode("utf-8", "replace")


@given(raw=st.binary(max_size=40))
def test_bytes_that_are_no_text_are_replaced_as_everywhere(
    tokenizer: TextTokenizer, raw: bytes
) -> None:
    alone = {tokenizer.token_bytes(index): index for index in range(3, tokenizer.size)}
    ids = [alone[bytes([byte])] for byte in raw]
    assert tokenizer.decode(ids, at_start=False) == raw.decode("utf-8", "replace")


def test_a_character_in_three_tokens_comes_with_the_last(folder: Path) -> None:
    tokenizer = byte_level(folder)
    ids = tokenizer.encode("a字b")
    decoding = Decoding(tokenizer)
    assert [decoding.push(index) for index in ids] == ["a", "", "", "字", "b"]
    assert decoding.finish() == ""


def test_special_tokens_can_be_spelled_out(folder: Path) -> None:
    tokenizer = byte_level(folder)
    text = "<|im_start|>user\nhi<|im_end|>"
    ids = tokenizer.encode(text, special=True)
    assert tokenizer.decode(ids) == "user\nhi"
    assert tokenizer.decode(ids, special=True) == text


def test_added_tokens_that_are_no_special_ones_stand_in_the_text() -> None:
    contents = byte_level_json()
    contents["added_tokens"].append(added(261, "é think", special=False))
    tokenizer = from_contents(contents)
    assert tokenizer.encode("an é think") == [*tokenizer.encode("an "), 261]
    assert tokenizer.decode([261]) == "é think"
    assert tokenizer.size == 262


def test_ids_that_are_no_tokens_add_nothing(tokenizer: TextTokenizer) -> None:
    for index in (-1, tokenizer.size, 10**9):
        assert tokenizer.token_bytes(index) == b""
        assert tokenizer.token_name(index) == ""
    assert len(tokenizer.all_bytes) == tokenizer.size
    assert list(tokenizer.all_bytes) == [
        tokenizer.token_bytes(index) for index in range(tokenizer.size)
    ]


def test_truncation_and_dropout_of_a_file_are_not_followed() -> None:
    tokenizer = from_contents(byte_level_json())
    assert tokenizer.encode("the the the the") == tokenizer.encode("the the the the")
    assert tokenizer.decode(tokenizer.encode("the " * 50)) == "the " * 50


def test_ids_with_gaps_are_counted_to_the_last() -> None:
    contents = byte_level_json()
    contents["model"]["vocab"]["the"] = 400
    tokenizer = from_contents(contents)
    assert tokenizer.size == 401
    assert tokenizer.token_bytes(300) == b""
    assert tokenizer.encode("the") == [400]


def test_half_a_pair_is_refused(tokenizer: TextTokenizer) -> None:
    with pytest.raises(RequestInvalid, match="character 3 of the text is half of a pair"):
        tokenizer.encode("ab\ud800c")


def test_characters_without_a_token_are_named_and_never_left_out() -> None:
    tokenizer = from_contents(characters_json("床前明月光"))
    assert tokenizer.decode(tokenizer.encode("明月")) == "明月"
    with pytest.raises(RequestInvalid, match="no tokens for these characters: 地 霜"):
        tokenizer.encode("明地月霜")


def test_characters_without_a_token_become_the_unknown_one_where_there_is_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(as_bytes(characters_json("床前明月光", unknown=True)))
    path.with_name("tokenizer_config.json").write_text('{"unk_token": "<unk>"}')
    tokenizer = TextTokenizer.from_file(path)
    assert tokenizer.unknown == 0
    assert tokenizer.encode("明霜") == [tokenizer.encode("明")[0], 0]


def test_bytes_that_are_missing_are_found_out() -> None:
    contents = byte_level_json()
    del contents["model"]["vocab"][LETTER_OF_BYTE[0xE5]]
    tokenizer = from_contents(contents)
    assert tokenizer.decode(tokenizer.encode("then")) == "then"
    with pytest.raises(RequestInvalid, match="no tokens for these characters: 字"):
        tokenizer.encode("a 字")
    del contents["model"]["vocab"][LETTER_OF_BYTE[4]]
    with pytest.raises(RequestInvalid, match=r"no tokens for these characters: U\+0004"):
        from_contents(contents).encode("a\4")


# -- files ----------------------------------------------------------------------------------------


def test_roles_of_tokens_come_from_the_files_beside(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(as_bytes(byte_level_json()))
    path.with_name("special_tokens_map.json").write_text(
        json.dumps({"bos_token": "<|im_start|>", "eos_token": "<|endoftext|>"})
    )
    path.with_name("tokenizer_config.json").write_text(
        json.dumps({"eos_token": {"content": "<|im_end|>"}, "pad_token": None, "unk_token": "x"})
    )
    tokenizer = TextTokenizer.from_file(path)
    assert dict(tokenizer.specials) == {
        "bos_token": "<|im_start|>",
        "eos_token": "<|im_end|>",
        "unk_token": "x",
    }
    assert tokenizer.bos == 1
    assert tokenizer.ends == {2}
    assert tokenizer.before == ()


@pytest.mark.parametrize(
    ("template", "config", "before"),
    [
        (True, {}, (1,)),
        (True, {"add_bos_token": True}, (1,)),
        (True, {"add_bos_token": False}, ()),
        (False, {"add_bos_token": True}, (1,)),
        (False, {}, ()),
    ],
)
def test_what_stands_before_a_text_is_known_and_not_added(
    tmp_path: Path, template: bool, config: dict[str, Any], before: tuple[int, ...]
) -> None:
    contents = byte_level_json()
    if template:
        contents["post_processor"] = {
            "type": "TemplateProcessing",
            "single": [
                {"SpecialToken": {"id": "<|im_start|>", "type_id": 0}},
                {"Sequence": {"id": "A", "type_id": 0}},
                {"SpecialToken": {"id": "<|im_end|>", "type_id": 0}},
            ],
            "pair": [
                {"Sequence": {"id": "A", "type_id": 0}},
                {"Sequence": {"id": "B", "type_id": 0}},
            ],
            "special_tokens": {
                name: {"id": name, "ids": [index], "tokens": [name]}
                for index, name in enumerate(SPECIALS)
            },
        }  # fmt: skip
    path = tmp_path / "tokenizer.json"
    path.write_bytes(as_bytes(contents))
    config = {"bos_token": "<|im_start|>", **config}
    path.with_name("tokenizer_config.json").write_text(json.dumps(config))
    tokenizer = TextTokenizer.from_file(path)
    assert tokenizer.before == before
    assert not tokenizer.special_ids & set(tokenizer.encode("the", special=True))


@given(text=WHOLE_TEXTS)
def test_what_is_saved_opens_as_the_same(
    tokenizer: TextTokenizer, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp() / f"saved-{id(tokenizer)}"
    if not folder.exists():
        folder.mkdir()
        tokenizer.save(folder)
    again = TextTokenizer.from_file(folder / "tokenizer.json")
    assert again.encode(text) == tokenizer.encode(text)
    assert again.all_bytes == tokenizer.all_bytes
    assert (again.before, again.specials, again.special_ids, again.spaced) == (
        tokenizer.before,
        tokenizer.specials,
        tokenizer.special_ids,
        tokenizer.spaced,
    )


def test_a_missing_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"tokenizer\.json"):
        TextTokenizer.from_file(tmp_path / "tokenizer.json")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"model": null}'])
def test_what_is_no_tokenizer_is_refused(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(raw)
    with pytest.raises(TextModelInvalid, match="its tokenizer cannot be used"):
        TextTokenizer.from_file(path)


def test_a_file_beyond_all_measure_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    with path.open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    with pytest.raises(TextModelInvalid, match="larger than 128 MB"):
        TextTokenizer.from_file(path)


def test_a_damaged_file_beside_it_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_bytes(as_bytes(byte_level_json()))
    path.with_name("tokenizer_config.json").write_text("{")
    with pytest.raises(TextModelInvalid, match=r"tokenizer_config\.json"):
        TextTokenizer.from_file(path)


@pytest.mark.parametrize(
    ("decoder", "name"),
    [
        ({"type": "WordPiece", "prefix": "##", "cleanup": True}, "WordPiece"),
        ({"type": "BPEDecoder", "suffix": "</w>"}, "BPEDecoder"),
        (None, "does not say how tokens are put together"),
    ],
)
def test_ways_to_put_texts_together_that_are_not_known_are_named(
    decoder: dict[str, Any] | None, name: str
) -> None:
    contents = byte_level_json()
    contents["decoder"] = decoder
    with pytest.raises(TextModelUnsupported, match=name):
        from_contents(contents)


@pytest.mark.parametrize(
    ("size", "rows", "fits"),
    [(261, 261, True), (261, 512, True), (261, 260, False), (261, 49_152, False)],
)
def test_a_graph_of_another_vocabulary_is_refused(size: int, rows: int, fits: bool) -> None:
    tokenizer = from_contents(byte_level_json())
    assert tokenizer.size == size
    if fits:
        tokenizer.check_vocabulary(rows, Path("model.onnx"))
        return
    with pytest.raises(TextModelInvalid, match=f"has {size:,} tokens and its graph {rows:,}"):
        tokenizer.check_vocabulary(rows, Path("model.onnx"))


# -- hostile files --------------------------------------------------------------------------------

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


def _places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where something stands in the contents of a file."""
    found = [path] if path else []
    if isinstance(value, dict) and len(value) < 20:
        for key, inner in value.items():
            found += _places(inner, (*path, key))
    if isinstance(value, list):
        for place, inner in enumerate(value):
            found += _places(inner, (*path, place))
    return found


_PLACES = _places(byte_level_json())


@given(place=st.sampled_from(_PLACES), value=_JSON, text=WHOLE_TEXTS)
def test_a_changed_file_works_or_is_refused(
    place: tuple[str | int, ...], value: object, text: str
) -> None:
    contents: Any = byte_level_json()
    inner = contents
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    _try(as_bytes(contents), text)


@given(cut=st.integers(0, 9000), garbage=st.binary(max_size=8), text=WHOLE_TEXTS)
def test_a_damaged_file_works_or_is_refused(cut: int, garbage: bytes, text: str) -> None:
    raw = as_bytes(byte_level_json())
    cut = cut % len(raw)
    _try(raw[:cut] + garbage + raw[cut + len(garbage) :], text)


def _try(raw: bytes, text: str) -> None:
    try:
        tokenizer = TextTokenizer.from_json(raw, file=Path("tokenizer.json"))
        ids = tokenizer.encode(text)
    except (TextModelInvalid, TextModelUnsupported, RequestInvalid):
        return
    assert all(0 <= index < tokenizer.size for index in ids)
    tokenizer.decode(ids)


# -- offline --------------------------------------------------------------------------------------


def test_nothing_of_a_hub_is_loaded(folder: Path) -> None:
    tokenizer = byte_level(folder)
    tokenizer.save(folder)
    code = (
        "import sys, socket\n"
        "def refuse(*_, **__): raise AssertionError('a connection was tried')\n"
        "socket.socket.connect = refuse\n"
        "from pathlib import Path\n"
        "from studio.writing.engine.tokens import TextTokenizer\n"
        f"tokenizer = TextTokenizer.from_file(Path({str(folder / 'tokenizer.json')!r}))\n"
        "assert tokenizer.decode(tokenizer.encode('hello')) == 'hello'\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "assert not loaded & {'huggingface_hub', 'transformers', 'requests', 'httpx'}, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
