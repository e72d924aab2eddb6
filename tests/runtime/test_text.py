"""Text graphs of every layout say the same, however their text is given to them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from studio.contract.errors import (
    Cancelled,
    GraphInvalid,
    MemoryExhausted,
    ModelMissing,
    RequestInvalid,
    TextModelUnsupported,
)
from studio.runtime import buffers
from studio.runtime import text as text_module
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.sessions import resident_bytes
from studio.runtime.text import (
    COPIES,
    FIXED_STATE,
    NO_PAST,
    ONE_BY_ONE,
    PAST_DIFFERS,
    TextGraphs,
    TextSession,
    open_text,
)
from studio.runtime.text_cache import Memory
from tests.recognise.text_graphs import (
    LAYOUTS,
    VOCABULARY,
    concatenated_graph,
    gqa_graph,
    reference_logits,
    write_text_model,
)

TEXT = tuple(int(number) for number in np.random.default_rng(5).integers(0, VOCABULARY, 700))

LIMITS = {
    "gqa": (),
    "gqa_half": (),
    "gqa_int32": (),
    "concatenated": (COPIES,),
    "half": (COPIES,),
    "merged": (COPIES, ONE_BY_ONE),
    "two_files": (COPIES, ONE_BY_ONE),
    "single_steps": (COPIES, ONE_BY_ONE),
    "no_past": (NO_PAST,),
    "zoo": (NO_PAST,),
    "combined": (COPIES,),
    "hybrid": (COPIES, FIXED_STATE),
    "uncausal": (COPIES, ONE_BY_ONE),
    "forgetful": (PAST_DIFFERS,),
    "last_only": (COPIES,),
    "renamed": (COPIES,),
}


def opened(path: Path, first: Path | None = None) -> TextSession:
    return open_text(
        TextGraphs(graph=path, first=first), device=choose_device("cpu"), threads=1,
        token=CancelToken(),
    )  # fmt: skip


def open_layout(folder: Path, layout: str) -> TextSession:
    path = write_text_model(folder, layout)
    beginning = folder / "decoder_model.onnx"
    return opened(path, first=beginning) if beginning.exists() else opened(path)


@pytest.fixture(scope="module", params=LAYOUTS)
def layout(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def loaded(layout: str, tmp_path_factory: pytest.TempPathFactory) -> TextSession:
    return open_layout(tmp_path_factory.mktemp(layout), layout)


@pytest.fixture
def session(loaded: TextSession) -> Iterator[TextSession]:
    loaded.clear()
    yield loaded
    loaded.clear()


@pytest.fixture
def check(layout: str) -> Callable[..., None]:
    """Compares logits with the reference's of the last tokens of a text."""

    def compare(logits: object, ids: tuple[int, ...]) -> None:
        found = np.asarray(logits)
        wanted = reference_logits(ids, hybrid=layout == "hybrid")[-len(found) :]
        tolerance = 0.03 if "half" in layout else 2e-4
        np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)
        assert found.dtype == np.float32

    return compare


def test_a_text_read_at_once_gives_the_reference(
    session: TextSession, check: Callable[..., None]
) -> None:
    for length in (1, 2, 17, 60):
        session.clear()
        assert session.length == 0
        check(session.run(TEXT[:length], keep=length, token=CancelToken()), TEXT[:length])
        assert session.length == length
    assert session.vocabulary == VOCABULARY


def test_a_text_read_in_pieces_gives_the_same_at_their_borders(
    session: TextSession, check: Callable[..., None]
) -> None:
    at = 0
    for piece in (1, 5, 1, 1, 16, 31, 2):
        logits = session.run(TEXT[at : at + piece], keep=piece, token=CancelToken())
        at += piece
        check(logits, TEXT[:at])
    assert session.length == at


def test_after_a_cut_another_ending_gives_the_reference(
    session: TextSession, check: Callable[..., None]
) -> None:
    session.run(TEXT[:40], token=CancelToken())
    for cut in (39, 33, 20, 1, 0):
        reached = session.truncate(cut)
        assert reached == session.length <= cut
        if session.cuts_anywhere:
            assert reached == cut
        ending = tuple(reversed(TEXT[:9]))
        whole = TEXT[:cut] + ending
        check(session.run(whole[reached:], keep=3, token=CancelToken()), whole)


def test_a_cache_grows_past_its_steps(session: TextSession, check: Callable[..., None]) -> None:
    ids = TEXT[:600]
    session.run(ids[:250], token=CancelToken())
    check(session.run(ids[250:590], keep=2, token=CancelToken()), ids[:590])
    for at in range(590, 594):
        check(session.run(ids[at : at + 1], token=CancelToken()), ids[: at + 1])


def test_what_was_taken_out_can_be_put_in_again(
    session: TextSession, check: Callable[..., None]
) -> None:
    first, second = TEXT[:30] + TEXT[100:140], TEXT[:30] + TEXT[200:220]
    session.run(TEXT[:30], token=CancelToken())
    session.run(first[30:], token=CancelToken())
    part = session.take(session.reachable(30))
    reached = session.truncate(30)
    session.run(second[reached:], token=CancelToken())
    restored = session.put(part, 60 if session.cuts_anywhere else 70, 30)
    if session.recomputes:
        assert restored is None
        assert part.bytes == 0
        return
    assert restored is not None
    assert part.bytes > 0
    assert restored == session.length
    if session.cuts_anywhere:
        assert restored == 60
    longer = (*first, 9)
    check(session.run(longer[restored:], token=CancelToken()), longer)


def test_a_part_that_reaches_not_far_enough_back_changes_nothing(session: TextSession) -> None:
    session.run(TEXT[:60], token=CancelToken())
    part = session.take(40)
    session.truncate(20)
    length = session.length
    assert session.put(part, 60, 20) is None
    assert session.length == length


def test_a_state_is_gone_back_to_exactly(session: TextSession, check: Callable[..., None]) -> None:
    session.run(TEXT[:21], token=CancelToken())
    place = session.take(21, 21)
    session.run(TEXT[300:330], token=CancelToken())
    if session.put(place, 21, 21) is None:
        assert session.recomputes
        session.truncate(21)
    assert session.length == 21
    check(session.run(TEXT[21:25], keep=4, token=CancelToken()), TEXT[:25])


def test_what_a_layout_cannot_do_is_said(loaded: TextSession, layout: str) -> None:
    assert loaded.limits == LIMITS[layout]
    assert loaded.recomputes == (layout in ("no_past", "zoo", "forgetful"))
    assert loaded.cuts_anywhere == (layout != "hybrid")
    assert loaded.one_by_one == (ONE_BY_ONE in LIMITS[layout])
    assert loaded.report.provider == "CPUExecutionProvider"
    assert loaded.inputs
    assert loaded.outputs


def test_the_past_of_a_graph_that_appends_in_place_is_one_buffer(tmp_path: Path) -> None:
    session = open_layout(tmp_path, "gqa")
    assert all(entry.in_place for entry in session.layout.cache)
    session.run(TEXT[:10], token=CancelToken())
    held = session.bytes
    for at in range(10, 200):
        session.run(TEXT[at : at + 1], token=CancelToken())
    assert session.bytes == held
    assert held == 2 * 2 * 256 * 16 * 4  # layers, keys and values, tokens, width, float32


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux tells it there")
def test_room_for_tokens_that_never_come_is_not_resident() -> None:
    before = resident_bytes()
    memory = Memory("float32", 1 << 26, on_card=False)
    assert memory.bytes == 1 << 28
    assert resident_bytes() - before < 1 << 24
    assert not memory.read()[:: 1 << 20].any()


def test_a_cache_that_does_not_fit_is_said_to_be_too_large() -> None:
    with pytest.raises(MemoryExhausted, match="what the model keeps of a text"):
        Memory("float32", 1 << 60, on_card=False)


def test_a_cancel_before_a_run_reads_nothing(
    session: TextSession, check: Callable[..., None]
) -> None:
    session.run(TEXT[:5], token=CancelToken())
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        session.run(TEXT[5:9], token=token)
    assert session.length == 5
    check(session.run(TEXT[5:9], keep=4, token=CancelToken()), TEXT[:9])


@pytest.mark.parametrize("layout", ["gqa", "concatenated", "hybrid", "no_past"], scope="module")
def test_a_run_that_is_ended_in_the_middle_leaves_the_past_as_it_was(
    session: TextSession, check: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    session.run(TEXT[:5], token=CancelToken())
    plain = buffers.run_binding

    def ended(*arguments: Any) -> None:
        plain(*arguments)
        raise Cancelled

    monkeypatch.setattr(text_module, "run_binding", ended)
    with pytest.raises(Cancelled):
        session.run(TEXT[100:109], token=CancelToken())
    monkeypatch.undo()
    assert session.length == 5
    check(session.run(TEXT[5:9], keep=4, token=CancelToken()), TEXT[:9])


@pytest.mark.parametrize("layout", ["gqa", "concatenated", "no_past"], scope="module")
def test_a_cancel_from_another_thread_ends_a_long_run(session: TextSession) -> None:
    import threading

    token = CancelToken()
    started = threading.Event()

    def end() -> None:
        started.wait()
        token.cancel()

    def read_for_ever() -> None:
        while True:
            session.clear()
            session.run(TEXT * 2, token=token)

    thread = threading.Thread(target=end)
    thread.start()
    started.set()
    try:
        with pytest.raises(Cancelled):
            read_for_ever()
    finally:
        thread.join()
    assert session.length == 0


@pytest.mark.parametrize("layout", ["gqa", "zoo"], scope="module")
@pytest.mark.parametrize(
    ("ids", "keep", "words"),
    [
        ((), 1, "no text"),
        ((1, VOCABULARY), 1, f"no token {VOCABULARY}; it knows {VOCABULARY}"),
        ((1, -1), 1, "no token -1"),
        ((1, 2), 3, "3 results of 2 tokens"),
        ((1, 2), 0, "0 results"),
    ],
)
def test_tokens_that_do_not_exist_are_refused(
    session: TextSession, ids: tuple[int, ...], keep: int, words: str
) -> None:
    with pytest.raises(RequestInvalid) as caught:
        session.run(ids, keep=keep, token=CancelToken())
    assert words in caught.value.message
    assert session.length == 0


def _saved(folder: Path, model: onnx.ModelProto) -> Path:
    path = folder / "model.onnx"
    onnx.save_model(model, path)
    return path


def _with_input(name: str, kind: int, *shape: int | str) -> onnx.ModelProto:
    model = gqa_graph()
    model.graph.input.append(helper.make_tensor_value_info(name, kind, list(shape)))
    return model


def _with_type(name: str, kind: int) -> onnx.ModelProto:
    model = gqa_graph()
    for tensor in (*model.graph.input, *model.graph.output):
        if tensor.name == name:
            tensor.type.tensor_type.elem_type = kind
    return model


@pytest.mark.parametrize(
    ("model", "words"),
    [
        (_with_input("pixel_values", TensorProto.FLOAT, 1, 3), "it looks at pictures"),
        (_with_input("block_table", TensorProto.INT32, 1, 3), "its cache is paged"),
        (_with_input("encoder_hidden_states", TensorProto.FLOAT, 1), "an encoder and a decoder"),
        (_with_input("inputs_embeds", TensorProto.FLOAT, 1), "embeddings in place of tokens"),
        (_with_input("mystery", TensorProto.FLOAT, 1, "x"), "nobody here can give it: 'mystery'"),
        (_with_type("input_ids", TensorProto.FLOAT), "tokens as float32"),
        (_with_type("attention_mask", TensorProto.STRING), "its mask is string"),
        (_with_type("logits", TensorProto.DOUBLE), "its logits are float64"),
        (_with_type("past_key_values.0.key", TensorProto.BFLOAT16), "is bfloat16"),
        (_with_type("present.1.value", TensorProto.FLOAT16), "comes back as float16"),
        (concatenated_graph(steps=8), "exactly 8 tokens at once"),
    ],
)
def test_graphs_of_other_kinds_are_refused_by_name(
    tmp_path: Path, model: onnx.ModelProto, words: str
) -> None:
    with pytest.raises(TextModelUnsupported) as caught:
        opened(_saved(tmp_path, model))
    assert words in caught.value.message
    assert "model.onnx" in caught.value.message


def test_a_file_outside_of_the_folder_is_not_read(tmp_path: Path) -> None:
    model = gqa_graph()
    weight = model.graph.initializer[0]
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    entry = weight.external_data.add()
    entry.key, entry.value = "location", "../secret"
    with pytest.raises(GraphInvalid, match="outside the model's folder"):
        opened(_saved(tmp_path, model))


def test_a_beginning_that_belongs_to_another_model_is_refused(tmp_path: Path) -> None:
    path = write_text_model(tmp_path, "single_steps")
    other = write_text_model(tmp_path / "other", "no_past")
    with pytest.raises(GraphInvalid, match="does not give 'present"):
        opened(path, first=other)


def test_what_is_no_graph_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.onnx"
    with pytest.raises(ModelMissing):
        opened(path)
    path.write_bytes(b"")
    with pytest.raises(GraphInvalid, match="empty"):
        opened(path)
    path.write_bytes(b"GGUF, or something else")
    with pytest.raises(GraphInvalid):
        opened(path)


def test_loading_can_be_ended(tmp_path: Path) -> None:
    path = write_text_model(tmp_path, "gqa")
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        open_text(path, device=choose_device("cpu"), threads=1, token=token)
