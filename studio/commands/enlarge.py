"""``enlarge``: pictures of any origin, made larger by a model or by squares, alpha and colour
profile kept; and enlarging again what a recipe says was enlarged.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from studio.commands import codes
from studio.commands.folders import writable_folder
from studio.commands.hosted import PROVIDERS, Conversation, host_settings
from studio.commands.lines import DoneLine, EnlargedLine
from studio.commands.lookup import resolve_model
from studio.commands.output import Output, Progress
from studio.contract.enlarging import (
    MAXIMUM_FACTOR,
    NOTES,
    EnlargePicture,
    EnlargeReport,
    IfTaken,
    Method,
)
from studio.contract.errors import (
    AtelierError,
    HostUnavailable,
    PictureError,
    RequestInvalid,
    SetupFault,
)
from studio.contract.manifest import Model, find_models
from studio.contract.recipe import Enlarged, Recipe
from studio.host.events import Finished
from studio.host.events import Progress as Advanced
from studio.project.paths import model_roots, places
from studio.provenance.containers import Format
from studio.provenance.pictures import (
    SUFFIXES,
    StoredPicture,
    encode_picture,
    read_picture,
    read_recipe,
)

AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asked for."""

    files: tuple[Path, ...]
    out: Path | None
    factor: int
    method: str
    """"model", "nearest", or "auto": squares for pixel art, else the model."""
    model: str | None
    format: Format
    quality: int
    lossless: bool
    if_taken: IfTaken
    provider: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="PNG, JPEG or WebP, made here or not"
    )
    parser.add_argument(
        "--factor", type=int, default=4, metavar="N",
        help="times as large a side (a model of x4: 2, 3, 4, 8, 12, 16; squares: up to 16)",
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="folder to write to (default: beside each file)"
    )
    parser.add_argument(
        "--method", choices=(AUTO, *get_args(Method)), default=AUTO,
        help="a model, or each pixel a square (default: squares for pixel art made here)",
    )  # fmt: skip
    parser.add_argument("--model", metavar="MODEL", help="the enlarging model, by id or folder")
    parser.add_argument("--format", choices=tuple(SUFFIXES), default="png")
    parser.add_argument("--quality", type=int, default=95, metavar="1-100")
    parser.add_argument("--lossless", action="store_true", help="for WebP")
    parser.add_argument(
        "--if-taken", choices=get_args(IfTaken), default="number",
        help="what to do about a name that is taken (default: number)",
    )  # fmt: skip
    parser.add_argument(
        "--provider", choices=PROVIDERS, default="auto", help="device to ask for (default: best)"
    )


def options_of(arguments: argparse.Namespace) -> Options:
    """Check what can be checked without the files; raises `RequestInvalid`."""
    if not 2 <= arguments.factor <= MAXIMUM_FACTOR:
        raise RequestInvalid(fault=f"--factor must lie between 2 and {MAXIMUM_FACTOR}")
    if not 1 <= arguments.quality <= 100:
        raise RequestInvalid(fault="--quality must lie between 1 and 100")
    return Options(
        files=tuple(arguments.files),
        out=arguments.out,
        factor=arguments.factor,
        method=arguments.method,
        model=arguments.model,
        format=arguments.format,
        quality=arguments.quality,
        lossless=arguments.lossless,
        if_taken=arguments.if_taken,
        provider=arguments.provider,
    )


def run(options: Options, basedir: Path | None, output: Output) -> int:
    """Enlarge each file; what is wrong with one is said, and the others are done all the same."""
    began = time.monotonic()
    roots = model_roots(basedir)
    upscaler = None if options.method == "nearest" else enlarging_model(options.model, roots)
    if options.out is not None:
        writable_folder(options.out)
    failed = 0
    with (
        output.progress("enlarging") as progress,
        Conversation(host_settings(options.provider, places(basedir)), output.note) as host,
    ):
        for file in options.files:
            try:
                line = _enlarge(file, options, upscaler, roots, host, progress)
                output.written += 1
            except (SetupFault, HostUnavailable):
                raise
            except AtelierError as error:
                failed += 1
                line = _failed(file, error)
                output.note(f"studio: {error.message}")
            output.result(line, "" if line.fault else _text(line))
        device = host.device
    code = codes.FAILED if failed else codes.DONE
    done = DoneLine(
        exit_code=code,
        seconds=time.monotonic() - began,
        written=output.written,
        provider=device.provider if device is not None else "",
        reason=device.reason if device is not None else "",
    )
    output.result(done)
    return code


def enlarging_model(name: str | None, roots: tuple[Path, ...]) -> Model:
    """The model to enlarge with: the one that is named, or the first that there is."""
    if name is not None:
        return resolve_model(name, roots)
    for model in find_models(roots):
        if isinstance(model, Model) and model.manifest.kind == "upscaler":
            return model
    raise RequestInvalid(fault="there is no enlarging model here; --method nearest needs none")


def _enlarge(
    file: Path, options: Options, upscaler: Model | None, roots: tuple[Path, ...],
    host: Conversation, progress: Progress,
) -> EnlargedLine:  # fmt: skip
    maker = _maker(file, roots)
    by_model = upscaler is not None
    if options.method == AUTO and maker is not None:
        by_model = by_model and not maker.manifest.pixel_art
    folder = file.absolute().parent if options.out is None else options.out.absolute()
    name = f"{file.stem}-x{options.factor}{SUFFIXES[options.format]}"
    request = EnlargePicture(
        source=str(file.absolute()),
        target=str(folder / name),
        factor=options.factor,
        method="model" if by_model else "nearest",
        folder=str(upscaler.folder.resolve()) if by_model and upscaler is not None else "",
        if_taken=options.if_taken,
        quality=options.quality,
        lossless=options.lossless,
        title="" if maker is None else maker.manifest.title.en,
        credit="" if maker is None else maker.manifest.licence.credit,
        rights="" if maker is None else maker.manifest.licence.sentence.en,
    )
    report = ask(request, host, progress)
    return EnlargedLine(
        file=str(file.absolute()),
        path=report.file,
        width=report.width,
        height=report.height,
        factor=options.factor,
        method=request.method,
        model="" if upscaler is None or not by_model else upscaler.manifest.id,
        tile=report.enlarged.tile,
        has_recipe=report.has_recipe,
        has_profile=report.has_profile,
        seconds=report.seconds,
        notes=(*(NOTES[note] for note in report.notes), *filter(None, (report.reason,))),
    )


def ask(
    request: EnlargePicture, host: Conversation, progress: Progress | None = None
) -> EnlargeReport:
    """Have the host do it, and say how far it is."""
    for event in host.events(host.client.enlarge(request)):
        if isinstance(event, Advanced) and progress is not None:
            name = Path(request.source).name
            progress.update(event.done, event.total, f"{event.stage} {name}")
        if isinstance(event, Finished) and isinstance(event.payload, EnlargeReport):
            return event.payload
    raise HostUnavailable(fault="it ended without a report")


def _maker(file: Path, roots: tuple[Path, ...]) -> Model | None:
    """The model that made the picture, where it was made here by one that is here."""
    try:
        recipe = read_recipe(file)
    except PictureError:
        return None  # not made here, or no picture at all: the host says which
    models = (model for model in find_models(roots) if isinstance(model, Model))
    return next((model for model in models if model.manifest.id == recipe.model), None)


def _failed(file: Path, error: AtelierError) -> EnlargedLine:
    return EnlargedLine(file=str(file.absolute()), fault=error.message, code=error.code)


def _text(line: EnlargedLine) -> str:
    how = line.model or "squares"
    said = f"{line.path}  {line.width}x{line.height}, {how}, {line.seconds:.1f} s"
    return "\n  ".join((said, *line.notes))


# Enlarging again what a recipe says.


def enlarge_again(
    pixels: bytes,
    size: tuple[int, int, int],
    recipe: Recipe,
    enlarged: Enlarged,
    roots: tuple[Path, ...],
    host: Conversation,
) -> StoredPicture:
    """What ``enlarged`` makes of a picture of ``size`` (width, height, channels).

    Raises `RequestInvalid` where the model that did it is not here.
    """
    upscaler = None
    if enlarged.method == "model":
        upscaler = next(
            (
                model
                for model in find_models(roots)
                if isinstance(model, Model) and model.manifest.id == enlarged.model
            ),
            None,
        )
        if upscaler is None:
            fault = f"it was enlarged by the model {enlarged.model!r}, which is not here"
            raise RequestInvalid(fault=fault)
    with tempfile.TemporaryDirectory(prefix="atelier-") as folder:
        source, target = Path(folder) / "made.png", Path(folder) / "enlarged.png"
        source.write_bytes(encode_picture(pixels, *size, recipe))
        request = EnlargePicture(
            source=str(source),
            target=str(target),
            factor=enlarged.factor,
            method=enlarged.method,
            folder="" if upscaler is None else str(upscaler.folder.resolve()),
            tile=enlarged.tile,
        )
        return read_picture(Path(ask(request, host).file))
