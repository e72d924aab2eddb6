"""``write``: texts by a text model, each with its recipe, without a window."""

import argparse
import contextlib
import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, get_args

import msgspec

from studio.commands import codes
from studio.commands.folders import writable_folder
from studio.commands.hosted import PROVIDERS, Conversation, host_settings
from studio.commands.lines import DoneLine, RewrittenLine, TextBegunLine, TextLine, TokenLine
from studio.commands.output import Output
from studio.commands.sampling import DEFAULT, sampler_of
from studio.commands.texts import read_text, resolve_text_model
from studio.contract.enlarging import IfTaken
from studio.contract.errors import HostUnavailable, RequestInvalid
from studio.contract.text_models import id_of
from studio.contract.texts import (
    ChatMessage,
    TextCompletion,
    TextEnd,
    TextRecipe,
    TextSettings,
    WriteText,
    check_write,
    decode_text_recipe,
    encode_text_recipe,
    making_differences,
    to_make_again,
)
from studio.contract.writing import SETTINGS, TextConstraint
from studio.host.events import Progress, TextWritten, TokensWritten, WritingBegun
from studio.host.jobs import Writing
from studio.host.messages import WRITING
from studio.project.paths import model_roots, places

_ENDS: Final[dict[TextEnd, str]] = {
    "end": "the model ended it",
    "stop": "a stop string was met",
    "length": "as many tokens as were asked for",
    "context": "the model reads no further",
    "constraint": "it is whole as the constraint has it",
    "cancelled": "cancelled",
}

_MOST_RECIPE_BYTES: Final = 64_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asked for, checked without a model."""

    model: str
    request: WriteText
    """Of no model yet; with a recipe that which makes its text again."""
    recipe: TextRecipe | None
    recipe_file: Path | None
    out: Path | None
    if_taken: IfTaken
    provider: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", metavar="MODEL", help="a text model's id, its folder, or a GGUF file"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--prompt", metavar="TEXT", help="what is to be continued")
    what.add_argument(
        "--file", type=Path, metavar="FILE",
        help="the same from a file in UTF-8, “-”: from standard input; with --chat a .json file "
        "may hold a list of messages",
    )  # fmt: skip
    what.add_argument(
        "--recipe", type=Path, metavar="FILE",
        help="make the text of a recipe again, and compare (exit code 1 if it differs)",
    )  # fmt: skip
    parser.add_argument(
        "--chat", action="store_true",
        help="the text is what a user says; the model answers, by its own template",
    )  # fmt: skip
    parser.add_argument(
        "--system", metavar="TEXT", help="with --chat: what the model is told first"
    )
    parser.add_argument(
        "--answer", metavar="TEXT", default="", help="with --chat: what the answer begins with"
    )
    parser.add_argument("--n", type=int, default=1, metavar="N", help="how many texts (default 1)")
    parser.add_argument(
        "--seed", type=int, default=0, help="draws the first text; each further one has the next"
    )
    parser.add_argument("--max-tokens", type=int, default=256, metavar="N", help="default 256")
    parser.add_argument(
        "--sampler", dest="samplers", action="append", default=[], metavar="NAME[=VALUE]",
        help=f"settings by name ({', '.join(SETTINGS)}; default {DEFAULT}) or one of them, as in "
        "temperature=0.7 or order=“top_k;temperature”; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--stop", dest="stops", action="append", default=[], metavar="TEXT",
        help="end before this; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--ban", dest="bans", action="append", default=[], metavar="PHRASE",
        help="a phrase that must not occur; may be repeated",
    )  # fmt: skip
    shapes = parser.add_mutually_exclusive_group()
    shapes.add_argument("--regex", metavar="EXPRESSION", help="what the whole text must match")
    shapes.add_argument(
        "--schema", type=Path, metavar="FILE", help="a JSON schema that the text must follow"
    )
    shapes.add_argument(
        "--grammar", type=Path, metavar="FILE", help="a grammar of Lark's that it must follow"
    )
    parser.add_argument(
        "--heal", action="store_true",
        help="the last tokens of the prompt may become others that begin alike",
    )  # fmt: skip
    parser.add_argument(
        "--speculate", type=int, default=0, metavar="N",
        help="guess N tokens ahead from what stands there already: quicker where much is repeated",
    )  # fmt: skip
    parser.add_argument(
        "--alternatives", type=int, default=0, metavar="N",
        help="with --json: the N likeliest tokens at each place",
    )  # fmt: skip
    parser.add_argument("--form", default="", help="one of the model's named forms, see “models”")
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="write each text and its recipe to files there"
    )
    parser.add_argument(
        "--if-taken", choices=get_args(IfTaken), default="number",
        help="when a name is taken: append a number (default), refuse, or replace the file",
    )  # fmt: skip
    parser.add_argument(
        "--provider", choices=PROVIDERS, default="auto", help="device to ask for (default: best)"
    )


def options_of(arguments: argparse.Namespace) -> Options:
    """Check and read what needs no model; raises `RequestInvalid` and `RecipeInvalid`."""
    recipe = None
    if arguments.recipe is not None:
        recipe = _read_recipe(arguments.recipe)
        request = to_make_again(recipe, "")
    else:
        if arguments.prompt is None and arguments.file is None:
            fault = "nothing to write on: give --prompt TEXT, --file FILE or --recipe FILE"
            raise RequestInvalid(fault=fault)
        request = WriteText(
            model="",
            form=arguments.form,
            settings=_settings_of(arguments),
            count=arguments.n,
            alternatives=arguments.alternatives,
        )
    check_write(request)
    return Options(
        model=arguments.model,
        request=request,
        recipe=recipe,
        recipe_file=arguments.recipe,
        out=arguments.out,
        if_taken=arguments.if_taken,
        provider=arguments.provider,
    )


def _settings_of(arguments: argparse.Namespace) -> TextSettings:
    if not arguments.chat and (arguments.system is not None or arguments.answer):
        raise RequestInvalid(fault="--system and --answer need --chat")
    text: str = arguments.prompt if arguments.file is None else read_text(arguments.file)
    return TextSettings(
        prompt=arguments.answer if arguments.chat else text,
        chat=_chat_of(text, arguments) if arguments.chat else (),
        now=datetime.now().astimezone().isoformat("T", "seconds") if arguments.chat else "",
        seed=arguments.seed,
        max_tokens=arguments.max_tokens,
        sampler=sampler_of(arguments.samplers),
        constraint=_constraint_of(arguments),
        stops=tuple(arguments.stops),
        bans=tuple(arguments.bans),
        healing=arguments.heal,
        speculation=arguments.speculate,
    )


def _chat_of(text: str, arguments: argparse.Namespace) -> tuple[ChatMessage, ...]:
    first = (
        () if arguments.system is None else (ChatMessage(role="system", content=arguments.system),)
    )
    file: Path | None = arguments.file
    if file is None or file.suffix.lower() != ".json":
        return (*first, ChatMessage(role="user", content=text))
    try:
        messages = msgspec.json.decode(text, type=tuple[ChatMessage, ...])
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        fault = (
            f'{file} is no conversation: a list such as [{{"role": "user", "content": "Hello"}}] '
            f"is wanted ({error})"
        )
        raise RequestInvalid(fault=fault) from error
    if not messages:
        raise RequestInvalid(fault=f"the conversation in {file} has no message")
    return (*first, *messages)


def _constraint_of(arguments: argparse.Namespace) -> TextConstraint | None:
    if arguments.regex is not None:
        return TextConstraint(kind="regex", text=arguments.regex)
    if arguments.schema is not None:
        return TextConstraint(kind="json_schema", text=read_text(arguments.schema))
    if arguments.grammar is not None:
        return TextConstraint(kind="grammar", text=read_text(arguments.grammar))
    return None


def _read_recipe(path: Path) -> TextRecipe:
    text = read_text(path)
    # A line of --json holds the recipe; a file beside a text is one.
    with contextlib.suppress(ValueError):
        whole = json.loads(text)
        if isinstance(whole, dict) and isinstance(whole.get("recipe"), dict):
            text = json.dumps(whole["recipe"])
    return decode_text_recipe(text, path)


@dataclass(slots=True, kw_only=True)
class _Written:
    """What has come of a request so far."""

    completion: TextCompletion | None = None
    writing: Writing = field(default_factory=Writing)
    """The text that is being written."""
    index: int = 0
    last: TextRecipe | None = None

    def begin_next(self) -> None:
        self.writing = Writing()
        self.index += 1


def run(options: Options, basedir: Path | None, output: Output) -> int:
    """Write the texts; raises `AtelierError`, and `KeyboardInterrupt` after Ctrl-C.

    What was written by then was said, and in JSON it has its recipe.
    """
    began = time.monotonic()
    model = resolve_text_model(options.model, model_roots(basedir))
    request = msgspec.structs.replace(options.request, model=str(model))
    folder = None if options.out is None else writable_folder(options.out)
    settings = host_settings(options.provider, places(basedir), lane=WRITING)
    written = _Written()
    with Conversation(settings, output.note) as host:
        try:
            _write(host, request, written, folder, options, output)
        except KeyboardInterrupt:
            _tell_cancelled(request, written, folder, options, output)
            raise
        device = host.device
    code = codes.DONE if options.recipe is None else _compare(options, written, output)
    output.result(
        DoneLine(
            exit_code=code,
            seconds=time.monotonic() - began,
            written=output.written,
            provider=device.provider if device is not None else "",
            reason=device.reason if device is not None else "",
        )
    )
    return code


def _write(
    host: Conversation,
    request: WriteText,
    written: _Written,
    folder: Path | None,
    options: Options,
    output: Output,
) -> None:
    with contextlib.ExitStack() as reading:
        progress = reading.enter_context(output.progress("reading"))
        for event in host.events(host.client.write(request)):
            match event:
                case Progress(done=done, total=total, stage=stage):
                    progress.update(done, total, stage)
                case WritingBegun(completion=completion):
                    reading.close()  # from here on the text itself is seen
                    written.completion = completion
                    _tell_begun(completion, output)
                case TokensWritten():
                    _tell_tokens(event, written, output)
                case TextWritten():
                    _tell_text(
                        event.text, event.stop, event.recipe, written, folder, options, output
                    )
                    written.begin_next()
                case _:
                    pass


def _tell_begun(completion: TextCompletion, output: Output) -> None:
    line = TextBegunLine(
        model=completion.model,
        form=completion.form,
        prompt_tokens=completion.prompt_tokens,
        context=completion.context,
    )
    output.result(line)


def _tell_tokens(event: TokensWritten, written: _Written, output: Output) -> None:
    written.writing.extend(event.tokens)
    for token in event.tokens:
        line = TokenLine(
            index=event.index,
            id=token.id,
            text=token.text,
            logprob=token.logprob,
            probability=token.probability,
            alternatives=token.alternatives,
        )
        if output.as_json:
            output.result(line)
    output.flow("".join(token.text for token in event.tokens))


def _tell_text(
    text: str,
    stop: str,
    recipe: TextRecipe,
    written: _Written,
    folder: Path | None,
    options: Options,
    output: Output,
) -> None:
    written.last = recipe
    path = None if folder is None else _keep(text, recipe, folder, options.if_taken)
    output.written += path is not None
    output.flow("" if text.endswith("\n") else "\n")
    output.result(
        TextLine(
            index=written.index,
            text=text,
            ended=recipe.ended,
            stop=stop,
            recipe=recipe,
            path="" if path is None else str(path),
        )
    )
    where = "" if path is None else f" It is in {path}."
    count = options.request.count
    which = f"Text {written.index + 1} of {count}: " if count > 1 else ""
    output.note(f"{which}{recipe.tokens:,} tokens; {_ENDS[recipe.ended]}.{where}{_advice(recipe)}")


def _advice(recipe: TextRecipe) -> str:
    """What to do where a text ended otherwise than was wished."""
    settings = recipe.settings
    unmet = ""
    if settings.stops and recipe.ended != "stop":
        unmet = " No stop string was met."
    if recipe.ended == "length":
        return f"{unmet} --max-tokens {2 * settings.max_tokens} lets it go on." if unmet else ""
    if recipe.ended == "context":
        return f"{unmet} Continue it with the last part of the text alone as the prompt."
    return unmet


def _keep(text: str, recipe: TextRecipe, folder: Path, if_taken: IfTaken) -> Path:
    """Write the text, and its recipe beside it."""
    from studio.provenance.files import write_file  # it opens pictures, which takes its time

    name = f"{id_of(recipe.model)}-{recipe.settings.seed}"
    path = write_file(folder / f"{name}.txt", text.encode("utf-8"), if_taken=if_taken)
    beside = path.with_name(f"{path.stem}.recipe.json")
    data = msgspec.json.format(encode_text_recipe(recipe), indent=2) + b"\n"
    write_file(beside, data, if_taken="replace")  # of a text that is there no more
    return path


def _tell_cancelled(
    request: WriteText,
    written: _Written,
    folder: Path | None,
    options: Options,
    output: Output,
) -> None:
    """What was written of a text before Ctrl-C stays, and remembers its recipe."""
    told = written.writing
    if written.completion is None or not told.parts:
        return
    text = told.text
    recipe = written.completion.recipe(
        request,
        written.index,
        text=text,
        tokens=len(told.parts),
        ended="cancelled",
        probabilities=told.probabilities,
    )
    _tell_text(text, "", recipe, written, folder, options, output)


def _compare(options: Options, written: _Written, output: Output) -> int:
    """Say whether the text made again is the one of the recipe; the exit code."""
    recipe, completion, made = options.recipe, written.completion, written.last
    if recipe is None or completion is None or made is None:
        raise HostUnavailable(fault="it ended without an answer")
    same = made.text_sha256 == recipe.text_sha256
    reasons = () if same else making_differences(recipe, completion)
    line = RewrittenLine(
        file=str(options.recipe_file),
        verdict="identical" if same else "differs",
        reasons=reasons,
    )
    output.result(line)
    known = f" ({'; '.join(reasons)})" if reasons else ""
    output.note("identical" if same else f"It differs from the text of the recipe{known}.")
    return codes.DONE if same else codes.FAILED
