"""A GGUF file is read as it says, and one that lies is refused in a sentence."""

import os
import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from gguf import GGUFReader
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.contract.errors import (
    AtelierError,
    MemoryExhausted,
    ModelMissing,
    StorageDenied,
    TextModelInvalid,
    TextModelUnsupported,
)
from studio.graphs import blocks, gguf
from studio.graphs.blocks import FORMATS
from studio.graphs.gguf import BASE_MEMORY, MEMORY_FACTOR, GgufFile, read_gguf
from tests.graphs.gguf_files import (
    FLOAT64,
    INT64,
    TEXT,
    UINT8,
    Tensor,
    TinyModel,
    Typed,
    Value,
    float_tensor,
    gguf_bytes,
    piece_tokenizer,
    random_tensor,
    tensor_info,
    text_bytes,
    tiny_metadata,
    tiny_tensors,
    value_bytes,
    write_tiny_model,
)

ONE = Tensor(shape=(2, 32), form=blocks.Q4_0, raw=bytes(36))


@pytest.fixture
def written(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(data: bytes) -> Path:
        path = tmp_path / "gift.gguf"
        path.write_bytes(data)
        return path

    return write


def with_entries(**entries: Value) -> bytes:
    return gguf_bytes({key.replace("__", "."): value for key, value in entries.items()}, {"a": ONE})


def head(tensors: int, entries: int, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, tensors, entries)


# -- what is sound --------------------------------------------------------------------------------


def test_a_tiny_model_is_read_whole(tmp_path: Path) -> None:
    model = TinyModel(architecture="qwen2", form=blocks.Q4_K, tied=False)
    tensors = tiny_tensors(model)
    with read_gguf(write_tiny_model(tmp_path / "tiny.gguf", model)) as file:
        assert file.architecture == "qwen2"
        assert file.version == 3
        assert list(file.tensors) == list(tensors)
        for name, tensor in tensors.items():
            assert (file.tensor(name).shape, file.tensor(name).form) == (tensor.shape, tensor.form)
            assert file.raw(name).tobytes() == tensor.raw
            assert file.array(name).shape == tensor.shape
        assert set(file.metadata) == set(tiny_metadata(model))
        assert len(file.texts("tokenizer.ggml.tokens")) == tensors["token_embd.weight"].shape[0]
        assert file.integers("tokenizer.ggml.token_type")[:4].tolist() == [3, 3, 3, 1]


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
@pytest.mark.parametrize("tokenizer", ["bytes", "pieces"])
def test_it_agrees_with_the_reference_reader(
    tmp_path: Path, form: blocks.BlockFormat, tokenizer: str
) -> None:
    model = TinyModel(form=form, layers=1)
    if tokenizer == "pieces":
        model = TinyModel(form=form, layers=1, tokenizer=piece_tokenizer())
    path = write_tiny_model(tmp_path / "tiny.gguf", model)
    reference = GGUFReader(path)
    with read_gguf(path) as file:
        assert {tensor.name for tensor in reference.tensors} == set(file.tensors)
        for tensor in reference.tensors:
            own = file.tensor(tensor.name)
            assert own.shape == tuple(reversed(tensor.shape.tolist()))
            assert (own.offset, own.size) == (tensor.data_offset, tensor.n_bytes)
            assert file.raw(tensor.name).tobytes() == tensor.data.tobytes()
        for key, value in file.metadata.items():
            found = reference.fields[key].contents()
            own_value = value.tolist() if isinstance(value, np.ndarray) else value
            assert (list(own_value) if isinstance(own_value, tuple) else own_value) == found
    del reference


values: st.SearchStrategy[Value] = (
    st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(width=32)
    | st.text(max_size=8)
    | st.sampled_from([np.array([1, -2, 3], "<i2"), np.array([0.5], "<f8"), np.array([], "<u8")])
    | st.lists(st.text(max_size=5), max_size=4)
    | st.lists(st.lists(st.text(max_size=3), max_size=2), max_size=3)
)


@settings(max_examples=150)
@given(
    metadata=st.dictionaries(
        st.text(min_size=1, max_size=12).filter(
            lambda key: not key.startswith(("general.al", "sp"))
        ),
        values,
        max_size=6,
    ),
    shapes=st.lists(
        st.tuples(st.integers(1, 3), st.integers(1, 3).map(lambda count: 32 * count)), max_size=4
    ),
    version=st.sampled_from([2, 3]),
    alignment=st.sampled_from([1, 8, 32, 64, 4096]),
)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    metadata: dict[str, Value],
    shapes: list[tuple[int, int]],
    version: int,
    alignment: int,
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.gguf"
    chance = np.random.default_rng(1)
    tensors = {
        f"t{place}": random_tensor(blocks.Q8_0, shape, chance) for place, shape in enumerate(shapes)
    }
    path.write_bytes(gguf_bytes(metadata, tensors, version=version, alignment=alignment))
    with read_gguf(path) as file:
        for key, value in metadata.items():
            np.testing.assert_equal(plain(file.metadata[key]), plain(value))
        assert {name: file.raw(name).tobytes() for name in file.tensors} == {
            name: tensor.raw for name, tensor in tensors.items()
        }
        assert all(tensor.offset % alignment == 0 for tensor in file.tensors.values())


def plain(value: object) -> object:
    """Lists for whatever holds several."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return np.float32(value) if isinstance(value, float) else value


def test_views_outlive_the_file_and_a_closed_file_says_so(tmp_path: Path) -> None:
    file = read_gguf(write_tiny_model(tmp_path / "tiny.gguf"))
    view = file.raw("output_norm.weight")
    before = view.tobytes()
    file.close()
    file.close()
    assert view.tobytes() == before
    assert not view.flags.writeable
    with pytest.raises(ValueError, match="closed"):
        file.raw("output_norm.weight")


# -- the getters ----------------------------------------------------------------------------------


@pytest.fixture
def asked(written: Callable[[bytes], Path]) -> GgufFile:
    return read_gguf(
        written(
            with_entries(
                name="a name", count=7, below=-3, share=0.5, odd=float("inf"), on=True,
                words=["a", "b"], ids=np.array([1, 2], "<u4"), wide=np.array([2**63], "<u8"),
                weights=np.array([0.5, -1], "<f8"), broken=np.array([np.nan], "<f4"),
                flags=np.array([1, 0], bool), none=np.array([], "<u4"),
            )
        )
    )  # fmt: skip


def test_getters_answer_with_what_is_there_or_the_default(asked: GgufFile) -> None:
    assert asked.text("name") == "a name"
    assert asked.text("gone", "") == ""
    assert asked.integer("count") == 7
    assert asked.integer("below", least=-5) == -3
    assert asked.integer("gone", 3) == 3
    assert asked.number("share") == 0.5
    assert asked.number("count") == 7.0
    assert asked.flag("on") is True
    assert asked.flag("gone", False) is False
    assert asked.texts("words") == ("a", "b")
    assert asked.texts("gone", ()) == ()
    assert asked.integers("ids").tolist() == [1, 2]
    assert asked.integers("none").tolist() == []
    assert asked.numbers("weights").tolist() == [0.5, -1.0]
    assert asked.numbers("ids").tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda file: file.text("gone"), "its entry “gone” is missing"),
        (lambda file: file.text("count"), "“count” is not a text"),
        (lambda file: file.flag("count"), "neither true nor false"),
        (lambda file: file.integer("share"), "no whole number"),
        (lambda file: file.integer("on"), "no whole number"),
        (lambda file: file.integer("below"), "is -3, not from 0 to"),
        (lambda file: file.integer("count", least=1, most=6), "is 7, not from 1 to 6"),
        (lambda file: file.number("odd"), "not a finite number"),
        (lambda file: file.number("on"), "not a finite number"),
        (lambda file: file.number("share", least=0.75), "is 0.5, not from 0.75 to 1.79769e+308"),
        (lambda file: file.number("share", most=0.25), "is 0.5, not from"),
        (lambda file: file.texts("ids"), "no list of texts"),
        (lambda file: file.texts("name"), "no list of texts"),
        (lambda file: file.integers("words"), "no list of numbers"),
        (lambda file: file.integers("wide"), "no list of numbers"),
        (lambda file: file.integers("weights"), "no list of numbers"),
        (lambda file: file.integers("flags"), "no list of numbers"),
        (lambda file: file.numbers("broken"), "no list of numbers"),
        (lambda file: file.architecture, "“general.architecture” is missing"),
        (lambda file: file.tensor("b"), "tensor “b” is missing"),
        (lambda file: file.raw("b"), "tensor “b” is missing"),
    ],
)
def test_getters_refuse_what_is_of_another_kind(
    asked: GgufFile, ask: Callable[[GgufFile], object], words: str
) -> None:
    with pytest.raises(TextModelInvalid) as caught:
        ask(asked)
    assert words in caught.value.message
    assert "gift.gguf" in caught.value.message


def test_lists_of_numbers_cannot_be_changed(asked: GgufFile) -> None:
    ids = asked.metadata["ids"]
    assert isinstance(ids, np.ndarray)
    with pytest.raises(ValueError, match="read-only"):
        ids[0] = 3


# -- what is not ----------------------------------------------------------------------------------

NESTED = text_bytes("deep") + struct.pack("<I", 9) + struct.pack("<IQ", 9, 1) * 5
REFUSED: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "it is empty"),
    "another file": (b"\x89PNG\r\n\x1a\n" + bytes(50), "does not begin as GGUF"),
    "three letters": (b"GGU", "does not begin as GGUF"),
    "a pointer of Git LFS": (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
    "the name alone": (b"GGUF", "4 bytes where 0 are left"),
    "half a head": (head(1, 1)[:15], "it is damaged or was not fetched whole"),
    "more tensors than fit": (head(2**63, 0) + bytes(100), "where 100 are left"),
    "more entries than fit": (head(0, 2**64 - 1) + bytes(100), "where 100 are left"),
    "a text of gigabytes": (
        head(0, 1) + text_bytes("k") + struct.pack("<IQ", TEXT, 5 * 2**30) + b"abc",
        "announces 5,368,709,120 bytes where 3 are left",
    ),
    "a list of gigabytes": (
        head(0, 1) + text_bytes("k") + struct.pack("<IIQ", 9, FLOAT64, 2**61) + bytes(9),
        "where 9 are left",
    ),
    "a list of more texts than fit": (
        head(0, 1) + text_bytes("k") + struct.pack("<IIQ", 9, TEXT, 2**40) + bytes(9),
        "where 9 are left",
    ),
    "lists in lists in lists": (head(0, 1) + NESTED, "“deep” is a list in too many lists"),
    "an unknown kind": (head(0, 1) + text_bytes("k") + struct.pack("<I", 13) + bytes(9),
                        "“k” is of the unknown kind 13"),
    "a list of an unknown kind": (
        head(0, 1) + text_bytes("k") + struct.pack("<IIQ", 9, 99, 1) + bytes(19),
        "“k” is of the unknown kind 99",
    ),
    "a name twice": (head(0, 2) + 2 * (text_bytes("k") + value_bytes(1)), "has “k” twice"),
    "a name that is not UTF-8": (head(0, 1) + text_bytes(b"\xff") + value_bytes(1),
                                 "a name in it is not UTF-8"),
    "a text that is not UTF-8": (
        head(0, 1) + text_bytes("k") + struct.pack("<I", TEXT) + text_bytes(b"\xc3"),
        "its entry “k” is not UTF-8",
    ),
    "an alignment of zero": (with_entries(general__alignment=0), "not a power of two"),
    "an alignment of 48": (with_entries(general__alignment=48), "not a power of two"),
    "an alignment in words": (with_entries(general__alignment="32"), "not a power of two"),
    "an alignment below zero": (with_entries(general__alignment=-32), "not a power of two"),
    "an alignment beyond the file": (with_entries(general__alignment=2**31), "would end at"),
    "two tensors of a name": (
        head(2, 0) + tensor_info("a", ONE, 0) + tensor_info("a", ONE, 64) + bytes(200),
        "two tensors named “a”",
    ),
    "a tensor over another": (
        head(2, 0) + tensor_info("a", ONE, 0) + tensor_info("b", ONE, 32) + bytes(200),
        "tensor “b” lies over another",
    ),
    "a tensor at an odd place": (
        head(1, 0) + tensor_info("a", ONE, 8) + bytes(200), "does not lie where one may begin",
    ),
    "a tensor beyond the end": (
        head(1, 0) + tensor_info("a", ONE, 2**40) + bytes(200), "its tensor “a” would end at",
    ),
    "a tensor larger than the file": (
        head(1, 0) + tensor_info("a", Tensor(shape=(2**62, 2**62), form=blocks.F32, raw=b""), 0)
        + bytes(99), "would end at",
    ),
    "an empty tensor": (
        head(1, 0) + tensor_info("a", Tensor(shape=(0, 32), form=blocks.F32, raw=b""), 0)
        + bytes(99), "tensor “a” is empty",
    ),
    "a tensor of no dimensions": (
        head(1, 0) + tensor_info("a", Tensor(shape=(), form=blocks.F32, raw=b""), 0) + bytes(99),
        "“a” has 0 dimensions",
    ),
    "a tensor of a billion dimensions": (
        head(1, 0) + text_bytes("a") + struct.pack("<I", 10**9) + bytes(99),
        "“a” has 1,000,000,000 dimensions",
    ),
    "rows that are no whole blocks": (
        head(1, 0) + tensor_info("a", Tensor(shape=(2, 48), form=blocks.Q4_0, raw=b""), 0)
        + bytes(99), "rows of 48 weights, which are no whole Q4_0 blocks",
    ),
    "a name with line ends": (
        head(1, 0) + tensor_info("a\nb" + "c" * 200, Tensor(shape=(), form=blocks.F32, raw=b""), 0)
        + bytes(99), "tensor “a�bccc",
    ),
}  # fmt: skip
UNSUPPORTED: dict[str, tuple[bytes, str]] = {
    "version 1": (b"GGUF" + struct.pack("<III", 1, 0, 0) + bytes(9), "GGUF of version 1;"),
    "a later version": (head(0, 0, version=4), "GGUF of version 4;"),
    "big-endian": (b"GGUF" + struct.pack(">IQQ", 3, 1, 1), "big-endian"),
    "what was before GGUF": (b"tjgg" + bytes(40), "older than GGUF"),
    "a part of a split model": (
        with_entries(split__count=Typed(2, 3), split__no=Typed(2, 0)), "one of 3 parts of a model",
    ),
    "blocks that are known and not read": (
        head(1, 0) + tensor_info("a", ONE, 0).replace(struct.pack("<IQ", 2, 0),
                                                      struct.pack("<IQ", 20, 0)) + bytes(99),
        "stored as IQ4_NL, which is not read",
    ),
    "blocks that nobody knows": (
        head(1, 0) + tensor_info("a", ONE, 0).replace(struct.pack("<IQ", 2, 0),
                                                      struct.pack("<IQ", 7777, 0)) + bytes(99),
        "unknown form 7,777",
    ),
}  # fmt: skip


def refusal(path: Path) -> AtelierError:
    """The error, after a look at the memory that it took."""
    tracemalloc.start()
    try:
        with pytest.raises(AtelierError) as caught:
            read_gguf(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < BASE_MEMORY
    message = caught.value.message
    assert str(path) in message
    assert "\n" not in message
    return caught.value


@pytest.mark.parametrize("name", REFUSED)
def test_a_damaged_file_is_refused_in_a_sentence(
    written: Callable[[bytes], Path], name: str
) -> None:
    data, words = REFUSED[name]
    error = refusal(written(data))
    assert type(error) is TextModelInvalid
    assert words in error.message


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_a_file_of_another_kind_is_refused_by_its_name(
    written: Callable[[bytes], Path], name: str
) -> None:
    data, words = UNSUPPORTED[name]
    error = refusal(written(data))
    assert type(error) is TextModelUnsupported
    assert words in error.message


def test_every_cut_is_noticed(written: Callable[[bytes], Path]) -> None:
    """A file that was not fetched whole, wherever it ends."""
    chance = np.random.default_rng(3)
    data = gguf_bytes(
        {"general.name": "x", "words": ["a", "bc"], "ids": np.arange(5, dtype="<i4"), "share": 0.5},
        {"a": random_tensor(blocks.Q8_0, (2, 32), chance), "b": float_tensor(np.ones(3, "f4"))},
    )
    with read_gguf(written(data)) as file:
        assert len(file.tensors) == 2
    for size in range(len(data)):
        assert type(refusal(written(data[:size]))) is TextModelInvalid, size


def test_texts_for_people_may_be_damaged(written: Callable[[bytes], Path]) -> None:
    data = (
        head(0, 1) + text_bytes("general.author") + struct.pack("<I", TEXT) + text_bytes(b"J\xfc")
    )
    with read_gguf(written(data)) as file:
        assert file.text("general.author") == "J�"


def test_a_header_without_end_is_refused(
    written: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gguf, "HEADER_LIMIT", 2**20)
    path = written(with_entries(long="x" * 2**21) + bytes(2**22))
    assert "its header is longer than 1 MB" in refusal(path).message


@pytest.mark.parametrize(
    "worst",
    [
        ["ab"] * 15_000,
        ["中"] * 15_000,
        ["𝄞" + "a" * 400_000],
        [[]] * 10_000,
        [[[], []]] * 10_000,
        [[1]] * 10_000,
        np.ones(400_000, "u1"),
        np.ones(400_000, bool),
    ],
    ids=["pairs", "letters", "wide", "lists", "lists of lists", "numbers", "bytes", "flags"],
)
def test_memory_stays_within_its_budget_for_the_worst_lists(
    written: Callable[[bytes], Path], worst: Value
) -> None:
    assert_within_budget(written(with_entries(worst=worst)))


def test_memory_stays_within_its_budget_for_many_entries(written: Callable[[bytes], Path]) -> None:
    entries: dict[str, Value] = {str(number): Typed(UINT8, 3) for number in range(8_000)}
    assert_within_budget(written(gguf_bytes(entries, {})))
    entries = {str(number): Typed(INT64, 10**18 + number) for number in range(8_000)}
    assert_within_budget(written(gguf_bytes(entries, {})))
    lists: dict[str, Value] = {str(number): np.ones(1, "u1") for number in range(8_000)}
    assert_within_budget(written(gguf_bytes(lists, {})))


def test_memory_stays_within_its_budget_for_many_tensors(written: Callable[[bytes], Path]) -> None:
    tiny = Tensor(shape=(1,), form=blocks.F16, raw=b"ab")
    infos = b"".join(tensor_info(str(number), tiny, 2 * number) for number in range(8_000))
    entry = text_bytes("general.alignment") + value_bytes(2)
    path = written(head(8_000, 1) + entry + infos + bytes(16_001))
    assert_within_budget(path)


def assert_within_budget(path: Path) -> None:
    tracemalloc.start()
    try:
        with read_gguf(path):
            _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < BASE_MEMORY + MEMORY_FACTOR * path.stat().st_size


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_refused(
    written: Callable[[bytes], Path], bad: float
) -> None:
    weights: npt.NDArray[np.float32] = np.ones((2, 32), np.float32)
    weights[1, 7] = bad
    path = written(gguf_bytes({}, {"a": float_tensor(weights)}))
    with read_gguf(path) as file, pytest.raises(TextModelInvalid, match="“a” holds weights that"):
        file.array("a")


def test_weights_that_do_not_fit_into_memory_are_said_to(
    written: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*arguments: object) -> None:
        raise MemoryError

    monkeypatch.setattr(gguf, "dequantise", exhausted)
    with read_gguf(written(with_entries())) as file, pytest.raises(MemoryExhausted, match="“a”"):
        file.array("a")


# -- the file itself ------------------------------------------------------------------------------


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        read_gguf(tmp_path / "gone.gguf")


def test_a_folder_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    with pytest.raises(TextModelInvalid, match="not a file"):
        read_gguf(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.gguf")
        with pytest.raises(TextModelInvalid, match="not a file"):
            read_gguf(tmp_path / "pipe.gguf")


@pytest.mark.parametrize(
    ("error", "kind"), [(PermissionError(13, "denied"), StorageDenied),
                        (OSError(5, "Input/output error"), TextModelInvalid)]
)  # fmt: skip
def test_a_file_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, kind: type[AtelierError]
) -> None:
    path = write_tiny_model(tmp_path / "tiny.gguf")

    def refuse(*arguments: object, **named: object) -> None:
        raise error

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(kind):
        read_gguf(path)
