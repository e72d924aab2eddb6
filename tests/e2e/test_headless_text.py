"""Texts without a window: brought in, written, scored, interrupted, and made again."""

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from studio.commands.lines import (
    DoneLine,
    ErrorLine,
    RewrittenLine,
    ScoreLine,
    SurprisalLine,
    TextBegunLine,
    TextLine,
    TextModelLine,
    TokenLine,
    VerifiedLine,
)
from studio.contract.text_models import RECORD_NAME
from studio.contract.texts import decode_text_recipe, text_sha256
from tests.e2e.headless import ROOT, Ran, command, environment, shown, studio
from tests.graphs.gguf_files import TinyModel, byte_tokenizer, write_tiny_model

PROMPT = "It is a truth universally"
ENDLESS = ("--sampler", "plain", "--sampler", "logit_bias=0:-100,1:-100,2:-100")
"""No token that ends a text is ever drawn."""


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for --basedir with one text model, imported."""
    folder = tmp_path_factory.mktemp("base")
    path = write_tiny_model(tmp_path_factory.mktemp("brought") / "Tiny Model.gguf")
    ran = studio("models", "import", path, "--id", "tiny", "--basedir", folder, "--json")
    assert ran.code == 0, ran.err
    line, done = ran.lines
    assert isinstance(line, TextModelLine)
    assert isinstance(done, DoneLine)
    assert (line.id, line.title, line.kind, line.context) == ("tiny", "Tiny", "gguf", 256)
    exact, *others = line.forms
    assert (exact.name, exact.reblocked) == ("exact", 0)
    assert others
    assert all(form.divergence is not None for form in others)
    path.unlink()  # the studio has a copy of its own
    return folder


def write(base: Path, *arguments: str | Path) -> Ran:
    return studio("write", "tiny", "--basedir", base, *arguments)


def texts(ran: Ran) -> list[TextLine]:
    assert ran.code == 0, ran.err
    return [line for line in ran.lines if isinstance(line, TextLine)]


def test_models_lists_text_models_with_what_their_forms_lose(base: Path) -> None:
    ran = studio("models", "--basedir", base)
    assert ran.code == 0, ran.err
    assert "tiny  Tiny (text, gguf," in ran.out
    assert "form:    exact; blocks kept without loss" in ran.out
    assert "KL " in ran.out
    said = studio("models", "--basedir", base, "--json")
    [line] = [line for line in said.lines if isinstance(line, TextModelLine)]
    assert line.forms[0].name == "exact"
    assert sorted(shown(base / "data" / "models" / "tiny")) == ["Tiny Model.gguf", RECORD_NAME]


def test_a_text_streams_to_standard_output_and_nothing_else_does(base: Path) -> None:
    ran = write(base, "--prompt", PROMPT, "--max-tokens", "8", "--seed", "4")
    assert ran.code == 0, ran.err
    said = texts(write(base, "--prompt", PROMPT, "--max-tokens", "8", "--seed", "4", "--json"))
    assert ran.out.encode().rstrip(b"\n") or said[0].text == ""
    assert "8 tokens; as many tokens as were asked for" in ran.err or "ended it" in ran.err
    assert "\x1b" not in ran.out + ran.err


def test_lines_hold_tokens_probabilities_and_the_recipe(base: Path) -> None:
    ran = write(
        base, "--prompt", PROMPT, "--n", "2", "--seed", "4", "--max-tokens", "6",
        "--alternatives", "3", "--json", *ENDLESS,
    )  # fmt: skip
    assert ran.code == 0, ran.err
    begun, *rest, done = ran.lines
    assert isinstance(begun, TextBegunLine)
    assert isinstance(done, DoneLine)
    assert done.provider == "CPUExecutionProvider"
    for index in range(2):
        tokens = [line for line in rest if isinstance(line, TokenLine) and line.index == index]
        [whole] = [line for line in rest if isinstance(line, TextLine) and line.index == index]
        assert "".join(token.text for token in tokens) == whole.text
        assert whole.recipe.tokens == 6
        assert whole.recipe.text_sha256 == text_sha256(whole.text)
        assert whole.recipe.settings.seed == 4 + index
        assert all(0 < token.probability <= 1 and token.logprob <= 0 for token in tokens)
        assert all(len(token.alternatives) == 3 for token in tokens)


def test_a_text_and_its_recipe_are_written_and_made_again(base: Path, tmp_path: Path) -> None:
    out = tmp_path / "texts"
    ran = write(base, "--prompt", PROMPT, "--n", "2", "--max-tokens", "12", "--out", out, "--json")
    for line in texts(ran):
        path = Path(line.path)
        assert path.read_bytes().decode() == line.text
        beside = path.with_name(f"{path.stem}.recipe.json")
        assert decode_text_recipe(beside.read_bytes()) == line.recipe
        again = write(base, "--recipe", beside, "--json")
        [verdict] = [said for said in again.lines if isinstance(said, RewrittenLine)]
        assert (again.code, verdict.verdict, verdict.reasons) == (0, "identical", ())
    names = shown(out)
    assert names == [
        f"tiny-model-{seed}.{end}" for seed in (0, 1) for end in ("recipe.json", "txt")
    ]
    write(base, "--prompt", PROMPT, "--max-tokens", "2", "--out", out)
    assert len(shown(out)) == 6, "nothing is overwritten in silence"


def test_another_model_says_that_the_text_differs_and_why(base: Path, tmp_path: Path) -> None:
    [line] = texts(write(base, "--prompt", PROMPT, "--max-tokens", "12", "--json", *ENDLESS))
    file = tmp_path / "line.json"
    file.write_text(json.dumps({"event": "text", "recipe": _plain(line)}))
    other = write_tiny_model(tmp_path / "other.gguf", TinyModel(seed=5))
    ran = studio("write", other, "--recipe", file, "--basedir", base, "--json")
    [verdict] = [said for said in ran.lines if isinstance(said, RewrittenLine)]
    assert (ran.code, verdict.verdict) == (1, "differs")
    assert verdict.reasons == ("another version of the model",)


def _plain(line: TextLine) -> object:
    import msgspec

    return msgspec.json.decode(msgspec.json.encode(line.recipe))


def test_a_conversation_is_answered(base: Path, tmp_path: Path) -> None:
    file = tmp_path / "talk.json"
    file.write_text('[{"role": "user", "content": "Hello"}]')
    said = texts(
        write(
            base,
            "--chat",
            "--prompt",
            "Hello",
            "--system",
            "Be brief.",
            "--max-tokens",
            "4",
            "--json",
        )
    )
    alone = texts(write(base, "--chat", "--file", file, "--max-tokens", "4", "--json"))
    assert alone[0].recipe.prompt_tokens < said[0].recipe.prompt_tokens
    assert [turn.role for turn in said[0].recipe.settings.chat] == ["system", "user"]


def test_a_schema_is_followed(base: Path, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(
        '{"type": "object", "properties": {"age": {"type": "integer", "minimum": 0, '
        '"maximum": 99}}, "required": ["age"], "additionalProperties": false}'
    )
    [line] = texts(
        write(base, "--prompt", "JSON:", "--schema", schema, "--max-tokens", "200", "--json",
              "--sampler", "greedy")
    )  # fmt: skip
    if line.ended != "length":
        assert 0 <= json.loads(line.text)["age"] <= 99


def test_a_stop_that_is_never_met_is_said_with_the_way_on(base: Path) -> None:
    ran = write(base, "--prompt", PROMPT, "--stop", "§§§", "--max-tokens", "5", *ENDLESS)
    assert ran.code == 0
    assert "No stop string was met. --max-tokens 10 lets it go on." in ran.err


def test_the_end_of_the_context_is_said_with_the_way_on(base: Path) -> None:
    ran = write(base, "--prompt", PROMPT, "--max-tokens", "5000", "--json", *ENDLESS)
    [line] = texts(ran)
    assert line.ended == "context"
    assert "the model reads no further" in ran.err
    assert "as the prompt" in ran.err


def test_a_text_is_scored(base: Path, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text(f"{PROMPT} acknowledged. " * 40, encoding="utf-8")
    ran = studio("score", "tiny", file, "--basedir", base)
    assert ran.code == 0, ran.err
    number, words = ran.out.split(maxsplit=1)
    assert words == "bits a byte\n"
    said = studio("score", "tiny", file, "--tokens", "--basedir", base, "--json")
    tokens = [line for line in said.lines if isinstance(line, SurprisalLine)]
    [score] = [line for line in said.lines if isinstance(line, ScoreLine)]
    assert score.bits_per_byte == pytest.approx(float(number), abs=1e-4)
    assert score.bytes == file.stat().st_size
    assert score.bits == pytest.approx(sum(token.bits for token in tokens))
    assert "".join(token.text for token in tokens) == file.read_text()
    assert score.context <= 256


def test_ctrl_c_stops_cleanly_and_what_was_written_can_be_made_again(
    base: Path, tmp_path: Path
) -> None:
    process = subprocess.Popen(
        command("write", "tiny", "--basedir", base, "--prompt", PROMPT, "--n", "500",
                "--max-tokens", "200", "--json", *ENDLESS),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment(),
    )  # fmt: skip
    assert process.stdout is not None
    seen = 0
    first = []
    for text in process.stdout:
        first.append(text)
        seen += '"event": "token"' in text
        if seen == 10:
            break
    os.kill(process.pid, signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    ran = Ran(code=130, out="".join(first) + rest, err=errors)
    *_, last, end = ran.lines
    assert isinstance(end, ErrorLine)
    assert end.code == "Cancelled"
    assert "Traceback" not in errors
    assert isinstance(last, TextLine)
    assert last.ended in ("cancelled", "length")
    file = tmp_path / "cut.json"
    file.write_text(json.dumps(_plain(last)))
    again = write(base, "--recipe", file)
    assert again.code == 0, again.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("write", "tiny", "--prompt", "word " * 400), "the model reads at most 256"),
        (("score", "tiny", "no-such-file.txt"), "cannot be read"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(
    base: Path, arguments: tuple[str, ...], words: str
) -> None:
    ran = studio(*arguments, "--basedir", base)
    assert ran.code == 2, ran.err
    assert words in ran.err
    [sentence] = ran.err.splitlines()
    assert sentence.startswith("studio: ")
    assert not ran.out


def test_a_file_that_lies_is_not_brought_in(base: Path, tmp_path: Path) -> None:
    whole = write_tiny_model(tmp_path / "whole.gguf").read_bytes()
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(whole[: len(whole) // 2])
    ran = studio("models", "import", cut, "--basedir", base)
    assert ran.code == 2
    assert str(cut) in ran.err
    assert not (base / "data" / "models" / "cut").exists()


def test_a_template_that_never_ends_is_stopped_and_said(base: Path, tmp_path: Path) -> None:
    loop = "{% for i in range(10**9) %}{% for j in range(10**9) %}{% endfor %}{% endfor %}"
    tokenizer = byte_tokenizer(chat_template=loop)
    path = write_tiny_model(tmp_path / "loop.gguf", TinyModel(tokenizer=tokenizer))
    ran = studio("write", path, "--chat", "--prompt", "x", "--basedir", base)
    assert ran.code == 2
    assert "template for conversations" in ran.err


def test_verify_opens_text_models_and_finds_one_that_was_changed(base: Path) -> None:
    record = base / "data" / "models" / "tiny" / RECORD_NAME
    of_now = record.read_bytes()
    older = json.loads(of_now)
    del older["report"]["forms"][1:]
    record.write_text(json.dumps(older))
    ran = studio("models", "--verify", "--basedir", base, "--json")
    [line] = [said for said in ran.lines if isinstance(said, VerifiedLine) and said.id == "tiny"]
    assert line.verified
    assert record.read_bytes() == of_now, "its other forms were measured"
    file = base / "data" / "models" / "tiny" / "Tiny Model.gguf"
    whole = file.read_bytes()
    write_tiny_model(file, TinyModel(seed=9))
    try:
        ran = studio("models", "--verify", "--basedir", base, "--json")
        [line] = [
            said for said in ran.lines if isinstance(said, VerifiedLine) and said.id == "tiny"
        ]
        assert (ran.code, line.verified) == (1, False)
        assert "not the file that was imported" in line.message
    finally:
        file.write_bytes(whole)
