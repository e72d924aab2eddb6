"""Folders of other makers through a real host: every layout writes the same text."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers

from studio.contract.errors import AtelierError, TextModelInvalid, TextModelUnsupported
from studio.contract.texts import InspectText, TextModelReport, TextSettings, WriteText
from studio.contract.writing import SETTINGS
from studio.host.events import Finished
from tests.integration.test_host_text import Lane
from tests.recognise.text_graphs import LAYOUTS, VOCABULARY, reference_logits, write_text_model

LETTERS = "abcdefghijklmnopqrstuv"
CONTEXT = 40
PROMPT = "hallo"


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lane]:
    made = Lane(tmp_path_factory.mktemp("cache"))
    with made.client:
        yield made


def write_folder(folder: Path, layout: str, *, letters: str = LETTERS) -> Path:
    """A folder with a graph, a tokenizer of single letters, and how much the model reads."""
    write_text_model(folder, layout)
    tokenizer = Tokenizer(models.WordLevel({letter: n for n, letter in enumerate(letters)}, "a"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([AddedToken("<end>", special=True)])
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {"max_position_embeddings": CONTEXT, "vocab_size": VOCABULARY}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def expected_text(layout: str, tokens: int) -> str:
    """What the likeliest tokens come to, computed in double precision."""
    ids = [LETTERS.index(letter) for letter in PROMPT]
    written = ""
    for _ in range(tokens):
        best = int(np.argmax(reference_logits(ids, hybrid=layout == "hybrid")[-1]))
        if best == VOCABULARY - 1:
            break
        ids.append(best)
        written += LETTERS[best]
    return written


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_writes_the_same(lane: Lane, tmp_path: Path, layout: str) -> None:
    folder = write_folder(tmp_path / layout, layout)
    settings = TextSettings(prompt=PROMPT, sampler=SETTINGS["greedy"], max_tokens=12, speculation=3)
    texts = lane.texts(WriteText(model=str(folder), settings=settings, count=2))
    expected = expected_text(layout, 12)
    assert [text.text for text in texts] == [expected, expected]
    banned = TextSettings(
        prompt=PROMPT, sampler=SETTINGS["greedy"], max_tokens=12, bans=(expected[2:5],)
    )
    [text] = lane.texts(WriteText(model=str(folder), settings=banned))
    assert expected[2:5] not in text.text
    assert text.text


def test_a_file_that_was_changed_within_a_folder_is_opened_anew(lane: Lane, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "changing", "gqa")
    settings = TextSettings(prompt=PROMPT, sampler=SETTINGS["greedy"], max_tokens=4)
    [before] = lane.texts(WriteText(model=str(folder), settings=settings))
    tokenizer = folder / "tokenizer.json"
    changed = json.loads(tokenizer.read_bytes())
    vocabulary = changed["model"]["vocab"]
    last = LETTERS[-1]
    vocabulary["Z"] = vocabulary.pop(last)
    with tokenizer.open("r+b") as stream:  # in place: the folder itself has the same time
        stream.write(json.dumps(changed).encode())
        stream.truncate()
    [after] = lane.texts(WriteText(model=str(folder), settings=settings))
    assert before.recipe.files != after.recipe.files


def test_what_a_layout_cannot_do_is_said(lane: Lane, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "slow", "no_past")
    last = lane.answer(lane.client.inspect_text(InspectText(model=str(folder))))[-1]
    assert isinstance(last, Finished)
    report = last.payload
    assert isinstance(report, TextModelReport)
    assert (report.kind, report.context, report.vocabulary) == ("onnx", CONTEXT, VOCABULARY)
    assert [form.name for form in report.forms] == ["plain"]
    assert "each token takes as long as all before it" in " ".join(report.cannot)


@pytest.mark.parametrize(
    ("spoil", "kind", "words"),
    [
        ("no tokenizer", TextModelInvalid, "tokenizer.json is missing"),
        ("another tokenizer", TextModelInvalid, "does not belong to"),
        ("damaged tokenizer", TextModelInvalid, "tokenizer.json"),
        ("no head", TextModelUnsupported, "hidden states"),
        ("empty", TextModelInvalid, "no ONNX graph and no GGUF file"),
    ],
)
def test_a_folder_that_cannot_serve_is_one_sentence(
    lane: Lane, tmp_path: Path, spoil: str, kind: type[AtelierError], words: str
) -> None:
    folder = tmp_path / "odd"
    if spoil == "empty":
        folder.mkdir()
    elif spoil == "another tokenizer":
        write_folder(folder, "gqa", letters=LETTERS + "wxyz0123456789")
    else:
        write_folder(folder, "gqa")
    if spoil == "no tokenizer":
        (folder / "tokenizer.json").unlink()
    elif spoil == "damaged tokenizer":
        (folder / "tokenizer.json").write_text('{"version": "1.0", "model": {"type": "BPE"')
    elif spoil == "no head":
        import onnx

        from tests.recognise.text_graphs import no_past_graph

        onnx.save_model(no_past_graph(zoo=True, head=False), folder / "model.onnx")
    error = lane.fault(
        lane.client.write(WriteText(model=str(folder), settings=TextSettings(prompt="a")))
    )
    assert type(error) is kind
    assert words in error.message
