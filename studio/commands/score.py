"""``score``: how likely a text is to a text model, in bits a byte."""

import argparse
import math
import time
from pathlib import Path

from studio.commands import codes
from studio.commands.hosted import PROVIDERS, Conversation, host_settings
from studio.commands.lines import DoneLine, ScoreLine, SurprisalLine
from studio.commands.output import Output
from studio.commands.texts import read_text, resolve_text_model
from studio.contract.errors import HostUnavailable, RequestInvalid
from studio.contract.texts import ReadingReport, ReadText, check_reading
from studio.host.events import Finished, Progress, TokensRead
from studio.host.messages import WRITING
from studio.project.paths import model_roots, places


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "model", metavar="MODEL", help="a text model's id, its folder, or a GGUF file"
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="a text in UTF-8; “-”: standard input"
    )
    parser.add_argument(
        "--tokens", action="store_true", help="say of each token how surprising it is, too"
    )
    parser.add_argument(
        "--alternatives", type=int, default=0, metavar="N",
        help="with --tokens and --json: the N likeliest tokens at each place",
    )  # fmt: skip
    parser.add_argument("--form", default="", help="one of the model's named forms, see “models”")
    parser.add_argument(
        "--provider", choices=PROVIDERS, default="auto", help="device to ask for (default: best)"
    )


def run(arguments: argparse.Namespace, basedir: Path | None, output: Output) -> int:
    """Read the text through the model and say how well it was foreseen."""
    began = time.monotonic()
    text = read_text(arguments.file)
    if not text:
        raise RequestInvalid(fault=f"{arguments.file} is empty, so there is nothing to score")
    model = resolve_text_model(arguments.model, model_roots(basedir))
    request = ReadText(
        model=str(model),
        form=arguments.form,
        text=text,
        tokens=arguments.tokens,
        alternatives=arguments.alternatives,
    )
    check_reading(request)
    settings = host_settings(arguments.provider, places(basedir), lane=WRITING)
    report: object = None
    with (
        output.progress("scoring") as progress,
        Conversation(settings, output.note) as host,
    ):
        for event in host.events(host.client.read(request)):
            if isinstance(event, Progress):
                progress.update(event.done, event.total, event.stage)
            elif isinstance(event, TokensRead):
                _tell_tokens(event, output)
            elif isinstance(event, Finished):
                report = event.payload
        device = host.device
    if not isinstance(report, ReadingReport):
        raise HostUnavailable(fault="it answered without a report")
    line = ScoreLine(
        file=str(arguments.file),
        model=report.model,
        form=report.form,
        tokens=report.tokens,
        bytes=report.bytes,
        bits=report.bits,
        bits_per_byte=report.bits_per_byte,
        context=report.context,
    )
    output.result(line, f"{line.bits_per_byte:.4f} bits a byte")
    output.note(
        f"{line.tokens:,} tokens of {line.bytes:,} bytes, by {line.model} ({line.form}), each "
        f"after at most {line.context:,} others"
    )
    provider = device.provider if device is not None else ""
    done = DoneLine(exit_code=codes.DONE, seconds=time.monotonic() - began, provider=provider)
    output.result(done)
    return codes.DONE


def _tell_tokens(event: TokensRead, output: Output) -> None:
    for token in event.tokens:
        line = SurprisalLine(
            id=token.id,
            text=token.text,
            bits=-token.logprob / math.log(2),
            rank=token.rank,
            alternatives=token.alternatives,
        )
        output.result(line, f"{line.bits:8.3f}  {line.rank + 1:>6}  {line.text!r}")
