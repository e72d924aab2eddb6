"""``models``: what can be used here, on what terms, and whether it works as it did where it was
trained. ``models import`` brings a text model in.
"""

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

from studio.commands import codes, text_models
from studio.commands.hosted import PROVIDERS, Conversation, host_settings
from studio.commands.lines import BrokenModelLine, DoneLine, Kind, ModelLine, Setting, VerifiedLine
from studio.commands.output import Output
from studio.contract.errors import AtelierError, HostUnavailable, SetupFault
from studio.contract.manifest import BrokenModel, Model, find_models
from studio.contract.text_models import FoundTextModel, find_text_models
from studio.host.messages import WRITING, GoldenReport
from studio.project.paths import model_roots, places


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--verify", action="store_true",
        help="replay each model's golden sample, open each text model and measure what its forms "
        "lose; exit code 1 if one differs or is broken",
    )  # fmt: skip
    shared = argparse.ArgumentParser(add_help=False)  # what may stand before the deed or after it
    hidden = argparse.SUPPRESS
    shared.add_argument("--basedir", type=Path, default=hidden, help=hidden)
    shared.add_argument("--json", dest="as_json", action="store_true", default=hidden, help=hidden)
    deeds = parser.add_subparsers(dest="deed", metavar="import")
    purpose = "bring in a text model: copy a GGUF file, make its forms ready, say what they lose"
    bring = deeds.add_parser("import", parents=[shared], help=purpose, description=purpose)
    bring.add_argument("file", type=Path, metavar="FILE.gguf")
    bring.add_argument("--id", dest="name", help="what it is called (default: as the file)")
    bring.add_argument(
        "--provider", choices=PROVIDERS, default="auto", help="device to ask for (default: best)"
    )


def run(arguments: argparse.Namespace, basedir: Path | None, output: Output) -> int:
    """List the models, verify them through the host, or bring one in."""
    if arguments.deed == "import":
        return _import(arguments, basedir, output)
    return _list(basedir, output, verify=arguments.verify)


def _import(arguments: argparse.Namespace, basedir: Path | None, output: Output) -> int:
    began = time.monotonic()
    where = places(basedir)
    folder = text_models.check_import(arguments.file, arguments.name, where.models)
    settings = host_settings(arguments.provider, where, lane=WRITING)
    with Conversation(settings, output.note) as host:
        line = text_models.import_model(arguments.file, folder, host, output)
    output.written = 1
    output.result(line, text_models.spoken(line))
    output.note(f"It is there now: studio write {line.id} --prompt TEXT")
    seconds = time.monotonic() - began
    output.result(DoneLine(exit_code=codes.DONE, seconds=seconds, written=1))
    return codes.DONE


def _list(basedir: Path | None, output: Output, *, verify: bool) -> int:
    """List the models; with ``verify`` also replay their golden samples through the host."""
    began = time.monotonic()
    roots = model_roots(basedir)
    found = find_models(roots)
    texts = find_text_models(roots)
    broken = [model for model in (*found, *texts) if isinstance(model, BrokenModel)]
    sound = [model for model in found if isinstance(model, Model) and model.manifest.kind != "text"]
    for model in sound:
        line = describe(model)
        output.result(line, _text(line))
    written = [model for model in texts if isinstance(model, FoundTextModel)]
    for text in () if verify else written:  # verified, they say more
        described = text_models.describe(text)
        output.result(described, text_models.spoken(described))
    for one in broken:
        output.result(_broken(one), f"{one.folder.name}\n  broken:  {one.error.message}")
    if not found and not texts:
        output.note(f"There are no models in {' or '.join(map(str, roots))}.")
    code = codes.FAILED if verify and broken else codes.DONE
    if verify:
        verified = [
            _verify_pictures(sound, basedir, output),
            _verify_texts(written, basedir, output),
        ]
        code = code if all(verified) else codes.FAILED
    output.result(DoneLine(exit_code=code, seconds=time.monotonic() - began))
    return code


def _verify_pictures(models: Sequence[Model], basedir: Path | None, output: Output) -> bool:
    """Replay the golden sample of each; whether all are as they were."""
    settings = host_settings("auto", places(basedir))
    ok = True
    with (
        output.progress("verifying") as progress,
        Conversation(settings, output.note) as host,
    ):
        for number, model in enumerate(models):
            progress.update(number, len(models), model.manifest.id)
            line = _verify(model, host)
            output.result(line, line.message)
            ok = ok and line.verified
    return ok


def _verify_texts(models: Sequence[FoundTextModel], basedir: Path | None, output: Output) -> bool:
    """Open each text model and measure its forms; whether all can be used."""
    if not models:
        return True
    settings = host_settings("auto", places(basedir), lane=WRITING)
    ok = True
    with (
        output.progress("verifying") as progress,
        Conversation(settings, output.note) as host,
    ):
        for model in models:
            line, described = text_models.verify(model, host, progress)
            output.result(described, text_models.spoken(described))
            output.result(line, line.message)
            ok = ok and line.verified
    return ok


def describe(model: Model) -> ModelLine:
    """All that ``models`` says of one model."""
    manifest = model.manifest
    width, height = manifest.picture_size or (0, 0)
    return ModelLine(
        id=manifest.id,
        title_en=manifest.title.en,
        title_zh=manifest.title.zh,
        kind=manifest.kind,
        version=manifest.version,
        width=width,
        height=height,
        channels=manifest.channels or 0,
        classes=tuple(
            Kind(value=choice.value, en=choice.label.en, zh=choice.label.zh)
            for choice in manifest.classes()
        ),
        zones=() if manifest.styles is None else manifest.styles.zones(),
        specimen=manifest.specimen,
        controls=tuple(
            Setting(
                name=control.name,
                type=control.type,
                default=control.default,
                minimum=control.minimum,
                maximum=control.maximum,
            )
            for control in manifest.controls
        ),
        licence=manifest.licence.spdx,
        licence_sentence=manifest.licence.sentence.en,
        credit=manifest.licence.credit,
        folder=str(model.folder.resolve()),
        bytes=_folder_size(model.folder),
    )


def _text(line: ModelLine) -> str:
    colour = {1: "grey", 3: "colour"}.get(line.channels, "")
    size = f"{line.width}x{line.height} {colour}, " if line.width else ""
    lines = [
        f"{line.id}  {line.title_en} ({line.kind} {line.version}, {size}{line.bytes / 1e6:.1f} MB)"
    ]
    if line.classes:
        lines.append(f"  classes: {', '.join(kind.value for kind in line.classes)}")
    if line.specimen:
        lines.append("  specimen: all classes at one position belong together")
    if line.zones:
        lines.append(f"  zones:   {', '.join(line.zones)}")
    ranges = [
        f"{setting.name} {setting.minimum:g} to {setting.maximum:g} ({setting.default:g})"
        for setting in line.controls
        if setting.minimum is not None
        and setting.maximum is not None
        and not isinstance(setting.default, str)
    ]
    if ranges:
        lines.append(f"  ranges:  {', '.join(ranges)}")
    lines.append(f"  licence: {line.licence}. {line.licence_sentence}")
    lines.append(f"  credit:  {line.credit}")
    lines.append(f"  folder:  {line.folder}")
    return "\n".join(lines)


def _broken(model: BrokenModel) -> BrokenModelLine:
    return BrokenModelLine(
        folder=str(model.folder.resolve()), code=model.error.code, message=model.error.message
    )


def _verify(model: Model, host: Conversation) -> VerifiedLine:
    """Replay one golden sample; what is wrong with the model is its line, never the end."""
    name, folder = model.manifest.id, str(model.folder.resolve())
    tolerance = model.manifest.golden.tolerance
    try:
        finished = host.finish(host.client.replay_golden(model.folder))
    except (SetupFault, HostUnavailable):
        raise
    except AtelierError as error:
        return VerifiedLine(
            id=name, folder=folder, verified=False, largest=-1, tolerance=tolerance,
            message=f"{name}: not verified. {error.message}",
        )  # fmt: skip
    report = finished.payload
    if not isinstance(report, GoldenReport):
        raise HostUnavailable(fault="it answered without a report")
    if report.ok:
        differs = "identical" if report.identical else f"within {report.largest} of 255"
        message = f"{name}: verified, {differs}."
    else:
        message = f"{name}: not verified, {report.fault}."
    return VerifiedLine(
        id=name, folder=folder, verified=report.ok, largest=report.largest,
        tolerance=report.tolerance, message=message,
    )  # fmt: skip


def _folder_size(folder: Path) -> int:
    """Bytes of the files in a model folder (there are no folders within)."""
    try:
        return sum(entry.stat().st_size for entry in folder.iterdir() if entry.is_file())
    except OSError:
        return 0
