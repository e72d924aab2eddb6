"""What is wrong with an order for texts is one sentence and exit code 2, before any host starts."""

import json
from pathlib import Path

import pytest

from studio.commands import cli, write
from studio.commands.lines import ErrorLine
from studio.contract.texts import ChatMessage
from studio.host import client


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for --basedir with what looks like a model; no host can be started."""

    def start(self: client.HostClient) -> None:
        raise AssertionError("a host was started")

    monkeypatch.setattr(client.HostClient, "start", start)
    model = tmp_path / "base" / "data" / "models" / "tiny"
    model.mkdir(parents=True)
    (model / "tiny.gguf").write_bytes(b"GGUF")
    (tmp_path / "no\udcff.gguf").write_bytes(b"GGUF")
    (tmp_path / "latin.txt").write_bytes("Ein schöner Tag".encode("latin-1"))
    (tmp_path / "text.txt").write_bytes(b"A text.")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "talk.json").write_text('[{"role": "user"}]')
    (tmp_path / "nobody.json").write_text("[]")
    (tmp_path / "recipe.json").write_text('{"schema": 7}')
    monkeypatch.chdir(tmp_path)
    return tmp_path / "base"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("write", "tiny"), "give --prompt"),
        (("write", "nobody", "--prompt", "x"), "there are: tiny"),
        (("write", "tniy", "--prompt", "x"), "did you mean 'tiny'"),
        (("write", "no/such.gguf", "--prompt", "x"), "is not there"),
        (("write", "tiny", "--prompt", "x", "--sampler", "temperature=hot"), "wants a number"),
        (("write", "tiny", "--prompt", "x", "--n", "0"), "between 1 and"),
        (("write", "tiny", "--prompt", "x", "--max-tokens", "0"), "between 1 and"),
        (("write", "tiny", "--prompt", "x", "--seed", "-1"), "seed"),
        (("write", "tiny", "--prompt", "x", "--stop", ""), "stop strings"),
        (("write", "tiny", "--prompt", "x", "--speculate", "99"), "ahead"),
        (("write", "tiny", "--prompt", "x", "--alternatives", "999"), "alternatives"),
        (("write", "tiny", "--prompt", "x", "--form", "y" * 100), "no form of a model is called"),
        (("write", "tiny", "--prompt", "x", "--form", "\udcff"), "no form of a model is called"),
        (("write", "tiny", "--prompt", "x", "--stop", "\udcff"), "stop strings is not UTF-8"),
        (("write", "tiny", "--prompt", "x", "--regex", ""), "in 1 to 200,000 characters"),
        (("write", "no\udcff.gguf", "--prompt", "x"), "is not UTF-8; rename it"),
        (("score", "tiny", "text.txt", "--form", "y" * 100), "no form of a model is called"),
        (("write", "tiny", "--prompt", "x", "--system", "y"), "need --chat"),
        (("write", "tiny", "--file", "none.txt"), "cannot be read"),
        (("write", "tiny", "--file", "latin.txt"), "(byte 8, line 1); save it as UTF-8"),
        (("write", "tiny", "--chat", "--file", "talk.json"), "content"),
        (("write", "tiny", "--chat", "--file", "nobody.json"), "has no message"),
        (("write", "tiny", "--prompt", "x", "--schema", "none.json"), "cannot be read"),
        (("write", "tiny", "--recipe", "recipe.json"), "its format is 7"),
        (("write", "tiny", "--recipe", "text.txt"), "recipe in text.txt"),
        (("write", "tiny", "--prompt", "x", "--out", "text.txt"), "a file stands where"),
        (("score", "nobody", "text.txt"), "there are: tiny"),
        (("score", "tiny", "latin.txt"), "save it as UTF-8"),
        (("score", "tiny", "empty.txt"), "nothing to score"),
        (("score", "tiny", "text.txt", "--alternatives", "-1"), "alternatives"),
        (("models", "import", "none.gguf"), "is not there"),
        (("models", "import", "text.txt"), "no GGUF"),
        (("models", "import", "."), "is a folder"),
        (("models", "import", "base/data/models/tiny/tiny.gguf"), "already"),
        (("models", "import", "base/data/models/tiny/tiny.gguf", "--id", "A b"), "'a-b' could"),
    ],
)
def test_bad_input_is_one_sentence(
    base: Path, arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*arguments, "--basedir", str(base)]) == 2
    said = capsys.readouterr()
    assert words in said.err
    [sentence] = said.err.splitlines()
    assert sentence.startswith("studio: ")
    assert not said.out
    assert cli.main([*arguments, "--basedir", str(base), "--json"]) == 2
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["exit_code"] == 2
    assert json.loads(line)["event"] == ErrorLine.__struct_config__.tag


@pytest.mark.parametrize(
    "arguments",
    [
        ("write",),
        ("write", "tiny", "--prompt", "x", "--file", "y"),
        ("write", "tiny", "--prompt", "x", "--regex", "a", "--schema", "b"),
        ("score", "tiny"),
        ("models", "export"),
    ],
)
def test_wrong_usage_is_exit_code_2(base: Path, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(arguments)
    assert caught.value.code == 2


@pytest.mark.parametrize("name", cli._COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([name, "--help"])
    assert caught.value.code == 0
    assert cli._COMMANDS[name].split()[0] in capsys.readouterr().out


def test_a_conversation_begins_with_what_the_model_is_told(tmp_path: Path) -> None:
    file = tmp_path / "talk.json"
    file.write_text('[{"role": "user", "content": "Hello"}]')
    parser = cli._parser({"write"})
    arguments = parser.parse_args(
        ["write", "m", "--chat", "--file", str(file), "--system", "Be brief.", "--answer", "Well"]
    )
    settings = write.options_of(arguments).request.settings
    assert settings.chat == (
        ChatMessage(role="system", content="Be brief."),
        ChatMessage(role="user", content="Hello"),
    )
    assert settings.prompt == "Well"
    assert settings.now, "a template that asks for the time is told the same again"
