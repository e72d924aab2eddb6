"""Folders as people have them are recognised by their graphs, and refused with a reason."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec
import onnx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto

from studio.contract.errors import (
    GraphInvalid,
    ModelError,
    ModelMissing,
    TextModelInvalid,
    TextModelUnsupported,
)
from studio.contract.manifest import MANIFEST_NAME, encode_manifest, read_model
from studio.recognise.text import TextModel, recognise_text
from studio.runtime.cancel import CancelToken
from studio.runtime.devices import choose_device
from studio.runtime.text import COPIES, FIXED_STATE, NO_PAST, ONE_BY_ONE, open_text
from tests.models import write_tiny_generator
from tests.recognise.text_graphs import (
    VOCABULARY,
    concatenated_graph,
    gqa_graph,
    no_past_graph,
    reference_logits,
    write_text_model,
    write_tokenizer,
)

CONFIG = {
    "model_type": "llama", "max_position_embeddings": 96, "eos_token_id": 3, "bos_token_id": 1,
    "vocab_size": VOCABULARY,
}  # fmt: skip
GENERATION = {"eos_token_id": [3, 5], "bos_token_id": 1, "pad_token_id": 4}
TOKENIZER = {"eos_token": {"content": "<end>"}, "chat_template": "{{ messages }}"}
GENAI = {
    "model": {
        "bos_token_id": 1, "eos_token_id": [2, 6], "pad_token_id": 0, "context_length": 77,
        "vocab_size": VOCABULARY, "type": "llama",
        "decoder": {
            "filename": "weights.onnx", "head_size": 16, "num_hidden_layers": 2,
            "num_key_value_heads": 1,
            "inputs": {
                "input_ids": "tokens", "attention_mask": "attention_mask",
                "position_ids": "position_ids", "past_key_names": "in_%d_key",
                "past_value_names": "in_%d_value",
            },
            "outputs": {
                "logits": "scores", "present_key_names": "out_%d_key",
                "present_value_names": "out_%d_value",
            },
        },
    },
    "search": {"max_length": 77},
}  # fmt: skip


def _write(folder: Path, files: Mapping[str, object]) -> None:
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content), "utf-8")


def _hub(folder: Path, layout: str = "gqa") -> Path:
    """A folder as Optimum writes it."""
    write_text_model(folder, layout)
    write_tokenizer(folder)
    _write(
        folder,
        {
            "config.json": CONFIG,
            "generation_config.json": GENERATION,
            "tokenizer_config.json": TOKENIZER,
        },
    )
    return folder


def _genai(folder: Path) -> Path:
    write_text_model(folder, "renamed").rename(folder / "weights.onnx")
    write_tokenizer(folder)
    _write(folder, {"genai_config.json": GENAI})
    return folder


def _runs(found: TextModel) -> None:
    """What was recognised can be opened, and says what it should."""
    assert found.graphs is not None
    session = open_text(found.graphs, device=choose_device("cpu"), threads=1, token=CancelToken())
    text = (4, 2, 9, 9, 1)
    hybrid = session.layout.fixed
    session.run(text[:3], token=CancelToken())
    logits = session.run(text[3:], token=CancelToken())
    assert abs(logits - reference_logits(text, hybrid=hybrid)[-1]).max() < 1e-3


@pytest.mark.parametrize(
    ("layout", "cannot"),
    [
        ("gqa", ()),
        ("concatenated", (COPIES,)),
        ("merged", (COPIES,)),
        ("two_files", (COPIES, ONE_BY_ONE)),
        ("no_past", (NO_PAST,)),
        ("zoo", (NO_PAST,)),
        ("combined", (COPIES,)),
        ("hybrid", (COPIES, FIXED_STATE)),
    ],
)
def test_a_folder_of_each_layout_is_recognised(
    tmp_path: Path, layout: str, cannot: tuple[str, ...]
) -> None:
    found = recognise_text(_hub(tmp_path / "model", layout))
    assert (found.kind, found.source) == ("onnx", "hub")
    assert found.vocabulary == VOCABULARY
    assert found.context == 96
    assert found.bos == (1,)
    assert found.eos == (3, 5, VOCABULARY - 1)
    assert found.pad == 4
    assert found.tokenizer == tmp_path / "model" / "tokenizer.json"
    assert found.chat_template == "{{ messages }}"
    assert found.cannot == cannot
    assert found.others == ()
    _runs(found)


def test_the_beginning_is_found_by_what_it_gives(tmp_path: Path) -> None:
    folder = _hub(tmp_path / "model", "two_files")
    (folder / "decoder_model.onnx").rename(folder / "b.onnx")
    (folder / "decoder_with_past_model.onnx").rename(folder / "a.onnx")
    found = recognise_text(folder)
    assert found.graphs is not None
    assert (found.graphs.graph.name, found.graphs.first) == ("a.onnx", folder / "b.onnx")
    _runs(found)


def test_of_many_precisions_the_most_exact_is_taken_and_any_can_be_named(tmp_path: Path) -> None:
    folder = _hub(tmp_path / "model")
    inner = folder / "onnx"
    inner.mkdir()
    (folder / "model.onnx").rename(inner / "model.onnx")
    for suffix in ("q4", "int8", "q4f16"):
        onnx.save_model(gqa_graph(), inner / f"model_{suffix}.onnx")
    onnx.save_model(gqa_graph(cache=TensorProto.FLOAT16), inner / "model_fp16.onnx")
    found = recognise_text(folder)
    assert found.graphs is not None
    assert found.graphs.graph == inner / "model.onnx"
    assert {path.stem for path in found.others} == {
        "model_q4", "model_int8", "model_q4f16", "model_fp16",
    }  # fmt: skip
    named = recognise_text(inner / "model_fp16.onnx")
    assert named.graphs is not None
    assert named.graphs.graph == named.path == inner / "model_fp16.onnx"
    assert named.layout is not None
    assert {entry.dtype for entry in named.layout.cache} == {"float16"}
    assert named.context == 96
    (inner / "model.onnx").unlink()
    without = recognise_text(folder).graphs
    assert without is not None
    assert without.graph.stem == "model_q4"


def test_a_genai_folder_is_read_by_its_own_names(tmp_path: Path) -> None:
    found = recognise_text(_genai(tmp_path))
    assert found.source == "genai"
    assert found.graphs is not None
    assert found.graphs.graph.name == "weights.onnx"
    assert found.context == 77
    assert found.eos == (2, 6)
    assert found.bos == (1,)
    assert found.pad == 0
    assert found.chat_template is None
    assert found.layout is not None
    assert (found.layout.ids.name, found.layout.logits.name) == ("tokens", "scores")
    assert found.layout.cache[0].past == "in_0_key"
    assert found.layout.cache[0].present == "out_0_key"
    _runs(found)
    assert recognise_text(tmp_path / "weights.onnx").context == 77


def test_our_own_conversions_say_their_context(tmp_path: Path) -> None:
    folder = _hub(tmp_path / "model")
    (folder / "config.json").unlink()
    _write(folder, {"text.json": {"context": 640}})
    (folder / "chat_template.jinja").write_text("{% for m in messages %}{% endfor %}", "utf-8")
    found = recognise_text(folder)
    assert found.source == "atelier"
    assert found.context == 640
    assert found.chat_template == "{% for m in messages %}{% endfor %}"
    assert found.eos == (3, 5, VOCABULARY - 1)


def test_a_model_of_our_own_training_is_what_its_manifest_names(tmp_path: Path) -> None:
    folder = write_tiny_generator(tmp_path / "model")
    with pytest.raises(TextModelUnsupported, match="of the kind 'gan'"):
        recognise_text(folder)
    (write_text_model(folder, "gqa")).rename(folder / "exact.onnx")
    onnx.save_model(gqa_graph(), folder / "fast.onnx")
    write_tokenizer(folder).rename(folder / "words.json")
    _write(folder, {"config.json": CONFIG})
    manifest = read_model(folder).manifest
    graph = next(iter(manifest.graphs.values()))
    graphs = {
        name: msgspec.structs.replace(graph, file=f"{name}.onnx") for name in ("exact", "fast")
    }
    manifest = msgspec.structs.replace(
        manifest, kind="text", graphs=graphs, vocabulary="words.json"
    )
    (folder / MANIFEST_NAME).write_bytes(encode_manifest(manifest))
    found = recognise_text(folder)
    assert found.source == "atelier"
    assert found.graphs is not None
    assert found.graphs.graph == folder / "exact.onnx"
    assert found.others == (folder / "fast.onnx",)
    assert found.tokenizer == folder / "words.json"
    assert found.context == 96
    _runs(found)
    named = recognise_text(folder / "fast.onnx")
    assert named.path == folder / "fast.onnx"
    assert named.tokenizer == folder / "words.json"
    assert named.others == (folder / "exact.onnx",)


def test_a_gguf_file_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "words.bin"
    path.write_bytes(b"GGUF" + bytes(40))
    assert recognise_text(path) == TextModel(kind="gguf", source="gguf", path=path)
    path.rename(tmp_path / "words.gguf")
    assert recognise_text(tmp_path).path == tmp_path / "words.gguf"
    (tmp_path / "more.gguf").write_bytes(b"GGUF")
    with pytest.raises(TextModelInvalid, match="several GGUF files"):
        recognise_text(tmp_path)


def _no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def _sentence_piece(folder: Path) -> None:
    _no_tokenizer(folder)
    (folder / "tokenizer.model").write_bytes(b"")


def _other_tokenizer(folder: Path) -> None:
    write_tokenizer(folder, VOCABULARY + 1)


def _damaged_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text('{"model": {"vocab": 7}}', "utf-8")


def _empty_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text('{"model": {}}', "utf-8")


def _damaged_config(folder: Path) -> None:
    (folder / "config.json").write_bytes(b'{"a": ')


def _list_config(folder: Path) -> None:
    (folder / "generation_config.json").write_bytes(b"[]")


def _latin_template(folder: Path) -> None:
    (folder / "chat_template.jinja").write_bytes(b"\xff\xfe")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_no_tokenizer, "tokenizer.json is missing"),
        (_sentence_piece, "it has a SentencePiece model"),
        (_other_tokenizer, f"knows the token {VOCABULARY}, and the graph knows {VOCABULARY}"),
        (_damaged_tokenizer, "tokenizer.json cannot be opened"),
        (_empty_tokenizer, "it knows no tokens"),
        (_damaged_config, "config.json cannot be opened"),
        (_list_config, "it holds no JSON object"),
        (_latin_template, "it is not UTF-8"),
    ],
)
def test_what_is_missing_or_damaged_is_named(tmp_path: Path, spoil: object, words: str) -> None:
    folder = _hub(tmp_path / "model")
    assert callable(spoil)
    spoil(folder)
    with pytest.raises(TextModelInvalid) as caught:
        recognise_text(folder)
    assert words in caught.value.message


def _changed(**changes: object) -> dict[str, object]:
    model: dict[str, object] = {"context_length": 77, "eos_token_id": 2}
    decoder: dict[str, object] = {"filename": "weights.onnx"}
    for name, value in changes.items():
        if name in ("vision", "speech", "encoder", "embedding"):
            model[name] = value
        else:
            decoder[name] = value
    return {"model": {**model, "decoder": decoder}}


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (_changed(pipeline=[{"first": {"filename": "a.onnx"}}]), "a pipeline of graphs"),
        (_changed(vision={"filename": "eyes.onnx"}), "eyes beside the text"),
        (_changed(speech={"filename": "ears.onnx"}), "ears beside the text"),
        (_changed(encoder={"filename": "e.onnx"}), "an encoder and a decoder"),
        (_changed(session_options={"custom_ops_library": "evil.so"}), "a library of operators"),
    ],
)
def test_genai_folders_of_other_kinds_are_refused_by_name(
    tmp_path: Path, config: dict[str, object], words: str
) -> None:
    _write(_genai(tmp_path), {"genai_config.json": config})
    with pytest.raises(TextModelUnsupported) as caught:
        recognise_text(tmp_path)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (_changed(filename="../weights.onnx"), "leads out of the folder"),
        (_changed(filename=""), "it names no graph"),
        ({"model": 7}, "it names no graph"),
    ],
)
def test_genai_folders_that_make_no_sense_are_refused(
    tmp_path: Path, config: dict[str, object], words: str
) -> None:
    _write(_genai(tmp_path), {"genai_config.json": config})
    with pytest.raises(TextModelInvalid) as caught:
        recognise_text(tmp_path)
    assert words in caught.value.message


def test_a_graph_that_a_configuration_names_must_be_there(tmp_path: Path) -> None:
    (_genai(tmp_path) / "weights.onnx").unlink()
    with pytest.raises(ModelMissing):
        recognise_text(tmp_path)


def test_paged_graphs_are_refused_by_name(tmp_path: Path) -> None:
    folder = _hub(tmp_path / "model")
    model = gqa_graph()
    model.graph.input.append(
        onnx.helper.make_tensor_value_info("block_table", TensorProto.INT32, ["a", "b"])
    )
    onnx.save_model(model, folder / "model.onnx")
    with pytest.raises(TextModelUnsupported, match="paged, for servers"):
        recognise_text(folder)


def test_two_halves_are_recognised_and_refused(tmp_path: Path) -> None:
    folder = _hub(tmp_path / "model")
    model = concatenated_graph()
    model.graph.input.append(
        onnx.helper.make_tensor_value_info(
            "encoder_hidden_states", TensorProto.FLOAT, ["a", "b", 16]
        )
    )
    onnx.save_model(model, folder / "model.onnx")
    onnx.save_model(no_past_graph(head=False), folder / "encoder_model.onnx")
    with pytest.raises(TextModelUnsupported, match="two halves, an encoder and a decoder"):
        recognise_text(folder)
    (folder / "model.onnx").unlink()
    with pytest.raises(TextModelUnsupported, match="hidden states in place of words"):
        recognise_text(folder)


def test_a_graph_without_a_head_is_refused(tmp_path: Path) -> None:
    folder = _hub(tmp_path / "model")
    model = no_past_graph(head=False)
    model.graph.output[0].name = "hidden"
    model.graph.node[-1].output[0] = "hidden"
    onnx.save_model(model, folder / "model.onnx")
    with pytest.raises(TextModelUnsupported, match="without the head"):
        recognise_text(folder)


def test_external_data_outside_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = _hub(tmp_path / "model")
    onnx.save_model(
        gqa_graph(), folder / "model.onnx", save_as_external_data=True, location="x_data",
        size_threshold=0,
    )  # fmt: skip
    _runs(recognise_text(folder))
    (folder / "x_data").rename(tmp_path / "x_data")
    with pytest.raises(ModelMissing):
        recognise_text(folder)
    if os.name == "posix":
        (folder / "x_data").symlink_to(tmp_path / "x_data")
        with pytest.raises(GraphInvalid, match="out of the model's folder"):
            recognise_text(folder)


_NAMES = (
    "model", "decoder", "filename", "inputs", "outputs", "input_ids", "past_key_names",
    "present_key_names", "pipeline", "session_options", "custom_ops_library", "context_length",
    "max_position_embeddings", "text_config", "eos_token_id", "bos_token_id", "pad_token_id",
    "eos_token", "content", "chat_template", "name", "template", "added_tokens", "vocab", "id",
)  # fmt: skip
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 1 << 70) | st.floats(allow_nan=False)
    | st.sampled_from(("model.onnx", "../x", "%d", "<end>", "default", "")),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=5),
    max_leaves=14,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.sampled_from(
        (
            "genai_config.json", "config.json", "generation_config.json",
            "tokenizer_config.json", "tokenizer.json", "text.json",
        )
    ),
    _JSON | st.fixed_dictionaries({"model": st.fixed_dictionaries({"decoder": _JSON})}),
)  # fmt: skip
def test_whatever_stands_in_a_configuration_is_understood_or_refused(
    tmp_path: Path, name: str, content: object
) -> None:
    folder = _hub(tmp_path / "model")
    (folder / "genai_config.json").unlink(missing_ok=True)
    _write(folder, {name: content})
    try:
        found = recognise_text(folder)
    except ModelError as error:
        assert error.message
    else:
        assert found.context is None or found.context > 0
        assert all(number >= 0 for number in (*found.bos, *found.eos))
        assert found.chat_template is None or isinstance(found.chat_template, str)
    (folder / "text.json").unlink(missing_ok=True)


def test_what_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        recognise_text(tmp_path / "nothing")
    with pytest.raises(ModelMissing):
        recognise_text(tmp_path / "nul\x00")
    with pytest.raises(TextModelInvalid, match="no ONNX graph and no GGUF"):
        recognise_text(tmp_path)
    (tmp_path / "notes.txt").write_text("a", "utf-8")
    with pytest.raises(TextModelInvalid, match="neither a GGUF file nor an ONNX graph"):
        recognise_text(tmp_path / "notes.txt")
